//! Web pages of law: the text without the page around it, and what the page says of the document.
//!
//! Hard because the text is one of a hundred things on the page. Where a site is known its own element is taken
//! (`layout`); elsewhere the innermost element that holds all articles. A browser's rules decide where a line ends: at
//! a block, not at a line end of the source (`lines`). Tables of attributes and lists of related documents stand
//! around the text, in every site's own markup (`attributes`). The tree is walked with loops, for strangers nest
//! deeply. Not here: scripts, so a page that builds its text with them has none.

mod attributes;
mod layout;
mod lines;

use crate::text::decode::{Decoded, decode_declared};
use crate::trace::{Origin, settle};
use crate::{Extracted, Format, FormatError, Limits, Problem};
use scraper::Html;

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
    read_text(&decode_declared(bytes, limits)?, limits)
}

/// Reads a page already decoded.
pub(crate) fn read_text(decoded: &Decoded, limits: &Limits) -> Result<Extracted, FormatError> {
    let source = decoded.text.as_str();
    let mut problems = decoded.problems.clone();
    too_deep(source, limits)?;
    limits.interrupt.check()?;
    let page = Html::parse_document(source);
    limits.interrupt.check()?;
    let layout = layout::of(&page, limits)?;
    let gathered = lines::gather(&page, &layout, limits)?;
    let settled = settle(&gathered.text, Origin::Nodes(&gathered.nodes), decoded.reading, None, limits)?;
    if settled.text.trim().is_empty() {
        let pictures = gathered.pictures;
        return Err(if pictures > 0 { FormatError::NoText { pictures } } else { FormatError::Empty });
    }
    problems.extend(settled.problems);
    if gathered.pictures > 0 {
        problems.push(Problem::PicturesLeftOut { count: gathered.pictures });
    }
    if gathered.hidden > 0 {
        problems.push(Problem::HiddenText { count: gathered.hidden });
    }
    let metadata = attributes::read(&page, &layout, &mut problems, limits)?;
    if metadata.so_hieu.is_some() && layout.has_no_article() {
        problems.push(Problem::AttributesOnly);
    }
    Ok(Extracted {
        format: Format::Html,
        text: settled.text,
        places: settled.places,
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
