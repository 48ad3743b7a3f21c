//! The suites, run on the product as it is installed: data in, runs out, one report over all of them.
//!
//! Nothing here knows better than the product: a suite calls what a user calls, and hands what came to `eval`. Figures of
//! an evaluation depend on data, models, store and seed alone, so two of the same agree in all but their times.

mod answers;
mod bench;
mod decisions;
mod mine;
mod outcomes;
mod outdated;
mod pairs;
mod provenance;
mod reading;
mod rendering;
mod retrieval;
mod sets;
mod speed;

use crate::cli::{DataSets, Evaluation};
use crate::command::{Out, write_whole};
use crate::failure::{Failure, Kind, Result};
use crate::places::Places;
use bench::Bench;
pub use bench::{Loaded, Watch};
use rasoat_eval::compare;
use rasoat_eval::item::Run;
use rasoat_eval::lines::DataError;
use rasoat_eval::mine::Options;
use rasoat_eval::report::Report;
use sets::Set;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// What running a suite on a set gave.
#[derive(Default)]
struct Gathered {
    /// The systems and baselines.
    runs: Vec<Run>,
    /// What was not run or is not known, in Vietnamese and in English.
    notes: Vec<(String, String)>,
    /// Files of the report beside its own, by name.
    attachments: BTreeMap<String, String>,
    /// The suite's own report, where it has one: as JSON and for a person.
    own: Option<(serde_json::Value, String)>,
    /// Settings that bear on the figures.
    configuration: BTreeMap<String, String>,
    /// What depends on the machine: throughput and the like.
    machine: BTreeMap<String, String>,
}

/// A suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suite {
    Retrieval,
    Pairs,
    Outcomes,
    Outdated,
    Answers,
    Structure,
    Citations,
    Speed,
}

impl Suite {
    const ALL: [Self; 8] = [
        Self::Retrieval,
        Self::Pairs,
        Self::Outcomes,
        Self::Outdated,
        Self::Answers,
        Self::Structure,
        Self::Citations,
        Self::Speed,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Retrieval => "retrieval",
            Self::Pairs => "pairs",
            Self::Outcomes => "outcomes",
            Self::Outdated => "outdated",
            Self::Answers => "answers",
            Self::Structure => "structure",
            Self::Citations => "citations",
            Self::Speed => "speed",
        }
    }

    /// What a folder has to hold for it.
    fn wanted(self) -> &'static str {
        match self {
            Self::Retrieval => "queries.jsonl with corpus.jsonl and qrels.tsv",
            Self::Pairs => "pairs.jsonl",
            Self::Outcomes => "one folder a draft, with draft.* and gold.json",
            Self::Outdated => "outdated.jsonl",
            Self::Answers => "questions.jsonl",
            Self::Structure => "structure.jsonl",
            Self::Citations => "citations.jsonl",
            Self::Speed => "a store with documents (`rasoat import`)",
        }
    }

    fn run(self, bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
        match self {
            Self::Retrieval => retrieval::run(bench, set),
            Self::Pairs => pairs::run(bench, set),
            Self::Outcomes => outcomes::run(bench, set),
            Self::Outdated => outdated::run(bench, set),
            Self::Answers => answers::run(bench, set),
            Self::Structure => reading::structure(bench, set),
            Self::Citations => reading::citations(bench, set),
            Self::Speed => speed::run(bench, set),
        }
    }
}

/// Runs a suite for a service, which has its own report in the folder it names.
///
/// # Errors
/// When data cannot be used, something is not installed, or `watch` stops it.
pub fn serve(
    watch: &dyn Watch,
    places: &Places,
    suite: rasoat_api::EvaluationSuite,
    data: &DataSets,
    loaded: Loaded,
) -> Result<()> {
    use rasoat_api::EvaluationSuite as Wanted;
    let only = match suite {
        Wanted::Retrieval => Some(Suite::Retrieval),
        Wanted::Pairs => Some(Suite::Pairs),
        Wanted::Outcomes => Some(Suite::Outcomes),
        Wanted::Outdated => Some(Suite::Outdated),
        Wanted::Answers => Some(Suite::Answers),
        Wanted::Structure => Some(Suite::Structure),
        Wanted::Citations => Some(Suite::Citations),
        Wanted::Speed => Some(Suite::Speed),
        Wanted::All => None,
    };
    suites((&Out { json: false, quiet: true }, watch), places, only, data, loaded).map(drop)
}

