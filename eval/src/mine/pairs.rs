//! Pairs of norms with a label that the law itself gave them.
//!
//! Four sources: an article in both snapshots whose words changed; an article as enacted and as it stood later; a
//! document and the one that replaced it; and documents in force beside one another. Norms are paired where nothing else
//! comes near; what could be paired in two ways is left out.

use super::change::{Compared, Judged, Label};
use super::source::{Article, FIRST, SECOND, Sources};
use super::split::{Split, Splits, hash};
use super::state::States;
use super::unit::{Unit, units};
use super::word::{Class, words};
use super::{Options, Rejected};
use jiff::civil::Date;
use rasoat_law::DocumentKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A provision as it stood in one of the sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reference {
    /// The document.
    pub document: String,
    /// The provision.
    pub eid: String,
    /// `2023-10`, `2024-08`, or `enacted`.
    pub version: &'static str,
}

/// A pair in the contract's shape, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Identifies it, whatever else is mined.
    pub id: String,
    /// The norm that is reviewed: of an old and a new one, the old.
    pub draft: String,
    /// The norm it is held against.
    pub law: String,
    /// How they stand.
    pub label: Label,
    /// What contradicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<&'static str>,
    /// Where the draft's norm stands.
    pub draft_ref: Reference,
    /// Where the law's stands.
    pub law_ref: Reference,
    /// The headings of both articles.
    pub headings: (String, String),
    /// The kinds of both documents: `thong_tu/nghi_dinh`.
    pub rank_pair: String,
    /// The heading of the codified law; empty where it has none.
    pub field: String,
    /// The day since when the law's norm stands, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Which of the four sources.
    pub source: &'static str,
    /// The side of both documents.
    pub split: Split,
    /// The rule, and the words it rests on.
    pub why: String,
}

/// At most so many pairs of one label from one document: no document shall make the figure.
const FROM_A_DOCUMENT: usize = 12;

/// At most so many pairs of one label of those that abound.
const OF_A_LABEL: usize = 600;

/// What was mined of norms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Norms {
    /// The pairs that are drawn, in the order of their identifiers.
    pub drawn: Vec<Pair>,
    /// Every pair of a document and what replaced it, drawn or not.
    pub replaced: Vec<Pair>,
}

/// Mines pairs.
pub fn mine(sources: &Sources, states: &States, splits: &Splits, options: &Options, rejected: &mut Rejected) -> Norms {
    let mut miner = Miner { sources, states, splits, options, rejected, pairs: BTreeMap::new() };
    miner.same_document("snapshots", FIRST.0, SECOND.0);
    miner.same_document("enacted", "enacted", FIRST.0);
    miner.replaced();
    miner.beside();
    miner.restated();
    let replaced = miner.pairs.values().filter(|pair| pair.source == "replaced").cloned().collect();
    Norms { drawn: miner.drawn(), replaced }
}

struct Miner<'a> {
    sources: &'a Sources,
    states: &'a States,
    splits: &'a Splits,
    options: &'a Options,
    rejected: &'a mut Rejected,
    pairs: BTreeMap<String, Pair>,
}

/// One side of a pair.
struct Side<'a> {
    article: &'a Article,
    unit: &'a Unit,
    version: &'static str,
}

