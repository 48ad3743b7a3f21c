//! Sessions, one's own account, and what administrators keep.

use super::{Body, Failure, exchange, get, json, tell};
use crate::address::query;
use rasoat_api::{
    Account, AccountChange, Entry, Invitation, InvitationMade, InvitationTaken, Login, Organisation, OrganisationName,
    PasswordChange, Session, Token, TokenMade, TokenWanted, routes,
};

/// Who asks.
pub async fn session() -> Result<Session, Failure> {
    get(routes::SESSION).await
}

/// Logs in.
pub async fn log_in(login: Login) -> Result<Session, Failure> {
    exchange("POST", routes::SESSION, &login).await
}

/// Logs out.
pub async fn log_out() -> Result<(), Failure> {
    tell("DELETE", routes::SESSION, Body::Nothing).await
}

/// Takes an invitation up.
pub async fn take_up(taken: InvitationTaken) -> Result<Session, Failure> {
    exchange("POST", routes::INVITATION_TAKEN, &taken).await
}

/// Gives oneself another password.
pub async fn change_password(change: PasswordChange) -> Result<(), Failure> {
    tell("POST", routes::PASSWORD, json(&change)).await
}

/// One's own tokens.
pub async fn tokens() -> Result<Vec<Token>, Failure> {
    get(routes::TOKENS).await
}

/// Makes a token.
pub async fn make_token(wanted: TokenWanted) -> Result<TokenMade, Failure> {
    exchange("POST", routes::TOKENS, &wanted).await
}

/// Takes a token back.
pub async fn drop_token(id: String) -> Result<(), Failure> {
    tell("DELETE", &routes::with_id(routes::TOKEN, &id), Body::Nothing).await
}

/// Every account.
pub async fn accounts() -> Result<Vec<Account>, Failure> {
    get(routes::ACCOUNTS).await
}

/// Changes an account.
pub async fn change_account(id: String, change: AccountChange) -> Result<Account, Failure> {
    exchange("PATCH", &routes::with_id(routes::ACCOUNT, &id), &change).await
}

/// Invites somebody.
pub async fn invite(wanted: Invitation) -> Result<InvitationMade, Failure> {
    exchange("POST", routes::INVITATIONS, &wanted).await
}

/// Every organisation.
pub async fn organisations() -> Result<Vec<Organisation>, Failure> {
    get(routes::ORGANISATIONS).await
}

/// Makes an organisation.
pub async fn make_organisation(name: String) -> Result<Organisation, Failure> {
    exchange("POST", routes::ORGANISATIONS, &OrganisationName { name }).await
}

/// Gives an organisation another name.
pub async fn rename_organisation(id: String, name: String) -> Result<Organisation, Failure> {
    exchange("PATCH", &routes::with_id(routes::ORGANISATION, &id), &OrganisationName { name }).await
}

/// Entries of the record after a position.
pub async fn record(after: i64, limit: usize) -> Result<Vec<Entry>, Failure> {
    let (after, limit) = (after.to_string(), limit.to_string());
    get(&format!("{}{}", routes::RECORD, query(&[("after", &after), ("limit", &limit)]))).await
}
