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
/// GET: the documents the draft stands on, a [`crate::DraftMap`].
pub const REVIEW_MAP: &str = "/api/reviews/{id}/map";
/// GET: the reviewer's own DOCX with each finding as a Word comment.
pub const REVIEW_DOCX: &str = "/api/reviews/{id}/docx";
/// GET `?format=&suggest=&reviewer=&agency=&place=`: the review as a file (`text json docx form pdf xlsx sarif csv`).
pub const REVIEW_EXPORT: &str = "/api/reviews/{id}/export";
/// DELETE: erases what the review was about; the [`crate::Job`] that is left.
pub const REVIEW_CONTENT: &str = "/api/reviews/{id}/content";
/// GET `?format=`: the [`crate::Decision`]s on a review's findings (`json`, or `jsonl` as `rasoat eval decisions` reads).
pub const DECISIONS: &str = "/api/reviews/{id}/decisions";
/// PUT [`crate::DecisionWanted`]: decides a finding; the [`crate::Decision`]. DELETE: takes it back.
pub const DECISION: &str = "/api/reviews/{id}/decisions/{finding}";
/// GET: the [`crate::Discussion`] of a review's findings.
pub const DISCUSSION: &str = "/api/reviews/{id}/discussion";
/// POST [`crate::CommentWanted`]: a [`crate::Comment`] on a finding.
pub const COMMENTS: &str = "/api/reviews/{id}/findings/{finding}/comments";
/// DELETE: takes one's own comment back.
pub const COMMENT: &str = "/api/reviews/{id}/findings/{finding}/comments/{comment}";
/// PUT [`crate::AssigneeWanted`]: has somebody take care of a finding; the [`crate::Assignment`]. DELETE: nobody.
pub const ASSIGNEE: &str = "/api/reviews/{id}/findings/{finding}/assignee";
/// POST [`crate::PetitionWanted`]: a [`crate::PetitionSent`]. GET `?state=&before=&limit=`: [`crate::Petition`]s.
pub const PETITIONS: &str = "/api/petitions";
/// GET: a [`crate::Petition`], to a reviewer or with its secret in `x-rasoat-secret`. PATCH [`crate::PetitionChange`].
pub const PETITION: &str = "/api/petitions/{number}";
/// GET `?document=&eid=&as_of=`: a [`crate::ProvisionView`].
pub const PROVISION: &str = "/api/provision";
/// GET `?document=&eid=&as_of=`: a [`crate::StatusReport`].
pub const STATUS: &str = "/api/status";
/// GET `?q=&k=&as_of=&mode=`: [`crate::Hits`].
pub const SEARCH: &str = "/api/search";
/// POST [`crate::AskedQuestion`]: a [`crate::Answer`].
pub const ASK: &str = "/api/ask";
/// GET `?document=&as_of=`: a [`crate::DocumentView`].
pub const DOCUMENT: &str = "/api/document";
/// GET `?document=&from=&to=`: what it read as on two days, [`crate::DocumentChanges`].
pub const DOCUMENT_CHANGES: &str = "/api/document/changes";
/// GET `?document=&eid=&limit=`: who cites it, [`crate::CitingPlaces`].
pub const DOCUMENT_CITING: &str = "/api/document/citing";
/// GET `?q=&limit=`: [`crate::ProcedureRow`]s. POST multipart (`file`, several): [`crate::ProceduresTaken`].
pub const PROCEDURES: &str = "/api/procedures";
/// GET `?as_of=`: a [`crate::ProcedureCard`]. DELETE: takes it away.
pub const PROCEDURE: &str = "/api/procedures/{id}";
/// GET: [`crate::SweepRow`]s.
pub const SWEEPS: &str = "/api/sweeps";
/// GET: the [`crate::Sweep`].
pub const SWEEP: &str = "/api/sweeps/{id}";

