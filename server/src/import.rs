//! `rasoat import`: files, folders, archives and JSONL into the store, then vectors for their passages.

use crate::failure::{Failure, Kind, Result};
use crate::intake::{self, Deadline, bounds};
use crate::places::files_below;
use crate::store::{Store, Stored};
use jiff::civil::Date;
use rasoat_api::messages::Message;
use rasoat_assistant::CorpusDocument;
use rasoat_embeddings::{Cancelled, EmbedError, embed, passages};
use rasoat_formats::{Extracted, FormatError, each_document};
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::{DocNumber, DocumentKind};
use rasoat_model::{Encoder, TextKind};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What became of one document.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it came from.
    pub name: String,
    /// The document and what became of it, or why it was refused.
    pub outcome: std::result::Result<(DocNumber, Stored), Failure>,
}

/// Hexadecimal SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Stores every document at `paths`; `each` hears of each.
///
/// # Errors
/// When a path cannot be opened or the store refuses; an unreadable document is only a refused line.
pub fn documents(store: &mut dyn Store, paths: &[PathBuf], each: &mut dyn FnMut(Line)) -> Result<()> {
    for path in paths {
        let files =
            if path.is_dir() { files_below(path).map_err(|e| Failure::open(path, &e))? } else { vec![path.clone()] };
        for file in files {
            if file.file_name().is_some_and(|name| name == "installed.txt") {
                continue;
            }
            let name = file.display().to_string();
            let bytes = match crate::command::read_limited(&file) {
                Ok(bytes) => bytes,
                // A named file must be there; one met in a folder is only refused.
                Err(failure) if paths.contains(&file) => return Err(failure),
                Err(failure) => {
                    each(Line { name, outcome: Err(failure) });
                    continue;
                }
            };
            let deadline = Deadline::after(bounds().read_seconds);
            // What the store refuses ends the import; it is told apart from what a container refuses.
            let mut refused: Option<Failure> = None;
            let read = each_document(&name, &bytes, &bounds().limits_until(&deadline), &mut |inner, own, extracted| {
                let outcome = match intake::finish(&inner, own, extracted, &mut |_, _| Ok(())) {
                    Err(failure) => Err(failure),
                    Ok(taken) => put(store, &inner, &taken.extracted).map_err(|failure| {
                        refused = Some(failure);
                        FormatError::Interrupted
                    })?,
                };
                each(Line { name: inner, outcome });
                deadline.put_off();
                Ok(())
            });
            match (refused, read) {
                (Some(failure), _) => return Err(failure),
                (None, Err(error)) => each(Line { outcome: Err(Failure::format(&name, &error)), name }),
                (None, Ok(())) => {}
            }
        }
    }
    Ok(())
}

type Outcome = std::result::Result<(DocNumber, Stored), Failure>;

fn put(store: &mut dyn Store, name: &str, extracted: &Extracted) -> Result<Outcome> {
    let Some(document) = corpus_document(extracted) else {
        return Ok(Err(Failure::new(
            Kind::Input,
            "document.no_number",
            Message::NoNumber,
            Message::UnknownDocumentHint,
            &[("document", name)],
        )));
    };
    let passages = passages(&document.document, &document.subject());
    let sum = sha256(extracted.text.as_bytes());
    let source = Path::new(name).file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    let stored = store.put(&document, &passages, &source, &sum)?;
    Ok(Ok((document.number, stored)))
}

