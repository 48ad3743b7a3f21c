//! Products of rounded activations with rounded weights, whatever instructions make them.
//!
//! Hard because the fastest instruction differs by processor and wants its operands laid out its own way. All of them
//! can be fed with 32-bit words, though: a word holds four neighbouring inputs of 8 bits or two of 16, weights lie in
//! lines of sixteen words (one an output), and one word of activations meets a whole line at once. A [`Kernel`] is
//! therefore one small function from words to integer sums; packing, scales and what follows a product are the same
//! plain code for all, compiled anew for each. Integer sums are exact, so a layout gives the same numbers everywhere.
//!
//! Weights are packed once, in panels of 64 outputs, so that the inner loop only streams; a tile of outputs stays in
//! registers for all inputs (Goto and van de Geijn, 2008). Every row of weights has a scale of its own, every token a
//! scale and a zero: what leaves a norm or GELU is lopsided, and a bit would be lost on a side that hardly occurs. Loud
//! channels are evened out before ([`super::balance`]).
#![expect(unsafe_code, reason = "words are also seen as the narrower numbers in them")]

use super::rows;

/// Lines in a panel.
pub(super) const LINES: usize = 4;

/// Outputs a panel holds.
pub(super) const PANEL: usize = LINES * 16;

/// Rows of activations that a tile is made of at the most.
pub(super) const TILE: usize = 6;

/// A cache line: one word of weights for each of sixteen outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Line(pub [u32; 16]);

/// Sums of a tile: by row and line, sixteen outputs.
pub(super) type Sums<const ROWS: usize, const WIDE: usize> = [[[i32; 16]; WIDE]; ROWS];

/// What one family of instructions brings: how numbers lie in a word, and their products.
pub(super) trait Kernel {
    /// Inputs in a word: 4 of 8 bits or 2 of 16.
    const GROUP: usize;
    /// The lowest rounded activation: 0 for instructions whose left operand has no sign.
    const LOWEST: i32;
    /// The highest rounded activation.
    const HIGHEST: i32;
    /// The largest rounded weight, in either direction.
    const LARGEST_WEIGHT: i32;
    /// The largest rounded attention weight; those are never negative.
    const LARGEST_SHARE: i32;
    /// Whether `a · b + c` is one instruction.
    const FUSED: bool;

    /// `sums[row][line][i] = Σ over words, over the numbers in them, row[word] · lines[word][line][i]`, whatever `sums`
    /// held. The numbers of `lines` have a sign, those of `rows` only where `LOWEST` has. A row has at least as many words
    /// as there are groups of lines.
    ///
    /// # Safety
    /// The processor has the instructions.
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        sums: &mut Sums<ROWS, WIDE>,
    );

    /// `a · b + c`.
    #[inline(always)]
    fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
        // Where there is no such instruction, `mul_add` is a call into the C library.
        if Self::FUSED { a.mul_add(b, c) } else { a * b + c }
    }
}

/// What happens to a product's outputs on their way to memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    /// They are stored.
    Store,
    /// GELU, then they are stored.
    Activate,
    /// They are added to what is there, times the layer's residual scale.
    Add,
}

/// A linear layer, `outputs × inputs`, rounded and packed.
#[derive(Debug)]
pub(super) struct Linear {
    inputs: usize,
    outputs: usize,
    /// Words in a row.
    words: usize,
    /// By panel, word and line.
    lines: Vec<Line>,
    /// By panel.
    panels: Vec<Panel>,
}

/// What turns the sums of a panel's outputs into numbers.
#[derive(Debug, Clone, Copy)]
struct Panel {
    scales: [f32; PANEL],
    /// The sum of an output's rounded weights times its scale: what a token's zero counts for.
    totals: [f32; PANEL],
    bias: [f32; PANEL],
    /// What is there is multiplied by it where the outputs are added.
    residual: [f32; PANEL],
}

/// Rounded activations: a number `x` of a row stands for `x · scale + shift`.
#[derive(Debug, Default)]
pub(super) struct Rounded {
    /// Words in a row.
    width: usize,
    /// `[rows, width]`
    words: Vec<u32>,
    /// `[rows]`
    scales: Vec<Scale>,
}

/// How a row was rounded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scale {
    /// What a step is worth.
    pub scale: f32,
    /// What the number 0 stands for.
    pub shift: f32,
}

impl Default for Panel {
    fn default() -> Self {
        Self { scales: [0.0; PANEL], totals: [0.0; PANEL], bias: [0.0; PANEL], residual: [1.0; PANEL] }
    }
}