/// GET: the [`crate::Session`]. POST [`crate::Login`]: logs in. DELETE: logs out.
pub const SESSION: &str = "/api/session";
/// GET `?after=&limit=&as_of=&kind=`: [`crate::DocumentRow`]s of the corpus, by number.
pub const DOCUMENTS: &str = "/api/documents";
/// GET: [`crate::Import`]s, newest first. POST multipart (`file`, several): a new one.
pub const IMPORTS: &str = "/api/imports";
/// GET: the [`crate::Import`].
pub const IMPORT: &str = "/api/imports/{id}";
/// GET `?state=&document=&after=&limit=`: [`crate::Amendment`]s that could not be applied.
pub const AMENDMENTS: &str = "/api/amendments";
/// GET: the [`crate::Amendment`]. PUT [`crate::AmendmentRulingWanted`]: confirms or dismisses it. DELETE: opens it again.
pub const AMENDMENT: &str = "/api/amendments/{id}";
/// GET `?before=&limit=`: [`crate::EvaluationRun`]s, newest first. POST [`crate::EvaluationRunWanted`]: begins one.
pub const EVALUATION_RUNS: &str = "/api/evaluation-runs";
/// GET: the [`crate::EvaluationRun`]. DELETE: stops it.
pub const EVALUATION_RUN: &str = "/api/evaluation-runs/{id}";
/// GET: [`crate::EvaluationRow`]s.
pub const EVALUATIONS: &str = "/api/evaluations";
/// GET: the report as `rasoat eval` writes it.
pub const EVALUATION: &str = "/api/evaluations/{id}";
/// GET: the same as a page.
pub const EVALUATION_PAGE: &str = "/api/evaluations/{id}/page";
/// GET: the [`crate::Pack`] that a browser loads to review a draft by itself.
pub const PACK: &str = "/api/pack";
/// GET: a part of it or a model, by its checksum.
pub const PACK_PART: &str = "/api/pack/{id}";
/// GET: the report in brief, an [`crate::EvaluationOverview`].
pub const EVALUATION_OVERVIEW: &str = "/api/evaluations/{id}/overview";
/// GET `?suite=&set=`: a [`crate::MeasuredSet`].
pub const EVALUATION_SET: &str = "/api/evaluations/{id}/set";
/// GET `?suite=&set=&system=&imperfect=&item=&from=&limit=&format=`: [`crate::MeasuredItems`], or all as JSON lines.
pub const EVALUATION_ITEMS: &str = "/api/evaluations/{id}/items";
/// GET `?before=&suite=&set=`: a set beside the same of an earlier report, an [`crate::EvaluationComparison`].
pub const EVALUATION_COMPARISON: &str = "/api/evaluations/{id}/comparison";
/// GET: leads to the single sign-on.
pub const SSO: &str = "/api/sso";
/// GET `?code=&state=`: back from the single sign-on; logs in and leads to the page.
pub const SSO_BACK: &str = "/api/sso/back";
/// POST [`crate::PasswordChange`]: another password for oneself.
pub const PASSWORD: &str = "/api/password";
/// GET: one's own [`crate::Token`]s. POST [`crate::TokenWanted`]: a [`crate::TokenMade`].
pub const TOKENS: &str = "/api/tokens";
/// DELETE: takes a token back.
pub const TOKEN: &str = "/api/tokens/{id}";
/// POST [`crate::Invitation`]: an [`crate::InvitationMade`].
pub const INVITATIONS: &str = "/api/invitations";
/// POST [`crate::InvitationTaken`]: makes the account and logs it in.
pub const INVITATION_TAKEN: &str = "/api/invitations/taken";
/// GET: every [`crate::Account`].
pub const ACCOUNTS: &str = "/api/accounts";
/// PATCH [`crate::AccountChange`]: the changed [`crate::Account`].
pub const ACCOUNT: &str = "/api/accounts/{id}";
/// GET: every [`crate::Organisation`]. POST [`crate::OrganisationName`]: a new one.
pub const ORGANISATIONS: &str = "/api/organisations";
/// PATCH [`crate::OrganisationName`]: gives it another name.
pub const ORGANISATION: &str = "/api/organisations/{id}";
/// GET `?after=&limit=`: [`crate::Entry`]s of the record of what was done, in order.
pub const RECORD: &str = "/api/record";

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
