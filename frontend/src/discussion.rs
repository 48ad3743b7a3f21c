//! What reviewers say to one another about a finding, and who takes care of it, below the finding.
//!
//! Unlike a decision, nothing stands here before the server has it: what others read must be what was sent. While it is
//! open it is asked for again every few seconds; the server answers most of these with nothing but that it has not changed.

use crate::desk::{Bring, Desk, bring, focus};
use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::language::{Speech, written_moment};
use crate::service::{Failure, discussion, private};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Comment, Discussion};
use std::collections::HashMap;
use std::time::Duration;
use web_sys::KeyboardEvent;

/// How often an open discussion is asked for again.
const RENEWED: Duration = Duration::from_secs(10);

/// How often without anybody at the page: an hour. A page that somebody left asks no more, so that their session ends.
const UNATTENDED: u32 = 360;

/// The discussion of a review.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    review: StoredValue<String>,
    known: RwSignal<Discussion>,
    /// The finding whose discussion is open, by index.
    pub open: RwSignal<Option<usize>>,
    failure: RwSignal<Option<Failure>>,
    heard: RwSignal<Option<Message>>,
    /// How many comments of others came since it was opened, and who wrote the latest.
    came: RwSignal<Option<(usize, Option<String>)>>,
    /// That finding's identifier.
    finding: StoredValue<String>,
    /// What is written on findings and not sent, by finding: it outlasts whatever takes the field away.
    written: StoredValue<HashMap<String, String>>,
    /// Counts what is changed here, when it is asked for and when it is done.
    changes: StoredValue<u32>,
}

impl Talk {
    /// That of a review; nothing is fetched yet.
    pub fn on(review: StoredValue<String>) -> Self {
        Self {
            review,
            known: RwSignal::new(Discussion::default()),
            open: RwSignal::new(None),
            failure: RwSignal::new(None),
            heard: RwSignal::new(None),
            came: RwSignal::new(None),
            finding: StoredValue::new(String::new()),
            written: StoredValue::new(HashMap::new()),
            changes: StoredValue::new(0),
        }
    }

    /// Reads it from the server.
    pub fn fetch(self) {
        self.ask(|talk, known| match known {
            Ok(known) => talk.put(known),
            Err(why) => drop(talk.failure.try_set(Some(why))),
        });
    }

    /// Reads it anew, and tells what others said meanwhile on the finding that is open. Without an answer all stays as it
    /// is: the next one comes in seconds.
    fn renew(self) {
        self.ask(|talk, known| {
            let Ok(known) = known else { return };
            let news = talk.known.try_with_untracked(|before| {
                let is_new = |of: &&Comment| !before.comments.iter().any(|old| old.id == of.id);
                known.comments.iter().filter(is_new).map(|of| (of.finding.clone(), of.name.clone())).collect::<Vec<_>>()
            });
            talk.put(known);
            let Some(finding) = talk.finding.try_get_value() else { return };
            let news: Vec<_> = news.into_iter().flatten().filter(|(of, _)| *of == finding).collect();
            if let Some((_, name)) = news.last().cloned() {
                let before = talk.came.try_get_untracked().flatten().map_or(0, |(count, _)| count);
                let _ = talk.came.try_set(Some((before + news.len(), name)));
            }
        });
    }

    /// Asks the server, and hands on what it answers unless something was changed here meanwhile: the answer may be older.
    fn ask(self, then: impl FnOnce(Self, Result<Discussion, Failure>) + 'static) {
        let Some(review) = self.review.try_get_value().filter(|review| !private::is_private(review)) else { return };
        let changes = self.changes.try_get_value();
        spawn_local(async move {
            let known = discussion::of(&review).await;
            if changes.is_some() && self.changes.try_get_value() == changes {
                then(self, known);
            }
        });
    }

    /// Takes over what the server has; what is the same is not drawn anew.
    fn put(self, known: Discussion) {
        if self.known.try_with_untracked(|before| *before != known).unwrap_or_default() {
            let _ = self.known.try_set(known);
        }
    }

    fn count_change(self) {
        let _ = self.changes.try_update_value(|count| *count = count.wrapping_add(1));
    }

    /// How much was said on a finding, tracked.
    pub fn count(self, finding: &str) -> usize {
        self.known.with(|known| known.comments.iter().filter(|comment| comment.finding == finding).count())
    }

    /// Who takes care of a finding: the account and its name; tracked.
    pub fn assignee(self, finding: &str) -> Option<(String, String)> {
        self.known.with(|known| {
            let assigned = known.assignments.iter().find(|assigned| assigned.finding == finding);
            assigned.map(|assigned| (assigned.account.clone(), assigned.name.clone()))
        })
    }

