//! One run over the main part: the text as a reader of the printed page would have it, and where each word stands.
//!
//! The part is read as a stream, since a law with its annexes is tens of megabytes of XML. What makes it hard is that
//! the text is not in the order of the tags: an automatic number stands in no tag at all, a deleted paragraph mark
//! joins two paragraphs into one with the number of the second, a text box hangs inside the run it is anchored to,
//! and alternatives hold the same words twice. So characters are gathered by paragraph, each with its anchor in the
//! XML, and only a finished paragraph is numbered, composed and written out.

use super::numbering::Numbering;
use super::styles::Styles;
use super::xml;
use crate::normal::{compose, map_char};
use crate::{FormatError, Limits, Place, Position};
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// Where in the XML a character stands, in byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Nowhere: an automatic number.
    None,
    /// Between two bytes of the text of a `w:t`.
    Text { text: usize, start: usize, end: usize },
    /// An element that stands for a character (`w:tab`, `w:br`), child of a run.
    Element { run: usize, start: usize, end: usize },
    /// Somewhere inside a run that cannot be parted there: a text box, a branch of alternatives.
    Run { run: usize, start: usize },
    /// Somewhere inside a formula.
    Formula { formula: usize, start: usize },
}

/// A run that stands in no other run.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunSource {
    /// From the `<` of its start tag to past the `>` of its end tag.
    pub(crate) span: Range<usize>,
    pub(crate) start_tag: Range<usize>,
    pub(crate) properties: Option<Range<usize>>,
    /// Between its properties and its end tag.
    pub(crate) content: Range<usize>,
}

/// A `w:t` that is the child of such a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextSource {
    pub(crate) run: usize,
    pub(crate) span: Range<usize>,
    pub(crate) start_tag: Range<usize>,
    pub(crate) content: Range<usize>,
}

/// What a run over the main part found.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
    pub(crate) runs: Vec<RunSource>,
    pub(crate) texts: Vec<TextSource>,
    pub(crate) formulas: Vec<Range<usize>>,
    /// The prefix of the main namespace, colon included.
    pub(crate) prefix: String,
    pub(crate) highest_comment: Option<u32>,
    pub(crate) inserted: usize,
    pub(crate) deleted: usize,
    pub(crate) notes: usize,
    pub(crate) pictures: usize,
    pub(crate) hidden: usize,
    pub(crate) embedded: usize,
    pub(crate) numbering_unreadable: bool,
    pub(crate) legacy_font: Option<String>,
}

/// A character of a paragraph.
#[derive(Clone, Copy)]
struct Item {
    ch: char,
    paragraph: usize,
    run: Option<usize>,
    anchor: Anchor,
}

/// What an open element is to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Other,
    /// A body, a cell or a text box: paragraphs do not join across its end.
    Container,
    Row {
        deleted: bool,
    },
    RowProperties,
    CellProperties,
    Paragraph,
    ParagraphProperties,
    ParagraphNumber,
    MarkProperties,
    Run,
    RunProperties,
    Text,
    Alternatives {
        taken: bool,
    },
    Formula,
    FormulaText,
}

/// The properties of a paragraph that decide its number and whether it is there at all.
#[derive(Default)]
struct ParagraphProperties {
    style: Option<String>,
    num_id: Option<u32>,
    level: Option<usize>,
    mark_deleted: bool,
    mark_hidden: bool,
}

struct OpenParagraph {
    index: usize,
    runs: usize,
    items: Vec<Item>,
    properties: ParagraphProperties,
    /// Paragraphs of text boxes hung in this one.
    attached: Vec<Line>,
}

struct OpenRun {
    /// In its paragraph.
    index: usize,
    /// The outermost run, in [`Scanned::runs`].
    source: usize,
    outermost: bool,
    /// By its paragraph's style, then by its own properties.
    hidden: Option<bool>,
    switched: Option<bool>,
    style: Option<String>,
    legacy_font: Option<String>,
}

/// A finished paragraph that waits for its turn.
struct Line {
    index: usize,
    items: Vec<Item>,
    properties: ParagraphProperties,
}

#[derive(Default)]
struct OpenContainer {
    /// What a deleted paragraph mark left for the next paragraph.
    carried: Vec<Item>,
    attached: Vec<Line>,
    last_index: usize,
}

