//! What two norms set, held against each other.
//!
//! Hard because most values that differ do not conflict: they govern another act, another subject, another stage, and
//! because the same value is written in many ways. Typed slots of both sides are matched by the words around them and
//! compared by what they mean (Civil Code 2015 Art. 146 for times). No judgement is made here: the judge
//! sees what was compared as marks on both texts.

pub mod alignment;

mod explain;
mod features;
mod meaning;
mod pairing;
mod role;

pub use alignment::{Alignment, Mark};
pub use features::{FEATURE_NAMES, features};

use rasoat_law::value::{Dimension, Slot, slots};

/// How the two slots of a pair relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The same, in the same words.
    Equal,
    /// The same in other words: "24 tháng", "02 năm".
    EqualSaidOtherwise,
    /// Another value, within what the law's bound allows.
    Within,
    /// Another value.
    Different,
    /// What the one demands or allows, the other forbids or dispenses with; a floor against a ceiling.
    Opposite,
}

impl Relation {
    /// Whether both sides set the same.
    pub fn agrees(self) -> bool {
        matches!(self, Self::Equal | Self::EqualSaidOtherwise)
    }

    /// Whether the draft sets what the law does not bear.
    pub fn differs(self) -> bool {
        matches!(self, Self::Different | Self::Opposite)
    }
}

/// A slot of the draft and the one of the law that speaks of the same.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotPair {
    /// The draft's; spans point into the draft's text.
    pub draft: Slot,
    /// The law's; spans point into the law's text.
    pub law: Slot,
    /// How they relate.
    pub relation: Relation,
    /// How surely both speak of the same act, subject and stage, in [0, 1].
    pub agreement: f32,
    /// One line in Vietnamese for a person.
    pub explanation: String,
}

impl SlotPair {
    /// What kind of thing they set.
    pub fn dimension(&self) -> Dimension {
        self.draft.dimension
    }
}

/// Headings the two texts stand under: titles of their articles. Empty where unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headings<'a> {
    /// Over the draft's norm.
    pub draft: &'a str,
    /// Over the provision.
    pub law: &'a str,
}

/// Two norms compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Slots that speak of the same, in the order of the draft.
    pub pairs: Vec<SlotPair>,
    /// Slots of the draft without a counterpart.
    pub unmatched_draft: Vec<Slot>,
    /// Slots of the law without a counterpart.
    pub unmatched_law: Vec<Slot>,
    /// Both texts word by word.
    pub alignment: Alignment,
}

impl Comparison {
    /// The pair that most surely differs.
    pub fn most_different(&self) -> Option<&SlotPair> {
        let differing = self.pairs.iter().filter(|pair| pair.relation.differs());
        differing.max_by(|a, b| a.agreement.total_cmp(&b.agreement))
    }
}

/// Compares what `draft` and `law` set. Equal input gives equal output, to the bit.
pub fn compare(draft: &str, law: &str, headings: Headings<'_>) -> Comparison {
    let (pairs, unmatched_draft, unmatched_law) = pairing::pair(draft, law, slots(draft), slots(law), headings);
    let mut alignment = alignment::words(draft, law);
    alignment.mark(&pairs);
    Comparison { pairs, unmatched_draft, unmatched_law, alignment }
}

#[cfg(test)]
mod tests;
