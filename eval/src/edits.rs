//! Controlled edits of a norm: what it says with another deadline, duty or body, and what it says in other words.
//!
//! Hard because whoever is shown such pairs learns the hand that made them before contradiction. So what changes the
//! substance is one edit among several, and the others are the same ones that a text with nothing changed gets: neither
//! the number of edits, nor their words, nor the length tells which is which. What an edit does to the meaning is known
//! because it is made by rule, and only where the rule is sure; a pair made so is plainer than a drafter's own words.

use rasoat_law::value::{Bound, Dimension, Modality, Unit, Value, values};
use rasoat_law::{ByteSpan, text};
use std::cmp::Ordering;

/// A place of a text and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The words that go.
    pub span: ByteSpan,
    /// The words that come.
    pub replacement: String,
    /// What the edit changes of the substance, by the contract's names; `None` where it changes words only.
    pub dimension: Option<&'static str>,
}

/// A norm after edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Its text.
    pub text: String,
    /// The edit that changed the substance, with the words it took out.
    pub changed: Option<(Edit, String)>,
    /// Edits of words.
    pub reworded: usize,
}

/// A chooser: a number below its argument, which is not 0.
pub type Choose<'a> = dyn FnMut(usize) -> usize + 'a;

/// Most edits of words in one text.
const REWORDED: usize = 4;

/// Which edits of the substance may be chosen.
pub type Accept<'a> = dyn Fn(&Edit) -> bool + 'a;

/// The norm with one edit of its substance among those that `change` accepts, when it asks for one, and some of its words;
/// `None` where there is nothing that the rules are sure of.
pub fn edited(norm: &str, change: Option<&Accept<'_>>, choose: &mut Choose<'_>) -> Option<Edited> {
    let mut chosen: Vec<Edit> = Vec::new();
    if let Some(accept) = change {
        let mut all = substance(norm);
        all.retain(|edit| accept(edit));
        // Deadlines are common and rates are not: first what is changed, then where.
        let mut dimensions: Vec<&str> = all.iter().filter_map(|edit| edit.dimension).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        if dimensions.is_empty() {
            return None;
        }
        let mut dimension = dimensions[choose(dimensions.len())];
        // Nearly every norm says that something must be done: its duty is not changed as often as its values are.
        if dimension == "modality" {
            dimension = dimensions[choose(dimensions.len())];
        }
        let of: Vec<&Edit> = all.iter().filter(|edit| edit.dimension == Some(dimension)).collect();
        chosen.push(of[choose(of.len())].clone());
    }
    let mut words = wording(norm);
    let wanted = usize::from(change.is_none()) + choose(REWORDED);
    for _ in 0..wanted {
        words.retain(|edit| chosen.iter().all(|other| apart(edit.span, other.span)));
        if words.is_empty() {
            break;
        }
        let at = choose(words.len());
        chosen.push(words.swap_remove(at));
    }
    if chosen.is_empty() {
        return None;
    }
    let reworded = chosen.iter().filter(|edit| edit.dimension.is_none()).count();
    let changed =
        chosen.iter().find(|edit| edit.dimension.is_some()).map(|edit| (edit.clone(), edit.span.of(norm).to_owned()));
    chosen.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = norm.to_owned();
    for edit in &chosen {
        text.replace_range(edit.span.start..edit.span.end, &edit.replacement);
    }
    Some(Edited { text: capital(norm, text), changed, reworded })
}

/// Every edit that changes what the norm demands.
pub fn substance(norm: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for value in values(norm) {
        match value.modality() {
            Some(modality) => edits.extend(other_modality(norm, &value, modality)),
            None => edits.extend(other_value(norm, &value)),
        }
    }
    for (from, to, dimension) in OPPOSITES {
        edits.extend(exchanges(norm, from, to).map(|span| change(span, *to, dimension)));
    }
    for (dimension, bodies) in BODIES {
        for (at, from) in bodies.iter().enumerate() {
            // The next and the one after it: never the same body.
            let others = (1..bodies.len()).map(|step| bodies[(at + step) % bodies.len()]);
            for to in others.take(2) {
                edits.extend(exchanges(norm, from, to).map(|span| change(span, to, dimension)));
            }
        }
    }
    edits
}

