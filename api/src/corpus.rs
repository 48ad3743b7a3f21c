//! What the service keeps beside reviews: the documents of the corpus, imports with their reports, evaluations.

use crate::{Effect, ErrorBody};
use serde::{Deserialize, Serialize};

/// A document of the corpus on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentRow {
    /// Its number.
    pub document: String,
    /// Its kind, such as `nghi_dinh`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: Option<String>,
    /// When it was issued.
    pub issued: Option<String>,
    /// Its effect on the date.
    pub effect: Effect,
    /// How many provisions it has.
    pub provisions: usize,
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It waits for its turn.
    Waiting,
    /// Its documents are read and stored.
    Reading,
    /// Its passages get their vectors.
    Encoding,
    /// It ended; refused documents are in its report.
    Done,
    /// The store refused it; what was stored before is there.
    Failed,
}

/// What became of a document that was to be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It is new.
    New,
    /// It took the place of another text of the same number.
    Replaced,
    /// The same text was there.
    Unchanged,
    /// It could not be read.
    Refused,
}

/// One document of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportLine {
    /// The file, and the place within it.
    pub name: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Its number, where it was read.
    pub document: Option<String>,
    /// Why it was refused.
    pub error: Option<ErrorBody>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Identifier.
    pub id: String,
    /// How it stands.
    pub state: ImportState,
    /// How many files it was given.
    pub files: usize,
    /// The documents so far.
    pub report: Vec<ImportLine>,
    /// Passages that have got their vectors.
    pub encoded: usize,
    /// Passages that wait for theirs.
    pub to_encode: usize,
    /// Why it failed.
    pub error: Option<ErrorBody>,
}

/// A report of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationRow {
    /// Identifier: the name of its folder.
    pub id: String,
    /// Version of the program that was measured.
    pub version: String,
    /// Its commit, where it is known.
    pub commit: Option<String>,
    /// What was measured, `suite/set`.
    pub sets: Vec<String>,
}
