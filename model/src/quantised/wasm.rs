//! The lanes of WebAssembly: `simd128`, which every browser of today has, and `relaxed-simd`, which most have.
//!
//! `relaxed-simd` multiplies sixteen bytes and adds them up in one instruction (on processors with VNNI in one of theirs,
//! too); the second side of the product, the inputs', has to stay within seven bits for all engines to agree. `simd128`
//! has a product of 16-bit pairs only, half as many numbers a word; they get as many bits as the sums have room for.
#![expect(unsafe_code, reason = "loads and stores of whole vectors take pointers")]

use crate::browser::kernels::{self, AttentionWork, Kernels, Linear, Rounded, STEP};
use crate::browser::lanes::{Lanes, ROUNDING};
use std::arch::wasm32::*;

/// `simd128` alone.
#[derive(Debug, Clone, Copy)]
pub struct Simd128;

/// `simd128` with `relaxed-simd`.
#[derive(Debug, Clone, Copy)]
pub struct RelaxedSimd;

/// What both have in common.
macro_rules! floats {
    () => {
        type Floats = v128;
        type Words = v128;
        type Sums = v128;

        #[inline(always)]
        fn load(values: &[f32; 4]) -> v128 {
            // SAFETY: sixteen bytes that may be read, at any alignment.
            unsafe { v128_load(values.as_ptr().cast()) }
        }

        #[inline(always)]
        fn store(values: v128, to: &mut [f32; 4]) {
            // SAFETY: sixteen bytes that may be written, at any alignment.
            unsafe { v128_store(to.as_mut_ptr().cast(), values) }
        }

        #[inline(always)]
        fn splat(value: f32) -> v128 {
            f32x4_splat(value)
        }

        #[inline(always)]
        fn multiply(a: v128, b: v128) -> v128 {
            f32x4_mul(a, b)
        }

        #[inline(always)]
        fn words(words: &[u32; 4]) -> v128 {
            // SAFETY: sixteen bytes that may be read, at any alignment.
            unsafe { v128_load(words.as_ptr().cast()) }
        }

        #[inline(always)]
        fn word(word: &u32) -> v128 {
            // SAFETY: four bytes that may be read, at any alignment.
            unsafe { v128_load32_splat(std::ptr::from_ref(word)) }
        }

        #[inline(always)]
        fn zero() -> v128 {
            i32x4_splat(0)
        }

        #[inline(always)]
        fn floats(sums: v128) -> v128 {
            f32x4_convert_i32x4(sums)
        }
    };
}

/// Four of sixteen numbers, rounded, as 32-bit integers.
#[inline(always)]
fn whole(numbers: &[f32; STEP], quarter: usize, lowest: f32, inverse: f32) -> v128 {
    // SAFETY: sixteen bytes of the array, `quarter` being below 4, at any alignment.
    let numbers = unsafe { v128_load(numbers.as_ptr().add(quarter * 4).cast()) };
    let scaled = f32x4_mul(f32x4_sub(numbers, f32x4_splat(lowest)), f32x4_splat(inverse));
    i32x4_sub(f32x4_add(scaled, f32x4_splat(ROUNDING)), i32x4_splat(ROUNDING.to_bits() as i32))
}

impl Lanes for Simd128 {
    const GROUP: usize = 2;
    const LARGEST_WEIGHT: i32 = 1023;
    const HIGHEST: i32 = 1023;
    const TURNED: bool = false;
    floats!();

    #[inline(always)]
    fn multiply_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }

    #[inline(always)]
    fn dot(sums: v128, input: v128, weights: v128) -> v128 {
        i32x4_add(sums, i32x4_dot_i16x8(input, weights))
    }

    #[inline(always)]
    fn narrow(numbers: &[f32; STEP], lowest: f32, inverse: f32, words: &mut [u32; STEP / 2]) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|quarter| whole(numbers, quarter, lowest, inverse));
        let (low, high) = words.split_at_mut(4);
        // SAFETY: sixteen bytes each that may be written, at any alignment.
        unsafe {
            v128_store(low.as_mut_ptr().cast(), i16x8_narrow_i32x4(a, b));
            v128_store(high.as_mut_ptr().cast(), i16x8_narrow_i32x4(c, d));
        }
    }
}

impl Lanes for RelaxedSimd {
    const GROUP: usize = 4;
    const LARGEST_WEIGHT: i32 = 127;
    const HIGHEST: i32 = 127;
    const TURNED: bool = true;
    floats!();

    #[inline(always)]
    fn multiply_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_relaxed_madd(a, b, c)
    }

    #[inline(always)]
    fn dot(sums: v128, input: v128, weights: v128) -> v128 {
        i32x4_relaxed_dot_i8x16_i7x16_add(weights, input, sums)
    }

    #[inline(always)]
    fn narrow(numbers: &[f32; STEP], lowest: f32, inverse: f32, words: &mut [u32; STEP / 2]) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|quarter| whole(numbers, quarter, lowest, inverse));
        let bytes = u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
        // SAFETY: sixteen of the array's thirty-two bytes, at any alignment.
        unsafe { v128_store(words.as_mut_ptr().cast(), bytes) }
    }
}

/// Compiles the kernels with a set of instructions.
macro_rules! kernels {
    ($lanes:ty, $features:literal) => {
        impl Kernels for $lanes {
            fn round(input: &mut Rounded, values: &[f32], width: usize) {
                #[target_feature(enable = $features)]
                fn inner(input: &mut Rounded, values: &[f32], width: usize) {
                    input.round::<$lanes>(values, width);
                }
                inner(input, values, width);
            }

            fn product(layer: &Linear, input: &Rounded, out: &mut [f32]) {
                #[target_feature(enable = $features)]
                fn inner(layer: &Linear, input: &Rounded, out: &mut [f32]) {
                    kernels::multiply::<$lanes>(layer, input, out);
                }
                inner(layer, input, out);
            }

            fn attention(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
                #[target_feature(enable = $features)]
                fn inner(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
                    kernels::attend::<$lanes>(projected, heads, work, context);
                }
                inner(projected, heads, work, context);
            }
        }
    };
}

kernels!(Simd128, "simd128");
kernels!(RelaxedSimd, "simd128,relaxed-simd");
