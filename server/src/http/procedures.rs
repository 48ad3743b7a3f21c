//! Procedures over HTTP: administrators bring them in, everybody reads them, and answers show the one a question is about.
//!
//! They lie in one file beside what is made from the store, written whole or not at all: a service of several servers
//! shares it by naming a folder in the configuration (`[corpus] procedures`). A procedure of the same code, or of the same
//! name where it has none, takes the place of the earlier one.

use super::{Answer, Asked, Service, Who, aside, asked, now, problem, upload_problem};
use crate::accounts::record;
use crate::asking::{self, Models};
use crate::command::{day, write_whole};
use crate::failure::{Failure, Kind, Result};
use crate::procedures;
use crate::store::within;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, ProcedureCard, ProcedureRow, ProceduresTaken, routes};
use rasoat_assistant::answer::Procedure;
use rasoat_embeddings::analysis::tokens;
use rasoat_law::text;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// The file in the folder.
const FILE: &str = "procedures.json";

/// The procedures of the service.
pub struct Held {
    folder: PathBuf,
    known: Mutex<Known>,
}

/// What was read last, and when the file was written that it was read from.
#[derive(Default)]
struct Known {
    written: Option<SystemTime>,
    procedures: Arc<Vec<Procedure>>,
}

impl Held {
    /// Those of a folder, which need not be there.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// All of them, read anew where another process wrote the file.
    pub fn all(&self) -> Arc<Vec<Procedure>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut known);
        Arc::clone(&known.procedures)
    }

    fn refresh(&self, known: &mut Known) {
        let path = self.folder.join(FILE);
        let written = fs_err::metadata(&path).and_then(|about| about.modified()).ok();
        if written == known.written {
            return;
        }
        let read = fs_err::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match read {
            Some(procedures) => *known = Known { written, procedures: Arc::new(procedures) },
            None if written.is_none() => *known = Known::default(),
            None => tracing::warn!(path = %path.display(), "the procedures cannot be read"),
        }
    }

    /// Changes them and writes what came of it; one change at a time.
    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Procedure>) -> Result<T>) -> Result<T> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut known);
        let mut by_id: BTreeMap<String, Procedure> =
            known.procedures.iter().map(|procedure| (id(procedure), procedure.clone())).collect();
        let done = change(&mut by_id)?;
        let procedures: Vec<Procedure> = by_id.into_values().collect();
        fs_err::create_dir_all(&self.folder).map_err(|error| Failure::write(&self.folder, &error))?;
        let path = self.folder.join(FILE);
        write_whole(&path, &serde_json::to_vec(&procedures)?)?;
        let written = fs_err::metadata(&path).and_then(|about| about.modified()).ok();
        *known = Known { written, procedures: Arc::new(procedures) };
        Ok(done)
    }
}

/// What a procedure is asked for by: its code, or a sum of its name.
fn id(procedure: &Procedure) -> String {
    let plain =
        |code: &&String| !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    match procedure.code.as_ref().filter(plain) {
        Some(code) => code.clone(),
        None => {
            let sum = Sha256::digest(text::fold(&procedure.name));
            format!("n-{}", &crate::accounts::hexadecimal(&sum)[..16])
        }
    }
}

fn unknown(id: &str) -> Failure {
    let (message, hint) = (Message::UnknownProcedure, Message::AccountHint);
    Failure::new(Kind::Input, "procedure.unknown", message, hint, &[("id", id)])
}

/// The routes; an import may have so many bytes.
pub fn router(most: usize) -> Router<Arc<Service>> {
    Router::new()
        .route(routes::PROCEDURES, get(list).post(take).layer(DefaultBodyLimit::max(most)))
        .route(routes::PROCEDURE, get(read).delete(drop_one))
}

/// Which procedures.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Listed {
    /// Words of the name, the field or the code, with marks or without.
    q: Option<String>,
    /// How many, at the most 500; 50 by default.
    limit: Option<usize>,
}

/// The words of a text without their marks.
fn plain(words: &str) -> Vec<String> {
    tokens(&text::normalise(words)).into_iter().map(|token| token.plain).collect()
}

/// Procedures by name.
#[utoipa::path(get, path = routes::PROCEDURES, params(Listed), responses((status = 200, body = [ProcedureRow])))]
async fn list(State(service): State<Arc<Service>>, listed: Asked<Listed>) -> Answer<Json<Vec<ProcedureRow>>> {
    let listed = asked(listed)?;
    let limit = listed.limit.unwrap_or(50).clamp(1, 500);
    let work = move || {
        let words = plain(listed.q.as_deref().unwrap_or_default());
        let all = service.procedures.all();
        let says = |procedure: &&Procedure| {
            let fields = [Some(&procedure.name), procedure.field.as_ref(), procedure.code.as_ref()];
            let all = plain(&fields.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "));
            words.iter().all(|word| all.contains(word))
        };
        let mut found: Vec<&Procedure> = all.iter().filter(says).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let row = |procedure: &Procedure| ProcedureRow {
            id: id(procedure),
            code: procedure.code.clone(),
            name: procedure.name.clone(),
            field: procedure.field.clone(),
            body: procedure.body.clone(),
        };
        Ok(found.into_iter().take(limit).map(row).collect::<Vec<_>>())
    };
    Ok(Json(aside(work).await?))
}

/// On which day.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// Date; today by default.
    as_of: Option<String>,
}

