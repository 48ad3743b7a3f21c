//! What stands beside a document's text: its notes, the changes tracked in it, and the comments on it.
//!
//! Hard because each is about a place in the text and none is part of it: a footnote of a consolidated text (văn bản
//! hợp nhất) quotes articles of the amending act, a deleted number still reads like one. So the text stays clean and
//! each keeps its offset. Sources: ECMA-376 part 1, 17.11 (notes) and 17.13 (comments, revisions); for the notes of a
//! consolidated text, Decree 78/2025/NĐ-CP, Article 71.

use crate::{Comment, Extracted, normalise};
use serde::{Deserialize, Serialize};

/// What stands beside the text, each list in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Margin {
    /// Footnotes and endnotes.
    pub notes: Vec<Note>,
    /// Changes that an earlier reviewer tracked. The text is what they would leave if all were accepted.
    pub revisions: Vec<Revision>,
    /// Comments that an earlier reviewer made; in the order the file lists them.
    pub comments: Vec<Comment>,
}

/// A footnote or an endnote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Where it stands on the page.
    pub kind: NoteKind,
    /// Its number, counted from 1 for each kind in the order of the text.
    pub number: u32,
    /// The byte offset in the text at which its mark stands.
    pub at: usize,
    /// Its own text, normalised, a paragraph a line, without its mark.
    pub text: String,
}

/// Where a note stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// At the foot of the page.
    Foot,
    /// At the end of the document.
    End,
}

/// One tracked change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// What was done.
    pub kind: RevisionKind,
    /// The byte offset in the text where it starts.
    pub start: usize,
    /// The byte offset in the text where it ends; where words were taken out, the same as `start`.
    pub end: usize,
    /// The words that were taken out, normalised; empty where words were put in, for these stand in the text.
    pub removed: String,
    /// Who made it; empty where the file does not say.
    pub author: String,
    /// When, as the file writes it (ISO 8601).
    pub date: Option<String>,
}

/// What a tracked change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionKind {
    /// Put words in.
    Inserted,
    /// Took words out.
    Deleted,
    /// Put words in that stood elsewhere.
    MovedHere,
    /// Took words out that stand elsewhere now.
    MovedAway,
}

impl Extracted {
    /// The text followed by its notes, each on a line `[1] …` as consolidated texts print them and
    /// `rasoat_law::structure` reads them. Offsets of the text stay what they are. The text itself where there are none.
    pub fn text_with_notes(&self) -> String {
        let mut text = self.text.clone();
        for (index, note) in self.margin.notes.iter().enumerate() {
            text.push_str(&format!("\n[{}] {}", index + 1, note.text.trim()));
        }
        if self.margin.notes.is_empty() { text } else { normalise(&text) }
    }
}
