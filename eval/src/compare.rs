//! Two reports beside each other: what got better and what got worse, figure by figure and case by case.
//!
//! Hard because two folders rarely hold quite the same: other data, missing cases, a system under another name. Whatever
//! does not match is said first, and figures are compared on the cases that both have, never on what each has.

mod page;

use crate::interval::{Difference, differences};
use crate::item::{Item, Outcome, Run};
use crate::metric::{Metric, is_better_small, quality};
use crate::report::{FileError, Latency, Provenance, Report, SCHEMA, Text, named};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Two reports, compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The number of this shape: that of reports.
    pub schema: u32,
    /// The first report, *A*.
    pub before: Provenance,
    /// The second, *B*.
    pub after: Provenance,
    /// What does not match: read these first.
    pub warnings: Vec<Text>,
    /// What else is not the same: versions, models, settings. Differences may be theirs, as they should.
    pub changed: Vec<Text>,
    /// By suite, set and system that both reports have.
    pub systems: Vec<SystemComparison>,
}

/// One system on one set in both reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemComparison {
    /// The suite.
    pub suite: String,
    /// The data set.
    pub set: String,
    /// The system.
    pub system: String,
    /// Cases that both reports have.
    pub items: usize,
    /// By metric, over those.
    pub differences: BTreeMap<String, Difference>,
    /// How long cases took in *A* and in *B*, where both were timed; of two machines it says nothing of the program.
    pub latency: Option<[Latency; 2]>,
    /// Cases that went better in *B*, the greatest change first.
    pub better: Vec<Change>,
    /// Cases that went worse.
    pub worse: Vec<Change>,
    /// Cases whose outcome differs and went neither better nor worse.
    pub otherwise: Vec<Change>,
    /// Cases whose outcome is the same.
    pub same: usize,
    /// Cases that only *A* has.
    pub only_before: Vec<String>,
    /// Cases that only *B* has.
    pub only_after: Vec<String>,
}

/// A case whose outcome changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The case.
    pub id: String,
    /// Its document.
    pub document: String,
    /// How much better it went, see [`quality`].
    pub by: f64,
    /// What became of it in *A*.
    pub before: Outcome,
    /// What became of it in *B*.
    pub after: Outcome,
    /// What *B* tells of it.
    pub detail: serde_json::Value,
}

/// Compares the reports of two folders, *A* before *B*.
///
/// # Errors
/// When a folder holds no report, or one that cannot be read.
pub fn folders(before: &Path, after: &Path) -> Result<Comparison, FileError> {
    Ok(Comparison::of(&Report::read(before)?, &Report::read(after)?))
}

impl Comparison {
    /// Compares two reports.
    pub fn of(before: &Report, after: &Report) -> Self {
        let mut warnings = provenance_warnings(before, after);
        let mut systems = Vec::new();
        let find = |runs: &[Run], run: &Run| runs.iter().position(|other| names(other) == names(run));
        for run in &before.runs {
            match find(&after.runs, run) {
                Some(at) => {
                    let compared = SystemComparison::of(run, &after.runs[at], after.provenance.seed);
                    warnings.extend(compared.warning());
                    systems.push(compared);
                }
                None => warnings.push(missing(run, "A", "B")),
            }
        }
        let only_after = after.runs.iter().filter(|run| find(&before.runs, run).is_none());
        warnings.extend(only_after.map(|run| missing(run, "B", "A")));
        Self {
            schema: SCHEMA,
            before: before.provenance.clone(),
            after: after.provenance.clone(),
            changed: changed(&before.provenance, &after.provenance),
            warnings,
            systems,
        }
    }

    /// Whether both reports say the same of every case: what a check for drift asks. Times and dates are not looked at.
    pub fn is_same(&self) -> bool {
        self.warnings.is_empty()
            && self.systems.iter().all(|of| of.better.is_empty() && of.worse.is_empty() && of.otherwise.is_empty())
    }

    /// Every file of the comparison: its name and its bytes.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        vec![
            ("comparison.json".to_owned(), crate::report::json(self)),
            ("comparison.html".to_owned(), self.to_html().into_bytes()),
        ]
    }

    /// Writes `comparison.json` and `comparison.html` into a folder, which is made where it is not there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, folder: &Path) -> Result<(), FileError> {
        crate::report::write_files(folder, self.files())
    }
}

