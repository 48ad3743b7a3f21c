//! Scaled dot-product attention (Vaswani et al., 2017) within one text, its two products in integers.
//!
//! Hard because its work grows with the square of the length: at a window's 512 tokens, in floats, it would cost as much
//! as all the products with weights. Keys are rounded by the token after their mean is taken off, which no softmax
//! notices and which removes their loudest channels (Zhang et al., SageAttention, 2024). Attention weights are rounded
//! against the largest of their row, which in a long text takes away many that are small but not nothing together;
//! values therefore have their mean taken off, too, and get it back afterwards: what rounding lost then counts as
//! attention to the average token.

use super::product::{Kernel, LINES, Line, PANEL, Scale, TILE, place, round, round_row, store};
use super::rows;

/// Width of an attention head; of the sizes in use, the one of the models this was built for.
pub(super) const HEAD_WIDTH: usize = 32;

/// Lines that the channels of a head fill.
const VALUE_LINES: usize = HEAD_WIDTH / 16;

/// What attention of one head writes into.
#[derive(Debug, Default)]
pub(super) struct AttentionWork {
    /// By panel of keys, word and line.
    keys: Vec<Line>,
    /// By key, to whole panels.
    key_scales: Vec<f32>,
    /// By key, to whole panels: the sum of its rounded numbers times its scale.
    key_totals: Vec<f32>,
    /// By word of keys and line of channels.
    values: Vec<Line>,
    /// `[length, words]`
    queries: Vec<u32>,
    /// By query; what turns the scores into exponents of 2 is in it.
    query_scales: Vec<Scale>,
    /// A row of scores for each query of a tile.
    scores: Vec<f32>,
    /// A row of rounded attention weights for each query of a tile.
    shares: Vec<u32>,
}

/// Where a token stands in its batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The first token of its text.
    pub start: usize,
    /// Its text's length.
    pub length: usize,
}

/// Attention's answer for some rows of a batch. It lies head by head within a text, so that heads can be written by
/// different threads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// The whole batch: by text, `[heads, length, HEAD_WIDTH]`.
    pub states: &'a [f32],
    /// Of every token of the batch.
    pub places: &'a [Place],
    /// The first row.
    pub first: usize,
    /// Width of a row.
    pub hidden: usize,
}

impl Context<'_> {
    /// What a head says of a row.
    #[inline(always)]
    pub fn part(&self, row: usize, head: usize) -> &[f32] {
        let token = self.first + row;
        let Place { start, length } = self.places[token];
        let at = start * self.hidden + (head * length + token - start) * HEAD_WIDTH;
        &self.states[at..at + HEAD_WIDTH]
    }
}

/// Where a head's query, key and value stand.
struct Head<'a> {
    /// `[length, 3 · hidden]`: query, key and value side by side.
    projected: &'a [f32],
    hidden: usize,
    head: usize,
}

impl Head<'_> {
    #[inline(always)]
    fn part(&self, token: usize, part: usize) -> &[f32; HEAD_WIDTH] {
        let start = token * 3 * self.hidden + part * self.hidden + self.head * HEAD_WIDTH;
        // A slice of that very length is an array.
        self.projected[start..start + HEAD_WIDTH].first_chunk().unwrap_or(&[0.0; HEAD_WIDTH])
    }

    /// Of one part over all tokens.
    #[inline(always)]
    fn mean(&self, part: usize) -> [f32; HEAD_WIDTH] {
        let mut mean = [0.0_f32; HEAD_WIDTH];
        for token in 0..self.length() {
            mean.iter_mut().zip(self.part(token, part)).for_each(|(mean, x)| *mean += x);
        }
        mean.map(|sum| sum / self.length() as f32)
    }

    #[inline(always)]
    fn length(&self) -> usize {
        self.projected.len() / (3 * self.hidden)
    }
}

/// What turns sums over rounded values into values, channel by channel.
struct Channels {
    mean: [f32; HEAD_WIDTH],
    scales: [f32; HEAD_WIDTH],
}

impl AttentionWork {
    fn resize<K: Kernel>(&mut self, length: usize) {
        let panels = length.div_ceil(PANEL);
        let words = HEAD_WIDTH / K::GROUP;
        // What a shorter text leaves must not stand behind its last key.
        self.keys.clear();
        self.keys.resize(panels * words * LINES, Line([0; 16]));
        self.key_totals.clear();
        self.key_totals.resize(panels * PANEL, 0.0);
        self.key_scales.clear();
        self.key_scales.resize(panels * PANEL, 0.0);
        self.values.clear();
        self.values.resize(length.div_ceil(K::GROUP) * VALUE_LINES, Line([0; 16]));
        self.queries.resize(length * words, 0);
        self.query_scales.resize(length, Scale::default());
        self.scores.resize(TILE * panels * PANEL, 0.0);
        self.shares.clear();
        self.shares.resize(TILE * panels * PANEL / K::GROUP, 0);
    }

