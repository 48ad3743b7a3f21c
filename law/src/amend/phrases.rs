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
    Substitute {
        old: String,
        new: String,
    },
    Remove {
        old: String,
    },
    /// A phrase put after (or before) another.
    Beside {
        phrase: String,
        anchor: String,
        before: bool,
    },
    /// A phrase put at the end of a unit.
    Append {
        phrase: String,
    },
}

/// One change of words, and where it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PhraseOrder {
    pub(super) change: Change,
    pub(super) units: Vec<Place>,
    pub(super) except: Vec<Eid>,
}

/// A unit that words are changed in; no unit means throughout the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) document: Option<DocumentReference>,
    pub(super) unit: Option<Eid>,
    pub(super) part: Part,
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

/// The commands that semicolons part: "Bãi bỏ từ “A” tại khoản 1 Điều 18; bãi bỏ điểm b khoản 1 Điều 41".
pub(super) fn commands(words: &str, quotes: &[ByteSpan]) -> Vec<ByteSpan> {
    const VERBS: [&str; 6] = ["bãi bỏ", "bỏ", "thay", "bổ sung", "sửa đổi", "hủy bỏ"];
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in words.match_indices([';', '.']) {
        let rest = words[at + 1..].trim_start().to_lowercase();
        let quoted = quotes.iter().any(|quote| quote.start <= at && at < quote.end);
        if !quoted && VERBS.iter().any(|verb| crate::structure::starts_with_word(&rest, verb)) {
            pieces.push(ByteSpan::new(start, at));
            start = at + 1;
        }
    }
    pieces.push(ByteSpan::new(start, words.len()));
    pieces
}

/// What stands in a clause, in order.
enum Piece {
    Old(String),
    New(String),
    Anchor(String, bool),
    Unit(Place, Where),
    /// The beginning of a further order.
    Stop,
}

/// How a unit is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    In,
    Except,
    AtEnd,
}

/// Reads the changes of phrases in a clause.
pub(super) fn phrase_orders(
    words: &str,
    quotes: &[ByteSpan],
    context: &Context,
    register: &Register,
) -> Vec<PhraseOrder> {
    let mut orders = Vec::new();
    let mut draft = Draft::default();
    for piece in pieces(words, quotes, register) {
        draft.take(piece, &mut orders);
    }
    draft.close(&mut orders);
    // "cụm từ “A” tại điểm đ khoản 3, cụm từ “B” tại khoản 3a Điều 74": the article stands with the last.
    let mut after: Vec<Place> = Vec::new();
    for order in orders.iter_mut().rev() {
        let own = order.units.len();
        order.units.extend(after.iter().cloned());
        complete_places(&mut order.units, context);
        order.units.truncate(own);
        after.splice(0..0, order.units.iter().cloned());
        if order.units.is_empty() {
            let unit = context.unit.clone().filter(|unit| unit.article().is_some());
            order.units.push(Place { document: context.document.clone(), unit, part: Part::Whole });
        }
    }
    orders
}

/// Gives each place the document and the outer units that stand right of it, or above.
fn complete_places(places: &mut [Place], context: &Context) {
    let mut document: Option<DocumentReference> = None;
    for place in places.iter_mut().rev() {
        document = place.document.clone().or(document);
        place.document = document.clone();
    }
    let last = document_of_last(places).or_else(|| context.document.clone());
    let donors: Vec<Option<Eid>> = places.iter().map(|place| place.unit.clone()).collect();
    for (at, place) in places.iter_mut().enumerate() {
        place.document = place.document.take().or_else(|| last.clone());
        if let Some(unit) = place.unit.take() {
            let unit = donors[at + 1..].iter().flatten().fold(unit, complete);
            place.unit = Some(context.unit.iter().fold(unit, complete));
        }
    }
}

fn document_of_last(places: &[Place]) -> Option<DocumentReference> {
    places.iter().rev().find_map(|place| place.document.clone())
}

