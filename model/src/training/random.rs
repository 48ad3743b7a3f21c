//! The trainer's own random numbers: the same from the same seed on every machine, and no state to keep, since each
//! step's generator is made from the seed and the step.

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) struct Random(u64);

impl Random {
    /// The generator of one place in the run: a seed and whatever numbers name the place.
    pub fn new(seed: u64, place: &[u64]) -> Self {
        let mut random = Self(seed);
        for part in place {
            random.0 = random.next().wrapping_add(*part);
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        // The bias of the high product is below 2^-32 for every length there is.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// A number from -1 up to 1.
    pub fn signed(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// Puts `values` in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for at in (1..values.len()).rev() {
            values.swap(at, self.below(at + 1));
        }
    }
}