    /// Rounds the keys, their mean taken off, and lays them out as weights of a product with queries.
    #[inline(always)]
    fn take_keys<K: Kernel>(&mut self, head: &Head<'_>) {
        let mean = head.mean(1);
        let words = HEAD_WIDTH / K::GROUP;
        for token in 0..head.length() {
            let key = head.part(token, 1);
            let key: [f32; HEAD_WIDTH] = std::array::from_fn(|d| key[d] - mean[d]);
            let (inverse, scale) = scales(&key, K::LARGEST_WEIGHT);
            let rounded: [i32; HEAD_WIDTH] = std::array::from_fn(|d| round(key[d] * inverse));
            let total = rounded.iter().sum::<i32>() as f32;
            let packed: [u32; HEAD_WIDTH] = pack::<K>(&rounded);
            let (panel, line, lane) = (token / PANEL, token % PANEL / 16, token % 16);
            for (word, packed) in packed[..words].iter().enumerate() {
                self.keys[(panel * words + word) * LINES + line].0[lane] = *packed;
            }
            self.key_scales[token] = scale;
            self.key_totals[token] = total * scale;
        }
    }

    /// Rounds the values, their mean taken off, and lays them out as weights of a product with attention weights.
    #[inline(always)]
    fn take_values<K: Kernel>(&mut self, head: &Head<'_>) -> Channels {
        let mean = head.mean(2);
        let mut most = [0.0_f32; HEAD_WIDTH];
        for token in 0..head.length() {
            for ((most, x), mean) in most.iter_mut().zip(head.part(token, 2)).zip(&mean) {
                *most = rows::max((x - mean).abs(), *most);
            }
        }
        let inverse = most.map(|most| if most > 0.0 { K::LARGEST_WEIGHT as f32 / most } else { 0.0 });
        for (group, lines) in self.values.as_chunks_mut::<VALUE_LINES>().0.iter_mut().enumerate() {
            let mut words = [0_u32; HEAD_WIDTH];
            for at in 0..K::GROUP.min(head.length() - group * K::GROUP) {
                let value = head.part(group * K::GROUP + at, 2);
                for (d, word) in words.iter_mut().enumerate() {
                    place::<K>(word, at, round((value[d] - mean[d]) * inverse[d]));
                }
            }
            for (line, words) in lines.iter_mut().zip(words.as_chunks::<16>().0) {
                line.0 = *words;
            }
        }
        Channels { mean, scales: most.map(|most| most / K::LARGEST_WEIGHT as f32) }
    }

    /// Rounds the queries.
    #[inline(always)]
    fn take_queries<K: Kernel>(&mut self, head: &Head<'_>) {
        let to_exponents = std::f32::consts::LOG2_E / (HEAD_WIDTH as f32).sqrt();
        let words = HEAD_WIDTH / K::GROUP;
        for token in 0..head.length() {
            let query = head.part(token, 0);
            let Scale { scale, shift } = round_row::<K>(query, &mut self.queries[token * words..(token + 1) * words]);
            self.query_scales[token] = Scale { scale: scale * to_exponents, shift: shift * to_exponents };
        }
    }

