//! The store: one SQLite file with documents, provisions, passages with their vectors, and reviews.
//!
//! Everything is written in transactions under a write-ahead log, so a process killed in the middle leaves the last
//! whole state. A store of a newer schema is refused before anything is written to it.

mod passages;

use crate::failure::{Failure, Kind, Result};
use jiff::civil::Date;
use rasoat_api::messages::Message;
use rasoat_assistant::CorpusDocument;
use rasoat_embeddings::Passage;
use rasoat_law::effect::OwnDates;
use rasoat_law::structure::{Provision, ProvisionKind, parse};
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, Eid, Metadata};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Version of the schema this program writes and reads.
pub const SCHEMA: u32 = 4;

const CREATE: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
        name TEXT, issuer TEXT, place TEXT, signer TEXT, issued TEXT, effective TEXT, consolidated_to TEXT,
        source TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL) STRICT;
    CREATE TABLE provisions (
        document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        eid TEXT NOT NULL, kind TEXT NOT NULL, number TEXT, heading TEXT, start INTEGER NOT NULL, end INTEGER NOT NULL,
        parent INTEGER, PRIMARY KEY (document, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        eid TEXT NOT NULL, text TEXT NOT NULL, encoder TEXT, vector BLOB, article TEXT NOT NULL DEFAULT '',
        heading TEXT NOT NULL DEFAULT '', words TEXT NOT NULL DEFAULT '', start INTEGER NOT NULL DEFAULT 0,
        end INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE INDEX passages_of_document ON passages (document);
    CREATE TABLE reviews (
        id TEXT PRIMARY KEY, file_name TEXT NOT NULL, as_of TEXT NOT NULL, state TEXT NOT NULL, original BLOB NOT NULL,
        extracted TEXT, draft TEXT, result TEXT, error TEXT, converted BLOB) STRICT;
";

/// The store.
pub struct Store {
    connection: Connection,
    file: PathBuf,
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
}

impl Store {
    /// The database file in a store's folder.
    pub fn file_in(folder: &Path) -> PathBuf {
        folder.join("rasoat.sqlite")
    }

    /// Opens the store in `folder`, making it when there is none.
    ///
    /// # Errors
    /// When the folder cannot be written, the file is damaged, or it is of a newer version.
    pub fn open(folder: &Path) -> Result<Self> {
        fs_err::create_dir_all(folder).map_err(|e| Failure::write(folder, &e))?;
        let file = Self::file_in(folder);
        if file.exists() {
            // Looked at read-only first: a store of a newer version is not touched at all.
            let found = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)
                .and_then(|connection| schema(&connection))
                .map_err(|e| damaged(&file, &e))?;
            refuse_newer(&file, found)?;
        }
        let connection = Connection::open(&file).map_err(|e| damaged(&file, &e))?;
        let mut store = Self { connection, file };
        store.prepare().map_err(|e| damaged(&store.file, &e))?;
        Ok(store)
    }

    fn prepare(&mut self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(std::time::Duration::from_secs(30))?;
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        match schema(&transaction)? {
            None => {
                transaction.execute_batch(CREATE)?;
                transaction.execute("INSERT INTO meta VALUES ('schema', ?1)", [SCHEMA.to_string()])?;
            }
            // Version 1 kept no converted files.
            Some(1) => {
                transaction.execute_batch("ALTER TABLE reviews ADD COLUMN converted BLOB")?;
                passages::widen(&transaction)?;
                passages::recut(&transaction)?;
            }
            // Version 2 knew of a passage only what is embedded.
            Some(2) => {
                passages::widen(&transaction)?;
                passages::recut(&transaction)?;
            }
            // Version 3 called decrees by their number where they are embedded.
            Some(3) => passages::recut(&transaction)?,
            Some(_) => {}
        }
        transaction.execute("UPDATE meta SET value = ?1 WHERE key = 'schema' AND value != ?1", [SCHEMA.to_string()])?;
        transaction.commit()
    }

    /// Puts a document in with its passages. Its vectors are made afterwards.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(
        &mut self,
        document: &CorpusDocument,
        passages: &[Passage],
        source: &str,
        sha256: &str,
    ) -> Result<Stored> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let number = document.number.as_str();
        let before: Option<(i64, String)> = transaction
            .query_row("SELECT id, sha256 FROM documents WHERE number = ?1", [number], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let stored = match &before {
            Some((id, sum))
                if sum == sha256
                    && provisions(&transaction, *id)? == document.document.provisions
                    && attributes(&transaction, *id)? == attributes_of(document) =>
            {
                return Ok(Stored::Unchanged);
            }
            Some((id, _)) => {
                transaction.execute("DELETE FROM documents WHERE id = ?1", [id])?;
                Stored::Replaced
            }
            None => Stored::New,
        };
        let [kind, title, name, issuer, place, signer, issued, effective, consolidated_to] = attributes_of(document);
        transaction.execute(
            "INSERT INTO documents (number, kind, title, name, issuer, place, signer, issued, effective, consolidated_to,
                source, sha256, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                number,
                kind,
                title,
                name,
                issuer,
                place,
                signer,
                issued,
                effective,
                consolidated_to,
                source,
                sha256,
                document.document.text,
            ],
        )?;
        let id = transaction.last_insert_rowid();
        let mut insert = transaction.prepare(
            "INSERT INTO provisions (document, position, eid, kind, number, heading, start, end, parent)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (position, p) in document.document.provisions.iter().enumerate() {
            insert.execute(params![
                id,
                position as i64,
                p.eid.as_str(),
                p.kind.code(),
                p.number,
                p.heading,
                p.span.start as i64,
                p.span.end as i64,
                p.parent.map(|parent| parent as i64),
            ])?;
        }
        drop(insert);
        passages::insert(&transaction, id, passages, &passages::Vectors::new())?;
        transaction.commit()?;
        Ok(stored)
    }

    /// Passages without a vector of this encoder.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting(&self, encoder: &str) -> Result<Vec<Waiting>> {
        let mut select = self.connection.prepare(
            "SELECT id, text FROM passages WHERE vector IS NULL OR encoder IS NOT ?1 ORDER BY length(text), id",
        )?;
        let rows = select.query_map([encoder], |row| Ok(Waiting { id: row.get(0)?, text: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores the vectors of passages.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put_vectors(&mut self, encoder: &str, passages: &[Waiting], vectors: &[Vec<f32>]) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut update = transaction.prepare("UPDATE passages SET encoder = ?1, vector = ?2 WHERE id = ?3")?;
        for (passage, vector) in passages.iter().zip(vectors) {
            let bytes: Vec<u8> = vector.iter().flat_map(|v| v.to_le_bytes()).collect();
            update.execute(params![encoder, bytes, passage.id])?;
        }
        drop(update);
        transaction.commit()?;
        Ok(())
    }

    /// What each document's passages and vectors of an encoder are told by: its number, and a stamp that changes whenever
    /// they do.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stamps(&self, encoder: Option<&str>) -> Result<Vec<(String, String)>> {
        let mut select = self.connection.prepare(
            "SELECT d.number, d.sha256, d.title, min(p.id), max(p.id), count(CASE WHEN p.encoder IS ?1 THEN p.vector END)
                FROM documents d JOIN passages p ON p.document = d.id GROUP BY d.id ORDER BY d.id",
        )?;
        let rows = select.query_map([encoder], |row| {
            let (number, sum, title): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (first, last, embedded): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
            let by = encoder.filter(|_| embedded > 0).unwrap_or_default();
            Ok((number, format!("{SCHEMA} {sum} {first} {last} {embedded} {by} {title}")))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The passages of a document in order, each with its vector where it is of this encoder.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn passages(&self, number: &str, encoder: Option<&str>) -> Result<Vec<Indexed>> {
        let mut select = self.connection.prepare_cached(
            "SELECT p.eid, p.article, p.heading, p.words, CASE WHEN p.encoder IS ?2 THEN p.vector END
                FROM passages p JOIN documents d ON d.id = p.document WHERE d.number = ?1 ORDER BY p.id",
        )?;
        let rows = select.query_map(params![number, encoder], |row| {
            let bytes: Option<Vec<u8>> = row.get(4)?;
            let vector = bytes
                .map(|bytes| bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect());
            Ok(Indexed { eid: row.get(0)?, article: row.get(1)?, heading: row.get(2)?, words: row.get(3)?, vector })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What a document is about, as search takes it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn subject(&self, number: &str) -> Result<String> {
        let mut select = self.connection.prepare_cached("SELECT * FROM documents WHERE number = ?1")?;
        Ok(select.query_row([number], document)?.subject())
    }

    /// Where in its document's text each passage of a document stands, in the order of [`Store::passages`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn passage_spans(&self) -> Result<Vec<(String, Vec<ByteSpan>)>> {
        let mut select = self.connection.prepare(
            "SELECT d.number, p.start, p.end FROM passages p JOIN documents d ON d.id = p.document ORDER BY d.id, p.id",
        )?;
        let mut rows = select.query([])?;
        let mut spans: Vec<(String, Vec<ByteSpan>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let number: String = row.get(0)?;
            let span = ByteSpan::new(row.get::<_, i64>(1)? as usize, row.get::<_, i64>(2)? as usize);
            match spans.last_mut().filter(|(last, _)| *last == number) {
                Some((_, spans)) => spans.push(span),
                None => spans.push((number, vec![span])),
            }
        }
        Ok(spans)
    }

    /// Every document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn documents(&self) -> Result<Vec<CorpusDocument>> {
        Ok(documents(&self.connection)?.into_iter().map(|(_, document)| document).collect())
    }

    /// The checksum of each document's text, by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sums(&self) -> Result<HashMap<String, String>> {
        let mut select = self.connection.prepare("SELECT number, sha256 FROM documents")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What the store holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts(&self) -> Result<Counts> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| n as u64);
        Ok(Counts {
            documents: count("SELECT count(*) FROM documents")?,
            provisions: count("SELECT count(*) FROM provisions")?,
            embedded: count("SELECT count(*) FROM passages WHERE vector IS NOT NULL")?,
            passages: count("SELECT count(*) FROM passages")?,
        })
    }

    /// Stores a review that begins.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn begin_review(&self, review: &StoredReview, original: &[u8]) -> Result<()> {
        self.connection.execute(
            "INSERT INTO reviews (id, file_name, as_of, state, original) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![review.id, review.file_name, review.as_of, review.state, original],
        )?;
        Ok(())
    }

    /// Stores how a review ended: its state, and the JSON of what it gave.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn end_review(&self, id: &str, state: &str, parts: &ReviewParts) -> Result<()> {
        self.connection.execute(
            "UPDATE reviews SET state = ?2, extracted = ?3, draft = ?4, result = ?5, error = ?6, converted = ?7 WHERE id = ?1",
            params![id, state, parts.extracted, parts.draft, parts.result, parts.error, parts.converted],
        )?;
        Ok(())
    }

    /// Reviews, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reviews(&self, limit: usize) -> Result<Vec<StoredReview>> {
        let mut select = self
            .connection
            .prepare("SELECT id, file_name, as_of, state, error FROM reviews ORDER BY id DESC LIMIT ?1")?;
        let rows = select.query_map([limit as i64], stored_review)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Reviews that were running when the store was last used, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn running_reviews(&self) -> Result<Vec<StoredReview>> {
        let mut select = self
            .connection
            .prepare("SELECT id, file_name, as_of, state, error FROM reviews WHERE state = 'running' ORDER BY id")?;
        let rows = select.query_map([], stored_review)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One review.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn review(&self, id: &str) -> Result<Option<StoredReview>> {
        let sql = "SELECT id, file_name, as_of, state, error FROM reviews WHERE id = ?1";
        Ok(self.connection.query_row(sql, [id], stored_review).optional()?)
    }

    /// The file a review was made of.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn review_original(&self, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.connection.query_row("SELECT original FROM reviews WHERE id = ?1", [id], |r| r.get(0)).optional()?)
    }

    /// What a review gave.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn review_parts(&self, id: &str) -> Result<Option<ReviewParts>> {
        let sql = "SELECT extracted, draft, result, error, converted FROM reviews WHERE id = ?1";
        Ok(self
            .connection
            .query_row(sql, [id], |row| {
                Ok(ReviewParts {
                    extracted: row.get(0)?,
                    draft: row.get(1)?,
                    result: row.get(2)?,
                    error: row.get(3)?,
                    converted: row.get(4)?,
                })
            })
            .optional()?)
    }
}

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

