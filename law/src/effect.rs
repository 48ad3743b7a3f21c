//! Effect in time (hiệu lực): whether a document is in force on a date, and the events behind the answer.
//!
//! Hard because "in force" is a timeline, not a flag, and because what is known of it comes from sources of unequal
//! worth: every event carries its source and how sure it is. Law 64/2025/QH15, Articles 53-57. A known amendment that
//! is not yet applied to the stored text stays visible; it never silently counts as applied.

use crate::DocNumber;
use crate::register::{Entry, Register};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Effect on a date (tình trạng hiệu lực).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Còn hiệu lực.
    InForce,
    /// Hết hiệu lực một phần.
    PartlyExpired,
    /// Hết hiệu lực toàn bộ.
    Expired,
    /// Chưa có hiệu lực.
    NotYetInForce,
    /// Tạm ngưng hiệu lực.
    Suspended,
    /// Nothing is known.
    Unknown,
}

impl Effect {
    /// The Vietnamese term of art.
    pub fn term(self) -> &'static str {
        match self {
            Self::InForce => "còn hiệu lực",
            Self::PartlyExpired => "hết hiệu lực một phần",
            Self::Expired => "hết hiệu lực toàn bộ",
            Self::NotYetInForce => "chưa có hiệu lực",
            Self::Suspended => "tạm ngưng hiệu lực",
            Self::Unknown => "chưa rõ hiệu lực",
        }
    }
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Sources disagree or the fact was not seen anywhere: never enough for an error.
    Doubtful,
    /// One source says so.
    Reported,
    /// Two independent sources agree.
    Confirmed,
}

impl Confidence {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Doubtful => "doubtful",
            Self::Reported => "reported",
            Self::Confirmed => "confirmed",
        }
    }

    /// The confidence with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Doubtful, Self::Reported, Self::Confirmed].into_iter().find(|c| c.code() == code)
    }
}

/// What happens to a document or provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Bắt đầu có hiệu lực.
    TakesEffect,
    /// Sửa đổi, bổ sung.
    Amends,
    /// Thay thế.
    Replaces,
    /// Bãi bỏ, or its term ends.
    Repeals,
    /// Tạm ngưng, đình chỉ.
    Suspends,
    /// Đính chính.
    Corrects,
}

impl EventKind {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::TakesEffect => "takes_effect",
            Self::Amends => "amends",
            Self::Replaces => "replaces",
            Self::Repeals => "repeals",
            Self::Suspends => "suspends",
            Self::Corrects => "corrects",
        }
    }
}

/// Where an event is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventSource {
    /// The text of a document in the store.
    Document,
    /// The curated register.
    Register,
    /// Metadata that came with a stored document.
    Metadata,
}

impl EventSource {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Register => "register",
            Self::Metadata => "metadata",
        }
    }
}

/// One event in a document's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happens.
    pub kind: EventKind,
    /// Document that causes it; `None` for its own taking effect or running out.
    pub by: Option<DocNumber>,
    /// The day it happens; `None` where only the fact is known.
    pub date: Option<Date>,
    /// Where it is known from.
    pub source: EventSource,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A document's effect on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Effect.
    pub effect: Effect,
    /// First day in force.
    pub from: Option<Date>,
    /// First day no longer in force.
    pub to: Option<Date>,
    /// The events behind it, by date.
    pub events: Vec<Event>,
    /// How sure the effect is: that of the event that decides it.
    pub confidence: Confidence,
}

impl Status {
    /// Nothing is known.
    pub fn unknown() -> Self {
        Self { effect: Effect::Unknown, from: None, to: None, events: Vec::new(), confidence: Confidence::Doubtful }
    }

    /// Amendments that took effect by `as_of` and after the day the stored text stands for: they are *unapplied*, and
    /// whoever shows the text must say so. An amendment of unknown date counts.
    pub fn unapplied(&self, text_of: Option<Date>, as_of: Date) -> Vec<&Event> {
        self.events
            .iter()
            .filter(|event| event.kind == EventKind::Amends)
            .filter(|event| event.date.is_none_or(|date| date <= as_of && text_of.is_none_or(|of| date > of)))
            .collect()
    }
}

/// What a document's own metadata says of its effect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnDates {
    /// Date of issue.
    pub issued: Option<Date>,
    /// First day in force, as its text or metadata says.
    pub effective: Option<Date>,
}

