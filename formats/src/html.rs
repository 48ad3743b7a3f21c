//! Web pages of law: the text without the page around it.
//!
//! The pages of vbpl.vn wrap the text in hundreds of nested paragraphs and spans inside one form, between menus; the
//! national header is a table, and so is the table of attributes. A browser's rules decide where a line ends: at a
//! block, not at a line end of the source. The tree is walked with a loop, since strangers nest elements deeply.

use crate::docx::numbering::{NumberFormat, spell};
use crate::{Extracted, Format, FormatError, Limits, Problem, SourceMetadata, json, normalise, text};
use scraper::{ElementRef, Html, Node, Selector};
use std::collections::HashMap;

/// Where the text of a document stands, best first.
const CONTAINERS: &[&str] = &["#toanvancontent", ".toanvancontent", "article", "main", "body"];

/// Whether a text that starts like this is a web page.
pub(crate) fn looks_like_it(start: &str) -> bool {
    let head: String = start.trim_start().chars().take(2000).collect::<String>().to_ascii_lowercase();
    if !head.starts_with('<') {
        return false;
    }
    if head.starts_with("<!doctype html") || head.contains("<html") {
        return true;
    }
    !head.starts_with("<?xml")
        && [
            "<head", "<body", "<div", "<p>", "<p ", "<table", "<span", "<h1", "<article", "<meta", "<center", "<font",
            "<b>", "<ol", "<ul", "<br",
        ]
        .iter()
        .any(|tag| head.contains(tag))
}

/// Reads a page from bytes, in the encoding it declares.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    let (source, problems) = text::decode_html(bytes)?;
    read_text(&source, problems, limits)
}

/// Reads a page already decoded.
pub(crate) fn read_text(source: &str, mut problems: Vec<Problem>, limits: &Limits) -> Result<Extracted, FormatError> {
    too_deep(source, limits)?;
    let page = Html::parse_document(source);
    let container = CONTAINERS
        .iter()
        .find_map(|css| {
            let selector = Selector::parse(css).ok()?;
            page.select(&selector).find(|found| found.text().any(|text| !text.trim().is_empty()))
        })
        .unwrap_or_else(|| page.root_element());
    let (lines, pictures) = lines_of(container);
    let text = normalise(&lines);
    if text.trim().is_empty() {
        return Err(if pictures > 0 { FormatError::NoText { pictures } } else { FormatError::Empty });
    }
    let metadata = metadata_of(&page, container, &mut problems);
    Ok(Extracted {
        format: Format::Html,
        text,
        places: Vec::new(),
        pages: None,
        problems,
        metadata,
        margin: crate::Margin::default(),
    })
}

/// A parser of HTML takes time by the square of the depth, so the depth is bounded before it starts.
///
/// The count is of start tags less end tags, leaving out those that need no end; real pages, which leave out other
/// ends too, come nowhere near the bound.
fn too_deep(source: &str, limits: &Limits) -> Result<(), FormatError> {
    const VOID: &[&str] = &[
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
        "li", "td", "th", "tr", "dt", "dd", "option", "o:p",
    ];
    let bytes = source.as_bytes();
    let (mut depth, mut deepest) = (0_i64, 0_i64);
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += found + 1;
        let closing = bytes.get(at) == Some(&b'/');
        let from = at + usize::from(closing);
        let name: String = bytes[from..]
            .iter()
            .take(12)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':')
            .map(|byte| byte.to_ascii_lowercase() as char)
            .collect();
        if name.is_empty() || VOID.contains(&name.as_str()) {
            continue;
        }
        depth = (depth + if closing { -1 } else { 1 }).max(0);
        deepest = deepest.max(depth);
    }
    // Ends left out add up over a long page; only a depth no such slip explains is refused.
    let bound = (limits.depth as i64).saturating_mul(40);
    if deepest > bound {
        return Err(FormatError::Bomb { what: format!("elements nested more than {bound} deep") });
    }
    Ok(())
}

/// What an element means for the lines of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Inline,
    Block,
    Break,
    Preformatted,
    Item,
    Picture,
    Dropped,
}

fn flow_of(element: &scraper::node::Element) -> Flow {
    let hidden = element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.split_whitespace().collect();
            style.to_ascii_lowercase().contains("display:none")
        });
    if hidden {
        return Flow::Dropped;
    }
    match element.name() {
        "script" | "style" | "nav" | "head" | "noscript" | "template" | "iframe" | "svg" | "button" | "select"
        | "object" | "embed" | "textarea" | "input" | "map" => Flow::Dropped,
        "br" => Flow::Break,
        "pre" => Flow::Preformatted,
        "li" => Flow::Item,
        "img" => Flow::Picture,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd" | "details" | "div"
        | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "header" | "hr" | "html" | "legend" | "main" | "ol" | "p" | "section" | "summary" | "table"
        | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" | "ul" => Flow::Block,
        _ => Flow::Inline,
    }
}

