//! A text on its way to the normal form, each letter with the place it came from.
//!
//! Hard because a letter passes several hands before it is stored: bytes are decoded, escapes resolved, markup taken
//! out, an old encoding read, marks composed (Unicode NFC). A reviewer's finding must still land on the very bytes or
//! node it was made on. Each hand leaves a [`Trail`]; [`settle`] walks them back. Not here: what the letters mean.

use crate::normal::{compose, map_char};
use crate::{FormatError, Limits, Place, Position, Problem};
use rasoat_law::ByteSpan;
use rasoat_law::text::legacy::{self, Encoding};
use std::collections::BTreeMap;

/// A text is worked on in stretches of about this many bytes, so that the work's own memory stays small.
const STRETCH: usize = 256 << 10;

/// Of a text larger than this, a place is no single word but at least [`COARSE`] bytes.
const FINE: usize = 4 << 20;

/// The least a place holds in a large text.
const COARSE: usize = 64;

/// How the characters of a stretch count in what it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// Byte for byte.
    Same,
    /// Code units of UTF-16.
    Wide,
    /// A byte a character.
    Single,
    /// Not at all: the stretch stands as one for the other, as an escape does.
    Whole,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    from: usize,
    to: usize,
    width: Width,
}

/// Where the stretches of a text came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    pieces: Vec<Piece>,
    /// The last answer, from which the next is counted on: offsets are asked for in order.
    reached: Option<(usize, usize, usize)>,
}

impl Trail {
    /// A text that is what it came from, byte for byte, from byte `from` on.
    pub(crate) fn same(from: usize) -> Self {
        let mut trail = Self::default();
        trail.push(0, from, usize::MAX, Width::Same);
        trail
    }

    /// What stands at byte `at` of the text and after it came from `from..to`.
    pub(crate) fn push(&mut self, at: usize, from: usize, to: usize, width: Width) {
        self.pieces.push(Piece { at, from, to, width });
    }

    /// Whether the text is what it came from, byte for byte, in one piece.
    fn is_the_same(&self) -> bool {
        matches!(self.pieces.as_slice(), [piece] if piece.width == Width::Same)
    }

    /// Forgets what stands at byte `at` and after it.
    pub(crate) fn truncate(&mut self, at: usize) {
        self.pieces.truncate(self.pieces.partition_point(|piece| piece.at < at));
    }

    /// Where `span` of `text` came from. Cheapest where spans are asked for in order.
    fn range(&mut self, text: &str, span: ByteSpan) -> ByteSpan {
        let start = self.offset(text, span.start, false);
        let end = if span.end > span.start { self.offset(text, span.end, true) } else { start };
        ByteSpan::new(start, end.max(start))
    }

    /// The origin of byte `at`; as an end, that of the byte before it.
    fn offset(&mut self, text: &str, at: usize, as_end: bool) -> usize {
        let after = self.pieces.partition_point(|piece| if as_end { piece.at < at } else { piece.at <= at });
        let Some(index) = after.checked_sub(1) else { return 0 };
        let piece = self.pieces[index];
        match piece.width {
            Width::Same => piece.from.saturating_add(at - piece.at).min(piece.to),
            Width::Whole if as_end => piece.to,
            Width::Whole => piece.from,
            Width::Wide | Width::Single => {
                let (mut have, mut offset) = match self.reached {
                    Some((in_piece, have, offset)) if in_piece == index && have <= at => (have, offset),
                    _ => (piece.at, piece.from),
                };
                for ch in text.get(have..at).unwrap_or_default().chars() {
                    offset += if piece.width == Width::Wide { ch.len_utf16() * 2 } else { 1 };
                }
                have = at;
                self.reached = Some((index, have, offset));
                offset
            }
        }
    }
}

