//! The one file a browser downloads: settings, a pruned tokenizer, weights.
//!
//! Hard because every byte is waited for. Numbers of a kind lie together (low bytes of scales, high bytes, weights),
//! which is what `gzip` and `brotli` compress best; weights stay in the 4 or 8 bits they come in and are expanded where
//! they are loaded. All numbers are little-endian.
//!
//! `RASOATEN`, version (u32), checksum of what follows (u64), then what [`Contents`] lists, in its order.
//!
//! A judge is a second file beside it, `RASOATJU`: what it learnt over the same weights ([`JudgeContents`]), and the
//! checksum of the file that it belongs to.

use crate::adapter::RelationHead;
use crate::encoder::{Pooling, Settings};
use half::f16;
use std::sync::Arc;

/// What the file begins with.
pub const MAGIC: &[u8; 8] = b"RASOATEN";

/// What a judge's file begins with.
pub const JUDGE_MAGIC: &[u8; 8] = b"RASOATJU";

/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// Numbers that share a scale, as in ggml's Q4_0 and Q8_0.
pub const BLOCK: usize = 32;

/// Bytes before what the checksum covers.
const HEAD: usize = MAGIC.len() + 4 + 8;

/// An encoder's file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It does not begin as such a file does.
    #[error("not an encoder's file for the browser")]
    Magic,
    /// It is of another version.
    #[error("the encoder's file has version {0}, not {VERSION}: set up again")]
    Version(u32),
    /// Bytes are not what was written.
    #[error("the encoder's file is damaged: its checksum differs")]
    Checksum,
    /// A judge's file belongs to another encoder's.
    #[error("the judge's file belongs to another encoder's: set up again")]
    Foreign,
    /// It ends early, or its parts do not fit.
    #[error("the encoder's file is damaged: {0}")]
    Damaged(&'static str),
}

/// Sizes of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Width of the residual stream.
    pub hidden: usize,
    /// Layers.
    pub layers: usize,
    /// Attention heads.
    pub heads: usize,
    /// Width of the feed-forward layer.
    pub inner: usize,
    /// The most tokens of a text, the special ones included.
    pub positions: usize,
    /// Epsilon of the layer norms.
    pub epsilon: f32,
}

/// A piece of the tokenizer: its text and the logarithm of its probability.
pub type Piece = (String, f32);

/// The pruned tokenizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// In the order of their ids.
    pub pieces: Vec<Piece>,
    /// Ids: before a text, after it, padding, unknown.
    pub specials: [u32; 4],
    /// The lowest score of the whole vocabulary.
    pub worst: f32,
}

/// How many bits a number of a matrix has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bits {
    /// As in ggml's Q4_0: `(nibble - 8) · scale`.
    Four,
    /// As in ggml's Q8_0: `byte · scale`.
    Eight,
}

/// A matrix in blocks of [`BLOCK`] numbers with a scale each.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Numbers in a row; a multiple of [`BLOCK`].
    pub columns: usize,
    /// Bits of a number.
    pub bits: Bits,
    /// The scales (f16): low bytes, then high bytes.
    pub scales: Vec<u8>,
    /// By block, 16 bytes (number `i` in the low half of byte `i`, number `16 + i` in the high half) or 32.
    pub values: Vec<u8>,
}

/// A change of rank `rows` to a matrix, `transposed(up) · down`, made where it is loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct LowRank {
    /// `[rank, inputs]`
    pub down: Matrix,
    /// `[rank, outputs]`
    pub up: Matrix,
}

/// A linear layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// `[outputs, inputs]`
    pub matrix: Matrix,
    /// What adaptation to law adds to it.
    pub change: Option<LowRank>,
    /// `[outputs]`
    pub bias: Vec<f32>,
}

/// A layer norm.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// `[hidden]`
    pub weight: Vec<f32>,
    /// `[hidden]`
    pub bias: Vec<f32>,
}

/// One layer of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Query, key, value, attention's output, into the feed-forward part, out of it.
    pub weights: [Weights; 6],
    /// After attention, after the feed-forward part.
    pub norms: [Norm; 2],
}

