//! Writes a report of invented runs of every family: `invented_report FOLDER`.
//!
//! What `cargo xtask bench metrics` has ranx and scikit-learn measure anew, and a look at the page without any data.
//! Nothing of it is a measurement of Rasoat.
#![expect(clippy::unwrap_used, reason = "an example that fails tells why by panicking")]

use rasoat_eval::item::{Counts, Item, Outcome, Run};
use rasoat_eval::report::{Circumstances, Provenance, Report};
use rasoat_eval::retrieval::{self, Article, Collection, Measures, Question};
use rasoat_eval::trec;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// Ranks of an invented ranking.
const DEPTH: usize = 25;

/// A linear congruential generator (Knuth's constants), so that the report is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() * bound as f64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("name a folder to write the report into"));
    let mut dice = Dice(std::env::args().nth(2).and_then(|seed| seed.parse().ok()).unwrap_or(6));
    let collection = collection(&mut dice);
    let mut runs = Vec::new();
    let mut attached = vec![("invented.qrels".to_owned(), trec::qrels(&collection))];
    for (system, skill) in [("lexical", 0.35), ("dense", 0.45), ("final", 0.7)] {
        let (ranked, run) = ranked(&mut dice, &collection, system, skill);
        attached.push((format!("invented-{system}.trec"), trec::run(&collection, &ranked)));
        runs.push(run);
    }
    let classes = ["consistent", "contradiction", "duplicate", "unrelated"];
    runs.extend([
        decided(&mut dice, "four-classes", &classes, 0.55),
        decided(&mut dice, "two-classes", &classes[..2], 0.65),
    ]);
    runs.extend([detected(&mut dice), answered(&mut dice)]);
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION").into(),
        commit: None,
        data: BTreeMap::from([("invented".into(), "0".repeat(64))]),
        seed: 6,
        circumstances: Circumstances {
            machine: [("cpu".into(), "invented".into())].into(),
            at: Some("2026-11-26".into()),
        },
        ..Provenance::default()
    };
    let mut report = Report::of(runs, provenance);
    report.limit(
        "Mọi số liệu ở đây là bịa ra để thử cách tính và cách trình bày.",
        "Every figure here is invented, to try how figures are made and shown.",
    );
    attached.into_iter().for_each(|(name, text)| report.attach(name, text));
    report.write(&folder).unwrap();
}

fn collection(dice: &mut Dice) -> Collection {
    let article = |at: usize| Article {
        id: format!("{} {at}", if at.is_multiple_of(3) { "Điều" } else { "art" }),
        document: format!("{}/2020/QH14", at % 12),
        title: String::new(),
        text: String::new(),
    };
    let questions = (0..90).map(|at| Question {
        id: format!("q{at}"),
        text: String::new(),
        relevant: (0..1 + dice.below(4)).map(|_| (dice.below(200), 1 + dice.below(3) as u32)).collect(),
    });
    Collection {
        name: "invented".into(),
        questions: questions.collect(),
        articles: (0..200).map(article).collect(),
        unjudged: 0,
    }
}

fn ranked(dice: &mut Dice, collection: &Collection, system: &str, skill: f64) -> (retrieval::Run, Run) {
    let (mut rankings, mut items) = (Vec::new(), Vec::new());
    for question in &collection.questions {
        // Scores tie on purpose, as those of words do.
        let score = |at: usize, dice: &mut Dice| {
            let bonus = if question.relevant.contains_key(&at) { skill } else { 0.0 };
            ((dice.roll() + bonus) * 50.0).round() as f32 / 50.0
        };
        let mut ranking: Vec<(usize, f32)> = (0..collection.articles.len()).map(|at| (at, score(at, dice))).collect();
        ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranking.truncate(DEPTH);
        let order: Vec<usize> = ranking.iter().map(|(at, _)| *at).collect();
        items.push(Item {
            id: question.id.clone(),
            cluster: question.id.clone(),
            slices: [("length".to_owned(), dice.pick(&["ngắn", "vừa", "dài"]).to_owned())].into(),
            outcome: Outcome::Measured { measures: measures(&order, &question.relevant) },
            took_ms: Some(5.0 + 40.0 * dice.roll() * dice.roll() + if system == "final" { 250.0 } else { 0.0 }),
            detail: serde_json::Value::Null,
        });
        rankings.push(ranking);
    }
    let took_ms = vec![0.0; rankings.len()];
    (retrieval::Run { system: system.into(), rankings, took_ms }, run("retrieval", "invented", system, items))
}