/// A procedure as it is shown on a day.
#[utoipa::path(get, path = routes::PROCEDURE, params(("id" = String, Path), OnDay), responses((status = 200, body = ProcedureCard), (status = 404, body = ErrorDocument)))]
async fn read(
    State(service): State<Arc<Service>>,
    Path(wanted): Path<String>,
    query: Asked<OnDay>,
) -> Answer<Json<ProcedureCard>> {
    let as_of = day(asked(query)?.as_of.as_deref())?;
    let work = move || {
        let all = service.procedures.all();
        let found = all.iter().find(|procedure| id(procedure) == wanted).ok_or_else(|| unknown(&wanted))?;
        let library = service.library.library();
        Ok(asking::card(&found.card(&asking::sources(&library, Models::default(), &[]), as_of)))
    };
    Ok(Json(aside(work).await?))
}

/// Procedures to bring in.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described, never built")]
struct Files {
    /// JSON: a procedure, a list, or one a line; several parts of this name.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Brings procedures in.
#[utoipa::path(post, path = routes::PROCEDURES, request_body(content = Files, content_type = "multipart/form-data"), responses((status = 200, body = ProceduresTaken), (status = 400, body = ErrorDocument), (status = 413, body = ErrorDocument), (status = 422, body = ErrorDocument)))]
async fn take(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    form: std::result::Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<Json<ProceduresTaken>> {
    let mut form = form.map_err(|error| problem::bad_request(&error.body_text()))?;
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| upload_problem(&error))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("thu-tuc.json").to_owned();
            files.push((name, field.bytes().await.map_err(|error| upload_problem(&error))?));
        }
    }
    if files.is_empty() {
        let (message, hint) = (Message::NoFileUploaded, Message::BadRequestHint);
        return Err(Failure::new(Kind::Usage, "request.no_file", message, hint, &[]).into());
    }
    let work = move || {
        let mut given = Vec::new();
        for (name, bytes) in &files {
            given.extend(procedures::of_bytes(name, bytes)?);
        }
        let whole = given.iter().filter(|procedure| procedure.missing().is_empty()).count();
        let taken = service.procedures.change(|held| {
            let (mut new, mut replaced) = (0, 0);
            for procedure in given {
                let earlier = held.insert(id(&procedure), procedure);
                *(if earlier.is_some() { &mut replaced } else { &mut new }) += 1;
            }
            Ok(ProceduresTaken { new, replaced, whole, held: held.len() })
        })?;
        let detail = format!("{} {}", taken.new, taken.replaced);
        within(&mut **service.jobs.store(), |tables| {
            record::add(tables, &who, "procedures.taken", "procedures", &detail, now())
        })?;
        Ok(taken)
    };
    Ok(Json(aside(work).await?))
}

/// Takes a procedure away.
#[utoipa::path(delete, path = routes::PROCEDURE, params(("id" = String, Path)), responses((status = 204), (status = 404, body = ErrorDocument)))]
async fn drop_one(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(wanted): Path<String>,
) -> Answer<StatusCode> {
    let work = move || {
        service.procedures.change(|held| held.remove(&wanted).map(drop).ok_or_else(|| unknown(&wanted)))?;
        within(&mut **service.jobs.store(), |tables| record::add(tables, &who, "procedure.dropped", &wanted, "", now()))
    };
    aside(work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, read, take, drop_one))]
pub struct Description;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn a_procedure_of_the_same_code_takes_the_place_of_the_earlier_and_another_process_sees_it() {
        let root = tempfile::tempdir().unwrap();
        let held = Held::new(root.path().join("procedures"));
        assert!(held.all().is_empty());
        let put = |held: &Held, code: Option<&str>, name: &str| {
            let procedure = Procedure { code: code.map(Into::into), name: name.into(), ..Procedure::default() };
            held.change(|all| Ok(all.insert(id(&procedure), procedure).is_some())).unwrap()
        };
        assert!(!put(&held, Some("1.001193"), "Đăng ký khai sinh"));
        assert!(put(&held, Some("1.001193"), "Đăng ký khai sinh lại"));
        assert!(!put(&held, None, "Mở cổng"));
        assert!(put(&held, None, "mở cổng"), "letters of another size make no other name");
        let other = Held::new(root.path().join("procedures"));
        assert_eq!(other.all().len(), 2);
        assert!(held.change(|all| all.remove("0").map(drop).ok_or_else(|| unknown("0"))).is_err());
        assert_eq!(held.all().len(), 2, "what failed changed nothing");
    }
}
