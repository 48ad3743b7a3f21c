//! The findings at a glance: how many by check and severity. A row filters the list.

use crate::desk::{Desk, go_to};
use crate::draft_view::severity_sign;
use crate::finding_choice::Filter;
use crate::language::Speech;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message, check_name, severity_name};
use rasoat_api::{Finding, Severity};
use std::sync::Arc;

const GRAVEST_FIRST: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// How many of each severity, by check, the most first.
fn counts(findings: &[Arc<Finding>]) -> Vec<(String, [usize; 3])> {
    let mut counts: Vec<(String, [usize; 3])> = Vec::new();
    for finding in findings {
        let at = counts.iter().position(|(check, _)| *check == finding.check).unwrap_or_else(|| {
            counts.push((finding.check.clone(), [0; 3]));
            counts.len() - 1
        });
        let severity = GRAVEST_FIRST.iter().position(|severity| *severity == finding.severity).unwrap_or(2);
        counts[at].1[severity] += 1;
    }
    let sum = |of: &[usize; 3]| of.iter().sum::<usize>();
    // They are few: a sort of their own would be larger than this.
    let mut sorted: Vec<(String, [usize; 3])> = Vec::new();
    for one in counts {
        let at = sorted.iter().position(|other| sum(&other.1) < sum(&one.1)).unwrap_or(sorted.len());
        sorted.insert(at, one);
    }
    sorted
}

/// The chart; nothing where nothing was found.
#[component]
pub fn Overview(
    /// The desk.
    desk: Desk,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let counted = Memo::new(move |_| desk.findings.with(|findings| counts(findings)));
    move || {
        let counted = counted.get();
        let most = counted.iter().map(|(_, of)| of.iter().sum::<usize>()).max()?;
        let language = speech.language();
        let rows = counted.into_iter().map(|(check, of)| row(desk, check, of, most, language));
        Some(view! {
            <section class="overview card" aria-labelledby="overview-heading">
                <h2 id="overview-heading">{Message::OverviewHeading.text(language)}</h2>
                <p class="quiet">{Message::OverviewNote.text(language)}</p>
                <ul class="chart">{rows.collect_view()}</ul>
            </section>
        })
    }
}

fn row(desk: Desk, check: String, of: [usize; 3], most: usize, language: Language) -> AnyView {
    let name = check_name(&check, language).to_owned();
    let segments = GRAVEST_FIRST.iter().zip(of).filter(|(_, count)| *count > 0).map(|(severity, count)| {
        view! {
            <span class="segment" data-severity=severity_sign(*severity) style:flex-grow=count.to_string()>
                <span class="sign" aria-hidden="true"></span>{count.to_string()}
                <span class="unseen">" " {severity_name(*severity, language)}</span>
            </span>
        }
        .into_any()
    });
    // What is left of the longest row stays empty.
    let rest = (most - of.iter().sum::<usize>()).to_string();
    view! {
        <li>
            <button type="button" class="chart-row" data-check=check.clone() on:click=move |_| {
                desk.filter.set(Filter { check: Some(check.clone()), ..Filter::default() });
                go_to("#findings");
            }>
                <span class="chart-name">{name}</span>
                <span class="bar">
                    {segments.collect_view()}
                    <span style:flex-grow=rest></span>
                </span>
            </button>
        </li>
    }
    .into_any()
}
