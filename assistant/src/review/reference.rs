//! `reference.dangling`: references to provisions that do not exist, in the draft itself or in a document of the corpus.

pub(super) mod amending;
pub(super) mod heading;

use super::Law;
use super::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use super::grounds::is_regulation;
use super::resolve::{Resolved, ResolvedTarget, amends, lead_in};
use crate::corpus::CorpusDocument;
use rasoat_law::cite::Role;
use rasoat_law::structure::{Document, Provision, ProvisionKind};
use rasoat_law::{Effect, Eid, text};

pub(super) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, r) in resolved.iter().enumerate() {
        if !matches!(r.citation.role, Role::Reference | Role::Basis) {
            continue;
        }
        for target in &r.targets {
            let Some(eid) = target.eid else { continue };
            let finding = match (&target.held, target.is_this) {
                (Some(held), _) => in_corpus(r, target, held, eid, law),
                (None, true) if !leans_on_another(draft, resolved, at) => in_draft(draft, r, eid),
                _ => None,
            };
            findings.extend(finding);
        }
    }
    findings
}

/// "khoản 2 Điều 35 Bộ luật Lao động và Điều 36": the second may lean on the first's document.
fn leans_on_another(draft: &Document, resolved: &[Resolved<'_>], at_of: usize) -> bool {
    let citation = resolved[at_of].citation;
    let words = citation.span.of(&draft.text);
    if words.ends_with("này") {
        return false;
    }
    // "khoản 4 Điều 21; khoản 3 Điều 51 của Bộ luật Lao động": a whole line may lean.
    let at = citation.span.start;
    let start = draft.text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = draft.text[at..].find('\n').map_or(draft.text.len(), |i| at + i);
    // "… các điều sau đây của Luật Bảo hiểm xã hội:" speaks for the units below.
    let within =
        std::iter::successors(resolved[at_of].within, |unit| unit.parent.map(|parent| &draft.provisions[parent]));
    let led = within
        .filter(|unit| unit.span.start < at)
        .filter_map(|unit| lead_in(draft, unit))
        .map(|lead| lead.as_ptr() as usize - draft.text.as_ptr() as usize)
        .any(|lead| {
            let end = draft.text[lead..].find('\n').map_or(draft.text.len(), |i| lead + i);
            resolved.iter().any(|r| {
                lead <= r.citation.span.start && r.citation.span.end <= end && r.targets.iter().any(|t| !t.is_this)
            })
        });
    if led {
        return true;
    }
    resolved.iter().enumerate().any(|(other, r)| {
        other != at_of
            && start <= r.citation.span.start
            && r.citation.span.end <= end
            && r.targets.iter().any(|t| !t.is_this)
    })
}

fn in_draft(draft: &Document, r: &Resolved<'_>, eid: &Eid) -> Option<Finding> {
    let here = r.within?;
    if here.kind == ProvisionKind::Preamble || here.kind == ProvisionKind::Basis {
        return None;
    }
    let index = draft.provisions.iter().position(|p| p.eid == here.eid)?;
    if amends(draft, index) || is_form(draft, here) || points_elsewhere(draft, r, eid) {
        return None;
    }
    let candidates = places(here, eid);
    if candidates.is_empty() || candidates.iter().any(|eid| exists(draft, eid)) {
        return None;
    }
    let missing = &candidates[0];
    let (evidence, what_there_is) = nearest(draft, missing);
    let evidence = Evidence {
        document: None,
        eid: evidence.map(|p| p.eid.clone()),
        quote: evidence.map_or_else(|| what_there_is.clone(), |p| text::squeeze(first_line(draft.text_of(p)))),
        effect: Effect::NotYetInForce,
        source: EvidenceSource::Draft,
        notes: Vec::new(),
    };
    let message = format!("Dự thảo không có {}: {what_there_is}.", missing.label());
    Some(
        Finding::new(Check::ReferenceDangling, Severity::Error, r.citation.span, message, 0.95, evidence)
            .suggest(None, Some("Sửa lại số điều, khoản, điểm được viện dẫn cho đúng bố cục của dự thảo.".into())),
    )
}

/// Whether a unit stands in an annex that is a form or a table: what it says of "khoản 5 Điều này" is for who fills it in.
fn is_form(draft: &Document, here: &Provision) -> bool {
    let annex = here.eid.steps().into_iter().find(|(prefix, _)| *prefix == "annex");
    annex.is_some_and(|(prefix, number)| !is_regulation(draft, Eid::step(prefix, number).as_str()))
}

/// Whether the words after a reference say what it is of: "điểm c và điểm d khoản 1 Điều 217", "Điều 62 của Luật …".
fn points_elsewhere(draft: &Document, r: &Resolved<'_>, eid: &Eid) -> bool {
    let after = &draft.text[r.citation.span.end..];
    let sentence = &after[..after.find(['.', ';', '\n']).unwrap_or(after.len())];
    let bare = eid.steps().first().is_some_and(|(prefix, _)| *prefix == "point");
    let of = sentence.trim_start();
    let of = of.strip_prefix("của").map_or(of, str::trim_start);
    let kinds = ["Luật", "Bộ luật", "Pháp lệnh", "Nghị định", "Nghị quyết", "Quyết định", "Thông tư"];
    let document =
        kinds.iter().filter_map(|kind| of.strip_prefix(kind)).any(|rest| !rest.trim_start().starts_with("này"));
    document || bare && (sentence.contains(" khoản ") || sentence.contains(" Điều "))
}

/// Where in the draft an identifier may mean: in its own container first, else in the main text.
fn places(here: &Provision, eid: &Eid) -> Vec<Eid> {
    let annex = here.eid.steps().first().filter(|(p, _)| *p == "annex").map(|(p, n)| Eid::step(p, n));
    let first = eid.steps().first().map_or("", |(prefix, _)| *prefix).to_owned();
    match first.as_str() {
        "para" => here.eid.article().map(|article| vec![eid.within(&article)]).unwrap_or_default(),
        "point" => {
            let Some(article) = here.eid.article() else { return Vec::new() };
            let paragraph = here.eid.number_of("para").map(|n| article.join("para", n));
            paragraph.into_iter().chain([article]).map(|outer| eid.within(&outer)).collect()
        }
        "annex" | "sec" => Vec::new(),
        _ => annex.map(|annex| eid.within(&annex)).into_iter().chain([eid.clone()]).collect(),
    }
}

fn exists(document: &Document, eid: &Eid) -> bool {
    document.get(eid.as_str()).is_some()
        || document
            .provisions
            .iter()
            .any(|p| p.eid.as_str().ends_with(&format!("__{eid}")) && eid.as_str().starts_with("chp"))
        // "Chương II Phần thứ hai": chapters are numbered through, or anew in every part.
        || eid.steps().last().is_some_and(|(prefix, number)| {
            *prefix == "chp" && document.provisions.iter().any(|p| p.eid.as_str().ends_with(&format!("chp_{number}")))
        })
}

/// The innermost unit around the missing one that does exist, and what it has instead.
fn nearest<'a>(document: &'a Document, missing: &Eid) -> (Option<&'a Provision>, String) {
    let mut outer = missing.parent();
    while let Some(eid) = outer {
        if let Some(at) = document.provisions.iter().position(|p| p.eid == eid) {
            let provision = &document.provisions[at];
            let children =
                document.children(at).filter(|(_, p)| p.kind != ProvisionKind::Article || eid.article().is_none());
            let kinds: Vec<&Provision> = children.map(|(_, p)| p).collect();
            let unit = match missing.steps().last().map(|(p, _)| *p) {
                Some("point") => "điểm",
                Some("art") => "điều",
                _ => "khoản",
            };
            let there_is = match kinds.len() {
                0 => format!("{} không chia thành {unit}", provision.eid.label()),
                count => format!("{} có {count} {unit}", provision.eid.label()),
            };
            return (Some(provision), there_is);
        }
        outer = eid.parent();
    }
    let mut articles =
        document.provisions.iter().filter(|p| p.kind == ProvisionKind::Article && !p.eid.as_str().starts_with("annex"));
    let first = articles.next();
    let last = articles.next_back().or(first);
    match last.and_then(|p| p.number.as_deref()) {
        Some(number) => (last, format!("điều cuối cùng là Điều {number}")),
        None => (None, "văn bản không có điều nào".into()),
    }
}

