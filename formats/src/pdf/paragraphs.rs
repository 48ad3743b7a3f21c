//! From lines to paragraphs: which line goes on with the one before it.
//!
//! The surest sign is one that no writer can hide: a line is full when the first word of the next would not have fitted
//! on it. Space between lines, indents and a provision's number say the rest. Over a page's end only these are left.
//! Notes at the foot of a page follow the paragraph that runs past it.

use super::layout::{Block, Kind};
use super::lines::{Line, Word};
use super::marker;
use std::collections::HashMap;

/// Space between baselines, as a share of what is usual within paragraphs, from which a new one begins.
const SPACED: f64 = 1.14;
/// The same where the words themselves go on.
const SPACED_GOING_ON: f64 = 1.6;
/// Indents from this many ems count.
const INDENT: f64 = 0.8;
/// What Word and LibreOffice leave free, in points, between a cell's sides and its text.
const CELL_MARGIN: f64 = 5.4;

/// Lines that are one paragraph of law.
pub(super) type Paragraph = Vec<Line>;

/// Between which sides lines were set.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: f64,
    right: f64,
}

/// The paragraphs of a document, given its pages in the order of reading.
pub(super) fn paragraphs(pages: Vec<Vec<Block>>) -> Vec<Paragraph> {
    let spacing = Spacing::of(&pages);
    let frames = body_frames(&pages);
    let indented = uses_indents(&pages, &frames);
    let mut done: Vec<Paragraph> = Vec::new();
    let mut open: Paragraph = Vec::new();
    let mut notes: Vec<Paragraph> = Vec::new();
    for (blocks, frame) in pages.into_iter().zip(frames) {
        for block in blocks {
            match block.kind {
                Kind::Body => {
                    for line in block.lines {
                        let joint = Joint { spacing: &spacing, frame, indented, all_centred: false };
                        if !open.is_empty() && joint.begins(&open, &line) {
                            done.push(std::mem::take(&mut open));
                            done.append(&mut notes);
                        }
                        open.push(line);
                    }
                }
                Kind::Cell | Kind::Column => {
                    if !open.is_empty() {
                        done.push(std::mem::take(&mut open));
                    }
                    done.append(&mut notes);
                    done.extend(of_block(block, &spacing));
                }
                Kind::Note => notes.extend(of_block(block, &spacing)),
            }
        }
    }
    if !open.is_empty() {
        done.push(open);
    }
    done.append(&mut notes);
    done
}

/// The paragraphs of a cell, a column or the notes of a page.
fn of_block(block: Block, spacing: &Spacing) -> Vec<Paragraph> {
    let widest = block.lines.iter().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
    let left = block.lines.iter().map(|line| line.left).fold(f64::INFINITY, f64::min);
    let all_centred = block.kind != Kind::Note && is_centred_column(&block.lines, left, widest);
    let frame = match block.kind {
        // The sides of a cell are where its ruled lines stand; its words keep some distance on either side.
        Kind::Cell => Frame { left: left.min(block.left + CELL_MARGIN), right: widest.max(block.right - CELL_MARGIN) },
        Kind::Column if all_centred => {
            let middle = f64::midpoint(left, widest);
            let half = (middle - block.left).min(block.right - middle).max(0.5 * (widest - left));
            Frame { left: middle - half, right: middle + half }
        }
        _ => Frame { left, right: widest },
    };
    let joint = Joint { spacing, frame, indented: false, all_centred };
    let mut done: Vec<Paragraph> = Vec::new();
    for line in block.lines {
        match done.last_mut() {
            Some(open) if !joint.begins(open, &line) => open.push(line),
            _ => done.push(vec![line]),
        }
    }
    done
}

/// Whether the lines of a column are centred in it.
fn is_centred_column(lines: &[Line], left: f64, right: f64) -> bool {
    let middle = f64::midpoint(left, right);
    let off = |line: &Line| (f64::midpoint(line.left, line.right) - middle).abs();
    // Lines that are set to the left start within a hair of each other.
    let inset = |line: &Line| line.left - left;
    lines.len() > 1
        && lines.iter().all(|line| off(line) < 0.8 * line.size)
        && lines.iter().any(|line| inset(line) > 0.25 * line.size)
}

/// How far apart the lines of a paragraph stand, by the size of their type.
struct Spacing(HashMap<i64, f64>);