impl Miner<'_> {
    fn articles(&self, version: &str) -> &BTreeMap<String, Vec<Article>> {
        match version {
            v if v == FIRST.0 => &self.sources.first.articles,
            v if v == SECOND.0 => &self.sources.second.articles,
            _ => &self.sources.enacted,
        }
    }

    /// Articles of one number in two versions of a document, where their words changed.
    fn same_document(&mut self, source: &'static str, before: &'static str, after: &'static str) {
        let mut found = Vec::new();
        let mut rejected = Rejected::default();
        for (document, old) in self.articles(before) {
            let Some(new) = self.articles(after).get(document) else { continue };
            for old in old {
                let Some(new) = new.iter().find(|new| new.number == old.number) else { continue };
                if old.body == new.body || old.body.is_empty() || new.body.is_empty() {
                    continue;
                }
                // Without a note of an amendment, somebody only mended the text.
                if new.history.is_empty() {
                    rejected.count("article: its words differ and no amendment is noted");
                    continue;
                }
                if !old.heading.is_empty() && !new.heading.is_empty() && alike(&old.heading, &new.heading) < 0.6 {
                    rejected.count("pair: an article got another heading");
                    continue;
                }
                for (old_unit, new_unit, judged) in aligned(old, new, &mut rejected) {
                    if judged.label == Label::Duplicate {
                        continue;
                    }
                    let sides = [(old, old_unit, before), (new, new_unit, after)];
                    found.push((sides.map(|(a, u, v)| (a.clone(), u, v)), judged));
                }
            }
        }
        self.rejected.merge(rejected);
        for ([old, new], judged) in found {
            let side = |of: &(Article, Unit, &'static str)| (of.0.clone(), of.1.clone(), of.2);
            let (old, new) = (side(&old), side(&new));
            self.add(
                source,
                Side { article: &old.0, unit: &old.1, version: old.2 },
                Side { article: &new.0, unit: &new.1, version: new.2 },
                judged,
            );
        }
    }

    /// Documents and those that replaced them.
    fn replaced(&mut self) {
        let edges: BTreeSet<(String, String)> = self
            .states
            .ends
            .iter()
            .flat_map(|(old, ends)| ends.iter().map(move |end| (old.clone(), end.by.clone())))
            .collect();
        for (old, new) in edges {
            let Some((old, old_version)) = self.held(&old, [FIRST.0, "enacted", SECOND.0]) else {
                self.rejected.count("replaced document: its text is not in the data");
                continue;
            };
            let Some((new, new_version)) = self.held(&new, [SECOND.0, "enacted", FIRST.0]) else { continue };
            let mut rejected = Rejected::default();
            let headings: Vec<(usize, usize)> = same_headings(&old, &new, &mut rejected);
            let mut found = Vec::new();
            for (at, to) in headings {
                for (old_unit, new_unit, judged) in aligned(&old[at], &new[to], &mut rejected) {
                    let same = judged.label == Label::Duplicate || judged.label == Label::Consistent;
                    if same && refers_to_itself(&old_unit.text()) {
                        rejected.count("pair: the same words, of another \"này\"");
                        continue;
                    }
                    found.push((at, to, old_unit, new_unit, judged));
                }
            }
            self.rejected.merge(rejected);
            for (at, to, old_unit, new_unit, judged) in found {
                let old = Side { article: &old[at], unit: &old_unit, version: old_version };
                self.add("replaced", old, Side { article: &new[to], unit: &new_unit, version: new_version }, judged);
            }
        }
    }

    /// A document's articles in the first of `versions` that has them.
    fn held(&self, document: &str, versions: [&'static str; 3]) -> Option<(Vec<Article>, &'static str)> {
        versions.into_iter().find_map(|version| Some((self.articles(version).get(document)?.clone(), version)))
    }

    /// Norms in force beside one another: the same words in two documents, and near words in one.
    fn beside(&mut self) {
        let mut same: BTreeMap<String, Vec<(usize, Unit)>> = BTreeMap::new();
        let articles: Vec<Article> = self.sources.second.articles.values().flatten().cloned().collect();
        let mut by_document: BTreeMap<&str, Vec<(usize, Unit)>> = BTreeMap::new();
        for (at, article) in articles.iter().enumerate() {
            let formal = ["hiệu lực", "thi hành", "thực hiện", "chuyển tiếp", "phạm vi", "áp dụng"];
            let heading = article.heading.to_lowercase();
            if heading.is_empty() || formal.iter().any(|word| heading.contains(word)) {
                continue;
            }
            for unit in units(article) {
                let text = unit.text();
                if text.len() < 120 || text.len() > 3000 {
                    continue;
                }
                let keys: Vec<String> = words(&text).into_iter().map(|word| word.key).collect();
                if !refers_to_itself(&text) {
                    let heading = rasoat_law::text::fold(&article.heading);
                    let key = format!("{}\n{heading}\n{}", article.field, keys.join(" "));
                    same.entry(key).or_default().push((at, unit.clone()));
                }
                by_document.entry(article.document.as_str()).or_default().push((at, unit));
            }
        }
        let mut found: Vec<(usize, Unit, usize, Unit, Judged)> = Vec::new();
        let rank = |at: usize| DocumentKind::from_number(&articles[at].document, None).rank();
        for group in same.values() {
            // Of equal rank, the same words may be of another form, fee or body that only the document's title names.
            let lower = group.iter().flat_map(|one| group.iter().map(move |other| (one, other)));
            let pair = lower.into_iter().find(|(one, other)| rank(one.0) > rank(other.0));
            if let Some((one, other)) = pair {
                let why = "the same words in a higher document in force".to_owned();
                let judged = Judged { label: Label::Duplicate, dimension: None, why };
                found.push((one.0, one.1.clone(), other.0, other.1.clone(), judged));
            } else if group.len() > 1 {
                self.rejected.count("norm: the same words only in documents of its rank");
            }
        }
        let mut rejected = Rejected::default();
        let mut documents: Vec<&str> = by_document.keys().copied().collect();
        documents.sort_by_key(|document| hash(self.options.seed, document));
        // Twice as many as are wanted: the draw is by pair, not by who came first.
        let mut unrelated = 0;
        for document in documents {
            if unrelated > 2 * OF_A_LABEL {
                break;
            }
            for (a, b) in near(&by_document[document]) {
                match Compared::new(&a.1, &b.1).beside() {
                    Ok(judged) => {
                        unrelated += 1;
                        found.push((a.0, a.1.clone(), b.0, b.1.clone(), judged));
                    }
                    Err(why) => rejected.count(&format!("near norms: {why}")),
                }
            }
        }
        self.rejected.merge(rejected);
        for (a, a_unit, b, b_unit, judged) in found {
            let draft = Side { article: &articles[a], unit: &a_unit, version: SECOND.0 };
            let law = Side { article: &articles[b], unit: &b_unit, version: SECOND.0 };
            self.add("beside", draft, law, judged);
        }
    }

    /// Norms of a higher document that one of another rank, in force beside it, says again with more words.
    fn restated(&mut self) {
        type Norm<'a> = (&'a Article, Unit, Bag);
        let mut under: BTreeMap<(String, String), Vec<Norm<'_>>> = BTreeMap::new();
        let sources = self.sources;
        for article in sources.second.articles.values().flatten() {
            if article.heading.is_empty() || article.field.is_empty() {
                continue;
            }
            let key = (article.field.clone(), rasoat_law::text::fold(&article.heading));
            for unit in units(article) {
                let text = unit.text();
                if (120..3000).contains(&text.len()) {
                    under.entry(key.clone()).or_default().push((article, unit, Bag::of(&text)));
                }
            }
        }
        let rank = |article: &Article| DocumentKind::from_number(&article.document, None).rank();
        let mut found = Vec::new();
        for norms in under.values().filter(|norms| norms.len() <= 60) {
            for (low, low_unit, low_bag) in norms {
                for (high, high_unit, high_bag) in norms {
                    if rank(low) <= rank(high) || low_bag.alike(high_bag) < 0.7 {
                        continue;
                    }
                    if let Some(why) = Compared::new(high_unit, low_unit).restated() {
                        let judged = Judged { label: Label::Consistent, dimension: None, why };
                        found.push((*low, low_unit, *high, high_unit, judged));
                    }
                }
            }
        }
        for (low, low_unit, high, high_unit, judged) in found {
            let draft = Side { article: low, unit: low_unit, version: SECOND.0 };
            self.add("restated", draft, Side { article: high, unit: high_unit, version: SECOND.0 }, judged);
        }
    }

    fn add(&mut self, source: &'static str, draft: Side<'_>, law: Side<'_>, judged: Judged) {
        let split = self.splits.of(&law.article.document);
        if self.splits.of(&draft.article.document) != split {
            self.rejected.count("pair: its documents are on both sides of the split");
            return;
        }
        let reference = |side: &Side<'_>| Reference {
            document: side.article.document.clone(),
            eid: side.unit.eid.clone(),
            version: side.version,
        };
        let (draft_ref, law_ref) = (reference(&draft), reference(&law));
        let name = |r: &Reference| format!("{}#{}@{}", r.document, r.eid, r.version);
        let id = format!("{source}-{:016x}", hash(0, &format!("{} {}", name(&draft_ref), name(&law_ref))));
        let rank = |document: &str| DocumentKind::from_number(document, None).code();
        let field = if law.article.field.is_empty() { &draft.article.field } else { &law.article.field };
        let pair = Pair {
            id: id.clone(),
            draft: draft.unit.text(),
            law: law.unit.text(),
            label: judged.label,
            dimension: judged.dimension,
            headings: (draft.article.heading.clone(), law.article.heading.clone()),
            rank_pair: format!("{}/{}", rank(&draft_ref.document), rank(&law_ref.document)),
            field: field.clone(),
            since: law.article.from,
            draft_ref,
            law_ref,
            source,
            split,
            why: judged.why,
        };
        self.pairs.insert(id, pair);
    }

    /// What is kept: few of one document, not too many of one label, each text once, drawn by the seed.
    fn drawn(self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.pairs.into_values().collect();
        pairs.sort_by_key(|pair| (hash(self.options.seed, &pair.id), pair.id.clone()));
        let (mut of_label, mut of_document, mut said) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let mut kept = Vec::new();
        for pair in pairs {
            let label = pair.label;
            if !said.insert((pair.draft.clone(), pair.law.clone())) {
                self.rejected.count("pair: the same words as another pair");
                continue;
            }
            let from = of_document.entry((label, pair.law_ref.document.clone())).or_insert(0);
            let of = of_label.entry(label).or_insert(0);
            let abounds = matches!(label, Label::Duplicate | Label::Unrelated);
            if *from >= FROM_A_DOCUMENT || abounds && *of >= OF_A_LABEL {
                self.rejected.count("pair: not drawn, enough of its document or label");
                continue;
            }
            *from += 1;
            *of += 1;
            kept.push(pair);
        }
        kept.sort_by(|a, b| a.id.cmp(&b.id));
        kept
    }
}

