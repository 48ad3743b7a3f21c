//! The order in which a page is read: body text, the cells of tables, columns side by side, notes at its foot.
//!
//! Vietnamese documents open and close with two columns that no line separates: issuer and national motto, recipients
//! and signer. They read left column first. What tells them from one wide line is a gap that stays open over several
//! lines; what ends them is a line that crosses it.

use super::furniture::PageLines;
use super::lines::Line;
use super::marker;
use std::collections::HashSet;

/// Baselines within this many ems are level.
const LEVEL: f64 = 0.45;
/// A gap between columns that is narrower, in ems, at any of their lines is none.
const GUTTER: f64 = 0.4;
/// How far below its column a line may follow, in ems between the ink of both: in a column alone, beside others, and
/// at the right, where the space for a signature lies.
const FOLLOWS: f64 = 1.3;
const FOLLOWS_BESIDE: f64 = 4.0;
const SIGNATURE_SPACE: f64 = 9.0;
/// Space above lines that stand level, in ems, from which they are a new row of a table.
const NEW_ROW: f64 = 0.75;

/// Columns side by side, and rows of one region, at the most.
const COLUMNS: usize = 40;
const REGION: usize = 500;

/// What a block of lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text over the width of the page; it goes on on the next one.
    Body,
    /// A cell or a column: its paragraphs end with it.
    Cell,
    /// The same where no ruled line shows its sides: they are the widest it may have.
    Column,
    /// Notes at the foot of the page.
    Note,
}

/// Lines that are read one after the other.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) lines: Vec<Line>,
    /// The sides between which its lines were set.
    pub(super) left: f64,
    pub(super) right: f64,
}

/// Lines that stand level.
struct Row {
    lines: Vec<Line>,
}

impl Row {
    fn top(&self) -> f64 {
        self.lines.iter().map(Line::top).fold(f64::INFINITY, f64::min)
    }

    fn bottom(&self) -> f64 {
        self.lines.iter().map(Line::bottom).fold(f64::NEG_INFINITY, f64::max)
    }

    fn size(&self) -> f64 {
        self.lines.iter().map(|line| line.size).fold(0.0, f64::max)
    }
}

/// A page in the order of reading.
pub(super) fn blocks(page: PageLines, body_size: f64) -> Vec<Block> {
    let PageLines { width, lines, tables, rules_across, height, .. } = page;
    let mut placed: Vec<(f64, Vec<Block>)> = Vec::new();
    let mut free = Vec::new();
    let mut in_tables: Vec<Vec<(usize, Line)>> = tables.iter().map(|_| Vec::new()).collect();
    for line in lines {
        let middle = line.baseline - 0.3 * line.size;
        let found =
            tables.iter().enumerate().find_map(|(at, table)| Some((at, table.cell_at(line.left + 0.5, middle)?)));
        match found {
            Some((at, cell)) => in_tables[at].push((cell, line)),
            None => free.push(line),
        }
    }
    for (table, mut lines) in tables.iter().zip(in_tables) {
        lines.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.baseline.total_cmp(&b.1.baseline)));
        let mut cells: Vec<Block> = Vec::new();
        let mut last = None;
        for (cell, line) in lines {
            if last != Some(cell) {
                let (left, right) = table.sides(cell);
                cells.push(Block { kind: Kind::Cell, lines: Vec::new(), left, right });
                last = Some(cell);
            }
            if let Some(block) = cells.last_mut() {
                block.lines.push(line);
            }
        }
        placed.push((table.top(), cells));
    }
    let notes = take_notes(&mut free, &rules_across, body_size, height);
    placed.extend(free_blocks(rows(free), width));
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for block in placed.into_iter().flat_map(|(_, blocks)| blocks) {
        match blocks.last_mut() {
            Some(last) if last.kind == Kind::Body && block.kind == Kind::Body => last.lines.extend(block.lines),
            _ => blocks.push(block),
        }
    }
    if !notes.is_empty() {
        blocks.push(Block { kind: Kind::Note, lines: notes, left: 0.0, right: width });
    }
    blocks
}

/// Level lines together, from the top.
fn rows(mut lines: Vec<Line>) -> Vec<Row> {
    lines.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        let level = rows
            .last()
            .and_then(|row| row.lines.first())
            .is_some_and(|first| line.baseline - first.baseline < LEVEL * first.size.min(line.size));
        match rows.last_mut() {
            Some(row) if level => row.lines.push(line),
            _ => rows.push(Row { lines: vec![line] }),
        }
    }
    for row in &mut rows {
        row.lines.sort_by(|a, b| a.left.total_cmp(&b.left));
        join_numbers(row);
    }
    rows
}

