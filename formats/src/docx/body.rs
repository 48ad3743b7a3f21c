//! One run over a part: the text as a reader of the printed page would have it, and where each word stands.
//!
//! The part is read as a stream, since a law with its annexes is tens of megabytes of XML. What makes it hard is that
//! the text is not in the order of the tags: an automatic number stands in no tag at all, a deleted paragraph mark
//! joins two paragraphs into one with the number of the second, a text box hangs inside the run it is anchored to,
//! and alternatives hold the same words twice. This file says what each tag is; `paragraph` gathers characters by
//! paragraph, and `line` numbers, composes and writes out a finished one. Source: ECMA-376 part 1, 17.

use super::legacy::font_index;
use super::numbering::Numbering;
use super::paragraph::{OpenContainer, OpenParagraph, OpenRun};
use super::source::{Anchor, Item, Mark, Piece, Scanned, TextSource};
use super::styles::{Styles, Theme};
use super::symbol::symbol;
use super::xml;
use crate::{FormatError, Limits, NoteKind, Revision, RevisionKind};
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// How many events pass between two questions whether to go on.
const BETWEEN_CHECKS: usize = 1024;

/// What a part holds, which its root element tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// `w:document`.
    Document,
    /// `w:footnotes` or `w:endnotes`.
    Notes,
    /// `w:hdr` or `w:ftr`.
    Edge,
}

impl PartKind {
    fn is_root(self, name: &str) -> bool {
        match self {
            Self::Document => name == "document",
            Self::Notes => matches!(name, "footnotes" | "endnotes"),
            Self::Edge => matches!(name, "hdr" | "ftr"),
        }
    }
}

/// What an open element is to the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Other,
    /// A body, a cell or a text box: paragraphs do not join across its end.
    Container,
    /// A cell of a row that a tracked change took out.
    DeletedCell,
    /// A note, with its number and where its text starts.
    Note {
        id: u32,
        start: usize,
    },
    Row {
        deleted: Option<usize>,
    },
    RowProperties,
    CellProperties,
    Paragraph,
    ParagraphProperties,
    ParagraphNumber,
    MarkProperties,
    /// A tracked insertion, with its start tag.
    Inserted {
        revision: usize,
        tag: (usize, usize),
    },
    Deleted,
    SimpleField,
    Run,
    RunProperties,
    Text,
    Alternatives {
        taken: bool,
    },
    Formula,
    FormulaText,
}

/// The definitions that a part's text depends on.
pub(crate) struct Definitions<'a> {
    pub(crate) styles: &'a Styles,
    pub(crate) theme: &'a Theme,
    pub(crate) numbering: Numbering,
}

/// A run over a part. `watch` is told of each cluster of characters and what it was made of.
pub(crate) struct Scan<'a, W> {
    source: &'a str,
    part: PartKind,
    pub(super) definitions: Definitions<'a>,
    limits: &'a Limits,
    pub(super) watch: W,
    pub(super) scanned: Scanned,
    begun: bool,
    /// Whether it is remembered where runs and texts stand, which only an annotator asks.
    pub(super) keeps_sources: bool,
    pub(super) open: Vec<Kind>,
    /// How deep inside an element that is left out, and how many paragraphs are open there.
    skipped: usize,
    skipped_paragraphs: Vec<usize>,
    pub(super) containers: Vec<OpenContainer>,
    pub(super) paragraphs: Vec<OpenParagraph>,
    pub(super) runs: Vec<OpenRun>,
    /// Tracked deletions that are open, by their place among the revisions.
    pub(super) deletions: Vec<usize>,
    /// What stands between paragraphs and waits for the next one.
    pub(super) pending: Vec<Piece>,
    /// Open complex fields: whether each shows its result yet.
    fields: Vec<bool>,
    /// How many property elements are open: what stands in them is never text.
    properties: usize,
    pub(super) formula: Option<usize>,
    text: Option<TextSource>,
    pub(super) paragraph_count: usize,
    pub(super) lines: usize,
    /// Characters gathered and not yet written out.
    pub(super) held: usize,
}

