//! The curated register of validity: which documents there are, since when, until when, and by what they were
//! replaced or amended. The facts and how each was checked are in `law/data`.

mod parts;

use crate::effect::Change;
use crate::text::fold;
use crate::{Confidence, DocNumber, DocumentKind};
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A document's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number.
    pub number: DocNumber,
    /// Kind.
    pub kind: DocumentKind,
    /// Name without its kind: "Giao dịch điện tử".
    pub name: String,
    /// Issuing body.
    pub issuer: String,
    /// Date of issue.
    pub issued: Option<Date>,
    /// First day in force.
    pub effective: Option<Date>,
    /// First day no longer in force.
    pub ended: Option<Date>,
    /// What replaced it.
    pub replaced_by: Vec<DocNumber>,
    /// What amended it, and since when.
    pub amended_by: Vec<(DocNumber, Option<Date>)>,
    /// How sure number and dates are.
    pub confidence: Confidence,
    /// How sure its end and its successor are.
    pub end_confidence: Confidence,
    /// Which sources agreed.
    pub source: String,
}

impl Entry {
    /// How the document is cited: "Luật Giao dịch điện tử số 51/2005/QH11", "Nghị định số 30/2020/NĐ-CP".
    pub fn title(&self) -> String {
        if self.kind.cited_by_name() {
            format!("{} {} số {}", self.kind.name(), self.name, self.number).replace("Hiến pháp Hiến pháp", "Hiến pháp")
        } else {
            format!("{} số {}", self.kind.name(), self.number)
        }
    }

    /// How a draft should cite it (Decree 78/2025/NĐ-CP, Article 68): laws by name and year, others by number.
    pub fn citation(&self) -> String {
        match (self.kind.cited_by_name(), self.issued) {
            (true, Some(issued)) => format!("{} {} năm {}", self.kind.name(), self.name, issued.year()),
            (true, None) => format!("{} {}", self.kind.name(), self.name),
            (false, _) => format!("{} số {}", self.kind.name(), self.number),
        }
    }
}

/// The register.
#[derive(Debug, Default)]
pub struct Register {
    entries: Vec<Entry>,
    by_number: HashMap<DocNumber, usize>,
    by_name: HashMap<String, Vec<usize>>,
    longest_name: usize,
    changes: HashMap<DocNumber, Vec<Change>>,
}

/// A row of the register could not be read.
#[derive(Debug, thiserror::Error)]
#[error("register row {row}: {what}")]
pub struct RegisterError {
    /// Line of the file, 1 being the header.
    pub row: usize,
    /// What is wrong with it.
    pub what: String,
}

