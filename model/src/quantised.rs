//! BERT with its products in integers, for the processors that multiply those faster than floats.
//!
//! Hard because few bits are soon too few, and because once the products are fast everything else is slow. Every row of
//! weights and every token's activations have a scale of their own ([`product`]), and loud channels are evened out before
//! ([`balance`]); attention is in integers as well ([`attention`]); norms, GELU and the residual stream stay in f32.
//!
//! Which instructions are used is decided when the weights are loaded ([`instructions`]). The candle network is the
//! reference that the tests hold this one to.

mod attention;
mod balance;
mod instructions;
#[cfg(target_arch = "x86_64")]
mod limit;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pack;
mod portable;
mod product;
mod rows;
mod threads;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::bert::{Config, Sequence, Weights, WordEmbeddings};
use attention::{Context, Place};
pub(crate) use balance::SAMPLES;
use candle_core::{DType, Device, Result, Tensor};
use instructions::{Instructions, Layer, Scratch};
#[cfg(target_arch = "x86_64")]
pub use limit::{Limit, limit};
use pack::Packer;
use rows::Norm;
use threads::Pool;
pub use threads::Threads;

/// The most rows that go through a layer at a time: their activations stay in the second-level cache. Tiles of six fill it.
const CHUNK: usize = 96;

/// A BERT or XLM-RoBERTa encoder with its products in integers.
pub struct QuantisedBert {
    config: Config,
    instructions: Instructions,
    words: WordEmbeddings,
    /// `[positions, hidden]`
    positions: Vec<f32>,
    /// `[types, hidden]`
    types: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    buffers: Pool<Buffers>,
    scratch: Pool<Scratch>,
}

/// What a batch's layers write into.
#[derive(Default)]
struct Buffers {
    /// `[tokens, 3 · hidden]`
    projected: Vec<f32>,
    /// By text: `[heads, length, head width]`
    context: Vec<f32>,
}

impl QuantisedBert {
    /// Whether this processor has instructions and the network the shape that make it pay.
    pub fn pays(config: &Config) -> bool {
        let instructions = Instructions::detect();
        instructions != Instructions::Portable && Self::fits(config, instructions)
    }

    /// Whether the kernels can run a network of this shape.
    fn fits(config: &Config, instructions: Instructions) -> bool {
        let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
        [hidden, config.intermediate_size, config.max_tokens()].into_iter().all(|inputs| instructions.fit(inputs))
            && heads > 0
            && hidden == heads * attention::HEAD_WIDTH
    }

    /// Loads the network and rounds its weights. Which channels are loud shows in the `samples`, texts of the kind that the
    /// network is to read; without any, it is less exact.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than the configuration says, an id is not in its table, or the kernels
    /// cannot run a network of this shape.
    pub fn load(config: Config, weights: &mut dyn Weights, samples: &[Vec<u32>]) -> Result<Self> {
        Self::load_for(Instructions::detect(), config, weights, samples)
    }

    /// Loads the network once for each set of instructions that this processor has; they are named.
    #[cfg(test)]
    pub fn load_all(config: &Config, weights: &mut dyn Weights, samples: &[Vec<u32>]) -> Result<Vec<(String, Self)>> {
        let load = |instructions: Instructions| {
            let network = Self::load_for(instructions, config.clone(), weights, samples)?;
            Ok((format!("{instructions:?}"), network))
        };
        Instructions::available().into_iter().map(load).collect()
    }

    fn load_for(
        instructions: Instructions,
        config: Config,
        weights: &mut dyn Weights,
        samples: &[Vec<u32>],
    ) -> Result<Self> {
        if !Self::fits(&config, instructions) {
            candle_core::bail!("no integer kernel for this shape of network")
        }
        let hidden = config.hidden_size;
        let positions =
            weights.get("embeddings.position_embeddings.weight", &[config.max_position_embeddings, hidden])?;
        let types = weights.get("embeddings.token_type_embeddings.weight", &[])?;
        let mut network = Self {
            words: weights.word_embeddings(hidden)?,
            positions: flat(&positions)?,
            types: flat(&types)?,
            norm: pack::norm("embeddings.LayerNorm", &config, weights)?,
            layers: Vec::new(),
            instructions,
            buffers: Pool::default(),
            scratch: Pool::default(),
            config,
        };
        let most = network.config.max_tokens();
        let samples: Vec<Sequence<'_>> = samples.iter().map(|ids| (&ids[..ids.len().min(most)]).into()).collect();
        // Eleven bits need no samples.
        let samples = if instructions.in_bytes() { samples.as_slice() } else { &[] };
        let mut packer = Packer::new(&network.config, instructions, weights, samples, network.embed(samples)?);
        for layer in 0..network.config.num_hidden_layers {
            let before = network.layers.last_mut().map_or(&mut network.norm, |layer| &mut layer.feed_norm);
            let layer = packer.layer(&format!("encoder.layer.{layer}"), before)?;
            network.layers.push(layer);
        }
        Ok(network)
    }

