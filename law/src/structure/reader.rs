//! The state of reading: which units are open, which numbers come next, and whether the text has come to its end.
//!
//! A line that could open a unit does so only where its number fits those before it. Every line is looked at once;
//! where the end of a quotation must be sought, [`PATIENCE`] bounds how often the search may run to the text's end.

use super::closing::{self, Footnote, is_passage, is_signature};
use super::label::{self, Label};
use super::line::{Line, is_capitals, starts_with_word};
use super::quotation::{self, Outer, Quotation, is_instruction, is_next};
use super::{Problem, Provision, ProvisionKind};
use crate::eid::{Eid, order};
use crate::{ByteSpan, text};
use std::collections::HashMap;

/// How many quotations without an end may be sought to the end of the text.
const PATIENCE: usize = 16;

#[derive(Default)]
pub(super) struct Reader<'a> {
    lines: &'a [Line<'a>],
    /// New text for another document: units need no article around them, and nothing closes it.
    fragment: bool,
    pub(super) provisions: Vec<Provision>,
    pub(super) problems: Vec<Problem>,
    pub(super) quotations: Vec<Quotation>,
    pub(super) footnotes: Vec<Footnote>,
    /// Lines between the last article of the document itself and its annexes.
    pub(super) closing: Option<(usize, usize)>,
    pub(super) enacting: Option<ByteSpan>,
    /// Open units, outermost first.
    open: Vec<usize>,
    used: HashMap<Eid, usize>,
    annex: Option<usize>,
    annexes: usize,
    bases: usize,
    last_article: Option<String>,
    paragraphs: Paragraphs,
    last_point: Option<String>,
    point_mark: char,
    /// The first line below the title of the open article.
    opened: Option<usize>,
    closed: bool,
    seeks: usize,
    /// Whether the document says that it attaches something ("ban hành kèm theo").
    attaches: bool,
}

