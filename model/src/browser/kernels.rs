//! Products and attention in four lanes.
//!
//! Hard because a browser gives one thread, sixteen vector registers and no way to ask for more. A tile of outputs stays
//! in registers while a block of inputs streams past; weights are packed once, in the order in which tiles want them.
//!
//! Weights have seven bits and are stored from 0 to 127; inputs have eight. Each row of weights and each token's inputs
//! has a scale of its own for every [`BLOCK`] inputs. What the shift of the weights adds, 64 times the sum of the
//! block's inputs, is what the integer sums begin with, negated.

use super::lanes::Lanes;
use crate::gelu::exp;

/// Inputs that share a scale.
pub const BLOCK: usize = 64;

/// Inputs of one step of a product.
const QUAD: usize = 4;

/// Outputs of a tile: two vectors.
const PANEL: usize = 8;

/// The largest rounded weight, before the shift.
const LARGEST_WEIGHT: f32 = 63.0;

/// What is added to a rounded weight.
const SHIFT: i32 = 64;

/// The largest rounded input.
const LARGEST_INPUT: f32 = 127.0;

/// Width of an attention head; of the sizes in use, the one of the model this was built for.
pub const HEAD_WIDTH: usize = 32;

/// Queries and keys of a tile of attention.
const QUERIES: usize = 4;
const KEYS: usize = 8;

/// Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
const ROUNDING: f32 = 12_582_912.0;

/// Eight floats: what a panel has of a thing.
type Eight = [[f32; 4]; 2];

/// A linear layer, `outputs × inputs`, rounded and packed.
pub struct Linear {
    inputs: usize,
    /// By panel and quad of inputs: the panel's outputs with those inputs.
    weights: Vec<[[u8; 16]; 2]>,
    /// By panel and block.
    scales: Vec<Eight>,
    /// By panel.
    bias: Vec<Eight>,
}

/// Rounded inputs of a product.
#[derive(Default)]
pub struct Rounded {
    rows: usize,
    width: usize,
    /// `[rows, width / 4]`
    values: Vec<[i8; QUAD]>,
    /// `[rows, width / BLOCK]`
    scales: Vec<f32>,
    /// `[rows, width / BLOCK]`, what the integer sums begin with.
    starts: Vec<i32>,
}

impl Linear {
    /// Whether a layer of this shape can be packed.
    pub fn fits(inputs: usize, outputs: usize) -> bool {
        inputs > 0 && inputs.is_multiple_of(BLOCK) && outputs > 0 && outputs.is_multiple_of(PANEL)
    }

    /// Room for the weights of a shape that [`Linear::fits`].
    pub fn new(inputs: usize, outputs: usize) -> Self {
        let panels = outputs / PANEL;
        Self {
            inputs,
            weights: vec![[[SHIFT as u8; 16]; 2]; panels * inputs / QUAD],
            scales: vec![Eight::default(); panels * inputs / BLOCK],
            bias: vec![Eight::default(); panels],
        }
    }

    /// Rounds and packs the weights of one output.
    pub fn set(&mut self, output: usize, weights: &[f32], bias: f32) {
        let (panel, half, lane) = (output / PANEL, output % PANEL / 4, output % 4);
        self.bias[panel][half][lane] = bias;
        let blocks = self.inputs / BLOCK;
        for (block, values) in weights.as_chunks::<BLOCK>().0.iter().enumerate() {
            let most = largest(values);
            let inverse = if most > 0.0 { LARGEST_WEIGHT / most } else { 0.0 };
            self.scales[panel * blocks + block][half][lane] = most / LARGEST_WEIGHT;
            let quads = &mut self.weights[(panel * blocks + block) * BLOCK / QUAD..][..BLOCK / QUAD];
            for (quad, values) in quads.iter_mut().zip(values.as_chunks::<QUAD>().0) {
                for (packed, x) in quad[half][lane * QUAD..][..QUAD].iter_mut().zip(values) {
                    // Within 1 to 127.
                    *packed = (x * inverse + ROUNDING).to_bits().wrapping_add(SHIFT as u32) as u8;
                }
            }
        }
    }

