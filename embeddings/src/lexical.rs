//! The lexical index: which passages hold a term, and BM25 (Robertson and Zaragoza, 2009) over several fields.
//!
//! Hard because the same ranking must come from a full engine natively and from a small index in the browser. So an
//! engine here only stores and yields postings ([`LexicalIndex`]); what a term weighs is computed in one place
//! ([`Scorer`]), from exact lengths and from counts of living passages, in one order. A removed passage leaves no trace
//! in any score.

#[cfg(not(target_arch = "wasm32"))]
mod engine;
mod memory;
mod query;
mod scorer;

#[cfg(not(target_arch = "wasm32"))]
pub use engine::EngineIndex;
pub use memory::MemoryIndex;
pub use query::{LexicalQuery, QueryTerm};
pub(crate) use scorer::rarity;
pub use scorer::{Scorer, Units};

use crate::analysis::PassageTerms;

/// A part of a passage that is indexed for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(usize)]
pub enum Field {
    /// Syllables of the document's name.
    Title,
    /// Syllables of the headings above the passage.
    Heading,
    /// Pairs of neighbouring syllables of the headings.
    HeadingPairs,
    /// Syllables of the passage; the first of an article brings those of title and headings along.
    Body,
    /// Pairs of neighbouring syllables of the passage.
    Pairs,
    /// All of them without marks, for words typed without.
    PlainWords,
    /// Pairs without marks.
    PlainPairs,
    /// Numbers, numbers with their units, document numbers.
    Numbers,
}

/// Every field, in the order of their discriminants.
pub const FIELDS: [Field; 8] = [
    Field::Title,
    Field::Heading,
    Field::HeadingPairs,
    Field::Body,
    Field::Pairs,
    Field::PlainWords,
    Field::PlainPairs,
    Field::Numbers,
];

impl Field {
    /// Its name in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading => "heading",
            Self::HeadingPairs => "heading_pairs",
            Self::Body => "body",
            Self::Pairs => "pairs",
            Self::PlainWords => "plain_words",
            Self::PlainPairs => "plain_pairs",
            Self::Numbers => "numbers",
        }
    }

    /// Whether every passage of an article repeats it, so that an article has it once.
    fn is_repeated(self) -> bool {
        matches!(self, Self::Title | Self::Heading | Self::HeadingPairs | Self::Numbers)
    }
}

/// What a field counts, and how fast a repeated term and a long text lose by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25 {
    /// What a match in it counts; 0 leaves it out.
    pub weight: f32,
    /// Saturation of repeated terms.
    pub k1: f32,
    /// How much length counts, 0 to 1.
    pub b: f32,
}

impl Bm25 {
    /// With the usual saturation.
    pub const fn weighing(weight: f32) -> Self {
        Self { weight, k1: 1.2, b: 0.75 }
    }
}

/// What lexical scores are computed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Whole articles: the words of all their passages together.
    #[default]
    Article,
    /// Passages; an article scores as its best.
    Passage,
}

/// The weights of lexical search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LexicalWeights {
    /// What is scored.
    pub unit: Unit,
    /// By field, in the order of [`FIELDS`].
    pub fields: [Bm25; FIELDS.len()],
    /// How often a term that the query repeats may count.
    pub repeats: f32,
    /// Words and pairs that occur in more than this share of the units are not looked up at all.
    pub too_common: f32,
}

impl Default for LexicalWeights {
    fn default() -> Self {
        let mut fields = [Bm25::weighing(1.0); FIELDS.len()];
        fields[Field::Title as usize].weight = 0.05;
        fields[Field::Heading as usize].weight = 0.1;
        fields[Field::HeadingPairs as usize].weight = 0.2;
        fields[Field::Pairs as usize].weight = 0.6;
        fields[Field::PlainPairs as usize].weight = 0.6;
        fields[Field::Numbers as usize].weight = 0.2;
        Self { unit: Unit::Article, fields, repeats: 3.0, too_common: 1.0 }
    }
}

impl LexicalWeights {
    /// The parameters of a field.
    pub fn field(&self, field: Field) -> Bm25 {
        self.fields[field as usize]
    }

    /// To change the parameters of a field.
    pub fn field_mut(&mut self, field: Field) -> &mut Bm25 {
        &mut self.fields[field as usize]
    }
}

/// How often a passage holds a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// The passage's number.
    pub passage: u32,
    /// How often.
    pub count: u32,
}

/// A lexical index could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LexicalError {
    /// The engine or the disk refused.
    #[error("the lexical index failed: {0}")]
    Engine(String),
}

/// Postings of passages numbered by the caller. Numbers only grow: one that was removed does not come back.
pub trait LexicalIndex: Send + Sync {
    /// Takes passages, in the order of their numbers. They are seen after [`LexicalIndex::commit`].
    ///
    /// # Errors
    /// When the engine refuses.
    fn insert(&mut self, passages: &[(u32, PassageTerms)]) -> Result<(), LexicalError>;

    /// Takes passages out. They are gone after [`LexicalIndex::commit`].
    ///
    /// # Errors
    /// When the engine refuses.
    fn remove(&mut self, passages: &[u32]) -> Result<(), LexicalError>;

    /// Makes what was inserted and removed seen.
    ///
    /// # Errors
    /// When the engine refuses.
    fn commit(&mut self) -> Result<(), LexicalError>;

    /// Living passages.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The living passages that hold a term, in the order of their numbers, at the end of `into`.
    fn postings(&self, field: Field, term: &str, into: &mut Vec<Posting>);

    /// How many living passages hold a term.
    fn holding(&self, field: Field, term: &str) -> usize;

    /// How often each of `passages`, in the order of their numbers, holds a term.
    fn counts(&self, field: Field, term: &str, passages: &[u32]) -> Vec<u32> {
        let mut postings = Vec::new();
        self.postings(field, term, &mut postings);
        let count =
            |passage: &u32| postings.binary_search_by_key(passage, |p| p.passage).map_or(0, |at| postings[at].count);
        passages.iter().map(count).collect()
    }
}

/// The conformance suite every [`LexicalIndex`] passes.
#[cfg(test)]
pub(crate) mod conformance;
