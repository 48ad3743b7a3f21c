//! A decoder-only transformer over a GGUF's quantised weights: Qwen 2, Qwen 3 and Gemma 3.
//!
//! One network for all, since they differ in parts: biases of query, key and value (Qwen 2), norms of query and key
//! (Qwen 3, Gemma 3), norms after attention and feed-forward, a window in five of six layers, another base of rotation
//! there and a scale of the embeddings (Gemma 3). Checked against the graphs of llama.cpp (`llm_build_qwen2`,
//! `llm_build_qwen3`, `llm_build_gemma3`) and the models' own reports (Qwen2.5 2024, Qwen3 2025, Gemma 3 2025).
//! Gemma's norms multiply by 1 + w; GGUF files hold the sum.

use super::chat::Family;
use super::file::GgufFile;
use super::{GgufError, shown};
use candle_core::quantized::{QMatMul, QTensor};
use candle_core::{DType, Device, Module, Result, Tensor};
use candle_nn::ops::{rms_norm, softmax_last_dim};
use candle_nn::rotary_emb::rope;
use std::io::{Read, Seek};
use std::sync::Arc;

/// Tokens that are read and written together, at the most; a model's own window may be less.
const WINDOW: usize = 4_096;
/// Of so many layers of Gemma 3 the last sees the whole window.
const PATTERN: usize = 6;
/// The base of rotation in Gemma's layers with a window.
const LOCAL_BASE: f64 = 10_000.0;
/// Gemma 3 27B has so many layers and scales its queries by their share of the hidden size.
const LARGEST_GEMMA: usize = 62;

/// A network's shape.
#[derive(Debug, Clone)]
struct Shape {
    family: Family,
    layers: usize,
    hidden: usize,
    inner: usize,
    heads: usize,
    groups: usize,
    head: usize,
    epsilon: f32,
    scale: f64,
    sliding: Option<usize>,
}

/// A product, with a bias where there is one.
struct Linear {
    weight: QMatMul,
    bias: Option<Tensor>,
}

impl Linear {
    /// `[tokens, inputs]` to `[tokens, outputs]`.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.weight.forward(x)?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

struct Layer {
    before_attention: Tensor,
    query: Linear,
    key: Linear,
    value: Linear,
    of_query: Option<Tensor>,
    of_key: Option<Tensor>,
    output: Linear,
    after_attention: Option<Tensor>,
    before_inner: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
    after_inner: Option<Tensor>,
    /// How many tokens it sees, where not all.
    sliding: Option<usize>,
}

/// Cosines and sines of positions: `[window, head / 2]` each.
struct Rotation {
    cos: Tensor,
    sin: Tensor,
}

/// The network.
pub(super) struct Network {
    shape: Shape,
    window: usize,
    embeddings: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: Tensor,
    output: QMatMul,
    whole: Rotation,
    local: Rotation,
}

/// Keys and values of what was read: `[groups, tokens, head]` each, a pair a layer.
#[derive(Default)]
pub(super) struct Memory {
    layers: Vec<Option<(Tensor, Tensor)>>,
    tokens: usize,
}

impl Memory {
    /// Tokens that were read.
    pub fn tokens(&self) -> usize {
        self.tokens
    }
}

/// Most of anything that a file may declare.
const MOST: usize = 1 << 20;

impl Shape {
    fn read<R: Read + Seek>(family: Family, file: &GgufFile<R>) -> std::result::Result<Self, GgufError> {
        let name = |key: &str| format!("{}.{key}", family.name());
        let count = |key: &str| file.count(&name(key), MOST);
        let (heads, groups) = (count("attention.head_count")?, count("attention.head_count_kv")?);
        let hidden = count("embedding_length")?;
        let head =
            if file.has(&name("attention.key_length")) { count("attention.key_length")? } else { hidden / heads };
        let of_value = name("attention.value_length");
        let equal = !file.has(&of_value) || file.count(&of_value, MOST)? == head;
        if !heads.is_multiple_of(groups) || head == 0 || !head.is_multiple_of(2) || !equal {
            return Err(GgufError::Damaged(format!("{heads} heads in {groups} groups, of {head}")));
        }
        let layers = count("block_count")?;
        let scale = if family == Family::Gemma3 && layers == LARGEST_GEMMA { hidden / heads } else { head };
        let sliding = match family {
            Family::Gemma3 => Some(count("attention.sliding_window")?),
            Family::Qwen2 | Family::Qwen3 => None,
        };
        Ok(Self {
            family,
            layers,
            hidden,
            inner: count("feed_forward_length")?,
            heads,
            groups,
            head,
            epsilon: file.number(&name("attention.layer_norm_rms_epsilon"))? as f32,
            scale: 1.0 / (scale as f64).sqrt(),
            sliding,
        })
    }
}

impl Rotation {
    /// For `window` positions of heads of `head` numbers (Su et al., 2021); positions are divided by `stretch`.
    fn new(head: usize, window: usize, base: f64, stretch: f64) -> Result<Self> {
        let half = head / 2;
        let angle =
            |position: usize, at: usize| (position as f64 / stretch / base.powf(2.0 * at as f64 / head as f64)) as f32;
        let angles: Vec<f32> = (0..window).flat_map(|position| (0..half).map(move |at| angle(position, at))).collect();
        let angles = Tensor::from_vec(angles, (window, half), &Device::Cpu)?;
        Ok(Self { cos: angles.cos()?, sin: angles.sin()? })
    }

