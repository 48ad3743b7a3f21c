//! Questions over HTTP. They come in the body, which no log holds; failures do not repeat them.

use super::{Answer, Service, aside, problem};
use crate::asking::{self, Models};
use crate::command::day;
use crate::failure::Failure;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use rasoat_api::{self as api, ErrorDocument, routes};
use rasoat_assistant::Search;
use rasoat_model::{Encoder, Reranker};
use std::sync::Arc;

/// More than any question that is read has.
const MOST: usize = 64 << 10;

/// The routes of questions.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::ASK, post(ask).layer(DefaultBodyLimit::max(MOST)))
}

/// Answers a question from the law in force, or says why not and where to ask.
#[utoipa::path(
    post, path = routes::ASK, request_body = api::AskedQuestion,
    responses((status = 200, body = api::Answer), (status = 400, body = ErrorDocument), (status = 422, body = ErrorDocument))
)]
pub async fn ask(
    State(service): State<Arc<Service>>,
    asked: Result<Json<api::AskedQuestion>, JsonRejection>,
) -> Answer<Json<api::Answer>> {
    let Json(asked) = asked.map_err(|_| problem::bad_request("JSON {question, as_of?}"))?;
    let as_of = day(asked.as_of.as_deref().filter(|text| !text.is_empty()))?;
    let busy = Arc::clone(&service);
    let _turn = busy.turns.take().await?;
    let work = move || {
        let library = service.library.library();
        if library.is_empty() {
            return Err(Failure::empty_store("HTTP"));
        }
        let models = Models {
            encoder: service.encoder.as_deref().map(|encoder| encoder as &dyn Encoder),
            reranker: service.reranker.as_ref().map(|reranker| reranker as &dyn Reranker),
        };
        let procedures = service.procedures.all(&**service.jobs.store())?;
        asking::ask(&asked.question, &asking::sources(&library, models, &procedures), as_of)
    };
    Ok(Json(aside(work).await?))
}
