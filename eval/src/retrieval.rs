//! The suite *retrieval*: does a question find the article that answers it?
//!
//! Systems are compared on the same questions: accuracy at 1 and 10 (a relevant article at or above that rank), recall,
//! reciprocal rank and nDCG at 10 (Järvelin and Kekäläinen, 2002), each with a bootstrap interval, and what each system
//! gains over the one before it, question by question. Rankings are kept as TREC run files, so that anyone can measure
//! them anew.

mod collection;

pub use collection::{Article, Collection, CollectionError, Question};

use crate::interval::Estimate;
use crate::item::{self, Item, Outcome};
use crate::slices;
use serde::Serialize;
use std::collections::HashMap;

/// Ranks that the measures look at.
pub const DEPTH: usize = 10;

/// What a system answered to every question of a collection, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The system.
    pub system: String,
    /// For each question the articles (positions in the collection), best first, with their score.
    pub rankings: Vec<Vec<(usize, f32)>>,
    /// For each question, milliseconds from its words to the ranking.
    pub took_ms: Vec<f64>,
}

/// How well one question was answered; every measure lies in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// The first article is relevant.
    pub acc_1: f64,
    /// One of ten is.
    pub acc_10: f64,
    /// The share of the relevant articles among ten.
    pub recall_10: f64,
    /// One over the rank of the first relevant article, 0 beyond ten.
    pub mrr_10: f64,
    /// Discounted cumulative gain of ten over the best possible one.
    pub ndcg_10: f64,
}

