//! Accepts and rejects tracked changes as Word does, with none of the crate's own code: the other side of the contract.

use crate::fixture::{members, zip_of};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Whose changes are settled.
pub(crate) enum Whose<'a> {
    Everybody,
    Only(&'a str),
}

/// The file with tracked changes settled.
pub(crate) fn settle(bytes: &[u8], accept: bool, whose: &Whose<'_>) -> Vec<u8> {
    let mut members = members(bytes);
    let document = String::from_utf8(members["word/document.xml"].clone()).unwrap();
    members.insert("word/document.xml".into(), settle_xml(&document, accept, whose).into_bytes());
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip_of(&members)
}

fn settle_xml(source: &str, accept: bool, whose: &Whose<'_>) -> String {
    let mut reader = Reader::from_str(source);
    let mut out = String::new();
    // For each open `ins` or `del`: whether it is settled.
    let mut settled: Vec<bool> = Vec::new();
    let mut dropped = 0_usize;
    let mut restored: Vec<bool> = Vec::new();
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().unwrap();
        let piece = &source[from..reader.buffer_position() as usize];
        match event {
            Event::Eof => return out,
            Event::Start(tag) => {
                let name = tag.name().into_inner().to_owned();
                if dropped > 0 {
                    dropped += 1;
                    continue;
                }
                match name.as_str() {
                    "w:ins" | "w:del" => {
                        let ours = is_of(&tag, whose);
                        if ours && (name == "w:ins") != accept {
                            dropped = 1;
                            continue;
                        }
                        settled.push(ours);
                        restored.push(ours && name == "w:del");
                        if !ours {
                            out.push_str(piece);
                        }
                    }
                    "w:delText" if restored.last() == Some(&true) => out.push_str(&piece.replace("delText", "t")),
                    _ => out.push_str(piece),
                }
            }
            Event::End(tag) => {
                if dropped > 0 {
                    dropped -= 1;
                    continue;
                }
                match tag.name().into_inner() {
                    "w:ins" | "w:del" => {
                        restored.pop();
                        if settled.pop() == Some(false) {
                            out.push_str(piece);
                        }
                    }
                    "w:delText" if restored.last() == Some(&true) => out.push_str(&piece.replace("delText", "t")),
                    _ => out.push_str(piece),
                }
            }
            _ if dropped > 0 => {}
            _ => out.push_str(piece),
        }
    }
}

fn is_of(tag: &BytesStart<'_>, whose: &Whose<'_>) -> bool {
    match whose {
        Whose::Everybody => true,
        Whose::Only(author) => {
            tag.try_get_attribute("w:author").unwrap().is_some_and(|found| found.value.as_ref() == *author)
        }
    }
}

/// Every character of the main part with the properties of its run, in the order of the file.
pub(crate) fn formatted(bytes: &[u8]) -> Vec<(char, String)> {
    let members = members(bytes);
    let source = std::str::from_utf8(&members["word/document.xml"]).unwrap();
    let mut reader = Reader::from_str(source);
    let mut found = Vec::new();
    let mut properties = String::new();
    let mut from_properties = None;
    let mut in_text = false;
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().unwrap();
        let to = reader.buffer_position() as usize;
        match event {
            Event::Start(tag) => match tag.name().into_inner() {
                "w:r" => properties.clear(),
                "w:rPr" => from_properties = Some(from),
                "w:t" => in_text = true,
                _ => {}
            },
            Event::End(tag) => match tag.name().into_inner() {
                "w:rPr" => properties = source[from_properties.take().unwrap()..to].to_owned(),
                "w:t" => in_text = false,
                "w:p" => found.push(('\n', String::new())),
                _ => {}
            },
            Event::Empty(tag) => match tag.name().into_inner() {
                "w:tab" => found.push(('\t', properties.clone())),
                "w:br" => found.push(('\n', properties.clone())),
                _ => {}
            },
            Event::Text(text) if in_text => found.extend(text.chars().map(|ch| (ch, properties.clone()))),
            Event::GeneralRef(_) if in_text => {
                found.extend(source[from..to].chars().map(|ch| (ch, properties.clone())))
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}
