//! What a service's own language model makes of an answer: below it, labelled, each sentence with its provision.
//!
//! Nothing here may look like law: it says first who wrote it, and a sentence without a provision is not shown.

use crate::language::Speech;
use crate::place::Place;
use crate::provision_label::provision_label;
use leptos::prelude::*;
use rasoat_api::messages::{Message, rendering_state};
use rasoat_api::{AnswerCitation, AnswerRendering, RenderingState};

/// The rendering; nothing where there is none.
#[component]
pub fn RenderingView(
    /// The rendering, once it is there.
    rendering: RwSignal<Option<AnswerRendering>>,
    /// What the answer rests on.
    citations: Vec<AnswerCitation>,
    /// The day it stands for.
    as_of: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let shown = move |rendering: AnswerRendering| {
        let AnswerRendering { model, state, sentences, dropped, .. } = rendering;
        let sentences = sentences.into_iter().filter_map(|sentence| {
            let AnswerCitation { document, eid, label, .. } = citations.get(sentence.citation)?.clone();
            let name = {
                let (document, eid) = (document.clone(), eid.clone());
                move || match label.is_empty() {
                    true => format!("{} {document}", provision_label(&eid, speech.language())),
                    false => label.clone(),
                }
            };
            let law = Place::Law { document, eid, as_of: as_of.clone() }.hash();
            Some(view! {
                <li>
                    <p class="sentence" lang="vi">{sentence.text}</p>
                    <p class="rests-on"><a href=law lang="vi">{name}</a></p>
                </li>
            })
        });
        let sentences = sentences.collect_view();
        let count = dropped.to_string();
        let left_out = (dropped > 0).then(|| {
            view! { <p class="quiet">{move || speech.fill(Message::RenderingDropped, &[("count", &count)])}</p> }
        });
        view! {
            <section
                class="rendering"
                aria-labelledby="rendering-heading"
                aria-busy=(state == RenderingState::Offered).to_string()
            >
                <h3 id="rendering-heading">{speech.say(Message::RenderingHeading)}</h3>
                <p class="quiet">{move || speech.fill(Message::RenderingNotice, &[("model", &model)])}</p>
                <ul class="sentences">{sentences}</ul>
                {rendering_state(state).map(|message| view! { <p>{speech.say(message)}</p> })}
                {left_out}
            </section>
        }
    };
    move || rendering.get().map(&shown)
}
