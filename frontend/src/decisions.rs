//! What reviewers decided on a review's findings: shown at once, sent one after the other, and taken back step by step.
//!
//! Hard because the page is ahead of the server: a decision stands on the desk before the server has it. So what is sent
//! keeps its order, and where the server refuses one, everything is read anew, for the server is right.

use crate::service::{Failure, decisions};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Decision, DecisionWanted, Verdict};
use std::collections::{HashMap, VecDeque};

/// Where a finding stands with its reviewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nothing was decided.
    Open,
    /// Something was.
    Decided(Verdict),
}

impl Standing {
    /// Every one, the open first.
    pub const ALL: [Self; 4] = [
        Self::Open,
        Self::Decided(Verdict::Accepted),
        Self::Decided(Verdict::Rejected),
        Self::Decided(Verdict::Edited),
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided(verdict) => verdict.code(),
        }
    }

    /// The one of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// What the page calls it.
    pub fn message(self) -> Message {
        match self {
            Self::Open => Message::StandingOpen,
            Self::Decided(Verdict::Accepted) => Message::StandingAccepted,
            Self::Decided(Verdict::Rejected) => Message::StandingRejected,
            Self::Decided(Verdict::Edited) => Message::StandingEdited,
        }
    }
}

/// What was decided on a finding: the verdict with its words and its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The verdict.
    pub verdict: Verdict,
    /// With an edit, what to write instead.
    pub replacement: Option<String>,
    /// What the reviewer says of it.
    pub note: Option<String>,
}

impl Decided {
    fn of(decision: Decision) -> (String, Self) {
        let Decision { finding, verdict, replacement, note, .. } = decision;
        (finding, Self { verdict, replacement, note })
    }
}

/// A finding and what is to stand of it; nothing: it is open again.
type Change = (String, Option<Decided>);

/// The decisions on one review.
#[derive(Debug, Clone, Copy)]
pub struct Decisions {
    review: StoredValue<String>,
    known: RwSignal<Option<HashMap<String, Decided>>>,
    past: RwSignal<Vec<Change>>,
    waiting: StoredValue<VecDeque<Change>>,
    sending: StoredValue<bool>,
    /// Why the last could not be kept.
    pub failure: RwSignal<Option<Failure>>,
    /// What was done last, for whoever cannot see it.
    pub heard: RwSignal<Option<Message>>,
}

impl Decisions {
    /// Those on a review; nothing is fetched yet.
    pub fn on(review: StoredValue<String>) -> Self {
        Self {
            review,
            known: RwSignal::new(None),
            past: RwSignal::new(Vec::new()),
            waiting: StoredValue::new(VecDeque::new()),
            sending: StoredValue::new(false),
            failure: RwSignal::new(None),
            heard: RwSignal::new(None),
        }
    }

    /// Reads them from the server.
    pub fn fetch(self) {
        let Some(review) = self.review.try_get_value() else { return };
        spawn_local(async move {
            match decisions::on(&review).await {
                Ok(known) => self.known.set(Some(known.into_iter().map(Decided::of).collect())),
                Err(why) => self.failure.set(Some(why)),
            }
        });
    }

    /// Whether they are here, tracked; before, nothing can be decided.
    pub fn are_known(self) -> bool {
        self.known.with(Option::is_some)
    }

    /// What was decided on a finding, tracked.
    pub fn decided(self, finding: &str) -> Option<Decided> {
        self.known.with(|known| known.as_ref().and_then(|known| known.get(finding)).cloned())
    }

    /// Where a finding stands, tracked.
    pub fn standing(self, finding: &str) -> Standing {
        self.known.with(|known| {
            let decided = known.as_ref().and_then(|known| known.get(finding));
            decided.map_or(Standing::Open, |decided| Standing::Decided(decided.verdict))
        })
    }

    /// Whether there is anything to take back, tracked.
    pub fn can_undo(self) -> bool {
        !self.past.with(Vec::is_empty)
    }

    /// Decides a finding.
    pub fn decide(self, finding: &str, decided: Decided) {
        if !untrack(|| self.are_known()) {
            return;
        }
        let before = untrack(|| self.decided(finding));
        if before.as_ref() == Some(&decided) {
            return;
        }
        self.heard.set(Some(Standing::Decided(decided.verdict).message()));
        self.past.update(|past| past.push((finding.to_owned(), before)));
        self.put((finding.to_owned(), Some(decided)));
    }

    /// Takes the last decision back, whichever finding it was on; says which.
    pub fn undo(self) -> Option<String> {
        let last = self.past.try_update(Vec::pop).flatten()?;
        self.heard.set(Some(Message::Undone));
        let finding = last.0.clone();
        self.put(last);
        Some(finding)
    }

    /// Shows a change and sends it when those before it are kept.
    fn put(self, change: Change) {
        self.failure.set(None);
        self.known.update(|known| {
            let known = known.get_or_insert_default();
            match &change.1 {
                Some(decided) => known.insert(change.0.clone(), decided.clone()),
                None => known.remove(&change.0),
            };
        });
        self.waiting.update_value(|waiting| waiting.push_back(change));
        if !self.sending.get_value() {
            self.sending.set_value(true);
            spawn_local(self.send());
        }
    }

    async fn send(self) {
        // The page may be left while one is under way; what waits then is sent all the same.
        let Some(review) = self.review.try_get_value() else { return };
        while let Some((finding, decided)) = self.waiting.try_update_value(VecDeque::pop_front).flatten() {
            let kept = match decided {
                Some(Decided { verdict, replacement, note }) => {
                    decisions::decide(&review, &finding, DecisionWanted { verdict, replacement, note }).await.map(drop)
                }
                None => decisions::take_back(&review, &finding).await,
            };
            if let Err(why) = kept {
                self.waiting.update_value(VecDeque::clear);
                self.past.set(Vec::new());
                self.fetch();
                self.failure.set(Some(why));
            }
        }
        self.sending.set_value(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_and_its_name_are_one() {
        for standing in Standing::ALL {
            assert_eq!(Standing::from_code(standing.code()), Some(standing));
        }
        assert_eq!(Standing::from_code(""), None);
    }
}
