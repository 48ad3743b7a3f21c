//! Amendments that could not be applied.

use super::{Body, Failure, exchange, get, tell};
use crate::address::query;
use rasoat_api::{Amendment, AmendmentRulingWanted, routes};

/// Those in a state, in the order of the acts; all where it is empty.
pub async fn amendments(state: &str, after: &str, limit: usize) -> Result<Vec<Amendment>, Failure> {
    let limit = limit.to_string();
    get(&format!("{}{}", routes::AMENDMENTS, query(&[("state", state), ("after", after), ("limit", &limit)]))).await
}

/// One of them.
pub async fn amendment(id: &str) -> Result<Amendment, Failure> {
    get(&address(id)).await
}

/// Says what one does, or that it changes nothing.
pub async fn rule(id: &str, wanted: AmendmentRulingWanted) -> Result<Amendment, Failure> {
    exchange("PUT", &address(id), &wanted).await
}

/// Takes back what was said, and gives what waits again.
pub async fn reopen(id: &str) -> Result<Amendment, Failure> {
    tell("DELETE", &address(id), Body::Nothing).await?;
    amendment(id).await
}

fn address(id: &str) -> String {
    routes::AMENDMENT.replace("{id}", id)
}
