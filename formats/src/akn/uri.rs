//! Addresses of documents and provisions: `/akn/vn/act/nghi_dinh/2020-03-05/30-2020-NĐ-CP/!main~art_5`.
//!
//! The Naming Convention asks for country, type, date and number. A citation often has no date: the year of the number
//! stands for it, and `0000` where there is none. Slashes of a number become dashes, since a slash parts the steps
//! of an address; the number as printed stands in `FRBRnumber` and in the words of the citation.

use jiff::civil::Date;
use rasoat_law::{DocNumber, Document, DocumentKind, DocumentReference, Eid};

/// The address of the work a document is; `generated` dates a draft that has no date.
pub(super) fn of_work(document: &Document, generated: Date) -> String {
    let metadata = &document.metadata;
    let date = match (metadata.issued, metadata.number.as_ref().and_then(|number| number.year())) {
        (Some(issued), _) => issued.to_string(),
        (None, Some(year)) => year.to_string(),
        (None, None) => generated.year().to_string(),
    };
    let kind = if metadata.number.is_some() { "act" } else { "bill" };
    let name = match (&metadata.number, &metadata.title) {
        (Some(number), _) => step(number.as_str()),
        (None, Some(title)) => step(title),
        (None, None) => "unnumbered".to_owned(),
    };
    format!("/akn/vn/{kind}/{}/{date}/{name}", metadata.kind.code())
}

/// The address of what a citation points at; `None` for the citing document as a whole.
pub(super) fn of_reference(reference: &DocumentReference, eid: Option<&Eid>) -> Option<String> {
    let work = match reference {
        DocumentReference::This => return eid.map(|eid| format!("#{eid}")),
        DocumentReference::Number { number, kind, day, year, .. } => {
            let year = year.map(|year| year.to_string()).or_else(|| number.year().map(|year| year.to_string()));
            act(*kind, day.map(|day| day.to_string()).or(year), number.as_str())
        }
        DocumentReference::Name { name, kind, year, day, number, .. } => {
            let year = year.map(|year| year.to_string());
            let numbered = number.as_ref().and_then(|number| number.year()).map(|year| year.to_string());
            let name = number.as_ref().map_or(name.as_str(), |number| number.as_str());
            act(*kind, day.map(|day| day.to_string()).or(numbered).or(year), name)
        }
    };
    Some(match eid {
        Some(eid) => format!("{work}/!main~{eid}"),
        None => work,
    })
}

/// The address of a document known by its number alone.
pub(super) fn of_number(number: &DocNumber) -> String {
    let kind = DocumentKind::from_number(number.as_str(), None);
    act(kind, number.year().map(|year| year.to_string()), number.as_str())
}

fn act(kind: DocumentKind, date: Option<String>, name: &str) -> String {
    format!("/akn/vn/act/{}/{}/{}", kind.code(), date.as_deref().unwrap_or("0000"), step(name))
}

/// Words as one step of an address.
pub(super) fn step(words: &str) -> String {
    let mut step = String::with_capacity(words.len());
    for ch in words.chars().take(120) {
        if ch.is_alphanumeric() {
            step.push(ch);
        } else if !step.is_empty() && !step.ends_with('-') {
            step.push('-');
        }
    }
    let step = step.trim_end_matches('-');
    if step.is_empty() { "unnamed".to_owned() } else { step.to_owned() }
}
