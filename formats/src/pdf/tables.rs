//! Tables drawn with ruled lines: which cell a word stands in.
//!
//! A PDF knows no tables, only lines that happen to meet. Lines that touch make a net; its coordinates cut the plane
//! into squares; squares without a line between them are one cell.

use super::glyphs::{PageContent, Rule};
use super::lines::Line;

/// How near, in points, lines must come to meet, and coordinates to be the same.
const MEET: f64 = 2.5;
/// Rows and columns of one table at the most.
const GRID: usize = 300;
/// Tables of one page at the most.
const TABLES: usize = 50;
/// Ruled lines considered on one page.
const RULES: usize = 4000;

/// A table's cells. A framed page or box, which is one cell, is no table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    columns: Vec<f64>,
    rows: Vec<f64>,
    /// For each square, row by row, the square that stands for its cell: the uppermost, then leftmost one.
    cells: Vec<usize>,
}

impl Table {
    fn square(&self, x: f64, y: f64) -> Option<usize> {
        let inside = |sides: &[f64], at: f64| {
            sides.first().is_some_and(|first| at >= first - 0.5) && sides.last().is_some_and(|last| at < last + 0.5)
        };
        if !inside(&self.columns, x) || !inside(&self.rows, y) {
            return None;
        }
        let column = self.columns.windows(2).position(|pair| x >= pair[0] - 0.5 && x < pair[1] + 0.5)?;
        let row = self.rows.windows(2).position(|pair| y >= pair[0] - 0.5 && y < pair[1] + 0.5)?;
        Some(row * (self.columns.len() - 1) + column)
    }

    /// The cell at a place; cells count in the order of reading, row by row.
    pub(super) fn cell_at(&self, x: f64, y: f64) -> Option<usize> {
        self.cells.get(self.square(x, y)?).copied()
    }

    /// Whether a line of text stands in it.
    pub(super) fn holds(&self, line: &Line) -> bool {
        let middle = line.baseline - 0.3 * line.size;
        self.cell_at(line.left + 0.5, middle).is_some()
    }

    /// Its upper edge.
    pub(super) fn top(&self) -> f64 {
        self.rows.first().copied().unwrap_or(0.0)
    }

    /// The left and right edge of a cell.
    pub(super) fn sides(&self, cell: usize) -> (f64, f64) {
        let across = self.columns.len() - 1;
        let row = cell / across;
        let squares = &self.cells[row * across..(row + 1) * across];
        let first = squares.iter().position(|other| *other == cell).unwrap_or(0);
        let last = squares.iter().rposition(|other| *other == cell).unwrap_or(first);
        (self.columns[first], self.columns[last + 1])
    }
}

/// The ruled tables of a page.
pub(super) fn tables(content: &PageContent) -> Vec<Table> {
    if content.rules.len() > RULES {
        return Vec::new();
    }
    let across = merged(content.rules.iter().filter(|rule| rule.across));
    let down = merged(content.rules.iter().filter(|rule| !rule.across));
    let mut group: Vec<usize> = (0..across.len() + down.len()).collect();
    for (i, h) in across.iter().enumerate() {
        for (j, v) in down.iter().enumerate() {
            let meets = v.at > h.from - MEET && v.at < h.to + MEET && h.at > v.from - MEET && h.at < v.to + MEET;
            if meets {
                unite(&mut group, i, across.len() + j);
            }
        }
    }
    let mut roots: Vec<usize> = (0..group.len()).map(|at| root(&mut group, at)).collect();
    roots.sort_unstable();
    roots.dedup();
    let mut found = Vec::new();
    for wanted in roots {
        let mut of = |at: usize| root(&mut group, at) == wanted;
        let h: Vec<Rule> = (0..across.len()).filter(|at| of(*at)).map(|at| across[at]).collect();
        let v: Vec<Rule> = (0..down.len()).filter(|at| of(across.len() + *at)).map(|at| down[at]).collect();
        found.extend(table(&h, &v));
    }
    found.truncate(TABLES);
    found.sort_by(|a, b| a.top().total_cmp(&b.top()));
    found
}

fn table(across: &[Rule], down: &[Rule]) -> Option<Table> {
    let columns = coordinates(down.iter().map(|rule| rule.at));
    let rows = coordinates(across.iter().map(|rule| rule.at));
    if columns.len() < 2 || rows.len() < 2 || columns.len() > GRID || rows.len() > GRID {
        return None;
    }
    let (wide, high) = (columns.len() - 1, rows.len() - 1);
    let mut cells: Vec<usize> = (0..wide * high).collect();
    let crossed = |rules: &[Rule], at: f64, along: f64| {
        rules.iter().any(|rule| (rule.at - at).abs() < MEET && rule.from < along && rule.to > along)
    };
    for row in 0..high {
        for column in 0..wide {
            let here = row * wide + column;
            let (x, y) = (f64::midpoint(columns[column], columns[column + 1]), f64::midpoint(rows[row], rows[row + 1]));
            if column + 1 < wide && !crossed(down, columns[column + 1], y) {
                unite(&mut cells, here, here + 1);
            }
            if row + 1 < high && !crossed(across, rows[row + 1], x) {
                unite(&mut cells, here, here + wide);
            }
        }
    }
    let cells: Vec<usize> = (0..cells.len()).map(|at| root(&mut cells, at)).collect();
    let divided = cells.iter().any(|cell| *cell != cells[0]);
    divided.then_some(Table { columns, rows, cells })
}

/// Lines that are one, drawn in pieces.
fn merged<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = rules.copied().collect();
    // Near enough lines first, then along them.
    rules.sort_by(|a, b| ((a.at / 1.5).round()).total_cmp(&(b.at / 1.5).round()).then(a.from.total_cmp(&b.from)));
    let mut merged: Vec<Rule> = Vec::new();
    for rule in rules {
        match merged.last_mut() {
            Some(last) if (last.at - rule.at).abs() < 1.5 && rule.from <= last.to + MEET => {
                last.to = last.to.max(rule.to);
            }
            _ => merged.push(rule),
        }
    }
    merged.retain(|rule| rule.to - rule.from > 4.0);
    merged
}

fn coordinates(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|next, kept| *next - *kept < MEET);
    values
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// The smaller index stands for both.
fn unite(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    parents[high] = low;
}
