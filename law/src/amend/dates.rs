//! When each clause of an act takes effect: one day for the act, other days for the clauses its last articles name
//! ("trừ khoản 3 Điều 1 có hiệu lực từ ngày …").

use crate::register::Register;
use crate::structure::Document;
use crate::{ByteSpan, Eid, cite, date};
use jiff::civil::Date;

/// The days an act gives.
pub(super) struct EffectDates {
    general: Option<Date>,
    /// Clauses of the act with a day of their own.
    own: Vec<(Eid, Date)>,
}

impl EffectDates {
    /// The day the clause at `span` takes effect.
    pub(super) fn of(&self, document: &Document, span: ByteSpan) -> Option<Date> {
        if self.own.is_empty() {
            return self.general;
        }
        let unit = document.at(span.start).map(|provision| provision.eid.as_str());
        let own = self.own.iter().filter(|(eid, _)| {
            unit.is_some_and(|unit| {
                unit.strip_prefix(eid.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
            })
        });
        own.max_by_key(|(eid, _)| eid.as_str().len()).map(|(_, date)| *date).or(self.general)
    }
}

/// Reads the days in the act's effect clauses.
pub(super) fn effect_dates(document: &Document, register: &Register) -> EffectDates {
    let general = document.metadata.effective;
    let mut own = Vec::new();
    for line in document.text.lines() {
        if !line.contains("có hiệu lực") || !line.contains("Điều") {
            continue;
        }
        for sentence in line.split([';', '.']) {
            let Some(at) = sentence.find("có hiệu lực") else { continue };
            let (before, after) = sentence.split_at(at);
            // "Luật này có hiệu lực từ ngày A, trừ khoản 2 Điều 1 có hiệu lực từ ngày B".
            let (before, after) = match after["có hiệu lực".len()..].find("có hiệu lực") {
                Some(second) => after.split_at(second + "có hiệu lực".len()),
                None => (before, after),
            };
            let Some((day, ..)) = date::find(after).filter(|(day, ..)| Some(*day) != general) else { continue };
            for citation in cite::citations(before, register) {
                for target in citation.targets {
                    if target.document == cite::DocumentReference::This
                        && let Some(eid) = target.eid
                    {
                        own.push((eid, day));
                    }
                }
            }
        }
    }
    EffectDates { general, own }
}
