//! A document's tree as text again: every label in today's form, every other word as it stands.
//!
//! Reading what is printed gives the same tree (a law of this module's tests), so the print is a normal form: of
//! `1- Người nộp` it makes `1. Người nộp`. Not here: layout.

use super::label;
use super::{Document, Provision, ProvisionKind};
use crate::ByteSpan;

/// Prints a document. Text that belongs to no unit, such as the head and the signature, stays where it is.
pub fn print(document: &Document) -> String {
    let mut out = String::with_capacity(document.text.len() + 64);
    let mut at = 0;
    let mut next = 0;
    while let Some(provision) = document.provisions.get(next) {
        lines(&document.text, ByteSpan::new(at, provision.span.start), &mut out);
        at = head(&document.text, provision, document.provisions.get(next + 1), &mut out);
        next += 1;
    }
    lines(&document.text, ByteSpan::new(at, document.text.len()), &mut out);
    out
}

/// Prints label and title of a unit and returns where its other words begin.
fn head(text: &str, provision: &Provision, next: Option<&Provision>, out: &mut String) -> usize {
    let start = provision.span.start;
    let number = provision.number.as_deref().unwrap_or_default();
    let label = match provision.kind {
        ProvisionKind::Part => format!("Phần {number}."),
        ProvisionKind::Chapter => format!("Chương {number}."),
        ProvisionKind::Section => format!("Mục {number}."),
        ProvisionKind::Subsection => format!("Tiểu mục {number}."),
        ProvisionKind::Article => format!("Điều {number}."),
        ProvisionKind::Paragraph => format!("{number}."),
        ProvisionKind::Point => format!("{number})"),
        // These have no label of their own, or one that is part of their words.
        ProvisionKind::Annex | ProvisionKind::Preamble | ProvisionKind::Basis => return start,
    };
    out.push_str(&label);
    let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    let line = &text[start..end];
    let Some(found) = label::read(line) else { return start };
    let rest = end - found.rest.len();
    match &provision.heading {
        Some(heading) => {
            out.push(' ');
            out.push_str(heading);
            after_heading(text, rest, heading)
        }
        // A paragraph that begins in the article's line stands in a line of its own in print.
        None if next.is_some_and(|next| next.span.start == rest) => rest,
        None => {
            out.push(' ');
            rest
        }
    }
}

/// Where the words after a title begin: past as many words as it has, its lines and notes included.
fn after_heading(text: &str, from: usize, heading: &str) -> usize {
    let mut wanted = heading.chars().filter(|c| !c.is_whitespace()).peekable();
    let mut at = from;
    for (offset, c) in text[from..].char_indices() {
        if wanted.peek().is_none() {
            break;
        }
        if wanted.peek() == Some(&c) {
            wanted.next();
        }
        at = from + offset + c.len_utf8();
    }
    at
}

/// The lines of a part of the text without blanks around them; always ends a line.
fn lines(text: &str, part: ByteSpan, out: &mut String) {
    let words = part.of(text);
    if words.trim_start_matches([' ', '\t']).starts_with('\n') {
        end_line(out);
    }
    for line in words.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(line);
        out.push('\n');
    }
    end_line(out);
}

fn end_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}
