//! How two slots of one kind relate, by what they mean.
//!
//! Times: months, quarters and years convert into one another exactly; a month against days and a year against days by
//! the convention of the Civil Code 2015 (Art. 146: 30 and 365 days). Working days convert into nothing.

use super::Relation;
use super::role::coverage;
use rasoat_law::value::{
    Body, Bound, CalendarDay, ConditionKind, Content, Definition, Dimension, Force, Level, Measure, Part, Slot, Stance,
    Unit,
};

/// Two events with less in common than this are not the same start.
const SAME_EVENT: f32 = 0.34;

/// How two slots relate; `None` where they cannot be compared.
pub(super) fn relation(draft: &Slot, law: &Slot) -> Option<Relation> {
    match (&draft.content, &law.content) {
        (Content::Measure(ours), Content::Measure(theirs)) => {
            let sanction = [draft, law].iter().any(|slot| slot.dimension == Dimension::Sanction);
            measures(ours, theirs, sanction)
        }
        (Content::Day(ours), Content::Day(theirs)) => Some(days(*ours, *theirs)),
        (Content::Body(ours), Content::Body(theirs)) => {
            (draft.dimension == law.dimension).then(|| bodies(ours, theirs))
        }
        (Content::Stance(ours), Content::Stance(theirs)) => Some(forces(ours.force, theirs.force)),
        (Content::Condition(ours), Content::Condition(theirs)) => conditions(*ours, *theirs),
        (Content::Sanction(ours), Content::Sanction(theirs)) => {
            Some(if ours == theirs { Relation::Equal } else { Relation::Different })
        }
        (Content::Definition(ours), Content::Definition(theirs)) => definitions(ours, theirs),
        (Content::Form(ours), Content::Form(theirs)) => {
            Some(if ours == theirs { Relation::Equal } else { Relation::Different })
        }
        _ => None,
    }
}

/// What two units are measured in together.
fn scale(unit: Unit) -> (u8, f64) {
    match unit {
        Unit::Minute => (0, 1.0 / 1440.0),
        Unit::Hour => (0, 1.0 / 24.0),
        Unit::Day => (0, 1.0),
        Unit::Week => (0, 7.0),
        Unit::Month => (1, 1.0),
        Unit::Quarter => (1, 3.0),
        Unit::Year => (1, 12.0),
        Unit::WorkingDay => (2, 1.0),
        Unit::Dong => (3, 1.0),
        Unit::OtherMoney => (4, 1.0),
        Unit::Percent => (5, 1.0),
        Unit::Age => (6, 1.0),
        Unit::Count => (7, 1.0),
        Unit::Modality => (8, 1.0),
    }
}

/// Both numbers in one unit, and whether the unit is the same or converts; working days stand beside days unconverted.
fn together(ours: &Measure, theirs: &Measure) -> Option<(f64, f64, bool)> {
    let ((a, x), (b, y)) = (scale(ours.unit), scale(theirs.unit));
    let (x, y) = (x * ours.number, y * theirs.number);
    match (a, b) {
        _ if a == b => Some((x, y, true)),
        (0, 1) => Some((x, in_days(theirs), true)),
        (1, 0) => Some((in_days(ours), y, true)),
        (2, 0 | 1) | (0 | 1, 2) => Some((x, y, false)),
        _ => None,
    }
}

fn in_days(time: &Measure) -> f64 {
    match time.unit {
        Unit::Year => 365.0 * time.number,
        Unit::Quarter => 90.0 * time.number,
        _ => 30.0 * time.number,
    }
}

fn same(x: f64, y: f64) -> bool {
    (x - y).abs() <= 1e-6 * x.abs().max(y.abs()).max(1.0)
}

fn measures(ours: &Measure, theirs: &Measure, sanction: bool) -> Option<Relation> {
    let (x, y, one_unit) = together(ours, theirs)?;
    if ours.counted != theirs.counted || ours.recurs != theirs.recurs {
        return None;
    }
    if !one_unit {
        return Some(Relation::Different);
    }
    let whole = matches!(ours.unit, Unit::Count);
    let (lower_or_upper, x) = side(ours.bound, x, whole);
    let (their_side, y) = side(theirs.bound, y, whole);
    let free = lower_or_upper == Side::Neither || their_side == Side::Neither;
    if same(x.0, y.0) {
        if !free && lower_or_upper != their_side {
            return Some(Relation::Opposite);
        }
        // "dưới 6 tuổi" leaves out what "đến 6 tuổi" takes in.
        if !free && x.1 != y.1 {
            return Some(Relation::Different);
        }
        if let (Some(ours), Some(theirs)) = (&ours.start, &theirs.start)
            && (ours.precedes != theirs.precedes
                || coverage(&ours.event, &theirs.event).max(coverage(&theirs.event, &ours.event)) < SAME_EVENT)
        {
            return Some(Relation::Different);
        }
        let said_the_same = ours.unit == theirs.unit && ours.bound == theirs.bound;
        return Some(if said_the_same { Relation::Equal } else { Relation::EqualSaidOtherwise });
    }
    let within = match (lower_or_upper, their_side) {
        (Side::Upper, Side::Upper) => x.0 < y.0,
        (Side::Lower, Side::Lower) => x.0 > y.0,
        _ => false,
    };
    Some(if within && !sanction { Relation::Within } else { Relation::Different })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Neither,
    Lower,
    Upper,
}

