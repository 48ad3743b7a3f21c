#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::*;
use crate::effect::{Change, Operation};
use jiff::civil::date;
use proptest::prelude::*;

const LAW: &str = "1/2010/QH12";

fn change(operation: Operation, eids: &[&str], day: Option<Date>, by: Option<&str>) -> Change {
    Change {
        target: DocNumber::from_normal(LAW),
        eids: eids.iter().map(|eid| Eid::new(*eid)).collect(),
        operation,
        date: day,
        by: by.map(DocNumber::from_normal),
        by_eid: None,
        source: EventSource::Document,
        confidence: Confidence::Reported,
    }
}

fn timeline(changes: &[Change]) -> Timeline {
    let mut timeline = Timeline::new(DocNumber::from_normal(LAW));
    timeline.add(changes.iter().map(Change::event));
    timeline
}

fn at(timeline: &Timeline, eid: &str, day: Date) -> Effect {
    if eid.is_empty() {
        return timeline.status(day).effect;
    }
    let eid = Eid::new(eid);
    let effect = timeline.status_of(&eid, day).effect;
    assert_eq!(timeline.effects_of(&eid)(day), effect, "{eid} on {day}");
    effect
}

fn start(year: i16) -> Change {
    change(Operation::Start, &[], Some(date(year, 7, 1)), None)
}

/// A law, what was done to it, and the states expected of units on days.
fn check(changes: &[Change], expected: &[(&str, Date, Effect)]) {
    let timeline = timeline(changes);
    for (eid, day, effect) in expected {
        assert_eq!(at(&timeline, eid, *day), *effect, "{eid:?} on {day}");
    }
}

