//! Bodies, courts, places and papers that were renamed, merged or abolished.
//!
//! Hard because an old name is often right: in the title or number of an old document, in a quotation, in a transitional
//! clause, where history is told, of a paper issued long ago. Only what a text says of today can be outdated. And a name
//! may stay while what it names changes: tỉnh Gia Lai has another territory since 1 July 2025. The facts and their
//! sources are in `law/data/terms.csv`; the mergers are those of Resolutions 176/2025/QH15 and 202/2025/QH15 and Law
//! 72/2025/QH15.

mod index;
mod silence;

pub use silence::Silence;

use crate::structure::Document;
use crate::{ByteSpan, Confidence};
use index::Index;
use jiff::civil::Date;
use std::sync::OnceLock;

/// A name that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The old name and its spellings. Case, tone placement and dashes are not told apart; one that ends in `*` stands
    /// before a proper name.
    pub old: Vec<String>,
    /// The name since then; empty when the body was abolished without a successor.
    pub new: String,
    /// First day of the new name.
    pub from: Option<Date>,
    /// `ministry department province district court paper term`; `territory` where the name stayed and what it names
    /// changed; `kept` for a name that only begins like an old one.
    pub class: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The document that changed it.
    pub basis: String,
    /// What a reviewer should know, in Vietnamese.
    pub advice: String,
}

/// A mention of an old name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Where.
    pub span: ByteSpan,
    /// What changed.
    pub change: &'a Change,
}

/// The changes this program was built with.
pub fn built_in() -> &'static [Change] {
    static CHANGES: OnceLock<Vec<Change>> = OnceLock::new();
    // The test `the_built_in_changes_can_be_read` proves that the embedded file reads.
    CHANGES.get_or_init(|| read(include_str!("../data/terms.csv")).unwrap_or_default())
}

/// Reads changes from CSV (columns in `law/data/README.md`).
///
/// # Errors
/// The first row that cannot be read.
pub fn read(csv: &str) -> Result<Vec<Change>, csv::Error> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap_or(usize::MAX);
    let columns = ["old", "new", "from", "class", "confidence", "basis_document", "advice"].map(column);
    reader
        .records()
        .map(|record| {
            let record = record?;
            let field = |at: usize| record.get(columns[at]).unwrap_or_default().trim();
            Ok(Change {
                old: field(0).split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
                new: field(1).to_owned(),
                from: field(2).parse().ok(),
                class: field(3).to_owned(),
                confidence: Confidence::from_code(field(4)).unwrap_or(Confidence::Doubtful),
                basis: field(5).to_owned(),
                advice: field(6).to_owned(),
            })
        })
        .collect()
}

/// Every mention of a name that had changed by `as_of` and is not right where it stands. The longest name wins where
/// several fit. Linear in the text's length.
pub fn mentions<'a>(document: &Document, changes: &'a [Change], as_of: Date) -> Vec<Mention<'a>> {
    weighed(document, changes, as_of).into_iter().filter(|(_, why)| why.is_none()).map(|(mention, _)| mention).collect()
}

/// Every mention of a name that had changed by `as_of`, with the reason why it is right where it stands, if it is.
pub fn weighed<'a>(document: &Document, changes: &'a [Change], as_of: Date) -> Vec<(Mention<'a>, Option<Silence>)> {
    let found: Vec<Mention<'a>> = found(&document.text, changes, |c| c.class != "territory" && c.had_begun(as_of))
        .into_iter()
        .filter(|mention| mention.change.class != "kept")
        .collect();
    let context = silence::Context::new(document, &found);
    found.into_iter().map(|mention| (mention, context.silence(&mention))).collect()
}

/// Names that stayed while what they name changed between the day of the text and `as_of`: a note for who reads an old
/// text today, never a fault of the text. Nothing for a text without a day.
pub fn changed_territories<'a>(document: &Document, changes: &'a [Change], as_of: Date) -> Vec<Mention<'a>> {
    let Some(dated) = document.metadata.issued else { return Vec::new() };
    found(&document.text, changes, |change| change.had_begun(as_of))
        .into_iter()
        .filter(|mention| mention.change.class == "territory" && mention.change.from.is_some_and(|from| dated < from))
        .collect()
}

impl Change {
    fn had_begun(&self, as_of: Date) -> bool {
        self.from.is_none_or(|from| from <= as_of)
    }
}

/// Names in `text`; the tree of the built-in ones is made once.
fn found<'a>(text: &str, changes: &'a [Change], counts: impl Fn(&Change) -> bool) -> Vec<Mention<'a>> {
    static BUILT_IN: OnceLock<Index<'static>> = OnceLock::new();
    let built_in = built_in();
    if std::ptr::eq(changes, built_in) {
        return BUILT_IN.get_or_init(|| Index::new(built_in)).find(text, counts);
    }
    Index::new(changes).find(text, counts)
}

#[cfg(test)]
mod tests;
