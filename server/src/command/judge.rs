//! `rasoat judge`: pairs of a draft's norm and a provision on standard input, what the one says of the other on standard
//! output.

use crate::failure::{Failure, Kind, Result};
use crate::places::Places;
use rasoat_api::messages::Message;
use rasoat_assistant::review::compare::{Headings, compare, features};
use rasoat_assistant::review::conflict;
use rasoat_assistant::review::judgement::{beginning, marks, read};
use rasoat_law::text;
use rasoat_model::{Judge, Relation};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::{BufRead, Write};
use std::path::Path;

/// A line of input; whatever else it holds is handed on where marks are asked for.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    draft: String,
    law: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Pairs that are judged together.
const BLOCK: usize = 32;

/// Judges each pair, or only writes each line with the marks that the judge is trained on.
///
/// # Errors
/// Names the line that is no pair, or what is not installed.
pub fn judge(places: &Places, marked: bool) -> Result<()> {
    let judge = if marked { None } else { places.load_judge()? };
    if judge.is_none() && !marked {
        let folder = places.encoder().display().to_string();
        let values = [("folder", folder.as_str()), ("why", "judge.safetensors")];
        return Err(Failure::new(Kind::Missing, "model.missing", Message::JudgeMissing, Message::RunSetup, &values));
    }
    let mut stdout = std::io::stdout().lock();
    let mut waiting: Vec<Line> = Vec::new();
    let mut lines = std::io::stdin().lock().lines().enumerate();
    loop {
        let next = lines.next();
        if let Some((at, line)) = next {
            let line = line.map_err(|e| Failure::open(Path::new("-"), &e))?;
            if line.trim().is_empty() {
                continue;
            }
            let mut line: Line = serde_json::from_str(&line).map_err(|error| {
                let (place, why) = (format!("dòng {} / line {}", at + 1, at + 1), error.to_string());
                let values = [("place", place.as_str()), ("why", why.as_str())];
                Failure::new(Kind::Input, "judge.line", Message::NoPair, Message::NoPairHint, &values)
            })?;
            (line.draft, line.law) = (text::normalise(&line.draft), text::normalise(&line.law));
            waiting.push(line);
            if waiting.len() < BLOCK {
                continue;
            }
        } else if waiting.is_empty() {
            return Ok(());
        }
        let written = match &judge {
            Some(judge) => judged(judge, &waiting)?,
            None => waiting.drain(..).map(with_marks).collect(),
        };
        waiting.clear();
        for line in written {
            // Whoever reads has seen enough.
            if writeln!(stdout, "{line}").is_err() {
                return Ok(());
            }
        }
    }
}

fn judged(judge: &dyn Judge, lines: &[Line]) -> Result<Vec<Value>> {
    let pairs: Vec<(&str, &str)> = lines.iter().map(|line| (line.draft.as_str(), line.law.as_str())).collect();
    let readings = read(Some(judge), &pairs).map_err(Failure::internal)?;
    Ok(lines
        .iter()
        .zip(readings)
        .map(|(line, reading)| {
            let verdict = conflict::verdict(&line.draft, &line.law, &reading);
            let scores: Map<String, Value> = Relation::ALL
                .iter()
                .zip(verdict.scores)
                .map(|(relation, score)| (relation.code().to_owned(), json!(score)))
                .collect();
            let slots: Vec<Value> = verdict
                .slots
                .iter()
                .map(|slot| json!({ "dimension": slot.dimension, "draft": slot.draft, "law": slot.law }))
                .collect();
            json!({ "id": line.id, "label": verdict.relation.code(), "scores": scores, "slots": slots })
        })
        .collect())
}

/// The line with the marks of both sides (first byte, byte after the last, kind), with what the comparison says in numbers,
/// and with how surely some value differs.
fn with_marks(line: Line) -> Value {
    let comparison = compare(beginning(&line.draft), beginning(&line.law), Headings::default());
    let [draft, law] = marks(&comparison)
        .map(|side| side.iter().map(|mark| json!([mark.start, mark.end, mark.kind])).collect::<Vec<Value>>());
    let mut all = line.rest;
    all.insert("id".into(), line.id);
    all.insert("rule".into(), json!(conflict::surest(&line.draft, &line.law).unwrap_or(0.0)));
    all.insert("features".into(), json!(features(&comparison).to_vec()));
    all.insert("draft_marks".into(), draft.into());
    all.insert("law_marks".into(), law.into());
    all.insert("draft".into(), line.draft.into());
    all.insert("law".into(), line.law.into());
    Value::Object(all)
}
