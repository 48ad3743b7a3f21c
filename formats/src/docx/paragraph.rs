//! Paragraphs, runs and the containers around them, while they are open.
//!
//! A paragraph is written out when it ends, but for two things: what a deleted paragraph mark leaves goes to the next
//! paragraph of its container, and the paragraphs of a text box wait for the one it hangs in.

use super::body::{Kind, Scan};
use super::legacy::font_index;
use super::source::{Anchor, Item, Mark, Piece, RunSource};
use crate::FormatError;
use std::ops::Range;

/// The most characters held before their paragraph ends. No law has a paragraph of a million.
const LONGEST_PARAGRAPH: usize = 1 << 20;
/// The most tracked changes, comments and notes a document may have together.
const MOST_BESIDE: usize = 1 << 20;

/// The properties of a paragraph that decide its number and whether it is there at all.
#[derive(Default)]
pub(super) struct ParagraphProperties {
    pub(super) style: Option<String>,
    pub(super) num_id: Option<u32>,
    pub(super) level: Option<usize>,
    /// The tracked changes of its mark.
    pub(super) mark_deleted: Option<usize>,
    pub(super) mark_inserted: Option<usize>,
    pub(super) mark_hidden: bool,
}

pub(super) struct OpenParagraph {
    pub(super) index: usize,
    runs: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) properties: ParagraphProperties,
    /// Paragraphs of text boxes hung in this one.
    pub(super) attached: Vec<Line>,
    /// The tracked change that took it out as a whole, with its row.
    deleted: Option<usize>,
}

pub(super) struct OpenRun {
    /// In its paragraph.
    index: usize,
    /// The outermost run, in `Scanned::runs`.
    pub(super) source: usize,
    pub(super) outermost: bool,
    /// By its paragraph's style, then by its own properties.
    hidden: Option<bool>,
    pub(super) switched: Option<bool>,
    pub(super) style: Option<String>,
    /// The font its own properties name.
    pub(super) font_name: Option<String>,
    /// Which legacy font it is set in.
    pub(super) font: Option<u16>,
}

/// A finished paragraph that waits for its turn.
pub(super) struct Line {
    pub(super) index: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) properties: ParagraphProperties,
}

#[derive(Default)]
pub(super) struct OpenContainer {
    /// What a deleted paragraph mark left for the next paragraph.
    carried: Vec<Piece>,
    attached: Vec<Line>,
    last_index: usize,
}

