//! Questions answered by what search puts first, until the product answers them itself.

use super::Gathered;
use super::bench::Bench;
use super::sets::{Set, Shape, other};
use crate::command::{Models, Wanted, find};
use crate::failure::Result;
use rasoat_api::Effect;
use rasoat_embeddings::{Filter, Mode};
use rasoat_eval::answers::{self, Answer, Place, Question};
use rasoat_model::{Encoder, Reranker, TextKind};
use std::time::Instant;

/// Runs the suite on a set.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let questions = match set.shape {
        Shape::Contract => answers::read(&set.path)?,
        Shape::Traffic => answers::read_traffic(&set.path.join("traffic_qa.csv"))?,
        Shape::LegalSlm => answers::read_legalslm(&set.path)?,
        _ => return Err(other(set)),
    };
    let (given, took) = if questions.iter().any(|question| question.context.is_some()) {
        by_likeness(bench, &questions)?
    } else {
        by_search(bench, set, &questions)?
    };
    let mut gathered = Gathered::default();
    gathered.runs.push(answers::run(&set.name, "first-hit", true, &questions, &given, &took));
    gathered.notes.push((
        format!(
            "Bộ answers/{}: chưa chạy `ask`: phiên bản này chưa trả lời câu hỏi; chỉ có mức nền `first-hit`.",
            set.name
        ),
        format!(
            "answers/{}: not run: `ask`: this version does not answer questions; only the baseline `first-hit`.",
            set.name
        ),
    ));
    Ok(gathered)
}

/// The best hit of a search as the answer, its score as the confidence.
fn by_search(bench: &Bench<'_>, set: &Set, questions: &[Question]) -> Result<(Vec<Answer>, Vec<f64>)> {
    let mut kept = None;
    let own = match set.shape {
        Shape::Traffic => {
            let texts: Vec<_> =
                set.files.iter().filter(|file| file.extension().is_some_and(|end| end == "txt")).cloned().collect();
            Some(bench.library_of(&texts, &mut kept)?)
        }
        _ => None,
    };
    let library = match &own {
        Some(own) => own,
        None => bench.library()?,
    };
    let encoder = bench.encoder()?;
    let models = Models {
        encoder: Some(encoder as &dyn Encoder),
        reranker: bench.reranker()?.map(|reranker| reranker as &dyn Reranker),
    };
    let bar = bench.bar(questions.len(), "questions");
    let (mut given, mut took) = (Vec::new(), Vec::new());
    for question in questions {
        let start = Instant::now();
        let wanted =
            Wanted { words: &question.question, k: 1, mode: Mode::Hybrid, filter: Filter::in_force(question.as_of) };
        let hit = find(library, models, wanted)?.hits.into_iter().next();
        given.push(hit.map_or_else(
            || Answer { abstained: true, ..Answer::default() },
            |hit| Answer {
                confidence: f64::from(hit.score).clamp(0.0, 1.0),
                citations: vec![(
                    Place { document: hit.document, eid: Some(hit.eid) },
                    matches!(hit.effect, Effect::InForce | Effect::PartlyExpired),
                )],
                text: hit.text,
                abstained: false,
            },
        ));
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    Ok((given, took))
}

/// The text at hand as the answer, its likeness to the question as the confidence.
fn by_likeness(bench: &Bench<'_>, questions: &[Question]) -> Result<(Vec<Answer>, Vec<f64>)> {
    let encoder = bench.encoder()?;
    let bar = bench.bar(questions.len(), "questions");
    let (mut given, mut took) = (Vec::new(), Vec::new());
    for question in questions {
        let start = Instant::now();
        let text = question.context.clone().unwrap_or_default();
        let failed = crate::failure::Failure::internal;
        let asked = encoder.encode(&[&question.question], TextKind::Query).map_err(failed)?.pop().unwrap_or_default();
        let read = encoder.encode(&[&text], TextKind::Passage).map_err(failed)?.pop().unwrap_or_default();
        let cosine: f32 = asked.iter().zip(&read).map(|(a, b)| a * b).sum();
        given.push(Answer {
            text,
            abstained: false,
            confidence: f64::from(cosine).clamp(0.0, 1.0),
            citations: vec![(Place { document: "context".into(), eid: None }, true)],
        });
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    Ok((given, took))
}