/// Everything that is in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// Sizes of the network.
    pub shape: Shape,
    /// Name, prefixes, pooling.
    pub settings: Settings,
    /// The pruned tokenizer.
    pub vocabulary: Vocabulary,
    /// Embeddings of the pieces: `[pieces, hidden]`
    pub words: Arc<Matrix>,
    /// Embeddings of positions, that of the token type added: `[positions, hidden]`
    pub positions: Matrix,
    /// The norm of the embeddings.
    pub norm: Norm,
    /// The layers.
    pub layers: Vec<Layer>,
}

/// What a judge learnt over the weights of an encoder's file.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeContents {
    /// [`identity`] of the encoder's file.
    pub base: u64,
    /// Name of the model.
    pub name: String,
    /// The most tokens of a pair.
    pub max_tokens: usize,
    /// By layer, what it adds to each of its [`Layer::weights`].
    pub changes: Vec<[Option<LowRank>; 6]>,
    /// What makes relations of a pair's states, and the vectors of token types.
    pub head: RelationHead,
}

/// What tells an encoder's file from every other: its checksum. Nothing where it is no such file.
pub fn identity(file: &[u8]) -> Option<u64> {
    let rest = file.strip_prefix(MAGIC)?.get(4..)?;
    rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

impl Matrix {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.scales.len() / 2 * BLOCK / self.columns
    }

    /// Rounds `values`, a multiple of `columns` many.
    pub fn round(values: &[f32], columns: usize, bits: Bits) -> Self {
        let blocks = values.as_chunks::<BLOCK>().0;
        let mut matrix = Self::empty(columns, bits, blocks.len());
        for (at, block) in blocks.iter().enumerate() {
            // ggml's Q4_0 gives the number furthest from zero the value -8, and so the larger range its sign.
            let most = block.iter().copied().fold(0.0_f32, |most, x| if x.abs() > most.abs() { x } else { most });
            let scale = f16::from_f32(match bits {
                Bits::Four => most / -8.0,
                Bits::Eight => most.abs() / 127.0,
            });
            let inverse = if scale == f16::ZERO { 0.0 } else { 1.0 / scale.to_f32() };
            let whole = |x: f32| (x * inverse).round();
            matrix.set_scale(at, scale);
            match bits {
                Bits::Four => {
                    for (packed, i) in matrix.values[at * 16..].iter_mut().zip(0..16) {
                        let nibble = |x: f32| (whole(x) + 8.0).clamp(0.0, 15.0) as u8;
                        *packed = nibble(block[i]) | nibble(block[i + 16]) << 4;
                    }
                }
                Bits::Eight => {
                    for (packed, x) in matrix.values[at * BLOCK..].iter_mut().zip(block) {
                        *packed = whole(*x).clamp(-127.0, 127.0) as i8 as u8;
                    }
                }
            }
        }
        matrix
    }

    /// Takes the chosen rows of ggml's own Q4_0 blocks (18 bytes each).
    pub fn from_q4(blocks: &[u8], columns: usize, rows: impl ExactSizeIterator<Item = usize>) -> Option<Self> {
        let across = columns / BLOCK;
        let mut matrix = Self::empty(columns, Bits::Four, rows.len() * across);
        let places = rows.flat_map(|row| row * across..(row + 1) * across);
        for (to, from) in places.enumerate() {
            let (scale, values) = blocks.get(from * 18..(from + 1) * 18)?.split_first_chunk()?;
            matrix.set_scale(to, f16::from_le_bytes(*scale));
            matrix.values[to * 16..(to + 1) * 16].copy_from_slice(values);
        }
        Some(matrix)
    }

    fn empty(columns: usize, bits: Bits, blocks: usize) -> Self {
        let size = match bits {
            Bits::Four => BLOCK / 2,
            Bits::Eight => BLOCK,
        };
        Self { columns, bits, scales: vec![0; blocks * 2], values: vec![0; blocks * size] }
    }

    fn set_scale(&mut self, block: usize, scale: f16) {
        let [low, high] = scale.to_le_bytes();
        let blocks = self.scales.len() / 2;
        self.scales[block] = low;
        self.scales[blocks + block] = high;
    }

    /// Writes a row as floats.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn read_row(&self, row: usize, out: &mut [f32]) {
        let blocks = self.scales.len() / 2;
        let first = row * self.columns / BLOCK;
        for (block, out) in (first..).zip(out[..self.columns].as_chunks_mut::<BLOCK>().0) {
            let scale = f16::from_le_bytes([self.scales[block], self.scales[blocks + block]]).to_f32();
            match self.bits {
                Bits::Four => {
                    let (low, high) = out.split_at_mut(BLOCK / 2);
                    let values = self.values[block * 16..][..16].iter().zip(low.iter_mut().zip(high));
                    for (packed, (low, high)) in values {
                        *low = (f32::from(packed & 15) - 8.0) * scale;
                        *high = (f32::from(packed >> 4) - 8.0) * scale;
                    }
                }
                Bits::Eight => {
                    for (packed, x) in self.values[block * BLOCK..][..BLOCK].iter().zip(out) {
                        *x = f32::from(*packed as i8) * scale;
                    }
                }
            }
        }
    }
}

