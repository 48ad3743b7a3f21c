//! Procedures over HTTP: administrators bring them in, everybody reads them, and answers show the one a question is about.
//!
//! Which takes the place of which is [`crate::procedures::held`]'s.

use super::{Answer, Asked, Service, Who, aside, asked, now, problem, upload_problem};
use crate::accounts::record;
use crate::asking::{self, Models};
use crate::command::day;
use crate::failure::{Failure, Kind};
use crate::procedures;
use crate::procedures::held::{self, id, unknown};
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
use std::sync::Arc;

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
        let all = service.procedures.all(&**service.jobs.store())?;
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
        let all = service.procedures.all(&**service.jobs.store())?;
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
    /// JSON (a procedure, a list, or one a line), or a page as DOCX or HTML; several parts of this name.
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
        let held::Taken { new, replaced, held } = within(&mut **service.jobs.store(), |tables| {
            let taken = held::take(tables, &given)?;
            let detail = format!("{} {}", taken.new, taken.replaced);
            record::add(tables, &who, "procedures.taken", "procedures", &detail, now())?;
            Ok(taken)
        })?;
        Ok(ProceduresTaken { new, replaced, whole, held })
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
        within(&mut **service.jobs.store(), |tables| {
            held::drop_one(tables, &wanted)?;
            record::add(tables, &who, "procedure.dropped", &wanted, "", now())
        })
    };
    aside(work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, read, take, drop_one))]
pub struct Description;
