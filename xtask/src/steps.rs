//! Steps with their seconds, and the commands they run.
//!
//! A step says one line when it is done. In a log that nobody watches (continuous integration) it says one when it
//! starts as well, so that a run that hangs shows where.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The steps of one task, timed.
pub struct Steps {
    headers: bool,
    began: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Steps that speak when they are done.
    pub fn new() -> Self {
        Self { headers: false, began: Instant::now(), done: Vec::new() }
    }

    /// Steps that speak when they start, too.
    pub fn with_headers() -> Self {
        Self { headers: true, ..Self::new() }
    }

    /// Runs one step; the name goes in front of its error.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.headers {
            say(&format!("\n==> {name}"));
        }
        let began = Instant::now();
        let result = work().with_context(|| name.to_owned())?;
        let took = began.elapsed();
        say(&format!("{:>8.1} s  {name}", took.as_secs_f64()));
        self.done.push((name.to_owned(), took));
        Ok(result)
    }

    /// Lists every step with its seconds.
    pub fn summary(&self) {
        say("\nSeconds by step:");
        for (name, took) in &self.done {
            say(&format!("{:>8.1}  {name}", took.as_secs_f64()));
        }
        say(&format!("{:>8.1}  in all", self.began.elapsed().as_secs_f64()));
    }
}

/// One line for the person, on stderr: stdout belongs to the programs that are run.
pub fn say(line: &str) {
    // A closed stderr is no reason to stop building.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// The cargo that runs this task, in the root, without what `cargo run` set for this program only. In continuous
/// integration nothing is built twice and nobody debugs: what serves those only is left out there.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "none");
    }
    command
}

/// A program, to be run in the root.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Runs a command to its end; anything but success is an error that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("failed to start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// What a command prints on stdout, trimmed; `None` when it cannot be started or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The full path of a program on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
