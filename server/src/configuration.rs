//! The configuration: a TOML file, read whole and checked before anything starts. What the command line says goes before
//! it; the environment (`RASOAT_…`) is part of the command line.
//!
//! ```toml
//! [review]
//! without = ["form.numbering"]   # or only = ["basis", "validity"]
//!
//! [serve]
//! listen = "127.0.0.1:8765"
//! waiting = 16                   # reviews that may wait for their turn
//! lease = 30                     # seconds after which a silent process's reviews are taken over by others
//! refresh = 5                    # seconds between looks at what others imported
//! ```

use crate::cli::Checks;
use crate::failure::{Failure, Kind, Result};
use rasoat_api::messages::Message;
use rasoat_assistant::Selection;
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that can be configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// How drafts are reviewed.
    pub review: Review,
    /// How the service runs.
    pub serve: Serve,
}

/// How drafts are reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// Only these checks, by name or group; all where there is none.
    pub only: Vec<String>,
    /// All checks but these.
    pub without: Vec<String>,
}

/// How the service runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Reviews that may wait while one runs; further ones are asked to come again.
    pub waiting: usize,
    /// Seconds after which the reviews of a process that gives no sign of life are taken over by others.
    lease: NonZeroU32,
    /// Seconds between looks at whether another process changed the store's documents.
    refresh: NonZeroU32,
}

impl Serve {
    /// How long a claim on a review is good.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease.get().into())
    }

    /// How long a change by another process may go unseen.
    pub fn refresh(&self) -> Duration {
        Duration::from_secs(self.refresh.get().into())
    }
}

const LEASE: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
const REFRESH: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

impl Default for Serve {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8765)), waiting: 16, lease: LEASE, refresh: REFRESH }
    }
}

impl Configuration {
    /// Reads the file asked for, else the platform's (`rasoat.toml` in its configuration folder) where it stands.
    ///
    /// # Errors
    /// When a file that was asked for is missing; names the file, the line and what is wrong with it.
    pub fn read(asked: Option<&Path>) -> Result<Self> {
        let usual = || directories::ProjectDirs::from("", "", "rasoat").map(|dirs| dirs.config_dir().join(FILE));
        let Some(path) = asked.map(PathBuf::from).or_else(|| usual().filter(|path| path.exists())) else {
            return Ok(Self::default());
        };
        let text = fs_err::read_to_string(&path).map_err(|error| Failure::open(&path, &error))?;
        Self::parse(&text).map_err(|(line, why)| {
            let (file, line) = (path.display().to_string(), line.to_string());
            let values = [("file", file.as_str()), ("line", line.as_str()), ("why", why.as_str())];
            Failure::new(
                Kind::Usage,
                "configuration.invalid",
                Message::BadConfiguration,
                Message::BadConfigurationHint,
                &values,
            )
        })
    }

    /// Reads a file's text; else the line, from 1, and what is wrong there.
    fn parse(text: &str) -> std::result::Result<Self, (usize, String)> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            (1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count(), error.message().to_owned())
        })?;
        for name in read.review.only.iter().chain(&read.review.without) {
            let checks = Checks { only: vec![name.clone()], without: Vec::new() };
            if let Err(failure) = checks.selection() {
                let line = 1 + text.lines().position(|line| line.contains(name.as_str())).unwrap_or(0);
                return Err((line, failure.message));
            }
        }
        Ok(read)
    }

    /// The checks that run: those the command line names, else those of the file.
    ///
    /// # Errors
    /// When a name is no check's and no group's.
    pub fn selection(&self, asked: &Checks) -> Result<Selection> {
        if asked.only.is_empty() && asked.without.is_empty() {
            return Checks { only: self.review.only.clone(), without: self.review.without.clone() }.selection();
        }
        asked.selection()
    }
}

/// The file's name.
const FILE: &str = "rasoat.toml";

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_assistant::Check;

    #[test]
    fn nothing_said_is_the_default_and_everything_can_be_said() {
        assert_eq!(Configuration::parse(""), Ok(Configuration::default()));
        let text = "[review]\nwithout = [\"form.numbering\", \"terms\"]\n\
             [serve]\nlisten = \"0.0.0.0:80\"\nwaiting = 2\nlease = 3\nrefresh = 1\n";
        let read = Configuration::parse(text);
        let serve =
            read.as_ref().map(|read| (read.serve.listen, read.serve.waiting, read.serve.lease())).map_err(Clone::clone);
        assert_eq!(serve, Ok((SocketAddr::from(([0, 0, 0, 0], 80)), 2, Duration::from_secs(3))));
        let usual = Serve::default();
        assert_eq!((usual.lease(), usual.refresh()), (Duration::from_secs(30), Duration::from_secs(5)));
        assert_eq!(read.map(|read| read.review.without.len()), Ok(2));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let line = |text: &str| Configuration::parse(text).map_err(|(line, _)| line);
        assert_eq!(line("[serve]\nlisten = \"127.0.0.1:8765\"\nwaitng = 3\n"), Err(3));
        assert_eq!(line("[serve]\nwaiting = \"many\"\n"), Err(2));
        assert_eq!(line("[serve]\nlisten = \"localhost\"\n"), Err(2));
        assert_eq!(line("[serve]\nwaiting = 3\nlease = 0\n"), Err(3));
        assert_eq!(line("[review]\nonly = [\n  \"basis\",\n  \"nothing.such\",\n]\n"), Err(4));
        assert_eq!(line("[review\n"), Err(1));
    }

    #[test]
    fn the_command_line_goes_before_the_file() -> Result<()> {
        let mut configuration = Configuration::default();
        configuration.review.without = vec!["form".to_owned()];
        let all = Checks::default();
        let chosen = Checks { only: vec!["form".to_owned()], without: Vec::new() };
        assert!(!configuration.selection(&all)?.has(Check::FormNumbering));
        assert!(configuration.selection(&all)?.has(Check::BasisExpired));
        assert!(configuration.selection(&chosen)?.has(Check::FormNumbering));
        assert!(!configuration.selection(&chosen)?.has(Check::BasisExpired));
        Ok(())
    }
}
