//! Deciding a finding, below it: right, wrong, or in one's own words, with a note. Each button names its key.

use crate::decisions::{Decided, Standing};
use crate::desk::{Bring, Desk, bring, focus};
use crate::discussion::{TalkButton, TalkOf};
use crate::language::Speech;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use rasoat_api::{Finding, Verdict};
use std::sync::Arc;
use web_sys::{FocusOptions, KeyboardEvent};

/// What is being written about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The words to put instead.
    Words,
    /// A note.
    Note,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Accept.
    Accept,
    /// Reject.
    Reject,
    /// Write.
    Write(Writing),
    /// Discuss.
    Discuss,
    /// Take the last decision back.
    Undo,
    /// Show the keys.
    Keys,
}

impl Deed {
    /// The deed of a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "a" => Self::Accept,
            "r" => Self::Reject,
            "e" => Self::Write(Writing::Words),
            "c" => Self::Write(Writing::Note),
            "t" => Self::Discuss,
            "u" => Self::Undo,
            "?" => Self::Keys,
            _ => return None,
        })
    }
}

/// Decides a finding, and keeps what was noted before.
pub fn decide(desk: Desk, at: usize, finding: &Finding, verdict: Verdict) {
    let note = untrack(|| desk.decisions.decided(&finding.id)).and_then(|decided| decided.note);
    settle(desk, at, finding, Decided { verdict, replacement: None, note });
}

/// Decides a finding and, where the filter then hides it, goes on to the next.
fn settle(desk: Desk, at: usize, finding: &Finding, decided: Decided) {
    let shown = untrack(|| desk.shown());
    desk.decisions.decide(&finding.id, decided);
    desk.writing.set(None);
    let next = if untrack(|| desk.shown()).contains(&at) {
        Some(at)
    } else {
        let after = shown.iter().copied().find(|&other| other > at);
        after.or_else(|| shown.iter().copied().rev().find(|&other| other < at))
    };
    desk.selected.set(next);
    if let Some(next) = next {
        request_animation_frame(move || focus(&format!("#findings [data-finding=\"{next}\"] button")));
    }
}

/// The buttons, what was decided, and the field of what is being written.
#[component]
pub fn DecisionBar(
    /// The desk.
    desk: Desk,
    /// The finding's place.
    at: usize,
    /// The finding.
    finding: Arc<Finding>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let (id, said_of) = (finding.id.clone(), finding.id.clone());
    let standing = Memo::new(move |_| desk.decisions.standing(&id));
    let button = {
        let finding = Arc::clone(&finding);
        move |words: Message, key: &'static str, verdict: Verdict| {
            let finding = Arc::clone(&finding);
            view! {
                <button
                    type="button"
                    class="chip verdict"
                    data-verdict=verdict.code()
                    aria-pressed=move || (standing.get() == Standing::Decided(verdict)).to_string()
                    aria-keyshortcuts=key
                    on:click=move |event| {
                        event.stop_propagation();
                        desk.select(at);
                        match verdict {
                            Verdict::Edited => desk.writing.set(Some((at, Writing::Words))),
                            _ => decide(desk, at, &finding, verdict),
                        }
                    }
                >{speech.say(words)} " " <kbd aria-hidden="true">{key}</kbd></button>
            }
        }
    };
    let note = move |event: web_sys::MouseEvent| {
        event.stop_propagation();
        desk.select(at);
        desk.writing.set(Some((at, Writing::Note)));
    };
    let written = {
        let finding = Arc::clone(&finding);
        move || {
            let decided = desk.decisions.decided(&finding.id)?;
            let words = decided.replacement.map(|words| {
                view! {
                    <p><b>{speech.say(Message::OwnWords)}": "</b><ins lang="vi">{words}</ins></p>
                }
            });
            let note = decided.note.map(|note| {
                view! {
                    <p><b>{speech.say(Message::NoteLabel)}": "</b><span lang="vi">{note}</span></p>
                }
            });
            (words.is_some() || note.is_some()).then(|| view! { <div class="written">{words}{note}</div> })
        }
    };
    let field = move || {
        let (_, writing) = desk.writing.get().filter(|(of, _)| *of == at)?;
        Some(view! { <WritingField desk at finding=Arc::clone(&finding) writing /> })
    };
    let accept = button(Message::Accept, "a", Verdict::Accepted);
    let reject = button(Message::Reject, "r", Verdict::Rejected);
    let edit = button(Message::Edit, "e", Verdict::Edited);
    view! {
        {written}
        <div class="decision" role="group" aria-label=speech.say(Message::DecisionLabel)>
            {accept} {reject} {edit}
            <button type="button" class="chip" aria-keyshortcuts="c" on:click=note>
                {speech.say(Message::Note)} " " <kbd aria-hidden="true">"c"</kbd>
            </button>
            {desk.talk.is_there().then(|| view! { <TalkButton desk at finding=said_of.clone() /> })}
        </div>
        {field}
        <TalkOf desk at finding=said_of />
    }
    .into_any()
}

