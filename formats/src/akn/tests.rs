use crate::{AknOptions, Extracted, Format, Limits, Position, Problem, akoma_ntoso, extract};
use jiff::civil::date;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use rasoat_law::amend::instructions;
use rasoat_law::cite::citations;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::{Document, ProvisionKind};
use std::collections::{HashMap, HashSet};

const AMENDING: &str = "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
    Số: 15/2026/NĐ-CP\nHà Nội, ngày 05 tháng 3 năm 2026\nNGHỊ ĐỊNH\nSửa đổi, bổ sung một số điều của Nghị định số 30/2020/NĐ-CP\n\
    Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;\nTheo đề nghị của Bộ trưởng Bộ Nội vụ;\nChính phủ ban hành Nghị định.\n\
    Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ\n\
    1. Sửa đổi khoản 2 Điều 5 như sau:\n“2. Cơ quan, tổ chức < 10 người:\na) Nộp đơn;\nb) Nộp ảnh.”.\n\
    2. Thay thế cụm từ “văn thư” bằng cụm từ “lưu trữ” tại khoản 1 Điều 6.\n3. Bãi bỏ Điều 7.\n\
    Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực thi hành từ ngày 01 tháng 5 năm 2026. Điểm a, b khoản 2 Điều 5 & Điều 1 được áp dụng.\n\
    TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn A\nNơi nhận:\n- Như Điều 2;\nPHỤ LỤC I\nMẪU ĐƠN\nTên: ……";

fn written(text: &str) -> (Document, String) {
    let document = parse(text);
    let register = Register::built_in();
    let orders = instructions(&document, register);
    let options = AknOptions { generated: date(2026, 1, 2), instructions: &orders };
    let xml = akoma_ntoso(&document, &citations(&document.text, register), &options);
    (document, xml)
}

fn read(xml: &str) -> Extracted {
    extract("a.xml", xml.as_bytes(), &Limits::default()).unwrap()
}

fn provisions(document: &Document) -> Vec<(String, String)> {
    let letters = |words: &str| words.split_whitespace().collect::<String>();
    document.provisions.iter().map(|p| (p.eid.to_string(), letters(document.text_of(p)))).collect()
}

// ---- what the schema of version 3.0 asks for ----

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    children: Vec<Element>,
    has_words: bool,
}

fn tree(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let (tag, ends) = match &event {
                    Event::Start(tag) => (tag, false),
                    Event::Empty(tag) => (tag, true),
                    _ => unreachable!(),
                };
                let attributes = tag
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        (attribute.key.into_inner().to_owned(), attribute.value.into_owned())
                    })
                    .collect();
                let element = Element { name: tag.name().into_inner().to_owned(), attributes, ..Element::default() };
                if ends {
                    open.last_mut().unwrap().children.push(element);
                } else {
                    open.push(element);
                }
            }
            Event::End(_) => {
                let element = open.pop().unwrap();
                open.last_mut().unwrap().children.push(element);
            }
            Event::Text(text) => open.last_mut().unwrap().has_words |= !text.trim().is_empty(),
            Event::GeneralRef(_) => open.last_mut().unwrap().has_words = true,
            Event::Eof => break,
            _ => {}
        }
    }
    open.remove(0).children.remove(0)
}

const UNITS: &str = "part chapter section subsection article paragraph point hcontainer";

