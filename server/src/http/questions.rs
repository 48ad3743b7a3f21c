//! Questions over HTTP. They come in the body, which no log holds; failures do not repeat them.

use super::turns::turn_at;
use super::{Answer, Service, aside, problem};
use crate::asking::{self, Models};
use crate::command::day;
use crate::failure::Failure;
use crate::stop;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use rasoat_api::{self as api, ErrorDocument, RenderingState, routes};
use rasoat_assistant::Search;
use rasoat_assistant::answer::Reply;
use rasoat_model::{Encoder, GgufGenerator, Reranker};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

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
    let Json(asked) = asked.map_err(|_| problem::bad_request("JSON {question, as_of?, plain?}"))?;
    let as_of = day(asked.as_of.as_deref().filter(|text| !text.is_empty()))?;
    let answering = Arc::clone(&service);
    let turn = service.turns.take().await?;
    let work = move || {
        let library = answering.library.library();
        if library.is_empty() {
            return Err(Failure::empty_store("HTTP"));
        }
        let models = Models {
            encoder: answering.encoder.as_deref().map(|encoder| encoder as &dyn Encoder),
            reranker: answering.reranker.as_ref().map(|reranker| reranker as &dyn Reranker),
        };
        let procedures = answering.procedures.all(&**answering.jobs.store())?;
        asking::ask(&asked.question, &asking::sources(&library, models, &procedures), as_of)
    };
    let (reply, mut answer) = aside(work).await?;
    // Whoever waits for a model to write keeps nobody from an answer.
    drop(turn);
    if let Some(plain) = service.plain.as_ref().filter(|_| !answer.abstained) {
        answer.rendering = match asked.plain {
            Some(false) => Some(asking::without_words(&plain.generator, RenderingState::Offered)),
            None | Some(true) => rendered(&service, plain, reply).await?,
        };
    }
    Ok(Json(answer))
}

/// A user's own language model in a service, and who may wait for it.
pub struct Plain {
    generator: GgufGenerator,
    places: Arc<Semaphore>,
    most: Duration,
}

/// So many wait for the generator or have it.
const WAITING: usize = 4;

impl Plain {
    /// A generator that may take `most` at one answer, waiting included.
    pub fn new(generator: GgufGenerator, most: Duration) -> Self {
        Self { generator, places: Arc::new(Semaphore::new(WAITING)), most }
    }
}

/// Says that nobody waits any more.
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The rendering of an answer, in a turn at the models that reviews take too; ends early when whoever asked is gone, the
/// time is over or the service ends.
async fn rendered(
    service: &Arc<Service>,
    plain: &Plain,
    reply: Reply,
) -> Result<Option<api::AnswerRendering>, Failure> {
    let Ok(place) = Arc::clone(&plain.places).try_acquire_owned() else {
        return Ok(Some(asking::without_words(&plain.generator, RenderingState::Busy)));
    };
    let is_gone = Arc::new(AtomicBool::new(false));
    let _gone = Gone(Arc::clone(&is_gone));
    let (service, until) = (Arc::clone(service), Instant::now() + plain.most);
    aside(move || {
        // Held until the thread is done, whoever still listens.
        let _place = place;
        let Some(plain) = &service.plain else { return Ok(None) };
        let is_over = || is_gone.load(Ordering::Relaxed) || Instant::now() >= until || stop::asked();
        let Some(_turn) = turn_at(&service.jobs.model(), &is_over) else {
            return Ok(Some(asking::without_words(&plain.generator, RenderingState::OutOfTime)));
        };
        let models = asking::Plain { generator: &plain.generator, judge: service.jobs.judge() };
        Ok(asking::rendered(&reply, models, &|| !is_over()))
    })
    .await
}
