#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::corpus::{Corpus, CorpusDocument, MemoryCorpus};
use crate::review::finding::EvidenceSource;
use jiff::civil::date;
use proptest::prelude::*;
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::{DocNumber, Effect};

fn document(text: &str) -> CorpusDocument {
    let document = parse(text);
    let metadata = &document.metadata;
    CorpusDocument {
        number: metadata.number.clone().unwrap(),
        kind: metadata.kind,
        title: String::new(),
        issuer: metadata.issuer.clone(),
        own_dates: OwnDates { issued: metadata.issued, effective: metadata.effective },
        consolidated_to: None,
        document,
    }
}

fn head(number: &str, day: &str, kind: &str, title: &str) -> String {
    format!("Số: {number}\nHà Nội, ngày {day}\n{kind}\n{title}\n")
}

/// A decree, a circular that cites it, and an amendment that came later.
fn corpus() -> MemoryCorpus {
    let decree = head("901/2020/NĐ-CP", "01 tháng 02 năm 2020", "NGHỊ ĐỊNH", "Về lưu trữ")
        + "Điều 1. Nộp hồ sơ\n1. Thời hạn là 10 ngày.\n2. Nộp tại kho.\nĐiều 2. Mượn hồ sơ\n1. Mượn 5 ngày.\n2. Mượn có phép.\n\
           Điều 3. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 4 năm 2020.";
    let circular = head("902/2021/TT-BNV", "01 tháng 02 năm 2021", "THÔNG TƯ", "Về kho lưu trữ")
        + "Căn cứ Nghị định số 901/2020/NĐ-CP ngày 01 tháng 02 năm 2020;\nĐiều 1. Nhận\n\
           1. Kho nhận hồ sơ theo khoản 1 Điều 1 Nghị định số 901/2020/NĐ-CP.\n\
           2. Kho cho mượn theo khoản 2 Điều 2 Nghị định số 901/2020/NĐ-CP.\nĐiều 2. Hiệu lực\n\
           Thông tư này có hiệu lực từ ngày 01 tháng 4 năm 2021.";
    let amendment =
        head("903/2023/NĐ-CP", "01 tháng 02 năm 2023", "NGHỊ ĐỊNH", "Sửa đổi, bổ sung Nghị định số 901/2020/NĐ-CP")
            + "Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2020/NĐ-CP\n\
           1. Sửa đổi, bổ sung khoản 1 Điều 1 như sau:\n“1. Thời hạn là 30 ngày.”\nĐiều 2. Hiệu lực\n\
           Nghị định này có hiệu lực từ ngày 01 tháng 4 năm 2023.";
    MemoryCorpus::new([document(&decree), document(&circular), document(&amendment)])
}

fn causes_of(number: &str, as_of: jiff::civil::Date) -> Vec<Cause> {
    let corpus = corpus();
    let held = corpus.document(&DocNumber::from_normal(number)).unwrap();
    causes(&Surroundings::new(&held, &corpus, Register::built_in(), as_of))
}

#[test]
fn a_cited_provision_that_was_amended_later_is_a_reason_and_its_neighbour_is_none() {
    let found = causes_of("902/2021/TT-BNV", date(2024, 1, 1));
    let cited: Vec<_> = found.iter().filter(|c| c.trigger == Trigger::CitedChanged).collect();
    assert_eq!(cited.len(), 1, "{found:?}");
    assert_eq!(cited[0].eid, Some(Eid::new("art_1__para_1")));
    assert_eq!(cited[0].since, Some(date(2023, 4, 1)));
    assert_eq!(cited[0].evidence.document, Some(DocNumber::from_normal("903/2023/NĐ-CP")));
    assert!(cited[0].evidence.quote.contains("30 ngày"), "{:?}", cited[0].evidence);
    assert!(found.iter().any(|c| c.trigger == Trigger::BasisChanged), "{found:?}");
}

#[test]
fn what_changes_after_the_day_is_no_reason_yet() {
    assert_eq!(causes_of("902/2021/TT-BNV", date(2023, 3, 31)), []);
}

