//! What a draft's norm says of a provision: the judge's word on two texts, weighed with what both set.
//!
//! One way for everyone who asks: a review, the command `judge`, the pairs suite. Words and values are compared, the judge
//! reads both texts with what the comparison marked, and a logistic regression hears both ([`weigh`]). Its weights were
//! fitted on pairs that the judge had not seen (`model/training/README.md`). Without a judge the comparison speaks alone.

use super::compare::{Comparison, FEATURE_NAMES, Headings, Mark, compare, features};
use rasoat_law::ByteSpan;
use rasoat_model::{EncodeError, Judge, Judgement, Side};
use std::sync::OnceLock;

/// Two texts, compared and, where there is a judge, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What both set.
    pub comparison: Comparison,
    /// The judge's word.
    pub judged: Option<Judgement>,
}

/// The marks of both sides of a pair, as the judge was trained to see them.
pub fn marks(comparison: &Comparison) -> [Vec<rasoat_model::Mark>; 2] {
    let both = &comparison.alignment;
    [&both.draft, &both.law].map(|side| {
        let mark = |(span, mark): &(ByteSpan, Mark)| {
            let kind = 1 + Mark::ALL.iter().position(|other| other == mark).unwrap_or(0);
            rasoat_model::Mark { start: span.start, end: span.end, kind: kind as u8 }
        };
        side.iter().map(mark).collect()
    })
}

/// Compares pairs of a draft's norm and a provision and has the judge read them, in the order given.
///
/// # Errors
/// When a text cannot be tokenised or the network fails.
pub fn read(judge: Option<&dyn Judge>, pairs: &[(&str, &str)]) -> Result<Vec<Reading>, EncodeError> {
    let compared: Vec<Comparison> = pairs.iter().map(|(draft, law)| compare(draft, law, Headings::default())).collect();
    let judged: Vec<Option<Judgement>> = match judge {
        Some(judge) => {
            let marks: Vec<[Vec<rasoat_model::Mark>; 2]> = compared.iter().map(marks).collect();
            let sides = pairs.iter().zip(&marks).map(|((draft, law), [ours, theirs])| {
                (Side { text: draft, marks: ours }, Side { text: law, marks: theirs })
            });
            judge.judge(&sides.collect::<Vec<_>>())?.into_iter().map(Some).collect()
        }
        None => vec![None; pairs.len()],
    };
    Ok(compared.into_iter().zip(judged).map(|(comparison, judged)| Reading { comparison, judged }).collect())
}

/// The probability of a contradiction: what the judge says, what both set, and `differs`, how surely some value differs
/// though the words around it agree ([`super::conflict::statement`]).
pub fn weigh(reading: &Reading, differs: Option<f32>) -> f32 {
    let weights = weights();
    let [constant, rule, judge, ..] = match reading.judged {
        Some(_) => weights.judged,
        None => weights.alone,
    };
    let named = if reading.judged.is_some() { &weights.judged[3..] } else { &weights.alone[3..] };
    let compared: f32 = features(&reading.comparison).iter().zip(named).map(|(value, weight)| value * weight).sum();
    let word = reading.judged.as_ref().map_or(0.0, surely);
    let logit = constant + rule * differs.unwrap_or(0.0) + judge * word + compared;
    1.0 / (1.0 + (-logit).exp())
}

/// The judge's logit of a contradiction against all else.
pub fn surely(judged: &Judgement) -> f32 {
    let [contradiction, others @ ..] = judged.logits;
    let most = others.iter().copied().fold(f32::MIN, f32::max);
    contradiction - most - others.iter().map(|other| (other - most).exp()).sum::<f32>().ln()
}

/// Weights: a constant, the rule's, the judge's, then those of [`FEATURE_NAMES`].
struct Weights {
    judged: [f32; 3 + FEATURE_NAMES.len()],
    /// Where no judge is installed.
    alone: [f32; 3 + FEATURE_NAMES.len()],
}

/// The table of weights: name, with the judge, without.
const TABLE: &str = include_str!("../../data/weights.csv");

fn weights() -> &'static Weights {
    static WEIGHTS: OnceLock<Weights> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let names = ["constant", "rule", "judge"].into_iter().chain(FEATURE_NAMES);
        let mut weights = Weights { judged: [0.0; 3 + FEATURE_NAMES.len()], alone: [0.0; 3 + FEATURE_NAMES.len()] };
        for (at, name) in names.enumerate() {
            let row = TABLE.lines().map(|line| line.split(',')).find_map(|mut cells| {
                (cells.next() == Some(name)).then(|| [cells.next(), cells.next()].map(|cell| cell?.parse().ok()))
            });
            if let Some([Some(judged), Some(alone)]) = row {
                (weights.judged[at], weights.alone[at]) = (judged, alone);
            }
        }
        weights
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_in_the_table_and_no_other() {
        let mut names: Vec<&str> = TABLE.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        let mut wanted: Vec<&str> = ["constant", "rule", "judge"].into_iter().chain(FEATURE_NAMES).collect();
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted);
        for line in TABLE.lines().skip(1) {
            assert!(line.split(',').skip(1).all(|cell| cell.parse::<f32>().is_ok_and(f32::is_finite)), "{line}");
        }
    }

    #[test]
    fn the_judge_is_heard_and_so_are_values() {
        let texts = [("Trả kết quả trong 15 ngày.", "Trả kết quả trong 10 ngày.")];
        let Ok(mut readings) = read(None, &texts) else { panic!("nothing to fail") };
        let mut reading = readings.remove(0);
        let alone = weigh(&reading, None);
        assert!(weigh(&reading, Some(0.9)) >= alone);
        let said = |reading: &mut Reading, contradiction: f32| {
            reading.judged = Some(Judgement { logits: [contradiction, 0.0, 0.0, 0.0] });
            weigh(reading, None)
        };
        assert!(said(&mut reading, 4.0) > said(&mut reading, -4.0));
    }
}
