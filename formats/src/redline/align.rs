//! Which paragraph of the old text became which of the new.

use super::{Paragraph, tokens};
use rasoat_law::Eid;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

/// A line of the comparison, by indexes into the two lists of paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// One in both.
    Both(usize, usize),
    /// In the old text only; whether it was moved elsewhere.
    Old(usize, bool),
    /// In the new text only; whether it stood elsewhere before.
    New(usize, bool),
}

/// Two paragraphs this alike are one that was changed.
const ALIKE: f64 = 0.5;
/// What standing at the same place of the tree adds to likeness.
const SAME_PLACE: f64 = 0.25;
/// A paragraph this alike and this long, found elsewhere, was moved; shorter ones repeat by chance.
const MOVED: f64 = 0.9;
const MOVED_WORDS: usize = 8;
/// A run is moved past this many like paragraphs at the most.
const MOST_SLID: usize = 400;
/// Gaps of more pairs than this are not weighed pair by pair: 1,000 paragraphs against 1,000.
const WEIGHED_PAIRS: usize = 1_000_000;

/// Matches paragraphs, in the order of the new text.
pub(super) fn align<'a>(old: &'a [Paragraph<'a>], new: &'a [Paragraph<'a>]) -> Vec<Pair> {
    let old_bodies: Vec<&str> = old.iter().map(|paragraph| paragraph.body).collect();
    let new_bodies: Vec<&str> = new.iter().map(|paragraph| paragraph.body).collect();
    let mut numbers = HashMap::new();
    let sides = Sides {
        old_bags: old.iter().map(|paragraph| bag(paragraph, &mut numbers)).collect(),
        new_bags: new.iter().map(|paragraph| bag(paragraph, &mut numbers)).collect(),
        old,
        new,
    };
    let mut steps = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_bodies, &new_bodies) {
        let (a, b) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            steps.extend(a.zip(b).map(|(a, b)| Pair::Both(a, b)));
        } else {
            steps.extend(a.map(|a| Pair::Old(a, false)));
            steps.extend(b.map(|b| Pair::New(b, false)));
        }
    }
    sides.slide(&mut steps);
    let mut pairs = Vec::new();
    // Gaps of neighbouring operations belong together: a removal beside an addition may be one change.
    let (mut gap_old, mut gap_new) = (0..0, 0..0);
    for step in steps {
        match step {
            Pair::Both(a, b) => {
                sides.close_gap(&mut pairs, gap_old, gap_new);
                pairs.push(step);
                (gap_old, gap_new) = (a + 1..a + 1, b + 1..b + 1);
            }
            Pair::Old(a, _) => gap_old.end = a + 1,
            Pair::New(b, _) => gap_new.end = b + 1,
        }
    }
    sides.close_gap(&mut pairs, gap_old, gap_new);
    find_moved(&mut pairs, &sides);
    pairs
}

/// The words of a paragraph by their numbers, in order, each as often as it stands there; its own number left out.
type Bag = Vec<u32>;

/// The two texts with the words of each paragraph.
struct Sides<'a> {
    old: &'a [Paragraph<'a>],
    new: &'a [Paragraph<'a>],
    old_bags: Vec<Bag>,
    new_bags: Vec<Bag>,
}

fn bag<'a>(paragraph: &Paragraph<'a>, numbers: &mut HashMap<&'a str, u32>) -> Bag {
    let words = tokens(paragraph.body).into_iter().filter(|token| token.chars().any(char::is_alphanumeric));
    let mut bag: Bag = words
        .map(|word| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(word).or_insert(next)
        })
        .collect();
    bag.sort_unstable();
    bag
}

/// Words in common over all words of both (Dice's coefficient on bags).
fn likeness(a: &[u32], b: &[u32]) -> f64 {
    let total = a.len() + b.len();
    if total == 0 {
        return 0.0;
    }
    let (mut at_a, mut at_b, mut common) = (0, 0, 0_usize);
    while let (Some(word_a), Some(word_b)) = (a.get(at_a), b.get(at_b)) {
        match word_a.cmp(word_b) {
            Ordering::Less => at_a += 1,
            Ordering::Greater => at_b += 1,
            Ordering::Equal => (at_a, at_b, common) = (at_a + 1, at_b + 1, common + 1),
        }
    }
    2.0 * common as f64 / total as f64
}

