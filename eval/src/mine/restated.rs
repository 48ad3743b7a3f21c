//! Norms that say again what another document says, with and without an edit: pairs to train a judge on, never to measure
//! it.
//!
//! An edited norm beside itself ([`super::edited`]) differs in one place, and enacted norms beside whatever search brings
//! differ everywhere: of these none contradicts, so a judge may learn that real words never do. What a decree restates of
//! its law stands between the two. Both sides are real, they differ in many words, and an edit of what both say alike makes
//! a contradiction of them; left alone, or changed in words only, they are as their authors left them.

use super::edited::{EditedPair, Norm, chooser, documents, paragraphs};
use super::pairs::Reference;
use super::source::Sources;
use super::split::{Split, Splits, hash};
use super::{Options, Rejected};
use crate::edits::{self, Edit};
use crate::mine::change::Label;
use rasoat_law::{DocumentKind, text};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Words of a run that two norms may have in common.
const RUN: usize = 3;
/// Runs that so many norms of one field hold tell nothing.
const COMMON: usize = 60;
/// The share of a norm's runs that the other holds: fewer is another matter, more is a copy.
const SHARED: std::ops::RangeInclusive<f64> = 0.5..=0.97;

/// A norm with what it is compared by.
struct Candidate<'a> {
    document: &'a str,
    version: &'static str,
    norm: Norm<'a>,
    words: Vec<String>,
    runs: BTreeSet<u64>,
}

/// Norms beside what they restate in a document of another rank under the same heading of the codified law:
/// `options.edits` pairs at most, in the order of their identifiers.
pub fn mine(sources: &Sources, splits: &Splits, options: &Options, rejected: &mut Rejected) -> Vec<EditedPair> {
    if options.edits == 0 {
        return Vec::new();
    }
    let mut fields: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    for (document, (articles, version)) in documents(sources, splits) {
        for norm in articles.iter().flat_map(paragraphs) {
            let words = text::words(&norm.text);
            let runs = words.windows(RUN).map(|run| hash(0, &run.join(" "))).collect();
            fields.entry(&norm.article.field).or_default().push(Candidate { document, version, norm, words, runs });
        }
    }
    let mut pairs = Vec::new();
    for candidates in fields.values() {
        for (at, other) in restated(candidates) {
            match beside(&candidates[at], &candidates[other], options.seed) {
                Some(both) => pairs.push(both),
                None => rejected.count("restated: nothing that both say alike can be changed"),
            }
        }
    }
    pairs.sort_by_key(|[pair, _]| hash(options.seed, &pair.id));
    pairs.truncate(options.edits / 2);
    let mut pairs: Vec<EditedPair> = pairs.into_iter().flatten().collect();
    pairs.sort_by(|a, b| a.id.cmp(&b.id));
    pairs
}

/// Of each norm the one in a document of another rank that it restates most of, as places in `candidates`.
fn restated(candidates: &[Candidate<'_>]) -> Vec<(usize, usize)> {
    let rank = |document: &str| DocumentKind::from_number(document, None).rank();
    let ranks: Vec<Option<u8>> = candidates.iter().map(|candidate| rank(candidate.document)).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for run in &candidate.runs {
            holders.entry(*run).or_default().push(at);
        }
    }
    let best = |(at, candidate): (usize, &Candidate<'_>)| {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for run in &candidate.runs {
            for other in holders.get(run).filter(|holders| holders.len() <= COMMON).into_iter().flatten() {
                *shared.entry(*other).or_default() += 1;
            }
        }
        shared.retain(|other, _| {
            let other = *other;
            candidates[other].document != candidate.document && ranks[other].is_some() && ranks[other] != ranks[at]
        });
        let (other, _) = shared.into_iter().max_by_key(|(other, count)| (*count, std::cmp::Reverse(*other)))?;
        let common = candidate.runs.intersection(&candidates[other].runs).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of a norm's words")]
        let share = common as f64 / candidate.runs.len() as f64;
        SHARED.contains(&share).then_some((at, other))
    };
    candidates.iter().enumerate().filter(|(at, _)| ranks[*at].is_some()).filter_map(best).collect()
}

/// The norm with an edit of what the other says too, and as it is or in other words; `None` where the rules find nothing.
fn beside(own: &Candidate<'_>, other: &Candidate<'_>, seed: u64) -> Option<[EditedPair; 2]> {
    let mut choose = chooser(hash(seed, &format!("{}#{} restates {}", own.document, own.norm.eid, other.document)));
    let both_say = |edit: &Edit| said_alike(&own.norm.text, edit, &other.words);
    let changed = edits::edited(&own.norm.text, Some(&both_say), &mut choose)?;
    let (edit, was) = changed.changed?;
    // As in [`super::edited`]: duties would be the most by far.
    if edit.dimension == Some("modality") && choose(2) == 0 {
        return None;
    }
    let reworded = if choose(3) == 0 { None } else { edits::edited(&own.norm.text, None, &mut choose) };
    let (left, count) = reworded.map_or_else(|| (own.norm.text.clone(), 0), |edited| (edited.text, edited.reworded));
    let rank = |document: &str| DocumentKind::from_number(document, None).code();
    let reference = |one: &Candidate<'_>| Reference {
        document: one.document.to_owned(),
        eid: one.norm.eid.clone(),
        version: one.version,
    };
    let pair = |label: Label, dimension, draft: String, why| EditedPair {
        id: format!("restated-{:016x}", hash(0, &format!("{}#{} {draft}", other.document, other.norm.eid))),
        draft,
        law: other.norm.text.clone(),
        label,
        dimension,
        document: other.document.to_owned(),
        eid: other.norm.eid.clone(),
        law_ref: reference(other),
        draft_ref: Some(reference(own)),
        headings: (own.norm.article.heading.clone(), other.norm.article.heading.clone()),
        rank_pair: format!("{}/{}", rank(own.document), rank(other.document)),
        field: own.norm.article.field.clone(),
        source: "restated",
        split: Split::Development,
        why,
    };
    let why = format!("{was} → {}; reworded: {}", edit.replacement, changed.reworded);
    Some([
        pair(Label::Contradiction, edit.dimension, changed.text, why),
        pair(Label::Consistent, None, left, format!("reworded: {count}")),
    ])
}

