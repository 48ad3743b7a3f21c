//! What an evaluator would publish of runs: every figure with its interval, baselines, slices, curves, hashes, limits.
//!
//! Hard because a report must be believed: the same runs give the same bytes, so whatever a clock or a machine brought
//! (latency, date, processor) stands apart in `timing.json`, and a check for drift compares the rest. Runs are the
//! suites', hashes and the machine are handed in: nothing here reads a clock, a repository or a processor.

mod files;
pub(crate) mod page;
pub(crate) mod plot;
mod timing;
pub(crate) mod words;

pub use files::{FileError, read_items, run_name};
pub(crate) use files::{json, write_files};
pub use timing::{Latency, RunTiming, Timing};

use crate::baseline;
use crate::calibration::Reliability;
use crate::interval::{Difference, Figure, differences, documents, figures};
use crate::item::{Item, Run};
use crate::metric::{Confusion, Metric, Point, curve};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The number of this shape of report.
pub const SCHEMA: u32 = 1;

/// A slice of fewer items is marked: its figures are hardly more than anecdotes.
pub const FEW_ITEMS: usize = 30;

/// A slice of fewer documents is marked: the bootstrap is too sure of itself there (Cameron, Gelbach and Miller, 2008).
pub const FEW_DOCUMENTS: usize = 10;

/// Everything that one evaluation says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What was measured with what.
    pub provenance: Provenance,
    /// By suite and set, in the order of the runs.
    pub sets: Vec<SetReport>,
    /// What these figures cannot tell.
    pub limits: Vec<Text>,
    /// What took how long, on what machine: in `timing.json`.
    #[serde(skip)]
    pub timing: Timing,
    /// The runs, generated baselines among them: in `items-*.jsonl`.
    #[serde(skip)]
    pub runs: Vec<Run>,
    /// More files of the report, by name: TREC runs and judgements.
    #[serde(skip)]
    pub attachments: BTreeMap<String, String>,
}

/// What a report is of. Everything here is handed in; maps are by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The program's version.
    pub version: String,
    /// The commit it was built from, `-dirty` behind it where files had changed.
    pub commit: Option<String>,
    /// By data set the SHA-256 of what was read, in hexadecimal.
    pub data: BTreeMap<String, String>,
    /// By model or store the SHA-256 of its files.
    pub models: BTreeMap<String, String>,
    /// Settings that bear on the figures.
    pub configuration: BTreeMap<String, String>,
    /// Of every draw: baselines, intervals, tests.
    pub seed: u64,
    /// Where and when. Not part of what must be equal when it is run again, so it is in `timing.json`.
    #[serde(skip)]
    pub circumstances: Circumstances,
}

/// Where and when a report was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Processor, cores, memory, operating system ...
    pub machine: BTreeMap<String, String>,
    /// When, after ISO 8601.
    pub at: Option<String>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// All systems on one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetReport {
    /// The suite.
    pub suite: String,
    /// The data set.
    pub set: String,
    /// In the order of the runs, generated baselines last.
    pub systems: Vec<SystemReport>,
    /// What each system has over the one before it, and over every baseline of the suite's own.
    pub gains: Vec<Gain>,
}

/// One system on one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemReport {
    /// The system.
    pub system: String,
    /// Whether it is something to hold the others against.
    pub baseline: bool,
    /// Cases.
    pub items: usize,
    /// Documents they come from: what intervals draw.
    pub documents: usize,
    /// By metric; those that are not defined are absent.
    pub figures: BTreeMap<String, Figure>,
    /// By slice, its values in order; baselines have none.
    pub slices: Vec<Slice>,
    /// Of decisions.
    pub confusion: Option<Confusion>,
    /// Of everything that was said with a confidence.
    pub reliability: Option<Reliability>,
    /// Of the same, from the surest on.
    pub risk_coverage: Vec<Point>,
}

/// The cases that have one value of a slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// What is cut by: `rank`, `field`, `year` ...
    pub key: String,
    /// The value.
    pub value: String,
    /// Cases.
    pub items: usize,
    /// Documents.
    pub documents: usize,
    /// Fewer than [`FEW_ITEMS`] cases or [`FEW_DOCUMENTS`] documents.
    pub small: bool,
    /// By metric, those of one class alone left out.
    pub figures: BTreeMap<String, Figure>,
}

/// What a system has over another on the same cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The system.
    pub system: String,
    /// The one it is compared with.
    pub over: String,
    /// By metric.
    pub differences: BTreeMap<String, Difference>,
}

