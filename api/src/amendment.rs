//! Amendments that the program could not apply (sửa đổi chưa được áp dụng), and what people make of them.

use serde::{Deserialize, Serialize};

/// What an amendment does to the effect of its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AmendmentOperation {
    /// The provisions get another wording and stay in force (sửa đổi, bổ sung; thay cụm từ).
    Amend,
    /// A new provision is put in and takes effect (bổ sung Điều 12a).
    Insert,
    /// The provisions, or the document, end (bãi bỏ).
    Repeal,
    /// They end because another document takes their place (thay thế).
    Replace,
    /// They are suspended (tạm ngưng hiệu lực, đình chỉ thi hành).
    Suspend,
    /// They are in force again.
    Resume,
}

impl AmendmentOperation {
    /// Every operation.
    pub const ALL: [Self; 6] = [Self::Amend, Self::Insert, Self::Repeal, Self::Replace, Self::Suspend, Self::Resume];

    /// As JSON and the command line write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Amend => "amend",
            Self::Insert => "insert",
            Self::Repeal => "repeal",
            Self::Replace => "replace",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }

    /// The operation of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// Where an amendment of the queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AmendmentState {
    /// Nobody has looked at it.
    Open,
    /// Somebody said what it does.
    Confirmed,
    /// Somebody said that it changes nothing here.
    Dismissed,
}

impl AmendmentState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Confirmed, Self::Dismissed];

    /// As JSON and the command line write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }
}

/// An amendment that the program could not apply, or is not sure of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Amendment {
    /// Identifier: the same for the same words of the same document, however often that is imported.
    pub id: String,
    /// Where it stands.
    pub state: AmendmentState,
    /// Number of the document that orders it.
    pub act: String,
    /// The provision that orders it, where it stands in one.
    pub act_eid: Option<String>,
    /// That provision's words.
    pub words: String,
    /// Whether the document that orders it is in the store with these words.
    pub held: bool,
    /// What the program made of it; nothing where the document is no longer in the store.
    pub read: Option<AmendmentRead>,
    /// What a person said; nothing while it is open.
    pub ruling: Option<AmendmentRuling>,
}

/// What the program made of an amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentRead {
    /// Number of the document that is changed, where it is known.
    pub document: Option<String>,
    /// Its provision; nothing for the whole document, or where it could not be read.
    pub eid: Option<String>,
    /// The provision's words as they are stored, where it is there.
    pub target_words: Option<String>,
    /// What is done.
    pub operation: AmendmentOperation,
    /// The day from which, ISO 8601, where it is known.
    pub effective: Option<String>,
    /// Stable name of why it was not applied, such as `target_unclear`.
    pub why: String,
    /// The same, for a person.
    pub reason: String,
}

/// A person's word on an amendment: one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentRuling {
    /// What it does.
    pub confirmed: Option<AmendmentFact>,
    /// Why it changes nothing here.
    pub dismissed: Option<String>,
    /// The account that said so; none for the owner of a machine without accounts.
    pub account: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// What an amendment does: to which provisions, and from which day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentFact {
    /// Number of the document that is changed.
    pub document: String,
    /// Its provisions; none for the whole document.
    pub eids: Vec<String>,
    /// What is done to them.
    pub operation: AmendmentOperation,
    /// The first day on which it is so, ISO 8601.
    pub effective: String,
}

/// A person's word on an amendment, as it is sent: one of the two. What a confirmation leaves out is what the program read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentRulingWanted {
    /// What it does.
    pub confirm: Option<AmendmentConfirmation>,
    /// Why it changes nothing here.
    pub dismiss: Option<String>,
}

/// What a person corrects of what the program read, or adds to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentConfirmation {
    /// Number of the document that is changed.
    pub document: Option<String>,
    /// Its provisions; an empty list for the whole document.
    pub eids: Option<Vec<String>>,
    /// What is done to them.
    pub operation: Option<AmendmentOperation>,
    /// The first day on which it is so, ISO 8601.
    pub effective: Option<String>,
}