#[test]
fn an_amended_text_is_told_of_its_own_amendment_alone() {
    let found = causes_of("901/2020/NĐ-CP", date(2024, 1, 1));
    assert!(found.iter().all(|c| c.trigger == Trigger::OwnAmended) && !found.is_empty(), "{found:?}");
    let held = assess(&DocNumber::from_normal("901/2020/NĐ-CP"), Some(5), None, Effect::InForce, found);
    assert_eq!((held.place.level(), held.proposal.form), (Level::Look, Form::None));
}

#[test]
fn a_text_that_details_a_law_gone_before_2025_ended_with_it_and_is_to_be_announced() {
    let text = head(
        "904/2010/NĐ-CP",
        "01 tháng 6 năm 2010",
        "NGHỊ ĐỊNH",
        "Quy định chi tiết Luật Ban hành văn bản quy phạm pháp luật năm 2008",
    ) + "Điều 1. B\nC.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2010.";
    let corpus = MemoryCorpus::new([document(&text)]);
    let held = corpus.document(&DocNumber::from_normal("904/2010/NĐ-CP")).unwrap();
    let around = Surroundings::new(&held, &corpus, Register::built_in(), date(2020, 1, 1));
    let found = causes(&around);
    assert_eq!(found.len(), 1, "{found:?}");
    let weighed = assess(&held.number, Some(5), None, around.status().effect, found);
    let (trigger, form) = (weighed.parts[0].trigger, weighed.proposal.form);
    let expected = match around.status().effect {
        Effect::Expired => (Trigger::LapsedByLaw, Form::Announce),
        _ => (Trigger::ParentEnded, Form::Replace),
    };
    assert_eq!((trigger, form), expected);
}

#[test]
fn only_a_later_text_of_higher_rank_or_of_the_same_issuer_prevails() {
    let make = |number: &str, kind: &str, year: i16, issuer: &str| {
        let mut made = document(&(head(number, "01 tháng 02 năm 2020", kind, "Về A") + "Điều 1. A\nB."));
        made.own_dates.issued = Some(date(year, 2, 1));
        made.issuer = Some(issuer.to_owned());
        made
    };
    let circular = make("902/2021/TT-BNV", "THÔNG TƯ", 2021, "Bộ Nội vụ");
    let after = |other: &CorpusDocument| prevails(other, &circular);
    assert_eq!(after(&make("905/2022/NĐ-CP", "NGHỊ ĐỊNH", 2022, "Chính phủ")), Some(Trigger::ContradictsHigher));
    assert_eq!(after(&make("905/2020/NĐ-CP", "NGHỊ ĐỊNH", 2020, "Chính phủ")), None, "it came before");
    assert_eq!(after(&make("906/2022/TT-BNV", "THÔNG TƯ", 2022, "Bộ Nội vụ")), Some(Trigger::ContradictsLater));
    assert_eq!(after(&make("906/2022/TT-BTC", "THÔNG TƯ", 2022, "Bộ Tài chính")), None, "equals of other issuers");
}

fn cause(trigger: Trigger, document: u8, confidence: f32) -> Cause {
    Cause {
        trigger,
        eid: None,
        quote: String::new(),
        message: String::new(),
        since: None,
        confidence,
        evidence: Evidence {
            document: Some(DocNumber::from_normal(format!("{document}/2020/NĐ-CP"))),
            eid: None,
            quote: "x".into(),
            effect: Effect::InForce,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        },
    }
}

fn weighed(number: u8, causes: Vec<Cause>) -> Assessment {
    assess(&DocNumber::from_normal(format!("{number}/2021/TT-BTC")), Some(8), None, Effect::InForce, causes)
}

