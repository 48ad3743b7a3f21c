//! A low-rank adapter (LoRA, Hu et al., 2021): what training on law changed in an encoder, in a few megabytes.
//!
//! Each linear layer's weight `W` becomes `W + scale · B·A`. The sum is made once, where weights are loaded, so every
//! network behind [`Weights`] runs adapted without knowing it. An adapter is worth nothing on other weights than those
//! it was trained on: it names them by a checksum and is refused elsewhere.
//!
//! The file is safetensors. `__metadata__` holds one key, `rasoat_adapter`, a JSON object: `version`, `name`, `purpose`
//! (`encoder`, `cross_encoder` or `judge`), `base` ([`Base::checksum`]), `scale` (1 by default), `facts` of the training, and for a
//! cross-encoder `pooling` and `max_tokens`. Tensors: `encoder.layer.N.PART.lora_a` `[rank, in]` and `.lora_b`
//! `[out, rank]` for any of [`PARTS`], in f32, f16, bf16, or int8 rows with their f32 scales in `NAME.scale` `[rows]`;
//! for a cross-encoder `head.weight` `[1, hidden]` and `head.bias` `[1]`; for a judge those of [`RelationHead`], and
//! `types.weight` `[types, hidden]`, what is added to the network's own vector of token type 0 for types from 1 on.

use crate::bert::{Config, Weights, WordEmbeddings};
use crate::encoder::Pooling;
use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// The linear layers of a network's layer, by their Hugging Face names.
pub const PARTS: [&str; 6] = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
];

/// Outputs and inputs of the layer that [`PARTS`] calls `part`.
pub(crate) fn shape_of(part: &str, config: &Config) -> (usize, usize) {
    let (hidden, inner) = (config.hidden_size, config.intermediate_size);
    match part {
        "intermediate.dense" => (inner, hidden),
        "output.dense" => (hidden, inner),
        _ => (hidden, hidden),
    }
}

/// The key of the metadata and the version of the format.
const KEY: &str = "rasoat_adapter";
const VERSION: u32 = 1;

/// An adapter could not be read or does not fit.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The file is not what it should be.
    #[error("the adapter is damaged: {0}")]
    Damaged(String),
    /// It was written by a later Rasoat.
    #[error("the adapter has format {0}; this Rasoat reads format {VERSION}")]
    Version(u32),
    /// It was trained on other weights.
    #[error("the adapter `{name}` was trained on other weights ({expected:.8}…) than these ({found:.8}…)")]
    OtherBase {
        /// The adapter's name.
        name: String,
        /// Checksum of the weights it was trained on.
        expected: String,
        /// Checksum of the weights at hand.
        found: String,
    },
    /// It is an adapter for something else.
    #[error("the adapter `{name}` is for {found}, not for {wanted}")]
    OtherPurpose {
        /// The adapter's name.
        name: String,
        /// What it is for.
        found: Purpose,
        /// What it should be for.
        wanted: Purpose,
    },
    /// A tensor's operation failed.
    #[error("failed to apply the adapter: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// What the adapted network gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A vector a text.
    Encoder,
    /// A score a pair of texts.
    CrossEncoder,
    /// What one text says of another.
    Judge,
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Encoder => "an encoder",
            Self::CrossEncoder => "a cross-encoder",
            Self::Judge => "a judge",
        })
    }
}

/// The two factors of one layer's change.
#[derive(Debug, Clone)]
pub struct Factors {
    /// `[rank, in]`, f32.
    pub a: Tensor,
    /// `[out, rank]`, f32.
    pub b: Tensor,
}

/// A cross-encoder's last layer: one score out of a pooled state.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// A weight for each of the state's numbers.
    pub weight: Vec<f32>,
    /// Added to the product.
    pub bias: f32,
}

