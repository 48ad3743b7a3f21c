//! Evaluations as jobs: one at a time is measured in the background, and its report joins the others.
//!
//! Hard because a suite keeps the models busy for minutes or hours, and citizens and reviewers come first: it takes its
//! turns at the models from the semaphore that reviews use and gives it back at every step, uses the encoder and the
//! library that are loaded, and one run at a time is measured on a machine, whatever its processes. A report is written
//! under a hidden name and gets its own when it is whole. How runs stood is kept in files beside the reports; one that its
//! process did not end is told as cut off.

use super::accounts::{Sent, sent};
use super::evaluations::is_name;
use super::turns::turn_at;
use super::{Answer, Asked, Page, Service, Who, aside, asked, now, paged};
use crate::accounts::record;
use crate::cli::DataSets;
use crate::evaluate::{self, Loaded, Watch};
use crate::failure::{Failure, Kind, Result};
use crate::places::Places;
use crate::stop;
use crate::store::within;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, EvaluationRun, EvaluationRunState, EvaluationRunWanted, EvaluationSuite, routes};
use rasoat_embeddings::Cancelled;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The folder beside the reports that holds how runs stood.
const RUNS: &str = ".runs";
/// Runs that are kept.
const KEPT: usize = 200;
/// Lines of what a run said that are kept.
const LINES: usize = 50;
/// The seed where none is asked for, as on the command line.
const SEED: u64 = 6;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::EVALUATION_RUNS, get(list).post(begin))
        .route(routes::EVALUATION_RUN, get(show).delete(cancel))
}

/// The runs that this process knows.
pub struct Runs {
    places: Places,
    reports: PathBuf,
    data: PathBuf,
    /// Shared with reviews.
    model: Arc<Semaphore>,
    runs: Mutex<BTreeMap<String, EvaluationRun>>,
    /// Asks the one that runs here to stop.
    cancelled: AtomicBool,
}

impl Runs {
    /// Takes up what is kept of runs. One that nobody measures any more was cut off.
    pub fn new(places: Places, reports: PathBuf, data: PathBuf, model: Arc<Semaphore>) -> Self {
        let runs = Self { places, reports, data, model, runs: Mutex::default(), cancelled: AtomicBool::new(false) };
        // Held while this looks: another process may be measuring.
        let alone = runs.alone();
        for entry in fs_err::read_dir(runs.reports.join(RUNS)).into_iter().flatten().flatten() {
            let bytes = fs_err::read(entry.path()).unwrap_or_default();
            let Ok(mut run) = serde_json::from_slice::<EvaluationRun>(&bytes) else { continue };
            if run.state == EvaluationRunState::Running && alone.is_ok() {
                let (message, hint) = (Message::EvaluationCutOff, Message::EvaluationCutOffHint);
                run.state = EvaluationRunState::Failed;
                run.error = Some(Failure::new(Kind::Internal, "evaluation.cut_off", message, hint, &[]).body());
                runs.keep(&run);
                let _ = fs_err::remove_dir_all(runs.partial(&run.id));
            }
            runs.all().insert(run.id.clone(), run);
        }
        while runs.all().len() > KEPT {
            if let Some((id, _)) = runs.all().pop_first() {
                let _ = fs_err::remove_file(runs.file(&id));
            }
        }
        runs
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, EvaluationRun>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, id: &str) -> PathBuf {
        self.reports.join(RUNS).join(format!("{id}.json"))
    }

    fn partial(&self, id: &str) -> PathBuf {
        self.reports.join(format!(".{id}.partial"))
    }

    /// The only one that measures on this machine, until what this answers is dropped.
    fn alone(&self) -> Result<File> {
        let folder = self.reports.join(RUNS);
        fs_err::create_dir_all(&folder).map_err(|error| Failure::write(&folder, &error))?;
        let path = folder.join("lock");
        let opened = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(|error| Failure::write(&path, &error))?.into_parts().0;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => {
                let (message, hint) = (Message::EvaluationBusy, Message::EvaluationBusyHint);
                Err(Failure::new(Kind::Usage, "evaluation.busy", message, hint, &[]))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(Failure::write(&path, &error)),
        }
    }

