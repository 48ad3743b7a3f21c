use super::fixture::{FIRST_FREE, HEIGHT, Objects, Sheet, WIDTH, deflated, pdf, pdf_with};
use super::{RecognisedLine, from_recognised};
use crate::{Extracted, FormatError, Interrupt, Limits, Position, Problem, extract, normalise};
use proptest::prelude::*;
use std::fmt::Write as _;

fn read(file: &[u8]) -> Extracted {
    let extracted = extract("du-thao.pdf", file, &Limits::default()).unwrap();
    check_places(&extracted);
    extracted
}

/// What holds for the places of any text: in order, apart, each on the text's own words.
fn check_places(extracted: &Extracted) {
    let mut at = 0;
    for place in &extracted.places {
        assert!(at <= place.start && place.start < place.end && place.end <= extracted.text.len(), "{place:?}");
        assert!(!extracted.text[place.start..place.end].contains('\n'));
        let Position::Page { left, top, right, bottom, page } = place.at else { panic!("no page: {place:?}") };
        assert!(left <= right && top <= bottom && page >= 1, "{place:?}");
        at = place.end;
    }
    assert_eq!(normalise(&extracted.text), extracted.text);
}

fn codes(extracted: &Extracted) -> Vec<&'static str> {
    extracted.problems.iter().map(Problem::code).collect()
}

#[track_caller]
fn check(sheets: &[Sheet], text: &str) {
    assert_eq!(read(&pdf(sheets)).text, text);
}

#[track_caller]
fn check_problems(sheets: &[Sheet], text: &str, wanted: &[&str]) {
    let read = read(&pdf(sheets));
    assert_eq!(read.text, text);
    assert_eq!(codes(&read), wanted);
}

/// Lines of full width: at half an em a letter, 60 letters of 14 points reach from 85 to 505.
const FULL: [&str; 3] = [
    "Nghị định này quy định việc lập, gửi, tiếp nhận và trả lời ý",
    "kiến về dự thảo văn bản trong hệ thống dùng chung của bộ và ",
    "của tỉnh.",
];

fn article(sheet: Sheet, y: f64) -> Sheet {
    sheet.lines(
        85.0,
        y,
        &["Điều 1. Phạm vi", FULL[0], FULL[1], FULL[2], "Điều 2. Đối tượng", "1. Cơ quan;", "2. Tổ chức."],
    )
}

const ARTICLE: &str = "Điều 1. Phạm vi\nNghị định này quy định việc lập, gửi, tiếp nhận và trả lời ý kiến về dự thảo \
                       văn bản trong hệ thống dùng chung của bộ và của tỉnh.\nĐiều 2. Đối tượng\n1. Cơ quan;\n2. Tổ chức.\n";

#[test]
fn lines_that_are_full_go_on_and_short_ones_end_a_paragraph() {
    check(&[article(Sheet::default(), 100.0)], ARTICLE);
}

#[test]
fn every_word_has_its_box_on_the_page() {
    let read = read(&pdf(&[Sheet::default().text(72.0, 100.0, 14.0, "Điều 7.")]));
    let places: Vec<_> = read.places.iter().map(|place| (&read.text[place.start..place.end], place.at)).collect();
    let page = |left, right| Position::Page { page: 1, left, top: 8950, right, bottom: 10308 };
    assert_eq!(places, [("Điều", page(7200, 10000)), ("7.", page(10700, 12100))]);
    assert_eq!(read.pages, Some(1));
}

