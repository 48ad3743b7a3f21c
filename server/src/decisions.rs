//! What reviewers decide on findings: kept beside the review, heeded by what is handed in, and given to evaluation.
//!
//! The review stays as it was found; a decision never changes it. So what is handed in is made anew from both each time,
//! and a decision that is taken back leaves no trace but its entry in the record, which never has its words.

use crate::accounts::{Who, record};
use crate::failure::{Failure, Kind, Result};
use crate::sealed::{Spot, keep, kept};
use crate::store::{Cells, Tables};
use rasoat_api::messages::Message;
use rasoat_api::{Decision, DecisionWanted, Review, Verdict};
use rasoat_eval::decisions as eval;

/// Characters of a replacement or a note, at the most.
const LONGEST: usize = 4000;

/// Decides a finding of a review; a decision before it is gone.
///
/// # Errors
/// `finding.unknown` where the review has no such finding; when an edited finding has no words to write instead, or words
/// are too long.
pub fn decide(
    tables: &mut dyn Tables,
    who: &Who,
    (id, review): (&str, &Review),
    finding: &str,
    wanted: &DecisionWanted,
    now: i64,
) -> Result<Decision> {
    if !review.findings.iter().any(|known| known.id == finding) {
        return Err(Failure::unknown_finding(finding, review.findings.len()));
    }
    // Erasing changes the row first, so that either it is seen here or it takes away what is written here.
    let sql = "UPDATE reviews SET state = state WHERE id = $1 AND state <> 'erased'";
    if tables.execute(sql, &[id.into()])? == 0 {
        return Err(crate::retention::erased());
    }
    let replacement = written("replacement", wanted.replacement.as_deref())?;
    let replacement = replacement.filter(|_| wanted.verdict == Verdict::Edited);
    if wanted.verdict == Verdict::Edited && replacement.is_none() {
        let (message, hint) = (Message::NoReplacement, Message::BadRequestHint);
        return Err(Failure::new(Kind::Usage, "request.replacement", message, hint, &[]));
    }
    let decision = Decision {
        review: id.to_owned(),
        finding: finding.to_owned(),
        verdict: wanted.verdict,
        replacement,
        note: written("note", wanted.note.as_deref())?,
        account: who.id(),
        at: now,
    };
    let row = row_of(id, finding);
    let replacement = keep(tables, spot("replacement", &row), decision.replacement.as_deref())?;
    let note = keep(tables, spot("note", &row), decision.note.as_deref())?;
    let sql = "INSERT INTO decisions (review, finding, verdict, replacement, note, account, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (review, finding) DO UPDATE SET verdict = excluded.verdict,
        replacement = excluded.replacement, note = excluded.note, account = excluded.account, at = excluded.at";
    let values = [
        id.into(),
        finding.into(),
        decision.verdict.code().into(),
        replacement,
        note,
        decision.account.clone().into(),
        now.into(),
    ];
    tables.execute(sql, &values)?;
    record::add(tables, who, "decision.set", id, &format!("{finding} {}", decision.verdict.code()), now)?;
    Ok(decision)
}

/// What was written, without the blanks around it.
fn written(field: &str, text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > LONGEST) {
        return Err(too_long(field, LONGEST));
    }
    Ok(text.map(str::to_owned))
}

/// A text that is longer than may be.
pub fn too_long(field: &str, most: usize) -> Failure {
    let most = most.to_string();
    let values = [("field", field), ("most", most.as_str())];
    Failure::new(Kind::Usage, "request.too_long", Message::TooLong, Message::BadRequestHint, &values)
}

/// Takes a decision back.
///
/// # Errors
/// `decision.unknown` where there is none.
pub fn take_back(tables: &mut dyn Tables, who: &Who, id: &str, finding: &str, now: i64) -> Result<()> {
    let sql = "DELETE FROM decisions WHERE review = $1 AND finding = $2";
    if tables.execute(sql, &[id.into(), finding.into()])? == 0 {
        let (message, hint) = (Message::UnknownDecision, Message::UnknownDecisionHint);
        return Err(Failure::new(Kind::Input, "decision.unknown", message, hint, &[("finding", finding)]));
    }
    record::add(tables, who, "decision.dropped", id, finding, now)
}

