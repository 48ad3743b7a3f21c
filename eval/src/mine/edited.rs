//! Norms of the codified law, edited by rule: pairs to train a judge on, never to measure it.
//!
//! A judge needs thousands of pairs before it reads, and amendments give hundreds. So each norm drawn here comes twice,
//! once with its substance changed and once with its words alone ([`crate::edits`]): neither the norm nor its length says
//! which is which. Only documents of the side `development` are drawn, a few norms of each, of as many as there are.

use super::change::Label;
use super::pairs::Reference;
use super::source::{Article, FIRST, SECOND, Sources};
use super::split::{Split, Splits, hash};
use super::{Options, Rejected};
use crate::edits;
use rasoat_law::structure::{Provision, ProvisionKind, parse_fragment};
use rasoat_law::{DocNumber, DocumentKind, text};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A norm after edits beside itself, or beside what it restates, in the shape of a mined pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditedPair {
    /// Identifies it, whatever else is drawn.
    pub id: String,
    /// The norm after edits.
    pub draft: String,
    /// The norm as it stands.
    pub law: String,
    /// `contradiction` where its substance was changed, `consistent` where its words were.
    pub label: Label,
    /// What contradicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<&'static str>,
    /// The document of the norm.
    pub document: String,
    /// Its identifier there.
    pub eid: String,
    /// Where the norm stands, with the snapshot.
    pub law_ref: Reference,
    /// The heading of its article.
    pub headings: (String, String),
    /// The kind of its document, twice, as in a mined pair.
    pub rank_pair: String,
    /// The heading of the codified law.
    pub field: String,
    /// Where the draft stands before its edits, when that is another document than the law's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_ref: Option<Reference>,
    /// `edits`, or `restated` ([`super::restated`]).
    pub source: &'static str,
    /// `development`.
    pub split: Split,
    /// What was changed, and how many edits of words there are.
    pub why: String,
}

/// The fewest and most words of a norm.
const WORDS: std::ops::RangeInclusive<usize> = 15..=200;

/// At most so many norms of one document.
const FROM_A_DOCUMENT: usize = 6;

/// Draws norms and edits them: `options.edits` pairs, half of them contradictions, or as many as there are; in the order
/// of their identifiers.
pub fn mine(sources: &Sources, splits: &Splits, options: &Options, rejected: &mut Rejected) -> Vec<EditedPair> {
    let mut norms: Vec<(&str, &'static str, Vec<Norm<'_>>)> = documents(sources, splits)
        .into_iter()
        .map(|(document, (articles, version))| {
            let mut norms: Vec<Norm<'_>> = articles.iter().flat_map(paragraphs).collect();
            norms.sort_by_key(|norm| (hash(options.seed, &norm.text), norm.eid.clone()));
            (document, version, norms)
        })
        .collect();
    norms.sort_by_key(|(document, ..)| (hash(options.seed, document), *document));
    let (mut pairs, mut said, mut drawn) = (Vec::new(), BTreeSet::new(), vec![0; norms.len()]);
    // One norm of every document before the second of any.
    for round in 1..=FROM_A_DOCUMENT {
        for (at, (document, version, norms)) in norms.iter_mut().enumerate() {
            while drawn[at] < round && pairs.len() + 1 < options.edits {
                let Some(norm) = norms.pop() else { break };
                if !said.insert(text::fold(&norm.text)) {
                    rejected.count("edit: the same words in another document");
                    continue;
                }
                let Some(both) = both(document, version, &norm, options.seed) else {
                    rejected.count("edit: nothing in the norm that the rules are sure of");
                    continue;
                };
                pairs.extend(both);
                drawn[at] += 1;
            }
        }
    }
    pairs.sort_by(|a, b| a.id.cmp(&b.id));
    pairs
}

