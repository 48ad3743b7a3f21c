//! A scan's text as an optical recogniser gives it: words or lines with boxes, put through the same reading as glyphs.
//!
//! The recogniser is not here, since this room runs no programs. What it gives is never as sure as text, so the
//! result always carries a warning, and the stretches that it doubted.

use super::furniture::{self, PageLines};
use super::lines::{Line, Word};
use super::written::Turned;
use super::{assemble, tables_none};
use crate::{Extracted, FormatError, Limits, Problem};
use std::collections::BTreeMap;

/// How far, in ems, the middle of a word's box may be from that of its line.
const LEVEL: f64 = 0.55;

/// A line or a word that was recognised on a scan, with its box in hundredths of a point from the page's upper left
/// corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognisedLine {
    /// The page, from 1.
    pub page: u32,
    /// Left edge.
    pub left: u32,
    /// Upper edge.
    pub top: u32,
    /// Right edge.
    pub right: u32,
    /// Lower edge.
    pub bottom: u32,
    /// What it says.
    pub text: String,
    /// How sure the recogniser is, in percent.
    pub confidence: u8,
}

/// Lays out what was recognised on the scans of `pages` pages.
///
/// The lines of a page may come in any order, as whole lines or word by word. The result always has a
/// [`Problem::Recognised`].
///
/// # Errors
/// [`FormatError::NoText`] where nothing was recognised.
pub fn from_recognised(lines: Vec<RecognisedLine>, pages: u32) -> Result<Extracted, FormatError> {
    let limits = Limits::default();
    let mut by_page: BTreeMap<u32, Vec<Line>> = BTreeMap::new();
    let count = lines.len();
    let doubtful = lines.iter().filter(|line| line.confidence < super::written::DOUBTFUL).count();
    for line in lines {
        if let Some(read) = as_line(&line) {
            by_page.entry(line.page).or_default().push(read);
        }
    }
    if by_page.is_empty() {
        return Err(FormatError::NoText { pictures: usize::try_from(pages).unwrap_or(usize::MAX) });
    }
    let mut page_lines: Vec<PageLines> = by_page.into_iter().map(|(page, lines)| page_of(page, lines)).collect();
    let taken = furniture::take_out(&mut page_lines);
    let turned = page_lines.iter().map(|page| (page.page, Turned { width: page.width, height: page.height, turn: 0 }));
    let turned = turned.collect();
    let (mut extracted, doubts) = assemble(page_lines, &turned, &limits)?;
    extracted.pages = Some(pages);
    extracted.problems.extend(taken.problems());
    extracted.problems.insert(0, Problem::Recognised { lines: count, doubtful, spans: doubts });
    Ok(extracted)
}

/// One recognised piece; its words share its box by their letters.
fn as_line(line: &RecognisedLine) -> Option<Line> {
    let points = |hundredths: u32| f64::from(hundredths) / 100.0;
    let (left, right) = (points(line.left), points(line.right.max(line.left)));
    let (top, bottom) = (points(line.top), points(line.bottom.max(line.top)));
    let letters = line.text.trim().chars().count();
    if letters == 0 {
        return None;
    }
    let a_letter = (right - left) / letters as f64;
    let mut words = Vec::new();
    let mut at = 0_usize;
    for text in line.text.trim().split(char::is_whitespace) {
        let length = text.chars().count();
        if length > 0 {
            words.push(Word {
                text: text.to_owned(),
                left: left + a_letter * at as f64,
                right: left + a_letter * (at + length) as f64,
                top,
                bottom,
                bold: false,
                raised: false,
                glued: false,
                tied: false,
                confidence: Some(line.confidence),
            });
        }
        at += length + 1;
    }
    let height = bottom - top;
    Some(Line {
        page: line.page,
        words,
        left,
        right,
        baseline: bottom - 0.2 * height,
        size: height.max(1.0),
        artifact: false,
        invisible: false,
        hard: false,
        leads_blank: false,
        ends_blank: false,
    })
}

fn page_of(page: u32, mut lines: Vec<Line>) -> PageLines {
    // Boxes are as high as the letters in them, so the size of the type is that of the usual one.
    let mut sizes: Vec<f64> = lines.iter().map(|line| line.size).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(12.0);
    for line in &mut lines {
        let middle = f64::midpoint(line.top(), line.bottom());
        // A dash is low and in the middle, a full stop is low and at the foot; neither is of another size.
        if line.size < 2.0 * usual {
            line.size = usual;
        }
        line.baseline = middle + 0.3 * line.size;
    }
    let lines = join_words(lines);
    let edge = |side: fn(&Line) -> f64| lines.iter().map(side).fold(0.0, f64::max);
    // The page's own size is not told; furniture stands in its outer parts, and what is written fills the rest.
    let (width, height) = (edge(|line| line.right) + 56.0, (edge(|line| line.baseline) + 40.0).max(700.0));
    PageLines { page, width, height, lines, tables: tables_none(), rules_across: Vec::new() }
}

/// Words that stand level and near are one line. Boxes are tight around letters, so level is what overlaps: the row of
/// a word is that of the nearest words to its left, or the one whose height it shares most.
fn join_words(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Vec<Line>> = Vec::new();
    let mut sum = 0.0;
    for line in lines {
        match rows.last_mut() {
            Some(row) if line.baseline - sum / (row.len() as f64) < LEVEL * line.size => {
                sum += line.baseline;
                row.push(line);
            }
            _ => {
                sum = line.baseline;
                rows.push(vec![line]);
            }
        }
    }
    let mut joined: Vec<Line> = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        let floor = row.iter().map(|line| line.baseline).sum::<f64>() / row.len() as f64;
        let mut begun: Vec<Line> = Vec::new();
        for mut line in row {
            line.baseline = floor;
            match begun.last_mut() {
                Some(last) if line.left - last.right < 1.2 * last.size => {
                    last.words.append(&mut line.words);
                    last.right = last.right.max(line.right);
                }
                _ => begun.push(line),
            }
        }
        joined.extend(begun);
    }
    joined
}