/// What an element may hold: groups of names in their order, each with how often it stands.
fn content_of(name: &str) -> Option<Vec<(&'static str, usize, usize)>> {
    const MANY: usize = usize::MAX;
    Some(match name {
        "akomaNtoso" => vec![("act bill doc", 1, 1)],
        "act" | "bill" => vec![
            ("meta", 1, 1),
            ("preface", 0, 1),
            ("preamble", 0, 1),
            ("body", 1, 1),
            ("conclusions", 0, 1),
            ("attachments", 0, 1),
        ],
        "doc" => vec![("meta", 1, 1), ("preface", 0, 1), ("mainBody", 1, 1), ("attachments", 0, 1)],
        "meta" => vec![
            ("identification", 1, 1),
            ("lifecycle", 0, 1),
            ("analysis", 0, 1),
            ("temporalData", 0, 1),
            ("references", 0, 1),
        ],
        "identification" => vec![("FRBRWork", 1, 1), ("FRBRExpression", 1, 1), ("FRBRManifestation", 1, 1)],
        "FRBRWork" => vec![
            ("FRBRthis", 1, 1),
            ("FRBRuri", 1, 1),
            ("FRBRdate", 1, MANY),
            ("FRBRauthor", 1, MANY),
            ("FRBRcountry", 1, 1),
            ("FRBRsubtype", 0, 1),
            ("FRBRnumber", 0, 1),
            ("FRBRname", 0, 1),
        ],
        "FRBRExpression" => vec![
            ("FRBRthis", 1, 1),
            ("FRBRuri", 1, 1),
            ("FRBRdate", 1, MANY),
            ("FRBRauthor", 1, MANY),
            ("FRBRlanguage", 1, MANY),
        ],
        "analysis" => vec![("activeModifications", 1, 1)],
        "activeModifications" => vec![("textualMod", 1, MANY)],
        "textualMod" => {
            vec![("source", 1, MANY), ("destination", 1, MANY), ("force", 0, 1), ("old", 0, MANY), ("new", 0, MANY)]
        }
        "preface" => vec![("p", 1, MANY)],
        "preamble" => vec![("citations formula p", 1, MANY)],
        "citations" => vec![("citation", 1, MANY)],
        "citation" | "formula" | "container" => vec![("p", 1, MANY)],
        "body" => vec![(UNITS, 1, MANY)],
        "mainBody" | "quotedStructure" => {
            vec![("part chapter section subsection article paragraph point hcontainer p", 1, MANY)]
        }
        "content" | "intro" | "wrapUp" => vec![("p", 0, MANY)],
        "conclusions" => vec![("p container", 1, MANY)],
        "attachments" => vec![("attachment", 1, MANY)],
        "attachment" => vec![("doc", 1, 1)],
        unit if UNITS.split(' ').any(|name| name == unit) => vec![
            ("num", 0, 1),
            ("heading", 0, 1),
            ("content intro", 0, 1),
            ("part chapter section subsection article paragraph point crossHeading", 0, MANY),
            ("wrapUp", 0, 1),
        ],
        _ => return None,
    })
}

fn check_valid(xml: &str) {
    let root = tree(xml);
    let mut eids = HashSet::new();
    let mut references = Vec::new();
    check_element(&root, "", &mut eids, &mut references);
    for reference in references {
        assert!(eids.contains(reference.trim_start_matches('#')), "{reference} leads nowhere");
    }
}

fn check_element(element: &Element, parent: &str, eids: &mut HashSet<String>, references: &mut Vec<String>) {
    let name = element.name.as_str();
    if let Some(groups) = content_of(name) {
        let mut children = element.children.iter().map(|child| child.name.as_str()).peekable();
        for (names, least, most) in groups {
            let mut count = 0;
            while count < most && children.next_if(|child| names.split(' ').any(|name| name == *child)).is_some() {
                count += 1;
            }
            assert!(count >= least, "<{name}> has {count} of {names}");
        }
        assert_eq!(children.next(), None, "<{name}> holds what it may not");
        assert!(!element.has_words, "<{name}> holds words of its own");
        let content = element.children.iter().any(|child| child.name == "content");
        assert!(!(content && element.children.iter().any(|child| UNITS.split(' ').any(|unit| unit == child.name))));
    }
    match name {
        "mod" => assert!(matches!(parent, "p"), "<mod> in <{parent}>"),
        "quotedStructure" | "quotedText" => assert_eq!(parent, "mod"),
        "ref" => assert!(element.attributes.contains_key("href")),
        _ => {}
    }
    if let Some(eid) = element.attributes.get("eId") {
        assert!(!eid.is_empty() && !eid.contains(char::is_whitespace), "{eid:?} is no identifier");
        assert!(eids.insert(eid.clone()), "{eid} stands twice");
    }
    for name in ["href", "source", "period", "start", "refersTo", "from", "upTo"] {
        references.extend(element.attributes.get(name).filter(|value| value.starts_with('#')).cloned());
    }
    for child in &element.children {
        check_element(child, name, eids, references);
    }
}

// ---- tests ----

