//! The encoder as a browser runs it: from one file, with kernels, a network and a tokenizer of its own.
//!
//! Hard because a page has one thread, 128-bit vectors and a connection to wait for. candle and `tokenizers` would be
//! most of the download and of the time to load, so neither is touched here: what is linked is this module, and the
//! compiler drops the rest of the room. The pages that load it, and where the file comes from, are not here.

pub(crate) mod kernels;
pub(crate) mod lanes;

pub mod file;
#[cfg(not(target_arch = "wasm32"))]
pub mod vocabulary;
#[cfg(not(target_arch = "wasm32"))]
pub mod write;

use crate::encoder::{EncodeError, Encoder, Pooling, Settings, TextKind};
use crate::gelu::activate;
use crate::unigram::{Specials, Unigram};
use file::{Contents, FileError, Matrix, Shape, Weights};
use kernels::{AttentionWork, HEAD_WIDTH, Kernels, Linear, Rounded};
pub use lanes::Portable;
use std::marker::PhantomData;

#[cfg(target_arch = "wasm32")]
pub use crate::quantised_wasm::{RelaxedSimd, Simd128};

/// Tokens that go through the network at a time.
const BATCH_TOKENS: usize = 512;

/// Tokens that go through a product at a time: rounded, they stay in the first-level cache.
const CHUNK: usize = 48;

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

struct Layer {
    /// Query, key and value in one matrix: `[3 · hidden, hidden]`.
    attention_in: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    feed_in: Linear,
    feed_out: Linear,
    feed_norm: Norm,
}

/// A sentence encoder that computes with the instructions `L`.
pub struct BrowserEncoder<L> {
    shape: Shape,
    settings: Settings,
    tokenizer: Unigram,
    words: Matrix,
    /// `[positions, hidden]`
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    instructions: PhantomData<L>,
}

