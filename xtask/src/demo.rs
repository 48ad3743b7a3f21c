//! From a clean clone to a review in a browser.

use crate::steps::{Steps, program, root, run as run_command, say};
use crate::{build, tools, web as frontend};
use anyhow::Result;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The draft that is reviewed, and the day it is held against the law.
const DRAFT: &str = "samples/nghi-dinh-lao-dong/draft.docx";
const AS_OF: &str = "2026-11-21";

/// Builds, installs, reviews the sample draft and serves the application.
pub fn run(steps: &mut Steps, no_serve: bool, listen: SocketAddr) -> Result<()> {
    let rasoat = setup(steps)?;
    let name = format!("review {DRAFT} as of {AS_OF}");
    steps.step(&name, || run_command(program(&rasoat).args(["review", DRAFT, "--as-of", AS_OF])))?;
    if no_serve {
        say(&format!("Serve the application with: {} serve --listen {listen}", rasoat.display()));
        return Ok(());
    }
    say(&format!("The application: http://{listen} (Ctrl+C ends it)"));
    become_program(program(&rasoat).args(["serve", "--listen", &listen.to_string()]))
}

/// Builds everything and installs the models and the corpus; the answer is the binary.
pub fn setup(steps: &mut Steps) -> Result<PathBuf> {
    web(steps)?;
    let rasoat = steps.step("build rasoat", || build::rasoat(false))?;
    steps.step("install the models and the corpus", || run_command(program(&rasoat).arg("setup")))?;
    steps.step("import the corpus", || run_command(program(&rasoat).args(["import", "--corpus"])))?;
    Ok(rasoat)
}

/// Builds the front end.
pub fn web(steps: &mut Steps) -> Result<()> {
    fs_err::create_dir_all(root().join("target"))?;
    steps.step("check the tools", tools::check)?;
    steps.step("build the front end", frontend::build)?;
    Ok(())
}

/// Hands this process over to a program that runs until it is stopped.
#[cfg(unix)]
fn become_program(command: &mut std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_program(command: &mut std::process::Command) -> Result<()> {
    run_command(command)
}