/// Every edit that leaves what the norm demands as it is.
pub fn wording(norm: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (one, other) in SYNONYMS {
        for (from, to) in [(one, other), (other, one)] {
            edits.extend(exchanges(norm, from, to).map(|span| reword(span, *to)));
        }
    }
    for value in values(norm).iter().filter(|value| value.modality().is_none()) {
        edits.extend(same_value(norm, value));
    }
    edits
}

/// Words that say the opposite, or something that cannot hold beside them.
const OPPOSITES: &[(&str, &str, &str)] = &[
    ("một trong các", "tất cả các", "condition"),
    ("một trong những", "đầy đủ những", "condition"),
    ("trừ trường hợp", "kể cả trường hợp", "condition"),
    ("đồng thời đáp ứng các", "đáp ứng một trong các", "condition"),
    ("bằng văn bản", "bằng lời nói", "procedure"),
    ("bản chính", "bản sao", "procedure"),
    ("công chứng hoặc chứng thực", "tự xác nhận, không cần công chứng, chứng thực", "procedure"),
    ("được miễn", "không được miễn", "amount"),
    ("không thu phí", "có thu phí", "amount"),
    ("toàn bộ", "một phần", "count"),
    ("cá nhân, tổ chức", "tổ chức, không gồm cá nhân", "subject"),
    ("tổ chức, cá nhân", "tổ chức, không gồm cá nhân", "subject"),
    ("trước khi", "sau khi", "deadline"),
];

/// Bodies and parties of which each does another's work, or bears its duty, when it is put in the other's place.
const BODIES: &[(&str, &[&str])] = &[
    ("competence", &["Ủy ban nhân dân cấp xã", "Ủy ban nhân dân cấp tỉnh", "Ủy ban nhân dân cấp huyện"]),
    ("competence", &["Hội đồng nhân dân cấp xã", "Hội đồng nhân dân cấp tỉnh"]),
    ("competence", &["Thủ tướng Chính phủ", "Bộ trưởng Bộ Tư pháp", "Chủ tịch Ủy ban nhân dân cấp tỉnh"]),
    ("competence", &["Bộ Tài chính", "Bộ Tư pháp", "Bộ Nội vụ", "Bộ Công an", "Bộ Y tế", "Bộ Xây dựng"]),
    ("competence", &["Sở Tư pháp", "Sở Tài chính", "Sở Nội vụ", "Sở Xây dựng", "Sở Y tế"]),
    ("competence", &["Tòa án nhân dân cấp huyện", "Tòa án nhân dân cấp tỉnh", "Tòa án nhân dân cấp cao"]),
    ("subject", &["người sử dụng lao động", "người lao động"]),
    ("subject", &["bên thuê", "bên cho thuê"]),
    ("subject", &["bên mua", "bên bán"]),
];

/// Words that say the same.
const SYNONYMS: &[(&str, &str)] = &[
    ("kể từ ngày", "tính từ ngày"),
    ("trong thời hạn", "trong vòng"),
    ("Trong thời hạn", "Trong vòng"),
    ("có trách nhiệm", "có nghĩa vụ"),
    ("có quyền", "được quyền"),
    ("không được", "không được phép"),
    ("không quá", "không vượt quá"),
    ("ít nhất", "tối thiểu"),
    ("chậm nhất là", "muộn nhất là"),
    ("quy định tại", "nêu tại"),
    ("bao gồm", "gồm có"),
    ("thực hiện việc", "tiến hành việc"),
    ("theo quy định của pháp luật", "theo pháp luật"),
    ("cơ quan nhà nước có thẩm quyền", "cơ quan có thẩm quyền của Nhà nước"),
    ("hồ sơ hợp lệ", "bộ hồ sơ hợp lệ"),
    ("thông báo cho", "báo cho"),
    ("đồng ý bằng văn bản", "có văn bản đồng ý"),
    ("bằng văn bản", "dưới hình thức văn bản"),
    ("lý do", "nguyên nhân"),
    ("các trường hợp sau đây", "những trường hợp dưới đây"),
    ("các điều kiện sau đây", "những điều kiện dưới đây"),
    ("có đủ", "hội đủ"),
    ("gửi đến", "chuyển đến"),
];

