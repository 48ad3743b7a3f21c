//! What stands beside the text, words in old fonts, and suggestions as tracked changes.

mod accepting;
mod changes;
mod hostile;
mod legacy;

use crate::fixture::{comments_of, docx, docx_with, members};
use crate::*;

const FOOTNOTES: &str = r#"<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Khoản này được sửa đổi theo quy định tại Điều 9 của Luật số 1/2026/QH16.</w:t></w:r></w:p></w:footnote><w:footnote w:id="3"><w:p><w:r><w:t>Điều này được bãi bỏ như sau:</w:t></w:r></w:p><w:p><w:r><w:t>“Điều 7. Hiệu lực”</w:t></w:r></w:p></w:footnote>"#;

fn limits() -> Limits {
    Limits::default()
}

#[track_caller]
fn read(bytes: &[u8]) -> Extracted {
    extract("du-thao.docx", bytes, &limits()).unwrap()
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text))
}

fn note(id: u32) -> String {
    format!("<w:r><w:footnoteReference w:id=\"{id}\"/></w:r>")
}

#[test]
fn a_footnote_keeps_its_text_and_place_and_does_not_touch_the_provisions() {
    let body = format!(
        "<w:p>{}{}{}</w:p>{}<w:p>{}{}</w:p>",
        run("1. Một"),
        note(2),
        run(" hai."),
        paragraph("TM. CHÍNH PHỦ"),
        run("Nguyễn Văn An"),
        note(3)
    );
    let extracted = read(&docx_with(&body, &[("footnotes.xml", "footnotes", "footnotes", FOOTNOTES)]));
    assert_eq!(extracted.text, "1. Một hai.\nTM. CHÍNH PHỦ\nNguyễn Văn An");
    assert_eq!(extracted.problems, [Problem::NotesBeside { count: 2 }]);
    let notes: Vec<(u32, &str, &str)> = extracted
        .margin
        .notes
        .iter()
        .map(|note| (note.number, &extracted.text[..note.at], note.text.as_str()))
        .collect();
    assert_eq!(
        notes,
        [
            (1, "1. Một", "Khoản này được sửa đổi theo quy định tại Điều 9 của Luật số 1/2026/QH16."),
            (2, extracted.text.as_str(), "Điều này được bãi bỏ như sau:\n“Điều 7. Hiệu lực”"),
        ]
    );
}

#[test]
fn the_notes_of_a_consolidated_text_are_footnotes_to_the_structure() {
    let body = format!(
        "{}<w:p>{}{}</w:p>{}{}<w:p>{}{}</w:p>",
        paragraph("Điều 1. Phạm vi"),
        run("1. Một"),
        note(2),
        paragraph("Điều 2. Hiệu lực"),
        paragraph("Luật này được Quốc hội khóa XVI thông qua ngày 3 tháng 4 năm 2026."),
        run("CHỦ TỊCH QUỐC HỘI"),
        note(3)
    );
    let extracted = read(&docx_with(&body, &[("footnotes.xml", "footnotes", "footnotes", FOOTNOTES)]));
    let whole = rasoat_law::structure::parse(&extracted.text_with_notes());
    let alone = rasoat_law::structure::parse(&extracted.text);
    assert_eq!(whole.footnotes.iter().map(|note| note.number).collect::<Vec<_>>(), [1, 2]);
    assert!(whole.text.starts_with(&extracted.text));
    assert_eq!(whole.provisions, alone.provisions);
}

#[test]
fn a_note_without_a_text_and_a_broken_part_are_told_of() {
    let body = format!("<w:p>{}{}{}</w:p>", run("x"), note(9), note(2));
    let extracted = read(&docx_with(&body, &[("footnotes.xml", "footnotes", "footnotes", FOOTNOTES)]));
    assert_eq!(extracted.problems, [Problem::NotesBeside { count: 1 }, Problem::NotesLeftOut { count: 1 }]);
    assert_eq!(extracted.margin.notes[0].number, 2);
    let broken = docx_with(&body, &[("footnotes.xml", "footnotes", "footnotes", "<w:p></w:q>")]);
    assert_eq!(
        read(&broken).problems,
        [Problem::PartUnreadable { part: "footnotes".into() }, Problem::NotesLeftOut { count: 2 }]
    );
}

