//! What the index knows of passages beside their words and vectors: document, article, provision, lengths, attributes.
//!
//! Passages are numbered as they come, those of a document, an article and a provision side by side; a number is never
//! used twice. What is removed keeps its row until the whole is built anew.

use crate::filter::{Attributes, Filter, Interval};
use crate::lexical::{FIELDS, Units};
use crate::vectors::Bits;
use std::collections::HashMap;
use std::ops::Range;

/// A document of the index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DocumentRow {
    pub number: String,
    /// What the caller tells its state by.
    pub stamp: String,
    pub attributes: Attributes,
    pub passages: Range<u32>,
    pub living: bool,
}

/// An article or a provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupRow {
    pub document: u32,
    pub eid: Box<str>,
    pub passages: Range<u32>,
}

/// A passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PassageRow {
    pub document: u32,
    pub article: u32,
    pub provision: u32,
    pub lengths: [u16; FIELDS.len()],
}

/// The rows, and what is found through them.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub documents: Vec<DocumentRow>,
    pub articles: Vec<GroupRow>,
    pub provisions: Vec<GroupRow>,
    pub passages: Vec<PassageRow>,
    /// Living documents by number.
    by_number: HashMap<String, u32>,
    /// Effect of provisions that do not share their document's.
    effects: HashMap<u32, Vec<Interval>>,
    living: usize,
}

impl Table {
    /// Rows that were read, and what follows from them.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(
        documents: Vec<DocumentRow>,
        articles: Vec<GroupRow>,
        provisions: Vec<GroupRow>,
        passages: Vec<PassageRow>,
    ) -> Self {
        let living = |d: &&DocumentRow| d.living;
        let by_number = (0..).zip(&documents).filter(|(_, d)| d.living).map(|(at, d)| (d.number.clone(), at)).collect();
        let count = documents.iter().filter(living).map(|d| d.passages.len()).sum();
        Self { documents, articles, provisions, passages, by_number, effects: HashMap::new(), living: count }
    }

    /// Living passages.
    pub fn len(&self) -> usize {
        self.living
    }

    /// The row of a living document.
    pub fn document(&self, number: &str) -> Option<u32> {
        self.by_number.get(number).copied()
    }

    /// Begins a document; its passages follow.
    pub fn begin(&mut self, number: String, stamp: String, attributes: Attributes) {
        let at = self.passages.len() as u32;
        self.by_number.insert(number.clone(), self.documents.len() as u32);
        self.documents.push(DocumentRow { number, stamp, attributes, passages: at..at, living: true });
    }

    /// Adds a passage to the document begun last; its number, and whether it is the first of its article.
    pub fn add(&mut self, article: &str, provision: &str) -> (u32, bool) {
        let at = self.passages.len() as u32;
        let document = self.documents.len() as u32 - 1;
        let first = join(&mut self.articles, document, article, at);
        join(&mut self.provisions, document, provision, at);
        self.passages.push(PassageRow {
            document,
            article: self.articles.len() as u32 - 1,
            provision: self.provisions.len() as u32 - 1,
            lengths: [0; FIELDS.len()],
        });
        self.documents[document as usize].passages.end = at + 1;
        self.living += 1;
        (at, first)
    }

    /// Takes a document out; the numbers of its passages.
    pub fn remove(&mut self, number: &str) -> Range<u32> {
        let Some(at) = self.by_number.remove(number) else { return 0..0 };
        let row = &mut self.documents[at as usize];
        row.living = false;
        self.living -= row.passages.len();
        row.passages.clone()
    }

    /// Whether a passage lives.
    pub fn lives(&self, passage: u32) -> bool {
        self.documents[self.passages[passage as usize].document as usize].living
    }

    /// Says what is known of a document, and which of its provisions have an effect of their own.
    pub fn describe(&mut self, number: &str, attributes: Attributes, own: &[(String, Vec<Interval>)]) {
        let Some(at) = self.document(number) else { return };
        let row = &mut self.documents[at as usize];
        row.attributes = attributes;
        for provision in provisions_of(&self.passages, row.passages.clone()) {
            let eid = &self.provisions[provision as usize].eid;
            match own.iter().find(|(own, _)| **own == **eid) {
                Some((_, effect)) => self.effects.insert(provision, effect.clone()),
                None => self.effects.remove(&provision),
            };
        }
    }

    /// The passages that a filter admits; `None` where that is all that live.
    pub fn admitted(&self, filter: &Filter) -> Option<Bits> {
        if filter.is_open() {
            return None;
        }
        let mut admitted = Bits::new();
        let by_number: Vec<&DocumentRow> = match filter.documents.as_slice() {
            [] => self.documents.iter().filter(|d| d.living).collect(),
            named => named.iter().filter_map(|n| self.document(n)).map(|at| &self.documents[at as usize]).collect(),
        };
        for document in by_number {
            if filter.admits(&document.number, &document.attributes)
                && filter.admits_effect(&document.attributes.effect)
            {
                admitted.insert_range(document.passages.clone());
            }
        }
        if filter.in_force.is_some() {
            for (provision, effect) in &self.effects {
                let group = &self.provisions[*provision as usize];
                if !filter.admits_effect(effect) {
                    for passage in group.passages.clone() {
                        admitted.remove(passage);
                    }
                }
            }
        }
        (admitted.len() < self.living).then_some(admitted)
    }

    /// Passages as units of scoring.
    pub fn passage_units(&self) -> Units {
        Units::new((0..).zip(&self.passages).map(|(at, row)| (at, self.lives(at).then_some(row.lengths))))
    }

    /// Articles as units of scoring.
    pub fn article_units(&self) -> Units {
        Units::new((0..).zip(&self.passages).map(|(at, row)| (row.article, self.lives(at).then_some(row.lengths))))
    }
}

fn provisions_of(passages: &[PassageRow], range: Range<u32>) -> Vec<u32> {
    let mut found: Vec<u32> =
        passages[range.start as usize..range.end as usize].iter().map(|row| row.provision).collect();
    found.dedup();
    found
}

/// Adds a passage to the last group, or begins one; whether it did.
fn join(groups: &mut Vec<GroupRow>, document: u32, eid: &str, passage: u32) -> bool {
    match groups.last_mut().filter(|last| last.document == document && *last.eid == *eid) {
        Some(last) => {
            last.passages.end = passage + 1;
            false
        }
        None => {
            groups.push(GroupRow { document, eid: eid.into(), passages: passage..passage + 1 });
            true
        }
    }
}
