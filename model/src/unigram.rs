//! A Unigram tokenizer (Kudo, 2018) of a hundred lines: the ids of the `tokenizers` crate for the set-up's encoder.
//!
//! Hard only in that it has to agree with that crate to the last id: NFKC, words at white space, `▁` before each, the
//! best segmentation of a word by the sum of its pieces' scores, unknown characters in a row as one. The crate weighs a
//! megabyte of WebAssembly and takes a second to read its JSON in a browser; this takes neither. Other kinds of
//! tokenizers are left to the crate.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// What stands for the space before a word.
const SPACE: char = '▁';

/// What an unknown character costs below the worst piece, as in SentencePiece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The ids that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Specials {
    /// Before a text.
    pub begin: u32,
    /// After a text.
    pub end: u32,
    /// Fills up a batch; never made here.
    pub pad: u32,
    /// A character that no piece holds.
    pub unknown: u32,
}

/// A piece in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// The byte of the text at which it begins.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// Pieces with their scores, found by their bytes.
pub struct Unigram {
    /// The pieces' bytes, one after another.
    text: Vec<u8>,
    /// Where each piece begins in `text`, and where the last one ends.
    starts: Vec<u32>,
    /// Natural logarithms of probabilities.
    scores: Vec<f32>,
    /// Ids of pieces at a place that their bytes choose, [`FREE`] elsewhere; a power of two long.
    table: Vec<u32>,
    /// Bytes of the longest piece.
    longest: usize,
    unknown_score: f64,
    specials: Specials,
}

/// No piece.
const FREE: u32 = u32::MAX;

/// The best way found to a place in a word.
#[derive(Clone, Copy)]
struct Step {
    score: f64,
    start: usize,
    id: u32,
}

/// A `tokenizer.json` is not of the kind that [`Unigram`] is.
#[derive(Debug, thiserror::Error)]
pub enum NotUnigram {
    /// It is no JSON.
    #[error("failed to read tokenizer.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A step of it is another than the set-up's encoder has.
    #[error("{0} is not that of the set-up's encoder")]
    Step(&'static str),
}

impl Unigram {
    /// Reads a `tokenizer.json`; the second answer is the lowest score of its pieces.
    ///
    /// # Errors
    /// When it is not of the kind that the set-up's encoder has.
    pub fn from_json(json: &[u8]) -> Result<(Self, f32), NotUnigram> {
        use serde_json::{Value, json};
        let json: Value = serde_json::from_slice(json)?;
        let pre = json!([
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        ]);
        let model = &json["model"];
        let same = [
            (json["normalizer"]["type"] == "NFKC", "the normaliser"),
            (json["pre_tokenizer"]["pretokenizers"] == pre, "the splitting into words"),
            (model["type"] == "Unigram" && model["byte_fallback"] == false, "the model"),
            (json["post_processor"]["type"] == "TemplateProcessing", "the template"),
        ];
        if let Some((_, step)) = same.iter().find(|(same, _)| !same) {
            return Err(NotUnigram::Step(step));
        }
        let vocabulary = model["vocab"].as_array().ok_or(NotUnigram::Step("the vocabulary"))?;
        let pieces: Option<Vec<(&str, f32)>> =
            vocabulary.iter().map(|entry| Some((entry[0].as_str()?, entry[1].as_f64()? as f32))).collect();
        let pieces = pieces.ok_or(NotUnigram::Step("the vocabulary"))?;
        let id = |piece: &str| {
            let at = pieces.iter().position(|(own, _)| *own == piece);
            at.map(|at| at as u32).ok_or(NotUnigram::Step("a special piece"))
        };
        let specials = Specials { begin: id("<s>")?, end: id("</s>")?, pad: id("<pad>")?, unknown: id("<unk>")? };
        if model["unk_id"].as_u64() != Some(specials.unknown.into()) {
            return Err(NotUnigram::Step("the unknown piece"));
        }
        let worst = pieces.iter().map(|(_, score)| *score).fold(f32::INFINITY, f32::min);
        Ok((Self::new(&pieces, specials, worst), worst))
    }

