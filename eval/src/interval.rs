//! How sure a figure is: percentile bootstrap intervals (Efron, 1979), and paired differences with a randomisation test.
//!
//! Easy to get wrong quietly. Cases of a document resemble each other, so [`figures`] draws whole documents (Field and
//! Welsh, 2007); systems are compared on the same cases, so a difference is drawn case by case, never as the distance of
//! two intervals. Draws are seeded: the same figures give the same interval on every machine.

use crate::item::Item;
use crate::metric::Metric;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Draws of an interval: the third decimal of a bound is steady from here on.
const DRAWS: usize = 2_000;

/// Random swaps of a paired test, so that p is known to 0.0001; with few documents every swap there is.
const SWAPS: u32 = 9_999;

/// Up to this many documents every way of swapping them is tried.
const ALL_SWAPS: usize = 13;

/// A figure of a set of items with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The figure of all items.
    pub value: f64,
    /// 2.5 % of the draws lie below; absent for a single document, of which nothing can be drawn. Never above the
    /// figure: draws of small sets lean to one side, and an interval beside its figure would mislead more.
    pub low: Option<f64>,
    /// 2.5 % of the draws lie above; never below the figure.
    pub high: Option<f64>,
}

/// What one run has over another on the same items.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The figure of the first run.
    pub before: f64,
    /// The figure of the second.
    pub after: f64,
    /// `after - before`, with its interval from draws of documents that both runs share.
    pub difference: Figure,
    /// Two-sided p of the paired randomisation test (Fisher, 1935; Smucker, Allan and Carterette, 2007): how often runs
    /// that swap whole documents at random differ at least as much.
    pub p: f64,
    /// The difference over the standard deviation of the documents' parts in it, which the draws give as their own times
    /// the root of the number of documents. For a mean over documents of equal size it is Cohen's d of pairs. Absent
    /// where nothing varies.
    pub effect: Option<f64>,
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean over the cases.
    pub mean: f64,
    /// 2.5 % of the draws lie below.
    pub low: f64,
    /// 2.5 % of the draws lie above.
    pub high: f64,
}

impl Estimate {
    /// The mean of `values` with its interval; zeros for no values.
    pub fn of(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self { mean: 0.0, low: 0.0, high: 0.0 };
        }
        let mut draw = Draws(0x2545_f491_4f6c_dd1d);
        let count = values.len();
        let mut means: Vec<f64> =
            (0..DRAWS).map(|_| (0..count).map(|_| values[draw.below(count)]).sum::<f64>() / count as f64).collect();
        means.sort_by(f64::total_cmp);
        let at = |share: f64| means[((DRAWS - 1) as f64 * share).round() as usize];
        Self { mean: values.iter().sum::<f64>() / count as f64, low: at(0.025), high: at(0.975) }
    }

    /// The mean of `values - before`, case by case.
    ///
    /// `values` and `before` are of the same cases in the same order.
    pub fn of_gain(values: &[f64], before: &[f64]) -> Self {
        Self::of(&values.iter().zip(before).map(|(now, before)| now - before).collect::<Vec<_>>())
    }
}

impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3} [{:.3}, {:.3}]", self.mean, self.low, self.high)
    }
}

/// Every metric of the items with its interval; absent where it is not defined. Draws in which it is not are left out.
pub fn figures(items: &[&Item], metrics: &[Metric], seed: u64) -> Vec<Option<Figure>> {
    on_every_core(metrics, |metrics| figures_of(items, metrics, seed))
}

/// What `after` has over `before` in every metric; absent where it is not defined of both.
///
/// Both are of the same cases in the same order; what is beyond the shorter one is left out.
pub fn differences(before: &[&Item], after: &[&Item], metrics: &[Metric], seed: u64) -> Vec<Option<Difference>> {
    on_every_core(metrics, |metrics| differences_of(before, after, metrics, seed))
}

