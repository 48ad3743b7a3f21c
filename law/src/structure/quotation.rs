//! Where an amending document quotes the new text of another: what stands there belongs to the target.
//!
//! Hard because the marks of real documents are straight, turned the wrong way, doubled, or missing at the end, and
//! because quoted text has quotations of its own. Marks are paired by lines; where a quotation never ends, the outer
//! document's next instruction ends it. Source: Decree 78/2025/NĐ-CP, Articles 66 and 69-70.

use super::ProvisionKind;
use super::label::{self, Label};
use super::line::{Line, starts_with_word, strip_word};
use crate::ByteSpan;
use crate::eid::order;
use serde::{Deserialize, Serialize};

/// New text that a document gives for another document's provision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotation {
    /// The quoted words, without the marks around them.
    pub span: ByteSpan,
    /// Index in [`Document::provisions`](super::Document::provisions) of the unit that quotes; `None` outside any.
    pub within: Option<usize>,
    /// Whether a closing mark ends it; where not, it ends where the document itself goes on.
    pub closed: bool,
}

/// Which numbers the quoting document stands at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outer {
    pub(crate) article: Option<String>,
    pub(crate) paragraph: Option<String>,
    pub(crate) point: Option<String>,
}

impl Outer {
    /// Whether `label` is the next unit of the quoting document.
    fn continues(&self, label: &Label<'_>) -> bool {
        let before = match label.kind {
            ProvisionKind::Article => &self.article,
            ProvisionKind::Paragraph => &self.paragraph,
            ProvisionKind::Point => &self.point,
            _ => return false,
        };
        before.as_deref().is_some_and(|before| is_next(before, &label.number))
    }
}

/// Whether `now` is the number after `before`: 4 after 3, 3a after 3, đ after d.
pub(crate) fn is_next(before: &str, now: &str) -> bool {
    let (before, now) = (order(before), order(now));
    now.0 == before.0 + 1 || now.0 == before.0 && now.1 == before.1 + 1
}

/// What one line holds of quotations.
pub(crate) struct InLine {
    /// Quotations that begin and end in it.
    pub(crate) whole: Vec<ByteSpan>,
    /// One that goes on below: where its words begin.
    pub(crate) open: Option<Opened>,
}

/// A quotation that goes on below its line.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    /// First byte after the mark.
    pub(crate) start: usize,
    /// Whether it stands where new text stands, at the start of a line or after a colon, not within a sentence.
    pub(crate) leads: bool,
}

/// Where a quotation ends.
pub(crate) struct End {
    /// The line of its last words (their line's index).
    pub(crate) line: usize,
    /// One past its last byte.
    pub(crate) end: usize,
    /// Where reading goes on in that line.
    pub(crate) after: usize,
    /// Whether a mark ends it.
    pub(crate) closed: bool,
}

/// How many lines an end is sought in when patience has run out: more than most new text has.
const REACH: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Opens,
    Closes,
}

struct Mark {
    start: usize,
    end: usize,
    turn: Turn,
    at_line_start: bool,
}

const MARKS: [char; 9] = ['“', '”', '„', '‟', '"', '″', '«', '»', '\''];

/// The length of the mark `c` before `after`; an apostrophe is one where it stands twice.
fn mark_length(c: char, after: &str) -> Option<usize> {
    match c {
        '\'' => after.starts_with('\'').then_some(2),
        _ => MARKS.contains(&c).then_some(c.len_utf8()),
    }
}

