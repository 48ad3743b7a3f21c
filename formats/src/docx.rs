//! Word's package: a ZIP of parts held together by relationships (ECMA-376 part 2).
//!
//! Which part is the document, its styles or its comments is told by relationships, not by names, though nearly
//! every writer uses the same names.

pub(crate) mod annotate;
mod beside;
pub(crate) mod body;
pub(crate) mod legacy;
mod line;
pub(crate) mod numbering;
mod paragraph;
pub(crate) mod plain;
pub(crate) mod source;
pub(crate) mod styles;
mod symbol;
pub(crate) mod write;
pub(crate) mod xml;

use crate::archive::{Package, part_key};
use crate::{Extracted, Format, FormatError, Found, Limits, Problem, SourceMetadata};
use body::{Definitions, PartKind, Scan};
use numbering::Numbering;
use quick_xml::events::Event;
use source::{Item, Scanned};
use std::ops::Range;
use styles::{Styles, Theme};

/// The relationships of a part.
pub(crate) struct Relationship {
    pub(crate) id: String,
    /// The last step of its type's address, which is the same in the transitional and the strict form.
    pub(crate) kind: String,
    pub(crate) target: String,
    pub(crate) external: bool,
}

/// The parts of a DOCX that its text depends on, and those that hold what stands beside it.
pub(crate) struct Parts {
    pub(crate) document_name: String,
    pub(crate) document: String,
    pub(crate) numbering: Option<String>,
    pub(crate) styles: Option<String>,
    pub(crate) theme: Option<String>,
    pub(crate) footnotes: Option<String>,
    pub(crate) endnotes: Option<String>,
    pub(crate) comments: Option<String>,
    /// Headers and footers.
    pub(crate) edges: Vec<String>,
    pub(crate) pages: Option<u32>,
}

/// Reads the text of a DOCX.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let mut package = Package::open(bytes, limits)?;
    let parts = Parts::read(&mut package)?;
    drop(package);
    let theme = parts.theme();
    let (styles, styles_broken) = parts.styles(&theme);
    let (definitions, numbering_broken) = parts.definitions(&styles, &theme);
    let scan = Scan::new(&parts.document, PartKind::Document, definitions, limits, |_, _, _| {});
    let mut scanned = scan.without_sources().run()?;
    scanned.numbering_unreadable |= styles_broken || numbering_broken;
    if scanned.text.trim().is_empty() {
        return Err(FormatError::NoText { pictures: scanned.pictures });
    }
    let mut problems = scanned.problems();
    let margin = beside::read(&parts, &mut scanned, &styles, &theme, limits, &mut problems)?;
    problems.extend(beside::edges(&parts, &styles, &theme, limits)?);
    Ok(Extracted {
        format: Format::Docx,
        text: scanned.text,
        places: scanned.places,
        pages: parts.pages,
        problems,
        metadata: SourceMetadata::default(),
        margin,
    })
}

/// Runs over the document part once, telling `watch` of each cluster of characters and what it was made of.
pub(crate) fn scan_with(
    parts: &Parts,
    limits: &Limits,
    watch: impl FnMut(Range<usize>, &str, &[Item]),
) -> Result<Scanned, FormatError> {
    let theme = parts.theme();
    let (styles, _) = parts.styles(&theme);
    let (definitions, _) = parts.definitions(&styles, &theme);
    Scan::new(&parts.document, PartKind::Document, definitions, limits, watch).run()
}

impl Scanned {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.inserted + self.deleted > 0 {
            problems.push(Problem::TrackedChanges { inserted: self.inserted, deleted: self.deleted });
        }
        for (count, problem) in [
            (self.pictures, Problem::PicturesLeftOut { count: self.pictures }),
            (self.hidden, Problem::HiddenText { count: self.hidden }),
            (self.embedded, Problem::EmbeddedLeftOut { count: self.embedded }),
            (self.unknown_signs, Problem::SignsLeftOut { count: self.unknown_signs }),
            (self.undefined_entities, Problem::Undecodable),
            (usize::from(self.numbering_unreadable), Problem::NumberingUnreadable),
        ] {
            if count > 0 {
                problems.push(problem);
            }
        }
        if let Some(format) = &self.guessed_format {
            problems.push(Problem::NumberFormatGuessed { format: format.clone() });
        }
        for font in self.fonts.iter().filter(|font| font.converted > 0) {
            problems.push(Problem::LegacyFont { font: font.name.clone() });
        }
        problems
    }
}

