//! The HTTP API and the web application on one address.

mod access;
mod accounts;
mod amendments;
mod corpus;
mod decisions;
mod description;
mod discussion;
mod evaluation_runs;
mod evaluations;
mod follow;
mod jobs;
mod listening;
mod metrics;
mod models;
mod pack;
pub mod page;
mod petitions;
mod problem;
mod procedures;
mod questions;
mod reading;
mod single_sign_on;
mod sweeps;
mod turns;

use crate::accounts::{Right, Who};
use crate::cli::{self, Only};
use crate::command::{self, day, find};
use crate::configuration::Configuration;
use crate::export::{As, Exported, export};
use crate::failure::{Failure, Kind, Result};
use crate::intake::bounds;
use crate::library::Latest;
use crate::places::Places;
use crate::stop;
use crate::store::within;
use crate::telemetry::Traces;
use crate::tls::Identity;
use crate::wire;
use access::Access;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use corpus::Imports;
use jobs::Jobs;
use metrics::Metrics;
use problem::Problem;
use rasoat_api as api;
use rasoat_api::messages::Message;
use rasoat_api::{
    About, ErrorDocument, Hits, Job, ParsedDocument, ProvisionView, Review, SearchMode, StatusReport, routes,
};
use rasoat_assistant::Selection;
use rasoat_embeddings::Mode;
use rasoat_formats::Extracted;
use rasoat_formats::report::{SheetHead, heed};
use rasoat_law::{DocNumber, text};
use rasoat_model::{BertEncoder, CrossEncoder, Encoder, Reranker};
use serde::Deserialize;
use sha2::Digest;
use single_sign_on::SingleSignOn;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_stream::Stream;
use turns::Turns;
use utoipa::OpenApi;

/// What every request can reach.
struct Service {
    jobs: Arc<Jobs>,
    library: Arc<Latest>,
    encoder: Option<Arc<BertEncoder>>,
    reranker: Option<CrossEncoder>,
    /// A user's own language model, and who may wait for it.
    plain: Option<questions::Plain>,
    /// One PDF at a time is printed: LibreOffice takes a core and some hundred megabytes.
    printing: tokio::sync::Semaphore,
    /// Searches and answers take a core each.
    turns: Turns,
    metrics: Arc<Metrics>,
    missing: Vec<models::Missing>,
    access: Access,
    /// Told when a petition comes.
    petitions: tokio::sync::Notify,
    single_sign_on: Option<SingleSignOn>,
    imports: Arc<Imports>,
    /// The folder of reports of evaluations.
    reports: PathBuf,
    /// The folder of sweeps.
    sweeps: PathBuf,
    procedures: crate::procedures::held::Held,
    packs: pack::Packs,
    /// Evaluations that run.
    runs: Arc<evaluation_runs::Runs>,
    /// Amendments that could not be applied.
    amendments: crate::amendments::Queue,
}

type Answer<T> = std::result::Result<T, Problem>;

/// The most bytes of a request that carries no file.
const SMALL: usize = 64 << 10;

