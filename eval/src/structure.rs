//! The suite *structure*: provision trees against gold.
//!
//! Sets differ in how deep their gold goes and whether it knows where a provision stands, so only kinds of provisions that a
//! set's gold holds at all are compared, and annexes only in documents whose gold has some.

use crate::item::{Counts, Item, Outcome, Run};
use crate::lines::{self, DataError};
use crate::slices;
use rasoat_law::text::{normalise, squeeze};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const WANTED: &str = "{\"id\"?,\"document\"?,\"text\",\"provisions\":[{\"eid\",\"start\"?}]}";

/// A document with the provisions it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Identifies it in its set.
    pub id: String,
    /// The document's number, where it is known.
    pub document: String,
    /// The text.
    pub text: String,
    /// Its provisions.
    pub provisions: Vec<Known>,
}

/// A provision that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Known {
    /// Its identifier.
    pub eid: String,
    /// The first byte of its label, where the gold knows it.
    #[serde(default)]
    pub start: Option<usize>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    document: Option<String>,
    text: String,
    provisions: Vec<Known>,
}

/// Reads a set in the contract's shape.
///
/// # Errors
/// When the file cannot be read or a line is not in its shape.
pub fn read(path: &Path) -> Result<Vec<Case>, DataError> {
    let lines = lines::json_lines::<Line>(path, WANTED)?;
    let case = |(number, line): (usize, Line)| {
        let id = line.id.unwrap_or_else(|| number.to_string());
        Case { document: line.document.unwrap_or_default(), id, text: line.text, provisions: line.provisions }
    };
    Ok(lines.into_iter().map(case).collect())
}

/// Reads the published documents (`vbpl-documents.tar.zst`): articles only.
///
/// # Errors
/// When the archive cannot be read.
pub fn read_published(path: &Path) -> Result<Vec<Case>, DataError> {
    let mut cases = Vec::new();
    for (name, bytes) in lines::archive(path)?.into_iter().filter(|(name, _)| name.ends_with(".json")) {
        let record: Value = serde_json::from_slice(&bytes)
            .map_err(|error| DataError::shape(path, format!("{name}: {error}"), "documents as JSON"))?;
        let (mut text, mut provisions) = (String::new(), Vec::new());
        for chapter in record["chapters"].as_array().into_iter().flatten() {
            for part in ["title", "subtitle"] {
                text.push_str(&field(chapter, part));
                text.push('\n');
            }
            for article in chapter["articles"].as_array().into_iter().flatten() {
                let (mut number, mut heading) = (field(article, "number"), field(article, "heading"));
                // The set cuts "Điều 7b. Tên" into "Điều 7" and "b. Tên".
                if let Some((letter, rest)) = heading
                    .split_once(". ")
                    .filter(|(letter, _)| letter.chars().count() == 1 && letter.chars().all(char::is_lowercase))
                {
                    number.push_str(letter);
                    heading = rest.to_owned();
                }
                let eid = format!("art_{}", number.trim_start_matches("Điều").trim());
                provisions.push(Known { eid, start: None });
                text.push_str(&format!("{number}. {heading}\n{}\n", field(article, "body")));
            }
        }
        let id = name.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").to_owned();
        cases.push(Case { document: String::new(), id, text, provisions });
    }
    Ok(cases)
}

/// Reads the road-traffic documents: articles, paragraphs and points.
///
/// # Errors
/// When a file cannot be read or is not in its shape.
pub fn read_traffic(folder: &Path) -> Result<Vec<Case>, DataError> {
    let data = folder.join("data");
    let mut cases = Vec::new();
    for file in files(&data.join("parsed"), ".json")? {
        let parsed: Value = lines::json(&file, "a document parsed into nodes")?;
        let nodes = &parsed["nodes"];
        let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let list = |name: &str| nodes[name].as_array().cloned().unwrap_or_default();
        let mut eids: Vec<String> =
            list("articles").iter().map(|node| format!("art_{}", field(node, "number"))).collect();
        for node in list("clauses") {
            eids.push(format!("art_{}__para_{}", field(&node, "parent_article"), field(&node, "number")));
        }
        for node in list("points") {
            let paragraph = field(&node, "parent_clause");
            let paragraph = if paragraph.is_empty() { String::new() } else { format!("__para_{paragraph}") };
            eids.push(format!("art_{}{paragraph}__point_{}", field(&node, "parent_article"), field(&node, "letter")));
        }
        cases.push(Case {
            id: name.clone(),
            document: field(&nodes["document"], "doc_identity"),
            text: lines::text(&data.join(format!("{name}.txt")))?,
            provisions: eids.into_iter().map(|eid| Known { eid, start: None }).collect(),
        });
    }
    Ok(cases)
}