/// Whether another norm says what an edit takes out, in the same words before or after it, and not what it puts there.
fn said_alike(norm: &str, edit: &Edit, other: &[String]) -> bool {
    let before = text::words(&norm[..edit.span.start]);
    let after = text::words(&norm[edit.span.end..]);
    let (before, after) = (before.iter().rev().take(2).rev(), after.iter().take(2));
    let with = |middle: &str| {
        let middle = text::words(middle);
        let led: Vec<&String> = before.clone().chain(&middle).collect();
        let followed: Vec<&String> = middle.iter().chain(after.clone()).collect();
        [led, followed]
            .iter()
            .filter(|run| !middle.is_empty() && run.len() > middle.len())
            .any(|run| other.windows(run.len()).any(|window| window.iter().eq(run.iter().copied())))
    };
    with(edit.span.of(norm)) && !with(&edit.replacement)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::super::source::Article;
    use super::*;

    const LAW: &str =
        "Trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ, cơ quan đăng ký hộ tịch phải trả lời người nộp.";

    fn sources(decree: &str) -> Sources {
        let article = |document: &str, body: &str| Article {
            document: document.into(),
            number: "5".into(),
            heading: "Cấp phép".into(),
            body: format!("1. {body}"),
            field: "Hộ tịch".into(),
            chapter: String::new(),
            from: None,
            history: String::new(),
        };
        let mut sources = Sources::default();
        let splits = Splits::default();
        // Any numbers of the development side.
        let number = |kind: &str| {
            let numbers = (1..).map(|number| format!("{number}/{kind}"));
            numbers.into_iter().find(|number| splits.of(number) == Split::Development).unwrap()
        };
        for (number, body) in [(number("2014/QH13"), LAW), (number("2015/NĐ-CP"), decree)] {
            let article = article(&number, body);
            sources.second.articles.insert(number, vec![article]);
        }
        sources
    }

    fn mined(decree: &str) -> Vec<EditedPair> {
        let options = Options { edits: 40, ..Options::default() };
        mine(&sources(decree), &Splits::default(), &options, &mut Rejected::default())
    }

    #[test]
    fn what_a_decree_restates_contradicts_its_law_once_it_is_edited() {
        let pairs = mined(
            "Công chức tiếp nhận; trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ, cơ quan đăng ký hộ tịch trả lời.",
        );
        let of = |label: Label| pairs.iter().filter(|pair| pair.label == label).collect::<Vec<_>>();
        assert_eq!(of(Label::Contradiction).len(), of(Label::Consistent).len());
        let decreed = |pair: &&&EditedPair| pair.document.ends_with("QH13");
        let contradiction = of(Label::Contradiction);
        let contradiction = contradiction.iter().find(decreed).unwrap();
        // What the edit took out both said; only the law says it now.
        let was = contradiction.why.split(" → ").next().unwrap();
        let count = |text: &str| text.matches(was).count();
        assert!(count(&contradiction.law) > 0, "{contradiction:?}");
        let left = of(Label::Consistent).into_iter().find(|pair| pair.document == contradiction.document).unwrap();
        assert!(count(&contradiction.draft) < count(&left.draft), "{contradiction:?} {left:?}");
        assert_eq!(contradiction.rank_pair, "nghi_dinh/luat");
    }

    #[test]
    fn what_only_one_of_them_says_is_not_edited() {
        // The decree's own deadline is another one already: an edit of it would prove nothing.
        let pairs = mined(
            "Trong thời hạn 20 ngày kể từ ngày nhận đủ hồ sơ hợp lệ, cơ quan đăng ký hộ tịch phải trả lời người nộp.",
        );
        assert!(!pairs.is_empty(), "the duty is said by both");
        assert!(pairs.iter().all(|pair| !pair.why.starts_with("20")), "{pairs:?}");
        let edit = |from: &str, to: &str| Edit {
            span: rasoat_law::ByteSpan::new(LAW.find(from).unwrap(), LAW.find(from).unwrap() + from.len()),
            replacement: to.to_owned(),
            dimension: Some("deadline"),
        };
        let words = text::words("trong thời hạn 15 ngày kể từ ngày nộp");
        assert!(said_alike(LAW, &edit("15", "30"), &words));
        assert!(!said_alike(LAW, &edit("hợp lệ", "đầy đủ"), &words));
        let both = text::words("trong thời hạn 15 ngày, trong thời hạn 30 ngày");
        assert!(!said_alike(LAW, &edit("15", "30"), &both));
    }
}
