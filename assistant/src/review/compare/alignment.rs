//! Which words of a draft's norm stand in the provision too, and the other way round.
//!
//! Hard because a draft says the same in another order: an edit script between two sentences whose halves changed
//! places calls one half new. So a word counts by its company: in a pair of neighbours that the other side has too,
//! alone somewhere on the other side, or nowhere. The words of compared values are marked by how the values compare.

use super::{Headings, SlotPair, compare};
use rasoat_law::ByteSpan;
use rasoat_law::text::{fold_word, word_spans};
use rasoat_law::value::{Content, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// Values are marked where their pair agrees at least this much.
const SURE: f32 = 0.25;

/// How a word stands to the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// It and a neighbour stand side by side on the other side too.
    Shared,
    /// It stands on the other side, in other company.
    Moved,
    /// The other side does not have it.
    Absent,
    /// Part of a value that the other side sets the same.
    ValueEqual,
    /// Part of a value that the other side sets otherwise.
    ValueDifferent,
}

impl Mark {
    /// Every mark, in the order of its index.
    pub const ALL: [Self; 5] = [Self::Shared, Self::Moved, Self::Absent, Self::ValueEqual, Self::ValueDifferent];
}

/// The words of both sides, in text order, each with its bytes and its mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Words of the draft.
    pub draft: Vec<(ByteSpan, Mark)>,
    /// Words of the law.
    pub law: Vec<(ByteSpan, Mark)>,
}

impl Alignment {
    /// The mark of the word at `byte` of the draft; `None` between words.
    pub fn draft_mark(&self, byte: usize) -> Option<Mark> {
        mark_at(&self.draft, byte)
    }

    /// The same of the law.
    pub fn law_mark(&self, byte: usize) -> Option<Mark> {
        mark_at(&self.law, byte)
    }

    /// Marks the words of values that were compared. A value within the law's bound is another value.
    pub(super) fn mark(&mut self, pairs: &[SlotPair]) {
        for pair in pairs.iter().filter(|pair| is_value(&pair.draft) && pair.agreement >= SURE) {
            let mark = if pair.relation.agrees() { Mark::ValueEqual } else { Mark::ValueDifferent };
            set(&mut self.draft, pair.draft.span, mark);
            set(&mut self.law, pair.law.span, mark);
        }
    }
}

/// Aligns two texts word by word, compared values marked.
pub fn alignment(draft: &str, law: &str) -> Alignment {
    compare(draft, law, Headings::default()).alignment
}

/// The same by words alone. Time grows with the number of words times its logarithm.
pub(super) fn words(draft: &str, law: &str) -> Alignment {
    let mut numbers = BTreeMap::new();
    let ours = Side::read(draft, &mut numbers);
    let theirs = Side::read(law, &mut numbers);
    Alignment { draft: ours.marks(&theirs), law: theirs.marks(&ours) }
}

/// Whether the words of a slot say its value: numbers, days, bodies, modal words, forms.
fn is_value(slot: &Slot) -> bool {
    !matches!(slot.content, Content::Condition(_) | Content::Sanction(_) | Content::Definition(_))
}

/// Puts `mark` on every word of `side` that shares a byte with `span`.
fn set(side: &mut [(ByteSpan, Mark)], span: ByteSpan, mark: Mark) {
    let from = side.partition_point(|(word, _)| word.end <= span.start);
    for (_, held) in side[from..].iter_mut().take_while(|(word, _)| word.start < span.end) {
        *held = mark;
    }
}

fn mark_at(side: &[(ByteSpan, Mark)], byte: usize) -> Option<Mark> {
    let after = side.partition_point(|(word, _)| word.start <= byte);
    side[..after].last().filter(|(word, _)| byte < word.end).map(|(_, mark)| *mark)
}

/// The words of one text: where they stand, and each folded word as a number.
struct Side {
    spans: Vec<ByteSpan>,
    words: Vec<usize>,
    known: BTreeSet<usize>,
    pairs: BTreeSet<(usize, usize)>,
}

