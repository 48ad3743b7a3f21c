//! Plain text in whichever encoding it was saved, and the fork to HTML and JSON, which are text too.
//!
//! Old Vietnamese text files carry no word on their encoding. UTF-16 shows by its zero bytes; windows-1258 is
//! accepted only where what it decodes to is made of Vietnamese letters, since it decodes any bytes to something.

use crate::{Extracted, Format, FormatError, Found, Limits, Problem, SourceMetadata};
use crate::{html, json, normalise};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};

/// Reads a file that is text of some sort.
pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    if let Some(bytes) = declared_html(name, bytes) {
        return html::read(bytes, limits);
    }
    let (text, problems) = decode(bytes)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(FormatError::Empty);
    }
    if start.starts_with('<') {
        if html::looks_like_it(start) {
            return html::read_text(&text, problems, limits);
        }
        if start.starts_with("<?xml") || start.starts_with("<!DOCTYPE") {
            return Err(xml_error(start));
        }
    }
    if start.starts_with(['{', '['])
        && let Some(read) = json::read_one(name, &text)
    {
        return read.map(|extracted| with_problems(extracted, problems));
    }
    let normal = normalise(&text);
    if normal.trim().is_empty() {
        return Err(FormatError::Empty);
    }
    Ok(Extracted {
        format: Format::Text,
        text: normal,
        places: Vec::new(),
        pages: None,
        problems,
        metadata: SourceMetadata::default(),
        margin: crate::Margin::default(),
    })
}

pub(crate) fn with_problems(mut extracted: Extracted, problems: Vec<Problem>) -> Extracted {
    extracted.problems.extend(problems);
    extracted
}

pub(crate) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| extensions.iter().any(|want| end.eq_ignore_ascii_case(want)))
}

/// HTML carries its own word on its encoding, so it is told from its raw bytes where these are ASCII-like.
fn declared_html<'a>(name: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
    if bytes.contains(&0) {
        return None;
    }
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let head = head.trim_start();
    let named = has_extension(name, &["html", "htm", "xhtml"]) && head.contains('<');
    (named || html::looks_like_it(head)).then_some(bytes)
}

fn xml_error(start: &str) -> FormatError {
    let head: String = start.chars().take(2000).collect();
    let found = if head.contains("schemas.microsoft.com/office/word/2003")
        || head.contains("schemas.microsoft.com/office/2006/xmlPackage")
    {
        Found::WordXml
    } else {
        return FormatError::NotADocument { found: Found::Xml };
    };
    FormatError::Unsupported { found }
}

/// Decodes text in an encoding that nothing but the bytes themselves tells.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Vec<Problem>), FormatError> {
    let guessed = |encoding: &'static Encoding| Problem::EncodingGuessed { encoding: encoding.name().to_owned() };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
            .ok_or(FormatError::Encoding)?;
        return Ok((plausible(text.into_owned())?, Vec::new()));
    }
    if bytes.contains(&0) {
        let encoding = wide_encoding(bytes).ok_or(FormatError::NotADocument { found: Found::Binary })?;
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or(FormatError::NotADocument { found: Found::Binary })?;
        return Ok((plausible(text.into_owned())?, vec![guessed(encoding)]));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((plausible(text.to_owned())?, Vec::new())),
        // Only the last character is cut through.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 16 => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            Ok((plausible(text)?, vec![Problem::Undecodable]))
        }
        Err(_) => {
            let (text, _) = WINDOWS_1258.decode_without_bom_handling(bytes);
            if too_many_controls(&text) {
                return Err(FormatError::NotADocument { found: Found::Binary });
            }
            if is_vietnamese(&text) {
                Ok((text.into_owned(), vec![guessed(WINDOWS_1258)]))
            } else {
                Err(FormatError::Encoding)
            }
        }
    }
}

/// The encoding a web page declares, or one its bytes fit.
pub(crate) fn decode_html(bytes: &[u8]) -> Result<(String, Vec<Problem>), FormatError> {
    if Encoding::for_bom(bytes).is_some() || bytes.contains(&0) {
        return decode(bytes);
    }
    let declared = declared_charset(bytes);
    match declared {
        Some(encoding) if encoding != UTF_8 => {
            let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
            // Pages saved as UTF-8 often keep the declaration they had before.
            if let Ok(text) = std::str::from_utf8(bytes)
                && !bytes.is_ascii()
            {
                return Ok((plausible(text.to_owned())?, Vec::new()));
            }
            let problems = if had_errors { vec![Problem::Undecodable] } else { Vec::new() };
            Ok((plausible(text.into_owned())?, problems))
        }
        Some(_) if std::str::from_utf8(bytes).is_err() => decode(bytes).or_else(|error| {
            let text = String::from_utf8_lossy(bytes);
            let lost = text.matches('\u{fffd}').count();
            if lost * 100 > text.len() {
                return Err(error);
            }
            Ok((plausible(text.into_owned())?, vec![Problem::Undecodable]))
        }),
        _ => decode(bytes),
    }
}

fn declared_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
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

/// Text that is not full of control characters.
fn plausible(text: String) -> Result<String, FormatError> {
    if too_many_controls(&text) {
        return Err(FormatError::NotADocument { found: Found::Binary });
    }
    Ok(text)
}

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
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
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
