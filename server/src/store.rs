//! The store: documents, provisions, passages with their vectors, and reviews, behind one trait.
//!
//! One machine keeps them in a SQLite file, several share a PostgreSQL database; which of the two it is may show nowhere
//! else, so both pass the tests in `conformance`. Hard because what the two allow differs (U+0000 in a text, the order of
//! letters, how a cut connection shows), and a caller must meet only what both can keep. Every write is one transaction:
//! a process killed in the middle leaves the last whole state. A store of a newer schema is refused before anything is
//! written to it. What is searched is not here: the indexes are made from the store, in the process.

pub mod attempts;
mod claims;
#[cfg(test)]
mod conformance;
mod place;
mod postgres;
mod rows;
mod sqlite;
mod tables;

pub use claims::{Claim, Claimed, Claims, Holder, Kept};
pub use place::Place;
#[cfg(test)]
pub use rows::TABLES;
pub use rows::{Rows, Sink, Table, Value, checksum};
#[cfg(test)]
pub use sqlite::Sqlite;
pub use sqlite::sealed;
pub use tables::{Cells, Tables, Work, looking, within};

use crate::failure::{Failure, Kind, Result};
use rasoat_api::messages::Message;
use rasoat_assistant::CorpusDocument;
use rasoat_assistant::pack::Attributes;
use rasoat_embeddings::Passage;
use rasoat_law::structure::{Provision, ProvisionKind};
use rasoat_law::{ByteSpan, Eid};
use std::collections::HashMap;

/// Version of what is stored: the tables, and how documents are cut into passages.
pub const SCHEMA: u32 = 8;

/// The version that last changed what is searched: what is made from the store holds until another does.
const SEARCHED: u32 = 5;

