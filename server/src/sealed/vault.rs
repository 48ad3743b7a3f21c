//! The boundary at which values are sealed: a store over another one, which its callers cannot pass by.

use super::{Sealing, Spot};
use crate::accounts::{Who, record};
use crate::failure::{Failure, Result};
use crate::store::{
    Cells, Claim, Claimed, Claims, Counts, Holder, Indexed, Kept, Place, ReviewParts, Rows, Sink, Store, Stored,
    StoredReview, Tables, Value, Waiting, Work, check_parts, check_review, within,
};
use rasoat_assistant::CorpusDocument;
use rasoat_embeddings::Passage;
use rasoat_law::ByteSpan;
use std::collections::HashMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// A store's place and the file of its key, where it has one. The key is read when the store is opened.
#[derive(Debug, Clone)]
pub struct Vault {
    place: Place,
    key_file: Option<PathBuf>,
}

impl From<Place> for Vault {
    fn from(place: Place) -> Self {
        Self { place, key_file: None }
    }
}

impl Vault {
    /// The same with a key.
    pub fn with_key(self, key_file: Option<PathBuf>) -> Self {
        Self { key_file, ..self }
    }

    /// The file of its key.
    pub fn key_file(&self) -> Option<&Path> {
        self.key_file.as_deref()
    }

    /// Opens the store, making it where there is none; what it is given is sealed from here on.
    ///
    /// # Errors
    /// When it cannot be opened, or its key is missing or another; nothing is written then.
    pub fn open(&self) -> Result<Box<dyn Store>> {
        let sealing = Sealing::with(self.key_file())?;
        let mut inner = self.place.open()?;
        within(&mut *inner, |tables| sealing.agrees(tables))?;
        Ok(Box::new(SealedStore { inner, sealing }))
    }
}

/// The place alone: what is opened by it has its values as they lie there, to be copied.
impl Deref for Vault {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl std::fmt::Display for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.place.fmt(f)
    }
}

/// A store whose values are sealed before they reach it.
struct SealedStore {
    inner: Box<dyn Store>,
    sealing: Sealing,
}

/// A column of reviews.
fn of_review<'a>(column: &'static str, id: &'a str) -> Spot<'a> {
    Spot { table: "reviews", column, row: id }
}

impl SealedStore {
    /// Before anything is written that is sealed: the key may have been changed while this process runs.
    fn agrees(&mut self) -> Result<()> {
        let sealing = &self.sealing;
        within(&mut *self.inner, |tables| sealing.agrees(tables))
    }

    fn opened(&self, review: StoredReview) -> Result<StoredReview> {
        let file_name = self.sealing.opened_text(of_review("file_name", &review.id), review.file_name)?;
        let error = review.error.map(|error| self.sealing.opened_text(of_review("error", &review.id), error));
        Ok(StoredReview { file_name, error: error.transpose()?, ..review })
    }

    fn all_opened(&self, reviews: Vec<StoredReview>) -> Result<Vec<StoredReview>> {
        reviews.into_iter().map(|review| self.opened(review)).collect()
    }
}

impl Claims for SealedStore {
    fn claim_review(&mut self, holder: &Holder) -> Result<Option<Claimed>> {
        let Some(claimed) = self.inner.claim_review(holder)? else { return Ok(None) };
        Ok(Some(Claimed { review: self.opened(claimed.review)?, ..claimed }))
    }

    fn renew_claim(&mut self, holder: &Holder, id: &str, progress: Option<&str>) -> Result<Kept> {
        self.inner.renew_claim(holder, id, progress)
    }

    fn lapse_claims(&mut self, owner: Option<&str>) -> Result<()> {
        self.inner.lapse_claims(owner)
    }

    fn cancel_review(&mut self, id: &str) -> Result<bool> {
        self.inner.cancel_review(id)
    }

    fn claims(&self) -> Result<Vec<Claim>> {
        self.inner.claims()
    }
}

impl Store for SealedStore {
    fn begin_review(&mut self, review: &StoredReview, original: &[u8], holder: Option<&Holder>) -> Result<()> {
        check_review(review)?;
        self.agrees()?;
        let file_name = self.sealing.text(of_review("file_name", &review.id), &review.file_name)?;
        let error = review.error.as_ref().map(|error| self.sealing.text(of_review("error", &review.id), error));
        let sealed = StoredReview { file_name, error: error.transpose()?, ..review.clone() };
        let original = self.sealing.bytes(of_review("original", &review.id), original)?;
        self.inner.begin_review(&sealed, &original, holder)
    }

