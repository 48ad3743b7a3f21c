//! Numbers with a unit and a bound, and the words of modality.

use super::number::number;
use super::reading::{Lexicon, Word, clause, spells};
use super::{Bound, Dimension, Modality, Unit, Value};
use crate::ByteSpan;
use crate::text::{self, fold_word};
use std::sync::OnceLock;

/// Every value in `text`, in order.
pub(super) fn values(text: &str, words: &[Word<'_>]) -> Vec<Value> {
    let vocabulary = Vocabulary::get();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number(words, at, text).and_then(|(value, next)| measured(words, at, next, value, text, vocabulary)) {
            Some((value, next)) => {
                found.push(value);
                at = next.max(at + 1);
            }
            None => match modality(words, at, text, vocabulary) {
                Some((value, next)) => {
                    found.push(value);
                    at = next;
                }
                None => at += 1,
            },
        }
    }
    found
}

/// What a bound is called, before the number.
const BOUNDS_BEFORE: [(&str, Bound); 36] = [
    ("ít nhất là", Bound::AtLeast),
    ("ít nhất bằng", Bound::AtLeast),
    ("ít nhất phải bằng", Bound::AtLeast),
    ("tối thiểu phải bằng", Bound::AtLeast),
    ("ít nhất", Bound::AtLeast),
    ("tối thiểu là", Bound::AtLeast),
    ("tối thiểu bằng", Bound::AtLeast),
    ("tối thiểu", Bound::AtLeast),
    ("không dưới", Bound::AtLeast),
    ("không thấp hơn", Bound::AtLeast),
    ("không ít hơn", Bound::AtLeast),
    ("từ đủ", Bound::AtLeast),
    ("đủ", Bound::AtLeast),
    ("từ", Bound::AtLeast),
    ("trước", Bound::Exactly),
    ("không được vượt quá", Bound::AtMost),
    ("không vượt quá", Bound::AtMost),
    ("không được quá", Bound::AtMost),
    ("không quá", Bound::AtMost),
    ("không cao hơn", Bound::AtMost),
    ("tối đa là", Bound::AtMost),
    ("tối đa", Bound::AtMost),
    ("nhiều nhất", Bound::AtMost),
    ("chậm nhất là", Bound::AtMost),
    ("chậm nhất", Bound::AtMost),
    ("trong thời hạn", Bound::AtMost),
    ("trong vòng", Bound::AtMost),
    ("trong", Bound::AtMost),
    ("thời hạn là", Bound::AtMost),
    ("thời hạn", Bound::AtMost),
    ("đến", Bound::AtMost),
    ("đến dưới", Bound::LessThan),
    ("chưa đủ", Bound::LessThan),
    ("dưới", Bound::LessThan),
    ("trên", Bound::MoreThan),
    ("quá", Bound::MoreThan),
];

/// Folded forms of the words the reader looks for, made once.
pub(super) struct Vocabulary {
    units: Vec<(Vec<String>, Unit)>,
    money: Vec<(String, f64)>,
    bounds: Vec<(Vec<String>, Bound)>,
    modalities: Vec<(Vec<String>, Modality)>,
}

impl Vocabulary {
    pub(super) fn get() -> &'static Self {
        static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
        VOCABULARY.get_or_init(|| {
            let words = text::words;
            Vocabulary {
                units: [
                    ("ngày làm việc", Unit::WorkingDay),
                    ("ngày", Unit::Day),
                    ("phút", Unit::Minute),
                    ("giờ", Unit::Hour),
                    ("tuần", Unit::Week),
                    ("tháng", Unit::Month),
                    ("năm", Unit::Year),
                    ("đồng", Unit::Dong),
                    ("đơn vị tính toán", Unit::OtherMoney),
                    ("đô la", Unit::OtherMoney),
                    ("USD", Unit::OtherMoney),
                    ("phần trăm", Unit::Percent),
                    ("tuổi", Unit::Age),
                ]
                .map(|(name, unit)| (words(name), unit))
                .to_vec(),
                money: [("trăm", 100.0), ("nghìn", 1e3), ("ngàn", 1e3), ("triệu", 1e6), ("tỷ", 1e9), ("tỉ", 1e9)]
                    .map(|(name, factor)| (fold_word(name), factor))
                    .to_vec(),
                bounds: BOUNDS_BEFORE.map(|(name, bound)| (words(name), bound)).to_vec(),
                modalities: [
                    ("không bắt buộc phải", Modality::NotRequired),
                    ("không bắt buộc", Modality::NotRequired),
                    ("không cần phải", Modality::NotRequired),
                    ("không cần", Modality::NotRequired),
                    ("không phải", Modality::NotRequired),
                    ("không được phép", Modality::Forbidden),
                    ("không được", Modality::Forbidden),
                    ("không có quyền", Modality::Forbidden),
                    ("nghiêm cấm", Modality::Forbidden),
                    ("cấm", Modality::Forbidden),
                    ("phải", Modality::Required),
                    ("bắt buộc", Modality::Required),
                    ("có trách nhiệm", Modality::Required),
                    ("có nghĩa vụ", Modality::Required),
                    ("có thể", Modality::Allowed),
                    ("có quyền", Modality::Allowed),
                    ("được phép", Modality::Allowed),
                    ("được quyền", Modality::Allowed),
                ]
                .map(|(name, modality)| (words(name), modality))
                .to_vec(),
            }
        })
    }
}