#[test]
fn the_national_header_reads_left_column_first() {
    let sheet = Sheet::default()
        .text(90.0, 70.0, 13.0, "BỘ TƯ PHÁP")
        .text(262.0, 70.0, 13.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        .text(288.0, 88.0, 13.0, "Độc lập - Tự do - Hạnh phúc")
        .text(87.0, 120.0, 13.0, "Số: /TT-BTP")
        .text(285.0, 120.0, 13.0, "Hà Nội, ngày tháng năm 2026")
        .text_in("B", 260.0, 160.0, 14.0, "THÔNG TƯ");
    check(
        &[article(sheet, 200.0)],
        &format!(
            "BỘ TƯ PHÁP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: /TT-BTP\n\
             Hà Nội, ngày tháng năm 2026\nTHÔNG TƯ\n{ARTICLE}"
        ),
    );
}

#[test]
fn recipients_are_read_before_the_signer_beside_them() {
    let sheet = article(Sheet::default(), 100.0)
        .text(85.0, 260.0, 11.0, "Nơi nhận:")
        .text(340.0, 260.0, 13.0, "KT. BỘ TRƯỞNG")
        .text(85.0, 275.0, 11.0, "- Như Điều 2;")
        .text(347.0, 276.0, 13.0, "THỨ TRƯỞNG")
        .text(85.0, 290.0, 11.0, "- Lưu: VT.")
        .text(342.0, 350.0, 13.0, "Trần Thị Mẫu");
    check(
        &[sheet],
        &format!("{ARTICLE}Nơi nhận:\n- Như Điều 2;\n- Lưu: VT.\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\nTrần Thị Mẫu\n"),
    );
}

#[test]
fn running_lines_and_page_numbers_are_left_out_and_told() {
    let page = |number: usize| {
        Sheet::default().text(294.0, 40.0, 12.0, &number.to_string()).text(85.0, 800.0, 9.0, "Dự thảo lần 2").lines(
            85.0,
            100.0,
            &[&format!("Điều {number}. Tên"), "Nội dung của điều."],
        )
    };
    check_problems(
        &[page(1), page(2), page(3)],
        "Điều 1. Tên\nNội dung của điều.\nĐiều 2. Tên\nNội dung của điều.\nĐiều 3. Tên\nNội dung của điều.\n",
        &["source.running_lines_left_out"],
    );
}

#[test]
fn a_sentence_that_laws_repeat_is_no_running_line() {
    let page = |end: &str| {
        Sheet::default().lines(85.0, 100.0, &["phạt tù từ 01 năm đến 05 năm.", end]).text(
            85.0,
            720.0,
            14.0,
            "Hết trang.",
        )
    };
    let read = read(&pdf(&[page("Một."), page("Hai."), page("Ba.")]));
    assert_eq!(read.text.matches("phạt tù từ 01 năm đến 05 năm.").count(), 3);
}

#[test]
fn the_heads_of_forms_are_no_running_lines() {
    let form = |number: usize| {
        Sheet::default().text(190.0, 60.0, 13.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").lines(
            85.0,
            120.0,
            &[&format!("Tờ khai loại {number}"), "Tôi khai như trên là đúng."],
        )
    };
    let read = read(&pdf(&[form(1), form(2), form(3)]));
    assert_eq!(read.text.matches("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").count(), 3);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
}

#[test]
fn a_paragraph_goes_on_over_the_end_of_a_page() {
    let first =
        Sheet::default().lines(85.0, 700.0, &["Điều 1. Phạm vi", FULL[0], FULL[1]]).text(294.0, 40.0, 12.0, "1");
    let second = Sheet::default().text(294.0, 40.0, 12.0, "2").lines(85.0, 80.0, &[FULL[2], "Điều 2. Hiệu lực"]);
    let text = read(&pdf(&[first, second])).text;
    assert!(text.contains("của bộ và của tỉnh.\nĐiều 2. Hiệu lực\n"), "{text}");
}

#[test]
fn notes_follow_the_paragraph_that_runs_past_them() {
    let first = Sheet::default()
        .lines(85.0, 640.0, &["Điều 1. Phạm vi", FULL[0], FULL[1]])
        .raw("85 92 144 0.5 re f")
        .text(85.0, 770.0, 6.0, "1")
        .text(89.0, 773.0, 10.0, "Điểm này được sửa đổi.");
    let second = Sheet::default().lines(85.0, 80.0, &[FULL[2], "Điều 2. Hiệu lực"]);
    let text = read(&pdf(&[first, second])).text;
    assert!(text.contains("của bộ và của tỉnh.\n1 Điểm này được sửa đổi.\nĐiều 2. Hiệu lực\n"), "{text}");
}

#[test]
fn the_print_of_a_signature_is_no_text() {
    let sheet = article(Sheet::default(), 120.0)
        .text(400.0, 30.0, 7.0, "Người ký: CỔNG THÔNG TIN MẪU")
        .text(400.0, 39.0, 7.0, "Email: mau@vidu.gov.vn")
        .text(400.0, 48.0, 7.0, "Cơ quan: Văn phòng Mẫu")
        .text(400.0, 57.0, 7.0, "Thời gian ký: 05.03.2026 10:20:33 +07:00");
    check_problems(&[sheet], ARTICLE, &["source.stamps_left_out"]);
}

#[test]
fn a_form_that_asks_who_signs_is_text() {
    let sheet = Sheet::default().lines(
        85.0,
        100.0,
        &["Người ký: ............", "Chức vụ: ............", "Ngày ký: ....../......"],
    );
    check(&[sheet], "Người ký: ............\nChức vụ: ............\nNgày ký: ....../......\n");
}

#[test]
fn a_hyphen_at_a_lines_end_stays_unless_the_break_made_it() {
    let sheet = Sheet::default().lines(
        85.0,
        100.0,
        &[
            "Thực hiện Nghị quyết số 01 của cơ quan trung ương và số 12-",
            "NQ/TW về hệ thống digital; hệ thống dig\u{ad}ital mới và hệ digi\u{ad}",
            "tal khác, nhất là hệ thống digital do bộ quản lý và hệ digi-",
            "tal do tỉnh quản lý.",
        ],
    );
    check(
        &[sheet],
        "Thực hiện Nghị quyết số 01 của cơ quan trung ương và số 12-NQ/TW về hệ thống digital; hệ thống digital mới và \
         hệ digital khác, nhất là hệ thống digital do bộ quản lý và hệ digital do tỉnh quản lý.\n",
    );
}

#[test]
fn a_ruled_table_reads_row_by_row_and_cell_by_cell() {
    let mut sheet = Sheet::default();
    for y in [700, 660, 620] {
        sheet = sheet.raw(&format!("85 {y} m 505 {y} l S"));
    }
    for x in [85, 200, 505] {
        sheet = sheet.raw(&format!("{x} 620 m {x} 700 l S"));
    }
    let sheet = sheet
        .text(90.0, 160.0, 12.0, "Hành vi")
        .text(205.0, 160.0, 12.0, "Mức phạt")
        .text(90.0, 200.0, 12.0, "Đỗ, dừng xe sai")
        .text(90.0, 215.0, 12.0, "nơi quy định")
        .text(205.0, 200.0, 12.0, "200.000 đồng");
    check(&[sheet], "Hành vi\nMức phạt\nĐỗ, dừng xe sai nơi quy định\n200.000 đồng\n");
}

#[test]
fn letters_drawn_from_another_font_fall_into_their_gaps() {
    let sheet = Sheet::default()
        .text(85.0, 100.0, 10.0, "C")
        .text(95.0, 100.0, 10.0, "NG HÒA")
        .text_in("B", 90.0, 100.0, 10.0, "Ộ");
    check(&[sheet], "CỘNG HÒA\n");
}

#[test]
fn a_base_letter_and_the_mark_drawn_over_it_are_one() {
    let sheet = Sheet::default()
        .text(85.0, 100.0, 10.0, "Vi")
        .text(95.0, 100.0, 10.0, "ê\u{323}")
        .text(105.0, 100.0, 10.0, "t");
    assert_eq!(read(&pdf(&[sheet])).text, "Việt\n");
}

#[test]
fn a_ligature_is_its_letters_and_a_replacement_what_it_says() {
    let sheet = Sheet::default()
        .text(85.0, 100.0, 10.0, "\u{fb01}lm")
        .raw("/Span << /ActualText <feff01b0> >> BDC")
        .text(85.0, 130.0, 10.0, "uʼ");
    check(&[sheet.raw("EMC")], "film\nư\n");
}

#[test]
fn a_font_of_tcvn3_is_read_in_unicode_and_told() {
    // "§iÒu 1" as windows-1252 shows it.
    let sheet = Sheet::default().legacy(85.0, 100.0, 14.0, b"\xa7i\xd2u 1. \x43\xac quan");
    check_problems(&[sheet], "Điều 1. Cơ quan\n", &["source.legacy_font"]);
}

#[test]
fn letters_without_a_code_are_left_out_and_told() {
    let sheet = article(Sheet::default(), 100.0).text_in("U", 85.0, 300.0, 14.0, "bí mật");
    check_problems(&[sheet], ARTICLE, &["source.letters_unknown"]);
}

#[test]
fn a_page_of_nothing_but_shapes_needs_recognition() {
    let sheet = Sheet::default().text_in("U", 85.0, 300.0, 14.0, &"chữ không mang mã ".repeat(4));
    assert_eq!(extract("a.pdf", &pdf(&[sheet]), &Limits::default()).unwrap_err(), FormatError::Scanned { pages: 1 });
}

/// A page that is one picture.
fn scan() -> Sheet {
    Sheet {
        objects: format!("/P {FIRST_FREE} 0 R"),
        ..Sheet::default().raw(&format!("q {WIDTH} 0 0 {HEIGHT} 0 0 cm /P Do Q"))
    }
}

fn with_picture(sheets: &[Sheet]) -> Vec<u8> {
    pdf_with(sheets, |objects: &mut Objects| {
        objects.stream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            &[128],
        );
    })
}

