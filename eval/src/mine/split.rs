//! Development or test, by document.
//!
//! A document is on one side with everything that replaced it and that it replaced, since their texts are near to one
//! another. The sides are fixed in `eval/splits/mined.csv`; what is not in it falls by a hash that no seed moves.

use super::state::States;
use serde::Serialize;
use std::collections::BTreeMap;

/// The sides that were fixed when they were first drawn.
const FIXED: &str = include_str!("../../splits/mined.csv");

/// Of ten families of documents, how many are for the test.
const FOR_TEST: u64 = 4;

/// A side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// What rules may be chosen on.
    Development,
    /// What is only measured.
    Test,
}

impl Split {
    /// Its name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

/// The side of every document.
#[derive(Debug, Clone, Default)]
pub struct Splits {
    fixed: BTreeMap<String, Split>,
    /// By document, the first of its family.
    families: BTreeMap<String, String>,
}

impl Splits {
    /// The sides, with families by who replaced whom.
    pub fn new(states: &States) -> Self {
        Self { fixed: fixed(FIXED), families: families(states) }
    }

    /// The side of a document.
    pub fn of(&self, document: &str) -> Split {
        let family = self.families.get(document).map_or(document, String::as_str);
        let fixed = self.fixed.get(document).or_else(|| self.fixed.get(family)).copied();
        fixed.unwrap_or_else(
            || {
                if hash(0x6d69_6e65, family) % 10 < FOR_TEST { Split::Test } else { Split::Development }
            },
        )
    }
}

/// FNV-1a with a seed, mixed once more: the same on every machine.
pub fn hash(seed: u64, text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let sum = text.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 31)
}

fn fixed(csv: &str) -> BTreeMap<String, Split> {
    csv.lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .filter_map(|(document, split)| match split.trim() {
            "development" => Some((document.to_owned(), Split::Development)),
            "test" => Some((document.to_owned(), Split::Test)),
            _ => None,
        })
        .collect()
}

/// Joins documents with those that ended them.
fn families(states: &States) -> BTreeMap<String, String> {
    let mut parent: BTreeMap<String, String> = BTreeMap::new();
    fn top(parent: &BTreeMap<String, String>, document: &str) -> String {
        let mut at = document;
        while let Some(up) = parent.get(at).filter(|up| *up != at) {
            at = up;
        }
        at.to_owned()
    }
    for (old, ends) in &states.ends {
        for end in ends {
            let (a, b) = (top(&parent, old), top(&parent, &end.by));
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            parent.entry(low.clone()).or_insert_with(|| low.clone());
            parent.insert(high, low);
        }
    }
    let documents: Vec<String> = parent.keys().cloned().collect();
    documents.into_iter().map(|document| (document.clone(), top(&parent, &document))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mine::state::End;
    use jiff::civil::date;

    #[test]
    fn a_document_is_on_the_side_of_what_replaced_it() {
        let mut states = States::default();
        for (old, by) in [("1/2010/TT-BTP", "2/2015/TT-BTP"), ("2/2015/TT-BTP", "3/2020/TT-BTP")] {
            let end = End { date: date(2020, 1, 1), by: by.into(), article: "1".into() };
            states.ends.entry(old.into()).or_default().insert(end);
        }
        let splits = Splits { fixed: BTreeMap::new(), ..Splits::new(&states) };
        assert_eq!(splits.of("1/2010/TT-BTP"), splits.of("2/2015/TT-BTP"));
        assert_eq!(splits.of("1/2010/TT-BTP"), splits.of("3/2020/TT-BTP"));
    }

    #[test]
    fn both_sides_are_drawn() {
        let splits = Splits::default();
        let test = (1..1000).filter(|n| splits.of(&format!("{n}/2020/TT-BTP")) == Split::Test).count();
        assert!((300..500).contains(&test), "{test}");
    }
}
