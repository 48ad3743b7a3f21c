//! What a reader may rely on, each as one sentence.

use crate::fixture::{comments_of, docx, docx_with, members, zip_of};
use crate::*;
use proptest::prelude::*;
use std::io::Write as _;

fn limits() -> Limits {
    Limits::default()
}

#[track_caller]
fn read(bytes: &[u8]) -> Extracted {
    extract("du-thao.docx", bytes, &limits()).unwrap()
}

#[track_caller]
fn check(body: &str, expected: &str) {
    let extracted = read(&docx(body));
    assert_eq!(extracted.text, expected);
    check_places(&extracted);
}

/// Places are sorted, apart from each other, and cover everything but line ends.
#[track_caller]
fn run_of(place: &Place) -> Option<usize> {
    match place.at {
        Position::Run { run, .. } => run,
        other => panic!("{other:?} is not in a DOCX"),
    }
}

fn check_places(extracted: &Extracted) {
    let mut reached = 0;
    for place in &extracted.places {
        assert!(place.start >= reached && place.end > place.start);
        assert!(extracted.text[reached..place.start].chars().all(|ch| ch == '\n'));
        assert!(extracted.text.is_char_boundary(place.end));
        reached = place.end;
    }
    assert!(extracted.text[reached..].chars().all(|ch| ch == '\n'));
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn comment(text: &str, words: &str, said: &str) -> Comment {
    let start = text.find(words).unwrap();
    Comment {
        start,
        end: start + words.len(),
        author: "Rà soát viên".into(),
        text: said.into(),
        date: Some("2026-11-21T08:00:00Z".into()),
    }
}

// ---- DOCX: what the text is ----

#[test]
fn a_paragraph_is_a_line_and_a_tab_a_tab() {
    check(
        r#"<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>Điều 1.</w:t><w:tab/><w:t>A &amp; B</w:t><w:br/><w:t>C</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>NĐ</w:t><w:noBreakHyphen/><w:t>CP</w:t><w:softHyphen/></w:r></w:p>"#,
        "Điều 1.\tA & B\nC\n\nNĐ-CP",
    );
}

#[test]
fn the_two_column_header_is_read_cell_by_cell() {
    let cell = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| paragraph(line)).collect();
        format!("<w:tc><w:tcPr/>{lines}</w:tc>")
    };
    let table = format!(
        "<w:tbl><w:tblPr/><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>{}",
        cell(&["CHÍNH PHỦ"]),
        cell(&["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]),
        cell(&["Số: /2026/NĐ-CP"]),
        cell(&["Hà Nội, ngày tháng năm 2026"]),
        paragraph("NGHỊ ĐỊNH"),
    );
    check(
        &table,
        "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: /2026/NĐ-CP\nHà Nội, ngày tháng năm 2026\nNGHỊ ĐỊNH",
    );
}

const NUMBERING: &str = r#"
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Dieu"/><w:lvlText w:val="Điều %1. "/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl><w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Chương %1"/><w:suff w:val="nothing"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl><w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF02D;"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num>"#;

const STYLES: &str = r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/><w:style w:type="paragraph" w:styleId="Dieu"><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="DieuCon"><w:basedOn w:val="Dieu"/></w:style><w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>"#;

fn numbered(num: u32, level: usize, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
    )
}

fn styled(style: &str, extra: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#)
}

fn numbered_docx(body: &str) -> Vec<u8> {
    docx_with(
        body,
        &[("numbering.xml", "numbering", "numbering", NUMBERING), ("styles.xml", "styles", "styles", STYLES)],
    )
}

#[track_caller]
fn check_numbers(body: &str, expected: &str) {
    let extracted = read(&numbered_docx(body));
    assert_eq!(extracted.text, expected);
    check_places(&extracted);
}

