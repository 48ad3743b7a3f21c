//! The life of one document as events, and the state of it and of each provision on any date.
//!
//! A provision inherits from what encloses it: a point from its paragraph, article, chapter and document. Where
//! sources disagree on one fact the surer one counts, both stay visible, and between equals the answer is doubtful for
//! as long as they differ. What has no known start is unknown on every date, never in force by absence.

use super::{Confidence, Effect, Event, EventKind, EventSource, OwnDates, Scope, Status};
use crate::register::{Entry, Register};
use crate::{DocNumber, Document, Eid};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The events of one document and its provisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    document: DocNumber,
    events: Vec<Event>,
    /// The chapter or section an article stands in, where the tree is known: its eid does not say.
    enclosing: HashMap<Eid, Eid>,
}

impl Timeline {
    /// A document of which nothing is known.
    pub fn new(document: DocNumber) -> Self {
        Self { document, events: Vec::new(), enclosing: HashMap::new() }
    }

    /// What the register knows of a document, beside what its own metadata says.
    pub fn of(register: &Register, number: &DocNumber, own: Option<OwnDates>) -> Self {
        let mut timeline = Self::new(number.clone());
        let entry = register.get(number);
        if let Some(entry) = entry {
            timeline.add(entry_events(entry));
        }
        timeline.add(register.changes(number).iter().map(super::Change::event));
        // The metadata of a text that the register's entry repeats is no second event.
        let effective = own.and_then(|own| own.effective);
        if effective.is_some() && effective != entry.and_then(|entry| entry.effective) {
            timeline.add([own_start(effective, EventSource::Metadata, Confidence::Reported)]);
        }
        timeline
    }

    /// The document.
    pub fn document(&self) -> &DocNumber {
        &self.document
    }

    /// Every event known, by date, undated ones last.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Adds events, such as those of [`super::Change`]s read from amending documents.
    pub fn add(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
        self.events.sort_by(|a, b| order(a).cmp(&order(b)));
        self.events.dedup();
    }

    /// Learns which chapters and sections the articles stand in, so that an event on a chapter reaches them.
    pub fn outline(&mut self, document: &Document) {
        for provision in &document.provisions {
            if let Some(parent) = provision.parent.and_then(|parent| document.provisions.get(parent)) {
                self.enclosing.insert(provision.eid.clone(), parent.eid.clone());
            }
        }
    }

    /// The days on which the state of the document or of any provision may change.
    pub fn days_of_change(&self) -> BTreeSet<Date> {
        self.events.iter().filter_map(Event::earliest).collect()
    }

    /// The state of the document on a date.
    pub fn status(&self, as_of: Date) -> Status {
        self.state(&[], as_of)
    }

    /// The state of a provision on a date.
    pub fn status_of(&self, eid: &Eid, as_of: Date) -> Status {
        self.state(&self.chain(eid), as_of)
    }

