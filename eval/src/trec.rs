//! Rankings and judgements in the files of TREC's tools (`trec_eval`, `ranx`), so that anyone can measure anew.
//!
//! Two traps: the tools order a run by its scores and ignore its ranks, so scores written here always fall; and fields
//! are cut at spaces, so identifiers have none.

use crate::retrieval::{Collection, Run};
use std::fmt::Write as _;

/// The least step between two scores, at the six decimals that are written.
const STEP: f64 = 1e-6;

/// A run: question, `Q0`, article, rank, score, system. Scores that tie or rise are lowered by as little as keeps the
/// order.
pub fn run(collection: &Collection, run: &Run) -> String {
    let mut lines = String::new();
    for (question, ranking) in collection.questions.iter().zip(&run.rankings) {
        let mut last = f64::INFINITY;
        for (rank, (at, score)) in ranking.iter().enumerate() {
            last = ((f64::from(*score) / STEP).round() * STEP).min(last - STEP);
            let (question, article) = (plain(&question.id), plain(&collection.articles[*at].id));
            // Writing into a string does not fail.
            let _ = writeln!(lines, "{question} Q0 {article} {} {last:.6} {}", rank + 1, run.system);
        }
    }
    lines
}

/// The judgements: question, `0`, article, grade, in the order of the questions and of the corpus.
pub fn qrels(collection: &Collection) -> String {
    let mut lines = String::new();
    for question in &collection.questions {
        let mut relevant: Vec<_> = question.relevant.iter().collect();
        relevant.sort();
        for (at, grade) in relevant {
            let _ = writeln!(lines, "{} 0 {} {grade}", plain(&question.id), plain(&collection.articles[*at].id));
        }
    }
    lines
}

/// An identifier without spaces.
fn plain(id: &str) -> String {
    id.replace(char::is_whitespace, "_")
}
