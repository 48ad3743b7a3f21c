//! Products of rounded activations with rounded weights, whatever instructions make them.
//!
//! Hard because the fastest instruction differs by processor and wants its operands laid out its own way. All of them
//! can be fed with 32-bit words, though: a word holds four neighbouring inputs of 8 bits or two of 16, weights lie in
//! lines of sixteen words (one an output), and one word of activations meets a whole line at once. A [`Kernel`] is
//! therefore one small function from words to integer sums; packing, scales and what follows a product are the same
//! plain code for all, compiled anew for each. Integer sums are exact, so a layout gives the same numbers everywhere.
//!
//! Weights are packed once, in panels of 64 outputs, so that the inner loop only streams; a tile of outputs stays in
//! registers for all inputs (Goto and van de Geijn, 2008). Every row of weights and every token has a scale of its own.
//! Before that, magnitude moves from activations to weights channel by channel (SmoothQuant, Xiao et al., 2023), which
//! is what lets a few loud channels live with 8 bits.
#![expect(unsafe_code, reason = "words are also seen as the narrower numbers in them")]

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
    /// The largest rounded activation, in either direction.
    const LARGEST: i32;
    /// What is added to a rounded activation before it is stored: nothing, or enough that none is negative, for
    /// instructions whose left operand has no sign. [`Linear`] takes it out of the sums again.
    const ZERO: i32;
    /// The largest rounded weight, in either direction.
    const LARGEST_WEIGHT: i32;
    /// The largest rounded attention weight; those are never negative and are stored as they are, without `ZERO`.
    const LARGEST_SHARE: i32;
    /// Whether `a · b + c` is one instruction.
    const FUSED: bool;

    /// `sums[row][line][i] = start[line][i] + Σ over words, over the numbers in them, row[word] · lines[word][line][i]`.
    /// The numbers of `lines` have a sign, those of `rows` only where `ZERO` is 0.
    ///
    /// # Safety
    /// The processor has the instructions.
    unsafe fn dot<const ROWS: usize, const WIDE: usize>(
        rows: [&[u32]; ROWS],
        lines: &[[Line; WIDE]],
        start: &[[i32; 16]; WIDE],
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
    /// They are added to what is there.
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
    /// By panel: what the sums begin with, so that `ZERO` drops out.
    starts: Vec<[[i32; 16]; LINES]>,
    /// By panel.
    scales: Vec<[f32; PANEL]>,
    /// By panel.
    bias: Vec<[f32; PANEL]>,
    /// What each input is multiplied by before it is rounded; its weights were divided by it.
    channels: Vec<f32>,
}

/// Rounded activations.
#[derive(Debug, Default)]
pub(super) struct Rounded {
    /// Words in a row.
    width: usize,
    /// `[rows, width]`
    words: Vec<u32>,
    /// `[rows]`
    scales: Vec<f32>,
}

impl Linear {
    /// Whether sums over that many inputs fit 32 bits.
    pub fn fits<K: Kernel>(inputs: usize) -> bool {
        let most = i64::from(K::LARGEST + K::ZERO) * i64::from(K::LARGEST_WEIGHT);
        inputs > 0 && most * (inputs as i64) < i64::from(i32::MAX)
    }

