//! Rounding and products on every path that this processor has, against plain arithmetic.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;

impl Instructions {
    /// What a row becomes when it is rounded and read again, and what a step is worth.
    fn round_and_read(self, row: &[f32]) -> (Vec<f32>, f32) {
        with_instructions!(self, K, (row: &[f32]) -> (Vec<f32>, f32) {
            let mut words = vec![0_u32; row.len().div_ceil(K::GROUP)];
            let scale = product::round_row::<K>(row, &mut words);
            let number = |at: usize| {
                let bits = 32 / K::GROUP;
                let word = words[at / K::GROUP] >> (at % K::GROUP * bits);
                let unsigned = word & ((1 << bits) - 1);
                // Where the lowest number has a sign, all have.
                if K::LOWEST < 0 { (unsigned << (32 - bits)) as i32 >> (32 - bits) } else { unsigned as i32 }
            };
            ((0..row.len()).map(|at| number(at) as f32 * scale.scale + scale.shift).collect(), scale.scale)
        })
    }
}

/// A matrix of values, some rows of them loud, some silent.
fn rows(rows: usize, width: usize) -> impl Strategy<Value = Vec<f32>> {
    let row = (prop::collection::vec(-1.0_f32..1.0, width), prop::sample::select(vec![0.0_f32, 1e-3, 1.0, 300.0]));
    let row = row.prop_map(|(row, loudness)| row.into_iter().map(move |x| x * loudness).collect::<Vec<_>>());
    prop::collection::vec(row, rows).prop_map(|rows| rows.concat())
}

/// Inputs, outputs, values, weights and biases of shapes that are no multiple of anything.
fn products() -> impl Strategy<Value = (usize, Vec<f32>, Vec<f32>, Vec<f32>)> {
    (1..20_usize, 1..150_usize, 1..150_usize).prop_flat_map(|(count, inputs, outputs)| {
        let bias = prop::collection::vec(-1.0_f32..1.0, outputs);
        (Just(inputs), rows(count, inputs), rows(outputs, inputs), bias)
    })
}

fn loudest(row: &[f32]) -> f32 {
    row.iter().fold(0.0, |most, x| most.max(x.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_rounded_value_is_at_most_half_a_step_off(row in (1..100_usize).prop_flat_map(|width| rows(1, width))) {
        for instructions in Instructions::available() {
            let (read, step) = instructions.round_and_read(&row);
            for (x, read) in row.iter().zip(read) {
                prop_assert!((x - read).abs() <= 0.502 * step + 1e-12, "{instructions:?}: {x} became {read}, step {step}");
            }
        }
    }

    #[test]
    fn a_product_is_as_exact_as_its_operands((inputs, values, weights, bias) in products()) {
        for instructions in Instructions::available() {
            let layer = instructions.pack(&weights, &bias, &vec![0.0; inputs]);
            let outputs = bias.len();
            let mut out = vec![0.0; values.len() / inputs * outputs];
            instructions.product(&layer, &values, Finish::Store, &mut out);
            for (row, (values, out)) in values.chunks_exact(inputs).zip(out.chunks_exact(outputs)).enumerate() {
                let (_, step) = instructions.round_and_read(values);
                for (output, (weights, ours)) in weights.chunks_exact(inputs).zip(out).enumerate() {
                    let plain: f64 = values.iter().zip(weights).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
                    let plain = plain + f64::from(bias[output]);
                    // Weights have at least 127 steps in either direction.
                    let step_of_weights = loudest(weights) / 127.0;
                    let each = step * loudest(weights) + step_of_weights * loudest(values) + step * step_of_weights;
                    let allowed = 0.51 * each * inputs as f32 + 1e-5 * (1.0 + ours.abs());
                    let apart = (f64::from(*ours) - plain).abs();
                    prop_assert!(apart <= f64::from(allowed), "{instructions:?} [{row}, {output}]: {ours}, not {plain}");
                }
            }
        }
    }

    #[test]
    fn paths_that_round_alike_agree((inputs, values, weights, bias) in products()) {
        let mut answers: Vec<(Instructions, Vec<f32>)> = Vec::new();
        for instructions in Instructions::available() {
            let layer = instructions.pack(&weights, &bias, &vec![0.0; inputs]);
            let mut out = vec![0.0; values.len() / inputs * bias.len()];
            instructions.product(&layer, &values, Finish::Store, &mut out);
            answers.push((instructions, out));
        }
        // Bytes have as many steps with a sign as without: all paths in bytes give the same sums, but that a fused
        // multiply-add takes a value half way between two steps to the other one.
        let bytes: Vec<_> = answers.iter().filter(|(instructions, _)| instructions.in_bytes()).collect();
        for pair in bytes.windows(2) {
            for (at, (x, y)) in pair[0].1.iter().zip(&pair[1].1).enumerate() {
                let (row, output) = (at / bias.len(), at % bias.len());
                let (_, step) = pair[0].0.round_and_read(&values[row * inputs..(row + 1) * inputs]);
                let half_way = step * loudest(&weights[output * inputs..(output + 1) * inputs]);
                let allowed = 1e-3 * (1.0 + x.abs()) + 1.01 * half_way;
                prop_assert!((x - y).abs() <= allowed, "{:?} {x}, {:?} {y}", pair[0].0, pair[1].0);
            }
        }
    }
}

#[test]
fn a_row_of_nothing_gives_the_bias() {
    for instructions in Instructions::available() {
        let layer = instructions.pack(&[0.5; 8 * 70], &[0.25; 70], &[0.0; 8]);
        let mut out = vec![1.0; 70];
        instructions.product(&layer, &[0.0; 8], Finish::Store, &mut out);
        assert_eq!(out, [0.25; 70]);
        instructions.product(&layer, &[0.0; 8], Finish::Add, &mut out);
        assert_eq!(out, [0.5; 70]);
    }
}

#[test]
fn attention_is_a_mean_of_values_weighted_by_likeness() {
    let (hidden, length) = (64, 70);
    let noise = |at: usize| ((at * 7919 % 1009) as f32 / 504.5 - 1.0) * 2.0;
    let projected: Vec<f32> = (0..length * 3 * hidden).map(noise).collect();
    let part = |token: usize, part: usize, d: usize| projected[token * 3 * hidden + part * hidden + 32 + d];
    for instructions in Instructions::available() {
        let mut out = vec![0.0; length * attention::HEAD_WIDTH];
        instructions.attend(&projected, hidden, 1, &mut Scratch::default(), &mut out);
        for (token, out) in out.chunks_exact(attention::HEAD_WIDTH).enumerate() {
            let likeness = |other| (0..32).map(|d| part(token, 0, d) * part(other, 1, d)).sum::<f32>() / 32_f32.sqrt();
            let weights: Vec<f32> = (0..length).map(|other| likeness(other).exp()).collect();
            let total: f32 = weights.iter().sum();
            for (d, ours) in out.iter().enumerate() {
                let plain = (0..length).map(|other| weights[other] * part(other, 2, d)).sum::<f32>() / total;
                assert!((ours - plain).abs() < 0.05, "{instructions:?} [{token}, {d}]: {ours}, not {plain}");
            }
        }
    }
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    for instructions in Instructions::available() {
        assert!(instructions.fit(1536), "{instructions:?}");
        assert!(!instructions.fit(0) && !instructions.fit(1 << 20), "{instructions:?}");
    }
    assert_eq!(Instructions::available().last(), Some(&Instructions::Portable));
    assert_eq!(Instructions::detect(), *Instructions::available().first().unwrap());
}
