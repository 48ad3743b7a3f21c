//! Reports of evaluations, as the evaluator's pages read them: what `rasoat eval -o` writes, cut into what one page shows.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sentence in both languages, as reports carry them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wording {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredFigure {
    /// The figure.
    pub value: f64,
    /// Lower end; `null` where a single document leaves nothing to draw.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvaluationSuite {
    /// Questions against the articles that answer them.
    Retrieval,
    /// Two provisions: do they contradict?
    Pairs,
    /// Drafts against the findings reviewers made.
    Outcomes,
    /// Dated documents read again at a later date.
    Outdated,
    /// Questions against the provisions an answer must cite.
    Answers,
    /// Texts against their trees.
    Structure,
    /// Texts against their citations.
    Citations,
    /// How fast the machine is.
    Speed,
    /// All of them.
    All,
}

/// An evaluation that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationRunWanted {
    /// What is measured.
    pub suite: EvaluationSuite,
    /// A set of the folder that is configured for them, by its name; the whole folder where it is left out.
    pub data: Option<String>,
    /// The seed of every draw; 6 where it is left out.
    pub seed: Option<u64>,
}

/// How a run of an evaluation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvaluationRunState {
    /// It measures.
    Running,
    /// Its report is among the evaluations, under the run's identifier.
    Done,
    /// It could not be measured.
    Failed,
    /// A person stopped it.
    Cancelled,
}

/// A run of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationRun {
    /// Identifier, and that of its report once it is done.
    pub id: String,
    /// What is measured.
    pub suite: EvaluationSuite,
    /// The set; the whole folder where there is none.
    pub data: Option<String>,
    /// The seed of every draw.
    pub seed: u64,
    /// How it stands.
    pub state: EvaluationRunState,
    /// What it is at, `suite · set`.
    pub at: Option<String>,
    /// Steps of that which are done.
    pub done: usize,
    /// Steps of it in all; 0 where they are not counted.
    pub total: usize,
    /// What it said on the way, the last 50 lines.
    pub notes: Vec<String>,
    /// Why it failed.
    pub error: Option<crate::ErrorBody>,
    /// The account that began it.
    pub account: Option<String>,
    /// When it began, in seconds since 1970.
    pub begun: i64,
}

/// What one report holds, set by set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationOverview {
    /// Identifier: the name of its folder.
    pub id: String,
    /// Version of the program that was measured.
    pub version: String,
    /// Its commit, where it is known.
    pub commit: Option<String>,
    /// When it was measured, where it is known.
    pub at: Option<String>,
    /// The seed of every draw.
    pub seed: u64,
    /// By data set the SHA-256 of what was read.
    pub data: BTreeMap<String, String>,
    /// By model or store the SHA-256 of its files.
    pub models: BTreeMap<String, String>,
    /// What the figures cannot tell.
    pub limits: Vec<Wording>,
    /// Every set, in the report's order.
    pub sets: Vec<MeasuredSetHead>,
    /// What suites and figures are called, by their names in the report.
    pub names: BTreeMap<String, Wording>,
    /// Whether it can be kept as a page.
    pub page: bool,
}

/// A set and the figure that stands for each of its systems.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredSetHead {
    /// The suite.
    pub suite: String,
    /// The data set.
    pub set: String,
    /// The name of that figure; `null` where there are only times.
    pub headline: Option<String>,
    /// The systems and baselines.
    pub systems: Vec<MeasuredSystemHead>,
}

/// A system and the figure that stands for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredSystemHead {
    /// The system.
    pub system: String,
    /// Whether it is something to hold the others against.
    pub baseline: bool,
    /// Cases.
    pub items: usize,
    /// Documents they come from.
    pub documents: usize,
    /// The figure.
    pub figure: Option<MeasuredFigure>,
}

/// All systems on one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredSet {
    /// The suite.
    pub suite: String,
    /// The data set.
    pub set: String,
    /// The systems and baselines.
    pub systems: Vec<MeasuredSystem>,
    /// What systems have over one another.
    pub gains: Vec<MeasuredGain>,
    /// What the suite, its figures and slices are called.
    #[serde(default)]
    pub names: BTreeMap<String, Wording>,
    /// The figures' names in a reader's order.
    #[serde(default)]
    pub order: Vec<String>,
    /// Systems whose cases were kept with the report.
    #[serde(default)]
    pub kept: Vec<String>,
}

