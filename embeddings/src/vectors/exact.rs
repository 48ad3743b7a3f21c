//! Exact search: every vector is compared.

use super::{Bits, Codes, Near, Originals, VectorIndex};

/// Every vector is compared, by its bytes; the best are compared anew by their originals.
#[derive(Debug, Default)]
pub struct ExactVectors {
    codes: Codes,
    originals: Originals,
    living: Bits,
}

/// How many more than asked for are compared anew: bytes change the order of close neighbours only.
const SPARE: usize = 16;

impl ExactVectors {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// An index that holds given vectors.
    pub fn of(codes: Codes, originals: Originals) -> Self {
        let living = (0..codes.rows() as u32).filter(|row| codes.contains(*row)).collect();
        Self { codes, originals, living }
    }

    /// The vectors' bytes.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The vectors in half precision.
    pub fn originals(&self) -> &Originals {
        &self.originals
    }

    /// The rows that live.
    pub fn living(&self) -> &Bits {
        &self.living
    }

    /// The nearest of candidates by their originals, `k` of them.
    pub(super) fn rescore(&self, query: &[f32], near: Vec<Near>, k: usize) -> Vec<Near> {
        let again =
            |near: Near| Near { cosine: self.originals.cosine(query, near.passage).unwrap_or(near.cosine), ..near };
        let mut near: Vec<Near> = near.into_iter().map(again).collect();
        near.sort_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.passage.cmp(&b.passage)));
        near.truncate(k);
        near
    }
}

impl VectorIndex for ExactVectors {
    fn len(&self) -> usize {
        self.living.len()
    }

    fn insert(&mut self, vectors: &[(u32, &[f32])]) {
        for (passage, vector) in vectors {
            if self.codes.put(*passage, vector) {
                self.originals.put(*passage, vector);
                self.living.insert(*passage);
            }
        }
    }

    fn remove(&mut self, passages: &[u32]) {
        for passage in passages {
            if self.living.remove(*passage) {
                self.codes.scales[*passage as usize] = 0.0;
            }
        }
    }

    fn search(&self, query: &[f32], k: usize, allowed: Option<&Bits>) -> Vec<Near> {
        let Some(codes) = self.codes.query(query) else { return Vec::new() };
        let near = self.codes.nearest(&codes, k + k / 2 + SPARE, allowed);
        self.rescore(query, near, k)
    }

    fn cosines(&self, query: &[f32], passages: &[u32]) -> Vec<Option<f32>> {
        let fits = query.len() == self.codes.dimension();
        let cosine = |passage: &u32| self.originals.cosine(query, *passage).filter(|_| self.living.contains(*passage));
        passages.iter().map(|passage| if fits { cosine(passage) } else { None }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::conformance;

    #[test]
    fn exact_search_misses_nothing() {
        conformance::check(&mut || Box::new(ExactVectors::new()), 0);
    }
}
