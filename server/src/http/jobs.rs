//! Reviews as jobs: one at a time uses the model, the others wait in the store for whichever process is free first.
//!
//! A job is stored before it is answered for. A process works on the jobs that it has claimed (`store::claims`) and on no
//! other, keeps their events so that a stream can resume, and stores how far they are for those who ask another process.
//! One that lost its claim, be it that it was stopped for longer than a lease, lets go of the job and reports no end.

mod heartbeat;

use super::metrics::Metrics;
use crate::accounts::{Who, record};
use crate::failure::{Failure, Kind, Result};
use crate::intake;
use crate::library::{Latest, Library};
use crate::petitions::Ground;
use crate::retention;
use crate::session;
use crate::stop;
use crate::store::{Claimed, Holder, ReviewParts, Store, StoredReview, Tables, Whose, attempts, within};
use crate::telemetry::ReviewTrace;
use crate::wire;
use jiff::civil::Date;
use rasoat_api::messages::Message;
use rasoat_api::{ErrorBody, Finding, Job, JobState, Progress, ReviewEvent, Stage};
use rasoat_assistant::Selection;
use rasoat_embeddings::Cancelled;
use rasoat_model::{BertEncoder, Encoder, Judge, PairJudge};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

/// A job that this process works on, or has ended.
pub struct Running {
    /// Tells this run of the review from others, in the identifiers of its events.
    pub run: String,
    job: Mutex<Job>,
    events: Mutex<Vec<ReviewEvent>>,
    /// How many events there are; told to every stream.
    count: watch::Sender<usize>,
    cancel: AtomicBool,
    lost: AtomicBool,
}

impl Running {
    fn new(job: Job) -> Self {
        Self {
            run: uuid::Uuid::now_v7().simple().to_string(),
            job: Mutex::new(job),
            events: Mutex::default(),
            count: watch::channel(0).0,
            cancel: AtomicBool::new(false),
            lost: AtomicBool::new(false),
        }
    }

    /// The job as it stands.
    pub fn job(&self) -> Job {
        lock(&self.job).clone()
    }

    /// Asks it to stop.
    fn cancel(&self) {
        self.cancel.store(true, Ordering::SeqCst);
    }

