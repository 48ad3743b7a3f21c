//! A review as a file to take away, in each format.

use crate::failure::{Failure, Kind, Result, language};
use crate::intake::bounds;
use crate::programs::{Target, Watch, convert};
use rasoat_api::Review;
use rasoat_api::messages::Language;
use rasoat_formats::report::{self, SheetHead};
use rasoat_formats::{Extracted, Format, FormatError, annotate_docx_with, docx_from_text, extract};

/// What a review can be taken away as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// For a person at a terminal
    Text,
    /// The contract's JSON
    Json,
    /// The draft with Word comments
    Docx,
    /// The review sheet (phiếu rà soát), as DOCX
    Form,
    /// The review sheet as PDF, through LibreOffice
    Pdf,
    /// A spreadsheet of findings
    Xlsx,
    /// SARIF 2.1.0
    Sarif,
    /// A row a finding
    Csv,
}

impl As {
    /// Media type, and what is put behind the draft's name.
    pub fn media_type_and_ending(self) -> (&'static str, &'static str) {
        const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        match self {
            Self::Text => ("text/plain; charset=utf-8", "ra-soat.txt"),
            Self::Json => ("application/json", "ra-soat.json"),
            Self::Docx => (WORD, "ra-soat.docx"),
            Self::Form => (WORD, "phieu-ra-soat.docx"),
            Self::Pdf => ("application/pdf", "phieu-ra-soat.pdf"),
            Self::Xlsx => (SHEET, "ra-soat.xlsx"),
            Self::Sarif => ("application/sarif+json", "ra-soat.sarif"),
            Self::Csv => ("text/csv; charset=utf-8", "ra-soat.csv"),
        }
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

/// The file.
///
/// # Errors
/// When it cannot be made, or LibreOffice is needed and is not installed.
pub fn export(exported: &Exported<'_>, format: As, watch: &mut Watch<'_>) -> Result<Vec<u8>> {
    let Exported { file, extracted, review, head, .. } = exported;
    let failed = |error: FormatError| Failure { kind: Kind::Internal, ..Failure::format(file, &error) };
    Ok(match format {
        As::Text => report::text(review, &extracted.text, language()).into_bytes(),
        As::Json => serde_json::to_vec(review)?,
        As::Docx => docx(exported).map_err(failed)?,
        As::Form => report::review_sheet(review, head).map_err(failed)?,
        As::Pdf => {
            let form = report::review_sheet(review, head).map_err(failed)?;
            convert(("phieu-ra-soat.docx", "docx"), &form, Target::Pdf, bounds().program_seconds, watch)?
        }
        As::Xlsx => report::findings_table(review, file, language()).xlsx().map_err(failed)?,
        As::Sarif => serde_json::to_vec_pretty(&report::sarif(review, &extracted.text, file, language()))?,
        As::Csv => report::csv(review).map_err(failed)?.into_bytes(),
    })
}

/// The draft with each finding as a Word comment: the reviewer's own file when it is a DOCX, else a plain one.
fn docx(exported: &Exported<'_>) -> std::result::Result<Vec<u8>, FormatError> {
    let Exported { original, extracted, review, suggest, .. } = exported;
    let now = now();
    let comments = report::comments(review, Language::Vi, Some(&now));
    let changes = if *suggest { report::changes(review, Some(&now)) } else { Vec::new() };
    let limits = bounds().limits();
    if extracted.format == Format::Docx && !extracted.places.is_empty() {
        return Ok(annotate_docx_with(original, extracted, &comments, &changes, &limits)?.file);
    }
    let plain = docx_from_text(&extracted.text, &[])?;
    let as_docx = extract("draft.docx", &plain, &limits)?;
    Ok(annotate_docx_with(&plain, &as_docx, &comments, &changes, &limits)?.file)
}

/// The time now, as Word writes it.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
