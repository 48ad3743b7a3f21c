//! Keeping the corpus over HTTP: the list of documents, imports with their reports, and a folder that is watched.
//!
//! An import's files lie in a folder of its own before it is answered for, and leave it when its report is written: what a
//! crash cuts off is imported again, which changes nothing that was stored. One import at a time reads; its vectors are
//! made in turns with reviews, so that neither waits for the whole of the other.

use super::problem;
use super::turns::turn_at;
use super::{Answer, Asked, Service, Who, aside, asked, now, upload_problem};
use crate::accounts::record;
use crate::command::day;
use crate::failure::{Failure, Kind, Result};
use crate::import;
use crate::sealed::Vault;
use crate::stop;
use crate::store::{Stored, attempts, within};
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{DocumentRow, ErrorDocument, Import, ImportLine, ImportOutcome, ImportState, routes};
use rasoat_assistant::Corpus;
use rasoat_embeddings::Cancelled;
use rasoat_model::{BertEncoder, Encoder};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// Between two looks at the watched folder.
const LOOK: Duration = Duration::from_secs(5);
/// The file of an ended import's report.
const REPORT: &str = "report.json";
/// Reports that are kept.
const KEPT: usize = 200;

/// Imports of this process.
pub struct Imports {
    /// Where the files of imports lie.
    folder: PathBuf,
    /// The folder that is watched.
    watch: Option<PathBuf>,
    store: Vault,
    encoder: Option<Arc<BertEncoder>>,
    /// Shared with reviews.
    model: Arc<Semaphore>,
    imports: Mutex<BTreeMap<String, Import>>,
}

