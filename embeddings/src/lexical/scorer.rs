//! BM25 over fields, from postings of any index, by passages or by articles.

use super::{FIELDS, Field, LexicalIndex, LexicalQuery, LexicalWeights, Posting, QueryTerm};

/// The units that are scored: which passages make up each, and how long they are.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// The unit of each passage.
    of: Vec<u32>,
    /// By field, the length of each unit.
    lengths: [Vec<u16>; FIELDS.len()],
    living: usize,
    /// Mean length of living units by field.
    means: [f32; FIELDS.len()],
}

impl Units {
    /// Puts units together: for each passage its unit, and its lengths where it lives.
    pub fn new(passages: impl IntoIterator<Item = (u32, Option<[u16; FIELDS.len()]>)>) -> Self {
        let mut units = Self::default();
        let mut alive = Vec::new();
        for (unit, lengths) in passages {
            units.of.push(unit);
            let needed = unit as usize + 1;
            if alive.len() < needed {
                alive.resize(needed, false);
                units.lengths.iter_mut().for_each(|lengths| lengths.resize(needed, 0));
            }
            if let Some(lengths) = lengths {
                alive[unit as usize] = true;
                for field in FIELDS {
                    let (whole, own) = (&mut units.lengths[field as usize][unit as usize], lengths[field as usize]);
                    *whole = if field.is_repeated() { own.max(*whole) } else { whole.saturating_add(own) };
                }
            }
        }
        units.living = alive.iter().filter(|alive| **alive).count();
        for field in FIELDS {
            let total: u64 = units.lengths[field as usize].iter().map(|length| u64::from(*length)).sum();
            units.means[field as usize] = total as f32 / units.living.max(1) as f32;
        }
        units
    }

    /// Units, those without living passages included.
    pub fn len(&self) -> usize {
        self.lengths[0].len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Units that live.
    pub fn living(&self) -> usize {
        self.living
    }

    /// The unit of a passage.
    pub fn of(&self, passage: u32) -> u32 {
        self.of[passage as usize]
    }

    /// Makes postings of passages postings of units, in place.
    fn gather(&self, field: Field, postings: &mut Vec<Posting>) {
        if self.len() == self.of.len() {
            return;
        }
        let mut kept = 0;
        for at in 0..postings.len() {
            let Posting { passage, count } = postings[at];
            let unit = self.of(passage);
            if kept > 0 && postings[kept - 1].passage == unit {
                let whole = &mut postings[kept - 1].count;
                *whole = if field.is_repeated() { count.max(*whole) } else { *whole + count };
            } else {
                postings[kept] = Posting { passage: unit, count };
                kept += 1;
            }
        }
        postings.truncate(kept);
    }
}

/// A query's scores.
#[derive(Debug, Clone, Default)]
pub struct Scorer {
    /// By unit; 0 where nothing matches.
    pub scores: Vec<f32>,
    /// What one occurrence of each of the query's terms may bring at the most; 0 for a term that nothing holds.
    pub ceilings: Vec<f32>,
}

impl Scorer {
    /// Scores every unit.
    pub fn new(index: &dyn LexicalIndex, units: &Units, query: &LexicalQuery, weights: &LexicalWeights) -> Self {
        let mut scores = vec![0.0; units.len()];
        let mut ceilings = vec![0.0; query.terms.len()];
        let mut postings = Vec::new();
        for (at, term) in query.counting(weights) {
            postings.clear();
            index.postings(term.field, &term.term, &mut postings);
            units.gather(term.field, &mut postings);
            let rarity = rarity(units.living, postings.len());
            if postings.is_empty() || postings.len() as f32 > weights.too_common * units.living as f32 {
                continue;
            }
            ceilings[at] = ceiling(term, weights, rarity);
            let curve = Curve::new(units, term.field, weights, ceilings[at]);
            let lengths = &units.lengths[term.field as usize];
            for posting in &postings {
                let unit = posting.passage as usize;
                scores[unit] += curve.at(posting.count, lengths[unit]);
            }
        }
        Self { scores, ceilings }
    }

