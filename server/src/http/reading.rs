//! A document for the reading room: its text with its provisions. It changes seldom and is long, so whoever has it
//! already is told so.

use super::problem::Problem;
use super::{Answer, Asked, Place, Service, aside, asked};
use crate::accounts::{hexadecimal, sum};
use crate::command::day;
use crate::failure::{Failure, Result};
use crate::wire;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rasoat_api::{DocumentView, ErrorDocument, routes};
use rasoat_assistant::Corpus;
use std::sync::Arc;

/// A document with its provisions, on a date.
#[utoipa::path(get, path = routes::DOCUMENT, params(Place), responses((status = 200, body = DocumentView), (status = 304), (status = 404, body = ErrorDocument)))]
pub async fn document(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    query: Asked<Place>,
) -> Answer<Response> {
    let place = asked(query)?;
    let as_of = day(place.as_of.as_deref())?;
    let work = move || -> Result<String> {
        let (library, number) = (service.library.as_ref(), place.number());
        let held = library.document(&number).ok_or_else(|| Failure::unknown_document(number.as_str()))?;
        let status = library.status(&number, as_of);
        let read = wire::document(&held.document);
        let view = DocumentView {
            document: number.to_string(),
            title: held.title.clone(),
            as_of: as_of.to_string(),
            metadata: read.metadata,
            text: read.text,
            provisions: read.provisions,
            effect: wire::effect(status.effect),
            notes: held.warnings(&status, as_of),
        };
        serde_json::to_string(&view).map_err(Failure::internal)
    };
    let body = aside(work).await.map_err(Problem::from)?;
    // Weak (RFC 9110, 8.8.3): the same document may travel compressed or not.
    let tag = format!("W/\"{}\"", &hexadecimal(&sum(&body))[..32]);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|list| list.split(',')).any(|one| one.trim() == tag);
    // The law is public: a browser may keep it, if it asks each time whether it still stands.
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    Ok(match is_known {
        true => (StatusCode::NOT_MODIFIED, kept).into_response(),
        false => (kept, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
    })
}

/// The description of this route.
#[derive(utoipa::OpenApi)]
#[openapi(paths(document))]
pub struct Description;
