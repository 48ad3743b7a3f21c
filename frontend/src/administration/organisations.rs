//! The organisations: each sees its own drafts alone.

use super::Kept;
use crate::failure_notice::FailureNotice;
use crate::field::Field;
use crate::language::Speech;
use crate::service::accounts;
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use leptos::prelude::*;
use rasoat_api::Organisation;
use rasoat_api::messages::Message;
use web_sys::SubmitEvent;

#[component]
pub fn Organisations(kept: Kept) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let name = RwSignal::new(String::new());
    // The one that is being given another name; none: a new one is made.
    let renamed: RwSignal<Option<String>> = RwSignal::new(None);
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = name.get_untracked();
        if typed.trim().is_empty() {
            return work.refuse(Message::OrganisationEmpty, Message::OrganisationEmptyHint);
        }
        let after = move |_: Organisation| {
            name.set(String::new());
            renamed.set(None);
            work.say(Message::OrganisationKept);
            kept.fetch_organisations();
            kept.fetch_accounts();
        };
        match renamed.get_untracked() {
            Some(id) => work.begin(accounts::rename_organisation(id, typed), after),
            None => work.begin(accounts::make_organisation(typed), after),
        }
    };
    let row = move |organisation: Organisation| {
        let Organisation { id, name: known } = organisation;
        let label = speech.fill(Message::OrganisationRenameLabel, &[("name", &known)]);
        let shown = known.clone();
        let rename = move |_| {
            name.set(known.clone());
            renamed.set(Some(id.clone()));
            crate::desk::focus("#organisation-name");
        };
        view! {
            <li>
                <b>{shown}</b>
                <button type="button" class="link" aria-label=label on:click=rename>
                    {Message::OrganisationRename.text(speech.language())}
                </button>
            </li>
        }
    };
    let list = move || match kept.organisations.get() {
        None => view! { <Skeleton lines=2 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(all)) => view! { <ul class="rows">{all.into_iter().map(row).collect_view()}</ul> }.into_any(),
    };
    let renaming = move || renamed.with(Option::is_some);
    view! {
        <section class="part" aria-labelledby="organisations-heading">
            <h2 id="organisations-heading">{speech.say(Message::OrganisationsHeading)}</h2>
            {list}
            <form class="card across" novalidate on:submit=submit>
                <Field id="organisation-name" label=Message::OrganisationName value=name />
                {move || {
                    let words = if renaming() { Message::OrganisationRename } else { Message::OrganisationMake };
                    view! { <Begin work words id="keep-organisation" /> }
                }}
                {move || {
                    let leave = move |_| {
                        renamed.set(None);
                        name.set(String::new());
                    };
                    renaming().then(|| {
                        view! {
                            <button type="button" class="button" on:click=leave>{speech.say(Message::Leave)}</button>
                        }
                    })
                }}
                {work.outcome()}
            </form>
        </section>
    }
    .into_any()
}
