//! Search over passages: words, meaning, or both fused by reciprocal rank (Cormack, Clarke and Büttcher, 2009).

use crate::bm25::Bm25;
use crate::vectors::VectorIndex;
use std::collections::HashMap;

/// How to search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Words and meaning, fused.
    #[default]
    Hybrid,
    /// Meaning alone.
    Dense,
    /// Words alone.
    Lexical,
}

/// Which provision a passage belongs to, as the caller numbers documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PassageKey {
    /// The document's identifier.
    pub document: String,
    /// The provision's identifier within it.
    pub eid: String,
}

/// A provision found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The provision.
    pub key: PassageKey,
    /// The passage of it that matched best.
    pub passage: usize,
    /// Score of the mode: cosine, BM25, or the fused rank's.
    pub score: f32,
    /// Cosine of the query's vector and the passage's, where the passage was among the nearest.
    pub cosine: Option<f32>,
}

/// The constant of reciprocal-rank fusion, as in the paper.
const FUSION: f32 = 60.0;
/// Passages each list brings into the fusion.
const DEPTH: usize = 100;

/// The passages of a corpus with their lexical and vector index.
pub struct SearchIndex {
    keys: Vec<PassageKey>,
    lexical: Bm25,
    vectors: Option<Box<dyn VectorIndex>>,
}

impl SearchIndex {
    /// Puts together keys, texts and vectors of the same passages in the same order; `vectors` is absent where no
    /// encoder is installed.
    pub fn new<'a>(
        keys: Vec<PassageKey>,
        texts: impl IntoIterator<Item = &'a str>,
        vectors: Option<Box<dyn VectorIndex>>,
    ) -> Self {
        let lexical = Bm25::new(texts);
        let vectors = vectors.filter(|v| v.len() == keys.len());
        Self { keys, lexical, vectors }
    }

    /// Passages in it.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether meaning can be searched.
    pub fn has_vectors(&self) -> bool {
        self.vectors.is_some()
    }

    /// The lexical index, for how much a term tells.
    pub fn lexical(&self) -> &Bm25 {
        &self.lexical
    }

    /// The `k` best provisions among those whose document `keep` accepts. Without a vector, or without a vector index,
    /// hybrid search is lexical.
    pub fn search(
        &self,
        words: &str,
        vector: Option<&[f32]>,
        mode: Mode,
        k: usize,
        keep: &(dyn Fn(&PassageKey) -> bool + Sync),
    ) -> Vec<Found> {
        let keep_passage = |at: usize| self.keys.get(at).is_some_and(keep);
        let depth = DEPTH.max(4 * k);
        let lexical = || self.lexical.search(words, depth, &keep_passage);
        let dense = || match (&self.vectors, vector) {
            (Some(index), Some(vector)) => index.search(vector, depth, &keep_passage),
            _ => Vec::new(),
        };
        let near = if mode == Mode::Lexical { Vec::new() } else { dense() };
        let cosines: HashMap<usize, f32> = near.iter().copied().collect();
        let ranked = match mode {
            Mode::Dense => near,
            Mode::Hybrid if !near.is_empty() => fuse(&[lexical(), near]),
            Mode::Lexical | Mode::Hybrid => lexical(),
        };
        let mut seen = HashMap::new();
        let mut found: Vec<Found> = Vec::new();
        for (passage, score) in ranked {
            let key = &self.keys[passage];
            if seen.insert(key, ()).is_none() {
                let cosine = cosines.get(&passage).copied();
                found.push(Found { key: key.clone(), passage, score, cosine });
                if found.len() == k {
                    break;
                }
            }
        }
        found
    }
}

/// Fuses ranked lists by the sum of `1 / (60 + rank)`.
fn fuse(lists: &[Vec<(usize, f32)>]) -> Vec<(usize, f32)> {
    let mut scores: HashMap<usize, f32> = HashMap::new();
    for list in lists {
        for (rank, (passage, _)) in list.iter().enumerate() {
            *scores.entry(*passage).or_default() += 1.0 / (FUSION + rank as f32 + 1.0);
        }
    }
    let mut fused: Vec<(usize, f32)> = scores.into_iter().collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::ExactVectors;

    fn index() -> SearchIndex {
        let key = |document: &str, eid: &str| PassageKey { document: document.into(), eid: eid.into() };
        let keys = vec![key("a", "1"), key("a", "1"), key("a", "2"), key("b", "1")];
        let texts = ["thử việc", "thử việc dài", "tiền lương", "thử nghiệm"];
        let vectors = [vec![1.0, 0.0], vec![0.8, 0.6], vec![0.0, 1.0], vec![0.6, 0.8]];
        SearchIndex::new(keys, texts, Some(Box::new(ExactVectors::new(&vectors))))
    }

    fn found(mode: Mode, vector: Option<&[f32]>, keep: &(dyn Fn(&PassageKey) -> bool + Sync)) -> Vec<String> {
        index()
            .search("thử việc", vector, mode, 3, keep)
            .into_iter()
            .map(|f| format!("{}#{}", f.key.document, f.key.eid))
            .collect()
    }

    #[test]
    fn passages_of_one_provision_are_found_once() {
        assert_eq!(found(Mode::Lexical, None, &|_| true), ["a#1", "b#1"]);
        assert_eq!(found(Mode::Dense, Some(&[0.0, 1.0]), &|_| true), ["a#2", "b#1", "a#1"]);
        assert_eq!(found(Mode::Hybrid, Some(&[1.0, 0.0]), &|_| true)[0], "a#1");
    }

    #[test]
    fn hybrid_search_without_a_vector_is_lexical() {
        assert_eq!(found(Mode::Hybrid, None, &|_| true), ["a#1", "b#1"]);
    }

    #[test]
    fn a_document_left_out_is_not_found() {
        assert_eq!(found(Mode::Hybrid, Some(&[1.0, 0.0]), &|key| key.document == "b"), ["b#1"]);
    }
}
