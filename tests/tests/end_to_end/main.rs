//! The product as its users meet it: the command, the service, the pages in a real browser.
//!
//! One program, so that two threads have work until the last test: `cargo test -p rasoat-tests -- accounts::` runs one
//! suite. What they need is told by variables that `cargo xtask test` sets.
#![expect(clippy::unwrap_used, reason = "a test that does not get what it needs has failed")]

mod accounts;
mod amendments;
mod backup;
mod breakdowns;
mod browser;
mod command_line;
mod database;
mod encoder_in_browser;
mod evaluation;
mod files;
mod golden_vectors;
mod http_api;
mod keeping;
mod kills;
mod operations;
mod pages;
mod private_mode;
mod questions;
mod refusals;
mod several_servers;
mod sweep;
mod workplace;