/// A judge's last layers: a logit for each relation out of the last states.
///
/// The states' mean and their mean by a learnt attention, one after the other, go through a layer with tanh and a linear
/// one.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationHead {
    /// `[hidden]`: a token's state times this is its logit in the attention. `attention.weight`.
    pub attention: Vec<f32>,
    /// `[width, 2 · hidden]`. `inner.weight`.
    pub inner: Vec<f32>,
    /// `[width]`. `inner.bias`.
    pub inner_bias: Vec<f32>,
    /// `[relations, width]`. `outer.weight`.
    pub outer: Vec<f32>,
    /// `[relations]`. `outer.bias`.
    pub outer_bias: Vec<f32>,
    /// `[types - 1, hidden]`. `types.weight`.
    pub types: Vec<f32>,
}

impl RelationHead {
    /// The logits of the states of a pair, `[tokens, hidden]`.
    pub fn logits(&self, states: &[f32]) -> Vec<f32> {
        let hidden = self.attention.len();
        let rows = || states.chunks_exact(hidden);
        let scores: Vec<f32> = rows().map(|row| dot(row, &self.attention)).collect();
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let weights: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let (count, sum) = (weights.len().max(1) as f32, weights.iter().sum::<f32>().max(f32::MIN_POSITIVE));
        let mut pooled = vec![0.0; 2 * hidden];
        let (mean, attended) = pooled.split_at_mut(hidden);
        for (row, weight) in rows().zip(&weights) {
            for ((mean, attended), x) in mean.iter_mut().zip(attended.iter_mut()).zip(row) {
                *mean += x / count;
                *attended += x * weight / sum;
            }
        }
        let inner: Vec<f32> = self
            .inner
            .chunks_exact(2 * hidden)
            .zip(&self.inner_bias)
            .map(|(row, bias)| (dot(row, &pooled) + bias).tanh())
            .collect();
        self.outer
            .chunks_exact(inner.len().max(1))
            .zip(&self.outer_bias)
            .map(|(row, bias)| dot(row, &inner) + bias)
            .collect()
    }

    /// Whether the parts fit one another and a network of this width.
    fn fits(&self, hidden: usize) -> bool {
        let width = self.inner_bias.len();
        self.attention.len() == hidden
            && self.inner.len() == width * 2 * hidden
            && self.outer.len() == width * self.outer_bias.len()
            && hidden > 0
            && width > 0
            && self.types.len().is_multiple_of(hidden)
    }

    fn tensors(&self) -> Vec<(&'static str, &[f32], Vec<usize>)> {
        let (hidden, width, relations) = (self.attention.len(), self.inner_bias.len(), self.outer_bias.len());
        vec![
            ("attention.weight", &self.attention, vec![hidden]),
            ("inner.weight", &self.inner, vec![width, 2 * hidden]),
            ("inner.bias", &self.inner_bias, vec![width]),
            ("outer.weight", &self.outer, vec![relations, width]),
            ("outer.bias", &self.outer_bias, vec![relations]),
            ("types.weight", &self.types, vec![self.types.len() / hidden.max(1), hidden]),
        ]
    }

    /// Takes its parts out of what was read; none where there is none of them.
    fn take(values: &mut BTreeMap<String, Tensor>) -> Result<Option<Self>, AdapterError> {
        const NAMES: [&str; 6] =
            ["attention.weight", "inner.weight", "inner.bias", "outer.weight", "outer.bias", "types.weight"];
        let parts: Vec<Tensor> = NAMES.iter().filter_map(|name| values.remove(*name)).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let parts = parts.iter().map(|part| part.flatten_all()?.to_vec1()).collect::<candle_core::Result<Vec<_>>>()?;
        let Ok([attention, inner, inner_bias, outer, outer_bias, types]) = <[Vec<f32>; 6]>::try_from(parts) else {
            return Err(AdapterError::Damaged("a part of the judge's head is missing".into()));
        };
        let head = Self { attention, inner, inner_bias, outer, outer_bias, types };
        if !head.fits(head.attention.len()) {
            return Err(AdapterError::Damaged("the parts of the judge's head do not fit".into()));
        }
        Ok(Some(head))
    }
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// How an adapter's numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Four bytes a number, exact.
    F32,
    /// Two bytes a number.
    Bf16,
    /// One byte a number and a scale a row.
    Int8,
}

