//! Fines (mức phạt tiền) for the same act.
//!
//! Hard because the fine stands in the opening of a paragraph and the acts in its points: neither says anything by itself,
//! and one paragraph of a decree on penalties holds twenty norms. So each point is read with its fine, and held against
//! the act that names it in the same words in the law's articles on the same matter. Two acts that count ("quá 02 người",
//! "quá 03 người") are one only where they count alike. Law 15/2012/QH13, Articles 4 and 24: the Government's decrees set
//! what each act is fined.

use super::statement::{Bag, agreement, weighed};
use super::{Candidate, Standing, article, article_heading, trimmed, unlabelled};
use crate::corpus::CorpusDocument;
use crate::review::Law;
use crate::review::finding::{Check, Detail, Evidence, EvidenceSource, Finding, Severity};
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::{fold_word, squeeze, word_spans};
use rasoat_law::value::{Dimension, Family, values};
use rasoat_law::{ByteSpan, DocNumber, Effect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Acts whose words agree at least so are one act.
const ONE_ACT: f32 = 0.8;
/// An act with the draft's own fine that agrees nearly as well as another confirms it.
const CONFIRMS: f32 = 0.97;
/// Headings that agree so are of one matter.
const ONE_MATTER: f32 = 0.6;

/// A fine, in đồng.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fine {
    low: f64,
    high: f64,
    /// Its words.
    span: ByteSpan,
}

/// An act and what it is fined.
#[derive(Debug)]
struct Act {
    /// Its provision: a point, or a paragraph without points.
    at: usize,
    /// The paragraph that sets the fine.
    norm: usize,
    fine: Fine,
    words: Bag,
    counts: BTreeSet<String>,
}

/// Whether the norm at `at` fines each of its points.
pub(super) fn fines_a_list(document: &Document, at: usize) -> bool {
    has_points(document, at) && fine(document, opening(document, at)).is_some()
}

/// The fined lists of a draft, and where search says that the law speaks of their matter.
#[derive(Default)]
pub(super) struct Lists {
    of_article: BTreeMap<usize, OfArticle>,
}

/// What is known of one article of the draft.
#[derive(Default)]
struct OfArticle {
    /// Its lists.
    lists: BTreeSet<usize>,
    /// Documents of the law, with the articles that search brought.
    brought: BTreeMap<DocNumber, (Arc<CorpusDocument>, BTreeSet<usize>)>,
}

impl Lists {
    /// Takes what search brought for the norm at `at`.
    pub(super) fn add(&mut self, draft: &Document, at: usize, candidates: &[Candidate]) {
        let Some(own) = article(draft, at) else { return };
        let of_article = self.of_article.entry(own).or_default();
        of_article.lists.insert(at);
        for candidate in candidates {
            let Some(article) = article(&candidate.held.document, candidate.at) else { continue };
            let entry = of_article.brought.entry(candidate.held.number.clone());
            entry.or_insert_with(|| (Arc::clone(&candidate.held), BTreeSet::new())).1.insert(article);
        }
    }

    /// Acts that the law fines otherwise.
    pub(super) fn check(&self, draft: &Document, law: &Law<'_>, idf: &dyn Fn(&str) -> f32) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (article, OfArticle { lists, brought }) in &self.of_article {
            let matter = weighed([&article_heading(draft, *article)], idf);
            let pools: Vec<(&CorpusDocument, Vec<Act>)> = brought
                .values()
                .map(|(held, articles)| (held.as_ref(), of_matter(&held.document, articles, &matter, idf)))
                .collect();
            for own in lists.iter().flat_map(|at| acts(draft, *at, idf)) {
                findings.extend(otherwise(draft, &own, &pools, law));
            }
        }
        findings
    }
}

