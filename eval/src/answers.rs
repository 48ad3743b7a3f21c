//! The suite *answers*: questions, the provisions that answer them, and what an answer must say.
//!
//! An answer is worth its citations, so what it cites is measured, not its wording: are the provisions right, are they
//! all there, are they in force; are the required facts in it; and does it refuse where the law at hand holds no answer.

use crate::item::{Item, Outcome, Run};
use crate::lines::{self, DataError};
use crate::slices;
use jiff::civil::Date;
use rasoat_law::text::{normalise, squeeze};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const WANTED: &str = "{\"id\",\"question\",\"as_of\":\"2026-11-21\",\"gold\":[{\"document\",\"eid\"}],\"answerable\":true,\
                      \"must_contain\":[\"...\"]}";

/// A question with what is known of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Identifies it in its set.
    pub id: String,
    /// The words.
    pub question: String,
    /// The day it is asked.
    pub as_of: Date,
    /// The provisions that answer it.
    pub gold: Vec<Place>,
    /// Whether the law at hand answers it.
    pub answerable: bool,
    /// What an answer must say, word for word.
    pub must_contain: Vec<String>,
    /// The law at hand, where the set gives it with the question; else the corpus.
    pub context: Option<String>,
}

/// A provision of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The document.
    pub document: String,
    /// The provision; the whole document where there is none.
    #[serde(default)]
    pub eid: Option<String>,
}

/// What a system answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The words; of no meaning when it abstained.
    pub text: String,
    /// Whether it refused.
    pub abstained: bool,
    /// How sure it is of the answer it gave or would have given, in [0, 1].
    pub confidence: f64,
    /// What it cites, and whether that is in force on the question's day.
    pub citations: Vec<(Place, bool)>,
    /// Why it refused, as the contract's code.
    pub reason: Option<String>,
    /// What it would have cited first, whether or not it refused.
    pub nearest: Option<Place>,
    /// What its confidence rests on, for those who fit it.
    pub signs: Vec<f32>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    as_of: String,
    #[serde(default)]
    gold: Vec<Place>,
    answerable: bool,
    #[serde(default)]
    must_contain: Vec<String>,
    #[serde(default)]
    context: Option<String>,
}

/// Reads a set in the contract's shape.
///
/// # Errors
/// When the file cannot be read or a line is not in its shape.
pub fn read(path: &Path) -> Result<Vec<Question>, DataError> {
    let mut questions = Vec::new();
    for (number, line) in lines::json_lines::<Line>(path, WANTED)? {
        let refuse = |what: String| DataError::line(path, number, what, WANTED);
        questions.push(Question {
            as_of: line.as_of.parse().map_err(|_| refuse(format!("as_of {:?} is no date", line.as_of)))?,
            id: line.id,
            question: normalise(&line.question),
            gold: line.gold,
            answerable: line.answerable,
            must_contain: line.must_contain,
            context: line.context.map(|text| normalise(&text)),
        });
    }
    Ok(questions)
}

/// The day the road-traffic questions are asked: after the laws of 2025 took effect, before those of July 2026.
const TRAFFIC_DAY: Date = jiff::civil::date(2025, 6, 30);

#[derive(Deserialize)]
struct Row {
    id: String,
    question: String,
    answer: String,
    reference: String,
}

/// Reads the citizens' questions of the road-traffic set. What an answer must say are the amounts in figures that the
/// set's own answer gives.
///
/// # Errors
/// When the file cannot be read or a row is not in its shape.
pub fn read_traffic(path: &Path) -> Result<Vec<Question>, DataError> {
    let wanted = "a table with id, question, answer, reference (NUMBER::article::N::clause::N::point::X, ...)";
    let mut questions = Vec::new();
    for (number, row) in lines::table::<Row>(path, wanted)? {
        let gold: Option<Vec<Place>> = row.reference.split(", ").map(place).collect();
        let gold = gold.ok_or_else(|| DataError::line(path, number, format!("reference {}", row.reference), wanted))?;
        questions.push(Question {
            id: row.id,
            question: normalise(&row.question),
            as_of: TRAFFIC_DAY,
            answerable: true,
            must_contain: amounts(&normalise(&row.answer)),
            gold,
            context: None,
        });
    }
    Ok(questions)
}