/// The metadata, as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Header {
    version: u32,
    name: String,
    purpose: Purpose,
    base: String,
    #[serde(default = "one")]
    scale: f32,
    #[serde(default)]
    pooling: Pooling,
    #[serde(default = "window")]
    max_tokens: usize,
    #[serde(default)]
    facts: serde_json::Value,
}

fn one() -> f32 {
    1.0
}

fn window() -> usize {
    512
}

/// A low-rank adapter.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// What it is called.
    pub name: String,
    /// What the adapted network gives.
    pub purpose: Purpose,
    /// [`Base::checksum`] of the weights it was trained on.
    pub base: String,
    /// What the product of the factors is multiplied by.
    pub scale: f32,
    /// How a cross-encoder's states become one.
    pub pooling: Pooling,
    /// The most tokens of a cross-encoder's pair.
    pub max_tokens: usize,
    /// How it was trained: data, steps, losses.
    pub facts: serde_json::Value,
    /// By the layer's name: `encoder.layer.0.output.dense`.
    pub factors: BTreeMap<String, Factors>,
    /// A cross-encoder's.
    pub head: Option<Head>,
    /// A judge's.
    pub relations: Option<RelationHead>,
}

impl Adapter {
    /// Reads an adapter.
    ///
    /// # Errors
    /// When the file is damaged, of a later format, or holds a tensor that no adapter has.
    pub fn from_bytes(file: &[u8]) -> Result<Self, AdapterError> {
        let damaged = |what: &dyn std::fmt::Display| AdapterError::Damaged(what.to_string());
        let (_, metadata) = SafeTensors::read_metadata(file).map_err(|e| damaged(&e))?;
        let header = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
        let header = header.ok_or_else(|| damaged(&format_args!("no `{KEY}` in its metadata")))?;
        let version: serde_json::Value = serde_json::from_str(header).map_err(|e| damaged(&e))?;
        if let Some(version) = version["version"].as_u64().filter(|version| *version > u64::from(VERSION)) {
            return Err(AdapterError::Version(version.try_into().unwrap_or(u32::MAX)));
        }
        let header: Header = serde_json::from_str(header).map_err(|e| damaged(&e))?;
        let tensors = SafeTensors::deserialize(file).map_err(|e| damaged(&e))?;
        let mut values = read_tensors(&tensors)?;
        let head = match (values.remove("head.weight"), values.remove("head.bias")) {
            (Some(weight), Some(bias)) => Some(Head {
                weight: weight.flatten_all()?.to_vec1()?,
                bias: bias.flatten_all()?.to_vec1::<f32>()?.first().copied().unwrap_or_default(),
            }),
            (None, None) => None,
            _ => return Err(damaged(&"half of its head is missing")),
        };
        let relations = RelationHead::take(&mut values)?;
        let heads = (header.purpose == Purpose::CrossEncoder, header.purpose == Purpose::Judge);
        if heads != (head.is_some(), relations.is_some()) {
            return Err(damaged(&format_args!("it is for {} and its head says otherwise", header.purpose)));
        }
        let Header { version: _, name, purpose, base, scale, pooling, max_tokens, facts } = header;
        Ok(Self { name, purpose, base, scale, pooling, max_tokens, facts, factors: pair_up(values)?, head, relations })
    }