#[test]
fn a_scan_is_called_one_and_the_way_out_named() {
    let error = extract("a.pdf", &with_picture(&[scan(), scan()]), &Limits::default()).unwrap_err();
    assert_eq!(error, FormatError::Scanned { pages: 2 });
    assert!(error.hint_vi().contains("Tesseract") && error.hint_en().contains("poppler-utils"));
}

#[test]
fn single_scans_among_pages_of_text_are_listed() {
    let file = with_picture(&[article(Sheet::default(), 100.0), scan(), scan()]);
    let read = read(&file);
    assert_eq!(read.text, ARTICLE);
    assert_eq!(read.problems[0], Problem::ScannedPages { pages: vec![2, 3] });
    assert!(read.problems[0].message_vi().contains("2-3"));
}

#[test]
fn text_somebody_recognised_under_a_scan_is_read_with_a_warning() {
    let sheet = article(scan().raw("3 Tr"), 100.0);
    let read = read(&with_picture(&[sheet]));
    assert_eq!(read.text, ARTICLE);
    assert!(codes(&read).contains(&"source.recognised_before"));
}

#[test]
fn annotations_are_not_read_as_law() {
    let mut sheet = article(Sheet::default(), 100.0);
    sheet.entries = format!(
        "/Annots [<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents (bo) /AP << /N {FIRST_FREE} 0 R >> >> \
         << /Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 9 9] >>]"
    );
    let file = pdf_with(&[sheet], |objects| {
        objects.stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"BT /F 9 Tf <00620069> Tj ET");
    });
    let read = read(&file);
    assert_eq!(read.text, ARTICLE);
    assert_eq!(codes(&read), ["source.annotations_left_out", "source.signatures_left_out"]);
}

