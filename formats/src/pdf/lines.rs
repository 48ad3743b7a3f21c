//! From letters on a page to words and pieces of lines.
//!
//! A PDF has no spaces it must draw, no lines and no words: a blank is a glyph, or a gap, or the stretch that justifies
//! a line. Letters that one operator drew belong together however far apart they stand; letters of different operators
//! only where they nearly touch, for the next cell of a table may start right there.

use super::fonts::Fonts;
use super::glyphs::{Glyph, PageContent, Rule};
use super::marker;
use crate::{FormatError, Limits};
use rasoat_law::text::legacy;
use unicode_normalization::char::is_combining_mark;

/// A gap between letters this wide, in ems, is a blank. Letters of one word stand closer even in loose type, and the
/// narrowest blank of the usual text fonts is a fifth of an em.
const BLANK: f64 = 0.17;
/// What letters of two operators may be apart and still be of one line, in ems: a blank and then some.
const NEXT_WORD: f64 = 0.9;
/// The same within one operator: lines justified over few words.
const STRETCHED: f64 = 40.0;
/// How far, in ems, letters reach into their neighbours by kerning or slanting; more is another run drawn into gaps.
const OVERLAP: f64 = 0.3;
/// How far, in ems, baselines may differ within a line.
const LEVEL: f64 = 0.2;

/// A word, or a part of one that stands raised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) bold: bool,
    /// Smaller and above the line: a note's number, an exponent.
    pub(super) raised: bool,
    /// No blank stands before it.
    pub(super) glued: bool,
    /// The blank before it is a hard one, at which lines are not broken.
    pub(super) tied: bool,
    /// How sure the recognition of a scan is of it, in percent.
    pub(super) confidence: Option<u8>,
}

/// A line of text, or the piece of it that stands in one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// From 1.
    pub(super) page: u32,
    pub(super) words: Vec<Word>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    pub(super) size: f64,
    pub(super) artifact: bool,
    pub(super) invisible: bool,
    /// Its blanks are hard ones, so that it was broken where a word happened to reach the side.
    pub(super) hard: bool,
    /// A blank was drawn before its first letter, and after its last.
    pub(super) leads_blank: bool,
    pub(super) ends_blank: bool,
}

impl Line {
    pub(super) fn top(&self) -> f64 {
        self.words.iter().map(|word| word.top).fold(f64::INFINITY, f64::min)
    }

    pub(super) fn bottom(&self) -> f64 {
        self.words.iter().map(|word| word.bottom).fold(f64::NEG_INFINITY, f64::max)
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn is_bold(&self) -> bool {
        self.words.iter().all(|word| word.bold)
    }

    /// Its words with blanks between them.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.words {
            if !text.is_empty() && !word.glued {
                text.push(' ');
            }
            text.push_str(&word.text);
        }
        text
    }

    /// Parts of a word that were drawn from several fonts are one.
    fn merge_glued(&mut self) {
        let mut merged: Vec<Word> = Vec::with_capacity(self.words.len());
        for mut word in self.words.drain(..) {
            // A number that Word counts is drawn apart from its text, however near.
            if merged.len() == 1 && word.glued && marker::is_label(&merged[0].text) {
                word.glued = false;
            }
            match merged.last_mut() {
                Some(last) if word.glued && word.raised == last.raised => {
                    last.text.push_str(&word.text);
                    last.left = last.left.min(word.left);
                    last.right = last.right.max(word.right);
                    last.top = last.top.min(word.top);
                    last.bottom = last.bottom.max(word.bottom);
                    last.bold &= word.bold;
                }
                _ => merged.push(word),
            }
        }
        // The number of a note stands before its text, however near.
        if let [first, second, ..] = merged.as_mut_slice()
            && first.raised
        {
            second.glued &= second.raised;
        }
        self.words = merged;
    }

    fn settle(&mut self) {
        self.left = self.words.iter().map(|word| word.left).fold(f64::INFINITY, f64::min);
        self.right = self.words.iter().map(|word| word.right).fold(f64::NEG_INFINITY, f64::max);
        if let Some(first) = self.words.first_mut() {
            first.glued = false;
        }
    }
}