/// A number with its unit and bound.
pub(super) fn measured(
    words: &[Word<'_>],
    at: usize,
    mut next: usize,
    mut number: f64,
    text: &str,
    vocabulary: &Vocabulary,
) -> Option<(Value, usize)> {
    let previous = at.checked_sub(1).map(|p| words[p].folded.as_str()).unwrap_or_default();
    let is_previous = |name: &str| previous == fold_word(name);
    let number_end = words[next - 1].end();
    if text[number_end..].trim_start().starts_with('%') {
        let end = number_end + text[number_end..].find('%').map_or(0, |p| p + 1);
        let (start, bound) = bound(words, at, next, vocabulary, text);
        return Some((value(Dimension::Rate, number, Unit::Percent, bound, ByteSpan::new(start, end), text), next));
    }
    let mut scaled = false;
    while let Some((_, factor)) =
        words.get(next).and_then(|w| vocabulary.money.iter().find(|(name, _)| *name == w.folded))
    {
        number *= factor;
        scaled = true;
        next += 1;
    }
    let adjacent = text[words[next - 1].end()..words.get(next)?.start].chars().all(|c| c == ' ' || c == ')');
    let (name, unit) = vocabulary.units.iter().find(|(name, _)| spells(words, next, name))?;
    if !adjacent || scaled && !matches!(unit, Unit::Dong | Unit::OtherMoney) {
        return None;
    }
    let after = next + name.len();
    let is_time = matches!(
        unit,
        Unit::Minute | Unit::Hour | Unit::Day | Unit::WorkingDay | Unit::Week | Unit::Month | Unit::Year
    );
    if is_time {
        // "ngày 05 tháng 3 năm 2020", "năm 2024", "khoản 2 năm": parts of a date or of a citation.
        let follows_number = words.get(after).is_some_and(|w| w.raw.starts_with(|c: char| c.is_ascii_digit()));
        // "hằng năm 10 ngày", "mỗi tháng 02 ngày", "một ngày 08 giờ" are none.
        let is_date = ["khoản", "Điều", "điểm", "số", "quý"].iter().any(|name| is_previous(name))
            || (is_previous("ngày") && matches!(unit, Unit::Month))
            || (is_previous("tháng") && matches!(unit, Unit::Year))
            || (is_previous("năm") && number >= 1000.0)
            || (matches!(unit, Unit::Year | Unit::Month) && follows_number);
        if is_date {
            return None;
        }
    }
    let end = words[after - 1].end();
    let (start, bound) = bound(words, at, after, vocabulary, text);
    let preceding = &text[clause(text, start, end).start..start];
    let dimension = match unit {
        Unit::Dong | Unit::OtherMoney => Dimension::Amount,
        Unit::Percent => Dimension::Rate,
        Unit::Age => Dimension::Age,
        _ if preceding.contains("phạt tù") || preceding.contains("không giam giữ") => Dimension::Sanction,
        _ => Dimension::Deadline,
    };
    let mut found = value(dimension, number, *unit, bound, ByteSpan::new(start, end), text);
    // "06 tháng tuổi"
    if matches!(unit, Unit::Month) && words.get(after).is_some_and(|w| w.folded == fold_word("tuổi")) {
        found.dimension = Dimension::Age;
        found.unit = Unit::Age;
        found.number /= 12.0;
    }
    Some((found, after))
}

fn value(dimension: Dimension, number: f64, unit: Unit, bound: Bound, span: ByteSpan, text: &str) -> Value {
    Value { dimension, number, unit, bound, span, clause: clause(text, span.start, span.end) }
}

/// The bound in the words before a value (or "trở lên", "trở xuống" after it), and where its words begin.
pub(super) fn bound(
    words: &[Word<'_>],
    at: usize,
    after: usize,
    vocabulary: &Vocabulary,
    text: &str,
) -> (usize, Bound) {
    let is = |at: usize, name: &str| words.get(at).is_some_and(|w| w.folded == fold_word(name));
    let start = words[at].start;
    let (from, mut found) = vocabulary
        .bounds
        .iter()
        .filter(|(name, _)| at >= name.len() && spells(words, at - name.len(), name))
        .filter(|(name, _)| !text[words[at - name.len()].start..start].contains(['.', ';', ',', '\n']))
        .max_by_key(|(name, _)| name.len())
        .map_or((start, Bound::Exactly), |(name, bound)| {
            let from = at - name.len();
            (words[from].start, denied(text, words, from, *bound))
        });
    if is(after, "trở") {
        found = if is(after + 1, "lên") { Bound::AtLeast } else { Bound::AtMost };
    }
    (from, found)
}

/// The bound that ends before word `at`, and the word it begins at. More ways to say one than [`bound`] knows.
pub(super) fn bound_before(text: &str, words: &[Word<'_>], at: usize) -> Option<(Bound, usize)> {
    static BOUNDS: OnceLock<Lexicon<Bound>> = OnceLock::new();
    let bounds = BOUNDS.get_or_init(|| {
        let mut entries: Vec<(&str, Bound)> = BOUNDS_BEFORE.to_vec();
        entries.extend([
            ("không được ít hơn", Bound::AtLeast),
            ("không được thấp hơn", Bound::AtLeast),
            ("không được dưới", Bound::AtLeast),
            ("thấp nhất là", Bound::AtLeast),
            ("thấp nhất bằng", Bound::AtLeast),
            ("thấp nhất", Bound::AtLeast),
            ("ít nhất là từ", Bound::AtLeast),
            ("có từ", Bound::AtLeast),
            ("không nhiều hơn", Bound::AtMost),
            ("không được cao hơn", Bound::AtMost),
            ("nhiều nhất là", Bound::AtMost),
            ("cao nhất là", Bound::AtMost),
            ("cao nhất bằng", Bound::AtMost),
            ("cao nhất", Bound::AtMost),
            ("tối đa không quá", Bound::AtMost),
            ("tối đa bằng", Bound::AtMost),
            ("lên đến", Bound::AtMost),
            ("đến hết", Bound::AtMost),
            ("đến đủ", Bound::AtMost),
            ("ít hơn", Bound::LessThan),
            ("thấp hơn", Bound::LessThan),
            ("chưa đến", Bound::LessThan),
            ("nhiều hơn", Bound::MoreThan),
            ("cao hơn", Bound::MoreThan),
            ("vượt quá", Bound::MoreThan),
            ("vượt", Bound::MoreThan),
            ("từ trên", Bound::MoreThan),
            ("đến trên", Bound::MoreThan),
        ]);
        Lexicon::new(&entries)
    });
    let (bound, from) = bounds.before(words, at)?;
    let start = words.get(at)?.start;
    let said = text.get(words.get(from)?.start..start)?;
    (!said.contains(['.', ';', ',', '\n'])).then_some((denied(text, words, from, bound), from))
}

/// "không được chậm quá 30 ngày", "không làm việc quá 08 giờ": what may not be more is a ceiling. `from` is the first word
/// of the bound.
fn denied(text: &str, words: &[Word<'_>], from: usize, bound: Bound) -> Bound {
    let is = |at: usize, names: &[&str]| names.iter().any(|name| words[at].folded == fold_word(name));
    if bound != Bound::MoreThan || !is(from, &["quá", "vượt"]) {
        return bound;
    }
    let near = from.saturating_sub(DENIAL)..from;
    let Some(no) = near.rev().find(|at| is(*at, &["không"])) else { return bound };
    let between = text.get(words[no].start..words[from].start).unwrap_or_default();
    let turns = (no..from).any(|at| is(at, &["khi", "nếu", "mà", "do", "vì", "hoặc", "và"]));
    if turns || between.contains(['.', ';', ',', ':', '\n']) { bound } else { Bound::AtMost }
}

/// Words between "không" and the "quá" that it denies, at most.
const DENIAL: usize = 5;

fn modality(words: &[Word<'_>], at: usize, text: &str, vocabulary: &Vocabulary) -> Option<(Value, usize)> {
    let (name, modality) = vocabulary.modalities.iter().find(|(name, _)| spells(words, at, name))?;
    let span = ByteSpan::new(words[at].start, words[at + name.len() - 1].end());
    let found = value(Dimension::Modality, *modality as usize as f64, Unit::Modality, Bound::Exactly, span, text);
    Some((found, at + name.len()))
}
