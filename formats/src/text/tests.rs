use crate::{Extracted, Format, FormatError, Limits, Position, Problem, extract, normalise};
use proptest::prelude::*;
use rasoat_law::structure::parse;
use rasoat_law::text::legacy::{Encoding, convert_as, encode};
use unicode_normalization::UnicodeNormalization;

const ARTICLE: &str = "Điều 5. Trách nhiệm của cơ quan\n1. Cơ quan được giao thực hiện những việc sau:\na) Kiểm tra, giám sát;\nđ) Tổng hợp, báo cáo.";

fn read(name: &str, bytes: &[u8]) -> Extracted {
    extract(name, bytes, &Limits::default()).unwrap()
}

/// Bytes as a program of the time saved them.
fn saved(text: &str, encoding: Encoding) -> Vec<u8> {
    let latin = encode(text, encoding).unwrap();
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(&latin);
    assert!(!lossy);
    bytes.into_owned()
}

/// The bytes that each place names, as `decode` reads them, are the words of the text.
#[track_caller]
fn check_places(extracted: &Extracted, bytes: &[u8], decode: impl Fn(&[u8]) -> String) {
    let mut reached = 0;
    for place in &extracted.places {
        let Position::Bytes { from, to } = place.at else { panic!("{place:?} is not in bytes") };
        assert_eq!(normalise(&decode(&bytes[from..to])), &extracted.text[place.start..place.end]);
        assert!(place.start >= reached);
        assert!(extracted.text[reached..place.start].chars().all(|ch| ch == '\n'));
        reached = place.end;
    }
    assert!(extracted.text[reached..].chars().all(|ch| ch == '\n'));
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn text_in_an_old_encoding_is_read_and_each_word_has_its_bytes() {
    for (encoding, name) in
        [(Encoding::Tcvn3, "TCVN3 (ABC)"), (Encoding::Vni, "VNI"), (Encoding::Windows1258, "windows-1258")]
    {
        let bytes = saved(ARTICLE, encoding);
        let extracted = read("a.txt", &bytes);
        assert_eq!(extracted.text, ARTICLE);
        assert!(extracted.problems.contains(&Problem::EncodingGuessed { encoding: name.into() }));
        check_places(&extracted, &bytes, |raw| {
            convert_as(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0, encoding).0
        });
    }
}

#[test]
fn old_letters_kept_in_a_unicode_file_are_read_line_by_line() {
    let old = encode("Trách nhiệm của cơ quan quản lý", Encoding::Tcvn3).unwrap();
    let source = format!("Điều 1. Phạm vi\n{old}\nHết");
    let extracted = read("a.txt", source.as_bytes());
    assert_eq!(extracted.text, "Điều 1. Phạm vi\nTrách nhiệm của cơ quan quản lý\nHết");
    assert_eq!(extracted.problems, [Problem::LegacyText { encoding: "TCVN3 (ABC)".into(), lines: 1 }]);
    let place = extracted.places.iter().find(|place| extracted.text[place.start..].starts_with("nhiệm")).unwrap();
    let Position::Bytes { from, to } = place.at else { panic!() };
    assert_eq!(&source[from..to], encode("nhiệm ", Encoding::Tcvn3).unwrap());
}

#[test]
fn places_are_bytes_of_the_file_in_every_form_of_unicode() {
    let marked: Vec<u8> = [b"\xef\xbb\xbf".as_slice(), ARTICLE.as_bytes()].concat();
    check_places(&read("a.txt", &marked), &marked, utf8);
    let decomposed: String = ARTICLE.nfd().collect();
    let extracted = read("a.txt", decomposed.as_bytes());
    assert_eq!(extracted.text, ARTICLE);
    check_places(&extracted, decomposed.as_bytes(), utf8);
    for (mark, big) in [(true, false), (true, true), (false, false), (false, true)] {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let mut bytes: Vec<u8> = if mark { unit(0xfeff).to_vec() } else { Vec::new() };
        bytes.extend(ARTICLE.encode_utf16().flat_map(unit));
        let extracted = read("a.txt", &bytes);
        assert_eq!(extracted.text, ARTICLE);
        check_places(&extracted, &bytes, |raw| {
            let units = raw.chunks_exact(2).map(|pair| {
                if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) }
            });
            char::decode_utf16(units).map(Result::unwrap).collect()
        });
    }
}

#[test]
fn a_few_broken_bytes_do_not_make_a_text_another_encoding() {
    let mut bytes = ARTICLE.as_bytes().to_vec();
    bytes.insert(ARTICLE.find("1. Cơ").unwrap(), 0xff);
    let extracted = read("a.txt", &bytes);
    assert_eq!(extracted.text, ARTICLE);
    assert_eq!(extracted.problems, [Problem::Undecodable]);
    let whole: Vec<u8> = bytes.clone();
    check_places(&extracted, &whole, |raw| utf8(raw).replace('\u{fffd}', ""));
}

