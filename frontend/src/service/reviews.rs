//! Reviews: starting, following, reading and stopping them.

use super::{Body, Failure, get, private, read, send, tell};
use rasoat_api::{DraftMap, Job, ParsedDocument, Review, ReviewEvent, routes};
use wasm_bindgen::prelude::*;
use web_sys::{EventSource, File, FormData, MessageEvent};

/// Recent reviews, newest first.
pub async fn recent_reviews() -> Result<Vec<Job>, Failure> {
    let mut jobs = private::recent_reviews();
    match get::<Vec<Job>>(routes::REVIEWS).await {
        Ok(of_server) => jobs.extend(of_server),
        // Those of this browser are there without a network, too.
        Err(why) if jobs.is_empty() => return Err(why),
        Err(_) => {}
    }
    Ok(jobs)
}

/// Sends a draft and starts its review as of an ISO 8601 date.
pub async fn start_review(file: File, as_of: String) -> Result<Job, Failure> {
    let form = FormData::new().map_err(|_| Failure::Unreachable)?;
    // The date goes first, so that a server reading the stream in order knows it before the file.
    form.append_with_str("as_of", &as_of).map_err(|_| Failure::Unreachable)?;
    form.append_with_blob_and_filename("file", &file, &file.name()).map_err(|_| Failure::Unreachable)?;
    let response = send("POST", routes::REVIEWS, Body::Form(&form)).await?;
    read(response).await
}

/// A review's job.
pub async fn job(id: &str) -> Result<Job, Failure> {
    if private::is_private(id) {
        return private::job(id);
    }
    get(&routes::with_id(routes::REVIEW, id)).await
}

/// Stops a review.
pub async fn cancel(id: &str) -> Result<(), Failure> {
    if private::is_private(id) {
        return private::cancel(id).await;
    }
    tell("DELETE", &routes::with_id(routes::REVIEW, id), Body::Nothing).await
}

/// A finished review.
pub async fn result(id: &str) -> Result<Review, Failure> {
    if private::is_private(id) {
        return private::result(id).await;
    }
    get(&routes::with_id(routes::REVIEW_RESULT, id)).await
}

/// A review's draft.
pub async fn draft(id: &str) -> Result<ParsedDocument, Failure> {
    if private::is_private(id) {
        return private::draft(id).await;
    }
    get(&routes::with_id(routes::REVIEW_DRAFT, id)).await
}

/// The documents a review's draft stands on.
pub async fn map(id: &str) -> Result<DraftMap, Failure> {
    if private::is_private(id) {
        return private::map(id).await;
    }
    get(&routes::with_id(routes::REVIEW_MAP, id)).await
}

/// How the connection behind an event stream fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Events come.
    Open,
    /// It broke; the browser connects again on its own and resumes after the last event.
    Reconnecting,
    /// It was refused or ended; nobody will connect again.
    Closed,
}

/// A review's event stream; closed when dropped.
pub struct EventStream {
    _of_server: Option<ServerEvents>,
    _of_this_browser: Option<private::Listening>,
}

impl EventStream {
    /// Follows a review from its first event. The stream closes itself after the last one.
    pub fn follow(
        id: &str,
        receive: impl Fn(ReviewEvent) + 'static,
        connection: impl Fn(Connection) + Clone + 'static,
    ) -> Result<Self, Failure> {
        if private::is_private(id) {
            let listening = private::Listening::to(id, receive)?;
            return Ok(Self { _of_server: None, _of_this_browser: Some(listening) });
        }
        let events = ServerEvents::follow(id, receive, connection)?;
        Ok(Self { _of_server: Some(events), _of_this_browser: None })
    }
}

/// The server's event stream of a review; closed when dropped.
struct ServerEvents {
    source: EventSource,
    // The browser calls these for as long as the source lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
}

impl ServerEvents {
    fn follow(
        id: &str,
        receive: impl Fn(ReviewEvent) + 'static,
        connection: impl Fn(Connection) + Clone + 'static,
    ) -> Result<Self, Failure> {
        let source = EventSource::new(&routes::with_id(routes::REVIEW_EVENTS, id)).map_err(|_| Failure::Unreachable)?;
        let of_message = source.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let data = message.data().as_string().unwrap_or_default();
            // An event of a newer server than this page is passed over.
            if let Ok(event) = serde_json::from_str::<ReviewEvent>(&data) {
                if event.is_last() {
                    of_message.close();
                }
                receive(event);
            }
        });
        for name in ["progress", "finding", "done", "failed", "cancelled"] {
            source
                .add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref())
                .map_err(|_| Failure::Unreachable)?;
        }
        let opened = connection.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || opened(Connection::Open));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        let of_error = source.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || {
            connection(match of_error.ready_state() {
                EventSource::CLOSED => Connection::Closed,
                _ => Connection::Reconnecting,
            });
        });
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { source, _on_message: on_message, _on_open: on_open, _on_error: on_error })
    }
}

impl Drop for ServerEvents {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
