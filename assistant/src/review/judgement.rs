//! What a draft's norm says of a provision: the judge's word on two texts and what both set.
//!
//! One way for everyone who asks: a review, the command `judge`, the pairs suite. Words and values are compared, the judge
//! reads both texts with what the comparison marked, and its word is calibrated ([`weigh`]) on pairs that it had not seen
//! (`model/training/README.md`). Without a judge only values that differ though the words around them agree are heard.

use super::compare::{Comparison, Headings, Mark, compare};
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

/// Characters of a text that are read: a norm has fewer, and comparing takes time with the square of what is compared.
const READ: usize = 6_000;

/// As much of a text as is read.
pub fn beginning(text: &str) -> &str {
    text.char_indices().nth(READ).map_or(text, |(at, _)| &text[..at])
}

/// Compares pairs of a draft's norm and a provision and has the judge read them, in the order given; of longer texts the
/// beginning, 6,000 characters.
///
/// # Errors
/// When a text cannot be tokenised or the network fails.
pub fn read(judge: Option<&dyn Judge>, pairs: &[(&str, &str)]) -> Result<Vec<Reading>, EncodeError> {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(draft, law)| (beginning(draft), beginning(law))).collect();
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

/// The probability of a contradiction: the judge's word, calibrated; where no judge is installed `differs`, how surely some
/// value differs though the words around it agree ([`super::conflict::statement`]).
///
/// The judge saw the compared values, as marks on both texts; weighed beside its word once more they told it nothing new
/// (`model/training/README.md`).
pub fn weigh(reading: &Reading, differs: Option<f32>) -> f32 {
    let Some(judged) = &reading.judged else { return differs.unwrap_or(0.0) };
    let [constant, slope] = *weights();
    1.0 / (1.0 + (-(constant + slope * surely(judged))).exp())
}

/// The judge's logit of a contradiction against all else.
pub fn surely(judged: &Judgement) -> f32 {
    let [contradiction, others @ ..] = judged.logits;
    let most = others.iter().copied().fold(f32::MIN, f32::max);
    contradiction - most - others.iter().map(|other| (other - most).exp()).sum::<f32>().ln()
}

/// The table of weights: a name and its weight.
const TABLE: &str = include_str!("../../data/weights.csv");
/// What is in it.
const NAMES: [&str; 2] = ["constant", "judge"];

/// A constant, and what the judge's logit counts.
fn weights() -> &'static [f32; 2] {
    static WEIGHTS: OnceLock<[f32; 2]> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        NAMES.map(|name| {
            let row = TABLE.lines().filter_map(|line| line.split_once(',')).find(|(own, _)| *own == name);
            row.and_then(|(_, value)| value.parse().ok()).unwrap_or(0.0)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_in_the_table_and_no_other() {
        let mut names: Vec<&str> = TABLE.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        names.sort_unstable();
        assert_eq!(names, NAMES);
        for line in TABLE.lines().skip(1) {
            assert!(line.split(',').skip(1).all(|cell| cell.parse::<f32>().is_ok_and(f32::is_finite)), "{line}");
        }
    }

    #[test]
    fn a_text_without_end_is_read_to_a_bound() {
        let long = "Không được nộp trong 15 ngày, ".repeat(2_000);
        let Ok(readings) = read(None, &[(&long, &long)]) else { panic!("nothing to fail") };
        let last = readings[0].comparison.alignment.draft.last().map_or(0, |(word, _)| word.end);
        assert!(last <= beginning(&long).len() && beginning(&long).chars().count() == READ);
    }

    #[test]
    fn the_judge_is_heard_and_so_are_values() {
        let texts = [("Trả kết quả trong 15 ngày.", "Trả kết quả trong 10 ngày.")];
        let Ok(mut readings) = read(None, &texts) else { panic!("nothing to fail") };
        let mut reading = readings.remove(0);
        assert_eq!(weigh(&reading, None), 0.0);
        assert_eq!(weigh(&reading, Some(0.9)), 0.9);
        let said = |reading: &mut Reading, contradiction: f32| {
            reading.judged = Some(Judgement { logits: [contradiction, 0.0, 0.0, 0.0] });
            weigh(reading, None)
        };
        assert!(said(&mut reading, 4.0) > said(&mut reading, -4.0));
    }
}