fn measures(order: &[usize], relevant: &HashMap<usize, u32>) -> BTreeMap<String, f64> {
    let Measures { acc_1, acc_10, recall_10, mrr_10, ndcg_10, .. } = Measures::of(order, relevant);
    [("success@1", acc_1), ("success@10", acc_10), ("recall@10", recall_10), ("MRR@10", mrr_10), ("nDCG@10", ndcg_10)]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn decided(dice: &mut Dice, set: &str, classes: &[&str], skill: f64) -> Run {
    let items = (0..600).map(|at| {
        // The first class is the commonest by far.
        let gold = if dice.roll() < 0.5 { classes[0] } else { dice.pick(classes) };
        let mut scores: BTreeMap<String, f64> = classes
            .iter()
            .map(|class| ((*class).to_owned(), 0.05 + dice.roll() + if *class == gold { skill } else { 0.0 }))
            .collect();
        let sum: f64 = scores.values().sum();
        // Few decimals, so that scores tie.
        scores.values_mut().for_each(|score| *score = (*score / sum * 100.0).round() / 100.0);
        let said = scores.iter().rev().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class.clone()).unwrap();
        let rank = dice.pick(&[
            "Luật–Nghị định",
            "Nghị định–Thông tư",
            "Luật–Luật",
            "Nghị định–Quyết định của Ủy ban nhân dân",
        ]);
        Item {
            id: format!("{set}-{at}"),
            cluster: format!("{}/2019/NĐ-CP", dice.below(70)),
            slices: [
                ("rank".to_owned(), rank.to_owned()),
                ("year".to_owned(), (2016 + dice.below(8)).to_string()),
                ("dimension".to_owned(), dice.pick(&["deadline", "amount", "competence", "rate"]).to_owned()),
            ]
            .into(),
            outcome: Outcome::Decided { gold: gold.to_owned(), said, scores },
            took_ms: Some(80.0 + 60.0 * dice.roll()),
            detail: serde_json::Value::Null,
        }
    });
    run("pairs", set, "review", items.collect())
}

fn detected(dice: &mut Dice) -> Run {
    let items = (0..40).map(|at| {
        let mut confidences = Vec::new();
        let mut counts = BTreeMap::new();
        for kind in ["basis.expired", "conflict.contradiction", "terms.renamed_body"] {
            let gold = dice.below(4);
            let matched = (0..gold).filter(|_| dice.roll() < 0.7).count();
            let found = matched + usize::from(dice.roll() < 0.4);
            confidences.extend((0..found).map(|at| {
                let sure = 0.4 + 0.6 * dice.roll();
                (if at < matched { sure } else { 0.8 * sure }, at < matched)
            }));
            counts.insert(kind.to_owned(), Counts { gold, found, matched });
        }
        Item {
            id: format!("draft-{at}"),
            cluster: format!("draft-{at}"),
            slices: [("field".to_owned(), dice.pick(&["Đất đai", "Lao động", "Giao dịch điện tử"]).to_owned())].into(),
            outcome: Outcome::Detected { counts, provisions: 10 + dice.below(60), confidences },
            took_ms: Some(200.0 + 3_000.0 * dice.roll()),
            detail: serde_json::Value::Null,
        }
    });
    run("outcomes", "invented", "review", items.collect())
}

fn answered(dice: &mut Dice) -> Run {
    let items = (0..120).map(|at| {
        let answerable = dice.roll() < 0.8;
        let confidence = if answerable { 0.3 + 0.7 * dice.roll() } else { 0.7 * dice.roll() };
        let answered = confidence > 0.35;
        let share = |dice: &mut Dice| f64::from(u8::from(answerable && answered && dice.roll() < confidence));
        let measures = ["facts", "in_force", "precision", "recall"].map(|name| (name.to_owned(), share(dice)));
        Item {
            id: format!("question-{at}"),
            cluster: format!("question-{at}"),
            slices: BTreeMap::new(),
            outcome: Outcome::Answered { answerable, answered, confidence, measures: measures.into() },
            took_ms: None,
            detail: serde_json::Value::Null,
        }
    });
    run("answers", "invented", "review", items.collect())
}

fn run(suite: &str, set: &str, system: &str, items: Vec<Item>) -> Run {
    Run { suite: suite.into(), set: set.into(), system: system.into(), baseline: false, items }
}
