//! Who may do what: one table of routes and rights, held before any handler runs.
//!
//! Hard because a door that is forgotten stands open, so it is the other way round: a route that is not in the table is
//! refused, and a review of another organisation is not there, whoever's handler asks for it. Where accounts are required,
//! whoever asks is known by a token (`Authorization: Bearer`) or by a session's cookie; a browser sends cookies by itself,
//! so what changes something must also bear the session's second secret in a header and come from our own page. Without
//! accounts the machine's owner may do everything, but only under a name of this machine, lest a page elsewhere reach in
//! by a name that it made point here.

use super::problem::Problem;
use super::{Service, aside};
use crate::accounts::{self, Right, Who, login};
use crate::failure::{Failure, Kind, Result};
use crate::store::within;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rasoat_api::messages::Message;
use rasoat_api::routes;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What each route needs, by method.
pub const RIGHTS: &[(&str, &str, Right)] = &[
    ("GET", routes::ABOUT, Right::Read),
    ("GET", routes::OPENAPI, Right::Read),
    ("GET", routes::PROVISION, Right::Read),
    ("GET", routes::STATUS, Right::Read),
    ("GET", routes::SEARCH, Right::Read),
    ("GET", routes::DOCUMENT, Right::Read),
    ("GET", routes::DOCUMENT_CHANGES, Right::Read),
    ("GET", routes::DOCUMENT_CITING, Right::Read),
    ("GET", routes::PROCEDURES, Right::Read),
    ("GET", routes::PROCEDURE, Right::Read),
    ("POST", routes::PROCEDURES, Right::Administer),
    ("DELETE", routes::PROCEDURE, Right::Administer),
    ("GET", routes::SWEEPS, Right::Review),
    ("GET", routes::SWEEP, Right::Review),
    ("POST", routes::ASK, Right::Read),
    ("GET", routes::HEALTH, Right::Read),
    ("GET", routes::READY, Right::Read),
    ("GET", routes::METRICS, Right::Read),
    ("GET", routes::SESSION, Right::Read),
    ("POST", routes::SESSION, Right::Read),
    ("DELETE", routes::SESSION, Right::Read),
    ("GET", routes::SSO, Right::Read),
    ("GET", routes::SSO_BACK, Right::Read),
    ("POST", routes::INVITATION_TAKEN, Right::Read),
    ("POST", routes::PASSWORD, Right::Own),
    ("GET", routes::TOKENS, Right::Own),
    ("POST", routes::TOKENS, Right::Own),
    ("DELETE", routes::TOKEN, Right::Own),
    ("GET", routes::REVIEWS, Right::Review),
    ("POST", routes::REVIEWS, Right::Review),
    ("GET", routes::REVIEW, Right::Review),
    ("DELETE", routes::REVIEW, Right::Review),
    ("GET", routes::REVIEW_EVENTS, Right::Review),
    ("GET", routes::REVIEW_RESULT, Right::Review),
    ("GET", routes::REVIEW_DRAFT, Right::Review),
    ("GET", routes::REVIEW_MAP, Right::Review),
    ("GET", routes::REVIEW_DOCX, Right::Review),
    ("GET", routes::REVIEW_EXPORT, Right::Review),
    ("DELETE", routes::REVIEW_CONTENT, Right::Review),
    ("GET", routes::DECISIONS, Right::Review),
    ("PUT", routes::DECISION, Right::Review),
    ("DELETE", routes::DECISION, Right::Review),
    ("GET", routes::PACK, Right::Review),
    ("GET", routes::PACK_PART, Right::Review),
    ("GET", routes::DISCUSSION, Right::Review),
    ("POST", routes::COMMENTS, Right::Review),
    ("DELETE", routes::COMMENT, Right::Review),
    ("PUT", routes::ASSIGNEE, Right::Review),
    ("DELETE", routes::ASSIGNEE, Right::Review),
    ("POST", routes::PETITIONS, Right::Read),
    ("GET", routes::PETITIONS, Right::Review),
    // Its sender's secret, or the right to review, is asked for where it is read.
    ("GET", routes::PETITION, Right::Read),
    ("PATCH", routes::PETITION, Right::Review),
    ("GET", routes::AMENDMENTS, Right::Review),
    ("GET", routes::AMENDMENT, Right::Review),
    ("PUT", routes::AMENDMENT, Right::Review),
    ("DELETE", routes::AMENDMENT, Right::Review),
    ("GET", routes::ACCOUNTS, Right::Administer),
    ("PATCH", routes::ACCOUNT, Right::Administer),
    ("POST", routes::INVITATIONS, Right::Administer),
    ("GET", routes::ORGANISATIONS, Right::Administer),
    ("POST", routes::ORGANISATIONS, Right::Administer),
    ("PATCH", routes::ORGANISATION, Right::Administer),
    ("GET", routes::RECORD, Right::Administer),
    ("GET", routes::DOCUMENTS, Right::Read),
    ("GET", routes::EVALUATION_RUNS, Right::Evaluate),
    ("POST", routes::EVALUATION_RUNS, Right::Evaluate),
    ("GET", routes::EVALUATION_RUN, Right::Evaluate),
    ("DELETE", routes::EVALUATION_RUN, Right::Evaluate),
    ("GET", routes::EVALUATIONS, Right::Evaluate),
    ("GET", routes::EVALUATION, Right::Evaluate),
    ("GET", routes::EVALUATION_PAGE, Right::Evaluate),
    ("GET", routes::EVALUATION_OVERVIEW, Right::Evaluate),
    ("GET", routes::EVALUATION_SET, Right::Evaluate),
    ("GET", routes::EVALUATION_ITEMS, Right::Evaluate),
    ("GET", routes::EVALUATION_COMPARISON, Right::Evaluate),
    ("GET", routes::IMPORTS, Right::Administer),
    ("POST", routes::IMPORTS, Right::Administer),
    ("GET", routes::IMPORT, Right::Administer),
];

