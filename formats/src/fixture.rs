//! Small packages built in code for the tests, and a second, simpler reader to check ours against.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math""#;

/// A ZIP archive of these members.
pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A DOCX with this body and these further parts (name in `word/`, relationship, root element, content).
pub(crate) fn docx_with(body: &str, parts: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>"
    );
    let mut rels = String::from(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    );
    let mut members: Vec<(String, Vec<u8>)> = vec![
        (
            "[Content_Types].xml".into(),
            br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#.to_vec(),
        ),
        (
            "_rels/.rels".into(),
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/word/document.xml"/></Relationships>"#.to_vec(),
        ),
        ("word/document.xml".into(), document.into_bytes()),
    ];
    for (index, (file, kind, root, content)) in parts.iter().enumerate() {
        rels.push_str(&format!(
            r#"<Relationship Id="rId{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{file}"/>"#,
            index + 1
        ));
        members.push((
            format!("word/{file}"),
            format!("<?xml version=\"1.0\"?><w:{root} {W}>{content}</w:{root}>").into_bytes(),
        ));
    }
    rels.push_str("</Relationships>");
    if !parts.is_empty() {
        members.push(("word/_rels/document.xml.rels".into(), rels.into_bytes()));
    }
    members.push(("docProps/app.xml".into(), b"<Properties><Words>9</Words><Pages>12</Pages></Properties>".to_vec()));
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip_of(&members)
}

pub(crate) fn docx(body: &str) -> Vec<u8> {
    docx_with(body, &[])
}

/// Every member of an archive.
pub(crate) fn members(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut member = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            member.read_to_end(&mut content).unwrap();
            (member.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn spelled(reference: &str) -> &'static str {
    match reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => panic!("an entity nobody wrote: {other}"),
    }
}

/// The comments of a DOCX with the words each stands on, read without any of this crate's code.
pub(crate) fn comments_of(bytes: &[u8]) -> Vec<(String, String)> {
    let members = members(bytes);
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let comments = members.iter().find(|(name, _)| name.starts_with("word/comments")).unwrap().1;
    let source = std::str::from_utf8(comments).unwrap();
    let mut reader = Reader::from_str(source);
    let mut id = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().into_inner() == "w:comment" => {
                let found = tag.try_get_attribute("w:id").unwrap().unwrap();
                id = found.value.into_owned();
                assert!(said.insert(id.clone(), String::new()).is_none(), "id used twice");
            }
            Event::Text(text) => said.entry(id.clone()).or_default().push_str(&text),
            Event::GeneralRef(reference) => {
                said.entry(id.clone()).or_default().push_str(spelled(&reference));
            }
            Event::End(tag) if tag.name().into_inner() == "w:p" => {
                said.entry(id.clone()).or_default().push('\n');
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let source = std::str::from_utf8(&members["word/document.xml"]).unwrap();
    let mut reader = Reader::from_str(source);
    let mut open: Vec<String> = Vec::new();
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    let mut referenced: Vec<String> = Vec::new();
    let mut in_text = false;
    loop {
        let event = reader.read_event().unwrap();
        let mut add = |text: &str| {
            for id in &open {
                words.entry(id.clone()).or_default().push_str(text);
            }
        };
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let id = || tag.try_get_attribute("w:id").unwrap().unwrap().value.into_owned();
                match tag.name().into_inner() {
                    "w:commentRangeStart" => open.push(id()),
                    "w:commentRangeEnd" => {
                        let id = id();
                        assert!(open.contains(&id), "ended before it began");
                        open.retain(|other| *other != id);
                    }
                    "w:commentReference" => referenced.push(id()),
                    "w:tab" => add("\t"),
                    "w:br" => add("\n"),
                    "w:t" => in_text = true,
                    _ => {}
                }
            }
            Event::Text(text) if in_text => add(&text),
            Event::GeneralRef(reference) if in_text => add(spelled(&reference)),
            Event::End(tag) => match tag.name().into_inner() {
                "w:t" => in_text = false,
                "w:p" => add("\n"),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "a range never ends");
    for id in words.keys() {
        assert!(referenced.contains(id), "a range has no reference");
    }
    words
        .into_iter()
        .map(|(id, words)| {
            let said = said[&id].trim_end_matches('\n').to_owned();
            (crate::normalise(&words), said)
        })
        .collect()
}