/// What is stored of a document beside its number and its text.
type Attributes = [Option<String>; 9];

fn attributes_of(document: &CorpusDocument) -> Attributes {
    let date = |date: Option<Date>| date.map(|d| d.to_string());
    let metadata = &document.document.metadata;
    [
        Some(document.kind.code().to_owned()),
        Some(document.title.clone()),
        metadata.title.clone(),
        document.issuer.clone(),
        metadata.place.clone(),
        metadata.signer.clone(),
        date(document.own_dates.issued),
        date(document.own_dates.effective),
        date(document.consolidated_to),
    ]
}

fn attributes(connection: &Connection, document: i64) -> rusqlite::Result<Attributes> {
    let sql = "SELECT kind, title, name, issuer, place, signer, issued, effective, consolidated_to FROM documents WHERE id = ?1";
    connection.query_row(sql, [document], |row| {
        let mut attributes = Attributes::default();
        for (at, attribute) in attributes.iter_mut().enumerate() {
            *attribute = row.get(at)?;
        }
        Ok(attributes)
    })
}

fn stored_review(row: &Row<'_>) -> rusqlite::Result<StoredReview> {
    Ok(StoredReview {
        id: row.get(0)?,
        file_name: row.get(1)?,
        as_of: row.get(2)?,
        state: row.get(3)?,
        error: row.get(4)?,
    })
}

