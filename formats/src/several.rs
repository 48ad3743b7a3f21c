//! Files that hold many documents: archives, and JSON with a record a line. Each is read or refused on its own, so
//! that one bad file among thousands costs nothing but its own line in the report.

use crate::archive::{Package, gunzip, without_gz};
use crate::sniff::{self, Look};
use crate::{Extracted, FormatError, Limits, extract, json, text};

/// A document's name and what came of reading it.
type Outcome = (String, Result<Extracted, FormatError>);

/// Archives inside archives are opened this deep.
const NESTED_ARCHIVES: usize = 3;

/// Reads every document in a file: the one of a plain file, or those of a ZIP archive, a JSON array or JSON lines; a
/// GZIP is unwrapped first. Inner ones are named `outer.zip/inner.docx` and `outer.jsonl/3` (the third record).
///
/// A container is held to [`Limits::expanded_bytes`], each document in it to [`Limits::input_bytes`].
///
/// # Errors
/// Only where the container itself cannot be opened; a document that cannot be read is one of the results.
pub fn documents(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Outcome>, FormatError> {
    let size = bytes.len() as u64;
    let limit = limits.expanded_bytes.max(limits.input_bytes);
    if size > limit {
        return Err(FormatError::TooLarge { size, limit });
    }
    let mut collected = Collected { outcomes: Vec::new(), text_bytes: 0, limits };
    collected.add(name, bytes, 0)?;
    Ok(collected.outcomes)
}

struct Collected<'a> {
    outcomes: Vec<Outcome>,
    text_bytes: u64,
    limits: &'a Limits,
}

impl Collected<'_> {
    fn add(&mut self, name: &str, bytes: &[u8], nesting: usize) -> Result<(), FormatError> {
        match sniff::look(bytes, self.limits) {
            Ok(Look::Gzip) if nesting < NESTED_ARCHIVES => {
                let inner = gunzip(bytes, self.limits)?;
                self.add(without_gz(name), &inner, nesting + 1)
            }
            Ok(Look::Zip) if nesting < NESTED_ARCHIVES => self.add_members(name, bytes, nesting),
            Ok(Look::Text) => self.add_text(name, bytes),
            // What cannot even be told from its directory is the container's own failure.
            Err(error) if nesting == 0 && bytes.starts_with(b"PK") => Err(error),
            _ => {
                self.push(name.to_owned(), extract(name, bytes, self.limits));
                Ok(())
            }
        }
    }

    fn add_members(&mut self, name: &str, bytes: &[u8], nesting: usize) -> Result<(), FormatError> {
        let mut package = Package::open(bytes, self.limits)?;
        if package.len() == 0 {
            return Err(FormatError::Empty);
        }
        for index in 0..package.len() {
            let member = package.name_at(index);
            if is_by_catch(&member) {
                continue;
            }
            let inner_name = format!("{name}/{member}");
            match package.read_at(index) {
                Ok(inner) => {
                    if let Err(error) = self.add(&inner_name, &inner, nesting + 1) {
                        self.push(inner_name, Err(error));
                    }
                }
                Err(error) => {
                    let stop = matches!(error, FormatError::Bomb { .. });
                    self.push(inner_name, Err(error));
                    if stop {
                        break;
                    }
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
            && let Ok((source, problems)) = text::decode(bytes)
            && let Some(Ok(records)) = json::read_all(name, &source)
            && (records.len() > 1 || text::has_extension(name, &["jsonl", "ndjson"]))
        {
            for (index, record) in records.into_iter().enumerate() {
                let record = record.map(|read| text::with_problems(read, problems.clone()));
                self.push(format!("{name}/{}", index + 1), record);
            }
            return Ok(());
        }
        self.push(name.to_owned(), extract(name, bytes, self.limits));
        Ok(())
    }

    fn push(&mut self, name: String, outcome: Result<Extracted, FormatError>) {
        let outcome = outcome.and_then(|extracted| {
            self.text_bytes += extracted.text.len() as u64;
            let limit = self.limits.expanded_bytes;
            if self.text_bytes > limit {
                let size = self.text_bytes;
                return Err(FormatError::TooLarge { size, limit });
            }
            Ok(extracted)
        });
        self.outcomes.push((name, outcome));
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
