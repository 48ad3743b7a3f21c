//! A question's words, asked for phrases: with marks where it was typed with marks, without them where it was not.
//!
//! Hard because "đi tù" and "đi từ" are one string without their marks: what was typed with marks is compared with
//! them, and only what was typed bare is compared bare.

use rasoat_embeddings::analysis::{Token, tokens};

/// Words to look for phrases in.
#[derive(Debug, Clone, Default)]
pub(super) struct Wording {
    folded: String,
    plain: String,
    marked: bool,
}

impl Wording {
    /// Of a normalised text.
    pub fn of(text: &str) -> Self {
        Self::of_tokens(&tokens(text))
    }

    /// Of its words.
    pub fn of_tokens(tokens: &[Token]) -> Self {
        let joined =
            |word: fn(&Token) -> &str| tokens.iter().map(|token| format!(" {}", word(token))).collect::<String>();
        Self {
            folded: joined(|token| &token.word) + " ",
            plain: joined(|token| &token.plain) + " ",
            marked: is_marked(tokens),
        }
    }

    /// Whether it has the words of `phrase` next to one another.
    pub fn says(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    /// Whether it has the words of `phrase` next to one another, marks and all.
    pub fn says_marked(&self, phrase: &str) -> bool {
        let words: String = tokens(phrase).iter().map(|token| format!(" {}", token.word)).collect();
        self.folded.contains(&(words + " "))
    }

    /// Whether it has one of the phrases.
    pub fn says_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.says(phrase))
    }

    /// Whether it ends with the words of `phrase`.
    pub fn ends(&self, phrase: &str) -> bool {
        let (text, phrase) = self.compared(phrase);
        text.ends_with(&phrase)
    }

    fn find(&self, phrase: &str) -> Option<usize> {
        let (text, phrase) = self.compared(phrase);
        text.find(&phrase)
    }

    fn compared(&self, phrase: &str) -> (&str, String) {
        let phrase = tokens(phrase);
        let words =
            |word: fn(&Token) -> &str| phrase.iter().map(|token| format!(" {}", word(token))).collect::<String>();
        if self.marked {
            (&self.folded, words(|token| &token.word) + " ")
        } else {
            (&self.plain, words(|token| &token.plain) + " ")
        }
    }
}

/// Whether words were typed with the marks of Vietnamese: a bare text has hardly any.
pub(super) fn is_marked(tokens: &[Token]) -> bool {
    let letters = tokens.iter().filter(|token| !token.is_number()).count();
    let marked = tokens.iter().filter(|token| token.has_marks()).count();
    marked * 6 > letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_where_they_were_typed() {
        assert!(Wording::of("Tôi có phải đi tù không").says("đi tù"));
        assert!(!Wording::of("Tôi muốn đi từ Huế đến Hà Nội").says("đi tù"));
        assert!(Wording::of("toi co phai di tu khong").says("đi tù"));
        assert!(Wording::of("toi co phai di tu khong?").ends("không"));
        assert!(!Wording::of("đi tùy ý").says("đi tù"), "whole words");
    }
}
