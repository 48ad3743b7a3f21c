//! Why something was found: which words of the query it holds, where, and what each was worth.

use crate::analysis::tokens;
use crate::lexical::LexicalQuery;
use rasoat_law::ByteSpan;

/// A word of the query that a hit holds.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedWord {
    /// As the query has it.
    pub word: String,
    /// Its share of the hit's lexical score: the words' shares add up to it.
    pub weight: f32,
    /// How it is compared: folded, or without marks.
    pub(crate) form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    Word(String),
    Plain(String),
}

/// What each word of the query brought, from what each term brought; words that brought nothing are left out, the
/// weightiest comes first. A pair is shared out evenly.
pub(crate) fn words(query: &LexicalQuery, parts: &[f32]) -> Vec<MatchedWord> {
    let mut weights = vec![0.0; query.words.len()];
    for (term, part) in query.terms.iter().zip(parts) {
        let (first, last) = term.words;
        for weight in &mut weights[first..=last] {
            *weight += part / (last - first + 1) as f32;
        }
    }
    let mut matched: Vec<MatchedWord> = Vec::new();
    for ((token, unmarked), weight) in query.words.iter().zip(&query.unmarked).zip(weights) {
        if weight <= 0.0 {
            continue;
        }
        let form = if *unmarked { Form::Plain(token.plain.clone()) } else { Form::Word(token.word.clone()) };
        match matched.iter_mut().find(|known| known.form == form) {
            Some(known) => known.weight += weight,
            None => matched.push(MatchedWord { word: token.span.of(&query.text).to_owned(), weight, form }),
        }
    }
    matched.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    matched
}

/// Where a text has a matched word, in order.
pub fn spans(word: &MatchedWord, text: &str) -> Vec<ByteSpan> {
    tokens(text)
        .into_iter()
        .filter(|token| match &word.form {
            Form::Word(folded) => token.word == *folded,
            Form::Plain(plain) => token.plain == *plain,
        })
        .map(|token| token.span)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::MemoryIndex;

    #[test]
    fn the_words_of_a_pair_share_its_weight() {
        let query = LexicalQuery::new("Thử việc", &MemoryIndex::new());
        let parts: Vec<f32> = query.terms.iter().map(|term| if term.term.contains(' ') { 2.0 } else { 0.0 }).collect();
        let matched = words(&query, &parts);
        assert_eq!(matched.iter().map(|m| m.weight).collect::<Vec<_>>(), [2.0, 2.0], "two fields have the pair");
        let text = "Thời gian thử việc; THỬ sức";
        let found: Vec<&str> = spans(&matched[0], text).iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["thử", "THỬ"]);
    }
}
