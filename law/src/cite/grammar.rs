//! The grammar of citations (domain words in quotation marks, `·` for white space, which separates only).
//!
//! ```text
//! citation  = chain [ [ "," ] "của" | "tại" | "trong" | "ban hành kèm theo" … ] [ document ]
//!           | document
//! chain     = group { joint group }
//! joint     = [ "," | ";" ] [ "và" | "hoặc" | "hay" | "và/hoặc" ] [ "của" | "tại" | "thuộc" | "trong" ]
//! group     = [ "từ" ] [ "các" | "những" ] level ( "này" | labels )
//!           | "k" numeral | "Đ" numeral                      (* k2 Đ5, as people write to one another *)
//!           | labels                                         (* ", b khoản 2" after "điểm a khoản 1" *)
//! level     = "điểm" | "khoản" | "Điều" | "Tiểu mục" | "Mục" | "Chương" | "Phần" | "Phụ lục"
//! labels    = label { ( "," | "và" | "hoặc" | "hay" ) label | ( "đến" | "-" ) [ level ] label }
//! label     = numeral | letter | roman | "thứ" ordinal
//! numeral   = digit { digit } [ letter ]                     (* 12a *)
//! letter    = "a" … "y" without f j w z, with đ; [ digit ]   (* a1 *)
//! document  = kind "này"
//!           | kind [ "số" [ ":" ] ] number [ day ] [ issuer ] [ amended ] [ alias-definition ]
//!           | kind [ "của" ] issuer { issuer } "số" number      (* Thông tư liên tịch Bộ A - Bộ B số … *)
//!           | kind name [ [ year ] number | year | day ] [ amended ] [ alias-definition ]
//!           | attached { word } "ban hành kèm theo" document
//!           | alias
//!           | [ "số" ] number                                (* after another document, in a list *)
//! number    = digit { digit } [ letter ] { ( "/" | "-" ) ( year | capitals ) }
//! attached  = "Quy chế" | "Quy định" | "Điều lệ" | "Nội quy" | "Quy trình"
//! amended   = [ "đã" ] [ "được" ] "sửa đổi, bổ sung" [ "một số điều" ] year { ( "," | "và" ) year }
//! alias-definition = "(" "sau đây" ( "gọi" | "viết" ) [ "tắt" | "chung" ] "là" alias ")"
//! ```
//!
//! Recursive descent with one token of context on each side; every rule looks a bounded number of tokens ahead, so the
//! whole is linear in the text. Names are the longest that the register knows ([`super::names`]); how groups bind is in
//! [`super::binding`].

use super::aliases::Aliases;
use super::binding::bind;
use super::tokens::{Token, Word, tokens};
use super::units::{Group, Level};
use super::{Citation, DocumentReference, Role, Scope, Target};
use crate::eid::Eid;
use crate::register::Register;
use crate::{ByteSpan, DocNumber};

/// Regulations attached to another document.
pub(super) const ATTACHED: [&str; 5] = ["Quy chế", "Quy định", "Điều lệ", "Quy trình", "Nội quy"];

/// A document as read at a place.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub reference: DocumentReference,
    pub scope: Scope,
    /// The token after its number or name.
    pub end: usize,
    /// Whether the words name its attached regulation, not the document.
    pub attached: bool,
}

/// A citation as read, before its role is known.
#[derive(Debug)]
pub(super) struct Read {
    pub targets: Vec<Target>,
    /// The token after it.
    pub end: usize,
}

