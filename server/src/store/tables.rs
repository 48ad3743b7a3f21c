//! Statements that both stores understand, for what is written once and kept in either: accounts, decisions, petitions,
//! the record of what was done.
//!
//! The rule: places are numbered (`$1`), values are whole numbers, texts and bytes, and nothing is used that one of the
//! two lacks. What their dialects do not share (vectors, claims) has methods of its own in [`super::Store`].

use super::rows::Value;
use super::{Store, check_texts};
use crate::failure::{Failure, Result};
use crate::sealed::Sealing;
use ::postgres::types::{ToSql, Type};
use rusqlite::types::ValueRef;

/// The tables within one transaction.
pub trait Tables {
    /// Changes rows; says how many.
    ///
    /// # Errors
    /// When the store refuses.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64>;

    /// Reads rows.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Cells>>;

    /// Until the transaction ends, nobody else passes here under the same name.
    ///
    /// # Errors
    /// When the store cannot be reached.
    fn alone(&mut self, name: &str) -> Result<()>;

    /// Tells whoever watches [`Store::revision`] that what the corpus says has changed.
    ///
    /// # Errors
    /// When the store refuses.
    fn revise(&mut self) -> Result<()> {
        let sql = "INSERT INTO meta VALUES ('corpus', '1')
            ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)";
        self.execute(sql, &[]).map(drop)
    }

    /// How values of sealed columns are kept; see [`crate::sealed::keep`].
    fn sealing(&self) -> Sealing {
        Sealing::default()
    }
}

/// What is done within one transaction.
pub type Work<'a> = dyn FnMut(&mut dyn Tables) -> Result<()> + 'a;

/// Does work within one transaction, and gives what it made; an error undoes all of it.
///
/// # Errors
/// When the store refuses, or with what the work answers.
pub fn within<T>(store: &mut dyn Store, work: impl FnOnce(&mut dyn Tables) -> Result<T>) -> Result<T> {
    let (mut work, mut made) = (Some(work), None);
    store.transact(&mut |tables| {
        let work = work.take().ok_or_else(|| Failure::internal("a transaction was begun twice"))?;
        made = Some(work(tables)?);
        Ok(())
    })?;
    made.ok_or_else(|| Failure::internal("a transaction ended without its work"))
}

/// Does work that only reads as of one moment, and gives what it made.
///
/// # Errors
/// When the store cannot be read, or with what the work answers.
pub fn looking<T>(store: &dyn Store, work: impl FnOnce(&mut dyn Tables) -> Result<T>) -> Result<T> {
    let (mut work, mut made) = (Some(work), None);
    store.look(&mut |tables| {
        let work = work.take().ok_or_else(|| Failure::internal("a transaction was begun twice"))?;
        made = Some(work(tables)?);
        Ok(())
    })?;
    made.ok_or_else(|| Failure::internal("a transaction ended without its work"))
}

/// A row's values, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells(Vec<Value>);

impl Cells {
    /// A text, or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_text(&self, at: usize) -> Result<Option<String>> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            other => Err(unexpected(at, other)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn text(&self, at: usize) -> Result<String> {
        self.maybe_text(at)?.ok_or_else(|| unexpected(at, None))
    }

    /// A whole number, or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_number(&self, at: usize) -> Result<Option<i64>> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            other => Err(unexpected(at, other)),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn number(&self, at: usize) -> Result<i64> {
        self.maybe_number(at)?.ok_or_else(|| unexpected(at, None))
    }

    /// Bytes, or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_bytes(&self, at: usize) -> Result<Option<Vec<u8>>> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Bytes(bytes)) => Ok(Some(bytes.clone())),
            other => Err(unexpected(at, other)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn bytes(&self, at: usize) -> Result<Vec<u8>> {
        self.maybe_bytes(at)?.ok_or_else(|| unexpected(at, None))
    }
}

fn unexpected(at: usize, value: Option<&Value>) -> Failure {
    // What it is, never what it says: drafts stand in such columns.
    let what = match value {
        None | Some(Value::Null) => "nothing",
        Some(Value::Integer(_)) => "a number",
        Some(Value::Text(_)) => "a text",
        Some(Value::Bytes(_)) => "bytes",
    };
    Failure::internal(format!("column {at} holds {what}"))
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Refuses what PostgreSQL could not hold.
fn check_values(values: &[Value]) -> Result<()> {
    let texts = values.iter().filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    check_texts("text", texts)
}

impl Tables for rusqlite::Transaction<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        check_values(values)?;
        let changed = self.prepare_cached(&sql.replace('$', "?"))?.execute(rusqlite::params_from_iter(values))?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Cells>> {
        check_values(values)?;
        let mut select = self.prepare_cached(&sql.replace('$', "?"))?;
        let columns = select.column_count();
        let mut rows = select.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = (0..columns).map(|at| match row.get_ref(at)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(number) => Ok(Value::Integer(number)),
                ValueRef::Text(_) => Ok(Value::Text(row.get(at)?)),
                ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
                ValueRef::Real(_) => {
                    Err(rusqlite::Error::InvalidColumnType(at, "real".into(), rusqlite::types::Type::Real))
                }
            });
            found.push(Cells(cells.collect::<rusqlite::Result<_>>()?));
        }
        Ok(found)
    }

    /// Its transactions that write come one after another.
    fn alone(&mut self, _name: &str) -> Result<()> {
        Ok(())
    }
}

impl Tables for ::postgres::Transaction<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        check_values(values)?;
        Ok(::postgres::Transaction::execute(self, sql, &given(values))?)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Cells>> {
        check_values(values)?;
        let rows = ::postgres::Transaction::query(self, sql, &given(values))?;
        let cells = |row: &::postgres::Row| -> Result<Cells> {
            let columns = row.columns().iter().enumerate();
            let value = |(at, column): (usize, &::postgres::Column)| {
                let value = match *column.type_() {
                    Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(Value::Integer),
                    Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map(Value::Bytes),
                    _ => row.try_get::<_, Option<String>>(at)?.map(Value::Text),
                };
                Ok(value.unwrap_or(Value::Null))
            };
            Ok(Cells(columns.map(value).collect::<Result<_>>()?))
        };
        rows.iter().map(cells).collect()
    }

    fn alone(&mut self, name: &str) -> Result<()> {
        ::postgres::Transaction::execute(self, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&name])?;
        Ok(())
    }
}

fn given(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
