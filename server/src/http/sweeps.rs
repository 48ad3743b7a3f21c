//! Sweeps over HTTP, as `rasoat sweep -o` writes them: each folder below the configured one holds one.

use super::{Answer, Service, aside, tagged};
use crate::failure::{Failure, Kind, Result};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, Sweep, SweepCounts, SweepRow, routes};
use serde::Deserialize;
use std::sync::Arc;

/// The file of a sweep in its folder.
const FILE: &str = "ra-soat.json";

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::SWEEPS, get(list)).route(routes::SWEEP, get(read))
}

/// What of a sweep is listed.
#[derive(Deserialize)]
struct Head {
    as_of: String,
    counts: SweepCounts,
}

/// Sweeps, the last by name first.
#[utoipa::path(get, path = routes::SWEEPS, responses((status = 200, body = [SweepRow])))]
async fn list(State(service): State<Arc<Service>>) -> Answer<Json<Vec<SweepRow>>> {
    let work = move || {
        // A folder that is not there holds none.
        let Ok(entries) = fs_err::read_dir(&service.sweeps) else { return Ok(Vec::new()) };
        let row = |folder: std::path::PathBuf| {
            let id = folder.file_name()?.to_str().filter(|name| is_name(name))?.to_owned();
            let bytes = fs_err::read(folder.join(FILE)).ok()?;
            let Head { as_of, counts } = serde_json::from_slice(&bytes).ok()?;
            Some(SweepRow { id, as_of, counts })
        };
        let mut rows: Vec<SweepRow> = entries.flatten().filter_map(|entry| row(entry.path())).collect();
        rows.sort_by(|a, b| b.id.cmp(&a.id));
        Ok(rows)
    };
    Ok(Json(aside(work).await?))
}

/// A sweep.
#[utoipa::path(get, path = routes::SWEEP, params(("id" = String, Path)), responses((status = 200, body = Sweep), (status = 404, body = ErrorDocument)))]
async fn read(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Answer<Response> {
    let work = move || -> Result<Vec<u8>> {
        let unknown = || {
            let (message, hint) = (Message::UnknownSweep, Message::AccountHint);
            Failure::new(Kind::Input, "sweep.unknown", message, hint, &[("what", &id)])
        };
        let path = service.sweeps.join(&id).join(FILE);
        if !is_name(&id) || !path.is_file() {
            return Err(unknown());
        }
        let bytes = fs_err::read(&path).map_err(|error| Failure::open(&path, &error))?;
        // The lists beside it are for other programs.
        let swept: Sweep = serde_json::from_slice(&bytes)?;
        Ok(serde_json::to_vec(&swept)?)
    };
    Ok(tagged(&headers, aside(work).await?))
}

/// A folder's name and nothing that leads out of it.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, read))]
pub struct Description;
