//! What reviewers say to one another about findings.

use super::{Body, Failure, exchange, get, tell};
use rasoat_api::{AssigneeWanted, Assignment, Comment, CommentWanted, Discussion, routes};

/// Everything said on a review's findings.
pub async fn of(review: &str) -> Result<Discussion, Failure> {
    get(&routes::with_id(routes::DISCUSSION, review)).await
}

/// Says something on a finding.
pub async fn say(review: &str, finding: &str, text: String) -> Result<Comment, Failure> {
    exchange("POST", &address(routes::COMMENTS, review, finding), &CommentWanted { text }).await
}

/// Takes one's own comment back.
pub async fn unsay(review: &str, finding: &str, comment: &str) -> Result<(), Failure> {
    let address = address(routes::COMMENT, review, finding).replace("{comment}", comment);
    tell("DELETE", &address, Body::Nothing).await
}

/// Has somebody take care of a finding.
pub async fn assign(review: &str, finding: &str, account: String) -> Result<Assignment, Failure> {
    exchange("PUT", &address(routes::ASSIGNEE, review, finding), &AssigneeWanted { account }).await
}

/// Has nobody take care of a finding.
pub async fn release(review: &str, finding: &str) -> Result<(), Failure> {
    tell("DELETE", &address(routes::ASSIGNEE, review, finding), Body::Nothing).await
}

fn address(route: &str, review: &str, finding: &str) -> String {
    routes::with_id(route, review).replace("{finding}", finding)
}
