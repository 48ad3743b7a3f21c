//! Documents as texts name them: by kind and number, by kind and name, by a short form.
//!
//! Hard because a name has no closing mark: "Luật Phòng, chống tham nhũng và Luật Đất đai" is two names with a comma and
//! a conjunction of which one belongs to a name. The register's names go first, the longest of them; a name it does not
//! know ends where a word stands that no name has, or where its number, date or year begins.

use super::grammar::{ATTACHED, Named, Parser};
use super::tokens::Word;
use super::units::Group;
use super::{DocumentReference, Scope};
use crate::{DocNumber, DocumentKind, date, text};
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Kinds of documents that can be cited, longest words first.
const KINDS: [(&str, DocumentKind); 19] = [
    ("Thông tư liên ngành", DocumentKind::ThongTuLienTich),
    ("Nghị quyết liên tịch", DocumentKind::Other),
    ("Thông tư liên tịch", DocumentKind::ThongTuLienTich),
    ("Thông tư liên bộ", DocumentKind::ThongTuLienTich),
    ("Văn bản hợp nhất", DocumentKind::VanBanHopNhat),
    ("Nghị quyết", DocumentKind::Other),
    ("Quyết định", DocumentKind::Other),
    ("Nghị định", DocumentKind::NghiDinh),
    ("Pháp lệnh", DocumentKind::PhapLenh),
    ("Hiến pháp", DocumentKind::HienPhap),
    ("Sắc lệnh", DocumentKind::Other),
    ("Sắc luật", DocumentKind::Other),
    ("Thông tư", DocumentKind::ThongTu),
    ("Bộ luật", DocumentKind::BoLuat),
    ("Bộ Luật", DocumentKind::BoLuat),
    ("Chỉ thị", DocumentKind::Other),
    ("Lệnh", DocumentKind::Lenh),
    ("Luật", DocumentKind::Luat),
    ("Công văn", DocumentKind::Other),
];

/// Short forms of kinds, as in "NĐ 30/2020"; they need a number after them.
const SHORT_KINDS: [(&str, &str); 7] = [
    ("TTLT", "Thông tư liên tịch"),
    ("NĐ", "Nghị định"),
    ("ND", "Nghị định"),
    ("TT", "Thông tư"),
    ("QĐ", "Quyết định"),
    ("NQ", "Nghị quyết"),
    ("PL", "Pháp lệnh"),
];

/// The codes by their initials, as people write to one another.
const CODES: [(&str, &str); 5] = [
    ("BLDS", "Bộ luật Dân sự"),
    ("BLHS", "Bộ luật Hình sự"),
    ("BLLĐ", "Bộ luật Lao động"),
    ("BLTTDS", "Bộ luật Tố tụng dân sự"),
    ("BLTTHS", "Bộ luật Tố tụng hình sự"),
];

/// Words that no name of a law holds: what stands before them is the name.
const STOPS: [&str; 53] = [
    "về", "ngày", "năm", "số", "được", "có", "quy", "hoặc", "thì", "của", "này", "là", "theo", "trong", "tại", "đã",
    "không", "để", "khi", "nhưng", "như", "cho", "bởi", "phải", "trừ", "mà", "bị", "do", "từ", "đến", "sau", "trước",
    "nếu", "với", "hiện", "và", "thuộc", "đó", "nêu", "chưa", "hay", "bằng", "còn", "sẽ", "hết", "vào", "khác",
    "hướng", "các", "nhằm", "áp", "đối", "bao",
];

/// First words of the bodies that issue documents.
const ISSUERS: [&str; 22] = [
    "Bộ", "Chính", "Thủ", "Ủy", "Uỷ", "Hội", "Quốc", "Ban", "Ngân", "Tổng", "Thống", "Chủ", "Liên", "Tòa", "Toà",
    "Viện", "Thanh", "UBND", "HĐND", "Chánh", "Văn", "Kiểm",
];

/// Names of laws and ordinances that the register does not hold, most of them long replaced; texts still cite them.
struct OlderNames {
    /// By folded name.
    names: HashMap<String, &'static str>,
    /// Words of the longest.
    longest: usize,
    /// These names and the register's, folded, in order.
    all: Vec<String>,
}

impl OlderNames {
    /// Whether some name goes on after `folded`, or is it.
    fn goes_on(&self, folded: &str) -> bool {
        let at = self.all.partition_point(|name| name.as_str() < folded);
        self.all
            .get(at)
            .and_then(|name| name.strip_prefix(folded))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }
}