/// Shares the metrics out: each core makes the same draws of its own, so figures do not depend on how many there are.
fn on_every_core<T: Send>(metrics: &[Metric], work: impl Fn(&[Metric]) -> Vec<T> + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = metrics.len().div_ceil(cores).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let parts: Vec<_> = metrics.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
        let joined = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.flatten().collect()
    })
}

fn figures_of(items: &[&Item], metrics: &[Metric], seed: u64) -> Vec<Option<Figure>> {
    let prepared: Vec<_> = metrics.iter().map(|metric| metric.prepare(items)).collect();
    let documents = Documents::of(items);
    let mut drawn = vec![Vec::new(); metrics.len()];
    documents.draw(seed, |weights| {
        for (metric, drawn) in prepared.iter().zip(&mut drawn) {
            drawn.extend(metric.value(weights));
        }
    });
    let all = vec![1; items.len()];
    prepared
        .iter()
        .zip(drawn)
        .map(|(metric, drawn)| metric.value(&all).map(|value| Figure::around(value, drawn)))
        .collect()
}

fn differences_of(before: &[&Item], after: &[&Item], metrics: &[Metric], seed: u64) -> Vec<Option<Difference>> {
    let count = before.len().min(after.len());
    let (before, after) = (&before[..count], &after[..count]);
    // Both runs stand in one list, and weights choose from which of them a document is taken.
    let both: Vec<&Item> = before.iter().chain(after).copied().collect();
    let prepared: Vec<_> = metrics.iter().map(|metric| metric.prepare(&both)).collect();
    let documents = Documents::of(before);
    let (mut one, mut other) = (vec![0; 2 * count], vec![0; 2 * count]);
    let mut drawn = vec![Vec::new(); metrics.len()];
    documents.draw(seed, |weights| {
        one[..count].copy_from_slice(weights);
        other[count..].copy_from_slice(weights);
        for (metric, drawn) in prepared.iter().zip(&mut drawn) {
            drawn.extend(metric.value(&other).zip(metric.value(&one)).map(|(after, before)| after - before));
        }
    });
    one[..count].fill(1);
    other[count..].fill(1);
    let observed: Vec<Option<(f64, f64)>> =
        prepared.iter().map(|metric| metric.value(&one).zip(metric.value(&other))).collect();
    let mut as_far = vec![(0_u32, 0_u32); metrics.len()];
    let sampled = documents.swap(seed, |swapped| {
        for (at, swapped) in swapped.iter().enumerate() {
            let (stays, goes) = (u32::from(!swapped), u32::from(*swapped));
            (one[at], one[count + at], other[at], other[count + at]) = (stays, goes, goes, stays);
        }
        for ((metric, observed), (as_far, all)) in prepared.iter().zip(&observed).zip(&mut as_far) {
            let Some((before, after)) = observed else { continue };
            if let Some((before_now, after_now)) = metric.value(&one).zip(metric.value(&other)) {
                *all += 1;
                *as_far += u32::from((after_now - before_now).abs() >= (after - before).abs() - 1e-12);
            }
        }
    });
    // A sample of swaps counts the runs as they are among them (Phipson and Smyth, 2010).
    let own = u32::from(sampled);
    observed
        .into_iter()
        .zip(drawn)
        .zip(as_far)
        .map(|((observed, drawn), (as_far, all))| {
            let (before, after) = observed?;
            let spread = deviation(&drawn) * (documents.count as f64).sqrt();
            Some(Difference {
                before,
                after,
                difference: Figure::around(after - before, drawn),
                p: f64::from(as_far + own) / f64::from(all + own).max(1.0),
                effect: (spread > 1e-12).then(|| (after - before) / spread),
            })
        })
        .collect()
}

