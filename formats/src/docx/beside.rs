//! Reads what stands beside the text of a DOCX from parts of its own: notes, comments, headers and footers.
//!
//! None of them can spoil the text: a broken part of this kind is a problem, not an error. Source: ECMA-376 part 1,
//! 17.10 (headers and footers), 17.11 (notes), 17.13.4 (comments).

use super::body::{PartKind, Scan};
use super::source::Scanned;
use super::styles::{Styles, Theme};
use super::{Parts, xml};
use crate::{Comment, FormatError, Limits, Margin, NoteKind, Problem, normalise};
use quick_xml::events::Event;
use std::collections::HashMap;

/// How much of a header a problem quotes, in characters.
const QUOTED: usize = 60;

/// Reads the notes, comments and revisions of a document whose main part was scanned.
pub(super) fn read(
    parts: &Parts,
    scanned: &mut Scanned,
    styles: &Styles,
    theme: &Theme,
    limits: &Limits,
    problems: &mut Vec<Problem>,
) -> Result<Margin, FormatError> {
    let mut notes: HashMap<(NoteKind, u32), String> = HashMap::new();
    for (kind, source) in [(NoteKind::Foot, &parts.footnotes), (NoteKind::End, &parts.endnotes)] {
        let Some(source) = source else { continue };
        let (definitions, _) = parts.definitions(styles, theme);
        match bounded(Scan::new(source, PartKind::Notes, definitions, limits, |_, _, _| {}).without_sources().run())? {
            Some(read) => {
                let texts = read.note_texts.iter().map(|(id, span)| (*id, read.text[span.clone()].trim().to_owned()));
                notes.extend(texts.map(|(id, text)| ((kind, id), text)));
            }
            None => problems.push(unreadable(if kind == NoteKind::Foot { "footnotes" } else { "endnotes" })),
        }
    }
    let (notes, missing) = scanned.notes(|kind, id| notes.get(&(kind, id)).cloned());
    if !notes.is_empty() {
        problems.push(Problem::NotesBeside { count: notes.len() });
    }
    if missing > 0 {
        problems.push(Problem::NotesLeftOut { count: missing });
    }
    let comments = match parts.comments.as_deref().map(|source| comments(source, scanned)) {
        Some(Ok(comments)) => comments,
        Some(Err(_)) => {
            problems.push(unreadable("comments"));
            Vec::new()
        }
        None => Vec::new(),
    };
    if !comments.is_empty() {
        problems.push(Problem::CommentsBeside { count: comments.len() });
    }
    Ok(Margin { notes, revisions: std::mem::take(&mut scanned.revisions), comments })
}

/// Says which headers and footers hold words, for none of theirs are in the text.
pub(super) fn edges(
    parts: &Parts,
    styles: &Styles,
    theme: &Theme,
    limits: &Limits,
) -> Result<Option<Problem>, FormatError> {
    let mut seen: Vec<String> = Vec::new();
    for source in &parts.edges {
        let (definitions, _) = parts.definitions(styles, theme);
        let scan = Scan::new(source, PartKind::Edge, definitions, limits, |_, _, _| {});
        let Some(read) = bounded(scan.without_sources().run())? else { continue };
        let words = read.text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A page number alone is no loss.
        if words.chars().any(char::is_alphabetic) && !seen.contains(&words) {
            seen.push(words);
        }
    }
    Ok(seen.first().map(|first| {
        let mut sample: String = first.chars().take(QUOTED).collect();
        if first.chars().nth(QUOTED).is_some() {
            sample.push('…');
        }
        Problem::HeadersLeftOut { count: seen.len(), sample }
    }))
}

/// `None` for a part that is merely broken; what bounds the machine's work is an error all the same.
fn bounded<T>(read: Result<T, FormatError>) -> Result<Option<T>, FormatError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error @ (FormatError::Bomb { .. } | FormatError::Interrupted)) => Err(error),
        Err(_) => Ok(None),
    }
}

fn unreadable(part: &str) -> Problem {
    Problem::PartUnreadable { part: part.to_owned() }
}

/// The comments of a part of them, each on the words it was found on; those without a place in the text are left out.
fn comments(source: &str, scanned: &Scanned) -> Result<Vec<Comment>, FormatError> {
    let mut starts: HashMap<u32, usize> = HashMap::new();
    for (id, at) in &scanned.comment_starts {
        starts.entry(*id).or_insert(*at);
    }
    let ends: HashMap<u32, usize> = scanned.comment_ends.iter().copied().collect();
    let mut found = Vec::new();
    let mut open: Option<(u32, Comment)> = None;
    let mut in_text = false;
    let mut reader = xml::reader(source);
    loop {
        match reader.read_event().map_err(xml::broken)? {
            Event::Start(tag) => match xml::local(&tag) {
                "comment" => {
                    let id = xml::attribute(&tag, "id").and_then(|id| id.parse().ok());
                    open = id.map(|id| (id, begun(&tag)));
                }
                "t" => in_text = true,
                _ => {}
            },
            Event::Empty(tag) if matches!(xml::local(&tag), "tab" | "br") => {
                if let Some((_, comment)) = &mut open {
                    comment.text.push(if xml::local(&tag) == "tab" { '\t' } else { '\n' });
                }
            }
            Event::Text(text) if in_text => {
                if let Some((_, comment)) = &mut open {
                    comment.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) if in_text => {
                if let (Some((_, comment)), Some(ch)) = (&mut open, xml::entity(&reference)) {
                    comment.text.push(ch);
                }
            }
            Event::End(tag) => match xml::local_end(&tag) {
                "t" => in_text = false,
                "p" => {
                    if let Some((_, comment)) = &mut open {
                        comment.text.push('\n');
                    }
                }
                "comment" => {
                    if let Some((id, mut comment)) = open.take()
                        && let Some(start) = starts.get(&id)
                    {
                        comment.text = normalise(comment.text.trim_end_matches('\n'));
                        let end = ends.get(&id).copied().unwrap_or(*start).max(*start);
                        // One that ends before a paragraph's first word ends with the paragraph before.
                        let words = scanned.text.get(*start..end).unwrap_or_default().trim_end_matches('\n');
                        (comment.start, comment.end) = (*start, start + words.len());
                        found.push(comment);
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn begun(tag: &quick_xml::events::BytesStart<'_>) -> Comment {
    Comment {
        start: 0,
        end: 0,
        author: xml::attribute(tag, "author").unwrap_or_default(),
        text: String::new(),
        date: xml::attribute(tag, "date"),
    }
}
