//! Two runs side by side: every set with the figure that stands for it, and one set figure by figure and case by case.

use super::set::difference_table;
use super::{decimals, fetched, figure, named, said};
use crate::data_table::{Cell, Row, data_table};
use crate::language::Speech;
use crate::place::Place;
use crate::service::evaluations;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{ChangedItem, ComparedSystem, EvaluationComparison, EvaluationOverview, MeasuredSetHead};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every set of two runs.
#[component]
pub fn RunsPage(
    /// The later run.
    id: String,
    /// The earlier one.
    other: String,
) -> impl IntoView {
    let ask = {
        let (id, other) = (id.clone(), other.clone());
        async move { Ok((evaluations::overview(&other).await?, evaluations::overview(&id).await?)) }
    };
    let speech = expect_context::<Speech>();
    let shown = fetched(ask, move |both: Arc<(EvaluationOverview, EvaluationOverview)>| {
        let drawn = move || both_runs(&both.0, &both.1, speech.language());
        drawn.into_any()
    });
    page(&id, &other, None, shown)
}

/// One set of two runs.
#[component]
pub fn SetsPage(
    /// The later run.
    id: String,
    /// The earlier one.
    other: String,
    /// The suite.
    suite: String,
    /// The set.
    set: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let title = format!("{suite} · {set}");
    let ask = {
        let (id, other, suite, set) = (id.clone(), other.clone(), suite.clone(), set.clone());
        async move { evaluations::comparison(&other, &id, &suite, &set).await }
    };
    let later = id.clone();
    let shown = fetched(ask, move |of: Arc<EvaluationComparison>| {
        let wanted = evaluations::Wanted {
            id: later.clone(),
            suite: suite.clone(),
            set: set.clone(),
            system: String::new(),
            item: String::new(),
            imperfect: false,
        };
        let drawn = move || one_set(&of, &wanted, speech.language());
        drawn.into_any()
    });
    page(&id, &other, Some(title), shown)
}

fn page(id: &str, other: &str, title: Option<String>, shown: AnyView) -> AnyView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::CompareHeading);
    let back = title.is_some().then(|| {
        let place = Place::RunsCompared { id: id.to_owned(), other: other.to_owned() };
        view! { " › " <a href=place.hash()>{speech.say(Message::CompareHeading)}</a> }
    });
    let of_run = |run: &str| {
        let place = Place::Evaluation(run.to_owned());
        view! { <a href=place.hash()>{run.to_owned()}</a> }
    };
    let heading = move || title.clone().unwrap_or_else(|| Message::CompareHeading.text(speech.language()).to_owned());
    view! {
        <div class="page evaluations">
            <p class="crumb"><a href=Place::Evaluations.hash()>{speech.say(Message::EvaluationsHeading)}</a> {back}</p>
            <h1>{heading}</h1>
            <p class="particulars quiet">
                <span>{speech.say(Message::RunBefore)} ": " {of_run(other)}</span>
                <span>{speech.say(Message::RunAfter)} ": " {of_run(id)}</span>
            </p>
            {shown}
        </div>
    }
    .into_any()
}

fn both_runs(before: &EvaluationOverview, after: &EvaluationOverview, language: Language) -> AnyView {
    let find = |run: &EvaluationOverview, suite: &str, set: &str| -> Option<MeasuredSetHead> {
        run.sets.iter().find(|of| of.suite == suite && of.set == set).cloned()
    };
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for of in after.sets.iter().chain(&before.sets) {
        if !seen.insert((of.suite.as_str(), of.set.as_str())) || of.headline.is_none() {
            continue;
        }
        let (then, now) = (find(before, &of.suite, &of.set), find(after, &of.suite, &of.set));
        let place = Place::SetsCompared {
            id: after.id.clone(),
            other: before.id.clone(),
            suite: of.suite.clone(),
            set: of.set.clone(),
        };
        let name = format!("{} · {}", named(&after.names, &of.suite, language), of.set);
        let in_both = then.is_some() && now.is_some();
        for (at, system) in of.systems.iter().filter(|system| !system.baseline).enumerate() {
            let value = |head: &Option<MeasuredSetHead>| {
                let systems = head.as_ref().filter(|head| head.headline == of.headline).map(|head| &head.systems)?;
                systems.iter().find(|known| known.system == system.system)?.figure
            };
            let (one, other) = (value(&then), value(&now));
            let head = match at {
                0 if in_both => Cell::Link(place.hash(), name.clone()),
                0 => Cell::Text(name.clone()),
                _ => Cell::Text(String::new()),
            };
            let lacks = |message: Message| message.text(language).to_owned();
            let change = match (one, other) {
                (Some(one), Some(other)) => {
                    let by = other.value - one.value;
                    format!("{}{}", if by > 0.0 { "+" } else { "" }, decimals(by, language))
                }
                (Some(_), None) => lacks(Message::OnlyInBefore),
                (None, Some(_)) => lacks(Message::OnlyInAfter),
                (None, None) => "–".to_owned(),
            };
            let written = |value: Option<rasoat_api::MeasuredFigure>| {
                Cell::Number(value.map_or_else(|| "–".to_owned(), |value| figure(&value, language)))
            };
            let headline = of.headline.as_deref().unwrap_or_default();
            rows.push(Row {
                head,
                cells: vec![
                    Cell::Text(system.system.clone()),
                    Cell::Text(named(&after.names, headline, language)),
                    written(one),
                    written(other),
                    Cell::Number(change),
                ],
                class: "",
            });
        }
    }
    let heads = [
        Message::ColumnSet,
        Message::ColumnSystem,
        Message::ColumnFigure,
        Message::ColumnBefore,
        Message::ColumnAfter,
        Message::ColumnChange,
    ];
    data_table(
        Message::CompareHeading.text(language).to_owned(),
        heads.map(|head| head.text(language).to_owned()).to_vec(),
        rows,
    )
}