#[test]
fn an_amending_decree_is_written_with_its_references_and_modifications() {
    let (_, xml) = written(AMENDING);
    check_valid(&xml);
    insta::assert_snapshot!(xml);
}

#[test]
fn what_is_written_is_read_as_the_same_document() {
    let (document, xml) = written(AMENDING);
    let back = read(&xml);
    assert_eq!(back.format, Format::AkomaNtoso);
    assert_eq!(back.text, document.text);
    assert_eq!(provisions(&parse(&back.text)), provisions(&document));
    let metadata = back.metadata;
    assert_eq!(metadata.so_hieu.as_deref(), Some("15/2026/NĐ-CP"));
    assert_eq!(metadata.kind.as_deref(), Some("Nghị định"));
    assert_eq!(metadata.issuer.as_deref(), Some("Chính phủ"));
    assert_eq!(metadata.issued.as_deref(), Some("2026-03-05"));
    assert_eq!(metadata.effective.as_deref(), Some("2026-05-01"));
    assert_eq!(metadata.signer.as_deref(), Some("Nguyễn Văn A"));
}

#[test]
fn each_word_read_has_its_bytes() {
    let (_, xml) = written(AMENDING);
    let back = read(&xml);
    let mut covered = 0;
    for place in &back.places {
        let Position::Bytes { from, to } = place.at else { panic!("not in bytes") };
        let words = back.text[place.start..place.end].trim();
        let raw = &xml[from..to];
        covered += usize::from(raw.contains(words) || raw.contains('&') || raw.contains('<'));
    }
    assert_eq!(covered, back.places.len());
}

#[test]
fn a_document_of_another_maker_gets_the_labels_the_law_prints() {
    let source = "<?xml version=\"1.0\"?>\n<an:akomaNtoso xmlns:an=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n\
        <an:act name=\"act\"><an:meta><an:identification source=\"#x\"><an:FRBRWork><an:FRBRdate date=\"2020-03-05\" name=\"x\"/>\
        <an:FRBRnumber value=\"30/2020/NĐ-CP\"/></an:FRBRWork></an:identification></an:meta>\n<an:body>\n\
        <an:chapter eId=\"chp_I\"><an:num>I</an:num><an:heading>QUY ĐỊNH CHUNG</an:heading>\n\
        <an:article><an:num>1</an:num><an:heading>Phạm vi</an:heading>\n<an:paragraph><an:num>(1)</an:num><an:intro><an:p>Người nộp &amp; <an:b>người</an:b>\n nhận:</an:p></an:intro>\n\
        <an:point><an:num>a</an:num><an:content><an:p>Đơn;</an:p></an:content></an:point>\n\
        <an:point><an:num>b)</an:num><an:content><an:p>Ảnh<an:authorialNote><an:p>ghi chú</an:p></an:authorialNote>.</an:p></an:content></an:point></an:paragraph></an:article>\n\
        <an:article><an:num>Điều 2.</an:num><an:heading>Bảng</an:heading><an:content><an:table><an:tr><an:td><an:p>Một</an:p></an:td><an:td><an:p>Hai</an:p></an:td></an:tr></an:table></an:content></an:article>\n\
        </an:chapter></an:body></an:act></an:akomaNtoso>";
    let extracted = read(source);
    assert_eq!(
        extracted.text,
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\n1. Người nộp & người nhận:\na) Đơn;\nb) Ảnh.\nĐiều 2. Bảng\nMột\nHai"
    );
    assert_eq!(extracted.problems, [Problem::NotesLeftOut { count: 1 }]);
    assert_eq!(extracted.metadata.so_hieu.as_deref(), Some("30/2020/NĐ-CP"));
    let eids: Vec<String> = parse(&extracted.text).provisions.iter().map(|p| p.eid.to_string()).collect();
    assert_eq!(eids, ["chp_I", "art_1", "art_1__para_1", "art_1__para_1__point_a", "art_1__para_1__point_b", "art_2"]);
}

#[test]
fn a_text_without_articles_is_a_plain_document() {
    let (document, xml) = written("BỘ NỘI VỤ\nCÔNG VĂN\nKính gửi: các tỉnh & thành phố");
    check_valid(&xml);
    assert!(xml.contains("<doc name="));
    assert_eq!(read(&xml).text, document.text);
}

