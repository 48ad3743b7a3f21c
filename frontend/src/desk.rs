//! The reviewer's desk: one review's draft, findings and selection, shared by the three columns that show them.
//!
//! The columns do not know each other. Each reads the desk and tells it what the reader chose; selecting a finding in
//! one is how it comes into view in the others.

use crate::decision_bar::Writing;
use crate::decisions::Decisions;
use crate::discussion::Talk;
use crate::finding_choice::{Filter, Step};
use crate::service::{Failure, law, private};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::{CheckRun, DraftSummary, Finding, ParsedDocument, Progress, ProvisionView, Review, Stage, Timing};
use std::collections::HashMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

/// How a review stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is known of it yet.
    Opening,
    /// It runs.
    Running,
    /// Its result is here.
    Done,
    /// It, or fetching it, failed.
    Failed(Failure),
    /// A person stopped it.
    Cancelled,
}

/// What a finished review says beside its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The draft in brief.
    pub draft: DraftSummary,
    /// Every check.
    pub checks: Vec<CheckRun>,
    /// Milliseconds by stage.
    pub timing: Timing,
}

/// Names a provision on a date: document, provision, date.
pub type ProvisionKey = (String, String, String);

/// A provision asked for: `None` while it is on its way.
pub type ProvisionAnswer = Option<Result<Arc<ProvisionView>, Failure>>;

/// One review on the desk.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// The review's identifier.
    pub id: StoredValue<String>,
    /// How it stands.
    pub phase: RwSignal<Phase>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// Name of the file under review.
    pub file_name: RwSignal<String>,
    /// The date the draft is held against the law.
    pub as_of: RwSignal<String>,
    /// Findings: as they come, then as the result has them.
    pub findings: RwSignal<Vec<Arc<Finding>>>,
    /// The draft; `None` until it is here.
    pub draft: RwSignal<Option<Result<Arc<ParsedDocument>, Failure>>>,
    /// What the result says beside its findings.
    pub outcome: RwSignal<Option<Arc<Outcome>>>,
    /// What is shown of the findings.
    pub filter: RwSignal<Filter>,
    /// The finding selected, by index.
    pub selected: RwSignal<Option<usize>>,
    /// What the reviewers decided.
    pub decisions: Decisions,
    /// What reviewers say to one another.
    pub talk: Talk,
    /// The finding that something is being written about.
    pub writing: RwSignal<Option<(usize, Writing)>>,
    provisions: RwSignal<HashMap<ProvisionKey, ProvisionAnswer>>,
}

impl Desk {
    /// A desk for the review with this identifier; nothing is fetched yet.
    pub fn new(id: String) -> Self {
        let id = StoredValue::new(id);
        Self {
            id,
            phase: RwSignal::new(Phase::Opening),
            progress: RwSignal::new(Progress { stage: Stage::Queued, done: 0, total: 0 }),
            file_name: RwSignal::new(String::new()),
            as_of: RwSignal::new(String::new()),
            findings: RwSignal::new(Vec::new()),
            draft: RwSignal::new(None),
            outcome: RwSignal::new(None),
            filter: RwSignal::new(Filter::default()),
            selected: RwSignal::new(None),
            decisions: Decisions::on(id),
            talk: Talk::on(id),
            writing: RwSignal::new(None),
            provisions: RwSignal::new(HashMap::new()),
        }
    }

    /// Puts a finding on the desk as it is found; one that comes again after a reconnection is passed over.
    pub fn add_finding(self, finding: Finding) {
        self.findings.update(|findings| {
            if !findings.iter().any(|known| is_same(known, &finding)) {
                findings.push(Arc::new(finding));
            }
        });
    }

    /// Puts the result on the desk in place of what came while it ran; the finding selected stays selected.
    pub fn put_result(self, review: Review) {
        let Review { draft, as_of, findings, checks, timing, .. } = review;
        let findings: Vec<Arc<Finding>> = findings.into_iter().map(Arc::new).collect();
        let selected = self.selected_finding_untracked();
        let selected = selected.and_then(|old| findings.iter().position(|new| is_same(new, &old)));
        if !as_of.is_empty() {
            self.as_of.set(as_of);
        }
        self.selected.set(selected);
        self.findings.set(findings);
        self.outcome.set(Some(Arc::new(Outcome { draft, checks, timing })));
        self.phase.set(Phase::Done);
        self.decisions.fetch();
        self.talk.fetch();
    }