#[test]
fn a_turned_page_is_read_as_it_is_shown() {
    let mut sheet =
        Sheet::default().raw(&format!("q 0 1 -1 0 {WIDTH} 0 cm")).text(72.0, HEIGHT - 500.0, 14.0, "Điều 7.").raw("Q");
    sheet.entries = "/Rotate 90".into();
    let shown = read(&pdf(&[sheet.clone()]));
    assert_eq!(shown.text, "Điều 7.\n");
    // 500 points up the page as it was drawn sideways, which is shown upright: 595 - 500 from the top.
    assert_eq!(shown.places[0].at, Position::Page { page: 1, left: 7200, top: 8450, right: 10000, bottom: 9808 });
    // The same without the turn: the words stand on their side, and their box with them.
    sheet.entries.clear();
    let sideways = read(&pdf(&[sheet]));
    assert_eq!(sideways.text, "Điều 7.\n");
    assert_eq!(sideways.places[0].at, Position::Page { page: 1, left: 8450, top: 74200, right: 9808, bottom: 77000 });
}

#[test]
fn words_across_the_page_are_left_out_and_told() {
    let sheet = article(Sheet::default(), 100.0).raw("BT /F 40 Tf 0.7 0.7 -0.7 0.7 200 200 Tm <0044> Tj ET");
    check_problems(&[sheet], ARTICLE, &["source.askew_left_out"]);
}

#[test]
fn a_password_is_asked_for_only_where_there_is_one() {
    let open = read(include_bytes!("samples/owner-password.pdf"));
    assert_eq!(open.text, "Điều 1. Mở được\n");
    let error = extract("a.pdf", include_bytes!("samples/user-password.pdf"), &Limits::default()).unwrap_err();
    assert_eq!(error, FormatError::Encrypted);
    assert!(error.hint_vi().contains("PDF"));
}

