//! Values of two texts that speak of the same thing and say otherwise, found by the words around them.
//!
//! Hard because most values that differ do not conflict: they govern another act, another subject, another stage. Two
//! values are compared only where the words around them agree, and a value of the draft that some provision confirms is
//! not held against another.

use super::article_heading;
use rasoat_law::ByteSpan;
use rasoat_law::structure::Document;
use rasoat_law::text::{fold_word, word_spans};
use rasoat_law::value::{Bound, Dimension, Family, Modality, Value, values};
use std::collections::BTreeMap;

/// A provision that says the draft's value confirms it when its words agree at least this much as well as those of the
/// provision that says another.
pub(super) const CONFIRMS: f32 = 0.85;

/// Words with their weights, in the order of the words: sums over them are the same in every run.
pub(super) type Bag = Vec<(String, f32)>;

/// A value with the words that say what it is about.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The value; its spans point into the document's text.
    pub value: Value,
    /// Folded words just around the value, with their weight.
    near: Bag,
    /// The same for more of its clause.
    wide: Bag,
    /// The same for the clause with its lead: the article's heading and the paragraph's opening.
    whole: Bag,
    /// What the value is counted by: "tháng" in "40 giờ trong 01 tháng".
    per: Option<String>,
    /// The first folded words after a modality: what must, may or must not be done.
    action: Vec<String>,
    /// Whether the value says of whom the norm speaks ("người chưa đủ 15 tuổi"), not what it demands of them.
    of_whom: bool,
    /// Whether an amount is a fine: it is held against fines alone.
    fine: bool,
}

/// How two statements compare: what [`probability`] weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// Agreement of the words near the values, in [0, 1].
    pub clause: f32,
    /// Agreement of the clauses with their leads, in [0, 1].
    pub whole: f32,
    /// For modalities: agreement of what must or may be done, in [0, 1]; 0 for other values.
    pub action: f32,
    /// Whether both values say of whom the norms speak.
    pub of_whom: bool,
    /// What search and the draft say of the provision.
    pub brought: Brought,
}

impl Features {
    /// Whether values that differ are weak evidence by themselves: of enacted decrees, of 33 values told against a code 9
    /// were ages that say of whom a norm speaks and 21 came from the code of another procedure, none of them a conflict.
    pub fn is_doubtful(&self) -> bool {
        self.of_whom || self.brought.stranger
    }
}

/// How a provision came to stand beside a norm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brought {
    /// Cosine of the norm and the provision, where it is known.
    pub cosine: Option<f32>,
    /// Whether search put the provision first.
    pub first: bool,
    /// Whether the draft speaks of other documents and not of the one that the provision is of.
    pub stranger: bool,
}

impl Brought {
    /// Two texts that somebody put beside each other.
    pub const ALONE: Self = Self { cosine: None, first: true, stranger: false };
}

/// The probability that two differing values contradict, when no provision confirms the draft's.
///
/// Logistic over [`Features`]. The direction of the weights follows a fit on the project's written pairs whose values
/// differ (168 pairs, five folds by document: AUC 0.81); their size and the constant are set for what search brings,
/// where the right provision is mostly the first and stands in a long text. Rates, amounts and ages are rarer than
/// deadlines, so two that meet are more often about one thing. On the written pairs the words around a modality tell
/// next to nothing (AUC 0.66): it speaks only where the same act is named almost word for word.
///
/// Cosines are those of the set-up's encoder with its adapter. Their weight was carried over from the plain encoder's by
/// a line through the cosines of both over 450 written pairs (correlation 0.96).
pub fn probability(dimension: Dimension, features: &Features) -> f32 {
    let Features { clause, whole, action, brought: Brought { cosine, first, .. }, .. } = *features;
    let first = if first { 0.5 } else { 0.0 };
    let rare = if matches!(dimension, Dimension::Rate | Dimension::Amount | Dimension::Age) { 1.0 } else { 0.0 };
    let logit = match (dimension, cosine) {
        (Dimension::Modality, _) => -4.0 + 4.0 * clause + 2.0 * whole + 2.0 * action,
        (_, Some(cosine)) => -2.4 + rare + first + 2.5 * clause + 3.0 * whole + 12.0 * (cosine - 0.813),
        (_, None) => -2.6 + rare + first + 2.5 * clause + 3.0 * whole,
    };
    1.0 / (1.0 + (-logit).exp())
}

