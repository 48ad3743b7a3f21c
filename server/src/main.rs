//! The binary `rasoat`: commands, HTTP API, store, jobs. It reads files, asks the other rooms, and shows what they say.

mod accounts;
mod asking;
mod cli;
mod command;
mod configuration;
mod decisions;
mod doctor;
mod evaluate;
mod export;
mod failure;
mod http;
mod import;
mod intake;
mod library;
mod lists;
mod petitions;
mod places;
mod procedures;
mod programs;
mod retention;
mod sealed;
mod session;
mod setup;
mod stop;
mod store;
mod sweep;
mod wire;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json;
    let level = match cli.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let mut filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{level},hnsw_rs=off")));
    // It would log drafts and findings, as parameters of what it asks the database.
    if let Ok(quiet) = "tokio_postgres=warn".parse() {
        filter = filter.add_directive(quiet);
    }
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match intake::configure().and_then(|()| command::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let line = if json {
                serde_json::to_string(&failure.document()).unwrap_or_else(|_| failure.to_string())
            } else {
                failure.to_string()
            };
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(failure.kind as u8)
        }
    }
}