/// The lines of a page in pieces, from the top, and from left to right where they stand level.
pub(super) fn lines(content: &PageContent, fonts: &Fonts<'_>, limits: &Limits) -> Result<Vec<Line>, FormatError> {
    let mut uprights: Vec<Rule> = content.rules.iter().filter(|rule| !rule.across).copied().collect();
    uprights.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut runs: Vec<Run> = Vec::new();
    for (index, glyph) in content.glyphs.iter().enumerate() {
        if index.is_multiple_of(4096) {
            limits.interrupt.check()?;
        }
        let goes_on = runs.last().is_some_and(|run| run.takes(glyph) && !is_cut(&uprights, run, glyph));
        if !goes_on {
            runs.push(Run::new(glyph));
        }
        if let Some(run) = runs.last_mut() {
            run.add(glyph, fonts);
        }
    }
    for run in &mut runs {
        run.end_word(fonts);
    }
    let mut pieces: Vec<Run> = runs.into_iter().filter(|run| !run.words.is_empty()).collect();
    settle_raised(&mut pieces);
    Ok(join(pieces, &uprights, content.page))
}

/// Puts small pieces that stand raised or lowered at a line, but were not drawn right after its letters, level with it.
fn settle_raised(pieces: &mut [Run]) {
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let level = |piece: &Run| (piece.baseline, piece.size, piece.left, piece.right);
    let places: Vec<_> = pieces.iter().map(level).collect();
    for (at, piece) in pieces.iter_mut().enumerate() {
        let hosts = |(baseline, size, left, right): &&(f64, f64, f64, f64)| {
            let off = (piece.baseline - baseline).abs();
            piece.size < 0.8 * size
                && off < 0.6 * size
                && piece.left > left - 0.2 * size
                && piece.left < right + 0.35 * size
        };
        let near = |at: &usize| (places[*at].0 - piece.baseline).abs() < 0.6 * 3.0 * piece.size;
        let below = (at + 1..places.len()).take_while(near);
        let above = (0..at).rev().take_while(near);
        let host = below.chain(above).take(64).map(|at| &places[at]).find(hosts);
        if let Some((baseline, size, ..)) = host {
            let raised = piece.baseline < *baseline;
            for word in &mut piece.words {
                word.raised = raised;
            }
            piece.baseline = *baseline;
            piece.size = *size;
        }
    }
}

/// Pieces of lines, as one run of operators drew them, joined where they stand level and next to each other.
fn join(mut pieces: Vec<Run>, uprights: &[Rule], page: u32) -> Vec<Line> {
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut lines: Vec<Line> = Vec::new();
    let mut row: Vec<Run> = Vec::new();
    for piece in pieces {
        if let Some(first) = row.first()
            && piece.baseline - first.baseline > LEVEL * first.size.max(piece.size)
        {
            join_row(&mut row, uprights, page, &mut lines);
        }
        row.push(piece);
    }
    join_row(&mut row, uprights, page, &mut lines);
    lines
}

fn join_row(row: &mut Vec<Run>, uprights: &[Rule], page: u32, lines: &mut Vec<Line>) {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut joined: Vec<Run> = Vec::new();
    for piece in woven(std::mem::take(row)) {
        let Some(last) = joined.last_mut() else {
            joined.push(piece);
            continue;
        };
        let em = last.size.max(piece.size);
        let gap = piece.left - last.right;
        let cut = divided(uprights, last.ink_right, piece.left, last.baseline);
        if !cut && gap > -OVERLAP * em && gap < NEXT_WORD * em && last.size.min(piece.size) > 0.5 * em {
            last.append(piece);
        } else {
            joined.push(piece);
        }
    }
    lines.extend(joined.into_iter().map(|run| run.into_line(page)));
}

/// Runs that reach into each other made one, word by word from the left: letters that a font lacks are drawn from
/// another one, after all the others, into the gaps that were left for them.
fn woven(runs: Vec<Run>) -> Vec<Run> {
    let mut clusters: Vec<Vec<Run>> = Vec::new();
    let mut reach = f64::NEG_INFINITY;
    for run in runs {
        // Bold made by drawing twice.
        let twice = clusters
            .iter()
            .rev()
            .take(1)
            .flatten()
            .any(|other| (run.left - other.left).abs() < 0.2 * run.size && run.says_the_same(other));
        if twice {
            continue;
        }
        let inside = run.left < reach - OVERLAP * run.size;
        reach = if inside { reach.max(run.right) } else { run.right };
        match clusters.last_mut() {
            Some(cluster) if inside => cluster.push(run),
            _ => clusters.push(vec![run]),
        }
    }
    clusters.into_iter().filter_map(weave).collect()
}

