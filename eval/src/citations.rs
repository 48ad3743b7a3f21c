//! The suite *citations*: what a text cites, against gold: where it stands, what it does, what it points at.
//!
//! A target is right when document and provision are, a span when both ends are. What lies within an `ignore` span is
//! not counted. Three kinds of things are counted apart (`target`, `span`, `span_role`): their sum says nothing more.

mod labelled;

pub use labelled::read_labelled;

use crate::item::{Counts, Item, Outcome, Run};
use crate::lines::{self, DataError};
use rasoat_law::DocNumber;
use rasoat_law::cite::{Citation, DocumentReference};
use rasoat_law::text::squeeze;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const WANTED: &str = "{\"id\"?,\"text\",\"citations\":[{\"start\",\"end\",\"role\",\"targets\":[{\"document\",\
                      \"document_name\",\"eid\"}]}]}";

/// A text with what it cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Identifies it in its set.
    pub id: String,
    /// What it resembles others for: the file it is from.
    pub cluster: String,
    /// The text.
    pub text: String,
    /// What it cites.
    pub citations: Vec<Cited>,
    /// Spans that are not counted.
    pub ignored: Vec<(usize, usize)>,
    /// The slices it lies in.
    pub slices: BTreeMap<String, String>,
    /// The side of the set it is on, where the set has sides.
    pub split: Option<String>,
}

/// A citation, as it is known or as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// First byte, and one past the last.
    pub span: (usize, usize),
    /// What it does, by the contract's names.
    pub role: String,
    /// What it points at: `document#eid`, either of them empty.
    pub targets: Vec<String>,
}

