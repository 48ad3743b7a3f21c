//! The suite *outcomes*: whole drafts against the findings reviewers made.
//!
//! A finding matches a gold finding of the same check when their spans overlap and their evidence is the same: where the
//! gold names documents, one of the finding's evidences is of one of them. What proves that a citation is stale is the
//! document that ended or the one that ended it; either convinces a reviewer, so a gold may name both. Whether a review
//! names the very act is counted apart ([`evidence_run`]). Each gold finding is matched once.

use crate::item::{Counts, Item, Outcome, Run};
use crate::lines::{self, DataError};
use rasoat_law::Eid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The gold findings of a draft (`gold.json`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gold {
    /// The date of the review.
    pub as_of: String,
    /// What a reviewer found.
    pub findings: Vec<GoldFinding>,
    /// The document the draft was made of, where it was made of one: drafts of one document resemble each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// What a review found and a reviewer dismissed: known false alarms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dismissed: Vec<GoldFinding>,
    /// The checks the gold is of; findings of others are neither right nor wrong. Empty where it is of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// Places where a finding is neither right nor wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<Unjudged>,
    /// The side of the data set it is on, where it has sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The field of law, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A place of which nothing certain is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unjudged {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
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
    /// The document that proves it; of a citation that is stale, the one that ended what is cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The document that is cited there, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cited: Option<String>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The check.
    pub check: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its evidences: document and provision.
    pub evidence: Vec<(String, Option<String>)>,
    /// The draft's words.
    pub quote: String,
    /// The probability the review gives it, in [0, 1].
    pub confidence: f64,
}

/// What a review gave for a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The case.
    pub case: Case,
    /// The draft's kind of document, by its code.
    pub kind: &'static str,
    /// Provisions of the draft.
    pub provisions: usize,
    /// Characters of the draft's text.
    pub characters: usize,
    /// Milliseconds of the review.
    pub timing_ms: u64,
    /// The findings.
    pub found: Vec<Found>,
}

impl CaseResult {
    /// Leaves out the findings of which the gold says nothing: of checks it is not of, and at places it does not judge,
    /// unless they match a gold finding.
    #[must_use]
    pub fn judged(mut self) -> Self {
        let known = matched(&self);
        let gold = &self.case.gold;
        let of_check = |found: &Found| gold.checks.is_empty() || gold.checks.contains(&found.check);
        let unjudged = |found: &Found| gold.unjudged.iter().any(|at| at.start < found.end && found.start < at.end);
        let keep: Vec<bool> = self
            .found
            .iter()
            .enumerate()
            .map(|(at, found)| known.contains(&Some(at)) || of_check(found) && !unjudged(found))
            .collect();
        let mut keep = keep.into_iter();
        self.found.retain(|_| keep.next().unwrap_or(true));
        self
    }

    /// The same without what its gold says of evidence: whether the right check found the right place, whatever it
    /// proves it by.
    #[must_use]
    pub fn places(mut self) -> Self {
        for gold in &mut self.case.gold.findings {
            (gold.document, gold.cited, gold.eid) = (None, None, None);
        }
        self
    }

    /// Pages of [`PAGE`] characters.
    pub fn pages(&self) -> f64 {
        (self.characters as f64 / PAGE).max(1.0)
    }
}

/// Characters taken for a page, whatever the file's layout: files that are plain text have no pages.
pub const PAGE: f64 = 2_000.0;

/// Reads a data set: one folder a draft, with `draft.*` and `gold.json`.
///
/// # Errors
/// When the folder cannot be read or holds no case.
pub fn read(folder: &Path) -> Result<Vec<Case>, DataError> {
    let io = |source| DataError::Io { path: folder.to_owned(), source };
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let gold = path.join("gold.json");
        if !gold.exists() {
            continue;
        }
        let mut drafts: Vec<PathBuf> = std::fs::read_dir(&path)
            .map_err(io)?
            .filter_map(|e| e.ok().map(|e| e.path()))
            .filter(|file| file.file_stem().is_some_and(|stem| stem == "draft"))
            .collect();
        drafts.sort();
        let Some(draft) = drafts.into_iter().next() else {
            return Err(DataError::shape(&path, "there is a gold.json and no draft", WANTED));
        };
        let read: Gold = lines::json(&gold, GOLD)?;
        if read.as_of.parse::<jiff::civil::Date>().is_err() {
            return Err(DataError::shape(&gold, format!("as_of {:?} is no date", read.as_of), GOLD));
        }
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        cases.push(Case { name, draft, gold: read });
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    if cases.is_empty() { Err(DataError::Empty { path: folder.to_owned(), wanted: WANTED }) } else { Ok(cases) }
}

