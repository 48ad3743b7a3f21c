//! What a term is said to mean: "X là …" where a provision begins.

use super::Dimension;
use super::reading::{Lexicon, Word};
use super::slot::{Content, Definition, Found};
use std::sync::OnceLock;

/// Words a term may have.
const TERM_WORDS: usize = 14;
/// Words of a meaning that are kept.
const MEANING_WORDS: usize = 60;

pub(super) fn read(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = sentence_end(text, words, at);
        let labelled = words[at].raw.chars().count() <= 2 && text[words[at].end()..].starts_with(['.', ')']);
        let from = if labelled { at + 1 } else { at };
        if let Some(definition) = definition(text, words, from, end) {
            found.push(definition);
        }
        at = end.max(at + 1);
    }
    found
}

/// One past the last word of the sentence or line that begins at word `at`.
fn sentence_end(text: &str, words: &[Word<'_>], at: usize) -> usize {
    (at + 1..words.len())
        .find(|next| {
            let gap = text.get(words[next - 1].end()..words[*next].start).unwrap_or_default();
            let label = next - 1 == at && words[at].raw.chars().count() <= 2;
            gap.contains(['\n', ';', ':']) || gap.contains(". ") && !label
        })
        .unwrap_or(words.len())
}

fn definition(text: &str, words: &[Word<'_>], from: usize, end: usize) -> Option<Found> {
    static COPULAS: OnceLock<Lexicon<()>> = OnceLock::new();
    let copulas = COPULAS.get_or_init(|| {
        Lexicon::new(&[("là", ()), ("được hiểu là", ()), ("gồm", ()), ("bao gồm", ()), ("có nghĩa là", ())])
    });
    let last = end.min(from + TERM_WORDS);
    let (copula, next) = (from + 1..last).find_map(|at| copulas.at(words, at).map(|(_, next)| (at, next)))?;
    let name = text.get(words[from].start..words[copula - 1].end())?;
    if name.contains([',', ';', ':']) || end.saturating_sub(next) < 4 {
        return None;
    }
    let fold = |range: std::ops::Range<usize>| words[range].iter().map(|w| w.folded.clone()).collect();
    let definition = Definition { term: fold(from..copula), meaning: fold(next..end.min(next + MEANING_WORDS)) };
    Some(Found::new(Dimension::Definition, Content::Definition(definition), words, from, next))
}
