//! How long what reviews were about is kept, and its erasure (Law 91/2025/QH15 on the protection of personal data gives
//! a person the right to have data erased; drafts are working papers besides).
//!
//! Erased are the file, its name, its text, what was found, the words of decisions on it, and what was said about it. What is left says that a
//! review of this identifier was done, when, for whom, and that its content was erased. On SQLite what was written there
//! is written over; what a PostgreSQL server keeps in its own files and backups is that server's to clear.

use crate::accounts::{Who, record};
use crate::discussion;
use crate::failure::{Failure, Kind, Result};
use crate::store::{Tables, Value};
use rasoat_api::messages::{Language, Message};
use std::time::Duration;

const DAY: i64 = 24 * 3600;

/// Whether the clock went as fast as time since it was last asked. What is erased does not come back, so nothing is erased
/// by a clock that was set ahead meanwhile; one that is wrong from the start tells itself by nothing.
#[derive(Debug)]
pub struct Steady {
    /// What the clock said last, in seconds since 1970.
    said: i64,
}

impl Steady {
    /// A clock that says this now.
    pub fn from(now: i64) -> Self {
        Self { said: now }
    }

    /// Whether it went on by about what a stopwatch measured since it was last asked.
    pub fn went_on(&mut self, now: i64, measured: Duration) -> bool {
        let went = now - std::mem::replace(&mut self.said, now);
        let measured = i64::try_from(measured.as_secs()).unwrap_or(i64::MAX);
        went.saturating_sub(measured) <= SLACK
    }
}

/// Seconds that a clock may gain in a day, as where it is set right over the network.
const SLACK: i64 = 3600;

/// Erases the content of a review, once; says whether there was any.
///
/// # Errors
/// `review.not_done` while the review runs, `review.unknown` where there is none, or when the store refuses.
pub fn erase(tables: &mut dyn Tables, who: &Who, id: &str, now: i64) -> Result<bool> {
    let rows = tables.query("SELECT state FROM reviews WHERE id = $1", &[id.into()])?;
    match rows.first().map(|row| row.text(0)).transpose()?.as_deref() {
        None => {
            let (message, hint) = (Message::UnknownReview, Message::UnknownReviewHint);
            return Err(Failure::new(Kind::Input, "review.unknown", message, hint, &[]));
        }
        Some("running") => {
            let (message, hint) = (Message::ReviewNotDone, Message::ReviewNotDoneHint);
            return Err(Failure::new(Kind::Usage, "review.not_done", message, hint, &[]));
        }
        Some(_) => {}
    }
    // The name of its request goes too: the same file under the same name begins a review again.
    let sql = "UPDATE reviews SET state = 'erased', original = $2, file_name = $3, extracted = NULL, draft = NULL,
        result = NULL, error = NULL, converted = NULL, request = NULL WHERE id = $1 AND state <> 'running' AND state <> 'erased'";
    let name = Message::ErasedFile.text(Language::Vi);
    let values = [id.into(), Value::Bytes(Vec::new()), name.into()];
    if tables.execute(sql, &values)? == 0 {
        return Ok(false);
    }
    tables.execute("UPDATE decisions SET replacement = NULL, note = NULL WHERE review = $1", &[id.into()])?;
    discussion::erase(tables, id)?;
    record::add(tables, who, "review.erased", id, "", now)?;
    Ok(true)
}

/// The reviews that ended and began more than so many days ago, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub fn due(tables: &mut dyn Tables, keep_days: u32, now: i64) -> Result<Vec<String>> {
    let until = now - i64::from(keep_days) * DAY;
    let sql = "SELECT id, begun FROM reviews WHERE begun < $1 AND state <> 'running' AND state <> 'erased' ORDER BY id";
    let mut due = Vec::new();
    for row in tables.query(sql, &[until.into()])? {
        let id = row.text(0)?;
        // Versions before the fifth wrote down no time, but their identifiers carry it.
        let begun = match row.number(1)? {
            0 => begun_by(&id).unwrap_or(now),
            begun => begun,
        };
        if begun < until {
            due.push(id);
        }
    }
    Ok(due)
}

/// When an identifier was made, in seconds since 1970 (UUID version 7, RFC 9562).
fn begun_by(id: &str) -> Option<i64> {
    let (seconds, _) = uuid::Uuid::parse_str(id).ok()?.get_timestamp()?.to_unix();
    i64::try_from(seconds).ok()
}

/// What a review's parts answer once they were erased.
pub fn erased() -> Failure {
    Failure::new(Kind::Input, "review.erased", Message::ReviewErased, Message::ReviewErasedHint, &[])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn nothing_is_erased_by_a_clock_that_was_set_ahead() {
        let day = Duration::from_secs(24 * 3600);
        let mut clock = Steady::from(0);
        assert!(clock.went_on(DAY, day));
        assert!(!clock.went_on(400 * DAY, day), "set ahead by a year");
        assert!(clock.went_on(401 * DAY, day), "it stayed there: it is taken for right");
        assert!(clock.went_on(3 * DAY, day), "set back nothing is due that was not");
        assert!(clock.went_on(4 * DAY + SLACK, day));
    }

    #[test]
    fn what_is_due_follows_the_clock_and_a_review_from_time_to_come_is_not() {
        use crate::store::{Place, StoredReview, Whose, within};
        let folder = tempfile::tempdir().unwrap();
        let mut store = Place::Folder(folder.path().to_owned()).open().unwrap();
        for (id, begun) in [("a", 10 * DAY), ("b", 400 * DAY)] {
            let whose = Whose { begun, ..Whose::default() };
            let (file_name, as_of, state) = ("a.txt".into(), "2026-11-26".into(), "done".into());
            let review = StoredReview { id: id.into(), file_name, as_of, state, error: None, whose };
            store.begin_review(&review, b"", None).unwrap();
        }
        let mut due_on = |now: i64| within(&mut *store, |tables| due(tables, 30, now)).unwrap();
        assert_eq!(due_on(12 * DAY), [""; 0]);
        assert_eq!(due_on(41 * DAY), ["a"], "the other was begun before the clock was set back");
        assert_eq!(due_on(431 * DAY), ["a", "b"]);
        assert_eq!(due_on(0), [""; 0]);
    }

    #[test]
    fn an_identifier_tells_when_it_was_made() {
        assert_eq!(begun_by("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), Some(1_645_557_742));
        assert_eq!(begun_by("r"), None);
    }
}
