//! Data sets as files of JSON lines, gzipped or not, as tables, and as archives.
//!
//! Data comes from many hands, so what is wrong is told as a person needs it: the file, the line, and what is wanted there.

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// A data set could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The disk refused.
    #[error("failed to read {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not in its shape.
    #[error("{path}: {what}; wanted: {wanted}")]
    Shape {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        what: String,
        /// What the file has to be.
        wanted: &'static str,
    },
    /// A line is not in its shape.
    #[error("{path} line {line}: {what}; wanted: {wanted}")]
    Line {
        /// Where.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
        /// What a line has to be.
        wanted: &'static str,
    },
    /// There is nothing to measure.
    #[error("{path} holds nothing to measure; wanted: {wanted}")]
    Empty {
        /// Where.
        path: PathBuf,
        /// What it has to hold.
        wanted: &'static str,
    },
}

impl DataError {
    /// A file that is not in its shape.
    pub fn shape(path: &Path, what: impl ToString, wanted: &'static str) -> Self {
        Self::Shape { path: path.to_owned(), what: what.to_string(), wanted }
    }

    /// A line that is not in its shape; `line` counts from 1.
    pub fn line(path: &Path, line: usize, what: impl ToString, wanted: &'static str) -> Self {
        Self::Line { path: path.to_owned(), line, what: what.to_string(), wanted }
    }
}

/// The text of a file; one that ends in `.gz` is unpacked.
///
/// # Errors
/// When the disk refuses or the text is not UTF-8.
pub fn text(path: &Path) -> Result<String, DataError> {
    let io = |source| DataError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut text = String::new();
    if path.extension().is_some_and(|end| end == "gz") {
        MultiGzDecoder::new(file).read_to_string(&mut text).map_err(io)?;
    } else {
        BufReader::new(file).read_to_string(&mut text).map_err(io)?;
    }
    Ok(text)
}

/// Every line of a file of JSON lines with its number, blank ones left out.
///
/// # Errors
/// When the disk refuses, a line is not as `wanted` says, or there is none.
pub fn json_lines<T: DeserializeOwned>(path: &Path, wanted: &'static str) -> Result<Vec<(usize, T)>, DataError> {
    let mut read = Vec::new();
    for (at, line) in text(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value = serde_json::from_str(line).map_err(|error| {
            // The place within the line is said, its number is ours.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            DataError::line(path, at + 1, format!("{what} at column {}", error.column()), wanted)
        })?;
        read.push((at + 1, value));
    }
    if read.is_empty() { Err(DataError::Empty { path: path.to_owned(), wanted }) } else { Ok(read) }
}

/// A file of one JSON value; what stands after the value is not read.
///
/// # Errors
/// When the disk refuses or it is not as `wanted` says.
pub fn json<T: DeserializeOwned>(path: &Path, wanted: &'static str) -> Result<T, DataError> {
    let text = text(path)?;
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<T>();
    match values.next() {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(DataError::shape(path, error, wanted)),
        None => Err(DataError::Empty { path: path.to_owned(), wanted }),
    }
}

/// Every row of a table with a head, with its number.
///
/// # Errors
/// When the disk refuses, a row is not as `wanted` says, or there is none.
pub fn table<T: DeserializeOwned>(path: &Path, wanted: &'static str) -> Result<Vec<(usize, T)>, DataError> {
    let text = text(path)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = Vec::new();
    for (at, row) in csv::Reader::from_reader(text.as_bytes()).deserialize().enumerate() {
        rows.push((at + 2, row.map_err(|error| DataError::line(path, at + 2, error, wanted))?));
    }
    if rows.is_empty() { Err(DataError::Empty { path: path.to_owned(), wanted }) } else { Ok(rows) }
}

/// Name and content of every file in a `.tar.zst`, by name.
///
/// # Errors
/// When the disk refuses or it is no such archive.
pub fn archive(path: &Path) -> Result<Vec<(String, Vec<u8>)>, DataError> {
    let wanted = "a tar archive packed with zstd";
    let file = std::fs::File::open(path).map_err(|source| DataError::Io { path: path.to_owned(), source })?;
    let plain = ruzstd::decoding::StreamingDecoder::new(BufReader::new(file))
        .map_err(|error| DataError::shape(path, error, wanted))?;
    let mut archive = tar::Archive::new(plain);
    let mut files = Vec::new();
    let refuse = |error: std::io::Error| DataError::shape(path, error, wanted);
    for entry in archive.entries().map_err(refuse)? {
        let mut entry = entry.map_err(refuse)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path().map_err(refuse)?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(refuse)?;
        files.push((name, bytes));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Row {
        id: String,
    }

    #[test]
    fn what_is_wrong_is_told_with_file_line_and_what_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, "{\"id\":\"1\"}\n\n{\"is\":\"2\"}\n").unwrap();
        let error = json_lines::<Row>(&path, "{\"id\"}").unwrap_err().to_string();
        assert!(error.ends_with("a.jsonl line 3: missing field `id` at column 10; wanted: {\"id\"}"), "{error}");
        std::fs::write(&path, "\n").unwrap();
        let error = json_lines::<Row>(&path, "{\"id\"}").unwrap_err().to_string();
        assert!(error.ends_with("a.jsonl holds nothing to measure; wanted: {\"id\"}"), "{error}");
        assert!(json_lines::<Row>(&folder.path().join("b"), "x").unwrap_err().to_string().contains("failed to read"));
    }

    #[test]
    fn a_table_is_read_by_its_head() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "\u{feff}id,x\n1,2\n").unwrap();
        assert_eq!(table::<Row>(&path, "id").unwrap(), [(2, Row { id: "1".into() })]);
    }
}
