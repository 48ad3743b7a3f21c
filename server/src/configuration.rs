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
//! per_minute = 120               # requests a minute from one address without an account; 0: no bound
//!
//! [serve.tls]                    # HTTPS; files are looked for from the configuration's folder
//! certificate = "rasoat.pem"
//! key = "rasoat.key"
//!
//! [log]
//! format = "json"                # or "text"
//! level = "info"                 # error, warn, info, debug
//!
//! [telemetry]
//! otlp = "http://127.0.0.1:4318" # a collector of traces
//!
//! [accounts]
//! required = true                # by default where the service can be reached from other machines
//! address = "https://rasoat.example.vn"   # as browsers see it; with https its cookies are sent over https alone
//! behind_proxy = true            # the last of `X-Forwarded-For` is whom a request comes from
//!
//! [reviews]
//! keep_days = 365                # what reviews were about is erased after so many days; 0: never
//!
//! [store]
//! key_file = "rasoat.key"        # seals what drafts, decisions and petitions say; made by `rasoat key new`
//!
//! [sso]                          # single sign-on by OpenID Connect; needs `accounts.address`
//! name = "VNeID"                 # as people know it
//! issuer = "https://sso.example.vn"
//! client = "rasoat"
//! secret_file = "sso-secret"     # a file that holds the client's secret
//! role = "reviewer"              # what a newcomer is
//!
//! [models]
//! generator = "model.gguf"       # a user's own language model, Qwen 2, Qwen 3 or Gemma 3; none by default
//! generator_seconds = 60         # how long it may write at one answer
//!
//! [corpus]
//! watch = "/srv/van-ban-moi"     # files put here are imported and taken away
//!
//! [evaluation]
//! reports = "/srv/danh-gia"      # a folder of what `rasoat eval -o` wrote
//! data = "/srv/bo-du-lieu"       # the sets that a run of an evaluation may name
//!
//! [sweep]
//! reports = "/srv/ra-soat"       # a folder of what `rasoat sweep -o` wrote
//! ```

use crate::cli::Checks;
use crate::failure::{Failure, Kind, Result};
use rasoat_api::Role;
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
    /// Who may use it.
    pub accounts: Accounts,
    /// How long what was reviewed is kept.
    pub reviews: Reviews,
    /// How it is kept.
    pub store: Kept,
    /// Who else vouches for people.
    pub sso: Option<SingleSignOn>,
    /// Models beside those that the set-up installs.
    pub models: Models,
    /// How the corpus is kept.
    pub corpus: Corpus,
    /// What evaluators see.
    pub evaluation: Evaluation,
    /// What of sweeps is shown.
    pub sweep: Sweep,
    /// What is logged, and how.
    pub log: Log,
    /// Who is told of what the service does.
    pub telemetry: Telemetry,
}

/// What evaluators see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evaluation {
    /// The folder of reports, each a folder that `rasoat eval -o` wrote; `evaluations` beside the store by default.
    pub reports: Option<PathBuf>,
    /// The folder of the sets that a run may name; `evaluation-data` beside the store by default.
    pub data: Option<PathBuf>,
}

/// How long what was reviewed is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reviews {
    /// Days after which a review's content is erased; 0 or nothing: it is kept.
    pub keep_days: Option<u32>,
}

/// How the store keeps what is said in drafts, decisions and petitions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kept {
    /// The file of the key it is sealed with, looked for from the configuration's folder.
    pub key_file: Option<PathBuf>,
}

/// Models beside those that the set-up installs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Models {
    /// A user's own language model, which says answers once more in plain words; looked for from the configuration's
    /// folder.
    pub generator: Option<PathBuf>,
    /// Seconds that it may take at one answer.
    generator_seconds: NonZeroU32,
}

impl Default for Models {
    fn default() -> Self {
        Self { generator: None, generator_seconds: NonZeroU32::MIN.saturating_add(59) }
    }
}

impl Models {
    /// How long the generator may take at one answer.
    pub fn generator_time(&self) -> Duration {
        Duration::from_secs(self.generator_seconds.get().into())
    }
}

/// How the corpus is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Corpus {
    /// A folder whose files are imported, and taken away, once they no longer change.
    pub watch: Option<PathBuf>,
}

