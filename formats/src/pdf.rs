//! A PDF's text as law: words in reading order, a paragraph a line, without what pages put around it.
//!
//! A PDF holds no text, only letters drawn at places. Words, lines, columns, tables and paragraphs have to be seen as a
//! reader sees them, and what a page repeats or a signature prints is no law. The format is ISO 32000-2; its syntax,
//! encryption and fonts are read by the `hayro` crates, its pages by an interpreter of our own that can be bounded and
//! stopped. Pictures are not looked into: a scan is told as one, and what an optical recogniser makes of it comes back
//! through [`from_recognised`].

mod fonts;
mod furniture;
mod glyphs;
mod layout;
mod lines;
mod marker;
mod open;
mod paragraphs;
mod recognised;
mod tables;
mod written;

pub use recognised::{RecognisedLine, from_recognised};

use crate::{Extracted, Format, FormatError, Limits, Problem, SourceMetadata};
use furniture::{PageLines, TakenOut};
use glyphs::{PageContent, PageReader};
use hayro_syntax::object::{Array, Dict, Name, Object};
use hayro_syntax::page::Page;
use lines::Line;
use std::collections::{BTreeSet, HashMap};
use written::{Doubt, Turned};

/// A page with fewer letters than this and a picture over much of it is a scan.
const LETTERS_OF_A_SCAN: usize = 30;
/// How much of a page the picture of a scan covers at least.
const SCAN_SHARE: f64 = 0.4;

/// What was met on the way, to be told.
#[derive(Default)]
struct Met {
    scans: Vec<u32>,
    unreadable: Vec<u32>,
    recognised_before: Vec<u32>,
    legacy: BTreeSet<String>,
    unmapped: usize,
    askew: usize,
    pictures: usize,
    annotations: usize,
    signatures: usize,
}

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let pdf = open::open(bytes, limits)?;
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let mut reader = PageReader::new(catalog.as_ref(), limits);
    let mut met = Met::default();
    let mut pages: Vec<PageLines> = Vec::new();
    let mut turned = HashMap::new();
    let mut letters = HashMap::new();
    for (page, number) in pdf.pages().iter().zip(1_u32..) {
        let content = reader.read(number, page)?;
        met.page(page, &content);
        let lines = lines::lines(&content, &reader.fonts, limits)?;
        for glyph in &content.glyphs {
            if reader.fonts.legacy(glyph.font).is_some() && !met.legacy.contains(reader.fonts.name(glyph.font)) {
                met.legacy.insert(reader.fonts.name(glyph.font).to_owned());
            }
        }
        if content.picture_share > SCAN_SHARE && lines.iter().any(|line| line.invisible) {
            met.recognised_before.push(number);
        }
        letters.insert(number, (content.unmapped, content.picture_share));
        turned.insert(number, Turned { width: content.width, height: content.height, turn: content.turn });
        pages.push(page_lines(content, lines));
    }
    let declared = declared_pages(catalog.as_ref());
    let count = pages.len();
    let taken = furniture::take_out(&mut pages);
    for page in &pages {
        let read: usize = page.lines.iter().flat_map(|line| &line.words).map(|word| word.text.chars().count()).sum();
        let (unmapped, share) = letters.get(&page.page).copied().unwrap_or_default();
        if (read < LETTERS_OF_A_SCAN && share > SCAN_SHARE) || unmapped > read + LETTERS_OF_A_SCAN {
            met.scans.push(page.page);
        }
    }
    let font = reader.fonts.most_unmapped().map(str::to_owned);
    let left: usize = pages.iter().filter(|page| !met.scans.contains(&page.page)).map(|page| page.lines.len()).sum();
    if left == 0 {
        return Err(nothing_read(&met, count, bytes));
    }
    // What little was read of a page of shapes is no text.
    for page in &mut pages {
        let (unmapped, _) = letters.get(&page.page).copied().unwrap_or_default();
        if unmapped > 0 && met.scans.contains(&page.page) {
            page.lines.clear();
        }
    }
    let (mut extracted, _) = assemble(pages, &turned, limits)?;
    extracted.pages = Some(u32::try_from(count).unwrap_or(u32::MAX));
    extracted.problems = met.problems(font);
    extracted.problems.extend(taken.problems());
    if !open::is_whole(bytes) || declared.is_some_and(|declared| declared > count) {
        extracted.problems.insert(0, Problem::CutShort { read: count, declared });
    }
    Ok(extracted)
}

fn nothing_read(met: &Met, pages: usize, bytes: &[u8]) -> FormatError {
    if !met.scans.is_empty() {
        return FormatError::Scanned { pages };
    }
    if !open::is_whole(bytes) {
        return FormatError::Truncated;
    }
    if met.unreadable.len() * 2 > pages {
        return FormatError::damaged("PDF");
    }
    FormatError::NoText { pictures: met.pictures }
}

