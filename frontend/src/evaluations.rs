//! The evaluator's pages: what was measured, when and with what; figures with their intervals, curves and cases; two
//! runs side by side. They stand on what `rasoat eval` wrote and compute nothing of it anew.

mod comparison;
mod items;
mod plots;
mod run;
mod set;

use crate::fetched::{asked, fetched};
use crate::language::Speech;
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::evaluations;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredFigure, Wording};
use std::collections::BTreeMap;

/// A page of evaluations.
pub fn page(place: Place) -> AnyView {
    let speech = expect_context::<Speech>();
    let wanted = match place.clone() {
        Place::Evaluation(id) => asked(run::ask(id.clone()), run::draw),
        Place::EvaluationSet { id, suite, set } => {
            let of = id.clone();
            let ask = async move { evaluations::set(&id, &suite, &set).await };
            asked(ask, move |found, page, language| set::draw(&of, found, page, language))
        }
        Place::EvaluationItems(wanted) => {
            let of = wanted.clone();
            let ask = async move { evaluations::items(&wanted, items::PAGE).await };
            asked(ask, move |found, page, language| items::draw(&of, found, page, language))
        }
        Place::RunsCompared { id, other } => {
            let ask = async move { Ok((evaluations::overview(&other).await?, evaluations::overview(&id).await?)) };
            asked(ask, |(before, after), page, language| comparison::runs(before, after, page, language))
        }
        Place::SetsCompared { id, other, suite, set } => {
            let wanted = evaluations::Wanted { id, suite, set, ..evaluations::Wanted::default() };
            let of = wanted.clone();
            let ask = async move { evaluations::comparison(&other, &wanted.id, &wanted.suite, &wanted.set).await };
            asked(ask, move |found, page, language| comparison::sets(&of, found, page, language))
        }
        _ => asked(evaluations::all(), |rows, page, language| {
            page.say("p", "quiet", Message::EvaluationsPurpose.text(language));
            if rows.is_empty() {
                page.say("p", "", Message::EvaluationsNone.text(language));
                page.say("p", "quiet", Message::EvaluationsNoneHint.text(language));
                return;
            }
            let row = |(at, row): (usize, &rasoat_api::EvaluationRow)| {
                let version = match &row.commit {
                    Some(commit) => format!("{} · {}", row.version, short(commit)),
                    None => row.version.clone(),
                };
                // Each against the one before it; a run's own page leads to all others.
                let earlier = rows.get(at + 1).map(|other| {
                    let place = Place::RunsCompared { id: row.id.clone(), other: other.id.clone() };
                    Cell::Link(place.hash(), format!("{} ↔ {}", other.id, row.id))
                });
                Row {
                    head: Cell::Link(Place::Evaluation(row.id.clone()).hash(), row.id.clone()),
                    cells: vec![
                        Cell::Text(version),
                        Cell::Number(row.sets.len().to_string()),
                        earlier.unwrap_or_else(|| Cell::Text("–".to_owned())),
                    ],
                    class: "",
                }
            };
            let heads = [Message::ColumnRun, Message::ColumnVersion, Message::ColumnSets, Message::CompareRuns];
            let caption = Message::EvaluationsHeading.text(language);
            page.table(caption, &texts(&heads, language), rows.iter().enumerate().map(row).collect());
        }),
    };
    let (title, titled) = (place.clone(), place.clone());
    speech.entitle_with(move |speech| heading(&titled, speech.language()));
    let crumbs: Vec<AnyView> = crumbs(&place)
        .into_iter()
        .map(|(place, words)| {
            let words =
                move || words.clone().unwrap_or_else(|| Message::EvaluationsHeading.text(speech.language()).to_owned());
            view! { <span><a href=place.hash()>{words}</a></span> }.into_any()
        })
        .collect();
    view! {
        <div class="page evaluations">
            {(!crumbs.is_empty()).then(|| view! { <p class="crumb particulars">{crumbs}</p> }.into_any())}
            <h1>{move || heading(&title, speech.language())}</h1>
            {fetched(wanted, "evaluation")}
        </div>
    }
    .into_any()
}