impl Weights {
    /// Writes the weights of an output as floats, with `change` in place of its own.
    pub fn read_row(&self, change: Option<&LowRank>, row: usize, out: &mut [f32], work: &mut Vec<f32>) {
        self.matrix.read_row(row, out);
        let Some(change) = change else { return };
        let (rank, inputs, outputs) = (change.down.rows(), change.down.columns, change.up.columns);
        // Both factors as floats, made at the first row.
        if row == 0 {
            work.clear();
            work.resize(rank * (inputs + outputs), 0.0);
            let (down, up) = work.split_at_mut(rank * inputs);
            down.chunks_exact_mut(inputs).enumerate().for_each(|(at, out)| change.down.read_row(at, out));
            up.chunks_exact_mut(outputs).enumerate().for_each(|(at, out)| change.up.read_row(at, out));
        }
        let (down, up) = work.split_at(rank * inputs);
        for (down, up) in down.chunks_exact(inputs).zip(up.chunks_exact(outputs)) {
            let factor = up[row];
            out.iter_mut().zip(down).for_each(|(x, d)| *x += factor * d);
        }
    }
}

impl Contents {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        let Shape { hidden, layers, heads, inner, positions, epsilon } = self.shape;
        [hidden, layers, heads, inner, positions].into_iter().for_each(|size| out.size(size));
        out.0.extend(epsilon.to_le_bytes());
        out.text(&self.settings.name);
        out.text(&self.settings.query_prefix);
        out.text(&self.settings.passage_prefix);
        out.0.push(u8::from(self.settings.pooling == Pooling::Cls));
        out.vocabulary(&self.vocabulary);
        out.matrix(&self.words);
        out.matrix(&self.positions);
        out.norm(&self.norm);
        for layer in &self.layers {
            layer.weights.iter().for_each(|weights| out.weights(weights));
            layer.norms.iter().for_each(|norm| out.norm(norm));
        }
        sealed(MAGIC, &out.0)
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// When they are no such file, are of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let mut rest = opened(MAGIC, bytes)?;
        let contents = rest.contents()?;
        rest.ended().map(|()| contents)
    }
}

impl JudgeContents {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        out.0.extend(self.base.to_le_bytes());
        out.text(&self.name);
        let RelationHead { attention, inner, inner_bias, outer, outer_bias, types } = &self.head;
        [self.max_tokens, self.changes.len(), attention.len(), inner_bias.len(), outer_bias.len(), types.len()]
            .into_iter()
            .for_each(|size| out.size(size));
        [attention, inner_bias, outer, outer_bias, types].into_iter().for_each(|values| out.halves(values));
        out.matrix(&Matrix::round(inner, 2 * attention.len(), Bits::Eight));
        for change in self.changes.iter().flatten() {
            out.maybe_change(change.as_ref());
        }
        sealed(JUDGE_MAGIC, &out.0)
    }

    /// Reads a file's bytes; `shape` is that of the encoder whose weights it goes with.
    ///
    /// # Errors
    /// When they are no such file, are of another version, damaged, or for a network of another shape.
    pub fn from_bytes(bytes: &[u8], shape: &Shape) -> Result<Self, FileError> {
        let mut rest = opened(JUDGE_MAGIC, bytes)?;
        let judge = rest.judge(shape)?;
        rest.ended().map(|()| judge)
    }
}

/// A file of what it begins with and what it holds.
fn sealed(magic: &[u8; 8], holds: &[u8]) -> Vec<u8> {
    let (version, checksum) = (VERSION.to_le_bytes(), checksum(holds).to_le_bytes());
    [magic.as_slice(), &version, &checksum, holds].concat()
}

