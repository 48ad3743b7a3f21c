//! Bodies, courts, places and papers that were renamed, merged or abolished.
//!
//! Hard because an old name is often right: in the title or number of an old document, inside a quotation, in a
//! transitional clause. Only the *acting* body of a new draft is outdated. The facts are in `law/data/bodies.csv`.

use crate::structure::Document;
use crate::{ByteSpan, Confidence};
use jiff::civil::Date;
use std::sync::OnceLock;

/// A name that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The old name and its spellings.
    pub old: Vec<String>,
    /// The name since then; empty when the body was abolished without a successor.
    pub new: String,
    /// First day of the new name.
    pub from: Option<Date>,
    /// `ministry department province district court paper term`.
    pub class: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The document that changed it.
    pub basis: String,
    /// What a reviewer should know.
    pub note: String,
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
    CHANGES.get_or_init(|| read(include_str!("../data/bodies.csv")).unwrap_or_default())
}

/// Reads changes from CSV (columns in `law/data/README.md`).
///
/// # Errors
/// The first row that cannot be read.
pub fn read(csv: &str) -> Result<Vec<Change>, csv::Error> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap_or(usize::MAX);
    let columns = ["old", "new", "from", "class", "confidence", "basis_document", "note"].map(column);
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
                note: field(6).to_owned(),
            })
        })
        .collect()
}

/// Every mention of a name that had changed by `as_of`, outside quotations, titles of old documents and transitional
/// clauses. The longest name wins where several fit.
pub fn mentions<'a>(document: &Document, changes: &'a [Change], as_of: Date) -> Vec<Mention<'a>> {
    let names = names(changes, as_of);
    let mut found = Vec::new();
    let excluded = excluded(document);
    let text = document.text.as_str();
    let mut at = 0;
    while at < text.len() {
        let starts_word = !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let hit = starts_word
            .then(|| names.iter().find_map(|(name, change)| matched(&text[at..], name).map(|length| (length, *change))))
            .flatten();
        match hit {
            Some((length, change)) => {
                let span = ByteSpan::new(at, at + length);
                if !excluded.iter().any(|e| e.overlaps(span)) && !names_old_document(text, span) {
                    found.push(Mention { span, change });
                }
                at += length;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn names(changes: &[Change], as_of: Date) -> Vec<(&str, &Change)> {
    let mut names: Vec<(&str, &Change)> = changes
        .iter()
        .filter(|change| change.from.is_none_or(|from| from <= as_of))
        .flat_map(|change| change.old.iter().map(move |name| (name.as_str(), change)))
        .collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
}

/// Bytes of `text` that spell `name`, dashes of any length and runs of spaces being one; the match ends at a word end.
/// A name that is an abbreviation must stand alone, not as the ending of a document's number.
fn matched(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars().peekable();
    let mut at = 0;
    let mut rest = text.chars().peekable();
    while let Some(expected) = wanted.next() {
        let c = rest.next()?;
        at += c.len_utf8();
        let same = c == expected || is_dash(c) && is_dash(expected) || (c == '\n' || c == '\t') && expected == ' ';
        if !same {
            return None;
        }
        if expected == ' ' || is_dash(expected) {
            // Spaces around dashes and doubled spaces are typing, not another name.
            while rest.peek() == Some(&' ') {
                at += 1;
                rest.next();
            }
            while wanted.peek() == Some(&' ') {
                wanted.next();
            }
        }
    }
    (!rest.peek().is_some_and(|c| c.is_alphanumeric())).then_some(at)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// Quotations, transitional clauses, and everything after the signature.
fn excluded(document: &Document) -> Vec<ByteSpan> {
    let mut spans = crate::text::quotations(&document.text);
    for provision in &document.provisions {
        if provision.heading.as_deref().is_some_and(|heading| heading.to_lowercase().contains("chuyển tiếp")) {
            spans.push(provision.span);
        }
    }
    spans
}

/// Whether the name stands as issuer or in the number or title of an old document: "Thông tư số 30/2018/TT-BTNMT … của
/// Bộ trưởng Bộ Tài nguyên và Môi trường".
fn names_old_document(text: &str, span: ByteSpan) -> bool {
    let before = &text[..span.start];
    if before.ends_with(['-', '/', '&']) {
        return true;
    }
    let sentence = before.rfind(['\n', ';', '.']).map_or(0, |at| at + 1);
    let sentence = &before[sentence..];
    let Some(cited) = crate::cite::last_number_end(sentence) else { return false };
    let between = &sentence[cited..];
    // The issuer follows the number directly or after the date; the title follows it up to a comma or a verb.
    let issuer = between.trim_end().ends_with("của")
        || between.trim_end().ends_with("Bộ trưởng")
        || between.trim_end().ends_with("của Chủ tịch");
    let in_title = (between.contains(" về ") || between.contains(" quy định ") || between.contains(" hướng dẫn "))
        && !between.contains([',', ':', '(']);
    issuer || in_title
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::structure::parse;
    use jiff::civil::date;

    fn check(text: &str, expected: &[&str]) {
        let document = parse(text);
        let found: Vec<&str> = mentions(&document, built_in(), date(2026, 11, 21))
            .into_iter()
            .map(|m| m.span.of(&document.text))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_built_in_changes_can_be_read() {
        let changes = read(include_str!("../data/bodies.csv")).unwrap();
        assert!(changes.len() > 60);
        assert!(changes.iter().all(|c| !c.old.is_empty() && c.from.is_some() && !c.class.is_empty()));
    }

    #[test]
    fn a_merged_ministry_that_acts_in_a_draft_is_found() {
        check(
            "Điều 1. A\n1. Bộ Lao động - Thương binh và Xã hội hướng dẫn Nghị định này.\n2. Bộ Lao động – Thương binh và Xã hội chủ trì.",
            &["Bộ Lao động - Thương binh và Xã hội", "Bộ Lao động – Thương binh và Xã hội"],
        );
    }

    #[test]
    fn an_old_name_in_a_quotation_a_number_or_a_transitional_clause_is_right() {
        check("Điều 1. A\nTheo Thông tư số 30/2018/TT-BTNMT của Bộ trưởng Bộ Tài nguyên và Môi trường thì làm.", &[]);
        check("Điều 1. A\nCụm từ “Bộ Kế hoạch và Đầu tư” được thay.", &[]);
        check("Điều 9. Điều khoản chuyển tiếp\nHồ sơ đã nộp tại Bộ Giao thông vận tải được giải quyết.", &[]);
    }

    #[test]
    fn a_name_that_changes_later_is_still_right_today() {
        let document = parse("Điều 1. A\nBộ Kế hoạch và Đầu tư chủ trì.");
        assert_eq!(mentions(&document, built_in(), date(2025, 2, 28)).len(), 0);
        assert_eq!(mentions(&document, built_in(), date(2025, 3, 1)).len(), 1);
    }
}
