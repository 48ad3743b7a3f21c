//! One case of a suite and what a system made of it: all that metrics, slices, reports and comparisons see.
//!
//! Suites differ in what they ask (find, decide, detect, answer), not in how their figures are made: every figure is a
//! function of a set of items, and its interval comes from drawing whole documents of items again. So a new suite brings
//! items, and gets intervals, slices, plots and comparisons for nothing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a system made of the cases of one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The suite: `retrieval`, `pairs`, `outcomes`, `outdated`, `answers`, `structure`, `citations`, `speed`.
    pub suite: String,
    /// The data set, by a name that files can carry.
    pub set: String,
    /// What was run: `final`, `review`, or the name of a baseline.
    pub system: String,
    /// Whether this is a baseline: something that knows nothing, or little, to hold the system against.
    pub baseline: bool,
    /// In the order of the data; every run of a set has the same identifiers in the same order.
    pub items: Vec<Item>,
}

/// One case and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Identifies the case in its data set.
    pub id: String,
    /// The document it comes from. Cases of a document resemble each other, so intervals draw documents, not cases.
    pub cluster: String,
    /// By slice (`rank`, `field`, `year`, `length`, `dimension` ...) where the case lies in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<String, String>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Milliseconds it took, where that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<f64>,
    /// What a person needs to see why: the texts, what was expected, what came.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub detail: serde_json::Value,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// Measures of this case alone, each in [0, 1]; a set's figure is their mean.
    Measured {
        /// By measure: `acc@1`, `recall@10` ...
        measures: BTreeMap<String, f64>,
    },
    /// One of several classes was chosen.
    Decided {
        /// The class it is.
        gold: String,
        /// The class that was said.
        said: String,
        /// By class its probability; empty where the system gives none.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        scores: BTreeMap<String, f64>,
    },
    /// Things were to be found in a document; counted by what they are (a check, a kind of provision).
    Detected {
        /// By kind of thing.
        counts: BTreeMap<String, Counts>,
        /// Provisions of the document: false alarms are told for ten of them.
        provisions: usize,
        /// The confidence of everything found, and whether it was right.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confidences: Vec<(f64, bool)>,
    },
    /// A question was answered, or refused.
    Answered {
        /// Whether the law at hand answers it.
        answerable: bool,
        /// Whether an answer was given.
        answered: bool,
        /// How sure the system was of the answer it gave or would have given, in [0, 1].
        confidence: f64,
        /// Measures of that answer, in [0, 1]: `precision`, `recall`, `facts`, `in_force`; all 0 where nothing was said.
        measures: BTreeMap<String, f64>,
    },
}

/// How many things were there, how many were found, and how many of both are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Things that are there.
    pub gold: usize,
    /// Things that were found.
    pub found: usize,
    /// Things that are there and were found.
    pub matched: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.matched += other.matched;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn an_item_reads_as_it_was_written() {
        let outcomes = [
            Outcome::Measured { measures: [("acc@1".to_owned(), 1.0)].into() },
            Outcome::Decided { gold: "a".into(), said: "b".into(), scores: BTreeMap::new() },
            Outcome::Detected {
                counts: [("basis.expired".to_owned(), Counts { gold: 2, found: 1, matched: 1 })].into(),
                provisions: 7,
                confidences: vec![(0.5, true)],
            },
            Outcome::Answered { answerable: true, answered: false, confidence: 0.25, measures: BTreeMap::new() },
        ];
        for outcome in outcomes {
            let item = Item {
                id: "1".into(),
                cluster: "45/2019/QH14".into(),
                slices: [("year".to_owned(), "2019".to_owned())].into(),
                outcome,
                took_ms: None,
                detail: serde_json::Value::Null,
            };
            let line = serde_json::to_string(&item).unwrap();
            assert_eq!(serde_json::from_str::<Item>(&line).unwrap(), item, "{line}");
        }
    }
}