fn one_set(of: &EvaluationComparison, wanted: &evaluations::Wanted, language: Language) -> AnyView {
    let warnings =
        of.warnings.iter().map(|warning| view! { <p class="caution">{said(warning, language).to_owned()}</p> });
    let systems = of.systems.iter().map(|system| one_system(of, system, wanted, language));
    view! { {warnings.collect_view()} {systems.collect_view()} }.into_any()
}

fn one_system(
    of: &EvaluationComparison,
    system: &ComparedSystem,
    wanted: &evaluations::Wanted,
    language: Language,
) -> AnyView {
    let name = system.system.clone();
    let compared = match &system.paired {
        Some(paired) => {
            let values = [
                ("items", paired.items.to_string()),
                ("better", paired.better.to_string()),
                ("worse", paired.worse.to_string()),
                ("otherwise", paired.otherwise.to_string()),
                ("same", paired.same.to_string()),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            let note = Message::PairedNote.fill(language, &values);
            let table = difference_table(name.clone(), (&of.names, &of.order), &paired.differences, language);
            let changes =
                changed(&paired.changes, &evaluations::Wanted { system: name.clone(), ..wanted.clone() }, language);
            view! { <p>{note}</p> {table} {changes} }.into_any()
        }
        None => {
            let row = |figure_name: &String| {
                let (one, other) = (system.before.get(figure_name)?, system.after.get(figure_name)?);
                let by = other.value - one.value;
                Some(Row {
                    head: Cell::Text(named(&of.names, figure_name, language)),
                    cells: vec![
                        Cell::Number(figure(one, language)),
                        Cell::Number(figure(other, language)),
                        Cell::Number(format!("{}{}", if by > 0.0 { "+" } else { "" }, decimals(by, language))),
                    ],
                    class: "",
                })
            };
            let heads = [Message::ColumnFigure, Message::ColumnBefore, Message::ColumnAfter, Message::ColumnChange];
            let table = data_table(
                name.clone(),
                heads.map(|head| head.text(language).to_owned()).to_vec(),
                of.order.iter().filter_map(row).collect(),
            );
            view! { <p class="quiet">{Message::UnpairedNote.text(language)}</p> {table} }.into_any()
        }
    };
    view! { <section class="part" data-system=name.clone()><h2>{name.clone()}</h2>{compared}</section> }.into_any()
}

fn changed(changes: &[ChangedItem], wanted: &evaluations::Wanted, language: Language) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let row = |change: &ChangedItem| {
        let place = Place::EvaluationItems(evaluations::Wanted { item: change.id.clone(), ..wanted.clone() });
        Row {
            head: Cell::Link(place.hash(), change.id.clone()),
            cells: vec![
                Cell::Number(format!("{}{}", if change.by > 0.0 { "+" } else { "" }, decimals(change.by, language))),
                Cell::Text(change.before.clone()),
                Cell::Text(change.after.clone()),
            ],
            class: if change.by < 0.0 { "worse" } else { "better" },
        }
    };
    let heading = Message::ChangedHeading.text(language);
    let heads = [Message::ColumnCase, Message::ColumnChange, Message::ColumnBefore, Message::ColumnAfter];
    let table = data_table(
        heading.to_owned(),
        heads.map(|head| head.text(language).to_owned()).to_vec(),
        changes.iter().map(row).collect(),
    );
    Some(view! { <h3>{heading}</h3> {table} }.into_any())
}
