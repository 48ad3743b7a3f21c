//! GELU with the error function, as BERT defines it (Hendrycks and Gimpel, 2016), as one pass over the activations.
//!
//! candle's own `gelu_erf` calls a scalar `erf` a value; this one uses a rational approximation the compiler can turn
//! into vector instructions.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// Applies GELU to every value.
pub(crate) fn gelu(x: &Tensor) -> Result<Tensor> {
    x.apply_op1_no_bwd(&Gelu)
}

struct Gelu;

impl CustomOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let values = storage.as_slice::<f32>()?;
        let (start, end) = layout
            .contiguous_offsets()
            .ok_or_else(|| candle_core::Error::Msg("gelu: activations must be contiguous".into()))?;
        let out: Vec<f32> = values[start..end].iter().map(|x| activate(*x)).collect();
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

/// `x · Φ(x)` with erf after Abramowitz and Stegun, formula 7.1.26 (absolute error below 1.5e-7).
#[inline(always)]
pub(crate) fn activate(x: f32) -> f32 {
    let z = x * std::f32::consts::FRAC_1_SQRT_2;
    let a = z.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let poly = t * (0.254_829_6 + t * (-0.284_496_73 + t * (1.421_413_8 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = (1.0 - poly * exp(-a * a)).copysign(z);
    0.5 * x * (1.0 + erf)
}

/// `e^x` for `x` in [-∞, 0]: a power of two by exponent bits times a polynomial on [-0.35, 0.35] (relative error below
/// 3e-7). Only operations that the compiler turns into vector instructions: a saturating cast would keep it scalar.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    let scaled = x * std::f32::consts::LOG2_E;
    // Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
    let shifted = scaled + 12_582_912.0;
    let f = (scaled - (shifted - 12_582_912.0)) * std::f32::consts::LN_2;
    let poly = 1.0
        + f * (1.0 + f * (0.5 + f * (0.166_666_67 + f * (0.041_666_668 + f * (0.008_333_334 + f * 0.001_388_889)))));
    f32::from_bits(shifted.to_bits().wrapping_add(127) << 23) * poly
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use candle_core::Device;

    #[test]
    fn it_agrees_with_candles_own_gelu() {
        let values: Vec<f32> = (-4000..4000).map(|i| i as f32 / 300.0).collect();
        let x = Tensor::new(values.as_slice(), &Device::Cpu).unwrap();
        let ours = gelu(&x).unwrap().to_vec1::<f32>().unwrap();
        let reference = x.gelu_erf().unwrap().to_vec1::<f32>().unwrap();
        for ((x, ours), reference) in values.iter().zip(ours).zip(reference) {
            assert!((ours - reference).abs() < 2e-6, "gelu({x}) = {ours}, not {reference}");
        }
    }
}
