use crate::{Extracted, FormatError, Limits, Position, Problem, Relation, RelationKind, documents, extract};

fn read(source: &str) -> Result<Extracted, FormatError> {
    extract("a.json", source.as_bytes(), &Limits::default())
}

#[test]
fn every_field_of_the_import_schema_is_read() {
    let source = r#"{"so_hieu": "1/2026/NĐ-CP", "kind": "nghi_dinh", "title": "Thử", "issuer": "Chính phủ",
        "issued": "2026-03-05", "effective": "01/5/2026", "expires": "2027-01-01", "status": "Còn hiệu lực",
        "signer": "Nguyễn Văn A", "place": "Hà Nội", "text": "Điều 1. A",
        "relations": [{"kind": "amends", "document": "2/2026/NĐ-CP", "title": "Nghị định sửa đổi"},
                      {"label": "Văn bản căn cứ", "title": "Luật số 5/2025/QH15"}]}"#;
    let metadata = read(source).unwrap().metadata;
    assert_eq!(metadata.expires.as_deref(), Some("2027-01-01"));
    assert_eq!(metadata.effective.as_deref(), Some("2026-05-01"));
    assert_eq!(metadata.status.as_deref(), Some("Còn hiệu lực"));
    assert_eq!(
        metadata.relations,
        [
            Relation {
                kind: RelationKind::Amends,
                label: String::new(),
                document: Some("2/2026/NĐ-CP".into()),
                title: "Nghị định sửa đổi".into()
            },
            Relation {
                kind: RelationKind::Basis,
                label: "Văn bản căn cứ".into(),
                document: Some("5/2025/QH15".into()),
                title: "Luật số 5/2025/QH15".into()
            },
        ]
    );
}

#[test]
fn each_word_has_its_bytes_past_escapes() {
    let source = "{\"text\": \"Điều 1. \\u0110\\u1eddi\\nHai \\\"ba\\\"\"}";
    let extracted = read(source).unwrap();
    assert_eq!(extracted.text, "Điều 1. Đời\nHai \"ba\"");
    let raw: Vec<(&str, &str)> = extracted
        .places
        .iter()
        .map(|place| {
            let Position::Bytes { from, to } = place.at else { panic!() };
            (&extracted.text[place.start..place.end], &source[from..to])
        })
        .collect();
    assert_eq!(raw, [("Điều 1. ", "Điều 1. "), ("Đời", "\\u0110\\u1eddi"), ("Hai ", "Hai "), ("\"ba\"", "\\\"ba\\\"")]);
}

#[test]
fn a_wrong_type_names_the_record_and_the_field() {
    let error = read(r#"[{"text": "A"}, {"text": 5}]"#).unwrap_err();
    assert_eq!(error, FormatError::Several { count: 2 });
    let all = documents("a.json", br#"[{"text": "A"}, {"text": 5}, {"issued": "x"}]"#, &Limits::default()).unwrap();
    let error = all[1].1.clone().unwrap_err();
    assert_eq!(error.to_string(), "record 2: the field \"text\" holds a number where a string belongs");
    assert_eq!(error.message_vi(), "bản ghi 2: trường “text” chứa số, trong khi cần chuỗi ký tự");
    assert!(all[2].1.is_err());
}

#[test]
fn metadata_of_a_wrong_type_is_left_out_and_said() {
    let extracted = read(r#"{"text": "A", "title": ["x"], "issued": "hôm qua", "so_hieu": null}"#).unwrap();
    assert_eq!(
        extracted.problems,
        [Problem::FieldLeftOut { field: "title".into() }, Problem::UnreadableDate { value: "hôm qua".into() }]
    );
}

#[test]
fn a_text_that_stands_twice_is_refused_with_its_name() {
    let error = read(r#"{"text": "A", "text": "B"}"#).unwrap_err();
    assert!(error.to_string().contains("\"text\" stands twice"), "{error}");
    assert_eq!(read(r#"{"raw_text": "A", "text": "B"}"#).unwrap().text, "B");
}

#[test]
fn a_bad_line_among_many_is_refused_alone() {
    let source = "\u{feff}{\"text\": \"Một\"}\n\n{\"text\": \"Hai\"\n{\"text\": \"Ba\"}\r\n";
    let all = documents("a.jsonl", source.as_bytes(), &Limits::default()).unwrap();
    let texts: Vec<Option<String>> = all.iter().map(|(_, read)| read.clone().ok().map(|read| read.text)).collect();
    assert_eq!(texts, [Some("Một".into()), None, Some("Ba".into())]);
    assert_eq!(all[2].0, "a.jsonl/3");
}