    /// What each of the query's terms brings to a few units: `[unit][term]`. `passages` are those of the units, in the
    /// order of their numbers.
    pub fn parts(
        &self,
        index: &dyn LexicalIndex,
        units: &Units,
        query: &LexicalQuery,
        weights: &LexicalWeights,
        passages: &[u32],
    ) -> Vec<(u32, Vec<f32>)> {
        let mut wanted: Vec<u32> = passages.iter().map(|passage| units.of(*passage)).collect();
        wanted.dedup();
        let mut parts: Vec<(u32, Vec<f32>)> = wanted.iter().map(|unit| (*unit, vec![0.0; query.terms.len()])).collect();
        for (at, term) in
            query.counting(weights).filter(|(at, _)| self.ceilings.get(*at).is_some_and(|ceiling| *ceiling > 0.0))
        {
            let counts = index.counts(term.field, &term.term, passages);
            let mut postings: Vec<Posting> = passages
                .iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .map(|(passage, count)| Posting { passage: *passage, count })
                .collect();
            units.gather(term.field, &mut postings);
            let curve = Curve::new(units, term.field, weights, self.ceilings[at]);
            for posting in postings {
                if let Ok(place) = parts.binary_search_by_key(&posting.passage, |(unit, _)| *unit) {
                    let length = units.lengths[term.field as usize][posting.passage as usize];
                    parts[place].1[at] = curve.at(posting.count, length);
                }
            }
        }
        parts
    }

    /// The most a unit could score: every term that anything holds, over and over.
    pub fn attainable(&self) -> f32 {
        self.ceilings.iter().sum()
    }
}

/// What a term brings by its count and the unit's length.
struct Curve {
    ceiling: f32,
    fixed: f32,
    by_length: f32,
}

impl Curve {
    fn new(units: &Units, field: Field, weights: &LexicalWeights, ceiling: f32) -> Self {
        let bm25 = weights.field(field);
        let mean = units.means[field as usize].max(f32::MIN_POSITIVE);
        Self { ceiling, fixed: bm25.k1 * (1.0 - bm25.b), by_length: bm25.k1 * bm25.b / mean }
    }

    fn at(&self, count: u32, length: u16) -> f32 {
        let count = count as f32;
        self.ceiling * count / (count + self.fixed + self.by_length * f32::from(length))
    }
}

fn ceiling(term: &QueryTerm, weights: &LexicalWeights, rarity: f32) -> f32 {
    let bm25 = weights.field(term.field);
    bm25.weight * rarity * term.count.min(weights.repeats) * (bm25.k1 + 1.0)
}

/// Inverse document frequency, never negative.
pub(crate) fn rarity(units: usize, holding: usize) -> f32 {
    let (units, holding) = (units as f32, holding as f32);
    (1.0 + (units - holding + 0.5) / (holding + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::analysis::PassageTerms;
    use crate::lexical::MemoryIndex;

    #[test]
    fn the_score_is_bm25_as_the_paper_has_it() {
        let texts = ["một hai hai", "hai", "ba"];
        let terms: Vec<PassageTerms> = texts.iter().map(|text| PassageTerms::new("", "", text, true)).collect();
        let mut index = MemoryIndex::new();
        let numbered: Vec<_> = terms.iter().cloned().enumerate().map(|(at, t)| (at as u32, t)).collect();
        index.insert(&numbered).unwrap();
        let units = Units::new(terms.iter().enumerate().map(|(at, t)| (at as u32, Some(t.lengths()))));
        let mut weights = LexicalWeights::default();
        for field in FIELDS {
            weights.field_mut(field).weight = if field == Field::Body { 1.0 } else { 0.0 };
        }
        let scorer = Scorer::new(&index, &units, &LexicalQuery::new("hai một", &index), &weights);
        let mean = 5.0 / 3.0;
        let part = |count: f32, length: f32, holding: f32| {
            (1.0 + (3.0 - holding + 0.5) / (holding + 0.5)).ln() * count * 2.2
                / (count + 1.2 * (0.25 + 0.75 * length / mean))
        };
        let wanted = [part(2.0, 3.0, 2.0) + part(1.0, 3.0, 1.0), part(1.0, 1.0, 2.0), 0.0];
        for (found, wanted) in scorer.scores.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-5, "{found} {wanted}");
        }
    }
}
