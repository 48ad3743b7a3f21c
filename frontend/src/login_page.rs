//! The way in: logging in, and taking an invitation up.

use crate::field::Field;
use crate::language::Speech;
use crate::place::Place;
use crate::service::accounts;
use crate::undertaking::{Begin, Undertaking};
use crate::visitor::Visitor;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use rasoat_api::{InvitationTaken, Login, routes};
use web_sys::SubmitEvent;

/// The login; afterwards to where `back` names.
#[component]
pub fn LoginPage(
    /// The hash to go to afterwards.
    back: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    speech.entitle(Message::LogIn);
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let work = Undertaking::new();
    let sent_away = !back.is_empty();
    let vacant = move || matches!(visitor.session(), Some(Ok(session)) if session.vacant);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let back = Place::from_hash(&back);
        let asked = Login { login: login.get_untracked().trim().to_owned(), password: password.get_untracked() };
        if asked.login.is_empty() || asked.password.is_empty() {
            return work.refuse(Message::LoginEmpty, Message::LoginEmptyHint);
        }
        work.begin(accounts::log_in(asked), move |session| {
            visitor.put(session);
            back.go();
        });
    };
    view! {
        <div class="page narrow">
            <h1>{speech.say(Message::LogIn)}</h1>
            {sent_away.then(|| view! { <p class="quiet">{speech.say(Message::LoginToGoOn)}</p> })}
            {move || vacant().then(|| view! { <p class="caution">{speech.say(Message::ServiceVacant)}</p> })}
            <form class="card" novalidate on:submit=submit>
                <Field id="login" label=Message::LoginName value=login autocomplete="username" />
                <Field
                    id="password"
                    label=Message::Password
                    value=password
                    kind="password"
                    autocomplete="current-password"
                />
                {work.outcome()}
                <Begin work words=Message::LogIn id="log-in" />
            </form>
            {move || {
                let Some(Ok(session)) = visitor.session() else { return None };
                let name = session.single_sign_on?;
                let words = speech.fill(Message::LogInWith, &[("name", &name)]);
                // A page of the server's, which leads away and back.
                Some(view! { <p><a id="single-sign-on" class="button" href=routes::SSO>{words}</a></p> })
            }}
            <p class="quiet">{speech.say(Message::LoginNotNeeded)} " " <a href="#/ask">{speech.say(Message::NavAsk)}</a></p>
        </div>
    }
    .into_any()
}

/// An invitation, taken up: makes the account and logs it in.
#[component]
pub fn InvitationPage(
    /// The secret of the link.
    secret: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    speech.entitle(Message::InvitationHeading);
    let empty = || RwSignal::new(String::new());
    let (login, name, password) = (empty(), empty(), empty());
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let taken = InvitationTaken {
            secret: secret.clone(),
            login: login.get_untracked().trim().to_owned(),
            name: name.get_untracked(),
            password: password.get_untracked(),
        };
        if taken.login.is_empty() || taken.name.trim().is_empty() || taken.password.is_empty() {
            return work.refuse(Message::InvitationEmpty, Message::InvitationEmptyHint);
        }
        work.begin(accounts::take_up(taken), move |session| {
            visitor.put(session);
            Place::Start.go();
        });
    };
    view! {
        <div class="page narrow">
            <h1>{speech.say(Message::InvitationHeading)}</h1>
            <p class="purpose">{speech.say(Message::InvitationPurpose)}</p>
            <form class="card" novalidate on:submit=submit>
                <Field id="name" label=Message::PersonName value=name autocomplete="name" />
                <Field
                    id="login"
                    label=Message::LoginName
                    value=login
                    autocomplete="username"
                    hint=Message::LoginNameRule
                />
                <Field
                    id="password"
                    label=Message::Password
                    value=password
                    kind="password"
                    autocomplete="new-password"
                    hint=Message::PasswordRule
                />
                {work.outcome()}
                <Begin work words=Message::MakeAccount id="take-up" />
            </form>
        </div>
    }
    .into_any()
}