impl Spacing {
    fn of(pages: &[Vec<Block>]) -> Self {
        let mut seen: HashMap<i64, HashMap<i64, usize>> = HashMap::new();
        for block in pages.iter().flatten() {
            let widest = block.lines.iter().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
            for pair in block.lines.windows(2) {
                let (above, below) = (&pair[0], &pair[1]);
                let full = widest - above.right < 4.0 * above.size;
                let apart = below.baseline - above.baseline;
                if above.page == below.page
                    && full
                    && same_size(above, below)
                    && !marker::begins_with(&below.text())
                    && apart > 0.0
                {
                    *seen.entry(bucket(above.size, 2.0)).or_default().entry(bucket(apart, 2.0)).or_default() += 1;
                }
            }
        }
        let usual = seen.into_iter().filter_map(|(size, counts)| {
            // The smallest of the distances that are common: paragraphs may be apart as often as lines are.
            let most = counts.values().copied().max()?;
            let least = counts.iter().filter(|(_, count)| **count * 3 >= most).map(|(apart, _)| *apart).min()?;
            Some((size, least as f64 / 2.0))
        });
        Self(usual.collect())
    }

    fn usual(&self, size: f64) -> f64 {
        self.0.get(&bucket(size, 2.0)).copied().unwrap_or(1.25 * size).max(size)
    }
}

fn bucket(value: f64, a_point: f64) -> i64 {
    (value * a_point).round() as i64
}

fn same_size(a: &Line, b: &Line) -> bool {
    (a.size - b.size).abs() < 0.12 * a.size.max(b.size)
}

/// For each page, between which sides its body was set; pages with little text take those of the document.
fn body_frames(pages: &[Vec<Block>]) -> Vec<Frame> {
    let body = |blocks: &[Block]| -> Vec<(f64, f64)> {
        let lines = blocks.iter().filter(|block| block.kind == Kind::Body).flat_map(|block| &block.lines);
        lines.map(|line| (line.left, line.right)).collect()
    };
    let sides = |mut lines: Vec<(f64, f64)>| -> Option<Frame> {
        if lines.is_empty() {
            return None;
        }
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let left = lines[lines.len() / 20].0;
        lines.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Frame { left, right: lines[lines.len() / 50].1 })
    };
    let whole = sides(pages.iter().flat_map(|blocks| body(blocks)).collect());
    let mut whole = whole.unwrap_or(Frame { left: 0.0, right: 0.0 });
    // Where hardly a line reaches the side, none is full: the side is taken to be as far off as on the left.
    let reaching = pages.iter().flat_map(|blocks| body(blocks)).filter(|(_, right)| whole.right - right < 15.0).count();
    let bodies = pages.iter().flatten().filter(|block| block.kind == Kind::Body);
    let width = bodies.map(|block| block.right).fold(0.0, f64::max);
    if reaching < 3 || whole.right < 0.62 * width {
        whole.right = whole.right.max(width - whole.left);
    }
    pages
        .iter()
        .map(|blocks| {
            let lines = body(blocks);
            let own = if lines.len() >= 6 { sides(lines) } else { None };
            match own {
                // Titles and short lines alone say nothing about the right side.
                Some(own) if own.right > whole.right - 0.1 * (whole.right - whole.left) => own,
                Some(own) => Frame { left: own.left.min(whole.left), right: whole.right },
                None => whole,
            }
        })
        .collect()
}

/// Whether paragraphs are told by the indent of their first line: lines after full ones mostly start at the side.
fn uses_indents(pages: &[Vec<Block>], frames: &[Frame]) -> bool {
    let (mut at_side, mut inside) = (0_usize, 0_usize);
    for (blocks, frame) in pages.iter().zip(frames) {
        for block in blocks.iter().filter(|block| block.kind == Kind::Body) {
            for pair in block.lines.windows(2) {
                if !marker::begins_with(&pair[1].text()) {
                    continue;
                }
                if pair[1].left - frame.left > INDENT * pair[1].size {
                    inside += 1;
                } else {
                    at_side += 1;
                }
            }
        }
    }
    inside > at_side
}

/// Everything that decides whether a line goes on with a paragraph.
struct Joint<'s> {
    spacing: &'s Spacing,
    frame: Frame,
    indented: bool,
    /// All lines of the cell or column are centred in it.
    all_centred: bool,
}

