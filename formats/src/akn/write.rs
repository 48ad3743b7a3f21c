//! A document as Akoma Ntoso: preface, preamble, body, conclusions, attachments.
//!
//! Every word of the text stands in exactly one element, in its order: what lies between provisions goes into `intro`,
//! `crossHeading` or `wrapUp`, what follows them into `conclusions`. Tables reach us cell by cell as lines and stay so.

use super::inline::{Quote, quotes};
use super::{AknOptions, NAMESPACE, uri};
use crate::docx::xml::escape;
use jiff::civil::Date;
use rasoat_law::amend::Instruction;
use rasoat_law::cite::{self, Citation, Place};
use rasoat_law::register::Register;
use rasoat_law::structure::parse_fragment;
use rasoat_law::{ByteSpan, Document, Provision, ProvisionKind};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// A unit of the tree, or of new text that the document quotes.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    kind: ProvisionKind,
    number: Option<String>,
    heading: Option<String>,
    pub(super) eid: String,
    pub(super) span: ByteSpan,
    parent: Option<usize>,
}

/// Which elements say what an instruction does.
#[derive(Debug, Clone, Default)]
pub(super) struct Link {
    pub(super) source: Option<String>,
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
}

pub(super) struct Writer<'a> {
    pub(super) text: &'a str,
    pub(super) out: String,
    pub(super) citations: &'a [Citation],
    pub(super) instructions: &'a [Instruction],
    pub(super) quotes: Vec<Quote>,
    pub(super) links: Vec<Link>,
    /// How many instructions have their `mod`.
    pub(super) placed: usize,
    pub(super) mods: usize,
    /// Within new text, which orders nothing itself.
    pub(super) quoting: bool,
    pub(super) work: String,
    pub(super) generated: Date,
    /// Where the units of new text begin.
    pub(super) quoted_units: HashMap<usize, String>,
    /// What each citation means, by where it begins.
    pub(super) resolved: HashMap<usize, Vec<Place>>,
    eids: HashSet<&'a str>,
    counts: HashMap<String, usize>,
}

/// Writes a document as an Akoma Ntoso act (a bill while it has no number; a plain document where it has no article),
/// valid against the schema of version 3.0, with each citation as `ref`, `mref` or `rref` and what it orders to be
/// changed as `mod` in the text and `textualMod` in its analysis.
///
/// Addresses are `/akn/vn/act/{kind}/{date}/{number}`, provisions `…/!main~{eid}`; the kinds are those of
/// [`rasoat_law::DocumentKind::code`]. `citations` are those of the document's own text, in order.
pub fn akoma_ntoso(document: &Document, citations: &[Citation], options: &AknOptions<'_>) -> String {
    let mut writer = Writer {
        text: &document.text,
        out: String::with_capacity(document.text.len() * 2),
        citations,
        instructions: options.instructions,
        quotes: quotes(document, options.instructions),
        links: vec![Link::default(); options.instructions.len()],
        placed: 0,
        mods: 0,
        quoting: false,
        work: uri::of_work(document, options.generated),
        generated: options.generated,
        quoted_units: HashMap::new(),
        resolved: resolved(document, citations, options.generated),
        eids: document.provisions.iter().map(|provision| provision.eid.as_str()).collect(),
        counts: HashMap::new(),
    };
    let units: Vec<Unit> = document.provisions.iter().map(|provision| Unit::of(provision, 0, None)).collect();
    let parts = Parts::of(document, &units);
    let element = match (parts.body.is_empty(), &document.metadata.number) {
        (true, _) => "doc",
        (false, Some(_)) => "act",
        (false, None) => "bill",
    };
    writer.document(document, &units, &parts);
    let content = std::mem::take(&mut writer.out);
    writer.meta(document, options);
    let meta = std::mem::take(&mut writer.out);
    let name = document.metadata.kind.code();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<akomaNtoso xmlns=\"{NAMESPACE}\">\n\
         <{element} name=\"{name}\" contains=\"originalVersion\">\n{meta}{content}</{element}>\n</akomaNtoso>\n"
    )
}

