//! What stands where something will, so that nothing jumps when it comes.

use crate::language::Speech;
use leptos::prelude::*;
use rasoat_api::messages::Message;

/// Grey lines in place of text that is on its way; a screen reader hears that it loads.
#[component]
pub fn Skeleton(
    /// How many lines.
    lines: usize,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    view! {
        <div class="skeleton" role="status">
            <span class="unseen">{speech.say(Message::Loading)}</span>
            {(0..lines).map(|_| view! { <span class="bone" aria-hidden="true"></span> }).collect_view()}
        </div>
    }
    .into_any()
}
