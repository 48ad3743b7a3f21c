//! Vectors as signed bytes with a scale each, and the products of one query with all of them.
//!
//! The plain loops here become wide instructions where `pulp` finds them at run time; no code of ours is unsafe.

use super::{Bits, Near};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Vectors of one length as bytes, numbered by their rows; rows may be empty.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    pub(super) dimension: usize,
    /// `[rows, dimension]`
    pub(super) codes: Vec<i8>,
    /// By row; 0 for a row without a vector.
    pub(super) scales: Vec<f32>,
}

/// A query as 16-bit integers: the product with bytes costs the same and loses half as much.
pub struct QueryCodes {
    codes: Vec<i16>,
    scale: f32,
}

/// Rows compared at a time by one thread.
const BLOCK: usize = 4096;

impl Codes {
    /// Rows that were made before.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn of(dimension: usize, codes: Vec<i8>, scales: Vec<f32>) -> Self {
        Self { dimension, codes, scales }
    }

    /// Rows, empty ones included.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Numbers of a vector.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.codes.capacity() + 4 * self.scales.capacity()
    }

    /// Whether a row has a vector.
    pub fn contains(&self, row: u32) -> bool {
        self.scales.get(row as usize).is_some_and(|scale| *scale != 0.0)
    }

    /// The bytes of a row.
    pub fn row(&self, row: u32) -> &[i8] {
        &self.codes[row as usize * self.dimension..][..self.dimension]
    }

    /// The scale of a row.
    pub fn scale(&self, row: u32) -> f32 {
        self.scales[row as usize]
    }

    /// Puts a vector into a row; one of another length than the first is left out, and so is one of zeros.
    pub fn put(&mut self, row: u32, vector: &[f32]) -> bool {
        if self.codes.is_empty() {
            self.dimension = vector.len();
        }
        let largest = vector.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        if vector.len() != self.dimension || largest == 0.0 || !largest.is_finite() {
            return false;
        }
        let needed = self.rows().max(row as usize + 1);
        self.scales.resize(needed, 0.0);
        self.codes.resize(needed * self.dimension, 0);
        let scale = largest / 127.0;
        let row_codes = &mut self.codes[row as usize * self.dimension..][..self.dimension];
        for (code, value) in row_codes.iter_mut().zip(vector) {
            *code = (value / scale).round() as i8;
        }
        self.scales[row as usize] = scale;
        true
    }

    /// A query of this index's length.
    pub fn query(&self, query: &[f32]) -> Option<QueryCodes> {
        let largest = query.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        if query.len() != self.dimension || self.dimension == 0 || largest == 0.0 || !largest.is_finite() {
            return None;
        }
        // 127 * 16383 * 1024 numbers stay within 32 bits.
        let scale = largest / 16_383.0;
        Some(QueryCodes { codes: query.iter().map(|v| (v / scale).round() as i16).collect(), scale })
    }

    /// The `k` rows nearest to a query among `allowed`, nearest first, by the bytes alone.
    pub fn nearest(&self, query: &QueryCodes, k: usize, allowed: Option<&Bits>) -> Vec<Near> {
        let best = match allowed {
            Some(allowed) if allowed.len() * 2 < self.rows() => self.nearest_of(query, k, allowed),
            _ => self.nearest_of_all(query, k, allowed),
        };
        best.sorted()
    }

    fn nearest_of_all(&self, query: &QueryCodes, k: usize, allowed: Option<&Bits>) -> Best {
        let blocks: Vec<usize> = (0..self.rows()).step_by(BLOCK).collect();
        let block = |best: Best, start: usize| {
            let end = (start + BLOCK).min(self.rows());
            let rows = &self.codes[start * self.dimension..end * self.dimension];
            let mut products = vec![0.0; end - start];
            dispatch(Products { rows, query: &query.codes, out: &mut products });
            let scales = &self.scales[start..end];
            let mut best = best;
            for (at, (product, scale)) in products.iter().zip(scales).enumerate() {
                let row = (start + at) as u32;
                let cosine = product * scale * query.scale;
                if *scale != 0.0 && best.wants(cosine) && allowed.is_none_or(|allowed| allowed.contains(row)) {
                    best.add(row, cosine);
                }
            }
            best
        };
        over(&blocks, || Best::new(k), block, Best::merge)
    }

    fn nearest_of(&self, query: &QueryCodes, k: usize, allowed: &Bits) -> Best {
        let rows: Vec<u32> = allowed.iter().filter(|row| self.contains(*row)).collect();
        let parts: Vec<&[u32]> = rows.chunks(BLOCK).collect();
        let part = |mut best: Best, part: &[u32]| {
            let mut products = vec![0.0; part.len()];
            dispatch(ProductsOf { codes: self, rows: part, query: &query.codes, out: &mut products });
            for (row, product) in part.iter().zip(products) {
                let cosine = product * self.scale(*row) * query.scale;
                if best.wants(cosine) {
                    best.add(*row, cosine);
                }
            }
            best
        };
        over(&parts, || Best::new(k), part, Best::merge)
    }
}

