//! What reviewers say to one another about findings, and who takes care of which: kept beside decisions, and no part of
//! what is handed in.
//!
//! A comment's words are sealed as a decision's are, go when the review is erased, and stand in no record; an assignment
//! names an account of the review's organisation that may review.

use crate::accounts::{Who, record};
use crate::decisions::too_long;
use crate::failure::{Failure, Kind, Result};
use crate::sealed::{Spot, keep, kept};
use crate::store::{Cells, Tables};
use rasoat_api::messages::Message;
use rasoat_api::{Assignment, Comment, Discussion, Person, Review};

/// Characters of a comment, at the most.
const LONGEST: usize = 4000;

/// Everything said on a review's findings, as somebody sees it.
///
/// # Errors
/// When the store cannot be read, or a comment was sealed with another key.
pub fn of_review(tables: &mut dyn Tables, who: &Who, id: &str) -> Result<Discussion> {
    let sql = "SELECT c.id, c.finding, c.text, c.account, a.name, c.at FROM comments c
        LEFT JOIN accounts a ON a.id = c.account WHERE c.review = $1 ORDER BY c.at, c.id";
    let rows = tables.query(sql, &[id.into()])?;
    let comments = rows.iter().map(|row| comment(tables, who, row)).collect::<Result<_>>()?;
    let sql = "SELECT s.finding, s.account, a.name, s.at FROM assignments s
        JOIN accounts a ON a.id = s.account WHERE s.review = $1 ORDER BY s.finding";
    let assignment = |row: &Cells| -> Result<Assignment> {
        Ok(Assignment { finding: row.text(0)?, account: row.text(1)?, name: row.text(2)?, at: row.number(3)? })
    };
    let assignments = tables.query(sql, &[id.into()])?.iter().map(assignment).collect::<Result<_>>()?;
    let sql = "SELECT a.id, a.name FROM accounts a JOIN reviews r ON r.organisation = a.organisation
        WHERE r.id = $1 AND a.active = 1 AND a.role IN ('reviewer', 'administrator') ORDER BY a.name, a.id";
    let person = |row: &Cells| -> Result<Person> { Ok(Person { id: row.text(0)?, name: row.text(1)? }) };
    let people = tables.query(sql, &[id.into()])?.iter().map(person).collect::<Result<_>>()?;
    Ok(Discussion { comments, assignments, people })
}

fn comment(tables: &mut dyn Tables, who: &Who, row: &Cells) -> Result<Comment> {
    let (id, account) = (row.text(0)?, row.maybe_text(3)?);
    let text = kept(tables, spot(&id), Some(row.text(2)?))?.unwrap_or_default();
    Ok(Comment {
        finding: row.text(1)?,
        text,
        own: account == who.id(),
        account,
        name: row.maybe_text(4)?,
        at: row.number(5)?,
        id,
    })
}

/// Adds a comment on a finding.
///
/// # Errors
/// `finding.unknown` where the review has no such finding; when nothing is said, or too much; when the review is erased.
pub fn say(
    tables: &mut dyn Tables,
    who: &Who,
    (id, review): (&str, &Review),
    finding: &str,
    text: &str,
    now: i64,
) -> Result<Comment> {
    stands(tables, (id, review), finding)?;
    let text = text.trim();
    if text.is_empty() {
        let (message, hint) = (Message::NoComment, Message::BadRequestHint);
        return Err(Failure::new(Kind::Usage, "request.comment", message, hint, &[]));
    }
    if text.chars().count() > LONGEST {
        return Err(too_long("text", LONGEST));
    }
    let comment = Comment {
        id: uuid::Uuid::now_v7().to_string(),
        finding: finding.to_owned(),
        text: text.to_owned(),
        account: who.id(),
        name: who.account.as_ref().map(|account| account.name.clone()),
        at: now,
        own: true,
    };
    let words = keep(tables, spot(&comment.id), Some(text))?;
    let sql = "INSERT INTO comments (id, review, finding, text, account, at) VALUES ($1, $2, $3, $4, $5, $6)";
    let account = comment.account.clone();
    tables.execute(sql, &[(&comment.id).into(), id.into(), finding.into(), words, account.into(), now.into()])?;
    record::add(tables, who, "comment.added", id, finding, now)?;
    Ok(comment)
}

