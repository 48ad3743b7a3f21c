//! Review outcomes mined from the law itself: what legislators changed between two dates is a reviewer's decision on
//! record.
//!
//! Hard because a change says little of its reason: an article may be rewritten and order the same, a document missing
//! from the later snapshot may only be missing. So every rule here claims little, what none claims is left out and
//! counted with the reason, and samples were read one by one (`eval/splits/hand-check.csv`). Sources: the codified law of
//! October 2023 and August 2024, documents as enacted. Legal bases are not mined: the codified law has no preambles.
//!
//! `source` reads, `unit` and `word` take norms apart, `change` judges two, `pairs` pairs them, `state` knows what ended,
//! `draft` makes drafts with stale citations, `conflict` drafts with contradictions, `held` gives the law they are reviewed beside, `split` keeps documents on one side, `edited` and `restated` edit norms by rule for training.

pub mod change;
pub mod conflict;
pub mod draft;
pub mod edited;
pub mod held;
pub mod pairs;
pub mod restated;
pub mod source;
pub mod split;
pub mod state;
pub mod unit;
mod word;

#[cfg(test)]
mod tests;

use draft::{Draft, Outdated};
use edited::EditedPair;
use pairs::Pair;
use serde::Serialize;
use source::{SourceError, Sources};
use split::{Split, Splits};
use state::States;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// How to mine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What is drawn where there is more than is wanted. The same seed gives the same bytes.
    pub seed: u64,
    /// How many pairs of edited norms are wanted, for training; half of them contradictions.
    pub edits: usize,
    /// Whether the law of the later date is wanted too, as records to import.
    pub law: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 6, edits: 4000, law: false }
    }
}

/// What was left out, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Rejected(BTreeMap<String, usize>);

impl Rejected {
    /// One more.
    pub fn count(&mut self, why: &str) {
        self.add(why, 1);
    }

    /// Several more.
    pub fn add(&mut self, why: &str, count: usize) {
        if count > 0 {
            *self.0.entry(why.to_owned()).or_default() += count;
        }
    }

    /// Those of another count as well.
    pub fn merge(&mut self, other: Self) {
        for (why, count) in other.0 {
            self.add(&why, count);
        }
    }

    /// By reason, how many.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(why, count)| (why.as_str(), *count))
    }
}

/// Everything mined.
#[derive(Debug, Clone, PartialEq)]
pub struct Mined {
    /// Pairs of norms, by identifier.
    pub pairs: Vec<Pair>,
    /// Drafts with their gold, by name.
    pub drafts: Vec<Draft>,
    /// Drafts that contradict what replaced them, with the law to review them beside.
    pub conflicts: conflict::Conflicts,
    /// Norms of the development side and the same after edits, by identifier; then those that restate another document's.
    pub edits: Vec<EditedPair>,
    /// The law of the later date, by number, where it was asked for.
    pub law: Vec<held::Record>,
    /// What was left out.
    pub rejected: Rejected,
}

/// Documents of the law in one file: some 24 MB.
const LAW_A_FILE: usize = 1000;

/// A file to write: its path below the data set's folder, and its bytes.
pub type Named = (String, Vec<u8>);

