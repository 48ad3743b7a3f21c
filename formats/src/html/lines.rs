//! The lines of a page's text, as a browser would break them.
//!
//! Hard because the source's own line ends mean nothing, and because what a browser shows beside the text (the numbers
//! of ordered lists) is part of the law where a page relies on it. Each stretch keeps the text node it stands in.
//! HTML Living Standard, 15.3 (rendering).

use super::layout::Layout;
use crate::docx::numbering::{NumberFormat, spell};
use crate::{FormatError, Limits};
use scraper::{ElementRef, Html, Node};
use std::collections::HashMap;

/// The text of a page.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) text: String,
    /// Where in the text each text node begins, in order.
    pub(super) nodes: Vec<(usize, usize)>,
    pub(super) pictures: usize,
    /// Elements with words that the page hides.
    pub(super) hidden: usize,
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
    Hidden,
}

fn flow_of(element: &scraper::node::Element) -> Flow {
    if is_hidden(element) {
        return Flow::Hidden;
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

fn is_hidden(element: &scraper::node::Element) -> bool {
    element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.split_whitespace().collect();
            style.to_ascii_lowercase().contains("display:none")
        })
}

/// Gathers the lines of the document on a page.
pub(super) fn gather(page: &Html, layout: &Layout<'_>, limits: &Limits) -> Result<Gathered, FormatError> {
    let root = *layout.container;
    let mut lines = Lines { node: text_nodes_before(page, layout.container), ..Lines::default() };
    let (mut pictures, mut hidden) = (0, 0);
    let mut preformatted = 0_usize;
    let mut counted = HashMap::new();
    let mut node = root;
    let mut steps = 0_usize;
    'walk: loop {
        steps += 1;
        if steps.is_multiple_of(4096) {
            limits.interrupt.check()?;
        }
        let mut descend = true;
        match node.value() {
            Node::Text(text) => {
                if preformatted > 0 {
                    lines.push_preformatted(&text.text);
                } else {
                    lines.push(&text.text);
                }
                lines.node += 1;
            }
            Node::Element(element) => {
                let flow =
                    if node.id() != root.id() && layout.leaves_out(node) { Flow::Dropped } else { flow_of(element) };
                match flow {
                    Flow::Inline => {}
                    Flow::Block | Flow::Break => lines.end(),
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
                    Flow::Dropped | Flow::Hidden => {
                        descend = false;
                        let mut words = false;
                        for text in node.descendants().filter_map(|below| below.value().as_text()) {
                            lines.node += 1;
                            words |= !text.trim().is_empty();
                        }
                        hidden += usize::from(flow == Flow::Hidden && words);
                    }
                }
            }
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
    Ok(Gathered { text: lines.text, nodes: lines.nodes, pictures, hidden })
}

/// How many text nodes stand before a node in the document.
fn text_nodes_before(page: &Html, container: ElementRef<'_>) -> usize {
    page.tree
        .root()
        .descendants()
        .take_while(|node| node.id() != container.id())
        .filter(|node| node.value().is_text())
        .count()
}

/// Text gathered line by line, with a browser's rule for blanks: any number of them is one.
#[derive(Default)]
struct Lines {
    text: String,
    nodes: Vec<(usize, usize)>,
    line: String,
    /// Where in the line each text node begins.
    in_line: Vec<(usize, usize)>,
    /// The text node at hand, counted through the page.
    node: usize,
}

impl Lines {
    fn begin_node(&mut self) {
        if self.in_line.last().is_none_or(|(_, node)| *node != self.node) {
            self.in_line.push((self.line.len(), self.node));
        }
    }

    fn push(&mut self, text: &str) {
        self.begin_node();
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
            self.begin_node();
            self.line.push_str(line);
        }
        if text.ends_with('\n') {
            self.end();
        }
    }

    fn end(&mut self) {
        let blank = [' ', '\u{a0}'];
        let line = self.line.trim_end_matches(blank);
        let cut = line.len() - line.trim_start_matches(blank).len();
        let line = &line[cut..];
        if !line.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            let start = self.text.len();
            for (at, node) in &self.in_line {
                let at = start + at.saturating_sub(cut).min(line.len());
                // A node of blanks alone leaves nothing.
                if let Some(last) = self.nodes.last_mut().filter(|(last, _)| *last == at) {
                    *last = (at, *node);
                } else {
                    self.nodes.push((at, *node));
                }
            }
            self.text.push_str(line);
        }
        self.line.clear();
        self.in_line.clear();
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
