//! Amending drafts: instructions whose target is not there (`reference.dangling`), and instructions that amend a text no
//! longer in force (`validity.expired`).
//!
//! Each instruction is carried out on the stored text ([`rasoat_law::amend::apply`]); what cannot be carried out is told.
//! Source: Law 64/2025/QH15, Article 8; Decree 78/2025/NĐ-CP, Articles 66 and 69. Known limits: where earlier amendments
//! are known and not in the stored text, words that are not found prove nothing and are passed over, and a missing unit is
//! a warning.

use crate::corpus::CorpusDocument;
use crate::review::Law;
use crate::review::finding::{Check, Evidence, EvidenceSource, Finding, Severity};
use crate::review::grounds::{Regime, Rule, made, own_words};
use rasoat_law::amend::{self, Failure, Instruction, Operation, State};
use rasoat_law::structure::Document;
use rasoat_law::{ByteSpan, DocNumber, Effect, Eid, date, text};

pub(in crate::review) fn check(draft: &Document, law: &Law<'_>) -> Vec<Finding> {
    let mut instructions = amend::instructions_on(draft, law.register, law.as_of);
    // The draft is held against the law as if it were enacted.
    instructions.iter_mut().for_each(|instruction| instruction.effective = Some(law.as_of));
    let mut targets: Vec<DocNumber> = instructions.iter().filter_map(|i| i.target.document.number().cloned()).collect();
    targets.sort();
    targets.dedup();
    let mut findings = Vec::new();
    for number in targets.iter().filter(|number| draft.metadata.number.as_ref() != Some(*number)) {
        let of_this: Vec<Instruction> =
            instructions.iter().filter(|i| i.target.document.number() == Some(number)).cloned().collect();
        findings.extend(ended(draft, number, &of_this, law));
        let Some(held) = law.corpus.document(number) else { continue };
        let outcome = amend::apply(&held.document, &of_this, law.as_of);
        for (instruction, state) in of_this.iter().zip(&outcome.outcomes) {
            if let State::Failed(failure) = state {
                findings.extend(failed(draft, instruction, failure, &held, law));
            }
        }
    }
    findings
}

fn failed(
    draft: &Document,
    instruction: &Instruction,
    failure: &Failure,
    held: &CorpusDocument,
    law: &Law<'_>,
) -> Option<Finding> {
    let status = law.corpus.status(&held.number, law.as_of);
    let notes = held.warnings(&status, law.as_of);
    let eid = match failure {
        Failure::NoSuchUnit(eid) | Failure::AlreadyThere(eid) => eid.clone(),
        Failure::NoSuchPhrase(_) if notes.is_empty() => instruction.target.eid.clone()?,
        _ => return None,
    };
    // A place that was read in part only is no place.
    if !["art_", "annex_", "chp_", "part_"].iter().any(|whole| eid.as_str().starts_with(whole)) {
        return None;
    }
    // What an amending document put in is there, though the stored text does not have it; what it took out is not.
    let of_unit = law.corpus.status_of(&held.number, &eid, law.as_of);
    if of_unit.events.iter().any(|event| event.changes_text() && event.scope.parts().contains(&eid)) {
        return None;
    }
    let place = std::iter::successors(Some(eid.clone()), Eid::parent).find_map(|eid| held.document.get(eid.as_str()));
    let regime = Regime::on(made(draft, law)).unwrap_or(Regime::Of2015);
    let span = line(draft, instruction.span);
    let evidence = Evidence {
        document: Some(held.number.clone()),
        eid: place.map(|place| place.eid.clone()),
        quote: place.map_or_else(
            || format!("{} không có {}.", held.title, eid.label()),
            |place| text::squeeze(held.document.text_of(place).lines().next().unwrap_or_default()),
        ),
        effect: status.effect,
        source: EvidenceSource::Corpus,
        notes,
    };
    let message = format!(
        "Không thực hiện được lệnh sửa đổi đối với {}: {failure} ({}).",
        held.title,
        Rule::Amending.cited(regime)
    );
    Some(
        Finding::new(Check::ReferenceDangling, Severity::Error, span, message, 0.85, evidence)
            .and(own_words(draft, span))
            .suggest(
                None,
                Some("Tra lại điều, khoản, điểm của văn bản được sửa đổi (kể cả các lần sửa đổi trước).".into()),
            ),
    )
}

/// Amendments of a text that has ended: nothing is left to amend.
fn ended(draft: &Document, number: &DocNumber, instructions: &[Instruction], law: &Law<'_>) -> Option<Finding> {
    let status = law.corpus.status(number, law.as_of);
    let to = status.to.filter(|to| status.effect == Effect::Expired && *to <= made(draft, law))?;
    let first = instructions.iter().find(|instruction| instruction.operation != Operation::EndDocument)?;
    let name = law.register.get(number).map_or_else(|| number.to_string(), rasoat_law::register::Entry::title);
    let span = line(draft, first.span);
    let by = law
        .register
        .successor(number, law.as_of)
        .map(|s| format!(", được thay thế bởi {}", s.title()))
        .unwrap_or_default();
    let message = format!("Văn bản được sửa đổi, bổ sung là {name} đã hết hiệu lực từ ngày {}{by}.", date::show(to));
    let evidence = Evidence {
        document: Some(number.clone()),
        eid: None,
        quote: format!("Sổ hiệu lực: {name}: hết hiệu lực từ {}{by}.", date::show(to)),
        effect: status.effect,
        source: EvidenceSource::Register,
        notes: Vec::new(),
    };
    Some(
        Finding::new(Check::ValidityExpired, Severity::Error, span, message, 0.9, evidence)
            .suggest(None, Some("Sửa đổi văn bản đang có hiệu lực.".into())),
    )
}

/// The first line of an instruction.
fn line(draft: &Document, span: ByteSpan) -> ByteSpan {
    let words = span.of(&draft.text);
    ByteSpan::new(span.start, span.start + words.find('\n').unwrap_or(words.len()))
}
