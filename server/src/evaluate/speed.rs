//! Latency and throughput of every stage, on the installed corpus and the drafts given.
//!
//! A stage is a set of its own, its cases are what it worked on; how long they took stands in `timing.json`, as
//! everything that a machine brings.

use super::bench::Bench;
use super::sets::Set;
use super::{Gathered, outcomes};
use crate::command::{Models, Wanted, find, read_limited};
use crate::failure::{Failure, Result};
use rasoat_api::Timing;
use rasoat_embeddings::{Filter, Mode};
use rasoat_eval::item::{Item, Outcome, Run};
use rasoat_law::cite;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::text::squeeze;
use rasoat_model::{Encoder, Reranker, TextKind};
use std::collections::BTreeMap;
use std::time::Instant;

/// Provisions of the store that are encoded, and looked for.
const SAMPLE: usize = 32;
/// Of those, how many a cross-encoder takes part in: it takes a hundred times as long.
const RERANKED: usize = 8;

/// Runs every stage.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let library = bench.library()?;
    if rasoat_assistant::Search::is_empty(library) {
        return Err(Failure::empty_store(&bench.places.store.to_string()));
    }
    let mut stages = Stages { gathered: Gathered::default(), set };
    let texts: Vec<(String, String)> =
        library.documents().map(|held| (held.number.to_string(), held.document.text.clone())).collect();
    reading(bench, &texts, &mut stages)?;
    encoding(bench, &mut stages)?;
    searching(bench, &mut stages)?;
    reviewing(bench, set, &mut stages)?;
    Ok(stages.gathered)
}

/// What was timed, stage by stage.
struct Stages<'a> {
    gathered: Gathered,
    set: &'a Set,
}

impl Stages<'_> {
    /// A stage: its cases with their milliseconds.
    fn add(&mut self, stage: &str, cases: Vec<(String, f64, serde_json::Value)>) {
        let items = cases.into_iter().map(|(id, took, detail)| Item {
            cluster: id.clone(),
            id,
            slices: BTreeMap::new(),
            outcome: Outcome::Measured { measures: BTreeMap::new() },
            took_ms: Some(took),
            detail,
        });
        self.gathered.runs.push(Run {
            suite: "speed".into(),
            set: format!("{}-{stage}", self.set.name),
            system: "rasoat".into(),
            baseline: false,
            items: items.collect(),
        });
    }

    /// How much a stage does in a second.
    fn rate(&mut self, stage: &str, amount: f64, unit: &str, ms: f64) {
        let rate = amount / (ms / 1e3).max(1e-9);
        self.gathered.machine.insert(format!("speed · {stage}"), format!("{rate:.1} {unit} a second"));
    }
}

