//! The start page: choose a draft, say when it is meant to take effect, and go; below, the reviews of late.

use crate::failure_notice::FailureNotice;
use crate::language::{Speech, today, written_date, written_size};
use crate::place::Place;
use crate::private_mode::{self, PrivateSwitch};
use crate::service::{Failure, private, reviews};
use crate::skeleton::Skeleton;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::{Message, state_name};
use rasoat_api::{Job, JobState};
use web_sys::{DragEvent, File, SubmitEvent};

/// The start page.
#[component]
pub fn StartPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::NewReview);
    view! {
        <div class="page start">
            <h1>{speech.say(Message::NewReview)}</h1>
            <p class="purpose">{speech.say(Message::AppPurpose)}</p>
            <NewReview />
            <RecentReviews />
        </div>
    }
}

#[component]
fn NewReview() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let chosen: RwSignal<Option<File>, LocalStorage> = RwSignal::new_local(None);
    let as_of = RwSignal::new(today());
    let sending = RwSignal::new(false);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let over = RwSignal::new(false);
    let apart = RwSignal::new(private_mode::remembered());
    let loading: RwSignal<Option<(f64, f64)>> = RwSignal::new(None);
    let input = NodeRef::<html::Input>::new();

    let choose = move |file: Option<File>| {
        if file.is_some() {
            failure.set(None);
            chosen.set(file);
        }
    };
    let drop_file = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        choose(event.data_transfer().and_then(|carried| carried.files()).and_then(|files| files.get(0)));
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if sending.get_untracked() {
            return;
        }
        let Some(file) = chosen.get_untracked() else {
            failure.set(Some(Failure::Asked(Message::NoFileChosen, Message::NoFileChosenHint)));
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
            return;
        };
        let date = as_of.get_untracked();
        if date.is_empty() {
            failure.set(Some(Failure::Asked(Message::NoDate, Message::NoDateHint)));
            return;
        }
        failure.set(None);
        sending.set(true);
        spawn_local(async move {
            let started = if apart.get_untracked() {
                let opened = private::open(move |done, total| loading.set(Some((done, total)))).await;
                loading.set(None);
                opened.map(|_| private::start_review(file, date))
            } else {
                reviews::start_review(file, date).await
            };
            match started {
                Ok(job) => Place::Review(job.id).go(),
                Err(why) => failure.set(Some(why)),
            }
            sending.set(false);
        });
    };
    let chosen_line = move || {
        chosen.get().map(|file| {
            let language = speech.language();
            let size = written_size(file.size(), language);
            Message::FileChosen.fill(language, &[("name", &file.name()), ("size", &size)])
        })
    };

    view! {
        <form class="new-review" novalidate on:submit=submit>
            <div
                class="drop"
                class:over=move || over.get()
                class:filled=move || chosen.with(Option::is_some)
                on:dragover=move |event: DragEvent| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=drop_file
            >
                <p class="drop-line">{speech.say(Message::DropHere)}</p>
                <input
                    id="file-input"
                    class="unseen"
                    type="file"
                    accept=".docx,.doc,.rtf,.odt,.pdf,.html,.htm,.txt,.md,.json,.xml"
                    aria-describedby="file-kinds file-chosen"
                    node_ref=input
                    on:change=move |_| {
                        choose(input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0)));
                    }
                />
                <label class="button" for="file-input">{speech.say(Message::ChooseFile)}</label>
                <p id="file-kinds" class="quiet">{speech.say(Message::FileKinds)}</p>
                <p id="file-chosen" class="chosen" role="status">{chosen_line}</p>
            </div>
            <div class="when">
                <label for="as-of">{speech.say(Message::AsOfLabel)}</label>
                <input
                    id="as-of"
                    type="date"
                    aria-describedby="as-of-hint"
                    prop:value=move || as_of.get()
                    on:input=move |event| as_of.set(event_target_value(&event))
                    on:change=move |event| as_of.set(event_target_value(&event))
                />
                <p id="as-of-hint" class="quiet">{speech.say(Message::AsOfHint)}</p>
            </div>
            <PrivateSwitch on=apart progress=loading />
            <FailureNotice failure />
            <button id="start-review" class="button primary" type="submit" aria-disabled=move || sending.get().to_string()>
                {move || {
                    let message = match (sending.get(), apart.get()) {
                        (true, true) => Message::PrivateOpening,
                        (true, false) => Message::Uploading,
                        (false, _) => Message::StartReview,
                    };
                    message.text(speech.language())
                }}
            </button>
        </form>
    }
}

#[component]
fn RecentReviews() -> impl IntoView {
    let speech = expect_context::<Speech>();
    let recent: RwSignal<Option<Result<Vec<Job>, Failure>>> = RwSignal::new(None);
    spawn_local(async move { recent.set(Some(reviews::recent_reviews().await)) });

    let row = move |job: &Job| {
        let language = speech.language();
        let date = written_date(&job.as_of, language);
        let sign = match job.state {
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Erased => "erased",
        };
        view! {
            <li>
                <a href=Place::Review(job.id.clone()).hash()>{job.file_name.clone()}</a>
                <span class="quiet">{Message::ReviewAsOf.fill(language, &[("date", &date)])}</span>
                <span class="state" data-state=sign>{state_name(job.state, language)}</span>
            </li>
        }
    };
    let list = move || match recent.get() {
        None => view! { <Skeleton lines=3 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(jobs)) if jobs.is_empty() => {
            view! { <p class="quiet">{speech.say(Message::NoRecentReviews)}</p> }.into_any()
        }
        Some(Ok(jobs)) => view! { <ul>{jobs.iter().map(row).collect_view()}</ul> }.into_any(),
    };
    view! {
        <section class="recent" aria-labelledby="recent-heading">
            <h2 id="recent-heading">{speech.say(Message::RecentReviews)}</h2>
            {list}
        </section>
    }
}
