//! Fields of forms: each with its label, and what is asked of it said before it is typed.

use crate::language::Speech;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A field of one line.
#[component]
pub fn Field(
    /// Its identifier.
    id: &'static str,
    /// Its label.
    label: Message,
    /// What is typed.
    value: RwSignal<String>,
    /// Its `type`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What is asked of it.
    #[prop(optional)]
    hint: Option<Message>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{speech.say(label)}</label>
            <input
                id=id
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=hint.map(|_| hint_id.clone())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:change=move |event| value.set(event_target_value(&event))
            />
            {hint.map(|hint| view! { <p id=hint_id class="quiet">{speech.say(hint)}</p> })}
        </div>
    }
    .into_any()
}

/// A field of several lines.
#[component]
pub fn LongField(
    /// Its identifier.
    id: &'static str,
    /// Its label.
    label: Message,
    /// What is typed.
    value: RwSignal<String>,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
    /// What is asked of it.
    #[prop(optional)]
    hint: Option<Message>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{speech.say(label)}</label>
            <textarea
                id=id
                rows=rows
                aria-describedby=hint.map(|_| hint_id.clone())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            {hint.map(|hint| view! { <p id=hint_id class="quiet">{speech.say(hint)}</p> })}
        </div>
    }
    .into_any()
}

/// A choice among a few.
#[component]
pub fn Choice(
    /// Its identifier.
    id: String,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether the label is heard only.
    #[prop(optional)]
    quiet_label: bool,
    /// What may be chosen: the value and its name.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Hears what is chosen.
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let drawn = move || {
        let chosen = value.get();
        let option = |(code, name): (String, String)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{name}</option> }
        };
        options.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label for=id.clone() class:unseen=quiet_label>{move || label.get()}</label>
            <select id=id prop:value=move || value.get() on:change=move |event| choose(event_target_value(&event))>
                {drawn}
            </select>
        </div>
    }
    .into_any()
}

/// A secret that is shown once, with a way to take it along.
#[component]
pub fn ShownOnce(
    /// Its identifier.
    id: &'static str,
    /// What it is.
    label: Message,
    /// The secret.
    secret: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let copied = RwSignal::new(None::<Message>);
    let text = secret.clone();
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            copied.set(Some(if copy_out(&text).await { Message::Copied } else { Message::CopyByHand }));
            select_all(id);
            set_timeout(move || copied.set(None), Duration::from_secs(8));
        });
    };
    view! {
        <div class="shown-once" role="group" aria-labelledby=format!("{id}-label")>
            <label id=format!("{id}-label") for=id>{speech.say(label)}</label>
            <p class="quiet">{speech.say(Message::ShownOnceHint)}</p>
            <div class="row">
                <input id=id type="text" readonly prop:value=secret on:focus=move |_| select_all(id) />
                <button type="button" class="button" on:click=copy>{speech.say(Message::Copy)}</button>
            </div>
            <p class="done" role="status">{move || copied.get().map(|said| said.text(speech.language()))}</p>
        </div>
    }
    .into_any()
}

fn select_all(id: &str) {
    let input = document().get_element_by_id(id).and_then(|found| found.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(input) = input {
        input.select();
    }
}

/// Puts a text on the clipboard; a browser lets a page do so only where its connection is safe.
pub async fn copy_out(text: &str) -> bool {
    window().is_secure_context() && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}
