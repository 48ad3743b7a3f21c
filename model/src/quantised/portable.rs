//! Products in plain Rust: the reference for every kernel, and what a network of integers runs on where there is none.
//!
//! The compiler makes no good vector instructions of it (it is ten times slower than candle in floats), so
//! [`super::QuantisedBert::pays`] leaves such processors to candle.

use super::product::{Kernel, Line, Sums};

/// Bytes, multiplied one by one.
pub(super) struct Portable;

impl Kernel for Portable {
    const GROUP: usize = 4;
    const LOWEST: i32 = -128;
    const HIGHEST: i32 = 127;
    const LARGEST_WEIGHT: i32 = 127;
    const LARGEST_SHARE: i32 = 127;
    const FUSED: bool = false;

    #[inline(always)]
    #[expect(unsafe_code, reason = "the trait is for instructions that not every processor has")]
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    ) {
        for (row, sums) in rows.iter().zip(sums) {
            *sums = [[0; 16]; WIDE];
            for (word, lines) in row.iter().zip(lines) {
                let inputs = word.to_le_bytes().map(|byte| i32::from(byte as i8));
                for (line, sums) in lines.iter().zip(sums.iter_mut()) {
                    for (weights, sum) in line.0.iter().zip(sums) {
                        // Shifts, not an array of bytes: the compiler turns these into vector instructions.
                        let weights = *weights as i32;
                        *sum += inputs[0] * (weights << 24 >> 24)
                            + inputs[1] * (weights << 16 >> 24)
                            + inputs[2] * (weights << 8 >> 24)
                            + inputs[3] * (weights >> 24);
                    }
                }
            }
        }
    }
}
