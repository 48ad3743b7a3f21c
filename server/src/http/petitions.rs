//! Petitions: sent by anyone, followed by their sender, answered by reviewers; and the worker that gathers what bears on
//! them, one at a time and only when no review uses the models.

use super::accounts::{Sent, sent, with_tables};
use super::{Answer, Asked, Service, Who, aside, asked, now, paged, problem};
use crate::accounts::Right;
use crate::command::day;
use crate::failure::{Failure, Kind, Result};
use crate::library::Library;
use crate::petitions::{self, About, Ground, gather};
use crate::stop;
use crate::store::{attempts, within};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{
    ErrorDocument, Gathered, Hits, Petition, PetitionChange, PetitionSent, PetitionState, PetitionWanted, routes,
};
use rasoat_assistant::Corpus;
use rasoat_law::{DocNumber, text};
use rasoat_model::Reranker;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::PETITIONS, post(send).get(list)).route(routes::PETITION, get(show).patch(change))
}

/// The header with which a sender follows a petition.
const SECRET: &str = "x-rasoat-secret";

/// Reports a provision that one believes wrong.
#[utoipa::path(post, path = routes::PETITIONS, request_body = PetitionWanted, responses((status = 201, body = PetitionSent), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument), (status = 429, body = ErrorDocument)))]
async fn send(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<PetitionWanted>,
) -> Answer<(StatusCode, Json<PetitionSent>)> {
    let mut wanted = sent(wanted)?;
    let as_of = day(wanted.as_of.as_deref().filter(|text| !text.is_empty()))?;
    let number =
        DocNumber::parse(&wanted.document).unwrap_or_else(|| DocNumber::from_normal(text::normalise(&wanted.document)));
    let held = service.library.library().document(&number).ok_or_else(|| Failure::unknown_document(number.as_str()))?;
    if !held.document.provisions.iter().any(|provision| provision.eid.as_str() == wanted.eid) {
        return Err(Failure::unknown_provision(number.as_str(), &wanted.eid).into());
    }
    wanted.document = number.to_string();
    let today = day(None)?;
    let received = with_tables(&service, move |tables| {
        petitions::check_queue(tables)?;
        petitions::receive(tables, &who, &wanted, as_of, (now(), today))
    })
    .await?;
    service.petitions.notify_one();
    Ok((StatusCode::CREATED, Json(received)))
}

/// A page of petitions, newest first.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Queue {
    /// Only those that stand so: `received in_review accepted rejected forwarded`.
    state: Option<PetitionState>,
    /// Only what came before the one of this number, from the `Link` of the page before.
    before: Option<String>,
    /// How many, at the most 200; 50 by default.
    limit: Option<usize>,
}

/// The reviewers' queue, newest first; `Link` with `rel="next"` leads to older ones.
#[utoipa::path(get, path = routes::PETITIONS, params(Queue), responses((status = 200, body = [Petition]), (status = 400, body = ErrorDocument)))]
async fn list(State(service): State<Arc<Service>>, queue: Asked<Queue>) -> Answer<Response> {
    let Queue { state, before, limit } = asked(queue)?;
    let limit = limit.unwrap_or(50).clamp(1, 200);
    let page = with_tables(&service, move |tables| petitions::list(tables, state, before.as_deref(), limit)).await?;
    let next = page.last().filter(|_| page.len() == limit).map(|petition| petition.number.clone());
    let route = match state {
        Some(state) => format!("{}?state={}", routes::PETITIONS, state.code()),
        None => routes::PETITIONS.to_owned(),
    };
    Ok(paged(&route, limit, next, Json(page)))
}

/// Where a petition stands: for its sender with the secret in `x-rasoat-secret`, for reviewers with everything.
#[utoipa::path(get, path = routes::PETITION, params(("number" = String, Path), ("x-rasoat-secret" = Option<String>, Header)), responses((status = 200, body = Petition), (status = 404, body = ErrorDocument)))]
async fn show(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Petition>> {
    let said = headers.get(SECRET).map(|value| value.to_str().map(str::to_owned));
    let said = said.transpose().map_err(|_| problem::bad_request(SECRET))?;
    let show = move |tables: &mut dyn crate::store::Tables| petitions::show(tables, &who, &number, said.as_deref());
    Ok(Json(with_tables(&service, show).await?))
}

/// Changes where a petition stands, and what its sender is told.
#[utoipa::path(patch, path = routes::PETITION, params(("number" = String, Path)), request_body = PetitionChange, responses((status = 200, body = Petition), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument)))]
async fn change(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(number): Path<String>,
    wanted: Sent<PetitionChange>,
) -> Answer<Json<Petition>> {
    let wanted = sent(wanted)?;
    // The table of rights lets nobody else come here.
    debug_assert!(who.may(Right::Review));
    Ok(Json(with_tables(&service, move |tables| petitions::change(tables, &who, &number, &wanted, now())).await?))
}

/// After a failure of the store, the worker waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Gathers for every petition that waits, and then for each that comes.
pub fn start(service: &Arc<Service>) {
    let service = Arc::clone(service);
    tokio::spawn(async move {
        while !stop::asked() {
            match next(&service).await {
                Ok(true) => {}
                Ok(false) => service.petitions.notified().await,
                Err(failure) if failure.code == "cancelled" => return,
                Err(failure) => {
                    tracing::warn!(%failure, "nothing was gathered for a petition");
                    tokio::time::sleep(PATIENCE).await;
                }
            }
        }
    });
}

/// Gathers for the oldest petition that waits; says whether there was one.
async fn next(service: &Arc<Service>) -> Result<bool> {
    let asked = Arc::clone(service);
    let waiting = aside(move || within(&mut **asked.jobs.store(), petitions::waiting)).await?;
    let Some(about) = waiting else { return Ok(false) };
    let _turn = service.jobs.turn().await?;
    let (work, of) = (Arc::clone(service), about.clone());
    let job = format!("petition {}", about.number);
    let begun = job.clone();
    let gathered = aside(move || {
        let interrupted = within(&mut **work.jobs.store(), |tables| attempts::begin(tables, &begun))?;
        if interrupted >= attempts::MOST {
            let times = interrupted.to_string();
            let (message, hint) = (Message::GatheringInterrupted, Message::GatheringInterruptedHint);
            let values = [("times", times.as_str())];
            return Err(Failure::new(Kind::Internal, "petition.interrupted", message, hint, &values));
        }
        let library = work.library.library();
        gather(ground(&work, &library), &of)
    })
    .await;
    let gathered = match gathered {
        Ok(gathered) => gathered,
        Err(failure) if failure.code == "cancelled" => {
            let keeper = Arc::clone(service);
            aside(move || within(&mut **keeper.jobs.store(), |tables| attempts::put_off(tables, &job))).await?;
            return Err(failure);
        }
        // A fault of ours: it would come again each time, and keep all others waiting.
        Err(failure) => {
            Gathered { bearing: Hits { hits: Vec::new(), took_ms: 0 }, review: None, why_not: Some(failure.message) }
        }
    };
    let keeper = Arc::clone(service);
    let About { number, .. } = about;
    let keep = move || {
        within(&mut **keeper.jobs.store(), |tables| {
            petitions::keep_gathered(tables, &number, &gathered)?;
            attempts::end(tables, &job)
        })
    };
    aside(keep).await?;
    Ok(true)
}

fn ground<'a>(service: &'a Service, library: &'a Library) -> Ground<'a> {
    let reranker = service.reranker.as_ref().map(|reranker| reranker as &dyn Reranker);
    Ground { reranker, ..service.jobs.ground(library) }
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(send, list, show, change))]
pub struct Description;
