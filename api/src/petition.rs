//! Petitions (phản ánh, kiến nghị về văn bản quy phạm pháp luật): somebody holds that a provision is wrong, and says why.

use crate::{Hits, Review};
use serde::{Deserialize, Serialize};

/// A petition that somebody sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PetitionWanted {
    /// Number of the document.
    pub document: String,
    /// The provision.
    pub eid: String,
    /// What is wrong with it; at most 4,000 characters.
    pub reason: String,
    /// Where the sender can be reached; at most 200 characters. Reviewers alone see it.
    #[serde(default)]
    pub contact: Option<String>,
    /// The date on which the provision is looked at; today by default.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// A petition that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PetitionSent {
    /// Its number, such as `PA-2026-000123`.
    pub number: String,
    /// The secret with which the sender follows it (header `x-rasoat-secret`), shown once.
    pub secret: String,
}

/// Where a petition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PetitionState {
    /// It was received.
    Received,
    /// A reviewer works on it.
    InReview,
    /// The reviewer agrees.
    Accepted,
    /// The reviewer does not agree.
    Rejected,
    /// It was given to the body that is competent.
    Forwarded,
}

impl PetitionState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Received, Self::InReview, Self::Accepted, Self::Rejected, Self::Forwarded];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InReview => "in_review",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Forwarded => "forwarded",
        }
    }

    /// The state of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a reviewer makes of a petition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PetitionChange {
    /// Where it stands now.
    pub state: PetitionState,
    /// What the sender is told; at most 4,000 characters. What was said before stays where this is absent.
    #[serde(default)]
    pub outcome: Option<String>,
}

/// A petition. Its sender is shown where it stands; what reviewers see beside that is absent then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Petition {
    /// Its number.
    pub number: String,
    /// Number of the document.
    pub document: String,
    /// The provision.
    pub eid: String,
    /// The date on which the provision is looked at.
    pub as_of: String,
    /// Where it stands.
    pub state: PetitionState,
    /// When it was received, in seconds since 1970.
    pub received: i64,
    /// When it was last changed, in seconds since 1970.
    pub changed: i64,
    /// What the sender is told.
    pub outcome: Option<String>,
    /// What only reviewers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<PetitionInside>,
}

/// What only reviewers see of a petition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PetitionInside {
    /// What is wrong with the provision, as the sender says.
    pub reason: String,
    /// Where the sender can be reached.
    pub contact: Option<String>,
    /// The account that changed it last.
    pub account: Option<String>,
    /// What the service gathered; `null` while it has not.
    pub gathered: Option<Gathered>,
}

/// What the service gathered on a petition, for a reviewer to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gathered {
    /// Provisions of other documents that bear on it, in force on its date.
    pub bearing: Hits,
    /// The provision reviewed as if it were a draft; offsets are into its document's text. `null` where that failed.
    pub review: Option<Review>,
    /// Why something is missing.
    pub why_not: Option<String>,
}
