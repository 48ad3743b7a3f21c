//! Numbers in figures, in words, or in both.

use super::reading::Word;
use crate::text::fold_word;

/// A number starting at word `at`, in figures or in words, and the word after it.
pub(super) fn number(words: &[Word<'_>], at: usize, text: &str) -> Option<(f64, usize)> {
    let word = words.get(at)?;
    if word.raw.starts_with(|c: char| c.is_ascii_digit()) {
        let value = figures(word.raw)?;
        let mut next = at + 1;
        // "15 (mười lăm) ngày": the words in brackets repeat the figures.
        let bracket = text[word.end()..].trim_start().strip_prefix('(');
        if bracket.is_some()
            && let Some((repeated, after)) = spelled(words, next)
            && (repeated - value).abs() < 1e-9
        {
            next = after;
        }
        return Some((value, next));
    }
    spelled(words, at)
}

/// `1.000.000`, `0,2`, `05`.
pub(super) fn figures(raw: &str) -> Option<f64> {
    if !raw.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    let (whole, fraction) = raw.split_once(',').unwrap_or((raw, ""));
    let groups: Vec<&str> = whole.split('.').collect();
    let thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    let whole = if thousands || groups.len() == 1 { groups.concat() } else { return whole.parse().ok() };
    format!("{whole}.{}", if fraction.is_empty() { "0" } else { fraction }).parse().ok()
}

/// "mười lăm", "hai mươi", "ba mươi sáu", "một trăm tám mươi".
pub(super) fn spelled(words: &[Word<'_>], at: usize) -> Option<(f64, usize)> {
    const DIGITS: [(&str, f64); 14] = [
        ("một", 1.0),
        ("mốt", 1.0),
        ("hai", 2.0),
        ("ba", 3.0),
        ("bốn", 4.0),
        ("tư", 4.0),
        ("năm", 5.0),
        ("lăm", 5.0),
        ("sáu", 6.0),
        ("bảy", 7.0),
        ("bẩy", 7.0),
        ("tám", 8.0),
        ("chín", 9.0),
        ("mười", 10.0),
    ];
    let digit = |at: usize| {
        let word = words.get(at)?;
        DIGITS.iter().find(|(name, _)| fold_word(name) == word.folded).map(|(_, value)| *value)
    };
    let is = |at: usize, name: &str| words.get(at).is_some_and(|w| w.folded == fold_word(name));
    let first = digit(at)?;
    // "năm" alone is a year; as a number it needs company.
    if is(at, "năm")
        && !(is(at + 1, "mươi") || is(at + 1, "trăm") || is(at + 1, "ngày") || is(at + 1, "tháng") || is(at + 1, "năm"))
    {
        return None;
    }
    let mut total = 0.0;
    let mut next = at + 1;
    let mut current = first;
    if is(next, "trăm") {
        total += current * 100.0;
        next += 1;
        if is(next, "linh") || is(next, "lẻ") {
            next += 1;
        }
        match digit(next) {
            Some(value) => {
                current = value;
                next += 1;
            }
            None => return Some((total, next)),
        }
    }
    if is(next, "mươi") {
        total += current * 10.0;
        next += 1;
        if let Some(unit) = digit(next).filter(|_| !(is(next, "năm") || is(next, "mười"))) {
            total += unit;
            next += 1;
        }
    } else if current == 10.0 {
        total += 10.0;
        if let Some(unit) = digit(next).filter(|_| !is(next, "mười") && !is(next, "năm")) {
            total += unit;
            next += 1;
        }
    } else {
        total += current;
    }
    Some((total, next))
}
