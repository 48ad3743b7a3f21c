//! The words of a paragraph: citations as `ref`, new text as `quotedStructure` or `quotedText` within `mod`.
//!
//! Hard because three things that know nothing of each other lie over one text: lines, citations and quotations. A
//! line is a `p`; a quotation may run over many lines and belongs to the `p` that announces it; a citation is cut at
//! the end of a line. A line end within a `p` is kept as `eol`, so that the text can be had back as it was.

use super::uri;
use super::write::Writer;
use crate::docx::xml::escape;
use rasoat_law::amend::{Instruction, Operation};
use rasoat_law::cite::{Citation, Role, Which};
use rasoat_law::{ByteSpan, Document};
use std::fmt::Write as _;

const OPENING: [char; 4] = ['“', '"', '„', '”'];
const CLOSING: [char; 4] = ['”', '"', '“', '‟'];

/// What a quotation is to an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

/// Words that an act gives for another.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    pub(super) inner: ByteSpan,
    /// With its marks.
    pub(super) outer: ByteSpan,
    pub(super) start_mark: Option<char>,
    pub(super) end_mark: Option<char>,
    /// Provisions or lines of their own, not words within a sentence.
    pub(super) is_structure: bool,
    pub(super) for_instructions: Vec<(usize, Side)>,
}

/// The quotations of a document, in order and apart.
pub(super) fn quotes(document: &Document, instructions: &[Instruction]) -> Vec<Quote> {
    let text = document.text.as_str();
    let mut found: Vec<Quote> = Vec::new();
    for quotation in &document.quotations {
        found.push(quote(text, quotation.span, quotation.closed));
    }
    for (at, instruction) in instructions.iter().enumerate() {
        if let Some(new) = &instruction.new_text {
            match found.iter_mut().find(|quote| quote.inner.contains(new.span)) {
                Some(quote) => quote.for_instructions.push((at, Side::New)),
                None => {
                    let mut quote = quote(text, new.span, true);
                    quote.for_instructions.push((at, Side::New));
                    found.push(quote);
                }
            }
        }
        let (old, new) = match &instruction.operation {
            Operation::SubstitutePhrase { old, new, .. } => (Some(old), Some(new)),
            Operation::RemovePhrase { old, .. } => (Some(old), None),
            Operation::InsertPhrase { phrase, .. } | Operation::AppendPhrase { phrase } => (None, Some(phrase)),
            _ => (None, None),
        };
        for (phrase, side) in [(old, Side::Old), (new, Side::New)] {
            let Some(span) = phrase.and_then(|phrase| quoted_phrase(text, instruction.span, phrase)) else { continue };
            match found.iter_mut().find(|quote| quote.inner == span) {
                Some(quote) => quote.for_instructions.push((at, side)),
                None => {
                    let mut quote = quote(text, span, true);
                    quote.is_structure = false;
                    quote.for_instructions.push((at, side));
                    found.push(quote);
                }
            }
        }
    }
    found.sort_by_key(|quote| (quote.outer.start, usize::MAX - quote.outer.end));
    let mut reached = 0;
    found.retain(|quote| {
        let apart = quote.outer.start >= reached && quote.inner.start < quote.inner.end;
        if apart {
            reached = quote.outer.end;
        }
        apart
    });
    found
}

fn quote(text: &str, inner: ByteSpan, closed: bool) -> Quote {
    let before = text.get(..inner.start).unwrap_or_default();
    let start_mark = before.chars().next_back().filter(|ch| OPENING.contains(ch));
    let after = text.get(inner.end..).unwrap_or_default();
    let end_mark = after.chars().next().filter(|ch| closed && CLOSING.contains(ch));
    let outer = ByteSpan::new(
        inner.start - start_mark.map_or(0, char::len_utf8),
        inner.end + end_mark.map_or(0, char::len_utf8),
    );
    let head = text.get(..outer.start).unwrap_or_default().trim_end_matches([' ', '\t']);
    let own_line = head.is_empty() || head.ends_with('\n');
    let is_structure = own_line || inner.of(text).contains('\n');
    Quote { inner, outer, start_mark, end_mark, is_structure, for_instructions: Vec::new() }
}

/// Where an instruction has a phrase between quotation marks, on one line.
fn quoted_phrase(text: &str, within: ByteSpan, phrase: &str) -> Option<ByteSpan> {
    if phrase.is_empty() || phrase.contains('\n') {
        return None;
    }
    let words = within.of(text);
    words.match_indices(phrase).find_map(|(at, _)| {
        let quoted = words[..at].ends_with(OPENING) && words[at + phrase.len()..].starts_with(CLOSING);
        quoted.then(|| ByteSpan::new(within.start + at, within.start + at + phrase.len()))
    })
}