    /// Pieces in the order of their ids. `worst` is the lowest score of the vocabulary that the scores come from, which
    /// may be larger than this one.
    pub fn new(pieces: &[(&str, f32)], specials: Specials, worst: f32) -> Self {
        let mut starts = vec![0];
        let mut text = Vec::new();
        for (piece, _) in pieces {
            text.extend_from_slice(piece.as_bytes());
            starts.push(text.len() as u32);
        }
        let mut unigram = Self {
            text,
            starts,
            scores: pieces.iter().map(|(_, score)| *score).collect(),
            table: vec![FREE; (pieces.len() * 2).next_power_of_two()],
            longest: pieces.iter().map(|(piece, _)| piece.len()).max().unwrap_or(0),
            unknown_score: f64::from(worst) - UNKNOWN_PENALTY,
            specials,
        };
        for (id, (piece, _)) in pieces.iter().enumerate() {
            let mut place = unigram.place(piece.bytes().fold(HASH_START, hash));
            while unigram.table[place] != FREE {
                place = (place + 1) % unigram.table.len();
            }
            unigram.table[place] = id as u32;
        }
        unigram
    }

    /// Pieces.
    pub fn len(&self) -> usize {
        self.scores.len()
    }

    /// Whether there are no pieces.
    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// The ids that are no text.
    pub fn specials(&self) -> Specials {
        self.specials
    }

    /// A piece's text.
    pub fn piece(&self, id: u32) -> &str {
        std::str::from_utf8(self.bytes(id as usize)).unwrap_or_default()
    }

    /// A piece's score.
    pub fn score(&self, id: u32) -> f32 {
        self.scores[id as usize]
    }

    /// The ids of a text between the special ones, cut to at most `most` in all.
    pub fn encode(&self, text: &str, most: usize) -> Vec<u32> {
        let mut ids = vec![self.specials.begin];
        ids.extend(self.tokens(text).into_iter().map(|token| token.id));
        ids.truncate(most.saturating_sub(1));
        ids.push(self.specials.end);
        ids
    }

    /// A text's pieces with where each stands in it, without the special ones around them.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        // What is spelled as a special piece is that piece, before anything else happens to the text.
        let mut from = 0;
        while let Some((at, id)) = self.first_special(&text[from..]) {
            self.words(&text[from..from + at], from, &mut tokens);
            let (start, end) = (from + at, from + at + self.piece(id).len());
            tokens.push(Token { id, start, end });
            from = end;
        }
        self.words(&text[from..], from, &mut tokens);
        tokens
    }

    /// Where a text first spells out a special piece.
    fn first_special(&self, text: &str) -> Option<(usize, u32)> {
        let Specials { begin, end, pad, unknown } = self.specials;
        let found = |id: u32| {
            let piece = self.piece(id);
            (!piece.is_empty()).then(|| text.find(piece)).flatten().map(|at| (at, id))
        };
        [begin, end, pad, unknown].into_iter().filter_map(found).min_by_key(|(at, _)| *at)
    }

