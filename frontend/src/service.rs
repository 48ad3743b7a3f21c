//! The server as the page sees it: each route of [`rasoat_api::routes`] as a typed call, and a review's event stream.
//!
//! Every failure comes out as a [`Failure`] a person can act on: what the server said, that it cannot be reached, or
//! that its answer makes no sense. The page talks to no other host.

use js_sys::encode_uri_component;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{About, ErrorBody, ErrorDocument, Job, ParsedDocument, ProvisionView, Review, ReviewEvent, routes};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, EventSource, File, FormData, MessageEvent, Request, RequestInit, Response};

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server said why.
    Said(ErrorBody),
    /// Nothing answered.
    Unreachable,
    /// Something answered that is not what the route promises.
    Unreadable(u16),
    /// The page itself refuses: a message and what to do.
    Asked(Message, Message),
}

impl Failure {
    /// What happened, one sentence.
    pub fn message(&self, language: Language) -> String {
        match self {
            Self::Said(error) if error.message.is_empty() => Message::Unexplained.text(language).to_owned(),
            Self::Said(error) => error.message.clone(),
            Self::Unreachable => Message::NetworkFailed.text(language).to_owned(),
            Self::Unreadable(status) => Message::AnswerUnreadable.fill(language, &[("status", &status.to_string())]),
            Self::Asked(message, _) => message.text(language).to_owned(),
        }
    }

    /// What to do about it; may be empty.
    pub fn hint(&self, language: Language) -> String {
        match self {
            Self::Said(error) => error.hint.clone(),
            Self::Unreachable => Message::NetworkFailedHint.text(language).to_owned(),
            Self::Unreadable(_) => Message::AnswerUnreadableHint.text(language).to_owned(),
            Self::Asked(_, hint) => hint.text(language).to_owned(),
        }
    }
}

/// What the service is and holds.
pub async fn about() -> Result<About, Failure> {
    get(routes::ABOUT).await
}

/// Recent reviews, newest first.
pub async fn recent_reviews() -> Result<Vec<Job>, Failure> {
    get(routes::REVIEWS).await
}

/// Sends a draft and starts its review as of an ISO 8601 date.
pub async fn start_review(file: File, as_of: String) -> Result<Job, Failure> {
    let form = FormData::new().map_err(|_| Failure::Unreachable)?;
    // The date goes first, so that a server reading the stream in order knows it before the file.
    form.append_with_str("as_of", &as_of).map_err(|_| Failure::Unreachable)?;
    form.append_with_blob_and_filename("file", &file, &file.name()).map_err(|_| Failure::Unreachable)?;
    let response = send("POST", routes::REVIEWS, Some(&form)).await?;
    read(response).await
}

/// A review's job.
pub async fn job(id: &str) -> Result<Job, Failure> {
    get(&routes::with_id(routes::REVIEW, id)).await
}

/// Stops a review.
pub async fn cancel(id: &str) -> Result<(), Failure> {
    send("DELETE", &routes::with_id(routes::REVIEW, id), None).await.map(drop)
}

/// A finished review.
pub async fn result(id: &str) -> Result<Review, Failure> {
    get(&routes::with_id(routes::REVIEW_RESULT, id)).await
}

/// A review's draft.
pub async fn draft(id: &str) -> Result<ParsedDocument, Failure> {
    get(&routes::with_id(routes::REVIEW_DRAFT, id)).await
}

/// A provision in its context.
pub async fn provision(document: &str, eid: &str, as_of: &str) -> Result<ProvisionView, Failure> {
    let value = |text: &str| String::from(encode_uri_component(text));
    let url = format!("{}?document={}&eid={}&as_of={}", routes::PROVISION, value(document), value(eid), value(as_of));
    get(&url).await
}

/// A file the server makes.
pub async fn file(url: &str) -> Result<Blob, Failure> {
    let response = send("GET", url, None).await?;
    let status = response.status();
    let blob = response.blob().map_err(|_| Failure::Unreadable(status))?;
    JsFuture::from(blob).await.ok().and_then(|blob| blob.dyn_into().ok()).ok_or(Failure::Unreadable(status))
}

async fn get<T: DeserializeOwned>(url: &str) -> Result<T, Failure> {
    read(send("GET", url, None).await?).await
}

/// Sends a request; an answer that is not a success becomes the failure it carries.
async fn send(method: &str, url: &str, form: Option<&FormData>) -> Result<Response, Failure> {
    let options = RequestInit::new();
    options.set_method(method);
    if let Some(form) = form {
        options.set_body(form);
    }
    let request = Request::new_with_str_and_init(url, &options).map_err(|_| Failure::Unreachable)?;
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await;
    let response: Response = answer.ok().and_then(|value| value.dyn_into().ok()).ok_or(Failure::Unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    let said = body(&response).await.and_then(|text| serde_json::from_str::<ErrorDocument>(&text).ok());
    Err(said.map_or(Failure::Unreadable(status), |document| Failure::Said(document.error)))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = body(&response).await;
    text.and_then(|text| serde_json::from_str(&text).ok()).ok_or(Failure::Unreadable(response.status()))
}

async fn body(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
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
    source: EventSource,
    // The browser calls these for as long as the source lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
}

impl EventStream {
    /// Follows a review from its first event. The stream closes itself after the last one.
    pub fn follow(
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

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_happened_and_what_to_do() {
        let said = Failure::Said(ErrorBody {
            code: "input.encrypted".into(),
            message: "không đọc được `du-thao.docx`".into(),
            hint: "hãy bỏ mật khẩu".into(),
        });
        assert_eq!(said.message(Language::Vi), "không đọc được `du-thao.docx`");
        assert_eq!(said.hint(Language::En), "hãy bỏ mật khẩu");
        assert!(Failure::Unreadable(502).message(Language::Vi).contains("502"));
        for failure in [Failure::Unreachable, Failure::Unreadable(500)] {
            assert!(!failure.hint(Language::Vi).is_empty());
        }
    }
}
