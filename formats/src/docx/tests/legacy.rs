//! Words set in the fonts of TCVN3 and VNI.

use super::{check_comment, comment_on, limits, read};
use crate::fixture::{docx, docx_with};
use crate::*;
use proptest::prelude::*;
use rasoat_law::text::legacy::{Encoding, encode};

fn set(font: &str, text: &str) -> String {
    let text = quick_xml::escape::escape(text);
    format!(
        r#"<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>"#
    )
}

fn line(runs: &[(&str, &str)]) -> Vec<u8> {
    let runs: String = runs.iter().map(|(font, text)| set(font, text)).collect();
    docx(&format!("<w:p>{runs}</w:p>"))
}

#[track_caller]
fn check(runs: &[(&str, &str)], expected: &str, fonts: &[&str]) {
    let extracted = read(&line(runs));
    assert_eq!(extracted.text, expected);
    let told: Vec<Problem> = fonts.iter().map(|font| Problem::LegacyFont { font: (*font).to_owned() }).collect();
    assert_eq!(extracted.problems, told);
}

#[test]
fn a_run_in_a_font_of_tcvn3_is_read_as_it_shows() {
    check(&[(".VnTime", "§iÒu 5. Tr¸ch nhiÖm")], "Điều 5. Trách nhiệm", &[".VnTime"]);
    // The letter ư is a soft hyphen there, which the normal form drops everywhere else.
    check(&[(".VnTime", "ng\u{ad}êi ®\u{ad}îc")], "người được", &[".VnTime"]);
    check(&[(".VnTimeH", "ng\u{ad}êi"), ("Times New Roman", " x")], "NGƯỜI x", &[".VnTimeH"]);
    // Bytes of a symbol font.
    check(&[(".VnTime", "\u{f0a7}i\u{f0d2}u 5")], "Điều 5", &[".VnTime"]);
}

#[test]
fn a_letter_of_vni_may_stand_in_two_runs() {
    check(&[("VNI-Times", "Ñie"), ("VNI-Helve", "àu 5. Traùch")], "Điều 5. Trách", &["VNI-Times", "VNI-Helve"]);
    check_comment(&line(&[("VNI-Times", "Ñieàu 5. Traùch nhieäm")]), "Trách", "Traùch");
    let split = line(&[("VNI-Times", "Ñie"), ("VNI-Helve", "àu 5. Traùch nhieäm")]);
    check_comment(&split, "Điều", "Ñieàu");
    check_comment(&split, "nhiệm", "nhieäm");
    let extracted = read(&split);
    let slices: Vec<&str> = extracted.places.iter().map(|place| &extracted.text[place.start..place.end]).collect();
    assert_eq!(slices, ["Điề", "u 5. Trách nhiệm"]);
}

#[test]
fn unicode_under_the_name_of_an_old_font_stays() {
    check(&[(".VnTime", "Điều 5. Báo cáo")], "Điều 5. Báo cáo", &[]);
    check(&[(".VnTime", "báo cáo công tác, quá hạn")], "báo cáo công tác, quá hạn", &[]);
    check(&[("VNI-Times", "các cá nhân và tài sản")], "các cá nhân và tài sản", &[]);
    check(&[(".VnTime", "Art 5")], "Art 5", &[]);
    check(&[(".VnTime", "báo cáo công tác")], "báo cáo công tác", &[]);
    // Words in both readings are what the font says.
    check(&[(".VnTime", "hé hé")], "hộ hộ", &[".VnTime"]);
    // What is too short to tell follows what the font was used for before.
    let body = format!("<w:p>{}</w:p><w:p>{}</w:p>", set(".VnTime", "Điều 5. Trách nhiệm"), set(".VnTime", "hòa"));
    assert_eq!(read(&docx(&body)).text, "Điều 5. Trách nhiệm\nhòa");
}

