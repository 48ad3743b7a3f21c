//! A petition: to its sender where it stands, to a reviewer what was sent and what bears on it.

use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::field::{Choice, Field, LongField};
use crate::language::{Speech, written_moment};
use crate::place::Place;
use crate::provision_context::Notes;
use crate::provision_label::provision_label;
use crate::service::{Failure, petitions};
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use crate::visitor::Visitor;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, petition_state_name};
use rasoat_api::{Gathered, Petition, PetitionChange, PetitionInside, PetitionState};
use web_sys::SubmitEvent;

/// A petition on its way, or why it cannot be seen.
type Told = RwSignal<Option<Result<Petition, Failure>>>;

/// The page of a petition; a sender types its number and secret.
#[component]
pub fn PetitionPage(
    /// Its number, where the address has it.
    number: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    speech.entitle(Message::PetitionHeading);
    let told: Told = RwSignal::new(None);
    let is_reviewer = untrack(|| visitor.may_review()) && !number.is_empty();
    let asked = number.clone();
    if is_reviewer {
        spawn_local(async move { told.set(Some(petitions::petition(&asked, None).await)) });
    }
    let shown = move || match told.get() {
        None => is_reviewer.then(|| view! { <Skeleton lines=6 /> }).into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(petition)) => view! { <Standing petition told /> }.into_any(),
    };
    view! {
        <div class="page narrow">
            <h1>{speech.say(Message::PetitionHeading)}</h1>
            {(!is_reviewer).then(|| view! { <Follow number told /> })}
            <div aria-live="polite">{shown}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Follow(number: String, told: Told) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (number, secret) = (RwSignal::new(number), RwSignal::new(String::new()));
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (number, secret) = (number.get_untracked().trim().to_owned(), secret.get_untracked().trim().to_owned());
        let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        // A header carries plain letters alone, and no secret has others.
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return work.refuse(Message::UnknownPetition, Message::FollowEmptyHint);
        }
        if number.is_empty() || secret.is_empty() || !plain {
            return work.refuse(Message::FollowEmpty, Message::FollowEmptyHint);
        }
        told.set(None);
        let asked = async move { petitions::petition(&number, Some(&secret)).await };
        work.begin(asked, move |petition| told.set(Some(Ok(petition))));
    };
    view! {
        <p class="purpose">{speech.say(Message::FollowPurpose)}</p>
        <form class="card" novalidate on:submit=submit>
            <Field id="number" label=Message::PetitionNumber value=number />
            <Field id="secret" label=Message::PetitionSecret value=secret />
            {work.outcome()}
            <Begin work words=Message::Follow id="follow" />
        </form>
        <p class="quiet">{speech.say(Message::FollowNewHint)}</p>
    }
    .into_any()
}

/// Where it stands, and, to a reviewer, what was sent.
#[component]
fn Standing(petition: Petition, told: Told) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Petition { number, document, eid, as_of, state, received, changed, outcome, inside } = petition;
    let law = Place::Law { document: document.clone(), eid: eid.clone(), as_of }.hash();
    let moment = move |message: Message, at: i64| {
        move || speech.fill(message, &[("time", &written_moment(at, speech.language()))])
    };
    let inside = inside.map(|inside| {
        let (number, outcome) = (number.clone(), outcome.clone());
        view! { <Inside inside /> <Answer number state outcome told /> }
    });
    view! {
        <section class="card petition" aria-labelledby="petition-heading">
            <h2 id="petition-heading">
                {number} " " <span class="badge" data-petition=state.code()>
                    {move || petition_state_name(state, speech.language())}
                </span>
            </h2>
            <p>
                <a href=law lang="vi">{move || provision_label(&eid, speech.language())} " " {document}</a>
            </p>
            <p class="particulars quiet">
                <span>{moment(Message::ReceivedAt, received)}</span> <span>{moment(Message::ChangedAt, changed)}</span>
            </p>
            {match outcome {
                Some(outcome) => view! {
                    <p><b>{speech.say(Message::OutcomeLabel)}": "</b><span lang="vi" id="outcome">{outcome}</span></p>
                }
                .into_any(),
                None => view! { <p class="quiet">{speech.say(Message::OutcomeNone)}</p> }.into_any(),
            }}
        </section>
        {inside}
    }
    .into_any()
}