#[test]
fn the_same_law_cited_twenty_times_weighs_as_once() {
    let once = weighed(1, vec![cause(Trigger::CitedEnded, 1, 1.0)]);
    let often = weighed(1, vec![cause(Trigger::CitedEnded, 1, 1.0); 20]);
    assert_eq!(once.place, often.place);
    let two = weighed(1, vec![cause(Trigger::CitedEnded, 1, 1.0), cause(Trigger::CitedEnded, 2, 1.0)]);
    assert_eq!((once.place.score(), two.place.score()), (200, 300));
}

fn any_causes() -> impl Strategy<Value = Vec<Cause>> {
    let one = (0..Trigger::ALL.len(), 0_u8..5, 0_u8..=10)
        .prop_map(|(at, document, tenth)| cause(Trigger::ALL[at], document, f32::from(tenth) / 10.0));
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn the_order_is_total_and_does_not_depend_on_where_one_starts(
        texts in proptest::collection::vec(any_causes(), 2..9),
        turn in 0_usize..9,
    ) {
        let mut places: Vec<Place> =
            texts.iter().zip(0_u8..).map(|(causes, number)| weighed(number, causes.clone()).place).collect();
        let mut turned = places.clone();
        turned.rotate_left(turn % places.len());
        places.sort();
        turned.sort();
        prop_assert_eq!(&places, &turned);
        prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "no two texts share a place");
    }

    #[test]
    fn the_score_is_the_sum_of_its_parts_and_the_order_of_reasons_does_not_matter(mut causes in any_causes(), turn in 0_usize..12) {
        let first = weighed(1, causes.clone());
        prop_assert_eq!(first.place.score(), first.parts.iter().map(|part| part.tenths).sum::<u32>());
        if !causes.is_empty() {
            let turn = turn % causes.len();
            causes.rotate_left(turn);
        }
        let second = weighed(1, causes);
        prop_assert_eq!(first.place, second.place);
        prop_assert_eq!(first.parts, second.parts);
    }

    #[test]
    fn another_reason_never_moves_a_text_back(causes in any_causes(), more in any_causes()) {
        let before = weighed(1, causes.clone()).place;
        let after = weighed(1, causes.into_iter().chain(more).collect()).place;
        prop_assert!(after <= before);
    }
}

#[test]
fn every_trigger_has_a_name_of_its_own() {
    let codes: std::collections::BTreeSet<_> = Trigger::ALL.iter().map(|trigger| trigger.code()).collect();
    assert_eq!(codes.len(), Trigger::ALL.len());
    assert!(Trigger::ALL.iter().all(|trigger| Trigger::from_code(trigger.code()) == Some(*trigger)));
    assert!(Trigger::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].points() >= pair[1].points()));
}

#[test]
fn what_has_lost_its_parent_comes_before_what_cites_many_old_laws() {
    let cites = weighed(
        1,
        (0..8)
            .map(|document| cause(Trigger::CitedEnded, document, 1.0))
            .chain([cause(Trigger::BasisEnded, 9, 1.0)])
            .collect(),
    );
    let lost = weighed(2, vec![cause(Trigger::ParentEnded, 1, 0.8)]);
    assert!(cites.place.score() > lost.place.score() && lost.place < cites.place);
    assert_eq!((lost.place.level(), cites.place.level()), (Level::First, Level::Act));
}

#[test]
fn a_joint_circular_of_ministries_is_replaced_and_never_amended() {
    let form = |number: &str| {
        let causes = vec![cause(Trigger::CitedEnded, 1, 1.0)];
        assess(&DocNumber::from_normal(number), Some(8), None, Effect::InForce, causes).proposal.form
    };
    assert_eq!(form("102/2010/TTLT-BTC-BCA"), Form::Replace);
    assert_eq!(form("01/2018/TTLT-VKSNDTC-TANDTC-BCA"), Form::Amend);
    assert_eq!(form("10/2021/TT-BTC"), Form::Amend);
}