    /// The effect of a provision on any date, without the events behind it: what is the same for every date is found
    /// once, so that many dates can be asked about.
    pub fn effects_of<'a>(&'a self, eid: &Eid) -> impl Fn(Date) -> Effect + use<'a> {
        let life = self.life(&self.chain(eid));
        move |as_of| life.effect(as_of).0
    }

    /// The provision and what encloses it, outermost first.
    fn chain(&self, eid: &Eid) -> Vec<Eid> {
        let mut chain = vec![eid.clone()];
        while let Some(parent) = chain.last().and_then(|eid| self.enclosing.get(eid).cloned().or_else(|| eid.parent()))
        {
            // A tree that names an ancestor twice is broken; stop rather than turn in a circle.
            if chain.contains(&parent) {
                break;
            }
            chain.push(parent);
        }
        chain.reverse();
        chain
    }

    /// Whether a part is a unit or lies within it.
    fn lies_within(&self, part: &Eid, unit: &Eid) -> bool {
        // What stands in an article is named through it; only chapters and sections do not show in the eids of what is
        // in them. Most parts are told apart by that alone.
        let named_through = unit.as_str().contains("art_");
        (!named_through || part.as_str().starts_with(unit.as_str())) && self.chain(part).contains(unit)
    }

    /// How an event bears on the unit at the end of `chain` (the document where it is empty).
    fn bearing(&self, event: &Event, chain: &[Eid]) -> Bearing {
        let parts = match &event.scope {
            Scope::Whole => return Bearing::Covers(0),
            Scope::Parts(parts) => parts,
        };
        let covered = chain.iter().rposition(|unit| parts.contains(unit));
        if let Some(depth) = covered {
            return Bearing::Covers(depth + 1);
        }
        let below = match chain.last() {
            None => true,
            Some(unit) => parts.iter().any(|part| self.lies_within(part, unit)),
        };
        if below { Bearing::Below } else { Bearing::None }
    }

    fn life(&self, chain: &[Eid]) -> Life<'_> {
        let mut life = Life::default();
        for event in &self.events {
            match self.bearing(event, chain) {
                Bearing::Covers(depth) => life.take(event, depth),
                Bearing::Below => life.below.push(event),
                Bearing::None => {}
            }
        }
        life
    }

    fn state(&self, chain: &[Eid], as_of: Date) -> Status {
        let life = self.life(chain);
        let (effect, confidence) = life.effect(as_of);
        let start = life.start();
        Status {
            effect,
            from: start.and_then(|start| start.event.date),
            to: life.end(as_of).and_then(|end| end.event.date),
            events: self.shown(chain),
            confidence,
            review: None,
        }
    }

    /// The events that bear on a unit, changes by one document on one day as one, and without the amendments of
    /// unknown place whose places are known after all.
    fn shown(&self, chain: &[Eid]) -> Vec<Event> {
        let located = |event: &Event| {
            event.kind == EventKind::Amends
                && event.scope == Scope::Whole
                && self.events.iter().any(|other| other.by == event.by && other.scope != Scope::Whole)
        };
        let mut shown: Vec<Event> = Vec::new();
        for event in &self.events {
            if located(event) || self.bearing(event, chain) == Bearing::None {
                continue;
            }
            let mut event = event.clone();
            if let (Scope::Parts(parts), Some(unit)) = (&mut event.scope, chain.last()) {
                parts.retain(|part| chain.contains(part) || self.chain(part).contains(unit));
            }
            let same = shown.iter_mut().find(|known| {
                (known.kind, &known.by, known.date, known.source, known.confidence)
                    == (event.kind, &event.by, event.date, event.source, event.confidence)
                    && known.scope != Scope::Whole
                    && event.scope != Scope::Whole
            });
            match (same, &event.scope) {
                (Some(known), Scope::Parts(parts)) => {
                    if known.by_eid != event.by_eid {
                        known.by_eid = None;
                    }
                    if let Scope::Parts(all) = &mut known.scope {
                        all.extend(parts.iter().cloned());
                    }
                }
                _ => shown.push(event),
            }
        }
        for event in &mut shown {
            if let Scope::Parts(parts) = &mut event.scope {
                let mut seen = HashSet::new();
                parts.retain(|part| seen.insert(part.clone()));
            }
        }
        shown
    }
}

/// How an event bears on a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearing {
    /// On all of it: through the document (0), an ancestor, or by name (deepest).
    Covers(usize),
    /// On a part of it.
    Below,
    /// Not at all.
    None,
}

/// An event that covers a unit, and how near to the unit it speaks.
#[derive(Debug, Clone, Copy)]
struct Covering<'a> {
    event: &'a Event,
    depth: usize,
}

/// The events that bear on one unit.
#[derive(Debug, Default)]
struct Life<'a> {
    starts: Vec<Covering<'a>>,
    ends: Vec<Covering<'a>>,
    pauses: Vec<&'a Event>,
    resumptions: Vec<Covering<'a>>,
    below: Vec<&'a Event>,
}

