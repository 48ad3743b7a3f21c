//! `rasoat list`: the lists that a review of the whole store ends in (danh mục văn bản).

use crate::library::Library;
use jiff::civil::Date;
use rasoat_api::{self as api, Review, Severity};
use rasoat_assistant::{Corpus, CorpusDocument};
use rasoat_formats::report::{ListKind, ListedDocument};
use rasoat_law::effect::Scope;
use rasoat_law::structure::Document;
use rasoat_law::{Confidence, DocumentKind, Effect, Eid, Event, EventKind, Status, date};
use std::sync::Arc;

/// The stored documents that belong on a list on `as_of`. [`ListKind::Action`] rests on reviews: see [`to_act_on`].
pub fn listed(library: &Library, kind: ListKind, as_of: Date) -> Vec<ListedDocument> {
    listed_among(library, library.documents(), kind, as_of)
}

/// The same of some documents.
pub fn listed_among(
    library: &Library,
    documents: impl Iterator<Item = Arc<CorpusDocument>>,
    kind: ListKind,
    as_of: Date,
) -> Vec<ListedDocument> {
    let wanted = |effect: Effect| match kind {
        ListKind::InForce => matches!(effect, Effect::InForce | Effect::PartlyExpired),
        ListKind::Expired => matches!(effect, Effect::Expired | Effect::Suspended),
        ListKind::PartlyExpired => effect == Effect::PartlyExpired,
        ListKind::Action => false,
    };
    documents
        .filter_map(|held| {
            let status = library.status(&held.number, as_of);
            wanted(status.effect).then(|| one(&held, &status, kind, as_of))
        })
        .collect()
}

/// What a list of the store leaves out, as a sentence, where it leaves anything out.
pub fn left_out(library: &Library, as_of: Date) -> Option<String> {
    left_out_among(library, library.documents(), as_of)
}

/// The same of some documents.
pub fn left_out_among(
    library: &Library,
    documents: impl Iterator<Item = Arc<CorpusDocument>>,
    as_of: Date,
) -> Option<String> {
    let mut counts = [0_usize; 2];
    for held in documents {
        match library.status(&held.number, as_of).effect {
            Effect::Unknown => counts[0] += 1,
            Effect::NotYetInForce => counts[1] += 1,
            _ => {}
        }
    }
    let [unknown, not_yet] = counts;
    (unknown + not_yet > 0).then(|| {
        format!("Không đưa vào danh mục: {unknown} văn bản chưa rõ hiệu lực, {not_yet} văn bản chưa có hiệu lực.")
    })
}

fn one(held: &CorpusDocument, status: &Status, kind: ListKind, as_of: Date) -> ListedDocument {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let past: Vec<&Event> =
        status.events.iter().filter(|event| event.date.is_none_or(|date| date <= as_of) && stops(event)).collect();
    let (whole, parts): (Vec<&Event>, Vec<&Event>) = past.into_iter().partition(|event| event.scope == Scope::Whole);
    let behind = if kind == ListKind::PartlyExpired { &parts } else { &whole };
    let reasons: Vec<String> = behind.iter().map(|event| reason(event, status)).collect();
    let reason = match (reasons.is_empty(), kind) {
        (false, _) => distinct(reasons).join("\n"),
        (true, ListKind::InForce) => String::new(),
        (true, _) => "Chưa rõ lý do, cần kiểm tra".to_owned(),
    };
    let ended = match kind {
        ListKind::PartlyExpired => parts.iter().filter_map(|event| event.date).max(),
        _ => status.to.or_else(|| whole.iter().filter_map(|event| event.date).max()),
    };
    let content: Vec<String> = parts.iter().flat_map(|event| labels(event)).collect();
    let mut notes = Vec::new();
    if kind == ListKind::InForce {
        notes.extend((status.effect == Effect::PartlyExpired).then(|| "Hết hiệu lực một phần".to_owned()));
        let amenders = status
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Amends && event.date.is_none_or(|day| day <= as_of));
        let amenders: Vec<String> =
            amenders.filter_map(|event| event.by.as_ref()).map(|by| format!("Sửa đổi, bổ sung bởi {by}")).collect();
        notes.extend(distinct(amenders));
    }
    ListedDocument {
        kind: held.kind,
        so_hieu: Some(held.number.to_string()),
        issued: day(held.own_dates.issued),
        title: held.document.metadata.title.clone().unwrap_or_else(|| held.title.clone()),
        effective: day(status.from),
        ended: day(ended),
        content: distinct(content).join("; "),
        reason,
        note: notes.join("\n"),
    }
}

