//! Products and attention in four lanes.
//!
//! Hard because a browser gives one thread, sixteen vector registers and no way to ask for more, and because the fastest
//! product it has takes 8 bits on one side and 7 on the other. A tile of outputs stays in registers while words of inputs
//! stream past; weights are packed once, in the order in which tiles want them.
//!
//! An output's weights have one scale, a token's inputs a scale and a lowest value. Few bits are enough for that because
//! both are turned first ([`turn`]): a rotation that mixes 128 channels leaves no loud ones (Ashkboos et al., 2024, do so
//! with a language model's 4 bits), and products of turned vectors are those of the vectors. The 7 bits are the inputs':
//! what they lose is noise that averages out over tokens, what weights lose is the same in every token.

use super::lanes::Lanes;
use crate::gelu::exp;

/// Outputs of a tile: two vectors.
const PANEL: usize = 8;

/// Rows of inputs of a tile.
const ROWS: usize = 4;

/// Inputs that are rounded at a time.
pub const STEP: usize = 16;

/// Words of a turn of the product's loop; a step has as many, or twice as many.
const UNROLLED: usize = 4;

/// The most inputs that are mixed when they are turned.
const TURN: usize = 128;

/// Width of an attention head; of the sizes in use, the one of the model this was built for.
pub const HEAD_WIDTH: usize = 32;

/// Queries and keys of a tile of attention.
const QUERIES: usize = 4;
const KEYS: usize = 8;

/// Eight floats: what a panel has of a thing.
type Eight = [[f32; 4]; 2];

/// A linear layer, `outputs × inputs`, rounded and packed for the lanes it was made with.
pub struct Linear {
    /// Words of inputs.
    words: usize,
    /// By panel and word of inputs: the panel's outputs' weights.
    weights: Vec<[[u32; 4]; 2]>,
    panels: Vec<Panel>,
    /// Turned weights of one output.
    turned: Vec<f32>,
}

/// What turns the sums of a panel's outputs into numbers.
#[derive(Clone, Default)]
struct Panel {
    /// What a step of a weight is worth.
    scales: Eight,
    /// The sum of an output's weights: what a token's lowest value counts for.
    totals: Eight,
    bias: Eight,
}

/// Rounded inputs of a product.
#[derive(Default)]
pub struct Rounded {
    /// Words in a row.
    words: usize,
    /// By tile and word: that word of the tile's rows.
    tiles: Vec<[u32; ROWS]>,
    /// `[rows]`
    scales: Vec<Scale>,
    /// One row, turned.
    turned: Vec<f32>,
}

/// How a row was rounded: a number `n` of it stands for `n · step + lowest`.
#[derive(Clone, Copy)]
struct Scale {
    step: f32,
    lowest: f32,
}

impl Linear {
    /// Whether a layer of this shape can be packed: whole steps, and sums that fit 32 bits.
    pub fn fits<L: Lanes>(inputs: usize, outputs: usize) -> bool {
        let largest = (L::HIGHEST * L::LARGEST_WEIGHT) as usize;
        let fit = inputs.checked_mul(largest).is_some_and(|sum| sum < i32::MAX as usize);
        fit && inputs > 0 && inputs.is_multiple_of(STEP) && outputs > 0 && outputs.is_multiple_of(PANEL)
    }

    /// Room for the weights of a shape that [`Linear::fits`].
    pub fn new<L: Lanes>(inputs: usize, outputs: usize) -> Self {
        let (words, panels) = (inputs / L::GROUP, outputs / PANEL);
        Self {
            words,
            weights: vec![[[0; 4]; 2]; panels * words],
            panels: vec![Panel::default(); panels],
            turned: Vec::new(),
        }
    }

    /// Rounds and packs the weights of one output.
    pub fn set<L: Lanes>(&mut self, output: usize, weights: &[f32], bias: f32) {
        let (at, half, lane) = (output / PANEL, output % PANEL / 4, output % 4);
        self.turned.clear();
        self.turned.extend_from_slice(weights);
        if L::TURNED {
            // Twice turned is as many times itself as channels were mixed.
            let mixed = turn(&mut self.turned) as f32;
            self.turned.iter_mut().for_each(|x| *x /= mixed);
        }
        let most = self.turned.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let step = most / L::LARGEST_WEIGHT as f32;
        let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
        let mut total = 0;
        let places = &mut self.weights[at * self.words..][..self.words];
        for (place, numbers) in places.iter_mut().zip(self.turned.chunks_exact(L::GROUP)) {
            let rounded = numbers.iter().map(|x| (x * inverse).round() as i32);
            place[half][lane] = rounded.enumerate().fold(0, |word, (at, number)| {
                total += number;
                word | (number as u32 & L::MASK) << (at * 32 / L::GROUP)
            });
        }
        let panel = &mut self.panels[at];
        panel.scales[half][lane] = step;
        panel.totals[half][lane] = total as f32 * step;
        panel.bias[half][lane] = bias;
    }

