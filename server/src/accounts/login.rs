//! Logging in: passwords, sessions, and waiting after failures.

use super::{ACCOUNT, Who, account, refused, secret, sum};
use crate::failure::{Failure, Kind, Result};
use crate::store::Tables;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use rasoat_api::Account;
use rasoat_api::messages::Message;

/// A session that was not used for so many seconds has ended: twelve hours.
const IDLE: i64 = 12 * 3600;
/// It ends after so many seconds however much it is used: a week.
const LONGEST: i64 = 7 * 24 * 3600;
/// So many failures cost nothing.
const FREE: i64 = 5;
/// The longest wait after a failure, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Letters of a password, at least and at most.
const LETTERS: std::ops::RangeInclusive<usize> = 12..=256;

/// Hashes a password that somebody chose. Takes some 20 ms of a core and 19 MiB.
///
/// # Errors
/// When it is too short or too long.
pub fn hash(password: &str) -> Result<String> {
    // More letters than there are kinds of them: `aaaaaaaaaaaa` has as many as `correct horse`.
    let kinds = password.chars().collect::<std::collections::HashSet<_>>().len();
    if !LETTERS.contains(&password.chars().count()) || kinds < 5 {
        return Err(refused("password.weak", Message::WeakPassword, ""));
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Failure::internal)?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a hash. Takes as long where there is no hash.
pub fn fits(password: &str, hash: Option<&str>) -> bool {
    let of_nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let right = PasswordHash::new(hash.unwrap_or(of_nobody))
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    right && hash.is_some()
}

/// Somebody at the door: the hash their password must fit.
///
/// # Errors
/// `account.throttled` while they must wait: for what failed from their address, there under this name, or, where nobody
/// has logged in under this name from their address before, under this name from anywhere. So guessing from many
/// addresses is slowed, and keeps nobody out who comes from where they came from before.
pub fn knock(tables: &mut dyn Tables, login: &str, address: &str, now: i64) -> Result<Option<String>> {
    for who in doors(tables, login, address, now)? {
        let rows = tables.query("SELECT failures, last FROM failed_logins WHERE who = $1", &[who.into()])?;
        // A failure that is yet to come was counted before the clock was set back; nobody waits for the day it names.
        if let Some(row) = rows.first().filter(|row| row.number(1).is_ok_and(|last| last <= now + LONGEST_WAIT)) {
            let wait = row.number(1)? + wait(faded(row.number(0)?, now - row.number(1)?)) - now;
            if wait > 0 {
                let seconds = wait.to_string();
                let values = [("seconds", seconds.as_str())];
                let (message, hint) = (Message::LoginThrottled, Message::LoginThrottledHint);
                return Err(Failure::new(Kind::Usage, "account.throttled", message, hint, &values));
            }
        }
    }
    let sql = "SELECT password FROM accounts WHERE login = $1 AND active = 1";
    let rows = tables.query(sql, &[login.trim().to_lowercase().into()])?;
    rows.first().map_or(Ok(None), |row| row.maybe_text(0))
}

/// Seconds to wait after so many failures: doubled with each.
fn wait(failures: i64) -> i64 {
    let over = failures - FREE;
    if over < 0 { 0 } else { LONGEST_WAIT.min(1 << over.min(20)) }
}

/// How many failures still count: half of them are forgotten each hour.
fn faded(failures: i64, since: i64) -> i64 {
    failures >> (since / 3600).clamp(0, 60)
}

/// What failures are counted under. A name is kept as its sum: people type passwords into the wrong field.
fn doors(tables: &mut dyn Tables, login: &str, address: &str, now: i64) -> Result<Vec<String>> {
    let mut doors = vec![format!("from {address}"), pair("both", login, address)];
    if !is_known(tables, login, address, now)? {
        doors.push(name(login));
    }
    Ok(doors)
}

fn name(login: &str) -> String {
    format!("name {}", super::hexadecimal(&sum(login.trim().to_lowercase().as_str())))
}

fn pair(what: &str, login: &str, address: &str) -> String {
    format!("{what} {}", super::hexadecimal(&sum(&format!("{}\0{address}", login.trim().to_lowercase()))))
}

/// What stands for the address of somebody who is logged in and gives their password again.
pub fn own(account: &str) -> String {
    format!("{OWN}{account}")
}

const OWN: &str = "own ";

/// Whether somebody logged in under this name from this address in the last three months.
fn is_known(tables: &mut dyn Tables, login: &str, address: &str, now: i64) -> Result<bool> {
    if address.starts_with(OWN) {
        return Ok(true);
    }
    let sql = "SELECT last FROM failed_logins WHERE who = $1 AND last >= $2";
    let known = tables.query(sql, &[pair(KNOWN, login, address).into(), (now - REMEMBERED).into()])?;
    Ok(!known.is_empty())
}

/// What the row of a name with an address begins with from which somebody logged in; it counts no failures.
const KNOWN: &str = "known";
/// So long is such an address known, in seconds.
const REMEMBERED: i64 = 90 * 24 * 3600;

/// Counts a failure.
///
/// # Errors
/// When the store refuses.
pub fn failed(tables: &mut dyn Tables, login: &str, address: &str, now: i64) -> Result<Failure> {
    let faded = "DELETE FROM failed_logins
        WHERE (last < $1 AND (last < $2 OR who NOT LIKE 'known %')) OR (last > $3 AND who NOT LIKE 'known %')";
    let values = [(now - 24 * 3600).into(), (now - REMEMBERED).into(), (now + LONGEST_WAIT).into()];
    tables.execute(faded, &values)?;
    for who in doors(tables, login, address, now)? {
        let rows = tables.query("SELECT failures, last FROM failed_logins WHERE who = $1", &[(&who).into()])?;
        let before =
            rows.first().map_or(Ok::<_, Failure>(0), |row| Ok(self::faded(row.number(0)?, now - row.number(1)?)))?;
        let sql = "INSERT INTO failed_logins (who, failures, last) VALUES ($1, $2, $3)
            ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, last = excluded.last";
        tables.execute(sql, &[who.into(), (before + 1).into(), now.into()])?;
    }
    let (message, hint) = (Message::LoginFailed, Message::LoginFailedHint);
    Ok(Failure::new(Kind::Usage, "account.login", message, hint, &[]))
}

/// Begins a session for a login name whose password fitted, from an address that is known from now on; gives its secret.
///
/// # Errors
/// When the account was closed meanwhile, or the store refuses.
pub fn begin(tables: &mut dyn Tables, login: &str, address: &str, now: i64) -> Result<(Account, String)> {
    let sql = format!("{ACCOUNT} WHERE a.login = $1 AND a.active = 1");
    let rows = tables.query(&sql, &[login.trim().to_lowercase().into()])?;
    let row = rows.first().ok_or_else(|| refused("account.unknown", Message::UnknownAccount, login))?;
    let account = account(row)?;
    // The address keeps its count: one right password must not buy tries at others.
    let sql = "DELETE FROM failed_logins WHERE who = $1 OR who = $2";
    tables.execute(sql, &[name(login).into(), pair("both", login, address).into()])?;
    let sql = "INSERT INTO failed_logins (who, failures, last) VALUES ($1, 0, $2)
        ON CONFLICT (who) DO UPDATE SET last = excluded.last";
    tables.execute(sql, &[pair(KNOWN, login, address).into(), now.into()])?;
    let secret = begin_for(tables, &account, now)?;
    Ok((account, secret))
}

/// Begins a session for an account; gives its secret.
///
/// # Errors
/// When the store refuses.
pub fn begin_for(tables: &mut dyn Tables, account: &Account, now: i64) -> Result<String> {
    let lapsed = "DELETE FROM sessions WHERE seen < $1 OR began < $2";
    tables.execute(lapsed, &[(now - IDLE).into(), (now - LONGEST).into()])?;
    let secret = secret()?;
    let sql = "INSERT INTO sessions (sum, account, began, seen) VALUES ($1, $2, $3, $3)";
    tables.execute(sql, &[sum(&secret).into(), (&account.id).into(), now.into()])?;
    Ok(secret)
}

/// Who a session is of.
///
/// # Errors
/// When the store cannot be read.
pub fn find(tables: &mut dyn Tables, secret: &str, now: i64) -> Result<Option<Who>> {
    let sql = "SELECT account, began, seen FROM sessions WHERE sum = $1";
    let key = sum(secret);
    let rows = tables.query(sql, &[key.clone().into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (began, seen) = (row.number(1)?, row.number(2)?);
    if seen < now - IDLE || began < now - LONGEST {
        return Ok(None);
    }
    // Begun or used in time to come: the clock was set back since, and it must not last the longer for it.
    if began > now || seen > now {
        let sql = "UPDATE sessions SET began = $2, seen = $3 WHERE sum = $1";
        tables.execute(sql, &[key.clone().into(), began.min(now).into(), now.into()])?;
    }
    // Once a minute is enough to tell that it is used.
    if seen < now - 60 {
        tables.execute("UPDATE sessions SET seen = $2 WHERE sum = $1", &[key.into(), now.into()])?;
    }
    let account = super::account_by(tables, &row.text(0)?)?.filter(|account| account.active);
    Ok(account.map(|account| Who { session: Some(secret.to_owned()), ..Who::of(account) }))
}

/// Ends a session.
///
/// # Errors
/// When the store refuses.
pub fn end(tables: &mut dyn Tables, secret: &str) -> Result<()> {
    tables.execute("DELETE FROM sessions WHERE sum = $1", &[sum(secret).into()])?;
    Ok(())
}

/// What a page must say in requests that change something, beside the cookie that the browser sends by itself.
pub fn csrf(session: &str) -> String {
    super::hexadecimal(&sum(&format!("csrf {session}")))
}

/// The hash of an account's password.
///
/// # Errors
/// When the store cannot be read.
pub fn hash_of(tables: &mut dyn Tables, account: &str) -> Result<Option<String>> {
    let rows = tables.query("SELECT password FROM accounts WHERE id = $1", &[account.into()])?;
    rows.first().map_or(Ok(None), |row| row.maybe_text(0))
}

/// Gives an account another password and ends every session of it but one.
///
/// # Errors
/// When the store refuses.
pub fn set_password(tables: &mut dyn Tables, account: &str, hash: &str, keep: Option<&str>) -> Result<()> {
    tables.execute("UPDATE accounts SET password = $2 WHERE id = $1", &[account.into(), hash.into()])?;
    let keep = keep.map(sum).unwrap_or_default();
    tables.execute("DELETE FROM sessions WHERE account = $1 AND sum <> $2", &[account.into(), keep.into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::accounts::{Right, first_organisation, put_account};
    use crate::store::{Sqlite, within};

    fn with_an() -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(folder.path()).unwrap();
        within(&mut store, |tables| {
            let organisation = first_organisation(tables, 0)?.id;
            put_account(tables, "an-1", "An", "reviewer", &organisation, 0)
        })
        .unwrap();
        (folder, store)
    }

    #[test]
    fn a_password_fits_its_hash_alone() {
        let hash = hash("mật khẩu đủ dài").unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(fits("mật khẩu đủ dài", Some(&hash)));
        assert!(!fits("mật khẩu đủ dàì", Some(&hash)));
        assert!(!fits("mật khẩu đủ dài", None) && !fits("", None) && !fits("", Some("")));
        // Had it been no hash, a wrong name would have cost no time.
        let nobody =
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(PasswordHash::new(nobody).is_ok());
        for weak in ["", "mật khẩu", "aaaaaaaaaaaaaa", "abababababababab", &"abcde".repeat(52)] {
            assert_eq!(super::hash(weak).err().map(|failure| failure.code), Some("password.weak"), "{weak}");
        }
    }

    #[test]
    fn whoever_fails_often_waits_longer_each_time() {
        assert_eq!([0, 4, 5, 6, 8, 14, 15, 99].map(wait), [0, 0, 1, 2, 8, 512, 900, 900]);
        assert_eq!([0, 3599, 3600, 7200, 99 * 3600].map(|since| faded(20, since)), [20, 20, 10, 5, 0]);
        let (_folder, mut store) = with_an();
        let mut knock_at = |login: &str, address: &str, now| {
            within(&mut store, |tables| knock(tables, login, address, now)).err().map(|failure| failure.code)
        };
        assert_eq!(knock_at("an-1", "1.2.3.4", 0), None);
        for _ in 0..6 {
            within(&mut store, |tables| failed(tables, "an-1", "1.2.3.4", 100)).unwrap();
        }
        let mut knock_at = |login: &str, address: &str, now| {
            within(&mut store, |tables| knock(tables, login, address, now)).err().map(|failure| failure.code)
        };
        assert_eq!(knock_at(" AN-1", "5.6.7.8", 101), Some("account.throttled"), "by name, however it is written");
        assert_eq!(knock_at("binh", "1.2.3.4", 101), Some("account.throttled"), "by address");
        assert_eq!(knock_at("binh", "5.6.7.8", 101), None);
        assert_eq!(knock_at("an-1", "1.2.3.4", 102), None, "the wait is over");
        within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", 102)).unwrap();
        within(&mut store, |tables| failed(tables, "an-1", "9.9.9.9", 103)).unwrap();
        within(&mut store, |tables| knock(tables, "an-1", "9.9.9.9", 103)).unwrap();
    }

    #[test]
    fn whoever_logged_in_from_an_address_is_not_kept_out_by_others() {
        let (_folder, mut store) = with_an();
        within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", 0)).unwrap();
        for at in 0..20 {
            within(&mut store, |tables| failed(tables, "an-1", &format!("6.6.6.{at}"), 100)).unwrap();
        }
        let mut knock_at = |address: &str, now| {
            within(&mut store, |tables| knock(tables, "AN-1", address, now)).err().map(|failure| failure.code)
        };
        assert_eq!(knock_at("1.2.3.4", 101), None, "from where they came before");
        assert_eq!(knock_at(&own("a1"), 101), None, "nor in a session");
        assert_eq!(
            knock_at("7.7.7.7", 101),
            Some("account.throttled"),
            "whoever guesses from ever new addresses waits"
        );
        assert_eq!(knock_at("1.2.3.4", REMEMBERED + 1), None, "by then the failures have faded");
        // Their own mistakes slow them at their own address, and do not keep others out.
        for _ in 0..9 {
            within(&mut store, |tables| failed(tables, "an-1", "1.2.3.4", 200_000)).unwrap();
        }
        let mut knock_at = |address: &str| {
            within(&mut store, |tables| knock(tables, "an-1", address, 200_001)).err().map(|failure| failure.code)
        };
        assert_eq!(knock_at("1.2.3.4"), Some("account.throttled"));
        assert_eq!(knock_at("8.8.8.8"), None);
    }

    #[test]
    fn a_clock_that_jumps_keeps_nobody_out_and_lets_no_session_last_longer() {
        const YEAR: i64 = 365 * 24 * 3600;
        let (_folder, mut store) = with_an();
        // Everything happened while the clock was a year ahead; then it was set right.
        for _ in 0..20 {
            within(&mut store, |tables| failed(tables, "an-1", "1.2.3.4", YEAR)).unwrap();
        }
        let mut code = |now| within(&mut store, |tables| knock(tables, "an-1", "1.2.3.4", now)).err().map(|f| f.code);
        assert_eq!((code(YEAR + 1), code(0)), (Some("account.throttled"), None), "nobody waits for a year");
        within(&mut store, |tables| failed(tables, "an-1", "1.2.3.4", 1)).unwrap();
        let mut code = |now| within(&mut store, |tables| knock(tables, "an-1", "1.2.3.4", now)).err().map(|f| f.code);
        assert_eq!(code(1), None, "it begins to count anew");
        let (_, secret) = within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", YEAR)).unwrap();
        let mut at = |now| within(&mut store, |tables| find(tables, &secret, now)).unwrap().is_some();
        assert!(at(0));
        assert!(!at(IDLE + 1), "counted from when it was set right");
        // Forward it ends sessions, which one begins anew; set back, what was still stored holds again.
        let (_, secret) = within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", 0)).unwrap();
        let mut at = |now| within(&mut store, |tables| find(tables, &secret, now)).unwrap().is_some();
        assert!(at(10) && !at(YEAR) && at(20));
    }

    #[test]
    fn a_session_lasts_while_it_is_used_and_not_for_ever() {
        let (_folder, mut store) = with_an();
        let (account, secret) = within(&mut store, |tables| begin(tables, "AN-1", "1.2.3.4", 0)).unwrap();
        let mut at = |now| within(&mut store, |tables| find(tables, &secret, now)).unwrap();
        let who = at(1).unwrap();
        assert_eq!(who.account.as_ref(), Some(&account));
        assert!(who.may(Right::Review) && who.session.as_deref() == Some(secret.as_str()));
        let mut now = 0;
        while now + IDLE <= LONGEST {
            now += IDLE;
            assert!(at(now).is_some(), "{now}");
        }
        assert!(at(LONGEST + 1).is_none(), "a week is the longest");
        let (_, secret) = within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", 0)).unwrap();
        assert!(within(&mut store, |tables| find(tables, &secret, IDLE + 1)).unwrap().is_none());
        let (_, other) = within(&mut store, |tables| begin(tables, "an-1", "1.2.3.4", 0)).unwrap();
        within(&mut store, |tables| set_password(tables, &account.id, "x", Some(&other))).unwrap();
        assert!(within(&mut store, |tables| find(tables, &secret, 1)).unwrap().is_none(), "others end");
        assert!(within(&mut store, |tables| find(tables, &other, 1)).unwrap().is_some());
        within(&mut store, |tables| end(tables, &other)).unwrap();
        assert!(within(&mut store, |tables| find(tables, &other, 1)).unwrap().is_none());
        assert_ne!(csrf(&secret), csrf(&other));
    }
}
