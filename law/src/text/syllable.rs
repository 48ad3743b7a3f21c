//! Whether a run of letters can be a Vietnamese syllable.
//!
//! Vietnamese writes a closed set of syllables: an onset, a rime and a tone. That makes a wrong reading of bytes easy to
//! see ("luËt" is none, "luật" is one), and tells Vietnamese from German or French without a dictionary. The spelling
//! rules are those of the schools (Decision 1989/QĐ-BGDĐT of 2018 has the place of the tone); names of foreign origin
//! do not follow them; of the names of the highlands only the final k (Đắk Lắk) is here.

use super::split_tone;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Longest first, so that the first that fits is the right one.
const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x", "",
];

/// Every rime without its tone.
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong ooc \
    op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơc u ua uân uâng uât uây uc uê uêch uênh uêt ui um un ung uơ uôc uôi \
    uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt uyu uyn uyp ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt \
    ak ăk âk ek êk ik ok ôk ơk uk ưk ươu ưt ưu y yêm yên yêng yêt yêu yt ynh";

/// Whether `word` can be one syllable: letters only, in lower case, in capitals, or with a capital first.
pub(super) fn is_possible(word: &str) -> bool {
    if !cased_as_a_word(word) {
        return false;
    }
    let mut plain = String::with_capacity(word.len());
    let mut tone = None;
    for c in word.chars().flat_map(char::to_lowercase) {
        let (shaped, mark) = split_tone(c);
        if mark.is_some() && (tone.is_some() || !is_vowel(shaped)) {
            return false;
        }
        tone = tone.or(mark);
        plain.push(shaped);
    }
    fits(&plain, tone)
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y')
}

fn cased_as_a_word(word: &str) -> bool {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return false };
    let rest_is_lower = letters.clone().all(char::is_lowercase);
    rest_is_lower && first.is_alphabetic() || first.is_uppercase() && letters.all(char::is_uppercase)
}

fn fits(plain: &str, tone: Option<char>) -> bool {
    ONSETS.iter().any(|onset| {
        let Some(rime) = plain.strip_prefix(onset) else { return false };
        // gì, gìn, giếng: the i belongs to both.
        let rime_of_gi = *onset == "gi" && (rime.is_empty() || is_rime(&plain[1..]));
        (is_rime(rime) || rime_of_gi) && goes_with(onset, rime) && tone_goes_with(plain, tone)
    })
}

fn is_rime(rime: &str) -> bool {
    static KNOWN: OnceLock<HashSet<&str>> = OnceLock::new();
    KNOWN.get_or_init(|| RIMES.split_whitespace().collect()).contains(rime)
}

/// c, g/gh and ng/ngh share their sounds out by the vowel that follows; k stands before any in names (Bắc Kạn).
fn goes_with(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        "c" | "ng" => !front,
        "g" => !front || rime.starts_with('i'),
        "gh" | "ngh" => front,
        _ => true,
    }
}

/// A syllable closed by a stop has the acute or the dot.
fn tone_goes_with(plain: &str, tone: Option<char>) -> bool {
    let stopped = plain.ends_with(['c', 'p', 't']) || plain.ends_with("ch");
    !stopped || matches!(tone, Some('\u{301}' | '\u{323}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: bool) {
        assert_eq!(is_possible(word), expected, "{word}");
    }

    #[test]
    fn words_of_a_law_are_possible_syllables() {
        for word in
            "Điều luật nghị quyết Ủy ban NHÂN DÂN gì giếng quý hoà hòa thuỷ được những khoảng nghiệp xuất ở ý yếu \
                     khuyến khuỷu ngoài chuyển giữa tuyệt huỳnh quỹ uỷ ưu Ỷ"
                .split_whitespace()
        {
            check(word, true);
        }
    }

    #[test]
    fn misread_bytes_and_other_languages_are_not() {
        for word in
            "luËt ph¸p §iÒu Ñieàu für schön été même señor naïve quyeát lôùp cuÒa luâòt street".split_whitespace()
        {
            check(word, false);
        }
    }
}