/// The side a bound is on, and its number with whether the number itself is left out. Of things counted whole, "trên 5"
/// is "từ 6" and "dưới 6" is "đến 5".
fn side(bound: Bound, number: f64, whole: bool) -> (Side, (f64, bool)) {
    match bound {
        Bound::Exactly => (Side::Neither, (number, false)),
        Bound::AtLeast => (Side::Lower, (number, false)),
        Bound::AtMost => (Side::Upper, (number, false)),
        Bound::MoreThan if whole => (Side::Lower, (number.floor() + 1.0, false)),
        Bound::LessThan if whole => (Side::Upper, (number.ceil() - 1.0, false)),
        Bound::MoreThan => (Side::Lower, (number, true)),
        Bound::LessThan => (Side::Upper, (number, true)),
    }
}

fn days(ours: CalendarDay, theirs: CalendarDay) -> Relation {
    let one_year = ours.year.is_none() || theirs.year.is_none() || ours.year == theirs.year;
    if !one_year || (ours.day, ours.month) != (theirs.day, theirs.month) {
        return Relation::Different;
    }
    if ours.bound == theirs.bound { Relation::Equal } else { Relation::EqualSaidOtherwise }
}

/// Whether both are one body: a name or level that only one side says is left open.
pub(super) fn same_body(ours: &Body, theirs: &Body) -> bool {
    let level = match (ours.level, theirs.level) {
        (Some(a), Some(b)) => a == b || a == Level::Every || b == Level::Every,
        _ => true,
    };
    let name = ours.name.is_empty()
        || theirs.name.is_empty()
        || coverage(&ours.name, &theirs.name).max(coverage(&theirs.name, &ours.name)) >= 0.6;
    ours.kind == theirs.kind && level && name
}

fn bodies(ours: &Body, theirs: &Body) -> Relation {
    if same_body(ours, theirs) {
        // "A chủ trì, phối hợp với B" against "B chủ trì, phối hợp với A".
        let acts = |body: &Body| body.part == Part::Acts;
        let joins = |body: &Body| matches!(body.part, Part::Joins | Part::Receives);
        if acts(ours) && joins(theirs) || joins(ours) && acts(theirs) {
            return Relation::Different;
        }
        return if ours.name == theirs.name && ours.level == theirs.level {
            Relation::Equal
        } else {
            Relation::EqualSaidOtherwise
        };
    }
    let open = |body: &Body| body.kind.ends_with("có thẩm quyền") || body.kind == "cơ quan" && body.name.is_empty();
    if open(ours) || open(theirs) { Relation::Within } else { Relation::Different }
}

fn forces(ours: Force, theirs: Force) -> Relation {
    use Force::{Is, IsNot, May, Must, MustNot, NeedNot};
    match (ours, theirs) {
        (a, b) if a == b => Relation::Equal,
        (Must, Is) | (Is, Must) | (MustNot, IsNot) | (IsNot, MustNot) | (NeedNot, IsNot) | (IsNot, NeedNot) => {
            Relation::EqualSaidOtherwise
        }
        (May, Is) | (Is, May) | (May, NeedNot) | (NeedNot, May) => Relation::Within,
        (Must, May) | (May, Must) | (MustNot, NeedNot) | (NeedNot, MustNot) => Relation::Different,
        _ => Relation::Opposite,
    }
}

fn conditions(ours: ConditionKind, theirs: ConditionKind) -> Option<Relation> {
    use ConditionKind::{AllOf, Always, Except, OneOf};
    match (ours, theirs) {
        (a, b) if a == b => Some(Relation::Equal),
        (OneOf, AllOf) | (AllOf, OneOf) | (Always, Except) | (Except, Always) => Some(Relation::Opposite),
        _ => None,
    }
}

fn definitions(ours: &Definition, theirs: &Definition) -> Option<Relation> {
    let overlap = |a: &[String], b: &[String]| coverage(a, b).min(coverage(b, a));
    if overlap(&ours.term, &theirs.term) < 0.6 {
        return None;
    }
    if ours.meaning == theirs.meaning {
        return Some(Relation::Equal);
    }
    Some(if overlap(&ours.meaning, &theirs.meaning) >= 0.75 {
        Relation::EqualSaidOtherwise
    } else {
        Relation::Different
    })
}

/// The force of a stance as a person says it.
pub(super) fn force_said(stance: &Stance) -> &'static str {
    match stance.force {
        Force::Must => "bắt buộc",
        Force::May => "được phép",
        Force::MustNot => "cấm",
        Force::NeedNot => "không bắt buộc",
        Force::Is => "có thực hiện",
        Force::IsNot => "không thực hiện",
    }
}
