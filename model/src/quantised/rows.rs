//! What happens to a row of f32 between two products: norms, GELU, rounding, attention.
//!
//! Plain code over slices of fixed width that the compiler turns into vector instructions. Every function here is
//! always inlined, so that it is compiled anew with the instructions of whoever calls it ([`super::product`]).

use crate::gelu::{activate, exp};

/// Width of an attention head; of the sizes in use, the one of the models this was built for.
pub(super) const HEAD_WIDTH: usize = 32;

/// Keys whose scores are computed at a time: they stay in registers.
const KEYS: usize = 32;

/// Layer normalisation (Ba et al., 2016).
pub(super) struct Norm {
    /// `[hidden]`
    pub weight: Vec<f32>,
    /// `[hidden]`
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

/// A sum whose order leaves the compiler sixteen lanes.
#[inline(always)]
fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|x| term(*x)).sum::<f32>()
}

#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if *x > *lane { *x } else { *lane };
        }
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |most, x| if *x > most { *x } else { most })
}

#[inline(always)]
pub(super) fn normalise(states: &mut [f32], norm: &Norm) {
    let hidden = norm.weight.len();
    for row in states.chunks_exact_mut(hidden) {
        let mean = sum(row, |x| x) / hidden as f32;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / hidden as f32;
        let scale = 1.0 / (variance + norm.epsilon).sqrt();
        for ((x, weight), bias) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
            *x = (*x - mean) * scale * weight + bias;
        }
    }
}

#[inline(always)]
pub(super) fn gelu(values: &mut [f32]) {
    for x in values {
        *x = activate(*x);
    }
}

#[inline(always)]
pub(super) fn add(to: &mut [f32], values: &[f32]) {
    for (x, y) in to.iter_mut().zip(values) {
        *x += y;
    }
}

/// The largest rounded value: twelve bits with their sign.
pub(super) const LARGEST: i16 = 2047;

/// Rounds one block of a row to `[-LARGEST, LARGEST]`; the answer is its scale.
#[inline(always)]
pub(super) fn round(block: &[f32], out: &mut [i16]) -> f32 {
    let mut most = [0.0_f32; 16];
    let (whole, rest) = block.as_chunks::<16>();
    for chunk in whole {
        for (lane, x) in most.iter_mut().zip(chunk) {
            let x = x.abs();
            *lane = if x > *lane { x } else { *lane };
        }
    }
    let most = most.iter().copied().chain(rest.iter().map(|x| x.abs())).fold(0.0_f32, f32::max);
    if most == 0.0 {
        out.fill(0);
        return 0.0;
    }
    let inverse = f32::from(LARGEST) / most;
    for (rounded, x) in out.iter_mut().zip(block) {
        // Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
        *rounded = (x * inverse + 12_582_912.0).to_bits() as i16;
    }
    most / f32::from(LARGEST)
}

/// What attention writes into: the keys of a head turned round, and one row of scores.
pub(super) struct AttentionWork {
    /// `[HEAD_WIDTH, padded]`
    keys: Vec<f32>,
    /// `[padded]`
    scores: Vec<f32>,
}

impl AttentionWork {
    pub fn new(longest: usize) -> Self {
        let padded = longest.next_multiple_of(KEYS);
        Self { keys: vec![0.0; HEAD_WIDTH * padded], scores: vec![0.0; padded] }
    }
}

/// Attention of one text. `projected`: `[length, 3 · hidden]`, query, key and value side by side; `context`:
/// `[length, hidden]`.
#[inline(always)]
pub(super) fn attend(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
    let hidden = heads * HEAD_WIDTH;
    let length = context.len() / hidden;
    let padded = length.next_multiple_of(KEYS);
    let scale = 1.0 / (HEAD_WIDTH as f32).sqrt();
    let part = |token: usize, part: usize, head: usize| -> &[f32; HEAD_WIDTH] {
        let start = token * 3 * hidden + part * hidden + head * HEAD_WIDTH;
        // A slice of that very length is an array.
        projected[start..start + HEAD_WIDTH].first_chunk().unwrap_or(&[0.0; HEAD_WIDTH])
    };
    for head in 0..heads {
        let keys = &mut work.keys[..HEAD_WIDTH * padded];
        for token in 0..length {
            for (d, x) in part(token, 1, head).iter().enumerate() {
                keys[d * padded + token] = x * scale;
            }
        }
        for token in 0..length {
            let query = part(token, 0, head);
            let scores = &mut work.scores[..padded];
            for (at, block) in scores.as_chunks_mut::<KEYS>().0.iter_mut().enumerate() {
                let mut sums = [0.0_f32; KEYS];
                for (d, q) in query.iter().enumerate() {
                    let start = d * padded + at * KEYS;
                    for (sum, k) in sums.iter_mut().zip(&keys[start..start + KEYS]) {
                        *sum = q.mul_add(*k, *sum);
                    }
                }
                *block = sums;
            }
            let scores = &mut scores[..length];
            let most = largest(scores);
            for score in scores.iter_mut() {
                *score = exp(*score - most);
            }
            let total = sum(scores, |x| x);
            let mut sums = [0.0_f32; HEAD_WIDTH];
            for (other, weight) in scores.iter().enumerate() {
                for (sum, value) in sums.iter_mut().zip(part(other, 2, head)) {
                    *sum = weight.mul_add(*value, *sum);
                }
            }
            let out = &mut context[token * hidden + head * HEAD_WIDTH..][..HEAD_WIDTH];
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sum / total;
            }
        }
    }
}
