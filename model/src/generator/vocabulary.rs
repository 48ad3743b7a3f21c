//! A GGUF's own vocabulary: text to tokens and back.
//!
//! Two kinds: byte-level BPE with a list of merges (`gpt2`, Qwen), and SentencePiece's BPE by scores with bytes for what
//! has no piece (`llama`, Gemma), whose merges are drawn up from the scores as its own converter does.
//! Tokens that steer the model never come of a text: they are not among the merges, and the tokenizer does not know them.

use super::chat::Part;
use super::file::GgufFile;
use super::{GenerateError, GgufError, shown};
use std::collections::HashMap;
use std::io::{Read, Seek};
use tokenizers::models::bpe::{BpeBuilder, Merges, Vocab};
use tokenizers::normalizers::replace::Replace;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer};
use unicode_normalization::UnicodeNormalization;

/// How tokens are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// A character a byte.
    Bytes,
    /// `▁` for a blank, `<0x0A>` for a byte.
    Pieces,
}

/// What a token is for, by GGUF's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Normal,
    /// Matched as it is written, before all else.
    Written,
    Byte,
    Control,
}

/// The vocabulary.
pub(super) struct Vocabulary {
    tokenizer: Tokenizer,
    spelling: Spelling,
    tokens: Vec<(String, Role)>,
    steering: HashMap<String, u32>,
    /// What the file says ends a text.
    pub end: Option<u32>,
}

/// How Qwen cuts a text before it merges.
const QWEN: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

impl Vocabulary {
    /// Reads it from a file.
    pub fn read<R: Read + Seek>(file: &mut GgufFile<R>) -> Result<Self, GgufError> {
        let spelling = match file.text("tokenizer.ggml.model")? {
            "gpt2" => Spelling::Bytes,
            "llama" => Spelling::Pieces,
            other => return Err(GgufError::Unsupported { what: "a tokenizer", found: shown(other) }),
        };
        let end = file.number("tokenizer.ggml.eos_token_id").ok().map(|number| number as u32);
        let missing = |name: &str| GgufError::Missing(name.to_owned());
        let texts = file.take_texts("tokenizer.ggml.tokens").ok_or_else(|| missing("tokenizer.ggml.tokens"))?;
        let roles = file.take_numbers("tokenizer.ggml.token_type").unwrap_or_default();
        let role = |at: usize| match roles.get(at).map_or(1, |number| *number as u8) {
            1 => Role::Normal,
            4 => Role::Written,
            6 => Role::Byte,
            _ => Role::Control,
        };
        let tokens: Vec<(String, Role)> = texts.into_iter().enumerate().map(|(at, text)| (text, role(at))).collect();
        if tokens.is_empty() || u32::try_from(tokens.len()).is_err() {
            return Err(missing("tokens"));
        }
        let vocab: Vocab = tokens.iter().enumerate().map(|(at, (text, _))| (text.clone(), at as u32)).collect();
        let merges = match spelling {
            Spelling::Bytes => {
                let listed = file.take_texts("tokenizer.ggml.merges");
                listed_merges(&listed.ok_or_else(|| missing("tokenizer.ggml.merges"))?, &vocab)?
            }
            Spelling::Pieces => {
                let scores = file.take_numbers("tokenizer.ggml.scores");
                let scores = scores.filter(|scores| scores.len() == tokens.len());
                scored_merges(&tokens, &scores.ok_or_else(|| missing("tokenizer.ggml.scores"))?, &vocab)
            }
        };
        let broken =
            |error: tokenizers::Error| GgufError::Damaged(format!("its tokenizer: {}", shown(&error.to_string())));
        // No cache: it would keep words of what people asked.
        let mut builder = BpeBuilder::new().cache_capacity(0).byte_fallback(spelling == Spelling::Pieces);
        if spelling == Spelling::Pieces && vocab.contains_key("<unk>") {
            builder = builder.unk_token("<unk>".into()).fuse_unk(true);
        }
        let mut tokenizer = Tokenizer::new(builder.vocab_and_merges(vocab, merges).build().map_err(broken)?);
        match spelling {
            Spelling::Bytes => {
                match file.text("tokenizer.ggml.pre") {
                    Ok("qwen2") | Err(_) => {}
                    Ok(other) => {
                        return Err(GgufError::Unsupported { what: "a way to cut texts", found: shown(other) });
                    }
                }
                let pattern = SplitPattern::Regex(QWEN.to_owned());
                let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false).map_err(broken)?;
                let both = [PreTokenizerWrapper::from(split), ByteLevel::new(false, false, false).into()];
                tokenizer.with_pre_tokenizer(Some(Sequence::new(both.into())));
            }
            Spelling::Pieces => {
                tokenizer.with_normalizer(Some(Replace::new(" ", "▁").map_err(broken)?)).map_err(broken)?;
            }
        }
        // Runs of blanks and line ends. Other tokens that are matched as written (tags) would let a text say them.
        let blanks = tokens.iter().filter(|(text, role)| *role == Role::Written && text.trim().is_empty());
        let blanks: Vec<AddedToken> =
            blanks.map(|(text, _)| AddedToken::from(text.clone(), false).normalized(false)).collect();
        tokenizer.add_tokens(blanks).map_err(broken)?;
        let steers = |(_, (_, role)): &(usize, &(String, Role))| matches!(role, Role::Control | Role::Written);
        let steering = tokens.iter().enumerate().filter(steers).map(|(at, (text, _))| (text.clone(), at as u32));
        let steering = steering.collect();
        Ok(Self { tokenizer, spelling, tokens, steering, end })
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// A token that steers.
    pub fn steering(&self, name: &str) -> Option<u32> {
        self.steering.get(name).copied()
    }