/// Articles of two documents under the same heading, where each has one such article.
fn same_headings(old: &[Article], new: &[Article], rejected: &mut Rejected) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (at, article) in old.iter().enumerate() {
        if article.heading.is_empty() {
            continue;
        }
        let near: Vec<usize> = (0..new.len()).filter(|to| alike(&article.heading, &new[*to].heading) >= 0.85).collect();
        match near.as_slice() {
            [to] if old.iter().filter(|other| alike(&other.heading, &new[*to].heading) >= 0.85).count() == 1 => {
                pairs.push((at, *to));
            }
            [] => rejected.count("replaced document: no article under the same heading"),
            _ => rejected.count("replaced document: several articles under the same heading"),
        }
    }
    pairs
}

/// The norms of two versions of an article that belong together, judged.
fn aligned(old: &Article, new: &Article, rejected: &mut Rejected) -> Vec<(Unit, Unit, Judged)> {
    let (old_units, new_units) = (units(old), units(new));
    let bags = |units: &[Unit]| units.iter().map(|unit| (Bag::of(&unit.lead), Bag::of(&unit.own))).collect::<Vec<_>>();
    let (old_bags, new_bags) = (bags(&old_units), bags(&new_units));
    let mut free: (BTreeSet<usize>, BTreeSet<usize>) = ((0..old_units.len()).collect(), (0..new_units.len()).collect());
    let mut pairs = Vec::new();
    for (at, unit) in old_units.iter().enumerate() {
        let same = free.1.iter().copied().find(|to| unit.own == new_units[*to].own && unit.lead == new_units[*to].lead);
        if let Some(to) = same {
            free.0.remove(&at);
            free.1.remove(&to);
            pairs.push((at, to));
        }
    }
    let score = |at: usize, to: usize| {
        let own = old_bags[at].1.alike(&new_bags[to].1);
        let lead = old_bags[at].0.alike(&new_bags[to].0);
        let place = if old_units[at].eid == new_units[to].eid { 0.03 } else { 0.0 };
        (own, 0.75 * own + 0.25 * lead + place)
    };
    let mut near: Vec<(usize, usize, f64)> = Vec::new();
    for at in &free.0 {
        for to in &free.1 {
            let (own, all) = score(*at, *to);
            if own >= 0.6 {
                near.push((*at, *to, all));
            }
        }
    }
    near.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)).then(a.1.cmp(&b.1)));
    for (at, to, best) in near.clone() {
        if !(free.0.contains(&at) && free.1.contains(&to)) {
            continue;
        }
        let rival = near.iter().any(|(a, b, other)| {
            ((*a == at) != (*b == to)) && free.0.contains(a) && free.1.contains(b) && best - other < 0.08
        });
        free.0.remove(&at);
        free.1.remove(&to);
        if rival {
            rejected.count("pair: another norm of the article comes as near");
            continue;
        }
        pairs.push((at, to));
    }
    rejected.add("norm: gone or new, nothing like it in the other version", free.0.len() + free.1.len());
    let mut found = Vec::new();
    for (at, to) in pairs {
        match Compared::new(&old_units[at], &new_units[to]).replaced() {
            Ok(judged) => found.push((old_units[at].clone(), new_units[to].clone(), judged)),
            Err(why) => rejected.count(&format!("pair: {why}")),
        }
    }
    found
}