/// The acts that a document fines in some of its articles and in those under a heading like the draft's.
fn of_matter(document: &Document, brought: &BTreeSet<usize>, matter: &Bag, idf: &dyn Fn(&str) -> f32) -> Vec<Act> {
    let alike: BTreeSet<usize> = document
        .provisions
        .iter()
        .enumerate()
        .filter(|(at, provision)| {
            let heading = provision.heading.as_deref().filter(|_| provision.kind == ProvisionKind::Article);
            brought.contains(at)
                || heading.is_some_and(|heading| agreement(&weighed([heading], idf), matter) >= ONE_MATTER)
        })
        .map(|(at, _)| at)
        .collect();
    let norms = document.norms().into_iter().filter(|at| article(document, *at).is_some_and(|at| alike.contains(&at)));
    norms.flat_map(|at| acts(document, at, idf)).collect()
}

/// The finding that the law nearest to an act fines it otherwise; none where some law confirms the draft's fine.
fn otherwise(draft: &Document, own: &Act, pools: &[(&CorpusDocument, Vec<Act>)], law: &Law<'_>) -> Option<Finding> {
    let mut best: Option<(&CorpusDocument, &Act, f32)> = None;
    let mut confirmed = 0.0_f32;
    for (held, acts) in pools {
        for theirs in acts.iter().filter(|theirs| theirs.counts == own.counts) {
            let alike = agreement(&own.words, &theirs.words);
            if (own.fine.low, own.fine.high) == (theirs.fine.low, theirs.fine.high) {
                confirmed = confirmed.max(alike);
            } else if alike >= ONE_ACT && best.is_none_or(|(.., most)| alike > most) {
                best = Some((held, theirs, alike));
            }
        }
    }
    let (held, theirs, alike) = best.filter(|(.., alike)| confirmed < CONFIRMS * alike)?;
    let evidence = evidence(held, theirs, law)?;
    let label = evidence.eid.as_ref().map(rasoat_law::Eid::label).unwrap_or_default();
    let standing = Standing::of(draft, held);
    let severity = if standing == Standing::Higher { Severity::Error } else { Severity::Warning };
    let said = |document: &Document, fine: &Fine| squeeze(fine.span.of(&document.text));
    let (ours, other) = (said(draft, &own.fine), said(&held.document, &theirs.fine));
    let message =
        format!("Dự thảo phạt hành vi này “{ours}”, trong khi {label} {} phạt cùng hành vi “{other}”.", held.title);
    let place = trimmed(&draft.text, draft.provisions[own.at].span, draft.provisions[own.at].span);
    let detail =
        Detail { dimension: Dimension::Sanction.code(), draft: ours, law: other, rule: standing.rule().into() };
    Some(
        Finding::new(Check::ConflictContradiction, severity, place, message, probability(alike), evidence)
            .detail(detail)
            .suggest(None, Some(format!("Sửa cho thống nhất với {label} {}.", held.title))),
    )
}

/// How surely two acts whose words agree so are one.
fn probability(alike: f32) -> f32 {
    if alike >= 0.9 { 0.95 } else { 0.85 }
}

/// The law's act with its fine, unless it is not in force.
fn evidence(held: &CorpusDocument, act: &Act, law: &Law<'_>) -> Option<Evidence> {
    let document = &held.document;
    let provision = &document.provisions[act.at];
    let status = law.corpus.status_of(&held.number, &provision.eid, law.as_of);
    if matches!(status.effect, Effect::Expired | Effect::NotYetInForce | Effect::Suspended) {
        return None;
    }
    let own = document.text_of(provision);
    let lead =
        if act.at == act.norm { String::new() } else { format!("{} ", opening(document, act.norm).of(&document.text)) };
    Some(Evidence {
        document: Some(held.number.clone()),
        eid: Some(provision.eid.clone()),
        quote: squeeze(&format!("{lead}{own}")),
        effect: status.effect,
        source: EvidenceSource::Corpus,
        notes: held.warnings(&status, law.as_of),
    })
}

