//! Lines of a text, the only thing that carries its structure, and the small words about them.

use crate::ByteSpan;

/// A line: where it starts, and its text without surrounding blanks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) start: usize,
    pub(crate) text: &'a str,
}

impl Line<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn span(&self) -> ByteSpan {
        ByteSpan::new(self.start, self.end())
    }
}

/// The lines of `part` of a text; their places are places of the whole text.
pub(crate) fn lines(text: &str, part: ByteSpan) -> Vec<Line<'_>> {
    let mut start = part.start;
    part.of(text)
        .split('\n')
        .map(|raw| {
            let trimmed = raw.trim_start();
            let line = Line { start: start + raw.len() - trimmed.len(), text: trimmed.trim_end() };
            start += raw.len() + 1;
            line
        })
        .collect()
}

/// `text` after `word`, compared without case, when a word ends there.
pub(crate) fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        let c = rest.next()?;
        if c != expected && !c.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    let rest = rest.as_str();
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

pub(crate) fn starts_with_word(text: &str, word: &str) -> bool {
    strip_word(text, word).is_some()
}

/// Whether every letter is a capital and there is one.
pub(crate) fn is_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

/// Whether these words can be a person's name: two to five words, each a capital and small letters.
pub(crate) fn is_name(words: &[&str]) -> bool {
    (2..=5).contains(&words.len())
        && words.iter().all(|word| {
            word.chars().next().is_some_and(char::is_uppercase)
                && word.chars().all(char::is_alphabetic)
                && (word.chars().count() == 1 || !is_capitals(word))
        })
}
