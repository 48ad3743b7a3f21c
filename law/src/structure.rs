//! Reads a text into its provisions: phần, chương, mục, tiểu mục, điều, khoản, điểm.
//!
//! Hard because the only marks are a label at the start of a line, and lines start like labels for other reasons: a
//! sum of money (`20.000 đồng`), a quoted provision of another document inside an amending one, a list below a point,
//! a signature block. Labels are accepted by form *and* by sequence, and never inside quotation marks. Reading cannot
//! fail: what looks wrong becomes a [`Problem`]. Source: Decree 78/2025/NĐ-CP, Articles 63-64 and 69.
//!
//! Not here: amending instructions, tables, footnotes of consolidated texts.

use crate::eid::{Eid, order};
use crate::metadata::{self, Metadata};
use crate::{ByteSpan, text};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A kind of unit in the provision tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvisionKind {
    /// Phụ lục, or a regulation attached by "ban hành kèm theo".
    Annex,
    /// Phần.
    Part,
    /// Chương.
    Chapter,
    /// Mục.
    Section,
    /// Tiểu mục.
    Subsection,
    /// Điều.
    Article,
    /// Khoản.
    Paragraph,
    /// Điểm.
    Point,
    /// Phần căn cứ and the enacting sentence.
    Preamble,
    /// One legal basis (căn cứ ban hành).
    Basis,
}

impl ProvisionKind {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Annex => "annex",
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Subsection => "subsection",
            Self::Article => "article",
            Self::Paragraph => "paragraph",
            Self::Point => "point",
            Self::Preamble => "preamble",
            Self::Basis => "basis",
        }
    }

    /// The kind with this contract name.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Annex,
            Self::Part,
            Self::Chapter,
            Self::Section,
            Self::Subsection,
            Self::Article,
            Self::Paragraph,
            Self::Point,
            Self::Preamble,
            Self::Basis,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }

    /// Depth in the tree; a unit's parent is the nearest open unit of lower depth.
    fn depth(self) -> u8 {
        match self {
            Self::Annex | Self::Preamble => 0,
            Self::Part | Self::Basis => 1,
            Self::Chapter => 2,
            Self::Section => 3,
            Self::Subsection => 4,
            Self::Article => 5,
            Self::Paragraph => 6,
            Self::Point => 7,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Annex => "annex",
            Self::Part => "part",
            Self::Chapter => "chp",
            Self::Section => "sec",
            Self::Subsection => "subsec",
            Self::Article => "art",
            Self::Paragraph => "para",
            Self::Point => "point",
            Self::Preamble => "preamble",
            Self::Basis => "basis",
        }
    }
}

/// One unit of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// Identifier within the document.
    pub eid: Eid,
    /// Kind.
    pub kind: ProvisionKind,
    /// Number as printed, without the label; `None` for the preamble.
    pub number: Option<String>,
    /// Heading, where the unit has one.
    pub heading: Option<String>,
    /// From the label to the end of the last text that belongs to it.
    pub span: ByteSpan,
    /// Index of the enclosing unit in [`Document::provisions`].
    pub parent: Option<usize>,
}

