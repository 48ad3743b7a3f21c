//! Failures over HTTP: problem details (RFC 9457) that also carry the command line's error object.

use crate::failure::{Failure, Kind};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rasoat_api::messages::Message;
use serde_json::json;

/// A failure with its status.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    failure: Failure,
    /// Seconds after which to try again.
    after: Option<u64>,
}

impl Problem {
    /// The same, to be tried again after so many seconds.
    pub fn after(self, seconds: u64) -> Self {
        Self { after: Some(seconds), ..self }
    }

    /// A failure with a status of its own.
    pub fn new(status: StatusCode, failure: Failure) -> Self {
        Self { status, failure, after: None }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let status = match (failure.kind, failure.code) {
            // The database is away for a while.
            (_, "store.lost") => StatusCode::SERVICE_UNAVAILABLE,
            (_, "store.full") => StatusCode::INSUFFICIENT_STORAGE,
            (_, "account.needed" | "account.login" | "account.token") => StatusCode::UNAUTHORIZED,
            (_, "account.forbidden" | "access.host" | "access.origin" | "access.csrf") => StatusCode::FORBIDDEN,
            (_, "review.not_done" | "account.taken" | "account.last" | "evaluation.busy") => StatusCode::CONFLICT,
            (_, "review.erased") => StatusCode::GONE,
            (_, "reviews.busy" | "petitions.busy" | "account.throttled") => StatusCode::TOO_MANY_REQUESTS,
            (_, "input.too_large") => StatusCode::PAYLOAD_TOO_LARGE,
            (_, code) if code.ends_with(".unknown") => StatusCode::NOT_FOUND,
            (Kind::Input, _) => StatusCode::UNPROCESSABLE_ENTITY,
            (Kind::Usage, _) => StatusCode::BAD_REQUEST,
            (Kind::Missing, _) => StatusCode::SERVICE_UNAVAILABLE,
            (Kind::Findings | Kind::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, failure, after: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:rasoat:{}", self.failure.code),
            "title": self.failure.message,
            "status": self.status.as_u16(),
            "detail": self.failure.hint,
            "error": self.failure.body(),
        });
        let mut response = (self.status, Json(body)).into_response();
        let kind = header::HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        let again = match (self.status, self.failure.code) {
            // About what a review takes.
            (StatusCode::TOO_MANY_REQUESTS, _) => Some(self.after.unwrap_or(30)),
            // It is tried anew at each request.
            (_, "store.lost" | "store.unreachable" | "service.not_ready") => Some(5),
            _ => None,
        };
        if let Some(seconds) = again {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// No such address.
pub fn unknown_route() -> Problem {
    let failure = Failure::new(Kind::Input, "route.unknown", Message::UnknownRoute, Message::BadRequestHint, &[]);
    Problem::new(StatusCode::NOT_FOUND, failure)
}

/// A request that is not valid.
pub fn bad_request(why: &str) -> Problem {
    Failure::new(Kind::Usage, "request.invalid", Message::BadRequest, Message::BadRequestHint, &[("why", why)]).into()
}
