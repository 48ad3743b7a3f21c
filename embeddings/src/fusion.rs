//! One score from words and meaning: by ranks (Cormack, Clarke and Büttcher, 2009), by normalised scores, or by a
//! linear model that was learned.
//!
//! Hard because BM25 and cosine are on scales of their own that change from query to query; so a lexical score is
//! given as a share of what the query could attain at the most.

use crate::lexical::{FIELDS, Field};

/// What is known of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// Its lexical score.
    pub score: f32,
    /// The same as a share of what the query could attain.
    pub lexical: f32,
    /// Its place by words, from 1; `None` where it was not among the best.
    pub lexical_rank: Option<u32>,
    /// The share of each field in `lexical`; 0 where nobody asked for it ([`Fusion::by_field`]).
    pub fields: [f32; FIELDS.len()],
    /// Cosine of its best passage.
    pub cosine: Option<f32>,
    /// Its place by meaning, from 1; `None` where it was not among the nearest.
    pub dense_rank: Option<u32>,
    /// 1 for a provision that the query names, 0.5 for one of a document it names.
    pub cited: f32,
}

impl Features {
    /// Names of what [`Features::values`] gives.
    pub const NAMES: [&'static str; 5 + FIELDS.len()] = [
        "lexical",
        "lexical_reciprocal",
        "cosine",
        "dense_reciprocal",
        "cited",
        Field::Title.code(),
        Field::Heading.code(),
        Field::HeadingPairs.code(),
        Field::Body.code(),
        Field::Pairs.code(),
        Field::PlainWords.code(),
        Field::PlainPairs.code(),
        Field::Numbers.code(),
    ];

    /// The numbers a linear model weighs, in the order of [`Features::NAMES`]. `constant` is that of reciprocal ranks.
    pub fn values(&self, constant: f32) -> [f32; Self::NAMES.len()] {
        let mut values = [0.0; Self::NAMES.len()];
        values[0] = self.lexical;
        values[1] = reciprocal(self.lexical_rank, constant);
        values[2] = self.cosine.unwrap_or(0.0);
        values[3] = reciprocal(self.dense_rank, constant);
        values[4] = self.cited;
        values[5..].copy_from_slice(&self.fields);
        values
    }
}

/// `constant / (constant + rank)`, 0 without a rank.
fn reciprocal(rank: Option<u32>, constant: f32) -> f32 {
    rank.map_or(0.0, |rank| constant / (constant + rank as f32))
}

/// How candidates become a ranking.
#[derive(Debug, Clone, PartialEq)]
pub enum Fusion {
    /// The sum of `weight / (constant + rank)`.
    ReciprocalRank {
        /// The constant; 60 in the paper.
        constant: f32,
        /// Weight of the ranking by words.
        lexical: f32,
        /// Weight of the ranking by meaning.
        dense: f32,
    },
    /// The weighted sum of scores, each spread from 0 to 1 over the candidates.
    Weighted {
        /// Weight of words.
        lexical: f32,
        /// Weight of meaning.
        dense: f32,
    },
    /// A linear model over [`Features::values`].
    Learned {
        /// A weight for each of [`Features::NAMES`].
        weights: [f32; Features::NAMES.len()],
        /// The constant of reciprocal ranks.
        constant: f32,
    },
}

impl Default for Fusion {
    /// Cosine and the share of each field, weighed on the development questions of four collections (`eval/README.md`).
    fn default() -> Self {
        let mut weights = [0.0; Features::NAMES.len()];
        weights[2] = 1.0;
        for (field, weight) in [
            (Field::Title, 0.2),
            (Field::Heading, 0.2),
            (Field::HeadingPairs, 0.35),
            (Field::Body, 0.15),
            (Field::Pairs, 0.35),
            (Field::PlainWords, 0.2),
            (Field::PlainPairs, 0.35),
            (Field::Numbers, 0.3),
        ] {
            weights[5 + field as usize] = weight;
        }
        Self::Learned { weights, constant: 60.0 }
    }
}

impl Fusion {
    /// Whether it weighs the fields one by one.
    pub fn by_field(&self) -> bool {
        matches!(self, Self::Learned { weights, .. } if weights[5..].iter().any(|weight| *weight != 0.0))
    }

    /// The score of each candidate.
    pub fn scores(&self, candidates: &[Features]) -> Vec<f32> {
        match self {
            Self::ReciprocalRank { constant, lexical, dense } => candidates
                .iter()
                .map(|c| {
                    let part =
                        |weight: f32, rank: Option<u32>| weight * reciprocal(rank, *constant) / constant.max(1e-6);
                    part(*lexical, c.lexical_rank) + part(*dense, c.dense_rank)
                })
                .collect(),
            Self::Weighted { lexical, dense } => {
                let words = Spread::of(candidates.iter().map(|c| c.lexical));
                let meaning = Spread::of(candidates.iter().filter_map(|c| c.cosine));
                let meant = |c: &Features| c.cosine.map_or(0.0, |cosine| meaning.place(cosine));
                candidates.iter().map(|c| lexical * words.place(c.lexical) + dense * meant(c)).collect()
            }
            Self::Learned { weights, constant } => candidates
                .iter()
                .map(|c| c.values(*constant).iter().zip(weights).map(|(value, weight)| value * weight).sum())
                .collect(),
        }
    }
}

/// From the least to the most.
pub(crate) struct Spread {
    least: f32,
    most: f32,
}

impl Spread {
    pub(crate) fn of(values: impl Iterator<Item = f32>) -> Self {
        let start = Self { least: f32::INFINITY, most: f32::NEG_INFINITY };
        values.fold(start, |spread, value| Self { least: spread.least.min(value), most: spread.most.max(value) })
    }

    /// 0 at the least, 1 at the most.
    pub(crate) fn place(&self, value: f32) -> f32 {
        let width = self.most - self.least;
        if width > 0.0 { (value - self.least) / width } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(lexical: f32, lexical_rank: u32, cosine: f32, dense_rank: u32) -> Features {
        Features {
            lexical,
            lexical_rank: Some(lexical_rank),
            cosine: Some(cosine),
            dense_rank: Some(dense_rank),
            ..Features::default()
        }
    }

    #[test]
    fn a_candidate_that_both_bring_passes_one_that_only_one_brings() {
        let both = candidate(0.5, 3, 0.8, 3);
        let one = Features { lexical: 0.9, lexical_rank: Some(1), ..Features::default() };
        let ranks = Fusion::ReciprocalRank { constant: 60.0, lexical: 1.0, dense: 1.0 };
        for fusion in [&ranks, &Fusion::Weighted { lexical: 1.0, dense: 3.0 }] {
            let scores = fusion.scores(&[both, one]);
            assert!(scores[0] > scores[1], "{fusion:?}: {scores:?}");
        }
        let scores = ranks.scores(&[both]);
        assert!((scores[0] - 2.0 / 63.0).abs() < 1e-6, "as in the paper");
    }

    #[test]
    fn a_learned_model_weighs_what_it_was_taught_to() {
        let mut weights = [0.0; Features::NAMES.len()];
        weights[2] = 2.0;
        weights[5 + Field::Numbers as usize] = 1.0;
        let fusion = Fusion::Learned { weights, constant: 60.0 };
        assert!(fusion.by_field());
        let mut with_number = candidate(0.1, 5, 0.7, 5);
        with_number.fields[Field::Numbers as usize] = 0.5;
        let scores = fusion.scores(&[with_number, candidate(0.9, 1, 0.8, 1)]);
        assert!((scores[0] - 1.9).abs() < 1e-6 && (scores[1] - 1.6).abs() < 1e-6);
    }
}