    /// Turns `[heads, tokens, head]`, whose first token stands at `start`.
    fn turn(&self, x: &Tensor, start: usize) -> Result<Tensor> {
        let tokens = x.dim(1)?;
        let (cos, sin) = (self.cos.narrow(0, start, tokens)?, self.sin.narrow(0, start, tokens)?);
        rope(&x.unsqueeze(0)?, &cos, &sin)?.squeeze(0)
    }
}

impl Network {
    /// Reads the network from a file whose vocabulary has so many tokens.
    pub fn read<R: Read + Seek>(
        family: Family,
        file: &mut GgufFile<R>,
        vocabulary: usize,
    ) -> std::result::Result<Self, GgufError> {
        let shape = Shape::read(family, file)?;
        let name = |key: &str| format!("{}.{key}", family.name());
        let window = file.count(&name("context_length"), 1 << 30)?.min(WINDOW);
        let base = match file.number(&name("rope.freq_base")) {
            Ok(base) if base >= 1.0 => base,
            Ok(base) => return Err(GgufError::Damaged(format!("the base of its rotation is {base}"))),
            Err(_) => LOCAL_BASE,
        };
        let stretch = match file.text(&name("rope.scaling.type")) {
            Ok("linear") => file.number(&name("rope.scaling.factor"))?.max(1.0),
            Ok("none") | Err(_) => 1.0,
            Ok(other) => return Err(GgufError::Unsupported { what: "a rotation", found: shown(other) }),
        };
        // A vocabulary may be padded to a round number of rows, never the other way.
        let rows = file.shape("token_embd.weight")?.first().copied().unwrap_or(0);
        if rows < vocabulary {
            return Err(GgufError::Damaged(format!("{rows} embeddings for {vocabulary} tokens")));
        }
        let embeddings = Arc::new(file.tensor("token_embd.weight", &[rows, shape.hidden])?);
        let output = match file.has_tensor("output.weight") {
            true => QMatMul::from_qtensor(file.tensor("output.weight", &[rows, shape.hidden])?)?,
            false => QMatMul::from_arc(Arc::clone(&embeddings))?,
        };
        let layers =
            (0..shape.layers).map(|at| Layer::read(&shape, at, file)).collect::<std::result::Result<_, _>>()?;
        Ok(Self {
            norm: vector(file, "output_norm.weight", shape.hidden)?,
            whole: Rotation::new(shape.head, window, base, stretch)?,
            local: Rotation::new(shape.head, window, LOCAL_BASE, 1.0)?,
            shape,
            window,
            embeddings,
            layers,
            output,
        })
    }