/// A conflict found between two texts: indices of the statements and how they compare.
#[derive(Debug, Clone, Copy)]
pub struct Conflict {
    /// The draft's statement.
    pub draft: usize,
    /// The law's statement.
    pub law: usize,
    /// How they compare.
    pub features: Features,
    /// The probability that they contradict.
    pub probability: f32,
}

/// The statements of the norm at `index` of a document. `idf` weighs a folded word.
pub fn statements(document: &Document, index: usize, idf: &dyn Fn(&str) -> f32) -> Vec<Statement> {
    let provision = &document.provisions[index];
    let span = provision.span;
    let words = span.of(&document.text);
    let heading = article_heading(document, index);
    let opening = words.lines().next().unwrap_or_default();
    statements_of(words, &heading, opening, idf)
        .into_iter()
        .map(|mut statement| {
            for place in [&mut statement.value.span, &mut statement.value.clause] {
                *place = ByteSpan::new(place.start + span.start, place.end + span.start);
            }
            statement
        })
        .collect()
}

/// The statements of a text with the heading and opening words it stands under; spans point into `text`.
pub fn statements_of(text: &str, heading: &str, opening: &str, idf: &dyn Fn(&str) -> f32) -> Vec<Statement> {
    let all = values(text);
    all.iter()
        .enumerate()
        .filter(|(_, value)| {
            value.dimension != Dimension::Sanction && !is_period(text, value) && !leads_a_list(text, value)
        })
        .map(|(at, value)| {
            let value = value.clone();
            // Words beyond the next value of the same kind are about that one.
            let near = |other: &&Value| other.dimension == value.dimension && value.clause.contains(other.span);
            let from = all[..at].iter().rev().find(near).map_or(value.clause.start, |other| other.span.end);
            let to = all[at + 1..].iter().find(near).map_or(value.clause.end, |other| other.span.start);
            let before = ByteSpan::new(from, value.span.start).of(text);
            let after = ByteSpan::new(value.span.end, to.max(value.span.end)).of(text);
            let [near, wide] =
                [NEAR, WIDE].map(|count| weighed([last_words(before, count), first_words(after, count)], idf));
            let per = period_after(ByteSpan::new(value.span.end, value.clause.end).of(text));
            let rest = value.clause.of(text);
            let lead = if opening.contains(before.trim()) && !before.trim().is_empty() { "" } else { opening };
            let whole = weighed([rest, heading, lead], idf);
            let action = match value.dimension {
                Dimension::Modality => word_spans(after).take(4).map(|(_, word)| fold_word(word)).collect(),
                _ => Vec::new(),
            };
            let of_whom = says_of_whom(before_value(text, &value), &value);
            let fine =
                value.dimension == Dimension::Amount && before_value(text, &value).to_lowercase().contains("phạt tiền");
            Statement { value, near, wide, whole, per, action, of_whom, fine }
        })
        .collect()
}

/// Whether a time is what something is counted by ("40 giờ trong 01 tháng"), not a deadline.
fn is_period(text: &str, value: &Value) -> bool {
    let words = value.span.of(text);
    value.dimension == Dimension::Deadline
        && (value.number - 1.0).abs() < 1e-9
        && (words.starts_with("trong") || text[..value.span.start].ends_with('/'))
}

/// "có quyền sau đây", "phải:": what may or must be done stands in the points below.
fn leads_a_list(text: &str, value: &Value) -> bool {
    let rest = ByteSpan::new(value.span.end, value.clause.end).of(text).trim();
    value.dimension == Dimension::Modality && (rest.is_empty() || rest.starts_with("sau đây") || rest == "sau")
}

/// The clause of a value up to it.
fn before_value<'a>(text: &'a str, value: &Value) -> &'a str {
    ByteSpan::new(value.clause.start, value.span.start).of(text)
}