impl Sides<'_> {
    /// Where one of several like paragraphs is gone or new, any of them might be: the run is moved to where those that are
    /// kept stand at the same places of the tree as before.
    fn slide(&self, steps: &mut [Pair]) {
        let kept = |at: usize, steps: &[Pair]| match steps.get(at) {
            Some(Pair::Both(a, b)) => Some((*a, *b)),
            _ => None,
        };
        let same_place =
            |a: usize, b: usize| i32::from(self.old[a].eid.is_some() && self.old[a].eid == self.new[b].eid);
        let mut start = 0;
        while start < steps.len() {
            let is_old = match steps[start] {
                Pair::Both(..) => {
                    start += 1;
                    continue;
                }
                Pair::Old(..) => true,
                Pair::New(..) => false,
            };
            let run = steps[start..].iter().take_while(|step| matches!(step, Pair::Old(..)) == is_old);
            let length = run.take_while(|step| !matches!(step, Pair::Both(..))).count();
            let end = start + length;
            let body = |at: usize| match steps[at] {
                Pair::Both(a, _) | Pair::Old(a, _) if is_old => self.old[a].body,
                Pair::Both(_, b) | Pair::New(b, _) => self.new[b].body,
                Pair::Old(a, _) => self.old[a].body,
            };
            // What a step by one does: the kept one beside the run joins it, and that at its other end is kept instead.
            let moved = |joins: usize, leaves: usize| {
                let (a, b) = kept(joins, steps)?;
                let instead = match steps[leaves] {
                    Pair::Old(of, _) => same_place(of, b),
                    Pair::New(of, _) => same_place(a, of),
                    // Further on it is one that joined before.
                    Pair::Both(of_a, of_b) => {
                        if is_old {
                            same_place(of_a, b)
                        } else {
                            same_place(a, of_b)
                        }
                    }
                };
                (body(joins) == body(leaves)).then_some(instead - same_place(a, b))
            };
            let (mut best, mut shift) = (0, 0_isize);
            for up in [true, false] {
                let mut sum = 0;
                for by in 0..MOST_SLID {
                    let beside = if up {
                        start.checked_sub(by + 1).map(|joins| (joins, joins + length))
                    } else {
                        Some((end + by, start + by))
                    };
                    let Some(gain) = beside.and_then(|(joins, leaves)| moved(joins, leaves)) else { break };
                    sum += gain;
                    if sum > best {
                        let far = isize::try_from(by + 1).unwrap_or_default();
                        (best, shift) = (sum, if up { -far } else { far });
                    }
                }
            }
            let by = shift.unsigned_abs();
            let span = if shift < 0 { start - by..end } else { start..end + by };
            self.lay_out(&mut steps[span], is_old, length, shift > 0);
            start = end + if shift > 0 { by } else { 0 };
        }
    }

    /// Puts the run of one side to the end of what is given, or to its beginning, and pairs the rest in order.
    fn lay_out(&self, steps: &mut [Pair], is_old: bool, length: usize, at_end: bool) {
        let mut old = Vec::new();
        let mut new = Vec::new();
        for step in steps.iter() {
            match *step {
                Pair::Both(a, b) => {
                    old.push(a);
                    new.push(b);
                }
                Pair::Old(a, _) => old.push(a),
                Pair::New(b, _) => new.push(b),
            }
        }
        let kept = steps.len() - length;
        let first = if at_end { kept } else { 0 };
        for (at, step) in steps.iter_mut().enumerate() {
            let paired = if at < first { at } else { at.wrapping_sub(length) };
            *step = match (is_old, (first..first + length).contains(&at)) {
                (true, true) => Pair::Old(old[at], false),
                (false, true) => Pair::New(new[at], false),
                (true, false) => Pair::Both(old[at], new[paired]),
                (false, false) => Pair::Both(old[paired], new[at]),
            };
        }
    }

    /// Matches what lies between two paragraphs that both texts have: the pairing in order of the greatest likeness.
    fn close_gap(&self, pairs: &mut Vec<Pair>, gap_old: Range<usize>, gap_new: Range<usize>) {
        let (rows, columns) = (gap_old.len(), gap_new.len());
        if rows.saturating_mul(columns) > WEIGHED_PAIRS {
            return self.match_by_place(pairs, gap_old, gap_new);
        }
        let weight = |row: usize, column: usize| -> f32 {
            let (a, b) = (gap_old.start + row, gap_new.start + column);
            let same_place = self.old[a].eid.is_some() && self.old[a].eid == self.new[b].eid;
            let weight = likeness(&self.old_bags[a], &self.new_bags[b]) + if same_place { SAME_PLACE } else { 0.0 };
            if weight >= ALIKE { weight as f32 } else { 0.0 }
        };
        // best[row][column]: the greatest sum over the gap from there on.
        let width = columns + 1;
        let mut weights = vec![0.0_f32; rows * columns];
        let mut best = vec![0.0_f32; (rows + 1) * width];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                let pair = weight(row, column);
                weights[row * columns + column] = pair;
                let matched = if pair > 0.0 { pair + best[(row + 1) * width + column + 1] } else { 0.0 };
                best[row * width + column] =
                    matched.max(best[(row + 1) * width + column]).max(best[row * width + column + 1]);
            }
        }
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            let here = best[row * width + column];
            let pair = weights[row * columns + column];
            if pair > 0.0 && here == pair + best[(row + 1) * width + column + 1] {
                pairs.push(Pair::Both(gap_old.start + row, gap_new.start + column));
                row += 1;
                column += 1;
            } else if here == best[(row + 1) * width + column] {
                pairs.push(Pair::Old(gap_old.start + row, false));
                row += 1;
            } else {
                pairs.push(Pair::New(gap_new.start + column, false));
                column += 1;
            }
        }
        pairs.extend((gap_old.start + row..gap_old.end).map(|a| Pair::Old(a, false)));
        pairs.extend((gap_new.start + column..gap_new.end).map(|b| Pair::New(b, false)));
    }

    /// Matches the paragraphs of a gap too large to weigh: by their place in the tree, in order.
    fn match_by_place(&self, pairs: &mut Vec<Pair>, gap_old: Range<usize>, gap_new: Range<usize>) {
        let mut by_place: HashMap<&Eid, Vec<usize>> = HashMap::new();
        for b in gap_new.clone() {
            if let Some(eid) = &self.new[b].eid {
                by_place.entry(eid).or_default().push(b);
            }
        }
        let mut next = gap_new.start;
        for a in gap_old {
            let places = self.old[a].eid.as_ref().and_then(|eid| by_place.get(eid));
            let found = places
                .into_iter()
                .flatten()
                .copied()
                .find(|b| *b >= next && likeness(&self.old_bags[a], &self.new_bags[*b]) + SAME_PLACE >= ALIKE);
            match found {
                Some(b) => {
                    pairs.extend((next..b).map(|b| Pair::New(b, false)));
                    pairs.push(Pair::Both(a, b));
                    next = b + 1;
                }
                None => pairs.push(Pair::Old(a, false)),
            }
        }
        pairs.extend((next..gap_new.end).map(|b| Pair::New(b, false)));
    }
}