    fn outputs(&self) -> usize {
        self.panels.len() * PANEL
    }
}

impl Rounded {
    /// Room for so many rows, the longest of so many values.
    pub fn with_room(rows: usize, longest: usize) -> Self {
        // Words hold two numbers at least.
        let tiles = Vec::with_capacity(rows.div_ceil(ROWS) * longest / 2);
        Self { words: 0, tiles, scales: Vec::with_capacity(rows), turned: Vec::with_capacity(longest) }
    }

    /// Rounds rows of `width` values.
    #[inline(always)]
    pub fn round<L: Lanes>(&mut self, values: &[f32], width: usize) {
        let rows = values.len() / width;
        self.words = width / L::GROUP;
        self.tiles.resize(rows.div_ceil(ROWS) * self.words, [0; ROWS]);
        self.scales.clear();
        for (row, values) in values.chunks_exact(width).enumerate() {
            self.turned.clear();
            self.turned.extend_from_slice(values);
            if L::TURNED {
                turn(&mut self.turned);
            }
            let (lowest, highest) = range(&self.turned);
            let step = (highest - lowest) / L::HIGHEST as f32;
            let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
            let tile = &mut self.tiles[row / ROWS * self.words..][..self.words];
            let steps = self.turned.as_chunks::<STEP>().0.iter();
            for (numbers, places) in steps.zip(tile.chunks_exact_mut(STEP / L::GROUP)) {
                let mut words = [0; STEP / 2];
                L::narrow(numbers, lowest, inverse, &mut words);
                places.iter_mut().zip(words).for_each(|(place, word)| place[row % ROWS] = word);
            }
            self.scales.push(Scale { step, lowest });
        }
    }
}

/// Hadamard's transform (by Sylvester's matrices) of blocks of up to [`TURN`] channels, in place, lengths growing by the
/// root of the block's; the answer is a block's length. A rotation: it spreads what is loud in one channel over all.
#[inline(always)]
fn turn(values: &mut [f32]) -> usize {
    let block = TURN.min(1 << values.len().trailing_zeros());
    for values in values.chunks_exact_mut(block) {
        for [a, b, c, d] in values.as_chunks_mut::<4>().0 {
            let (sum, difference, other_sum, other_difference) = (*a + *b, *a - *b, *c + *d, *c - *d);
            (*a, *b) = (sum + other_sum, difference + other_difference);
            (*c, *d) = (sum - other_sum, difference - other_difference);
        }
        let mut step = 4;
        while step < block {
            for pair in values.chunks_exact_mut(2 * step) {
                let (one, other) = pair.split_at_mut(step);
                for (a, b) in one.as_chunks_mut::<4>().0.iter_mut().zip(other.as_chunks_mut::<4>().0) {
                    for (a, b) in a.iter_mut().zip(b) {
                        (*a, *b) = (*a + *b, *a - *b);
                    }
                }
            }
            step *= 2;
        }
    }
    block
}

/// The lowest and the highest of whole steps of values.
#[inline(always)]
fn range(values: &[f32]) -> (f32, f32) {
    let (mut low, mut high) = ([f32::INFINITY; STEP], [f32::NEG_INFINITY; STEP]);
    for chunk in values.as_chunks::<STEP>().0 {
        for ((low, high), x) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *x < *low { *x } else { *low };
            *high = if *x > *high { *x } else { *high };
        }
    }
    (low.into_iter().fold(f32::INFINITY, f32::min), high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}

/// `input · weightsᵀ + bias` into `out` (`[rows, outputs]`).
#[inline(always)]
pub fn multiply<L: Lanes>(layer: &Linear, input: &Rounded, out: &mut [f32]) {
    let stride = layer.outputs();
    assert_eq!((input.words, out.len()), (layer.words, input.scales.len() * stride));
    for (at, (panel, weights)) in layer.panels.iter().zip(layer.weights.chunks_exact(layer.words)).enumerate() {
        let rows = input.scales.chunks(ROWS).zip(out.chunks_mut(ROWS * stride));
        for ((scales, out), inputs) in rows.zip(input.tiles.chunks_exact(layer.words)) {
            let tile = Tile { weights, panel, inputs, scales, out: &mut out[at * PANEL..], stride };
            match scales.len() {
                1 => tile.compute::<L, 1>(),
                2 => tile.compute::<L, 2>(),
                3 => tile.compute::<L, 3>(),
                _ => tile.compute::<L, ROWS>(),
            }
        }
    }
}

/// What a tile of outputs is made of.
struct Tile<'a> {
    /// The weights of one panel.
    weights: &'a [[[u32; 4]; 2]],
    panel: &'a Panel,
    inputs: &'a [[u32; ROWS]],
    scales: &'a [Scale],
    /// From the panel's first output in the tile's first row on.
    out: &'a mut [f32],
    /// Outputs in a row.
    stride: usize,
}