/// Words after "có thể" that speak of what may come about, or of what things are like.
const HAPPENS: &[&str] = &[
    "gây", "xảy", "ảnh", "dẫn", "làm", "phát", "tác", "bị", "có", "là", "được", "trở", "tồn", "còn", "chứa", "mang",
    "lây", "xuất", "đe", "thấy", "hiểu", "nhận", "không", "khắc", "sinh", "tăng", "giảm", "thay", "coi",
];

fn change(span: ByteSpan, replacement: impl Into<String>, dimension: &'static str) -> Edit {
    Edit { span, replacement: replacement.into(), dimension: Some(dimension) }
}

fn reword(span: ByteSpan, replacement: impl Into<String>) -> Edit {
    Edit { span, replacement: replacement.into(), dimension: None }
}

/// Where `words` stand in a text as words of their own.
fn places<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = ByteSpan> + 'a {
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    text.match_indices(words)
        .map(|(at, found)| ByteSpan::new(at, at + found.len()))
        .filter(move |span| !text[..span.start].ends_with(char::is_alphanumeric) && ends(&text[span.end..]))
}

/// Where `from` may become `to`: not where the text has `to` already, of which `from` is a part, or a "không" before it
/// that would then be said twice.
fn exchanges<'a>(text: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = ByteSpan> + 'a {
    let there: Vec<ByteSpan> = if to.contains(from) { places(text, to).collect() } else { Vec::new() };
    let negated = to.starts_with("không ");
    places(text, from)
        .filter(move |span| there.iter().all(|other| apart(*span, *other)))
        .filter(move |span| !(negated && text[..span.start].trim_end().ends_with("không")))
}

fn apart(one: ByteSpan, other: ByteSpan) -> bool {
    one.end <= other.start || other.end <= one.start
}

/// A text that began with a capital begins with one.
fn capital(norm: &str, text: String) -> String {
    let mut rest = text.chars();
    match (norm.chars().next(), rest.next()) {
        (Some(was), Some(is)) if was.is_uppercase() => is.to_uppercase().chain(rest).collect(),
        _ => text,
    }
}

/// Another number, another kind of day, or the bound turned round.
fn other_value(norm: &str, value: &Value) -> Vec<Edit> {
    let dimension = value.dimension.code();
    let mut edits = Vec::new();
    if let Some(written) = Figures::of(norm, value) {
        let beyond = beyond(value, norm);
        for number in other_numbers(written.number, value.dimension) {
            if beyond.is_some_and(|side| number.total_cmp(&written.number) != side) {
                continue;
            }
            edits.push(change(written.span, written.like(number), dimension));
        }
    }
    let words = value.span.of(norm);
    let end = value.span.end;
    match value.unit {
        // Without the word the time is shorter, which a ceiling allows.
        Unit::WorkingDay if beyond(value, norm) != Some(Ordering::Greater) => {
            if let Some(kept) = words.strip_suffix(" làm việc") {
                edits.push(change(ByteSpan::new(value.span.start + kept.len(), end), "", dimension));
            }
        }
        Unit::Day if words.ends_with("ngày") && beyond(value, norm) != Some(Ordering::Less) => {
            edits.push(change(ByteSpan::new(end - "ngày".len(), end), "ngày làm việc", dimension));
        }
        _ => {}
    }
    let turned = match value.bound {
        Bound::AtLeast => ["ít nhất", "tối thiểu", "không dưới"]
            .iter()
            .find(|bound| words.starts_with(*bound))
            .map(|b| (b, "không quá")),
        Bound::AtMost => ["không quá", "tối đa"].iter().find(|bound| words.starts_with(*bound)).map(|b| (b, "ít nhất")),
        _ => None,
    };
    if let Some((bound, other)) = turned {
        edits.push(change(ByteSpan::new(value.span.start, value.span.start + bound.len()), other, dimension));
    }
    edits
}

