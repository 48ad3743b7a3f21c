//! What a user's own generator makes of answers: as it comes, and what is kept of it.
//!
//! A number counts as foreign where none of the answer's citations has its digits; this is counted here and not asked of
//! the checks, so that it can speak against them.

use super::Gathered;
use super::bench::Bench;
use crate::asking;
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::stop;
use rasoat_assistant::answer::{self as assistant, render};
use rasoat_eval::answers::Question;
use rasoat_model::{Encoder, Judge, Reranker};
use std::collections::BTreeSet;
use std::time::Instant;

/// Has the configured generator, where there is one, say the answers to questions.
pub fn measure(
    bench: &Bench<'_>,
    library: &Library,
    (set, questions): (&str, &[Question]),
    gathered: &mut Gathered,
) -> Result<()> {
    let Some(generator) = bench.places.load_generator()? else { return Ok(()) };
    let judge = bench.judge()?.map(|judge| judge as &dyn Judge);
    let models = asking::Models {
        encoder: Some(bench.encoder()? as &dyn Encoder),
        reranker: bench.reranker()?.map(|reranker| reranker as &dyn Reranker),
    };
    let sources = asking::sources(library, models, &[]);
    let bar = bench.bar(questions.len(), "renderings");
    let (mut said, mut kept, mut answers, mut written) = ([0; 2], [0; 2], [0; 2], 0);
    let (mut took, mut lines) = (Vec::new(), String::new());
    for question in questions {
        let reply = assistant::answer(&question.question, &sources, question.as_of).map_err(Failure::internal)?;
        if let Some(given) = reply.outcome.given() {
            let start = Instant::now();
            let made = render(&reply.question, given, (&generator, judge), &|| !stop::asked());
            let made = made.map_err(Failure::internal)?;
            took.push(start.elapsed().as_secs_f64() * 1e3);
            written += made.written;
            answers[0] += 1;
            answers[1] += usize::from(made.kept().next().is_some());
            let known = digits(given.citations().iter().flat_map(|citation| [&*citation.quote, &*citation.label]));
            for sentence in &made.said {
                let is_foreign = !digits([sentence.text.as_str()]).is_subset(&known);
                said[0] += 1;
                said[1] += usize::from(is_foreign);
                kept[0] += usize::from(sentence.verdict.is_ok());
                kept[1] += usize::from(sentence.verdict.is_ok() && is_foreign);
                let line = serde_json::json!({
                    "id": question.id,
                    "sentence": sentence.text,
                    "citation": sentence.verdict.ok(),
                    "dropped_for": sentence.verdict.err().map(assistant::rendering::Unborne::code),
                    "foreign_number": is_foreign,
                });
                lines.push_str(&format!("{line}\n"));
            }
        }
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).or(took.last()).copied().unwrap_or(0.0);
    let rate = f64::from(u32::try_from(written).unwrap_or(u32::MAX)) * 1e3 / took.iter().sum::<f64>().max(1.0);
    let figures = format!(
        "{} answers, {} with something kept; unchecked {} sentences, {} with a foreign number; kept {}, {} with one; \
         p50 {:.0} ms, p95 {:.0} ms, {rate:.1} tokens/s, reading included",
        answers[0],
        answers[1],
        said[0],
        said[1],
        kept[0],
        kept[1],
        at(0.5),
        at(0.95),
    );
    gathered.machine.insert(format!("answers · {set} · renderings"), figures);
    gathered.attachments.insert(format!("renderings-{set}.jsonl"), lines);
    Ok(())
}

/// Every run of digits.
fn digits<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let runs = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    runs.filter(|run| !run.is_empty()).collect()
}