fn pieces(words: &str, quotes: &[ByteSpan], register: &Register) -> Vec<Piece> {
    let (plain, named) = named(&without_quotes(words, quotes), register);
    let mut marks: Vec<(ByteSpan, Option<usize>)> = quotes.iter().map(|quote| (*quote, None)).collect();
    marks.extend(named.iter().enumerate().map(|(at, n)| (n.span, Some(at))));
    marks.sort_by_key(|(span, at)| (span.start, *at));
    let mut pieces = Vec::new();
    let mut gap = String::new();
    let mut end = 0;
    let mut place = Where::In;
    for (span, unit) in marks {
        // Units of one citation share the words before it.
        if let Some(between) = plain.get(end..span.start) {
            gap = between.to_lowercase();
            if begins_anew(&gap) {
                pieces.push(Piece::Stop);
                place = Where::In;
            }
        }
        end = end.max(span.end);
        let Some(at) = unit else {
            let inner = span.of(words).trim_matches(['“', '”', '"', '„']).trim().to_owned();
            pieces.push(role(&gap, inner));
            continue;
        };
        if gap.contains("trừ ") {
            place = Where::Except;
        } else if gap.contains("vào cuối") {
            place = Where::AtEnd;
        }
        let document = Some(named[at].document.clone()).filter(|d| *d != DocumentReference::This);
        let unit = named[at].unit.clone();
        let tail = gap.rsplit([';', ',']).next().unwrap_or(&gap);
        if tail.contains("tên điều") && unit.is_some() {
            let article = unit.as_ref().and_then(Eid::article);
            pieces.push(Piece::Unit(Place { document: document.clone(), unit: article, part: Part::Heading }, place));
        }
        let headed = unit
            .as_ref()
            .is_some_and(|unit| unit.steps().last().is_some_and(|(prefix, _)| !matches!(*prefix, "para" | "point")));
        let headed = headed && named[at].leads;
        let part =
            if tail.contains("tên") && headed && !tail.contains("tên điều") { Part::Heading } else { Part::Whole };
        pieces.push(Piece::Unit(Place { document, unit, part }, place));
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
    /// Each old phrase with the units named for it alone, which stand before the new one.
    olds: Vec<(String, Vec<Place>)>,
    news: Vec<String>,
    anchor: Option<(String, bool)>,
    units: Vec<Place>,
    ends: Vec<Place>,
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
                self.olds.push((old, Vec::new()));
            }
            Piece::New(new) => self.news.push(new),
            Piece::Anchor(anchor, before) => self.anchor = Some((anchor, before)),
            Piece::Unit(place, Where::Except) => self.except.extend(place.unit),
            Piece::Unit(place, Where::AtEnd) => self.ends.push(place),
            Piece::Unit(place, Where::In) => match self.olds.last_mut() {
                Some((_, own)) if self.news.is_empty() && self.anchor.is_none() => own.push(place),
                _ => self.units.push(place),
            },
            // "Thay “A” tại …; cụm từ “B” tại … bằng “C”": the new phrase is still to come.
            Piece::Stop if self.news.is_empty() && self.anchor.is_none() => {}
            Piece::Stop => self.close(orders),
        }
    }

    fn close(&mut self, orders: &mut Vec<PhraseOrder>) {
        if self.olds.is_empty() {
            // Units named before the first phrase belong to it.
            return;
        }
        let Self { olds, news, anchor, units, ends, except } = std::mem::take(self);
        let pairs = news.len() == olds.len();
        for (at, (old, mut own)) in olds.into_iter().enumerate() {
            let appended = old.clone();
            let change = match (&anchor, news.as_slice()) {
                (Some((anchor, before)), _) => Change::Beside { phrase: old, anchor: anchor.clone(), before: *before },
                (None, []) => Change::Remove { old },
                (None, [new]) => Change::Substitute { old, new: new.clone() },
                (None, news) if pairs => Change::Substitute { old, new: news[at].clone() },
                _ => continue,
            };
            own.extend(units.iter().cloned());
            if !ends.is_empty() {
                let change = Change::Append { phrase: appended };
                orders.push(PhraseOrder { change, units: ends.clone(), except: Vec::new() });
            }
            orders.push(PhraseOrder { change, units: own, except: except.clone() });
        }
    }
}
