//! How sure a figure is: means over cases with percentile bootstrap intervals (Efron, 1979), and paired differences.
//!
//! Hard to get wrong quietly: systems are compared on the same cases, so a difference is drawn case by case, never as the
//! distance of two intervals. Draws are seeded: the same figures give the same interval on every machine.

use serde::Serialize;

/// Draws of an interval: the third decimal of a bound is steady from here on.
const DRAWS: usize = 2_000;

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

/// A xorshift generator (Marsaglia, 2003): enough for draws, and the same everywhere.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
