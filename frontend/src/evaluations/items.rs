//! The cases of a system on a set: what was asked, what came, and how well it went.

use super::{decimals, named};
use crate::failure_notice::FailureNotice;
use crate::language::Speech;
use crate::place::Place;
use crate::service::Failure;
use crate::service::evaluations::{self, Wanted};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredItem, MeasuredItems};
use serde_json::Value;
use std::collections::BTreeMap;

/// Cases fetched at a time.
const PAGE: usize = 30;

/// The page of the cases.
#[component]
pub fn ItemsPage(
    /// Which.
    wanted: Wanted,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let title = format!("{} · {} · {}", wanted.suite, wanted.set, wanted.system);
    let entitled = title.clone();
    speech.entitle_with(move |_| entitled.clone());
    let wanted = StoredValue::new(wanted);
    let held: RwSignal<Option<Result<MeasuredItems, Failure>>> = RwSignal::new(None);
    // The next page goes behind those that are here.
    let fetch = move |from: usize| {
        spawn_local(async move {
            let Some(wanted) = wanted.try_get_value() else { return };
            let page = evaluations::items(&wanted, from, PAGE).await;
            let _ = held.try_update(|held| match (held, page) {
                (Some(Ok(held)), Ok(page)) if from > 0 => held.items.extend(page.items),
                (held, page) => *held = Some(page),
            });
        });
    };
    fetch(0);
    let with = move |change: fn(&mut Wanted)| {
        let mut other = wanted.get_value();
        change(&mut other);
        Place::EvaluationItems(other)
    };
    let one = wanted.with_value(|wanted| !wanted.item.is_empty());
    let imperfect = wanted.with_value(|wanted| wanted.imperfect);
    let choose = move |event: web_sys::Event| {
        let place = match event_target_checked(&event) {
            true => with(|wanted| wanted.imperfect = true),
            false => with(|wanted| wanted.imperfect = false),
        };
        place.go();
    };
    let shown = move || match held.get() {
        None => view! { <Skeleton lines=8 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(of)) => {
            let language = speech.language();
            let (imperfect, total) = (of.imperfect.to_string(), of.total.to_string());
            let count = Message::ItemsCount.fill(language, &[("imperfect", &imperfect), ("total", &total)]);
            let more = of.items.len();
            let rest = (more < of.matching && !one).then(|| {
                view! {
                    <button type="button" class="button" on:click=move |_| fetch(more)>
                        {Message::ShowMore.text(language)}
                    </button>
                }
            });
            let none = of.items.is_empty().then(|| view! { <p class="quiet">{Message::ItemsNone.text(language)}</p> });
            let items = of.items.into_iter().map(|item| case(&wanted.get_value(), item, one, language));
            view! {
                <p class="quiet">{count}</p>
                {none}
                <ol class="cases">{items.collect_view()}</ol>
                {rest}
            }
            .into_any()
        }
    };
    let filter = (!one).then(|| {
        view! {
            <label class="tick">
                <input id="only-imperfect" type="checkbox" prop:checked=imperfect on:change=choose />
                {speech.say(Message::ItemsImperfect)}
            </label>
        }
    });
    let crumb = wanted.with_value(|wanted| {
        let set = Place::EvaluationSet { id: wanted.id.clone(), suite: wanted.suite.clone(), set: wanted.set.clone() };
        view! {
            <p class="crumb">
                <a href=Place::Evaluations.hash()>{speech.say(Message::EvaluationsHeading)}</a> " › "
                <a href=Place::Evaluation(wanted.id.clone()).hash()>{wanted.id.clone()}</a> " › "
                <a href=set.hash()>{wanted.set.clone()}</a>
            </p>
        }
    });
    view! {
        <div class="page evaluations">
            {crumb}
            <h1>{title}</h1>
            {filter}
            <div aria-live="polite">{shown}</div>
        </div>
    }
    .into_any()
}

fn case(wanted: &Wanted, item: MeasuredItem, open: bool, language: Language) -> AnyView {
    let MeasuredItem { id, document, quality, outcome, slices, detail } = item;
    let place = Place::EvaluationItems(Wanted { item: id.clone(), imperfect: false, ..wanted.clone() });
    let names = BTreeMap::new();
    let slices = slices.iter().map(|(key, value)| format!("{}: {value}", named(&names, key, language)));
    let about = std::iter::once(document).chain(slices).map(|part| view! { <span>{part}</span> }).collect_view();
    let quality = Message::ItemQuality.fill(language, &[("value", &decimals(quality, language))]);
    let detail = (!detail.is_null()).then(|| {
        view! {
            <details open=open>
                <summary>{Message::ItemDetail.text(language)}</summary>
                {told(&detail)}
            </details>
        }
    });
    view! {
        <li class="case" data-case=id.clone()>
            <h2><a href=place.hash() aria-label=format!("{}: {id}", Message::ItemLink.text(language))>{id.clone()}</a></h2>
            <p>{outcome} " " <span class="quiet">{quality}</span></p>
            <p class="particulars quiet" lang="vi">{about}</p>
            {detail}
        </li>
    }
    .into_any()
}

/// What a suite tells of a case, name by name; texts as texts.
fn told(value: &Value) -> AnyView {
    match value {
        Value::Object(parts) => {
            let part = |(name, value): (&String, &Value)| {
                view! { <div><dt>{name.clone()}</dt><dd lang="vi">{told(value)}</dd></div> }.into_any()
            };
            view! { <dl class="told">{parts.iter().map(part).collect_view()}</dl> }.into_any()
        }
        Value::Array(values) => {
            let one = |value: &Value| view! { <li>{told(value)}</li> }.into_any();
            view! { <ul class="listed">{values.iter().map(one).collect_view()}</ul> }.into_any()
        }
        Value::String(text) => text.clone().into_any(),
        other => other.to_string().into_any(),
    }
}