impl<L: Kernels> BrowserEncoder<L> {
    /// Loads an encoder from the bytes of its file.
    ///
    /// # Errors
    /// When they are no such file, are of another version or damaged, or hold a network of a shape that the kernels
    /// cannot run.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::new(Contents::from_bytes(bytes)?)
    }

    /// Expands what a file holds.
    ///
    /// # Errors
    /// When the kernels cannot run a network of that shape.
    pub fn new(contents: Contents) -> Result<Self, FileError> {
        let Contents { shape, settings, vocabulary, words, positions, norm, layers } = contents;
        let Shape { hidden, heads, inner, epsilon, .. } = shape;
        let fits = [(hidden, hidden), (hidden, inner), (inner, hidden)].map(|(i, o)| Linear::fits::<L>(i, o));
        if fits.contains(&false) || hidden != heads * HEAD_WIDTH {
            return Err(FileError::Damaged("a network of a shape that there are no kernels for"));
        }
        let pieces: Vec<(&str, f32)> =
            vocabulary.pieces.iter().map(|(piece, score)| (piece.as_str(), *score)).collect();
        let [begin, end, pad, unknown] = vocabulary.specials;
        let tokenizer = Unigram::new(&pieces, Specials { begin, end, pad, unknown }, vocabulary.worst);
        let mut places = vec![0.0; shape.positions * hidden];
        places.chunks_exact_mut(hidden).enumerate().for_each(|(at, row)| positions.read_row(at, row));
        let norm_of = |norm: file::Norm| Norm { weight: norm.weight, bias: norm.bias, epsilon };
        let layers = layers.into_iter().map(|layer| {
            let [query, key, value, out, feed_in, feed_out] = &layer.weights;
            let [attention_norm, feed_norm] = layer.norms;
            Layer {
                attention_in: pack::<L>(&[query, key, value]),
                attention_out: pack::<L>(&[out]),
                attention_norm: norm_of(attention_norm),
                feed_in: pack::<L>(&[feed_in]),
                feed_out: pack::<L>(&[feed_out]),
                feed_norm: norm_of(feed_norm),
            }
        });
        let layers = layers.collect();
        let norm = norm_of(norm);
        Ok(Self { shape, settings, tokenizer, words, positions: places, norm, layers, instructions: PhantomData })
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Unigram {
        &self.tokenizer
    }

    /// A text's ids, cut to what the network takes.
    pub fn ids(&self, text: &str, kind: TextKind) -> Vec<u32> {
        let prefix = match kind {
            TextKind::Query => &self.settings.query_prefix,
            TextKind::Passage => &self.settings.passage_prefix,
        };
        self.tokenizer.encode(&format!("{prefix}{text}"), self.shape.positions)
    }

    /// The vectors of texts that are ids already, each as [`BrowserEncoder::ids`] gives them.
    ///
    /// # Errors
    /// When an id is out of the vocabulary or a text too long.
    pub fn encode_ids(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EncodeError> {
        if texts.iter().all(|text| text.is_empty()) {
            return Ok(vec![vec![0.0; self.shape.hidden]; texts.len()]);
        }
        let hidden = self.shape.hidden;
        let states = self.forward(texts)?;
        let mut rest = states.as_slice();
        let vectors = texts.iter().map(|text| {
            let (own, after) = rest.split_at(text.len() * hidden);
            rest = after;
            let rows = match self.settings.pooling {
                Pooling::Mean => own,
                Pooling::Cls => &own[..hidden.min(own.len())],
            };
            let mut vector = vec![0.0_f32; hidden];
            for row in rows.chunks_exact(hidden) {
                vector.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            vector.iter_mut().for_each(|v| *v /= norm);
            vector
        });
        Ok(vectors.collect())
    }

    /// The last hidden states, the texts' rows one after another.
    fn forward(&self, texts: &[&[u32]]) -> Result<Vec<f32>, EncodeError> {
        let hidden = self.shape.hidden;
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let tokens = lengths.iter().sum();
        let mut states = vec![0.0; tokens * hidden];
        self.embed(texts, &mut states)?;
        let mut work = Workspace::new(&self.shape, tokens, lengths.iter().copied().max().unwrap_or(0));
        normalise(&mut states, &self.norm);
        for layer in &self.layers {
            self.attend(layer, &mut states, &lengths, &mut work);
            self.feed(layer, &mut states, &mut work);
        }
        Ok(states)
    }

    fn embed(&self, texts: &[&[u32]], states: &mut [f32]) -> Result<(), EncodeError> {
        let hidden = self.shape.hidden;
        let mut rows = states.chunks_exact_mut(hidden);
        for text in texts {
            if text.len() > self.shape.positions {
                return Err(EncodeError::Tokenise(format!("a text of {} tokens is too long", text.len())));
            }
            let places = self.positions.chunks_exact(hidden);
            for ((id, place), row) in text.iter().zip(places).zip(rows.by_ref()) {
                if *id as usize >= self.tokenizer.len() {
                    return Err(EncodeError::Tokenise(format!("{id} is no piece's id")));
                }
                self.words.read_row(*id as usize, row);
                row.iter_mut().zip(place).for_each(|(x, p)| *x += p);
            }
        }
        Ok(())
    }

    /// Scaled dot-product attention within each text, its residual and its norm.
    fn attend(&self, layer: &Layer, states: &mut [f32], lengths: &[usize], work: &mut Workspace) {
        let Shape { hidden, heads, .. } = self.shape;
        for (chunk, projected) in states.chunks(CHUNK * hidden).zip(work.projected.chunks_mut(CHUNK * 3 * hidden)) {
            L::round(&mut work.rounded, chunk, hidden);
            L::product(&layer.attention_in, &work.rounded, projected);
        }
        let mut start = 0;
        for &length in lengths {
            let own = &work.projected[start * 3 * hidden..(start + length) * 3 * hidden];
            let context = &mut work.context[start * hidden..(start + length) * hidden];
            L::attention(own, heads, &mut work.attention, context);
            start += length;
        }
        for (chunk, context) in states.chunks_mut(CHUNK * hidden).zip(work.context.chunks(CHUNK * hidden)) {
            let out = &mut work.out[..chunk.len()];
            L::round(&mut work.rounded, context, hidden);
            L::product(&layer.attention_out, &work.rounded, out);
            add(chunk, out);
            normalise(chunk, &layer.attention_norm);
        }
    }

    /// The feed-forward part, its residual and its norm.
    fn feed(&self, layer: &Layer, states: &mut [f32], work: &mut Workspace) {
        let Shape { hidden, inner, .. } = self.shape;
        for chunk in states.chunks_mut(CHUNK * hidden) {
            let rows = chunk.len() / hidden;
            let (wide, out) = (&mut work.wide[..rows * inner], &mut work.out[..rows * hidden]);
            L::round(&mut work.rounded, chunk, hidden);
            L::product(&layer.feed_in, &work.rounded, wide);
            wide.iter_mut().for_each(|x| *x = activate(*x));
            L::round(&mut work.rounded, wide, inner);
            L::product(&layer.feed_out, &work.rounded, out);
            add(chunk, out);
            normalise(chunk, &layer.feed_norm);
        }
    }
}

impl<L: Kernels> Encoder for BrowserEncoder<L> {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn dimension(&self) -> usize {
        self.shape.hidden
    }

    fn encode(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>, EncodeError> {
        let ids: Vec<Vec<u32>> = texts.iter().map(|text| self.ids(text, kind)).collect();
        let mut vectors = Vec::with_capacity(texts.len());
        let mut batch: Vec<&[u32]> = Vec::new();
        let mut tokens = 0;
        for text in &ids {
            if tokens + text.len() > BATCH_TOKENS && !batch.is_empty() {
                vectors.extend(self.encode_ids(&batch)?);
                batch.clear();
                tokens = 0;
            }
            tokens += text.len();
            batch.push(text);
        }
        vectors.extend(self.encode_ids(&batch)?);
        Ok(vectors)
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError> {
        Ok(self.ids(text, TextKind::Passage).len())
    }
}

/// What the layers write into, made once a batch.
struct Workspace {
    rounded: Rounded,
    projected: Vec<f32>,
    context: Vec<f32>,
    attention: AttentionWork,
    wide: Vec<f32>,
    out: Vec<f32>,
}

impl Workspace {
    fn new(shape: &Shape, tokens: usize, longest: usize) -> Self {
        let Shape { hidden, inner, .. } = *shape;
        let chunk = CHUNK.min(tokens);
        Self {
            rounded: Rounded::with_room(chunk, hidden.max(inner)),
            projected: vec![0.0; tokens * 3 * hidden],
            context: vec![0.0; tokens * hidden],
            attention: AttentionWork::new(longest),
            wide: vec![0.0; chunk * inner],
            out: vec![0.0; chunk * hidden],
        }
    }
}

/// Linear layers over the same inputs as one.
fn pack<L: Kernels>(parts: &[&Weights]) -> Linear {
    let inputs = parts.first().map_or(0, |part| part.matrix.columns);
    let outputs = parts.iter().map(|part| part.bias.len()).sum();
    let mut linear = Linear::new::<L>(inputs, outputs);
    let (mut row, mut work) = (vec![0.0; inputs], Vec::new());
    let mut output = 0;
    for part in parts {
        for (at, bias) in part.bias.iter().enumerate() {
            part.read_row(at, &mut row, &mut work);
            linear.set::<L>(output, &row, *bias);
            output += 1;
        }
    }
    linear
}

/// A sum whose order leaves the compiler eight lanes.
fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (whole, rest) = values.as_chunks::<8>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|x| term(*x)).sum::<f32>()
}

/// Layer normalisation (Ba et al., 2016).
fn normalise(states: &mut [f32], norm: &Norm) {
    let hidden = norm.weight.len();
    for row in states.chunks_exact_mut(hidden) {
        let mean = sum(row, |x| x) / hidden as f32;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / hidden as f32;
        let scale = 1.0 / (variance + norm.epsilon).sqrt();
        for ((x, weight), bias) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
            *x = (*x - mean) * scale * weight + bias;
        }
    }
}

fn add(to: &mut [f32], values: &[f32]) {
    to.iter_mut().zip(values).for_each(|(x, y)| *x += y);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn encoder(change: bool) -> BrowserEncoder<Portable<4>> {
        BrowserEncoder::from_bytes(&file::tests::sample(change).to_bytes()).unwrap()
    }

    #[test]
    fn a_text_s_vector_depends_neither_on_its_neighbours_nor_on_the_batch() {
        let encoder = encoder(false);
        let long = "luật ".repeat(100);
        let texts = ["luật", long.as_str(), "luật luật khác", "", "luật"];
        let together = encoder.encode(&texts, TextKind::Query).unwrap();
        for (text, vector) in texts.iter().zip(&together) {
            assert_eq!(encoder.encode(&[text], TextKind::Query).unwrap()[0], *vector, "{text:?}");
            assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert_ne!(together[0], encoder.encode(&["luật"], TextKind::Passage).unwrap()[0], "the prefix counts");
    }

    #[test]
    fn an_adapted_file_gives_other_vectors() {
        let vector = |change| encoder(change).encode(&["luật"], TextKind::Query).unwrap();
        assert_ne!(vector(false), vector(true));
    }

    #[test]
    fn foreign_ids_and_texts_that_are_too_long_are_refused() {
        let encoder = encoder(false);
        assert!(encoder.encode_ids(&[&[0, 6, 1]]).is_err());
        assert!(encoder.encode_ids(&[&[0; 41]]).is_err());
        assert!(encoder.encode_ids(&[]).unwrap().is_empty());
    }
}
