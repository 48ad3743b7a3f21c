//! AdamW (Loshchilov and Hutter, 2019) over all trained numbers as one vector, with a linear warm-up and decay.

use candle_core::{D, Device, Result, Tensor};

/// A named part of the vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The tensor's name in an adapter.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Where it begins.
    pub start: usize,
}

impl Part {
    /// Its numbers.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The part of `vector`.
    ///
    /// # Errors
    /// When the vector is too short.
    pub fn of(&self, vector: &Tensor) -> Result<Tensor> {
        vector.narrow(0, self.start, self.count())?.reshape(self.shape.as_slice())
    }
}

/// How steps are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// The highest learning rate.
    pub rate: f64,
    /// Steps until it is reached.
    pub warm_up: usize,
    /// Steps until it is 0.
    pub steps: usize,
    /// How fast weights decay to 0, as a share of the learning rate.
    pub weight_decay: f64,
    /// The longest gradient that is followed at its full length.
    pub longest: f64,
}

impl Schedule {
    /// The learning rate of a step, counted from 0.
    pub fn rate_at(&self, step: usize) -> f64 {
        let rise = (step + 1) as f64 / self.warm_up.max(1) as f64;
        let fall = self.steps.saturating_sub(step) as f64 / self.steps.saturating_sub(self.warm_up).max(1) as f64;
        self.rate * rise.min(fall).clamp(0.0, 1.0)
    }
}

/// The trained numbers and what AdamW remembers of them.
pub(crate) struct AdamW {
    /// `[numbers]`, f32, as the two below.
    pub values: Tensor,
    /// Running mean of the gradient.
    pub first: Tensor,
    /// Running mean of its square.
    pub second: Tensor,
    /// What the learning rate is multiplied by, number by number.
    rates: Tensor,
    /// Steps made.
    pub step: usize,
}

const FIRST: f64 = 0.9;
const SECOND: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl AdamW {
    /// Starts from `values`.
    ///
    /// # Errors
    /// When the device has no room.
    pub fn new(values: Vec<f32>, rates: Vec<f32>, device: &Device) -> Result<Self> {
        let count = values.len();
        let values = Tensor::from_vec(values, count, device)?;
        let rates = Tensor::from_vec(rates, count, device)?;
        Ok(Self { first: values.zeros_like()?, second: values.zeros_like()?, values, rates, step: 0 })
    }

    /// Makes one step against `gradient` `[numbers]`; gives the gradient's length.
    ///
    /// # Errors
    /// When the gradient has another shape.
    pub fn step(&mut self, gradient: &Tensor, schedule: &Schedule) -> Result<f64> {
        let length = f64::from(gradient.sqr()?.sum(D::Minus1)?.to_scalar::<f32>()?.sqrt());
        if !length.is_finite() {
            candle_core::bail!("the gradient of step {} is no number", self.step);
        }
        let gradient = (gradient * (schedule.longest / length.max(schedule.longest)))?;
        self.first = ((&self.first * FIRST)? + (&gradient * (1.0 - FIRST))?)?;
        self.second = ((&self.second * SECOND)? + (gradient.sqr()? * (1.0 - SECOND))?)?;
        let count = self.step as i32 + 1;
        let mean = (&self.first / (1.0 - FIRST.powi(count)))?;
        let spread = ((&self.second / (1.0 - SECOND.powi(count)))?.sqrt()? + EPSILON)?;
        let change = ((mean / spread)? + (&self.values * schedule.weight_decay)?)?;
        let rate = schedule.rate_at(self.step);
        self.values = (&self.values - ((change * &self.rates)? * rate)?)?;
        self.step += 1;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls_in_straight_lines() {
        let schedule = Schedule { rate: 1.0, warm_up: 4, steps: 12, weight_decay: 0.0, longest: 1.0 };
        let rates: Vec<f64> = (0..=12).map(|step| schedule.rate_at(step)).collect();
        assert_eq!(&rates[..4], [0.25, 0.5, 0.75, 1.0]);
        assert_eq!(rates[4], 1.0);
        assert_eq!(rates[8], 0.5);
        assert_eq!(rates[12], 0.0);
    }
}
