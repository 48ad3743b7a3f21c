//! The text while instructions change it: finds units in it as it now is, and keeps the spans of changes true.
//!
//! Reading the whole text again after each of hundreds of changes would be slow, so the articles' places are kept and
//! moved, and only the article at hand is read again.

use super::Failure;
use crate::eid::order;
use crate::structure::{self, Document, Provision, ProvisionKind};
use crate::{ByteSpan, Eid};

/// A text being changed.
pub(super) struct Working {
    pub(super) text: String,
    articles: Vec<(Eid, ByteSpan)>,
    /// Spans of changes made so far; `None` once a later change replaced it all.
    pub(super) changed: Vec<Option<ByteSpan>>,
    has_annex: bool,
}

/// A unit found, with the units directly in it.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) span: ByteSpan,
    pub(super) kind: ProvisionKind,
    /// Number and place of each.
    pub(super) children: Vec<(ProvisionKind, String, ByteSpan)>,
}

impl Working {
    pub(super) fn new(base: &Document) -> Self {
        Self {
            text: base.text.clone(),
            articles: articles(base),
            changed: Vec::new(),
            has_annex: base.provisions.iter().any(|p| p.kind == ProvisionKind::Annex),
        }
    }

    /// The spans of all articles.
    pub(super) fn article_spans(&self) -> Vec<(Eid, ByteSpan)> {
        self.articles.clone()
    }

    /// The unit `eid` in the text as it is now.
    pub(super) fn find(&self, eid: &Eid) -> Result<Unit, Failure> {
        // The regulation an act attached is often kept without the act: its articles then are the text's own.
        let bare = eid.as_str().strip_prefix("annex_1__").filter(|_| !self.has_annex).map(Eid::new);
        let eid = bare.as_ref().unwrap_or(eid);
        match eid.article() {
            Some(article) => {
                let mut places = self.articles.iter().filter(|(own, _)| same(own, &article));
                let (_, span) = places.next().ok_or_else(|| Failure::NoSuchUnit(eid.clone()))?;
                if places.next().is_some() {
                    return Err(Failure::Ambiguous(eid.clone()));
                }
                let tree = structure::parse(span.of(&self.text));
                let inner = eid.as_str().strip_prefix("annex_1__").map_or_else(|| eid.clone(), Eid::new);
                unit(&tree, &inner, span.start).map_err(|why| named(why, eid))
            }
            None => unit(&structure::parse(&self.text), eid, 0),
        }
    }

    /// Writes `words` for the text at `span`; earlier changes move with the text. Returns where the words now stand.
    pub(super) fn edit(&mut self, span: ByteSpan, words: &str) -> ByteSpan {
        self.text.replace_range(span.start..span.end, words);
        let new = ByteSpan::new(span.start, span.start + words.len());
        for (_, article) in &mut self.articles {
            *article = moved(*article, span, words.len()).unwrap_or(new);
        }
        for change in &mut self.changed {
            *change = change.and_then(|change| moved(change, span, words.len()));
        }
        new
    }

    /// Puts `words` at byte `at`, as the last of the article `owner` where it ends there. Returns where they stand.
    pub(super) fn insert(&mut self, at: usize, words: &str, owner: Option<&Eid>) -> ByteSpan {
        self.text.insert_str(at, words);
        let place = ByteSpan::new(at, at);
        for (eid, article) in &mut self.articles {
            let grows = owner.is_some_and(|owner| same(eid, owner)) && article.end == at;
            *article = match grows {
                true => ByteSpan::new(article.start, at + words.len()),
                false => moved(*article, place, words.len()).unwrap_or(*article),
            };
        }
        for change in &mut self.changed {
            *change = change.and_then(|change| moved(change, place, words.len()));
        }
        ByteSpan::new(at, at + words.len())
    }

    /// Takes the articles that now stand within `span` into the list.
    pub(super) fn read_articles(&mut self, span: ByteSpan) {
        self.articles.retain(|(_, article)| !span.contains(*article));
        let tree = structure::parse(span.of(&self.text));
        for (eid, inner) in articles(&tree) {
            self.articles.push((eid, ByteSpan::new(span.start + inner.start, span.start + inner.end)));
        }
        self.articles.sort_by_key(|(_, article)| article.start);
    }

