//! One run: what was measured, set by set, and what the figures cannot tell.

use super::{fetched, figure, named, said, short};
use crate::data_table::{Cell, Row, data_table};
use crate::language::{Speech, written_date};
use crate::place::Place;
use crate::service::evaluations;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{EvaluationOverview, MeasuredSetHead, routes};
use std::sync::Arc;

/// The page of a run.
#[component]
pub fn RunPage(
    /// Its identifier.
    id: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let name = id.clone();
    speech.entitle_with(move |speech| speech.fill(Message::RunOf, &[("name", &name)]));
    let heading = {
        let id = id.clone();
        move || speech.fill(Message::RunOf, &[("name", &id)])
    };
    let ask = {
        let id = id.clone();
        async move { evaluations::overview(&id).await }
    };
    let shown = fetched(ask, move |run: Arc<EvaluationOverview>| {
        let drawn = move || draw(&run, speech.language());
        drawn.into_any()
    });
    view! {
        <div class="page evaluations">
            <p class="crumb"><a href=Place::Evaluations.hash()>{speech.say(Message::EvaluationsHeading)}</a></p>
            <h1>{heading}</h1>
            {shown}
        </div>
    }
    .into_any()
}

fn draw(run: &EvaluationOverview, language: Language) -> AnyView {
    let mut parts = vec![Message::ProgramVersion.fill(language, &[("version", &run.version)])];
    parts.extend(run.commit.as_deref().map(|commit| Message::CommitIs.fill(language, &[("commit", &short(commit))])));
    parts.extend(run.at.as_deref().map(|at| {
        let day = at.split('T').next().unwrap_or(at);
        Message::MeasuredOn.fill(language, &[("date", &written_date(day, language))])
    }));
    parts.push(Message::SeedIs.fill(language, &[("seed", &run.seed.to_string())]));
    let particulars = parts.into_iter().map(|part| view! { <span>{part}</span> }).collect_view();
    let page = run.page.then(|| {
        let address = evaluations::address(routes::EVALUATION_PAGE, &run.id);
        view! {
            <a class="button" href=address download=format!("{}.html", run.id)>
                {Message::DownloadReportPage.text(language)}
            </a>
        }
    });
    let data = evaluations::address(routes::EVALUATION, &run.id);
    let mut suites: Vec<&str> = run.sets.iter().map(|set| set.suite.as_str()).collect();
    suites.dedup();
    let suites = suites.into_iter().map(|suite| {
        let sets: Vec<&MeasuredSetHead> = run.sets.iter().filter(|set| set.suite == suite).collect();
        suite_of(run, suite, &sets, language)
    });
    let sums = run.data.iter().chain(&run.models);
    let sums = sums.map(|(name, sum)| Row {
        head: Cell::Text(name.clone()),
        cells: vec![Cell::Text(short(sum) + "…")],
        class: "",
    });
    let provenance = Message::ProvenanceHeading.text(language);
    let sums = data_table(
        provenance.to_owned(),
        vec![Message::ColumnSet.text(language).to_owned(), "SHA-256".into()],
        sums.collect(),
    );
    let limits = run.limits.iter().map(|limit| view! { <li>{said(limit, language).to_owned()}</li> }).collect_view();
    view! {
        <p class="particulars quiet">{particulars}</p>
        <p class="deeds">
            {page}
            <a class="button" href=data download=format!("{}.json", run.id)>
                {Message::DownloadReportData.text(language)}
            </a>
        </p>
        <p class="quiet">{Message::FiguresNote.text(language)}</p>
        {suites.collect_view()}
        <section class="part">
            <h2>{Message::LimitsHeading.text(language)}</h2>
            <ul class="listed">{limits}</ul>
        </section>
        <details class="part"><summary>{provenance}</summary>{sums}</details>
    }
    .into_any()
}

fn suite_of(run: &EvaluationOverview, suite: &str, sets: &[&MeasuredSetHead], language: Language) -> AnyView {
    let name = named(&run.names, suite, language);
    let mut rows = Vec::new();
    for set in sets {
        let place = Place::EvaluationSet { id: run.id.clone(), suite: set.suite.clone(), set: set.set.clone() };
        for (at, system) in set.systems.iter().enumerate() {
            let head = match (at, &set.headline) {
                // A set of times has no page of its own.
                (0, Some(_)) => Cell::Link(place.hash(), set.set.clone()),
                (0, None) => Cell::Text(set.set.clone()),
                _ => Cell::Text(String::new()),
            };
            let value = system.figure.as_ref().map(|of| figure(of, language));
            let measured = set.headline.as_ref().map(|headline| named(&run.names, headline, language));
            rows.push(Row {
                head,
                cells: vec![
                    Cell::Text(system.system.clone()),
                    Cell::Text(measured.unwrap_or_else(|| Message::TimesOnly.text(language).to_owned())),
                    Cell::Number(value.unwrap_or_else(|| "–".to_owned())),
                    Cell::Number(system.items.to_string()),
                    Cell::Number(system.documents.to_string()),
                ],
                class: if system.baseline { "baseline" } else { "" },
            });
        }
    }
    let heads = [
        Message::ColumnSet,
        Message::ColumnSystem,
        Message::ColumnFigure,
        Message::ColumnValue,
        Message::ColumnCases,
        Message::ColumnDocuments,
    ];
    let table = data_table(name.clone(), heads.map(|head| head.text(language).to_owned()).to_vec(), rows);
    view! { <section class="part" data-suite=suite.to_owned()><h2>{name}</h2>{table}</section> }.into_any()
}
