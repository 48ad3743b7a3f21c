//! Markdown as people and converters write law in it: the marks taken out, the words left.
//!
//! Hard because some marks of Markdown are the law's own: `1.` numbers a clause, `-` opens an indent, `a)` is none of
//! CommonMark's but a point. Only what is markup for certain goes; a line stays a line, for soft wraps and clauses on
//! lines of their own look the same. CommonMark 0.31 and the tables of GFM rule it. Not here: HTML blocks.

use crate::trace::Letter;

/// The state from line to line.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    /// The fence that a block of code was opened with.
    fence: Option<(char, usize)>,
    in_table: bool,
    /// How many pictures were left out.
    pub(super) pictures: usize,
}

/// Whether a text is Markdown beyond doubt: two headings, a heading and bold words, or the rule below a table's head.
pub(super) fn looks_like_it(text: &str) -> bool {
    let (mut headings, mut bold) = (0, 0);
    for line in text.lines().take(2000) {
        let line = line.trim();
        let level = line.len() - line.trim_start_matches('#').len();
        headings += usize::from((1..=6).contains(&level) && line[level..].starts_with(' '));
        bold += usize::from(line.matches("**").count() >= 2);
        if headings >= 2 || (headings >= 1 && bold >= 1) || is_table_rule(&line.chars().collect::<Vec<_>>()) {
            return true;
        }
    }
    false
}

impl Markdown {
    /// The lines of a stretch without their marks.
    pub(super) fn lines(&mut self, lines: Vec<Vec<Letter>>) -> Vec<Vec<Letter>> {
        let mut out = Vec::with_capacity(lines.len());
        let rules: Vec<bool> = lines.iter().map(|line| is_table_rule(&trimmed(line))).collect();
        for (index, line) in lines.into_iter().enumerate() {
            let heads_table = rules.get(index + 1).copied().unwrap_or_default() && has(&line, '|');
            self.in_table = (heads_table || self.in_table) && (has(&line, '|') || rules[index]);
            if rules[index] && self.in_table {
                continue;
            }
            self.line(line, &mut out);
        }
        out
    }

    fn line(&mut self, line: Vec<Letter>, out: &mut Vec<Vec<Letter>>) {
        let words = trimmed(&line);
        if let Some(fence) = fence_of(&words) {
            match self.fence {
                None => {
                    self.fence = Some(fence);
                    return;
                }
                Some((mark, length)) if mark == fence.0 && fence.1 >= length => {
                    self.fence = None;
                    return;
                }
                Some(_) => {}
            }
        }
        if self.fence.is_some() {
            out.push(line);
            return;
        }
        if is_rule(&words) {
            return;
        }
        if self.in_table {
            out.extend(cells(&line).into_iter().map(|cell| self.inline(&cell)).filter(|cell| !cell.is_empty()));
            return;
        }
        let line = without_block_marks(&line);
        out.extend(broken(self.inline(line)));
    }

    /// A line without emphasis, links, escapes and code marks.
    fn inline(&mut self, line: &[Letter]) -> Vec<Letter> {
        let line = self.without_links(&unescaped(line));
        let mut keep = vec![true; line.len()];
        for mark in ['*', '_', '~', '`'] {
            drop_pairs(&line, mark, &mut keep);
        }
        let mut out: Vec<Letter> =
            line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(marked, _)| marked.letter).collect();
        while out.last().is_some_and(|letter| letter.ch == ' ') {
            out.pop();
        }
        out
    }

    /// `[words](address)` is its words; a picture goes.
    fn without_links(&mut self, line: &[Marked]) -> Vec<Marked> {
        let mut out: Vec<Marked> = Vec::with_capacity(line.len());
        let mut at = 0;
        while at < line.len() {
            if line[at].is('[')
                && let Some((inside, end)) = link(&line[at..])
            {
                if out.last().is_some_and(|before| before.is('!')) {
                    out.pop();
                    self.pictures += 1;
                } else {
                    out.extend_from_slice(&line[at + 1..at + inside]);
                }
                at += end;
                continue;
            }
            out.push(line[at]);
            at += 1;
        }
        out
    }
}

