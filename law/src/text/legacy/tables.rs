//! The code tables of the three encodings, as the characters that windows-1252 shows for their bytes.
//!
//! TCVN3 is TCVN 5712:1993 VN3: a byte a letter, no capitals with a tone. VNI-Windows writes a vowel and, after it, one
//! byte for shape and tone together. Windows-1258 has the shapes as bytes and the tones as combining marks.

use super::Encoding;
use std::collections::HashMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// The vowels in the order of the rows below.
const VOWELS: &str = "aăâeêioôơuưy";

/// No tone, huyền, sắc, hỏi, ngã, nặng: the order within a row.
const TONES: [&str; 6] = ["", "\u{300}", "\u{301}", "\u{309}", "\u{303}", "\u{323}"];

/// TCVN3, a row for each vowel of [`VOWELS`]; `ư` is the byte that elsewhere is the soft hyphen.
const TCVN3: [&str; 12] = [
    "aµ¸¶·¹",
    "¨»¾¼½Æ",
    "©ÇÊÈÉË",
    "eÌÐÎÏÑ",
    "ªÒÕÓÔÖ",
    "i×ÝØÜÞ",
    "oßãáâä",
    "«åèæçé",
    "¬êíëìî",
    "uïóñòô",
    "\u{ad}õøö÷ù",
    "yúýûüþ",
];

/// The capitals that TCVN3 has, and đ.
const TCVN3_OTHERS: [(char, char); 8] =
    [('¡', 'Ă'), ('¢', 'Â'), ('£', 'Ê'), ('¤', 'Ô'), ('¥', 'Ơ'), ('¦', 'Ư'), ('§', 'Đ'), ('®', 'đ')];

/// VNI: what follows a plain vowel for huyền, sắc, hỏi, ngã, nặng.
const VNI_TONES: &str = "øùûõï";
/// VNI: what follows for the circumflex, without a tone and with each.
const VNI_CIRCUMFLEX: &str = "âàáåãä";
/// VNI: the same for the breve of ă.
const VNI_BREVE: &str = "êèéúüë";
/// VNI: letters that are one byte.
const VNI_ALONE: [(char, char); 8] =
    [('ñ', 'đ'), ('ô', 'ơ'), ('ö', 'ư'), ('ì', 'ì'), ('í', 'í'), ('æ', 'ỉ'), ('ó', 'ĩ'), ('ò', 'ị')];
/// VNI: the one tone of y that is a byte of its own.
const VNI_Y_DOT: (char, char) = ('î', 'ỵ');

/// Windows-1258 where it differs from windows-1252.
const WINDOWS_1258: [(char, char); 14] = [
    ('Ã', 'Ă'),
    ('Ì', '\u{300}'),
    ('Ð', 'Đ'),
    ('Ò', '\u{309}'),
    ('Õ', 'Ơ'),
    ('Ý', 'Ư'),
    ('Þ', '\u{303}'),
    ('ã', 'ă'),
    ('ì', '\u{301}'),
    ('ð', 'đ'),
    ('ò', '\u{323}'),
    ('õ', 'ơ'),
    ('ý', 'ư'),
    ('þ', '₫'),
];

/// What windows-1252 has where Latin-1 has control characters; the five bytes it leaves free stay what they are.
const WINDOWS_1252_HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The letter that stands at the start of `text` in `encoding`, and how many bytes of `text` it takes.
pub(super) fn decode(text: &str, encoding: Encoding) -> Option<(char, usize)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first.is_ascii() && !first.is_ascii_alphabetic() {
        return Some((first, 1));
    }
    if let '\u{80}'..='\u{9f}' = first {
        let place = first as usize - 0x80;
        return Some((WINDOWS_1252_HIGH.chars().nth(place).unwrap_or(first), first.len_utf8()));
    }
    let second = characters.next();
    let (letter, taken) = match encoding {
        Encoding::Tcvn3 => (tcvn3(first), None),
        Encoding::Tcvn3Capitals => (capital(tcvn3(first)), None),
        Encoding::Vni => vni(first, second),
        Encoding::Windows1258 => windows_1258(first, second),
    };
    Some((letter, first.len_utf8() + taken.map_or(0, char::len_utf8)))
}

/// `letter` (NFC) as `encoding` writes it, where it can.
pub(super) fn encode(letter: char, encoding: Encoding) -> Option<String> {
    if letter.is_ascii() || matches!(letter, '\u{2013}' | '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}') {
        return Some(letter.to_string());
    }
    let small = letter.to_lowercase().next()?;
    let upper = small != letter;
    let vowel = vowel(small);
    if vowel.is_none() && small != 'đ' {
        return None;
    }
    match encoding {
        Encoding::Tcvn3 | Encoding::Tcvn3Capitals => {
            if let Some((code, _)) = TCVN3_OTHERS.iter().find(|(_, known)| *known == letter) {
                return Some(code.to_string());
            }
            let (row, tone) = vowel?;
            TCVN3[row].chars().nth(tone).map(String::from)
        }
        Encoding::Vni => {
            let code = encode_vni(small, vowel)?;
            Some(if upper { code.to_uppercase() } else { code })
        }
        Encoding::Windows1258 => {
            let (shape, tone) = match vowel {
                Some((row, tone)) => (VOWELS.chars().nth(row)?, TONES[tone]),
                None => (small, ""),
            };
            let shape = if upper { capital(shape) } else { shape };
            let byte = |c: char| WINDOWS_1258.iter().find(|(_, known)| *known == c).map_or(c, |(code, _)| *code);
            Some(std::iter::once(shape).chain(tone.chars()).map(byte).collect())
        }
    }
}

