//! A PostgreSQL database of a test's own, on the server that `cargo xtask test` starts.

use crate::skip;
use postgres::{Client, NoTls};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A database, dropped with this.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A fresh one; `None` where there is no server, and the reason is said.
    pub fn fresh() -> Option<Self> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let Some(server) = std::env::var("RASOAT_TEST_POSTGRES").ok().filter(|address| !address.is_empty()) else {
            skip("RASOAT_TEST_POSTGRES names no server; `cargo xtask test` starts one");
            return None;
        };
        let name = format!("rasoat_e2e_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        let mut client = Client::connect(&server, NoTls).expect("the server for tests answers");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
        Some(Self { server, name })
    }

    /// The server it is on.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Its address by way of another host, such as a relay's `127.0.0.1:PORT`, with further settings.
    pub fn address_by(&self, host: &str, more: &str) -> String {
        let config: postgres::Config = self.server.parse().expect("the server's address can be read");
        let user = config.get_user().unwrap_or("postgres");
        let password = config.get_password().map(|word| format!(":{}", String::from_utf8_lossy(word)));
        format!("postgres://{user}{}@{host}/{}{more}", password.unwrap_or_default(), self.name)
    }

    /// Its address.
    pub fn address(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}dbname={}", self.server, self.name)
    }

    /// A connection to it, behind the program's back.
    pub fn client(&self) -> Client {
        Client::connect(&self.address(), NoTls).expect("the server for tests answers")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // A server that is gone took it along.
        let _ = Client::connect(&self.server, NoTls).and_then(|mut client| client.batch_execute(&drop));
    }
}