    fn end_review(&mut self, owner: &str, id: &str, state: &str, parts: &ReviewParts) -> Result<bool> {
        check_parts(id, state, parts)?;
        self.agrees()?;
        let text = |column: &'static str, text: &Option<String>| {
            text.as_ref().map(|text| self.sealing.text(of_review(column, id), text)).transpose()
        };
        let converted = parts.converted.as_ref().map(|bytes| self.sealing.bytes(of_review("converted", id), bytes));
        let sealed = ReviewParts {
            extracted: text("extracted", &parts.extracted)?,
            draft: text("draft", &parts.draft)?,
            result: text("result", &parts.result)?,
            error: text("error", &parts.error)?,
            converted: converted.transpose()?,
        };
        self.inner.end_review(owner, id, state, &sealed)
    }

    fn reviews(&self, limit: usize) -> Result<Vec<StoredReview>> {
        self.all_opened(self.inner.reviews(limit)?)
    }

    fn reviews_of(&self, organisation: &str, before: Option<&str>, limit: usize) -> Result<Vec<StoredReview>> {
        self.all_opened(self.inner.reviews_of(organisation, before, limit)?)
    }

    fn running_reviews(&self) -> Result<Vec<StoredReview>> {
        self.all_opened(self.inner.running_reviews()?)
    }

    fn review(&self, id: &str) -> Result<Option<StoredReview>> {
        self.inner.review(id)?.map(|review| self.opened(review)).transpose()
    }

    fn review_original(&self, id: &str) -> Result<Option<Vec<u8>>> {
        let original = self.inner.review_original(id)?;
        original.map(|bytes| self.sealing.opened_bytes(of_review("original", id), bytes)).transpose()
    }

    fn review_parts(&self, id: &str) -> Result<Option<ReviewParts>> {
        let Some(parts) = self.inner.review_parts(id)? else { return Ok(None) };
        let text = |column: &'static str, text: Option<String>| {
            text.map(|text| self.sealing.opened_text(of_review(column, id), text)).transpose()
        };
        let converted = parts.converted.map(|bytes| self.sealing.opened_bytes(of_review("converted", id), bytes));
        Ok(Some(ReviewParts {
            extracted: text("extracted", parts.extracted)?,
            draft: text("draft", parts.draft)?,
            result: text("result", parts.result)?,
            error: text("error", parts.error)?,
            converted: converted.transpose()?,
        }))
    }

    fn transact(&mut self, work: &mut Work<'_>) -> Result<()> {
        let Self { inner, sealing } = self;
        inner.transact(&mut |tables| work(&mut SealedTables { inner: tables, sealing }))
    }

    fn serve(&mut self) -> Result<()> {
        self.inner.serve()
    }

    fn keep_unserved(&mut self) -> Result<()> {
        self.inner.keep_unserved()
    }

    fn look(&self, work: &mut Work<'_>) -> Result<()> {
        let sealing = &self.sealing;
        self.inner.look(&mut |tables| work(&mut SealedTables { inner: tables, sealing }))
    }

    fn settle(&mut self) -> Result<()> {
        self.inner.settle()
    }

    // What is not sealed, and rows as they lie there.

    fn put(&mut self, document: &CorpusDocument, passages: &[Passage], source: &str, sha256: &str) -> Result<Stored> {
        self.inner.put(document, passages, source, sha256)
    }

    fn waiting(&self, encoder: &str) -> Result<Vec<Waiting>> {
        self.inner.waiting(encoder)
    }

    fn put_vectors(&mut self, encoder: &str, passages: &[Waiting], vectors: &[Vec<f32>]) -> Result<()> {
        self.inner.put_vectors(encoder, passages, vectors)
    }

    fn stamps(&self, encoder: Option<&str>) -> Result<Vec<(String, String)>> {
        self.inner.stamps(encoder)
    }

    fn passages(&self, number: &str, encoder: Option<&str>) -> Result<Vec<Indexed>> {
        self.inner.passages(number, encoder)
    }

    fn subject(&self, number: &str) -> Result<String> {
        self.inner.subject(number)
    }

    fn passage_spans(&self) -> Result<Vec<(String, Vec<ByteSpan>)>> {
        self.inner.passage_spans()
    }

    fn documents(&self) -> Result<Vec<CorpusDocument>> {
        self.inner.documents()
    }

    fn document(&self, number: &str) -> Result<Option<CorpusDocument>> {
        self.inner.document(number)
    }

    fn revision(&self) -> Result<i64> {
        self.inner.revision()
    }

    fn lacks_vectors(&self, encoder: &str) -> Result<bool> {
        self.inner.lacks_vectors(encoder)
    }

    fn sums(&self) -> Result<HashMap<String, String>> {
        self.inner.sums()
    }

    fn counts(&self) -> Result<Counts> {
        self.inner.counts()
    }

    fn dump(&self, each: &mut Sink<'_>) -> Result<()> {
        self.inner.dump(each)
    }

    fn fill(&mut self, give: &mut Rows<'_>, check: &mut dyn FnMut(&mut Rows<'_>) -> Result<()>) -> Result<()> {
        self.inner.fill(give, check)
    }
}

