//! Products of rounded activations with rounded weights, and the choice of the instructions that make them.
//!
//! Hard because the fastest instruction differs by processor and wants its operands laid out its own way. Weights are
//! packed once, in panels of 64 outputs and pairs of inputs, so that the inner loop only streams; a tile of outputs stays
//! in registers for a whole block of inputs (Goto and van de Geijn, 2008). Integer sums are exact: every path gives the
//! same numbers.
//!
//! Both instructions multiply pairs of 16-bit numbers into 32-bit sums: `vpdpwssd` of AVX-512 VNNI, and `vpmaddwd` with an
//! addition of AVX2. Twelve bits a number leave room for the sum of a block.
#![expect(unsafe_code, reason = "vector instructions take pointers, and a processor has them or has not")]

use super::rows::{self, AttentionWork, Norm};

/// Outputs a panel holds.
const PANEL: usize = 64;

/// The most inputs that share a scale.
const LONGEST_BLOCK: usize = 512;

// The sum of a block's products fits 32 bits.
const _: () = assert!((rows::LARGEST as i64).pow(2) * (LONGEST_BLOCK as i64) < i32::MAX as i64);

/// A cache line: sixteen outputs with two inputs each.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([[i16; 2]; 16]);

/// The instructions that products are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    /// AVX-512 with the vector neural network instructions.
    Avx512Vnni,
    /// AVX2 with fused multiply-add.
    Avx2,
}

/// A linear layer, `outputs × inputs`, rounded and packed.
pub(super) struct Linear {
    inputs: usize,
    block: usize,
    /// By panel, block and pair of inputs: four lines with the panel's 64 outputs.
    lines: Vec<Line>,
    /// By panel and block, the scales of its 64 outputs.
    scales: Vec<[f32; PANEL]>,
    /// By panel.
    bias: Vec<[f32; PANEL]>,
}

/// Rounded activations: `rows` of `width` in blocks.
#[derive(Default)]
pub(super) struct Rounded {
    rows: usize,
    width: usize,
    blocks: usize,
    /// `[rows, width]`
    values: Vec<i16>,
    /// `[rows, blocks]`
    scales: Vec<f32>,
}

impl Linear {
    /// Whether a layer of this shape can be packed.
    pub fn fits(inputs: usize, outputs: usize) -> bool {
        block_of(inputs).is_some() && outputs.is_multiple_of(PANEL)
    }

    /// Rounds and packs `weights` (`[outputs, inputs]`, of a shape that [`Linear::fits`]).
    pub fn new(weights: &[f32], bias: &[f32], inputs: usize) -> Self {
        let block = block_of(inputs).unwrap_or(inputs);
        let mut lines = Vec::with_capacity(weights.len() / 32);
        let mut scales = Vec::new();
        let mut rounded = vec![[0_i16; LONGEST_BLOCK]; PANEL];
        for panel in weights.chunks_exact(PANEL * inputs) {
            for at in (0..inputs).step_by(block) {
                let mut own = [0.0; PANEL];
                for ((row, scale), rounded) in panel.chunks_exact(inputs).zip(&mut own).zip(&mut rounded) {
                    *scale = rows::round(&row[at..at + block], &mut rounded[..block]);
                }
                scales.push(own);
                for pair in (0..block).step_by(2) {
                    for outputs in rounded.as_chunks::<16>().0 {
                        lines.push(Line(outputs.map(|row| [row[pair], row[pair + 1]])));
                    }
                }
            }
        }
        Self { inputs, block, lines, scales, bias: bias.as_chunks::<PANEL>().0.to_vec() }
    }

    /// Inputs that share a scale.
    pub fn block(&self) -> usize {
        self.block
    }

    fn outputs(&self) -> usize {
        self.bias.len() * PANEL
    }
}

/// The longest block of at most [`LONGEST_BLOCK`] inputs that divides `inputs`.
fn block_of(inputs: usize) -> Option<usize> {
    (64..=LONGEST_BLOCK).rev().step_by(64).find(|block| inputs > 0 && inputs.is_multiple_of(*block))
}

