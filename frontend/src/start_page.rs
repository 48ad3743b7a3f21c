//! The start page: choose drafts or paste one, say when they are meant to take effect, and go; below, the reviews of late.

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
use wasm_bindgen::JsValue;
use web_sys::{DragEvent, File, FileList, SubmitEvent};

/// The start page.
#[component]
pub fn StartPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::NewReview);
    // Counts the batches that were begun here, so that the list below is read anew.
    let begun = RwSignal::new(0_u32);
    view! {
        <div class="page start">
            <h1>{speech.say(Message::NewReview)}</h1>
            <p class="purpose">{speech.say(Message::AppPurpose)}</p>
            <NewReview begun />
            <RecentReviews begun />
        </div>
    }
}

/// Kinds of files that the server reads, and those that a browser reads by itself.
const READ_THERE: &str = ".docx,.doc,.rtf,.odt,.pdf,.html,.htm,.txt,.md,.json,.xml";
const READ_HERE: &str = ".docx,.pdf,.html,.htm,.txt,.md,.json,.xml";

/// The files of a list.
fn files_of(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    let count = list.map_or(0, FileList::length);
    (0..count).filter_map(|at| list.and_then(|list| list.get(at))).collect()
}

/// A pasted text as a file.
fn pasted_file(text: &str, name: &str) -> Option<File> {
    File::new_with_str_sequence(&js_sys::Array::of1(&JsValue::from_str(text)), name).ok()
}