#[test]
fn what_a_text_ended_itself_is_no_reason_to_change_it() {
    let text = head("905/2021/NĐ-CP", "01 tháng 6 năm 2021", "NGHỊ ĐỊNH", "Về A")
        + "Điều 1. A\nB.\nĐiều 2. Hiệu lực\nNghị định số 77/2010/NĐ-CP hết hiệu lực từ ngày 01 tháng 8 năm 2021.";
    let corpus = MemoryCorpus::new([document(&text)]);
    let held = corpus.document(&DocNumber::from_normal("905/2021/NĐ-CP")).unwrap();
    let around = Surroundings::new(&held, &corpus, Register::built_in(), date(2024, 1, 1));
    let found = |ender: &str| {
        let evidence = Evidence {
            document: Some(DocNumber::from_normal(ender)),
            eid: None,
            quote: "x".into(),
            effect: Effect::InForce,
            source: EvidenceSource::Register,
            notes: Vec::new(),
        };
        let start = held.document.text.find("77/2010").unwrap();
        let span = rasoat_law::ByteSpan::new(start, start + 7);
        let finding = Finding::new(Check::ValidityExpired, Severity::Error, span, String::new(), 0.9, evidence);
        of_findings(&held.document, &[finding], &around).len()
    };
    assert_eq!((found("905/2021/NĐ-CP"), found("12/2022/NĐ-CP")), (0, 1));
}

#[test]
fn a_contradiction_that_is_a_note_is_no_reason_to_act() {
    let text = |number: &str, day: &str| {
        head(number, day, "NGHỊ ĐỊNH", "Về A")
            + "Điều 1. A\nTrả lời trong 10 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực."
    };
    let mut later = document(&text("906/2022/NĐ-CP", "01 tháng 6 năm 2022"));
    let mut earlier = document(&text("905/2021/NĐ-CP", "01 tháng 6 năm 2021"));
    for (made, day) in [(&mut later, date(2022, 6, 1)), (&mut earlier, date(2021, 6, 1))] {
        (made.own_dates.issued, made.issuer) = (Some(day), Some("Chính phủ".to_owned()));
    }
    let corpus = MemoryCorpus::new([later, earlier]);
    let held = corpus.document(&DocNumber::from_normal("905/2021/NĐ-CP")).unwrap();
    let around = Surroundings::new(&held, &corpus, Register::built_in(), date(2024, 1, 1));
    let triggers = |severity: Severity| -> Vec<Trigger> {
        let evidence = Evidence {
            document: Some(DocNumber::from_normal("906/2022/NĐ-CP")),
            eid: None,
            quote: "x".into(),
            effect: Effect::InForce,
            source: EvidenceSource::Corpus,
            notes: Vec::new(),
        };
        let span = rasoat_law::ByteSpan::new(0, 4);
        let finding = Finding::new(Check::ConflictContradiction, severity, span, String::new(), 0.9, evidence);
        of_findings(&held.document, &[finding], &around).into_iter().map(|cause| cause.trigger).collect()
    };
    assert_eq!(triggers(Severity::Warning), [Trigger::ContradictsLater]);
    assert_eq!(triggers(Severity::Note), []);
}

#[test]
fn what_was_done_under_an_old_text_is_told_from_what_is_to_be_done() {
    let done = |text: &str| was_done_under(text, text.find("Nghị định").unwrap());
    assert!(done(
        "Cơ quan đã báo cáo kê khai lần đầu theo quy định tại Nghị định số 10/2013/NĐ-CP không phải báo cáo lại."
    ));
    assert!(done("Người đã được điều chỉnh lương hưu theo Nghị định số 108/2021/NĐ-CP được tính thêm."));
    assert!(!done("Tổ chức đã được cấp phép phải báo cáo theo quy định tại Nghị định số 10/2013/NĐ-CP."));
    assert!(!done("Người đã nộp hồ sơ thì thực hiện theo Nghị định số 10/2013/NĐ-CP."));
    assert!(!done("Hồ sơ lập theo quy định tại Nghị định số 10/2013/NĐ-CP."));
    assert!(!done("Giấy phép đã cấp được giữ; việc gia hạn theo Nghị định số 10/2013/NĐ-CP."));
}
