//! Akoma Ntoso read: the text a paragraph a line, in the shape Vietnamese law is printed in, and what `meta` says.
//!
//! Hard because the standard keeps numbers and titles apart from the words and other countries number otherwise: `num`
//! may be "Điều 5.", "5" or "Article 5". A unit's line is put together again as the law prints it, so that the reader
//! of provisions finds the tree. The XML is walked with a loop and no entity beyond XML's own is resolved.

use super::NAMESPACE;
use crate::docx::xml::{attribute, broken, local, reader};
use crate::text::decode::decode_declared;
use crate::trace::{Origin, Reading, Trail, Width, settle};
use crate::{Extracted, Format, FormatError, Limits, Problem, SourceMetadata, json};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Whether a text that starts like this is Akoma Ntoso, of this version or an earlier one.
pub(crate) fn looks_like_it(start: &str) -> bool {
    let mut end = start.len().min(4000);
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let head = &start[..end];
    head.contains("<akomaNtoso") || head.contains(":akomaNtoso") || head.contains(NAMESPACE)
}

/// Reads a file of Akoma Ntoso.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let decoded = decode_declared(bytes, limits)?;
    let source = decoded.text.as_str();
    let mut walk = Walk { source, ..Walk::default() };
    walk.run(limits)?;
    let Walk { text, trail, meta, mut problems, notes, pictures, deletions, .. } = walk;
    problems.splice(0..0, decoded.problems);
    for (count, problem) in [
        (notes, Problem::NotesLeftOut { count: notes }),
        (pictures, Problem::PicturesLeftOut { count: pictures }),
        (deletions, Problem::TrackedChanges { inserted: 0, deleted: deletions }),
    ] {
        if count > 0 {
            problems.push(problem);
        }
    }
    let origin = Origin::Bytes(vec![(source, trail), ("", decoded.trail)]);
    let settled = settle(&text, origin, Reading::Judged, None, limits)?;
    let text = settled.text.trim_end_matches('\n').to_owned();
    if text.trim().is_empty() {
        return Err(FormatError::Empty);
    }
    problems.extend(settled.problems);
    let metadata = meta.finish(&mut problems);
    Ok(Extracted {
        format: Format::AkomaNtoso,
        text,
        places: settled.places,
        pages: None,
        problems,
        metadata,
        margin: crate::Margin::default(),
    })
}

/// What an element means for the lines of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Inline,
    Block,
    Unit(&'static str),
    Number,
    Heading,
    Quoted,
    Dropped,
    Meta,
}

fn flow_of(name: &str) -> Flow {
    match name {
        "part" => Flow::Unit("Phần"),
        "chapter" => Flow::Unit("Chương"),
        "section" => Flow::Unit("Mục"),
        "subsection" => Flow::Unit("Tiểu mục"),
        "article" => Flow::Unit("Điều"),
        "paragraph" | "clause" => Flow::Unit("1."),
        "point" => Flow::Unit("a)"),
        "book" | "title" | "tome" | "division" | "list" | "indent" | "alinea" | "rule" | "subrule" | "proviso"
        | "subpart" | "subparagraph" | "subchapter" | "subtitle" | "subdivision" | "subclause" | "sublist"
        | "level" | "transitional" | "hcontainer" | "item" => Flow::Unit(""),
        "num" => Flow::Number,
        "heading" | "subheading" => Flow::Heading,
        "quotedStructure" | "embeddedStructure" => Flow::Quoted,
        "p" | "block" | "li" | "td" | "th" | "tr" | "caption" | "crossHeading" | "listIntroduction" | "listWrapUp"
        | "longTitle" | "content" | "intro" | "wrapUp" | "citation" | "recital" | "formula" | "container"
        | "preface" | "preamble" | "body" | "mainBody" | "conclusions" | "attachment" | "table" | "ul" | "ol"
        | "blockList" | "blockContainer" | "tblock" | "interstitial" | "coverPage" => Flow::Block,
        "authorialNote" | "del" | "toc" | "foreign" | "img" | "remark" => Flow::Dropped,
        "meta" => Flow::Meta,
        _ => Flow::Inline,
    }
}

