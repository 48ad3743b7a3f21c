//! Every check of the review: whether it ran, why not, and what it could not cover. Silence never means "clean".

use crate::desk::{Desk, Outcome};
use crate::language::{Speech, written_decimal};
use leptos::prelude::*;
use rasoat_api::CheckRun;
use rasoat_api::messages::{Language, Message, check_name};

/// How many uncovered items stand open; more fold behind their count.
const OPEN_AT_MOST: usize = 4;

/// The table of checks, once the result is here.
#[component]
pub fn ChecksTable(
    /// The desk the review lies on.
    desk: Desk,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let table = move || desk.outcome.get().map(|outcome| draw(desk, &outcome, speech.language()));
    view! {
        <section id="checks" class="checks" aria-labelledby="checks-heading">
            <h2 id="checks-heading">{speech.say(Message::ChecksHeading)}</h2>
            {table}
        </section>
    }
}

fn draw(desk: Desk, outcome: &Outcome, language: Language) -> impl IntoView + use<> {
    let count = |of: fn(&CheckRun) -> bool| outcome.checks.iter().filter(|check| of(check)).count().to_string();
    let (ran, not_ran) = (count(|check| check.ran), count(|check| !check.ran));
    let partial = count(|check| check.ran && !check.uncovered.is_empty());
    let summary = if outcome.checks.is_empty() {
        Message::ChecksUnknown.text(language).to_owned()
    } else {
        Message::ChecksSummary.fill(language, &[("ran", &ran), ("not_ran", &not_ran), ("partial", &partial)])
    };
    let seconds = written_decimal(outcome.timing.total_ms as f64 / 1000.0, language);
    let rows = outcome.checks.iter().map(|check| {
        let found = desk.findings.with(|all| all.iter().filter(|finding| finding.check == check.check).count());
        draw_row(check, found, language)
    });
    view! {
        <p>{summary}</p>
        <table>
            <thead>
                <tr>
                    <th scope="col">{Message::ColumnCheck.text(language)}</th>
                    <th scope="col">{Message::ColumnState.text(language)}</th>
                    <th scope="col" class="number">{Message::ColumnFindings.text(language)}</th>
                    <th scope="col">{Message::ColumnRemarks.text(language)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <p class="quiet">{Message::TimingTotal.fill(language, &[("seconds", &seconds)])}</p>
    }
}

fn draw_row(check: &CheckRun, found: usize, language: Language) -> impl IntoView + use<> {
    let (state, words) = match (check.ran, check.uncovered.is_empty()) {
        (true, true) => ("ran", Message::CheckRan),
        (true, false) => ("partly", Message::CheckRanPartly),
        (false, _) => ("not", Message::CheckDidNotRun),
    };
    let why_not =
        (!check.ran).then(|| check.why_not.clone().unwrap_or_else(|| Message::NoReasonGiven.text(language).to_owned()));
    let uncovered = (!check.uncovered.is_empty()).then(|| {
        let count = check.uncovered.len();
        let items = check.uncovered.iter().cloned().map(|item| view! { <li>{item}</li> }).collect_view();
        view! {
            <details open=count <= OPEN_AT_MOST>
                <summary>{Message::Uncovered.fill(language, &[("count", &count.to_string())])}</summary>
                <ul lang="vi">{items}</ul>
            </details>
        }
    });
    // A check that did not run has found nothing in another sense than one that did.
    let found = if check.ran { found.to_string() } else { "–".to_owned() };
    view! {
        <tr data-check=check.check.clone()>
            <th scope="row">{check_name(&check.check, language).to_owned()}</th>
            <td><span class="ran" data-ran=state>{words.text(language)}</span></td>
            <td class="number">{found}</td>
            <td>{why_not.map(|why| view! { <span lang="vi">{why}</span> })}{uncovered}</td>
        </tr>
    }
}