/// Seconds since 1970.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Serves until the process is told to stop; reviews run `checks`.
///
/// # Errors
/// When the address cannot be listened on, its certificate cannot be used, or the store cannot be opened or is a folder
/// that another process serves.
pub fn serve(places: Places, configuration: &Configuration, listen: SocketAddr, checks: Selection) -> Result<()> {
    // What is wrong with it is known before anything is loaded.
    let identity = configuration.serve.tls.as_ref().map(Identity::read).transpose()?;
    let plain = places.load_generator()?;
    let plain = plain.map(|generator| questions::Plain::new(generator, configuration.models.generator_time()));
    let _traces = Traces::start(&configuration.telemetry)?;
    let alone = places.store.serve_alone()?;
    let models::Loaded { encoder, reranker, judge, missing } = models::Loaded::of(&places);
    let mut store = places.store.open()?;
    if alone.is_some() {
        // Whoever claimed reviews of this folder is gone.
        store.lapse_claims(None)?;
    }
    store.serve()?;
    let library = Arc::new(Latest::load(&*store, &places, encoder.as_ref().map(|e| e.name()))?);
    let metrics = Arc::new(Metrics::new());
    let models = jobs::Models { encoder: encoder.clone(), judge };
    let jobs = Arc::new(Jobs::new(
        store,
        Arc::clone(&library),
        models,
        jobs::Bounds { checks, waiting: configuration.serve.waiting, lease: configuration.serve.lease() },
        Arc::clone(&metrics),
    ));
    let imports = Arc::new(Imports::new(
        places.local.join("imports"),
        configuration.corpus.watch.clone(),
        places.store.clone(),
        encoder.clone(),
        jobs.model(),
    )?);
    let reports = configuration.evaluation.reports.clone().unwrap_or_else(|| places.local.join("evaluations"));
    let data = configuration.evaluation.data.clone().unwrap_or_else(|| places.local.join("evaluation-data"));
    let runs = evaluation_runs::Runs::new(places.clone(), reports.clone(), data, jobs.model());
    crate::procedures::held::take_file(&mut **jobs.store(), &places.local.join("procedures/procedures.json"))?;
    let service = Arc::new(Service {
        jobs: Arc::clone(&jobs),
        library: Arc::clone(&library),
        encoder,
        reranker,
        plain,
        printing: tokio::sync::Semaphore::new(1),
        turns: Turns::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
        metrics,
        missing,
        access: Access::new(&configuration.accounts, configuration.serve.per_minute, listen)
            .encrypted(identity.is_some()),
        petitions: tokio::sync::Notify::new(),
        single_sign_on: SingleSignOn::new(configuration)?,
        imports: Arc::clone(&imports),
        reports,
        runs: Arc::new(runs),
        sweeps: configuration.sweep.reports.clone().unwrap_or_else(|| places.local.join("sweeps")),
        procedures: crate::procedures::held::Held::default(),
        packs: pack::Packs::new(places.encoder()),
        amendments: crate::amendments::Queue::default(),
    });
    // A thread of its own: it ends with the process, and what it was at goes on with the next.
    std::thread::spawn(move || imports.work());
    let first = match service.access.required {
        true => within(&mut **jobs.store(), accounts::first_link)?,
        false => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
    // Here and not in a task: the store is not for threads that drive tasks. For the same reason it outlives the runtime,
    // and has threads of its own.
    let entered = runtime.enter();
    jobs.keep_alive((*places.store).clone()).map_err(Failure::internal)?;
    library.follow(places, configuration.serve.refresh()).map_err(Failure::internal)?;
    tokio::spawn(Arc::clone(&jobs).work_off());
    petitions::start(&service);
    jobs.keep_for(configuration.reviews.keep_days);
    drop(entered);
    let own = service.access.address.clone();
    let announce = move |address: &str| -> Result<()> {
        let out = crate::command::Out { json: false, quiet: false };
        if let Some(secret) = first {
            let base = own.unwrap_or_else(|| address.to_owned());
            let link = format!("{base}/#/invitation/{secret}");
            out.print(&Message::FirstLink.fill(crate::failure::language(), &[("link", &link)]))?;
        }
        out.print(&format!("Rasoat: {address}"))
    };
    let app = router(Arc::clone(&service));
    let served = runtime.block_on(listening::serve(listen, identity, app, announce));
    // Reviews under way hear of it within a step: another process takes them up, or the next one.
    stop::ask();
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    if let Err(failure) = jobs.leave() {
        tracing::warn!(%failure, "the reviews at work are taken up by others only when their claims lapse");
    }
    served
}

/// Asks the store, or does other work that blocks, beside the threads that drive requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| cut_off(&error))?
}

/// Work that ended without an answer. What a panic says is not repeated: it may quote a draft.
fn cut_off(error: &tokio::task::JoinError) -> Failure {
    Failure::internal(if error.is_panic() { "panic" } else { "the work was cut off" })
}

