//! Reports of evaluations.

use super::{Failure, get, measured};
use crate::address::{escaped, query};
use rasoat_api::{EvaluationComparison, EvaluationOverview, EvaluationRow, MeasuredItems, MeasuredSet, routes};

/// Those there are.
pub async fn all() -> Result<Vec<EvaluationRow>, Failure> {
    Ok(measured::rows(&get(routes::EVALUATIONS).await?))
}

/// One in brief.
pub async fn overview(id: &str) -> Result<EvaluationOverview, Failure> {
    Ok(measured::overview(&get(&address(routes::EVALUATION_OVERVIEW, id)).await?))
}

/// One set of it.
pub async fn set(id: &str, suite: &str, set: &str) -> Result<MeasuredSet, Failure> {
    let asked = query(&[("suite", suite), ("set", set)]);
    Ok(measured::set(&get(&format!("{}{asked}", address(routes::EVALUATION_SET, id))).await?))
}

/// Which cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The report.
    pub id: String,
    /// The suite.
    pub suite: String,
    /// The set.
    pub set: String,
    /// The system.
    pub system: String,
    /// One alone; all where it is empty.
    pub item: String,
    /// Whether only those that went less than perfectly.
    pub imperfect: bool,
    /// How many are passed over.
    pub from: usize,
}

/// A page of them.
pub async fn items(wanted: &Wanted, limit: usize) -> Result<MeasuredItems, Failure> {
    let (from, limit) = (wanted.from.to_string(), limit.to_string());
    let asked = query(&[
        ("suite", &wanted.suite),
        ("set", &wanted.set),
        ("system", &wanted.system),
        ("item", &wanted.item),
        ("imperfect", if wanted.imperfect { "true" } else { "" }),
        ("from", &from),
        ("limit", &limit),
    ]);
    Ok(measured::items(&get(&format!("{}{asked}", address(routes::EVALUATION_ITEMS, &wanted.id))).await?))
}

/// Where all cases of a system can be had.
pub fn items_file(id: &str, suite: &str, set: &str, system: &str) -> String {
    let asked = query(&[("suite", suite), ("set", set), ("system", system), ("format", "jsonl")]);
    format!("{}{asked}", address(routes::EVALUATION_ITEMS, id))
}

/// A set beside the same of an earlier report.
pub async fn comparison(before: &str, id: &str, suite: &str, set: &str) -> Result<EvaluationComparison, Failure> {
    let asked = query(&[("before", before), ("suite", suite), ("set", set)]);
    Ok(measured::comparison(&get(&format!("{}{asked}", address(routes::EVALUATION_COMPARISON, id))).await?))
}

/// A route of one report.
pub fn address(route: &str, id: &str) -> String {
    routes::with_id(route, &escaped(id, b""))
}
