//! What confidence is worth: the risk of what is kept when the least sure is dropped first.
//!
//! Only answers that were given are judged: what a refused question would have been answered is not known, and to count
//! it as wrong would flatter a low confidence. A run that never refuses shows the whole curve.

use crate::item::{Item, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something said with a confidence, and how good it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The item it belongs to, by its place.
    pub item: usize,
    /// How sure the system was, in [0, 1].
    pub confidence: f64,
    /// How good it was, in [0, 1]: 1 for a right decision or finding.
    pub quality: f64,
}

/// A point of the risk-coverage curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The confidence from which on things are kept.
    pub confidence: f64,
    /// The share that is kept: of the decisions or findings, or of all questions.
    pub coverage: f64,
    /// One less the mean quality of what is kept.
    pub risk: f64,
}

/// Everything the items said with a confidence.
///
/// A decision with the probability of the class that was said; each finding with its confidence; each answer that was
/// given. The quality of an answer is its measure `right` where the suite gives one, else F1 of `precision` and
/// `recall`; 0 for a question that cannot be answered.
pub fn judged(items: &[&Item]) -> Vec<Judged> {
    let mut judged = Vec::new();
    for (item, of) in items.iter().enumerate() {
        match &of.outcome {
            Outcome::Measured { .. } => {}
            Outcome::Decided { gold, said, scores } => judged.extend(scores.get(said).map(|confidence| Judged {
                item,
                confidence: *confidence,
                quality: f64::from(u8::from(gold == said)),
            })),
            Outcome::Detected { confidences, .. } => judged.extend(confidences.iter().map(|(confidence, right)| {
                Judged { item, confidence: *confidence, quality: f64::from(u8::from(*right)) }
            })),
            Outcome::Answered { answerable, answered, confidence, measures } => {
                if *answered {
                    let quality = answer_quality(*answerable, measures);
                    judged.push(Judged { item, confidence: *confidence, quality });
                }
            }
        }
    }
    judged
}

/// The risk-coverage curve, from the surest on: a point for each confidence.
pub fn curve(items: &[&Item]) -> Vec<Point> {
    let questions = items.iter().filter(|item| matches!(item.outcome, Outcome::Answered { .. })).count();
    let mut judged = judged(items);
    let all = if questions > 0 { questions } else { judged.len() } as f64;
    judged.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let (mut kept, mut risk) = (0.0, 0.0);
    judged
        .chunk_by(|a, b| a.confidence == b.confidence)
        .map(|tied| {
            kept += tied.len() as f64;
            risk += tied.iter().map(|one| 1.0 - one.quality).sum::<f64>();
            Point { confidence: tied[0].confidence, coverage: kept / all, risk: risk / kept }
        })
        .collect()
}

pub(super) fn answer_quality(answerable: bool, measures: &BTreeMap<String, f64>) -> f64 {
    if !answerable {
        return 0.0;
    }
    let measure = |name: &str| measures.get(name).copied();
    measure("right").unwrap_or_else(|| {
        let (precision, recall) = (measure("precision").unwrap_or(0.0), measure("recall").unwrap_or(0.0));
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    })
}

/// What was judged, in the order of confidence and in that of an oracle.
pub(super) struct Selection {
    by_confidence: Vec<Judged>,
    by_quality: Vec<Judged>,
}

impl Selection {
    pub(super) fn of(judged: Vec<Judged>) -> Self {
        let (mut by_confidence, mut by_quality) = (judged.clone(), judged);
        by_confidence.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        by_quality.sort_by(|a, b| b.quality.total_cmp(&a.quality));
        Self { by_confidence, by_quality }
    }

    pub(super) fn aurc(&self, weights: &[u32]) -> Option<f64> {
        area(&self.by_confidence, weights, |a, b| a.confidence == b.confidence).map(|(area, _)| area)
    }

    pub(super) fn nauc(&self, weights: &[u32]) -> Option<f64> {
        let (area_reached, random) = area(&self.by_confidence, weights, |a, b| a.confidence == b.confidence)?;
        let (best, _) = area(&self.by_quality, weights, |a, b| a.quality == b.quality)?;
        (random - best > 1e-12).then(|| (random - area_reached) / (random - best))
    }
}

/// The mean over all steps of the risk of what is kept, and the risk of all. Those that tie are kept in a random order:
/// each adds the mean of them.
fn area(order: &[Judged], weights: &[u32], tie: impl Fn(&Judged, &Judged) -> bool) -> Option<(f64, f64)> {
    let (mut kept, mut risk, mut sum) = (0_u32, 0.0, 0.0);
    for tied in order.chunk_by(tie) {
        let (mut count, mut of_these) = (0, 0.0);
        for one in tied {
            count += weights[one.item];
            of_these += (1.0 - one.quality) * f64::from(weights[one.item]);
        }
        if count == 0 {
            continue;
        }
        let each = of_these / f64::from(count);
        for step in 1..=count {
            sum += (risk + f64::from(step) * each) / f64::from(kept + step);
        }
        kept += count;
        risk += of_these;
    }
    (kept > 0).then(|| (sum / f64::from(kept), risk / f64::from(kept)))
}