fn router(service: Arc<Service>) -> Router {
    let most = usize::try_from(bounds().input_bytes()).unwrap_or(usize::MAX).saturating_add(64 << 10);
    Router::new()
        .route(routes::ABOUT, get(about))
        .route(routes::OPENAPI, get(openapi))
        .route(routes::REVIEWS, get(list_reviews).post(start_review).layer(DefaultBodyLimit::max(most)))
        .route(routes::REVIEW, get(show_review).delete(cancel_review))
        .route(routes::REVIEW_EVENTS, get(review_events))
        .route(routes::REVIEW_RESULT, get(review_result))
        .route(routes::REVIEW_DRAFT, get(review_draft))
        .route(routes::REVIEW_MAP, get(review_map))
        .route(routes::REVIEW_DOCX, get(review_docx))
        .route(routes::REVIEW_EXPORT, get(review_export))
        .route(routes::PROVISION, get(provision))
        .route(routes::STATUS, get(status))
        .route(routes::SEARCH, get(search))
        .merge(reading::router())
        .merge(questions::router())
        .route(routes::HEALTH, get(|| async { "ok\n" }))
        .route(routes::READY, get(ready))
        .route(routes::METRICS, get(figures))
        .merge(accounts::router())
        .merge(amendments::router())
        .merge(decisions::router())
        .merge(discussion::router())
        .merge(petitions::router())
        .merge(single_sign_on::router())
        .merge(corpus::router(most))
        .merge(procedures::router(most))
        .merge(evaluations::router())
        .merge(evaluation_runs::router())
        .merge(sweeps::router())
        .merge(pack::router())
        .fallback(page::file)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&service), access::admit))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&service.metrics), metrics::count))
        .layer(axum::middleware::map_response(guarded))
        .layer(DefaultBodyLimit::max(SMALL))
        .layer(axum::middleware::map_request(|request| async { listening::unhurried(request, listening::SILENCE) }))
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(tower_http::trace::TraceLayer::new_for_http().make_span_with(span))
        .with_state(service)
}

/// A request in the log: its path alone, since questions stand behind it.
fn span(request: &axum::extract::Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

/// Answers may be read by nobody else's page, guessed at by no browser, and kept by no cache that others share (but for what says
/// of itself that it may be: fonts).
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut say = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(header::HeaderValue::from_static(value));
    };
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::REFERRER_POLICY, "no-referrer");
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    say(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    say(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // With it a page is isolated, and its workers may share memory: private mode reads with several.
    say(header::HeaderName::from_static("cross-origin-embedder-policy"), "require-corp");
    say(header::CACHE_CONTROL, "no-store");
    response
}

/// Whether the service can do its work: the store answers, and, for administrators and this machine, what is missing.
async fn ready(State(service): State<Arc<Service>>, request: axum::extract::Request) -> Answer<Response> {
    let who = request.extensions().get::<Who>();
    let inside = who.is_some_and(|who| who.may(Right::Administer)) || service.access.is_from_here(&request);
    let jobs = Arc::clone(&service.jobs);
    // One row by its key: whoever asks often must not cost more.
    aside(move || jobs.store().reviews(1)).await.map_err(|failure| {
        // Where the store lies is nobody else's business.
        let values = [("why", if inside { failure.message.as_str() } else { failure.code })];
        let failure =
            Failure::new(Kind::Missing, "service.not_ready", Message::NotReady, Message::NotReadyHint, &values);
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, failure)
    })?;
    if !inside {
        return Ok(Json(serde_json::json!({"ready": true})).into_response());
    }
    let models = serde_json::json!({
        "ready": true,
        "encoder": service.encoder.is_some(),
        "cross_encoder": service.reranker.is_some(),
        "judge": service.jobs.has_judge(),
        "generator": service.plain.is_some(),
        "missing": service.missing,
        // False while another process's import is on its way into this one's index.
        "library_current": !service.library.is_behind(),
    });
    Ok(Json(models).into_response())
}

/// What Prometheus asks for.
async fn figures(State(service): State<Arc<Service>>) -> Response {
    let jobs = Arc::clone(&service.jobs);
    // Counted in the store, whose other processes run some of them. Away, it leaves the figure as it was.
    if let Ok(open) = aside(move || jobs.open()).await {
        service.metrics.open.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
    service.metrics.answer()
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Rasoat", description = "Review drafts of Vietnamese normative documents against the law in force."),
    paths(
        about,
        list_reviews,
        start_review,
        show_review,
        cancel_review,
        review_events,
        review_result,
        review_draft,
        review_map,
        review_docx,
        review_export,
        provision,
        status,
        search,
        questions::ask
    ),
    components(schemas(api::ReviewEvent, api::SearchMode, As, ErrorDocument))
)]
struct Description;

