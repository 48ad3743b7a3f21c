//! What reviewers decide on findings, and the erasure of what a review was about.

use super::accounts::{Sent, sent, with_tables};
use super::{Answer, Asked, Service, Who, aside, asked, now};
use crate::decisions;
use crate::failure::Result;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, put};
use axum::{Extension, Json, Router};
use rasoat_api::{Decision, DecisionWanted, ErrorDocument, Job, Review, routes};
use serde::Deserialize;
use std::sync::Arc;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::DECISIONS, get(list_decisions))
        .route(routes::DECISION, put(decide).delete(take_back))
        .route(routes::REVIEW_CONTENT, delete(erase))
}

/// What decisions are given as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Shape {
    /// A list.
    #[default]
    Json,
    /// A line a decision, as `rasoat eval decisions` reads them; without the reviewer's words.
    Jsonl,
}

/// How to give decisions.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Given {
    /// `json` by default, or `jsonl`.
    format: Option<Shape>,
}

/// The decisions on a review's findings.
#[utoipa::path(get, path = routes::DECISIONS, params(("id" = String, Path), Given), responses((status = 200, content((Vec<Decision> = "application/json"), (String = "application/jsonl"))), (status = 404, body = ErrorDocument)))]
async fn list_decisions(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    given: Asked<Given>,
) -> Answer<Response> {
    let format = asked(given)?.format.unwrap_or_default();
    let decided = with_tables(&service, move |tables| decisions::of_review(tables, &id)).await?;
    Ok(match format {
        Shape::Json => Json(decided).into_response(),
        Shape::Jsonl => {
            let lines = decisions::for_evaluation(&decided).iter().map(serde_json::to_string).collect::<Vec<_>>();
            let lines = lines.into_iter().map(|line| Ok(line? + "\n")).collect::<Result<String>>()?;
            ([(header::CONTENT_TYPE, "application/jsonl")], lines).into_response()
        }
    })
}

/// Decides a finding; a decision before it is gone.
#[utoipa::path(put, path = routes::DECISION, params(("id" = String, Path), ("finding" = String, Path)), request_body = DecisionWanted, responses((status = 200, body = Decision), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn decide(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding)): Path<(String, String)>,
    wanted: Sent<DecisionWanted>,
) -> Answer<Json<Decision>> {
    let wanted = sent(wanted)?;
    let work = move || {
        let result = service.jobs.parts(&id)?.result.unwrap_or_default();
        let review: Review = serde_json::from_str(&result)?;
        let mut store = service.jobs.store();
        crate::store::within(&mut **store, |tables| {
            decisions::decide(tables, &who, (&id, &review), &finding, &wanted, now())
        })
    };
    Ok(Json(aside(work).await?))
}

/// Takes a decision back.
#[utoipa::path(delete, path = routes::DECISION, params(("id" = String, Path), ("finding" = String, Path)), responses((status = 204), (status = 404, body = ErrorDocument)))]
async fn take_back(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding)): Path<(String, String)>,
) -> Answer<StatusCode> {
    with_tables(&service, move |tables| decisions::take_back(tables, &who, &id, &finding, now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erases what a review was about at once: its file and that file's name, its text, its findings, the words of decisions.
/// That it was done, and when, stays.
#[utoipa::path(delete, path = routes::REVIEW_CONTENT, params(("id" = String, Path)), responses((status = 200, body = Job), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument)))]
async fn erase(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Answer<Json<Job>> {
    let work = move || {
        service.jobs.erase(&who, &id)?;
        service.jobs.job(&id)
    };
    Ok(Json(aside(work).await?))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list_decisions, decide, take_back, erase))]
pub struct Description;