/// A document as the corpus keeps it: the file's own metadata first, then the text's, then the register's.
fn corpus_document(extracted: &Extracted) -> Option<CorpusDocument> {
    let register = Register::built_in();
    // The notes of a consolidated text name the acts that changed it.
    let mut document = parse(&extracted.text_with_notes());
    let source = &extracted.metadata;
    let number = source.so_hieu.as_deref().and_then(DocNumber::parse).or_else(|| document.metadata.number.clone())?;
    let entry = register.get(&number);
    let date = |text: &Option<String>| text.as_deref().and_then(|t| t.parse::<Date>().ok());
    let kind = entry.map(|e| e.kind).unwrap_or_else(|| {
        match DocumentKind::from_number(number.as_str(), source.kind.as_deref()) {
            DocumentKind::Other => document.metadata.kind,
            kind => kind,
        }
    });
    let own_dates = OwnDates {
        issued: date(&source.issued).or(document.metadata.issued).or(entry.and_then(|e| e.issued)),
        effective: date(&source.effective).or(document.metadata.effective),
    };
    let issuer = source.issuer.clone().or_else(|| document.metadata.issuer.clone());
    let title = entry.map_or_else(
        || {
            let name = source.title.clone().or_else(|| document.metadata.title.clone()).unwrap_or_default();
            if kind.cited_by_name() && !name.is_empty() {
                if name.starts_with(kind.name()) { name } else { format!("{} {name}", kind.name()) }
            } else {
                format!("{} số {number}", kind.name())
            }
        },
        rasoat_law::register::Entry::citation,
    );
    document.problems.clear();
    let metadata = &mut document.metadata;
    metadata.number = Some(number.clone());
    metadata.kind = kind;
    metadata.title = source.title.clone().or_else(|| metadata.title.clone());
    metadata.issuer.clone_from(&issuer);
    metadata.issued = own_dates.issued;
    metadata.effective = own_dates.effective;
    metadata.signer = source.signer.clone().or_else(|| metadata.signer.clone());
    metadata.place = source.place.clone().or_else(|| metadata.place.clone());
    Some(CorpusDocument { number, kind, title, issuer, own_dates, consolidated_to: None, document })
}

/// Passages whose vectors are stored together: what a kill can cost.
const CHUNK: usize = 128;

/// Makes the vectors that are missing; `progress` hears how many of how many are done and answers whether to go on.
/// Stopped or killed, it goes on where it was.
///
/// # Errors
/// When the encoder fails, the store refuses, or a person stops it.
pub fn vectors(
    store: &mut dyn Store,
    encoder: &dyn Encoder,
    progress: &mut dyn FnMut(usize, usize) -> std::result::Result<(), Cancelled>,
) -> Result<usize> {
    let waiting = store.waiting(encoder.name())?;
    let total = waiting.len();
    let mut done = 0;
    for chunk in waiting.chunks(CHUNK) {
        let texts: Vec<&str> = chunk.iter().map(|w| w.text.as_str()).collect();
        let made = embed(encoder, &texts, TextKind::Passage, &mut |so_far| progress(done + so_far, total)).map_err(
            |error| match error {
                EmbedError::Cancelled(_) => Failure::cancelled(),
                EmbedError::Encode(error) => Failure::internal(error),
            },
        )?;
        store.put_vectors(encoder.name(), chunk, &made)?;
        done += chunk.len();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::Sqlite;

    #[test]
    fn a_file_without_a_number_is_refused_and_the_others_are_stored() {
        let folder = tempfile::tempdir().unwrap();
        let documents_folder = folder.path().join("in");
        std::fs::create_dir(&documents_folder).unwrap();
        std::fs::write(documents_folder.join("a.txt"), "Số: 1/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\nC.").unwrap();
        std::fs::write(documents_folder.join("b.txt"), "Không có số\nĐiều 1. B\nC.").unwrap();
        std::fs::write(documents_folder.join("c.txt"), "").unwrap();
        let mut store = Sqlite::open(&folder.path().join("store")).unwrap();
        let mut lines = Vec::new();
        documents(&mut store, &[documents_folder], &mut |line| lines.push(line)).unwrap();
        let codes: Vec<_> = lines.iter().map(|l| l.outcome.as_ref().map(|o| o.1).map_err(|f| f.code)).collect();
        assert_eq!(codes, [Ok(Stored::New), Err("document.no_number"), Err("input.empty")]);
        assert!(documents(&mut store, &[folder.path().join("absent.txt")], &mut |_| ()).is_err());
    }

    #[test]
    fn the_same_text_with_another_date_of_effect_is_stored_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let mut store = Sqlite::open(&folder.path().join("store")).unwrap();
        let mut put = |effective: &str| {
            let text = r"Số: 1/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\nC.";
            std::fs::write(&file, format!(r#"{{"text": "{text}", "effective": "{effective}"}}"#)).unwrap();
            let mut stored = Vec::new();
            documents(&mut store, std::slice::from_ref(&file), &mut |line| stored.push(line.outcome.unwrap().1))
                .unwrap();
            stored
        };
        assert_eq!(put("2024-05-01"), [Stored::New]);
        assert_eq!(put("2024-05-01"), [Stored::Unchanged]);
        assert_eq!(put("2025-05-01"), [Stored::Replaced]);
    }
}