impl<'a> Life<'a> {
    fn take(&mut self, event: &'a Event, depth: usize) {
        match event.kind {
            EventKind::TakesEffect => self.starts.push(Covering { event, depth }),
            EventKind::Repeals | EventKind::Replaces => self.ends.push(Covering { event, depth }),
            EventKind::Suspends => self.pauses.push(event),
            EventKind::Resumes => self.resumptions.push(Covering { event, depth }),
            EventKind::Amends | EventKind::Corrects => {}
        }
    }

    /// The start that counts: the one that speaks nearest to the unit, and of those the surest.
    fn start(&self) -> Option<Covering<'a>> {
        let nearest = self.starts.iter().map(|start| start.depth).max()?;
        let at_depth = || self.starts.iter().filter(|start| start.depth == nearest);
        let own = at_depth().filter(|start| !start.event.inserts()).max_by_key(|start| {
            let event = start.event;
            // Of two days equally sure the later one is what a postponement leaves.
            (event.date.is_some(), event.confidence, trust(event.source), event.date)
        });
        own.or_else(|| at_depth().min_by_key(|start| (start.event.date.is_none(), start.event.date))).copied()
    }

    /// The end that counts on a date: the earliest of those that are not undone by then, the surest of each depth.
    fn end(&self, as_of: Date) -> Option<Covering<'a>> {
        let standing = |end: &&Covering<'_>| end.event.date.is_some() && !self.undone(end, as_of);
        let depths: BTreeSet<usize> = self.ends.iter().map(|end| end.depth).collect();
        depths
            .into_iter()
            .filter_map(|depth| {
                self.ends.iter().filter(|end| end.depth == depth).filter(standing).max_by_key(|end| {
                    let event = end.event;
                    (event.confidence, trust(event.source), std::cmp::Reverse(event.date))
                })
            })
            .min_by_key(|end| end.event.date)
            .copied()
    }

    /// Whether the unit was put back in after an end, or was kept out of it ("trừ Điều 75"), by a date.
    fn undone(&self, end: &Covering<'_>, as_of: Date) -> bool {
        let by_then = |event: &Event| event.date.is_some_and(|date| date <= as_of);
        let put_back = self.starts.iter().any(|start| {
            start.event.inserts()
                && start.depth >= end.depth
                && by_then(start.event)
                && start.event.date > end.event.date
        });
        let kept = self
            .resumptions
            .iter()
            .any(|kept| kept.depth >= end.depth && by_then(kept.event) && kept.event.date >= end.event.date);
        put_back || kept
    }

    /// An end of unknown day that may have come by a date, where no dated one of the same reach says otherwise.
    fn may_have_ended(&self, as_of: Date) -> bool {
        self.ends.iter().any(|end| {
            end.event.date.is_none()
                && end.event.earliest().is_none_or(|earliest| earliest <= as_of)
                && !self.ends.iter().any(|other| other.depth == end.depth && other.event.date.is_some())
        })
    }

    fn suspension(&self, as_of: Date) -> Option<&'a Event> {
        let by_then = |event: &Event| event.date.is_some_and(|date| date <= as_of);
        let last = self.pauses.iter().filter(|event| by_then(event)).max_by_key(|event| event.date)?;
        let resumed = self.resumptions.iter().any(|r| by_then(r.event) && r.event.date > last.date);
        (!resumed).then_some(last)
    }

    /// How sure the surest fact is that a part of the unit has ended and was not put back.
    fn part_ended(&self, as_of: Date) -> Option<Confidence> {
        let by_then = |event: &Event| event.date.is_some_and(|date| date <= as_of);
        let back = |event: &Event, part: &Eid| {
            self.below.iter().any(|other| {
                other.inserts() && by_then(other) && other.date > event.date && other.scope.parts().contains(part)
            })
        };
        self.below
            .iter()
            .filter(|event| event.kind.ends() && by_then(event))
            .filter(|event| event.scope.parts().iter().any(|part| !back(event, part)))
            .map(|event| event.confidence)
            .max()
    }

    fn effect(&self, as_of: Date) -> (Effect, Confidence) {
        let reached = |event: &Event| event.date.is_some_and(|date| date <= as_of);
        // Between equals that differ on this very day nobody can say which is right.
        let sure = |chosen: Covering<'_>, all: &[Covering<'_>]| {
            let disputed = all.iter().any(|other| {
                other.depth == chosen.depth
                    && other.event.confidence == chosen.event.confidence
                    && other.event.date.is_some()
                    && other.event.inserts() == chosen.event.inserts()
                    && reached(other.event) != reached(chosen.event)
            });
            if disputed { Confidence::Doubtful } else { chosen.event.confidence }
        };
        if let Some(end) = self.end(as_of).filter(|end| reached(end.event)) {
            let standing: Vec<_> = self.ends.iter().filter(|end| !self.undone(end, as_of)).copied().collect();
            return (Effect::Expired, sure(end, &standing));
        }
        let Some(start) = self.start().filter(|start| start.event.date.is_some()) else {
            return (Effect::Unknown, Confidence::Doubtful);
        };
        if !reached(start.event) {
            return (Effect::NotYetInForce, sure(start, &self.starts));
        }
        if self.may_have_ended(as_of) {
            return (Effect::Unknown, Confidence::Doubtful);
        }
        if let Some(event) = self.suspension(as_of) {
            return (Effect::Suspended, event.confidence);
        }
        if let Some(confidence) = self.part_ended(as_of) {
            return (Effect::PartlyExpired, confidence);
        }
        // Once every start known has come it no longer matters which of them is right.
        let all_reached = self.starts.iter().all(|start| reached(start.event));
        let surest = self.starts.iter().map(|start| start.event.confidence).max().filter(|_| all_reached);
        (Effect::InForce, surest.unwrap_or_else(|| sure(start, &self.starts)))
    }
}

