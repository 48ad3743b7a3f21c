//! Law's and the assistant's types in the contract's shapes, as a server and a browser worker tell them.

use crate::review::explain::Explanation;
use crate::review::impact::Impact;
use crate::{Corpus, Finding, Outcome};
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::{Language, Message};
use rasoat_formats::{Extracted, Problem};
use rasoat_law::cite::{self, Citation, DocumentReference};
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::{self as law, DocNumber, Eid};

/// What was asked about is not in the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The document.
    Document,
    /// The provision, in a document that is there.
    Provision,
}

/// A parsed document.
pub fn document(document: &Document) -> api::ParsedDocument {
    let metadata = &document.metadata;
    let date = |date: Option<Date>| date.map(|d| d.to_string());
    api::ParsedDocument {
        schema: api::SCHEMA,
        metadata: api::Metadata {
            so_hieu: metadata.number.as_ref().map(ToString::to_string),
            kind: metadata.kind.code().to_owned(),
            title: metadata.title.clone(),
            issuer: metadata.issuer.clone(),
            issued: date(metadata.issued),
            effective: date(metadata.effective),
            signer: metadata.signer.clone(),
            place: metadata.place.clone(),
        },
        text: document.text.clone(),
        provisions: document
            .provisions
            .iter()
            .map(|p| api::ParsedProvision {
                eid: p.eid.to_string(),
                kind: p.kind.code().to_owned(),
                number: p.number.clone(),
                heading: p.heading.clone(),
                start: p.span.start,
                end: p.span.end,
                parent: p.parent.map(|parent| document.provisions[parent].eid.to_string()),
            })
            .collect(),
        problems: document
            .problems
            .iter()
            .map(|p| api::Problem {
                code: p.code.to_owned(),
                start: p.span.start,
                end: p.span.end,
                message: p.message.clone(),
            })
            .collect(),
    }
}

/// What reading a file left out or guessed.
pub fn source_problems(extracted: &Extracted, language: Language) -> Vec<api::Problem> {
    let said = |problem: &Problem| match language {
        Language::Vi => problem.message_vi(),
        Language::En => problem.to_string(),
    };
    let problems = extracted.problems.iter();
    problems
        .map(|problem| api::Problem { code: problem.code().to_owned(), start: 0, end: 0, message: said(problem) })
        .collect()
}

/// The words that OCR was not sure of, a problem each: a scan can have hundreds, so they stand in the document and not
/// in its review.
pub fn doubtful_words(extracted: &Extracted, language: Language) -> Vec<api::Problem> {
    let recognised = extracted.problems.iter().filter_map(|problem| match problem {
        Problem::Recognised { spans, .. } => Some(spans),
        _ => None,
    });
    let doubtful = |(start, end, sure): &(usize, usize, u8)| {
        let words = extracted.text.get(*start..*end).unwrap_or_default();
        api::Problem {
            code: "source.recognised_doubtful".to_owned(),
            start: *start,
            end: *end,
            message: Message::DoubtfulWords.fill(language, &[("words", words), ("sure", &sure.to_string())]),
        }
    };
    recognised.flatten().map(doubtful).collect()
}

/// Citations of `text`.
pub fn citations(text: &str, found: &[Citation]) -> api::Citations {
    api::Citations {
        citations: found
            .iter()
            .map(|c| api::Citation {
                start: c.span.start,
                end: c.span.end,
                text: c.span.of(text).to_owned(),
                role: c.role.code().to_owned(),
                targets: c.targets.iter().map(target).collect(),
            })
            .collect(),
    }
}

fn target(target: &cite::Target) -> api::CitationTarget {
    api::CitationTarget {
        document: target.document.number().map(ToString::to_string),
        document_name: match &target.document {
            DocumentReference::Name { name, .. } => Some(name.clone()),
            _ => None,
        },
        eid: target.eid.as_ref().map(ToString::to_string),
        relative: target.document == DocumentReference::This,
    }
}

