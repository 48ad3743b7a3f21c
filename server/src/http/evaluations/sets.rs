//! Parts of a report, as the evaluator's pages show them: the report in brief, one set with its figures, the cases of a
//! system, and a set beside the same of an earlier report.
//!
//! Everything is read from the files that `rasoat eval -o` wrote. Reports that were published keep no cases; there the
//! figures of two reports still stand side by side, but nothing is said of what changed.

use super::super::{Answer, Asked, Service, aside, asked, tagged};
use super::{file, unknown};
use crate::failure::{Failure, Kind, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use rasoat_api::messages::Message;
use rasoat_api::{
    ChangedItem, ComparedSystem, ErrorDocument, EvaluationComparison, EvaluationOverview, MeasuredFigure, MeasuredItem,
    MeasuredItems, MeasuredSet, MeasuredSetHead, MeasuredSystemHead, PairedComparison, Wording, routes,
};
use rasoat_eval::compare::{Change, Comparison, SystemComparison, in_words};
use rasoat_eval::interval::Figure;
use rasoat_eval::item::{Item, Run};
use rasoat_eval::metric::quality;
use rasoat_eval::report::{Report, SetReport, SystemReport, Text, Timing, read_items, run_name};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Cases a page at the most.
const MOST: usize = 200;

/// Changed cases that are named.
const CHANGES: usize = 50;

/// Which set.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfSet {
    /// The suite.
    suite: String,
    /// The data set.
    set: String,
}

/// Which cases.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfItems {
    /// The suite.
    suite: String,
    /// The data set.
    set: String,
    /// The system.
    system: String,
    /// Whether only those that went less than perfectly.
    imperfect: Option<bool>,
    /// Only the case of this identifier.
    item: Option<String>,
    /// How many to pass over.
    from: Option<usize>,
    /// How many to give, 30 by default.
    limit: Option<usize>,
    /// `json` by default, or `jsonl`: all of them, as they are kept.
    format: Option<Shape>,
}

/// What cases are given as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A page of them.
    #[default]
    Json,
    /// A case a line.
    Jsonl,
}

/// Which set beside the same of which report.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfBoth {
    /// The earlier report.
    before: String,
    /// The suite.
    suite: String,
    /// The data set.
    set: String,
}

fn report(service: &Service, id: &str) -> Result<Report> {
    let path = file(service, id, "report.json")?;
    let bytes = fs_err::read(&path).map_err(|error| Failure::open(&path, &error))?;
    serde_json::from_slice(&bytes).map_err(|_| unknown(id))
}

fn find(mut report: Report, suite: &str, set: &str) -> Result<(SetReport, Report)> {
    let at = report.sets.iter().position(|of| of.suite == suite && of.set == set);
    let at = at.ok_or_else(|| unknown(&format!("{suite}/{set}")))?;
    Ok((report.sets.swap_remove(at), report))
}

/// Where the cases of a system of the set are kept, where they are.
fn items_file(service: &Service, id: &str, set: &SetReport, system: &SystemReport) -> Option<(Run, PathBuf)> {
    let run = Run {
        suite: set.suite.clone(),
        set: set.set.clone(),
        system: system.system.clone(),
        baseline: system.baseline,
        items: Vec::new(),
    };
    let path = file(service, id, &format!("items-{}.jsonl", run_name(&run))).ok()?;
    Some((run, path))
}

fn items(path: &std::path::Path) -> Result<Vec<Item>> {
    read_items(path).map_err(Failure::internal)
}

/// The same in another room's type: both are the report's shape.
fn as_told<T: DeserializeOwned>(value: &impl Serialize) -> Result<T> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}

fn wordings(texts: impl IntoIterator<Item = Text>) -> Vec<Wording> {
    texts.into_iter().map(wording).collect()
}

fn wording(Text { vi, en }: Text) -> Wording {
    Wording { vi, en }
}

fn figure(figure: &Figure) -> MeasuredFigure {
    MeasuredFigure { value: figure.value, low: figure.low, high: figure.high }
}

