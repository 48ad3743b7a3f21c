//! What is asked of the server once, and drawn when it comes.

use crate::failure_notice::FailureNotice;
use crate::markup::{Draw, drawn};
use crate::service::Failure;
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;

/// What is under way: how to draw what comes.
pub type Asked = Pin<Box<dyn Future<Output = Result<Draw, Failure>>>>;

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