/// A letter, and whether it may be a mark: one that was escaped is not.
#[derive(Debug, Clone, Copy)]
struct Marked {
    letter: Letter,
    plain: bool,
}

impl Marked {
    fn is(&self, ch: char) -> bool {
        !self.plain && self.letter.ch == ch
    }
}

fn has(line: &[Letter], ch: char) -> bool {
    line.iter().any(|letter| letter.ch == ch)
}

fn trimmed(line: &[Letter]) -> Vec<char> {
    let words: String = line.iter().map(|letter| letter.ch).collect();
    words.trim().chars().collect()
}

fn fence_of(words: &[char]) -> Option<(char, usize)> {
    let mark = *words.first().filter(|ch| matches!(ch, '`' | '~'))?;
    let length = words.iter().take_while(|ch| **ch == mark).count();
    (length >= 3 && !words[length..].contains(&'`')).then_some((mark, length))
}

/// A thematic break, or the line below a heading.
fn is_rule(words: &[char]) -> bool {
    let Some(mark) = words.first().filter(|ch| matches!(ch, '-' | '*' | '_' | '=')) else { return false };
    words.iter().all(|ch| ch == mark || *ch == ' ') && words.iter().filter(|ch| *ch == mark).count() >= 3
}

fn is_table_rule(words: &[char]) -> bool {
    words.contains(&'|')
        && words.contains(&'-')
        && words.iter().all(|ch| matches!(ch, '|' | '-' | ':' | ' '))
        && words.split(|ch| *ch == '|').all(|cell| cell.iter().all(|ch| *ch == ' ') || cell.contains(&'-'))
}

fn cells(line: &[Letter]) -> Vec<Vec<Letter>> {
    let mut cells = vec![Vec::new()];
    let mut escaped = false;
    for letter in line {
        if letter.ch == '|' && !escaped {
            cells.push(Vec::new());
        } else if let Some(cell) = cells.last_mut() {
            if letter.ch == '|' {
                cell.pop();
            }
            cell.push(*letter);
        }
        escaped = letter.ch == '\\' && !escaped;
    }
    cells.into_iter().map(|cell| without_blanks(&cell).to_vec()).filter(|cell| !cell.is_empty()).collect()
}

fn without_blanks(line: &[Letter]) -> &[Letter] {
    let blank = |letter: &Letter| matches!(letter.ch, ' ' | '\t');
    let start = line.iter().position(|letter| !blank(letter)).unwrap_or(line.len());
    let end = line.iter().rposition(|letter| !blank(letter)).map_or(start, |at| at + 1);
    &line[start..end]
}

/// The line without `>`, `#` and the bullets that are no dash of the law's.
fn without_block_marks(line: &[Letter]) -> &[Letter] {
    let mut rest = without_blanks(line);
    while let Some((_, after)) = rest.split_first().filter(|(first, _)| first.ch == '>') {
        rest = without_blanks(after);
    }
    let level = rest.iter().take_while(|letter| letter.ch == '#').count();
    if (1..=6).contains(&level) && rest.get(level).is_none_or(|letter| matches!(letter.ch, ' ' | '\t')) {
        rest = without_blanks(&rest[level..]);
        let closing = rest.iter().rev().take_while(|letter| letter.ch == '#').count();
        let words = &rest[..rest.len() - closing];
        if closing > 0 && words.last().is_none_or(|letter| letter.ch == ' ') {
            rest = without_blanks(words);
        }
        return rest;
    }
    let bullet = rest.first().is_some_and(|letter| matches!(letter.ch, '-' | '*' | '+'))
        && rest.get(1).is_some_and(|letter| matches!(letter.ch, ' ' | '\t'));
    if bullet {
        let words = without_blanks(&rest[1..]);
        let star = rest.first().is_some_and(|letter| letter.ch == '*');
        if star || begins_with_label(words) {
            return words;
        }
    }
    rest
}

