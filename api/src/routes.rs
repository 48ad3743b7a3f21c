//! The routes of the HTTP API, so that server and front end cannot disagree on them.

/// GET: [`crate::About`].
pub const ABOUT: &str = "/api/about";
/// GET: the OpenAPI 3.1 description.
pub const OPENAPI: &str = "/api/openapi.json";
/// POST multipart (`file`, optional `as_of`): starts a review, answers 202 with a [`crate::Job`].
/// GET: recent jobs, newest first.
pub const REVIEWS: &str = "/api/reviews";
/// GET: the [`crate::Job`]. DELETE: cancels it.
pub const REVIEW: &str = "/api/reviews/{id}";
/// GET: server-sent events, each a [`crate::ReviewEvent`]; resumes after `Last-Event-ID`.
pub const REVIEW_EVENTS: &str = "/api/reviews/{id}/events";
/// GET: the finished [`crate::Review`].
pub const REVIEW_RESULT: &str = "/api/reviews/{id}/result";
/// GET: the draft as a [`crate::ParsedDocument`].
pub const REVIEW_DRAFT: &str = "/api/reviews/{id}/draft";
/// GET: the reviewer's own DOCX with each finding as a Word comment.
pub const REVIEW_DOCX: &str = "/api/reviews/{id}/docx";
/// GET `?format=&suggest=&reviewer=&agency=&place=`: the review as a file (`text json docx form pdf xlsx sarif csv`).
pub const REVIEW_EXPORT: &str = "/api/reviews/{id}/export";
/// GET `?document=&eid=&as_of=`: a [`crate::ProvisionView`].
pub const PROVISION: &str = "/api/provision";
/// GET `?document=&eid=&as_of=`: a [`crate::StatusReport`].
pub const STATUS: &str = "/api/status";
/// GET `?q=&k=&as_of=&mode=`: [`crate::Hits`].
pub const SEARCH: &str = "/api/search";
/// POST [`crate::AskedQuestion`]: a [`crate::Answer`].
pub const ASK: &str = "/api/ask";

/// GET: `ok` while the process lives.
pub const HEALTH: &str = "/healthz";
/// GET: whether the store answers and which models there are; 503 where it cannot work.
pub const READY: &str = "/readyz";
/// GET: figures for Prometheus (OpenMetrics text).
pub const METRICS: &str = "/metrics";

/// `route` with its `{id}` filled in.
pub fn with_id(route: &str, id: &str) -> String {
    route.replace("{id}", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_fills_its_place_in_a_route() {
        assert_eq!(with_id(REVIEW_EVENTS, "abc"), "/api/reviews/abc/events");
    }
}
