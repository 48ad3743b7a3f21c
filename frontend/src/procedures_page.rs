//! Administrative procedures: the search among them, each as a card, and bringing them in for who may.

use crate::failure_notice::FailureNotice;
use crate::fetched::{asked, fetched};
use crate::language::Speech;
use crate::markup::Markup;
use crate::place::Place;
use crate::provision_context::Notes;
use crate::service::{Failure, law};
use crate::skeleton::Skeleton;
use crate::undertaking::{Begin, Undertaking};
use crate::visitor::Visitor;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{ProcedureCard, ProcedureRow, ProceduresTaken};
use web_sys::SubmitEvent;

/// A procedure as a card.
pub fn procedure_card(card: ProcedureCard) -> AnyView {
    let speech = expect_context::<Speech>();
    let ProcedureCard { code, name, parts, missing, warnings } = card;
    let parts = parts.into_iter().map(|part| {
        let single = part.entries.len() == 1;
        let entries = part.entries.into_iter().map(|entry| view! { <li>{entry}</li> }).collect_view();
        view! { <div><dt>{part.heading}</dt><dd><ul class:single=single>{entries}</ul></dd></div> }
    });
    let parts = parts.collect_view();
    let missing = (!missing.is_empty()).then(|| {
        let missing = missing.join("; ");
        view! { <p class="caution">{move || speech.fill(Message::CardLacks, &[("parts", &missing)])}</p> }
    });
    view! {
        <article class="procedure" aria-labelledby="procedure-heading">
            <p class="quiet">{speech.say(Message::ProcedureHeading)} {code.map(|code| format!(" {code}"))}</p>
            <h3 id="procedure-heading" lang="vi">{name}</h3>
            <Notes notes=warnings />
            <dl lang="vi">{parts}</dl>
            {missing}
        </article>
    }
    .into_any()
}

/// The page of a procedure.
pub fn one(id: String) -> AnyView {
    let speech = expect_context::<Speech>();
    let held: RwSignal<Option<Result<ProcedureCard, Failure>>> = RwSignal::new(None);
    speech.entitle_with(move |speech| {
        let name = held.with(|held| held.as_ref().and_then(|held| held.as_ref().ok()).map(|held| held.name.clone()));
        name.unwrap_or_else(|| Message::ProcedureHeading.text(speech.language()).to_owned())
    });
    let visitor = expect_context::<Visitor>();
    let of = id.clone();
    spawn_local(async move { drop(held.try_set(Some(law::procedure(&of).await))) });
    let removal = move || {
        let is_held = held.with(|held| matches!(held, Some(Ok(_))));
        (is_held && visitor.may_import()).then(|| removal(id.clone()))
    };
    let shown = move || match held.get() {
        None => view! { <Skeleton lines=8 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(card)) => procedure_card(card),
    };
    view! {
        <div class="page narrow">
            <p class="crumb particulars">
                <span>
                    <a href=Place::Procedures { words: String::new() }.hash()>{speech.say(Message::ProceduresHeading)}</a>
                </span>
            </p>
            <h1 class="unseen">{speech.say(Message::ProcedureHeading)}</h1>
            {shown}
            {removal}
        </div>
    }
    .into_any()
}