fn reading(bench: &Bench<'_>, texts: &[(String, String)], stages: &mut Stages<'_>) -> Result<()> {
    let bar = bench.bar(2 * texts.len(), "parse, cite");
    let (mut parsed, mut cited) = (Vec::new(), Vec::new());
    for (number, text) in texts {
        let start = Instant::now();
        let document = parse(text);
        parsed.push((
            number.clone(),
            millis(start),
            serde_json::json!({"bytes": text.len(), "provisions": document.provisions.len()}),
        ));
        bench.step(&bar)?;
        let start = Instant::now();
        let found = cite::citations(text, Register::built_in());
        let detail = serde_json::json!({"bytes": text.len(), "citations": found.len()});
        cited.push((number.clone(), millis(start), detail));
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let megabytes = texts.iter().map(|(_, text)| text.len()).sum::<usize>() as f64 / 1e6;
    for (stage, cases) in [("parse", parsed), ("cite", cited)] {
        stages.rate(stage, megabytes, "MB", total(&cases));
        stages.add(stage, cases);
    }
    Ok(())
}

/// Articles of the store, evenly taken: heading and words.
fn sample(bench: &Bench<'_>) -> Result<Vec<(String, String, String)>> {
    let mut articles = Vec::new();
    for held in bench.library()?.documents() {
        for provision in held.document.provisions.iter().filter(|p| p.eid.as_str().starts_with("art_")) {
            let Some(heading) = &provision.heading else { continue };
            let words: String = squeeze(held.document.text_of(provision)).chars().take(900).collect();
            articles.push((format!("{}#{}", held.number, provision.eid), heading.clone(), words));
        }
    }
    let step = (articles.len() / SAMPLE).max(1);
    Ok(articles.into_iter().step_by(step).take(SAMPLE).collect())
}

fn encoding(bench: &Bench<'_>, stages: &mut Stages<'_>) -> Result<()> {
    let encoder = bench.encoder()?;
    let sample = sample(bench)?;
    let bar = bench.bar(sample.len() + sample.len().div_ceil(16), "encode");
    let mut queries = Vec::new();
    for (id, heading, _) in &sample {
        let start = Instant::now();
        encoder.encode(&[heading], TextKind::Query).map_err(Failure::internal)?;
        queries.push((id.clone(), millis(start), serde_json::Value::Null));
        bench.step(&bar)?;
    }
    let mut batches = Vec::new();
    for (at, batch) in sample.chunks(16).enumerate() {
        let texts: Vec<&str> = batch.iter().map(|(.., words)| words.as_str()).collect();
        let start = Instant::now();
        encoder.encode(&texts, TextKind::Passage).map_err(Failure::internal)?;
        let detail = serde_json::json!({"texts": texts.len(), "bytes": texts.iter().map(|t| t.len()).sum::<usize>()});
        batches.push((format!("batch {}", at + 1), millis(start), detail));
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    stages.rate("encode", sample.len() as f64, "provisions", total(&batches));
    stages.add("encode-query", queries);
    stages.add("encode-batch-of-16", batches);
    Ok(())
}

fn searching(bench: &Bench<'_>, stages: &mut Stages<'_>) -> Result<()> {
    let library = bench.library()?;
    let encoder = Some(bench.encoder()? as &dyn Encoder);
    let reranker = bench.reranker()?.map(|reranker| reranker as &dyn Reranker);
    let modes = [
        ("search-lexical", Mode::Lexical, Models::default()),
        ("search-dense", Mode::Dense, Models { encoder, reranker: None }),
        ("search-hybrid", Mode::Hybrid, Models { encoder, reranker: None }),
        ("search-reranked", Mode::Hybrid, Models { encoder, reranker }),
    ];
    let sample = sample(bench)?;
    let bar = bench.bar(3 * sample.len() + RERANKED, "search");
    for (stage, mode, models) in modes {
        if stage == "search-reranked" && reranker.is_none() || mode != Mode::Lexical && !library.has_vectors() {
            continue;
        }
        let mut cases = Vec::new();
        let count = if stage == "search-reranked" { RERANKED } else { SAMPLE };
        for (id, heading, _) in sample.iter().take(count) {
            let start = Instant::now();
            find(library, models, Wanted { words: heading, k: 10, mode, filter: Filter::default() })?;
            cases.push((id.clone(), millis(start), serde_json::Value::Null));
            bench.step(&bar)?;
        }
        stages.rate(stage, cases.len() as f64, "questions", total(&cases));
        stages.add(stage, cases);
    }
    bar.finish_and_clear();
    Ok(())
}

/// A stage of a review in the review's own timing.
type Stage = (&'static str, fn(&Timing) -> u64);

fn reviewing(bench: &Bench<'_>, set: &Set, stages: &mut Stages<'_>) -> Result<()> {
    let parts: [Stage; 5] = [
        ("review-parse", |timing| timing.parse_ms),
        ("review-text-checks", |timing| timing.text_checks_ms),
        ("review-retrieve", |timing| timing.retrieve_ms),
        ("review-judge", |timing| timing.judge_ms),
        ("review", |timing| timing.total_ms),
    ];
    if set.files.is_empty() {
        let (vi, en) = ("Bộ speed: không có dự thảo nào để rà soát.", "speed: no draft to review among the data.");
        stages.gathered.notes.push((vi.into(), en.into()));
        return Ok(());
    }
    let bar = bench.bar(set.files.len(), "review");
    let mut timings = Vec::new();
    for file in &set.files {
        let name = file.display().to_string();
        let review = outcomes::timed(bench, &name, &read_limited(file)?)?;
        let case = file.parent().and_then(|folder| folder.file_name()).unwrap_or_default().to_string_lossy();
        timings.push((case.into_owned(), review.timing, review.draft.provisions));
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let provisions: usize = timings.iter().map(|(.., provisions)| provisions).sum();
    let spent: u64 = timings.iter().map(|(_, timing, _)| timing.total_ms).sum();
    stages.rate("review", provisions as f64, "provisions of drafts", spent as f64);
    for (stage, read) in parts {
        let case = |(id, timing, provisions): &(String, Timing, usize)| {
            (id.clone(), read(timing) as f64, serde_json::json!({"provisions": provisions}))
        };
        stages.add(stage, timings.iter().map(case).collect());
    }
    Ok(())
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn total(cases: &[(String, f64, serde_json::Value)]) -> f64 {
    cases.iter().map(|(_, took, _)| took).sum()
}
