//! Gives each unit of a command its part of the quoted new text.
//!
//! Hard because one quotation may hold several units ("“28. … 29. …”"), several quotations one each, and the label may
//! be typed otherwise than in the law ("c." for "c)") or left out. A unit begins at the line that bears its label.

use super::Failure;
use super::Part;
use super::clauses::{Rank, label};
use super::command::{Order, Verb};
use crate::{ByteSpan, Eid};

/// A labelled line in the new texts.
struct Labelled {
    block: usize,
    start: usize,
    prefix: &'static str,
    number: String,
}

/// The new text of each order in turn, or why it has none.
pub(super) fn assign(text: &str, orders: &[Order], blocks: &[ByteSpan]) -> Vec<Result<ByteSpan, Failure>> {
    let needing: Vec<usize> = (0..orders.len()).filter(|at| orders[*at].verb != Verb::Repeal).collect();
    let mut given: Vec<Result<ByteSpan, Failure>> = vec![Err(Failure::NoNewText); orders.len()];
    if blocks.is_empty() {
        return given;
    }
    if let [only] = needing.as_slice() {
        let whole = ByteSpan::new(blocks[0].start, blocks[blocks.len() - 1].end);
        let single = if blocks.len() == 1 { Ok(whole) } else { single(text, &orders[*only], blocks) };
        given[*only] = single.and_then(|span| checked(text, &orders[*only], span));
        return given;
    }
    let lines = labelled(text, blocks);
    let starts = starts(&lines, orders, &needing);
    for &at in &needing {
        given[at] = match starts[at] {
            Some(line) => {
                let here = &lines[line];
                let block = blocks[here.block];
                let next = starts
                    .iter()
                    .flatten()
                    .map(|l| &lines[*l])
                    .filter(|l| l.block == here.block && l.start > here.start);
                let end = next.map(|l| l.start).min().unwrap_or(block.end);
                let span = ByteSpan::new(here.start, end);
                Ok(ByteSpan::new(here.start, here.start + span.of(text).trim_end().len()))
            }
            None if blocks.len() == needing.len() => {
                let place = needing.iter().position(|n| *n == at).unwrap_or_default();
                checked(text, &orders[at], blocks[place])
            }
            None => Err(Failure::NewTextUnclear),
        };
    }
    given
}

/// Several quotations for one unit: the one that bears its label.
fn single(text: &str, order: &Order, blocks: &[ByteSpan]) -> Result<ByteSpan, Failure> {
    let mut fitting = blocks.iter().filter(|block| checked(text, order, **block).is_ok());
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(*only),
        _ => Err(Failure::NewTextUnclear),
    }
}

/// Refuses a new text that bears another number than the unit it is for.
fn checked(text: &str, order: &Order, span: ByteSpan) -> Result<ByteSpan, Failure> {
    let Some((prefix, number)) = order.unit.as_ref().and_then(last_step) else { return Ok(span) };
    if order.part != Part::Whole {
        return Ok(span);
    }
    let mut offset = 0;
    for line in span.of(text).split_inclusive('\n') {
        let start = span.start + offset + (line.len() - line.trim_start().len());
        offset += line.len();
        match read_label(line.trim()) {
            // "“Điều 5. … 2. …” for khoản 2: the article around it is repeated.
            Some((outer, _)) if depth(outer) < depth(&prefix) => {}
            Some((own, found)) if own == prefix => {
                return if found == number {
                    Ok(ByteSpan::new(start, span.end))
                } else {
                    Err(Failure::OtherNumber(found))
                };
            }
            // A point where the act says paragraph: one of the two is mistyped.
            Some((inner, found)) if offset == line.len() && prefix == "para" && inner == "point" => {
                return Err(Failure::OtherNumber(found));
            }
            _ => return Ok(ByteSpan::new(start, span.end)),
        }
    }
    Ok(span)
}

fn depth(prefix: &str) -> u8 {
    ["part", "chp", "sec", "subsec", "art", "para", "point"].iter().position(|p| *p == prefix).map_or(9, |at| at as u8)
}

/// The line each order's unit begins at, in the order they are named.
fn starts(lines: &[Labelled], orders: &[Order], needing: &[usize]) -> Vec<Option<usize>> {
    let mut taken = vec![false; lines.len()];
    let mut starts = vec![None; orders.len()];
    let mut cursor = 0;
    for &at in needing {
        let Some((prefix, number)) = orders[at].unit.as_ref().and_then(last_step) else { continue };
        if !matches!(orders[at].part, Part::Whole | Part::Heading) {
            continue;
        }
        // A point below a paragraph that was found belongs to it.
        let inner = |line: usize| {
            lines[..line].iter().enumerate().any(|(other, l)| {
                taken[other] && l.block == lines[line].block && depth(l.prefix) < depth(lines[line].prefix)
            })
        };
        let fits = |line: &usize| !taken[*line] && lines[*line].prefix == prefix && lines[*line].number == number;
        let outer = |line: &usize| fits(line) && !inner(*line);
        let found = (cursor..lines.len()).find(outer).or_else(|| (0..cursor).find(outer));
        let found = found.or_else(|| (0..lines.len()).find(fits));
        if let Some(line) = found {
            taken[line] = true;
            cursor = line + 1;
            starts[at] = Some(line);
        }
    }
    starts
}

fn last_step(eid: &Eid) -> Option<(String, String)> {
    eid.steps().last().map(|(prefix, number)| ((*prefix).to_owned(), (*number).to_owned()))
}

fn labelled(text: &str, blocks: &[ByteSpan]) -> Vec<Labelled> {
    let mut lines = Vec::new();
    for (block, span) in blocks.iter().enumerate() {
        let mut offset = 0;
        for line in span.of(text).split_inclusive('\n') {
            let lead = line.len() - line.trim_start().len();
            // A quotation within, opened before the label.
            let bare = line.trim().trim_start_matches(['“', '"', '”']);
            let mark = line.trim().len() - bare.len();
            if let Some((prefix, number)) = read_label(bare) {
                lines.push(Labelled { block, start: span.start + offset + lead + mark, prefix, number });
            }
            offset += line.len();
        }
    }
    lines
}

/// The kind and number of the unit a line begins.
fn read_label(line: &str) -> Option<(&'static str, String)> {
    for (word, prefix) in [("Chương", "chp"), ("CHƯƠNG", "chp"), ("Mục", "sec"), ("MỤC", "sec")] {
        if let Some(rest) = line.strip_prefix(word).filter(|rest| rest.starts_with(' ')) {
            let number: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
            return Some((prefix, number));
        }
    }
    let label = label(line)?;
    let prefix = match label.rank {
        Rank::Article => "art",
        Rank::Paragraph => "para",
        Rank::Point => "point",
        Rank::Dash | Rank::Chapter => return None,
    };
    Some((prefix, label.number.to_owned()))
}