#[test]
fn bad_files_are_refused_and_entities_resolved_no_further_than_xml_does() {
    let refused = |source: &str, code: &str| {
        let error = extract("a.xml", source.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(error.code(), code, "{source:.80}");
    };
    let act = |inner: &str| format!("<akomaNtoso><act><body>{inner}</body></act></akomaNtoso>");
    refused("<akomaNtoso><act><body><article>", "input.truncated");
    refused(&act("<p>Lời</b></p>"), "input.damaged");
    refused(&format!("<akomaNtoso>{}", "<p>".repeat(300)), "input.bomb");
    refused(&act(""), "input.empty");
    let laughs = format!(
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>{}",
        act("<article><num>1</num><content><p>Lời &b; &c; &lt;</p></content></article>")
    );
    assert_eq!(read(&laughs).text, "Điều 1. Lời <");
}

/// Documents as ministries write them, with what XML must escape and quotations that open provisions.
fn decrees() -> impl Strategy<Value = String> {
    let words = || {
        let word = proptest::sample::select(vec![
            "người",
            "nộp",
            "đơn",
            "theo",
            "khoản 2 Điều 1",
            "Nghị định số 30/2020/NĐ-CP",
            "< 5",
            "A & B",
            "\"trích\"",
            "Luật Đất đai",
            "điểm a, b khoản 1 Điều 2",
            "“văn thư”",
            "cơ quan",
            "quy định",
        ]);
        proptest::collection::vec(word, 1..6).prop_map(|words| format!("Việc {}", words.join(" ")))
    };
    let quoted = words().prop_map(|words| format!("Sửa đổi khoản 2 Điều 5 như sau:\n“2. {words}:\na) Một;\nb) Hai.”."));
    let paragraph = (prop_oneof![3 => words().prop_map(|words| format!("{words}.")), 1 => quoted], 0_usize..4);
    let article = (words(), proptest::collection::vec(paragraph, 0..4), words());
    (proptest::collection::vec(article, 1..6), any::<bool>(), any::<bool>()).prop_map(|(articles, chapters, annex)| {
        let mut text = String::from(
            "CHÍNH PHỦ\nSố: 9/2026/NĐ-CP\nHà Nội, ngày 5 tháng 3 năm 2026\nNGHỊ ĐỊNH\nVề việc thử\nCăn cứ Luật Thử;\nChính phủ ban hành Nghị định.\n",
        );
        for (index, (title, paragraphs, body)) in articles.into_iter().enumerate() {
            if chapters && index % 2 == 0 {
                text.push_str(&format!("Chương {}\nTÊN CHƯƠNG\n", ["I", "II", "III"][index / 2]));
            }
            text.push_str(&format!("Điều {}. {title}\n", index + 1));
            if paragraphs.is_empty() {
                text.push_str(&format!("{body}.\nDòng nữa.\n"));
            }
            for (number, (words, points)) in paragraphs.into_iter().enumerate() {
                text.push_str(&format!("{}. {words}\n", number + 1));
                for letter in ["a", "b", "c", "d"].iter().take(points) {
                    text.push_str(&format!("{letter}) Nội dung;\n"));
                }
            }
        }
        text.push_str("TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn An\nNơi nhận:\n- Lưu: VT.\n");
        if annex {
            text.push_str("PHỤ LỤC I\nBIỂU MẪU\nĐiều 1. Mẫu\nNội dung.\n");
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_decree_is_valid_and_comes_back_with_the_same_provisions(text in decrees()) {
        let (document, xml) = written(&text);
        check_valid(&xml);
        let back = parse(&read(&xml).text);
        prop_assert_eq!(provisions(&back), provisions(&document));
    }

    #[test]
    fn any_text_is_written_as_valid_xml(text in "(Điều 1\\. |Chương I\n|1\\. |a\\) |“|”|như sau:|\n|Sửa đổi khoản 2 Điều 5 |[<>&\" \u{1}a-zđ]){0,30}") {
        let (document, xml) = written(&text);
        check_valid(&xml);
        if document.provisions.iter().any(|p| p.kind == ProvisionKind::Article) {
            let letters = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&read(&xml).text), letters(&crate::normalise(&document.text)));
        }
    }
}