/// A number and the text a tab sets off from it are one line.
fn join_numbers(row: &mut Row) {
    if row.lines.len() != 2 {
        return;
    }
    let mut joined: Vec<Line> = Vec::new();
    for line in row.lines.drain(..) {
        match joined.last_mut() {
            Some(last) if marker::is_label(&last.text()) && line.left - last.right < 8.0 * line.size => {
                last.ends_blank = line.ends_blank;
                last.hard = false;
                last.words.extend(line.words);
                last.right = line.right;
                last.size = last.size.max(line.size);
            }
            _ => joined.push(line),
        }
    }
    row.lines = joined;
}

/// Notes under the short line that sets them apart, or in small type at the end of the page.
fn take_notes(lines: &mut Vec<Line>, rules: &[(f64, f64, f64)], body_size: f64, height: f64) -> Vec<Line> {
    let small = |line: &Line| line.size < 0.93 * body_size;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| lines[*a].baseline.total_cmp(&lines[*b].baseline));
    let run = order.iter().rev().take_while(|at| small(&lines[**at])).count();
    let tail = &order[order.len() - run..];
    // Under a rule, the notes begin at it; without one they must begin with their number, low on the page.
    let begins = tail.iter().position(|at| {
        let line = &lines[*at];
        let above = line.baseline - line.size;
        rules.iter().any(|(y, ..)| *y < above + 0.4 * line.size && above - *y < 1.5 * line.size)
    });
    let begins = begins.or_else(|| {
        let first = lines.get(*tail.first()?)?;
        let numbered = first.words.first().is_some_and(|word| {
            let bare = word.text.trim_matches(['[', ']', '(', ')']);
            (word.raised || bare != word.text)
                && !bare.is_empty()
                && bare.chars().all(|ch| ch.is_ascii_digit() || ch == '*')
        });
        (numbered && first.baseline > 0.4 * height && run < order.len()).then_some(0)
    });
    let Some(begins) = begins else { return Vec::new() };
    let chosen: HashSet<usize> = tail[begins..].iter().copied().collect();
    let (mut notes, mut kept) = (Vec::new(), Vec::new());
    for (at, line) in lines.drain(..).enumerate() {
        if chosen.contains(&at) {
            notes.push(line);
        } else {
            kept.push(line);
        }
    }
    *lines = kept;
    notes.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    notes
}

/// Columns side by side.
struct Region {
    first: usize,
    /// One past its last row.
    end: usize,
    /// The gaps between its columns.
    gutters: Vec<(f64, f64)>,
}

fn free_blocks(rows: Vec<Row>, width: f64) -> Vec<(f64, Vec<Block>)> {
    let regions = regions(&rows);
    let lines = || rows.iter().flat_map(|row| &row.lines);
    let page_sides = (
        lines().map(|line| line.left).fold(f64::INFINITY, f64::min),
        lines().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max),
    );
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut placed = Vec::new();
    let mut at = 0;
    for region in regions.iter().chain([&Region { first: usize::MAX, end: usize::MAX, gutters: Vec::new() }]) {
        while at < region.first.min(rows.len()) {
            if let Some(row) = rows[at].take() {
                let top = row.top();
                placed.push((top, vec![Block { kind: Kind::Body, lines: row.lines, left: 0.0, right: width }]));
            }
            at += 1;
        }
        if region.first >= rows.len() {
            break;
        }
        let taken: Vec<Row> = rows[region.first..region.end].iter_mut().filter_map(Option::take).collect();
        let top = taken.first().map_or(0.0, Row::top);
        placed.push((top, columns(taken, &region.gutters, page_sides)));
        at = region.end;
    }
    placed
}

fn regions(rows: &[Row]) -> Vec<Region> {
    let mut found: Vec<Region> = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        if !(2..=COLUMNS).contains(&rows[at].lines.len()) {
            at += 1;
            continue;
        }
        let floor = found.last().map_or(0, |region| region.end);
        let region = grow(rows, at, floor);
        at = region.end;
        found.push(region);
    }
    found
}

