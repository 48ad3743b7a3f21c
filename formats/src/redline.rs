//! What changed between two versions of a draft, provision by provision (bản so sánh).
//!
//! A plain comparison of lines drowns a reviewer: one article put in renumbers all that follow, and every line
//! differs. So paragraphs are matched by their words without their numbers first, then, in what is left between two
//! matches, by likeness, a shared place in the tree counting for something; only matched paragraphs are compared word
//! by word. The longest common subsequence is `similar`'s (Myers).

mod align;
mod docx;
mod html;

use align::{Pair, align};
use rasoat_law::{Document, Eid};
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The changes from one text to another, in the order of the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redline {
    /// The paragraphs of both.
    pub paragraphs: Vec<Compared>,
}

/// A paragraph of one text or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What became of it.
    pub change: ChangeKind,
    /// The provision it stands in, in the old text; `None` where it stands in none or is new.
    pub old: Option<Eid>,
    /// The provision it stands in, in the new text; `None` where it stands in none or is gone.
    pub new: Option<Eid>,
    /// Its words, kept, taken out and put in.
    pub words: Vec<Words>,
}

/// What became of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Nothing.
    Same,
    /// Words of it changed, its number among them.
    Changed,
    /// It was put in.
    Added,
    /// It was taken out.
    Removed,
    /// It was taken out here, and put in elsewhere with nearly the same words.
    MovedAway,
    /// It was put in here, and stood elsewhere before.
    MovedHere,
}

/// Words in a row that fared alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// In both texts.
    Kept(String),
    /// In the old text only.
    Deleted(String),
    /// In the new text only.
    Inserted(String),
}

/// How many paragraphs changed in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Unchanged.
    pub same: usize,
    /// With changed words.
    pub changed: usize,
    /// Put in.
    pub added: usize,
    /// Taken out.
    pub removed: usize,
    /// Moved.
    pub moved: usize,
}

/// Compares two versions of a document.
pub fn redline(old: &Document, new: &Document) -> Redline {
    let (old, new) = (paragraphs(old), paragraphs(new));
    let paragraphs = align(&old, &new)
        .into_iter()
        .map(|pair| match pair {
            Pair::Both(a, b) => both(&old[a], &new[b]),
            Pair::Old(a, moved) => Compared {
                change: if moved { ChangeKind::MovedAway } else { ChangeKind::Removed },
                old: old[a].eid.clone(),
                new: None,
                words: vec![Words::Deleted(old[a].text.to_owned())],
            },
            Pair::New(b, moved) => Compared {
                change: if moved { ChangeKind::MovedHere } else { ChangeKind::Added },
                old: None,
                new: new[b].eid.clone(),
                words: vec![Words::Inserted(new[b].text.to_owned())],
            },
        })
        .collect();
    Redline { paragraphs }
}

impl Redline {
    /// How many paragraphs changed in which way.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for paragraph in &self.paragraphs {
            match paragraph.change {
                ChangeKind::Same => counts.same += 1,
                ChangeKind::Changed => counts.changed += 1,
                ChangeKind::Added => counts.added += 1,
                ChangeKind::Removed => counts.removed += 1,
                ChangeKind::MovedHere => counts.moved += 1,
                // Counted where it went.
                ChangeKind::MovedAway => {}
            }
        }
        counts
    }

    /// The old text: what rejecting every change gives.
    pub fn old_text(&self) -> String {
        self.text_of(
            |compared| !matches!(compared.change, ChangeKind::Added | ChangeKind::MovedHere),
            |words| match words {
                Words::Kept(text) | Words::Deleted(text) => Some(text),
                Words::Inserted(_) => None,
            },
        )
    }

    /// The new text: what accepting every change gives.
    pub fn new_text(&self) -> String {
        self.text_of(
            |compared| !matches!(compared.change, ChangeKind::Removed | ChangeKind::MovedAway),
            |words| match words {
                Words::Kept(text) | Words::Inserted(text) => Some(text),
                Words::Deleted(_) => None,
            },
        )
    }

    fn text_of(&self, in_it: impl Fn(&Compared) -> bool, word: impl Fn(&Words) -> Option<&String>) -> String {
        let lines = self.paragraphs.iter().filter(|compared| in_it(compared));
        let lines: Vec<String> =
            lines.map(|compared| compared.words.iter().filter_map(&word).map(String::as_str).collect()).collect();
        lines.join("\n")
    }
}

/// A paragraph of one text: a line, and the provision it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paragraph<'a> {
    text: &'a str,
    /// Its words without its number: what makes it the same paragraph under another number.
    body: &'a str,
    eid: Option<Eid>,
}

