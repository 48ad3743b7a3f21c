//! Splits an amending act into its clauses: the words that command, and the new texts they quote.
//!
//! Hard because a quoted provision is made of the same lines as the act itself (`2.`, `a)`, `Điều 5.`) and its marks
//! are unreliable: straight or curly, nested, closed the wrong way round or not at all, sometimes missing altogether.
//! A new text therefore ends where its marks balance at the end of a line, and at the latest where the next command
//! of the act begins. Source: Decree 78/2025/NĐ-CP, Article 66.

use crate::ByteSpan;
use crate::eid::{POINT_LETTERS, order};
use crate::structure::starts_with_word;

/// Where a clause stands in the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Chapter,
    Article,
    Paragraph,
    Point,
    Dash,
}

/// A clause of the act.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Its rank; that of the clause before where it has no label of its own.
    pub(super) rank: Rank,
    /// Its number; empty where it continues the clause before.
    pub(super) label: String,
    /// All of it, the new texts included.
    pub(super) span: ByteSpan,
    /// The words, without the label and the new texts.
    pub(super) words: ByteSpan,
    /// The new texts, without their quotation marks.
    pub(super) blocks: Vec<ByteSpan>,
}

/// The clauses of `text`, in order.
pub(super) fn clauses(text: &str) -> Vec<Clause> {
    let mut splitter = Splitter { text, clauses: Vec::new(), block: None };
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim();
        let at = start + (raw.len() - raw.trim_start().len());
        start += raw.len();
        if !line.is_empty() {
            splitter.line(ByteSpan::new(at, at + line.len()));
        }
    }
    if let Some(block) = splitter.block.take() {
        splitter.keep(block, text.trim_end().len());
    }
    splitter.clauses
}

/// A new text that is being read.
struct Block {
    start: usize,
    /// End of the last line that belongs to it.
    end: usize,
    /// Marks still open; `None` for a text without marks.
    depth: Option<usize>,
}

struct Splitter<'a> {
    text: &'a str,
    clauses: Vec<Clause>,
    block: Option<Block>,
}

