//! What reviewers say to one another about findings, over HTTP.

use super::accounts::{Sent, sent, with_tables};
use super::{Answer, Service, Who, aside, now, tagged};
use crate::discussion;
use crate::failure::{Failure, Result};
use crate::store::{Tables, within};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use axum::{Extension, Json, Router};
use rasoat_api::{AssigneeWanted, Assignment, Comment, CommentWanted, Discussion, ErrorDocument, Review, routes};
use std::sync::Arc;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::DISCUSSION, get(read))
        .route(routes::COMMENTS, post(say))
        .route(routes::COMMENT, delete(unsay))
        .route(routes::ASSIGNEE, put(assign).delete(release))
}

/// Everything said on a review's findings, and who takes care of which.
#[utoipa::path(get, path = routes::DISCUSSION, params(("id" = String, Path)), responses((status = 200, body = Discussion), (status = 404, body = ErrorDocument)))]
async fn read(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let all = with_tables(&service, move |tables| discussion::of_review(tables, &who, &id)).await?;
    // A page that has it open asks every few seconds.
    Ok(tagged(&headers, serde_json::to_vec(&all).map_err(Failure::from)?))
}

/// Works on a finished review.
async fn on_review<T: Send + 'static>(
    service: Arc<Service>,
    id: String,
    work: impl FnOnce(&mut dyn Tables, (&str, &Review)) -> Result<T> + Send + 'static,
) -> Answer<T> {
    let all = move || {
        let result = service.jobs.parts(&id)?.result.unwrap_or_default();
        let review: Review = serde_json::from_str(&result)?;
        let mut store = service.jobs.store();
        within(&mut **store, |tables| work(tables, (&id, &review)))
    };
    Ok(aside(all).await?)
}

/// Adds a comment on a finding.
#[utoipa::path(post, path = routes::COMMENTS, params(("id" = String, Path), ("finding" = String, Path)), request_body = CommentWanted, responses((status = 200, body = Comment), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn say(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding)): Path<(String, String)>,
    wanted: Sent<CommentWanted>,
) -> Answer<Json<Comment>> {
    let CommentWanted { text } = sent(wanted)?;
    let work = move |tables: &mut dyn Tables, review: (&str, &Review)| {
        discussion::say(tables, &who, review, &finding, &text, now())
    };
    Ok(Json(on_review(service, id, work).await?))
}

/// Takes one's own comment back.
#[utoipa::path(delete, path = routes::COMMENT, params(("id" = String, Path), ("finding" = String, Path), ("comment" = String, Path)), responses((status = 204), (status = 404, body = ErrorDocument)))]
async fn unsay(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding, comment)): Path<(String, String, String)>,
) -> Answer<StatusCode> {
    with_tables(&service, move |tables| discussion::unsay(tables, &who, &id, &finding, &comment, now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has somebody take care of a finding.
#[utoipa::path(put, path = routes::ASSIGNEE, params(("id" = String, Path), ("finding" = String, Path)), request_body = AssigneeWanted, responses((status = 200, body = Assignment), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn assign(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding)): Path<(String, String)>,
    wanted: Sent<AssigneeWanted>,
) -> Answer<Json<Assignment>> {
    let AssigneeWanted { account } = sent(wanted)?;
    let work = move |tables: &mut dyn Tables, review: (&str, &Review)| {
        discussion::assign(tables, &who, review, &finding, &account, now())
    };
    Ok(Json(on_review(service, id, work).await?))
}

/// Has nobody take care of a finding.
#[utoipa::path(delete, path = routes::ASSIGNEE, params(("id" = String, Path), ("finding" = String, Path)), responses((status = 204), (status = 404, body = ErrorDocument)))]
async fn release(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, finding)): Path<(String, String)>,
) -> Answer<StatusCode> {
    with_tables(&service, move |tables| discussion::release(tables, &who, &id, &finding, now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(read, say, unsay, assign, release))]
pub struct Description;
