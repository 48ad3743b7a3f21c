//! Which characters of the XML each suggested change takes out, and where its new words go.
//!
//! Hard because the words of one change may stand in several runs, with things between them that are not words and must
//! stay: a footnote's mark, a bookmark, a deletion of somebody else. So a change is kept as the very characters it
//! takes out, never as a range of XML.

use super::super::source::{Anchor, Item, Scanned};
use super::{Change, Unchanged};
use crate::normalise;
use std::ops::Range;

/// Characters that one change takes out, next to each other in one `w:t`, or one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) run: usize,
    /// The `w:t` they stand in; `None` for an element.
    pub(super) text: Option<usize>,
    pub(super) at: Range<usize>,
}

/// A change that can be made.
#[derive(Debug)]
pub(super) struct Edit<'a> {
    pub(super) change: &'a Change,
    /// In the order of the file.
    pub(super) strokes: Vec<Stroke>,
    /// The new words, normalised.
    pub(super) words: String,
    /// The run whose formatting they have.
    pub(super) like: usize,
    /// What they stand beside, and on which side of it.
    pub(super) beside: Anchor,
    pub(super) after: bool,
}

/// What is known of one change while the text goes by.
#[derive(Default)]
struct Progress {
    anchors: Vec<Anchor>,
    /// How far its words have been found without a gap.
    reached: usize,
    refused: Option<Unchanged>,
    /// The clusters that end and start where words are only put in.
    before: Option<Anchor>,
    after: Option<Anchor>,
}

/// The changes, whose words are noted while the text goes by.
pub(super) struct Plan<'a> {
    changes: &'a [Change],
    text: &'a str,
    /// Those that may be made, by where they start.
    order: Vec<usize>,
    next: usize,
    /// Those whose words are going by.
    active: Vec<usize>,
    progress: Vec<Progress>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(text: &'a str, changes: &'a [Change]) -> Self {
        let progress: Vec<Progress> = changes
            .iter()
            .map(|change| Progress { reached: change.start, refused: unfit(text, change), ..Progress::default() })
            .collect();
        let mut order: Vec<usize> = (0..changes.len()).filter(|at| progress[*at].refused.is_none()).collect();
        order.sort_by_key(|index| (changes[*index].start, changes[*index].end));
        Self { changes, text, order, next: 0, active: Vec::new(), progress }
    }

    pub(super) fn cluster(&mut self, range: Range<usize>, sources: &[Item]) {
        while let Some(index) = self.order.get(self.next).filter(|index| self.changes[**index].start <= range.end) {
            self.active.push(*index);
            self.next += 1;
        }
        // One that ends here may still be a place to put words in at.
        let changes = self.changes;
        self.active.retain(|index| changes[*index].end >= range.start);
        for index in &self.active {
            let change = &changes[*index];
            let progress = &mut self.progress[*index];
            if change.start == change.end {
                if range.start < change.start && change.start < range.end {
                    progress.refused = Some(Unchanged::InsideCharacter);
                } else if range.end == change.start {
                    progress.before = sources.last().map(|item| item.anchor);
                } else if range.start == change.start {
                    progress.after = sources.first().map(|item| item.anchor);
                }
            } else if range.start < change.end && change.start < range.end {
                progress.take(&range, change, sources);
            }
        }
    }

    /// The changes that can be made, by where they start, and those that cannot with the reason, by their place among
    /// those given. Of two that share words the one that starts first is made.
    pub(super) fn finish(self, scanned: &Scanned) -> (Vec<Edit<'a>>, Vec<(usize, Unchanged)>) {
        let mut refused = Vec::new();
        let mut possible: Vec<(usize, Edit<'a>)> = Vec::new();
        for (index, (change, progress)) in self.changes.iter().zip(self.progress).enumerate() {
            match progress.edit(change, self.text, scanned) {
                Ok(edit) => possible.push((index, edit)),
                Err(why) => refused.push((index, why)),
            }
        }
        possible.sort_by_key(|(index, edit)| (edit.change.start, edit.change.end, *index));
        let mut covered = 0;
        let mut edits = Vec::new();
        for (index, edit) in possible {
            if edit.change.start < covered {
                refused.push((index, Unchanged::Overlap));
            } else {
                covered = edit.change.end;
                edits.push(edit);
            }
        }
        refused.sort_by_key(|(index, _)| *index);
        (edits, refused)
    }
}

/// Why a change is none, as far as the text alone tells.
fn unfit(text: &str, change: &Change) -> Option<Unchanged> {
    let Some(words) = text.get(change.start..change.end) else {
        let outside = change.end > text.len() || change.start > change.end;
        return Some(if outside { Unchanged::NoWords } else { Unchanged::InsideCharacter });
    };
    (words == normalise(&change.replacement)).then_some(Unchanged::AlreadySo)
}

impl Progress {
    fn take(&mut self, range: &Range<usize>, change: &Change, sources: &[Item]) {
        if range.start < change.start || range.end > change.end {
            self.refused = Some(Unchanged::InsideCharacter);
        } else if range.start != self.reached {
            self.refused = Some(Unchanged::AcrossParagraphs);
        }
        self.reached = range.end;
        self.anchors.extend(sources.iter().map(|item| item.anchor));
    }

    fn edit<'a>(self, change: &'a Change, text: &str, scanned: &Scanned) -> Result<Edit<'a>, Unchanged> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let words = normalise(&change.replacement);
        if change.start == change.end {
            // After the word before, where there is one: a place stands at the end of what it belongs to.
            let sides = [(self.before, true), (self.after, false)];
            let mut why = Unchanged::NoWords;
            for (beside, after) in sides {
                let Some(beside) = beside else { continue };
                match stroke(beside, scanned) {
                    Ok(stroke) => {
                        return Ok(Edit { change, strokes: Vec::new(), words, like: stroke.run, beside, after });
                    }
                    Err(reason) => why = reason,
                }
            }
            return Err(why);
        }
        if self.reached != change.end {
            let broken = text[change.start..change.end].contains('\n');
            return Err(if broken { Unchanged::AcrossParagraphs } else { Unchanged::NoWords });
        }
        let mut strokes: Vec<Stroke> = Vec::new();
        for anchor in &self.anchors {
            let stroke = stroke(*anchor, scanned)?;
            match strokes.last_mut() {
                Some(last) if last.text.is_some() && last.text == stroke.text && last.at.end == stroke.at.start => {
                    last.at.end = stroke.at.end;
                }
                _ => strokes.push(stroke),
            }
        }
        let (Some(first), Some(last)) = (strokes.first(), self.anchors.last()) else {
            return Err(Unchanged::NoWords);
        };
        let like = first.run;
        Ok(Edit { change, strokes, words, like, beside: *last, after: true })
    }
}

/// The character at an anchor, if it can be taken out.
fn stroke(anchor: Anchor, scanned: &Scanned) -> Result<Stroke, Unchanged> {
    let stroke = match anchor {
        Anchor::Text { text, start, end } => Stroke { run: scanned.texts[text].run, text: Some(text), at: start..end },
        Anchor::Element { run, start, end } => Stroke { run, text: None, at: start..end },
        Anchor::None => return Err(Unchanged::AutomaticNumber),
        Anchor::Run { .. } | Anchor::Formula { .. } => return Err(Unchanged::Unparted),
    };
    let run = &scanned.runs[stroke.run];
    if run.in_field {
        return Err(Unchanged::Field);
    }
    if run.unparted {
        return Err(Unchanged::Unparted);
    }
    Ok(stroke)
}
