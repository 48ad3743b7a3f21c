//! The binary `rasoat`, run as a person runs it.

use crate::skip;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The program with the store it is to use.
pub struct Rasoat {
    binary: PathBuf,
    /// A folder, or the address of a database.
    store: PathBuf,
    /// Keeps a store of the test's own until the test ends; what is made from a database is kept there as well.
    own: Option<TempDir>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Outcome {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// The program over the store that holds the corpus, which no test may change; `None` when there is none, and the
/// reason is said.
pub fn with_corpus() -> Option<Rasoat> {
    let binary = binary()?;
    let Some(store) = std::env::var_os("RASOAT_E2E_STORE").map(PathBuf::from).filter(|store| store.is_dir()) else {
        skip("RASOAT_E2E_STORE names no store with the corpus; `cargo xtask test` prepares one");
        return None;
    };
    Some(Rasoat { binary, store, own: None })
}

/// The program over a copy of the store that holds the corpus, for tests that write.
pub fn with_copied_corpus() -> Option<Rasoat> {
    let shared = with_corpus()?;
    let own = tempfile::tempdir().expect("a temporary folder can be made");
    copy(&shared.store, own.path()).expect("the store can be copied");
    Some(Rasoat { store: own.path().to_owned(), own: Some(own), ..shared })
}

/// The program over a store of its own, still empty; `None` when it is not built, and the reason is said.
pub fn with_empty_store() -> Option<Rasoat> {
    let binary = binary()?;
    let own = tempfile::tempdir().expect("a temporary folder can be made");
    Some(Rasoat { binary, store: own.path().join("store"), own: Some(own) })
}

/// The program over a database as its store.
pub fn with_database(address: &str) -> Option<Rasoat> {
    let own = tempfile::tempdir().expect("a temporary folder can be made");
    Some(Rasoat { binary: binary()?, store: address.into(), own: Some(own) })
}

impl Rasoat {
    /// The database of its store.
    pub fn database(&self) -> PathBuf {
        self.store.join("rasoat.sqlite")
    }

    /// Where its store lies.
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// The program with arguments, ready to be changed further and started.
    pub fn command<I: IntoIterator<Item = impl AsRef<OsStr>>>(&self, arguments: I) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--store").arg(&self.store).args(arguments);
        command
            .env_remove("RASOAT_STORE")
            .env_remove("RASOAT_LANG")
            .env_remove("RUST_BACKTRACE")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        // What is made from a database is kept with what other programs, too, keep for a while.
        if let Some(own) = self.own.as_ref().filter(|_| self.store.to_string_lossy().starts_with("postgres")) {
            command.env("XDG_CACHE_HOME", own.path());
        }
        command
    }

    /// Runs it to its end.
    pub fn run<I: IntoIterator<Item = impl AsRef<OsStr>>>(&self, arguments: I) -> Result<Outcome> {
        outcome(self.command(arguments))
    }

    /// Runs it to its end with a text on its standard input.
    pub fn run_with_input<I: IntoIterator<Item = impl AsRef<OsStr>>>(
        &self,
        arguments: I,
        input: &str,
    ) -> Result<Outcome> {
        let mut child =
            self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().context("the program has no standard input")?;
        let input = input.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output()?;
        // A program that ends before it has read everything closes the pipe: its exit code tells more.
        let _ = writer.join();
        Ok(Outcome::from(output))
    }

    /// Runs it with `--json`, expects success, and reads what it printed.
    pub fn json<I: IntoIterator<Item = impl AsRef<OsStr>>>(&self, arguments: I) -> Result<Value> {
        self.run(arguments)?.json()
    }

    /// Starts it and leaves it running.
    pub fn start<I: IntoIterator<Item = impl AsRef<OsStr>>>(&self, arguments: I) -> Result<Child> {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().context("failed to start the program")
    }
}

impl Outcome {
    /// What a successful run printed, as JSON.
    pub fn json(&self) -> Result<Value> {
        ensure!(self.code == Some(0), "exit code {:?}: {}", self.code, self.stderr);
        serde_json::from_str(&self.stdout).with_context(|| format!("not JSON: {}", self.stdout))
    }

    /// What a successful run printed, as JSON lines.
    pub fn json_lines(&self) -> Result<Vec<Value>> {
        ensure!(self.code == Some(0), "exit code {:?}: {}", self.code, self.stderr);
        let lines = self.stdout.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))).collect()
    }

    /// Asserts that it failed as a program should: the exit code, exactly one line on stderr, no trace of a panic.
    pub fn assert_refused(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "one line, no more: {self:?}");
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("backtrace"), "{self:?}");
    }

    /// Asserts that it failed with `--json` as contracted: the exit code and an error object of three texts.
    pub fn assert_refused_in_json(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let printed =
            [&self.stderr, &self.stdout].into_iter().find_map(|text| serde_json::from_str::<Value>(text.trim()).ok());
        let error = printed.unwrap_or_else(|| panic!("no error object: {self:?}"))["error"].clone();
        for field in ["code", "message", "hint"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "no {field}: {self:?}");
        }
    }
}

impl From<std::process::Output> for Outcome {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn outcome(mut command: Command) -> Result<Outcome> {
    Ok(command.output().context("failed to start the program")?.into())
}

/// `RASOAT_BIN`, or the program that was built beside this test.
fn binary() -> Option<PathBuf> {
    let beside = || {
        let test = std::env::current_exe().ok()?;
        Some(test.parent()?.parent()?.join(format!("rasoat{}", std::env::consts::EXE_SUFFIX)))
    };
    let binary = std::env::var_os("RASOAT_BIN").map(PathBuf::from).or_else(beside).filter(|binary| binary.is_file());
    if binary.is_none() {
        skip("the program is not built; `cargo build -p rasoat-server` builds it");
    }
    binary
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        // SQLite's journal comes and goes while other tests read the shared store, and holds nothing that nobody writes.
        if name.to_string_lossy().ends_with("-wal") || name.to_string_lossy().ends_with("-shm") {
            continue;
        }
        let place = to.join(name);
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs_err::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
