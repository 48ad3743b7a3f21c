//! The report's folder: what is written where, and reading it back.
//!
//! `report.json` (figures), `timing.json` (latency, machine, date), `report.html` (both, to be read by people), a file of
//! items a run, and what suites attach. Two evaluations of the same agree in every byte of all but `timing.json` and
//! `report.html`.

use super::{Report, SCHEMA};
use crate::item::{Item, Run};
use serde::Deserialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A report's folder could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk refused.
    #[error("failed to {what} {path}: {source}")]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not in its shape.
    #[error("{path} line {line} is not in the shape of a report: {source}")]
    Shape {
        /// Where.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// A report of a later program.
    #[error(
        "{path} has schema {schema}, this program reads schema {SCHEMA}; evaluate again, or use the program that wrote it"
    )]
    Schema {
        /// Where.
        path: PathBuf,
        /// What it says.
        schema: u32,
    },
}

impl Report {
    /// Every file of the report's folder: its name and its bytes.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("report.json".to_owned(), json(self)),
            ("timing.json".to_owned(), json(&self.timing)),
            ("report.html".to_owned(), self.to_html().into_bytes()),
        ];
        files.extend(self.runs.iter().map(|run| (format!("items-{}.jsonl", run_name(run)), lines(run).into_bytes())));
        files.extend(self.attachments.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())));
        files
    }

    /// Writes the report into a folder, which is made where it is not there; every file is written whole.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, folder: &Path) -> Result<(), FileError> {
        write_files(folder, self.files())
    }

    /// Reads a report back from its folder, with its timing, the items of its runs, and without attachments.
    ///
    /// # Errors
    /// When a file is missing, not in its shape, or of another schema.
    pub fn read(folder: &Path) -> Result<Self, FileError> {
        #[derive(Deserialize)]
        struct Schema {
            schema: u32,
        }
        let path = folder.join("report.json");
        let text = read(&path)?;
        let Schema { schema } = parse(&path, 1, &text)?;
        if schema != SCHEMA {
            return Err(FileError::Schema { path, schema });
        }
        let mut report: Self = parse(&path, 1, &text)?;
        let path = folder.join("timing.json");
        if path.exists() {
            report.timing = parse(&path, 1, &read(&path)?)?;
            report.provenance.circumstances = report.timing.circumstances.clone();
        }
        for set in &report.sets {
            for system in &set.systems {
                let name = file_name(&set.suite, &set.set, &system.system);
                let mut items = read_items(&folder.join(format!("items-{name}.jsonl")))?;
                if let Some(timed) = report.timing.run(&set.suite, &set.set, &system.system) {
                    items.iter_mut().zip(&timed.took_ms).for_each(|(item, took)| item.took_ms = *took);
                }
                report.runs.push(Run {
                    suite: set.suite.clone(),
                    set: set.set.clone(),
                    system: system.system.clone(),
                    baseline: system.baseline,
                    items,
                });
            }
        }
        Ok(report)
    }
}

/// `SUITE-SET-SYSTEM` as files carry it: whatever is not a letter, digit, `.`, `_`, `@` or `-` becomes `_`.
pub fn run_name(run: &Run) -> String {
    file_name(&run.suite, &run.set, &run.system)
}

/// Reads a file of items, one a line.
///
/// # Errors
/// When it cannot be read or a line is not an item.
pub fn read_items(path: &Path) -> Result<Vec<Item>, FileError> {
    let text = read(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| parse(path, at + 1, line)).collect()
}

pub(crate) fn write_files(folder: &Path, files: Vec<(String, Vec<u8>)>) -> Result<(), FileError> {
    std::fs::create_dir_all(folder).map_err(|source| write_failed(folder, source))?;
    files.into_iter().try_for_each(|(name, bytes)| write_whole(&folder.join(name), &bytes))
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |source| write_failed(path, source);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut file = std::fs::File::create(&part).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}

pub(crate) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    // Maps have strings for keys and numbers are finite, so nothing here fails to become JSON.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// An item a line, without its time, which differs from run to run.
fn lines(run: &Run) -> String {
    let mut lines = String::new();
    for item in &run.items {
        lines.push_str(&serde_json::to_string(&Item { took_ms: None, ..item.clone() }).unwrap_or_default());
        lines.push('\n');
    }
    lines
}

fn file_name(suite: &str, set: &str, system: &str) -> String {
    let plain = |name: &str| -> String {
        let kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '@' | '-');
        name.chars().map(|c| if kept(c) { c } else { '_' }).collect()
    };
    format!("{}-{}-{}", plain(suite), plain(set), plain(system))
}

fn read(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(|source| FileError::Io { what: "read", path: path.to_owned(), source })
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, line: usize, text: &str) -> Result<T, FileError> {
    serde_json::from_str(text).map_err(|source| {
        let line = line + source.line().saturating_sub(1);
        FileError::Shape { path: path.to_owned(), line, source }
    })
}

fn write_failed(path: &Path, source: std::io::Error) -> FileError {
    FileError::Io { what: "write", path: path.to_owned(), source }
}
