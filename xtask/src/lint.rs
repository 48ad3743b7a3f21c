//! Formatting, clippy, documentation and licences.

use crate::build::{frontend_for_the_browser, native};
use crate::licences;
use crate::steps::{Steps, cargo, run as run_command};
use anyhow::Result;

/// Runs every check that runs no product code.
pub fn run(steps: &mut Steps) -> Result<()> {
    quick(steps)?;
    thorough(steps)?;
    steps.step("clippy: the front end", || {
        run_command(frontend_for_the_browser("clippy").args(["--", "--deny", "warnings"]))
    })
}

/// What is known within seconds.
pub fn quick(steps: &mut Steps) -> Result<()> {
    steps.step("formatting", || run_command(cargo().args(["fmt", "--all", "--check"])))?;
    steps.step("licences of the dependencies", licences::check)
}

/// What needs every dependency checked first. The front end is not among it: `cargo xtask test` lints it while it compiles
/// its tests.
pub fn thorough(steps: &mut Steps) -> Result<()> {
    let deny = ["--", "--deny", "warnings"];
    steps.step("clippy", || run_command(native("clippy").arg("--all-targets").args(deny)))?;
    steps.step("clippy: xtask", || {
        run_command(cargo().args(["clippy", "--locked", "-p", "xtask", "--all-targets"]).args(deny))
    })?;
    steps.step("documentation", || run_command(native("doc").arg("--no-deps").env("RUSTDOCFLAGS", "--deny warnings")))
}
