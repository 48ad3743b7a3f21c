//! Where each byte of a rewritten text came from.
//!
//! Everything downstream points into the normalised text, while a person sees the file as it was. Rewriting drops,
//! joins and replaces characters, so an offset of the one is none of the other. [`OffsetMap`] keeps, in text order, the
//! pieces that were copied and those that were replaced as a whole; a clean text is one piece.

use crate::ByteSpan;

/// One stretch of the new text and the stretch of the original it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    new: ByteSpan,
    original: ByteSpan,
    /// Byte for byte the same; otherwise the piece stands as a whole for the other.
    copied: bool,
}

/// The way back from offsets of a rewritten text to those of the original. What was dropped belongs to no piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    pieces: Vec<Piece>,
    new_length: usize,
    original_length: usize,
}

impl OffsetMap {
    /// The byte of the original at which what stands at `byte` began; the end of the original for the end of the text
    /// and beyond. Inside a replaced stretch, the start of what it replaced.
    pub fn to_original(&self, byte: usize) -> usize {
        if byte >= self.new_length {
            return self.original_length;
        }
        let Some(piece) = self.piece_at(byte) else { return self.original_length };
        if piece.copied { piece.original.start + (byte - piece.new.start) } else { piece.original.start }
    }

    /// The smallest range of the original that holds everything `span` was made of.
    pub fn original_range(&self, span: ByteSpan) -> ByteSpan {
        let start = self.to_original(span.start);
        if span.end <= span.start {
            return ByteSpan::new(start, start);
        }
        let end = match self.piece_at(span.end.min(self.new_length).saturating_sub(1)) {
            Some(piece) if piece.copied => piece.original.start + (span.end.min(piece.new.end) - piece.new.start),
            Some(piece) => piece.original.end,
            None => self.original_length,
        };
        ByteSpan::new(start, end.max(start))
    }

    /// The byte of the new text that stands for `byte` of the original: the next one kept, where it was dropped.
    pub fn to_new(&self, byte: usize) -> usize {
        let next = self.pieces.partition_point(|piece| piece.original.end <= byte);
        match self.pieces.get(next) {
            Some(piece) if piece.copied && piece.original.start <= byte => {
                piece.new.start + (byte - piece.original.start)
            }
            Some(piece) => piece.new.start,
            None => self.new_length,
        }
    }

    /// Whether nothing was changed.
    pub fn is_identity(&self) -> bool {
        self.new_length == self.original_length && self.pieces.iter().all(|piece| piece.copied)
    }

    fn piece_at(&self, byte: usize) -> Option<Piece> {
        let after = self.pieces.partition_point(|piece| piece.new.end <= byte);
        self.pieces.get(after).copied()
    }
}

/// A text under construction, with its map.
#[derive(Debug, Default)]
pub(super) struct Rewriter {
    pub(super) text: String,
    map: OffsetMap,
}

impl Rewriter {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), map: OffsetMap::default() }
    }

    /// Takes `words`, which start at byte `at` of the original, over as they are.
    pub(super) fn copy(&mut self, words: &str, at: usize) {
        if words.is_empty() {
            return;
        }
        let new = self.append(words);
        let original = ByteSpan::new(at, at + words.len());
        match self.map.pieces.last_mut() {
            Some(last) if last.copied && last.original.end == at => {
                last.new.end = new.end;
                last.original.end = original.end;
            }
            _ => self.map.pieces.push(Piece { new, original, copied: true }),
        }
    }

    /// Puts `words` in the place of the stretch `original`.
    pub(super) fn replace(&mut self, words: &str, original: ByteSpan) {
        if words.is_empty() {
            return;
        }
        let new = self.append(words);
        self.map.pieces.push(Piece { new, original, copied: false });
    }

    /// The text and the map, once `original_length` bytes have been read.
    pub(super) fn finish(mut self, original_length: usize) -> (String, OffsetMap) {
        self.map.new_length = self.text.len();
        self.map.original_length = original_length;
        (self.text, self.map)
    }

    fn append(&mut self, words: &str) -> ByteSpan {
        let start = self.text.len();
        self.text.push_str(words);
        ByteSpan::new(start, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_character_belongs_to_neither_neighbour() {
        let mut rewriter = Rewriter::default();
        rewriter.copy("a", 0);
        rewriter.copy("b", 4);
        let (text, map) = rewriter.finish(5);
        assert_eq!(text, "ab");
        assert_eq!(map.original_range(ByteSpan::new(0, 1)), ByteSpan::new(0, 1));
        assert_eq!(map.original_range(ByteSpan::new(1, 2)), ByteSpan::new(4, 5));
        assert_eq!(map.original_range(ByteSpan::new(0, 2)), ByteSpan::new(0, 5));
        assert_eq!(map.to_new(2), 1);
    }

    #[test]
    fn a_replaced_stretch_is_pointed_at_as_a_whole() {
        let mut rewriter = Rewriter::default();
        rewriter.copy("x", 0);
        rewriter.replace("ế", ByteSpan::new(1, 6));
        let (_, map) = rewriter.finish(6);
        assert_eq!(map.original_range(ByteSpan::new(1, 4)), ByteSpan::new(1, 6));
        assert_eq!(map.to_original(2), 1);
        assert_eq!(map.to_original(4), 6);
    }
}