#[test]
fn a_file_cut_short_is_never_taken_for_whole() {
    let file =
        pdf(&[article(Sheet::default(), 100.0), article(Sheet::default(), 100.0), article(Sheet::default(), 100.0)]);
    for tenth in 1..10 {
        let cut = &file[..file.len() * tenth / 10];
        match extract("a.pdf", cut, &Limits::default()) {
            Ok(read) => assert!(codes(&read).contains(&"source.cut_short"), "{tenth}"),
            Err(error) => assert!(matches!(error, FormatError::Truncated), "{tenth}: {error}"),
        }
    }
}

#[test]
fn a_caller_can_stop_the_reading() {
    let limits = Limits { interrupt: Interrupt::when(|| true), ..Limits::default() };
    let file = pdf(&[article(Sheet::default(), 100.0)]);
    assert_eq!(extract("a.pdf", &file, &limits).unwrap_err(), FormatError::Interrupted);
}

#[test]
fn more_pages_than_allowed_are_refused() {
    let limits = Limits { pages: 3, ..Limits::default() };
    let file = pdf(&vec![article(Sheet::default(), 100.0); 4]);
    assert_eq!(extract("a.pdf", &file, &limits).unwrap_err(), FormatError::TooManyPages { pages: 4, limit: 3 });
}

#[test]
fn a_stream_that_unpacks_without_end_is_a_bomb() {
    let limits = Limits { expanded_bytes: 8 << 20, ..Limits::default() };
    let sheet = Sheet { content: " ".repeat(16 << 20), ..Sheet::default() };
    let error = extract("a.pdf", &pdf(&[sheet]), &limits).unwrap_err();
    assert_eq!(error.code(), "input.bomb");
    // A font's map is unpacked by the library, so it must be looked at before.
    let file = pdf_with(&[article(Sheet::default(), 100.0)], |objects| {
        let map = deflated(&vec![b' '; 16 << 20]);
        objects.stream("/Filter /FlateDecode", &map);
    });
    assert_eq!(extract("a.pdf", &file, &limits).unwrap_err().code(), "input.bomb");
}

/// A page that draws a form, which draws the next one so many times, and so on.
fn forms_within_forms(deep: usize, times: usize) -> Vec<u8> {
    let mut sheet = article(Sheet::default(), 100.0).raw("/X Do");
    sheet.objects = format!("/X {FIRST_FREE} 0 R");
    pdf_with(&[sheet], |objects| {
        for form in 0..deep {
            let next = FIRST_FREE + form + 1;
            let dictionary =
                format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>");
            let content = if form + 1 < deep { "/X Do\n".repeat(times) } else { String::new() };
            objects.stream(&dictionary, content.as_bytes());
        }
    })
}

#[test]
fn forms_that_multiply_are_a_bomb() {
    let limits = Limits { expanded_bytes: 4 << 20, ..Limits::default() };
    let error = extract("a.pdf", &forms_within_forms(12, 30), &limits).unwrap_err();
    assert_eq!(error.code(), "input.bomb");
}

#[test]
fn forms_nested_too_deep_leave_the_page_in_doubt() {
    let read = read(&forms_within_forms(40, 1));
    assert_eq!((read.text.as_str(), codes(&read)), (ARTICLE, vec!["source.pages_unreadable"]));
}

#[test]
fn a_form_that_draws_itself_is_drawn_once() {
    let mut sheet = article(Sheet::default(), 100.0).raw("/X Do");
    sheet.objects = format!("/X {FIRST_FREE} 0 R");
    let file = pdf_with(&[sheet], |objects| {
        let own = format!("/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {FIRST_FREE} 0 R >> >>");
        objects.stream(&own, b"/X Do /X Do ");
    });
    assert_eq!(read(&file).text, ARTICLE);
}

#[test]
fn a_page_tree_that_is_its_own_branch_ends() {
    let mut objects = Objects(Vec::new());
    objects.add("<< /Type /Pages /Kids [1 0 R 2 0 R] /Count 2 >>");
    objects.add("<< /Type /Page /Parent 1 0 R /MediaBox [0 0 9 9] >>");
    objects.add("<< /Type /Catalog /Pages 1 0 R >>");
    let error = extract("a.pdf", &objects.file(3, ""), &Limits::default()).unwrap_err();
    assert_eq!(error, FormatError::NoText { pictures: 0 });
}