/// The effect of a document on `as_of`: the register's entry first, its own dates where the register has none.
pub fn status(register: &Register, number: &DocNumber, own: Option<OwnDates>, as_of: Date) -> Status {
    match (register.get(number), own) {
        (Some(entry), own) => from_entry(entry, own.unwrap_or_default(), as_of),
        (None, Some(own)) if own.effective.is_some() => {
            let events = vec![Event {
                kind: EventKind::TakesEffect,
                by: None,
                date: own.effective,
                source: EventSource::Metadata,
                confidence: Confidence::Reported,
            }];
            decide(own.effective, None, events, Confidence::Reported, as_of)
        }
        _ => Status::unknown(),
    }
}

fn from_entry(entry: &Entry, own: OwnDates, as_of: Date) -> Status {
    let from = entry.effective.or(own.effective);
    let mut events = Vec::new();
    if from.is_some() {
        let known = entry.effective.is_some();
        events.push(Event {
            kind: EventKind::TakesEffect,
            by: None,
            date: from,
            source: if known { EventSource::Register } else { EventSource::Metadata },
            confidence: entry.confidence,
        });
    }
    for (by, date) in &entry.amended_by {
        events.push(Event {
            kind: EventKind::Amends,
            by: Some(by.clone()),
            date: *date,
            source: EventSource::Register,
            confidence: entry.confidence,
        });
    }
    for by in &entry.replaced_by {
        events.push(Event {
            kind: EventKind::Replaces,
            by: Some(by.clone()),
            date: entry.ended,
            source: EventSource::Register,
            confidence: entry.end_confidence,
        });
    }
    if entry.ended.is_some() && entry.replaced_by.is_empty() {
        events.push(Event {
            kind: EventKind::Repeals,
            by: None,
            date: entry.ended,
            source: EventSource::Register,
            confidence: entry.end_confidence,
        });
    }
    events.sort_by_key(|event| (event.date.is_none(), event.date, event.kind));
    let ends_by_then = entry.ended.is_some_and(|ended| ended <= as_of);
    let confidence = if ends_by_then { entry.end_confidence } else { entry.confidence };
    decide(from, entry.ended, events, confidence, as_of)
}

fn decide(from: Option<Date>, to: Option<Date>, events: Vec<Event>, confidence: Confidence, as_of: Date) -> Status {
    let effect = match (from, to) {
        (_, Some(to)) if to <= as_of => Effect::Expired,
        (Some(from), _) if as_of < from => Effect::NotYetInForce,
        (Some(_), _) => Effect::InForce,
        (None, _) => Effect::Unknown,
    };
    Status { effect, from, to, events, confidence }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;

    fn register() -> Register {
        Register::read(
            "document,kind,name,issuer,issued,effective,ended,replaced_by,amended_by,confidence,end_confidence,source\n\
             1/2010/QH12,luat,Cũ,Quốc hội,2010-01-01,2010-07-01,2020-01-01,2/2019/QH14,3/2015/QH13@2016-01-01,confirmed,reported,x\n\
             2/2019/QH14,luat,Mới,Quốc hội,2019-06-01,2020-01-01,,,4/2024/QH15@,confirmed,,x\n",
        )
        .unwrap()
    }

    fn on(number: &str, day: Date) -> Status {
        status(&register(), &DocNumber::parse(number).unwrap(), None, day)
    }

    #[test]
    fn a_document_lives_from_its_first_day_to_the_day_before_its_end() {
        assert_eq!(on("1/2010/QH12", date(2010, 6, 30)).effect, Effect::NotYetInForce);
        assert_eq!(on("1/2010/QH12", date(2010, 7, 1)).effect, Effect::InForce);
        assert_eq!(on("1/2010/QH12", date(2019, 12, 31)).effect, Effect::InForce);
        let ended = on("1/2010/QH12", date(2020, 1, 1));
        assert_eq!((ended.effect, ended.confidence), (Effect::Expired, Confidence::Reported));
        assert_eq!(
            ended.events.iter().map(|e| e.kind.code()).collect::<Vec<_>>(),
            ["takes_effect", "amends", "replaces"]
        );
    }

    #[test]
    fn an_amendment_of_unknown_date_counts_as_unapplied() {
        let status = on("2/2019/QH14", date(2026, 1, 1));
        assert_eq!(status.unapplied(Some(date(2023, 1, 1)), date(2026, 1, 1)).len(), 1);
        let old = on("1/2010/QH12", date(2015, 12, 31));
        assert_eq!(old.unapplied(None, date(2015, 12, 31)).len(), 0, "not yet in effect");
        assert_eq!(old.unapplied(Some(date(2016, 1, 1)), date(2018, 1, 1)).len(), 0, "already in the text");
    }

    #[test]
    fn a_document_nobody_knows_is_unknown_not_in_force() {
        assert_eq!(on("9/1999/QH10", date(2026, 1, 1)).effect, Effect::Unknown);
    }
}
