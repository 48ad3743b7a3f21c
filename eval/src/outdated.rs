//! The suite *outdated*: a dated document re-read at a later date. What is the state of every text it cites by then?
//!
//! A citation is right when it is found, led to what is meant, and its state on that day is the known one. What is meant
//! and what was read may differ in depth: [`fit`] says where that is still the same citation. One that is not found, or
//! leads elsewhere, is a class of its own ([`NOT_FOUND`]): a silent mistake.

use crate::item::{Item, Outcome, Run};
use crate::lines::{self, DataError};
use crate::slices;
use jiff::civil::Date;
use rasoat_law::DocNumber;
use rasoat_law::text::normalise;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const WANTED: &str = "{\"id\",\"document\",\"text\" or \"file\",\"as_of\":\"2026-11-21\",\"citations\":[{\"start\",\"end\",\
                      \"document\",\"eid\"?,\"effect\":\"in_force|partly_expired|expired|not_yet_in_force|suspended\"}]}";

/// What is said of a citation that was not found, or led to another document.
pub const NOT_FOUND: &str = "not_found";

/// How the provision that a citation was read as stands to the one whose state is known; the nearest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// They are the same; or the document as a whole is known, and it was found.
    Same,
    /// It lies within: "khoản 2 Điều 13" was read and the state of Điều 13 is known, which is that of all it holds.
    Within,
    /// It holds the other: Điều 13 was read where the state of its khoản 2 is known. A review then tells the state of
    /// the article, and that is what is said.
    Around,
}

/// Whether a citation of a provision (`None`: of the whole document) is the one whose state is known, given that the
/// document is the same. A provision and its parts fit one another, at any depth; two parts of one article do not, and
/// neither does the whole document for one of its provisions: its state is another.
pub fn fit(cited: Option<&str>, known: Option<&str>) -> Option<Fit> {
    let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with("__"));
    match (cited, known) {
        (_, None) => Some(Fit::Same),
        (None, Some(_)) => None,
        (Some(cited), Some(known)) if cited == known => Some(Fit::Same),
        (Some(cited), Some(known)) if within(cited, known) => Some(Fit::Within),
        (Some(cited), Some(known)) if within(known, cited) => Some(Fit::Around),
        _ => None,
    }
}

/// The states a citation can be known in.
const EFFECTS: [&str; 5] = ["in_force", "partly_expired", "expired", "not_yet_in_force", "suspended"];

/// A document with the citations whose state is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Identifies it in its set.
    pub id: String,
    /// The document that cites.
    pub document: String,
    /// Its text, normalised.
    pub text: String,
    /// The day it is re-read.
    pub as_of: Date,
    /// What it cites, with the state on that day.
    pub citations: Vec<Known>,
    /// The side of the set it is on, where the set has sides.
    pub split: Option<String>,
}

/// A citation whose state is known; offsets are bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The document cited.
    pub document: String,
    /// The provision whose state is known; of the whole document where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eid: Option<String>,
    /// Its state; of a provision that ended while its document goes on, `partly_expired`.
    pub effect: String,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    file: Option<String>,
    as_of: String,
    citations: Vec<Known>,
    #[serde(default)]
    split: Option<String>,
}

/// Reads a set in the contract's shape; in the place of `text` may stand `file`, which names a file of text below the
/// folder of the set.
///
/// # Errors
/// When the file cannot be read, a line is not in its shape, its text is not normalised, or a span does not fit the text.
pub fn read(path: &Path) -> Result<Vec<Case>, DataError> {
    let mut cases = Vec::new();
    for (number, line) in lines::json_lines::<Line>(path, WANTED)? {
        let refuse = |what: String| DataError::line(path, number, what, WANTED);
        let as_of: Date = line.as_of.parse().map_err(|_| refuse(format!("as_of {:?} is no date", line.as_of)))?;
        let text = match (line.text, line.file) {
            (Some(text), _) => text,
            (None, Some(file)) => lines::text(&path.with_file_name(file))?,
            (None, None) => return Err(refuse("neither text nor file".into())),
        };
        if normalise(&text) != text {
            return Err(refuse(
                "the text is not normalised as `rasoat parse` gives it, so offsets mean nothing".into(),
            ));
        }
        for known in &line.citations {
            if text.get(known.start..known.end).is_none_or(str::is_empty) {
                return Err(refuse(format!("{}..{} is no place of the text", known.start, known.end)));
            }
            if !EFFECTS.contains(&known.effect.as_str()) {
                return Err(refuse(format!("unknown effect {:?}", known.effect)));
            }
        }
        let (id, document, citations, split) = (line.id, line.document, line.citations, line.split);
        cases.push(Case { id, document, text, as_of, citations, split });
    }
    Ok(cases)
}

