//! Whether a connection to PostgreSQL is encrypted, and whom it trusts, as an address says it (`sslmode`, `sslrootcert`).
//!
//! Hard because libpq's `require` encrypts for whoever answers: here every mode that encrypts also verifies the server's
//! certificate and its name, by the roots of the system or of a file. What the driver does not know of these options is
//! taken out of the address before it reads it.

use super::why;
use crate::failure::{Failure, Kind, Result};
use crate::tls;
use percent_encoding::percent_decode_str;
use postgres::config::Host;
use postgres::{Client, Config, NoTls};
use rasoat_api::messages::Message;
use std::path::{Path, PathBuf};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How connections to a server are made.
#[derive(Clone)]
pub enum Encryption {
    /// As they are.
    Plain,
    /// By TLS, the server's certificate verified.
    Verified(Box<MakeRustlsConnect>),
}

/// What an address says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wanted {
    encrypted: bool,
    /// A file of roots; the system's where there is none.
    roots: Option<PathBuf>,
}

/// An address as the driver reads it, without what it does not know.
pub fn understood(address: &str) -> String {
    split(address).0
}

fn split(address: &str) -> (String, Wanted) {
    let mut wanted = Wanted::default();
    let Some((start, query)) = address.split_once('?') else { return (address.to_owned(), wanted) };
    let mut kept: Vec<&str> = Vec::new();
    for option in query.split('&') {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match (name, value) {
            ("sslmode", "require" | "verify-ca" | "verify-full") => {
                wanted.encrypted = true;
                kept.push("sslmode=require");
            }
            ("sslrootcert", file) => {
                let file = percent_decode_str(file).decode_utf8_lossy().into_owned();
                wanted.roots = (file != "system").then(|| file.into());
            }
            _ => kept.push(option),
        }
    }
    // Who names a root wants it used.
    if query.split('&').any(|option| option.starts_with("sslrootcert=")) && !wanted.encrypted {
        wanted.encrypted = true;
        kept.retain(|option| !option.starts_with("sslmode="));
        kept.push("sslmode=require");
    }
    let joint = if kept.is_empty() { "" } else { "?" };
    (format!("{start}{joint}{}", kept.join("&")), wanted)
}

impl Encryption {
    /// What an address asks for.
    ///
    /// # Errors
    /// When the roots it names cannot be read, or the system has none.
    pub fn of(address: &str, config: &Config) -> Result<Self> {
        let (_, wanted) = split(address);
        if !wanted.encrypted {
            if config.get_hosts().iter().any(is_elsewhere) {
                tracing::warn!("the connection to the store is not encrypted; `sslmode=require` in its address is");
            }
            return Ok(Self::Plain);
        }
        let roots = tls::roots(wanted.roots.as_deref().map(Path::new))?;
        let settings = rustls::ClientConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(Failure::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self::Verified(Box::new(MakeRustlsConnect::new(settings))))
    }

    /// Connects.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or is not trusted.
    pub fn connect(&self, config: &Config) -> std::result::Result<Client, postgres::Error> {
        match self {
            Self::Plain => config.connect(NoTls),
            Self::Verified(tls) => config.connect((**tls).clone()),
        }
    }
}

/// Whether a host is reached over a network.
fn is_elsewhere(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name != "localhost" && !name.parse::<std::net::IpAddr>().is_ok_and(|at| at.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => false,
    }
}

/// A connection that could not be made: the server is away, or it is not who it should be.
pub fn failure(error: &postgres::Error, shown: &str) -> Failure {
    let why = why(error);
    let values = [("store", shown), ("why", why.as_str())];
    if is_untrusted(error) {
        let (message, hint) = (Message::StoreUntrusted, Message::StoreUntrustedHint);
        return Failure::new(Kind::Missing, "store.untrusted", message, hint, &values);
    }
    let (message, hint) = (Message::StoreUnreachable, Message::StoreUnreachableHint);
    Failure::new(Kind::Missing, "store.unreachable", message, hint, &values)
}

fn is_untrusted(error: &postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let within = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if within.is_some_and(|inner| matches!(inner.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))) {
            return true;
        }
        source = cause.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_does_not_know_is_taken_out_and_every_mode_that_encrypts_verifies() {
        let check = |query: &str, understood: &str, encrypted: bool, roots: Option<&str>| {
            let (address, wanted) = split(&format!("postgres://an@may/luat{query}"));
            assert_eq!(address, format!("postgres://an@may/luat{understood}"), "{query}");
            assert_eq!(wanted, Wanted { encrypted, roots: roots.map(PathBuf::from) }, "{query}");
        };
        check("", "", false, None);
        check("?user=an&sslmode=disable", "?user=an&sslmode=disable", false, None);
        check("?sslmode=prefer", "?sslmode=prefer", false, None);
        for mode in ["require", "verify-ca", "verify-full"] {
            check(&format!("?sslmode={mode}&user=an"), "?sslmode=require&user=an", true, None);
        }
        check("?sslmode=require&sslrootcert=%2Fa%20b%2Froot.pem", "?sslmode=require", true, Some("/a b/root.pem"));
        check("?sslrootcert=system", "?sslmode=require", true, None);
        check("?sslmode=prefer&sslrootcert=r.pem&user=an", "?user=an&sslmode=require", true, Some("r.pem"));
    }
}
