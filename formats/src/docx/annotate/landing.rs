//! Where each comment's words stand in the XML, noted while the text goes by.

use super::super::source::{Anchor, Item};
use super::Change;
use crate::{Comment, FormatError};
use std::collections::HashMap;
use std::ops::Range;

/// Where the two ends of a comment stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Landed {
    pub(super) first: Anchor,
    pub(super) last: Anchor,
}

/// Watches the text go by.
pub(super) struct Landing {
    /// Comments, then changes, which may have to become comments.
    spans: Vec<(usize, usize)>,
    /// Indexes of spans by where they start.
    order: Vec<usize>,
    next: usize,
    /// Those whose words are going by.
    active: Vec<usize>,
    /// Those that found nothing to stand on, waiting for the next word; and how far they have got in it.
    waiting: Vec<(usize, Option<usize>)>,
    landed: HashMap<usize, Landed>,
    /// The last cluster that stands somewhere.
    previous: Option<Landed>,
}

impl Landing {
    pub(super) fn new(comments: &[Comment], changes: &[Change]) -> Self {
        let spans: Vec<(usize, usize)> = comments
            .iter()
            .map(|comment| (comment.start, comment.end))
            .chain(changes.iter().map(|change| (change.start, change.end)))
            .collect();
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|index| spans[*index].0);
        Self { spans, order, next: 0, active: Vec::new(), waiting: Vec::new(), landed: HashMap::new(), previous: None }
    }

    fn end_of(&self, index: usize) -> usize {
        let (start, end) = self.spans[index];
        end.max(start.saturating_add(1))
    }

    pub(super) fn cluster(&mut self, range: Range<usize>, cluster: &str, sources: &[Item]) {
        let found = (
            sources.iter().find(|item| stands(item.anchor)).map(|item| item.anchor),
            sources.iter().rfind(|item| stands(item.anchor)).map(|item| item.anchor),
        );
        let landed = match found {
            (Some(first), Some(last)) => Some(Landed { first, last }),
            _ => None,
        };
        while let Some(index) = self.order.get(self.next).copied() {
            if self.spans[index].0 >= range.end {
                break;
            }
            self.active.push(index);
            self.next += 1;
        }
        if self.active.is_empty() && self.waiting.is_empty() {
            self.previous = landed.or(self.previous);
            return;
        }
        let (gone, active): (Vec<usize>, Vec<usize>) =
            std::mem::take(&mut self.active).into_iter().partition(|index| self.end_of(*index) <= range.start);
        self.active = active;
        for index in gone {
            if !self.landed.contains_key(&index) {
                self.waiting.push((index, None));
            }
        }
        let Some(here) = landed else { return };
        for index in self.active.clone() {
            self.extend(index, here);
        }
        let blank = cluster.trim().is_empty();
        for (index, reached) in std::mem::take(&mut self.waiting) {
            let word_ended = reached.is_some_and(|reached| blank || reached != range.start);
            if word_ended {
                continue;
            }
            if blank {
                self.waiting.push((index, None));
            } else {
                self.extend(index, here);
                self.waiting.push((index, Some(range.end)));
            }
        }
        self.previous = landed;
    }

    fn extend(&mut self, index: usize, here: Landed) {
        let landed = self.landed.entry(index).or_insert(here);
        // A text box is read after its paragraph but stands inside it.
        if source_start(here.first) < source_start(landed.first) {
            landed.first = here.first;
        }
        if source_start(here.last) >= source_start(landed.last) {
            landed.last = here.last;
        }
    }

    /// Where the comments landed, and after them those changes that have to be comments.
    pub(super) fn finish(self, comments: usize, changes: &[usize]) -> Result<Vec<Landed>, FormatError> {
        let wanted = (0..comments).chain(changes.iter().map(|change| comments + change));
        wanted
            .map(|index| self.landed.get(&index).copied().or(self.previous).ok_or(FormatError::NothingToCommentOn))
            .collect()
    }
}

fn stands(anchor: Anchor) -> bool {
    anchor != Anchor::None
}

fn source_start(anchor: Anchor) -> usize {
    match anchor {
        Anchor::None => 0,
        Anchor::Text { start, .. }
        | Anchor::Element { start, .. }
        | Anchor::Run { start, .. }
        | Anchor::Formula { start, .. } => start,
    }
}
