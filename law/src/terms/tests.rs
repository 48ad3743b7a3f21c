#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::structure::parse;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::HashSet;

fn check(text: &str, expected: &[&str]) {
    let document = parse(text);
    let found: Vec<&str> =
        mentions(&document, built_in(), date(2026, 11, 21)).into_iter().map(|m| m.span.of(&document.text)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_built_in_changes_can_be_read() {
    let changes = read(include_str!("../../data/terms.csv")).unwrap();
    assert!(changes.len() > 60);
    for change in &changes {
        assert!(!change.old.is_empty() && !change.class.is_empty());
        assert_eq!(change.from.is_none(), change.class == "kept", "{change:?}");
        let folded: HashSet<String> = change.old.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(folded.len(), change.old.len(), "one spelling listed twice: {change:?}");
    }
}

#[test]
fn a_merged_ministry_that_acts_in_a_draft_is_found() {
    check(
        "Điều 1. A\n1. Bộ Lao động - Thương binh và Xã hội hướng dẫn Nghị định này.\n2. Bộ Lao động – Thương binh và Xã hội chủ trì.",
        &["Bộ Lao động - Thương binh và Xã hội", "Bộ Lao động – Thương binh và Xã hội"],
    );
}

#[test]
fn an_old_name_in_a_quotation_a_number_or_a_transitional_clause_is_right() {
    check("Điều 1. A\nTheo Thông tư số 30/2018/TT-BTNMT của Bộ trưởng Bộ Tài nguyên và Môi trường thì làm.", &[]);
    check("Điều 1. A\nCụm từ “Bộ Kế hoạch và Đầu tư” được thay.", &[]);
    check("Điều 9. Điều khoản chuyển tiếp\nHồ sơ đã nộp tại Bộ Giao thông vận tải được giải quyết.", &[]);
}

#[test]
fn a_name_that_changes_later_is_still_right_today() {
    let document = parse("Điều 1. A\nBộ Kế hoạch và Đầu tư chủ trì.");
    assert_eq!(mentions(&document, built_in(), date(2025, 2, 28)).len(), 0);
    assert_eq!(mentions(&document, built_in(), date(2025, 3, 1)).len(), 1);
}

#[test]
fn case_tone_marks_dashes_and_abbreviations_do_not_hide_a_name() {
    check("Điều 1. A\nUBND cấp huyện, uỷ ban nhân dân huyện.", &["UBND cấp huyện", "uỷ ban nhân dân huyện"]);
    check("Điều 1. A\nBộ LĐTBXH, Bộ NN&PTNT và Bộ NN và PTNT.", &["Bộ LĐTBXH", "Bộ NN&PTNT", "Bộ NN và PTNT"]);
    check("BỘ GIAO THÔNG VẬN TẢI\nĐiều 1. A", &["BỘ GIAO THÔNG VẬN TẢI"]);
    check("Điều 1. A\nSở Lao động, Thương binh\nvà Xã hội.", &["Sở Lao động, Thương binh\nvà Xã hội"]);
    check("Điều 1. A\nNộp CMND/CCCD.", &["CMND", "CCCD"]);
}

#[test]
fn words_that_only_look_like_a_name_are_not_one() {
    check("Điều 1. A\nVì nền hòa bình trong tỉnh hòa bình.", &[]);
    check("Điều 1. CƠ SỞ CÔNG NGHIỆP QUỐC PHÒNG\nThanh tra Bộ Công an giám sát.", &[]);
    check("Điều 1. A\nBộ Thương mại Hoa Kỳ thông báo cho thành phố Hòa Bình Minh.", &[]);
    check("Điều 1. A\nTheo mẫu 02/2018/TT- BLĐTBXH, 03/2018/TTLT-BTC-BNN&PTNT và tệp PL_BGTVT.docx.", &[]);
}

#[test]
fn a_district_by_name_is_found_with_its_name() {
    check("Điều 1. A\nTại huyện Ba Vì và quận 1 TP Hồ Chí Minh.", &["huyện Ba Vì", "quận 1"]);
    check("Điều 1. A\nCán bộ huyện Phòng cử.", &[]);
}

#[test]
fn places_without_their_kind_count_in_a_list_of_provinces() {
    check("Điều 1. A\nCác tỉnh Hà Giang, Yên Bái, Lào Cai và Bắc Kạn.", &["tỉnh Hà Giang", "Yên Bái", "Bắc Kạn"]);
    check("Điều 1. A\nXã Yên Bái.", &[]);
}

#[test]
fn the_issuer_and_the_title_of_a_cited_document_keep_their_names() {
    check(
        "Điều 1. A\nThông tư số 12/2020/TT-BTC ngày 01 tháng 3 năm 2020 của Bộ trưởng Bộ Tài chính quy định mẫu của Tổng cục Thuế.",
        &[],
    );
    check("Điều 1. A\nTheo Luật Căn cước công dân.", &[]);
    check(
        "Điều 1. A\nTheo Nghị định số 30/2020/NĐ-CP về công tác văn thư, Bộ Kế hoạch và Đầu tư chủ trì.",
        &["Bộ Kế hoạch và Đầu tư"],
    );
    check("Điều 1. A\nGửi (theo mẫu số 02/TB-TĐT) cho cổng của Tổng cục Thuế.", &["Tổng cục Thuế"]);
}

#[test]
fn history_and_issued_papers_keep_their_names() {
    check("Điều 1. A\nQuyết định do Ủy ban nhân dân cấp huyện ban hành trước ngày 01/7/2025 vẫn còn dùng.", &[]);
    check(
        "Điều 1. A\nTrước ngày 15 tháng 01 hằng năm, Ủy ban nhân dân cấp huyện báo cáo.",
        &["Ủy ban nhân dân cấp huyện"],
    );
    check("Điều 1. A\nTrước ngày 01 tháng 7 năm 2025, Ủy ban nhân dân cấp huyện đã giao đất.", &[]);
    check("Điều 1. A\nGửi Bộ Kế hoạch và Đầu tư trước ngày 15 tháng 01 năm 2025.", &["Bộ Kế hoạch và Đầu tư"]);
    check("Điều 1. A\nBộ Giao thông vận tải (nay là Bộ Xây dựng) đã công bố.", &[]);
    check("Điều 1. A\nGiấy chứng minh nhân dân đã được cấp thì dùng tiếp.", &[]);
    check("Điều 1. A\nXuất trình giấy chứng minh nhân dân hoặc hộ chiếu còn thời hạn.", &["giấy chứng minh nhân dân"]);
    check("Điều 1. A\nThay thế cụm từ \"cấp huyện\" bằng cụm từ \"cấp xã\".", &[]);
}

#[test]
fn an_alias_of_something_current_is_the_documents_own() {
    check("Điều 1. A\nTòa án nhân dân khu vực (sau đây gọi là Tòa án cấp huyện) xét.\nTòa án cấp huyện gửi.", &[]);
    check(
        "Điều 1. A\nỦy ban nhân dân huyện (sau đây gọi là Ủy ban nhân dân cấp huyện) xét.",
        &["Ủy ban nhân dân huyện", "Ủy ban nhân dân cấp huyện"],
    );
}

#[test]
fn every_reason_for_silence_has_its_name() {
    let document = parse("Điều 1. A\nCụm từ “cấp huyện” và UBND cấp huyện.");
    let why: Vec<_> = weighed(&document, built_in(), date(2026, 11, 21)).into_iter().map(|(_, why)| why).collect();
    assert_eq!(why, [Some(Silence::Quotation), None]);
}

#[test]
fn a_kept_name_with_another_territory_is_a_note_on_older_texts_only() {
    let old = parse(
        "ỦY BAN NHÂN DÂN TỈNH GIA LAI\nSố: 12/2020/QĐ-UBND\nGia Lai, ngày 02 tháng 3 năm 2020\nQUYẾT ĐỊNH\nĐiều 1. A\nTrên địa bàn tỉnh Gia Lai.",
    );
    assert_eq!(old.metadata.issued, Some(date(2020, 3, 2)));
    let notes = |as_of| changed_territories(&old, built_in(), as_of).len();
    assert!(notes(date(2026, 11, 21)) > 0);
    assert_eq!(notes(date(2025, 6, 30)), 0);
    let draft = parse("Điều 1. A\nTrên địa bàn tỉnh Gia Lai.");
    assert_eq!(changed_territories(&draft, built_in(), date(2026, 11, 21)).len(), 0);
    assert_eq!(mentions(&draft, built_in(), date(2026, 11, 21)).len(), 0);
}

#[test]
fn a_province_that_became_a_city_is_old_from_that_day() {
    let document = parse("Điều 1. A\nTỉnh Quảng Ninh.");
    assert_eq!(mentions(&document, built_in(), date(2026, 8, 31)).len(), 0);
    assert_eq!(mentions(&document, built_in(), date(2026, 9, 1)).len(), 1);
}

#[test]
fn the_successor_is_the_one_of_the_day_asked_for() {
    let document = parse("Điều 1. A\nTỉnh Bắc Giang.");
    let now = |as_of| mentions(&document, built_in(), as_of).first().map(|mention| mention.change.new.as_str());
    assert_eq!(now(date(2025, 6, 30)), None);
    assert_eq!(now(date(2026, 9, 19)), Some("tỉnh Bắc Ninh"));
    assert_eq!(now(date(2026, 9, 20)), Some("thành phố Bắc Ninh"));
}

proptest! {
    #[test]
    fn mentions_are_slices_in_order(text in "(huyện|cấp|Bộ|Tài nguyên|và|Môi trường|tỉnh|Hà Nam|[ ,\n\"“”-]|CMND|&|1|số 1/2020/NĐ-CP|của|\\PC){0,60}") {
        let document = parse(&text);
        let mut end = 0;
        for (mention, _) in weighed(&document, built_in(), date(2026, 11, 21)) {
            prop_assert!(end <= mention.span.start && mention.span.start < mention.span.end);
            prop_assert!(!mention.span.of(&document.text).is_empty());
            end = mention.span.end;
        }
    }
}

#[test]
fn all_63_provinces_are_known() {
    let named = |class: &str| built_in().iter().filter(|c| c.class == class).flat_map(|c| &c.old).collect::<Vec<_>>();
    let gone = named("province").iter().filter(|name| name.starts_with("tỉnh ")).count();
    assert!(gone >= 29 + 3 + 2, "{gone}");
    let merged = built_in().iter().filter(|c| c.basis == "202/2025/QH15" && c.old[0].starts_with("tỉnh "));
    assert_eq!(merged.filter(|c| c.class == "province").count(), 29);
    assert_eq!(named("territory").iter().filter(|name| !name.starts_with("TP")).count(), 23);
}
