//! Reviews as jobs: one at a time uses the model, the others wait; each keeps its events so that a stream can resume.
//!
//! A job is stored before it is answered for, and one that a crash cut off starts again with the service.

use super::metrics::Metrics;
use crate::accounts::{Who, record};
use crate::failure::{Failure, Kind, Result};
use crate::intake;
use crate::library::Library;
use crate::petitions::Ground;
use crate::retention;
use crate::session;
use crate::stop;
use crate::store::{ReviewParts, Store, StoredReview, Tables, Whose, within};
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
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

/// A running or finished job.
pub struct Running {
    job: Mutex<Job>,
    events: Mutex<Vec<ReviewEvent>>,
    /// How many events there are; told to every stream.
    count: watch::Sender<usize>,
    cancel: AtomicBool,
    /// Told when it is cancelled, for a review that waits.
    cancelled: Notify,
}

impl Running {
    fn new(job: Job) -> Self {
        Self {
            job: Mutex::new(job),
            events: Mutex::default(),
            count: watch::channel(0).0,
            cancel: AtomicBool::new(false),
            cancelled: Notify::new(),
        }
    }

    /// The job as it stands.
    pub fn job(&self) -> Job {
        lock(&self.job).clone()
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::SeqCst);
        self.cancelled.notify_one();
    }

    /// Events from `from` on.
    pub fn events_from(&self, from: usize) -> Vec<ReviewEvent> {
        lock(&self.events).get(from..).map(<[ReviewEvent]>::to_vec).unwrap_or_default()
    }

    /// Hears how many events there are.
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

/// The jobs of this process, over the store.
pub struct Jobs {
    store: Mutex<Box<dyn Store>>,
    library: Arc<Library>,
    encoder: Option<Arc<BertEncoder>>,
    judge: Option<PairJudge>,
    bounds: Bounds,
    metrics: Arc<Metrics>,
    running: Mutex<HashMap<String, Arc<Running>>>,
    /// Reviews whose file is being read and that are not yet among those that run.
    starting: AtomicUsize,
    /// One review at a time keeps every core busy; more would only take memory.
    model: Arc<Semaphore>,
}

/// A review that begins, counted until it is dropped.
struct Starting<'a>(&'a AtomicUsize);

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
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
}

/// Finished jobs kept in memory for their streams; older ones are in the store.
const KEPT: usize = 64;

impl Jobs {
    /// Takes over a store.
    pub fn new(
        store: Box<dyn Store>,
        library: Arc<Library>,
        models: Models,
        bounds: Bounds,
        metrics: Arc<Metrics>,
    ) -> Self {
        let model = Arc::new(Semaphore::new(1));
        let Models { encoder, judge } = models;
        Self {
            store: Mutex::new(store),
            library,
            encoder,
            judge,
            bounds,
            metrics,
            running: Mutex::default(),
            starting: AtomicUsize::new(0),
            model,
        }
    }

    /// Who uses the model has its one permit.
    pub fn model(&self) -> Arc<Semaphore> {
        Arc::clone(&self.model)
    }

    /// Whether reviews have a judge.
    pub fn has_judge(&self) -> bool {
        self.judge.is_some()
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
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            library: &self.library,
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
            loop {
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

    /// Starts a review of a file.
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
        let id = uuid::Uuid::now_v7().to_string();
        let stored = StoredReview {
            id: id.clone(),
            file_name: file_name.clone(),
            as_of: as_of.to_string(),
            state: "running".into(),
            error: None,
            whose: Whose { organisation: who.organisation.clone(), account: who.id(), begun: super::now(), request },
        };
        self.store().begin_review(&stored, &bytes)?;
        self.record(who, "review.begun", &id)?;
        Ok(self.launch(&stored, bytes, as_of))
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

    /// Starts again what a crash cut off.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn resume(self: &Arc<Self>) -> Result<()> {
        let cut_off = self.store().running_reviews()?;
        for review in cut_off {
            let original = self.store().review_original(&review.id)?;
            match (original, review.as_of.parse()) {
                (Some(bytes), Ok(as_of)) => {
                    self.launch(&review, bytes, as_of);
                }
                // It can never end by itself.
                _ => {
                    let error = serde_json::to_string(&Failure::cancelled().body())?;
                    let parts = ReviewParts { error: Some(error), ..ReviewParts::default() };
                    self.store().end_review(&review.id, "failed", &parts)?;
                }
            }
        }
        Ok(())
    }

    /// A place among the reviews that run, wait or begin; given back when it is dropped, once the review is among those
    /// that run.
    fn take_place(&self) -> Result<Starting<'_>> {
        let running = lock(&self.running);
        let open = running.values().filter(|running| running.job().state == JobState::Running).count()
            + self.starting.load(Ordering::SeqCst);
        if open > self.bounds.waiting {
            let waiting = (open - 1).to_string();
            let values = [("waiting", waiting.as_str())];
            let (message, hint) = (Message::TooManyReviews, Message::TooManyReviewsHint);
            return Err(Failure::new(Kind::Missing, "reviews.busy", message, hint, &values));
        }
        self.starting.fetch_add(1, Ordering::SeqCst);
        Ok(Starting(&self.starting))
    }