impl Splitter<'_> {
    fn line(&mut self, line: ByteSpan) {
        if self.block.is_some() {
            if self.next_command(line) {
                if let Some(block) = self.block.take() {
                    let end = block.end;
                    self.keep(block, end);
                }
            } else {
                self.within(line);
                return;
            }
        }
        let words = line.of(self.text);
        if self.takes_text() && opens(words) {
            let mark = words.chars().next().map_or(0, char::len_utf8);
            self.block = Some(Block { start: line.start + mark, end: line.end, depth: Some(1) });
            self.scan(ByteSpan::new(line.start + mark, line.end));
            return;
        }
        if let Some(rest) = self.wrapped_citation(words) {
            let continues = rest.starts_with("như sau");
            let end = if continues { line.end } else { line.end - rest.len() };
            if let Some(last) = self.clauses.last_mut() {
                last.words.end = end;
                last.span.end = end;
            }
            if !continues {
                self.line(ByteSpan::new(end, line.end));
            }
            return;
        }
        let label = label(words);
        if self.awaits_text() && !label.as_ref().is_some_and(|l| is_command(l.rest)) && !is_command(words) {
            self.block = Some(Block { start: line.start, end: line.end, depth: None });
            return;
        }
        match label {
            Some(label) if self.fits(&label) => self.open(&label, line),
            _ => self.continued(line),
        }
    }

    /// "… khoản 1⏎Điều 92. 43. Sửa đổi": the line ends the citation before it, and the next command follows.
    fn wrapped_citation<'b>(&self, words: &'b str) -> Option<&'b str> {
        let article = label(words).filter(|label| label.rank == Rank::Article)?;
        let next = label(article.rest).is_some_and(|label| is_command(label.rest) || label.rank == Rank::Chapter);
        if !next && !article.rest.starts_with("như sau") {
            return None;
        }
        let last = self.clauses.last()?;
        let open = !last.words.of(self.text).trim_end().ends_with(['.', ':', ';']) && last.blocks.is_empty();
        (open && is_command(last.words.of(self.text))).then_some(article.rest)
    }

    /// Whether the line begins the next command of the act, although a new text is still open.
    fn next_command(&self, line: ByteSpan) -> bool {
        let Some(block) = &self.block else { return false };
        let Some(label) = label(line.of(self.text)) else { return false };
        let follows =
            self.clauses.iter().rev().find(|c| !c.label.is_empty() && c.rank == label.rank).is_some_and(|c| {
                let (before, now) = (order(&c.label), order(label.number));
                now.0 == before.0 + 1 || (now.0 == before.0 && now.1 == before.1 + 1)
            });
        let first =
            label.rank == Rank::Paragraph && label.number == "1" || label.rank == Rank::Point && label.number == "a";
        let ended = || {
            let before = self.text[block.start..block.end].trim_end_matches(['.', ';', ',', ' ']);
            before.ends_with(['”', '"', '“'])
        };
        let closing = label.rank == Rank::Article && (is_closing_heading(label.rest) || block.depth.is_none());
        (is_command(label.rest) && (follows || first && ended())) || (closing && follows)
    }

    /// A line of the new text that is open.
    fn within(&mut self, line: ByteSpan) {
        // A quotation left open, and the next one begins: "“c) …⏎“2. …”".
        let words = line.of(self.text);
        let marked = self.block.as_ref().is_some_and(|block| block.depth.is_some());
        if marked && opens(words) && label(words.trim_start_matches(['“', '"', '„'])).is_some() {
            if let Some(block) = self.block.take() {
                let end = block.end;
                self.keep(block, end);
            }
            self.line(line);
            return;
        }
        let Some(block) = &mut self.block else { return };
        block.end = line.end;
        if block.depth.is_some() {
            self.scan(line);
        }
    }

    /// Counts the marks on `line` and closes the new text where they balance.
    fn scan(&mut self, line: ByteSpan) {
        let words = line.of(self.text);
        let bare = words.trim_end_matches(['.', ';', ',', ' ', ':']);
        let Some(mut depth) = self.block.as_ref().and_then(|block| block.depth) else { return };
        let mut previous = ' ';
        for (at, c) in words.char_indices() {
            let end = at + c.len_utf8();
            let last = end >= bare.len() && at < bare.len();
            match mark(c, previous, words[end..].chars().next(), last) {
                Some(Mark::Opening) => depth += 1,
                Some(Mark::Closing) => {
                    depth = depth.saturating_sub(1);
                    let rest = words[end..].trim_start_matches(['.', ';', ',', ' ', '/']);
                    if depth == 0 && (last || rest.is_empty() || is_command(rest)) {
                        if let Some(block) = self.block.take() {
                            self.keep(block, line.start + at);
                        }
                        if is_command(rest) {
                            self.line(ByteSpan::new(line.end - rest.len(), line.end));
                        }
                        return;
                    }
                    // A mark closed within the text: the text itself goes on.
                    depth = depth.max(1);
                }
                None => {}
            }
            previous = c;
        }
        let unbalanced_end = depth == 2 && bare.ends_with(['”', '"']) && self.command_or_mark_after(line.end);
        if unbalanced_end {
            if let Some(block) = self.block.take() {
                let mark = bare.chars().next_back().map_or(0, char::len_utf8);
                self.keep(block, line.start + bare.len() - mark);
            }
        } else if let Some(block) = &mut self.block {
            block.depth = Some(depth);
        }
    }

    /// Whether the next line begins a command or another new text.
    fn command_or_mark_after(&self, end: usize) -> bool {
        match self.text[end..].lines().map(str::trim).find(|line| !line.is_empty()) {
            None => true,
            Some(next) => opens(next) || label(next).is_some_and(|l| is_command(l.rest)),
        }
    }

    /// Ends a new text at `end` and gives it to its clause.
    fn keep(&mut self, block: Block, end: usize) {
        let Some(clause) = self.clauses.last_mut() else { return };
        let text = ByteSpan::new(block.start, end.max(block.start));
        let lead = text.of(self.text).len() - text.of(self.text).trim_start().len();
        let kept = text.of(self.text).trim().trim_end_matches(['’', '\'']).trim_end();
        clause.blocks.push(ByteSpan::new(text.start + lead, text.start + lead + kept.len()));
        clause.span.end = clause.span.end.max(block.end);
    }

    fn takes_text(&self) -> bool {
        self.clauses.last().is_some_and(|clause| is_command(clause.words.of(self.text)))
    }

    /// Whether the last clause announces a new text that has not come yet.
    fn awaits_text(&self) -> bool {
        self.clauses.last().is_some_and(|clause| {
            let words = clause.words.of(self.text).trim_end();
            let announces = words.ends_with("như sau:") || words.ends_with("như sau") || words.ends_with("như sau :");
            clause.blocks.is_empty() && announces && is_command(words) && !words.contains("một số")
        })
    }

    /// Whether a label can be one of the act's own.
    fn fits(&self, label: &Label<'_>) -> bool {
        match label.rank {
            Rank::Chapter => true,
            Rank::Article => {
                let last = self.clauses.iter().rev().find(|c| c.rank == Rank::Article && !c.label.is_empty());
                last.is_none_or(|last| order(label.number) > order(&last.label)) || label.number == "1"
            }
            _ => !self.clauses.is_empty(),
        }
    }

    fn open(&mut self, label: &Label<'_>, line: ByteSpan) {
        let mut rest = ByteSpan::new(line.end - label.rest.len(), line.end);
        // "Điều 2. 1. Sửa đổi …": the first paragraph begins on the article's own line.
        let inner =
            self::label(label.rest).filter(|inner| label.rank == Rank::Article && inner.rank == Rank::Paragraph);
        if inner.is_some() {
            let words = ByteSpan::new(rest.start, rest.start);
            let span = ByteSpan::new(line.start, rest.start);
            let (rank, label) = (label.rank, label.number.to_owned());
            self.clauses.push(Clause { rank, label, span, words, blocks: Vec::new() });
            self.line(rest);
            return;
        }
        let block = self.inline_block(&mut rest);
        self.clauses.push(Clause {
            rank: label.rank,
            label: label.number.to_owned(),
            span: line,
            words: rest,
            blocks: Vec::new(),
        });
        self.start_inline(block, line);
    }

    /// A line without a label of its own: more words of the clause, or a further command in it.
    fn continued(&mut self, line: ByteSpan) {
        let Some(last) = self.clauses.last() else { return };
        let words = line.of(self.text);
        let ends = last.words.of(self.text).trim_end().ends_with(['.', ':', ';', '”', '"']) || !last.blocks.is_empty();
        if is_command(words) || ends || last.words.of(self.text).is_empty() {
            let rank = last.rank;
            let mut rest = line;
            let block = self.inline_block(&mut rest);
            self.clauses.push(Clause { rank, label: String::new(), span: line, words: rest, blocks: Vec::new() });
            self.start_inline(block, line);
        } else if let Some(last) = self.clauses.last_mut() {
            last.words.end = line.end;
            last.span.end = line.end;
        }
    }

    /// Cuts a new text that begins on the command's own line ("như sau: “2. …") off `words`; returns where it starts.
    fn inline_block(&self, words: &mut ByteSpan) -> Option<usize> {
        let text = words.of(self.text);
        let at = text.find("như sau")? + "như sau".len();
        let rest = text[at..].trim_start_matches([':', ' ', '\t']);
        if !opens(rest) || !is_command(&text[..at]) {
            return None;
        }
        let start = words.end - rest.len();
        words.end = words.start + at;
        Some(start + rest.chars().next().map_or(0, char::len_utf8))
    }

    fn start_inline(&mut self, block: Option<usize>, line: ByteSpan) {
        if let Some(start) = block {
            self.block = Some(Block { start, end: line.end, depth: Some(1) });
            self.scan(ByteSpan::new(start, line.end));
        }
    }
}

