//! The accounts with their role, organisation and state, and inviting somebody.

use super::Kept;
use crate::failure_notice::FailureNotice;
use crate::field::{Choice, ShownOnce};
use crate::language::{Speech, written_moment};
use crate::service::accounts;
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use leptos::prelude::*;
use rasoat_api::messages::{Message, role_title};
use rasoat_api::{Account, AccountChange, Invitation, InvitationMade, Role};
use web_sys::SubmitEvent;

/// Roles that need an account.
const ROLES: [Role; 3] = [Role::Reviewer, Role::Evaluator, Role::Administrator];

fn roles(speech: Speech) -> Vec<(String, String)> {
    let language = speech.language();
    ROLES.map(|role| (role.code().to_owned(), role_title(role, language).to_owned())).into()
}

#[component]
pub fn Accounts(kept: Kept) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let work = Undertaking::new();
    let table = move || match kept.accounts.get() {
        None => view! { <Skeleton lines=3 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(accounts)) => view! {
            <table class="stacked">
                <thead>
                    <tr>
                        <th scope="col">{speech.say(Message::ColumnPerson)}</th>
                        <th scope="col">{speech.say(Message::ColumnRole)}</th>
                        <th scope="col">{speech.say(Message::ColumnOrganisation)}</th>
                        <th scope="col">{speech.say(Message::ColumnState)}</th>
                    </tr>
                </thead>
                <tbody>
                    {accounts.into_iter().map(|account| view! { <Row kept account work /> }).collect_view()}
                </tbody>
            </table>
        }
        .into_any(),
    };
    view! {
        <section class="part" aria-labelledby="accounts-heading">
            <h2 id="accounts-heading">{speech.say(Message::AccountsHeading)}</h2>
            {table}
            {work.outcome()}
        </section>
    }
    .into_any()
}

#[component]
fn Row(kept: Kept, account: Account, work: Undertaking) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Account { id, login, name, role, organisation, active } = account;
    let change = {
        let id = id.clone();
        move |change: AccountChange| {
            let account = accounts::change_account(id.clone(), change);
            work.begin(account, move |_| {
                work.say(Message::AccountChanged);
                kept.fetch_accounts();
            });
        }
    };
    let label_of = |message: Message, name: &str| {
        let name = name.to_owned();
        Signal::derive(move || speech.fill(message, &[("name", &name)]))
    };
    let (to_role, to_organisation, to_state) = (change.clone(), change.clone(), change);
    let own = organisation.clone();
    let offered = Signal::derive(move || {
        let mut offered = kept.choices();
        if !offered.iter().any(|(id, _)| *id == own.id) {
            offered.insert(0, (own.id.clone(), own.name.clone()));
        }
        offered
    });
    let (role_label, organisation_label) = (label_of(Message::RoleOf, &name), label_of(Message::OrganisationOf, &name));
    let shown_login = login.clone();
    let state_label = label_of(if active { Message::AccountCloseLabel } else { Message::AccountOpenLabel }, &name);
    view! {
        <tr data-login=login>
            <th scope="row">{name} <span class="quiet block">{shown_login}</span></th>
            <td>
                <Choice
                    id=format!("role-{id}")
                    label=role_label
                    quiet_label=true
                    options=Signal::derive(move || roles(speech))
                    value=Signal::stored(role.code().to_owned())
                    choose=move |code| to_role(AccountChange { role: Role::from_code(&code), ..Default::default() })
                />
            </td>
            <td>
                <Choice
                    id=format!("organisation-{id}")
                    label=organisation_label
                    quiet_label=true
                    options=offered
                    value=Signal::stored(organisation.id)
                    choose=move |id| to_organisation(AccountChange { organisation: Some(id), ..Default::default() })
                />
            </td>
            <td>
                <span class="state" data-state=if active { "done" } else { "cancelled" }>
                    {speech.say(if active { Message::AccountActive } else { Message::AccountClosed })}
                </span>
                " "
                <button
                    type="button"
                    class="link"
                    aria-label=move || state_label.get()
                    on:click=move |_| to_state(AccountChange { active: Some(!active), ..Default::default() })
                >
                    {speech.say(if active { Message::AccountClose } else { Message::AccountOpen })}
                </button>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn Invite(kept: Kept) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (role, organisation) = (RwSignal::new(Role::Reviewer), RwSignal::new(String::new()));
    let made: RwSignal<Option<InvitationMade>> = RwSignal::new(None);
    let work = Undertaking::new();
    // The first is chosen until another is.
    let chosen = Signal::derive(move || {
        let chosen = organisation.get();
        if chosen.is_empty() { kept.choices().into_iter().next().map(|(id, _)| id).unwrap_or_default() } else { chosen }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = Invitation { role: role.get_untracked(), organisation: chosen.get_untracked() };
        work.begin(accounts::invite(wanted), move |invitation| made.set(Some(invitation)));
    };
    let link = move || {
        made.get().map(|made| {
            let base = window().location().href().unwrap_or_default();
            let base = base.split('#').next().unwrap_or_default();
            let link = format!("{base}#/invitation/{}", made.secret);
            view! {
                <ShownOnce id="invitation-link" label=Message::InvitationLink secret=link />
                <p class="quiet">{move || {
                    speech.fill(
                        Message::InvitationUntil,
                        &[("time", &written_moment(made.expires, speech.language()))],
                    )
                }}</p>
            }
        })
    };
    view! {
        <section class="part" aria-labelledby="invite-heading">
            <h2 id="invite-heading">{speech.say(Message::InviteHeading)}</h2>
            <p class="quiet">{speech.say(Message::InvitePurpose)}</p>
            <form class="card across" novalidate on:submit=submit>
                <Choice
                    id="invite-role".to_owned()
                    label=Signal::derive(move || speech.say(Message::ColumnRole)().to_owned())
                    options=Signal::derive(move || roles(speech))
                    value=Signal::derive(move || role.get().code().to_owned())
                    choose=move |code| role.set(Role::from_code(&code).unwrap_or(Role::Reviewer))
                />
                <Choice
                    id="invite-organisation".to_owned()
                    label=Signal::derive(move || speech.say(Message::ColumnOrganisation)().to_owned())
                    options=Signal::derive(move || kept.choices())
                    value=chosen
                    choose=move |id| organisation.set(id)
                />
                <Begin work words=Message::Invite id="invite" />
                {work.outcome()}
            </form>
            {link}
        </section>
    }
    .into_any()
}