/// What the citations of the document mean on the day it takes effect.
fn resolved(document: &Document, citations: &[Citation], generated: Date) -> HashMap<usize, Vec<Place>> {
    let context = cite::Context {
        document,
        register: Register::built_in(),
        as_of: document.metadata.effective.or(document.metadata.issued).unwrap_or(generated),
        outline: &|_| None,
    };
    let resolved = cite::resolve(citations, &context);
    resolved.into_iter().map(|resolved| (resolved.citation.span.start, resolved.places)).collect()
}

impl Unit {
    fn of(provision: &Provision, offset: usize, within: Option<&str>) -> Self {
        let eid = provision.eid.as_str();
        Self {
            kind: provision.kind,
            number: provision.number.clone(),
            heading: provision.heading.clone(),
            eid: within.map_or_else(|| eid.to_owned(), |outer| format!("{outer}__{eid}")),
            span: ByteSpan::new(provision.span.start + offset, provision.span.end + offset),
            parent: provision.parent,
        }
    }

    fn element(&self) -> &'static str {
        match self.kind {
            ProvisionKind::Part => "part",
            ProvisionKind::Chapter => "chapter",
            ProvisionKind::Section => "section",
            ProvisionKind::Subsection => "subsection",
            ProvisionKind::Article => "article",
            ProvisionKind::Paragraph => "paragraph",
            ProvisionKind::Point => "point",
            ProvisionKind::Annex | ProvisionKind::Preamble | ProvisionKind::Basis => "hcontainer name=\"annex\"",
        }
    }
}

/// Which stretch of the text is what.
struct Parts {
    preface: ByteSpan,
    preamble: Option<(usize, ByteSpan)>,
    /// Units that open the body, and where it ends.
    body: Vec<usize>,
    body_end: usize,
    conclusions_end: usize,
    /// Annexes, each with where it ends.
    annexes: Vec<(usize, usize)>,
}

impl Parts {
    fn of(document: &Document, units: &[Unit]) -> Self {
        let length = document.text.len();
        let starts: Vec<usize> = (0..units.len()).filter(|at| units[*at].kind == ProvisionKind::Annex).collect();
        let annexes: Vec<(usize, usize)> = starts
            .iter()
            .enumerate()
            .map(|(index, at)| (*at, starts.get(index + 1).map_or(length, |next| units[*next].span.start)))
            .collect();
        let conclusions_end = annexes.first().map_or(length, |(at, _)| units[*at].span.start);
        let is_body = |unit: &Unit| {
            !matches!(unit.kind, ProvisionKind::Annex | ProvisionKind::Preamble | ProvisionKind::Basis)
                && unit.span.start < conclusions_end
        };
        let body: Vec<usize> =
            (0..units.len()).filter(|at| units[*at].parent.is_none() && is_body(&units[*at])).collect();
        let body_start = body.first().map_or(conclusions_end, |at| units[*at].span.start);
        let preamble = (0..units.len())
            .find(|at| units[*at].kind == ProvisionKind::Preamble && units[*at].span.start < body_start)
            .filter(|_| !body.is_empty())
            .map(|at| (at, ByteSpan::new(units[at].span.start, body_start)));
        let preface_end = preamble.map_or(body_start, |(_, span)| span.start);
        Self {
            preface: ByteSpan::new(0, if body.is_empty() { 0 } else { preface_end }),
            preamble,
            body_end: body.last().map_or(0, |at| units[*at].span.end),
            body,
            conclusions_end,
            annexes,
        }
    }
}