/// A run over the main part.
pub(crate) struct Scan<'a, W> {
    source: &'a str,
    styles: &'a Styles,
    numbering: Numbering,
    limits: &'a Limits,
    watch: W,
    scanned: Scanned,
    begun: bool,
    open: Vec<Kind>,
    /// How deep inside an element that is left out, and how many paragraphs are open there.
    skipped: usize,
    skipped_paragraphs: Vec<usize>,
    containers: Vec<OpenContainer>,
    paragraphs: Vec<OpenParagraph>,
    runs: Vec<OpenRun>,
    /// Open complex fields: whether each shows its result yet.
    fields: Vec<bool>,
    /// How many property elements are open: what stands in them is never text.
    properties: usize,
    formula: Option<usize>,
    text: Option<TextSource>,
    paragraph_count: usize,
    lines: usize,
}

impl<'a, W: FnMut(Range<usize>, &str, Anchor, Anchor)> Scan<'a, W> {
    pub(crate) fn new(source: &'a str, styles: &'a Styles, numbering: Numbering, limits: &'a Limits, watch: W) -> Self {
        Self {
            source,
            styles,
            numbering,
            limits,
            watch,
            scanned: Scanned::default(),
            begun: false,
            open: Vec::new(),
            skipped: 0,
            skipped_paragraphs: Vec::new(),
            containers: vec![OpenContainer::default()],
            paragraphs: Vec::new(),
            runs: Vec::new(),
            fields: Vec::new(),
            properties: 0,
            formula: None,
            text: None,
            paragraph_count: 0,
            lines: 0,
        }
    }

