//! The store in one SQLite file, under a write-ahead log.

mod claims;
mod passages;
pub mod sealed;

use super::rows::TABLES;
use super::{
    ATTRIBUTES, Attributes, Counts, EIGHTH, FIFTH, HELD, Holder, Indexed, REVIEW, ReviewParts, Rows, SCHEMA, SEVENTH,
    SIXTH, Sink, Spans, Store, Stored, StoredReview, Value, Waiting, Whose, Work, check_document, check_parts,
    check_review, check_texts, damaged, not_empty, provision, refuse_newer, stamp, vector_bytes, vector_of,
};
use crate::failure::{Failure, Result};
use rasoat_assistant::CorpusDocument;
use rasoat_embeddings::Passage;
use rasoat_law::ByteSpan;
use rasoat_law::structure::Provision;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

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

/// A store in a SQLite file.
pub struct Sqlite {
    connection: Connection,
    file: PathBuf,
}

impl Sqlite {
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
                .map_err(|e| broken(&file, &e))?;
            refuse_newer(&file.display().to_string(), found)?;
        }
        let connection = Connection::open(&file).map_err(|e| broken(&file, &e))?;
        let mut store = Self { connection, file };
        store.prepare().map_err(|e| broken(&store.file, &e))?;
        Ok(store)
    }

    fn prepare(&mut self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(std::time::Duration::from_secs(30))?;
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        // What is erased is written over.
        self.connection.pragma_update(None, "secure_delete", true)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = schema(&transaction)?;
        match found {
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
        // Version 4 knew nobody, and of one process alone.
        if found.is_none_or(|found| found < 5) {
            transaction.execute_batch(FIFTH)?;
            transaction.execute_batch(claims::CLAIMS)?;
        }
        // Version 5 had nobody say anything to anybody.
        if found.is_none_or(|found| found < 6) {
            transaction.execute_batch(SIXTH)?;
        }
        // Version 6 began again for ever what took its process down.
        if found.is_none_or(|found| found < 7) {
            transaction.execute_batch(SEVENTH)?;
        }
        if found.is_none_or(|found| found < 8) {
            transaction.execute_batch(EIGHTH)?;
        }
        transaction.execute("UPDATE meta SET value = ?1 WHERE key = 'schema' AND value != ?1", [SCHEMA.to_string()])?;
        transaction.commit()
    }
}

