//! How many products a second a core makes at the most: what a benchmark holds the network's speed against.
//!
//! The operands never leave their registers and there are enough independent sums to hide the latency of an instruction, so
//! nothing but the number of multipliers and the clock is measured.
#![expect(unsafe_code, reason = "vector instructions, which a processor has or has not")]

use std::arch::x86_64::*;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Multiplications with an addition that one core makes in a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Of 8-bit numbers, into sums of 32 bits.
    pub integers: f64,
    /// Of f32.
    pub floats: f64,
}

/// Independent sums.
const SUMS: usize = 24;

/// Rounds between two looks at the clock.
const ROUNDS: usize = 100_000;

/// Measures for a fifth of a second; `None` where there is no AVX-512 VNNI, nor AVX2 with AVX-VNNI.
pub fn limit() -> Option<Limit> {
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
        // SAFETY: the processor has just been asked.
        let integers = best(64, || unsafe { integers_512() });
        // SAFETY: as above.
        Some(Limit { integers, floats: best(16, || unsafe { floats_512() }) })
    } else if is_x86_feature_detected!("avxvnni") && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
    {
        // SAFETY: as above.
        let integers = best(32, || unsafe { integers_256() });
        // SAFETY: as above.
        Some(Limit { integers, floats: best(8, || unsafe { floats_256() }) })
    } else {
        None
    }
}

/// Products a second of the fastest of many calls, each of `ROUNDS · SUMS` instructions of `width` products.
fn best(width: usize, call: impl Fn()) -> f64 {
    let began = Instant::now();
    let mut fastest = Duration::MAX;
    while began.elapsed() < Duration::from_millis(100) {
        let began = Instant::now();
        call();
        fastest = fastest.min(began.elapsed());
    }
    (ROUNDS * SUMS * width) as f64 / fastest.as_secs_f64()
}

#[target_feature(enable = "avx512f,avx512vnni")]
fn integers_512() {
    let (one, other) = (_mm512_set1_epi32(black_box(1)), _mm512_set1_epi32(black_box(1)));
    let mut sums = [_mm512_setzero_si512(); SUMS];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = _mm512_dpbusd_epi32(*sum, one, other);
        }
    }
    black_box(sums);
}

#[target_feature(enable = "avx512f")]
fn floats_512() {
    let (one, other) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(black_box(0.5)));
    let mut sums = [_mm512_setzero_ps(); SUMS];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(one, other, *sum);
        }
    }
    black_box(sums);
}

#[target_feature(enable = "avxvnni,avx2")]
fn integers_256() {
    let (one, other) = (_mm256_set1_epi32(black_box(1)), _mm256_set1_epi32(black_box(1)));
    let mut sums = [_mm256_setzero_si256(); SUMS / 2];
    for _ in 0..2 * ROUNDS {
        for sum in &mut sums {
            *sum = _mm256_dpbusd_avx_epi32(*sum, one, other);
        }
    }
    black_box(sums);
}

#[target_feature(enable = "avx2,fma")]
fn floats_256() {
    let (one, other) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(black_box(0.5)));
    let mut sums = [_mm256_setzero_ps(); SUMS / 2];
    for _ in 0..2 * ROUNDS {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(one, other, *sum);
        }
    }
    black_box(sums);
}
