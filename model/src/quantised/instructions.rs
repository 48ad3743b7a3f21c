//! The choice of the instructions that the network runs on, made once when it is loaded.
//!
//! Hard because a function is compiled for one set of instructions: everything between two points where threads meet is
//! one function here, compiled anew for each set, so that what is plain code in the other modules becomes vector
//! instructions of the right width.
#![cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    expect(
        unsafe_code,
        reason = "a function compiled for instructions may be called only where the processor has them"
    )
)]

use super::attention::{self, AttentionWork, Context};
use super::portable::Portable;
use super::product::{self, Finish, Kernel, Linear, Rounded};
use super::rows::{self, Norm};

/// The instructions that products are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    /// AVX-512 with the vector neural network instructions.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// AVX2 with the vector neural network instructions of 256 bits.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX2 with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// NEON with products of bytes.
    #[cfg(target_arch = "aarch64")]
    NeonDot,
    /// What every processor has.
    Portable,
}

/// Compiles a piece of the network for each set of instructions and runs the one in use; `$kernel` is its kernel.
macro_rules! with_instructions {
    ($self:expr, $kernel:ident, ($($name:ident: $kind:ty),* $(,)?) $(-> $answer:ty)? $body:block) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")]
        fn avx512_vnni($($name: $kind),*) $(-> $answer)? {
            type $kernel = crate::quantised::x86::Avx512Vnni;
            $body
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avxvnni,avx2,fma")]
        fn avx_vnni($($name: $kind),*) $(-> $answer)? {
            type $kernel = crate::quantised::x86::AvxVnni;
            $body
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn avx2($($name: $kind),*) $(-> $answer)? {
            type $kernel = crate::quantised::x86::Avx2;
            $body
        }
        #[cfg(target_arch = "aarch64")]
        #[target_feature(enable = "neon,dotprod")]
        fn neon_dot($($name: $kind),*) $(-> $answer)? {
            type $kernel = crate::quantised::neon::NeonDot;
            $body
        }
        fn portable($($name: $kind),*) $(-> $answer)? {
            type $kernel = Portable;
            $body
        }
        match $self {
            // SAFETY: a value of `Instructions` is made by `available` alone, which asked the processor.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512Vnni => unsafe { avx512_vnni($($name),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::AvxVnni => unsafe { avx_vnni($($name),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { avx2($($name),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Instructions::NeonDot => unsafe { neon_dot($($name),*) },
            Instructions::Portable => portable($($name),*),
        }
    }};
}

/// A layer of the network. The rows that enter it, and those between its halves, are changed as its products want them
/// ([`super::balance`]); those that leave it are changed for the next layer.
#[derive(Debug)]
pub(super) struct Layer {
    /// Query, key and value in one matrix: `[3 · hidden, hidden]`.
    pub attention_in: Linear,
    pub attention_out: Linear,
    pub attention_norm: Norm,
    pub feed_in: Linear,
    pub feed_out: Linear,
    pub feed_norm: Norm,
}

/// What one thread writes into on the way through a layer.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    rounded: Rounded,
    /// One row, in the order of the inputs.
    row: Vec<f32>,
    /// `[rows, inner]`
    wide: Vec<f32>,
    attention: AttentionWork,
}

impl Instructions {
    /// The best of those that this processor has.
    pub fn detect() -> Self {
        Self::available().first().copied().unwrap_or(Self::Portable)
    }

