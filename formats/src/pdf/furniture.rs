//! What stands on a page and is no law: running heads and feet, page numbers, the print of a digital signature.
//!
//! Nothing marks them in most files. A running line comes back at the same height on page after page; a page number
//! counts with the pages; a signature's print is a small block of labels with a time or an address. Everything taken
//! out is counted, so that the reader can be told.

use super::lines::Line;
use super::marker;
use super::tables::Table;
use std::collections::{HashMap, HashSet};

/// Running lines stand in this share of the page's height, at its top and its bottom.
const MARGIN: f64 = 0.13;
/// Lines from the edge of the page that may be running ones.
const DEEP: usize = 4;
/// Within how many pages a running line comes back; left and right pages may have different ones.
const NEAR: usize = 4;
/// How many lines must count on with the pages, where they do not give the page's number within the file.
const COUNTED: usize = 12;
/// How the forms in an annex begin, page after page, without running.
const FORM_HEADS: &[&str] = &["CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Độc lập", "Mẫu", "MẪU", "Phụ lục", "PHỤ LỤC"];
/// How far, in points, the height of a running line may differ from page to page.
const SAME_HEIGHT: f64 = 3.0;

/// The lines of one page and what is needed to judge them.
pub(super) struct PageLines {
    /// From 1.
    pub(super) page: u32,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) lines: Vec<Line>,
    pub(super) tables: Vec<Table>,
    /// Long ruled lines across: a short one above small type sets notes apart.
    pub(super) rules_across: Vec<(f64, f64, f64)>,
}

/// How many lines were taken out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct TakenOut {
    pub(super) running: usize,
    pub(super) stamps: usize,
}

/// Takes out what is no law.
pub(super) fn take_out(pages: &mut [PageLines]) -> TakenOut {
    let mut taken = TakenOut::default();
    for page in pages.iter_mut() {
        taken.stamps += take_stamps(&mut page.lines);
    }
    taken.running += take_artifacts(pages);
    let running = running_lines(pages);
    for (page, mut lines) in pages.iter_mut().zip(running) {
        lines.sort_unstable();
        taken.running += lines.len();
        for line in lines.into_iter().rev() {
            page.lines.remove(line);
        }
    }
    taken
}

/// What the writing program itself calls no content; but not where it calls nearly everything so.
fn take_artifacts(pages: &mut [PageLines]) -> usize {
    let (mut marked, mut all) = (0, 0);
    for line in pages.iter().flat_map(|page| &page.lines) {
        marked += usize::from(line.artifact);
        all += 1;
    }
    if marked * 2 > all {
        return 0;
    }
    for page in pages {
        page.lines.retain(|line| !line.artifact);
    }
    marked
}

/// Lines near the top and near the bottom of a page, outside tables, from the edge inwards.
fn margin_lines(page: &PageLines) -> Vec<(usize, Edge)> {
    let free = |line: &Line| !page.tables.iter().any(|table| table.holds(line));
    let mut order: Vec<usize> = (0..page.lines.len()).filter(|at| free(&page.lines[*at])).collect();
    order.sort_by(|a, b| page.lines[*a].baseline.total_cmp(&page.lines[*b].baseline));
    let top = order
        .iter()
        .take_while(|at| page.lines[**at].baseline < page.height * MARGIN)
        .take(DEEP)
        .map(|at| (*at, Edge::Top));
    let bottom = order
        .iter()
        .rev()
        .take_while(|at| page.lines[**at].baseline > page.height * (1.0 - MARGIN))
        .take(DEEP)
        .map(|at| (*at, Edge::Bottom));
    top.chain(bottom).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Top,
    Bottom,
}

/// For each page, which of its lines may be its number.
fn page_numbers(pages: &[PageLines]) -> Vec<HashSet<usize>> {
    let mut found: Vec<(usize, usize, Edge, i64)> = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        for (line, edge) in margin_lines(page) {
            if let Some(number) = as_page_number(&page.lines[line].text()) {
                found.push((index, line, edge, number - i64::from(page.page)));
            }
        }
    }
    let mut votes: HashMap<(Edge, i64), usize> = HashMap::new();
    for (_, _, edge, offset) in &found {
        *votes.entry((*edge, *offset)).or_default() += 1;
    }
    let mut numbers = vec![HashSet::new(); pages.len()];
    for (index, line, edge, offset) in found {
        let counts = votes.get(&(edge, offset)).copied().unwrap_or(0);
        // Alone it must be the page's own number.
        if counts >= 2 || offset == 0 {
            numbers[index].insert(line);
        }
    }
    numbers
}

