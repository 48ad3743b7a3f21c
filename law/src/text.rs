//! Text as every other module expects it.
//!
//! Hard because the same word reaches us in many encodings of one spelling: NFC and NFD, `Ð` (Eth) for `Đ`, tone marks
//! placed the old or the new way (hoà, hòa), spaces that are not spaces. [`normalise`] settles what is stored, and
//! keeps tones where they were written; [`fold`] is for comparing only and is never shown. Texts older than Unicode are
//! [`legacy`]'s; where a byte came from, [`OffsetMap`] tells.

pub mod legacy;

mod offsets;
mod syllable;

pub use offsets::OffsetMap;

use crate::ByteSpan;
use offsets::Rewriter;
use std::sync::OnceLock;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A normalised text and the way back to the one it was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalised {
    /// The text, as [`normalise`] gives it.
    pub text: String,
    /// From its offsets to those of the original.
    pub map: OffsetMap,
}

/// NFC, `\n` line ends, `Ð` as `Đ`, plain spaces, no invisible characters. Idempotent.
pub fn normalise(text: &str) -> String {
    normalise_with_map(text).text
}

/// The same with a map of offsets. A letter made of several characters maps to all of them as a whole.
pub fn normalise_with_map(raw: &str) -> Normalised {
    let mut rewriter = Rewriter::with_capacity(raw.len());
    let mut cluster = Cluster::default();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        // Most of any text is letters that only a mark which follows can change: all of them but the last.
        let plain = rest.char_indices().take_while(|(_, c)| is_settled(*c));
        if let Some((last, _)) = plain.last().filter(|(last, _)| *last > 0) {
            cluster.flush(&mut rewriter, raw);
            rewriter.copy(&rest[..last], at);
            at += last;
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        let end = at + c.len_utf8();
        if let Some(c) = settled(c, &raw[end..]) {
            if begins_cluster(c) {
                cluster.flush(&mut rewriter, raw);
            }
            cluster.add(c, ByteSpan::new(at, end));
        }
        at = end;
    }
    cluster.flush(&mut rewriter, raw);
    let (text, map) = rewriter.finish(raw.len());
    Normalised { text, map }
}

/// Whether a character is stored as it is and nothing before it joins with it: plain ASCII, the precomposed letters of
/// Vietnamese and their like, the marks of quotation and the dashes.
fn is_settled(c: char) -> bool {
    matches!(c, ' '..='~' | '\n' | '\t' | '\u{c0}'..='\u{cf}' | '\u{d1}'..='\u{188}' | '\u{18a}'..='\u{1b0}')
        || matches!(c, '\u{1ea0}'..='\u{1ef9}' | '\u{2010}'..='\u{201f}' | '\u{2026}')
}

/// What one character is in the stored text; `None` where it is dropped. `rest` follows it.
fn settled(c: char, rest: &str) -> Option<char> {
    match c {
        '\r' => (!rest.starts_with('\n')).then_some('\n'),
        '\u{2028}' | '\u{2029}' | '\u{0b}' | '\u{0c}' => Some('\n'),
        '\u{00d0}' | '\u{0189}' => Some('Đ'),
        '\u{0256}' => Some('đ'),
        '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{00ad}' | '\u{2060}' => None,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c => Some(c),
    }
}

/// Whether nothing before `c` can join with it: what stands between two such characters is normalised for itself.
fn begins_cluster(c: char) -> bool {
    c < '\u{300}' || canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes
}

/// A letter with all that may join it.
#[derive(Default)]
struct Cluster {
    letters: String,
    original: Option<ByteSpan>,
}

impl Cluster {
    fn add(&mut self, c: char, span: ByteSpan) {
        self.letters.push(c);
        self.original = Some(ByteSpan::new(self.original.map_or(span.start, |o| o.start), span.end));
    }

    fn flush(&mut self, rewriter: &mut Rewriter, raw: &str) {
        let Some(original) = self.original.take() else { return };
        let as_written = original.of(raw);
        if self.letters.chars().nth(1).is_some() {
            let composed: String = self.letters.nfc().collect();
            self.letters = with_stroke(composed);
        } else if self.letters.chars().any(|c| is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes) {
            self.letters = self.letters.nfc().collect();
        }
        if self.letters == as_written {
            rewriter.copy(as_written, original.start);
        } else {
            rewriter.replace(&self.letters, original);
        }
        self.letters.clear();
    }
}