fn heading(place: &Place, language: Language) -> String {
    match place {
        Place::Evaluation(id) => Message::RunOf.fill(language, &[("name", id)]),
        Place::EvaluationSet { suite, set, .. } => format!("{suite} · {set}"),
        Place::SetsCompared { suite, set, id, other } => format!("{suite} · {set}: {other} ↔ {id}"),
        Place::EvaluationItems(wanted) => format!("{} · {} · {}", wanted.suite, wanted.set, wanted.system),
        Place::RunsCompared { id, other } => format!("{}: {other} ↔ {id}", Message::CompareHeading.text(language)),
        _ => Message::EvaluationsHeading.text(language).to_owned(),
    }
}

/// The ways up from a page, with their words; without words it is that to the list.
fn crumbs(place: &Place) -> Vec<(Place, Option<String>)> {
    let run = |id: &String| (Place::Evaluation(id.clone()), Some(id.clone()));
    let mut crumbs = vec![(Place::Evaluations, None)];
    match place {
        Place::EvaluationSet { id, .. } => crumbs.push(run(id)),
        Place::EvaluationItems(wanted) => {
            let (suite, set) = (wanted.suite.clone(), wanted.set.clone());
            crumbs.push(run(&wanted.id));
            crumbs.push((Place::EvaluationSet { id: wanted.id.clone(), suite, set }, Some(wanted.set.clone())));
        }
        Place::RunsCompared { id, other } => crumbs.extend([run(other), run(id)]),
        Place::SetsCompared { id, other, .. } => {
            crumbs.extend([run(other), run(id)]);
            let place = Place::RunsCompared { id: id.clone(), other: other.clone() };
            crumbs.push((place, Some(format!("{other} ↔ {id}"))));
        }
        Place::Evaluation(_) => {}
        _ => crumbs.clear(),
    }
    crumbs
}

fn texts(messages: &[Message], language: Language) -> Vec<String> {
    messages.iter().map(|message| message.text(language).to_owned()).collect()
}

/// A part of a page with its heading.
fn part(page: &Markup, heading: &str) -> Markup {
    let part = page.put("section", &[("class", "part")]);
    part.say("h2", "", heading);
    part
}

/// Something folded away below its heading.
fn fold(page: &Markup, heading: &str) -> Markup {
    let fold = page.put("details", &[]);
    fold.say("summary", "", heading);
    fold
}

/// The first digits of a commit or a checksum.
fn short(sum: &str) -> String {
    sum.chars().take(10).collect()
}

/// What something is called.
fn named(names: &BTreeMap<String, Wording>, name: &str, language: Language) -> String {
    // The figure of one class: "precision:contradiction".
    let (kind, class) = name.split_once(':').map_or((name, None), |(kind, class)| (kind, Some(class)));
    let said = names.get(kind).map_or(kind, |wording| said(wording, language));
    class.map_or_else(|| said.to_owned(), |class| format!("{said}: {class}"))
}

fn said(wording: &Wording, language: Language) -> &str {
    match language {
        Language::Vi => &wording.vi,
        Language::En => &wording.en,
    }
}

/// Three decimals, with the comma or the point of the language.
fn decimals(value: f64, language: Language) -> String {
    let written = format!("{value:.3}");
    match language {
        Language::Vi => written.replace('.', ","),
        Language::En => written,
    }
}

/// The same with its sign.
fn change(value: f64, language: Language) -> String {
    format!("{}{}", if value > 0.0 { "+" } else { "" }, decimals(value, language))
}

/// A figure with its interval: `0,938 [0,855; 0,975]`.
fn figure(figure: &MeasuredFigure, language: Language) -> String {
    let value = decimals(figure.value, language);
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{value} [{}; {}]", decimals(low, language), decimals(high, language)),
        _ => value,
    }
}

/// The same in a cell; a dash where there is none.
fn cell(of: Option<&MeasuredFigure>, language: Language) -> Cell {
    Cell::Number(of.map_or_else(|| "–".to_owned(), |of| figure(of, language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_written_with_its_interval_where_it_has_one() {
        let of = |low, high| MeasuredFigure { value: 0.5, low, high };
        assert_eq!(figure(&of(Some(0.25), Some(0.75)), Language::Vi), "0,500 [0,250; 0,750]");
        assert_eq!(figure(&of(None, None), Language::En), "0.500");
    }

    #[test]
    fn a_figure_of_one_class_names_the_class() {
        let names = [("precision".to_owned(), Wording { vi: "Đúng".into(), en: "Precision".into() })].into();
        assert_eq!(named(&names, "precision:duplicate", Language::Vi), "Đúng: duplicate");
        assert_eq!(named(&names, "recall@10", Language::En), "recall@10");
    }
}