impl<W: FnMut(Range<usize>, &str, &[Item])> Scan<'_, W> {
    pub(super) fn open_container(&mut self) -> Kind {
        self.containers.push(OpenContainer::default());
        Kind::Container
    }

    pub(super) fn open_cell(&mut self) -> Kind {
        self.containers.push(OpenContainer::default());
        let row = self.open.iter().rev().find_map(|kind| match kind {
            Kind::Row { deleted } => Some(*deleted),
            _ => None,
        });
        match row.flatten() {
            Some(revision) => {
                self.deletions.push(revision);
                Kind::DeletedCell
            }
            None => Kind::Container,
        }
    }

    pub(super) fn open_paragraph(&mut self) {
        let index = self.paragraph_count;
        self.paragraph_count += 1;
        let in_cell = self.open.contains(&Kind::DeletedCell);
        let deleted = self.deletions.last().copied().filter(|_| in_cell);
        self.paragraphs.push(OpenParagraph {
            index,
            runs: 0,
            pieces: if deleted.is_some() { Vec::new() } else { std::mem::take(&mut self.pending) },
            properties: ParagraphProperties::default(),
            attached: Vec::new(),
            deleted,
        });
    }

    pub(super) fn count_run(&mut self) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.runs += 1;
        }
    }

    pub(super) fn open_run(&mut self, at: &Range<usize>) -> Kind {
        let in_field = self.in_field();
        let insertion = match self.open.last() {
            Some(Kind::Inserted { tag, .. }) => Some(*tag),
            _ => None,
        };
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return Kind::Other;
        };
        let index = paragraph.runs;
        paragraph.runs += 1;
        let styles = self.definitions.styles;
        let style = paragraph.properties.style.as_deref().or_else(|| styles.default_paragraph());
        let hidden = paragraph.properties.style.as_deref().and_then(|style| styles.vanish(style));
        let font = style.and_then(|style| styles.font(style)).or_else(|| styles.default_font());
        let font = font.and_then(|font| font_index(&mut self.scanned.fonts, font));
        let outermost = self.runs.is_empty();
        let source = match self.runs.first() {
            Some(outer) => outer.source,
            None => {
                if !self.keeps_sources {
                    self.scanned.runs.clear();
                    self.scanned.texts.clear();
                }
                self.scanned.runs.push(RunSource {
                    span: at.clone(),
                    start_tag: at.clone(),
                    content: at.end..at.end,
                    insertion,
                    in_field,
                    legacy: font.is_some(),
                    ..RunSource::default()
                });
                self.scanned.runs.len() - 1
            }
        };
        self.runs.push(OpenRun {
            index,
            source,
            outermost,
            hidden,
            switched: None,
            style: None,
            font_name: None,
            font,
        });
        Kind::Run
    }

    pub(super) fn close_run_properties(&mut self, end: usize) {
        let Some(run) = self.runs.last_mut() else {
            return;
        };
        let styles = self.definitions.styles;
        let by_style = run.style.as_deref().and_then(|style| styles.vanish(style));
        run.hidden = run.switched.or(by_style).or(run.hidden);
        if run.hidden == Some(true) {
            self.scanned.hidden += 1;
        }
        let named = run.font_name.as_deref().or_else(|| run.style.as_deref().and_then(|style| styles.font(style)));
        if let Some(name) = named {
            run.font = font_index(&mut self.scanned.fonts, name);
        }
        if run.outermost {
            let source = &mut self.scanned.runs[run.source];
            // The properties come first in a run.
            source.properties = Some(source.content.start..end);
            source.content = end..end;
            source.legacy = run.font.is_some();
        }
    }

    pub(super) fn close_run(&mut self, tag: Range<usize>, end: usize) {
        if let Some(run) = self.runs.pop()
            && run.outermost
        {
            let source = &mut self.scanned.runs[run.source];
            source.content.end = tag.start.max(source.content.start);
            source.span.end = end;
        }
    }

    /// Something that stands between characters; between paragraphs it waits for the next.
    pub(super) fn mark(&mut self, mark: Mark) {
        match self.paragraphs.last_mut() {
            Some(paragraph) if paragraph.deleted.is_none() => paragraph.pieces.push(Piece::Mark(mark)),
            _ => self.pending.push(Piece::Mark(mark)),
        }
        self.held += 1;
    }

    pub(super) fn push_item(&mut self, ch: char, anchor: Anchor) {
        let hidden = self.runs.iter().any(|run| run.hidden == Some(true));
        let hidden = hidden || (self.runs.is_empty() && self.formula.is_none());
        if hidden || self.in_instruction() || self.held > LONGEST_PARAGRAPH {
            return;
        }
        let run = match anchor {
            Anchor::Formula { .. } | Anchor::None => None,
            _ if self.formula.is_some() => None,
            _ => self.runs.last().map(|run| run.index),
        };
        let font = self.runs.last().and_then(|run| run.font);
        let deleted = self.deletions.last().copied();
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let item = Item { ch, paragraph: paragraph.index, run, anchor, font, deleted };
            paragraph.pieces.push(Piece::Char(item));
            self.held += 1;
        }
    }

    /// A paragraph is held in memory until its end, so that its length must have one; and what stands beside the text
    /// costs far more memory than its tags.
    pub(super) fn check_held(&self) -> Result<(), FormatError> {
        let found = &self.scanned;
        if found.revisions.len() + found.note_marks.len() + found.comment_starts.len() > MOST_BESIDE {
            return Err(FormatError::Bomb {
                what: format!("more than {MOST_BESIDE} tracked changes, comments and notes"),
            });
        }
        if self.held > LONGEST_PARAGRAPH {
            return Err(FormatError::Bomb { what: format!("a paragraph of more than {LONGEST_PARAGRAPH} characters") });
        }
        Ok(())
    }

    pub(super) fn close_paragraph(&mut self) -> Result<(), FormatError> {
        let Some(mut paragraph) = self.paragraphs.pop() else {
            return Ok(());
        };
        if let Some(revision) = paragraph.deleted {
            paragraph.pieces.push(line_end(paragraph.index, revision));
            self.held += 1;
            self.pending.extend(paragraph.pieces);
            return Ok(());
        }
        let Some(container) = self.containers.last_mut() else {
            return Ok(());
        };
        let mut pieces = std::mem::take(&mut container.carried);
        pieces.extend(paragraph.pieces);
        let mut attached = std::mem::take(&mut container.attached);
        attached.extend(paragraph.attached);
        container.last_index = paragraph.index;
        if let Some(revision) = paragraph.properties.mark_deleted {
            pieces.push(line_end(paragraph.index, revision));
            self.held += 1;
            container.carried = pieces;
            container.attached = attached;
            return Ok(());
        }
        if let Some(revision) = paragraph.properties.mark_inserted {
            pieces.extend([Mark::RevisionStart(revision), Mark::RevisionEnd(revision)].map(Piece::Mark));
        }
        let line = Line { index: paragraph.index, pieces, properties: paragraph.properties };
        self.finish(line, attached)
    }

    pub(super) fn close_container(&mut self) -> Result<(), FormatError> {
        let Some(container) = self.containers.pop() else {
            return Ok(());
        };
        if container.carried.is_empty() && container.attached.is_empty() {
            return Ok(());
        }
        let line =
            Line { index: container.last_index, pieces: container.carried, properties: ParagraphProperties::default() };
        self.finish(line, container.attached)
    }

    /// Writes a line out, or hangs it in the paragraph around its text box.
    fn finish(&mut self, line: Line, attached: Vec<Line>) -> Result<(), FormatError> {
        let lines = std::iter::once(line).chain(attached);
        if let Some(around) = self.paragraphs.last_mut() {
            around.attached.extend(lines);
            return Ok(());
        }
        for line in lines {
            self.write(line)?;
        }
        self.held = self.pending.len() + self.containers.iter().map(|open| open.carried.len()).sum::<usize>();
        Ok(())
    }
}

/// The end of a paragraph that a tracked change took out.
fn line_end(paragraph: usize, revision: usize) -> Piece {
    Piece::Char(Item { ch: '\n', paragraph, run: None, anchor: Anchor::None, font: None, deleted: Some(revision) })
}
