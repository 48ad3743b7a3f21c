//! A backup: a store in one SQLite file that is not changed any more, sealed by a sum over everything in it.
//!
//! Hard because a file that was cut or altered must be told from a whole one wherever it was carried, also without the
//! `.sha256` beside it, and by versions to come, whose tables differ: the sum is over the tables as they lie there. It
//! tells damage; against malice a sum helps only where it is kept apart from the file.

use super::{Sqlite, schema};
use crate::failure::{Failure, Kind, Result};
use crate::store::{SCHEMA, refuse_newer};
use rasoat_api::messages::Message;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The row of `meta` that holds the sum.
const SEAL: &str = "seal";

/// Ends the writing of a store's file: checks it, seals it, and leaves nothing beside it.
///
/// # Errors
/// When the file is not sound or cannot be written.
pub fn seal(file: &Path) -> Result<()> {
    let connection = Connection::open(file)?;
    // One file, without a journal that would have to be carried along.
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if let Some(why) = unsound(&connection)? {
        return Err(Failure::internal(why));
    }
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", [SEAL, &sum(&connection)?])?;
    Ok(())
}

/// A backup that was opened; older ones were brought up in a copy, which goes with this.
pub struct Opened {
    /// The store in it.
    pub store: Sqlite,
    _copy: Option<TempDir>,
}

/// Opens a backup once everything in it proved to be as it was written.
///
/// # Errors
/// When it is none, is of a newer version, or is not as it was written.
pub fn open(file: &Path) -> Result<Opened> {
    let about = fs_err::metadata(file).map_err(|error| Failure::open(file, &error))?;
    if !about.is_file() || !begins_as_sqlite(file)? {
        return Err(none(file));
    }
    let beside = sum_file(file);
    if beside.exists() {
        let written = fs_err::read_to_string(&beside).map_err(|error| Failure::open(&beside, &error))?;
        if written.split_whitespace().next() != Some(&file_sum(file)?) {
            return Err(altered(file, &format!("SHA-256 ≠ {}", beside.display())));
        }
    }
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| altered(file, &error.to_string()))?;
    let found = read_sealed(&connection).map_err(|error| altered(file, &error.to_string()))?;
    let (found, seal) = found.ok_or_else(|| none(file))?;
    refuse_newer(&file.display().to_string(), Some(found))?;
    let broken = |error: rusqlite::Error| altered(file, &error.to_string());
    if let Some(why) = unsound(&connection).map_err(broken)? {
        return Err(altered(file, &why));
    }
    if sum(&connection).map_err(broken)? != seal {
        return Err(altered(file, "its rows are not those that were written"));
    }
    if found == SCHEMA {
        return Ok(Opened { store: Sqlite { connection, file: file.to_owned() }, _copy: None });
    }
    let copy = tempfile::tempdir().map_err(Failure::internal)?;
    let place = Sqlite::file_in(copy.path());
    fs_err::copy(file, &place).map_err(|error| Failure::write(&place, &error))?;
    Ok(Opened { store: Sqlite::open(copy.path())?, _copy: Some(copy) })
}

/// The file in which a folder's store is written.
pub fn database(folder: &Path) -> PathBuf {
    Sqlite::file_in(folder)
}

/// The file beside a backup that holds its SHA-256, as `sha256sum` writes and checks it.
pub fn sum_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sha256");
    name.into()
}

/// A file's SHA-256.
///
/// # Errors
/// When it cannot be read.
pub fn file_sum(file: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| Failure::open(file, &error);
    let mut open = fs_err::File::open(file).map_err(unreadable)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = open.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            return Ok(hexadecimal(digest));
        }
        digest.update(&buffer[..read]);
    }
}

fn hexadecimal(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn begins_as_sqlite(file: &Path) -> Result<bool> {
    let mut start = Vec::new();
    let open = fs_err::File::open(file).map_err(|error| Failure::open(file, &error))?;
    open.take(16).read_to_end(&mut start).map_err(|error| Failure::open(file, &error))?;
    Ok(start == b"SQLite format 3\0")
}

/// The schema's version and the seal; `None` where it has not both.
fn read_sealed(connection: &Connection) -> rusqlite::Result<Option<(u32, String)>> {
    let Some(found) = schema(connection)? else { return Ok(None) };
    let seal = connection.query_row("SELECT value FROM meta WHERE key = ?1", [SEAL], |row| row.get(0)).optional()?;
    Ok(seal.map(|seal| (found, seal)))
}

/// What SQLite finds wrong with a file.
fn unsound(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((found != "ok").then_some(found))
}

/// The sum over every table with its definition and every row, each value with its kind and length; the seal aside.
fn sum(connection: &Connection) -> rusqlite::Result<String> {
    let mut digest = Sha256::new();
    let mut add = |kind: u8, bytes: &[u8]| {
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    };
    let mut tables = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )?;
    let tables: Vec<(String, String)> =
        tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (name, definition) in tables {
        add(5, definition.as_bytes());
        // A whole table is read in the order of its key, or of its rows where it has none.
        let mut select = connection.prepare(&format!("SELECT * FROM \"{name}\" NOT INDEXED"))?;
        let columns = select.column_count();
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if name == "meta" && row.get_ref(0)? == ValueRef::Text(SEAL.as_bytes()) {
                continue;
            }
            for at in 0..columns {
                match row.get_ref(at)? {
                    ValueRef::Null => add(0, &[]),
                    ValueRef::Integer(number) => add(1, &number.to_le_bytes()),
                    ValueRef::Text(text) => add(2, text),
                    ValueRef::Blob(bytes) => add(3, bytes),
                    ValueRef::Real(number) => add(4, &number.to_le_bytes()),
                }
            }
        }
    }
    Ok(hexadecimal(digest))
}

fn altered(file: &Path, why: &str) -> Failure {
    let file = file.display().to_string();
    let values = [("file", file.as_str()), ("why", why)];
    Failure::new(Kind::Input, "backup.altered", Message::BackupAltered, Message::BackupAlteredHint, &values)
}

fn none(file: &Path) -> Failure {
    let file = file.display().to_string();
    Failure::new(Kind::Input, "backup.none", Message::NoBackup, Message::NoBackupHint, &[("file", &file)])
}
