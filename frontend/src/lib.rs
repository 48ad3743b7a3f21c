//! The reviewer's workspace in the browser: a draft goes in, and its findings come out beside the draft and the
//! provisions that prove them.
//!
//! Hard because a reviewer must be able to check every finding at once: the draft's words, the finding and the law
//! stand side by side and follow each other. Nothing is judged here; the page shows what the server found, says which
//! checks did not run, and sends nothing to any other host. Texts of drafts and findings are data and reach the page
//! as text nodes only, never as HTML.

mod checks_table;
mod desk;
mod draft_text;
mod draft_view;
mod evidence_panel;
mod failure_notice;
mod finding_choice;
mod findings_list;
mod language;
mod place;
mod progress_view;
mod provision_label;
mod review_page;
mod service;
mod start_page;

use language::Speech;
use leptos::prelude::*;
use place::Place;
use rasoat_api::About;
use rasoat_api::messages::Message;
use wasm_bindgen::prelude::*;

/// Puts the application in the page's `#app`, in place of what stood there while it loaded.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    let host = document().get_element_by_id("app").and_then(|host| host.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(host) = host {
        host.set_text_content(None);
        leptos::mount::mount_to(host, App).forget();
    }
}

#[component]
fn App() -> impl IntoView {
    let speech = Speech::remembered();
    provide_context(speech);
    let place = place::follow_address();
    // A change of page moves the keyboard to its content; the first page leaves it where the browser put it.
    Effect::new(move |earlier: Option<Place>| {
        let now = place.get();
        if earlier.is_some_and(|earlier| earlier != now) {
            request_animation_frame(|| {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                place::focus_main();
            });
        }
        now
    });
    let page = move || match place.get() {
        Place::Start => view! { <start_page::StartPage /> }.into_any(),
        Place::Review(id) => view! { <review_page::ReviewPage id /> }.into_any(),
        Place::Nowhere => view! {
            <div class="page">
                <p>{speech.say(Message::PageNotFound)}</p>
                <p><a href="#/">{speech.say(Message::BackToStart)}</a></p>
            </div>
        }
        .into_any(),
    };
    view! {
        <a class="skip" href="#main" on:click=move |event| {
            // The hash is the address of the page, so the link moves the keyboard without touching it.
            event.prevent_default();
            place::focus_main();
        }>{speech.say(Message::SkipToContent)}</a>
        <header class="masthead">
            <a class="brand" href="#/">{speech.say(Message::AppName)}</a>
            <button
                id="language"
                type="button"
                lang=move || speech.language().other().tag()
                aria-label=speech.say(Message::SwitchLanguageLabel)
                on:click=move |_| speech.switch()
            >{speech.say(Message::SwitchLanguage)}</button>
        </header>
        <main id="main" tabindex="-1">{page}</main>
        <Colophon />
    }
}

/// The foot of every page: what the server holds, and what it lacks.
#[component]
fn Colophon() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let about: RwSignal<Option<About>> = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        // Where the server cannot be reached, the page above says so.
        if let Ok(answer) = service::about().await {
            about.set(Some(answer));
        }
    });
    let said = move || {
        let language = speech.language();
        about.get().map(|about| {
            let documents = language::written_number(about.documents, language);
            let provisions = language::written_number(about.provisions, language);
            let holds = if about.documents == 0 {
                view! { <span class="caution">{Message::StoreEmpty.text(language)}</span> }.into_any()
            } else {
                let values = [("documents", documents.as_str()), ("provisions", provisions.as_str())];
                view! { <span>{Message::StoreHolds.fill(language, &values)}</span> }.into_any()
            };
            let encoder = match &about.encoder {
                Some(name) => view! { <span>{Message::EncoderIs.fill(language, &[("name", name)])}</span> }.into_any(),
                None => view! { <span class="caution">{Message::NoEncoder.text(language)}</span> }.into_any(),
            };
            view! {
                {holds}
                {encoder}
                <span>{Message::ProgramVersion.fill(language, &[("version", &about.version)])}</span>
            }
        })
    };
    view! { <footer class="colophon">{said}</footer> }
}