impl Linear {
    /// Whether sums over that many inputs fit 32 bits.
    pub fn fits<K: Kernel>(inputs: usize) -> bool {
        let most = i64::from(K::HIGHEST.max(-K::LOWEST)) * i64::from(K::LARGEST_WEIGHT);
        inputs > 0 && most * (inputs as i64) < i64::from(i32::MAX)
    }

    /// Rounds and packs `weights` (`[outputs, inputs]`) for rows whose mean is `mean`: what rounding does to the product
    /// with that, the bias takes back (Nagel et al., 2019).
    pub fn new<K: Kernel>(weights: &[f32], bias: &[f32], mean: &[f32]) -> Self {
        let inputs = mean.len();
        let outputs = bias.len();
        let words = inputs.div_ceil(K::GROUP);
        let count = outputs.div_ceil(PANEL);
        let mut lines = vec![Line([0; 16]); count * words * LINES];
        let mut panels = vec![Panel::default(); count];
        for (output, (row, bias)) in weights.chunks_exact(inputs).zip(bias).enumerate() {
            let (panel, at) = (output / PANEL, output % PANEL);
            let most = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            let inverse = if most > 0.0 { K::LARGEST_WEIGHT as f32 / most } else { 0.0 };
            let scale = most / K::LARGEST_WEIGHT as f32;
            let (mut total, mut lost) = (0, 0.0);
            for (input, (x, mean)) in row.iter().zip(mean).enumerate() {
                let rounded = round(x * inverse);
                total += rounded;
                lost += (x - rounded as f32 * scale) * mean;
                let line = (panel * words + input / K::GROUP) * LINES + at / 16;
                place::<K>(&mut lines[line].0[at % 16], input % K::GROUP, rounded);
            }
            panels[panel].scales[at] = scale;
            panels[panel].totals[at] = total as f32 * scale;
            panels[panel].bias[at] = bias + lost;
        }
        Self { inputs, outputs, words, lines, panels }
    }

    /// Multiplies what the outputs are added to by `scales` (`[outputs]`) instead of by 1.
    pub fn set_residual(&mut self, scales: &[f32]) {
        for (panel, scales) in self.panels.iter_mut().zip(scales.chunks(PANEL)) {
            panel.residual[..scales.len()].copy_from_slice(scales);
        }
    }

    /// Inputs of a row.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs of a row.
    pub fn outputs(&self) -> usize {
        self.outputs
    }
}

/// Puts a number into its place in an empty word.
#[inline(always)]
pub(super) fn place<K: Kernel>(word: &mut u32, at: usize, value: i32) {
    *word |= match K::GROUP {
        4 => u32::from(value as u8) << (8 * at),
        _ => u32::from(value as u16) << (16 * at),
    };
}

/// Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// The nearest whole number to one that is less than 2^22.
#[inline(always)]
pub(super) fn round(x: f32) -> i32 {
    ((x + ROUND).to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32)
}

/// Rounds numbers and stores them in words, `zero` added.
#[inline(always)]
pub(super) fn store<K: Kernel>(values: impl ExactSizeIterator<Item = f32>, zero: i32, words: &mut [u32]) {
    // What stands above a number's own bits is cut off.
    let bits = |x: f32| ((x + ROUND).to_bits() as i32).wrapping_add(zero);
    match K::GROUP {
        4 => {
            // SAFETY: every bit pattern is a number, and bytes are aligned where a word is.
            let (_, bytes, _) = unsafe { words.align_to_mut::<u8>() };
            bytes.iter_mut().zip(values).for_each(|(to, x)| *to = bits(x) as u8);
        }
        _ => {
            // SAFETY: as above.
            let (_, pairs, _) = unsafe { words.align_to_mut::<u16>() };
            pairs.iter_mut().zip(values).for_each(|(to, x)| *to = bits(x) as u16);
        }
    }
}

/// Rounds a row into words, so that its lowest and its highest value and 0 are in range.
#[inline(always)]
pub(super) fn round_row<K: Kernel>(values: &[f32], words: &mut [u32]) -> Scale {
    let (low, high) = range(values);
    // A step less than there are, so that rounding both ends outwards still fits.
    let steps = (K::HIGHEST - K::LOWEST - 1) as f32;
    let inverse = if high > low { steps / (high - low) } else { 0.0 };
    let zero = K::LOWEST - round(low * inverse);
    store::<K>(values.iter().map(|x| x * inverse), zero, words);
    let scale = (high - low) / steps;
    Scale { scale, shift: -(zero as f32) * scale }
}