/// `D` with a stroke laid over it, which Unicode does not join, is meant as `Đ`.
fn with_stroke(composed: String) -> String {
    for (letter, whole) in [("D", "Đ"), ("d", "đ")] {
        for stroke in ["\u{335}", "\u{336}"] {
            if let Some(rest) = composed.strip_prefix(letter).and_then(|rest| rest.strip_prefix(stroke)) {
                return format!("{whole}{rest}");
            }
        }
    }
    composed
}

/// A letter without its tone mark, keeping the vowel's own shape: `ấ` becomes `â`, `ờ` becomes `ơ`.
fn split_tone(c: char) -> (char, Option<char>) {
    // The Vietnamese letters lie in two blocks; folding a text asks for each of them over and over.
    static KNOWN: OnceLock<Vec<(char, Option<char>)>> = OnceLock::new();
    let place = match c {
        '\u{c0}'..='\u{1b0}' => c as usize - 0xc0,
        '\u{1ea0}'..='\u{1ef9}' => c as usize - 0x1ea0 + 0xf1,
        c => return take_tone_off(c),
    };
    let known =
        KNOWN.get_or_init(|| ('\u{c0}'..='\u{1b0}').chain('\u{1ea0}'..='\u{1ef9}').map(take_tone_off).collect());
    known.get(place).copied().unwrap_or((c, None))
}

fn take_tone_off(c: char) -> (char, Option<char>) {
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
    fold_word_into(&mut out, word);
    out
}

/// [`fold_word`] at the end of `out`.
pub(crate) fn fold_word_into(out: &mut String, word: &str) {
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
    fn the_letter_after_qu_and_gi_carries_the_tone_of_one_word() {
        assert_eq!(fold_word("quý"), fold_word("qúy"));
        assert_eq!(fold_word("giá"), fold_word("gía"));
        assert_eq!(fold_word("UỶ"), fold_word("ủy"));
        assert_ne!(fold_word("gia"), fold_word("già"));
    }

    #[test]
    fn offsets_lead_back_to_what_was_written() {
        let raw = "\u{feff}Nghi\u{323} đi\u{323}nh\u{a0}số\u{ad} 5\r\nHẾT";
        let Normalised { text, map } = normalise_with_map(raw);
        assert_eq!(text, "Nghị định số 5\nHẾT");
        let back = |words: &str| {
            let at = text.find(words).unwrap_or_default();
            map.original_range(ByteSpan::new(at, at + words.len())).of(raw)
        };
        assert_eq!(back("ị"), "i\u{323}");
        assert_eq!(back("định số"), "đi\u{323}nh\u{a0}số");
        assert_eq!(back("5\nH"), "5\r\nH");
        assert_eq!(map.to_new(raw.len()), text.len());
    }

    #[test]
    fn a_stroke_over_d_and_a_mark_after_an_invisible_character_join() {
        assert_eq!(normalise("D\u{335}iều a\u{200b}\u{301}"), "Điều á");
    }

    #[test]
    fn invisible_characters_go_and_eth_becomes_d_with_stroke() {
        assert_eq!(normalise("\u{feff}Ð\u{200b}iều\u{a0}1\r\n"), "Điều 1\n");
    }

    #[test]
    fn a_settled_character_is_one_that_normalising_keeps() {
        for c in ('\0'..=char::MAX).filter(|c| is_settled(*c)) {
            assert_eq!(settled(c, ""), Some(c), "{c:?}");
            assert!(begins_cluster(c) && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn every_letter_maps_to_letters_and_no_two_ranges_cross(
            raw in "[aDdeêiouăư Ð\u{300}\u{301}\u{302}\u{309}\u{323}\u{335}\u{200b}\u{ad}\u{a0}\u{1112}\u{1161}\r\n.5]{0,60}",
        ) {
            let Normalised { text, map } = normalise_with_map(&raw);
            prop_assert_eq!(&normalise(&raw), &text);
            prop_assert_eq!(normalise(&text), text.clone());
            let mut before = 0;
            for (at, c) in text.char_indices() {
                let back = map.original_range(ByteSpan::new(at, at + c.len_utf8()));
                prop_assert!(raw.get(back.start..back.end).is_some_and(|words| !words.is_empty()));
                prop_assert!(before <= back.start);
                before = back.start;
            }
        }

        #[test]
        fn a_normalised_text_maps_onto_itself(raw in "\\PC{0,80}") {
            let once = normalise(&raw);
            prop_assert!(normalise_with_map(&once).map.is_identity());
        }

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
