//! Texts of similar length padded to one rectangle, as a card wants them, and pooled again to one state a text.

use crate::bert::{Config, Sequence};
use crate::encoder::Pooling;
use candle_core::{DType, Device, Result, Tensor};

/// A padded batch.
pub(crate) struct Padded {
    /// `[texts · length]`; padding has the id 0 and is seen by nobody.
    pub ids: Tensor,
    /// Rows of the position table, `[texts · length]`.
    pub places: Tensor,
    /// Rows of the token-type table, `[texts · length]`; 0 at padding.
    pub types: Vec<u32>,
    /// Added to attention's scores: `[texts, 1, 1, length]`, far below zero at padding. None where there is no padding.
    pub mask: Option<Tensor>,
    /// The share of each state in its text's pooled one, `[texts, 1, length]`, f32 (f64 for a network in f64).
    shares: Tensor,
    /// Texts.
    pub texts: usize,
    /// Tokens of the longest text, rounded up as the card likes it.
    pub length: usize,
}

/// Low enough that e to it is 0, and a number that bf16 holds.
const NEVER: f32 = -30_000.0;

impl Padded {
    /// Lays out `texts`, each at most [`Config::max_tokens`] long.
    ///
    /// # Errors
    /// When there is no text or the device has no room.
    pub fn new<'a, S: Copy + Into<Sequence<'a>>>(
        texts: &[S],
        config: &Config,
        pooling: Pooling,
        dtype: DType,
        device: &Device,
    ) -> Result<Self> {
        let texts: Vec<Sequence<'_>> = texts.iter().map(|text| (*text).into()).collect();
        let longest = texts.iter().map(|text| text.ids.len()).max().unwrap_or(0);
        if longest == 0 || longest > config.max_tokens() {
            candle_core::bail!("a batch's longest text has {longest} tokens, not 1 to {}", config.max_tokens());
        }
        let rounded = if device.is_cpu() { longest } else { longest.next_multiple_of(8).min(config.max_tokens()) };
        let (count, length) = (texts.len(), rounded);
        let first = config.first_position() as u32;
        let mut ids = Vec::with_capacity(count * length);
        let mut mask = Vec::with_capacity(count * length);
        let mut shares = Vec::with_capacity(count * length);
        let mut types = Vec::with_capacity(count * length);
        for text in &texts {
            let own = text.ids.len();
            ids.extend_from_slice(text.ids);
            types.extend((0..length).map(|at| u32::from(text.types.get(at).copied().unwrap_or(0))));
            ids.resize(ids.len() + length - own, 0);
            mask.extend((0..length).map(|at| if at < own { 0.0 } else { NEVER }));
            shares.extend((0..length).map(|at| match pooling {
                Pooling::Mean if at < own => 1.0 / own as f32,
                Pooling::Cls if at == 0 => 1.0,
                _ => 0.0,
            }));
        }
        let places: Vec<u32> = (0..count).flat_map(|_| first..first + length as u32).collect();
        let padded = texts.iter().any(|text| text.ids.len() < length);
        let mask =
            if padded { Some(Tensor::from_vec(mask, (count, 1, 1, length), device)?.to_dtype(dtype)?) } else { None };
        Ok(Self {
            ids: Tensor::from_vec(ids, count * length, device)?,
            places: Tensor::from_vec(places, count * length, device)?,
            types,
            mask,
            shares: Tensor::from_vec(shares, (count, 1, length), device)?.to_dtype(wide(dtype))?,
            texts: count,
            length,
        })
    }

    /// The texts' pooled states `[texts, hidden]`, out of all states `[texts · length, hidden]`.
    ///
    /// # Errors
    /// When the states are of another batch.
    pub fn pool(&self, states: &Tensor) -> Result<Tensor> {
        let hidden = states.dims()[1];
        let states = states.to_dtype(wide(states.dtype()))?.reshape((self.texts, self.length, hidden))?;
        self.shares.matmul(&states)?.squeeze(1)
    }

    /// Added to a score of each token `[texts, length]`, it takes padding out of a softmax.
    ///
    /// # Errors
    /// When the device has no room.
    pub fn absent(&self, dtype: DType) -> Result<Option<Tensor>> {
        let Some(mask) = &self.mask else { return Ok(None) };
        mask.reshape((self.texts, self.length))?.to_dtype(wide(dtype)).map(Some)
    }

    /// The gradient of all states, given that of the pooled ones.
    ///
    /// # Errors
    /// When the gradient is of another batch.
    pub fn spread(&self, pooled: &Tensor, dtype: DType) -> Result<Tensor> {
        let states = self.shares.t()?.matmul(&pooled.unsqueeze(1)?)?;
        states.reshape((self.texts * self.length, pooled.dims()[1]))?.to_dtype(dtype)
    }
}

/// The precision that sums are made in.
pub(crate) fn wide(dtype: DType) -> DType {
    if dtype == DType::F64 { DType::F64 } else { DType::F32 }
}

/// Cuts texts, in the order given, into runs of at most `budget` padded tokens, and at least one text each.
pub(crate) fn runs(lengths: &[usize], budget: usize) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let mut longest = 0;
    for (at, length) in lengths.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if longest.max(*length) * (run.len() + 1) <= budget => {
                longest = longest.max(*length);
                run.end = at + 1;
            }
            _ => {
                longest = *length;
                runs.push(at..at + 1);
            }
        }
    }
    runs
}