    /// The file's bytes; the same adapter gives the same bytes.
    ///
    /// # Errors
    /// When a factor is no f32 matrix.
    pub fn to_bytes(&self, storage: Storage) -> Result<Vec<u8>, AdapterError> {
        let header = Header {
            version: VERSION,
            name: self.name.clone(),
            purpose: self.purpose,
            base: self.base.clone(),
            scale: self.scale,
            pooling: self.pooling,
            max_tokens: self.max_tokens,
            facts: self.facts.clone(),
        };
        let mut tensors: BTreeMap<String, Stored> = BTreeMap::new();
        for (layer, factors) in &self.factors {
            for (side, matrix) in [("lora_a", &factors.a), ("lora_b", &factors.b)] {
                let name = format!("{layer}.{side}");
                let (stored, scales) = Stored::matrix(&matrix.to_vec2::<f32>()?, storage);
                if let Some(scales) = scales {
                    tensors.insert(format!("{name}.scale"), scales);
                }
                tensors.insert(name, stored);
            }
        }
        if let Some(head) = &self.head {
            tensors.insert("head.weight".into(), Stored::f32(&head.weight, vec![1, head.weight.len()]));
            tensors.insert("head.bias".into(), Stored::f32(&[head.bias], vec![1]));
        }
        for (name, values, shape) in self.relations.iter().flat_map(RelationHead::tensors) {
            // The two matrices are as large as the factors and are rounded with them; the rest is small.
            let stored = match shape.as_slice() {
                [_, columns] if name != "types.weight" && storage == Storage::Int8 => {
                    let rows: Vec<Vec<f32>> = values.chunks_exact((*columns).max(1)).map(<[f32]>::to_vec).collect();
                    let (stored, scales) = Stored::matrix(&rows, storage);
                    if let Some(scales) = scales {
                        tensors.insert(format!("{name}.scale"), scales);
                    }
                    stored
                }
                _ => Stored::f32(values, shape),
            };
            tensors.insert(name.to_owned(), stored);
        }
        let views = tensors
            .iter()
            .map(|(name, stored)| Ok((name, TensorView::new(stored.dtype, stored.shape.clone(), &stored.bytes)?)))
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
        let header = serde_json::to_string(&header).map_err(|e| AdapterError::Damaged(e.to_string()))?;
        views
            .and_then(|views| safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), header)]))))
            .map_err(|e| AdapterError::Damaged(e.to_string()))
    }

    /// What tells a model with this adapter from every other: the name and the first digits of the file's SHA-256.
    pub fn label(&self, file: &[u8]) -> String {
        format!("{}-{:.8}", self.name, hex(&Sha256::digest(file)))
    }

    /// Refuses an adapter that is for something else.
    ///
    /// # Errors
    /// [`AdapterError::OtherPurpose`].
    pub fn expect(&self, wanted: Purpose) -> Result<(), AdapterError> {
        if self.purpose == wanted {
            return Ok(());
        }
        Err(AdapterError::OtherPurpose { name: self.name.clone(), found: self.purpose, wanted })
    }

    /// The weights with this adapter's change added, for a network to be loaded from.
    ///
    /// # Errors
    /// When the weights are not those the adapter was trained on, or a factor has another shape than its layer.
    pub fn merge<'a>(
        &'a self,
        weights: &'a mut dyn Weights,
        config: &Config,
    ) -> Result<impl Weights + use<'a>, AdapterError> {
        let read = self.check(weights, config)?.read;
        Ok(Merged { adapter: Some(self), weights, read })
    }

    /// Refuses weights that the adapter was not trained on, or that it does not fit.
    pub(crate) fn check(&self, weights: &mut dyn Weights, config: &Config) -> Result<Base, AdapterError> {
        let base = Base::read(weights, config)?;
        if base.checksum != self.base {
            return Err(AdapterError::OtherBase {
                name: self.name.clone(),
                expected: self.base.clone(),
                found: base.checksum,
            });
        }
        if let Some(head) = self.head.as_ref().filter(|head| head.weight.len() != config.hidden_size) {
            let what = format!("its head takes {} numbers, not {}", head.weight.len(), config.hidden_size);
            return Err(AdapterError::Damaged(what));
        }
        if self.relations.as_ref().is_some_and(|head| !head.fits(config.hidden_size)) {
            let what = format!("its head does not fit a network of {} numbers a token", config.hidden_size);
            return Err(AdapterError::Damaged(what));
        }
        self.check_shapes(config)?;
        Ok(base)
    }

    fn check_shapes(&self, config: &Config) -> Result<(), AdapterError> {
        for (layer, factors) in &self.factors {
            let place = layer.strip_prefix("encoder.layer.").and_then(|rest| rest.split_once('.'));
            let shape = place
                .filter(|(at, _)| at.parse::<usize>().is_ok_and(|at| at < config.num_hidden_layers))
                .map(|(_, part)| shape_of(part, config));
            let own = (factors.b.dims()[0], factors.a.dims()[1]);
            if shape != Some(own) {
                return Err(AdapterError::Damaged(format!("{layer} of these weights has not the shape {own:?}")));
            }
        }
        Ok(())
    }

    /// What is added to the weight of `layer`: `scale · B·A`, `[out, in]`.
    fn change(&self, layer: &str) -> candle_core::Result<Option<Tensor>> {
        let Some(factors) = self.factors.get(layer) else { return Ok(None) };
        Ok(Some((factors.b.matmul(&factors.a)? * f64::from(self.scale))?))
    }
}

