//! A review as its reviewer hands it in: with what was decided, as a file of each kind.

use super::{SheetHead, changes, comments, csv, findings_table, review_sheet, sarif, text};
use crate::{Extracted, Format, FormatError, Limits, annotate_docx_with, docx_from_text, extract};
use rasoat_api::messages::{Language, Message};
use rasoat_api::{Decision, Finding, Review, Suggestion, Verdict};

/// What a review is handed in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandIn {
    /// For a person at a terminal.
    Text,
    /// The contract's JSON.
    Json,
    /// The draft with Word comments.
    Docx,
    /// The review sheet (phiếu rà soát), as DOCX.
    Form,
    /// A spreadsheet of findings.
    Xlsx,
    /// SARIF 2.1.0.
    Sarif,
    /// A row a finding.
    Csv,
}

impl HandIn {
    /// The one that an address of the API names (`?format=`).
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "text" => Self::Text,
            "json" => Self::Json,
            "docx" => Self::Docx,
            "form" => Self::Form,
            "xlsx" => Self::Xlsx,
            "sarif" => Self::Sarif,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

/// A review with all that its files are made of.
pub struct Exported<'a> {
    /// The draft's file name.
    pub file: &'a str,
    /// The draft's DOCX, or whatever file it came in.
    pub original: &'a [u8],
    /// Its text.
    pub extracted: &'a Extracted,
    /// The review.
    pub review: &'a Review,
    /// What stands at the head of a form.
    pub head: SheetHead,
    /// Whether the DOCX takes suggestions as tracked changes.
    pub suggest: bool,
}

impl Exported<'_> {
    /// The file; `now` is the time as Word writes it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn file(&self, format: HandIn, limits: &Limits, language: Language, now: &str) -> Result<Vec<u8>, FormatError> {
        let Self { file, extracted, review, head, .. } = self;
        let told = |error: serde_json::Error| FormatError::Damaged { what: error.to_string() };
        Ok(match format {
            HandIn::Text => text(review, &extracted.text, language).into_bytes(),
            HandIn::Json => serde_json::to_vec(review).map_err(told)?,
            HandIn::Docx => self.docx(limits, now)?,
            HandIn::Form => review_sheet(review, head)?,
            HandIn::Xlsx => findings_table(review, file, language).xlsx()?,
            HandIn::Sarif => {
                serde_json::to_vec_pretty(&sarif(review, &extracted.text, file, language)).map_err(told)?
            }
            HandIn::Csv => csv(review)?.into_bytes(),
        })
    }

    /// The draft with each finding as a Word comment: the reviewer's own file when it is a DOCX, else a plain one.
    fn docx(&self, limits: &Limits, now: &str) -> Result<Vec<u8>, FormatError> {
        let Self { original, extracted, review, suggest, .. } = self;
        let said = comments(review, Language::Vi, Some(now));
        let proposed = if *suggest { changes(review, Some(now)) } else { Vec::new() };
        if extracted.format == Format::Docx && !extracted.places.is_empty() {
            return Ok(annotate_docx_with(original, extracted, &said, &proposed, limits)?.file);
        }
        let plain = docx_from_text(&extracted.text, &[])?;
        let as_docx = extract("draft.docx", &plain, limits)?;
        Ok(annotate_docx_with(&plain, &as_docx, &said, &proposed, limits)?.file)
    }
}

/// A review as its reviewer hands it in: rejected findings are left out, edited ones suggest the reviewer's words, and
/// notes go with what is suggested. Findings keep their identifiers.
pub fn heed(review: &mut Review, decisions: &[Decision], language: Language) {
    let on = |finding: &Finding| decisions.iter().find(|decision| decision.finding == finding.id);
    review.findings.retain(|finding| on(finding).is_none_or(|decision| decision.verdict != Verdict::Rejected));
    for finding in &mut review.findings {
        let Some(decision) = on(finding) else { continue };
        let note = decision.note.as_ref().map(|note| Message::ReviewerNote.fill(language, &[("note", note)]));
        if decision.replacement.is_none() && note.is_none() {
            continue;
        }
        let found = finding.suggestion.take().unwrap_or(Suggestion { replace_with: None, note: None });
        // What was said of words that are not suggested any more would mislead.
        let said = found.note.filter(|_| decision.verdict != Verdict::Edited);
        let notes: Vec<String> = said.into_iter().chain(note).collect();
        finding.suggestion = Some(Suggestion {
            replace_with: decision.replacement.clone().or(found.replace_with),
            note: (!notes.is_empty()).then(|| notes.join("\n")),
        });
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use rasoat_api::Severity;

    fn finding(id: &str, suggestion: Option<Suggestion>) -> Finding {
        Finding {
            id: id.into(),
            check: "terms.renamed_body".into(),
            severity: Severity::Warning,
            start: 0,
            end: 1,
            eid: None,
            quote: "a".into(),
            message: "b".into(),
            confidence: 0.9,
            evidence: Vec::new(),
            suggestion,
            detail: None,
        }
    }

    fn decision(finding: &str, verdict: Verdict, replacement: Option<&str>, note: Option<&str>) -> Decision {
        Decision {
            review: "r".into(),
            finding: finding.into(),
            verdict,
            replacement: replacement.map(Into::into),
            note: note.map(Into::into),
            account: None,
            at: 0,
        }
    }

    #[test]
    fn what_is_handed_in_heeds_what_was_decided() {
        let suggested = || Some(Suggestion { replace_with: Some("x".into()), note: Some("vì y".into()) });
        let mut review = Review {
            findings: ["f1", "f2", "f3", "f4", "f5"].map(|id| finding(id, suggested())).to_vec(),
            ..Review::default()
        };
        review.findings.push(finding("f6", None));
        let decisions = [
            decision("f1", Verdict::Rejected, None, Some("không phải")),
            decision("f2", Verdict::Edited, Some("z"), None),
            decision("f3", Verdict::Accepted, None, Some("đúng")),
            decision("f4", Verdict::Accepted, None, None),
            decision("f6", Verdict::Accepted, None, Some("xem lại")),
        ];
        heed(&mut review, &decisions, Language::Vi);
        let seen: Vec<(String, Option<String>, Option<String>)> = review
            .findings
            .into_iter()
            .map(|finding| {
                let suggestion = finding.suggestion.unwrap();
                (finding.id, suggestion.replace_with, suggestion.note)
            })
            .collect();
        let row = |id: &str, words: Option<&str>, note: Option<&str>| {
            (id.to_owned(), words.map(str::to_owned), note.map(str::to_owned))
        };
        let note = |note: &str| Message::ReviewerNote.fill(Language::Vi, &[("note", note)]);
        assert_eq!(
            seen,
            [
                row("f2", Some("z"), None),
                row("f3", Some("x"), Some(&format!("vì y\n{}", note("đúng")))),
                row("f4", Some("x"), Some("vì y")),
                row("f5", Some("x"), Some("vì y")),
                row("f6", None, Some(&note("xem lại"))),
            ]
        );
    }
}
