//! Which pieces of the tokenizer a browser gets: those that Vietnamese legal text is written with.
//!
//! Hard because a piece costs 216 bytes of download, whether a text has it or not, and a missing one changes the
//! segmentation of every word it was in. Of 250,037 pieces in a hundred languages the whole codified law uses 11,263.
//! Kept are: single characters that Vietnamese, numbers and formulas are written with, so that anything can be written;
//! every piece that is a Vietnamese syllable, seen or not; the commonest thousands of pieces in Latin letters; and a
//! list, `legal-pieces.txt`, of what else the codified law was found to use.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// Pieces that occur in the codified law of October 2023 (76,462 provisions) and that no rule keeps; one a line.
const FOUND_IN_LAW: &str = include_str!("legal-pieces.txt");

/// Ids below which a piece in Latin letters is common: pieces are ordered by their score.
const COMMON: usize = 10_000;

/// Signs of tone: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Letters of Vietnamese without their tones, and those of foreign words in Latin letters.
const LETTERS: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// What a syllable may begin with, the longer first.
const ONSETS: [&str; 27] = [
    "ngh", "ng", "gh", "gi", "kh", "nh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x",
];

/// What a syllable may have in its middle, and what may follow that: `ng` and `c` follow no `i`, `nh` and `ch` hardly
/// anything else.
const RHYMES: [(&str, &str); 29] = [
    ("a", " c ch i m n ng nh o p t u y"),
    ("ă", "c m n ng p t"),
    ("â", "c m n ng p t u y"),
    ("e", " c m n ng o p t"),
    ("ê", " ch m n nh p t u"),
    ("i", " ch m n nh p t u"),
    ("o", " c i m n ng p t"),
    ("ô", " c i m n ng p t"),
    ("ơ", " i m n p t"),
    ("u", " c i m n ng p t"),
    ("ư", " c i m n ng t u"),
    ("y", " ch n nh p t u"),
    ("ia", ""),
    ("iê", "c m n ng p t u"),
    ("oa", " c ch i m n ng nh o p t y"),
    ("oă", "c m n ng t"),
    ("oe", " m n o t"),
    ("oo", "c n ng"),
    ("ua", ""),
    ("uâ", "n ng t y"),
    ("uê", " ch n nh u"),
    ("uô", "c i m n ng t"),
    ("uơ", " i n t"),
    ("uy", " ch n nh p t u"),
    ("uya", ""),
    ("uyê", "n t"),
    ("yê", "m n ng t u"),
    ("ưa", ""),
    ("ươ", "c i m n ng p t u"),
];

/// The ids of the pieces to keep, ascending. `pieces` are all pieces in the order of their ids, `always` those that are
/// kept whatever they are: the special ones, those of the encoder's prefixes.
pub fn kept(pieces: &[String], always: &[u32]) -> Vec<u32> {
    let found: HashSet<&str> = FOUND_IN_LAW.lines().collect();
    let keep = |id: usize, piece: &str| {
        let core = piece.strip_prefix('▁').unwrap_or(piece);
        always.contains(&(id as u32))
            || is_single(core)
            || is_syllable(core)
            || (id < COMMON && core.chars().all(is_written_in_vietnam))
            || found.contains(piece)
    };
    let ids = pieces.iter().enumerate().filter(|(id, piece)| keep(*id, piece));
    ids.map(|(id, _)| id as u32).collect()
}

/// A lower-case letter without its tone.
fn without_tone(letter: char) -> Option<char> {
    let bare = letter.to_lowercase().nfd().filter(|sign| !TONES.contains(sign)).nfc().collect::<Vec<_>>();
    <[char; 1]>::try_from(bare).ok().map(|[bare]| bare)
}

/// ASCII, or a letter of Vietnamese.
fn is_written_in_vietnam(character: char) -> bool {
    character.is_ascii() || without_tone(character).is_some_and(|bare| LETTERS.contains(bare))
}

/// Nothing, or one character that is no letter of another script; what comes after the mathematical and technical signs
/// is not text.
fn is_single(core: &str) -> bool {
    let mut characters = core.chars();
    match (characters.next(), characters.next()) {
        (None, _) => true,
        (Some(one), None) => {
            is_written_in_vietnam(one) || (!one.is_alphanumeric() && !one.is_control() && one < '\u{2700}')
        }
        _ => false,
    }
}

/// Whether letters, in either case, could be a Vietnamese syllable.
fn is_syllable(core: &str) -> bool {
    let tones = core.nfd().filter(|sign| TONES.contains(sign)).count();
    let Some(bare) = core.chars().map(without_tone).collect::<Option<String>>() else { return false };
    let is_rhyme = |rhyme: &str| {
        let fits = |coda: &str, codas: &str| codas.split(' ').any(|known| known == coda);
        RHYMES.iter().any(|(nucleus, codas)| rhyme.strip_prefix(nucleus).is_some_and(|coda| fits(coda, codas)))
    };
    tones <= 1 && (is_rhyme(&bare) || ONSETS.iter().filter_map(|onset| bare.strip_prefix(onset)).any(is_rhyme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vietnamese_syllable_is_known_by_its_parts() {
        for syllable in [
            "luật",
            "nghiêng",
            "Quyết",
            "ĐỊNH",
            "ở",
            "khuyến",
            "ngoài",
            "giường",
            "ưu",
            "yêu",
            "quốc",
            "thuở",
            "khuỷu",
            "xoong",
            "yểng",
            "tuýp",
        ] {
            assert!(is_syllable(syllable), "{syllable}");
        }
        for other in ["", "tion", "ing", "king", "blah", "12", "ấấ", "luat-", "закон", "street"] {
            assert!(!is_syllable(other), "{other}");
        }
    }

    #[test]
    fn what_is_always_needed_is_kept_and_other_scripts_are_not() {
        let mut pieces: Vec<String> = (0..COMMON).map(|_| "закон".to_owned()).collect();
        let wanted = ["▁", "ệ", "▁Đ", "§", "▁luật", "≤", "–"];
        let unwanted = ["▁street", "法", "▁закон", "Ж"];
        pieces.extend(wanted.iter().chain(&unwanted).map(|piece| (*piece).to_owned()));
        let found: Vec<&str> = kept(&pieces, &[]).iter().map(|id| pieces[*id as usize].as_str()).collect();
        assert_eq!(found, wanted);
        assert!(kept(&pieces, &[3]).contains(&3));
    }

    #[test]
    fn the_list_from_the_law_has_no_empty_or_repeated_line() {
        let lines: Vec<&str> = FOUND_IN_LAW.lines().collect();
        assert!(lines.iter().all(|line| !line.is_empty()));
        assert_eq!(lines.iter().collect::<HashSet<_>>().len(), lines.len());
    }
}
