//! The reviewers' queue of petitions.

use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::language::{Speech, written_moment};
use crate::place::Place;
use crate::provision_label::provision_label;
use crate::service::{Failure, petitions};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, petition_state_name};
use rasoat_api::{Petition, PetitionState};

/// Petitions a page.
const PAGE: usize = 30;

/// The queue.
#[component]
pub fn PetitionQueue() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::PetitionsHeading);
    let state = RwSignal::new(String::new());
    let listed: RwSignal<Option<Result<Vec<Petition>, Failure>>> = RwSignal::new(None);
    let more = RwSignal::new(false);
    // The next page goes behind those that are here; another state begins anew.
    let fetch = move |before: String| {
        let asked = state.get_untracked();
        spawn_local(async move {
            let page = petitions::petitions(&asked, &before, PAGE).await;
            if state.try_get_untracked() != Some(asked) {
                return;
            }
            more.set(page.as_ref().is_ok_and(|page| page.len() == PAGE));
            listed.update(|listed| match (listed, page) {
                (Some(Ok(listed)), Ok(page)) if !before.is_empty() => listed.extend(page),
                (listed, page) => *listed = Some(page),
            });
        });
    };
    fetch(String::new());
    let states = Signal::derive(move || {
        let language = speech.language();
        let all = (String::new(), Message::AllStates.text(language).to_owned());
        let named = |state: PetitionState| (state.code().to_owned(), petition_state_name(state, language).to_owned());
        [vec![all], PetitionState::ALL.map(named).to_vec()].concat()
    });
    let row = move |petition: Petition| {
        let language = speech.language();
        let Petition { number, document, eid, state, received, .. } = petition;
        let place = Place::Petition { number: number.clone() };
        view! {
            <tr>
                <th scope="row"><a href=place.hash()>{number}</a></th>
                <td lang="vi">{provision_label(&eid, language)} " " {document}</td>
                <td class="when">{written_moment(received, language)}</td>
                <td><span class="badge" data-petition=state.code()>{petition_state_name(state, language)}</span></td>
            </tr>
        }
    };
    let table = move || match listed.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(listed)) if listed.is_empty() => {
            view! { <p class="quiet">{speech.say(Message::PetitionsNone)}</p> }.into_any()
        }
        Some(Ok(listed)) => view! {
            <table class="stacked">
                <thead>
                    <tr>
                        <th scope="col">{speech.say(Message::PetitionNumber)}</th>
                        <th scope="col">{speech.say(Message::ColumnProvision)}</th>
                        <th scope="col">{speech.say(Message::ColumnReceived)}</th>
                        <th scope="col">{speech.say(Message::ColumnState)}</th>
                    </tr>
                </thead>
                <tbody>{listed.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any(),
    };
    let older = move |_| {
        let last = listed
            .with_untracked(|listed| listed.iter().flatten().flatten().last().map(|petition| petition.number.clone()));
        last.map(fetch).unwrap_or_default();
    };
    view! {
        <div class="page petitions">
            <h1>{speech.say(Message::PetitionsHeading)}</h1>
            <Choice
                id="filter-state".to_owned()
                label=Signal::derive(move || speech.say(Message::ColumnState)().to_owned())
                options=states
                value=state
                choose=move |chosen| {
                    state.set(chosen);
                    listed.set(None);
                    fetch(String::new());
                }
            />
            <div aria-live="polite">{table}</div>
            {move || more.get().then(|| view! {
                <p><button type="button" class="button" on:click=older>{speech.say(Message::ShowMore)}</button></p>
            })}
        </div>
    }
    .into_any()
}