/// Compiles a step between products for each set of instructions and picks the one in use.
macro_rules! with_instructions {
    ($self:expr, ($($name:ident: $kind:ty),*) $body:block) => {{
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")]
        fn avx512($($name: $kind),*) $body
        #[target_feature(enable = "avx2,fma")]
        fn avx2($($name: $kind),*) $body
        // SAFETY: a value of `Instructions` is made by `available` alone, which asked the processor.
        match $self {
            Instructions::Avx512Vnni => unsafe { avx512($($name),*) },
            Instructions::Avx2 => unsafe { avx2($($name),*) },
        }
    }};
}

impl Instructions {
    /// The best of those that this processor has; `None` where rounding does not pay.
    pub fn detect() -> Option<Self> {
        Self::available().first().copied()
    }

    /// Those that this processor has, the best first.
    pub fn available() -> Vec<Self> {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let vnni = avx2
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni");
        let all = [(vnni, Self::Avx512Vnni), (avx2, Self::Avx2)];
        all.into_iter().filter(|(present, _)| *present).map(|(_, instructions)| instructions).collect()
    }

    /// Normalises every row of `states`.
    pub fn normalise(self, states: &mut [f32], norm: &Norm) {
        with_instructions!(self, (states: &mut [f32], norm: &Norm) { rows::normalise(states, norm) });
    }

    /// Applies GELU to every value.
    pub fn activate(self, values: &mut [f32]) {
        with_instructions!(self, (values: &mut [f32]) { rows::gelu(values) });
    }

    /// Adds `values` to `to`.
    pub fn add(self, to: &mut [f32], values: &[f32]) {
        with_instructions!(self, (to: &mut [f32], values: &[f32]) { rows::add(to, values) });
    }

    /// Attention of one text (see [`rows::attend`]).
    pub fn attend(self, projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
        with_instructions!(
            self,
            (projected: &[f32], heads: usize, work: &mut AttentionWork, context: &mut [f32]) {
                rows::attend(projected, heads, work, context)
            }
        );
    }

    /// Rounds rows of `width` values, a scale for each `block` of them.
    pub fn round(self, values: &[f32], width: usize, block: usize, out: &mut Rounded) {
        let rows = values.len() / width;
        out.rows = rows;
        out.width = width;
        out.blocks = width / block;
        out.values.resize(rows * width, 0);
        out.scales.resize(rows * out.blocks, 0.0);
        with_instructions!(self, (values: &[f32], block: usize, out: &mut Rounded) {
            let blocks = values.chunks_exact(block).zip(out.values.chunks_exact_mut(block));
            for ((values, rounded), scale) in blocks.zip(&mut out.scales) {
                *scale = rows::round(values, rounded);
            }
        });
    }

    /// `input · weightsᵀ + bias` into `out` (`[rows, outputs]`).
    pub fn multiply(self, layer: &Linear, input: &Rounded, out: &mut [f32]) {
        assert_eq!((input.width, input.blocks * layer.block), (layer.inputs, layer.inputs));
        assert_eq!(out.len(), input.rows * layer.outputs());
        // SAFETY: a value of `Instructions` is made by `available` alone, which asked the processor.
        match self {
            Self::Avx512Vnni => unsafe { x86::multiply_avx512(layer, input, out) },
            Self::Avx2 => unsafe { x86::multiply_avx2(layer, input, out) },
        }
    }
}

mod x86 {
    use super::{Line, Linear, PANEL, Rounded};
    use std::arch::x86_64::*;

    /// Visits every tile of `$rows` rows and every panel and block, with `$tile` for as many rows as are left.
    macro_rules! tiles {
        ($layer:expr, $input:expr, $out:expr, $rows:literal, $tile:ident, [$($less:literal),*]) => {{
            let outputs = $layer.outputs();
            for panel in 0..outputs / PANEL {
                for block in 0..$input.blocks {
                    let place = panel * $input.blocks + block;
                    let lines = &$layer.lines[place * $layer.block * 2..(place + 1) * $layer.block * 2];
                    let mut tile = Tile {
                        input: $input,
                        lines,
                        scales: &$layer.scales[place],
                        bias: (block == 0).then(|| &$layer.bias[panel]),
                        row: 0,
                        block,
                        width: $layer.block,
                        out: &mut $out[..],
                        at: panel * PANEL,
                        stride: outputs,
                    };
                    while tile.row + $rows <= $input.rows {
                        $tile::<$rows>(&mut tile);
                        tile.row += $rows;
                    }
                    match $input.rows - tile.row {
                        $($less => $tile::<$less>(&mut tile),)*
                        _ => {}
                    }
                }
            }
        }};
    }

