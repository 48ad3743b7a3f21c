//! Text of the years before Unicode: TCVN3 (ABC, the fonts `.Vn…`), VNI-Windows and windows-1258.
//!
//! Hard because such text looks like text: each byte is a Latin letter or sign, and only the font made it Vietnamese
//! ("§iÒu", "Ñieàu"). Nothing in the file says so, and clean Vietnamese, German or French has the same letters. A line is
//! therefore judged by its words: which reading makes them syllables that Vietnamese has. What is not clear stays as it
//! is. Standards: TCVN 5712:1993 (VN3); replaced by TCVN 6909:2001, which Decision 72/2002/QĐ-TTg made compulsory.
//!
//! Run this before [`super::normalise`], which drops the soft hyphen that is TCVN3's `ư`.

mod tables;

use super::offsets::Rewriter;
use super::{OffsetMap, syllable};
use crate::ByteSpan;

/// An encoding that text may have been written in while being read as windows-1252.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// TCVN 5712:1993 VN3, also called ABC: `.VnTime`, `.VnArial`.
    Tcvn3,
    /// The same bytes in a font that shows them as capitals: `.VnTimeH`, `.VnArialH`.
    Tcvn3Capitals,
    /// VNI-Windows: `VNI-Times`.
    Vni,
    /// Windows-1258 read as windows-1252.
    Windows1258,
}

impl Encoding {
    /// The encoding that the name of a font tells: `.VnTimeH`, `VNI-Times`. Surest where a file says its fonts.
    pub fn of_font(font: &str) -> Option<Self> {
        let font = font.trim().to_ascii_lowercase();
        match font.strip_prefix(".vn") {
            Some(name) if name.trim_end().ends_with('h') => Some(Self::Tcvn3Capitals),
            Some(_) => Some(Self::Tcvn3),
            None => font.starts_with("vni-").then_some(Self::Vni),
        }
    }
}

/// What a line seems to be written in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// The encoding. Never [`Encoding::Tcvn3Capitals`], which only a font tells.
    pub encoding: Encoding,
    /// How sure, in [0, 1].
    pub confidence: f32,
}

/// A stretch that was converted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it stood in the original.
    pub span: ByteSpan,
    /// What it was, and how sure that is.
    pub detection: Detection,
}

/// A text whose legacy lines were converted.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The text, in Unicode; otherwise as it was (not normalised).
    pub text: String,
    /// The way back to the original.
    pub map: OffsetMap,
    /// What was converted, in text order; empty for a clean text.
    pub parts: Vec<Part>,
}

/// The encoding of one paragraph or run; `None` where it is Unicode, in another language, or too short to tell.
pub fn detect(paragraph: &str) -> Option<Detection> {
    Evidence::of(paragraph).verdict()
}

/// Converts every line that is in a legacy encoding and leaves the others. Each line is judged for itself; a line too
/// short to tell follows the others where they all agree.
pub fn convert(text: &str) -> Converted {
    let lines = lines(text);
    let evidence: Vec<Evidence> = lines.iter().map(|line| Evidence::of(line.of(text))).collect();
    let mut verdicts: Vec<Option<Detection>> = evidence.iter().map(Evidence::verdict).collect();
    if let Some(common) = common(&verdicts, &evidence) {
        for (verdict, evidence) in verdicts.iter_mut().zip(&evidence) {
            *verdict = verdict.or_else(|| evidence.follows(common));
        }
    }
    let mut rewriter = Rewriter::with_capacity(text.len());
    let mut parts = Vec::new();
    for (span, verdict) in lines.into_iter().zip(verdicts) {
        match verdict {
            Some(detection) => {
                rewrite(&mut rewriter, span.of(text), span.start, detection.encoding);
                parts.push(Part { span, detection });
            }
            None => rewriter.copy(span.of(text), span.start),
        }
    }
    let (text, map) = rewriter.finish(text.len());
    Converted { text, map, parts }
}

/// Converts a run whose encoding is known, as from its font.
pub fn convert_as(run: &str, encoding: Encoding) -> (String, OffsetMap) {
    let mut rewriter = Rewriter::with_capacity(run.len());
    for span in lines(run) {
        rewrite(&mut rewriter, span.of(run), span.start, encoding);
    }
    rewriter.finish(run.len())
}

/// Unicode text as it would show, were it written in `encoding` and read as windows-1252; `None` where a character has
/// no code there. TCVN3 has no capitals with a tone: they become small. For tests, and for searching old archives.
pub fn encode(text: &str, encoding: Encoding) -> Option<String> {
    text.chars().map(|c| tables::encode(c, encoding)).collect()
}