impl Imports {
    /// Takes up what lies in the folder.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn new(
        folder: PathBuf,
        watch: Option<PathBuf>,
        store: Vault,
        encoder: Option<Arc<BertEncoder>>,
        model: Arc<Semaphore>,
    ) -> Result<Self> {
        fs_err::create_dir_all(&folder).map_err(|error| Failure::write(&folder, &error))?;
        let mut imports = BTreeMap::new();
        for entry in fs_err::read_dir(&folder).map_err(|error| Failure::open(&folder, &error))? {
            let entry = entry.map_err(|error| Failure::open(&folder, &error))?;
            let id = entry.file_name().to_string_lossy().into_owned();
            // What was still being uploaded was never answered for.
            if id.ends_with(PARTIAL) {
                let _ = fs_err::remove_dir_all(entry.path());
                continue;
            }
            let report = fs_err::read(entry.path().join(REPORT)).ok();
            let read = report.and_then(|bytes| serde_json::from_slice::<Import>(&bytes).ok());
            let files = || fs_err::read_dir(entry.path()).map_or(0, |files| files.count());
            imports.insert(id.clone(), read.unwrap_or_else(|| waiting(id, files())));
        }
        while imports.len() > KEPT {
            let Some((id, oldest)) = imports.pop_first() else { break };
            if matches!(oldest.state, ImportState::Done | ImportState::Failed) {
                let _ = fs_err::remove_dir_all(folder.join(id));
            } else {
                imports.insert(id, oldest);
                break;
            }
        }
        Ok(Self { folder, watch, store, encoder, model, imports: Mutex::new(imports) })
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Import)) {
        let mut imports = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        imports.get_mut(id).map(change);
    }

    fn all(&self) -> Vec<Import> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner).values().rev().cloned().collect()
    }

    /// Takes files in, to be imported when their turn comes.
    fn begin(&self, files: Vec<(String, Vec<u8>)>) -> Result<Import> {
        let id = uuid::Uuid::now_v7().to_string();
        let partial = self.folder.join(format!("{id}{PARTIAL}"));
        fs_err::create_dir_all(&partial).map_err(|error| Failure::write(&partial, &error))?;
        let count = files.len();
        for (at, (name, bytes)) in files.into_iter().enumerate() {
            // The number keeps names apart and in their order.
            let path = partial.join(format!("{at:04}-{name}"));
            fs_err::write(&path, bytes).map_err(|error| Failure::write(&path, &error))?;
        }
        self.ready(&partial, id, count)
    }

    /// From the rename on, it is an import.
    fn ready(&self, partial: &std::path::Path, id: String, files: usize) -> Result<Import> {
        let folder = self.folder.join(&id);
        fs_err::rename(partial, &folder).map_err(|error| Failure::write(&folder, &error))?;
        let import = waiting(id.clone(), files);
        self.imports.lock().unwrap_or_else(PoisonError::into_inner).insert(id, import.clone());
        Ok(import)
    }

    /// Imports what waits, looks at the watched folder, and waits; until the process is to stop.
    pub fn work(&self) {
        let mut seen = HashMap::new();
        while !stop::asked() {
            if let Some(watch) = &self.watch
                && let Err(failure) = self.look(watch, &mut seen)
            {
                tracing::warn!(%failure, "the watched folder could not be read");
            }
            let next = self.all().into_iter().rev().find(|import| import.state == ImportState::Waiting);
            match next {
                Some(import) => self.import(&import.id),
                None => pause(),
            }
        }
    }

    /// Takes files from the watched folder that have not changed since the last look.
    fn look(&self, watch: &std::path::Path, seen: &mut HashMap<PathBuf, (u64, SystemTime)>) -> Result<()> {
        let mut now_there = HashMap::new();
        let mut ready = Vec::new();
        for entry in fs_err::read_dir(watch).map_err(|error| Failure::open(watch, &error))? {
            let entry = entry.map_err(|error| Failure::open(watch, &error))?;
            let (path, about) = (entry.path(), entry.metadata().map_err(|error| Failure::open(watch, &error))?);
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !about.is_file() || hidden {
                continue;
            }
            let state = (about.len(), about.modified().unwrap_or(SystemTime::UNIX_EPOCH));
            if seen.get(&path) == Some(&state) {
                ready.push(path);
            } else {
                now_there.insert(path, state);
            }
        }
        *seen = now_there;
        if ready.is_empty() {
            return Ok(());
        }
        let id = uuid::Uuid::now_v7().to_string();
        let partial = self.folder.join(format!("{id}{PARTIAL}"));
        fs_err::create_dir_all(&partial).map_err(|error| Failure::write(&partial, &error))?;
        for path in &ready {
            let name = path.file_name().unwrap_or_default();
            fs_err::copy(path, partial.join(name)).map_err(|error| Failure::open(path, &error))?;
        }
        self.ready(&partial, id, ready.len())?;
        // Only now: whatever happens before, they are still there.
        for path in &ready {
            fs_err::remove_file(path).map_err(|error| Failure::write(path, &error))?;
        }
        Ok(())
    }

    fn import(&self, id: &str) {
        self.change(id, |import| {
            import.state = ImportState::Reading;
            import.report.clear();
        });
        let folder = self.folder.join(id);
        let job = format!("import {id}");
        let done = self.store.open().and_then(|mut store| {
            let interrupted = within(&mut *store, |tables| attempts::begin(tables, &job))?;
            if interrupted >= attempts::MOST {
                let times = interrupted.to_string();
                let (message, hint) = (Message::ImportInterrupted, Message::ImportInterruptedHint);
                let values = [("times", times.as_str())];
                return Err(Failure::new(Kind::Internal, "import.interrupted", message, hint, &values));
            }
            import::documents(&mut *store, std::slice::from_ref(&folder), &mut |line| {
                let line = told(&folder, line);
                self.change(id, |import| import.report.push(line));
            })?;
            if let Some(encoder) = &self.encoder {
                self.change(id, |import| import.state = ImportState::Encoding);
                let mut permit = turn_at(&self.model, &stop::asked);
                import::vectors(&mut *store, encoder.as_ref() as &dyn Encoder, &mut |done, total| {
                    self.change(id, |import| (import.encoded, import.to_encode) = (done, total));
                    // The next in line has its turn before this goes on.
                    permit.take();
                    permit = turn_at(&self.model, &stop::asked);
                    if stop::asked() { Err(Cancelled) } else { Ok(()) }
                })?;
            }
            within(&mut *store, |tables| {
                let documents =
                    self.all().iter().find(|import| import.id == id).map_or(0, |import| import.report.len());
                record::add(tables, &Who::citizen(), "import.ended", id, &documents.to_string(), now())
            })
        });
        // It goes on when the service does.
        let is_put_off = stop::asked();
        let counted = self.store.open().and_then(|mut store| {
            let forget = if is_put_off { attempts::put_off } else { attempts::end };
            within(&mut *store, |tables| forget(tables, &job))
        });
        if let Err(failure) = counted {
            tracing::warn!(%failure, import = id, "that an import ended in order could not be stored");
        }
        if is_put_off {
            return;
        }
        self.change(id, |import| match &done {
            Ok(()) => import.state = ImportState::Done,
            Err(failure) => (import.state, import.error) = (ImportState::Failed, Some(failure.body())),
        });
        if let Err(failure) = done {
            tracing::error!(%failure, import = id, "an import failed");
        }
        if let Err(failure) = self.close(id) {
            tracing::error!(%failure, import = id, "an import's report could not be written");
        }
    }

    /// Writes the report and takes the files away.
    fn close(&self, id: &str) -> Result<()> {
        let folder = self.folder.join(id);
        let Some(import) = self.all().into_iter().find(|import| import.id == id) else { return Ok(()) };
        let (partial, path) = (folder.join(format!("{REPORT}{PARTIAL}")), folder.join(REPORT));
        fs_err::write(&partial, serde_json::to_vec(&import)?).map_err(|error| Failure::write(&partial, &error))?;
        fs_err::rename(&partial, &path).map_err(|error| Failure::write(&path, &error))?;
        for entry in fs_err::read_dir(&folder).map_err(|error| Failure::open(&folder, &error))?.flatten() {
            if entry.file_name() != REPORT {
                let _ = fs_err::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

/// The last part of a name, as long as a file's may be whatever its letters.
fn ending(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    letters[letters.len().saturating_sub(60)..].iter().collect()
}

/// What is not yet whole.
const PARTIAL: &str = ".partial";

fn pause() {
    let until = std::time::Instant::now() + LOOK;
    while std::time::Instant::now() < until && !stop::asked() {
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn waiting(id: String, files: usize) -> Import {
    let state = ImportState::Waiting;
    Import { id, state, files, report: Vec::new(), encoded: 0, to_encode: 0, error: None }
}

/// A line of the report; files are named as they were given.
fn told(folder: &std::path::Path, line: import::Line) -> ImportLine {
    let given = folder.display().to_string();
    let short = line.name.strip_prefix(&given).unwrap_or(&line.name).trim_start_matches(['/', '\\']);
    let name = short.split_once('-').filter(|(number, _)| number.len() == 4).map_or(short, |(_, name)| name).to_owned();
    match line.outcome {
        Ok((number, stored)) => {
            let outcome = match stored {
                Stored::New => ImportOutcome::New,
                Stored::Replaced => ImportOutcome::Replaced,
                Stored::Unchanged => ImportOutcome::Unchanged,
            };
            ImportLine { name, outcome, document: Some(number.to_string()), error: None }
        }
        Err(failure) => {
            // Its message names the file where it lies; the reader knows it by the name they gave.
            let mut error = failure.body();
            error.message = error.message.replace(&line.name, &name);
            ImportLine { name, outcome: ImportOutcome::Refused, document: None, error: Some(error) }
        }
    }
}

/// The routes; an import may have so many bytes.
pub fn router(most: usize) -> Router<Arc<Service>> {
    Router::new()
        .route(routes::DOCUMENTS, get(list_documents))
        .route(routes::IMPORTS, get(list_imports).post(begin_import).layer(DefaultBodyLimit::max(most)))
        .route(routes::IMPORT, get(show_import))
}

/// Which documents.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Listed {
    /// Only what comes after this number, from the `Link` of the page before.
    after: Option<String>,
    /// How many, at the most 500; 100 by default.
    limit: Option<usize>,
    /// Date; today by default.
    as_of: Option<String>,
    /// Only documents of this kind.
    kind: Option<String>,
}

/// The documents of the corpus in the order of their numbers; `Link` with `rel="next"` leads on.
#[utoipa::path(get, path = routes::DOCUMENTS, params(Listed), responses((status = 200, body = [DocumentRow]), (status = 400, body = ErrorDocument)))]
async fn list_documents(State(service): State<Arc<Service>>, listed: Asked<Listed>) -> Answer<Response> {
    let listed = asked(listed)?;
    let as_of = day(listed.as_of.as_deref())?;
    let limit = listed.limit.unwrap_or(100).clamp(1, 500);
    let work = move || {
        let library = service.library.library();
        let after = |number: &str| listed.after.as_deref().is_none_or(|after| number > after);
        let of_kind = |kind: &str| listed.kind.as_deref().is_none_or(|wanted| wanted == kind);
        let held = library.documents().filter(|held| after(held.number.as_str()) && of_kind(held.kind.code()));
        let row = |held: Arc<rasoat_assistant::CorpusDocument>| DocumentRow {
            document: held.number.to_string(),
            kind: held.kind.code().to_owned(),
            title: held.title.clone(),
            issuer: held.issuer.clone(),
            issued: held.own_dates.issued.map(|day| day.to_string()),
            effect: crate::wire::effect(library.status(&held.number, as_of).effect),
            provisions: held.document.provisions.len(),
        };
        Ok(held.take(limit).map(row).collect::<Vec<_>>())
    };
    let rows = aside(work).await?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| row.document.clone());
    let link = next.map(|number| {
        let number = super::percent_encoded(&number);
        [(axum::http::header::LINK, format!("<{}?after={number}&limit={limit}>; rel=\"next\"", routes::DOCUMENTS))]
    });
    Ok(match link {
        Some(link) => (link, Json(rows)).into_response(),
        None => Json(rows).into_response(),
    })
}

/// Imports, newest first.
#[utoipa::path(get, path = routes::IMPORTS, responses((status = 200, body = [Import])))]
async fn list_imports(State(service): State<Arc<Service>>) -> Json<Vec<Import>> {
    Json(service.imports.all())
}

/// Documents to import.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described, never built")]
struct Documents {
    /// Files, archives or JSON lines of documents; several parts of this name.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Takes documents in, to be imported when their turn comes.
#[utoipa::path(post, path = routes::IMPORTS, request_body(content = Documents, content_type = "multipart/form-data"), responses((status = 202, body = Import), (status = 400, body = ErrorDocument), (status = 413, body = ErrorDocument)))]
async fn begin_import(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    form: std::result::Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<(StatusCode, Json<Import>)> {
    let mut form = form.map_err(|error| problem::bad_request(&error.body_text()))?;
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| upload_problem(&error))? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("van-ban");
        let name: String = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| *c != '\0').collect();
        let name = ending(&name);
        files.push((name, field.bytes().await.map_err(|error| upload_problem(&error))?.to_vec()));
    }
    if files.is_empty() {
        let (message, hint) = (Message::NoFileUploaded, Message::BadRequestHint);
        return Err(Failure::new(Kind::Usage, "request.no_file", message, hint, &[]).into());
    }
    let import = aside(move || {
        let import = service.imports.begin(files)?;
        let files = import.files.to_string();
        within(&mut **service.jobs.store(), |tables| {
            record::add(tables, &who, "import.begun", &import.id, &files, now())
        })?;
        Ok(import)
    });
    Ok((StatusCode::ACCEPTED, Json(import.await?)))
}

/// An import with its report.
#[utoipa::path(get, path = routes::IMPORT, params(("id" = String, Path)), responses((status = 200, body = Import), (status = 404, body = ErrorDocument)))]
async fn show_import(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Json<Import>> {
    let found = service.imports.all().into_iter().find(|import| import.id == id);
    let unknown = || Failure::new(Kind::Input, "import.unknown", Message::UnknownImport, Message::AccountHint, &[]);
    Ok(Json(found.ok_or_else(unknown)?))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list_documents, list_imports, begin_import, show_import))]
pub struct Description;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::Place;

    const LAW: &str = "Số: 1/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\nC.";

    fn imports(root: &std::path::Path, watch: Option<PathBuf>) -> Imports {
        let (folder, store) = (root.join("imports"), Place::Folder(root.join("store")).into());
        Imports::new(folder, watch, store, None, Arc::new(Semaphore::new(1))).unwrap()
    }

    fn outcomes(imports: &Imports, id: &str) -> Vec<(String, ImportOutcome)> {
        let import = imports.all().into_iter().find(|import| import.id == id).unwrap();
        import.report.into_iter().map(|line| (line.name, line.outcome)).collect()
    }

    #[test]
    fn an_import_is_reported_line_by_line_and_its_files_go() {
        let root = tempfile::tempdir().unwrap();
        let imports = imports(root.path(), None);
        let files = vec![("a.txt".to_owned(), LAW.into()), ("b.txt".to_owned(), b"x".to_vec())];
        let id = imports.begin(files).unwrap().id;
        imports.import(&id);
        let wanted = [("a.txt".to_owned(), ImportOutcome::New), ("b.txt".to_owned(), ImportOutcome::Refused)];
        assert_eq!(outcomes(&imports, &id), wanted);
        let refused = imports.all()[0].report[1].error.clone().unwrap();
        assert!(!refused.message.contains(&root.path().display().to_string()), "{}", refused.message);
        let left: Vec<_> =
            std::fs::read_dir(imports.folder.join(&id)).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, [REPORT]);
        let again = super::tests::imports(root.path(), None);
        assert_eq!(again.all(), imports.all(), "its report is there after a restart");
    }

    #[test]
    fn what_a_crash_cut_off_is_imported_again_and_what_was_never_answered_for_is_not() {
        let root = tempfile::tempdir().unwrap();
        let first = imports(root.path(), None);
        let id = first.begin(vec![("a.txt".to_owned(), LAW.into())]).unwrap().id;
        std::fs::create_dir_all(first.folder.join("0.partial")).unwrap();
        drop(first);
        let second = imports(root.path(), None);
        assert_eq!(
            second.all().iter().map(|import| (import.id.as_str(), import.state)).collect::<Vec<_>>(),
            [(id.as_str(), ImportState::Waiting)]
        );
        second.import(&id);
        assert_eq!(outcomes(&second, &id)[0].1, ImportOutcome::New);
        let store = Place::Folder(root.path().join("store")).open().unwrap();
        assert_eq!(store.counts().unwrap().documents, 1);
    }

    #[test]
    fn a_watched_folder_gives_what_has_come_to_rest() {
        let root = tempfile::tempdir().unwrap();
        let watch = root.path().join("den");
        std::fs::create_dir(&watch).unwrap();
        let imports = imports(root.path(), Some(watch.clone()));
        std::fs::write(watch.join("a.txt"), LAW).unwrap();
        std::fs::write(watch.join(".b.txt"), LAW).unwrap();
        let mut seen = HashMap::new();
        imports.look(&watch, &mut seen).unwrap();
        assert_eq!(imports.all(), [], "it may still be written to");
        std::fs::write(watch.join("a.txt"), format!("{LAW} D.")).unwrap();
        imports.look(&watch, &mut seen).unwrap();
        assert_eq!(imports.all(), [], "it was");
        imports.look(&watch, &mut seen).unwrap();
        assert_eq!(imports.all().len(), 1);
        let left: Vec<_> = std::fs::read_dir(&watch).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [".b.txt"]);
        let id = imports.all()[0].id.clone();
        imports.import(&id);
        assert_eq!(outcomes(&imports, &id), [("a.txt".to_owned(), ImportOutcome::New)]);
    }
}
