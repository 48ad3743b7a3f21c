//! One review from bytes to the contract's shape: read, parse, check, with the time each stage took.

use crate::failure::{Failure, Result, language};
use crate::intake;
use crate::library::Library;
use crate::programs::Watch;
use crate::wire;
use jiff::civil::Date;
use rasoat_api as api;
pub use rasoat_assistant::Watcher;
use rasoat_assistant::{self as assistant, Law, ReviewError, Selection, Sitting};
use rasoat_formats::Extracted;
use rasoat_law::register::Register;
use rasoat_law::structure::Document;
use rasoat_model::{Encoder, Judge};
use std::time::Instant;

/// A draft that was read.
pub struct Draft {
    /// The file's text with its places.
    pub extracted: Extracted,
    /// The text as a document.
    pub document: Document,
    /// The DOCX it was converted to, where it came in a format that needs that.
    pub converted: Option<Vec<u8>>,
    /// Milliseconds it took.
    pub parse_ms: u64,
}

/// Reads a draft.
///
/// # Errors
/// When the file is unusable; the message says why and what to do.
pub fn read(name: &str, bytes: &[u8], watch: &mut Watch<'_>) -> Result<Draft> {
    let start = Instant::now();
    let intake::Taken { extracted, converted } = intake::read(name, bytes, watch)?;
    let (extracted, document) = assistant::session::read(extracted);
    Ok(Draft { extracted, document, converted, parse_ms: millis(start) })
}

/// The models a review can use.
#[derive(Clone, Copy, Default)]
pub struct Models<'a> {
    /// Makes a vector of each norm.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads a norm beside a provision.
    pub judge: Option<&'a dyn Judge>,
}

/// Reviews a draft with every check.
///
/// # Errors
/// When it is cancelled or the encoder fails.
pub fn review(
    draft: &Draft,
    library: &Library,
    models: Models<'_>,
    as_of: Date,
    watcher: &mut dyn Watcher,
) -> Result<api::Review> {
    review_selected(draft, &law(library, models, as_of), &Selection::all(), watcher)
}

/// The law of a store on a day.
pub fn law<'a>(library: &'a Library, models: Models<'a>, as_of: Date) -> Law<'a> {
    Law {
        corpus: library,
        search: library,
        encoder: models.encoder.filter(|_| library.has_vectors()),
        judge: models.judge,
        register: Register::built_in(),
        as_of,
    }
}

/// Reviews a draft with some checks.
///
/// # Errors
/// When it is cancelled or the encoder fails.
pub fn review_selected(
    draft: &Draft,
    law: &Law<'_>,
    selection: &Selection,
    watcher: &mut dyn Watcher,
) -> Result<api::Review> {
    let since = Instant::now();
    sitting(draft, law, selection, &|| millis(since)).review(language(), watcher).map_err(stopped)
}

/// Reviews a draft and gives the reasoning behind one finding, by its identifier (`f12`).
///
/// # Errors
/// When the review fails or has no such finding.
pub fn explain(
    draft: &Draft,
    law: &Law<'_>,
    selection: &Selection,
    id: &str,
    watcher: &mut dyn Watcher,
) -> Result<api::Reasoning> {
    let (outcome, _) = sitting(draft, law, selection, &|| 0).outcome(watcher).map_err(stopped)?;
    let at = id.strip_prefix('f').and_then(|digits| digits.parse::<usize>().ok());
    let (at, finding) = at
        .and_then(|at| Some((at, outcome.findings.get(at.checked_sub(1)?)?)))
        .ok_or_else(|| Failure::unknown_finding(id, outcome.findings.len()))?;
    let why = assistant::explain(&draft.document, law, finding);
    Ok(wire::explanation_of(&draft.document, finding, at, why))
}

fn sitting<'a>(
    draft: &'a Draft,
    law: &'a Law<'a>,
    selection: &'a Selection,
    clock: &'a dyn Fn() -> u64,
) -> Sitting<'a> {
    Sitting { draft: &draft.document, extracted: &draft.extracted, parse_ms: draft.parse_ms, law, selection, clock }
}

fn stopped(error: ReviewError) -> Failure {
    match error {
        ReviewError::Cancelled => Failure::cancelled(),
        ReviewError::Encode(error) => Failure::internal(error),
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
