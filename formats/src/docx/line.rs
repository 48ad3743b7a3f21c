//! A finished paragraph written out: its number, its composed text, its places, and where what stands beside it is.

use super::body::Scan;
use super::legacy::{Glyph, glyphs};
use super::paragraph::{Line, ParagraphProperties};
use super::source::{Anchor, Item, Mark, Piece, Scanned};
use crate::normal::{compose, map_char};
use crate::{FormatError, Place, Position};
use std::ops::Range;

/// A paragraph taken apart: what is in the text, and what stands before which of it.
#[derive(Default)]
struct Parted {
    items: Vec<Item>,
    marks: Vec<(usize, Mark)>,
    removed: Vec<(usize, Vec<Item>)>,
}

impl Parted {
    fn add(&mut self, piece: Piece) {
        match piece {
            Piece::Mark(mark) => self.marks.push((self.items.len(), mark)),
            Piece::Char(item) if item.deleted.is_some() => match self.removed.last_mut() {
                Some((at, removed))
                    if *at == self.items.len() && removed.last().is_some_and(|last| last.deleted == item.deleted) =>
                {
                    removed.push(item);
                }
                _ => self.removed.push((self.items.len(), vec![item])),
            },
            Piece::Char(item) => self.items.push(item),
        }
    }
}

impl<W: FnMut(Range<usize>, &str, &[Item])> Scan<'_, W> {
    pub(super) fn write(&mut self, line: Line) -> Result<(), FormatError> {
        let mut parted = Parted::default();
        if line.properties.mark_hidden && !line.pieces.iter().any(is_live) {
            self.pending.extend(line.pieces);
            return Ok(());
        }
        if let Some(number) = self.number(&line.properties) {
            parted.items.extend(number.chars().filter(|ch| map_char(*ch).is_some()).map(|ch| Item {
                ch,
                paragraph: line.index,
                run: None,
                anchor: Anchor::None,
                font: None,
                deleted: None,
            }));
        }
        for piece in line.pieces {
            parted.add(piece);
        }
        if self.lines > 0 {
            self.scanned.text.push('\n');
        }
        self.lines += 1;
        let glyphs = glyphs(&parted.items, &mut self.scanned.fonts);
        // Where in the text the clusters start that are made of these items; only what is asked for later.
        let keep = !(parted.marks.is_empty() && parted.removed.is_empty());
        let mut starts: Vec<(usize, usize)> = Vec::new();
        let scanned = &mut self.scanned;
        let watch = &mut self.watch;
        let first_place = scanned.places.len();
        compose(
            &glyphs,
            |glyph| glyph.ch,
            |cluster, first: &Glyph, last: &Glyph| {
                let sources = &parted.items[first.from..last.to.max(first.from + 1)];
                let at = Position::Run { paragraph: sources[0].paragraph, run: sources[0].run };
                let start = scanned.text.len();
                scanned.text.push_str(cluster);
                let end = scanned.text.len();
                watch(start..end, cluster, sources);
                if keep {
                    starts.push((first.from, start));
                }
                if let Some(place) = scanned.places[first_place..].last_mut()
                    && place.at == at
                {
                    place.end = end;
                } else {
                    scanned.places.push(Place { start, end, at });
                }
            },
        );
        if keep {
            self.settle(parted, &starts);
        }
        Ok(())
    }

    /// What still waits when the part has ended stands at the end of the text.
    pub(super) fn settle_pending(&mut self) {
        let mut parted = Parted::default();
        for piece in std::mem::take(&mut self.pending) {
            parted.add(piece);
        }
        self.settle(parted, &[]);
        let end = self.scanned.text.len();
        for revision in &mut self.scanned.revisions {
            revision.start = revision.start.min(end);
            revision.end = revision.end.min(end).max(revision.start);
        }
    }

    /// Notes where what stands between the characters of a line is in the text.
    fn settle(&mut self, parted: Parted, starts: &[(usize, usize)]) {
        let end = self.scanned.text.len();
        let offset = |item: usize| {
            let next = starts.partition_point(|(from, _)| *from < item);
            starts.get(next).map_or(end, |(_, at)| *at)
        };
        for (item, removed) in parted.removed {
            let at = offset(item);
            let words = composed(&removed, &mut self.scanned);
            let revision = removed.first().and_then(|item| item.deleted);
            if let Some(revision) = revision.and_then(|revision| self.scanned.revisions.get_mut(revision)) {
                if revision.start == usize::MAX {
                    (revision.start, revision.end) = (at, at);
                }
                revision.removed.push_str(&words);
            }
        }
        for (item, mark) in parted.marks {
            let at = offset(item);
            match mark {
                Mark::CommentStart(id) => self.scanned.comment_starts.push((id, at)),
                Mark::CommentEnd(id) => self.scanned.comment_ends.push((id, at)),
                Mark::Note(kind, id) => self.scanned.note_marks.push((kind, id, at)),
                Mark::RevisionStart(revision) => self.scanned.revisions[revision].start = at,
                Mark::RevisionEnd(revision) => self.scanned.revisions[revision].end = at,
            }
        }
    }

    /// The automatic number of a paragraph, counted on.
    fn number(&mut self, properties: &ParagraphProperties) -> Option<String> {
        let styles = self.definitions.styles;
        let numbering = &mut self.definitions.numbering;
        let style = properties.style.as_deref().or_else(|| styles.default_paragraph());
        let by_style = style.and_then(|style| styles.number(style));
        let num_id = properties.num_id.or_else(|| by_style.as_ref().map(|found| found.num_id))?;
        // Zero takes a paragraph out of its style's list.
        if num_id == 0 {
            return None;
        }
        if !numbering.knows(num_id) {
            self.scanned.numbering_unreadable = true;
            return None;
        }
        let level = properties.level.or_else(|| {
            let found = by_style.as_ref()?;
            found.chain.iter().find_map(|style| numbering.level_of_style(num_id, style)).or(found.level)
        });
        numbering.next(num_id, level.unwrap_or(0))
    }
}

fn is_live(piece: &Piece) -> bool {
    matches!(piece, Piece::Char(item) if item.deleted.is_none())
}

/// Words that a tracked change took out, in the normal form.
fn composed(items: &[Item], scanned: &mut Scanned) -> String {
    let glyphs = glyphs(items, &mut scanned.fonts);
    let mut words = String::new();
    compose(&glyphs, |glyph| glyph.ch, |cluster, _, _| words.push_str(cluster));
    words
}
