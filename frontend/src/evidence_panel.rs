//! The right column: what proves the selected finding, in the words of the law and in the article they stand in.
//!
//! A warning that bears on evidence, such as an amendment known but not applied to the stored text, stands with the
//! evidence itself, never behind a click: a reviewer who missed it would trust words the law no longer has.

use crate::desk::{Bring, Desk, ProvisionKey, bring, scroll_to};
use crate::draft_text::around;
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, written_date};
use crate::provision_label::provision_label;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::{Message, check_name, effect_name, source_name};
use rasoat_api::{Effect as LegalEffect, Evidence, ProvisionView};
use std::sync::Arc;

/// The evidence of the finding selected.
#[component]
pub fn EvidencePanel(
    /// The desk it lies on.
    desk: Desk,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let finding = Memo::new(move |_| desk.selected_finding());
    let shown = move || match finding.get() {
        None if desk.findings.with(Vec::is_empty) => ().into_any(),
        None => view! { <p class="quiet">{speech.say(Message::EvidenceNothingSelected)}</p> }.into_any(),
        Some(finding) => {
            let check = finding.check.clone();
            let unproven = finding.evidence.is_empty();
            view! {
                <p class="evidence-of">{move || check_name(&check, speech.language()).to_owned()}</p>
                <p class="finding-message" lang="vi">{finding.message.clone()}</p>
                {unproven.then(|| view! { <p class="caution">{speech.say(Message::EvidenceNone)}</p> })}
                {finding.evidence.iter().cloned().map(|evidence| view! { <EvidenceItem desk evidence /> }).collect_view()}
            }
            .into_any()
        }
    };
    // A new finding is read from its top.
    Effect::new(move || {
        finding.track();
        if let Some(column) = document().get_element_by_id("evidence") {
            column.set_scroll_top(0);
        }
    });
    view! {
        <section class="column evidence-column" aria-labelledby="evidence-heading">
            <h2 id="evidence-heading">{speech.say(Message::EvidenceHeading)}</h2>
            <div id="evidence" class="scroll" tabindex="0" role="region" aria-labelledby="evidence-heading">
                {shown}
            </div>
        </section>
    }
}

#[component]
fn EvidenceItem(desk: Desk, evidence: Evidence) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let Evidence { document, eid, quote, effect, source, notes } = evidence;
    let in_draft = document == "draft";
    let key: Option<ProvisionKey> = match &eid {
        Some(eid) if source == "corpus" && !in_draft => {
            Some((document.clone(), eid.clone(), desk.as_of.get_untracked()))
        }
        _ => None,
    };
    if let Some(key) = key.clone() {
        desk.fetch_provision(key);
    }
    let fetched = Memo::new({
        let key = key.clone();
        move |_| key.as_ref().and_then(|key| desk.provision(key))
    });
    let heading = {
        let eid = eid.clone();
        move || {
            let language = speech.language();
            let known = fetched.get().and_then(Result::ok);
            let provision = match (&known, &eid) {
                (Some(view), _) if !view.label.is_empty() && language == Default::default() => Some(view.label.clone()),
                (_, Some(eid)) => Some(provision_label(eid, language)),
                _ => None,
            };
            let name = match &known {
                _ if in_draft => Message::ThisDraft.text(language).to_owned(),
                Some(view) if !view.document_title.is_empty() => format!("{} ({document})", view.document_title),
                _ => document.clone(),
            };
            view! {
                {provision.map(|provision| view! { <span class="provision">{provision}</span> " " })}
                <span lang="vi">{name}</span>
            }
        }
    };
    let to_draft = eid.filter(|_| in_draft).map(|eid| {
        view! {
            <button type="button" class="link" on:click=move |_| show_in_draft(desk, &eid)>
                {speech.say(Message::ShowInDraft)}
            </button>
        }
    });
    let said = notes.clone();
    let context = move || match fetched.get() {
        None => view! { <p class="quiet">{speech.say(Message::Loading)}</p> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(provision)) => view! { <ProvisionContext provision already=said.clone() /> }.into_any(),
    };
    let context = key.is_some().then_some(context);
    view! {
        <article class="evidence">
            <h3>{heading}</h3>
            {(!in_draft).then(|| view! { <EffectBadge desk effect /> })}
            <Notes notes />
            {(!quote.trim().is_empty()).then(|| view! { <blockquote class="quote" lang="vi">{quote}</blockquote> })}
            <p class="quiet">
                {speech.say(Message::EvidenceSource)} ": "
                {move || source_name(&source, speech.language()).to_owned()} " " {to_draft}
            </p>
            {context}
        </article>
    }
}

/// The article around a provision, the provision marked; warnings the evidence gave already are not given twice.
#[component]
fn ProvisionContext(provision: Arc<ProvisionView>, already: Vec<String>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let scroll = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(scroll) = scroll.get() {
            request_animation_frame(move || {
                if let Ok(Some(cited)) = scroll.query_selector(".cited") {
                    scroll_to(&scroll, &cited, Bring::IntoView);
                }
            });
        }
    });
    let notes = provision.notes.iter().filter(|note| !already.contains(note)).cloned().collect::<Vec<_>>();
    let (before, cited, after) = around(&provision.article_text, provision.start, provision.end);
    let (before, cited, after) = (before.to_owned(), cited.to_owned(), after.to_owned());
    view! {
        <Notes notes=notes />
        <div class="context">
            <h4>{speech.say(Message::EvidenceContext)}</h4>
            {(!provision.headings.is_empty()).then(|| view! {
                <p class="headings quiet" lang="vi">{provision.headings.join(" › ")}</p>
            })}
            <div class="article-text paper" tabindex="0" lang="vi" node_ref=scroll>
                {before}<mark class="cited">{cited}</mark>{after}
            </div>
        </div>
    }
}

#[component]
fn Notes(notes: Vec<String>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let note = move |note: String| {
        view! { <p class="caution"><b>{speech.say(Message::EvidenceWarning)}": "</b><span lang="vi">{note}</span></p> }
    };
    notes.into_iter().map(note).collect_view()
}

#[component]
fn EffectBadge(desk: Desk, effect: LegalEffect) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let state = match effect {
        LegalEffect::InForce => "in_force",
        LegalEffect::PartlyExpired => "partly_expired",
        LegalEffect::Expired => "expired",
        LegalEffect::NotYetInForce => "not_yet_in_force",
        LegalEffect::Suspended => "suspended",
        LegalEffect::Unknown => "unknown",
    };
    let words = move || {
        let language = speech.language();
        let date = written_date(&desk.as_of.get(), language);
        Message::EvidenceEffectOn.fill(language, &[("effect", effect_name(effect, language)), ("date", &date)])
    };
    view! { <p><span class="effect" data-effect=state>{words}</span></p> }
}

/// Brings the line where a provision of the draft begins into view.
fn show_in_draft(desk: Desk, eid: &str) {
    let start = desk.draft.with_untracked(|draft| {
        let draft = draft.as_ref()?.as_ref().ok()?;
        let provision = draft.provisions.iter().find(|provision| provision.eid == eid)?;
        let text = &draft.text;
        let line = text.get(..provision.start)?.rfind('\n').map_or(0, |end| end + 1);
        // A provision that begins with a blank line is drawn from its first words on.
        let blank = text.get(line..)?.len() - text.get(line..)?.trim_start().len();
        Some(text.get(..line + blank)?.rfind('\n').map_or(0, |end| end + 1))
    });
    if let Some(start) = start {
        bring("#draft", &format!("[data-start=\"{start}\"]"), Bring::ToMiddle);
    }
}