async fn openapi() -> Answer<Response> {
    let mut description = Description::openapi();
    description.merge(accounts::Description::openapi());
    description.merge(amendments::Description::openapi());
    description.merge(reading::Description::openapi());
    description.merge(decisions::Description::openapi());
    description.merge(discussion::Description::openapi());
    description.merge(petitions::Description::openapi());
    description.merge(single_sign_on::Description::openapi());
    description.merge(corpus::Description::openapi());
    description.merge(procedures::Description::openapi());
    description.merge(evaluations::Description::openapi());
    description.merge(evaluation_runs::Description::openapi());
    description.merge(sweeps::Description::openapi());
    description.merge(pack::Description::openapi());
    Ok(Json(description::complete(&description).map_err(Failure::from)?).into_response())
}

/// What the service is and holds.
#[utoipa::path(get, path = routes::ABOUT, responses((status = 200, body = About)))]
async fn about(State(service): State<Arc<Service>>) -> Json<About> {
    let counts = service.library.counts();
    Json(About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        documents: counts.documents,
        provisions: counts.provisions,
        passages: counts.embedded,
        encoder: service.encoder.as_ref().map(|e| e.name().to_owned()),
    })
}

/// A page of a list, newest first.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Only what came before the one of this identifier, from the `Link` of the page before.
    before: Option<String>,
    /// How many, at the most 200; 50 by default.
    limit: Option<usize>,
}

/// Reviews of one's organisation, newest first; `Link` with `rel="next"` leads to older ones.
#[utoipa::path(get, path = routes::REVIEWS, params(Page), responses((status = 200, body = [Job])))]
async fn list_reviews(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    page: Asked<Page>,
) -> Answer<Response> {
    let page = asked(page)?;
    let limit = page.limit.unwrap_or(50).clamp(1, 200);
    let work = move || service.jobs.jobs(&who.organisation, page.before.as_deref(), limit);
    let jobs = aside(work).await?;
    let next = jobs.last().filter(|_| jobs.len() == limit).map(|job| job.id.clone());
    Ok(paged(routes::REVIEWS, limit, next, Json(jobs)))
}

/// A page of a list with the way to the next, where there may be one (RFC 8288).
fn paged(route: &str, limit: usize, next: Option<String>, body: impl IntoResponse) -> Response {
    let joint = if route.contains('?') { '&' } else { '?' };
    let link = next.map(|id| [(header::LINK, format!("<{route}{joint}before={id}&limit={limit}>; rel=\"next\""))]);
    match link {
        Some(link) => (link, body).into_response(),
        None => body.into_response(),
    }
}

/// The same where pages go on after the last of them; `query` is what was asked for beside.
fn paged_after(route: &str, query: &[String], limit: usize, next: Option<String>, body: impl IntoResponse) -> Response {
    let beside: String = query.iter().map(|part| format!("{part}&")).collect();
    match next {
        Some(id) => {
            let link = format!("<{route}?{beside}after={id}&limit={limit}>; rel=\"next\"");
            ([(header::LINK, link)], body).into_response()
        }
        None => body.into_response(),
    }
}