/// The acts that a norm fines: its points, or itself where it has none.
fn acts(document: &Document, norm: usize, idf: &dyn Fn(&str) -> f32) -> Vec<Act> {
    let opening = opening(document, norm);
    let Some(fine) = fine(document, opening) else { return Vec::new() };
    let act = |at: usize, words: &str| Act { at, norm, fine, words: weighed([words], idf), counts: counts(words) };
    let points: Vec<Act> = points(document, norm)
        .map(|at| act(at, unlabelled(document.text_of(&document.provisions[at]))))
        .filter(|act| !act.words.is_empty())
        .collect();
    if !points.is_empty() {
        return points;
    }
    // "Phạt tiền từ … đến … đối với hành vi …": the act stands behind the fine.
    let behind = ByteSpan::new(fine.span.end, opening.end).of(&document.text);
    let words = behind.split_once("đối với").map_or(behind, |(_, act)| act);
    vec![act(norm, words)]
}

/// The words of a norm before its first point.
fn opening(document: &Document, at: usize) -> ByteSpan {
    let span = document.provisions[at].span;
    let first = points(document, at).next().map_or(span.end, |point| document.provisions[point].span.start);
    ByteSpan::new(span.start, first)
}

fn points(document: &Document, at: usize) -> impl Iterator<Item = usize> {
    document.children(at).filter(|(_, child)| child.kind == ProvisionKind::Point).map(|(at, _)| at)
}

fn has_points(document: &Document, at: usize) -> bool {
    points(document, at).next().is_some()
}

/// The fine that some words set; none where they set none, or no amount.
fn fine(document: &Document, span: ByteSpan) -> Option<Fine> {
    let words = span.of(&document.text);
    let from = words.to_lowercase().find("phạt tiền")?;
    let amounts: Vec<_> = values(words)
        .into_iter()
        .filter(|value| value.dimension == Dimension::Amount && value.span.start >= from)
        .filter(|value| value.comparable().0 == Family::Dong)
        .take(2)
        .collect();
    let (first, last) = (amounts.first()?, amounts.last()?);
    let numbers = amounts.iter().map(|value| value.comparable().1);
    let (low, high) = numbers.fold((f64::MAX, f64::MIN), |(low, high), n| (low.min(n), high.max(n)));
    Some(Fine { low, high, span: ByteSpan::new(span.start + first.span.start, span.start + last.span.end) })
}