impl Report {
    /// The report of the runs, in their order. Runs of a suite and set stand together; majority and random baselines
    /// are added where decisions are made. Figures take seconds for thousands of items.
    pub fn of(mut runs: Vec<Run>, provenance: Provenance) -> Self {
        add_baselines(&mut runs, provenance.seed);
        let mut sets: Vec<SetReport> = Vec::new();
        for run in &runs {
            if !sets.iter().any(|set| (&set.suite, &set.set) == (&run.suite, &run.set)) {
                let of_set: Vec<&Run> =
                    runs.iter().filter(|other| (&other.suite, &other.set) == (&run.suite, &run.set)).collect();
                sets.push(SetReport::of(&of_set, provenance.seed));
            }
        }
        let timing = Timing::of(&runs, provenance.circumstances.clone());
        let limits = words::limits(&sets);
        Self { schema: SCHEMA, provenance, sets, limits, timing, runs, attachments: BTreeMap::new() }
    }

    /// States one more limit, in Vietnamese and in English.
    pub fn limit(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.limits.push(Text { vi: vi.into(), en: en.into() });
    }

    /// Adds a file to the folder: a TREC run or judgements (see [`crate::trec`]).
    pub fn attach(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.attachments.insert(name.into(), text.into());
    }
}

impl SetReport {
    fn of(runs: &[&Run], seed: u64) -> Self {
        let systems = runs.iter().map(|run| SystemReport::of(run, seed)).collect();
        let gains = gains(runs, seed);
        let (suite, set) = runs.first().map(|run| (run.suite.clone(), run.set.clone())).unwrap_or_default();
        Self { suite, set, systems, gains }
    }

    /// What its suite, slices and figures are called, by their names here; what has no other name is absent.
    pub fn names(&self) -> BTreeMap<String, Text> {
        words::names_in(std::iter::once(self))
    }

    /// Its figures' names in a reader's order, those of one class last.
    pub fn order(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.systems.iter().flat_map(|system| system.figures.keys()).collect();
        let mut names: Vec<String> = names.into_iter().cloned().collect();
        names.sort_by_key(|name| (name.contains(':'), words::order(name)));
        names
    }

    /// The figure that plots and short tables show: the first of the family's that is defined.
    pub fn headline(&self) -> Option<&str> {
        const FIRST: [&str; 8] =
            ["MRR@10", "balanced_accuracy", "f1", "quality", "mrr@10", "accuracy", "precision", "coverage"];
        let known = |name: &str| self.systems.iter().any(|system| system.figures.contains_key(name));
        FIRST
            .into_iter()
            .find(|name| known(name))
            .or_else(|| self.systems.iter().find_map(|system| system.figures.keys().next().map(String::as_str)))
    }
}

impl SystemReport {
    fn of(run: &Run, seed: u64) -> Self {
        let items: Vec<&Item> = run.items.iter().collect();
        let metrics = Metric::all(&items);
        let slices = if run.baseline { Vec::new() } else { slices(&items, seed) };
        Self {
            system: run.system.clone(),
            baseline: run.baseline,
            items: items.len(),
            documents: documents(&items),
            figures: named(&metrics, figures(&items, &metrics, seed)),
            slices,
            confusion: Confusion::of(&items),
            reliability: Reliability::of(&items),
            risk_coverage: thinned(curve(&items)),
        }
    }
}

impl Gain {
    /// Nothing where the runs are not of the same cases.
    fn of(run: &Run, over: &Run, seed: u64) -> Option<Self> {
        let same = run.items.len() == over.items.len() && run.items.iter().zip(&over.items).all(|(a, b)| a.id == b.id);
        if !same {
            return None;
        }
        let (before, after): (Vec<&Item>, Vec<&Item>) = (over.items.iter().collect(), run.items.iter().collect());
        let mut metrics = Metric::all(&after);
        metrics.retain(|metric| !metric.is_of_one_class());
        let differences = named(&metrics, differences(&before, &after, &metrics, seed));
        Some(Self { system: run.system.clone(), over: over.system.clone(), differences })
    }
}

/// The values by the metrics' names.
pub(crate) fn named<T>(metrics: &[Metric], values: Vec<Option<T>>) -> BTreeMap<String, T> {
    metrics.iter().zip(values).filter_map(|(metric, value)| Some((metric.name(), value?))).collect()
}