impl Joint<'_> {
    /// Whether `next` begins a paragraph after `open`.
    fn begins(&self, open: &[Line], next: &Line) -> bool {
        let (Some(first), Some(last)) = (open.first(), open.last()) else { return true };
        let em = last.size.max(next.size);
        let (before, after) = (last.text(), next.text());
        if !same_size(last, next) || is_rule(&before) || is_rule(&after) || is_motto(&before) || is_motto(&after) {
            return true;
        }
        let goes_on = goes_on(&before, &after);
        let labelled = marker::begins_with(&after) && (!marker::is_dashed(&after) || ends_sentence(&before));
        if last.page == next.page {
            let apart = next.baseline - last.baseline;
            let usual = self.spacing.usual(next.size);
            let limit = if goes_on && !labelled { SPACED_GOING_ON } else { SPACED };
            if apart > limit * usual + 0.3 || apart < -0.5 * em {
                return true;
            }
        }
        let title = is_title(&before) && is_title(&after);
        let centred_next = self.is_centred(next);
        // The first lines of a long centred title reach nearly from side to side.
        let centred = self.is_centred(last) || (centred_next && (self.skew(last) < 1.2 * em || title));
        if self.has_room(last, next, goes_on, centred && centred_next) {
            return true;
        }
        if centred && centred_next && (is_title(&before) != is_title(&after) || is_authority(&before)) && !goes_on {
            return true;
        }
        if centred != centred_next && !goes_on {
            return true;
        }
        if labelled && (!calls_for_number(&before, &after) || first.is_bold() != next.is_bold()) {
            return true;
        }
        if last.page != next.page && ends_sentence(&before) && !before.ends_with(';') && starts_upper(&after) {
            // A full line that ends a sentence at the end of a page more often ends its paragraph than not.
            return true;
        }
        if !centred && !centred_next && self.is_indented_anew(open, next, em, goes_on) {
            return true;
        }
        // A heading in bold and the text under it.
        (last.is_bold() && !next.words.iter().any(|word| word.bold) && !goes_on)
            || (!last.words.iter().any(|word| word.bold) && next.is_bold() && !goes_on && starts_upper(&after))
    }

    /// Whether the next line's first word would have fitted on the last line.
    fn has_room(&self, last: &Line, next: &Line, goes_on: bool, centred: bool) -> bool {
        let width = self.frame.right - self.frame.left;
        // A centred line with an indent stands off the middle by half of it.
        let at_right = last.left - self.frame.left > 0.4 * width;
        let room = if centred {
            width - last.width() - self.skew(last)
        } else if at_right {
            width - last.width()
        } else {
            self.frame.right - last.right
        };
        let blank = 0.25 * last.size;
        // Words that a hard blank ties together come down together.
        let mut words = next.words.iter();
        let start = words.next();
        let left = start.map_or(next.left, |word| word.left);
        let end = words.take_while(|word| word.glued || word.tied).last().or(start);
        let need = blank + end.map_or(0.0, |word| word.right - left);
        if goes_on {
            return room > need + 0.12 * width;
        }
        room > need + 0.15 * last.size
    }

    fn is_centred(&self, line: &Line) -> bool {
        self.all_centred || (line.left - self.frame.left > 2.0 * line.size && self.skew(line) < 1.2 * line.size)
    }

    /// How much more is free on one side of it than on the other.
    fn skew(&self, line: &Line) -> f64 {
        ((line.left - self.frame.left) - (self.frame.right - line.right)).abs()
    }

    /// Whether the line's indent is that of a first line.
    fn is_indented_anew(&self, open: &[Line], next: &Line, em: f64, goes_on: bool) -> bool {
        // Pages may be set at different sides.
        let inset = next.left - self.frame.left;
        match open {
            [.., before, last] if last.page == next.page && before.page == last.page => {
                let off = next.left - last.left;
                off > INDENT * em || (off < -INDENT * em && !goes_on)
            }
            [first] if first.page == next.page => {
                let off = next.left - first.left;
                let level = off.abs() < 0.3 * em;
                level && self.indented && inset > INDENT * em && !goes_on
            }
            _ => self.indented && inset > INDENT * em && !goes_on,
        }
    }
}

