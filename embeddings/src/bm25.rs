//! BM25 (Robertson and Zaragoza, 2009) over folded syllables and pairs of neighbouring syllables.
//!
//! A Vietnamese word is mostly two syllables written apart; pairs stand in for word segmentation, which needs a model of
//! its own.

use rasoat_law::text::words;
use std::collections::HashMap;

const K1: f32 = 1.2;
const B: f32 = 0.75;
/// What a pair of syllables counts against a single one.
const PAIR_WEIGHT: f32 = 0.5;

/// A lexical index over texts numbered from 0.
#[derive(Debug, Default)]
pub struct Bm25 {
    terms: HashMap<Box<str>, Vec<(u32, u16)>>,
    lengths: Vec<f32>,
    mean_length: f32,
}

impl Bm25 {
    /// Indexes `texts` in order.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut index = Self::default();
        for (at, text) in texts.into_iter().enumerate() {
            let mut counts: HashMap<String, u16> = HashMap::new();
            let words = words(text);
            for term in terms(&words) {
                let count = counts.entry(term).or_default();
                *count = count.saturating_add(1);
            }
            index.lengths.push(words.len() as f32);
            for (term, count) in counts {
                index.terms.entry(term.into_boxed_str()).or_default().push((at as u32, count));
            }
        }
        index.mean_length = index.lengths.iter().sum::<f32>() / index.lengths.len().max(1) as f32;
        index
    }

    /// Texts indexed.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether nothing is indexed.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// How much a term tells: the inverse document frequency of BM25.
    pub fn idf(&self, term: &str) -> f32 {
        let count = self.lengths.len() as f32;
        let seen = self.terms.get(term).map_or(0, Vec::len) as f32;
        (1.0 + (count - seen + 0.5) / (seen + 0.5)).ln()
    }

    /// The `k` best texts among those `keep` accepts, best first.
    pub fn search(&self, query: &str, k: usize, keep: &dyn Fn(usize) -> bool) -> Vec<(usize, f32)> {
        let words = words(query);
        let mut wanted: HashMap<String, f32> = HashMap::new();
        for term in terms(&words) {
            *wanted.entry(term).or_default() += 1.0;
        }
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for (term, times) in wanted {
            let Some(postings) = self.terms.get(term.as_str()) else { continue };
            let weight = self.idf(&term) * times.min(3.0) * if term.contains(' ') { PAIR_WEIGHT } else { 1.0 };
            for (text, count) in postings {
                let count = f32::from(*count);
                let length = self.lengths[*text as usize] / self.mean_length;
                *scores.entry(*text).or_default() +=
                    weight * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
            }
        }
        let mut ranked: Vec<(usize, f32)> =
            scores.into_iter().map(|(text, score)| (text as usize, score)).filter(|(text, _)| keep(*text)).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(k);
        ranked
    }
}

fn terms(words: &[String]) -> impl Iterator<Item = String> + '_ {
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    words.iter().cloned().chain(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Bm25 {
        Bm25::new([
            "thời gian thử việc không quá 60 ngày",
            "tiền lương thử việc",
            "nghỉ lễ, tết",
            "thời hiệu khởi kiện",
        ])
    }

    #[test]
    fn the_text_with_the_rarer_words_comes_first() {
        let hits = index().search("thời gian thử việc", 4, &|_| true);
        assert_eq!(hits.iter().map(|h| h.0).collect::<Vec<_>>(), [0, 1, 3]);
        assert!(hits[0].1 > hits[1].1);
    }

    #[test]
    fn what_the_filter_refuses_is_not_found() {
        assert_eq!(index().search("thử việc", 4, &|text| text != 0).iter().map(|h| h.0).collect::<Vec<_>>(), [1]);
        assert!(index().search("không có từ nào khớp đâu xyz", 4, &|text| text == 2).is_empty());
    }
}