    fn launch(self: &Arc<Self>, review: &StoredReview, bytes: Vec<u8>, as_of: Date) -> Job {
        let job = Job {
            id: review.id.clone(),
            file_name: review.file_name.clone(),
            as_of: review.as_of.clone(),
            state: JobState::Running,
            progress: Progress { stage: Stage::Queued, done: 0, total: 0 },
            error: None,
        };
        let running = Arc::new(Running::new(job.clone()));
        self.remember(&review.id, &running);
        self.metrics.open.inc();
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            let permit = tokio::select! {
                permit = Arc::clone(&jobs.model).acquire_owned() => permit,
                // It gives up its place at once, and its bytes.
                () = running.cancelled.notified() => {
                    let end = move || jobs.finish(&running, "cancelled", ReviewParts::default(), None);
                    let _ = tokio::task::spawn_blocking(end).await;
                    return;
                }
            };
            let Ok(_permit) = permit else { return };
            let work = Arc::clone(&jobs);
            let of = Arc::clone(&running);
            let done = tokio::task::spawn_blocking(move || work.work(&of, &bytes, as_of)).await;
            if let Err(panic) = done {
                let failure = Failure::internal(panic);
                let end = move || jobs.finish(&running, "failed", ReviewParts::default(), Some(&failure));
                let _ = tokio::task::spawn_blocking(end).await;
            }
        });
        job
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
                let law = session::law(&self.library, models, as_of);
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
            // The service ends: the job stays as running, and starts again with the next one.
            Err(_) if stop::asked() => {}
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
        let mut stored = self.store().end_review(&id, state, &parts);
        // A database that is away for a moment does not cost a finished review.
        for seconds in [1, 5, 20] {
            let away =
                stored.as_ref().is_err_and(|failure| ["store.lost", "store.unreachable"].contains(&failure.code));
            if !away || stop::asked() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_secs(seconds));
            stored = self.store().end_review(&id, state, &parts);
        }
        self.metrics.ended(if stored.is_ok() { state } else { "failed" });
        if let Err(failure) = stored {
            tracing::error!(%failure, review = id, "the review's end could not be stored");
            running.end(JobState::Failed, Some(failure.body()), ReviewEvent::Failed(failure.body()));
            return;
        }
        match (state, error) {
            ("done", _) => running.end(JobState::Done, None, ReviewEvent::Done),
            (_, Some(error)) => running.end(JobState::Failed, Some(error.clone()), ReviewEvent::Failed(error)),
            _ => running.end(JobState::Cancelled, None, ReviewEvent::Cancelled),
        }
    }

    /// The job in this process, when it is still remembered.
    pub fn running(&self, id: &str) -> Option<Arc<Running>> {
        lock(&self.running).get(id).cloned()
    }

    /// A job, from memory or from the store.
    ///
    /// # Errors
    /// When there is none.
    pub fn job(&self, id: &str) -> Result<Job> {
        if let Some(running) = self.running(id) {
            return Ok(running.job());
        }
        let stored = self.store().review(id)?.ok_or_else(unknown)?;
        Ok(stored_job(stored))
    }

    /// Jobs of an organisation before one of them, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn jobs(&self, organisation: &str, before: Option<&str>, limit: usize) -> Result<Vec<Job>> {
        let stored = self.store().reviews_of(organisation, before, limit)?;
        Ok(stored.into_iter().map(|s| self.running(&s.id).map_or_else(|| stored_job(s.clone()), |r| r.job())).collect())
    }

    /// What a finished review gave.
    ///
    /// # Errors
    /// When there is no such review, it is not finished, or it was erased.
    pub fn parts(&self, id: &str) -> Result<ReviewParts> {
        let parts = self.store().review_parts(id)?.ok_or_else(unknown)?;
        if parts.result.is_none() {
            if self.store().review(id)?.is_some_and(|review| review.state == "erased") {
                return Err(erased());
            }
            let message = Message::ReviewNotDone;
            return Err(Failure::new(Kind::Usage, "review.not_done", message, Message::ReviewNotDoneHint, &[]));
        }
        Ok(parts)
    }
}

fn unknown() -> Failure {
    Failure::new(Kind::Input, "review.unknown", Message::UnknownReview, Message::UnknownReviewHint, &[])
}

fn erased() -> Failure {
    Failure::new(Kind::Input, "review.erased", Message::ReviewErased, Message::ReviewErasedHint, &[])
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
            JobState::Erased => Some(erased().body()),
            _ => stored.error.and_then(|text| serde_json::from_str(&text).ok()),
        },
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
        if stop::asked() || self.running.cancel.load(Ordering::SeqCst) { Err(Cancelled) } else { Ok(()) }
    }

    fn found(&mut self, finding: Finding) {
        self.found += 1;
        self.running.emit(ReviewEvent::Finding(Box::new(finding)));
    }
}

use session::Watcher as _;