/// The region around a row of several pieces.
fn grow(rows: &[Row], start: usize, floor: usize) -> Region {
    let mut gutters: Vec<(f64, f64)> = rows[start].lines.windows(2).map(|pair| (pair[0].right, pair[1].left)).collect();
    let mut end = start + 1;
    while end < rows.len().min(start + REGION) {
        let Some(narrowed) = narrow(&gutters, &rows[end]) else { break };
        if !follows(&rows[start..end], &rows[end], &gutters) {
            break;
        }
        gutters = narrowed;
        end += 1;
    }
    // Upwards only what stands at the right, or all that stands above on the page.
    let mut first = start;
    let mut above = (start, gutters.clone());
    while above.0 > floor {
        let row = &rows[above.0 - 1];
        let Some(narrowed) = narrow(&above.1, row) else { break };
        if rows[above.0].top() - row.bottom() > FOLLOWS * row.size() {
            break;
        }
        above = (above.0 - 1, narrowed);
        let all_right =
            rows[above.0..first].iter().flat_map(|row| &row.lines).all(|line| column_of(line, &above.1) > 0);
        if all_right || above.0 == 0 {
            first = above.0;
            gutters.clone_from(&above.1);
        }
    }
    Region { first, end, gutters }
}

/// The gaps that stay open beside a further row; `None` where it closes one.
fn narrow(gutters: &[(f64, f64)], row: &Row) -> Option<Vec<(f64, f64)>> {
    let mut narrowed = gutters.to_vec();
    for line in &row.lines {
        for gutter in &mut narrowed {
            if f64::midpoint(line.left, line.right) < f64::midpoint(gutter.0, gutter.1) {
                gutter.0 = gutter.0.max(line.right);
            } else {
                gutter.1 = gutter.1.min(line.left);
            }
            if gutter.1 - gutter.0 < GUTTER * row.size() {
                return None;
            }
        }
    }
    Some(narrowed)
}

fn column_of(line: &Line, gutters: &[(f64, f64)]) -> usize {
    let middle = f64::midpoint(line.left, line.right);
    gutters.iter().filter(|gutter| middle > f64::midpoint(gutter.0, gutter.1)).count()
}

/// Whether a row stands near enough to go on with the columns above it.
fn follows(region: &[Row], row: &Row, gutters: &[(f64, f64)]) -> bool {
    let Some(last) = region.last() else { return false };
    let gap = row.top() - last.bottom();
    if row.lines.len() > 1 {
        return gap < FOLLOWS_BESIDE * row.size();
    }
    let Some(line) = row.lines.first() else { return false };
    let column = column_of(line, gutters);
    let own = || region.iter().flat_map(|row| &row.lines).filter(|line| column_of(line, gutters) == column);
    let above = own().map(Line::bottom).fold(f64::NEG_INFINITY, f64::max);
    if column == gutters.len() {
        // A name centred under the office it signs for.
        let left = own().map(|line| line.left).fold(f64::INFINITY, f64::min);
        let right = own().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
        let centred = (f64::midpoint(left, right) - f64::midpoint(line.left, line.right)).abs() < 2.5 * line.size;
        if centred && line.left > gutters.last().map_or(0.0, |gutter| gutter.1) - 0.1 {
            return row.top() - above < SIGNATURE_SPACE * row.size();
        }
    }
    gap < FOLLOWS * row.size() && row.top() - above < FOLLOWS * row.size()
}

/// The columns of a region as blocks, its rows one after the other where it has rows.
fn columns(rows: Vec<Row>, gutters: &[(f64, f64)], page_sides: (f64, f64)) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut band: Vec<Vec<Line>> = vec![Vec::new(); gutters.len() + 1];
    let mut bottom = f64::NEG_INFINITY;
    // A column reaches to the middle of the gaps beside it, the outer ones to the sides of the page's text.
    let between = gutters.iter().map(|gutter| f64::midpoint(gutter.0, gutter.1));
    let edges: Vec<f64> = std::iter::once(page_sides.0).chain(between).chain(std::iter::once(page_sides.1)).collect();
    let sides: Vec<(f64, f64)> = edges.windows(2).map(|pair| (pair[0], pair[1])).collect();
    for row in rows {
        let level = row.lines.len() > 1;
        let spaced = row.top() - bottom > NEW_ROW * row.size();
        // With three columns or more it is a list of rows; a row begins where its first column is filled.
        let listed = gutters.len() > 1 && row.lines.first().is_some_and(|line| column_of(line, gutters) == 0);
        if (level && spaced) || listed {
            close_band(&mut band, &sides, &mut blocks);
        }
        bottom = row.bottom();
        for line in row.lines {
            band[column_of(&line, gutters)].push(line);
        }
    }
    close_band(&mut band, &sides, &mut blocks);
    blocks
}

fn close_band(band: &mut [Vec<Line>], sides: &[(f64, f64)], blocks: &mut Vec<Block>) {
    for (lines, (left, right)) in band.iter_mut().zip(sides) {
        if !lines.is_empty() {
            blocks.push(Block { kind: Kind::Column, lines: std::mem::take(lines), left: *left, right: *right });
        }
    }
}
