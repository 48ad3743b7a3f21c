//! Numbers of anything: the values of [`super::values`], and with them counts, shares and how often.

use super::measure::{self, bound_before};
use super::number::number;
use super::period;
use super::reading::{Lexicon, Word, is};
use super::slot::{Content, Found, Measure};
use super::{Bound, Dimension, Unit};
use std::sync::OnceLock;

/// Words that make a number after them a label or a part of a date.
const LABELS: [&str; 22] = [
    "Điều", "khoản", "điểm", "số", "chương", "mục", "phần", "lục", "mẫu", "ngày", "tháng", "năm", "quý", "cấp", "nhóm",
    "hạng", "loại", "luật", "quyết", "bảng", "bậc", "thứ",
];

/// What a lone "một" may count; elsewhere it is an article.
const COUNTABLE: [&str; 14] =
    ["lần", "bộ", "bản", "thành", "người", "phó", "đại", "phiếu", "hồ", "chuyên", "giấy", "buổi", "kỳ", "lượt"];

/// Every number with a unit, and what it counts.
pub(super) fn read(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let values = measure::values(text, words);
    let mut at = 0;
    for value in values.iter().filter(|v| v.dimension != Dimension::Modality) {
        let from = words.partition_point(|w| w.start < value.span.start);
        let to = words.partition_point(|w| w.start < value.span.end);
        while at < from {
            at = counted(text, words, at, from, &mut found);
        }
        let start = period::start(text, words, to);
        let recurs = is(words, to, "một") && is(words, to + 1, "lần") || is(words, to + 1, "lần") && is_one(words, to);
        let mut bound = value.bound;
        let mut first = from;
        if bound == Bound::Exactly
            && let Some((wider, earlier)) = bound_before(text, words, from)
        {
            (bound, first) = (wider, earlier);
        }
        let clause = &text[value.clause.start..value.span.start];
        let dimension = match value.dimension {
            Dimension::Amount if clause.to_lowercase().contains("phạt tiền") => Dimension::Sanction,
            other => other,
        };
        let measure = Measure { number: value.number, unit: value.unit, bound, counted: String::new(), recurs, start };
        let mut slot = Found::new(dimension, Content::Measure(measure), words, first, to);
        slot.span.end = slot.span.end.max(value.span.end);
        // "từ 03 đến 05 ngày": the first number takes the unit of the second.
        if let Some(opening) = opening_of_range(text, words, from, &slot) {
            found.push(opening);
        }
        found.push(slot);
        at = at.max(to);
    }
    while at < words.len() {
        at = counted(text, words, at, words.len(), &mut found);
    }
    found
}