    /// Rounds and packs `weights` (`[outputs, inputs]`). `expected` tells how large each input is expected to become.
    pub fn new<K: Kernel>(weights: &[f32], bias: &[f32], expected: &[f32]) -> Self {
        let (inputs, outputs) = (expected.len(), bias.len());
        let channels = smoothing(weights, expected);
        let words = inputs.div_ceil(K::GROUP);
        let panels = outputs.div_ceil(PANEL);
        let mut layer = Self {
            inputs,
            outputs,
            words,
            lines: vec![Line([0; 16]); panels * words * LINES],
            starts: vec![[[0; 16]; LINES]; panels],
            scales: vec![[0.0; PANEL]; panels],
            bias: vec![[0.0; PANEL]; panels],
            channels,
        };
        let mut scaled = vec![0.0; inputs];
        for (output, (row, bias)) in weights.chunks_exact(inputs).zip(bias).enumerate() {
            let (panel, at) = (output / PANEL, output % PANEL);
            for ((scaled, weight), channel) in scaled.iter_mut().zip(row).zip(&layer.channels) {
                *scaled = weight / channel;
            }
            let most = scaled.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            let inverse = if most > 0.0 { K::LARGEST_WEIGHT as f32 / most } else { 0.0 };
            let mut sum = 0;
            for (input, x) in scaled.iter().enumerate() {
                let rounded = (x * inverse).round_ties_even() as i32;
                sum += rounded;
                let line = (panel * words + input / K::GROUP) * LINES + at / 16;
                place::<K>(&mut layer.lines[line].0[at % 16], input % K::GROUP, rounded);
            }
            layer.starts[panel][at / 16][at % 16] = -K::ZERO * sum;
            layer.scales[panel][at] = most / K::LARGEST_WEIGHT as f32;
            layer.bias[panel][at] = *bias;
        }
        layer
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

/// By how much each input is to be scaled so that inputs and weights share the burden of large channels: most of it
/// goes to the weights, which are rounded by the row and have fewer outliers. The exponent was chosen on articles of
/// the installed codes.
fn smoothing(weights: &[f32], expected: &[f32]) -> Vec<f32> {
    const TO_WEIGHTS: f32 = 0.7;
    let mut heaviest = vec![0.0_f32; expected.len()];
    for row in weights.chunks_exact(expected.len()) {
        for (most, x) in heaviest.iter_mut().zip(row) {
            *most = most.max(x.abs());
        }
    }
    // What hardly occurs must not be blown up.
    let floor = |values: &[f32]| 1e-3 * values.iter().sum::<f32>() / values.len() as f32 + f32::MIN_POSITIVE;
    let (least_weight, least_input) = (floor(&heaviest), floor(expected));
    let factor = |(weight, input): (&f32, &f32)| {
        weight.max(least_weight).powf(1.0 - TO_WEIGHTS) / input.max(least_input).powf(TO_WEIGHTS)
    };
    heaviest.iter().zip(expected).map(factor).collect()
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

/// Rounds `x · factor` for every `x` of a row into words, `zero` added.
#[inline(always)]
pub(super) fn store<K: Kernel>(values: impl ExactSizeIterator<Item = f32>, zero: i32, words: &mut [u32]) {
    let bits = |x: f32| ((x + ROUND).to_bits() as i32).wrapping_add(zero);
    // SAFETY: every bit pattern is a number of either kind, and both are aligned where a word is.
    match K::GROUP {
        4 => {
            let (_, bytes, _) = unsafe { words.align_to_mut::<u8>() };
            bytes.iter_mut().zip(values).for_each(|(to, x)| *to = bits(x) as u8);
        }
        _ => {
            let (_, pairs, _) = unsafe { words.align_to_mut::<u16>() };
            pairs.iter_mut().zip(values).for_each(|(to, x)| *to = bits(x) as u16);
        }
    }
}

impl Rounded {
    /// Makes room for `rows` of `inputs`.
    pub fn resize<K: Kernel>(&mut self, rows: usize, inputs: usize) {
        self.width = inputs.div_ceil(K::GROUP);
        self.words.resize(rows * self.width, 0);
        self.scales.resize(rows, 0.0);
    }

    /// Rounds `values` as row `at` of the inputs of `layer`.
    #[inline(always)]
    pub fn round<K: Kernel>(&mut self, at: usize, values: &[f32], layer: &Linear) {
        let (words, scale) = (&mut self.words[at * self.width..(at + 1) * self.width], &mut self.scales[at]);
        let channels = &layer.channels[..values.len()];
        let most = largest(values, channels);
        let inverse = if most > 0.0 { K::LARGEST as f32 / most } else { 0.0 };
        *scale = most / K::LARGEST as f32;
        store::<K>(values.iter().zip(channels).map(|(x, channel)| x * channel * inverse), K::ZERO, words);
    }
}

/// The largest `|value · factor|`.
#[inline(always)]
fn largest(values: &[f32], factors: &[f32]) -> f32 {
    let mut most = [0.0_f32; 16];
    let ((whole, rest), (whole_factors, rest_factors)) = (values.as_chunks::<16>(), factors.as_chunks::<16>());
    for (chunk, factors) in whole.iter().zip(whole_factors) {
        for ((lane, x), factor) in most.iter_mut().zip(chunk).zip(factors) {
            let x = (x * factor).abs();
            *lane = if x > *lane { x } else { *lane };
        }
    }
    let rest = rest.iter().zip(rest_factors).map(|(x, factor)| (x * factor).abs());
    most.iter().copied().chain(rest).fold(0.0, |most, x| if x > most { x } else { most })
}

/// `input · weightsᵀ + bias` into `out` (`[rows, outputs]`).
#[inline(always)]
pub(super) fn multiply<K: Kernel>(layer: &Linear, input: &Rounded, finish: Finish, out: &mut [f32]) {
    assert_eq!((input.width, out.len()), (layer.words, input.scales.len() * layer.outputs));
    match finish {
        Finish::Store => panels::<K>(layer, input, out, |value, _| value),
        Finish::Activate => panels::<K>(layer, input, out, |value, _| super::rows::gelu::<K>(value)),
        Finish::Add => panels::<K>(layer, input, out, |value, before| before + value),
    }
}

/// Visits every panel and every tile of rows. A panel's weights stay in the first-level cache for all rows.
#[inline(always)]
fn panels<K: Kernel>(layer: &Linear, input: &Rounded, out: &mut [f32], finish: impl Fn(f32, f32) -> f32 + Copy) {
    let rows = input.scales.len();
    for panel in 0..layer.scales.len() {
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
    finish: impl Fn(f32, f32) -> f32 + Copy,
) {
    let lines = &layer.lines.as_chunks::<LINES>().0[panel * layer.words..(panel + 1) * layer.words];
    let rows: [&[u32]; ROWS] = std::array::from_fn(|at| &input.words[(row + at) * input.width..][..layer.words]);
    let mut sums = [[[0; 16]; LINES]; ROWS];
    // SAFETY: whoever was compiled with this kernel's instructions asked the processor for them.
    unsafe { K::dot(rows, lines, &layer.starts[panel], &mut sums) };
    let (scales, bias) = (&layer.scales[panel], &layer.bias[panel]);
    for (at, sums) in sums.iter().enumerate() {
        let scale = input.scales[row + at];
        let sums: &[i32] = sums.as_flattened();
        let first = (row + at) * layer.outputs + panel * PANEL;
        let own = PANEL.min(layer.outputs - panel * PANEL);
        let out = &mut out[first..first + own];
        let value = |i: usize| K::multiply_add(sums[i] as f32, scale * scales[i], bias[i]);
        // Of known length where it can be: the compiler then needs no remainder.
        if let Some(out) = out.as_mut_array::<PANEL>() {
            out.iter_mut().enumerate().for_each(|(i, out)| *out = finish(value(i), *out));
        } else {
            out.iter_mut().enumerate().for_each(|(i, out)| *out = finish(value(i), *out));
        }
    }
}
