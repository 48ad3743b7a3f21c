//! Changes to single provisions that are known without any text at hand: `law/data/parts.csv`.

use super::{Register, RegisterError};
use crate::effect::{Change, Confidence, EventKind, EventSource, Operation};
use crate::{DocNumber, Eid};

const COLUMNS: [&str; 8] = ["document", "eids", "event", "date", "by", "by_eid", "confidence", "source"];

impl Register {
    /// Adds changes to provisions from CSV (columns in `law/data/README.md`).
    ///
    /// # Errors
    /// The first row that cannot be read; the rows before it are kept.
    pub fn read_parts(&mut self, csv: &str) -> Result<(), RegisterError> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().map_err(|e| RegisterError { row: 1, what: e.to_string() })?;
        if let Some(missing) = COLUMNS.iter().enumerate().find(|(at, name)| header.get(*at) != Some(name)) {
            return Err(RegisterError { row: 1, what: format!("no column {}", missing.1) });
        }
        for (row, record) in reader.records().enumerate() {
            let at_row = |what: String| RegisterError { row: row + 2, what };
            let record = record.map_err(|e| at_row(e.to_string()))?;
            let change = read(&record).map_err(at_row)?;
            self.changes.entry(change.target.clone()).or_default().push(change);
        }
        Ok(())
    }

    /// What is known of changes to a document's provisions.
    pub fn changes(&self, number: &DocNumber) -> &[Change] {
        self.changes.get(number).map_or(&[], Vec::as_slice)
    }
}

fn read(record: &csv::StringRecord) -> Result<Change, String> {
    let field = |at: usize| record.get(at).unwrap_or_default().trim();
    let some = |at: usize| Some(field(at)).filter(|text| !text.is_empty());
    let kind = EventKind::from_code(field(2)).ok_or_else(|| format!("event {}", field(2)))?;
    Ok(Change {
        target: DocNumber::from_normal(field(0)),
        eids: field(1).split(';').map(str::trim).filter(|eid| !eid.is_empty()).map(Eid::new).collect(),
        operation: match kind {
            EventKind::TakesEffect if some(4).is_some() => Operation::Insert,
            EventKind::TakesEffect => Operation::Start,
            EventKind::Amends => Operation::Amend,
            EventKind::Replaces => Operation::Replace,
            EventKind::Repeals if some(4).is_none() => Operation::Expire,
            EventKind::Repeals => Operation::Repeal,
            EventKind::Suspends => Operation::Suspend,
            EventKind::Resumes => Operation::Resume,
            EventKind::Corrects => Operation::Correct,
        },
        date: some(3).map(|text| text.parse().map_err(|e| format!("{text}: {e}"))).transpose()?,
        by: some(4).map(DocNumber::from_normal),
        by_eid: some(5).map(Eid::new),
        source: EventSource::Register,
        confidence: Confidence::from_code(field(6)).ok_or_else(|| format!("confidence {}", field(6)))?,
    })
}