/// The field for one's own words or a note.
#[component]
fn WritingField(desk: Desk, at: usize, finding: Arc<Finding>, writing: Writing) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let before = untrack(|| desk.decisions.decided(&finding.id));
    let begun = match (writing, &before) {
        (Writing::Note, decided) => decided.as_ref().and_then(|decided| decided.note.clone()).unwrap_or_default(),
        (Writing::Words, Some(Decided { replacement: Some(words), .. })) => words.clone(),
        (Writing::Words, _) => {
            let suggested = finding.suggestion.as_ref().and_then(|suggestion| suggestion.replace_with.clone());
            suggested.unwrap_or_else(|| finding.quote.clone())
        }
    };
    let text = RwSignal::new(begun);
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            request_animation_frame(move || {
                bring("#findings", ".writing", Bring::IntoView);
                let still = FocusOptions::new();
                still.set_prevent_scroll(true);
                let _ = field.focus_with_options(&still);
                field.select();
            });
        }
    });
    let keep = {
        let before = before.clone();
        move |verdict: Verdict| {
            let written = text.get_untracked().trim().to_owned();
            let written = (!written.is_empty()).then_some(written);
            let before = before.clone();
            let decided = match writing {
                // Own words that are empty are no words: the field stays open.
                Writing::Words if written.is_none() => return,
                Writing::Words => {
                    Decided { verdict, replacement: written, note: before.and_then(|before| before.note) }
                }
                Writing::Note => {
                    let replacement = before.filter(|before| before.verdict == verdict);
                    Decided { verdict, replacement: replacement.and_then(|before| before.replacement), note: written }
                }
            };
            settle(desk, at, &finding, decided);
        }
    };
    let leave = move || {
        desk.writing.set(None);
        focus(&format!("#findings [data-finding=\"{at}\"] button"));
    };
    // A note goes with a decision; without one it is made here.
    let choices = match (writing, before.map(|before| before.verdict)) {
        (Writing::Words, _) => vec![(Verdict::Edited, Message::KeepWords)],
        (Writing::Note, Some(verdict)) => vec![(verdict, Message::KeepNote)],
        (Writing::Note, None) => {
            vec![(Verdict::Accepted, Message::AcceptWithNote), (Verdict::Rejected, Message::RejectWithNote)]
        }
    };
    let first = choices.first().map(|(verdict, _)| *verdict);
    let buttons = choices.into_iter().enumerate().map(|(place, (verdict, words))| {
        let keep = keep.clone();
        let class = if place == 0 { "button primary" } else { "button" };
        view! { <button type="button" class=class on:click=move |_| keep(verdict)>{speech.say(words)}</button> }
    });
    let buttons = buttons.collect_view();
    let by_key = move |event: KeyboardEvent| match (event.key().as_str(), first) {
        ("Escape", _) => {
            event.prevent_default();
            leave();
        }
        ("Enter", Some(verdict)) if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            keep(verdict);
        }
        _ => {}
    };
    let label = if writing == Writing::Words { Message::OwnWords } else { Message::NoteLabel };
    let id = format!("writing-{at}");
    view! {
        <div class="writing" on:click=|event| event.stop_propagation()>
            <label for=id.clone()>{speech.say(label)}</label>
            <textarea
                id=id.clone()
                rows="3"
                lang="vi"
                // A browser keeps fields to restore a session, and sends them to be checked or translated.
                autocomplete="off"
                spellcheck="false"
                translate="no"
                aria-describedby=format!("{id}-keys")
                node_ref=field
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=by_key
            ></textarea>
            <div class="row">
                {buttons}
                <button type="button" class="button" on:click=move |_| leave()>{speech.say(Message::Leave)}</button>
            </div>
            <p id=format!("{id}-keys") class="quiet">{speech.say(Message::WritingKeys)}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_has_its_key_and_no_other_key_is_taken() {
        for key in ["a", "r", "e", "c", "u", "?"] {
            assert!(Deed::of_key(key).is_some(), "{key}");
            assert!(crate::finding_choice::Step::of_key(key).is_none(), "{key} steps");
        }
        for key in ["j", "k", "A", "Enter", "x"] {
            assert_eq!(Deed::of_key(key), None, "{key}");
        }
    }
}
