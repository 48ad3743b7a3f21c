//! Reporting a provision (phản ánh, kiến nghị): what is wrong with it, in the sender's own words.

use crate::failure_notice::FailureNotice;
use crate::field::{Field, LongField, ShownOnce};
use crate::language::Speech;
use crate::place::Place;
use crate::provision_context::ProvisionContext;
use crate::provision_label::provision_label;
use crate::service::{Failure, law, petitions};
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{PetitionSent, PetitionWanted, ProvisionView};
use std::sync::Arc;
use web_sys::SubmitEvent;

/// The page for reporting a provision.
#[component]
pub fn ReportPage(
    /// The document's number.
    document: String,
    /// The provision.
    eid: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::ReportHeading);
    let provision: RwSignal<Option<Result<Arc<ProvisionView>, Failure>>> = RwSignal::new(None);
    let sent: RwSignal<Option<PetitionSent>> = RwSignal::new(None);
    let (number, part) = (document.clone(), eid.clone());
    spawn_local(async move { provision.set(Some(law::provision(&number, &part, "").await.map(Arc::new))) });
    let name = {
        let (document, eid) = (document.clone(), eid.clone());
        move || match provision.get().and_then(Result::ok) {
            Some(view) => format!("{} {} ({document})", view.label, view.document_title),
            None => format!("{} {document}", provision_label(&eid, speech.language())),
        }
    };
    let shown = move || match provision.get() {
        None => view! { <Skeleton lines=5 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(provision)) => view! { <ProvisionContext provision already=Vec::new() /> }.into_any(),
    };
    let form = move || match sent.get() {
        Some(sent) => view! { <Sent sent /> }.into_any(),
        None => view! { <Form document=document.clone() eid=eid.clone() sent /> }.into_any(),
    };
    view! {
        <div class="page narrow">
            <h1>{speech.say(Message::ReportHeading)}</h1>
            <p class="reported" lang="vi"><b>{name}</b></p>
            {shown}
            {form}
        </div>
    }
    .into_any()
}

#[component]
fn Form(document: String, eid: String, sent: RwSignal<Option<PetitionSent>>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (reason, contact) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (reason, contact) = (reason.get_untracked(), contact.get_untracked());
        if reason.trim().is_empty() {
            return work.refuse(Message::ReasonEmpty, Message::ReasonEmptyHint);
        }
        let wanted = PetitionWanted {
            document: document.clone(),
            eid: eid.clone(),
            reason,
            contact: Some(contact.trim().to_owned()).filter(|contact| !contact.is_empty()),
            as_of: None,
        };
        work.begin(petitions::send(wanted), move |made| sent.set(Some(made)));
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <LongField id="reason" label=Message::ReasonLabel value=reason rows=5 hint=Message::ReasonHint />
            <Field id="contact" label=Message::ContactLabel value=contact hint=Message::ContactHint />
            <p class="quiet">{speech.say(Message::ReportPrivacy)}</p>
            {work.outcome()}
            <Begin work words=Message::ReportSend id="send-report" />
        </form>
    }
    .into_any()
}

/// What was received, and what to follow it by.
#[component]
fn Sent(sent: PetitionSent) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let place = Place::Petition { number: sent.number.clone() };
    view! {
        <section class="card sent" role="status" aria-labelledby="sent-heading">
            <h2 id="sent-heading">{speech.say(Message::ReportSent)}</h2>
            <p>{speech.say(Message::PetitionNumber)} ": " <b id="petition-number">{sent.number}</b></p>
            <ShownOnce id="petition-secret" label=Message::PetitionSecret secret=sent.secret />
            <p><a href=place.hash()>{speech.say(Message::PetitionFollow)}</a></p>
        </section>
    }
    .into_any()
}
