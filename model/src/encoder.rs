//! The sentence encoder: texts to vectors of length 1, close where meanings are close.

use crate::adapter::{Adapter, AdapterError, Purpose};
use crate::bert::{Bert, Config, Sequence, Weights, WordEmbeddings};
use crate::quantised::{QuantisedBert, SAMPLES, Threads};
use candle_core::quantized::gguf_file;
use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};
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
    /// A model that runs in another module failed.
    #[error("a model failed: {0}")]
    Elsewhere(String),
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
    /// The adapter cannot be read or belongs to other weights.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

impl Settings {
    /// A text's ids, its prefix and the special tokens included, cut to the tokenizer's window.
    pub(crate) fn tokenise(&self, tokenizer: &Tokenizer, text: &str, kind: TextKind) -> Result<Vec<u32>, EncodeError> {
        let prefix = match kind {
            TextKind::Query => &self.query_prefix,
            TextKind::Passage => &self.passage_prefix,
        };
        let encoding =
            tokenizer.encode_fast(format!("{prefix}{text}"), true).map_err(|e| EncodeError::Tokenise(e.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }
}

/// How exactly a network's products are to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// In floats, by candle: as the network was trained.
    Full,
    /// In 8 to 11 bits, by kernels of our own: several times faster, and a vector's cosine to that in floats stays above
    /// .995 (on real provisions; see `cargo xtask bench encode`).
    Rounded,
}

/// The network, in the arithmetic that suits its weights and this processor.
pub(crate) enum Network {
    /// As it was trained: a user's own model, and shapes that no kernel of ours takes.
    Plain(Bert),
    /// Its products in integers.
    Quantised(QuantisedBert),
}

impl Network {
    /// `samples` are the ids of texts of the kind that the network is to read.
    pub(crate) fn load(
        precision: Precision,
        config: Config,
        weights: &mut dyn Weights,
        samples: &[Vec<u32>],
    ) -> candle_core::Result<Self> {
        match precision {
            Precision::Rounded if QuantisedBert::pays(&config) => {
                Ok(Self::Quantised(QuantisedBert::load(config, weights, samples)?))
            }
            Precision::Rounded | Precision::Full => Ok(Self::Plain(Bert::load(config, weights)?)),
        }
    }