fn lines(text: &str) -> Vec<ByteSpan> {
    let mut start = 0;
    text.split_inclusive(['\n', '\r', '\u{b}', '\u{2028}', '\u{2029}'])
        .map(|line| {
            let span = ByteSpan::new(start, start + line.len());
            start = span.end;
            span
        })
        .collect()
}

/// What the words of a line say. Only words with a letter or sign from the upper half of Latin-1 say anything.
#[derive(Debug, Default)]
struct Evidence {
    /// Words that say something.
    words: usize,
    /// Words that only an abbreviation makes: QĐ, đ.
    abbreviations: usize,
    /// A reading for each of [`Evidence::ENCODINGS`].
    readings: [Reading; 3],
    /// A letter that only Unicode has: the line is clean.
    unicode: bool,
    /// Small ASCII words, and those of them that could be Vietnamese: what the text between the marks is.
    ascii: usize,
    ascii_possible: usize,
    /// Some word is written as no language writes one: enough where it stands alone.
    unnatural: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Reading {
    /// Words that are syllables when read so.
    possible: usize,
    /// Of these, the ones that are none as they stand.
    mended: usize,
    /// Words that are syllables as they stand and none when read so.
    broken: usize,
}

impl Evidence {
    const ENCODINGS: [Encoding; 3] = [Encoding::Tcvn3, Encoding::Vni, Encoding::Windows1258];

    fn of(line: &str) -> Self {
        let mut evidence = Self::default();
        if line.is_ascii() {
            return evidence;
        }
        if line.chars().any(only_unicode_has) {
            evidence.unicode = true;
            return evidence;
        }
        for word in words(line).filter(|word| word.chars().any(char::is_alphabetic)) {
            evidence.weigh(word);
        }
        evidence
    }

    fn weigh(&mut self, word: &str) {
        if word.is_ascii() {
            if word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase()) {
                self.ascii += 1;
                self.ascii_possible += usize::from(syllable::is_possible(word));
            }
            return;
        }
        if is_abbreviation(word) {
            self.abbreviations += 1;
            return;
        }
        self.words += 1;
        let clean = syllable::is_possible(&word.replace('Ð', "Đ").replace('ð', "đ"));
        let long = word.chars().nth(1).is_some();
        for (reading, encoding) in self.readings.iter_mut().zip(Self::ENCODINGS) {
            let possible = syllable::is_possible(&decoded(word, encoding));
            reading.possible += usize::from(possible);
            reading.mended += usize::from(possible && !clean && long);
            reading.broken += usize::from(clean && !possible);
        }
        self.unnatural |= is_unnatural(word);
    }

    fn verdict(&self) -> Option<Detection> {
        if self.unicode || self.words == 0 || self.ascii_possible * 2 < self.ascii {
            return None;
        }
        let (encoding, best) = self.best()?;
        let share = ratio(best.possible, self.words);
        let enough = best.mended >= 2 || best.mended == 1 && self.unnatural && best.possible == self.words;
        if share < 0.75 || !enough || best.mended <= 3 * best.broken {
            return None;
        }
        let doubt = 0.5_f32.powi(i32::try_from(best.mended.min(20)).unwrap_or(20) + i32::from(self.unnatural));
        Some(Detection { encoding, confidence: share * (1.0 - doubt) })
    }

    /// The reading that mends most, if no other mends as much.
    fn best(&self) -> Option<(Encoding, Reading)> {
        let score = |reading: &Reading| (reading.mended, std::cmp::Reverse(reading.broken), reading.possible);
        let mut ranked: Vec<(Encoding, Reading)> = Self::ENCODINGS.into_iter().zip(self.readings).collect();
        ranked.sort_by_key(|(_, reading)| std::cmp::Reverse(score(reading)));
        let first = *ranked.first()?;
        let clear = ranked.get(1).is_none_or(|(_, second)| score(second) < score(&first.1));
        clear.then_some(first)
    }

    /// The verdict of the whole document for a line that says too little by itself.
    fn follows(&self, common: Encoding) -> Option<Detection> {
        let reading = Self::ENCODINGS.iter().position(|e| *e == common).map(|at| self.readings[at])?;
        let fits = !self.unicode
            && self.words + self.abbreviations > 0
            && reading.possible == self.words
            && reading.broken == 0;
        fits.then_some(Detection { encoding: common, confidence: 0.6 })
    }
}

