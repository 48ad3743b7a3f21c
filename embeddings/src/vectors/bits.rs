//! A set of passages, one bit each.

/// A set of numbers below a bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    count: usize,
}

impl Bits {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a number in; whether it was not there.
    pub fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let fresh = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.count += usize::from(fresh);
        fresh
    }

    /// Puts a range of numbers in.
    pub fn insert_range(&mut self, numbers: std::ops::Range<u32>) {
        let mut at = numbers.start;
        while at < numbers.end {
            if at.is_multiple_of(64) && numbers.end - at >= 64 {
                let word = at as usize / 64;
                if self.words.len() <= word {
                    self.words.resize(word + 1, 0);
                }
                self.count += self.words[word].count_zeros() as usize;
                self.words[word] = u64::MAX;
                at += 64;
            } else {
                self.insert(at);
                at += 1;
            }
        }
    }

    /// Takes a number out; whether it was there.
    pub fn remove(&mut self, number: u32) -> bool {
        let was = self.contains(number);
        if was {
            self.words[number as usize / 64] &= !(1 << (number % 64));
            self.count -= 1;
        }
        was
    }

    /// Whether a number is in it.
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut bits = Self::new();
        for number in numbers {
            bits.insert(number);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn bits_are_a_set(put in proptest::collection::vec(0_u32..300, 0..60), taken in proptest::collection::vec(0_u32..400, 0..60)) {
            let mut bits: Bits = put.iter().copied().collect();
            let mut set: BTreeSet<u32> = put.into_iter().collect();
            let range = set.first().copied().unwrap_or(0)..set.last().copied().unwrap_or(0);
            bits.insert_range(range.clone());
            set.extend(range);
            for number in taken {
                prop_assert_eq!(bits.remove(number), set.remove(&number));
            }
            prop_assert_eq!(bits.len(), set.len());
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), set.into_iter().collect::<Vec<_>>());
        }
    }
}