/// An effect.
pub fn effect(effect: law::Effect) -> api::Effect {
    match effect {
        law::Effect::InForce => api::Effect::InForce,
        law::Effect::PartlyExpired => api::Effect::PartlyExpired,
        law::Effect::Expired => api::Effect::Expired,
        law::Effect::NotYetInForce => api::Effect::NotYetInForce,
        law::Effect::Suspended => api::Effect::Suspended,
        law::Effect::Unknown => api::Effect::Unknown,
    }
}

/// The effect of a document, or of a provision of one the corpus holds.
///
/// # Errors
/// When the document is held and has no such provision.
pub fn status(
    corpus: &dyn Corpus,
    number: &DocNumber,
    eid: Option<&str>,
    as_of: Date,
) -> Result<api::StatusReport, Absent> {
    let held = corpus.document(number);
    let status = match eid {
        Some(eid) => corpus.status_of(number, &Eid::new(eid), as_of),
        None => corpus.status(number, as_of),
    };
    if let (Some(held), Some(eid)) = (&held, eid) {
        // A provision that is not in the stored text may have been put in by an amending document.
        let named = |event: &law::Event| event.scope.parts().iter().any(|part| part.as_str() == eid);
        if held.document.get(eid).is_none() && !status.events.iter().any(named) {
            return Err(Absent::Provision);
        }
    }
    let date = |date: Option<Date>| date.map(|d| d.to_string());
    Ok(api::StatusReport {
        document: number.to_string(),
        eid: eid.map(str::to_owned),
        as_of: as_of.to_string(),
        effect: effect(status.effect),
        from: date(status.from),
        to: date(status.to),
        notes: held
            .map(|held| held.warnings(&status, as_of))
            .into_iter()
            .flatten()
            .chain(status.review.as_ref().map(crate::corpus::review_note))
            .collect(),
        events: status
            .events
            .into_iter()
            .map(|event| api::EffectEvent {
                kind: event.kind.code().to_owned(),
                by: event.by.map(|by| by.to_string()),
                eid: event.by_eid.map(|eid| eid.to_string()),
                provisions: event.scope.parts().iter().map(ToString::to_string).collect(),
                date: date(event.date),
                source: event.source.code().to_owned(),
                confidence: event.confidence.code().to_owned(),
            })
            .collect(),
    })
}

/// A provision in its article.
///
/// # Errors
/// When the corpus does not hold it.
pub fn provision(
    corpus: &dyn Corpus,
    number: &DocNumber,
    eid: &str,
    as_of: Date,
) -> Result<api::ProvisionView, Absent> {
    let held = corpus.document(number).ok_or(Absent::Document)?;
    let document = &held.document;
    let at = document.provisions.iter().position(|p| p.eid.as_str() == eid).ok_or(Absent::Provision)?;
    let article = std::iter::successors(Some(at), |at| document.provisions[*at].parent)
        .find(|at| document.provisions[*at].kind == ProvisionKind::Article)
        .unwrap_or(at);
    let (own, around) = (&document.provisions[at], &document.provisions[article]);
    let status = corpus.status_of(number, &own.eid, as_of);
    Ok(api::ProvisionView {
        document: number.to_string(),
        document_title: held.title.clone(),
        eid: eid.to_owned(),
        label: own.eid.label(),
        headings: document.headings(at),
        article_text: document.text_of(around).to_owned(),
        start: own.span.start - around.span.start,
        end: own.span.end - around.span.start,
        effect: effect(status.effect),
        notes: held.warnings(&status, as_of),
    })
}

/// A finding; `id` is its place in the review.
pub fn finding(draft: &Document, finding: &Finding, id: usize) -> api::Finding {
    api::Finding {
        id: format!("f{id}"),
        check: finding.check.code().to_owned(),
        severity: match finding.severity {
            crate::Severity::Error => api::Severity::Error,
            crate::Severity::Warning => api::Severity::Warning,
            crate::Severity::Note => api::Severity::Note,
        },
        start: finding.span.start,
        end: finding.span.end,
        eid: draft.at(finding.span.start).map(|p| p.eid.to_string()),
        quote: finding.span.of(&draft.text).to_owned(),
        message: finding.message.clone(),
        confidence: finding.confidence,
        evidence: finding.evidence().iter().map(evidence).collect(),
        suggestion: finding
            .suggestion
            .as_ref()
            .map(|s| api::Suggestion { replace_with: s.replace_with.clone(), note: s.note.clone() }),
        detail: finding.detail.as_ref().map(|d| api::FindingDetail {
            dimension: d.dimension.to_owned(),
            draft: d.draft.clone(),
            law: d.law.clone(),
            rule: d.rule.clone(),
        }),
    }
}

