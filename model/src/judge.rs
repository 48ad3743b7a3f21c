//! The judge: a draft's norm and a provision read together, and what the one says of the other.
//!
//! Hard because what contradicts is a word or two among a hundred that agree. So both sides come marked: which words the
//! other side has too, and which values agree or differ (who compares them is not known here). Marks reach the network as
//! token types, 1 + 6 · side + mark, so that no network knows of them. A pair is `<s> draft </s></s> provision </s>`; what
//! is too long is read in windows, and the window that says most of the other side speaks for the pair.

use crate::adapter::{Adapter, Purpose, RelationHead};
use crate::bert::{Sequence, Weights};
use crate::encoder::{
    DenseWeights, Description, EncodeError, GgufWeights, LoadError, Network, Precision, Settings, each, read_config,
    read_tokenizer, sample_pairs,
};
use std::io::{Read, Seek};
use tokenizers::Tokenizer;

/// What a draft's norm says of a provision; the names are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Mâu thuẫn: one cannot obey both, or the draft takes what the provision gives.
    Contradiction,
    /// Phù hợp: it says the same otherwise, or details it within what it allows.
    Consistent,
    /// Trùng lặp: it copies the provision.
    Duplicate,
    /// It governs another matter.
    Unrelated,
}

impl Relation {
    /// All, in the order of a judgement's numbers.
    pub const ALL: [Self; 4] = [Self::Contradiction, Self::Consistent, Self::Duplicate, Self::Unrelated];

    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Consistent => "consistent",
            Self::Duplicate => "duplicate",
            Self::Unrelated => "unrelated",
        }
    }
}

/// A judgement: one number for each of [`Relation::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Judgement {
    /// Logits: their softmax is the probabilities.
    pub logits: [f32; 4],
}

impl Judgement {
    /// The probabilities; they sum to 1.
    pub fn probabilities(&self) -> [f32; 4] {
        let most = self.logits.iter().copied().fold(f32::MIN, f32::max);
        let powers = self.logits.map(|logit| (logit - most).exp());
        let sum: f32 = powers.iter().sum();
        powers.map(|power| power / sum)
    }

    /// The likeliest relation.
    pub fn relation(&self) -> Relation {
        let likelier = |best: usize, at: usize| if self.logits[at] > self.logits[best] { at } else { best };
        Relation::ALL[(1..4).fold(0, likelier)]
    }

    /// What a head makes of the last states of a pair's tokens.
    pub(crate) fn of(head: &RelationHead, states: &[f32]) -> Self {
        Self { logits: <[f32; 4]>::try_from(head.logits(states)).unwrap_or_default() }
    }

    /// How likely the two speak of one matter.
    fn related(&self) -> f32 {
        1.0 - self.probabilities()[3]
    }
}

/// What is known of some words of a side beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// From 1 to 5; what each means is between those who mark and those who trained. 0 is no mark.
    pub kind: u8,
}

/// Kinds of marks, "none" included.
pub const KINDS: u8 = 6;

/// One side of a pair.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its text, NFC.
    pub text: &'a str,
    /// Marks in text order, not overlapping.
    pub marks: &'a [Mark],
}

/// Anything that judges pairs of a draft's norm and a provision.
pub trait Judge: Send + Sync {
    /// Name of the model.
    fn name(&self) -> &str;

    /// One judgement a pair, draft first, in the order given; a pair's judgement does not depend on its neighbours.
    ///
    /// # Errors
    /// When a text cannot be tokenised or the network fails.
    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError>;
}

/// Tokens with what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub ids: Vec<u32>,
    pub types: Vec<u8>,
}

impl<'a> From<&'a Tokens> for Sequence<'a> {
    fn from(tokens: &'a Tokens) -> Self {
        Self { ids: &tokens.ids, types: &tokens.types }
    }
}

/// The least share of the window that a pair's draft gets when both sides are long, as one of so many parts.
const DRAFT_PART: usize = 2;
/// The most windows of one side.
const WINDOWS: usize = 6;

/// Tokenises a side without special tokens; a token's type says which side it is of (0 or 1) and its gravest mark.
pub(crate) fn tokenise(tokenizer: &Tokenizer, side: Side<'_>, second: u8) -> Result<Tokens, EncodeError> {
    let encoding = tokenizer.encode(side.text, false).map_err(|error| EncodeError::Tokenise(error.to_string()))?;
    let tokens = encoding.get_ids().iter().zip(encoding.get_offsets()).map(|(id, (start, end))| (*id, *start, *end));
    Ok(typed(tokens, side.marks, second))
}