fn weave(mut runs: Vec<Run>) -> Option<Run> {
    let longest = (0..runs.len()).max_by_key(|at| runs[*at].words.len())?;
    if runs.len() == 1 {
        return runs.pop();
    }
    let mut words: Vec<(usize, usize, Word)> = Vec::new();
    for (run, from) in runs.iter_mut().enumerate() {
        words.extend(from.words.drain(..).enumerate().map(|(at, word)| (run, at, word)));
    }
    words.sort_by(|a, b| a.2.left.total_cmp(&b.2.left));
    let mut reach = f64::NEG_INFINITY;
    let mut before: Option<(usize, usize)> = None;
    let size = runs[longest].size;
    for (run, at, word) in &mut words {
        // Where nothing came between two words, it stays as it was drawn.
        if before != at.checked_sub(1).map(|at| (*run, at)) {
            word.glued = word.left - reach <= BLANK * size;
        }
        before = Some((*run, *at));
        reach = reach.max(word.right);
    }
    let first = runs.iter().min_by(|a, b| a.left.total_cmp(&b.left)).is_some_and(|run| run.leads_blank);
    let last = runs.iter().max_by(|a, b| a.right.total_cmp(&b.right)).map(|run| (run.blank, run.tied));
    let mut whole = runs.swap_remove(longest);
    whole.leads_blank = first;
    (whole.blank, whole.tied) = last.unwrap_or_default();
    for run in runs {
        whole.left = whole.left.min(run.left);
        whole.right = whole.right.max(run.right);
        whole.ink_right = whole.ink_right.max(run.ink_right);
        whole.soft_blanks += run.soft_blanks;
        whole.hard_blanks += run.hard_blanks;
    }
    whole.words = words.into_iter().map(|(_, _, word)| word).collect();
    Some(whole)
}

/// Whether one of the upright lines, which come from the left, stands between two places of a line.
fn divided(uprights: &[Rule], from: f64, to: f64, baseline: f64) -> bool {
    let first = uprights.partition_point(|rule| rule.at <= from - 0.5);
    uprights[first..]
        .iter()
        .take_while(|rule| rule.at < to + 0.5)
        .any(|rule| rule.from < baseline && rule.to > baseline - 4.0)
}

/// Whether a ruled line stands between a run and the letter after it.
fn is_cut(uprights: &[Rule], run: &Run, glyph: &Glyph) -> bool {
    glyph.left - run.ink_right > BLANK * run.size && divided(uprights, run.ink_right, glyph.left, run.baseline)
}

/// Letters that were drawn one after the other along a line.
struct Run {
    words: Vec<Word>,
    left: f64,
    /// Past the last letter, blanks counted.
    right: f64,
    /// Past the last letter that is none.
    ink_right: f64,
    baseline: f64,
    size: f64,
    shown: u32,
    /// A blank was drawn before the first letter, and since the last.
    leads_blank: bool,
    blank: bool,
    /// The last blank was a hard one; how many were, and how many were not.
    tied: bool,
    hard_blanks: usize,
    soft_blanks: usize,
    open: Option<OpenWord>,
    artifact: bool,
    invisible: bool,
}

struct OpenWord {
    word: Word,
    font: usize,
}

impl Run {
    fn new(glyph: &Glyph) -> Self {
        Self {
            words: Vec::new(),
            left: glyph.left,
            right: glyph.left,
            ink_right: glyph.left,
            baseline: glyph.baseline,
            size: glyph.size,
            shown: glyph.shown,
            leads_blank: false,
            blank: false,
            tied: false,
            hard_blanks: 0,
            soft_blanks: 0,
            open: None,
            artifact: glyph.artifact,
            invisible: glyph.invisible,
        }
    }

    /// Whether a letter goes on where this run ended.
    fn takes(&self, glyph: &Glyph) -> bool {
        let em = self.size.max(glyph.size);
        let gap = glyph.left - self.right;
        let off = (glyph.baseline - self.baseline).abs();
        if self.invisible != glyph.invisible || self.artifact != glyph.artifact {
            return false;
        }
        if glyph.text.chars().all(is_combining_mark) {
            return off < em && gap.abs() < 1.5 * em;
        }
        let level = off < LEVEL * self.size.min(glyph.size);
        if level {
            let reach = if glyph.shown == self.shown { STRETCHED } else { NEXT_WORD };
            return gap > -0.6 * em && gap < reach * em;
        }
        // A raised number and the line it stands at.
        let (small, large) = (self.size.min(glyph.size), em);
        small < 0.8 * large && off < 0.6 * large && gap > -0.3 * em && gap < 0.4 * em
    }