    /// Another process has it: how it stands is in the store.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::SeqCst);
        self.count.send_modify(|_| ());
    }

    /// Events from `from` on.
    pub fn events_from(&self, from: usize) -> Vec<ReviewEvent> {
        lock(&self.events).get(from..).map(<[ReviewEvent]>::to_vec).unwrap_or_default()
    }

    /// Hears how many events there are, and when it is lost.
    pub fn subscribe(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    fn emit(&self, event: ReviewEvent) {
        let mut events = lock(&self.events);
        events.push(event);
        let count = events.len();
        drop(events);
        self.count.send_replace(count);
    }

    fn end(&self, state: JobState, error: Option<ErrorBody>, event: ReviewEvent) {
        let mut job = lock(&self.job);
        job.state = state;
        job.error = error;
        if state == JobState::Done {
            job.progress = Progress { stage: Stage::Done, done: 1, total: 1 };
        }
        drop(job);
        self.emit(event);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The jobs of a store, as this process works on them.
pub struct Jobs {
    store: Mutex<Box<dyn Store>>,
    library: Arc<Latest>,
    encoder: Option<Arc<BertEncoder>>,
    judge: Option<PairJudge>,
    bounds: Bounds,
    holder: Holder,
    metrics: Arc<Metrics>,
    running: Mutex<HashMap<String, Arc<Running>>>,
    /// Counts the jobs that began here; told to whoever follows one that waits.
    begun: watch::Sender<usize>,
    /// Reviews whose file is being read and that are not yet in the store.
    starting: AtomicUsize,
    /// One review at a time keeps every core busy; more would only take memory.
    model: Arc<Semaphore>,
    /// Told when there is something to claim.
    waiting: Notify,
}

/// A review that begins, counted until it is dropped.
struct Starting<'a>(&'a AtomicUsize);

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A claimed job with what it needs.
struct Taken {
    review: StoredReview,
    bytes: Vec<u8>,
    as_of: Date,
    cancelled: bool,
}

/// The models that reviews use.
pub struct Models {
    /// Finds provisions by meaning.
    pub encoder: Option<Arc<BertEncoder>>,
    /// Reads a norm beside a provision.
    pub judge: Option<PairJudge>,
}

/// What reviews may ask of the service.
pub struct Bounds {
    /// The checks that run.
    pub checks: Selection,
    /// Reviews that may wait while one runs.
    pub waiting: usize,
    /// How long a process may be silent before others take over its reviews.
    pub lease: Duration,
}

/// Finished jobs kept in memory for their streams; older ones are in the store.
const KEPT: usize = 64;

/// How often a process that is free looks for what others left.
const LOOK: Duration = Duration::from_secs(1);

impl Jobs {
    /// Takes over a store.
    pub fn new(
        store: Box<dyn Store>,
        library: Arc<Latest>,
        models: Models,
        bounds: Bounds,
        metrics: Arc<Metrics>,
    ) -> Self {
        let Models { encoder, judge } = models;
        Self {
            store: Mutex::new(store),
            library,
            encoder,
            judge,
            holder: Holder::new(bounds.lease),
            bounds,
            metrics,
            running: Mutex::default(),
            begun: watch::channel(0).0,
            starting: AtomicUsize::new(0),
            model: Arc::new(Semaphore::new(1)),
            waiting: Notify::new(),
        }
    }

    /// Who uses the model has its one permit.
    pub fn model(&self) -> Arc<Semaphore> {
        Arc::clone(&self.model)
    }

    /// The checks that run.
    pub fn checks(&self) -> &Selection {
        &self.bounds.checks
    }

    /// Whether reviews have a judge.
    pub fn has_judge(&self) -> bool {
        self.judge.is_some()
    }

    /// The judge of reviews.
    pub fn judge(&self) -> Option<&dyn Judge> {
        self.judge.as_ref().map(|judge| judge as &dyn Judge)
    }

    /// The store, one caller at a time.
    pub fn store(&self) -> MutexGuard<'_, Box<dyn Store>> {
        lock(&self.store)
    }

    /// The turn at the models, which reviews take one after the other; given back when it is dropped.
    ///
    /// # Errors
    /// When the service ends.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.model).acquire_owned().await.map_err(Failure::internal)
    }

    /// What is gathered for petitions from, and with.
    pub fn ground<'a>(&'a self, library: &'a Library) -> Ground<'a> {
        Ground {
            library,
            encoder: self.encoder.as_deref().map(|encoder| encoder as &dyn Encoder),
            reranker: None,
            judge: self.judge.as_ref().map(|judge| judge as &dyn Judge),
        }
    }

    /// Erases what a review was about.
    ///
    /// # Errors
    /// `review.not_done` while it runs, or when the store refuses.
    pub fn erase(&self, who: &Who, id: &str) -> Result<()> {
        let mut store = self.store();
        within(&mut **store, |tables| retention::erase(tables, who, id, super::now()))?;
        lock(&self.running).remove(id);
        store.settle()
    }

    /// Erases what reviews of more than so many days ago were about, now and every day; never where that is none.
    pub fn keep_for(self: &Arc<Self>, days: Option<u32>) {
        let Some(days) = days.filter(|days| *days > 0) else { return };
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            let (mut clock, mut stopwatch) = (retention::Steady::from(super::now()), Instant::now());
            loop {
                let measured = std::mem::replace(&mut stopwatch, Instant::now()).elapsed();
                if !clock.went_on(super::now(), measured) {
                    tracing::warn!(
                        "the clock was set ahead: what is due by it is erased only if it stays so for a day"
                    );
                    tokio::time::sleep(std::time::Duration::from_secs(24 * 3600)).await;
                    continue;
                }
                let work = Arc::clone(&jobs);
                match super::aside(move || work.erase_due(days)).await {
                    Ok(0) => {}
                    Ok(erased) => tracing::info!(erased, "reviews were erased, as configured"),
                    Err(failure) => tracing::error!(%failure, "reviews that are due could not be erased"),
                }
                tokio::time::sleep(std::time::Duration::from_secs(24 * 3600)).await;
            }
        });
    }

    fn erase_due(&self, days: u32) -> Result<usize> {
        let now = super::now();
        let due = within(&mut **self.store(), |tables| retention::due(tables, days, now))?;
        // One by one, so that others are served between them.
        for id in &due {
            within(&mut **self.store(), |tables| retention::erase(tables, &Who::citizen(), id, now))?;
            lock(&self.running).remove(id);
        }
        if !due.is_empty() {
            self.store().settle()?;
        }
        Ok(due.len())
    }

    /// Starts a review of a file: at once where this process is free, else when one is.
    ///
    /// # Errors
    /// When the file is unusable or the store refuses.
    pub fn start(
        self: &Arc<Self>,
        who: &Who,
        file_name: String,
        bytes: Vec<u8>,
        as_of: Date,
        request: Option<String>,
    ) -> Result<Job> {
        if let Some(request) = &request
            && let Some(job) = self.asked_before(&who.organisation, request, &bytes)?
        {
            return Ok(job);
        }
        let _starting = self.take_place()?;
        // Read at once, so that a file nobody can read is refused in the answer; it is read again by the job.
        intake::check(&file_name, &bytes)?;
        let review = StoredReview {
            id: uuid::Uuid::now_v7().to_string(),
            file_name,
            as_of: as_of.to_string(),
            state: "running".into(),
            error: None,
            whose: Whose { organisation: who.organisation.clone(), account: who.id(), begun: super::now(), request },
        };
        let free = Arc::clone(&self.model).try_acquire_owned().ok();
        let begun = self.store().begin_review(&review, &bytes, free.as_ref().map(|_| &self.holder));
        if let Err(failure) = begun {
            // Two requests of one name at once: the other was first.
            let asked = review.whose.request.as_deref();
            let other = asked.map(|request| self.asked_before(&who.organisation, request, &bytes)).transpose()?;
            return other.flatten().ok_or(failure);
        }
        // It runs whether or not its entry can be written.
        if let Err(failure) = self.record(who, "review.begun", &review.id) {
            tracing::error!(%failure, review = review.id, "the record lacks that a review began");
        }
        let job = stored_job(review.clone());
        match free {
            Some(permit) => self.launch(Taken { review, bytes, as_of, cancelled: false }, permit),
            None => self.waiting.notify_one(),
        }
        Ok(job)
    }

    /// The review that a request of this name began before.
    ///
    /// # Errors
    /// `request.reused` when it was about another file.
    fn asked_before(&self, organisation: &str, request: &str, bytes: &[u8]) -> Result<Option<Job>> {
        let sql = "SELECT id FROM reviews WHERE organisation = $1 AND request = $2";
        let find = |tables: &mut dyn Tables| tables.query(sql, &[organisation.into(), request.into()]);
        let rows = within(&mut **self.store(), find)?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id = row.text(0)?;
        if self.store().review_original(&id)?.as_deref() != Some(bytes) {
            let (message, hint) = (Message::RequestReused, Message::RequestReusedHint);
            return Err(Failure::new(Kind::Input, "request.reused", message, hint, &[]));
        }
        self.job(&id).map(Some)
    }

    /// Writes down what was done to a review.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn record(&self, who: &Who, act: &str, id: &str) -> Result<()> {
        within(&mut **self.store(), |tables| record::add(tables, who, act, id, "", super::now()))
    }

    /// Whether a review is one of an organisation's.
    ///
    /// # Errors
    /// `review.unknown` where it is not, or is none at all.
    pub fn seen_by(&self, organisation: &str, id: &str) -> Result<()> {
        let sql = "SELECT id FROM reviews WHERE id = $1 AND organisation = $2";
        let find = |tables: &mut dyn Tables| tables.query(sql, &[id.into(), organisation.into()]);
        let found = within(&mut **self.store(), find)?;
        if found.is_empty() { Err(unknown()) } else { Ok(()) }
    }

    /// Claims jobs and works on them, one after the other, until the service ends.
    pub async fn work_off(self: Arc<Self>) {
        while !stop::asked() {
            let Ok(permit) = Arc::clone(&self.model).acquire_owned().await else { return };
            let jobs = Arc::clone(&self);
            let taken = tokio::task::spawn_blocking(move || jobs.claim()).await.map_err(Failure::internal);
            match taken.flatten() {
                Ok(Some(taken)) => {
                    self.launch(taken, permit);
                    continue;
                }
                Ok(None) => {}
                Err(failure) => tracing::warn!(%failure, "no review could be claimed"),
            }
            drop(permit);
            tokio::select! {
                () = self.waiting.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Leaves what this process has claimed to the others.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn leave(&self) -> Result<()> {
        self.store().lapse_claims(Some(&self.holder.owner))
    }

    fn claim(&self) -> Result<Option<Taken>> {
        let mut store = self.store();
        while let Some(Claimed { review, cancelled, interrupted }) = store.claim_review(&self.holder)? {
            if interrupted >= attempts::MOST && !cancelled {
                // Taken up again it might take this process down as well.
                let times = interrupted.to_string();
                let (message, hint) = (Message::ReviewInterrupted, Message::ReviewInterruptedHint);
                let failure =
                    Failure::new(Kind::Internal, "review.interrupted", message, hint, &[("times", times.as_str())]);
                tracing::error!(%failure, review = review.id, "a review ends as failed");
                let error = Some(serde_json::to_string(&failure.body())?);
                let parts = ReviewParts { error, ..ReviewParts::default() };
                store.end_review(&self.holder.owner, &review.id, "failed", &parts)?;
                self.metrics.ended("failed");
                continue;
            }
            let original = store.review_original(&review.id)?;
            if let (Some(bytes), Ok(as_of)) = (original, review.as_of.parse()) {
                return Ok(Some(Taken { review, bytes, as_of, cancelled }));
            }
            // It can never end by itself.
            let error = serde_json::to_string(&Failure::cancelled().body())?;
            let parts = ReviewParts { error: Some(error), ..ReviewParts::default() };
            store.end_review(&self.holder.owner, &review.id, "failed", &parts)?;
        }
        Ok(None)
    }

    /// A place among the reviews that run here, wait or begin; given back when it is dropped, once the review is stored.
    fn take_place(&self) -> Result<Starting<'_>> {
        let (store, owner) = (self.store(), &self.holder.owner);
        let elsewhere = store.claims()?.iter().filter(|claim| claim.held && claim.owner != *owner).count();
        let open = store.running_reviews()?.len().saturating_sub(elsewhere) + self.starting.load(Ordering::SeqCst);
        if open > self.bounds.waiting {
            let waiting = (open - 1).to_string();
            let values = [("waiting", waiting.as_str())];
            let (message, hint) = (Message::TooManyReviews, Message::TooManyReviewsHint);
            return Err(Failure::new(Kind::Missing, "reviews.busy", message, hint, &values));
        }
        self.starting.fetch_add(1, Ordering::SeqCst);
        Ok(Starting(&self.starting))
    }

    fn launch(self: &Arc<Self>, taken: Taken, permit: OwnedSemaphorePermit) {
        let Taken { review, bytes, as_of, cancelled } = taken;
        let running = Arc::new(Running::new(stored_job(review.clone())));
        if cancelled {
            running.cancel();
        }
        self.remember(&review.id, &running);
        self.begun.send_modify(|count| *count += 1);
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            // Given back when the end is stored.
            let _permit = permit;
            let (work, of) = (Arc::clone(&jobs), Arc::clone(&running));
            let done = tokio::task::spawn_blocking(move || work.work(&of, &bytes, as_of)).await;
            if let Err(panic) = done {
                let failure = super::cut_off(&panic);
                let end = move || jobs.finish(&running, "failed", ReviewParts::default(), Some(&failure));
                let _ = tokio::task::spawn_blocking(end).await;
            }
        });
    }

    fn remember(&self, id: &str, running: &Arc<Running>) {
        let mut all = lock(&self.running);
        if all.len() >= KEPT {
            let mut ended: Vec<String> =
                all.iter().filter(|(_, r)| r.job().state != JobState::Running).map(|(id, _)| id.clone()).collect();
            ended.sort();
            for id in ended.into_iter().take(KEPT / 2) {
                all.remove(&id);
            }
        }
        all.insert(id.to_owned(), Arc::clone(running));
    }

    fn work(&self, running: &Running, bytes: &[u8], as_of: Date) {
        let mut watcher = JobWatcher { running, trace: ReviewTrace::begin(), found: 0 };
        // The same law to the end, whatever is imported meanwhile.
        let library = self.library.library();
        let outcome = watcher
            .progress(Progress { stage: Stage::Parse, done: 0, total: 1 })
            .map_err(|Cancelled| Failure::cancelled())
            .and_then(|()| {
                let mut pages =
                    |done, total: usize| watcher.progress(Progress { stage: Stage::Parse, done, total: total.max(1) });
                session::read(&running.job().file_name, bytes, &mut pages)
            })
            .and_then(|draft| {
                let models = session::Models {
                    encoder: self.encoder.as_deref().map(|e| e as &dyn Encoder),
                    judge: self.judge.as_ref().map(|j| j as &dyn Judge),
                };
                let law = session::law(&library, models, as_of);
                let review = session::review_selected(&draft, &law, &self.bounds.checks, &mut watcher)?;
                let mut parsed = wire::document(&draft.document);
                parsed.problems.extend(wire::source_problems(&draft.extracted));
                parsed.problems.extend(wire::doubtful_words(&draft.extracted));
                Ok(ReviewParts {
                    extracted: Some(serde_json::to_string(&draft.extracted)?),
                    draft: Some(serde_json::to_string(&parsed)?),
                    result: Some(serde_json::to_string(&review)?),
                    error: None,
                    converted: draft.converted,
                })
            });
        watcher.trace.end(
            match &outcome {
                Ok(_) => "done",
                Err(_) if stop::asked() => "stopped",
                Err(failure) if failure.code == "cancelled" => "cancelled",
                Err(_) => "failed",
            },
            watcher.found,
        );
        match outcome {
            Ok(parts) => self.finish(running, "done", parts, None),
            // The service ends: the job stays as running, for another process or the next one.
            Err(_) if stop::asked() => {}
            Err(failure) if failure.code == "cancelled" && running.is_lost() => self.let_go(running),
            Err(failure) if failure.code == "cancelled" => {
                self.finish(running, "cancelled", ReviewParts::default(), None);
            }
            Err(failure) => self.finish(running, "failed", ReviewParts::default(), Some(&failure)),
        }
    }

    fn finish(&self, running: &Running, state: &str, mut parts: ReviewParts, failure: Option<&Failure>) {
        let error = failure.map(Failure::body);
        parts.error = error.as_ref().and_then(|e| serde_json::to_string(e).ok());
        let id = running.job().id;
        let owner = &self.holder.owner;
        let mut stored = self.store().end_review(owner, &id, state, &parts);
        // A database that is away for a moment does not cost a finished review.
        for seconds in [1, 5, 20] {
            if !stored.as_ref().is_err_and(is_away) || !stop::pause(Duration::from_secs(seconds)) {
                break;
            }
            stored = self.store().end_review(owner, &id, state, &parts);
        }
        match (stored, state, error) {
            (Ok(true), "done", _) => running.end(JobState::Done, None, ReviewEvent::Done),
            (Ok(true), _, Some(error)) => {
                running.end(JobState::Failed, Some(error.clone()), ReviewEvent::Failed(error));
            }
            (Ok(true), ..) => running.end(JobState::Cancelled, None, ReviewEvent::Cancelled),
            // Whether it counted, and who works on it now, the store knows.
            (Ok(false), ..) => return self.let_go(running),
            (Err(failure), ..) if is_away(&failure) => {
                tracing::error!(%failure, review = id, "the review's end could not be stored; it is made again");
                return self.let_go(running);
            }
            // A store that refuses what the review gave may still take that it did.
            (Err(failure), "done", _) => {
                tracing::error!(%failure, review = id, "the review's result could not be stored");
                return self.finish(running, "failed", ReviewParts::default(), Some(&failure));
            }
            (Err(failure), ..) => {
                tracing::error!(%failure, review = id, "the review's end could not be stored");
                running.end(JobState::Failed, Some(failure.body()), ReviewEvent::Failed(failure.body()));
            }
        }
        self.metrics.ended(state);
    }

    /// The job is no longer this process's.
    fn let_go(&self, running: &Running) {
        tracing::info!(review = running.job().id, "the review is no longer this process's");
        running.lose();
        lock(&self.running).retain(|_, known| !std::ptr::eq(&**known, running));
    }

    /// The job in this process, when it works on it or still remembers it.
    pub fn running(&self, id: &str) -> Option<Arc<Running>> {
        lock(&self.running).get(id).filter(|running| !running.is_lost()).cloned()
    }

    /// Hears how many jobs began here.
    pub fn subscribe(&self) -> watch::Receiver<usize> {
        self.begun.subscribe()
    }

    /// Asks a review to stop, whoever works on it.
    ///
    /// # Errors
    /// When the store refuses, and this process does not work on it.
    pub fn cancel(&self, id: &str) -> Result<()> {
        let here = self.running(id);
        if let Some(running) = &here {
            running.cancel();
        }
        match self.store().cancel_review(id) {
            Ok(ended) => {
                if ended {
                    self.metrics.ended("cancelled");
                }
                Ok(())
            }
            Err(failure) if here.is_none() => Err(failure),
            Err(_) => Ok(()),
        }
    }

    /// A job, from memory or from the store.
    ///
    /// # Errors
    /// When there is none.
    pub fn job(&self, id: &str) -> Result<Job> {
        let here = self.running(id);
        if let Some(running) = here.as_ref().filter(|running| running.job().state == JobState::Running) {
            return Ok(running.job());
        }
        let store = self.store();
        // Asked first: where it ends in between, the review says so.
        let progress = store.claims()?.into_iter().find(|claim| claim.review == id).and_then(|claim| claim.progress);
        let stored = store.review(id)?.ok_or_else(unknown)?;
        self.forget_erased(&stored);
        Ok(with_progress(stored_job(stored), progress.as_deref()))
    }

    /// Lets go of what this process remembers of a review that another one erased.
    fn forget_erased(&self, stored: &StoredReview) {
        if stored.state == "erased" {
            lock(&self.running).remove(&stored.id);
        }
    }

    /// Jobs of an organisation before one of them, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn jobs(&self, organisation: &str, before: Option<&str>, limit: usize) -> Result<Vec<Job>> {
        let store = self.store();
        let claims = store.claims()?;
        let stored = store.reviews_of(organisation, before, limit)?;
        drop(store);
        let job = |stored: StoredReview| {
            self.forget_erased(&stored);
            let here = self.running(&stored.id).map(|running| running.job());
            if let Some(job) = here.filter(|job| job.state == JobState::Running) {
                return job;
            }
            let claim = claims.iter().find(|claim| claim.review == stored.id);
            with_progress(stored_job(stored), claim.and_then(|claim| claim.progress.as_deref()))
        };
        Ok(stored.into_iter().map(job).collect())
    }

    /// How many reviews run or wait, in every process.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(&self) -> Result<usize> {
        Ok(self.store().running_reviews()?.len())
    }

    /// What a finished review gave.
    ///
    /// # Errors
    /// When there is no such review, it is not finished, or it was erased.
    pub fn parts(&self, id: &str) -> Result<ReviewParts> {
        let parts = self.store().review_parts(id)?.ok_or_else(unknown)?;
        if parts.result.is_none() {
            if self.store().review(id)?.is_some_and(|review| review.state == "erased") {
                return Err(retention::erased());
            }
            let message = Message::ReviewNotDone;
            return Err(Failure::new(Kind::Usage, "review.not_done", message, Message::ReviewNotDoneHint, &[]));
        }
        Ok(parts)
    }
}

