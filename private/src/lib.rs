//! Private mode: a review from the draft's bytes to its Word file inside the reviewer's own browser.
//!
//! Hard because nothing of the server is there: no files, no clock, no threads, and the models run in a module of their
//! own that the engine's instructions choose. What is here is the same assistant over a pack of law; the worker that runs
//! it (`worker/`) is served with a policy under which the browser lets it reach no network, so the draft cannot leave it
//! but to its own page.

#[cfg(target_arch = "wasm32")]
mod bound;

use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{ErrorBody, ReviewEvent};
use rasoat_assistant::pack::{PackError, unpack};
use rasoat_assistant::review::finding::Check;
use rasoat_assistant::session::{self, Sitting, Watcher};
use rasoat_assistant::wire::{self, Absent};
use rasoat_assistant::{CorpusDocument, Law, MemoryCorpus, ReviewError, Selection, Shelf};
use rasoat_embeddings::lexical::LexicalError;
use rasoat_embeddings::{Attributes, Cancelled, DocumentEntry, Keeping, PassageEntry, SearchIndex};
use rasoat_formats::report::{Exported, HandIn, SheetHead, heed};
use rasoat_formats::{Extracted, FormatError, Limits, extract};
use rasoat_law::register::Register;
use rasoat_law::structure::Document;
use rasoat_law::{ByteSpan, DocNumber};
use rasoat_model::{Encoder, Judge};
use std::collections::HashMap;

/// Why something could not be done, as a person is told.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Failure(pub ErrorBody);

impl Failure {
    fn new(language: Language, code: &str, message: Message, hint: Message, values: &[(&str, &str)]) -> Self {
        let (message, hint) = (message.fill(language, values), hint.fill(language, values));
        Self(ErrorBody { code: code.to_owned(), message, hint })
    }

    /// A file that could not be read as a document.
    fn format(language: Language, file: &str, error: &FormatError) -> Self {
        let (why, hint) = match language {
            Language::Vi => (error.message_vi(), error.hint_vi()),
            Language::En => (error.to_string(), error.hint_en()),
        };
        let message = Message::FileUnreadable.fill(language, &[("file", file), ("why", &why)]);
        Self(ErrorBody { code: error.code().to_owned(), message, hint })
    }

    fn internal(language: Language, error: &impl std::fmt::Display) -> Self {
        let why = error.to_string();
        Self::new(language, "private.failed", Message::PrivateFailed, Message::PrivateFailedHint, &[("why", &why)])
    }
}

/// The law as it arrives, part by part.
pub struct Loading {
    index: SearchIndex,
    documents: Vec<CorpusDocument>,
    spans: HashMap<String, Vec<ByteSpan>>,
}

/// Law could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A part is damaged.
    #[error(transparent)]
    Part(#[from] PackError),
    /// The index refuses.
    #[error(transparent)]
    Index(#[from] LexicalError),
}

impl Loading {
    /// Nothing yet.
    ///
    /// # Errors
    /// When the index cannot be made.
    pub fn new() -> Result<Self, LoadError> {
        let keeping = Keeping { engine: false, ..Keeping::default() };
        Ok(Self { index: SearchIndex::new(keeping)?, documents: Vec::new(), spans: HashMap::new() })
    }

    /// Takes a part of a pack.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn add(&mut self, part: &[u8]) -> Result<(), LoadError> {
        let (held, passages) = unpack(part)?;
        let title = held.subject();
        let entries: Vec<PassageEntry<'_>> = passages
            .iter()
            .map(|passage| PassageEntry {
                eid: &passage.eid,
                article: &passage.article,
                title: &title,
                heading: &passage.heading,
                words: &passage.words,
                vector: passage.vector.as_deref(),
            })
            .collect();
        let number = held.number.to_string();
        let entry = DocumentEntry { number: number.clone(), stamp: String::new(), attributes: Attributes::default() };
        self.index.insert(entry, &entries)?;
        self.spans.insert(number, passages.iter().map(|passage| passage.span).collect());
        self.documents.push(held);
        Ok(())
    }

    /// The law, ready to be searched.
    ///
    /// # Errors
    /// When the index refuses.
    pub fn finish(mut self) -> Result<Shelf, LoadError> {
        self.index.commit()?;
        Ok(Shelf::new(MemoryCorpus::new(self.documents), self.index, self.spans))
    }
}