/// Something that looked wrong while reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable name, such as `numbering.gap`.
    pub code: &'static str,
    /// Where.
    pub span: ByteSpan,
    /// One sentence, in Vietnamese.
    pub message: String,
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What its head and its closing articles say of it.
    pub metadata: Metadata,
    /// Normalised text; every span points into it.
    pub text: String,
    /// Units in text order, parents before children.
    pub provisions: Vec<Provision>,
    /// What looked wrong.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The unit with this identifier.
    pub fn get(&self, eid: &str) -> Option<&Provision> {
        self.provisions.iter().find(|p| p.eid.as_str() == eid)
    }

    /// The innermost unit around byte `at`.
    pub fn at(&self, at: usize) -> Option<&Provision> {
        self.provisions.iter().rev().find(|p| p.span.start <= at && at < p.span.end)
    }

    /// The words of a unit.
    pub fn text_of(&self, provision: &Provision) -> &str {
        provision.span.of(&self.text)
    }

    /// The units directly below the one at `index`.
    pub fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Provision)> {
        self.provisions.iter().enumerate().filter(move |(_, p)| p.parent == Some(index))
    }

    /// Headings of the units around the one at `index`, outermost first, its own included.
    pub fn headings(&self, index: usize) -> Vec<String> {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(provision) = next.and_then(|at| self.provisions.get(at)) {
            if let Some(heading) = &provision.heading {
                let label = Eid::step(provision.kind.prefix(), provision.number.as_deref().unwrap_or_default()).label();
                chain.push(if label.is_empty() { heading.clone() } else { format!("{label}. {heading}") });
            }
            next = provision.parent;
        }
        chain.reverse();
        chain
    }

    /// The units that state norms: each paragraph of an article, or the article when it has none. Indices into
    /// [`Document::provisions`].
    pub fn norms(&self) -> Vec<usize> {
        let with_paragraphs: HashSet<usize> =
            self.provisions.iter().filter(|p| p.kind == ProvisionKind::Paragraph).filter_map(|p| p.parent).collect();
        self.provisions
            .iter()
            .enumerate()
            .filter(|(at, p)| match p.kind {
                ProvisionKind::Paragraph => true,
                ProvisionKind::Article => !with_paragraphs.contains(at),
                _ => false,
            })
            .map(|(at, _)| at)
            .collect()
    }
}

/// Reads a document. Never fails; linear in the text's length.
pub fn parse(raw: &str) -> Document {
    let text = text::normalise(raw);
    let lines = lines(&text);
    let quoted = quoted_lines(&text, &lines, ByteSpan::new(0, text.len()));
    let mut reader = Reader { text: &text, lines: &lines, ..Reader::default() };
    reader.read(&quoted);
    let Reader { mut provisions, problems, body_end, .. } = reader;
    close_spans(&text, &mut provisions);
    let metadata = metadata::read(&text, &provisions, body_end);
    Document { metadata, text, provisions, problems }
}

/// Reads new text that an amending act gives, where units start without an article around them: `2. …`, `a) …`,
/// `12a. …`, `“Điều 5. …`, `Chương II …`, or plain words.
///
/// Identifiers are relative to the place that is amended: `para_2__point_a`, `point_b`, `art_5__para_1`. Quotation marks
/// around the whole are no part of any unit; spans point into [`Document::text`], which keeps them. Never fails; linear.
pub fn parse_fragment(raw: &str) -> Document {
    let text = text::normalise(raw);
    let inside = unquoted(&text);
    let lines: Vec<Line<'_>> = lines(inside.of(&text))
        .into_iter()
        .map(|line| Line { start: line.start + inside.start, text: line.text })
        .collect();
    let quoted = quoted_lines(&text, &lines, inside);
    let mut reader = Reader { text: &text[..inside.end], lines: &lines, fragment: true, ..Reader::default() };
    reader.read(&quoted);
    let Reader { mut provisions, problems, .. } = reader;
    close_spans(&text, &mut provisions);
    let metadata = metadata::read("", &[], None);
    Document { metadata, text, provisions, problems }
}

/// The text within quotation marks around the whole, where it has some; blanks and the marks after the closing one
/// (`”.`, `”;`) are outside.
fn unquoted(text: &str) -> ByteSpan {
    const MARKS: [char; 4] = ['“', '”', '"', '„'];
    let start = text.len() - text.trim_start().len();
    let start = start + text[start..].chars().next().filter(|c| MARKS.contains(c)).map_or(0, char::len_utf8);
    let trimmed = text.trim_end();
    let bare = trimmed.trim_end_matches(['.', ';', ',', ' ']);
    let balance = text[start..].matches('”').count() > text[start..].matches('“').count()
        || text[start..].matches('"').count() % 2 == 1;
    let end = match bare.strip_suffix(MARKS) {
        Some(inside) if balance && inside.len() >= start => inside.len(),
        _ => trimmed.len().max(start),
    };
    ByteSpan::new(start, end)
}