/// The numbers in an act's words, but for those of provisions it refers to.
fn counts(words: &str) -> BTreeSet<String> {
    const UNITS: [&str; 4] = ["khoản", "điều", "điểm", "mục"];
    let units = UNITS.map(fold_word);
    let mut found = BTreeSet::new();
    let mut refers = false;
    for (_, word) in word_spans(words) {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            if !refers {
                found.insert(word.trim_start_matches('0').to_lowercase());
            }
        } else {
            // "Điều 43, 44 và Điều 62": a list goes on behind "và".
            refers = units.contains(&fold_word(word)) || refers && word == "và";
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::corpus::MemoryCorpus;
    use crate::review::conflict::tests::Everything;
    use jiff::civil::date;
    use rasoat_law::effect::OwnDates;
    use rasoat_law::register::Register;
    use rasoat_law::structure::parse;

    const LAW: &str = "CHÍNH PHỦ\nSố: 911/2020/NĐ-CP\nHà Nội, ngày 01 tháng 6 năm 2020\nNGHỊ ĐỊNH\nXử phạt về vườn hoa\n\
        Điều 1. Vi phạm quy định về giữ vườn hoa\n\
        1. Phạt tiền từ 200.000 đồng đến 400.000 đồng đối với một trong các hành vi sau đây:\n\
        a) Hái hoa, bẻ cành cây trong vườn hoa công cộng;\n\
        b) Chở quá 02 người trên xe đi trong vườn hoa.\n\
        2. Phạt tiền từ 500.000 đồng đến 1.000.000 đồng đối với hành vi dẫn chó vào vườn hoa mà không giữ dây.\n\
        Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2020.";

    /// What the draft's list `points`, under `fine`, is told of.
    fn told(fine: &str, points: &str) -> Vec<(String, String)> {
        let document = parse(LAW);
        let held = CorpusDocument {
            number: document.metadata.number.clone().unwrap(),
            kind: document.metadata.kind,
            title: "Nghị định số 911/2020/NĐ-CP".into(),
            issuer: document.metadata.issuer.clone(),
            own_dates: OwnDates { issued: Some(date(2020, 6, 1)), effective: Some(date(2020, 8, 1)) },
            consolidated_to: None,
            document,
        };
        let (corpus, held) = (MemoryCorpus::new([held.clone()]), Arc::new(held));
        let draft = parse(&format!(
            "CHÍNH PHỦ\nSố: /2026/NĐ-CP\nNGHỊ ĐỊNH\nXử phạt về cây xanh\nĐiều 1. Vi phạm quy định về giữ vườn hoa\n\
             1. {fine} đối với một trong các hành vi sau đây:\n{points}"
        ));
        let law = Law {
            corpus: &corpus,
            search: &Everything,
            encoder: None,
            judge: None,
            register: Register::built_in(),
            as_of: date(2026, 3, 1),
        };
        let norm = draft.norms()[0];
        assert!(fines_a_list(&draft, norm));
        let at = held.document.norms()[0];
        let candidate = Candidate { held, at, cosine: None, stranger: false, statements: Vec::new() };
        let mut lists = Lists::default();
        lists.add(&draft, norm, &[candidate]);
        let findings = lists.check(&draft, &law, &|_| 1.0);
        let proof = |finding: &Finding| finding.evidence()[0].eid.as_ref().map(ToString::to_string).unwrap_or_default();
        findings.iter().map(|finding| (finding.span.of(&draft.text).to_owned(), proof(finding))).collect()
    }

    #[test]
    fn each_point_of_a_list_is_held_against_the_act_in_its_words() {
        let points = "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng;\nb) Dẫn chó vào vườn hoa mà không giữ dây;\n\
                      c) Đốt lửa trong vườn hoa.";
        let found = told("Phạt tiền từ 100.000 đồng đến 300.000 đồng", points);
        let expected = [
            ("Hái hoa, bẻ cành cây trong vườn hoa công cộng;", "art_1__para_1__point_a"),
            ("Dẫn chó vào vườn hoa mà không giữ dây;", "art_1__para_2"),
        ];
        assert_eq!(found, expected.map(|(words, eid)| (words.to_owned(), eid.to_owned())));
    }

    #[test]
    fn the_same_fine_and_another_count_are_no_conflict() {
        assert!(
            told("Phạt tiền từ 200.000 đồng đến 400.000 đồng", "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng.")
                .is_empty()
        );
        let another =
            told("Phạt tiền từ 300.000 đồng đến 400.000 đồng", "a) Chở quá 03 người trên xe đi trong vườn hoa.");
        assert!(another.is_empty(), "{another:?}");
        let same = told("Phạt tiền từ 300.000 đồng đến 400.000 đồng", "a) Chở quá 2 người trên xe đi trong vườn hoa.");
        assert_eq!(same.len(), 1);
    }

    #[test]
    fn numbers_of_provisions_are_no_counts() {
        let of = |words: &str| counts(words).into_iter().collect::<Vec<_>>();
        assert_eq!(of("Chở quá 02 người theo khoản 3 Điều 43, 44 và Điều 62 trong 30 ngày"), ["2", "30"]);
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_read_without_a_panic(lines in proptest::collection::vec(
            proptest::sample::select(vec![
                "1. Phạt tiền từ 1.000.000 đồng đến", "2.000.000 đồng", "đối với", ":", "a) Hái hoa", "b) 03 người", "2. ",
                "\n", "Điều 2. A", "phạt tiền", "İ 5 đồng",
            ]),
            0..30,
        )) {
            let document = parse(&format!("Điều 1. A\n{}", lines.join("\n")));
            for at in document.norms() {
                for act in acts(&document, at, &|_| 1.0) {
                    proptest::prop_assert!(act.fine.low <= act.fine.high && act.fine.span.end <= document.text.len());
                }
            }
        }
    }
}