/// Whether an age, or a degree of disability, describes the persons a norm is about. `before` is its clause up to it.
fn says_of_whom(before: &str, value: &Value) -> bool {
    let words: Vec<String> = word_spans(before).map(|(_, word)| fold_word(word)).collect();
    let is = |word: &String, names: &[&str]| names.iter().any(|name| *word == fold_word(name));
    let persons = ["người", "trẻ", "con", "cháu", "nam", "nữ", "sinh", "công"];
    let last = |count: usize| &words[words.len().saturating_sub(count)..];
    match value.dimension {
        Dimension::Age => {
            let near = last(PERSON);
            // "người lao động phải đủ 18 tuổi" demands it.
            let demands = ["phải", "là", "được"];
            near.iter()
                .rposition(|word| is(word, &persons))
                .is_some_and(|at| !near[at..].iter().any(|w| is(w, &demands)))
        }
        Dimension::Rate => last(PERSON).iter().any(|word| is(word, &["suy", "tổn", "thương", "khuyết"])),
        _ => false,
    }
}

/// Words before a value among which the person it describes is named.
const PERSON: usize = 8;

/// Words on either side of a value that say what it is about, narrowly and widely taken.
const NEAR: usize = 14;
const WIDE: usize = 28;

fn first_words(text: &str, count: usize) -> &str {
    word_spans(text).nth(count).map_or(text, |(at, _)| &text[..at])
}

fn last_words(text: &str, count: usize) -> &str {
    let starts: Vec<usize> = word_spans(text).map(|(at, _)| at).collect();
    starts.len().checked_sub(count).map_or(text, |skip| starts.get(skip).map_or("", |at| &text[*at..]))
}

/// The unit right after a value that it is counted by: "/năm", "trong 01 tháng", "mỗi ngày"; or that it is a share of a
/// rate: "150% lãi suất" is no "10%/năm".
fn period_after(text: &str) -> Option<String> {
    let words: Vec<(usize, String)> = word_spans(text).take(3).map(|(at, word)| (at, fold_word(word))).collect();
    let is = |at: usize, name: &str| words.get(at).is_some_and(|(_, word)| *word == fold_word(name));
    let rate = usize::from(is(0, "mức"));
    if is(rate, "lãi") && is(rate + 1, "suất") {
        return Some(fold_word("lãi"));
    }
    let unit = if text.starts_with('/') {
        words.first()
    } else if is(0, "trong") && (is(1, "một") || is(1, "1") || is(1, "01")) {
        words.get(2)
    } else if is(0, "mỗi") || is(0, "một") {
        words.get(1)
    } else {
        None
    };
    let units = ["giờ", "ngày", "tuần", "tháng", "năm"].map(fold_word);
    unit.map(|(_, word)| word.clone()).filter(|word| units.contains(word))
}

/// Folded words and pairs of neighbouring words with their weights ("không xác" tells more than "không"); numbers and
/// labels say nothing of the subject.
pub(super) fn weighed<const N: usize>(parts: [&str; N], idf: &dyn Fn(&str) -> f32) -> Bag {
    let mut bag = BTreeMap::new();
    for part in parts {
        let mut previous: Option<String> = None;
        for (_, word) in word_spans(part) {
            if word.chars().count() < 2 || word.starts_with(|c: char| c.is_ascii_digit()) {
                previous = None;
                continue;
            }
            let folded = fold_word(word);
            if let Some(previous) = previous {
                let pair = format!("{previous} {folded}");
                let weight = PAIR * idf(&pair);
                bag.insert(pair, weight);
            }
            let weight = idf(&folded);
            bag.insert(folded.clone(), weight);
            previous = Some(folded);
        }
    }
    bag.into_iter().collect()
}

/// What a pair of words counts against a single one.
const PAIR: f32 = 0.5;

/// Cosine of two weighed bags of words.
pub(super) fn agreement(a: &Bag, b: &Bag) -> f32 {
    let square = |bag: &Bag| bag.iter().map(|(_, weight)| weight * weight).sum::<f32>();
    let mut shared = 0.0;
    let mut rest = b.as_slice();
    for (word, weight) in a {
        let before = rest.partition_point(|(other, _)| other < word);
        rest = &rest[before..];
        if rest.first().is_some_and(|(other, _)| other == word) {
            shared += weight * weight;
        }
    }
    let norm = (square(a) * square(b)).sqrt();
    if norm > 0.0 { shared / norm } else { 0.0 }
}

/// Agreement of the words around two values.
fn around(a: &Statement, b: &Statement) -> f32 {
    agreement(&a.near, &b.near).max(agreement(&a.wide, &b.wide))
}

pub(super) fn similarity(a: &Statement, b: &Statement) -> f32 {
    0.6 * around(a, b) + 0.4 * agreement(&a.whole, &b.whole)
}