/// One system on one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredSystem {
    /// The system.
    pub system: String,
    /// Whether it is something to hold the others against.
    pub baseline: bool,
    /// Cases.
    pub items: usize,
    /// Documents they come from.
    pub documents: usize,
    /// By name; those that are not defined are absent.
    pub figures: BTreeMap<String, MeasuredFigure>,
    /// By slice.
    pub slices: Vec<MeasuredSlice>,
    /// How often each class was taken for each.
    pub confusion: Option<Confusion>,
    /// Confidence against what was right.
    pub reliability: Option<Reliability>,
    /// From the surest on.
    pub risk_coverage: Vec<RiskPoint>,
}

/// The cases that have one value of a slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredSlice {
    /// What is cut by.
    pub key: String,
    /// The value.
    pub value: String,
    /// Cases.
    pub items: usize,
    /// Documents.
    pub documents: usize,
    /// Too few to conclude from.
    pub small: bool,
    /// By name.
    pub figures: BTreeMap<String, MeasuredFigure>,
}

/// How often each class was taken for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Confusion {
    /// The classes.
    pub classes: Vec<String>,
    /// A row for each class it is, a column for each that was said.
    pub counts: Vec<Vec<usize>>,
}

/// Confidence against what was right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reliability {
    /// The bins that hold something, ascending.
    pub bins: Vec<ReliabilityBin>,
    /// The expected calibration error.
    pub expected_error: f64,
    /// Brier's score.
    pub brier: f64,
}

/// What was said with a confidence in `(low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReliabilityBin {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// How many.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share that is right.
    pub quality: f64,
}

/// A point of the risk-coverage curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskPoint {
    /// The confidence from which on things are kept.
    pub confidence: f64,
    /// The share that is kept.
    pub coverage: f64,
    /// The share of it that is wrong.
    pub risk: f64,
}

/// What a system has over another on the same cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredGain {
    /// The system.
    pub system: String,
    /// The one it is compared with.
    pub over: String,
    /// By figure.
    pub differences: BTreeMap<String, MeasuredDifference>,
}

/// A figure of two runs on the same cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredDifference {
    /// The figure of the first.
    pub before: f64,
    /// The figure of the second.
    pub after: f64,
    /// The difference with its interval.
    pub difference: MeasuredFigure,
    /// Two-sided p of the paired randomisation test.
    pub p: f64,
    /// The difference over the standard deviation between documents.
    pub effect: Option<f64>,
}

/// A part of the cases of one system on one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredItems {
    /// How many there are.
    pub total: usize,
    /// How many of them went less than perfectly.
    pub imperfect: usize,
    /// How many are of the asked kind; those given are among them.
    pub matching: usize,
    /// From the place asked for on.
    pub items: Vec<MeasuredItem>,
}

/// A case and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasuredItem {
    /// Identifies the case in its set.
    pub id: String,
    /// The document it comes from.
    pub document: String,
    /// How well it went, from 0 to 1.
    pub quality: f64,
    /// What became of it, in a few words.
    pub outcome: String,
    /// By slice where it lies.
    pub slices: BTreeMap<String, String>,
    /// What a person needs to see why: the texts, what was expected, what came.
    pub detail: serde_json::Value,
}

/// A set in two reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationComparison {
    /// What does not match: read it first.
    pub warnings: Vec<Wording>,
    /// The systems of both, baselines left out.
    pub systems: Vec<ComparedSystem>,
    /// What the suite and its figures are called.
    pub names: BTreeMap<String, Wording>,
    /// The figures' names in a reader's order.
    pub order: Vec<String>,
}

/// A system in two reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedSystem {
    /// The system.
    pub system: String,
    /// Figures of the earlier report.
    pub before: BTreeMap<String, MeasuredFigure>,
    /// Figures of the later one.
    pub after: BTreeMap<String, MeasuredFigure>,
    /// What changed case by case; `null` where either report kept no cases.
    pub paired: Option<PairedComparison>,
}

/// What changed case by case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairedComparison {
    /// Cases that both have.
    pub items: usize,
    /// Cases whose outcome is the same.
    pub same: usize,
    /// How many went better.
    pub better: usize,
    /// How many went worse.
    pub worse: usize,
    /// How many differ and went neither better nor worse.
    pub otherwise: usize,
    /// By figure, over the cases of both.
    pub differences: BTreeMap<String, MeasuredDifference>,
    /// The cases that changed most, worse before better.
    pub changes: Vec<ChangedItem>,
}

/// A case whose outcome changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedItem {
    /// The case.
    pub id: String,
    /// How much better it went; negative where worse.
    pub by: f64,
    /// What became of it before, in a few words.
    pub before: String,
    /// What became of it after.
    pub after: String,
}
