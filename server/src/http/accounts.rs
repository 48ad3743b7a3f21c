//! Logging in and out, invitations, accounts, organisations, tokens, and the record of what was done.

use super::problem;
use super::{Answer, Asked, Service, Who, aside, asked, now};
use crate::accounts::{self, login, record};
use crate::failure::{Failure, Kind, Result};
use crate::store::{Tables, within};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Extension, Json, Router};
use rasoat_api::messages::Message;
use rasoat_api::{
    Account, AccountChange, Entry, ErrorDocument, Invitation, InvitationMade, InvitationTaken, Login, Organisation,
    OrganisationName, PasswordChange, Role, Session, Token, TokenMade, TokenWanted, routes,
};
use serde::Deserialize;
use std::sync::Arc;

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route(routes::SESSION, get(session).post(log_in).delete(log_out))
        .route(routes::PASSWORD, post(change_password))
        .route(routes::TOKENS, get(list_tokens).post(make_token))
        .route(routes::TOKEN, delete(drop_token))
        .route(routes::INVITATIONS, post(invite))
        .route(routes::INVITATION_TAKEN, post(take_invitation))
        .route(routes::ACCOUNTS, get(list_accounts))
        .route(routes::ACCOUNT, patch(change_account))
        .route(routes::ORGANISATIONS, get(list_organisations).post(make_organisation))
        .route(routes::ORGANISATION, patch(rename_organisation))
        .route(routes::RECORD, get(list_record))
}

/// A request's JSON.
pub type Sent<T> = std::result::Result<Json<T>, JsonRejection>;

/// What was sent, or what is wrong with it.
pub fn sent<T>(sent: Sent<T>) -> Answer<T> {
    sent.map(|Json(value)| value).map_err(|error| problem::bad_request(&error.body_text()))
}

/// Works with the tables, beside the threads that drive requests.
pub async fn with_tables<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&mut dyn Tables) -> Result<T> + Send + 'static,
) -> Answer<T> {
    let service = Arc::clone(service);
    Ok(aside(move || within(&mut **service.jobs.store(), work)).await?)
}

fn with_cookie(service: &Service, secret: Option<&str>, body: impl IntoResponse) -> Response {
    ([(header::SET_COOKIE, service.access.cookie(secret))], body).into_response()
}

/// Who asks.
#[utoipa::path(get, path = routes::SESSION, responses((status = 200, body = Session)))]
async fn session(State(service): State<Arc<Service>>, Extension(who): Extension<Who>) -> Answer<Json<Session>> {
    let vacant = service.access.required && with_tables(&service, accounts::vacant).await?;
    Ok(Json(told(&service, &who, vacant)))
}

fn told(service: &Service, who: &Who, vacant: bool) -> Session {
    Session {
        account: who.account.clone(),
        role: who.role,
        accounts: service.access.required,
        vacant,
        csrf: who.session.as_deref().map(login::csrf),
        single_sign_on: service.single_sign_on.as_ref().map(|sso| sso.name.clone()),
    }
}

/// Logs in: sets the session's cookie.
#[utoipa::path(post, path = routes::SESSION, request_body = Login, responses((status = 200, body = Session), (status = 400, body = ErrorDocument), (status = 401, body = ErrorDocument), (status = 429, body = ErrorDocument)))]
async fn log_in(State(service): State<Arc<Service>>, request: Request) -> Answer<Response> {
    let client = service.access.client(&request).to_string();
    let Login { login: name, password } = sent(axum::RequestExt::extract(request).await)?;
    let _hashing = service.access.hashing.acquire().await.map_err(Failure::internal)?;
    let (who, knocked, from) = (name.clone(), client.clone(), client.clone());
    let hash = with_tables(&service, move |tables| login::knock(tables, &who, &knocked, now())).await?;
    let right = aside(move || Ok(login::fits(&password, hash.as_deref()))).await?;
    if !right {
        let failure = with_tables(&service, move |tables| {
            record::add(tables, &Who::citizen(), "session.refused", "", "", now())?;
            login::failed(tables, &name, &client, now())
        });
        return Err(failure.await?.into());
    }
    let (account, secret) = with_tables(&service, move |tables| {
        let (account, secret) = login::begin(tables, &name, &from, now())?;
        record::add(tables, &Who::of(account.clone()), "session.begun", &account.id, "", now())?;
        Ok((account, secret))
    })
    .await?;
    let who = Who { session: Some(secret.clone()), ..Who::of(account) };
    Ok(with_cookie(&service, Some(&secret), Json(told(&service, &who, false))))
}

/// Logs out.
#[utoipa::path(delete, path = routes::SESSION, responses((status = 204)))]
async fn log_out(State(service): State<Arc<Service>>, Extension(who): Extension<Who>) -> Answer<Response> {
    if let Some(secret) = who.session.clone() {
        with_tables(&service, move |tables| {
            record::add(tables, &who, "session.ended", &who.id().unwrap_or_default(), "", now())?;
            login::end(tables, &secret)
        })
        .await?;
        service.access.forget();
    }
    Ok(with_cookie(&service, None, StatusCode::NO_CONTENT))
}