fn comparable(a: &Statement, b: &Statement) -> bool {
    let (x, y) = (&a.value, &b.value);
    x.dimension == y.dimension
        && a.fine == b.fine
        && can_meet(x, y)
        && (x.dimension == Dimension::Deadline || x.comparable().0 == y.comparable().0)
        && (a.per == b.per || a.per.is_none() || b.per.is_none())
}

/// Whether two values can be of one thing: a floor and a ceiling that leave room between them bound a range together, and
/// times of a few days and of many years are of two things.
fn can_meet(a: &Value, b: &Value) -> bool {
    let ((family, x), (other, y)) = (a.comparable(), b.comparable());
    let is_floor = |bound| matches!(bound, Bound::AtLeast | Bound::MoreThan);
    let is_ceiling = |bound| matches!(bound, Bound::AtMost | Bound::LessThan);
    let range =
        (is_floor(a.bound) && is_ceiling(b.bound) && x <= y) || (is_ceiling(a.bound) && is_floor(b.bound) && y <= x);
    let hours = |family, number: f64| if family == Family::WorkingTime { number * 24.0 * 1.4 } else { number };
    let (shorter, longer) = (hours(family, x).min(hours(other, y)), hours(family, x).max(hours(other, y)));
    let far = a.dimension == Dimension::Deadline && longer > FAR * shorter;
    !(far || family == other && range)
}

/// How many times as long a time may be as another that is of the same thing.
const FAR: f64 = 100.0;

fn equal(a: &Value, b: &Value) -> bool {
    let ((family, x), (other, y)) = (a.comparable(), b.comparable());
    family == other && (x - y).abs() <= 1e-6 * x.abs().max(1.0)
}

/// Whether two values cannot both hold.
fn differ(a: &Value, b: &Value) -> bool {
    match (a.modality(), b.modality()) {
        (Some(draft), Some(law)) => {
            use Modality::{Allowed, Forbidden, NotRequired, Required};
            matches!(
                (draft, law),
                (Allowed | NotRequired | Forbidden, Required)
                    | (Allowed | Required, Forbidden)
                    | (Forbidden, Allowed)
                    | (Required, NotRequired)
            )
        }
        _ => !equal(a, b),
    }
}

fn features(draft: &Statement, law: &Statement, brought: Brought) -> Features {
    let shared = draft.action.iter().filter(|word| law.action.contains(word)).count();
    Features {
        clause: around(draft, law),
        whole: agreement(&draft.whole, &law.whole),
        action: shared as f32 / draft.action.len().max(1) as f32,
        of_whom: draft.of_whom && law.of_whom,
        brought,
    }
}

/// For each statement of the draft, the statement of the law that speaks of the same thing and says another value, and
/// (separately) how well some statement of the law confirms the draft's value.
pub fn conflicts(draft: &[Statement], law: &[Statement], brought: Brought) -> (Vec<Conflict>, Vec<f32>) {
    let mut found = Vec::new();
    let mut confirmed = vec![0.0_f32; draft.len()];
    for (at, own) in draft.iter().enumerate() {
        let mut best: Option<(usize, f32)> = None;
        for (other, theirs) in law.iter().enumerate().filter(|(_, s)| comparable(own, s)) {
            let similarity = similarity(own, theirs);
            if !differ(&own.value, &theirs.value) {
                confirmed[at] = confirmed[at].max(similarity);
            } else if best.is_none_or(|(_, most)| similarity > most) && !is_answered(draft, at, theirs, similarity) {
                best = Some((other, similarity));
            }
        }
        let Some((other, similarity)) = best else { continue };
        if confirmed[at] >= CONFIRMS * similarity {
            continue;
        }
        let features = features(own, &law[other], brought);
        let probability = probability(own.value.dimension, &features);
        found.push(Conflict { draft: at, law: other, features, probability });
    }
    (found, confirmed)
}

/// Whether another value of the draft than the one at `at` answers a statement of the law: says the same, in words that
/// agree at least as well as `similarity`.
fn is_answered(draft: &[Statement], at: usize, law: &Statement, similarity: f32) -> bool {
    draft.iter().enumerate().any(|(rival, own)| {
        rival != at
            && comparable(own, law)
            && !differ(&own.value, &law.value)
            && self::similarity(own, law) >= similarity
    })
}
