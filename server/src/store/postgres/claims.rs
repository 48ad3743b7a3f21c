//! Claims in a PostgreSQL database, by its own clock.
//!
//! Whoever changes a review or its claim locks the review's row first, so that no two wait for one another. A row that
//! another process has locked at this moment is passed over (`SKIP LOCKED`). That lock alone is not enough: a statement may
//! have looked at the claims before another process made its own and let go of the row, so a claim is made only where, as
//! of that very moment, none is good.

use super::Postgres;
use crate::failure::Result;
use crate::store::{Claim, Claimed, Claims, Holder, Kept, Store};

/// The table, and the way to the reviews that run.
pub(super) const CLAIMS: &str = r#"
    CREATE TABLE IF NOT EXISTS claims (
        review text COLLATE "C" PRIMARY KEY REFERENCES reviews (id) ON DELETE CASCADE, owner text NOT NULL,
        until timestamptz NOT NULL, cancelled boolean NOT NULL DEFAULT false, progress text);
    CREATE INDEX IF NOT EXISTS reviews_that_run ON reviews (id) WHERE state = 'running';
"#;

/// The oldest review that may be claimed. A claim that is good for more than an hour was made before the clock was set
/// back: whoever lives renews it by the clock as it is now.
const FREE: &str = "SELECT r.id FROM reviews r LEFT JOIN claims c ON c.review = r.id
    WHERE r.state = 'running' AND (c.until IS NULL OR c.until <= clock_timestamp()
        OR c.until > clock_timestamp() + interval '1 hour') ORDER BY r.id LIMIT 1";

/// Locks a review's row until the transaction ends.
pub(super) const LOCK: &str = "SELECT state FROM reviews WHERE id = $1 FOR UPDATE";

/// Makes a claim, unless there is one that is good.
pub(super) const TAKE: &str = "INSERT INTO claims (review, owner, until, attempts)
        VALUES ($1, $2, clock_timestamp() + $3::float8 * interval '1 second', 1)
    ON CONFLICT (review) DO UPDATE SET owner = excluded.owner, until = excluded.until, progress = NULL,
            attempts = claims.attempts + 1
        WHERE claims.until <= clock_timestamp() OR claims.until > clock_timestamp() + interval '1 hour'
    RETURNING cancelled, attempts - 1";

impl Claims for Postgres {
    fn claim_review(&mut self, holder: &Holder) -> Result<Option<Claimed>> {
        let taken = self.with(|session| {
            // Looked at first: whoever is idle locks nothing.
            while session.query_opt(FREE, &[])?.is_some() {
                let mut transaction = session.client.transaction()?;
                let free = transaction.query_opt(&format!("{FREE} FOR UPDATE OF r SKIP LOCKED"), &[])?;
                // Another process is about to have it; the next look shows whether it did.
                let Some(free) = free else { return Ok(None) };
                let id: String = free.get(0);
                let taken = transaction.query_opt(TAKE, &[&id, &holder.owner, &holder.lease.as_secs_f64()])?;
                transaction.commit()?;
                if let Some(taken) = taken {
                    return Ok(Some((id, taken.get(0), taken.get::<_, i64>(1))));
                }
            }
            Ok(None)
        })?;
        let Some((id, cancelled, before)) = taken else { return Ok(None) };
        let interrupted = u32::try_from(before).unwrap_or(u32::MAX);
        Ok(self.review(&id)?.map(|review| Claimed { review, cancelled, interrupted }))
    }

    fn renew_claim(&mut self, holder: &Holder, id: &str, progress: Option<&str>) -> Result<Kept> {
        let sql = "UPDATE claims SET until = clock_timestamp() + $3::float8 * interval '1 second',
                progress = coalesce($4, progress)
            WHERE review = $1 AND owner = $2 RETURNING cancelled";
        let lease = holder.lease.as_secs_f64();
        let row = self.with(|session| session.query_opt(sql, &[&id, &holder.owner, &lease, &progress]))?;
        Ok(match row.map(|row| row.get(0)) {
            None => Kept::Lost,
            Some(false) => Kept::Held,
            Some(true) => Kept::Cancelled,
        })
    }

    fn lapse_claims(&mut self, owner: Option<&str>) -> Result<()> {
        let sql = "UPDATE claims SET until = '-infinity', attempts = CASE WHEN $1::text IS NULL OR until = '-infinity'
                THEN attempts ELSE greatest(attempts - 1, 0) END
            WHERE $1::text IS NULL OR owner = $1";
        self.with(|session| session.execute(sql, &[&owner]))
    }

    fn cancel_review(&mut self, id: &str) -> Result<bool> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let state = transaction.query_opt(LOCK, &[&id])?.map(|row| row.get::<_, String>(0));
            if state.as_deref() != Some("running") {
                return Ok(false);
            }
            let ask = "UPDATE claims SET cancelled = true WHERE review = $1 AND until > clock_timestamp()";
            let ended = transaction.execute(ask, &[&id])? == 0;
            if ended {
                transaction.execute("DELETE FROM claims WHERE review = $1", &[&id])?;
                transaction.execute("UPDATE reviews SET state = 'cancelled' WHERE id = $1", &[&id])?;
            }
            transaction.commit()?;
            Ok(ended)
        })
    }

    fn claims(&self) -> Result<Vec<Claim>> {
        let sql = "SELECT review, owner, until > clock_timestamp(), progress FROM claims ORDER BY review";
        let rows = self.with(|session| session.query(sql, &[]))?;
        let claim = |row: &postgres::Row| Claim {
            review: row.get(0),
            owner: row.get(1),
            held: row.get(2),
            progress: row.get(3),
        };
        Ok(rows.iter().map(claim).collect())
    }
}