#[test]
fn the_font_comes_from_the_run_its_style_the_paragraphs_style_the_theme_or_the_default() {
    let words = r#"<w:r><w:t xml:space="preserve">§iÒu 5. Tr¸ch nhiÖm</w:t></w:r>"#;
    let old = r#"<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>"#;
    let styled = |styles: &str, properties: &str, run: &str| {
        let body = format!("<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>");
        read(&docx_with(&body, &[("styles.xml", "styles", "styles", styles)])).text
    };
    let converted = "Điều 5. Trách nhiệm";
    let default = format!("<w:docDefaults><w:rPrDefault>{old}</w:rPrDefault></w:docDefaults>");
    assert_eq!(styled(&default, "", words), converted);
    let normal = format!(r#"<w:style w:type="paragraph" w:default="1" w:styleId="N">{old}</w:style>"#);
    assert_eq!(styled(&normal, "", words), converted);
    let based = format!(
        r#"<w:style w:type="paragraph" w:styleId="A">{old}</w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>"#
    );
    assert_eq!(styled(&based, r#"<w:pStyle w:val="B"/>"#, words), converted);
    let character = format!(r#"<w:style w:type="character" w:styleId="C">{old}</w:style>"#);
    let run = words.replace("<w:r>", r#"<w:r><w:rPr><w:rStyle w:val="C"/></w:rPr>"#);
    assert_eq!(styled(&character, "", &run), converted);
    // A run of its own font leaves the default.
    let own = words.replace("<w:r>", r#"<w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/></w:rPr>"#);
    assert_eq!(styled(&default, "", &own), "§iÒu 5. Tr¸ch nhiÖm");
    let theme = r#"<a:themeElements><a:fontScheme><a:majorFont><a:latin typeface="Arial"/></a:majorFont><a:minorFont><a:latin typeface="VNI-Times"/></a:minorFont></a:fontScheme></a:themeElements>"#;
    let themed = r#"<w:p><w:r><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/></w:rPr><w:t>Ñieàu 5</w:t></w:r></w:p>"#;
    assert_eq!(read(&docx_with(themed, &[("theme1.xml", "theme", "theme", theme)])).text, "Điều 5");
}

#[test]
fn a_suggestion_in_an_old_font_is_written_in_unicode() {
    let bytes = line(&[(".VnTime", "Tr¸ch nhiÖm cña c¬ quan")]);
    let extracted = read(&bytes);
    let words = comment_on(&extracted, "cơ quan");
    let change =
        Change { start: words.start, end: words.end, replacement: "Ủy ban".into(), author: "R".into(), date: None };
    let annotated = annotate_docx_with(&bytes, &extracted, &[], &[change], &limits()).unwrap();
    assert_eq!(read(&annotated.file).text, "Trách nhiệm của Ủy ban");
}

/// Syllables as laws have them, in both cases.
fn words() -> impl Strategy<Value = Vec<&'static str>> {
    let word = prop::sample::select(vec![
        "điều",
        "trách",
        "nhiệm",
        "cơ",
        "quan",
        "được",
        "người",
        "phường",
        "xã",
        "khoản",
        "thuế",
        "quyết",
        "định",
        "sổ",
        "ủy",
        "hộ",
        "nước",
        "ký",
        "ngày",
        "5",
        "luật",
        "đất",
        "hòa",
        "giải",
    ]);
    prop::collection::vec(word, 2..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn words_cut_into_runs_anywhere_come_back_and_comments_land_on_them(
        words in words(),
        vni in any::<bool>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        pick in any::<prop::sample::Index>(),
    ) {
        let (encoding, font) = if vni { (Encoding::Vni, "VNI-Times") } else { (Encoding::Tcvn3, ".VnTime") };
        let text = words.join(" ");
        let Some(encoded) = encode(&text, encoding) else { return Ok(()) };
        if encoded.is_ascii() {
            return Ok(());
        }
        let chars: Vec<char> = encoded.chars().collect();
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(chars.len())).chain([0, chars.len()]).collect();
        ends.sort_unstable();
        let runs: Vec<(&str, String)> =
            ends.windows(2).map(|pair| (font, chars[pair[0]..pair[1]].iter().collect())).collect();
        let runs: Vec<(&str, &str)> = runs.iter().map(|(font, text)| (*font, text.as_str())).collect();
        let bytes = line(&runs);
        let extracted = read(&bytes);
        prop_assert_eq!(&extracted.text, &text);
        let at = pick.index(words.len());
        let start = words[..at].iter().map(|word| word.len() + 1).sum::<usize>();
        let comment = Comment {
            start, end: start + words[at].len(), author: "R".into(), text: "x".into(), date: None,
        };
        let annotated = annotate_docx(&bytes, &extracted, &[comment], &limits()).unwrap();
        let found = crate::fixture::comments_of(&annotated);
        // The second reader drops TCVN3's ư from the words, as any reader would that knows no fonts.
        let expected = normalise(&encode(words[at], encoding).unwrap());
        prop_assert_eq!(&found[0].0, &expected);
        prop_assert_eq!(&read(&annotated).text, &text);
    }
}