/// Marks what was taken out at one place and put in at another. Candidates share their rarest words, so that two long
/// lists are not compared pair by pair.
fn find_moved(pairs: &mut [Pair], sides: &Sides<'_>) {
    let long = |bag: &[u32]| bag.len() >= MOVED_WORDS;
    let mut by_word: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        if let Pair::Old(a, _) = pair
            && long(&sides.old_bags[*a])
        {
            let mut words = sides.old_bags[*a].clone();
            words.dedup();
            for word in words {
                by_word.entry(word).or_default().push(at);
            }
        }
    }
    for at in 0..pairs.len() {
        let Pair::New(b, _) = pairs[at] else { continue };
        let bag = &sides.new_bags[b];
        if !long(bag) {
            continue;
        }
        // A moved paragraph keeps nearly all its words, so one of its three rarest is in both.
        let mut lists: Vec<&Vec<usize>> = bag.iter().filter_map(|word| by_word.get(word)).collect();
        lists.sort_by_key(|list| (list.len(), list.first().copied()));
        lists.dedup();
        let mut found: Option<(f64, usize)> = None;
        for candidate in lists.into_iter().take(3).flatten().copied() {
            if let Pair::Old(a, false) = pairs[candidate] {
                let alike = likeness(&sides.old_bags[a], bag);
                if alike >= MOVED && found.is_none_or(|(best, _)| alike > best) {
                    found = Some((alike, candidate));
                }
            }
        }
        if let Some((_, from)) = found {
            if let Pair::Old(_, moved) = &mut pairs[from] {
                *moved = true;
            }
            if let Pair::New(_, moved) = &mut pairs[at] {
                *moved = true;
            }
        }
    }
}
