//! Citations (dẫn chiếu): which provisions of which documents a text points at.
//!
//! Hard because a citation is a small language: "điểm c khoản 1 và khoản 2 Điều 10" binds its point to the first
//! paragraph only, lists and ranges run over Vietnamese letters (đ after d, no f), the document may be this one, a
//! number typed with noise, or a bare name whose meaning depends on the date. The grammar is written as a recursive
//! descent over tokens: *groups* of labels of one level, bound to the next higher group on their right, then the
//! document. Source: Decree 78/2025/NĐ-CP, Article 68.
//!
//! Not here: what the provisions say, and whether the documents are in force.

use crate::eid::{Eid, POINT_LETTERS};
use crate::register::Register;
use crate::{ByteSpan, DocNumber, DocumentKind, date, text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a citation does in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Viện dẫn.
    Reference,
    /// Căn cứ ban hành.
    Basis,
    /// "… được sửa đổi, bổ sung bởi X".
    Amender,
    /// What an amending instruction changes.
    Target,
    /// Within text quoted from or for another document.
    Quoted,
}

impl Role {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Basis => "basis",
            Self::Amender => "amender",
            Self::Target => "target",
            Self::Quoted => "quoted",
        }
    }
}

/// The document a citation points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentReference {
    /// The citing text itself.
    This,
    /// By number.
    Number {
        /// The number.
        number: DocNumber,
        /// The kind its words and number tell.
        kind: DocumentKind,
        /// The date of issue, where it is given.
        day: Option<Date>,
    },
    /// By name.
    Name {
        /// Kind and name as written: "Luật Đất đai".
        name: String,
        /// The kind.
        kind: DocumentKind,
        /// The year, where it is given.
        year: Option<i16>,
        /// The date of issue, where it is given.
        day: Option<Date>,
        /// The number, where name and year leave one document only.
        number: Option<DocNumber>,
    },
}

impl DocumentReference {
    /// The number, where the text itself settles it.
    pub fn number(&self) -> Option<&DocNumber> {
        match self {
            Self::This => None,
            Self::Number { number, .. } => Some(number),
            Self::Name { number, .. } => number.as_ref(),
        }
    }
}

/// One thing a citation points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The document.
    pub document: DocumentReference,
    /// The provision; of a relative citation only what the text names. `None` for the whole document.
    pub eid: Option<Eid>,
    /// Whether the words name the enclosing unit ("khoản 2 Điều này", "điểm a khoản này").
    pub enclosing: bool,
}

/// A citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Where.
    pub span: ByteSpan,
    /// What it does.
    pub role: Role,
    /// What it points at; lists and ranges written out.
    pub targets: Vec<Target>,
}

/// Every citation in `text`, in order. Names are resolved by year or date where the register leaves one document.
pub fn citations(text: &str, register: &Register) -> Vec<Citation> {
    let parser = Parser { text, tokens: tokens(text), register };
    let mut found: Vec<Citation> = Vec::new();
    let mut at = 0;
    while at < parser.tokens.len() {
        match parser.citation(at) {
            Some((targets, end)) => {
                let span = ByteSpan::new(parser.tokens[at].start, parser.tokens[end - 1].end);
                found.push(Citation { span, role: Role::Reference, targets });
                at = end;
            }
            None => at += 1,
        }
    }
    assign_roles(text, &mut found);
    found
}

/// The end of the last document number in `text`.
pub(crate) fn last_number_end(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    while let Some(digit) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + digit;
        match DocNumber::read(&text[start..]) {
            Some((_, length)) => {
                last = Some(start + length);
                at = start + length;
            }
            None => at = start + text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start),
        }
    }
    last
}