/// What stands between the words before and the next ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
}

#[derive(Default)]
struct Walk<'a> {
    source: &'a str,
    text: String,
    trail: Trail,
    gap: Gap,
    /// A mark was written that the next words follow directly.
    glued: bool,
    /// Open elements: what each means, and for a quotation the mark that ends it.
    open: Vec<(Flow, String)>,
    /// Where the last tag stands, to which words belong that are no text of the file.
    tag: (usize, usize),
    /// Where the text of the open number begins.
    number: Option<usize>,
    meta: Meta,
    problems: Vec<Problem>,
    notes: usize,
    pictures: usize,
    deletions: usize,
}

impl<'a> Walk<'a> {
    fn run(&mut self, limits: &Limits) -> Result<(), FormatError> {
        let mut reader = reader(self.source);
        let mut count = 0_usize;
        loop {
            count += 1;
            if count.is_multiple_of(4096) {
                limits.interrupt.check()?;
            }
            let from = position(reader.buffer_position());
            let event = reader.read_event().map_err(broken)?;
            let to = position(reader.buffer_position());
            if !matches!(event, Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) {
                self.tag = (from, to);
            }
            match event {
                Event::Start(tag) => {
                    if self.open.len() >= limits.depth {
                        return Err(FormatError::Bomb {
                            what: format!("elements nested more than {} deep", limits.depth),
                        });
                    }
                    self.start(&tag, true);
                }
                Event::Empty(tag) => {
                    self.start(&tag, false);
                    if local(&tag) != "eol" && flow_of(local(&tag)) != Flow::Inline {
                        self.end();
                    }
                }
                Event::End(_) => self.end(),
                Event::Text(_) => self.words(from, to),
                // The words of a section stand between "<![CDATA[" and "]]>".
                Event::CData(_) => self.words((from + 9).min(to), to.saturating_sub(3).max(from)),
                Event::GeneralRef(entity) => {
                    let name: &str = &entity;
                    let ch = match entity.resolve_char_ref() {
                        Ok(Some(ch)) => ch.to_string(),
                        _ => resolve_xml_entity(name).unwrap_or_default().to_owned(),
                    };
                    self.entity(&ch, from, to);
                }
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => return Err(FormatError::Truncated),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, has_end: bool) {
        let name = local(tag);
        if name == "eol" {
            if !self.is_left_out() {
                self.gap = Gap::Line;
            }
            if has_end {
                self.open.push((Flow::Inline, String::new()));
            }
            return;
        }
        let flow = flow_of(name);
        if self.within(Flow::Meta) {
            self.meta.element(name, tag);
        }
        if self.is_left_out() {
            if has_end || flow != Flow::Inline {
                self.open.push((Flow::Dropped, String::new()));
            }
            return;
        }
        match flow {
            Flow::Dropped => match name {
                "authorialNote" => self.notes += 1,
                "img" => self.pictures += 1,
                "del" => self.deletions += 1,
                _ => {}
            },
            Flow::Block if self.gap != Gap::Blank => self.gap = Gap::Line,
            Flow::Unit(_) | Flow::Quoted => self.gap = Gap::Line,
            Flow::Number => self.number = Some(self.text.len()),
            Flow::Heading => self.before_heading(),
            _ => {}
        }
        let mut mark = String::new();
        if matches!(name, "quotedStructure" | "quotedText") {
            if let Some(start) = attribute(tag, "startQuote") {
                self.own(&start);
                self.glued = true;
            }
            mark = attribute(tag, "endQuote").unwrap_or_default();
        }
        if has_end || flow != Flow::Inline {
            self.open.push((flow, mark));
        }
    }

    fn end(&mut self) {
        let Some((flow, mark)) = self.open.pop() else { return };
        match flow {
            Flow::Number => self.end_number(),
            Flow::Heading | Flow::Block | Flow::Unit(_) => self.gap = Gap::Line,
            _ => {}
        }
        if !mark.is_empty() {
            // The mark stands at the end of the last line quoted.
            self.gap = Gap::None;
            self.own(&mark);
            self.gap = Gap::None;
        }
    }

    fn within(&self, flow: Flow) -> bool {
        self.open.iter().any(|(open, _)| *open == flow)
    }

    fn is_left_out(&self) -> bool {
        self.open.iter().any(|(flow, _)| matches!(flow, Flow::Dropped | Flow::Meta))
    }

    /// A title goes on in the line of its number, but stands below "Chương I" alone.
    fn before_heading(&mut self) {
        if self.gap != Gap::Blank {
            return;
        }
        let large = self.open.last().is_some_and(|(flow, _)| matches!(flow, Flow::Unit("Phần" | "Chương")));
        if large && !self.text.ends_with(['.', ':']) {
            self.gap = Gap::Line;
        }
    }

    /// Makes a number the label its unit has in print.
    fn end_number(&mut self) {
        let Some(start) = self.number.take() else { return };
        let label = self.text.get(start..).unwrap_or_default();
        let Some((Flow::Unit(unit), _)) = self.open.last() else { return };
        let number = label.trim().trim_matches(['(', ')', '.', ' ']).to_owned();
        let bare = !number.is_empty()
            && number.chars().count() <= 8
            && number.chars().all(|ch| ch.is_alphanumeric() || ch == '-');
        let word = label.trim().chars().any(char::is_whitespace)
            || (!unit.is_empty() && number.to_lowercase().starts_with(&unit.to_lowercase()));
        let printed = label.trim().ends_with(['.', ')', '-', '/', ':']);
        let mended = match *unit {
            "1." if bare && !printed => Some(format!("{number}.")),
            "1." if bare && label.trim().starts_with('(') => Some(format!("{number}.")),
            "a)" if bare && (!printed || label.trim().starts_with('(')) => Some(format!("{number})")),
            "Điều" if bare && !word => Some(format!("Điều {number}.")),
            "" | "1." | "a)" => None,
            unit if bare && !word => Some(format!("{unit} {number}")),
            _ => None,
        };
        if let Some(mended) = mended {
            let blank = label.len() - label.trim_start().len();
            self.text.truncate(start + blank);
            self.trail.truncate(self.text.len());
            self.trail.push(self.text.len(), self.tag.0, self.tag.1, Width::Whole);
            self.text.push_str(&mended);
        }
        if self.gap != Gap::Line && self.text.len() > start {
            self.gap = Gap::Blank;
        }
    }

    /// Words of the source, from byte to byte; blanks of any number are one.
    fn words(&mut self, from: usize, to: usize) {
        if self.is_left_out() {
            return;
        }
        let Some(words) = self.source.get(from..to) else { return };
        // Indentation between blocks is no text.
        let between_blocks = matches!(self.open.last(), Some((Flow::Unit(_) | Flow::Block | Flow::Quoted, _)) | None)
            && words.trim().is_empty();
        if between_blocks {
            if self.gap == Gap::None && !words.is_empty() && self.is_in_paragraph() {
                self.gap = Gap::Blank;
            }
            return;
        }
        let mut at = from;
        for (index, piece) in words.split([' ', '\n', '\r', '\t']).enumerate() {
            if index > 0 {
                at += 1;
                if self.gap == Gap::None {
                    self.gap = Gap::Blank;
                }
            }
            if !piece.is_empty() {
                self.fill_gap();
                self.trail.push(self.text.len(), at, at + piece.len(), Width::Same);
                self.text.push_str(piece);
                at += piece.len();
            }
        }
    }

    /// Whether the text is that of a `p`, where a blank between two elements is one.
    fn is_in_paragraph(&self) -> bool {
        self.open.last().is_some_and(|(flow, _)| *flow == Flow::Block) && !self.text.ends_with('\n')
    }

    fn entity(&mut self, words: &str, from: usize, to: usize) {
        if self.is_left_out() || words.is_empty() {
            return;
        }
        self.fill_gap();
        self.trail.push(self.text.len(), from, to, Width::Whole);
        self.text.push_str(words);
    }

    /// Words that stand in an attribute.
    fn own(&mut self, words: &str) {
        let (from, to) = self.tag;
        self.entity(words, from, to);
    }

    fn fill_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if std::mem::take(&mut self.glued) || self.text.is_empty() || self.text.ends_with('\n') {
            return;
        }
        match gap {
            Gap::None => return,
            Gap::Blank if self.text.ends_with(' ') => return,
            Gap::Blank => {
                self.trail.push(self.text.len(), self.tag.0, self.tag.1, Width::Whole);
                self.text.push(' ');
            }
            Gap::Line => {
                self.trail.push(self.text.len(), self.tag.0, self.tag.1, Width::Whole);
                self.text.push('\n');
            }
        }
        if let Some(number) = &mut self.number
            && *number + 1 == self.text.len()
        {
            *number = self.text.len();
        }
    }
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// What `meta` says, while it is read.
#[derive(Default)]
struct Meta {
    metadata: SourceMetadata,
    in_work: bool,
    authors: Vec<String>,
    names: HashMap<String, String>,
    organizations: Vec<String>,
    dates: Vec<(&'static str, String)>,
}

impl Meta {
    fn element(&mut self, name: &str, tag: &BytesStart<'_>) {
        let value = || attribute(tag, "value").map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let metadata = &mut self.metadata;
        match name {
            "FRBRWork" => self.in_work = true,
            "FRBRExpression" | "FRBRManifestation" => self.in_work = false,
            "FRBRnumber" if self.in_work => metadata.so_hieu = metadata.so_hieu.take().or_else(value),
            "FRBRsubtype" if self.in_work => {
                metadata.kind = metadata.kind.take().or_else(|| attribute(tag, "showAs")).or_else(value);
            }
            "FRBRname" if self.in_work => metadata.title = metadata.title.take().or_else(value),
            "FRBRalias" if self.in_work => metadata.title = metadata.title.take().or_else(value),
            "FRBRdate" if self.in_work && attribute(tag, "name").as_deref() != Some("generated") => {
                if let Some(date) = attribute(tag, "date") {
                    self.dates.push(("issued", date));
                }
            }
            "FRBRauthor" if self.in_work => self.authors.extend(attribute(tag, "href")),
            "eventRef" => {
                let event = attribute(tag, "refersTo").unwrap_or_default();
                let forces = event == "#force" || event.contains("force");
                if let Some(date) = attribute(tag, "date").filter(|_| forces)
                    && attribute(tag, "type").as_deref() != Some("amendment")
                {
                    self.dates.push(("effective", date));
                }
            }
            "TLCOrganization" | "TLCPerson" | "TLCLocation" => {
                let (Some(id), Some(shown)) = (attribute(tag, "eId"), attribute(tag, "showAs")) else { return };
                match name {
                    "TLCPerson" if metadata.signer.is_none() => metadata.signer = Some(shown.clone()),
                    "TLCLocation" if metadata.place.is_none() => metadata.place = Some(shown.clone()),
                    "TLCOrganization" => self.organizations.push(id.clone()),
                    _ => {}
                }
                self.names.insert(format!("#{id}"), shown);
            }
            _ => {}
        }
    }

    fn finish(mut self, problems: &mut Vec<Problem>) -> SourceMetadata {
        self.metadata.issuer = self
            .authors
            .iter()
            .filter(|author| *author != "#rasoat")
            .find_map(|author| self.names.get(author).cloned());
        for (what, written) in self.dates {
            let date = json::iso_date(&written);
            let field = if what == "issued" { &mut self.metadata.issued } else { &mut self.metadata.effective };
            match date {
                Some(date) if field.is_none() => *field = Some(date),
                Some(_) => {}
                None => problems.push(Problem::UnreadableDate { value: written }),
            }
        }
        self.metadata
    }
}
