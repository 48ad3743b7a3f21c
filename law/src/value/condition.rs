//! All or one of several, exceptions, and what holds only on a condition.

use super::Dimension;
use super::reading::{Lexicon, Word};
use super::slot::{ConditionKind, Content, Found};
use std::sync::OnceLock;

pub(super) fn read(words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match conditions().at(words, at) {
            Some((kind, next)) => {
                if let Some(kind) = kind {
                    found.push(Found::new(Dimension::Condition, Content::Condition(kind), words, at, next));
                }
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn conditions() -> &'static Lexicon<Option<ConditionKind>> {
    use ConditionKind::{AllOf, Always, Except, OneOf, OnlyIf};
    static CONDITIONS: OnceLock<Lexicon<Option<ConditionKind>>> = OnceLock::new();
    CONDITIONS.get_or_init(|| {
        Lexicon::new(&[
            ("một trong các", Some(OneOf)),
            ("một trong những", Some(OneOf)),
            ("một trong hai", Some(OneOf)),
            ("một trong ba", Some(OneOf)),
            ("một trong số", Some(OneOf)),
            ("ít nhất một trong", Some(OneOf)),
            ("tất cả các", Some(AllOf)),
            ("tất cả", Some(AllOf)),
            ("toàn bộ các", Some(AllOf)),
            ("đủ các", Some(AllOf)),
            ("đầy đủ các", Some(AllOf)),
            ("đủ những", Some(AllOf)),
            ("đồng thời", Some(AllOf)),
            ("cả hai", Some(AllOf)),
            ("trừ", Some(Except)),
            ("trừ trường hợp", Some(Except)),
            ("trừ các trường hợp", Some(Except)),
            ("trừ khi", Some(Except)),
            ("ngoại trừ", Some(Except)),
            ("loại trừ", Some(Except)),
            ("khấu trừ", None),
            ("chỉ", Some(OnlyIf)),
            ("chỉ khi", Some(OnlyIf)),
            ("chỉ được", Some(OnlyIf)),
            ("với điều kiện", Some(OnlyIf)),
            ("chỉ đạo", None),
            ("chỉ huy", None),
            ("chỉ định", None),
            ("chỉ tiêu", None),
            ("chỉ thị", None),
            ("chỉ số", None),
            ("chỉ dẫn", None),
            ("địa chỉ", None),
            ("không chỉ", None),
            ("đình chỉ", None),
            ("tạm đình chỉ", None),
            ("chứng chỉ", None),
            ("tôn chỉ", None),
            ("kể cả", Some(Always)),
            ("bất kể", Some(Always)),
            ("không phân biệt", Some(Always)),
            ("mọi trường hợp", Some(Always)),
            ("trong mọi trường hợp", Some(Always)),
        ])
    })
}