impl Writer<'_> {
    fn document(&mut self, document: &Document, units: &[Unit], parts: &Parts) {
        if parts.preface.of(self.text).contains(|ch: char| !ch.is_whitespace()) {
            self.out.push_str("<preface>\n");
            self.preface(document, parts.preface);
            self.out.push_str("</preface>\n");
        }
        if let Some((at, span)) = parts.preamble {
            self.preamble(document, units, at, span);
        }
        if parts.body.is_empty() {
            self.out.push_str("<mainBody>\n");
            self.lines_or_empty(ByteSpan::new(0, parts.conclusions_end), "body");
            self.out.push_str("</mainBody>\n");
        } else {
            self.out.push_str("<body>\n");
            let mut at = units[parts.body[0]].span.start;
            for index in &parts.body {
                self.stray(ByteSpan::new(at, units[*index].span.start));
                self.unit(units, *index);
                at = units[*index].span.end;
            }
            self.out.push_str("</body>\n");
            self.conclusions(document, ByteSpan::new(parts.body_end, parts.conclusions_end));
        }
        if !parts.annexes.is_empty() {
            self.out.push_str("<attachments>\n");
            for (index, end) in &parts.annexes {
                self.attachment(document, units, *index, *end);
            }
            self.out.push_str("</attachments>\n");
        }
    }

    /// The head, with the number, the kind, the title and the date marked.
    fn preface(&mut self, document: &Document, span: ByteSpan) {
        let metadata = &document.metadata;
        let folded = |words: &str| words.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let title = metadata.title.as_deref().map(folded).unwrap_or_default();
        let kind = folded(metadata.kind.name());
        let mut below_kind = false;
        for line in lines(self.text, span) {
            let words = line.of(self.text);
            let plain = folded(words);
            self.out.push_str("<p>");
            if plain == kind {
                below_kind = true;
                let _ = write!(self.out, "<docType>{}</docType>", escape(words));
            } else if below_kind && !plain.is_empty() && title.contains(&plain) {
                self.out.push_str("<docTitle>");
                self.words(line, "preface");
                self.out.push_str("</docTitle>");
            } else if let Some(number) = metadata.number.as_ref().map(rasoat_law::DocNumber::as_str)
                && let Some(at) = words.find(number)
            {
                let (before, after) = (&words[..at], &words[at + number.len()..]);
                let _ =
                    write!(self.out, "{}<docNumber>{}</docNumber>{}", escape(before), escape(number), escape(after));
            } else if let (Some(issued), Some(at)) = (metadata.issued, words.find("ngày"))
                && words.contains("năm")
                && !below_kind
            {
                let (before, after) = words.split_at(at);
                let _ = write!(self.out, "{}<docDate date=\"{issued}\">{}</docDate>", escape(before), escape(after));
            } else {
                self.words(line, "preface");
            }
            self.out.push_str("</p>\n");
        }
    }

    fn preamble(&mut self, document: &Document, units: &[Unit], at: usize, span: ByteSpan) {
        let _ = writeln!(self.out, "<preamble eId=\"{}\">", escape(&units[at].eid));
        let bases: Vec<usize> = (0..units.len()).filter(|index| units[*index].parent == Some(at)).collect();
        let mut reached = span.start;
        let mut in_citations = false;
        for index in bases {
            let unit = &units[index];
            if has_words(self.text, ByteSpan::new(reached, unit.span.start)) {
                if std::mem::take(&mut in_citations) {
                    self.out.push_str("</citations>\n");
                }
                self.enacting(document, ByteSpan::new(reached, unit.span.start));
            }
            if !in_citations {
                self.out.push_str("<citations>\n");
                in_citations = true;
            }
            let _ = writeln!(self.out, "<citation eId=\"{}\">", escape(&unit.eid));
            self.lines_or_empty(unit.span, &unit.eid);
            self.out.push_str("</citation>\n");
            reached = unit.span.end;
        }
        if in_citations {
            self.out.push_str("</citations>\n");
        }
        self.enacting(document, ByteSpan::new(reached, span.end));
        self.out.push_str("</preamble>\n");
    }

    fn enacting(&mut self, document: &Document, span: ByteSpan) {
        for line in lines(self.text, span) {
            let enacts = document.enacting.is_some_and(|enacting| enacting.overlaps(line));
            if enacts {
                self.out.push_str("<formula name=\"enactingFormula\">\n");
            }
            self.paragraphs(line, "preamble");
            if enacts {
                self.out.push_str("</formula>\n");
            }
        }
    }

    /// What follows the last provision: the formula of passage, who signed, who receives, notes.
    fn conclusions(&mut self, document: &Document, span: ByteSpan) {
        let lines: Vec<ByteSpan> = lines(self.text, span).collect();
        if lines.is_empty() {
            return;
        }
        let class = |line: ByteSpan| {
            let is = |part: Option<ByteSpan>| part.is_some_and(|part| part.overlaps(line));
            if is(document.passage) {
                "passage"
            } else if is(document.recipients) {
                "recipients"
            } else if is(document.signature) {
                "signature"
            } else {
                ""
            }
        };
        self.out.push_str("<conclusions>\n");
        let mut open = "";
        for line in lines {
            let class = class(line);
            if class != open {
                if !open.is_empty() {
                    self.out.push_str("</container>\n");
                }
                if !class.is_empty() {
                    let _ = writeln!(self.out, "<container name=\"{class}\">");
                }
                open = class;
            }
            self.paragraphs(line, "conclusions");
        }
        if !open.is_empty() {
            self.out.push_str("</container>\n");
        }
        self.out.push_str("</conclusions>\n");
    }

    fn attachment(&mut self, document: &Document, units: &[Unit], index: usize, end: usize) {
        let unit = &units[index];
        let _ = writeln!(self.out, "<attachment eId=\"{}\">\n<doc name=\"annex\">", escape(&unit.eid));
        self.component_meta(document, &unit.eid);
        self.out.push_str("<mainBody>\n");
        let mut at = unit.span.start;
        let inside: Vec<usize> = (index + 1..units.len())
            .filter(|other| {
                let other = &units[*other];
                other.span.start < end && (other.parent == Some(index) || other.parent.is_none())
            })
            .collect();
        let before = self.out.len();
        for other in inside {
            self.paragraphs(ByteSpan::new(at, units[other].span.start.max(at)), &unit.eid);
            self.unit(units, other);
            at = units[other].span.end.max(at);
        }
        self.paragraphs(ByteSpan::new(at, end.max(at)), &unit.eid);
        if self.out.len() == before {
            self.out.push_str("<p/>\n");
        }
        self.out.push_str("</mainBody>\n</doc>\n</attachment>\n");
    }

    /// A unit with what is in it.
    fn unit(&mut self, units: &[Unit], index: usize) {
        let unit = &units[index];
        let children: Vec<usize> = (index + 1..units.len())
            .take_while(|other| units[*other].span.start < unit.span.end)
            .filter(|other| units[*other].parent == Some(index))
            .collect();
        let first = children.first().map_or(unit.span.end, |child| units[*child].span.start);
        let head = Head::of(self.text, unit, first);
        let element = unit.element();
        let name = element.split(' ').next().unwrap_or(element);
        let _ = writeln!(self.out, "<{element} eId=\"{}\">", escape(&unit.eid));
        if self.quoting {
            self.quoted_units.insert(unit.span.start, unit.eid.clone());
        }
        let number = head.number;
        if number.start < number.end {
            self.out.push_str("<num>");
            self.words_without_references(number);
            self.eol_between(number.end, head.heading.map_or(head.end, |heading| heading.start));
            self.out.push_str("</num>");
        }
        if let Some(heading) = head.heading {
            let _ = write!(self.out, "<heading>");
            self.words(heading, &unit.eid);
            self.out.push_str("</heading>");
        }
        self.out.push('\n');
        let lead = ByteSpan::new(head.end, first);
        if children.is_empty() {
            self.wrapped("content", lead, &unit.eid);
        } else {
            self.wrapped("intro", lead, &unit.eid);
            let mut at = first;
            for child in children {
                let gap = ByteSpan::new(at, units[child].span.start.max(at));
                for line in lines(self.text, gap).collect::<Vec<_>>() {
                    self.out.push_str("<crossHeading>");
                    self.words(line, &unit.eid);
                    self.out.push_str("</crossHeading>\n");
                }
                self.unit(units, child);
                at = units[child].span.end.max(at);
            }
            self.wrapped("wrapUp", ByteSpan::new(at, unit.span.end.max(at)), &unit.eid);
        }
        let _ = writeln!(self.out, "</{name}>");
    }

    fn wrapped(&mut self, element: &str, span: ByteSpan, id: &str) {
        if !has_words(self.text, span) {
            return;
        }
        let _ = writeln!(self.out, "<{element}>");
        self.paragraphs(span, id);
        let _ = writeln!(self.out, "</{element}>");
    }

    /// Text between two units of the body that belongs to neither.
    fn stray(&mut self, span: ByteSpan) {
        if has_words(self.text, span) {
            self.out.push_str("<hcontainer name=\"text\">\n<content>\n");
            self.paragraphs(span, "body");
            self.out.push_str("</content>\n</hcontainer>\n");
        }
    }

    /// New text as its provisions, where it has some.
    pub(super) fn quoted_structure(&mut self, span: ByteSpan, id: &str) {
        let words = span.of(self.text);
        let fragment = parse_fragment(words);
        // Offsets hold only where reading changed nothing.
        let units: Vec<Unit> = if fragment.text == words {
            fragment.provisions.iter().map(|provision| Unit::of(provision, span.start, Some(id))).collect()
        } else {
            Vec::new()
        };
        let before = self.out.len();
        let mut at = span.start;
        for index in (0..units.len()).filter(|index| units[*index].parent.is_none()) {
            self.paragraphs(ByteSpan::new(at, units[index].span.start.max(at)), id);
            self.unit(&units, index);
            at = units[index].span.end.max(at);
        }
        self.paragraphs(ByteSpan::new(at, span.end.max(at)), id);
        if self.out.len() == before {
            self.out.push_str("<p/>");
        }
    }

    fn lines_or_empty(&mut self, span: ByteSpan, id: &str) {
        if has_words(self.text, span) {
            self.paragraphs(span, id);
        } else {
            self.out.push_str("<p/>\n");
        }
    }

    fn words_without_references(&mut self, span: ByteSpan) {
        let words: Vec<&str> = span.of(self.text).split_whitespace().collect();
        self.out.push_str(&escape(&words.join(" ")));
    }

    fn eol_between(&mut self, from: usize, to: usize) {
        let rest = self.text.get(from..).unwrap_or_default();
        let next = rest.len() - rest.trim_start().len();
        if rest[..next].contains('\n') && from + next <= to.max(from + next) && !rest[next..].is_empty() {
            self.out.push_str("<eol/>");
        }
    }

    pub(super) fn has_unit(&self, eid: &str) -> bool {
        self.eids.contains(eid)
    }

    /// The next identifier of its sort below `id`.
    pub(super) fn next_id(&mut self, id: &str, step: &str) -> String {
        let stem = format!("{id}__{step}");
        let count = self.counts.entry(stem.clone()).or_default();
        *count += 1;
        format!("{stem}_{count}")
    }
}

