//! `terms.renamed_body`, `terms.abolished_unit`, `terms.obsolete_term`: names that changed before the draft takes effect.

use super::Law;
use super::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use super::resolve::{Resolved, sentence};
use rasoat_law::terms::{self, Mention};
use rasoat_law::{ByteSpan, Confidence, DocNumber, Document, Effect, date};

pub(super) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    // "Luật Căn cước công dân năm 2014" is the name of a document, whatever became of what it names.
    let names: Vec<ByteSpan> =
        resolved.iter().filter(|r| r.targets.iter().any(|t| !t.is_this)).map(|r| r.span).collect();
    let body_end = draft.provisions.iter().map(|p| p.span.end).max().unwrap_or(0);
    terms::mentions(draft, terms::built_in(), law.as_of)
        .into_iter()
        .filter(|mention| mention.span.start < body_end && !names.iter().any(|name| name.overlaps(mention.span)))
        // What ended a name speaks of it in its own transitional clauses.
        .filter(|mention| draft.metadata.number.as_ref().is_none_or(|own| own.as_str() != mention.change.basis))
        .filter(|mention| !stands_beside_the_new(draft, mention))
        .map(|mention| finding(draft, &mention, law))
        .collect()
}

/// "thẻ căn cước công dân hoặc thẻ căn cước": old papers that are still valid are rightly named beside the new.
fn stands_beside_the_new(draft: &Document, mention: &Mention<'_>) -> bool {
    if !matches!(mention.change.class.as_str(), "paper" | "term") {
        return false;
    }
    let (new, words) = (mention.change.new.to_lowercase(), sentence(&draft.text, mention.span.start).to_lowercase());
    let own = mention.span.of(&draft.text).to_lowercase();
    if new.is_empty() {
        return false;
    }
    // "1. Thẻ căn cước công dân; 2. Thẻ căn cước; 3. …", a list of papers on one line.
    let start = draft.text[..mention.span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = draft.text[start..].lines().next().unwrap_or_default().to_lowercase();
    let is_listed = line.split(';').filter(|item| !item.contains(&own)).any(|item| item.contains(&new));
    is_listed || words.contains("hoặc") && words.replace(&own, " ").contains(&new)
}

fn finding(draft: &Document, mention: &Mention<'_>, law: &Law<'_>) -> Finding {
    let change = mention.change;
    let words = mention.span.of(&draft.text);
    let check = match change.class.as_str() {
        "district" => Check::TermsAbolishedUnit,
        "paper" | "term" => Check::TermsObsoleteTerm,
        _ => Check::TermsRenamedBody,
    };
    let (severity, confidence) = match (change.confidence, check) {
        (Confidence::Doubtful, _) => (Severity::Note, 0.5),
        (Confidence::Reported, _) => (Severity::Warning, 0.85),
        (Confidence::Confirmed, Check::TermsRenamedBody) if change.class != "province" => (Severity::Error, 0.95),
        (Confidence::Confirmed, _) => (Severity::Warning, 0.9),
    };
    let since = change.from.map(|from| format!(" từ ngày {}", date::show(from))).unwrap_or_default();
    let basis = (!change.basis.is_empty()).then(|| DocNumber::from_normal(change.basis.clone()));
    let named = basis.as_ref().map_or_else(
        || "bảng tên gọi đã thay đổi".to_owned(),
        |basis| law.register.get(basis).map_or_else(|| basis.to_string(), rasoat_law::register::Entry::title),
    );
    let message = match check {
        Check::TermsRenamedBody => {
            format!("{words} không còn là tên gọi hiện hành{since}: nay là {} ({named}).", change.new)
        }
        Check::TermsAbolishedUnit => {
            format!("{words} không còn{since}: nhiệm vụ do {} thực hiện ({named}).", change.new)
        }
        _ => format!("{words} không còn được dùng{since}: nay dùng {} ({named}).", change.new),
    };
    let note = (!change.advice.is_empty()).then(|| change.advice.clone());
    let evidence = Evidence {
        effect: basis.as_ref().map_or(Effect::Unknown, |basis| law.corpus.status(basis, law.as_of).effect),
        document: basis,
        eid: None,
        quote: format!(
            "Bảng tên gọi đã thay đổi: {} → {}{since}.",
            change.old.first().map_or(words, String::as_str),
            change.new
        ),
        source: EvidenceSource::Register,
        notes: Vec::new(),
    };
    // Only a name for a name can be put in place; a description ("… per decree") is for a person.
    let replace = (check == Check::TermsRenamedBody
        && change.new.starts_with(char::is_uppercase)
        && !change.new.contains(" hoặc "))
    .then(|| change.new.clone());
    Finding::new(check, severity, mention.span, message, confidence, evidence).suggest(replace, note)
}
