//! Findings for a person at a terminal.

use super::{label_of, place_of, shortened};
use rasoat_api::messages::{Language, check_name, severity_name};
use rasoat_api::{Review, Severity};
use std::fmt::Write as _;

/// Findings for a person at a terminal.
pub fn text(review: &Review, source: &str, language: Language) -> String {
    let mut out = String::new();
    let line_of = |at: usize| source.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    for finding in &review.findings {
        let where_ = finding.eid.as_deref().map(label_of).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} {} · {} · {where_} (dòng {})",
            finding.id,
            severity_name(finding.severity, language).to_uppercase(),
            check_name(&finding.check, language),
            line_of(finding.start),
        );
        let _ = writeln!(out, "   “{}”", shortened(&finding.quote.replace('\n', " "), 200));
        let _ = writeln!(out, "   {}", finding.message);
        for evidence in &finding.evidence {
            let _ = writeln!(out, "   ⤷ {}: {}", place_of(evidence), shortened(&evidence.quote, 300));
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
    for problem in &review.draft.problems {
        let _ = writeln!(out, "⚠ {}", problem.message);
    }
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