/// Reads the snapshots in `folder` (and what lies beside it) and mines them. `step` is told what is being done and
/// answers whether to go on.
///
/// # Errors
/// When a snapshot is missing or not in its shape. `None` where `step` said stop.
pub fn mine(
    folder: &Path,
    options: Options,
    mut step: impl FnMut(&'static str) -> bool,
) -> Result<Option<Mined>, SourceError> {
    let mut rejected = Rejected::default();
    if !step("read") {
        return Ok(None);
    }
    let sources = source::read(folder, &mut rejected)?;
    Ok(from(&sources, options, rejected, step))
}

/// Mines sources that were read. `None` where `step` said stop.
pub fn from(
    sources: &Sources,
    options: Options,
    mut rejected: Rejected,
    mut step: impl FnMut(&'static str) -> bool,
) -> Option<Mined> {
    if !step("effect") {
        return None;
    }
    let states = States::read(sources);
    let splits = Splits::new(&states);
    if !step("pairs") {
        return None;
    }
    let pairs::Norms { drawn: pairs, replaced } = pairs::mine(sources, &states, &splits, &options, &mut rejected);
    if !step("drafts") {
        return None;
    }
    let drafts = draft::mine(sources, &states, &splits, &options, &mut rejected);
    if !step("edits") {
        return None;
    }
    let mut edits = edited::mine(sources, &splits, &options, &mut rejected);
    edits.extend(restated::mine(sources, &splits, &options, &mut rejected));
    let conflicts = conflict::mine(sources, &states, &splits, &replaced, &options, &mut rejected);
    let law = if options.law { held::records(sources) } else { Vec::new() };
    Some(Mined { pairs, drafts, conflicts, edits, law, rejected })
}

impl Mined {
    /// The data set's files, in the contract's shapes: `pairs.jsonl`, `outdated.jsonl`, a folder a draft below
    /// `outcomes`, `conflicts` and `no-conflicts`, the law to import for the last two (`law-of-conflicts.jsonl`), norms edited for training (`edits.jsonl`, where any were asked for), the law of the later date
    /// (`law/*.jsonl`, where it was), the documents of each side (`splits.csv`), and what was counted (`counts.json`).
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn files(&self) -> Result<Vec<Named>, serde_json::Error> {
        let mut files = vec![("pairs.jsonl".to_owned(), lines(&self.pairs)?)];
        let outdated: Vec<Outdated<'_>> = self
            .drafts
            .iter()
            .map(|draft| Outdated {
                id: &draft.name,
                document: &draft.document,
                file: format!("outcomes/{}/draft.txt", draft.name),
                as_of: draft.as_of,
                split: draft.split,
                citations: &draft.citations,
            })
            .collect();
        files.push(("outdated.jsonl".to_owned(), lines(&outdated)?));
        for draft in &self.drafts {
            files.push((format!("outcomes/{}/draft.txt", draft.name), draft.text.clone().into_bytes()));
            files.push((format!("outcomes/{}/gold.json", draft.name), serde_json::to_vec(draft)?));
        }
        if !self.edits.is_empty() {
            files.push(("edits.jsonl".to_owned(), lines(&self.edits)?));
        }
        for (set, drafts) in [("conflicts", &self.conflicts.replaced), ("no-conflicts", &self.conflicts.clean)] {
            for draft in drafts {
                files.push((format!("{set}/{}/draft.txt", draft.name), draft.text.clone().into_bytes()));
                files.push((format!("{set}/{}/gold.json", draft.name), serde_json::to_vec(draft)?));
            }
        }
        files.push(("law-of-conflicts.jsonl".to_owned(), lines(&self.conflicts.law)?));
        // In files that are not too large to import one by one.
        for (at, records) in self.law.chunks(LAW_A_FILE).enumerate() {
            files.push((format!("law/{:02}.jsonl", at + 1), lines(records)?));
        }
        let mut splits = "document,split\n".to_owned();
        for (document, split) in self.sides() {
            let _ = writeln!(splits, "{document},{}", split.code());
        }
        files.push(("splits.csv".to_owned(), splits.into_bytes()));
        files.push(("counts.json".to_owned(), serde_json::to_vec_pretty(&self.counts())?));
        Ok(files)
    }

    /// The side of every document that was used.
    pub fn sides(&self) -> BTreeMap<&str, Split> {
        let pairs = self.pairs.iter().flat_map(|pair| {
            [(pair.draft_ref.document.as_str(), pair.split), (pair.law_ref.document.as_str(), pair.split)]
        });
        pairs.chain(self.drafts.iter().map(|draft| (draft.document.as_str(), draft.split))).collect()
    }

    /// What was mined, by label, dimension, source and side, and what was left out.
    pub fn counts(&self) -> serde_json::Value {
        let mut pairs: BTreeMap<String, usize> = BTreeMap::new();
        for pair in &self.pairs {
            let dimension = pair.dimension.map(|d| format!(" {d}")).unwrap_or_default();
            *pairs
                .entry(format!("{}{dimension} · {} · {}", pair.label.code(), pair.source, pair.split.code()))
                .or_default() += 1;
        }
        let mut edits: BTreeMap<String, usize> = BTreeMap::new();
        for pair in &self.edits {
            let dimension = pair.dimension.map(|d| format!(" {d}")).unwrap_or_default();
            *edits.entry(format!("{}{dimension} · {}", pair.label.code(), pair.source)).or_default() += 1;
        }
        let mut findings: BTreeMap<String, usize> = BTreeMap::new();
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for draft in &self.drafts {
            for finding in &draft.findings {
                *findings.entry(format!("{} · {}", finding.check, draft.split.code())).or_default() += 1;
            }
            for citation in &draft.citations {
                *states.entry(format!("{} · {}", citation.effect, draft.split.code())).or_default() += 1;
            }
        }
        serde_json::json!({
            "pairs": pairs,
            "drafts": self.drafts.len(),
            "drafts_with_findings": self.drafts.iter().filter(|draft| !draft.findings.is_empty()).count(),
            "findings": findings,
            "citations": states,
            "edits": edits,
            "conflicts": self.conflicts.replaced.iter().map(|draft| draft.findings.len()).sum::<usize>(),
            "conflict_drafts": self.conflicts.replaced.len(),
            "law": self.law.len(),
            "rejected": self.rejected,
        })
    }
}

fn lines<T: Serialize>(items: &[T]) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for item in items {
        serde_json::to_writer(&mut bytes, item)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