#[test]
fn automatic_numbers_are_counted_as_word_counts_them() {
    let body = [
        numbered(2, 0, " QUY ĐỊNH"),
        styled("Dieu", "", "Phạm vi"),
        numbered(1, 1, "một"),
        numbered(1, 2, "a"),
        numbered(1, 2, "b"),
        numbered(1, 1, "hai"),
        numbered(1, 2, "lại từ a"),
        styled("DieuCon", "", "Đối tượng"),
        numbered(1, 1, "lại từ một"),
        numbered(3, 1, "từ năm"),
        numbered(3, 1, "sáu"),
        styled("Dieu", r#"<w:numPr><w:numId w:val="0"/></w:numPr>"#, "không số"),
        numbered(2, 1, "mục"),
        numbered(2, 2, "gạch đầu dòng"),
    ]
    .concat();
    check_numbers(
        &body,
        "Chương I QUY ĐỊNH\nĐiều 1. Phạm vi\n1. một\na) a\nb) b\n2. hai\na) lại từ a\nĐiều 2. Đối tượng\n1. lại từ một\n5. từ năm\n6. sáu\nkhông số\n1.1 mục\n- gạch đầu dòng",
    );
}

#[test]
fn an_automatic_number_stands_in_no_run() {
    let extracted = read(&numbered_docx(&styled("Dieu", "", "Phạm vi")));
    let number = extracted.places[0];
    assert_eq!(&extracted.text[number.start..number.end], "Điều 1. ");
    assert_eq!(number.at, Position::Run { paragraph: 0, run: None });
    assert_eq!(run_of(&extracted.places[1]), Some(0));
}

#[test]
fn a_list_that_is_not_defined_is_a_problem_and_not_an_error() {
    let extracted = read(&docx(&numbered(7, 0, "x")));
    assert_eq!(extracted.text, "x");
    assert_eq!(extracted.problems, [Problem::NumberingUnreadable]);
}

#[test]
fn tracked_changes_read_as_they_would_be_accepted() {
    let body = r#"<w:p><w:r><w:t xml:space="preserve">trong </w:t></w:r><w:del w:id="1"><w:r><w:delText>10</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>15</w:t></w:r></w:ins><w:moveFrom w:id="3"><w:r><w:t>bỏ</w:t></w:r></w:moveFrom><w:moveTo w:id="4"><w:r><w:t xml:space="preserve"> ngày</w:t></w:r></w:moveTo></w:p>"#;
    let extracted = read(&docx(body));
    assert_eq!(extracted.text, "trong 15 ngày");
    assert_eq!(extracted.problems, [Problem::TrackedChanges { inserted: 2, deleted: 2 }]);
    // Runs left out count, so that a place names the run as the file has it.
    assert_eq!(extracted.places.iter().map(run_of).collect::<Vec<_>>(), [Some(0), Some(2), Some(4)]);
}

#[test]
fn a_deleted_paragraph_mark_joins_two_paragraphs_under_one_number() {
    let deleted = |text: &str| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{text}</w:p>"#
        )
    };
    let body = [
        deleted("<w:r><w:t>một </w:t></w:r>"),
        numbered(1, 1, "nối"),
        deleted("<w:del><w:r><w:delText>mất</w:delText></w:r></w:del>"),
        numbered(1, 1, "hai"),
    ]
    .concat();
    check_numbers(&body, "1. một nối\n2. hai");
}

#[test]
fn a_deleted_table_row_is_left_out() {
    let row = |properties: &str, text: &str| {
        format!("<w:tr><w:trPr>{properties}</w:trPr><w:tc>{}</w:tc></w:tr>", paragraph(text))
    };
    check(&format!("<w:tbl>{}{}</w:tbl>", row("<w:del w:id=\"1\"/>", "cũ"), row("", "mới")), "mới");
}

#[test]
fn a_field_shows_its_result_and_not_its_instruction() {
    check(
        r#"<w:p><w:r><w:t xml:space="preserve">Trang </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>sai</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr="REF x"><w:r><w:t>!</w:t></w:r></w:fldSimple></w:p>"#,
        "Trang 3!",
    );
}

#[test]
fn hidden_text_is_left_out() {
    let body = r#"<w:p><w:r><w:t>rõ</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:rPr><w:rStyle w:val="An"/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> ràng</w:t></w:r></w:p>"#;
    let extracted = read(&numbered_docx(body));
    assert_eq!(extracted.text, "rõ ràng");
    assert_eq!(extracted.problems, [Problem::HiddenText { count: 2 }]);
}

const TEXT_BOX: &str = r#"<w:p><w:r><w:t>trước</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t> sau</w:t></w:r></w:p>"#;

#[test]
fn a_text_box_is_read_once_and_after_its_paragraph() {
    check(&format!("{TEXT_BOX}{}", paragraph("tiếp")), "trước sau\ntrong khung\ntiếp");
}