/// The label and the title of a unit in the text.
struct Head {
    number: ByteSpan,
    heading: Option<ByteSpan>,
    /// Where its other words begin.
    end: usize,
}

impl Head {
    fn of(text: &str, unit: &Unit, limit: usize) -> Self {
        let start = unit.span.start;
        let own = text.get(start..limit.max(start)).unwrap_or_default();
        let line = own.split('\n').next().unwrap_or_default();
        let number_end = start + label_length(line, unit);
        let heading = unit.heading.as_deref().and_then(|heading| find_heading(text, number_end, limit, heading));
        let end = heading.map_or(number_end, |heading| heading.end);
        // Stray marks between label and title ("Điều 5.: Tên") are the label's.
        let number_end = heading.map_or(number_end, |heading| {
            start + text.get(start..heading.start).map_or(0, |label| label.trim_end().len())
        });
        Self { number: ByteSpan::new(start, number_end), heading, end }
    }
}

/// How much of a line is its unit's label: "Điều 12a.", "Chương II", "a)".
fn label_length(line: &str, unit: &Unit) -> usize {
    let word = match unit.kind {
        ProvisionKind::Part => "phần",
        ProvisionKind::Chapter => "chương",
        ProvisionKind::Section => "mục",
        ProvisionKind::Subsection => "tiểu mục",
        ProvisionKind::Article => "điều",
        ProvisionKind::Paragraph | ProvisionKind::Point => "",
        ProvisionKind::Annex | ProvisionKind::Preamble | ProvisionKind::Basis => return 0,
    };
    let number = unit.number.as_deref().unwrap_or_default();
    let head: usize = line.chars().take(word.chars().count()).map(char::len_utf8).sum();
    let after_word = &line[head..];
    let blank = after_word.len() - after_word.trim_start().len();
    let rest = &after_word[blank..];
    let taken = if rest.to_lowercase().starts_with(&number.to_lowercase()) && !number.is_empty() {
        let mut chars = rest.char_indices();
        chars.nth(number.chars().count().saturating_sub(1)).map_or(rest.len(), |(at, ch)| at + ch.len_utf8())
    } else {
        // "PHẦN THỨ NHẤT": the number is written out, up to the mark or the end of the line.
        rest.find(['.', ':', ')', '/']).unwrap_or(rest.len())
    };
    let after = &rest[taken..];
    let marks = after.len() - after.trim_start_matches(['.', ':', ')', '/', '-', '–', '—']).len();
    let spaced = after.len() - after.trim_start_matches(' ').len();
    let spaced_marks = after[spaced..].len() - after[spaced..].trim_start_matches(['.', ':', ')']).len();
    let marks = if marks == 0 && spaced_marks > 0 { spaced + spaced_marks } else { marks };
    head + blank + taken + marks
}

