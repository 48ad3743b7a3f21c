//! The encoder, and the judge over the same weights, as a browser runs them: from one file each, with kernels, a network
//! and a tokenizer of their own.
//!
//! Hard because a page has one thread, 128-bit vectors and a connection to wait for. candle and `tokenizers` would be
//! most of the download and of the time to load, so neither is touched here: what is linked is this module, and the
//! compiler drops the rest of the room. The pages that load it, and where the file comes from, are not here.

pub(crate) mod kernels;
pub(crate) mod lanes;

pub mod file;
mod judge;
#[cfg(not(target_arch = "wasm32"))]
pub mod vocabulary;
#[cfg(not(target_arch = "wasm32"))]
pub mod write;

use crate::encoder::{EncodeError, Encoder, Pooling, Settings, TextKind};
use crate::gelu::activate;
use crate::unigram::{Specials, Unigram};
use file::{Contents, FileError, LowRank, Matrix, Shape, Weights};
pub use judge::BrowserJudge;
use kernels::{AttentionWork, HEAD_WIDTH, Kernels, Linear, Rounded};
pub use lanes::Portable;
use std::marker::PhantomData;
use std::sync::Arc;

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

/// The network, computing with the instructions `L`.
struct Network<L> {
    shape: Shape,
    words: Arc<Matrix>,
    /// `[positions, hidden]`
    positions: Arc<Vec<f32>>,
    /// Added for token types from 1 on: `[types - 1, hidden]`
    types: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    instructions: PhantomData<L>,
}

/// A text's ids, and their token types; 0 where there are none.
#[derive(Clone, Copy)]
struct Row<'a> {
    ids: &'a [u32],
    types: &'a [u8],
}

/// A sentence encoder that computes with the instructions `L`.
pub struct BrowserEncoder<L> {
    network: Network<L>,
    settings: Settings,
    tokenizer: Arc<Unigram>,
}

impl<L: Kernels> BrowserEncoder<L> {
    /// Loads an encoder from the bytes of its file.
    ///
    /// # Errors
    /// When they are no such file, are of another version or damaged, or hold a network of a shape that the kernels
    /// cannot run.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::new(&Contents::from_bytes(bytes)?)
    }

    /// Expands what a file holds.
    ///
    /// # Errors
    /// When the kernels cannot run a network of that shape.
    pub fn new(contents: &Contents) -> Result<Self, FileError> {
        let vocabulary = &contents.vocabulary;
        let pieces: Vec<(&str, f32)> =
            vocabulary.pieces.iter().map(|(piece, score)| (piece.as_str(), *score)).collect();
        let [begin, end, pad, unknown] = vocabulary.specials;
        let tokenizer = Unigram::new(&pieces, Specials { begin, end, pad, unknown }, vocabulary.worst);
        let mut places = vec![0.0; contents.shape.positions * contents.shape.hidden];
        let rows = places.chunks_exact_mut(contents.shape.hidden);
        rows.enumerate().for_each(|(at, row)| contents.positions.read_row(at, row));
        let network = Network::new(contents, Arc::new(places), Vec::new(), &|layer, part| {
            contents.layers[layer].weights[part].change.as_ref()
        })?;
        Ok(Self { network, settings: contents.settings.clone(), tokenizer: Arc::new(tokenizer) })
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
        self.tokenizer.encode(&format!("{prefix}{text}"), self.network.shape.positions)
    }

    /// The vectors of texts that are ids already, each as [`BrowserEncoder::ids`] gives them.
    ///
    /// # Errors
    /// When an id is out of the vocabulary or a text too long.
    pub fn encode_ids(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let rows: Vec<Row<'_>> = texts.iter().map(|ids| Row { ids, types: &[] }).collect();
        let hidden = self.network.shape.hidden;
        self.network.pooled(&rows, |states| {
            let rows = match self.settings.pooling {
                Pooling::Mean => states,
                Pooling::Cls => &states[..hidden.min(states.len())],
            };
            let mut vector = vec![0.0_f32; hidden];
            for row in rows.chunks_exact(hidden) {
                vector.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            vector.iter_mut().for_each(|v| *v /= norm);
            vector
        })
    }
}

