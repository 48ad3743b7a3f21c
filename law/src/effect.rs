//! Effect in time (hiệu lực): whether a document, or one provision of it, is in force on a date, and why.
//!
//! Hard because "in force" is a timeline and not a flag, it differs from provision to provision, and what is known of
//! it comes from sources of unequal worth: every event carries its cause, its source and how sure it is. Law
//! 64/2025/QH15, Articles 53-57. A known amendment that is not yet applied to the stored text stays visible; it never
//! silently counts as applied. Reading amending instructions is not here: [`Change`] is the fact they come down to.

pub mod change;
pub mod clause;
pub mod rules;
pub mod timeline;

pub use change::{Change, Operation, Scope};
pub use rules::{Review, Rule};
pub use timeline::Timeline;

use crate::register::Register;
use crate::{DocNumber, Eid};
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
    /// Tiếp tục có hiệu lực after a suspension.
    Resumes,
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
            Self::Resumes => "resumes",
            Self::Corrects => "corrects",
        }
    }

    /// The kind with this contract name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::TakesEffect, Self::Amends, Self::Replaces, Self::Repeals, Self::Suspends, Self::Resumes, Self::Corrects]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    /// Whether what it covers is no longer in force from its day on.
    pub fn ends(self) -> bool {
        matches!(self, Self::Replaces | Self::Repeals)
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
    /// A person who read the amending text and confirmed what it does.
    Person,
}

impl EventSource {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Register => "register",
            Self::Metadata => "metadata",
            Self::Person => "person",
        }
    }
}

/// One event in the life of a document or of parts of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happens.
    pub kind: EventKind,
    /// Document that causes it; `None` for its own taking effect or running out.
    pub by: Option<DocNumber>,
    /// The provision of that document that causes it, where known.
    pub by_eid: Option<Eid>,
    /// What it happens to.
    pub scope: Scope,
    /// The day it happens; `None` where only the fact is known.
    pub date: Option<Date>,
    /// Where it is known from.
    pub source: EventSource,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Event {
    /// The first day on which it can have happened: its date; failing that, the first day of the year in the number
    /// of the document that causes it. `None` where it may have happened at any time.
    pub fn earliest(&self) -> Option<Date> {
        let year = || self.by.as_ref().and_then(DocNumber::year).and_then(|year| i16::try_from(year).ok());
        self.date.or_else(|| Date::new(year()?, 1, 1).ok())
    }

    /// Whether it changes what the text says: an amendment, a unit inserted, a part repealed or replaced.
    pub fn changes_text(&self) -> bool {
        match self.kind {
            EventKind::Amends => true,
            EventKind::TakesEffect => self.inserts(),
            EventKind::Replaces | EventKind::Repeals => self.scope != Scope::Whole,
            EventKind::Suspends | EventKind::Resumes | EventKind::Corrects => false,
        }
    }

    /// Whether another document puts the unit in, or back in.
    pub fn inserts(&self) -> bool {
        self.kind == EventKind::TakesEffect && self.by.is_some() && self.scope != Scope::Whole
    }
}

/// The effect of a document or provision on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Effect.
    pub effect: Effect,
    /// First day in force.
    pub from: Option<Date>,
    /// First day no longer in force.
    pub to: Option<Date>,
    /// The events behind it, by date, those to come included; sources that disagree stand side by side.
    pub events: Vec<Event>,
    /// How sure the effect is: that of the event that decides it.
    pub confidence: Confidence,
    /// Why a person has to look at it before relying on it (cần rà soát), where a rule of law says so.
    pub review: Option<Review>,
}

impl Status {
    /// Nothing is known.
    pub fn unknown() -> Self {
        Self {
            effect: Effect::Unknown,
            from: None,
            to: None,
            events: Vec::new(),
            confidence: Confidence::Doubtful,
            review: None,
        }
    }