/// Whether the words after a bullet have a number of their own: "1.", "a)", "**Điều 5.**".
fn begins_with_label(words: &[Letter]) -> bool {
    let words: String = words.iter().map(|letter| letter.ch).filter(|ch| !matches!(ch, '*' | '_' | '\\')).collect();
    let first = words.split_whitespace().next().unwrap_or_default();
    let number = first.trim_end_matches(['.', ')']);
    let counted = number.len() < first.len()
        && number.chars().count() <= 4
        && (number.starts_with(|ch: char| ch.is_ascii_digit()) || number.chars().count() <= 2);
    counted || ["Điều", "Chương", "Mục", "Phần", "Khoản", "Điểm"].contains(&first)
}

/// Resolves escapes: `1\.` is `1.`.
fn unescaped(line: &[Letter]) -> Vec<Marked> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(letter) = line.get(at) {
        match line.get(at + 1) {
            Some(next) if letter.ch == '\\' && next.ch.is_ascii_punctuation() => {
                out.push(Marked { letter: Letter { from: letter.from, ..*next }, plain: true });
                at += 2;
            }
            _ => {
                out.push(Marked { letter: *letter, plain: false });
                at += 1;
            }
        }
    }
    // A hard break: the line ends here anyway.
    if out.last().is_some_and(|last| last.is('\\')) {
        out.pop();
    }
    out
}

/// Where the words of a link end and where it ends itself, both from its opening bracket.
fn link(line: &[Marked]) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let inside = line.iter().take(2000).position(|marked| {
        depth += usize::from(marked.is('['));
        depth -= usize::from(marked.is(']'));
        depth == 0
    })?;
    if !line.get(inside + 1)?.is('(') {
        return None;
    }
    let mut depth = 0_usize;
    let address = line[inside + 1..].iter().take(2000).position(|marked| {
        depth += usize::from(marked.is('('));
        depth -= usize::from(marked.is(')'));
        depth == 0
    })?;
    Some((inside, inside + 1 + address + 1))
}

/// Takes out the marks of emphasis that have a partner of the same length in the line.
fn drop_pairs(line: &[Marked], mark: char, keep: &mut [bool]) {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        if !line[at].is(mark) {
            at += 1;
            continue;
        }
        let length = line[at..].iter().take_while(|marked| marked.is(mark)).count();
        let before = at.checked_sub(1).map(|at| line[at].letter.ch);
        let after = line.get(at + length).map(|marked| marked.letter.ch);
        let blank = |ch: Option<char>| ch.is_none_or(char::is_whitespace);
        let word = |ch: Option<char>| ch.is_some_and(char::is_alphanumeric);
        let within_word = mark == '_' && word(before) && word(after);
        let fits = length <= 3 && !within_word && (mark != '~' || length == 2);
        let partner = open.iter().rposition(|(_, opened)| *opened == length);
        if fits
            && !blank(before)
            && let Some(partner) = partner
        {
            let (start, _) = open[partner];
            keep[start..start + length].fill(false);
            keep[at..at + length].fill(false);
            open.truncate(partner);
        } else if fits && !blank(after) {
            open.push((at, length));
        }
        at += length;
    }
}

/// Parts a line at the `<br>` that tables and converters use, and drops the plainest tags of HTML.
fn broken(line: Vec<Letter>) -> Vec<Vec<Letter>> {
    const TAGS: [&str; 16] =
        ["b", "i", "u", "em", "strong", "sup", "sub", "span", "center", "p", "div", "font", "a", "s", "small", "mark"];
    let mut lines = vec![Vec::with_capacity(line.len())];
    let mut at = 0;
    while let Some(letter) = line.get(at) {
        if letter.ch == '<'
            && let Some(length) = line[at..].iter().take(200).position(|letter| letter.ch == '>')
        {
            let tag: String = line[at + 1..at + length].iter().map(|letter| letter.ch).collect();
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default().to_ascii_lowercase();
            if name == "br" {
                lines.push(Vec::new());
                at += length + 1;
                continue;
            }
            if TAGS.contains(&name.as_str()) {
                at += length + 1;
                continue;
            }
        }
        if let Some(line) = lines.last_mut() {
            line.push(*letter);
        }
        at += 1;
    }
    lines
}
