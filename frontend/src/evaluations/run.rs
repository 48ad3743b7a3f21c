//! One run: what was measured, set by set, and what the figures cannot tell.

use super::{cell, fold, named, part, said, short, texts};
use crate::language::written_date;
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::{Failure, evaluations};
use rasoat_api::messages::{Language, Message};
use rasoat_api::{EvaluationOverview, EvaluationRow, MeasuredSetHead, routes};

/// The run, with the others it may be compared with.
pub async fn ask(id: String) -> Result<(EvaluationOverview, Vec<EvaluationRow>), Failure> {
    Ok((evaluations::overview(&id).await?, evaluations::all().await?))
}

/// Draws it.
pub fn draw((run, all): &(EvaluationOverview, Vec<EvaluationRow>), page: &Markup, language: Language) {
    let particulars = page.put("p", &[("class", "particulars quiet")]);
    particulars.say("span", "", &Message::ProgramVersion.fill(language, &[("version", &run.version)]));
    if let Some(commit) = &run.commit {
        particulars.say("span", "", &Message::CommitIs.fill(language, &[("commit", &short(commit))]));
    }
    if let Some(at) = &run.at {
        let day = written_date(at.split('T').next().unwrap_or(at), language);
        particulars.say("span", "", &Message::MeasuredOn.fill(language, &[("date", &day)]));
    }
    particulars.say("span", "", &Message::SeedIs.fill(language, &[("seed", &run.seed.to_string())]));
    let deeds = page.put("p", &[("class", "deeds")]);
    let files = [
        (run.page, routes::EVALUATION_PAGE, "html", Message::DownloadReportPage),
        (true, routes::EVALUATION, "json", Message::DownloadReportData),
    ];
    for (_, route, ending, words) in files.into_iter().filter(|(there, ..)| *there) {
        let link = deeds.link(&evaluations::address(route, &run.id), words.text(language));
        link.set(&[("class", "button"), ("download", &format!("{}.{ending}", run.id))]);
    }
    if all.len() > 1 {
        let others = fold(page, Message::CompareHeading.text(language)).put("ul", &[("class", "listed")]);
        for other in all.iter().filter(|other| other.id != run.id) {
            let place = Place::RunsCompared { id: run.id.clone(), other: other.id.clone() };
            others.put("li", &[]).link(&place.hash(), &format!("{} ↔ {}", other.id, run.id));
        }
    }
    page.say("p", "quiet", Message::FiguresNote.text(language));
    let mut suites: Vec<&str> = run.sets.iter().map(|set| set.suite.as_str()).collect();
    suites.dedup();
    for suite in suites {
        let name = named(&run.names, suite, language);
        let sets = run.sets.iter().filter(|set| set.suite == suite);
        let rows = sets.flat_map(|set| rows_of(run, set, language)).collect();
        let heads = [
            Message::ColumnSet,
            Message::ColumnSystem,
            Message::ColumnFigure,
            Message::ColumnValue,
            Message::ColumnCases,
            Message::ColumnDocuments,
        ];
        part(page, &name).table(&name, &texts(&heads, language), rows);
    }
    let limits = part(page, Message::LimitsHeading.text(language)).put("ul", &[("class", "listed")]);
    for limit in &run.limits {
        limits.say("li", "", said(limit, language));
    }
    let sums = run.data.iter().chain(&run.models);
    let sums = sums.map(|(name, sum)| Row {
        head: Cell::Text(name.clone()),
        cells: vec![Cell::Text(short(sum) + "…")],
        class: "",
    });
    let provenance = Message::ProvenanceHeading.text(language);
    let heads = [Message::ColumnSet.text(language).to_owned(), "SHA-256".to_owned()];
    fold(page, provenance).table(provenance, &heads, sums.collect());
}

fn rows_of(run: &EvaluationOverview, set: &MeasuredSetHead, language: Language) -> Vec<Row> {
    let place = Place::EvaluationSet { id: run.id.clone(), suite: set.suite.clone(), set: set.set.clone() };
    let measured = match &set.headline {
        Some(headline) => named(&run.names, headline, language),
        None => Message::TimesOnly.text(language).to_owned(),
    };
    let systems = set.systems.iter().enumerate().map(|(at, system)| Row {
        head: match (at, &set.headline) {
            // A set of times has no page of its own.
            (0, Some(_)) => Cell::Link(place.hash(), set.set.clone()),
            (0, None) => Cell::Text(set.set.clone()),
            _ => Cell::Text(String::new()),
        },
        cells: vec![
            Cell::Text(system.system.clone()),
            Cell::Text(measured.clone()),
            cell(system.figure.as_ref(), language),
            Cell::Number(system.items.to_string()),
            Cell::Number(system.documents.to_string()),
        ],
        class: if system.baseline { "baseline" } else { "" },
    });
    systems.collect()
}
