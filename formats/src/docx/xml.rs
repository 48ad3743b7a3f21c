//! The little of XML that every part needs: decoding, names without their prefix, attributes.

use crate::FormatError;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart};

/// The main namespace of WordprocessingML, transitional and strict.
pub(crate) const WORD: [&str; 2] = [
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
];

/// A part's bytes as text; parts are UTF-8 or UTF-16, and none declares a document type, through which a file could
/// reach for others (ECMA-376 part 2, 8.1.4).
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, FormatError> {
    let text = decode_text(bytes)?;
    if prolog(&text).contains("<!DOCTYPE") {
        return Err(FormatError::damaged("a part declares a document type (DTD), which no part of a Word file may"));
    }
    Ok(text)
}

/// What stands before the root element.
fn prolog(text: &str) -> &str {
    let root = text
        .match_indices('<')
        .find(|(at, _)| text[at + 1..].starts_with(|ch: char| ch.is_alphabetic() || ch == '_' || ch == ':'));
    root.map_or(text, |(at, _)| &text[..at])
}

fn decode_text(bytes: Vec<u8>) -> Result<String, FormatError> {
    let wide = match bytes.as_slice() {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] | [0, b'<', ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = wide {
        let text = encoding.decode(&bytes).0.into_owned();
        // What is written back is UTF-8, so the declaration must not say otherwise.
        return Ok(match text.split_once("?>") {
            Some((head, rest)) if head.trim_start().starts_with("<?xml") => {
                format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>{rest}")
            }
            _ => text,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| FormatError::damaged("a part is not UTF-8 text"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

pub(crate) fn reader(source: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(source);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

/// The character a reference stands for; `None` for an entity that XML itself does not define.
pub(crate) fn entity(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(ch)) => Some(ch),
        _ => match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
    }
}

pub(crate) fn broken(error: quick_xml::Error) -> FormatError {
    FormatError::damaged(format!("XML: {error}"))
}

/// A tag's name without its prefix.
pub(crate) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    let name = tag.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The same of an end tag.
pub(crate) fn local_end<'a>(tag: &'a BytesEnd<'_>) -> &'a str {
    let name = tag.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// An attribute by its name without prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes.flatten().find_map(|attribute| {
        let key = attribute.key.into_inner();
        let key = key.rsplit_once(':').map_or(key, |(_, local)| local);
        (key == name).then(|| match unescape(&attribute.value) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        })
    })
}

/// Whether a switch such as `<w:vanish/>` is on.
pub(crate) fn is_on(tag: &BytesStart<'_>) -> bool {
    !matches!(attribute(tag, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}

/// The prefix, colon included, that the root element binds to the main namespace; `None` where it binds none.
pub(crate) fn word_prefix(root: &BytesStart<'_>) -> Option<String> {
    let mut attributes = root.attributes();
    attributes.with_checks(false);
    let mut default = false;
    for attribute in attributes.flatten() {
        if WORD.contains(&&*attribute.value) {
            match attribute.key.into_inner().strip_prefix("xmlns:") {
                Some(prefix) => return Some(format!("{prefix}:")),
                None => default = true,
            }
        }
    }
    default.then(String::new)
}

/// Text made fit for XML: escaped, and without characters XML does not have.
pub(crate) fn escape(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|ch| matches!(ch, '\t' | '\n' | '\r') || (!ch.is_control() && !matches!(ch, '\u{fffe}' | '\u{ffff}')))
        .collect();
    quick_xml::escape::escape(allowed).into_owned()
}
