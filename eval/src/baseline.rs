//! Baselines that know nothing of a case: what a set gives away by how often each class occurs in it.
//!
//! A figure without them flatters: on a set with nine in ten of one class, "always that class" is right nine times.
//! They are made of the gold of the very set that is measured, so each is the best of its kind.

use crate::interval::Draws;
use crate::item::{Item, Outcome, Run};
use std::collections::BTreeMap;

/// The systems' names.
pub const MAJORITY: &str = "majority";
/// The name of [`random`].
pub const RANDOM: &str = "random";

/// Always the commonest class (the first by name of those that tie), with the classes' shares as probabilities. Nothing
/// where no item is a decision.
pub fn majority(run: &Run) -> Option<Run> {
    let shares = shares(run);
    let (commonest, _) = shares.iter().rev().max_by(|a, b| a.1.total_cmp(b.1))?;
    Some(redecided(run, MAJORITY, |_| (commonest.clone(), shares.clone())))
}

/// A class drawn by how often each occurs, with all probability on it. Nothing where no item is a decision.
pub fn random(run: &Run, seed: u64) -> Option<Run> {
    let mut draws = Draws::seeded(seed);
    let golds: Vec<&String> = golds(run).collect();
    if golds.is_empty() {
        return None;
    }
    Some(redecided(run, RANDOM, |_| {
        // The gold of a case drawn from all of them.
        let class = golds[draws.below(golds.len())].clone();
        (class.clone(), [(class, 1.0)].into())
    }))
}

fn golds(run: &Run) -> impl Iterator<Item = &String> {
    run.items.iter().filter_map(|item| match &item.outcome {
        Outcome::Decided { gold, .. } => Some(gold),
        _ => None,
    })
}

fn shares(run: &Run) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    golds(run).for_each(|gold| *counts.entry(gold.clone()).or_default() += 1.0);
    let all: f64 = counts.values().sum();
    counts.values_mut().for_each(|count| *count /= all);
    counts
}

/// The run's cases, each decided anew; items that are no decisions are left out.
fn redecided(run: &Run, system: &str, mut decide: impl FnMut(&Item) -> (String, BTreeMap<String, f64>)) -> Run {
    let items = run
        .items
        .iter()
        .filter_map(|item| {
            let Outcome::Decided { gold, .. } = &item.outcome else { return None };
            let (said, scores) = decide(item);
            Some(Item {
                outcome: Outcome::Decided { gold: gold.clone(), said, scores },
                took_ms: None,
                detail: serde_json::Value::Null,
                ..item.clone()
            })
        })
        .collect();
    Run { suite: run.suite.clone(), set: run.set.clone(), system: system.to_owned(), baseline: true, items }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Metric;

    fn run() -> Run {
        let items = (0..100)
            .map(|at| Item {
                id: at.to_string(),
                cluster: at.to_string(),
                slices: BTreeMap::new(),
                outcome: Outcome::Decided {
                    gold: if at % 10 == 0 { "contradiction" } else { "consistent" }.into(),
                    said: "contradiction".into(),
                    scores: BTreeMap::new(),
                },
                took_ms: Some(1.0),
                detail: "seen".into(),
            })
            .collect();
        Run { suite: "pairs".into(), set: "s".into(), system: "review".into(), baseline: false, items }
    }

    #[test]
    fn the_commonest_class_wins_plain_accuracy_and_nothing_else() {
        let majority = majority(&run()).expect("there are decisions");
        assert!(majority.baseline && majority.items.iter().all(|item| item.took_ms.is_none() && item.detail.is_null()));
        let items: Vec<&Item> = majority.items.iter().collect();
        assert_eq!(Metric::Accuracy.of(&items), Some(0.9));
        assert_eq!(Metric::BalancedAccuracy.of(&items), Some(0.5));
        assert_eq!(Metric::Mcc.of(&items), Some(0.0));
        assert_eq!(Metric::Auc.of(&items), Some(0.5));
    }

    #[test]
    fn a_random_run_is_the_same_for_the_same_seed_and_near_the_shares() {
        let (one, same, other) = (random(&run(), 1), random(&run(), 1), random(&run(), 2));
        assert_eq!(one, same);
        assert_ne!(one, other);
        let said = one
            .expect("there are decisions")
            .items
            .into_iter()
            .filter(|item| matches!(&item.outcome, Outcome::Decided { said, .. } if said == "contradiction"));
        assert!((2..=20).contains(&said.count()));
    }

    #[test]
    fn what_decides_nothing_has_no_baseline() {
        let run = Run { items: Vec::new(), ..run() };
        assert_eq!((majority(&run), random(&run, 1)), (None, None));
    }
}
