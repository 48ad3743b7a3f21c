//! The keys of the desk, shown on `?`.

use crate::language::Speech;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::Message;

const KEYS: [(&str, Message); 9] = [
    ("j ↓", Message::KeyNext),
    ("k ↑", Message::KeyPrevious),
    ("a", Message::KeyAccept),
    ("r", Message::KeyReject),
    ("e", Message::KeyEdit),
    ("c", Message::KeyNote),
    ("t", Message::KeyDiscuss),
    ("u", Message::KeyUndo),
    ("?", Message::KeyHelp),
];

/// The dialog with the keys; `open` opens it.
#[component]
pub fn KeysHelp(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        // The browser keeps the keyboard inside, closes on Escape and gives the focus back.
        if open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let rows = KEYS.map(|(keys, does)| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{speech.say(does)}</dd></div> }
    });
    view! {
        <dialog node_ref=dialog class="keys" aria-labelledby="keys-heading" on:close=move |_| open.set(false)>
            <h2 id="keys-heading">{speech.say(Message::KeysHeading)}</h2>
            <dl>{rows.into_iter().collect_view()}</dl>
            <button type="button" class="button" on:click=move |_| open.set(false)>{speech.say(Message::Close)}</button>
        </dialog>
    }
    .into_any()
}
