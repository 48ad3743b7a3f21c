//! What reviewers say to one another about a finding, and who takes care of it, below the finding.
//!
//! Unlike a decision, nothing stands here before the server has it: what others read must be what was sent.

use crate::desk::{Bring, Desk, bring, focus};
use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::language::{Speech, written_moment};
use crate::service::{Failure, discussion, private};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Comment, Discussion};
use web_sys::KeyboardEvent;

/// The discussion of a review.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    review: StoredValue<String>,
    known: RwSignal<Discussion>,
    /// The finding whose discussion is open, by index.
    pub open: RwSignal<Option<usize>>,
    failure: RwSignal<Option<Failure>>,
    heard: RwSignal<Option<Message>>,
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
        }
    }

    /// Reads it from the server.
    pub fn fetch(self) {
        let Some(review) = self.review.try_get_value().filter(|review| !private::is_private(review)) else { return };
        spawn_local(async move {
            match discussion::of(&review).await {
                Ok(known) => drop(self.known.try_set(known)),
                Err(why) => drop(self.failure.try_set(Some(why))),
            }
        });
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
        spawn_local(async move {
            match change.await {
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
    let text = RwSignal::new(String::new());
    let send = {
        let finding = finding.clone();
        move || {
            let written = text.get_untracked().trim().to_owned();
            let Some(review) = talk.review.try_get_value().filter(|_| !written.is_empty()) else { return };
            let finding = finding.clone();
            talk.change(
                async move { discussion::say(&review, &finding, written).await },
                Message::CommentSent,
                move |known, comment| {
                    known.comments.push(comment);
                    let _ = text.try_set(String::new());
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
        move || {
            let comments: Vec<Comment> =
                talk.known.with(|known| known.comments.iter().filter(|one| one.finding == finding).cloned().collect());
            if comments.is_empty() {
                return view! { <p class="quiet">{speech.say(Message::DiscussNone)}</p> }.into_any();
            }
            let comments = comments.into_iter().map(|comment| one(talk, comment, speech)).collect_view();
            view! { <ol class="comments">{comments}</ol> }.into_any()
        }
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
            {said}
            <div class="field">
                <label for=id.clone()>{speech.say(Message::CommentLabel)}</label>
                <textarea
                    id=id
                    rows="2"
                    lang="vi"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
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
