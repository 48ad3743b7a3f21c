//! The suite *outcomes*: whole drafts against the findings reviewers made.
//!
//! A finding matches a gold finding of the same check when their spans overlap and, where the gold names a document,
//! one of the finding's evidences is of it. Each gold finding is matched once.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The gold findings of a draft (`gold.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gold {
    /// The date of the review.
    pub as_of: String,
    /// What a reviewer found.
    pub findings: Vec<GoldFinding>,
}

/// One gold finding; offsets are bytes of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldFinding {
    /// The check.
    pub check: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The document that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The provision that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eid: Option<String>,
}

/// A draft with its gold findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The draft's file.
    pub draft: PathBuf,
    /// What is known.
    pub gold: Gold,
}

/// A finding of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The check.
    pub check: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Documents of its evidence.
    pub documents: Vec<String>,
    /// The draft's words.
    pub quote: String,
}

/// What a review gave for a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The case.
    pub case: Case,
    /// Provisions of the draft.
    pub provisions: usize,
    /// Milliseconds of the review.
    pub timing_ms: u64,
    /// The findings.
    pub found: Vec<Found>,
}

/// The data set could not be read.
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
    /// A gold file is not in its shape.
    #[error("{path} is not a gold file: {source}")]
    Shape {
        /// Where.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// There is no case in the folder.
    #[error("{path} has no folder with a draft.* and a gold.json")]
    Empty {
        /// Where.
        path: PathBuf,
    },
}

/// Reads a data set: one folder a draft, with `draft.*` and `gold.json`.
///
/// # Errors
/// When the folder cannot be read or holds no case.
pub fn read(folder: &Path) -> Result<Vec<Case>, DataError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Io { path, source }
    };
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        let gold = path.join("gold.json");
        if !gold.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&gold).map_err(io(&gold))?;
        let draft = std::fs::read_dir(&path)
            .map_err(io(&path))?
            .filter_map(|e| e.ok().map(|e| e.path()))
            .find(|file| file.file_stem().is_some_and(|stem| stem == "draft"));
        let Some(draft) = draft else { continue };
        cases.push(Case {
            name: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            draft,
            gold: serde_json::from_str(&text).map_err(|source| DataError::Shape { path: gold, source })?,
        });
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    if cases.is_empty() { Err(DataError::Empty { path: folder.to_owned() }) } else { Ok(cases) }
}

/// Counts of one check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// Gold findings.
    pub gold: usize,
    /// Findings.
    pub found: usize,
    /// Gold findings that were found.
    pub matched: usize,
}

impl Score {
    /// Share of findings that are right; 1 when there are none.
    pub fn precision(&self) -> f64 {
        if self.found == 0 { 1.0 } else { self.matched as f64 / self.found as f64 }
    }

    /// Share of gold findings that were found; 1 when there are none.
    pub fn recall(&self) -> f64 {
        if self.gold == 0 { 1.0 } else { self.matched as f64 / self.gold as f64 }
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }
}

/// The suite's report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// By check.
    pub checks: BTreeMap<String, Score>,
    /// All checks together.
    pub total: Score,
    /// Findings that match no gold finding, for ten provisions.
    pub false_alarms_per_10_provisions: f64,
    /// Milliseconds a review, on average.
    pub mean_ms: f64,
    /// Gold findings that were missed: case, check, span.
    pub missed: Vec<(String, GoldFinding)>,
    /// Findings that match no gold finding: case, check, words.
    pub unexpected: Vec<(String, String, String)>,
}