/// A line: where it starts, and its text without surrounding spaces.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    text.split('\n')
        .map(|raw| {
            let trimmed = raw.trim_start();
            let line = Line { start: start + raw.len() - trimmed.len(), text: trimmed.trim_end() };
            start += raw.len() + 1;
            line
        })
        .collect()
}

/// Which lines begin inside quotation marks that were opened before them (or open with one), and are closed later on:
/// what stands there belongs to another document.
fn quoted_lines(text: &str, lines: &[Line<'_>], inside: ByteSpan) -> Vec<bool> {
    let mut quoted = vec![false; lines.len()];
    let mut next = text::quotations(inside.of(text))
        .into_iter()
        .map(|span| ByteSpan::new(span.start + inside.start, span.end + inside.start))
        .peekable();
    for (line, flag) in lines.iter().zip(&mut quoted) {
        while next.peek().is_some_and(|span| span.end < line.start) {
            next.next();
        }
        *flag = next.peek().is_some_and(|span| span.start <= line.start && line.start < span.end);
    }
    quoted
}

/// A label found at the start of a line.
struct Label<'a> {
    kind: ProvisionKind,
    number: String,
    rest: &'a str,
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    lines: &'a [Line<'a>],
    provisions: Vec<Provision>,
    problems: Vec<Problem>,
    /// Open units by depth.
    open: Vec<usize>,
    used: HashMap<Eid, usize>,
    annex: Option<usize>,
    annexes: usize,
    last_article: Option<String>,
    after_signature: bool,
    body_end: Option<usize>,
    /// New text for another document: units need no article around them.
    fragment: bool,
}

