//! The lanes of WebAssembly: `simd128`, which every browser of today has, and `relaxed-simd`, which most have.
//!
//! `relaxed-simd` multiplies sixteen bytes and adds them up in one instruction (on processors with VNNI in one of theirs,
//! too); one side of the product has to stay within seven bits for all engines to agree. `simd128` has a product of
//! 16-bit pairs only, so bytes are widened on the way in.
#![expect(unsafe_code, reason = "loads and stores of whole vectors take pointers")]

use crate::browser::kernels::{self, AttentionWork, Kernels, Linear, Rounded};
use crate::browser::lanes::Lanes;
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
    };
}

impl Lanes for Simd128 {
    floats!();
    /// Two outputs' weights each, in 16 bits.
    type Weights = [v128; 2];
    type Inputs = v128;
    /// Two outputs' sums each, in two parts side by side.
    type Sums = [v128; 2];

    #[inline(always)]
    fn multiply_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }

    #[inline(always)]
    fn weights(weights: &[u8; 16]) -> [v128; 2] {
        // SAFETY: sixteen bytes that may be read, at any alignment.
        let all = unsafe { v128_load(weights.as_ptr().cast()) };
        [i16x8_extend_low_i8x16(all), i16x8_extend_high_i8x16(all)]
    }

    #[inline(always)]
    fn inputs(inputs: &[i8; 4]) -> v128 {
        // SAFETY: four bytes that may be read, at any alignment.
        i16x8_extend_low_i8x16(unsafe { v128_load32_splat(inputs.as_ptr().cast()) })
    }

    #[inline(always)]
    fn start(value: i32) -> [v128; 2] {
        [i32x4(value, 0, value, 0); 2]
    }

    #[inline(always)]
    fn dot(sums: [v128; 2], inputs: v128, weights: [v128; 2]) -> [v128; 2] {
        [
            i32x4_add(sums[0], i32x4_dot_i16x8(inputs, weights[0])),
            i32x4_add(sums[1], i32x4_dot_i16x8(inputs, weights[1])),
        ]
    }

    #[inline(always)]
    fn floats(sums: [v128; 2]) -> v128 {
        let even = i32x4_shuffle::<0, 2, 4, 6>(sums[0], sums[1]);
        let odd = i32x4_shuffle::<1, 3, 5, 7>(sums[0], sums[1]);
        f32x4_convert_i32x4(i32x4_add(even, odd))
    }
}

impl Lanes for RelaxedSimd {
    floats!();
    type Weights = v128;
    type Inputs = v128;
    type Sums = v128;

    #[inline(always)]
    fn multiply_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_relaxed_madd(a, b, c)
    }

    #[inline(always)]
    fn weights(weights: &[u8; 16]) -> v128 {
        // SAFETY: sixteen bytes that may be read, at any alignment.
        unsafe { v128_load(weights.as_ptr().cast()) }
    }

    #[inline(always)]
    fn inputs(inputs: &[i8; 4]) -> v128 {
        // SAFETY: four bytes that may be read, at any alignment.
        unsafe { v128_load32_splat(inputs.as_ptr().cast()) }
    }

    #[inline(always)]
    fn start(value: i32) -> v128 {
        i32x4_splat(value)
    }

    #[inline(always)]
    fn dot(sums: v128, inputs: v128, weights: v128) -> v128 {
        i32x4_relaxed_dot_i8x16_i7x16_add(inputs, weights, sums)
    }

    #[inline(always)]
    fn floats(sums: v128) -> v128 {
        f32x4_convert_i32x4(sums)
    }
}

/// Compiles the kernels with a set of instructions.
macro_rules! kernels {
    ($lanes:ty, $features:literal, $rows:literal) => {
        impl Kernels for $lanes {
            fn product(layer: &Linear, input: &Rounded, out: &mut [f32]) {
                #[target_feature(enable = $features)]
                fn inner(layer: &Linear, input: &Rounded, out: &mut [f32]) {
                    kernels::multiply::<$lanes, $rows>(layer, input, out);
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

kernels!(Simd128, "simd128", 3);
kernels!(RelaxedSimd, "simd128,relaxed-simd", 4);