/// Runs what the command line asks for.
///
/// # Errors
/// When data cannot be used, something is not installed, or a person stops it.
pub fn run(out: &Out, places: &Places, what: Evaluation) -> Result<()> {
    let suite = match &what {
        Evaluation::Retrieval(_) => Some(Suite::Retrieval),
        Evaluation::Pairs(_) => Some(Suite::Pairs),
        Evaluation::Outcomes(_) => Some(Suite::Outcomes),
        Evaluation::Outdated(_) => Some(Suite::Outdated),
        Evaluation::Answers(_) => Some(Suite::Answers),
        Evaluation::Structure(_) => Some(Suite::Structure),
        Evaluation::Citations(_) => Some(Suite::Citations),
        Evaluation::Speed(_) => Some(Suite::Speed),
        Evaluation::All(_) | Evaluation::Compare { .. } | Evaluation::Decisions { .. } | Evaluation::Mine { .. } => {
            None
        }
    };
    match what {
        Evaluation::Compare { before, after, output } => compare_reports(out, &before, &after, output.as_deref()),
        Evaluation::Decisions { decisions, output } => decisions::export(out, places, decisions.as_deref(), &output),
        Evaluation::Mine { data, output, seed, edits, law } => {
            mine::mine(out, &data, &output, Options { seed, edits, law })
        }
        Evaluation::Retrieval(data)
        | Evaluation::Pairs(data)
        | Evaluation::Outcomes(data)
        | Evaluation::Outdated(data)
        | Evaluation::Answers(data)
        | Evaluation::Structure(data)
        | Evaluation::Citations(data)
        | Evaluation::Speed(data)
        | Evaluation::All(data) => {
            let (report, own) = suites((out, out), places, suite, &data, Loaded::default())?;
            show(out, suite, &report, own)
        }
    }
}

/// A suite's own report as JSON and for a person, for each of its sets.
type Own = Vec<(serde_json::Value, String)>;