/// Taking a procedure away: asked for, then confirmed.
fn removal(id: String) -> AnyView {
    let speech = expect_context::<Speech>();
    let work = Undertaking::new();
    let is_sure = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        let gone = async move { law::drop_procedure(&id).await };
        work.begin(gone, |()| Place::Procedures { words: String::new() }.go());
    };
    let step = move || {
        if is_sure.get() {
            view! { <Begin work words=Message::ProcedureRemoveSure id="remove-procedure-sure" /> }.into_any()
        } else {
            view! {
                <button id="remove-procedure" type="button" class="button" on:click=move |_| is_sure.set(true)>
                    {speech.say(Message::ProcedureRemove)}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <form class="part" novalidate on:submit=submit>
            {work.outcome()}
            {step}
        </form>
    }
    .into_any()
}

/// The page of those that some words name.
pub fn all(asked_for: String) -> AnyView {
    let speech = expect_context::<Speech>();
    let visitor = expect_context::<Visitor>();
    speech.entitle(Message::ProceduresHeading);
    let words = RwSignal::new(asked_for.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        Place::Procedures { words: words.get_untracked().trim().to_owned() }.go();
    };
    // What is brought in shows in the list.
    let brought = RwSignal::new(0_u32);
    let list = move || {
        brought.track();
        let words = asked_for.clone();
        let searched = !words.is_empty();
        let ask = async move { law::procedures(&words).await };
        fetched(asked(ask, move |rows, page, language| draw(rows, searched, page, language)), "procedures")
    };
    let import = move || visitor.may_import().then(|| import(brought));
    view! {
        <div class="page narrow search">
            <h1>{speech.say(Message::ProceduresHeading)}</h1>
            <p class="purpose">{speech.say(Message::ProceduresPurpose)}</p>
            <form class="card" role="search" novalidate on:submit=submit>
                <label for="procedure-words" class="unseen">{speech.say(Message::ProceduresFind)}</label>
                <div class="row">
                    <input
                        id="procedure-words"
                        type="search"
                        lang="vi"
                        enterkeyhint="search"
                        placeholder=speech.say(Message::ProceduresFind)
                        prop:value=move || words.get()
                        on:input=move |event| words.set(event_target_value(&event))
                    />
                    <button id="find-procedures" class="button primary" type="submit">{speech.say(Message::SearchDo)}</button>
                </div>
            </form>
            {list}
            {import}
        </div>
    }
    .into_any()
}

fn draw(rows: &[ProcedureRow], searched: bool, page: &Markup, language: Language) {
    if rows.is_empty() {
        let none = if searched { Message::ProceduresNone } else { Message::ProceduresEmpty };
        page.say("p", "quiet", none.text(language));
        return;
    }
    let list = page.put("ul", &[("class", "rows")]);
    for row in rows {
        let item = list.put("li", &[]);
        item.link(&Place::Procedure(row.id.clone()).hash(), &row.name).set(&[("lang", "vi")]);
        let about: Vec<&str> = [&row.code, &row.field, &row.body].into_iter().flatten().map(String::as_str).collect();
        item.law("span", "quiet", &about.join(" · "));
    }
}

/// Bringing procedures in.
fn import(brought: RwSignal<u32>) -> AnyView {
    let speech = expect_context::<Speech>();
    let input = NodeRef::<html::Input>::new();
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let taken: RwSignal<Option<ProceduresTaken>> = RwSignal::new(None);
    let send = move |_| {
        let list = input.get_untracked().and_then(|input| input.files());
        let files: Vec<_> = list.iter().flat_map(|list| (0..list.length()).filter_map(|at| list.get(at))).collect();
        if files.is_empty() {
            return;
        }
        failure.set(None);
        taken.set(None);
        spawn_local(async move {
            match law::take_procedures(&files).await {
                Ok(done) => {
                    taken.set(Some(done));
                    brought.update(|count| *count += 1);
                }
                Err(why) => failure.set(Some(why)),
            }
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
        });
    };
    let told = move || {
        taken.get().map(|taken| {
            let numbers = [taken.new, taken.replaced, taken.whole, taken.held].map(|number| number.to_string());
            let names = ["new", "replaced", "whole", "held"];
            let values: Vec<(&str, &str)> = names.into_iter().zip(numbers.iter().map(String::as_str)).collect();
            speech.fill(Message::ProceduresTaken, &values)
        })
    };
    view! {
        <section class="card" aria-labelledby="import-heading">
            <h2 id="import-heading">{speech.say(Message::ProceduresImport)}</h2>
            <p class="quiet" id="import-hint">{speech.say(Message::ProceduresImportHint)}</p>
            <input
                id="procedure-files"
                type="file"
                multiple
                accept=".json,.jsonl,.docx,.html,.htm"
                aria-labelledby="import-heading"
                aria-describedby="import-hint"
                node_ref=input
                on:change=send
            />
            <p class="done" role="status" id="procedures-taken">{told}</p>
            <FailureNotice failure />
        </section>
    }
    .into_any()
}