impl<'a> Reader<'a> {
    fn read(&mut self, quoted: &[bool]) {
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            if line.text.is_empty() || quoted[at] {
                at += 1;
                continue;
            }
            let at_end = self.after_signature || self.annex.is_some() || self.fragment;
            if let Some(annex) = annex_label(line.text, at_end, self.lines.get(at + 1)) {
                self.open_annex(line, annex, at);
                at += 1;
                continue;
            }
            if !self.fragment && is_signature(line.text) && self.last_article.is_some() && !self.after_signature {
                self.after_signature = true;
                self.body_end.get_or_insert(line.start);
                self.close_all(line.start);
                at += 1;
                continue;
            }
            if self.after_signature {
                at += 1;
                continue;
            }
            if let Some(label) = self.label(line.text) {
                at += self.open_unit(line, label, at, quoted);
            } else if !self.fragment && self.last_article.is_none() && self.annex.is_none() {
                self.preamble(line);
            }
            at += 1;
        }
        if !self.fragment && !self.provisions.iter().any(|p| p.kind == ProvisionKind::Article) {
            self.problem("structure.no_article", ByteSpan::new(0, 0), "không tìm thấy điều nào trong văn bản".into());
        }
        self.close_all(self.text.len());
    }

    fn problem(&mut self, code: &'static str, span: ByteSpan, message: String) {
        self.problems.push(Problem { code, span, message });
    }

    /// The innermost open unit's index for a child of `depth`.
    fn parent_for(&self, depth: u8) -> Option<usize> {
        self.open.iter().rev().copied().find(|at| self.provisions[*at].kind.depth() < depth)
    }

    fn close_from(&mut self, depth: u8, end: usize) {
        while let Some(at) = self.open.last().copied() {
            if self.provisions[at].kind.depth() < depth {
                break;
            }
            self.provisions[at].span.end = end;
            self.open.pop();
        }
    }

    fn close_all(&mut self, end: usize) {
        self.close_from(0, end);
        self.annex = None;
    }

    fn push(&mut self, kind: ProvisionKind, eid: Eid, number: Option<String>, heading: Option<String>, start: usize) {
        self.close_from(kind.depth(), start);
        let parent = self.parent_for(kind.depth());
        let count = self.used.entry(eid.clone()).and_modify(|n| *n += 1).or_insert(1);
        let eid = if *count > 1 { Eid::new(format!("{eid}~{count}")) } else { eid };
        self.open.push(self.provisions.len());
        self.provisions.push(Provision { eid, kind, number, heading, span: ByteSpan::new(start, start), parent });
    }

    fn preamble(&mut self, line: Line<'a>) {
        let inside = self.open.first().is_some_and(|at| self.provisions[*at].kind == ProvisionKind::Preamble);
        if starts_with_word(line.text, "Căn cứ") {
            if !inside {
                self.push(ProvisionKind::Preamble, Eid::new("preamble"), None, None, line.start);
            }
            let number = 1 + self.provisions.iter().filter(|p| p.kind == ProvisionKind::Basis).count();
            let eid = Eid::new("preamble").join("basis", &number.to_string());
            self.push(ProvisionKind::Basis, eid, Some(number.to_string()), None, line.start);
        } else if inside {
            self.close_from(ProvisionKind::Basis.depth(), line.start);
        }
    }

    fn open_annex(&mut self, line: Line<'a>, number: Option<String>, at: usize) {
        self.after_signature = false;
        self.body_end.get_or_insert(line.start);
        self.close_all(line.start);
        self.annexes += 1;
        let number = number.unwrap_or_else(|| self.annexes.to_string());
        let heading = self.lines[at..].iter().map(|l| l.text).find(|text| !text.is_empty()).map(text::squeeze);
        let eid = Eid::step("annex", &number);
        self.push(ProvisionKind::Annex, eid, Some(number), heading, line.start);
        self.annex = Some(self.provisions.len() - 1);
        self.last_article = None;
    }

    /// The label at the start of a line, if it has one that fits where we are.
    fn label(&self, line: &'a str) -> Option<Label<'a>> {
        use ProvisionKind::{Article, Chapter, Paragraph, Part, Point, Section, Subsection};
        let words =
            [("Phần", Part), ("Chương", Chapter), ("Tiểu mục", Subsection), ("Mục", Section), ("Điều", Article)];
        for (word, kind) in words {
            if let Some(rest) = strip_word(line, word) {
                return unit_label(kind, rest);
            }
        }
        if self.last_article.is_none() && !self.fragment {
            return None;
        }
        if line.starts_with(|c: char| c.is_ascii_digit()) {
            let (number, rest) = numeral(line)?;
            let rest = rest.strip_prefix('.')?;
            if rest.starts_with(|c: char| c.is_ascii_digit()) || rest.trim().is_empty() {
                return None;
            }
            let previous = self.last_child(Paragraph);
            let fits = match &previous {
                None => order(&number).0 <= 1 || (self.fragment && self.last_article.is_none()),
                Some(previous) => follows(previous, &number),
            };
            return fits.then_some(Label { kind: Paragraph, number, rest });
        }
        let mut characters = line.chars();
        let letter = characters.next().filter(|c| c.is_lowercase())?;
        let rest = characters.as_str();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let rest = rest[digits.len()..].strip_prefix(')')?;
        (digits.len() <= 2).then(|| Label { kind: Point, number: format!("{letter}{digits}"), rest })
    }

    /// The number of the last unit of `kind` in the article that is open.
    fn last_child(&self, kind: ProvisionKind) -> Option<String> {
        let article = self.open.iter().copied().find(|at| self.provisions[*at].kind == ProvisionKind::Article);
        let article = article.or(self.fragment.then_some(0))?;
        self.provisions[article..].iter().rev().find(|p| p.kind == kind).and_then(|p| p.number.clone())
    }

    /// Opens the unit and returns how many further lines its heading took.
    fn open_unit(&mut self, line: Line<'a>, label: Label<'a>, at: usize, quoted: &[bool]) -> usize {
        use ProvisionKind::{Article, Paragraph, Point};
        let Label { kind, number, rest } = label;
        let mut taken = 0;
        if self.open.first().is_some_and(|at| self.provisions[*at].kind == ProvisionKind::Preamble) {
            self.close_from(0, line.start);
        }
        let rest = rest.trim_start_matches(['.', ':', '-', ' ', '\t']).trim();
        let heading = match kind {
            Paragraph | Point => None,
            Article => article_heading(rest),
            _ if !rest.is_empty() => Some(text::squeeze(rest)),
            _ => {
                // The title stands on the next lines, in capitals.
                let mut title = Vec::new();
                for (offset, next) in self.lines[at + 1..].iter().enumerate().take(6) {
                    if next.text.is_empty() && title.is_empty() {
                        continue;
                    }
                    if next.text.is_empty()
                        || quoted[at + 1 + offset]
                        || self.label(next.text).is_some()
                        || (!title.is_empty() && !is_capitals(next.text))
                    {
                        break;
                    }
                    title.push(next.text);
                    taken = offset + 1;
                }
                (!title.is_empty()).then(|| text::squeeze(&title.join(" ")))
            }
        };
        if kind == Article {
            self.check_sequence(&number, line);
            self.last_article = Some(number.clone());
        }
        self.close_from(kind.depth(), line.start);
        let eid = self.eid(kind, &number);
        self.push(kind, eid, Some(number), heading, line.start);
        taken
    }

    fn eid(&self, kind: ProvisionKind, number: &str) -> Eid {
        use ProvisionKind::{Article, Chapter, Part};
        let own = Eid::step(kind.prefix(), number);
        let annex = self.annex.map(|at| &self.provisions[at].eid);
        match kind {
            Part | Chapter | Article => {
                let eid = annex.map_or_else(|| own.clone(), |annex| own.within(annex));
                // Chapters that start again in each part need the part to be told apart.
                match (kind, self.parent_for(kind.depth())) {
                    (Chapter, Some(part)) if self.used.contains_key(&eid) => {
                        self.provisions[part].eid.join(kind.prefix(), number)
                    }
                    _ => eid,
                }
            }
            _ => match self.parent_for(kind.depth()) {
                Some(parent) => self.provisions[parent].eid.join(kind.prefix(), number),
                None => own,
            },
        }
    }

    fn check_sequence(&mut self, number: &str, line: Line<'_>) {
        let Some(previous) = self.last_article.clone() else { return };
        let span = ByteSpan::new(line.start, line.start + line.text.len());
        let (before, now) = (order(&previous), order(number));
        if now == before {
            self.problem("numbering.duplicate", span, format!("Điều {number} xuất hiện hai lần"));
        } else if now < before {
            self.problem("numbering.backwards", span, format!("Điều {number} đứng sau Điều {previous}"));
        } else if now.0 > before.0 + 1 {
            let missing = if now.0 == before.0 + 2 {
                format!("thiếu Điều {}", before.0 + 1)
            } else {
                format!("thiếu từ Điều {} đến Điều {}", before.0 + 1, now.0 - 1)
            };
            self.problem("numbering.gap", span, format!("sau Điều {previous} là Điều {number}: {missing}"));
        }
    }
}

