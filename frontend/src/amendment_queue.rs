//! The queue of amendments that could not be applied.

use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::language::Speech;
use crate::place::Place;
use crate::provision_label::provision_label;
use crate::service::{Failure, amendments};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, amendment_operation_name, amendment_state_name};
use rasoat_api::{Amendment, AmendmentState};

/// Amendments a page.
const PAGE: usize = 30;

/// The queue.
#[component]
pub fn AmendmentQueue() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::AmendmentsHeading);
    let state = RwSignal::new(AmendmentState::Open.code().to_owned());
    let listed: RwSignal<Option<Result<Vec<Amendment>, Failure>>> = RwSignal::new(None);
    let more = RwSignal::new(false);
    // The next page goes behind those that are here; another state begins anew.
    let fetch = move |after: String| {
        let asked = state.get_untracked();
        spawn_local(async move {
            let page = amendments::amendments(&asked, &after, PAGE).await;
            if state.try_get_untracked() != Some(asked) {
                return;
            }
            more.set(page.as_ref().is_ok_and(|page| page.len() == PAGE));
            listed.update(|listed| match (listed, page) {
                (Some(Ok(listed)), Ok(page)) if !after.is_empty() => listed.extend(page),
                (listed, page) => *listed = Some(page),
            });
        });
    };
    fetch(String::new());
    let states = Signal::derive(move || {
        let language = speech.language();
        let all = (String::new(), Message::AllStates.text(language).to_owned());
        let named = |state: AmendmentState| (state.code().to_owned(), amendment_state_name(state, language).to_owned());
        [vec![all], AmendmentState::ALL.map(named).to_vec()].concat()
    });
    let row = move |amendment: Amendment| {
        let language = speech.language();
        let Amendment { id, state, act, act_eid, read, ruling, .. } = amendment;
        let fact = ruling.and_then(|ruling| ruling.confirmed);
        let unknown = || Message::AmendmentUnknownPart.text(language).to_owned();
        let target = match (&fact, &read) {
            (Some(fact), _) => Some((fact.document.clone(), fact.eids.clone())),
            (None, Some(read)) => {
                let eids = read.eid.clone().into_iter().collect();
                read.document.clone().map(|document| (document, eids))
            }
            (None, None) => None,
        };
        let target = target.map_or_else(unknown, |(document, eids)| {
            let labels: Vec<String> = eids.iter().map(|eid| provision_label(eid, language)).collect();
            format!("{} {document}", labels.join(", ")).trim().to_owned()
        });
        let operation = fact.map(|fact| fact.operation).or(read.as_ref().map(|read| read.operation));
        let place = Place::Amendment(id);
        let orders = format!("{} {act}", provision_label(act_eid.as_deref().unwrap_or_default(), language));
        view! {
            <tr>
                <th scope="row"><a href=place.hash() lang="vi">{orders.trim().to_owned()}</a></th>
                <td lang="vi">{target}</td>
                <td>{operation.map(|operation| amendment_operation_name(operation, language))}</td>
                <td lang="vi">{read.map(|read| read.reason)}</td>
                <td><span class="badge" data-amendment=state.code()>{amendment_state_name(state, language)}</span></td>
            </tr>
        }
    };
    let none = move || {
        let is_open = state.with(|state| state.as_str() == AmendmentState::Open.code());
        if is_open { Message::AmendmentsNone } else { Message::AmendmentsNoneSo }.text(speech.language())
    };
    let table = move || match listed.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(listed)) if listed.is_empty() => view! { <p class="quiet">{none}</p> }.into_any(),
        Some(Ok(listed)) => view! {
            <table class="stacked">
                <thead>
                    <tr>
                        <th scope="col">{speech.say(Message::AmendmentAct)}</th>
                        <th scope="col">{speech.say(Message::AmendmentTarget)}</th>
                        <th scope="col">{speech.say(Message::AmendmentOperation)}</th>
                        <th scope="col">{speech.say(Message::AmendmentWhy)}</th>
                        <th scope="col">{speech.say(Message::ColumnState)}</th>
                    </tr>
                </thead>
                <tbody>{listed.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any(),
    };
    let next = move |_| {
        let last = listed.with_untracked(|listed| listed.iter().flatten().flatten().last().map(|last| last.id.clone()));
        last.map(fetch).unwrap_or_default();
    };
    view! {
        <div class="page petitions">
            <h1>{speech.say(Message::AmendmentsHeading)}</h1>
            <p class="purpose">{speech.say(Message::AmendmentsPurpose)}</p>
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
                <p><button type="button" class="button" on:click=next>{speech.say(Message::ShowMore)}</button></p>
            })}
        </div>
    }
    .into_any()
}