/// On which side of a bounded value another one breaks the bound: who must act within 15 days at most may be given 10,
/// not 20. `None` where any other value breaks it.
fn beyond(value: &Value, norm: &str) -> Option<Ordering> {
    let words = text::fold(value.span.of(norm));
    let starts = |bounds: &[&str]| bounds.iter().any(|bound| words.starts_with(&text::fold(bound)));
    match value.bound {
        // "Trong thời hạn 15 ngày" is the time itself, and "từ đủ 18 tuổi" a line between two groups of people.
        Bound::AtMost if starts(&["trong", "thời hạn"]) => None,
        Bound::AtLeast if starts(&["đủ", "từ đủ"]) => None,
        Bound::AtMost => Some(Ordering::Greater),
        Bound::AtLeast => Some(Ordering::Less),
        _ => None,
    }
}

/// The same value, written another way.
fn same_value(norm: &str, value: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    let Some(written) = Figures::of(norm, value) else { return edits };
    let rest = &norm[written.span.end..value.span.end];
    match value.unit {
        Unit::Percent if rest == "%" => {
            edits.push(reword(ByteSpan::new(written.span.end, value.span.end), " phần trăm"));
        }
        Unit::Dong if rest.trim() == "đồng" && written.number >= 1e6 && written.number % 1e6 == 0.0 => {
            let millions = format!("{} triệu", written.number / 1e6);
            edits.push(reword(written.span, millions));
        }
        Unit::Day | Unit::WorkingDay | Unit::Month if written.number < 100.0 && written.number.fract() == 0.0 => {
            let spelled = spelled(written.number as usize);
            edits.push(reword(written.span, spelled.clone()));
            let in_words = written.span.of(norm).contains('(');
            if !in_words && !norm[written.span.end..].trim_start().starts_with('(') {
                edits.push(reword(written.span, format!("{} ({spelled})", written.span.of(norm))));
            }
        }
        _ => {}
    }
    edits
}

/// The figures of a value, without their unit; with the words in brackets that repeat them.
struct Figures {
    span: ByteSpan,
    number: f64,
    /// Whether a number below ten is written with a 0 before it.
    padded: bool,
    grouped: bool,
}

impl Figures {
    fn of(norm: &str, value: &Value) -> Option<Self> {
        let words = value.span.of(norm);
        let from = words.find(|c: char| c.is_ascii_digit())?;
        let length =
            words[from..].find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(words.len() - from);
        let figures = &words[from..from + length];
        if figures.ends_with(['.', ',']) {
            return None;
        }
        let plain = figures.replace('.', "").replace(',', ".");
        let number: f64 = plain.parse().ok()?;
        let mut end = from + length;
        // "15 (mười lăm) ngày"
        if let Some(bracket) = words[end..].strip_prefix(" (")
            && let Some(close) = bracket.find(')')
        {
            end += 2 + close + 1;
        }
        let span = ByteSpan::new(value.span.start + from, value.span.start + end);
        Some(Self { span, number, padded: figures.starts_with('0') && number >= 1.0, grouped: figures.contains('.') })
    }

    fn like(&self, number: f64) -> String {
        if number.fract() != 0.0 {
            return number.to_string().replace('.', ",");
        }
        let digits = format!("{number:.0}");
        if self.padded && number < 10.0 {
            return format!("0{digits}");
        }
        if !self.grouped && number < 10_000.0 {
            return digits;
        }
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        grouped
    }
}

fn other_numbers(number: f64, dimension: Dimension) -> Vec<f64> {
    let candidates: &[f64] = match dimension {
        Dimension::Amount => &[number * 2.0, number / 2.0, number * 10.0, number * 1.5],
        Dimension::Rate => &[number + 5.0, number - 5.0, number * 2.0, number / 2.0, number + 10.0],
        Dimension::Age => &[number + 1.0, number - 1.0, number + 2.0, number - 2.0, number + 3.0],
        _ => &[number * 2.0, number / 2.0, number + 5.0, number - 5.0, number * 3.0, number + 2.0],
    };
    let whole = number.fract() == 0.0 && !matches!(dimension, Dimension::Rate);
    let fits = |other: &f64| {
        *other > 0.0
            && (other - number).abs() > 1e-9
            && (!whole || other.fract() == 0.0)
            && (dimension != Dimension::Rate || *other <= 100.0)
    };
    let mut others: Vec<f64> = candidates.iter().copied().filter(fits).collect();
    others.sort_by(f64::total_cmp);
    others.dedup();
    others
}