/// The one encoding that a document is in: at least three lines, none in another, none in Unicode.
fn common(verdicts: &[Option<Detection>], evidence: &[Evidence]) -> Option<Encoding> {
    let mut found = verdicts.iter().flatten().map(|detection| detection.encoding);
    let first = found.next()?;
    let others: Vec<Encoding> = found.collect();
    (others.len() >= 2 && others.iter().all(|other| *other == first) && !evidence.iter().any(|e| e.unicode))
        .then_some(first)
}

fn only_unicode_has(c: char) -> bool {
    matches!(c, 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | '\u{1ea0}'..='\u{1ef9}')
        || matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// A letter, or a sign whose byte is a letter in TCVN3.
fn is_part_of_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{a1}'..='\u{ae}' | '\u{b5}'..='\u{be}' | '×' | '÷')
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c| !is_part_of_word(c)).filter(|word| !word.is_empty())
}

/// QĐ, NĐ, đ: capitals with a code of Đ among them, which are no syllable in any reading.
fn is_abbreviation(word: &str) -> bool {
    let alone = word.chars().nth(1).is_none();
    word.chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '§' | 'Ñ' | 'Ð') || alone && matches!(c, '®' | 'ñ' | 'ð'))
}

/// Whether a word of three letters or more has a sign inside or a capital after a small letter (TCVN3), or one of four
/// has two letters of the upper half that are not both Vietnamese as they stand (VNI: "Ñieàu").
fn is_unnatural(word: &str) -> bool {
    let length = word.chars().count();
    let high = word.chars().filter(|c| !c.is_ascii()).count();
    let foreign =
        word.chars().any(|c| matches!(c, 'Ñ' | 'ñ' | 'Ö' | 'ö' | 'Ä' | 'ä' | 'Å' | 'å' | 'Ï' | 'ï' | 'Û' | 'û'));
    let small_then_capital = word
        .chars()
        .zip(word.chars().skip(1))
        .any(|(before, c)| before.is_lowercase() && c.is_uppercase() && !c.is_ascii());
    let sign = word.chars().any(|c| !c.is_alphabetic() && c != '·');
    length >= 3 && (sign || small_then_capital) || length >= 4 && high >= 2 && foreign
}

fn decoded(word: &str, encoding: Encoding) -> String {
    let mut out = String::with_capacity(word.len() * 2);
    let mut at = 0;
    while let Some((letter, length)) = tables::decode(&word[at..], encoding) {
        out.push(letter);
        at += length;
    }
    // A capital's tone is a small letter in TCVN3's plain fonts, so that case says nothing there.
    if encoding == Encoding::Tcvn3 { out.to_lowercase() } else { out }
}

fn rewrite(rewriter: &mut Rewriter, line: &str, start: usize, encoding: Encoding) {
    let plain_tcvn3 = encoding == Encoding::Tcvn3;
    let all_capitals = plain_tcvn3 && count_capitals(line) >= 2 && !line.contains(|c: char| c.is_ascii_lowercase());
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        let end = rest.find(|c| !is_part_of_word(c)).unwrap_or(rest.len());
        let (piece, is_word) = if end == 0 {
            (&rest[..rest.find(is_part_of_word).unwrap_or(rest.len())], false)
        } else {
            (&rest[..end], true)
        };
        // A bullet is of another font.
        if plain_tcvn3 && piece == "·" {
            rewriter.copy(piece, start + at);
        } else {
            let shout = is_word && plain_tcvn3 && (all_capitals || is_in_capitals(piece));
            rewrite_piece(rewriter, piece, start + at, encoding, shout);
        }
        at += piece.len();
    }
}

fn rewrite_piece(rewriter: &mut Rewriter, piece: &str, start: usize, encoding: Encoding, shout: bool) {
    let mut at = 0;
    let mut buffer = [0; 4];
    while let Some((letter, length)) = tables::decode(&piece[at..], encoding) {
        let letter = if shout { letter.to_uppercase().next().unwrap_or(letter) } else { letter };
        let read = &piece[at..at + length];
        let written: &str = letter.encode_utf8(&mut buffer);
        if read == written {
            rewriter.copy(read, start + at);
        } else {
            rewriter.replace(written, ByteSpan::new(start + at, start + at + length));
        }
        at += length;
    }
}

