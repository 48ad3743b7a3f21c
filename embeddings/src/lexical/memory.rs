//! A small index in memory: for the browser, and wherever an engine's files are not worth it.

use super::{FIELDS, Field, LexicalError, LexicalIndex, Posting};
use crate::analysis::{END, PassageTerms};
use std::collections::{HashMap, HashSet};

/// Postings in memory, a list of deltas in variable-length bytes for each term.
#[derive(Debug, Default)]
pub struct MemoryIndex {
    fields: [HashMap<Box<str>, Postings>; FIELDS.len()],
    living: usize,
    removed: HashSet<u32>,
    /// Passages taken in, removed ones too.
    taken: HashSet<u32>,
}

#[derive(Debug, Default)]
struct Postings {
    last: u32,
    count: usize,
    bytes: Vec<u8>,
}

impl MemoryIndex {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of the postings and terms, without the tables' own.
    pub fn bytes(&self) -> usize {
        let terms = self.fields.iter().flatten();
        terms.map(|(term, postings)| term.len() + postings.bytes.capacity() + 48).sum()
    }
}

impl LexicalIndex for MemoryIndex {
    fn insert(&mut self, passages: &[(u32, PassageTerms)]) -> Result<(), LexicalError> {
        for (passage, terms) in passages {
            for field in FIELDS {
                let mut counts: HashMap<&str, u32> = HashMap::new();
                for term in terms.field(field).split_terminator(END) {
                    *counts.entry(term).or_default() += 1;
                }
                let table = &mut self.fields[field as usize];
                for (term, count) in counts {
                    match table.get_mut(term) {
                        Some(postings) => postings.push(*passage, count),
                        None => table.entry(term.into()).or_default().push(*passage, count),
                    }
                }
            }
            self.living += usize::from(self.taken.insert(*passage));
        }
        Ok(())
    }

    fn remove(&mut self, passages: &[u32]) -> Result<(), LexicalError> {
        for passage in passages.iter().filter(|passage| self.taken.contains(passage)) {
            self.living -= usize::from(self.removed.insert(*passage));
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LexicalError> {
        Ok(())
    }

    fn len(&self) -> usize {
        self.living
    }

    fn holding(&self, field: Field, term: &str) -> usize {
        let Some(postings) = self.fields[field as usize].get(term) else { return 0 };
        if self.removed.is_empty() {
            return postings.count;
        }
        let mut living = Vec::new();
        self.postings(field, term, &mut living);
        living.len()
    }

    fn postings(&self, field: Field, term: &str, into: &mut Vec<Posting>) {
        let Some(postings) = self.fields[field as usize].get(term) else { return };
        let mut rest = postings.bytes.as_slice();
        let mut passage = 0;
        while let (Some(step), Some(count)) = (take(&mut rest), take(&mut rest)) {
            passage += step;
            if self.removed.is_empty() || !self.removed.contains(&passage) {
                into.push(Posting { passage, count });
            }
        }
    }
}

impl Postings {
    fn push(&mut self, passage: u32, count: u32) {
        put(&mut self.bytes, passage - self.last);
        put(&mut self.bytes, count);
        self.last = passage;
        self.count += 1;
    }
}

fn put(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::conformance;

    #[test]
    fn the_small_index_conforms() {
        conformance::check(&mut || Box::new(MemoryIndex::new()));
    }
}
