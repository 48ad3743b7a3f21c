//! What happens to a row of f32 between two products: norms and GELU.
//!
//! Plain code over slices of fixed width that the compiler turns into vector instructions. Every function here is
//! always inlined, so that it is compiled anew with the instructions of whoever calls it ([`super::instructions`]).

use super::product::Kernel;

/// Layer normalisation (Ba et al., 2016).
#[derive(Debug)]
pub(super) struct Norm {
    /// `[hidden]`
    pub weight: Vec<f32>,
    /// `[hidden]`
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

/// Sixteen lanes to one, halving them: the compiler may not change the order of a fold.
#[inline(always)]
pub(super) fn reduce(lanes: [f32; 16], join: impl Fn(f32, f32) -> f32) -> f32 {
    let eight: [f32; 8] = std::array::from_fn(|i| join(lanes[i], lanes[i + 8]));
    let four: [f32; 4] = std::array::from_fn(|i| join(eight[i], eight[i + 4]));
    join(join(four[0], four[2]), join(four[1], four[3]))
}

/// The larger one, in one instruction: `f32::max` has to mind what is no number.
#[inline(always)]
pub(super) fn max(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

/// The smaller one.
#[inline(always)]
pub(super) fn min(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
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
    reduce(lanes, |x, y| x + y) + rest.iter().map(|x| term(*x)).sum::<f32>()
}

/// Normalises one row.
#[inline(always)]
pub(super) fn normalise<K: Kernel>(row: &mut [f32], norm: &Norm) {
    let mean = sum(row, |x| x) / row.len() as f32;
    let variance = sum(row, |x| (x - mean) * (x - mean)) / row.len() as f32;
    let scale = 1.0 / (variance + norm.epsilon).sqrt();
    for ((x, weight), bias) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
        *x = K::multiply_add((*x - mean) * scale, *weight, *bias);
    }
}

/// `x · Φ(x)`: GELU with the error function, as BERT defines it (Hendrycks and Gimpel, 2016). Φ is an odd polynomial about
/// ½ up to 4.2 and what it is there beyond, fitted so that the answer is off by less than 1e-4 for `x` in [-8, 8]; no
/// division and no exponential, which cost more than the product that came before.
#[inline(always)]
pub(super) fn gelu<K: Kernel>(x: f32) -> f32 {
    const EDGE: f32 = 4.2;
    const TERMS: [f32; 9] = [
        4.954_505e-11,
        -4.823_773e-9,
        2.083_316_8e-7,
        -5.312_391e-6,
        9.012_034e-5,
        -1.088_578_4e-3,
        9.749_993e-3,
        -6.624_176e-2,
        3.988_503_8e-1,
    ];
    let near = max(min(x, EDGE), -EDGE);
    let square = near * near;
    let mut factor = TERMS[0];
    for term in &TERMS[1..] {
        factor = K::multiply_add(factor, square, *term);
    }
    x * K::multiply_add(near, factor, 0.5)
}

/// `2^x` for `x` ≤ 0: a power of two by exponent bits times a polynomial on [-½, ½] (relative error below 1e-4, which no
/// attention weight of eight or ten bits shows).
#[inline(always)]
pub(super) fn exp2<K: Kernel>(x: f32) -> f32 {
    // Far enough from the least number a float can hold: what lies below that is slow.
    let x = max(x, -100.0);
    // Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
    let shifted = x + 12_582_912.0;
    let f = x - (shifted - 12_582_912.0);
    let mut factor = 0.055_171_63;
    for term in [0.242_611_2, 0.693_261, 0.999_928_06] {
        factor = K::multiply_add(factor, f, term);
    }
    f32::from_bits((shifted.to_bits() << 23).wrapping_add(factor.to_bits()))
}

/// The largest of the values.
#[inline(always)]
pub(super) fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = max(*x, *lane);
        }
    }
    rest.iter().fold(reduce(lanes, max), |most, x| max(*x, most))
}

#[cfg(test)]
mod tests {
    use super::super::portable::Portable;
    use super::*;

    #[test]
    fn gelu_agrees_with_the_exact_one() {
        for at in -8000..8000 {
            let x = at as f32 / 1000.0;
            let exact = crate::gelu::activate(x);
            assert!((gelu::<Portable>(x) - exact).abs() < 1e-4, "gelu({x}) = {}, not {exact}", gelu::<Portable>(x));
        }
    }

    #[test]
    fn a_power_of_two_agrees_with_the_exact_one() {
        for at in -30_000..=0 {
            let x = at as f32 / 1000.0;
            assert!((exp2::<Portable>(x) / x.exp2() - 1.0).abs() < 1e-4, "2^{x}");
        }
        assert!(exp2::<Portable>(f32::NEG_INFINITY) < 1e-30);
    }
}
