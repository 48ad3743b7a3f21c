//! The review page: follows a review from its first event to its result and lays it on the desk.

use crate::checks_table::ChecksTable;
use crate::decision_bar::{self, Deed};
use crate::desk::{Desk, Phase};
use crate::draft_map::map_of_draft;
use crate::draft_view::DraftView;
use crate::evidence_panel::EvidencePanel;
use crate::failure_notice::FailureNotice;
use crate::finding_choice::Step;
use crate::findings_list::FindingsList;
use crate::keys_help::KeysHelp;
use crate::language::{Speech, written_date, written_number};
use crate::overview::Overview;
use crate::private_mode::{PrivateNotice, ask_before_following};
use crate::progress_view::ProgressView;
use crate::service::{self, Connection, EventStream, Failure, private, reviews};
use crate::versions::previous_choice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{ErrorBody, JobState, ReviewEvent, Verdict, routes};
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, KeyboardEvent, MouseEvent, Url};

/// How long to wait before asking again after a stream that nobody restores.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// A review and where its event stream is kept.
#[derive(Clone, Copy)]
struct Course {
    desk: Desk,
    set_lost: WriteSignal<bool>,
    stream: StoredValue<Option<EventStream>, LocalStorage>,
}

impl Course {
    /// Asks how the review stands and goes on from there.
    fn take_up(self) {
        let Some(id) = self.desk.id.try_get_value() else { return };
        spawn_local(async move {
            let job = match reviews::job(&id).await {
                Ok(job) => job,
                Err(why) => return self.desk.phase.set(Phase::Failed(why)),
            };
            self.desk.file_name.set(job.file_name);
            self.desk.as_of.set(job.as_of);
            self.desk.progress.set(job.progress);
            match job.state {
                JobState::Running => {
                    self.desk.phase.set(Phase::Running);
                    self.follow(&id);
                }
                JobState::Done => self.fetch_result(id),
                JobState::Failed | JobState::Erased => self.desk.phase.set(Phase::Failed(said(job.error))),
                JobState::Cancelled => self.desk.phase.set(Phase::Cancelled),
            }
        });
    }

    fn follow(self, id: &str) {
        let owned = id.to_owned();
        let receive = move |event: ReviewEvent| {
            self.set_lost.set(false);
            match event {
                ReviewEvent::Progress(progress) => self.desk.progress.set(progress),
                ReviewEvent::Finding(finding) => self.desk.add_finding(*finding),
                ReviewEvent::Done => self.fetch_result(owned.clone()),
                ReviewEvent::Failed(error) => self.desk.phase.set(Phase::Failed(Failure::Said(error))),
                ReviewEvent::Cancelled => self.desk.phase.set(Phase::Cancelled),
            }
        };
        let connection = move |state: Connection| {
            self.set_lost.set(state != Connection::Open);
            if state == Connection::Closed {
                set_timeout(move || self.take_up(), ASK_AGAIN);
            }
        };
        match EventStream::follow(id, receive, connection) {
            // The page may be gone by now; the stream is then closed on the spot.
            Ok(stream) => drop(self.stream.try_set_value(Some(stream))),
            Err(why) => self.desk.phase.set(Phase::Failed(why)),
        }
    }

    fn fetch_result(self, id: String) {
        let of_draft = id.clone();
        spawn_local(async move {
            match reviews::result(&id).await {
                Ok(review) => self.desk.put_result(review),
                Err(why) => self.desk.phase.set(Phase::Failed(why)),
            }
        });
        spawn_local(async move {
            let draft = reviews::draft(&of_draft).await.map(Arc::new);
            self.desk.draft.set(Some(draft));
        });
    }
}

fn said(error: Option<ErrorBody>) -> Failure {
    Failure::Said(error.unwrap_or(ErrorBody { code: String::new(), message: String::new(), hint: String::new() }))
}

