//! One set of a run: the systems side by side, every figure, whether confidence means what it says, slices, gains, and the
//! way to the cases.

use super::{decimals, fetched, figure, named, plots};
use crate::data_table::{Cell, Row, data_table};
use crate::drawing::Drawn;
use crate::language::Speech;
use crate::place::Place;
use crate::service::evaluations;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredDifference, MeasuredFigure, MeasuredSet, MeasuredSystem, RiskPoint};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The page of a set.
#[component]
pub fn SetPage(
    /// The run.
    id: String,
    /// The suite.
    suite: String,
    /// The set.
    set: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let title = format!("{suite} · {set}");
    let entitled = title.clone();
    speech.entitle_with(move |_| entitled.clone());
    let (back, run) = (Place::Evaluation(id.clone()), id.clone());
    let ask = {
        let id = id.clone();
        async move { evaluations::set(&id, &suite, &set).await }
    };
    let shown = fetched(ask, move |set: Arc<MeasuredSet>| {
        let id = id.clone();
        let drawn = move || draw(&id, &set, speech.language());
        drawn.into_any()
    });
    view! {
        <div class="page evaluations">
            <p class="crumb">
                <a href=Place::Evaluations.hash()>{speech.say(Message::EvaluationsHeading)}</a> " › "
                <a href=back.hash()>{run}</a>
            </p>
            <h1>{title}</h1>
            {shown}
        </div>
    }
    .into_any()
}

fn texts<const N: usize>(messages: [Message; N], language: Language) -> Vec<String> {
    messages.map(|message| message.text(language).to_owned()).to_vec()
}

fn draw(id: &str, set: &Arc<MeasuredSet>, language: Language) -> AnyView {
    let products = || set.systems.iter().filter(|system| !system.baseline);
    // Where only baselines are, they are shown.
    let has_products = products().next().is_some();
    let looked_at = || set.systems.iter().filter(move |system| !system.baseline || !has_products);
    let suite = named(&set.names, &set.suite, language);
    let reliability = looked_at().filter_map(|system| reliability_of(system, language));
    let confusion = looked_at().filter_map(|system| confusion_of(system, language));
    let slices = looked_at().filter_map(|system| slices_of(set, system, language));
    view! {
        <p class="quiet">{suite} ". " {Message::FiguresNote.text(language)}</p>
        {side_by_side(set, language)}
        <section class="part">
            <h2>{Message::AllFiguresHeading.text(language)}</h2>
            {all_figures(set, language)}
        </section>
        {ways_to_items(id, set, language)}
        <div class="plots">{reliability.collect_view()} {risk_of(looked_at(), language)}</div>
        {confusion.collect_view()}
        {slices.collect_view()}
        {gains_of(set, language)}
    }
    .into_any()
}

/// The first figure of the reader's order, system by system.
fn side_by_side(set: &Arc<MeasuredSet>, language: Language) -> Option<AnyView> {
    let name = set.order.first()?.clone();
    let systems: Vec<(String, bool, MeasuredFigure)> = set
        .systems
        .iter()
        .filter_map(|system| Some((system.system.clone(), system.baseline, *system.figures.get(&name)?)))
        .collect();
    let title = format!("{}: {}", Message::IntervalsHeading.text(language), named(&set.names, &name, language));
    let heading = title.clone();
    Some(
        view! {
            <section class="part">
                <h2>{heading}</h2>
                <Drawn draw=Box::new(move |language| plots::intervals(&title, &systems, language)) />
            </section>
        }
        .into_any(),
    )
}

/// A row a figure, a column a system.
fn all_figures(set: &MeasuredSet, language: Language) -> AnyView {
    let row = |name: &String| Row {
        head: Cell::Text(named(&set.names, name, language)),
        cells: set
            .systems
            .iter()
            .map(|system| {
                Cell::Number(system.figures.get(name).map_or_else(|| "–".to_owned(), |of| figure(of, language)))
            })
            .collect(),
        class: "",
    };
    let heads = std::iter::once(Message::ColumnFigure.text(language).to_owned());
    let heads = heads.chain(set.systems.iter().map(|system| system.system.clone())).collect();
    data_table(Message::AllFiguresHeading.text(language).to_owned(), heads, set.order.iter().map(row).collect())
}

