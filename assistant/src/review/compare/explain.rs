//! One line of Vietnamese for a pair of slots.

use super::Relation;
use super::meaning::force_said;
use rasoat_law::text::squeeze;
use rasoat_law::value::{Bound, Content, Slot, Unit};

/// What a pair says, for a person.
pub(super) fn explain(draft: (&str, &Slot), law: (&str, &Slot), relation: Relation) -> String {
    let term = draft.1.dimension.term();
    let (ours, theirs) = (said(draft), said(law));
    let why = reason(draft.1, law.1);
    match relation {
        Relation::Equal => format!("Cùng {term}: “{ours}”."),
        Relation::EqualSaidOtherwise => {
            format!("Cùng {term}, nói cách khác: dự thảo “{ours}”, luật “{theirs}”{}.", why.unwrap_or_default())
        }
        Relation::Within => {
            format!("{}: dự thảo “{ours}” nằm trong giới hạn “{theirs}” của luật.", capital(term))
        }
        Relation::Different => {
            format!("Khác {term}: dự thảo “{ours}”, luật “{theirs}”{}.", why.unwrap_or_default())
        }
        Relation::Opposite => {
            format!("Trái ngược {term}: dự thảo “{ours}”, luật “{theirs}”{}.", why.unwrap_or_default())
        }
    }
}

/// The slot's words; of a modality, the act with it.
fn said((text, slot): (&str, &Slot)) -> String {
    let end = match &slot.content {
        Content::Stance(stance) => stance.end,
        Content::Measure(measure) => measure.start.as_ref().map_or(slot.span.end, |start| start.span.end),
        _ => slot.span.end,
    };
    squeeze(text.get(slot.span.start..end.max(slot.span.end)).unwrap_or_default())
}

/// Why the two relate so, where the words do not show it.
fn reason(draft: &Slot, law: &Slot) -> Option<String> {
    match (&draft.content, &law.content) {
        (Content::Measure(ours), Content::Measure(theirs)) => {
            let working = |unit: Unit| unit == Unit::WorkingDay;
            let outside = |bound: Bound| matches!(bound, Bound::LessThan | Bound::MoreThan);
            if working(ours.unit) != working(theirs.unit) {
                Some(" (ngày làm việc không tính như ngày)".into())
            } else if ours.unit != theirs.unit {
                Some(" (khác đơn vị tính)".into())
            } else if ours.number == theirs.number && outside(ours.bound) != outside(theirs.bound) {
                Some(" (khác nhau ở chính mức giới hạn)".into())
            } else if ours.number == theirs.number && ours.start != theirs.start {
                Some(" (thời điểm bắt đầu tính)".into())
            } else {
                None
            }
        }
        (Content::Stance(ours), Content::Stance(theirs)) => {
            Some(format!(" ({} so với {})", force_said(ours), force_said(theirs)))
        }
        (Content::Body(ours), Content::Body(theirs)) if ours.kind == theirs.kind && ours.level == theirs.level => {
            (ours.part != theirs.part).then(|| " (khác vai trò trong việc này)".into())
        }
        _ => None,
    }
}

fn capital(term: &str) -> String {
    let mut letters = term.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
