//! Reviews inside this browser: the page's side of private mode, as the pages see reviews of the server.
//!
//! The worker holds the drafts and what came of them; here stand the jobs, their events so far, and what was decided, for
//! as long as the page is open. Nothing of it is written anywhere. A review's identifier tells that it is of here.

use super::Failure;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{
    Decision, DecisionWanted, DraftMap, ErrorBody, Job, JobState, ParsedDocument, Progress, ProvisionView, Review,
    ReviewEvent, Stage, StatusReport,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};

#[wasm_bindgen]
extern "C" {
    /// The scripts of private mode, loaded when they are first asked for.
    #[wasm_bindgen(catch, js_name = rasoatPrivate)]
    async fn scripts() -> Result<JsValue, JsValue>;

    type Scripts;
    #[wasm_bindgen(method, catch)]
    async fn open(
        this: &Scripts,
        language: &str,
        schema: u32,
        progress: &Closure<dyn FnMut(f64, f64)>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn stop(this: &Scripts);
    #[wasm_bindgen(method, catch)]
    async fn review(
        this: &Scripts,
        id: &str,
        file: &File,
        as_of: &str,
        language: &str,
        heard: &Closure<dyn FnMut(JsValue)>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn result(this: &Scripts, id: &str, language: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn draft(this: &Scripts, id: &str, language: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn map(this: &Scripts, id: &str, language: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn status(this: &Scripts, document: &str, eid: &str, as_of: &str, language: &str)
    -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn provision(
        this: &Scripts,
        document: &str,
        eid: &str,
        as_of: &str,
        language: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn file(
        this: &Scripts,
        id: &str,
        format: &str,
        suggest: bool,
        decisions: &str,
        language: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn proof(this: &Scripts, id: &str, language: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn cancel(this: &Scripts, id: &str);
    #[wasm_bindgen(method)]
    fn erase(this: &Scripts, id: &str);
    #[wasm_bindgen(method, js_name = eraseAll)]
    fn erase_all(this: &Scripts);
}

/// The law that is loaded here.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Loaded {
    /// Its documents.
    pub documents: u64,
    /// Milliseconds since 1970 when the server last said that it is so.
    pub at: f64,
}

/// What a person can see for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Proof {
    /// Of each worker that reads drafts the rules by which the browser refused its ways out, one for each refusal.
    pub workers: Vec<Vec<String>>,
    /// What this page asked for since the draft was handed over.
    pub requests: Vec<String>,
}

impl Proof {
    /// Whether the browser refused every worker all four ways: a request and a socket, a script, a worker.
    pub fn is_closed(&self) -> bool {
        let is_closed = |policy: &Vec<String>| {
            let refused = |rule: &str| policy.iter().filter(|known| known.starts_with(rule)).count();
            refused("connect-src") >= 2 && refused("script-src") >= 1 && refused("worker-src") >= 1
        };
        !self.workers.is_empty() && self.workers.iter().all(is_closed)
    }
}

struct Sitting {
    /// Counts the reviews of this page.
    number: u32,
    job: Job,
    events: Vec<ReviewEvent>,
    hears: HashMap<u32, Rc<dyn Fn(ReviewEvent)>>,
    decisions: Vec<Decision>,
    law: Option<Loaded>,
}

thread_local! {
    static SITTINGS: RefCell<HashMap<String, Sitting>> = RefCell::default();
    /// Counts reviews and who listens.
    static LAST: Cell<u32> = const { Cell::new(0) };
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::Vi) };
    static OPENING: Cell<bool> = const { Cell::new(false) };
    static LAW: Cell<Option<Loaded>> = const { Cell::new(None) };
    /// Whose reviews are here, where the service keeps accounts.
    static PERSON: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Tells this page's reviews from another's: their numbers would be the same.
    static PAGE: String = format!("{:08x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
}

const PREFIX: &str = "private-";

/// Whether a review is of this browser.
pub fn is_private(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// Failures are worded in this language from now on.
pub fn speak(language: Language) {
    LANGUAGE.set(language);
}

fn tag() -> &'static str {
    LANGUAGE.get().tag()
}

fn gone() -> Failure {
    Failure::Asked(Message::PrivateGone, Message::PrivateGoneHint)
}

/// What the scripts threw: a failure in JSON, or one of their words (`private/worker/desk.js`) with a reason.
fn failure(error: &JsValue) -> Failure {
    let text = error.as_string().unwrap_or_else(|| js_sys::Error::from(error.clone()).message().into());
    let (word, why) = text.split_once(": ").unwrap_or((&text, ""));
    let language = LANGUAGE.get();
    let said = |code: &str, message: Message, hint: Message, why: &str| {
        let message = message.fill(language, &[("why", why)]);
        Failure::Said(ErrorBody { code: code.to_owned(), message, hint: hint.text(language).to_owned() })
    };
    match word {
        "gone" | "closed" => gone(),
        "stopped" => Failure::Asked(Message::PrivateStopped, Message::PrivateStoppedHint),
        "busy" => Failure::Asked(Message::PrivateBusy, Message::PrivateBusyHint),
        "ended" => said("private.ended", Message::PrivateEnded, Message::PrivateEndedHint, why),
        "unreachable" => Failure::Unreachable,
        "damaged" => Failure::Asked(Message::PrivateDamaged, Message::PrivateDamagedHint),
        "schema" => Failure::Asked(Message::PrivateSchema, Message::PrivateSchemaHint),
        "insecure" => Failure::Asked(Message::PrivateInsecure, Message::PrivateInsecureHint),
        _ => match serde_json::from_str::<ErrorBody>(&text) {
            Ok(error) => Failure::Said(error),
            Err(_) => said("private.failed", Message::PrivateFailed, Message::PrivateFailedHint, &text),
        },
    }
}

async fn loaded_scripts() -> Result<Scripts, Failure> {
    scripts().await.map(JsCast::unchecked_into).map_err(|error| failure(&error))
}

fn read<T: DeserializeOwned>(answer: Result<JsValue, JsValue>) -> Result<T, Failure> {
    let text = answer.map_err(|error| failure(&error))?.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|_| Failure::Unreadable(0))
}

/// Loads the law and the models; `progress` hears bytes done and in all.
pub async fn open(progress: impl Fn(f64, f64) + 'static) -> Result<(), Failure> {
    let scripts = loaded_scripts().await?;
    let heard = Closure::<dyn FnMut(f64, f64)>::new(progress);
    OPENING.set(true);
    let opened = read(scripts.open(tag(), rasoat_api::SCHEMA, &heard).await);
    OPENING.set(false);
    LAW.set(Some(opened?));
    Ok(())
}

/// Stops the loading, where there is one.
pub fn stop_loading() {
    if OPENING.get() {
        with_scripts(|scripts| scripts.stop());
    }
}

/// Has the scripts do something once they are there.
fn with_scripts(deed: impl FnOnce(Scripts) + 'static) {
    leptos::task::spawn_local(async move {
        // Scripts that cannot be loaded hold nothing.
        if let Ok(scripts) = loaded_scripts().await {
            deed(scripts);
        }
    });
}

fn next_number() -> u32 {
    LAST.set(LAST.get() + 1);
    LAST.get()
}

/// Starts a review of a file in this browser as of an ISO 8601 date; private mode must be open.
pub fn start_review(file: File, as_of: String) -> Job {
    let number = next_number();
    let id = PAGE.with(|page| format!("{PREFIX}{page}-{number}"));
    let job = Job {
        id: id.clone(),
        file_name: file.name(),
        as_of: as_of.clone(),
        state: JobState::Running,
        progress: Progress { stage: Stage::Queued, done: 0, total: 0 },
        error: None,
    };
    let (events, hears, decisions) = (Vec::new(), HashMap::new(), Vec::new());
    let sitting = Sitting { number, job: job.clone(), events, hears, decisions, law: LAW.get() };
    SITTINGS.with_borrow_mut(|sittings| sittings.insert(id.clone(), sitting));
    warn_before_leaving();
    leptos::task::spawn_local(async move {
        let heard = {
            let id = id.clone();
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                let text = event.as_string().unwrap_or_default();
                if let Ok(event) = serde_json::from_str(&text) {
                    tell(&id, event);
                }
            })
        };
        let ended = match loaded_scripts().await {
            Ok(scripts) => {
                scripts.review(&id, &file, &as_of, tag(), &heard).await.map(drop).map_err(|error| failure(&error))
            }
            Err(why) => Err(why),
        };
        // One that was stopped has had its last event.
        let running = SITTINGS.with_borrow(|all| all.get(&id).is_some_and(|own| own.job.state == JobState::Running));
        if let (Err(why), true) = (ended, running) {
            let language = LANGUAGE.get();
            let (message, hint) = (why.message(language), why.hint(language));
            let code = match &why {
                Failure::Said(error) => error.code.clone(),
                _ => "private.failed".to_owned(),
            };
            tell(&id, ReviewEvent::Failed(ErrorBody { code, message, hint }));
        }
    });
    job
}

/// While there are private reviews the browser asks before the page is left: what is here alone would be gone.
fn warn_before_leaving() {
    thread_local! {
        static WARNED: Cell<bool> = const { Cell::new(false) };
    }
    if !WARNED.replace(true) {
        let handle = leptos::prelude::window_event_listener(leptos::ev::beforeunload, |event| {
            if any() {
                event.prevent_default();
                // Older browsers ask only where this is set.
                event.set_return_value("private");
            }
        });
        // It lasts as long as the page.
        std::mem::forget(handle);
    }
}

/// Keeps an event and tells whoever listens.
fn tell(id: &str, event: ReviewEvent) {
    let hears: Vec<Rc<dyn Fn(ReviewEvent)>> = SITTINGS.with_borrow_mut(|sittings| {
        let Some(sitting) = sittings.get_mut(id) else { return Vec::new() };
        match &event {
            ReviewEvent::Progress(progress) => sitting.job.progress = progress.clone(),
            ReviewEvent::Finding(_) => {}
            ReviewEvent::Done => sitting.job.state = JobState::Done,
            ReviewEvent::Cancelled => sitting.job.state = JobState::Cancelled,
            ReviewEvent::Failed(error) => {
                sitting.job.state = JobState::Failed;
                sitting.job.error = Some(error.clone());
            }
        }
        sitting.events.push(event.clone());
        sitting.hears.values().cloned().collect()
    });
    hears.iter().for_each(|hear| hear(event.clone()));
}

/// The reviews of this page, the latest first.
pub fn recent_reviews() -> Vec<Job> {
    let mut jobs: Vec<(u32, Job)> =
        SITTINGS.with_borrow(|all| all.values().map(|own| (own.number, own.job.clone())).collect());
    jobs.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    jobs.into_iter().map(|(_, job)| job).collect()
}

fn sitting<T>(id: &str, of: impl FnOnce(&mut Sitting) -> T) -> Result<T, Failure> {
    SITTINGS.with_borrow_mut(|sittings| sittings.get_mut(id).map(of)).ok_or_else(gone)
}

/// A review's job.
pub fn job(id: &str) -> Result<Job, Failure> {
    sitting(id, |own| own.job.clone())
}

/// The law with which a review was begun.
pub fn law(id: &str) -> Option<Loaded> {
    sitting(id, |own| own.law).ok().flatten()
}

/// Stops a review. The worker is ended with one that is under way; the others are given to the next.
pub async fn cancel(id: &str) -> Result<(), Failure> {
    loaded_scripts().await?.cancel(id);
    tell(id, ReviewEvent::Cancelled);
    Ok(())
}

/// Whether there are private reviews in this page.
pub fn any() -> bool {
    SITTINGS.with_borrow(|all| !all.is_empty())
}

/// Erases a review, with its draft and what was decided.
pub fn erase(id: &str) {
    SITTINGS.with_borrow_mut(|all| all.remove(id));
    let id = id.to_owned();
    with_scripts(move |scripts| scripts.erase(&id));
}

/// Erases every private review of this page, and ends the worker.
pub fn erase_all() {
    if any() {
        SITTINGS.with_borrow_mut(HashMap::clear);
        with_scripts(|scripts| scripts.erase_all());
    }
}

/// Somebody is at the page: what another left here is erased.
pub fn belongs_to(person: Option<&str>) {
    let Some(person) = person else { return };
    let before = PERSON.with_borrow_mut(|known| known.replace(person.to_owned()));
    if before.is_some_and(|before| before != person) {
        erase_all();
    }
}

/// Listens to a review from its first event, until this is dropped.
pub struct Listening {
    id: String,
    number: u32,
}

impl Listening {
    /// Begins to listen.
    pub fn to(id: &str, receive: impl Fn(ReviewEvent) + 'static) -> Result<Self, Failure> {
        let number = next_number();
        let receive: Rc<dyn Fn(ReviewEvent)> = Rc::new(receive);
        let before = sitting(id, |own| {
            own.hears.insert(number, Rc::clone(&receive));
            own.events.clone()
        })?;
        before.into_iter().for_each(|event| receive(event));
        Ok(Self { id: id.to_owned(), number })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = sitting(&self.id, |own| drop(own.hears.remove(&self.number)));
    }
}

/// A finished review.
pub async fn result(id: &str) -> Result<Review, Failure> {
    read(loaded_scripts().await?.result(id, tag()).await)
}

/// A review's draft.
pub async fn draft(id: &str) -> Result<ParsedDocument, Failure> {
    read(loaded_scripts().await?.draft(id, tag()).await)
}

/// The documents that a review's draft stands on.
pub async fn map(id: &str) -> Result<DraftMap, Failure> {
    read(loaded_scripts().await?.map(id, tag()).await)
}

/// The effect of a document or a provision, from the law that is loaded here.
pub async fn status(document: &str, eid: &str, as_of: &str) -> Result<StatusReport, Failure> {
    read(loaded_scripts().await?.status(document, eid, as_of, tag()).await)
}

/// A provision in its context, from the law that is loaded here.
pub async fn provision(document: &str, eid: &str, as_of: &str) -> Result<ProvisionView, Failure> {
    read(loaded_scripts().await?.provision(document, eid, as_of, tag()).await)
}

/// A review as a file of the kind that the API calls `format`.
pub async fn file(id: &str, format: &str, suggest: bool) -> Result<Blob, Failure> {
    let decisions = sitting(id, |own| serde_json::to_string(&own.decisions).unwrap_or_default())?;
    let bytes = loaded_scripts().await?.file(id, format, suggest, &decisions, tag()).await;
    let bytes = bytes.map_err(|error| failure(&error))?;
    Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&bytes)).map_err(|error| failure(&error))
}

