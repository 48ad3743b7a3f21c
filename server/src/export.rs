//! A review as what people and programs take away: text, Word comments, SARIF, CSV.

use crate::failure::{Failure, Kind, Result, language};
use rasoat_api::messages::{check_name, severity_name};
use rasoat_api::{Evidence, Finding, Review, Severity};
use rasoat_formats::{Comment, Extracted, Format, Limits, annotate_docx, docx_from_text};
use std::fmt::Write as _;

/// The draft with each finding as a Word comment: the reviewer's own file when it is a DOCX, else a plain one.
///
/// # Errors
/// When the file cannot be written as DOCX.
pub fn docx(original: &[u8], extracted: &Extracted, review: &Review, now: Option<&str>) -> Result<Vec<u8>> {
    let comments: Vec<Comment> = review
        .findings
        .iter()
        .map(|finding| Comment {
            start: finding.start,
            end: finding.end,
            author: "Rasoat".into(),
            text: comment(finding),
            date: now.map(str::to_owned),
        })
        .collect();
    let written = if extracted.format == Format::Docx && !extracted.places.is_empty() {
        annotate_docx(original, extracted, &comments, &Limits::default())
    } else {
        docx_from_text(&extracted.text, &comments)
    };
    written.map_err(|error| Failure { kind: Kind::Internal, ..Failure::format("docx", &error) })
}

/// A finding as a comment: the message, the evidence, the suggestion, a paragraph each.
fn comment(finding: &Finding) -> String {
    let mut lines = vec![format!(
        "[{} – {}] {}",
        severity_name(finding.severity, language()),
        check_name(&finding.check, language()),
        finding.message
    )];
    lines.extend(finding.evidence.iter().flat_map(|e| {
        std::iter::once(format!("Bằng chứng: {}: “{}”", place(e), shortened(&e.quote, 600)))
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

fn place(evidence: &Evidence) -> String {
    let eid = evidence.eid.as_deref().map(|eid| rasoat_law::Eid::new(eid).label());
    match (eid, evidence.document.as_str()) {
        (Some(label), "draft") => format!("{label} của dự thảo"),
        (None, "draft") => "dự thảo".into(),
        (None, "register") => "bảng theo dõi của Rasoat".into(),
        (Some(label), document) => format!("{label} {document}"),
        (None, document) => document.to_owned(),
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Findings for a person at a terminal.
pub fn text(review: &Review, source: &str) -> String {
    let mut out = String::new();
    let line_of = |at: usize| source.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    for finding in &review.findings {
        let where_ = finding.eid.as_deref().map(|eid| rasoat_law::Eid::new(eid).label()).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} {} · {} · {where_} (dòng {})",
            finding.id,
            severity_name(finding.severity, language()).to_uppercase(),
            check_name(&finding.check, language()),
            line_of(finding.start),
        );
        let _ = writeln!(out, "   “{}”", shortened(&finding.quote.replace('\n', " "), 200));
        let _ = writeln!(out, "   {}", finding.message);
        for evidence in &finding.evidence {
            let _ = writeln!(out, "   ⤷ {}: {}", place(evidence), shortened(&evidence.quote, 300));
            for note in &evidence.notes {
                let _ = writeln!(out, "     ⚠ {note}");
            }
        }
        if let Some(suggestion) = &finding.suggestion {
            for text in suggestion.replace_with.iter() {
                let _ = writeln!(out, "   ✎ {}", shortened(text, 300));
            }
            for note in suggestion.note.iter() {
                let _ = writeln!(out, "     {note}");
            }
        }
        let _ = writeln!(out);
    }
    let count = |severity: Severity| review.findings.iter().filter(|f| f.severity == severity).count();
    let _ = writeln!(
        out,
        "{} phát hiện: {} lỗi, {} cảnh báo, {} ghi chú; đối chiếu ngày {}; {:.1} giây.",
        review.findings.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
        review.as_of,
        review.timing.total_ms as f64 / 1000.0,
    );
    let ran: Vec<&str> = review.checks.iter().filter(|c| c.ran).map(|c| c.check.as_str()).collect();
    let not: Vec<&str> = review.checks.iter().filter(|c| !c.ran).map(|c| c.check.as_str()).collect();
    let _ = writeln!(out, "Đã kiểm tra: {}.", ran.join(", "));
    if !not.is_empty() {
        let _ = writeln!(out, "Chưa kiểm tra: {}.", not.join(", "));
    }
    let mut uncovered: Vec<&str> =
        review.checks.iter().filter(|c| c.ran).flat_map(|c| c.uncovered.iter().map(String::as_str)).collect();
    uncovered.sort_unstable();
    uncovered.dedup();
    for item in uncovered {
        let _ = writeln!(out, "Không đối chiếu được: {item}.");
    }
    out
}

/// Findings as SARIF 2.1.0, for tools that read it.
pub fn sarif(review: &Review, file: &str) -> serde_json::Value {
    let results: Vec<serde_json::Value> = review
        .findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "ruleId": finding.check,
                "level": match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "note",
                },
                "message": {"text": finding.message},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": file},
                    "region": {"byteOffset": finding.start, "byteLength": finding.end - finding.start},
                }}],
                "properties": {"confidence": finding.confidence, "evidence": finding.evidence},
            })
        })
        .collect();
    serde_json::json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "rasoat", "version": env!("CARGO_PKG_VERSION")}},
            "results": results,
        }],
    })
}

/// Findings as CSV, one a row.
pub fn csv(review: &Review) -> String {
    let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out =
        String::from("id,check,severity,eid,quote,message,confidence,evidence_document,evidence_eid,replace_with\r\n");
    for finding in &review.findings {
        let first = finding.evidence.first();
        let row = [
            finding.id.clone(),
            finding.check.clone(),
            severity_name(finding.severity, language()).to_owned(),
            finding.eid.clone().unwrap_or_default(),
            finding.quote.clone(),
            finding.message.clone(),
            format!("{:.3}", finding.confidence),
            first.map(|e| e.document.clone()).unwrap_or_default(),
            first.and_then(|e| e.eid.clone()).unwrap_or_default(),
            finding.suggestion.as_ref().and_then(|s| s.replace_with.clone()).unwrap_or_default(),
        ];
        let row: Vec<String> = row.iter().map(|text| field(text)).collect();
        let _ = write!(out, "{}\r\n", row.join(","));
    }
    out
}