    /// The tokens of parts.
    pub fn encode(&self, parts: &[Part<'_>]) -> Result<Vec<u32>, GenerateError> {
        let mut ids = Vec::new();
        for part in parts {
            match part {
                Part::Control(name) => {
                    let missing = || GenerateError::Tokenise(format!("the vocabulary has no {name}"));
                    ids.push(self.steering(name).ok_or_else(missing)?);
                }
                Part::Thought(name) => ids.extend(self.steering(name)),
                Part::Words(own, given) => {
                    let text: String = own.chars().chain(given.nfc()).collect();
                    let encoded = self.tokenizer.encode_fast(text, false);
                    ids.extend(encoded.map_err(|error| GenerateError::Tokenise(error.to_string()))?.get_ids());
                }
            }
        }
        Ok(ids)
    }

    /// The words of tokens; those that steer have none.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut bytes = Vec::new();
        for (text, role) in ids.iter().filter_map(|id| self.tokens.get(*id as usize)) {
            match (role, self.spelling) {
                (Role::Control, _) => {}
                (Role::Written, _) => bytes.extend_from_slice(text.as_bytes()),
                (_, Spelling::Bytes) => bytes.extend(text.chars().filter_map(byte_of)),
                (Role::Byte, Spelling::Pieces) => bytes.extend(byte_named(text)),
                (_, Spelling::Pieces) => bytes.extend_from_slice(text.replace('▁', " ").as_bytes()),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The merges of a list of pairs, of which none may be outside the vocabulary.
fn listed_merges(listed: &[String], vocab: &Vocab) -> Result<Merges, GgufError> {
    let pair = |line: &String| {
        let (a, b) = line.split_once(' ')?;
        let known = vocab.contains_key(a) && vocab.contains_key(b) && vocab.contains_key(&format!("{a}{b}"));
        known.then(|| (a.to_owned(), b.to_owned()))
    };
    let merges: Option<Merges> = listed.iter().map(pair).collect();
    merges.ok_or_else(|| GgufError::Damaged("a merge of its tokenizer is outside the vocabulary".into()))
}

/// The merges that pieces with scores stand for: every way to put a piece together of two others, the best piece first.
fn scored_merges(tokens: &[(String, Role)], scores: &[f32], vocab: &Vocab) -> Merges {
    let normal = |text: &str| vocab.get(text).copied().filter(|id| tokens[*id as usize].1 == Role::Normal);
    let mut found: Vec<(f32, u32, u32, usize, usize)> = Vec::new();
    for (at, (text, role)) in tokens.iter().enumerate() {
        if *role != Role::Normal {
            continue;
        }
        for (cut, _) in text.char_indices().skip(1) {
            if let (Some(a), Some(b)) = (normal(&text[..cut]), normal(&text[cut..])) {
                found.push((scores[at], a, b, at, cut));
            }
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    let split = |(.., at, cut): (f32, u32, u32, usize, usize)| {
        let (a, b) = tokens[at].0.split_at(cut);
        (a.to_owned(), b.to_owned())
    };
    found.into_iter().map(split).collect()
}

/// The byte that a character of a byte-level vocabulary stands for: itself where it can be printed, else the next free
/// character from U+0100 on.
fn byte_of(character: char) -> Option<u8> {
    let printed = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let code = u32::from(character);
    match u8::try_from(code) {
        Ok(byte) => printed(byte).then_some(byte),
        Err(_) => (0..=u8::MAX).filter(|byte| !printed(*byte)).nth(code.checked_sub(256)? as usize),
    }
}

/// The byte of `<0x0A>`.
fn byte_named(text: &str) -> Option<u8> {
    u8::from_str_radix(text.strip_prefix("<0x")?.strip_suffix('>')?, 16).ok()
}