    /// The article or other unit after which a new unit `prefix number` stands, among `siblings`.
    pub(super) fn predecessor(
        siblings: &[(ProvisionKind, String, ByteSpan)],
        kind: ProvisionKind,
        number: &str,
    ) -> Option<ByteSpan> {
        siblings
            .iter()
            .filter(|(own, label, _)| *own == kind && order(label) < order(number))
            .max_by_key(|(_, label, _)| order(label))
            .map(|(.., span)| *span)
    }

    /// The siblings an article has: all articles of its container.
    pub(super) fn sibling_articles(&self, eid: &Eid) -> Vec<(ProvisionKind, String, ByteSpan)> {
        let prefix = eid.as_str().rsplit_once("art_").map_or("", |(prefix, _)| prefix);
        let prefix = if self.has_annex { prefix } else { "" };
        self.articles
            .iter()
            .filter_map(|(own, span)| {
                let number = own.as_str().strip_prefix(prefix)?.strip_prefix("art_")?;
                Some((ProvisionKind::Article, number.to_owned(), *span))
            })
            .collect()
    }
}

/// Whether `own`, which may bear a repetition's mark, is the article `wanted`.
fn same(own: &Eid, wanted: &Eid) -> bool {
    own == wanted || own.as_str().split_once('~').is_some_and(|(plain, _)| plain == wanted.as_str())
}

fn named(why: Failure, eid: &Eid) -> Failure {
    match why {
        Failure::NoSuchUnit(_) => Failure::NoSuchUnit(eid.clone()),
        Failure::Ambiguous(_) => Failure::Ambiguous(eid.clone()),
        other => other,
    }
}

fn articles(document: &Document) -> Vec<(Eid, ByteSpan)> {
    let of_kind = document.provisions.iter().filter(|p| p.kind == ProvisionKind::Article);
    of_kind.map(|p| (p.eid.clone(), p.span)).collect()
}

fn unit(tree: &Document, eid: &Eid, offset: usize) -> Result<Unit, Failure> {
    let shifted = |span: ByteSpan| ByteSpan::new(span.start + offset, span.end + offset);
    let found = tree.provisions.iter().position(|p| p.eid == *eid).or_else(|| by_number(tree, eid));
    let at = found.ok_or_else(|| Failure::NoSuchUnit(eid.clone()))?;
    if tree.get(&format!("{eid}~2")).is_some() {
        return Err(Failure::Ambiguous(eid.clone()));
    }
    let provision: &Provision = &tree.provisions[at];
    let children = tree.children(at).filter_map(|(_, p)| Some((p.kind, p.number.clone()?, shifted(p.span)))).collect();
    Ok(Unit { span: shifted(provision.span), kind: provision.kind, children })
}

/// A chapter or section found by its own number, where it is named without the units around it.
fn by_number(tree: &Document, eid: &Eid) -> Option<usize> {
    let wanted = eid.as_str();
    if wanted.starts_with("art_") || wanted.contains("__art_") {
        return None;
    }
    let ending = format!("__{wanted}");
    let mut found = tree.provisions.iter().enumerate().filter(|(_, p)| p.eid.as_str().ends_with(&ending));
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

/// Where `span` lies after `edited` became `length` bytes; `None` where the edit replaced it.
fn moved(span: ByteSpan, edited: ByteSpan, length: usize) -> Option<ByteSpan> {
    let shift = |at: usize| at + length - (edited.end - edited.start);
    if edited.end <= span.start {
        Some(ByteSpan::new(shift(span.start), shift(span.end)))
    } else if span.end <= edited.start {
        Some(span)
    } else if span.contains(edited) && span != edited {
        Some(ByteSpan::new(span.start, shift(span.end)))
    } else if edited.contains(span) {
        None
    } else if span.start < edited.start {
        Some(ByteSpan::new(span.start, edited.start))
    } else {
        Some(ByteSpan::new(edited.start + length, shift(span.end)))
    }
}