/// `3`, `- 3 -`, `Trang 3`, `Trang 3/10`, `3 | Page`.
fn as_page_number(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let bare =
        lower.trim_matches(|ch: char| ch.is_whitespace() || matches!(ch, '-' | '–' | '—' | '|' | '.' | '[' | ']'));
    let bare = ["trang", "page", "tr."].iter().fold(bare, |bare, word| {
        let bare = bare.strip_prefix(word).unwrap_or(bare);
        bare.strip_suffix(word).unwrap_or(bare)
    });
    let bare = bare.trim_matches(|ch: char| ch.is_whitespace() || matches!(ch, '|' | ':' | '-'));
    let number = match bare.split_once('/').or_else(|| bare.split_once(" of ")) {
        Some((number, all)) if is_number(all.trim()) => number.trim(),
        Some(_) => return None,
        None => bare,
    };
    if is_number(number) { number.parse().ok() } else { None }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lines that come back at the same height with the same words, a counting number in them apart.
///
/// Laws repeat whole sentences, so three things are asked: that such a line is back within a few pages more than once,
/// that it does not begin as a sentence's later part or a provision does, and that only such lines and the page's
/// number stand level with it and between it and the edge.
fn running_lines(pages: &[PageLines]) -> Vec<Vec<usize>> {
    let mut seen: HashMap<(Edge, String), Vec<(usize, usize)>> = HashMap::new();
    let margins: Vec<Vec<(usize, Edge)>> = pages.iter().map(margin_lines).collect();
    for (index, page) in pages.iter().enumerate() {
        for (line, edge) in &margins[index] {
            let text = page.lines[*line].text();
            let opens_form = FORM_HEADS.iter().any(|head| text.starts_with(head));
            if opens_form || text.chars().next().is_some_and(char::is_lowercase) || marker::begins_with(&text) {
                continue;
            }
            let counting = with_counting_numbers(&text, page.page);
            if counting != text {
                seen.entry((*edge, counting)).or_default().push((index, *line));
            }
            seen.entry((*edge, text)).or_default().push((index, *line));
        }
    }
    let mut back = page_numbers(pages);
    for ((_, text), places) in seen {
        // Forms are counted too, `Mẫu số 03`, `Mẫu số 04`: what counts is believed where it gives the page's own number.
        if text.contains('#') && !text.contains("#0") && places.len() < COUNTED {
            continue;
        }
        for (at, (index, line)) in places.iter().enumerate() {
            let baseline = pages[*index].lines[*line].baseline;
            let level = |(other, at): &&(usize, usize)| {
                *other != *index && (pages[*other].lines[*at].baseline - baseline).abs() <= SAME_HEIGHT
            };
            let near = |(other, _): &&(usize, usize)| other.abs_diff(*index) <= NEAR;
            // Places come in the order of pages.
            let around = places[at.saturating_sub(2 * NEAR)..places.len().min(at + 2 * NEAR + 1)].iter();
            let others = around.filter(level).filter(near).take(2).count();
            if others >= 2 || (others == 1 && pages.len() == 2) {
                back[*index].insert(*line);
            }
        }
    }
    let mut running = vec![Vec::new(); pages.len()];
    for (index, page) in pages.iter().enumerate() {
        for edge in [Edge::Top, Edge::Bottom] {
            let mut from_edge = margins[index].iter().filter(|(_, own)| *own == edge).map(|(line, _)| *line).peekable();
            while let Some(first) = from_edge.next() {
                let mut level = vec![first];
                let baseline = page.lines[first].baseline;
                while let Some(next) =
                    from_edge.next_if(|next| (page.lines[*next].baseline - baseline).abs() <= SAME_HEIGHT)
                {
                    level.push(next);
                }
                if !level.iter().all(|line| back[index].contains(line)) {
                    break;
                }
                running[index].extend(level);
            }
        }
    }
    running
}

/// The text with each number told by how far it is from the page's.
fn with_counting_numbers(text: &str, page: u32) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| match as_page_number(word) {
            Some(number) => format!("#{}", number - i64::from(page)),
            None => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

/// How a line of a signature's print begins. The first ones make a print where a time or an address is beside them.
const STAMP_LABELS: &[&str] = &[
    "người ký",
    "ký bởi",
    "được ký bởi",
    "ký số bởi",
    "thời gian ký",
    "digitally signed by",
    "signature not verified",
    "signature valid",
    "signed by",
    "signing time",
    "ngày ký",
    "giờ ký",
    "email",
    "cơ quan",
    "tổ chức",
    "đơn vị",
    "chức vụ",
    "date",
    "reason",
    "location",
    "lý do",
    "dn",
];
const STRONG_LABELS: usize = 10;
/// Places looked at on one page.
const STAMPS: usize = 64;

fn stamp_label(text: &str) -> Option<usize> {
    let lower = text.trim_start().to_lowercase();
    STAMP_LABELS.iter().position(|label| {
        lower.strip_prefix(label).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with(':') || (*label).starts_with("signature") || (*label).starts_with("digitally")
        })
    })
}