/// Where a title stands: its letters in order, whatever blanks, marks before it and case are between.
fn find_heading(text: &str, from: usize, limit: usize, heading: &str) -> Option<ByteSpan> {
    let mut wanted = heading.chars().filter(|ch| !ch.is_whitespace()).flat_map(char::to_lowercase).peekable();
    let mut start = None;
    let mut end = from;
    for (offset, ch) in text.get(from..limit)?.char_indices() {
        if wanted.peek().is_none() {
            break;
        }
        if ch.is_whitespace() {
            continue;
        }
        let mut lower = ch.to_lowercase();
        let matches = lower.all(|ch| wanted.next_if_eq(&ch).is_some());
        if !matches {
            if start.is_none() && !ch.is_alphanumeric() {
                continue;
            }
            return None;
        }
        start.get_or_insert(from + offset);
        end = from + offset + ch.len_utf8();
    }
    if wanted.peek().is_some() {
        return None;
    }
    // A mark that follows directly is the title's.
    Some(ByteSpan::new(start?, end))
}

/// The lines of a stretch that have words, without the blanks around them.
fn lines(text: &str, span: ByteSpan) -> impl Iterator<Item = ByteSpan> {
    let words = text.get(span.start..span.end.max(span.start)).unwrap_or_default();
    let mut at = span.start;
    words.split_inclusive('\n').filter_map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let trimmed = line.trim();
        (!trimmed.is_empty()).then(|| ByteSpan::new(start, start + trimmed.len()))
    })
}

fn has_words(text: &str, span: ByteSpan) -> bool {
    span.of(text).contains(|ch: char| !ch.is_whitespace())
}