fn page_lines(content: PageContent, lines: Vec<Line>) -> PageLines {
    let rules_across = content
        .rules
        .iter()
        .filter(|rule| rule.across && rule.to - rule.from > 40.0 && rule.to - rule.from < 0.5 * content.width)
        .map(|rule| (rule.at, rule.from, rule.to))
        .take(200)
        .collect();
    PageLines {
        page: content.page,
        width: content.width,
        height: content.height,
        tables: tables::tables(&content),
        lines,
        rules_across,
    }
}

fn tables_none() -> Vec<tables::Table> {
    Vec::new()
}

/// Pages' lines as one text.
fn assemble(
    pages: Vec<PageLines>,
    turned: &HashMap<u32, Turned>,
    limits: &Limits,
) -> Result<(Extracted, Vec<Doubt>), FormatError> {
    let size = body_size(&pages);
    let mut blocks = Vec::with_capacity(pages.len());
    for page in pages {
        limits.interrupt.check()?;
        blocks.push(layout::blocks(page, size));
    }
    let paragraphs = paragraphs::paragraphs(blocks);
    let written = written::write(&paragraphs, turned, limits)?;
    let extracted = Extracted {
        format: Format::Pdf,
        text: written.text,
        places: written.places,
        pages: None,
        problems: Vec::new(),
        metadata: SourceMetadata::default(),
        margin: crate::Margin::default(),
    };
    Ok((extracted, written.doubts))
}

/// The size of type that most letters have.
fn body_size(pages: &[PageLines]) -> f64 {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for line in pages.iter().flat_map(|page| &page.lines) {
        let letters: usize = line.words.iter().map(|word| word.text.len()).sum();
        *counts.entry((line.size * 2.0).round() as i64).or_default() += letters;
    }
    let most = counts.into_iter().max_by_key(|(size, count)| (*count, *size));
    most.map_or(12.0, |(size, _)| size as f64 / 2.0)
}

/// How many pages the file says it has.
fn declared_pages(catalog: Option<&Dict<'_>>) -> Option<usize> {
    catalog?.get::<Dict<'_>>(b"Pages")?.get::<usize>(b"Count")
}

impl Met {
    fn page(&mut self, page: &Page<'_>, content: &PageContent) {
        self.pictures += content.pictures;
        self.unmapped += content.unmapped;
        self.askew += content.askew;
        if content.broken {
            self.unreadable.push(content.page);
        }
        let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else { return };
        for annotation in annotations.iter::<Dict<'_>>().take(10_000) {
            match annotation.get::<Name<'_>>(b"Subtype").as_deref() {
                Some(b"Link" | b"Popup") | None => {}
                Some(b"Widget") => self.widget(&annotation),
                Some(_) => self.annotations += 1,
            }
        }
    }

    /// A field of a form: a signature, or one that may be filled in.
    fn widget(&mut self, annotation: &Dict<'_>) {
        let parent = annotation.get::<Dict<'_>>(b"Parent").unwrap_or_default();
        let kind = annotation.get::<Name<'_>>(b"FT").or_else(|| parent.get::<Name<'_>>(b"FT"));
        if kind.as_deref() == Some(b"Sig") {
            self.signatures += 1;
            return;
        }
        let value = annotation.get::<Object<'_>>(b"V").or_else(|| parent.get::<Object<'_>>(b"V"));
        if matches!(value, Some(Object::String(text)) if !text.as_bytes().is_empty()) {
            self.annotations += 1;
        }
    }

    fn problems(self, font: Option<String>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !self.scans.is_empty() {
            problems.push(Problem::ScannedPages { pages: self.scans });
        }
        if !self.unreadable.is_empty() {
            problems.push(Problem::PagesUnreadable { pages: self.unreadable });
        }
        if !self.recognised_before.is_empty() {
            problems.push(Problem::RecognisedBefore { pages: self.recognised_before });
        }
        problems.extend(self.legacy.into_iter().map(|font| Problem::LegacyFont { font }));
        if let (true, Some(font)) = (self.unmapped > 0, font) {
            problems.push(Problem::LettersUnknown { count: self.unmapped, font });
        }
        if self.askew > 0 {
            problems.push(Problem::AskewLeftOut { count: self.askew });
        }
        if self.pictures > 0 {
            problems.push(Problem::PicturesLeftOut { count: self.pictures });
        }
        if self.annotations > 0 {
            problems.push(Problem::AnnotationsLeftOut { count: self.annotations });
        }
        if self.signatures > 0 {
            problems.push(Problem::SignaturesLeftOut { count: self.signatures });
        }
        problems
    }
}

impl TakenOut {
    fn problems(self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.running > 0 {
            problems.push(Problem::RunningLinesLeftOut { count: self.running });
        }
        if self.stamps > 0 {
            problems.push(Problem::StampsLeftOut { count: self.stamps });
        }
        problems
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod fixture;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