/// Folds over items on all cores; in the browser, which has one, in order.
fn over<I: Copy + Send + Sync, T: Send>(
    items: &[I],
    empty: impl Fn() -> T + Send + Sync,
    add: impl Fn(T, I) -> T + Send + Sync,
    merge: impl Fn(T, T) -> T + Send + Sync,
) -> T {
    #[cfg(not(target_arch = "wasm32"))]
    if items.len() > 1 {
        use rayon::prelude::*;
        return items.par_iter().copied().fold(&empty, &add).reduce(&empty, &merge);
    }
    let _ = &merge;
    items.iter().copied().fold(empty(), add)
}

/// Products of a query with neighbouring rows.
struct Products<'a> {
    rows: &'a [i8],
    query: &'a [i16],
    out: &'a mut [f32],
}

/// Products of a query with rows here and there.
struct ProductsOf<'a> {
    codes: &'a Codes,
    rows: &'a [u32],
    query: &'a [i16],
    out: &'a mut [f32],
}

/// The product of two rows, for the graph.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct Product<'a>(pub &'a [i8], pub &'a [i8]);

/// Wrapping: a check for overflow at each step would keep the loop from becoming wide instructions, and none happens
/// ([`Codes::query`]).
#[inline(always)]
fn product(row: &[i8], query: &[i16]) -> f32 {
    let sum = |sum: i32, (a, b): (&i8, &i16)| sum.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)));
    row.iter().zip(query).fold(0, sum) as f32
}

impl pulp::WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        for (row, out) in self.rows.chunks_exact(self.query.len()).zip(self.out) {
            *out = product(row, self.query);
        }
    }
}

impl pulp::WithSimd for ProductsOf<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        for (row, out) in self.rows.iter().zip(self.out) {
            *out = product(self.codes.row(*row), self.query);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl pulp::WithSimd for Product<'_> {
    type Output = i32;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> i32 {
        let sum = |sum: i32, (a, b): (&i8, &i8)| sum.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)));
        self.0.iter().zip(self.1).fold(0, sum)
    }
}

/// Runs an operation with the widest instructions the machine has.
pub(crate) fn dispatch<O: pulp::WithSimd>(operation: O) -> O::Output {
    pulp::Arch::new().dispatch(operation)
}

/// The `k` best so far. Of equal cosines the lower number is better, so that the order never depends on threads.
struct Best {
    k: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
    least: f32,
}

#[derive(PartialEq)]
struct Ranked {
    cosine: f32,
    row: u32,
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.cosine.total_cmp(&other.cosine).then(other.row.cmp(&self.row))
    }
}

impl Best {
    fn new(k: usize) -> Self {
        Self { k, heap: BinaryHeap::with_capacity(k.min(4096) + 1), least: f32::NEG_INFINITY }
    }

    #[inline(always)]
    fn wants(&self, cosine: f32) -> bool {
        cosine >= self.least
    }

    fn add(&mut self, row: u32, cosine: f32) {
        self.heap.push(Reverse(Ranked { cosine, row }));
        if self.heap.len() > self.k {
            self.heap.pop();
            self.least = self.heap.peek().map_or(f32::INFINITY, |worst| worst.0.cosine);
        }
    }

    fn merge(mut self, other: Self) -> Self {
        for Reverse(Ranked { cosine, row }) in other.heap {
            if self.wants(cosine) {
                self.add(row, cosine);
            }
        }
        self
    }

    fn sorted(self) -> Vec<Near> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|Reverse(Ranked { cosine, row })| Near { passage: row, cosine }).collect()
    }
}
