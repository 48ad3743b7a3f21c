//! What reviewers decided on findings.

use super::{Body, Failure, exchange, get, private, tell};
use rasoat_api::{Decision, DecisionWanted, routes};

/// Those on a review.
pub async fn on(review: &str) -> Result<Vec<Decision>, Failure> {
    if private::is_private(review) {
        return private::decisions(review);
    }
    get(&routes::with_id(routes::DECISIONS, review)).await
}

/// Decides a finding.
pub async fn decide(review: &str, finding: &str, wanted: DecisionWanted) -> Result<Decision, Failure> {
    if private::is_private(review) {
        return private::decide(review, finding, wanted);
    }
    exchange("PUT", &address(review, finding), &wanted).await
}

/// Takes what was decided on a finding back.
pub async fn take_back(review: &str, finding: &str) -> Result<(), Failure> {
    if private::is_private(review) {
        return private::take_back(review, finding);
    }
    tell("DELETE", &address(review, finding), Body::Nothing).await
}

fn address(review: &str, finding: &str) -> String {
    routes::with_id(routes::DECISION, review).replace("{finding}", finding)
}
