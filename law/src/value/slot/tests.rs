//! Slots of norms of our own writing.

use super::*;
use proptest::prelude::*;

/// The words of each slot of a dimension, with what it holds in short.
fn check(dimension: Dimension, text: &str, expected: &[&str]) {
    let found: Vec<String> = slots(text)
        .iter()
        .filter(|slot| slot.dimension == dimension)
        .map(|slot| {
            let words = slot.span.of(text);
            match &slot.content {
                Content::Measure(m) if m.unit == Unit::Count => format!("{words} = {} {:?}", m.number, m.bound),
                Content::Measure(m) => {
                    let often = if m.recurs { " recurs" } else { "" };
                    format!("{words} = {:.2} {:?} {:?}{often}", m.number, m.unit, m.bound)
                }
                Content::Day(day) => format!("{words} = {}/{} {:?}", day.day, day.month, day.bound),
                Content::Body(body) => format!("{words} = {} {:?} {:?}", body.kind, body.level, body.part),
                Content::Stance(stance) => format!("{words} = {:?}", stance.force),
                Content::Condition(kind) => format!("{words} = {kind:?}"),
                Content::Sanction(kind) => format!("{words} = {kind:?}"),
                Content::Definition(d) => format!("{words} = {} words", d.meaning.len()),
                Content::Form(form) => format!("{words} = {form:?}"),
            }
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_deadline_knows_from_when_it_runs() {
    let text = "Sở trả lời trong 10 ngày làm việc kể từ ngày nhận đủ hồ sơ; nộp ít nhất 05 ngày trước khi họp.";
    check(
        Dimension::Deadline,
        text,
        &["trong 10 ngày làm việc = 10.00 WorkingDay AtMost", "ít nhất 05 ngày = 5.00 Day AtLeast"],
    );
    let starts: Vec<(bool, &str)> = slots(text)
        .iter()
        .filter_map(|slot| match &slot.content {
            Content::Measure(m) => m.start.as_ref().map(|start| (start.precedes, start.span.of(text))),
            _ => None,
        })
        .collect();
    assert_eq!(starts, [(false, "kể từ ngày nhận đủ hồ sơ"), (true, "trước khi họp")]);
}

#[test]
fn the_first_number_of_a_range_takes_the_unit_of_the_second() {
    check(
        Dimension::Deadline,
        "giải quyết từ 03 đến 05 ngày",
        &["từ 03 = 3.00 Day AtLeast", "đến 05 ngày = 5.00 Day AtMost"],
    );
}

#[test]
fn days_of_the_calendar_and_what_recurs_are_deadlines() {
    check(
        Dimension::Deadline,
        "báo cáo hằng quý trước ngày 15 tháng 01; cấp đổi định kỳ 05 năm một lần",
        &[
            "hằng quý = 1.00 Quarter Exactly recurs",
            "trước ngày 15 tháng 01 = 15/1 LessThan",
            "05 năm = 5.00 Year Exactly recurs",
        ],
    );
    check(Dimension::Deadline, "Nghị định số 10/2020/NĐ-CP ngày 17 tháng 01 năm 2020", &[]);
}

#[test]
fn shares_are_rates_in_percent() {
    check(
        Dimension::Rate,
        "ít nhất hai phần ba số thành viên; tối thiểu 1/2 số phiếu; mức 5‰; quá nửa đại biểu; nửa năm",
        &[
            "ít nhất hai phần ba = 66.67 Percent AtLeast",
            "tối thiểu 1/2 = 50.00 Percent AtLeast",
            "5 = 0.50 Percent Exactly",
            "quá nửa = 50.00 Percent MoreThan",
        ],
    );
}

#[test]
fn counts_have_bounds_and_labels_count_nothing() {
    check(
        Dimension::Count,
        "ít nhất 03 thành viên; 02 bộ hồ sơ; tối đa 5 lần; từ 7 (bảy) thành viên trở lên; khoản 2 Điều 5, mẫu số 03 kèm",
        &[
            "ít nhất 03 thành = 3 AtLeast",
            "02 bộ = 2 Exactly",
            "tối đa 5 lần = 5 AtMost",
            "từ 7 (bảy) thành = 7 AtLeast",
        ],
    );
}

#[test]
fn bodies_have_kind_level_and_part() {
    check(
        Dimension::Competence,
        "Sở Tư pháp chủ trì, phối hợp với Công an cấp tỉnh trình Chủ tịch UBND tỉnh; giấy phép do Bộ Văn hóa, Thể thao và Du lịch cấp",
        &[
            "Sở Tư pháp = sở Some(Province) Acts",
            "Công an cấp tỉnh = công an Some(Province) Joins",
            "Chủ tịch UBND tỉnh = chủ tịch ủy ban nhân dân Some(Province) Receives",
            "Bộ Văn hóa, Thể thao và Du lịch = bộ Some(Central) Acts",
        ],
    );
    check(Dimension::Competence, "nộp 01 bộ hồ sơ; vụ việc; quyền sở hữu; phòng ngừa", &[]);
}

#[test]
fn a_stance_is_read_with_its_negation_and_conditions_are_none() {
    check(
        Dimension::Modality,
        "Tổ chức phải nộp phí. Cá nhân không phải nộp phí. Sở không công bố kết quả. Nếu không có ý kiến thì được phép làm. Hạn không quá ba ngày.",
        &["phải = Must", "không phải = NeedNot", "không = IsNot", "được phép = May"],
    );
}

#[test]
fn conditions_sanctions_and_forms_are_told_apart() {
    check(
        Dimension::Condition,
        "có một trong các giấy tờ, trừ trường hợp miễn phí; chỉ khi đáp ứng đủ các điều kiện; Sở chỉ đạo",
        &["một trong các = OneOf", "trừ trường hợp = Except", "chỉ khi = OnlyIf", "đủ các = AllOf"],
    );
    check(
        Dimension::Sanction,
        "phạt cảnh cáo hoặc phạt tiền từ 1.000.000 đồng đến 2.000.000 đồng; thu hồi giấy phép",
        &[
            "cảnh cáo = Warning",
            "phạt tiền = Fine",
            "từ 1.000.000 đồng = 1000000.00 Dong AtLeast",
            "đến 2.000.000 đồng = 2000000.00 Dong AtMost",
            "thu hồi = Revocation",
        ],
    );
    check(
        Dimension::Procedure,
        "nộp bản chính đơn và bản sao giấy phép có chứng thực, trực tuyến hoặc qua đường bưu điện",
        &["bản chính = Original", "bản sao = CertifiedCopy", "trực tuyến = Electronic", "đường bưu điện = Post"],
    );
}

#[test]
fn a_definition_stands_where_a_provision_begins() {
    check(
        Dimension::Definition,
        "1. Người thân thích là người có quan hệ hôn nhân, nuôi dưỡng với nhau.\n2. Khi cần, mức phí là hai nghìn đồng một tờ.",
        &["Người thân thích là = 10 words"],
    );
}

proptest! {
    #[test]
    fn every_slot_lies_in_its_clause(
        text in "(ít nhất |không quá |từ |đến |Sở |Bộ |phải |không |trừ |[a-zđ]{1,4} |[0-9]{1,3}[ /]|ngày |tháng |% |một phần ba |là |bản sao |[.;:,\n ]){0,24}",
    ) {
        for slot in slots(&text) {
            prop_assert!(slot.clause.contains(slot.span));
            prop_assert!(text.get(slot.span.start..slot.span.end).is_some());
            prop_assert!(slot.before.len() <= ROLE_WORDS && slot.after.len() <= ROLE_WORDS);
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,120}") {
        prop_assert!(slots(&text).iter().all(|slot| slot.span.end <= text.len()));
    }
}
