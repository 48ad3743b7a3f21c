//! Documents that another replaced, as drafts to be reviewed on the day the other took their place: what it orders
//! otherwise under the same heading is what a reviewer must find. Beside them documents in force that nothing is known
//! against, for false alarms.
//!
//! Only norms that the rules of [`super::pairs`] could judge are gold; whatever else of a replaced document differs from
//! its successor is listed as unjudged. Of a document that went on in force, everything is held to be without conflict.

use super::draft::{Draft, Unjudged, assembled, name};
use super::pairs::Pair;
use super::source::{Article, FIRST, SECOND, Sources};
use super::split::{Split, Splits, hash};
use super::state::States;
use super::{Options, Rejected, held};
use crate::mine::change::Label;
use crate::outcomes::GoldFinding;
use jiff::civil::Date;
use rasoat_law::DocumentKind;
use rasoat_law::structure::{self, ProvisionKind};
use std::collections::{BTreeMap, BTreeSet};

/// The check that is measured.
const CHECK: &str = "conflict.contradiction";
const CHECKS: &[&str] = &[CHECK];
/// Drafts of each side that nothing is known against.
const CLEAN: usize = 15;
/// Documents of the same heading of the codified law that each of them is reviewed beside.
const BESIDE: usize = 6;

/// What was mined of conflicts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conflicts {
    /// Replaced documents that contradict what replaced them.
    pub replaced: Vec<Draft>,
    /// Documents in force that nothing is known against.
    pub clean: Vec<Draft>,
    /// The law they are reviewed beside, by number: the successors, and documents of the clean ones' fields.
    pub law: Vec<held::Record>,
}

/// Makes drafts of the pairs of documents and what replaced them, and of documents that went on, drawn by the seed.
pub fn mine(
    sources: &Sources,
    states: &States,
    splits: &Splits,
    pairs: &[Pair],
    options: &Options,
    rejected: &mut Rejected,
) -> Conflicts {
    let mut groups: BTreeMap<(&str, &str), Vec<&Pair>> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.source == "replaced") {
        groups.entry((&pair.draft_ref.document, &pair.law_ref.document)).or_default().push(pair);
    }
    let mut conflicts = Conflicts::default();
    let mut beside: BTreeSet<String> = BTreeSet::new();
    for ((old, new), pairs) in groups {
        let day = states.ends.get(old).and_then(|ends| ends.iter().find(|end| end.by == new)).map(|end| end.date);
        let Some(as_of) = day else { continue };
        let Some(draft) = replaced(sources, old, as_of, &pairs, rejected) else { continue };
        beside.insert(new.to_owned());
        conflicts.replaced.push(draft);
    }
    let mut documents: Vec<&String> = sources.first.articles.keys().collect();
    documents.sort_by_key(|document| (hash(options.seed, document), *document));
    let mut drawn: BTreeMap<Split, usize> = BTreeMap::new();
    for document in documents {
        let split = splits.of(document);
        if drawn.get(&split).copied().unwrap_or_default() >= CLEAN || beside.contains(document) {
            continue;
        }
        let Some(draft) = clean(sources, states, document, split) else { continue };
        *drawn.entry(split).or_default() += 1;
        beside.extend(neighbours(sources, document, options.seed));
        conflicts.clean.push(draft);
    }
    // A draft that lay beside itself would be held against its own words.
    let reviewed: BTreeSet<&str> = conflicts.clean.iter().map(|draft| draft.document.as_str()).collect();
    conflicts.law = held::of_numbers(sources, beside.iter().filter(|number| !reviewed.contains(number.as_str())));
    conflicts
}

fn replaced(sources: &Sources, document: &str, as_of: Date, pairs: &[&Pair], rejected: &mut Rejected) -> Option<Draft> {
    let first = pairs.iter().find(|pair| pair.label == Label::Contradiction)?;
    let articles = match first.draft_ref.version {
        version if version == FIRST.0 => sources.first.articles.get(document),
        version if version == SECOND.0 => sources.second.articles.get(document),
        _ => sources.enacted.get(document),
    }?;
    let facts = sources.first.documents.get(document).cloned().unwrap_or_else(|| held::unnamed(document));
    let (text, _) = assembled(&facts, articles);
    let tree = structure::parse(&text);
    let (mut findings, mut known) = (Vec::new(), BTreeSet::new());
    for pair in pairs {
        let Some(provision) = tree.get(&pair.draft_ref.eid) else {
            rejected.count("conflict: the norm is not found in its draft");
            continue;
        };
        known.insert(pair.draft_ref.eid.as_str());
        if pair.label == Label::Contradiction {
            findings.push(GoldFinding {
                check: CHECK.to_owned(),
                start: provision.span.start,
                end: provision.span.end,
                document: Some(pair.law_ref.document.clone()),
                cited: None,
                eid: Some(pair.law_ref.eid.clone()),
            });
        }
    }
    findings.sort_by_key(|finding| (finding.start, finding.end));
    let unjudged = (0..tree.provisions.len())
        .filter_map(|at| {
            let provision = &tree.provisions[at];
            let norm =
                matches!(provision.kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point);
            // What opens a list is no norm by itself, whatever is known of its points.
            let opens = tree.children(at).next().map(|(_, child)| child.span.start);
            let unknown = opens.is_some() || !known.contains(provision.eid.as_str());
            (norm && unknown).then(|| Unjudged {
                start: provision.span.start,
                end: opens.unwrap_or(provision.span.end),
                why: "what its successor says of it is not known",
            })
        })
        .collect();
    (!findings.is_empty()).then(|| Draft {
        // A document may have several successors.
        name: format!("{}--{}", name(document), name(&first.law_ref.document)),
        document: document.to_owned(),
        as_of,
        findings,
        checks: CHECKS,
        citations: Vec::new(),
        unjudged,
        split: first.split,
        field: first.field.clone(),
        text,
    })
}

/// A document in force on both dates, neither short nor a book, whose words nobody changed in between.
fn clean(sources: &Sources, states: &States, document: &str, split: Split) -> Option<Draft> {
    let (before, after) = (sources.first.articles.get(document)?, sources.second.articles.get(document)?);
    let facts = sources.first.documents.get(document)?;
    let same = |a: &Article, b: &Article| a.number == b.number && a.body == b.body;
    let unchanged = before.len() == after.len() && before.iter().zip(after).all(|(a, b)| same(a, b));
    if !unchanged || states.ends.contains_key(document) || states.spoken_whole.contains(document) {
        return None;
    }
    let (text, _) = assembled(facts, before);
    if before.len() < 8 || text.len() > 60_000 {
        return None;
    }
    Some(Draft {
        name: name(document),
        document: document.to_owned(),
        text,
        as_of: SECOND.1,
        findings: Vec::new(),
        checks: CHECKS,
        citations: Vec::new(),
        unjudged: Vec::new(),
        split,
        field: before[0].field.clone(),
    })
}

/// Documents that share a heading of the codified law with this one: those of the highest rank first, then by the seed.
fn neighbours(sources: &Sources, document: &str, seed: u64) -> Vec<String> {
    let none = BTreeSet::new();
    let fields = |document: &str| sources.second.documents.get(document).map_or(&none, |facts| &facts.fields);
    let mut near: Vec<&String> = sources
        .second
        .documents
        .keys()
        .filter(|other| *other != document && !fields(other).is_disjoint(fields(document)))
        .collect();
    near.sort_by_key(|other| (DocumentKind::from_number(other, None).rank(), hash(seed, other)));
    near.into_iter().take(BESIDE).cloned().collect()
}
