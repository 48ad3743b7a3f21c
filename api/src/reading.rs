//! A document as the reading room shows it.

use crate::{Effect, Metadata, ParsedProvision};
use serde::{Deserialize, Serialize};

/// A document of the store with its provisions, on a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentView {
    /// Document identifier.
    pub document: String,
    /// Name for a person, such as "Bộ luật Lao động".
    pub title: String,
    /// The date asked about.
    pub as_of: String,
    /// What its header says of it.
    pub metadata: Metadata,
    /// Its text as it was stored: changes by later documents are told in `notes`, not worked in.
    pub text: String,
    /// Its provisions in text order, parents before children.
    pub provisions: Vec<ParsedProvision>,
    /// Effect of the whole on the date asked about.
    pub effect: Effect,
    /// Warnings a reader needs, such as an amendment known but not applied.
    pub notes: Vec<String>,
}
