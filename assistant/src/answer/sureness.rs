//! How likely an answer is right, as a probability that was fitted on questions with known answers.
//!
//! Hard because a search always finds something, and its scores rank within a question only. What tells a right answer
//! from the best of nothing is several signs together: what the cross-encoder says of article and statement, how much of
//! what was asked the statement has in its words, and how far the search puts the next article behind. The weights are
//! fitted on the development questions (`eval/README.md`), one row with a cross-encoder; the row without one is set by
//! hand. Cosine, the cross-encoder's lead and the search's score are told and weigh nothing.

use super::evidence::{self, Article, Evidence, Statement};
use super::question::Question;
use super::wording::Wording;

/// `assistant/data/answers.csv`: a row of weights for each equipment.
const FITTED: &str = include_str!("../../data/answers.csv");

/// Signs that an answer is right.
pub(super) const SIGNS: usize = 9;

/// What is seen of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs {
    /// The cross-encoder's word on the article.
    pub article: f32,
    /// Its word on the statement.
    pub statement: f32,
    /// Likeness of question and passage.
    pub cosine: f32,
    /// Share of the question that the statement covers.
    pub coverage: f32,
    /// How far the next article is behind, at most 4.
    pub lead: f32,
    /// Whether a value that was asked for is there: 1, or -1; 0 where none was asked for.
    pub value: f32,
    /// The article's score in the search.
    pub search: f32,
    /// How far the search puts the next article behind.
    pub margin: f32,
    /// Whether the article's heading is a term of law that the question's everyday words stand for: 1, or -1; 0 where
    /// they stand for none.
    pub termed: f32,
}

impl Signs {
    /// Of the best statement of what was found.
    pub(super) fn of(question: &Question, evidence: &Evidence, best: &Statement) -> Self {
        let own = |article: &&Article| article.at == best.article && article.held.number == best.held.number;
        let article = evidence.articles.iter().find(own);
        let rival = evidence.articles.iter().find(|article| !own(article));
        let logit = |article: Option<&Article>| article.and_then(|article| article.logit);
        let lead = match (logit(article), logit(rival)) {
            (Some(own), Some(next)) => (own - next).clamp(-4.0, 4.0),
            (Some(_), None) => 4.0,
            _ => 0.0,
        };
        Self {
            article: logit(article).unwrap_or_default(),
            statement: best.logit.unwrap_or_default(),
            cosine: article.and_then(|article| article.cosine).unwrap_or_default(),
            coverage: best.coverage,
            lead,
            value: best.has_value.map_or(0.0, sign),
            search: article.map_or(0.0, |article| article.score),
            margin: article.zip(rival).map_or(0.0, |(own, next)| (own.score - next.score).clamp(-0.2, 0.2)),
            termed: if question.terms.is_empty() { 0.0 } else { sign(is_termed(question, best)) },
        }
    }

    /// In the order of the weights.
    pub fn values(&self) -> [f32; SIGNS] {
        [
            self.article,
            self.statement,
            self.cosine,
            self.coverage,
            self.lead,
            self.value,
            self.search,
            self.margin,
            self.termed,
        ]
    }
}

fn sign(holds: bool) -> f32 {
    if holds { 1.0 } else { -1.0 }
}

/// Whether the heading of a statement's article has a term of law that was searched for everyday words.
fn is_termed(question: &Question, best: &Statement) -> bool {
    let heading = Wording::of(evidence::heading(&best.held, best.article).unwrap_or_default());
    question.terms.iter().flat_map(|everyday| &everyday.terms).any(|term| heading.says_marked(term))
}

/// The fitted weights, and from which probability on an answer is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fitted {
    bias: f32,
    weights: [f32; SIGNS],
    /// An answer less likely than this is held back.
    pub bar: f32,
}

impl Fitted {
    /// The row of an equipment. The test `both_rows_can_be_read` proves that the file reads.
    pub fn of(has_cross_encoder: bool) -> Self {
        let name = if has_cross_encoder { "cross_encoder" } else { "search" };
        let row = FITTED.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(','));
        let mut numbers = row.unwrap_or_default().split(',').map(|number| number.trim().parse().unwrap_or(0.0));
        let mut next = || numbers.next().unwrap_or(0.0);
        Self { bias: next(), weights: std::array::from_fn(|_| next()), bar: next() }
    }

    /// How likely an answer with these signs is right.
    pub fn probability(&self, signs: &Signs) -> f64 {
        let sum: f32 = self.weights.iter().zip(signs.values()).map(|(weight, value)| weight * value).sum();
        1.0 / (1.0 + f64::from(-(self.bias + sum)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_rows_can_be_read() {
        for has in [false, true] {
            let fitted = Fitted::of(has);
            assert!(fitted.bar > 0.0 && fitted.bar < 1.0, "{fitted:?}");
            assert!(fitted.weights.iter().any(|weight| *weight != 0.0), "{fitted:?}");
        }
        let signs = |coverage| Signs { coverage, cosine: 0.8, ..Signs::default() };
        let fitted = Fitted::of(false);
        assert!(fitted.probability(&signs(0.9)) > fitted.probability(&signs(0.1)), "more covered is likelier right");
    }
}
