//! Private mode on the page: the switch with what it costs, the bar of what is loaded, and the notice on a private review
//! with the proof that a person can ask for.

use crate::failure_notice::FailureNotice;
use crate::language::{Speech, written_number, written_size};
use crate::service::{Failure, private};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};

const STORAGE_KEY: &str = "rasoat.private";

/// Whether the next draft stays in this browser, as chosen here before.
pub fn remembered() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten()).as_deref() == Some("on")
}

/// The switch.
#[component]
pub fn PrivateSwitch(
    /// Whether it is on.
    on: RwSignal<bool>,
    /// How far the loading is: bytes done and in all.
    progress: RwSignal<Option<(f64, f64)>>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let keep = move |_| {
        on.update(|on| *on = !*on);
        if let Ok(Some(storage)) = window().local_storage() {
            // A browser may forbid storage; the choice then lasts until the page is closed.
            let _ = storage.set_item(STORAGE_KEY, if on.get_untracked() { "on" } else { "off" });
        }
    };
    let bar = move || {
        progress.get().map(|(done, total)| {
            let language = speech.language();
            let values = [("done", &*written_size(done, language)), ("total", &*written_size(total, language))];
            view! {
                <p class="private-loading" role="status">
                    <progress max=total.to_string() value=done.to_string() aria-hidden="true"></progress>
                    <span>{Message::PrivateLoading.fill(language, &values)}</span>
                </p>
            }
        })
    };
    view! {
        <div class="private-switch" class:on=move || on.get()>
            <button
                type="button"
                id="private-mode"
                role="switch"
                class="switch"
                aria-checked=move || on.get().to_string()
                aria-describedby="private-hint"
                on:click=keep
            >
                <span class="knob" aria-hidden="true"></span>
                {speech.say(Message::PrivateMode)}
            </button>
            <p id="private-hint" class="quiet">{speech.say(Message::PrivateHint)}</p>
            {bar}
        </div>
    }
}

/// On a private review: where the draft is, and the proof.
#[component]
pub fn PrivateNotice(
    /// The review's identifier.
    id: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let proof: RwSignal<Option<private::Proof>> = RwSignal::new(None);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let id = StoredValue::new(id);
    let ask = move |_| {
        failure.set(None);
        spawn_local(async move {
            match private::proof(&id.get_value()).await {
                Ok(seen) => proof.set(Some(seen)),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let seen = move || proof.get().map(|proof| proven(&proof, speech.language()));
    view! {
        <section id="private-notice" class="private-notice" aria-labelledby="private-heading">
            <h2 id="private-heading">{speech.say(Message::PrivateMode)}</h2>
            <p>{speech.say(Message::PrivateHere)}</p>
            <button type="button" id="private-proof" class="button" on:click=ask>{speech.say(Message::PrivateProve)}</button>
            <div role="status" class="private-seen">{seen}</div>
            <FailureNotice failure />
        </section>
    }
}

/// What was seen, line by line; a line that is not as promised says so.
fn proven(proof: &private::Proof, language: Language) -> impl IntoView + use<> {
    let closed = proof.refused && proof.policy.len() >= 2;
    let door = if closed { Message::PrivateDoorClosed } else { Message::PrivateDoorOpen };
    let policy = proof.policy.first().cloned().unwrap_or_else(|| "–".to_owned());
    let quiet = proof.requests.is_empty();
    let asked = if quiet { Message::PrivateNoRequests } else { Message::PrivateRequests };
    let count = written_number(proof.requests.len() as u64, language);
    let list = proof.requests.iter().map(|address| view! { <li><code>{address.clone()}</code></li> }).collect_view();
    view! {
        <p class:caution=!closed data-closed=closed.to_string()>{door.fill(language, &[("policy", &policy)])}</p>
        <p data-quiet=quiet.to_string()>{asked.fill(language, &[("count", &count)])}</p>
        {(!quiet).then(|| view! { <ul>{list}</ul> })}
    }
}