/// Basis, amender, target and quoted citations are told by what stands around them.
fn assign_roles(text: &str, found: &mut [Citation]) {
    let quotes = text::quotations(text);
    let mut previous_end = 0;
    let mut amending = false;
    for citation in found {
        let start = citation.span.start;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let lead = text[line_start..start].trim_start();
        let names_document = citation.targets.iter().any(|t| t.document != DocumentReference::This);
        let between = if previous_end >= line_start { &text[previous_end..start] } else { "" };
        let ends_clause = between.contains(';') || between.contains(". ");
        let says_amended = between.contains("sửa đổi") && ["bởi", "theo", "tại"].iter().any(|w| between.contains(w));
        amending = names_document
            && previous_end > line_start
            && !ends_clause
            && (says_amended && between.contains("được") || amending && is_list_joint(between));
        citation.role = if amending {
            Role::Amender
        } else if crate::structure::starts_with_word(lead, "Căn cứ") && names_document {
            Role::Basis
        } else if quotes.iter().any(|q| q.contains(citation.span)) {
            Role::Quoted
        } else if is_instruction(lead) {
            Role::Target
        } else {
            Role::Reference
        };
        previous_end = citation.span.end;
    }
}

/// Whether only dates, issuers and conjunctions stand between two documents of one list.
fn is_list_joint(between: &str) -> bool {
    let words = text::words(between);
    let joints = text::words("và ngày tháng năm của Chính phủ Quốc hội Bộ trưởng số Thủ tướng");
    words.len() <= 14 && words.iter().all(|w| joints.contains(w) || w.chars().all(|c| c.is_ascii_digit()))
}

/// Whether the words before a citation make it the target of an amending instruction.
fn is_instruction(lead: &str) -> bool {
    let lead = lead.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    let lead = match lead.split_once(')') {
        Some((label, rest)) if label.chars().count() <= 2 => rest.trim_start(),
        _ => lead,
    };
    let verbs = ["Sửa đổi", "Bổ sung", "Bãi bỏ", "Thay thế", "Hủy bỏ", "Bỏ cụm từ"];
    verbs.iter().any(|verb| crate::structure::starts_with_word(lead, verb)) && !lead.contains("như sau")
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// Words (letters and digits) and single marks; white space only separates, a line end is a mark.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            while let Some(&(at, next)) = characters.peek() {
                if !next.is_alphanumeric() {
                    break;
                }
                end = at + next.len_utf8();
                characters.next();
            }
        } else if c.is_whitespace() && c != '\n' {
            continue;
        }
        tokens.push(Token { start, end, text: &text[start..end] });
    }
    tokens
}

/// Levels of units, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Annex,
    Part,
    Chapter,
    Section,
    Article,
    Paragraph,
    Point,
}

impl Level {
    fn prefix(self) -> &'static str {
        match self {
            Self::Annex => "annex",
            Self::Part => "part",
            Self::Chapter => "chp",
            Self::Section => "sec",
            Self::Article => "art",
            Self::Paragraph => "para",
            Self::Point => "point",
        }
    }
}

/// How a group is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// Nothing, a comma, or "của": a rise in level binds across it.
    Close,
    /// "và", "hoặc", ";": a rise in level does not bind across it.
    Apart,
}

/// Labels of one level: "các điểm a, b và c".
#[derive(Debug)]
struct Group {
    level: Level,
    labels: Vec<String>,
    /// "khoản này".
    this: bool,
    joint: Joint,
}

/// Kinds of documents that can be cited, longest words first.
const KINDS: [(&str, DocumentKind); 14] = [
    ("Nghị quyết liên tịch", DocumentKind::Other),
    ("Thông tư liên tịch", DocumentKind::ThongTuLienTich),
    ("Văn bản hợp nhất", DocumentKind::VanBanHopNhat),
    ("Nghị quyết", DocumentKind::Other),
    ("Quyết định", DocumentKind::Other),
    ("Nghị định", DocumentKind::NghiDinh),
    ("Pháp lệnh", DocumentKind::PhapLenh),
    ("Hiến pháp", DocumentKind::HienPhap),
    ("Thông tư", DocumentKind::ThongTu),
    ("Bộ luật", DocumentKind::BoLuat),
    ("Chỉ thị", DocumentKind::Other),
    ("Lệnh", DocumentKind::Lenh),
    ("Luật", DocumentKind::Luat),
    ("NĐ", DocumentKind::NghiDinh),
];

