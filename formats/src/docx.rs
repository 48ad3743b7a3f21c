//! Word's package: a ZIP of parts held together by relationships (ECMA-376 part 2).
//!
//! Which part is the document, its styles or its comments is told by relationships, not by names, though nearly
//! every writer uses the same names.

pub(crate) mod annotate;
pub(crate) mod body;
pub(crate) mod numbering;
pub(crate) mod plain;
pub(crate) mod styles;
pub(crate) mod write;
pub(crate) mod xml;

use crate::archive::{Package, part_key};
use crate::{Extracted, Format, FormatError, Found, Limits, Problem, SourceMetadata};
use body::{Scan, Scanned};
use quick_xml::events::Event;

/// The relationships of a part.
pub(crate) struct Relationship {
    pub(crate) id: String,
    /// The last step of its type's address, which is the same in the transitional and the strict form.
    pub(crate) kind: String,
    pub(crate) target: String,
    pub(crate) external: bool,
}

/// The parts of a DOCX that its text depends on.
pub(crate) struct Parts {
    pub(crate) document_name: String,
    pub(crate) document: String,
    pub(crate) numbering: Option<String>,
    pub(crate) styles: Option<String>,
    pub(crate) pages: Option<u32>,
}

/// Reads the text of a DOCX.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let mut package = Package::open(bytes, limits)?;
    let parts = Parts::read(&mut package)?;
    let scanned = scan(&parts, limits)?;
    if scanned.text.trim().is_empty() {
        return Err(FormatError::NoText { pictures: scanned.pictures });
    }
    let problems = scanned.problems();
    Ok(Extracted {
        format: Format::Docx,
        text: scanned.text,
        places: scanned.places,
        pages: parts.pages,
        problems,
        metadata: SourceMetadata::default(),
    })
}

/// Runs over the document part once.
pub(crate) fn scan(parts: &Parts, limits: &Limits) -> Result<Scanned, FormatError> {
    scan_with(parts, limits, |_, _, _, _| {})
}

/// Runs over the document part once, telling `watch` of each cluster of characters and where it comes from.
pub(crate) fn scan_with(
    parts: &Parts,
    limits: &Limits,
    watch: impl FnMut(std::ops::Range<usize>, &str, body::Anchor, body::Anchor),
) -> Result<Scanned, FormatError> {
    let mut broken = false;
    let styles = match parts.styles.as_deref().map(styles::Styles::read) {
        Some(Ok(styles)) => styles,
        Some(Err(_)) => {
            broken = true;
            styles::Styles::default()
        }
        None => styles::Styles::default(),
    };
    let numbering = match parts.numbering.as_deref().map(numbering::Numbering::read) {
        Some(Ok(numbering)) => numbering,
        Some(Err(_)) => {
            broken = true;
            numbering::Numbering::default()
        }
        None => numbering::Numbering::default(),
    };
    let mut scanned = Scan::new(&parts.document, &styles, numbering, limits, watch).run()?;
    if broken {
        scanned.numbering_unreadable = true;
    }
    Ok(scanned)
}

impl Scanned {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.inserted + self.deleted > 0 {
            problems.push(Problem::TrackedChanges { inserted: self.inserted, deleted: self.deleted });
        }
        for (count, problem) in [
            (self.notes, Problem::NotesLeftOut { count: self.notes }),
            (self.pictures, Problem::PicturesLeftOut { count: self.pictures }),
            (self.hidden, Problem::HiddenText { count: self.hidden }),
            (self.embedded, Problem::EmbeddedLeftOut { count: self.embedded }),
            (usize::from(self.numbering_unreadable), Problem::NumberingUnreadable),
        ] {
            if count > 0 {
                problems.push(problem);
            }
        }
        if let Some(font) = &self.legacy_font {
            problems.push(Problem::LegacyFont { font: font.clone() });
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
        Ok(Self { document_name, document, numbering, styles, pages })
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