impl Figure {
    fn around(value: f64, mut drawn: Vec<f64>) -> Self {
        drawn.sort_by(f64::total_cmp);
        let at = |share: f64| drawn.get((drawn.len().saturating_sub(1) as f64 * share).round() as usize).copied();
        Self { value, low: at(0.025).map(|low| low.min(value)), high: at(0.975).map(|high| high.max(value)) }
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", decimals(self.value))?;
        match (self.low, self.high) {
            (Some(low), Some(high)) => write!(f, " [{}, {}]", decimals(low), decimals(high)),
            _ => Ok(()),
        }
    }
}

/// Three decimals, and no `-0.000`.
pub(crate) fn decimals(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// The number of documents that the items come from.
pub fn documents(items: &[&Item]) -> usize {
    Documents::of(items).count
}

/// By item the document it comes from.
struct Documents {
    of: Vec<usize>,
    count: usize,
}

impl Documents {
    fn of(items: &[&Item]) -> Self {
        let mut numbers = HashMap::new();
        let of = items
            .iter()
            .map(|item| {
                let next = numbers.len();
                *numbers.entry(item.cluster.as_str()).or_insert(next)
            })
            .collect();
        Self { of, count: numbers.len() }
    }

    /// Hands out the items' weights for draws of documents with replacement; none for fewer than two documents.
    fn draw(&self, seed: u64, mut take: impl FnMut(&[u32])) {
        if self.count < 2 {
            return;
        }
        let mut draws = Draws::seeded(seed);
        let mut weights = vec![0; self.of.len()];
        for _ in 0..DRAWS {
            let mut times = vec![0; self.count];
            (0..self.count).for_each(|_| times[draws.below(self.count)] += 1);
            weights.iter_mut().zip(&self.of).for_each(|(weight, of)| *weight = times[*of]);
            take(&weights);
        }
    }

    /// Hands out which items swap sides, whole documents at a time; says whether that was a sample of all ways.
    fn swap(&self, seed: u64, mut take: impl FnMut(&[bool])) -> bool {
        let sampled = self.count > ALL_SWAPS;
        let ways = if sampled { SWAPS } else { 1 << self.count };
        let mut draws = Draws::seeded(seed ^ 0x9e37_79b9_7f4a_7c15);
        for way in 0..ways {
            let side: Vec<bool> =
                (0..self.count).map(|document| if sampled { draws.coin() } else { way >> document & 1 == 1 }).collect();
            let swapped: Vec<bool> = self.of.iter().map(|document| side[*document]).collect();
            take(&swapped);
        }
        sampled
    }
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0)).sqrt()
}

/// A xorshift generator (Marsaglia, 2003): enough for draws, and the same everywhere.
pub(crate) struct Draws(u64);

impl Draws {
    /// Draws of a seed; neighbouring seeds give unlike draws.
    pub(crate) fn seeded(seed: u64) -> Self {
        // A step of splitmix64 (Steele, Lea and Flood, 2014), and never the zero that xorshift would stay at.
        let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((mixed ^ (mixed >> 31)) | 1)
    }

    /// A number below the bound, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Heads or tails, by the highest bit: the low ones are xorshift's weak ones.
    fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Outcome;
    use proptest::prelude::*;

    #[test]
    fn an_interval_holds_its_mean_and_narrows_with_more_cases() {
        let coin = |count: usize| (0..count).map(|at| f64::from(u8::from(at % 4 == 0))).collect::<Vec<_>>();
        let (few, many) = (Estimate::of(&coin(40)), Estimate::of(&coin(4_000)));
        for estimate in [few, many] {
            assert!((estimate.mean - 0.25).abs() < 1e-12);
            assert!(estimate.low < 0.25 && 0.25 < estimate.high, "{estimate}");
        }
        // The normal approximation: 1.96 · sqrt(p(1-p)/n) on each side.
        let width = 2.0 * 1.96 * (0.25_f64 * 0.75 / 4_000.0).sqrt();
        assert!(((many.high - many.low) / width - 1.0).abs() < 0.1, "{many}");
        assert!(few.high - few.low > 5.0 * (many.high - many.low));
    }

