//! From bytes to characters, in an encoding that nothing but the bytes themselves tells.
//!
//! Old Vietnamese text files carry no word on their encoding, and TCVN3, VNI and windows-1258 are all bytes that any
//! Western reader shows as Latin letters. UTF-16 shows by its zero bytes; the old encodings by which reading makes the
//! words syllables that Vietnamese has (`rasoat_law::text::legacy`), which is asked line by line and then settled for
//! the file as a whole, since a file that is no UTF-8 was typed in one.

use crate::trace::{Reading, Trail, Width};
use crate::{FormatError, Found, Limits, Problem, normalise};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use rasoat_law::text::legacy;

/// Characters, with the way back to the bytes.
#[derive(Debug, Clone)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) trail: Trail,
    /// What the letters must still be read as.
    pub(crate) reading: Reading,
    pub(crate) problems: Vec<Problem>,
}

impl Decoded {
    fn new(text: String, trail: Trail, problems: Vec<Problem>) -> Result<Self, FormatError> {
        if too_many_controls(&text) {
            return Err(FormatError::NotADocument { found: Found::Binary });
        }
        Ok(Self { text, trail, reading: Reading::Judged, problems })
    }

    /// A file of one encoding whose characters are `width` apart, from byte `from` on.
    fn plain(text: String, from: usize, width: Width, problems: Vec<Problem>) -> Result<Self, FormatError> {
        let mut trail = Trail::default();
        trail.push(0, from, usize::MAX, width);
        Self::new(text, trail, problems)
    }
}

/// Decodes text that does not say its encoding.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, FormatError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (body, cut) = whole_units(&bytes[mark..], encoding);
        let text = encoding.decode_without_bom_handling_and_without_replacement(body);
        return match text {
            Some(text) => Decoded::plain(text.into_owned(), mark, width_of(encoding), cut),
            None if encoding == UTF_8 => broken_utf8(&bytes[mark..], mark).ok_or(FormatError::Encoding)?,
            None => Err(FormatError::Encoding),
        };
    }
    if bytes.contains(&0) {
        let encoding = wide_encoding(bytes).ok_or(FormatError::NotADocument { found: Found::Binary })?;
        let (body, mut problems) = whole_units(bytes, encoding);
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or(FormatError::NotADocument { found: Found::Binary })?;
        problems.push(guessed(encoding.name()));
        return Decoded::plain(text.into_owned(), 0, width_of(encoding), problems);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::new(text.to_owned(), Trail::same(0), Vec::new()),
        // Only the last character is cut through.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 16 => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            Decoded::new(text, Trail::same(0), vec![Problem::Undecodable])
        }
        Err(_) => old_encoding(bytes, limits),
    }
}

