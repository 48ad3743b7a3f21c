//! A DOCX of our own making: the paragraphs, tables and tracked changes that our reports are made of.
//!
//! Small on purpose. The libraries that write DOCX bring a second ZIP and a second XML writer and cannot repeat a
//! table's header row or mark a paragraph's end as inserted; a report needs no more than what is here. Elements and
//! their order are those of ECMA-376 part 1, 17.3 and 17.4.

use super::xml;
use crate::FormatError;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"#;

const ROOT_RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const DOCUMENT_RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// Times New Roman, 13 points, as decrees on the form of texts ask; 6 points after a paragraph.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>"#;

/// How a run looks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    /// In half points; `None` is the document's own, 13 points.
    pub(crate) size: Option<u32>,
}

/// Who tracked a change, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tracked<'a> {
    pub(crate) author: &'a str,
    pub(crate) date: Option<&'a str>,
    pub(crate) kind: Kind,
}

/// What a tracked change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Inserted,
    Deleted,
}

/// Text of one look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) text: &'a str,
    pub(crate) look: Look,
    pub(crate) tracked: Option<Tracked<'a>>,
}

impl<'a> Run<'a> {
    pub(crate) fn plain(text: &'a str) -> Self {
        Self { text, look: Look::default(), tracked: None }
    }

    pub(crate) fn bold(text: &'a str) -> Self {
        Self { look: Look { bold: true, ..Look::default() }, ..Self::plain(text) }
    }

    pub(crate) fn italic(text: &'a str) -> Self {
        Self { look: Look { italic: true, ..Look::default() }, ..Self::plain(text) }
    }

    pub(crate) fn sized(self, half_points: u32) -> Self {
        Self { look: Look { size: Some(half_points), ..self.look }, ..self }
    }
}

/// Where a paragraph's lines stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Align {
    #[default]
    Left,
    Centre,
}

/// How the page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Portrait,
    Landscape,
}

/// A cell: its paragraphs.
pub(crate) type Cell<'a> = Vec<(Vec<Run<'a>>, Align)>;

/// The body as it grows.
pub(crate) struct Body {
    xml: String,
    revision: usize,
}