/// The documents of the development side; the later words where both snapshots hold one.
pub(super) fn documents<'a>(sources: &'a Sources, splits: &Splits) -> BTreeMap<&'a str, (&'a [Article], &'static str)> {
    let mut documents: BTreeMap<&str, (&[Article], &'static str)> = BTreeMap::new();
    for (snapshot, version) in [(&sources.first, FIRST.0), (&sources.second, SECOND.0)] {
        for (document, articles) in &snapshot.articles {
            if splits.of(document) == Split::Development {
                documents.insert(document, (articles, version));
            }
        }
    }
    documents
}

/// A paragraph (khoản) that can be read alone.
pub(super) struct Norm<'a> {
    /// The article it is of.
    pub article: &'a Article,
    /// Its identifier.
    pub eid: String,
    /// Its words, without its number.
    pub text: String,
}

/// The paragraphs of an article that are norms of its document, without their numbers.
pub(super) fn paragraphs(article: &Article) -> Vec<Norm<'_>> {
    let formal =
        ["hiệu lực", "thi hành", "tổ chức thực hiện", "chuyển tiếp", "sửa đổi", "bãi bỏ", "thay thế", "căn cứ"];
    let heading = article.heading.to_lowercase();
    if article.body.is_empty() || formal.iter().any(|word| heading.contains(word)) {
        return Vec::new();
    }
    let document = parse_fragment(&format!("Điều {}. {}\n{}", article.number, article.heading, article.body));
    let own = |provision: &Provision| {
        provision.kind == ProvisionKind::Paragraph && provision.eid.as_str().starts_with("art_")
    };
    let found = document.provisions.iter().filter(|provision| own(provision));
    found
        .filter_map(|provision| {
            let text = unnumbered(provision.span.of(&document.text))?;
            Some(Norm { article, eid: provision.eid.to_string(), text })
        })
        .collect()
}

/// A paragraph without its number; `None` where it is no norm of a length that is read at a glance.
fn unnumbered(paragraph: &str) -> Option<String> {
    let (_, rest) = paragraph.split_once([')', '.', ' '])?;
    let lines: Vec<String> = rest.trim_start_matches([')', '.', '/']).lines().map(text::squeeze).collect();
    let norm = lines.iter().filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n");
    let words: Vec<&str> = norm.split_whitespace().collect();
    let figures = words.iter().filter(|word| word.contains(|c: char| c.is_ascii_digit())).count();
    // A table, another document's words, a title that names other bodies: none of them is this document's norm.
    let other = norm.contains(['“', '"', '|', '…', '<']) || figures * 4 > words.len() || numbered(&norm);
    let whole = norm.ends_with(['.', ';']);
    let amends = ["sửa đổi", "bãi bỏ", "thay thế", "hết hiệu lực", "có hiệu lực"];
    let lower = norm.to_lowercase();
    let formal = amends.iter().any(|word| lower.contains(word));
    (WORDS.contains(&words.len()) && !other && whole && !formal).then_some(norm)
}

/// Whether a text cites a document by its number.
fn numbered(norm: &str) -> bool {
    norm.match_indices(|c: char| c.is_ascii_digit())
        .any(|(at, _)| !norm[..at].ends_with(|c: char| c.is_ascii_digit()) && DocNumber::read(&norm[at..]).is_some())
}

/// The norm with its substance changed, and with its words; `None` where only one of the two can be made.
fn both(document: &str, version: &'static str, norm: &Norm<'_>, seed: u64) -> Option<[EditedPair; 2]> {
    let mut choose = chooser(hash(seed, &format!("{document}#{} {}", norm.eid, norm.text)));
    let changed = edits::edited(&norm.text, Some(&|_| true), &mut choose)?;
    let reworded = edits::edited(&norm.text, None, &mut choose)?;
    let (edit, was) = changed.changed?;
    // Every second norm whose duty was changed is left out: they would be the most by far.
    if edit.dimension == Some("modality") && choose(2) == 0 {
        return None;
    }
    let rank = DocumentKind::from_number(document, None).code();
    let pair = |label: Label, dimension, draft: String, why| EditedPair {
        id: format!("edits-{:016x}", hash(0, &format!("{document}#{}@{version} {draft}", norm.eid))),
        draft,
        law: norm.text.clone(),
        label,
        dimension,
        document: document.to_owned(),
        eid: norm.eid.clone(),
        law_ref: Reference { document: document.to_owned(), eid: norm.eid.clone(), version },
        headings: (norm.article.heading.clone(), norm.article.heading.clone()),
        rank_pair: format!("{rank}/{rank}"),
        field: norm.article.field.clone(),
        draft_ref: None,
        source: "edits",
        split: Split::Development,
        why,
    };
    let why = format!("{was} → {}; reworded: {}", edit.replacement, changed.reworded);
    Some([
        pair(Label::Contradiction, edit.dimension, changed.text, why),
        pair(Label::Consistent, None, reworded.text, format!("reworded: {}", reworded.reworded)),
    ])
}