/// A quotation mark's direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Opening,
    Closing,
}

/// What a character does as a quotation mark between `previous` and `next`; `last` at the end of a line.
pub(super) fn mark(c: char, previous: char, next: Option<char>, last: bool) -> Option<Mark> {
    let boundary = previous.is_whitespace() || matches!(previous, '(' | '“' | '"');
    match c {
        '“' | '„' | '”' | '"' if last => Some(Mark::Closing),
        '“' | '„' => Some(Mark::Opening),
        '”' => Some(Mark::Closing),
        '"' if boundary && next.is_some_and(|n| !n.is_whitespace()) => Some(Mark::Opening),
        '"' => Some(Mark::Closing),
        _ => None,
    }
}

fn opens(words: &str) -> bool {
    words.starts_with(['“', '"', '”', '„'])
}

/// A label at the start of a line, and the words after it.
pub(super) struct Label<'a> {
    pub(super) rank: Rank,
    pub(super) number: &'a str,
    pub(super) rest: &'a str,
}

/// Letters that begin a point besides those of the alphabet: `y`, and Cyrillic ones typed for Latin.
const LOOK_ALIKES: [char; 7] = ['y', 'а', 'с', 'е', 'о', 'р', 'х'];

/// Reads the label at the start of `line`: `Điều 5.`, `2a.`, `đ)`, `-`.
pub(super) fn label(line: &str) -> Option<Label<'_>> {
    if let Some(rest) = line.strip_prefix("CHƯƠNG ").or_else(|| line.strip_prefix("Chương ")) {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let roman = rest.starts_with(|c: char| matches!(c, 'I' | 'V' | 'X' | 'L') || c.is_ascii_digit());
        let after = rest[end..].trim_start_matches(['.', ':', ' ']);
        return (roman && end > 0 && !after.starts_with(char::is_lowercase)).then(|| Label {
            rank: Rank::Chapter,
            number: &rest[..end],
            rest: after,
        });
    }
    if let Some(rest) = line.strip_prefix("Điều").or_else(|| line.strip_prefix("ĐIỀU")) {
        let rest = rest.trim_start();
        let (number, rest) = number(rest)?;
        let rest = rest.trim_start();
        let after = rest.strip_prefix(['.', ':']).or_else(|| rest.is_empty().then_some(rest))?;
        return Some(Label { rank: Rank::Article, number, rest: after.trim_start() });
    }
    if line.starts_with(|c: char| c.is_ascii_digit()) {
        let (number, rest) = number(line)?;
        let rest =
            rest.strip_prefix(['.', ')']).or_else(|| rest.strip_prefix("- ")).or_else(|| rest.strip_prefix(" - "))?;
        let value = rest.starts_with(|c: char| c.is_ascii_digit());
        return (!value).then(|| Label { rank: Rank::Paragraph, number, rest: rest.trim_start() });
    }
    if let Some(rest) = line.strip_prefix(['-', '–', '+']) {
        return Some(Label { rank: Rank::Dash, number: "-", rest: rest.trim_start() });
    }
    let letter = line.chars().next().filter(|c| POINT_LETTERS.contains(c) || LOOK_ALIKES.contains(c))?;
    let digits = line[letter.len_utf8()..].bytes().take_while(u8::is_ascii_digit).count();
    let end = letter.len_utf8() + digits;
    let rest = line[end..].strip_prefix(')').or_else(|| line[end..].strip_prefix(". "))?;
    (digits <= 2).then(|| Label { rank: Rank::Point, number: &line[..end], rest: rest.trim_start() })
}

