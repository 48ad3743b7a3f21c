//! A standing review of a body of law: which documents need action, why, in which order.

use crate::{Effect, Evidence, SCHEMA};
use serde::{Deserialize, Serialize};

/// What `rasoat sweep --json` prints, the lists aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sweep {
    /// [`crate::SCHEMA`].
    pub schema: u32,
    /// Date the documents are held against the law.
    pub as_of: String,
    /// First day of the period, where one was given.
    pub from: Option<String>,
    /// Which documents were asked for.
    pub selection: SweepSelection,
    /// Whether norms were compared with later texts.
    pub conflicts: bool,
    /// How many there are of what.
    pub counts: SweepCounts,
    /// Every document selected: those that need action first, the rest after them.
    pub documents: Vec<SweptDocument>,
    /// What the whole does not cover, in Vietnamese.
    pub notes: Vec<String>,
    /// What this run did; the rest does not depend on it.
    pub run: SweepRun,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            as_of: String::new(),
            from: None,
            selection: SweepSelection::default(),
            conflicts: false,
            counts: SweepCounts::default(),
            documents: Vec::new(),
            notes: Vec::new(),
            run: SweepRun::default(),
        }
    }
}

/// Which documents a sweep goes over; an empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepSelection {
    /// Codes of kinds.
    pub kinds: Vec<String>,
    /// Ranks, 1 the highest.
    pub ranks: Vec<u8>,
    /// Words of issuers' names.
    pub issuers: Vec<String>,
    /// Words of fields.
    pub fields: Vec<String>,
    /// Numbers.
    pub documents: Vec<String>,
}

/// How many documents there are of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepCounts {
    /// Selected.
    pub selected: usize,
    /// To act on, those of level `first` among them.
    pub act: usize,
    /// To look at.
    pub look: usize,
    /// In force, wholly or in part.
    pub in_force: usize,
    /// In force in part only.
    pub partly_expired: usize,
    /// No longer in force, or suspended.
    pub expired: usize,
    /// Not yet in force.
    pub not_yet_in_force: usize,
    /// Of unknown effect.
    pub unknown: usize,
}

/// What one run of a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepRun {
    /// Documents reviewed.
    pub reviewed: usize,
    /// Documents taken over from an earlier run, unchanged since.
    pub resumed: usize,
    /// Milliseconds the reviews took.
    pub review_ms: u64,
    /// Milliseconds the slowest took.
    pub slowest_ms: u64,
}

/// A document of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweptDocument {
    /// Its place among those that need action, from 1; `null` where nothing came after it that bears on it.
    pub rank: Option<usize>,
    /// Identifier.
    pub document: String,
    /// Code of its kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Who issued it.
    pub issuer: Option<String>,
    /// When.
    pub issued: Option<String>,
    /// Effect on the date.
    pub effect: Effect,
    /// `first` (contrary to law, suspended, or without what it stands on), `act` (something is wrong by now), `look`
    /// (something changed), `nothing`.
    pub level: String,
    /// The sum of its parts' points.
    pub score: f64,
    /// What the score is made of, the weightiest first.
    pub parts: Vec<SweepPart>,
    /// What is proposed.
    pub proposal: SweepProposal,
    /// The reasons, with what proves each.
    pub reasons: Vec<SweepReason>,
    /// How many findings its review gave.
    pub findings: SweepFindings,
}

/// What one trigger adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepPart {
    /// Such as `basis.ended`.
    pub trigger: String,
    /// As a person reads it, in Vietnamese.
    pub label: String,
    /// How many different things bring it about.
    pub count: usize,
    /// What they add.
    pub points: f64,
}

/// What is proposed; a person decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepProposal {
    /// `suspend replace repeal amend announce none`.
    pub form: String,
    /// As the list names it, in Vietnamese.
    pub label: String,
    /// Why this form.
    pub why: String,
}

/// One reason to look at a document again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepReason {
    /// Such as `cited.part_ended`.
    pub trigger: String,
    /// Provision of the document it bears on; `null` for the whole.
    pub eid: Option<String>,
    /// The document's words there; empty for the whole.
    pub quote: String,
    /// What changed, by what, since when, in Vietnamese.
    pub message: String,
    /// Since when.
    pub since: Option<String>,
    /// Probability that a reviewer would agree.
    pub confidence: f32,
    /// What proves it.
    pub evidence: Evidence,
}

/// How many findings a review gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepFindings {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Things that the checks could not cover, such as cited documents nothing is known of.
    pub uncovered: usize,
}

/// A sweep that was written to the service's folder, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepRow {
    /// The folder's name.
    pub id: String,
    /// Date the documents were held against the law.
    pub as_of: String,
    /// How many there are of what.
    pub counts: SweepCounts,
}
