//! A failure as the reader meets it: one clear line and what to do, spoken at once by a screen reader.

use crate::language::Speech;
use crate::service::Failure;
use leptos::prelude::*;

/// Shows a failure while there is one.
#[component]
pub fn FailureNotice(
    /// The failure, if any.
    #[prop(into)]
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    move || {
        failure.get().map(|failure| {
            let language = speech.language();
            let hint = failure.hint(language);
            view! {
                <div class="failure" role="alert">
                    <p class="failure-message">{failure.message(language)}</p>
                    {(!hint.is_empty()).then(|| view! { <p class="failure-hint">{hint}</p> })}
                </div>
            }
        })
    }
}