fn older_names() -> &'static OlderNames {
    static NAMES: OnceLock<OlderNames> = OnceLock::new();
    NAMES.get_or_init(|| {
        let names: HashMap<String, &str> =
            include_str!("../../data/law-names.txt").lines().map(|name| (text::fold(name), name)).collect();
        let longest = names.keys().map(|name| name.split(' ').count()).max().unwrap_or_default();
        let laws = crate::register::Register::built_in().entries().iter().filter(|entry| entry.kind.cited_by_name());
        let laws = laws.map(|entry| text::fold(&format!("{} {}", entry.kind.name(), entry.name)));
        let mut all: Vec<String> = laws.chain(names.keys().cloned()).collect();
        all.sort_unstable();
        OlderNames { names, longest, all }
    })
}

/// What stands after a number or a name: day, year, issuer, years of amendment.
#[derive(Debug, Default)]
struct Details {
    year: Option<i16>,
    day: Option<Date>,
    issuer: Option<String>,
    amended: Vec<i16>,
    end: usize,
}

impl Parser<'_> {
    /// A document at token `at`.
    pub(super) fn document(&self, at: usize) -> Option<Named> {
        if let Some((reference, end)) = self.aliases.at(self, at) {
            return Some(Named { reference, scope: Scope::Document, end, attached: false });
        }
        if self.kind_of(at) != Word::Kind {
            return None;
        }
        self.code_by_initials(at).or_else(|| self.short_form(at)).or_else(|| self.full_form(at))
    }

    pub(super) fn full_form(&self, at: usize) -> Option<Named> {
        let exact = KINDS.iter().find_map(|(words, kind)| self.phrase(at, words).map(|next| (*words, *kind, next)));
        let Some((kind_word, kind, next)) = exact else { return self.carelessly_typed(at) };
        if self.kind_of(next) == Word::This {
            let reference = DocumentReference::This;
            return Some(Named { reference, scope: Scope::Document, end: next + 1, attached: false });
        }
        let decree = kind == DocumentKind::NghiDinh;
        let numbered = self
            .number(next)
            .or_else(|| self.unruly_number(next))
            .or_else(|| decree.then(|| self.short_number(next)).flatten());
        if let Some((number, after)) = numbered {
            let kind = kind_of_numbered(&number, kind_word);
            let reference = self.numbered(number, kind, after);
            return Some(Named { reference, scope: Scope::Document, end: after, attached: false });
        }
        if let Some((number, after)) = (!kind.cited_by_name()).then(|| self.number_after_issuers(next)).flatten() {
            let kind = kind_of_numbered(&number, kind_word);
            let reference = self.numbered(number, kind, after);
            return Some(Named { reference, scope: Scope::Document, end: after, attached: false });
        }
        if let Some(named) = self.abbreviated(at, next, kind_word, kind) {
            return Some(named);
        }
        if !kind.cited_by_name() || self.is_own_title(at) {
            return None;
        }
        let (name_end, name) = self.name(at, next, kind)?;
        let amending = self.phrase(next, "sửa đổi").is_some();
        // "Luật Đấu thầu 2024 số …", "… năm 2024 số …".
        let year_at = if self.text(name_end) == "năm" { name_end + 1 } else { name_end };
        let beyond_year = self.year(year_at).is_some() && self.kind_of(year_at + 1) == Word::Number;
        if let Some((number, after)) = self.number(if beyond_year { year_at + 1 } else { name_end }) {
            // "Luật sửa đổi … của Luật A số N", where N is known to be A's.
            if amending && self.is_amended(&number) {
                return Some(self.by_name(text::squeeze(self.slice(at, after)), kind, after));
            }
            let kind = kind_of_numbered(&number, kind_word);
            let reference = self.numbered(number, kind, after);
            return Some(Named { reference, scope: Scope::Document, end: after, attached: false });
        }
        Some(self.by_name(name, kind, name_end))
    }

    fn by_name(&self, name: String, kind: DocumentKind, end: usize) -> Named {
        let Details { year, day, amended, .. } = self.details(end);
        let number = (year.is_some() || day.is_some())
            .then(|| self.register.named_in(&name, year, day))
            .flatten()
            .map(|entry| entry.number.clone());
        let reference = DocumentReference::Name { name, kind, year, day, amended, number };
        Named { reference, scope: Scope::Document, end, attached: false }
    }

    pub(super) fn numbered(&self, number: DocNumber, kind: DocumentKind, after: usize) -> DocumentReference {
        let Details { year, day, issuer, amended, .. } = self.details(after);
        DocumentReference::Number { number, kind, day, year, issuer, amended }
    }

    /// "BLHS 2015", "Điều 5 BLDS".
    fn code_by_initials(&self, at: usize) -> Option<Named> {
        let (_, name) = CODES.iter().find(|(initials, _)| self.text(at) == *initials)?;
        Some(self.by_name((*name).to_owned(), DocumentKind::BoLuat, at + 1))
    }

    /// "NĐ 30/2020", "TT 12/2024/TT-BTP".
    fn short_form(&self, at: usize) -> Option<Named> {
        let (_, kind_word) = SHORT_KINDS.iter().find(|(short, _)| self.text(at).eq_ignore_ascii_case(short))?;
        let decree = *kind_word == "Nghị định";
        let (number, end) = self.number(at + 1).or_else(|| decree.then(|| self.short_number(at + 1)).flatten())?;
        let kind = kind_of_numbered(&number, kind_word);
        Some(Named { reference: self.numbered(number, kind, end), scope: Scope::Document, end, attached: false })
    }

    /// "nghị định số 30/2020/nđ-cp", "Nghi dinh 30/2020/ND-CP": a kind in other letters, held by its number.
    fn carelessly_typed(&self, at: usize) -> Option<Named> {
        let numbered = (at + 1..at + 6).any(|at| {
            self.text(at).starts_with(|c: char| c.is_ascii_digit()) && matches!(self.text(at + 1), "/" | "-" | "–")
        });
        if !numbered {
            return None;
        }
        let (kind_word, next) = KINDS.iter().take(18).find_map(|(words, _)| {
            let mut next = at;
            for expected in words.split(' ') {
                if bare(self.text(next)) != bare(expected) {
                    return None;
                }
                next += 1;
            }
            Some((*words, next))
        })?;
        let next = if bare(self.text(next)) == "so" { next + 1 } else { next };
        let (number, end) = self.number(next)?;
        let kind = kind_of_numbered(&number, kind_word);
        Some(Named { reference: self.numbered(number, kind, end), scope: Scope::Document, end, attached: false })
    }

    /// `30/2020` after "Nghị định" or "NĐ".
    fn short_number(&self, at: usize) -> Option<(DocNumber, usize)> {
        let at = if self.kind_of(at) == Word::Number { at + 1 } else { at };
        let fits = is_figure(self.text(at), 4) && self.text(at + 1) == "/" && self.year_of_number(at + 2);
        (fits && self.text(at + 3) != "/")
            .then(|| (DocNumber::from_normal(format!("{}/{}/NĐ-CP", self.text(at), self.text(at + 2))), at + 3))
    }

    /// `21/2012/BVHTTDL`, `30a/2008/NQ-CP`, "số 428/TCCP-VC": a number that no rule knows, but which follows its kind.
    fn unruly_number(&self, at: usize) -> Option<(DocNumber, usize)> {
        let said = self.kind_of(at) == Word::Number;
        let at = if said { at + 1 } else { at };
        let figure = self.text(at).strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(self.text(at));
        let with_year = self.text(at + 1) == "/" && self.year_of_number(at + 2);
        let ending = if with_year { at + 4 } else { at + 2 };
        let separated = |at: usize| matches!(self.text(at), "/" | "-" | "–");
        let fits = is_figure(figure, 5) && (with_year || said) && separated(ending - 1);
        if !fits || self.text(ending).chars().count() < 2 || !is_capitals(self.text(ending)) {
            return None;
        }
        let mut end = ending + 1;
        while separated(end) && is_capitals(self.text(end + 1)) {
            end += 2;
        }
        let number: String = self.slice(at, end).split_whitespace().collect();
        Some((DocNumber::from_normal(number.replace('–', "-")), end))
    }

    /// "Thông tư liên tịch Bộ A - Bộ B số …", "Nghị định của Chính phủ số …": the number after those who issued it.
    fn number_after_issuers(&self, at: usize) -> Option<(DocNumber, usize)> {
        let from = self.phrase(at, "của").unwrap_or(at);
        if !ISSUERS.contains(&self.text(from)) {
            return None;
        }
        for end in from + 1..from + 30 {
            if self.kind_of(end) == Word::Number {
                return self.number(end).or_else(|| self.unruly_number(end));
            }
            let word = self.text(end);
            let joins = matches!(word, "," | "-" | "–" | "và" | "của" | "các");
            let of_name = word.starts_with(char::is_alphabetic) && !STOPS.contains(&word);
            let other = KINDS.iter().any(|(kind, _)| self.phrase(end, kind).is_some());
            if !(joins || of_name) || other {
                return None;
            }
        }
        None
    }

    /// "Nghị định số 59", "Nghị quyết số 58/1998": the document before it whose number begins so; failing that, a name.
    fn abbreviated(&self, at: usize, next: usize, kind_word: &str, kind: DocumentKind) -> Option<Named> {
        let figure = if self.kind_of(next) == Word::Number { next + 1 } else { next };
        let said = figure > next || self.text(figure + 1) == "/";
        if !said || !is_figure(self.text(figure), 4) {
            return None;
        }
        let with_year = self.text(figure + 1) == "/" && self.year_of_number(figure + 2);
        let end = if with_year { figure + 3 } else { figure + 1 };
        if self.text(end) == "/" {
            return None;
        }
        let head: String = self.slice(figure, end).split_whitespace().collect();
        let reference = self.aliases.numbered(kind_word, &head).unwrap_or_else(|| DocumentReference::Name {
            name: text::squeeze(self.slice(at, end)),
            kind: if kind.cited_by_name() { DocumentKind::Other } else { kind },
            year: None,
            day: None,
            amended: Vec::new(),
            number: None,
        });
        Some(Named { reference, scope: Scope::Document, end, attached: false })
    }

    fn year_of_number(&self, at: usize) -> bool {
        let word = self.text(at);
        word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1945..2100).contains(&year))
    }

    /// A line in capitals that begins with the kind is the text's own title, not a citation.
    fn is_own_title(&self, at: usize) -> bool {
        let opens = at == 0 || self.kind_of(at - 1) == Word::Break;
        let capitals = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        opens && capitals(self.text(at)) && capitals(self.text(at + 1))
            || at >= 2 && self.phrase(at - 2, "ban hành").is_some() && self.closes_enacting(at)
    }

    /// "Quốc hội ban hành Luật Đất đai." ends the preamble.
    fn closes_enacting(&self, at: usize) -> bool {
        (at.saturating_sub(8)..at).any(|at| self.phrase(at, "Quốc hội ban hành").is_some())
    }

    /// The name of a law whose kind is at `kind_at`; `at` is the token after the kind.
    fn name(&self, kind_at: usize, at: usize, kind: DocumentKind) -> Option<(usize, String)> {
        let written = |end: usize| text::squeeze(self.slice(kind_at, end));
        if kind == DocumentKind::HienPhap {
            let long = ["nước Cộng hòa xã hội chủ nghĩa Việt Nam", "nước Cộng hoà xã hội chủ nghĩa Việt Nam"];
            let end = long.iter().find_map(|words| self.phrase(at, words)).unwrap_or(at);
            return Some((end, written(end)));
        }
        let amending = ["sửa đổi", "bổ sung"].iter().find_map(|words| self.phrase(at, words));
        if amending.is_some() {
            let end = self.registered_name(kind_at).unwrap_or_else(|| self.amending_name(at));
            return Some((end, written(end)));
        }
        // "luật sư", "quốc gia"; "PHÁP LUẬT", "KỶ LUẬT", "ĐIỀU LUẬT" are other words.
        let other = ["pháp", "kỷ", "điều", "bộ"];
        if matches!(self.text(at), "SƯ" | "sư" | "Sư" | "GIA")
            || kind == DocumentKind::Luat
                && kind_at > 0
                && other.contains(&self.text(kind_at - 1).to_lowercase().as_str())
        {
            return None;
        }
        if let Some(end) = self.registered_name(kind_at) {
            return Some((end, written(end)));
        }
        if !self.text(at).starts_with(char::is_uppercase) {
            let end = self.anchored_name(at)?;
            return Some((end, written(end)));
        }
        let end = self.anchored_name(at).unwrap_or_else(|| self.unknown_name(at));
        (end > at).then(|| (end, written(end)))
    }

    /// The end of a name unknown to the register that its number, date or year closes.
    fn anchored_name(&self, at: usize) -> Option<usize> {
        const NONE_IN_NAMES: [&str; 22] = [
            "được", "thì", "của", "này", "là", "theo", "tại", "đã", "khi", "nhưng", "bởi", "phải", "trừ", "mà", "bị",
            "nếu", "có", "hoặc", "trước", "sau", "quy", "từ",
        ];
        for end in at..at + 16 {
            let word = self.text(end);
            let anchored = match self.kind_of(end) {
                Word::Number => self.number(end).is_some(),
                _ => word == "ngày" || word == "năm" && self.year(end + 1).is_some(),
            };
            if anchored {
                return (end > at).then_some(end);
            }
            let initials =
                word == "/" && end > at && is_capitals(self.text(end - 1)) && is_capitals(self.text(end + 1));
            let fits = word.starts_with(char::is_alphabetic) || word == "," || initials;
            let other_document = end > at && self.kind_of(end) == Word::Kind && word.starts_with(char::is_uppercase);
            if !fits || NONE_IN_NAMES.contains(&word) || other_document {
                return None;
            }
        }
        None
    }

    /// The end of a name unknown to the register: its words up to one that no name has. A comma belongs to it right
    /// after its first word ("Phòng, chống …").
    fn unknown_name(&self, at: usize) -> usize {
        let mut end = at;
        let shouted = is_capitals(self.text(at - 1));
        while end < at + 14 {
            let word = self.text(end);
            // "Luật BHYT bao gồm": initials close a name.
            let closed =
                end > at && !shouted && self.text(end - 1).chars().count() > 2 && is_capitals(self.text(end - 1));
            if closed && word.starts_with(char::is_lowercase) {
                break;
            }
            // "Luật TTTM, danh sách": initials are a whole name.
            let inner_comma = word == ","
                && end == at + 1
                && self.text(end + 1).starts_with(char::is_lowercase)
                && !(self.text(at).chars().count() > 1 && is_capitals(self.text(at)));
            let initials =
                word == "/" && end > at && is_capitals(self.text(end - 1)) && is_capitals(self.text(end + 1));
            // "Luật Hàng không dân dụng": a word that names do not hold, but this one does.
            let inner_stop = || {
                let words: Vec<String> = (at - 1..end + 2).map(|at| text::fold_word(self.text(at))).collect();
                end > at && older_names().goes_on(&words.join(" "))
            };
            if !(inner_comma || initials || STOPS.contains(&word) && inner_stop())
                && (!word.starts_with(char::is_alphabetic) || STOPS.contains(&word))
            {
                break;
            }
            end += 1;
        }
        end
    }

    /// The end of the name of an amending law: "sửa đổi, bổ sung một số điều của Luật A và Luật B".
    fn amending_name(&self, at: usize) -> usize {
        let mut end = at;
        let mut last_law = None;
        while end < at + 90 {
            let word = self.text(end);
            let begins_law = self.kind_of(end) == Word::Kind && end > at && word.starts_with(['L', 'B', 'P', 'H']);
            if let Some(after) = begins_law.then(|| self.amended_law(end)).flatten() {
                last_law = Some(after);
                end = after;
                continue;
            }
            match last_law {
                // After a law, only another law or another article of the list.
                Some(after) => {
                    let next = match word {
                        "," if self.kind_of(end + 1) == Word::And => end + 2,
                        "," => end + 1,
                        _ if self.kind_of(end) == Word::And => end + 1,
                        _ => return after,
                    };
                    let goes_on = matches!(self.text(next), "Luật" | "Bộ" | "Pháp") && self.amends_several(at, end)
                        || self.level(next).is_some() && self.amends_several(at, end);
                    if !goes_on {
                        return after;
                    }
                    end = next;
                    last_law = last_law.filter(|_| self.level(next).is_none());
                }
                None => {
                    let ends = !(word.starts_with(char::is_alphanumeric) || word == ",")
                        || matches!(word, "ngày" | "được" | "thì" | "này") && end > at + 2
                        || self.kind_of(end) == Word::Number && self.number(end).is_some();
                    if ends {
                        return end;
                    }
                    end += 1;
                }
            }
        }
        last_law.unwrap_or(end)
    }

    /// The law that an amending law's name holds at token `at`: its name, and its number where the register tells that the
    /// number is not the amending law's own.
    fn amended_law(&self, at: usize) -> Option<usize> {
        let (kind, next) = KINDS
            .iter()
            .filter(|(_, kind)| kind.cited_by_name())
            .find_map(|(words, kind)| self.phrase(at, words).map(|next| (*kind, next)))?;
        let end = match self.name(at, next, kind) {
            Some((end, _)) => end,
            None => return self.number(next).map(|(_, end)| end),
        };
        let own = self.number(end).filter(|(number, _)| self.is_amended(number));
        Some(own.map_or(end, |(_, after)| after))
    }

    /// Whether the register knows the number as that of a law that does not itself amend another.
    fn is_amended(&self, number: &DocNumber) -> bool {
        // A law without a date was read from a clause that names it, and may be named wrongly.
        self.register
            .get(number)
            .is_some_and(|entry| entry.issued.is_some() && !text::fold(&entry.name).starts_with(&text::fold("sửa đổi")))
    }

    /// Whether an amending law's name speaks of several laws: "của các luật", "Điều 6 của Luật A và Điều 170 của Luật B".
    fn amends_several(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| self.phrase(at, "của các").is_some() || self.kind_of(at) == Word::Article)
            && (from..to).all(|at| self.phrase(at, "một số điều của Luật").is_none())
    }

    /// The token after the longest known name that starts at token `at`: one of the register, or of a law before it.
    fn registered_name(&self, at: usize) -> Option<usize> {
        let older = older_names();
        let longest = self.register.longest_name().max(older.longest);
        let mut folded = String::new();
        let mut best = None;
        let mut words = 0;
        let mut marked = false;
        let mut opened = false;
        for (offset, token) in self.tokens[at..].iter().enumerate() {
            if token.text.starts_with(char::is_alphanumeric) {
                if words > 0 {
                    folded.push(' ');
                }
                folded.push_str(&text::fold_word(token.text));
                words += 1;
                // "Luật Đầu tư, công ty phải" is no "Luật Đầu tư công": a mark must be the name's own.
                let bears_mark = |name: &str| name.contains([',', '-', '–']);
                let known = words > 1
                    && (self.register.knows_name(&folded)
                        && (!marked
                            || self
                                .register
                                .named(self.slice(at, at + offset + 1))
                                .iter()
                                .any(|entry| bears_mark(&entry.name)))
                        || older.names.get(&folded).is_some_and(|name| !marked || bears_mark(name)));
                if known {
                    best = Some(at + offset + 1 + usize::from(opened && self.text(at + offset + 1) == ")"));
                }
                if words >= longest {
                    break;
                }
            } else if matches!(token.text, "," | "-" | "–") {
                marked = true;
            } else if matches!(token.text, "(" | "/") && !(opened && token.text == "(") {
                // "… ở người (HIV/AIDS)".
                opened |= token.text == "(";
            } else {
                break;
            }
        }
        best
    }

    /// The token after everything that belongs to a document cited up to token `at`: day, issuer, amendment years.
    pub(super) fn trail(&self, at: usize) -> usize {
        self.details(at).end
    }

    fn details(&self, at: usize) -> Details {
        let mut details = Details { end: at, ..Details::default() };
        // "Luật Đất đai (năm 2013)", "Luật Đất đai năm 2013", "Luật Đất đai 2013", "… ngày 29 tháng 11 năm 2013".
        let opened = self.text(at) == "(" && (self.text(at + 1) == "năm" || self.year(at + 1).is_some());
        let from = if opened { at + 1 } else { at };
        if self.text(from) == "ngày" || opened && date::read(self.rest(from)).is_some() {
            if let Some((day, length)) = self.tokens.get(from).and_then(|_| date::read(self.rest(from))) {
                details.day = Some(day);
                details.end = self.token_at(from, self.tokens[from].start + length);
            }
        } else {
            let year_at = if self.text(from) == "năm" { from + 1 } else { from };
            if let Some(year) = self.year(year_at) {
                details.year = Some(year);
                details.end = year_at + 1;
            }
        }
        if opened && details.end > at && self.text(details.end) == ")" {
            details.end += 1;
        }
        if let Some((issuer, end)) = self.issuer(details.end) {
            details.issuer = Some(issuer);
            details.end = end;
        }
        if let Some((years, end)) = self.amended_years(details.end) {
            details.amended = years;
            details.end = end;
        }
        details
    }

    fn rest(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.source[token.start..])
    }

    fn year(&self, at: usize) -> Option<i16> {
        let word = self.text(at);
        let year = (word.len() == 4).then(|| word.parse::<i16>().ok()).flatten()?;
        // "2013/NĐ-CP" is part of a number.
        ((1945..2100).contains(&year) && self.text(at + 1) != "/").then_some(year)
    }

    /// "của Ủy ban nhân dân tỉnh Bình Phước".
    fn issuer(&self, at: usize) -> Option<(String, usize)> {
        let from = self.phrase(at, "của")?;
        if !self.text(from).starts_with(char::is_uppercase)
            || self.document(from).is_some()
            || ATTACHED.iter().any(|attached| self.phrase(from, attached).is_some())
        {
            return None;
        }
        const ENDS: [&str; 48] = [
            "bổ", "về", "quy", "hướng", "đã", "được", "sửa", "có", "thì", "và", "hoặc", "để", "khi", "theo", "là",
            "cho", "ngày", "trừ", "phê", "hết", "đến", "trước", "sau", "không", "tại", "từ", "trong", "nhưng", "phải",
            "cùng", "nêu", "bằng", "do", "bởi", "nếu", "mà", "này", "nay", "đang", "còn", "như", "vào", "thay", "chi",
            "giải", "thí", "đính", "bãi",
        ];
        let mut end = from;
        while end < from + 60 {
            let word = self.text(end);
            let dash = matches!(word, "-" | "–") && self.text(end + 1).starts_with(char::is_uppercase);
            let comma = word == "," && self.in_ministry(from, end);
            let inner_and = self.kind_of(end) == Word::And
                && self.text(end + 1).starts_with(char::is_uppercase)
                && self.document(end + 1).is_none()
                && self.level(end + 1).is_none()
                || self.kind_of(end) == Word::And
                    && self.text(end + 1).starts_with(char::is_lowercase)
                    && self.in_ministry(from, end);
            let titled = matches!(word, "Quy" | "Hướng" | "Sửa" | "Bổ" | "Về" | "Phê") && end > from;
            let ends = ENDS.contains(&word)
                || titled
                || self.phrase(end, "ban hành").is_some()
                || self.kind_of(end) == Word::Kind && KINDS.iter().any(|(kind, _)| self.phrase(end, kind).is_some());
            let word_of_name = word.starts_with(char::is_alphabetic) && !ends;
            if !(word_of_name || dash || comma || inner_and) {
                break;
            }
            end += 1;
        }
        (end > from).then(|| (text::squeeze(self.slice(from, end)), end))
    }

    /// "Bộ Văn hóa, Thể thao và Du lịch": marks and conjunctions within a ministry's name.
    fn in_ministry(&self, from: usize, at: usize) -> bool {
        at > from
            && at < from + 48
            && ((from..at).any(|at| matches!(self.text(at), "Bộ" | "Văn" | "Khoa"))
                || ISSUERS.contains(&self.text(at + 1))
                    && !matches!(self.text(from), "Chính" | "Quốc" | "Thủ" | "Ủy" | "Uỷ" | "Hội" | "Chủ"))
            && self.text(at + 1).starts_with(char::is_alphabetic)
            && self.document(at + 1).is_none()
            && (self.kind_of(at) == Word::And && self.text(at + 1) != "các"
                || self.text(at + 1).starts_with(char::is_uppercase))
    }

    /// "được sửa đổi, bổ sung (một số điều) năm 2020, 2025 và năm 2026".
    fn amended_years(&self, at: usize) -> Option<(Vec<i16>, usize)> {
        let opened = usize::from(matches!(self.text(at), "(" | ","));
        let mut next = at + opened;
        for word in ["đã", "được"] {
            next = self.phrase(next, word).unwrap_or(next);
        }
        next = self.phrase(next, "sửa đổi")?;
        if self.text(next) == "," {
            next += 1;
        }
        next = self.phrase(next, "bổ sung").unwrap_or(next);
        next = self.phrase(next, "một số điều").unwrap_or(next);
        let mut years = Vec::new();
        let mut end = next;
        loop {
            next = self.phrase(next, "các năm").or_else(|| self.phrase(next, "năm")).unwrap_or(next);
            let Some(year) = self.year(next) else { break };
            years.push(year);
            end = next + 1;
            next = end;
            while self.text(next) == "," || self.kind_of(next) == Word::And {
                next += 1;
            }
        }
        if self.text(at) == "(" && self.text(end) == ")" {
            end += 1;
        }
        (!years.is_empty()).then_some((years, end))
    }

    /// The token at which the title of `cited` ends, which was cited up to token `document_end`; that token itself where
    /// no title follows. What a title names is not cited.
    pub(super) fn title_end(&self, document_end: usize, cited: &DocumentReference) -> usize {
        let aside = ["về việc", "quy định về", "quy định chi tiết", "hướng dẫn thực hiện", "hướng dẫn thi hành"];
        let after_comma =
            self.text(document_end) == "," && aside.iter().any(|words| self.phrase(document_end + 1, words).is_some());
        let at = document_end + usize::from(after_comma);
        let opens = [
            "về",
            "quy định chi tiết",
            "chi tiết",
            "hướng dẫn",
            "ban hành",
            "sửa đổi",
            "bổ sung",
            "bãi bỏ",
            "đính chính",
            "phê duyệt",
            "điều chỉnh",
            "giải thích",
            "thí điểm",
        ]
        .iter()
        .any(|words| self.phrase(at, words).is_some())
            || self.phrase(at, "quy định").is_some_and(|next| !matches!(self.text(next), "tại" | "ở" | "trong"));
        if !opens {
            return document_end;
        }
        let amending = ["sửa đổi", "bổ sung", "bãi bỏ", "thay thế", "đính chính"];
        // "về đò và thay thế Nghị định số …": what follows "và" may be another instruction.
        let opens_verb = |at: usize| amending.iter().any(|verb| self.phrase(at, verb).is_some());
        let amends = (at..at + 5).any(|at| opens_verb(at) && self.kind_of(at - 1) != Word::And);
        let details_another = ["hướng dẫn", "chi tiết", "thi hành", "thực hiện"];
        let details_another =
            amends || (at..at + 5).any(|at| details_another.iter().any(|words| self.phrase(at, words).is_some()));
        let own_number = cited.number();
        let mut end = at;
        let mut inside = false;
        // The kind of the document that the title named last.
        let mut inner = None;
        while end < at + 150 {
            let word = self.text(end);
            let code = word == ":" && self.text(end + 1).starts_with(|c: char| c.is_ascii_digit());
            if matches!(word, ";" | "." | "" | "(" | ")" | ":" | "“" | "”") && !code || self.kind_of(end) == Word::Break
            {
                break;
            }
            const GO_ON: [&str; 10] = [
                "đã được",
                "được sửa đổi",
                "được bổ sung",
                "hết hiệu lực",
                "có hiệu lực",
                "được thực hiện",
                "thì",
                "nếu",
                "ngoại trừ",
                "trừ trường hợp",
            ];
            let except = self.text(end) == "trừ" && self.text(end - 1) == ",";
            let changed = except || GO_ON.iter().any(|words| self.phrase(end, words).is_some()) || self.is_own(end);
            let goes_back =
                end > at && self.kind_of(end - 1) == Word::And && self.phrase(end, "quy định tại").is_some();
            if changed && end > at || goes_back {
                break;
            }
            // "… về A và Điều 1 Nghị định số …": units that come in after the title; "… theo quy định tại Điều 5 Nghị định số …".
            let joined = end > at && (self.text(end - 1) == "," || self.kind_of(end - 1) == Word::And);
            let says_where = end > at + 4
                && self.phrase(end - 3, "quy định tại").is_some()
                && (self.text(at) == "về" && !details_another || self.phrase(end - 6, "thực hiện theo").is_some());
            if (joined && !amends || says_where) && self.units_of_other_kind(end) {
                break;
            }
            // No title names its own document.
            if end > at
                && own_number.is_some()
                && self.units_of(end).as_ref().and_then(DocumentReference::number) == own_number
            {
                break;
            }
            // "Bãi bỏ Quyết định số … về A và thay thế Quyết định số …".
            if joined && !amends && self.text(end - 2) != "đổi" && self.opens_change(end) {
                break;
            }
            // ", Nghị định số …" after the title is the next document of the list; "của Nghị định số …" is in the title.
            if end > at && self.kind_of(end) == Word::Kind && word.starts_with(char::is_uppercase) {
                let before = self.text(end - 1);
                let joined = before == "," || self.kind_of(end - 1) == Word::And;
                if let Some(named) = self.full_form(end) {
                    let numbered = matches!(named.reference, DocumentReference::Number { .. });
                    // What an amending title lists after a document it amends is amended as well.
                    let kind = named.reference.kind();
                    let same_kind = inner.is_some() && inner == kind && kind != cited.kind();
                    let listed = amends && (inside || self.kind_of(end - 1) == Word::And)
                        || same_kind && self.text(end - 1) != ",";
                    let some = self.phrase(end - 4, "số quy định tại").is_some();
                    if joined && (numbered && !listed || !inside && !amends)
                        || before == "theo" && self.text(end - 2) != "kèm"
                        || before == "bởi"
                        || before == "tại"
                            && !(amends && !inside && end > at + 1 && (some || self.text(end - 2) != "định"))
                    {
                        break;
                    }
                    inside = true;
                    inner = kind;
                    end = named.end;
                    continue;
                }
            }
            end += 1;
        }
        end
    }
}