/// Ends each unit where its last text ends, not where the next unit begins.
fn close_spans(text: &str, provisions: &mut [Provision]) {
    for provision in provisions {
        let span = provision.span;
        provision.span.end = span.start + span.of(text).trim_end().len();
    }
}

/// Whether khoản `number` may follow `previous`: the next one, an inserted one, or the next after a small gap.
fn follows(previous: &str, number: &str) -> bool {
    let (before, now) = (order(previous), order(number));
    now > before && now.0 <= before.0 + 3
}

fn unit_label(kind: ProvisionKind, rest: &str) -> Option<Label<'_>> {
    let trimmed = rest.trim_start();
    let (number, after) = match kind {
        ProvisionKind::Part | ProvisionKind::Chapter => {
            ordinal(trimmed).or_else(|| roman(trimmed)).or_else(|| numeral(trimmed))?
        }
        _ => numeral(trimmed).or_else(|| if kind == ProvisionKind::Section { roman(trimmed) } else { None })?,
    };
    let ends = after.is_empty() || after.starts_with(['.', ':', '-', '–', '\t', '\n']);
    // "Chương I QUY ĐỊNH CHUNG" has no mark after its number; "Điều 5 của Luật này" is a sentence.
    let capitals = kind < ProvisionKind::Article && after.starts_with(' ') && is_capitals(after);
    let spaced = after.starts_with(' ') && after.trim_start().starts_with(['.', ':', '-', '–']);
    (ends || capitals || spaced).then(|| Label { kind, number, rest: after.trim_start_matches(['–', ' ']) })
}

