//! The middle column: the findings, with counts and filters, each with what a reviewer needs to judge it.

use crate::decision_bar::DecisionBar;
use crate::decisions::Standing;
use crate::desk::{Bring, Desk, bring, go_to};
use crate::draft_view::severity_sign;
use crate::failure_notice::FailureNotice;
use crate::field::Choice;
use crate::finding_choice::{Band, Filter};
use crate::language::Speech;
use crate::review_page::undo;
use leptos::prelude::*;
use rasoat_api::messages::{Message, check_name, confidence_words, dimension_name, severity_name};
use rasoat_api::{CheckRun, Finding, FindingDetail, Severity, Suggestion};
use std::collections::BTreeSet;
use std::sync::Arc;

const GRAVEST_FIRST: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// The findings.
#[component]
pub fn FindingsList(
    /// The desk they lie on.
    desk: Desk,
    /// Whether the keys are shown.
    help: RwSignal<bool>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    // A finding drawn once stays drawn while others are filtered or come in; its place and its span tell it apart.
    let shown = Memo::new(move |_| {
        let findings = desk.findings.get();
        let pick = |at: usize| findings.get(at).cloned().map(|finding| (at, finding));
        desk.shown().into_iter().filter_map(pick).collect::<Vec<(usize, Arc<Finding>)>>()
    });
    // Its identifier, too: the one it is decided under comes with the result.
    let key = |(at, finding): &(usize, Arc<Finding>)| (*at, finding.id.clone(), finding.check.clone(), finding.start);
    Effect::new(move || {
        if let Some(at) = desk.selected.get() {
            request_animation_frame(move || {
                bring("#findings", &format!("[data-finding=\"{at}\"]"), Bring::IntoView);
            });
        }
    });
    let count = move || {
        let (shown, total) = (shown.with(Vec::len), desk.findings.with(Vec::len));
        if shown == total {
            total.to_string()
        } else {
            speech.fill(Message::FindingsShown, &[("shown", &shown.to_string()), ("total", &total.to_string())])
        }
    };
    let nothing = move || {
        if shown.with(Vec::is_empty) && !desk.findings.with(Vec::is_empty) {
            Some(view! {
                <p class="quiet">
                    {speech.say(Message::FindingsHidden)} " "
                    <button type="button" class="link" on:click=move |_| desk.filter.set(Filter::default())>
                        {speech.say(Message::ClearFilters)}
                    </button>
                </p>
            })
        } else {
            None
        }
    };
    let settled_empty = move || desk.outcome.with(Option::is_some) && desk.findings.with(Vec::is_empty);
    view! {
        <section class="column findings-column" aria-labelledby="findings-heading">
            <h2 id="findings-heading">
                {speech.say(Message::FindingsHeading)} " " <span class="count">{count}</span>
            </h2>
            <Filters desk />
            <div id="findings" class="scroll" tabindex="-1">
                {nothing}
                {move || settled_empty().then(|| view! { <EmptyResult desk /> })}
                <ol class="findings">
                    <For each=move || shown.get() key=key let((at, finding))>
                        <FindingItem desk at finding />
                    </For>
                </ol>
            </div>
            <FailureNotice failure=desk.decisions.failure />
            {move || (!desk.findings.with(Vec::is_empty)).then(|| view! { <Tally desk help /> })}
        </section>
    }
}

