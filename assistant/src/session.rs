//! One review of a draft that was read, told in the contract's shapes as it goes, with the time each stage took.
//!
//! It has no clock: whoever asks for a review brings one.

use crate::review::{Law, Observer, Outcome, ReviewError, Stage, review_selected};
use crate::{Finding, Selection, wire};
use rasoat_api as api;
use rasoat_api::messages::Language;
use rasoat_embeddings::Cancelled;
use rasoat_formats::Extracted;
use rasoat_law::structure::Document;

/// Who watches a review from outside. Says whether to go on.
pub trait Watcher {
    /// How far it is.
    ///
    /// # Errors
    /// [`Cancelled`] stops the review.
    fn progress(&mut self, progress: api::Progress) -> Result<(), Cancelled>;
    /// A finding, as soon as it is found.
    fn found(&mut self, finding: api::Finding);
}

/// A draft under review.
#[derive(Clone, Copy)]
pub struct Sitting<'a> {
    /// The draft.
    pub draft: &'a Document,
    /// What reading its file gave.
    pub extracted: &'a Extracted,
    /// Milliseconds that reading and parsing it took.
    pub parse_ms: u64,
    /// What it is held against.
    pub law: &'a Law<'a>,
    /// The checks that run.
    pub selection: &'a Selection,
    /// Milliseconds since some moment.
    pub clock: &'a dyn Fn() -> u64,
}

impl Sitting<'_> {
    /// Reviews the draft.
    ///
    /// # Errors
    /// When it is cancelled or a model fails.
    pub fn review(&self, language: Language, watcher: &mut dyn Watcher) -> Result<api::Review, ReviewError> {
        let start = (self.clock)();
        let (outcome, mut timing) = self.outcome(watcher)?;
        timing.parse_ms = self.parse_ms;
        timing.total_ms = self.parse_ms + (self.clock)().saturating_sub(start);
        let Law { corpus, as_of, .. } = *self.law;
        Ok(wire::review(self.draft, self.extracted, corpus, as_of, &outcome, timing, language))
    }

    /// What the review finds, in the assistant's types, and the milliseconds of its stages.
    ///
    /// # Errors
    /// When it is cancelled or a model fails.
    pub fn outcome(&self, watcher: &mut dyn Watcher) -> Result<(Outcome, api::Timing), ReviewError> {
        let timing = api::Timing::default();
        let mut course = Course {
            draft: self.draft,
            clock: self.clock,
            watcher,
            since: (self.clock)(),
            stage: None,
            timing,
            found: 0,
        };
        let outcome = review_selected(self.draft, self.law, self.selection, &mut course)?;
        course.close();
        Ok((outcome, course.timing))
    }
}

/// Times the stages and passes on what happens.
struct Course<'a> {
    draft: &'a Document,
    clock: &'a dyn Fn() -> u64,
    watcher: &'a mut dyn Watcher,
    since: u64,
    stage: Option<Stage>,
    timing: api::Timing,
    found: usize,
}

impl Course<'_> {
    fn close(&mut self) {
        let now = (self.clock)();
        let spent = now.saturating_sub(self.since);
        match self.stage {
            Some(Stage::TextChecks) => self.timing.text_checks_ms += spent,
            Some(Stage::Retrieve) => self.timing.retrieve_ms += spent,
            Some(Stage::Judge) => self.timing.judge_ms += spent,
            None => {}
        }
        self.since = now;
    }
}

impl Observer for Course<'_> {
    fn progress(&mut self, stage: Stage, done: usize, total: usize) -> Result<(), Cancelled> {
        if self.stage != Some(stage) {
            self.close();
            self.stage = Some(stage);
        }
        let stage = match stage {
            Stage::TextChecks => api::Stage::TextChecks,
            Stage::Retrieve => api::Stage::Retrieve,
            Stage::Judge => api::Stage::Judge,
        };
        self.watcher.progress(api::Progress { stage, done, total })
    }

    fn found(&mut self, finding: &Finding) {
        self.found += 1;
        self.watcher.found(wire::finding(self.draft, finding, self.found));
    }
}

/// A draft that was read, as a document; offsets of comments rest on both having one text.
pub fn read(mut extracted: Extracted) -> (Extracted, Document) {
    let document = rasoat_law::structure::parse(&extracted.text);
    // Both rooms normalise; where they do not agree, no place in the file is known.
    if document.text != extracted.text {
        extracted.places.clear();
        extracted.text.clone_from(&document.text);
    }
    (extracted, document)
}
