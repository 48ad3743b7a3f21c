//! A review as a file to take away, in each format.

use crate::failure::{Failure, Kind, Result, language};
use crate::intake::bounds;
use crate::programs::{Target, Watch, convert};
use rasoat_formats::FormatError;
pub use rasoat_formats::report::Exported;
use rasoat_formats::report::HandIn;

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

/// What `formats` makes; it prints no PDF.
fn hand_in(format: As) -> Option<HandIn> {
    Some(match format {
        As::Text => HandIn::Text,
        As::Json => HandIn::Json,
        As::Docx => HandIn::Docx,
        As::Form => HandIn::Form,
        As::Pdf => return None,
        As::Xlsx => HandIn::Xlsx,
        As::Sarif => HandIn::Sarif,
        As::Csv => HandIn::Csv,
    })
}

/// The file.
///
/// # Errors
/// When it cannot be made, or LibreOffice is needed and is not installed.
pub fn export(exported: &Exported<'_>, format: As, watch: &mut Watch<'_>) -> Result<Vec<u8>> {
    let failed = |error: FormatError| Failure { kind: Kind::Internal, ..Failure::format(exported.file, &error) };
    let make = |format| exported.file(format, &bounds().limits(), language(), &now()).map_err(failed);
    match hand_in(format) {
        Some(format) => make(format),
        None => {
            let form = make(HandIn::Form)?;
            convert(("phieu-ra-soat.docx", "docx"), &form, Target::Pdf, bounds().program_seconds, watch)
        }
    }
}

/// The time now, as Word writes it.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
