//! Which slot of the draft speaks of the same as which slot of the law.
//!
//! Hard because a norm sets several times, bodies and duties at once, and a draft tells them in another order. Each pair
//! of comparable slots is scored by the words around them; the surest pairs are taken first, each slot once. A duty the
//! draft denies is looked for among what the law simply says is done, and the other way round.

use super::explain::explain;
use super::meaning::{relation, same_body};
use super::role::{Bag, Interner, coverage, is_common};
use super::{Headings, Relation, SlotPair};
use rasoat_law::ByteSpan;
use rasoat_law::text::{fold_word, word_spans};
use rasoat_law::value::{Content, Dimension, Force, Slot, Stance};

/// What a pair of equal values is worth in choosing: of two like places, the one that says the same.
const SAME_VALUE: f32 = 0.2;
/// What the same place in the order of the text is worth.
const SAME_PLACE: f32 = 0.05;
/// Pairs that agree less are no pairs.
const LEAST: f32 = 0.12;
/// The same for stances, whose words stand everywhere.
const LEAST_ACT: f32 = 0.3;
/// How much of a denied act the other side must name for it to be the same act.
const SAME_ACT: f32 = 0.6;

/// A slot with the bags of words that say what it is about.
struct Placed {
    slot: Slot,
    near: Bag,
    act: Bag,
    clause: Bag,
    /// Place among the slots of its dimension, in [0, 1].
    place: f32,
}