/// What was a duty is none, what was allowed is not, and the other way round.
fn other_modality(norm: &str, value: &Value, modality: Modality) -> Vec<Edit> {
    let words = value.span.of(norm);
    // "Có thể gây ra": what may happen, and nobody is free to do it.
    let next = norm[value.span.end..].split_whitespace().next().unwrap_or_default();
    if words == "có thể" && HAPPENS.contains(&next) {
        return Vec::new();
    }
    // "Người có nghĩa vụ thi hành": who it is, not what is ordered.
    let before = norm[..value.span.start].trim_end().to_lowercase();
    if ["người", "bên", "những ai"].iter().any(|who| before.ends_with(who)) && words.starts_with("có ") {
        return Vec::new();
    }
    let others: &[&str] = match (modality, words) {
        (Modality::Required, "phải") => &["có thể", "không phải"],
        (Modality::Required, "có trách nhiệm" | "có nghĩa vụ") => &["có thể", "không bắt buộc phải"],
        (Modality::Forbidden, "không được") => &["được"],
        (Modality::Forbidden, "không được phép") => &["được phép"],
        (Modality::Allowed, "có quyền") => &["không có quyền", "phải"],
        (Modality::Allowed, "được phép" | "được quyền") => &["không được"],
        (Modality::Allowed, "có thể") => &["phải", "không được"],
        _ => &[],
    };
    others.iter().map(|other| change(value.span, *other, "modality")).collect()
}

