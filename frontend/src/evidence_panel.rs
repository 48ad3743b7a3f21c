//! The right column: what proves the selected finding, in the words of the law and in the article they stand in.
//!
//! A warning that bears on evidence, such as an amendment known but not applied to the stored text, stands with the
//! evidence itself, never behind a click: a reviewer who missed it would trust words the law no longer has.

use crate::desk::{Bring, Desk, ProvisionKey, bring};
use crate::effect_badge::EffectBadge;
use crate::failure_notice::FailureNotice;
use crate::language::Speech;
use crate::place::Place;
use crate::provision_context::{Notes, ProvisionContext};
use crate::provision_label::provision_label;
use crate::service::private;
use crate::skeleton::Skeleton;
use crate::timeline::timeline;
use leptos::prelude::*;
use rasoat_api::Evidence;
use rasoat_api::messages::{Message, check_name, source_name};

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
            <div id="evidence" class="scroll" tabindex="0" role="group" aria-labelledby="evidence-heading">
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
    // Of what is not the draft's and rests on a document, its life is told.
    let here = desk.id.try_with_value(|id| private::is_private(id)).unwrap_or_default();
    let life = (!in_draft && document != "register").then(|| {
        let (document, eid) = (document.clone(), eid.clone().unwrap_or_default());
        timeline(document, eid, desk.as_of.get_untracked(), here)
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
    let to_draft = eid.clone().filter(|_| in_draft).map(|eid| {
        view! {
            <button type="button" class="link" on:click=move |_| show_in_draft(desk, &eid)>
                {speech.say(Message::ShowInDraft)}
            </button>
        }
    });
    let to_law = key.clone().map(|(document, eid, as_of)| {
        let place = Place::Law { document, eid, as_of };
        view! {
            <a href=place.hash()>{speech.say(Message::OpenInReadingRoom)}</a>
            {here.then(|| view! { " " {speech.say(Message::PrivateLinkNote)} })}
        }
    });
    let said = notes.clone();
    let context = move || match fetched.get() {
        None => view! { <Skeleton lines=5 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(provision)) => view! { <ProvisionContext provision already=said.clone() /> }.into_any(),
    };
    let context = key.is_some().then_some(context);
    view! {
        <article class="evidence">
            <h3>{heading}</h3>
            {(!in_draft).then(|| view! { <p><EffectBadge effect as_of=desk.as_of /></p> })}
            <Notes notes />
            {(!quote.trim().is_empty()).then(|| view! { <blockquote class="quote" lang="vi">{quote}</blockquote> })}
            <p class="quiet">
                {speech.say(Message::EvidenceSource)} ": "
                {move || source_name(&source, speech.language()).to_owned()} " " {to_draft} {to_law}
            </p>
            {context}
            {life}
        </article>
    }
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
