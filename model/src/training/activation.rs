//! GELU and its gradient for training: one pass in f32 on a processor, candle's own operations everywhere else.

use crate::gelu::{exp, gelu};
use candle_core::{CpuStorage, CustomOp2, DType, Layout, Result, Shape, Tensor};

/// GELU of every value.
pub(super) fn forward(x: &Tensor) -> Result<Tensor> {
    if fast(x) { gelu(x) } else { x.gelu_erf() }
}

/// The gradient with respect to `x`, given that with respect to GELU's output.
pub(super) fn backward(x: &Tensor, gradient: &Tensor) -> Result<Tensor> {
    if fast(x) {
        return x.apply_op2_no_bwd(gradient, &Gradient);
    }
    // Φ(x) + x · φ(x)
    let below = ((x * std::f64::consts::FRAC_1_SQRT_2)?.erf()? * 0.5)?;
    let density =
        ((x.sqr()? * -0.5)?.exp()? * (0.5 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2))?;
    ((below + 0.5)? + (x * density)?)? * gradient
}

fn fast(x: &Tensor) -> bool {
    x.device().is_cpu() && x.dtype() == DType::F32
}

struct Gradient;

impl CustomOp2 for Gradient {
    fn name(&self) -> &'static str {
        "gelu-gradient"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        at: &Layout,
        gradient: &CpuStorage,
        gradient_at: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let contiguous = |layout: &Layout| {
            layout.contiguous_offsets().ok_or_else(|| candle_core::Error::Msg("gelu-gradient: not contiguous".into()))
        };
        let ((start, end), (from, to)) = (contiguous(at)?, contiguous(gradient_at)?);
        let (x, gradient) = (&x.as_slice::<f32>()?[start..end], &gradient.as_slice::<f32>()?[from..to]);
        let out: Vec<f32> = x.iter().zip(gradient).map(|(x, gradient)| slope(*x) * gradient).collect();
        Ok((CpuStorage::F32(out), at.shape().clone()))
    }
}

/// GELU's derivative `Φ(x) + x · φ(x)`, with the approximations of [`crate::gelu`].
#[inline(always)]
fn slope(x: f32) -> f32 {
    let a = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let poly = t * (0.254_829_6 + t * (-0.284_496_73 + t * (1.421_413_8 + t * (-1.453_152 + t * 1.061_405_4))));
    let bell = exp(-a * a);
    let erf = (1.0 - poly * bell).copysign(x);
    0.5 * (1.0 + erf) + x * bell * 0.398_942_3
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use candle_core::Device;

    #[test]
    fn both_ways_agree_with_the_difference_quotient() {
        let values: Vec<f64> = (-600..600).map(|at| f64::from(at) / 100.0).collect();
        let x = Tensor::new(values.as_slice(), &Device::Cpu).unwrap();
        let ones = x.ones_like().unwrap();
        let step = 1e-5;
        let quotient = (((&x + step).unwrap().gelu_erf().unwrap() - (&x - step).unwrap().gelu_erf().unwrap()).unwrap()
            / (2.0 * step))
            .unwrap();
        let exact = backward(&x, &ones).unwrap();
        let single = |tensor: &Tensor| tensor.to_dtype(DType::F32).unwrap();
        let quick = backward(&single(&x), &single(&ones)).unwrap();
        for (gradient, tolerance) in [(exact, 1e-7), (quick.to_dtype(DType::F64).unwrap(), 2e-6)] {
            let apart = (gradient - &quotient).unwrap().abs().unwrap().max(0).unwrap().to_scalar::<f64>().unwrap();
            assert!(apart < tolerance, "{apart}");
        }
    }
}