/// The page of the review with this identifier.
#[component]
pub fn ReviewPage(
    /// The review's identifier.
    id: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let desk = Desk::new(id.clone());
    let (lost, set_lost) = signal(false);
    let course = Course { desk, set_lost, stream: StoredValue::new_local(None) };
    course.take_up();

    let help = RwSignal::new(false);
    let keys = window_event_listener(leptos::ev::keydown, move |event| obey_key(desk, help, &event));
    on_cleanup(move || keys.remove());

    let title = move || {
        let of_draft = desk.outcome.with(|outcome| outcome.as_ref().and_then(|outcome| outcome.draft.title.clone()));
        of_draft.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| desk.file_name.get())
    };
    let here = private::is_private(&id);
    speech.entitle_with(move |speech| match here {
        // The browser writes titles into its history.
        true => Message::PrivateReview.text(speech.language()).to_owned(),
        false => speech.fill(Message::ReviewOf, &[("name", &desk.file_name.get())]),
    });
    let agreed = StoredValue::new(!here);
    let follow = move |event: MouseEvent| ask_before_following(&event, agreed, untrack(|| speech.language()));
    let failure = Signal::derive(move || match desk.phase.get() {
        Phase::Failed(why) => Some(why),
        _ => None,
    });
    let retry = move || {
        matches!(desk.phase.get(), Phase::Failed(Failure::Unreachable | Failure::Unreadable(_))).then(|| {
            let again = move |_| {
                desk.phase.set(Phase::Opening);
                course.take_up();
            };
            view! { <button type="button" class="button" on:click=again>{speech.say(Message::TryAgain)}</button> }
        })
    };
    let done = Memo::new(move |_| desk.phase.get() == Phase::Done);
    let has_findings = Memo::new(move |_| !desk.findings.with(Vec::is_empty));

    view! {
        <div class="page review" translate=here.then_some("no") on:click=follow on:auxclick=follow>
            <div class="review-head">
                <div>
                    <p class="crumb"><a href="#/">{speech.say(Message::BackToStart)}</a></p>
                    <h1 lang="vi">{title}</h1>
                    <Particulars desk />
                </div>
                {move || done.get().then(|| view! { <Downloads desk /> })}
            </div>
            {here.then(|| view! { <PrivateNotice id=id.clone() /> })}
            <ProgressView desk lost />
            <SourceProblems desk />
            <FailureNotice failure />
            {retry}
            {move || (done.get() || has_findings.get()).then(|| view! {
                <div class="desk" class:partial=move || !done.get()>
                    {move || done.get().then(|| view! { <DraftView desk /> })}
                    <FindingsList desk help />
                    <EvidencePanel desk />
                </div>
            })}
            {move || done.get().then(|| view! {
                <Overview desk />
                {map_of_draft(desk)}
                {previous_choice(desk)}
                <ChecksTable desk />
            })}
            <KeysHelp open=help />
        </div>
    }
}

/// What reading the draft's file left out or guessed, before anything is made of it.
#[component]
fn SourceProblems(desk: Desk) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let problems = move || desk.outcome.get().map(|outcome| outcome.draft.problems.clone()).unwrap_or_default();
    move || {
        let items = problems().into_iter().map(|problem| view! { <li>{problem.message}</li> }).collect::<Vec<_>>();
        (!items.is_empty()).then(|| {
            view! {
                <section id="source-problems" class="caution" aria-labelledby="source-problems-heading">
                    <h2 id="source-problems-heading">{speech.say(Message::SourceProblemsHeading)}</h2>
                    <ul>{items}</ul>
                </section>
            }
        })
    }
}

/// The file, the date it is held against, and how much of it was read.
#[component]
fn Particulars(desk: Desk) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let words = move || {
        let language = speech.language();
        let mut parts = Vec::new();
        let outcome = desk.outcome.get();
        if let Some(number) = outcome.as_ref().and_then(|outcome| outcome.draft.so_hieu.clone()) {
            parts.push(number);
        }
        if outcome.as_ref().is_some_and(|outcome| outcome.draft.title.is_some()) {
            parts.push(desk.file_name.get());
        }
        let as_of = desk.as_of.get();
        if !as_of.is_empty() {
            parts.push(Message::DraftAsOf.fill(language, &[("date", &written_date(&as_of, language))]));
        }
        if let Some(outcome) = outcome {
            let count = written_number(outcome.draft.provisions as u64, language);
            parts.push(Message::DraftProvisions.fill(language, &[("count", &count)]));
        }
        parts.into_iter().map(|part| view! { <span>{part}</span> }).collect_view()
    };
    view! { <p class="particulars quiet">{words}</p> }
}