/// A word whose plain letters are all capitals was typed in capitals: its vowels with a tone could only be small.
fn is_in_capitals(word: &str) -> bool {
    count_capitals(word) >= 2 && !word.contains(|c: char| c.is_ascii_lowercase() || c == '®')
}

/// Capitals that the plain font has: ASCII, and the toneless Vietnamese ones.
fn count_capitals(words: &str) -> usize {
    words.chars().filter(|c| c.is_ascii_uppercase() || ('\u{a1}'..='\u{a7}').contains(c)).count()
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in a line")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expected: Option<(Encoding, &str)>) {
        let converted = convert(line);
        let found = converted.parts.first().map(|part| (part.detection.encoding, converted.text.as_str()));
        assert_eq!(found, expected, "{line}");
        if expected.is_none() {
            assert_eq!(converted.text, line);
        }
    }

    #[test]
    fn tcvn3_shown_as_latin_1_is_read() {
        check("§iÒu 5. Tr¸ch nhiÖm cña c¬ quan", Some((Encoding::Tcvn3, "Điều 5. Trách nhiệm của cơ quan")));
        check("§iÒu 7", Some((Encoding::Tcvn3, "Điều 7")));
        check("QUYÕT §ÞNH VÒ VIÖC BAN HµNH", Some((Encoding::Tcvn3, "QUYẾT ĐỊNH VỀ VIỆC BAN HÀNH")));
        check("®\u{ad}îc ghi trong sæ", Some((Encoding::Tcvn3, "được ghi trong sổ")));
    }

    #[test]
    fn vni_shown_as_latin_1_is_read() {
        check("Ñieàu 5. Traùch nhieäm cuûa cô quan", Some((Encoding::Vni, "Điều 5. Trách nhiệm của cơ quan")));
        check("UÛY BAN NHAÂN DAÂN TÆNH", Some((Encoding::Vni, "ỦY BAN NHÂN DÂN TỈNH")));
    }

    #[test]
    fn windows_1258_shown_as_windows_1252_is_read() {
        check("Nghiò ðiònh cuÒa Chiình phuÒ", Some((Encoding::Windows1258, "Nghị định của Chính phủ")));
    }

    #[test]
    fn clean_text_of_any_language_stays() {
        for line in [
            "Điều 5. Trách nhiệm của cơ quan",
            "Báo cáo công tác",
            "Toà án và Viện",
            "các cá nhân có tên trên",
            "Ðông Anh, Sóc Trăng",
            "Der Schüler hört für die Prüfung Übungen",
            "Être à l'heure, où est la forêt ?",
            "El niño español señaló el año",
            "Não há informação",
            "10 N·m, 5 µg/m³, § 5, © 2024, ± 2 °C",
            "The naïve café owner's résumé",
            "Où?",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn each_line_of_a_mixed_text_is_judged_for_itself() {
        let text = "Điều 1. Phạm vi\n§iÒu 2. Tr¸ch nhiÖm\nTraùch nhieäm cuûa\n";
        let converted = convert(text);
        assert_eq!(converted.text, "Điều 1. Phạm vi\nĐiều 2. Trách nhiệm\nTrách nhiệm của\n");
        let at = converted.text.find("Trách").unwrap_or_default();
        let back = converted.map.original_range(ByteSpan::new(at, at + "Trách".len()));
        assert_eq!(back.of(text), "Tr¸ch");
    }

    #[test]
    fn the_font_tells_capitals() {
        assert_eq!(Encoding::of_font(".VnTimeH"), Some(Encoding::Tcvn3Capitals));
        assert_eq!(Encoding::of_font(".VnTime"), Some(Encoding::Tcvn3));
        assert_eq!(Encoding::of_font("VNI-Times"), Some(Encoding::Vni));
        assert_eq!(Encoding::of_font("Times New Roman"), None);
        assert_eq!(convert_as("quyÕt ®Þnh", Encoding::Tcvn3Capitals).0, "QUYẾT ĐỊNH");
    }

    proptest! {
        #[test]
        fn converting_keeps_the_way_back(text in "[a-zA-Z §iÒu¸µ¹®\u{ad}îäåÑñÖØÞòì\n]{0,60}") {
            let converted = convert(&text);
            let whole = ByteSpan::new(0, converted.text.len());
            prop_assert_eq!(converted.map.original_range(whole), ByteSpan::new(0, text.len()));
            for (at, c) in converted.text.char_indices() {
                let back = converted.map.original_range(ByteSpan::new(at, at + c.len_utf8()));
                prop_assert!(!back.of(&text).is_empty());
            }
        }
    }
}
