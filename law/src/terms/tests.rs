#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::structure::parse;
use jiff::civil::date;

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