/// Starts a review of an uploaded file.
#[utoipa::path(
    post, path = routes::REVIEWS,
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses(
        (status = 202, body = Job), (status = 400, body = ErrorDocument), (status = 413, body = ErrorDocument),
        (status = 422, body = ErrorDocument),
        (status = 429, body = ErrorDocument, description = "too many wait: come again after `Retry-After`"),
        (status = 503, body = ErrorDocument)
    )
)]
async fn start_review(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    headers: HeaderMap,
    form: std::result::Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<(StatusCode, Json<Job>)> {
    let mut form = form.map_err(|e| problem::bad_request(&e.body_text()))?;
    let mut file: Option<(String, Bytes)> = None;
    let mut as_of = None;
    while let Some(field) = form.next_field().await.map_err(|e| upload_problem(&e))? {
        match field.name() {
            Some("file") => {
                let name = field.file_name().unwrap_or("du-thao").to_owned();
                // Only the last part of a path names the file.
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                file = Some((name, field.bytes().await.map_err(|e| upload_problem(&e))?));
            }
            Some("as_of") => as_of = Some(field.text().await.map_err(|e| upload_problem(&e))?),
            _ => {}
        }
    }
    let day = day(as_of.as_deref().filter(|text| !text.is_empty()))?;
    let request = match headers.get("idempotency-key").map(|key| key.to_str()) {
        None => None,
        Some(Ok(key)) if (1..=255).contains(&key.len()) => Some(key.to_owned()),
        Some(_) => return Err(problem::bad_request("Idempotency-Key")),
    };
    let Some((name, bytes)) = file else {
        let failure =
            Failure::new(Kind::Usage, "request.no_file", Message::NoFileUploaded, Message::BadRequestHint, &[]);
        return Err(failure.into());
    };
    let job = aside(move || {
        let runtime = tokio::runtime::Handle::current();
        let _guard = runtime.enter();
        service.jobs.start(&who, name, bytes.to_vec(), day, request)
    })
    .await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

fn upload_problem(error: &axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let limit = bounds().input_bytes();
        return Failure::format("upload", &rasoat_formats::FormatError::TooLarge { size: limit + 1, limit }).into();
    }
    problem::bad_request(&error.body_text())
}

/// An uploaded draft.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described, never built")]
struct Upload {
    /// DOCX, PDF, HTML, TXT, JSON or Akoma Ntoso; DOC, RTF, ODT and scans where LibreOffice and Tesseract are installed.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// The date the draft would take effect; today by default.
    as_of: Option<String>,
}

/// A review's job.
#[utoipa::path(get, path = routes::REVIEW, params(("id" = String, Path)), responses((status = 200, body = Job), (status = 404, body = ErrorDocument)))]
async fn show_review(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Json<Job>> {
    Ok(Json(aside(move || service.jobs.job(&id)).await?))
}

/// Stops a review.
#[utoipa::path(delete, path = routes::REVIEW, params(("id" = String, Path)), responses((status = 200, body = Job), (status = 404, body = ErrorDocument)))]
async fn cancel_review(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Json<Job>> {
    let cancel = move || {
        service.jobs.cancel(&id)?;
        service.jobs.job(&id)
    };
    Ok(Json(aside(cancel).await?))
}

/// Events of a review as they happen; resumes after `Last-Event-ID`.
#[utoipa::path(get, path = routes::REVIEW_EVENTS, params(("id" = String, Path)), responses((status = 200, description = "server-sent events, each a ReviewEvent", content_type = "text/event-stream"), (status = 404, body = ErrorDocument)))]
async fn review_events(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Sse<impl Stream<Item = follow::Sent>>> {
    let after = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let jobs = Arc::clone(&service.jobs);
    let job = aside(move || jobs.job(&id)).await?;
    let events = follow::follow(Arc::clone(&service.jobs), job, after);
    Ok(Sse::new(tokio_stream::wrappers::ReceiverStream::new(events)).keep_alive(KeepAlive::default()))
}

/// The finished review, as it was found.
#[utoipa::path(get, path = routes::REVIEW_RESULT, params(("id" = String, Path)), responses((status = 200, body = Review), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn review_result(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let result = aside(move || service.jobs.parts(&id)).await?.result;
    Ok(tagged(&headers, result.unwrap_or_default()))
}

/// The draft as it was read.
#[utoipa::path(get, path = routes::REVIEW_DRAFT, params(("id" = String, Path)), responses((status = 200, body = ParsedDocument), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn review_draft(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let draft = aside(move || service.jobs.parts(&id)).await?.draft;
    Ok(tagged(&headers, draft.unwrap_or_default()))
}

/// The documents that a draft stands on, with their effect on the review's date as the store knows it now.
#[utoipa::path(get, path = routes::REVIEW_MAP, params(("id" = String, Path)), responses((status = 200, body = api::DraftMap), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn review_map(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let work = move || {
        let draft: ParsedDocument = serde_json::from_str(&service.jobs.parts(&id)?.draft.unwrap_or_default())?;
        let as_of = day(Some(&service.jobs.job(&id)?.as_of))?;
        Ok(serde_json::to_vec(&wire::draft_map(&*service.library.library(), &draft.text, as_of))?)
    };
    Ok(tagged(&headers, aside(work).await?))
}

/// JSON with a tag that changes when it does (RFC 9110, section 8.8.3); whoever has it already is told so.
fn tagged(headers: &HeaderMap, json: impl Into<Vec<u8>>) -> Response {
    let json = json.into();
    let sum = crate::accounts::hexadecimal(&sha2::Sha256::digest(&json)[..16]);
    // Weak: it is also sent compressed.
    let tag = format!("W/\"{sum}\"");
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|list| list.split(',')).any(|one| one.trim() == tag || one.trim() == "*");
    let about = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// Which findings to give.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Found {
    /// Everything as it was found, whatever was decided on it.
    all: Option<bool>,
}

