//! The grammar of citations on worked examples.

use super::*;
use proptest::prelude::*;

/// `document eid` of every target; `this` for the citing text, `~name` for a name left open.
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = citations(text, Register::built_in())
        .into_iter()
        .flat_map(|citation| citation.targets)
        .map(|target| {
            let document = match &target.document {
                DocumentReference::This => "this".to_owned(),
                DocumentReference::Number { number, .. } => number.to_string(),
                DocumentReference::Name { number: Some(number), .. } => number.to_string(),
                DocumentReference::Name { name, .. } => format!("~{name}"),
            };
            target.eid.map_or_else(|| document.clone(), |eid| format!("{document} {eid}"))
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn worked_examples_of_the_grammar() {
    check(
        "điểm b khoản 2 Điều 15 Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
        &["30/2020/NĐ-CP art_15__para_2__point_b"],
    );
    check("Điều 5 Luật Hộ tịch", &["~Luật Hộ tịch art_5"]);
    check("Luật Đất đai năm 2024", &["31/2024/QH15"]);
    check("Bộ luật Dân sự năm 2015", &["91/2015/QH13"]);
    check("khoản 1 và khoản 3 Điều 7", &["this art_7__para_1", "this art_7__para_3"]);
    check(
        "các điểm a, b và c khoản 2 Điều 9",
        &["this art_9__para_2__point_a", "this art_9__para_2__point_b", "this art_9__para_2__point_c"],
    );
    check(
        "các điểm a, b, c, d và đ khoản 1",
        &[
            "this para_1__point_a",
            "this para_1__point_b",
            "this para_1__point_c",
            "this para_1__point_d",
            "this para_1__point_đ",
        ],
    );
    check(
        "từ điểm a đến điểm e khoản 2 Điều 4",
        &[
            "this art_4__para_2__point_a",
            "this art_4__para_2__point_b",
            "this art_4__para_2__point_c",
            "this art_4__para_2__point_d",
            "this art_4__para_2__point_đ",
            "this art_4__para_2__point_e",
        ],
    );
    check(
        "từ Điều 5 đến Điều 9 của Nghị định này",
        &["this art_5", "this art_6", "this art_7", "this art_8", "this art_9"],
    );
    check("các Điều 3, 4, 5 và khoản 2 Điều 8", &["this art_3", "this art_4", "this art_5", "this art_8__para_2"]);
    check("quy định tại điểm a khoản này", &["this point_a"]);
    check("khoản 2 Điều này", &["this para_2"]);
    check("Điều 6 và Điều 7 Chương II Thông tư này", &["this art_6", "this art_7"]);
    check("Chương II Luật Công chứng", &["~Luật Công chứng chp_II"]);
    check("Mục 1 Chương III Nghị định này", &["this chp_III__sec_1"]);
    check("điểm c khoản 1 và khoản 2 Điều 10", &["this art_10__para_1__point_c", "this art_10__para_2"]);
    check(
        "khoản 1, điểm a khoản 2 và khoản 3 Điều 8",
        &["this art_8__para_1", "this art_8__para_2__point_a", "this art_8__para_3"],
    );
    check(
        "điểm a và điểm b khoản 1, khoản 3 Điều 12; Điều 14",
        &["this art_12__para_1__point_a", "this art_12__para_1__point_b", "this art_12__para_3", "this art_14"],
    );
    check("Điều 12a", &["this art_12a"]);
    check("điểm a1 khoản 2 Điều 6", &["this art_6__para_2__point_a1"]);
    check("khoản 2b Điều 30", &["this art_30__para_2b"]);
    check("Luật số 64/2025/QH15", &["64/2025/QH15"]);
    check("khoản 3 Điều 1 Luật số 03/2022/QH15", &["03/2022/QH15 art_1__para_3"]);
    check("Nghị quyết số 202/2025/QH15", &["202/2025/QH15"]);
    check("Điều 5 Quy chế ban hành kèm theo Quyết định số 05/2022/QĐ-UBND", &["05/2022/QĐ-UBND annex_1__art_5"]);
    check("pháp luật về đất đai; quy định của pháp luật có liên quan", &[]);
    check("NĐ 30/2020", &["30/2020/NĐ-CP"]);
    check(
        "Điều 5, 6, 7 và 8 của Luật này và Điều 2 Nghị định số 15 /2015/NĐ–CP",
        &["this art_5", "this art_6", "this art_7", "this art_8", "15/2015/NĐ-CP art_2"],
    );
    check("khoản 4 Điều 54 Luật Đất đai số: 31/2024/QH15", &["31/2024/QH15 art_54__para_4"]);
    check("khoản 2 và 15 ngày sau, luật sư và Luật sư đoàn", &["this para_2"]);
    check("Điều 3 Luật Luật sư", &["~Luật Luật sư art_3"]);
}

#[test]
fn an_amending_law_is_not_the_law_it_amends() {
    check(
        "Luật sửa đổi, bổ sung một số điều của Luật Lý lịch tư pháp",
        &["~Luật sửa đổi, bổ sung một số điều của Luật Lý lịch tư pháp"],
    );
}

#[test]
fn roles_are_told_by_what_stands_around() {
    let roles = |text: &str| citations(text, Register::built_in()).iter().map(|c| c.role.code()).collect::<Vec<_>>();
    assert_eq!(
        roles(
            "Căn cứ Nghị định số 23/2015/NĐ-CP ngày 16 tháng 02 năm 2015 của Chính phủ được sửa đổi, bổ sung bởi Nghị định \
             số 07/2025/NĐ-CP và Nghị định số 280/2025/NĐ-CP;"
        ),
        ["basis", "amender", "amender"]
    );
    assert_eq!(
        roles("Điều 1\n1. Sửa đổi, bổ sung khoản 2 Điều 5 như sau:\n“2. Theo Điều 9 Luật này.”."),
        ["target", "quoted"]
    );
    assert_eq!(
        roles("thực hiện theo khoản 1 Điều 3 Nghị định số 1/2020/NĐ-CP; theo Luật số 2/2020/QH14"),
        ["reference", "reference"]
    );
}

#[test]
fn a_dated_name_is_that_document() {
    check("Căn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;", &["51/2005/QH11"]);
}

proptest! {
    #[test]
    fn citing_never_panics_and_spans_are_slices(text in "(điểm |khoản |Điều |[a-đ] |[0-9]{1,3} |và |, |; |này |Luật |Nghị định |số |[0-9]/2020/NĐ-CP|“|”|\n){0,24}") {
        for citation in citations(&text, Register::built_in()) {
            prop_assert!(!citation.span.of(&text).is_empty());
            prop_assert!(!citation.targets.is_empty());
        }
    }
}
