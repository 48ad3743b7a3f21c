//! A comparison as numbers: how much values alone tell, for who measures and trains (`rasoat judge --marked`).

use super::{Comparison, Mark, Relation};
use rasoat_law::ByteSpan;
use rasoat_law::value::{ConditionKind, Content, Dimension, Slot};

/// How many dimensions have slots.
const DIMENSIONS: usize = 12;
/// Features of a dimension, then those of the whole.
const COUNT: usize = 2 * DIMENSIONS + 22;

/// What each number of [`features`] is.
pub const FEATURE_NAMES: [&str; COUNT] = [
    "differs.deadline",
    "differs.amount",
    "differs.rate",
    "differs.age",
    "differs.count",
    "differs.subject",
    "differs.condition",
    "differs.modality",
    "differs.sanction",
    "differs.definition",
    "differs.competence",
    "differs.procedure",
    "agrees.deadline",
    "agrees.amount",
    "agrees.rate",
    "agrees.age",
    "agrees.count",
    "agrees.subject",
    "agrees.condition",
    "agrees.modality",
    "agrees.sanction",
    "agrees.definition",
    "agrees.competence",
    "agrees.procedure",
    "pairs.equal",
    "pairs.said_otherwise",
    "pairs.within",
    "pairs.different",
    "pairs.opposite",
    "most_different",
    "most_within",
    "draft_only.measures",
    "draft_only.bodies",
    "draft_only.denials",
    "draft_only.only_if",
    "draft_only.exceptions",
    "law_only.measures",
    "law_only.bodies",
    "law_only.denials",
    "law_only.only_if",
    "law_only.exceptions",
    "draft.shared",
    "draft.moved",
    "draft.absent",
    "law.shared",
    "law.absent",
];

/// The numbers of a comparison, each in [0, 1] or the logarithm of a count and one; [`FEATURE_NAMES`] names them.
///
/// `differs.X` and `agrees.X` are the greatest agreement of a pair of that dimension that differs or agrees; counts of
/// pairs are weighed by their agreement.
pub fn features(comparison: &Comparison) -> [f32; COUNT] {
    let mut out = [0.0_f32; COUNT];
    for pair in &comparison.pairs {
        let at = Dimension::ALL.iter().position(|dimension| *dimension == pair.dimension());
        let Some(at) = at.filter(|at| *at < DIMENSIONS) else { continue };
        if pair.relation.differs() {
            out[at] = out[at].max(pair.agreement);
        } else if pair.relation.agrees() {
            out[DIMENSIONS + at] = out[DIMENSIONS + at].max(pair.agreement);
        }
    }
    let mut next = 2 * DIMENSIONS;
    let mut put = |value: f32| {
        if let Some(place) = out.get_mut(next) {
            *place = value;
        }
        next += 1;
    };
    let relations =
        [Relation::Equal, Relation::EqualSaidOtherwise, Relation::Within, Relation::Different, Relation::Opposite];
    let of = |relation: Relation| comparison.pairs.iter().filter(move |pair| pair.relation == relation);
    for relation in relations {
        put(of(relation).map(|pair| pair.agreement).sum::<f32>().ln_1p());
    }
    put(comparison.most_different().map_or(0.0, |pair| pair.agreement));
    put(of(Relation::Within).map(|pair| pair.agreement).fold(0.0, f32::max));
    for side in [&comparison.unmatched_draft, &comparison.unmatched_law] {
        let count = |holds: &dyn Fn(&Slot) -> bool| (side.iter().filter(|slot| holds(slot)).count() as f32).ln_1p();
        let condition = |slot: &Slot, kind| matches!(slot.content, Content::Condition(held) if held == kind);
        put(count(&|slot| matches!(slot.content, Content::Measure(_) | Content::Day(_))));
        put(count(&|slot| matches!(slot.content, Content::Body(_)) && slot.dimension == Dimension::Competence));
        put(count(&|slot| matches!(&slot.content, Content::Stance(stance) if stance.force.is_negative())));
        put(count(&|slot| condition(slot, ConditionKind::OnlyIf)));
        put(count(&|slot| condition(slot, ConditionKind::Except)));
    }
    let share = |side: &[(ByteSpan, Mark)], mark| {
        side.iter().filter(|(_, held)| *held == mark).count() as f32 / side.len().max(1) as f32
    };
    let alignment = &comparison.alignment;
    put(share(&alignment.draft, Mark::Shared));
    put(share(&alignment.draft, Mark::Moved));
    put(share(&alignment.draft, Mark::Absent));
    put(share(&alignment.law, Mark::Shared));
    put(share(&alignment.law, Mark::Absent));
    out
}