fn ways_to_items(id: &str, set: &MeasuredSet, language: Language) -> AnyView {
    let way = |system: &String| {
        let place = Place::EvaluationItems(evaluations::Wanted {
            id: id.to_owned(),
            suite: set.suite.clone(),
            set: set.set.clone(),
            system: system.clone(),
            item: String::new(),
            imperfect: true,
        });
        let words = Message::ItemsOf.fill(language, &[("system", system)]);
        let file = evaluations::items_file(id, &set.suite, &set.set, system);
        view! {
            <li>
                <a href=place.hash() data-items=system.clone()>{words}</a>
                <a class="link" href=file download=format!("{}-{}-{system}.jsonl", set.suite, set.set)>
                    {Message::DownloadItems.text(language)}
                </a>
            </li>
        }
        .into_any()
    };
    let ways = set.kept.iter().map(way).collect::<Vec<_>>();
    let none = ways.is_empty().then(|| view! { <p class="quiet">{Message::ItemsNotKept.text(language)}</p> });
    view! {
        <section class="part">
            <h2>{Message::ItemsHeading.text(language)}</h2>
            {none}
            <ul class="rows">{ways}</ul>
        </section>
    }
    .into_any()
}

/// A plot with the table that says the same.
fn plot(heading: String, note: String, drawn: AnyView, table: AnyView, language: Language) -> AnyView {
    view! {
        <figure class="plot">
            <h2>{heading}</h2>
            {drawn}
            <figcaption class="quiet">{note}</figcaption>
            <details><summary>{Message::PlotTable.text(language)}</summary>{table}</details>
        </figure>
    }
    .into_any()
}

fn reliability_of(system: &MeasuredSystem, language: Language) -> Option<AnyView> {
    let of = system.reliability.clone()?;
    let heading = Message::ReliabilityHeading.fill(language, &[("system", &system.system)]);
    let said = Message::ReliabilitySaid
        .fill(language, &[("ece", &decimals(of.expected_error, language)), ("brier", &decimals(of.brier, language))]);
    let rows = of.bins.iter().map(|bin| Row {
        head: Cell::Number(decimals(bin.confidence, language)),
        cells: vec![Cell::Number(decimals(bin.quality, language)), Cell::Number(bin.count.to_string())],
        class: "",
    });
    let heads = texts([Message::ColumnConfidence, Message::ColumnShareRight, Message::ColumnCount], language);
    let table = data_table(heading.clone(), heads, rows.collect());
    let title = format!("{heading}. {said}");
    let drawn = view! { <Drawn draw=Box::new(move |language| plots::reliability(&title, &of, language)) /> }.into_any();
    Some(plot(heading, format!("{said} {}", Message::ReliabilityNote.text(language)), drawn, table, language))
}

fn risk_of<'a>(systems: impl Iterator<Item = &'a MeasuredSystem>, language: Language) -> Option<AnyView> {
    let curves: Vec<(String, Vec<RiskPoint>)> = systems
        .filter(|system| !system.risk_coverage.is_empty())
        .map(|system| (system.system.clone(), system.risk_coverage.clone()))
        .collect();
    if curves.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for (system, points) in &curves {
        // A tenth of the points tells the line.
        let step = points.len().div_ceil(10).max(1);
        let last = points.len() - 1;
        for (_, point) in points.iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last) {
            rows.push(Row {
                head: Cell::Text(system.clone()),
                cells: [point.coverage, point.risk, point.confidence]
                    .map(|value| Cell::Number(decimals(value, language)))
                    .to_vec(),
                class: "",
            });
        }
    }
    let heading = Message::RiskHeading.text(language).to_owned();
    let heads = [Message::ColumnSystem, Message::ColumnCoverage, Message::ColumnRisk, Message::ColumnConfidence];
    let table = data_table(heading.clone(), texts(heads, language), rows);
    let title = heading.clone();
    let drawn = view! { <Drawn draw=Box::new(move |language| plots::risk(&title, &curves, language)) /> }.into_any();
    Some(plot(heading, Message::RiskNote.text(language).to_owned(), drawn, table, language))
}

