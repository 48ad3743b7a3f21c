//! When documents and provisions are in force, as intervals the search index filters by.
//!
//! Hard because the state of a document follows from its own events, from those of the law it details, and from rules
//! with dates of their own; so it is asked for on every day on which any of them may change it.

use crate::{Corpus, CorpusDocument};
use jiff::civil::{Date, date};
use rasoat_embeddings::{Attributes, Interval};
use rasoat_law::Effect;
use rasoat_law::effect::Scope;
use std::collections::BTreeSet;

/// Days from which rules of law about whole groups of documents hold (`law::effect::rules`).
const RULES: [Date; 3] = [date(2025, 4, 1), date(2025, 7, 1), date(2026, 1, 1)];

/// What a document is filtered by, and which of its provisions have an effect of their own.
pub(super) fn described(corpus: &dyn Corpus, held: &CorpusDocument) -> (Attributes, Vec<(String, Vec<Interval>)>) {
    let timeline = corpus.timeline(&held.number);
    let mut days: BTreeSet<Date> = timeline.days_of_change();
    for parent in held.details() {
        days.extend(corpus.timeline(&parent).days_of_change());
    }
    days.extend(RULES);
    let effect = intervals(&days, |day| in_force(corpus.status(&held.number, day).effect));
    let partial = timeline.events().iter().any(|event| event.scope != Scope::Whole);
    let own = if partial { provisions(corpus, held, &days, &effect) } else { Vec::new() };
    let attributes = Attributes { effect, ..attributes(held) };
    (attributes, own)
}

/// What a document is filtered by, its effect aside.
pub(super) fn attributes(held: &CorpusDocument) -> Attributes {
    let name = held.document.metadata.title.as_deref().unwrap_or_default();
    Attributes {
        kind: held.kind.code().to_owned(),
        rank: held.kind.rank(),
        issuer: held.issuer.clone(),
        // The store keeps no classification: a document's name says what field it belongs to.
        field: Some(format!("{} {name}", held.title)),
        effect: Vec::new(),
    }
}

fn provisions(
    corpus: &dyn Corpus,
    held: &CorpusDocument,
    days: &BTreeSet<Date>,
    whole: &[Interval],
) -> Vec<(String, Vec<Interval>)> {
    let mut timeline = corpus.timeline(&held.number);
    timeline.outline(&held.document);
    let mut own = Vec::new();
    for at in held.document.norms() {
        let eid = &held.document.provisions[at].eid;
        let on = timeline.effects_of(eid);
        let effect = intervals(days, |day| in_force(on(day)));
        if effect != whole {
            own.push((eid.to_string(), effect));
        }
    }
    own
}

fn in_force(effect: Effect) -> bool {
    matches!(effect, Effect::InForce | Effect::PartlyExpired)
}

/// The intervals in which something holds that changes on some of `days` only.
fn intervals(days: &BTreeSet<Date>, holds: impl Fn(Date) -> bool) -> Vec<Interval> {
    let before = days.first().and_then(|first| first.yesterday().ok());
    let mut intervals: Vec<Interval> = Vec::new();
    let mut open = before.is_some_and(&holds);
    if open {
        intervals.push(Interval { from: None, until: None });
    }
    for day in days {
        let now = holds(*day);
        match intervals.last_mut() {
            Some(last) if open && !now => last.until = Some(*day),
            _ if now && !open => intervals.push(Interval { from: Some(*day), until: None }),
            _ => {}
        }
        open = now;
    }
    intervals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_begins_and_ends_where_the_state_changes() {
        let days: BTreeSet<Date> = [date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)].into();
        let of = |holds: fn(Date) -> bool| {
            let show = |day: Option<Date>| day.map(|day| day.year());
            intervals(&days, holds).into_iter().map(|i| (show(i.from), show(i.until))).collect::<Vec<_>>()
        };
        assert_eq!(of(|day| day.year() == 2020), [(Some(2020), Some(2021))]);
        assert_eq!(of(|day| day.year() != 2021), [(None, Some(2021)), (Some(2022), None)]);
        assert_eq!(of(|_| true), [(None, None)]);
        assert_eq!(of(|_| false), []);
    }
}
