//! Real documents to measure against, from `../shared/data` beside the repository.
//!
//! They are not part of the project: where they are absent a test says so and passes, but never where nobody would
//! notice that it measured nothing because a single file had moved.

use std::io::{BufReader, Read, Write};
use std::path::PathBuf;

/// The folder of one data set; `None`, with the reason printed, where the data is absent.
///
/// # Panics
/// When the data is there and this set of it is not.
pub fn folder(set: &str) -> Option<PathBuf> {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !data.is_dir() {
        say(&format!("skipped: no shared/data beside the repository, so nothing to measure {set} on"));
        return None;
    }
    let folder = data.join(set);
    assert!(folder.is_dir(), "shared/data has no {set}");
    Some(folder)
}

/// A line for the person who runs the measurement. Not a print macro: the test harness swallows what those print when
/// a test passes, and what was measured belongs into the log.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Name and content of every file in a `.tar.zst`, by name.
pub fn tar_zst(path: PathBuf) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let plain = ruzstd::decoding::StreamingDecoder::new(BufReader::new(file)).expect("a zstd stream");
    let mut files: Vec<(String, Vec<u8>)> = tar::Archive::new(plain)
        .entries()
        .expect("a tar archive")
        .map(|entry| entry.expect("a whole entry"))
        .filter(|entry| entry.header().entry_type().is_file())
        .map(|mut entry| {
            let name = entry.path().expect("a name").to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("a whole file");
            (name, bytes)
        })
        .collect();
    files.sort();
    files
}

/// A share in percent.
#[expect(clippy::cast_precision_loss, reason = "counts of documents and characters")]
pub fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// A scraped document of `vbpl-documents` as the text it was scraped from: titles, headings and bodies by the line.
pub fn scraped_text(document: &serde_json::Value) -> String {
    let mut lines: Vec<String> = Vec::new();
    let word = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().trim().to_owned();
    let chapters = document["chapters"].as_array().cloned().unwrap_or_default();
    for chapter in &chapters {
        lines.push(word(chapter, "title"));
        lines.push(word(chapter, "subtitle"));
        for article in chapter["articles"].as_array().into_iter().flatten() {
            let (number, heading) = (word(article, "number"), word(article, "heading"));
            lines.push(if heading.is_empty() { format!("{number}.") } else { format!("{number}. {heading}") });
            lines.push(word(article, "body"));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
