//! The network with its trained numbers: batches of any size forward and backward through a bounded amount of memory.
//!
//! A contrastive loss needs all vectors of a large batch at once, their activations do not fit. So texts go through in
//! runs of similar length; only as many activations are kept as fit, the other runs are computed a second time on the
//! way back (gradient caching, Gao et al., 2021). The gradient is the same.

use super::batch::{Padded, runs};
use super::network::{Network, Pair, PairGradient, Tape};
use super::optimiser::Part;
use super::random::Random;
use crate::adapter::{Factors, PARTS, shape_of};
use crate::encoder::Pooling;
use candle_core::{Result, Tensor};
use std::collections::BTreeMap;

/// What a run of texts may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Padded tokens that go through the network together.
    pub run: usize,
    /// Padded tokens whose activations are kept for the way back.
    pub kept: usize,
}

/// The network, its trained parts and how its states are pooled.
pub(crate) struct Model {
    pub network: Network,
    pub parts: Vec<Part>,
    pub scale: f64,
    pub pooling: Pooling,
    pub budget: Budget,
}

/// One run of texts after its way forward.
struct Run {
    /// Which texts.
    places: Vec<usize>,
    batch: Padded,
    tape: Option<Tape>,
}

/// Pooled states on their way to a loss and back.
pub(crate) struct Pooled {
    /// `[texts, hidden]`, in the texts' order.
    pub states: Tensor,
    runs: Vec<Run>,
    /// Padded tokens of all runs.
    pub tokens: usize,
}

impl Model {
    /// The parts a network of this shape has, in the order of its vector of numbers; a head's at the end.
    pub fn parts(network: &Network, rank: usize, head: &[(&str, Vec<usize>)]) -> Vec<Part> {
        let config = network.config();
        let mut parts: Vec<Part> = Vec::new();
        let mut start = 0;
        let mut add = |name: String, shape: Vec<usize>| {
            let part = Part { name, shape, start };
            start += part.count();
            parts.push(part);
        };
        for layer in 0..config.num_hidden_layers {
            for part in PARTS {
                let (output, input) = shape_of(part, config);
                add(format!("encoder.layer.{layer}.{part}.lora_a"), vec![rank, input]);
                add(format!("encoder.layer.{layer}.{part}.lora_b"), vec![output, rank]);
            }
        }
        head.iter().for_each(|(name, shape)| add((*name).to_owned(), shape.clone()));
        parts
    }

    /// Where training starts: noise in A, zero in B, so that nothing is changed yet.
    pub fn initial(parts: &[Part], seed: u64) -> Vec<f32> {
        let mut values = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let mut random = Random::new(seed, &[u64::MAX, at as u64]);
            let bound = match part.name.as_str() {
                name if name.ends_with("lora_a") => (1.0 / part.shape[1] as f32).sqrt(),
                "head.weight" => 0.02,
                "inner.weight" => (1.0 / part.shape[1] as f32).sqrt(),
                _ => 0.0,
            };
            values.extend((0..part.count()).map(|_| random.signed() * bound));
        }
        values
    }

    /// The factors in the network's precision.
    pub fn pairs(&self, values: &Tensor) -> Result<Vec<Pair>> {
        let dtype = self.network.dtype();
        let plain = values.to_dtype(dtype)?;
        let scaled = (values * self.scale)?.to_dtype(dtype)?;
        let factors = self.parts.chunks_exact(2).filter(|parts| parts[0].name.ends_with("lora_a"));
        factors.map(|parts| Ok(Pair { a: parts[0].of(&plain)?, b: parts[1].of(&scaled)? })).collect()
    }

    /// The factors as an adapter keeps them, by the layer's name.
    pub fn factors(&self, values: &Tensor) -> Result<BTreeMap<String, Factors>> {
        let mut factors = BTreeMap::new();
        for parts in self.parts.chunks_exact(2) {
            if let Some(layer) = parts[0].name.strip_suffix(".lora_a") {
                factors.insert(layer.to_owned(), Factors { a: parts[0].of(values)?, b: parts[1].of(values)? });
            }
        }
        Ok(factors)
    }

    /// A head's weight and bias, in f32.
    pub fn head(&self, values: &Tensor) -> Result<Option<(Tensor, Tensor)>> {
        match self.parts.as_slice() {
            [.., weight, bias] if weight.name == "head.weight" => Ok(Some((weight.of(values)?, bias.of(values)?))),
            _ => Ok(None),
        }
    }

    /// The pooled states of `texts`, f32.
    pub fn forward(&self, pairs: &[Pair], texts: &[Vec<u32>], train: bool) -> Result<Pooled> {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(texts[*at].len()));
        let lengths: Vec<usize> = order.iter().map(|at| texts[*at].len()).collect();
        let mut pooled = Vec::new();
        let mut done = Vec::new();
        let mut tokens = 0;
        for run in runs(&lengths, self.budget.run) {
            let places = order[run].to_vec();
            let own: Vec<&[u32]> = places.iter().map(|at| texts[*at].as_slice()).collect();
            let (dtype, device) = (self.network.dtype(), self.network.device());
            let batch = Padded::new(&own, self.network.config(), self.pooling, dtype, device)?;
            tokens += batch.texts * batch.length;
            let (states, tape) = self.network.forward(pairs, None, &batch, train && tokens <= self.budget.kept)?;
            pooled.push(batch.pool(&states)?);
            done.push(Run { places, batch, tape });
        }
        let mut places = vec![0_u32; texts.len()];
        order.iter().enumerate().for_each(|(at, text)| places[*text] = at as u32);
        let places = Tensor::from_vec(places, texts.len(), self.network.device())?;
        let states = Tensor::cat(&pooled, 0)?.index_select(&places, 0)?;
        Ok(Pooled { states, runs: done, tokens })
    }

    /// The gradient of all trained numbers but a head's `[numbers]`, given that of the pooled states.
    pub fn backward(&self, pairs: &[Pair], pooled: Pooled, gradient: &Tensor) -> Result<Tensor> {
        let mut total: Option<Vec<PairGradient>> = None;
        for Run { places, batch, tape } in pooled.runs {
            let tape = match tape {
                Some(tape) => tape,
                None => match self.network.forward(pairs, None, &batch, true)? {
                    (_, Some(tape)) => tape,
                    (_, None) => candle_core::bail!("no activations were kept"),
                },
            };
            let places: Vec<u32> = places.iter().map(|at| *at as u32).collect();
            let places = Tensor::from_vec(places, batch.texts, self.network.device())?;
            let own = batch.spread(&gradient.index_select(&places, 0)?, self.network.dtype())?;
            let (gradients, _) = self.network.backward(pairs, tape, &batch, &own, false)?;
            total = Some(match total {
                None => gradients,
                Some(total) => total
                    .into_iter()
                    .zip(gradients)
                    .map(|(sum, own)| Ok(PairGradient { a: (sum.a + own.a)?, b: (sum.b + own.b)? }))
                    .collect::<Result<_>>()?,
            });
        }
        self.flat(total.into_iter().flatten().collect())
    }

    /// The gradients of all factors, one after another as the trained numbers are.
    pub fn flat(&self, gradients: Vec<PairGradient>) -> Result<Tensor> {
        let mut flat = Vec::new();
        for gradient in gradients {
            flat.push(gradient.a.flatten_all()?);
            flat.push((gradient.b * self.scale)?.flatten_all()?);
        }
        Tensor::cat(&flat, 0)
    }
}