    /// What a tile of outputs is made of.
    struct Tile<'a> {
        input: &'a Rounded,
        /// The weights of one panel and block.
        lines: &'a [Line],
        scales: &'a [f32; PANEL],
        /// What the outputs begin with; `None` where they are added to.
        bias: Option<&'a [f32; PANEL]>,
        row: usize,
        block: usize,
        /// Inputs in the block.
        width: usize,
        out: &'a mut [f32],
        /// First output of the panel.
        at: usize,
        /// Outputs in a row.
        stride: usize,
    }

    impl Tile<'_> {
        /// Where the outputs of a row of the tile lie.
        fn outputs(&mut self, row: usize) -> &mut [f32; PANEL] {
            let start = (self.row + row) * self.stride + self.at;
            let slice = &mut self.out[start..start + PANEL];
            // SAFETY: the slice has exactly that many values.
            unsafe { &mut *slice.as_mut_ptr().cast() }
        }

        fn scale(&self, row: usize) -> f32 {
            self.input.scales[(self.row + row) * self.input.blocks + self.block]
        }

        /// Where the rounded inputs of the tile's rows begin, each `width` long.
        fn rows<const ROWS: usize>(&self) -> [*const i16; ROWS] {
            let start = self.row * self.input.width + self.block * self.width;
            std::array::from_fn(|at| self.input.values[start + at * self.input.width..][..self.width].as_ptr())
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")]
    pub(super) fn multiply_avx512(layer: &Linear, input: &Rounded, out: &mut [f32]) {
        tiles!(layer, input, out, 6, tile_avx512, [1, 2, 3, 4, 5]);
    }

    /// A whole panel: 6 rows of 4 registers.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")]
    fn tile_avx512<const ROWS: usize>(tile: &mut Tile<'_>) {
        let mut sums = [[_mm512_setzero_si512(); 4]; ROWS];
        let rows = tile.rows::<ROWS>();
        for (pair, lines) in tile.lines.as_chunks::<4>().0.iter().enumerate() {
            // SAFETY: a line has 64 bytes; a row has `width` numbers from its pointer on, and there are `width / 2` pairs.
            unsafe {
                let weights = [0, 1, 2, 3].map(|at: usize| _mm512_load_si512((&raw const lines[at]).cast()));
                for (row, sums) in rows.iter().zip(&mut sums) {
                    let input = _mm512_set1_epi32(row.add(pair * 2).cast::<i32>().read_unaligned());
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm512_dpwssd_epi32(*sum, weights, input);
                    }
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let scale = _mm512_set1_ps(tile.scale(row));
            let (scales, bias) = (tile.scales, tile.bias);
            let out = tile.outputs(row);
            for (at, sum) in sums.iter().enumerate() {
                // SAFETY: a panel has 64 outputs, scales and biases: four times sixteen.
                unsafe {
                    let scale = _mm512_mul_ps(scale, _mm512_loadu_ps(scales.as_ptr().add(at * 16)));
                    let place = out.as_mut_ptr().add(at * 16);
                    let before = bias.map_or(place.cast_const(), |bias| bias.as_ptr().add(at * 16));
                    let value = _mm512_fmadd_ps(_mm512_cvtepi32_ps(*sum), scale, _mm512_loadu_ps(before));
                    _mm512_storeu_ps(place, value);
                }
            }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiply_avx2(layer: &Linear, input: &Rounded, out: &mut [f32]) {
        tiles!(layer, input, out, 3, tile_avx2, [1, 2]);
    }

    /// Half a panel at a time: 3 rows of 4 registers leave room for the weights.
    #[target_feature(enable = "avx2,fma")]
    fn tile_avx2<const ROWS: usize>(tile: &mut Tile<'_>) {
        let rows = tile.rows::<ROWS>();
        for half in 0..2 {
            let mut sums = [[_mm256_setzero_si256(); 4]; ROWS];
            for (pair, lines) in tile.lines.as_chunks::<4>().0.iter().enumerate() {
                // SAFETY: two lines have 128 bytes; a row has `width` numbers from its pointer on, and there are
                // `width / 2` pairs.
                unsafe {
                    let first = (&raw const lines[half * 2]).cast::<__m256i>();
                    let second = (&raw const lines[half * 2 + 1]).cast::<__m256i>();
                    let weights = [
                        _mm256_load_si256(first),
                        _mm256_load_si256(first.add(1)),
                        _mm256_load_si256(second),
                        _mm256_load_si256(second.add(1)),
                    ];
                    for (row, sums) in rows.iter().zip(&mut sums) {
                        let input = _mm256_set1_epi32(row.add(pair * 2).cast::<i32>().read_unaligned());
                        for (sum, weights) in sums.iter_mut().zip(weights) {
                            *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(weights, input));
                        }
                    }
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                let scale = _mm256_set1_ps(tile.scale(row));
                let (scales, bias) = (tile.scales, tile.bias);
                let out = tile.outputs(row);
                for (at, sum) in sums.iter().enumerate() {
                    let at = half * 32 + at * 8;
                    // SAFETY: a panel has 64 outputs, scales and biases: two halves of four times eight.
                    unsafe {
                        let value = _mm256_cvtepi32_ps(*sum);
                        let scale = _mm256_mul_ps(scale, _mm256_loadu_ps(scales.as_ptr().add(at)));
                        let place = out.as_mut_ptr().add(at);
                        let before = bias.map_or(place.cast_const(), |bias| bias.as_ptr().add(at));
                        _mm256_storeu_ps(place, _mm256_fmadd_ps(value, scale, _mm256_loadu_ps(before)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values in [-1, 1] that look like noise, the same every time.
    fn noise(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect()
    }

    #[test]
    fn every_path_agrees_with_the_plain_product() {
        let (inputs, outputs, rows) = (768, 128, 17);
        let (weights, bias, values) = (noise(inputs * outputs, 1), noise(outputs, 2), noise(inputs * rows, 3));
        let mut answers = Vec::new();
        for instructions in Instructions::available() {
            let layer = Linear::new(&weights, &bias, inputs);
            let mut narrow = Rounded::default();
            instructions.round(&values, inputs, layer.block(), &mut narrow);
            let mut out = vec![0.0; rows * outputs];
            instructions.multiply(&layer, &narrow, &mut out);
            for (row, values) in values.chunks_exact(inputs).enumerate() {
                for (output, weights) in weights.chunks_exact(inputs).enumerate() {
                    let plain: f32 = bias[output] + values.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>();
                    let ours = out[row * outputs + output];
                    assert!((ours - plain).abs() < 0.02, "{instructions:?} [{row}, {output}]: {ours}, not {plain}");
                }
            }
            answers.push(out);
        }
        for pair in answers.windows(2) {
            assert!(pair[0].iter().zip(&pair[1]).all(|(x, y)| (x - y).abs() < 1e-4), "integer sums are exact");
        }
    }

    #[test]
    fn a_row_of_nothing_gives_the_bias() {
        for instructions in Instructions::available() {
            let layer = Linear::new(&noise(64 * 64, 1), &noise(64, 2), 64);
            let mut narrow = Rounded::default();
            instructions.round(&[0.0; 64], 64, layer.block(), &mut narrow);
            let mut out = vec![0.0; 64];
            instructions.multiply(&layer, &narrow, &mut out);
            assert_eq!(out, noise(64, 2));
        }
    }

    #[test]
    fn an_odd_shape_is_left_to_candle() {
        assert!(Linear::fits(384, 1152) && Linear::fits(1536, 384));
        assert!(!Linear::fits(100, 64) && !Linear::fits(64, 100) && !Linear::fits(0, 64));
    }
}
