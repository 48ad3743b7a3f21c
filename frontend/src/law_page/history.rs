//! What holds of the provision chosen, or of the whole document, on the date, what happened to it, and who cites it.

use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::fetched::{asked, unfolded};
use crate::field::copy_out;
use crate::language::{Speech, written_date};
use crate::markup::Markup;
use crate::place::Place;
use crate::provision_context::Notes;
use crate::provision_label::provision_label;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message, confidence_of_event, event_name};
use rasoat_api::{CitingPlaces, EffectEvent, StatusReport};
use std::rc::Rc;
use std::sync::Arc;

/// Provisions of an event that are named; further ones are counted.
const NAMED: usize = 6;

/// The state and history of what is looked at.
#[component]
pub fn History(number: StoredValue<String>, eid: Memo<String>, as_of: Memo<String>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let told: RwSignal<Option<Result<Arc<StatusReport>, Failure>>> = RwSignal::new(None);
    Effect::new(move || {
        let asked = (eid.get(), as_of.get());
        told.set(None);
        spawn_local(async move {
            let Some(document) = number.try_get_value() else { return };
            let answer = law::status(&document, &asked.0, &asked.1).await.map(Arc::new);
            if eid.try_get_untracked().zip(as_of.try_get_untracked()) == Some(asked) {
                told.set(Some(answer));
            }
        });
    });
    let heading = move || {
        let eid = eid.get();
        match eid.is_empty() {
            true => Message::WholeDocument.text(speech.language()).to_owned(),
            false => provision_label(&eid, speech.language()),
        }
    };
    let copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            let address = window().location().href().unwrap_or_default();
            copied.set(copy_out(&address).await);
            set_timeout(move || copied.set(false), std::time::Duration::from_secs(5));
        });
    };
    let state = move || match told.get() {
        None => view! { <Skeleton lines=4 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(report)) => view! { <State report /> }.into_any(),
    };
    let compared = move || {
        // From the day it took effect, or that of its issue, to the day looked at.
        let from = told.get().and_then(Result::ok).and_then(|report| report.from.clone()).unwrap_or_default();
        Place::LawChanges { document: number.get_value(), from, to: as_of.get() }.hash()
    };
    let cited = move || {
        let eid = eid.get();
        let ask = move || {
            let (document, eid) = (number.get_value(), eid.clone());
            asked(async move { law::citing(&document, &eid).await }, draw_citing)
        };
        unfolded("citing", Message::CitingHeading, Rc::new(ask), "citing")
    };
    let report = move || Place::Report { document: number.get_value(), eid: eid.get() }.hash();
    let whole = move || Place::Law { document: number.get_value(), eid: String::new(), as_of: as_of.get() }.hash();
    view! {
        <h2>{heading}</h2>
        <div aria-live="polite">{state}</div>
        <p class="deeds">
            <button type="button" class="button" on:click=copy>
                {move || {
                    let words = if copied.get() { Message::Copied } else { Message::CopyLink };
                    words.text(speech.language())
                }}
            </button>
            {move || (!eid.get().is_empty()).then(|| view! {
                <a class="button" id="report" href=report>{speech.say(Message::ReportProvision)}</a>
                <a href=whole>{speech.say(Message::WholeDocument)}</a>
            })}
            <a id="compare" href=compared>{speech.say(Message::ChangesOpen)}</a>
        </p>
        {cited}
    }
    .into_any()
}

/// The places that cite it, a document's together.
fn draw_citing(found: &CitingPlaces, page: &Markup, language: Language) {
    if found.places.is_empty() {
        page.say("p", "quiet", Message::CitingNone.text(language));
        return;
    }
    page.say("p", "quiet", &Message::CitingTotal.fill(language, &[("total", &found.total.to_string())]));
    let mut document = "";
    let mut list = page.clone();
    for place in &found.places {
        if place.document != document {
            document = &place.document;
            page.law("h3", "", &format!("{} ({document})", place.title));
            list = page.put("ul", &[("class", "events")]);
        }
        let eid = place.eid.clone().unwrap_or_default();
        let name = if eid.is_empty() { document.to_owned() } else { provision_label(&eid, language) };
        let item = list.put("li", &[]);
        let to = Place::Law { document: document.to_owned(), eid, as_of: String::new() };
        item.link(&to.hash(), &name);
        item.law("span", "quiet block", &place.quote);
    }
}

#[component]
fn State(report: Arc<StatusReport>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (from, to) = (report.from.clone(), report.to.clone());
    let span = move || {
        let language = speech.language();
        let day = |message: Message, date: &Option<String>| {
            date.as_ref().map(|date| message.fill(language, &[("date", &written_date(date, language))]))
        };
        [day(Message::InForceFrom, &from), day(Message::InForceTo, &to)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let events = report.events.iter().cloned().map(|event| view! { <Event event /> }).collect_view();
    let quiet = report.events.is_empty();
    view! {
        <p><EffectBadge effect=report.effect as_of=Signal::stored(report.as_of.clone()) /></p>
        <p class="quiet">{span}</p>
        <Notes notes=report.notes.clone() />
        <h3>{speech.say(Message::HistoryHeading)}</h3>
        {quiet.then(|| view! { <p class="quiet">{speech.say(Message::HistoryNone)}</p> })}
        <ol class="events">{events}</ol>
    }
    .into_any()
}

#[component]
fn Event(event: EffectEvent) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let EffectEvent { kind, by, eid, provisions, date, confidence, .. } = event;
    let when = move || {
        let language = speech.language();
        match &date {
            Some(date) => written_date(date, language),
            None => Message::DateUnknown.text(language).to_owned(),
        }
    };
    let source = by.map(|by| {
        let eid = eid.unwrap_or_default();
        let place = Place::Law { document: by.clone(), eid: eid.clone(), as_of: String::new() };
        let name = move || match eid.is_empty() {
            true => by.clone(),
            false => format!("{} {by}", provision_label(&eid, speech.language())),
        };
        view! { <a href=place.hash() lang="vi">{name}</a> }
    });
    let has_parts = !provisions.is_empty();
    let parts = move || {
        let language = speech.language();
        let named: Vec<String> = provisions.iter().take(NAMED).map(|part| provision_label(part, language)).collect();
        let more = provisions.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| Message::AndMore.fill(language, &[("count", &more.to_string())]));
        format!("{}{}", named.join("; "), more.map(|more| format!(" {more}")).unwrap_or_default())
    };
    view! {
        <li>
            <span class="when">{when}</span> " "
            <b>{move || event_name(&kind, speech.language()).to_owned()}</b> " " {source}
            {has_parts.then(|| view! { <span class="quiet block" lang="vi">{parts}</span> })}
            {move || {
                confidence_of_event(&confidence, speech.language())
                    .map(|words| view! { <span class="quiet block">{words}</span> })
            }}
        </li>
    }
    .into_any()
}