#[component]
fn NewReview(
    /// Counts the batches that were begun here.
    begun: RwSignal<u32>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let chosen: RwSignal<Vec<File>, LocalStorage> = RwSignal::new_local(Vec::new());
    let pasted = RwSignal::new(String::new());
    let as_of = RwSignal::new(today());
    let sending = RwSignal::new(false);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let over = RwSignal::new(false);
    let apart = RwSignal::new(private_mode::remembered());
    let loading: RwSignal<Option<(f64, f64)>> = RwSignal::new(None);
    // Counts the batches that were begun or given up, so that one that is on its way knows whether it still is wanted.
    let attempt = StoredValue::new(0_u32);
    let give_up = move || {
        attempt.update_value(|attempts| *attempts += 1);
        loading.set(None);
        sending.set(false);
        private::stop_loading();
    };
    on_cleanup(private::stop_loading);
    let input = NodeRef::<html::Input>::new();

    let choose = move |files: Vec<File>| {
        if !files.is_empty() {
            failure.set(None);
            chosen.set(files);
        }
    };
    let drop_file = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        choose(files_of(event.data_transfer().and_then(|carried| carried.files())));
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if sending.get_untracked() {
            return;
        }
        let mut files = chosen.get_untracked();
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            files.extend(pasted_file(&text, Message::PastedName.text(untrack(|| speech.language()))));
        }
        if files.is_empty() {
            failure.set(Some(Failure::Asked(Message::NoFileChosen, Message::NoFileChosenHint)));
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
            return;
        }
        let date = as_of.get_untracked();
        if date.is_empty() {
            failure.set(Some(Failure::Asked(Message::NoDate, Message::NoDateHint)));
            return;
        }
        failure.set(None);
        sending.set(true);
        attempt.update_value(|attempts| *attempts += 1);
        let own = attempt.get_value();
        let wanted = move || attempt.try_get_value() == Some(own);
        // Where the drafts go is settled now, whatever is switched or left while the law is loaded.
        let here = apart.get_untracked();
        spawn_local(async move {
            let mut failed = None;
            if here {
                let progress = move |done, total| {
                    if wanted() {
                        loading.set(Some((done, total)));
                    }
                };
                let opened = private::open(progress).await;
                // Stopped, or the page was left: nothing is begun.
                if !wanted() {
                    return;
                }
                loading.set(None);
                failed = opened.err();
            }
            let (count, mut last) = (files.len(), None);
            // One after the other, up to the first that is refused; those before it are on their way.
            for file in files {
                if failed.is_some() {
                    break;
                }
                let started = match here {
                    true => Ok(private::start_review(file.clone(), date.clone())),
                    false => reviews::start_review(file.clone(), date.clone()).await,
                };
                match started {
                    Ok(job) => {
                        last = Some(job.id);
                        chosen.update(|files| files.retain(|own| !js_sys::Object::is(own, &file)));
                    }
                    Err(why) => failed = Some(why),
                }
            }
            sending.set(false);
            if failed.is_none() {
                pasted.set(String::new());
            }
            match last {
                Some(id) if count == 1 && wanted() => Place::Review(id).go(),
                Some(_) => begun.update(|batches| *batches += 1),
                None => {}
            }
            failure.set(failed);
        });
    };
    let chosen_line = move || {
        let language = speech.language();
        let files = chosen.get();
        let size = written_size(files.iter().map(|file| file.size()).sum(), language);
        match files.as_slice() {
            [] => None,
            [file] => Some(Message::FileChosen.fill(language, &[("name", &file.name()), ("size", &size)])),
            _ => {
                let count = files.len().to_string();
                Some(Message::FilesChosen.fill(language, &[("count", &count), ("size", &size)]))
            }
        }
    };

    view! {
        <form class="new-review" novalidate on:submit=submit>
            <div
                class="drop"
                class:over=move || over.get()
                class:filled=move || !chosen.with(Vec::is_empty)
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
                    multiple
                    accept=move || if apart.get() { READ_HERE } else { READ_THERE }
                    aria-describedby="file-kinds file-chosen"
                    node_ref=input
                    on:change=move |_| choose(files_of(input.get_untracked().and_then(|input| input.files())))
                />
                <label class="button" for="file-input">{speech.say(Message::ChooseFile)}</label>
                <p id="file-kinds" class="quiet">{move || {
                    let kinds = if apart.get() { Message::PrivateKinds } else { Message::FileKinds };
                    kinds.text(speech.language())
                }}</p>
                <p id="file-chosen" class="chosen" role="status">{chosen_line}</p>
            </div>
            <details class="paste">
                <summary>{speech.say(Message::PasteInstead)}</summary>
                <label for="pasted">{speech.say(Message::PasteLabel)}</label>
                <textarea
                    id="pasted"
                    rows="8"
                    lang="vi"
                    // A browser keeps fields to restore a session, and sends them to be checked or translated.
                    autocomplete="off"
                    spellcheck="false"
                    translate="no"
                    prop:value=move || pasted.get()
                    on:input=move |event| pasted.set(event_target_value(&event))
                ></textarea>
            </details>
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
            <PrivateSwitch on=apart sending progress=loading stop=give_up />
            <FailureNotice failure />
            <button id="start-review" class="button primary" type="submit" aria-disabled=move || sending.get().to_string()>
                {move || {
                    let message = match (sending.get(), apart.get()) {
                        (true, true) => Message::PrivateOpening,
                        (true, false) => Message::Uploading,
                        (false, true) => Message::StartPrivate,
                        (false, false) => Message::StartReview,
                    };
                    message.text(speech.language())
                }}
            </button>
        </form>
    }
}

#[component]
fn RecentReviews(
    /// Counts the batches that were begun here.
    begun: RwSignal<u32>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let recent: RwSignal<Option<Result<Vec<Job>, Failure>>> = RwSignal::new(None);
    Effect::new(move || {
        begun.track();
        spawn_local(async move { drop(recent.try_set(Some(reviews::recent_reviews().await))) });
    });

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
                {private::is_private(&job.id).then(|| {
                    view! { <span class="private-badge">{Message::PrivateMode.text(language)}</span> }
                })}
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
            <p class="particulars">
                <span><a href=Place::Drafts.hash()>{speech.say(Message::BatchOpen)}</a></span>
                <span><a href=Place::Sweeps.hash()>{speech.say(Message::SweepsHeading)}</a></span>
                <span><a href=Place::Amendments.hash()>{speech.say(Message::AmendmentsHeading)}</a></span>
            </p>
        </section>
    }
}
