//! A plain DOCX made of a text that came in another format, so that its review can go back as comments all the same.

use super::annotate::splice_all;
use super::xml;
use crate::{Comment, FormatError, Limits, normalise};
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"#;

const ROOT_RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const DOCUMENT_RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// Times New Roman, 13 points, as decrees on the form of texts ask; 6 points after a paragraph.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>"#;

/// A plain DOCX of a text, a paragraph a line, with comments at byte offsets of that text.
///
/// # Errors
/// [`FormatError::NothingToCommentOn`] where there are comments and no text.
pub fn docx_from_text(text: &str, comments: &[Comment]) -> Result<Vec<u8>, FormatError> {
    let normal = normalise(text);
    let moved: Vec<Comment>;
    let comments = if normal == text {
        comments
    } else {
        moved = comments
            .iter()
            .map(|comment| Comment {
                start: offset_in_normal(text, comment.start),
                end: offset_in_normal(text, comment.end),
                ..comment.clone()
            })
            .collect();
        &moved
    };
    let bytes = pack(&document(&normal)).map_err(|error| FormatError::Write { what: error.to_string() })?;
    if comments.is_empty() {
        return Ok(bytes);
    }
    // Our own file is held to no limit but the machine's.
    let limits = Limits { input_bytes: u64::MAX, expanded_bytes: u64::MAX, ratio: u64::MAX, ..Limits::default() };
    splice_all(&bytes, &normal, comments, &[], &limits).map(|annotated| annotated.file)
}

fn offset_in_normal(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    normalise(&text[..offset]).len()
}

fn document(text: &str) -> String {
    let mut document = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#,
    );
    for line in text.split('\n') {
        document.push_str("<w:p>");
        if !line.is_empty() {
            document.push_str("<w:r>");
            for (index, stretch) in line.split('\t').enumerate() {
                if index > 0 {
                    document.push_str("<w:tab/>");
                }
                if !stretch.is_empty() {
                    document.push_str("<w:t xml:space=\"preserve\">");
                    document.push_str(&xml::escape(stretch));
                    document.push_str("</w:t>");
                }
            }
            document.push_str("</w:r>");
        }
        document.push_str("</w:p>");
    }
    // A4 with the margins usual for normative documents, in twentieths of a point.
    document.push_str(
        r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr></w:body></w:document>"#,
    );
    document
}

fn pack(document: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", ROOT_RELATIONSHIPS),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONSHIPS),
        ("word/styles.xml", STYLES),
    ] {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all(part.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}