fn is_one(words: &[Word<'_>], at: usize) -> bool {
    words.get(at).is_some_and(|w| matches!(w.raw, "1" | "01"))
}

fn opening_of_range(text: &str, words: &[Word<'_>], from: usize, closing: &Found) -> Option<Found> {
    let Content::Measure(measure) = &closing.content else { return None };
    let before = if is(words, from, "đến") { from.checked_sub(1)? } else { from.checked_sub(2)? };
    if !is(words, before + 1, "đến") || !words[before].is_number() {
        return None;
    }
    let (lower, next) = number(words, before, text)?;
    if next != before + 1 || lower >= measure.number {
        return None;
    }
    let (bound, first) = bound_before(text, words, before).unwrap_or((Bound::AtLeast, before));
    let opening = Measure { number: lower, bound, start: None, ..measure.clone() };
    Some(Found::new(closing.dimension, Content::Measure(opening), words, first, before + 1))
}

/// A count, share or fraction at word `at`, kept in `found`; the word to go on at.
fn counted(text: &str, words: &[Word<'_>], at: usize, end: usize, found: &mut Vec<Found>) -> usize {
    if let Some((percent, next)) = share(text, words, at) {
        let (bound, first) = bound_before(text, words, at).unwrap_or((
            if is(words, at, "quá") || is(words, at, "đa") { Bound::MoreThan } else { Bound::Exactly },
            at,
        ));
        let measure =
            Measure { number: percent, unit: Unit::Percent, bound, counted: String::new(), recurs: false, start: None };
        found.push(Found::new(Dimension::Rate, Content::Measure(measure), words, first, next));
        return next;
    }
    let Some((value, next)) = number(words, at, text) else { return at + 1 };
    let labelled = at > 0 && LABELS.iter().any(|label| is(words, at - 1, label));
    let gap = words.get(next).map_or("", |w| text.get(words[next - 1].end()..w.start).unwrap_or_default());
    let counts = next < end
        && !labelled
        && gap.chars().all(|c| c == ' ' || c == ')')
        && words[next].raw.starts_with(char::is_alphabetic)
        && !is(words, next, "đến")
        && !starts_line(text, words, at);
    if !counts {
        return next;
    }
    let in_figures = words[at].is_number();
    let lone = !in_figures && next == at + 1;
    let bound = bound_before(text, words, at);
    if lone && (is(words, at, "tư") || is(words, at, "mốt") || is(words, at, "lăm") || is(words, at, "năm")) {
        return next;
    }
    let names = COUNTABLE.iter().any(|noun| is(words, next, noun));
    if lone && !names && (value < 1.5 || bound.is_none()) {
        return next;
    }
    // "trở lên" after the noun: "05 thành viên trở lên".
    let after = (next..(next + 4).min(words.len())).find(|at| is(words, *at, "trở"));
    let (mut bound, first) = bound.unwrap_or((Bound::Exactly, at));
    if let Some(after) = after {
        bound = if is(words, after + 1, "lên") { Bound::AtLeast } else { Bound::AtMost };
    }
    let counted = words[next].folded.clone();
    let measure = Measure { number: value, unit: Unit::Count, bound, counted, recurs: false, start: None };
    found.push(Found::new(Dimension::Count, Content::Measure(measure), words, first, next + 1));
    next + 1
}

fn starts_line(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let start = words[at].start;
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    text[line..start].trim().is_empty() && text[words[at].end()..].starts_with(['.', ')'])
}

/// "một phần ba", "2/3", "5‰", "một nửa", "quá bán" at word `at`: in percent, with the word after.
fn share(text: &str, words: &[Word<'_>], at: usize) -> Option<(f64, usize)> {
    let word = words.get(at)?;
    if let Some((over, under)) = word.raw.split_once('/') {
        let (over, under): (f64, f64) = (digits(over)?, digits(under)?);
        let dated = at > 0 && ["ngày", "số", "tháng"].iter().any(|label| is(words, at - 1, label));
        return (!dated && over < under && under <= 20.0).then(|| (100.0 * over / under, at + 1));
    }
    if word.is_number() && text[word.end()..].trim_start().starts_with('‰') {
        return number(words, at, text).map(|(value, next)| (value / 10.0, next));
    }
    if let Some((over, next)) = number(words, at, text)
        && is(words, next, "phần")
        && let Some((under, after)) = number(words, next + 1, text)
        && !is(words, next + 1, "trăm")
        && over < under
    {
        return Some((100.0 * over / under, after));
    }
    if let Some((percent, next)) = halves().at(words, at) {
        let time = ["năm", "tháng", "ngày", "giờ"].iter().any(|unit| is(words, next, unit));
        return (!time).then_some((percent, next));
    }
    None
}

fn digits(raw: &str) -> Option<f64> {
    (!raw.is_empty() && raw.len() <= 2 && raw.chars().all(|c| c.is_ascii_digit())).then(|| raw.parse().ok()).flatten()
}

fn halves() -> &'static Lexicon<f64> {
    static HALVES: OnceLock<Lexicon<f64>> = OnceLock::new();
    HALVES.get_or_init(|| {
        Lexicon::new(&[
            ("một nửa", 50.0),
            ("phân nửa", 50.0),
            ("quá nửa", 50.0),
            ("quá bán", 50.0),
            ("đa số", 50.0),
            ("toàn bộ kinh phí", 100.0),
        ])
    })
}
