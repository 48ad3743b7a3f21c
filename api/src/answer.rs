//! Answers to questions, as `rasoat ask` prints them.

use crate::{Effect, Span};
use serde::{Deserialize, Serialize};

/// What a question is put in over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskedQuestion {
    /// The question, in a person's own words.
    pub question: String,
    /// The date it is answered for; today by default. A date of the event in the question goes before it.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Whether the answer is to wait for its rendering in plain words, where the service has a generator; yes by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<bool>,
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// The answer: sentences of law with their places. Where there is none: why, and where to ask.
    pub answer: String,
    /// Whether no answer is given.
    pub abstained: bool,
    /// How likely the answer is right, in [0, 1]; of an abstention, the answer that was held back.
    pub confidence: f32,
    /// The date it is answered for.
    pub as_of: String,
    /// The provisions that the answer rests on, in the order of its sentences.
    pub citations: Vec<AnswerCitation>,
    /// The procedure (thủ tục hành chính) that the question is about, where one is known.
    pub procedure: Option<ProcedureCard>,
    /// Which words of `answer` rest on which citation; empty where there is no answer.
    #[serde(default)]
    pub sentences: Vec<AnswerSentence>,
    /// Why there is no answer.
    #[serde(default)]
    pub abstention: Option<Abstention>,
    /// What a reader must know beside the answer: the date it stands for, changes not worked in, sources that differ.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The question as it was understood: abbreviations spelled out, marks restored.
    #[serde(default)]
    pub understood: String,
    /// Milliseconds it took.
    #[serde(default)]
    pub took_ms: u64,
    /// The answer said once more by a user's own language model; absent where none is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendering: Option<AnswerRendering>,
}

/// An answer said once more in plain words by a user's own language model. It is not law: each sentence was held against
/// the provision that it names, by figures, bodies, words and, where there is one, the judge; what none bears is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerRendering {
    /// Name of the model.
    pub model: String,
    /// What became of it.
    pub state: RenderingState,
    /// The sentences that a provision bears.
    pub sentences: Vec<RenderedSentence>,
    /// How many sentences no provision bears.
    pub dropped: usize,
    /// Milliseconds it took.
    pub took_ms: u64,
}

/// What became of a rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RenderingState {
    /// It was not waited for: ask again with `plain`.
    Offered,
    /// There are sentences.
    Kept,
    /// No sentence is borne by a provision.
    NothingKept,
    /// The time for it was over, before it began or before anything was kept.
    OutOfTime,
    /// Too many wait for theirs.
    Busy,
    /// The model failed.
    Failed,
}

/// A sentence of a rendering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenderedSentence {
    /// Its words, which are the model's.
    pub text: String,
    /// Index of the citation that bears it.
    pub citation: usize,
}

/// A provision that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerCitation {
    /// Document identifier.
    pub document: String,
    /// Provision.
    pub eid: String,
    /// Its words, as the document has them.
    pub quote: String,
    /// Effect on the date the answer stands for.
    pub effect: Effect,
    /// The provision for a person: "khoản 2 Điều 25 Bộ luật Lao động năm 2019".
    #[serde(default)]
    pub label: String,
    /// Warnings a reader needs, such as an amendment known but not applied.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A part of an answer and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerSentence {
    /// Its place in `answer`, in UTF-8 bytes.
    pub span: Span,
    /// Index of the citation.
    pub citation: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Abstention {
    /// `out_of_scope`, `not_in_corpus`, `not_in_force`, `ambiguous` or `dangerous_to_simplify`.
    pub reason: String,
    /// The one question that would settle it, where the question was ambiguous.
    pub asks_back: Option<String>,
    /// Where to ask instead.
    pub where_to_ask: String,
}

/// A procedure as a card: the parts that Decree 63/2010/NĐ-CP, Article 8, asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcedureCard {
    /// Code: "1.001193".
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Its parts in the order of a published page, each with its heading; empty ones are left out.
    pub parts: Vec<ProcedurePart>,
    /// The parts that the law asks for and the card lacks.
    pub missing: Vec<String>,
    /// What is wrong with it on the date asked about, such as a legal basis that lapsed.
    pub warnings: Vec<String>,
}

/// One part of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcedurePart {
    /// "Thời hạn giải quyết".
    pub heading: String,
    /// Its entries.
    pub entries: Vec<String>,
}

/// A procedure that is held, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcedureRow {
    /// What it is asked for by.
    pub id: String,
    /// Code: "1.001193".
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Field, such as "Hộ tịch".
    pub field: Option<String>,
    /// Who decides.
    pub body: Option<String>,
}

/// What became of procedures that were handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProceduresTaken {
    /// Those that were not held before.
    pub new: usize,
    /// Those that took the place of others of the same code or name.
    pub replaced: usize,
    /// Those of them that say all that the law asks for.
    pub whole: usize,
    /// Held in all by now.
    pub held: usize,
}
