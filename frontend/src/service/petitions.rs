//! Petitions about provisions.

use super::{Body, Failure, exchange, get, read, send_with};
use crate::address::query;
use rasoat_api::{Petition, PetitionChange, PetitionSent, PetitionWanted, routes};

/// Sends one in.
pub async fn send(wanted: PetitionWanted) -> Result<PetitionSent, Failure> {
    exchange("POST", routes::PETITIONS, &wanted).await
}

/// One as its sender sees it, or as a reviewer does, who needs no secret.
pub async fn petition(number: &str, secret: Option<&str>) -> Result<Petition, Failure> {
    let header = secret.map(|secret| ("x-rasoat-secret", secret));
    read(send_with("GET", &address(number), Body::Nothing, header).await?).await
}

/// Those in a state, newest first; all where it is empty.
pub async fn petitions(state: &str, before: &str, limit: usize) -> Result<Vec<Petition>, Failure> {
    let limit = limit.to_string();
    get(&format!("{}{}", routes::PETITIONS, query(&[("state", state), ("before", before), ("limit", &limit)]))).await
}

/// Changes where one stands.
pub async fn change(number: &str, change: PetitionChange) -> Result<Petition, Failure> {
    exchange("PATCH", &address(number), &change).await
}

fn address(number: &str) -> String {
    routes::PETITION.replace("{number}", number)
}