/// The decisions on a review's findings, by finding.
///
/// # Errors
/// When the store cannot be read.
pub fn of_review(tables: &mut dyn Tables, id: &str) -> Result<Vec<Decision>> {
    let sql = "SELECT review, finding, verdict, replacement, note, account, at FROM decisions WHERE review = $1";
    let rows = tables.query(sql, &[id.into()])?;
    let mut decisions = rows.iter().map(|row| decision(tables, row)).collect::<Result<Vec<_>>>()?;
    // `f2` before `f10`.
    decisions.sort_by_key(|decision| (decision.finding.len(), decision.finding.clone()));
    Ok(decisions)
}

/// Every decision of the store, by review and finding.
///
/// # Errors
/// When the store cannot be read.
pub fn all(tables: &mut dyn Tables) -> Result<Vec<Decision>> {
    let rows = tables.query("SELECT DISTINCT review FROM decisions ORDER BY review", &[])?;
    let mut decisions = Vec::new();
    for row in rows {
        decisions.extend(of_review(tables, &row.text(0)?)?);
    }
    Ok(decisions)
}

fn decision(tables: &mut dyn Tables, row: &Cells) -> Result<Decision> {
    let (review, finding, verdict) = (row.text(0)?, row.text(1)?, row.text(2)?);
    let key = row_of(&review, &finding);
    Ok(Decision {
        verdict: Verdict::from_code(&verdict)
            .ok_or_else(|| Failure::internal(format!("unknown verdict `{verdict}`")))?,
        replacement: kept(tables, spot("replacement", &key), row.maybe_text(3)?)?,
        note: kept(tables, spot("note", &key), row.maybe_text(4)?)?,
        account: row.maybe_text(5)?,
        at: row.number(6)?,
        review,
        finding,
    })
}

fn row_of(review: &str, finding: &str) -> String {
    format!("{review}\0{finding}")
}

fn spot<'a>(column: &'static str, row: &'a str) -> Spot<'a> {
    Spot { table: "decisions", column, row }
}

/// Decisions as `rasoat eval decisions` reads them.
pub fn for_evaluation(decisions: &[Decision]) -> Vec<eval::Decision> {
    let one = |decision: &Decision| eval::Decision {
        review: decision.review.clone(),
        finding: decision.finding.clone(),
        verdict: match decision.verdict {
            Verdict::Accepted => eval::Verdict::Accept,
            Verdict::Rejected => eval::Verdict::Reject,
            Verdict::Edited => eval::Verdict::Edit,
        },
    };
    decisions.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn decision(finding: &str, verdict: Verdict, replacement: Option<&str>, note: Option<&str>) -> Decision {
        Decision {
            review: "r".into(),
            finding: finding.into(),
            verdict,
            replacement: replacement.map(Into::into),
            note: note.map(Into::into),
            account: None,
            at: 0,
        }
    }

    #[test]
    fn decisions_are_written_as_evaluation_reads_them() {
        let decisions = [
            decision("f1", Verdict::Rejected, None, None),
            decision("f2", Verdict::Edited, Some("z"), Some("bí mật")),
            decision("f3", Verdict::Accepted, None, None),
        ];
        let lines: Vec<String> =
            for_evaluation(&decisions).iter().map(|decision| serde_json::to_string(decision).unwrap()).collect();
        assert_eq!(
            lines,
            [
                r#"{"review":"r","finding":"f1","decision":"reject"}"#,
                r#"{"review":"r","finding":"f2","decision":"edit"}"#,
                r#"{"review":"r","finding":"f3","decision":"accept"}"#,
            ]
        );
    }
}