/// `168/2024/NĐ-CP::article::6::clause::3::point::đ`
fn place(reference: &str) -> Option<Place> {
    let mut parts = reference.trim().split("::");
    let document = parts.next().filter(|number| !number.is_empty())?.to_owned();
    let mut steps = Vec::new();
    while let Some(kind) = parts.next() {
        let prefix = match kind {
            "article" => "art",
            "clause" => "para",
            "point" => "point",
            _ => return None,
        };
        steps.push(format!("{prefix}_{}", parts.next()?));
    }
    Some(Place { document, eid: (!steps.is_empty()).then(|| steps.join("__")) })
}

/// Amounts in figures: "18.000.000 đồng".
fn amounts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, word) in text.match_indices(" đồng") {
        let start = text[..at]
            .rfind(|c: char| !(c.is_ascii_digit() || c == '.'))
            .map_or(0, |last| last + text[last..].chars().next().map_or(0, char::len_utf8));
        let figure = text[start..at].trim_start_matches('.');
        if figure.contains('.') {
            let amount = format!("{figure}{word}");
            if !found.contains(&amount) {
                found.push(amount);
            }
        }
    }
    found
}

#[derive(Deserialize)]
struct Entailed {
    legal_document: String,
    specific_question: String,
    answer: usize,
}

/// Reads the entailment part of the LegalSLM sample: a text, a question, and whether that text answers it.
///
/// # Errors
/// When the file cannot be read or is not in its shape.
pub fn read_legalslm(path: &Path) -> Result<Vec<Question>, DataError> {
    let rows = lines::json_lines::<Entailed>(path, "{\"legal_document\",\"specific_question\",\"answer\":0|1}")?;
    let questions = rows.into_iter().map(|(number, row)| Question {
        id: format!("nli-{number}"),
        question: normalise(&row.specific_question),
        as_of: jiff::civil::date(2025, 9, 1),
        gold: vec![Place { document: "context".into(), eid: None }],
        // The first choice is "Có".
        answerable: row.answer == 0,
        must_contain: Vec::new(),
        context: Some(normalise(&row.legal_document)),
    });
    Ok(questions.collect())
}

/// Whether what is cited is what is meant: the same provision, or one within the other; but a whole document cited for
/// one of its provisions tells nobody where to look.
fn is_right(cited: &Place, gold: &Place) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
    };
    cited.document == gold.document
        && match (&cited.eid, &gold.eid) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(cited), Some(gold)) => within(cited, gold) || within(gold, cited),
        }
}

/// Measures of an answer, each in [0, 1]: the share of what it cites that is right (`precision`), of the gold that it
/// cites (`recall`), of the facts it says (`facts`, 1 where none is asked for), and of what it cites that is in force
/// (`in_force`, 0 where it cites nothing).
pub fn measures(question: &Question, answer: &Answer) -> BTreeMap<String, f64> {
    let share = |count: usize, of: usize| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    let cited = &answer.citations;
    let right = cited.iter().filter(|(place, _)| question.gold.iter().any(|gold| is_right(place, gold))).count();
    let covered = question.gold.iter().filter(|gold| cited.iter().any(|(place, _)| is_right(place, gold))).count();
    let text = squeeze(&normalise(&answer.text)).to_lowercase();
    let says = |fact: &&String| text.contains(&squeeze(&normalise(fact)).to_lowercase());
    let facts = question.must_contain.iter().filter(says).count();
    let facts = if question.must_contain.is_empty() { 1.0 } else { share(facts, question.must_contain.len()) };
    let of = [
        ("precision", share(right, cited.len())),
        ("recall", share(covered, question.gold.len())),
        ("facts", facts),
        ("in_force", share(cited.iter().filter(|(_, in_force)| *in_force).count(), cited.len())),
    ];
    of.map(|(name, value)| (name.to_owned(), if answer.abstained { 0.0 } else { value })).into()
}

