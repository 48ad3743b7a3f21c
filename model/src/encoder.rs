//! The sentence encoder: texts to vectors of length 1, close where meanings are close.

use crate::bert::{Bert, Config, Weights, WordEmbeddings};
use crate::quantised::QuantisedBert;
use candle_core::quantized::gguf_file;
use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use std::io::{Read, Seek};
use tokenizers::Tokenizer;

/// Which side of a search a text stands on; encoders like E5 are told by a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// What somebody looks for.
    Query,
    /// What can be found.
    Passage,
}

/// A text could not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The tokenizer refused the text.
    #[error("failed to tokenise a text: {0}")]
    Tokenise(String),
    /// The network failed.
    #[error("failed to run the encoder: {0}")]
    Network(#[from] candle_core::Error),
}

/// An encoder could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file of the model is missing.
    #[error("no {0} in the model's folder")]
    Missing(String),
    /// A file could not be read.
    #[error("failed to read {file}: {what}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// The weights do not fit the configuration.
    #[error("the weights do not fit the configuration: {0}")]
    Weights(#[from] candle_core::Error),
}

/// Anything that turns texts into vectors.
pub trait Encoder: Send + Sync {
    /// Name of the model, which vectors of different models are told apart by.
    fn name(&self) -> &str;

    /// Length of a vector.
    fn dimension(&self) -> usize;

    /// One vector a text, in the order given, each of length [`Encoder::dimension`] and L2 norm 1. Texts are NFC;
    /// what exceeds the model's window is cut.
    ///
    /// # Errors
    /// When a text cannot be tokenised or the network fails.
    fn encode(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>, EncodeError>;

    /// Tokens of a text, the special ones included, before cutting.
    ///
    /// # Errors
    /// When the text cannot be tokenised.
    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError>;
}

/// How token vectors become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The mean over the text's own tokens.
    #[default]
    Mean,
    /// The first token's.
    Cls,
}

/// What a model folder's `rasoat.json` may set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Name of the model; the folder's name by default.
    pub name: String,
    /// Put before a query.
    pub query_prefix: String,
    /// Put before a passage.
    pub passage_prefix: String,
    /// How token vectors become one.
    pub pooling: Pooling,
}

/// The network, in the arithmetic that suits its weights and this processor.
enum Network {
    /// As it was trained: a user's own model, and every processor without a kernel of ours.
    Plain(Bert),
    /// Its products in integers: weights that come in 4 bits lose nothing that could be seen.
    Quantised(QuantisedBert),
}

/// How exactly a network's products are to be made.
#[derive(Debug, Clone, Copy)]
enum Precision {
    /// In floats.
    Full,
    /// In integers, where this processor is faster at those.
    Rounded,
}

impl Network {
    fn load(precision: Precision, config: Config, weights: &mut dyn Weights) -> candle_core::Result<Self> {
        match precision {
            Precision::Rounded if QuantisedBert::pays(&config) => {
                Ok(Self::Quantised(QuantisedBert::load(config, weights)?))
            }
            Precision::Rounded | Precision::Full => Ok(Self::Plain(Bert::load(config, weights)?)),
        }
    }

    fn forward(&self, texts: &[&[u32]]) -> candle_core::Result<Tensor> {
        match self {
            Self::Plain(bert) => bert.forward(texts),
            Self::Quantised(bert) => {
                let texts: Vec<_> = texts.iter().map(|text| (*text).into()).collect();
                let states = bert.forward(&texts, crate::quantised::Threads::One)?;
                let hidden = bert.config().hidden_size;
                Tensor::from_vec(states, ((), hidden), &Device::Cpu)
            }
        }
    }

    fn config(&self) -> &Config {
        match self {
            Self::Plain(bert) => bert.config(),
            Self::Quantised(bert) => bert.config(),
        }
    }
}

/// A sentence encoder on BERT or XLM-RoBERTa.
pub struct BertEncoder {
    network: Network,
    tokenizer: Tokenizer,
    settings: Settings,
}

/// Tokens a batch holds at the most: enough to keep the matrix products busy, few enough to stay in cache.
const BATCH_TOKENS: usize = 1_024;