    #[test]
    fn a_gain_is_drawn_case_by_case() {
        let before: Vec<f64> = (0..100).map(|at| f64::from(at % 2)).collect();
        let now: Vec<f64> = before.iter().map(|value| value + 0.1).collect();
        let gain = Estimate::of_gain(&now, &before);
        assert!((gain.low - 0.1).abs() < 1e-9 && (gain.high - 0.1).abs() < 1e-9);
    }

    #[test]
    fn no_cases_give_nothing() {
        assert_eq!(Estimate::of(&[]), Estimate { mean: 0.0, low: 0.0, high: 0.0 });
    }

    fn item(cluster: usize, value: f64) -> Item {
        Item {
            id: String::new(),
            cluster: cluster.to_string(),
            slices: [].into(),
            outcome: Outcome::Measured { measures: [("m".to_owned(), value)].into() },
            took_ms: None,
            detail: serde_json::Value::Null,
        }
    }

    fn mean() -> [Metric; 1] {
        [Metric::Mean("m".into())]
    }

    fn figure(items: &[Item]) -> Figure {
        figures(&items.iter().collect::<Vec<_>>(), &mean(), 1)[0].expect("a mean is defined")
    }

    fn difference(before: &[Item], after: &[Item]) -> Difference {
        let (before, after): (Vec<&Item>, Vec<&Item>) = (before.iter().collect(), after.iter().collect());
        differences(&before, &after, &mean(), 1)[0].expect("a mean is defined")
    }

    fn width(figure: &Figure) -> f64 {
        figure.high.zip(figure.low).map(|(high, low)| high - low).expect("there are documents to draw")
    }

    #[test]
    fn cases_of_one_document_are_no_more_than_the_document() {
        let apart: Vec<Item> = (0..60).map(|at| item(at, f64::from(u8::from(at % 3 == 0)))).collect();
        let copied: Vec<Item> = (0..600).map(|at| item(at % 60, f64::from(u8::from(at % 3 == 0)))).collect();
        let independent: Vec<Item> = (0..600).map(|at| item(at, f64::from(u8::from(at % 3 == 0)))).collect();
        let (apart, copied, independent) = (figure(&apart), figure(&copied), figure(&independent));
        assert!((width(&apart) / width(&copied) - 1.0).abs() < 1e-9, "ten copies of each case tell nothing new");
        assert!(width(&independent) < width(&copied) / 2.5);
    }

    #[test]
    fn a_single_document_has_no_interval() {
        let one = figure(&[item(1, 0.0), item(1, 1.0)]);
        assert_eq!(one, Figure { value: 0.5, low: None, high: None });
    }

    #[test]
    fn few_documents_are_swapped_in_every_way() {
        // Five documents, all better: of 32 ways two differ as much, all as they are and all swapped.
        let before: Vec<Item> = (0..5).map(|at| item(at, 0.2)).collect();
        let after: Vec<Item> = (0..5).map(|at| item(at, 0.3 + at as f64 / 10.0)).collect();
        assert_eq!(difference(&before, &after).p, 2.0 / 32.0);
    }

    #[test]
    fn the_effect_on_a_mean_is_cohen_s_d_of_pairs() {
        let gains: Vec<f64> = (0..200).map(|at| f64::from(at % 5) / 10.0 - 0.1).collect();
        let before: Vec<Item> = gains.iter().enumerate().map(|(at, _)| item(at, 0.5)).collect();
        let after: Vec<Item> = gains.iter().enumerate().map(|(at, gain)| item(at, 0.5 + gain)).collect();
        let of = difference(&before, &after);
        let d = 0.1 / deviation(&gains);
        assert!(of.effect.is_some_and(|effect| (effect / d - 1.0).abs() < 0.06), "{of:?}, not {d}");
        assert_eq!(of.p, 1.0 / f64::from(SWAPS + 1), "no swap of many makes as much of a steady gain");
        assert!(of.difference.low.is_some_and(|low| low > 0.0));
    }