impl Tile<'_> {
    /// The first `N` rows.
    #[inline(always)]
    fn compute<L: Lanes, const N: usize>(self) {
        let mut sums = [[L::zero(); 2]; N];
        let (weights, inputs) = (self.weights.as_chunks::<UNROLLED>().0, self.inputs.as_chunks::<UNROLLED>().0);
        for (weights, inputs) in weights.iter().zip(inputs) {
            for (weights, inputs) in weights.iter().zip(inputs) {
                let weights = [L::words(&weights[0]), L::words(&weights[1])];
                for (sums, input) in sums.iter_mut().zip(inputs) {
                    let input = L::word(input);
                    sums[0] = L::dot(sums[0], input, weights[0]);
                    sums[1] = L::dot(sums[1], input, weights[1]);
                }
            }
        }
        for (row, (sums, scale)) in sums.iter().zip(self.scales).enumerate() {
            let (step, lowest) = (L::splat(scale.step), L::splat(scale.lowest));
            let place = &mut self.out[row * self.stride..][..PANEL];
            for (half, place) in place.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                let [scales, totals, bias] =
                    [&self.panel.scales, &self.panel.totals, &self.panel.bias].map(|of| L::load(&of[half]));
                let fixed = L::multiply_add(lowest, totals, bias);
                L::store(L::multiply_add(L::floats(sums[half]), L::multiply(step, scales), fixed), place);
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
    /// See [`Rounded::round`].
    fn round(input: &mut Rounded, values: &[f32], width: usize);
    /// See [`multiply`].
    fn product(layer: &Linear, input: &Rounded, out: &mut [f32]);
    /// See [`attend`].
    fn attention(projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]);
}

impl<const GROUP: usize> Kernels for super::lanes::Portable<GROUP>
where
    Self: Lanes,
{
    fn round(input: &mut Rounded, values: &[f32], width: usize) {
        input.round::<Self>(values, width);
    }

    fn product(layer: &Linear, input: &Rounded, out: &mut [f32]) {
        multiply::<Self>(layer, input, out);
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

    /// A product of noise, one channel of it loud, beside the plain one; the answer is the largest error.
    fn error<L: Kernels>(rows: usize) -> f32 {
        let (inputs, outputs) = (192, 24);
        let (weights, bias) = (noise(inputs * outputs, 1), noise(outputs, 2));
        let mut layer = Linear::new::<L>(inputs, outputs);
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            layer.set::<L>(output, row, bias[output]);
        }
        let mut values = noise(inputs * rows, 3);
        values.iter_mut().skip(5).step_by(inputs).for_each(|x| *x += 8.0);
        let mut rounded = Rounded::default();
        L::round(&mut rounded, &values, inputs);
        let mut out = vec![f32::NAN; rows * outputs];
        L::product(&layer, &rounded, &mut out);
        let mut most = 0.0_f32;
        for (row, values) in values.chunks_exact(inputs).enumerate() {
            for (output, weights) in weights.chunks_exact(inputs).enumerate() {
                let plain: f32 = bias[output] + values.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>();
                most = most.max((out[row * outputs + output] - plain).abs());
            }
        }
        most
    }

    #[test]
    fn a_product_agrees_with_the_plain_one_for_every_count_of_rows() {
        for rows in 1..=9 {
            let (bytes, pairs) = (error::<Portable<4>>(rows), error::<Portable<2>>(rows));
            assert!(bytes < 0.4, "bytes, {rows} rows: {bytes} apart");
            assert!(pairs < 0.1, "pairs, {rows} rows: {pairs} apart");
        }
    }

    #[test]
    fn a_row_of_nothing_gives_the_bias() {
        let mut layer = Linear::new::<Portable<4>>(64, 8);
        (0..8).for_each(|output| layer.set::<Portable<4>>(output, &noise(64, output as u32), output as f32));
        let mut rounded = Rounded::default();
        Portable::<4>::round(&mut rounded, &[0.0; 64], 64);
        let mut out = vec![0.0; 8];
        Portable::<4>::product(&layer, &rounded, &mut out);
        assert_eq!(out, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn turning_is_a_rotation_and_twice_turned_is_what_was() {
        for length in [16, 48, 128, 384] {
            let before = noise(length, 7);
            let mut values = before.clone();
            let block = turn(&mut values) as f32;
            let square = |values: &[f32]| values.iter().map(|x| x * x).sum::<f32>();
            assert!((square(&values) / square(&before) / block - 1.0).abs() < 1e-5, "{length}");
            turn(&mut values);
            for (x, wanted) in values.iter().zip(&before) {
                assert!((x / block - wanted).abs() < 1e-5, "{length}");
            }
        }
    }

    #[test]
    fn attention_agrees_with_its_definition() {
        let (heads, hidden) = (2, 2 * HEAD_WIDTH);
        for length in [1, 3, 4, 8, 13] {
            let projected = noise(length * 3 * hidden, length as u32);
            let mut context = vec![f32::NAN; length * hidden];
            // Room for more than is used.
            Portable::<4>::attention(&projected, heads, &mut AttentionWork::new(20), &mut context);
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
