//! The application in the browser: the reviewer's desk, where a draft, its findings and the provisions that prove them
//! stand side by side; the citizen's counter, where a question is answered from the law in force; the reading room; and
//! what belongs to accounts.
//!
//! Hard because whoever reads must be able to check every word at once: the draft's words, the finding, the answer and the
//! law stand together and follow each other. Nothing is judged here; the page shows what the server found, says which
//! checks did not run, and sends nothing to any other host. Texts of drafts, law and findings are data and reach the
//! page as text nodes only, never as HTML.

mod account_page;
mod address;
mod administration;
mod amendment_page;
mod amendment_queue;
mod answer_view;
mod ask_page;
mod at_a_glance;
mod chart;
mod checks_table;
mod decision_bar;
mod decisions;
mod desk;
mod discussion;
mod draft_map;
mod draft_text;
mod draft_view;
mod effect_badge;
mod evaluations;
mod evidence_panel;
mod failure_notice;
mod fetched;
mod field;
mod finding_choice;
mod findings_list;
mod guide_page;
mod keys_help;
mod language;
mod law_page;
mod login_page;
mod markup;
mod masthead;
mod offline_notice;
mod overview;
mod petition_page;
mod petition_queue;
mod place;
mod private_mode;
mod procedures_page;
mod progress_view;
mod provision_context;
mod provision_label;
mod rendering_view;
mod report_page;
mod review_page;
mod search_page;
mod service;
mod skeleton;
mod start_page;
mod timeline;
mod undertaking;
mod versions;
mod visitor;

use failure_notice::FailureNotice;
use language::Speech;
use leptos::prelude::*;
use place::Place;
use rasoat_api::About;
use rasoat_api::messages::Message;
use visitor::Visitor;
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
    let visitor = Visitor::arriving();
    provide_context(visitor);
    let place = place::follow_address();
    // A change of page moves the keyboard to its content; the first page leaves it where the browser put it.
    Effect::new(move |earlier: Option<Place>| {
        let now = place.with(Place::page);
        if earlier.is_some_and(|earlier| earlier != now) {
            request_animation_frame(|| {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                place::focus_main();
            });
        }
        now
    });
    let page = Memo::new(move |_| place.with(Place::page));
    // Another session is not another page: only whether there is one decides what is drawn here.
    let known = Memo::new(move |_| visitor.session().map(|session| session.map(drop)));
    let shown = move || match known.get() {
        None => view! { <div class="page"><skeleton::Skeleton lines=6 /></div> }.into_any(),
        Some(Err(why)) => view! {
            <div class="page">
                <FailureNotice failure=Signal::stored(Some(why)) />
                <button type="button" class="button" on:click=move |_| visitor.ask_again()>
                    {speech.say(Message::TryAgain)}
                </button>
            </div>
        }
        .into_any(),
        Some(Ok(_)) => (move || draw(page.get(), place)).into_any(),
    };
    view! {
        <a class="skip" href="#main" on:click=move |event| {
            // The hash is the address of the page, so the link moves the keyboard without touching it.
            event.prevent_default();
            place::focus_main();
        }>{speech.say(Message::SkipToContent)}</a>
        <offline_notice::OfflineNotice />
        <masthead::Masthead place />
        <main id="main" tabindex="-1">{shown}</main>
        <Colophon />
    }
}

/// The page of a place.
fn draw(page: Place, place: ReadSignal<Place>) -> AnyView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    let of_accounts =
        matches!(page, Place::Login { .. } | Place::Invitation(_) | Place::Account | Place::Administration);
    let may_review = Memo::new(move |_| visitor.may_review());
    match page {
        _ if of_accounts && !untrack(|| visitor.has_accounts()) => nowhere(speech),
        Place::Start => (move || {
            if may_review.get() {
                view! { <start_page::StartPage /> }.into_any()
            } else {
                view! { <ask_page::AskPage /> }.into_any()
            }
        })
        .into_any(),
        Place::Review(id) => view! { <review_page::ReviewPage id /> }.into_any(),
        Place::Evaluations
        | Place::Evaluation(_)
        | Place::EvaluationSet { .. }
        | Place::EvaluationItems(_)
        | Place::RunsCompared { .. }
        | Place::SetsCompared { .. } => evaluations::page(page),
        Place::ReviewAgainst { id, other } => versions::page(id, other),
        Place::LawChanges { document, from, to } => law_page::changes::page(document, from, to),
        Place::Procedures { words } => procedures_page::all(words),
        Place::Procedure(id) => procedures_page::one(id),
        Place::Drafts | Place::Sweeps | Place::Sweep(_) => at_a_glance::page(page),
        Place::Guide(name) => guide_page::page(&name),
        Place::Ask => view! { <ask_page::AskPage /> }.into_any(),
        Place::Search { .. } => view! { <search_page::SearchPage place /> }.into_any(),
        Place::Law { document, .. } => view! { <law_page::LawPage document place /> }.into_any(),
        Place::Report { document, eid } => view! { <report_page::ReportPage document eid /> }.into_any(),
        Place::Petition { number } => view! { <petition_page::PetitionPage number /> }.into_any(),
        Place::Amendments => view! { <amendment_queue::AmendmentQueue /> }.into_any(),
        Place::Amendment(id) => view! { <amendment_page::AmendmentPage id /> }.into_any(),
        Place::Petitions => view! { <petition_queue::PetitionQueue /> }.into_any(),
        Place::Login { back } => view! { <login_page::LoginPage back /> }.into_any(),
        Place::Invitation(secret) => view! { <login_page::InvitationPage secret /> }.into_any(),
        Place::Account => view! { <account_page::AccountPage /> }.into_any(),
        Place::Administration => view! { <administration::AdministrationPage /> }.into_any(),
        Place::Nowhere => nowhere(speech),
    }
}

fn nowhere(speech: Speech) -> AnyView {
    view! {
        <div class="page">
            <h1>{speech.say(Message::PageNotFound)}</h1>
            <p><a href="#/">{speech.say(Message::ToStart)}</a></p>
        </div>
    }
    .into_any()
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
    view! {
        <footer class="colophon">
            <a href=Place::Guide(String::new()).hash()>{speech.say(Message::GuidesHeading)}</a>
            {said}
        </footer>
    }
}
