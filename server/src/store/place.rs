//! Where a store is: a folder with a SQLite file, or a PostgreSQL database.
//!
//! An address may carry a password, so it is shown by its host, its database and its user alone.

use super::postgres::{Postgres, understood};
use super::sqlite::Sqlite;
use super::{Result, Store};
use crate::failure::{Failure, Kind};
use ::postgres::config::Host;
use rasoat_api::messages::Message;
use sha2::{Digest, Sha256};
use std::fs::TryLockError;
use std::path::{Path, PathBuf};

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder; the database is one file in it.
    Folder(PathBuf),
    /// The address of a PostgreSQL database, `postgres://…` or `postgresql://…`.
    Postgres(String),
}

impl Place {
    /// Opens the store, making it where there is none.
    ///
    /// # Errors
    /// When it cannot be reached or written, is damaged, or is of a newer version.
    pub fn open(&self) -> Result<Box<dyn Store>> {
        Ok(match self {
            Self::Folder(folder) => Box::new(Sqlite::open(folder)?),
            Self::Postgres(address) => Box::new(Postgres::open(address)?),
        })
    }

    /// Takes a folder for one process that serves it, for as long as what it answers is kept. Nothing for a database, which
    /// several may serve, and where the file system knows no locks.
    ///
    /// # Errors
    /// When another process serves the folder (`store.served`), or it cannot be written.
    pub fn serve_alone(&self) -> Result<Option<Alone>> {
        let Self::Folder(folder) = self else { return Ok(None) };
        fs_err::create_dir_all(folder).map_err(|e| Failure::write(folder, &e))?;
        let path = folder.join("serve.lock");
        let opened = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(|e| Failure::write(&path, &e))?.into_parts().0;
        match file.try_lock() {
            Ok(()) => Ok(Some(Alone { _lock: file })),
            Err(TryLockError::WouldBlock) => {
                let store = self.to_string();
                let (message, hint) = (Message::StoreServed, Message::StoreServedHint);
                Err(Failure::new(Kind::Usage, "store.served", message, hint, &[("store", &store)]))
            }
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "nothing keeps a second process from serving this folder");
                Ok(None)
            }
        }
    }

    /// Whether there is something to open. A database is taken to be there.
    pub fn exists(&self) -> bool {
        match self {
            Self::Folder(folder) => Sqlite::file_in(folder).exists(),
            Self::Postgres(_) => true,
        }
    }

    /// The folder for what is made from the store on this machine: the store's own, or one below `cache` for a database.
    pub fn local(&self, cache: &Path) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Postgres(_) => {
                let digest = Sha256::digest(self.to_string());
                let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
                cache.join("databases").join(name)
            }
        }
    }
}

/// Keeps others from serving a folder; whoever dies lets go of it.
#[derive(Debug)]
pub struct Alone {
    _lock: std::fs::File,
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        match path.to_str() {
            Some(text) if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Self::Postgres(text.to_owned())
            }
            _ => Self::Folder(path),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Postgres(address) => f.write_str(&shown(address)),
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// An address without its password. One that cannot be read is not shown at all: its password could be anywhere.
fn shown(address: &str) -> String {
    let Ok(config) = understood(address).parse::<::postgres::Config>() else { return "postgres://…".to_owned() };
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(at, host)| {
            let name = match host {
                Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                Host::Unix(folder) => folder.display().to_string(),
            };
            // One port may stand for all hosts.
            let ports = config.get_ports();
            let port = ports.get(at).or(ports.first()).filter(|port| **port != 5432);
            port.map_or(name.clone(), |port| format!("{name}:{port}"))
        })
        .collect();
    let user = config.get_user().map_or_else(String::new, |user| format!("{user}@"));
    let options = config.get_options().map_or_else(String::new, |options| format!(" ({options})"));
    format!("postgres://{user}{}/{}{options}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let check = |address: &str, wanted: &str| {
            let place = Place::from(PathBuf::from(address));
            assert!(matches!(place, Place::Postgres(_)), "{address}");
            assert_eq!(place.to_string(), wanted);
            assert_eq!(format!("{place:?}"), wanted);
        };
        check("postgres://an:mat-khau@may.vn:5433/luat", "postgres://an@may.vn:5433/luat");
        check("postgresql://may.vn/luat?user=an&password=mat-khau", "postgres://an@may.vn/luat");
        check("postgresql://an:@/luat?host=/run/a", "postgres://an@/run/a/luat");
        check("postgres://an:mat-khau@may.vn/luat?sslmode=verify-full&sslrootcert=/a.pem", "postgres://an@may.vn/luat");
        check("postgres://an:mat-khau@may.vn:cong/luat", "postgres://…");
        assert_eq!(Place::from(PathBuf::from("kho")), Place::Folder("kho".into()));
    }

    #[test]
    fn one_process_at_a_time_serves_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().join("kho"));
        let alone = place.serve_alone().unwrap();
        assert!(alone.is_some());
        let refused = place.serve_alone().err().unwrap();
        assert_eq!(refused.code, "store.served");
        assert!(!refused.to_string().contains('\n'), "{refused}");
        drop(alone);
        assert!(place.serve_alone().unwrap().is_some());
        assert!(Place::Postgres("postgres://may/luat".into()).serve_alone().unwrap().is_none());
    }

    #[test]
    fn what_is_made_from_a_database_lies_in_a_folder_of_its_own_whatever_the_password() {
        let local = |address: &str| Place::from(PathBuf::from(address)).local(Path::new("cache"));
        assert_eq!(local("postgres://an:1@may/luat"), local("postgres://an:2@may/luat"));
        assert_ne!(local("postgres://an:1@may/luat"), local("postgres://an:1@may/khac"));
        assert_eq!(local("kho"), Path::new("kho"));
        assert!(local("postgres://may/luat").parent().unwrap().ends_with("cache/databases"));
    }
}