impl SystemComparison {
    fn of(before: &Run, after: &Run, seed: u64) -> Self {
        let by_id: HashMap<&str, &Item> = after.items.iter().map(|item| (item.id.as_str(), item)).collect();
        let known: BTreeSet<&str> = before.items.iter().map(|item| item.id.as_str()).collect();
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for item in &before.items {
            if let Some(now) = by_id.get(item.id.as_str()) {
                one.push(item);
                other.push(*now);
            }
        }
        let metrics = Metric::all(&other);
        let mut comparison = Self {
            suite: before.suite.clone(),
            set: before.set.clone(),
            system: before.system.clone(),
            items: one.len(),
            differences: named(&metrics, differences(&one, &other, &metrics, seed)),
            latency: latency(&one).zip(latency(&other)).map(|(before, after)| [before, after]),
            better: Vec::new(),
            worse: Vec::new(),
            otherwise: Vec::new(),
            same: 0,
            only_before: ids(before.items.iter().filter(|item| !by_id.contains_key(item.id.as_str()))),
            only_after: ids(after.items.iter().filter(|item| !known.contains(item.id.as_str()))),
        };
        one.into_iter().zip(other).for_each(|(before, after)| comparison.add(before, after));
        let falling = |a: &Change, b: &Change| b.by.abs().total_cmp(&a.by.abs());
        comparison.better.sort_by(falling);
        comparison.worse.sort_by(falling);
        comparison
    }

    fn add(&mut self, before: &Item, after: &Item) {
        if before.outcome == after.outcome {
            self.same += 1;
            return;
        }
        let by = quality(after) - quality(before);
        let change = Change {
            id: after.id.clone(),
            document: after.cluster.clone(),
            by,
            before: before.outcome.clone(),
            after: after.outcome.clone(),
            detail: after.detail.clone(),
        };
        if by > 1e-9 {
            self.better.push(change);
        } else if by < -1e-9 {
            self.worse.push(change);
        } else {
            self.otherwise.push(change);
        }
    }

    /// Cases that are missing, or whose gold differs.
    fn warning(&self) -> Option<Text> {
        let changes = self.better.iter().chain(&self.worse).chain(&self.otherwise);
        let judged_anew = changes.filter(|change| !has_same_gold(&change.before, &change.after)).count();
        let (missing, added) = (self.only_before.len(), self.only_after.len());
        if missing + added + judged_anew == 0 {
            return None;
        }
        let name = format!("{} · {} · {}", self.suite, self.set, self.system);
        Some(Text {
            vi: format!(
                "{name}: {missing} trường hợp chỉ có ở A, {added} chỉ có ở B, {judged_anew} có đáp án khác nhau; \
                 các số liệu chỉ tính trên {} trường hợp chung",
                self.items
            ),
            en: format!(
                "{name}: {missing} cases only in A, {added} only in B, {judged_anew} with another gold; \
                 figures are of the {} cases of both",
                self.items
            ),
        })
    }
}

/// An outcome in a few words, the same in both languages.
pub fn in_words(outcome: &Outcome) -> String {
    let measures = |measures: &BTreeMap<String, f64>| {
        measures.iter().map(|(name, value)| format!("{name} {value:.3}")).collect::<Vec<_>>().join(", ")
    };
    match outcome {
        Outcome::Measured { measures: of } => measures(of),
        Outcome::Decided { gold, said, scores } => match scores.get(said) {
            Some(score) => format!("{said} ({score:.2}), gold {gold}"),
            None => format!("{said}, gold {gold}"),
        },
        Outcome::Detected { counts, .. } => counts
            .iter()
            .map(|(kind, of)| format!("{kind} {}/{} +{}", of.matched, of.gold, of.found.saturating_sub(of.matched)))
            .collect::<Vec<_>>()
            .join(", "),
        Outcome::Answered { answerable, answered, confidence, measures: of } => format!(
            "{}, {} ({confidence:.2}){}{}",
            if *answerable { "answerable" } else { "unanswerable" },
            if *answered { "answered" } else { "refused" },
            if of.is_empty() { "" } else { ": " },
            measures(of)
        ),
    }
}

fn names(run: &Run) -> (&str, &str, &str) {
    (&run.suite, &run.set, &run.system)
}

fn ids<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<String> {
    items.map(|item| item.id.clone()).collect()
}

fn has_same_gold(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Decided { gold, .. }, Outcome::Decided { gold: now, .. }) => gold == now,
        (Outcome::Answered { answerable, .. }, Outcome::Answered { answerable: now, .. }) => answerable == now,
        (Outcome::Detected { counts, .. }, Outcome::Detected { counts: now, .. }) => {
            let there = |counts: &BTreeMap<String, crate::item::Counts>| -> Vec<(String, usize)> {
                counts.iter().filter(|(_, of)| of.gold > 0).map(|(kind, of)| (kind.clone(), of.gold)).collect()
            };
            there(counts) == there(now)
        }
        (Outcome::Measured { .. }, Outcome::Measured { .. }) => true,
        _ => false,
    }
}

