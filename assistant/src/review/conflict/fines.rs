//! Fines (mức phạt tiền) for the same act.
//!
//! Hard because the fine stands in the opening of a paragraph and the acts in its points: neither says anything by itself,
//! and one paragraph of a decree on penalties holds twenty norms. So each point is read with its fine, and held against
//! the act that names it in the same words in the law's articles on the same matter, where the same words stand under
//! several headings the one most like the draft's. Two acts that count ("quá 02 người", "quá 03 người") are one only where
//! they count alike, and one that only points to a provision of its own document is none. Law 15/2012/QH13, Articles 4 and
//! 24: the Government's decrees set what each act is fined.
//!
//! Known limits: of two fines in one opening (of persons, of organisations) the first is compared.

use super::statement::{Bag, agreement, weighed};
use super::{Candidate, Standing, article, article_heading, trimmed, unlabelled};
use crate::corpus::CorpusDocument;
use crate::review::Law;
use crate::review::finding::{Check, Detail, Evidence, EvidenceSource, Finding, Severity};
use rasoat_law::effect::Scope;
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::{fold_word, squeeze, word_spans};
use rasoat_law::value::{Bound, Dimension, Family, values};
use rasoat_law::{ByteSpan, DocNumber, Effect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Acts whose words agree at least so are one act.
const ONE_ACT: f32 = 0.8;
/// An act with the draft's own fine that agrees nearly as well as another confirms it.
const CONFIRMS: f32 = 0.97;
/// Headings that agree so are of one matter.
const ONE_MATTER: f32 = 0.6;
/// Of acts in the same words those count whose headings agree nearly as well as the best: an act is fined otherwise for a
/// car than for a motorcycle.
const NEARLY: f32 = 0.1;

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
    /// How well its heading agrees with that of the draft's article.
    matter: f32,
}

/// Whether the norm at `at` fines each of its points.
pub(super) fn fines_a_list(document: &Document, at: usize) -> bool {
    let in_article = article(document, at).is_some();
    in_article && points(document, at).next().is_some() && fine(document, opening(document, at)).is_some()
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

    /// The articles of the draft that have such lists.
    pub(super) fn articles(&self) -> impl Iterator<Item = usize> {
        self.of_article.keys().copied()
    }

    /// Acts in an article of the draft that the law fines otherwise.
    pub(super) fn check(
        &self,
        article: usize,
        draft: &Document,
        law: &Law<'_>,
        idf: &dyn Fn(&str) -> f32,
    ) -> Vec<Finding> {
        let Some(OfArticle { lists, brought }) = self.of_article.get(&article) else { return Vec::new() };
        let matter = weighed([&article_heading(draft, article)], idf);
        let pools: Vec<(&CorpusDocument, Vec<Act>)> = brought
            .values()
            .map(|(held, articles)| (held.as_ref(), of_matter(held, articles, &matter, law, idf)))
            .collect();
        let own = lists.iter().flat_map(|at| acts(draft, *at, 1.0, idf));
        own.filter_map(|own| otherwise(draft, &own, &pools, law)).collect()
    }
}

/// The acts that a document fines, in force on the day, in some of its articles and in those under a heading like the
/// draft's.
fn of_matter(
    held: &CorpusDocument,
    brought: &BTreeSet<usize>,
    matter: &Bag,
    law: &Law<'_>,
    idf: &dyn Fn(&str) -> f32,
) -> Vec<Act> {
    let document = &held.document;
    let alike = |at: usize| agreement(&weighed([&article_heading(document, at)], idf), matter);
    let articles: BTreeMap<usize, f32> = (0..document.provisions.len())
        .filter(|at| document.provisions[*at].kind == ProvisionKind::Article)
        .map(|at| (at, alike(at)))
        .filter(|(at, alike)| brought.contains(at) || *alike >= ONE_MATTER)
        .collect();
    let mut timeline = law.corpus.timeline(&held.number);
    timeline.outline(document);
    let in_parts = timeline.events().iter().any(|event| event.scope != Scope::Whole);
    let stands = |act: &Act| !in_parts || stands(timeline.effects_of(&document.provisions[act.at].eid)(law.as_of));
    let norms = document.norms().into_iter().filter_map(|at| Some((at, *articles.get(&article(document, at)?)?)));
    norms.flat_map(|(at, matter)| acts(document, at, matter, idf)).filter(stands).collect()
}

