//! Whether there is a network: said when it goes and when it is back, at the top of every page.

use crate::language::Speech;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use std::time::Duration;

/// The notice; nothing is seen of it while all is well.
#[component]
pub fn OfflineNotice() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let said: RwSignal<Option<Message>> = RwSignal::new((!window().navigator().on_line()).then_some(Message::Offline));
    let gone = window_event_listener_untyped("offline", move |_| said.set(Some(Message::Offline)));
    let back = window_event_listener_untyped("online", move |_| {
        said.set(Some(Message::OnlineAgain));
        set_timeout(
            move || said.update(|said| *said = said.take().filter(|said| *said == Message::Offline)),
            Duration::from_secs(6),
        );
    });
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    // The region is there before it says anything, or nothing would be heard.
    view! {
        <div id="network" class="network" role="status" data-offline=move || (said.get() == Some(Message::Offline)).to_string()>
            {move || said.get().map(|said| said.text(speech.language()))}
        </div>
    }
    .into_any()
}