fn recognised(page: u32, left: u32, top: u32, text: &str, confidence: u8) -> RecognisedLine {
    let letters = u32::try_from(text.chars().count()).unwrap();
    RecognisedLine { page, left, top, right: left + 700 * letters, bottom: top + 1400, text: text.into(), confidence }
}

#[test]
fn recognised_lines_are_laid_out_as_text_is_and_doubt_is_kept() {
    let lines = vec![
        recognised(1, 8500, 20000, "Điều 1. Phạm vi", 96),
        recognised(1, 8500, 22000, FULL[0], 93),
        recognised(1, 8500, 24000, FULL[1].trim(), 61),
        recognised(1, 8500, 26000, FULL[2], 90),
        recognised(2, 8500, 20000, "Điều 2. Đối tượng", 95),
    ];
    let read = from_recognised(lines, 2).unwrap();
    check_places(&read);
    assert_eq!(
        read.text,
        "Điều 1. Phạm vi\nNghị định này quy định việc lập, gửi, tiếp nhận và trả lời ý kiến về dự thảo văn bản trong \
         hệ thống dùng chung của bộ và của tỉnh.\nĐiều 2. Đối tượng\n"
    );
    let Problem::Recognised { lines: 5, doubtful: 1, spans } = &read.problems[0] else { panic!("{:?}", read.problems) };
    let doubted: Vec<&str> = spans.iter().map(|(from, to, _)| &read.text[*from..*to]).collect();
    assert_eq!(doubted.concat(), FULL[1].replace(' ', ""));
    assert_eq!(read.pages, Some(2));
}

#[test]
fn words_recognised_one_by_one_make_the_same_lines() {
    let mut words = Vec::new();
    let mut left = 8500;
    for word in ["Điều", "3.", "Hiệu", "lực"] {
        words.push(recognised(1, left, 20000, word, 95));
        left += 700 * u32::try_from(word.chars().count() + 1).unwrap();
    }
    words.reverse();
    assert_eq!(from_recognised(words, 1).unwrap().text, "Điều 3. Hiệu lực\n");
}

#[test]
fn nothing_recognised_is_no_text() {
    assert_eq!(from_recognised(Vec::new(), 3).unwrap_err(), FormatError::NoText { pictures: 3 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_files_end_in_a_text_or_an_error(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        let mut file = pdf(&[article(Sheet::default(), 100.0), article(Sheet::default(), 300.0)]);
        let at = at.index(file.len());
        let end = file.len().min(at + bytes.len());
        file[at..end].copy_from_slice(&bytes[..end - at]);
        if let Ok(read) = extract("a.pdf", &file, &Limits::default()) {
            check_places(&read);
        }
    }

    #[test]
    fn any_drawing_has_places_in_the_order_of_its_text(
        words in prop::collection::vec((0.0..600.0_f64, 0.0..850.0_f64, 1.0..40.0_f64, "[a-zđ -]{1,12}|ê\u{323}"), 1..40),
        turn in 0..4_usize,
    ) {
        let mut sheet = Sheet { entries: format!("/Rotate {}", turn * 90), ..Sheet::default() };
        for (x, y, size, text) in &words {
            sheet = sheet.text(*x, *y, *size, text);
        }
        if let Ok(read) = extract("a.pdf", &pdf(&[sheet]), &Limits::default()) {
            check_places(&read);
        }
    }

    #[test]
    fn any_content_stream_ends(content in "([0-9 ]{0,6}(BT|ET|q|Q|cm|Tf|Tj|Td|re|m|l|S|f|Do|BDC|EMC|TJ|\\(a\\)|\\[|\\]|<<|>>|/F|/X) ){0,60}") {
        let mut sheet = Sheet::default();
        write!(sheet.content, "{content}").unwrap();
        drop(extract("a.pdf", &pdf(&[sheet]), &Limits::default()));
    }

    #[test]
    fn any_boxes_recognised_make_a_text(
        lines in prop::collection::vec((1..4_u32, any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>(), "\\PC{0,20}", any::<u8>()), 1..30),
    ) {
        let lines = lines
            .into_iter()
            .map(|(page, left, top, right, bottom, text, confidence)| RecognisedLine { page, left, top, right, bottom, text, confidence })
            .collect();
        if let Ok(read) = from_recognised(lines, 3) {
            check_places(&read);
        }
    }
}