/// The day the states of the road-traffic set are of: law 118/2025 is in the gazette, and waits for July.
const TRAFFIC_DAY: Date = jiff::civil::date(2026, 1, 31);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    doc_identity: String,
    effect_status: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    effect_status_id: i64,
}

#[derive(Deserialize)]
struct Answered {
    id: String,
    answer: String,
}

/// Reads the road-traffic set: its documents, and people's answers that cite them, re-read on the day its publisher gave
/// the documents' states. Only citations by number are known, and of documents as a whole.
///
/// # Errors
/// When a file cannot be read or is not in its shape.
pub fn read_traffic(folder: &Path) -> Result<Vec<Case>, DataError> {
    let wanted = "a document of the road-traffic set with docIdentity and effectStatus";
    let data = folder.join("data");
    let io = |source| DataError::Io { path: data.clone(), source };
    let mut files: Vec<_> = std::fs::read_dir(&data)
        .map_err(io)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    let mut states = BTreeMap::new();
    let mut texts = Vec::new();
    for file in files {
        let published: Published = lines::json(&file, wanted)?;
        let effect = match published.effect_status.effect_status_id {
            2 => "partly_expired",
            4 => "in_force",
            6 => "not_yet_in_force",
            _ => "expired",
        };
        states.insert(published.doc_identity.clone(), effect);
        texts.push((published.doc_identity.clone(), published.doc_identity, lines::text(&file.with_extension("txt"))?));
    }
    for name in ["traffic_qa.csv", "qa_citing_superseded_decree.csv"] {
        let path = folder.join(name);
        for (_, row) in lines::table::<Answered>(&path, "a table with id and answer")? {
            let stem = name.trim_end_matches(".csv");
            texts.push((format!("{stem}-{}", row.id), String::new(), row.answer));
        }
    }
    let cases = texts.into_iter().map(|(id, document, text)| {
        let text = normalise(&text);
        let mut citations: Vec<Known> = states
            .iter()
            .filter(|(number, _)| **number != document)
            .flat_map(|(number, effect)| {
                text.match_indices(number.as_str()).filter(|(at, _)| is_whole(&text, *at)).map(|(at, found)| Known {
                    start: at,
                    end: at + found.len(),
                    document: number.clone(),
                    eid: None,
                    effect: (*effect).to_owned(),
                })
            })
            .collect();
        citations.sort_by_key(|known| known.start);
        Case { id, document, text, as_of: TRAFFIC_DAY, citations, split: None }
    });
    Ok(cases.filter(|case| !case.citations.is_empty()).collect())
}

/// Whether a number found at `at` is not the end of a longer one.
fn is_whole(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '/')
}

/// What was said of each citation of a case, in their order: a state, or [`NOT_FOUND`].
pub type Said = Vec<String>;

