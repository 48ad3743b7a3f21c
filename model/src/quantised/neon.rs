//! Products on AArch64: `sdot`, which multiplies four signed bytes with four others into a 32-bit sum.
//!
//! Written as assembly because its intrinsic is not stable yet (Rust 1.95). Processors without it, such as the
//! Cortex-A72, take the portable path.
#![expect(unsafe_code, reason = "a processor has the instruction or has not, and assembly is not checked")]

use super::product::{Kernel, Line, Sums};
use std::arch::aarch64::{int8x16_t, int32x4_t, vdupq_n_s32, vld1q_s8, vreinterpretq_s8_s32, vst1q_s32};
use std::arch::asm;

/// NEON with the products of the extension `dotprod`.
pub(super) struct NeonDot;

/// Vectors in a line.
const PARTS: usize = 4;

/// `sum + Σ` of the products of four neighbouring bytes.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot(mut sum: int32x4_t, input: int8x16_t, weights: int8x16_t) -> int32x4_t {
    // SAFETY: it reads and writes the registers named and nothing else.
    unsafe {
        asm!(
            "sdot {sum:v}.4s, {input:v}.16b, {weights:v}.16b",
            sum = inout(vreg) sum,
            input = in(vreg) input,
            weights = in(vreg) weights,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

impl Kernel for NeonDot {
    const GROUP: usize = 4;
    const LOWEST: i32 = -128;
    const HIGHEST: i32 = 127;
    const LARGEST_WEIGHT: i32 = 127;
    const LARGEST_SHARE: i32 = 127;
    const FUSED: bool = true;

    /// A line at a time: six rows of four registers, four of weights and one of activations, 29 of 32.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    ) {
        assert!(rows.iter().all(|row| row.len() >= lines.len()));
        for line in 0..WIDE {
            let mut own = [[vdupq_n_s32(0); PARTS]; ROWS];
            for (word, lines) in lines.iter().enumerate() {
                let weights = lines[line].0.as_ptr().cast::<i8>();
                // SAFETY: a line has 64 bytes.
                let weights: [int8x16_t; PARTS] =
                    std::array::from_fn(|part| unsafe { vld1q_s8(weights.add(part * 16)) });
                for (row, own) in rows.iter().zip(&mut own) {
                    // SAFETY: a row has as many words as there are groups of lines.
                    let input = vreinterpretq_s8_s32(vdupq_n_s32(unsafe { *row.get_unchecked(word) } as i32));
                    for (sum, weights) in own.iter_mut().zip(weights) {
                        *sum = sdot(*sum, input, weights);
                    }
                }
            }
            for (own, sums) in own.iter().zip(sums.iter_mut()) {
                for (part, own) in own.iter().enumerate() {
                    // SAFETY: a line has sixteen sums, four to a vector.
                    unsafe { vst1q_s32(sums[line].as_mut_ptr().add(part * 4), *own) };
                }
            }
        }
    }
}
