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
}