impl Body {
    pub(crate) fn new() -> Self {
        Self { xml: String::new(), revision: 0 }
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, runs: &[Run<'_>], align: Align) {
        self.tracked_paragraph(runs, align, None);
    }

    /// A paragraph whose end itself was inserted or deleted.
    pub(crate) fn tracked_paragraph(&mut self, runs: &[Run<'_>], align: Align, mark: Option<Tracked<'_>>) {
        self.xml.push_str("<w:p>");
        if align != Align::Left || mark.is_some() {
            self.xml.push_str("<w:pPr>");
            match align {
                Align::Left => {}
                Align::Centre => self.xml.push_str("<w:jc w:val=\"center\"/>"),
            }
            if let Some(mark) = mark {
                let attributes = self.revision_attributes(mark);
                let name = tag_of(mark.kind);
                let _ = write!(self.xml, "<w:rPr><w:{name}{attributes}/></w:rPr>");
            }
            self.xml.push_str("</w:pPr>");
        }
        for run in runs {
            self.run(run);
        }
        self.xml.push_str("</w:p>");
    }

    fn run(&mut self, run: &Run<'_>) {
        if run.text.is_empty() {
            return;
        }
        let tracked = run.tracked.map(|tracked| (tag_of(tracked.kind), self.revision_attributes(tracked)));
        if let Some((name, attributes)) = &tracked {
            let _ = write!(self.xml, "<w:{name}{attributes}>");
        }
        self.xml.push_str("<w:r>");
        let Look { bold, italic, size } = run.look;
        if bold || italic || size.is_some() {
            self.xml.push_str("<w:rPr>");
            self.xml.push_str(if bold { "<w:b/>" } else { "" });
            self.xml.push_str(if italic { "<w:i/>" } else { "" });
            if let Some(size) = size {
                let _ = write!(self.xml, "<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
            }
            self.xml.push_str("</w:rPr>");
        }
        let name = match run.tracked {
            Some(Tracked { kind: Kind::Deleted, .. }) => "w:delText",
            _ => "w:t",
        };
        for (line_index, line) in run.text.split('\n').enumerate() {
            if line_index > 0 {
                self.xml.push_str("<w:br/>");
            }
            for (index, stretch) in line.split('\t').enumerate() {
                if index > 0 {
                    self.xml.push_str("<w:tab/>");
                }
                if !stretch.is_empty() {
                    let _ = write!(self.xml, "<{name} xml:space=\"preserve\">{}</{name}>", xml::escape(stretch));
                }
            }
        }
        self.xml.push_str("</w:r>");
        if let Some((name, _)) = &tracked {
            let _ = write!(self.xml, "</w:{name}>");
        }
    }

    fn revision_attributes(&mut self, tracked: Tracked<'_>) -> String {
        self.revision += 1;
        let date = tracked.date.map(|date| format!(" w:date=\"{}\"", xml::escape(date))).unwrap_or_default();
        format!(" w:id=\"{}\" w:author=\"{}\"{date}", self.revision, xml::escape(tracked.author))
    }

    /// A table of the given column widths (twentieths of a point); its header row is repeated on each page. A row of
    /// one cell stretches over all columns.
    pub(crate) fn table(&mut self, widths: &[u32], borders: bool, header: Option<&[Cell<'_>]>, rows: &[Vec<Cell<'_>>]) {
        self.xml.push_str("<w:tbl><w:tblPr>");
        let _ = write!(self.xml, "<w:tblW w:w=\"{}\" w:type=\"dxa\"/>", widths.iter().sum::<u32>());
        if borders {
            self.xml.push_str("<w:tblBorders>");
            for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
                let _ = write!(self.xml, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>");
            }
            self.xml.push_str("</w:tblBorders>");
        }
        self.xml.push_str("<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
        for width in widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        if let Some(cells) = header {
            self.row(widths, cells, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        }
        for cells in rows {
            self.row(widths, cells, "");
        }
        self.xml.push_str("</w:tbl>");
    }

    fn row(&mut self, widths: &[u32], cells: &[Cell<'_>], properties: &str) {
        let _ = write!(self.xml, "<w:tr>{properties}");
        let spans_all = cells.len() == 1 && widths.len() > 1;
        for (index, cell) in cells.iter().enumerate() {
            let width = if spans_all { widths.iter().sum() } else { widths.get(index).copied().unwrap_or_default() };
            let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
            if spans_all {
                let _ = write!(self.xml, "<w:gridSpan w:val=\"{}\"/>", widths.len());
            }
            self.xml.push_str("</w:tcPr>");
            for (runs, align) in cell {
                self.paragraph(runs, *align);
            }
            if cell.is_empty() {
                self.xml.push_str("<w:p/>");
            }
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr>");
    }

    /// The whole file.
    ///
    /// # Errors
    /// [`FormatError::Write`] when packing fails.
    pub(crate) fn pack(self, page: Page) -> Result<Vec<u8>, FormatError> {
        // A4 with the margins usual for normative documents, in twentieths of a point.
        let section = match page {
            Page::Portrait => {
                r#"<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="709" w:footer="709" w:gutter="0"/>"#
            }
            Page::Landscape => {
                r#"<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1701" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/>"#
            }
        };
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{}\"><w:body>{}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
            xml::WORD[0],
            self.xml
        );
        package(&document).map_err(|error| FormatError::Write { what: error.to_string() })
    }
}

fn tag_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Inserted => "ins",
        Kind::Deleted => "del",
    }
}

/// The five parts that Word asks for.
fn package(document: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", ROOT_RELATIONSHIPS),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONSHIPS),
        ("word/styles.xml", STYLES),
    ] {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all(part.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}
