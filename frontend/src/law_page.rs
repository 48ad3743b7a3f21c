//! The reading room: a document with its contents, each provision at an address of its own, and what happened to it by
//! the date asked about.
//!
//! The text is the one that was stored; what later documents changed in it is told beside it, for a reader who took it
//! for today's would be misled.

pub mod changes;
mod contents;
mod history;
mod text;

use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, today, written_date};
use crate::place::Place;
use crate::provision_context::Notes;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::DocumentView;
use rasoat_api::messages::Message;
use std::sync::Arc;

/// The page of a document.
#[component]
pub fn LawPage(
    /// The document's number.
    document: String,
    /// Where the reader is: the provision and the date.
    place: ReadSignal<Place>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let number = StoredValue::new(document.clone());
    let eid = Memo::new(move |earlier: Option<&String>| match place.get() {
        Place::Law { eid, .. } => eid,
        // Leaving: nothing moves any more.
        _ => earlier.cloned().unwrap_or_default(),
    });
    let as_of = Memo::new(move |earlier: Option<&String>| match place.get() {
        Place::Law { as_of, .. } => as_of,
        _ => earlier.cloned().unwrap_or_default(),
    });
    let held: RwSignal<Option<Result<Arc<DocumentView>, Failure>>> = RwSignal::new(None);
    Effect::new(move || {
        let day = as_of.get();
        held.set(None);
        spawn_local(async move {
            let Some(document) = number.try_get_value() else { return };
            let answer = law::document(&document, &day).await.map(Arc::new);
            // Another date may have been asked for meanwhile.
            if as_of.try_get_untracked() == Some(day) {
                held.set(Some(answer));
            }
        });
    });
    speech.entitle_with(move |_| {
        let title = held.with(|held| held.as_ref().and_then(|held| held.as_ref().ok()).map(|held| held.title.clone()));
        let title = title.filter(|title| !title.is_empty());
        number.with_value(|number| title.map_or_else(|| number.clone(), |title| format!("{title} ({number})")))
    });
    let pick_date = move |event: web_sys::Event| {
        let as_of = event_target_value(&event);
        Place::Law { document: number.get_value(), eid: eid.get_untracked(), as_of }.go();
    };
    let shown_date = move || {
        let asked = as_of.get();
        if asked.is_empty() { today() } else { asked }
    };
    let head = move || match held.get() {
        None => view! { <div class="law-head"><Skeleton lines=2 /></div> }.into_any(),
        Some(Err(_)) => view! { <div class="law-head"><h1>{document.clone()}</h1></div> }.into_any(),
        Some(Ok(held)) => view! { <Head held /> }.into_any(),
    };
    let body = move || match held.get() {
        None => view! { <div class="law-text paper"><Skeleton lines=14 /></div> }.into_any(),
        Some(Err(why)) => view! {
            <div class="law-text">
                <FailureNotice failure=Signal::stored(Some(why)) />
                <p class="quiet">{speech.say(Message::DocumentAbsent)}</p>
            </div>
        }
        .into_any(),
        Some(Ok(held)) => view! { <text::Text held eid /> }.into_any(),
    };
    let list = move || {
        let held = held.get().and_then(Result::ok)?;
        Some(view! { <contents::Contents held eid as_of /> })
    };
    view! {
        <div class="page law">
            <div class="law-top">
                {head}
                <div class="field as-of">
                    <label for="law-as-of">{speech.say(Message::LawAsOf)}</label>
                    <input id="law-as-of" type="date" prop:value=shown_date on:change=pick_date />
                </div>
            </div>
            <div class="law-room">
                <div class="law-contents">{list}</div>
                {body}
                <aside
                    class="law-aside"
                    class:of-provision=move || !eid.get().is_empty()
                    aria-label=speech.say(Message::ProvisionState)
                >
                    <history::History number eid as_of />
                </aside>
            </div>
        </div>
    }
    .into_any()
}

/// What the document is, and its effect on the date.
#[component]
fn Head(held: Arc<DocumentView>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let metadata = held.metadata.clone();
    let particulars = move || {
        let language = speech.language();
        let mut parts = Vec::new();
        parts.extend(metadata.issuer.clone());
        if let Some(issued) = &metadata.issued {
            parts.push(Message::IssuedOn.fill(language, &[("date", &written_date(issued, language))]));
        }
        if let Some(effective) = &metadata.effective {
            parts.push(Message::EffectiveFrom.fill(language, &[("date", &written_date(effective, language))]));
        }
        parts.into_iter().map(|part| view! { <span>{part}</span> }).collect_view()
    };
    let title = if held.title.is_empty() { held.document.clone() } else { held.title.clone() };
    view! {
        <div class="law-head">
            <h1 lang="vi">{title} " " <span class="number">{held.document.clone()}</span></h1>
            <p class="particulars quiet" lang="vi">{particulars}</p>
            <p><EffectBadge effect=held.effect as_of=Signal::stored(held.as_of.clone()) /></p>
            <Notes notes=held.notes.clone() />
        </div>
    }
    .into_any()
}
