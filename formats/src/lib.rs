//! Bytes to text and back: DOCX, HTML, TXT and JSON in; DOCX with comments out.
//!
//! Three things are hard here. A reviewer's comment must land on exactly the words meant, in the reviewer's own file
//! with nothing else touched, although what we compare is a normalised text in which characters have merged and
//! numbers stand that no file contains. Word keeps the numbers of a law's provisions out of its text, in counters
//! that have to be run again. And files come from strangers: mislabelled, cut short, protected, or made to exhaust
//! the machine; each must end in a sentence its owner can act on. The format of a DOCX is ECMA-376 / ISO 29500.
//!
//! Deliberately absent: the file system (bytes in, bytes out, so the same code runs in the browser), clocks, and any
//! meaning of the law.

mod akn;
mod archive;
mod docx;
mod error;
mod html;
mod json;
mod margin;
mod normal;
mod pdf;
mod problem;
pub mod redline;
mod relation;
pub mod report;
mod several;
mod sniff;
mod text;
mod trace;

pub use akn::{AknOptions, akoma_ntoso};
pub use docx::annotate::{Annotated, Change, Unchanged, annotate_docx, annotate_docx_with};
pub use docx::plain::docx_from_text;
pub use error::{FormatError, Found};
pub use margin::{Margin, Note, NoteKind, Revision, RevisionKind};
pub use normal::normalise;
pub use pdf::{RecognisedLine, from_recognised};
pub use problem::Problem;
pub use several::{EachDocument, documents, each_document};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// How much a file may ask of the machine.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest single file read, in bytes.
    pub input_bytes: u64,
    /// The most that the packed parts of one file, or the members of one archive, may unpack to together.
    pub expanded_bytes: u64,
    /// The most that a packed part may grow in unpacking, as a multiple; counted only past the first 4 MiB.
    pub ratio: u64,
    /// The most members an archive may have.
    pub entries: usize,
    /// The deepest that elements of a document may be nested.
    pub depth: usize,
    /// The most pages a PDF may have.
    pub pages: usize,
    /// Asked now and then whether to stop: a caller's deadline, or a person who cancelled.
    pub interrupt: Interrupt,
}

/// A caller's word that reading should stop. This room knows no clock, so the deadline is the caller's.
#[derive(Clone, Default)]
pub struct Interrupt(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Interrupt {
    /// Stops as soon as `stop` says so; it is called often and must be quick.
    pub fn when(stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(stop)))
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// [`FormatError::Interrupted`] when the caller wants no more of it.
    pub fn check(&self) -> Result<(), FormatError> {
        match &self.0 {
            Some(stop) if stop() => Err(FormatError::Interrupted),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Interrupt(set)" } else { "Interrupt(never)" })
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 64 << 20,
            expanded_bytes: 512 << 20,
            ratio: 250,
            entries: 50_000,
            depth: 256,
            pages: 5_000,
            interrupt: Interrupt::default(),
        }
    }
}

/// The format a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Word's package (ECMA-376).
    Docx,
    /// A web page.
    Html,
    /// Plain text.
    Text,
    /// One of the JSON shapes described in this crate's README.
    Json,
    /// A PDF with text in it.
    Pdf,
    /// Akoma Ntoso XML (OASIS LegalDocML 1.0).
    AkomaNtoso,
}

impl Format {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Text => "text",
            Self::Json => "json",
            Self::Pdf => "pdf",
            Self::AkomaNtoso => "akn",
        }
    }
}

/// A document's text, with what its file says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The format it came in.
    pub format: Format,
    /// The normalised text ([`normalise`]), a paragraph a line; a table is read cell by cell, each paragraph of a
    /// cell on its own line.
    pub text: String,
    /// Where each stretch of the text stands in the file, in the order of the text.
    pub places: Vec<Place>,
    /// How many pages the file says it has.
    pub pages: Option<u32>,
    /// What was left out or guessed in reading.
    pub problems: Vec<Problem>,
    /// What the file itself states about the document, beside its text.
    pub metadata: SourceMetadata,
    /// What stands beside the text: notes, tracked changes, comments.
    #[serde(default)]
    pub margin: Margin,
}

/// Where a stretch of the text stands in its file. Line ends between paragraphs have no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The byte offset in the text where it starts.
    pub start: usize,
    /// The byte offset in the text where it ends.
    pub end: usize,
    /// Where that is in the file.
    #[serde(flatten)]
    pub at: Position,
}

/// A place in a file, in the terms of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum Position {
    /// In a DOCX.
    Run {
        /// Which `w:p` of the main part, in document order from 0, counting those left out too.
        paragraph: usize,
        /// Which `w:r` of that paragraph, from 0; `None` for an automatic number or a formula, which stand in no run.
        run: Option<usize>,
    },
    /// On a page of a PDF: the box around the words, in hundredths of a point from the page's upper left corner.
    Page {
        /// The page, from 1.
        page: u32,
        /// Left edge.
        left: u32,
        /// Upper edge.
        top: u32,
        /// Right edge.
        right: u32,
        /// Lower edge.
        bottom: u32,
    },
    /// In a file that is text itself (TXT, XML): bytes of the file as it came, in its own encoding.
    Bytes {
        /// First byte.
        from: usize,
        /// One past the last byte.
        to: usize,
    },
    /// In a web page: which of its text nodes, in document order from 0.
    Node {
        /// The text node.
        node: usize,
    },
}

