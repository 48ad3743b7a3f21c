//! Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), for tools that read it.
//!
//! Offsets of a finding count in the text that was read, not in the file: a DOCX has no character 512. So the text
//! is an artifact of its own, nested in the file's (3.24.9), and regions point into it.

use super::{label_of, place_of};
use rasoat_api::messages::{CHECKS, Language, check_name};
use rasoat_api::{Evidence, Finding, Review, Severity};
use serde_json::{Value, json};

/// A review of `file`, whose text is `text`, as SARIF.
pub fn sarif(review: &Review, text: &str, file: &str, language: Language) -> Value {
    // Viewers want a name for it, though no such file is written.
    let text_uri = format!("{}.txt", uri(file));
    let results: Vec<Value> = review.findings.iter().map(|finding| result(finding, text, &text_uri)).collect();
    let rules: Vec<Value> = CHECKS
        .iter()
        .map(|(check, _)| json!({"id": check, "shortDescription": {"text": check_name(check, language)}}))
        .collect();
    let problems = review.draft.problems.iter().map(
        |problem| json!({"descriptor": {"id": problem.code}, "level": "warning", "message": {"text": problem.message}}),
    );
    let problems: Vec<Value> = problems.collect();
    let notifications: Vec<Value> = review
        .checks
        .iter()
        .filter(|check| !check.ran || !check.uncovered.is_empty())
        .map(|check| {
            let why = check.why_not.iter().chain(&check.uncovered).cloned().collect::<Vec<_>>().join("; ");
            json!({
                "associatedRule": {"id": check.check},
                "level": if check.ran { "note" } else { "warning" },
                "message": {"text": format!("{}: {why}", check_name(&check.check, language))},
            })
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rasoat",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "language": language.tag(),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "language": language.tag(),
            "artifacts": [
                {"location": {"uri": uri(file)}, "roles": ["analysisTarget"]},
                {"location": {"uri": text_uri}, "parentIndex": 0, "encoding": "UTF-8", "contents": {"text": text},
                 "description": {"text": "text as it was read"}},
            ],
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": problems,
                             "toolConfigurationNotifications": notifications}],
            "results": results,
            "properties": {"asOf": review.as_of},
        }],
    })
}

fn result(finding: &Finding, text: &str, text_uri: &str) -> Value {
    let artifact = json!({"uri": text_uri, "index": 1});
    let region = region(text, finding.start, finding.end);
    let mut location = json!({"physicalLocation": {"artifactLocation": artifact, "region": region}});
    if let Some(eid) = &finding.eid {
        location["logicalLocations"] = json!([{"fullyQualifiedName": format!("draft#{eid}"), "name": label_of(eid)}]);
    }
    let related: Vec<Value> =
        finding.evidence.iter().zip(1..).map(|(evidence, id)| related_location(evidence, id)).collect();
    let mut result = json!({
        "ruleId": finding.check,
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": {"text": finding.message},
        "locations": [location],
        "relatedLocations": related,
        "rank": (f64::from(finding.confidence) * 1000.0).round() / 10.0,
        "properties": {"id": finding.id, "confidence": finding.confidence, "evidence": finding.evidence},
    });
    if let Some(index) = CHECKS.iter().position(|(check, _)| *check == finding.check) {
        result["ruleIndex"] = json!(index);
    }
    let suggestion = finding.suggestion.as_ref();
    if let Some(words) = suggestion.and_then(|suggestion| suggestion.replace_with.as_ref()) {
        let note = suggestion.and_then(|suggestion| suggestion.note.clone()).unwrap_or_else(|| words.clone());
        let deleted = json!({"charOffset": region["charOffset"], "charLength": region["charLength"]});
        result["fixes"] = json!([{
            "description": {"text": note},
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": [{"deletedRegion": deleted, "insertedContent": {"text": words}}],
            }],
        }]);
    }
    result
}

fn related_location(evidence: &Evidence, id: usize) -> Value {
    let name = match &evidence.eid {
        Some(eid) => format!("{}#{eid}", evidence.document),
        None => evidence.document.clone(),
    };
    json!({
        "id": id,
        "message": {"text": format!("{}: {}", place_of(evidence), evidence.quote)},
        "logicalLocations": [{"fullyQualifiedName": name}],
    })
}

/// A region by lines, columns and characters (3.30), of bytes `start..end` of `text`.
fn region(text: &str, start: usize, end: usize) -> Value {
    let before = text.get(..start).unwrap_or_default();
    let words = text.get(start..end).unwrap_or_default();
    let (line, column) = line_and_column(before);
    let (end_line, end_column) = line_and_column(text.get(..end).unwrap_or_default());
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": before.chars().count(),
        "charLength": words.chars().count(),
        "snippet": {"text": words},
    })
}

/// Line and column, from 1, of what follows `before`.
fn line_and_column(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// A file's name as a URI reference (RFC 3986): everything but unreserved characters and slashes escaped.
fn uri(file: &str) -> String {
    file.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
