//! Finding the nearest vectors: one trait, exact search below a measured size and in the browser, a graph above it.
//!
//! Vectors are held twice: as bytes with a scale each ([`Codes`]), which are searched, and in half precision
//! ([`Originals`], in memory or on disk), from which the cosine of what was found is computed anew. A filter never costs
//! recall: a narrow one is searched exactly.

mod bits;
mod codes;
mod exact;
#[cfg(not(target_arch = "wasm32"))]
mod graph;
mod originals;

pub use bits::Bits;
pub use codes::Codes;
pub use exact::ExactVectors;
#[cfg(not(target_arch = "wasm32"))]
pub use graph::{GraphOptions, GraphVectors};
pub use originals::Originals;

use half::f16;

/// A vector found: its number and its cosine to the query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The passage's number.
    pub passage: u32,
    /// Cosine, from half precision.
    pub cosine: f32,
}

/// An index over unit vectors numbered by the caller. Numbers only grow; one that was removed does not come back.
pub trait VectorIndex: Send + Sync {
    /// Living vectors.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes vectors of one length, in the order of their numbers.
    fn insert(&mut self, vectors: &[(u32, &[f32])]);

    /// Takes vectors out.
    fn remove(&mut self, passages: &[u32]);

    /// The `k` nearest among `allowed` (all where it is absent), nearest first. A query of another length finds nothing.
    fn search(&self, query: &[f32], k: usize, allowed: Option<&Bits>) -> Vec<Near>;

    /// Cosines of the query and given passages; `None` for one without a vector.
    fn cosines(&self, query: &[f32], passages: &[u32]) -> Vec<Option<f32>>;
}

/// Dot product; the cosine of unit vectors.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (mut left, mut right) = (a.chunks_exact(16), b.chunks_exact(16));
    for (x, y) in left.by_ref().zip(right.by_ref()) {
        for i in 0..16 {
            sums[i] += x[i] * y[i];
        }
    }
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

/// A vector in half precision.
fn halved(vector: &[f32]) -> Vec<f16> {
    vector.iter().map(|v| f16::from_f32(*v)).collect()
}

/// The conformance suite every [`VectorIndex`] passes.
#[cfg(test)]
pub(crate) mod conformance;
