//! Questions, and the procedures that answers show.

use super::{Out, library};
use crate::asking::{self, Models, Plain};
use crate::failure::{Failure, Result, language};
use crate::places::Places;
use crate::store::looking;
use crate::{procedures, stop};
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_api::messages::{Message, effect_name, rendering_state, sureness_words};
use rasoat_assistant::Search;
use rasoat_law::{date, text};
use rasoat_model::{Encoder, Judge, Reranker};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A question at the command line.
pub struct Asked<'a> {
    /// Its words.
    pub question: &'a str,
    /// The day it is asked.
    pub as_of: Date,
    /// Files of procedures.
    pub pages: &'a [PathBuf],
}

/// Answers a question from the store; a user's own generator, where one is configured, has `most` to say it in other words.
///
/// # Errors
/// When the store is empty, a file of procedures cannot be read, or a model fails.
pub fn ask(out: &Out, places: &Places, asked: &Asked<'_>, most: Duration) -> Result<()> {
    let mut pages = procedures::read(asked.pages)?;
    let generator = places.load_generator().map_err(|failure| out.note(&failure.to_string())).ok().flatten();
    // Without models words alone are searched, and the answer is the less likely.
    let encoder = places.load_encoder().map_err(|failure| out.note(&failure.to_string())).ok();
    let library = library(places, encoder.as_ref().map(|encoder| encoder.name()))?;
    if library.is_empty() {
        return Err(Failure::empty_store(&places.store.to_string()));
    }
    // What was named stands before what is stored.
    pages.extend(looking(&*places.store.open()?, procedures::held::all)?);
    let reranker = if encoder.is_some() { places.load_reranker()? } else { None };
    let models = Models {
        encoder: encoder.as_ref().map(|encoder| encoder as &dyn Encoder),
        reranker: reranker.as_ref().map(|reranker| reranker as &dyn Reranker),
    };
    let (reply, mut answer) = asking::ask(asked.question, &asking::sources(&library, models, &pages), asked.as_of)?;
    if let Some(generator) = generator.as_ref().filter(|_| !answer.abstained) {
        let judge = if encoder.is_some() { places.load_judge()? } else { None };
        let start = Instant::now();
        let go_on = || start.elapsed() < most && !stop::asked();
        let plain = Plain { generator, judge: judge.as_ref().map(|judge| judge as &dyn Judge) };
        answer.rendering = asking::rendered(&reply, plain, &go_on);
    }
    out.show(&answer, || for_a_person(&answer))
}

/// An answer as it is read at a terminal.
fn for_a_person(answer: &api::Answer) -> String {
    let said = |message: Message| message.text(language());
    let mut lines = vec![answer.answer.clone()];
    let day = answer.as_of.parse::<Date>().map_or_else(|_| answer.as_of.clone(), date::show);
    if !answer.citations.is_empty() {
        lines.push(String::new());
        lines.push(Message::AnswerRestsOn.fill(language(), &[("date", &day)]));
    }
    for (at, citation) in answer.citations.iter().enumerate() {
        let effect = effect_name(citation.effect, language());
        lines.push(format!("  [{}] {} ({effect}): “{}”", at + 1, citation.label, text::squeeze(&citation.quote)));
    }
    let notes: Vec<String> = answer.notes.iter().cloned().chain(notes_of(&answer.citations)).collect();
    if !notes.is_empty() {
        lines.push(String::new());
        lines.push(said(Message::AnswerNotes).to_owned());
        lines.extend(notes.into_iter().map(|note| format!("  – {note}")));
    }
    if let Some(card) = &answer.procedure {
        lines.push(String::new());
        lines.extend(card_lines(card));
    }
    if !answer.abstained {
        lines.push(String::new());
        let sure = sureness_words(answer.confidence, language());
        lines.push(Message::AnswerSureness.fill(language(), &[("sure", &sure)]));
        lines.push(said(Message::AnswerNotice).to_owned());
    }
    if let Some(rendering) = &answer.rendering {
        lines.push(String::new());
        lines.extend(rendering_lines(rendering, &answer.citations));
    }
    lines.join("\n")
}

fn rendering_lines(rendering: &api::AnswerRendering, citations: &[api::AnswerCitation]) -> Vec<String> {
    let said = |message: Message| message.text(language());
    let mut lines = vec![format!("{}:", said(Message::RenderingHeading))];
    for sentence in &rendering.sentences {
        let label = citations.get(sentence.citation).map(|citation| citation.label.as_str()).unwrap_or_default();
        lines.push(format!("  – {} [{}] {label}", sentence.text, sentence.citation + 1));
    }
    lines.extend(rendering_state(rendering.state).map(|message| format!("  {}", said(message))));
    if rendering.dropped > 0 {
        let count = rendering.dropped.to_string();
        lines.push(format!("  {}", Message::RenderingDropped.fill(language(), &[("count", &count)])));
    }
    lines.push(Message::RenderingNotice.fill(language(), &[("model", &rendering.model)]));
    lines
}

/// The notes of citations, each once; where they differ, with the numbers of the citations that each is of.
fn notes_of(citations: &[api::AnswerCitation]) -> Vec<String> {
    let mut found: Vec<(&String, Vec<String>)> = Vec::new();
    for (at, note) in citations.iter().enumerate().flat_map(|(at, one)| one.notes.iter().map(move |note| (at, note))) {
        let number = format!("[{}]", at + 1);
        match found.iter_mut().find(|(known, _)| *known == note) {
            Some((_, numbers)) => numbers.push(number),
            None => found.push((note, vec![number])),
        }
    }
    let alone = found.len() < 2;
    let told = |(note, numbers): (&String, Vec<String>)| {
        if alone { note.clone() } else { format!("{}: {note}", numbers.join(", ")) }
    };
    found.into_iter().map(told).collect()
}

fn card_lines(card: &api::ProcedureCard) -> Vec<String> {
    let code = card.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mut lines = vec![format!("{}{code}", card.name)];
    for part in &card.parts {
        lines.push(format!("  {}:", part.heading));
        lines.extend(part.entries.iter().map(|entry| format!("    – {}", text::squeeze(entry))));
    }
    if !card.missing.is_empty() {
        lines.push(Message::ProcedureLacks.fill(language(), &[("parts", &card.missing.join(", "))]));
    }
    lines.extend(card.warnings.iter().map(|warning| format!("  ⚠ {warning}")));
    lines
}

/// Checks procedures: the parts they lack, and what is wrong with them on a day.
///
/// # Errors
/// When a file cannot be read as procedures.
pub fn check_procedures(out: &Out, places: &Places, files: &[PathBuf], as_of: Date) -> Result<()> {
    let pages = procedures::read(files)?;
    let library = library(places, None)?;
    let sources = asking::sources(&library, Models::default(), &[]);
    let cards: Vec<api::ProcedureCard> = pages.iter().map(|page| asking::card(&page.card(&sources, as_of))).collect();
    out.show(&cards, || {
        let mut lines = Vec::new();
        for card in &cards {
            let code = card.code.as_deref().unwrap_or("–");
            lines.push(format!("{code} {}", text::squeeze(&card.name)));
            if !card.missing.is_empty() {
                lines.push(Message::ProcedureLacks.fill(language(), &[("parts", &card.missing.join(", "))]));
            }
            lines.extend(card.warnings.iter().map(|warning| format!("  ⚠ {warning}")));
        }
        let whole = cards.iter().filter(|card| card.missing.is_empty()).count().to_string();
        let values = [("count", cards.len().to_string()), ("whole", whole)];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lines.push(Message::ProceduresChecked.fill(language(), &values));
        lines.join("\n")
    })
}