/// Bytes that are no UTF-8: an old encoding, or UTF-8 in which something broke.
fn old_encoding(bytes: &[u8], limits: &Limits) -> Result<Decoded, FormatError> {
    if let Some(decoded) = broken_utf8(bytes, 0) {
        return decoded;
    }
    let (latin, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    if too_many_controls(&latin) {
        return Err(FormatError::NotADocument { found: Found::Binary });
    }
    if let Some(encoding) = one_encoding(&latin, limits)? {
        let mut decoded = Decoded::plain(latin.into_owned(), 0, Width::Single, Vec::new())?;
        decoded.problems.push(guessed(crate::trace::encoding_name(encoding)));
        decoded.reading = Reading::As(encoding);
        return Ok(decoded);
    }
    let (text, _) = WINDOWS_1258.decode_without_bom_handling(bytes);
    if is_vietnamese(&text) {
        return Decoded::plain(text.into_owned(), 0, Width::Single, vec![guessed(WINDOWS_1258.name())]);
    }
    Err(FormatError::Encoding)
}

/// The old encoding that the lines of a text which say something say together.
fn one_encoding(latin: &str, limits: &Limits) -> Result<Option<legacy::Encoding>, FormatError> {
    let mut votes: Vec<(legacy::Encoding, usize)> = Vec::new();
    let mut silent = 0;
    for (index, line) in latin.split(['\n', '\r']).enumerate() {
        if index % 256 == 0 {
            limits.interrupt.check()?;
        }
        let weight = line.chars().filter(|ch| !ch.is_ascii()).count();
        if weight == 0 {
            continue;
        }
        match legacy::detect(line) {
            Some(found) => match votes.iter_mut().find(|(encoding, _)| *encoding == found.encoding) {
                Some((_, votes)) => *votes += weight,
                None => votes.push((found.encoding, weight)),
            },
            None => silent += weight,
        }
    }
    let all: usize = votes.iter().map(|(_, votes)| votes).sum();
    let best = votes.into_iter().max_by_key(|(_, votes)| *votes);
    // Most of the letters must lie in lines that were recognised, and these must agree.
    Ok(best.filter(|(_, votes)| votes * 10 >= all * 9 && all >= silent).map(|(encoding, _)| encoding))
}

/// UTF-8 with a few broken places, which are left out: fewer than one in twenty of its characters beyond ASCII.
fn broken_utf8(bytes: &[u8], from: usize) -> Option<Result<Decoded, FormatError>> {
    let mut text = String::with_capacity(bytes.len());
    let mut trail = Trail::default();
    let (mut at, mut broken, mut whole) = (from, 0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        trail.push(text.len(), at, usize::MAX, Width::Same);
        text.push_str(valid);
        whole += valid.chars().filter(|ch| !ch.is_ascii()).count();
        at += valid.len() + chunk.invalid().len();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    (broken * 20 < whole).then(|| Decoded::new(text, trail, vec![Problem::Undecodable]))
}

/// The encoding a web page or XML file declares, or one its bytes fit.
pub(crate) fn decode_declared(bytes: &[u8], limits: &Limits) -> Result<Decoded, FormatError> {
    if Encoding::for_bom(bytes).is_some() || bytes.contains(&0) {
        return decode(bytes, limits);
    }
    match declared_charset(bytes) {
        // Pages saved as UTF-8 often keep the declaration they had before.
        Some(encoding) if encoding != UTF_8 && std::str::from_utf8(bytes).is_err() => {
            if !encoding.is_single_byte() {
                let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
                let problems = if had_errors { vec![Problem::Undecodable] } else { Vec::new() };
                // No Vietnamese page is in one of these; its places are of the page as a whole.
                let mut trail = Trail::default();
                trail.push(0, 0, bytes.len(), Width::Whole);
                return Decoded::new(text.into_owned(), trail, problems);
            }
            let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
            let problems = if had_errors { vec![Problem::Undecodable] } else { Vec::new() };
            Decoded::plain(text.into_owned(), 0, Width::Single, problems)
        }
        Some(_) if std::str::from_utf8(bytes).is_err() => decode(bytes, limits).or_else(|error| {
            let text = String::from_utf8_lossy(bytes);
            let lost = text.matches('\u{fffd}').count();
            if lost * 100 > text.len() {
                return Err(error);
            }
            let mut trail = Trail::default();
            let mut at = 0;
            let mut text = String::new();
            for chunk in bytes.utf8_chunks() {
                trail.push(text.len(), at, usize::MAX, Width::Same);
                text.push_str(chunk.valid());
                at += chunk.valid().len() + chunk.invalid().len();
            }
            Decoded::new(text, trail, vec![Problem::Undecodable])
        }),
        _ => decode(bytes, limits),
    }
}

fn declared_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let after = if head.trim_start().starts_with("<?xml") && head.contains("encoding=") {
        head.split_once("encoding=")?.1
    } else {
        head.split_once("charset=")?.1
    };
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_' | ':'))
        .collect();
    // A page that can be read this far is not UTF-16, whatever it declares (HTML Living Standard, 13.2.3.2).
    Encoding::for_label(label.as_bytes()).map(|encoding| match encoding {
        wide if wide == UTF_16LE || wide == UTF_16BE => UTF_8,
        other => other,
    })
}

fn guessed(encoding: &str) -> Problem {
    Problem::EncodingGuessed { encoding: encoding.to_owned() }
}

fn width_of(encoding: &'static Encoding) -> Width {
    if encoding == UTF_8 { Width::Same } else { Width::Wide }
}

/// A file of UTF-16 cut in the middle of a unit is read up to there.
fn whole_units<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> (&'a [u8], Vec<Problem>) {
    if encoding != UTF_8 && bytes.len() % 2 == 1 {
        return (&bytes[..bytes.len() - 1], vec![Problem::Undecodable]);
    }
    (bytes, Vec::new())
}

/// Whether a text is full of control characters, as no document is.
fn too_many_controls(text: &str) -> bool {
    let (mut controls, mut all) = (0_usize, 0_usize);
    for ch in text.chars() {
        all += 1;
        match ch {
            '\0' => return true,
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1a}' | '\u{85}' => {}
            _ if ch.is_control() => controls += 1,
            _ => {}
        }
    }
    controls * 200 > all
}

/// UTF-16 without a mark: spaces, digits and plain letters have a zero in one half.
fn wide_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(64 << 10) & !1];
    let half = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, units) = (half(0), half(1), sample.len() / 2);
    if odd * 5 > units && even * 50 < units.max(50) {
        Some(UTF_16LE)
    } else if even * 5 > units && odd * 50 < units.max(50) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether nearly all letters beyond ASCII are letters of Vietnamese.
fn is_vietnamese(text: &str) -> bool {
    let (mut own, mut foreign) = (0_usize, 0_usize);
    for ch in normalise(text).chars().filter(|ch| !ch.is_ascii()) {
        if is_vietnamese_letter(ch) {
            own += 1;
        } else if !matches!(ch, '“' | '”' | '‘' | '’' | '–' | '—' | '…' | '•' | '§' | '°') {
            foreign += 1;
        }
    }
    own > 0 && foreign * 20 <= own
}

fn is_vietnamese_letter(ch: char) -> bool {
    matches!(ch,
        'À'..='Ã' | 'È'..='Ê' | 'Ì' | 'Í' | 'Ò'..='Õ' | 'Ù' | 'Ú' | 'Ý'
        | 'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý'
        | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'
        | 'Ạ'..='ỹ')
}
