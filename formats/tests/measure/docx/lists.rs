//! Numbers that no tag holds, against LibreOffice's counting of the same lists.
//!
//! Files of ministries with automatic numbers are not among the data, so these lists are made here: levels that start
//! anew, overrides, legal numbers, lists linked through styles.

use super::{base_name, libreoffice};
use crate::archives::say;
use rasoat_formats::{Limits, extract, normalise};
use std::io::Write as _;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;

fn level(at: usize, format: &str, pattern: &str, extra: &str) -> String {
    format!(
        r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{extra}<w:lvlText w:val="{pattern}"/><w:lvlJc w:val="left"/></w:lvl>"#
    )
}

fn definition(id: usize, levels: &str) -> String {
    format!(r#"<w:abstractNum w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>"#)
}

fn list(id: usize, definition: usize, overrides: &str) -> String {
    format!(r#"<w:num w:numId="{id}"><w:abstractNumId w:val="{definition}"/>{overrides}</w:num>"#)
}

fn start(level: usize, at: usize) -> String {
    format!(r#"<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{at}"/></w:lvlOverride>"#)
}

fn paragraph(properties: &str) -> String {
    format!(r#"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>chữ</w:t></w:r></w:p>"#)
}

fn numbered(list: usize, level: usize) -> String {
    paragraph(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#))
}

fn styled(style: &str) -> String {
    paragraph(&format!(r#"<w:pStyle w:val="{style}"/>"#))
}

pub(super) fn docx(body: &str, numbering: &str, styles: &str) -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let types = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let members = [
        (
            "[Content_Types].xml",
            format!(
                r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{types}.document.main+xml"/><Override PartName="/word/numbering.xml" ContentType="{types}.numbering+xml"/><Override PartName="/word/styles.xml" ContentType="{types}.styles+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/officeDocument" Target="word/document.xml"/></Relationships>"#
            ),
        ),
        (
            "word/_rels/document.xml.rels",
            format!(
                r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/numbering" Target="numbering.xml"/><Relationship Id="rId2" Type="{kind}/styles" Target="styles.xml"/></Relationships>"#
            ),
        ),
        ("word/document.xml", format!("{HEAD}<w:document {W}><w:body>{body}</w:body></w:document>")),
        ("word/numbering.xml", format!("{HEAD}<w:numbering {W}>{numbering}</w:numbering>")),
        ("word/styles.xml", format!("{HEAD}<w:styles {W}>{styles}</w:styles>")),
    ];
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Lists as laws have them, one trait at a time.
fn cases() -> Vec<(String, Vec<u8>)> {
    let law = [
        level(0, "upperRoman", "Chương %1", ""),
        level(1, "decimal", "Điều %2.", r#"<w:lvlRestart w:val="0"/>"#),
        level(2, "decimal", "%3.", ""),
        level(3, "lowerLetter", "%4)", ""),
    ]
    .concat();
    let legal = [
        level(0, "upperRoman", "%1.", ""),
        level(1, "decimal", "%1.%2.", "<w:isLgl/>"),
        level(2, "lowerLetter", "%1.%2.%3", ""),
    ]
    .concat();
    let plain = [level(0, "decimal", "%1.", ""), level(1, "lowerLetter", "%2)", ""), level(2, "lowerRoman", "%3.", "")]
        .concat();
    let restart = [
        level(0, "decimal", "%1.", ""),
        level(1, "decimal", "%1.%2.", ""),
        level(2, "decimal", "%3)", r#"<w:lvlRestart w:val="1"/>"#),
    ]
    .concat();
    let order = |list: usize, levels: &[usize]| levels.iter().map(|level| numbered(list, *level)).collect::<String>();
    let one = |levels: &str, lists: &str| format!("{}{}", definition(0, levels), lists);
    let styles = r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Dieu"><w:name w:val="Dieu"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Khoan"><w:name w:val="Khoan"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="numbering" w:styleId="Kieu"><w:name w:val="Kieu"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"#;
    let linked = [
        level(0, "decimal", "Điều %1.", r#"<w:pStyle w:val="Dieu"/>"#),
        level(1, "decimal", "%2.", r#"<w:pStyle w:val="Khoan"/>"#),
    ]
    .concat();
    let by_style = ["Dieu", "Khoan", "Khoan", "Dieu", "Khoan", "Dieu"].map(styled).concat();
    let many: String = (0..30).map(|_| numbered(1, 1)).collect();
    let through_style = format!(
        r#"<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/><w:styleLink w:val="Kieu"/>{plain}</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/><w:numStyleLink w:val="Kieu"/></w:abstractNum>{}{}"#,
        list(1, 0, ""),
        list(2, 1, "")
    );
    let two = format!("{}{}{}{}", definition(0, &plain), definition(1, &plain), list(1, 0, ""), list(2, 1, ""));
    let whole = r#"<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="Phần %1"/></w:lvl></w:lvlOverride>"#;
    let case = |name: &str, body: &str, numbering: &str| (format!("{name}.docx"), docx(body, numbering, styles));
    vec![
        case("law", &order(1, &[0, 1, 2, 2, 3, 3, 2, 3, 1, 2, 0, 1, 2, 3, 1]), &one(&law, &list(1, 0, ""))),
        case("legal", &order(1, &[0, 1, 1, 2, 2, 0, 1, 2, 0, 0, 1]), &one(&legal, &list(1, 0, ""))),
        case("restart", &order(1, &[0, 1, 2, 2, 1, 2, 0, 2, 1, 2, 0, 1, 2]), &one(&restart, &list(1, 0, ""))),
        case("letters", &format!("{}{many}", numbered(1, 0)), &one(&plain, &list(1, 0, ""))),
        case(
            "shared",
            &format!("{}{}{}{}", order(1, &[0, 0]), order(2, &[0, 1]), order(1, &[0, 1]), order(2, &[0])),
            &one(&plain, &format!("{}{}", list(1, 0, ""), list(2, 0, ""))),
        ),
        case(
            "override",
            &format!("{}{}{}", order(1, &[0, 0, 1]), order(2, &[0, 1, 1, 0]), order(1, &[0])),
            &one(&plain, &format!("{}{}", list(1, 0, ""), list(2, 0, &format!("{}{}", start(0, 5), start(1, 3))))),
        ),
        case(
            "replaced",
            &format!("{}{}", order(1, &[0, 1]), order(2, &[0, 1, 0])),
            &one(&plain, &format!("{}{}", list(1, 0, ""), list(2, 0, whole))),
        ),
        case("deep_first", &order(1, &[1, 1, 0, 2, 1]), &one(&plain, &list(1, 0, ""))),
        case("styles", &by_style, &one(&linked, &list(1, 0, ""))),
        case("style_link", &order(2, &[0, 1, 1, 0]), &through_style),
        case("apart", &format!("{}{}{}", order(1, &[0, 1]), order(2, &[0, 1]), order(1, &[1, 0])), &two),
        case(
            "suffix",
            &order(1, &[0, 1, 0]),
            &one(
                &[
                    level(0, "decimal", "Điều %1.", r#"<w:suff w:val="nothing"/>"#),
                    level(1, "decimalZero", "%2", r#"<w:suff w:val="space"/>"#),
                ]
                .concat(),
                &list(1, 0, ""),
            ),
        ),
    ]
}

fn lines(text: &str) -> Vec<String> {
    normalise(text)
        .lines()
        .map(|line| line.split_whitespace().collect())
        .filter(|line: &String| !line.is_empty())
        .collect()
}

#[test]
fn lists_are_counted_as_libreoffice_counts_them() {
    let cases = cases();
    let Some(theirs) = libreoffice("lists", &cases, false) else { return };
    let mut differ = Vec::new();
    for (name, bytes) in &cases {
        let ours = lines(&extract(name, bytes, &Limits::default()).unwrap().text);
        let theirs = lines(&theirs[name]);
        if ours != theirs {
            say(&format!("  {}: {ours:?}\n      LibreOffice: {theirs:?}", base_name(name)));
            differ.push(name.trim_end_matches(".docx"));
        }
    }
    // LibreOffice 7.4 knows neither `w:lvlRestart` (law, restart) nor `w:isLgl` (legal), and a level that starts over
    // counts from its override as ECMA-376 part 1, 17.9.27 has it (override). Where a level is skipped (deep_first,
    // restart) LibreOffice counts the level that is not there; the standard is silent, and Word was not at hand.
    let judged = ["law", "legal", "restart", "override", "deep_first"];
    say(&format!("{} of {} lists counted as LibreOffice counts them", cases.len() - differ.len(), cases.len()));
    assert_eq!(differ, judged);
}
