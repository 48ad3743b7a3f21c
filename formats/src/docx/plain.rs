//! A plain DOCX made of a text that came in another format, so that its review can go back as comments all the same.

use super::annotate::splice_all;
use super::write::{Align, Body, Page, Run};
use crate::{Comment, FormatError, Limits, normalise};

/// A plain DOCX of a text, a paragraph a line, with comments at byte offsets of that text.
///
/// # Errors
/// [`FormatError::NothingToCommentOn`] where there are comments and no text.
pub fn docx_from_text(text: &str, comments: &[Comment]) -> Result<Vec<u8>, FormatError> {
    let normal = normalise(text);
    let moved: Vec<Comment>;
    let comments = if normal == text {
        comments
    } else {
        moved = comments
            .iter()
            .map(|comment| Comment {
                start: offset_in_normal(text, comment.start),
                end: offset_in_normal(text, comment.end),
                ..comment.clone()
            })
            .collect();
        &moved
    };
    let mut body = Body::new();
    for line in normal.split('\n') {
        body.paragraph(&[Run::plain(line)], Align::Left);
    }
    let bytes = body.pack(Page::Portrait)?;
    if comments.is_empty() {
        return Ok(bytes);
    }
    // Our own file is held to no limit but the machine's.
    let limits = Limits { input_bytes: u64::MAX, expanded_bytes: u64::MAX, ratio: u64::MAX, ..Limits::default() };
    splice_all(&bytes, &normal, comments, &[], &limits).map(|annotated| annotated.file)
}

fn offset_in_normal(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    normalise(&text[..offset]).len()
}