/// A number from 1 to 99 in words.
fn spelled(number: usize) -> String {
    const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
    let (tens, units) = (number / 10, number % 10);
    let unit = match (tens, units) {
        (0, units) => return DIGITS[units].to_owned(),
        (_, 0) => "",
        (2.., 1) => "mốt",
        (_, 5) => "lăm",
        (_, units) => DIGITS[units],
    };
    let ten = if tens == 1 { "mười".to_owned() } else { format!("{} mươi", DIGITS[tens]) };
    format!("{ten} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    /// Norms written for this test.
    const NORMS: [&str; 6] = [
        "Trong thời hạn 15 (mười lăm) ngày kể từ ngày nhận đủ hồ sơ hợp lệ, Sở Tư pháp phải trả lời bằng văn bản.",
        "Người từ đủ 18 tuổi có quyền nộp đơn; chậm nhất là 05 ngày làm việc, Ủy ban nhân dân cấp xã có trách nhiệm giải quyết.",
        "Mức phạt không quá 5.000.000 đồng, ít nhất bằng 20% giá trị hợp đồng, trừ trường hợp quy định tại Điều 5.",
        "Bên thuê không được cho thuê lại, trừ trường hợp bên cho thuê đồng ý bằng văn bản.",
        "Hồ sơ gồm một trong các giấy tờ sau đây: bản chính giấy khai sinh; ảnh 3 x 4.",
        "Thời hạn lưu trữ tối thiểu 24 tháng.",
    ];

    fn chooser(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed | 1;
        move |bound| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        }
    }

    /// Numbers and duties of a text, in order, whatever their words.
    fn demands(text: &str) -> Vec<(&'static str, String)> {
        let number = |value: &Value| (value.number * 1e6).round().to_string();
        values(text)
            .iter()
            .map(|value| (value.dimension.code(), format!("{} {:?}", number(value), value.unit)))
            .collect()
    }

    #[test]
    fn every_edit_is_listed_with_what_it_changes() {
        let show = |norm: &str| -> Vec<String> {
            substance(norm)
                .into_iter()
                .map(|edit| format!("{}: {} > {}", edit.dimension.unwrap(), edit.span.of(norm), edit.replacement))
                .collect()
        };
        insta::assert_snapshot!(NORMS.map(|norm| format!("{norm}\n  {}", show(norm).join("\n  "))).join("\n"));
    }

    #[test]
    fn rewording_leaves_every_number_and_duty_as_it_is() {
        for norm in NORMS {
            for seed in 0..200 {
                let Some(edited) = edited(norm, None, &mut chooser(seed)) else { continue };
                assert_eq!(demands(&edited.text), demands(norm), "{}", edited.text);
                assert!(edited.changed.is_none() && edited.text != norm);
            }
        }
    }

    #[test]
    fn a_changed_value_is_another_value() {
        for norm in NORMS {
            for edit in substance(norm) {
                let mut text = norm.to_owned();
                text.replace_range(edit.span.start..edit.span.end, &edit.replacement);
                let of_values = ["deadline", "amount", "rate", "age"].contains(&edit.dimension.unwrap());
                let bound = |text: &str| values(text).iter().map(|value| value.bound).collect::<Vec<_>>();
                if of_values && !OPPOSITES.iter().any(|(from, ..)| *from == edit.span.of(norm)) {
                    assert!(demands(&text) != demands(norm) || bound(&text) != bound(norm), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_bound_is_broken_on_its_own_side_only() {
        let numbers = |norm: &str| -> Vec<String> {
            let edits = substance(norm).into_iter();
            edits.map(|edit| edit.replacement).filter(|new| new.starts_with(|c: char| c.is_ascii_digit())).collect()
        };
        let below = |norm: &str, bound: u32| numbers(norm).iter().any(|n| n.parse::<u32>().unwrap() < bound);
        let above = |norm: &str, bound: u32| numbers(norm).iter().any(|n| n.parse::<u32>().unwrap() > bound);
        for (norm, lower, higher) in [
            ("Cơ quan trả lời không quá 15 ngày.", false, true),
            ("Cơ quan trả lời chậm nhất là 15 ngày.", false, true),
            ("Niêm yết ít nhất 15 ngày.", true, false),
            ("Trả lời trong thời hạn 15 ngày.", true, true),
            ("Người từ đủ 15 tuổi được nộp đơn.", true, true),
        ] {
            assert_eq!((below(norm, 15), above(norm, 15)), (lower, higher), "{norm}");
        }
        assert!(substance("Chất thải có thể gây hại cho người.").is_empty());
        assert!(substance("Tài sản của người có nghĩa vụ thi hành án.").is_empty());
    }

    #[test]
    fn no_word_is_said_twice() {
        for text in [
            "Chủ đầu tư không được phép xây dựng.",
            "Người dân không được miễn phí.",
            "Nộp bộ hồ sơ hợp lệ.",
            "Trả lời trong 02 (hai) ngày.",
        ] {
            for edit in substance(text).into_iter().chain(wording(text)) {
                let mut edited = text.to_owned();
                edited.replace_range(edit.span.start..edit.span.end, &edit.replacement);
                for twice in ["phép phép", "không không", "bộ bộ", "(hai) (hai)"] {
                    assert!(!edited.contains(twice), "{edited}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_spelled_as_people_do() {
        let all = [1, 5, 10, 15, 20, 21, 24, 35, 90].map(spelled);
        let wanted =
            ["một", "năm", "mười", "mười lăm", "hai mươi", "hai mươi mốt", "hai mươi bốn", "ba mươi lăm", "chín mươi"];
        assert_eq!(all, wanted);
    }

    proptest! {
        #[test]
        fn any_text_is_edited_within_its_own_words(
            text in "(Trong thời hạn |không quá |[0-9]{1,3}(\\.000)? |ngày|ngày làm việc|%|tuổi|đồng|phải |có thể |\\(mười\\) |[a-zđ]{1,4} |[.;:\n ]){0,20}",
            seed in any::<u64>(),
            change in any::<bool>(),
        ) {
            for edit in substance(&text).into_iter().chain(wording(&text)) {
                prop_assert!(text.get(edit.span.start..edit.span.end).is_some());
                prop_assert_ne!(edit.span.of(&text), edit.replacement);
            }
            let any: &Accept<'_> = &|_| true;
            if let Some(edited) = edited(&text, change.then_some(any), &mut chooser(seed)) {
                prop_assert_eq!(edited.changed.is_some(), change);
            }
        }
    }
}