/// Tokens (id, first byte, byte after the last) with their types.
pub(crate) fn typed(pieces: impl Iterator<Item = (u32, usize, usize)>, marks: &[Mark], second: u8) -> Tokens {
    let mut tokens = Tokens::default();
    let mut first = 0;
    for (id, start, end) in pieces {
        while marks.get(first).is_some_and(|mark| mark.end <= start) {
            first += 1;
        }
        let over = marks[first..].iter().take_while(|mark| mark.start < end);
        let kind = over.map(|mark| mark.kind).max().unwrap_or(0).min(KINDS - 1);
        tokens.ids.push(id);
        tokens.types.push(1 + second * KINDS + kind);
    }
    tokens
}

/// The pairs of windows in which two sides are read: one where they fit into `limit` tokens.
pub(crate) fn windows(draft: &Tokens, law: &Tokens, limit: usize) -> Vec<Tokens> {
    windows_between((START, END), draft, law, limit)
}

/// [`windows`] with these special tokens before a pair and after each side.
pub(crate) fn windows_between((begin, end): (u32, u32), draft: &Tokens, law: &Tokens, limit: usize) -> Vec<Tokens> {
    let room = limit.saturating_sub(4);
    let own = draft.ids.len().min((room / DRAFT_PART).max(room.saturating_sub(law.ids.len())));
    let parts = |length: usize, most: usize| -> Vec<(usize, usize)> {
        if length <= most || most == 0 {
            return vec![(0, length.min(most))];
        }
        // Neighbours share a quarter, so that no sentence is only ever seen cut.
        let step = (most - most / 4).max(1);
        let starts = (0..).map(|at| at * step).take_while(|start| start + most / 4 < length).take(WINDOWS);
        starts.map(|start| (start.min(length - most), most)).collect()
    };
    let mut pairs = Vec::new();
    for (from, length) in parts(draft.ids.len(), own) {
        for (start, count) in parts(law.ids.len(), room - length) {
            let mut pair = Tokens { ids: vec![begin], types: vec![0] };
            for (side, from, length, ends) in [(draft, from, length, 2), (law, start, count, 1)] {
                pair.ids.extend_from_slice(&side.ids[from..from + length]);
                pair.types.extend_from_slice(&side.types[from..from + length]);
                pair.ids.extend(std::iter::repeat_n(end, ends));
                pair.types.extend(std::iter::repeat_n(0, ends));
            }
            pairs.push(pair);
        }
    }
    pairs
}

/// The judgements of pairs that were read in so many windows each: the window that says most of the other side speaks.
pub(crate) fn spoken(counts: &[usize], judged: &[Judgement]) -> Vec<Judgement> {
    let mut rest = judged;
    let pairs = counts.iter().map(|count| {
        let (own, others) = rest.split_at((*count).min(rest.len()));
        rest = others;
        own.iter().copied().reduce(|a, b| if b.related() > a.related() { b } else { a }).unwrap_or_default()
    });
    pairs.collect()
}

/// XLM-RoBERTa's special tokens.
const START: u32 = 0;
const END: u32 = 2;

/// A judge on XLM-RoBERTa.
pub struct PairJudge {
    network: Network,
    tokenizer: Tokenizer,
    name: String,
    head: RelationHead,
    max_tokens: usize,
}

impl PairJudge {
    /// Loads a judge from the encoder's GGUF weights and the adapter of `description`.
    ///
    /// # Errors
    /// When a part cannot be read, there is no adapter or it belongs elsewhere.
    pub fn from_gguf<R: Read + Seek>(
        weights: &mut R,
        description: Description<'_>,
        settings: &Settings,
    ) -> Result<Self, LoadError> {
        Self::load(&mut GgufWeights::open(weights)?, Precision::Rounded, description, settings)
    }

    /// Loads a judge from the encoder's safetensors weights and the adapter of `description`.
    ///
    /// # Errors
    /// When a part cannot be read, there is no adapter or it belongs elsewhere.
    pub fn from_safetensors(
        files: &[Vec<u8>],
        description: Description<'_>,
        settings: &Settings,
    ) -> Result<Self, LoadError> {
        Self::load(&mut DenseWeights::open(files)?, Precision::Full, description, settings)
    }

