//! Small PDFs written in code for the tests. Letters are half an em wide and stand for their UTF-16 code.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::fmt::Write as _;
use std::io::Write as _;

/// A4, in points.
pub(super) const WIDTH: f64 = 595.0;
pub(super) const HEIGHT: f64 = 842.0;

/// One page in the making.
#[derive(Default, Clone)]
pub(super) struct Sheet {
    pub(super) content: String,
    /// Further entries of its dictionary.
    pub(super) entries: String,
    /// Further entries of its `/XObject` resources.
    pub(super) objects: String,
}

impl Sheet {
    /// A line of text; `y` counts from the top.
    pub(super) fn text(mut self, x: f64, y: f64, size: f64, text: &str) -> Self {
        self.show("F", x, y, size, text);
        self
    }

    /// The same in another of the fonts: `B`old, `U`nmapped.
    pub(super) fn text_in(mut self, font: &str, x: f64, y: f64, size: f64, text: &str) -> Self {
        self.show(font, x, y, size, text);
        self
    }

    /// In the font `.VnTime`, byte by byte.
    pub(super) fn legacy(mut self, x: f64, y: f64, size: f64, bytes: &[u8]) -> Self {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let up = HEIGHT - y;
        writeln!(self.content, "BT /V {size} Tf {x} {up} Td <{hex}> Tj ET").unwrap();
        self
    }

    /// Lines of a paragraph, 14 points high and 18 apart, the first one indented; `y` is that of the first.
    pub(super) fn lines(mut self, x: f64, y: f64, lines: &[&str]) -> Self {
        for (at, line) in lines.iter().enumerate() {
            self.show("F", x, y + 18.0 * at as f64, 14.0, line);
        }
        self
    }

    pub(super) fn raw(mut self, content: &str) -> Self {
        self.content.push_str(content);
        self.content.push('\n');
        self
    }

    fn show(&mut self, font: &str, x: f64, y: f64, size: f64, text: &str) {
        let hex: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
        let up = HEIGHT - y;
        writeln!(self.content, "BT /{font} {size} Tf {x} {up} Td <{hex}> Tj ET").unwrap();
    }
}

/// Objects numbered from 1.
pub(super) struct Objects(pub(super) Vec<Vec<u8>>);

impl Objects {
    pub(super) fn add(&mut self, object: impl Into<Vec<u8>>) -> usize {
        self.0.push(object.into());
        self.0.len()
    }

    pub(super) fn stream(&mut self, dictionary: &str, data: &[u8]) -> usize {
        let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
        object.extend_from_slice(data);
        object.extend_from_slice(b"\nendstream");
        self.add(object)
    }

    /// The file, with the catalogue at this number.
    pub(super) fn file(&self, catalogue: usize, trailer: &str) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (at, object) in self.0.iter().enumerate() {
            offsets.push(file.len());
            writeln!(file, "{} 0 obj", at + 1).unwrap();
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        writeln!(file, "xref\n0 {}\n0000000000 65535 f ", self.0.len() + 1).unwrap();
        for offset in offsets {
            writeln!(file, "{offset:010} 00000 n ").unwrap();
        }
        writeln!(file, "trailer\n<< /Size {} /Root {catalogue} 0 R {trailer} >>", self.0.len() + 1).unwrap();
        writeln!(file, "startxref\n{table}\n%%EOF").unwrap();
        file
    }
}

/// A PDF of these pages.
pub(super) fn pdf(sheets: &[Sheet]) -> Vec<u8> {
    pdf_with(sheets, |_| {})
}

/// The same with further objects, numbered from [`FIRST_FREE`] on.
pub(super) fn pdf_with(sheets: &[Sheet], further: impl FnOnce(&mut Objects)) -> Vec<u8> {
    let mut objects = Objects(Vec::new());
    let fonts = add_fonts(&mut objects);
    assert_eq!(objects.0.len() + 1, FIRST_FREE);
    further(&mut objects);
    let parent = objects.0.len() + 2 * sheets.len() + 1;
    let mut kids = String::new();
    for sheet in sheets {
        let content = objects.stream("/Filter /FlateDecode", &deflated(sheet.content.as_bytes()));
        let page = objects.add(format!(
            "<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {content} 0 R \
             /Resources << /Font << {fonts} >> /XObject << {} >> >> {} >>",
            sheet.objects, sheet.entries
        ));
        write!(kids, "{page} 0 R ").unwrap();
    }
    let pages = objects.add(format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", sheets.len()));
    assert_eq!(pages, parent);
    let catalogue = objects.add(format!("<< /Type /Catalog /Pages {pages} 0 R >>"));
    objects.file(catalogue, "")
}

/// The number of the first object that [`pdf_with`] leaves to its caller.
pub(super) const FIRST_FREE: usize = 7;

fn add_fonts(objects: &mut Objects) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n\
         1 begincodespacerange <0000> <ffff> endcodespacerange\n",
    );
    for hundred in [0..100, 100..200, 200..256] {
        writeln!(map, "{} beginbfrange", hundred.len()).unwrap();
        for high in hundred {
            writeln!(map, "<{high:02x}00> <{high:02x}ff> <{high:02x}00>").unwrap();
        }
        map.push_str("endbfrange\n");
    }
    map.push_str("endcmap end end");
    let map = objects.stream("", map.as_bytes());
    let descendant = objects.add(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sample /CIDSystemInfo << /Registry (Adobe) \
         /Ordering (Identity) /Supplement 0 >> /DW 500 >>",
    );
    let mut composite = |name: &str, map: &str| {
        objects.add(format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H \
             /DescendantFonts [{descendant} 0 R] {map} >>"
        ))
    };
    let plain = composite("Sample", &format!("/ToUnicode {map} 0 R"));
    let bold = composite("Sample-Bold", &format!("/ToUnicode {map} 0 R"));
    let unmapped = composite("Secret", "");
    let widths = "500 ".repeat(224);
    let legacy = objects.add(format!(
        "<< /Type /Font /Subtype /TrueType /BaseFont /.VnTime /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 \
         /Widths [{widths}] >>"
    ));
    format!("/F {plain} 0 R /B {bold} 0 R /U {unmapped} 0 R /V {legacy} 0 R")
}

pub(super) fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
