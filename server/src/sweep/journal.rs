//! What a sweep has done, a line a document, beside the database in the store's folder.
//!
//! A line is appended as soon as a document is done, so that a kill costs the document in work and no more; a line that
//! was torn by one is passed over. There is one journal for each day and depth of a sweep, whatever was selected: a
//! sweep by issuer takes over what a sweep by field has done. It is no table of the database, since everything in it can
//! be made anew.

use crate::command::write_whole;
use crate::failure::{Failure, Result};
use jiff::civil::Date;
use rasoat_api::SweptDocument;
use rasoat_law::DocNumber;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Version of the lines, and of what they are made by.
const VERSION: &str = concat!("2 ", env!("CARGO_PKG_VERSION"));

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    version: String,
    as_of: String,
    conflicts: bool,
}

/// One document done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it rested on when it was done, digested.
    pub stamp: String,
    /// The numbers of the documents it rests on.
    pub rests_on: BTreeSet<String>,
    /// What was found.
    pub document: SweptDocument,
}

/// The journal of sweeps as of one day.
pub struct Journal {
    path: PathBuf,
    file: File,
    known: BTreeMap<String, Record>,
    /// Lines that a later one of the same document made void.
    void: usize,
}

impl Journal {
    /// Opens the journal in a store's folder, empty where there is none, or where it is of another version or `anew` is
    /// asked for.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(store: &Path, as_of: Date, conflicts: bool, anew: bool) -> Result<Self> {
        let folder = store.join("sweeps");
        fs_err::create_dir_all(&folder).map_err(|e| Failure::write(&folder, &e))?;
        let path = folder.join(format!("{as_of}{}.jsonl", if conflicts { "-conflicts" } else { "" }));
        let head = Head { version: VERSION.to_owned(), as_of: as_of.to_string(), conflicts };
        let read = if anew { None } else { read(&path, &head) };
        let (known, void) = match read {
            Some(read) => read,
            None => {
                write_whole(&path, format!("{}\n", serde_json::to_string(&head)?).as_bytes())?;
                (BTreeMap::new(), 0)
            }
        };
        let mut file = File::options().read(true).append(true).open(&path).map_err(|e| Failure::write(&path, &e))?;
        close_torn_line(&mut file).map_err(|e| Failure::write(&path, &e))?;
        Ok(Self { path, file, known, void })
    }

    /// What is known of a document; asked once.
    pub fn take(&mut self, number: &DocNumber) -> Option<Record> {
        self.known.remove(number.as_str())
    }

    /// Adds a document that is done.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&mut self, record: &Record) -> Result<()> {
        let line = format!("{}\n", serde_json::to_string(record)?);
        // One write: what a kill leaves is whole lines and at most one torn one.
        self.file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.flush())
            .map_err(|e| Failure::write(&self.path, &e))
    }

    /// How many lines are void.
    pub fn void(&self) -> usize {
        self.void
    }

    /// Writes the journal anew without void lines.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn tidy(store: &Path, as_of: Date, conflicts: bool) -> Result<()> {
        let journal = Self::open(store, as_of, conflicts, false)?;
        let head = Head { version: VERSION.to_owned(), as_of: as_of.to_string(), conflicts };
        let mut lines = format!("{}\n", serde_json::to_string(&head)?);
        for record in journal.known.values() {
            lines.push_str(&serde_json::to_string(record)?);
            lines.push('\n');
        }
        write_whole(&journal.path, lines.as_bytes())
    }
}

/// The last line of each document, and how many were void. `None` for another head.
fn read(path: &Path, head: &Head) -> Option<(BTreeMap<String, Record>, usize)> {
    let mut lines = BufReader::new(File::open(path).ok()?).split(b'\n');
    let first: Head = serde_json::from_slice(&lines.next()?.ok()?).ok()?;
    if first != *head {
        return None;
    }
    let (mut known, mut void) = (BTreeMap::new(), 0);
    for line in lines.map_while(std::result::Result::ok).filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<Record>(&line) {
            Ok(record) => void += usize::from(known.insert(record.document.document.clone(), record).is_some()),
            Err(_) => void += 1,
        }
    }
    Some((known, void))
}

/// Ends a line that a kill has torn, so that the next one stands alone.
fn close_torn_line(file: &mut File) -> std::io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    if last[0] == b'\n' { Ok(()) } else { file.write_all(b"\n") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2024, 8, 31);

    fn record(number: &str, stamp: &str) -> Record {
        let document = serde_json::json!({
            "rank": null, "document": number, "kind": "nghi_dinh", "title": "Về A", "issuer": null, "issued": null,
            "effect": "in_force", "level": "nothing", "score": 0.0, "parts": [],
            "proposal": {"form": "none", "label": "", "why": ""}, "reasons": [],
            "findings": {"errors": 0, "warnings": 0, "notes": 0, "uncovered": 0}
        });
        Record {
            stamp: stamp.to_owned(),
            rests_on: [number.to_owned()].into(),
            document: serde_json::from_value(document).unwrap(),
        }
    }

    fn open(folder: &Path) -> Journal {
        Journal::open(folder, DAY, false, false).unwrap()
    }

    #[test]
    fn what_was_done_before_a_kill_is_known_and_the_torn_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (DocNumber::from_normal("1/2020/NĐ-CP"), DocNumber::from_normal("2/2020/NĐ-CP"));
        let mut journal = open(folder.path());
        journal.put(&record(first.as_str(), "a")).unwrap();
        journal.put(&record(second.as_str(), "b")).unwrap();
        let path = journal.path.clone();
        drop(journal);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 40]).unwrap();
        let mut journal = open(folder.path());
        assert_eq!(journal.take(&first), Some(record(first.as_str(), "a")));
        assert_eq!(journal.take(&second), None);
        journal.put(&record(second.as_str(), "c")).unwrap();
        let mut journal = open(folder.path());
        assert_eq!(journal.take(&second), Some(record(second.as_str(), "c")));
        assert_eq!(journal.void(), 1);
        Journal::tidy(folder.path(), DAY, false).unwrap();
        let mut journal = open(folder.path());
        assert_eq!(journal.void(), 0);
        assert!(journal.take(&first).is_some() && journal.take(&second).is_some());
    }

    #[test]
    fn another_day_another_depth_and_a_wish_to_begin_anew_know_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let number = DocNumber::from_normal("1/2020/NĐ-CP");
        open(folder.path()).put(&record(number.as_str(), "a")).unwrap();
        let known =
            |day, conflicts, anew| Journal::open(folder.path(), day, conflicts, anew).unwrap().take(&number).is_some();
        assert!(known(DAY, false, false));
        assert!(!known(date(2024, 9, 1), false, false));
        assert!(!known(DAY, true, false));
        assert!(!known(DAY, false, true));
        assert!(!known(DAY, false, false), "beginning anew forgets what was");
    }

    #[test]
    fn a_journal_of_another_version_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let number = DocNumber::from_normal("1/2020/NĐ-CP");
        let mut journal = open(folder.path());
        journal.put(&record(number.as_str(), "a")).unwrap();
        let text = std::fs::read_to_string(&journal.path).unwrap().replacen(VERSION, "0", 1);
        std::fs::write(&journal.path, text).unwrap();
        assert_eq!(open(folder.path()).take(&number), None);
    }
}