/// The quotation marks of a line from byte `from` on, each turned as its neighbours tell.
fn marks(line: Line<'_>, from: usize) -> Vec<Mark> {
    let mut found = Vec::new();
    if !line.text.contains(MARKS) {
        return found;
    }
    let mut next = 0;
    for (at, c) in line.text.char_indices() {
        let start = line.start + at;
        let Some(length) = mark_length(c, &line.text[at + c.len_utf8()..]).filter(|_| start >= from && at >= next)
        else {
            continue;
        };
        next = at + length;
        let before = line.text[..at].chars().next_back();
        let after = &line.text[next..];
        let first = after.chars().next();
        let at_line_start = at == 0;
        let ends_line = after.chars().all(|c| matches!(c, '.' | ';' | ',' | ' ' | ')') || MARKS.contains(&c));
        let word_follows = first.is_some_and(char::is_alphanumeric);
        let turn = match c {
            '“' | '„' | '«' if ends_line && !at_line_start => Turn::Closes,
            '“' | '„' | '«' => Turn::Opens,
            '”' | '‟' | '″' | '»' if at_line_start && word_follows => Turn::Opens,
            '”' | '‟' | '″' | '»' => Turn::Closes,
            _ if at_line_start && (!ends_line || after.is_empty()) => Turn::Opens,
            _ if before.is_some_and(|c| c.is_whitespace() || matches!(c, '(' | '“' | ':')) && !ends_line => {
                Turn::Opens
            }
            _ => Turn::Closes,
        };
        found.push(Mark { start, end: start + length, turn, at_line_start });
    }
    found
}

/// Whether new text may begin after `before`: nothing, or words that announce it.
fn announces(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(':') || before.ends_with("như sau")
}

/// Reads the quotations of a line from byte `from` on, outside any.
pub(crate) fn in_line(line: Line<'_>, from: usize) -> InLine {
    let mut whole = Vec::new();
    let mut stack: Vec<&Mark> = Vec::new();
    let marks = marks(line, from);
    for mark in &marks {
        match mark.turn {
            Turn::Opens => stack.push(mark),
            Turn::Closes => {
                if let Some(opened) = stack.pop()
                    && stack.is_empty()
                    && announces(&line.text[..opened.start - line.start])
                {
                    whole.push(ByteSpan::new(opened.end, mark.start));
                }
            }
        }
    }
    let open =
        stack.first().map(|mark| Opened { start: mark.end, leads: announces(&line.text[..mark.start - line.start]) });
    InLine { whole, open }
}

