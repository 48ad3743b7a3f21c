//! The last word over the best candidates, by a model that reads query and passage together.
//!
//! The model is `model`'s; here is only how its scores change the order.

use crate::Found;
use rasoat_model::{EncodeError, Reranker};

/// A reranker failed.
#[derive(Debug, thiserror::Error)]
pub enum RerankError {
    /// The model failed.
    #[error(transparent)]
    Model(#[from] EncodeError),
    /// The model lost count.
    #[error("the reranker gave {scores} scores for {passages} passages")]
    Count {
        /// Scores it gave.
        scores: usize,
        /// Passages it was given.
        passages: usize,
    },
}

/// How far a reranker is trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reranking {
    /// How many of the best it reads.
    pub depth: usize,
    /// What one point of its score adds to the score before, which is on the scale of cosines
    /// ([`Fusion::Learned`](crate::Fusion::Learned)). Not spread over what it reads: how much its scores differ is what
    /// it has to say.
    pub weight: f32,
}

impl Default for Reranking {
    /// Chosen on questions that the cross-encoder had not been trained on (`model/training`).
    fn default() -> Self {
        Self { depth: 20, weight: 0.0125 }
    }
}

/// Puts the best of `found` into a new order; what the reranker does not read follows in the old one. `text` gives what
/// it reads.
///
/// # Errors
/// When the reranker fails.
pub fn rerank(
    query: &str,
    mut found: Vec<Found>,
    text: &dyn Fn(&Found) -> String,
    reranker: &dyn Reranker,
    how: Reranking,
) -> Result<Vec<Found>, RerankError> {
    let mut rest = found.split_off(how.depth.min(found.len()));
    if found.len() < 2 {
        found.append(&mut rest);
        return Ok(found);
    }
    let texts: Vec<String> = found.iter().map(text).collect();
    let scores = reranker.score(query, &texts.iter().map(String::as_str).collect::<Vec<_>>())?;
    if scores.len() != found.len() {
        return Err(RerankError::Count { scores: scores.len(), passages: found.len() });
    }
    for (one, score) in found.iter_mut().zip(&scores) {
        one.reranked = Some(*score);
        one.score += how.weight * score;
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    // What was not read must not score above what was.
    let (last, most) = (found.last().map_or(0.0, |f| f.score), rest.first().map_or(1.0, |f| f.score.abs().max(1e-6)));
    for one in &mut rest {
        one.score = last + one.score / most - 1.0;
    }
    found.append(&mut rest);
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::PassageKey;

    struct Longest;

    impl Reranker for Longest {
        fn name(&self) -> &str {
            "longest"
        }

        fn score(&self, _: &str, passages: &[&str]) -> Result<Vec<f32>, EncodeError> {
            Ok(passages.iter().map(|passage| passage.len() as f32).collect())
        }
    }

    fn found(eids: [&str; 3]) -> Vec<Found> {
        let found = |(at, eid): (usize, &str)| {
            let key = PassageKey { document: "a".into(), eid: eid.into() };
            Found { score: 3.0 - at as f32, ..Found::of(key) }
        };
        eids.into_iter().enumerate().map(found).collect()
    }

    fn order(how: Reranking) -> Vec<String> {
        let text = |f: &Found| f.key.eid.clone();
        let ranked = rerank("", found(["a", "ccc", "bbbbb"]), &text, &Longest, how).unwrap();
        assert!(ranked.is_sorted_by(|a, b| a.score >= b.score));
        ranked.into_iter().map(|f| f.key.eid).collect()
    }

    #[test]
    fn only_the_best_are_read_and_the_rest_follow() {
        assert_eq!(order(Reranking { depth: 3, weight: 1.0 }), ["bbbbb", "ccc", "a"]);
        assert_eq!(order(Reranking { depth: 2, weight: 1.0 }), ["ccc", "a", "bbbbb"]);
        assert_eq!(order(Reranking { depth: 3, weight: 0.0 }), ["a", "ccc", "bbbbb"]);
    }
}