    fn outputs(&self) -> usize {
        self.bias.len() * PANEL
    }
}

impl Rounded {
    /// Room for so many values.
    pub fn with_room(values: usize) -> Self {
        Self {
            rows: 0,
            width: 0,
            values: Vec::with_capacity(values / QUAD),
            scales: Vec::with_capacity(values / BLOCK),
            starts: Vec::with_capacity(values / BLOCK),
        }
    }

    /// Rounds rows of `width` values.
    pub fn round(&mut self, values: &[f32], width: usize) {
        self.rows = values.len() / width;
        self.width = width;
        self.values.resize(values.len() / QUAD, [0; QUAD]);
        self.scales.resize(values.len() / BLOCK, 0.0);
        self.starts.resize(values.len() / BLOCK, 0);
        let rounded = self.values.as_chunks_mut::<{ BLOCK / QUAD }>().0;
        let places = rounded.iter_mut().zip(&mut self.scales).zip(&mut self.starts);
        for (values, ((rounded, scale), start)) in values.as_chunks::<BLOCK>().0.iter().zip(places) {
            let most = largest(values);
            let inverse = if most > 0.0 { LARGEST_INPUT / most } else { 0.0 };
            let mut sum = 0_i32;
            for (rounded, x) in rounded.as_flattened_mut().iter_mut().zip(values) {
                let whole = (x * inverse + ROUNDING).to_bits().wrapping_sub(ROUNDING.to_bits()) as i32;
                sum += whole;
                *rounded = whole as i8;
            }
            *scale = most / LARGEST_INPUT;
            *start = -SHIFT * sum;
        }
    }
}

/// The largest magnitude of a block.
#[inline(always)]
fn largest(values: &[f32; BLOCK]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    for chunk in values.as_chunks::<16>().0 {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            let x = x.abs();
            *lane = if x > *lane { x } else { *lane };
        }
    }
    lanes.iter().fold(0.0, |most, x| if *x > most { *x } else { most })
}

/// `input · weightsᵀ + bias` into `out` (`[rows, outputs]`), `ROWS` rows a tile.
#[inline(always)]
pub fn multiply<L: Lanes, const ROWS: usize>(layer: &Linear, input: &Rounded, out: &mut [f32]) {
    assert_eq!((input.width, out.len()), (layer.inputs, input.rows * layer.outputs()));
    let blocks = layer.inputs / BLOCK;
    let stride = layer.outputs();
    for (panel, bias) in layer.bias.iter().enumerate() {
        let mut tile = Tile {
            weights: layer.weights[panel * blocks * BLOCK / QUAD..][..blocks * BLOCK / QUAD].as_chunks().0,
            scales: &layer.scales[panel * blocks..][..blocks],
            bias,
            input,
            row: 0,
            out: &mut out[panel * PANEL..],
            stride,
        };
        while tile.row + ROWS <= input.rows {
            tile.compute::<L, ROWS>();
            tile.row += ROWS;
        }
        if tile.row + 4 <= input.rows {
            tile.compute::<L, 4>();
            tile.row += 4;
        }
        if tile.row + 2 <= input.rows {
            tile.compute::<L, 2>();
            tile.row += 2;
        }
        if tile.row < input.rows {
            tile.compute::<L, 1>();
        }
    }
}

/// What a tile of outputs is made of.
struct Tile<'a> {
    /// The weights of one panel by block.
    weights: &'a [[[[u8; 16]; 2]; BLOCK / QUAD]],
    scales: &'a [Eight],
    bias: &'a Eight,
    input: &'a Rounded,
    row: usize,
    /// From the panel's first output in the first row on.
    out: &'a mut [f32],
    /// Outputs in a row.
    stride: usize,
}