    /// Who takes care of findings: each account with its name, tracked.
    pub fn assignees(self) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        self.known.with(|known| {
            for assigned in &known.assignments {
                if !found.iter().any(|(account, _)| *account == assigned.account) {
                    found.push((assigned.account.clone(), assigned.name.clone()));
                }
            }
        });
        found
    }

    /// Whether there is one: of a private review there is nobody to talk to.
    pub fn is_there(self) -> bool {
        self.review.try_with_value(|review| !private::is_private(review)).unwrap_or_default()
    }

    /// Opens the discussion of a finding, or closes it.
    pub fn toggle(self, at: usize) {
        if !self.is_there() {
            return;
        }
        self.failure.set(None);
        self.heard.set(None);
        self.came.set(None);
        let open = self.open.get_untracked() != Some(at);
        self.open.set(open.then_some(at));
        if open {
            // Others may have said something meanwhile.
            self.fetch();
            request_animation_frame(|| {
                bring("#findings", ".talk", Bring::IntoView);
                focus(".talk textarea");
            });
        } else {
            focus(&format!("#findings [data-finding=\"{at}\"] button"));
        }
    }

    /// Changes something on the server and here when it is done there.
    fn change<T: 'static>(
        self,
        change: impl Future<Output = Result<T, Failure>> + 'static,
        said: Message,
        then: impl FnOnce(&mut Discussion, T) + 'static,
    ) {
        self.failure.set(None);
        self.heard.set(None);
        self.count_change();
        spawn_local(async move {
            let changed = change.await;
            self.count_change();
            match changed {
                Ok(done) => {
                    let _ = self.known.try_update(|known| then(known, done));
                    let _ = self.heard.try_set(Some(said));
                }
                Err(why) => drop(self.failure.try_set(Some(why))),
            }
        });
    }

    fn assign(self, finding: String, account: String) {
        let Some(review) = self.review.try_get_value() else { return };
        let of = finding.clone();
        let change = async move {
            if account.is_empty() {
                return discussion::release(&review, &finding).await.map(|()| None);
            }
            discussion::assign(&review, &finding, account).await.map(Some)
        };
        self.change(change, Message::AssigneeKept, move |known, assigned| {
            known.assignments.retain(|assigned| assigned.finding != of);
            known.assignments.extend(assigned);
        });
    }
}

/// The button that opens it, with how much was said and who takes care.
#[component]
pub fn TalkButton(
    /// The desk.
    desk: Desk,
    /// The finding's place.
    at: usize,
    /// The finding's identifier.
    finding: String,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let talk = desk.talk;
    let counted = finding.clone();
    let words = move || match talk.count(&counted) {
        0 => Message::Discuss.text(speech.language()).to_owned(),
        count => speech.fill(Message::DiscussCount, &[("count", &count.to_string())]),
    };
    let assigned = move || {
        let (_, name) = talk.assignee(&finding)?;
        Some(view! { <span class="assignee">{speech.fill(Message::AssigneeIs, &[("name", &name)])}</span> })
    };
    view! {
        <button
            type="button"
            class="chip"
            data-talk=at.to_string()
            aria-keyshortcuts="t"
            aria-expanded=move || (talk.open.get() == Some(at)).to_string()
            on:click=move |event| {
                event.stop_propagation();
                desk.select(at);
                talk.toggle(at);
            }
        >{words} " " <kbd aria-hidden="true">"t"</kbd></button>
        {assigned}
    }
    .into_any()
}

/// The discussion of a finding while it is open.
#[component]
pub fn TalkOf(
    /// The desk.
    desk: Desk,
    /// The finding's place.
    at: usize,
    /// The finding's identifier.
    finding: String,
) -> impl IntoView {
    let open = Memo::new(move |_| desk.talk.open.get() == Some(at));
    move || open.get().then(|| thread(desk.talk, at, finding.clone()))
}