/// The reviewer's own DOCX with each finding as a Word comment, as decided.
#[utoipa::path(get, path = routes::REVIEW_DOCX, params(("id" = String, Path), Found), responses((status = 200, description = "DOCX", content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument)))]
async fn review_docx(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    found: Asked<Found>,
) -> Answer<Response> {
    let all = asked(found)?.all;
    let query = ExportQuery { format: As::Docx, suggest: None, reviewer: None, agency: None, place: None, all };
    exported(service, id, query).await
}

/// What to give a review as.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `text json docx form pdf xlsx sarif csv`.
    format: As,
    /// With `docx`: suggestions as tracked changes too.
    suggest: Option<bool>,
    /// Who reviews, for the head of a form.
    reviewer: Option<String>,
    /// The reviewing body, for the head of a form.
    agency: Option<String>,
    /// The place, for the foot of a form.
    place: Option<String>,
    /// Everything as it was found, whatever was decided on it.
    all: Option<bool>,
}

/// The review as a file, as decided: the draft with comments, the review sheet, a spreadsheet, SARIF.
#[utoipa::path(get, path = routes::REVIEW_EXPORT, params(("id" = String, Path), ExportQuery), responses((status = 200, description = "the file"), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 410, body = ErrorDocument), (status = 503, body = ErrorDocument)))]
async fn review_export(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    query: Asked<ExportQuery>,
) -> Answer<Response> {
    exported(service, id, asked(query)?).await
}

async fn exported(service: Arc<Service>, id: String, query: ExportQuery) -> Answer<Response> {
    let (media_type, ending) = query.format.media_type_and_ending();
    let printer = Arc::clone(&service);
    let _permit = match query.format {
        As::Pdf => Some(printer.printing.acquire().await.map_err(Failure::internal)?),
        _ => None,
    };
    let work = move || -> Result<(String, Vec<u8>)> {
        let parts = service.jobs.parts(&id)?;
        let job = service.jobs.job(&id)?;
        let original = match parts.converted {
            Some(converted) => converted,
            None => service.jobs.store().review_original(&id)?.unwrap_or_default(),
        };
        let extracted: Extracted = serde_json::from_str(parts.extracted.as_deref().unwrap_or_default())?;
        let mut review: Review = serde_json::from_str(parts.result.as_deref().unwrap_or_default())?;
        if !query.all.unwrap_or(false) {
            let decided = within(&mut **service.jobs.store(), |tables| crate::decisions::of_review(tables, &id))?;
            heed(&mut review, &decided, crate::failure::language());
        }
        let draft: ParsedDocument = serde_json::from_str(parts.draft.as_deref().unwrap_or_default())?;
        let head = SheetHead {
            agency: query.agency,
            reviewer: query.reviewer,
            place: query.place,
            date: Some(jiff::Zoned::now().date().to_string()),
            title: draft.metadata.title,
            so_hieu: draft.metadata.so_hieu,
            issuer: draft.metadata.issuer,
            issued: draft.metadata.issued,
        };
        let exported = Exported {
            file: &job.file_name,
            original: &original,
            extracted: &extracted,
            review: &review,
            head,
            suggest: query.suggest.unwrap_or(false),
        };
        let bytes = export(&exported, query.format, &mut |_, _| Ok(()))?;
        Ok((job.file_name, bytes))
    };
    let (name, bytes) = aside(work).await?;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let encoded = percent_encoded(&format!("{stem}-{ending}"));
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{ending}\"; filename*=UTF-8''{encoded}")),
    ];
    Ok((headers, bytes).into_response())
}

/// A text as a part of an address or a header may carry it (RFC 8187, RFC 3986).
fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|b| {
        if b.is_ascii_alphanumeric() || b"-._".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
    });
    encoded.collect()
}

/// A document or provision on a date.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// Number of the document.
    document: String,
    /// Provision.
    eid: Option<String>,
    /// Date; today by default.
    as_of: Option<String>,
}

impl Place {
    fn number(&self) -> DocNumber {
        DocNumber::parse(&self.document).unwrap_or_else(|| DocNumber::from_normal(text::normalise(&self.document)))
    }
}