fn tcvn3(code: char) -> char {
    static LETTERS: OnceLock<HashMap<char, char>> = OnceLock::new();
    if code.is_ascii() {
        return code;
    }
    let letters = LETTERS.get_or_init(|| {
        let rows = TCVN3.iter().zip(VOWELS.chars());
        rows.flat_map(|(row, vowel)| row.chars().zip(TONES).map(move |(code, tone)| (code, compose(vowel, tone))))
            .chain(TCVN3_OTHERS)
            .collect()
    });
    letters.get(&code).copied().unwrap_or(code)
}

fn vni(first: char, second: Option<char>) -> (char, Option<char>) {
    let small = lower(first);
    let alone = VNI_ALONE.iter().chain(std::iter::once(&VNI_Y_DOT)).find(|(code, _)| *code == small);
    let base = alone.map_or(small, |(_, letter)| *letter);
    let mark = second.map(lower);
    let joined = mark.and_then(|mark| {
        if let ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', Some(tone)) = (base, place(VNI_TONES, mark)) {
            return Some(compose(base, TONES[tone + 1]));
        }
        if let ('a' | 'e' | 'o', Some(tone)) = (base, place(VNI_CIRCUMFLEX, mark)) {
            return Some(compose(compose(base, "\u{302}"), TONES[tone]));
        }
        if let ('a', Some(tone)) = (base, place(VNI_BREVE, mark)) {
            return Some(compose('ă', TONES[tone]));
        }
        None
    });
    let letter = joined.unwrap_or(base);
    (if first == small { letter } else { capital(letter) }, joined.and(second))
}

fn windows_1258(first: char, second: Option<char>) -> (char, Option<char>) {
    let letter = |code: char| WINDOWS_1258.iter().find(|(known, _)| *known == code).map_or(code, |(_, letter)| *letter);
    let base = letter(first);
    let joined = second.filter(|_| base.is_alphabetic()).and_then(|second| {
        let mark = letter(second);
        let whole = TONES[1..].iter().find(|tone| tone.starts_with(mark)).map(|tone| compose(base, tone));
        whole.filter(|whole| *whole != base)
    });
    (joined.unwrap_or(base), joined.and(second))
}

fn encode_vni(small: char, vowel: Option<(usize, usize)>) -> Option<String> {
    if let Some((code, _)) = VNI_ALONE.iter().chain(std::iter::once(&VNI_Y_DOT)).find(|(_, known)| *known == small) {
        return Some(code.to_string());
    }
    let (row, tone) = vowel?;
    let (base, marks) = match VOWELS.chars().nth(row)? {
        'ă' => ('a', VNI_BREVE),
        'â' => ('a', VNI_CIRCUMFLEX),
        'ê' => ('e', VNI_CIRCUMFLEX),
        'ô' => ('o', VNI_CIRCUMFLEX),
        'ơ' => ('ô', VNI_TONES),
        'ư' => ('ö', VNI_TONES),
        plain => (plain, VNI_TONES),
    };
    let mark = if marks == VNI_TONES { marks.chars().nth(tone.checked_sub(1)?)? } else { marks.chars().nth(tone)? };
    Some([base, mark].iter().collect())
}

/// Row and tone of a small vowel.
fn vowel(small: char) -> Option<(usize, usize)> {
    let (shape, mark) = crate::text::split_tone(small);
    let row = place(VOWELS, shape)?;
    let tone = TONES.iter().position(|tone| tone.chars().next() == mark)?;
    Some((row, tone))
}

fn place(list: &str, wanted: char) -> Option<usize> {
    list.chars().position(|c| c == wanted)
}

/// The letter with this mark; the letter alone where Unicode has no such letter.
fn compose(base: char, mark: &str) -> char {
    let mut whole = std::iter::once(base).chain(mark.chars()).nfc();
    match (whole.next(), whole.next()) {
        (Some(letter), None) => letter,
        _ => base,
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn capital(c: char) -> char {
    c.to_uppercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All 12 vowels with 6 tones, and đ, in both cases.
    fn letters() -> Vec<char> {
        let small: Vec<char> =
            VOWELS.chars().flat_map(|v| TONES.map(|tone| compose(v, tone))).chain(std::iter::once('đ')).collect();
        let large: Vec<char> = small.iter().map(|c| capital(*c)).collect();
        [small, large].concat()
    }

    fn back(letter: char, encoding: Encoding) -> Option<char> {
        let code = encode(letter, encoding)?;
        let (decoded, length) = decode(&code, encoding)?;
        (length == code.len()).then_some(decoded)
    }

    #[test]
    fn every_letter_comes_back_from_vni_and_windows_1258() {
        assert_eq!(letters().len(), 146);
        for letter in letters() {
            assert_eq!(back(letter, Encoding::Vni), Some(letter));
            assert_eq!(back(letter, Encoding::Windows1258), Some(letter));
        }
    }

    #[test]
    fn every_letter_comes_back_from_tcvn3_but_capitals_with_a_tone_come_back_small() {
        for letter in letters() {
            let small = lower(letter);
            let toned = crate::text::split_tone(letter).1.is_some();
            assert_eq!(back(letter, Encoding::Tcvn3), Some(if toned { small } else { letter }));
            assert_eq!(back(letter, Encoding::Tcvn3Capitals), Some(capital(letter)));
        }
    }

    #[test]
    fn no_two_letters_share_a_code() {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Windows1258] {
            let mut codes: Vec<String> =
                letters().into_iter().filter(|c| c.is_lowercase()).filter_map(|c| encode(c, encoding)).collect();
            codes.sort();
            codes.dedup();
            assert_eq!(codes.len(), 73, "{encoding:?}");
        }
    }
}
