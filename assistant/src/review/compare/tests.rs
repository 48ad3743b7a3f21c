//! Norms of our own writing, one law of comparing each.

use super::*;
use proptest::prelude::*;

/// The relations of all pairs of a dimension, in the order of the draft.
fn check(dimension: Dimension, draft: &str, law: &str, expected: &[Relation]) {
    let comparison = compare(draft, law, Headings::default());
    let found: Vec<Relation> =
        comparison.pairs.iter().filter(|pair| pair.dimension() == dimension).map(|pair| pair.relation).collect();
    assert_eq!(found, expected, "{draft} | {law}");
}

use Relation::{Different, Equal, EqualSaidOtherwise, Opposite, Within};

#[test]
fn a_working_day_is_no_day_and_months_convert_into_years() {
    let norm = |time: &str| format!("Sở Tư pháp trả lời người nộp hồ sơ trong thời hạn {time}");
    let against = |draft: &str, law: &str, expected| {
        check(Dimension::Deadline, &norm(draft), &norm(law), &[expected]);
    };
    against("15 ngày làm việc", "15 ngày", Different);
    against("mười lăm ngày", "15 ngày", Equal);
    against("24 tháng", "02 năm", EqualSaidOtherwise);
    against("10 ngày", "15 ngày", Within);
    against("20 ngày", "15 ngày", Different);
}

#[test]
fn a_time_that_runs_from_another_event_is_another_time() {
    let norm = |event: &str| format!("Cơ quan cấp phép trả kết quả trong thời hạn 10 ngày kể từ ngày {event}");
    check(Dimension::Deadline, &norm("ký quyết định"), &norm("nhận đủ hồ sơ hợp lệ"), &[Different]);
    check(Dimension::Deadline, &norm("nhận hồ sơ hợp lệ"), &norm("nhận đủ hồ sơ hợp lệ"), &[Equal]);
}

#[test]
fn the_bound_of_an_age_leaves_out_or_takes_in_the_age_itself() {
    let norm = |age: &str| format!("Trẻ em {age} tuổi được cấp thẻ bảo hiểm y tế");
    check(Dimension::Age, &norm("dưới 6"), &norm("đến 6"), &[Different]);
    check(Dimension::Age, &norm("không dưới 6"), &norm("ít nhất 6"), &[Equal]);
    check(Dimension::Age, &norm("không quá 6"), &norm("ít nhất 6"), &[Opposite]);
}

#[test]
fn of_things_counted_whole_more_than_five_is_six_or_more() {
    let norm = |count: &str| format!("Hội đồng thẩm định có {count} thành viên");
    check(Dimension::Count, &norm("trên 5"), &norm("từ 6"), &[EqualSaidOtherwise]);
    check(Dimension::Count, &norm("ít nhất 05"), &norm("ít nhất 07"), &[Different]);
}

#[test]
fn money_and_shares_are_compared_however_written() {
    let fee = |sum: &str| format!("Mức thu lệ phí cấp giấy phép là {sum} một giấy phép");
    check(Dimension::Amount, &fee("5 triệu đồng"), &fee("5.000.000 đồng"), &[Equal]);
    check(Dimension::Amount, &fee("50.000 đồng"), &fee("5.000.000 đồng"), &[Different]);
    let vote = |share: &str| format!("Nghị quyết được thông qua khi có ít nhất {share} tổng số thành viên tán thành");
    check(Dimension::Rate, &vote("một phần ba"), &vote("1/3"), &[Equal]);
    check(Dimension::Rate, &vote("1/2"), &vote("2/3"), &[Different]);
}

#[test]
fn a_range_of_fines_is_not_narrowed() {
    let fine = |from: &str, to: &str| {
        format!("Phạt tiền từ {from} đồng đến {to} đồng đối với hành vi đốt rác không đúng nơi quy định")
    };
    let (draft, law) = (fine("5.000.000", "7.000.000"), fine("3.000.000", "5.000.000"));
    check(Dimension::Sanction, &draft, &law, &[Equal, Different, Different]);
}

#[test]
fn another_body_for_the_same_act_is_a_difference() {
    let norm = |body: &str| format!("{body} cấp giấy chứng nhận đủ điều kiện hoạt động cho cơ sở");
    check(Dimension::Competence, &norm("Sở Y tế"), &norm("Bộ Y tế"), &[Different]);
    check(Dimension::Competence, &norm("UBND cấp xã"), &norm("Ủy ban nhân dân cấp tỉnh"), &[Different]);
    check(Dimension::Competence, &norm("UBND cấp tỉnh"), &norm("Ủy ban nhân dân tỉnh"), &[Equal]);
}

