//! The server as the page sees it: each route of [`rasoat_api::routes`] as a typed call, and a review's event stream.
//!
//! Every failure comes out as a [`Failure`] a person can act on: what the server said, that it cannot be reached, or
//! that its answer makes no sense. The page talks to no other host. What changes something bears the session's second
//! secret in a header, which no other site's page can know; an answer that an account is needed leads to the login.

pub mod accounts;
pub mod amendments;
pub mod decisions;
pub mod discussion;
pub mod evaluations;
pub mod law;
mod measured;
pub mod petitions;
pub mod private;
pub mod reviews;
pub mod sweeps;

pub use reviews::{Connection, EventStream};

use rasoat_api::messages::{Language, Message};
use rasoat_api::{About, ErrorBody, ErrorDocument, routes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData, Request, RequestInit, Response};

thread_local! {
    static CSRF: RefCell<Option<String>> = const { RefCell::new(None) };
    static STRANGER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Requests that change something bear this from now on.
pub fn bear(csrf: Option<String>) {
    CSRF.set(csrf);
}

/// Calls `hook` whenever the server answers that an account is needed.
pub fn when_stranger(hook: impl Fn() + 'static) {
    STRANGER.set(Some(Box::new(hook)));
}

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

/// A file the server makes.
pub async fn file(url: &str) -> Result<Blob, Failure> {
    let response = send("GET", url, Body::Nothing).await?;
    let status = response.status();
    let blob = response.blob().map_err(|_| Failure::Unreadable(status))?;
    JsFuture::from(blob).await.ok().and_then(|blob| blob.dyn_into().ok()).ok_or(Failure::Unreadable(status))
}

/// A text that is served beside the application.
pub async fn text(url: String) -> Result<String, Failure> {
    let response = send("GET", &url, Body::Nothing).await?;
    text_of(&response).await.ok_or(Failure::Unreadable(response.status()))
}

/// What a request carries.
enum Body<'a> {
    Nothing,
    Form(&'a FormData),
    Json(String),
}

async fn get<T: DeserializeOwned>(url: &str) -> Result<T, Failure> {
    read(send("GET", url, Body::Nothing).await?).await
}

/// Sends a value and reads the answer.
async fn exchange<T: DeserializeOwned>(method: &str, url: &str, value: &impl Serialize) -> Result<T, Failure> {
    read(send(method, url, json(value)).await?).await
}

/// Sends a value, or nothing, where only success matters.
async fn tell(method: &str, url: &str, body: Body<'_>) -> Result<(), Failure> {
    send(method, url, body).await.map(drop)
}

fn json(value: &impl Serialize) -> Body<'static> {
    // These shapes have no maps and no numbers that JSON could not hold.
    Body::Json(serde_json::to_string(value).unwrap_or_default())
}

/// Sends a request; an answer that is not a success becomes the failure it carries.
async fn send(method: &str, url: &str, body: Body<'_>) -> Result<Response, Failure> {
    send_with(method, url, body, None).await
}

/// The same with a header of its own.
async fn send_with(method: &str, url: &str, body: Body<'_>, header: Option<(&str, &str)>) -> Result<Response, Failure> {
    let options = RequestInit::new();
    options.set_method(method);
    match &body {
        Body::Nothing => {}
        Body::Form(form) => options.set_body(form),
        Body::Json(text) => options.set_body(&JsValue::from_str(text)),
    }
    let request = Request::new_with_str_and_init(url, &options).map_err(|_| Failure::Unreachable)?;
    let mut headers: Vec<(&str, String)> = header.map(|(name, value)| (name, value.to_owned())).into_iter().collect();
    if matches!(body, Body::Json(_)) {
        headers.push(("content-type", "application/json".to_owned()));
    }
    if method != "GET" {
        headers.extend(CSRF.with_borrow(Clone::clone).map(|csrf| ("x-rasoat-csrf", csrf)));
    }
    for (name, value) in headers {
        request.headers().set(name, &value).map_err(|_| Failure::Unreachable)?;
    }
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await;
    let response: Response = answer.ok().and_then(|value| value.dyn_into().ok()).ok_or(Failure::Unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    let said = text_of(&response).await.and_then(|text| serde_json::from_str::<ErrorDocument>(&text).ok());
    let Some(ErrorDocument { error }) = said else { return Err(Failure::Unreadable(status)) };
    if error.code == "account.needed" {
        STRANGER.with_borrow(|hook| hook.iter().for_each(|hook| hook()));
    }
    Err(Failure::Said(error))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = text_of(&response).await;
    text.and_then(|text| serde_json::from_str(&text).ok()).ok_or(Failure::Unreadable(response.status()))
}

async fn text_of(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
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