/// The account of whoever asks; the table of rights lets nobody else come here.
fn own(who: &Who) -> Result<String> {
    who.id().ok_or_else(|| Failure::internal("a route of one's own without an account"))
}

/// Another password for oneself.
#[utoipa::path(post, path = routes::PASSWORD, request_body = PasswordChange, responses((status = 204), (status = 401, body = ErrorDocument), (status = 422, body = ErrorDocument)))]
async fn change_password(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<PasswordChange>,
) -> Answer<StatusCode> {
    let (id, wanted) = (own(&who)?, sent(wanted)?);
    let name = who.account.as_ref().map(|account| account.login.clone()).unwrap_or_default();
    let _hashing = service.access.hashing.acquire().await.map_err(Failure::internal)?;
    let (account, login) = (id.clone(), name.clone());
    let current = with_tables(&service, move |tables| {
        // Who took a session over must not try passwords here either.
        login::knock(tables, &login, &login::own(&account), now())?;
        login::hash_of(tables, &account)
    })
    .await?;
    let hash = aside(move || {
        let right = login::fits(&wanted.current, current.as_deref());
        right.then(|| login::hash(&wanted.new)).transpose()
    });
    let Some(hash) = hash.await? else {
        let failure = with_tables(&service, move |tables| login::failed(tables, &name, &login::own(&id), now()));
        return Err(failure.await?.into());
    };
    with_tables(&service, move |tables| {
        login::set_password(tables, &id, &hash, who.session.as_deref())?;
        record::add(tables, &who, "account.password", &id, "", now())
    })
    .await?;
    service.access.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// One's own tokens.
#[utoipa::path(get, path = routes::TOKENS, responses((status = 200, body = [Token])))]
async fn list_tokens(State(service): State<Arc<Service>>, Extension(who): Extension<Who>) -> Answer<Json<Vec<Token>>> {
    let id = own(&who)?;
    Ok(Json(with_tables(&service, move |tables| accounts::tokens(tables, &id)).await?))
}

/// Makes a token for programs.
#[utoipa::path(post, path = routes::TOKENS, request_body = TokenWanted, responses((status = 201, body = TokenMade), (status = 400, body = ErrorDocument)))]
async fn make_token(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<TokenWanted>,
) -> Answer<(StatusCode, Json<TokenMade>)> {
    let (id, wanted) = (own(&who)?, sent(wanted)?);
    let made = with_tables(&service, move |tables| {
        let made = accounts::make_token(tables, &id, &wanted, now())?;
        record::add(tables, &who, "token.made", &made.token.id, "", now())?;
        Ok(made)
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// Takes a token back.
#[utoipa::path(delete, path = routes::TOKEN, params(("id" = String, Path)), responses((status = 204), (status = 404, body = ErrorDocument)))]
async fn drop_token(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(token): Path<String>,
) -> Answer<StatusCode> {
    let id = own(&who)?;
    with_tables(&service, move |tables| {
        if !accounts::drop_token(tables, &id, &token)? {
            let (message, hint) = (Message::UnknownToken, Message::AccountHint);
            return Err(Failure::new(Kind::Input, "token.unknown", message, hint, &[("what", &token)]));
        }
        record::add(tables, &who, "token.dropped", &token, "", now())
    })
    .await?;
    service.access.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Invites somebody; the link is handed on by whoever invites.
#[utoipa::path(post, path = routes::INVITATIONS, request_body = Invitation, responses((status = 201, body = InvitationMade), (status = 400, body = ErrorDocument), (status = 404, body = ErrorDocument)))]
async fn invite(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<Invitation>,
) -> Answer<(StatusCode, Json<InvitationMade>)> {
    let wanted = sent(wanted)?;
    let made = with_tables(&service, move |tables| {
        let made = accounts::invite(tables, &wanted, now())?;
        record::add(tables, &who, "invitation.made", &wanted.organisation, wanted.role.code(), now())?;
        Ok(made)
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// Takes an invitation up: makes the account and logs it in.
#[utoipa::path(post, path = routes::INVITATION_TAKEN, request_body = InvitationTaken, responses((status = 201, body = Session), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument), (status = 422, body = ErrorDocument)))]
async fn take_invitation(State(service): State<Arc<Service>>, taken: Sent<InvitationTaken>) -> Answer<Response> {
    let taken = sent(taken)?;
    let _hashing = service.access.hashing.acquire().await.map_err(Failure::internal)?;
    let password = taken.password.clone();
    let hash = aside(move || login::hash(&password)).await?;
    let (account, secret) = with_tables(&service, move |tables| {
        let account = accounts::take_up(tables, &taken, &hash, now())?;
        let secret = login::begin_for(tables, &account, now())?;
        record::add(tables, &Who::of(account.clone()), "account.made", &account.id, account.role.code(), now())?;
        Ok((account, secret))
    })
    .await?;
    let who = Who { session: Some(secret.clone()), ..Who::of(account) };
    let body = (StatusCode::CREATED, Json(told(&service, &who, false)));
    Ok(with_cookie(&service, Some(&secret), body))
}

/// Every account.
#[utoipa::path(get, path = routes::ACCOUNTS, responses((status = 200, body = [Account])))]
async fn list_accounts(State(service): State<Arc<Service>>) -> Answer<Json<Vec<Account>>> {
    Ok(Json(with_tables(&service, accounts::accounts).await?))
}

/// Changes an account's role, its organisation, or whether it may log in; ends its sessions.
#[utoipa::path(patch, path = routes::ACCOUNT, params(("id" = String, Path)), request_body = AccountChange, responses((status = 200, body = Account), (status = 404, body = ErrorDocument), (status = 409, body = ErrorDocument)))]
async fn change_account(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    change: Sent<AccountChange>,
) -> Answer<Json<Account>> {
    let change = sent(change)?;
    let changed = with_tables(&service, move |tables| {
        let account = accounts::change(tables, &id, &change)?;
        let active = if account.active { "active" } else { "closed" };
        let detail = format!("{} {} {active}", account.role.code(), account.organisation.id);
        record::add(tables, &who, "account.changed", &id, &detail, now())?;
        Ok(account)
    })
    .await?;
    service.access.forget();
    Ok(Json(changed))
}

/// Every organisation.
#[utoipa::path(get, path = routes::ORGANISATIONS, responses((status = 200, body = [Organisation])))]
async fn list_organisations(State(service): State<Arc<Service>>) -> Answer<Json<Vec<Organisation>>> {
    Ok(Json(with_tables(&service, accounts::organisations).await?))
}

/// Makes an organisation.
#[utoipa::path(post, path = routes::ORGANISATIONS, request_body = OrganisationName, responses((status = 201, body = Organisation), (status = 400, body = ErrorDocument)))]
async fn make_organisation(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    wanted: Sent<OrganisationName>,
) -> Answer<(StatusCode, Json<Organisation>)> {
    let wanted = sent(wanted)?;
    let made = with_tables(&service, move |tables| {
        let made = accounts::make_organisation(tables, &wanted.name, now())?;
        record::add(tables, &who, "organisation.made", &made.id, &made.name, now())?;
        Ok(made)
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// Gives an organisation another name.
#[utoipa::path(patch, path = routes::ORGANISATION, params(("id" = String, Path)), request_body = OrganisationName, responses((status = 200, body = Organisation), (status = 404, body = ErrorDocument)))]
async fn rename_organisation(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    wanted: Sent<OrganisationName>,
) -> Answer<Json<Organisation>> {
    let wanted = sent(wanted)?;
    let renamed = with_tables(&service, move |tables| {
        let renamed = accounts::rename_organisation(tables, &id, &wanted.name)?;
        record::add(tables, &who, "organisation.renamed", &id, &renamed.name, now())?;
        Ok(renamed)
    })
    .await?;
    service.access.forget();
    Ok(Json(renamed))
}

/// A part of the record.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// The position before the first; 0 by default.
    after: Option<i64>,
    /// How many, at the most 1,000.
    limit: Option<usize>,
}

/// The record of what was done, in order.
#[utoipa::path(get, path = routes::RECORD, params(Part), responses((status = 200, body = [Entry])))]
async fn list_record(State(service): State<Arc<Service>>, part: Asked<Part>) -> Answer<Json<Vec<Entry>>> {
    let part = asked(part)?;
    let (after, limit) = (part.after.unwrap_or(0), part.limit.unwrap_or(100).clamp(1, 1000));
    Ok(Json(with_tables(&service, move |tables| record::entries(tables, after, limit)).await?))
}

/// Makes the link for the first administrator where there is none; gives its secret.
///
/// # Errors
/// When the store refuses.
pub fn first_link(tables: &mut dyn Tables) -> Result<Option<String>> {
    if !accounts::vacant(tables)? {
        return Ok(None);
    }
    let organisation = accounts::first_organisation(tables, now())?.id;
    let made = accounts::invite(tables, &Invitation { role: Role::Administrator, organisation }, now())?;
    record::add(tables, &Who::citizen(), "invitation.made", "local", "administrator", now())?;
    Ok(Some(made.secret))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    session,
    log_in,
    log_out,
    change_password,
    list_tokens,
    make_token,
    drop_token,
    invite,
    take_invitation,
    list_accounts,
    change_account,
    list_organisations,
    make_organisation,
    rename_organisation,
    list_record
))]
pub struct Description;