/// A norm with the number of its article.
type Placed = (usize, Unit);

/// Pairs of a document's norms that are near in words: for each the nearest, a few for the document.
fn near(norms: &[Placed]) -> Vec<(&Placed, &Placed)> {
    const MOST: usize = 120;
    let norms = &norms[..norms.len().min(MOST)];
    let bags: Vec<Bag> = norms.iter().map(|(_, unit)| Bag::of(&unit.own)).collect();
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for a in 0..norms.len() {
        // What stands in one article is of one subject, however much its norms differ.
        let apart = |b: usize| norms[a].0 != norms[b].0;
        let best = (a + 1..norms.len())
            .filter(|b| bags[a].size >= 10 && bags[*b].size >= 10 && apart(*b))
            .map(|b| (bags[a].alike(&bags[b]), a, b))
            .filter(|(alike, ..)| (0.5..0.85).contains(alike))
            .max_by(|x, y| x.0.total_cmp(&y.0).then(y.2.cmp(&x.2)));
        pairs.extend(best);
    }
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let mut used = BTreeSet::new();
    let mut kept = Vec::new();
    for (_, a, b) in pairs {
        if kept.len() == 4 {
            break;
        }
        if !used.contains(&a) && !used.contains(&b) {
            used.extend([a, b]);
            kept.push((&norms[a], &norms[b]));
        }
    }
    kept
}

