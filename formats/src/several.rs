//! Files that hold many documents: archives, and JSON with a record a line. Each is read or refused on its own, so
//! that one bad file among thousands costs nothing but its own line in the report.

use crate::archive::{Package, gunzip, without_gz};
use crate::sniff::{self, Look};
use crate::text::decode::decode;
use crate::{Extracted, FormatError, Limits, extract, json, text};

/// A document's name and what came of reading it.
type Outcome = (String, Result<Extracted, FormatError>);

/// Archives inside archives are opened this deep.
const NESTED_ARCHIVES: usize = 3;

/// What a member that unpacks to too much costs of what its container may unpack to, in bytes.
const BOMB_COSTS: usize = 64 << 20;

/// The most text that the documents of one container may hold together, in bytes.
const TEXT_BYTES: u64 = 512 << 20;

/// Reads every document in a file: the one of a plain file, or those of a ZIP archive, a JSON array or JSON lines; a
/// GZIP is unwrapped first. Inner ones are named `outer.zip/inner.docx` and `outer.jsonl/3` (the third record).
///
/// A container is held to [`Limits::expanded_bytes`], each document in it to [`Limits::input_bytes`].
///
/// # Errors
/// Only where the container itself cannot be opened, or reading is interrupted; a document that cannot be read is one of
/// the results.
pub fn documents(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Outcome>, FormatError> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut text_bytes = 0;
    let limit = TEXT_BYTES.max(limits.input_bytes);
    each_document(name, bytes, limits, &mut |name, _, outcome| {
        if matches!(outcome, Err(FormatError::Interrupted)) {
            return Err(FormatError::Interrupted);
        }
        let outcome = outcome.and_then(|extracted| {
            let size = text_bytes + extracted.text.len() as u64;
            if size > limit {
                return Err(FormatError::TooLarge { size, limit });
            }
            text_bytes = size;
            Ok(extracted)
        });
        outcomes.push((name, outcome));
        Ok(())
    })?;
    Ok(outcomes)
}

/// Who hears of each document: its name, its bytes (the container's, for a record of JSON), and what came of reading it.
/// An error ends the reading of the container.
pub type EachDocument<'a> = dyn FnMut(String, &[u8], Result<Extracted, FormatError>) -> Result<(), FormatError> + 'a;

/// Reads every document in a file as [`documents`] does, one at a time, so that a container of any length takes no
/// more memory than its largest document. A document whose reading is interrupted is one of the results: `each` may
/// have given the next one a deadline of its own.
///
/// # Errors
/// Where the container itself cannot be opened, and the error of `each`.
pub fn each_document(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    each: &mut EachDocument<'_>,
) -> Result<(), FormatError> {
    let size = bytes.len() as u64;
    let limit = limits.expanded_bytes.max(limits.input_bytes);
    if size > limit {
        return Err(FormatError::TooLarge { size, limit });
    }
    Reading { each, stopped: None, limits: limits.clone() }.whole(name, bytes)
}

struct Reading<'a, 'b> {
    each: &'a mut EachDocument<'b>,
    /// The error of `each`, which ends everything.
    stopped: Option<FormatError>,
    /// What is left of what the caller allows: archives within archives draw on one purse.
    limits: Limits,
}

impl Reading<'_, '_> {
    fn whole(mut self, name: &str, bytes: &[u8]) -> Result<(), FormatError> {
        let done = self.add(name, bytes, 0);
        match self.stopped {
            Some(error) => Err(error),
            None => done,
        }
    }

    fn add(&mut self, name: &str, bytes: &[u8], nesting: usize) -> Result<(), FormatError> {
        match sniff::look(bytes, &self.limits) {
            Ok(Look::Gzip) if nesting < NESTED_ARCHIVES => {
                let inner = gunzip(bytes, &self.limits)?;
                self.spend(inner.len());
                self.add(without_gz(name), &inner, nesting + 1)
            }
            Ok(Look::Zip) if nesting < NESTED_ARCHIVES => self.add_members(name, bytes, nesting),
            Ok(Look::Text) => self.add_text(name, bytes),
            // What cannot even be told from its directory is the container's own failure.
            Err(error) if nesting == 0 && bytes.starts_with(b"PK") => Err(error),
            _ => {
                let outcome = extract(name, bytes, &self.limits);
                self.push(name.to_owned(), bytes, outcome)
            }
        }
    }

    fn add_members(&mut self, name: &str, bytes: &[u8], nesting: usize) -> Result<(), FormatError> {
        let limits = self.limits.clone();
        let mut package = Package::open(bytes, &limits)?;
        if package.len() == 0 {
            return Err(FormatError::Empty);
        }
        self.limits.entries -= package.len();
        for index in 0..package.len() {
            let member = package.name_at(index);
            if package.is_folder(index) || is_by_catch(&member) {
                continue;
            }
            let inner_name = format!("{name}/{member}");
            let read = package.read_at_most(index, self.limits.expanded_bytes);
            let outcome = read.and_then(|inner| {
                self.spend(inner.len());
                self.add(&inner_name, &inner, nesting + 1)
            });
            match outcome {
                Ok(()) => {}
                Err(error) if self.stopped.is_some() => return Err(error),
                Err(error) => {
                    // Refused only after it was unpacked that far: it draws on the purse like one that was read.
                    if matches!(error, FormatError::Bomb { .. }) {
                        self.spend(BOMB_COSTS);
                    }
                    self.push(inner_name, &[], Err(error))?;
                }
            }
        }
        Ok(())
    }

    fn add_text(&mut self, name: &str, bytes: &[u8]) -> Result<(), FormatError> {
        let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let starts_like_json =
            head.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['));
        if starts_like_json
            && let Ok(decoded) = decode(bytes, &self.limits)
            && let Some(read) = json::read_all(name, &decoded, &self.limits)
        {
            match read {
                Err(error @ FormatError::Interrupted) => return self.push(name.to_owned(), bytes, Err(error)),
                Ok(records) if records.len() > 1 || text::has_extension(name, &["jsonl", "ndjson"]) => {
                    for (index, record) in records.into_iter().enumerate() {
                        self.push(format!("{name}/{}", index + 1), bytes, record)?;
                    }
                    return Ok(());
                }
                _ => {}
            }
        }
        let outcome = extract(name, bytes, &self.limits);
        self.push(name.to_owned(), bytes, outcome)
    }

    fn spend(&mut self, bytes: usize) {
        self.limits.expanded_bytes = self.limits.expanded_bytes.saturating_sub(bytes as u64);
    }

    fn push(&mut self, name: String, bytes: &[u8], outcome: Result<Extracted, FormatError>) -> Result<(), FormatError> {
        (self.each)(name, bytes, outcome).inspect_err(|error| self.stopped = Some(error.clone()))
    }
}

/// Folders, and files that systems and Word leave beside documents.
fn is_by_catch(member: &str) -> bool {
    let file = member.rsplit(['/', '\\']).next().unwrap_or(member);
    file.is_empty()
        || member.starts_with("__MACOSX/")
        || file.starts_with("~$")
        || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