    /// The network's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The last hidden states of a batch of texts, each at most [`Config::max_tokens`] ids long: `[tokens, hidden]`, the
    /// texts' rows one after another.
    ///
    /// # Errors
    /// When an id or a type is not in its table or a text is too long.
    pub fn forward(&self, texts: &[Sequence<'_>], threads: Threads) -> Result<Vec<f32>> {
        let hidden = self.config.hidden_size;
        let mut states = self.embed(texts)?;
        let mut places = Vec::with_capacity(states.len() / hidden);
        for text in texts {
            let place = Place { start: places.len(), length: text.ids.len() };
            places.resize(places.len() + text.ids.len(), place);
        }
        let mut buffers = self.buffers.take();
        buffers.projected.resize(places.len() * 3 * hidden, 0.0);
        buffers.context.resize(places.len() * hidden, 0.0);
        let run = Run {
            network: self,
            threads,
            places: &places,
            chunk: threads.share(places.len(), product::TILE).min(CHUNK),
        };
        for layer in &self.layers {
            run.project(layer, &states, &mut buffers.projected);
            run.attend(texts, &buffers.projected, &mut buffers.context);
            run.finish(layer, &buffers.context, 0, &mut states);
        }
        self.buffers.give(buffers);
        Ok(states)
    }

    /// Word, position and segment, normalised: `[tokens, hidden]`.
    fn embed(&self, texts: &[Sequence<'_>]) -> Result<Vec<f32>> {
        let hidden = self.config.hidden_size;
        let ids: Vec<u32> = texts.iter().flat_map(|text| text.ids.iter().copied()).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut states = flat(&self.words.rows(&Tensor::new(ids.as_slice(), &Device::Cpu)?)?)?;
        let first = self.config.first_position();
        let mut rows = states.chunks_exact_mut(hidden);
        for text in texts {
            let length = text.ids.len();
            let Some(own) = self.positions.get(first * hidden..(first + length) * hidden) else {
                candle_core::bail!("a text of {length} tokens is too long")
            };
            // In this order: the other way round `zip` would take a row more than there are places.
            for (at, (place, row)) in own.chunks_exact(hidden).zip(rows.by_ref()).enumerate() {
                let kind = usize::from(text.types.get(at).copied().unwrap_or(0));
                let Some(kind) = self.types.get(kind * hidden..(kind + 1) * hidden) else {
                    candle_core::bail!("this network knows no token type {kind}")
                };
                for ((x, place), kind) in row.iter_mut().zip(place).zip(kind) {
                    *x += place + kind;
                }
            }
        }
        self.instructions.normalise(&mut states, &self.norm);
        Ok(states)
    }
}

/// One batch on its way through the layers. Rows, texts and heads are halved until a part is small enough for one thread.
#[derive(Clone, Copy)]
struct Run<'a> {
    network: &'a QuantisedBert,
    threads: Threads,
    places: &'a [Place],
    /// Rows a thread takes at a time.
    chunk: usize,
}

impl Run<'_> {
    fn hidden(&self) -> usize {
        self.network.config.hidden_size
    }

    /// Rows of the first half, a whole number of chunks; `None` where there is but one.
    fn half(&self, rows: usize) -> Option<usize> {
        (rows > self.chunk).then(|| rows.div_ceil(self.chunk).div_ceil(2) * self.chunk)
    }

    fn project(&self, layer: &Layer, states: &[f32], projected: &mut [f32]) {
        let hidden = self.hidden();
        if let Some(half) = self.half(states.len() / hidden) {
            let (states, other_states) = states.split_at(half * hidden);
            let (projected, other_projected) = projected.split_at_mut(half * 3 * hidden);
            self.threads
                .join(|| self.project(layer, states, projected), || self.project(layer, other_states, other_projected));
            return;
        }
        self.network.scratch.with(|scratch| self.network.instructions.project(layer, states, scratch, projected));
    }

    /// Scaled dot-product attention within each text.
    fn attend(&self, texts: &[Sequence<'_>], projected: &[f32], context: &mut [f32]) {
        let hidden = self.hidden();
        match texts {
            [] => {}
            [text] if !text.ids.is_empty() => {
                self.attend_heads(projected, 0, self.network.config.num_attention_heads, context);
            }
            [_] => {}
            texts => {
                let (texts, other_texts) = texts.split_at(texts.len() / 2);
                let tokens: usize = texts.iter().map(|text| text.ids.len()).sum();
                let (projected, other_projected) = projected.split_at(tokens * 3 * hidden);
                let (context, other_context) = context.split_at_mut(tokens * hidden);
                self.threads.join(
                    || self.attend(texts, projected, context),
                    || self.attend(other_texts, other_projected, other_context),
                );
            }
        }
    }

    /// Attention of the heads from `first` on of one text; `context` holds theirs alone.
    fn attend_heads(&self, projected: &[f32], first: usize, heads: usize, context: &mut [f32]) {
        if heads > 1 {
            let half = heads / 2;
            let (context, other_context) = context.split_at_mut(context.len() / heads * half);
            self.threads.join(
                || self.attend_heads(projected, first, half, context),
                || self.attend_heads(projected, first + half, heads - half, other_context),
            );
            return;
        }
        let hidden = self.hidden();
        self.network
            .scratch
            .with(|scratch| self.network.instructions.attend(projected, hidden, first, scratch, context));
    }

    /// What follows attention, for the rows of `states`, of which `first` is the first.
    fn finish(&self, layer: &Layer, context: &[f32], first: usize, states: &mut [f32]) {
        let hidden = self.hidden();
        if let Some(half) = self.half(states.len() / hidden) {
            let (states, other_states) = states.split_at_mut(half * hidden);
            self.threads.join(
                || self.finish(layer, context, first, states),
                || self.finish(layer, context, first + half, other_states),
            );
            return;
        }
        let context = Context { states: context, places: self.places, first, hidden };
        self.network.scratch.with(|scratch| self.network.instructions.finish(layer, &context, states, scratch));
    }
}

fn flat(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests;
