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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::{Article, Question};

    fn collection() -> Collection {
        let article =
            |id: &str| Article { id: id.into(), document: String::new(), title: String::new(), text: String::new() };
        let question = |id: &str, relevant: &[(usize, u32)]| Question {
            id: id.into(),
            text: String::new(),
            relevant: relevant.iter().copied().collect(),
        };
        Collection {
            name: "small".into(),
            articles: ["a", "b c", "d"].map(article).to_vec(),
            questions: vec![question("1", &[(1, 2), (0, 1)]), question("2 x", &[(2, 1)])],
            unjudged: 0,
        }
    }

    #[test]
    fn scores_fall_where_they_tie_or_rise() {
        let ranked = Run {
            system: "final".into(),
            rankings: vec![vec![(2, 0.5), (0, 0.5), (1, 0.75)], vec![(1, -3.0)]],
            took_ms: Vec::new(),
        };
        assert_eq!(
            run(&collection(), &ranked),
            "1 Q0 d 1 0.500000 final\n1 Q0 a 2 0.499999 final\n1 Q0 b_c 3 0.499998 final\n2_x Q0 b_c 1 -3.000000 final\n"
        );
    }

    #[test]
    fn judgements_stand_in_the_order_of_questions_and_corpus() {
        assert_eq!(qrels(&collection()), "1 0 a 1\n1 0 b_c 2\n2_x 0 d 1\n");
    }
}
