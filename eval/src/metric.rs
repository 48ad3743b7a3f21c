//! Figures of a set of items: what a benchmark prints, and what intervals, slices and comparisons are made of.
//!
//! Hard because most figures are no means of cases (an area under a curve, a correlation) and yet must be drawn again
//! thousands of times. So a metric is first made ready for its items (classes counted, scores sorted), and then says its
//! value for any weights of them: a draw, a slice and a swap of two runs are all weights. Where a figure is not defined
//! (precision of nothing found), it is absent, never 0 or 1.

mod decision;
mod selective;

pub use decision::Confusion;
pub use selective::{Judged, Point, curve, judged};

use crate::calibration;
use crate::item::{Item, Outcome};
use decision::{Decisions, Separation};
use selective::Selection;
use std::collections::BTreeSet;

/// A figure of a set of items.
///
/// An item whose outcome is of another family counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Mean of a measure over the items that carry it; of answers, over those that were given.
    Mean(String),
    /// Share of right decisions. It never stands alone: on an unbalanced set the commonest class wins it.
    Accuracy,
    /// Mean over the classes that occur of the share decided rightly (Brodersen et al., 2010).
    BalancedAccuracy,
    /// Mean over the classes that occur or are said of their F1.
    MacroF1,
    /// Matthews' correlation for several classes, R_K (Gorodkin, 2004); 0 where one side never varies.
    Mcc,
    /// Mean over the classes of the area under the curve of class against rest (Hanley and McNeil, 1982); ties count half.
    Auc,
    /// The area for one class against the rest.
    AucOf(String),
    /// Share of what was said to be of a class, or found of a kind, that is.
    PrecisionOf(String),
    /// Share of a class, or of things of a kind, that was found.
    RecallOf(String),
    /// Harmonic mean of both.
    F1Of(String),
    /// Share of everything found that is there.
    Precision,
    /// Share of everything there that was found.
    Recall,
    /// Harmonic mean of both.
    F1,
    /// Things found that are not there, for ten provisions.
    FalseAlarms,
    /// Share of the questions that were answered.
    Coverage,
    /// Mean quality of the answers given (see [`judged`]).
    Quality,
    /// Mean quality over the questions that can be answered; a refusal counts 0.
    QualityOverall,
    /// One less the quality: selective risk (El-Yaniv and Wiener, 2010).
    Risk,
    /// Share of the refused questions that cannot be answered.
    AbstentionPrecision,
    /// Share of the questions that cannot be answered that were refused.
    AbstentionRecall,
    /// Harmonic mean of both.
    AbstentionF1,
    /// Expected calibration error in [`calibration::BINS`] bins of equal width (Guo et al., 2017).
    Ece,
    /// Brier's score (1950): the squared distance of the probabilities from what is; over all classes of a decision (so
    /// for two classes it is twice the distance of one), of the confidence alone where things are found or answered.
    Brier,
    /// Area under the risk-coverage curve (Geifman, Uziel and El-Yaniv, 2019).
    Aurc,
    /// How much of the way from random to perfect abstention the confidence goes: the normalised area of
    /// Gisserot-Boukhlef et al., "Towards Trustworthy Reranking" (2024), every judged item a step of the curve.
    /// 0 is random, 1 perfect; absent where all qualities are equal.
    Nauc,
}

/// A metric made ready for its items: its value for weights of them, in their order.
pub struct Prepared(Value);

impl Prepared {
    /// The figure where each item counts as often as its weight says.
    pub fn value(&self, weights: &[u32]) -> Option<f64> {
        (self.0)(weights)
    }
}