impl Tile<'_> {
    #[inline(always)]
    fn compute<L: Lanes, const ROWS: usize>(&mut self) {
        let blocks = self.weights.len();
        let quads = blocks * BLOCK / QUAD;
        let inputs: [&[[[i8; QUAD]; BLOCK / QUAD]]; ROWS] =
            std::array::from_fn(|row| self.input.values[(self.row + row) * quads..][..quads].as_chunks().0);
        let scales: [&[f32]; ROWS] =
            std::array::from_fn(|row| &self.input.scales[(self.row + row) * blocks..][..blocks]);
        let starts: [&[i32]; ROWS] =
            std::array::from_fn(|row| &self.input.starts[(self.row + row) * blocks..][..blocks]);
        let mut outputs = [[L::load(&self.bias[0]), L::load(&self.bias[1])]; ROWS];
        for (block, (weights, weight_scales)) in self.weights.iter().zip(self.scales).enumerate() {
            let mut sums: [[L::Sums; 2]; ROWS] = std::array::from_fn(|row| [L::start(starts[row][block]); 2]);
            let own: [&[[i8; QUAD]; BLOCK / QUAD]; ROWS] = std::array::from_fn(|row| &inputs[row][block]);
            for (quad, weights) in weights.iter().enumerate() {
                let weights = [L::weights(&weights[0]), L::weights(&weights[1])];
                for (sums, own) in sums.iter_mut().zip(own) {
                    let inputs = L::inputs(&own[quad]);
                    sums[0] = L::dot(sums[0], inputs, weights[0]);
                    sums[1] = L::dot(sums[1], inputs, weights[1]);
                }
            }
            let weight_scales = [L::load(&weight_scales[0]), L::load(&weight_scales[1])];
            for row in 0..ROWS {
                let scale = L::splat(scales[row][block]);
                for half in 0..2 {
                    let scale = L::multiply(scale, weight_scales[half]);
                    outputs[row][half] = L::multiply_add(L::floats(sums[row][half]), scale, outputs[row][half]);
                }
            }
        }
        for (row, outputs) in outputs.iter().enumerate() {
            let place = &mut self.out[(self.row + row) * self.stride..][..PANEL];
            for (values, place) in outputs.iter().zip(place.as_chunks_mut::<4>().0) {
                L::store(*values, place);
            }
        }
    }
}

/// What attention writes into.
pub struct AttentionWork {
    /// A head's keys, turned round: by eight keys, `[HEAD_WIDTH]` times the eight.
    keys: Vec<[Eight; HEAD_WIDTH]>,
    /// A head's values: `[padded]`
    values: Vec<[[f32; 4]; HEAD_WIDTH / 4]>,
    /// `[QUERIES, padded]`
    scores: Vec<f32>,
}

impl AttentionWork {
    /// Room for texts of at most `longest` tokens.
    pub fn new(longest: usize) -> Self {
        let padded = longest.next_multiple_of(KEYS);
        Self {
            keys: vec![[Eight::default(); HEAD_WIDTH]; padded / KEYS],
            values: vec![[[0.0; 4]; HEAD_WIDTH / 4]; padded],
            scores: vec![0.0; QUERIES * padded],
        }
    }
}

/// Attention of one text. `projected`: `[length, 3 · hidden]`, query, key and value side by side; `context`:
/// `[length, hidden]`.
#[inline(always)]
pub fn attend<L: Lanes>(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
    let hidden = heads * HEAD_WIDTH;
    let length = context.len() / hidden;
    let padded = length.next_multiple_of(KEYS);
    for head in 0..heads {
        gather(projected, hidden, head, length, work);
        let (keys, values) = (&work.keys[..padded / KEYS], &work.values[..length]);
        let scores = &mut work.scores[..QUERIES * padded];
        for first in (0..length).step_by(QUERIES) {
            // The last tile's spare rows repeat its last query.
            let query: [&[f32; HEAD_WIDTH]; QUERIES] =
                std::array::from_fn(|at| part(projected, hidden, (first + at).min(length - 1), 0, head));
            score::<L>(&query, keys, scores);
            let totals: [f32; QUERIES] = std::array::from_fn(|at| weigh(&mut scores[at * padded..][..length]));
            let rows: [&[f32]; QUERIES] = std::array::from_fn(|at| &scores[at * padded..][..length]);
            mix::<L>(&rows, &totals, values, |at, quad, mixed| {
                if first + at < length {
                    let start = (first + at) * hidden + head * HEAD_WIDTH + quad * 4;
                    if let Some(place) = context[start..].first_chunk_mut() {
                        L::store(mixed, place);
                    }
                }
            });
        }
    }
}

