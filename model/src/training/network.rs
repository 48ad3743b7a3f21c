//! The encoder as it is trained: frozen weights, low-rank factors beside each, and the gradient of those alone.
//!
//! The backward pass is written out instead of recorded by candle: recorded, candle would compute the gradients of the
//! frozen weights as well (half the work), keep every intermediate, and refuse its fused softmax and layer norm. The
//! same code runs on a processor and on a card, in f32 or bf16; norms' and attention's gradients add up in f32.

use super::activation;
use super::batch::Padded;
use crate::adapter::{PARTS, shape_of};
use crate::bert::{Config, Weights, WordEmbeddings};
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops;

/// The places in [`PARTS`].
const QUERY: usize = 0;
const KEY: usize = 1;
const VALUE: usize = 2;
const ATTENTION_OUT: usize = 3;
const FEED_IN: usize = 4;
const FEED_OUT: usize = 5;

/// A trained matrix pair, in the network's own precision: `scale · B·A` is added to a frozen weight.
pub(crate) struct Pair {
    /// `[rank, in]`.
    pub a: Tensor,
    /// `[out, rank]`, the adapter's scale multiplied in.
    pub b: Tensor,
}

/// The gradient of a [`Pair`], in f32.
pub(crate) struct PairGradient {
    /// `[rank, in]`.
    pub a: Tensor,
    /// `[out, rank]`, with respect to the scaled factor.
    pub b: Tensor,
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f64,
}

impl Norm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        // Gradients are checked in f64, which has no fused norm.
        let norm = if x.dtype() == DType::F64 { ops::layer_norm_slow } else { ops::layer_norm };
        norm(x, &self.weight, &self.bias, self.epsilon as f32)
    }

    /// The gradient with respect to the input `x`, given that with respect to the output.
    fn backward(&self, x: &Tensor, gradient: &Tensor) -> Result<Tensor> {
        let dtype = x.dtype();
        let wide = if dtype == DType::BF16 { DType::F32 } else { dtype };
        let x = x.to_dtype(wide)?;
        let x = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let inverse = (x.sqr()?.mean_keepdim(D::Minus1)? + self.epsilon)?.sqrt()?.recip()?;
        let normal = x.broadcast_mul(&inverse)?;
        let gradient = gradient.to_dtype(wide)?.broadcast_mul(&self.weight.to_dtype(wide)?)?;
        let along = (&gradient * &normal)?.mean_keepdim(D::Minus1)?;
        let gradient = gradient.broadcast_sub(&gradient.mean_keepdim(D::Minus1)?)?;
        (gradient - normal.broadcast_mul(&along)?)?.broadcast_mul(&inverse)?.to_dtype(dtype)
    }
}

/// A frozen linear layer.
struct Linear {
    /// `[out, in]`.
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    /// The output, and the low-rank state `x·Aᵀ` that the backward pass needs.
    fn forward(&self, x: &Tensor, pair: &Pair) -> Result<(Tensor, Tensor)> {
        let low = x.matmul(&pair.a.t()?)?;
        let out = (x.matmul(&self.weight.t()?)? + low.matmul(&pair.b.t()?)?)?;
        Ok((out.broadcast_add(&self.bias)?, low))
    }

    /// The gradients of the factors, and unless `last` that of the input.
    fn backward(
        &self,
        pair: &Pair,
        (x, low): (&Tensor, &Tensor),
        gradient: &Tensor,
        last: bool,
    ) -> Result<(PairGradient, Option<Tensor>)> {
        let b = gradient.t()?.matmul(low)?;
        let low = gradient.matmul(&pair.b)?;
        let a = low.t()?.matmul(x)?;
        let input = if last { None } else { Some((gradient.matmul(&self.weight)? + low.matmul(&pair.a)?)?) };
        let wide =
            |tensor: Tensor| if tensor.dtype() == DType::BF16 { tensor.to_dtype(DType::F32) } else { Ok(tensor) };
        Ok((PairGradient { a: wide(a)?, b: wide(b)? }, input))
    }
}