/// What the offsets of a decoded text lead back to.
#[derive(Debug)]
pub(crate) enum Origin<'a> {
    /// Bytes of the file, by way of these texts, the nearest first: each with its trail to the next.
    Bytes(Vec<(&'a str, Trail)>),
    /// Text nodes of a web page: where in the text each begins, in order.
    Nodes(&'a [(usize, usize)]),
}

/// Which encoding a text is really in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Each line is judged for itself.
    Judged,
    /// All of it is in this one.
    As(Encoding),
}

/// A character of a text and the bytes it stands for there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) ch: char,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Rewrites the lines of a stretch before they are composed, as for taking markup out.
pub(crate) type Rewrite<'a> = &'a mut dyn FnMut(Vec<Vec<Letter>>) -> Vec<Vec<Letter>>;

/// A text in normal form with its places, and what was met on the way.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
    pub(crate) problems: Vec<Problem>,
}

/// Brings a text into normal form: old encodings read, `rewrite` applied, letters composed.
pub(crate) fn settle(
    source: &str,
    origin: Origin<'_>,
    reading: Reading,
    rewrite: Option<Rewrite<'_>>,
    limits: &Limits,
) -> Result<Settled, FormatError> {
    let mut weaver = Weaver {
        source,
        origin,
        least: if source.len() > FINE { COARSE } else { 0 },
        settled: Settled { text: String::with_capacity(source.len()), ..Settled::default() },
        word: None,
        legacy: BTreeMap::new(),
    };
    let mut rewrite = rewrite;
    let mut start = 0;
    while start < source.len() {
        limits.interrupt.check()?;
        let end = end_of_stretch(source, start);
        weaver.stretch(start, end, reading, rewrite.as_mut().map(|rewrite| &mut **rewrite as Rewrite<'_>));
        start = end;
    }
    weaver.flush_word();
    for (encoding, lines) in weaver.legacy {
        weaver.settled.problems.push(Problem::LegacyText { encoding: encoding.to_owned(), lines });
    }
    Ok(weaver.settled)
}

/// The name people know an encoding by.
pub(crate) fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Tcvn3 | Encoding::Tcvn3Capitals => "TCVN3 (ABC)",
        Encoding::Vni => "VNI",
        Encoding::Windows1258 => "windows-1258",
    }
}

/// A stretch ends after a line, or after a blank where a line is very long: never within a letter and its marks.
fn end_of_stretch(source: &str, start: usize) -> usize {
    let Some(rest) = source.as_bytes().get(start..).filter(|rest| rest.len() > STRETCH) else {
        return source.len();
    };
    let (near, far) = rest.split_at(STRETCH);
    let line = near.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
    let found = line
        .or_else(|| near.iter().rposition(|byte| *byte == b' ').map(|at| at + 1))
        .or_else(|| far.iter().position(|byte| matches!(byte, b'\n' | b' ')).map(|at| STRETCH + at + 1));
    found.map_or(source.len(), |length| start + length)
}

/// A word with the blanks after it.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    from: usize,
    to: usize,
    /// It stands in the file as it does in the text.
    exact: bool,
    ends_in_blank: bool,
}

struct Weaver<'a> {
    source: &'a str,
    origin: Origin<'a>,
    least: usize,
    settled: Settled,
    word: Option<Word>,
    legacy: BTreeMap<&'static str, usize>,
}

