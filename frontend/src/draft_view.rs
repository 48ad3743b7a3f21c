//! The left column: the draft as text, its outline visible, the findings' words marked.
//!
//! A mark shows its gravity by colour and by a sign, and its finding by name to a screen reader; clicking the same
//! words again reaches the next finding that lies under them.

use crate::desk::{Bring, Desk, bring};
use crate::draft_text::{self, Line, LineKind, Stretch};
use crate::finding_choice::next_under;
use crate::language::Speech;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use rasoat_api::messages::{Message, check_name, severity_name};
use rasoat_api::{Finding, Severity};
use std::sync::Arc;

/// The draft, once it is here.
#[component]
pub fn DraftView(
    /// The desk it lies on.
    desk: Desk,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let lines = move || {
        desk.draft.with(|draft| match draft {
            None => view! { <p class="quiet">{Message::Loading.text(speech.language())}</p> }.into_any(),
            Some(Err(_)) => {
                view! { <p class="caution">{Message::DraftUnavailable.text(speech.language())}</p> }.into_any()
            }
            Some(Ok(draft)) => desk.findings.with(|findings| {
                let lines = draft_text::cut(&draft.text, &draft.provisions, findings);
                lines.into_iter().map(|line| draw_line(desk, speech, findings, line)).collect_view().into_any()
            }),
        })
    };
    // Runs after the lines are drawn anew, and after each selection.
    Effect::new(move || {
        desk.draft.track();
        desk.findings.track();
        if let Some(at) = desk.selected.get() {
            request_animation_frame(move || {
                bring("#draft", &format!("[data-opens~=\"{at}\"]"), Bring::ToMiddle);
            });
        }
    });
    view! {
        <section class="column draft-column" aria-labelledby="draft-heading">
            <h2 id="draft-heading">{speech.say(Message::DraftHeading)}</h2>
            <div id="draft" class="scroll paper" tabindex="0" role="group" aria-labelledby="draft-heading" lang="vi">
                {lines}
            </div>
        </section>
    }
}

fn draw_line(desk: Desk, speech: Speech, findings: &[Arc<Finding>], line: Line) -> impl IntoView + use<> {
    let (class, level) = match line.kind {
        LineKind::Division => ("line division", Some("3")),
        LineKind::Article => ("line article", Some("4")),
        LineKind::Basis => ("line basis", None),
        LineKind::Paragraph => ("line paragraph", None),
        LineKind::Point => ("line point", None),
        LineKind::Plain => ("line", None),
    };
    let stretches = line.stretches.into_iter().map(|stretch| draw_stretch(desk, speech, findings, stretch));
    view! {
        <div class=class role=level.map(|_| "heading") {..custom_attribute("aria-level", level)} data-start=line.range.start.to_string()>
            {stretches.collect_view()}
        </div>
    }
}

fn draw_stretch(desk: Desk, speech: Speech, findings: &[Arc<Finding>], stretch: Stretch) -> AnyView {
    let Stretch { text, findings: under, opens } = stretch;
    let Some(gravest) = under.first().and_then(|&at| findings.get(at)).cloned() else { return text.into_any() };
    let list = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let (opening, empty) = (!opens.is_empty(), text.is_empty());
    let words = text.clone();
    let gravest_id = gravest.id.clone();
    let severity = severity_sign(gravest.severity);
    let name = move || {
        let language = speech.language();
        Message::MarkLabel.fill(
            language,
            &[("severity", severity_name(gravest.severity, language)), ("check", check_name(&gravest.check, language))],
        )
    };
    // The sign is that of the finding that begins here, which may lie under a graver one that began before.
    let sign = opens.first().and_then(|&at| findings.get(at)).map(|finding| severity_sign(finding.severity));
    let label = {
        let name = name.clone();
        move || format!("{}. {words}", name())
    };
    let marked = under.clone();
    let choose = move || {
        if let Some(next) = next_under(&marked, desk.selected.get_untracked()) {
            desk.select(next);
        }
    };
    let choose_by_key = choose.clone();
    view! {
        <mark
            role="button"
            tabindex=if opening { "0" } else { "-1" }
            data-severity=severity
            data-standing=move || desk.decisions.standing(&gravest_id).code()
            data-sign=sign
            data-opens=opening.then(|| list(&opens))
            class:empty=empty
            class:selected=move || desk.selected.get().is_some_and(|at| under.contains(&at))
            title=name
            aria-label=label
            on:click=move |_| choose()
            on:keydown=move |event| {
                if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    choose_by_key();
                }
            }
        >
            {text}
        </mark>
    }
    .into_any()
}

/// The name the style sheet knows a severity by.
pub fn severity_sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