/// What the fifth version added, in SQLite's words: who uses the service and what they decided. Times are seconds since
/// 1970; sums are SHA-256 of secrets, which are kept nowhere.
const FIFTH: &str = "
    CREATE TABLE organisations (id TEXT PRIMARY KEY, name TEXT NOT NULL, made INTEGER NOT NULL) STRICT;
    CREATE TABLE accounts (
        id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
        organisation TEXT NOT NULL REFERENCES organisations (id), password TEXT, subject TEXT UNIQUE,
        active INTEGER NOT NULL, made INTEGER NOT NULL) STRICT;
    CREATE TABLE tokens (
        id TEXT PRIMARY KEY, sum BLOB NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (id),
        name TEXT NOT NULL, scopes TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER) STRICT;
    CREATE TABLE invitations (
        sum BLOB PRIMARY KEY, role TEXT NOT NULL, organisation TEXT NOT NULL REFERENCES organisations (id),
        expires INTEGER NOT NULL) STRICT;
    CREATE TABLE sessions (
        sum BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), began INTEGER NOT NULL,
        seen INTEGER NOT NULL) STRICT;
    CREATE TABLE failed_logins (who TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
    ALTER TABLE reviews ADD COLUMN organisation TEXT NOT NULL DEFAULT 'local';
    ALTER TABLE reviews ADD COLUMN account TEXT;
    ALTER TABLE reviews ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE reviews ADD COLUMN request TEXT;
    CREATE UNIQUE INDEX reviews_by_request ON reviews (organisation, request);
    CREATE TABLE decisions (
        review TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE, finding TEXT NOT NULL, verdict TEXT NOT NULL,
        replacement TEXT, note TEXT, account TEXT, at INTEGER NOT NULL, PRIMARY KEY (review, finding)) STRICT;
    CREATE TABLE petitions (
        number TEXT PRIMARY KEY, secret BLOB NOT NULL, document TEXT NOT NULL, eid TEXT NOT NULL, as_of TEXT NOT NULL,
        reason TEXT NOT NULL, contact TEXT, received INTEGER NOT NULL, gathered TEXT, state TEXT NOT NULL,
        organisation TEXT, account TEXT, outcome TEXT, changed INTEGER NOT NULL) STRICT;
    CREATE TABLE record (
        position INTEGER PRIMARY KEY, at INTEGER NOT NULL, account TEXT, organisation TEXT, act TEXT NOT NULL,
        object TEXT NOT NULL, detail TEXT NOT NULL, sum BLOB NOT NULL) STRICT;
";

/// What the sixth version added: what reviewers say to one another, and who takes care of which finding.
const SIXTH: &str = "
    CREATE TABLE comments (
        id TEXT PRIMARY KEY, review TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE, finding TEXT NOT NULL,
        text TEXT NOT NULL, account TEXT, at INTEGER NOT NULL) STRICT;
    CREATE INDEX comments_by_review ON comments (review);
    CREATE TABLE assignments (
        review TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE, finding TEXT NOT NULL,
        account TEXT NOT NULL REFERENCES accounts (id), at INTEGER NOT NULL, PRIMARY KEY (review, finding)) STRICT;
";

/// What the seventh version added: how often work was begun and never ended, and what people made of amendments that the
/// program could not apply.
const SEVENTH: &str = "
    ALTER TABLE claims ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE attempts (job TEXT PRIMARY KEY, begun INTEGER NOT NULL) STRICT;
    CREATE TABLE amendments (
        id TEXT PRIMARY KEY, act TEXT NOT NULL, act_eid TEXT, words TEXT NOT NULL, document TEXT, eids TEXT NOT NULL,
        operation TEXT, effective TEXT, reason TEXT, account TEXT, at INTEGER NOT NULL) STRICT;
";

/// What the eighth version added: procedures, which lay in a file before, each as JSON.
const EIGHTH: &str = "CREATE TABLE procedures (id TEXT PRIMARY KEY, page TEXT NOT NULL) STRICT;";

/// The same in PostgreSQL's words: texts are compared by their bytes, as in SQLite.
fn for_postgres(statements: &str) -> String {
    statements
        .replace(" STRICT", "")
        .replace("INTEGER", "bigint")
        .replace("TEXT", "text COLLATE \"C\"")
        .replace("BLOB", "bytea")
}

/// The store, for one caller at a time.
///
/// Its calls block, and PostgreSQL's must not be made (nor the store dropped) on a thread that drives asynchronous
/// tasks.
pub trait Store: Claims + Send {
    /// Puts a document in with its passages. Its vectors are made afterwards.
    ///
    /// # Errors
    /// When a text has U+0000, which not every store can hold (`text.nul`), or the store refuses.
    fn put(&mut self, document: &CorpusDocument, passages: &[Passage], source: &str, sha256: &str) -> Result<Stored>;

    /// Passages without a vector of this encoder, the shortest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn waiting(&self, encoder: &str) -> Result<Vec<Waiting>>;

    /// Stores the vectors of passages, exactly as they are given.
    ///
    /// # Errors
    /// When the store refuses.
    fn put_vectors(&mut self, encoder: &str, passages: &[Waiting], vectors: &[Vec<f32>]) -> Result<()>;

    /// What each document is told by, in the order in which they came: its number, and a stamp that changes whenever it,
    /// its passages or its vectors of an encoder do.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn stamps(&self, encoder: Option<&str>) -> Result<Vec<(String, String)>>;

    /// The passages of a document in order, each with its vector where it is of this encoder.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn passages(&self, number: &str, encoder: Option<&str>) -> Result<Vec<Indexed>>;

    /// What a document is about, as search takes it.
    ///
    /// # Errors
    /// When the store cannot be read or has no such document.
    fn subject(&self, number: &str) -> Result<String>;

    /// Where in its document's text each passage of a document stands, in the order of [`Store::passages`].
    ///
    /// # Errors
    /// When the store cannot be read.
    fn passage_spans(&self) -> Result<Vec<(String, Vec<ByteSpan>)>>;

    /// Every document, in the order in which they came.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn documents(&self) -> Result<Vec<CorpusDocument>>;

    /// One document.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn document(&self, number: &str) -> Result<Option<CorpusDocument>>;

    /// A number that changes with every change of documents, passages or vectors. Cheap, so that others can ask often.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn revision(&self) -> Result<i64>;

    /// Whether a passage has no vector of this encoder.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lacks_vectors(&self, encoder: &str) -> Result<bool>;

    /// The checksum of each document's text, by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn sums(&self) -> Result<HashMap<String, String>>;

    /// What the store holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn counts(&self) -> Result<Counts>;

    /// Stores a review that begins, together with a holder's claim on it or, without one, for whoever is free first.
    ///
    /// # Errors
    /// When a text has U+0000 (`text.nul`), there is a review of this identifier, or the store refuses.
    fn begin_review(&mut self, review: &StoredReview, original: &[u8], holder: Option<&Holder>) -> Result<()>;

    /// Stores how a review ended: its state, and the JSON of what it gave. Counts only from who has its claim, be it
    /// lapsed, as long as nobody else took it; says whether it did. The claim is gone then.
    ///
    /// # Errors
    /// When a text has U+0000 (`text.nul`), or the store refuses.
    fn end_review(&mut self, owner: &str, id: &str, state: &str, parts: &ReviewParts) -> Result<bool>;

    /// Reviews, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn reviews(&self, limit: usize) -> Result<Vec<StoredReview>>;

    /// Reviews of an organisation before one of them, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn reviews_of(&self, organisation: &str, before: Option<&str>, limit: usize) -> Result<Vec<StoredReview>>;

    /// Reviews that run or wait, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn running_reviews(&self) -> Result<Vec<StoredReview>>;

    /// One review.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn review(&self, id: &str) -> Result<Option<StoredReview>>;

    /// The file a review was made of.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn review_original(&self, id: &str) -> Result<Option<Vec<u8>>>;

    /// What a review gave.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn review_parts(&self, id: &str) -> Result<Option<ReviewParts>>;

    /// Does work within one transaction that sees what others have written before it; an error undoes all of it.
    ///
    /// # Errors
    /// When the store refuses, or with what the work answers.
    fn transact(&mut self, work: &mut Work<'_>) -> Result<()>;

    /// Does work that only reads, as of one moment.
    ///
    /// # Errors
    /// When the store cannot be read, or with what the work answers.
    fn look(&self, work: &mut Work<'_>) -> Result<()>;

    /// Says that a service runs on the store, for as long as this connection lasts; asked again, it says so again where the
    /// connection was made anew. A folder has a lock of its own ([`Place::serve_alone`]).
    ///
    /// # Errors
    /// When the store cannot be reached.
    fn serve(&mut self) -> Result<()> {
        Ok(())
    }

    /// Makes sure that no service runs on the store, nor begins to while this connection lasts. A folder has a lock of its
    /// own ([`Place::serve_alone`]).
    ///
    /// # Errors
    /// `key.in_use` where one does, or when the store cannot be reached.
    fn keep_unserved(&mut self) -> Result<()> {
        Ok(())
    }

    /// Leaves as little as it can of what was overwritten or deleted, as in its journal.
    ///
    /// # Errors
    /// When the store refuses.
    fn settle(&mut self) -> Result<()> {
        Ok(())
    }

    /// Every row, table by table in the order of [`rows::TABLES`] and within a table by its key, as of one moment.
    ///
    /// # Errors
    /// When the store cannot be read, or with what `each` answers.
    fn dump(&self, each: &mut Sink<'_>) -> Result<()>;

    /// Fills an empty store with the rows that `give` has, in the order of [`Store::dump`], then lets `check` read what is
    /// there. All or nothing: any error leaves the store empty.
    ///
    /// # Errors
    /// When the store is not empty (`store.not_empty`), refuses a row, or with what the two answer.
    fn fill(&mut self, give: &mut Rows<'_>, check: &mut dyn FnMut(&mut Rows<'_>) -> Result<()>) -> Result<()>;
}

/// What became of a document that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New,
    /// It took the place of another text of the same number.
    Replaced,
    /// The same text was there.
    Unchanged,
}

/// Counts of what the store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents.
    pub documents: u64,
    /// Provisions.
    pub provisions: u64,
    /// Passages with a vector.
    pub embedded: u64,
    /// Passages.
    pub passages: u64,
}

/// A passage waiting for its vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its row.
    pub id: i64,
    /// What is embedded.
    pub text: String,
}