impl<'a, W: FnMut(Range<usize>, &str, &[Item])> Scan<'a, W> {
    pub(crate) fn new(
        source: &'a str,
        part: PartKind,
        definitions: Definitions<'a>,
        limits: &'a Limits,
        watch: W,
    ) -> Self {
        Self {
            source,
            part,
            definitions,
            limits,
            watch,
            scanned: Scanned::default(),
            begun: false,
            keeps_sources: true,
            open: Vec::new(),
            skipped: 0,
            skipped_paragraphs: Vec::new(),
            containers: vec![OpenContainer::default()],
            paragraphs: Vec::new(),
            runs: Vec::new(),
            deletions: Vec::new(),
            pending: Vec::new(),
            fields: Vec::new(),
            properties: 0,
            formula: None,
            text: None,
            paragraph_count: 0,
            lines: 0,
            held: 0,
        }
    }

    /// A run for the text alone: a document of a million runs needs no word of where each stands in the XML.
    pub(crate) fn without_sources(mut self) -> Self {
        self.keeps_sources = false;
        self
    }

    pub(crate) fn run(mut self) -> Result<Scanned, FormatError> {
        let mut reader = xml::reader(self.source);
        for count in 0_usize.. {
            if count.is_multiple_of(BETWEEN_CHECKS) {
                self.limits.interrupt.check()?;
            }
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
                Event::CData(data) => self.cdata(&data, start..end),
                Event::GeneralRef(reference) => match xml::entity(&reference) {
                    Some(ch) => self.push(ch, start..end),
                    None => self.scanned.undefined_entities += usize::from(self.skipped == 0),
                },
                Event::Eof => break,
                _ => {}
            }
            self.scanned.check_size(self.limits.expanded_bytes)?;
            self.check_held()?;
        }
        if !self.open.is_empty() || self.skipped > 0 {
            return Err(FormatError::damaged("the main document part ends in the middle"));
        }
        if !self.begun {
            return Err(FormatError::damaged("the main part is not a Word document"));
        }
        self.close_container()?;
        self.settle_pending();
        self.scanned.guessed_format = self.definitions.numbering.guessed().map(str::to_owned);
        Ok(self.scanned)
    }

    fn depth_error(&self) -> FormatError {
        FormatError::Bomb { what: format!("elements nested more than {} deep", self.limits.depth) }
    }

    fn start_tag(&mut self, tag: &BytesStart<'_>, at: Range<usize>) -> Result<(), FormatError> {
        if self.open.is_empty() && self.skipped == 0 {
            self.begin_part(tag)?;
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

    fn begin_part(&mut self, root: &BytesStart<'_>) -> Result<(), FormatError> {
        let prefix = xml::word_prefix(root);
        if !self.part.is_root(xml::local(root)) || prefix.is_none() {
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
            "body" | "txbxContent" => self.open_container(),
            "tc" => self.open_cell(),
            "tr" => Kind::Row { deleted: None },
            "trPr" => Kind::RowProperties,
            "tcPr" => Kind::CellProperties,
            "footnote" | "endnote" if self.part == PartKind::Notes => return self.open_note(tag),
            "del" | "moveFrom" => {
                self.scanned.deleted += 1;
                let kind = if name == "del" { RevisionKind::Deleted } else { RevisionKind::MovedAway };
                let revision = self.revision(kind, tag);
                self.deletions.push(revision);
                Kind::Deleted
            }
            "ins" | "moveTo" => {
                self.scanned.inserted += 1;
                let kind = if name == "ins" { RevisionKind::Inserted } else { RevisionKind::MovedHere };
                let revision = self.revision(kind, tag);
                self.mark(Mark::RevisionStart(revision));
                Kind::Inserted { revision, tag: (at.start, at.end) }
            }
            "sdtPr" | "sdtEndPr" | "rt" | "sectPr" | "tblPr" | "tblGrid" | "instrText" | "delInstrText" => {
                return None;
            }
            "delText" if self.deletions.is_empty() => return None,
            "t" | "delText" if !self.runs.is_empty() => {
                self.open_text(parent, at);
                Kind::Text
            }
            "fldSimple" => Kind::SimpleField,
            "fldChar" => {
                self.field_character(tag);
                // Data of a form field stands inside.
                return None;
            }
            _ => self.sign_tag(name, tag, parent, at),
        })
    }

    /// A tag that stands for a character or for something beside the text.
    fn sign_tag(&mut self, name: &str, tag: &BytesStart<'_>, parent: Kind, at: &Range<usize>) -> Kind {
        match name {
            "tab" | "ptab" => self.element('\t', parent, at),
            "br" | "cr" => self.element('\n', parent, at),
            "noBreakHyphen" => self.element('-', parent, at),
            // In a font of TCVN3 it is the letter `ư`; in any other nobody sees it.
            "softHyphen" => self.element('\u{ad}', parent, at),
            "sym" => return self.symbol_tag(tag, parent, at),
            "footnoteReference" => self.note_mark(NoteKind::Foot, tag),
            "endnoteReference" => self.note_mark(NoteKind::End, tag),
            "commentRangeStart" | "commentRangeEnd" | "commentReference" => {
                if let Some(id) = xml::attribute(tag, "id").and_then(|id| id.parse().ok()) {
                    if name != "commentRangeEnd" {
                        self.mark(Mark::CommentStart(id));
                    }
                    if name != "commentRangeStart" {
                        self.mark(Mark::CommentEnd(id));
                    }
                }
            }
            "altChunk" | "subDoc" => self.scanned.embedded += 1,
            _ => {}
        }
        Kind::Other
    }

    fn symbol_tag(&mut self, tag: &BytesStart<'_>, parent: Kind, at: &Range<usize>) -> Kind {
        let (font, code) = (xml::attribute(tag, "font"), xml::attribute(tag, "char"));
        let legacy = font.as_deref().and_then(|font| font_index(&mut self.scanned.fonts, font));
        if let (Some(legacy), Some(run)) = (legacy, self.runs.last_mut()) {
            let own = run.font.replace(legacy);
            let code = code.as_deref().and_then(|code| u32::from_str_radix(code, 16).ok());
            if let Some(ch) = code.and_then(char::from_u32) {
                self.element(ch, parent, at);
            }
            if let Some(run) = self.runs.last_mut() {
                run.font = own;
            }
        } else if let Some(ch) = symbol(font.as_deref(), code.as_deref()) {
            self.element(ch, parent, at);
        } else {
            self.scanned.unknown_signs += 1;
        }
        Kind::Other
    }

    fn note_mark(&mut self, kind: NoteKind, tag: &BytesStart<'_>) {
        if self.deletions.is_empty()
            && let Some(id) = xml::attribute(tag, "id").and_then(|id| id.parse().ok())
        {
            self.mark(Mark::Note(kind, id));
        }
    }

    fn field_character(&mut self, tag: &BytesStart<'_>) {
        // One in a deletion belongs to a field that is no more.
        if !self.deletions.is_empty() {
            return;
        }
        match xml::attribute(tag, "fldCharType").as_deref() {
            Some("begin") if self.fields.len() < self.limits.depth => self.fields.push(false),
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
    }

    /// Whether what stands here is shown by a field.
    pub(super) fn in_field(&self) -> bool {
        !self.fields.is_empty() || self.open.contains(&Kind::SimpleField)
    }

    fn revision(&mut self, kind: RevisionKind, tag: &BytesStart<'_>) -> usize {
        self.scanned.revisions.push(Revision {
            kind,
            start: usize::MAX,
            end: usize::MAX,
            removed: String::new(),
            author: xml::attribute(tag, "author").unwrap_or_default(),
            date: xml::attribute(tag, "date"),
        });
        self.scanned.revisions.len() - 1
    }

    fn open_note(&mut self, tag: &BytesStart<'_>) -> Option<Kind> {
        // The lines that part notes from the text are kept as notes too.
        let kind = xml::attribute(tag, "type");
        if kind.is_some_and(|kind| kind != "normal") {
            return None;
        }
        let id = xml::attribute(tag, "id").and_then(|id| id.parse().ok())?;
        self.containers.push(OpenContainer::default());
        Some(Kind::Note { id, start: self.scanned.text.len() })
    }

    /// A tag inside the properties of a paragraph, a run, a row or a cell; `None` where it is not one.
    fn property_tag(&mut self, parent: Kind, name: &str, tag: &BytesStart<'_>) -> Option<Option<Kind>> {
        if self.properties == 0 {
            return None;
        }
        // The properties as they were before a tracked change.
        if name.ends_with("PrChange") || name == "sectPr" {
            return Some(None);
        }
        match parent {
            Kind::ParagraphProperties if name == "numPr" => return Some(Some(Kind::ParagraphNumber)),
            Kind::ParagraphProperties if name == "rPr" => return Some(Some(Kind::MarkProperties)),
            Kind::ParagraphProperties | Kind::ParagraphNumber => self.paragraph_property(parent, name, tag),
            Kind::MarkProperties => self.paragraph_mark_property(name, tag),
            Kind::RunProperties => self.run_property(name, tag),
            Kind::RowProperties if name == "del" => {
                self.scanned.deleted += 1;
                let revision = self.revision(RevisionKind::Deleted, tag);
                if let Some(Kind::Row { deleted }) =
                    self.open.iter_mut().rev().find(|kind| matches!(kind, Kind::Row { .. }))
                {
                    *deleted = Some(revision);
                }
            }
            _ => {}
        }
        Some(Some(Kind::Other))
    }

    fn paragraph_property(&mut self, parent: Kind, name: &str, tag: &BytesStart<'_>) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let properties = &mut paragraph.properties;
        let value = || xml::attribute(tag, "val");
        match (parent, name) {
            (Kind::ParagraphProperties, "pStyle") => properties.style = value(),
            (Kind::ParagraphNumber, "ilvl") => properties.level = value().and_then(|value| value.parse().ok()),
            (Kind::ParagraphNumber, "numId") => properties.num_id = value().and_then(|value| value.parse().ok()),
            _ => {}
        }
    }

    fn paragraph_mark_property(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "del" | "moveFrom" => {
                self.scanned.deleted += 1;
                let kind = if name == "del" { RevisionKind::Deleted } else { RevisionKind::MovedAway };
                let revision = self.revision(kind, tag);
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.properties.mark_deleted = Some(revision);
                }
            }
            "ins" | "moveTo" => {
                self.scanned.inserted += 1;
                let kind = if name == "ins" { RevisionKind::Inserted } else { RevisionKind::MovedHere };
                let revision = self.revision(kind, tag);
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.properties.mark_inserted = Some(revision);
                }
            }
            "vanish" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.properties.mark_hidden = xml::is_on(tag);
                }
            }
            _ => {}
        }
    }

    fn run_property(&mut self, name: &str, tag: &BytesStart<'_>) {
        let Some(run) = self.runs.last_mut() else { return };
        match name {
            "vanish" => run.switched = Some(xml::is_on(tag)),
            "rStyle" => run.style = xml::attribute(tag, "val"),
            "rFonts" => run.font_name = self.definitions.theme.font_of(tag).or_else(|| run.font_name.take()),
            _ => {}
        }
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
            Some(Kind::Text) => self.close_text(tag, end),
            Some(Kind::Paragraph) => self.close_paragraph()?,
            Some(Kind::Container) => self.close_container()?,
            Some(Kind::DeletedCell) => {
                self.close_container()?;
                self.deletions.pop();
            }
            Some(Kind::Note { id, start }) => {
                self.close_container()?;
                self.scanned.note_texts.push((id, start..self.scanned.text.len()));
            }
            Some(Kind::Inserted { revision, .. }) => self.mark(Mark::RevisionEnd(revision)),
            Some(Kind::Deleted) => {
                self.deletions.pop();
            }
            Some(Kind::Formula) => {
                if let Some(formula) = self.formula.take() {
                    self.scanned.formulas[formula].end = end;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn open_text(&mut self, parent: Kind, at: &Range<usize>) {
        let Some(run) = self.runs.last() else { return };
        if run.outermost && parent == Kind::Run {
            let text = TextSource { run: run.source, span: at.clone(), content: at.end..at.end };
            self.scanned.texts.push(text.clone());
            self.text = Some(text);
        }
    }

    fn close_text(&mut self, tag: Range<usize>, end: usize) {
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

    /// An element that stands for one character.
    fn element(&mut self, ch: char, parent: Kind, at: &Range<usize>) {
        if let Some(run) = self.runs.last() {
            let anchor = if run.outermost && parent == Kind::Run {
                Anchor::Element { run: run.source, start: at.start, end: at.end }
            } else {
                self.inside_run(run.source)
            };
            self.push_item(ch, anchor);
        }
    }

    fn inside_run(&self, run: usize) -> Anchor {
        Anchor::Run { run, start: self.scanned.runs[run].span.start }
    }

    fn characters(&mut self, text: &str, start: usize) {
        for (at, ch) in text.char_indices() {
            self.push(ch, start + at..start + at + ch.len_utf8());
        }
    }

    /// Its inside cannot be parted with tags, so each character stands for the whole of it.
    fn cdata(&mut self, data: &str, at: Range<usize>) {
        if let Some(run) = self.runs.last() {
            self.scanned.runs[run.source].unparted = true;
        }
        for ch in data.chars() {
            self.push(ch, at.clone());
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

    /// Whether a field stands open that shows no result yet.
    pub(super) fn in_instruction(&self) -> bool {
        self.fields.contains(&false)
    }
}