fn paragraphs(document: &Document) -> Vec<Paragraph<'_>> {
    let mut at = 0;
    let mut found = Vec::new();
    for text in document.text.split('\n') {
        let provision = document.at(at);
        let number = provision.filter(|provision| provision.span.start == at).and_then(|p| p.number.as_deref());
        let body = number.map_or(text, |number| without_number(text, number));
        if !text.trim().is_empty() {
            found.push(Paragraph { text, body, eid: provision.map(|provision| provision.eid.clone()) });
        }
        at += text.len() + 1;
    }
    found
}

/// `Điều 5. Phạm vi` without `Điều 5. `: what follows the number's first appearance and its mark.
fn without_number<'a>(text: &'a str, number: &str) -> &'a str {
    let Some(found) = text.find(number) else { return text };
    let rest = text.get(found + number.len()..).unwrap_or_default();
    let body = rest.trim_start_matches(['.', ')', ':', '-', ' ', '\u{a0}']);
    if body.is_empty() { text } else { body }
}

fn both(old: &Paragraph<'_>, new: &Paragraph<'_>) -> Compared {
    let words = if old.text == new.text { vec![Words::Kept(new.text.to_owned())] } else { compare(old.text, new.text) };
    Compared {
        change: if old.text == new.text { ChangeKind::Same } else { ChangeKind::Changed },
        old: old.eid.clone(),
        new: new.eid.clone(),
        words,
    }
}

/// Two paragraphs word by word.
fn compare(old: &str, new: &str) -> Vec<Words> {
    let (a, b) = (tokens(old), tokens(new));
    let mut words: Vec<Words> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                push(&mut words, Words::Kept(a[old_index..old_index + len].concat()))
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                push(&mut words, Words::Deleted(a[old_index..old_index + old_len].concat()));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                push(&mut words, Words::Inserted(b[new_index..new_index + new_len].concat()));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                push(&mut words, Words::Deleted(a[old_index..old_index + old_len].concat()));
                push(&mut words, Words::Inserted(b[new_index..new_index + new_len].concat()));
            }
        }
    }
    joined(words)
}

/// Adds words, to the last ones where these fared alike.
fn push(words: &mut Vec<Words>, next: Words) {
    match (words.last_mut(), &next) {
        (Some(Words::Kept(last)), Words::Kept(more))
        | (Some(Words::Deleted(last)), Words::Deleted(more))
        | (Some(Words::Inserted(last)), Words::Inserted(more)) => last.push_str(more),
        _ => words.push(next),
    }
}

/// A lone space kept between two changes is no landmark for a reader: "a b" → "c d" is one change, not two.
fn joined(words: Vec<Words>) -> Vec<Words> {
    let mut result: Vec<Words> = Vec::new();
    let (mut deleted, mut inserted) = (String::new(), String::new());
    let mut rest = words.into_iter().peekable();
    while let Some(next) = rest.next() {
        match next {
            Words::Deleted(text) => deleted.push_str(&text),
            Words::Inserted(text) => inserted.push_str(&text),
            Words::Kept(text)
                if text.trim().is_empty() && !(deleted.is_empty() && inserted.is_empty()) && rest.peek().is_some() =>
            {
                deleted.push_str(&text);
                inserted.push_str(&text);
            }
            Words::Kept(text) => {
                flush(&mut result, &mut deleted, &mut inserted);
                push(&mut result, Words::Kept(text));
            }
        }
    }
    flush(&mut result, &mut deleted, &mut inserted);
    result
}

/// Puts down a change, less the blanks both sides end in.
fn flush(result: &mut Vec<Words>, deleted: &mut String, inserted: &mut String) {
    let common: usize = deleted
        .chars()
        .rev()
        .zip(inserted.chars().rev())
        .take_while(|(a, b)| a == b && a.is_whitespace())
        .map(|(a, _)| a.len_utf8())
        .sum();
    let tail = deleted.split_off(deleted.len() - common);
    inserted.truncate(inserted.len() - common);
    for (text, make) in [(deleted, Words::Deleted as fn(String) -> Words), (inserted, Words::Inserted)] {
        if !text.is_empty() {
            result.push(make(std::mem::take(text)));
        }
    }
    if !tail.is_empty() {
        push(result, Words::Kept(tail));
    }
}

/// Words, blanks and marks, each on its own; together they are the text.
fn tokens(text: &str) -> Vec<&str> {
    let class = |ch: char| match ch {
        _ if ch.is_alphanumeric() => 0,
        _ if ch.is_whitespace() => 1,
        _ => 2,
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, ch) in text.char_indices() {
        let this = class(ch);
        if last.is_some_and(|last| last != this || last == 2) {
            found.push(&text[start..at]);
            start = at;
        }
        last = Some(this);
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