/// Reads the six codes as the set-up installs them: articles, paragraphs and points.
///
/// # Errors
/// When a file cannot be read or is not in its shape.
pub fn read_codes(folder: &Path) -> Result<Vec<Case>, DataError> {
    let mut cases = Vec::new();
    for file in files(folder, ".json.gz")? {
        let code: Value = lines::json(&file, "a code with raw_text and tree")?;
        let mut provisions = Vec::new();
        of_node(&code["tree"], "", &mut provisions);
        let document = field(&code["metadata"], "so_hieu_van_ban");
        let text = code["raw_text"].as_str().unwrap_or_default().to_owned();
        cases.push(Case { id: document.clone(), document, text, provisions });
    }
    Ok(cases)
}

fn of_node(node: &Value, path: &str, found: &mut Vec<Known>) {
    let id = field(node, "node_id");
    let step = match node["node_type"].as_str().unwrap_or_default() {
        "điều" => format!("art_{id}"),
        "khoản" => format!("{path}__para_{id}"),
        "điểm" => format!("{path}__point_{id}"),
        _ => path.to_owned(),
    };
    if step != path {
        found.push(Known { eid: step.clone(), start: None });
    }
    for child in node["children"].as_array().into_iter().flatten() {
        of_node(child, &step, found);
    }
}

fn files(folder: &Path, end: &str) -> Result<Vec<std::path::PathBuf>, DataError> {
    let io = |source| DataError::Io { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).map_err(io)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut files: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    files.sort();
    Ok(files)
}