fn provisions(connection: &Connection, document: i64) -> rusqlite::Result<Vec<Provision>> {
    let mut select = connection.prepare_cached(
        "SELECT eid, kind, number, heading, start, end, parent FROM provisions WHERE document = ?1 ORDER BY position",
    )?;
    let rows = select.query_map([document], |row| {
        Ok(Provision {
            eid: Eid::new(row.get::<_, String>(0)?),
            kind: ProvisionKind::from_code(&row.get::<_, String>(1)?).unwrap_or(ProvisionKind::Article),
            number: row.get(2)?,
            heading: row.get(3)?,
            span: ByteSpan::new(row.get::<_, i64>(4)? as usize, row.get::<_, i64>(5)? as usize),
            parent: row.get::<_, Option<i64>>(6)?.map(|parent| parent as usize),
        })
    })?;
    rows.collect()
}

/// Every document with its row.
fn documents(connection: &Connection) -> rusqlite::Result<Vec<(i64, CorpusDocument)>> {
    let mut select = connection.prepare("SELECT * FROM documents ORDER BY id")?;
    let rows = select.query_map([], |row| Ok((row.get::<_, i64>("id")?, document(row)?)))?;
    let mut documents = Vec::new();
    for row in rows {
        let (id, mut document) = row?;
        let stored = provisions(connection, id)?;
        let read = &mut document.document;
        if read.provisions != stored {
            // Stored by another version's reading, which passages and vectors still follow. Importing the document
            // again brings it up to this one's.
            read.quotations.clear();
            read.provisions = stored;
        }
        documents.push((id, document));
    }
    Ok(documents)
}

