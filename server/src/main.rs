//! The binary `rasoat`: commands, HTTP API, store, jobs. It reads files, asks the other rooms, and shows what they say.

mod accounts;
mod amendments;
mod asking;
mod cli;
mod command;
mod configuration;
mod decisions;
mod discussion;
mod doctor;
mod evaluate;
mod export;
mod failure;
mod http;
mod import;
mod intake;
mod library;
mod lists;
mod logging;
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
mod telemetry;
mod tls;
mod wire;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what it says: a slice of a text that panics quotes the text.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "panicked at {place}");
    }));
    let cli = cli::Cli::parse();
    let json = cli.json;
    let ran = configuration::Configuration::read(cli.config.as_deref()).and_then(|configuration| {
        logging::start(configuration.log, cli.verbose);
        intake::configure()?;
        command::run(cli, &configuration)
    });
    match ran {
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
