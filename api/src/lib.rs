//! The shapes that cross Rasoat's boundaries: the JSON of the command line and of the HTTP API, the routes, and the
//! one catalogue of what the interface says.
//!
//! Hard because others rely on it: a field may be added, none is renamed, moved or dropped without a new
//! [`SCHEMA`] number. Offsets are UTF-8 byte offsets into the normalised text (NFC, `\n` line ends); dates are ISO
//! 8601 strings; confidences are calibrated probabilities in [0, 1]. No logic lives here.

pub mod account;
pub mod amendment;
pub mod answer;
pub mod corpus;
pub mod decision;
pub mod discussion;
pub mod document;
pub mod evaluation;
pub mod messages;
pub mod pack;
pub mod petition;
pub mod reading;
pub mod review;
pub mod routes;
pub mod search;
pub mod sweep;

pub use account::{
    Account, AccountChange, Entry, Invitation, InvitationMade, InvitationTaken, Login, Organisation, OrganisationName,
    PasswordChange, Role, Scope, Session, Token, TokenMade, TokenWanted,
};
pub use amendment::{
    Amendment, AmendmentConfirmation, AmendmentFact, AmendmentOperation, AmendmentRead, AmendmentRuling,
    AmendmentRulingWanted, AmendmentState,
};
pub use answer::{
    Abstention, Answer, AnswerCitation, AnswerRendering, AnswerSentence, AskedQuestion, ProcedureCard, ProcedurePart,
    ProcedureRow, ProceduresTaken, RenderedSentence, RenderingState,
};
pub use corpus::{DocumentRow, EvaluationRow, Import, ImportLine, ImportOutcome, ImportState};
pub use decision::{Decision, DecisionWanted, Verdict};
pub use discussion::{AssigneeWanted, Assignment, Comment, CommentWanted, Discussion, Person};
pub use document::{
    Citation, CitationTarget, Citations, Effect, EffectEvent, Metadata, ParsedDocument, ParsedProvision, Problem,
    ProvisionView, StatusReport,
};
pub use evaluation::{
    ChangedItem, ComparedSystem, Confusion, EvaluationComparison, EvaluationOverview, EvaluationRun,
    EvaluationRunState, EvaluationRunWanted, EvaluationSuite, MeasuredDifference, MeasuredFigure, MeasuredGain,
    MeasuredItem, MeasuredItems, MeasuredSet, MeasuredSetHead, MeasuredSlice, MeasuredSystem, MeasuredSystemHead,
    PairedComparison, Reliability, ReliabilityBin, RiskPoint, Wording,
};
pub use pack::{Pack, PackFile, PackPart};
pub use petition::{Gathered, Petition, PetitionChange, PetitionInside, PetitionSent, PetitionState, PetitionWanted};
pub use reading::{
    ChangeCause, ChangedArticle, ChangedParagraph, ChangedWords, CitedAt, CitingPlaces, DocumentChanges, DocumentView,
};
pub use review::{
    CheckRun, CitingPlace, Compared, DocumentLife, DraftMap, DraftSummary, Evidence, Finding, FindingDetail, Impact,
    Job, JobState, MappedDocument, Progress, Reasoning, Review, ReviewEvent, Severity, Stage, Suggestion, Timing,
};
pub use search::{Explanation, Hit, Hits, MatchedWord, SearchMode, Span};
pub use sweep::{
    Sweep, SweepCounts, SweepFindings, SweepPart, SweepProposal, SweepReason, SweepRow, SweepRun, SweepSelection,
    SweptDocument,
};

/// Version of the JSON shapes.
pub const SCHEMA: u32 = 1;

/// What a failed request or command answers: RFC 9457 over HTTP, `{"error": …}` on the command line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// Stable machine-readable name of what went wrong, such as `input.encrypted`.
    pub code: String,
    /// What happened and where, one sentence for a person.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The document that carries an [`ErrorBody`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDocument {
    /// The error.
    pub error: ErrorBody,
}

/// What the service is and holds, for the page's footer and for monitoring.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    /// Version of the program.
    pub version: String,
    /// Documents in the store.
    pub documents: u64,
    /// Provisions in the store.
    pub provisions: u64,
    /// Passages that have a vector.
    pub passages: u64,
    /// Name of the sentence encoder, `null` when none is installed.
    pub encoder: Option<String>,
}