/// The title of an article, or `None` when the line already states the norm.
fn article_heading(rest: &str) -> Option<String> {
    let states_norm = rest.ends_with(['.', ';']) || rest.chars().count() > 300;
    (!rest.is_empty() && !states_norm).then(|| text::squeeze(rest))
}

/// `12`, `12a`, `2b`: digits and an optional inserted letter.
fn numeral(text: &str) -> Option<(String, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 4 {
        return None;
    }
    let mut end = digits;
    let mut rest = text[digits..].chars();
    if let Some(c) = rest.next().filter(|c| c.is_lowercase() && c.is_alphabetic()) {
        let next = rest.next();
        if next.is_none_or(|n| !n.is_alphanumeric()) {
            end += c.len_utf8();
        }
    }
    Some((text[..end].to_owned(), &text[end..]))
}

/// `II`, `IIa`, `XIV`.
fn roman(text: &str) -> Option<(String, &str)> {
    let length = text.len() - text.trim_start_matches(['I', 'V', 'X', 'L', 'C']).len();
    if length == 0 {
        return None;
    }
    let inserted = text[length..].chars().next().filter(|c| c.is_ascii_lowercase());
    let end = length + inserted.map_or(0, char::len_utf8);
    let after = &text[end..];
    (!after.starts_with(char::is_alphanumeric)).then(|| (text[..end].to_owned(), after))
}

/// "thứ nhất", "thứ hai" … as figures.
fn ordinal(text: &str) -> Option<(String, &str)> {
    const ORDINALS: [(&str, &str); 16] = [
        ("mười hai", "12"),
        ("mười một", "11"),
        ("mười ba", "13"),
        ("mười", "10"),
        ("nhất", "1"),
        ("một", "1"),
        ("hai", "2"),
        ("ba", "3"),
        ("tư", "4"),
        ("bốn", "4"),
        ("năm", "5"),
        ("sáu", "6"),
        ("bảy", "7"),
        ("bẩy", "7"),
        ("tám", "8"),
        ("chín", "9"),
    ];
    let rest = strip_word(text, "thứ")?.trim_start();
    ORDINALS.iter().find_map(|(word, number)| strip_word(rest, word).map(|after| ((*number).to_owned(), after)))
}

/// `text` after `word`, compared without case, when a word ends there.
pub(crate) fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        let c = rest.next()?;
        if c != expected && !c.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    let rest = rest.as_str();
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

pub(crate) fn starts_with_word(text: &str, word: &str) -> bool {
    strip_word(text, word).is_some()
}

/// Whether every letter is a capital and there is one.
pub(crate) fn is_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