/// A token's query (0), key (1) or value (2) of a head.
#[inline(always)]
fn part(projected: &[f32], hidden: usize, token: usize, part: usize, head: usize) -> &[f32; HEAD_WIDTH] {
    let start = token * 3 * hidden + part * hidden + head * HEAD_WIDTH;
    // A slice of that very length is an array.
    projected[start..start + HEAD_WIDTH].first_chunk().unwrap_or(&[0.0; HEAD_WIDTH])
}

/// Lays out a head's keys (scaled) and values as the tiles want them.
#[inline(always)]
fn gather(projected: &[f32], hidden: usize, head: usize, length: usize, work: &mut AttentionWork) {
    let scale = 1.0 / (HEAD_WIDTH as f32).sqrt();
    for (token, values) in work.values[..length].iter_mut().enumerate() {
        values.as_flattened_mut().copy_from_slice(part(projected, hidden, token, 2, head));
        let keys = &mut work.keys[token / KEYS];
        for (lanes, x) in keys.iter_mut().zip(part(projected, hidden, token, 1, head)) {
            lanes[token % KEYS / 4][token % 4] = x * scale;
        }
    }
}

/// The scores of four queries: `[QUERIES, keys]`.
#[inline(always)]
fn score<L: Lanes>(query: &[&[f32; HEAD_WIDTH]; QUERIES], keys: &[[Eight; HEAD_WIDTH]], scores: &mut [f32]) {
    let padded = keys.len() * KEYS;
    for (at, keys) in keys.iter().enumerate() {
        let mut sums = [[L::splat(0.0); 2]; QUERIES];
        for (d, keys) in keys.iter().enumerate() {
            let keys = [L::load(&keys[0]), L::load(&keys[1])];
            for (sums, query) in sums.iter_mut().zip(query) {
                let query = L::splat(query[d]);
                sums[0] = L::multiply_add(query, keys[0], sums[0]);
                sums[1] = L::multiply_add(query, keys[1], sums[1]);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let place = &mut scores[row * padded + at * KEYS..][..KEYS];
            for (values, place) in sums.iter().zip(place.as_chunks_mut::<4>().0) {
                L::store(*values, place);
            }
        }
    }
}

/// Turns scores into weights, not yet divided by their sum, which is the answer.
#[inline(always)]
fn weigh(scores: &mut [f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 8];
    let (whole, rest) = scores.as_chunks::<8>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if *x > *lane { *x } else { *lane };
        }
    }
    let most = lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |most, x| if *x > most { *x } else { most });
    let mut lanes = [0.0_f32; 8];
    let (whole, rest) = scores.as_chunks_mut::<8>();
    for chunk in whole {
        for (lane, score) in lanes.iter_mut().zip(chunk) {
            *score = exp(*score - most);
            *lane += *score;
        }
    }
    let mut total: f32 = lanes.iter().sum();
    for score in rest {
        *score = exp(*score - most);
        total += *score;
    }
    total
}