/// Takes the blocks that signing programs print; gives how many lines that were.
fn take_stamps(lines: &mut Vec<Line>) -> usize {
    let texts: Vec<String> = lines.iter().map(|line| crate::normalise(&line.text())).collect();
    let labels: Vec<Option<usize>> = texts.iter().map(|text| stamp_label(text)).collect();
    let mut gone = vec![false; lines.len()];
    let mut tried = 0;
    for anchor in 0..lines.len() {
        if tried == STAMPS {
            break;
        }
        if gone[anchor] || labels[anchor].is_none_or(|label| label >= STRONG_LABELS) {
            continue;
        }
        tried += 1;
        let block = stamp_block(lines, &labels, &texts, anchor);
        let labelled = block.iter().filter(|at| labels[**at].is_some()).count();
        let evident = block.iter().any(|at| has_time(&texts[*at]) || texts[*at].contains('@'));
        let named = texts[anchor].to_lowercase().starts_with("signature") || texts[anchor].starts_with("Digitally");
        if (labelled >= 2 && evident) || named {
            for at in block {
                gone[at] = true;
            }
        }
    }
    let before = lines.len();
    let mut at = 0;
    lines.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
    before - lines.len()
}

/// The labelled lines around one of them, with what stands between and the time that may follow.
fn stamp_block(lines: &[Line], labels: &[Option<usize>], texts: &[String], anchor: usize) -> Vec<usize> {
    let near = |a: &Line, b: &Line| {
        let overlap = a.right.min(b.right) - a.left.max(b.left);
        let size = a.size.max(b.size);
        overlap > 0.0 && (a.baseline - b.baseline).abs() < 1.9 * size && a.size.min(b.size) > 0.6 * size
    };
    let mut column: Vec<usize> = (0..lines.len())
        .filter(|at| {
            let overlap = lines[*at].right.min(lines[anchor].right) - lines[*at].left.max(lines[anchor].left);
            overlap > 0.0
        })
        .collect();
    column.sort_by(|a, b| lines[*a].baseline.total_cmp(&lines[*b].baseline));
    let Some(place) = column.iter().position(|at| *at == anchor) else { return vec![anchor] };
    let (mut first, mut last) = (place, place);
    for step in (0..place).rev() {
        if !near(&lines[column[step]], &lines[column[step + 1]]) {
            break;
        }
        if labels[column[step]].is_some() {
            first = step;
        }
    }
    for step in place + 1..column.len() {
        if !near(&lines[column[step]], &lines[column[step - 1]]) {
            break;
        }
        let continues = step == last + 1 && (has_time(&texts[column[step]]) || texts[column[step]].contains('@'));
        if labels[column[step]].is_some() || continues {
            last = step;
        }
    }
    column[first..=last].to_vec()
}

/// `10:20:33`, `+07:00`.
fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(5).any(|five| five[2] == b':' && [0, 1, 3, 4].iter().all(|at| five[*at].is_ascii_digit()))
}