/// A passage as the index needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// The provision.
    pub eid: String,
    /// The article around it.
    pub article: String,
    /// The headings above it.
    pub heading: String,
    /// Its words.
    pub words: String,
    /// Its vector, `[dimension]`.
    pub vector: Option<Vec<f32>>,
}

/// A review as it is stored; JSON in the contract's shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReview {
    /// Identifier.
    pub id: String,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Date it is held against the law.
    pub as_of: String,
    /// `running done failed cancelled`.
    pub state: String,
    /// The error's JSON.
    pub error: Option<String>,
    /// Whose it is.
    pub whose: Whose,
}

/// Whose a review is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The organisation whose accounts see it.
    pub organisation: String,
    /// The account that began it.
    pub account: Option<String>,
    /// When it began, in seconds since 1970.
    pub begun: i64,
    /// What the one who asked calls the request, so that asking again begins nothing new; unique in its organisation.
    pub request: Option<String>,
}

impl Default for Whose {
    fn default() -> Self {
        Self { organisation: LOCAL.to_owned(), account: None, begun: 0, request: None }
    }
}

/// The first organisation, and the only one of a machine that runs without accounts.
pub const LOCAL: &str = "local";

/// The columns of [`StoredReview`].
const REVIEW: &str = "id, file_name, as_of, state, error, organisation, account, begun, request";

/// What a review gave; JSON but for the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewParts {
    /// The file's text with its places.
    pub extracted: Option<String>,
    /// The draft in the contract's shape.
    pub draft: Option<String>,
    /// The review in the contract's shape.
    pub result: Option<String>,
    /// The error.
    pub error: Option<String>,
    /// The DOCX that the original was converted to, where it was.
    pub converted: Option<Vec<u8>>,
}

/// The columns of [`Attributes`].
const ATTRIBUTES: &str = "kind, title, name, issuer, place, signer, issued, effective, consolidated_to";