fn named(set: &SetReport) -> BTreeMap<String, Wording> {
    set.names().into_iter().map(|(name, text)| (name, wording(text))).collect()
}

/// A report in brief: a figure for each system on each set.
#[utoipa::path(get, path = routes::EVALUATION_OVERVIEW, params(("id" = String, Path)), responses((status = 200, body = EvaluationOverview), (status = 404, body = ErrorDocument)))]
pub async fn overview(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer<Response> {
    let read = move || {
        let Report { provenance, sets, limits, .. } = report(&service, &id)?;
        let timing = file(&service, &id, "timing.json").ok().and_then(|path| fs_err::read(path).ok());
        let timing: Option<Timing> = timing.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let names = sets.iter().flat_map(named).collect();
        let head = |set: SetReport| {
            let headline = set.headline().map(str::to_owned);
            let system = |of: SystemReport| MeasuredSystemHead {
                figure: headline.as_ref().and_then(|name| of.figures.get(name)).map(figure),
                system: of.system,
                baseline: of.baseline,
                items: of.items,
                documents: of.documents,
            };
            let systems = set.systems.into_iter().map(system).collect();
            MeasuredSetHead { suite: set.suite, set: set.set, headline, systems }
        };
        Ok(serde_json::to_vec(&EvaluationOverview {
            page: file(&service, &id, "report.html").is_ok(),
            id,
            version: provenance.version,
            commit: provenance.commit,
            at: timing.and_then(|timing| timing.circumstances.at),
            seed: provenance.seed,
            data: provenance.data,
            models: provenance.models,
            limits: wordings(limits),
            sets: sets.into_iter().map(head).collect(),
            names,
        })?)
    };
    Ok(tagged(&headers, aside(read).await?))
}

/// One set: every figure, slice and curve.
#[utoipa::path(get, path = routes::EVALUATION_SET, params(("id" = String, Path), OfSet), responses((status = 200, body = MeasuredSet), (status = 404, body = ErrorDocument)))]
pub async fn set(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    query: Asked<OfSet>,
) -> Answer<Response> {
    let OfSet { suite, set } = asked(query)?;
    let read = move || {
        let (of, _) = find(report(&service, &id)?, &suite, &set)?;
        let kept = of.systems.iter().filter(|system| items_file(&service, &id, &of, system).is_some());
        let kept = kept.map(|system| system.system.clone()).collect();
        Ok(serde_json::to_vec(&MeasuredSet { names: named(&of), order: of.order(), kept, ..as_told(&of)? })?)
    };
    Ok(tagged(&headers, aside(read).await?))
}

/// The cases of a system on a set, page by page or all as they are kept.
#[utoipa::path(get, path = routes::EVALUATION_ITEMS, params(("id" = String, Path), OfItems), responses((status = 200, content((MeasuredItems = "application/json"), (String = "application/jsonl"))), (status = 404, body = ErrorDocument)))]
pub async fn list_items(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    query: Asked<OfItems>,
) -> Answer<Response> {
    let OfItems { suite, set, system, imperfect, item, from, limit, format } = asked(query)?;
    let place = move || {
        let (of, _) = find(report(&service, &id)?, &suite, &set)?;
        let system = of.systems.iter().find(|of| of.system == system).ok_or_else(|| unknown(&system))?;
        let found = items_file(&service, &id, &of, system);
        found.map(|(_, path)| path).ok_or_else(|| {
            let (message, hint) = (Message::NoItemsKept, Message::NoItemsKeptHint);
            Failure::new(Kind::Input, "items.unknown", message, hint, &[])
        })
    };
    let path = aside(place).await?;
    if format == Some(Shape::Jsonl) {
        let bytes = aside(move || fs_err::read(&path).map_err(|error| Failure::open(&path, &error))).await?;
        return Ok(([(header::CONTENT_TYPE, "application/jsonl")], bytes).into_response());
    }
    let read = move || {
        let all: Vec<(f64, Item)> = items(&path)?.into_iter().map(|item| (quality(&item), item)).collect();
        let less = |quality: f64| quality < 1.0 - 1e-9;
        let (total, imperfect_ones) = (all.len(), all.iter().filter(|(quality, _)| less(*quality)).count());
        let wanted = |(quality, of): &(f64, Item)| {
            (imperfect != Some(true) || less(*quality)) && item.as_ref().is_none_or(|item| *item == of.id)
        };
        let matching: Vec<(f64, Item)> = all.into_iter().filter(wanted).collect();
        let told = |(quality, item): (f64, Item)| MeasuredItem {
            outcome: in_words(&item.outcome),
            id: item.id,
            document: item.cluster,
            quality,
            slices: item.slices,
            detail: item.detail,
        };
        Ok(MeasuredItems {
            total,
            imperfect: imperfect_ones,
            matching: matching.len(),
            items: matching.into_iter().skip(from.unwrap_or(0)).take(limit.unwrap_or(30).min(MOST)).map(told).collect(),
        })
    };
    Ok(Json(aside(read).await?).into_response())
}

/// A set beside the same of an earlier report: figures, and case by case where both kept their cases.
#[utoipa::path(get, path = routes::EVALUATION_COMPARISON, params(("id" = String, Path), OfBoth), responses((status = 200, body = EvaluationComparison), (status = 404, body = ErrorDocument)))]
pub async fn comparison(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    query: Asked<OfBoth>,
) -> Answer<Json<EvaluationComparison>> {
    let OfBoth { before, suite, set } = asked(query)?;
    // Thousands of cases are drawn again and again.
    let busy = Arc::clone(&service);
    let _turn = busy.turns.take().await?;
    let work = move || {
        let (one, earlier) = find(report(&service, &before)?, &suite, &set)?;
        let (other, later) = find(report(&service, &id)?, &suite, &set)?;
        let (names, order) = (named(&other), other.order());
        let mut systems = Vec::new();
        let (mut runs, mut runs_before) = (Vec::new(), Vec::new());
        for now in other.systems.iter().filter(|system| !system.baseline) {
            let Some(then) = one.systems.iter().find(|then| then.system == now.system) else { continue };
            let files = items_file(&service, &before, &one, then).zip(items_file(&service, &id, &other, now));
            if let Some(((run, path), (run_now, path_now))) = files {
                runs_before.push(Run { items: items(&path)?, ..run });
                runs.push(Run { items: items(&path_now)?, ..run_now });
            }
            let figures = |of: &SystemReport| of.figures.iter().map(|(name, of)| (name.clone(), figure(of))).collect();
            systems.push(ComparedSystem {
                system: now.system.clone(),
                before: figures(then),
                after: figures(now),
                paired: None,
            });
        }
        let earlier = Report { sets: vec![one], runs: runs_before, ..earlier };
        let later = Report { sets: vec![other], runs, ..later };
        let compared = Comparison::of(&earlier, &later);
        for of in compared.systems {
            if let Some(system) = systems.iter_mut().find(|system| system.system == of.system) {
                system.paired = Some(paired(of)?);
            }
        }
        let warnings = wordings(compared.warnings.into_iter().chain(compared.changed));
        Ok(EvaluationComparison { warnings, systems, names, order })
    };
    Ok(Json(aside(work).await?))
}

fn paired(of: SystemComparison) -> Result<PairedComparison> {
    let told = |change: &Change| ChangedItem {
        id: change.id.clone(),
        by: change.by,
        before: in_words(&change.before),
        after: in_words(&change.after),
    };
    Ok(PairedComparison {
        items: of.items,
        same: of.same,
        better: of.better.len(),
        worse: of.worse.len(),
        otherwise: of.otherwise.len(),
        differences: as_told(&of.differences)?,
        changes: of.worse.iter().chain(&of.better).take(CHANGES).map(told).collect(),
    })
}