    /// Those that this processor has, the best first.
    pub fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            let avx = avx2 && is_x86_feature_detected!("avxvnni");
            let all = [(avx512, Self::Avx512Vnni), (avx, Self::AvxVnni), (avx2, Self::Avx2)];
            found.extend(all.into_iter().filter(|(present, _)| *present).map(|(_, instructions)| instructions));
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("dotprod") {
            found.push(Self::NeonDot);
        }
        found.push(Self::Portable);
        found
    }

    /// Whether products over that many inputs can be made.
    pub fn fit(self, inputs: usize) -> bool {
        with_instructions!(self, K, (inputs: usize) -> bool { Linear::fits::<K>(inputs) })
    }

    /// Rounds and packs a linear layer (see [`Linear::new`]).
    pub fn pack(self, weights: &[f32], bias: &[f32], mean: &[f32]) -> Linear {
        with_instructions!(self, K, (weights: &[f32], bias: &[f32], mean: &[f32]) -> Linear {
            Linear::new::<K>(weights, bias, mean)
        })
    }

    /// Whether a row's steps are so few that loud channels must be evened out.
    pub fn in_bytes(self) -> bool {
        with_instructions!(self, K, () -> bool { K::LARGEST_WEIGHT <= 127 })
    }

    /// Rounds the rows of `values` and multiplies them by a layer's weights, into `out` (`[rows, outputs]`).
    pub fn product(self, layer: &Linear, values: &[f32], finish: Finish, out: &mut [f32]) {
        with_instructions!(self, K, (layer: &Linear, values: &[f32], finish: Finish, out: &mut [f32]) {
            let mut rounded = Rounded::default();
            rounded.resize::<K>(values.len() / layer.inputs(), layer.inputs());
            for (at, row) in values.chunks_exact(layer.inputs()).enumerate() {
                rounded.round::<K>(at, row);
            }
            product::multiply::<K>(layer, &rounded, finish, out);
        });
    }

    /// Normalises the rows of `states`.
    pub fn normalise(self, states: &mut [f32], norm: &Norm) {
        with_instructions!(self, K, (states: &mut [f32], norm: &Norm) {
            states.chunks_exact_mut(norm.weight.len()).for_each(|row| rows::normalise::<K>(row, norm));
        });
    }

    /// Query, key and value of the rows of `states` into `projected` (`[rows, 3 · hidden]`).
    pub fn project(self, layer: &Layer, states: &[f32], scratch: &mut Scratch, projected: &mut [f32]) {
        with_instructions!(self, K, (layer: &Layer, states: &[f32], scratch: &mut Scratch, projected: &mut [f32]) {
            let hidden = layer.attention_in.inputs();
            scratch.rounded.resize::<K>(states.len() / hidden, hidden);
            for (at, row) in states.chunks_exact(hidden).enumerate() {
                scratch.rounded.round::<K>(at, row);
            }
            product::multiply::<K>(&layer.attention_in, &scratch.rounded, Finish::Store, projected);
        });
    }

    /// Attention of one head of one text (see [`attention::attend`]).
    pub fn attend(self, projected: &[f32], hidden: usize, head: usize, scratch: &mut Scratch, out: &mut [f32]) {
        with_instructions!(
            self,
            K,
            (projected: &[f32], hidden: usize, head: usize, scratch: &mut Scratch, out: &mut [f32]) {
                attention::attend::<K>(projected, hidden, head, &mut scratch.attention, out);
            }
        );
    }

    /// What follows attention, for the rows of `states`: its output, the feed-forward part, both residuals and norms.
    pub fn finish(self, layer: &Layer, context: &Context<'_>, states: &mut [f32], scratch: &mut Scratch) {
        with_instructions!(
            self,
            K,
            (layer: &Layer, context: &Context<'_>, states: &mut [f32], scratch: &mut Scratch) {
                finish::<K>(layer, context, states, scratch);
            }
        );
    }
}

#[inline(always)]
fn finish<K: Kernel>(layer: &Layer, context: &Context<'_>, states: &mut [f32], scratch: &mut Scratch) {
    let (hidden, inner) = (layer.feed_in.inputs(), layer.feed_in.outputs());
    let rows = states.len() / hidden;
    let Scratch { rounded, row, wide, .. } = scratch;
    row.resize(hidden, 0.0);
    rounded.resize::<K>(rows, hidden);
    for at in 0..rows {
        for (head, part) in row.chunks_exact_mut(attention::HEAD_WIDTH).enumerate() {
            part.copy_from_slice(context.part(at, head));
        }
        rounded.round::<K>(at, row);
    }
    product::multiply::<K>(&layer.attention_out, rounded, Finish::Add, states);
    rounded.resize::<K>(rows, hidden);
    for (at, row) in states.chunks_exact_mut(hidden).enumerate() {
        rows::normalise::<K>(row, &layer.attention_norm);
        rounded.round::<K>(at, row);
    }
    wide.resize(rows * inner, 0.0);
    product::multiply::<K>(&layer.feed_in, rounded, Finish::Activate, wide);
    rounded.resize::<K>(rows, inner);
    for (at, row) in wide.chunks_exact(inner).enumerate() {
        rounded.round::<K>(at, row);
    }
    product::multiply::<K>(&layer.feed_out, rounded, Finish::Add, states);
    states.chunks_exact_mut(hidden).for_each(|row| rows::normalise::<K>(row, &layer.feed_norm));
}

#[cfg(test)]
mod tests;
