//! `conflict.contradiction`, first version: each norm of the draft is searched for in the law in force, and the values
//! both set (deadline, amount, rate, age, modality) are compared.
//!
//! Hard because most values that differ do not conflict: they govern another act, another subject, another stage. Two
//! values are compared only where the words around them agree, and a value of the draft that some provision confirms is
//! not held against another. A trained judge takes the place of [`probability`] later.

use super::finding::{Check, Detail, Evidence, EvidenceSource, Finding, Severity};
use super::resolve::amends;
use super::{Law, Observer, ReviewError, Stage};
use crate::corpus::{CorpusDocument, Hit, Query};
use rasoat_embeddings::Mode;
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::{fold_word, squeeze, word_spans};
use rasoat_law::value::{Bound, Dimension, Modality, Value, values};
use rasoat_law::{ByteSpan, Effect, Eid};
use rasoat_model::TextKind;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Provisions compared with each norm.
const CANDIDATES: usize = 8;
/// A provision that says the draft's value confirms it when its words agree at least this much as well as those of the
/// provision that says another.
const CONFIRMS: f32 = 0.9;
/// Findings below this probability are not shown.
pub const THRESHOLD: f32 = 0.5;

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

fn similarity(a: &Statement, b: &Statement) -> f32 {
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

/// A candidate provision with its statements.
struct Candidate {
    held: Arc<CorpusDocument>,
    eid: Eid,
    cosine: Option<f32>,
    statements: Vec<Statement>,
}

pub(super) fn check(draft: &Document, law: &Law<'_>, observer: &mut dyn Observer) -> Result<Vec<Finding>, ReviewError> {
    let idf = |word: &str| law.search.idf(word);
    let units: Vec<Unit> = draft
        .norms()
        .into_iter()
        .filter(|at| states_substance(draft, *at))
        .flat_map(|at| units(draft, at, &idf))
        .collect();
    observer.progress(Stage::Retrieve, 0, units.len())?;
    let vectors = match law.encoder {
        Some(encoder) => {
            let texts: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
            let mut vectors = Vec::new();
            for chunk in texts.chunks(16) {
                vectors.extend(encoder.encode(chunk, TextKind::Query)?.into_iter().map(Some));
                observer.progress(Stage::Retrieve, vectors.len(), units.len())?;
            }
            vectors
        }
        None => vec![None; units.len()],
    };
    let mut findings = Vec::new();
    for (done, (unit, vector)) in units.iter().zip(&vectors).enumerate() {
        observer.progress(Stage::Judge, done, units.len())?;
        let query =
            Query { words: &unit.text, vector: vector.as_deref(), mode: Mode::Hybrid, k: CANDIDATES, as_of: law.as_of };
        let candidates: Vec<Candidate> =
            law.search.search(&query).into_iter().filter_map(|hit| candidate(draft, law, hit, &idf)).collect();
        findings.extend(judge(draft, unit.norm, &unit.statements, &candidates, law));
    }
    observer.progress(Stage::Judge, units.len(), units.len())?;
    Ok(findings)
}

/// A clause of the draft that sets values: what is searched for and compared.
struct Unit {
    /// Index of its norm.
    norm: usize,
    /// The article's heading, the opening it stands under, and its words.
    text: String,
    statements: Vec<Statement>,
}

/// The clauses of the norm at `at` that set values.
fn units(draft: &Document, at: usize, idf: &dyn Fn(&str) -> f32) -> Vec<Unit> {
    let norm = draft.text_of(&draft.provisions[at]);
    let opening = norm.lines().next().unwrap_or_default();
    let heading = article_heading(draft, at);
    let mut units: Vec<Unit> = Vec::new();
    for statement in statements(draft, at, idf) {
        let clause = statement.value.clause;
        match units.last_mut() {
            Some(unit) if unit.statements.last().is_some_and(|s| s.value.clause == clause) => {
                unit.statements.push(statement);
            }
            _ => {
                let words = squeeze(clause.of(&draft.text));
                let lead = if opening.contains(clause.of(&draft.text).trim()) { "" } else { opening };
                let text: String = format!("{heading}. {} {words}", squeeze(lead)).chars().take(1_200).collect();
                units.push(Unit { norm: at, text, statements: vec![statement] });
            }
        }
    }
    units
}

fn article_heading(document: &Document, at: usize) -> String {
    std::iter::successors(Some(at), |at| document.provisions[*at].parent)
        .find(|at| document.provisions[*at].kind == ProvisionKind::Article)
        .and_then(|article| document.provisions[article].heading.clone())
        .unwrap_or_default()
}

/// Norms of scope, effect, transition and responsibility set nothing to compare.
fn states_substance(draft: &Document, at: usize) -> bool {
    let mut unit = Some(&draft.provisions[at]);
    while let Some(provision) = unit {
        if let Some(heading) = provision.heading.as_deref().filter(|_| provision.kind == ProvisionKind::Article) {
            let heading = heading.to_lowercase();
            let formal = ["phạm vi điều chỉnh", "hiệu lực", "chuyển tiếp", "trách nhiệm thi hành", "tổ chức thực hiện"];
            if formal.iter().any(|word| heading.contains(word)) {
                return false;
            }
        }
        unit = provision.parent.map(|parent| &draft.provisions[parent]);
    }
    true
}

fn candidate(draft: &Document, law: &Law<'_>, hit: Hit, idf: &dyn Fn(&str) -> f32) -> Option<Candidate> {
    if draft.metadata.number.as_ref() == Some(&hit.document) {
        return None;
    }
    let held = law.corpus.document(&hit.document)?;
    let binds = match (held.kind.rank(), draft.metadata.kind.rank()) {
        (Some(theirs), Some(ours)) => theirs <= ours,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if !binds {
        return None;
    }
    let at = held.document.provisions.iter().position(|p| p.eid.as_str() == hit.eid)?;
    if amends(&held.document, at) {
        return None;
    }
    let statements = statements(&held.document, at, idf);
    Some(Candidate { eid: held.document.provisions[at].eid.clone(), held, cosine: hit.cosine, statements })
}

fn judge(draft: &Document, at: usize, own: &[Statement], candidates: &[Candidate], law: &Law<'_>) -> Vec<Finding> {
    let mut best: HashMap<usize, (Conflict, usize)> = HashMap::new();
    let mut confirmed = vec![0.0_f32; own.len()];
    for (number, candidate) in candidates.iter().enumerate() {
        let (conflicts, also) = conflicts(own, &candidate.statements, candidate.cosine, number == 0);
        for (most, also) in confirmed.iter_mut().zip(also) {
            *most = most.max(also);
        }
        for conflict in conflicts {
            let entry = best.entry(conflict.draft).or_insert((conflict, number));
            if conflict.probability > entry.0.probability {
                *entry = (conflict, number);
            }
        }
    }
    let mut kept: Vec<(Conflict, usize)> = best
        .into_values()
        .filter(|(conflict, number)| {
            let theirs = &candidates[*number].statements[conflict.law];
            conflict.probability >= THRESHOLD
                && CONFIRMS * similarity(&own[conflict.draft], theirs) > confirmed[conflict.draft]
        })
        .collect();
    kept.sort_by_key(|(conflict, _)| conflict.draft);
    // One clause is one finding: the surest value stands for it.
    let mut found: Vec<(Conflict, usize)> = Vec::new();
    for (conflict, number) in kept {
        let clause = own[conflict.draft].value.clause;
        match found.iter_mut().find(|(other, _)| own[other.draft].value.clause == clause) {
            Some(other) if other.0.probability < conflict.probability => *other = (conflict, number),
            Some(_) => {}
            None => found.push((conflict, number)),
        }
    }
    found
        .into_iter()
        .filter_map(|(conflict, number)| finding(draft, at, own, conflict, &candidates[number], law))
        .collect()
}

/// The finding, unless the provision itself is no longer, or not yet, in force.
fn finding(
    draft: &Document,
    at: usize,
    own: &[Statement],
    conflict: Conflict,
    candidate: &Candidate,
    law: &Law<'_>,
) -> Option<Finding> {
    let ours = &own[conflict.draft].value;
    let theirs = &candidate.statements[conflict.law].value;
    let held = &candidate.held;
    let text = &held.document.text;
    let place = held.document.at(theirs.span.start).map_or_else(|| candidate.eid.clone(), |p| p.eid.clone());
    let status = law.corpus.status_of(&held.number, &place, law.as_of);
    if matches!(status.effect, Effect::Expired | Effect::NotYetInForce | Effect::Suspended) {
        return None;
    }
    let provision = held.document.get(place.as_str());
    let evidence = Evidence {
        document: Some(held.number.clone()),
        eid: Some(place.clone()),
        quote: squeeze(provision.map_or_else(|| theirs.clause.of(text), |p| held.document.text_of(p))),
        effect: status.effect,
        source: EvidenceSource::Corpus,
        notes: held.warnings(&status, law.as_of),
    };
    let dimension = ours.dimension;
    let (draft_words, law_words) = (squeeze(ours.span.of(&draft.text)), squeeze(theirs.span.of(text)));
    let higher = held.kind.rank() < draft.metadata.kind.rank();
    let rule = if higher {
        "Văn bản có hiệu lực pháp lý cao hơn được áp dụng (Luật số 64/2025/QH15, Điều 58)"
    } else {
        "Hai văn bản cùng cấp hiệu lực pháp lý: nếu cùng cơ quan ban hành thì áp dụng văn bản ban hành sau \
         (Luật số 64/2025/QH15, Điều 58); nếu khác cơ quan thì cần kiến nghị xử lý"
    };
    let within = within_bound(ours, theirs);
    let severity = if higher && !within { Severity::Error } else { Severity::Warning };
    let tail = if within {
        " Mức của dự thảo nằm trong giới hạn của luật: cần xem có được giao quy định chi tiết hay không."
    } else {
        ""
    };
    let message = format!(
        "Dự thảo quy định {} là “{draft_words}”, trong khi {} {} quy định “{law_words}”.{tail}",
        dimension.term(),
        place.label(),
        held.title,
    );
    let clause = trimmed(&draft.text, ours.clause, draft.provisions[at].span);
    let whole = clause.of(&draft.text);
    let (from, to) = (ours.span.start - clause.start, ours.span.end - clause.start);
    let replacement = format!("{}{law_words}{}", &whole[..from], &whole[to..]);
    Some(
        Finding::new(Check::ConflictContradiction, severity, clause, message, conflict.probability, evidence)
            .detail(Detail { dimension: dimension.code(), draft: draft_words, law: law_words, rule: rule.into() })
            .suggest(Some(replacement), Some(format!("Sửa cho thống nhất với {} {}.", place.label(), held.title))),
    )
}

/// A clause without surrounding blanks and its own label, within its norm.
fn trimmed(text: &str, clause: ByteSpan, norm: ByteSpan) -> ByteSpan {
    let clause = ByteSpan::new(clause.start.max(norm.start), clause.end.min(norm.end));
    let words = clause.of(text);
    let mut start = clause.start + (words.len() - words.trim_start().len());
    let end = clause.end - (words.len() - words.trim_end().len());
    // "1. ", "a) "
    let rest = &text[start..end];
    if let Some(mark) = rest.find(['.', ')']).filter(|at| *at <= 4 && rest[..*at].chars().all(char::is_alphanumeric)) {
        let after = &rest[mark + 1..];
        start += mark + 1 + (after.len() - after.trim_start().len());
    }
    ByteSpan::new(start, end)
}

/// Whether the draft's value lies within what the law's bound allows.
fn within_bound(ours: &Value, theirs: &Value) -> bool {
    let ((family, x), (other, y)) = (ours.comparable(), theirs.comparable());
    family == other
        && ours.dimension != Dimension::Modality
        && match theirs.bound {
            Bound::AtMost | Bound::LessThan => ours.bound.same_side(theirs.bound) && x < y,
            Bound::AtLeast | Bound::MoreThan => ours.bound.same_side(theirs.bound) && x > y,
            Bound::Exactly => false,
        }
}