/// `12`, `12a`: digits and an optional inserted letter.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let mut rest = text[digits..].chars();
    let inserted = rest.next().filter(|c| c.is_lowercase() && rest.next().is_none_or(|n| !n.is_alphanumeric()));
    let end = digits + inserted.map_or(0, char::len_utf8);
    Some((&text[..end], &text[end..]))
}

/// Whether the words of a clause order a change.
pub(super) fn is_command(words: &str) -> bool {
    const VERBS: [&str; 13] = [
        "Sửa đổi",
        "Bổ sung",
        "Bãi bỏ",
        "Huỷ bỏ",
        "Hủy bỏ",
        "Thay thế",
        "Thay",
        "Bỏ",
        "Đổi tên",
        "Chuyển",
        "Nay sửa đổi",
        "Nay bổ sung",
        "Sửa",
    ];
    const OPENERS: [&str; 20] = [
        "Điều",
        "Khoản",
        "Điểm",
        "Các",
        "Tên",
        "Đoạn",
        "Chương",
        "Mục",
        "Phần",
        "Phụ lục",
        "Cụm từ",
        "Từ",
        "Trong",
        "Tại",
        "Một số",
        "Câu",
        "Tiêu đề",
        "Tiểu mục",
        "Luật",
        "Nghị định",
    ];
    const PASSIVES: [&str; 8] = [
        "được sửa đổi",
        "được bổ sung",
        "được thay",
        "được bãi bỏ",
        "bị bãi bỏ",
        "sửa đổi, bổ sung như sau",
        "được bỏ",
        "sửa đổi như sau",
    ];
    if VERBS.iter().any(|verb| starts_with_word(words, verb)) {
        return true;
    }
    let opens = OPENERS.iter().any(|word| starts_with_word(words, word));
    opens && PASSIVES.iter().any(|passive| words.contains(passive))
}

/// Headings of the articles that close an amending act.
fn is_closing_heading(rest: &str) -> bool {
    let closing =
        ["Hiệu lực", "Điều khoản", "Tổ chức", "Trách nhiệm", "Quy định chuyển tiếp", "Luật này", "Nghị định này"];
    let more =
        ["Thông tư này", "Pháp lệnh này", "Chính phủ", "Bộ trưởng", "Chánh Văn phòng", "1. Luật này", "Các Bộ trưởng"];
    closing.iter().chain(&more).any(|word| rest.starts_with(word))
}
