//! Citations (dẫn chiếu): which provisions of which documents a text points at.
//!
//! Hard because a citation is a small language: "điểm c khoản 1 và khoản 2 Điều 10" binds its point to the first
//! paragraph only, lists and ranges run over Vietnamese letters (đ after d, no f), the document may be this one, a
//! number typed with noise, a short name defined pages before, or a bare name whose meaning depends on the date.
//! Source: Decree 78/2025/NĐ-CP, Article 68.
//!
//! [`citations`] reads a text alone; [`resolve`] settles, for a whole document and a day, what the citations mean there.
//! Not here: what the provisions say, and whether the documents are in force.

mod aliases;
mod binding;
mod grammar;
mod names;
mod resolution;
mod roles;
mod tokens;
mod units;

pub use resolution::{Context, Place, Resolved, Which, named, resolve};

use crate::eid::Eid;
use crate::register::Register;
use crate::structure::ProvisionKind;
use crate::{ByteSpan, DocNumber, DocumentKind};
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
        /// The year, where it is given beside the number ("54/VBHN-VPQH năm 2025").
        year: Option<i16>,
        /// The issuing body as written, where it is given: a provincial number alone does not tell the province.
        issuer: Option<String>,
        /// "được sửa đổi, bổ sung năm 2020, 2025": the years of the amendments cited along.
        amended: Vec<i16>,
    },
    /// By name.
    Name {
        /// Kind and name as written: "Luật Đất đai".
        name: String,
        /// The kind; [`DocumentKind::Other`] for a treaty or a regulation that is no normative document.
        kind: DocumentKind,
        /// The year, where it is given.
        year: Option<i16>,
        /// The date of issue, where it is given.
        day: Option<Date>,
        /// The years of the amendments cited along.
        amended: Vec<i16>,
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

    /// The kind of the document named.
    pub(crate) fn kind(&self) -> Option<DocumentKind> {
        match self {
            Self::This => None,
            Self::Number { kind, .. } | Self::Name { kind, .. } => Some(*kind),
        }
    }

    /// Whether another document than the citing text is named.
    pub fn is_named(&self) -> bool {
        *self != Self::This
    }
}

/// How a citation of the citing text says which part of it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It does not: "Điều 5".
    Unsaid,
    /// The document as a whole: "Điều 5 Nghị định này".
    Document,
    /// The regulation attached to it: "Điều 5 Quy chế này".
    Attached,
}

/// One thing a citation points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The document.
    pub document: DocumentReference,
    /// The provision; of a relative citation only what the text names. `None` for the whole document, or for the
    /// enclosing unit that `within` names.
    pub eid: Option<Eid>,
    /// The kind of enclosing unit that the words name with "này": article for "khoản 2 Điều này" and for "Điều này".
    pub within: Option<ProvisionKind>,
    /// Whether a range runs from this unit to the next target: units inserted between them (5a) are meant too.
    pub range: bool,
    /// Which part of the citing text, where that is the document.
    pub scope: Scope,
}

/// A citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Where: from the first word of its units to the end of the document's number or name.
    pub span: ByteSpan,
    /// What it does.
    pub role: Role,
    /// What it points at; lists and ranges written out.
    pub targets: Vec<Target>,
    /// Words before it that narrow it to less than a provision: "đoạn 2", "gạch đầu dòng thứ nhất", "Mẫu số 03".
    pub locator: Option<ByteSpan>,
}

/// Every citation in `text`, in order. Names are resolved by year or date where the register leaves one document;
/// "Luật này" alone is one too. Linear in the length of the text.
pub fn citations(text: &str, register: &Register) -> Vec<Citation> {
    let mut parser = grammar::Parser::new(text, register);
    let mut found = parser.citations();
    roles::assign(text, &parser.tokens, &mut found);
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

#[cfg(test)]
mod tests;