/// How many are decided, the way back, and the keys.
#[component]
fn Tally(desk: Desk, help: RwSignal<bool>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let decided = move || {
        desk.decisions.are_known().then(|| {
            let (done, total) = desk.findings.with(|findings| {
                let open = |finding: &&Arc<Finding>| desk.decisions.standing(&finding.id) == Standing::Open;
                (findings.len() - findings.iter().filter(open).count(), findings.len())
            });
            speech.fill(Message::DecidedCount, &[("done", &done.to_string()), ("total", &total.to_string())])
        })
    };
    view! {
        <div class="hint">
            <span id="decided">{decided}</span>
            <span class="unseen" role="status">
                {move || desk.decisions.heard.get().map(|heard| heard.text(speech.language()))}
            </span>
            <button
                type="button"
                class="link"
                id="undo"
                aria-keyshortcuts="u"
                disabled=move || !desk.decisions.can_undo()
                on:click=move |_| undo(desk)
            >{speech.say(Message::Undo)}</button>
            <button type="button" class="link" id="keys" aria-keyshortcuts="?" on:click=move |_| help.set(true)>
                {speech.say(Message::KeysHeading)}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn Filters(desk: Desk) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let severities = GRAVEST_FIRST.map(|severity| {
        let count = move || desk.findings.with(|all| all.iter().filter(|f| f.severity == severity).count());
        let pressed = move || desk.filter.with(|filter| filter.severity == Some(severity));
        let toggle = move |_| {
            desk.filter.update(|filter| {
                filter.severity = if filter.severity == Some(severity) { None } else { Some(severity) };
            });
        };
        view! {
            <button
                type="button"
                class="chip"
                data-severity=severity_sign(severity)
                aria-pressed=move || pressed().to_string()
                disabled=move || count() == 0 && !pressed()
                on:click=toggle
            >
                <span class="sign" aria-hidden="true"></span>
                {move || severity_name(severity, speech.language())} " " <b>{count}</b>
            </button>
        }
    });
    let checks = Memo::new(move |_| {
        desk.findings.with(|all| all.iter().map(|finding| finding.check.clone()).collect::<BTreeSet<_>>())
    });
    let options = move || {
        let language = speech.language();
        let chosen = desk.filter.with(|filter| filter.check.clone());
        let option = |check: String| {
            let count = desk.findings.with(|all| all.iter().filter(|f| f.check == check).count());
            let name = format!("{} ({count})", check_name(&check, language));
            let selected = chosen.as_ref() == Some(&check);
            view! { <option value=check selected=selected>{name}</option> }
        };
        checks.get().into_iter().map(option).collect_view()
    };
    let choose = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        desk.filter.update(|filter| filter.check = (!value.is_empty()).then_some(value));
    };
    let choose_standing = move |event: web_sys::Event| {
        let standing = Standing::from_code(&event_target_value(&event));
        desk.filter.update(|filter| filter.standing = standing);
    };
    view! {
        <div class="filters">
            <div class="chips" role="group" aria-label=speech.say(Message::FilterBySeverity)>{severities}</div>
            <select
                aria-label=speech.say(Message::FilterByCheck)
                prop:value=move || desk.filter.with(|filter| filter.check.clone().unwrap_or_default())
                on:change=choose
            >
                <option value="">{speech.say(Message::AllChecks)}</option>
                {options}
            </select>
            <select
                id="filter-standing"
                aria-label=speech.say(Message::FilterByStanding)
                prop:value=move || desk.filter.with(|filter| filter.standing.map_or("", Standing::code))
                on:change=choose_standing
            >
                <option value="">{speech.say(Message::AllStandings)}</option>
                {Standing::ALL
                    .map(|standing| {
                        view! { <option value=standing.code()>{speech.say(standing.message())}</option> }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
            {more_filters(desk)}
        </div>
    }
}

/// The filters by how sure findings are, and by who takes care of them where anybody does.
fn more_filters(desk: Desk) -> AnyView {
    let speech = expect_context::<Speech>();
    let counted = move |fits: &dyn Fn(&Finding) -> bool| {
        desk.findings.with(|all| all.iter().filter(|finding| fits(finding)).count()).to_string()
    };
    let bands = Signal::derive(move || {
        let language = speech.language();
        let all = Message::AllConfidences.fill(language, &[("count", &counted(&|_| true))]);
        let band = |band: Band| {
            let count = counted(&|finding| Band::of(finding.confidence) == band);
            let values = [("name", band.message().text(language)), ("count", &*count)];
            (band.code().to_owned(), Message::ConfidenceBand.fill(language, &values))
        };
        [vec![(String::new(), all)], Band::ALL.map(band).to_vec()].concat()
    });
    let assignees = Signal::derive(move || {
        let people = desk.talk.assignees();
        if people.is_empty() {
            return Vec::new();
        }
        let language = speech.language();
        let of = move |account: &str| {
            counted(&|finding| desk.talk.assignee(&finding.id).map(|(own, _)| own).unwrap_or_default() == account)
        };
        let mut options = vec![
            (ANYBODY.to_owned(), Message::AllAssignees.text(language).to_owned()),
            (String::new(), Message::AssigneeNone.fill(language, &[("count", &of(""))])),
        ];
        options.extend(people.into_iter().map(|(account, name)| {
            let values = [("name", name.as_str()), ("count", &*of(&account))];
            let words = Message::ConfidenceBand.fill(language, &values);
            (account, words)
        }));
        options
    });
    let label = move |message: Message| Signal::derive(move || speech.say(message)().to_owned());
    let has_assignees = Memo::new(move |_| assignees.with(|options| !options.is_empty()));
    let chosen_band = Signal::derive(move || desk.filter.with(|of| of.band.map_or("", Band::code).to_owned()));
    let chosen =
        Signal::derive(move || desk.filter.with(|of| of.assignee.clone().unwrap_or_else(|| ANYBODY.to_owned())));
    view! {
        <Choice
            id="filter-confidence".to_owned()
            label=label(Message::FilterByConfidence)
            quiet_label=true
            options=bands
            value=chosen_band
            choose=move |code| desk.filter.update(|filter| filter.band = Band::from_code(&code))
        />
        {move || has_assignees.get().then(|| view! {
            <Choice
                id="filter-assignee".to_owned()
                label=label(Message::FilterByAssignee)
                quiet_label=true
                options=assignees
                value=chosen
                choose=move |code| desk.filter.update(|filter| filter.assignee = (code != ANYBODY).then_some(code))
            />
        })}
    }
    .into_any()
}

/// What the filter by assignee is called where it lets everything by; no account is.
const ANYBODY: &str = "*";

#[component]
fn FindingItem(desk: Desk, at: usize, finding: Arc<Finding>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let selected = Memo::new(move |_| desk.selected.get() == Some(at));
    let id = finding.id.clone();
    let standing = Memo::new(move |_| desk.decisions.standing(&id));
    let decided = Arc::clone(&finding);
    // A further decision draws nothing anew: somebody may be writing.
    let known = Memo::new(move |_| desk.decisions.are_known());
    let severity = finding.severity;
    let check = finding.check.clone();
    let confidence = finding.confidence;
    let quote = (!finding.quote.trim().is_empty()).then(|| {
        view! { <blockquote class="quote" lang="vi">{finding.quote.clone()}</blockquote> }
    });
    let comparison = finding.detail.clone().map(|detail| view! { <Comparison detail /> });
    let suggestion = finding.suggestion.clone().map(|suggestion| view! { <SuggestionView suggestion /> });
    view! {
        <li
            class="finding"
            class:selected=move || selected.get()
            data-check=finding.check.clone()
            data-severity=severity_sign(severity)
            data-finding=at.to_string()
            data-standing=move || standing.get().code()
            on:click=move |_| desk.select(at)
        >
            <button
                type="button"
                class="finding-head"
                aria-pressed=move || selected.get().to_string()
                on:click=move |event| {
                    event.stop_propagation();
                    desk.select(at);
                }
            >
                <span class="badge" data-severity=severity_sign(severity)>
                    <span class="sign" aria-hidden="true"></span>
                    {move || severity_name(severity, speech.language())}
                </span>
                <span class="finding-check">{move || check_name(&check, speech.language()).to_owned()}</span>
                {move || {
                    let standing = standing.get();
                    (standing != Standing::Open).then(|| view! {
                        <span class="standing" data-standing=standing.code()>{speech.say(standing.message())}</span>
                    })
                }}
            </button>
            {quote}
            <p class="finding-message" lang="vi">{finding.message.clone()}</p>
            {comparison}
            {suggestion}
            <p class="quiet confidence">
                {speech.say(Message::ConfidenceLabel)} ": "
                {move || confidence_words(confidence, speech.language())}
            </p>
            <p class="jumps">
                <button type="button" class="link" on:click=move |event| {
                    event.stop_propagation();
                    desk.select(at);
                    go_to("#draft");
                }>{speech.say(Message::ShowInDraft)}</button>
                <button type="button" class="link" on:click=move |event| {
                    event.stop_propagation();
                    desk.select(at);
                    go_to("#evidence");
                }>{speech.say(Message::ShowEvidence)}</button>
            </p>
            {move || known.get().then(|| view! { <DecisionBar desk at finding=Arc::clone(&decided) /> })}
        </li>
    }
}

/// The draft's value and the law's, side by side, and the rule that decides between them.
#[component]
fn Comparison(detail: FindingDetail) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let FindingDetail { dimension, draft, law, rule } = detail;
    let caption = move || {
        let language = speech.language();
        Message::CompareOn.fill(language, &[("dimension", dimension_name(&dimension, language))])
    };
    view! {
        <div class="comparison">
            <p class="quiet">{caption}</p>
            <dl class="values">
                <div>
                    <dt>{speech.say(Message::DraftSays)}</dt>
                    <dd lang="vi">{draft}</dd>
                </div>
                <div>
                    <dt>{speech.say(Message::LawSays)}</dt>
                    <dd lang="vi">{law}</dd>
                </div>
            </dl>
            {(!rule.is_empty()).then(|| view! {
                <p class="rule"><b>{speech.say(Message::Rule)}": "</b><span lang="vi">{rule}</span></p>
            })}
        </div>
    }
}

#[component]
fn SuggestionView(suggestion: Suggestion) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Suggestion { replace_with, note } = suggestion;
    view! {
        <div class="suggestion">
            <p class="suggestion-title">
                {move || {
                    let message = if replace_with.is_some() { Message::ReplaceWith } else { Message::SuggestionHeading };
                    view! { {message.text(speech.language())} ":" {replace_with.clone().map(|words| view! {
                        " " <ins lang="vi">{words}</ins>
                    })} }
                }}
            </p>
            {note.map(|note| view! { <p class="quiet" lang="vi">{note}</p> })}
        </div>
    }
}

/// What no findings mean: which checks found nothing and which never looked.
#[component]
fn EmptyResult(desk: Desk) -> impl IntoView {
    let speech = expect_context::<Speech>();
    move || {
        let outcome = desk.outcome.get()?;
        let language = speech.language();
        let names = |of: fn(&CheckRun) -> bool| {
            let of = outcome.checks.iter().filter(|check| of(check));
            of.map(|check| check_name(&check.check, language)).collect::<Vec<_>>().join("; ")
        };
        let not_run = names(|check| !check.ran);
        let not_covered = names(|check| check.ran && !check.uncovered.is_empty());
        let found_nothing = names(|check| check.ran && check.uncovered.is_empty());
        let unknown = outcome.checks.is_empty();
        Some(view! {
            <div class="empty-result" role="status">
                <p><b>{Message::FindingsNone.text(language)}</b></p>
                {unknown.then(|| view! { <p class="caution">{Message::ChecksUnknown.text(language)}</p> })}
                {(!not_run.is_empty()).then(|| view! {
                    <p class="caution">{Message::NotCheckedBy.fill(language, &[("checks", &not_run)])}</p>
                })}
                {(!not_covered.is_empty())
                    .then(|| {
                        view! { <p class="caution">{Message::NotCoveredBy.fill(language, &[("checks", &not_covered)])}</p> }
                    })}
                {(!found_nothing.is_empty()).then(|| view! {
                    <p>{Message::NothingFoundBy.fill(language, &[("checks", &found_nothing)])}</p>
                })}
            </div>
        })
    }
}
