//! What a draft that changes other documents touches: who in the corpus cites the provisions it amends or repeals.
//!
//! No finding: a list for the person who has to see whether those texts still say what they should. Source: Law
//! 64/2025/QH15, Article 8 (texts contrary to the new one are to be amended along with it). Known limits: citations by
//! "văn bản này" inside the changed document are not listed; nor is what the corpus does not hold.

use super::Law;
use crate::citing::Citing;
use rasoat_embeddings::Cancelled;
use rasoat_law::amend::{self, Operation, State};
use rasoat_law::structure::Document;
use rasoat_law::{ByteSpan, DocNumber, Effect, Eid};
use std::collections::BTreeMap;

/// Places listed for one change.
const LISTED: usize = 50;

/// A provision, or document, that the draft changes, and who cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The document changed.
    pub document: DocNumber,
    /// Its provision; `None` for the whole.
    pub eid: Option<Eid>,
    /// `amends`, `repeals` or `replaces`.
    pub operation: &'static str,
    /// The instruction in the draft.
    pub span: ByteSpan,
    /// Who cites it, by document; the first `LISTED` of them.
    pub citing: Vec<(Citing, Effect)>,
    /// How many there are in all.
    pub total: usize,
}

/// What the draft's instructions touch, in their order; only changes that somebody cites. `go_on` is asked before each.
///
/// # Errors
/// [`Cancelled`] when it is not to go on.
pub(super) fn impact(
    draft: &Document,
    law: &Law<'_>,
    go_on: &mut dyn FnMut() -> Result<(), Cancelled>,
) -> Result<Vec<Impact>, Cancelled> {
    let instructions = amend::instructions_on(draft, law.register, law.as_of);
    let mut by_document: BTreeMap<DocNumber, Vec<Citing>> = BTreeMap::new();
    let mut found: Vec<Impact> = Vec::new();
    for instruction in instructions.iter().filter(|i| !matches!(i.state, State::Failed(_))) {
        go_on()?;
        let Some(number) = instruction.target.document.number() else { continue };
        let operation = match instruction.operation {
            Operation::EndDocument => "replaces",
            Operation::Repeal => "repeals",
            Operation::InsertAfter { .. } | Operation::InsertBefore { .. } | Operation::InsertAtEnd => continue,
            _ => "amends",
        };
        let eid = &instruction.target.eid;
        if eid.is_none() && operation == "amends" {
            continue;
        }
        if found.iter().any(|known| known.document == *number && known.eid == *eid && known.operation == operation) {
            continue;
        }
        let places = by_document.entry(number.clone()).or_insert_with(|| law.corpus.citing(number));
        let touched: Vec<&Citing> =
            places.iter().filter(|place| touches(eid.as_ref(), place.target.as_ref())).collect();
        if touched.is_empty() {
            continue;
        }
        let in_force = |place: &Citing| law.corpus.status(&place.document, law.as_of).effect;
        let live: Vec<(Citing, Effect)> = touched
            .into_iter()
            .map(|place| (place.clone(), in_force(place)))
            .filter(|(_, effect)| *effect != Effect::Expired)
            .collect();
        let total = live.len();
        if total > 0 {
            found.push(Impact {
                document: number.clone(),
                eid: eid.clone(),
                operation,
                span: instruction.span,
                citing: live.into_iter().take(LISTED).collect(),
                total,
            });
        }
    }
    Ok(found)
}

/// Whether a citation of `cited` is touched by a change of `changed`: the same unit, one within it, or one around it.
fn touches(changed: Option<&Eid>, cited: Option<&Eid>) -> bool {
    let within = |inner: &Eid, outer: &Eid| {
        inner == outer || inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with("__"))
    };
    match (changed, cited) {
        (None, _) => true,
        // A law cited as a whole goes on when a part of it changes.
        (Some(_), None) => false,
        (Some(changed), Some(cited)) => within(cited, changed) || within(changed, cited),
    }
}