/// What was read of the paragraphs of the open article.
#[derive(Default)]
struct Paragraphs {
    last: Option<String>,
    mark: Option<char>,
    /// The last number of a list within a paragraph, numbered like paragraphs; 0 outside one.
    inner: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lines: &'a [Line<'a>], fragment: bool) -> Self {
        Self { lines, fragment, ..Self::default() }
    }

    pub(super) fn read(&mut self) {
        let mut at = 0;
        while at < self.lines.len() {
            at = if self.lines[at].text.is_empty() { at + 1 } else { self.line(at) };
        }
        if !self.fragment && !self.provisions.iter().any(|p| p.kind == ProvisionKind::Article) {
            self.problem("structure.no_article", ByteSpan::new(0, 0), "không tìm thấy điều nào trong văn bản".into());
        }
        self.end_closing(self.lines.len());
        let end = self.lines.last().map_or(0, Line::end);
        self.close_all(end);
    }

    /// Reads line `at` and returns the next line to read.
    fn line(&mut self, at: usize) -> usize {
        let line = self.lines[at];
        if let Some(number) = closing::note_number(line.text)
            && (self.closed || is_note(line.text))
        {
            return self.note(at, number);
        }
        let at_end = self.closed || self.annex.is_some() || self.fragment;
        if let Some(head) = label::annex(line.text, at_end, &self.lines[at + 1..]) {
            self.end_closing(at);
            self.open_annex(line, head.number, Some(text::squeeze(line.text)));
            return at + 1;
        }
        if self.closed {
            return self.after_the_end(at);
        }
        if !self.fragment && self.last_article.is_some() && (is_signature(line.text) || is_passage(line.text)) {
            self.closed = true;
            if self.annex.is_none() {
                self.closing.get_or_insert((at, usize::MAX));
            }
            self.close_all(line.start);
            return at + 1;
        }
        let mut last = at;
        if self.is_open(ProvisionKind::Article) && label::is_roman_heading(line.text) {
            // "II. GIẢI PHÁP" within an article begins its paragraphs again.
            self.close_from(ProvisionKind::Paragraph.depth(), line.start);
            self.paragraphs = Paragraphs::default();
            self.last_point = None;
        } else if let Some(end) = label::read(line.text).and_then(|label| self.unmarked(at, &label)) {
            return end;
        } else if let Some(label) = self.label(line.text, at) {
            let restarts = label.kind == ProvisionKind::Article && label.number == "1" && self.last_article.is_some();
            if restarts && self.annex.is_none() && self.attaches {
                // The name of what is attached was lost.
                self.open_annex(line, None, None);
            }
            last = self.open_unit(line, label, at);
        } else if !self.fragment && self.last_article.is_none() && self.annex.is_none() {
            self.preamble(line);
        }
        self.quotations_from(at, last)
    }

    /// After the signature: an article that goes on, or the first unit of an attached regulation without a name.
    fn after_the_end(&mut self, at: usize) -> usize {
        use ProvisionKind::{Article, Chapter};
        let line = self.lines[at];
        let Some(label) = label::read(line.text) else { return at + 1 };
        let goes_on = label.kind == Article
            && self.last_article.as_ref().is_some_and(|before| is_next(before, &label.number))
            && !label.rest.is_empty();
        let begins = match label.kind {
            Article => label.number == "1",
            Chapter => matches!(label.number.as_str(), "I" | "1"),
            _ => false,
        };
        if goes_on {
            // What looked like the signature was not.
            if self.closing.is_some_and(|(_, end)| end == usize::MAX) {
                self.closing = None;
            }
        } else if begins {
            self.end_closing(at);
            self.open_annex(line, None, None);
        } else {
            return at + 1;
        }
        self.closed = false;
        let last = self.open_unit(line, label, at);
        self.quotations_from(at, last)
    }

    fn problem(&mut self, code: &'static str, span: ByteSpan, message: String) {
        self.problems.push(Problem { code, span, message });
    }

    fn end_closing(&mut self, at: usize) {
        if let Some((_, end)) = self.closing.as_mut().filter(|(_, end)| *end == usize::MAX) {
            *end = at;
        }
    }

    /// The innermost open unit's index for a child of `depth`.
    fn parent_for(&self, depth: u8) -> Option<usize> {
        self.open.iter().rev().copied().find(|at| self.provisions[*at].kind.depth() < depth)
    }

    fn is_open(&self, kind: ProvisionKind) -> bool {
        self.open.iter().any(|at| self.provisions[*at].kind == kind)
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
        let inside = self.is_open(ProvisionKind::Preamble);
        let bare = line.text.trim_start_matches(['-', '–', '+', ' ']);
        if starts_with_word(bare, "Căn cứ") {
            if !inside {
                self.push(ProvisionKind::Preamble, Eid::new("preamble"), None, None, line.start);
            }
            self.bases += 1;
            let number = self.bases.to_string();
            let eid = Eid::new("preamble").join("basis", &number);
            self.push(ProvisionKind::Basis, eid, Some(number), None, line.start);
        } else if inside && !self.continues_basis(line) {
            self.close_from(ProvisionKind::Basis.depth(), line.start);
            if is_enacting(line.text) {
                self.enacting = Some(line.span());
            }
        }
    }

    /// Whether a line is the rest of a basis that was broken over two lines.
    fn continues_basis(&self, line: Line<'a>) -> bool {
        let before = self.lines.partition_point(|other| other.start < line.start);
        let before = self.lines[..before].iter().rev().find(|line| !line.text.is_empty());
        line.text.starts_with(char::is_lowercase)
            && self.is_open(ProvisionKind::Basis)
            && before.is_some_and(|before| !before.text.ends_with([';', '.', ':']))
    }

    fn open_annex(&mut self, line: Line<'a>, number: Option<String>, heading: Option<String>) {
        self.closed = false;
        self.close_all(line.start);
        self.annexes += 1;
        let number = number.unwrap_or_else(|| self.annexes.to_string());
        self.push(ProvisionKind::Annex, Eid::step("annex", &number), Some(number), heading, line.start);
        self.annex = Some(self.provisions.len() - 1);
        self.last_article = None;
    }

    /// The label at the start of a line, if it has one that fits where we are.
    fn label(&mut self, line: &'a str, at: usize) -> Option<Label<'a>> {
        let label = label::read(line)?;
        let fits = match label.kind {
            ProvisionKind::Article => !self.is_reference(&label, at),
            ProvisionKind::Paragraph => self.paragraph_fits(&label, at),
            ProvisionKind::Point => self.point_fits(&label),
            _ => true,
        };
        fits.then_some(label)
    }

    /// Whether "Điều 5." at the start of a line is the rest of a sentence: "theo khoản 1" ⏎ "Điều 5."
    fn is_reference(&self, label: &Label<'_>, at: usize) -> bool {
        let next = self.last_article.as_ref().is_none_or(|before| is_next(before, &label.number));
        if label.mark == ' ' {
            // "Điều 4 Phương pháp" is a label only where it must be one.
            let begins = self.last_article.is_some() || label.number == "1";
            let below_title = self.above(at).is_some_and(|above| is_capitals(above.text));
            return !(next && begins && (below_title || self.sentence_ends(at)));
        }
        let titled = label.rest.starts_with(char::is_uppercase);
        self.above(at).is_some_and(|above| !(next && titled) && asks_for_article(above.text))
    }

    fn paragraph_fits(&mut self, label: &Label<'_>, at: usize) -> bool {
        let in_article = self.is_open(ProvisionKind::Article);
        if !(in_article || self.fragment) {
            return false;
        }
        let now = order(&label.number);
        let Some(last) = &self.paragraphs.last else {
            // What is left of an article may begin with any paragraph, but not within a sentence or a table.
            return now.0 <= 2
                || !in_article
                || self.opened == Some(at)
                || (label.mark == '.' && self.sentence_ends(at));
        };
        let before = order(last);
        let same_mark = self.paragraphs.mark == Some(label.mark);
        if is_next(last, &label.number) && (same_mark || self.paragraphs.inner == 0) {
            return true;
        }
        // A misprinted number of an instruction: what is changed elsewhere is never a list within a paragraph.
        if same_mark && label.rest.ends_with(':') && is_instruction(label.rest) {
            return true;
        }
        // "1a." before "1.": what was inserted stands first.
        if same_mark && self.paragraphs.inner == 0 && now.0 == before.0 && before.1 > now.1 {
            return true;
        }
        if now.0 == 1 || (self.paragraphs.inner > 0 && now.0 == self.paragraphs.inner + 1) {
            self.paragraphs.inner = now.0;
            return false;
        }
        // New text for several paragraphs leaves out those between them, and so does what is left of an article.
        let reach = match (in_article, self.sentence_ends(at)) {
            (false, _) => usize::MAX,
            (true, true) => before.0 + 10,
            (true, false) => before.0 + 3,
        };
        self.paragraphs.inner == 0 && same_mark && now >= before && now.0 <= reach
    }

    /// Whether a sentence ends before line `at`.
    fn sentence_ends(&self, at: usize) -> bool {
        self.above(at).is_some_and(|above| above.text.ends_with(['.', ';', ':', '”']))
    }

    /// The last line with words before line `at`.
    fn above(&self, at: usize) -> Option<&Line<'a>> {
        self.lines[..at].iter().rev().take(4).find(|line| !line.text.is_empty())
    }

    fn point_fits(&self, label: &Label<'_>) -> bool {
        let in_article = self.is_open(ProvisionKind::Article);
        if !(in_article || self.fragment) {
            return false;
        }
        let now = order(&label.number);
        let Some(last) = &self.last_point else {
            // A first "i)" is Roman: it counts what is below a point.
            return label.number == "a" || (label.mark == ')' && (label.number != "i" || self.fragment));
        };
        // "i)", "v)" and "x)" out of their place are Roman: they count what is below a point.
        let before = order(last);
        let near = now >= before && now.0 <= before.0 + 3;
        let roman = matches!(label.number.as_str(), "i" | "v" | "x");
        let same_mark = label.mark == ')' || label.mark == self.point_mark;
        is_next(last, &label.number) || (same_mark && (near || !roman))
    }

    /// New text that stands without marks below the instruction that announces it: reads past it.
    fn unmarked(&mut self, at: usize, label: &Label<'_>) -> Option<usize> {
        if !self.is_open(ProvisionKind::Article) {
            return None;
        }
        let instruction = self.above(at)?.text;
        let instruction = match label::read(instruction) {
            Some(label) => label.rest,
            None => instruction,
        };
        if !instruction.ends_with(':') || !is_instruction(instruction) || is_instruction(label.rest) {
            return None;
        }
        // "Sửa đổi khoản 2 Điều 27 như sau:" may show the article around the paragraph as well.
        let around = label.kind == ProvisionKind::Article
            && instruction.split(|c: char| !c.is_alphanumeric()).any(|word| word == label.number);
        if !around && quotation::named_unit(instruction)? != (label.kind, label.number.clone()) {
            return None;
        }
        let end = quotation::end_unmarked(self.lines, at, &self.outer());
        let span = ByteSpan::new(self.lines[at].start, end.end);
        self.quotations.push(Quotation { span, within: self.open.last().copied(), closed: false });
        Some(end.line + 1)
    }

    fn outer(&self) -> Outer {
        Outer {
            article: self.last_article.clone(),
            paragraph: self.paragraphs.last.clone(),
            point: self.last_point.clone(),
        }
    }

    /// Reads the quotations of lines `from..=last` and returns the next line to read.
    fn quotations_from(&mut self, from: usize, last: usize) -> usize {
        if self.last_article.is_none() && !self.fragment {
            return last + 1;
        }
        let mut at = from;
        let mut start = self.lines[from].start;
        loop {
            let line = self.lines[at];
            let within = self.open.last().copied();
            let found = quotation::in_line(line, start);
            self.quotations.extend(found.whole.into_iter().map(|span| Quotation { span, within, closed: true }));
            let end = found.open.and_then(|opened| {
                let announced = self.announced(at, opened.start);
                self.seeks += 1;
                let patient = self.seeks <= PATIENCE;
                let end = quotation::end(self.lines, at, opened, &self.outer(), announced, patient)?;
                if end.closed {
                    self.seeks -= 1;
                }
                if opened.leads {
                    let span = ByteSpan::new(opened.start, end.end);
                    self.quotations.push(Quotation { span, within, closed: end.closed });
                }
                Some(end)
            });
            match end {
                Some(end) => {
                    at = end.line;
                    start = end.after;
                    if start >= self.lines[at].end() {
                        return last.max(at) + 1;
                    }
                }
                None => {
                    at += 1;
                    if at > last {
                        return at;
                    }
                    start = self.lines[at].start;
                }
            }
        }
    }

    /// Whether an amending instruction announces what is quoted from byte `start` of line `at` on.
    fn announced(&self, at: usize, start: usize) -> bool {
        let line = self.lines[at];
        let own = line.text[..start - line.start].trim_end_matches(|c: char| !c.is_alphanumeric() && c != ':');
        let words = if own.is_empty() { self.above(at).map_or("", |line| line.text) } else { own };
        let words = label::read(words).map_or(words, |label| label.rest);
        words.ends_with(':') && is_instruction(words)
    }

    /// Opens the unit and returns the last line its heading took.
    fn open_unit(&mut self, line: Line<'a>, label: Label<'a>, at: usize) -> usize {
        use ProvisionKind::{Article, Paragraph, Point, Preamble};
        let Label { kind, number, mark, rest } = label;
        if self.is_open(Preamble) {
            self.close_from(0, line.start);
        }
        let (heading, last) = match kind {
            Paragraph | Point => (None, at),
            Article => self.article_heading(rest, at),
            _ => self.heading(rest, at),
        };
        match kind {
            Article => {
                self.check_sequence(&number, line);
                self.last_article = Some(number.clone());
                self.opened = (last + 1..self.lines.len()).find(|at| !self.lines[*at].text.is_empty());
                self.paragraphs = Paragraphs::default();
                self.last_point = None;
            }
            Paragraph => {
                let mark = self.paragraphs.mark.or(Some(mark));
                self.paragraphs = Paragraphs { last: Some(number.clone()), mark, inner: 0 };
                self.last_point = None;
            }
            Point => {
                self.last_point = Some(number.clone());
                self.point_mark = mark;
            }
            _ => {}
        }
        self.close_from(kind.depth(), line.start);
        let eid = self.eid(kind, &number);
        self.push(kind, eid, Some(number), heading, line.start);
        if last == at && matches!(kind, Article | Paragraph) {
            self.unit_within_line(line, rest, at);
        }
        self.attaches |= kind == Article && line.text.contains("kèm theo");
        last
    }

    /// "Điều 14. 1. Hội đồng …" and "2. a) Người nộp …" open two units in one line.
    fn unit_within_line(&mut self, line: Line<'a>, rest: &'a str, at: usize) {
        let Some(inner) = label::read(rest).filter(|inner| {
            matches!(inner.number.as_str(), "1" | "a")
                && matches!(inner.kind, ProvisionKind::Paragraph | ProvisionKind::Point)
        }) else {
            return;
        };
        if matches!(self.label(rest, at), Some(label) if label == inner) {
            let start = line.end() - rest.len();
            self.open_unit(Line { start, text: rest }, inner, at);
        }
    }

    /// The title of an article, and the last line it takes; `None` when the line already states the norm.
    fn article_heading(&mut self, rest: &'a str, at: usize) -> (Option<String>, usize) {
        if rest.is_empty() || matches!(label::read(rest), Some(label) if label.number == "1" || label.number == "a") {
            return (None, at);
        }
        let mut words = rest.to_owned();
        let mut last = at;
        // A title broken over two lines goes on in small letters.
        while let Some(next) = self.lines.get(last + 1).filter(|next| {
            last < at + 2
                && !words.ends_with(['.', ';', ':'])
                && next.text.starts_with(char::is_lowercase)
                && label::read(next.text).is_none()
        }) {
            words = format!("{words} {}", next.text);
            last += 1;
        }
        let states_norm = words.ends_with(['.', ';']) || words.chars().count() > 300;
        if states_norm { (None, at) } else { (Some(heading_text(&words)), last) }
    }

    /// The title of a part, chapter or section: the rest of the line, or the next lines in capitals.
    fn heading(&mut self, rest: &'a str, at: usize) -> (Option<String>, usize) {
        let mut title: Vec<&str> = Vec::new();
        let mut last = at;
        if !rest.is_empty() {
            title.push(rest);
        }
        for (offset, next) in self.lines[at + 1..].iter().enumerate().take(6) {
            if next.text.is_empty() && title.is_empty() {
                continue;
            }
            let goes_on = title.first().is_none_or(|first| is_capitals(first) && is_capitals(next.text));
            let fits = label::read(next.text).is_none_or(|label| {
                label.kind > ProvisionKind::Article && self.last_article.is_none() && title.is_empty()
            });
            if next.text.is_empty() || !goes_on || !fits || next.text.starts_with(['“', '"', '-', '–', '+', '*', '('])
            {
                break;
            }
            title.push(next.text);
            last = at + 1 + offset;
        }
        let words = heading_text(&title.join(" "));
        ((!words.is_empty()).then_some(words), last)
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
        let (before, now) = (order(&previous), order(number));
        if now == before {
            self.problem("numbering.duplicate", line.span(), format!("Điều {number} xuất hiện hai lần"));
        } else if now < before {
            self.problem("numbering.backwards", line.span(), format!("Điều {number} đứng sau Điều {previous}"));
        } else if now.0 > before.0 + 1 {
            let missing = if now.0 == before.0 + 2 {
                format!("thiếu Điều {}", before.0 + 1)
            } else {
                format!("thiếu từ Điều {} đến Điều {}", before.0 + 1, now.0 - 1)
            };
            self.problem("numbering.gap", line.span(), format!("sau Điều {previous} là Điều {number}: {missing}"));
        }
    }

    /// Reads a note of a consolidated text: at the end all that follows, in the body one line and what it quotes.
    fn note(&mut self, at: usize, number: u32) -> usize {
        let line = self.lines[at];
        self.end_closing(at);
        let mut last = at;
        if self.closed {
            while let Some(next) = self.lines.get(last + 1) {
                let next_note = closing::note_number(next.text).is_some_and(|next| next > number && next <= number + 3);
                if next_note {
                    break;
                }
                last += 1;
            }
        } else if let Some(next) = self.lines.get(at + 1)
            && let Some(opened) = quotation::in_line(*next, next.start).open.filter(|opened| opened.leads)
            && let Some(end) = quotation::end(self.lines, at + 1, opened, &self.outer(), false, false)
        {
            last = end.line;
        }
        let end = self.lines[..=last].iter().rev().find(|line| !line.text.is_empty()).map_or(line.end(), Line::end);
        self.footnotes.push(Footnote { number, span: ByteSpan::new(line.start, end) });
        last + 1
    }
}