/// Numbers below a bound, from a seed: a linear congruential generator, the same on every machine.
pub(super) fn chooser(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed | 1;
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(body: &str) -> Article {
        Article {
            document: "91/2020/TT-BTP".into(),
            number: "5".into(),
            heading: "Cấp phép".into(),
            body: body.into(),
            field: "Hộ tịch".into(),
            chapter: String::new(),
            from: None,
            history: String::new(),
        }
    }

    const LONG: &str =
        "Trong thời hạn 15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ, cơ quan đăng ký phải trả lời người nộp.";

    #[test]
    fn a_paragraph_is_a_norm_without_its_number_and_with_its_points() {
        let body = format!(
            "1. {LONG}\n2. Người nộp hồ sơ có quyền nhận kết quả tại một trong các nơi sau đây, kể từ ngày:\na) Có thông báo;\nb) Hết hạn."
        );
        let article = article(&body);
        let found: Vec<(String, String)> = paragraphs(&article).into_iter().map(|norm| (norm.eid, norm.text)).collect();
        assert_eq!(found[0], ("art_5__para_1".to_owned(), LONG.to_owned()));
        assert!(found[1].1.ends_with("a) Có thông báo;\nb) Hết hạn."), "{found:?}");
    }

    #[test]
    fn what_is_short_a_title_a_quotation_or_about_effect_is_no_norm() {
        for body in [
            "1. Cơ quan phải trả lời trong 15 ngày.".to_owned(),
            format!("1. {} theo Thông tư số 12/2020/TT-BTP.", LONG.trim_end_matches('.')),
            format!("1. {} như sau: “Điều 5”.", LONG.trim_end_matches('.')),
            format!("1. {} kể từ ngày có hiệu lực.", LONG.trim_end_matches('.')),
        ] {
            assert!(paragraphs(&article(&body)).is_empty(), "{body}");
        }
    }

    #[test]
    fn every_norm_comes_once_changed_and_once_reworded() {
        let mut sources = Sources::default();
        for number in 1..200 {
            let document = format!("{number}/2020/TT-BTP");
            let mut article = article(&format!("1. {}", LONG.replace("đăng ký", &format!("cấp số {number}"))));
            article.document.clone_from(&document);
            sources.second.articles.insert(document, vec![article]);
        }
        let (splits, mut rejected) = (Splits::default(), Rejected::default());
        let options = Options { edits: 40, ..Options::default() };
        let pairs = mine(&sources, &splits, &options, &mut rejected);
        assert_eq!(pairs.len(), 40);
        let mut labels: BTreeMap<&str, Vec<Label>> = BTreeMap::new();
        for pair in &pairs {
            assert_eq!(splits.of(&pair.document), Split::Development);
            assert_eq!(pair.dimension.is_some(), pair.label == Label::Contradiction);
            assert_ne!(pair.draft, pair.law);
            labels.entry(&pair.law).or_default().push(pair.label);
        }
        assert!(labels.values().all(|labels| labels.len() == 2 && labels[0] != labels[1]), "{labels:?}");
        assert_eq!(pairs, mine(&sources, &splits, &options, &mut rejected));
    }
}