pub(super) struct Parser<'a> {
    pub source: &'a str,
    pub tokens: Vec<Token<'a>>,
    pub register: &'a Register,
    pub aliases: Aliases,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, register: &'a Register) -> Self {
        Self { source, tokens: tokens(source), register, aliases: Aliases::default() }
    }

    /// The words of token `at`; empty past the end.
    pub(super) fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| t.text)
    }

    /// The part of token `at`.
    pub(super) fn kind_of(&self, at: usize) -> Word {
        self.tokens.get(at).map_or(Word::Break, |t| t.word)
    }

    /// The source from token `from` to before token `to`.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if from < to => &self.source[first.start..last.end],
            _ => "",
        }
    }

    /// Whether the words of `phrase` stand at token `at`; returns the token after them. A capital in the phrase asks
    /// for a capital in the text, whose other letters may be of either case.
    pub(super) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut next = at;
        for expected in phrase.split(' ') {
            let word = self.text(next);
            let capital = expected.starts_with(char::is_uppercase);
            let same = word == expected
                || (!capital || word.starts_with(char::is_uppercase))
                    && word.len() <= expected.len() + 2
                    && word.to_lowercase() == expected.to_lowercase();
            if !same {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    /// The token at or after byte `byte`, searched from token `from`.
    pub(super) fn token_at(&self, from: usize, byte: usize) -> usize {
        self.tokens[from..].iter().position(|t| t.start >= byte).map_or(self.tokens.len(), |count| from + count)
    }

    /// Every citation, in order, each a plain reference.
    pub(super) fn citations(&mut self) -> Vec<Citation> {
        let mut found = Vec::new();
        let mut at = 0;
        // Where a list of numbers may go on, and where the title of the last cited document ends.
        let mut list_from = usize::MAX;
        let mut title_end = 0;
        // The first document of the list being read.
        let mut head = DocumentReference::This;
        // Whether the list names what changed its first document.
        let mut amended = false;
        while at < self.tokens.len() {
            if !self.may_begin(at) {
                if self.kind_of(at) == Word::Break || self.text(at) == ";" {
                    list_from = usize::MAX;
                }
                at += 1;
                continue;
            }
            if let Some(next) = self.heading(at) {
                at = next;
                continue;
            }
            if let Some(next) = self.aliases.definition_end(at).or_else(|| self.definition(at)) {
                at = next;
                continue;
            }
            let read = self.citation(at).or_else(|| self.number_in_list(at, list_from));
            let Some(Read { targets, end }) = read else {
                if self.kind_of(at) == Word::Break || self.text(at) == ";" {
                    list_from = usize::MAX;
                }
                at += 1;
                continue;
            };
            if at < title_end {
                at = end;
                continue;
            }
            if targets.iter().any(|target| target.document.is_named()) {
                let trail = self.trail(end);
                list_from = trail;
                title_end = self.title_end(trail, &targets[0].document);
                self.keep_number(at, end, &targets[0]);
                let start = self.tokens[at].start;
                let between = found.last().map_or("", |last: &Citation| &self.source[last.span.end..start]);
                let changed = !found.is_empty() && between.len() <= 160 && between.contains("sửa đổi");
                let listed = changed || matches!(between.trim(), "," | "và");
                amended = listed && (amended || changed && between.contains("được"));
                if !listed {
                    head = targets[0].document.clone();
                }
                self.learn_alias(if amended { &head } else { &targets[0].document }, &head, end, title_end.max(trail));
            }
            let span = ByteSpan::new(self.tokens[at].start, self.tokens[end - 1].end);
            let locator = self.locator(at);
            found.push(Citation { span, role: Role::Reference, targets, locator });
            at = end;
        }
        found
    }

    /// Words right before a citation that narrow it: "đoạn 2", "gạch đầu dòng thứ nhất", "Mẫu số 03 tại".
    fn locator(&self, at: usize) -> Option<ByteSpan> {
        const HEADS: [&str; 11] = ["đoạn", "gạch", "dòng", "cột", "tiết", "câu", "Mẫu", "mẫu", "Biểu", "tên", "Bảng"];
        const WITHIN: [&str; 21] = [
            "đầu", "dòng", "thứ", "nhất", "hai", "ba", "tư", "năm", "cuối", "mở", "dẫn", "số", "tại", "của", "cột",
            "đề", "và", ",", "-", "sáu", "biểu",
        ];
        let mut first = None;
        for back in (at.saturating_sub(9)..at).rev() {
            let word = self.text(back);
            if HEADS.contains(&word) {
                first = Some(back);
            } else if !(WITHIN.contains(&word) || word.chars().count() <= 3 && word.chars().all(char::is_alphanumeric))
            {
                break;
            }
        }
        let mut end = at;
        while end > 0 && matches!(self.text(end - 1), "tại" | "của" | ",") {
            end -= 1;
        }
        let first = first.filter(|first| *first < end)?;
        Some(ByteSpan::new(self.tokens[first].start, self.tokens[end - 1].end))
    }

    /// Whether a citation, a heading or the definition of a short name may begin at token `at`: few words do.
    fn may_begin(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        match token.word {
            Word::And | Word::To | Word::This | Word::Of | Word::Break => false,
            Word::Mark => token.text == "(",
            Word::Other => {
                token.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'k' | 'K' | 'Đ'))
                    || self.aliases.may_begin(token.text)
            }
            _ => true,
        }
    }

    /// A citation starting exactly at token `at`.
    fn citation(&self, at: usize) -> Option<Read> {
        let Some(chain) = self.groups(at) else { return self.bare_document(at) };
        let end = chain.last().map_or(at, |(_, end)| *end);
        // "Phụ lục 4 Danh mục … của", "Chương IV “Nuôi con nuôi” tại": a title may stand before the document.
        let annex = chain.last().is_some_and(|(group, _)| {
            let spaced = self.tokens.get(end + 1).is_some_and(|next| next.start > self.tokens[end].end);
            let titled = match self.text(end) {
                "“" | "\"" => true,
                "(" => self.text(end + 1) != "trừ",
                "-" | "–" => spaced,
                _ => false,
            };
            !group.this && (group.level == Level::Annex || group.level <= Level::Subsection && titled)
        });
        let document = self.document_after(end).or_else(|| annex.then(|| self.document_of_annex(end)).flatten());
        // "khoản 2 Điều này và Điều 5 Nghị định số …": the enclosing unit is not the decree's.
        let own = chain.iter().rposition(|(group, _)| group.this);
        let (chain, document) = match (own, document) {
            (Some(last), Some(document)) if document.reference != DocumentReference::This && last + 1 < chain.len() => {
                (chain.into_iter().take(last + 1).collect::<Vec<_>>(), None)
            }
            (Some(last), Some(document)) if document.reference != DocumentReference::This => {
                let _ = (last, document);
                (chain, None)
            }
            (_, document) => (chain, document),
        };
        let end = document.as_ref().map_or_else(|| chain.last().map_or(at, |(_, end)| *end), |d| d.end);
        let groups: Vec<Group> = chain.into_iter().map(|(group, _)| group).collect();
        let (reference, scope, attached) =
            document.map_or((DocumentReference::This, Scope::Unsaid, false), |d| (d.reference, d.scope, d.attached));
        let targets: Vec<Target> = bind(&groups)
            .into_iter()
            .map(|bound| Target {
                document: reference.clone(),
                eid: bound.eid.map(|eid| if attached { eid.within(&Eid::step("annex", "1")) } else { eid }),
                within: bound.within,
                range: bound.range,
                scope,
            })
            .collect();
        (!targets.is_empty()).then_some(Read { targets, end })
    }

    /// A document without units: "Luật này", "Nghị định số …", "Quy chế ban hành kèm theo Quyết định số …".
    fn bare_document(&self, at: usize) -> Option<Read> {
        let named = self.document(at).or_else(|| self.attached(at))?;
        // "Hiến pháp và pháp luật" speaks of the order of law, not of a document.
        if let DocumentReference::Name { name, year: None, day: None, .. } = &named.reference
            && (name == "Hiến pháp" || name == "HIẾN PHÁP")
            && !self.in_basis(at)
        {
            return None;
        }
        if self.is_foreign(&named.reference) {
            return None;
        }
        let eid = named.attached.then(|| Eid::step("annex", "1"));
        let target = Target { document: named.reference, eid, within: None, range: false, scope: named.scope };
        Some(Read { targets: vec![target], end: named.end })
    }

    /// Keeps the number of the document cited between tokens `at` and `end` under its kind's words.
    fn keep_number(&mut self, at: usize, end: usize, target: &Target) {
        let kind = (at..end).find_map(|at| {
            ["Nghị định", "Nghị quyết", "Thông tư", "Quyết định", "Luật"]
                .into_iter()
                .find(|kind| self.phrase(at, kind).is_some())
        });
        if let Some(kind) = kind {
            self.aliases.keep(kind, &target.document);
        }
    }

    fn in_basis(&self, at: usize) -> bool {
        at >= 2 && self.phrase(at - 2, "Căn cứ").is_some() && (at == 2 || self.kind_of(at - 3) == Word::Break)
    }

    /// `số 280/2025/NĐ-CP` or the number alone, after another document of the list.
    fn number_in_list(&self, at: usize, list_from: usize) -> Option<Read> {
        let joined = at > list_from && at <= list_from + 2 && {
            (list_from..at).all(|at| self.text(at) == "," || self.kind_of(at) == Word::And)
        };
        // "các Thông tư: số …; số …": after a mark the word "số" says as much.
        let said = at > 0
            && self.text(at) == "số"
            && (matches!(self.text(at - 1), "," | ";" | ":") || self.kind_of(at - 1) == Word::And);
        let (number, end) = (joined || said).then(|| self.number(at)).flatten()?;
        number.year()?;
        let kind = crate::DocumentKind::from_number(number.as_str(), None);
        if !joined && kind == crate::DocumentKind::Other {
            return None;
        }
        let reference = self.numbered(number, kind, end);
        let target = Target { document: reference, eid: None, within: None, range: false, scope: Scope::Document };
        Some(Read { targets: vec![target], end })
    }

    /// The document that follows the units: "của Luật này", "Nghị định số …", "Quy chế ban hành kèm theo …".
    pub(super) fn document_after(&self, at: usize) -> Option<Named> {
        const JOINTS: [&str; 6] = ["của", "tại", "trong", "thuộc", "theo", "kèm"];
        let mut next = self.past_marks(at);
        // "Điều 35 - Chương II - Nghị định số …".
        let dashed = matches!(self.text(next), "-" | "–") && self.kind_of(next + 1) == Word::Kind;
        if self.text(next) == "," || dashed {
            next += 1;
        }
        let joint = JOINTS.iter().find_map(|joint| self.phrase(next, joint));
        next = self.issued_with(next).or(joint).unwrap_or(next);
        // A comma alone joins a list: "Điều 5, Luật A" only where nothing else could be meant.
        self.document(next)
            .or_else(|| self.attached(next))
            .or_else(|| self.own_in_small_letters(next))
            .or_else(|| self.other_regulation(next))
    }

    /// "Điều 2 của thông tư này".
    fn own_in_small_letters(&self, at: usize) -> Option<Named> {
        const KINDS: [&str; 8] =
            ["nghị định", "thông tư", "quyết định", "nghị quyết", "pháp lệnh", "bộ luật", "luật", "chỉ thị"];
        let end = KINDS.iter().find_map(|kind| self.phrase(at, kind)).filter(|end| self.kind_of(*end) == Word::This)?;
        Some(Named { reference: DocumentReference::This, scope: Scope::Document, end: end + 1, attached: false })
    }

    /// "(được) ban hành kèm theo", "đính kèm", "kèm theo": the token after it.
    fn issued_with(&self, at: usize) -> Option<usize> {
        const WORDS: [&str; 6] =
            ["ban hành kèm theo", "ban hành kèm", "ban hành theo", "kèm theo", "đính kèm theo", "đính kèm"];
        let at = self.phrase(at, "được").unwrap_or(at);
        let after = WORDS.iter().filter_map(|words| self.phrase(at, words)).max()?;
        // "kèm theo của Nghị định số …".
        Some(self.phrase(after, "của").unwrap_or(after))
    }

    /// "Phụ lục 4 Danh mục ngành, nghề … ban hành kèm theo Nghị định số …": the annex's title stands between.
    fn document_of_annex(&self, at: usize) -> Option<Named> {
        for gap in at..at + 40 {
            if matches!(self.text(gap), ";" | "." | "\n" | "" | ":") || self.groups(gap).is_some() {
                return None;
            }
            let issued = self.issued_with(gap);
            // "Chương IV “Nuôi con nuôi” tại Nghị định số …".
            let closed = gap > at && matches!(self.text(gap - 1), "”" | "\"");
            let of = self.phrase(gap, "của").or_else(|| closed.then(|| self.phrase(gap, "tại")).flatten());
            // "Phụ lục I … theo quy định của Nghị định này" speaks of other rules.
            let of = of.filter(|_| (at..gap).all(|at| self.text(at) != "theo"));
            if let Some(after) = issued.or(of)
                && let Some(named) = self.document(after)
            {
                return Some(named);
            }
            if issued.is_some() {
                return None;
            }
        }
        None
    }

    /// "Quy chế (vài từ tên) ban hành kèm theo Quyết định số …", "Quy chế này".
    fn attached(&self, at: usize) -> Option<Named> {
        if self.kind_of(at) != Word::Kind && self.kind_of(at) != Word::Article {
            return None;
        }
        let after = ATTACHED.iter().find_map(|attached| self.phrase(at, attached))?;
        if self.kind_of(after) == Word::This {
            let reference = DocumentReference::This;
            return Some(Named { reference, scope: Scope::Attached, end: after + 1, attached: false });
        }
        for gap in after..after + 40 {
            if matches!(self.text(gap), ";" | "." | "\n" | "")
                || self.level(gap).is_some() && self.groups(gap).is_some()
            {
                break;
            }
            if let Some(after) = self.issued_with(gap) {
                let named = self.document(after)?;
                return (named.reference != DocumentReference::This)
                    .then_some(Named { attached: true, ..named })
                    .or_else(|| {
                        let reference = DocumentReference::This;
                        let named = self.document(after)?;
                        Some(Named { reference, scope: Scope::Attached, end: named.end, attached: false })
                    });
            }
        }
        None
    }

    /// "Điều 10 Điều lệ công ty", "Điều 5 Công ước …": units of a text that is no document of the state's; its words
    /// are not part of the citation, but it is not this document's either.
    fn other_regulation(&self, at: usize) -> Option<Named> {
        if let Some(end) = self.blank_number(at) {
            let name = crate::text::squeeze(self.slice(at, end));
            let kind = crate::DocumentKind::Other;
            let reference =
                DocumentReference::Name { name, kind, year: None, day: None, amended: Vec::new(), number: None };
            return Some(Named { reference, scope: Scope::Document, end, attached: false });
        }
        let heads =
            ["Điều lệ", "Quy chế", "Quy định", "Công ước", "Hiệp định", "Hiệp ước", "Nghị định thư", "Hiến chương"];
        let end = heads.iter().find_map(|head| self.phrase(at, head))?;
        let name = crate::text::squeeze(self.slice(at, (end + 4).min(self.tokens.len())));
        let kind = crate::DocumentKind::Other;
        let reference =
            DocumentReference::Name { name, kind, year: None, day: None, amended: Vec::new(), number: None };
        Some(Named { reference, scope: Scope::Document, end, attached: false })
    }

    /// "Thông tư số …/2026/TT-BTP": a number that a draft leaves blank.
    fn blank_number(&self, at: usize) -> Option<usize> {
        let kinds = ["Thông tư liên tịch", "Thông tư", "Nghị định", "Nghị quyết", "Quyết định", "Luật"];
        let next = kinds.iter().find_map(|kind| self.phrase(at, kind))?;
        let blank = self.kind_of(next) == Word::Number && matches!(self.text(next + 1), "…" | "." | "..." | "[" | "_");
        blank.then_some(next + 1)
    }

    /// A treaty, a regulation, a number cut short: something to bind units to, but no document on its own.
    fn is_foreign(&self, reference: &DocumentReference) -> bool {
        matches!(reference, DocumentReference::Name { kind, .. } if !kind.cited_by_name())
    }

    /// `(số) 30/2020/NĐ-CP` at token `at`.
    pub(super) fn number(&self, at: usize) -> Option<(DocNumber, usize)> {
        let mut next = at;
        // "số số 99/2025/QH15", "so 54/2019/QH14": typed twice, typed without its mark.
        while next < at + 2 && (self.kind_of(next) == Word::Number || self.text(next) == "so") {
            next += 1;
            if self.text(next) == ":" || self.text(next) == "." {
                next += 1;
            }
        }
        let token = self.tokens.get(next).filter(|t| t.text.starts_with(|c: char| c.is_ascii_digit()))?;
        // A line may end within the number; a line end is as long as the blank it is read as.
        let ahead = self.source[token.start..].chars().take(60).map(char::len_utf8).sum::<usize>();
        let mut window = self.source[token.start..token.start + ahead].replace('\n', " ");
        // "59/2015/TT-BTPngày 29", "126/2020/NĐ-CPđể": no number goes on in small letters after capitals, but for "TTg".
        let letters: Vec<(usize, char)> = window.char_indices().collect();
        let end = letters.windows(4).find(|next| {
            let [(_, first), (_, second), (_, third), (_, fourth)] = next else { return false };
            let of_minister = (*first, *second, *third) == ('T', 'T', 'g') && !fourth.is_alphabetic();
            first.is_uppercase() && second.is_uppercase() && third.is_lowercase() && !of_minister
        });
        if let Some(next) = end {
            let of_minister = (next[0].1, next[1].1, next[2].1) == ('T', 'T', 'g');
            window.truncate(next[if of_minister { 3 } else { 2 }].0);
        }
        let (number, length) = DocNumber::read(&window)?;
        Some((number, self.token_at(next, token.start + length)))
    }
}
