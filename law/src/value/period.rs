//! From when a time runs, days of the calendar, and what recurs.

use super::measure::bound_before;
use super::reading::{Lexicon, Word, is};
use super::slot::{CalendarDay, Content, Found, Measure, Start};
use super::{Bound, Dimension, Unit};
use crate::ByteSpan;
use std::sync::OnceLock;

/// Words of an event that are kept.
const EVENT_WORDS: usize = 12;

/// Days of the calendar, and words that say how often.
pub(super) fn read(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        if let Some((day, from, to)) = calendar_day(text, words, at) {
            found.push(Found::new(Dimension::Deadline, Content::Day(day), words, from, to));
        } else if let Some(((number, unit), next)) = recurring().at(words, at) {
            let measure =
                Measure { number, unit, bound: Bound::Exactly, counted: String::new(), recurs: true, start: None };
            found.push(Found::new(Dimension::Deadline, Content::Measure(measure), words, at, next));
        }
    }
    found
}

/// The event named right after a time that ends before word `at`.
pub(super) fn start(text: &str, words: &[Word<'_>], at: usize) -> Option<Start> {
    static OPENERS: OnceLock<Lexicon<bool>> = OnceLock::new();
    let openers = OPENERS.get_or_init(|| {
        Lexicon::new(&[
            ("kể từ", false),
            ("kể từ khi", false),
            ("kể từ ngày", false),
            ("tính từ", false),
            ("tính từ ngày", false),
            ("tính từ khi", false),
            ("từ ngày", false),
            ("từ khi", false),
            ("sau khi", false),
            ("sau ngày", false),
            ("trước khi", true),
            ("trước ngày", true),
        ])
    });
    let (precedes, next) = openers.at(words, at)?;
    let stops = ["thì", "phải", "có", "cơ", "ủy", "không", "tổ", "bộ", "sở", "người", "do"];
    let mut event = Vec::new();
    let mut end = next;
    while let Some(word) = words.get(end).filter(|_| end < next + EVENT_WORDS) {
        let gap = text.get(words[end - 1].end()..word.start).unwrap_or_default();
        let stopped = event.len() >= 2 && stops.iter().any(|stop| is(words, end, stop));
        if gap.contains([',', ';', '.', ':', '\n']) || stopped {
            break;
        }
        event.push(word.folded.clone());
        end += 1;
    }
    let span = ByteSpan::new(words[at].start, words[end - 1].end());
    (!event.is_empty()).then_some(Start { precedes, event, span })
}

/// "trước ngày 15 tháng 01", "đến hết ngày 31/12/2027".
fn calendar_day(text: &str, words: &[Word<'_>], at: usize) -> Option<(CalendarDay, usize, usize)> {
    if !is(words, at, "ngày") {
        return None;
    }
    let (bound, from) = opens_day().before(words, at).or_else(|| bound_before(text, words, at))?;
    let (day, month, year, to) = match words.get(at + 1)?.raw.split('/').collect::<Vec<_>>()[..] {
        [day, month] => (small(day)?, small(month)?, None, at + 2),
        [day, month, year] => (small(day)?, small(month)?, Some(year.parse().ok()?), at + 2),
        [day] if is(words, at + 2, "tháng") => {
            let month = small(words.get(at + 3)?.raw)?;
            let year = is(words, at + 4, "năm").then(|| words.get(at + 5)?.raw.parse().ok()).flatten();
            (small(day)?, month, year, if year.is_some() { at + 6 } else { at + 4 })
        }
        _ => return None,
    };
    let valid = (1..=31).contains(&day) && (1..=12).contains(&month);
    valid.then_some((CalendarDay { day, month, year, bound }, from, to))
}

fn small(raw: &str) -> Option<u8> {
    raw.parse().ok()
}

fn opens_day() -> &'static Lexicon<Bound> {
    static OPENS: OnceLock<Lexicon<Bound>> = OnceLock::new();
    OPENS.get_or_init(|| {
        Lexicon::new(&[
            ("trước", Bound::LessThan),
            ("đến", Bound::AtMost),
            ("đến hết", Bound::AtMost),
            ("hết", Bound::AtMost),
            ("chậm nhất là", Bound::AtMost),
            ("chậm nhất", Bound::AtMost),
            ("chậm nhất vào", Bound::AtMost),
            ("từ", Bound::AtLeast),
            ("kể từ", Bound::AtLeast),
            ("sau", Bound::MoreThan),
            ("vào", Bound::Exactly),
        ])
    })
}

fn recurring() -> &'static Lexicon<(f64, Unit)> {
    static RECURRING: OnceLock<Lexicon<(f64, Unit)>> = OnceLock::new();
    RECURRING.get_or_init(|| {
        Lexicon::new(&[
            ("hằng ngày", (1.0, Unit::Day)),
            ("hàng ngày", (1.0, Unit::Day)),
            ("hằng tuần", (1.0, Unit::Week)),
            ("hàng tuần", (1.0, Unit::Week)),
            ("hằng tháng", (1.0, Unit::Month)),
            ("hàng tháng", (1.0, Unit::Month)),
            ("mỗi tháng", (1.0, Unit::Month)),
            ("hằng quý", (1.0, Unit::Quarter)),
            ("hàng quý", (1.0, Unit::Quarter)),
            ("mỗi quý", (1.0, Unit::Quarter)),
            ("hằng năm", (1.0, Unit::Year)),
            ("hàng năm", (1.0, Unit::Year)),
            ("mỗi năm", (1.0, Unit::Year)),
        ])
    })
}
