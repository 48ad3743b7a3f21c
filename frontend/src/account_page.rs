//! One's own account: who one is here, another password, and tokens for programs.

use crate::failure_notice::FailureNotice;
use crate::field::{Field, ShownOnce};
use crate::language::{Speech, written_moment};
use crate::service::{Failure, accounts};
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use crate::visitor::Visitor;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, role_title, scope_name};
use rasoat_api::{PasswordChange, Scope, Token, TokenMade, TokenWanted};
use web_sys::SubmitEvent;

/// The page of one's own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    speech.entitle(Message::AccountHeading);
    let who = move || {
        visitor.account().map(|account| {
            view! {
                <dl class="particulars-list">
                    <div><dt>{speech.say(Message::PersonName)}</dt><dd>{account.name}</dd></div>
                    <div><dt>{speech.say(Message::LoginName)}</dt><dd>{account.login}</dd></div>
                    <div>
                        <dt>{speech.say(Message::ColumnRole)}</dt>
                        <dd>{move || role_title(account.role, speech.language())}</dd>
                    </div>
                    <div><dt>{speech.say(Message::ColumnOrganisation)}</dt><dd>{account.organisation.name}</dd></div>
                </dl>
            }
        })
    };
    view! {
        <div class="page narrow">
            <h1>{speech.say(Message::AccountHeading)}</h1>
            {who}
            <NewPassword />
            <Tokens />
        </div>
    }
    .into_any()
}

#[component]
fn NewPassword() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let change = PasswordChange { current: current.get_untracked(), new: new.get_untracked() };
        if change.current.is_empty() || change.new.is_empty() {
            return work.refuse(Message::PasswordEmpty, Message::PasswordEmptyHint);
        }
        work.begin(accounts::change_password(change), move |()| {
            current.set(String::new());
            new.set(String::new());
            work.say(Message::PasswordChanged);
        });
    };
    view! {
        <section class="part" aria-labelledby="password-heading">
            <h2 id="password-heading">{speech.say(Message::PasswordHeading)}</h2>
            <form class="card" novalidate on:submit=submit>
                <Field
                    id="current-password"
                    label=Message::PasswordCurrent
                    value=current
                    kind="password"
                    autocomplete="current-password"
                />
                <Field
                    id="new-password"
                    label=Message::PasswordNew
                    value=new
                    kind="password"
                    autocomplete="new-password"
                    hint=Message::PasswordRule
                />
                {work.outcome()}
                <Begin work words=Message::PasswordChange id="change-password" />
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Tokens() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let tokens: RwSignal<Option<Result<Vec<Token>, Failure>>> = RwSignal::new(None);
    let made: RwSignal<Option<TokenMade>> = RwSignal::new(None);
    let fetch = move || spawn_local(async move { tokens.set(Some(accounts::tokens().await)) });
    fetch();
    let dropping = Undertaking::new();
    let row = move |token: Token| {
        let language = speech.language();
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope_name(*scope, language)).collect();
        let until = match token.expires {
            Some(at) => Message::TokenUntil.fill(language, &[("time", &written_moment(at, language))]),
            None => Message::TokenForever.text(language).to_owned(),
        };
        let label = Message::TokenDropLabel.fill(language, &[("name", &token.name)]);
        let take_back = move |_| {
            let id = token.id.clone();
            dropping.begin(accounts::drop_token(id), move |()| {
                dropping.say(Message::TokenDropped);
                made.set(None);
                fetch();
            });
        };
        view! {
            <li>
                <b>{token.name.clone()}</b>
                <span class="quiet">{scopes.join(", ")} " · " {until}</span>
                <button type="button" class="link" aria-label=label on:click=take_back>
                    {Message::TokenDrop.text(language)}
                </button>
            </li>
        }
    };
    let list = move || match tokens.get() {
        None => view! { <Skeleton lines=2 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(tokens)) if tokens.is_empty() => {
            view! { <p class="quiet">{speech.say(Message::TokensNone)}</p> }.into_any()
        }
        Some(Ok(tokens)) => view! { <ul class="rows">{tokens.into_iter().map(row).collect_view()}</ul> }.into_any(),
    };
    view! {
        <section class="part" aria-labelledby="tokens-heading">
            <h2 id="tokens-heading">{speech.say(Message::TokensHeading)}</h2>
            <p class="quiet">{speech.say(Message::TokensPurpose)}</p>
            {list}
            {dropping.outcome()}
            <NewToken made fetch />
            {move || {
                made.get()
                    .map(|made| {
                        view! { <ShownOnce id="token-secret" label=Message::TokenSecret secret=made.secret /> }
                    })
            }}
        </section>
    }
    .into_any()
}

#[component]
fn NewToken(made: RwSignal<Option<TokenMade>>, fetch: impl Fn() + Copy + 'static) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    let (name, days) = (RwSignal::new(String::new()), RwSignal::new("90".to_owned()));
    let chosen: RwSignal<Vec<Scope>> = RwSignal::new(Vec::new());
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let days = days.get_untracked();
        let wanted = TokenWanted {
            name: name.get_untracked(),
            scopes: chosen.get_untracked(),
            days: days.trim().parse().ok().filter(|days| *days > 0),
        };
        if wanted.name.trim().is_empty() || wanted.scopes.is_empty() {
            return work.refuse(Message::TokenEmpty, Message::TokenEmptyHint);
        }
        if wanted.days.is_none() && !days.trim().is_empty() {
            return work.refuse(Message::TokenDaysWrong, Message::TokenDaysHint);
        }
        work.begin(accounts::make_token(wanted), move |token| {
            name.set(String::new());
            made.set(Some(token));
            fetch();
        });
    };
    // A program may do nothing that its account may not.
    let offered = move || {
        let role = visitor.account().map(|account| account.role).unwrap_or_default();
        Scope::ALL.into_iter().filter(|scope| scope_fits(*scope, role)).collect::<Vec<_>>()
    };
    let scope_box = move |scope: Scope| {
        let toggle = move |event: web_sys::Event| {
            let on = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != scope);
                if on {
                    chosen.push(scope);
                }
            });
        };
        view! {
            <label class="tick">
                <input
                    type="checkbox"
                    name=scope.code()
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&scope))
                    on:change=toggle
                />
                {move || scope_name(scope, speech.language())}
            </label>
        }
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <Field id="token-name" label=Message::TokenName value=name hint=Message::TokenNameHint />
            <fieldset>
                <legend>{speech.say(Message::TokenScopes)}</legend>
                {move || offered().into_iter().map(scope_box).collect_view()}
            </fieldset>
            <Field id="token-days" label=Message::TokenDays value=days kind="number" hint=Message::TokenDaysHint />
            {work.outcome()}
            <Begin work words=Message::TokenMake id="make-token" />
        </form>
    }
    .into_any()
}

fn scope_fits(scope: Scope, role: rasoat_api::Role) -> bool {
    use rasoat_api::Role;
    match scope {
        Scope::Review => matches!(role, Role::Reviewer | Role::Administrator),
        Scope::Evaluate => matches!(role, Role::Evaluator | Role::Administrator),
        Scope::Administer => role == Role::Administrator,
    }
}
