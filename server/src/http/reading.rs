//! A document for the reading room: its text with its provisions. It changes seldom and is long, so whoever has it
//! already is told so.

use super::problem::Problem;
use super::{Answer, Asked, Place, Service, aside, asked, tagged};
use crate::command::day;
use crate::failure::{Failure, Result};
use crate::wire;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
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
        let (library, number) = (service.library.library(), place.number());
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
    Ok(tagged(&headers, body))
}

/// The description of this route.
#[derive(utoipa::OpenApi)]
#[openapi(paths(document))]
pub struct Description;
