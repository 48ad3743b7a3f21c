//! Text as every other module expects it.
//!
//! Hard because the same word reaches us in many encodings of one spelling: NFC and NFD, `Ð` (Eth) for `Đ`, tone marks
//! placed the old or the new way (hoà, hòa), spaces that are not spaces. [`normalise`] settles what is stored;
//! [`fold`] is for comparing only and is never shown.

use crate::ByteSpan;
use unicode_normalization::UnicodeNormalization;

/// NFC, `\n` line ends, `Ð` as `Đ`, plain spaces, no invisible characters. Idempotent.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.nfc().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{2028}' | '\u{2029}' | '\u{0b}' | '\u{0c}' => out.push('\n'),
            '\u{00d0}' | '\u{0189}' => out.push('Đ'),
            '\u{0256}' => out.push('đ'),
            '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => out.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{00ad}' | '\u{2060}' | '\u{202a}'..='\u{202e}' => {}
            c => out.push(c),
        }
    }
    out
}

/// A letter without its tone mark, keeping the vowel's own shape: `ấ` becomes `â`, `ờ` becomes `ơ`.
fn split_tone(c: char) -> (char, Option<char>) {
    let mut base = c;
    let mut tone = None;
    let mut rest: Vec<char> = Vec::new();
    for (i, part) in std::iter::once(c).nfd().enumerate() {
        if i == 0 {
            base = part;
        } else if matches!(part, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}') {
            tone = Some(part);
        } else {
            rest.push(part);
        }
    }
    let shaped: String = std::iter::once(base).chain(rest).nfc().collect();
    (shaped.chars().next().unwrap_or(c), tone)
}

/// The canonical form of a word for comparing: lower case, the tone moved to the word's end, `y`/`i` kept.
///
/// "hoà" and "hòa" fold to the same string, "hoa" does not.
pub fn fold_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    let mut tones = String::new();
    for c in word.chars().flat_map(char::to_lowercase) {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        let (shaped, tone) = split_tone(c);
        out.push(shaped);
        tones.extend(tone);
    }
    out.push_str(&tones);
    out
}

/// The folded words of a text: what search and comparison count.
pub fn words(text: &str) -> Vec<String> {
    word_spans(text).map(|(_, word)| fold_word(word)).collect()
}

/// The words of a text as written, each with the byte it starts at. A word is a run of letters and digits; the
/// separators inside numbers and document numbers (`1.000`, `30/2020/NĐ-CP`, `0,2`) do not split them.
pub fn word_spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while let Some(&(start, c)) = characters.peek() {
            if !c.is_alphanumeric() {
                characters.next();
                continue;
            }
            let mut end = start;
            let mut saw_digit = false;
            while let Some(&(at, c)) = characters.peek() {
                let joins = matches!(c, '/' | '-' | '.' | ',') && saw_digit && {
                    let next = text[at + c.len_utf8()..].chars().next();
                    match c {
                        '.' | ',' => next.is_some_and(|n| n.is_ascii_digit()),
                        _ => next.is_some_and(char::is_alphanumeric),
                    }
                };
                if !(c.is_alphanumeric() || joins) {
                    break;
                }
                saw_digit |= c.is_ascii_digit();
                end = at + c.len_utf8();
                characters.next();
            }
            return Some((start, &text[start..end]));
        }
        None
    })
}

/// A whole text folded word by word and joined by single spaces: equal for equal wording.
pub fn fold(text: &str) -> String {
    words(text).join(" ")
}

/// Every quotation in curly marks, the opening mark included, the closing one not. A mark opened within another is part
/// of it; one never closed opens nothing.
pub fn quotations(text: &str) -> Vec<ByteSpan> {
    let mut spans = Vec::new();
    let mut opened = None;
    for (at, c) in text.char_indices() {
        match c {
            '“' if opened.is_none() => opened = Some(at),
            '”' => spans.extend(opened.take().map(|start| ByteSpan::new(start, at))),
            _ => {}
        }
    }
    spans
}

/// A text in which runs of white space are one space, trimmed.
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tone_placement_does_not_make_two_words() {
        assert_eq!(fold_word("hoà"), fold_word("hòa"));
        assert_eq!(fold_word("Thuỷ"), fold_word("thủy"));
        assert_ne!(fold_word("hoa"), fold_word("hòa"));
        assert_ne!(fold_word("dân"), fold_word("đan"));
    }

    #[test]
    fn a_document_number_is_one_word() {
        assert_eq!(words("Nghị định 30/2020/NĐ-CP."), ["nghi\u{323}", "đinh\u{323}", "30/2020/nđ-cp"]);
        assert_eq!(words("1.000.000 đồng, 0,2%"), ["1.000.000", "đông\u{300}", "0,2"]);
    }

    #[test]
    fn invisible_characters_go_and_eth_becomes_d_with_stroke() {
        assert_eq!(normalise("\u{feff}Ð\u{200b}iều\u{a0}1\r\n"), "Điều 1\n");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,80}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }

        #[test]
        fn word_spans_are_slices_of_the_text(text in "\\PC{0,80}") {
            for (start, word) in word_spans(&text) {
                prop_assert_eq!(&text[start..start + word.len()], word);
            }
        }
    }
}
