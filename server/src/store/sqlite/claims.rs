//! Claims in a SQLite file: one process serves it, and what claims it finds when it starts are those of dead ones.

use super::Sqlite;
use crate::failure::Result;
use crate::store::{Claim, Claimed, Claims, Holder, Kept, Store};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::time::{SystemTime, UNIX_EPOCH};

/// The table, and the way to the reviews that run. Moments are seconds since 1970 by the machine's clock.
pub(super) const CLAIMS: &str = "
    CREATE TABLE IF NOT EXISTS claims (
        review TEXT PRIMARY KEY REFERENCES reviews (id) ON DELETE CASCADE, owner TEXT NOT NULL, until REAL NOT NULL,
        cancelled INTEGER NOT NULL DEFAULT 0, progress TEXT) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS reviews_that_run ON reviews (id) WHERE state = 'running';
";

/// The oldest review that may be claimed (a claim that is good for more than an hour was made before the clock was set
/// back: whoever lives renews it by the clock as it is now), whether it was asked to stop, and how often it was taken up before.
const FREE: &str = "SELECT r.id, coalesce(c.cancelled, 0), coalesce(c.attempts, 0) FROM reviews r LEFT JOIN claims c ON c.review = r.id
    WHERE r.state = 'running' AND (c.until IS NULL OR c.until <= ?1 OR c.until > ?1 + 3600) ORDER BY r.id LIMIT 1";

impl Claims for Sqlite {
    fn claim_review(&mut self, holder: &Holder) -> Result<Option<Claimed>> {
        // Looked at first: whoever is idle does not keep others from writing.
        if free(&self.connection)?.is_none() {
            return Ok(None);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some((id, cancelled, interrupted)) = free(&transaction)? else { return Ok(None) };
        take(&transaction, holder, &id)?;
        transaction.commit()?;
        Ok(self.review(&id)?.map(|review| Claimed { review, cancelled, interrupted }))
    }

    fn renew_claim(&mut self, holder: &Holder, id: &str, progress: Option<&str>) -> Result<Kept> {
        let sql = "UPDATE claims SET until = ?3, progress = coalesce(?4, progress) WHERE review = ?1 AND owner = ?2
            RETURNING cancelled";
        let until = now() + holder.lease.as_secs_f64();
        let row = self.connection.query_row(sql, params![id, holder.owner, until, progress], |row| row.get(0));
        Ok(match row.optional()? {
            None => Kept::Lost,
            Some(false) => Kept::Held,
            Some(true) => Kept::Cancelled,
        })
    }

    fn lapse_claims(&mut self, owner: Option<&str>) -> Result<()> {
        let sql = "UPDATE claims SET until = 0,
                attempts = CASE WHEN ?1 IS NULL OR until = 0 THEN attempts ELSE max(attempts - 1, 0) END
            WHERE ?1 IS NULL OR owner = ?1";
        self.connection.execute(sql, [owner])?;
        Ok(())
    }

    fn cancel_review(&mut self, id: &str) -> Result<bool> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let ask = "UPDATE claims SET cancelled = 1 WHERE review = ?1 AND until > ?2";
        let end = "UPDATE reviews SET state = 'cancelled' WHERE id = ?1 AND state = 'running'";
        let ended = transaction.execute(ask, params![id, now()])? == 0 && transaction.execute(end, [id])? > 0;
        if ended {
            transaction.execute("DELETE FROM claims WHERE review = ?1", [id])?;
        }
        transaction.commit()?;
        Ok(ended)
    }

    fn claims(&self) -> Result<Vec<Claim>> {
        let mut select =
            self.connection.prepare_cached("SELECT review, owner, until > ?1, progress FROM claims ORDER BY review")?;
        let rows = select.query_map([now()], |row| {
            Ok(Claim { review: row.get(0)?, owner: row.get(1)?, held: row.get(2)?, progress: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn free(connection: &Connection) -> rusqlite::Result<Option<(String, bool, u32)>> {
    let mut select = connection.prepare_cached(FREE)?;
    select.query_row([now()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
}

/// Makes a claim, in the place of one that lapsed.
pub(super) fn take(connection: &Connection, holder: &Holder, id: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO claims (review, owner, until, attempts) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (review) DO UPDATE SET owner = excluded.owner, until = excluded.until, progress = NULL,
            attempts = attempts + 1";
    connection.execute(sql, params![id, holder.owner, now() + holder.lease.as_secs_f64()])?;
    Ok(())
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
