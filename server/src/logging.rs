//! The log: lines on standard error, for a person or for programs.
//!
//! What may be in it is decided where lines are made: routes, counts, identifiers, causes; never the text of a draft, a
//! question or a password. Other crates' modules, which log what they are given, are held at warnings.

use crate::configuration::{Log, LogFormat, LogLevel};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts it. `RUST_LOG` goes before `-v`, and that before the configuration.
pub fn start(log: Log, verbose: u8) {
    let configured = match log.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    let level = match verbose {
        0 => configured,
        1 => "info",
        _ => "debug",
    };
    // Only our own modules say more than warnings: others log what they are given, a draft's text among it.
    let ours = format!("warn,rasoat={level},tower_http={level},hnsw_rs=off");
    let ours = if level == "error" { "error,hnsw_rs=off".to_owned() } else { ours };
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(ours));
    // Whatever `RUST_LOG` says: these would log drafts, as parameters of what is asked of the database or as what is read
    // and sent.
    let readers = ["html5ever=warn", "markup5ever=warn", "selectors=warn"];
    for quiet in ["tokio_postgres=warn", "hyper=warn", "ureq=warn", "ureq_proto=warn"].into_iter().chain(readers) {
        if let Ok(quiet) = quiet.parse() {
            filter = filter.add_directive(quiet);
        }
    }
    let ansi = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    match log.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
