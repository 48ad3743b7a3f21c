//! How a network's weights become layers of integers.
//!
//! Hard because how a product's inputs are best rounded shows only in what the layers before make of a text: so samples go
//! through the network while it is packed, each layer reading what the last one left.

use super::attention::HEAD_WIDTH;
use super::balance::{Balance, means};
use super::flat;
use super::instructions::{Instructions, Layer, Scratch};
use super::product::{Finish, Linear};
use super::rows::Norm;
use crate::bert::{Config, Sequence, Weights};
use candle_core::Result;

/// Reads tensors and packs them.
pub(super) struct Packer<'a> {
    config: &'a Config,
    instructions: Instructions,
    weights: &'a mut dyn Weights,
    /// Tokens of each sample.
    lengths: Vec<usize>,
    /// The samples' rows as they leave the last layer packed: `[tokens, hidden]`.
    states: Vec<f32>,
    scratch: Scratch,
}

impl<'a> Packer<'a> {
    /// For samples whose rows enter the first layer as `states`.
    pub fn new(
        config: &'a Config,
        instructions: Instructions,
        weights: &'a mut dyn Weights,
        samples: &[Sequence<'_>],
        states: Vec<f32>,
    ) -> Self {
        let lengths = samples.iter().map(|sample| sample.ids.len()).collect();
        Self { config, instructions, weights, lengths, states, scratch: Scratch::default() }
    }

    /// Packs the next layer, and makes the norm `before` it give rows as the layer wants them.
    pub fn layer(&mut self, name: &str, before: &mut Norm) -> Result<Layer> {
        let (hidden, inner) = (self.config.hidden_size, self.config.intermediate_size);
        let projections = ["query", "key", "value"].map(|part| format!("{name}.attention.self.{part}"));
        let (attention_in, balance) = self.balanced(&projections, hidden, before)?;
        let projected = self.multiply(&attention_in, &self.states, Finish::Store);
        let context = self.attend(&projected);
        let attention_out = self.residual(&format!("{name}.attention.output.dense"), hidden, &context, &balance)?;
        let mut attention_norm = norm(&format!("{name}.attention.output.LayerNorm"), self.config, self.weights)?;
        self.instructions.normalise(&mut self.states, &attention_norm);
        let (feed_in, balance) = self.balanced(&[format!("{name}.intermediate.dense")], inner, &mut attention_norm)?;
        let wide = self.multiply(&feed_in, &self.states, Finish::Activate);
        let feed_out = self.residual(&format!("{name}.output.dense"), inner, &wide, &balance)?;
        let feed_norm = norm(&format!("{name}.output.LayerNorm"), self.config, self.weights)?;
        self.instructions.normalise(&mut self.states, &feed_norm);
        Ok(Layer { attention_in, attention_out, attention_norm, feed_in, feed_out, feed_norm })
    }

    /// The matrices of `names`, one below the other, over evened-out rows; the samples' rows and the norm `before` are
    /// changed with them.
    fn balanced(&mut self, names: &[String], outputs: usize, before: &mut Norm) -> Result<(Linear, Balance)> {
        let hidden = self.config.hidden_size;
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.extend(flat(&self.weights.get(&format!("{name}.weight"), &[outputs, hidden])?)?);
            bias.extend(flat(&self.weights.get(&format!("{name}.bias"), &[outputs])?)?);
        }
        let balance = Balance::of(&self.states, &weights, hidden);
        balance.linear(&mut weights, &mut bias);
        balance.norm(before);
        balance.apply(&mut self.states);
        // The samples' rows have no mean any more.
        Ok((self.instructions.pack(&weights, &bias, &vec![0.0; hidden]), balance))
    }

    /// A layer over rows like `values` that is added to rows that `balance` has changed; the samples' rows are then what
    /// the sum is.
    fn residual(&mut self, name: &str, inputs: usize, values: &[f32], balance: &Balance) -> Result<Linear> {
        let hidden = self.config.hidden_size;
        let weights = self.weights.get(&format!("{name}.weight"), &[hidden, inputs])?;
        let mut bias = flat(&self.weights.get(&format!("{name}.bias"), &[hidden])?)?;
        bias.iter_mut().zip(&balance.centre).for_each(|(bias, centre)| *bias += centre);
        let mut linear = self.instructions.pack(&flat(&weights)?, &bias, &means(values, inputs));
        linear.set_residual(&balance.scale);
        self.instructions.product(&linear, values, Finish::Add, &mut self.states);
        Ok(linear)
    }

    fn multiply(&self, linear: &Linear, values: &[f32], finish: Finish) -> Vec<f32> {
        let mut out = vec![0.0; values.len() / linear.inputs() * linear.outputs()];
        self.instructions.product(linear, values, finish, &mut out);
        out
    }

    /// Attention within each sample: `[tokens, hidden]`.
    fn attend(&mut self, projected: &[f32]) -> Vec<f32> {
        let hidden = self.config.hidden_size;
        let mut context = vec![0.0; projected.len() / 3];
        let (mut projected, mut rest) = (projected, context.as_mut_slice());
        let mut part = Vec::new();
        for &length in self.lengths.iter().filter(|length| **length > 0) {
            let (own, others) = projected.split_at(length * 3 * hidden);
            let (rows, after) = rest.split_at_mut(length * hidden);
            part.resize(length * HEAD_WIDTH, 0.0);
            for head in 0..self.config.num_attention_heads {
                self.instructions.attend(own, hidden, head, &mut self.scratch, &mut part);
                for (row, part) in rows.chunks_exact_mut(hidden).zip(part.chunks_exact(HEAD_WIDTH)) {
                    row[head * HEAD_WIDTH..(head + 1) * HEAD_WIDTH].copy_from_slice(part);
                }
            }
            (projected, rest) = (others, after);
        }
        context
    }
}

/// Reads a norm.
pub(super) fn norm(name: &str, config: &Config, weights: &mut dyn Weights) -> Result<Norm> {
    let shape = [config.hidden_size];
    Ok(Norm {
        weight: flat(&weights.get(&format!("{name}.weight"), &shape)?)?,
        bias: flat(&weights.get(&format!("{name}.bias"), &shape)?)?,
        epsilon: config.layer_norm_eps as f32,
    })
}