#[component]
fn Inside(inside: PetitionInside) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let PetitionInside { reason, contact, gathered, .. } = inside;
    let contact = contact.map(|contact| {
        view! { <p><b>{speech.say(Message::ContactOf)}": "</b>{contact}</p> }
    });
    view! {
        <section class="part" aria-labelledby="reason-heading">
            <h2 id="reason-heading">{speech.say(Message::ReasonHeading)}</h2>
            <blockquote class="quote" lang="vi">{reason}</blockquote>
            {contact}
        </section>
        <section class="part" aria-labelledby="gathered-heading">
            <h2 id="gathered-heading">{speech.say(Message::GatheredHeading)}</h2>
            {match gathered {
                Some(gathered) => view! { <Bearing gathered /> }.into_any(),
                None => view! { <p class="quiet">{speech.say(Message::GatheredNotYet)}</p> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Bearing(gathered: Gathered) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Gathered { bearing, review, why_not } = gathered;
    let findings = review.map(|review| review.findings).unwrap_or_default();
    let findings = findings.into_iter().map(|finding| {
        view! {
            <li data-severity=crate::draft_view::severity_sign(finding.severity)>
                <span class="sign" aria-hidden="true"></span> <span lang="vi">{finding.message}</span>
            </li>
        }
    });
    let hits = bearing.hits.into_iter().map(|hit| {
        let place = Place::Law { document: hit.document.clone(), eid: hit.eid.clone(), as_of: String::new() };
        view! {
            <li>
                <a href=place.hash()>{move || provision_label(&hit.eid, speech.language())} " " {hit.document.clone()}</a>
                " " <EffectBadge effect=hit.effect as_of=Signal::stored(String::new()) />
            </li>
        }
    });
    let missing: Vec<String> = why_not.into_iter().collect();
    view! {
        <Notes notes=missing />
        <ul class="rows">{findings.collect_view()}</ul>
        <h3>{speech.say(Message::BearingHeading)}</h3>
        <ul class="rows">{hits.collect_view()}</ul>
    }
    .into_any()
}

/// What a reviewer makes of it.
#[component]
fn Answer(number: String, state: PetitionState, outcome: Option<String>, told: Told) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (chosen, words) = (RwSignal::new(state), RwSignal::new(outcome.unwrap_or_default()));
    let work = Undertaking::new();
    let states = Signal::derive(move || {
        let language = speech.language();
        let named = |state: PetitionState| (state.code().to_owned(), petition_state_name(state, language).to_owned());
        PetitionState::ALL.map(named).to_vec()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let words = words.get_untracked().trim().to_owned();
        let change = PetitionChange { state: chosen.get_untracked(), outcome: (!words.is_empty()).then_some(words) };
        let number = number.clone();
        let changed = async move { petitions::change(&number, change).await };
        work.begin(changed, move |petition| told.set(Some(Ok(petition))));
    };
    view! {
        <section class="part" aria-labelledby="answer-petition-heading">
            <h2 id="answer-petition-heading">{speech.say(Message::AnswerPetitionHeading)}</h2>
            <form class="card" novalidate on:submit=submit>
                <Choice
                    id="petition-state".to_owned()
                    label=Signal::derive(move || speech.say(Message::ColumnState)().to_owned())
                    options=states
                    value=Signal::derive(move || chosen.get().code().to_owned())
                    choose=move |code| chosen.set(PetitionState::from_code(&code).unwrap_or(state))
                />
                <LongField id="petition-outcome" label=Message::OutcomeLabel value=words hint=Message::OutcomeHint />
                {work.outcome()}
                <Begin work words=Message::KeepPetition id="keep-petition" />
            </form>
        </section>
    }
    .into_any()
}