/// Pairs the slots of two texts; with the pairs, what is left of either side.
pub(super) fn pair(
    draft: &str,
    law: &str,
    ours: Vec<Slot>,
    theirs: Vec<Slot>,
    headings: Headings<'_>,
) -> (Vec<SlotPair>, Vec<Slot>, Vec<Slot>) {
    let mut interner = Interner::default();
    let whole = {
        let draft = Bag::of_text(&format!("{}\n{draft}", headings.draft), &mut interner);
        let law = Bag::of_text(&format!("{}\n{law}", headings.law), &mut interner);
        draft.agreement(&law)
    };
    let ours = placed(draft, ours, &mut interner);
    let theirs = placed(law, theirs, &mut interner);
    let mut scored = Vec::new();
    for (i, a) in ours.iter().enumerate() {
        for (j, b) in theirs.iter().enumerate() {
            let Some(relation) = relation(&a.slot, &b.slot) else { continue };
            let (fits, agreement) = agreement(a, b, relation, whole);
            let least = if a.slot.dimension == Dimension::Modality { LEAST_ACT } else { LEAST };
            if fits < least {
                continue;
            }
            let same = if relation.agrees() { SAME_VALUE } else { 0.0 };
            let score = fits + same + SAME_PLACE * (1.0 - (a.place - b.place).abs());
            scored.push((score, i, j, relation, agreement));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut counterpart: Vec<Option<(usize, Relation, f32)>> = vec![None; ours.len()];
    let mut taken = vec![false; theirs.len()];
    for (_, i, j, relation, agreement) in scored {
        if counterpart[i].is_none() && !taken[j] {
            counterpart[i] = Some((j, relation, agreement));
            taken[j] = true;
        }
    }
    let bodies = |side: &[Placed]| -> Vec<Slot> {
        side.iter().filter(|p| matches!(p.slot.content, Content::Body(_))).map(|p| p.slot.clone()).collect()
    };
    let (our_bodies, their_bodies) = (bodies(&ours), bodies(&theirs));
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for (a, counterpart) in ours.into_iter().zip(&counterpart) {
        match counterpart {
            Some((j, relation, agreement)) => {
                let b = &theirs[*j].slot;
                let agreement = replaced(&a.slot, b, *relation, *agreement, &our_bodies, &their_bodies);
                let explanation = explain((draft, &a.slot), (law, b), *relation);
                pairs.push(SlotPair { draft: a.slot, law: b.clone(), relation: *relation, agreement, explanation });
            }
            None => left.push(a.slot),
        }
    }
    let mut right: Vec<Slot> =
        theirs.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(placed, _)| placed.slot).collect();
    counter_acts((draft, law), whole, &mut pairs, &mut left, &mut right);
    pairs.sort_by_key(|pair| (pair.draft.span.start, pair.draft.span.end, pair.law.span.start));
    (pairs, left, right)
}

fn placed(text: &str, slots: Vec<Slot>, interner: &mut Interner) -> Vec<Placed> {
    let totals = Dimension::ALL.map(|dimension| slots.iter().filter(|s| s.dimension == dimension).count());
    let mut seen = [0_usize; Dimension::ALL.len()];
    slots
        .into_iter()
        .map(|slot| {
            let near = Bag::of(&[(&slot.before, 1.0), (&slot.after, 1.0)], interner);
            let act = match &slot.content {
                Content::Stance(stance) => Bag::of(&[(&stance.act, 1.0)], interner),
                Content::Definition(definition) => Bag::of(&[(&definition.term, 1.0)], interner),
                _ => Bag::default(),
            };
            let clause = Bag::of_text(slot.clause.of(text), interner);
            let at = Dimension::ALL.iter().position(|dimension| *dimension == slot.dimension).unwrap_or_default();
            let place = if totals[at] > 1 { seen[at] as f32 / (totals[at] - 1) as f32 } else { 0.0 };
            seen[at] += 1;
            Placed { slot, near, act, clause, place }
        })
        .collect()
}

/// How well two slots fit one another, and how surely both speak of the same; both in [0, 1].
///
/// Which slot of a text is meant, the nearest words tell; whether the texts speak of one thing at all, the whole texts.
/// Shares chosen on the first half of the written pairs: over slots that differ, the area under the curve of
/// contradictions against others is .63 for the whole texts, .57 for the clauses, .56 for the nearest words (deadlines
/// .75, .76, .68; bodies .65, .55, .53).
fn agreement(a: &Placed, b: &Placed, relation: Relation, whole: f32) -> (f32, f32) {
    let near = a.near.agreement(&b.near);
    let clause = a.clause.agreement(&b.clause);
    let weigh = |around: f32| match (&a.slot.content, &b.slot.content) {
        (Content::Stance(_), Content::Stance(_)) => 0.65 * a.act.agreement(&b.act) + 0.35 * around,
        (Content::Definition(_), Content::Definition(_)) => 0.6 * a.act.agreement(&b.act) + 0.4 * around,
        (Content::Body(ours), Content::Body(theirs)) => match (same_body(ours, theirs), ours.part == theirs.part) {
            (true, true) => 0.4 + 0.6 * around,
            (true, false) if relation.differs() => 0.8 * around,
            (true, false) => 0.3 + 0.6 * around,
            (false, true) => around,
            (false, false) => 0.6 * around,
        },
        _ => around,
    };
    let fits = weigh(0.45 * near + 0.3 * clause + 0.25 * whole);
    let sure = if matches!(a.slot.content, Content::Body(_)) {
        weigh(0.2 * near + 0.15 * clause + 0.65 * whole)
    } else {
        weigh(0.2 * near + 0.35 * clause + 0.45 * whole)
    };
    (fits.clamp(0.0, 1.0), sure.clamp(0.0, 1.0))
}

/// A body that both sides name is not replaced by the other one.
fn replaced(draft: &Slot, law: &Slot, relation: Relation, agreement: f32, ours: &[Slot], theirs: &[Slot]) -> f32 {
    let (Content::Body(a), Content::Body(b)) = (&draft.content, &law.content) else { return agreement };
    if relation != Relation::Different || same_body(a, b) {
        return agreement;
    }
    let names = |slots: &[Slot], body| {
        slots.iter().any(|slot| matches!(&slot.content, Content::Body(other) if same_body(other, body)))
    };
    match (names(theirs, a), names(ours, b)) {
        (false, false) => agreement,
        (true, true) => 0.4 * agreement,
        _ => 0.7 * agreement,
    }
}

/// A word with its place, for finding an act.
struct Words {
    spans: Vec<ByteSpan>,
    folded: Vec<String>,
}

impl Words {
    fn of(text: &str) -> Self {
        let (spans, folded) =
            word_spans(text).map(|(start, word)| (ByteSpan::new(start, start + word.len()), fold_word(word))).unzip();
        Self { spans, folded }
    }

    /// Where the words of an act stand nearly all together and not denied, and how much of it does.
    fn act(&self, act: &[String]) -> Option<(ByteSpan, f32)> {
        let telling = act.iter().filter(|word| !is_common(word)).count();
        if telling < 2 {
            return None;
        }
        let length = act.len() + 2;
        let negation = ["không", "cấm", "miễn", "thôi"].map(fold_word);
        let mut best: Option<(usize, usize, f32)> = None;
        for from in 0..self.folded.len() {
            if !act.contains(&self.folded[from]) || is_common(&self.folded[from]) {
                continue;
            }
            let to = (from + length).min(self.folded.len());
            let found = coverage(act, &self.folded[from..to]);
            let before = &self.folded[from.saturating_sub(4)..from];
            if found >= SAME_ACT
                && best.is_none_or(|(_, _, most)| found > most)
                && !before.iter().any(|word| negation.contains(word))
            {
                best = Some((from, to, found));
            }
        }
        best.map(|(from, to, found)| (ByteSpan::new(self.spans[from].start, self.spans[to - 1].end), found))
    }
}

/// Pairs a denied act of one side with its plain statement on the other.
fn counter_acts(
    (draft, law): (&str, &str),
    whole: f32,
    pairs: &mut Vec<SlotPair>,
    left: &mut Vec<Slot>,
    right: &mut Vec<Slot>,
) {
    let (ours, theirs) = (Words::of(draft), Words::of(law));
    let denied = |slot: &Slot| match &slot.content {
        Content::Stance(stance) if stance.force.is_negative() => Some(stance.clone()),
        _ => None,
    };
    left.retain(|slot| {
        let Some((stance, (span, found))) = denied(slot).and_then(|s| theirs.act(&s.act).map(|at| (s, at))) else {
            return true;
        };
        pairs.push(countered(draft, slot, law, &stated(law, &stance, span), found, whole, false));
        false
    });
    right.retain(|slot| {
        let Some((stance, (span, found))) = denied(slot).and_then(|s| ours.act(&s.act).map(|at| (s, at))) else {
            return true;
        };
        pairs.push(countered(law, slot, draft, &stated(draft, &stance, span), found, whole, true));
        false
    });
}

fn countered(text: &str, denied: &Slot, other: &str, stated: &Slot, found: f32, whole: f32, turned: bool) -> SlotPair {
    let agreement = (0.6 * found + 0.4 * whole).clamp(0.0, 1.0);
    let (draft, law) = if turned { ((other, stated), (text, denied)) } else { ((text, denied), (other, stated)) };
    let relation = Relation::Opposite;
    let explanation = explain(draft, law, relation);
    SlotPair { draft: draft.1.clone(), law: law.1.clone(), relation, agreement, explanation }
}

/// The act of `stance` as the other side states it.
fn stated(text: &str, stance: &Stance, span: ByteSpan) -> Slot {
    let line = |at: usize| text[..at].rfind(['\n', ';']).map_or(0, |end| end + 1);
    let end = text[span.end..].find(['\n', ';', '.']).map_or(text.len(), |at| span.end + at);
    Slot {
        dimension: Dimension::Modality,
        content: Content::Stance(Stance { force: Force::Is, act: stance.act.clone(), end: span.end }),
        span,
        clause: ByteSpan::new(line(span.start), end),
        before: Vec::new(),
        after: Vec::new(),
    }
}