impl<L: Kernels> Network<L> {
    /// Expands weights; `change` is what is added to a layer's part, in the order of [`file::Layer::weights`].
    fn new<'a>(
        contents: &'a Contents,
        positions: Arc<Vec<f32>>,
        types: Vec<f32>,
        change: &dyn Fn(usize, usize) -> Option<&'a LowRank>,
    ) -> Result<Self, FileError> {
        let Shape { hidden, heads, inner, epsilon, .. } = contents.shape;
        let fits = [(hidden, hidden), (hidden, inner), (inner, hidden)].map(|(i, o)| Linear::fits::<L>(i, o));
        if fits.contains(&false) || hidden != heads * HEAD_WIDTH {
            return Err(FileError::Damaged("a network of a shape that there are no kernels for"));
        }
        let norm_of = |norm: &file::Norm| Norm { weight: norm.weight.clone(), bias: norm.bias.clone(), epsilon };
        let layers = contents.layers.iter().enumerate().map(|(at, layer)| {
            let pack = |parts: std::ops::Range<usize>| {
                let parts: Vec<_> = parts.map(|part| (&layer.weights[part], change(at, part))).collect();
                pack::<L>(&parts)
            };
            Layer {
                attention_in: pack(0..3),
                attention_out: pack(3..4),
                attention_norm: norm_of(&layer.norms[0]),
                feed_in: pack(4..5),
                feed_out: pack(5..6),
                feed_norm: norm_of(&layer.norms[1]),
            }
        });
        Ok(Self {
            shape: contents.shape,
            words: Arc::clone(&contents.words),
            positions,
            types,
            norm: norm_of(&contents.norm),
            layers: layers.collect(),
            instructions: PhantomData,
        })
    }

    /// What `pool` makes of the last states `[tokens, hidden]` of each text.
    fn pooled<T>(&self, texts: &[Row<'_>], pool: impl Fn(&[f32]) -> T) -> Result<Vec<T>, EncodeError> {
        let hidden = self.shape.hidden;
        let mut all = Vec::with_capacity(texts.len());
        let mut rest = texts;
        while !rest.is_empty() {
            let mut tokens = 0;
            let fit = rest.iter().take_while(|text| {
                tokens += text.ids.len();
                tokens <= BATCH_TOKENS
            });
            let (batch, after) = rest.split_at(fit.count().max(1));
            rest = after;
            let states = self.forward(batch)?;
            let mut rows = states.as_slice();
            for text in batch {
                let (own, others) = rows.split_at(text.ids.len() * hidden);
                rows = others;
                all.push(pool(own));
            }
        }
        Ok(all)
    }

    /// The last hidden states, the texts' rows one after another.
    fn forward(&self, texts: &[Row<'_>]) -> Result<Vec<f32>, EncodeError> {
        let hidden = self.shape.hidden;
        let lengths: Vec<usize> = texts.iter().map(|text| text.ids.len()).collect();
        let tokens = lengths.iter().sum();
        if tokens == 0 {
            return Ok(Vec::new());
        }
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

    fn embed(&self, texts: &[Row<'_>], states: &mut [f32]) -> Result<(), EncodeError> {
        let hidden = self.shape.hidden;
        let pieces = self.words.rows();
        let mut rows = states.chunks_exact_mut(hidden);
        for text in texts {
            if text.ids.len() > self.shape.positions {
                return Err(EncodeError::Tokenise(format!("a text of {} tokens is too long", text.ids.len())));
            }
            let places = self.positions.chunks_exact(hidden);
            let types = text.types.iter().copied().chain(std::iter::repeat(0));
            for (((id, kind), place), row) in text.ids.iter().zip(types).zip(places).zip(rows.by_ref()) {
                if *id as usize >= pieces {
                    return Err(EncodeError::Tokenise(format!("{id} is no piece's id")));
                }
                self.words.read_row(*id as usize, row);
                row.iter_mut().zip(place).for_each(|(x, p)| *x += p);
                let added = usize::from(kind).checked_sub(1).and_then(|kind| self.types.chunks_exact(hidden).nth(kind));
                row.iter_mut().zip(added.into_iter().flatten()).for_each(|(x, t)| *x += t);
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
        self.network.shape.hidden
    }

    fn encode(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>, EncodeError> {
        let ids: Vec<Vec<u32>> = texts.iter().map(|text| self.ids(text, kind)).collect();
        self.encode_ids(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>())
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

/// Linear layers over the same inputs, each with what is added to its weights, as one.
fn pack<L: Kernels>(parts: &[(&Weights, Option<&LowRank>)]) -> Linear {
    let inputs = parts.first().map_or(0, |(part, _)| part.matrix.columns);
    let outputs = parts.iter().map(|(part, _)| part.bias.len()).sum();
    let mut linear = Linear::new::<L>(inputs, outputs);
    let (mut row, mut work) = (vec![0.0; inputs], Vec::new());
    let mut output = 0;
    for (part, change) in parts {
        for (at, bias) in part.bias.iter().enumerate() {
            part.read_row(*change, at, &mut row, &mut work);
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