/// Runs one suite, or all of them, on every set that the data holds, and writes the report where it is to go.
fn suites(
    (out, watch): (&Out, &dyn Watch),
    places: &Places,
    only: Option<Suite>,
    data: &DataSets,
    loaded: Loaded,
) -> Result<(Report, Own)> {
    let bench = Bench::new((out, watch), places, data, loaded);
    if let Some(folder) = &data.output {
        fs_err::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
    }
    let files = sets::files(&data.data)?;
    let mut gathered = Gathered::default();
    let mut read: BTreeMap<String, String> = BTreeMap::new();
    let mut own = Vec::new();
    for suite in Suite::ALL.into_iter().filter(|suite| only.is_none_or(|only| only == *suite)) {
        let sets = sets::of(suite, &files, places, &data.data);
        if sets.is_empty() {
            if only.is_some() {
                return Err(unusable(&format!("{} holds no {}", shown(&data.data), suite.wanted())));
            }
            let why = format!("{}: skipped: {} holds no {}", suite.name(), shown(&data.data), suite.wanted());
            watch.note(&why);
            let absent = (format!("Bộ {}: không có dữ liệu.", suite.name()), format!("{}: no data.", suite.name()));
            gathered.notes.push(absent);
            continue;
        }
        let alone = sets.len() == 1;
        for set in sets {
            watch.at(suite.name(), &set.name);
            let mut found = match suite.run(&bench, &set) {
                Ok(found) => found,
                // Among many sets one that cannot be used takes no other's figures with it; asked for alone it fails.
                Err(failure) if only.is_none() && failure.kind == Kind::Input => {
                    watch.note(&failure.to_string());
                    let name = format!("{}/{}", suite.name(), set.name);
                    let en = format!("{name}: not measured, its data could not be used.");
                    gathered.notes.push((format!("{name}: không đo được, dữ liệu không dùng được."), en));
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            for (_, note) in &found.notes {
                watch.note(&format!("{} · {}: {note}", suite.name(), set.name));
            }
            read.insert(format!("{}/{}", suite.name(), set.name), provenance::of_files(&set.files)?);
            if let Some((value, _)) = found.own.as_ref().filter(|_| suite == Suite::Outcomes) {
                let name = if alone { "outcomes.json".to_owned() } else { format!("outcomes-{}.json", set.name) };
                found.attachments.insert(name, serde_json::to_string_pretty(value)?);
            }
            own.extend(found.own.take());
            gathered.runs.append(&mut found.runs);
            gathered.notes.append(&mut found.notes);
            gathered.attachments.append(&mut found.attachments);
            gathered.configuration.append(&mut found.configuration);
            gathered.machine.append(&mut found.machine);
        }
    }
    if bench.used().1 && !bench.library()?.has_vectors() {
        watch.note(&Failure::vectors_missing().to_string());
        gathered.notes.push((
            "Kho chưa có vectơ của mô hình này: tìm kiếm và rà soát chỉ theo từ ngữ (chạy `rasoat import`).".into(),
            "The store has no vectors of this encoder: search and review went by words alone (run `rasoat import`)."
                .into(),
        ));
    }
    let provenance = provenance::gather(&bench, read, &gathered)?;
    let mut report = Report::of(gathered.runs, provenance);
    let mut said = BTreeSet::new();
    for (vi, en) in gathered.notes {
        // What holds for every set of a suite is said once.
        if said.insert(en.clone()) {
            report.limit(vi, en);
        }
    }
    for (name, text) in gathered.attachments {
        report.attach(name, text);
    }
    if let Some(folder) = &data.output {
        for (name, bytes) in report.files() {
            write_whole(&folder.join(name), &bytes)?;
        }
        watch.note(&format!("report → {}", folder.join("report.html").display()));
    }
    Ok((report, own))
}

/// Prints a suite's own report where it has one, else the figures of all.
fn show(out: &Out, only: Option<Suite>, report: &Report, own: Own) -> Result<()> {
    let (mut values, texts): (Vec<_>, Vec<_>) = own.into_iter().unzip();
    if out.json {
        return match only {
            Some(Suite::Retrieval) => out.show(&values, String::new),
            Some(Suite::Outcomes) if values.len() == 1 => out.show(&values.remove(0), String::new),
            Some(Suite::Outcomes) => out.show(&values, String::new),
            _ => out.show(report, String::new),
        };
    }
    for text in texts.iter().filter(|_| only.is_some()) {
        out.print(text)?;
    }
    out.print(&summary(report))
}

/// Figures that stand for a set in the summary, in this order.
const SHOWN: [&str; 18] = [
    "MRR@10",
    "success@1",
    "recall@10",
    "nDCG@10",
    "balanced_accuracy",
    "macro_f1",
    "mcc",
    "auc:contradiction",
    "f1",
    "precision",
    "recall",
    "false_alarms_per_10_provisions",
    "quality",
    "nauc",
    "ece",
    "document",
    "cited",
    "provision",
];

/// The figures of every system on every set, for a person at a terminal.
fn summary(report: &Report) -> String {
    let mut lines = String::new();
    for set in &report.sets {
        let (items, documents) = set.systems.first().map_or((0, 0), |system| (system.items, system.documents));
        // Writing into a string does not fail.
        let _ = writeln!(lines, "\n{} · {} ({items} cases of {documents} documents)", set.suite, set.set);
        let names: Vec<&str> = SHOWN
            .into_iter()
            .filter(|name| set.systems.iter().any(|system| system.figures.contains_key(*name)))
            .take(6)
            .collect();
        let _ = write!(lines, "{:<16}", "system");
        names.iter().for_each(|name| {
            let _ = write!(lines, " {name:<22}");
        });
        lines.push('\n');
        for system in &set.systems {
            let _ = write!(lines, "{:<16}", system.system);
            for name in &names {
                let shown = system.figures.get(*name).map(ToString::to_string).unwrap_or_default();
                let _ = write!(lines, " {shown:<22}");
            }
            if let Some(timed) = report.timing.run(&set.suite, &set.set, &system.system) {
                let _ = write!(lines, " p50 {:.1} ms, p95 {:.1} ms", timed.latency.p50_ms, timed.latency.p95_ms);
            }
            lines.push('\n');
        }
    }
    for (name, value) in report.timing.circumstances.machine.iter().filter(|(name, _)| name.contains(" · ")) {
        let _ = writeln!(lines, "{name}: {value}");
    }
    lines
}

fn compare_reports(out: &Out, before: &Path, after: &Path, output: Option<&Path>) -> Result<()> {
    let comparison = compare::folders(before, after).map_err(|error| Failure {
        kind: Kind::Input,
        code: "eval.report",
        message: error.to_string(),
        hint: "cần hai thư mục mà `rasoat eval … -o DIR` đã ghi".into(),
    })?;
    if let Some(folder) = output {
        fs_err::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
        for (name, bytes) in comparison.files() {
            write_whole(&folder.join(name), &bytes)?;
        }
    }
    out.show(&comparison, || comparison.to_string())
}

fn shown(paths: &[std::path::PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Data that cannot be used.
fn unusable(error: &dyn std::fmt::Display) -> Failure {
    Failure {
        kind: Kind::Input,
        code: "eval.data",
        message: error.to_string(),
        hint: "xem mô tả bộ dữ liệu trong eval/README.md".into(),
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        unusable(&error)
    }
}