/// The weights an adapter belongs to.
pub struct Base {
    /// SHA-256 in hex over the value projections of all layers, first to last, as little-endian f32: enough to tell
    /// one training from another, and the same whatever vocabulary was cut away.
    pub checksum: String,
    /// What was read on the way; some [`Weights`] give a tensor only once.
    read: HashMap<String, Tensor>,
}

impl Base {
    /// Reads what tells these weights from others.
    ///
    /// # Errors
    /// When a tensor is missing.
    pub fn read(weights: &mut dyn Weights, config: &Config) -> Result<Self, AdapterError> {
        let hidden = config.hidden_size;
        let mut sum = Sha256::new();
        let mut read = HashMap::new();
        for layer in 0..config.num_hidden_layers {
            let name = format!("encoder.layer.{layer}.attention.self.value.weight");
            let tensor = weights.get(&name, &[hidden, hidden])?;
            for value in tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()? {
                sum.update(value.to_le_bytes());
            }
            read.insert(name, tensor);
        }
        Ok(Self { checksum: hex(&sum.finalize()), read })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Base {
    /// The checksum, and the weights with what was read on the way put back.
    pub(crate) fn restore(self, weights: &mut dyn Weights) -> (String, impl Weights) {
        (self.checksum, Merged { adapter: None, weights, read: self.read })
    }
}

/// Weights with an adapter's change added, if there is one.
struct Merged<'a> {
    adapter: Option<&'a Adapter>,
    weights: &'a mut dyn Weights,
    read: HashMap<String, Tensor>,
}

impl Weights for Merged<'_> {
    fn get(&mut self, name: &str, shape: &[usize]) -> candle_core::Result<Tensor> {
        let weight = match self.read.remove(name) {
            Some(tensor) => tensor,
            None => self.weights.get(name, shape)?,
        };
        if let Some(head) = self.adapter.and_then(|adapter| adapter.relations.as_ref())
            && name == "embeddings.token_type_embeddings.weight"
        {
            let hidden = head.attention.len();
            let own = weight.narrow(0, 0, 1)?;
            let types = Tensor::from_slice(&head.types, (head.types.len() / hidden.max(1), hidden), &Device::Cpu)?;
            return Tensor::cat(&[&own, &types.broadcast_add(&own)?], 0);
        }
        let layer = name.strip_suffix(".weight");
        match self.adapter.zip(layer).map(|(adapter, layer)| adapter.change(layer)).transpose()?.flatten() {
            Some(change) => weight + change,
            None => Ok(weight),
        }
    }

    fn word_embeddings(&mut self, hidden: usize) -> candle_core::Result<WordEmbeddings> {
        self.weights.word_embeddings(hidden)
    }
}

