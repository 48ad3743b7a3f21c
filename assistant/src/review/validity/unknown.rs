//! `validity.unknown_document`: a document that neither the corpus nor the register knows, and a number that no document
//! can bear.
//!
//! Absence proves nothing, so this is a note that says what was looked up; only a number that contradicts itself (a
//! National Assembly that did not sit that year, a year yet to come) is more. Source: Law 64/2025/QH15, Article 4 for the
//! kinds; Decree 78/2025/NĐ-CP, Article 68. Known limits: administrative papers,
//! treaties and local texts, whose numbers do not tell the province, are not looked for.

use crate::review::Law;
use crate::review::basis::is_administrative;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::resolve::{Resolved, ResolvedTarget, is_head_or_note, speaks_of_the_past};
use rasoat_law::cite::Role;
use rasoat_law::structure::Document;
use rasoat_law::{DocNumber, DocumentKind, Effect};

/// First and last year of the terms of the National Assembly.
const TERMS: [(&str, u16, u16); 9] = [
    ("8", 1987, 1992),
    ("9", 1992, 1997),
    ("10", 1997, 2002),
    ("11", 2002, 2007),
    ("12", 2007, 2011),
    ("13", 2011, 2016),
    ("14", 2016, 2021),
    ("15", 2021, 2026),
    ("16", 2026, 2031),
];

pub(in crate::review) fn check(draft: &Document, resolved: &[Resolved<'_>], law: &Law<'_>) -> Vec<Finding> {
    let mut seen: Vec<DocNumber> = Vec::new();
    let mut findings = Vec::new();
    for r in resolved {
        // Of what the draft itself ends, or tells of the past, nobody need know more.
        let past = r.citation.role != Role::Basis
            && (speaks_of_the_past(draft, r.span.start) || is_head_or_note(draft, r.span.start));
        if r.citation.role == Role::Quoted || past {
            continue;
        }
        for target in &r.targets {
            let Some(number) = target.number.as_ref().filter(|_| target.is_unknown()) else { continue };
            if seen.contains(number) || draft.metadata.number.as_ref() == Some(number) {
                continue;
            }
            seen.push(number.clone());
            findings.extend(finding(r, target, number, law));
        }
    }
    findings
}

fn finding(r: &Resolved<'_>, target: &ResolvedTarget<'_>, number: &DocNumber, law: &Law<'_>) -> Option<Finding> {
    let (severity, confidence, message, note) = if let Some(why) = impossible(number, law) {
        let message = format!("{} không thể có: {why}.", target.cited);
        (Severity::Warning, 0.9, message, "Tra lại số, ký hiệu của văn bản.")
    } else if is_not_kept(target.kind) || number.year().is_none() || is_administrative(number, Some(law.as_of)) {
        return None;
    } else {
        let message = format!(
            "Không tìm thấy {} trong kho văn bản và trong sổ hiệu lực ({} văn bản): chưa xác định được văn bản này có thật và còn hiệu lực hay không.",
            target.cited,
            law.register.entries().len()
        );
        (
            Severity::Note,
            0.6,
            message,
            "Tra văn bản trên Cơ sở dữ liệu quốc gia về pháp luật, hoặc nhập toàn văn vào kho rồi rà soát lại.",
        )
    };
    let evidence = Evidence {
        document: Some(number.clone()),
        eid: None,
        quote: format!(
            "Đã tra số {number} trong kho văn bản và sổ hiệu lực ({} văn bản): không có.",
            law.register.entries().len()
        ),
        effect: Effect::Unknown,
        source: EvidenceSource::Register,
        notes: Vec::new(),
    };
    Some(
        Finding::new(Check::ValidityUnknownDocument, severity, r.span, message, confidence, evidence)
            .suggest(None, Some(note.into())),
    )
}

/// Kinds that the register does not keep: consolidated and administrative papers, and local texts, whose numbers do not
/// tell the province.
fn is_not_kept(kind: DocumentKind) -> bool {
    use DocumentKind::{NghiQuyetHdnd, Other, QuyetDinhUbnd, VanBanHopNhat};
    matches!(kind, Other | VanBanHopNhat | NghiQuyetHdnd | QuyetDinhUbnd)
}

/// Why no document can bear a number.
fn impossible(number: &DocNumber, law: &Law<'_>) -> Option<String> {
    let year = number.year()?;
    if i32::from(year) > i32::from(law.as_of.year()) {
        return Some(format!("năm {year} sau ngày rà soát"));
    }
    let suffix = number.as_str().rsplit(['/', '-']).next()?;
    let term = suffix.strip_prefix("QH").or_else(|| suffix.strip_prefix("UBTVQH"))?;
    let (_, first, last) = TERMS.iter().find(|(known, ..)| *known == term)?;
    (!(*first..=*last).contains(&year))
        .then(|| format!("Quốc hội khóa {term} hoạt động trong các năm {first}–{last}, không phải năm {year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_of_the_national_assembly_has_its_years() {
        let year_of = |number: &str| {
            let number = DocNumber::from_normal(number);
            let (year, suffix) = (number.year(), number.as_str().rsplit('/').next().map(str::to_owned));
            let term = suffix.and_then(|suffix| suffix.strip_prefix("QH").map(str::to_owned));
            TERMS.iter().any(|(known, first, last)| {
                Some(*known) == term.as_deref() && year.is_some_and(|year| (*first..=*last).contains(&year))
            })
        };
        assert!(year_of("64/2025/QH15"));
        assert!(year_of("03/2026/QH16"));
        assert!(!year_of("64/2025/QH14"));
    }
}
