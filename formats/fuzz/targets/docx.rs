//! Word's package: the body of the document and, each after a line of `====`, its numbering, styles, footnotes and
//! comments.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Change, Comment, Extracted, Limits, annotate_docx_with, extract};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="mc" xmlns:m="m""#;

fuzz_target!(|text: &str| {
    let mut parts = text.split("\n====\n");
    let body = parts.next().unwrap_or_default();
    let document = format!("<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>");
    let mut members = vec![
        ("[Content_Types].xml", "<Types xmlns=\"t\"></Types>".to_owned()),
        ("word/document.xml", document),
    ];
    for (name, root) in [
        ("word/numbering.xml", "numbering"),
        ("word/styles.xml", "styles"),
        ("word/footnotes.xml", "footnotes"),
        ("word/comments.xml", "comments"),
    ] {
        if let Some(part) = parts.next() {
            members.push((name, format!("<w:{root} {NAMESPACES}>{part}</w:{root}>")));
        }
    }
    let bytes = packed(&members);
    let Ok(extracted) = extract("a.docx", &bytes, &Limits::default()) else { return };
    holds::holds(&extracted);
    beside(&extracted);
    suggest(&bytes, &extracted);
});

fn packed(members: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a member");
        writer.write_all(content.as_bytes()).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// What stands beside the text has its place in it.
fn beside(extracted: &Extracted) {
    let text = &extracted.text;
    assert!(extracted.margin.notes.iter().all(|note| text.is_char_boundary(note.at)));
    assert!(extracted.margin.revisions.iter().all(|made| text.get(made.start..made.end).is_some()));
    assert!(extracted.margin.comments.iter().all(|comment| text.get(comment.start..comment.end).is_some()));
}

fn may_be_of_an_old_font(extracted: &Extracted) -> bool {
    extracted.text.chars().any(|ch| matches!(ch, '\u{a1}'..='\u{bf}' | 'Ò' | 'Ö'))
        || extracted.problems.iter().any(|problem| problem.code() == "source.legacy_font")
}

/// Comments change no text, and suggestions that could be made are in it.
fn suggest(bytes: &[u8], extracted: &Extracted) {
    let text = &extracted.text;
    let near = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (start, end) = (near(text.len() / 3), near(text.len() / 2));
    let change = Change { start, end, replacement: "xy".to_owned(), author: "a".to_owned(), date: None };
    let comment = Comment { start, end: text.len(), author: "a".to_owned(), text: "b".to_owned(), date: None };
    let Ok(annotated) = annotate_docx_with(bytes, extracted, &[comment], &[change], &Limits::default()) else { return };
    let mut expected = text.clone();
    if annotated.as_comments.is_empty() {
        expected.replace_range(start..end, "xy");
    }
    // Whether the font of a paragraph is believed is judged by its words, which are others now.
    let judged = may_be_of_an_old_font(extracted);
    match extract("a.docx", &annotated.file, &Limits::default()) {
        Ok(_) if judged => {}
        Ok(again) => assert_eq!(again.text, rasoat_formats::normalise(&expected)),
        Err(error) => panic!("what was written cannot be read: {error}"),
    }
}