fn thread(talk: Talk, at: usize, finding: String) -> AnyView {
    let speech = expect_context::<Speech>();
    keep_renewed(talk, &finding);
    let text = RwSignal::new(talk.written.with_value(|all| all.get(&finding).cloned()).unwrap_or_default());
    let write = {
        let finding = finding.clone();
        move |written: String| {
            talk.written.update_value(|all| drop(all.insert(finding.clone(), written.clone())));
            text.set(written);
        }
    };
    let send = {
        let finding = finding.clone();
        move || {
            let written = text.get_untracked().trim().to_owned();
            let Some(review) = talk.review.try_get_value().filter(|_| !written.is_empty()) else { return };
            let (finding, sent, of) = (finding.clone(), written.clone(), finding.clone());
            talk.change(
                async move { discussion::say(&review, &finding, written).await },
                Message::CommentSent,
                move |known, comment| {
                    known.comments.push(comment);
                    // What was written on while it was sent stays.
                    if text.try_get_untracked().is_none_or(|now| now.trim() == sent) {
                        let _ = talk.written.try_update_value(|all| all.remove(&of));
                        let _ = text.try_set(String::new());
                    }
                },
            );
        }
    };
    let keyed = {
        let send = send.clone();
        move |event: KeyboardEvent| {
            // Ctrl+Enter sends, as in a mail; Escape leaves.
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                send();
            } else if event.key() == "Escape" {
                event.prevent_default();
                talk.toggle(at);
            }
        }
    };
    let said = {
        let finding = finding.clone();
        move || -> Vec<Comment> {
            talk.known.with(|known| known.comments.iter().filter(|one| one.finding == finding).cloned().collect())
        }
    };
    let nothing = {
        let said = said.clone();
        let is_empty = Memo::new(move |_| said().is_empty());
        move || is_empty.get().then(|| view! { <p class="quiet">{speech.say(Message::DiscussNone)}</p> })
    };
    let came = move || {
        talk.came.get().map(|(count, name)| {
            let name = name.unwrap_or_else(|| Message::CommentBy.text(speech.language()).to_owned());
            speech.fill(Message::CommentsCame, &[("count", &count.to_string()), ("name", &name)])
        })
    };
    let options = Signal::derive(move || {
        let nobody = (String::new(), Message::AssigneeNobody.text(speech.language()).to_owned());
        let people = talk.known.with(|known| known.people.clone());
        std::iter::once(nobody).chain(people.into_iter().map(|person| (person.id, person.name))).collect::<Vec<_>>()
    });
    // A machine without accounts has nobody to name.
    let has_people = Memo::new(move |_| talk.known.with(|known| !known.people.is_empty()));
    let assigned = finding.clone();
    let assignee = Signal::derive(move || talk.assignee(&assigned).map(|(account, _)| account).unwrap_or_default());
    let choice = move || {
        let finding = finding.clone();
        has_people.get().then(|| {
            view! {
                <Choice
                    id=format!("assignee-{at}")
                    label=Signal::derive(move || speech.say(Message::AssigneeLabel)().to_owned())
                    options=options
                    value=assignee
                    choose=move |account| talk.assign(finding.clone(), account)
                />
            }
        })
    };
    let id = format!("comment-{at}");
    view! {
        <section class="talk" aria-label=speech.say(Message::DiscussHeading) on:click=|event| event.stop_propagation()>
            {choice}
            {nothing}
            // One that stands stays as it is when others come: the keyboard may be in it.
            <ol class="comments">
                <For each=said key=|comment| comment.id.clone() let(comment)>{one(talk, comment, speech)}</For>
            </ol>
            <p class="quiet came" role="status">{came}</p>
            <div class="field">
                <label for=id.clone()>{speech.say(Message::CommentLabel)}</label>
                <textarea
                    id=id
                    rows="2"
                    lang="vi"
                    prop:value=move || text.get()
                    on:input=move |event| write(event_target_value(&event))
                    on:keydown=keyed
                ></textarea>
            </div>
            <p class="row">
                <button type="button" class="button" data-send=at.to_string() on:click=move |_| send()>
                    {speech.say(Message::CommentSend)} " " <kbd aria-hidden="true">"Ctrl ↵"</kbd>
                </button>
                <button type="button" class="link" on:click=move |_| talk.toggle(at)>{speech.say(Message::Close)}</button>
                <span class="done" role="status">{move || talk.heard.get().map(|said| said.text(speech.language()))}</span>
            </p>
            <FailureNotice failure=talk.failure />
        </section>
    }
    .into_any()
}

/// Has the discussion of a finding renewed for as long as it is drawn, somebody is at the page and the page can be seen.
fn keep_renewed(talk: Talk, finding: &str) {
    talk.finding.set_value(finding.to_owned());
    let unattended = StoredValue::new(0_u32);
    let renew = move || {
        if !document().hidden() && unattended.try_get_value().is_some_and(|times| times < UNATTENDED) {
            let _ = unattended.try_update_value(|times| *times += 1);
            talk.renew();
        }
    };
    let attended = move |_| unattended.try_update_value(|times| *times = 0).unwrap_or_default();
    let heard = ["keydown", "pointerdown"].map(|event| window_event_listener_untyped(event, attended));
    let seen = window_event_listener_untyped("visibilitychange", move |_| renew());
    let every = set_interval_with_handle(renew, RENEWED);
    on_cleanup(move || {
        heard.into_iter().for_each(|listener| listener.remove());
        seen.remove();
        every.into_iter().for_each(|every| every.clear());
    });
}

fn one(talk: Talk, comment: Comment, speech: Speech) -> AnyView {
    let Comment { id, finding, text, name, at, own, .. } = comment;
    let when = move || written_moment(at, speech.language());
    let by = move || name.clone().unwrap_or_else(|| Message::CommentBy.text(speech.language()).to_owned());
    let drop_it = own.then(|| {
        let label = move || speech.fill(Message::CommentDropLabel, &[("time", &written_moment(at, speech.language()))]);
        let unsay = move |_| {
            let Some(review) = talk.review.try_get_value() else { return };
            let (of, finding) = (id.clone(), finding.clone());
            let gone = id.clone();
            talk.change(
                async move { discussion::unsay(&review, &finding, &of).await },
                Message::CommentDropped,
                move |known, ()| known.comments.retain(|comment| comment.id != gone),
            );
        };
        view! {
            <button type="button" class="link" aria-label=label on:click=unsay>{speech.say(Message::CommentDrop)}</button>
        }
    });
    view! {
        <li>
            <p class="quiet"><b>{by}</b> " · " {when} " " {drop_it}</p>
            <p class="said" lang="vi">{text}</p>
        </li>
    }
    .into_any()
}