impl Metric {
    /// Every metric that says something about these items, the general ones of a family before those of its classes.
    pub fn all(items: &[&Item]) -> Vec<Self> {
        let (mut measures, mut kinds, mut given) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut decided, mut detected, mut answered) = (false, false, false);
        for item in items {
            match &item.outcome {
                Outcome::Measured { measures: of } => measures.extend(of.keys().cloned()),
                Outcome::Decided { .. } => decided = true,
                Outcome::Detected { counts, .. } => {
                    detected = true;
                    kinds.extend(counts.keys().cloned());
                }
                Outcome::Answered { measures: of, .. } => {
                    answered = true;
                    given.extend(of.keys().cloned());
                }
            }
        }
        let mut all: Vec<Self> = measures.into_iter().map(Self::Mean).collect();
        let confidence = [Self::Ece, Self::Brier, Self::Aurc, Self::Nauc];
        if decided {
            all.extend([Self::BalancedAccuracy, Self::MacroF1, Self::Mcc, Self::Auc, Self::Accuracy]);
            all.extend(confidence.clone());
            for class in decision::classes(items) {
                let of: [fn(String) -> Self; 4] = [Self::PrecisionOf, Self::RecallOf, Self::F1Of, Self::AucOf];
                all.extend(of.map(|metric| metric(class.clone())));
            }
        }
        if detected {
            all.extend([Self::Precision, Self::Recall, Self::F1, Self::FalseAlarms]);
            all.extend(confidence.clone());
            for kind in kinds {
                let of: [fn(String) -> Self; 3] = [Self::PrecisionOf, Self::RecallOf, Self::F1Of];
                all.extend(of.map(|metric| metric(kind.clone())));
            }
        }
        if answered {
            all.extend([Self::Quality, Self::QualityOverall, Self::Risk, Self::Coverage]);
            all.extend([Self::AbstentionPrecision, Self::AbstentionRecall, Self::AbstentionF1]);
            all.extend(given.into_iter().map(Self::Mean));
            all.extend(confidence);
        }
        let mut seen = BTreeSet::new();
        all.retain(|metric| seen.insert(metric.clone()));
        all
    }

    /// The figure's name in reports: `balanced_accuracy`, `recall@10`, `f1:basis.expired` ...
    pub fn name(&self) -> String {
        match self {
            Self::Mean(measure) => measure.clone(),
            Self::AucOf(class) => format!("auc:{class}"),
            Self::PrecisionOf(class) => format!("precision:{class}"),
            Self::RecallOf(class) => format!("recall:{class}"),
            Self::F1Of(class) => format!("f1:{class}"),
            Self::Accuracy => "accuracy".into(),
            Self::BalancedAccuracy => "balanced_accuracy".into(),
            Self::MacroF1 => "macro_f1".into(),
            Self::Mcc => "mcc".into(),
            Self::Auc => "auc".into(),
            Self::Precision => "precision".into(),
            Self::Recall => "recall".into(),
            Self::F1 => "f1".into(),
            Self::FalseAlarms => "false_alarms_per_10_provisions".into(),
            Self::Coverage => "coverage".into(),
            Self::Quality => "quality".into(),
            Self::QualityOverall => "quality_overall".into(),
            Self::Risk => "risk".into(),
            Self::AbstentionPrecision => "abstention_precision".into(),
            Self::AbstentionRecall => "abstention_recall".into(),
            Self::AbstentionF1 => "abstention_f1".into(),
            Self::Ece => "ece".into(),
            Self::Brier => "brier".into(),
            Self::Aurc => "aurc".into(),
            Self::Nauc => "nauc".into(),
        }
    }

    /// Whether the figure is of one class or kind alone; slices leave those out.
    pub fn is_of_one_class(&self) -> bool {
        matches!(self, Self::AucOf(_) | Self::PrecisionOf(_) | Self::RecallOf(_) | Self::F1Of(_))
    }

    /// The figure of the items; absent where it is not defined.
    pub fn of(&self, items: &[&Item]) -> Option<f64> {
        self.prepare(items).value(&vec![1; items.len()])
    }

    /// Makes the metric ready for these items.
    pub fn prepare(&self, items: &[&Item]) -> Prepared {
        Prepared(match self {
            Self::Mean(measure) => ratio(items, |item| match &item.outcome {
                Outcome::Measured { measures } | Outcome::Answered { answered: true, measures, .. } => {
                    measures.get(measure).map_or(NOTHING, |value| (*value, 1.0))
                }
                _ => NOTHING,
            }),
            Self::Accuracy => ratio(items, |item| decided(item, |gold, said| (bit(gold == said), 1.0))),
            Self::PrecisionOf(class) => ratio(items, |item| match &item.outcome {
                Outcome::Detected { counts, .. } => {
                    counts.get(class).map_or(NOTHING, |of| (of.matched as f64, of.found as f64))
                }
                _ => decided(item, |gold, said| (bit(gold == said && said == class), bit(said == class))),
            }),
            Self::RecallOf(class) => ratio(items, |item| match &item.outcome {
                Outcome::Detected { counts, .. } => {
                    counts.get(class).map_or(NOTHING, |of| (of.matched as f64, of.gold as f64))
                }
                _ => decided(item, |gold, said| (bit(gold == said && gold == class), bit(gold == class))),
            }),
            Self::F1Of(class) => ratio(items, |item| match &item.outcome {
                Outcome::Detected { counts, .. } => {
                    counts.get(class).map_or(NOTHING, |of| (2.0 * of.matched as f64, (of.gold + of.found) as f64))
                }
                _ => decided(item, |gold, said| {
                    (2.0 * bit(gold == said && gold == class), bit(gold == class) + bit(said == class))
                }),
            }),
            Self::Precision => ratio(items, |item| detected(item, |sum, _| (sum.matched as f64, sum.found as f64))),
            Self::Recall => ratio(items, |item| detected(item, |sum, _| (sum.matched as f64, sum.gold as f64))),
            Self::F1 => {
                ratio(items, |item| detected(item, |sum, _| (2.0 * sum.matched as f64, (sum.gold + sum.found) as f64)))
            }
            Self::FalseAlarms => ratio(items, |item| {
                detected(item, |sum, provisions| {
                    (10.0 * sum.found.saturating_sub(sum.matched) as f64, provisions as f64)
                })
            }),
            Self::Coverage => ratio(items, |item| answered(item, |_, answered, _| (bit(answered), 1.0))),
            Self::Quality => {
                ratio(items, |item| answered(item, |_, given, quality| if given { (quality, 1.0) } else { NOTHING }))
            }
            Self::QualityOverall => ratio(items, |item| {
                answered(
                    item,
                    |answerable, given, quality| {
                        if answerable { (if given { quality } else { 0.0 }, 1.0) } else { NOTHING }
                    },
                )
            }),
            Self::Risk => ratio(items, |item| {
                answered(item, |_, given, quality| if given { (1.0 - quality, 1.0) } else { NOTHING })
            }),
            Self::AbstentionPrecision => {
                ratio(items, |item| answered(item, |answerable, given, _| (bit(!given && !answerable), bit(!given))))
            }
            Self::AbstentionRecall => ratio(items, |item| {
                answered(item, |answerable, given, _| (bit(!given && !answerable), bit(!answerable)))
            }),
            Self::AbstentionF1 => ratio(items, |item| {
                answered(item, |answerable, given, _| {
                    (2.0 * bit(!given && !answerable), bit(!given) + bit(!answerable))
                })
            }),
            Self::BalancedAccuracy => decisions(items, Decisions::balanced_accuracy),
            Self::MacroF1 => decisions(items, Decisions::macro_f1),
            Self::Mcc => decisions(items, Decisions::mcc),
            Self::AucOf(class) => {
                let separation = Separation::of(items, class);
                Box::new(move |weights| separation.auc(weights))
            }
            Self::Auc => {
                let each: Vec<Separation> =
                    decision::classes(items).iter().map(|class| Separation::of(items, class)).collect();
                Box::new(move |weights| {
                    let areas: Vec<f64> = each.iter().filter_map(|class| class.auc(weights)).collect();
                    (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
                })
            }
            Self::Brier => ratio(items, brier),
            Self::Ece => {
                let judged = judged(items);
                Box::new(move |weights| calibration::expected_error(&judged, weights))
            }
            Self::Aurc => {
                let selection = Selection::of(judged(items));
                Box::new(move |weights| selection.aurc(weights))
            }
            Self::Nauc => {
                let selection = Selection::of(judged(items));
                Box::new(move |weights| selection.nauc(weights))
            }
        })
    }
}