/// The lowest and the highest value; 0 lies between them. One after the other: together, the compiler makes short vectors
/// of them.
#[inline(always)]
fn range(values: &[f32]) -> (f32, f32) {
    (extreme(values, rows::min), extreme(values, rows::max))
}

#[inline(always)]
fn extreme(values: &[f32], join: impl Fn(f32, f32) -> f32 + Copy) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = join(*x, *lane);
        }
    }
    rest.iter().fold(rows::reduce(lanes, join), |most, x| join(*x, most))
}

impl Rounded {
    /// Makes room for `rows` of `inputs`.
    pub fn resize<K: Kernel>(&mut self, rows: usize, inputs: usize) {
        self.width = inputs.div_ceil(K::GROUP);
        self.words.resize(rows * self.width, 0);
        self.scales.resize(rows, Scale::default());
    }

    /// Rounds `values` as row `at`.
    #[inline(always)]
    pub fn round<K: Kernel>(&mut self, at: usize, values: &[f32]) {
        self.scales[at] = round_row::<K>(values, &mut self.words[at * self.width..(at + 1) * self.width]);
    }
}

/// `input · weightsᵀ + bias` into `out` (`[rows, outputs]`).
#[inline(always)]
pub(super) fn multiply<K: Kernel>(layer: &Linear, input: &Rounded, finish: Finish, out: &mut [f32]) {
    assert_eq!((input.width, out.len()), (layer.words, input.scales.len() * layer.outputs));
    match finish {
        Finish::Store => panels::<K>(layer, input, out, |value, _, _| value),
        Finish::Activate => panels::<K>(layer, input, out, |value, _, _| rows::gelu::<K>(value)),
        Finish::Add => {
            panels::<K>(layer, input, out, |value, before, residual| K::multiply_add(before, residual, value));
        }
    }
}

/// Visits every panel and every tile of rows. A panel's weights stay in the first-level cache for all rows.
#[inline(always)]
fn panels<K: Kernel>(layer: &Linear, input: &Rounded, out: &mut [f32], finish: impl Fn(f32, f32, f32) -> f32 + Copy) {
    let rows = input.scales.len();
    for panel in 0..layer.panels.len() {
        let mut row = 0;
        while row + TILE <= rows {
            tile::<K, TILE>(layer, input, panel, row, out, finish);
            row += TILE;
        }
        match rows - row {
            1 => tile::<K, 1>(layer, input, panel, row, out, finish),
            2 => tile::<K, 2>(layer, input, panel, row, out, finish),
            3 => tile::<K, 3>(layer, input, panel, row, out, finish),
            4 => tile::<K, 4>(layer, input, panel, row, out, finish),
            5 => tile::<K, 5>(layer, input, panel, row, out, finish),
            _ => {}
        }
    }
}

#[inline(always)]
fn tile<K: Kernel, const ROWS: usize>(
    layer: &Linear,
    input: &Rounded,
    panel: usize,
    row: usize,
    out: &mut [f32],
    finish: impl Fn(f32, f32, f32) -> f32 + Copy,
) {
    let lines = &layer.lines.as_chunks::<LINES>().0[panel * layer.words..(panel + 1) * layer.words];
    let rows: [&[u32]; ROWS] = std::array::from_fn(|at| &input.words[(row + at) * input.width..][..layer.words]);
    let mut sums = [[[0; 16]; LINES]; ROWS];
    // SAFETY: whoever was compiled with this kernel's instructions asked the processor for them.
    unsafe { K::dot(rows, lines, &mut sums) };
    let Panel { scales, totals, bias, residual } = &layer.panels[panel];
    for (at, sums) in sums.iter().enumerate() {
        let Scale { scale, shift } = input.scales[row + at];
        let sums: &[i32] = sums.as_flattened();
        let first = (row + at) * layer.outputs + panel * PANEL;
        let own = PANEL.min(layer.outputs - panel * PANEL);
        let out = &mut out[first..first + own];
        let value =
            |i: usize| K::multiply_add(sums[i] as f32, scale * scales[i], K::multiply_add(shift, totals[i], bias[i]));
        // Of known length where it can be: the compiler then needs no remainder.
        if let Some(out) = out.as_mut_array::<PANEL>() {
            out.iter_mut().enumerate().for_each(|(i, out)| *out = finish(value(i), *out, residual[i]));
        } else {
            out.iter_mut().enumerate().for_each(|(i, out)| *out = finish(value(i), *out, residual[i]));
        }
    }
}