fn missing(run: &Run, of: &str, other: &str) -> Text {
    let (suite, set, system) = names(run);
    Text {
        vi: format!("{suite} · {set} · {system} chỉ có ở {of}, không có ở {other}: không so sánh được"),
        en: format!("{suite} · {set} · {system} is only in {of}, not in {other}: it is not compared"),
    }
}

fn provenance_warnings(before: &Report, after: &Report) -> Vec<Text> {
    let (before, after) = (&before.provenance, &after.provenance);
    let mut warnings = Vec::new();
    for (name, sum) in &before.data {
        if let Some(now) = after.data.get(name).filter(|now| *now != sum) {
            warnings.push(Text {
                vi: format!(
                    "dữ liệu {name} không giống nhau (SHA-256 {} và {}): khác biệt có thể do dữ liệu",
                    short(sum),
                    short(now)
                ),
                en: format!(
                    "the data {name} are not the same (SHA-256 {} and {}): differences may come from them",
                    short(sum),
                    short(now)
                ),
            });
        }
    }
    if before.seed != after.seed {
        warnings.push(Text {
            vi: format!("hạt giống ngẫu nhiên khác nhau: {} và {}", before.seed, after.seed),
            en: format!("the seeds differ: {} and {}", before.seed, after.seed),
        });
    }
    warnings
}

/// Versions, models and settings that are not the same in both.
fn changed(before: &Provenance, after: &Provenance) -> Vec<Text> {
    let absent = || "–".to_owned();
    let mut changed = Vec::new();
    let mut note = |vi: &str, en: &str, before: Option<&String>, after: Option<&String>| {
        if before != after {
            let [before, after] = [before, after].map(|value| value.cloned().unwrap_or_else(absent));
            changed.push(Text { vi: format!("{vi}: {before} → {after}"), en: format!("{en}: {before} → {after}") });
        }
    };
    note("phiên bản", "version", Some(&before.version), Some(&after.version));
    note("mã nguồn", "commit", before.commit.as_ref(), after.commit.as_ref());
    let parts = [
        ("mô hình", "model", &before.models, &after.models),
        ("cấu hình", "setting", &before.configuration, &after.configuration),
    ];
    for (vi, en, before, after) in parts {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            note(&format!("{vi} {name}"), &format!("{en} {name}"), before.get(name), after.get(name));
        }
    }
    changed
}

fn latency(items: &[&Item]) -> Option<Latency> {
    Latency::of(items.iter().filter_map(|item| item.took_ms).collect())
}

fn short(sum: &str) -> &str {
    sum.get(..12).unwrap_or(sum)
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        /// Changed cases that are listed of each kind; all are in the JSON.
        const LISTED: usize = 10;
        for warning in &self.warnings {
            writeln!(f, "! {}", warning.vi)?;
            writeln!(f, "  {}", warning.en)?;
        }
        for changed in &self.changed {
            writeln!(f, "  {}", changed.en)?;
        }
        for of in &self.systems {
            writeln!(f, "\n{} · {} · {}: {} cases", of.suite, of.set, of.system, of.items)?;
            writeln!(f, "{:<32} {:>7} {:>7} {:>25} {:>7} {:>7}", "figure", "A", "B", "B - A [95 %]", "p", "effect")?;
            for (name, of) in &of.differences {
                let effect = of.effect.map_or_else(|| "-".to_owned(), |effect| format!("{effect:+.2}"));
                let mark = match (is_better_small(name), of.difference.value) {
                    _ if of.p >= 0.05 => "",
                    (false, value) | (true, value) if value == 0.0 => "",
                    (small, value) => {
                        if (value > 0.0) == small {
                            " worse"
                        } else {
                            " better"
                        }
                    }
                };
                writeln!(
                    f,
                    "{name:<32} {:>7.3} {:>7.3} {:>25} {:>7.4} {effect:>7}{mark}",
                    of.before,
                    of.after,
                    signed(&of.difference),
                    of.p
                )?;
            }
            if let Some([before, after]) = of.latency {
                let (p50, p95) = ((before.p50_ms, after.p50_ms), (before.p95_ms, after.p95_ms));
                writeln!(f, "ms: p50 {:.1} → {:.1}, p95 {:.1} → {:.1}", p50.0, p50.1, p95.0, p95.1)?;
            }
            let counts = (of.better.len(), of.worse.len(), of.otherwise.len(), of.same);
            writeln!(f, "better {}, worse {}, otherwise {}, same {}", counts.0, counts.1, counts.2, counts.3)?;
            for (sign, changes) in [("+", &of.better), ("-", &of.worse)] {
                for change in changes.iter().take(LISTED) {
                    writeln!(f, "{sign} {} {}", change.id, in_words(&change.before))?;
                    writeln!(f, "  → {}", in_words(&change.after))?;
                }
                if changes.len() > LISTED {
                    writeln!(f, "  … {} more in comparison.json", changes.len() - LISTED)?;
                }
            }
        }
        Ok(())
    }
}

