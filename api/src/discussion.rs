//! What reviewers say to one another about findings, and who takes care of which.

use serde::{Deserialize, Serialize};

/// Everything that is said on a review's findings, and who may be asked to take care of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Discussion {
    /// In the order in which they were written.
    pub comments: Vec<Comment>,
    /// At most one for each finding.
    pub assignments: Vec<Assignment>,
    /// Those of the organisation who may review, by name; none on a machine that runs without accounts.
    pub people: Vec<Person>,
}

/// Something said on a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Identifier.
    pub id: String,
    /// The finding's identifier within the review.
    pub finding: String,
    /// What was said.
    pub text: String,
    /// The account that wrote it; `null` on a machine that runs without accounts.
    pub account: Option<String>,
    /// That account's name.
    pub name: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Whether whoever asks wrote it and may take it back.
    pub own: bool,
}

/// Who takes care of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assignment {
    /// The finding's identifier within the review.
    pub finding: String,
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Since when, in seconds since 1970.
    pub at: i64,
}

/// Somebody who may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The account.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A comment that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentWanted {
    /// What is said; at most 4,000 characters.
    pub text: String,
}

/// Who is to take care of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssigneeWanted {
    /// The account, one of the review's organisation that may review.
    pub account: String,
}