struct Layer {
    /// In the order of [`PARTS`].
    linears: Vec<Linear>,
    attention_norm: Norm,
    feed_norm: Norm,
}

/// What a layer's forward pass leaves for its backward pass.
struct LayerTape {
    /// The layer's input.
    x: Tensor,
    /// Query (scaled), key and value: `[texts, heads, length, width]`.
    heads: [Tensor; 3],
    /// Attention: `[texts, heads, length, length]`.
    probabilities: Tensor,
    context: Tensor,
    /// Before and after the attention's norm.
    attention_sum: Tensor,
    attended: Tensor,
    /// Before GELU.
    inner: Tensor,
    /// Before the feed-forward part's norm.
    feed_sum: Tensor,
    /// `x·Aᵀ` of each linear layer.
    low: Vec<Tensor>,
}

/// What the forward pass of one padded batch leaves for its backward pass.
pub(crate) struct Tape {
    layers: Vec<LayerTape>,
    /// Before the embeddings' norm.
    embedded: Tensor,
}

/// An encoder with frozen weights.
pub(crate) struct Network {
    config: Config,
    words: Tensor,
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    dtype: DType,
    device: Device,
}

impl Network {
    /// Loads the network to `device` in `dtype`.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than the configuration says.
    pub fn load(config: &Config, weights: &mut dyn Weights, dtype: DType, device: &Device) -> Result<Self> {
        let hidden = config.hidden_size;
        if config.num_attention_heads == 0 || !hidden.is_multiple_of(config.num_attention_heads) {
            candle_core::bail!("hidden_size {hidden} is not divisible by the attention heads");
        }
        let to = |tensor: Tensor| tensor.to_dtype(dtype)?.to_device(device);
        let positions =
            weights.get("embeddings.position_embeddings.weight", &[config.max_position_embeddings, hidden])?;
        let types = weights.get("embeddings.token_type_embeddings.weight", &[])?.narrow(0, 0, 1)?;
        let positions = to(positions.broadcast_add(&types)?)?;
        let words = match weights.word_embeddings(hidden)? {
            WordEmbeddings::Dense(table) => table,
            WordEmbeddings::Quantised(table) => table.dequantize(&Device::Cpu)?,
        };
        let norm = |weights: &mut dyn Weights, name: String| -> Result<Norm> {
            Ok(Norm {
                weight: to(weights.get(&format!("{name}.weight"), &[hidden])?)?,
                bias: to(weights.get(&format!("{name}.bias"), &[hidden])?)?,
                epsilon: config.layer_norm_eps,
            })
        };
        let layers = (0..config.num_hidden_layers)
            .map(|layer| {
                let at = |part: &str| format!("encoder.layer.{layer}.{part}");
                let linears = PARTS.iter().map(|part| {
                    let (output, input) = shape_of(part, config);
                    Ok(Linear {
                        weight: to(weights.get(&at(&format!("{part}.weight")), &[output, input])?)?,
                        bias: to(weights.get(&at(&format!("{part}.bias")), &[output])?)?,
                    })
                });
                Ok(Layer {
                    linears: linears.collect::<Result<_>>()?,
                    attention_norm: norm(weights, at("attention.output.LayerNorm"))?,
                    feed_norm: norm(weights, at("output.LayerNorm"))?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            words: to(words)?,
            norm: norm(weights, "embeddings.LayerNorm".into())?,
            positions,
            layers,
            config: config.clone(),
            dtype,
            device: device.clone(),
        })
    }

    /// The network's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where the network lies.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The precision it computes in.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Tokens that have a row in the embedding table.
    pub fn vocabulary(&self) -> usize {
        self.words.dims()[0]
    }

    /// The last hidden states `[texts · length, hidden]`, and where asked what the backward pass needs.
    ///
    /// `pairs` holds the factors of all layers, each in the order of [`PARTS`]; of `types`, `[types, hidden]`, each token
    /// gets its row added.
    ///
    /// # Errors
    /// When an id or a type is not in its table or a text is too long.
    pub fn forward(
        &self,
        pairs: &[Pair],
        types: Option<&Tensor>,
        batch: &Padded,
        keep: bool,
    ) -> Result<(Tensor, Option<Tape>)> {
        let words = self.words.index_select(&batch.ids, 0)?;
        let mut embedded = (words + self.positions.index_select(&batch.places, 0)?)?;
        if let Some(types) = types {
            let rows = Tensor::from_slice(&batch.types, batch.types.len(), &self.device)?;
            embedded = (embedded + types.to_dtype(self.dtype)?.index_select(&rows, 0)?)?;
        }
        let mut x = self.norm.forward(&embedded)?;
        let mut layers = Vec::new();
        for (layer, pairs) in self.layers.iter().zip(pairs.chunks_exact(PARTS.len())) {
            let (out, tape) = self.layer_forward(layer, pairs, x, batch)?;
            x = out;
            if keep {
                layers.push(tape);
            }
        }
        Ok((x, keep.then_some(Tape { layers, embedded })))
    }

    /// The gradients of all factors, given that of the last hidden states; and where `inputs` are asked for, that of what
    /// was put in, before the embeddings' norm: `[texts · length, hidden]`.
    ///
    /// # Errors
    /// When the tape is of another batch.
    pub fn backward(
        &self,
        pairs: &[Pair],
        tape: Tape,
        batch: &Padded,
        gradient: &Tensor,
        inputs: bool,
    ) -> Result<(Vec<PairGradient>, Option<Tensor>)> {
        let mut gradients = Vec::new();
        let mut gradient = gradient.clone();
        let layers = self.layers.iter().zip(pairs.chunks_exact(PARTS.len())).zip(tape.layers);
        for (at, ((layer, pairs), tape)) in layers.enumerate().collect::<Vec<_>>().into_iter().rev() {
            let (own, input) = self.layer_backward(layer, pairs, tape, batch, &gradient, at == 0 && !inputs)?;
            // Last layer first, and its parts last to first: turned round once at the end.
            gradients.extend(own.into_iter().rev());
            if let Some(input) = input {
                gradient = input;
            }
        }
        gradients.reverse();
        let put_in = inputs.then(|| self.norm.backward(&tape.embedded, &gradient)).transpose()?;
        Ok((gradients, put_in))
    }

    fn layer_forward(&self, layer: &Layer, pairs: &[Pair], x: Tensor, batch: &Padded) -> Result<(Tensor, LayerTape)> {
        let run = |part: usize, x: &Tensor| layer.linears[part].forward(x, &pairs[part]);
        let scale = 1.0 / (self.width() as f64).sqrt();
        let (query, low_query) = run(QUERY, &x)?;
        let (key, low_key) = run(KEY, &x)?;
        let (value, low_value) = run(VALUE, &x)?;
        let query = self.split(&(query * scale)?, batch)?;
        let (key, value) = (self.split(&key, batch)?, self.split(&value, batch)?);
        let mut scores = query.matmul(&key.t()?)?;
        if let Some(mask) = &batch.mask {
            scores = scores.broadcast_add(mask)?;
        }
        let probabilities = ops::softmax_last_dim(&scores)?;
        let context = self.join(&probabilities.matmul(&value)?, batch)?;
        let (attention, low_attention) = run(ATTENTION_OUT, &context)?;
        let attention_sum = (attention + &x)?;
        let attended = layer.attention_norm.forward(&attention_sum)?;
        let (inner, low_inner) = run(FEED_IN, &attended)?;
        let (feed, low_feed) = run(FEED_OUT, &activation::forward(&inner)?)?;
        let feed_sum = (feed + &attended)?;
        let out = layer.feed_norm.forward(&feed_sum)?;
        let low = vec![low_query, low_key, low_value, low_attention, low_inner, low_feed];
        let heads = [query, key, value];
        Ok((out, LayerTape { x, heads, probabilities, context, attention_sum, attended, inner, feed_sum, low }))
    }

    fn layer_backward(
        &self,
        layer: &Layer,
        pairs: &[Pair],
        tape: LayerTape,
        batch: &Padded,
        gradient: &Tensor,
        first: bool,
    ) -> Result<(Vec<PairGradient>, Option<Tensor>)> {
        let run = |part: usize, x: &Tensor, gradient: &Tensor| {
            layer.linears[part].backward(&pairs[part], (x, &tape.low[part]), gradient, false)
        };
        let feed_sum = layer.feed_norm.backward(&tape.feed_sum, gradient)?;
        let (feed_out, activated) = run(FEED_OUT, &activation::forward(&tape.inner)?, &feed_sum)?;
        let inner = activation::backward(&tape.inner, &given(activated)?)?;
        let (feed_in, attended) = run(FEED_IN, &tape.attended, &inner)?;
        let attended = (given(attended)? + feed_sum)?;
        let attention_sum = layer.attention_norm.backward(&tape.attention_sum, &attended)?;
        let (attention_out, context) = run(ATTENTION_OUT, &tape.context, &attention_sum)?;
        let projected = self.attention_backward(&tape, &given(context)?, batch)?;
        let mut gradients = Vec::with_capacity(PARTS.len());
        let mut input = (!first).then_some(attention_sum);
        for (part, gradient) in [QUERY, KEY, VALUE].into_iter().zip(&projected) {
            let linear = &layer.linears[part];
            let (own, through) = linear.backward(&pairs[part], (&tape.x, &tape.low[part]), gradient, first)?;
            gradients.push(own);
            input = match (input, through) {
                (Some(sum), Some(through)) => Some((sum + through)?),
                _ => None,
            };
        }
        gradients.extend([attention_out, feed_in, feed_out]);
        Ok((gradients, input))
    }

    /// The gradients of the projected query, key and value, `[texts · length, hidden]` each.
    fn attention_backward(&self, tape: &LayerTape, context: &Tensor, batch: &Padded) -> Result<[Tensor; 3]> {
        let [query, key, value] = &tape.heads;
        let probabilities = &tape.probabilities;
        let gradient = self.split(context, batch)?;
        let own_value = probabilities.t()?.matmul(&gradient)?;
        // The softmax's own sum over a row of p · dp is that of context · dcontext, which is far shorter.
        let wide = if self.dtype == DType::BF16 { DType::F32 } else { self.dtype };
        let context = self.split(&tape.context, batch)?;
        let rows =
            (gradient.to_dtype(wide)? * context.to_dtype(wide)?)?.sum_keepdim(D::Minus1)?.to_dtype(self.dtype)?;
        let scores = (gradient.matmul(&value.t()?)?.broadcast_sub(&rows)? * probabilities)?;
        let own_key = scores.t()?.matmul(query)?;
        let own_query = (scores.matmul(key)? * (1.0 / (self.width() as f64).sqrt()))?;
        Ok([self.join(&own_query, batch)?, self.join(&own_key, batch)?, self.join(&own_value, batch)?])
    }

    fn width(&self) -> usize {
        self.config.hidden_size / self.config.num_attention_heads
    }

    /// `[texts · length, hidden]` to `[texts, heads, length, width]`.
    fn split(&self, x: &Tensor, batch: &Padded) -> Result<Tensor> {
        x.reshape((batch.texts, batch.length, self.config.num_attention_heads, self.width()))?
            .transpose(1, 2)?
            .contiguous()
    }

    /// `[texts, heads, length, width]` to `[texts · length, hidden]`.
    fn join(&self, x: &Tensor, batch: &Padded) -> Result<Tensor> {
        x.transpose(1, 2)?.contiguous()?.reshape((batch.texts * batch.length, self.config.hidden_size))
    }
}

/// A gradient that was asked for.
fn given(gradient: Option<Tensor>) -> Result<Tensor> {
    gradient.ok_or_else(|| candle_core::Error::Msg("no gradient was asked for".into()))
}