fn confusion_of(system: &MeasuredSystem, language: Language) -> Option<AnyView> {
    let of = system.confusion.as_ref()?;
    let heading = Message::ConfusionHeading.fill(language, &[("system", &system.system)]);
    let rows = of.classes.iter().zip(&of.counts).map(|(class, counts)| Row {
        head: Cell::Text(class.clone()),
        cells: counts.iter().map(|count| Cell::Number(count.to_string())).collect(),
        class: "",
    });
    let heads = std::iter::once(String::new()).chain(of.classes.iter().cloned()).collect();
    let table = data_table(heading.clone(), heads, rows.collect());
    Some(
        view! {
            <section class="part">
                <h2>{heading}</h2>
                <p class="quiet">{Message::ConfusionNote.text(language)}</p>
                {table}
            </section>
        }
        .into_any(),
    )
}

fn slices_of(set: &MeasuredSet, system: &MeasuredSystem, language: Language) -> Option<AnyView> {
    if system.slices.is_empty() {
        return None;
    }
    let heading = Message::SlicesHeading.fill(language, &[("system", &system.system)]);
    let first = set.order.iter().find(|name| system.slices.iter().any(|slice| slice.figures.contains_key(*name)))?;
    let rows = system.slices.iter().map(|slice| {
        let value = slice.figures.get(first).map_or_else(|| "–".to_owned(), |of| figure(of, language));
        let few = if slice.small { Message::SliceSmall.text(language) } else { "" };
        Row {
            head: Cell::Text(format!("{}: {}", named(&set.names, &slice.key, language), slice.value)),
            cells: vec![
                Cell::Number(value),
                Cell::Number(slice.items.to_string()),
                Cell::Number(slice.documents.to_string()),
                Cell::Text(few.to_owned()),
            ],
            class: if slice.small { "baseline" } else { "" },
        }
    });
    let mut heads = vec![String::new(), named(&set.names, first, language)];
    heads.extend(texts([Message::ColumnCases, Message::ColumnDocuments], language));
    heads.push(String::new());
    let table = data_table(heading.clone(), heads, rows.collect());
    Some(view! { <details class="part"><summary>{heading}</summary>{table}</details> }.into_any())
}

fn gains_of(set: &MeasuredSet, language: Language) -> Option<AnyView> {
    if set.gains.is_empty() {
        return None;
    }
    let one = |gain: &rasoat_api::MeasuredGain| {
        let heading = Message::GainOver.fill(language, &[("system", &gain.system), ("other", &gain.over)]);
        let table = differences(heading.clone(), set, &gain.differences, language);
        view! { <details><summary>{heading}</summary>{table}</details> }.into_any()
    };
    Some(
        view! {
            <section class="part">
                <h2>{Message::GainsHeading.text(language)}</h2>
                {set.gains.iter().map(one).collect_view()}
            </section>
        }
        .into_any(),
    )
}

fn differences(
    caption: String,
    set: &MeasuredSet,
    differences: &BTreeMap<String, MeasuredDifference>,
    language: Language,
) -> AnyView {
    difference_table(caption, (&set.names, &set.order), differences, language)
}

/// Figures of two on the same cases, with the test of their difference.
pub fn difference_table(
    caption: String,
    (names, order): (&BTreeMap<String, rasoat_api::Wording>, &[String]),
    differences: &BTreeMap<String, MeasuredDifference>,
    language: Language,
) -> AnyView {
    let row = |name: &String| {
        let of = differences.get(name)?;
        let plus = if of.difference.value > 0.0 { "+" } else { "" };
        Some(Row {
            head: Cell::Text(named(names, name, language)),
            cells: vec![
                Cell::Number(decimals(of.before, language)),
                Cell::Number(decimals(of.after, language)),
                Cell::Number(format!("{plus}{}", figure(&of.difference, language))),
                Cell::Number(decimals(of.p, language)),
            ],
            class: if of.p < 0.05 { "telling" } else { "" },
        })
    };
    let heads = [
        Message::ColumnFigure,
        Message::ColumnBefore,
        Message::ColumnAfter,
        Message::ColumnDifference,
        Message::ColumnP,
    ];
    data_table(caption, texts(heads, language), order.iter().filter_map(row).collect())
}