/// Scores what reviews gave.
pub fn score(results: &[CaseResult]) -> Report {
    let mut checks: BTreeMap<String, Score> = BTreeMap::new();
    let (mut missed, mut unexpected) = (Vec::new(), Vec::new());
    for result in results {
        let mut used = vec![false; result.found.len()];
        for gold in &result.case.gold.findings {
            let entry = checks.entry(gold.check.clone()).or_default();
            entry.gold += 1;
            let hit = result.found.iter().enumerate().position(|(at, found)| !used[at] && matches(gold, found));
            match hit {
                Some(at) => {
                    used[at] = true;
                    entry.matched += 1;
                }
                None => missed.push((result.case.name.clone(), gold.clone())),
            }
        }
        for (found, used) in result.found.iter().zip(used) {
            checks.entry(found.check.clone()).or_default().found += 1;
            if !used {
                unexpected.push((result.case.name.clone(), found.check.clone(), found.quote.clone()));
            }
        }
    }
    let total = checks.values().fold(Score::default(), |sum, s| Score {
        gold: sum.gold + s.gold,
        found: sum.found + s.found,
        matched: sum.matched + s.matched,
    });
    let provisions: usize = results.iter().map(|r| r.provisions).sum();
    Report {
        false_alarms_per_10_provisions: unexpected.len() as f64 * 10.0 / provisions.max(1) as f64,
        mean_ms: results.iter().map(|r| r.timing_ms as f64).sum::<f64>() / results.len().max(1) as f64,
        checks,
        total,
        missed,
        unexpected,
    }
}

fn matches(gold: &GoldFinding, found: &Found) -> bool {
    gold.check == found.check
        && gold.start < found.end
        && found.start < gold.end
        && gold.document.as_ref().is_none_or(|document| found.documents.contains(document))
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{:<28} {:>5} {:>6} {:>8} {:>9} {:>7} {:>6}",
            "check", "gold", "found", "matched", "precision", "recall", "F1"
        )?;
        let row = |f: &mut std::fmt::Formatter<'_>, name: &str, s: &Score| {
            writeln!(
                f,
                "{name:<28} {:>5} {:>6} {:>8} {:>9.3} {:>7.3} {:>6.3}",
                s.gold,
                s.found,
                s.matched,
                s.precision(),
                s.recall(),
                s.f1()
            )
        };
        for (name, score) in &self.checks {
            row(f, name, score)?;
        }
        row(f, "all", &self.total)?;
        writeln!(
            f,
            "false alarms per 10 provisions: {:.2}; mean {:.0} ms a draft",
            self.false_alarms_per_10_provisions, self.mean_ms
        )?;
        for (case, gold) in &self.missed {
            writeln!(
                f,
                "missed {case}: {} {}..{} {}",
                gold.check,
                gold.start,
                gold.end,
                gold.document.as_deref().unwrap_or("")
            )?;
        }
        for (case, check, quote) in &self.unexpected {
            writeln!(f, "unexpected {case}: {check} “{}”", quote.replace('\n', " "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_matches_by_check_span_and_document_once() {
        let gold = |start, document: Option<&str>| GoldFinding {
            check: "basis.expired".into(),
            start,
            end: start + 10,
            document: document.map(str::to_owned),
            eid: None,
        };
        let found = |check: &str, start| Found {
            check: check.into(),
            start,
            end: start + 5,
            documents: vec!["64/2025/QH15".into()],
            quote: "x".into(),
        };
        let case = Case {
            name: "a".into(),
            draft: PathBuf::new(),
            gold: Gold {
                as_of: String::new(),
                findings: vec![gold(0, Some("64/2025/QH15")), gold(100, Some("1/2020/QH14")), gold(200, None)],
            },
        };
        let found = vec![
            found("basis.expired", 8),
            found("basis.expired", 4),
            found("basis.expired", 100),
            found("terms.renamed_body", 200),
        ];
        let report = score(&[CaseResult { case, provisions: 20, timing_ms: 10, found }]);
        let basis = report.checks["basis.expired"];
        assert_eq!((basis.gold, basis.found, basis.matched), (3, 3, 1));
        assert_eq!(report.missed.len(), 2);
        assert_eq!(report.unexpected.len(), 3);
        assert!((report.false_alarms_per_10_provisions - 1.5).abs() < 1e-9);
    }
}
