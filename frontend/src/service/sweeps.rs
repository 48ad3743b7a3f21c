//! Sweeps that were written to the service's folder. Of a sweep's own shape only what the page shows is read, since every
//! field read is code.

use super::{Failure, get};
use rasoat_api::{Effect, SweepCounts, SweepFindings, SweepRow, routes};
use serde::Deserialize;

/// A sweep, as far as it is shown.
#[derive(Debug, Clone, Deserialize)]
pub struct Shown {
    /// Date the documents were held against the law.
    pub as_of: String,
    /// How many there are of what.
    pub counts: SweepCounts,
    /// The documents, those that need action first.
    pub documents: Vec<Document>,
    /// What it does not cover.
    pub notes: Vec<String>,
}

/// A document of a sweep.
#[derive(Debug, Clone, Deserialize)]
pub struct Document {
    /// Its place; none where nothing bears on it.
    pub rank: Option<usize>,
    /// Its number.
    pub document: String,
    /// Its name.
    pub title: String,
    /// Effect on the date.
    pub effect: Effect,
    /// What is proposed.
    pub proposal: Words,
    /// Why.
    pub reasons: Vec<Words>,
    /// How many findings its review gave.
    pub findings: SweepFindings,
}

/// What something says.
#[derive(Debug, Clone, Deserialize)]
pub struct Words {
    /// For a person: a reason's message, or the proposal's name.
    #[serde(alias = "message")]
    pub label: String,
}

/// Every sweep, the newest first.
pub async fn all() -> Result<Vec<SweepRow>, Failure> {
    get(routes::SWEEPS).await
}

/// A sweep.
pub async fn one(id: &str) -> Result<Shown, Failure> {
    get(&routes::with_id(routes::SWEEP, id)).await
}