/// Whether a line in the body that begins with `[12]` tells what amended the place, and is no part of it.
fn is_note(line: &str) -> bool {
    let says = ["được sửa đổi", "được bổ sung", "được bãi bỏ", "được thay", "được ban hành", "hết hiệu lực", "như sau"];
    says.iter().any(|words| line.contains(words))
}

/// Whether a line breaks off where an article must follow: "theo điểm a và b khoản 2", "quy định tại".
fn asks_for_article(line: &str) -> bool {
    const BINDS: [&str; 6] = ["tại", "của", "theo", "đến", "và", "hoặc"];
    const LISTS: [&str; 4] = ["và", "hoặc", "khoản", "điểm"];
    for (at, word) in line.split_whitespace().rev().take(16).enumerate() {
        let word = word.trim_end_matches(',').to_lowercase();
        let is_number = word.chars().count() <= 3 && word.chars().all(char::is_alphanumeric);
        if word == "khoản" || word == "điểm" || (at == 0 && BINDS.contains(&word.as_str())) {
            return true;
        }
        if !(is_number || LISTS.contains(&word.as_str())) {
            return false;
        }
    }
    false
}

/// "Chính phủ ban hành Nghị định …", "QUYẾT ĐỊNH:", "QUYẾT NGHỊ:".
fn is_enacting(line: &str) -> bool {
    let bare = line.trim_end_matches([':', '.', ' ']);
    let order = ["QUYẾT ĐỊNH", "QUYẾT NGHỊ", "NGHỊ ĐỊNH", "QUY ĐỊNH", "THÔNG TƯ"].contains(&bare);
    order || (line.contains(" ban hành ") && line.starts_with(char::is_uppercase) && !starts_with_word(line, "Theo"))
}

/// A title without the marks of notes in it and those that part it from its label, its white space single.
fn heading_text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('[') {
        let digits = rest[at + 1..].len() - rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let close = at + 1 + digits;
        if (1..=4).contains(&digits) && rest[close..].starts_with(']') {
            out.push_str(&rest[..at]);
            out.push(' ');
            rest = &rest[close + 1..];
        } else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    text::squeeze(out.trim_start_matches(['.', ':', '-', '–', ' ']))
}
