//! What a reviewer makes of a finding.

use serde::{Deserialize, Serialize};

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is right.
    Accepted,
    /// It is wrong, or nothing to act on; what is handed in leaves it out.
    Rejected,
    /// It is right, and the reviewer's words take the place of what was suggested.
    Edited,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Rejected, Self::Edited];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Edited => "edited",
        }
    }

    /// The verdict of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A decision that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionWanted {
    /// The verdict.
    pub verdict: Verdict,
    /// With `edited`, what to write instead; at most 4,000 characters.
    #[serde(default)]
    pub replacement: Option<String>,
    /// What the reviewer says of it, which goes with the comment; at most 4,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A decision on one finding of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// The review.
    pub review: String,
    /// The finding's identifier within it.
    pub finding: String,
    /// The verdict.
    pub verdict: Verdict,
    /// With `edited`, what to write instead.
    pub replacement: Option<String>,
    /// What the reviewer says of it.
    pub note: Option<String>,
    /// The account that decided; `null` on a machine that runs without accounts.
    pub account: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
}