#[test]
fn a_duty_denied_or_left_to_choice_is_told() {
    let norm = |force: &str| format!("Tổ chức {force} nộp báo cáo tài chính đã kiểm toán");
    check(Dimension::Modality, &norm("không phải"), &norm("phải"), &[Opposite]);
    check(Dimension::Modality, &norm("có thể"), &norm("phải"), &[Different]);
    check(Dimension::Modality, &norm("không được"), &norm("có quyền"), &[Opposite]);
    check(Dimension::Modality, &norm("có nghĩa vụ"), &norm("phải"), &[Equal]);
    check(
        Dimension::Modality,
        "Sở Tư pháp không công bố kết quả đấu giá",
        "Sở Tư pháp công bố kết quả đấu giá trên cổng thông tin",
        &[Opposite],
    );
}

#[test]
fn one_of_several_papers_is_not_all_of_them() {
    check(
        Dimension::Condition,
        "Người đề nghị nộp tất cả các giấy tờ sau đây",
        "Người đề nghị nộp một trong các giấy tờ sau đây",
        &[Opposite],
    );
}

#[test]
fn a_copy_is_not_the_original_and_a_definition_is_held_to_its_words() {
    check(
        Dimension::Procedure,
        "Hồ sơ gồm bản chính giấy phép kinh doanh",
        "Hồ sơ gồm bản sao giấy phép kinh doanh",
        &[Different],
    );
    check(
        Dimension::Definition,
        "Người thân thích là người cùng hộ khẩu và cùng nơi làm việc",
        "Người thân thích là người có quan hệ hôn nhân, nuôi dưỡng trong phạm vi ba đời",
        &[Different],
    );
}

#[test]
fn a_pair_explains_itself_in_one_line() {
    let draft = "Sở trả lời tổ chức trong thời hạn 15 ngày làm việc";
    let law = "Sở trả lời tổ chức trong thời hạn 15 ngày";
    let comparison = compare(draft, law, Headings::default());
    let pair = comparison.most_different().map(|pair| pair.explanation.as_str());
    assert_eq!(
        pair,
        Some(
            "Khác thời hạn: dự thảo “trong thời hạn 15 ngày làm việc”, luật “trong thời hạn 15 ngày” (ngày làm việc \
             không tính như ngày)."
        )
    );
    let differing = |side: &[(rasoat_law::ByteSpan, Mark)], text: &str| -> String {
        let words = side.iter().filter(|(_, mark)| *mark == Mark::ValueDifferent).map(|(span, _)| span.of(text));
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(differing(&comparison.alignment.draft, draft), "trong thời hạn 15 ngày làm việc");
    assert_eq!(differing(&comparison.alignment.law, law), "trong thời hạn 15 ngày");
}

#[test]
fn every_feature_has_one_name() {
    let mut names = FEATURE_NAMES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), features(&Comparison::default()).len());
}

const NORM: &str = "(Sở |UBND cấp xã |phải |không |được |trong 15 ngày |24 tháng |02 năm |1/3 |dưới 6 tuổi |nộp hồ sơ |\
                    cấp phép |bản sao |cảnh cáo |trừ |một trong các |tất cả các |là |[a-zđ]{1,3} |[.;,\n] ?){0,24}";

proptest! {
    #[test]
    fn each_slot_is_in_one_pair_or_left_over(draft in NORM, law in NORM) {
        let comparison = compare(&draft, &law, Headings::default());
        let held = |slots: &[Slot], slot: &Slot| slots.iter().filter(|other| *other == slot).count();
        for slot in slots(&draft) {
            let paired = comparison.pairs.iter().filter(|pair| pair.draft == slot).count();
            prop_assert_eq!(paired + held(&comparison.unmatched_draft, &slot), 1);
        }
        for pair in &comparison.pairs {
            prop_assert!((0.0..=1.0).contains(&pair.agreement));
            prop_assert!(!pair.explanation.contains('\n'));
        }
        prop_assert!(features(&comparison).iter().all(|value| value.is_finite()));
        prop_assert_eq!(&comparison, &compare(&draft, &law, Headings::default()));
    }

    #[test]
    fn a_norm_differs_in_no_number_from_itself(norm in NORM) {
        let comparison = compare(&norm, &norm, Headings::default());
        for pair in comparison.pairs.iter().filter(|pair| pair.dimension() == Dimension::Age) {
            prop_assert_eq!(pair.relation, Relation::Equal);
        }
    }

    #[test]
    fn any_two_texts_are_compared(draft in "\\PC{0,120}", law in "\\PC{0,120}") {
        let comparison = compare(&draft, &law, Headings { draft: &law, law: &draft });
        prop_assert!(features(&comparison).iter().all(|value| value.is_finite()));
    }
}
