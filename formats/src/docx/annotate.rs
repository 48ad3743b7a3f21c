//! Comments and suggested changes put into a reviewer's own file.
//!
//! A comment is a range between two marks in the text and an entry in a part of its own (ECMA-376 part 1, 17.13.4); a
//! suggestion is a tracked deletion beside a tracked insertion (17.13.5), which the reviewer accepts or rejects in Word.
//! Both stand between runs, so where one begins or ends inside a run the run is parted with the same properties. The
//! XML is not parsed and written anew, which would touch what is not ours: the new tags are spliced into the bytes as
//! they are, and every part without a change is copied packed as it was.
//!
//! `landing` finds the words of comments, `changes` those of suggestions, `splice` cuts, `parts` writes the other parts.

mod changes;
mod landing;
mod parts;
mod splice;

use super::Parts;
use crate::archive::Package;
use crate::{Comment, Extracted, Format, FormatError, Limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Other words for a stretch of a document's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The byte offset in the extracted text where the words start that are to go.
    pub start: usize,
    /// The byte offset where they end; the same as `start` where words are only put in.
    pub end: usize,
    /// The words to stand there instead; empty to take words out. A `\n` is a line break within the paragraph.
    pub replacement: String,
    /// Whose suggestion it is.
    pub author: String,
    /// When it was made, an ISO 8601 date and time.
    pub date: Option<String>,
}

/// An annotated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// The file.
    pub file: Vec<u8>,
    /// Changes that stand in it as a comment and not as a tracked change: their places among those given, and why.
    pub as_comments: Vec<(usize, Unchanged)>,
}

/// Why a suggestion could not be written as a tracked change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unchanged {
    /// It shares words with one that starts before it, or that was given first.
    Overlap,
    /// It goes over the end of a paragraph.
    AcrossParagraphs,
    /// It begins or ends within a character.
    InsideCharacter,
    /// It is on an automatic number, which stands in no run.
    AutomaticNumber,
    /// It is on the result of a field, which Word writes anew.
    Field,
    /// It is inside a text box, a formula or a like thing that cannot be parted.
    Unparted,
    /// It is outside the text, or in a paragraph without words.
    NoWords,
    /// It would change nothing.
    AlreadySo,
}

/// Puts comments into a DOCX: the file as it was, each comment on exactly its words.
///
/// A comment on something that stands in no run, such as an automatic number, goes on the word after it; one inside
/// a text box, where Word allows none, on the box.
///
/// # Errors
/// [`FormatError::Mismatch`] where `extracted` is not what this file reads as, and every error of reading.
pub fn annotate_docx(
    original: &[u8],
    extracted: &Extracted,
    comments: &[Comment],
    limits: &Limits,
) -> Result<Vec<u8>, FormatError> {
    annotate_docx_with(original, extracted, comments, &[], limits).map(|annotated| annotated.file)
}

/// Puts comments and suggested changes into a DOCX, the latter as tracked changes: accepting all of them gives the text
/// with the suggestions, rejecting all of them the text as it was. What others tracked stays.
///
/// The new words have the formatting of the first of those they replace. Of changes that share words the first stands.
/// A change that cannot be tracked, or must not be (see [`Unchanged`]), becomes a comment that says what it suggests.
///
/// # Errors
/// [`FormatError::Mismatch`] where `extracted` is not what this file reads as, and every error of reading.
pub fn annotate_docx_with(
    original: &[u8],
    extracted: &Extracted,
    comments: &[Comment],
    changes: &[Change],
    limits: &Limits,
) -> Result<Annotated, FormatError> {
    if extracted.format != Format::Docx {
        return Err(FormatError::Mismatch);
    }
    splice_all(original, &extracted.text, comments, changes, limits)
}

pub(super) fn splice_all(
    original: &[u8],
    text: &str,
    comments: &[Comment],
    changes: &[Change],
    limits: &Limits,
) -> Result<Annotated, FormatError> {
    let mut package = Package::open(original, limits)?;
    let parts = Parts::read(&mut package)?;
    let mut planned = changes::Plan::new(text, changes);
    let mut landing = landing::Landing::new(comments, changes);
    let scanned = super::scan_with(&parts, limits, |range, cluster, sources| {
        landing.cluster(range.clone(), cluster, sources);
        planned.cluster(range, sources);
    })?;
    if scanned.text != text {
        return Err(FormatError::Mismatch);
    }
    if comments.is_empty() && changes.is_empty() {
        return Ok(Annotated { file: original.to_vec(), as_comments: Vec::new() });
    }
    let (edits, as_comments) = planned.finish(&scanned);
    let unwritten: Vec<usize> =
        as_comments.iter().filter(|(_, why)| *why != Unchanged::AlreadySo).map(|(at, _)| *at).collect();
    let mut said = comments.to_vec();
    said.extend(unwritten.iter().map(|at| spoken(&changes[*at])));
    let landed = landing.finish(comments.len(), &unwritten)?;
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let existing = parts::Existing::read(&mut package, &parts.document_name)?;
    let first_id = [scanned.highest_comment, existing.highest_comment()?]
        .into_iter()
        .flatten()
        .max()
        .map_or(0, |highest| highest.saturating_add(1));
    let document = splice::splice(&parts.document, &scanned, &landed, first_id, &edits);
    changed.insert(parts.document_name.clone(), document.into_bytes());
    if !said.is_empty() {
        existing.extend(&mut package, &parts, &said, first_id, &mut changed)?;
    }
    let file = parts::pack(package, changed)?;
    // Changes alter the text; comments never do.
    let same_text = changes.is_empty().then_some(text);
    read_again(&file, same_text, limits)?;
    Ok(Annotated { file, as_comments })
}

/// Reads what was written: a file whose tags are malformed can be read and yet not be parted, and a file that nobody
/// can open must not be handed out.
fn read_again(file: &[u8], same_text: Option<&str>, limits: &Limits) -> Result<(), FormatError> {
    // It may have grown past what a stranger's file is allowed.
    let limits = Limits { expanded_bytes: u64::MAX, ratio: u64::MAX, entries: usize::MAX, ..limits.clone() };
    let mut package = Package::open(file, &limits)?;
    let scanned = super::scan_with(&Parts::read(&mut package)?, &limits, |_, _, _| {})?;
    if same_text.is_some_and(|text| scanned.text != text) {
        return Err(FormatError::damaged("tags that cannot be parted for a comment"));
    }
    Ok(())
}

/// A change said in words.
fn spoken(change: &Change) -> Comment {
    let text = if change.replacement.is_empty() {
        "Đề nghị bỏ.".to_owned()
    } else if change.start == change.end {
        format!("Đề nghị thêm: “{}”", change.replacement)
    } else {
        format!("Đề nghị sửa thành: “{}”", change.replacement)
    };
    Comment { start: change.start, end: change.end, author: change.author.clone(), text, date: change.date.clone() }
}
