//! One review from bytes to the contract's shape: read, parse, check, with the time each stage took.

use crate::failure::{Failure, Result};
use crate::intake;
use crate::library::Library;
use crate::programs::Watch;
use crate::wire;
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_assistant::{self as assistant, Finding, Law, Observer, Outcome, ReviewError, Selection};
use rasoat_embeddings::Cancelled;
use rasoat_formats::Extracted;
use rasoat_law::register::Register;
use rasoat_law::structure::{Document, parse};
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
    let intake::Taken { mut extracted, converted } = intake::read(name, bytes, watch)?;
    let document = parse(&extracted.text);
    // Both rooms normalise; the offsets of comments rest on their agreeing.
    if document.text != extracted.text {
        extracted.places.clear();
        extracted.text.clone_from(&document.text);
    }
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

/// Who watches a review from outside. Says whether to go on.
pub trait Watcher {
    /// How far it is.
    fn progress(&mut self, progress: api::Progress) -> std::result::Result<(), Cancelled>;
    /// A finding, as soon as it is found.
    fn found(&mut self, finding: api::Finding);
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
    let start = Instant::now();
    let (outcome, mut timing) = outcome(draft, law, selection, watcher)?;
    timing.parse_ms = draft.parse_ms;
    timing.total_ms = draft.parse_ms + millis(start);
    Ok(wire::review(&draft.document, &draft.extracted, law.corpus, law.as_of, &outcome, timing))
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
    let (outcome, _) = outcome(draft, law, selection, watcher)?;
    let at = id.strip_prefix('f').and_then(|digits| digits.parse::<usize>().ok());
    let (at, finding) = at
        .and_then(|at| Some((at, outcome.findings.get(at.checked_sub(1)?)?)))
        .ok_or_else(|| Failure::unknown_finding(id, outcome.findings.len()))?;
    let why = assistant::explain(&draft.document, law, finding);
    Ok(wire::explanation_of(&draft.document, finding, at, why))
}

fn outcome(
    draft: &Draft,
    law: &Law<'_>,
    selection: &Selection,
    watcher: &mut dyn Watcher,
) -> Result<(Outcome, api::Timing)> {
    let mut clock = Clock {
        draft: &draft.document,
        watcher,
        since: Instant::now(),
        stage: None,
        timing: api::Timing::default(),
        found: 0,
    };
    let outcome =
        assistant::review_selected(&draft.document, law, selection, &mut clock).map_err(|error| match error {
            ReviewError::Cancelled => Failure::cancelled(),
            ReviewError::Encode(error) => Failure::internal(error),
        })?;
    clock.close();
    Ok((outcome, clock.timing))
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Times the stages and passes on what happens.
struct Clock<'a> {
    draft: &'a Document,
    watcher: &'a mut dyn Watcher,
    since: Instant,
    stage: Option<assistant::Stage>,
    timing: api::Timing,
    found: usize,
}

impl Clock<'_> {
    fn close(&mut self) {
        let spent = millis(self.since);
        match self.stage {
            Some(assistant::Stage::TextChecks) => self.timing.text_checks_ms += spent,
            Some(assistant::Stage::Retrieve) => self.timing.retrieve_ms += spent,
            Some(assistant::Stage::Judge) => self.timing.judge_ms += spent,
            None => {}
        }
        self.since = Instant::now();
    }
}

impl Observer for Clock<'_> {
    fn progress(&mut self, stage: assistant::Stage, done: usize, total: usize) -> std::result::Result<(), Cancelled> {
        if self.stage != Some(stage) {
            self.close();
            self.stage = Some(stage);
        }
        let stage = match stage {
            assistant::Stage::TextChecks => api::Stage::TextChecks,
            assistant::Stage::Retrieve => api::Stage::Retrieve,
            assistant::Stage::Judge => api::Stage::Judge,
        };
        self.watcher.progress(api::Progress { stage, done, total })
    }

    fn found(&mut self, finding: &Finding) {
        self.found += 1;
        self.watcher.found(wire::finding(self.draft, finding, self.found));
    }
}
