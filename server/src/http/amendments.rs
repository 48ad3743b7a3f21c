//! The queue of amendments that could not be applied, over HTTP: what waits, and what a person says of it.

use super::accounts::{Sent, sent};
use super::{Answer, Asked, Service, Who, aside, asked, now, paged_after, problem};
use crate::amendments;
use crate::store::{looking, within};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Json, Router};
use rasoat_api::{Amendment, AmendmentRulingWanted, AmendmentState, ErrorDocument, routes};
use serde::Deserialize;
use std::sync::Arc;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::AMENDMENTS, get(list)).route(routes::AMENDMENT, get(show).put(rule).delete(reopen))
}

/// A page of the queue.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only those that stand so: `open confirmed dismissed`.
    state: Option<AmendmentState>,
    /// Only those that a document of this number orders or undergoes.
    document: Option<String>,
    /// Only what comes after the one of this identifier, from the `Link` of the page before.
    after: Option<String>,
    /// How many, at the most 200; 50 by default.
    limit: Option<usize>,
}

/// Amendments that could not be applied, by the documents that order them; `Link` with `rel="next"` leads on.
#[utoipa::path(get, path = routes::AMENDMENTS, params(Wanted), responses((status = 200, body = [Amendment]), (status = 400, body = ErrorDocument)))]
async fn list(State(service): State<Arc<Service>>, wanted: Asked<Wanted>) -> Answer<Response> {
    let Wanted { state, document, after, limit } = asked(wanted)?;
    let limit = limit.unwrap_or(50).clamp(1, 200);
    let all = aside(move || all(&service)).await?;
    let from = match &after {
        None => 0,
        // One that went away meanwhile leaves no place to go on from.
        Some(after) => {
            1 + all.iter().position(|item| item.id == *after).ok_or_else(|| problem::bad_request("after"))?
        }
    };
    let concerns = |item: &Amendment| {
        document.as_deref().is_none_or(|document| {
            let read = item.read.as_ref().and_then(|read| read.document.as_deref());
            let said = item.ruling.as_ref().and_then(|ruling| Some(ruling.confirmed.as_ref()?.document.as_str()));
            [Some(item.act.as_str()), read, said].contains(&Some(document))
        })
    };
    let is_wanted = |item: &Amendment| state.is_none_or(|state| item.state == state) && concerns(item);
    let page: Vec<Amendment> = all.into_iter().skip(from).filter(is_wanted).take(limit).collect();
    let next = page.last().filter(|_| page.len() == limit).map(|item| item.id.clone());
    let mut query = Vec::new();
    query.extend(state.map(|state| format!("state={}", state.code())));
    query.extend(document.as_deref().map(|document| format!("document={}", super::percent_encoded(document))));
    Ok(paged_after(routes::AMENDMENTS, &query, limit, next, Json(page)))
}

fn all(service: &Service) -> crate::failure::Result<Vec<Amendment>> {
    let library = service.library.library();
    let unapplied = service.amendments.of(&library);
    let kept = looking(&**service.jobs.store(), amendments::kept)?;
    Ok(amendments::listed(&library, &unapplied, kept))
}

/// One amendment of the queue.
#[utoipa::path(get, path = routes::AMENDMENT, params(("id" = String, Path)), responses((status = 200, body = Amendment), (status = 404, body = ErrorDocument)))]
async fn show(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Json<Amendment>> {
    Ok(Json(aside(move || amendments::one(all(&service)?, &id)).await?))
}

/// Confirms what an amendment does, or dismisses it with a reason. A confirmed fact is in the life of the document that is
/// changed within seconds, here and at every other process on the store.
#[utoipa::path(put, path = routes::AMENDMENT, params(("id" = String, Path)), request_body = AmendmentRulingWanted, responses((status = 200, body = Amendment), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument)))]
async fn rule(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    wanted: Sent<AmendmentRulingWanted>,
) -> Answer<Json<Amendment>> {
    let wanted = sent(wanted)?;
    let work = move || {
        let item = amendments::one(all(&service)?, &id)?;
        let library = service.library.library();
        within(&mut **service.jobs.store(), |tables| amendments::rule(tables, &who, &library, &item, &wanted, now()))?;
        amendments::one(all(&service)?, &id)
    };
    Ok(Json(aside(work).await?))
}

/// Takes back what was said of an amendment.
#[utoipa::path(delete, path = routes::AMENDMENT, params(("id" = String, Path)), responses((status = 204), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument)))]
async fn reopen(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Answer<axum::http::StatusCode> {
    let work = move || {
        amendments::one(all(&service)?, &id)?;
        within(&mut **service.jobs.store(), |tables| amendments::reopen(tables, &who, &id, now()))
    };
    aside(work).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, show, rule, reopen))]
pub struct Description;