impl Register {
    /// The register this program was built with.
    pub fn built_in() -> &'static Self {
        static REGISTER: OnceLock<Register> = OnceLock::new();
        // The test `the_built_in_register_can_be_read` proves that the embedded files read.
        REGISTER.get_or_init(|| {
            let mut register = Self::read(include_str!("../data/register.csv")).unwrap_or_default();
            let _ = register.read_parts(include_str!("../data/parts.csv"));
            register
        })
    }

    /// Reads a register from CSV (columns in `law/data/README.md`).
    ///
    /// # Errors
    /// The first row that cannot be read.
    pub fn read(csv: &str) -> Result<Self, RegisterError> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let at_row = |row: usize, what: String| RegisterError { row: row + 2, what };
        let header = reader.headers().map_err(|e| at_row(0, e.to_string()))?.clone();
        let column = |name: &str| {
            header
                .iter()
                .position(|h| h == name)
                .ok_or_else(|| RegisterError { row: 1, what: format!("no column {name}") })
        };
        let columns = [
            column("document")?,
            column("kind")?,
            column("name")?,
            column("issuer")?,
            column("issued")?,
            column("effective")?,
            column("ended")?,
            column("replaced_by")?,
            column("amended_by")?,
            column("confidence")?,
            column("end_confidence")?,
            column("source")?,
        ];
        let mut register = Self::default();
        for (row, record) in reader.records().enumerate() {
            let record = record.map_err(|e| at_row(row, e.to_string()))?;
            let field = |at: usize| record.get(columns[at]).unwrap_or_default().trim();
            let date = |at: usize| match field(at) {
                "" => Ok(None),
                text => text.parse::<Date>().map(Some).map_err(|e| at_row(row, format!("{text}: {e}"))),
            };
            let confidence = |at: usize| match field(at) {
                "" => Ok(Confidence::Doubtful),
                text => Confidence::from_code(text).ok_or_else(|| at_row(row, format!("confidence {text}"))),
            };
            let list = |at: usize| field(at).split(';').map(str::trim).filter(|s| !s.is_empty());
            register.add(Entry {
                number: DocNumber::from_normal(field(0)),
                kind: DocumentKind::from_code(field(1)).ok_or_else(|| at_row(row, format!("kind {}", field(1))))?,
                name: field(2).to_owned(),
                issuer: field(3).to_owned(),
                issued: date(4)?,
                effective: date(5)?,
                ended: date(6)?,
                replaced_by: list(7).map(DocNumber::from_normal).collect(),
                amended_by: list(8)
                    .map(|item| {
                        let (number, since) = item.split_once('@').unwrap_or((item, ""));
                        (DocNumber::from_normal(number), since.parse().ok())
                    })
                    .collect(),
                confidence: confidence(9)?,
                end_confidence: confidence(10)?,
                source: field(11).to_owned(),
            });
        }
        Ok(register)
    }

    fn add(&mut self, entry: Entry) {
        let at = self.entries.len();
        self.by_number.entry(entry.number.clone()).or_insert(at);
        if entry.kind.cited_by_name() {
            let name = name_key(entry.kind, &entry.name);
            self.longest_name = self.longest_name.max(name.split(' ').count());
            self.by_name.entry(name).or_default().push(at);
        }
        self.entries.push(entry);
    }

    /// Every entry.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a document.
    pub fn get(&self, number: &DocNumber) -> Option<&Entry> {
        self.by_number.get(number).map(|at| &self.entries[*at])
    }

    /// The most words a registered name has, its kind included.
    pub fn longest_name(&self) -> usize {
        self.longest_name
    }

    /// Whether `folded` (kind and name, folded) is the name of some document.
    pub fn knows_name(&self, folded: &str) -> bool {
        self.by_name.contains_key(folded)
    }

    /// Every document that bears a name, oldest first: "Luật Đất đai" has three.
    pub fn named(&self, kind_and_name: &str) -> Vec<&Entry> {
        let mut found: Vec<&Entry> = self
            .by_name
            .get(&fold(kind_and_name))
            .map(|all| all.iter().map(|at| &self.entries[*at]).collect())
            .unwrap_or_default();
        found.sort_by_key(|entry| entry.issued.or(entry.effective));
        found
    }

    /// The one document of that name issued on `day`, or in `year`.
    pub fn named_in(&self, kind_and_name: &str, year: Option<i16>, day: Option<Date>) -> Option<&Entry> {
        let mut found = self.named(kind_and_name).into_iter().filter(|entry| match (day, year) {
            (Some(day), _) => entry.issued == Some(day),
            (None, Some(year)) => {
                entry.issued.map(Date::year) == Some(year) || entry.number.year() == u16::try_from(year).ok()
            }
            (None, None) => true,
        });
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// The document of that name in force on `day`; failing that, the last one that took effect before it, whose
    /// lapse the caller then sees.
    pub fn named_on(&self, kind_and_name: &str, day: Date) -> Option<&Entry> {
        let all = self.named(kind_and_name);
        let started = |entry: &&&Entry| entry.effective.is_none_or(|from| from <= day);
        let alive = |entry: &&&Entry| entry.ended.is_none_or(|ended| day < ended);
        all.iter()
            .rfind(|entry| started(entry) && alive(entry))
            .or_else(|| all.iter().rfind(|entry| started(entry)))
            .or_else(|| all.first())
            .copied()
    }

    /// The document in force on `day` at the end of the chain of replacements.
    pub fn successor(&self, number: &DocNumber, day: Date) -> Option<&Entry> {
        let mut seen = vec![number.clone()];
        let mut entry = self.get(number)?;
        loop {
            let next = entry.replaced_by.iter().find(|next| !seen.contains(next))?;
            seen.push(next.clone());
            let found = self.get(next)?;
            if found.ended.is_none_or(|ended| day < ended) {
                return Some(found);
            }
            entry = found;
        }
    }
}

/// The key under which a name is found: kind and name folded, the kind not doubled.
fn name_key(kind: DocumentKind, name: &str) -> String {
    let (kind_name, name) = (fold(kind.name()), fold(name));
    // The constitution's name begins with its kind; "Luật Luật sư" rightly says it twice.
    if name.starts_with(&kind_name) && kind == DocumentKind::HienPhap { name } else { format!("{kind_name} {name}") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_built_in_register_can_be_read() {
        let mut register = Register::read(include_str!("../data/register.csv")).unwrap();
        register.read_parts(include_str!("../data/parts.csv")).unwrap();
        assert!(register.entries().len() >= 349, "{}", register.entries().len());
        for entry in register.entries() {
            assert!(
                DocNumber::parse(entry.number.as_str()).is_some() || entry.kind == DocumentKind::HienPhap,
                "{}",
                entry.number
            );
            if let (Some(from), Some(to)) = (entry.effective, entry.ended) {
                assert!(from < to, "{} ends before it begins", entry.number);
            }
            for next in &entry.replaced_by {
                assert_ne!(next, &entry.number, "{} replaces itself", entry.number);
            }
        }
    }

    #[test]
    fn a_name_means_the_document_in_force_on_the_day() {
        let register = Register::built_in();
        let on = |day| register.named_on("Luật Đất đai", day).map(|e| e.number.to_string());
        assert_eq!(on(date(2020, 1, 1)).as_deref(), Some("45/2013/QH13"));
        assert_eq!(on(date(2026, 1, 1)).as_deref(), Some("31/2024/QH15"));
        let by_year = register.named_in("Luật Đất đai", Some(2024), None).map(|e| e.number.to_string());
        assert_eq!(by_year.as_deref(), Some("31/2024/QH15"));
    }

    #[test]
    fn a_chain_of_replacements_ends_at_what_is_in_force() {
        let register = Register::built_in();
        let successor = register.successor(&DocNumber::from_normal("17/2008/QH12"), date(2026, 11, 21));
        assert_eq!(successor.map(|e| e.number.as_str()), Some("64/2025/QH15"));
    }
}