/// A tensor as it lies in the file.
struct Stored {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    fn f32(values: &[f32], shape: Vec<usize>) -> Self {
        Self { dtype: Dtype::F32, shape, bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect() }
    }

    /// The matrix, and for int8 the scales of its rows.
    fn matrix(rows: &[Vec<f32>], storage: Storage) -> (Self, Option<Self>) {
        let shape = vec![rows.len(), rows.first().map_or(0, Vec::len)];
        let flat = || rows.iter().flatten();
        match storage {
            Storage::F32 => (Self::f32(&rows.concat(), shape), None),
            Storage::Bf16 => {
                let bytes = flat().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect();
                (Self { dtype: Dtype::BF16, shape, bytes }, None)
            }
            Storage::Int8 => {
                let scales: Vec<f32> =
                    rows.iter().map(|row| row.iter().fold(0.0_f32, |most, v| most.max(v.abs())) / 127.0).collect();
                let bytes = rows
                    .iter()
                    .zip(&scales)
                    .flat_map(|(row, scale)| row.iter().map(move |v| ((v / scale.max(1e-30)).round() as i8) as u8))
                    .collect();
                let count = scales.len();
                (Self { dtype: Dtype::I8, shape, bytes }, Some(Self::f32(&scales, vec![count])))
            }
        }
    }
}

/// Every tensor in f32, by name; int8 rows with their scales taken up.
fn read_tensors(tensors: &SafeTensors<'_>) -> Result<BTreeMap<String, Tensor>, AdapterError> {
    let mut read = BTreeMap::new();
    for (name, view) in tensors.iter().filter(|(name, _)| !name.ends_with(".scale")) {
        let mut values =
            numbers(&view).ok_or_else(|| AdapterError::Damaged(format!("{name} is stored as {:?}", view.dtype())))?;
        if view.dtype() == Dtype::I8 {
            let scales = tensors.tensor(&format!("{name}.scale")).ok().and_then(|view| numbers(&view));
            let scales = scales
                .filter(|scales| Some(&scales.len()) == view.shape().first())
                .ok_or_else(|| AdapterError::Damaged(format!("{name} lacks a scale for each of its rows")))?;
            let columns = view.shape().iter().skip(1).product::<usize>().max(1);
            for (row, scale) in values.chunks_mut(columns).zip(scales) {
                row.iter_mut().for_each(|value| *value *= scale);
            }
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(AdapterError::Damaged(format!("{name} holds what is no number")));
        }
        read.insert(name.to_owned(), Tensor::from_vec(values, view.shape(), &Device::Cpu)?);
    }
    Ok(read)
}