fn field(node: &Value, name: &str) -> String {
    match &node[name] {
        Value::String(text) => normalise(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The kind of provision an identifier is of, by its last step.
fn kind(eid: &str) -> &'static str {
    match eid.rsplit("__").next().unwrap_or_default().split('_').next().unwrap_or_default() {
        "part" => "part",
        "chp" => "chapter",
        "sec" => "section",
        "subsec" => "subsection",
        "art" => "article",
        "para" => "paragraph",
        "point" => "point",
        "annex" => "annex",
        "preamble" => "preamble",
        "basis" => "basis",
        _ => "other",
    }
}

/// An identifier without the marks that tell units of one number apart: a number that stands twice is the same twice.
fn plain(eid: &str) -> String {
    eid.split("__").map(|step| step.split('~').next().unwrap_or_default()).collect::<Vec<_>>().join("__")
}

/// The run of a reader over a set; `trees` (identifiers with their first bytes) are in the order of the cases.
pub fn run(
    set: &str,
    system: &str,
    baseline: bool,
    cases: &[Case],
    trees: &[Vec<(String, usize)>],
    took_ms: Option<&[f64]>,
) -> Run {
    let kinds: BTreeSet<&str> = cases.iter().flat_map(|case| &case.provisions).map(|known| kind(&known.eid)).collect();
    let items = cases.iter().zip(trees).enumerate().map(|(number, (case, tree))| {
        let annexes = case.provisions.iter().any(|known| known.eid.starts_with("annex"));
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let compared = |eid: &str| kinds.contains(kind(eid)) && (annexes || !eid.starts_with("annex"));
        for (eid, start) in tree.iter().filter(|(eid, _)| compared(eid)) {
            counts.entry(kind(eid).to_owned()).or_default().found += 1;
            found.entry(plain(eid)).or_default().push(*start);
        }
        let mut missed = Vec::new();
        for known in &case.provisions {
            let entry = counts.entry(kind(&known.eid).to_owned()).or_default();
            entry.gold += 1;
            let starts = found.get_mut(&plain(&known.eid));
            let at = starts
                .as_ref()
                .and_then(|starts| starts.iter().position(|start| known.start.is_none_or(|wanted| wanted == *start)));
            match (starts, at) {
                (Some(starts), Some(at)) => {
                    starts.remove(at);
                    entry.matched += 1;
                }
                _ => missed.push(known.eid.clone()),
            }
        }
        let unexpected: Vec<&String> = found.iter().flat_map(|(eid, starts)| starts.iter().map(move |_| eid)).collect();
        let provisions = case.provisions.len();
        Item {
            id: case.id.clone(),
            cluster: if case.document.is_empty() { case.id.clone() } else { case.document.clone() },
            slices: slices::of_document(&case.document),
            outcome: Outcome::Detected { counts, provisions, confidences: Vec::new() },
            took_ms: took_ms.map(|took| took[number]),
            detail: serde_json::json!({
                "bytes": case.text.len(),
                "missed": missed.iter().take(SHOWN).collect::<Vec<_>>(),
                "unexpected": unexpected.into_iter().take(SHOWN).collect::<Vec<_>>(),
            }),
        }
    });
    Run { suite: "structure".into(), set: set.into(), system: system.into(), baseline, items: items.collect() }
}

/// Provisions of a document shown where they differ.
const SHOWN: usize = 40;

/// The baseline: labels at the beginnings of lines, whatever they stand in.
pub fn by_lines(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let (mut article, mut paragraph) = (String::new(), String::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let words = squeeze(line);
        let is_number = |label: &str| {
            label.len() <= 4
                && label.starts_with(|c: char| c.is_ascii_digit())
                && label.chars().all(char::is_alphanumeric)
        };
        if let Some((number, _)) = words.strip_prefix("Điều ").and_then(|rest| rest.split_once('.')) {
            if is_number(number) {
                article = format!("art_{number}");
                paragraph.clear();
                found.push((article.clone(), at));
            }
        } else if article.is_empty() {
            continue;
        } else if let Some((number, _)) = words.split_once(". ").filter(|(label, _)| is_number(label)) {
            paragraph = format!("{article}__para_{number}");
            found.push((paragraph.clone(), at));
        } else if let Some((letter, _)) = words.split_once(") ").filter(|(label, _)| label.chars().count() == 1) {
            let above = if paragraph.is_empty() { &article } else { &paragraph };
            found.push((format!("{above}__point_{letter}"), at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(provisions: &[(&str, Option<usize>)], tree: &[(&str, usize)]) -> BTreeMap<String, Counts> {
        let case = Case {
            id: "1".into(),
            document: String::new(),
            text: String::new(),
            provisions: provisions.iter().map(|(eid, start)| Known { eid: (*eid).into(), start: *start }).collect(),
        };
        let tree = tree.iter().map(|(eid, start)| ((*eid).to_owned(), *start)).collect();
        let run = run("small", "parse", false, &[case], &[tree], None);
        let Outcome::Detected { counts, .. } = &run.items[0].outcome else { panic!("not detected") };
        counts.clone()
    }

    #[test]
    fn provisions_match_by_identifier_and_place_once() {
        let found = counts(
            &[("art_1", Some(0)), ("art_2", Some(9)), ("art_2__para_1", None), ("art_2__para_1", None)],
            &[("art_1", 0), ("art_2", 8), ("art_2__para_1", 20), ("art_2__para_1~2", 30), ("chp_I", 0)],
        );
        assert_eq!(found["article"], Counts { gold: 2, found: 2, matched: 1 });
        assert_eq!(found["paragraph"], Counts { gold: 2, found: 2, matched: 2 });
        assert!(!found.contains_key("chapter"), "the gold knows no chapters");
    }

    #[test]
    fn annexes_are_compared_where_the_gold_has_them() {
        assert_eq!(counts(&[("art_1", None)], &[("art_1", 0), ("annex_1__art_1", 9)])["article"].found, 1);
        let gold = [("art_1", None), ("annex_1__art_1", None)];
        assert_eq!(counts(&gold, &[("art_1", 0), ("annex_1__art_1", 9)])["article"].matched, 2);
    }

    #[test]
    fn the_baseline_reads_labels_at_the_beginnings_of_lines() {
        let text = "Điều 1. Phạm vi\n1. Một:\na) Hai;\nđ) Ba.\nĐiều 2a. Hiệu lực\n2020. năm";
        let eids: Vec<String> = by_lines(text).into_iter().map(|(eid, _)| eid).collect();
        let expected = [
            "art_1",
            "art_1__para_1",
            "art_1__para_1__point_a",
            "art_1__para_1__point_đ",
            "art_2a",
            "art_2a__para_2020",
        ];
        assert_eq!(eids, expected);
    }
}
