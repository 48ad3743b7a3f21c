//! A text as the value readers see it: its words folded, its clauses, phrases looked up word by word.

use crate::ByteSpan;
use crate::text::{fold_word, word_spans, words};
use std::collections::HashMap;

/// A word of the text: folded, with its place.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) start: usize,
    pub(super) raw: &'a str,
    pub(super) folded: String,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    /// Whether it is written with a capital: part of a name, or the first of a sentence.
    pub(super) fn is_capitalised(&self) -> bool {
        self.raw.starts_with(char::is_uppercase)
    }

    pub(super) fn is_number(&self) -> bool {
        self.raw.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// The words of a text, in order.
pub(super) fn read(text: &str) -> Vec<Word<'_>> {
    word_spans(text).map(|(start, raw)| Word { start, raw, folded: fold_word(raw) }).collect()
}

/// Phrases and what each stands for; the longest that fits is taken.
pub(super) struct Lexicon<T> {
    by_first: HashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T: Copy> Lexicon<T> {
    pub(super) fn new(entries: &[(&str, T)]) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, T)>> = HashMap::new();
        for (phrase, meaning) in entries {
            let phrase = words(phrase);
            if let Some(first) = phrase.first() {
                by_first.entry(first.clone()).or_default().push((phrase, *meaning));
            }
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        Self { by_first }
    }

    /// What the longest phrase at word `at` stands for, and the word after it.
    pub(super) fn at(&self, words: &[Word<'_>], at: usize) -> Option<(T, usize)> {
        let phrases = self.by_first.get(&words.get(at)?.folded)?;
        phrases.iter().find(|(phrase, _)| spells(words, at, phrase)).map(|(phrase, found)| (*found, at + phrase.len()))
    }

    /// The same for a phrase that ends before word `at`, and the word it begins at.
    pub(super) fn before(&self, words: &[Word<'_>], at: usize) -> Option<(T, usize)> {
        (1..=5.min(at)).rev().find_map(|length| {
            let from = at - length;
            self.at(words, from).filter(|(_, next)| *next == at).map(|(found, _)| (found, from))
        })
    }
}

pub(super) fn spells(words: &[Word<'_>], at: usize, name: &[String]) -> bool {
    name.iter().enumerate().all(|(i, word)| words.get(at + i).is_some_and(|w| w.folded == *word))
}

/// Whether the word at `at` is `name`.
pub(super) fn is(words: &[Word<'_>], at: usize, name: &str) -> bool {
    words.get(at).is_some_and(|w| w.folded == fold_word(name))
}

/// Up to the nearest `.`, `;`, `:` or line end on either side.
pub(super) fn clause(text: &str, start: usize, end: usize) -> ByteSpan {
    let ends = |c: char| matches!(c, ';' | ':' | '\n');
    let sentence_end = |at: usize| {
        text[at..].starts_with(". ") || text[at..].starts_with(".\n") || text.len() == at + 1 && text.ends_with('.')
    };
    let from = text[..start]
        .char_indices()
        .rev()
        .find(|(at, c)| ends(*c) || *c == '.' && sentence_end(*at))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let to = text[end..]
        .char_indices()
        .find(|(at, c)| ends(*c) || *c == '.' && sentence_end(end + *at))
        .map_or(text.len(), |(at, _)| end + at);
    ByteSpan::new(from, to)
}