    fn add(&mut self, glyph: &Glyph, fonts: &Fonts<'_>) {
        let gap = glyph.left - self.ink_right;
        let is_blank = !glyph.text.is_empty() && glyph.text.chars().all(char::is_whitespace);
        self.shown = glyph.shown;
        if is_blank {
            self.end_word(fonts);
            self.leads_blank |= self.words.is_empty();
            self.blank = true;
            self.tied = glyph.text.chars().all(|ch| ch == '\u{a0}');
            self.hard_blanks += usize::from(self.tied);
            self.soft_blanks += usize::from(!self.tied);
            self.right = self.right.max(glyph.right);
            return;
        }
        let off = glyph.baseline - self.baseline;
        let mut raised = false;
        if off.abs() >= LEVEL * self.size.min(glyph.size) && !glyph.text.chars().all(is_combining_mark) {
            if glyph.size > self.size {
                // What came before was the raised part.
                self.end_word(fonts);
                for word in &mut self.words {
                    word.raised = true;
                }
                self.baseline = glyph.baseline;
                self.size = glyph.size;
            } else {
                raised = off < 0.0;
            }
        }
        let parts = match &self.open {
            Some(open) => gap > BLANK * self.size || open.word.raised != raised || open.font != glyph.font,
            None => true,
        };
        if parts {
            self.end_word(fonts);
            let glued = !self.words.is_empty() && !self.blank && gap <= BLANK * self.size;
            self.open = Some(OpenWord {
                word: Word {
                    text: String::new(),
                    left: glyph.left,
                    right: glyph.right,
                    top: glyph.baseline - 0.75 * glyph.size,
                    bottom: glyph.baseline + 0.22 * glyph.size,
                    bold: fonts.is_bold(glyph.font),
                    raised,
                    glued,
                    tied: self.blank && self.tied && !self.words.is_empty(),
                    confidence: None,
                },
                font: glyph.font,
            });
        }
        self.blank = false;
        if let Some(open) = &mut self.open {
            open.word.text.push_str(&glyph.text);
            open.word.left = open.word.left.min(glyph.left);
            open.word.right = open.word.right.max(glyph.right);
        }
        self.left = self.left.min(glyph.left);
        self.right = self.right.max(glyph.right);
        self.ink_right = self.ink_right.max(glyph.right);
    }

    /// Closes the open word, in Unicode where its font was of an older encoding.
    fn end_word(&mut self, fonts: &Fonts<'_>) {
        let Some(OpenWord { mut word, font }) = self.open.take() else { return };
        if let Some(encoding) = fonts.legacy(font)
            && word.text.chars().all(|ch| ch < '\u{1ea0}' || matches!(ch, '\u{2010}'..='\u{2122}'))
        {
            word.text = legacy::convert_as(&word.text, encoding).0;
        }
        if !word.text.is_empty() {
            self.words.push(word);
        }
    }

    fn append(&mut self, mut next: Self) {
        let gap = next.left - self.ink_right;
        let tied = (self.blank && self.tied) || (next.leads_blank && next.leads_tied());
        if let Some(first) = next.words.first_mut() {
            first.tied = tied;
            first.glued = !self.blank && !next.leads_blank && gap <= BLANK * self.size.max(next.size);
        }
        self.words.append(&mut next.words);
        self.hard_blanks += next.hard_blanks;
        self.soft_blanks += next.soft_blanks;
        self.blank = next.blank;
        self.right = self.right.max(next.right);
        self.ink_right = self.ink_right.max(next.ink_right);
        self.size = self.size.max(next.size);
        self.artifact &= next.artifact;
        self.invisible &= next.invisible;
    }

    fn leads_tied(&self) -> bool {
        self.hard_blanks > 0 && self.soft_blanks == 0
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.words.len() == other.words.len() && self.words.iter().zip(&other.words).all(|(a, b)| a.text == b.text)
    }

    fn into_line(self, page: u32) -> Line {
        let mut line = Line {
            page,
            words: self.words,
            left: 0.0,
            right: 0.0,
            baseline: self.baseline,
            size: self.size,
            artifact: self.artifact,
            invisible: self.invisible,
            hard: self.hard_blanks > 1 && self.soft_blanks == 0,
            leads_blank: self.leads_blank,
            ends_blank: self.blank,
        };
        line.settle();
        line.merge_glued();
        line
    }
}