    /// The last hidden states of a batch: `[tokens, hidden]`.
    pub(crate) fn forward(&self, texts: &[Sequence<'_>], threads: Threads) -> candle_core::Result<Vec<f32>> {
        match self {
            Self::Plain(bert) => bert.forward(texts)?.flatten_all()?.to_vec1(),
            Self::Quantised(bert) => bert.forward(texts, threads),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        match self {
            Self::Plain(bert) => bert.config(),
            Self::Quantised(bert) => bert.config(),
        }
    }

    /// What `pool` makes of the last hidden states `[tokens, hidden]` of each text, in the order given, on all cores.
    pub(crate) fn pooled<'a, A, S>(
        &self,
        texts: &'a [S],
        pool: impl Fn(&[f32]) -> A + Sync + Send,
    ) -> candle_core::Result<Vec<A>>
    where
        A: Send + Clone + Default,
        Sequence<'a>: From<&'a S>,
    {
        let texts: Vec<Sequence<'_>> = texts.iter().map(Sequence::from).collect();
        let tokens: usize = texts.iter().map(|text| text.ids.len()).sum();
        let own = self.own_batch();
        let run = |batch: &Vec<usize>, threads: Threads| -> candle_core::Result<Vec<(usize, A)>> {
            let own: Vec<Sequence<'_>> = batch.iter().map(|at| texts[*at]).collect();
            let states = self.forward(&own, threads)?;
            let mut rest = states.as_slice();
            let pooled = batch.iter().map(|at| {
                let (own, others) = rest.split_at(texts[*at].ids.len() * self.config().hidden_size);
                rest = others;
                (*at, pool(own))
            });
            Ok(pooled.collect())
        };
        // With few batches a thread would wait for the last; candle's network is not shared at all.
        let shared = tokens < 4 * own * Threads::All.count() && matches!(self, Self::Quantised(_));
        let done = if shared {
            batches(&texts, SHARED_BATCH).iter().map(|batch| run(batch, Threads::All)).collect::<Result<Vec<_>, _>>()?
        } else {
            each(&batches(&texts, own), |batch| run(batch, Threads::One))?
        };
        let mut all = vec![A::default(); texts.len()];
        done.into_iter().flatten().for_each(|(at, pooled)| all[at] = pooled);
        Ok(all)
    }

    /// Tokens of a batch, at the most, when each thread has a batch of its own: as many as the products need to be busy
    /// and the cache holds.
    fn own_batch(&self) -> usize {
        match self {
            Self::Plain(_) => 1_024,
            Self::Quantised(_) => 288,
        }
    }
}

/// Places of texts, batch by batch, each of at most `most` tokens or one text. Longest first: batches of similar lengths,
/// and no long straggler at the end.
fn batches(texts: &[Sequence<'_>], most: usize) -> Vec<Vec<usize>> {
    let length = |at: usize| texts[at].ids.len();
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(length(*at)));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut tokens = usize::MAX;
    for at in order {
        match batches.last_mut() {
            Some(batch) if tokens + length(at) <= most => {
                batch.push(at);
                tokens += length(at);
            }
            _ => {
                tokens = length(at);
                batches.push(vec![at]);
            }
        }
    }
    batches
}

/// A sentence encoder on BERT or XLM-RoBERTa.
pub struct BertEncoder {
    network: Network,
    tokenizer: Tokenizer,
    settings: Settings,
}

/// Tokens of a batch, at the most, when all threads share it.
const SHARED_BATCH: usize = 4_096;

/// What a model's folder holds besides its weights.
#[derive(Debug, Clone, Copy)]
pub struct Description<'a> {
    /// `config.json`.
    pub config: &'a [u8],
    /// `tokenizer.json`.
    pub tokenizer: &'a [u8],
    /// `adapter.safetensors`, where there is one.
    pub adapter: Option<&'a [u8]>,
}

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
        Self::from_gguf_in(Precision::Rounded, weights, config, tokenizer, settings)
    }

    /// As [`BertEncoder::from_gguf`], in the precision asked for.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn from_gguf_in<R: Read + Seek>(
        precision: Precision,
        weights: &mut R,
        config: &[u8],
        tokenizer: &[u8],
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let description = Description { config, tokenizer, adapter: None };
        Self::new(&mut GgufWeights::open(weights)?, precision, description, settings)
    }

    /// [`BertEncoder::from_gguf`] with the adapter that `description` may hold; the encoder's name then tells so.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn adapted_from_gguf<R: Read + Seek>(
        weights: &mut R,
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::adapted_from_gguf_in(Precision::Rounded, weights, description, settings)
    }

    /// As [`BertEncoder::adapted_from_gguf`], in the precision asked for.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn adapted_from_gguf_in<R: Read + Seek>(
        precision: Precision,
        weights: &mut R,
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::new(&mut GgufWeights::open(weights)?, precision, description, settings)
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
        Self::adapted_from_safetensors(files, Description { config, tokenizer, adapter: None }, settings)
    }

    /// [`BertEncoder::from_safetensors`] with the adapter that `description` may hold.
    ///
    /// # Errors
    /// When a part cannot be read or the parts do not fit.
    pub fn adapted_from_safetensors(
        files: &[Vec<u8>],
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::new(&mut DenseWeights::open(files)?, Precision::Full, description, settings)
    }

    fn new(
        weights: &mut dyn Weights,
        precision: Precision,
        description: Description<'_>,
        mut settings: Settings,
    ) -> Result<Self, LoadError> {
        let config = read_config(description.config)?;
        let tokenizer = read_tokenizer(description.tokenizer, config.max_tokens().min(512))?;
        let samples = samples(&settings, &tokenizer)?;
        let network = match description.adapter {
            Some(file) => {
                let adapter = Adapter::from_bytes(file)?;
                adapter.expect(Purpose::Encoder)?;
                settings.name = format!("{}+{}", settings.name, adapter.label(file));
                Network::load(precision, config.clone(), &mut adapter.merge(weights, &config)?, &samples)?
            }
            None => Network::load(precision, config, weights, &samples)?,
        };
        Ok(Self { network, tokenizer, settings })
    }

    fn ids(&self, text: &str, kind: TextKind) -> Result<Vec<u32>, EncodeError> {
        self.settings.tokenise(&self.tokenizer, text, kind)
    }

    /// The vector of a text with these states: `[tokens, hidden]`.
    fn pool(&self, states: &[f32]) -> Vec<f32> {
        let rows = states.chunks_exact(self.dimension());
        let rows = match self.settings.pooling {
            Pooling::Mean => rows.take(usize::MAX),
            Pooling::Cls => rows.take(1),
        };
        let mut vector = vec![0.0; self.dimension()];
        for row in rows {
            vector.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
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
        let ids = each(texts, |text| self.ids(text, kind))?;
        Ok(self.network.pooled(&ids, |states| self.pool(states))?)
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError> {
        Ok(self.ids(text, TextKind::Passage)?.len())
    }
}

/// Every question and provision of [`SAMPLES`].
fn samples(settings: &Settings, tokenizer: &Tokenizer) -> Result<Vec<Vec<u32>>, LoadError> {
    Ok(sample_pairs(settings, tokenizer)?.into_iter().flatten().collect())
}

/// The ids of [`SAMPLES`], question and provision.
pub(crate) fn sample_pairs(settings: &Settings, tokenizer: &Tokenizer) -> Result<Vec<[Vec<u32>; 2]>, LoadError> {
    let ids = |text: &str, kind| {
        let unreadable = |e: EncodeError| LoadError::Unreadable { file: "tokenizer.json".into(), what: e.to_string() };
        settings.tokenise(tokenizer, text, kind).map_err(unreadable)
    };
    let pair = |(query, passage): &(&str, &str)| Ok([ids(query, TextKind::Query)?, ids(passage, TextKind::Passage)?]);
    SAMPLES.iter().map(pair).collect()
}

/// Does `work` on every item, on all cores.
pub(crate) fn each<T: Sync, A: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<A, E> + Sync + Send,
) -> Result<Vec<A>, E> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        // One at a time: items differ in size, and the large ones come first.
        items.par_iter().with_max_len(1).map(work).collect()
    }
    #[cfg(target_arch = "wasm32")]
    items.iter().map(work).collect()
}

