//! Figures of decisions among classes: from the matrix of what is and what was said, and from the order of scores.

use crate::item::{Item, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How often each class was taken for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// The classes that occur or were said, sorted.
    pub classes: Vec<String>,
    /// A row for each class it is, a column for each that was said.
    pub counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// The matrix of the items; nothing where none is a decision.
    pub fn of(items: &[&Item]) -> Option<Self> {
        let decisions = Decisions::of(items);
        if decisions.classes.is_empty() {
            return None;
        }
        let counts = decisions.matrix(&vec![1; items.len()]);
        let whole = |row: &[f64]| row.iter().map(|count| *count as usize).collect();
        Some(Self { counts: counts.chunks(decisions.classes.len()).map(whole).collect(), classes: decisions.classes })
    }
}

/// The classes that occur or were said, sorted.
pub(super) fn classes(items: &[&Item]) -> Vec<String> {
    let mut classes = BTreeSet::new();
    for item in items {
        if let Outcome::Decided { gold, said, .. } = &item.outcome {
            classes.extend([gold, said]);
        }
    }
    classes.into_iter().cloned().collect()
}

/// Decisions by the numbers of their classes.
pub(super) struct Decisions {
    classes: Vec<String>,
    /// By item what it is and what was said; nothing for an item that is no decision.
    pairs: Vec<Option<(usize, usize)>>,
}

impl Decisions {
    pub(super) fn of(items: &[&Item]) -> Self {
        let classes = classes(items);
        let place = |class: &String| classes.binary_search(class).ok();
        let pairs = items
            .iter()
            .map(|item| match &item.outcome {
                Outcome::Decided { gold, said, .. } => place(gold).zip(place(said)),
                _ => None,
            })
            .collect();
        Self { classes, pairs }
    }

    /// Row by row: what is by what was said.
    fn matrix(&self, weights: &[u32]) -> Vec<f64> {
        let count = self.classes.len();
        let mut matrix = vec![0.0; count * count];
        for (pair, weight) in self.pairs.iter().zip(weights) {
            if let Some((gold, said)) = pair {
                matrix[gold * count + said] += f64::from(*weight);
            }
        }
        matrix
    }

    /// By class: how often it was right, how often it is, how often it was said.
    fn margins(&self, weights: &[u32]) -> Vec<(f64, f64, f64)> {
        let (matrix, count) = (self.matrix(weights), self.classes.len());
        let margin = |class: usize| {
            let is = matrix[class * count..][..count].iter().sum();
            let said = (0..count).map(|gold| matrix[gold * count + class]).sum();
            (matrix[class * count + class], is, said)
        };
        (0..count).map(margin).collect()
    }

    pub(super) fn balanced_accuracy(&self, weights: &[u32]) -> Option<f64> {
        mean(self.margins(weights).into_iter().filter(|(_, is, _)| *is > 0.0).map(|(right, is, _)| right / is))
    }

    pub(super) fn macro_f1(&self, weights: &[u32]) -> Option<f64> {
        let met = self.margins(weights).into_iter().filter(|(_, is, said)| is + said > 0.0);
        mean(met.map(|(right, is, said)| 2.0 * right / (is + said)))
    }

    pub(super) fn mcc(&self, weights: &[u32]) -> Option<f64> {
        let (mut right, mut all, mut both, mut is_squares, mut said_squares) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (matches, is, said) in self.margins(weights) {
            right += matches;
            all += is;
            both += is * said;
            is_squares += is * is;
            said_squares += said * said;
        }
        let spread = ((all * all - said_squares) * (all * all - is_squares)).sqrt();
        (all > 0.0).then(|| if spread > 0.0 { (right * all - both) / spread } else { 0.0 })
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// The items in the order of their score for one class.
pub(super) struct Separation {
    /// Ascending: the item, whether it is of the class, and whether its score is that of the entry before.
    order: Vec<(usize, bool, bool)>,
}

impl Separation {
    /// Items without scores stand aside; a class without a score has 0.
    pub(super) fn of(items: &[&Item], class: &str) -> Self {
        let mut scored: Vec<(f64, usize, bool)> = items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| match &item.outcome {
                Outcome::Decided { gold, scores, .. } if !scores.is_empty() => {
                    Some((scores.get(class).copied().unwrap_or(0.0), at, gold == class))
                }
                _ => None,
            })
            .collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut before = None;
        let order = scored.into_iter().map(|(score, at, is)| (at, is, before.replace(score) == Some(score))).collect();
        Self { order }
    }

    /// The share of pairs of one of the class and one of the rest that the scores put in order; ties count half.
    pub(super) fn auc(&self, weights: &[u32]) -> Option<f64> {
        let (mut below, mut ordered, mut of_class) = (0.0, 0.0, 0.0);
        let (mut tied_class, mut tied_rest) = (0.0, 0.0);
        for (at, is, tied) in &self.order {
            if !tied {
                ordered += tied_class * (below + tied_rest / 2.0);
                below += tied_rest;
                (tied_class, tied_rest) = (0.0, 0.0);
            }
            let weight = f64::from(weights[*at]);
            if *is {
                tied_class += weight;
                of_class += weight;
            } else {
                tied_rest += weight;
            }
        }
        ordered += tied_class * (below + tied_rest / 2.0);
        below += tied_rest;
        (of_class > 0.0 && below > 0.0).then(|| ordered / (of_class * below))
    }
}