/// What was decided on a review's findings.
pub fn decisions(id: &str) -> Result<Vec<Decision>, Failure> {
    sitting(id, |own| own.decisions.clone())
}

/// Decides a finding.
pub fn decide(id: &str, finding: &str, wanted: DecisionWanted) -> Result<Decision, Failure> {
    let DecisionWanted { verdict, replacement, note } = wanted;
    let at = (js_sys::Date::now() / 1000.0) as i64;
    let (review, finding) = (id.to_owned(), finding.to_owned());
    let decision = Decision { review, finding, verdict, replacement, note, account: None, at };
    sitting(id, |own| {
        own.decisions.retain(|known| known.finding != decision.finding);
        own.decisions.push(decision.clone());
    })?;
    Ok(decision)
}

/// Takes what was decided on a finding back.
pub fn take_back(id: &str, finding: &str) -> Result<(), Failure> {
    sitting(id, |own| own.decisions.retain(|known| known.finding != finding))
}

/// Has the worker try every way out, and looks what this page asked for since a review's draft was handed over.
pub async fn proof(id: &str) -> Result<Proof, Failure> {
    read(loaded_scripts().await?.proof(id, tag()).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_closed_only_where_every_way_out_was_refused() {
        let all: [&str; 4] = ["connect-src", "connect-src", "script-src-elem", "worker-src"];
        let proof = |workers: &[&[&str]]| {
            let own = |policy: &&[&str]| policy.iter().map(|rule| (*rule).to_owned()).collect();
            Proof { workers: workers.iter().map(own).collect(), requests: Vec::new() }
        };
        assert!(proof(&[&all]).is_closed() && proof(&[&all, &all]).is_closed());
        assert!(!proof(&[]).is_closed());
        for missing in [
            ["connect-src", "script-src-elem", "worker-src"].as_slice(),
            &["connect-src", "connect-src", "worker-src"],
            &["connect-src", "connect-src", "script-src"],
            &[],
        ] {
            assert!(!proof(&[missing]).is_closed() && !proof(&[&all, missing]).is_closed(), "{missing:?}");
        }
    }
}