/// Tables that say how their values are kept.
struct SealedTables<'a> {
    inner: &'a mut dyn Tables,
    sealing: &'a Sealing,
}

impl Tables for SealedTables<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.inner.execute(sql, values)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Cells>> {
        self.inner.query(sql, values)
    }

    fn alone(&mut self, name: &str) -> Result<()> {
        self.inner.alone(name)
    }

    fn sealing(&self) -> Sealing {
        self.sealing.clone()
    }
}

/// The columns of a table that are sealed.
struct Columns {
    table: &'static str,
    key: &'static [&'static str],
    texts: &'static [&'static str],
    bytes: &'static [&'static str],
}

/// Everything that is sealed.
static SEALED_COLUMNS: [Columns; 4] = [
    Columns {
        table: "reviews",
        key: &["id"],
        texts: &["file_name", "extracted", "draft", "result", "error"],
        bytes: &["original", "converted"],
    },
    Columns { table: "decisions", key: &["review", "finding"], texts: &["replacement", "note"], bytes: &[] },
    Columns { table: "comments", key: &["id"], texts: &["text"], bytes: &[] },
    Columns { table: "petitions", key: &["number"], texts: &["reason", "contact", "gathered", "outcome"], bytes: &[] },
];

/// Seals everything anew, in one transaction; says how many values. No service may run on the store meanwhile, since what
/// it writes at that moment is sealed with the old key.
///
/// # Errors
/// When a value does not open with the old key, or a service runs on the store; nothing is changed then.
pub fn rotate(place: &Place, from: &Sealing, to: &Sealing, now: i64) -> Result<u64> {
    // A service on this folder would go on with the old key.
    let _alone = place.serve_alone()?;
    let mut store = place.open()?;
    store.keep_unserved()?;
    let values = within(&mut *store, |tables| {
        from.agrees(tables)?;
        let mut values = 0;
        for columns in &SEALED_COLUMNS {
            values += rotate_table(tables, columns, from, to)?;
        }
        record::add(tables, &Who::owner(), "key.rotated", "store", "", now)?;
        Ok(values)
    })?;
    store.settle()?;
    Ok(values)
}

fn rotate_table(tables: &mut dyn Tables, columns: &'static Columns, from: &Sealing, to: &Sealing) -> Result<u64> {
    let Columns { table, key, texts, bytes } = columns;
    let wanted: Vec<String> = key.iter().enumerate().map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    let wanted = wanted.join(" AND ");
    let all = tables.query(&format!("SELECT {0} FROM {table} ORDER BY {0}", key.join(", ")), &[])?;
    let mut values = 0;
    // Row by row: each may be as large as a file.
    for row in all {
        let ids: Vec<String> = (0..key.len()).map(|at| row.text(at)).collect::<Result<_>>()?;
        let (joined, ids) = (ids.join("\0"), ids.iter().map(Value::from).collect::<Vec<_>>());
        for column in texts.iter().chain(*bytes) {
            let spot = Spot { table, column, row: &joined };
            let held = tables.query(&format!("SELECT {column} FROM {table} WHERE {wanted}"), &ids)?;
            let held = held.into_iter().next().ok_or_else(|| Failure::internal("a row went away"))?;
            let sealed: Value = match texts.contains(column) {
                true => match held.maybe_text(0)? {
                    Some(text) => to.text(spot, &from.opened_text(spot, text)?)?.into(),
                    None => continue,
                },
                false => match held.maybe_bytes(0)? {
                    Some(held) => to.bytes(spot, &from.opened_bytes(spot, held)?)?.into(),
                    None => continue,
                },
            };
            let sql = format!("UPDATE {table} SET {column} = ${} WHERE {wanted}", ids.len() + 1);
            tables.execute(&sql, &[&ids[..], &[sealed]].concat())?;
            values += 1;
        }
    }
    Ok(values)
}
