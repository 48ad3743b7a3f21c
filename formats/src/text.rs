//! Plain text and Markdown in whichever encoding they were saved, and the fork to HTML, JSON and XML, which are text
//! too. What the bytes are is `decode`'s business, what Markdown's marks are `markdown`'s; here is what a text is for.

pub(crate) mod decode;
mod markdown;

use crate::trace::{Origin, settle};
use crate::{Extracted, Format, FormatError, Found, Limits, Problem, SourceMetadata};
use crate::{akn, html, json};
use decode::{Decoded, decode};
use markdown::Markdown;

/// Reads a file that is text of some sort.
pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Extracted, FormatError> {
    if let Some(bytes) = declared_html(name, bytes) {
        return html::read(bytes, limits);
    }
    let decoded = decode(bytes, limits)?;
    let start = decoded.text.trim_start();
    if start.is_empty() {
        return Err(FormatError::Empty);
    }
    if start.starts_with('<') {
        if akn::looks_like_it(start) {
            return akn::read(bytes, limits);
        }
        if html::looks_like_it(start) {
            return html::read_text(&decoded, limits);
        }
        if start.starts_with("<?xml") || start.starts_with("<!DOCTYPE") {
            return Err(xml_error(start));
        }
    }
    if start.starts_with(['{', '['])
        && let Some(read) = json::read_one(name, &decoded, limits)
    {
        return read;
    }
    plain(name, decoded, limits)
}

/// Reads plain text or Markdown.
fn plain(name: &str, decoded: Decoded, limits: &Limits) -> Result<Extracted, FormatError> {
    let Decoded { text, trail, reading, mut problems } = decoded;
    let origin = Origin::Bytes(vec![("", trail)]);
    let settled = if has_extension(name, &["md", "markdown", "mkd"]) || markdown::looks_like_it(&text) {
        let mut markdown = Markdown::default();
        let mut rewrite = |lines| markdown.lines(lines);
        let settled = settle(&text, origin, reading, Some(&mut rewrite), limits)?;
        if markdown.pictures > 0 {
            problems.push(Problem::PicturesLeftOut { count: markdown.pictures });
        }
        settled
    } else {
        settle(&text, origin, reading, None, limits)?
    };
    if settled.text.trim().is_empty() {
        return Err(FormatError::Empty);
    }
    problems.extend(settled.problems);
    Ok(Extracted {
        format: Format::Text,
        text: settled.text,
        places: settled.places,
        pages: None,
        problems,
        metadata: SourceMetadata::default(),
        margin: crate::Margin::default(),
    })
}

pub(crate) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| extensions.iter().any(|want| end.eq_ignore_ascii_case(want)))
}

/// HTML carries its own word on its encoding, so it is told from its raw bytes where these are ASCII-like.
fn declared_html<'a>(name: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
    if bytes.contains(&0) {
        return None;
    }
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let head = head.trim_start();
    if akn::looks_like_it(head) {
        return None;
    }
    let named = has_extension(name, &["html", "htm", "xhtml"]) && head.contains('<');
    (named || html::looks_like_it(head)).then_some(bytes)
}

fn xml_error(start: &str) -> FormatError {
    let head: String = start.chars().take(2000).collect();
    let found = if head.contains("schemas.microsoft.com/office/word/2003")
        || head.contains("schemas.microsoft.com/office/2006/xmlPackage")
    {
        Found::WordXml
    } else {
        return FormatError::NotADocument { found: Found::Xml };
    };
    FormatError::Unsupported { found }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