/// The stored numbers as f32, or nothing where they are of a kind no adapter has.
fn numbers(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    let pairs = || data.chunks_exact(2).map(|b| [b[0], b[1]]);
    Some(match view.dtype() {
        Dtype::F32 => data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F16 => pairs().map(|b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => pairs().map(|b| bf16::from_le_bytes(b).to_f32()).collect(),
        Dtype::I8 => data.iter().map(|b| f32::from(*b as i8)).collect(),
        _ => return None,
    })
}

/// Puts the two factors of each layer together.
fn pair_up(mut values: BTreeMap<String, Tensor>) -> Result<BTreeMap<String, Factors>, AdapterError> {
    let mut factors = BTreeMap::new();
    let layers: Vec<String> =
        values.keys().filter_map(|name| name.strip_suffix(".lora_a")).map(str::to_owned).collect();
    for layer in layers {
        let known = layer.strip_prefix("encoder.layer.").and_then(|rest| rest.split_once('.'));
        if !known.is_some_and(|(at, part)| at.parse::<usize>().is_ok() && PARTS.contains(&part)) {
            return Err(AdapterError::Damaged(format!("{layer} is no layer that can be adapted")));
        }
        let a = values.remove(&format!("{layer}.lora_a"));
        let b = values.remove(&format!("{layer}.lora_b"));
        match (a, b) {
            (Some(a), Some(b)) if a.rank() == 2 && b.rank() == 2 && a.dims()[0] == b.dims()[1] => {
                factors.insert(layer, Factors { a, b });
            }
            _ => return Err(AdapterError::Damaged(format!("the two factors of {layer} do not fit"))),
        }
    }
    match values.keys().next() {
        Some(name) => Err(AdapterError::Damaged(format!("{name} belongs to nothing"))),
        None => Ok(factors),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::noise::{Noise, config, numbers};
    use proptest::prelude::*;

    fn adapter(purpose: Purpose) -> Adapter {
        let matrix = |name: &str, rows: usize, columns: usize| {
            Tensor::from_vec(numbers(name, rows * columns, 1), (rows, columns), &Device::Cpu).unwrap()
        };
        let factors = PARTS.iter().map(|part| {
            let (output, input) = shape_of(part, &config());
            (format!("encoder.layer.1.{part}"), Factors { a: matrix(part, 4, input), b: matrix("b", output, 4) })
        });
        Adapter {
            name: "luật".into(),
            purpose,
            base: Base::read(&mut Noise { seed: 7 }, &config()).unwrap().checksum,
            scale: 0.5,
            pooling: Pooling::Mean,
            max_tokens: 384,
            facts: serde_json::json!({ "steps": 12 }),
            factors: factors.collect(),
            head: (purpose == Purpose::CrossEncoder)
                .then(|| Head { weight: numbers("head", config().hidden_size, 1), bias: -0.25 }),
            relations: (purpose == Purpose::Judge).then(|| RelationHead {
                attention: numbers("attention", 64, 1),
                inner: numbers("inner", 8 * 128, 1),
                inner_bias: numbers("bias", 8, 1),
                outer: numbers("outer", 4 * 8, 1),
                outer_bias: numbers("bias", 4, 2),
                types: numbers("types", 3 * 64, 1),
            }),
        }
    }

    fn flat(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn an_adapter_is_read_as_it_was_written() {
        for purpose in [Purpose::Encoder, Purpose::CrossEncoder, Purpose::Judge] {
            let adapter = adapter(purpose);
            // The numbers lie within ±0.3: half an int8 step of that, half a unit in bf16's last place.
            for (storage, tolerance) in
                [(Storage::F32, 0.0), (Storage::Bf16, 0.001), (Storage::Int8, 0.3 / 254.0 + 1e-6)]
            {
                let bytes = adapter.to_bytes(storage).unwrap();
                assert_eq!(bytes, adapter.to_bytes(storage).unwrap(), "the same adapter, the same bytes");
                let read = Adapter::from_bytes(&bytes).unwrap();
                assert_eq!((&read.name, read.purpose, &read.base), (&adapter.name, adapter.purpose, &adapter.base));
                assert_eq!((read.scale, read.max_tokens, &read.facts), (0.5, 384, &adapter.facts));
                assert_eq!(read.head, adapter.head);
                assert_eq!(read.relations.is_some(), adapter.relations.is_some());
                if let Some((read, own)) = read.relations.as_ref().zip(adapter.relations.as_ref()) {
                    for ((name, read, shape), (_, own, expected)) in read.tensors().into_iter().zip(own.tensors()) {
                        assert_eq!(shape, expected, "{name}");
                        let apart = read.iter().zip(own).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                        assert!(apart <= tolerance, "{storage:?} {name}: {apart}");
                    }
                }
                assert!(read.factors.keys().eq(adapter.factors.keys()));
                for (layer, factors) in &read.factors {
                    let own = &adapter.factors[layer];
                    for (read, own) in [(&factors.a, &own.a), (&factors.b, &own.b)] {
                        assert_eq!(read.dims(), own.dims());
                        for (read, own) in flat(read).into_iter().zip(flat(own)) {
                            assert!((read - own).abs() <= tolerance, "{storage:?}: {read} and {own}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_weight_is_merged_as_the_product_of_its_factors_says() {
        let adapter = adapter(Purpose::Encoder);
        let mut base = Noise { seed: 7 };
        let mut merged = adapter.merge(&mut base, &config()).unwrap();
        for (name, shape, changed) in [
            ("encoder.layer.1.output.dense", [64, 192], true),
            ("encoder.layer.1.attention.self.value", [64, 64], true),
            ("encoder.layer.0.attention.self.value", [64, 64], false),
        ] {
            let weight = format!("{name}.weight");
            let ours = flat(&merged.get(&weight, &shape).unwrap());
            let mut expected = flat(&Noise { seed: 7 }.get(&weight, &shape).unwrap());
            if changed {
                let factors = &adapter.factors[name];
                let (a, b) = (factors.a.to_vec2::<f32>().unwrap(), factors.b.to_vec2::<f32>().unwrap());
                for (row, b) in b.iter().enumerate() {
                    for column in 0..shape[1] {
                        let product: f32 = b.iter().zip(&a).map(|(b, a)| b * a[column]).sum();
                        expected[row * shape[1] + column] += 0.5 * product;
                    }
                }
            }
            assert!(ours.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6), "{name}");
        }
        let bias = merged.get("encoder.layer.1.output.dense.bias", &[64]).unwrap();
        assert_eq!(flat(&bias), flat(&Noise { seed: 7 }.get("encoder.layer.1.output.dense.bias", &[64]).unwrap()));
    }

    #[test]
    fn an_adapter_of_other_weights_is_refused() {
        let adapter = adapter(Purpose::Encoder);
        let error = adapter.merge(&mut Noise { seed: 8 }, &config()).err().unwrap();
        assert!(matches!(error, AdapterError::OtherBase { .. }), "{error}");
        assert!(error.to_string().contains("luật"), "{error}");
        let smaller = Config { intermediate_size: 128, ..config() };
        let error = adapter.merge(&mut Noise { seed: 7 }, &smaller).err().unwrap();
        assert!(error.to_string().contains("has not the shape"), "{error}");
        assert!(matches!(adapter.expect(Purpose::CrossEncoder), Err(AdapterError::OtherPurpose { .. })));
    }

    #[test]
    fn what_is_no_adapter_is_told_in_one_line() {
        let told = |bytes: &[u8]| Adapter::from_bytes(bytes).unwrap_err().to_string();
        let bytes = adapter(Purpose::CrossEncoder).to_bytes(Storage::Int8).unwrap();
        let text = |from: &str, to: &str| {
            // Of the same length, so that the file's directory stays right.
            let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
            let mut bytes = bytes.clone();
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
            told(&bytes)
        };
        let cases = [
            told(b""),
            told(b"PK\x03\x04 something else"),
            told(&bytes[..bytes.len() / 2]),
            text("rasoat_adapter", "rasoat_another"),
            text("\\\"version\\\":1", "\\\"version\\\":7"),
            text("encoder.layer.1.output.dense.lora_a\"", "encoder.layer.1.output.dance.lora_a\""),
            text("encoder.layer.1.output.dense.lora_b\"", "encoder.layer.2.output.dense.lora_b\""),
            text("cross_encoder", "some_encoders"),
            text("head.bias", "head.bios"),
        ];
        for told in cases {
            assert!(!told.contains('\n') && told.starts_with("the adapter "), "{told}");
        }
        assert!(text("\\\"version\\\":1", "\\\"version\\\":7").contains("format 7"));
    }

    proptest! {
        #[test]
        fn damage_is_an_error_or_harmless_and_never_a_panic(at in 0_usize..4_000, to in any::<u8>()) {
            let mut bytes = adapter(Purpose::Encoder).to_bytes(Storage::Int8).unwrap();
            let at = at.min(bytes.len() - 1);
            bytes[at] = to;
            let _ = Adapter::from_bytes(&bytes);
        }
    }
}