#[test]
fn a_text_of_another_language_in_its_old_encoding_is_refused() {
    let german: &[u8] =
        b"Die B\xfcrger h\xf6ren f\xfcr die Pr\xfcfung t\xe4glich \xdcbungen.\nSch\xf6ne Gr\xfc\xdfe aus M\xfcnchen.";
    assert_eq!(extract("a.txt", german, &Limits::default()).unwrap_err(), FormatError::Encoding);
}

#[test]
fn the_forms_of_unicode_give_the_same_provisions() {
    let tree = |text: &str| {
        let document = parse(&read("a.txt", text.as_bytes()).text);
        document.provisions.iter().map(|p| (p.eid.to_string(), document.text_of(p).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(tree(ARTICLE), tree(&ARTICLE.nfd().collect::<String>()));
    assert_eq!(tree(ARTICLE).len(), 4);
}

#[test]
fn markdown_loses_its_marks_and_the_law_keeps_its_own() {
    let source = "# NGHỊ ĐỊNH\n\n**Quy định về *việc* thử**\n\n> Căn cứ Luật Thử;\n\n---\n\n## Điều 1\\. Phạm vi ##\n\n\
        1\\. Người nộp `đơn` theo [mẫu](https://vi.du/mau_a(1)).\n\n- **a)** Đơn;\n* b) Ảnh 2 * 3;\n- Như Điều 3;\n\n\
        | Số | Tên |\n| --- | :-: |\n| 1 | Một \\| hai<br>ba |\n\nSố: \\_\\_\\_/2026 snake_case_word ![ảnh](a.png)\n\n```\n# mã\n```\n";
    let extracted = read("du-thao.md", source.as_bytes());
    let lines: Vec<&str> = extracted.text.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(
        lines,
        [
            "NGHỊ ĐỊNH",
            "Quy định về việc thử",
            "Căn cứ Luật Thử;",
            "Điều 1. Phạm vi",
            "1. Người nộp đơn theo mẫu.",
            "a) Đơn;",
            "b) Ảnh 2 * 3;",
            "- Như Điều 3;",
            "Số",
            "Tên",
            "1",
            "Một | hai<br>ba",
            "Số: ___/2026 snake_case_word",
            "# mã",
        ]
    );
    assert!(extracted.problems.contains(&Problem::PicturesLeftOut { count: 1 }));
    for place in &extracted.places {
        let Position::Bytes { from, to } = place.at else { panic!() };
        let words = &extracted.text[place.start..place.end];
        let marks = |ch: &char| matches!(ch, '*' | '\\' | '`' | '[' | ']');
        let kept: String = source[from..to].chars().filter(|ch| !marks(ch)).collect();
        let words: String = words.chars().filter(|ch| !marks(ch)).collect();
        assert!(kept.replace("(https://vi.du/mau_a(1))", "").starts_with(words.trim_end()), "{words:?} in {kept:?}");
    }
}

#[test]
fn a_law_with_hashes_and_stars_is_no_markdown_by_itself() {
    let text = "Điều 1. Phím # và * trên điện thoại\n* Ghi chú: 2 * 3 = 6\n- Như Điều 3;";
    assert_eq!(read("a.txt", text.as_bytes()).text, text);
    assert_eq!(read("a.txt", text.as_bytes()).format, Format::Text);
}

#[test]
fn a_caller_can_stop_the_reading_of_a_long_text() {
    let limits = Limits { interrupt: crate::Interrupt::when(|| true), ..Limits::default() };
    let text = ARTICLE.repeat(10);
    assert_eq!(extract("a.txt", text.as_bytes(), &limits).unwrap_err(), FormatError::Interrupted);
}

/// Words of Vietnamese, with a tone on each, so that any encoding shows.
fn vietnamese() -> impl Strategy<Value = String> {
    let words = [
        "trách", "nhiệm", "quyết", "định", "được", "những", "người", "thẩm", "quyền", "của", "cơ", "quan", "Điều",
        "khoản", "điểm", "sửa", "đổi", "bổ", "sung", "hiệu", "lực", "thi", "hành", "tổ", "chức", "việc", "mẫu",
    ];
    let line =
        proptest::collection::vec(proptest::sample::select(words.to_vec()), 4..9).prop_map(|words| words.join(" "));
    proptest::collection::vec(line, 3..6).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_text_saved_in_an_old_encoding_is_read_as_it_was(text in vietnamese()) {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Windows1258] {
            let extracted = read("a.txt", &saved(&text, encoding));
            prop_assert_eq!(&extracted.text, &text, "{:?}", encoding);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in "a\\.(txt|md|json|html|xml)") {
        let _ = extract(&name, &bytes, &Limits::default());
    }

    #[test]
    fn markdown_of_any_marks_is_read(text in "[#*_`>|\\-\\[\\]()!\\\\<br/a1. \n]{0,60}") {
        let _ = extract("a.md", text.as_bytes(), &Limits::default());
    }
}