/// The result to take away. The links are plain ones; a click fetches first, so that a refusal is shown here and not
/// saved as a file. A private review has buttons, for no server could answer a link that is opened in another tab.
#[component]
fn Downloads(desk: Desk) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let refused: RwSignal<Option<Failure>> = RwSignal::new(None);
    let id = desk.id.get_value();
    let stem = move || {
        let name = desk.file_name.get_untracked();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        if stem.is_empty() { "du-thao".to_owned() } else { stem }
    };
    let fetch = move |event: MouseEvent, url: String, name: String| {
        event.prevent_default();
        refused.set(None);
        spawn_local(async move {
            if let Err(why) = save(&url, &name).await {
                refused.set(Some(why));
            }
        });
    };
    let here = private::is_private(&id);
    let export = routes::with_id(routes::REVIEW_EXPORT, &id);
    let link = move |id: &'static str, class: &'static str, query: &'static str, ending: &'static str, words| {
        let address = format!("{export}?format={query}");
        let fetched = address.clone();
        let click = move |event| fetch(event, fetched.clone(), format!("{}-{ending}", stem()));
        match here {
            true => {
                let class = if class.is_empty() { "link" } else { class };
                view! { <button type="button" id=id class=class on:click=click>{speech.say(words)}</button> }.into_any()
            }
            false => view! { <a id=id class=class href=address download="" on:click=click>{speech.say(words)}</a> }
                .into_any(),
        }
    };
    let docx = link("download-docx", "button primary", "docx", "ra-soat.docx", Message::DownloadDocx);
    let form = link("download-form", "button", "form", "phieu-ra-soat.docx", Message::DownloadForm);
    let others = [
        ("download-suggested", "docx&suggest=true", "de-xuat.docx", Message::DownloadSuggested),
        ("download-pdf", "pdf", "phieu-ra-soat.pdf", Message::DownloadPdf),
        ("download-xlsx", "xlsx", "ra-soat.xlsx", Message::DownloadXlsx),
        ("download-csv", "csv", "ra-soat.csv", Message::DownloadCsv),
        ("download-sarif", "sarif", "ra-soat.sarif", Message::DownloadSarif),
        ("download-json", "json", "ra-soat.json", Message::DownloadJson),
    ]
    .into_iter()
    // LibreOffice makes it, which no browser has.
    .filter(|(_, query, ..)| *query != "pdf" || !here)
    .map(|(id, query, ending, words)| view! { <li>{link(id, "", query, ending, words)}</li> });
    view! {
        <div class="downloads">
            {docx}
            {form}
            <details class="more-downloads">
                <summary>{speech.say(Message::MoreDownloads)}</summary>
                <ul>{others.collect_view()}</ul>
            </details>
            <FailureNotice failure=refused />
        </div>
    }
}

/// Fetches a file and hands it to the browser to keep.
async fn save(url: &str, name: &str) -> Result<(), Failure> {
    // A private review's address names it, and is never asked for.
    let private = url.split('/').nth(3).filter(|id| private::is_private(id));
    let blob = match private {
        Some(id) => {
            let format = url.split_once("format=").map_or("", |(_, asked)| asked);
            let (format, asked) = format.split_once('&').unwrap_or((format, ""));
            private::file(id, format, asked == "suggest=true").await?
        }
        None => service::file(url).await?,
    };
    let address = Url::create_object_url_with_blob(&blob).map_err(|_| Failure::Unreachable)?;
    let anchor = document().create_element("a").ok().and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser reads the address when it gets to it; a minute is ample.
    set_timeout(move || drop(Url::revoke_object_url(&address)), Duration::from_secs(60));
    Ok(())
}

/// Steps through the findings or decides the one selected, unless the key is meant for something else: a field, a
/// shortcut, or the text of a column that has the keyboard and scrolls by arrows.
fn obey_key(desk: Desk, help: RwSignal<bool>, event: &KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let key = event.key();
    let (step, deed) = (Step::of_key(&key), Deed::of_key(&key));
    if step.is_none() && deed.is_none() {
        return;
    }
    let within = |selector: &str| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.and_then(|target| target.closest(selector).ok().flatten()).is_some()
    };
    if within("input, select, textarea, [contenteditable], dialog") {
        return;
    }
    if key.starts_with("Arrow") && within("#draft, #evidence, summary") {
        return;
    }
    if desk.findings.with_untracked(Vec::is_empty) {
        return;
    }
    event.prevent_default();
    if let Some(step) = step {
        desk.step(step);
    }
    if let Some(deed) = deed {
        obey(desk, help, deed);
    }
}

fn obey(desk: Desk, help: RwSignal<bool>, deed: Deed) {
    match deed {
        Deed::Keys => return help.set(true),
        Deed::Undo => return undo(desk),
        _ => {}
    }
    let selected = desk.selected.get_untracked().zip(desk.selected_finding_untracked());
    let Some((at, finding)) = selected.filter(|_| untrack(|| desk.decisions.are_known())) else { return };
    match deed {
        Deed::Accept => decision_bar::decide(desk, at, &finding, Verdict::Accepted),
        Deed::Reject => decision_bar::decide(desk, at, &finding, Verdict::Rejected),
        Deed::Write(writing) => desk.writing.set(Some((at, writing))),
        Deed::Discuss => desk.talk.toggle(at),
        Deed::Undo | Deed::Keys => {}
    }
}

/// Takes the last decision back and selects its finding.
pub fn undo(desk: Desk) {
    if let Some(finding) = desk.decisions.undo() {
        let at = desk.findings.with_untracked(|findings| findings.iter().position(|known| known.id == finding));
        if let Some(at) = at {
            desk.select(at);
        }
    }
}