#[test]
fn notes_are_left_out_with_their_digits_and_links_and_controls_are_in() {
    let body = r#"<w:p><w:hyperlink><w:r><w:t>Luật</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id="2"/></w:r><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t xml:space="preserve"> Đất đai</w:t></w:r></w:sdtContent></w:sdt><m:oMath><m:r><m:t>=2</m:t></m:r></m:oMath><w:r><w:drawing><a:p><a:r><a:t>hình</a:t></a:r></a:p></w:drawing></w:r></w:p>"#;
    let extracted = read(&docx(body));
    assert_eq!(extracted.text, "Luật Đất đai=2");
    assert_eq!(extracted.problems, [Problem::NotesLeftOut { count: 1 }]);
}

#[test]
fn a_mark_that_opens_a_run_goes_to_the_letter_before_it() {
    let extracted = read(&docx("<w:p><w:r><w:t>Die\u{302}</w:t></w:r><w:r><w:t>\u{300}u 1</w:t></w:r></w:p>"));
    assert_eq!(extracted.text, "Diều 1");
    let slices: Vec<&str> = extracted.places.iter().map(|place| &extracted.text[place.start..place.end]).collect();
    assert_eq!(slices, ["Diề", "u 1"]);
}

#[test]
fn other_prefixes_the_strict_form_and_utf16_parts_are_read() {
    let strict = r#"<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>Điều 1</x:t></x:r></x:p></x:body></x:document>"#;
    let default = r#"<document xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><body><p><r><t>Điều 1</t></r></p></body></document>"#;
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{default}").encode_utf16().flat_map(u16::to_le_bytes),
        )
        .collect();
    for document in [strict.as_bytes(), default.as_bytes(), &wide] {
        let bytes = zip_of(&[
            ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            ("word/document.xml", document),
        ]);
        let extracted = read(&bytes);
        assert_eq!(extracted.text, "Điều 1");
        let commented = [comment(&extracted.text, "1", "ý kiến")];
        let annotated = annotate_docx(&bytes, &extracted, &commented, &limits()).unwrap();
        assert_eq!(read(&annotated).text, "Điều 1");
    }
}

#[test]
fn the_page_count_comes_from_the_properties() {
    assert_eq!(read(&docx(&paragraph("x"))).pages, Some(12));
}

// ---- DOCX: comments ----

#[track_caller]
fn check_comments(bytes: &[u8], words: &[&str]) -> Vec<u8> {
    let extracted = read(bytes);
    let comments: Vec<Comment> = words
        .iter()
        .map(|words| comment(&extracted.text, words, &format!("về {}", words.replace('\n', " "))))
        .collect();
    let annotated = annotate_docx(bytes, &extracted, &comments, &limits()).unwrap();
    let mut found = comments_of(&annotated);
    found.sort();
    let mut expected: Vec<(String, String)> =
        comments.iter().zip(words).map(|(comment, words)| ((*words).to_owned(), comment.text.clone())).collect();
    expected.sort();
    assert_eq!(found, expected);
    let again = read(&annotated);
    assert_eq!(again.text, extracted.text);
    check_places(&again);
    annotated
}

#[test]
fn comments_land_on_exactly_the_words() {
    let body = format!(
        "{}{}{}",
        r#"<w:p><w:r w:rsidR="00AB"><w:rPr><w:b/><w:sz w:val="28"/></w:rPr><w:t>Căn cứ Luật Đất đai năm 2013; A &amp; B</w:t><w:tab/><w:t>cuối</w:t></w:r><w:r><w:t xml:space="preserve"> dòng một</w:t></w:r></w:p>"#,
        paragraph("dòng hai"),
        paragraph("dòng ba"),
    );
    let bytes = docx(&body);
    check_comments(&bytes, &["Luật Đất đai"]);
    check_comments(&bytes, &["Căn cứ", "cuối", "dòng ba", "A & B"]);
    check_comments(&bytes, &["& B\tcu", "Đất đai năm", "năm 2013", "một\ndòng hai\ndòng"]);
    check_comments(&bytes, &["Căn cứ Luật Đất đai năm 2013; A & B\tcuối dòng một"]);
    check_comments(&bytes, &["\t"]);
}