/// A stored document, its text read anew; the tree it was stored with is for the caller to put in.
fn document(row: &Row<'_>) -> rusqlite::Result<CorpusDocument> {
    let date = |name: &str| -> rusqlite::Result<Option<Date>> {
        Ok(row.get::<_, Option<String>>(name)?.and_then(|text| text.parse().ok()))
    };
    let number = DocNumber::from_normal(row.get::<_, String>("number")?);
    let kind = DocumentKind::from_code(&row.get::<_, String>("kind")?).unwrap_or(DocumentKind::Other);
    let own_dates = OwnDates { issued: date("issued")?, effective: date("effective")? };
    let issuer: Option<String> = row.get("issuer")?;
    let mut document = parse(&row.get::<_, String>("text")?);
    document.problems.clear();
    document.metadata = Metadata {
        number: Some(number.clone()),
        kind,
        title: row.get("name")?,
        issuer: issuer.clone(),
        place: row.get("place")?,
        issued: own_dates.issued,
        effective: own_dates.effective,
        signer: row.get("signer")?,
        ..document.metadata
    };
    Ok(CorpusDocument {
        number,
        kind,
        title: row.get("title")?,
        issuer,
        own_dates,
        consolidated_to: date("consolidated_to")?,
        document,
    })
}

/// The schema's version; `None` for an empty file.
fn schema(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'", [], |r| r.get(0))?;
    if tables == 0 {
        return Ok(None);
    }
    let value: String = connection.query_row("SELECT value FROM meta WHERE key = 'schema'", [], |r| r.get(0))?;
    Ok(Some(value.parse().unwrap_or(u32::MAX)))
}