/// A draft that was read, with its file.
struct Draft {
    name: String,
    bytes: Vec<u8>,
    extracted: Extracted,
    document: Document,
}

/// The desk in the browser: the law, and the reviews of this sitting.
pub struct Desk {
    shelf: Shelf,
    selection: Selection,
    language: Language,
    limits: fn() -> Limits,
    reviewed: HashMap<String, (Draft, api::Review)>,
}

/// The models that reviews use; both live in another module.
#[derive(Clone, Copy, Default)]
pub struct Models<'a> {
    /// Makes a vector of each norm.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads a norm beside a provision.
    pub judge: Option<&'a dyn Judge>,
}

/// A draft as it is handed over.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// Name of the review.
    pub id: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The day it would take effect, ISO 8601.
    pub as_of: &'a str,
}

impl Desk {
    /// A desk over the law; `checks` are the codes of those that run.
    pub fn new(shelf: Shelf, checks: &[String], language: Language) -> Self {
        let selection =
            Selection::only(Check::ALL.into_iter().filter(|check| checks.iter().any(|c| c == check.code())));
        Self { shelf, selection, language, limits: Limits::default, reviewed: HashMap::new() }
    }

    /// Reads drafts within these limits, asked for anew for each.
    #[must_use]
    pub fn within(self, limits: fn() -> Limits) -> Self {
        Self { limits, ..self }
    }

    /// Says things in another language from now on.
    pub fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// Reviews a draft and keeps what came of it for as long as the desk lives. `tell` hears each event; the last one is
    /// [`ReviewEvent::Done`].
    ///
    /// # Errors
    /// When the file is unusable or a model fails.
    pub fn review(
        &mut self,
        handed: Handed<'_>,
        models: Models<'_>,
        clock: &dyn Fn() -> u64,
        tell: &mut dyn FnMut(&ReviewEvent),
    ) -> Result<(), Failure> {
        let Handed { id, name, bytes, as_of } = handed;
        let day = self.day(as_of)?;
        let start = clock();
        let draft = self.read(name, bytes)?;
        let law = Law {
            corpus: &self.shelf,
            search: &self.shelf,
            encoder: models.encoder.filter(|_| self.shelf.has_vectors()),
            judge: models.judge,
            register: Register::built_in(),
            as_of: day,
        };
        let sitting = Sitting {
            draft: &draft.document,
            extracted: &draft.extracted,
            parse_ms: clock().saturating_sub(start),
            law: &law,
            selection: &self.selection,
            clock,
        };
        let review = sitting.review(self.language, &mut Telling(tell)).map_err(|error| match error {
            ReviewError::Cancelled => Failure::internal(self.language, &Cancelled),
            ReviewError::Encode(error) => Failure::internal(self.language, &error),
        })?;
        self.reviewed.insert(id.to_owned(), (draft, review));
        tell(&ReviewEvent::Done);
        Ok(())
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Draft, Failure> {
        let extracted = extract(name, bytes, &(self.limits)());
        let extracted = extracted.map_err(|error| Failure::format(self.language, name, &error))?;
        let (extracted, document) = session::read(extracted);
        Ok(Draft { name: name.to_owned(), bytes: bytes.to_vec(), extracted, document })
    }

    /// Takes a review back that another desk of the same page finished, with the draft's file of that name.
    ///
    /// # Errors
    /// When the file is unusable.
    pub fn restore(&mut self, id: &str, name: &str, bytes: &[u8], review: api::Review) -> Result<(), Failure> {
        let draft = self.read(name, bytes)?;
        self.reviewed.insert(id.to_owned(), (draft, review));
        Ok(())
    }

    /// Drops a review and its draft, where it has one of this name.
    pub fn forget(&mut self, id: &str) {
        self.reviewed.remove(id);
    }

    fn reviewed(&self, id: &str) -> Result<&(Draft, api::Review), Failure> {
        self.reviewed.get(id).ok_or_else(|| {
            Failure::new(self.language, "review.unknown", Message::PrivateGone, Message::PrivateGoneHint, &[])
        })
    }

    /// A finished review.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn result(&self, id: &str) -> Result<&api::Review, Failure> {
        Ok(&self.reviewed(id)?.1)
    }

