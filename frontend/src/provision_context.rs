//! A provision in the article it stands in, the provision marked, with the warnings that bear on it.

use crate::desk::{Bring, scroll_to};
use crate::draft_text::around;
use crate::language::Speech;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::ProvisionView;
use rasoat_api::messages::Message;
use std::sync::Arc;

/// The article around a provision; warnings that were given already are not given twice.
#[component]
pub fn ProvisionContext(
    /// The provision.
    provision: Arc<ProvisionView>,
    /// Warnings given already.
    already: Vec<String>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let scroll = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(scroll) = scroll.get() {
            request_animation_frame(move || {
                if let Ok(Some(cited)) = scroll.query_selector(".cited") {
                    scroll_to(&scroll, &cited, Bring::IntoView);
                }
            });
        }
    });
    let notes = provision.notes.iter().filter(|note| !already.contains(note)).cloned().collect::<Vec<_>>();
    let (before, cited, after) = around(&provision.article_text, provision.start, provision.end);
    let (before, cited, after) = (before.to_owned(), cited.to_owned(), after.to_owned());
    let region = {
        let label = provision.label.clone();
        move || format!("{}: {label}", Message::EvidenceContext.text(speech.language()))
    };
    view! {
        <Notes notes />
        <div class="context">
            <p class="context-title">{speech.say(Message::EvidenceContext)}</p>
            {(!provision.headings.is_empty()).then(|| view! {
                <p class="headings quiet" lang="vi">{provision.headings.join(" › ")}</p>
            })}
            <div class="article-text paper" tabindex="0" role="group" aria-label=region lang="vi" node_ref=scroll>
                {before}<mark class="cited">{cited}</mark>{after}
            </div>
        </div>
    }
    .into_any()
}

/// Warnings a reader needs.
#[component]
pub fn Notes(
    /// The warnings.
    notes: Vec<String>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let note = move |note: String| {
        view! { <p class="caution"><b>{speech.say(Message::EvidenceWarning)}": "</b><span lang="vi">{note}</span></p> }
    };
    notes.into_iter().map(note).collect_view()
}