type Asked<T> = std::result::Result<Query<T>, QueryRejection>;

fn asked<T>(query: Asked<T>) -> Answer<T> {
    query.map(|Query(value)| value).map_err(|e| problem::bad_request(&e.body_text()))
}

/// A provision in its article, with its effect.
#[utoipa::path(get, path = routes::PROVISION, params(Place), responses((status = 200, body = ProvisionView), (status = 404, body = ErrorDocument)))]
async fn provision(State(service): State<Arc<Service>>, headers: HeaderMap, query: Asked<Place>) -> Answer<Response> {
    let place = asked(query)?;
    let as_of = day(place.as_of.as_deref())?;
    let eid = place.eid.clone().ok_or_else(|| problem::bad_request("eid"))?;
    let view = wire::provision(&*service.library.library(), &place.number(), &eid, as_of)?;
    Ok(tagged(&headers, serde_json::to_vec(&view).map_err(Failure::from)?))
}

/// The effect of a document or provision on a date.
#[utoipa::path(get, path = routes::STATUS, params(Place), responses((status = 200, body = StatusReport), (status = 404, body = ErrorDocument)))]
async fn status(State(service): State<Arc<Service>>, headers: HeaderMap, query: Asked<Place>) -> Answer<Response> {
    let place = asked(query)?;
    let as_of = day(place.as_of.as_deref())?;
    let report = wire::status(&*service.library.library(), &place.number(), place.eid.as_deref(), as_of)?;
    Ok(tagged(&headers, serde_json::to_vec(&report).map_err(Failure::from)?))
}

/// What to search for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Words.
    q: String,
    /// How many provisions, at the most 100.
    k: Option<usize>,
    /// Date; today by default.
    as_of: Option<String>,
    /// How to search.
    mode: Option<SearchMode>,
    /// Only documents of these kinds, such as `luat`; several with commas.
    kind: Option<String>,
    /// Only documents of these ranks, 1 the highest; several with commas.
    rank: Option<String>,
    /// Only documents by these issuers; some words of the name will do; several with commas.
    issuer: Option<String>,
    /// Only documents of these fields, as their names say; several with commas.
    field: Option<String>,
    /// Only these documents; several with commas.
    document: Option<String>,
}

impl Wanted {
    fn only(&self) -> Answer<Only> {
        let list = |asked: &Option<String>| -> Vec<String> {
            asked.iter().flat_map(|list| list.split(',')).map(|one| one.trim().to_owned()).collect()
        };
        Ok(Only {
            kind: list(&self.kind)
                .iter()
                .map(|code| cli::kind(code).map_err(|_| problem::bad_request("kind")))
                .collect::<std::result::Result<_, _>>()?,
            rank: list(&self.rank)
                .iter()
                .map(|rank| rank.parse().map_err(|_| problem::bad_request("rank")))
                .collect::<std::result::Result<_, _>>()?,
            issuer: list(&self.issuer),
            field: list(&self.field),
            document: list(&self.document),
        })
    }
}

/// Searches the provisions in force.
#[utoipa::path(get, path = routes::SEARCH, params(Wanted), responses((status = 200, body = Hits), (status = 400, body = ErrorDocument)))]
async fn search(State(service): State<Arc<Service>>, query: Asked<Wanted>) -> Answer<Json<Hits>> {
    let wanted = asked(query)?;
    let as_of = day(wanted.as_of.as_deref())?;
    let mode = match wanted.mode.unwrap_or_default() {
        SearchMode::Hybrid => Mode::Hybrid,
        SearchMode::Dense => Mode::Dense,
        SearchMode::Lexical => Mode::Lexical,
    };
    let k = wanted.k.unwrap_or(10).clamp(1, 100);
    let filter = wanted.only()?.filter(as_of);
    let busy = Arc::clone(&service);
    let _turn = busy.turns.take().await?;
    let work = move || {
        let models = command::Models {
            encoder: service.encoder.as_deref().map(|e| e as &dyn Encoder),
            reranker: service.reranker.as_ref().map(|r| r as &dyn Reranker),
        };
        find(&service.library.library(), models, command::Wanted { words: &wanted.q, k, mode, filter })
    };
    Ok(Json(aside(work).await?))
}
