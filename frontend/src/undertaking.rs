//! Something asked of the server by a form: one at a time, refused with a reason, and heard by a screen reader.

use crate::failure_notice::FailureNotice;
use crate::language::Speech;
use crate::service::Failure;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use std::future::Future;

/// Work that a person asked for.
#[derive(Debug, Clone, Copy)]
pub struct Undertaking {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    done: RwSignal<Option<Message>>,
}

impl Undertaking {
    /// Nothing is under way.
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), failure: RwSignal::new(None), done: RwSignal::new(None) }
    }

    /// Begins `work` unless some is under way, and hands its outcome on.
    pub fn begin<T: 'static>(
        self,
        work: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        self.done.set(None);
        spawn_local(async move {
            let outcome = work.await;
            self.busy.set(false);
            match outcome {
                Ok(made) => then(made),
                Err(why) => self.failure.set(Some(why)),
            }
        });
    }

    /// Refuses before anything is asked.
    pub fn refuse(self, why: Message, hint: Message) {
        self.done.set(None);
        self.failure.set(Some(Failure::Asked(why, hint)));
    }

    /// Says that it is done.
    pub fn say(self, done: Message) {
        self.done.set(Some(done));
    }

    /// Whether it is under way, tracked.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// What came of it.
    pub fn outcome(self) -> impl IntoView {
        let speech = expect_context::<Speech>();
        view! {
            <FailureNotice failure=self.failure />
            <p class="done" role="status">{move || self.done.get().map(|done| done.text(speech.language()))}</p>
        }
    }
}

/// The button that begins it, the form's last.
#[component]
pub fn Begin(
    /// The work.
    work: Undertaking,
    /// What the button says.
    words: Message,
    /// Its identifier.
    id: &'static str,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    view! {
        <button id=id class="button primary" type="submit" aria-disabled=move || work.is_busy().to_string()>
            {speech.say(words)}
        </button>
    }
    .into_any()
}
