//! Changes to a document as plain facts: who changes which provisions, how and since when.
//!
//! Whoever reads an amending instruction, a repeal clause or a register comes down to these; [`super::Timeline`] turns
//! them into states. Nothing here reads text.

use super::{Confidence, Event, EventKind, EventSource};
use crate::{DocNumber, Eid};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// The provisions get a new wording, or words in them are substituted or struck (sửa đổi, bổ sung; thay thế cụm
    /// từ): they stay in force.
    Amend,
    /// A new unit is put in (bổ sung Điều 12a): it takes effect.
    Insert,
    /// The provisions, or the document, are repealed (bãi bỏ).
    Repeal,
    /// Another document takes the place of the document or the parts (thay thế).
    Replace,
    /// Its own start, or that of some of its parts on another day.
    Start,
    /// Its own term runs out (có hiệu lực đến hết ngày …).
    Expire,
    /// Suspended (tạm ngưng hiệu lực, đình chỉ thi hành).
    Suspend,
    /// In force again.
    Resume,
    /// Corrected in form only (đính chính).
    Correct,
}

/// What an event happens to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The whole document, or parts of it that are not known.
    #[default]
    Whole,
    /// These provisions, with all that stands below them.
    Parts(Vec<Eid>),
}

impl Scope {
    /// The provisions named; none for a whole document.
    pub fn parts(&self) -> &[Eid] {
        match self {
            Self::Whole => &[],
            Self::Parts(parts) => parts,
        }
    }
}

/// One change to one document, as a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The document changed.
    pub target: DocNumber,
    /// Its provisions; empty for the document as a whole.
    pub eids: Vec<Eid>,
    /// What is done to them.
    pub operation: Operation,
    /// The day it takes effect: the first day in force for a start, the first day no longer in force for an end.
    pub date: Option<Date>,
    /// The document that does it; `None` when the document itself says so.
    pub by: Option<DocNumber>,
    /// The provision of that document.
    pub by_eid: Option<Eid>,
    /// Where it is known from.
    pub source: EventSource,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Change {
    /// The own term of a document that is in force up to and with `last_day`.
    pub fn term(target: DocNumber, last_day: Date, source: EventSource) -> Self {
        Self {
            target,
            eids: Vec::new(),
            operation: Operation::Expire,
            date: last_day.tomorrow().ok(),
            by: None,
            by_eid: None,
            source,
            confidence: Confidence::Reported,
        }
    }

    /// The event it is in the life of its target.
    pub fn event(&self) -> Event {
        Event {
            kind: match self.operation {
                Operation::Amend => EventKind::Amends,
                Operation::Insert | Operation::Start => EventKind::TakesEffect,
                Operation::Repeal | Operation::Expire => EventKind::Repeals,
                Operation::Replace => EventKind::Replaces,
                Operation::Suspend => EventKind::Suspends,
                Operation::Resume => EventKind::Resumes,
                Operation::Correct => EventKind::Corrects,
            },
            by: self.by.clone(),
            by_eid: self.by_eid.clone(),
            scope: if self.eids.is_empty() { Scope::Whole } else { Scope::Parts(self.eids.clone()) },
            date: self.date,
            source: self.source,
            confidence: self.confidence,
        }
    }
}
