//! The values a norm sets: deadlines, amounts, rates, ages, and whether something must, may or must not be done.
//!
//! Hard because numbers serve everything else too (dates, articles, prison terms), because a value means nothing
//! without its bound ("ít nhất 30 ngày" against "không quá 30 ngày"), and because it is written in figures, in words,
//! or both: `15 (mười lăm) ngày`. Two values may be compared only within one [`Dimension`] and [`Unit`] family.

use crate::text::{fold_word, word_spans};
use crate::{ByteSpan, text};
use serde::{Deserialize, Serialize};

/// What a value measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Thời hạn.
    Deadline,
    /// Mức tiền.
    Amount,
    /// Tỷ lệ.
    Rate,
    /// Độ tuổi.
    Age,
    /// Mức hình phạt tù.
    Sanction,
    /// Phải, được, có thể, không được.
    Modality,
}

impl Dimension {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Amount => "amount",
            Self::Rate => "rate",
            Self::Age => "age",
            Self::Sanction => "sanction",
            Self::Modality => "modality",
        }
    }

    /// The Vietnamese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Deadline => "thời hạn",
            Self::Amount => "mức tiền",
            Self::Rate => "tỷ lệ",
            Self::Age => "độ tuổi",
            Self::Sanction => "mức phạt tù",
            Self::Modality => "tính bắt buộc",
        }
    }
}

/// The unit of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Phút.
    Minute,
    /// Giờ.
    Hour,
    /// Ngày.
    Day,
    /// Ngày làm việc: never converted to calendar days.
    WorkingDay,
    /// Tuần.
    Week,
    /// Tháng.
    Month,
    /// Năm.
    Year,
    /// Đồng.
    Dong,
    /// Another currency or unit of account (đơn vị tính toán, đô la Mỹ).
    OtherMoney,
    /// Phần trăm.
    Percent,
    /// Tuổi, in years; ages in months are converted.
    Age,
    /// The value is a [`Modality`].
    Modality,
}

/// Which side of the value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value itself.
    Exactly,
    /// Ít nhất, tối thiểu, không dưới, từ … trở lên.
    AtLeast,
    /// Không quá, tối đa, chậm nhất, trong thời hạn.
    AtMost,
    /// Trên, quá.
    MoreThan,
    /// Dưới, chưa đủ.
    LessThan,
}

impl Bound {
    /// Whether both bound from the same side.
    pub fn same_side(self, other: Self) -> bool {
        let side = |bound| match bound {
            Self::Exactly => 0,
            Self::AtLeast | Self::MoreThan => 1,
            Self::AtMost | Self::LessThan => 2,
        };
        side(self) == side(other)
    }
}

/// How strongly something is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Không được, nghiêm cấm.
    Forbidden,
    /// Được, có quyền, có thể.
    Allowed,
    /// Phải, có trách nhiệm, bắt buộc.
    Required,
    /// Không phải, không bắt buộc.
    NotRequired,
}

/// A value found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it measures.
    pub dimension: Dimension,
    /// Its number; for a modality its [`Modality`] as an index.
    pub number: f64,
    /// Its unit.
    pub unit: Unit,
    /// Which side of it is meant.
    pub bound: Bound,
    /// Its words, the bound's included.
    pub span: ByteSpan,
    /// The clause it stands in: up to the nearest `.`, `;`, `:` or line end.
    pub clause: ByteSpan,
}

impl Value {
    /// The number in the smallest unit of its family, for comparing: hours for times, đồng for money.
    pub fn comparable(&self) -> (Family, f64) {
        match self.unit {
            Unit::Minute => (Family::Time, self.number / 60.0),
            Unit::Hour => (Family::Time, self.number),
            Unit::Day => (Family::Time, self.number * 24.0),
            Unit::Week => (Family::Time, self.number * 168.0),
            Unit::Month => (Family::Time, self.number * 24.0 * 30.0),
            Unit::Year => (Family::Time, self.number * 24.0 * 360.0),
            Unit::WorkingDay => (Family::WorkingTime, self.number),
            Unit::Dong => (Family::Dong, self.number),
            Unit::OtherMoney => (Family::OtherMoney, self.number),
            Unit::Percent => (Family::Percent, self.number),
            Unit::Age => (Family::Age, self.number),
            Unit::Modality => (Family::Modality, self.number),
        }
    }

