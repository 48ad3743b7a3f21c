//! Petitions: somebody holds that a provision of law is wrong (phản ánh, kiến nghị về văn bản quy phạm pháp luật).
//!
//! Anyone may send one, and follows it by its number and a secret of which the store keeps the sum alone. What it says and
//! where its sender can be reached is for reviewers, sealed where there is a key, and in no log and no record. The reason
//! is somebody's word, so nothing is concluded from it: what is gathered is law, and a review of the provision as if it
//! were a draft, for a person to begin with.

mod gather;

pub use gather::{Ground, gather};

use crate::accounts::{Right, Who, record, secret, sum};
use crate::decisions::too_long;
use crate::failure::{Failure, Kind, Result};
use crate::sealed::{Spot, keep, kept};
use crate::store::{Cells, Tables};
use jiff::civil::Date;
use rasoat_api::messages::Message;
use rasoat_api::{Gathered, Petition, PetitionChange, PetitionInside, PetitionSent, PetitionState, PetitionWanted};

/// Characters of a reason or an outcome, at the most.
const LONGEST: usize = 4000;
/// Characters of a contact, at the most.
const LONGEST_CONTACT: usize = 200;

/// Receives a petition about a provision that the library holds.
///
/// # Errors
/// When no reason is given, a text is too long, or the store refuses.
pub fn receive(
    tables: &mut dyn Tables,
    who: &Who,
    wanted: &PetitionWanted,
    as_of: Date,
    (now, today): (i64, Date),
) -> Result<PetitionSent> {
    let reason = wanted.reason.trim();
    if reason.is_empty() {
        return Err(Failure::new(Kind::Usage, "request.reason", Message::NoReason, Message::BadRequestHint, &[]));
    }
    within_bounds("reason", reason, LONGEST)?;
    let contact = wanted.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
    within_bounds("contact", contact.unwrap_or_default(), LONGEST_CONTACT)?;
    let (number, secret) = (next_number(tables, today.year())?, secret()?);
    let reason = keep(tables, spot("reason", &number), Some(reason))?;
    let contact = keep(tables, spot("contact", &number), contact)?;
    let sql = "INSERT INTO petitions (number, secret, document, eid, as_of, reason, contact, received, state, changed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)";
    let values = [
        (&number).into(),
        sum(&secret).into(),
        (&wanted.document).into(),
        (&wanted.eid).into(),
        as_of.to_string().into(),
        reason,
        contact,
        now.into(),
        PetitionState::Received.code().into(),
    ];
    tables.execute(sql, &values)?;
    record::add(tables, who, "petition.received", &number, "", now)?;
    Ok(PetitionSent { number, secret })
}

/// Petitions that may wait for what bears on them to be gathered.
const WAITING: i64 = 200;

/// Refuses further petitions while too many wait.
///
/// # Errors
/// `petitions.busy`, or when the store cannot be read.
pub fn check_queue(tables: &mut dyn Tables) -> Result<()> {
    let rows = tables.query("SELECT count(*) FROM petitions WHERE gathered IS NULL", &[])?;
    if rows.first().map_or(Ok(0), |row| row.number(0))? >= WAITING {
        let (message, hint) = (Message::PetitionsBusy, Message::TooManyReviewsHint);
        return Err(Failure::new(Kind::Missing, "petitions.busy", message, hint, &[]));
    }
    Ok(())
}

fn within_bounds(field: &str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most { Err(too_long(field, most)) } else { Ok(()) }
}

/// The next number of a year: `PA-2026-000123`.
fn next_number(tables: &mut dyn Tables, year: i16) -> Result<String> {
    tables.alone("petitions")?;
    let of_year = format!("PA-{year:04}-");
    // A year's millionth is longer than those before it.
    let sql = "SELECT number FROM petitions WHERE number LIKE $1 ORDER BY length(number) DESC, number DESC LIMIT 1";
    let last = tables.query(sql, &[format!("{of_year}%").into()])?;
    let last = last.first().map(|row| row.text(0)).transpose()?;
    let last = last.and_then(|number| number.strip_prefix(&of_year)?.parse::<u64>().ok()).unwrap_or(0);
    Ok(format!("{of_year}{:06}", last + 1))
}

const PETITION: &str =
    "SELECT number, document, eid, as_of, state, received, changed, outcome, reason, contact, account,
    gathered, secret FROM petitions";

/// A petition as its sender or a reviewer may see it.
///
/// # Errors
/// `petition.unknown` where there is none of this number, or somebody who is no reviewer does not know its secret.
pub fn show(tables: &mut dyn Tables, who: &Who, number: &str, said: Option<&str>) -> Result<Petition> {
    let rows = tables.query(&format!("{PETITION} WHERE number = $1"), &[number.into()])?;
    let row = rows.first().ok_or_else(unknown)?;
    let inside = who.may(Right::Review);
    // Both are sums of secrets: how far they agree tells nothing.
    if !inside && said.map(sum) != Some(row.bytes(12)?) {
        return Err(unknown());
    }
    petition(tables, row, inside)
}