/// The right that a request needs; nothing for what is not in the table.
fn needed(method: &Method, route: &str) -> Option<Right> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    RIGHTS.iter().find(|(known, path, _)| method == *known && *path == route).map(|(_, _, right)| *right)
}

/// How the door is kept.
pub struct Access {
    /// Whether who asks must have an account for more than reading.
    pub required: bool,
    /// The service's own address as browsers see it, where it is configured.
    pub address: Option<String>,
    /// Whether a proxy before the service says whom it speaks for.
    pub behind_proxy: bool,
    /// Whether it can be reached from this machine alone.
    local: bool,
    /// Whether the service itself speaks TLS.
    encrypted: bool,
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    known: Mutex<HashMap<String, (Instant, Who)>>,
    /// One password at a time is hashed: each takes 19 MiB.
    pub hashing: tokio::sync::Semaphore,
}

/// So long is somebody known without asking the store; a session that was ended by another server lasts that much longer.
const KNOWN: Duration = Duration::from_secs(10);
/// The cookie of a session.
const COOKIE: &str = "rasoat-session";

impl Access {
    /// Keeps the door of a service that listens on `listen`.
    pub fn new(configuration: &crate::configuration::Accounts, per_minute: u32, listen: SocketAddr) -> Self {
        let local = listen.ip().is_loopback();
        let limiter = NonZeroU32::new(per_minute).map(|most| RateLimiter::keyed(Quota::per_minute(most)));
        Self {
            // Whoever says how browsers see it, or that a proxy or a single sign-on stands before it, serves others too.
            required: configuration.required.unwrap_or(!local || configuration.serves_others()),
            address: configuration.address.clone(),
            behind_proxy: configuration.behind_proxy,
            local,
            encrypted: false,
            limiter,
            known: Mutex::default(),
            hashing: tokio::sync::Semaphore::new(1),
        }
    }

    /// The same for a service that speaks TLS by itself: its cookies are sent over nothing else.
    pub fn encrypted(self, encrypted: bool) -> Self {
        Self { encrypted, ..self }
    }