/// The run of a system over a set; `answers` and `took_ms` are in the order of the questions.
pub fn run(
    set: &str,
    system: &str,
    baseline: bool,
    questions: &[Question],
    answers: &[Answer],
    took_ms: &[f64],
) -> Run {
    let items = questions.iter().zip(answers).zip(took_ms).map(|((question, answer), took)| {
        let first = question.gold.first().map(|place| place.document.clone()).unwrap_or_default();
        let mut slices = slices::of_document(&first);
        slices.insert("answerable".into(), if question.answerable { "yes" } else { "no" }.into());
        slices.insert("length".into(), slices::length(&question.question, &[10, 20, 40]));
        Item {
            id: question.id.clone(),
            cluster: if question.context.is_some() { question.id.clone() } else { cluster(question, first) },
            slices,
            outcome: Outcome::Answered {
                answerable: question.answerable,
                answered: !answer.abstained,
                confidence: answer.confidence,
                measures: measures(question, answer),
            },
            took_ms: Some(*took),
            detail: serde_json::json!({
                "question": question.question,
                "gold": question.gold,
                "must_contain": question.must_contain,
                "answer": answer.text.chars().take(600).collect::<String>(),
                "cited": answer.citations.iter().map(|(place, _)| place).collect::<Vec<_>>(),
                "reason": answer.reason,
                "nearest": answer.nearest,
                "nearest_right": answer.nearest.as_ref().map(|near| question.gold.iter().any(|gold| is_right(near, gold))),
                "signs": answer.signs,
            }),
        }
    });
    Run { suite: "answers".into(), set: set.into(), system: system.into(), baseline, items: items.collect() }
}

/// Questions about one article resemble each other.
fn cluster(question: &Question, document: String) -> String {
    let eid = question.gold.first().and_then(|place| place.eid.as_deref());
    let article = eid.and_then(|eid| eid.split("__").find(|step| step.starts_with("art_")));
    article.map_or(document.clone(), |article| format!("{document}#{article}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(document: &str, eid: &str) -> Place {
        Place { document: document.into(), eid: (!eid.is_empty()).then(|| eid.to_owned()) }
    }

    fn question() -> Question {
        Question {
            id: "1".into(),
            question: "Bị phạt bao nhiêu?".into(),
            as_of: jiff::civil::date(2026, 1, 1),
            gold: vec![place("900/2024/NĐ-CP", "art_6__para_3__point_đ"), place("900/2024/NĐ-CP", "art_8")],
            answerable: true,
            must_contain: vec!["800.000 đồng".into(), "01 tháng".into()],
            context: None,
        }
    }

    fn check(answer: &Answer, expected: [f64; 4]) {
        let found = measures(&question(), answer);
        let found = ["precision", "recall", "facts", "in_force"].map(|name| found[name]);
        assert_eq!(found, expected, "{answer:?}");
    }

    #[test]
    fn an_answer_is_worth_its_citations_and_its_facts() {
        let cited = |places: &[(&str, bool)]| -> Vec<(Place, bool)> {
            places.iter().map(|(eid, in_force)| (place("900/2024/NĐ-CP", eid), *in_force)).collect()
        };
        let answer = |citations, text: &str| Answer { text: text.into(), citations, ..Answer::default() };
        let both = cited(&[("art_6__para_3", true), ("art_8__para_1", true)]);
        check(&answer(both, "Phạt 800.000  đồng và 01 tháng"), [1.0, 1.0, 1.0, 1.0]);
        let half = cited(&[("art_6__para_3__point_đ", true), ("art_60", false)]);
        check(&answer(half, "Phạt 800.000 đồng"), [0.5, 0.5, 0.5, 0.5]);
        check(&answer(cited(&[("", true)]), ""), [0.0, 0.0, 0.0, 1.0]);
        check(&answer(Vec::new(), "01 tháng"), [0.0, 0.0, 0.5, 0.0]);
        check(&Answer { abstained: true, ..answer(cited(&[("art_8", true)]), "01 tháng") }, [0.0; 4]);
    }

    #[test]
    fn a_provision_that_only_begins_alike_is_another() {
        assert!(!is_right(&place("a", "art_1"), &place("a", "art_12")));
        assert!(!is_right(&place("b", "art_1"), &place("a", "art_1")));
        assert!(is_right(&place("a", "art_1__para_2"), &place("a", "")));
    }

    #[test]
    fn references_and_amounts_are_read() {
        let read = super::place("168/2024/NĐ-CP::article::6::clause::3::point::đ");
        assert_eq!(read, Some(place("168/2024/NĐ-CP", "art_6__para_3__point_đ")));
        assert_eq!(super::place("168/2024/NĐ-CP::chapter::6"), None);
        let text = "phạt từ 18.000.000 đồng đến 20.000.000 đồng, 5 đồng, từ 18.000.000 đồng";
        assert_eq!(amounts(text), ["18.000.000 đồng", "20.000.000 đồng"]);
    }
}
