//! The record of what was done (audit): entries that are only ever added, each bound to the one before by its sum, so that
//! none can be changed or taken out without every later sum telling.
//!
//! An entry says who did what to which thing, never what a draft, a finding or a question says. It is written in the
//! transaction of what it tells of wherever that is one of these tables; that a review or an import began is written right
//! after it, and a failure to write that stands in the log.

use super::{Who, hexadecimal};
use crate::failure::{Failure, Kind, Result};
use crate::store::{Cells, Tables, Value};
use rasoat_api::Entry;
use rasoat_api::messages::Message;
use sha2::{Digest, Sha256};

/// Adds an entry.
///
/// # Errors
/// When the store refuses.
pub fn add(tables: &mut dyn Tables, who: &Who, act: &str, object: &str, detail: &str, now: i64) -> Result<()> {
    tables.alone("record")?;
    let last = tables.query("SELECT position, sum FROM record ORDER BY position DESC LIMIT 1", &[])?;
    let (position, before) = match last.first() {
        Some(row) => (row.number(0)? + 1, row.bytes(1)?),
        None => (1, Vec::new()),
    };
    let organisation = Some(who.organisation.clone()).filter(|id| !id.is_empty());
    let account = who.id();
    let values: [Value; 7] =
        [position.into(), now.into(), account.into(), organisation.into(), act.into(), object.into(), detail.into()];
    let sum = chained(&before, &values);
    let sql = "INSERT INTO record (position, at, account, organisation, act, object, detail, sum)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tables.execute(sql, &[&values[..], &[sum.into()]].concat())?;
    Ok(())
}

/// SHA-256 of the sum before and of every value with its kind and length.
fn chained(before: &[u8], values: &[Value]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(before);
    for value in values {
        let (kind, bytes): (u8, Vec<u8>) = match value {
            Value::Null => (0, Vec::new()),
            Value::Integer(number) => (1, number.to_le_bytes().to_vec()),
            Value::Text(text) => (2, text.as_bytes().to_vec()),
            Value::Bytes(bytes) => (3, bytes.clone()),
        };
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    digest.finalize().to_vec()
}

/// Entries after a position, in order.
///
/// # Errors
/// When the store cannot be read.
pub fn entries(tables: &mut dyn Tables, after: i64, limit: usize) -> Result<Vec<Entry>> {
    let sql = "SELECT position, at, account, organisation, act, object, detail, sum FROM record
        WHERE position > $1 ORDER BY position LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tables.query(sql, &[after.into(), limit.into()])?.iter().map(entry).collect()
}

fn entry(row: &Cells) -> Result<Entry> {
    Ok(Entry {
        position: row.number(0)?,
        at: row.number(1)?,
        account: row.maybe_text(2)?,
        organisation: row.maybe_text(3)?,
        act: row.text(4)?,
        object: row.text(5)?,
        detail: row.text(6)?,
        sum: hexadecimal(&row.bytes(7)?),
    })
}

/// How many entries there are and the sum of the last, when every one follows from the one before.
///
/// # Errors
/// `record.broken` with the first position that does not.
pub fn verify(tables: &mut dyn Tables) -> Result<(i64, String)> {
    let (mut position, mut before) = (0, Vec::new());
    loop {
        let batch = entries(tables, position, 1000)?;
        if batch.is_empty() {
            return Ok((position, hexadecimal(&before)));
        }
        for entry in batch {
            let values: [Value; 7] = [
                entry.position.into(),
                entry.at.into(),
                entry.account.into(),
                entry.organisation.into(),
                entry.act.into(),
                entry.object.into(),
                entry.detail.into(),
            ];
            let sum = chained(&before, &values);
            if entry.position != position + 1 || hexadecimal(&sum) != entry.sum {
                let place = (position + 1).to_string();
                let (message, hint) = (Message::RecordBroken, Message::RecordBrokenHint);
                return Err(Failure::new(Kind::Internal, "record.broken", message, hint, &[("position", &place)]));
            }
            (position, before) = (entry.position, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::{Sqlite, within};

    #[test]
    fn an_entry_that_was_changed_or_taken_out_is_told() {
        let check = |harm: &str, wanted: Option<&str>| {
            let folder = tempfile::tempdir().unwrap();
            let mut store = Sqlite::open(folder.path()).unwrap();
            for at in 1..=5 {
                within(&mut store, |tables| add(tables, &Who::owner(), "review.begun", "r", "", at)).unwrap();
            }
            let (count, sum) = within(&mut store, verify).unwrap();
            let entries = within(&mut store, |tables| entries(tables, 0, 10)).unwrap();
            assert_eq!((count, &sum), (5, &entries[4].sum));
            assert_eq!(within(&mut store, |tables| super::entries(tables, 3, 1)).unwrap(), entries[3..4]);
            within(&mut store, |tables| tables.execute(harm, &[])).unwrap();
            let failure = within(&mut store, verify).err();
            assert_eq!(failure.as_ref().map(|failure| failure.code), wanted.map(|_| "record.broken"), "{harm}");
            assert!(wanted.is_none_or(|place| failure.unwrap().message.contains(place)), "{harm}");
        };
        check("UPDATE record SET at = 9 WHERE position = 9", None);
        check("UPDATE record SET at = 9 WHERE position = 3", Some("3"));
        check("UPDATE record SET object = '' WHERE position = 1", Some("1"));
        check("UPDATE record SET account = '' WHERE position = 2", Some("2"));
        check("DELETE FROM record WHERE position = 4", Some("4"));
        check("DELETE FROM record WHERE position = 1", Some("1"));
    }
}
