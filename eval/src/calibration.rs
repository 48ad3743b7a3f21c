//! Whether a confidence means what it says: of things said with 0.8, are eight in ten right?
//!
//! Hard to read from one number: the expected error hides which way a system errs and depends on the bins, so the bins
//! are part of the report. What is judged, and how, is [`judged`]'s.

use crate::item::Item;
use crate::metric::{Judged, Metric, judged};
use serde::{Deserialize, Serialize};

/// Bins of equal width, as in Guo et al. (2017).
pub const BINS: usize = 15;

/// The reliability diagram of a set of items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// The bins that hold something, ascending.
    pub bins: Vec<Bin>,
    /// The mean over everything judged of the distance between confidence and quality, bin by bin.
    pub expected_error: f64,
    /// Brier's score, see [`Metric::Brier`].
    pub brier: f64,
}

/// What was said with a confidence in `(low, high]`; the first bin holds 0 too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// How many.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// Their mean quality: the share that is right.
    pub quality: f64,
}

impl Reliability {
    /// The diagram; nothing where nothing was said with a confidence.
    pub fn of(items: &[&Item]) -> Option<Self> {
        let judged = judged(items);
        let weights = vec![1; items.len()];
        let expected_error = expected_error(&judged, &weights)?;
        let bins = binned(&judged, &weights)
            .into_iter()
            .enumerate()
            .filter(|(_, (count, ..))| *count > 0.0)
            .map(|(at, (count, confidence, quality))| Bin {
                low: at as f64 / BINS as f64,
                high: (at + 1) as f64 / BINS as f64,
                count: count as usize,
                confidence: confidence / count,
                quality: quality / count,
            })
            .collect();
        Some(Self { bins, expected_error, brier: Metric::Brier.of(items).unwrap_or(0.0) })
    }
}

/// The expected calibration error where each item counts as often as its weight says.
pub(crate) fn expected_error(judged: &[Judged], weights: &[u32]) -> Option<f64> {
    let bins = binned(judged, weights);
    let all: f64 = bins.iter().map(|(count, ..)| count).sum();
    let apart: f64 = bins.iter().map(|(_, confidence, quality)| (confidence - quality).abs()).sum();
    (all > 0.0).then(|| apart / all)
}

/// By bin: how many, and the sums of confidence and quality.
fn binned(judged: &[Judged], weights: &[u32]) -> [(f64, f64, f64); BINS] {
    let mut bins = [(0.0, 0.0, 0.0); BINS];
    for one in judged {
        let at = ((one.confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
        let weight = f64::from(weights[one.item]);
        bins[at].0 += weight;
        bins[at].1 += weight * one.confidence;
        bins[at].2 += weight * one.quality;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Outcome;
    use std::collections::BTreeMap;

    fn items(said: &[(f64, bool)]) -> Vec<Item> {
        said.iter()
            .map(|(confidence, right)| Item {
                id: String::new(),
                cluster: String::new(),
                slices: BTreeMap::new(),
                outcome: Outcome::Detected {
                    counts: BTreeMap::new(),
                    provisions: 1,
                    confidences: vec![(*confidence, *right)],
                },
                took_ms: None,
                detail: serde_json::Value::Null,
            })
            .collect()
    }

    fn diagram(said: &[(f64, bool)]) -> Option<Reliability> {
        Reliability::of(&items(said).iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_confidence_that_is_the_share_that_is_right_has_no_error() {
        let said: Vec<(f64, bool)> = (0..10).map(|at| (0.8, at < 8)).collect();
        let of = diagram(&said).expect("something was said");
        assert!(of.expected_error < 1e-12 && (of.brier - 0.16).abs() < 1e-12);
        let [bin] = of.bins[..] else { panic!("one bin: {:?}", of.bins) };
        assert_eq!((bin.count, bin.quality), (10, 0.8));
        assert!(bin.low < 0.8 && 0.8 <= bin.high);
    }

    #[test]
    fn the_error_is_weighed_by_how_much_is_in_a_bin() {
        // Three of four at 1.0 are right, and none at 0.
        let of =
            diagram(&[(1.0, true), (1.0, true), (1.0, true), (1.0, false), (0.0, false)]).expect("something was said");
        assert!((of.expected_error - 0.2).abs() < 1e-12);
        assert_eq!(of.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 4]);
        assert_eq!((of.bins[0].low, of.bins[1].high), (0.0, 1.0));
    }

    #[test]
    fn nothing_said_has_no_diagram() {
        assert_eq!(diagram(&[]), None);
    }
}