fn unknown() -> Failure {
    let (message, hint) = (Message::UnknownPetition, Message::UnknownPetitionHint);
    Failure::new(Kind::Input, "petition.unknown", message, hint, &[])
}

fn petition(tables: &mut dyn Tables, row: &Cells, with_inside: bool) -> Result<Petition> {
    let (number, state) = (row.text(0)?, row.text(4)?);
    let mut open = |column: &'static str, text| kept(tables, spot(column, &number), text);
    let inside = if with_inside {
        let gathered = open("gathered", row.maybe_text(11)?)?;
        Some(PetitionInside {
            reason: open("reason", row.maybe_text(8)?)?.unwrap_or_default(),
            contact: open("contact", row.maybe_text(9)?)?,
            account: row.maybe_text(10)?,
            gathered: gathered.map(|text| serde_json::from_str::<Gathered>(&text)).transpose()?,
        })
    } else {
        None
    };
    Ok(Petition {
        document: row.text(1)?,
        eid: row.text(2)?,
        as_of: row.text(3)?,
        state: PetitionState::from_code(&state).ok_or_else(|| Failure::internal(format!("unknown state `{state}`")))?,
        received: row.number(5)?,
        changed: row.number(6)?,
        outcome: open("outcome", row.maybe_text(7)?)?,
        inside,
        number,
    })
}

/// Petitions before one of them, newest first, with everything that reviewers see.
///
/// # Errors
/// When the store cannot be read.
pub fn list(
    tables: &mut dyn Tables,
    state: Option<PetitionState>,
    before: Option<&str>,
    limit: usize,
) -> Result<Vec<Petition>> {
    let (mut wanted, mut values) = (Vec::new(), Vec::new());
    for (column, value) in [("state =", state.map(PetitionState::code)), ("number <", before)] {
        if let Some(value) = value {
            values.push(value.into());
            wanted.push(format!("{column} ${}", values.len()));
        }
    }
    let wanted = if wanted.is_empty() { String::new() } else { format!("WHERE {}", wanted.join(" AND ")) };
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let sql = format!("{PETITION} {wanted} ORDER BY number DESC LIMIT ${}", values.len());
    let rows = tables.query(&sql, &values)?;
    rows.iter().map(|row| petition(tables, row, true)).collect()
}

/// Changes where a petition stands, and what its sender is told.
///
/// # Errors
/// `petition.unknown` where there is none of this number; when what is told is too long.
pub fn change(tables: &mut dyn Tables, who: &Who, number: &str, change: &PetitionChange, now: i64) -> Result<Petition> {
    let outcome = change.outcome.as_deref().map(str::trim).filter(|outcome| !outcome.is_empty());
    within_bounds("outcome", outcome.unwrap_or_default(), LONGEST)?;
    let outcome = keep(tables, spot("outcome", number), outcome)?;
    let organisation = Some(who.organisation.clone()).filter(|id| !id.is_empty());
    let sql = "UPDATE petitions SET state = $2, outcome = COALESCE($3, outcome), account = $4, organisation = $5,
        changed = $6 WHERE number = $1";
    let values = [number.into(), change.state.code().into(), outcome, who.id().into(), organisation.into(), now.into()];
    if tables.execute(sql, &values)? == 0 {
        return Err(unknown());
    }
    record::add(tables, who, "petition.changed", number, change.state.code(), now)?;
    show(tables, &Who::owner(), number, None)
}

/// What a petition is about, for gathering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its number.
    pub number: String,
    /// Number of the document.
    pub document: String,
    /// The provision.
    pub eid: String,
    /// The date on which it is looked at.
    pub as_of: String,
    /// What is wrong with it, as the sender says.
    pub reason: String,
}

/// The oldest petition for which nothing was gathered.
///
/// # Errors
/// When the store cannot be read.
pub fn waiting(tables: &mut dyn Tables) -> Result<Option<About>> {
    let sql = "SELECT number, document, eid, as_of, reason FROM petitions WHERE gathered IS NULL
        ORDER BY received, number LIMIT 1";
    let rows = tables.query(sql, &[])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let number = row.text(0)?;
    let reason = kept(tables, spot("reason", &number), row.maybe_text(4)?)?.unwrap_or_default();
    Ok(Some(About { document: row.text(1)?, eid: row.text(2)?, as_of: row.text(3)?, reason, number }))
}

/// Keeps what was gathered, unless another process was first.
///
/// # Errors
/// When the store refuses.
pub fn keep_gathered(tables: &mut dyn Tables, number: &str, gathered: &Gathered) -> Result<()> {
    let text = serde_json::to_string(gathered)?;
    let text = keep(tables, spot("gathered", number), Some(&text))?;
    let sql = "UPDATE petitions SET gathered = $2 WHERE number = $1 AND gathered IS NULL";
    tables.execute(sql, &[number.into(), text])?;
    Ok(())
}

fn spot<'a>(column: &'static str, number: &'a str) -> Spot<'a> {
    Spot { table: "petitions", column, row: number }
}