    /// Changes of the text that took effect by `as_of` and after the day the stored text stands for, one event for
    /// each document that makes them: they are *unapplied*, and whoever shows the text must say so. A change of
    /// unknown date counts.
    pub fn unapplied(&self, text_of: Option<Date>, as_of: Date) -> Vec<&Event> {
        let mut found: Vec<&Event> = Vec::new();
        for event in &self.events {
            let in_time = event.date.is_none_or(|date| date <= as_of && text_of.is_none_or(|of| date > of));
            if event.changes_text() && in_time && !found.iter().any(|known| known.by == event.by) {
                found.push(event);
            }
        }
        found
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

/// The effect of a document on `as_of`: what the register knows, beside what its own dates say.
pub fn status(register: &Register, number: &DocNumber, own: Option<OwnDates>, as_of: Date) -> Status {
    Timeline::of(register, number, own).status(as_of)
}

/// The effect of one provision of a document on `as_of`, from the same facts.
pub fn provision_status(
    register: &Register,
    number: &DocNumber,
    eid: &Eid,
    own: Option<OwnDates>,
    as_of: Date,
) -> Status {
    Timeline::of(register, number, own).status_of(eid, as_of)
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

    /// Document, provision (empty: the whole document), day, effect.
    fn check_built_in(cases: &[(&str, &str, Date, Effect)]) {
        for (number, eid, day, effect) in cases {
            let number = DocNumber::from_normal(*number);
            let timeline = Timeline::of(Register::built_in(), &number, None);
            let status = if eid.is_empty() { timeline.status(*day) } else { timeline.status_of(&Eid::new(*eid), *day) };
            assert_eq!(status.effect, *effect, "{number}#{eid} on {day}");
        }
    }

    #[test]
    fn provisions_of_the_codes_have_lives_of_their_own() {
        let now = date(2026, 11, 21);
        check_built_in(&[
            ("100/2015/QH13", "art_292", now, Effect::Expired),
            ("100/2015/QH13", "art_256a__para_1", date(2025, 6, 30), Effect::NotYetInForce),
            ("100/2015/QH13", "art_256a__para_1", date(2025, 7, 1), Effect::InForce),
            ("100/2015/QH13", "", now, Effect::PartlyExpired),
            ("101/2015/QH13", "art_4__para_2__point_a", date(2025, 7, 1), Effect::Expired),
            ("101/2015/QH13", "art_4__para_2", date(2025, 7, 1), Effect::PartlyExpired),
            ("92/2015/QH13", "art_497", date(2024, 12, 31), Effect::InForce),
            ("92/2015/QH13", "art_497", date(2025, 1, 1), Effect::Expired),
            ("95/2015/QH13", "art_82a__para_2", date(2026, 2, 28), Effect::InForce),
            ("95/2015/QH13", "art_82a__para_2", date(2026, 3, 1), Effect::Expired),
            ("45/2019/QH14", "art_59__para_2__point_a", now, Effect::InForce),
            ("91/2015/QH13", "art_1", now, Effect::InForce),
        ]);
    }

    #[test]
    fn parts_start_later_are_suspended_or_outlive_their_law() {
        check_built_in(&[
            ("08/2022/QH15", "art_109", date(2027, 12, 31), Effect::NotYetInForce),
            ("08/2022/QH15", "art_108", date(2023, 1, 1), Effect::InForce),
            ("62/2014/QH13", "art_24", date(2015, 2, 1), Effect::InForce),
            ("62/2014/QH13", "art_23", date(2015, 2, 1), Effect::NotYetInForce),
            ("61/2020/QH14", "art_7", date(2026, 6, 30), Effect::InForce),
            ("61/2020/QH14", "art_7", date(2026, 7, 1), Effect::Expired),
            ("61/2020/QH14", "art_8", date(2026, 3, 1), Effect::Expired),
            ("153/2020/NĐ-CP", "art_8__para_1__point_d", date(2023, 6, 1), Effect::Suspended),
            ("153/2020/NĐ-CP", "art_8__para_1__point_d", date(2024, 1, 1), Effect::InForce),
            ("100/2019/NĐ-CP", "art_5", date(2025, 1, 1), Effect::Expired),
        ]);
    }

    #[test]
    fn a_document_nobody_knows_is_unknown_not_in_force() {
        assert_eq!(on("9/1999/QH10", date(2026, 1, 1)).effect, Effect::Unknown);
    }
}