/// Weights of a GGUF file.
pub(crate) struct GgufWeights<R> {
    content: gguf_file::Content,
    file: R,
}

impl<R: Read + Seek> GgufWeights<R> {
    /// Reads the file's directory.
    pub(crate) fn open(mut file: R) -> Result<Self, LoadError> {
        let content = gguf_file::Content::read(&mut file)
            .map_err(|e| LoadError::Unreadable { file: "model.gguf".into(), what: e.to_string() })?;
        Ok(Self { content, file })
    }
}

impl<R: Read + Seek> Weights for GgufWeights<R> {
    fn get(&mut self, name: &str, shape: &[usize]) -> candle_core::Result<Tensor> {
        let tensor = self.content.tensor(&mut self.file, name, &Device::Cpu)?.dequantize(&Device::Cpu)?;
        expect_shape(name, &tensor, shape)?;
        Ok(tensor)
    }

    fn word_embeddings(&mut self, hidden: usize) -> candle_core::Result<WordEmbeddings> {
        let table = self.content.tensor(&mut self.file, "embeddings.word_embeddings.weight", &Device::Cpu)?;
        if table.shape().dims().get(1) != Some(&hidden) {
            candle_core::bail!("embeddings.word_embeddings.weight has shape {:?}", table.shape());
        }
        Ok(WordEmbeddings::Quantised(table))
    }
}

/// Weights of safetensors files.
pub(crate) struct DenseWeights {
    tensors: std::collections::HashMap<String, Tensor>,
}

impl DenseWeights {
    /// Reads the files' bytes.
    pub(crate) fn open(files: &[Vec<u8>]) -> Result<Self, LoadError> {
        let mut tensors = std::collections::HashMap::new();
        for file in files {
            tensors.extend(
                candle_core::safetensors::load_buffer(file, &Device::Cpu)
                    .map_err(|e| LoadError::Unreadable { file: "safetensors".into(), what: e.to_string() })?,
            );
        }
        Ok(Self { tensors })
    }

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

/// A `config.json`, if it is one of a network that can be run here.
pub(crate) fn read_config(config: &[u8]) -> Result<Config, LoadError> {
    let unreadable = |what: String| LoadError::Unreadable { file: "config.json".into(), what };
    let config: Config = serde_json::from_slice(config).map_err(|e| unreadable(e.to_string()))?;
    if !matches!(config.model_type.as_str(), "bert" | "roberta" | "xlm-roberta") {
        return Err(unreadable(format!("model_type {} is neither BERT nor XLM-R", config.model_type)));
    }
    Ok(config)
}

/// A `tokenizer.json` that cuts texts to `window` tokens.
pub(crate) fn read_tokenizer(tokenizer: &[u8], window: usize) -> Result<Tokenizer, LoadError> {
    let unreadable = |what: String| LoadError::Unreadable { file: "tokenizer.json".into(), what };
    let mut tokenizer = Tokenizer::from_bytes(tokenizer).map_err(|e| unreadable(e.to_string()))?;
    tokenizer.with_padding(None);
    let truncation = tokenizers::TruncationParams { max_length: window, ..Default::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(|e| unreadable(e.to_string()))?;
    Ok(tokenizer)
}

/// An empty `shape` accepts any.
fn expect_shape(name: &str, tensor: &Tensor, shape: &[usize]) -> candle_core::Result<()> {
    if shape.is_empty() || tensor.dims() == shape {
        return Ok(());
    }
    candle_core::bail!("{name} has shape {:?}, not {shape:?}", tensor.dims())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
