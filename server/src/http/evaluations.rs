//! Reports of evaluations, as `rasoat eval -o` writes them: each folder below the configured one is a report.

mod sets;

use super::{Answer, Service, aside, tagged};
use crate::failure::{Failure, Kind, Result};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, http};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, EvaluationRow, routes};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::EVALUATIONS, get(list))
        .route(routes::EVALUATION, get(report))
        .route(routes::EVALUATION_PAGE, get(page))
        .route(routes::EVALUATION_OVERVIEW, get(sets::overview))
        .route(routes::EVALUATION_SET, get(sets::set))
        .route(routes::EVALUATION_ITEMS, get(sets::list_items))
        .route(routes::EVALUATION_COMPARISON, get(sets::comparison))
}

/// What of a report is listed.
#[derive(Deserialize)]
struct Head {
    provenance: Provenance,
    sets: Vec<Set>,
}

#[derive(Deserialize)]
struct Provenance {
    version: String,
    commit: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    suite: String,
    set: String,
}

/// Reports of evaluations, the last by name first.
#[utoipa::path(get, path = routes::EVALUATIONS, responses((status = 200, body = [EvaluationRow])))]
async fn list(State(service): State<Arc<Service>>) -> Answer<Json<Vec<EvaluationRow>>> {
    let work = move || {
        // A folder that is not there holds no report.
        let Ok(entries) = fs_err::read_dir(&service.reports) else { return Ok(Vec::new()) };
        let mut rows: Vec<EvaluationRow> = entries.flatten().filter_map(|entry| row(&entry.path())).collect();
        rows.sort_by(|a, b| b.id.cmp(&a.id));
        Ok(rows)
    };
    Ok(Json(aside(work).await?))
}

fn row(folder: &std::path::Path) -> Option<EvaluationRow> {
    let id = folder.file_name()?.to_str().filter(|name| is_name(name))?.to_owned();
    let bytes = fs_err::read(folder.join("report.json")).ok()?;
    let Head { provenance, sets } = serde_json::from_slice(&bytes).ok()?;
    let mut names: Vec<String> = sets.into_iter().map(|set| format!("{}/{}", set.suite, set.set)).collect();
    names.dedup();
    Some(EvaluationRow { id, version: provenance.version, commit: provenance.commit, sets: names })
}

/// A folder's name and nothing that leads out of it.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn file(service: &Service, id: &str, name: &str) -> Result<PathBuf> {
    let path = service.reports.join(id).join(name);
    if is_name(id) && path.is_file() {
        return Ok(path);
    }
    Err(unknown(id))
}

fn unknown(what: &str) -> Failure {
    let (message, hint) = (Message::UnknownEvaluation, Message::AccountHint);
    Failure::new(Kind::Input, "evaluation.unknown", message, hint, &[("what", what)])
}

/// A report, with every figure and its interval.
#[utoipa::path(get, path = routes::EVALUATION, params(("id" = String, Path)), responses((status = 200, description = "the report as `rasoat eval` writes it", content_type = "application/json"), (status = 404, body = ErrorDocument)))]
async fn report(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Answer<Response> {
    let read = move || {
        let path = file(&service, &id, "report.json")?;
        fs_err::read(&path).map_err(|error| Failure::open(&path, &error))
    };
    Ok(tagged(&headers, aside(read).await?))
}

/// The same as a page, to be kept.
#[utoipa::path(get, path = routes::EVALUATION_PAGE, params(("id" = String, Path)), responses((status = 200, description = "the page", content_type = "text/html"), (status = 404, body = ErrorDocument)))]
async fn page(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Response> {
    let read = move || {
        let path = file(&service, &id, "report.html")?;
        fs_err::read(&path).map_err(|error| Failure::open(&path, &error))
    };
    // Saved and not shown: its own styles are not those this address allows.
    let headers: [(http::HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.html\""),
    ];
    Ok((headers, aside(read).await?).into_response())
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, report, page, sets::overview, sets::set, sets::list_items, sets::comparison))]
pub struct Description;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn a_report_is_listed_and_what_leads_elsewhere_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let report = r#"{"schema":1,"provenance":{"version":"0.1.0","commit":"ab"},"sets":[{"suite":"pairs","set":"a"},{"suite":"pairs","set":"a"}]}"#;
        for (name, text) in [("2026-11-26", report), (".an", report), ("hỏng", report), ("nua", "{\"provenance\":")] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("report.json"), text).unwrap();
        }
        let rows: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().filter_map(|entry| row(&entry.unwrap().path())).collect();
        let wanted = EvaluationRow {
            id: "2026-11-26".into(),
            version: "0.1.0".into(),
            commit: Some("ab".into()),
            sets: vec!["pairs/a".into()],
        };
        assert_eq!(rows, [wanted]);
        for name in ["", ".", "..", "a/b", "a\\b", ".a", "đ"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
