//! What is asked of the server once, and drawn when it comes.

use crate::failure_notice::FailureNotice;
use crate::language::Speech;
use crate::markup::{Draw, Markup, drawn};
use crate::service::Failure;
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};
use std::pin::Pin;
use std::rc::Rc;

/// What is under way: how to draw what comes.
pub type Asked = Pin<Box<dyn Future<Output = Result<Draw, Failure>>>>;

/// What is asked for and how it is drawn.
pub fn asked<T: 'static>(
    ask: impl Future<Output = Result<T, Failure>> + 'static,
    draw: impl Fn(&T, &Markup, Language) + 'static,
) -> Asked {
    Box::pin(async move {
        let found = ask.await?;
        let draw: Draw = Rc::new(move |page, language| draw(&found, page, language));
        Ok(draw)
    })
}

/// What is asked once it is unfolded.
pub fn unfolded(id: &'static str, heading: Message, ask: Rc<dyn Fn() -> Asked>, class: &'static str) -> AnyView {
    let speech = expect_context::<Speech>();
    let opened = RwSignal::new(false);
    let ask = StoredValue::new_local(ask);
    view! {
        <details id=id class="card folded" on:toggle=move |_| opened.set(true)>
            <summary><h2>{speech.say(heading)}</h2></summary>
            {move || opened.get().then(|| fetched(ask.with_value(|ask| ask()), class))}
        </details>
    }
    .into_any()
}

/// What is asked, drawn: a skeleton before it comes, the failure where it fails.
pub fn fetched(asked: Asked, class: &'static str) -> AnyView {
    let held: RwSignal<Option<Result<Draw, Failure>>, LocalStorage> = RwSignal::new_local(None);
    spawn_local(async move {
        let answer = asked.await;
        // The page may have been left.
        let _ = held.try_set(Some(answer));
    });
    view! {
        <div aria-live="polite">
            {move || match held.get() {
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
                Some(Ok(draw)) => drawn(draw, class),
            }}
        </div>
    }
    .into_any()
}