    /// Tokens that are read and written together, at the most.
    pub fn window(&self) -> usize {
        self.window
    }

    /// Reads `ids` after what `memory` holds, which then holds them too: a number for each token that may follow.
    pub fn forward(&self, ids: &[u32], memory: &mut Memory) -> Result<Vec<f32>> {
        let mut x = self.embeddings.embedding(&Tensor::new(ids, &Device::Cpu)?)?.to_dtype(DType::F32)?;
        if self.shape.family == Family::Gemma3 {
            x = (x * (self.shape.hidden as f64).sqrt())?;
        }
        memory.layers.resize(self.layers.len(), None);
        for (layer, held) in self.layers.iter().zip(&mut memory.layers) {
            x = self.layer(layer, &x, memory.tokens, held)?;
        }
        memory.tokens += ids.len();
        let last = rms_norm(&x.narrow(0, ids.len() - 1, 1)?.contiguous()?, &self.norm, self.shape.epsilon)?;
        self.output.forward(&last)?.flatten_all()?.to_vec1()
    }

    /// One layer: `[tokens, hidden]` to the same.
    fn layer(&self, layer: &Layer, x: &Tensor, start: usize, held: &mut Option<(Tensor, Tensor)>) -> Result<Tensor> {
        let norm = |x: &Tensor, weight: &Tensor| rms_norm(x, weight, self.shape.epsilon);
        let maybe = |x: Tensor, weight: &Option<Tensor>| match weight {
            Some(weight) => norm(&x, weight),
            None => Ok(x),
        };
        let attended = self.attend(layer, &norm(x, &layer.before_attention)?, start, held)?;
        let x = (x + maybe(attended, &layer.after_attention)?)?;
        let inner = norm(&x, &layer.before_inner)?;
        let gate = layer.gate.forward(&inner)?;
        let gate = match self.shape.family {
            // candle's `gelu` is the approximation by tanh, which Gemma was trained with.
            Family::Gemma3 => gate.gelu()?,
            Family::Qwen2 | Family::Qwen3 => gate.silu()?,
        };
        let inner = layer.down.forward(&(gate * layer.up.forward(&inner)?)?)?;
        x + maybe(inner, &layer.after_inner)?
    }