impl Weaver<'_> {
    fn stretch(&mut self, start: usize, end: usize, reading: Reading, rewrite: Option<Rewrite<'_>>) {
        let source = &self.source[start..end];
        if rewrite.is_none() && self.is_settled(source, reading) {
            let mut at = start;
            for (index, line) in source.split('\n').enumerate() {
                if index > 0 {
                    self.end_line();
                }
                self.settled_line(at, line);
                at += line.len() + 1;
            }
            return;
        }
        let letters = self.read(source, start, reading);
        let mut lines = lines_of(letters);
        if let Some(rewrite) = rewrite {
            lines = rewrite(lines);
        }
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            self.line(&line);
            if index + 1 < count {
                self.end_line();
            }
        }
    }

    /// Whether a stretch is in normal form and stands so in what it came from, as most texts do.
    fn is_settled(&self, source: &str, reading: Reading) -> bool {
        let plain_origin = match &self.origin {
            Origin::Bytes(trails) => trails.iter().all(|(_, trail)| trail.is_the_same()),
            Origin::Nodes(_) => true,
        };
        plain_origin
            && source.chars().all(is_settled)
            && (source.is_ascii() || (reading == Reading::Judged && legacy::convert(source).parts.is_empty()))
    }

    /// Takes over a line that needs nothing done, a node or a stretch of bytes at a time.
    fn settled_line(&mut self, at: usize, line: &str) {
        let source = self.source;
        let end = at + line.len();
        let mut from = at;
        while from < end {
            let (to, origin) = match &mut self.origin {
                Origin::Bytes(trails) => {
                    let mut span = ByteSpan::new(from, end);
                    let mut text = source;
                    for (next, trail) in trails {
                        span = trail.range(text, span);
                        text = next;
                    }
                    (end, span)
                }
                Origin::Nodes(nodes) => {
                    let after = nodes.partition_point(|(start, _)| *start <= from);
                    let node = after.checked_sub(1).map_or(0, |at| nodes[at].1);
                    (nodes.get(after).map_or(end, |(start, _)| end.min(*start)), ByteSpan::new(node, node))
                }
            };
            let start = self.settled.text.len();
            self.settled.text.push_str(&source[from..to]);
            let end = self.settled.text.len();
            self.flush_word();
            self.word = Some(Word { start, end, from: origin.start, to: origin.end, exact: true, ends_in_blank: true });
            self.flush_word();
            from = to;
        }
    }

    /// The letters of a stretch, in Unicode.
    fn read(&mut self, source: &str, start: usize, reading: Reading) -> Vec<Letter> {
        let as_they_are = || source.char_indices().map(|(at, ch)| letter(ch, start + at, ch.len_utf8())).collect();
        if source.is_ascii() {
            return as_they_are();
        }
        let (text, map) = match reading {
            Reading::As(encoding) => {
                *self.legacy.entry(encoding_name(encoding)).or_default() +=
                    source.lines().filter(|line| !line.is_ascii()).count();
                legacy::convert_as(source, encoding)
            }
            Reading::Judged => {
                let converted = legacy::convert(source);
                for part in &converted.parts {
                    *self.legacy.entry(encoding_name(part.detection.encoding)).or_default() += 1;
                }
                (converted.text, converted.map)
            }
        };
        if map.is_identity() {
            return as_they_are();
        }
        text.char_indices()
            .map(|(at, ch)| {
                let span = map.original_range(ByteSpan::new(at, at + ch.len_utf8()));
                Letter { ch, from: start + span.start, to: start + span.end }
            })
            .collect()
    }

    fn line(&mut self, letters: &[Letter]) {
        let seen: Vec<Letter> =
            letters.iter().filter_map(|letter| map_char(letter.ch).map(|ch| Letter { ch, ..*letter })).collect();
        compose(&seen, |letter| letter.ch, |composed, first, last| self.cluster(composed, first, last));
    }

    fn cluster(&mut self, composed: &str, first: &Letter, last: &Letter) {
        let start = self.settled.text.len();
        self.settled.text.push_str(composed);
        let end = self.settled.text.len();
        let span = ByteSpan::new(first.from, last.to);
        let unchanged = span.of(self.source) == composed;
        let (from, to) = match &mut self.origin {
            Origin::Bytes(trails) => {
                let mut text = self.source;
                let mut span = span;
                for (next, trail) in trails {
                    span = trail.range(text, span);
                    text = next;
                }
                (span.start, span.end)
            }
            Origin::Nodes(nodes) => {
                let after = nodes.partition_point(|(at, _)| *at <= first.from);
                let node = after.checked_sub(1).and_then(|at| nodes.get(at)).map_or(0, |(_, node)| *node);
                (node, node)
            }
        };
        let in_node = matches!(self.origin, Origin::Nodes(_));
        let exact = if in_node { true } else { unchanged && to - from == composed.len() };
        let blank = composed == " " || composed == "\t";
        let one_stretch = |word: &Word| if in_node { word.from == from } else { blank || !word.ends_in_blank };
        match &mut self.word {
            Some(word) if one_stretch(word) => {
                word.exact &= exact && (in_node || word.to == from);
                word.end = end;
                word.to = to.max(word.to);
                word.ends_in_blank = blank;
            }
            _ => {
                self.flush_word();
                self.word = Some(Word { start, end, from, to, exact, ends_in_blank: blank });
            }
        }
    }

    fn end_line(&mut self) {
        self.flush_word();
        self.settled.text.push('\n');
    }

    /// Makes a place of the word, or lengthens the last one where both stand in the file as they do in the text.
    fn flush_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        let in_node = matches!(self.origin, Origin::Nodes(_));
        if let Some(last) = self.settled.places.last_mut() {
            let small = last.end - last.start < self.least;
            match &mut last.at {
                Position::Node { node } if *node == word.from && (last.end == word.start || small) => {
                    last.end = word.end;
                    return;
                }
                Position::Bytes { from, to } => {
                    let exact = word.exact && *to - *from == last.end - last.start && *to == word.from;
                    if small || (exact && last.end == word.start) {
                        *to = word.to;
                        last.end = word.end;
                        return;
                    }
                }
                _ => {}
            }
        }
        let at =
            if in_node { Position::Node { node: word.from } } else { Position::Bytes { from: word.from, to: word.to } };
        self.settled.places.push(Place { start: word.start, end: word.end, at });
    }
}

