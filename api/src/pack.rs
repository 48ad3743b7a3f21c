//! What a browser loads to review a draft by itself: the law in parts, and the models.

use serde::{Deserialize, Serialize};

/// What there is to load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pack {
    /// [`crate::SCHEMA`]
    pub schema: u32,
    /// The encoder, where one is installed.
    pub encoder: Option<PackFile>,
    /// The judge, where one is installed.
    pub judge: Option<PackFile>,
    /// The documents, in the order in which they are loaded.
    pub documents: Vec<PackPart>,
    /// The checks that run.
    pub checks: Vec<String>,
}

/// A model's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackFile {
    /// Name of the model.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal; its address ends with it.
    pub sha256: String,
    /// Its bytes.
    pub bytes: u64,
}

/// A document's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackPart {
    /// The document's number.
    pub document: String,
    /// SHA-256 of its bytes, in hexadecimal; its address ends with it.
    pub sha256: String,
    /// Its bytes, before compression.
    pub bytes: u64,
}