/// Whether the words mean the document or provision they stand in, so that the same words elsewhere mean another.
fn refers_to_itself(text: &str) -> bool {
    let text = text.to_lowercase();
    let of = [
        "luật",
        "định",
        "thông tư",
        "tịch",
        "quyết",
        "lệnh",
        "điều",
        "khoản",
        "điểm",
        "chương",
        "mục",
        "chế",
        "lệ",
        "phụ lục",
        "trình",
    ];
    text.match_indices(" này").any(|(at, _)| of.iter().any(|word| text[..at].ends_with(word)))
        || ["điều ", "khoản ", "phụ lục", "mẫu số"].iter().any(|word| text.contains(word))
}

fn alike(a: &str, b: &str) -> f64 {
    Bag::of(a).alike(&Bag::of(b))
}

/// The words of a text with their counts, numbers and fillers aside.
struct Bag {
    counts: HashMap<String, usize>,
    size: usize,
}

impl Bag {
    fn of(text: &str) -> Self {
        let mut counts = HashMap::new();
        let mut size = 0;
        for word in words(text) {
            if matches!(word.class, Class::Plain | Class::Body | Class::Modality | Class::Unit) {
                *counts.entry(word.key).or_insert(0) += 1;
                size += 1;
            }
        }
        Self { counts, size }
    }

    /// Dice's coefficient; two empty texts are alike.
    fn alike(&self, other: &Self) -> f64 {
        if self.size + other.size == 0 {
            return 1.0;
        }
        let shared: usize =
            self.counts.iter().map(|(word, count)| *count.min(other.counts.get(word).unwrap_or(&0))).sum();
        2.0 * shared as f64 / (self.size + other.size) as f64
    }
}