/// Takes one's own comment back.
///
/// # Errors
/// `comment.unknown` where there is none, or it is another's.
pub fn unsay(tables: &mut dyn Tables, who: &Who, id: &str, finding: &str, comment: &str, now: i64) -> Result<()> {
    let sql = "DELETE FROM comments WHERE id = $1 AND review = $2 AND finding = $3
        AND coalesce(account, '') = $4";
    let own = who.id().unwrap_or_default();
    if tables.execute(sql, &[comment.into(), id.into(), finding.into(), own.into()])? == 0 {
        let (message, hint) = (Message::UnknownComment, Message::UnknownCommentHint);
        return Err(Failure::new(Kind::Input, "comment.unknown", message, hint, &[]));
    }
    record::add(tables, who, "comment.dropped", id, finding, now)
}

/// Has somebody take care of a finding; whoever did before does so no more.
///
/// # Errors
/// `finding.unknown` where the review has no such finding; `account.unknown` where the account is not one of the
/// review's organisation that may review.
pub fn assign(
    tables: &mut dyn Tables,
    who: &Who,
    (id, review): (&str, &Review),
    finding: &str,
    account: &str,
    now: i64,
) -> Result<Assignment> {
    stands(tables, (id, review), finding)?;
    let people = of_review(tables, who, id)?.people;
    let person = people.into_iter().find(|person| person.id == account).ok_or_else(|| {
        let (message, hint) = (Message::UnknownAssignee, Message::UnknownAssigneeHint);
        Failure::new(Kind::Input, "account.unknown", message, hint, &[])
    })?;
    let sql = "INSERT INTO assignments (review, finding, account, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (review, finding) DO UPDATE SET account = excluded.account, at = excluded.at";
    tables.execute(sql, &[id.into(), finding.into(), account.into(), now.into()])?;
    record::add(tables, who, "assignee.set", id, &format!("{finding} {account}"), now)?;
    Ok(Assignment { finding: finding.to_owned(), account: person.id, name: person.name, at: now })
}

/// Has nobody take care of a finding.
///
/// # Errors
/// `assignee.unknown` where nobody does.
pub fn release(tables: &mut dyn Tables, who: &Who, id: &str, finding: &str, now: i64) -> Result<()> {
    let sql = "DELETE FROM assignments WHERE review = $1 AND finding = $2";
    if tables.execute(sql, &[id.into(), finding.into()])? == 0 {
        let (message, hint) = (Message::NoAssignee, Message::UnknownCommentHint);
        return Err(Failure::new(Kind::Input, "assignee.unknown", message, hint, &[]));
    }
    record::add(tables, who, "assignee.dropped", id, finding, now)
}

/// Erases everything said on a review, with who was to take care of what.
///
/// # Errors
/// When the store refuses.
pub fn erase(tables: &mut dyn Tables, id: &str) -> Result<()> {
    tables.execute("DELETE FROM comments WHERE review = $1", &[id.into()])?;
    tables.execute("DELETE FROM assignments WHERE review = $1", &[id.into()])?;
    Ok(())
}

/// Refuses a finding that there is not, or a review that was erased.
fn stands(tables: &mut dyn Tables, (id, review): (&str, &Review), finding: &str) -> Result<()> {
    if !review.findings.iter().any(|known| known.id == finding) {
        return Err(Failure::unknown_finding(finding, review.findings.len()));
    }
    // Erasing changes the row first, so that either it is seen here or it takes away what is written here.
    let sql = "UPDATE reviews SET state = state WHERE id = $1 AND state <> 'erased'";
    if tables.execute(sql, &[id.into()])? == 0 {
        return Err(crate::retention::erased());
    }
    Ok(())
}

fn spot(row: &str) -> Spot<'_> {
    Spot { table: "comments", column: "text", row }
}
