//! Products on x86-64: `vpdpbusd` of AVX-512 VNNI and of AVX-VNNI, `vpmaddwd` of AVX2.
//!
//! The first two multiply four unsigned bytes with four signed ones into a 32-bit sum. AVX2's own product of bytes
//! (`vpmaddubsw`) saturates at 16 bits unless a bit of precision is given up, and gains a quarter at most; 16-bit pairs
//! are used there.
#![expect(unsafe_code, reason = "vector instructions take pointers, and a processor has them or has not")]

use super::product::{Kernel, Line, Sums};
use std::arch::x86_64::*;

/// AVX-512 with its vector neural network instructions.
pub(super) struct Avx512Vnni;

/// The vector neural network instructions of 256 bits, which processors without AVX-512 have.
pub(super) struct AvxVnni;

/// AVX2 with fused multiply-add.
pub(super) struct Avx2;

impl Kernel for Avx512Vnni {
    const GROUP: usize = 4;
    const LOWEST: i32 = 0;
    const HIGHEST: i32 = 255;
    const LARGEST_WEIGHT: i32 = 127;
    const LARGEST_SHARE: i32 = 255;
    const FUSED: bool = true;

    /// Six rows of four registers, four of weights and one of activations: 29 of 32.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")]
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    ) {
        assert!(rows.iter().all(|row| row.len() >= lines.len()));
        let rows = rows.map(<[u32]>::as_ptr);
        // SAFETY: sixteen numbers of 32 bits are 512 bits; a row has as many words as there are groups of lines.
        unsafe {
            let mut own = [[_mm512_setzero_si512(); WIDE]; ROWS];
            for (word, lines) in lines.iter().enumerate() {
                let weights: [__m512i; WIDE] =
                    std::array::from_fn(|line| _mm512_load_si512(lines[line].0.as_ptr().cast()));
                for (row, own) in rows.iter().zip(&mut own) {
                    let input = _mm512_set1_epi32(row.add(word).read() as i32);
                    for (sum, weights) in own.iter_mut().zip(weights) {
                        *sum = _mm512_dpbusd_epi32(*sum, input, weights);
                    }
                }
            }
            for (own, sums) in own.iter().zip(sums) {
                for (own, sums) in own.iter().zip(sums) {
                    _mm512_storeu_si512(sums.as_mut_ptr().cast(), *own);
                }
            }
        }
    }
}

/// Sums of half a tile's rows at a time, two lines wide: 3 rows of 4 registers leave room for the weights.
macro_rules! in_halves {
    ($rows:ident, $lines:ident, $sums:ident, $dot:expr) => {{
        assert!($rows.iter().all(|row| row.len() >= $lines.len()));
        for first in (0..ROWS).step_by(3) {
            for line in (0..WIDE).step_by(2) {
                match (ROWS - first).min(3) {
                    1 => half!(1, first, line, $rows, $lines, $sums, $dot),
                    2 => half!(2, first, line, $rows, $lines, $sums, $dot),
                    _ => half!(3, first, line, $rows, $lines, $sums, $dot),
                }
            }
        }
    }};
}

macro_rules! half {
    ($count:literal, $first:ident, $line:ident, $rows:ident, $lines:ident, $sums:ident, $dot:expr) => {{
        // SAFETY: eight numbers of 32 bits are 256 bits, and a line has twice as many; a row has as many words as there
        // are groups of lines; an odd line would be taken twice, never one that is not there.
        unsafe {
            let second = ($line + 1).min(WIDE - 1);
            let own: [*const u32; $count] = std::array::from_fn(|at| $rows[$first + at].as_ptr());
            let load = |from: *const u32| _mm256_loadu_si256(from.cast());
            let parts = |one: *const u32, two: *const u32| [load(one), load(one.add(8)), load(two), load(two.add(8))];
            let mut sums = [[_mm256_setzero_si256(); 4]; $count];
            for (word, lines) in $lines.iter().enumerate() {
                let weights = parts(lines[$line].0.as_ptr(), lines[second].0.as_ptr());
                for (row, sums) in own.iter().zip(&mut sums) {
                    let input = _mm256_set1_epi32(row.add(word).read() as i32);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = $dot(*sum, input, weights);
                    }
                }
            }
            for (at, own) in sums.iter().enumerate() {
                for (part, own) in own.iter().enumerate() {
                    let line = if part < 2 { $line } else { second };
                    let to = $sums[$first + at][line].as_mut_ptr().add(part % 2 * 8);
                    _mm256_storeu_si256(to.cast(), *own);
                }
            }
        }
    }};
}

impl Kernel for AvxVnni {
    const GROUP: usize = 4;
    const LOWEST: i32 = 0;
    const HIGHEST: i32 = 255;
    const LARGEST_WEIGHT: i32 = 127;
    const LARGEST_SHARE: i32 = 255;
    const FUSED: bool = true;

    #[inline]
    #[target_feature(enable = "avxvnni,avx2,fma")]
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    ) {
        in_halves!(rows, lines, sums, |sum, input, weights| _mm256_dpbusd_avx_epi32(sum, input, weights));
    }
}

impl Kernel for Avx2 {
    const GROUP: usize = 2;
    // Ten bits and a sign: sums over 2,000 inputs fit 32 bits, and rounding is not seen in a vector's first four digits.
    const LOWEST: i32 = -1023;
    const HIGHEST: i32 = 1023;
    const LARGEST_WEIGHT: i32 = 1023;
    const LARGEST_SHARE: i32 = 1023;
    const FUSED: bool = true;

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    ) {
        in_halves!(rows, lines, sums, |sum, input, weights| _mm256_add_epi32(sum, _mm256_madd_epi16(input, weights)));
    }
}