    /// The finding selected, tracked.
    pub fn selected_finding(self) -> Option<Arc<Finding>> {
        let at = self.selected.get()?;
        self.findings.with(|findings| findings.get(at).cloned())
    }

    /// The finding selected.
    pub fn selected_finding_untracked(self) -> Option<Arc<Finding>> {
        let at = self.selected.try_get_untracked().flatten()?;
        self.findings.try_with_untracked(|findings| findings.get(at).cloned()).flatten()
    }

    /// Indexes of the findings shown, tracked.
    pub fn shown(self) -> Vec<usize> {
        let standing = |finding: &Finding| self.decisions.standing(&finding.id);
        let assignee =
            |finding: &Finding| self.talk.assignee(&finding.id).map(|(account, _)| account).unwrap_or_default();
        self.filter.with(|filter| self.findings.with(|findings| filter.shown(findings, standing, assignee)))
    }

    /// Selects a finding. One that the filter hides is shown again, for a selection nobody sees helps nobody.
    pub fn select(self, finding: usize) {
        if !untrack(|| self.shown()).contains(&finding) {
            self.filter.set(Filter::default());
        }
        self.selected.set(Some(finding));
    }

    /// Selects the finding one step on, and moves the keyboard there.
    pub fn step(self, step: Step) {
        let next = step.from(self.selected.get_untracked(), &untrack(|| self.shown()));
        if let Some(next) = next {
            self.selected.set(Some(next));
            request_animation_frame(move || {
                focus(&format!("#findings [data-finding=\"{next}\"] button"));
            });
        }
    }

    /// A provision of the law on the review's date, tracked; asked for at most once.
    pub fn provision(self, key: &ProvisionKey) -> ProvisionAnswer {
        self.provisions.with(|provisions| provisions.get(key).cloned().flatten())
    }

    /// Fetches a provision unless that was done before.
    pub fn fetch_provision(self, key: ProvisionKey) {
        if self.provisions.with_untracked(|provisions| provisions.contains_key(&key)) {
            return;
        }
        self.provisions.update(|provisions| {
            provisions.insert(key.clone(), None);
        });
        spawn_local(async move {
            // Which provisions a private draft leads to is nobody's business either.
            let answer = match self.id.try_with_value(|id| private::is_private(id)).unwrap_or_default() {
                true => private::provision(&key.0, &key.1, &key.2).await,
                false => law::provision(&key.0, &key.1, &key.2).await,
            };
            let answer = answer.map(Arc::new);
            self.provisions.update(|provisions| {
                provisions.insert(key, Some(answer));
            });
        });
    }
}

/// Whether two findings are the same: their `id` is final only in the result.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.check == other.check && one.start == other.start && one.end == other.end && one.message == other.message
}

/// Where in its scrolling column a thing is brought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bring {
    /// To the middle.
    ToMiddle,
    /// As far as needed to be seen.
    IntoView,
}

/// Scrolls a column, and only that column, until what `target` selects in it can be seen; the page stays where it is.
pub fn bring(column: &str, target: &str, how: Bring) {
    let Some(column) = document().query_selector(column).ok().flatten() else { return };
    let Some(target) = column.query_selector(target).ok().flatten() else { return };
    scroll_to(&column, &target, how);
}

/// [`bring`] for elements at hand.
pub fn scroll_to(column: &Element, target: &Element, how: Bring) {
    let (outer, inner) = (column.get_bounding_client_rect(), target.get_bounding_client_rect());
    let (above, below) = (inner.top() - outer.top(), inner.bottom() - outer.bottom());
    let by = match how {
        _ if above >= 0.0 && below <= 0.0 => return,
        Bring::ToMiddle => above - (outer.height() - inner.height().min(outer.height())) / 2.0,
        Bring::IntoView if above < 0.0 || inner.height() > outer.height() => above - 8.0,
        Bring::IntoView => below + 8.0,
    };
    column.set_scroll_top(column.scroll_top() + by.round() as i32);
}

/// Moves the keyboard to what `selector` names, without scrolling.
pub fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let still = FocusOptions::new();
        still.set_prevent_scroll(true);
        let _ = element.focus_with_options(&still);
    }
}

/// Scrolls the page to what `selector` names and moves the keyboard there, for the narrow layout where the columns
/// stand one below the other.
pub fn go_to(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        element.scroll_into_view();
        focus(selector);
    }
}
