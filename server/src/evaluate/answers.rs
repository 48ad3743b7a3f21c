//! Questions answered by `ask`, beside what search puts first.

use super::bench::Bench;
use super::sets::{Set, Shape, other};
use super::{Gathered, rendering};
use crate::asking;
use crate::command::{Models, Wanted, find};
use crate::failure::{Failure, Result};
use crate::library::Library;
use rasoat_api::Effect;
use rasoat_assistant::answer::{self as assistant, Outcome, Sources};
use rasoat_assistant::{Corpus, CorpusDocument, Hit, MemoryCorpus, Query, Search};
use rasoat_embeddings::{Filter, Mode};
use rasoat_eval::answers::{self, Answer, Place, Question};
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::{self as law, DocNumber, DocumentKind};
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
    let mut gathered = Gathered::default();
    let ((given, took), (first, first_took)) = if questions.iter().any(|question| question.context.is_some()) {
        (by_reading(bench, &questions)?, by_likeness(bench, &questions)?)
    } else {
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
        rendering::measure(bench, library, (&set.name, &questions), &mut gathered)?;
        (by_asking(bench, library, &questions)?, by_search(bench, library, &questions)?)
    };
    gathered.runs.push(answers::run(&set.name, "ask", false, &questions, &given, &took));
    gathered.runs.push(answers::run(&set.name, "first-hit", true, &questions, &first, &first_took));
    Ok(gathered)
}

/// Asks as the command does.
fn by_asking(bench: &Bench<'_>, library: &Library, questions: &[Question]) -> Result<(Vec<Answer>, Vec<f64>)> {
    let models = asking::Models {
        encoder: Some(bench.encoder()? as &dyn Encoder),
        reranker: bench.reranker()?.map(|reranker| reranker as &dyn Reranker),
    };
    let sources = asking::sources(library, models, &[]);
    let bar = bench.bar(questions.len(), "questions");
    let (mut given, mut took) = (Vec::new(), Vec::new());
    for question in questions {
        let start = Instant::now();
        given.push(asked(question, &sources)?);
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    Ok((given, took))
}

fn asked(question: &Question, sources: &Sources<'_>) -> Result<Answer> {
    let reply = assistant::answer(&question.question, sources, question.as_of).map_err(Failure::internal)?;
    let place =
        |document: &DocNumber, eid: &law::Eid| Place { document: document.to_string(), eid: Some(eid.to_string()) };
    let alive = |effect| matches!(effect, law::Effect::InForce | law::Effect::PartlyExpired);
    let (text, citations, reason) = match &reply.outcome {
        Outcome::Given(given) => {
            let cited = given.citations().iter();
            let cited = cited.map(|one| (place(&one.document, &one.eid), alive(one.effect))).collect();
            (given.text().to_owned(), cited, None)
        }
        Outcome::Abstained(abstention) => (abstention.text(), Vec::new(), Some(abstention.reason.code().to_owned())),
    };
    Ok(Answer {
        text,
        abstained: reason.is_some(),
        confidence: reply.confidence,
        citations,
        reason,
        nearest: reply.nearest.as_ref().map(|(document, eid)| place(document, eid)),
        signs: reply.signs.map(|signs| signs.values().to_vec()).unwrap_or_default(),
    })
}

/// One text as all the law there is.
struct OneText {
    corpus: MemoryCorpus,
    number: DocNumber,
}

impl OneText {
    fn new(text: &str) -> Self {
        let number = DocNumber::from_normal("context");
        let held = CorpusDocument {
            number: number.clone(),
            kind: DocumentKind::Other,
            title: String::new(),
            issuer: None,
            own_dates: OwnDates {
                issued: Some(jiff::civil::date(2000, 1, 1)),
                effective: Some(jiff::civil::date(2000, 1, 1)),
            },
            consolidated_to: None,
            document: parse(&format!("Điều 1. Nội dung\n{}", text.replace("Điều", "điều"))),
        };
        Self { corpus: MemoryCorpus::new([held]), number }
    }
}

impl Search for OneText {
    fn search(&self, _: &Query<'_>) -> Vec<Hit> {
        let held = self.corpus.document(&self.number);
        let hit = |at: usize| {
            let eid = held.as_ref()?.document.provisions.get(at)?.eid.to_string();
            Some(Hit { document: self.number.clone(), eid, score: 1.0, cosine: None })
        };
        held.iter().flat_map(|held| held.document.norms()).filter_map(hit).collect()
    }

    fn idf(&self, _: &str) -> f32 {
        1.0
    }

    fn is_empty(&self) -> bool {
        false
    }
}

/// Asks of the text at hand alone.
fn by_reading(bench: &Bench<'_>, questions: &[Question]) -> Result<(Vec<Answer>, Vec<f64>)> {
    let reranker = bench.reranker()?.map(|reranker| reranker as &dyn Reranker);
    let bar = bench.bar(questions.len(), "questions");
    let (mut given, mut took) = (Vec::new(), Vec::new());
    for question in questions {
        let start = Instant::now();
        let text = OneText::new(question.context.as_deref().unwrap_or_default());
        let (corpus, register) = (&text.corpus as &dyn Corpus, Register::built_in());
        let sources = Sources { corpus, search: &text, encoder: None, reranker, register, procedures: &[] };
        let mut answer = asked(question, &sources)?;
        // The text at hand is one place, whatever it was cut into.
        for (place, _) in &mut answer.citations {
            place.eid = None;
        }
        given.push(answer);
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    Ok((given, took))
}

/// The best hit of a search as the answer, its score as the confidence.
fn by_search(bench: &Bench<'_>, library: &Library, questions: &[Question]) -> Result<(Vec<Answer>, Vec<f64>)> {
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
                ..Answer::default()
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
        let failed = Failure::internal;
        let asked = encoder.encode(&[&question.question], TextKind::Query).map_err(failed)?.pop().unwrap_or_default();
        let read = encoder.encode(&[&text], TextKind::Passage).map_err(failed)?.pop().unwrap_or_default();
        let cosine: f32 = asked.iter().zip(&read).map(|(a, b)| a * b).sum();
        given.push(Answer {
            text,
            abstained: false,
            confidence: f64::from(cosine).clamp(0.0, 1.0),
            citations: vec![(Place { document: "context".into(), eid: None }, true)],
            ..Answer::default()
        });
        took.push(start.elapsed().as_secs_f64() * 1e3);
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    Ok((given, took))
}