fn gains(runs: &[&Run], seed: u64) -> Vec<Gain> {
    let mut gains = Vec::new();
    let mut before: Option<&Run> = None;
    for run in runs.iter().filter(|run| !run.baseline) {
        let baselines = runs.iter().copied().filter(|other| other.baseline && !is_generated(other));
        gains.extend(before.into_iter().chain(baselines).filter_map(|other| Gain::of(run, other, seed)));
        before = Some(run);
    }
    gains
}

fn is_generated(run: &Run) -> bool {
    run.baseline && [baseline::MAJORITY, baseline::RANDOM].contains(&run.system.as_str())
}

/// A majority and a random run for every set that makes decisions and has none.
fn add_baselines(runs: &mut Vec<Run>, seed: u64) {
    let mut seen = BTreeSet::new();
    let mut added = Vec::new();
    for run in runs.iter().filter(|run| !is_generated(run)) {
        if seen.insert((run.suite.clone(), run.set.clone())) {
            added.extend([baseline::majority(run), baseline::random(run, seed)].into_iter().flatten());
        }
    }
    added.retain(|new| {
        !runs.iter().any(|run| (&run.suite, &run.set, &run.system) == (&new.suite, &new.set, &new.system))
    });
    runs.extend(added);
}

fn slices(items: &[&Item], seed: u64) -> Vec<Slice> {
    let mut by_slice: BTreeMap<(&String, &String), Vec<&Item>> = BTreeMap::new();
    for item in items {
        for slice in &item.slices {
            by_slice.entry(slice).or_default().push(item);
        }
    }
    by_slice
        .into_iter()
        .map(|((key, value), items)| {
            let mut metrics = Metric::all(&items);
            metrics.retain(|metric| !metric.is_of_one_class());
            let documents = documents(&items);
            Slice {
                key: key.clone(),
                value: value.clone(),
                items: items.len(),
                documents,
                small: items.len() < FEW_ITEMS || documents < FEW_DOCUMENTS,
                figures: named(&metrics, figures(&items, &metrics, seed)),
            }
        })
        .collect()
}

