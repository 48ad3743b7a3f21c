//! A comparison as a Word file of tracked changes: accepting all gives the new text, rejecting all the old one.

use super::{ChangeKind, Compared, Redline, Words};
use crate::FormatError;
use crate::docx::write::{Align, Body, Kind, Page, Run, Tracked};

impl Redline {
    /// As DOCX, changes tracked under `author` at `date` (ISO 8601).
    ///
    /// # Errors
    /// [`FormatError::Write`] when packing fails.
    pub fn docx(&self, author: &str, date: Option<&str>) -> Result<Vec<u8>, FormatError> {
        let mut body = Body::new();
        let tracked = |kind| Some(Tracked { author, date, kind });
        for compared in &self.paragraphs {
            let runs: Vec<Run<'_>> = compared
                .words
                .iter()
                .map(|words| match words {
                    Words::Kept(text) => Run::plain(text),
                    Words::Deleted(text) => Run { tracked: tracked(Kind::Deleted), ..Run::plain(text) },
                    Words::Inserted(text) => Run { tracked: tracked(Kind::Inserted), ..Run::plain(text) },
                })
                .collect();
            body.tracked_paragraph(&runs, Align::Left, mark(compared).and_then(tracked));
        }
        body.pack(Page::Portrait)
    }
}

/// What became of the paragraph's end, and so of the paragraph as such.
fn mark(compared: &Compared) -> Option<Kind> {
    match compared.change {
        ChangeKind::Same | ChangeKind::Changed => None,
        ChangeKind::Added | ChangeKind::MovedHere => Some(Kind::Inserted),
        ChangeKind::Removed | ChangeKind::MovedAway => Some(Kind::Deleted),
    }
}