/// Whether a character is in normal form whatever stands around it, and no old encoding's.
fn is_settled(ch: char) -> bool {
    matches!(ch, ' '..='~' | '\n' | '\t' | '\u{c0}'..='\u{cf}' | '\u{d1}'..='\u{ef}' | '\u{f1}'..='\u{148}')
        || matches!(ch, '\u{14a}'..='\u{188}' | '\u{18a}'..='\u{1b0}' | '\u{1ea0}'..='\u{1ef9}' | '“' | '”' | '–' | '…')
}

fn letter(ch: char, from: usize, length: usize) -> Letter {
    Letter { ch, from, to: from + length }
}

/// Parts letters at line ends, which are no part of a line.
fn lines_of(letters: Vec<Letter>) -> Vec<Vec<Letter>> {
    let mut lines = vec![Vec::new()];
    let mut after_return = false;
    for letter in letters {
        let joins = after_return && letter.ch == '\n';
        after_return = letter.ch == '\r';
        match letter.ch {
            '\n' if joins => {}
            '\r' => lines.push(Vec::new()),
            ch if map_char(ch) == Some('\n') => lines.push(Vec::new()),
            _ => {
                if let Some(line) = lines.last_mut() {
                    line.push(letter);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;
    use crate::normalise;
    use proptest::prelude::*;

    fn settled(source: &str) -> Settled {
        let origin = Origin::Bytes(vec![("", Trail::same(0))]);
        settle(source, origin, Reading::Judged, None, &Limits::default()).unwrap()
    }

    proptest! {
        #[test]
        fn a_settled_text_is_the_normal_form_and_every_place_holds_its_words(
            source in "[a-zA-Z .,\u{a0}\u{200b}\r\nĐđêạ\u{302}\u{301}]{0,80}"
        ) {
            // A line that reads as an old encoding is converted, and no syllable of it means what it looks like.
            prop_assume!(legacy::convert(&source).parts.is_empty());
            let settled = settled(&source);
            prop_assert_eq!(&settled.text, &normalise(&source));
            let mut reached = 0;
            for place in &settled.places {
                prop_assert!(place.start >= reached && place.end > place.start);
                prop_assert!(settled.text[reached..place.start].chars().all(|ch| ch == '\n'));
                reached = place.end;
                let Position::Bytes { from, to } = place.at else { panic!("not in bytes") };
                let words = normalise(&source[from..to]);
                prop_assert_eq!(words, &settled.text[place.start..place.end]);
            }
            prop_assert!(settled.text[reached..].chars().all(|ch| ch == '\n'));
        }
    }

    #[test]
    fn a_clean_line_is_one_place_and_a_changed_word_is_its_own() {
        let settled = settled("Điều 1. Ngươ\u{300}i nộp\nHai");
        let words: Vec<&str> = settled.places.iter().map(|place| &settled.text[place.start..place.end]).collect();
        assert_eq!(words, ["Điều 1. ", "Người ", "nộp", "Hai"]);
    }
}
