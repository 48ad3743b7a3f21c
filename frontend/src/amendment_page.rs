//! An amendment that could not be applied: what its act says, what is stored, and what a person makes of it.

use crate::failure_notice::FailureNotice;
use crate::field::{Choice, Field, LongField};
use crate::language::{Speech, written_date, written_moment};
use crate::place::Place;
use crate::provision_label::{cited, provision_label};
use crate::service::{Failure, amendments};
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message, amendment_operation_name, amendment_state_name};
use rasoat_api::{
    Amendment, AmendmentConfirmation, AmendmentFact, AmendmentOperation, AmendmentRulingWanted, AmendmentState,
};
use web_sys::SubmitEvent;

/// An amendment on its way, or why it cannot be seen.
type Told = RwSignal<Option<Result<Amendment, Failure>>>;

/// The page of one.
#[component]
pub fn AmendmentPage(
    /// Its identifier.
    id: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::AmendmentHeading);
    let told: Told = RwSignal::new(None);
    spawn_local(async move { told.set(Some(amendments::amendment(&id).await)) });
    let shown = move || match told.get() {
        None => view! { <Skeleton lines=8 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(amendment)) => view! { <Standing amendment told /> }.into_any(),
    };
    view! {
        <div class="page narrow">
            <p class="crumb particulars">
                <span><a href=Place::Amendments.hash()>{speech.say(Message::AmendmentsHeading)}</a></span>
            </p>
            <h1>{speech.say(Message::AmendmentHeading)}</h1>
            <div aria-live="polite">{shown}</div>
        </div>
    }
    .into_any()
}

/// Provisions as they are cited, parted by semicolons.
fn labels(eids: &[String], language: Language) -> String {
    let labels: Vec<String> = eids.iter().map(|eid| provision_label(eid, language)).collect();
    labels.join("; ")
}

#[component]
fn Standing(amendment: Amendment, told: Told) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Amendment { id, state, act, act_eid, words, held, read, ruling } = amendment;
    let law = |document: &str, eid: &str| {
        let (document, eid) = (document.to_owned(), eid.to_owned());
        let place = Place::Law { document: document.clone(), eid: eid.clone(), as_of: String::new() };
        view! { <a href=place.hash() lang="vi">{move || provision_label(&eid, speech.language())} " " {document}</a> }
    };
    let orders = law(&act, act_eid.as_deref().unwrap_or_default());
    let target = read.as_ref().and_then(|read| {
        let document = read.document.as_deref()?;
        Some(law(document, read.eid.as_deref().unwrap_or_default()))
    });
    let stored = read.as_ref().and_then(|read| read.target_words.clone()).map(|words| {
        view! {
            <section class="part" aria-labelledby="stands-heading">
                <h2 id="stands-heading">{speech.say(Message::AmendmentStands)}</h2>
                <blockquote class="quote" lang="vi">{words}</blockquote>
            </section>
        }
    });
    let reason = read.as_ref().map(|read| read.reason.clone()).map(|reason| {
        view! { <p><b>{speech.say(Message::AmendmentWhy)}": "</b><span lang="vi" id="why">{reason}</span></p> }
    });
    let dismissed = ruling.as_ref().and_then(|ruling| ruling.dismissed.clone());
    let confirmed = ruling.as_ref().and_then(|ruling| ruling.confirmed.clone());
    let at = ruling.map(|ruling| ruling.at);
    let fact = confirmed.clone().or_else(|| {
        let read = read?;
        Some(AmendmentFact {
            document: read.document.unwrap_or_default(),
            eids: read.eid.into_iter().collect(),
            operation: read.operation,
            effective: read.effective.unwrap_or_default(),
        })
    });
    let said = move || match (&confirmed, &dismissed) {
        (Some(fact), _) => {
            let language = speech.language();
            let all = Message::AmendmentWhole.text(language).to_owned();
            let what = if fact.eids.is_empty() { all } else { labels(&fact.eids, language) };
            let values = [
                ("operation", amendment_operation_name(fact.operation, language)),
                ("what", &what),
                ("document", &fact.document),
                ("date", &written_date(&fact.effective, language)),
            ];
            Some(Message::AmendmentSaid.fill(language, &values))
        }
        (None, dismissed) => dismissed.clone(),
    };
    let when =
        at.map(|at| move || speech.fill(Message::AmendmentAt, &[("time", &written_moment(at, speech.language()))]));
    view! {
        <section class="card petition" aria-labelledby="amendment-heading">
            <h2 id="amendment-heading">
                {orders} " " <span class="badge" data-amendment=state.code()>
                    {move || amendment_state_name(state, speech.language())}
                </span>
            </h2>
            {target.map(|target| view! { <p><b>{speech.say(Message::AmendmentTarget)}": "</b>{target}</p> })}
            {reason}
            {(state != AmendmentState::Open).then(|| view! {
                <p id="said" lang="vi">{said}</p>
                <p class="particulars quiet"><span>{when}</span></p>
            })}
            {(!held).then(|| view! { <p class="caution">{speech.say(Message::AmendmentGone)}</p> })}
        </section>
        <section class="part" aria-labelledby="orders-heading">
            <h2 id="orders-heading">{speech.say(Message::AmendmentOrders)}</h2>
            <blockquote class="quote" lang="vi">{words}</blockquote>
        </section>
        {stored}
        {if state == AmendmentState::Open {
            view! { <Rule id fact told /> }.into_any()
        } else {
            view! { <Reopen id told /> }.into_any()
        }}
    }
    .into_any()
}