/// The columns of which a document is made: its number, its text, its [`Attributes`].
const HELD: &str = "number, text, kind, title, name, issuer, place, signer, issued, effective, consolidated_to";

/// A provision's row: its identifier, kind, number, heading, start, end and parent.
type ProvisionRow = (String, String, Option<String>, Option<String>, i64, i64, Option<i64>);

fn provision((eid, kind, number, heading, start, end, parent): ProvisionRow) -> Provision {
    Provision {
        eid: Eid::new(eid),
        kind: ProvisionKind::from_code(&kind).unwrap_or(ProvisionKind::Article),
        number,
        heading,
        span: ByteSpan::new(start as usize, end as usize),
        parent: parent.map(|parent| parent as usize),
    }
}

/// What a document is told by: its text, the first and the last of its passages' rows and how many have a vector, and all
/// that is known beside the text.
fn stamp(
    sum: &str,
    (first, last, embedded): (i64, i64, i64),
    encoder: Option<&str>,
    attributes: &Attributes,
) -> String {
    let by = encoder.filter(|_| embedded > 0).unwrap_or_default();
    let attributes: Vec<&str> = attributes.iter().map(|attribute| attribute.as_deref().unwrap_or("-")).collect();
    format!("{SEARCHED} {sum} {first} {last} {embedded} {by} {}", attributes.join(" | "))
}

/// Spans that come one by one, gathered by document.
#[derive(Default)]
struct Spans(Vec<(String, Vec<ByteSpan>)>);

impl Spans {
    fn push(&mut self, number: String, start: i64, end: i64) {
        let span = ByteSpan::new(start as usize, end as usize);
        match self.0.last_mut().filter(|(last, _)| *last == number) {
            Some((_, spans)) => spans.push(span),
            None => self.0.push((number, vec![span])),
        }
    }
}

fn vector_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn vector_of(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// Refuses a document that PostgreSQL could not hold.
fn check_document(document: &CorpusDocument, passages: &[Passage], source: &str) -> Result<()> {
    let attributes = document.attributes();
    let own = [document.number.as_str(), source, &document.document.text];
    let provisions = document.document.provisions.iter();
    let provisions = provisions.flat_map(|p| [Some(p.eid.as_str()), p.number.as_deref(), p.heading.as_deref()]);
    let passages = passages.iter().flat_map(|p| [p.text.as_str(), p.words.as_str()]);
    let texts = own.into_iter().chain(attributes.iter().flatten().map(String::as_str));
    check_texts(document.number.as_str(), texts.chain(provisions.flatten()).chain(passages))
}

/// Refuses a review that PostgreSQL could not hold.
pub(crate) fn check_review(review: &StoredReview) -> Result<()> {
    let Whose { organisation, account, request, .. } = &review.whose;
    let texts = [&review.id, &review.file_name, &review.as_of, &review.state, organisation].into_iter();
    let texts = texts.chain(&review.error).chain(account).chain(request);
    check_texts(&review.file_name, texts.map(String::as_str))
}

/// Refuses parts that PostgreSQL could not hold.
pub(crate) fn check_parts(id: &str, state: &str, parts: &ReviewParts) -> Result<()> {
    let texts = [&parts.extracted, &parts.draft, &parts.result, &parts.error].into_iter().flatten();
    check_texts(id, texts.map(String::as_str).chain([state]))
}

/// Refuses texts with U+0000.
pub(crate) fn check_texts<'a>(what: &str, mut texts: impl Iterator<Item = &'a str>) -> Result<()> {
    if texts.any(|text| text.contains('\0')) {
        let what = what.replace('\0', "\u{fffd}");
        let (message, hint) = (Message::TextWithNul, Message::TextWithNulHint);
        return Err(Failure::new(Kind::Input, "text.nul", message, hint, &[("what", &what)]));
    }
    Ok(())
}

/// Refuses a store of a newer version.
fn refuse_newer(store: &str, found: Option<u32>) -> Result<()> {
    match found {
        Some(found) if found > SCHEMA => {
            let (found, known) = (found.to_string(), SCHEMA.to_string());
            Err(Failure::new(
                Kind::Missing,
                "store.newer",
                Message::StoreNewer,
                Message::StoreNewerHint,
                &[("file", store), ("found", &found), ("known", &known)],
            ))
        }
        _ => Ok(()),
    }
}

fn damaged(store: &str, why: &str) -> Failure {
    let values = [("file", store), ("why", why)];
    Failure::new(Kind::Internal, "store.damaged", Message::StoreDamaged, Message::StoreDamagedHint, &values)
}

fn not_empty() -> Failure {
    let (message, hint) = (Message::StoreNotEmpty, Message::StoreNotEmptyHint);
    Failure::new(Kind::Usage, "store.not_empty", message, hint, &[])
}