    /// The words of a text that begins at `base` of the whole.
    fn words(&self, text: &str, base: usize, tokens: &mut Vec<Token>) {
        if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
            return self.normalised_words(text, &|start, end| (base + start, base + end), tokens);
        }
        // One character at a time it is known what came of which; characters that change together are rare, and then no
        // place is exact.
        let mut apart = String::new();
        let mut origins: Vec<(usize, usize)> = Vec::new();
        for (at, character) in text.char_indices() {
            let from = apart.len();
            apart.extend(std::iter::once(character).nfkc());
            origins.extend((from..apart.len()).map(|_| (base + at, base + at + character.len_utf8())));
        }
        let whole: String = text.nfkc().collect();
        let exact = whole == apart;
        let place = |start: usize, end: usize| match (origins.get(start), origins.get(end.saturating_sub(1))) {
            (Some((from, _)), Some((_, to))) if exact => (*from, *to.max(from)),
            _ => (base + start.min(text.len()), base + end.min(text.len())),
        };
        self.normalised_words(&whole, &place, tokens);
    }

    fn normalised_words(&self, text: &str, place: &dyn Fn(usize, usize) -> (usize, usize), tokens: &mut Vec<Token>) {
        let mut steps = Vec::new();
        let mut spaced = String::new();
        for word in text.split_whitespace() {
            let at = word.as_ptr() as usize - text.as_ptr() as usize;
            spaced.clear();
            if !word.starts_with(SPACE) {
                spaced.push(SPACE);
            }
            spaced.push_str(word);
            let added = spaced.len() - word.len();
            let from = tokens.len();
            // A word that holds `▁` is several.
            let mut start = 0;
            for (next, _) in spaced.match_indices(SPACE).filter(|(next, _)| *next > 0) {
                self.best_pieces(&spaced[start..next], start, &mut steps, tokens);
                start = next;
            }
            self.best_pieces(&spaced[start..], start, &mut steps, tokens);
            // The space that was put before a word stands, like its first letter, where that letter stands.
            let first = word.chars().next().map_or(0, char::len_utf8);
            for token in &mut tokens[from..] {
                let (start, end) = (token.start.saturating_sub(added), token.end.saturating_sub(added));
                (token.start, token.end) = place(at + start, at + if end == 0 { first } else { end });
            }
        }
    }

    /// The segmentation of a word with the highest sum of scores (Viterbi, 1967).
    fn best_pieces(&self, word: &str, base: usize, steps: &mut Vec<Step>, tokens: &mut Vec<Token>) {
        let bytes = word.as_bytes();
        let none = Step { score: f64::NEG_INFINITY, start: usize::MAX, id: self.specials.unknown };
        steps.clear();
        steps.resize(bytes.len() + 1, none);
        steps[0].score = 0.0;
        for (start, first) in word.char_indices() {
            let before = steps[start].score;
            let mut reach = |end: usize, score: f64, id: u32| {
                let step = &mut steps[end];
                if step.start == usize::MAX || before + score > step.score {
                    *step = Step { score: before + score, start, id };
                }
            };
            let mut alone = false;
            let mut state = HASH_START;
            for (length, byte) in (1..).zip(bytes[start..].iter().take(self.longest)) {
                state = hash(state, *byte);
                let end = start + length;
                if word.is_char_boundary(end)
                    && let Some(id) = self.find(state, &bytes[start..end])
                {
                    reach(end, f64::from(self.scores[id as usize]), id);
                    alone |= length == first.len_utf8();
                }
            }
            if !alone {
                reach(start + first.len_utf8(), self.unknown_score, self.specials.unknown);
            }
        }
        let from = tokens.len();
        let mut end = bytes.len();
        while end > 0 {
            let Step { start, id, .. } = steps[end];
            match tokens[from..].last_mut() {
                // Unknown characters in a row are one.
                Some(next) if id == self.specials.unknown && next.id == id => next.start = base + start,
                _ => tokens.push(Token { id, start: base + start, end: base + end }),
            }
            end = start;
        }
        tokens[from..].reverse();
    }

    fn find(&self, state: u32, wanted: &[u8]) -> Option<u32> {
        let mut place = self.place(state);
        loop {
            let id = self.table[place];
            if id == FREE {
                return None;
            }
            if self.bytes(id as usize) == wanted {
                return Some(id);
            }
            place = (place + 1) % self.table.len();
        }
    }

    fn place(&self, state: u32) -> usize {
        // The upper bits are the better mixed ones.
        (state ^ state >> 15) as usize % self.table.len()
    }

    fn bytes(&self, id: usize) -> &[u8] {
        match (self.starts.get(id), self.starts.get(id + 1)) {
            (Some(start), Some(end)) => &self.text[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

/// FNV-1a (Fowler, Noll and Vo), which can be continued byte by byte.
const HASH_START: u32 = 0x811c_9dc5;

fn hash(state: u32, byte: u8) -> u32 {
    (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use tokenizers::Tokenizer;

    /// A `tokenizer.json` as the set-up writes it, over a few pieces.
    fn json() -> Vec<u8> {
        let pieces = [
            ("<s>", 0.0),
            ("<pad>", 0.0),
            ("</s>", 0.0),
            ("<unk>", 0.0),
            ("▁", -3.9),
            ("▁luật", -8.5),
            ("lu", -9.0),
            ("ật", -9.1),
            ("▁l", -7.0),
            ("u", -5.0),
            ("ậ", -10.0),
            ("t", -5.1),
            ("l", -5.2),
            ("▁điều", -8.0),
            ("đ", -7.0),
            ("i", -4.0),
            ("ề", -9.0),
            ("▁a", -5.5),
            ("a", -5.6),
            ("ab", -9.9),
            ("b", -6.1),
            ("fi", -8.8),
            ("<mask>", 0.0),
            ("1", -6.0),
            ("/", -6.5),
            ("12", -7.5),
            ("▁tt", -11.0),
            ("tt", -11.0),
        ];
        let special = |id: usize| {
            json!({"id": id, "content": pieces[id].0, "special": true, "single_word": false, "lstrip": false,
                   "rstrip": false, "normalized": false})
        };
        let token = |id: usize| json!({"id": pieces[id].0, "ids": [id], "tokens": [pieces[id].0]});
        let space = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
        let single = json!([
            {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}},
        ]);
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "padding": null, "normalizer": {"type": "NFKC"},
            "added_tokens": (0..4).map(special).collect::<Vec<_>>(),
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, space.clone()]},
            "post_processor": {"type": "TemplateProcessing", "single": single.clone(), "pair": single,
                               "special_tokens": {"<s>": token(0), "</s>": token(2)}},
            "decoder": space,
            "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": false},
        });
        tokenizer.to_string().into_bytes()
    }

    fn check(ours: &Unigram, reference: &Tokenizer, text: &str) {
        let wanted = reference.encode_fast(text, true).unwrap().get_ids().to_vec();
        assert_eq!(ours.encode(text, usize::MAX), wanted, "{text:?}");
    }

    /// The same with where the pieces stand.
    fn check_places(ours: &Unigram, reference: &Tokenizer, text: &str) {
        let encoding = reference.encode(text, false).unwrap();
        let wanted: Vec<(u32, (usize, usize))> =
            encoding.get_ids().iter().copied().zip(encoding.get_offsets().iter().copied()).collect();
        let own: Vec<(u32, (usize, usize))> =
            ours.tokens(text).into_iter().map(|token| (token.id, (token.start, token.end))).collect();
        assert_eq!(own, wanted, "{text:?}");
    }

    #[test]
    fn pieces_stand_where_those_of_the_tokenizers_crate_do() {
        let (ours, _) = Unigram::from_json(&json()).unwrap();
        let reference = Tokenizer::from_bytes(json()).unwrap();
        for text in ["", "luật", " luật  điều", "xyz", "x luật", "12/12 aab", "aﬁ ①ab", "a<s>luật", "đi xx\u{a0}điều"]
        {
            check_places(&ours, &reference, text);
        }
    }

    #[test]
    fn ids_are_those_of_the_tokenizers_crate() {
        let (ours, _) = Unigram::from_json(&json()).unwrap();
        let reference = Tokenizer::from_bytes(json()).unwrap();
        for text in [
            "",
            " ",
            "luật",
            "luật điều",
            "  luật\t\nđiều ",
            "luật điều",
            "ab",
            "aab",
            "bab",
            "xyz",
            "a▁b",
            "▁a",
            "▁▁",
            "ﬁ",
            "①②",
            "<s>luật</s>",
            "a<mask>b",
            "<unk>",
            "12/12",
            "ttt",
            "x a y",
            "luật\u{a0}điều",
            "＜s＞",
            "日本",
        ] {
            check(&ours, &reference, text);
        }
    }

    proptest! {
        #[test]
        fn ids_are_those_of_the_tokenizers_crate_on_any_text(text in "[▁ luậtđiềab12/x<s>ﬁ①日\u{301}\u{a0}]{0,24}|.{0,24}") {
            let (ours, _) = Unigram::from_json(&json()).unwrap();
            check(&ours, &Tokenizer::from_bytes(json()).unwrap(), &text);
        }

        #[test]
        fn pieces_stand_where_those_of_the_tokenizers_crate_do_in_any_legal_text(text in "[ luậtđiềab12/x\u{a0}½①…]{0,24}") {
            let (ours, _) = Unigram::from_json(&json()).unwrap();
            check_places(&ours, &Tokenizer::from_bytes(json()).unwrap(), &text);
        }

        #[test]
        fn a_cut_text_keeps_its_beginning_and_its_end(text in "[luật điề]{0,40}", most in 2_usize..12) {
            let (ours, _) = Unigram::from_json(&json()).unwrap();
            let (whole, cut) = (ours.encode(&text, usize::MAX), ours.encode(&text, most));
            prop_assert!(cut.len() <= most);
            prop_assert_eq!(cut.last(), whole.last());
            prop_assert_eq!(&cut[..cut.len() - 1], &whole[..cut.len() - 1]);
        }
    }

    #[test]
    fn a_tokenizer_of_another_kind_is_refused() {
        let other = String::from_utf8(json()).unwrap().replace("NFKC", "NFC");
        assert!(matches!(Unigram::from_json(other.as_bytes()), Err(NotUnigram::Step("the normaliser"))));
    }
}
