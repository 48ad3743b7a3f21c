//! BERT with its products in integers, for the processors that multiply those faster than floats.
//!
//! Hard because few bits are soon too few: one scale for a whole tensor costs two hundredths of cosine. Here every row of
//! weights and every token's activations have a scale of their own for each block of inputs, and twelve bits a number.
//! What is no product with weights (attention, norms, GELU, the residual stream) stays in f32.
//!
//! Which instructions are used is decided when the weights are loaded; where there are none that pay, candle does the
//! work. The candle network is the reference that the tests hold this one to.

mod product;
mod rows;

use crate::bert::{Config, Weights, WordEmbeddings};
use candle_core::{DType, Device, Result, Tensor};
use product::{Instructions, Linear, Rounded};
use rows::Norm;

/// Tokens that go through a layer's feed-forward part at a time: their activations stay in the second-level cache.
const CHUNK: usize = 96;

struct Layer {
    /// Query, key and value in one matrix: `[3 · hidden, hidden]`.
    attention_in: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    feed_in: Linear,
    feed_out: Linear,
    feed_norm: Norm,
}

/// A BERT or XLM-RoBERTa encoder with its products in integers.
pub struct QuantisedBert {
    config: Config,
    instructions: Instructions,
    words: WordEmbeddings,
    /// Position plus token-type embedding: `[positions, hidden]`.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

impl QuantisedBert {
    /// Whether this processor has the instructions and the network the shape that make it pay.
    pub fn pays(config: &Config) -> bool {
        Instructions::detect().is_some() && Self::fits(config)
    }

    /// Whether the kernels can run a network of this shape.
    fn fits(config: &Config) -> bool {
        let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
        Linear::fits(hidden, 3 * hidden)
            && Linear::fits(hidden, config.intermediate_size)
            && Linear::fits(config.intermediate_size, hidden)
            && heads > 0
            && hidden == heads * rows::HEAD_WIDTH
    }

    /// Loads the network and rounds its weights.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than the configuration says, or [`QuantisedBert::pays`] is false.
    pub fn load(config: Config, weights: &mut dyn Weights) -> Result<Self> {
        let Some(instructions) = Instructions::detect().filter(|_| Self::fits(&config)) else {
            candle_core::bail!("no integer kernel for this processor or this shape of network")
        };
        Self::load_for(instructions, config, weights)
    }

    fn load_for(instructions: Instructions, config: Config, weights: &mut dyn Weights) -> Result<Self> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let positions =
            weights.get("embeddings.position_embeddings.weight", &[config.max_position_embeddings, hidden])?;
        let types = weights.get("embeddings.token_type_embeddings.weight", &[])?.narrow(0, 0, 1)?;
        let positions = flat(&positions.broadcast_add(&types)?)?;
        let mut linear = |names: &[String], input: usize, output: usize| -> Result<Linear> {
            let (mut matrix, mut bias) = (Vec::new(), Vec::new());
            for name in names {
                matrix.extend(flat(&weights.get(&format!("{name}.weight"), &[output, input])?)?);
                bias.extend(flat(&weights.get(&format!("{name}.bias"), &[output])?)?);
            }
            Ok(Linear::new(&matrix, &bias, input))
        };
        let mut linears = Vec::new();
        for layer in 0..config.num_hidden_layers {
            let at = |part: &str| format!("encoder.layer.{layer}.{part}");
            linears.push((
                linear(&["query", "key", "value"].map(|part| at(&format!("attention.self.{part}"))), hidden, hidden)?,
                linear(&[at("attention.output.dense")], hidden, hidden)?,
                linear(&[at("intermediate.dense")], hidden, inner)?,
                linear(&[at("output.dense")], inner, hidden)?,
            ));
        }
        let mut norm = |name: String| -> Result<Norm> {
            Ok(Norm {
                weight: flat(&weights.get(&format!("{name}.weight"), &[hidden])?)?,
                bias: flat(&weights.get(&format!("{name}.bias"), &[hidden])?)?,
                epsilon: config.layer_norm_eps as f32,
            })
        };
        let mut layers = Vec::new();
        for (layer, (attention_in, attention_out, feed_in, feed_out)) in linears.into_iter().enumerate() {
            layers.push(Layer {
                attention_in,
                attention_out,
                attention_norm: norm(format!("encoder.layer.{layer}.attention.output.LayerNorm"))?,
                feed_in,
                feed_out,
                feed_norm: norm(format!("encoder.layer.{layer}.output.LayerNorm"))?,
            });
        }
        let norm = norm("embeddings.LayerNorm".into())?;
        Ok(Self { words: weights.word_embeddings(hidden)?, norm, positions, layers, instructions, config })
    }

    /// The network's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The last hidden states of a batch of texts, each at most [`Config::max_tokens`] ids long: `[tokens, hidden]`, the
    /// texts' rows one after another.
    ///
    /// # Errors
    /// When an id is out of the vocabulary or a text is too long.
    pub fn forward(&self, texts: &[&[u32]]) -> Result<Tensor> {
        let hidden = self.config.hidden_size;
        let ids: Vec<u32> = texts.iter().flat_map(|text| text.iter().copied()).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let mut states = flat(&self.words.rows(&Tensor::new(ids.as_slice(), &Device::Cpu)?)?.to_dtype(DType::F32)?)?;
        self.add_positions(&mut states, &lengths)?;
        let mut work = Workspace::new(&self.config, ids.len(), lengths.iter().copied().max().unwrap_or(0));
        let ops = self.instructions;
        ops.normalise(&mut states, &self.norm);
        for layer in &self.layers {
            self.attend(layer, &mut states, &lengths, &mut work);
            self.feed(layer, &mut states, &mut work);
        }
        Tensor::from_vec(states, (ids.len(), hidden), &Device::Cpu)
    }

