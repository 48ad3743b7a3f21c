//! What search found in the contract's shapes, and the assistant's shapes with this program's failures and language.

use crate::failure::{Failure, Result, language};
use crate::library::Library;
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_assistant::Corpus;
use rasoat_assistant::wire::{self, Absent};
pub use rasoat_assistant::wire::{citations, document, draft_map, effect, evidence, explanation_of, review};
use rasoat_embeddings::{Found, MatchedWord, explain};
use rasoat_formats::Extracted;
use rasoat_law::{self as law, DocNumber};

/// What reading a file left out or guessed.
pub fn source_problems(extracted: &Extracted) -> Vec<api::Problem> {
    wire::source_problems(extracted, language())
}

/// The words that OCR was not sure of, a problem each.
pub fn doubtful_words(extracted: &Extracted) -> Vec<api::Problem> {
    wire::doubtful_words(extracted, language())
}

/// The effect of a document, or of a provision of one the corpus holds.
///
/// # Errors
/// When the document is held and has no such provision.
pub fn status(corpus: &dyn Corpus, number: &DocNumber, eid: Option<&str>, as_of: Date) -> Result<api::StatusReport> {
    wire::status(corpus, number, eid, as_of).map_err(|absent| absence(absent, number, eid))
}

/// A provision in its article.
///
/// # Errors
/// When the corpus does not hold it.
pub fn provision(corpus: &dyn Corpus, number: &DocNumber, eid: &str, as_of: Date) -> Result<api::ProvisionView> {
    wire::provision(corpus, number, eid, as_of).map_err(|absent| absence(absent, number, Some(eid)))
}

fn absence(absent: Absent, number: &DocNumber, eid: Option<&str>) -> Failure {
    match absent {
        Absent::Document => Failure::unknown_document(number.as_str()),
        Absent::Provision => Failure::unknown_provision(number.as_str(), eid.unwrap_or_default()),
    }
}

/// Hits with their texts and what brought them.
pub fn hits(library: &Library, found: Vec<Found>, as_of: Option<Date>, took_ms: u64) -> api::Hits {
    let hits = found
        .into_iter()
        .filter_map(|found| {
            let number = DocNumber::from_normal(found.key.document.clone());
            let held = library.document(&number)?;
            let provision = held.document.get(&found.key.eid)?;
            let text = held.document.text_of(provision).to_owned();
            let status = as_of.map(|day| (library.status_of(&number, &provision.eid, day), day));
            // The passage's words lie within its provision's, but for an article's heading.
            let passage = library.span_of(&found).map(|span| api::Span {
                start: span.start.saturating_sub(provision.span.start),
                end: span.end.saturating_sub(provision.span.start),
            });
            Some(api::Hit {
                rank: 0,
                document: number.to_string(),
                eid: found.key.eid.clone(),
                score: found.score,
                effect: effect(status.as_ref().map_or(law::Effect::Unknown, |(status, _)| status.effect)),
                notes: status.map(|(status, day)| held.warnings(&status, day)).unwrap_or_default(),
                article: found.article.clone(),
                passage: passage.filter(|span| text.get(span.start..span.end).is_some()),
                explanation: Some(explanation(&found, &text)),
                text,
            })
        })
        .enumerate()
        .map(|(at, hit)| api::Hit { rank: at + 1, ..hit })
        .collect();
    api::Hits { hits, took_ms }
}

fn explanation(found: &Found, text: &str) -> api::Explanation {
    let span = |span: law::ByteSpan| api::Span { start: span.start, end: span.end };
    let word = |word: &MatchedWord| api::MatchedWord {
        word: word.word.clone(),
        weight: word.weight,
        spans: explain::spans(word, text).into_iter().map(span).collect(),
    };
    api::Explanation {
        words: found.words.iter().map(word).collect(),
        lexical: found.features.score,
        lexical_rank: found.features.lexical_rank,
        cosine: found.cosine,
        dense_rank: found.features.dense_rank,
        named: found.features.cited >= 1.0,
        reranked: found.reranked,
    }
}