impl Parts {
    pub(crate) fn read(package: &mut Package<'_>) -> Result<Self, FormatError> {
        if package.is_encrypted() {
            return Err(FormatError::Encrypted);
        }
        let root = relationships(package, "")?;
        let office = root.iter().find(|rel| rel.kind == "officeDocument");
        let document_name = office
            .map(|rel| resolve("", &rel.target))
            .filter(|name| package.has(name))
            .unwrap_or_else(|| "word/document.xml".to_owned());
        if part_key(&document_name).starts_with("xl/") {
            return Err(FormatError::Unsupported { found: Found::Spreadsheet });
        }
        if part_key(&document_name).starts_with("ppt/") {
            return Err(FormatError::Unsupported { found: Found::Presentation });
        }
        let document =
            package.read(&document_name)?.ok_or_else(|| FormatError::damaged("the main document part is missing"))?;
        let document = xml::decode(document)?;
        let own = relationships(package, &document_name)?;
        let mut related = |kind: &str, usual: &str| -> Result<Option<String>, FormatError> {
            let name = own
                .iter()
                .find(|rel| rel.kind == kind && !rel.external)
                .map_or_else(|| resolve(&document_name, usual), |rel| resolve(&document_name, &rel.target));
            package.read(&name)?.map(xml::decode).transpose()
        };
        let numbering = related("numbering", "numbering.xml")?;
        let styles = related("styles", "styles.xml")?;
        let theme = related("theme", "theme/theme1.xml")?;
        let footnotes = related("footnotes", "footnotes.xml")?;
        let endnotes = related("endnotes", "endnotes.xml")?;
        let comments = related("comments", "comments.xml")?;
        let mut edges = Vec::new();
        for rel in own.iter().filter(|rel| matches!(rel.kind.as_str(), "header" | "footer") && !rel.external) {
            edges.extend(package.read(&resolve(&document_name, &rel.target))?.map(xml::decode).transpose()?);
        }
        let properties = root
            .iter()
            .find(|rel| rel.kind == "extended-properties" || rel.kind == "extendedProperties")
            .map_or_else(|| "docProps/app.xml".to_owned(), |rel| resolve("", &rel.target));
        // Page counts are a courtesy: a broken part of them breaks nothing.
        let pages = match package.read(&properties) {
            Ok(Some(part)) => xml::decode(part).ok().and_then(|part| pages_of(&part)),
            Ok(None) => None,
            Err(error @ FormatError::Bomb { .. }) => return Err(error),
            Err(_) => None,
        };
        Ok(Self { document_name, document, numbering, styles, theme, footnotes, endnotes, comments, edges, pages })
    }

    /// What the text depends on, and whether the numbering was broken.
    fn definitions<'a>(&self, styles: &'a Styles, theme: &'a Theme) -> (Definitions<'a>, bool) {
        let numbering = self.numbering.as_deref().map(Numbering::read);
        let broken = matches!(numbering, Some(Err(_)));
        (Definitions { styles, theme, numbering: numbering.and_then(Result::ok).unwrap_or_default() }, broken)
    }

    /// The theme; a broken one decides nothing.
    fn theme(&self) -> Theme {
        self.theme.as_deref().and_then(|source| Theme::read(source).ok()).unwrap_or_default()
    }

    /// The styles, and whether they were broken.
    fn styles(&self, theme: &Theme) -> (Styles, bool) {
        match self.styles.as_deref().map(|source| Styles::read(source, theme)) {
            Some(Ok(styles)) => (styles, false),
            Some(Err(_)) => (Styles::default(), true),
            None => (Styles::default(), false),
        }
    }
}

/// The name of the part that holds the relationships of a part; of the package, for `""`.
pub(crate) fn relationships_name(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") }
}

/// The relationships of a part, none where it has none.
pub(crate) fn relationships(package: &mut Package<'_>, part: &str) -> Result<Vec<Relationship>, FormatError> {
    let Some(source) = package.read(&relationships_name(part))? else {
        return Ok(Vec::new());
    };
    let source = xml::decode(source)?;
    let mut reader = xml::reader(&source);
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(xml::broken)? {
            Event::Start(tag) | Event::Empty(tag) if xml::local(&tag) == "Relationship" => {
                let kind = xml::attribute(&tag, "Type").unwrap_or_default();
                found.push(Relationship {
                    id: xml::attribute(&tag, "Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: xml::attribute(&tag, "Target").unwrap_or_default(),
                    external: xml::attribute(&tag, "TargetMode").as_deref() == Some("External"),
                });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The name of the part a relationship's target stands for.
pub(crate) fn resolve(part: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            other => steps.push(other),
        }
    }
    steps.join("/")
}

fn pages_of(properties: &str) -> Option<u32> {
    let mut reader = xml::reader(properties);
    let mut inside = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => inside = xml::local(&tag) == "Pages",
            Event::Text(text) if inside => return text.trim().parse().ok(),
            Event::End(_) => inside = false,
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
