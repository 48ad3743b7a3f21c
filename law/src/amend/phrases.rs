//! Commands that change words rather than units: "Thay thế cụm từ “X” bằng cụm từ “Y” tại khoản 1 Điều 3, Điều 8".
//!
//! Hard because the units stand before the first phrase, between the two, or after the last, one clause holds several
//! such orders one after another, and "tên các điều 5, 6" limits one to headings.

use super::Part;
use super::clauses::{Mark, mark};
use super::command::{Context, complete, named, without_quotes};
use crate::cite::DocumentReference;
use crate::register::Register;
use crate::{ByteSpan, Eid};

/// What happens to a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Substitute { old: String, new: String },
    Remove { old: String },
    /// A phrase put after (or before) another.
    Beside { phrase: String, anchor: String, before: bool },
}

/// One change of words, and the units it is made in; none means throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PhraseOrder {
    pub(super) change: Change,
    pub(super) document: Option<DocumentReference>,
    pub(super) units: Vec<(Eid, Part)>,
    pub(super) except: Vec<Eid>,
}

/// The quotations within one clause's words, marks included.
pub(super) fn quotes(words: &str) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    let mut opened: Option<usize> = None;
    let mut previous = ' ';
    for (at, c) in words.char_indices() {
        let next = words[at + c.len_utf8()..].chars().next();
        match mark(c, previous, next, false) {
            Some(Mark::Opening) if opened.is_none() => opened = Some(at),
            // A mark left open ("“A bằng cụm từ “B”"): the phrase ends before the word that joins the next one.
            Some(Mark::Opening) if opened.is_some_and(|start| words[start..at].contains(" bằng ")) => {
                let start = opened.unwrap_or(at);
                let end = start + words[start..at].find(" bằng ").unwrap_or(at - start);
                found.push(ByteSpan::new(start, end));
                opened = Some(at);
            }
            // Marked by the wrong sign: an opening one where one is open ends it.
            Some(Mark::Opening | Mark::Closing) => {
                if let Some(start) = opened.take() {
                    found.push(ByteSpan::new(start, at + c.len_utf8()));
                }
            }
            None => {}
        }
        previous = c;
    }
    found
}

/// Whether the clause changes phrases.
pub(super) fn changes_phrases(words: &str, quotes: &[ByteSpan]) -> bool {
    let Some(first) = quotes.first() else { return false };
    let before = words[..first.start].to_lowercase();
    const NOUNS: [&str; 9] = ["từ", "chữ", "cụm", "cụm số", "số", "các từ", "ký hiệu", "thuật ngữ", "dấu"];
    let before = before.trim_end_matches([' ', ':']);
    NOUNS.iter().any(|noun| before.ends_with(noun))
}

/// What stands in a clause, in order.
enum Piece {
    Old(String),
    New(String),
    Anchor(String, bool),
    Unit(Option<DocumentReference>, Option<Eid>, Part, bool),
    /// The end of an order.
    Stop,
}

/// Reads the changes of phrases in a clause.
pub(super) fn phrase_orders(words: &str, quotes: &[ByteSpan], context: &Context, register: &Register) -> Vec<PhraseOrder> {
    let pieces = pieces(words, quotes, register);
    let mut orders = Vec::new();
    let mut draft = Draft::default();
    for piece in pieces {
        draft.take(piece, &mut orders);
    }
    draft.close(&mut orders);
    for order in &mut orders {
        let donors: Vec<Eid> = order.units.iter().map(|(unit, _)| unit.clone()).collect();
        for (at, (unit, _)) in order.units.iter_mut().enumerate() {
            for donor in &donors[at + 1..] {
                *unit = complete(unit.clone(), donor);
            }
            if let Some(outer) = &context.unit {
                *unit = complete(unit.clone(), outer);
            }
        }
        if order.units.is_empty() && let Some(outer) = context.unit.clone().filter(|u| u.article().is_some()) {
            order.units.push((outer, Part::Whole));
        }
        order.document = order.document.take().or_else(|| context.document.clone());
    }
    orders
}