/// Finds where the quotation opened in line `at` ends. `None` where its mark opens nothing.
///
/// `instructed` says whether an amending instruction announced it, `patient` whether it may be sought to the end of the
/// text past where the document seems to go on.
pub(crate) fn end(
    lines: &[Line<'_>],
    at: usize,
    opened: Opened,
    outer: &Outer,
    instructed: bool,
    patient: bool,
) -> Option<End> {
    let first = Line { start: opened.start, text: &lines[at].text[opened.start - lines[at].start..] };
    let amends_itself = label::read(first.text.trim_start()).is_some_and(|label| is_instruction(label.rest));
    let mut depth = 1_usize;
    let mut fallback = None;
    let mut first_close = None;
    for (index, line) in lines.iter().enumerate().skip(at + 1) {
        if line.text.is_empty() {
            continue;
        }
        if !patient && index > at + REACH {
            break;
        }
        let label = label::read(line.text);
        if !opened.leads && (label.is_some() || index > at + 4) {
            return None;
        }
        let goes_on = label.as_ref().is_some_and(|label| outer.continues(label));
        if goes_on && !amends_itself && label.as_ref().is_some_and(|label| is_instruction(label.rest)) {
            return Some(first_close.unwrap_or_else(|| before(lines, at, index, opened)));
        }
        let new_article = goes_on && label.is_some_and(|label| label.kind == ProvisionKind::Article);
        if fallback.is_none() && (new_article || super::closing::is_signature(line.text)) {
            fallback = Some(index);
            if !patient || first_close.is_some() {
                break;
            }
        }
        let mut opens: Vec<Mark> = Vec::new();
        for mark in marks(*line, line.start) {
            match mark.turn {
                Turn::Opens => opens.push(mark),
                Turn::Closes if opens.pop().is_some() => {}
                Turn::Closes if ends_block(*line, &mark, opened.leads) => {
                    let end = End { line: index, end: mark.start, after: mark.end, closed: true };
                    depth -= 1;
                    if depth == 0 {
                        return Some(end);
                    }
                    first_close.get_or_insert(end);
                }
                Turn::Closes => {}
            }
        }
        depth += usize::from(opens.first().is_some_and(|mark| mark.at_line_start));
    }
    first_close
        .or_else(|| fallback.map(|index| before(lines, at, index, opened)))
        .or_else(|| (instructed && opened.leads).then(|| before(lines, at, lines.len(), opened)))
}

/// The end of a quotation that has no mark, before line `index`.
fn before(lines: &[Line<'_>], at: usize, index: usize, opened: Opened) -> End {
    let last = (at..index).rev().find(|index| !lines[*index].text.is_empty()).unwrap_or(at);
    let end = lines[last].end().max(opened.start);
    End { line: last, end, after: end, closed: false }
}

/// Whether a closing mark ends new text, and not a phrase in it whose opening mark is missing.
fn ends_block(line: Line<'_>, mark: &Mark, leads: bool) -> bool {
    let head = line.text[..mark.start - line.start].trim_end();
    let tail = line.text[mark.end - line.start..].trim_start();
    !leads || head.ends_with(['.', ';', ':']) || !tail.starts_with(char::is_alphanumeric)
}

/// Where new text ends that no mark surrounds: before the quoting document's next instruction, article or signature.
pub(crate) fn end_unmarked(lines: &[Line<'_>], at: usize, outer: &Outer) -> End {
    let opened = Opened { start: lines[at].start, leads: true };
    let index = (at + 1..lines.len())
        .find(|index| {
            let line = lines[*index].text;
            super::closing::is_signature(line)
                || label::read(line).is_some_and(|label| {
                    outer.continues(&label) && (label.kind == ProvisionKind::Article || is_instruction(label.rest))
                })
        })
        .unwrap_or(lines.len());
    before(lines, at, index, opened)
}

/// Whether the words after a label tell how another document is changed: "Sửa đổi, bổ sung khoản 2 Điều 5 như sau:".
pub(crate) fn is_instruction(text: &str) -> bool {
    const VERBS: [&str; 9] = ["Sửa đổi", "Bổ sung", "Bãi bỏ", "Hủy bỏ", "Huỷ bỏ", "Thay thế", "Thay", "Bỏ", "Đổi"];
    const UNITS: [&str; 11] =
        ["điều", "khoản", "điểm", "cụm từ", "chương", "mục", "phụ lục", "tên", "đoạn", "mẫu", "từ"];
    let start: String = text.chars().take(240).collect::<String>().to_lowercase();
    let words: Vec<&str> = start.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let names_unit = || {
        UNITS.iter().any(|unit| match unit.split_once(' ') {
            Some((one, two)) => words.windows(2).any(|pair| pair == [one, two]),
            None => words.contains(unit),
        })
    };
    let orders = VERBS.iter().any(|verb| starts_with_word(text, verb));
    // "Khoản 2 Điều 5 được sửa đổi như sau:" begins with what is changed.
    let first = words.first().copied().unwrap_or_default();
    let begins = ["điều", "khoản", "điểm", "cụm", "chương", "mục", "phụ", "tên", "đoạn", "mẫu", "từ", "các", "một"];
    let passive = begins.contains(&first)
        && ["được sửa đổi", "được bổ sung", "được thay", "sửa đổi như sau", "sửa lại như sau", "bổ sung như sau"]
            .iter()
            .any(|words| start.contains(words));
    (orders || passive) && names_unit()
}

/// The first unit that an instruction names: `(Paragraph, "2")` for "Khoản 2 Điều 5 được sửa đổi như sau:".
pub(crate) fn named_unit(text: &str) -> Option<(ProvisionKind, String)> {
    let kinds = [("Điều", ProvisionKind::Article), ("khoản", ProvisionKind::Paragraph), ("điểm", ProvisionKind::Point)];
    let mut rest = text;
    loop {
        for (word, kind) in kinds {
            if let Some(after) = strip_word(rest, word) {
                let number = after.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                let plausible = if kind == ProvisionKind::Point {
                    number.chars().count() <= 2 && number.starts_with(char::is_lowercase)
                } else {
                    number.starts_with(|c: char| c.is_ascii_digit())
                };
                if plausible {
                    return Some((kind, number.to_owned()));
                }
            }
        }
        rest = rest.split_once(' ')?.1.trim_start();
    }
}
