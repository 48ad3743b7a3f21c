//! The head of every page: the ways through the application that this visitor has, and who is logged in.

use crate::language::Speech;
use crate::place::{self, Place};
use crate::private_mode::agreed;
use crate::service::private;
use crate::visitor::Visitor;
use leptos::prelude::*;
use rasoat_api::messages::Message;

/// The head of every page.
#[component]
pub fn Masthead(
    /// Where the reader is.
    place: ReadSignal<Place>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    let link = move |to: Place, message: Message, current: fn(&Place) -> bool| {
        let is_here = move || place.with(current).then_some("page");
        view! { <a href=to.hash() aria-current=is_here>{speech.say(message)}</a> }
    };
    let search = Place::Search { words: String::new(), as_of: String::new() };
    let petition = Place::Petition { number: String::new() };
    let of_reviewers = move || {
        visitor.may_review().then(|| {
            let review = link(Place::Start, Message::NavReview, |place| {
                matches!(place, Place::Start | Place::Review(_) | Place::ReviewAgainst { .. })
            });
            view! { {review} }
        })
    };
    let petitions = move || {
        if visitor.may_review() {
            link(Place::Petitions, Message::NavPetitions, |place| matches!(place, Place::Petitions))
        } else {
            link(petition.clone(), Message::NavPetition, |place| matches!(place, Place::Petition { .. }))
        }
    };
    let of_evaluators = move || {
        visitor.may_evaluate().then(|| {
            link(Place::Evaluations, Message::NavEvaluations, |place| {
                matches!(
                    place,
                    Place::Evaluations
                        | Place::Evaluation(_)
                        | Place::EvaluationSet { .. }
                        | Place::EvaluationItems(_)
                        | Place::RunsCompared { .. }
                        | Place::SetsCompared { .. }
                )
            })
        })
    };
    let of_administrators = move || {
        visitor.may_administer().then(|| {
            link(Place::Administration, Message::NavAdministration, |place| matches!(place, Place::Administration))
        })
    };
    view! {
        <header class="masthead">
            <a class="brand" href="#/">{speech.say(Message::AppName)}</a>
            <nav aria-label=speech.say(Message::NavLabel)>
                {of_reviewers}
                {link(Place::Ask, Message::NavAsk, |place| matches!(place, Place::Ask))}
                {link(search, Message::NavSearch, |place| {
                    matches!(place, Place::Search { .. } | Place::Law { .. } | Place::LawChanges { .. })
                })}
                {petitions}
                {of_evaluators}
                {of_administrators}
            </nav>
            <div class="visitor">
                <Who place />
                <button
                    id="language"
                    type="button"
                    lang=move || speech.language().other().tag()
                    aria-label=speech.say(Message::SwitchLanguageLabel)
                    on:click=move |_| speech.switch()
                >{speech.say(Message::SwitchLanguage)}</button>
            </div>
        </header>
    }
    .into_any()
}

/// Who is logged in; nothing of it in a service without accounts.
#[component]
fn Who(place: ReadSignal<Place>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    let login = move || {
        let back = match place.get() {
            Place::Login { back } => back,
            Place::Start | Place::Invitation(_) => String::new(),
            place => place.hash(),
        };
        Place::Login { back }.hash()
    };
    move || match visitor.account() {
        _ if !visitor.has_accounts() => ().into_any(),
        None => view! { <a id="to-login" href=login>{speech.say(Message::LogIn)}</a> }.into_any(),
        Some(account) => view! {
            <a id="who" href=Place::Account.hash() title=account.organisation.name>{account.name}</a>
            <button id="log-out" type="button" class="link" on:click=move |_| {
                let language = untrack(|| speech.language());
                if private::any() && !agreed(Message::PrivateLogOut, language) {
                    return;
                }
                visitor.log_out();
                place::focus_main();
            }>{speech.say(Message::LogOut)}</button>
        }
        .into_any(),
    }
}