/// What a person makes of it.
#[component]
fn Rule(id: String, fact: Option<AmendmentFact>, told: Told) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let fact = fact.unwrap_or_else(|| AmendmentFact {
        document: String::new(),
        eids: Vec::new(),
        operation: AmendmentOperation::Amend,
        effective: String::new(),
    });
    let document = RwSignal::new(fact.document);
    let provisions = RwSignal::new(labels(&fact.eids, speech.language()));
    let operation = RwSignal::new(fact.operation.code().to_owned());
    let effective = RwSignal::new(fact.effective);
    let why = RwSignal::new(String::new());
    let (confirming, dismissing) = (Undertaking::new(), Undertaking::new());
    let operations = Signal::derive(move || {
        let language = speech.language();
        let named =
            |one: AmendmentOperation| (one.code().to_owned(), amendment_operation_name(one, language).to_owned());
        AmendmentOperation::ALL.map(named).to_vec()
    });
    let of = id.clone();
    let confirm = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = provisions.get_untracked();
        let named = typed.split([';', ',']).map(str::trim).filter(|label| !label.is_empty());
        let Some(eids) = named.map(cited).collect::<Option<Vec<String>>>() else {
            return confirming.refuse(Message::AmendmentProvisionsUnread, Message::AmendmentProvisionsHint);
        };
        let filled =
            |signal: RwSignal<String>| Some(signal.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        let confirm = AmendmentConfirmation {
            document: filled(document),
            eids: Some(eids),
            operation: AmendmentOperation::from_code(&operation.get_untracked()),
            effective: filled(effective),
        };
        let (id, wanted) = (of.clone(), AmendmentRulingWanted { confirm: Some(confirm), dismiss: None });
        confirming.begin(async move { amendments::rule(&id, wanted).await }, move |ruled| told.set(Some(Ok(ruled))));
    };
    let dismiss = move |event: SubmitEvent| {
        event.prevent_default();
        let (id, reason) = (id.clone(), why.get_untracked());
        let wanted = AmendmentRulingWanted { confirm: None, dismiss: Some(reason) };
        dismissing.begin(async move { amendments::rule(&id, wanted).await }, move |ruled| told.set(Some(Ok(ruled))));
    };
    view! {
        <section class="part" aria-labelledby="confirm-heading">
            <h2 id="confirm-heading">{speech.say(Message::AmendmentConfirm)}</h2>
            <form class="card" novalidate on:submit=confirm>
                <Field id="target" label=Message::AmendmentTarget value=document />
                <Field
                    id="provisions"
                    label=Message::AmendmentProvisions
                    value=provisions
                    hint=Message::AmendmentProvisionsHint
                />
                <Choice
                    id="operation".to_owned()
                    label=Signal::derive(move || speech.say(Message::AmendmentOperation)().to_owned())
                    options=operations
                    value=operation
                    choose=move |chosen| operation.set(chosen)
                />
                <Field id="effective" label=Message::AmendmentFrom value=effective kind="date" />
                {confirming.outcome()}
                <Begin work=confirming words=Message::AmendmentDoConfirm id="confirm" />
            </form>
        </section>
        <section class="part" aria-labelledby="dismiss-heading">
            <h2 id="dismiss-heading">{speech.say(Message::AmendmentDismiss)}</h2>
            <form class="card" novalidate on:submit=dismiss>
                <LongField id="why-not" label=Message::AmendmentDismissWhy value=why />
                {dismissing.outcome()}
                <Begin work=dismissing words=Message::AmendmentDismiss id="dismiss" />
            </form>
        </section>
    }
    .into_any()
}

/// Takes back what was said of it.
#[component]
fn Reopen(id: String, told: Told) -> impl IntoView {
    let work = Undertaking::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        work.begin(async move { amendments::reopen(&id).await }, move |open| told.set(Some(Ok(open))));
    };
    view! {
        <form novalidate on:submit=submit>
            {work.outcome()}
            <Begin work words=Message::AmendmentReopen id="reopen" />
        </form>
    }
    .into_any()
}
