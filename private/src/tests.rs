#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use rasoat_assistant::pack::{PackedPassage, pack};
use rasoat_embeddings::passages;

/// Our own writing: a decree on archives in force, and one that it replaced.
const LAW: [(&str, &str); 2] = [
    (
        "901/2024/NĐ-CP",
        "Số: 901/2024/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2024\nNGHỊ ĐỊNH\nVề công tác lưu trữ\nĐiều 1. Thời hạn nộp hồ \
         sơ\nĐơn vị nộp hồ sơ vào lưu trữ trong thời hạn 10 ngày làm việc kể từ ngày kết thúc công việc.\nĐiều 2. Hiệu \
         lực\n1. Nghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.\n2. Nghị định số 902/2010/NĐ-CP hết hiệu lực kể \
         từ ngày Nghị định này có hiệu lực.",
    ),
    (
        "902/2010/NĐ-CP",
        "Số: 902/2010/NĐ-CP\nNGHỊ ĐỊNH\nVề công tác lưu trữ\nĐiều 1. Thời hạn\nThời hạn là 30 ngày.\nĐiều 2. Hiệu \
         lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2010.",
    ),
];

const DRAFT: &str = "BỘ NỘI VỤ\nSố: /2026/TT-BNV\nTHÔNG TƯ\nHướng dẫn công tác lưu trữ\nCăn cứ Nghị định số \
                     902/2010/NĐ-CP về công tác lưu trữ;\nĐiều 1. Thời hạn nộp hồ sơ\nĐơn vị nộp hồ sơ vào lưu trữ \
                     trong thời hạn 15 ngày làm việc kể từ ngày kết thúc công việc.\nĐiều 2. Hiệu lực thi hành\nThông tư \
                     này có hiệu lực từ ngày 01 tháng 12 năm 2026.";

fn desk() -> Desk {
    let mut loading = Loading::new().unwrap();
    for (number, text) in LAW {
        let own = rasoat_law::structure::parse(text).metadata;
        let date = |day: Option<Date>| day.map(|day| day.to_string());
        let mut known = rasoat_assistant::pack::Attributes::default();
        known[0] = Some(own.kind.code().to_owned());
        known[6] = date(own.issued);
        known[7] = date(own.effective);
        let held = CorpusDocument::kept(number.into(), known, text);
        let cut: Vec<PackedPassage> = passages(&held.document, &held.subject())
            .into_iter()
            .map(|p| PackedPassage {
                eid: p.eid.to_string(),
                article: p.article.to_string(),
                heading: p.heading(),
                words: p.words,
                span: p.span,
                vector: None,
            })
            .collect();
        loading.add(&pack(&held, &cut)).unwrap();
    }
    let every: Vec<String> = Check::ALL.iter().map(|check| check.code().to_owned()).collect();
    Desk::new(loading.finish().unwrap(), &every, Language::Vi)
}

fn handed(bytes: &[u8]) -> Handed<'_> {
    Handed { id: "private-1", name: "du-thao.txt", bytes, as_of: "2026-11-21" }
}