/// What of sweeps is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sweep {
    /// The folder of sweeps, each a folder that `rasoat sweep -o` wrote; `sweeps` beside what is made from the store by
    /// default.
    pub reports: Option<PathBuf>,
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
    /// Requests a minute from one address without an account; 0: no bound.
    pub per_minute: u32,
    /// Seconds after which the reviews of a process that gives no sign of life are taken over by others; at most half an
    /// hour, since a claim of more than an hour is one from before the clock was set back.
    lease: NonZeroU32,
    /// Seconds between looks at whether another process changed the store's documents.
    refresh: NonZeroU32,
    /// The certificate of HTTPS; HTTP where there is none.
    pub tls: Option<Tls>,
}

/// A single sign-on that speaks OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleSignOn {
    /// As people know it.
    pub name: String,
    /// Its issuer, from which the rest is discovered.
    pub issuer: String,
    /// What this service is called there.
    pub client: String,
    /// A file that holds the secret of this service there.
    pub secret_file: PathBuf,
    /// What a newcomer is; an administrator may raise it.
    #[serde(default = "newcomer")]
    pub role: Role,
}

fn newcomer() -> Role {
    Role::Reviewer
}

/// Who may use the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// Whether more than reading needs an account; by default where the service can be reached from other machines.
    pub required: Option<bool>,
    /// The address as browsers see it, without a path.
    pub address: Option<String>,
    /// Whether a proxy stands before the service and says whom it speaks for.
    pub behind_proxy: bool,
}

impl Accounts {
    /// Whether somebody beside the machine's owner is meant to use the service, as far as these tell. A single sign-on
    /// needs an address.
    pub fn serves_others(&self) -> bool {
        self.behind_proxy || self.address.is_some()
    }
}

impl Serve {
    /// How long a claim on a review is good.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease.get().min(1800).into())
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
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8765));
        Self { listen, waiting: 16, per_minute: 120, lease: LEASE, refresh: REFRESH, tls: None }
    }
}

/// The files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain in PEM, the service's own certificate first.
    pub certificate: PathBuf,
    /// Its private key in PEM, without a password.
    pub key: PathBuf,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The lines' form.
    pub format: LogFormat,
    /// The least grave line that is written; warnings where nothing is said.
    pub level: LogLevel,
}

/// The form of the log's lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// An object a line.
    Json,
}

/// How grave a line of the log is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What somebody should look at.
    #[default]
    Warn,
    /// What happens, request by request.
    Info,
    /// Everything.
    Debug,
}

