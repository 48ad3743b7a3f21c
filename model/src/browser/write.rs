//! Writes the browser's file from an encoder's folder: prunes the vocabulary, keeps the weights' own 4 bits.
//!
//! Hard only where weights were adapted to law after they had been rounded: 4 bits anew cost more than all other rounding
//! together (a cosine of 0.991 to 0.996), 8 bits twice the download. The change is of low rank, so it is written as its
//! two factors beside the old 4 bits, and made where the file is loaded; 4 bits do for the factors (0.999997).

use super::file::{Bits, Contents, JudgeContents, Layer, LowRank, Matrix, Norm, Shape, Vocabulary, Weights, identity};
use super::vocabulary;
use crate::adapter::{Adapter, AdapterError, Factors, Purpose};
use crate::bert::Config;
use crate::encoder::{GgufWeights, LoadError, Settings};
use crate::unigram::{self, Unigram};
use candle_core::quantized::{GgmlDType, gguf_file};
use candle_core::{DType, Device, Tensor};
use std::io::{Read, Seek};
use std::path::Path;
use std::sync::Arc;

/// An encoder's folder cannot be written as a file for the browser.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The tokenizer is of another kind.
    #[error("the tokenizer cannot be written for the browser: {0}")]
    Tokenizer(#[from] unigram::NotUnigram),
    /// The configuration cannot be read.
    #[error("failed to read config.json or rasoat.json: {0}")]
    Config(#[from] serde_json::Error),
    /// A tensor is missing or cannot be read.
    #[error("failed to read the weights: {0}")]
    Weights(#[from] candle_core::Error),
    /// The adapter cannot be read or belongs to other weights.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The weights' file cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The encoder's own file is damaged.
    #[error(transparent)]
    Encoder(#[from] super::file::FileError),
    /// A part has a shape that the file has no room for.
    #[error("the encoder has a shape that the browser's file has no room for: {0}")]
    Shape(&'static str),
    /// A file cannot be read or written.
    #[error("failed to read or write a file of the encoder: {0}")]
    File(#[from] std::io::Error),
}

/// Which pieces of the tokenizer are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pruning {
    /// Those that Vietnamese legal text is written with.
    Legal,
    /// All of them.
    None,
}

/// The parts of an encoder's folder, and what is to be made of them.
pub struct Source<'a, R> {
    /// `model.gguf`
    pub weights: &'a mut R,
    /// `config.json`
    pub config: &'a [u8],
    /// `tokenizer.json`
    pub tokenizer: &'a [u8],
    /// `adapter.safetensors`, where there is one.
    pub adapter: Option<&'a [u8]>,
    /// Name, prefixes, pooling; the adapter adds its label to the name.
    pub settings: Settings,
    /// Which pieces are written.
    pub pruning: Pruning,
}

/// What the file holds for an encoder's folder.
///
/// # Errors
/// When a part cannot be read, is missing or of a kind that the browser's encoder cannot run, or the adapter is not one
/// of these weights.
pub fn contents<R: Read + Seek>(source: Source<'_, R>) -> Result<Contents, WriteError> {
    let Source { weights, config, tokenizer, adapter, settings, pruning } = source;
    let config: Config = serde_json::from_slice(config)?;
    let (adapter, settings) = adapted(adapter, settings)?;
    if let Some(adapter) = &adapter {
        adapter.check(&mut GgufWeights::open(&mut *weights)?, &config)?;
        weights.rewind()?;
    }
    if config.first_position() != 0 {
        return Err(WriteError::Shape("positions that do not begin at the first token"));
    }
    let (whole, worst) = Unigram::from_json(tokenizer)?;
    let pieces: Vec<String> = (0..whole.len() as u32).map(|id| whole.piece(id).to_owned()).collect();
    let unigram::Specials { begin, end, pad, unknown } = whole.specials();
    let specials = [begin, end, pad, unknown];
    let kept = match pruning {
        Pruning::Legal => {
            let prefixes = [&settings.query_prefix, &settings.passage_prefix];
            let always: Vec<u32> = prefixes.iter().flat_map(|prefix| whole.encode(prefix, usize::MAX)).collect();
            vocabulary::kept(&pieces, &[specials.as_slice(), &always].concat())
        }
        Pruning::None => (0..pieces.len() as u32).collect(),
    };
    let new_id = |old: u32| kept.binary_search(&old).map(|id| id as u32);
    let mut renamed = [0; 4];
    for (new, old) in renamed.iter_mut().zip(specials) {
        *new = new_id(old).map_err(|_| WriteError::Shape("a special piece that was pruned"))?;
    }
    if pieces.iter().any(|piece| piece.len() > 255) {
        return Err(WriteError::Shape("a piece of more than 255 bytes"));
    }
    let vocabulary = Vocabulary {
        pieces: kept.iter().map(|id| (pieces[*id as usize].clone(), whole.score(*id))).collect(),
        specials: renamed,
        worst,
    };
    let content = gguf_file::Content::read(weights)?;
    let mut tensors = Tensors { content, file: weights };
    let hidden = config.hidden_size;
    let words = Arc::new(tensors.matrix("embeddings.word_embeddings.weight", hidden, Some(&kept))?);
    let types = tensors.dense("embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
    let positions = tensors.dense("embeddings.position_embeddings.weight")?.broadcast_add(&types)?;
    let positions = Matrix::round(&flat(&positions)?, hidden, Bits::Eight);
    let norm = tensors.norm("embeddings.LayerNorm")?;
    let inner = config.intermediate_size;
    let layers = (0..config.num_hidden_layers)
        .map(|layer| tensors.layer(&format!("encoder.layer.{layer}"), hidden, inner, adapter.as_ref()))
        .collect::<Result<_, _>>()?;
    let shape = Shape {
        hidden,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        inner,
        positions: config.max_tokens(),
        epsilon: config.layer_norm_eps as f32,
    };
    Ok(Contents { shape, settings, vocabulary, words, positions, norm, layers })
}

/// What the file is called in an encoder's folder.
pub const FILE: &str = "browser.bin";

/// Writes [`FILE`] into an encoder's folder, with the `adapter.safetensors` that may lie there, unless one of the same
/// encoder is there already; `true` when it was written.
///
/// # Errors
/// When the folder's encoder is none that a browser can run, or a file cannot be read or written.
pub fn write_folder(folder: &Path) -> Result<bool, WriteError> {
    let place = folder.join(FILE);
    let adapter = folder.join("adapter.safetensors");
    let adapter = if adapter.exists() { Some(std::fs::read(adapter)?) } else { None };
    let settings: Settings = serde_json::from_slice(&std::fs::read(folder.join("rasoat.json"))?)?;
    let wanted = adapted(adapter.as_deref(), settings.clone())?.1;
    if std::fs::read(&place).is_ok_and(|old| Contents::from_bytes(&old).is_ok_and(|old| old.settings == wanted)) {
        return Ok(false);
    }
    let source = Source {
        weights: &mut std::io::BufReader::new(std::fs::File::open(folder.join("model.gguf"))?),
        config: &std::fs::read(folder.join("config.json"))?,
        tokenizer: &std::fs::read(folder.join("tokenizer.json"))?,
        adapter: adapter.as_deref(),
        settings,
        pruning: Pruning::Legal,
    };
    put(folder, FILE, &contents(source)?.to_bytes())?;
    Ok(true)
}

/// What a judge's file is called in an encoder's folder.
pub const JUDGE_FILE: &str = "browser-judge.bin";

/// The parts of a layer that an adapter may change, in the order of [`Layer::weights`].
const PARTS: [&str; 6] = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
];

/// What a judge's file holds: its adapter's change of the weights in an encoder's file, in 8 bits, since 4 of them cost it
/// what the base has lost already.
///
/// # Errors
/// When the adapter cannot be read, is no judge's or has a shape that the file has no room for.
pub fn judge_contents(adapter: &[u8], settings: &Settings, encoder: &[u8]) -> Result<JudgeContents, WriteError> {
    let base = identity(encoder).ok_or(WriteError::Shape("no file of an encoder"))?;
    let layers = Contents::from_bytes(encoder)?.shape.layers;
    let read = Adapter::from_bytes(adapter)?;
    read.expect(Purpose::Judge)?;
    let changes = (0..layers).map(|layer| {
        let mut changes = [const { None }; 6];
        for (change, part) in changes.iter_mut().zip(PARTS) {
            *change = change_of(&read, &format!("encoder.layer.{layer}.{part}"), Bits::Eight)?;
        }
        Ok(changes)
    });
    let changes = changes.collect::<Result<_, WriteError>>()?;
    let name = format!("{}+{}", settings.name, read.label(adapter));
    let max_tokens = read.max_tokens;
    let head = read.relations.ok_or(WriteError::Shape("a judge without a head"))?;
    Ok(JudgeContents { base, name, max_tokens, changes, head })
}

/// Writes [`JUDGE_FILE`] into an encoder's folder with a `judge.safetensors` in it, beside the [`FILE`] that
/// [`write_folder`] has written, unless the same is there already; `true` when it was written.
///
/// # Errors
/// When the folder's judge is none that a browser can run, or a file cannot be read or written.
pub fn write_judge(folder: &Path) -> Result<bool, WriteError> {
    let settings: Settings = serde_json::from_slice(&std::fs::read(folder.join("rasoat.json"))?)?;
    let adapter = std::fs::read(folder.join("judge.safetensors"))?;
    let bytes = judge_contents(&adapter, &settings, &std::fs::read(folder.join(FILE))?)?.to_bytes();
    let place = folder.join(JUDGE_FILE);
    if std::fs::read(&place).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    put(folder, JUDGE_FILE, &bytes)?;
    Ok(true)
}

/// Writes a file whole or not at all.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let fresh = folder.join(format!(".{name}.new"));
    std::fs::write(&fresh, bytes)?;
    Ok(std::fs::rename(&fresh, folder.join(name))?)
}

/// The adapter in a file's bytes, and the settings of the encoder that it makes.
fn adapted(file: Option<&[u8]>, mut settings: Settings) -> Result<(Option<Adapter>, Settings), WriteError> {
    let Some(file) = file else { return Ok((None, settings)) };
    let adapter = Adapter::from_bytes(file)?;
    adapter.expect(Purpose::Encoder)?;
    settings.name = format!("{}+{}", settings.name, adapter.label(file));
    Ok((Some(adapter), settings))
}

struct Tensors<'a, R> {
    content: gguf_file::Content,
    file: &'a mut R,
}

impl<R: Read + Seek> Tensors<'_, R> {
    fn dense(&mut self, name: &str) -> Result<Tensor, WriteError> {
        Ok(self.content.tensor(self.file, name, &Device::Cpu)?.dequantize(&Device::Cpu)?.to_dtype(DType::F32)?)
    }

    /// A matrix in 4 bits where it comes in those, in 8 otherwise; of its rows only `kept`.
    fn matrix(&mut self, name: &str, columns: usize, kept: Option<&[u32]>) -> Result<Matrix, WriteError> {
        let tensor = self.content.tensor(self.file, name, &Device::Cpu)?;
        let (rows, own) = tensor.shape().dims2()?;
        if own != columns || !columns.is_multiple_of(super::file::BLOCK) {
            return Err(WriteError::Shape("a matrix of another width"));
        }
        let every: Vec<u32>;
        let kept = match kept {
            Some(kept) => kept,
            None => {
                every = (0..rows as u32).collect();
                &every
            }
        };
        let missing = WriteError::Shape("a piece without an embedding");
        if tensor.dtype() == GgmlDType::Q4_0 {
            let rows = kept.iter().map(|row| *row as usize);
            return Matrix::from_q4(&tensor.data()?, columns, rows).ok_or(missing);
        }
        let values = flat(&tensor.dequantize(&Device::Cpu)?)?;
        let mut chosen = Vec::with_capacity(kept.len() * columns);
        for row in kept {
            let start = *row as usize * columns;
            chosen.extend_from_slice(
                values.get(start..start + columns).ok_or(WriteError::Shape("a piece without an embedding"))?,
            );
        }
        Ok(Matrix::round(&chosen, columns, Bits::Eight))
    }

    fn norm(&mut self, name: &str) -> Result<Norm, WriteError> {
        let (weight, bias) = (self.dense(&format!("{name}.weight"))?, self.dense(&format!("{name}.bias"))?);
        Ok(Norm { weight: flat(&weight)?, bias: flat(&bias)? })
    }

    fn layer(
        &mut self,
        name: &str,
        hidden: usize,
        inner: usize,
        adapter: Option<&Adapter>,
    ) -> Result<Layer, WriteError> {
        let mut weights = |part: &str, inputs: usize| -> Result<Weights, WriteError> {
            let name = format!("{name}.{part}");
            let change = adapter.map(|adapter| change_of(adapter, &name, Bits::Four)).transpose()?.flatten();
            let matrix = self.matrix(&format!("{name}.weight"), inputs, None)?;
            Ok(Weights { matrix, change, bias: flat(&self.dense(&format!("{name}.bias"))?)? })
        };
        let [query, key, value, out, feed_in, feed_out] = PARTS;
        let weights = [
            weights(query, hidden)?,
            weights(key, hidden)?,
            weights(value, hidden)?,
            weights(out, hidden)?,
            weights(feed_in, hidden)?,
            weights(feed_out, inner)?,
        ];
        let norms = [
            self.norm(&format!("{name}.attention.output.LayerNorm"))?,
            self.norm(&format!("{name}.output.LayerNorm"))?,
        ];
        Ok(Layer { weights, norms })
    }
}

/// What an adapter adds to a part of a network.
fn change_of(adapter: &Adapter, name: &str, bits: Bits) -> Result<Option<LowRank>, WriteError> {
    let Some(Factors { a, b }) = adapter.factors.get(name) else { return Ok(None) };
    let up = (b.t()? * f64::from(adapter.scale))?;
    Ok(Some(LowRank { down: rounded(a, bits)?, up: rounded(&up, bits)? }))
}

fn rounded(factor: &Tensor, bits: Bits) -> Result<Matrix, WriteError> {
    let (_, columns) = factor.dims2()?;
    if !columns.is_multiple_of(super::file::BLOCK) {
        return Err(WriteError::Shape("a factor of another width"));
    }
    Ok(Matrix::round(&flat(factor)?, columns, bits))
}

fn flat(tensor: &Tensor) -> Result<Vec<f32>, WriteError> {
    Ok(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?)
}

#[cfg(test)]
mod tests;
