//! Paragraphs written out as the normal text, each word with its box on the page.

use super::lines::{Line, Word};
use super::paragraphs::{Paragraph, Seam, seam};
use crate::normal::{compose, map_char};
use crate::{FormatError, Limits, Place, Position};
use std::collections::{HashMap, HashSet};

/// Recognised words less sure than this, in percent, are doubtful. Tesseract's own users take 60 to 70; errors in
/// Vietnamese tone marks come with up to 75.
pub(super) const DOUBTFUL: u8 = 75;

/// How a page stands to what was read from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turned {
    /// The sides of the page after turning.
    pub(super) width: f64,
    pub(super) height: f64,
    /// By how many quarter turns, clockwise.
    pub(super) turn: u8,
}

/// A doubtful stretch of recognised text: from, to, and how sure, in percent.
pub(super) type Doubt = (usize, usize, u8);

/// A text with the places of its words.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) places: Vec<Place>,
    pub(super) doubts: Vec<Doubt>,
}

/// Writes paragraphs out, a line each.
pub(super) fn write(
    paragraphs: &[Paragraph],
    pages: &HashMap<u32, Turned>,
    limits: &Limits,
) -> Result<Written, FormatError> {
    let mut written = Written::default();
    let words = Vocabulary::of(paragraphs);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index.is_multiple_of(256) {
            limits.interrupt.check()?;
        }
        written.paragraph(paragraph, pages, &words);
    }
    Ok(written)
}

/// Words that a hyphen at a line's end could be part of, kept only where there is such a hyphen.
struct Vocabulary(HashSet<String>);

impl Vocabulary {
    fn of(paragraphs: &[Paragraph]) -> Self {
        let lines = || paragraphs.iter().flatten();
        let hyphened = |line: &Line| line.words.last().is_some_and(|word| word.text.ends_with(['-', '\u{2010}']));
        if !lines().any(hyphened) {
            return Self(HashSet::new());
        }
        let bare = |word: &Word| word.text.trim_matches(|ch: char| !ch.is_alphabetic()).to_lowercase();
        Self(lines().flat_map(|line| &line.words).map(bare).collect())
    }
}

impl Written {
    fn paragraph(&mut self, paragraph: &[Line], pages: &HashMap<u32, Turned>, known: &Vocabulary) {
        // Every character with the word it stands in; blanks between words stand in none.
        let mut words: Vec<(u32, &Word)> = Vec::new();
        let mut items: Vec<(char, Option<usize>)> = Vec::new();
        let mut end: Option<(&Line, &Word)> = None;
        for line in paragraph {
            let mut begins_line = true;
            for word in &line.words {
                if let Some((last_line, before)) = end {
                    let joint =
                        if begins_line && last_line.hard && line.hard && !last_line.ends_blank && !line.leads_blank {
                            Seam::None
                        } else if begins_line {
                            seam(before, word, |joined| known.0.contains(joined))
                        } else if word.glued {
                            Seam::None
                        } else {
                            Seam::Blank
                        };
                    match joint {
                        Seam::Blank => items.push((' ', None)),
                        Seam::None => {}
                        Seam::DropHyphen => {
                            // A soft one never was an item.
                            if items.last().is_some_and(|item| matches!(item.0, '-' | '\u{2010}')) {
                                items.pop();
                            }
                        }
                    }
                }
                begins_line = false;
                words.push((line.page, word));
                let at = words.len() - 1;
                items.extend(
                    word.text.chars().filter_map(map_char).map(|ch| (if ch == '\n' { ' ' } else { ch }, Some(at))),
                );
                end = Some((line, word));
            }
        }
        let first_place = self.places.len();
        let start = self.text.len();
        let mut last_word = None;
        compose(
            &items,
            |item| item.0,
            |cluster, first, _| {
                let from = self.text.len();
                self.text.push_str(cluster);
                let Some(at) = first.1 else { return };
                let to = self.text.len();
                let (page, word) = words[at];
                if last_word == Some(at)
                    && let Some(place) = self.places[first_place..].last_mut()
                {
                    place.end = to;
                } else {
                    let at = position(page, word, pages.get(&page));
                    self.places.push(Place { start: from, end: to, at });
                }
                last_word = Some(at);
                if let Some(confidence) = word.confidence.filter(|confidence| *confidence < DOUBTFUL) {
                    match self.doubts.last_mut() {
                        Some(doubt) if doubt.1 == from && doubt.2 == confidence => doubt.1 = to,
                        _ => self.doubts.push((from, to, confidence)),
                    }
                }
            },
        );
        if self.text.len() > start {
            self.text.push('\n');
        }
    }
}

/// The box of a word on the page as it is shown.
fn position(page: u32, word: &Word, turned: Option<&Turned>) -> Position {
    let (left, top, right, bottom) = (word.left, word.top, word.right, word.bottom);
    let (left, top, right, bottom) = match turned {
        Some(Turned { height, turn: 1, .. }) => (height - bottom, left, height - top, right),
        Some(Turned { width, height, turn: 2 }) => (width - right, height - bottom, width - left, height - top),
        Some(Turned { width, turn: 3, .. }) => (top, width - right, bottom, width - left),
        _ => (left, top, right, bottom),
    };
    let hundredths = |points: f64| (points * 100.0).round().max(0.0) as u32;
    Position::Page {
        page,
        left: hundredths(left),
        top: hundredths(top),
        right: hundredths(right),
        bottom: hundredths(bottom),
    }
}
