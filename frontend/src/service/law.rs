//! The law: documents, provisions, their effect, search, answers.

use super::{Failure, exchange, get};
use crate::address::query;
use rasoat_api::{Answer, AskedQuestion, DocumentView, Hits, ProvisionView, StatusReport, routes};

/// A provision in its context.
pub async fn provision(document: &str, eid: &str, as_of: &str) -> Result<ProvisionView, Failure> {
    let asked = query(&[("document", document), ("eid", eid), ("as_of", as_of)]);
    get(&format!("{}{asked}", routes::PROVISION)).await
}

/// A document as it is read.
pub async fn document(document: &str, as_of: &str) -> Result<DocumentView, Failure> {
    get(&format!("{}{}", routes::DOCUMENT, query(&[("document", document), ("as_of", as_of)]))).await
}

/// The effect of a document, or of a provision where `eid` names one.
pub async fn status(document: &str, eid: &str, as_of: &str) -> Result<StatusReport, Failure> {
    let asked = query(&[("document", document), ("eid", eid), ("as_of", as_of)]);
    get(&format!("{}{asked}", routes::STATUS)).await
}

/// Provisions in force that bear on some words.
pub async fn search(words: &str, as_of: &str) -> Result<Hits, Failure> {
    get(&format!("{}{}", routes::SEARCH, query(&[("q", words), ("as_of", as_of), ("k", "20")]))).await
}

/// An answer from the law in force.
pub async fn ask(question: AskedQuestion) -> Result<Answer, Failure> {
    exchange("POST", routes::ASK, &question).await
}
