//! Fines (mức phạt tiền) for the same act.
//!
//! Hard because the fine stands in the opening of a paragraph and the acts in its points: neither says anything by itself,
//! and one paragraph of a decree on penalties holds twenty norms. So each point is read with its fine, and held against
//! the act that names it in the same words in the law's articles on the same matter, where the same words stand under
//! several headings the one most like the draft's. Two acts that count ("quá 02 người", "quá 03 người") are one only where
//! they count alike, and one that only points to a provision of its own document is none. A fine of organisations, which
//! may be twice that of persons, is compared with one of organisations. Law 15/2012/QH13, Articles 4 and 24: the
//! Government's decrees set what each act is fined.
//!
//! Known limits: whom a decree's fines are for by an article of its own ("mức phạt tiền quy định tại Chương II là đối với cá
//! nhân") is not read; a fine that does not say whom it is for is compared with any.

use super::statement::{Bag, agreement, weighed};
use super::{Candidate, Standing, article, article_heading, proof, stands, trimmed, unlabelled};
use crate::corpus::CorpusDocument;
use crate::review::Law;
use crate::review::finding::{Check, Detail, Evidence, Finding, Severity};
use rasoat_law::effect::Scope;
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::{fold_word, squeeze, word_spans};
use rasoat_law::value::{Bound, Dimension, Family, values};
use rasoat_law::{ByteSpan, DocNumber};
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
    /// Whom it is for, where it says so.
    of: Option<Fined>,
}

impl Fine {
    fn is_like(&self, other: &Self) -> bool {
        (self.low, self.high) == (other.low, other.high)
    }
}

/// Who is fined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fined {
    /// Cá nhân
    Person,
    /// Tổ chức
    Organisation,
}

/// An act and what it is fined.
#[derive(Debug)]
struct Act {
    /// Its provision: a point, or a paragraph without points.
    at: usize,
    /// The paragraph that sets the fine.
    norm: usize,
    /// One at least.
    fines: Vec<Fine>,
    words: Bag,
    counts: BTreeSet<String>,
    /// How well its heading agrees with that of the draft's article.
    matter: f32,
}

impl Act {
    /// Its fine and the other's to compare: of one kind of person first, those that differ if any do; of fines that do not
    /// say whose they are those that agree if any do.
    fn beside<'a>(&'a self, other: &'a Self) -> Option<(&'a Fine, &'a Fine)> {
        let pairs = || self.fines.iter().flat_map(|own| other.fines.iter().map(move |theirs| (own, theirs)));
        let is_of_one = |(own, theirs): &(&Fine, &Fine)| own.of.is_some() && own.of == theirs.of;
        let is_open = |(own, theirs): &(&Fine, &Fine)| own.of.is_none() || theirs.of.is_none();
        let agree = |(own, theirs): &(&Fine, &Fine)| own.is_like(theirs);
        let of_one = pairs().filter(is_of_one);
        let open = pairs().filter(is_open);
        of_one.min_by_key(agree).or_else(|| open.min_by_key(|pair| !agree(pair)))
    }
}