    fn load(
        weights: &mut dyn Weights,
        precision: Precision,
        description: Description<'_>,
        settings: &Settings,
    ) -> Result<Self, LoadError> {
        let file = description.adapter.ok_or_else(|| LoadError::Missing("adapter for a judge".into()))?;
        let config = read_config(description.config)?;
        let adapter = Adapter::from_bytes(file)?;
        adapter.expect(Purpose::Judge)?;
        let max_tokens = adapter.max_tokens.min(config.max_tokens());
        let tokenizer = read_tokenizer(description.tokenizer, config.max_tokens())?;
        let samples = sample_pairs(settings, &tokenizer)?.into_iter().map(|[one, other]| {
            let bare = |ids: Vec<u32>| ids.get(1..ids.len().saturating_sub(1)).unwrap_or_default().to_vec();
            let side = |ids: Vec<u32>| Tokens { ids: bare(ids), types: Vec::new() };
            windows(&side(one).untyped(), &side(other).untyped(), max_tokens).swap_remove(0).ids
        });
        let samples: Vec<Vec<u32>> = samples.collect();
        let network = Network::load(precision, config.clone(), &mut adapter.merge(weights, &config)?, &samples)?;
        let name = format!("{}+{}", settings.name, adapter.label(file));
        let Some(head) = adapter.relations else { return Err(LoadError::Missing("head of the judge".into())) };
        if !is_of_relations(&head) {
            return Err(LoadError::Missing("head for four relations and twelve token types".into()));
        }
        Ok(Self { network, tokenizer, name, head, max_tokens })
    }
}

/// Whether a head tells the four relations and takes every token type.
pub(crate) fn is_of_relations(head: &RelationHead) -> bool {
    head.outer_bias.len() == Relation::ALL.len() && head.types.len() / head.attention.len().max(1) == TYPES
}

/// Token types beyond that of the special tokens.
pub(crate) const TYPES: usize = 2 * KINDS as usize;

impl Tokens {
    /// The same with a type for each token, so that windows may be cut.
    fn untyped(mut self) -> Self {
        self.types.resize(self.ids.len(), 0);
        self
    }
}

impl Judge for PairJudge {
    fn name(&self) -> &str {
        &self.name
    }

    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError> {
        let read = each(pairs, |(draft, law)| {
            let (draft, law) = (tokenise(&self.tokenizer, *draft, 0)?, tokenise(&self.tokenizer, *law, 1)?);
            Ok::<_, EncodeError>(windows(&draft, &law, self.max_tokens))
        })?;
        let counts: Vec<usize> = read.iter().map(Vec::len).collect();
        let all: Vec<Tokens> = read.into_iter().flatten().collect();
        let judged = self.network.pooled(&all, |states| Judgement::of(&self.head, states))?;
        Ok(spoken(&counts, &judged))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::adapter::{Base, Factors, PARTS, Storage, shape_of};
    use crate::encoder::Pooling;
    use crate::noise::{CONFIG, Noise, TOKENIZER, config, numbers};
    use candle_core::{Device, Tensor};
    use proptest::prelude::*;

    fn adapter(max_tokens: usize) -> Adapter {
        let matrix = |name: &str, rows: usize, columns: usize| {
            Tensor::from_vec(numbers(name, rows * columns, 1), (rows, columns), &Device::Cpu).unwrap()
        };
        let factors = PARTS.iter().map(|part| {
            let (output, input) = shape_of(part, &config());
            (format!("encoder.layer.2.{part}"), Factors { a: matrix(part, 4, input), b: matrix("b", output, 4) })
        });
        Adapter {
            name: "xét".into(),
            purpose: Purpose::Judge,
            base: Base::read(&mut Noise { seed: 7 }, &config()).unwrap().checksum,
            scale: 0.5,
            pooling: Pooling::Mean,
            max_tokens,
            facts: serde_json::Value::Null,
            factors: factors.collect(),
            head: None,
            relations: Some(RelationHead {
                attention: numbers("attention", 64, 1),
                inner: numbers("inner", 8 * 128, 1),
                inner_bias: numbers("bias", 8, 1),
                outer: numbers("outer", 4 * 8, 1),
                outer_bias: numbers("bias", 4, 2),
                types: numbers("types", TYPES * 64, 1),
            }),
        }
    }

    fn load(precision: Precision, adapter: &Adapter) -> PairJudge {
        let file = adapter.to_bytes(Storage::F32).unwrap();
        let description = Description { config: CONFIG, tokenizer: TOKENIZER.as_bytes(), adapter: Some(&file) };
        let settings = Settings { name: "e5".into(), ..Settings::default() };
        PairJudge::load(&mut Noise { seed: 7 }, precision, description, &settings).unwrap()
    }

    fn side(text: &str) -> Side<'_> {
        Side { text, marks: &[] }
    }