    /// Forgets whom it knew, since what they may do has changed.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The cookie that carries a session, or takes it back.
    pub fn cookie(&self, session: Option<&str>) -> String {
        let secure = self.encrypted || self.address.as_deref().is_some_and(|address| address.starts_with("https://"));
        let secure = if secure { "; Secure" } else { "" };
        let (value, age) = session.map_or(("", "; Max-Age=0"), |secret| (secret, ""));
        // Lax, not Strict: whoever comes back from the single sign-on is known at once.
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// Whom a request comes from, as far as it can be told.
    pub fn client(&self, request: &Request) -> IpAddr {
        let direct = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let direct = direct.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        if !self.behind_proxy {
            return network(direct);
        }
        // The last is what the proxy itself added; those before it anyone may have made up.
        let said = request.headers().get_all("x-forwarded-for").iter().next_back();
        let said = said.and_then(|value| value.to_str().ok()).and_then(|list| list.rsplit(',').next());
        network(said.and_then(|last| last.trim().parse().ok()).unwrap_or(direct))
    }

    /// Whether a request comes from this machine itself, and for nobody else: a proxy before the service is on it, too.
    pub fn is_from_here(&self, request: &Request) -> bool {
        let is_passed_on = ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
        (self.behind_proxy || !is_passed_on) && self.client(request).is_loopback()
    }

    /// Refuses what does not come by one of this machine's names.
    fn check_host(&self, headers: &HeaderMap) -> Result<()> {
        if self.required || !self.local {
            return Ok(());
        }
        let forwarded =
            ["forwarded", "x-forwarded-for", "x-forwarded-host"].iter().any(|name| headers.contains_key(*name));
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        if forwarded || !is_this_machine(host) {
            let (message, hint) = (Message::ForeignHost, Message::ForeignHostHint);
            return Err(Failure::new(Kind::Usage, "access.host", message, hint, &[("host", host)]));
        }
        Ok(())
    }

    /// Refuses what a page of another site asks to change.
    fn check_origin(&self, headers: &HeaderMap) -> Result<()> {
        let text = |name: &header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
        let foreign = site.is_some_and(|site| !["same-origin", "none"].contains(&site));
        let origin = text(&header::ORIGIN);
        let ours = origin.is_none_or(|origin| {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            self.address.as_deref() == Some(origin) || text(&header::HOST) == Some(host)
        });
        if foreign || !ours {
            return Err(refusal("access.origin", Message::ForeignOrigin));
        }
        Ok(())
    }
}

/// Whom an address stands for: of IPv6 a subscriber has a whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(at) => match at.to_ipv4_mapped() {
            Some(at) => IpAddr::V4(at),
            None => IpAddr::V6(std::net::Ipv6Addr::from_bits(at.to_bits() >> 64 << 64)),
        },
    }
}

/// A host of the loopback, whatever its port.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn refusal(code: &'static str, message: Message) -> Failure {
    Failure::new(Kind::Usage, code, message, Message::AccessHint, &[])
}

/// Lets a request pass, or does not.
pub async fn admit(State(service): State<Arc<Service>>, mut request: Request, next: Next) -> Response {
    match entry(&service, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn entry(service: &Arc<Service>, request: &mut Request) -> std::result::Result<(), Problem> {
    let access = &service.access;
    access.check_host(request.headers())?;
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // What matched nothing is the page's files, which hold no secret, or an answer that there is no such address.
    let Some(route) = route else { return Ok(()) };
    let changes = !request.method().is_safe();
    if changes {
        access.check_origin(request.headers())?;
    }
    let client = access.client(request);
    let who = identify(service, request.headers(), client).await?;
    let right = needed(request.method(), &route);
    if !right.is_some_and(|right| who.may(right)) {
        return Err(if who.account.is_none() && right.is_some() {
            refusal("account.needed", Message::AccountNeeded).into()
        } else {
            refusal("account.forbidden", Message::Forbidden).into()
        });
    }
    if let Some(session) = who.session.as_deref().filter(|_| changes) {
        let said = request.headers().get("x-rasoat-csrf").and_then(|value| value.to_str().ok());
        // Both are sums of secrets: how far they agree tells nothing.
        if said != Some(login::csrf(session).as_str()) {
            return Err(refusal("access.csrf", Message::MissingCsrf).into());
        }
    }
    if route.starts_with(routes::REVIEW) {
        let id = request.uri().path().split('/').nth(3).unwrap_or_default().to_owned();
        let (service, organisation) = (Arc::clone(service), who.organisation.clone());
        aside(move || service.jobs.seen_by(&organisation, &id)).await?;
    }
    request.extensions_mut().insert(who);
    Ok(())
}

/// Who a request's token or cookie says it is from.
async fn identify(service: &Arc<Service>, headers: &HeaderMap, client: IpAddr) -> std::result::Result<Who, Problem> {
    if !service.access.required {
        return Ok(Who::owner());
    }
    let text = |name: &header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let token = text(&header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let session = cookies.flat_map(|list| list.split(';')).find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        (name == COOKIE && !value.is_empty()).then(|| value.to_owned())
    });
    let (secret, by_token) = match (token, session) {
        (Some(token), _) => (token, true),
        (None, Some(session)) => (session, false),
        (None, None) => {
            slow(&service.access, client)?;
            return Ok(Who::citizen());
        }
    };
    let key = format!("{by_token} {secret}");
    let remembered = service.access.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some((_, who)) = remembered.filter(|(since, _)| since.elapsed() < KNOWN) {
        return Ok(who);
    }
    // Before the store is asked: whoever makes secrets up gets no further than a citizen.
    slow(&service.access, client)?;
    let asked = Arc::clone(service);
    let found = aside(move || {
        let now = super::now();
        within(&mut **asked.jobs.store(), |tables| match by_token {
            true => accounts::bearer(tables, &secret, now),
            false => login::find(tables, &secret, now),
        })
    })
    .await?;
    match found {
        Some(who) => {
            let mut known = service.access.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|_, (since, _)| since.elapsed() < KNOWN);
            known.insert(key, (Instant::now(), who.clone()));
            Ok(who)
        }
        // A cookie that has lapsed makes a citizen, who can still read; a program should hear that its token has.
        None if by_token => Err(refusal("account.token", Message::UnknownToken).into()),
        None => Ok(Who::citizen()),
    }
}