/// The head of an annex: "PHỤ LỤC", "Phụ lục II", or after the signature the name of an attached regulation.
#[expect(clippy::option_option, reason = "an annex may have no number of its own")]
fn annex_label(line: &str, at_end: bool, next: Option<&Line<'_>>) -> Option<Option<String>> {
    if let Some(rest) = strip_word(line, "Phụ lục") {
        let rest = rest.trim_start_matches([' ', ':']);
        let rest = strip_word(rest, "số").map_or(rest, str::trim_start);
        let number = roman(rest).or_else(|| numeral(rest)).or_else(|| {
            let mut characters = rest.chars();
            let letter = characters.next().filter(|c| c.is_uppercase())?;
            (!characters.as_str().starts_with(char::is_alphanumeric)).then(|| (letter.to_string(), characters.as_str()))
        });
        let after = number.as_ref().map_or(rest, |(_, after)| after);
        let heads = after.trim().is_empty() || after.starts_with(['.', ':']) || is_capitals(after);
        // In the body, "Phụ lục II" at the start of a line may be a sentence; in capitals it is a head.
        let heads = heads && (at_end || line.starts_with("PHỤ LỤC"));
        return heads.then(|| number.map(|(number, _)| number));
    }
    let attached = ["QUY CHẾ", "QUY ĐỊNH", "ĐIỀU LỆ", "QUY TRÌNH", "NỘI QUY", "CHƯƠNG TRÌNH", "KẾ HOẠCH", "ĐỀ ÁN"];
    let is_head = is_capitals(line) && attached.contains(&line);
    (at_end && is_head && next.is_some()).then_some(None)
}

