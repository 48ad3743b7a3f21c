//! A PostgreSQL server of a test's own, to be killed: of the same programs as the server that `cargo xtask test` starts.
//!
//! Hard because PostgreSQL refuses to run as root: it runs as whoever owns the other server's data.

use crate::skip;
use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use postgres::{Client, NoTls};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A server on a socket in a folder of its own; it ends with this.
pub struct PostgresServer {
    programs: PathBuf,
    folder: TempDir,
    #[cfg(unix)]
    owner: (u32, u32),
    process: Option<Child>,
}

impl PostgresServer {
    /// A fresh one that runs; `None` where there is no other to take the programs of, and the reason is said.
    ///
    /// # Errors
    /// When it does not start.
    #[cfg(unix)]
    pub fn fresh() -> Result<Option<Self>> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let Some(server) = std::env::var("RASOAT_TEST_POSTGRES").ok().filter(|address| !address.is_empty()) else {
            skip("RASOAT_TEST_POSTGRES names no server; `cargo xtask test` starts one");
            return Ok(None);
        };
        let mut client = Client::connect(&server, NoTls)?;
        let programs: String = client.query_one("SELECT setting FROM pg_config WHERE name = 'BINDIR'", &[])?.get(0);
        let data: String = client.query_one("SHOW data_directory", &[])?.get(0);
        let programs = PathBuf::from(programs);
        let (Ok(about), true) = (std::fs::metadata(&data), programs.join("initdb").exists()) else {
            skip("the server of RASOAT_TEST_POSTGRES is on another machine");
            return Ok(None);
        };
        let owner = (about.uid(), about.gid());
        let folder = tempfile::tempdir()?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
        chown(folder.path(), Some(owner.0), Some(owner.1))?;
        let mut made = Self { programs, folder, owner, process: None };
        let data = made.data();
        let mut initialised = made.program("initdb");
        let done = initialised.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "-D"]).arg(&data).output()?;
        ensure!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
        made.run()?;
        Ok(Some(made))
    }

    /// The address of its database.
    pub fn address(&self) -> String {
        format!("postgresql://postgres:@/postgres?host={}", self.folder.path().display())
    }

    /// Kills it with no chance to end in order, with the processes that serve its connections: those would otherwise go on
    /// until they look for it.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut process = self.process.take().context("it does not run")?;
        let serving = children(process.id());
        process.kill()?;
        process.wait()?;
        for child in serving {
            // One that has ended by itself is gone.
            let _ = kill(Pid::from_raw(child), Signal::SIGKILL);
            while kill(Pid::from_raw(child), None).is_ok() && !is_dead(child) {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(())
    }

    /// Starts it, and waits until it answers.
    ///
    /// # Errors
    /// When it does not answer within a minute.
    pub fn run(&mut self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(60);
        // What was killed leaves its shared memory until the last of its processes is gone.
        while Instant::now() < until {
            let _ = std::fs::remove_file(self.data().join("postmaster.pid"));
            let (folder, data) = (self.folder.path().to_owned(), self.data());
            let mut server = self.program("postgres");
            server.arg("-D").arg(data).arg("-k").arg(folder).args(["-c", "listen_addresses="]);
            let mut process = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            while process.try_wait()?.is_none() && Instant::now() < until {
                if Client::connect(&self.address(), NoTls).is_ok() {
                    self.process = Some(process);
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            let _ = process.kill();
            process.wait()?;
            std::thread::sleep(Duration::from_millis(200));
        }
        anyhow::bail!("the server does not answer")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    #[cfg(unix)]
    fn program(&self, name: &str) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(self.programs.join(name));
        command.uid(self.owner.0).gid(self.owner.1).current_dir(Path::new("/"));
        command
    }
}

/// The state and the parent of a process, where the system tells them in files.
fn stat(pid: i32) -> Option<(String, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // What follows the name, which may itself hold blanks and brackets.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

/// Whether a process is gone, or only waits for somebody to ask how it ended.
fn is_dead(pid: i32) -> bool {
    stat(pid).is_none_or(|(state, _)| state == "Z")
}

fn children(of: u32) -> Vec<i32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| stat(*pid).is_some_and(|(_, parent)| parent == of)).collect()
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