/// Whether a provision in this state can contradict or confirm.
fn stands(effect: Effect) -> bool {
    !matches!(effect, Effect::Expired | Effect::NotYetInForce | Effect::Suspended)
}

/// The finding that the law nearest to an act fines it otherwise; none where some law confirms the draft's fine.
fn otherwise(draft: &Document, own: &Act, pools: &[(&CorpusDocument, Vec<Act>)], law: &Law<'_>) -> Option<Finding> {
    let mut same: Vec<(&CorpusDocument, &Act, f32)> = Vec::new();
    for (held, acts) in pools {
        let counted = acts.iter().filter(|theirs| theirs.counts == own.counts);
        let alike = counted.map(|theirs| (*held, theirs, agreement(&own.words, &theirs.words)));
        same.extend(alike.filter(|(.., alike)| *alike >= CONFIRMS * ONE_ACT));
    }
    let nearest = same.iter().map(|(_, act, _)| act.matter).max_by(f32::total_cmp)? - NEARLY;
    let mut best: Option<(&CorpusDocument, &Act, f32)> = None;
    let mut confirmed = 0.0_f32;
    for (held, theirs, alike) in same.into_iter().filter(|(_, act, _)| act.matter >= nearest) {
        if (own.fine.low, own.fine.high) == (theirs.fine.low, theirs.fine.high) {
            confirmed = confirmed.max(alike);
        } else if alike >= ONE_ACT && best.is_none_or(|(.., most)| alike > most) {
            best = Some((held, theirs, alike));
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
    if !stands(status.effect) {
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
fn acts(document: &Document, norm: usize, matter: f32, idf: &dyn Fn(&str) -> f32) -> Vec<Act> {
    let opening = opening(document, norm);
    let Some(fine) = fine(document, opening) else { return Vec::new() };
    let act =
        |at: usize, words: &str| Act { at, norm, fine, words: weighed([words], idf), counts: counts(words), matter };
    let points: Vec<Act> = points(document, norm)
        .map(|at| act(at, unlabelled(document.text_of(&document.provisions[at]))))
        .filter(|act| !act.words.is_empty() && !points_elsewhere(document.text_of(&document.provisions[act.at])))
        .collect();
    if !points.is_empty() {
        return points;
    }
    // "Phạt tiền từ … đến … đối với hành vi …": the act stands behind the fine.
    let behind = ByteSpan::new(fine.span.end, opening.end).of(&document.text);
    let words = behind.split_once("đối với").map_or(behind, |(_, act)| act);
    vec![act(norm, words)]
}

/// "Vi phạm quy định tại điểm a khoản 2 Điều này": what is done stands in another provision of the same document.
fn points_elsewhere(words: &str) -> bool {
    let words: Vec<String> = word_spans(words).map(|(_, word)| fold_word(word)).collect();
    let this = fold_word("này");
    let refers = words.windows(2).position(|pair| {
        pair[1] == this && ["điều", "khoản", "định", "tư"].iter().any(|unit| pair[0] == fold_word(unit))
    });
    refers.is_some_and(|at| at < ACT_WORDS)
}

/// An act that is told before it points elsewhere has more words.
const ACT_WORDS: usize = 14;

/// The words of a norm before its first point.
fn opening(document: &Document, at: usize) -> ByteSpan {
    let span = document.provisions[at].span;
    let first = points(document, at).next().map_or(span.end, |point| document.provisions[point].span.start);
    ByteSpan::new(span.start, first)
}

fn points(document: &Document, at: usize) -> impl Iterator<Item = usize> {
    document.children(at).filter(|(_, child)| child.kind == ProvisionKind::Point).map(|(at, _)| at)
}

/// The fine that some words set; none where they set none, or no amount, or only say how high one may be.
fn fine(document: &Document, span: ByteSpan) -> Option<Fine> {
    let words = span.of(&document.text);
    let lower = words.to_lowercase();
    let from = lower.match_indices("phạt tiền").map(|(at, _)| at).find(|at| !lower[..*at].ends_with("mức "))?;
    let amounts: Vec<_> = values(words)
        .into_iter()
        .filter(|value| value.dimension == Dimension::Amount && value.span.start >= from)
        .filter(|value| value.comparable().0 == Family::Dong)
        .take(2)
        .collect();
    let first = amounts.first()?;
    let at = |start: usize, end: usize| ByteSpan::new(span.start + start, span.start + end);
    // "từ 200.000 đến 400.000 đồng": a number without its unit is no amount by itself.
    if first.bound == Bound::AtMost
        && let Some((start, low)) = left_open(words.get(from..first.span.start)?, first.span.of(words))
    {
        return Some(Fine { low, high: first.comparable().1, span: at(from + start, first.span.end) });
    }
    let last = amounts.last()?;
    let numbers = amounts.iter().map(|value| value.comparable().1);
    let (low, high) = numbers.fold((f64::MAX, f64::MIN), |(low, high), n| (low.min(n), high.max(n)));
    Some(Fine { low, high, span: at(first.span.start, last.span.end) })
}

/// The number of "từ 2 (triệu)" at the end of some words, in đồng by the unit of the bound behind it, and where it begins.
fn left_open(before: &str, bound: &str) -> Option<(usize, f64)> {
    let at = before.rfind("từ ")?;
    let said = before[at + "từ ".len()..].trim();
    let digits = said.split(' ').next()?;
    let number: f64 = digits.replace('.', "").replace(',', ".").parse().ok()?;
    let of = |words: &str| -> f64 {
        let scales = [("tỷ", 1e9), ("triệu", 1e6), ("nghìn", 1e3), ("ngàn", 1e3)];
        scales.into_iter().find(|(unit, _)| words.contains(unit)).map_or(1.0, |(_, scale)| scale)
    };
    let unit = said[digits.len()..].trim();
    let scale = if unit.is_empty() { of(bound) } else { of(unit) };
    (unit.is_empty() || scale > 1.0).then_some((at, number * scale))
}

/// The numbers in an act's words, but for those of provisions it refers to.
fn counts(words: &str) -> BTreeSet<String> {
    const UNITS: [&str; 8] = ["khoản", "điều", "điểm", "mục", "số", "mẫu", "lục", "chương"];
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

    fn held(text: &str) -> CorpusDocument {
        let document = parse(text);
        CorpusDocument {
            number: document.metadata.number.clone().unwrap(),
            kind: document.metadata.kind,
            title: document.metadata.number.as_ref().unwrap().to_string(),
            issuer: document.metadata.issuer.clone(),
            own_dates: OwnDates { issued: Some(date(2020, 6, 1)), effective: Some(date(2020, 8, 1)) },
            consolidated_to: None,
            document,
        }
    }

    /// What the draft's list `points`, under `fine`, is told of.
    fn told(fine: &str, points: &str) -> Vec<(String, String)> {
        told_by(&[LAW], fine, points)
    }

    /// The same beside these texts, of which search brings the first.
    fn told_by(texts: &[&str], fine: &str, points: &str) -> Vec<(String, String)> {
        let corpus = MemoryCorpus::new(texts.iter().map(|text| held(text)));
        let held = Arc::new(held(texts[0]));
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
        let article = lists.articles().next().unwrap();
        let findings = lists.check(article, &draft, &law, &|_| 1.0);
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
    fn a_fine_whose_first_number_has_no_unit_is_read_whole() {
        let of = |words: &str| {
            let text = format!("Điều 1. A\n1. {words} đối với một trong các hành vi sau đây:\na) Hái hoa trong vườn.");
            let document = parse(&text);
            acts(&document, document.norms()[0], 1.0, &|_| 1.0).first().map(|act| (act.fine.low, act.fine.high))
        };
        assert_eq!(of("Phạt tiền từ 200.000 đến 400.000 đồng"), Some((2e5, 4e5)));
        assert_eq!(of("Phạt tiền từ 2 đến 4 triệu đồng"), Some((2e6, 4e6)));
        assert_eq!(of("Phạt tiền từ 500 nghìn đến 1 triệu đồng"), Some((5e5, 1e6)));
        assert_eq!(of("Phạt tiền từ 200.000 đồng đến 400.000 đồng"), Some((2e5, 4e5)));
        assert_eq!(of("Mức phạt tiền tối đa là 100.000.000 đồng"), None);
        let same = told("Phạt tiền từ 200.000 đến 400.000 đồng", "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng.");
        assert!(same.is_empty(), "{same:?}");
    }

    #[test]
    fn of_the_same_words_under_two_headings_those_under_the_drafts_count() {
        let law = LAW.replace(
            "Điều 2. Hiệu lực\n",
            "Điều 3. Vi phạm quy định về giữ rừng và vườn quốc gia\n1. Phạt tiền từ 5.000.000 đồng đến 9.000.000 đồng đối với \
             một trong các hành vi sau đây:\na) Hái hoa, bẻ cành cây trong vườn hoa công cộng;\nb) Đốt lửa trong rừng.\n\
             Điều 2. Hiệu lực\n",
        );
        let point = "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng.";
        let found = told_by(&[&law], "Phạt tiền từ 100.000 đồng đến 300.000 đồng", point);
        assert_eq!(found.iter().map(|(_, eid)| eid.as_str()).collect::<Vec<_>>(), ["art_1__para_1__point_a"]);
        assert!(told_by(&[&law], "Phạt tiền từ 200.000 đồng đến 400.000 đồng", point).is_empty());
    }

    #[test]
    fn a_repealed_provision_neither_contradicts_nor_confirms() {
        let repealing = "CHÍNH PHỦ\nSố: 912/2022/NĐ-CP\nHà Nội, ngày 01 tháng 6 năm 2022\nNGHỊ ĐỊNH\nXử phạt về cây\n\
                         Điều 1. Bãi bỏ một số quy định\n1. Bãi bỏ Điều 1 Nghị định số 911/2020/NĐ-CP.\n\
                         Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 8 năm 2022.";
        let point = "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng.";
        let fine = "Phạt tiền từ 100.000 đồng đến 300.000 đồng";
        assert_eq!(told_by(&[LAW], fine, point).len(), 1);
        assert!(told_by(&[LAW, repealing], fine, point).is_empty());
    }

    #[test]
    fn an_act_that_only_points_to_another_provision_is_held_against_none() {
        let law = LAW.replace(
            "b) Chở quá 02 người trên xe đi trong vườn hoa.",
            "b) Vi phạm quy định tại điểm c khoản 4 Điều này.",
        );
        let point = "a) Vi phạm quy định tại điểm a khoản 2 Điều này.";
        assert!(told_by(&[&law], "Phạt tiền từ 100.000 đồng đến 300.000 đồng", point).is_empty());
        assert!(!points_elsewhere(
            "Không chấp hành hiệu lệnh hoặc chỉ dẫn của đèn tín hiệu, biển báo hiệu, vạch kẻ đường, trừ điểm b khoản 3 Điều này"
        ));
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
                for act in acts(&document, at, 1.0, &|_| 1.0) {
                    proptest::prop_assert!(act.fine.low <= act.fine.high && act.fine.span.end <= document.text.len());
                }
            }
        }
    }
}
