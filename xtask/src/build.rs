//! What is built, and with which selection of packages.
//!
//! Cargo unifies the features of whatever is selected together. Two commands that select differently can therefore
//! compile the same dependency twice, and candle alone costs minutes. So everything native is built with the one
//! selection of [`native`], tests included; the server alone gets the same features because no test's dependency adds
//! to them (`cargo build --unit-graph` shows it, and is the place to look when something is compiled twice).
//! The front end (leptos) and this program (walrus) do add to them and are therefore built apart from the rest.

use crate::steps::{cargo, say};
use crate::tools::WASM;
use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Artifact, Message};
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Everything that runs natively, but for this program: it is running.
pub fn native(verb: &str) -> Command {
    let mut command = cargo();
    command.args([verb, "--locked", "--workspace", "--exclude", "rasoat-frontend", "--exclude", "xtask"]);
    command
}

/// The front end for a browser, its only home. (The other rooms that run there are linted natively; checking them and
/// candle once more would cost minutes.)
pub fn frontend_for_the_browser(verb: &str) -> Command {
    let mut command = cargo();
    command.args([verb, "--locked", "--target", WASM, "--package", "rasoat-frontend"]);
    command
}

/// Builds the binary `rasoat` for development, and with `tests` every test beside it.
pub fn rasoat(tests: bool) -> Result<PathBuf> {
    let mut command = if tests { native("build") } else { cargo() };
    if tests {
        command.args(["--bins", "--lib", "--tests"]);
    } else {
        command.args(["build", "--locked", "--package", "rasoat-server"]);
    }
    artifact(&mut command, |artifact| {
        let binary = artifact.target.name == "rasoat" && !artifact.profile.test;
        binary.then(|| artifact.executable.as_ref().map(PathBuf::from)).flatten()
    })
}

/// Tests the front end's modules that need no browser, natively and apart from the rest. What they depend on is quicker
/// to compile plainly than it is to optimise. Clippy's driver compiles as rustc does, so that linting needs no pass of its
/// own over all that leptos brings; nothing in the front end is for one target alone.
pub fn frontend_tests() -> Command {
    let mut command = cargo();
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "--deny__CLIPPY_HACKERY__warnings");
    command.args(["test", "--locked", "--package", "rasoat-frontend", "--lib"]);
    command.args(["--config", "profile.dev.package.'*'.opt-level=0"]);
    command
}

/// What a browser loads: the application, a review by itself, and the models, once for each set of instructions.
pub const MODULES: [&str; 4] = ["rasoat_frontend", "rasoat_private", "encoder_relaxed_simd", "encoder_simd128"];

/// Builds the modules for a browser, in the order of [`MODULES`], not yet ready for one: with one command, so that what
/// they share is compiled once and they are linked side by side.
pub fn modules() -> Result<Vec<PathBuf>> {
    let mut command = cargo();
    command.args(["build", "--locked", "--target", WASM, "--profile", "browser", "--lib"]);
    command.args(["--package", "rasoat-frontend", "--package", "rasoat-private", "--package", "rasoat-model"]);
    for name in &MODULES[2..] {
        command.args(["--example", name]);
    }
    let built = artifacts(&mut command, |artifact| {
        let at = MODULES.iter().position(|name| *name == artifact.target.name)?;
        let mut files = artifact.filenames.iter();
        files.find(|file| file.extension() == Some("wasm")).map(|file| (at, PathBuf::from(file)))
    })?;
    let built: BTreeMap<usize, PathBuf> = built.into_iter().collect();
    ensure!(built.len() == MODULES.len(), "the build made no such file");
    Ok(built.into_values().collect())
}

/// Runs a build and returns the file of it that `pick` picks.
fn artifact(command: &mut Command, pick: impl Fn(&Artifact) -> Option<PathBuf>) -> Result<PathBuf> {
    artifacts(command, pick)?.pop().context("the build made no such file")
}

/// Runs a build and returns what `pick` makes of its files.
fn artifacts<T>(command: &mut Command, pick: impl Fn(&Artifact) -> Option<T>) -> Result<Vec<T>> {
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn().context("failed to start cargo")?;
    let stdout = child.stdout.take().context("cargo has no stdout")?;
    let mut picked = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message.context("failed to read what cargo says")? {
            Message::CompilerArtifact(artifact) => picked.extend(pick(&artifact)),
            Message::TextLine(line) => say(&line),
            _ => {}
        }
    }
    let status = child.wait().context("failed to wait for cargo")?;
    if !status.success() {
        bail!("the build ended with {status}");
    }
    Ok(picked)
}
