//! How often work that no claim holds (imports, the gathering for petitions) was begun and never ended.
//!
//! Work that takes its process down would be begun again at every start, for ever, and keep all others waiting. So a
//! beginning is counted before the work and forgotten when it ends, however it ends; what is counted when it begins anew
//! was cut off. Like claims, this says what runs now: it is copied into no other store.

use super::Tables;
use crate::failure::Result;

/// So often is work begun that each time was cut off; then it ends as failed.
pub const MOST: u32 = 3;

/// Counts a beginning; says how often it was begun before and cut off.
///
/// # Errors
/// When the store refuses.
pub fn begin(tables: &mut dyn Tables, job: &str) -> Result<u32> {
    let rows = tables.query("SELECT begun FROM attempts WHERE job = $1", &[job.into()])?;
    let before = rows.first().map_or(Ok(0), |row| row.number(0))?;
    let sql = "INSERT INTO attempts (job, begun) VALUES ($1, 1)
        ON CONFLICT (job) DO UPDATE SET begun = attempts.begun + 1";
    tables.execute(sql, &[job.into()])?;
    Ok(u32::try_from(before).unwrap_or(u32::MAX))
}

/// Forgets the beginnings of work that has ended.
///
/// # Errors
/// When the store refuses.
pub fn end(tables: &mut dyn Tables, job: &str) -> Result<()> {
    tables.execute("DELETE FROM attempts WHERE job = $1", &[job.into()])?;
    Ok(())
}

/// Takes a beginning back: the work was left in order, to go on with the next start.
///
/// # Errors
/// When the store refuses.
pub fn put_off(tables: &mut dyn Tables, job: &str) -> Result<()> {
    tables.execute("UPDATE attempts SET begun = begun - 1 WHERE job = $1 AND begun > 0", &[job.into()])?;
    Ok(())
}