/// Regulations attached to another document.
const ATTACHED: [&str; 6] = ["Quy chế", "Quy định", "Điều lệ", "Quy trình", "Nội quy", "Danh mục"];

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    register: &'a Register,
}

impl Parser<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.text)
    }

    /// Whether the words of `phrase` stand at token `at`; returns the token after them. The first letter's case
    /// counts only where the phrase has a capital.
    fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut next = at;
        for expected in phrase.split(' ') {
            let word = self.word(next);
            let capital = expected.starts_with(char::is_uppercase);
            let same = if capital {
                word.starts_with(char::is_uppercase) && word.to_lowercase() == expected.to_lowercase()
            } else {
                word.to_lowercase() == expected
            };
            if !same {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    /// A citation starting exactly at token `at`: its targets and the token after it.
    fn citation(&self, at: usize) -> Option<(Vec<Target>, usize)> {
        if let Some((groups, after)) = self.groups(at) {
            let bound = bind(&groups);
            let (document, annex, end) = self.document_after(after);
            let targets = bound
                .into_iter()
                .map(|(eid, enclosing)| Target {
                    document: document.clone(),
                    eid: eid.map(|eid| if annex { eid.within(&Eid::step("annex", "1")) } else { eid }),
                    enclosing,
                })
                .filter(|t| t.eid.is_some())
                .collect::<Vec<_>>();
            return (!targets.is_empty()).then_some((targets, end));
        }
        let (document, end) = self.document(at)?;
        (document != DocumentReference::This).then(|| (vec![Target { document, eid: None, enclosing: false }], end))
    }

    /// The document that follows the units: "của Luật này", "Nghị định số …", "Quy chế ban hành kèm theo …".
    /// Returns whether the units are those of its attached regulation.
    fn document_after(&self, at: usize) -> (DocumentReference, bool, usize) {
        let mut next = at;
        if self.word(next) == "," {
            next += 1;
        }
        for joint in ["ban hành kèm theo", "kèm theo", "của", "tại", "trong"] {
            if let Some(after) = self.phrase(next, joint) {
                next = after;
                break;
            }
        }
        for attached in ATTACHED {
            let Some(after) = self.phrase(next, attached) else { continue };
            if self.word(after) == "này" {
                return (DocumentReference::This, false, after + 1);
            }
            // "Quy chế (tối đa vài từ tên) ban hành kèm theo Quyết định số …"
            for gap in 0..14 {
                if let Some(after) = self.phrase(after + gap, "ban hành kèm theo")
                    && let Some((document, end)) = self.document(after)
                {
                    return (document, true, end);
                }
            }
        }
        match self.document(next) {
            Some((document, end)) => (document, false, end),
            None => (DocumentReference::This, false, at),
        }
    }

    /// A document at token `at`.
    fn document(&self, at: usize) -> Option<(DocumentReference, usize)> {
        let (kind_word, kind, mut next) =
            KINDS.iter().find_map(|(words, kind)| self.phrase(at, words).map(|next| (*words, *kind, next)))?;
        if self.word(next) == "này" {
            return Some((DocumentReference::This, next + 1));
        }
        if let Some((number, after)) = self.number(next) {
            return Some(self.numbered(number, kind_word, after));
        }
        if kind == DocumentKind::NghiDinh
            && let Some((number, after)) = self.short_decree(next)
        {
            return Some(self.numbered(number, kind_word, after));
        }
        if !kind.cited_by_name() {
            return None;
        }
        let (name_end, name) = self.name(at, next, kind)?;
        next = name_end;
        if let Some((number, after)) = self.number(next) {
            return Some(self.numbered(number, kind_word, after));
        }
        let (year, day, end) = self.year_or_day(next);
        let number = (year.is_some() || day.is_some())
            .then(|| self.register.named_in(&name, year, day))
            .flatten()
            .map(|entry| entry.number.clone());
        Some((DocumentReference::Name { name, kind, year, day, number }, end))
    }

    fn numbered(&self, number: DocNumber, kind_word: &str, after: usize) -> (DocumentReference, usize) {
        let kind = match DocumentKind::from_number(number.as_str(), Some(kind_word)) {
            DocumentKind::Other => DocumentKind::from_heading(kind_word, None).unwrap_or(DocumentKind::Other),
            kind => kind,
        };
        let (_, day, _) = self.year_or_day(after);
        (DocumentReference::Number { number, kind, day }, after)
    }

    /// `(số) 30/2020/NĐ-CP` at token `at`.
    fn number(&self, at: usize) -> Option<(DocNumber, usize)> {
        let mut next = at;
        if self.word(next).to_lowercase() == "số" {
            next += 1;
            if self.word(next) == ":" {
                next += 1;
            }
        }
        let start = self.tokens.get(next)?.start;
        let (number, length) = DocNumber::read(&self.text[start..])?;
        let end = self.tokens[next..].iter().position(|t| t.start >= start + length);
        Some((number, end.map_or(self.tokens.len(), |count| next + count)))
    }

    /// `30/2020` after "Nghị định" or "NĐ".
    fn short_decree(&self, at: usize) -> Option<(DocNumber, usize)> {
        let at = if self.word(at) == "số" { at + 1 } else { at };
        let digits = |word: &str, length: std::ops::RangeInclusive<usize>| {
            length.contains(&word.len()) && word.chars().all(|c| c.is_ascii_digit())
        };
        let fits = digits(self.word(at), 1..=4) && self.word(at + 1) == "/" && digits(self.word(at + 2), 4..=4);
        (fits && self.word(at + 3) != "/")
            .then(|| (DocNumber::from_normal(format!("{}/{}/NĐ-CP", self.word(at), self.word(at + 2))), at + 3))
    }

    /// The name of a law that starts with the kind at `kind_at`; `at` is the token after the kind.
    fn name(&self, kind_at: usize, at: usize, kind: DocumentKind) -> Option<(usize, String)> {
        let start = self.tokens[kind_at].start;
        if let Some(end) = self.registered_name(kind_at) {
            return Some((end, text::squeeze(&self.text[start..self.tokens[end - 1].end])));
        }
        let first = self.word(at);
        let amending = self.phrase(at, "sửa đổi");
        if kind == DocumentKind::HienPhap {
            let end = self.phrase(at, "nước Cộng hòa xã hội chủ nghĩa Việt Nam").unwrap_or(at);
            return Some((end, "Hiến pháp".to_owned()));
        }
        if !(first.starts_with(char::is_uppercase) || amending.is_some()) {
            return None;
        }
        const STOPS: [&str; 34] = [
            "ngày", "năm", "số", "được", "có", "quy", "hoặc", "thì", "của", "này", "là", "theo", "trong", "tại", "đã",
            "không", "để", "khi", "nhưng", "như", "cho", "bởi", "phải", "trừ", "mà", "bị", "do", "từ", "đến", "sau",
            "trước", "nếu", "về", "với",
        ];
        let mut end = at;
        let mut marks = 0;
        while let Some(token) = self.tokens.get(end) {
            let word = token.text;
            if word == "," && marks < 3 && !self.word(end + 1).starts_with(char::is_uppercase) && amending.is_some() {
                marks += 1;
            } else if !word.starts_with(char::is_alphabetic) || end - at > 24 {
                break;
            } else if amending.is_some() && word == "của" {
                // "… của (các) Luật X": the amended law's name belongs to the amending law's.
                let inner = self.phrase(end + 1, "các").unwrap_or(end + 1);
                if let Some((_, after)) = self.document(inner) {
                    end = after;
                }
                break;
            } else if amending.is_none() && (STOPS.contains(&word) || word == "và") {
                break;
            }
            end += 1;
        }
        (end > at).then(|| (end, text::squeeze(&self.text[start..self.tokens[end - 1].end])))
    }

    /// The token after the longest registered name that starts at token `at`.
    fn registered_name(&self, at: usize) -> Option<usize> {
        let mut folded = String::new();
        let mut best = None;
        let mut words = 0;
        for (offset, token) in self.tokens[at..].iter().enumerate() {
            if token.text.starts_with(char::is_alphanumeric) {
                if words > 0 {
                    folded.push(' ');
                }
                folded.push_str(&text::fold_word(token.text));
                words += 1;
                if words > 1 && self.register.knows_name(&folded) {
                    best = Some(at + offset + 1);
                }
                if words >= self.register.longest_name() {
                    break;
                }
            } else if !matches!(token.text, "," | "-" | "–") {
                break;
            }
        }
        best
    }

    /// "năm 2024" or "ngày 29 tháng 11 năm 2005" after a name.
    fn year_or_day(&self, at: usize) -> (Option<i16>, Option<Date>, usize) {
        let Some(token) = self.tokens.get(at) else { return (None, None, at) };
        match token.text {
            "ngày" => match date::read(&self.text[token.start..]) {
                Some((day, length)) => {
                    let end = self.tokens[at..].iter().position(|t| t.start >= token.start + length);
                    (None, Some(day), end.map_or(self.tokens.len(), |count| at + count))
                }
                None => (None, None, at),
            },
            "năm" => match self.word(at + 1).parse::<i16>() {
                Ok(year) if (1945..2100).contains(&year) => (Some(year), None, at + 2),
                _ => (None, None, at),
            },
            year if year.len() == 4 => match year.parse::<i16>() {
                Ok(year) if (1945..2100).contains(&year) => (Some(year), None, at + 1),
                _ => (None, None, at),
            },
            _ => (None, None, at),
        }
    }

    /// A chain of unit groups starting at token `at`.
    fn groups(&self, at: usize) -> Option<(Vec<Group>, usize)> {
        let mut groups: Vec<Group> = Vec::new();
        let (group, mut next) = self.group(at, Joint::Close)?;
        groups.push(group);
        loop {
            let mut joint = Joint::Close;
            let mut after = next;
            loop {
                match self.word(after) {
                    "," => {}
                    ";" | "và" | "hoặc" => joint = Joint::Apart,
                    "của" | "tại" if joint == Joint::Close => {}
                    _ => break,
                }
                after += 1;
            }
            match self.group(after, joint) {
                Some((group, end)) => {
                    groups.push(group);
                    next = end;
                }
                None => return Some((groups, next)),
            }
        }
    }

    fn group(&self, at: usize, joint: Joint) -> Option<(Group, usize)> {
        let mut next = at;
        let mut range = false;
        if matches!(self.word(next).to_lowercase().as_str(), "các" | "những" | "từ") {
            range = self.word(next).to_lowercase() == "từ";
            next += 1;
        }
        let (level, after) = self.level(next)?;
        if self.word(after) == "này" && !range {
            return Some((Group { level, labels: Vec::new(), this: true, joint }, after + 1));
        }
        let (first, mut next) = self.unit_label(level, after)?;
        let mut labels = vec![first];
        if level == Level::Annex && labels[0].is_empty() {
            return Some((Group { level, labels, this: false, joint }, next));
        }
        loop {
            let separator = match self.word(next) {
                "," if self.word(next + 1) == "và" => 2,
                "," | "và" | "hoặc" => 1,
                "đến" | "-" | "–" => {
                    let from = labels.last().cloned().unwrap_or_default();
                    let same = self.level(next + 1).filter(|(other, _)| *other == level).map(|(_, after)| after);
                    match self.unit_label(level, same.unwrap_or(next + 1)) {
                        Some((to, end)) if same.is_some() || self.ends_label(level, end) => {
                            labels.extend(between(level, &from, &to));
                            labels.push(to);
                            next = end;
                            continue;
                        }
                        _ => break,
                    }
                }
                _ => break,
            };
            match self.unit_label(level, next + separator) {
                Some((label, end)) if self.ends_label(level, end) => {
                    labels.push(label);
                    next = end;
                }
                _ => break,
            }
        }
        Some((Group { level, labels, this: false, joint }, next))
    }

    fn level(&self, at: usize) -> Option<(Level, usize)> {
        let one = |level| Some((level, at + 1));
        match self.word(at) {
            "điểm" | "Điểm" => one(Level::Point),
            "khoản" | "Khoản" => one(Level::Paragraph),
            "Điều" | "điều" | "ĐIỀU" => one(Level::Article),
            "Chương" | "chương" => one(Level::Chapter),
            "Mục" | "mục" => one(Level::Section),
            "Phần" => one(Level::Part),
            "Phụ" | "phụ" if self.word(at + 1) == "lục" => Some((Level::Annex, at + 2)),
            _ => None,
        }
    }

    fn unit_label(&self, level: Level, at: usize) -> Option<(String, usize)> {
        let token = self.tokens.get(at)?;
        let word = token.text;
        let fits = match level {
            Level::Point => {
                let mut characters = word.chars();
                characters.next().is_some_and(|c| POINT_LETTERS.contains(&c) || c == 'y')
                    && characters.as_str().len() <= 2
                    && characters.all(|c| c.is_ascii_digit())
            }
            Level::Paragraph | Level::Article | Level::Section => is_numeral(word),
            Level::Chapter => is_roman(word) || is_numeral(word),
            Level::Part => is_roman(word),
            Level::Annex => {
                is_roman(word) || is_numeral(word) || word.len() == 1 && word.starts_with(char::is_uppercase)
            }
        };
        if level == Level::Part && self.word(at) == "thứ" {
            let number = ["nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"]
                .iter()
                .position(|w| *w == self.word(at + 1))?;
            return Some(((number + 1).to_string(), at + 2));
        }
        // `20.000`, `1/2`: part of a larger number.
        let next = self.tokens.get(at + 1);
        let glued = next.is_some_and(|n| {
            n.start == token.end
                && matches!(n.text, "." | "," | "/" | "%")
                && self
                    .tokens
                    .get(at + 2)
                    .is_some_and(|d| d.start == n.end && d.text.starts_with(|c: char| c.is_ascii_digit()))
        });
        (fits && !glued).then(|| (word.to_owned(), at + 1))
    }

    /// Whether what follows a further label leaves it a label: "khoản 2 và 3 Điều 5", not "khoản 2 và 15 ngày".
    fn ends_label(&self, level: Level, at: usize) -> bool {
        const FOLLOW: [&str; 24] = [
            "và", "hoặc", "đến", "của", "này", "nêu", "thì", "được", "phải", "có", "không", "trong", "tại", "ban",
            "mà", "là", "để", "trên", "kèm", "theo", "quy", "như", "nói", "bị",
        ];
        let word = self.word(at);
        level == Level::Point
            || word.is_empty()
            || !word.starts_with(char::is_alphanumeric)
            || FOLLOW.contains(&word)
            || self.level(at).is_some()
            || KINDS.iter().any(|(kind, _)| self.phrase(at, kind).is_some())
            || ATTACHED.iter().any(|kind| self.phrase(at, kind).is_some())
    }
}

fn is_numeral(word: &str) -> bool {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = &word[digits..];
    (1..=4).contains(&digits)
        && (rest.is_empty() || rest.chars().count() == 1 && rest.chars().all(|c| POINT_LETTERS.contains(&c)))
}

fn is_roman(word: &str) -> bool {
    let capitals = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !capitals.is_empty() && word.len() - capitals.len() <= 1 && capitals.chars().all(|c| "IVXLC".contains(c))
}

/// The labels strictly between two: numbers, or Vietnamese letters.
fn between(level: Level, from: &str, to: &str) -> Vec<String> {
    if level == Level::Point {
        let place = |label: &str| POINT_LETTERS.iter().position(|l| label.starts_with(*l));
        return match (place(from), place(to)) {
            (Some(from), Some(to)) if from < to => POINT_LETTERS[from + 1..to].iter().map(char::to_string).collect(),
            _ => Vec::new(),
        };
    }
    let number = |label: &str| label.trim_end_matches(char::is_alphabetic).parse::<u32>().ok();
    match (number(from), number(to)) {
        (Some(from), Some(to)) if from < to && to - from < 400 => (from + 1..to).map(|n| n.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// Binds each group to the next higher group on its right (or, failing that, the one right before it) and writes the
/// targets out. The flag says whether an enclosing unit ("này") was named.
fn bind(groups: &[Group]) -> Vec<(Option<Eid>, bool)> {
    let parents: Vec<Option<usize>> = (0..groups.len()).map(|at| parent(groups, at)).collect();
    let mut consumed = vec![false; groups.len()];
    for parent in parents.iter().flatten() {
        consumed[*parent] = true;
    }
    let mut found = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        if consumed[at] {
            // A list whose first label took the lower group: "điểm a khoản 1, 2 Điều 5".
            if group.labels.len() > 1
                && parents.iter().filter(|p| **p == Some(at)).count() > 0
                && group.level != Level::Chapter
            {
                for label in &group.labels[1..] {
                    found.push(path(groups, &parents, at, label));
                }
            }
            continue;
        }
        if group.this {
            found.push((None, true));
            continue;
        }
        for label in &group.labels {
            found.push(path(groups, &parents, at, label));
        }
    }
    found
}

fn parent(groups: &[Group], at: usize) -> Option<usize> {
    let level = groups[at].level;
    for next in at + 1..groups.len() {
        if groups[next].level < level {
            let rises_apart = groups[next].joint == Joint::Apart;
            let fits = can_enclose(groups[next].level, level);
            return (!rises_apart && fits).then_some(next).or_else(|| left_parent(groups, at));
        }
    }
    left_parent(groups, at)
}

/// "Điều 5, khoản 2": the higher unit stands first.
fn left_parent(groups: &[Group], at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    let higher = groups[before].level < groups[at].level && can_enclose(groups[before].level, groups[at].level);
    (higher && groups[at].joint == Joint::Close && groups[before].labels.len() == 1).then_some(before)
}

fn can_enclose(outer: Level, inner: Level) -> bool {
    match outer {
        Level::Annex => inner == Level::Article,
        Level::Part | Level::Chapter | Level::Section => true,
        Level::Article => inner == Level::Paragraph || inner == Level::Point,
        Level::Paragraph => inner == Level::Point,
        Level::Point => false,
    }
}

/// The identifier of `label` in group `at` with the groups above it.
fn path(groups: &[Group], parents: &[Option<usize>], at: usize, label: &str) -> (Option<Eid>, bool) {
    let mut steps = vec![(groups[at].level, label.to_owned())];
    let mut enclosing = false;
    let mut next = parents[at];
    let mut guard = 0;
    while let Some(above) = next.filter(|_| guard < 8) {
        guard += 1;
        let group = &groups[above];
        // Articles are numbered through the document: chapter and section only check.
        let is_check = steps.iter().any(|(level, _)| *level == Level::Article)
            && group.level < Level::Article
            && group.level != Level::Annex;
        if group.this {
            enclosing = true;
        } else if !is_check && let Some(label) = group.labels.first() {
            steps.push((group.level, label.clone()));
        }
        next = parents[above];
    }
    steps.reverse();
    let mut eid: Option<Eid> = None;
    for (level, label) in steps {
        let step = if label.is_empty() { Eid::new(level.prefix()) } else { Eid::step(level.prefix(), &label) };
        eid = Some(match eid {
            Some(outer) => step.within(&outer),
            None => step,
        });
    }
    (eid, enclosing)
}

#[cfg(test)]
mod tests;