    /// The modality, where the value is one.
    pub fn modality(&self) -> Option<Modality> {
        const ALL: [Modality; 4] = [Modality::Forbidden, Modality::Allowed, Modality::Required, Modality::NotRequired];
        (self.unit == Unit::Modality).then(|| ALL.into_iter().find(|m| *m as usize as f64 == self.number)).flatten()
    }
}

/// Units that can be compared with one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Calendar time, in hours.
    Time,
    /// Working days.
    WorkingTime,
    /// Đồng.
    Dong,
    /// Another money.
    OtherMoney,
    /// Percent.
    Percent,
    /// Years of age.
    Age,
    /// Modality.
    Modality,
}

/// A word of the text: folded, with its place.
struct Word<'a> {
    start: usize,
    raw: &'a str,
    folded: String,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.start + self.raw.len()
    }
}

/// Every value in `text`, in order.
pub fn values(text: &str) -> Vec<Value> {
    let words: Vec<Word<'_>> =
        word_spans(text).map(|(start, raw)| Word { start, raw, folded: fold_word(raw) }).collect();
    let vocabulary = Vocabulary::get();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number(&words, at, text).and_then(|(value, next)| measured(&words, at, next, value, text, vocabulary)) {
            Some((value, next)) => {
                found.push(value);
                at = next.max(at + 1);
            }
            None => match modality(&words, at, text, vocabulary) {
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

/// Folded forms of the words the reader looks for, made once.
struct Vocabulary {
    units: Vec<(Vec<String>, Unit)>,
    money: Vec<(String, f64)>,
    bounds: Vec<(Vec<String>, Bound)>,
    modalities: Vec<(Vec<String>, Modality)>,
}

impl Vocabulary {
    fn get() -> &'static Self {
        static VOCABULARY: std::sync::OnceLock<Vocabulary> = std::sync::OnceLock::new();
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
                bounds: [
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
                ]
                .map(|(name, bound)| (words(name), bound))
                .to_vec(),
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

fn spells(words: &[Word<'_>], at: usize, name: &[String]) -> bool {
    name.iter().enumerate().all(|(i, word)| words.get(at + i).is_some_and(|w| w.folded == *word))
}

/// A number starting at word `at`, in figures or in words, and the word after it.
fn number(words: &[Word<'_>], at: usize, text: &str) -> Option<(f64, usize)> {
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
fn figures(raw: &str) -> Option<f64> {
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
fn spelled(words: &[Word<'_>], at: usize) -> Option<(f64, usize)> {
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

/// A number with its unit and bound.
fn measured(
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
        let is_date =
            ["ngày", "tháng", "năm", "khoản", "Điều", "điểm", "số", "quý"].iter().any(|name| is_previous(name))
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
fn bound(words: &[Word<'_>], at: usize, after: usize, vocabulary: &Vocabulary, text: &str) -> (usize, Bound) {
    let is = |at: usize, name: &str| words.get(at).is_some_and(|w| w.folded == fold_word(name));
    let start = words[at].start;
    let (from, mut found) = vocabulary
        .bounds
        .iter()
        .filter(|(name, _)| at >= name.len() && spells(words, at - name.len(), name))
        .filter(|(name, _)| !text[words[at - name.len()].start..start].contains(['.', ';', ',', '\n']))
        .max_by_key(|(name, _)| name.len())
        .map_or((start, Bound::Exactly), |(name, bound)| (words[at - name.len()].start, *bound));
    if is(after, "trở") {
        found = if is(after + 1, "lên") { Bound::AtLeast } else { Bound::AtMost };
    }
    (from, found)
}

fn clause(text: &str, start: usize, end: usize) -> ByteSpan {
    let ends = |c: char| matches!(c, ';' | ':' | '\n');
    let sentence_end = |at: usize| {
        text[at..].starts_with(". ") || text[at..].starts_with(".\n") || text.len() == at + 1 && text.ends_with('.')
    };
    let from = text[..start]
        .char_indices()
        .rev()
        .find(|(at, c)| ends(*c) || *c == '.' && sentence_end(*at))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let to = text[end..]
        .char_indices()
        .find(|(at, c)| ends(*c) || *c == '.' && sentence_end(end + *at))
        .map_or(text.len(), |(at, _)| end + at);
    ByteSpan::new(from, to)
}

fn modality(words: &[Word<'_>], at: usize, text: &str, vocabulary: &Vocabulary) -> Option<(Value, usize)> {
    let (name, modality) = vocabulary.modalities.iter().find(|(name, _)| spells(words, at, name))?;
    let span = ByteSpan::new(words[at].start, words[at + name.len() - 1].end());
    let found = value(Dimension::Modality, *modality as usize as f64, Unit::Modality, Bound::Exactly, span, text);
    Some((found, at + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `dimension number unit bound` of each value that is no modality.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = values(text)
            .iter()
            .filter(|v| v.dimension != Dimension::Modality)
            .map(|v| format!("{} {} {:?} {:?}", v.dimension.code(), v.number, v.unit, v.bound))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn deadlines_are_read_in_figures_and_in_words() {
        check("trong thời hạn 15 ngày kể từ ngày nhận", &["deadline 15 Day AtMost"]);
        check("chậm nhất là 03 ngày làm việc", &["deadline 3 WorkingDay AtMost"]);
        check("15 (mười lăm) ngày", &["deadline 15 Day Exactly"]);
        check("không quá mười lăm ngày", &["deadline 15 Day AtMost"]);
        check("ít nhất hai mươi bốn tháng", &["deadline 24 Month AtLeast"]);
        check("báo trước ít nhất 45 ngày; từ đủ một năm", &["deadline 45 Day AtLeast", "deadline 1 Year AtLeast"]);
    }

    #[test]
    fn dates_and_citations_are_no_deadlines() {
        check("ngày 05 tháng 3 năm 2020, khoản 2 Điều 5, năm 2024", &[]);
        check("từ ngày 01 tháng 7 năm 2025", &[]);
    }

    #[test]
    fn amounts_rates_and_ages_are_read() {
        check(
            "trị giá từ 2.000.000 đồng đến dưới 50 triệu đồng",
            &["amount 2000000 Dong AtLeast", "amount 50000000 Dong LessThan"],
        );
        check("không được vượt quá 20%/năm của khoản tiền vay", &["rate 20 Percent AtMost"]);
        check("ít nhất bằng 85% mức lương; 0,2 phần trăm", &["rate 85 Percent AtLeast", "rate 0.2 Percent Exactly"]);
        check("người từ đủ 15 tuổi đến chưa đủ 18 tuổi", &["age 15 Age AtLeast", "age 18 Age LessThan"]);
        check("con dưới 06 tháng tuổi", &["age 0.5 Age LessThan"]);
    }

    #[test]
    fn a_prison_term_is_no_deadline() {
        check("bị phạt tù từ 02 năm đến 07 năm", &["sanction 2 Year AtLeast", "sanction 7 Year AtMost"]);
    }

    #[test]
    fn modality_is_read_with_its_negation() {
        let found: Vec<_> =
            values("phải nộp; không được nộp; có thể nộp; không phải nộp").iter().map(Value::modality).collect();
        assert_eq!(
            found,
            [Modality::Required, Modality::Forbidden, Modality::Allowed, Modality::NotRequired].map(Some)
        );
    }

    proptest! {
        #[test]
        fn every_value_lies_in_its_clause(text in "(ít nhất |không quá |từ |[a-zđ]{1,4} |[0-9]{1,3} |ngày|tháng|%|tuổi|triệu đồng|[.;:\n ]){0,20}") {
            for value in values(&text) {
                prop_assert!(value.clause.contains(value.span));
                prop_assert!(text.get(value.clause.start..value.clause.end).is_some());
            }
        }
    }
}
