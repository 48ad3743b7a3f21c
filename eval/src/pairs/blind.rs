//! Baselines fitted on the set itself: a logistic regression in five folds, so that no document is guessed by a fit that
//! saw it.
//!
//! What such a fit reaches from the draft's words alone is the style of whoever wrote the set. A judge is worth what it
//! adds to that.

use super::Guess;
use rasoat_law::text::words;

/// Folds a set is cut into, by document.
const FOLDS: u64 = 5;
/// Numbers that words are hashed to.
const WIDTH: usize = 1 << 16;
/// Rounds through the other folds.
const ROUNDS: usize = 20;
/// The first step of AdaGrad (Duchi et al., 2011).
const STEP: f64 = 0.2;
/// Decay of the weights in each step.
const DECAY: f64 = 1e-3;

/// A case as a regression sees it: places with their values.
pub type Input = Vec<(usize, f64)>;

/// A text as its words and pairs of neighbouring words.
pub fn of_words(text: &str) -> Input {
    let words = words(text);
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let mut places: Vec<usize> =
        words.iter().cloned().chain(pairs).map(|word| (hash(&word, 0) % WIDTH as u64) as usize).collect();
    places.sort_unstable();
    places.dedup();
    let value = 1.0 / (places.len().max(1) as f64).sqrt();
    places.into_iter().map(|place| (place, value)).collect()
}

/// A number of each case, standardised over all cases, with its square: what is likely may lie in the middle.
pub fn of_number(values: &[f64]) -> Vec<Input> {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt().max(1e-9);
    values
        .iter()
        .map(|value| {
            let value = ((value - mean) / deviation).clamp(-4.0, 4.0);
            vec![(0, value), (1, value * value)]
        })
        .collect()
}

/// Guesses each case by a logistic regression over the cases of the other folds. A case is said to be one when its
/// probability is above the share of such cases there: the bar that balanced accuracy asks for.
pub fn cross_validated(inputs: &[Input], gold: &[bool], clusters: &[&str], seed: u64) -> Vec<Guess> {
    let folds: Vec<u64> = clusters.iter().map(|cluster| hash(cluster, seed) % FOLDS).collect();
    let mut guesses = vec![Guess { probability: 0.5, contradicts: false }; inputs.len()];
    for fold in 0..FOLDS {
        let others: Vec<usize> = (0..inputs.len()).filter(|at| folds[*at] != fold).collect();
        let model = Model::fit(inputs, gold, &others, seed);
        let share = others.iter().filter(|at| gold[**at]).count() as f64 / others.len().max(1) as f64;
        for at in (0..inputs.len()).filter(|at| folds[*at] == fold) {
            let probability = model.probability(&inputs[at]);
            guesses[at] = Guess { probability, contradicts: probability > share };
        }
    }
    guesses
}

/// A logistic regression.
struct Model {
    weights: Vec<f64>,
    constant: f64,
}

impl Model {
    fn fit(inputs: &[Input], gold: &[bool], cases: &[usize], seed: u64) -> Self {
        let width = inputs.iter().flatten().map(|(place, _)| place + 1).max().unwrap_or(0);
        let mut model = Self { weights: vec![0.0; width], constant: 0.0 };
        // Of the squares of what each weight was moved by; the last is the constant's.
        let mut moved = vec![1e-8; width + 1];
        let mut order: Vec<usize> = cases.to_vec();
        for round in 0..ROUNDS {
            order.sort_by_key(|at| hash(&at.to_string(), seed.wrapping_add(round as u64 + 1)));
            for at in &order {
                let error = model.probability(&inputs[*at]) - f64::from(u8::from(gold[*at]));
                let mut step = |place: usize, slope: f64| {
                    moved[place] += slope * slope;
                    STEP * slope / moved[place].sqrt()
                };
                for (place, value) in &inputs[*at] {
                    let slope = error * value + DECAY * model.weights[*place];
                    model.weights[*place] -= step(*place, slope);
                }
                model.constant -= step(width, error);
            }
        }
        model
    }

    fn probability(&self, input: &Input) -> f64 {
        let sum: f64 = input.iter().map(|(place, value)| self.weights[*place] * value).sum();
        1.0 / (1.0 + (-(sum + self.constant)).exp())
    }
}

/// FNV-1a (Fowler, Noll, Vo) of a text, mixed with a seed: the same on every machine.
fn hash(text: &str, seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    // The low bits of FNV are weak.
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accuracy(inputs: &[Input], gold: &[bool], clusters: &[String]) -> f64 {
        let clusters: Vec<&str> = clusters.iter().map(String::as_str).collect();
        let guesses = cross_validated(inputs, gold, &clusters, 1);
        guesses.iter().zip(gold).filter(|(guess, gold)| guess.contradicts == **gold).count() as f64 / gold.len() as f64
    }

    #[test]
    fn a_word_that_tells_is_learnt_and_one_that_does_not_is_not() {
        let gold: Vec<bool> = (0..200).map(|at| at % 2 == 0).collect();
        let clusters: Vec<String> = (0..200).map(|at| format!("document {}", at / 4)).collect();
        let told: Vec<Input> =
            gold.iter().map(|gold| of_words(if *gold { "không phải nộp" } else { "phải nộp" })).collect();
        let same: Vec<Input> = gold.iter().map(|_| of_words("phải nộp")).collect();
        assert!(accuracy(&told, &gold, &clusters) > 0.99);
        assert!((accuracy(&same, &gold, &clusters) - 0.5).abs() < 0.2);
    }

    #[test]
    fn what_lies_in_the_middle_is_found_by_the_square() {
        let values: Vec<f64> = (0..300).map(|at| f64::from(at % 3)).collect();
        let gold: Vec<bool> = values.iter().map(|value| (*value - 1.0).abs() < 0.1).collect();
        let clusters: Vec<String> = (0..300).map(|at| at.to_string()).collect();
        assert!(accuracy(&of_number(&values), &gold, &clusters) > 0.99);
    }

    #[test]
    fn a_document_is_guessed_by_what_others_say() {
        // Each document has a word of its own that tells its label, and no other does: folds must not leak it.
        let clusters: Vec<String> = (0..400).map(|at| format!("d{}", at / 8)).collect();
        let gold: Vec<bool> = (0..400).map(|at| hash(&clusters[at], 7).is_multiple_of(2)).collect();
        let inputs: Vec<Input> = clusters.iter().map(|cluster| of_words(cluster)).collect();
        assert!(accuracy(&inputs, &gold, &clusters) < 0.65);
    }
}