/// Whether a line begins the signature block or the list of recipients.
fn is_signature(line: &str) -> bool {
    let signs = ["TM.", "KT.", "TL.", "TUQ.", "Q."];
    if signs.iter().any(|sign| line.starts_with(sign)) && is_capitals(line) {
        return true;
    }
    if line.starts_with("Nơi nhận") {
        return true;
    }
    let offices = [
        "CHỦ TỊCH",
        "BỘ TRƯỞNG",
        "THỦ TƯỚNG",
        "CHÁNH ÁN",
        "VIỆN TRƯỞNG",
        "THỐNG ĐỐC",
        "TỔNG KIỂM TOÁN",
        "TỔNG THANH TRA",
        "CHỦ NHIỆM",
    ];
    offices.iter().any(|office| line.starts_with(office))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    const DECREE: &str = "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
        Số: 15/2026/NĐ-CP\nHà Nội, ngày 05 tháng 3 năm 2026\nNGHỊ ĐỊNH\nQuy định về việc thử\n\
        Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;\nCăn cứ Luật Thử nghiệm ngày 01 tháng 01 năm 2026;\n\
        Theo đề nghị của Bộ trưởng Bộ Tư pháp;\nChính phủ ban hành Nghị định.\n\
        Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\nNghị định này quy định việc thử.\n\
        Điều 2. Đối tượng\n1. Cá nhân:\na) Người Việt Nam;\nb) Người nước ngoài;\nđ) Người khác.\n\
        20.000 đồng là mức thu.\n2. Tổ chức.\n2a. Hộ gia đình.\nChương II\nTHI HÀNH\n\
        Điều 3. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n“Điều 5. Tên mới\n1. Nội dung mới.”.\n\
        Điều 12a. Hiệu lực thi hành\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2026./.\n\
        TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn A\nNơi nhận:\n- Như Điều 3;\n\
        QUY CHẾ\nVề việc thử\nĐiều 1. Mở đầu\nNội dung.\nPHỤ LỤC II\nMẪU ĐƠN\n";

    #[test]
    fn a_decree_is_read_into_its_tree() {
        let document = parse(DECREE);
        let tree: Vec<String> = document
            .provisions
            .iter()
            .map(|p| {
                format!(
                    "{} | {} | {}",
                    p.eid,
                    p.heading.as_deref().unwrap_or("-"),
                    document.text_of(p).replace('\n', "⏎")
                )
            })
            .collect();
        insta::assert_snapshot!(tree.join("\n"));
    }

    #[test]
    fn new_text_of_an_amending_act_is_read_without_its_article() {
        let check = |text: &str, expected: &[&str]| {
            let document = parse_fragment(text);
            let found: Vec<String> =
                document.provisions.iter().map(|p| format!("{} = {}", p.eid, document.text_of(p))).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "“2. Người nộp:\na) Đơn;\nb) Ảnh.”.",
            &["para_2 = 2. Người nộp:\na) Đơn;\nb) Ảnh.", "para_2__point_a = a) Đơn;", "para_2__point_b = b) Ảnh."],
        );
        check("a1) Đơn;\nđ) Ảnh", &["point_a1 = a1) Đơn;", "point_đ = đ) Ảnh"]);
        check("12a. Việc mới gọi là “việc”.", &["para_12a = 12a. Việc mới gọi là “việc”."]);
        check(
            "\"Điều 5a. Tên\n1. Một.\n2. Hai.\";",
            &["art_5a = Điều 5a. Tên\n1. Một.\n2. Hai.", "art_5a__para_1 = 1. Một.", "art_5a__para_2 = 2. Hai."],
        );
        check(
            "“Chương IIa\nVIỆC THỬ\nĐiều 9a. Tên\nLời.”",
            &["chp_IIa = Chương IIa\nVIỆC THỬ\nĐiều 9a. Tên\nLời.", "art_9a = Điều 9a. Tên\nLời."],
        );
        check("Lời văn trơn.", &[]);
    }

    #[test]
    fn a_gap_in_the_articles_is_a_problem() {
        let problems = parse(DECREE).problems;
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "numbering.gap");
    }

    #[test]
    fn a_sentence_that_begins_with_an_article_is_no_article() {
        let document = parse("Điều 1. Tên\nViệc này theo\nĐiều 5 của Luật này và\nĐiều 6, Điều 7.");
        assert_eq!(document.provisions.len(), 1);
    }

    #[test]
    fn norms_are_paragraphs_or_whole_articles() {
        let document = parse(DECREE);
        let eids: Vec<&str> = document.norms().into_iter().map(|at| document.provisions[at].eid.as_str()).collect();
        assert_eq!(
            eids,
            ["art_1", "art_2__para_1", "art_2__para_2", "art_2__para_2a", "art_3__para_1", "art_12a", "annex_1__art_1"]
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_children_lie_apart_within_their_parent(
            lines in proptest::collection::vec(
                prop_oneof![
                    "(Phần thứ hai|Chương I|Mục 2|Điều [0-9]{1,2}|[0-9]|[a-eđ]|PHỤ LỤC I|TM. A|Căn cứ Luật A)[.):]?( \\PC{0,12})?",
                    "\\PC{0,20}",
                    "[“”]Điều [0-9]\\. x[”]?",
                ],
                0..30,
            )
        ) {
            let document = parse(&lines.join("\n"));
            for (at, provision) in document.provisions.iter().enumerate() {
                prop_assert!(document.text.get(provision.span.start..provision.span.end).is_some());
                if let Some(parent) = provision.parent {
                    prop_assert!(parent < at);
                    prop_assert!(document.provisions[parent].span.contains(provision.span));
                }
                let siblings: Vec<_> = document.children(at).map(|(_, p)| p.span).collect();
                for pair in siblings.windows(2) {
                    prop_assert!(pair[0].end <= pair[1].start);
                }
            }
            let mut eids: Vec<_> = document.provisions.iter().map(|p| p.eid.clone()).collect();
            eids.sort();
            let before = eids.len();
            eids.dedup();
            prop_assert_eq!(before, eids.len(), "identifiers are unique");
        }
    }

    #[test]
    fn an_identifier_leads_back_to_its_provision() {
        let document = parse(DECREE);
        assert_eq!(
            document.text_of(document.get("art_2__para_1__point_đ").unwrap()),
            "đ) Người khác.\n20.000 đồng là mức thu."
        );
    }
}
