//! BERT and XLM-RoBERTa (Devlin et al., 2019; Conneau et al., 2020) on candle's operations, for inference.
//!
//! Texts of a batch are laid end to end as one matrix `[tokens, hidden]`, so no work is spent on padding: the linear
//! layers stream each weight once for the whole batch, attention runs within each text's own rows.

use crate::gelu::gelu;
use candle_core::quantized::QTensor;
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops;
use serde::Deserialize;

/// The part of a Hugging Face `config.json` that shapes the network.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    /// `bert`, `roberta` or `xlm-roberta`.
    #[serde(default = "bert")]
    pub model_type: String,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads; divides `hidden_size`.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate_size: usize,
    /// Rows of the position table.
    pub max_position_embeddings: usize,
    /// Epsilon of the layer norms.
    #[serde(default = "epsilon")]
    pub layer_norm_eps: f64,
    /// Id of the padding token; RoBERTa's positions start after it.
    #[serde(default)]
    pub pad_token_id: usize,
}

fn bert() -> String {
    "bert".into()
}

fn epsilon() -> f64 {
    1e-12
}

impl Config {
    fn is_roberta(&self) -> bool {
        self.model_type.ends_with("roberta")
    }

    /// The position of a text's first token.
    pub(crate) fn first_position(&self) -> usize {
        if self.is_roberta() { self.pad_token_id + 1 } else { 0 }
    }

    /// The most tokens a text may have, the special ones included.
    pub fn max_tokens(&self) -> usize {
        self.max_position_embeddings.saturating_sub(self.first_position())
    }
}

/// A text as a network sees it.
#[derive(Debug, Clone, Copy)]
pub struct Sequence<'a> {
    /// Its ids, the special ones included.
    pub ids: &'a [u32],
    /// The row of the token-type table that is added to each token; 0 for those beyond the end.
    pub types: &'a [u8],
}

impl<'a> From<&'a [u32]> for Sequence<'a> {
    fn from(ids: &'a [u32]) -> Self {
        Self { ids, types: &[] }
    }
}

impl<'a> From<&'a Vec<u32>> for Sequence<'a> {
    fn from(ids: &'a Vec<u32>) -> Self {
        ids.as_slice().into()
    }
}

/// Where weights come from: a tensor by its Hugging Face name, without the `bert.` or `roberta.` prefix.
pub trait Weights {
    /// The tensor as f32.
    ///
    /// # Errors
    /// When there is none of that name and shape.
    fn get(&mut self, name: &str, shape: &[usize]) -> Result<Tensor>;

    /// The word embedding table, left quantised where it is.
    ///
    /// # Errors
    /// When there is none.
    fn word_embeddings(&mut self, hidden: usize) -> Result<WordEmbeddings>;
}

/// The word embedding table `[vocabulary, hidden]`.
pub enum WordEmbeddings {
    /// In full precision.
    Dense(Tensor),
    /// In 4-bit blocks, expanded row by row: 54 MB instead of 384 for a multilingual vocabulary.
    Quantised(QTensor),
}

impl WordEmbeddings {
    pub(crate) fn rows(&self, ids: &Tensor) -> Result<Tensor> {
        match self {
            Self::Dense(table) => table.index_select(ids, 0),
            Self::Quantised(table) => table.embedding(ids),
        }
    }
}

struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl LayerNorm {
    fn load(weights: &mut dyn Weights, name: &str, config: &Config) -> Result<Self> {
        let shape = [config.hidden_size];
        Ok(Self {
            weight: weights.get(&format!("{name}.weight"), &shape)?,
            bias: weights.get(&format!("{name}.bias"), &shape)?,
            epsilon: config.layer_norm_eps as f32,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        ops::layer_norm(x, &self.weight, &self.bias, self.epsilon)
    }
}

/// A linear layer with its weight transposed: `[in, out]`.
struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn load(weights: &mut dyn Weights, names: &[String], input: usize, output: usize) -> Result<Self> {
        let mut matrices = Vec::new();
        let mut biases = Vec::new();
        for name in names {
            matrices.push(weights.get(&format!("{name}.weight"), &[output, input])?);
            biases.push(weights.get(&format!("{name}.bias"), &[output])?);
        }
        Ok(Self { weight: Tensor::cat(&matrices, 0)?.t()?.contiguous()?, bias: Tensor::cat(&biases, 0)? })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

struct Layer {
    /// Query, key and value in one matrix: `[hidden, 3 · hidden]`.
    attention_in: Linear,
    attention_out: Linear,
    attention_norm: LayerNorm,
    feed_in: Linear,
    feed_out: Linear,
    feed_norm: LayerNorm,
}

/// A BERT or XLM-RoBERTa encoder.
pub struct Bert {
    config: Config,
    words: WordEmbeddings,
    /// `[positions, hidden]`
    positions: Tensor,
    /// `[types, hidden]`
    types: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

impl Bert {
    /// Loads the network.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than the configuration says.
    pub fn load(config: Config, weights: &mut dyn Weights) -> Result<Self> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        if hidden == 0 || config.num_attention_heads == 0 || !hidden.is_multiple_of(config.num_attention_heads) {
            candle_core::bail!(
                "hidden_size {hidden} is not divisible by num_attention_heads {}",
                config.num_attention_heads
            );
        }
        let positions =
            weights.get("embeddings.position_embeddings.weight", &[config.max_position_embeddings, hidden])?;
        let types = weights.get("embeddings.token_type_embeddings.weight", &[])?;
        let layers = (0..config.num_hidden_layers)
            .map(|layer| {
                let at = |part: &str| format!("encoder.layer.{layer}.{part}");
                let projections = ["query", "key", "value"].map(|part| at(&format!("attention.self.{part}")));
                Ok(Layer {
                    attention_in: Linear::load(weights, &projections, hidden, hidden)?,
                    attention_out: Linear::load(weights, &[at("attention.output.dense")], hidden, hidden)?,
                    attention_norm: LayerNorm::load(weights, &at("attention.output.LayerNorm"), &config)?,
                    feed_in: Linear::load(weights, &[at("intermediate.dense")], hidden, inner)?,
                    feed_out: Linear::load(weights, &[at("output.dense")], inner, hidden)?,
                    feed_norm: LayerNorm::load(weights, &at("output.LayerNorm"), &config)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            words: weights.word_embeddings(hidden)?,
            norm: LayerNorm::load(weights, "embeddings.LayerNorm", &config)?,
            positions,
            types,
            layers,
            config,
        })
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
    pub fn forward<'a, S: Copy + Into<Sequence<'a>>>(&self, texts: &[S]) -> Result<Tensor> {
        let device = &Device::Cpu;
        let first = self.config.first_position();
        let texts: Vec<Sequence<'_>> = texts.iter().map(|text| (*text).into()).collect();
        let (mut ids, mut places, mut types) = (Vec::new(), Vec::new(), Vec::new());
        for text in &texts {
            ids.extend_from_slice(text.ids);
            places.extend((0..text.ids.len()).map(|at| (first + at) as u32));
            types.extend((0..text.ids.len()).map(|at| u32::from(text.types.get(at).copied().unwrap_or(0))));
        }
        let words = self.words.rows(&Tensor::new(ids.as_slice(), device)?)?.to_dtype(DType::F32)?;
        let places = self.positions.index_select(&Tensor::new(places.as_slice(), device)?, 0)?;
        let types = self.types.index_select(&Tensor::new(types.as_slice(), device)?, 0)?;
        let mut x = self.norm.forward(&(words + (places + types)?)?)?;
        let lengths: Vec<usize> = texts.iter().map(|text| text.ids.len()).collect();
        for layer in &self.layers {
            let context = self.attend(&layer.attention_in.forward(&x)?, &lengths)?;
            x = layer.attention_norm.forward(&(layer.attention_out.forward(&context)? + x)?)?;
            let inner = gelu(&layer.feed_in.forward(&x)?)?;
            x = layer.feed_norm.forward(&(layer.feed_out.forward(&inner)? + x)?)?;
        }
        Ok(x)
    }

    /// Scaled dot-product attention within each text. `projected`: `[tokens, 3 · hidden]`; returns `[tokens, hidden]`.
    fn attend(&self, projected: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let hidden = self.config.hidden_size;
        let heads = self.config.num_attention_heads;
        let width = hidden / heads;
        let scale = 1.0 / (width as f64).sqrt();
        let mut start = 0;
        let mut contexts = Vec::with_capacity(lengths.len());
        for &length in lengths {
            // [length, 3, heads, width] to three of [heads, length, width]
            let own = projected.narrow(0, start, length)?.reshape((length, 3, heads, width))?;
            let part = |at: usize| own.narrow(1, at, 1)?.squeeze(1)?.transpose(0, 1)?.contiguous();
            let (query, key, value) = ((part(0)? * scale)?, part(1)?, part(2)?);
            let weights = ops::softmax_last_dim(&query.matmul(&key.transpose(D::Minus2, D::Minus1)?)?)?;
            contexts.push(weights.matmul(&value)?.transpose(0, 1)?.reshape((length, hidden))?);
            start += length;
        }
        Tensor::cat(&contexts, 0)
    }
}