    fn keep(&self, run: &EvaluationRun) {
        let write = || -> Result<()> { crate::command::write_whole(&self.file(&run.id), &serde_json::to_vec(run)?) };
        if let Err(failure) = write() {
            tracing::warn!(%failure, run = run.id, "how an evaluation stands could not be written");
        }
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut EvaluationRun)) {
        self.all().get_mut(id).map(change);
    }

    /// A run as it stands; another process's as it last wrote.
    fn one(&self, id: &str) -> Result<EvaluationRun> {
        let known = self.all().get(id).cloned();
        let elsewhere = || {
            let bytes = fs_err::read(self.file(id)).ok().filter(|_| is_name(id))?;
            serde_json::from_slice(&bytes).ok()
        };
        known.or_else(elsewhere).ok_or_else(|| {
            let (message, hint) = (Message::UnknownEvaluationRun, Message::AccountHint);
            Failure::new(Kind::Input, "evaluation.run.unknown", message, hint, &[("what", id)])
        })
    }

    /// Begins a run, to be measured in a thread of its own.
    fn begin(self: &Arc<Self>, who: &Who, wanted: &EvaluationRunWanted, loaded: Loaded) -> Result<EvaluationRun> {
        let data = self.data_of(wanted)?;
        let alone = self.alone()?;
        let begun = now();
        let id = name_of(begun, wanted.suite, &|id| self.reports.join(id).exists() || self.file(id).exists());
        let run = EvaluationRun {
            id: id.clone(),
            suite: wanted.suite,
            data: wanted.data.clone(),
            seed: wanted.seed.unwrap_or(SEED),
            state: EvaluationRunState::Running,
            at: None,
            done: 0,
            total: 0,
            notes: Vec::new(),
            error: None,
            account: who.id(),
            begun,
        };
        self.keep(&run);
        self.all().insert(id, run.clone());
        self.cancelled.store(false, Ordering::SeqCst);
        let (runs, measured) = (Arc::clone(self), run.clone());
        let work = move || {
            let _alone = alone;
            runs.measure(&measured, data, loaded);
        };
        std::thread::Builder::new().name("evaluation".into()).spawn(work).map_err(Failure::internal)?;
        Ok(run)
    }

    /// The set that is asked for, by its name in the folder of sets; for speed alone none is needed.
    fn data_of(&self, wanted: &EvaluationRunWanted) -> Result<Vec<PathBuf>> {
        let name = wanted.data.as_deref();
        let path = name.map_or_else(|| self.data.clone(), |name| self.data.join(name));
        if name.is_none_or(is_name) && path.exists() {
            return Ok(vec![path]);
        }
        if name.is_none() && wanted.suite == EvaluationSuite::Speed {
            return Ok(Vec::new());
        }
        let shown = name.map_or_else(|| self.data.display().to_string(), str::to_owned);
        let (message, hint) = (Message::UnknownEvaluationData, Message::UnknownEvaluationDataHint);
        Err(Failure::new(Kind::Input, "evaluation.data.unknown", message, hint, &[("what", &shown)]))
    }

    fn measure(&self, run: &EvaluationRun, data: Vec<PathBuf>, loaded: Loaded) {
        let (partial, report) = (self.partial(&run.id), self.reports.join(&run.id));
        let vectors = Some(self.places.local.join("evaluation-vectors"));
        let sets = DataSets { data, output: Some(partial.clone()), vectors, seed: run.seed };
        let watch = RunWatch { runs: self, id: &run.id, turn: Mutex::new(None) };
        let measured = match watch.next_turn() {
            Ok(()) => evaluate::serve(&watch, &self.places, run.suite, &sets, loaded),
            Err(Cancelled) => Err(Failure::cancelled()),
        };
        let done =
            measured.and_then(|()| fs_err::rename(&partial, &report).map_err(|error| Failure::write(&report, &error)));
        if done.is_err() {
            let _ = fs_err::remove_dir_all(&partial);
        }
        let is_ending = stop::asked();
        self.change(&run.id, |run| match done {
            Ok(()) => run.state = EvaluationRunState::Done,
            Err(failure) if failure.code == "cancelled" && !is_ending => run.state = EvaluationRunState::Cancelled,
            Err(failure) => {
                let (message, hint) = (Message::EvaluationCutOff, Message::EvaluationCutOffHint);
                let cut_off = || Failure::new(Kind::Internal, "evaluation.cut_off", message, hint, &[]);
                let failure = if is_ending { cut_off() } else { failure };
                tracing::warn!(%failure, run = run.id, "an evaluation failed");
                (run.state, run.error) = (EvaluationRunState::Failed, Some(failure.body()));
            }
        });
        if let Ok(run) = self.one(&run.id) {
            self.keep(&run);
        }
    }
}

/// A name that sorts by when it began: `2026-11-27T065512Z-pairs`, with a number where that is taken.
fn name_of(begun: i64, suite: EvaluationSuite, is_taken: &dyn Fn(&str) -> bool) -> String {
    let at = jiff::Timestamp::from_second(begun).unwrap_or_default();
    let suite = serde_json::to_value(suite).ok().and_then(|code| code.as_str().map(str::to_owned));
    let name = format!("{}-{}", at.strftime("%Y-%m-%dT%H%M%SZ"), suite.unwrap_or_default());
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}