/// Whether words run on from one line to the next: no sentence ends and none begins.
fn goes_on(before: &str, after: &str) -> bool {
    let begins_low = after
        .chars()
        .next()
        .is_some_and(|ch| ch.is_lowercase() || ch.is_ascii_digit() || matches!(ch, ',' | ';' | ')'));
    begins_low && !ends_sentence(before) && !marker::begins_with(after)
}

/// Whether the words before call for a number, so that one at the beginning of a line is no provision's.
fn calls_for_number(text: &str, after: &str) -> bool {
    let mut words = text.rsplit(' ');
    let last = words.next().unwrap_or_default().to_lowercase();
    // `theo khoản 4` and `Điều 63.`
    let inner = words.next().is_some_and(|word| matches!(word, "khoản" | "điểm" | "tiết" | "mục" | "Mục" | "chương"));
    if inner && after.starts_with(char::is_alphabetic) && last.chars().count() < 5 {
        return true;
    }
    matches!(
        last.as_str(),
        "khoản"
            | "điểm"
            | "điều"
            | "số"
            | "mục"
            | "chương"
            | "phần"
            | "tiết"
            | "tiểu"
            | "ngày"
            | "tháng"
            | "năm"
            | "và"
            | "hoặc"
            | "đến"
            | "từ"
            | "các"
            | "là"
            | "quý"
            | "nhóm"
            | "loại"
            | "lục"
            | "biểu"
            | "mẫu"
            | "bảng"
    ) || last.ends_with(',')
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', ';', ':', '!', '?', '”', '"', '/'])
}

/// `TM. CHÍNH PHỦ`, `KT. BỘ TRƯỞNG`: on whose behalf is signed (Decree 30/2020/NĐ-CP, annex I).
fn is_authority(text: &str) -> bool {
    ["TM.", "KT.", "TL.", "TUQ.", "Q."].iter().any(|sign| text.starts_with(sign))
}

/// The second line of the national motto, which is a paragraph of its own wherever it stands.
fn is_motto(text: &str) -> bool {
    text.starts_with("Độc lập") && text.contains("Tự do") && text.contains("Hạnh phúc")
}

/// Whether all of it, or all but a word like `Mục`, is capitals.
fn is_title(text: &str) -> bool {
    let (upper, lower) = text.chars().fold((0_usize, 0_usize), |(upper, lower), ch| {
        (upper + usize::from(ch.is_uppercase()), lower + usize::from(ch.is_lowercase()))
    });
    lower * 8 <= upper
}

fn starts_upper(text: &str) -> bool {
    text.chars().find(|ch| ch.is_alphabetic()).is_some_and(char::is_uppercase)
}

/// `-------`, `_____`: a line drawn with characters.
fn is_rule(text: &str) -> bool {
    text.chars().count() >= 3
        && text.chars().all(|ch| matches!(ch, '-' | '_' | '–' | '—' | '*' | '=' | '.' | '…' | ' '))
        && !text.contains(['.', '…'])
}

/// What stands between the last word of a line and the first of the next, once they are one paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seam {
    Blank,
    /// The words are one: the line was broken at a hyphen or stroke that belongs to them.
    None,
    /// The same, and the hyphen goes: it was put there by the break.
    DropHyphen,
}

/// How two lines are sewn together. Vietnamese is not hyphenated, and many of its numbers and foreign names have
/// hyphens of their own (`01-NQ/TW`, `hydro-chloro`), so a hyphen at a line's end stays, unless it is a soft one or
/// `known` says that the document has the word without it.
pub(super) fn seam(last: &Word, next: &Word, known: impl Fn(&str) -> bool) -> Seam {
    if last.text.ends_with('\u{ad}') {
        return Seam::DropHyphen;
    }
    let Some(body) = last.text.strip_suffix(['-', '\u{2010}', '\u{2011}']) else {
        // A stroke parts numbers: `51/2001/` and `QH10`.
        let tied = last.text.strip_suffix('/').is_some_and(|body| body.ends_with(char::is_alphanumeric));
        return if tied { Seam::None } else { Seam::Blank };
    };
    if body.is_empty() {
        return Seam::Blank;
    }
    let head = next.text.trim_end_matches(|ch: char| !ch.is_alphabetic());
    if !head.is_empty() && body.ends_with(char::is_alphabetic) && known(&format!("{body}{head}").to_lowercase()) {
        return Seam::DropHyphen;
    }
    Seam::None
}
