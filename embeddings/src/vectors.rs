//! Finding the nearest vectors: one trait, exact search as the reference (and in the browser), HNSW natively.

/// An index over unit vectors numbered from 0.
pub trait VectorIndex: Send + Sync {
    /// Vectors in it.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `k` nearest vectors among those `keep` accepts, with their cosine, nearest first.
    fn search(&self, query: &[f32], k: usize, keep: &(dyn Fn(usize) -> bool + Sync)) -> Vec<(usize, f32)>;
}

/// Exact search: every vector is compared.
#[derive(Debug, Default)]
pub struct ExactVectors {
    dimension: usize,
    /// `[vectors, dimension]`, row by row.
    values: Vec<f32>,
}

impl ExactVectors {
    /// Takes unit vectors of one length.
    pub fn new(vectors: &[Vec<f32>]) -> Self {
        let dimension = vectors.first().map_or(0, Vec::len);
        Self { dimension, values: vectors.iter().flatten().copied().collect() }
    }
}

impl VectorIndex for ExactVectors {
    fn len(&self) -> usize {
        self.values.len().checked_div(self.dimension).unwrap_or(0)
    }

    fn search(&self, query: &[f32], k: usize, keep: &(dyn Fn(usize) -> bool + Sync)) -> Vec<(usize, f32)> {
        if self.dimension == 0 || query.len() != self.dimension {
            return Vec::new();
        }
        let mut hits: Vec<(usize, f32)> = self
            .values
            .chunks_exact(self.dimension)
            .enumerate()
            .filter(|(at, _)| keep(*at))
            .map(|(at, vector)| (at, dot(query, vector)))
            .collect();
        hits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        hits.truncate(k);
        hits
    }
}

/// Dot product of two vectors of one length; their cosine when both are unit vectors.
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

/// The conformance suite every [`VectorIndex`] passes.
#[cfg(test)]
pub(crate) mod conformance {
    use super::*;

    /// Deterministic unit vectors around a few directions.
    pub(crate) fn vectors(count: usize, dimension: usize) -> Vec<Vec<f32>> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..count)
            .map(|_| {
                let vector: Vec<f32> = (0..dimension).map(|_| next()).collect();
                let norm = dot(&vector, &vector).sqrt();
                vector.into_iter().map(|v| v / norm).collect()
            })
            .collect()
    }

    /// `missed` of 1000 exact neighbours may be missing.
    pub(crate) fn check<I: VectorIndex>(build: impl Fn(&[Vec<f32>]) -> I, missed: usize) {
        let all = vectors(2_000, 48);
        let index = build(&all);
        assert_eq!(index.len(), all.len());
        let exact = ExactVectors::new(&all);
        let mut lost = 0;
        for query in all.iter().take(100) {
            let wanted = exact.search(query, 10, &|_| true);
            let found = index.search(query, 10, &|_| true);
            assert_eq!(found.len(), 10);
            assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1), "nearest first");
            assert!((found[0].1 - 1.0).abs() < 1e-3, "a vector is its own nearest");
            lost += wanted.iter().filter(|(at, _)| !found.iter().any(|(other, _)| other == at)).count();
        }
        assert!(lost <= missed, "{lost} of 1000 neighbours missed");
        let even = index.search(&all[1], 10, &|at| at % 2 == 0);
        assert!(even.len() == 10 && even.iter().all(|(at, _)| at % 2 == 0), "the filter holds");
        assert!(index.search(&all[1][..4], 10, &|_| true).is_empty(), "a query of another length finds nothing");
        assert!(build(&[]).search(&all[0], 3, &|_| true).is_empty(), "an empty index finds nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_search_misses_nothing() {
        conformance::check(ExactVectors::new, 0);
    }
}
