//! What the reading room shows: a document, what it read as on two days, who cites it.

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

/// What a document read as on one day against another, with the amendments that the corpus holds worked in. A reading aid,
/// not a source of law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentChanges {
    /// Document identifier.
    pub document: String,
    /// Name for a person.
    pub title: String,
    /// The earlier day.
    pub from: String,
    /// The later day.
    pub to: String,
    /// The articles, or other outermost units, in which something differs, in the order of the later text.
    pub articles: Vec<ChangedArticle>,
    /// What caused the differences, in the order of the later text.
    pub causes: Vec<ChangeCause>,
    /// What is not worked in and why, in Vietnamese.
    pub notes: Vec<String>,
}

/// An article in which something differs, with its unchanged paragraphs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedArticle {
    /// The article; `null` for what stands in none.
    pub eid: Option<String>,
    /// Its paragraphs.
    pub paragraphs: Vec<ChangedParagraph>,
}

/// A paragraph of one text or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedParagraph {
    /// `same changed added removed moved_away moved_here`.
    pub change: String,
    /// The provision it stands in.
    pub eid: Option<String>,
    /// Its words.
    pub words: Vec<ChangedWords>,
    /// Indexes of the causes.
    pub causes: Vec<usize>,
}

/// Words in a row that fared alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedWords {
    /// `kept deleted inserted`.
    pub kind: String,
    /// The words.
    pub text: String,
}

/// What caused a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeCause {
    /// The amending document.
    pub by: String,
    /// Its provision that orders the change.
    pub eid: Option<String>,
    /// The provision that is changed; `null` for words all over the document.
    pub target: Option<String>,
    /// The day it takes effect.
    pub date: Option<String>,
    /// How the order begins, as that document has it.
    pub quote: String,
}

/// Who cites a document or one of its provisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CitingPlaces {
    /// Places in all.
    pub total: usize,
    /// The first of them, documents in the order of their numbers.
    pub places: Vec<CitedAt>,
}

/// A place that cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CitedAt {
    /// The document that cites.
    pub document: String,
    /// Its name.
    pub title: String,
    /// Its provision.
    pub eid: Option<String>,
    /// The citation's words.
    pub quote: String,
    /// The provision that is cited; `null` for the whole document.
    pub target: Option<String>,
}