/// Which source is believed first when both are equally sure: the register is compiled from several, a text can be
/// outdated by a later act, metadata is typed by hand. A person who confirmed one fact had all of them before their eyes.
fn trust(source: EventSource) -> u8 {
    match source {
        EventSource::Person => 3,
        EventSource::Register => 2,
        EventSource::Document => 1,
        EventSource::Metadata => 0,
    }
}

/// By date, undated last; then everything that tells two events apart, so that the same event stands twice in a row.
fn order(event: &Event) -> impl Ord + '_ {
    let Event { kind, by, by_eid, scope, date, source, confidence } = event;
    (date.is_none(), *date, *kind, scope.parts(), by, by_eid, trust(*source), *confidence)
}

fn own_start(date: Option<Date>, source: EventSource, confidence: Confidence) -> Event {
    Event { kind: EventKind::TakesEffect, by: None, by_eid: None, scope: Scope::Whole, date, source, confidence }
}

/// What an entry of the register says, as events.
fn entry_events(entry: &Entry) -> Vec<Event> {
    let event = |kind, by: Option<&DocNumber>, date, confidence| Event {
        kind,
        by: by.cloned(),
        by_eid: None,
        scope: Scope::Whole,
        date,
        source: EventSource::Register,
        confidence,
    };
    let mut events = Vec::new();
    if entry.effective.is_some() {
        events.push(event(EventKind::TakesEffect, None, entry.effective, entry.confidence));
    }
    events
        .extend(entry.amended_by.iter().map(|(by, date)| event(EventKind::Amends, Some(by), *date, entry.confidence)));
    let successors = entry.replaced_by.iter();
    events.extend(successors.map(|by| event(EventKind::Replaces, Some(by), entry.ended, entry.end_confidence)));
    if entry.ended.is_some() && entry.replaced_by.is_empty() {
        events.push(event(EventKind::Repeals, None, entry.ended, entry.end_confidence));
    }
    events
}

#[cfg(test)]
mod tests;