#[test]
fn tracked_changes_are_kept_with_their_authors() {
    let body = format!(
        r#"{}<w:p>{}<w:del w:id="1" w:author="An" w:date="2026-01-02T03:04:05Z"><w:r><w:delText xml:space="preserve">10 nga</w:delText></w:r><w:r><w:delText>&#x300;y</w:delText></w:r></w:del><w:ins w:id="2" w:author="Bình"><w:r><w:t>15 ngày</w:t></w:r></w:ins>{}</w:p><w:tbl><w:tr><w:trPr><w:del w:id="5" w:author="An"/></w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>{}"#,
        paragraph("đầu"),
        run("trong "),
        run(" làm việc"),
        paragraph("ô một"),
        paragraph("ô hai"),
        paragraph("cuối"),
    );
    let extracted = read(&docx(&body));
    assert_eq!(extracted.text, "đầu\ntrong 15 ngày làm việc\ncuối");
    let kept: Vec<(RevisionKind, &str, &str, &str, &str)> = extracted
        .margin
        .revisions
        .iter()
        .map(|made| {
            let after = extracted.text[made.end..].split(' ').next().unwrap();
            (made.kind, &extracted.text[made.start..made.end], made.removed.as_str(), made.author.as_str(), after)
        })
        .collect();
    assert_eq!(
        kept,
        [
            (RevisionKind::Deleted, "", "10 ngày", "An", "15"),
            (RevisionKind::Inserted, "15 ngày", "", "Bình", ""),
            (RevisionKind::Deleted, "", "ô một\nô hai\n", "An", "cuối"),
        ]
    );
    assert_eq!(extracted.margin.revisions[0].date.as_deref(), Some("2026-01-02T03:04:05Z"));
}

#[test]
fn comments_already_there_are_read_with_their_words() {
    let body = format!(
        r#"<w:p>{}<w:commentRangeStart w:id="4"/>{}</w:p><w:p>{}<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>{}</w:p><w:p>{}<w:r><w:commentReference w:id="5"/></w:r></w:p>"#,
        run("một "),
        run("hai"),
        run("ba"),
        run(" bốn"),
        run("năm")
    );
    let old = r#"<w:comment w:id="4" w:author="Lê Thị C" w:date="2026-03-04T00:00:00Z"><w:p><w:r><w:t>Xem lại &amp; sửa</w:t></w:r></w:p><w:p><w:r><w:t>đoạn hai</w:t></w:r></w:p></w:comment><w:comment w:id="5" w:author="D"><w:p/></w:comment><w:comment w:id="77" w:author="nobody"><w:p/></w:comment>"#;
    let bytes = docx_with(&body, &[("comments.xml", "comments", "comments", old)]);
    let extracted = read(&bytes);
    let comments = &extracted.margin.comments;
    assert_eq!(comments.len(), 2);
    assert_eq!(&extracted.text[comments[0].start..comments[0].end], "hai\nba");
    assert_eq!((comments[0].author.as_str(), comments[0].text.as_str()), ("Lê Thị C", "Xem lại & sửa\nđoạn hai"));
    assert_eq!(comments[1].start, extracted.text.len());
    // What we write is read back the same, and that is a fixed point.
    let ours = Comment {
        start: 0,
        end: "một".len(),
        author: "Rà soát".into(),
        text: "dòng một\ndòng hai".into(),
        date: Some("2026-11-21T08:00:00Z".into()),
    };
    let annotated = annotate_docx(&bytes, &extracted, std::slice::from_ref(&ours), &limits()).unwrap();
    let again = read(&annotated);
    assert_eq!(again.text, extracted.text);
    assert_eq!(again.margin.comments[..2], extracted.margin.comments[..]);
    assert_eq!(again.margin.comments[2], ours);
}

#[test]
fn a_header_with_words_is_told_of_and_a_page_number_is_not() {
    let page = r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#;
    let words = paragraph("DỰ THẢO  lần 2");
    let extracted = read(&docx_with(
        &paragraph("x"),
        &[
            ("header1.xml", "header", "hdr", page),
            ("header2.xml", "header", "hdr", &words),
            ("footer1.xml", "footer", "ftr", &words),
        ],
    ));
    assert_eq!(extracted.text, "x");
    assert_eq!(extracted.problems, [Problem::HeadersLeftOut { count: 1, sample: "DỰ THẢO lần 2".into() }]);
}

#[test]
fn words_shown_in_capitals_stay_as_they_are_typed_and_read_as_the_same_structure() {
    let body = |caps: &str| {
        let line = |text: &str| format!("<w:p><w:r><w:rPr>{caps}</w:rPr><w:t>{text}</w:t></w:r></w:p>");
        format!(
            "{}{}{}{}{}",
            line("Chương I"),
            line("Quy định chung"),
            line("Điều 1. Phạm vi"),
            paragraph("1. Một."),
            paragraph("2. Hai.")
        )
    };
    let (shown, plain) = (read(&docx(&body("<w:caps/>"))), read(&docx(&body(""))));
    assert_eq!(shown.text, plain.text);
    let eids = |text: &str| -> Vec<String> {
        rasoat_law::structure::parse(text).provisions.iter().map(|unit| unit.eid.to_string()).collect()
    };
    assert_eq!(eids(&shown.text), eids(&shown.text.replace("Quy định chung", "QUY ĐỊNH CHUNG")));
    assert_eq!(eids(&shown.text).len(), 4);
}