/// The weighted means of the values for four queries, four dimensions at a time, given to `take`.
#[inline(always)]
fn mix<L: Lanes>(
    weights: &[&[f32]; QUERIES],
    totals: &[f32; QUERIES],
    values: &[[[f32; 4]; HEAD_WIDTH / 4]],
    mut take: impl FnMut(usize, usize, L::Floats),
) {
    for pair in 0..HEAD_WIDTH / 8 {
        let mut sums = [[L::splat(0.0); 2]; QUERIES];
        for (token, values) in values.iter().enumerate() {
            let values = [L::load(&values[pair * 2]), L::load(&values[pair * 2 + 1])];
            for (sums, weights) in sums.iter_mut().zip(weights) {
                let weight = L::splat(weights[token]);
                sums[0] = L::multiply_add(weight, values[0], sums[0]);
                sums[1] = L::multiply_add(weight, values[1], sums[1]);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let inverse = L::splat(1.0 / totals[row]);
            take(row, pair * 2, L::multiply(sums[0], inverse));
            take(row, pair * 2 + 1, L::multiply(sums[1], inverse));
        }
    }
}

/// The kernels, compiled for one set of instructions.
pub trait Kernels: Lanes {
    /// See [`multiply`].
    fn product(layer: &Linear, input: &Rounded, out: &mut [f32]);
    /// See [`attend`].
    fn attention(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]);
}

impl Kernels for super::lanes::Portable {
    fn product(layer: &Linear, input: &Rounded, out: &mut [f32]) {
        multiply::<Self, 4>(layer, input, out);
    }

    fn attention(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
        attend::<Self>(projected, heads, work, context);
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::noise;
    use super::super::lanes::Portable;
    use super::*;

    #[test]
    fn a_product_agrees_with_the_plain_one_for_every_count_of_rows() {
        let (inputs, outputs) = (192, 24);
        let (weights, bias) = (noise(inputs * outputs, 1), noise(outputs, 2));
        let mut layer = Linear::new(inputs, outputs);
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            layer.set(output, row, bias[output]);
        }
        for rows in 1..=9 {
            let values = noise(inputs * rows, 3);
            let mut rounded = Rounded::default();
            rounded.round(&values, inputs);
            let mut out = vec![f32::NAN; rows * outputs];
            Portable::product(&layer, &rounded, &mut out);
            for (row, values) in values.chunks_exact(inputs).enumerate() {
                for (output, weights) in weights.chunks_exact(inputs).enumerate() {
                    let plain: f32 = bias[output] + values.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>();
                    let ours = out[row * outputs + output];
                    assert!((ours - plain).abs() < 0.15, "[{row}, {output}] of {rows}: {ours}, not {plain}");
                }
            }
        }
    }

    #[test]
    fn a_row_of_nothing_gives_the_bias() {
        let mut layer = Linear::new(64, 8);
        (0..8).for_each(|output| layer.set(output, &noise(64, output as u32), output as f32));
        let mut rounded = Rounded::default();
        rounded.round(&[0.0; 64], 64);
        let mut out = vec![0.0; 8];
        Portable::product(&layer, &rounded, &mut out);
        assert_eq!(out, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn attention_agrees_with_its_definition() {
        let (heads, hidden) = (2, 2 * HEAD_WIDTH);
        for length in [1, 3, 4, 8, 13] {
            let projected = noise(length * 3 * hidden, length as u32);
            let mut context = vec![f32::NAN; length * hidden];
            // Room for more than is used.
            Portable::attention(&projected, heads, &mut AttentionWork::new(20), &mut context);
            let at = |token: usize, what: usize, head: usize| part(&projected, hidden, token, what, head);
            for head in 0..heads {
                for token in 0..length {
                    let score = |other: usize| -> f32 {
                        let dot: f32 = at(token, 0, head).iter().zip(at(other, 1, head)).map(|(q, k)| q * k).sum();
                        (dot / (HEAD_WIDTH as f32).sqrt()).exp()
                    };
                    let total: f32 = (0..length).map(score).sum();
                    for d in 0..HEAD_WIDTH {
                        let wanted: f32 = (0..length).map(|other| score(other) * at(other, 2, head)[d] / total).sum();
                        let ours = context[token * hidden + head * HEAD_WIDTH + d];
                        assert!((ours - wanted).abs() < 1e-4, "{length}: {ours}, not {wanted}");
                    }
                }
            }
        }
    }
}