/// Who is told of what the service does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// The address of an OpenTelemetry collector, `http://HOST:PORT`; nobody where there is none.
    pub otlp: Option<String>,
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
        let read = Self::parse(&text).map_err(|(line, why)| {
            let (file, line) = (path.display().to_string(), line.to_string());
            let values = [("file", file.as_str()), ("line", line.as_str()), ("why", why.as_str())];
            Failure::new(
                Kind::Usage,
                "configuration.invalid",
                Message::BadConfiguration,
                Message::BadConfigurationHint,
                &values,
            )
        })?;
        Ok(read.beside(path.parent().unwrap_or(Path::new(""))))
    }

    /// The same with files looked for from a folder.
    fn beside(mut self, folder: &Path) -> Self {
        if let Some(tls) = &mut self.serve.tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
        if let Some(key_file) = &mut self.store.key_file {
            *key_file = folder.join(&*key_file);
        }
        if let Some(sso) = &mut self.sso {
            sso.secret_file = folder.join(&sso.secret_file);
        }
        let paths = [
            &mut self.models.generator,
            &mut self.corpus.watch,
            &mut self.evaluation.reports,
            &mut self.evaluation.data,
            &mut self.sweep.reports,
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        self
    }

    /// Reads a file's text; else the line, from 1, and what is wrong there.
    fn parse(text: &str) -> std::result::Result<Self, (usize, String)> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            (1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count(), error.message().to_owned())
        })?;
        if let Some(address) = &read.accounts.address
            && !is_origin(address)
        {
            let line = 1 + text.lines().position(|line| line.contains(address.as_str())).unwrap_or(0);
            return Err((line, format!("`{address}`: https://HOST[:PORT], no path")));
        }
        if let Some(sso) = &read.sso {
            let line = 1 + text.lines().position(|line| line.trim_start().starts_with("[sso]")).unwrap_or(0);
            if read.accounts.address.is_none() {
                return Err((line, "accounts.address?".to_owned()));
            }
            if !is_safe_issuer(&sso.issuer) {
                return Err((line, format!("issuer `{}`: https", sso.issuer)));
            }
            if sso.role == Role::Citizen {
                return Err((line, "role: reviewer, evaluator, administrator".to_owned()));
            }
        }
        for name in read.review.only.iter().chain(&read.review.without) {
            let checks = Checks { only: vec![name.clone()], without: Vec::new() };
            if let Err(failure) = checks.selection() {
                let line = 1 + text.lines().position(|line| line.contains(name.as_str())).unwrap_or(0);
                return Err((line, failure.message));
            }
        }
        if let Some(otlp) = &read.telemetry.otlp
            && !otlp.starts_with("http://")
        {
            let line = 1 + text.lines().position(|line| line.contains(otlp.as_str())).unwrap_or(0);
            return Err((line, format!("`{otlp}`: http://HOST:PORT")));
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

/// `http://HOST[:PORT]` or with `https`, and nothing behind it.
fn is_origin(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

/// Over TLS, or on this machine.
fn is_safe_issuer(issuer: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    issuer.starts_with("https://")
        || local
            .iter()
            .any(|start| issuer.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
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
    fn how_it_is_operated_can_be_said_and_files_are_looked_for_beside_it() {
        let text = "[serve.tls]\ncertificate = \"a.pem\"\nkey = \"/k/a.key\"\n[log]\nformat = \"json\"\n\
            level = \"info\"\n[telemetry]\notlp = \"http://127.0.0.1:4318\"\n";
        let read = Configuration::parse(text).map(|read| read.beside(Path::new("conf")));
        let tls = Tls { certificate: Path::new("conf").join("a.pem"), key: Path::new("/k/a.key").to_owned() };
        assert_eq!(read.as_ref().map(|read| read.serve.tls.as_ref()), Ok(Some(&tls)));
        let log = Log { format: LogFormat::Json, level: LogLevel::Info };
        assert_eq!(read.as_ref().map(|read| read.log), Ok(log));
        let otlp = read.as_ref().map(|read| read.telemetry.otlp.as_deref());
        assert_eq!(otlp, Ok(Some("http://127.0.0.1:4318")));
    }

    #[test]
    fn how_long_and_how_things_are_kept_can_be_said_and_the_key_is_looked_for_beside_the_file() {
        let text = "[reviews]\nkeep_days = 30\n[store]\nkey_file = \"a.key\"\n[models]\ngenerator = \"a.gguf\"\n";
        let read = Configuration::parse(text).map(|read| read.beside(Path::new("conf")));
        let generator = read.as_ref().map(|read| read.models.generator.clone());
        assert_eq!(generator, Ok(Some(Path::new("conf").join("a.gguf"))));
        assert_eq!(Models::default().generator, None, "off where nothing is said");
        assert_eq!(read.as_ref().map(|read| read.reviews.keep_days), Ok(Some(30)));
        let key = Path::new("conf").join("a.key");
        assert_eq!(read.as_ref().map(|read| read.store.key_file.as_deref()), Ok(Some(key.as_path())));
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
        assert_eq!(line("[log]\nformat = \"xml\"\n"), Err(2));
        assert_eq!(line("[log]\nlevel = \"loud\"\n"), Err(2));
        assert_eq!(line("[telemetry]\n\notlp = \"https://may.vidu:4318\"\n"), Err(3));
        assert_eq!(line("[serve.tls]\ncertificate = \"a.pem\"\n"), Err(1));
        assert_eq!(line("[reviews]\nkeep_days = -1\n"), Err(2));
        assert_eq!(line("[models]\ngenerator = 3\n"), Err(2));
        assert_eq!(line("[models]\ngenerator_seconds = 0\n"), Err(2));
        assert_eq!(line("[store]\nkey = \"a.key\"\n"), Err(2));
        assert_eq!(line("[accounts]\naddress = \"https://a.vn/\"\n"), Err(2));
        assert_eq!(line("[accounts]\naddress = \"a.vn\"\n"), Err(2));
        let sso = |issuer: &str, more: &str| {
            let sso = format!("[sso]\nname = \"a\"\nissuer = \"{issuer}\"\nclient = \"a\"\nsecret_file = \"a\"\n");
            line(&format!("{sso}{more}")).map(|_| ())
        };
        let address = "[accounts]\naddress = \"https://a.vn\"\n";
        assert_eq!(sso("https://a.vn", ""), Err(1));
        assert_eq!(sso("https://a.vn", address), Ok(()));
        assert_eq!(sso("http://127.0.0.1:9/a", address), Ok(()));
        assert_eq!(sso("http://127.0.0.1.a.vn", address), Err(1));
        assert_eq!(sso("http://a.vn", address), Err(1));
        assert_eq!(line("[accounts]\naddress = \"https://a.vn:8443\"\n").map(|_| ()), Ok(()));
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