    /// Attention of `ROWS` queries from `first` on.
    #[inline(always)]
    fn tile<K: Kernel, const ROWS: usize>(
        &mut self,
        first: usize,
        length: usize,
        channels: &Channels,
        out: &mut [f32],
    ) {
        let words = HEAD_WIDTH / K::GROUP;
        let padded = length.next_multiple_of(PANEL);
        let queries: [&[u32]; ROWS] = std::array::from_fn(|at| &self.queries[(first + at) * words..][..words]);
        for (panel, keys) in self.keys.as_chunks::<LINES>().0.chunks_exact(words).enumerate() {
            let mut sums = [[[0; 16]; LINES]; ROWS];
            // SAFETY: whoever was compiled with this kernel's instructions asked the processor for them.
            #[expect(unsafe_code, reason = "a processor has the kernel's instructions or has not")]
            unsafe {
                K::dot(queries, keys, &mut sums);
            }
            for (at, sums) in sums.iter().enumerate() {
                let Scale { scale, shift } = self.query_scales[first + at];
                let place = at * padded + panel * PANEL;
                let scores = &mut self.scores[place..place + PANEL];
                let scales = &self.key_scales[panel * PANEL..][..PANEL];
                let totals = &self.key_totals[panel * PANEL..][..PANEL];
                let keys = sums.as_flattened().iter().zip(scales).zip(totals);
                for (score, ((sum, key), total)) in scores.iter_mut().zip(keys) {
                    *score = K::multiply_add(*sum as f32, scale * key, shift * total);
                }
            }
        }
        let mut totals = [0.0; ROWS];
        let row_words = padded / K::GROUP;
        for (at, total) in totals.iter_mut().enumerate() {
            let scores = &mut self.scores[at * padded..(at + 1) * padded];
            scores[length..].fill(f32::NEG_INFINITY);
            let most = rows::largest(scores);
            let mut lanes = [0.0_f32; 16];
            for scores in scores.as_chunks_mut::<16>().0 {
                for (score, lane) in scores.iter_mut().zip(&mut lanes) {
                    *score = rows::exp2::<K>(*score - most) * K::LARGEST_SHARE as f32;
                    *lane += *score;
                }
            }
            *total = rows::reduce(lanes, |x, y| x + y);
            let shares = &mut self.shares[at * row_words..(at + 1) * row_words];
            store::<K>(scores.iter().copied(), 0, shares);
        }
        let shares: [&[u32]; ROWS] = std::array::from_fn(|at| &self.shares[at * row_words..][..row_words]);
        let mut sums = [[[0; 16]; VALUE_LINES]; ROWS];
        // SAFETY: as above.
        #[expect(unsafe_code, reason = "a processor has the kernel's instructions or has not")]
        unsafe {
            K::dot(shares, self.values.as_chunks::<VALUE_LINES>().0, &mut sums);
        }
        for ((sums, total), out) in sums.iter().zip(totals).zip(out.chunks_exact_mut(HEAD_WIDTH)) {
            let inverse = 1.0 / total;
            let channels = channels.scales.iter().zip(&channels.mean);
            for ((out, sum), (scale, mean)) in out.iter_mut().zip(sums.as_flattened()).zip(channels) {
                *out = K::multiply_add(*sum as f32, scale * inverse, *mean);
            }
        }
    }
}

/// Rounded numbers in words; as many as there are numbers, of which the first are used.
#[inline(always)]
fn pack<K: Kernel>(rounded: &[i32; HEAD_WIDTH]) -> [u32; HEAD_WIDTH] {
    let mut words = [0; HEAD_WIDTH];
    match K::GROUP {
        4 => {
            for (word, group) in words.iter_mut().zip(rounded.as_chunks::<4>().0) {
                *word = u32::from_le_bytes(group.map(|x| x as u8));
            }
        }
        _ => {
            for (word, group) in words.iter_mut().zip(rounded.as_chunks::<2>().0) {
                *word = u32::from(group[0] as u16) | u32::from(group[1] as u16) << 16;
            }
        }
    }
    words
}

/// What rounds a row to at most `largest`, and what undoes it.
#[inline(always)]
fn scales(row: &[f32; HEAD_WIDTH], largest: i32) -> (f32, f32) {
    let lanes = std::array::from_fn(|i| rows::max(row[i].abs(), row[i + 16].abs()));
    let most = rows::reduce(lanes, rows::max);
    (if most > 0.0 { largest as f32 / most } else { 0.0 }, most / largest as f32)
}

/// Attention of one head of one text. `projected`: `[length, 3 · hidden]`, query, key and value side by side; `out`:
/// `[length, HEAD_WIDTH]`.
#[inline(always)]
pub(super) fn attend<K: Kernel>(
    projected: &[f32],
    hidden: usize,
    head: usize,
    work: &mut AttentionWork,
    out: &mut [f32],
) {
    let head = Head { projected, hidden, head };
    let length = head.length();
    work.resize::<K>(length);
    work.take_keys::<K>(&head);
    let channels = work.take_values::<K>(&head);
    work.take_queries::<K>(&head);
    let mut first = 0;
    for out in out.chunks_mut(TILE * HEAD_WIDTH) {
        match out.len() / HEAD_WIDTH {
            1 => work.tile::<K, 1>(first, length, &channels, out),
            2 => work.tile::<K, 2>(first, length, &channels, out),
            3 => work.tile::<K, 3>(first, length, &channels, out),
            4 => work.tile::<K, 4>(first, length, &channels, out),
            5 => work.tile::<K, 5>(first, length, &channels, out),
            _ => work.tile::<K, TILE>(first, length, &channels, out),
        }
        first += TILE;
    }
}