/// What a file states about its document outside the text: in JSON fields or a table of a web page.
///
/// Names and kinds are as the file writes them; dates are ISO 8601.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceMetadata {
    /// Its number and symbol (số, ký hiệu).
    pub so_hieu: Option<String>,
    /// Its kind (loại văn bản).
    pub kind: Option<String>,
    /// Its title (trích yếu).
    pub title: Option<String>,
    /// The body that issued it.
    pub issuer: Option<String>,
    /// The day it was issued.
    pub issued: Option<String>,
    /// The day it takes effect.
    pub effective: Option<String>,
    /// Who signed it.
    pub signer: Option<String>,
    /// The place it was issued at.
    pub place: Option<String>,
    /// The state of effect the source gives (tình trạng hiệu lực), as it writes it.
    pub status: Option<String>,
    /// The day its effect ends or ended.
    pub expires: Option<String>,
    /// The documents it stands in relation to.
    pub relations: Vec<Relation>,
}

/// A document that the source says a document stands in relation to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relation {
    /// What the other is to this one.
    pub kind: RelationKind,
    /// The kind in the source's own words.
    pub label: String,
    /// The other's number and symbol, where its words give one.
    pub document: Option<String>,
    /// The other's title, as the source writes it.
    pub title: String,
}

/// What another document is to the one at hand (lược đồ văn bản).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// It is a legal basis of this one (văn bản căn cứ).
    Basis,
    /// This one gives details on it (văn bản được hướng dẫn, được quy định chi tiết).
    Detailed,
    /// It gives details on this one (văn bản hướng dẫn, quy định chi tiết).
    Details,
    /// This one replaces it or ends its effect (văn bản bị thay thế, hết hiệu lực, bị bãi bỏ).
    Replaced,
    /// It replaces this one or ends its effect (văn bản thay thế, quy định hết hiệu lực).
    Replaces,
    /// This one ends part of its effect (văn bản hết hiệu lực một phần).
    PartlyEnded,
    /// It ends part of this one's effect (văn bản quy định hết hiệu lực một phần).
    PartlyEnds,
    /// This one amends it (văn bản bị sửa đổi, được sửa đổi, bổ sung).
    Amended,
    /// It amends this one (văn bản sửa đổi, bổ sung).
    Amends,
    /// This one suspends it (văn bản bị đình chỉ).
    Suspended,
    /// It suspends this one (văn bản đình chỉ).
    Suspends,
    /// This one corrects it (văn bản được đính chính).
    Corrected,
    /// It corrects this one (văn bản đính chính).
    Corrects,
    /// One is the consolidated text of the other (văn bản hợp nhất).
    Consolidated,
    /// This one refers to it (văn bản dẫn chiếu).
    Cited,
    /// Any other relation (văn bản liên quan).
    #[default]
    Related,
}

/// A comment to put on a stretch of a document's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The byte offset in the extracted text where it starts.
    pub start: usize,
    /// The byte offset in the extracted text where it ends.
    pub end: usize,
    /// Whose comment it is.
    pub author: String,
    /// What it says; a `\n` starts a new paragraph.
    pub text: String,
    /// When it was made, an ISO 8601 date and time.
    pub date: Option<String>,
}

/// What a file packed alone (GZIP) holds, with its name; `None` for every other file. Packed twice it is refused.
///
/// # Errors
/// When it is cut short, or holds more than [`Limits::expanded_bytes`].
pub fn ungzipped(name: &str, bytes: &[u8], limits: &Limits) -> Result<Option<(String, Vec<u8>)>, FormatError> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(None);
    }
    let inner = archive::gunzip(bytes, limits)?;
    if inner.starts_with(b"\x1f\x8b") {
        return Err(FormatError::Unsupported { found: Found::Archive("GZIP") });
    }
    Ok(Some((archive::without_gz(name).to_owned(), inner)))
}

/// Reads one document. What it is, is told by its bytes first and by its name second.
///
/// # Errors
/// A [`FormatError`] that says what the file is instead and what to do.
pub fn extract(name: &str, bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let size = bytes.len() as u64;
    if size > limits.input_bytes {
        return Err(FormatError::TooLarge { size, limit: limits.input_bytes });
    }
    match sniff::look(bytes, limits)? {
        sniff::Look::Gzip => match ungzipped(name, bytes, limits)? {
            Some((name, inner)) => extract(&name, &inner, limits),
            None => Err(FormatError::Empty),
        },
        sniff::Look::Docx => docx::read(bytes, limits),
        sniff::Look::Pdf => pdf::read(bytes, limits),
        sniff::Look::Zip => Err(FormatError::Unsupported { found: Found::Zip }),
        sniff::Look::Text => text::read(name, bytes, limits),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod fixture;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