impl From<&Citation> for Cited {
    fn from(citation: &Citation) -> Self {
        let targets = citation.targets.iter().map(|target| {
            let document = match &target.document {
                DocumentReference::This => String::new(),
                DocumentReference::Number { number, day, .. } => match day {
                    // A number without its year is told apart by its day.
                    Some(day) if number.year().is_none() => format!("{number}@{day}"),
                    _ => number.to_string(),
                },
                DocumentReference::Name { name, .. } => format!("N:{name}"),
            };
            format!("{document}#{}", target.eid.as_ref().map(ToString::to_string).unwrap_or_default())
        });
        let span = (citation.span.start, citation.span.end);
        Self { span, role: citation.role.code().to_owned(), targets: targets.collect() }
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    document: Option<String>,
    text: String,
    citations: Vec<Label>,
    #[serde(default)]
    ignore: Vec<Span>,
    #[serde(default)]
    split: Option<String>,
}

#[derive(Deserialize)]
struct Label {
    start: usize,
    end: usize,
    #[serde(default)]
    role: String,
    targets: Vec<Aim>,
}

#[derive(Deserialize)]
struct Aim {
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    document_name: Option<String>,
    #[serde(default)]
    eid: Option<String>,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
}

impl From<Label> for Cited {
    fn from(label: Label) -> Self {
        let targets = label.targets.into_iter().map(|aim| {
            let name = aim.document_name.map(|name| format!("N:{}", squeeze(&name)));
            format!("{}#{}", name.or(aim.document).unwrap_or_default(), aim.eid.unwrap_or_default())
        });
        Self { span: (label.start, label.end), role: label.role, targets: targets.collect() }
    }
}

/// Reads a set in the contract's shape: what `rasoat cite` prints, with the text beside it.
///
/// # Errors
/// When the file cannot be read, a line is not in its shape, or a span does not fit the text.
pub fn read(path: &Path) -> Result<Vec<Case>, DataError> {
    let mut cases = Vec::new();
    for (number, line) in lines::json_lines::<Line>(path, WANTED)? {
        if let Some(label) = line.citations.iter().find(|label| line.text.get(label.start..label.end).is_none()) {
            let what = format!("{}..{} is no place of the text", label.start, label.end);
            return Err(DataError::line(path, number, what, WANTED));
        }
        let id = line.id.unwrap_or_else(|| number.to_string());
        cases.push(Case {
            cluster: line.document.unwrap_or_else(|| id.clone()),
            id,
            text: line.text,
            citations: line.citations.into_iter().map(Cited::from).collect(),
            ignored: line.ignore.into_iter().map(|span| (span.start, span.end)).collect(),
            slices: BTreeMap::new(),
            split: line.split,
        });
    }
    Ok(cases)
}

/// A kind of thing that is counted, and how it is read of a citation.
type Kind = (&'static str, fn(&Cited) -> Vec<String>);

/// The run of a reader over a set; `found` is in the order of the cases.
pub fn run(
    set: &str,
    system: &str,
    baseline: bool,
    cases: &[Case],
    found: &[Vec<Cited>],
    took_ms: Option<&[f64]>,
) -> Run {
    let items = cases.iter().zip(found).enumerate().map(|(number, (case, found))| {
        let ignored = |c: &&Cited| case.ignored.iter().any(|(start, end)| *start <= c.span.0 && c.span.1 <= *end);
        let found: Vec<&Cited> = found.iter().filter(|c| !ignored(c)).collect();
        let gold: Vec<&Cited> = case.citations.iter().collect();
        let kinds: [Kind; 3] = [
            ("target", |c| c.targets.clone()),
            ("span", |c| vec![format!("{:?}", c.span)]),
            ("span_role", |c| vec![format!("{:?} {}", c.span, c.role)]),
        ];
        let counts: BTreeMap<String, Counts> = kinds
            .into_iter()
            .map(|(kind, read)| {
                let all = |of: &[&Cited]| of.iter().flat_map(|c| read(c)).collect::<Vec<String>>();
                (kind.to_owned(), compare(&all(&gold), &all(&found)))
            })
            .collect();
        let differs = counts.values().any(|count| count.matched < count.gold.max(count.found));
        let shown =
            |of: &[&Cited]| of.iter().map(|c| serde_json::json!([c.span, c.role, c.targets])).collect::<Vec<_>>();
        Item {
            id: case.id.clone(),
            cluster: case.cluster.clone(),
            slices: case.slices.clone(),
            outcome: Outcome::Detected { counts, provisions: 1, confidences: Vec::new() },
            took_ms: took_ms.map(|took| took[number]),
            detail: if differs {
                serde_json::json!({"text": case.text, "gold": shown(&gold), "found": shown(&found)})
            } else {
                serde_json::Value::Null
            },
        }
    });
    Run { suite: "citations".into(), set: set.into(), system: system.into(), baseline, items: items.collect() }
}

/// Both as bags.
fn compare(gold: &[String], found: &[String]) -> Counts {
    let mut left: HashMap<&String, usize> = HashMap::new();
    gold.iter().for_each(|item| *left.entry(item).or_default() += 1);
    let mut matched = 0;
    for item in found {
        if let Some(count) = left.get_mut(item).filter(|count| **count > 0) {
            *count -= 1;
            matched += 1;
        }
    }
    Counts { gold: gold.len(), found: found.len(), matched }
}

/// The baseline: every number of a document is a citation of that document.
pub fn by_numbers(text: &str) -> Vec<Cited> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
        match DocNumber::read(&text[start..]) {
            Some((number, length)) if length > 0 => {
                let targets = vec![format!("{number}#")];
                found.push(Cited { span: (start, start + length), role: "reference".into(), targets });
                at = start + length;
            }
            _ => {
                let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
                at = start + digits;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use rasoat_law::cite;
    use rasoat_law::register::Register;

    #[test]
    fn targets_spans_and_roles_are_counted_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("citations.jsonl");
        let text = "Thực hiện theo điểm b khoản 2 Điều 15 Nghị định số 30/2020/NĐ-CP.";
        let line = serde_json::json!({"text": text, "citations": [
            {"start": text.find("điểm").unwrap(), "end": text.len() - 1, "role": "basis",
             "targets": [{"document": "30/2020/NĐ-CP", "eid": "art_15__para_2__point_b"}]}]});
        std::fs::write(&path, line.to_string()).unwrap();
        let cases = read(&path).unwrap();
        let found: Vec<Cited> = cite::citations(text, Register::built_in()).iter().map(Cited::from).collect();
        let counts = |found: &[Cited]| {
            let run = run("small", "cite", false, &cases, &[found.to_vec()], None);
            let Outcome::Detected { counts, .. } = &run.items[0].outcome else { panic!("not detected") };
            ["target", "span", "span_role"].map(|kind| (counts[kind].found, counts[kind].matched))
        };
        assert_eq!(counts(&found), [(1, 1), (1, 1), (1, 0)]);
        assert_eq!(counts(&by_numbers(text)), [(1, 0), (1, 0), (1, 0)]);
        assert_eq!(by_numbers(text)[0].targets, ["30/2020/NĐ-CP#"]);
    }
}