fn stops(event: &Event) -> bool {
    event.kind.ends() || event.kind == EventKind::Suspends
}

/// "Bị thay thế bởi 45/2019/QH14 từ ngày 01/01/2021 (theo một nguồn)".
fn reason(event: &Event, status: &Status) -> String {
    // What ends with the text it details is not repealed by it.
    if let Some(review) = status.review.as_ref().filter(|review| review.cause.is_some() && review.cause == event.by) {
        let parent = review.cause.as_ref().map(ToString::to_string).unwrap_or_default();
        let since = date::show(review.since);
        let basis = review.rule.basis();
        return format!("Văn bản được quy định chi tiết ({parent}) hết hiệu lực từ ngày {since}: theo {basis}");
    }
    let what = match event.kind {
        EventKind::Replaces => "Bị thay thế",
        EventKind::Suspends => "Bị ngưng hiệu lực",
        _ if event.by.is_none() => "Hết thời hạn có hiệu lực",
        _ => "Bị bãi bỏ",
    };
    let by = event.by.as_ref().map(|by| format!(" bởi {by}")).unwrap_or_default();
    let since = event.date.map(|day| format!(" từ ngày {}", date::show(day))).unwrap_or_default();
    let doubt = match event.confidence {
        Confidence::Confirmed => "",
        Confidence::Reported => " (theo một nguồn)",
        Confidence::Doubtful => " (chưa chắc chắn, cần kiểm tra)",
    };
    format!("{what}{by}{since}{doubt}")
}

fn labels(event: &Event) -> Vec<String> {
    event.scope.parts().iter().map(Eid::label).collect()
}

fn distinct(lines: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        if !kept.contains(&line) {
            kept.push(line);
        }
    }
    kept
}

/// A reviewed document as a row of the list of what should be done, or `None` where nothing was found.
pub fn to_act_on(document: &Document, file: &str, review: &Review) -> Option<ListedDocument> {
    let counted = |severity: Severity| review.findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (counted(Severity::Error), counted(Severity::Warning));
    if errors + warnings == 0 {
        return None;
    }
    let metadata = &document.metadata;
    let grave = review.findings.iter().filter(|finding| finding.severity != Severity::Note);
    let reasons: Vec<String> = grave
        .map(|finding| {
            let place = finding.eid.as_deref().map(|eid| format!("{}: ", Eid::new(eid).label())).unwrap_or_default();
            format!("{place}{}", finding.message)
        })
        .collect();
    Some(ListedDocument {
        kind: metadata.kind,
        so_hieu: metadata.number.as_ref().map(ToString::to_string),
        issued: metadata.issued.map(|day| day.to_string()),
        title: metadata.title.clone().unwrap_or_else(|| file.to_owned()),
        effective: metadata.effective.map(|day| day.to_string()),
        ended: None,
        // Which form it takes is the reviewer's to decide; that something must change is all that was found.
        content: "Sửa đổi, bổ sung (người rà soát quyết định hình thức)".to_owned(),
        reason: distinct(reasons).join("\n"),
        note: format!("{errors} lỗi, {warnings} cảnh báo"),
    })
}

/// A document of a sweep as a row of the same list, or `None` where nothing is proposed.
pub fn swept(document: &api::SweptDocument) -> Option<ListedDocument> {
    if !["act", "first"].contains(&document.level.as_str()) {
        return None;
    }
    let reasons: Vec<String> = document
        .reasons
        .iter()
        .map(|reason| {
            let place = reason.eid.as_deref().map(|eid| format!("{}: ", Eid::new(eid).label())).unwrap_or_default();
            let proof = &reason.evidence;
            let proof = match &proof.eid {
                Some(eid) => format!(" ({} {})", Eid::new(eid.as_str()).label(), proof.document),
                None => format!(" ({})", proof.document),
            };
            format!("{place}{}{proof}", reason.message)
        })
        .collect();
    Some(ListedDocument {
        kind: DocumentKind::from_code(&document.kind).unwrap_or(DocumentKind::Other),
        so_hieu: Some(document.document.clone()),
        issued: document.issued.clone(),
        title: document.title.clone(),
        effective: None,
        ended: None,
        content: document.proposal.label.clone(),
        reason: std::iter::once(document.proposal.why.clone()).chain(distinct(reasons)).collect::<Vec<_>>().join("\n"),
        note: format!("Thứ tự ưu tiên {}; {} điểm", document.rank.unwrap_or_default(), document.score),
    })
}