/// The lines of an element's text, and how many pictures it shows.
fn lines_of(container: ElementRef<'_>) -> (String, usize) {
    let mut lines = Lines::default();
    let mut pictures = 0;
    let mut preformatted = 0_usize;
    let mut counted = HashMap::new();
    let root = *container;
    let mut node = root;
    'walk: loop {
        let mut descend = true;
        match node.value() {
            Node::Text(text) if preformatted > 0 => lines.push_preformatted(&text.text),
            Node::Text(text) => lines.push(&text.text),
            Node::Element(element) => match flow_of(element) {
                Flow::Inline => {}
                Flow::Block => lines.end(),
                Flow::Break => lines.end(),
                Flow::Preformatted => {
                    lines.end();
                    preformatted += 1;
                }
                Flow::Item => {
                    lines.end();
                    // Counted on from the item before, for a list may be as long as a stranger likes.
                    if let Some(list) = node.parent()
                        && let Some((start, format)) = ElementRef::wrap(list).and_then(ordered_list)
                    {
                        let own = element.attr("value").and_then(|value| value.parse().ok());
                        let next = counted.get(&list.id()).map_or(start, |last: &u32| last.saturating_add(1));
                        let number = own.unwrap_or(next);
                        counted.insert(list.id(), number);
                        lines.push(&format!("{}. ", spell(number, format)));
                    }
                }
                Flow::Picture => pictures += 1,
                Flow::Dropped => descend = false,
            },
            _ => {}
        }
        if descend && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if let Node::Element(element) = node.value() {
                match flow_of(element) {
                    Flow::Block | Flow::Item => lines.end(),
                    Flow::Preformatted => {
                        lines.end();
                        preformatted = preformatted.saturating_sub(1);
                    }
                    _ => {}
                }
            }
            if node.id() == root.id() {
                break 'walk;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                continue 'walk;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => break 'walk,
            }
        }
    }
    lines.end();
    (lines.text, pictures)
}

/// Text gathered line by line, with a browser's rule for blanks: any number of them is one.
#[derive(Default)]
struct Lines {
    text: String,
    line: String,
}

impl Lines {
    fn push(&mut self, text: &str) {
        for ch in text.chars() {
            if matches!(ch, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
            } else {
                self.line.push(ch);
            }
        }
    }

    fn push_preformatted(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.end();
            }
            self.line.push_str(line);
        }
        if text.ends_with('\n') {
            self.end();
        }
    }

    fn end(&mut self) {
        let line = self.line.trim_matches([' ', '\u{a0}']);
        if !line.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(line);
        }
        self.line.clear();
    }
}

/// Where an ordered list starts counting and how it writes its numbers: what a browser shows before an item is part
/// of the law where the page relies on it.
fn ordered_list(list: ElementRef<'_>) -> Option<(u32, NumberFormat)> {
    if list.value().name() != "ol" {
        return None;
    }
    let start = list.attr("start").and_then(|start| start.parse().ok());
    let format = match list.attr("type") {
        Some("a") => NumberFormat::LowerLetter,
        Some("A") => NumberFormat::UpperLetter,
        Some("i") => NumberFormat::LowerRoman,
        Some("I") => NumberFormat::UpperRoman,
        _ => NumberFormat::Decimal,
    };
    Some((start.unwrap_or(1), format))
}

/// What tables of attributes around the text say: a label in one cell, its value in the next.
fn metadata_of(page: &Html, container: ElementRef<'_>, problems: &mut Vec<Problem>) -> SourceMetadata {
    let mut metadata = SourceMetadata::default();
    let (Ok(row), Ok(cell)) = (Selector::parse("tr"), Selector::parse("td, th")) else {
        return metadata;
    };
    let text_stands_apart = container.value().name() != "body" && container.value().name() != "html";
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for row in page.select(&row) {
        let inside = row.ancestors().any(|ancestor| ancestor.id() == container.id());
        if text_stands_apart && inside {
            continue;
        }
        let cells: Vec<String> = row
            .select(&cell)
            .map(|cell| {
                let words: String = cell.text().collect();
                normalise(&words).split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        for pair in cells.windows(2) {
            if let Some(label) = label_of(&pair[0])
                && label_of(&pair[1]).is_none()
                && !pair[1].is_empty()
                && !found.iter().any(|(have, _)| *have == label)
            {
                found.push((label, pair[1].clone()));
            }
        }
    }
    // One label alone may be a line of the text itself, such as a register's column.
    if found.len() < 2 {
        return metadata;
    }
    for (label, value) in found {
        let mut date = |value: String| {
            let date = json::iso_date(&value);
            if date.is_none() {
                problems.push(Problem::UnreadableDate { value });
            }
            date
        };
        match label {
            "so_hieu" => metadata.so_hieu = Some(value),
            "kind" => metadata.kind = Some(value),
            "title" => metadata.title = Some(value),
            "issued" => metadata.issued = date(value),
            "effective" => metadata.effective = date(value),
            "signer" => metadata.signer = Some(value),
            "issuer" => metadata.issuer = Some(value),
            _ => {}
        }
    }
    metadata
}

fn label_of(cell: &str) -> Option<&'static str> {
    let label = cell.trim_end_matches(':').trim().to_lowercase();
    Some(match label.as_str() {
        "số ký hiệu" | "số hiệu" | "số/ký hiệu" | "số, ký hiệu" => "so_hieu",
        "loại văn bản" => "kind",
        "trích yếu" | "tên văn bản" => "title",
        "ngày ban hành" => "issued",
        "ngày có hiệu lực" | "ngày hiệu lực" => "effective",
        "người ký" => "signer",
        "cơ quan ban hành" | "nơi ban hành" => "issuer",
        // Three values stand in the cells after this one; the first is the body.
        "cơ quan ban hành/ chức danh / người ký" | "cơ quan ban hành/ chức danh/ người ký" => "issuer",
        _ => return None,
    })
}
