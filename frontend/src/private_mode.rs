//! Private mode on the page: the switch with what it costs, the bar of what is loaded, and on a private review the
//! notice, the proof that a person can ask for, and the question before a link that asks the server.

use crate::failure_notice::FailureNotice;
use crate::language::{Speech, written_moment, written_number, written_size};
use crate::place::Place;
use crate::service::{Failure, private};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

const STORAGE_KEY: &str = "rasoat.private";

/// Whether the next draft stays in this browser, as chosen here before.
pub fn remembered() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten()).as_deref() == Some("on")
}

/// Asks a question that can be declined.
pub fn agreed(question: Message, language: Language) -> bool {
    window().confirm_with_message(question.text(language)).unwrap_or_default()
}

/// The switch.
#[component]
pub fn PrivateSwitch(
    /// Whether it is on.
    on: RwSignal<bool>,
    /// Whether drafts are being sent: what was chosen for them stays.
    sending: RwSignal<bool>,
    /// How far the loading is: bytes done and in all.
    progress: RwSignal<Option<(f64, f64)>>,
    /// Stops the loading.
    stop: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let keep = move |_| {
        if sending.get_untracked() {
            return;
        }
        on.update(|on| *on = !*on);
        if let Ok(Some(storage)) = window().local_storage() {
            // A browser may forbid storage; the choice then lasts until the page is closed.
            let _ = storage.set_item(STORAGE_KEY, if on.get_untracked() { "on" } else { "off" });
        }
    };
    let loading = Memo::new(move |_| progress.with(Option::is_some));
    let told = move || progress.get().unwrap_or_default();
    let words = move || {
        let language = speech.language();
        let (done, total) = told();
        let values = [("done", &*written_size(done, language)), ("total", &*written_size(total, language))];
        Message::PrivateLoading.fill(language, &values)
    };
    // Each part that arrives would be spoken; a quarter is often enough.
    let quarter = Memo::new(move |_| progress.get().map(|(done, total)| (done * 4.0 / total.max(1.0)) as u32));
    let heard = move || match quarter.get() {
        None => String::new(),
        Some(0) => Message::PrivateOpening.text(speech.language()).to_owned(),
        Some(part) => speech.fill(Message::PrivateQuarter, &[("percent", &(part * 25).to_string())]),
    };
    let bar = move || {
        loading.get().then(|| {
            view! {
                <div class="private-loading">
                    <progress
                        max=move || told().1.to_string()
                        value=move || told().0.to_string()
                        aria-hidden="true"
                    ></progress>
                    <span>{words}</span>
                    <button type="button" id="private-stop" class="button" on:click=move |_| stop()>
                        {speech.say(Message::PrivateStop)}
                    </button>
                </div>
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
                aria-disabled=move || sending.get().to_string()
                aria-describedby="private-hint"
                on:click=keep
            >
                <span class="knob" aria-hidden="true"></span>
                {speech.say(Message::PrivateMode)}
            </button>
            <p id="private-hint" class="quiet">{speech.say(Message::PrivateHint)}</p>
            {bar}
            <p role="status" class="unseen">{heard}</p>
        </div>
    }
}

/// On a private review: where the draft is, with what law it was held against, the proof, and how to be rid of it.
#[component]
pub fn PrivateNotice(
    /// The review's identifier.
    id: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let proof: RwSignal<Option<private::Proof>> = RwSignal::new(None);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let law = private::law(&id).map(|law| {
        move || {
            let language = speech.language();
            let moment = written_moment((law.at / 1000.0) as i64, language);
            let count = written_number(law.documents, language);
            Message::PrivateLaw.fill(language, &[("moment", &moment), ("count", &count)])
        }
    });
    let id = StoredValue::new(id);
    let asking = StoredValue::new(false);
    let ask = move |_| {
        // One at a time: a second click says nothing new.
        if asking.get_value() {
            return;
        }
        asking.set_value(true);
        failure.set(None);
        let id = id.get_value();
        spawn_local(async move {
            match private::proof(&id).await {
                Ok(seen) => proof.set(Some(seen)),
                Err(why) => failure.set(Some(why)),
            }
            asking.try_set_value(false);
        });
    };
    let seen = move || proof.get().map(|proof| proven(&proof, speech.language()));
    let erased = move |erase: fn(&str)| {
        if agreed(Message::PrivateEraseAsk, untrack(|| speech.language())) {
            erase(&id.get_value());
            Place::Start.go();
        }
    };
    view! {
        <section id="private-notice" class="private-notice" aria-labelledby="private-heading">
            <h2 id="private-heading">{speech.say(Message::PrivateMode)}</h2>
            <p>{speech.say(Message::PrivateHere)}</p>
            <p>{speech.say(Message::PrivateLinks)}</p>
            <p id="private-law">{law}</p>
            <div class="row">
                <button type="button" id="private-proof" class="button" on:click=ask>
                    {speech.say(Message::PrivateProve)}
                </button>
                <button type="button" id="private-erase" class="button" on:click=move |_| erased(private::erase)>
                    {speech.say(Message::PrivateErase)}
                </button>
                <button
                    type="button"
                    id="private-erase-all"
                    class="button"
                    on:click=move |_| erased(|_| private::erase_all())
                >{speech.say(Message::PrivateEraseAll)}</button>
            </div>
            <div role="status" class="private-seen">{seen}</div>
            <FailureNotice failure />
        </section>
    }
}

/// What was seen, line by line; a line that is not as promised says so.
fn proven(proof: &private::Proof, language: Language) -> impl IntoView + use<> {
    let closed = proof.is_closed();
    let door = if closed { Message::PrivateDoorClosed } else { Message::PrivateDoorOpen };
    let mut rules: Vec<&str> = Vec::new();
    for rule in proof.workers.iter().flatten() {
        if !rules.contains(&rule.as_str()) {
            rules.push(rule);
        }
    }
    let policy = if rules.is_empty() { "–".to_owned() } else { rules.join(", ") };
    let quiet = proof.requests.is_empty();
    let asked = if quiet { Message::PrivateNoRequests } else { Message::PrivateRequests };
    let count = written_number(proof.requests.len() as u64, language);
    let workers = written_number(proof.workers.len() as u64, language);
    let list = proof.requests.iter().map(|address| view! { <li><code>{address.clone()}</code></li> }).collect_view();
    view! {
        <p class:caution=!closed data-closed=closed.to_string()>{door.fill(language, &[("policy", &policy), ("workers", &workers)])}</p>
        <p data-quiet=quiet.to_string()>{asked.fill(language, &[("count", &count)])}</p>
        {(!quiet).then(|| view! { <ul>{list}</ul> })}
    }
}

/// Links whose pages ask the server about the law.
const ASKING: &str = "a[href^='#/law'], a[href^='#/search'], a[href^='#/ask'], a[href^='#/report']";

/// A link out of a private review tells the server what law the draft leads to: the first one is asked about.
pub fn ask_before_following(event: &MouseEvent, agreed_before: StoredValue<bool>, language: Language) {
    // The middle button opens a link as well, the right one does not.
    let follows = event.button() <= 1;
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest(ASKING).ok().flatten());
    if !follows || link.is_none() || agreed_before.get_value() {
        return;
    }
    match agreed(Message::PrivateLinkAsk, language) {
        true => agreed_before.set_value(true),
        false => event.prevent_default(),
    }
}
