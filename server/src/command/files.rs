//! Documents written in another format, and two of them compared.

use super::{Out, give, library, read_draft};
use crate::cli::{Comparison, DocumentFormat};
use crate::export::now;
use crate::failure::{Failure, Kind, Result};
use crate::places::Places;
use rasoat_assistant::Corpus;
use rasoat_formats::redline::{ChangeKind, Redline, Words, redline};
use rasoat_formats::{AknOptions, akoma_ntoso, docx_from_text};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Eid, amend, cite};
use std::path::Path;

/// Compares two versions of a draft.
///
/// # Errors
/// When one of them is unusable, or the comparison cannot be written.
pub fn compare(out: &Out, old: &Path, new: &Path, format: Comparison, output: Option<&Path>) -> Result<()> {
    let (_, before) = read_draft(out, old)?;
    let (_, after) = read_draft(out, new)?;
    let compared = redline(&before.document, &after.document);
    let counts = compared.counts();
    let name = |path: &Path| path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    if out.json {
        return give(out, &[serde_json::to_vec(&compared)?, b"\n".to_vec()].concat(), output, &name(new));
    }
    let bytes = match format {
        Comparison::Html => compared.html(&name(old), &name(new)).into_bytes(),
        Comparison::Docx => compared
            .docx("Rasoat", Some(&now()))
            .map_err(|e| Failure { kind: Kind::Internal, ..Failure::format(&name(new), &e) })?,
        Comparison::Text => comparison_text(&compared).into_bytes(),
    };
    let summary = format!(
        "{} đoạn giữ nguyên, {} sửa đổi, {} thêm mới, {} bỏ, {} chuyển chỗ",
        counts.same, counts.changed, counts.added, counts.removed, counts.moved
    );
    if output.is_none() {
        out.note(&summary);
    }
    give(out, &bytes, output, &summary)
}

/// The changed paragraphs, taken out words in `[-…-]`, put in ones in `{+…+}`.
fn comparison_text(compared: &Redline) -> String {
    let mut lines = Vec::new();
    for paragraph in compared.paragraphs.iter().filter(|p| p.change != ChangeKind::Same) {
        let place = paragraph.new.as_ref().or(paragraph.old.as_ref()).map(Eid::label);
        let words: String = paragraph
            .words
            .iter()
            .map(|words| match words {
                Words::Kept(text) => text.clone(),
                Words::Deleted(text) => format!("[-{text}-]"),
                Words::Inserted(text) => format!("{{+{text}+}}"),
            })
            .collect();
        lines.push(format!("{}: {words}\n", place.unwrap_or_default()));
    }
    lines.concat()
}

/// Gives a document in a format.
///
/// # Errors
/// When there is none, or it cannot be written.
pub fn give_document(
    out: &Out,
    places: &Places,
    source: &str,
    format: DocumentFormat,
    output: Option<&Path>,
) -> Result<()> {
    let number = DocNumber::parse(source).filter(|_| !Path::new(source).exists());
    let document = match number {
        Some(number) => {
            let held = library::corpus(&*places.store.open()?)?.document(&number);
            held.ok_or_else(|| Failure::unknown_document(source))?.document.clone()
        }
        None => read_draft(out, Path::new(source))?.1.document,
    };
    if out.json {
        let parsed = serde_json::to_vec(&crate::wire::document(&document))?;
        return give(out, &[parsed, b"\n".to_vec()].concat(), output, source);
    }
    let bytes = match format {
        DocumentFormat::Akn => {
            let register = Register::built_in();
            let instructions = amend::instructions(&document, register);
            let citations = cite::citations(&document.text, register);
            let generated = jiff::Zoned::now().date();
            akoma_ntoso(&document, &citations, &AknOptions { generated, instructions: &instructions }).into_bytes()
        }
        DocumentFormat::Docx => docx_from_text(&document.text, &[])
            .map_err(|e| Failure { kind: Kind::Internal, ..Failure::format(source, &e) })?,
        DocumentFormat::Text => format!("{}\n", document.text).into_bytes(),
    };
    give(out, &bytes, output, source)
}