impl Parser<'_> {
    /// Whether the citing text itself is cited here: no title of another document speaks of it.
    fn is_own(&self, at: usize) -> bool {
        if self.kind_of(at) == Word::Kind && self.text(at).starts_with(char::is_uppercase) {
            return self.full_form(at).is_some_and(|named| named.reference == DocumentReference::This);
        }
        let Some(chain) = self.units_at(at) else { return false };
        let end = chain.last().map_or(at, |(_, end)| *end);
        chain.iter().any(|(group, _)| group.this)
            || self.document_after(end).is_some_and(|named| named.reference == DocumentReference::This)
    }

    /// Whether units of a document by number begin here; of laws a title speaks itself.
    fn units_of_other_kind(&self, at: usize) -> bool {
        self.units_of(at).is_some_and(|reference| match reference {
            DocumentReference::Number { kind, .. } => !kind.cited_by_name(),
            DocumentReference::This => true,
            DocumentReference::Name { .. } => false,
        })
    }

    /// The document of the units that begin at token `at`.
    fn units_of(&self, at: usize) -> Option<DocumentReference> {
        let end = self.units_at(at)?.last().map_or(at, |(_, end)| *end);
        self.document_after(end).map(|named| named.reference)
    }

    /// The units that begin at token `at`, if any do.
    fn units_at(&self, at: usize) -> Option<Vec<(Group, usize)>> {
        let leads = matches!(self.kind_of(at), Word::Each | Word::From) || self.level(at).is_some();
        leads.then(|| self.groups(at)).flatten()
    }

    /// Whether an instruction begins here: "bãi bỏ …", "thay thế Quyết định số …", "sửa đổi khoản 2 …".
    fn opens_change(&self, at: usize) -> bool {
        if self.phrase(at, "bãi bỏ").is_some() || self.phrase(at, "thay thế các quy định tại").is_some() {
            return true;
        }
        let after = ["thay thế", "sửa đổi", "bổ sung"].iter().find_map(|verb| self.phrase(at, verb));
        let after = after.map(|after| if self.text(after) == "," { after + 1 } else { after });
        let after = after.map(|after| self.phrase(after, "bổ sung").unwrap_or(after));
        after.is_some_and(|after| {
            let numbered =
                self.full_form(after).is_some_and(|named| !matches!(named.reference, DocumentReference::Name { .. }));
            numbered || self.level(after).is_some() && self.units_of(after).is_some()
        })
    }
}

fn kind_of_numbered(number: &DocNumber, kind_word: &str) -> DocumentKind {
    match DocumentKind::from_number(number.as_str(), Some(kind_word)) {
        DocumentKind::Other => DocumentKind::from_heading(kind_word, None).unwrap_or(DocumentKind::Other),
        kind => kind,
    }
}

fn is_figure(word: &str, longest: usize) -> bool {
    (1..=longest).contains(&word.len()) && word.chars().all(|c| c.is_ascii_digit())
}

fn is_capitals(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// A word without case and marks: `Nghị` and `nghi` are one.
fn bare(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}