#[test]
fn a_run_parted_for_a_comment_keeps_its_formatting() {
    let bytes = docx(r#"<w:p><w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t>một hai ba</w:t></w:r></w:p>"#);
    let annotated = check_comments(&bytes, &["hai"]);
    let document = String::from_utf8(members(&annotated)["word/document.xml"].clone()).unwrap();
    assert!(document.contains(
        r#"<w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">một </w:t></w:r><w:commentRangeStart w:id="0"/><w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">hai</w:t></w:r><w:commentRangeEnd w:id="0"/>"#
    ), "{document}");
    assert!(
        document
            .contains(r#"<w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t xml:space="preserve"> ba</w:t></w:r></w:p>"#)
    );
}

#[test]
fn a_comment_on_a_number_goes_on_the_word_after_it() {
    let bytes = numbered_docx(&format!("{}{}", styled("Dieu", "", "Phạm vi áp dụng"), paragraph("x")));
    let extracted = read(&bytes);
    let comments = [comment(&extracted.text, "Điều 1", "số")];
    let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
    assert_eq!(comments_of(&annotated), [("Phạm".into(), "số".into())]);
    // With the number and the words, it stands on the words.
    let comments = [comment(&extracted.text, "1. Phạm vi", "cả")];
    let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
    assert_eq!(comments_of(&annotated), [("Phạm vi".into(), "cả".into())]);
}

#[test]
fn a_comment_in_a_text_box_goes_on_the_box() {
    let bytes = docx(TEXT_BOX);
    let extracted = read(&bytes);
    let comments = [comment(&extracted.text, "khung", "ý")];
    let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
    assert_eq!(read(&annotated).text, extracted.text);
    let document = String::from_utf8(members(&annotated)["word/document.xml"].clone()).unwrap();
    assert!(document.contains(r#"<w:commentRangeStart w:id="0"/><w:r><mc:AlternateContent>"#));
}

#[test]
fn a_comment_over_nothing_at_all_still_lands() {
    let bytes = docx(&format!("{}{}", paragraph("một"), paragraph("hai")));
    let extracted = read(&bytes);
    for (start, end) in [(3, 3), (4, 5), (5, 6), (500, 600), (0, usize::MAX), (6, 2)] {
        let comments = [Comment { start, end, author: String::new(), text: String::new(), date: None }];
        let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
        assert_eq!(comments_of(&annotated).len(), 1);
        assert_eq!(read(&annotated).text, extracted.text);
    }
}

#[test]
fn comments_already_there_stay_and_numbers_are_fresh() {
    let body = r#"<w:p><w:commentRangeStart w:id="4"/><w:r><w:t>một hai</w:t></w:r><w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r></w:p>"#;
    let old = r#"<w:comment w:id="4" w:author="A"><w:p><w:r><w:t>cũ</w:t></w:r></w:p></w:comment>"#;
    let bytes = docx_with(body, &[("comments.xml", "comments", "comments", old)]);
    let extracted = read(&bytes);
    let comments = [comment(&extracted.text, "hai", "mới\nđoạn hai")];
    let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
    assert_eq!(
        comments_of(&annotated),
        [("một hai".to_owned(), "cũ".to_owned()), ("hai".to_owned(), "mới\nđoạn hai".to_owned())]
    );
    // A second round goes on the first.
    let again = read(&annotated);
    let twice = annotate_docx(&annotated, &again, &comments, &limits()).unwrap();
    assert_eq!(comments_of(&twice).len(), 3);
}

#[test]
fn parts_without_a_change_are_copied_as_they_are() {
    let bytes = numbered_docx(&paragraph("một hai"));
    let annotated = check_comments(&bytes, &["hai"]);
    let (before, after) = (members(&bytes), members(&annotated));
    for name in ["word/styles.xml", "word/numbering.xml", "docProps/app.xml", "_rels/.rels"] {
        assert_eq!(before[name], after[name]);
    }
    let rels = String::from_utf8_lossy(&after["word/_rels/document.xml.rels"]).into_owned();
    assert!(rels.contains("Id=\"rId3\"") && rels.contains("Target=\"comments.xml\""));
    assert!(String::from_utf8_lossy(&after["[Content_Types].xml"]).contains("/word/comments.xml"));
}

#[test]
fn comments_on_another_text_are_refused() {
    let bytes = docx(&paragraph("một"));
    let other = read(&docx(&paragraph("hai")));
    assert_eq!(annotate_docx(&bytes, &other, &[], &limits()), Err(FormatError::Mismatch));
}

#[test]
fn a_text_goes_back_as_a_plain_docx_with_its_comments() {
    let text = "Điều 1. <Phạm vi>\n\n1.\tMột & hai\n";
    let comments = [comment(text, "Phạm vi", "a"), comment(text, "1.\tMột", "b")];
    let bytes = docx_from_text(text, &comments).unwrap();
    assert_eq!(read(&bytes).text, text);
    assert_eq!(comments_of(&bytes), [("Phạm vi".into(), "a".into()), ("1.\tMột".into(), "b".into())]);
    assert_eq!(docx_from_text("", &comments), Err(FormatError::NothingToCommentOn));
    // Offsets of a text not in normal form are those of that text.
    let text = "Ðie\u{302}\u{300}u mo\u{302}\u{323}t";
    let bytes = docx_from_text(text, &[comment(text, "mo\u{302}\u{323}t", "c")]).unwrap();
    assert_eq!(comments_of(&bytes), [("một".into(), "c".into())]);
}

// ---- Bad files ----

#[track_caller]
fn refuses(name: &str, bytes: &[u8], code: &str) -> FormatError {
    let error = extract(name, bytes, &limits()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.to_string().contains('\n') && !error.message_vi().is_empty());
    assert!(!error.hint_vi().is_empty() && !error.hint_en().is_empty());
    error
}

#[test]
fn each_bad_file_is_called_what_it_is() {
    refuses("a.docx", b"", "input.empty");
    refuses("a.txt", b" \r\n\t \xc2\xa0", "input.empty");
    refuses("a.docx", b"%PDF-1.7 ...", "input.truncated");
    let error = refuses("a.docx", b"\xff\xd8\xff\xe0\0\x10JFIF", "input.not_a_document");
    assert_eq!(error.message_vi(), "tệp không phải là văn bản mà là tệp ảnh JPEG");
    refuses("a.docx", b"\x89PNG\r\n\x1a\n", "input.not_a_document");
    refuses("a.docx", b"{\\rtf1 x}", "input.unsupported");
    refuses("a.txt", b"abc\0\x01\x02\x03def", "input.not_a_document");
    refuses("a.bin", &[7, 1, 2, 3, 4, 200, 201, 202, 129, 5], "input.not_a_document");
    let ole = |name: &str| {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend([0; 512]);
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let error = refuses("a.docx", &ole("EncryptedPackage"), "input.encrypted");
    assert_eq!(error.message_vi(), "tệp được bảo vệ bằng mật khẩu");
    refuses("a.doc", &ole("WordDocument"), "input.unsupported");
    refuses(
        "a.docx",
        &zip_of(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")]),
        "input.unsupported",
    );
    refuses("a.docx", &zip_of(&[("a.txt", b"x")]), "input.unsupported");
    refuses("a.docx", &zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/x.xml", b"<x/>")]), "input.damaged");
    refuses("a.docx", &zip_of(&[("word/document.xml", b"<html/>")]), "input.damaged");
    refuses("a.docx", &docx("<w:p/>"), "input.no_text");
    refuses("a.json", b"{\"a\":1}", "input.not_a_document");
    refuses("a.json", b"{\"text\":\"x", "input.truncated");
    refuses("a.txt", b"Sch\xf6ne Gr\xfc\xdfe an die B\xfcrger", "input.encoding");
}

#[test]
fn a_docx_cut_short_is_called_so() {
    let bytes = docx(&paragraph(&"Điều 1. ".repeat(500)));
    for cut in [4, 30, bytes.len() / 2, bytes.len() - 30] {
        refuses("a.docx", &bytes[..cut], "input.truncated");
    }
    let cut = zip_of(&[(
        "word/document.xml",
        br#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>"#,
    )]);
    refuses("a.docx", &cut, "input.damaged");
}

#[test]
fn too_large_a_file_is_refused_with_both_sizes() {
    let limits = Limits { input_bytes: 10, ..limits() };
    assert_eq!(
        extract("a.txt", b"hello hello hello", &limits).unwrap_err(),
        FormatError::TooLarge { size: 17, limit: 10 }
    );
}

#[test]
fn a_bomb_does_not_go_off() {
    let blanks = vec![b' '; 40 << 20];
    let bomb = zip_of(&[("word/document.xml", &blanks)]);
    assert!(bomb.len() < 100_000);
    refuses("a.docx", &bomb, "input.bomb");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&blanks).unwrap();
    refuses("a.txt.gz", &gz.finish().unwrap(), "input.bomb");
    let deep = docx(&"<w:sdt>".repeat(2000));
    refuses("a.docx", &deep, "input.bomb");
    let many: Vec<(String, &[u8])> = (0..60).map(|index| (format!("{index}.txt"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let few = Limits { entries: 50, ..limits() };
    assert_eq!(documents("a.zip", &zip_of(&many), &few).unwrap_err().code(), "input.bomb");
}

#[test]
fn deeply_nested_html_is_refused_or_read_but_ends() {
    let deep = format!("<html><body>{}x", "<div>".repeat(200_000));
    assert_eq!(extract("a.html", deep.as_bytes(), &limits()).unwrap_err().code(), "input.bomb");
    let deep = format!("<html><body>{}x", "<div>".repeat(3_000));
    assert_eq!(extract("a.html", deep.as_bytes(), &limits()).unwrap().text, "x");
}

// ---- Text, HTML, JSON ----

#[test]
fn text_is_read_in_each_encoding() {
    let said = "Điều 1. Phạm vi điều chỉnh của Nghị định này";
    let wide_le: Vec<u8> = said.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide_be: Vec<u8> = said.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
    for bytes in [
        said.as_bytes().to_vec(),
        with_mark(b"\xef\xbb\xbf", said.as_bytes()),
        with_mark(b"\xff\xfe", &wide_le),
        with_mark(b"\xfe\xff", &wide_be),
        wide_le,
        wide_be,
        // windows-1258 writes most tones as marks of their own.
        b"\xd0i\xea\xccu 1. Ph\x61\xf2m vi \xf0i\xea\xccu chi\xd2nh cu\xd2a Nghi\xf2 \xf0i\xf2nh n\xe0y".to_vec(),
    ] {
        let extracted = extract("a.txt", &bytes, &limits()).unwrap();
        assert_eq!(extracted.text, said);
        assert_eq!(extracted.format, Format::Text);
    }
}

#[test]
fn a_page_is_read_without_what_is_around_its_text() {
    let page = r#"<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body><nav>menu</nav>
<table><tr><td>Số ký hiệu</td><td>30/2020/NĐ-CP</td><td>Ngày ban hành</td><td>05/03/2020</td></tr><tr><td>Loại văn bản</td><td> Nghị
 định</td></tr></table>
<div id="toanvancontent"><table><tr><td><b>CHÍNH PHỦ</b></td><td>CỘNG HÒA<br>Độc lập</td></tr></table>
<p>Căn cứ&nbsp;Luật   A &amp; B;</p><script>x()</script><p style="display: none">ẩn</p><ol type="a" start="2"><li>một</li><li>hai</li></ol></div><footer>chân</footer></body></html>"#;
    let extracted = extract("a.html", page.as_bytes(), &limits()).unwrap();
    assert_eq!(extracted.format, Format::Html);
    assert_eq!(extracted.text, "CHÍNH PHỦ\nCỘNG HÒA\nĐộc lập\nCăn cứ Luật A & B;\nb. một\nc. hai");
    assert_eq!(extracted.metadata.so_hieu.as_deref(), Some("30/2020/NĐ-CP"));
    assert_eq!(extracted.metadata.issued.as_deref(), Some("2020-03-05"));
    assert_eq!(extracted.metadata.kind.as_deref(), Some("Nghị định"));
}

#[test]
fn a_page_is_read_in_the_encoding_it_declares() {
    let page = b"<html><head><meta charset=\"windows-1258\"></head><body><p>Nghi\xf2 \xf0i\xf2nh</p></body></html>";
    assert_eq!(extract("a", page, &limits()).unwrap().text, "Nghị định");
    // Declared so and not so.
    let page = "<html><head><meta charset=windows-1252></head><body>Nghị định</body></html>";
    assert_eq!(extract("a", page.as_bytes(), &limits()).unwrap().text, "Nghị định");
}

#[test]
fn json_is_read_in_each_shape() {
    let own = r#"{"so_hieu":"1/2026/NĐ-CP","issued":"2026-01-02","text":"Ðiều 1"}"#;
    let collection = r#"{"metadata":{"so_hieu_van_ban":"1/2026/NĐ-CP","ngay_ban_hanh":"02/01/2026","x":[1]},"tree":{"a":[[[]]]},"raw_text":"Điều 1"}"#;
    let parsed = r#"{"schema":1,"metadata":{"so_hieu":"1/2026/NĐ-CP","issued":"2026-01-02","signer":null},"text":"Điều 1","provisions":[]}"#;
    for source in [own, collection, parsed] {
        for name in ["a.json", "a.txt"] {
            let extracted = extract(name, source.as_bytes(), &limits()).unwrap();
            assert_eq!(extracted.format, Format::Json);
            assert_eq!(extracted.text, "Điều 1");
            assert_eq!(extracted.metadata.so_hieu.as_deref(), Some("1/2026/NĐ-CP"));
            assert_eq!(extracted.metadata.issued.as_deref(), Some("2026-01-02"));
        }
    }
    let bad = r#"{"text":"x","issued":"32/01/2026"}"#;
    let extracted = extract("a.json", bad.as_bytes(), &limits()).unwrap();
    assert_eq!(extracted.metadata.issued, None);
    assert_eq!(extracted.problems.len(), 1);
    // A text that merely begins with a brace.
    let extracted = extract("a.txt", b"{1} Dieu 1", &limits()).unwrap();
    assert_eq!(extracted.format, Format::Text);
}

#[test]
fn a_container_yields_each_document_on_its_own() {
    let inner = zip_of(&[("b.txt", "Điều 2".as_bytes()), ("c.png", b"\x89PNG\r\n")]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"{\"text\":\"m\"}\n{\"text\":\"h\"}\n{bad}\n").unwrap();
    let outer = zip_of(&[
        ("a.docx", &docx(&paragraph("Điều 1"))),
        ("__MACOSX/a.docx", b"x"),
        ("in.zip", &inner),
        ("lines.jsonl.gz", &gz.finish().unwrap()),
    ]);
    let read: Vec<(String, Result<String, &str>)> = documents("o.zip", &outer, &limits())
        .unwrap()
        .into_iter()
        .map(|(name, outcome)| (name, outcome.map(|read| read.text).map_err(|error| error.code())))
        .collect();
    let ok = |name: &str, text: &str| (name.to_owned(), Ok(text.to_owned()));
    assert_eq!(
        read,
        [
            ok("o.zip/a.docx", "Điều 1"),
            ok("o.zip/in.zip/b.txt", "Điều 2"),
            ("o.zip/in.zip/c.png".into(), Err("input.not_a_document")),
            ok("o.zip/lines.jsonl/1", "m"),
            ok("o.zip/lines.jsonl/2", "h"),
            ("o.zip/lines.jsonl/3".into(), Err("input.damaged")),
        ]
    );
    let plain = documents("a.docx", &docx(&paragraph("x")), &limits()).unwrap();
    assert_eq!(plain[0].0, "a.docx");
    assert_eq!(documents("a.zip", b"PK\x03\x04abc", &limits()).unwrap_err().code(), "input.truncated");
    let array = br#"[{"text":"m"},{"text":"h"}]"#;
    assert_eq!(documents("a.json", array, &limits()).unwrap().len(), 2);
    assert_eq!(extract("a.json", array, &limits()).unwrap_err().code(), "input.several");
}

// ---- Properties ----

fn xml_escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// Paragraphs of runs of letters, marks and the like.
fn paragraphs() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(
        prop::collection::vec("[a-cêđÐD \u{300}\u{302}\u{323}\u{335}\u{200b}\u{a0}<&\u{1100}\u{1161}😀]{0,6}", 0..5),
        1..5,
    )
}

fn body_of(paragraphs: &[Vec<String>]) -> String {
    paragraphs
        .iter()
        .map(|runs| {
            let runs: String = runs
                .iter()
                .map(|run| format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>", xml_escaped(run)))
                .collect();
            format!("<w:p>{runs}</w:p>")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_place_says_what_its_run_says(paragraphs in paragraphs()) {
        let Ok(extracted) = extract("a.docx", &docx(&body_of(&paragraphs)), &limits()) else {
            return Ok(());
        };
        let whole: Vec<String> = paragraphs.iter().map(|runs| normalise(&runs.concat())).collect();
        prop_assert_eq!(&extracted.text, &whole.join("\n"));
        check_places(&extracted);
        for place in &extracted.places {
            let Position::Run { paragraph, .. } = place.at else { unreachable!() };
            let runs = &paragraphs[paragraph];
            let run = run_of(place).unwrap();
            let slice = &extracted.text[place.start..place.end];
            // What comes before a run and what comes before the next bound it, but for marks that merged.
            let is_mark = |ch: char| matches!(ch, '\u{300}'..='\u{36f}' | '\u{1161}' | '\u{200b}');
            let own = runs[run].trim_start_matches(is_mark);
            let marks: String = runs[run + 1..].concat().chars().take_while(|ch| is_mark(*ch)).collect();
            let opens = runs[..run].concat().chars().all(|ch| ch == '\u{200b}');
            let own = if opens { runs[run].as_str() } else { own };
            prop_assert_eq!(slice, normalise(&format!("{own}{marks}")));
        }
    }

    #[test]
    fn annotating_changes_no_text_and_hits_the_words(
        paragraphs in paragraphs(),
        spans in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..5),
    ) {
        let bytes = docx(&body_of(&paragraphs));
        let Ok(extracted) = extract("a.docx", &bytes, &limits()) else {
            return Ok(());
        };
        // Between clusters: where a place may begin.
        let ends: Vec<usize> = extracted.text.char_indices().map(|(at, _)| at)
            .filter(|at| !extracted.text[*at..].starts_with(['\u{300}', '\u{302}', '\u{323}', '\u{335}', '\u{1161}']))
            .chain([extracted.text.len()]).collect();
        let comments: Vec<Comment> = spans.iter().map(|(from, to)| {
            let (from, to) = (*from.get(&ends), *to.get(&ends));
            let (start, end) = (from.min(to), from.max(to));
            Comment { start, end, author: "a".into(), text: extracted.text[start..end].into(), date: None }
        }).collect();
        let annotated = annotate_docx(&bytes, &extracted, &comments, &limits()).unwrap();
        prop_assert_eq!(&read(&annotated).text, &extracted.text);
        for (words, said) in comments_of(&annotated) {
            let said = said.trim_matches('\n');
            if !said.is_empty() {
                prop_assert_eq!(words.trim_matches('\n'), said);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(name in "a\\.(docx|txt|html|json|zip|jsonl)", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = extract(&name, &bytes, &limits());
        let _ = documents(&name, &bytes, &limits());
    }

    #[test]
    fn no_broken_document_makes_it_panic(
        which in 0..4_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut part = [
            format!(r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="x" xmlns:wps="y"><w:body>{TEXT_BOX}{}<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:p></w:body></w:document>"#, numbered(1, 2, "x")),
            format!(r#"<w:numbering xmlns:w="x">{NUMBERING}</w:numbering>"#),
            "<html><table><tr><td>a<ol><li>b</table>&nbsp;".to_owned(),
            r#"{"metadata":{"ngay_ban_hanh":"02/01/2026"},"raw_text":"Điều 1"}"#.to_owned(),
        ][which].clone().into_bytes();
        for (at, byte) in changes {
            let at = at.index(part.len());
            part[at] = byte;
        }
        let cut = cut.index(part.len() * 2);
        part.truncate(cut.max(1));
        let bytes = match which {
            0 => zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &part)]),
            1 => {
                let document = format!(r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}{}</w:body></w:document>"#, numbered(1, 2, "x"), numbered(2, 0, "y"));
                zip_of(&[("word/document.xml", document.as_bytes()), ("word/numbering.xml", &part)])
            }
            _ => part,
        };
        if let Ok(extracted) = extract("a", &bytes, &limits()) {
            prop_assert_eq!(&normalise(&extracted.text), &extracted.text);
            if extracted.format == Format::Docx {
                let comments = [Comment { start: 0, end: extracted.text.len(), author: "a".into(), text: "b".into(), date: None }];
                // The package's own lists may be broken too; what is written must read the same.
                if let Ok(annotated) = annotate_docx(&bytes, &extracted, &comments, &limits()) {
                    prop_assert_eq!(read(&annotated).text, extracted.text);
                }
            }
        }
        let mut whole = docx(&paragraph("x"));
        let at = cut % whole.len();
        whole[at] ^= 0x55;
        let _ = documents("a.docx", &whole, &limits());
    }
}