    #[test]
    fn a_difference_by_chance_is_none() {
        let before: Vec<Item> = (0..100).map(|at| item(at, f64::from(u8::from(at % 2 == 0)))).collect();
        let after: Vec<Item> = (0..100).map(|at| item(at, f64::from(u8::from(at % 2 == 1 || at == 0)))).collect();
        let of = difference(&before, &after);
        assert!(of.p > 0.5 && of.difference.low.is_some_and(|low| low < 0.0), "{of:?}");
    }

    /// A number around 0 with deviation 1: the sum of twelve even ones.
    fn normal(draws: &mut Draws) -> f64 {
        (0..12).map(|_| draws.below(1_000_000) as f64 / 1e6).sum::<f64>() - 6.0
    }

    #[test]
    fn about_95_intervals_in_a_hundred_hold_the_truth_where_cases_of_a_document_are_alike() {
        let mut draws = Draws::seeded(11);
        let holds = (0..200).filter(|_| {
            let documents: Vec<f64> = (0..40).map(|_| normal(&mut draws)).collect();
            let items: Vec<Item> =
                (0..160).map(|at| item(at % 40, documents[at % 40] + 0.3 * normal(&mut draws))).collect();
            let of = figure(&items);
            of.low.is_some_and(|low| low <= 0.0) && of.high.is_some_and(|high| high >= 0.0)
        });
        let holds = holds.count();
        assert!((180..=198).contains(&holds), "{holds} of 200");
    }

    #[test]
    fn about_one_test_in_twenty_of_runs_that_do_not_differ_says_they_do() {
        let mut draws = Draws::seeded(12);
        let found = (0..200).filter(|_| {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for document in 0..10 {
                let apart = normal(&mut draws);
                before.extend((0..2).map(|_| item(document, 0.0)));
                after.extend((0..2).map(|_| item(document, apart)));
            }
            difference(&before, &after).p < 0.05
        });
        let found = found.count();
        assert!((2..=19).contains(&found), "{found} of 200");
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_figure(
            items in prop::collection::vec((0_usize..6, 0_u32..5), 1..30), seed in any::<u64>(),
        ) {
            let items: Vec<Item> = items.into_iter().map(|(of, value)| item(of, f64::from(value) / 4.0)).collect();
            let of = figures(&items.iter().collect::<Vec<_>>(), &mean(), seed)[0].expect("a mean is defined");
            prop_assert!(of.low.is_none_or(|low| low <= of.value) && of.high.is_none_or(|high| of.value <= high));
            prop_assert_eq!(of.low.is_some(), documents(&items.iter().collect::<Vec<_>>()) > 1);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_run_does_not_differ_from_itself(
            items in prop::collection::vec((0_usize..20, 0_u32..5), 1..30), seed in any::<u64>(),
        ) {
            let items: Vec<Item> = items.into_iter().map(|(of, value)| item(of, f64::from(value) / 4.0)).collect();
            let items: Vec<&Item> = items.iter().collect();
            let of = differences(&items, &items, &mean(), seed)[0].expect("a mean is defined");
            prop_assert_eq!((of.p, of.difference.value, of.effect), (1.0, 0.0, None));
            prop_assert!(of.difference.low.is_none_or(|low| low == 0.0));
        }

        #[test]
        fn a_test_is_the_same_both_ways(values in prop::collection::vec((0_usize..20, 0_u32..5, 0_u32..5), 1..30)) {
            let side = |read: fn(&(usize, u32, u32)) -> u32| -> Vec<Item> {
                values.iter().map(|of| item(of.0, f64::from(read(of)) / 4.0)).collect()
            };
            let (one, other) = (side(|of| of.1), side(|of| of.2));
            let (there, back) = (difference(&one, &other), difference(&other, &one));
            prop_assert_eq!(there.p, back.p);
            prop_assert_eq!(there.difference.value, -back.difference.value);
        }
    }
}