/// Whether the norm at `at` fines each of its points.
pub(super) fn fines_a_list(document: &Document, at: usize) -> bool {
    let in_article = article(document, at).is_some();
    in_article && points(document, at).next().is_some() && !fines(document, opening(document, at)).is_empty()
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

/// The finding that the law nearest to an act fines it otherwise; none where some law confirms the draft's fine.
fn otherwise(draft: &Document, own: &Act, pools: &[(&CorpusDocument, Vec<Act>)], law: &Law<'_>) -> Option<Finding> {
    let mut same: Vec<(&CorpusDocument, &Act, f32)> = Vec::new();
    for (held, acts) in pools {
        let counted = acts.iter().filter(|theirs| theirs.counts == own.counts);
        let alike = counted.map(|theirs| (*held, theirs, agreement(&own.words, &theirs.words)));
        same.extend(alike.filter(|(.., alike)| *alike >= CONFIRMS * ONE_ACT));
    }
    let nearest = same.iter().map(|(_, act, _)| act.matter).max_by(f32::total_cmp)? - NEARLY;
    let mut best: Option<(&CorpusDocument, &Act, (&Fine, &Fine), f32)> = None;
    let mut confirmed = 0.0_f32;
    for (held, theirs, alike) in same.into_iter().filter(|(_, act, _)| act.matter >= nearest) {
        let Some(fines) = own.beside(theirs) else { continue };
        if fines.0.is_like(fines.1) {
            confirmed = confirmed.max(alike);
        } else if alike >= ONE_ACT && best.is_none_or(|(.., most)| alike > most) {
            best = Some((held, theirs, fines, alike));
        }
    }
    let (held, theirs, fines, alike) = best.filter(|(.., alike)| confirmed < CONFIRMS * alike)?;
    let evidence = evidence(held, theirs, law)?;
    let label = evidence.eid.as_ref().map(rasoat_law::Eid::label).unwrap_or_default();
    let standing = Standing::of(draft, held);
    let severity = if standing == Standing::Higher { Severity::Error } else { Severity::Warning };
    let said = |document: &Document, fine: &Fine| squeeze(fine.span.of(&document.text));
    let (ours, other) = (said(draft, fines.0), said(&held.document, fines.1));
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
    let own = document.text_of(provision);
    if act.at == act.norm {
        return proof(held, provision, own, law);
    }
    let lead = opening(document, act.norm).of(&document.text);
    proof(held, provision, &format!("{lead} {own}"), law)
}

/// The acts that a norm fines: its points, or itself where it has none.
fn acts(document: &Document, norm: usize, matter: f32, idf: &dyn Fn(&str) -> f32) -> Vec<Act> {
    let opening = opening(document, norm);
    let fines = fines(document, opening);
    let Some(last) = fines.last().map(|fine| fine.span.end) else { return Vec::new() };
    let act = |at: usize, words: &str| Act {
        at,
        norm,
        fines: fines.clone(),
        words: weighed([words], idf),
        counts: counts(words),
        matter,
    };
    let points: Vec<Act> = points(document, norm)
        .map(|at| act(at, unlabelled(document.text_of(&document.provisions[at]))))
        .filter(|act| !act.words.is_empty() && !points_elsewhere(document.text_of(&document.provisions[act.at])))
        .collect();
    if !points.is_empty() {
        return points;
    }
    // "Phạt tiền từ … đến … đối với hành vi …": the act stands behind the fine.
    let behind = ByteSpan::new(last, opening.end).of(&document.text);
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

/// The fines that some words set; none where they set none, or no amount, or only say how high one may be. There are two
/// where each says whom it is for, otherwise the first.
fn fines(document: &Document, span: ByteSpan) -> Vec<Fine> {
    let words = span.of(&document.text);
    let lower = words.to_lowercase();
    let Some(from) = lower.match_indices("phạt tiền").map(|(at, _)| at).find(|at| !lower[..*at].ends_with("mức "))
    else {
        return Vec::new();
    };
    let amounts: Vec<_> = values(words)
        .into_iter()
        .filter(|value| value.dimension == Dimension::Amount && value.span.start >= from)
        .filter(|value| value.comparable().0 == Family::Dong)
        .collect();
    let between = |start: usize, end: usize| words.get(start..end).unwrap_or_default();
    let mut all: Vec<Fine> = Vec::new();
    let mut rest = amounts.as_slice();
    let mut behind_last = from;
    while let [first, others @ ..] = rest {
        rest = others;
        let number = first.comparable().1;
        let (mut low, mut high, mut start, mut end) = (number, number, first.span.start, first.span.end);
        // "từ 200.000 đến 400.000 đồng": a number without its unit is no amount by itself.
        let open = (first.bound == Bound::AtMost).then(|| left_open(between(behind_last, start), first.span.of(words)));
        if let Some((at, number)) = open.flatten() {
            (low, start) = (number, behind_last + at);
        } else if let [second, others @ ..] = rest
            && reaches(between(end, second.span.start), second.span.of(words))
        {
            let number = second.comparable().1;
            (low, high, end) = (low.min(number), high.max(number), second.span.end);
            rest = others;
        }
        let behind = between(end, rest.first().map_or(words.len(), |next| next.span.start));
        let of = fined_behind(behind).or_else(|| fined_before(between(behind_last, start)));
        all.push(Fine { low, high, span: ByteSpan::new(span.start + start, span.start + end), of });
        behind_last = end;
        // A second one counts where each says whom it is for.
        if of.is_none() || all.len() == 2 {
            break;
        }
    }
    if let [one, other] = all.as_slice()
        && (other.of.is_none() || one.of == other.of)
    {
        all.truncate(1);
    }
    all
}

/// Whether what stands between two amounts, and the words of the second, make them the least and the most of one fine:
/// "đến", perhaps behind "/người" or a comma.
fn reaches(between: &str, second: &str) -> bool {
    let to = |words: &str| ["đến", "tới", "-", "–"].iter().any(|to| words.starts_with(to));
    let last = between.split_whitespace().next_back().unwrap_or_default();
    between.len() <= APART && (to(last) || to(second.trim_start()) || to(between.trim_start()))
}

/// Bytes between the amounts of one fine at most.
const APART: usize = 24;

const KINDS: [(&str, Fined); 2] = [("cá nhân", Fined::Person), ("tổ chức", Fined::Organisation)];

/// Whom a fine is for, by the words that follow it at once; none where they say nothing, or both.
fn fined_behind(behind: &str) -> Option<Fined> {
    let lower = behind.to_lowercase();
    let list = lower.trim_start().strip_prefix("đối với ")?.trim_start();
    let (_, first) = KINDS.into_iter().find(|(name, _)| list.starts_with(name))?;
    // "cá nhân, hộ kinh doanh, tổ chức có …": the list of who is fined ends where it is said what they did.
    let did = ["có ", "thực hiện", "vi phạm", "khi ", "nếu ", "mà ", "không ", "hành vi", "một trong"];
    let end = did.iter().filter_map(|word| list.find(word)).min().unwrap_or(list.len());
    KINDS.iter().all(|(name, kind)| *kind == first || !list[..end].contains(name)).then_some(first)
}

/// The same by the words right before it: "đối với tổ chức từ …".
fn fined_before(before: &str) -> Option<Fined> {
    let lower = before.to_lowercase();
    let words = lower.trim_end();
    let words = words.strip_suffix(" từ").unwrap_or(words).trim_end();
    KINDS.into_iter().find(|(name, _)| words.ends_with(&format!("đối với {name}"))).map(|(_, kind)| kind)
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
            let acts = acts(&document, document.norms()[0], 1.0, &|_| 1.0);
            acts.first().map(|act| (act.fines[0].low, act.fines[0].high))
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
    fn a_fine_of_organisations_is_held_against_one_of_organisations() {
        let of = |words: &str| {
            let text = format!("Điều 1. A\n1. {words} một trong các hành vi sau đây:\na) Hái hoa trong vườn.");
            let document = parse(&text);
            let acts = acts(&document, document.norms()[0], 1.0, &|_| 1.0);
            acts.first().map(|act| act.fines.iter().map(|fine| (fine.low, fine.high, fine.of)).collect::<Vec<_>>())
        };
        let both = "Phạt tiền từ 100.000 đồng đến 200.000 đồng đối với cá nhân, từ 200.000 đồng đến 400.000 đồng đối với tổ \
                    chức có";
        let (person, organisation) = (Some(Fined::Person), Some(Fined::Organisation));
        assert_eq!(of(both).unwrap(), [(1e5, 2e5, person), (2e5, 4e5, organisation)]);
        let one = "Phạt tiền từ 1.000.000 đồng đến 2.000.000 đồng đối với";
        assert_eq!(of(&format!("{one} tổ chức có")).unwrap(), [(1e6, 2e6, organisation)]);
        for all in [
            "cá nhân, tổ chức có",
            "tổ chức hoặc cá nhân có",
            "cá nhân, hộ kinh doanh, tổ chức thực hiện",
            "hành vi của cá nhân là",
        ] {
            assert_eq!(of(&format!("{one} {all}")).unwrap(), [(1e6, 2e6, None)], "{all}");
        }
        // Whom it is for may stand before it, and what stands behind it be of the next.
        let before = "Phạt tiền đối với cá nhân từ 100.000 đồng đến 200.000 đồng, đối với tổ chức từ 200.000 đồng đến \
                      400.000 đồng khi có";
        assert_eq!(of(before).unwrap(), [(1e5, 2e5, person), (2e5, 4e5, organisation)]);
        let twice = "Phạt tiền từ 100.000 đồng đến 200.000 đồng; đối với tổ chức thì phạt gấp hai lần, khi có";
        assert_eq!(of(twice).unwrap(), [(1e5, 2e5, None)]);
        let each = "Phạt tiền từ 1.000.000 đồng/người đến 2.000.000 đồng/người đối với";
        assert_eq!(of(&format!("{each} hành vi là")).unwrap(), [(1e6, 2e6, None)]);
        let value = "Phạt tiền 500.000 đồng đối với cá nhân giữ hàng hóa trị giá dưới 5.000.000 đồng, trừ";
        assert_eq!(of(value).unwrap(), [(5e5, 5e5, person)]);

        let law = LAW.replace("Phạt tiền từ 200.000 đồng đến 400.000 đồng đối với", both);
        let told = |fine: &str| {
            let text = "a) Hái hoa, bẻ cành cây trong vườn hoa công cộng.";
            told_by(&[&law], fine, text).len()
        };
        assert_eq!(told("Phạt tiền từ 200.000 đồng đến 400.000 đồng đối với tổ chức"), 0);
        assert_eq!(told("Phạt tiền từ 200.000 đồng đến 500.000 đồng đối với tổ chức"), 1);
        assert_eq!(told("Phạt tiền từ 100.000 đồng đến 200.000 đồng"), 0);
        let twice = "Phạt tiền từ 100.000 đồng đến 200.000 đồng đối với cá nhân, từ 200.000 đồng đến 300.000 đồng đối với tổ \
                     chức";
        assert_eq!(told(twice), 1);
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
                "\n", "Điều 2. A", "phạt tiền", "İ 5 đồng", "đối với tổ chức", "đối với cá nhân, từ 2 triệu đồng", "đến", "/người",
            ]),
            0..30,
        )) {
            let document = parse(&format!("Điều 1. A\n{}", lines.join("\n")));
            for at in document.norms() {
                for act in acts(&document, at, 1.0, &|_| 1.0) {
                    proptest::prop_assert!(!act.fines.is_empty());
                    for fine in &act.fines {
                        proptest::prop_assert!(fine.low <= fine.high && fine.span.end <= document.text.len());
                    }
                }
            }
        }
    }
}