fn first_line(words: &str) -> &str {
    words.lines().next().unwrap_or_default()
}

fn in_corpus(
    r: &Resolved<'_>,
    target: &ResolvedTarget<'_>,
    held: &CorpusDocument,
    eid: &Eid,
    law: &Law<'_>,
) -> Option<Finding> {
    let prefix = eid.steps().first().map_or("", |(prefix, _)| *prefix).to_owned();
    if prefix != "art" || exists(&held.document, eid) {
        return None;
    }
    // What an amending document put in is there, though the stored text does not have it.
    let amended = law.corpus.status_of(&held.number, eid, law.as_of);
    if amended.events.iter().any(|event| event.inserts() && event.scope.parts().contains(eid)) {
        return None;
    }
    let (provision, there_is) = nearest(&held.document, eid);
    let provision = provision?;
    let status = law.corpus.status_of(&held.number, &provision.eid, law.as_of);
    let evidence = Evidence {
        document: Some(held.number.clone()),
        eid: Some(provision.eid.clone()),
        quote: text::squeeze(first_line(held.document.text_of(provision))),
        effect: status.effect,
        source: EvidenceSource::Corpus,
        notes: held.warnings(&status, law.as_of),
    };
    let message = format!("{} không có {}: {there_is}.", target.name(), eid.label());
    Some(
        Finding::new(Check::ReferenceDangling, Severity::Error, r.citation.span, message, 0.93, evidence)
            .suggest(None, Some(format!("Tra lại {} và viện dẫn đúng điều, khoản, điểm.", held.title))),
    )
}
