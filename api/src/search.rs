//! Search, as `rasoat search` prints it.

use crate::Effect;
use serde::{Deserialize, Serialize};

/// How to search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// Words and meaning, fused.
    #[default]
    Hybrid,
    /// Meaning alone (vectors).
    Dense,
    /// Words alone (BM25).
    Lexical,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hits {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Milliseconds it took.
    pub took_ms: u64,
}

/// One provision found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hit {
    /// 1 is best.
    pub rank: usize,
    /// Document identifier.
    pub document: String,
    /// Provision.
    pub eid: String,
    /// Score of the mode; comparable within one answer only.
    pub score: f32,
    /// Text of the provision.
    pub text: String,
    /// Effect on the date asked about.
    pub effect: Effect,
    /// Warnings a reader needs, such as an amendment known but not applied.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The article around the provision: no two hits share it.
    #[serde(default)]
    pub article: String,
    /// The part of `text` that answers best, in bytes of `text`.
    #[serde(default)]
    pub passage: Option<Span>,
    /// What brought the hit.
    #[serde(default)]
    pub explanation: Option<Explanation>,
}

/// A part of a text, in UTF-8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

/// What brought a hit: words, and how near it is in meaning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// Words of the query that it holds, the weightiest first.
    pub words: Vec<MatchedWord>,
    /// Score by words: the sum of their weights.
    pub lexical: f32,
    /// Place in the ranking by words, from 1; absent where it was not among the best.
    pub lexical_rank: Option<u32>,
    /// Cosine of the query and the nearest passage.
    pub cosine: Option<f32>,
    /// Place in the ranking by meaning, from 1; absent where it was not among the nearest.
    pub dense_rank: Option<u32>,
    /// Whether the query names this provision.
    pub named: bool,
    /// Score of the model that read query and passage together, where one did.
    #[serde(default)]
    pub reranked: Option<f32>,
}

/// A word of the query that a hit holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchedWord {
    /// As the query has it.
    pub word: String,
    /// Its share of the score by words.
    pub weight: f32,
    /// Where the hit's `text` has it, in bytes of `text`; empty where the article has it outside that text.
    pub spans: Vec<Span>,
}