#[test]
fn signs_of_symbol_fonts_are_read_where_they_are_known_and_counted_where_not() {
    let body = r#"<w:p><w:r><w:sym w:font="Wingdings" w:char="F06F"/><w:t xml:space="preserve"> Có </w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t><w:sym w:font="Webdings" w:char="F021"/></w:r></w:p>"#;
    let extracted = read(&docx(body));
    assert_eq!(extracted.text, "☐ Có ≥5");
    assert_eq!(extracted.problems, [Problem::SignsLeftOut { count: 1 }]);
}

#[test]
fn nested_fields_show_the_outer_result_only() {
    let field = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let body = format!(
        "<w:p>{}{}{}{}{}{}{}{}{}{}{}</w:p>",
        run("a"),
        field("begin"),
        "<w:r><w:instrText>IF </w:instrText></w:r>",
        field("begin"),
        field("separate"),
        run("trong"),
        field("end"),
        field("separate"),
        run("kết quả"),
        field("end"),
        run("z"),
    );
    assert_eq!(read(&docx(&body)).text, "akết quảz");
}

#[test]
fn nested_tables_and_merged_cells_are_read_once_in_order() {
    let cell = |properties: &str, inside: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>");
    let nested = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>{}", cell("", &paragraph("trong")), "<w:p/>");
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>{}",
        cell("<w:vMerge w:val=\"restart\"/>", &paragraph("gộp")),
        cell("<w:gridSpan w:val=\"2\"/>", &nested),
        cell("<w:vMerge/>", "<w:p/>"),
        cell("", &paragraph("hai")),
        paragraph("sau")
    );
    assert_eq!(read(&docx(&body)).text, "gộp\ntrong\n\n\nhai\nsau");
}

#[test]
fn controls_smart_tags_and_soft_hyphens_leave_the_words_whole() {
    let body = format!(
        r#"<w:sdt><w:sdtPr><w:alias w:val="tên"/></w:sdtPr><w:sdtContent><w:p><w:smartTag w:uri="u" w:element="e"><w:smartTagPr><w:attr w:name="n" w:val="v"/></w:smartTagPr>{}</w:smartTag><w:r><w:softHyphen/><w:t>ười lao động</w:t></w:r></w:p></w:sdtContent></w:sdt><w:altChunk r:id="rId9"/>"#,
        run("ng")
    );
    let extracted = read(&docx(&body));
    assert_eq!(extracted.text, "người lao động");
    assert_eq!(extracted.problems, [Problem::EmbeddedLeftOut { count: 1 }]);
}

#[test]
fn numbers_are_spelled_as_their_format_says_and_an_unknown_one_is_told_of() {
    let level = |at: usize, format: &str| {
        format!(
            r#"<w:lvl w:ilvl="{at}"><w:start w:val="{}"/><w:numFmt w:val="{format}"/><w:lvlText w:val="Phần thứ %{}"/></w:lvl>"#,
            21 - at,
            at + 1
        )
    };
    let numbering = format!(
        r#"<w:abstractNum w:abstractNumId="0">{}{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#,
        level(0, "vietnameseCounting"),
        level(1, "chicken")
    );
    let line = |level: usize| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>{}</w:p>"#,
            run("x")
        )
    };
    let read_with = |body: &str| read(&docx_with(body, &[("numbering.xml", "numbering", "numbering", &numbering)]));
    let known = read_with(&line(0));
    assert_eq!((known.text.as_str(), known.problems.len()), ("Phần thứ hai mươi mốt x", 0));
    let unknown = read_with(&line(1));
    assert_eq!(unknown.text, "Phần thứ 20 x");
    assert_eq!(unknown.problems, [Problem::NumberFormatGuessed { format: "chicken".into() }]);
}

fn comment_on(extracted: &Extracted, words: &str) -> Comment {
    let start = extracted.text.find(words).unwrap();
    Comment { start, end: start + words.len(), author: "R".into(), text: words.into(), date: None }
}

#[track_caller]
fn check_comment(bytes: &[u8], words: &str, source_words: &str) {
    let extracted = read(bytes);
    let annotated = annotate_docx(bytes, &extracted, &[comment_on(&extracted, words)], &limits()).unwrap();
    assert_eq!(comments_of(&annotated), [(source_words.to_owned(), words.to_owned())]);
    assert_eq!(read(&annotated).text, extracted.text);
    assert!(members(&annotated).contains_key("word/comments.xml"));
}