#[test]
fn a_point_shares_the_fate_of_its_article_and_its_document() {
    let repeal = change(Operation::Repeal, &["art_5"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let end = change(Operation::Replace, &[], Some(date(2020, 1, 1)), Some("3/2019/QH14"));
    check(
        &[start(2010), repeal, end],
        &[
            ("art_5__para_1__point_a", date(2010, 6, 30), Effect::NotYetInForce),
            ("art_5__para_1__point_a", date(2014, 12, 31), Effect::InForce),
            ("art_5__para_1__point_a", date(2015, 1, 1), Effect::Expired),
            ("art_6", date(2015, 1, 1), Effect::InForce),
            ("", date(2015, 1, 1), Effect::PartlyExpired),
            ("art_6", date(2020, 1, 1), Effect::Expired),
            ("", date(2020, 1, 1), Effect::Expired),
        ],
    );
}

#[test]
fn a_part_repealed_makes_its_parent_partly_expired_and_an_amended_one_does_not() {
    let amend = change(Operation::Amend, &["art_5__para_1"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let repeal = change(Operation::Repeal, &["art_6__para_2"], Some(date(2016, 1, 1)), Some("2/2014/QH13"));
    let law = [start(2010), amend, repeal];
    check(
        &law,
        &[
            ("art_5", date(2017, 1, 1), Effect::InForce),
            ("art_5__para_1", date(2017, 1, 1), Effect::InForce),
            ("", date(2015, 6, 1), Effect::InForce),
            ("art_6", date(2017, 1, 1), Effect::PartlyExpired),
            ("art_6__para_1", date(2017, 1, 1), Effect::InForce),
            ("", date(2017, 1, 1), Effect::PartlyExpired),
        ],
    );
    let shown = timeline(&law).status_of(&Eid::new("art_5"), date(2017, 1, 1)).events;
    assert!(shown.iter().any(|event| event.kind == EventKind::Amends), "an amended part stays visible");
}

#[test]
fn parts_may_start_later_or_earlier_than_the_document() {
    let later = change(Operation::Start, &["art_12__para_3"], Some(date(2012, 1, 1)), None);
    let earlier = change(Operation::Start, &["art_20"], Some(date(2010, 1, 15)), None);
    let undated = change(Operation::Start, &["art_30"], None, None);
    check(
        &[start(2010), later, earlier, undated],
        &[
            ("art_12__para_3__point_b", date(2011, 1, 1), Effect::NotYetInForce),
            ("art_12__para_3", date(2012, 1, 1), Effect::InForce),
            ("art_12__para_2", date(2011, 1, 1), Effect::InForce),
            ("art_20__para_1", date(2010, 2, 1), Effect::InForce),
            ("", date(2010, 2, 1), Effect::NotYetInForce),
            ("art_30", date(2020, 1, 1), Effect::Unknown),
        ],
    );
}

#[test]
fn a_unit_put_in_lives_from_its_own_day_and_may_come_back_after_a_repeal() {
    let put_in = change(Operation::Insert, &["art_12a"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let repeal = change(Operation::Repeal, &["art_12a"], Some(date(2018, 1, 1)), Some("3/2017/QH14"));
    let back = change(Operation::Insert, &["art_12a"], Some(date(2020, 1, 1)), Some("4/2019/QH14"));
    check(
        &[start(2010), put_in, repeal, back],
        &[
            ("art_12a", date(2014, 12, 31), Effect::NotYetInForce),
            ("art_12a", date(2015, 1, 1), Effect::InForce),
            ("art_12a__para_1", date(2019, 1, 1), Effect::Expired),
            ("", date(2019, 1, 1), Effect::PartlyExpired),
            ("art_12a", date(2020, 1, 1), Effect::InForce),
            ("", date(2020, 1, 1), Effect::InForce),
        ],
    );
}

#[test]
fn a_suspension_holds_until_the_text_resumes() {
    let pause = change(Operation::Suspend, &["art_3"], Some(date(2012, 1, 1)), Some("9/2011/QĐ-TTg"));
    let resume = change(Operation::Resume, &["art_3"], Some(date(2013, 1, 1)), Some("9/2012/QĐ-TTg"));
    check(
        &[start(2010), pause, resume],
        &[
            ("art_3__para_1", date(2012, 6, 1), Effect::Suspended),
            ("art_4", date(2012, 6, 1), Effect::InForce),
            ("art_3", date(2013, 1, 1), Effect::InForce),
        ],
    );
}

#[test]
fn a_part_kept_out_of_the_end_lives_on_for_its_own_term() {
    let end = change(Operation::Replace, &[], Some(date(2016, 7, 1)), Some("2/2015/QH13"));
    let kept = change(Operation::Resume, &["art_159"], Some(date(2016, 7, 1)), Some("2/2015/QH13"));
    let term = change(Operation::Repeal, &["art_159"], Some(date(2017, 1, 1)), Some("2/2015/QH13"));
    check(
        &[start(2010), end, kept, term],
        &[
            ("art_158", date(2016, 7, 1), Effect::Expired),
            ("art_159", date(2016, 12, 31), Effect::InForce),
            ("art_159", date(2017, 1, 1), Effect::Expired),
            ("", date(2016, 7, 1), Effect::Expired),
        ],
    );
}

#[test]
fn an_own_term_ends_the_day_after_its_last_day() {
    let term = Change::term(DocNumber::from_normal(LAW), date(2015, 12, 31), EventSource::Document);
    check(&[start(2010), term], &[("", date(2015, 12, 31), Effect::InForce), ("", date(2016, 1, 1), Effect::Expired)]);
}

#[test]
fn the_surer_source_counts_and_equals_that_differ_are_doubtful() {
    let other = Change { source: EventSource::Metadata, ..start(2012) };
    let surer = Change { confidence: Confidence::Confirmed, ..start(2010) };
    let sure = timeline(&[surer, other.clone()]).status(date(2011, 1, 1));
    assert_eq!((sure.effect, sure.confidence), (Effect::InForce, Confidence::Confirmed));
    assert_eq!(sure.events.len(), 2, "both stay visible");
    let torn = timeline(&[start(2010), other]);
    assert_eq!(torn.status(date(2011, 1, 1)).confidence, Confidence::Doubtful);
    assert_eq!(torn.status(date(2013, 1, 1)).confidence, Confidence::Reported, "by then both agree");
}

#[test]
fn a_doubtful_later_start_matters_only_until_it_has_come() {
    let part = Change {
        confidence: Confidence::Doubtful,
        ..change(Operation::Start, &["art_43"], Some(date(2012, 1, 1)), None)
    };
    let timeline = timeline(&[start(2010), part]);
    let on = |day| timeline.status_of(&Eid::new("art_43"), day);
    let before = on(date(2011, 1, 1));
    assert_eq!((before.effect, before.confidence), (Effect::NotYetInForce, Confidence::Doubtful));
    assert_eq!(on(date(2013, 1, 1)).confidence, Confidence::Reported);
}

#[test]
fn an_end_of_unknown_day_leaves_the_state_open_from_the_year_of_its_cause() {
    let end = change(Operation::Replace, &[], None, Some("3/2019/QH14"));
    check(&[start(2010), end], &[("", date(2018, 12, 31), Effect::InForce), ("", date(2019, 1, 1), Effect::Unknown)]);
}

#[test]
fn a_chapter_reaches_its_articles_once_the_tree_is_known() {
    let text = "LUẬT\nTHỬ\nChương I\nCHUNG\nĐiều 1. Một\nNội dung.\nChương II\nRIÊNG\nĐiều 2. Hai\n1. Nội dung.\n";
    let repeal = change(Operation::Repeal, &["chp_II"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let mut timeline = timeline(&[start(2010), repeal]);
    timeline.outline(&crate::structure::parse(text));
    assert_eq!(at(&timeline, "art_2__para_1", date(2016, 1, 1)), Effect::Expired);
    assert_eq!(at(&timeline, "art_1", date(2016, 1, 1)), Effect::InForce);
    assert_eq!(at(&timeline, "chp_I", date(2016, 1, 1)), Effect::InForce);
}

#[test]
fn what_ends_within_a_chapter_leaves_it_in_force_in_part() {
    let text = "LUẬT\nTHỬ\nChương I\nCHUNG\nĐiều 1. Một\nNội dung.\nChương II\nRIÊNG\nĐiều 2. Hai\n1. Nội dung.\n";
    let repeal = change(Operation::Repeal, &["art_2__para_1"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let mut timeline = timeline(&[start(2010), repeal]);
    timeline.outline(&crate::structure::parse(text));
    assert_eq!(at(&timeline, "chp_II", date(2016, 1, 1)), Effect::PartlyExpired);
    assert_eq!(at(&timeline, "art_2", date(2016, 1, 1)), Effect::PartlyExpired);
    assert_eq!(at(&timeline, "chp_I", date(2016, 1, 1)), Effect::InForce);
    assert_eq!(at(&timeline, "art_20", date(2016, 1, 1)), Effect::InForce);
}

#[test]
fn an_amendment_whose_places_are_known_is_shown_at_those_places_only() {
    let somewhere = change(Operation::Amend, &[], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let elsewhere = change(Operation::Amend, &[], Some(date(2016, 1, 1)), Some("3/2015/QH13"));
    let here = change(Operation::Amend, &["art_5"], Some(date(2015, 1, 1)), Some("2/2014/QH13"));
    let timeline = timeline(&[start(2010), somewhere, elsewhere, here]);
    let amended = |eid: &str| -> Vec<String> {
        let status = timeline.status_of(&Eid::new(eid), date(2020, 1, 1));
        let found = status.unapplied(None, date(2020, 1, 1));
        found.iter().map(|event| event.by.as_ref().unwrap().to_string()).collect()
    };
    assert_eq!(amended("art_5"), ["2/2014/QH13", "3/2015/QH13"]);
    assert_eq!(amended("art_6"), ["3/2015/QH13"], "where the other stands is not known");
}

const UNITS: [&str; 6] = ["", "art_1", "art_1__para_1", "art_1__para_1__point_a", "art_2", "chp_I"];

fn days() -> impl Strategy<Value = Date> {
    (2000_i16..2012, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| date(year, month, day))
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    use Operation::{Amend, Correct, Expire, Insert, Repeal, Replace, Resume, Start, Suspend};
    let operations = [Amend, Correct, Expire, Insert, Repeal, Replace, Resume, Start, Suspend];
    let sources = [EventSource::Document, EventSource::Register, EventSource::Metadata];
    let sure = [Confidence::Doubtful, Confidence::Reported, Confidence::Confirmed];
    let one = (
        proptest::sample::select(operations.to_vec()),
        proptest::sample::subsequence(UNITS[1..].to_vec(), 0..3),
        proptest::option::weighted(0.9, days()),
        proptest::sample::select(vec![None, Some("2/2003/QH11"), Some("3/2007/QH12")]),
        proptest::sample::select(sources.to_vec()),
        proptest::sample::select(sure.to_vec()),
    )
        .prop_map(|(operation, eids, day, by, source, confidence)| Change {
            source,
            confidence,
            ..change(operation, &eids, day, by)
        });
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn a_state_changes_only_on_the_day_of_an_event(changes in changes(), day in days()) {
        let timeline = timeline(&changes);
        let days = timeline.days_of_change();
        let before = day.yesterday().unwrap();
        for unit in UNITS {
            let state = |day| {
                let eid = Eid::new(unit);
                let status = if unit.is_empty() { timeline.status(day) } else { timeline.status_of(&eid, day) };
                (status.effect, status.confidence)
            };
            prop_assert!(days.contains(&day) || state(day) == state(before), "{unit:?} changed on {day}");
        }
    }

    #[test]
    fn nothing_is_in_force_without_a_start(changes in changes(), day in days()) {
        let without: Vec<Change> =
            changes.into_iter().filter(|c| !matches!(c.operation, Operation::Start | Operation::Insert)).collect();
        let timeline = timeline(&without);
        for unit in UNITS {
            let effect = at(&timeline, unit, day);
            prop_assert!(matches!(effect, Effect::Unknown | Effect::Expired), "{unit:?} is {effect:?}");
        }
    }

    #[test]
    fn the_day_before_its_end_a_text_is_in_force(from in days(), to in days()) {
        prop_assume!(from < to);
        let timeline = timeline(&[
            change(Operation::Start, &[], Some(from), None),
            change(Operation::Repeal, &[], Some(to), Some("2/2003/QH11")),
        ]);
        for unit in UNITS {
            prop_assert_eq!(at(&timeline, unit, to.yesterday().unwrap()), Effect::InForce);
            prop_assert_eq!(at(&timeline, unit, to), Effect::Expired);
            prop_assert_eq!(at(&timeline, unit, from.yesterday().unwrap()), Effect::NotYetInForce);
        }
    }

    #[test]
    fn a_part_never_outlives_its_document(changes in changes(), day in days()) {
        let kept = |c: &Change| c.operation == Operation::Resume || c.event().inserts();
        let changes: Vec<Change> = changes.into_iter().filter(|c| !kept(c)).collect();
        let timeline = timeline(&changes);
        if at(&timeline, "", day) == Effect::Expired {
            for unit in UNITS {
                prop_assert_eq!(at(&timeline, unit, day), Effect::Expired);
            }
        }
    }
}