impl Writer<'_> {
    /// Each line of a stretch as a `p`; what a line quotes belongs to it.
    pub(super) fn paragraphs(&mut self, stretch: ByteSpan, id: &str) {
        let mut at = stretch.start;
        while at < stretch.end {
            let rest = &self.text[at..stretch.end];
            let start = at + (rest.len() - rest.trim_start().len());
            if start >= stretch.end {
                return;
            }
            let (end, quotes) = self.paragraph_end(start, stretch.end);
            let words = ByteSpan::new(start, end).of(self.text);
            let trimmed = ByteSpan::new(start, start + words.trim_end().len());
            self.paragraph(trimmed, quotes, id);
            at = end;
        }
    }

    /// Where the `p` that begins at `start` ends, and which quotations it holds.
    fn paragraph_end(&self, start: usize, limit: usize) -> (usize, std::ops::Range<usize>) {
        let line_end = |from: usize| self.text[from..limit].find('\n').map_or(limit, |at| from + at);
        let mut end = line_end(start);
        let first = self.quotes.partition_point(|quote| quote.outer.start < start);
        let mut last = first;
        while let Some(quote) = self.quotes.get(last) {
            // A quotation on the lines below the one that announces it is the announcing line's.
            let gap = self.text.get(end..quote.outer.start).unwrap_or("x");
            let announced = self.text[start..end.min(limit)].trim_end().ends_with(':') && gap.trim().is_empty();
            if quote.outer.end > limit || !(quote.outer.start < end || (announced && quote.is_structure)) {
                break;
            }
            end = line_end(quote.outer.end.max(end.min(quote.outer.end)));
            last += 1;
        }
        (end, first..last)
    }

    fn paragraph(&mut self, span: ByteSpan, quotes: std::ops::Range<usize>, id: &str) {
        let instructions = if self.quoting { 0..0 } else { self.instructions_before(span.end) };
        let in_mod = !self.quoting && (!instructions.is_empty() || !quotes.is_empty());
        self.out.push_str("<p>");
        if in_mod {
            self.mods += 1;
            let mod_id = self.next_id(id, "mod");
            let _ = write!(self.out, "<mod eId=\"{}\">", escape(&mod_id));
            for instruction in instructions {
                self.links[instruction].source = Some(mod_id.clone());
            }
            let mut at = span.start;
            for quote in quotes {
                let quote = self.quotes[quote].clone();
                self.words(ByteSpan::new(at, quote.outer.start), id);
                self.quoted(&quote, &mod_id);
                at = quote.outer.end;
            }
            self.words(ByteSpan::new(at, span.end), id);
            self.out.push_str("</mod>");
        } else {
            self.words(span, id);
        }
        self.out.push_str("</p>\n");
    }

    /// The instructions not yet placed that begin before `end`.
    fn instructions_before(&mut self, end: usize) -> std::ops::Range<usize> {
        let first = self.placed;
        while self.instructions.get(self.placed).is_some_and(|instruction| instruction.span.start < end) {
            self.placed += 1;
        }
        first..self.placed
    }

    fn quoted(&mut self, quote: &Quote, mod_id: &str) {
        let (element, step) = if quote.is_structure { ("quotedStructure", "qstr") } else { ("quotedText", "qtext") };
        let id = self.next_id(mod_id, step);
        let _ = write!(self.out, "<{element} eId=\"{}\"", escape(&id));
        for (name, mark) in [("startQuote", quote.start_mark), ("endQuote", quote.end_mark)] {
            if let Some(mark) = mark {
                let _ = write!(self.out, " {name}=\"{}\"", escape(&mark.to_string()));
            }
        }
        self.out.push('>');
        for (instruction, side) in &quote.for_instructions {
            match side {
                Side::Old => self.links[*instruction].old.push(id.clone()),
                Side::New => self.links[*instruction].new.push(id.clone()),
            }
        }
        if quote.is_structure {
            self.quoting = true;
            self.quoted_structure(quote.inner, &id);
            self.quoting = false;
        } else {
            self.words(quote.inner, &id);
        }
        let _ = write!(self.out, "</{element}>");
    }

    /// Words with their references; a line end among them is an `eol`.
    pub(super) fn words(&mut self, span: ByteSpan, id: &str) {
        let mut at = span.start;
        let first = self.citations.partition_point(|citation| citation.span.end <= span.start);
        let citations = self.citations;
        for citation in citations[first..].iter().take_while(|citation| citation.span.start < span.end) {
            let start = citation.span.start.max(at);
            let end = citation.span.end.min(span.end);
            let Some(words) = self.text.get(start..end).filter(|words| !words.is_empty()) else { continue };
            // A reference stands on one line.
            let end = start + words.find('\n').unwrap_or(words.len());
            self.plain(at, start);
            self.reference(citation, ByteSpan::new(start, end), id);
            at = end;
        }
        self.plain(at, span.end);
    }

    fn plain(&mut self, start: usize, end: usize) {
        let words = self.text.get(start..end).unwrap_or_default();
        for (index, line) in words.split('\n').enumerate() {
            let last = start + words.len() == end && !words.contains('\n');
            let mut line = line;
            if index > 0 {
                if !self.out.ends_with("<eol/>") {
                    self.out.push_str("<eol/>");
                }
                line = line.trim_start_matches([' ', '\t']);
            }
            if !last {
                line = if words.ends_with(line) && index > 0 { line } else { line.trim_end_matches([' ', '\t']) };
            }
            self.out.push_str(&escape(line));
        }
    }

    fn reference(&mut self, citation: &Citation, span: ByteSpan, id: &str) {
        let words = escape(span.of(self.text));
        let hrefs = self.addresses(citation);
        match hrefs.as_slice() {
            [] => self.out.push_str(&words),
            [from, up_to] if citation.targets[0].range => {
                let id = self.next_id(id, "rref");
                let _ = write!(
                    self.out,
                    "<rref eId=\"{}\" from=\"{}\" upTo=\"{}\">{words}</rref>",
                    escape(&id),
                    escape(from),
                    escape(up_to)
                );
            }
            [href] => {
                let id = self.next_id(id, "ref");
                let _ = write!(self.out, "<ref eId=\"{}\" href=\"{}\">{words}</ref>", escape(&id), escape(href));
            }
            [first, others @ ..] => {
                // The words name several provisions together; the first reference holds them, the others none.
                let _ = write!(self.out, "<mref>");
                let own = self.next_id(id, "ref");
                let _ = write!(self.out, "<ref eId=\"{}\" href=\"{}\">{words}</ref>", escape(&own), escape(first));
                for href in others {
                    let own = self.next_id(id, "ref");
                    let _ = write!(self.out, "<ref eId=\"{}\" href=\"{}\"/>", escape(&own), escape(href));
                }
                self.out.push_str("</mref>");
            }
        }
    }

    /// What a citation points at: a provision of this document by its identifier, of another by its address.
    fn addresses(&self, citation: &Citation) -> Vec<String> {
        if citation.targets.iter().any(|target| target.document.is_named()) {
            let places = self.resolved.get(&citation.span.start).map(Vec::as_slice).unwrap_or_default();
            let named = citation.targets.iter().enumerate();
            return named
                .filter_map(|(at, target)| {
                    // A bare name means the document that bore it on the day.
                    let known = places.get(at).filter(|_| places.len() == citation.targets.len());
                    match known.map(|place| &place.document) {
                        Some(Which::Known(number)) if target.document.number().is_none() => {
                            let work = uri::of_number(number);
                            Some(target.eid.as_ref().map_or(work.clone(), |eid| format!("{work}/!main~{eid}")))
                        }
                        _ => uri::of_reference(&target.document, target.eid.as_ref()),
                    }
                })
                .collect();
        }
        // What an instruction changes, and what its new text cites, lies in the document it amends.
        let amended = matches!(citation.role, Role::Target | Role::Quoted)
            .then(|| self.instructions.iter().find(|instruction| instruction.span.contains(citation.span)))
            .flatten()
            .map(|instruction| &instruction.target.document)
            .filter(|document| document.is_named());
        if let Some(document) = amended {
            let targets = citation.targets.iter();
            return targets.filter_map(|target| uri::of_reference(document, target.eid.as_ref())).collect();
        }
        let places = self.resolved.get(&citation.span.start).map(Vec::as_slice).unwrap_or_default();
        places
            .iter()
            .map(|place| {
                let work = match &place.document {
                    Which::Known(number) => uri::of_number(number),
                    _ => self.work.clone(),
                };
                match &place.eid {
                    Some(eid) if place.document == Which::This && self.has_unit(eid.as_str()) => format!("#{eid}"),
                    Some(eid) => format!("{work}/!main~{eid}"),
                    None => work,
                }
            })
            .collect()
    }
}