    fn add_positions(&self, states: &mut [f32], lengths: &[usize]) -> Result<()> {
        let hidden = self.config.hidden_size;
        let first = self.config.first_position();
        let mut rows = states.chunks_exact_mut(hidden);
        for length in lengths {
            let Some(own) = self.positions.get(first * hidden..(first + length) * hidden) else {
                candle_core::bail!("a text of {length} tokens is too long")
            };
            // In this order: the other way round `zip` would take a row more than there are places.
            for (place, row) in own.chunks_exact(hidden).zip(rows.by_ref()) {
                row.iter_mut().zip(place).for_each(|(x, p)| *x += p);
            }
        }
        Ok(())
    }

    /// Scaled dot-product attention within each text, its residual and its norm.
    fn attend(&self, layer: &Layer, states: &mut [f32], lengths: &[usize], work: &mut Workspace) {
        let ops = self.instructions;
        let hidden = self.config.hidden_size;
        let heads = self.config.num_attention_heads;
        ops.round(states, hidden, layer.attention_in.block(), &mut work.rounded);
        ops.multiply(&layer.attention_in, &work.rounded, &mut work.projected);
        let mut start = 0;
        for &length in lengths {
            let own = &work.projected[start * 3 * hidden..(start + length) * 3 * hidden];
            let context = &mut work.context[start * hidden..(start + length) * hidden];
            ops.attend(own, heads, &mut work.attention, context);
            start += length;
        }
        ops.round(&work.context, hidden, layer.attention_out.block(), &mut work.rounded);
        ops.multiply(&layer.attention_out, &work.rounded, &mut work.context);
        ops.add(states, &work.context);
        ops.normalise(states, &layer.attention_norm);
    }

    /// The feed-forward part, its residual and its norm.
    fn feed(&self, layer: &Layer, states: &mut [f32], work: &mut Workspace) {
        let ops = self.instructions;
        let (hidden, inner) = (self.config.hidden_size, self.config.intermediate_size);
        for chunk in states.chunks_mut(CHUNK * hidden) {
            let rows = chunk.len() / hidden;
            let (wide, out) = (&mut work.wide[..rows * inner], &mut work.out[..rows * hidden]);
            ops.round(chunk, hidden, layer.feed_in.block(), &mut work.rounded);
            ops.multiply(&layer.feed_in, &work.rounded, wide);
            ops.activate(wide);
            ops.round(wide, inner, layer.feed_out.block(), &mut work.rounded);
            ops.multiply(&layer.feed_out, &work.rounded, out);
            ops.add(chunk, out);
            ops.normalise(chunk, &layer.feed_norm);
        }
    }
}

/// What the layers write into, made once a batch.
struct Workspace {
    rounded: Rounded,
    projected: Vec<f32>,
    context: Vec<f32>,
    attention: rows::AttentionWork,
    wide: Vec<f32>,
    out: Vec<f32>,
}

impl Workspace {
    fn new(config: &Config, tokens: usize, longest: usize) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        Self {
            rounded: Rounded::default(),
            projected: vec![0.0; tokens * 3 * hidden],
            context: vec![0.0; tokens * hidden],
            attention: rows::AttentionWork::new(longest),
            wide: vec![0.0; CHUNK.min(tokens) * inner],
            out: vec![0.0; CHUNK.min(tokens) * hidden],
        }
    }
}

fn flat(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::bert::Bert;

    /// Weights that look like noise, the same for the same name and shape.
    struct Noise;

    impl Weights for Noise {
        fn get(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
            let shape = if shape.is_empty() { &[2, 64] } else { shape };
            let mut state = name.bytes().fold(7_u32, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
            let values: Vec<f32> = (0..shape.iter().product())
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.3
                })
                .collect();
            Tensor::from_vec(values, shape, &Device::Cpu)
        }

        fn word_embeddings(&mut self, hidden: usize) -> Result<WordEmbeddings> {
            Ok(WordEmbeddings::Dense(self.get("words", &[50, hidden])?))
        }
    }

    fn config() -> Config {
        serde_json::from_value(serde_json::json!({
            "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 192,
            "max_position_embeddings": 130,
        }))
        .unwrap()
    }

    #[test]
    fn every_path_agrees_with_the_network_in_floats() {
        let texts: Vec<Vec<u32>> = [1, 37, 128, 5].map(|length| (0..length).map(|at| at * 7 % 50).collect()).to_vec();
        let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let reference = flat(&Bert::load(config(), &mut Noise).unwrap().forward(&texts).unwrap()).unwrap();
        for instructions in Instructions::available() {
            let network = QuantisedBert::load_for(instructions, config(), &mut Noise).unwrap();
            let ours = flat(&network.forward(&texts).unwrap()).unwrap();
            let apart = ours.iter().zip(&reference).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(apart < 0.01, "{instructions:?}: {apart}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        let Some(instructions) = Instructions::detect() else { return };
        let network = QuantisedBert::load_for(instructions, config(), &mut Noise).unwrap();
        assert!(network.forward(&[&[1; 131]]).is_err());
    }
}
