//! The life of what proves a finding: in force, amended, replaced, expired, with the date of the review among it.

use crate::fetched::fetched;
use crate::language::{Speech, written_date};
use crate::markup::{Draw, Markup};
use crate::place::Place;
use crate::provision_label::provision_label;
use crate::service::{law, private};
use leptos::prelude::*;
use rasoat_api::EffectEvent;
use rasoat_api::messages::{Language, Message, confidence_of_event, event_name};
use std::rc::Rc;

/// The events of a document, or of one of its provisions where `eid` names one, in the order of their days.
///
/// Of a private review's (`here`) they come from the law that is loaded in this browser.
pub fn timeline(document: String, eid: String, as_of: String, here: bool) -> AnyView {
    let speech = expect_context::<Speech>();
    let ask = async move {
        let told = match here {
            true => private::status(&document, &eid, &as_of).await?,
            false => law::status(&document, &eid, &as_of).await?,
        };
        let draw: Draw = Rc::new(move |place, language| draw(&told.events, &as_of, place, language));
        Ok(draw)
    };
    view! {
        <div class="life">
            <h4>{speech.say(Message::TimelineHeading)}</h4>
            {fetched(Box::pin(ask), "")}
        </div>
    }
    .into_any()
}

fn draw(events: &[EffectEvent], as_of: &str, place: &Markup, language: Language) {
    if events.is_empty() {
        place.say("p", "quiet", Message::TimelineNone.text(language));
        return;
    }
    let list = place.put("ol", &[("class", "events timeline")]);
    let (before, after) = around(events, as_of);
    before.iter().for_each(|event| one(event, &list, language));
    let now = Message::TimelineNow.fill(language, &[("date", &written_date(as_of, language))]);
    list.put("li", &[("class", "now"), ("aria-current", "date")]).say("b", "", &now);
    after.iter().for_each(|event| one(event, &list, language));
}

fn one(event: &EffectEvent, list: &Markup, language: Language) {
    let item = list.put("li", &[]);
    let unknown = || Message::DateUnknown.text(language).to_owned();
    let when = event.date.as_deref().map_or_else(unknown, |date| written_date(date, language));
    item.say("span", "when", &format!("{when} "));
    item.say("b", "", event_name(&event.kind, language));
    if let Some(by) = &event.by {
        let eid = event.eid.clone().unwrap_or_default();
        let name = match eid.is_empty() {
            true => by.clone(),
            false => format!("{} {by}", provision_label(&eid, language)),
        };
        let place = Place::Law { document: by.clone(), eid, as_of: String::new() };
        item.text(" ").link(&place.hash(), &name).set(&[("lang", "vi")]);
    }
    if let Some(words) = confidence_of_event(&event.confidence, language) {
        item.say("span", "quiet block", words);
    }
}

/// Events up to a day and those after it, each in the order of their days; those of no known day come first.
fn around(events: &[EffectEvent], day: &str) -> (Vec<EffectEvent>, Vec<EffectEvent>) {
    let (mut before, mut after): (Vec<EffectEvent>, Vec<EffectEvent>) = (Vec::new(), Vec::new());
    for event in events {
        // ISO 8601: dates are in the order of their letters.
        let list = if event.date.as_deref().is_none_or(|date| date <= day) { &mut before } else { &mut after };
        // They are few, and a sort of their own would be large.
        let at = list.iter().position(|other| other.date > event.date).unwrap_or(list.len());
        list.insert(at, event.clone());
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_the_review_stands_among_the_events() {
        let event = |kind: &str, date: Option<&str>| EffectEvent {
            kind: kind.into(),
            by: None,
            eid: None,
            provisions: Vec::new(),
            date: date.map(Into::into),
            source: "register".into(),
            confidence: "confirmed".into(),
        };
        let events = [
            event("replaces", Some("2027-01-01")),
            event("takes_effect", Some("2006-03-01")),
            event("amends", None),
            event("corrects", Some("2026-12-01")),
        ];
        let (before, after) = around(&events, "2026-12-01");
        let kinds = |events: &[EffectEvent]| events.iter().map(|event| event.kind.clone()).collect::<Vec<_>>();
        assert_eq!(kinds(&before), ["amends", "takes_effect", "corrects"]);
        assert_eq!(kinds(&after), ["replaces"]);
    }
}
