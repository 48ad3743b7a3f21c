//! What the words of an answer point at: "theo quy định tại khoản 2 Điều này" tells nothing to whoever has only that.
//!
//! Hard because law points everywhere, and an answer that follows every pointer is a code again. So only provisions that a
//! document at hand holds are followed, once and not further, where the words name one or two of them and do not say
//! themselves what they are about ("Điều 248 (tội sản xuất trái phép chất ma túy)"); a long provision is told by its first
//! sentence, or its lead-in.

use super::Sources;
use super::selection::Chosen;
use super::statement::{self, Piece};
use crate::corpus::CorpusDocument;
use jiff::civil::Date;
use rasoat_law::cite::{self, Context, Which};
use rasoat_law::structure::ProvisionKind;
use rasoat_law::{ByteSpan, DocNumber, Eid};
use std::sync::Arc;

/// A citation of more provisions is a list to look up, and not followed.
const MOST: usize = 2;

/// A provision that is pointed at.
pub(super) struct Referred {
    /// Its document.
    pub held: Arc<CorpusDocument>,
    /// The provision; an index into the document's provisions.
    pub unit: usize,
    /// Its article.
    pub article: usize,
    /// Its first words, a sentence or a lead-in.
    pub piece: Piece,
}

impl Referred {
    /// Its identifier.
    pub fn eid(&self) -> &Eid {
        &self.held.document.provisions[self.unit].eid
    }
}

/// What the pieces of `chosen` point at, in the order of the text.
pub(super) fn referred(chosen: &Chosen, sources: &Sources<'_>, day: Date) -> Vec<Referred> {
    let held = &chosen.best.held;
    let document = &held.document;
    let outline = |number: &DocNumber| {
        let other = sources.corpus.document(number)?;
        Some(other.document.provisions.iter().map(|provision| provision.eid.clone()).collect())
    };
    let context = Context { document, register: sources.register, as_of: day, outline: &outline };
    let mut found: Vec<Referred> = Vec::new();
    for piece in chosen.pieces.iter().filter(|piece| !piece.whole) {
        let mut citations = cite::citations(piece.span.of(&document.text), sources.register);
        citations.retain(|citation| citation.targets.len() <= MOST);
        for citation in &mut citations {
            let start = piece.span.start;
            citation.span = ByteSpan::new(citation.span.start + start, citation.span.end + start);
            citation.locator = citation.locator.map(|span| ByteSpan::new(span.start + start, span.end + start));
        }
        for resolved in cite::resolve(&citations, &context) {
            let after = document.text.get(resolved.citation.span.end..piece.span.end).unwrap_or_default();
            if after.trim_start().starts_with('(') || resolved.places.len() > MOST {
                continue;
            }
            for place in &resolved.places {
                let other = match &place.document {
                    Which::This => Some(Arc::clone(held)),
                    Which::Known(number) => sources.corpus.document(number),
                    Which::Among(_) | Which::Unknown(_) => None,
                };
                let pointed = other.zip(place.eid.as_ref()).and_then(|(other, eid)| first_words(other, eid));
                // The article that is told already tells what it holds.
                let own = |one: &Referred| one.held.number == held.number && one.unit == chosen.best.article;
                found.extend(pointed.filter(|one| !own(one)));
            }
        }
    }
    found
}

/// The beginning of a provision.
fn first_words(held: Arc<CorpusDocument>, eid: &Eid) -> Option<Referred> {
    let document = &held.document;
    let unit = document.provisions.iter().position(|provision| provision.eid == *eid)?;
    let kind = document.provisions[unit].kind;
    if !matches!(kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point) {
        return None;
    }
    let article = std::iter::successors(Some(unit), |at| document.provisions[*at].parent)
        .find(|at| document.provisions[*at].kind == ProvisionKind::Article)?;
    let span = document.provisions[unit].span;
    let mut piece = statement::pieces(document, article).into_iter().find(|piece| span.contains(piece.span))?;
    let whole = document.provisions[piece.unit].span;
    if piece.whole && whole.end - whole.start > LONGEST {
        piece.whole = false;
    }
    piece.leads.retain(|(lead, _)| *lead != unit);
    Some(Referred { unit: piece.unit, article, piece, held })
}

/// A list of more bytes is told by its lead-in.
const LONGEST: usize = 900;
