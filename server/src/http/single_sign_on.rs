//! Single sign-on by OpenID Connect (Core 1.0): authorisation code with PKCE (RFC 7636).
//!
//! Hard because what comes back comes through the browser: the state says that it is the answer to our own question, the
//! nonce that the token was made for it, the verifier that nobody else can use the code. All three wait in a cookie of
//! ten minutes, so that any server of several can take the answer. The provider's word is its signed token; its keys are
//! discovered anew each time, since logins are rare and keys change.

use super::problem::Problem;
use super::{Answer, Asked, Service, aside, asked, now};
use crate::accounts::{self, Who, login, record};
use crate::configuration::Configuration;
use crate::failure::{Failure, Kind, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use rasoat_api::messages::Message;
use rasoat_api::{ErrorDocument, Role, routes};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The cookie that waits for the answer.
const COOKIE: &str = "rasoat-sso";

/// A configured single sign-on.
pub struct SingleSignOn {
    /// As people know it.
    pub name: String,
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    secure: bool,
    role: Role,
    agent: ureq::Agent,
}

impl SingleSignOn {
    /// The one that is configured, where one is.
    ///
    /// # Errors
    /// When the file of the secret cannot be read or an address is none.
    pub fn new(configuration: &Configuration) -> Result<Option<Self>> {
        let Some(sso) = &configuration.sso else { return Ok(None) };
        let file = &sso.secret_file;
        let secret = fs_err::read_to_string(file).map_err(|error| Failure::open(file, &error))?;
        let address = configuration.accounts.address.clone().unwrap_or_default();
        // What it answers is a few kilobytes, at once or never.
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .new_agent();
        Ok(Some(Self {
            name: sso.name.clone(),
            issuer: IssuerUrl::new(sso.issuer.clone()).map_err(Failure::internal)?,
            client: ClientId::new(sso.client.clone()),
            secret: ClientSecret::new(secret.trim().to_owned()),
            back: RedirectUrl::new(format!("{address}{}", routes::SSO_BACK)).map_err(Failure::internal)?,
            secure: address.starts_with("https://"),
            role: sso.role,
            agent,
        }))
    }

    fn fetch(&self, request: HttpRequest) -> std::result::Result<HttpResponse, ureq::Error> {
        let (parts, mut body) = self.agent.run(request)?.into_parts();
        Ok(HttpResponse::from_parts(parts, body.with_config().limit(1 << 20).read_to_vec()?))
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        let why = why.to_string();
        let values = [("name", self.name.as_str()), ("why", why.as_str())];
        Failure::new(Kind::Missing, "sso.failed", Message::SsoFailed, Message::SsoFailedHint, &values)
    }

    fn discover(&self) -> Result<CoreProviderMetadata> {
        CoreProviderMetadata::discover(&self.issuer, &|request| self.fetch(request))
            .map_err(|error| self.failed(told(&error)))
    }

    /// Where to send somebody, and what waits for their return.
    fn question(&self) -> Result<(String, String)> {
        let client =
            CoreClient::from_provider_metadata(self.discover()?, self.client.clone(), Some(self.secret.clone()))
                .set_redirect_uri(self.back.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        // None of the three has a dot: they are base64url.
        Ok((url.to_string(), format!("{}.{}.{}", state.secret(), nonce.secret(), verifier.secret())))
    }

    /// Who came back, by the provider's word: their subject there and their name.
    fn answer(&self, waiting: &str, code: String, state: &str) -> Result<(String, String)> {
        let mut parts = waiting.split('.');
        let (Some(wanted), Some(nonce), Some(verifier)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(self.failed("cookie"));
        };
        if wanted != state {
            return Err(self.failed("state"));
        }
        let client =
            CoreClient::from_provider_metadata(self.discover()?, self.client.clone(), Some(self.secret.clone()))
                .set_redirect_uri(self.back.clone());
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| self.failed(error))?;
        let tokens = exchange
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .request(&|request| self.fetch(request))
            .map_err(|error| self.failed(told(&error)))?;
        let token = tokens.id_token().ok_or_else(|| self.failed("id_token"))?;
        let nonce = Nonce::new(nonce.to_owned());
        let claims = token.claims(&client.id_token_verifier(), &nonce).map_err(|error| self.failed(told(&error)))?;
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        let name = name.or_else(|| claims.preferred_username().map(|name| name.to_string()));
        let subject = format!("{} {}", self.issuer.as_str(), claims.subject().as_str());
        Ok((subject, name.unwrap_or_else(|| claims.subject().to_string())))
    }

    fn cookie(&self, waiting: Option<&str>) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let (value, age) = waiting.map_or(("", 0), |waiting| (waiting, 600));
        format!("{COOKIE}={value}; Path={}; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", routes::SSO_BACK)
    }
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The routes.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route(routes::SSO, get(go)).route(routes::SSO_BACK, get(back))
}

fn configured(service: &Service) -> Answer<&SingleSignOn> {
    service.single_sign_on.as_ref().ok_or_else(|| {
        let failure = Failure::new(Kind::Input, "sso.unknown", Message::NoSso, Message::AccessHint, &[]);
        Problem::new(StatusCode::NOT_FOUND, failure)
    })
}

/// Leads to the single sign-on.
#[utoipa::path(get, path = routes::SSO, responses((status = 303, description = "on to the single sign-on"), (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)))]
async fn go(State(service): State<Arc<Service>>) -> Answer<Response> {
    configured(&service)?;
    let asking = Arc::clone(&service);
    let question = aside(move || asking.single_sign_on.as_ref().map(SingleSignOn::question).transpose()).await?;
    let (url, waiting) = question.unwrap_or_default();
    let cookie = configured(&service)?.cookie(Some(&waiting));
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, url), (header::SET_COOKIE, cookie)]).into_response())
}

/// What the single sign-on sends back.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Back {
    /// What its token is exchanged for.
    code: Option<String>,
    /// What it was asked with.
    state: Option<String>,
    /// Why it refused.
    error: Option<String>,
}

/// Back from the single sign-on: logs in and leads to the page.
#[utoipa::path(get, path = routes::SSO_BACK, params(Back), responses((status = 303, description = "logged in"), (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)))]
async fn back(State(service): State<Arc<Service>>, headers: HeaderMap, back: Asked<Back>) -> Answer<Response> {
    let sso = configured(&service)?;
    let back = asked(back)?;
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let waiting = cookies.flat_map(|list| list.split(';')).find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        (name == COOKIE).then(|| value.to_owned())
    });
    let (Some(waiting), Some(code), Some(state)) = (waiting, back.code, back.state) else {
        // Its own words are not repeated: anyone may have written them into the address.
        return Err(sso.failed(if back.error.is_some() { "error" } else { "code, state" }).into());
    };
    let asking = Arc::clone(&service);
    let secret = aside(move || {
        let Some(sso) = asking.single_sign_on.as_ref() else { return Ok(None) };
        let (subject, name) = sso.answer(&waiting, code, &state)?;
        let mut store = asking.jobs.store();
        crate::store::within(&mut **store, |tables| {
            let account = accounts::vouched(tables, &subject, &name, sso.role, now())?;
            if !account.active {
                return Err(sso.failed(Message::Forbidden.text(crate::failure::language())));
            }
            record::add(tables, &Who::of(account.clone()), "session.begun", &account.id, "sso", now())?;
            login::begin_for(tables, &account, now()).map(Some)
        })
    })
    .await?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    for cookie in [service.access.cookie(secret.as_deref()), sso.cookie(None)] {
        let value = header::HeaderValue::from_str(&cookie).map_err(Failure::internal)?;
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(go, back))]
pub struct Description;