/// At most some hundred points of a curve, the last among them: more are not seen.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    const MOST: usize = 200;
    let step = points.len().div_ceil(MOST).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last).map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::item::Outcome;
    use serde_json::{Value, json};

    fn decided(system: &str, wrong: usize) -> Run {
        let items = (0..60_usize)
            .map(|at| {
                let gold = if at % 3 == 0 { "contradiction" } else { "consistent" };
                let said = if at % 7 < wrong { "contradiction" } else { gold };
                let sure = 0.5 + (at % 5) as f64 / 10.0;
                let other = if said == "contradiction" { "consistent" } else { "contradiction" };
                Item {
                    id: at.to_string(),
                    cluster: format!("{}/2019/NĐ-CP", at % 12),
                    slices: [("rank".to_owned(), if at < 50 { "Luật–Nghị định" } else { "<b>" }.to_owned())].into(),
                    outcome: Outcome::Decided {
                        gold: gold.into(),
                        said: said.into(),
                        scores: [(said.to_owned(), sure), (other.to_owned(), 1.0 - sure)].into(),
                    },
                    took_ms: Some(10.0 + at as f64),
                    detail: json!({"draft": "<script>"}),
                }
            })
            .collect();
        Run { suite: "pairs".into(), set: "small & odd".into(), system: system.into(), baseline: false, items }
    }

    fn provenance() -> Provenance {
        Provenance {
            version: "0.1.0".into(),
            data: [("small & odd".to_owned(), "ab".repeat(32))].into(),
            seed: 7,
            ..Provenance::default()
        }
    }

    /// JSON is read faster than to the last bit.
    fn is_near(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_near(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| is_near(one, other)))
            }
            (Value::Number(one), Value::Number(other)) => {
                one.as_f64().zip(other.as_f64()).is_some_and(|(one, other)| (one - other).abs() < 1e-12)
            }
            (one, other) => one == other,
        }
    }

    #[test]
    fn the_same_runs_give_the_same_bytes_whatever_the_clock_says() {
        let first = Report::of(vec![decided("review", 2)], provenance());
        let mut slower = decided("review", 2);
        slower.items.iter_mut().for_each(|item| item.took_ms = item.took_ms.map(|ms| 3.0 * ms));
        let mut elsewhere = provenance();
        elsewhere.circumstances.at = Some("2026-11-27".into());
        let second = Report::of(vec![slower], elsewhere);
        let (first, second) = (first.files(), second.files());
        assert_eq!(first.len(), second.len());
        for (name, bytes) in first {
            let same = second.iter().any(|(other, now)| *other == name && *now == bytes);
            assert_eq!(same, name != "timing.json" && name != "report.html", "{name}");
        }
    }

    #[test]
    fn majority_and_random_stand_beside_every_decision() {
        let report = Report::of(vec![decided("lexical", 3), decided("review", 1)], provenance());
        let [set] = &report.sets[..] else { panic!("one set") };
        let systems: Vec<(&str, bool)> = set.systems.iter().map(|of| (of.system.as_str(), of.baseline)).collect();
        assert_eq!(systems, [("lexical", false), ("review", false), ("majority", true), ("random", true)]);
        let gains: Vec<(&str, &str)> = set.gains.iter().map(|of| (of.system.as_str(), of.over.as_str())).collect();
        assert_eq!(gains, [("review", "lexical")]);
        assert!(set.gains[0].differences["accuracy"].difference.value > 0.0);
        assert_eq!(set.headline(), Some("balanced_accuracy"));
        assert!(set.systems[3].figures.contains_key("mcc") && set.systems[0].confusion.is_some());
    }

    #[test]
    fn a_system_is_held_against_every_baseline_of_its_suite() {
        let blind = |system: &str| Run { baseline: true, ..decided(system, 4) };
        let runs = vec![blind("length"), decided("slots", 2), blind("words"), decided("review", 1)];
        let report = Report::of(runs, provenance());
        let gains: Vec<(&str, &str)> =
            report.sets[0].gains.iter().map(|of| (of.system.as_str(), of.over.as_str())).collect();
        let expected =
            [("slots", "length"), ("slots", "words"), ("review", "slots"), ("review", "length"), ("review", "words")];
        assert_eq!(gains, expected);
    }

    #[test]
    fn a_slice_of_few_cases_is_marked() {
        let report = Report::of(vec![decided("review", 2)], provenance());
        let slices: Vec<(usize, bool)> =
            report.sets[0].systems[0].slices.iter().map(|slice| (slice.items, slice.small)).collect();
        assert_eq!(slices, [(10, true), (50, false)]);
    }

    #[test]
    fn a_report_reads_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = Report::of(vec![decided("review", 2)], provenance());
        report.limit("chỉ là thử", "only a trial");
        report.attach("qrels-small.txt", "1 0 a 1\n");
        report.write(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("qrels-small.txt")).unwrap(), "1 0 a 1\n");
        let read = Report::read(folder.path()).unwrap();
        assert_eq!(read.runs[0].items[3].took_ms, Some(13.0));
        assert_eq!(read.runs[1].items[3].took_ms, None, "a baseline took no time");
        let value = |of: &Report| serde_json::to_value((of, &of.runs, &of.timing)).unwrap();
        assert!(is_near(&value(&read), &value(&report)));
    }

    #[test]
    fn what_is_no_report_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Report::read(folder.path()).unwrap_err().to_string().starts_with("failed to read"));
        std::fs::write(folder.path().join("report.json"), "{\n\"schema\": 9}").unwrap();
        assert!(
            Report::read(folder.path()).unwrap_err().to_string().contains("has schema 9, this program reads schema 1")
        );
        std::fs::write(folder.path().join("report.json"), "{\n\"schema\": }").unwrap();
        assert!(Report::read(folder.path()).unwrap_err().to_string().contains("report.json line 2 is not"));
    }

    #[test]
    fn the_page_needs_nothing_else_and_carries_texts_as_texts() {
        let page = Report::of(vec![decided("review", 2)], provenance()).to_html();
        for absent in ["<script", "http://", "https://", "<link", "@import", "<b>", "small & odd"] {
            assert!(!page.contains(absent), "{absent}");
        }
        for part in
            ["Độ tin cậy có đúng như nói", "Known limits", "small &amp; odd", "aria-label=", "&lt;b&gt; (n = 10)"]
        {
            assert!(page.contains(part), "{part}");
        }
        for element in ["section", "table", "svg", "figure", "details", "tr", "dl"] {
            let count = |what: String| page.matches(what.as_str()).count();
            let opened = count(format!("<{element}>")) + count(format!("<{element} "));
            assert_eq!(opened, count(format!("</{element}>")), "{element}");
        }
    }

    #[test]
    fn runs_of_nothing_make_an_empty_report() {
        let empty = Run { items: Vec::new(), ..decided("review", 0) };
        let report = Report::of(vec![empty], provenance());
        assert!(report.sets[0].systems[0].figures.is_empty());
        assert!(Report::of(Vec::new(), provenance()).to_html().contains("no results"));
        assert!(report.to_html().contains("small &amp; odd"));
    }
}