/// Follows a run: keeps how far it is, and lets others have their turns at the models between its steps.
struct RunWatch<'a> {
    runs: &'a Runs,
    id: &'a str,
    turn: Mutex<Option<OwnedSemaphorePermit>>,
}

impl RunWatch<'_> {
    fn is_over(&self) -> bool {
        stop::asked() || self.runs.cancelled.load(Ordering::SeqCst)
    }

    /// Gives the turn back to the next in line and waits for another.
    fn next_turn(&self) -> std::result::Result<(), Cancelled> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        turn.take();
        *turn = turn_at(&self.runs.model, &|| self.is_over());
        if self.is_over() { Err(Cancelled) } else { Ok(()) }
    }
}

impl Watch for RunWatch<'_> {
    fn at(&self, suite: &str, set: &str) {
        self.runs.change(self.id, |run| (run.at, run.done, run.total) = (Some(format!("{suite} · {set}")), 0, 0));
    }

    fn step(&self, done: usize, total: usize) -> std::result::Result<(), Cancelled> {
        self.runs.change(self.id, |run| (run.done, run.total) = (done, total));
        self.next_turn()
    }

    fn note(&self, line: &str) {
        self.runs.change(self.id, |run| {
            run.notes.push(line.to_owned());
            let over = run.notes.len().saturating_sub(LINES);
            run.notes.drain(..over);
        });
    }
}

/// Runs of evaluations, newest first; `Link` with `rel="next"` leads to older ones.
#[utoipa::path(get, path = routes::EVALUATION_RUNS, params(Page), responses((status = 200, body = [EvaluationRun]), (status = 400, body = ErrorDocument)))]
async fn list(State(service): State<Arc<Service>>, page: Asked<Page>) -> Answer<Response> {
    let page = asked(page)?;
    let limit = page.limit.unwrap_or(50).clamp(1, 200);
    let before = |id: &str| page.before.as_deref().is_none_or(|before| id < before);
    let runs: Vec<EvaluationRun> =
        service.runs.all().values().rev().filter(|run| before(&run.id)).take(limit).cloned().collect();
    let next = runs.last().filter(|_| runs.len() == limit).map(|run| run.id.clone());
    Ok(paged(routes::EVALUATION_RUNS, limit, next, Json(runs)))
}

/// Begins a run of a suite, in the background; its report joins the evaluations under the run's identifier.
#[utoipa::path(post, path = routes::EVALUATION_RUNS, request_body = EvaluationRunWanted, responses((status = 202, body = EvaluationRun), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument, description = "another one runs")))]
async fn begin(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<EvaluationRunWanted>,
) -> Answer<(StatusCode, Json<EvaluationRun>)> {
    let wanted = sent(wanted)?;
    let work = move || {
        let library = service.library.library();
        let library = (service.encoder.is_some() && library.has_vectors()).then_some(library);
        let loaded = Loaded { encoder: service.encoder.clone(), library };
        let run = service.runs.begin(&who, &wanted, loaded)?;
        within(&mut **service.jobs.store(), |tables| {
            record::add(tables, &who, "evaluation.begun", &run.id, "", now())
        })?;
        Ok(run)
    };
    Ok((StatusCode::ACCEPTED, Json(aside(work).await?)))
}

/// A run of an evaluation.
#[utoipa::path(get, path = routes::EVALUATION_RUN, params(("id" = String, Path)), responses((status = 200, body = EvaluationRun), (status = 404, body = ErrorDocument)))]
async fn show(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Json<EvaluationRun>> {
    Ok(Json(aside(move || service.runs.one(&id)).await?))
}

/// Stops a run at its next step; one that ended stays as it ended.
#[utoipa::path(delete, path = routes::EVALUATION_RUN, params(("id" = String, Path)), responses((status = 200, body = EvaluationRun), (status = 404, body = ErrorDocument)))]
async fn cancel(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Answer<Json<EvaluationRun>> {
    let work = move || {
        let run = service.runs.one(&id)?;
        if run.state == EvaluationRunState::Running {
            service.runs.cancelled.store(true, Ordering::SeqCst);
            within(&mut **service.jobs.store(), |tables| {
                record::add(tables, &who, "evaluation.cancelled", &id, "", now())
            })?;
        }
        Ok(run)
    };
    Ok(Json(aside(work).await?))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, begin, show, cancel))]
