//! The evaluator's pages: what was measured, when and with what; figures with their intervals, curves and cases; two
//! runs side by side. They stand on what `rasoat eval` wrote and compute nothing of it anew.

mod comparison;
mod items;
mod plots;
mod run;
mod set;

pub use comparison::{RunsPage, SetsPage};
pub use items::ItemsPage;
pub use run::RunPage;
pub use set::SetPage;

use crate::data_table::{Cell, Row, data_table};
use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::language::Speech;
use crate::place::Place;
use crate::service::{Failure, evaluations};
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{EvaluationRow, MeasuredFigure, Wording};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

/// The list of runs.
#[component]
pub fn EvaluationsPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::EvaluationsHeading);
    let shown = fetched(evaluations::all(), move |rows: Arc<Vec<EvaluationRow>>| {
        if rows.is_empty() {
            return view! {
                <p>{speech.say(Message::EvaluationsNone)}</p>
                <p class="quiet">{speech.say(Message::EvaluationsNoneHint)}</p>
            }
            .into_any();
        }
        let listed = Arc::clone(&rows);
        let table = move || {
            let language = speech.language();
            let row = |row: &EvaluationRow| Row {
                head: Cell::Link(Place::Evaluation(row.id.clone()).hash(), row.id.clone()),
                cells: vec![
                    Cell::Text(match &row.commit {
                        Some(commit) => format!("{} · {}", row.version, short(commit)),
                        None => row.version.clone(),
                    }),
                    Cell::Number(row.sets.len().to_string()),
                ],
                class: "",
            };
            let heads = [Message::ColumnRun, Message::ColumnVersion, Message::ColumnSets];
            data_table(
                Message::EvaluationsHeading.text(language).to_owned(),
                heads.map(|head| head.text(language).to_owned()).to_vec(),
                listed.iter().map(row).collect(),
            )
        };
        let compare = (rows.len() > 1).then(|| view! { <TwoRuns rows /> });
        view! { {table} {compare} }.into_any()
    });
    view! {
        <div class="page evaluations">
            <h1>{speech.say(Message::EvaluationsHeading)}</h1>
            <p class="quiet">{speech.say(Message::EvaluationsPurpose)}</p>
            {shown}
        </div>
    }
    .into_any()
}

/// Two runs are chosen to be compared.
#[component]
fn TwoRuns(rows: Arc<Vec<EvaluationRow>>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    // The newest against the one before it, unless somebody says otherwise.
    let (before, after) = (RwSignal::new(rows[1].id.clone()), RwSignal::new(rows[0].id.clone()));
    let same = RwSignal::new(false);
    let options: Vec<(String, String)> = rows.iter().map(|row| (row.id.clone(), row.id.clone())).collect();
    let choice = |id: &str, label: Message, value: RwSignal<String>| {
        view! {
            <Choice
                id=id.to_owned()
                label=Signal::derive(move || speech.say(label)().to_owned())
                options=Signal::stored(options.clone())
                value=value
                choose=move |chosen| value.set(chosen)
            />
        }
        .into_any()
    };
    let go = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (other, id) = (before.get_untracked(), after.get_untracked());
        same.set(other == id);
        if other != id {
            Place::RunsCompared { id, other }.go();
        }
    };
    view! {
        <form class="card across" on:submit=go>
            {choice("run-before", Message::RunBefore, before)}
            {choice("run-after", Message::RunAfter, after)}
            <button id="compare-runs" type="submit" class="button primary">{speech.say(Message::CompareRuns)}</button>
            {move || same.get().then(|| view! {
                <p class="failure" role="alert">{speech.say(Message::CompareTwoOfOne)}</p>
            })}
        </form>
    }
    .into_any()
}

/// What is asked of the server, drawn when it comes: a skeleton before, the failure where it fails.
pub fn fetched<T: Send + Sync + 'static>(
    ask: impl Future<Output = Result<T, Failure>> + 'static,
    draw: impl Fn(Arc<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let held: RwSignal<Option<Result<Arc<T>, Failure>>> = RwSignal::new(None);
    spawn_local(async move {
        let answer = ask.await.map(Arc::new);
        // The page may have been left.
        let _ = held.try_set(Some(answer));
    });
    view! {
        <div>
            {move || match held.get() {
                None => view! { <Skeleton lines=8 /> }.into_any(),
                Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
                Some(Ok(value)) => draw(value),
            }}
        </div>
    }
    .into_any()
}

/// The first digits of a commit or a checksum.
fn short(sum: &str) -> String {
    sum.chars().take(10).collect()
}

/// What something is called.
fn named(names: &BTreeMap<String, Wording>, name: &str, language: Language) -> String {
    // The figure of one class: "precision:contradiction".
    let (kind, class) = name.split_once(':').map_or((name, None), |(kind, class)| (kind, Some(class)));
    let said = names.get(kind).map(|wording| said(wording, language).to_owned());
    let said = said.unwrap_or_else(|| kind.to_owned());
    class.map_or_else(|| said.clone(), |class| format!("{said}: {class}"))
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

/// A figure with its interval: `0,938 [0,855; 0,975]`.
fn figure(figure: &MeasuredFigure, language: Language) -> String {
    let value = decimals(figure.value, language);
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{value} [{}; {}]", decimals(low, language), decimals(high, language)),
        _ => value,
    }
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