/// A difference with its sign and interval.
pub(crate) fn signed(figure: &crate::interval::Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{:+.3} [{low:+.3}, {high:+.3}]", figure.value),
        _ => format!("{:+.3}", figure.value),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn run(said: &[(&str, &str, &str)]) -> Run {
        let items = said
            .iter()
            .map(|(id, gold, said)| Item {
                id: (*id).to_owned(),
                cluster: (*id).to_owned(),
                slices: BTreeMap::new(),
                outcome: Outcome::Decided { gold: (*gold).into(), said: (*said).into(), scores: BTreeMap::new() },
                took_ms: None,
                detail: "<i>".into(),
            })
            .collect();
        Run { suite: "pairs".into(), set: "small".into(), system: "review".into(), baseline: false, items }
    }

    fn report(run: Run, data: &str) -> Report {
        let data = [("small".to_owned(), data.to_owned())].into();
        Report::of(vec![run], Provenance { data, seed: 1, ..Provenance::default() })
    }

    #[test]
    fn a_report_is_the_same_as_itself() {
        let one = report(run(&[("1", "a", "a"), ("2", "b", "a")]), "x");
        let comparison = Comparison::of(&one, &one);
        assert!(comparison.is_same() && comparison.changed.is_empty());
        assert!(comparison.systems.iter().all(|of| of.differences.values().all(|figure| figure.p == 1.0)));
        assert_eq!(comparison.systems[0].same, 2);
    }

    #[test]
    fn what_changed_is_told_case_by_case() {
        let before = report(run(&[("1", "a", "b"), ("2", "b", "b"), ("3", "b", "a"), ("4", "a", "a")]), "x");
        let after = report(run(&[("1", "a", "a"), ("2", "b", "a"), ("3", "b", "c"), ("4", "a", "a")]), "x");
        let comparison = Comparison::of(&before, &after);
        let of = &comparison.systems[0];
        let ids = |changes: &[Change]| changes.iter().map(|change| change.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            (ids(&of.better), ids(&of.worse), ids(&of.otherwise), of.same),
            (vec!["1".into()], vec!["2".into()], vec!["3".into()], 1)
        );
        assert!(!comparison.is_same() && comparison.warnings.is_empty());
        let text = comparison.to_string();
        assert!(text.contains("+ 1 b, gold a\n  → a, gold a"), "{text}");
        let page = comparison.to_html();
        assert!(page.contains("&lt;i&gt;") && !page.contains("<i>") && !page.contains("<script"));
    }

    #[test]
    fn what_does_not_match_is_said_first() {
        let before = report(run(&[("1", "a", "a"), ("2", "b", "b")]), "x");
        let mut after = report(run(&[("2", "a", "b"), ("3", "a", "a")]), "y");
        after.runs.retain(|run| !run.baseline);
        after.provenance.models.insert("judge".into(), "9f".into());
        let comparison = Comparison::of(&before, &after);
        let warnings: Vec<&str> = comparison.warnings.iter().map(|warning| warning.en.as_str()).collect();
        assert!(warnings[0].starts_with("the data small are not the same (SHA-256 x and y)"));
        assert_eq!(
            warnings[1],
            "pairs · small · review: 1 cases only in A, 1 only in B, 1 with another gold; figures are of the 1 cases of both"
        );
        assert!(warnings[2].starts_with("pairs · small · majority is only in A"));
        assert_eq!(comparison.systems[0].items, 1);
        assert_eq!(comparison.changed[0].en, "model judge: – → 9f");
    }

    #[test]
    fn folders_are_compared_as_they_were_written() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        report(run(&[("1", "a", "a"), ("2", "b", "a")]), "x").write(one.path()).unwrap();
        report(run(&[("1", "a", "a"), ("2", "b", "b")]), "x").write(other.path()).unwrap();
        let comparison = folders(one.path(), other.path()).unwrap();
        assert_eq!(comparison.systems[0].better.len(), 1);
        comparison.write(one.path()).unwrap();
        assert!(one.path().join("comparison.html").exists() && one.path().join("comparison.json").exists());
        assert!(folders(one.path(), &other.path().join("absent")).is_err());
    }
}
