//! The whole reasoning behind one finding: the rule of law, what was looked up, the life of each document of the
//! evidence, the values compared, and what the check cannot see.
//!
//! Made anew from the draft and the law, so that a finding need not carry it.

use super::Law;
use super::finding::{Check, EvidenceSource, Finding};
use super::resolve;
use rasoat_law::structure::Document;
use rasoat_law::{Confidence, DocNumber, Event, EventKind, EventSource, cite, date};

/// Why a finding was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The check.
    pub check: Check,
    /// The rule of law it rests on.
    pub rule: &'static str,
    /// What was looked up, a line each.
    pub looked_up: Vec<String>,
    /// The lives of the documents of the evidence: a heading, then an event a line.
    pub timeline: Vec<(String, Vec<String>)>,
    /// What was compared: the draft's side and the law's.
    pub compared: Vec<(String, String)>,
    /// What the check cannot see.
    pub limits: &'static str,
}

/// Explains a finding of a review of `draft` against `law`.
pub fn explain(draft: &Document, law: &Law<'_>, finding: &Finding) -> Explanation {
    let citations = cite::citations(&draft.text, law.register);
    let resolved = resolve::resolve(draft, &citations, law);
    let mut looked_up = vec![finding.check.looks_at().to_owned()];
    let mut documents: Vec<DocNumber> = Vec::new();
    for target in resolved.iter().filter(|r| r.span.overlaps(finding.span)).flat_map(|r| &r.targets) {
        let Some(number) = &target.number else { continue };
        if documents.contains(number) {
            continue;
        }
        documents.push(number.clone());
        let register =
            if target.entry.is_some() { "có trong sổ hiệu lực" } else { "không có trong sổ hiệu lực" };
        let corpus = if target.held.is_some() { "có toàn văn trong kho" } else { "không có toàn văn trong kho" };
        let status = target.status.as_ref().map_or("chưa rõ", |status| status.effect.term());
        looked_up.push(format!("{}: {register}, {corpus}; ngày {}: {status}.", target.name(), date::show(law.as_of)));
    }
    for evidence in finding.evidence() {
        let whose = match evidence.source {
            EvidenceSource::Corpus => "Lời văn bản trong kho",
            EvidenceSource::Register => "Mục của sổ",
            EvidenceSource::Draft => "Lời dự thảo",
        };
        let place = evidence.document.as_ref().map(ToString::to_string).unwrap_or_default();
        let unit = evidence.eid.as_ref().map(|eid| format!(" {}", eid.label())).unwrap_or_default();
        looked_up.push(format!("{whose} {place}{unit}: {}", evidence.quote).replace("  ", " "));
        looked_up.extend(evidence.notes.iter().map(|note| format!("Lưu ý: {note}")));
        documents
            .extend(evidence.document.iter().filter(|number| !documents.contains(number)).cloned().collect::<Vec<_>>());
    }
    let timeline = documents.iter().map(|number| life(number, law)).collect();
    let mut compared = Vec::new();
    if let Some(detail) = &finding.detail {
        compared.push((detail.draft.clone(), detail.law.clone()));
    } else if let Some(first) = finding.evidence().first() {
        compared.push((finding.span.of(&draft.text).to_owned(), first.quote.clone()));
    }
    Explanation {
        check: finding.check,
        rule: finding.check.rests_on(),
        looked_up,
        timeline,
        compared,
        limits: finding.check.limits(),
    }
}

/// A document's name and its events up to the end of what is known.
fn life(number: &DocNumber, law: &Law<'_>) -> (String, Vec<String>) {
    let name = law.register.get(number).map_or_else(|| number.to_string(), rasoat_law::register::Entry::title);
    let status = law.corpus.status(number, law.as_of);
    let mut lines: Vec<String> = status.events.iter().map(line).collect();
    lines.push(format!("Ngày {}: {}.", date::show(law.as_of), status.effect.term()));
    lines.extend(status.review.as_ref().map(crate::corpus::review_note));
    (name, lines)
}

fn line(event: &Event) -> String {
    let day = event.date.map_or_else(|| "chưa rõ ngày".to_owned(), date::show);
    let what = match event.kind {
        EventKind::TakesEffect => "bắt đầu có hiệu lực",
        EventKind::Amends => "được sửa đổi, bổ sung",
        EventKind::Replaces => "được thay thế",
        EventKind::Repeals => "hết hiệu lực, bị bãi bỏ",
        EventKind::Suspends => "tạm ngưng hiệu lực",
        EventKind::Resumes => "tiếp tục có hiệu lực",
        EventKind::Corrects => "được đính chính",
    };
    let by = event.by.as_ref().map(|by| format!(" bởi {by}")).unwrap_or_default();
    let parts: Vec<String> = event.scope.parts().iter().take(4).map(rasoat_law::Eid::label).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    let source = match event.source {
        EventSource::Document => "văn bản trong kho",
        EventSource::Register => "sổ hiệu lực",
        EventSource::Metadata => "thuộc tính kèm văn bản",
        EventSource::Person => "người rà soát xác nhận",
    };
    let sure = match event.confidence {
        Confidence::Confirmed => "hai nguồn khớp",
        Confidence::Reported => "một nguồn",
        Confidence::Doubtful => "chưa chắc",
    };
    format!("{day}: {what}{by}{parts} [{source}; {sure}]")
}
