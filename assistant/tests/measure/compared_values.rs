//! How far compared values alone tell a contradiction, on the written pairs of `../shared/data`.
//!
//! The pairs are halved by the provision's document (parity of the CRC-32 of its number); rules and weights were made
//! looking at the first half. `RASOAT_HALF=1` measures the other. A logistic regression over the features is fitted in
//! five folds by document within the half, so each figure is of documents the fit has not seen.

use rasoat_assistant::review::compare::{FEATURE_NAMES, Headings, compare, features};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

const FOLDS: u32 = 5;
/// A pair of slots that agrees this much is shown to differ.
const SURE: f32 = 0.35;

struct Case {
    label: String,
    dimension: String,
    document: u32,
    features: Vec<f64>,
    /// The greatest agreement of a differing pair of slots, by dimension.
    differs: BTreeMap<&'static str, f32>,
}

impl Case {
    fn contradicts(&self) -> bool {
        self.label == "contradiction"
    }

    fn is_consistent(&self) -> bool {
        matches!(self.label.as_str(), "consistent" | "duplicate")
    }

    fn surest(&self) -> f32 {
        self.differs.values().copied().fold(0.0, f32::max)
    }
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn crc32(text: &str) -> u32 {
    !text
        .bytes()
        .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))))
}

fn cases(half: u32) -> Option<Vec<Case>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/pairs-written/train.jsonl");
    let lines = std::fs::read_to_string(path).ok()?;
    let read = |line: &str| {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| pair[name].as_str().unwrap_or_default();
        let document = crc32(pair["law_ref"]["document"].as_str().unwrap_or_default());
        if document % 2 != half {
            return None;
        }
        let headings = Headings { draft: "", law: field("article") };
        let comparison = compare(field("draft"), field("law"), headings);
        let mut differs: BTreeMap<&'static str, f32> = BTreeMap::new();
        for slots in comparison.pairs.iter().filter(|slots| slots.relation.differs()) {
            let most = differs.entry(slots.dimension().code()).or_default();
            *most = most.max(slots.agreement);
        }
        Some(Case {
            label: field("label").to_owned(),
            dimension: field("dimension").to_owned(),
            document: document / 2,
            features: features(&comparison).iter().map(|value| f64::from(*value)).collect(),
            differs,
        })
    };
    Some(lines.lines().filter_map(read).collect())
}

#[test]
fn compared_values() {
    let half = u32::from(std::env::var("RASOAT_HALF").is_ok_and(|half| half == "1"));
    let Some(cases) = cases(half) else {
        say("skipped: no shared/data beside the repository, so no pairs to compare");
        return;
    };
    say(&format!("half {half}: {} pairs", cases.len()));
    let share = |of: &dyn Fn(&Case) -> bool, found: &dyn Fn(&Case) -> bool| {
        let all: Vec<&Case> = cases.iter().filter(|case| of(case)).collect();
        (all.iter().filter(|case| found(case)).count() as f64 / all.len().max(1) as f64, all.len())
    };
    let dimensions: std::collections::BTreeSet<&str> =
        cases.iter().map(|case| case.dimension.as_str()).filter(|name| !name.is_empty()).collect();
    say("dimension    pairs  found in it  found in any  false in it (consistent)");
    for dimension in &dimensions {
        let own = |case: &Case| case.differs.get(dimension).is_some_and(|most| *most >= SURE);
        let of = |case: &Case| case.contradicts() && case.dimension == *dimension;
        let ((found, count), (any, _)) = (share(&of, &own), share(&of, &|case| case.surest() >= SURE));
        let (wrong, _) = share(&Case::is_consistent, &own);
        say(&format!("{dimension:12} {count:5}  {found:11.2}  {any:12.2}  {wrong:11.3}"));
    }
    let differs = |case: &Case| case.surest() >= SURE;
    let (clean, count) = share(&Case::is_consistent, &|case| !differs(case));
    say(&format!("consistent pairs without a differing pair of slots: {clean:.2} of {count}"));
    let (clean, count) = share(&|case| case.label == "unrelated", &|case| !differs(case));
    say(&format!("unrelated pairs without one: {clean:.2} of {count}"));

    let slots: Vec<usize> = (0..FEATURE_NAMES.len()).filter(|at| !of_words(FEATURE_NAMES[*at])).collect();
    let all: Vec<usize> = (0..FEATURE_NAMES.len()).collect();
    for (name, columns) in [("slots alone", &slots), ("slots and alignment", &all)] {
        type Others = fn(&Case) -> bool;
        let against: [(&str, Others); 3] = [
            ("all others", |_| true),
            ("consistent", Case::is_consistent),
            ("unrelated", |case| case.label == "unrelated"),
        ];
        for (other, keeps) in against {
            let kept: Vec<&Case> = cases.iter().filter(|case| case.contradicts() || keeps(case)).collect();
            let scores = scores(&kept, columns);
            let truth: Vec<bool> = kept.iter().map(|case| case.contradicts()).collect();
            say(&format!(
                "{name}: contradictions against {other}: AUC {:.3}, balanced accuracy {:.3}",
                auc(&scores, &truth),
                balanced(&scores, &truth)
            ));
            if other == "all others" {
                for dimension in &dimensions {
                    let held = |case: &Case| !case.contradicts() || case.dimension == *dimension;
                    let (some, true_of_some): (Vec<f64>, Vec<bool>) = kept
                        .iter()
                        .zip(&scores)
                        .filter(|(case, _)| held(case))
                        .map(|(case, score)| (*score, case.contradicts()))
                        .unzip();
                    say(&format!(
                        "    {dimension:12} AUC {:.2}, balanced accuracy {:.2}",
                        auc(&some, &true_of_some),
                        balanced(&some, &true_of_some)
                    ));
                }
            }
            assert!(scores.iter().all(|score| score.is_finite()));
        }
    }
}