/// What a file holds, when it is whole.
fn opened<'a>(magic: &[u8; 8], bytes: &'a [u8]) -> Result<Reader<'a>, FileError> {
    let mut head = Reader(bytes);
    if head.take(magic.len()).ok() != Some(magic) {
        return Err(FileError::Magic);
    }
    let version = u32::from_le_bytes(head.array()?);
    if version != VERSION {
        return Err(FileError::Version(version));
    }
    let wanted = u64::from_le_bytes(head.array()?);
    let rest = Reader(&bytes[HEAD..]);
    if checksum(rest.0) == wanted { Ok(rest) } else { Err(FileError::Checksum) }
}

/// FNV-1a over words of eight bytes (Fowler, Noll and Vo): against damage on the way, not against malice.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut state = 0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64;
    for word in words.iter().chain([&last]) {
        state = (state ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01b3);
        // Multiplication moves differences upwards only.
        state ^= state >> 32;
    }
    state
}

struct Writer(Vec<u8>);

impl Writer {
    fn size(&mut self, size: usize) {
        self.0.extend((size as u32).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.size(text.len());
        self.0.extend(text.as_bytes());
    }

    fn halves(&mut self, values: &[f32]) {
        self.size(values.len());
        values.iter().for_each(|x| self.0.extend(f16::from_f32(*x).to_le_bytes()));
    }

    fn vocabulary(&mut self, vocabulary: &Vocabulary) {
        self.size(vocabulary.pieces.len());
        vocabulary.specials.iter().for_each(|id| self.0.extend(id.to_le_bytes()));
        self.0.extend(vocabulary.worst.to_le_bytes());
        // A piece is at most a few dozen bytes long; the writer of the vocabulary sees to that.
        vocabulary.pieces.iter().for_each(|(piece, _)| self.0.push(piece.len() as u8));
        vocabulary.pieces.iter().for_each(|(piece, _)| self.0.extend(piece.as_bytes()));
        vocabulary.pieces.iter().for_each(|(_, score)| self.0.extend(score.to_le_bytes()));
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.0.push(match matrix.bits {
            Bits::Four => 4,
            Bits::Eight => 8,
        });
        self.size(matrix.columns);
        self.size(matrix.scales.len() / 2);
        self.0.extend(&matrix.scales);
        self.0.extend(&matrix.values);
    }

    fn weights(&mut self, weights: &Weights) {
        self.matrix(&weights.matrix);
        self.maybe_change(weights.change.as_ref());
        self.halves(&weights.bias);
    }

    fn maybe_change(&mut self, change: Option<&LowRank>) {
        self.0.push(u8::from(change.is_some()));
        if let Some(change) = change {
            self.matrix(&change.down);
            self.matrix(&change.up);
        }
    }

    fn norm(&mut self, norm: &Norm) {
        self.halves(&norm.weight);
        self.halves(&norm.bias);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], FileError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(FileError::Damaged("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FileError> {
        self.take(N)?.try_into().map_err(|_| FileError::Damaged("it ends early"))
    }

    fn byte(&mut self) -> Result<u8, FileError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn size(&mut self) -> Result<usize, FileError> {
        self.array().map(|bytes| u32::from_le_bytes(bytes) as usize)
    }

    fn float(&mut self) -> Result<f32, FileError> {
        self.array().map(f32::from_le_bytes)
    }

    fn text(&mut self) -> Result<String, FileError> {
        let length = self.size()?;
        let text = str::from_utf8(self.take(length)?).map_err(|_| FileError::Damaged("a text is not UTF-8"))?;
        Ok(text.to_owned())
    }

    fn contents(&mut self) -> Result<Contents, FileError> {
        let (hidden, layers, heads, inner) = (self.size()?, self.size()?, self.size()?, self.size()?);
        let shape = Shape { hidden, layers, heads, inner, positions: self.size()?, epsilon: self.float()? };
        let settings = Settings {
            name: self.text()?,
            query_prefix: self.text()?,
            passage_prefix: self.text()?,
            pooling: if self.byte()? == 0 { Pooling::Mean } else { Pooling::Cls },
        };
        let vocabulary = self.vocabulary()?;
        let words = Arc::new(self.matrix(vocabulary.pieces.len(), hidden)?);
        let positions = self.matrix(shape.positions, hidden)?;
        let norm = self.norm(hidden)?;
        let layers = (0..layers).map(|_| self.layer(hidden, inner)).collect::<Result<_, _>>()?;
        Ok(Contents { shape, settings, vocabulary, words, positions, norm, layers })
    }

    fn vocabulary(&mut self) -> Result<Vocabulary, FileError> {
        let count = self.size()?;
        let specials = [self.size()? as u32, self.size()? as u32, self.size()? as u32, self.size()? as u32];
        if specials.iter().any(|id| *id as usize >= count) {
            return Err(FileError::Damaged("a special piece is missing"));
        }
        let worst = self.float()?;
        let lengths = self.take(count)?;
        let mut pieces = Vec::with_capacity(count);
        for length in lengths {
            let piece = self.take(usize::from(*length))?;
            let piece = str::from_utf8(piece).map_err(|_| FileError::Damaged("a piece is not UTF-8"))?;
            pieces.push((piece.to_owned(), 0.0));
        }
        for (_, score) in &mut pieces {
            *score = self.float()?;
        }
        Ok(Vocabulary { pieces, specials, worst })
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Result<Matrix, FileError> {
        let (bits, size) = match self.byte()? {
            4 => (Bits::Four, BLOCK / 2),
            8 => (Bits::Eight, BLOCK),
            _ => return Err(FileError::Damaged("a matrix of unknown kind")),
        };
        let (own_columns, blocks) = (self.size()?, self.size()?);
        let wrong = own_columns != columns || !columns.is_multiple_of(BLOCK);
        if wrong || rows.checked_mul(columns) != blocks.checked_mul(BLOCK) {
            return Err(FileError::Damaged("a matrix of another shape"));
        }
        let scales = self.take(blocks * 2)?.to_vec();
        Ok(Matrix { columns, bits, scales, values: self.take(blocks * size)?.to_vec() })
    }

    fn halves(&mut self, count: usize) -> Result<Vec<f32>, FileError> {
        if self.size()? != count {
            return Err(FileError::Damaged("a vector of another length"));
        }
        let bytes = self.take(count * 2)?.as_chunks::<2>().0;
        Ok(bytes.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect())
    }

    fn norm(&mut self, hidden: usize) -> Result<Norm, FileError> {
        Ok(Norm { weight: self.halves(hidden)?, bias: self.halves(hidden)? })
    }

    fn layer(&mut self, hidden: usize, inner: usize) -> Result<Layer, FileError> {
        let mut weights = |inputs: usize, outputs: usize| -> Result<Weights, FileError> {
            let matrix = self.matrix(outputs, inputs)?;
            let change = self.maybe_change(inputs, outputs)?;
            Ok(Weights { matrix, change, bias: self.halves(outputs)? })
        };
        let attention = [(); 4].map(|()| weights(hidden, hidden));
        let [query, key, value, out] = attention;
        let feed = [weights(hidden, inner), weights(inner, hidden)];
        let [feed_in, feed_out] = feed;
        let weights = [query?, key?, value?, out?, feed_in?, feed_out?];
        Ok(Layer { weights, norms: [self.norm(hidden)?, self.norm(hidden)?] })
    }

    fn judge(&mut self, shape: &Shape) -> Result<JudgeContents, FileError> {
        let Shape { hidden, inner: wide, layers: own, .. } = *shape;
        let base = u64::from_le_bytes(self.array()?);
        let name = self.text()?;
        let (max_tokens, layers, columns, width) = (self.size()?, self.size()?, self.size()?, self.size()?);
        let (relations, types) = (self.size()?, self.size()?);
        if (columns, layers) != (hidden, own) {
            return Err(FileError::Foreign);
        }
        let attention = self.halves(hidden)?;
        let inner_bias = self.halves(width)?;
        let outer = self.halves(width.checked_mul(relations).ok_or(FileError::Damaged("a head of no size"))?)?;
        let (outer_bias, types) = (self.halves(relations)?, self.halves(types)?);
        let rounded = self.matrix(width, 2 * hidden)?;
        let mut inner = vec![0.0; width * 2 * hidden];
        inner.chunks_exact_mut(2 * hidden).enumerate().for_each(|(at, row)| rounded.read_row(at, row));
        let mut changes = Vec::with_capacity(layers);
        for _ in 0..layers {
            let mut change = |inputs, outputs| self.maybe_change(inputs, outputs);
            let attention = [(); 4].map(|()| change(hidden, hidden));
            let [query, key, value, out] = attention;
            let feed = [change(hidden, wide), change(wide, hidden)];
            let [feed_in, feed_out] = feed;
            changes.push([query?, key?, value?, out?, feed_in?, feed_out?]);
        }
        let head = RelationHead { attention, inner, inner_bias, outer, outer_bias, types };
        Ok(JudgeContents { base, name, max_tokens, changes, head })
    }

    fn ended(&self) -> Result<(), FileError> {
        if self.0.is_empty() { Ok(()) } else { Err(FileError::Damaged("something follows its end")) }
    }

    fn maybe_change(&mut self, inputs: usize, outputs: usize) -> Result<Option<LowRank>, FileError> {
        if self.byte()? == 0 { Ok(None) } else { self.change(inputs, outputs).map(Some) }
    }

    fn change(&mut self, inputs: usize, outputs: usize) -> Result<LowRank, FileError> {
        // The rank is told by the first factor's own count of blocks.
        let blocks =
            self.0.get(5..9).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let rank = blocks as usize * BLOCK / inputs.max(1);
        Ok(LowRank { down: self.matrix(rank, inputs)?, up: self.matrix(rank, outputs)? })
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    /// Values in [-1, 1] that look like noise, the same every time.
    pub fn noise(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// A small network of noise.
    pub fn sample(change: bool) -> Contents {
        let (hidden, inner) = (64, 128);
        let weights = |inputs: usize, outputs: usize, seed: u32| Weights {
            matrix: Matrix::round(&noise(inputs * outputs, seed), inputs, Bits::Four),
            change: change.then(|| LowRank {
                down: Matrix::round(&noise(3 * inputs, seed + 1), inputs, Bits::Eight),
                up: Matrix::round(&noise(3 * outputs, seed + 2), outputs, Bits::Eight),
            }),
            bias: noise(outputs, seed + 3).iter().map(|x| f16::from_f32(*x).to_f32()).collect(),
        };
        let norm = || Norm { weight: vec![1.0; hidden], bias: vec![0.25; hidden] };
        let layer = |seed: u32| Layer {
            weights: [
                weights(hidden, hidden, seed),
                weights(hidden, hidden, seed + 10),
                weights(hidden, hidden, seed + 20),
                weights(hidden, hidden, seed + 30),
                weights(hidden, inner, seed + 40),
                weights(inner, hidden, seed + 50),
            ],
            norms: [norm(), norm()],
        };
        let pieces = [("<s>", 0.0), ("</s>", 0.0), ("<pad>", 0.0), ("<unk>", 0.0), ("▁luật", -7.5), ("▁", -4.0)];
        Contents {
            shape: Shape { hidden, layers: 2, heads: 2, inner, positions: 40, epsilon: 1e-12 },
            settings: Settings { name: "thử".into(), query_prefix: "q: ".into(), ..Settings::default() },
            vocabulary: Vocabulary {
                pieces: pieces.map(|(piece, score)| (piece.to_owned(), score)).to_vec(),
                specials: [0, 1, 2, 3],
                worst: -20.0,
            },
            words: Arc::new(Matrix::round(&noise(pieces.len() * hidden, 1), hidden, Bits::Four)),
            positions: Matrix::round(&noise(40 * hidden, 2), hidden, Bits::Eight),
            norm: norm(),
            layers: vec![layer(100), layer(200)],
        }
    }

    /// A judge of noise over the network of noise.
    pub fn sample_judge(base: u64) -> JudgeContents {
        let half = |count: usize, seed: u32| -> Vec<f32> {
            noise(count, seed).iter().map(|x| f16::from_f32(*x).to_f32()).collect()
        };
        let changes = sample(true).layers.into_iter().map(|layer| layer.weights.map(|weights| weights.change));
        // As the file keeps it, so that what is read is what was written.
        let mut inner = vec![0.0; 8 * 128];
        let rounded = Matrix::round(&noise(8 * 128, 7), 128, Bits::Eight);
        inner.chunks_exact_mut(128).enumerate().for_each(|(at, row)| rounded.read_row(at, row));
        JudgeContents {
            base,
            name: "xét".into(),
            max_tokens: 30,
            changes: changes.collect(),
            head: RelationHead {
                attention: half(64, 6),
                inner,
                inner_bias: half(8, 8),
                outer: half(4 * 8, 9),
                outer_bias: half(4, 10),
                types: half(12 * 64, 11),
            },
        }
    }

    #[test]
    fn a_judge_that_was_written_is_read_and_a_damaged_one_refused() {
        let shape = sample(false).shape;
        let judge = sample_judge(7);
        let bytes = judge.to_bytes();
        let read = JudgeContents::from_bytes(&bytes, &shape).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!((read.base, &read.changes, &read.head.types), (7, &judge.changes, &judge.head.types));
        for at in (0..bytes.len()).step_by(997).chain([0, 8, 12, 19, 20, bytes.len() - 1]) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(JudgeContents::from_bytes(&damaged, &shape).is_err(), "byte {at}");
        }
        for length in (0..bytes.len()).step_by(1009) {
            assert!(JudgeContents::from_bytes(&bytes[..length], &shape).is_err(), "{length} bytes");
        }
        let other = Shape { hidden: 32, ..shape };
        assert_eq!(JudgeContents::from_bytes(&bytes, &other), Err(FileError::Foreign));
        let encoder = sample(false).to_bytes();
        assert_eq!(JudgeContents::from_bytes(&encoder, &shape), Err(FileError::Magic));
        assert!(identity(&encoder).is_some() && identity(&bytes).is_none());
    }

    #[test]
    fn what_was_written_is_read() {
        for change in [false, true] {
            let contents = sample(change);
            assert_eq!(Contents::from_bytes(&contents.to_bytes()).unwrap(), contents);
        }
    }

    #[test]
    fn a_damaged_file_is_refused_whatever_byte_it_is() {
        let bytes = sample(true).to_bytes();
        for at in (0..bytes.len()).step_by(997).chain([0, 8, 12, 19, 20, bytes.len() - 1]) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(Contents::from_bytes(&damaged).is_err(), "byte {at}");
        }
        assert_eq!(Contents::from_bytes(b"GGUF\x03\0\0\0"), Err(FileError::Magic));
        let mut newer = bytes.clone();
        newer[8] = 9;
        assert_eq!(Contents::from_bytes(&newer), Err(FileError::Version(9)));
        for length in (0..bytes.len()).step_by(1009) {
            assert!(Contents::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
        }
    }

    /// Whoever makes a checksum fit can still not make the reader read outside the file.
    #[test]
    fn a_forged_file_is_refused_or_read_but_never_breaks_the_reader() {
        let bytes = sample(true).to_bytes();
        for at in (HEAD..bytes.len()).step_by(61).chain(HEAD..HEAD + 400) {
            let mut forged = bytes.clone();
            forged[at] = forged[at].wrapping_add(0x81);
            let sum = checksum(&forged[HEAD..]);
            forged[12..HEAD].copy_from_slice(&sum.to_le_bytes());
            let _ = Contents::from_bytes(&forged);
        }
    }

    #[test]
    fn four_and_eight_bits_keep_a_row_within_half_a_step() {
        let values = noise(4 * 64, 5);
        for (bits, step) in [(Bits::Four, 1.0 / 8.0), (Bits::Eight, 1.0 / 127.0)] {
            let matrix = Matrix::round(&values, 64, bits);
            assert_eq!(matrix.rows(), 4);
            let mut row = [0.0; 64];
            for (at, wanted) in values.chunks_exact(64).enumerate() {
                matrix.read_row(at, &mut row);
                // In 4 bits one side of zero has eight steps, the other seven.
                let most = row.iter().zip(wanted).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
                assert!(most < step * 1.01, "{bits:?}: {most}");
            }
        }
    }

    #[test]
    fn a_change_of_low_rank_is_added_to_the_weights() {
        let weights = &sample(true).layers[0].weights[4];
        let change = weights.change.as_ref().unwrap();
        let (mut changed, mut before, mut work) = (vec![0.0; 64], vec![0.0; 64], Vec::new());
        for output in 0..128 {
            weights.read_row(Some(change), output, &mut changed, &mut work);
            weights.read_row(None, output, &mut before, &mut Vec::new());
            for rank in 0..3 {
                let (mut down, mut up) = (vec![0.0; 64], vec![0.0; 128]);
                change.down.read_row(rank, &mut down);
                change.up.read_row(rank, &mut up);
                before.iter_mut().zip(&down).for_each(|(x, d)| *x += up[output] * d);
            }
            assert_eq!(changed, before);
        }
    }
}