fn refuse_newer(file: &Path, found: Option<u32>) -> Result<()> {
    match found {
        Some(found) if found > SCHEMA => {
            let (file, found, known) = (file.display().to_string(), found.to_string(), SCHEMA.to_string());
            Err(Failure::new(
                Kind::Missing,
                "store.newer",
                Message::StoreNewer,
                Message::StoreNewerHint,
                &[("file", &file), ("found", &found), ("known", &known)],
            ))
        }
        _ => Ok(()),
    }
}

fn damaged(file: &Path, error: &rusqlite::Error) -> Failure {
    let (file, why) = (file.display().to_string(), error.to_string());
    let values = [("file", file.as_str()), ("why", why.as_str())];
    Failure::new(Kind::Internal, "store.damaged", Message::StoreDamaged, Message::StoreDamagedHint, &values)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;
    use rasoat_embeddings::passages;

    fn decree(text: &str) -> CorpusDocument {
        let mut document = parse(text);
        document.problems.clear();
        document.metadata.number = Some(DocNumber::from_normal("1/2024/NĐ-CP"));
        document.metadata.kind = DocumentKind::NghiDinh;
        document.metadata.issued = Some(date(2024, 1, 1));
        CorpusDocument {
            number: DocNumber::from_normal("1/2024/NĐ-CP"),
            kind: DocumentKind::NghiDinh,
            title: "Nghị định số 1/2024/NĐ-CP".into(),
            issuer: None,
            own_dates: OwnDates { issued: Some(date(2024, 1, 1)), effective: None },
            consolidated_to: None,
            document,
        }
    }

    fn put(store: &mut Store, document: &CorpusDocument) -> Stored {
        let sum = crate::import::sha256(document.document.text.as_bytes());
        store.put(document, &passages(&document.document, &document.subject()), "test", &sum).unwrap()
    }

    #[test]
    fn a_document_comes_back_whole_and_its_passages_wait_for_vectors() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let first = decree("Điều 1. A\n1. B c.\n2. D e.");
        assert_eq!(put(&mut store, &first), Stored::New);
        assert_eq!(put(&mut store, &first), Stored::Unchanged);
        assert_eq!(store.documents().unwrap(), [first]);
        let waiting = store.waiting("e").unwrap();
        assert_eq!(waiting.len(), 2);
        store.put_vectors("e", &waiting[..1], &[vec![0.6, 0.8]]).unwrap();
        assert_eq!(store.waiting("e").unwrap().len(), 1);
        assert_eq!(store.waiting("another").unwrap().len(), 2, "vectors of another encoder are made anew");
        let before = store.stamps(Some("e")).unwrap();
        assert_ne!(store.stamps(Some("another")).unwrap(), before);
        drop(store);
        let mut store = Store::open(folder.path()).unwrap();
        assert_eq!(store.stamps(Some("e")).unwrap(), before);
        assert_eq!(put(&mut store, &decree("Điều 1. A\nKhác.")), Stored::Replaced);
        let counts = Counts { documents: 1, provisions: 1, embedded: 0, passages: 1 };
        assert_eq!(store.counts().unwrap(), counts);
        assert_ne!(store.stamps(Some("e")).unwrap(), before);
    }

    #[test]
    fn a_store_of_a_newer_version_and_a_damaged_one_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.connection.execute("UPDATE meta SET value = '99'", []).unwrap();
        drop(store);
        assert_eq!(Store::open(folder.path()).err().map(|f| f.code), Some("store.newer"));
        std::fs::write(Store::file_in(folder.path()), b"this is no database at all, but long enough to look").unwrap();
        assert_eq!(Store::open(folder.path()).err().map(|f| f.code), Some("store.damaged"));
    }

    /// Passages as versions 1 and 2 had them.
    const OLD_PASSAGES: &str = "ALTER TABLE passages DROP COLUMN article; ALTER TABLE passages DROP COLUMN heading; \
        ALTER TABLE passages DROP COLUMN words; ALTER TABLE passages DROP COLUMN start; \
        ALTER TABLE passages DROP COLUMN end;";

    #[test]
    fn passages_of_the_second_version_keep_their_vectors_and_learn_their_articles() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        put(&mut store, &decree("Điều 1. A\n1. B c.\n2. D e."));
        let waiting = store.waiting("e").unwrap();
        store.put_vectors("e", &waiting, &[vec![0.6, 0.8], vec![0.8, 0.6]]).unwrap();
        // A passage whose text this version would not make.
        store.connection.execute("UPDATE passages SET text = 'khác' WHERE eid LIKE '%para_2'", []).unwrap();
        store.connection.execute_batch(OLD_PASSAGES).unwrap();
        store.connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'", []).unwrap();
        drop(store);
        for _ in 0..2 {
            let store = Store::open(folder.path()).unwrap();
            let passages = store.passages("1/2024/NĐ-CP", Some("e")).unwrap();
            let seen: Vec<_> = passages
                .iter()
                .map(|p| (p.eid.as_str(), p.article.as_str(), p.words.as_str(), p.vector.is_some()))
                .collect();
            let wanted = [("art_1__para_1", "art_1", "1. B c.", true), ("art_1__para_2", "art_1", "2. D e.", false)];
            assert_eq!(seen, wanted);
            let spans = store.passage_spans().unwrap();
            let held = store.documents().unwrap();
            assert_eq!(spans[0].1[1].of(&held[0].document.text).trim(), "2. D e.");
        }
    }

    #[test]
    fn passages_of_the_third_version_are_called_by_their_subject() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let held = decree("Điều 1. A\nNghị định này quy định về lưu trữ hồ sơ.");
        put(&mut store, &held);
        let by_number = passages(&held.document, &held.title);
        let update = "UPDATE passages SET text = ?1";
        store.connection.execute(update, [&by_number[0].text]).unwrap();
        store.connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema'", []).unwrap();
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        let text = store.waiting("e").unwrap().remove(0).text;
        assert!(text.starts_with("Nghị định quy định về lưu trữ hồ sơ"), "{text}");
    }

    #[test]
    fn a_store_of_the_first_version_is_brought_up_with_its_reviews() {
        let folder = tempfile::tempdir().unwrap();
        let review = StoredReview {
            id: "r".into(),
            file_name: "a.docx".into(),
            as_of: "2026-11-26".into(),
            state: "done".into(),
            error: None,
        };
        let store = Store::open(folder.path()).unwrap();
        store.begin_review(&review, b"PK").unwrap();
        let first_version =
            "ALTER TABLE reviews DROP COLUMN converted; UPDATE meta SET value = '1' WHERE key = 'schema'";
        store.connection.execute_batch(OLD_PASSAGES).unwrap();
        store.connection.execute_batch(first_version).unwrap();
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.review("r").unwrap(), Some(review));
        let parts = ReviewParts { converted: Some(b"PK2".to_vec()), ..ReviewParts::default() };
        store.end_review("r", "done", &parts).unwrap();
        assert_eq!(store.review_parts("r").unwrap(), Some(parts));
        assert_eq!(store.review_original("r").unwrap(), Some(b"PK".to_vec()));
    }
}
