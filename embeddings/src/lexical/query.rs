//! A query's words as terms to look up.

use super::{Field, LexicalIndex, LexicalWeights};
use crate::analysis::{Token, numbers, tokens};
use rasoat_law::text;

/// A term to look up in one field.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryTerm {
    /// Where.
    pub field: Field,
    /// What.
    pub term: String,
    /// How often the query says it.
    pub count: f32,
    /// The query's words it is made of, by their numbers: first and last.
    pub words: (usize, usize),
}

/// The terms of a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LexicalQuery {
    /// The query, normalised.
    pub text: String,
    /// The words of the query.
    pub words: Vec<Token>,
    /// For each word, whether it is taken for one typed without its marks.
    pub unmarked: Vec<bool>,
    /// The terms.
    pub terms: Vec<QueryTerm>,
}

/// How many times rarer than its form without marks a word must be to be taken for one typed without them.
const RARER: usize = 100;

impl LexicalQuery {
    /// Reads a query. Where it has marks, a word without any stands for itself, unless hardly any passage has it and many
    /// have it with marks; where it has none at all, every word may stand for any with the same letters.
    pub fn new(query: &str, index: &dyn LexicalIndex) -> Self {
        let text = text::normalise(query);
        let words = tokens(&text);
        let typed_plain = !words.iter().any(Token::has_marks);
        let unmarked: Vec<bool> = words
            .iter()
            .map(|word| !word.has_marks() && !word.is_number() && (typed_plain || seems_unmarked(word, index)))
            .collect();
        let mut read = Self { text, words: Vec::new(), unmarked, terms: Vec::new() };
        for at in 0..words.len() {
            read.single(&words, at);
        }
        for at in 1..words.len() {
            if words[at].joined {
                read.pair(&words, at);
            }
        }
        for at in 0..words.len() {
            let end = (at + 2).min(words.len());
            let mut found = Vec::new();
            numbers(&words[at..end], &mut |term| found.push(term.to_owned()));
            if words[at].is_number() {
                // The next word may be a number too; it has its own turn.
                let next = words.get(at + 1).is_some_and(Token::is_number);
                let own = if next { found.len() - count_of(&words[at + 1..end]) } else { found.len() };
                for term in found.into_iter().take(own) {
                    let last = if term.contains(' ') { at + 1 } else { at };
                    read.add(Field::Numbers, term, (at, last));
                }
            }
        }
        read.words = words;
        read
    }

    fn single(&mut self, words: &[Token], at: usize) {
        let word = &words[at];
        if self.unmarked[at] {
            return self.add(Field::PlainWords, word.plain.clone(), (at, at));
        }
        for field in [Field::Title, Field::Heading, Field::Body] {
            self.add(field, word.word.clone(), (at, at));
        }
    }

    fn pair(&mut self, words: &[Token], at: usize) {
        let (left, right) = (&words[at - 1], &words[at]);
        if self.unmarked[at - 1] || self.unmarked[at] {
            return self.add(Field::PlainPairs, format!("{} {}", left.plain, right.plain), (at - 1, at));
        }
        for field in [Field::HeadingPairs, Field::Pairs] {
            self.add(field, format!("{} {}", left.word, right.word), (at - 1, at));
        }
    }

    fn add(&mut self, field: Field, term: String, words: (usize, usize)) {
        match self.terms.iter_mut().find(|known| known.field == field && known.term == term) {
            Some(known) => known.count += 1.0,
            None => self.terms.push(QueryTerm { field, term, count: 1.0, words }),
        }
    }

    /// The terms that count under `weights`.
    pub fn counting<'a>(&'a self, weights: &'a LexicalWeights) -> impl Iterator<Item = (usize, &'a QueryTerm)> {
        self.terms.iter().enumerate().filter(|(_, term)| weights.field(term.field).weight != 0.0)
    }
}

fn count_of(words: &[Token]) -> usize {
    let mut count = 0;
    numbers(words, &mut |_| count += 1);
    count
}

fn seems_unmarked(word: &Token, index: &dyn LexicalIndex) -> bool {
    index.holding(Field::Body, &word.word) * RARER < index.holding(Field::PlainWords, &word.plain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::analysis::PassageTerms;
    use crate::lexical::MemoryIndex;

    fn read(query: &str) -> Vec<(Field, String)> {
        let mut index = MemoryIndex::new();
        let passages: Vec<_> = (0..200).map(|at| (at, PassageTerms::new("", "", "thủ tục khai sinh", true))).collect();
        index.insert(&passages).unwrap();
        LexicalQuery::new(query, &index).terms.into_iter().map(|t| (t.field, t.term)).collect()
    }

    #[test]
    fn a_query_without_marks_asks_for_plain_words_only() {
        let terms = read("thu tuc");
        let wanted = [(Field::PlainWords, "thu"), (Field::PlainWords, "tuc"), (Field::PlainPairs, "thu tuc")];
        assert_eq!(terms, wanted.map(|(field, term)| (field, term.to_owned())));
    }

    #[test]
    fn a_word_without_marks_in_a_query_with_marks_stands_for_itself_unless_nobody_writes_it_so() {
        let plain = |query: &str| -> Vec<String> {
            read(query).into_iter().filter(|(f, _)| *f == Field::PlainWords).map(|(_, term)| term).collect()
        };
        assert_eq!(plain("thủ tục khai sinh"), [""; 0], "khai and sinh are written so");
        assert_eq!(plain("thủ tuc khai sinh"), ["tuc"]);
        assert_eq!(plain("thủ xyz khai sinh"), [""; 0], "nobody writes it with marks either");
    }

    #[test]
    fn numbers_are_asked_for_with_their_units() {
        let numbers = |query: &str| -> Vec<String> {
            read(query).into_iter().filter(|(f, _)| *f == Field::Numbers).map(|(_, term)| term).collect()
        };
        assert_eq!(numbers("trong 05 ngày theo Nghị định 30/2020/NĐ-CP"), ["5", "5 ngay", "30/2020/nd-cp", "30/2020"]);
        assert_eq!(numbers("khoản 2 3"), ["2", "3"]);
    }
}