impl Store for Sqlite {
    fn put(&mut self, document: &CorpusDocument, passages: &[Passage], source: &str, sha256: &str) -> Result<Stored> {
        check_document(document, passages, source)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
                    && attributes(&transaction, *id)? == document.attributes() =>
            {
                return Ok(Stored::Unchanged);
            }
            Some((id, _)) => {
                transaction.execute("DELETE FROM documents WHERE id = ?1", [id])?;
                Stored::Replaced
            }
            None => Stored::New,
        };
        let [kind, title, name, issuer, place, signer, issued, effective, consolidated_to] = document.attributes();
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
        revise(&transaction)?;
        transaction.commit()?;
        Ok(stored)
    }

    fn waiting(&self, encoder: &str) -> Result<Vec<Waiting>> {
        let mut select = self.connection.prepare(
            "SELECT id, text FROM passages WHERE vector IS NULL OR encoder IS NOT ?1 ORDER BY length(text), id",
        )?;
        let rows = select.query_map([encoder], |row| Ok(Waiting { id: row.get(0)?, text: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn put_vectors(&mut self, encoder: &str, passages: &[Waiting], vectors: &[Vec<f32>]) -> Result<()> {
        check_texts(encoder, std::iter::once(encoder))?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Rows of a document that was replaced meanwhile may have been given to other passages.
        let sql = "UPDATE passages SET encoder = ?1, vector = ?2 WHERE id = ?3 AND text = ?4";
        let mut update = transaction.prepare(sql)?;
        for (passage, vector) in passages.iter().zip(vectors) {
            update.execute(params![encoder, vector_bytes(vector), passage.id, passage.text])?;
        }
        drop(update);
        revise(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    fn stamps(&self, encoder: Option<&str>) -> Result<Vec<(String, String)>> {
        let mut select = self.connection.prepare(&format!(
            "SELECT d.number, d.sha256, coalesce(min(p.id), 0), coalesce(max(p.id), 0),
                count(CASE WHEN p.encoder IS ?1 THEN p.vector END), {ATTRIBUTES}
                FROM documents d LEFT JOIN passages p ON p.document = d.id GROUP BY d.id ORDER BY d.id"
        ))?;
        let rows = select.query_map([encoder], |row| {
            let (number, sum): (String, String) = (row.get(0)?, row.get(1)?);
            let passages = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((number, stamp(&sum, passages, encoder, &attributes_from(row, 5)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn passages(&self, number: &str, encoder: Option<&str>) -> Result<Vec<Indexed>> {
        let mut select = self.connection.prepare_cached(
            "SELECT p.eid, p.article, p.heading, p.words, CASE WHEN p.encoder IS ?2 THEN p.vector END
                FROM passages p JOIN documents d ON d.id = p.document WHERE d.number = ?1 ORDER BY p.id",
        )?;
        let rows = select.query_map(params![number, encoder], |row| {
            let bytes: Option<Vec<u8>> = row.get(4)?;
            Ok(Indexed {
                eid: row.get(0)?,
                article: row.get(1)?,
                heading: row.get(2)?,
                words: row.get(3)?,
                vector: bytes.as_deref().map(vector_of),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn subject(&self, number: &str) -> Result<String> {
        let mut select = self.connection.prepare_cached(&format!("SELECT {HELD} FROM documents WHERE number = ?1"))?;
        Ok(select.query_row([number], document)?.subject())
    }

    fn passage_spans(&self) -> Result<Vec<(String, Vec<ByteSpan>)>> {
        let mut select = self.connection.prepare(
            "SELECT d.number, p.start, p.end FROM passages p JOIN documents d ON d.id = p.document ORDER BY d.id, p.id",
        )?;
        let mut rows = select.query([])?;
        let mut spans = Spans::default();
        while let Some(row) = rows.next()? {
            spans.push(row.get(0)?, row.get(1)?, row.get(2)?);
        }
        Ok(spans.0)
    }

    fn documents(&self) -> Result<Vec<CorpusDocument>> {
        Ok(documents(&self.connection)?.into_iter().map(|(_, document)| document).collect())
    }

    fn document(&self, number: &str) -> Result<Option<CorpusDocument>> {
        // Both as of one moment.
        let snapshot = self.connection.unchecked_transaction()?;
        let mut select = snapshot.prepare_cached(&format!("SELECT {HELD}, id FROM documents WHERE number = ?1"))?;
        let found = select.query_row([number], |row| Ok((row.get::<_, i64>("id")?, document(row)?))).optional()?;
        let Some((id, document)) = found else { return Ok(None) };
        Ok(Some(document.with_provisions(provisions(&snapshot, id)?)))
    }

    fn revision(&self) -> Result<i64> {
        let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'corpus'";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    fn lacks_vectors(&self, encoder: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM passages WHERE vector IS NULL OR encoder IS NOT ?1)";
        Ok(self.connection.query_row(sql, [encoder], |row| row.get(0))?)
    }

    fn sums(&self) -> Result<HashMap<String, String>> {
        let mut select = self.connection.prepare("SELECT number, sha256 FROM documents")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn counts(&self) -> Result<Counts> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| n as u64);
        Ok(Counts {
            documents: count("SELECT count(*) FROM documents")?,
            provisions: count("SELECT count(*) FROM provisions")?,
            embedded: count("SELECT count(*) FROM passages WHERE vector IS NOT NULL")?,
            passages: count("SELECT count(*) FROM passages")?,
        })
    }

    fn begin_review(&mut self, review: &StoredReview, original: &[u8], holder: Option<&Holder>) -> Result<()> {
        check_review(review)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT INTO reviews (id, file_name, as_of, state, original, organisation, account, begun, request)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                review.id,
                review.file_name,
                review.as_of,
                review.state,
                original,
                review.whose.organisation,
                review.whose.account,
                review.whose.begun,
                review.whose.request,
            ],
        )?;
        if let Some(holder) = holder {
            claims::take(&transaction, holder, &review.id)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn end_review(&mut self, owner: &str, id: &str, state: &str, parts: &ReviewParts) -> Result<bool> {
        check_parts(id, state, parts)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if transaction.execute("DELETE FROM claims WHERE review = ?1 AND owner = ?2", [id, owner])? == 0 {
            return Ok(false);
        }
        transaction.execute(
            "UPDATE reviews SET state = ?2, extracted = ?3, draft = ?4, result = ?5, error = ?6, converted = ?7 WHERE id = ?1",
            params![id, state, parts.extracted, parts.draft, parts.result, parts.error, parts.converted],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    fn reviews(&self, limit: usize) -> Result<Vec<StoredReview>> {
        let mut select = self.connection.prepare(&format!("SELECT {REVIEW} FROM reviews ORDER BY id DESC LIMIT ?1"))?;
        let rows = select.query_map([limit as i64], stored_review)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn reviews_of(&self, organisation: &str, before: Option<&str>, limit: usize) -> Result<Vec<StoredReview>> {
        let sql = format!(
            "SELECT {REVIEW} FROM reviews WHERE organisation = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3"
        );
        let mut select = self.connection.prepare_cached(&sql)?;
        let rows = select.query_map(params![organisation, before, limit as i64], stored_review)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn running_reviews(&self) -> Result<Vec<StoredReview>> {
        let sql = format!("SELECT {REVIEW} FROM reviews WHERE state = 'running' ORDER BY id");
        let mut select = self.connection.prepare(&sql)?;
        let rows = select.query_map([], stored_review)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn review(&self, id: &str) -> Result<Option<StoredReview>> {
        let sql = format!("SELECT {REVIEW} FROM reviews WHERE id = ?1");
        Ok(self.connection.query_row(&sql, [id], stored_review).optional()?)
    }

    fn review_original(&self, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.connection.query_row("SELECT original FROM reviews WHERE id = ?1", [id], |r| r.get(0)).optional()?)
    }

    fn review_parts(&self, id: &str) -> Result<Option<ReviewParts>> {
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

    fn transact(&mut self, work: &mut Work<'_>) -> Result<()> {
        let mut transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&mut transaction)?;
        Ok(transaction.commit()?)
    }

    fn look(&self, work: &mut Work<'_>) -> Result<()> {
        // What it would change is undone.
        work(&mut self.connection.unchecked_transaction()?)
    }

    fn settle(&mut self) -> Result<()> {
        // Whoever reads meanwhile keeps the journal until the next time; that is told by its answer and is no error.
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    fn dump(&self, each: &mut Sink<'_>) -> Result<()> {
        // What others write meanwhile is not in it.
        let snapshot = self.connection.unchecked_transaction()?;
        read_back(&snapshot, each)
    }

    fn fill(&mut self, give: &mut Rows<'_>, check: &mut dyn FnMut(&mut Rows<'_>) -> Result<()>) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for table in &TABLES {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name);
            if transaction.query_row(&sql, [], |row| row.get::<_, bool>(0))? {
                return Err(not_empty());
            }
        }
        give(&mut |table, row| {
            let places: Vec<String> = (1..=row.len()).map(|at| format!("?{at}")).collect();
            let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.column_list(), places.join(", "));
            transaction.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(row))?;
            Ok(())
        })?;
        check(&mut |sink| read_back(&transaction, sink))?;
        revise(&transaction)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Tells whoever watches that documents, passages or vectors changed.
fn revise(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta VALUES ('corpus', '1')
        ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)";
    connection.execute(sql, [])?;
    Ok(())
}

/// Gives every row of every table.
fn read_back(connection: &Connection, each: &mut Sink<'_>) -> Result<()> {
    for table in &TABLES {
        let mut select = connection.prepare(&table.select())?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..table.columns.len()).map(|at| value(row, at));
            each(table, &values.collect::<rusqlite::Result<Vec<Value>>>()?)?;
        }
    }
    Ok(())
}

fn value(row: &Row<'_>, at: usize) -> rusqlite::Result<Value> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(_) => Value::Text(row.get(at)?),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // No table has such a column.
        ValueRef::Real(_) => {
            return Err(rusqlite::Error::InvalidColumnType(at, "real".into(), rusqlite::types::Type::Real));
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn attributes(connection: &Connection, document: i64) -> rusqlite::Result<Attributes> {
    let sql = format!("SELECT {ATTRIBUTES} FROM documents WHERE id = ?1");
    connection.query_row(&sql, [document], |row| attributes_from(row, 0))
}

/// The attributes that stand in a row from a column on.
fn attributes_from(row: &Row<'_>, first: usize) -> rusqlite::Result<Attributes> {
    let mut attributes = Attributes::default();
    for (at, attribute) in attributes.iter_mut().enumerate() {
        *attribute = row.get(first + at)?;
    }
    Ok(attributes)
}

fn stored_review(row: &Row<'_>) -> rusqlite::Result<StoredReview> {
    Ok(StoredReview {
        id: row.get(0)?,
        file_name: row.get(1)?,
        as_of: row.get(2)?,
        state: row.get(3)?,
        error: row.get(4)?,
        whose: Whose { organisation: row.get(5)?, account: row.get(6)?, begun: row.get(7)?, request: row.get(8)? },
    })
}

fn provisions(connection: &Connection, document: i64) -> rusqlite::Result<Vec<Provision>> {
    let mut select = connection.prepare_cached(
        "SELECT eid, kind, number, heading, start, end, parent FROM provisions WHERE document = ?1 ORDER BY position",
    )?;
    let rows = select.query_map([document], |row| {
        let row = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        Ok(provision(row))
    })?;
    rows.collect()
}

/// Every document with its row.
fn documents(connection: &Connection) -> rusqlite::Result<Vec<(i64, CorpusDocument)>> {
    let mut select = connection.prepare(&format!("SELECT {HELD}, id FROM documents ORDER BY id"))?;
    let rows = select.query_map([], |row| Ok((row.get::<_, i64>("id")?, document(row)?)))?;
    let mut documents = Vec::new();
    for row in rows {
        let (id, document) = row?;
        documents.push((id, document.with_provisions(provisions(connection, id)?)));
    }
    Ok(documents)
}

/// A stored document of the columns [`HELD`], its text read anew, without the tree it was stored with.
fn document(row: &Row<'_>) -> rusqlite::Result<CorpusDocument> {
    Ok(CorpusDocument::kept(row.get("number")?, attributes_from(row, 2)?, &row.get::<_, String>("text")?))
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

fn broken(file: &Path, error: &rusqlite::Error) -> Failure {
    damaged(&file.display().to_string(), &error.to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::Claims;
    use crate::store::conformance::FOURTH;
    use jiff::civil::date;
    use rasoat_embeddings::passages;
    use rasoat_law::effect::OwnDates;
    use rasoat_law::structure::parse;
    use rasoat_law::{DocNumber, DocumentKind};

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

    fn put(store: &mut Sqlite, document: &CorpusDocument) -> Stored {
        let sum = crate::import::sha256(document.document.text.as_bytes());
        store.put(document, &passages(&document.document, &document.subject()), "test", &sum).unwrap()
    }

    #[test]
    fn a_store_of_a_newer_version_and_a_damaged_one_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        store.connection.execute("UPDATE meta SET value = '99'", []).unwrap();
        drop(store);
        assert_eq!(Sqlite::open(folder.path()).err().map(|f| f.code), Some("store.newer"));
        std::fs::write(Sqlite::file_in(folder.path()), b"this is no database at all, but long enough to look").unwrap();
        assert_eq!(Sqlite::open(folder.path()).err().map(|f| f.code), Some("store.damaged"));
    }

    #[test]
    fn every_table_is_one_that_is_copied_and_backed_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name != 'meta'";
        let mut select = store.connection.prepare(sql).unwrap();
        let mut held: Vec<String> =
            select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        // Who is logged in, invited, throttled or at work is of the day, not of the store.
        held.retain(|name| {
            !["sessions", "invitations", "failed_logins", "claims", "attempts"].contains(&name.as_str())
        });
        let mut copied: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        held.sort();
        copied.sort_unstable();
        assert_eq!(held, copied, "`migrate`, `backup` and `restore` know the tables of rows.rs");
    }

    #[test]
    fn a_full_disk_is_told_as_such_and_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(folder.path()).unwrap();
        put(&mut store, &decree("Điều 1. A\nB."));
        let before = store.counts().unwrap();
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
        let review = StoredReview {
            id: "r".into(),
            file_name: "a".into(),
            as_of: "2026-11-26".into(),
            state: "running".into(),
            error: None,
            whose: Whose::default(),
        };
        let failure = store.begin_review(&review, &[7; 100_000], None).unwrap_err();
        assert_eq!(failure.code, "store.full", "{failure}");
        let long: String = (1..400).map(|at| format!("Điều {at}. A\nB c d.\n")).collect();
        let mut large = decree(&long);
        large.number = DocNumber::from_normal("2/2024/NĐ-CP");
        let failure = store.put(&large, &passages(&large.document, "a"), "test", "sum").unwrap_err();
        assert_eq!(failure.code, "store.full", "{failure}");
        assert_eq!((store.counts().unwrap(), store.reviews(9).unwrap()), (before, Vec::new()));
        store.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        store.begin_review(&review, &[7; 100_000], None).unwrap();
    }

    /// Passages as versions 1 and 2 had them.
    const OLD_PASSAGES: &str = "ALTER TABLE passages DROP COLUMN article; ALTER TABLE passages DROP COLUMN heading; \
        ALTER TABLE passages DROP COLUMN words; ALTER TABLE passages DROP COLUMN start; \
        ALTER TABLE passages DROP COLUMN end;";

    #[test]
    fn passages_of_the_second_version_keep_their_vectors_and_learn_their_articles() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(folder.path()).unwrap();
        put(&mut store, &decree("Điều 1. A\n1. B c.\n2. D e."));
        let waiting = store.waiting("e").unwrap();
        store.put_vectors("e", &waiting, &[vec![0.6, 0.8], vec![0.8, 0.6]]).unwrap();
        // A passage whose text this version would not make.
        store.connection.execute("UPDATE passages SET text = 'khác' WHERE eid LIKE '%para_2'", []).unwrap();
        store.connection.execute_batch(FOURTH).unwrap();
        store.connection.execute_batch(OLD_PASSAGES).unwrap();
        store.connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'", []).unwrap();
        drop(store);
        for _ in 0..2 {
            let store = Sqlite::open(folder.path()).unwrap();
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
        let mut store = Sqlite::open(folder.path()).unwrap();
        let held = decree("Điều 1. A\nNghị định này quy định về lưu trữ hồ sơ.");
        put(&mut store, &held);
        let by_number = passages(&held.document, &held.title);
        let update = "UPDATE passages SET text = ?1";
        store.connection.execute(update, [&by_number[0].text]).unwrap();
        store.connection.execute_batch(FOURTH).unwrap();
        store.connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema'", []).unwrap();
        drop(store);
        let store = Sqlite::open(folder.path()).unwrap();
        let text = store.waiting("e").unwrap().remove(0).text;
        assert!(text.starts_with("Nghị định quy định về lưu trữ hồ sơ"), "{text}");
    }

    #[test]
    fn a_store_of_the_fourth_version_learns_of_accounts_and_gives_its_reviews_to_the_first_organisation() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(folder.path()).unwrap();
        let review = StoredReview {
            id: "r".into(),
            file_name: "a.docx".into(),
            as_of: "2026-11-26".into(),
            state: "done".into(),
            error: None,
            whose: Whose::default(),
        };
        store.begin_review(&review, b"PK", None).unwrap();
        store.connection.execute_batch(FOURTH).unwrap();
        store.connection.execute("UPDATE meta SET value = '4' WHERE key = 'schema'", []).unwrap();
        drop(store);
        for _ in 0..2 {
            let mut store = Sqlite::open(folder.path()).unwrap();
            assert_eq!(store.review("r").unwrap().as_ref(), Some(&review));
            let people = |tables: &mut dyn crate::store::Tables| tables.query("SELECT id FROM accounts", &[]);
            assert_eq!(crate::store::within(&mut store, people).unwrap(), []);
        }
    }

    #[test]
    fn a_store_of_the_first_version_is_brought_up_with_its_reviews() {
        let folder = tempfile::tempdir().unwrap();
        let review = StoredReview {
            id: "r".into(),
            file_name: "a.docx".into(),
            as_of: "2026-11-26".into(),
            state: "running".into(),
            error: None,
            whose: Whose::default(),
        };
        let mut store = Sqlite::open(folder.path()).unwrap();
        store.begin_review(&review, b"PK", None).unwrap();
        let first_version =
            "ALTER TABLE reviews DROP COLUMN converted; UPDATE meta SET value = '1' WHERE key = 'schema'";
        store.connection.execute_batch(FOURTH).unwrap();
        store.connection.execute_batch(OLD_PASSAGES).unwrap();
        store.connection.execute_batch(first_version).unwrap();
        drop(store);
        let mut store = Sqlite::open(folder.path()).unwrap();
        assert_eq!(store.review("r").unwrap(), Some(review));
        let parts = ReviewParts { converted: Some(b"PK2".to_vec()), ..ReviewParts::default() };
        let holder = Holder::new(std::time::Duration::from_secs(30));
        assert!(store.claim_review(&holder).unwrap().is_some());
        assert!(store.end_review(&holder.owner, "r", "done", &parts).unwrap());
        assert_eq!(store.review_parts("r").unwrap(), Some(parts));
        assert_eq!(store.review_original("r").unwrap(), Some(b"PK".to_vec()));
    }
}
