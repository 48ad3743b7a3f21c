//! Files made to exhaust the machine or to reach for others.

use super::{limits, paragraph, read};
use crate::fixture::{docx, docx_with, zip_of};
use crate::*;

#[track_caller]
fn refuses(bytes: &[u8], code: &str) {
    assert_eq!(extract("a.docx", bytes, &limits()).unwrap_err().code(), code);
}

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;

#[test]
fn a_document_type_is_refused_in_every_part() {
    let document = format!(
        r#"<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "{}">]><w:document {W}><w:body><w:p><w:r><w:t>&x;&y;</w:t></w:r></w:p></w:body></w:document>"#,
        "&z;".repeat(10)
    );
    refuses(&zip_of(&[("word/document.xml", document.as_bytes())]), "input.damaged");
    let plain = format!("<w:document {W}><w:body>{}</w:body></w:document>", paragraph("x"));
    let styles = format!("<!DOCTYPE w:styles SYSTEM \"http://example.org/a.dtd\"><w:styles {W}/>");
    refuses(
        &zip_of(&[("word/document.xml", plain.as_bytes()), ("word/styles.xml", styles.as_bytes())]),
        "input.damaged",
    );
}

#[test]
fn an_entity_nobody_defined_is_left_out_and_told_of() {
    let extracted = read(&docx(&paragraph("a&unknown;b")));
    assert_eq!(extracted.text, "ab");
    assert_eq!(extracted.problems, [Problem::Undecodable]);
}

#[test]
fn a_paragraph_without_end_is_refused_before_it_fills_the_memory() {
    refuses(&docx(&paragraph(&"a ".repeat(600_000))), "input.bomb");
    refuses(&docx(&format!("<w:p>{}</w:p>", "<w:bookmarkStart/><w:ins/>".repeat(600_000))), "input.bomb");
    refuses(&docx(&"<w:p><w:ins/></w:p>".repeat((1 << 20) + 1)), "input.bomb");
    // The same words in paragraphs are a long document and nothing else.
    let long = paragraph(&"a ".repeat(60_000)).repeat(10);
    assert_eq!(read(&docx(&long)).text.len(), 1_200_009);
}

#[test]
fn deep_nesting_is_refused_in_every_part() {
    let deep = "<w:sdt>".repeat(2000);
    refuses(&docx(&deep), "input.bomb");
    let body = r#"<w:p><w:r><w:t>x</w:t><w:footnoteReference w:id="1"/></w:r></w:p>"#;
    refuses(&docx_with(body, &[("footnotes.xml", "footnotes", "footnotes", &deep)]), "input.bomb");
    refuses(&docx_with(body, &[("header1.xml", "header", "hdr", &deep)]), "input.bomb");
}

#[test]
fn huge_attributes_are_read_over() {
    let body = format!(
        r#"<w:p w:rsidR="{}"><w:r {}><w:t>x</w:t></w:r></w:p>"#,
        "A".repeat(1 << 20),
        (0..20_000).map(|at| format!("w:a{at}=\"\" ")).collect::<String>()
    );
    let bytes = docx(&body);
    let extracted = read(&bytes);
    assert_eq!(extracted.text, "x");
    let change = Change { start: 0, end: 1, replacement: "y".into(), author: "R".into(), date: None };
    assert_eq!(read(&annotate_docx_with(&bytes, &extracted, &[], &[change], &limits()).unwrap().file).text, "y");
}

#[test]
fn a_caller_can_stop_the_reading() {
    let limits = Limits { interrupt: Interrupt::when(|| true), ..limits() };
    assert_eq!(extract("a.docx", &docx(&paragraph("x")), &limits), Err(FormatError::Interrupted));
}
