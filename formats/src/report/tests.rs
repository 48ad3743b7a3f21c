use super::*;
use crate::{Limits, extract};
use rasoat_api::messages::Language;
use rasoat_api::{CheckRun, DraftSummary, Effect, Finding, Review, Severity, Suggestion};
use rasoat_law::DocumentKind;

const DRAFT: &str = "Điều 1. Thời hạn\nCơ quan trả lời trong 15 ngày.";

fn review() -> Review {
    let quote = "15 ngày";
    let start = DRAFT.find(quote).unwrap();
    Review {
        draft: DraftSummary { title: Some("về trả lời".into()), ..DraftSummary::default() },
        as_of: "2026-11-26".into(),
        findings: vec![Finding {
            id: "f1".into(),
            check: "conflict.contradiction".into(),
            severity: Severity::Error,
            start,
            end: start + quote.len(),
            eid: Some("art_1".into()),
            quote: quote.into(),
            message: "Dài hơn thời hạn luật định.".into(),
            confidence: 0.91,
            evidence: vec![Evidence {
                document: "1/2024/QH15".into(),
                eid: Some("art_5__para_2".into()),
                quote: "trong thời hạn 10 ngày".into(),
                effect: Effect::InForce,
                source: "corpus".into(),
                notes: vec!["Cần đối chiếu.".into()],
            }],
            suggestion: Some(Suggestion { replace_with: Some("10 ngày".into()), note: Some("Theo luật.".into()) }),
            detail: None,
        }],
        checks: vec![
            CheckRun { check: "conflict.contradiction".into(), ran: true, why_not: None, uncovered: vec![] },
            CheckRun {
                check: "form.numbering".into(), ran: false, why_not: Some("chưa có".into()), uncovered: vec![]
            },
        ],
        ..Review::default()
    }
}

#[test]
fn a_comment_lies_on_the_words_and_carries_the_evidence() {
    let review = review();
    let comments = comments(&review, Language::Vi, None);
    assert_eq!(&DRAFT[comments[0].start..comments[0].end], "15 ngày");
    insta::assert_snapshot!(comments[0].text);
}

#[test]
fn sarif_points_into_the_text_by_characters() {
    let sarif = sarif(&review(), DRAFT, "dự thảo 1.docx", Language::Vi);
    insta::assert_json_snapshot!(sarif["runs"][0]["results"][0]);
    let run = &sarif["runs"][0];
    assert_eq!(run["artifacts"][0]["location"]["uri"], "d%E1%BB%B1%20th%E1%BA%A3o%201.docx");
    let region = &run["results"][0]["locations"][0]["physicalLocation"]["region"];
    let offset = usize::try_from(region["charOffset"].as_u64().unwrap()).unwrap();
    assert_eq!(DRAFT.chars().skip(offset).take(7).collect::<String>(), "15 ngày");
    let not_run = &run["invocations"][0]["toolConfigurationNotifications"][0]["message"]["text"];
    assert_eq!(not_run, "Đánh số điều khoản: chưa có");
}

#[test]
fn the_sheet_reads_as_a_form_with_a_row_a_finding() {
    let head = SheetHead {
        agency: Some("Sở Tư pháp".into()),
        date: Some("2026-11-26".into()),
        place: Some("Hà Nội".into()),
        ..SheetHead::default()
    };
    let bytes = review_sheet(&review(), &head).unwrap();
    insta::assert_snapshot!(extract("a.docx", &bytes, &Limits::default()).unwrap().text);
}

#[test]
fn a_sheet_without_findings_says_what_was_not_checked() {
    let review = Review { findings: Vec::new(), ..review() };
    let text =
        extract("a.docx", &review_sheet(&review, &SheetHead::default()).unwrap(), &Limits::default()).unwrap().text;
    assert!(text.contains("Không có phát hiện trong phạm vi các nội dung đã kiểm tra."));
    assert!(text.contains("Không chạy: Đánh số điều khoản (chưa có)"));
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    let mut review = review();
    review.findings[0].quote = "=HYPERLINK(\"x\")".into();
    let csv = csv(&review).unwrap();
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{csv}");
}

fn listed(kind: DocumentKind, number: &str, ended: Option<&str>) -> ListedDocument {
    ListedDocument {
        kind,
        so_hieu: Some(number.into()),
        issued: Some("2020-01-02".into()),
        title: "Về việc thử".into(),
        effective: Some("2020-03-01".into()),
        ended: ended.map(str::to_owned),
        content: "Điều 3".into(),
        reason: "Bị thay thế".into(),
        note: String::new(),
    }
}

#[test]
fn a_list_of_the_lapsed_is_ordered_by_rank_and_parted_by_period() {
    let documents = [
        listed(DocumentKind::ThongTu, "1/2020/TT-BTP", Some("2025-03-01")),
        listed(DocumentKind::Luat, "2/2020/QH14", Some("2025-02-01")),
        listed(DocumentKind::NghiDinh, "3/2020/NĐ-CP", Some("2023-12-31")),
        listed(DocumentKind::NghiDinh, "4/2020/NĐ-CP", None),
    ];
    let period = Period { from: "2024-01-01".into(), to: "2028-12-31".into() };
    let table = list(ListKind::Expired, &documents, "2026-11-26", Some(&period));
    insta::assert_snapshot!(table.csv().unwrap());
    let bytes = list_docx(&table, &SheetHead::default()).unwrap();
    let text = extract("a.docx", &bytes, &Limits::default()).unwrap().text;
    assert!(text.contains("B. VĂN BẢN HẾT HIỆU LỰC, NGƯNG HIỆU LỰC TOÀN BỘ TRƯỚC KỲ RÀ SOÁT"), "{text}");
    assert!(table.xlsx().unwrap().starts_with(b"PK"));
}

#[test]
fn the_spreadsheet_of_findings_holds_the_quote_and_what_did_not_run() {
    let table = findings_table(&review(), "a.docx", Language::Vi);
    assert_eq!(table.columns.len(), table.groups[0].rows[0].len());
    assert_eq!(table.notes, ["Không chạy: Đánh số điều khoản (chưa có)"]);
    let bytes = table.xlsx().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut strings = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/sharedStrings.xml").unwrap(), &mut strings).unwrap();
    assert!(strings.contains("15 ngày") && strings.contains("Không chạy"));
}
