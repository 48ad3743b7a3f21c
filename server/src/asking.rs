//! A question from words to the contract's shape: what the assistant answers, timed, and the procedures it may show.
//!
//! Hard because a question is personal: it is held for as long as it is answered, goes into no log and no store, and no
//! failure repeats it.

use crate::failure::{Failure, Kind, Result};
use crate::library::Library;
use crate::wire;
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::Message;
use rasoat_assistant::answer::{self, Given, Outcome, Procedure, Reply, Sources, procedure};
use rasoat_law::register::Register;
use rasoat_law::text;
use rasoat_model::{Encoder, Ended, Generator, Judge, Reranker};
use std::time::Instant;

/// The models that answering can use.
#[derive(Clone, Copy, Default)]
pub struct Models<'a> {
    /// Makes a vector of the question.
    pub encoder: Option<&'a dyn Encoder>,
    /// Reads question and provision together.
    pub reranker: Option<&'a dyn Reranker>,
}

/// What questions are answered from.
pub fn sources<'a>(library: &'a Library, models: Models<'a>, procedures: &'a [Procedure]) -> Sources<'a> {
    Sources {
        corpus: library,
        search: library,
        encoder: models.encoder.filter(|_| library.has_vectors()),
        reranker: models.reranker.filter(|_| library.has_vectors()),
        register: Register::built_in(),
        procedures,
    }
}

/// A user's own generator, and the judge that its sentences are held against.
#[derive(Clone, Copy)]
pub struct Plain<'a> {
    /// Writes.
    pub generator: &'a dyn Generator,
    /// Reads what was written beside the provision, where there is one.
    pub judge: Option<&'a dyn Judge>,
}

/// Answers a question: what the assistant replied, and the same in the contract's shape, without a rendering.
///
/// # Errors
/// When there are no words in it, or a model fails.
pub fn ask(question: &str, sources: &Sources<'_>, as_of: Date) -> Result<(Reply, api::Answer)> {
    if text::squeeze(&text::normalise(question)).is_empty() {
        let (message, hint) = (Message::QuestionEmpty, Message::QuestionEmptyHint);
        return Err(Failure::new(Kind::Usage, "question.empty", message, hint, &[]));
    }
    let start = Instant::now();
    let reply = answer::answer(question, sources, as_of).map_err(Failure::internal)?;
    let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let answer = answered(&reply, took);
    Ok((reply, answer))
}

/// What the generator makes of an answer; `None` where there is no answer to say in other words. It never fails: the
/// answer stands without it.
pub fn rendered(reply: &Reply, plain: Plain<'_>, go_on: &dyn Fn() -> bool) -> Option<api::AnswerRendering> {
    let given = reply.outcome.given()?;
    let start = Instant::now();
    let made = answer::render(&reply.question, given, (plain.generator, plain.judge), go_on);
    let mut rendering = without_words(plain.generator, api::RenderingState::Failed);
    match made {
        Ok(made) => {
            let kept = made.kept().map(|(text, citation)| api::RenderedSentence { text: text.to_owned(), citation });
            rendering.sentences = kept.collect();
            rendering.dropped = made.said.len() - rendering.sentences.len();
            rendering.state = match made.ended {
                _ if !rendering.sentences.is_empty() => api::RenderingState::Kept,
                Ended::Stopped => api::RenderingState::OutOfTime,
                Ended::Itself | Ended::Bound | Ended::Repetition => api::RenderingState::NothingKept,
            };
        }
        // Why is not said: it may quote the question.
        Err(_) => tracing::warn!("the generator failed at an answer"),
    }
    rendering.took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Some(rendering)
}

/// A rendering that has no sentences.
pub fn without_words(generator: &dyn Generator, state: api::RenderingState) -> api::AnswerRendering {
    api::AnswerRendering { model: generator.name().to_owned(), state, sentences: Vec::new(), dropped: 0, took_ms: 0 }
}

/// A reply in the contract's shape.
fn answered(reply: &Reply, took_ms: u64) -> api::Answer {
    let given = reply.outcome.given();
    let abstention = reply.outcome.abstention();
    let text = match &reply.outcome {
        Outcome::Given(given) => given.text().to_owned(),
        Outcome::Abstained(abstention) => abstention.text(),
    };
    api::Answer {
        answer: text,
        abstained: given.is_none(),
        confidence: reply.confidence as f32,
        as_of: reply.as_of.to_string(),
        citations: given.map(citations).unwrap_or_default(),
        procedure: reply.procedure.as_ref().map(card),
        sentences: given.map(sentences).unwrap_or_default(),
        abstention: abstention.map(|abstention| api::Abstention {
            reason: abstention.reason.code().to_owned(),
            asks_back: abstention.asks_back.clone(),
            where_to_ask: abstention.where_to_ask.clone(),
        }),
        notes: reply.notes.clone(),
        understood: reply.question.words.clone(),
        took_ms,
        rendering: None,
    }
}

fn citations(given: &Given) -> Vec<api::AnswerCitation> {
    let citations = given.citations().iter().map(|citation| api::AnswerCitation {
        document: citation.document.to_string(),
        eid: citation.eid.to_string(),
        quote: citation.quote.clone(),
        effect: wire::effect(citation.effect),
        label: citation.label.clone(),
        notes: citation.notes.clone(),
    });
    citations.collect()
}

fn sentences(given: &Given) -> Vec<api::AnswerSentence> {
    let sentences = given.sentences().iter().map(|sentence| api::AnswerSentence {
        span: api::Span { start: sentence.span.start, end: sentence.span.end },
        citation: sentence.citation,
    });
    sentences.collect()
}

/// A procedure's card.
pub fn card(card: &procedure::Card) -> api::ProcedureCard {
    let part = |(heading, entries): (&str, Vec<String>)| api::ProcedurePart { heading: heading.to_owned(), entries };
    api::ProcedureCard {
        code: card.procedure.code.clone(),
        name: card.procedure.name.clone(),
        parts: card.procedure.parts().into_iter().map(part).collect(),
        missing: card.missing.iter().map(|part| part.term().to_owned()).collect(),
        warnings: card.warnings.clone(),
    }
}
