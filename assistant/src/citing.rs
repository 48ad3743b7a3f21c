//! Who cites a document: the places in other documents of a corpus that point at it or at one of its provisions.
//!
//! Hard because most citations of a law bear its name and no number, and the name means whichever law was in force when
//! the citing text was made. Only lines that hold the number or the name are read for citations, so that the whole
//! codified law is asked within a second and no index has to be kept.

use crate::corpus::CorpusDocument;
use rasoat_law::cite::{self, DocumentReference};
use rasoat_law::register::Register;
use rasoat_law::{ByteSpan, DocNumber, Eid};

/// A place that cites a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citing {
    /// The document that cites.
    pub document: DocNumber,
    /// Its provision around the citation.
    pub eid: Option<Eid>,
    /// The citation's words, in that document's text.
    pub span: ByteSpan,
    /// The provision it points at; `None` for the whole document.
    pub target: Option<Eid>,
}

/// The places in `held` that cite `number`, in the order of its text.
pub fn citing(held: &CorpusDocument, number: &DocNumber, register: &Register) -> Vec<Citing> {
    if held.number == *number {
        return Vec::new();
    }
    let name = register
        .get(number)
        .filter(|entry| entry.kind.cited_by_name())
        .map(|entry| format!("{} {}", entry.kind.name(), entry.name));
    let text = &held.document.text;
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if !(line.contains(number.as_str()) || name.as_deref().is_some_and(|name| line.contains(name))) {
            continue;
        }
        for citation in cite::citations(line, register) {
            for target in citation.targets.iter().filter(|target| is(&target.document, number, held, register)) {
                let span = ByteSpan::new(at + citation.span.start, at + citation.span.end);
                found.push(Citing {
                    document: held.number.clone(),
                    eid: held.document.at(span.start).map(|p| p.eid.clone()),
                    span,
                    target: target.eid.clone(),
                });
            }
        }
    }
    found
}

fn is(reference: &DocumentReference, number: &DocNumber, held: &CorpusDocument, register: &Register) -> bool {
    match reference {
        DocumentReference::This => false,
        DocumentReference::Number { number: cited, .. } => cited == number,
        DocumentReference::Name { number: Some(cited), .. } => cited == number,
        DocumentReference::Name { name, .. } => held
            .own_dates
            .effective
            .or(held.own_dates.issued)
            .and_then(|day| register.named_on(name, day))
            .is_some_and(|entry| entry.number == *number),
    }
}
