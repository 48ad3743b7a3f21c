//! What a browser loads to review a draft by itself: the law in parts and the models, each at an address that its checksum
//! names, so that whoever has a part never loads it again.

use super::problem::Problem;
use super::{Answer, Service, aside, tagged};
use crate::accounts::hexadecimal;
use crate::failure::{Failure, Kind, Result};
use crate::library::Library;
use crate::store::Store;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, Pack, PackFile, PackPart, routes};
use rasoat_assistant::pack::{PackedPassage, pack};
use rasoat_assistant::review::finding::Check;
use rasoat_assistant::{Corpus, CorpusDocument, Selection};
use rasoat_law::DocNumber;
use rasoat_model::browser::write::{FILE, JUDGE_FILE};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The packs of a service, made when they are first asked for.
pub struct Packs {
    /// The encoder's folder.
    models: PathBuf,
    made: Mutex<Option<(Weak<Library>, Arc<Whole>)>>,
}

/// A pack and where its parts come from, by their checksums.
struct Whole {
    json: String,
    parts: HashMap<String, Source>,
}

enum Source {
    Document(DocNumber),
    File(PathBuf),
}

impl Packs {
    /// Those with the models of this folder.
    pub fn new(models: PathBuf) -> Self {
        Self { models, made: Mutex::new(None) }
    }
}

impl Service {
    /// The pack of the law and the models as they are now.
    fn pack(&self) -> Result<Arc<Whole>> {
        let library = self.library.library();
        // Held while it is made: whoever asks meanwhile waits for the one that is being made.
        let mut made = self.packs.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, whole)) = &*made
            && of.upgrade().is_some_and(|of| Arc::ptr_eq(&of, &library))
        {
            return Ok(Arc::clone(whole));
        }
        let whole = Arc::new(self.whole(&library)?);
        *made = Some((Arc::downgrade(&library), Arc::clone(&whole)));
        Ok(whole)
    }

    fn whole(&self, library: &Library) -> Result<Whole> {
        let mut parts = HashMap::new();
        let mut documents = Vec::new();
        for (number, _) in library.stamps() {
            let number = DocNumber::from_normal(number.to_owned());
            let bytes = self.part(library, &number)?;
            let sha256 = hexadecimal(&Sha256::digest(&bytes));
            parts.insert(sha256.clone(), Source::Document(number.clone()));
            documents.push(PackPart { document: number.to_string(), sha256, bytes: bytes.len() as u64 });
        }
        let mut file = |name: &str| -> Option<PackFile> {
            let path = self.packs.models.join(name);
            let bytes = fs_err::read(&path).ok()?;
            let sha256 = hexadecimal(&Sha256::digest(&bytes));
            parts.insert(sha256.clone(), Source::File(path));
            Some(PackFile { name: name.to_owned(), sha256, bytes: bytes.len() as u64 })
        };
        // A judge's file belongs to an encoder's.
        let encoder = self.encoder.as_ref().and_then(|_| file(FILE));
        let judge = encoder.as_ref().filter(|_| self.jobs.has_judge()).and_then(|_| file(JUDGE_FILE));
        let checks = checks(self.jobs.checks());
        let pack = Pack { schema: rasoat_api::SCHEMA, encoder, judge, documents, checks };
        Ok(Whole { json: serde_json::to_string(&pack)?, parts })
    }

    fn part(&self, library: &Library, number: &DocNumber) -> Result<Vec<u8>> {
        let held = library.document(number).ok_or_else(changed)?;
        let encoder = self.encoder.as_ref().map(|encoder| rasoat_model::Encoder::name(&**encoder).to_owned());
        let store = self.jobs.store();
        part(&**store, library, &held, encoder.as_deref())
    }
}

/// The part of a document.
fn part(store: &dyn Store, library: &Library, held: &CorpusDocument, encoder: Option<&str>) -> Result<Vec<u8>> {
    let (stored, spans) = (store.passages(held.number.as_str(), encoder)?, library.spans(&held.number));
    // An import may have changed the store meanwhile, and the library not yet.
    if stored.len() != spans.len() || spans.iter().any(|s| held.document.text.get(s.start..s.end).is_none()) {
        return Err(changed());
    }
    let passages: Vec<PackedPassage> = stored
        .into_iter()
        .zip(spans)
        .map(|(p, span)| PackedPassage {
            eid: p.eid,
            article: p.article,
            heading: p.heading,
            words: p.words,
            span: *span,
            vector: p.vector,
        })
        .collect();
    Ok(pack(held, &passages))
}

fn changed() -> Failure {
    Failure::new(Kind::Input, "pack.changed", Message::PackChanged, Message::PackChangedHint, &[])
}

fn checks(selection: &Selection) -> Vec<String> {
    Check::ALL.into_iter().filter(|check| selection.has(*check)).map(|check| check.code().to_owned()).collect()
}

/// What there is to load for reviews in the browser.
#[utoipa::path(get, path = routes::PACK, responses((status = 200, body = Pack), (status = 304), (status = 422, body = ErrorDocument, description = "the law is being changed")))]
async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Answer<Response> {
    let whole = aside(move || service.pack()).await?;
    Ok(tagged(&headers, whole.json.clone()))
}

/// A part of the pack or a model, by its checksum; it never changes.
#[utoipa::path(get, path = routes::PACK_PART, params(("id" = String, Path)), responses((status = 200, description = "the part", content_type = "application/octet-stream"), (status = 404, body = ErrorDocument), (status = 422, body = ErrorDocument, description = "the law is being changed")))]
async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer<Response> {
    let read = move || -> Result<Option<Vec<u8>>> {
        let whole = service.pack()?;
        let bytes = match whole.parts.get(&id) {
            None => return Ok(None),
            Some(Source::File(path)) => fs_err::read(path).map_err(Failure::internal)?,
            Some(Source::Document(number)) => service.part(&service.library.library(), number)?,
        };
        // What it was named by is what it is.
        if hexadecimal(&Sha256::digest(&bytes)) == id { Ok(Some(bytes)) } else { Err(changed()) }
    };
    let bytes = aside(read).await?.ok_or_else(|| {
        let failure = Failure::new(Kind::Input, "pack.unknown", Message::PackUnknown, Message::PackChangedHint, &[]);
        Problem::new(http::StatusCode::NOT_FOUND, failure)
    })?;
    let about = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((about, bytes).into_response())
}

/// The routes of packs.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::PACK, get(list)).route(routes::PACK_PART, get(one))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one))]
pub struct Description;
