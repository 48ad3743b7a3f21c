//! How long cases took: quantiles by run and by slice, apart from the figures that must not change when run again.

use super::Circumstances;
use crate::item::Run;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Latency, and where and when it was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Where and when.
    pub circumstances: Circumstances,
    /// The runs of which something was timed.
    pub runs: Vec<RunTiming>,
}

/// The latency of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunTiming {
    /// The suite.
    pub suite: String,
    /// The data set.
    pub set: String,
    /// The system.
    pub system: String,
    /// Over all timed cases.
    pub latency: Latency,
    /// By slice and its value.
    pub slices: BTreeMap<String, BTreeMap<String, Latency>>,
    /// By case, in the order of the items: milliseconds.
    pub took_ms: Vec<Option<f64>>,
}

/// Milliseconds a case; quantiles are times that were measured (nearest rank).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Timed cases.
    pub count: usize,
    /// The mean.
    pub mean_ms: f64,
    /// Half of them took no longer.
    pub p50_ms: f64,
    /// Nine in ten.
    pub p90_ms: f64,
    /// 95 in a hundred.
    pub p95_ms: f64,
    /// 99 in a hundred.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

impl Timing {
    pub(super) fn of(runs: &[Run], circumstances: Circumstances) -> Self {
        let runs = runs
            .iter()
            .filter_map(|run| {
                let took_ms: Vec<Option<f64>> = run.items.iter().map(|item| item.took_ms).collect();
                let latency = Latency::of(took_ms.iter().flatten().copied().collect())?;
                let mut by_slice: BTreeMap<&String, BTreeMap<&String, Vec<f64>>> = BTreeMap::new();
                for item in &run.items {
                    for (key, value) in &item.slices {
                        by_slice.entry(key).or_default().entry(value).or_default().extend(item.took_ms);
                    }
                }
                let slices = by_slice
                    .into_iter()
                    .map(|(key, values)| {
                        let values = values
                            .into_iter()
                            .filter_map(|(value, took)| Some((value.clone(), Latency::of(took)?)))
                            .collect();
                        (key.clone(), values)
                    })
                    .collect();
                let (suite, set, system) = (run.suite.clone(), run.set.clone(), run.system.clone());
                Some(RunTiming { suite, set, system, latency, slices, took_ms })
            })
            .collect();
        Self { circumstances, runs }
    }

    /// The run of these names, where it was timed.
    pub fn run(&self, suite: &str, set: &str, system: &str) -> Option<&RunTiming> {
        self.runs.iter().find(|run| (run.suite.as_str(), run.set.as_str(), run.system.as_str()) == (suite, set, system))
    }
}

impl Latency {
    /// The quantiles of the times; nothing for none.
    pub fn of(mut took_ms: Vec<f64>) -> Option<Self> {
        took_ms.sort_by(f64::total_cmp);
        let max_ms = *took_ms.last()?;
        let count = took_ms.len();
        let at = |share: f64| took_ms[((count as f64 * share).ceil() as usize).clamp(1, count) - 1];
        Some(Self {
            count,
            mean_ms: took_ms.iter().sum::<f64>() / count as f64,
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            max_ms,
        })
    }
}
