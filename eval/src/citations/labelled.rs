//! Sentences of real texts whose citations people labelled, without seeing what a parser makes of them.
//!
//! The labels are facts and stand here: where a sentence stands in which public set, and where in it which provision of
//! which document is cited. The texts are not the project's: they are read from the data's folder.

use super::{Case, Cited, Label, Span};
use crate::lines::{self, DataError};
use flate2::read::DeflateDecoder;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

const WANTED: &str = "a file that the labelled sentences stand in";

#[derive(Deserialize)]
struct Place {
    id: String,
    split: String,
    set: String,
    file: String,
    path: String,
    start: usize,
    end: usize,
    #[serde(default)]
    stratum: Option<String>,
    citations: Vec<Label>,
    ignore: Vec<Span>,
}

/// The labelled sentences with their words, by identifier; `data` is the folder with the public sets.
///
/// # Errors
/// When a set is missing or a sentence does not stand where its label says.
pub fn read_labelled(data: &Path) -> Result<Vec<Case>, DataError> {
    let mut sources = Sources { data, archives: HashMap::new(), lines: HashMap::new(), paragraphs: HashMap::new() };
    let mut cases = Vec::new();
    for line in include_str!("../../data/citations.jsonl").lines() {
        let place: Place = serde_json::from_str(line)
            .map_err(|error| DataError::shape(data, error, "labels as the project has them"))?;
        let whole: String = sources.text(&place)?.nfc().collect();
        let text = whole.get(place.start..place.end).ok_or_else(|| missing(data, &place))?;
        let stratum = place.stratum.map(|stratum| ("stratum".to_owned(), stratum));
        cases.push(Case {
            id: place.id,
            cluster: place.file,
            text: text.to_owned(),
            citations: place.citations.into_iter().map(Cited::from).collect(),
            ignored: place.ignore.iter().map(|span| (span.start, span.end)).collect(),
            slices: stratum.into_iter().collect(),
            split: Some(place.split),
        });
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(cases)
}

fn missing(data: &Path, place: &Place) -> DataError {
    DataError::shape(data, format!("{} has no place {} of {}", place.id, place.path, place.file), WANTED)
}

/// Files by their name.
type Files = HashMap<String, Vec<u8>>;

/// The data sets, each read once.
struct Sources<'a> {
    data: &'a Path,
    archives: HashMap<&'static str, Files>,
    lines: HashMap<String, Vec<(usize, Value)>>,
    paragraphs: HashMap<String, Vec<String>>,
}

impl Sources<'_> {
    /// The text at a place.
    fn text(&mut self, place: &Place) -> Result<String, DataError> {
        let data = self.data;
        let absent = || missing(data, place);
        match place.set.as_str() {
            "vbpl" => {
                let bytes = self.file("vbpl-documents", "vbpl-documents.tar.zst", &place.file)?.ok_or_else(absent)?;
                let document: Value =
                    serde_json::from_slice(bytes).map_err(|error| DataError::shape(data, error, WANTED))?;
                document.pointer(&place.path).and_then(Value::as_str).map(str::to_owned).ok_or_else(absent)
            }
            "phapdien" | "retrieval" => {
                if !self.lines.contains_key(&place.file) {
                    let lines = lines::json_lines(&data.join(&place.file), WANTED)?;
                    self.lines.insert(place.file.clone(), lines);
                }
                let line = place.path.split(':').next().and_then(|line| line.parse::<usize>().ok());
                let key = if place.set == "phapdien" { "noi_dung" } else { "text" };
                let line = line.and_then(|line| self.lines.get(&place.file)?.get(line));
                line.and_then(|(_, value)| value[key].as_str()).map(str::to_owned).ok_or_else(absent)
            }
            "traffic" => lines::text(&data.join("traffic-amendments/data").join(&place.file)),
            "vlc" => {
                let bytes = self.file("other-texts", "CP_Vietnamese-VLC.tar.zst", &place.file)?.ok_or_else(absent)?;
                String::from_utf8(bytes.clone()).map_err(|error| DataError::shape(data, error, WANTED))
            }
            set => {
                let (folder, archive) = match set {
                    "docx" => ("laws-docx", "laws-docx.tar.zst"),
                    _ => ("other-texts", "VlegalAI_56docx.tar.zst"),
                };
                if !self.paragraphs.contains_key(&place.file) {
                    let bytes = self.file(folder, archive, &place.file)?.ok_or_else(absent)?;
                    let paragraphs = word_paragraphs(&unzipped(bytes, "word/document.xml").ok_or_else(absent)?);
                    self.paragraphs.insert(place.file.clone(), paragraphs);
                }
                let number = place.path.trim_start_matches("p:").parse::<usize>().ok();
                let paragraphs = self.paragraphs.get(&place.file);
                number.and_then(|number| paragraphs?.get(number)).cloned().ok_or_else(absent)
            }
        }
    }

    /// A file of an archive by its name without folders.
    fn file(&mut self, folder: &str, archive: &'static str, name: &str) -> Result<Option<&Vec<u8>>, DataError> {
        if !self.archives.contains_key(archive) {
            let plain = |name: String| name.rsplit('/').next().unwrap_or_default().nfc().collect::<String>();
            let files = lines::archive(&self.data.join(folder).join(archive))?;
            self.archives.insert(archive, files.into_iter().map(|(name, bytes)| (plain(name), bytes)).collect());
        }
        Ok(self.archives.get(archive).and_then(|files| files.get(name)))
    }
}

/// One file of a zip archive, found by its central directory.
fn unzipped(zip: &[u8], name: &str) -> Option<String> {
    let number = |at: usize, bytes: usize| {
        Some(zip.get(at..at + bytes)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let end = (0..zip.len().saturating_sub(3)).rfind(|at| zip[*at..].starts_with(b"PK\x05\x06"))?;
    let mut at = number(end + 16, 4)?;
    while zip.get(at..)?.starts_with(b"PK\x01\x02") {
        let (packed, length) = (number(at + 20, 4)?, number(at + 28, 2)?);
        if zip.get(at + 46..at + 46 + length)? == name.as_bytes() {
            let local = number(at + 42, 4)?;
            let from = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
            let mut text = String::new();
            DeflateDecoder::new(zip.get(from..from + packed)?).read_to_string(&mut text).ok()?;
            return Some(text);
        }
        at += 46 + length + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    None
}

/// The text of every `<w:p>` of a Word document, in order.
fn word_paragraphs(xml: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find("<w:p") {
        let tag = &rest[start..];
        if !(tag.starts_with("<w:p>") || tag.starts_with("<w:p ")) {
            rest = &tag[4..];
            continue;
        }
        let Some(end) = tag.find("</w:p>") else { break };
        paragraphs.push(words_of(&tag[..end]));
        rest = &tag[end + 6..];
    }
    paragraphs
}

fn words_of(paragraph: &str) -> String {
    let mut words = String::new();
    for piece in paragraph.split("<w:t").skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        if (tag.is_empty() || tag.starts_with(' ')) && !tag.ends_with('/') {
            words.push_str(text.split('<').next().unwrap_or_default());
        }
    }
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