fn pieces(words: &str, quotes: &[ByteSpan], register: &Register) -> Vec<Piece> {
    let (plain, named) = named(&without_quotes(words, quotes), register);
    let mut marks: Vec<(ByteSpan, Option<usize>)> = quotes.iter().map(|quote| (*quote, None)).collect();
    marks.extend(named.iter().enumerate().map(|(at, n)| (n.span, Some(at))));
    marks.sort_by_key(|(span, at)| (span.start, *at));
    let mut pieces = Vec::new();
    let mut end = 0;
    let mut except = false;
    for (span, unit) in marks {
        let gap = plain.get(end..span.start).unwrap_or_default().to_lowercase();
        if begins_anew(&gap) {
            pieces.push(Piece::Stop);
            except = false;
        }
        match unit {
            None => {
                let inner = span.of(words).trim_matches(['“', '”', '"', '„']).trim().to_owned();
                pieces.push(role(&gap, inner));
            }
            Some(at) => {
                except |= gap.contains("trừ ");
                let tail = gap.rsplit([';', ',']).next().unwrap_or(&gap);
                let headed = named[at].unit.as_ref().is_some_and(|unit| {
                    unit.steps().last().is_some_and(|(prefix, _)| !matches!(*prefix, "para" | "point"))
                });
                let part = if tail.contains("tên") && headed { Part::Heading } else { Part::Whole };
                let document = Some(named[at].document.clone()).filter(|d| *d != DocumentReference::This);
                let own = tail.contains("tên điều") && named[at].unit.is_some();
                if own {
                    let article = named[at].unit.as_ref().and_then(Eid::article);
                    pieces.push(Piece::Unit(document.clone(), article, Part::Heading, except));
                }
                let part = if own { Part::Whole } else { part };
                pieces.push(Piece::Unit(document, named[at].unit.clone(), part, except));
            }
        }
        end = end.max(span.end);
    }
    pieces
}

/// Whether a further order begins in `gap`.
fn begins_anew(gap: &str) -> bool {
    ["thay", "bỏ", "bổ sung", "sửa đổi", "đổi"].iter().any(|verb| gap.contains(verb)) && !gap.contains("được")
        || (gap.contains(';') && gap.contains("từ"))
}

fn role(gap: &str, inner: String) -> Piece {
    if ["bằng", "thành", "là"].iter().any(|word| gap.split_whitespace().any(|w| w == *word)) {
        Piece::New(inner)
    } else if gap.contains("sau") && gap.contains("từ") && !gap.contains("như sau") {
        Piece::Anchor(inner, false)
    } else if gap.contains("trước") {
        Piece::Anchor(inner, true)
    } else {
        Piece::Old(inner)
    }
}

#[derive(Default)]
struct Draft {
    olds: Vec<String>,
    news: Vec<String>,
    anchor: Option<(String, bool)>,
    document: Option<DocumentReference>,
    units: Vec<(Eid, Part)>,
    except: Vec<Eid>,
}

impl Draft {
    fn take(&mut self, piece: Piece, orders: &mut Vec<PhraseOrder>) {
        match piece {
            Piece::Old(old) => {
                // A further old phrase after a finished order begins the next one.
                if !self.news.is_empty() || self.anchor.is_some() {
                    self.close(orders);
                }
                self.olds.push(old);
            }
            Piece::New(new) => self.news.push(new),
            Piece::Anchor(anchor, before) => self.anchor = Some((anchor, before)),
            Piece::Unit(document, unit, part, except) => {
                self.document = self.document.take().or(document);
                match unit {
                    Some(unit) if except => self.except.push(unit),
                    Some(unit) => self.units.push((unit, part)),
                    None => {}
                }
            }
            Piece::Stop => self.close(orders),
        }
    }

    fn close(&mut self, orders: &mut Vec<PhraseOrder>) {
        if self.olds.is_empty() {
            // Units named before the first phrase belong to it.
            return;
        }
        let draft = std::mem::take(self);
        let pairs: Vec<Change> = match (&draft.anchor, draft.news.as_slice()) {
            (Some((anchor, before)), _) => draft
                .olds
                .iter()
                .map(|phrase| Change::Beside { phrase: phrase.clone(), anchor: anchor.clone(), before: *before })
                .collect(),
            (None, []) => draft.olds.iter().map(|old| Change::Remove { old: old.clone() }).collect(),
            (None, [new]) => {
                draft.olds.iter().map(|old| Change::Substitute { old: old.clone(), new: new.clone() }).collect()
            }
            (None, news) if news.len() == draft.olds.len() => draft
                .olds
                .iter()
                .zip(news)
                .map(|(old, new)| Change::Substitute { old: old.clone(), new: new.clone() })
                .collect(),
            _ => Vec::new(),
        };
        orders.extend(pairs.into_iter().map(|change| PhraseOrder {
            change,
            document: draft.document.clone(),
            units: draft.units.clone(),
            except: draft.except.clone(),
        }));
    }
}