#[test]
fn a_draft_is_reviewed_over_a_pack_and_its_file_handed_out_as_decided() {
    let mut desk = desk();
    let mut told = Vec::new();
    let clock = || 0;
    desk.review(handed(DRAFT.as_bytes()), Models::default(), &clock, &mut |event| told.push(event.clone())).unwrap();
    assert_eq!(told.last(), Some(&ReviewEvent::Done));
    let review = desk.result("private-1").unwrap().clone();
    let expired = review.findings.iter().find(|finding| finding.check == "basis.expired").unwrap();
    assert!(expired.quote.contains("902/2010/NĐ-CP"), "{expired:?}");
    assert!(review.findings.iter().any(|finding| finding.check.starts_with("conflict.")), "{:?}", review.findings);
    let map = desk.map("private-1").unwrap();
    assert_eq!(map.documents.iter().map(|one| one.document.as_str()).collect::<Vec<_>>(), ["902/2010/NĐ-CP"]);
    let draft = desk.draft("private-1").unwrap();
    assert_eq!(&draft.text[expired.start..expired.end], expired.quote);
    let found = told.iter().filter(|event| matches!(event, ReviewEvent::Finding(_))).count();
    assert_eq!(found, review.findings.len());

    let decision = api::Decision {
        review: "private-1".into(),
        finding: expired.id.clone(),
        verdict: api::Verdict::Rejected,
        replacement: None,
        note: None,
        account: None,
        at: 0,
    };
    let csv = |decisions: &[api::Decision]| {
        let bytes = desk.file("private-1", ("csv", false), decisions, "2026-11-21T00:00:00Z").unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert!(csv(&[]).contains("basis.expired"));
    assert!(!csv(&[decision]).contains("basis.expired"));
    for format in ["docx", "form", "xlsx"] {
        let file = desk.file("private-1", (format, true), &[], "2026-11-21T00:00:00Z").unwrap();
        assert!(file.starts_with(b"PK"), "{format}");
    }
    let refused = desk.file("private-1", ("pdf", false), &[], "2026-11-21T00:00:00Z").unwrap_err();
    assert_eq!(refused.0.code, "private.format");
}

#[test]
fn a_provision_is_shown_from_the_pack_and_what_is_not_there_is_said() {
    let desk = desk();
    let view = desk.provision("901/2024/NĐ-CP", "art_1", "2026-11-21").unwrap();
    assert!(view.article_text.contains("10 ngày làm việc"));
    let replaced = desk.status("902/2010/NĐ-CP", "", "2026-11-21").unwrap();
    assert_eq!(replaced.effect, api::Effect::Expired);
    for (document, eid, code) in
        [("903/2024/NĐ-CP", "art_1", "document.unknown"), ("901/2024/NĐ-CP", "art_9", "provision.unknown")]
    {
        assert_eq!(desk.provision(document, eid, "2026-11-21").unwrap_err().0.code, code);
    }
}

#[test]
fn what_cannot_be_reviewed_is_refused_with_a_reason_and_what_to_do() {
    let mut desk = desk();
    let mut refused = |bytes: &[u8], as_of: &str| {
        let handed = Handed { as_of, ..handed(bytes) };
        desk.review(handed, Models::default(), &|| 0, &mut |_| ()).unwrap_err().0
    };
    for (bytes, as_of, code) in [
        (b"".as_slice(), "2026-11-21", "input.empty"),
        (b"PK\x03\x04 and no more", "2026-11-21", "input.truncated"),
        (DRAFT.as_bytes(), "hôm nay", "request.date"),
    ] {
        let error = refused(bytes, as_of);
        assert_eq!(error.code, code);
        assert!(!error.message.is_empty() && !error.hint.is_empty(), "{error:?}");
    }
    assert_eq!(desk.result("private-2").unwrap_err().0.code, "review.unknown");
}

#[test]
fn a_review_is_taken_back_by_another_desk_and_dropped_when_asked() {
    let mut first = desk();
    first.review(handed(DRAFT.as_bytes()), Models::default(), &|| 0, &mut |_| ()).unwrap();
    let now = "2026-11-21T00:00:00Z";
    let mut next = desk();
    assert_eq!(next.file("private-1", ("csv", false), &[], now).unwrap_err().0.code, "review.unknown");
    let review = first.result("private-1").unwrap().clone();
    next.restore("private-1", "du-thao.txt", DRAFT.as_bytes(), review).unwrap();
    assert_eq!(next.result("private-1").unwrap(), first.result("private-1").unwrap());
    assert_eq!(next.draft("private-1").unwrap().text, first.draft("private-1").unwrap().text);
    assert_eq!(
        next.file("private-1", ("csv", false), &[], now).unwrap(),
        first.file("private-1", ("csv", false), &[], now).unwrap()
    );
    next.forget("private-1");
    assert_eq!(next.result("private-1").unwrap_err().0.code, "review.unknown");
}

#[test]
fn reading_a_draft_ends_where_its_limits_say_so() {
    let limits = || Limits { interrupt: rasoat_formats::Interrupt::when(|| true), ..Limits::default() };
    let error =
        desk().within(limits).review(handed(DRAFT.as_bytes()), Models::default(), &|| 0, &mut |_| ()).unwrap_err();
    assert_eq!(error.0.code, "input.interrupted");
}
