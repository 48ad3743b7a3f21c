//! Where words stand in the XML of a part: the terms in which the scan reports and the annotator cuts.

use crate::{FormatError, Note, NoteKind, Place, Revision};
use std::ops::Range;

/// Where in the XML a character stands, in byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Nowhere: an automatic number.
    None,
    /// Between two bytes of the text of a `w:t`.
    Text { text: usize, start: usize, end: usize },
    /// An element that stands for a character (`w:tab`, `w:br`), child of a run.
    Element { run: usize, start: usize, end: usize },
    /// Somewhere inside a run that cannot be parted there: a text box, a branch of alternatives.
    Run { run: usize, start: usize },
    /// Somewhere inside a formula.
    Formula { formula: usize, start: usize },
}

/// A run that stands in no other run.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunSource {
    /// From the `<` of its start tag to past the `>` of its end tag.
    pub(crate) span: Range<usize>,
    pub(crate) start_tag: Range<usize>,
    pub(crate) properties: Option<Range<usize>>,
    /// Between its properties and its end tag.
    pub(crate) content: Range<usize>,
    /// The start tag of the tracked insertion it is the child of.
    pub(crate) insertion: Option<(usize, usize)>,
    /// It shows the result of a field, which Word writes anew.
    pub(crate) in_field: bool,
    /// It holds a CDATA section, whose inside cannot be parted with tags.
    pub(crate) unparted: bool,
    /// Its font is one of an old encoding, and its text was converted.
    pub(crate) legacy: bool,
}

/// A `w:t` that is the child of such a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextSource {
    pub(crate) run: usize,
    pub(crate) span: Range<usize>,
    pub(crate) content: Range<usize>,
}

/// A character as the file has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) ch: char,
    pub(crate) paragraph: usize,
    pub(crate) run: Option<usize>,
    pub(crate) anchor: Anchor,
    /// Which of the scan's legacy fonts it is set in.
    pub(crate) font: Option<u16>,
    /// The tracked change that took it out of the text.
    pub(crate) deleted: Option<usize>,
}

/// Something that stands between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    CommentStart(u32),
    CommentEnd(u32),
    Note(NoteKind, u32),
    RevisionStart(usize),
    RevisionEnd(usize),
}

/// What a paragraph is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    Char(Item),
    Mark(Mark),
}

/// What a run over a part found.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
    pub(crate) runs: Vec<RunSource>,
    pub(crate) texts: Vec<TextSource>,
    pub(crate) formulas: Vec<Range<usize>>,
    /// The prefix of the main namespace, colon included.
    pub(crate) prefix: String,
    pub(crate) highest_comment: Option<u32>,
    /// Where marks of notes stand: which note, and the offset in the text.
    pub(crate) note_marks: Vec<(NoteKind, u32, usize)>,
    /// In a part of notes: the text of each.
    pub(crate) note_texts: Vec<(u32, Range<usize>)>,
    /// Where comments begin and end.
    pub(crate) comment_starts: Vec<(u32, usize)>,
    pub(crate) comment_ends: Vec<(u32, usize)>,
    pub(crate) revisions: Vec<Revision>,
    pub(crate) inserted: usize,
    pub(crate) deleted: usize,
    pub(crate) pictures: usize,
    pub(crate) hidden: usize,
    pub(crate) embedded: usize,
    /// Signs of symbol fonts that stand for no known character, and entities nobody defined.
    pub(crate) unknown_signs: usize,
    pub(crate) undefined_entities: usize,
    pub(crate) numbering_unreadable: bool,
    /// A format of automatic numbers that is not known here.
    pub(crate) guessed_format: Option<String>,
    pub(crate) fonts: Vec<super::legacy::LegacyFont>,
}

impl Scanned {
    /// The notes whose marks stand in the text, given those that parts of notes hold.
    pub(crate) fn notes(&self, texts: impl Fn(NoteKind, u32) -> Option<String>) -> (Vec<Note>, usize) {
        let (mut feet, mut ends, mut missing) = (0, 0, 0);
        let mut notes = Vec::new();
        for (kind, id, at) in &self.note_marks {
            let number = match kind {
                NoteKind::Foot => &mut feet,
                NoteKind::End => &mut ends,
            };
            *number += 1;
            match texts(*kind, *id) {
                Some(text) => notes.push(Note { kind: *kind, number: *number, at: *at, text }),
                None => missing += 1,
            }
        }
        (notes, missing)
    }

    /// An error where more was found than `limit` bytes of text.
    pub(crate) fn check_size(&self, limit: u64) -> Result<(), FormatError> {
        if self.text.len() as u64 > limit {
            return Err(FormatError::Bomb { what: format!("more than {limit} bytes of text") });
        }
        Ok(())
    }
}
