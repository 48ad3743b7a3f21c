//! A review as what people and programs take away: Word comments, the review sheet, tables, SARIF.
//!
//! Each takes the API's [`rasoat_api::Review`] and the draft's text, so that the server and the browser's private mode hand out
//! the same files. What the forms are called is settled by decree (Nghị định 79/2025/NĐ-CP on review); ours follow
//! the field's practice and say so, until they have been held against the official forms.

mod findings;
mod form;
mod handing;
mod lists;
mod sarif;
mod table;
mod terminal;

pub use findings::{changes, comments, csv, findings_table, not_covered};
pub use form::{SheetHead, list_docx, review_sheet};
pub use handing::{Exported, HandIn, heed};
pub use lists::{ListKind, ListedDocument, Period, list};
pub use sarif::sarif;
pub use table::{Column, Group, Table};
pub use terminal::text;

use rasoat_api::Evidence;
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, DocumentKind, Eid};

/// Where evidence stands, as a person cites it: "khoản 2 Điều 5 Bộ luật Lao động năm 2019 (45/2019/QH14)".
fn place_of(evidence: &Evidence) -> String {
    let label = evidence.eid.as_deref().map(label_of);
    match (label, evidence.document.as_str()) {
        (Some(label), "draft") => format!("{label} của dự thảo"),
        (None, "draft") => "dự thảo".into(),
        (None, "register") => "bảng theo dõi của Rasoat".into(),
        (Some(label), document) => format!("{label} {}", name_of(document)),
        (None, document) => name_of(document),
    }
}

/// A document by name and number, where its number alone is known to say enough.
fn name_of(document: &str) -> String {
    let number = DocNumber::from_normal(document);
    match Register::built_in().get(&number) {
        Some(entry) if entry.kind.cited_by_name() => format!("{} ({document})", entry.citation()),
        _ => match DocumentKind::from_number(document, None) {
            DocumentKind::Other => document.to_owned(),
            kind => format!("{} số {document}", kind.name()),
        },
    }
}

/// A provision as a person cites it.
fn label_of(eid: &str) -> String {
    Eid::new(eid).label()
}

/// At most `most` characters.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A text on one line.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2025-07-01` as `01/07/2025`; anything else as it is.
fn day(iso: &str) -> String {
    let mut parts = iso.splitn(3, '-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