/// What proves a finding, or a reason to act.
pub fn evidence(evidence: &crate::Evidence) -> api::Evidence {
    api::Evidence {
        document: evidence.document.as_ref().map_or_else(|| evidence.source.code().to_owned(), ToString::to_string),
        eid: evidence.eid.as_ref().map(Eid::to_string),
        quote: evidence.quote.clone(),
        effect: effect(evidence.effect),
        source: evidence.source.code().to_owned(),
        notes: evidence.notes.clone(),
    }
}

/// A review.
pub fn review(
    draft: &Document,
    extracted: &Extracted,
    corpus: &dyn Corpus,
    as_of: Date,
    outcome: &Outcome,
    timing: api::Timing,
    language: Language,
) -> api::Review {
    api::Review {
        schema: api::SCHEMA,
        draft: api::DraftSummary {
            so_hieu: draft.metadata.number.as_ref().map(ToString::to_string),
            title: draft.metadata.title.clone(),
            pages: extracted.pages,
            provisions: draft.provisions.len(),
            problems: source_problems(extracted, language),
        },
        as_of: as_of.to_string(),
        findings: outcome.findings.iter().enumerate().map(|(at, f)| finding(draft, f, at + 1)).collect(),
        checks: outcome
            .checks
            .iter()
            .map(|c| api::CheckRun {
                check: c.check.to_owned(),
                ran: c.why_not.is_none(),
                why_not: c.why_not.clone(),
                uncovered: c.uncovered.clone(),
            })
            .collect(),
        impact: outcome.impact.iter().map(|touched| impact(corpus, touched)).collect(),
        timing,
    }
}

/// The documents that a draft's text stands on.
pub fn draft_map(corpus: &dyn Corpus, text: &str, as_of: Date) -> api::DraftMap {
    let draft = law::structure::parse(text);
    let mapped = crate::review::map::map(&draft, corpus, law::register::Register::built_in(), as_of);
    let document = |of: crate::review::map::Mapped| api::MappedDocument {
        document: of.number.to_string(),
        title: law::text::squeeze(&of.title),
        role: of.role.code().to_owned(),
        times: of.times,
        eid: of.eid.map(|eid| eid.to_string()),
        start: of.first.start,
        end: of.first.end,
        effect: effect(of.effect),
        held: of.held,
    };
    api::DraftMap { as_of: as_of.to_string(), documents: mapped.into_iter().map(document).collect() }
}

fn impact(corpus: &dyn Corpus, touched: &Impact) -> api::Impact {
    let citing = touched.citing.iter().map(|(place, of_document)| api::CitingPlace {
        document: place.document.to_string(),
        eid: place.eid.as_ref().map(ToString::to_string),
        quote: corpus
            .document(&place.document)
            .map(|held| law::text::squeeze(place.span.of(&held.document.text)))
            .unwrap_or_default(),
        effect: effect(*of_document),
    });
    api::Impact {
        document: touched.document.to_string(),
        eid: touched.eid.as_ref().map(ToString::to_string),
        operation: touched.operation.to_owned(),
        start: touched.span.start,
        end: touched.span.end,
        citing: citing.collect(),
        total: touched.total,
    }
}

/// The reasoning behind the `at`-th finding, counted from 1.
pub fn explanation_of(draft: &Document, found: &Finding, at: usize, why: Explanation) -> api::Reasoning {
    api::Reasoning {
        finding: finding(draft, found, at),
        rule: why.rule.to_owned(),
        looked_up: why.looked_up,
        timeline: why.timeline.into_iter().map(|(name, events)| api::DocumentLife { name, events }).collect(),
        compared: why.compared.into_iter().map(|(draft, law)| api::Compared { draft, law }).collect(),
        limits: why.limits.to_owned(),
    }
}
