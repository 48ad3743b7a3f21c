//! Pairs, judged as a review judges them, beside the judge's word alone, compared values alone, and simple comparisons.

use super::Gathered;
use super::bench::Bench;
use super::sets::{Set, Shape, other, sides};
use crate::failure::{Failure, Result};
use rasoat_assistant::Search;
use rasoat_assistant::review::conflict::EVEN;
use rasoat_assistant::review::conflict::statement::{Brought, Statement, conflicts, statements_of};
use rasoat_assistant::review::judgement::{Reading, read, weigh};
use rasoat_embeddings::Lead;
use rasoat_eval::pairs::{self, Features, Guess, Pair};
use rasoat_model::{Judge, TextKind};
use std::collections::HashMap;

/// Runs the suite on a set; a set with sides gives a run for each.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let mut all = match set.shape {
        Shape::Contract => pairs::read(&set.path)?,
        Shape::ViHallu => pairs::read_vihallu(&set.path)?,
        _ => return Err(other(set)),
    };
    let mut gathered = Gathered::default();
    pairs::divide_for_the_judge(&set.name, &mut all);
    if all.iter().any(|pair| pair.split.as_deref() == Some("development")) && bench.judge()?.is_some() {
        let en =
            "the installed judge was trained on the side `development`: its figures there are none of unseen pairs";
        let vi = "Mô hình đối chiếu đã cài được huấn luyện trên phần `development`: số liệu của nó ở đó không phải trên cặp \
                  chưa thấy.";
        gathered.notes.push((vi.into(), en.into()));
    }
    for side in sides(all.iter().map(|pair| pair.split.clone())) {
        let pairs: Vec<Pair> = all.iter().filter(|pair| pair.split == side).cloned().collect();
        let name = set.side(side.as_deref());
        judge(bench, &name, &pairs, &mut gathered)?;
    }
    Ok(gathered)
}

fn judge(bench: &Bench<'_>, set: &str, all: &[Pair], gathered: &mut Gathered) -> Result<()> {
    let cosines = cosines(bench, all)?;
    let library = bench.library()?;
    let idf = |word: &str| if library.is_empty() { 1.0 } else { library.idf(word) };
    let bar = bench.bar(all.len(), "pairs");
    let (mut review, mut judged, mut slots) = (Vec::new(), Vec::new(), Vec::new());
    let judge = bench.judge()?;
    for (block, cosines) in all.chunks(32).zip(cosines.chunks(32)) {
        let texts: Vec<(&str, &str)> = block.iter().map(|pair| (pair.draft.as_str(), pair.law.as_str())).collect();
        let readings = read(judge.map(|judge| judge as &dyn Judge), &texts).map_err(Failure::internal)?;
        for ((pair, reading), cosine) in block.iter().zip(&readings).zip(cosines) {
            let [draft, law] = [(&pair.draft, &pair.headings[0]), (&pair.law, &pair.headings[1])]
                .map(|(text, heading)| statements_of(text, heading, text.lines().next().unwrap_or_default(), &idf));
            review.push(guess(weigh(reading, surest(&draft, &law, Some(*cosine)))));
            judged.extend(reading.judged.map(|word| guess(word.probabilities()[0])));
            let unjudged = Reading { judged: None, ..reading.clone() };
            slots.push(guess(weigh(&unjudged, surest(&draft, &law, None))));
            bench.step(&bar)?;
        }
    }
    bar.finish_and_clear();
    let features: Vec<Features> =
        all.iter().zip(&cosines).map(|(pair, cosine)| Features::of(pair, f64::from(*cosine))).collect();
    gathered.runs.extend(pairs::baselines(set, all, &features, bench.seed));
    gathered.runs.push(pairs::run(set, "slots", true, all, &slots));
    if judge.is_some() {
        gathered.runs.push(pairs::run(set, "judge", false, all, &judged));
    }
    gathered.runs.push(pairs::run(set, "review", false, all, &review));
    gathered.configuration.insert("pairs: said from probability".into(), EVEN.to_string());
    Ok(())
}

/// The probability of the surest of the values that differ.
fn surest(draft: &[Statement], law: &[Statement], cosine: Option<f32>) -> Option<f32> {
    let (found, _) = conflicts(draft, law, Brought { cosine, ..Brought::ALONE });
    found.into_iter().map(|conflict| conflict.probability).max_by(f32::total_cmp)
}

fn guess(probability: f32) -> Guess {
    Guess { probability: f64::from(probability), contradicts: probability >= EVEN }
}

/// The cosine of each pair's vectors: the draft's norm as what is searched for, the provision as it stands in an index.
fn cosines(bench: &Bench<'_>, all: &[Pair]) -> Result<Vec<f32>> {
    let drafts: Vec<&str> = all.iter().map(|pair| pair.draft.as_str()).collect();
    let drafts = bench.vectors(&drafts, TextKind::Query)?;
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut laws: Vec<String> = Vec::new();
    let of: Vec<usize> = all
        .iter()
        .map(|pair| {
            let heading = Some(pair.headings[1].as_str()).filter(|heading| !heading.is_empty());
            let text = Lead::default().text("", &[], heading, &pair.law);
            *places.entry(text.clone()).or_insert_with(|| {
                laws.push(text);
                laws.len() - 1
            })
        })
        .collect();
    let laws = bench.vectors(&laws.iter().map(String::as_str).collect::<Vec<_>>(), TextKind::Passage)?;
    let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum();
    Ok(drafts.iter().zip(of).map(|(draft, law)| cosine(draft, &laws[law])).collect())
}