    #[test]
    fn a_judgement_is_of_its_own_pair_and_of_its_marks() {
        let judge = load(Precision::Full, &adapter(64));
        let marks = [Mark { start: 0, end: 4, kind: 3 }];
        let pairs = [
            (side("luật nghị định"), side("điều khoản luật")),
            (side("điều"), side("luật luật điều khoản nghị định")),
            (Side { text: "luật nghị định", marks: &marks }, side("điều khoản luật")),
            (side(""), side("")),
        ];
        let together = judge.judge(&pairs).unwrap();
        for (pair, together) in pairs.iter().zip(&together) {
            let alone = judge.judge(&[*pair]).unwrap()[0];
            assert!(alone.logits.iter().zip(together.logits).all(|(a, b)| (a - b).abs() < 1e-5));
            assert!((together.probabilities().iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert_ne!(together[0], together[2], "a mark is seen");
        assert!(judge.judge(&[]).unwrap().is_empty());
    }

    #[test]
    fn the_fastest_network_and_the_reference_agree() {
        let (plain, fast) = (load(Precision::Full, &adapter(64)), load(Precision::Rounded, &adapter(64)));
        let marks = [Mark { start: 5, end: 9, kind: 5 }];
        let pairs = [
            (side("luật nghị định"), Side { text: "điều khoản luật nghị", marks: &marks }),
            (side("khoản điều"), side("định nghị khoản điều luật")),
        ];
        let (exact, rounded) = (plain.judge(&pairs).unwrap(), fast.judge(&pairs).unwrap());
        for (exact, rounded) in exact.iter().zip(&rounded) {
            for (a, b) in exact.logits.iter().zip(rounded.logits) {
                assert!((a - b).abs() < 0.05, "{a} and {b}");
            }
        }
    }

    #[test]
    fn a_token_has_the_type_of_its_side_and_its_gravest_mark() {
        let tokenizer = read_tokenizer(TOKENIZER.as_bytes(), 64).unwrap();
        let marks = [Mark { start: 0, end: 3, kind: 1 }, Mark { start: 3, end: 6, kind: 4 }];
        let tokens = tokenise(&tokenizer, Side { text: "luật điều khoản", marks: &marks }, 1).unwrap();
        assert_eq!(tokens, Tokens { ids: vec![4, 5, 6], types: vec![1 + 6 + 4, 1 + 6, 1 + 6] });
    }

    proptest! {
        #[test]
        fn windows_fit_and_leave_no_token_of_a_provision_unread(
            draft in 0_usize..300, law in 0_usize..700, limit in 40_usize..320,
        ) {
            let tokens = |count: usize, from: u32| Tokens { ids: (from..).take(count).collect(), types: vec![1; count] };
            let pairs = windows(&tokens(draft, 10), &tokens(law, 10_000), limit);
            prop_assert!(!pairs.is_empty());
            for pair in &pairs {
                prop_assert!(pair.ids.len() <= limit && pair.ids.len() == pair.types.len());
                prop_assert_eq!((pair.ids[0], *pair.ids.last().unwrap()), (START, END));
            }
            if draft + law + 4 <= limit {
                prop_assert_eq!(pairs.len(), 1);
                prop_assert_eq!(pairs[0].ids.len(), draft + law + 4);
            }
            let room = (limit - 4) - draft.min((limit - 4) / DRAFT_PART);
            if draft <= (limit - 4) / DRAFT_PART && law <= room * 3 / 4 * WINDOWS {
                for id in (10_000..).take(law) {
                    prop_assert!(pairs.iter().any(|pair| pair.ids.contains(&id)), "{}", id);
                }
            }
        }
    }
}
