//! The law: documents, provisions, their effect, search, answers.

use super::{Body, Failure, exchange, get, read, send, tell};
use crate::address::query;
use rasoat_api::{
    Answer, AskedQuestion, CitingPlaces, DocumentChanges, DocumentView, Hits, ProcedureCard, ProcedureRow,
    ProceduresTaken, ProvisionView, StatusReport, routes,
};
use web_sys::{File, FormData};

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

/// What a document read as on two days.
pub async fn changes(document: &str, from: &str, to: &str) -> Result<DocumentChanges, Failure> {
    let asked = query(&[("document", document), ("from", from), ("to", to)]);
    get(&format!("{}{asked}", routes::DOCUMENT_CHANGES)).await
}

/// Who cites a document, or a provision where `eid` names one.
pub async fn citing(document: &str, eid: &str) -> Result<CitingPlaces, Failure> {
    let asked = query(&[("document", document), ("eid", eid), ("limit", "200")]);
    get(&format!("{}{asked}", routes::DOCUMENT_CITING)).await
}

/// Procedures that some words name.
pub async fn procedures(words: &str) -> Result<Vec<ProcedureRow>, Failure> {
    get(&format!("{}{}", routes::PROCEDURES, query(&[("q", words), ("limit", "100")]))).await
}

/// A procedure as it is shown today.
pub async fn procedure(id: &str) -> Result<ProcedureCard, Failure> {
    get(&routes::with_id(routes::PROCEDURE, id)).await
}

/// Takes a procedure away.
pub async fn drop_procedure(id: &str) -> Result<(), Failure> {
    tell("DELETE", &routes::with_id(routes::PROCEDURE, id), Body::Nothing).await
}

/// Brings procedures in.
pub async fn take_procedures(files: &[File]) -> Result<ProceduresTaken, Failure> {
    let form = FormData::new().map_err(|_| Failure::Unreachable)?;
    for file in files {
        form.append_with_blob_and_filename("file", file, &file.name()).map_err(|_| Failure::Unreachable)?;
    }
    read(send("POST", routes::PROCEDURES, Body::Form(&form)).await?).await
}
