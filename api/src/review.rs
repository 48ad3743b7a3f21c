//! A review: its findings, its job and its progress.

use crate::{Effect, Problem, SCHEMA};
use serde::{Deserialize, Serialize};

/// What `rasoat review --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// [`crate::SCHEMA`].
    pub schema: u32,
    /// The draft in brief.
    pub draft: DraftSummary,
    /// Date the draft is held against the law.
    pub as_of: String,
    /// Findings in text order.
    pub findings: Vec<Finding>,
    /// Every check, and whether it ran: silence never means "clean".
    pub checks: Vec<CheckRun>,
    /// Who cites the provisions that an amending draft changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<Impact>,
    /// Milliseconds by stage.
    pub timing: Timing,
}

impl Default for Review {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            draft: DraftSummary::default(),
            as_of: String::new(),
            findings: Vec::new(),
            checks: Vec::new(),
            impact: Vec::new(),
            timing: Timing::default(),
        }
    }
}

/// The draft in brief.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftSummary {
    /// Its number, `null` while it has none.
    pub so_hieu: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Pages, where the file says.
    pub pages: Option<u32>,
    /// Provisions read.
    pub provisions: usize,
    /// What reading its file left out or guessed, such as pages read by OCR.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A reviewer should look.
    Warning,
    /// Unlawful or void if enacted so.
    Error,
}

/// One finding (phát hiện), anchored to the draft's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// `f1`, `f2`, … within the review.
    pub id: String,
    /// The check that found it, such as `basis.expired`.
    pub check: String,
    /// How grave it is.
    pub severity: Severity,
    /// First byte in the draft's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Provision of the draft it stands in.
    pub eid: Option<String>,
    /// The draft's words.
    pub quote: String,
    /// What is wrong, by which provision, since when, in Vietnamese.
    pub message: String,
    /// Calibrated probability that a reviewer would agree.
    pub confidence: f32,
    /// What proves it; never empty.
    pub evidence: Vec<Evidence>,
    /// What to write instead.
    pub suggestion: Option<Suggestion>,
    /// Particulars of a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<FindingDetail>,
}

/// A provision (or register entry) that proves a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// Document identifier; `draft` for the draft itself, `register` for an entry that rests on no single document.
    pub document: String,
    /// Provision, `null` for the whole document.
    pub eid: Option<String>,
    /// Its words, or the register's entry.
    pub quote: String,
    /// Effect on the review's date.
    pub effect: Effect,
    /// Where it was read: `corpus`, `register` or `draft`.
    #[serde(default)]
    pub source: String,
    /// Warnings a reader needs, such as an amendment known but not applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// Words to put in place of the quote, `null` where a person must decide.
    pub replace_with: Option<String>,
    /// Why, and what to mind.
    pub note: Option<String>,
}

/// Particulars of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingDetail {
    /// What differs: `deadline amount rate age count subject condition modality …`.
    pub dimension: String,
    /// The draft's value, as written.
    pub draft: String,
    /// The law's value, as written.
    pub law: String,
    /// The rule that decides which prevails.
    pub rule: String,
}

/// Whether a check ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckRun {
    /// The check.
    pub check: String,
    /// Whether it ran.
    pub ran: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// What it could not cover though it ran, such as documents nothing is known of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncovered: Vec<String>,
}

/// A provision, or document, that the draft changes, and who cites it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Impact {
    /// The document changed.
    pub document: String,
    /// Its provision, `null` for the whole.
    pub eid: Option<String>,
    /// `amends`, `repeals` or `replaces`.
    pub operation: String,
    /// First byte of the instruction in the draft's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Places that cite it, by document; the first of `total`.
    pub citing: Vec<CitingPlace>,
    /// How many there are.
    pub total: usize,
}

/// A place of the corpus that cites what the draft changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CitingPlace {
    /// The document that cites.
    pub document: String,
    /// Its provision.
    pub eid: Option<String>,
    /// The citation's words.
    pub quote: String,
    /// Effect of that document on the review's date.
    pub effect: Effect,
}

/// Which documents a draft stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftMap {
    /// Date of their effect.
    pub as_of: String,
    /// The documents, in the order of the draft's text.
    pub documents: Vec<MappedDocument>,
}

/// A document that a draft points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MappedDocument {
    /// The document.
    pub document: String,
    /// How it is called.
    pub title: String,
    /// `target basis reference`: as what the draft changes, as a basis, or as cited.
    pub role: String,
    /// How often.
    pub times: usize,
    /// The provision named, where it is always the same.
    pub eid: Option<String>,
    /// First byte of its first citation in the draft.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its effect.
    pub effect: Effect,
    /// Whether the store holds its text.
    pub held: bool,
}

/// The whole reasoning behind one finding: what `rasoat review --explain f12` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reasoning {
    /// The finding.
    pub finding: Finding,
    /// The rule of law that the check rests on.
    pub rule: String,
    /// What was looked up, a line each.
    pub looked_up: Vec<String>,
    /// The life of each document of the evidence.
    pub timeline: Vec<DocumentLife>,
    /// What was compared: the draft's side and the law's.
    pub compared: Vec<Compared>,
    /// What the check cannot see.
    pub limits: String,
}

/// What happened to a document, an event a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentLife {
    /// How it is called.
    pub name: String,
    /// Its events.
    pub events: Vec<String>,
}

/// Two sides that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// The draft's.
    pub draft: String,
    /// The law's, or the draft's other place.
    pub law: String,
}

/// Milliseconds by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timing {
    /// Reading and parsing the draft.
    pub parse_ms: u64,
    /// Resolving citations and their effect, and the other checks on the text itself.
    #[serde(default)]
    pub text_checks_ms: u64,
    /// Encoding norms and searching for provisions.
    pub retrieve_ms: u64,
    /// Comparing norms with provisions.
    pub judge_ms: u64,
    /// Everything.
    pub total_ms: u64,
}

/// Stages a review passes, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Waiting for its turn.
    Queued,
    /// Reading the file and its structure.
    Parse,
    /// Citations, effect and terms.
    TextChecks,
    /// Searching the law for each norm.
    Retrieve,
    /// Comparing each norm with what was found.
    Judge,
    /// Finished.
    Done,
}

/// How far a review is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Current stage.
    pub stage: Stage,
    /// Steps done in this stage.
    pub done: usize,
    /// Steps of this stage, 0 while unknown.
    pub total: usize,
}

/// State of a review's job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting or running.
    Running,
    /// Its result can be fetched.
    Done,
    /// It ended with an error.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// What it was about was erased; only that it was is left.
    Erased,
}

/// A review's job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Identifier.
    pub id: String,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Date the draft is held against the law.
    pub as_of: String,
    /// State.
    pub state: JobState,
    /// How far it is.
    pub progress: Progress,
    /// Why it failed.
    pub error: Option<crate::ErrorBody>,
}

/// One message of the event stream of a review. The event's SSE name is the tag, its data this JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum ReviewEvent {
    /// How far it is.
    Progress(Progress),
    /// A finding, as soon as it is found; its final `id` comes with the result.
    Finding(Box<Finding>),
    /// The result can be fetched.
    Done,
    /// It ended with an error.
    Failed(crate::ErrorBody),
    /// A person stopped it.
    Cancelled,
}

impl ReviewEvent {
    /// The SSE event name, equal to the serialised tag.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Progress(_) => "progress",
            Self::Finding(_) => "finding",
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether no event follows this one.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_) | Self::Cancelled)
    }
}
