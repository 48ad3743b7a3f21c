//! What a Vietnamese normative document (văn bản quy phạm pháp luật) *is*.
//!
//! Structure, numbers, rank, citations, effect in time, and the values a norm sets. Hard because the texts were
//! written by hundreds of bodies over decades and the law of law-making itself changed under them (Law 80/2015, then
//! Law 64/2025). Everything here is a pure function over text and dates: no files, clocks, models or SQL.
//!
//! - [`structure`] reads a text into a [`Document`]: a tree of provisions, and the problems met on the way.
//! - [`cite`] finds citations and what they point at.
//! - [`amend`] reads what an amending act orders and carries it out on the text it amends.
//! - [`kind`], [`number`] and [`issuer`] know the kinds of documents, their rank, their numbers and who issues them.
//! - [`effect`] answers whether a document is in force on a date, from the curated [`register`].
//! - [`terms`] knows which bodies, places and papers were renamed or abolished.
//! - [`value`] reads the deadlines, amounts, rates, ages and modality a norm sets.

pub mod amend;
pub mod cite;
pub mod date;
pub mod effect;
pub mod eid;
pub mod issuer;
pub mod kind;
pub mod number;
pub mod register;
pub mod structure;
pub mod terms;
pub mod text;
pub mod value;

mod metadata;

pub use cite::{Citation, DocumentReference, Role, Target};
pub use effect::{Confidence, Effect, Event, EventKind, EventSource, Status};
pub use eid::Eid;
pub use kind::DocumentKind;
pub use metadata::{DocumentKey, LaterStart, Metadata, Signer, name_by_scope};
pub use number::DocNumber;
pub use structure::{Document, Footnote, Problem, Provision, ProvisionKind, Quotation};

/// A range of bytes in a document's normalised text: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl ByteSpan {
    /// The span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Its words in `text`; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether `other` lies within.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether both share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