impl BertEncoder {
    /// Loads an encoder from GGUF weights (Hugging Face tensor names), a `config.json` and a `tokenizer.json`.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn from_gguf<R: Read + Seek>(
        weights: &mut R,
        config: &[u8],
        tokenizer: &[u8],
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let content = gguf_file::Content::read(weights)
            .map_err(|e| LoadError::Unreadable { file: "model.gguf".into(), what: e.to_string() })?;
        Self::new(&mut GgufWeights { content, file: weights }, Precision::Rounded, config, tokenizer, settings)
    }

    /// Loads an encoder from safetensors weights.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn from_safetensors(
        files: &[Vec<u8>],
        config: &[u8],
        tokenizer: &[u8],
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let mut tensors = std::collections::HashMap::new();
        for file in files {
            tensors.extend(
                candle_core::safetensors::load_buffer(file, &Device::Cpu)
                    .map_err(|e| LoadError::Unreadable { file: "safetensors".into(), what: e.to_string() })?,
            );
        }
        Self::new(&mut DenseWeights { tensors }, Precision::Full, config, tokenizer, settings)
    }

    fn new(
        weights: &mut dyn Weights,
        precision: Precision,
        config: &[u8],
        tokenizer: &[u8],
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let unreadable = |file: &str, what: String| LoadError::Unreadable { file: file.into(), what };
        let config: Config = serde_json::from_slice(config).map_err(|e| unreadable("config.json", e.to_string()))?;
        if !matches!(config.model_type.as_str(), "bert" | "roberta" | "xlm-roberta") {
            let what = format!("model_type {} is neither BERT nor XLM-R", config.model_type);
            return Err(unreadable("config.json", what));
        }
        let mut tokenizer =
            Tokenizer::from_bytes(tokenizer).map_err(|e| unreadable("tokenizer.json", e.to_string()))?;
        tokenizer.with_padding(None);
        let truncation =
            tokenizers::TruncationParams { max_length: config.max_tokens().min(512), ..Default::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(|e| unreadable("tokenizer.json", e.to_string()))?;
        Ok(Self { network: Network::load(precision, config, weights)?, tokenizer, settings })
    }

    fn ids(&self, text: &str, kind: TextKind) -> Result<Vec<u32>, EncodeError> {
        let prefix = match kind {
            TextKind::Query => &self.settings.query_prefix,
            TextKind::Passage => &self.settings.passage_prefix,
        };
        let encoding = self
            .tokenizer
            .encode_fast(format!("{prefix}{text}"), true)
            .map_err(|e| EncodeError::Tokenise(e.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The vectors of one batch.
    fn batch(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let states = self.network.forward(texts)?;
        let mut start = 0;
        texts
            .iter()
            .map(|text| {
                let own = states.narrow(0, start, text.len())?;
                start += text.len();
                let pooled = match self.settings.pooling {
                    Pooling::Mean => own.mean(0)?,
                    Pooling::Cls => own.narrow(0, 0, 1)?.squeeze(0)?,
                };
                let mut vector = pooled.to_vec1::<f32>()?;
                let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
                vector.iter_mut().for_each(|v| *v /= norm);
                Ok(vector)
            })
            .collect()
    }
}

impl Encoder for BertEncoder {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn dimension(&self) -> usize {
        self.network.config().hidden_size
    }

    fn encode(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>, EncodeError> {
        let ids = texts.iter().map(|text| self.ids(text, kind)).collect::<Result<Vec<_>, _>>()?;
        // Longest first: batches of similar lengths, and no long straggler at the end.
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(ids[*at].len()));
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let mut tokens = usize::MAX;
        for at in order {
            match batches.last_mut() {
                Some(batch) if tokens + ids[at].len() <= BATCH_TOKENS => {
                    batch.push(at);
                    tokens += ids[at].len();
                }
                _ => {
                    tokens = ids[at].len();
                    batches.push(vec![at]);
                }
            }
        }
        let run = |batch: &Vec<usize>| {
            let own: Vec<&[u32]> = batch.iter().map(|at| ids[*at].as_slice()).collect();
            self.batch(&own).map(|vectors| batch.iter().copied().zip(vectors).collect::<Vec<_>>())
        };
        #[cfg(not(target_arch = "wasm32"))]
        let done = {
            use rayon::prelude::*;
            batches.par_iter().map(run).collect::<Result<Vec<_>, _>>()?
        };
        #[cfg(target_arch = "wasm32")]
        let done = batches.iter().map(run).collect::<Result<Vec<_>, _>>()?;
        let mut vectors = vec![Vec::new(); texts.len()];
        for (at, vector) in done.into_iter().flatten() {
            vectors[at] = vector;
        }
        Ok(vectors)
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError> {
        Ok(self.ids(text, TextKind::Passage)?.len())
    }
}

struct GgufWeights<'a, R> {
    content: gguf_file::Content,
    file: &'a mut R,
}

impl<R: Read + Seek> Weights for GgufWeights<'_, R> {
    fn get(&mut self, name: &str, shape: &[usize]) -> candle_core::Result<Tensor> {
        let tensor = self.content.tensor(self.file, name, &Device::Cpu)?.dequantize(&Device::Cpu)?;
        expect_shape(name, &tensor, shape)?;
        Ok(tensor)
    }

    fn word_embeddings(&mut self, hidden: usize) -> candle_core::Result<WordEmbeddings> {
        let table = self.content.tensor(self.file, "embeddings.word_embeddings.weight", &Device::Cpu)?;
        if table.shape().dims().get(1) != Some(&hidden) {
            candle_core::bail!("embeddings.word_embeddings.weight has shape {:?}", table.shape());
        }
        Ok(WordEmbeddings::Quantised(table))
    }
}

struct DenseWeights {
    tensors: std::collections::HashMap<String, Tensor>,
}

impl DenseWeights {
    fn take(&mut self, name: &str) -> candle_core::Result<Tensor> {
        // Old checkpoints call the layer norm's parameters gamma and beta, and prefix everything by the model's name.
        let old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        for prefix in ["", "bert.", "roberta."] {
            for name in [name, old.as_str()] {
                if let Some(tensor) = self.tensors.remove(&format!("{prefix}{name}")) {
                    return tensor.to_dtype(DType::F32);
                }
            }
        }
        candle_core::bail!("no tensor {name}")
    }
}

impl Weights for DenseWeights {
    fn get(&mut self, name: &str, shape: &[usize]) -> candle_core::Result<Tensor> {
        let tensor = self.take(name)?;
        expect_shape(name, &tensor, shape)?;
        Ok(tensor)
    }

    fn word_embeddings(&mut self, hidden: usize) -> candle_core::Result<WordEmbeddings> {
        let table = self.take("embeddings.word_embeddings.weight")?;
        if table.dims().get(1) != Some(&hidden) {
            candle_core::bail!("embeddings.word_embeddings.weight has shape {:?}", table.shape());
        }
        Ok(WordEmbeddings::Dense(table))
    }
}

/// An empty `shape` accepts any.
fn expect_shape(name: &str, tensor: &Tensor, shape: &[usize]) -> candle_core::Result<()> {
    if shape.is_empty() || tensor.dims() == shape {
        return Ok(());
    }
    candle_core::bail!("{name} has shape {:?}, not {shape:?}", tensor.dims())
}