/// Whether a figure of this name is the better the smaller it is.
pub fn is_better_small(name: &str) -> bool {
    matches!(name, "risk" | "ece" | "brier" | "aurc" | "false_alarms_per_10_provisions")
}

/// How well one item went, in [0, 1]: what comparisons call better or worse.
///
/// The mean of its measures; 1 for a right decision; F1 of what was found (1 where nothing is there and nothing was
/// found); the quality of an answer, and of a refusal 1 where nothing could be answered.
pub fn quality(item: &Item) -> f64 {
    match &item.outcome {
        Outcome::Measured { measures } => measures.values().sum::<f64>() / measures.len().max(1) as f64,
        Outcome::Decided { gold, said, .. } => bit(gold == said),
        Outcome::Detected { .. } => {
            detected(item, |sum, _| {
                let both = sum.gold + sum.found;
                if both == 0 { (1.0, 1.0) } else { (2.0 * sum.matched as f64 / both as f64, 1.0) }
            })
            .0
        }
        Outcome::Answered { .. } => {
            answered(item, |answerable, given, quality| (if given { quality } else { bit(!answerable) }, 1.0)).0
        }
    }
}

/// What an item adds above and below the line of a ratio.
type Share = (f64, f64);

/// An item that adds nothing.
const NOTHING: Share = (0.0, 0.0);

