//! What a person types: `cargo xtask demo`, `setup`, `web`, `lint`, `test`, `dist`, `bench`.
//!
//! Hard because one clean clone must become a running program without anyone reading a manual, and because two cores
//! have to build it natively and for the browser within a test run: what is built, and with which selection of
//! packages, is therefore written down once, in [`build`]. No product code lives here.

mod bench;
mod build;
mod demo;
mod dist;
mod fonts;
mod licences;
mod lint;
mod postgres;
mod steps;
mod test;
mod tools;
mod web;

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::process::ExitCode;
use steps::Steps;

/// Tasks of the Rasoat workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything, install the models and the corpus, review a sample draft, open the application
    Demo {
        /// Stop after the review instead of serving the application
        #[arg(long)]
        no_serve: bool,
        /// Address the application listens on
        #[arg(long, default_value = "127.0.0.1:8765")]
        listen: SocketAddr,
    },
    /// Build everything and install the models and the corpus
    Setup,
    /// Build the front end into target/web
    Web,
    /// Formatting, clippy, documentation and licences
    Lint,
    /// Everything continuous integration runs
    Test,
    /// Measure beside a peer
    Bench {
        #[command(subcommand)]
        what: bench::Bench,
    },
    /// Build the binary for release into target/dist
    Dist,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Demo { no_serve, listen } => demo::run(&mut Steps::new(), no_serve, listen),
        Task::Setup => demo::setup(&mut Steps::new()).map(drop),
        Task::Web => demo::web(&mut Steps::new()),
        Task::Lint => lint::run(&mut Steps::with_headers()),
        Task::Test => test::run(&mut Steps::with_headers()),
        Task::Bench { what } => bench::run(what),
        Task::Dist => dist::run(&mut Steps::new()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            steps::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