    pub(crate) fn run(mut self) -> Result<Scanned, FormatError> {
        let mut reader = xml::reader(self.source);
        loop {
            let start = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(xml::broken)?;
            let end = reader.buffer_position() as usize;
            match event {
                Event::Start(tag) => self.start_tag(&tag, start..end)?,
                Event::Empty(tag) => {
                    self.start_tag(&tag, start..end)?;
                    self.end_tag(end..end, end)?;
                }
                Event::End(_) => self.end_tag(start..end, end)?,
                Event::Text(text) => self.characters(&text, start),
                Event::CData(data) => {
                    // Its inside cannot be parted with tags, so each character stands for the whole of it.
                    for ch in data.chars() {
                        self.push(ch, start..end);
                    }
                }
                Event::GeneralRef(reference) => {
                    let ch = match reference.resolve_char_ref() {
                        Ok(Some(ch)) => Some(ch),
                        _ => match &*reference {
                            "amp" => Some('&'),
                            "lt" => Some('<'),
                            "gt" => Some('>'),
                            "quot" => Some('"'),
                            "apos" => Some('\''),
                            _ => None,
                        },
                    };
                    if let Some(ch) = ch {
                        self.push(ch, start..end);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
            if self.scanned.text.len() as u64 > self.limits.expanded_bytes {
                return Err(FormatError::Bomb {
                    what: format!("more than {} bytes of text", self.limits.expanded_bytes),
                });
            }
        }
        if !self.open.is_empty() || self.skipped > 0 {
            return Err(FormatError::damaged("the main document part ends in the middle"));
        }
        if !self.begun {
            return Err(FormatError::damaged("the main part is not a Word document"));
        }
        self.close_container()?;
        Ok(self.scanned)
    }

    fn depth_error(&self) -> FormatError {
        FormatError::Bomb { what: format!("elements nested more than {} deep", self.limits.depth) }
    }

    fn start_tag(&mut self, tag: &BytesStart<'_>, at: Range<usize>) -> Result<(), FormatError> {
        if self.open.is_empty() && self.skipped == 0 {
            self.begin_document(tag)?;
        }
        if self.open.len() + self.skipped >= self.limits.depth {
            return Err(self.depth_error());
        }
        let qualified = tag.name().into_inner();
        let name = qualified.strip_prefix(self.scanned.prefix.as_str()).filter(|name| !name.contains(':'));
        if name == Some("commentReference") || name == Some("commentRangeStart") {
            let id = xml::attribute(tag, "id").and_then(|id| id.parse::<u32>().ok());
            self.scanned.highest_comment = self.scanned.highest_comment.max(id);
        }
        if self.skipped > 0 {
            self.skipped += 1;
            match name {
                Some("p") => {
                    self.paragraph_count += 1;
                    self.skipped_paragraphs.push(self.skipped);
                }
                Some("r") if self.skipped_paragraphs.is_empty() => self.count_run(),
                _ => {}
            }
            return Ok(());
        }
        let kind = match name {
            Some(name) => self.word_tag(name, tag, &at),
            None => self.foreign_tag(tag, &at),
        };
        match kind {
            Some(kind) => {
                if matches!(
                    kind,
                    Kind::ParagraphProperties | Kind::RunProperties | Kind::RowProperties | Kind::CellProperties
                ) {
                    self.properties += 1;
                }
                self.open.push(kind);
            }
            None => self.skipped = 1,
        }
        Ok(())
    }

    fn begin_document(&mut self, root: &BytesStart<'_>) -> Result<(), FormatError> {
        let prefix = xml::word_prefix(root);
        if xml::local(root) != "document" || prefix.is_none() {
            return Err(FormatError::damaged("the main part is not a Word document"));
        }
        self.scanned.prefix = prefix.unwrap_or_default();
        self.begun = true;
        Ok(())
    }

    /// A tag of the main namespace: what it is, or `None` where it and all in it are left out.
    fn word_tag(&mut self, name: &str, tag: &BytesStart<'_>, at: &Range<usize>) -> Option<Kind> {
        let parent = self.open.last().copied().unwrap_or(Kind::Other);
        if let Some(kind) = self.property_tag(parent, name, tag) {
            return kind;
        }
        Some(match name {
            "p" => {
                self.open_paragraph();
                Kind::Paragraph
            }
            "pPr" if parent == Kind::Paragraph => Kind::ParagraphProperties,
            "r" => return Some(self.open_run(at)),
            "rPr" if parent == Kind::Run => Kind::RunProperties,
            "body" | "tc" | "txbxContent" => {
                if name == "tc"
                    && self.open.iter().rev().find_map(|kind| match kind {
                        Kind::Row { deleted } => Some(*deleted),
                        _ => None,
                    }) == Some(true)
                {
                    return None;
                }
                self.containers.push(OpenContainer::default());
                Kind::Container
            }
            "tr" => Kind::Row { deleted: false },
            "trPr" => Kind::RowProperties,
            "tcPr" => Kind::CellProperties,
            "del" | "moveFrom" => {
                self.scanned.deleted += 1;
                return None;
            }
            "ins" | "moveTo" => {
                self.scanned.inserted += 1;
                Kind::Other
            }
            "sdtPr" | "sdtEndPr" | "rt" | "sectPr" | "tblPr" | "tblGrid" | "delText" | "instrText" | "delInstrText" => {
                return None;
            }
            "t" if !self.runs.is_empty() => {
                self.open_text(parent, at);
                Kind::Text
            }
            "fldChar" => {
                match xml::attribute(tag, "fldCharType").as_deref() {
                    Some("begin") if self.fields.len() < self.limits.depth => {
                        self.fields.push(false);
                    }
                    Some("separate") => {
                        if let Some(field) = self.fields.last_mut() {
                            *field = true;
                        }
                    }
                    Some("end") => {
                        self.fields.pop();
                    }
                    _ => {}
                }
                // Data of a form field stands inside.
                return None;
            }
            "tab" | "ptab" => self.element('\t', parent, at),
            "br" | "cr" => self.element('\n', parent, at),
            "noBreakHyphen" => self.element('-', parent, at),
            "sym" => match symbol(xml::attribute(tag, "font"), xml::attribute(tag, "char")) {
                Some(ch) => self.element(ch, parent, at),
                None => Kind::Other,
            },
            "footnoteReference" | "endnoteReference" => {
                self.scanned.notes += 1;
                Kind::Other
            }
            "altChunk" | "subDoc" => {
                self.scanned.embedded += 1;
                Kind::Other
            }
            _ => Kind::Other,
        })
    }

    /// A tag inside the properties of a paragraph, a run, a row or a cell; `None` where it is not one.
    fn property_tag(&mut self, parent: Kind, name: &str, tag: &BytesStart<'_>) -> Option<Option<Kind>> {
        let value = || xml::attribute(tag, "val");
        if self.properties == 0 {
            return None;
        }
        // The properties as they were before a tracked change.
        if name.ends_with("PrChange") || name == "sectPr" {
            return Some(None);
        }
        match parent {
            Kind::ParagraphProperties | Kind::ParagraphNumber | Kind::MarkProperties => {
                let properties = &mut self.paragraphs.last_mut()?.properties;
                match (parent, name) {
                    (Kind::ParagraphProperties, "pStyle") => properties.style = value(),
                    (Kind::ParagraphProperties, "numPr") => {
                        return Some(Some(Kind::ParagraphNumber));
                    }
                    (Kind::ParagraphProperties, "rPr") => return Some(Some(Kind::MarkProperties)),
                    (Kind::ParagraphNumber, "ilvl") => {
                        properties.level = value().and_then(|value| value.parse().ok());
                    }
                    (Kind::ParagraphNumber, "numId") => {
                        properties.num_id = value().and_then(|value| value.parse().ok());
                    }
                    (Kind::MarkProperties, "vanish") => properties.mark_hidden = xml::is_on(tag),
                    (Kind::MarkProperties, "del" | "moveFrom") => {
                        properties.mark_deleted = true;
                        self.scanned.deleted += 1;
                    }
                    (Kind::MarkProperties, "ins" | "moveTo") => self.scanned.inserted += 1,
                    _ => {}
                }
            }
            Kind::RunProperties => {
                let run = self.runs.last_mut()?;
                match name {
                    "vanish" => run.switched = Some(xml::is_on(tag)),
                    "rStyle" => run.style = value(),
                    "rFonts" => {
                        run.legacy_font =
                            xml::attribute(tag, "ascii").or_else(|| xml::attribute(tag, "hAnsi")).filter(|font| {
                                let font = font.to_ascii_lowercase();
                                font.starts_with(".vn") || font.starts_with("vni-")
                            });
                    }
                    _ => {}
                }
            }
            Kind::RowProperties if name == "del" => {
                self.scanned.deleted += 1;
                if let Some(Kind::Row { deleted }) =
                    self.open.iter_mut().rev().find(|kind| matches!(kind, Kind::Row { .. }))
                {
                    *deleted = true;
                }
            }
            _ => {}
        }
        Some(Some(Kind::Other))
    }

    /// A tag of another namespace: alternatives, formulas, pictures.
    fn foreign_tag(&mut self, tag: &BytesStart<'_>, at: &Range<usize>) -> Option<Kind> {
        let parent = self.open.last_mut();
        match xml::local(tag) {
            "AlternateContent" => Some(Kind::Alternatives { taken: false }),
            "Choice" | "Fallback" => match parent {
                Some(Kind::Alternatives { taken }) => {
                    if std::mem::replace(taken, true) {
                        return None;
                    }
                    Some(Kind::Other)
                }
                _ => Some(Kind::Other),
            },
            "oMath" | "oMathPara" if self.formula.is_none() && self.properties == 0 => {
                self.formula = Some(self.scanned.formulas.len());
                self.scanned.formulas.push(at.clone());
                Some(Kind::Formula)
            }
            "t" if self.formula.is_some() => Some(Kind::FormulaText),
            "blip" | "imagedata" => {
                self.scanned.pictures += 1;
                Some(Kind::Other)
            }
            _ => Some(Kind::Other),
        }
    }

    fn end_tag(&mut self, tag: Range<usize>, end: usize) -> Result<(), FormatError> {
        if self.skipped > 0 {
            if self.skipped_paragraphs.last() == Some(&self.skipped) {
                self.skipped_paragraphs.pop();
            }
            self.skipped -= 1;
            return Ok(());
        }
        match self.open.pop() {
            Some(Kind::ParagraphProperties | Kind::RowProperties | Kind::CellProperties) => {
                self.properties -= 1;
            }
            Some(Kind::RunProperties) => {
                self.properties -= 1;
                self.close_run_properties(end);
            }
            Some(Kind::Run) => self.close_run(tag, end),
            Some(Kind::Text) => {
                if let Some(mut text) = self.text.take() {
                    text.content.end = tag.start.max(text.content.start);
                    text.span.end = end;
                    let at = text.span.start;
                    // Its characters hold its index already.
                    if let Some(slot) = self.scanned.texts.last_mut().filter(|slot| slot.span.start == at) {
                        *slot = text;
                    }
                }
            }
            Some(Kind::Paragraph) => self.close_paragraph()?,
            Some(Kind::Container) => self.close_container()?,
            Some(Kind::Formula) => {
                if let Some(formula) = self.formula.take() {
                    self.scanned.formulas[formula].end = end;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open_paragraph(&mut self) {
        let index = self.paragraph_count;
        self.paragraph_count += 1;
        self.paragraphs.push(OpenParagraph {
            index,
            runs: 0,
            items: Vec::new(),
            properties: ParagraphProperties::default(),
            attached: Vec::new(),
        });
    }

    fn count_run(&mut self) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.runs += 1;
        }
    }

    fn open_run(&mut self, at: &Range<usize>) -> Kind {
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return Kind::Other;
        };
        let index = paragraph.runs;
        paragraph.runs += 1;
        let hidden = paragraph.properties.style.as_deref().and_then(|style| self.styles.vanish(style));
        let outermost = self.runs.is_empty();
        let source = match self.runs.first() {
            Some(outer) => outer.source,
            None => {
                self.scanned.runs.push(RunSource {
                    span: at.clone(),
                    start_tag: at.clone(),
                    properties: None,
                    content: at.end..at.end,
                });
                self.scanned.runs.len() - 1
            }
        };
        self.runs.push(OpenRun { index, source, outermost, hidden, switched: None, style: None, legacy_font: None });
        Kind::Run
    }

    fn close_run_properties(&mut self, end: usize) {
        let Some(run) = self.runs.last_mut() else {
            return;
        };
        if run.outermost {
            let source = &mut self.scanned.runs[run.source];
            // The properties come first in a run.
            source.properties = Some(source.content.start..end);
            source.content = end..end;
        }
        let by_style = run.style.as_deref().and_then(|style| self.styles.vanish(style));
        run.hidden = run.switched.or(by_style).or(run.hidden);
        if run.hidden == Some(true) {
            self.scanned.hidden += 1;
        }
    }

    fn close_run(&mut self, tag: Range<usize>, end: usize) {
        if let Some(run) = self.runs.pop()
            && run.outermost
        {
            let source = &mut self.scanned.runs[run.source];
            source.content.end = tag.start.max(source.content.start);
            source.span.end = end;
        }
    }

    fn open_text(&mut self, parent: Kind, at: &Range<usize>) {
        let Some(run) = self.runs.last() else { return };
        if run.outermost && parent == Kind::Run {
            let text = TextSource { run: run.source, span: at.clone(), start_tag: at.clone(), content: at.end..at.end };
            self.scanned.texts.push(text.clone());
            self.text = Some(text);
        }
    }

    /// An element that stands for one character.
    fn element(&mut self, ch: char, parent: Kind, at: &Range<usize>) -> Kind {
        if let Some(run) = self.runs.last() {
            let anchor = if run.outermost && parent == Kind::Run {
                Anchor::Element { run: run.source, start: at.start, end: at.end }
            } else {
                self.inside_run(run.source)
            };
            self.push_item(ch, anchor);
        }
        Kind::Other
    }

    fn inside_run(&self, run: usize) -> Anchor {
        Anchor::Run { run, start: self.scanned.runs[run].span.start }
    }

    fn characters(&mut self, text: &str, start: usize) {
        for (at, ch) in text.char_indices() {
            self.push(ch, start + at..start + at + ch.len_utf8());
        }
    }

    /// A character of the source, if it stands where text stands.
    fn push(&mut self, ch: char, at: Range<usize>) {
        if self.skipped > 0 {
            return;
        }
        // Blanks of the XML's own layout are blanks of the text.
        let ch = match ch {
            '\r' => return,
            '\n' | '\t' => ' ',
            other => other,
        };
        match self.open.last() {
            Some(Kind::Text) => {
                let Some(run) = self.runs.last() else { return };
                let anchor = if self.text.is_some() {
                    Anchor::Text { text: self.scanned.texts.len() - 1, start: at.start, end: at.end }
                } else {
                    self.inside_run(run.source)
                };
                if let Some(font) = &run.legacy_font
                    && self.scanned.legacy_font.is_none()
                    && matches!(ch, '\u{a1}'..='\u{ff}')
                {
                    self.scanned.legacy_font = Some(font.clone());
                }
                self.push_item(ch, anchor);
            }
            Some(Kind::FormulaText) => {
                let anchor = match (self.runs.first(), self.formula) {
                    (Some(run), _) => self.inside_run(run.source),
                    (None, Some(formula)) => Anchor::Formula { formula, start: self.scanned.formulas[formula].start },
                    (None, None) => Anchor::None,
                };
                self.push_item(ch, anchor);
            }
            _ => {}
        }
    }

    fn push_item(&mut self, ch: char, anchor: Anchor) {
        let hidden = self.runs.iter().any(|run| run.hidden == Some(true));
        let hidden = hidden || (self.runs.is_empty() && self.formula.is_none());
        if hidden || self.fields.contains(&false) {
            return;
        }
        let Some(ch) = map_char(ch) else { return };
        let run = match anchor {
            Anchor::Formula { .. } | Anchor::None => None,
            _ if self.formula.is_some() => None,
            _ => self.runs.last().map(|run| run.index),
        };
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let paragraph_index = paragraph.index;
            paragraph.items.push(Item { ch, paragraph: paragraph_index, run, anchor });
        }
    }

    fn close_paragraph(&mut self) -> Result<(), FormatError> {
        let Some(paragraph) = self.paragraphs.pop() else {
            return Ok(());
        };
        let Some(container) = self.containers.last_mut() else {
            return Ok(());
        };
        let mut items = std::mem::take(&mut container.carried);
        items.extend(paragraph.items);
        let mut attached = std::mem::take(&mut container.attached);
        attached.extend(paragraph.attached);
        container.last_index = paragraph.index;
        if paragraph.properties.mark_deleted {
            container.carried = items;
            container.attached = attached;
            return Ok(());
        }
        let line = Line { index: paragraph.index, items, properties: paragraph.properties };
        self.finish(line, attached)
    }

    fn close_container(&mut self) -> Result<(), FormatError> {
        let Some(container) = self.containers.pop() else {
            return Ok(());
        };
        if container.carried.is_empty() && container.attached.is_empty() {
            return Ok(());
        }
        let line =
            Line { index: container.last_index, items: container.carried, properties: ParagraphProperties::default() };
        self.finish(line, container.attached)
    }

    /// Writes a line out, or hangs it in the paragraph around its text box.
    fn finish(&mut self, line: Line, attached: Vec<Line>) -> Result<(), FormatError> {
        let lines = std::iter::once(line).chain(attached);
        if let Some(around) = self.paragraphs.last_mut() {
            around.attached.extend(lines);
            return Ok(());
        }
        for line in lines {
            self.write(line);
        }
        Ok(())
    }

    fn write(&mut self, line: Line) {
        if line.properties.mark_hidden && line.items.is_empty() {
            return;
        }
        let mut items: Vec<Item> = Vec::new();
        if let Some(number) = self.number(&line.properties) {
            items.extend(number.chars().filter_map(map_char).map(|ch| Item {
                ch,
                paragraph: line.index,
                run: None,
                anchor: Anchor::None,
            }));
        }
        items.extend(line.items);
        if self.lines > 0 {
            self.scanned.text.push('\n');
        }
        self.lines += 1;
        let scanned = &mut self.scanned;
        let watch = &mut self.watch;
        let first_place = scanned.places.len();
        compose(
            &items,
            |item| item.ch,
            |cluster, first, last| {
                let at = Position::Run { paragraph: first.paragraph, run: first.run };
                let start = scanned.text.len();
                scanned.text.push_str(cluster);
                let end = scanned.text.len();
                watch(start..end, cluster, first.anchor, last.anchor);
                if let Some(place) = scanned.places[first_place..].last_mut()
                    && place.at == at
                {
                    place.end = end;
                } else {
                    scanned.places.push(Place { start, end, at });
                }
            },
        );
    }

    /// The automatic number of a paragraph, counted on.
    fn number(&mut self, properties: &ParagraphProperties) -> Option<String> {
        let style = properties.style.as_deref().or_else(|| self.styles.default_paragraph());
        let by_style = style.and_then(|style| self.styles.number(style));
        let num_id = properties.num_id.or_else(|| by_style.as_ref().map(|found| found.num_id))?;
        // Zero takes a paragraph out of its style's list.
        if num_id == 0 {
            return None;
        }
        if !self.numbering.knows(num_id) {
            self.scanned.numbering_unreadable = true;
            return None;
        }
        let level = properties.level.or_else(|| {
            let found = by_style.as_ref()?;
            found.chain.iter().find_map(|style| self.numbering.level_of_style(num_id, style)).or(found.level)
        });
        self.numbering.next(num_id, level.unwrap_or(0))
    }
}

/// A character given by its place in a symbol font, as far as laws use them.
fn symbol(font: Option<String>, code: Option<String>) -> Option<char> {
    let code = u32::from_str_radix(&code?, 16).ok()?;
    if !(0xf000..=0xf0ff).contains(&code) {
        return char::from_u32(code).filter(|ch| !ch.is_control());
    }
    if !font?.eq_ignore_ascii_case("Symbol") {
        return None;
    }
    Some(match code {
        0xf0b3 => '≥',
        0xf0a3 => '≤',
        0xf0b1 => '±',
        0xf0b4 => '×',
        0xf0b8 => '÷',
        0xf0b0 => '°',
        0xf0b7 => '•',
        0xf0b9 => '≠',
        0xf061 => 'α',
        0xf062 => 'β',
        0xf06d => 'μ',
        0xf02b => '+',
        0xf02d => '-',
        0xf03d => '=',
        0xf025 => '%',
        _ => return None,
    })
}
