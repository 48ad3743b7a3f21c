//! How far a review is: its stages in order, a bar, and a way to stop it.
//!
//! A screen reader hears each stage as it begins; the steps within a stage are for the eye, for they change too often
//! to be spoken.

use crate::desk::{Desk, Phase};
use crate::failure_notice::FailureNotice;
use crate::language::Speech;
use crate::service::{Failure, reviews};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, stage_name};
use rasoat_api::{Progress, Stage};

const STAGES: [Stage; 5] = [Stage::Queued, Stage::Parse, Stage::TextChecks, Stage::Retrieve, Stage::Judge];

/// The progress of a review, from its start to its end.
#[component]
pub fn ProgressView(
    /// The desk it lies on.
    desk: Desk,
    /// Whether the event stream broke and is being restored.
    lost: ReadSignal<bool>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let refused: RwSignal<Option<Failure>> = RwSignal::new(None);
    let running = move || matches!(desk.phase.get(), Phase::Opening | Phase::Running);
    let heard = move || match desk.phase.get() {
        Phase::Opening => Message::Loading.text(speech.language()),
        Phase::Running => stage_name(desk.progress.with(|progress| progress.stage), speech.language()),
        Phase::Done => stage_name(Stage::Done, speech.language()),
        Phase::Failed(_) => "",
        Phase::Cancelled => Message::ReviewCancelled.text(speech.language()),
    };
    let bar = move || {
        running().then(|| {
            let share = move || desk.progress.with(share_done);
            view! {
                <progress
                    max="1"
                    value=move || share().map(|share| format!("{share:.3}"))
                    aria-label=speech.say(Message::ProgressHeading)
                ></progress>
                <div class="progress-foot" aria-hidden="true">
                    <span>{move || steps(&desk.progress.get(), speech)}</span>
                    <span>{move || {
                        let count = desk.findings.with(Vec::len).to_string();
                        speech.fill(Message::FoundSoFar, &[("count", &count)])
                    }}</span>
                </div>
            }
        })
    };
    let stages = move || {
        running().then(|| {
            let current = desk.progress.with(|progress| place_of(progress.stage));
            let item = |(at, stage): (usize, &Stage)| {
                let state = match at.cmp(&current) {
                    std::cmp::Ordering::Less => "past",
                    std::cmp::Ordering::Equal => "now",
                    std::cmp::Ordering::Greater => "ahead",
                };
                view! { <li data-stage=state>{stage_name(*stage, speech.language())}</li> }
            };
            view! { <ol class="stages" aria-hidden="true">{STAGES.iter().enumerate().map(item).collect_view()}</ol> }
        })
    };
    let stop = move |_| {
        let id = desk.id.get_value();
        spawn_local(async move { refused.set(reviews::cancel(&id).await.err()) });
    };
    view! {
        <section id="progress" class="progress" class:settled=move || !running() aria-live="polite">
            <p class="stage-now">{heard}</p>
            {bar}
            {stages}
            {move || (lost.get() && running()).then(|| view! { <p class="caution">{speech.say(Message::StreamLost)}</p> })}
            {move || running().then(|| view! {
                <button type="button" class="button" id="cancel" on:click=stop>{speech.say(Message::Cancel)}</button>
            })}
            {move || matches!(desk.phase.get(), Phase::Cancelled).then(|| view! {
                <p class="quiet">{speech.say(Message::ReviewCancelledHint)}</p>
            })}
        </section>
        <FailureNotice failure=refused />
    }
}

fn place_of(stage: Stage) -> usize {
    STAGES.iter().position(|&other| other == stage).unwrap_or(STAGES.len())
}

/// The share of the whole that is done, `None` while nothing can be said: stages count alike, and the steps within
/// one by their number.
fn share_done(progress: &Progress) -> Option<f64> {
    let stage = match progress.stage {
        Stage::Queued => return None,
        stage => place_of(stage).saturating_sub(1) as f64,
    };
    let within = if progress.total == 0 { 0.0 } else { (progress.done as f64 / progress.total as f64).min(1.0) };
    Some(((stage + within) / (STAGES.len() - 1) as f64).min(1.0))
}

fn steps(progress: &Progress, speech: Speech) -> String {
    if progress.total == 0 {
        return String::new();
    }
    let (done, total) = (progress.done.to_string(), progress.total.to_string());
    speech.fill(Message::ProgressSteps, &[("done", &done), ("total", &total)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_from_stage_to_stage_and_never_passes_its_end() {
        let share = |stage, done, total| share_done(&Progress { stage, done, total });
        assert_eq!(share(Stage::Queued, 0, 0), None);
        assert_eq!(share(Stage::Parse, 0, 0), Some(0.0));
        assert_eq!(share(Stage::TextChecks, 1, 2), Some(0.375));
        assert_eq!(share(Stage::Judge, 9, 9), Some(1.0));
        assert_eq!(share(Stage::Judge, 12, 9), Some(1.0));
        assert_eq!(share(Stage::Done, 0, 0), Some(1.0));
    }
}