/// The run of a system over a set; `said` is in the order of the cases.
pub fn run(set: &str, system: &str, baseline: bool, cases: &[Case], said: &[Said], took_ms: Option<&[f64]>) -> Run {
    let mut items = Vec::new();
    for (at, (case, said)) in cases.iter().zip(said).enumerate() {
        for (number, (known, said)) in case.citations.iter().zip(said).enumerate() {
            let mut slices = slices::of_document(&known.document);
            slices.insert("of".into(), if known.eid.is_some() { "provision" } else { "document" }.into());
            items.push(Item {
                id: format!("{}-{}", case.id, number + 1),
                // What is known of a document decides all its citations.
                cluster: known.document.clone(),
                slices,
                outcome: Outcome::Decided { gold: known.effect.clone(), said: said.clone(), scores: BTreeMap::new() },
                // Of the whole case, told once.
                took_ms: took_ms.filter(|_| number == 0).map(|took| took[at]),
                detail: serde_json::json!({
                    "as_of": case.as_of.to_string(),
                    "citing": case.document,
                    "document": known.document,
                    "eid": known.eid,
                    "words": case.text.get(known.start..known.end),
                }),
            });
        }
    }
    Run { suite: "outdated".into(), set: set.into(), system: system.into(), baseline, items }
}

/// The baseline that knows the year alone: ten years after its number's a text is no longer in force.
pub fn by_age(cases: &[Case]) -> Vec<Said> {
    let of = |case: &Case, known: &Known| {
        let year = DocNumber::parse(&known.document).and_then(|number| number.year());
        let old = year.is_some_and(|year| i32::from(case.as_of.year()) - i32::from(year) >= 10);
        if old { "expired".to_owned() } else { "in_force".to_owned() }
    };
    cases.iter().map(|case| case.citations.iter().map(|known| of(case, known)).collect()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn written(line: &str) -> Result<Vec<Case>, DataError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outdated.jsonl");
        std::fs::write(&path, line).unwrap();
        read(&path)
    }

    fn line(text: &str, end: usize, effect: &str) -> String {
        serde_json::json!({"id": "1", "document": "1/2010/NĐ-CP", "text": text, "as_of": "2024-08-01",
            "citations": [{"start": 0, "end": end, "document": "13/2003/QH11", "effect": effect}]})
        .to_string()
    }

    #[test]
    fn a_citation_is_right_when_its_state_is_the_known_one() {
        let cases = written(&line("Luật số 13/2003/QH11", 20, "expired")).unwrap();
        let said = by_age(&cases);
        assert_eq!(said, [["expired"]]);
        let run = run("small", "age", true, &cases, &said, Some(&[2.0]));
        assert_eq!((run.items[0].cluster.as_str(), run.items[0].took_ms), ("13/2003/QH11", Some(2.0)));
    }

    #[test]
    fn a_span_outside_the_text_an_unknown_state_and_a_text_with_other_offsets_are_refused() {
        let refused = |line: &str| written(line).unwrap_err().to_string();
        assert!(refused(&line("Luật", 40, "expired")).contains("0..40 is no place of the text"));
        assert!(refused(&line("Luật", 6, "dead")).contains("unknown effect"));
        assert!(refused(&line("a\r\nb", 1, "expired")).contains("not normalised"));
    }

    #[test]
    fn a_provision_and_its_parts_are_one_citation_and_its_neighbours_are_others() {
        assert_eq!(fit(Some("art_13"), Some("art_13")), Some(Fit::Same));
        assert_eq!(fit(Some("art_13__para_2"), Some("art_13")), Some(Fit::Within));
        assert_eq!(fit(Some("art_13__para_2__point_a"), Some("art_13")), Some(Fit::Within));
        assert_eq!(fit(Some("art_13"), Some("art_13__para_2")), Some(Fit::Around));
        for other in ["art_1", "art_130", "art_13a", "annex_1__art_13"] {
            assert_eq!(fit(Some(other), Some("art_13")), None, "{other}");
        }
        assert_eq!(fit(Some("art_13__para_1"), Some("art_13__para_2")), None);
        assert_eq!(fit(None, Some("art_13")), None);
        assert_eq!(fit(Some("art_13"), None), Some(Fit::Same));
        assert!(Fit::Same < Fit::Within && Fit::Within < Fit::Around);
    }

    #[test]
    fn a_number_within_a_longer_one_is_none() {
        assert!(is_whole("Luật 5/2020/QH14", 7) && !is_whole("Luật 15/2020/QH14", 8));
    }
}
