//! Documents, provisions, citations and effect, as `parse`, `cite` and `status` print them.

use serde::{Deserialize, Serialize};

/// A document that was read: what `rasoat parse` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParsedDocument {
    /// [`crate::SCHEMA`].
    pub schema: u32,
    /// What the header says of the document.
    pub metadata: Metadata,
    /// Normalised text; every offset points into it.
    pub text: String,
    /// The provision tree in text order, parents before children.
    pub provisions: Vec<ParsedProvision>,
    /// What looked wrong on the way; reading never fails for them.
    pub problems: Vec<Problem>,
}

/// Metadata of a document (thuộc tính văn bản); unknown fields are `null`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metadata {
    /// Normalised number (số hiệu), such as `30/2020/NĐ-CP`.
    pub so_hieu: Option<String>,
    /// Kind, one of the contract's names (`luat`, `nghi_dinh`, …).
    pub kind: String,
    /// Title (trích yếu).
    pub title: Option<String>,
    /// Issuing body.
    pub issuer: Option<String>,
    /// Date of issue.
    pub issued: Option<String>,
    /// Date the document takes effect.
    pub effective: Option<String>,
    /// Who signed.
    pub signer: Option<String>,
    /// Place of issue.
    pub place: Option<String>,
}

/// One unit of the provision tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParsedProvision {
    /// Identifier after the Akoma Ntoso naming convention, such as `art_5__para_2`.
    pub eid: String,
    /// `part chapter section subsection article paragraph point annex preamble basis clause_text`.
    pub kind: String,
    /// Number as printed, without the label.
    pub number: Option<String>,
    /// Heading, where the unit has one.
    pub heading: Option<String>,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Identifier of the enclosing unit.
    pub parent: Option<String>,
}

/// Something in the text that looked wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Stable name, such as `numbering.gap`.
    pub code: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// One sentence for a person.
    pub message: String,
}

/// What `rasoat cite` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citations {
    /// Every citation in text order.
    pub citations: Vec<Citation>,
}

/// A citation (dẫn chiếu) found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Citation {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The words cited.
    pub text: String,
    /// `reference basis amender target quoted`.
    pub role: String,
    /// What it points at; a list or range is written out.
    pub targets: Vec<CitationTarget>,
}

/// One thing a citation points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CitationTarget {
    /// Normalised document identifier; `null` for the citing text itself or a name not resolved.
    pub document: Option<String>,
    /// Name of a document cited without number.
    pub document_name: Option<String>,
    /// Provision, `null` for the whole document.
    pub eid: Option<String>,
    /// Whether it is relative to the citing text ("khoản 2 Điều này").
    pub relative: bool,
}

/// Effect on a date (tình trạng hiệu lực).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Còn hiệu lực.
    InForce,
    /// Hết hiệu lực một phần.
    PartlyExpired,
    /// Hết hiệu lực toàn bộ.
    Expired,
    /// Chưa có hiệu lực.
    NotYetInForce,
    /// Tạm ngưng hiệu lực.
    Suspended,
    /// Nothing is known of it.
    Unknown,
}

/// What `rasoat status` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusReport {
    /// Document identifier.
    pub document: String,
    /// Provision, `null` for the whole document.
    pub eid: Option<String>,
    /// The date asked about.
    pub as_of: String,
    /// Effect on that date.
    pub effect: Effect,
    /// First day in force.
    pub from: Option<String>,
    /// First day no longer in force.
    pub to: Option<String>,
    /// The events behind it, by date.
    pub events: Vec<EffectEvent>,
    /// Warnings a reader needs, such as an amendment known but not applied to the stored text.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One event in a document's or provision's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EffectEvent {
    /// `amends replaces repeals suspends resumes corrects takes_effect`.
    pub kind: String,
    /// Document that causes it.
    pub by: Option<String>,
    /// Provision that causes it.
    pub eid: Option<String>,
    /// The provisions it happens to; none for the whole document.
    #[serde(default)]
    pub provisions: Vec<String>,
    /// Day it happens; `null` where only the fact is known.
    pub date: Option<String>,
    /// `document register metadata`.
    pub source: String,
    /// How sure the source is: `confirmed`, `reported` or `doubtful`.
    #[serde(default)]
    pub confidence: String,
}

/// A provision opened for reading, in its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvisionView {
    /// Document identifier.
    pub document: String,
    /// Name of the document for a person, such as "Bộ luật Lao động".
    pub document_title: String,
    /// Provision asked for.
    pub eid: String,
    /// Provision for a person, such as "khoản 2 Điều 25".
    pub label: String,
    /// Headings from the outermost unit inwards.
    pub headings: Vec<String>,
    /// Text of the whole article around it.
    pub article_text: String,
    /// First byte of the provision within `article_text`.
    pub start: usize,
    /// One past its last byte within `article_text`.
    pub end: usize,
    /// Effect on the date asked about.
    pub effect: Effect,
    /// Warnings a reader needs, such as an amendment known but not applied.
    pub notes: Vec<String>,
}
