//! What a draft's norm says of a provision: the judge's word on two texts, marked beforehand.
//!
//! One way for everyone who asks: a review, the command `judge`, the pairs suite. Words are aligned and marked as the judge
//! was trained to see them; without a judge installed the compared values alone decide, and whoever asks can tell.

use super::compare::alignment::{self, alignment};
use rasoat_law::ByteSpan;
use rasoat_model::{EncodeError, Judge, Judgement, Mark, Side};

/// The marks of both sides of a pair, as the judge was trained to see them.
pub fn marks(draft: &str, law: &str) -> [Vec<Mark>; 2] {
    let both = alignment(draft, law);
    [&both.draft, &both.law].map(|side| {
        let mark = |(span, mark): &(ByteSpan, alignment::Mark)| {
            let kind = 1 + alignment::Mark::ALL.iter().position(|other| other == mark).unwrap_or(0);
            Mark { start: span.start, end: span.end, kind: kind as u8 }
        };
        side.iter().map(mark).collect()
    })
}

/// The judge's word on pairs of a draft's norm and a provision, in the order given.
///
/// # Errors
/// When a text cannot be tokenised or the network fails.
pub fn judgements(judge: &dyn Judge, pairs: &[(&str, &str)]) -> Result<Vec<Judgement>, EncodeError> {
    let marks: Vec<[Vec<Mark>; 2]> = pairs.iter().map(|(draft, law)| marks(draft, law)).collect();
    let sides: Vec<(Side<'_>, Side<'_>)> = pairs
        .iter()
        .zip(&marks)
        .map(|((draft, law), [ours, theirs])| (Side { text: draft, marks: ours }, Side { text: law, marks: theirs }))
        .collect();
    judge.judge(&sides)
}