    /// Attention with fewer heads for keys and values than for queries (Ainslie et al., 2023): `[tokens, hidden]` to the
    /// same. `held` is what earlier tokens left, `[groups, tokens, head]` each.
    fn attend(&self, layer: &Layer, x: &Tensor, start: usize, held: &mut Option<(Tensor, Tensor)>) -> Result<Tensor> {
        let Shape { heads, groups, head, epsilon, scale, .. } = self.shape;
        let tokens = x.dim(0)?;
        let split = |x: Tensor, heads: usize| x.reshape((tokens, heads, head))?.transpose(0, 1)?.contiguous();
        let rotation = if layer.sliding.is_some() { &self.local } else { &self.whole };
        let turned = |x: Tensor, norm: &Option<Tensor>| {
            let x = match norm {
                Some(norm) => rms_norm(&x, norm, epsilon)?,
                None => x,
            };
            rotation.turn(&x, start)
        };
        let query = turned(split(layer.query.forward(x)?, heads)?, &layer.of_query)?;
        let mut key = turned(split(layer.key.forward(x)?, groups)?, &layer.of_key)?;
        let mut value = split(layer.value.forward(x)?, groups)?;
        if let Some((keys, values)) = held.take() {
            key = Tensor::cat(&[&keys, &key], 1)?;
            value = Tensor::cat(&[&values, &value], 1)?;
        }
        let known = key.dim(1)?;
        let each = heads / groups;
        let query = query.reshape((groups, each * tokens, head))?;
        let mut scores = (query.matmul(&key.transpose(1, 2)?)? * scale)?;
        if tokens > 1 || layer.sliding.is_some_and(|sliding| known > sliding) {
            let mask = mask(start, tokens, known, layer.sliding)?;
            let shaped = scores.reshape((heads, tokens, known))?.broadcast_add(&mask)?;
            scores = shaped.reshape((groups, each * tokens, known))?;
        }
        let mixed = softmax_last_dim(&scores)?.matmul(&value)?;
        let mixed = mixed.reshape((heads, tokens, head))?.transpose(0, 1)?.reshape((tokens, heads * head))?;
        // What no later token can see is let go.
        let kept = layer.sliding.map_or(known, |sliding| known.min(sliding.saturating_sub(1)));
        let last = |x: Tensor| if kept < known { x.narrow(1, known - kept, kept)?.contiguous() } else { Ok(x) };
        if kept > 0 {
            *held = Some((last(key)?, last(value)?));
        }
        layer.output.forward(&mixed)
    }
}

/// What each of `tokens`, the first at `start`, may not see of the `known` up to the last of them: `[tokens, known]`,
/// nothing or minus infinity.
fn mask(start: usize, tokens: usize, known: usize, sliding: Option<usize>) -> Result<Tensor> {
    let first = start + tokens - known;
    let hides = |own: usize, other: usize| other > own || sliding.is_some_and(|sliding| own - other >= sliding);
    let values = (start..start + tokens).flat_map(|own| {
        (first..first + known).map(move |other| if hides(own, other) { f32::NEG_INFINITY } else { 0.0 })
    });
    Tensor::from_vec(values.collect::<Vec<f32>>(), (tokens, known), &Device::Cpu)
}

impl Layer {
    fn read<R: Read + Seek>(shape: &Shape, at: usize, file: &mut GgufFile<R>) -> std::result::Result<Self, GgufError> {
        let Shape { family, hidden, inner, heads, groups, head, .. } = *shape;
        let gemma = family == Family::Gemma3;
        let mut linear = |name: &str, outputs: usize, inputs: usize, biased: bool| {
            let weight = file.tensor(&format!("blk.{at}.{name}.weight"), &[outputs, inputs])?;
            let bias = format!("blk.{at}.{name}.bias");
            let bias = if biased { Some(vector(file, &bias, outputs)?) } else { None };
            Ok::<_, GgufError>(Linear { weight: QMatMul::from_qtensor(weight)?, bias })
        };
        let biased = family == Family::Qwen2;
        let query = linear("attn_q", heads * head, hidden, biased)?;
        let key = linear("attn_k", groups * head, hidden, biased)?;
        let value = linear("attn_v", groups * head, hidden, biased)?;
        let output = linear("attn_output", hidden, heads * head, false)?;
        let gate = linear("ffn_gate", inner, hidden, false)?;
        let up = linear("ffn_up", inner, hidden, false)?;
        let down = linear("ffn_down", hidden, inner, false)?;
        let mut norm = |name: &str, length: usize, there: bool| {
            let name = format!("blk.{at}.{name}.weight");
            if there { vector(file, &name, length).map(Some) } else { Ok(None) }
        };
        let normed = family != Family::Qwen2;
        Ok(Self {
            of_query: norm("attn_q_norm", head, normed)?,
            of_key: norm("attn_k_norm", head, normed)?,
            after_attention: norm("post_attention_norm", hidden, gemma)?,
            after_inner: norm("post_ffw_norm", hidden, gemma)?,
            before_attention: vector(file, &format!("blk.{at}.attn_norm.weight"), hidden)?,
            before_inner: vector(file, &format!("blk.{at}.ffn_norm.weight"), hidden)?,
            query,
            key,
            value,
            output,
            gate,
            up,
            down,
            sliding: shape.sliding.filter(|_| !(at + 1).is_multiple_of(PATTERN)),
        })
    }
}

/// A dense tensor of one dimension.
fn vector<R: Read + Seek>(file: &mut GgufFile<R>, name: &str, length: usize) -> std::result::Result<Tensor, GgufError> {
    Ok(file.tensor(name, &[length])?.dequantize(&Device::Cpu)?.to_dtype(DType::F32)?)
}
