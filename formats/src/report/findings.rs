//! Findings as comments on the draft and as rows.

use super::table::{Column, Group, Table, to_csv};
use super::{day, label_of, on_one_line, place_of, shortened};
use crate::{Change, Comment, FormatError};
use rasoat_api::messages::{Language, Message, check_name, confidence_words, severity_name};
use rasoat_api::{CheckRun, Finding, Review};

/// Each finding as a comment on the draft's words: the message, the evidence, the suggestion, a paragraph each.
pub fn comments(review: &Review, language: Language, date: Option<&str>) -> Vec<Comment> {
    review
        .findings
        .iter()
        .map(|finding| Comment {
            start: finding.start,
            end: finding.end,
            author: "Rasoat".into(),
            text: comment(finding, language),
            date: date.map(str::to_owned),
        })
        .collect()
}

/// Each suggestion that gives words to put in place of the draft's, as a change to track.
pub fn changes(review: &Review, date: Option<&str>) -> Vec<Change> {
    let suggested = review.findings.iter().filter_map(|finding| {
        let replacement = finding.suggestion.as_ref()?.replace_with.clone()?;
        let (start, end) = (finding.start, finding.end);
        Some(Change { start, end, replacement, author: "Rasoat".into(), date: date.map(str::to_owned) })
    });
    suggested.collect()
}

fn comment(finding: &Finding, language: Language) -> String {
    let mut lines = vec![format!(
        "[{} – {}] {}",
        severity_name(finding.severity, language),
        check_name(&finding.check, language),
        finding.message
    )];
    lines.extend(finding.evidence.iter().flat_map(|e| {
        std::iter::once(format!("Bằng chứng: {}: “{}”", place_of(e), shortened(&e.quote, 600)))
            .chain(e.notes.iter().cloned())
    }));
    if let Some(detail) = &finding.detail {
        lines.push(format!("Quy tắc: {}.", detail.rule));
    }
    if let Some(suggestion) = &finding.suggestion {
        lines.extend(suggestion.replace_with.as_ref().map(|text| format!("Đề nghị viết: {text}")));
        lines.extend(suggestion.note.clone());
    }
    lines.join("\n")
}

/// Findings for programs: CSV (RFC 4180), one a row, columns named in English in the first row.
///
/// # Errors
/// [`FormatError::Write`] when writing fails.
pub fn csv(review: &Review) -> Result<String, FormatError> {
    let names = [
        "id",
        "check",
        "severity",
        "eid",
        "start",
        "end",
        "quote",
        "message",
        "confidence",
        "evidence_document",
        "evidence_eid",
        "evidence_quote",
        "replace_with",
    ];
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    rows.extend(review.findings.iter().map(|finding| {
        let first = finding.evidence.first();
        vec![
            finding.id.clone(),
            finding.check.clone(),
            severity_code(finding).to_owned(),
            finding.eid.clone().unwrap_or_default(),
            finding.start.to_string(),
            finding.end.to_string(),
            finding.quote.clone(),
            finding.message.clone(),
            format!("{:.3}", finding.confidence),
            first.map(|e| e.document.clone()).unwrap_or_default(),
            first.and_then(|e| e.eid.clone()).unwrap_or_default(),
            first.map(|e| e.quote.clone()).unwrap_or_default(),
            finding.suggestion.as_ref().and_then(|s| s.replace_with.clone()).unwrap_or_default(),
        ]
    }));
    to_csv(rows.iter().map(Vec::as_slice))
}

fn severity_code(finding: &Finding) -> &'static str {
    match finding.severity {
        rasoat_api::Severity::Error => "error",
        rasoat_api::Severity::Warning => "warning",
        rasoat_api::Severity::Note => "note",
    }
}

/// Findings for people, with what was checked and what was not.
pub fn findings_table(review: &Review, file: &str, language: Language) -> Table {
    let say = |message: Message| message.text(language).to_owned();
    let column = |message: Message, share| Column { name: say(message), share };
    let rows = review.findings.iter().zip(1..).map(|(finding, order)| row(finding, order, language)).collect();
    Table {
        title: say(Message::FindingsTableTitle),
        subtitle: vec![
            review.draft.title.as_deref().map_or_else(|| file.to_owned(), |title| format!("{file} · {title}")),
            Message::FindingsTableDate.fill(language, &[("date", &day(&review.as_of))]),
        ],
        columns: vec![
            column(Message::ColumnOrder, 3),
            column(Message::ColumnProvision, 10),
            column(Message::ColumnQuote, 22),
            column(Message::ColumnCheck, 12),
            column(Message::ColumnSeverity, 6),
            column(Message::ColumnMessage, 28),
            column(Message::ColumnEvidence, 28),
            column(Message::ColumnSuggestion, 18),
            column(Message::ColumnConfidence, 8),
        ],
        groups: vec![Group { heading: None, rows }],
        notes: not_covered(review, language),
    }
}

fn row(finding: &Finding, order: usize, language: Language) -> Vec<String> {
    vec![
        order.to_string(),
        finding.eid.as_deref().map(label_of).unwrap_or_default(),
        on_one_line(&finding.quote),
        check_name(&finding.check, language).to_owned(),
        severity_name(finding.severity, language).to_owned(),
        finding.message.clone(),
        evidence(finding),
        suggestion(finding),
        confidence_words(finding.confidence, language),
    ]
}

/// The evidence of a finding, a line each.
pub(super) fn evidence(finding: &Finding) -> String {
    let lines = finding.evidence.iter().flat_map(|e| {
        std::iter::once(format!("{}: “{}”", place_of(e), shortened(&on_one_line(&e.quote), 600)))
            .chain(e.notes.iter().cloned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a finding suggests, a line each.
pub(super) fn suggestion(finding: &Finding) -> String {
    let Some(suggestion) = &finding.suggestion else { return String::new() };
    let lines = suggestion.replace_with.iter().map(|text| format!("Viết lại: “{text}”")).chain(suggestion.note.clone());
    lines.collect::<Vec<_>>().join("\n")
}

/// What reading left out and what the checks did not do, a line each: silence never means "clean".
pub fn not_covered(review: &Review, language: Language) -> Vec<String> {
    let checks: &[CheckRun] = &review.checks;
    let mut lines: Vec<String> = review.draft.problems.iter().map(|problem| problem.message.clone()).collect();
    for check in checks {
        let name = check_name(&check.check, language);
        if !check.ran {
            let why = check.why_not.as_deref().unwrap_or_default();
            lines.push(Message::CheckNotRunBecause.fill(language, &[("check", name), ("why", why)]));
        } else if !check.uncovered.is_empty() {
            let what = check.uncovered.join("; ");
            lines.push(Message::CheckDidNotCover.fill(language, &[("check", name), ("what", &what)]));
        }
    }
    lines
}