impl Side {
    fn read(text: &str, numbers: &mut BTreeMap<String, usize>) -> Self {
        let mut spans = Vec::new();
        let mut words = Vec::new();
        for (start, word) in word_spans(text) {
            spans.push(ByteSpan::new(start, start + word.len()));
            let next = numbers.len();
            words.push(*numbers.entry(fold_word(word)).or_insert(next));
        }
        let pairs = words.windows(2).map(|pair| (pair[0], pair[1])).collect();
        Self { known: words.iter().copied().collect(), spans, words, pairs }
    }

    fn marks(&self, other: &Self) -> Vec<(ByteSpan, Mark)> {
        let shared_after = |at: usize| {
            self.words.get(at).zip(self.words.get(at + 1)).is_some_and(|(a, b)| other.pairs.contains(&(*a, *b)))
        };
        let mark = |at: usize| {
            if shared_after(at) || at.checked_sub(1).is_some_and(shared_after) {
                Mark::Shared
            } else if other.known.contains(&self.words[at]) {
                Mark::Moved
            } else {
                Mark::Absent
            }
        };
        self.spans.iter().enumerate().map(|(at, span)| (*span, mark(at))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each word of the draft with the first letter of its mark.
    fn check(draft: &str, law: &str, expected: &str) {
        let marks = words(draft, law);
        let written: Vec<String> = marks
            .draft
            .iter()
            .map(|(span, mark)| format!("{}/{}", span.of(draft), &format!("{mark:?}")[..1]))
            .collect();
        assert_eq!(written.join(" "), expected);
    }

    #[test]
    fn halves_that_changed_places_are_shared() {
        check(
            "khi từ chối, cơ quan phải nêu lý do",
            "Cơ quan phải nêu lý do khi từ chối.",
            "khi/S từ/S chối/S cơ/S quan/S phải/S nêu/S lý/S do/S",
        );
    }

    #[test]
    fn a_word_alone_is_moved_and_a_new_one_absent() {
        check("phí nộp hồ sơ", "nộp tiền; hồ sơ gồm phí", "phí/M nộp/M hồ/S sơ/S");
        check("không được nộp", "phải nộp", "không/A được/A nộp/M");
    }

    #[test]
    fn tone_placement_and_case_make_no_difference() {
        check("UỶ BAN hoà giải", "Ủy ban hòa giải", "UỶ/S BAN/S hoà/S giải/S");
    }

    #[test]
    fn a_byte_leads_to_the_mark_of_its_word() {
        let marks = alignment("hồ sơ mới", "hồ sơ");
        assert_eq!(marks.draft_mark(0), Some(Mark::Shared));
        assert_eq!(marks.draft_mark("hồ".len()), None);
        assert_eq!(marks.draft_mark("hồ sơ m".len()), Some(Mark::Absent));
        assert_eq!(marks.draft_mark(100), None);
        assert_eq!(marks.law_mark(0), Some(Mark::Shared));
    }

    proptest! {
        #[test]
        fn every_word_of_both_sides_is_marked_once(draft in "\\PC{0,80}", law in "\\PC{0,80}") {
            let marks = alignment(&draft, &law);
            for (text, side) in [(&draft, &marks.draft), (&law, &marks.law)] {
                let words: Vec<&str> = side.iter().map(|(span, _)| span.of(text)).collect();
                let expected: Vec<&str> = word_spans(text).map(|(_, word)| word).collect();
                prop_assert_eq!(words, expected);
            }
        }

        #[test]
        fn a_text_of_two_words_or_more_shares_all_with_itself(text in "[a-zđ]{1,4}( [a-zđ]{1,4}){1,20}") {
            prop_assert!(words(&text, &text).draft.iter().all(|(_, mark)| *mark == Mark::Shared));
        }

        #[test]
        fn sides_change_places_without_changing_marks(
            draft in "([a-e]{1,2} ){0,20}", law in "([a-e]{1,2} ){0,20}",
        ) {
            let (one, other) = (words(&draft, &law), words(&law, &draft));
            prop_assert_eq!(one.draft, other.law);
            prop_assert_eq!(one.law, other.draft);
        }
    }
}