fn is_away(failure: &Failure) -> bool {
    ["store.lost", "store.unreachable"].contains(&failure.code)
}

fn unknown() -> Failure {
    Failure::new(Kind::Input, "review.unknown", Message::UnknownReview, Message::UnknownReviewHint, &[])
}

fn stored_job(stored: StoredReview) -> Job {
    let state = match stored.state.as_str() {
        "erased" => JobState::Erased,
        "done" => JobState::Done,
        "cancelled" => JobState::Cancelled,
        "running" => JobState::Running,
        _ => JobState::Failed,
    };
    let stage = if state == JobState::Done { Stage::Done } else { Stage::Queued };
    Job {
        id: stored.id,
        file_name: stored.file_name,
        as_of: stored.as_of,
        state,
        progress: Progress { stage, done: 0, total: 0 },
        error: match state {
            JobState::Erased => Some(retention::erased().body()),
            _ => stored.error.and_then(|text| serde_json::from_str(&text).ok()),
        },
    }
}

/// A job that another process works on, as far as that has told.
fn with_progress(job: Job, told: Option<&str>) -> Job {
    let told = told.filter(|_| job.state == JobState::Running);
    match told.and_then(|told| serde_json::from_str(told).ok()) {
        Some(progress) => Job { progress, ..job },
        None => job,
    }
}

struct JobWatcher<'a> {
    running: &'a Running,
    trace: ReviewTrace,
    found: usize,
}

impl session::Watcher for JobWatcher<'_> {
    fn progress(&mut self, progress: Progress) -> std::result::Result<(), Cancelled> {
        self.trace.stage(progress.stage);
        let mut job = lock(&self.running.job);
        // Asked many times a second while another program works: only what is new is told.
        if job.progress != progress {
            job.progress = progress.clone();
            drop(job);
            self.running.emit(ReviewEvent::Progress(progress));
        } else {
            drop(job);
        }
        let stop = stop::asked() || self.running.is_lost() || self.running.cancel.load(Ordering::SeqCst);
        if stop { Err(Cancelled) } else { Ok(()) }
    }

    fn found(&mut self, finding: Finding) {
        self.found += 1;
        self.running.emit(ReviewEvent::Finding(Box::new(finding)));
    }
}

use session::Watcher as _;