    /// A review's draft.
    ///
    /// # Errors
    /// When there is no review of this name.
    pub fn draft(&self, id: &str) -> Result<api::ParsedDocument, Failure> {
        let (draft, _) = self.reviewed(id)?;
        let mut parsed = wire::document(&draft.document);
        parsed.problems.extend(wire::source_problems(&draft.extracted, self.language));
        parsed.problems.extend(wire::doubtful_words(&draft.extracted, self.language));
        Ok(parsed)
    }

    /// The documents that a review's draft stands on.
    ///
    /// # Errors
    /// When there is no review of this name.
    pub fn map(&self, id: &str) -> Result<api::DraftMap, Failure> {
        let (draft, review) = self.reviewed(id)?;
        Ok(wire::draft_map(&self.shelf, &draft.document.text, self.day(&review.as_of)?))
    }

    fn day(&self, as_of: &str) -> Result<Date, Failure> {
        as_of.parse().map_err(|_| {
            Failure::new(self.language, "request.date", Message::BadDate, Message::BadDateHint, &[("date", as_of)])
        })
    }

    /// The effect of a document, or of a provision where `eid` names one.
    ///
    /// # Errors
    /// When the pack holds the document without that provision.
    pub fn status(&self, document: &str, eid: &str, as_of: &str) -> Result<api::StatusReport, Failure> {
        let eid = Some(eid).filter(|eid| !eid.is_empty());
        wire::status(&self.shelf, &DocNumber::from_normal(document), eid, self.day(as_of)?)
            .map_err(|absent| self.absence(absent, document, eid.unwrap_or_default()))
    }

    fn absence(&self, absent: Absent, document: &str, eid: &str) -> Failure {
        let values = [("document", document), ("eid", eid)];
        let (code, message) = match absent {
            Absent::Document => ("document.unknown", Message::UnknownDocument),
            Absent::Provision => ("provision.unknown", Message::UnknownProvision),
        };
        Failure::new(self.language, code, message, Message::UnknownDocumentHint, &values)
    }

    /// A provision of the law in its article.
    ///
    /// # Errors
    /// When the pack does not hold it.
    pub fn provision(&self, document: &str, eid: &str, as_of: &str) -> Result<api::ProvisionView, Failure> {
        wire::provision(&self.shelf, &DocNumber::from_normal(document), eid, self.day(as_of)?)
            .map_err(|absent| self.absence(absent, document, eid))
    }

    /// A review as a file, with what was decided on its findings. `now` is the time as Word writes it.
    ///
    /// # Errors
    /// When there is no such review or kind of file, or it cannot be made.
    pub fn file(
        &self,
        id: &str,
        (format, suggest): (&str, bool),
        decisions: &[api::Decision],
        now: &str,
    ) -> Result<Vec<u8>, Failure> {
        let (draft, review) = self.reviewed(id)?;
        let format = HandIn::from_code(format).ok_or_else(|| {
            Failure::new(self.language, "private.format", Message::PrivateFormat, Message::PrivateFormatHint, &[])
        })?;
        let mut review = review.clone();
        heed(&mut review, decisions, self.language);
        let metadata = &draft.document.metadata;
        let head = SheetHead {
            date: now.get(..10).map(str::to_owned),
            title: metadata.title.clone(),
            so_hieu: metadata.number.as_ref().map(ToString::to_string),
            issuer: metadata.issuer.clone(),
            issued: metadata.issued.map(|day| day.to_string()),
            ..SheetHead::default()
        };
        let exported = Exported {
            file: &draft.name,
            original: &draft.bytes,
            extracted: &draft.extracted,
            review: &review,
            head,
            suggest,
        };
        exported
            .file(format, &Limits::default(), self.language, now)
            .map_err(|error| Failure::format(self.language, &draft.name, &error))
    }
}

/// Passes on what happens.
struct Telling<'a>(&'a mut dyn FnMut(&ReviewEvent));

impl Watcher for Telling<'_> {
    fn progress(&mut self, progress: api::Progress) -> Result<(), Cancelled> {
        (self.0)(&ReviewEvent::Progress(progress));
        Ok(())
    }

    fn found(&mut self, finding: api::Finding) {
        (self.0)(&ReviewEvent::Finding(Box::new(finding)));
    }
}

#[cfg(test)]
mod tests;
