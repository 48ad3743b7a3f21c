//! Values of two texts that speak of the same thing and say otherwise, found by the words around them.
//!
//! Hard because most values that differ do not conflict: they govern another act, another subject, another stage. Two
//! values are compared only where the words around them agree, and a value of the draft that some provision confirms is
//! not held against another.

use super::article_heading;
use rasoat_law::ByteSpan;
use rasoat_law::structure::Document;
use rasoat_law::text::{fold_word, word_spans};
use rasoat_law::value::{Dimension, Modality, Value, values};
use std::collections::BTreeMap;

/// A provision that says the draft's value confirms it when its words agree at least this much as well as those of the
/// provision that says another.
pub(super) const CONFIRMS: f32 = 0.9;

/// Words with their weights, in the order of the words: sums over them are the same in every run.
type Bag = Vec<(String, f32)>;

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
}

/// How two statements compare: what [`probability`] weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// Agreement of the words near the values, in [0, 1].
    pub clause: f32,
    /// Agreement of the clauses with their leads, in [0, 1].
    pub whole: f32,
    /// Cosine of the norm and the provision, where it is known.
    pub cosine: Option<f32>,
    /// For modalities: agreement of what must or may be done, in [0, 1]; 0 for other values.
    pub action: f32,
    /// Whether search put the provision first.
    pub first: bool,
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
    let Features { clause, whole, cosine, action, first } = *features;
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
        .filter(|(_, value)| value.dimension != Dimension::Sanction && !is_period(text, value))
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
            Statement { value, near, wide, whole, per, action }
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

/// The unit right after a value that it is counted by: "/năm", "trong 01 tháng", "mỗi ngày".
fn period_after(text: &str) -> Option<String> {
    let words: Vec<(usize, String)> = word_spans(text).take(3).map(|(at, word)| (at, fold_word(word))).collect();
    let is = |at: usize, name: &str| words.get(at).is_some_and(|(_, word)| *word == fold_word(name));
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
fn weighed<const N: usize>(parts: [&str; N], idf: &dyn Fn(&str) -> f32) -> Bag {
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
fn agreement(a: &Bag, b: &Bag) -> f32 {
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
        && (x.dimension == Dimension::Deadline || x.comparable().0 == y.comparable().0)
        && (a.per == b.per || a.per.is_none() || b.per.is_none())
}

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

fn features(draft: &Statement, law: &Statement, cosine: Option<f32>, first: bool) -> Features {
    let shared = draft.action.iter().filter(|word| law.action.contains(word)).count();
    Features {
        clause: around(draft, law),
        whole: agreement(&draft.whole, &law.whole),
        cosine,
        action: shared as f32 / draft.action.len().max(1) as f32,
        first,
    }
}

/// For each statement of the draft, the statement of the law that speaks of the same thing and says another value, and
/// (separately) how well some statement of the law confirms the draft's value.
/// `cosine` and `first` are what search says of the provision.
pub fn conflicts(
    draft: &[Statement],
    law: &[Statement],
    cosine: Option<f32>,
    first: bool,
) -> (Vec<Conflict>, Vec<f32>) {
    let mut found = Vec::new();
    let mut confirmed = vec![0.0_f32; draft.len()];
    for (at, own) in draft.iter().enumerate() {
        let mut best: Option<(usize, f32)> = None;
        for (other, theirs) in law.iter().enumerate().filter(|(_, s)| comparable(own, s)) {
            let similarity = similarity(own, theirs);
            if !differ(&own.value, &theirs.value) {
                confirmed[at] = confirmed[at].max(similarity);
            } else if best.is_none_or(|(_, most)| similarity > most) {
                best = Some((other, similarity));
            }
        }
        let Some((other, similarity)) = best else { continue };
        // Another value of the draft may be the one that answers this statement of the law.
        let answered = draft.iter().enumerate().any(|(rival, s)| {
            rival != at
                && comparable(s, &law[other])
                && !differ(&s.value, &law[other].value)
                && self::similarity(s, &law[other]) >= similarity
        });
        if answered || confirmed[at] >= CONFIRMS * similarity {
            continue;
        }
        let features = features(own, &law[other], cosine, first);
        let probability = probability(own.value.dimension, &features);
        found.push(Conflict { draft: at, law: other, features, probability });
    }
    (found, confirmed)
}