fn bit(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn decided(item: &Item, share: impl Fn(&String, &String) -> Share) -> Share {
    match &item.outcome {
        Outcome::Decided { gold, said, .. } => share(gold, said),
        _ => NOTHING,
    }
}

fn detected(item: &Item, share: impl Fn(crate::item::Counts, usize) -> Share) -> Share {
    match &item.outcome {
        Outcome::Detected { counts, provisions, .. } => {
            let mut sum = crate::item::Counts::default();
            counts.values().for_each(|of| sum += *of);
            share(sum, *provisions)
        }
        _ => NOTHING,
    }
}

/// The share of a question: whether it can be answered, whether it was, and the quality of the answer.
fn answered(item: &Item, share: impl Fn(bool, bool, f64) -> Share) -> Share {
    match &item.outcome {
        Outcome::Answered { answerable, answered, measures, .. } => {
            share(*answerable, *answered, selective::answer_quality(*answerable, measures))
        }
        _ => NOTHING,
    }
}

fn brier(item: &Item) -> Share {
    match &item.outcome {
        Outcome::Decided { gold, scores, .. } if !scores.is_empty() => {
            let said = scores.iter().map(|(class, score)| (score - bit(class == gold)).powi(2)).sum::<f64>();
            (said + bit(!scores.contains_key(gold)), 1.0)
        }
        Outcome::Detected { confidences, .. } => {
            let squares = confidences.iter().map(|(confidence, right)| (confidence - bit(*right)).powi(2));
            (squares.sum(), confidences.len() as f64)
        }
        Outcome::Answered { answerable, answered: true, confidence, measures } => {
            ((confidence - selective::answer_quality(*answerable, measures)).powi(2), 1.0)
        }
        _ => NOTHING,
    }
}

type Value = Box<dyn Fn(&[u32]) -> Option<f64> + Send + Sync>;

/// The weighted sum of the items' upper shares over that of their lower ones.
fn ratio(items: &[&Item], share: impl Fn(&Item) -> Share) -> Value {
    let shares: Vec<Share> = items.iter().map(|item| share(item)).collect();
    Box::new(move |weights| {
        let (mut above, mut below) = NOTHING;
        for ((up, down), weight) in shares.iter().zip(weights) {
            above += up * f64::from(*weight);
            below += down * f64::from(*weight);
        }
        (below > 0.0).then(|| above / below)
    })
}

fn decisions(items: &[&Item], figure: fn(&Decisions, &[u32]) -> Option<f64>) -> Value {
    let decisions = Decisions::of(items);
    Box::new(move |weights| figure(&decisions, weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Counts;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn item(outcome: Outcome) -> Item {
        Item {
            id: "1".into(),
            cluster: "1".into(),
            slices: BTreeMap::new(),
            outcome,
            took_ms: None,
            detail: serde_json::Value::Null,
        }
    }

    fn decision(gold: &str, said: &str, scores: &[(&str, f64)]) -> Item {
        let scores = scores.iter().map(|(class, score)| ((*class).to_owned(), *score)).collect();
        item(Outcome::Decided { gold: gold.into(), said: said.into(), scores })
    }

    fn answer(answerable: bool, answered: bool, confidence: f64, right: f64) -> Item {
        item(Outcome::Answered { answerable, answered, confidence, measures: [("right".to_owned(), right)].into() })
    }

    fn of(metric: &Metric, items: &[Item]) -> Option<f64> {
        metric.of(&items.iter().collect::<Vec<_>>())
    }

    /// Ten decisions among three classes; scores tie.
    fn ten() -> Vec<Item> {
        [
            ("a", "a", [0.7, 0.2, 0.1]),
            ("a", "a", [0.5, 0.3, 0.2]),
            ("a", "b", [0.4, 0.5, 0.1]),
            ("a", "a", [0.6, 0.2, 0.2]),
            ("b", "b", [0.3, 0.5, 0.2]),
            ("b", "a", [0.5, 0.4, 0.1]),
            ("b", "c", [0.1, 0.3, 0.6]),
            ("c", "c", [0.2, 0.2, 0.6]),
            ("c", "b", [0.2, 0.5, 0.3]),
            ("c", "c", [0.1, 0.1, 0.8]),
        ]
        .map(|(gold, said, [a, b, c])| decision(gold, said, &[("a", a), ("b", b), ("c", c)]))
        .to_vec()
    }

    #[test]
    fn figures_of_decisions_are_those_of_scikit_learn() {
        // scikit-learn 1.9.1 on the same ten; `cargo xtask bench metrics` compares more.
        let expected = [
            (Metric::BalancedAccuracy, 0.583_333_333_333_333_4),
            (Metric::MacroF1, 0.583_333_333_333_333_4),
            (Metric::Mcc, 0.393_939_393_939_393_9),
            (Metric::Accuracy, 0.6),
            (Metric::Auc, 0.868_055_555_555_555_7),
            (Metric::AucOf("a".into()), 0.9375),
            (Metric::AucOf("b".into()), 0.738_095_238_095_238),
            (Metric::AucOf("c".into()), 0.928_571_428_571_428_6),
            (Metric::Brier, 0.432),
            (Metric::PrecisionOf("b".into()), 1.0 / 3.0),
            (Metric::RecallOf("a".into()), 0.75),
        ];
        for (metric, expected) in expected {
            let value = of(&metric, &ten()).expect("it is defined");
            assert!((value - expected).abs() < 1e-12, "{}: {value}, not {expected}", metric.name());
        }
        let items = ten();
        let confusion = Confusion::of(&items.iter().collect::<Vec<_>>()).expect("there are decisions");
        assert_eq!(confusion.counts, [[3, 1, 0], [1, 1, 1], [0, 1, 2]]);
    }

    #[test]
    fn what_is_not_defined_is_absent() {
        let only = [decision("a", "b", &[])];
        assert_eq!(of(&Metric::PrecisionOf("a".into()), &only), None, "nothing was said to be it");
        assert_eq!(of(&Metric::RecallOf("b".into()), &only), None, "nothing is it");
        assert_eq!(of(&Metric::Auc, &only), None, "there are no scores");
        assert_eq!(of(&Metric::Auc, &[decision("a", "a", &[("a", 1.0)])]), None, "there is no rest");
        for metric in [Metric::Accuracy, Metric::Mcc, Metric::F1, Metric::Coverage, Metric::Ece, Metric::Nauc] {
            assert_eq!(of(&metric, &[]), None, "{}", metric.name());
        }
    }

    #[test]
    fn findings_are_counted_over_all_documents() {
        let counts = |gold, found, matched| Counts { gold, found, matched };
        let draft = |basis, terms, provisions| {
            let counts = [("basis.expired".to_owned(), basis), ("terms.renamed_body".to_owned(), terms)].into();
            item(Outcome::Detected { counts, provisions, confidences: Vec::new() })
        };
        let drafts = [draft(counts(3, 2, 2), counts(0, 2, 0), 25), draft(counts(1, 0, 0), counts(2, 2, 2), 15)];
        let figures = [
            (Metric::Precision, 4.0 / 6.0),
            (Metric::Recall, 4.0 / 6.0),
            (Metric::RecallOf("basis.expired".into()), 0.5),
            (Metric::PrecisionOf("terms.renamed_body".into()), 0.5),
            (Metric::F1Of("basis.expired".into()), 2.0 / 3.0),
            (Metric::FalseAlarms, 0.5),
        ];
        for (metric, expected) in figures {
            assert_eq!(of(&metric, &drafts), Some(expected), "{}", metric.name());
        }
    }

    #[test]
    fn a_refusal_is_right_where_nothing_answers() {
        let questions = [
            answer(true, true, 0.9, 1.0),
            answer(true, true, 0.6, 0.5),
            answer(true, false, 0.3, 0.0),
            answer(false, true, 0.5, 1.0),
            answer(false, false, 0.1, 0.0),
        ];
        let figures = [
            (Metric::Coverage, 0.6),
            (Metric::Quality, 0.5),
            (Metric::QualityOverall, 0.5),
            (Metric::Risk, 0.5),
            (Metric::AbstentionPrecision, 0.5),
            (Metric::AbstentionRecall, 0.5),
            (Metric::AbstentionF1, 0.5),
            // Kept one by one: risks 0, 1/4 and 1/2.
            (Metric::Aurc, 0.25),
            (Metric::Nauc, 1.0),
        ];
        for (metric, expected) in figures {
            assert_eq!(of(&metric, &questions), Some(expected), "{}", metric.name());
        }
    }

    #[test]
    fn confidence_that_says_nothing_is_worth_nothing() {
        let answers = |confidence: fn(f64) -> f64| -> Vec<Item> {
            (0..20).map(|at| answer(true, true, confidence(f64::from(at) / 20.0), f64::from(at % 4) / 3.0)).collect()
        };
        assert!(of(&Metric::Nauc, &answers(|_| 0.5)).is_some_and(|worth| worth.abs() < 1e-12));
        let sorted: Vec<Item> =
            (0..20).map(|at| answer(true, true, f64::from(at) / 20.0, f64::from(at / 10))).collect();
        assert_eq!(of(&Metric::Nauc, &sorted), Some(1.0));
        let reversed: Vec<Item> =
            (0..20).map(|at| answer(true, true, 1.0 - f64::from(at) / 20.0, f64::from(at / 10))).collect();
        assert!(of(&Metric::Nauc, &reversed).is_some_and(|worth| worth < -0.5));
    }

    fn any_item() -> impl Strategy<Value = Item> {
        let class = || prop::sample::select(vec!["a", "b", "c"]);
        let score = || (0_u32..6).prop_map(|tenths| f64::from(tenths) / 5.0);
        let decided = (class(), class(), prop::collection::vec(score(), 3)).prop_map(|(gold, said, scores)| {
            decision(gold, said, &["a", "b", "c"].into_iter().zip(scores).collect::<Vec<_>>())
        });
        let measured = score().prop_map(|value| item(Outcome::Measured { measures: [("m".to_owned(), value)].into() }));
        let answered = (any::<bool>(), any::<bool>(), score(), score())
            .prop_map(|(answerable, answered, confidence, right)| answer(answerable, answered, confidence, right));
        let detected = (0_usize..4, 0_usize..4, 1_usize..30, prop::collection::vec((score(), any::<bool>()), 0..4))
            .prop_map(|(gold, found, provisions, confidences)| {
                let counts = [("k".to_owned(), Counts { gold, found, matched: gold.min(found) })].into();
                item(Outcome::Detected { counts, provisions, confidences })
            });
        prop_oneof![decided, measured, answered, detected]
    }

    fn near(one: Option<f64>, other: Option<f64>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-9,
            (one, other) => one == other,
        }
    }

    proptest! {
        /// What every draw, swap and slice rests on.
        #[test]
        fn an_item_of_weight_n_counts_as_n_items(items in prop::collection::vec((any_item(), 0_u32..4), 1..25)) {
            let all: Vec<&Item> = items.iter().map(|(item, _)| item).collect();
            let weights: Vec<u32> = items.iter().map(|(_, weight)| *weight).collect();
            let repeated: Vec<&Item> =
                items.iter().flat_map(|(item, weight)| std::iter::repeat_n(item, *weight as usize)).collect();
            for metric in Metric::all(&all) {
                let (weighted, plain) = (metric.prepare(&all).value(&weights), metric.of(&repeated));
                prop_assert!(near(weighted, plain), "{}: {:?}, {:?}", metric.name(), weighted, plain);
            }
        }

        #[test]
        fn figures_do_not_depend_on_the_order_of_items(items in prop::collection::vec(any_item(), 1..25)) {
            let forwards: Vec<&Item> = items.iter().collect();
            let backwards: Vec<&Item> = items.iter().rev().collect();
            for metric in Metric::all(&forwards) {
                prop_assert!(near(metric.of(&forwards), metric.of(&backwards)), "{}", metric.name());
            }
        }

        #[test]
        fn shares_lie_between_0_and_1_and_correlations_between_minus_1_and_1(
            items in prop::collection::vec(any_item(), 1..25),
        ) {
            let items: Vec<&Item> = items.iter().collect();
            for metric in Metric::all(&items) {
                let bounds = match metric {
                    Metric::Mcc => -1.0..=1.0,
                    Metric::Nauc => f64::NEG_INFINITY..=1.0,
                    Metric::Brier | Metric::FalseAlarms => 0.0..=f64::INFINITY,
                    _ => 0.0..=1.0,
                };
                let value = metric.of(&items);
                let off = |value: f64| value - value.clamp(*bounds.start(), *bounds.end());
                prop_assert!(value.is_none_or(|value| off(value).abs() < 1e-9), "{} {:?}", metric.name(), value);
            }
        }

        #[test]
        fn an_area_knows_scores_by_their_order_only(
            scores in prop::collection::vec((any::<bool>(), 0_u32..20), 2..40),
        ) {
            let items = |change: fn(f64) -> f64| -> Vec<Item> {
                scores
                    .iter()
                    .map(|(is, score)| {
                        let gold = if *is { "a" } else { "b" };
                        decision(gold, "a", &[("a", change(f64::from(*score) / 20.0))])
                    })
                    .collect()
            };
            let area = Metric::AucOf("a".into());
            let plain = of(&area, &items(|score| score));
            prop_assert!(near(plain, of(&area, &items(|score| score.exp()))));
            prop_assert!(near(plain, of(&area, &items(|score| score.powi(3) / 7.0))));
            prop_assert!(near(plain.map(|area| 1.0 - area), of(&area, &items(|score| 1.0 - score))));
        }

        #[test]
        fn a_correlation_is_the_same_both_ways(
            pairs in prop::collection::vec((prop::sample::select(vec!["a", "b", "c"]), prop::sample::select(vec!["a", "b", "c"])), 1..40),
        ) {
            let one: Vec<Item> = pairs.iter().map(|(gold, said)| decision(gold, said, &[])).collect();
            let other: Vec<Item> = pairs.iter().map(|(gold, said)| decision(said, gold, &[])).collect();
            prop_assert!(near(of(&Metric::Mcc, &one), of(&Metric::Mcc, &other)));
        }
    }
}