const WANTED: &str = "one folder a draft, with draft.* and gold.json";
const GOLD: &str =
    "{\"as_of\":\"2026-11-21\",\"findings\":[{\"check\",\"start\",\"end\",\"document\"?,\"cited\"?,\"eid\"?}]}";

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
    /// Milliseconds a page of [`PAGE`] characters.
    pub ms_a_page: f64,
    /// Gold findings that were missed: case, check, span.
    pub missed: Vec<(String, GoldFinding)>,
    /// Findings that match no gold finding: case, check, words.
    pub unexpected: Vec<(String, String, String)>,
}

/// Which finding answers which: for each gold finding the finding that matches it. Each is matched once, in order.
fn matched(result: &CaseResult) -> Vec<Option<usize>> {
    let mut used = vec![false; result.found.len()];
    let gold = result.case.gold.findings.iter();
    gold.map(|gold| {
        let hit = result.found.iter().enumerate().position(|(at, found)| !used[at] && matches(gold, found));
        hit.inspect(|at| used[*at] = true)
    })
    .collect()
}

/// Scores what reviews gave.
pub fn score(results: &[CaseResult]) -> Report {
    let mut checks: BTreeMap<String, Score> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut unexpected = Vec::new();
    for result in results {
        let matched = matched(result);
        for (gold, hit) in result.case.gold.findings.iter().zip(&matched) {
            let entry = checks.entry(gold.check.clone()).or_default();
            entry.gold += 1;
            match hit {
                Some(_) => entry.matched += 1,
                None => missed.push((result.case.name.clone(), gold.clone())),
            }
        }
        for (at, found) in result.found.iter().enumerate() {
            checks.entry(found.check.clone()).or_default().found += 1;
            if !matched.contains(&Some(at)) {
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
    let pages: f64 = results.iter().map(CaseResult::pages).sum();
    let spent: f64 = results.iter().map(|r| r.timing_ms as f64).sum();
    Report {
        false_alarms_per_10_provisions: unexpected.len() as f64 * 10.0 / provisions.max(1) as f64,
        mean_ms: spent / results.len().max(1) as f64,
        ms_a_page: spent / pages.max(1.0),
        checks,
        total,
        missed,
        unexpected,
    }
}

/// The run of a system over a set: a case an item, its findings counted by check.
pub fn run(set: &str, system: &str, baseline: bool, results: &[CaseResult]) -> Run {
    let items = results.iter().map(|result| {
        let matched = matched(result);
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for (gold, hit) in result.case.gold.findings.iter().zip(&matched) {
            let entry = counts.entry(gold.check.clone()).or_default();
            entry.gold += 1;
            entry.matched += usize::from(hit.is_some());
        }
        for found in &result.found {
            counts.entry(found.check.clone()).or_default().found += 1;
        }
        let is_right = |at: usize| matched.contains(&Some(at));
        let missed = result.case.gold.findings.iter().zip(&matched).filter(|(_, hit)| hit.is_none());
        let mut slices: BTreeMap<String, String> =
            [("rank".to_owned(), result.kind.to_owned()), ("pages".to_owned(), pages_bin(result.pages()).to_owned())]
                .into();
        slices.extend(result.case.gold.field.clone().map(|field| ("field".to_owned(), field)));
        let shown = |found: &Found| {
            serde_json::json!({"check": found.check, "start": found.start, "end": found.end, "quote": found.quote,
                "evidence": found.evidence, "confidence": found.confidence})
        };
        let unexpected = result.found.iter().enumerate().filter(|(at, _)| !is_right(*at));
        Item {
            id: result.case.name.clone(),
            cluster: result.case.gold.document.clone().unwrap_or_else(|| result.case.name.clone()),
            slices,
            outcome: Outcome::Detected {
                counts,
                provisions: result.provisions,
                confidences: result.found.iter().enumerate().map(|(at, f)| (f.confidence, is_right(at))).collect(),
            },
            took_ms: Some(result.timing_ms as f64),
            detail: serde_json::json!({
                "as_of": result.case.gold.as_of,
                "characters": result.characters,
                "missed": missed.map(|(gold, _)| gold).collect::<Vec<_>>(),
                "unexpected": unexpected.map(|(_, found)| shown(found)).collect::<Vec<_>>(),
            }),
        }
    });
    Run { suite: "outcomes".into(), set: set.into(), system: system.into(), baseline, items: items.collect() }
}

/// The run that asks of each matched finding what its evidence is: of the document the gold names (`document`) and the
/// one cited (`cited`), where the gold names both, and the very provision or its article, where it names one; `None` where
/// no gold does either.
pub fn evidence_run(set: &str, system: &str, results: &[CaseResult]) -> Option<Run> {
    let mut items = Vec::new();
    for result in results {
        for (at, (gold, hit)) in result.case.gold.findings.iter().zip(matched(result)).enumerate() {
            let (Some(document), Some(hit)) = (&gold.document, hit) else { continue };
            let evidence = &result.found[hit].evidence;
            let measures = proven(document, gold, evidence);
            if measures.is_empty() {
                continue;
            }
            items.push(Item {
                id: format!("{}-{}", result.case.name, at + 1),
                cluster: result.case.gold.document.clone().unwrap_or_else(|| result.case.name.clone()),
                slices: [("check".to_owned(), gold.check.clone())].into(),
                outcome: Outcome::Measured { measures },
                took_ms: None,
                detail: serde_json::json!({"gold": gold, "evidence": evidence}),
            });
        }
    }
    let set = format!("{set}-evidence");
    (!items.is_empty()).then(|| Run { suite: "outcomes".into(), set, system: system.into(), baseline: false, items })
}

/// What of a gold finding, which names `document`, its evidence is: each 1 or 0.
fn proven(document: &str, gold: &GoldFinding, evidence: &[(String, Option<String>)]) -> BTreeMap<String, f64> {
    let is = |name: &str, right: bool| (name.to_owned(), f64::from(u8::from(right)));
    let of = |document: &str| evidence.iter().any(|(other, _)| other == document);
    let mut measures = BTreeMap::new();
    if let Some(cited) = &gold.cited {
        measures.extend([is("document", of(document)), is("cited", of(cited))]);
    }
    if let Some(eid) = &gold.eid {
        let there = evidence.iter().filter(|(other, _)| other == document);
        let eids: Vec<&str> = there.filter_map(|(_, eid)| eid.as_deref()).collect();
        let article = |eid: &str| Eid::new(eid).article().map(|article| article.to_string());
        measures.extend([
            is("provision", eids.contains(&eid.as_str())),
            is("article", eids.iter().any(|other| article(other) == article(eid))),
        ]);
    }
    measures
}

fn pages_bin(pages: f64) -> &'static str {
    match pages {
        ..5.0 => "0-4",
        5.0..20.0 => "5-19",
        _ => "20+",
    }
}

fn matches(gold: &GoldFinding, found: &Found) -> bool {
    gold.check == found.check && gold.start < found.end && found.start < gold.end && proves(gold, found)
}

/// Whether an evidence of the finding is of a document that the gold names, where it names any.
fn proves(gold: &GoldFinding, found: &Found) -> bool {
    let mut named = [&gold.document, &gold.cited].into_iter().flatten().peekable();
    named.peek().is_none() || named.any(|document| found.evidence.iter().any(|(other, _)| other == document))
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
            "false alarms per 10 provisions: {:.2}; mean {:.0} ms a draft, {:.0} ms a page",
            self.false_alarms_per_10_provisions, self.mean_ms, self.ms_a_page
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
            cited: None,
            eid: None,
        };
        let found = |check: &str, start| Found {
            check: check.into(),
            start,
            end: start + 5,
            evidence: vec![("64/2025/QH15".into(), Some("art_1".into()))],
            quote: "x".into(),
            confidence: 0.9,
        };
        let case = Case {
            name: "a".into(),
            draft: PathBuf::new(),
            gold: Gold {
                as_of: String::new(),
                findings: vec![gold(0, Some("64/2025/QH15")), gold(100, Some("1/2020/QH14")), gold(200, None)],
                ..Gold::default()
            },
        };
        let found = vec![
            found("basis.expired", 8),
            found("basis.expired", 4),
            found("basis.expired", 100),
            found("terms.renamed_body", 200),
        ];
        let results = [CaseResult { case, kind: "luat", provisions: 20, characters: 4_000, timing_ms: 10, found }];
        let report = score(&results);
        let basis = report.checks["basis.expired"];
        assert_eq!((basis.gold, basis.found, basis.matched), (3, 3, 1));
        assert_eq!(report.missed.len(), 2);
        assert_eq!(report.unexpected.len(), 3);
        assert!((report.false_alarms_per_10_provisions - 1.5).abs() < 1e-9);
        assert!((report.ms_a_page - 5.0).abs() < 1e-9);
        let run = run("small", "review", false, &results);
        let Outcome::Detected { counts, confidences, .. } = &run.items[0].outcome else { panic!("not detected") };
        assert_eq!(counts["basis.expired"], Counts { gold: 3, found: 3, matched: 1 });
        assert_eq!(confidences.iter().filter(|(_, right)| *right).count(), 1);
        let [result] = results;
        assert_eq!(score(&[result.places()]).checks["basis.expired"].matched, 2);
    }

    #[test]
    fn the_ended_document_proves_a_stale_citation_as_the_one_that_ended_it_does() {
        let gold = GoldFinding {
            check: "validity.expired".into(),
            start: 0,
            end: 10,
            document: Some("64/2025/QH15".into()),
            cited: Some("80/2015/QH13".into()),
            eid: None,
        };
        let run = |evidence: &str| {
            let found = Found {
                check: gold.check.clone(),
                start: 0,
                end: 10,
                evidence: vec![(evidence.into(), None)],
                quote: String::new(),
                confidence: 0.9,
            };
            let gold = Gold { findings: vec![gold.clone()], ..Gold::default() };
            let case = Case { name: "a".into(), draft: PathBuf::new(), gold };
            CaseResult { case, kind: "luat", provisions: 1, characters: 1, timing_ms: 1, found: vec![found] }
        };
        let measured = |evidence: &str| {
            let run = evidence_run("small", "review", &[run(evidence)])?;
            let Outcome::Measured { measures } = &run.items[0].outcome else { return None };
            Some((measures["document"], measures["cited"]))
        };
        assert_eq!(measured("64/2025/QH15"), Some((1.0, 0.0)));
        assert_eq!(measured("80/2015/QH13"), Some((0.0, 1.0)));
        // Of a third document the right place is named for a wrong reason.
        assert_eq!(score(&[run("17/2008/QH12")]).total.matched, 0);
        assert_eq!(score(&[run("17/2008/QH12").places()]).total.matched, 1);
    }

    #[test]
    fn what_the_gold_does_not_judge_is_left_out() {
        let found = |check: &str, start| Found {
            check: check.into(),
            start,
            end: start + 5,
            evidence: Vec::new(),
            quote: String::new(),
            confidence: 0.5,
        };
        let gold = Gold {
            checks: vec!["basis.expired".into()],
            unjudged: vec![Unjudged { start: 20, end: 40 }],
            findings: vec![GoldFinding {
                check: "basis.expired".into(),
                start: 30,
                end: 35,
                document: None,
                cited: None,
                eid: None,
            }],
            ..Gold::default()
        };
        let case = Case { name: "a".into(), draft: PathBuf::new(), gold };
        let found = vec![
            found("terms.renamed_body", 0),
            found("basis.expired", 0),
            found("basis.expired", 20),
            found("basis.expired", 30),
        ];
        let result = CaseResult { case, kind: "luat", provisions: 1, characters: 1, timing_ms: 1, found }.judged();
        assert_eq!(result.found.iter().map(|f| f.start).collect::<Vec<_>>(), [0, 30]);
    }
}