pub struct Description;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn runs(root: &std::path::Path) -> Arc<Runs> {
        let places = Places::new(Some(root.join("store")), Some(root.join("models")));
        // The machine's own codes are no part of the test.
        let places = Places { corpus: root.join("corpus"), ..places };
        let model = Arc::new(Semaphore::new(1));
        Arc::new(Runs::new(places, root.join("reports"), root.join("data"), model))
    }

    fn wanted(suite: EvaluationSuite, data: Option<&str>) -> EvaluationRunWanted {
        EvaluationRunWanted { suite, data: data.map(str::to_owned), seed: None }
    }

    fn ended(runs: &Runs, id: &str) -> EvaluationRun {
        loop {
            let run = runs.one(id).unwrap();
            // Its place is given back after its state is told.
            if run.state != EvaluationRunState::Running && runs.alone().is_ok() {
                return run;
            }
            std::thread::yield_now();
        }
    }

    fn begin(runs: &Arc<Runs>, wanted: &EvaluationRunWanted) -> Result<EvaluationRun> {
        runs.begin(&Who::owner(), wanted, Loaded::default())
    }

    #[test]
    fn a_run_is_measured_and_its_report_gets_its_name_when_it_is_whole() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("data/mau")).unwrap();
        let case = r#"{"id":"a","text":"Điều 1. A\nB.","provisions":[{"eid":"art_1","kind":"article"}]}"#;
        std::fs::write(root.path().join("data/mau/structure.jsonl"), case).unwrap();
        let runs = runs(root.path());
        let held = runs.model.try_acquire().unwrap();
        let id = begin(&runs, &wanted(EvaluationSuite::Structure, Some("mau"))).unwrap().id;
        // A review has the models: it waits, and no second one begins.
        let busy = begin(&runs, &wanted(EvaluationSuite::Structure, Some("mau"))).err().map(|failure| failure.code);
        assert_eq!(busy, Some("evaluation.busy"));
        assert_eq!(runs.one(&id).unwrap().state, EvaluationRunState::Running);
        assert!(!runs.reports.join(&id).exists());
        drop(held);
        let run = ended(&runs, &id);
        assert_eq!((run.state, run.error), (EvaluationRunState::Done, None));
        assert!(runs.reports.join(&id).join("report.json").exists());
        assert!(!runs.partial(&id).exists());
        // Told after a restart as it ended.
        assert_eq!(super::tests::runs(root.path()).one(&id).unwrap().state, EvaluationRunState::Done);
    }

    #[test]
    fn a_run_that_is_stopped_leaves_no_report() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("data/mau")).unwrap();
        let runs = runs(root.path());
        let held = runs.model.try_acquire().unwrap();
        let id = begin(&runs, &wanted(EvaluationSuite::All, Some("mau"))).unwrap().id;
        runs.cancelled.store(true, Ordering::SeqCst);
        assert_eq!(ended(&runs, &id).state, EvaluationRunState::Cancelled);
        drop(held);
        assert!(!runs.reports.join(&id).exists() && !runs.partial(&id).exists());
    }

    #[test]
    fn a_run_that_its_process_did_not_end_is_told_as_cut_off() {
        let root = tempfile::tempdir().unwrap();
        let first = runs(root.path());
        let mut run = EvaluationRun {
            id: "2026-11-27T000000Z-pairs".into(),
            suite: EvaluationSuite::Pairs,
            data: None,
            seed: SEED,
            state: EvaluationRunState::Running,
            at: None,
            done: 0,
            total: 0,
            notes: Vec::new(),
            error: None,
            account: None,
            begun: 0,
        };
        first.keep(&run);
        std::fs::create_dir_all(first.partial(&run.id)).unwrap();
        let measuring = first.alone().unwrap();
        assert_eq!(runs(root.path()).one(&run.id).unwrap(), run, "another process measures it");
        drop(measuring);
        let second = runs(root.path());
        run.state = EvaluationRunState::Failed;
        let told = second.one(&run.id).unwrap();
        assert_eq!((told.state, told.error.map(|error| error.code)), (run.state, Some("evaluation.cut_off".into())));
        assert!(!second.partial(&run.id).exists());
    }

    #[test]
    fn data_is_named_within_its_folder() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("data/mau")).unwrap();
        let runs = runs(root.path());
        let code = |suite, data| runs.data_of(&wanted(suite, data)).err().map(|failure| failure.code);
        assert_eq!(code(EvaluationSuite::Pairs, Some("mau")), None);
        for elsewhere in ["..", "../data/mau", "khac", "", ".", "/tmp"] {
            let unknown = Some("evaluation.data.unknown");
            assert_eq!(code(EvaluationSuite::Pairs, Some(elsewhere)), unknown, "{elsewhere}");
        }
    }

    #[test]
    fn runs_are_named_by_when_they_began() {
        let name = |taken: &[&str]| name_of(0, EvaluationSuite::Pairs, &|name| taken.contains(&name));
        assert_eq!(name(&[]), "1970-01-01T000000Z-pairs");
        assert!(is_name(&name(&[])));
        assert_eq!(name(&["1970-01-01T000000Z-pairs"]), "1970-01-01T000000Z-pairs-2");
    }
}