/// Whether a feature counts words and not slots.
fn of_words(name: &str) -> bool {
    name.starts_with("draft.") || name.starts_with("law.")
}

/// The probability of contradiction of each case by a fit that has not seen its document.
fn scores(cases: &[&Case], columns: &[usize]) -> Vec<f64> {
    let mut scores = vec![0.0; cases.len()];
    for fold in 0..FOLDS {
        let train: Vec<&Case> = cases.iter().copied().filter(|case| case.document % FOLDS != fold).collect();
        let fit = Fit::new(&train, columns);
        for (score, case) in scores.iter_mut().zip(cases).filter(|(_, case)| case.document % FOLDS == fold) {
            *score = fit.probability(case);
        }
    }
    scores
}

/// A logistic regression over standardised columns, both classes weighing the same, with a ridge.
struct Fit {
    columns: Vec<usize>,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    weights: Vec<f64>,
    constant: f64,
}

impl Fit {
    const RIDGE: f64 = 0.02;
    const STEPS: usize = 400;
    const RATE: f64 = 0.3;

    fn new(cases: &[&Case], columns: &[usize]) -> Self {
        let count = cases.len().max(1) as f64;
        let mean: Vec<f64> =
            columns.iter().map(|at| cases.iter().map(|case| case.features[*at]).sum::<f64>() / count).collect();
        let deviation = columns
            .iter()
            .zip(&mean)
            .map(|(at, mean)| {
                let square: f64 = cases.iter().map(|case| (case.features[*at] - mean).powi(2)).sum();
                (square / count).sqrt().max(1e-6)
            })
            .collect();
        let weights = vec![0.0; columns.len()];
        let mut fit = Self { columns: columns.to_vec(), mean, deviation, weights, constant: 0.0 };
        let positive = cases.iter().filter(|case| case.contradicts()).count().max(1) as f64;
        let negative = (count - positive).max(1.0);
        let rows: Vec<Vec<f64>> = cases.iter().map(|case| fit.row(case)).collect();
        for _ in 0..Self::STEPS {
            let mut slope: Vec<f64> = fit.weights.iter().map(|weight| Self::RIDGE * weight).collect();
            let mut constant = 0.0;
            for (row, case) in rows.iter().zip(cases) {
                let (truth, share) = if case.contradicts() { (1.0, 0.5 / positive) } else { (0.0, 0.5 / negative) };
                let error = share * (fit.of_row(row) - truth);
                slope.iter_mut().zip(row).for_each(|(slope, value)| *slope += error * value);
                constant += error;
            }
            fit.weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= Self::RATE * slope);
            fit.constant -= Self::RATE * constant;
        }
        fit
    }

    fn row(&self, case: &Case) -> Vec<f64> {
        let places = self.columns.iter().zip(&self.mean).zip(&self.deviation);
        places.map(|((at, mean), deviation)| (case.features[*at] - mean) / deviation).collect()
    }

    fn of_row(&self, row: &[f64]) -> f64 {
        let logit = self.constant + row.iter().zip(&self.weights).map(|(value, weight)| value * weight).sum::<f64>();
        1.0 / (1.0 + (-logit).exp())
    }

    fn probability(&self, case: &Case) -> f64 {
        self.of_row(&self.row(case))
    }
}

/// The share of pairs of a true and an untrue case that the scores order rightly.
fn auc(scores: &[f64], truth: &[bool]) -> f64 {
    let of =
        |wanted: bool| scores.iter().zip(truth).filter(move |(_, truth)| **truth == wanted).map(|(score, _)| *score);
    let (mut right, mut all) = (0.0, 0.0);
    for yes in of(true) {
        for no in of(false) {
            right += if yes > no {
                1.0
            } else if yes < no {
                0.0
            } else {
                0.5
            };
            all += 1.0;
        }
    }
    if all > 0.0 { right / all } else { 0.5 }
}

/// The mean of the shares of true and of untrue cases told rightly at one half.
fn balanced(scores: &[f64], truth: &[bool]) -> f64 {
    let share = |wanted: bool| {
        let of: Vec<f64> =
            scores.iter().zip(truth).filter(|(_, truth)| **truth == wanted).map(|(score, _)| *score).collect();
        of.iter().filter(|score| (**score >= 0.5) == wanted).count() as f64 / of.len().max(1) as f64
    };
    f64::midpoint(share(true), share(false))
}