/// Lets those without an account ask so many times a minute.
fn slow(access: &Access, client: IpAddr) -> std::result::Result<(), Problem> {
    let Some(limiter) = &access.limiter else { return Ok(()) };
    if limiter.len() > 10_000 {
        limiter.retain_recent();
    }
    limiter.check_key(&client).map_err(|until| {
        let seconds = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        let failure = refusal("access.too_many", Message::TooManyRequests);
        Problem::new(StatusCode::TOO_MANY_REQUESTS, failure).after(seconds)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn what_comes_from_this_machine_is_told_from_what_is_passed_on() {
        let configured = |behind_proxy| crate::configuration::Accounts { behind_proxy, ..Default::default() };
        let from_here = |behind_proxy: bool, peer: [u8; 4], passed_on: Option<&str>| {
            let access = Access::new(&configured(behind_proxy), 0, SocketAddr::from(([127, 0, 0, 1], 1)));
            let mut request = Request::new(axum::body::Body::empty());
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 1))));
            if let Some(of) = passed_on.and_then(|of| of.parse().ok()) {
                request.headers_mut().insert("x-forwarded-for", of);
            }
            access.is_from_here(&request)
        };
        let (here, elsewhere) = ([127, 0, 0, 1], [192, 0, 2, 7]);
        assert!(from_here(false, here, None) && !from_here(false, elsewhere, None));
        assert!(!from_here(false, here, Some("127.0.0.1")), "a proxy nobody told of");
        assert!(from_here(true, here, Some("127.0.0.1")));
        assert!(!from_here(true, here, Some("127.0.0.1, 192.0.2.7")), "what the proxy adds counts");
    }

    #[test]
    fn a_machine_has_its_own_names_and_no_others() {
        let check = |host: &str, wanted: bool| assert_eq!(is_this_machine(host), wanted, "{host}");
        for host in ["localhost", "LOCALHOST:8765", "127.0.0.1:80", "127.8.9.1", "[::1]:8765"] {
            check(host, true);
        }
        for host in ["", "example.vn", "localhost.example.vn:80", "10.0.0.1", "[::2]", "127.0.0.1.example.vn"] {
            check(host, false);
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let of = |address: &str| network(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8:0:0:ffff::2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:1.2.3.4"), of("1.2.3.4"));
        assert_ne!(of("1.2.3.4"), of("1.2.3.5"));
    }

    #[test]
    fn what_another_site_asks_to_change_is_refused() {
        let listen = SocketAddr::from(([127, 0, 0, 1], 80));
        let settings = crate::configuration::Accounts { address: Some("https://ra.vn".into()), ..Default::default() };
        assert!(Access::new(&settings, 0, listen).required, "an address for others");
        assert!(!Access::new(&Default::default(), 0, listen).required, "this machine alone");
        let access = Access::new(&settings, 0, listen);
        let check = |pairs: &[(&'static str, &'static str)], wanted: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(access.check_origin(&headers).is_ok(), wanted, "{pairs:?}");
        };
        check(&[("host", "may:80")], true);
        check(&[("host", "may:80"), ("origin", "http://may:80")], true);
        check(&[("host", "may:80"), ("origin", "https://ra.vn")], true);
        check(&[("host", "may:80"), ("origin", "https://ra.vn.example")], false);
        check(&[("host", "may:80"), ("origin", "null")], false);
        check(&[("host", "may:80"), ("sec-fetch-site", "cross-site")], false);
        check(&[("host", "may:80"), ("sec-fetch-site", "same-site")], false);
        check(&[("host", "may:80"), ("sec-fetch-site", "same-origin")], true);
    }

    #[test]
    fn the_cookie_is_for_this_site_alone_and_secure_where_the_address_is() {
        let listen = SocketAddr::from(([0, 0, 0, 0], 80));
        let mut settings = crate::configuration::Accounts::default();
        let plain = Access::new(&settings, 0, listen);
        assert_eq!(plain.cookie(Some("s")), "rasoat-session=s; Path=/; HttpOnly; SameSite=Lax");
        assert!(plain.required, "beyond this machine accounts are required");
        settings.address = Some("https://ra.vn".into());
        let secure = Access::new(&settings, 0, listen);
        assert!(secure.cookie(None).ends_with("SameSite=Lax; Secure; Max-Age=0"));
    }
}