/// A measure's name and where it stands.
type Named = (&'static str, fn(&Measures) -> f64);

impl Measures {
    /// The measures in the order they are printed.
    const ALL: [Named; 5] = [
        ("acc@1", |m| m.acc_1),
        ("acc@10", |m| m.acc_10),
        ("recall@10", |m| m.recall_10),
        ("MRR@10", |m| m.mrr_10),
        ("nDCG@10", |m| m.ndcg_10),
    ];

    /// Measures one ranking against the relevant articles and their grades.
    pub fn of(ranking: &[usize], relevant: &HashMap<usize, u32>) -> Self {
        let ranking = &ranking[..ranking.len().min(DEPTH)];
        let hits: Vec<(usize, u32)> =
            ranking.iter().enumerate().filter_map(|(rank, at)| relevant.get(at).map(|grade| (rank, *grade))).collect();
        let gain = |(rank, grade): (usize, u32)| (2.0_f64.powf(grade.into()) - 1.0) / (rank as f64 + 2.0).log2();
        let mut grades: Vec<u32> = relevant.values().copied().collect();
        grades.sort_by(|a, b| b.cmp(a));
        let best: f64 = grades.into_iter().take(DEPTH).enumerate().map(gain).sum();
        let first = hits.first().map(|(rank, _)| *rank);
        Self {
            acc_1: f64::from(u8::from(first == Some(0))),
            acc_10: f64::from(u8::from(first.is_some())),
            recall_10: hits.len() as f64 / relevant.len().max(1) as f64,
            mrr_10: first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
            ndcg_10: if best > 0.0 { hits.into_iter().map(gain).sum::<f64>() / best } else { 0.0 },
        }
    }
}

/// One system's figures on a collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemReport {
    /// The system.
    pub system: String,
    /// By measure: its mean and interval.
    pub measures: Vec<(&'static str, Estimate)>,
    /// By measure: what it gains over the system before it in the list.
    pub gain: Vec<(&'static str, Estimate)>,
    /// The middle question's milliseconds.
    pub p50_ms: f64,
    /// Milliseconds that 95 % of the questions stay below.
    pub p95_ms: f64,
}

/// All systems on one collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The collection.
    pub collection: String,
    /// Questions measured.
    pub questions: usize,
    /// Questions without a judgement, left out.
    pub unjudged: usize,
    /// Articles of the corpus.
    pub articles: usize,
    /// In the order of the runs.
    pub systems: Vec<SystemReport>,
    /// Questions whose relevant articles the last system misses among ten: identifier and words.
    pub missed: Vec<(String, String)>,
}

/// Measures the runs of a collection; each is compared with the one before it.
pub fn measure(collection: &Collection, runs: &[Run]) -> Report {
    let per_run: Vec<Vec<Measures>> = runs
        .iter()
        .map(|run| {
            run.rankings
                .iter()
                .zip(&collection.questions)
                .map(|(ranking, question)| {
                    let ranking: Vec<usize> = ranking.iter().map(|(at, _)| *at).collect();
                    Measures::of(&ranking, &question.relevant)
                })
                .collect()
        })
        .collect();
    let systems = runs
        .iter()
        .enumerate()
        .map(|(at, run)| {
            let values = |of: usize, read: fn(&Measures) -> f64| per_run[of].iter().map(read).collect::<Vec<f64>>();
            let measures = Measures::ALL.iter().map(|(name, read)| (*name, Estimate::of(&values(at, *read)))).collect();
            let gain = at.checked_sub(1).map_or_else(Vec::new, |before| {
                let gain = |read| Estimate::of_gain(&values(at, read), &values(before, read));
                Measures::ALL.iter().map(|(name, read)| (*name, gain(*read))).collect()
            });
            let mut took = run.took_ms.clone();
            took.sort_by(f64::total_cmp);
            let quantile = |share: f64| took.get((took.len() as f64 * share) as usize).or(took.last()).copied();
            SystemReport {
                system: run.system.clone(),
                measures,
                gain,
                p50_ms: quantile(0.5).unwrap_or(0.0),
                p95_ms: quantile(0.95).unwrap_or(0.0),
            }
        })
        .collect();
    let missed = per_run.last().map_or_else(Vec::new, |last| {
        let missed = last.iter().zip(&collection.questions).filter(|(measures, _)| measures.acc_10 == 0.0);
        missed.map(|(_, question)| (question.id.clone(), question.text.clone())).collect()
    });
    Report {
        collection: collection.name.clone(),
        questions: collection.questions.len(),
        unjudged: collection.unjudged,
        articles: collection.articles.len(),
        systems,
        missed,
    }
}

/// The run as every suite hands it on: a question an item, with recall at several ranks.
pub fn items(collection: &Collection, run: &Run) -> item::Run {
    let items = collection.questions.iter().zip(&run.rankings).zip(&run.took_ms).map(|((question, ranking), took)| {
        let order: Vec<usize> = ranking.iter().map(|(at, _)| *at).collect();
        let of = Measures::of(&order, &question.relevant);
        let recall = |depth: usize| {
            let found = order.iter().take(depth).filter(|at| question.relevant.contains_key(at)).count();
            found as f64 / question.relevant.len().max(1) as f64
        };
        let measures = [
            ("success@1", of.acc_1),
            ("success@10", of.acc_10),
            ("recall@1", recall(1)),
            ("recall@10", of.recall_10),
            ("recall@20", recall(20)),
            ("recall@100", recall(100)),
            ("MRR@10", of.mrr_10),
            ("nDCG@10", of.ndcg_10),
        ];
        let mut relevant: Vec<usize> = question.relevant.keys().copied().collect();
        relevant.sort_unstable();
        let first = relevant.first().map(|at| &collection.articles[*at]);
        let document = first.map(|article| article.document.clone()).unwrap_or_default();
        let mut slices = slices::of_document(&document);
        slices.insert("length".into(), slices::length(&question.text, &[10, 20, 40]));
        let id = |at: usize| collection.articles[at].id.clone();
        Item {
            id: question.id.clone(),
            cluster: if document.is_empty() { question.id.clone() } else { document },
            slices,
            outcome: Outcome::Measured {
                measures: measures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            },
            took_ms: Some(*took),
            detail: serde_json::json!({
                "question": question.text,
                "relevant": relevant.iter().map(|at| id(*at)).collect::<Vec<_>>(),
                "found": order.iter().take(DEPTH).map(|at| id(*at)).collect::<Vec<_>>(),
            }),
        }
    });
    item::Run {
        suite: "retrieval".into(),
        set: collection.name.clone(),
        system: run.system.clone(),
        baseline: false,
        items: items.collect(),
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}: {} questions, {} articles", self.collection, self.questions, self.articles)?;
        if self.unjudged > 0 {
            writeln!(f, "{} questions without a judgement are left out", self.unjudged)?;
        }
        write!(f, "{:<10}", "system")?;
        for (name, _) in Measures::ALL {
            write!(f, " {name:<21}")?;
        }
        writeln!(f, " {:>8} {:>8}", "p50 ms", "p95 ms")?;
        for system in &self.systems {
            write!(f, "{:<10}", system.system)?;
            for (_, estimate) in &system.measures {
                write!(f, " {:<21}", estimate.to_string())?;
            }
            writeln!(f, " {:>8.1} {:>8.1}", system.p50_ms, system.p95_ms)?;
            if !system.gain.is_empty() {
                write!(f, "{:<10}", "  gain")?;
                for (_, gain) in &system.gain {
                    write!(f, " {:<21}", format!("{:+.3} [{:+.3}, {:+.3}]", gain.mean, gain.low, gain.high))?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection() -> Collection {
        let article = |id: &str| Article {
            id: id.into(),
            document: "1/2020/QH14".into(),
            title: String::new(),
            text: "x".into(),
        };
        let question = |id: &str, relevant: &[(usize, u32)]| Question {
            id: id.into(),
            text: "?".into(),
            relevant: relevant.iter().copied().collect(),
        };
        Collection {
            name: "small".into(),
            articles: ["a", "b c", "d"].map(article).to_vec(),
            questions: vec![question("1", &[(1, 1)]), question("2", &[(0, 1), (2, 1)])],
            unjudged: 0,
        }
    }

    #[test]
    fn measures_are_those_of_the_definitions() {
        let relevant = HashMap::from([(7, 1), (8, 1)]);
        let measures = Measures::of(&[3, 7, 4, 8], &relevant);
        let (second, fourth) = (1.0 / 3.0_f64.log2(), 1.0 / 5.0_f64.log2());
        assert_eq!((measures.acc_1, measures.acc_10, measures.recall_10, measures.mrr_10), (0.0, 1.0, 1.0, 0.5));
        assert!((measures.ndcg_10 - (second + fourth) / (1.0 + second)).abs() < 1e-12);
        let late = Measures::of(&[0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 7], &relevant);
        assert_eq!((late.acc_10, late.recall_10, late.mrr_10, late.ndcg_10), (0.0, 0.0, 0.0, 0.0));
    }

    #[test]
    fn a_system_is_compared_with_the_one_before_it() {
        let run = |system: &str, rankings: [&[usize]; 2]| Run {
            system: system.into(),
            rankings: rankings.iter().map(|r| r.iter().map(|at| (*at, 1.0)).collect()).collect(),
            took_ms: vec![1.0, 3.0],
        };
        let runs = [run("lexical", [&[0], &[1]]), run("final", [&[1], &[0, 1]])];
        let report = measure(&collection(), &runs);
        assert_eq!(report.systems[0].measures[0].1.mean, 0.0);
        assert_eq!(report.systems[1].gain[0].1.mean, 1.0);
        assert_eq!(report.systems[1].measures[2].1.mean, 0.75);
        assert!(report.missed.is_empty());
        let items = items(&collection(), &runs[1]).items;
        let Outcome::Measured { measures } = &items[1].outcome else { panic!("not measured") };
        assert_eq!((measures["recall@1"], measures["recall@10"], measures["success@1"]), (0.5, 0.5, 1.0));
    }
}
