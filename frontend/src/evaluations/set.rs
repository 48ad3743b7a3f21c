//! One set of a run: the systems side by side, every figure, whether confidence means what it says, slices, gains, and the
//! way to the cases.

use super::{cell, change, decimals, figure, fold, named, part, plots, texts};
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::evaluations::{self, Wanted};
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredDifference, MeasuredFigure, MeasuredSet, MeasuredSystem, Wording};
use std::collections::BTreeMap;

/// Draws it.
pub fn draw(id: &str, set: &MeasuredSet, page: &Markup, language: Language) {
    let all = || set.systems.iter();
    // Where only baselines are, they are shown.
    let has_products = all().any(|system| !system.baseline);
    let looked_at: Vec<&MeasuredSystem> = all().filter(|system| !system.baseline || !has_products).collect();
    let suite = named(&set.names, &set.suite, language);
    page.say("p", "quiet", &format!("{suite}. {}", Message::FiguresNote.text(language)));
    if let Some(name) = set.order.first() {
        let title = format!("{}: {}", Message::IntervalsHeading.text(language), named(&set.names, name, language));
        let systems: Vec<(&str, bool, MeasuredFigure)> =
            all().filter_map(|of| Some((of.system.as_str(), of.baseline, *of.figures.get(name)?))).collect();
        plots::intervals(&part(page, &title), &title, &systems, language);
    }
    let heading = Message::AllFiguresHeading.text(language);
    let row = |name: &String| Row {
        head: Cell::Text(named(&set.names, name, language)),
        cells: all().map(|system| cell(system.figures.get(name), language)).collect(),
        class: "",
    };
    let heads: Vec<String> = std::iter::once(Message::ColumnFigure.text(language).to_owned())
        .chain(all().map(|system| system.system.clone()))
        .collect();
    part(page, heading).table(heading, &heads, set.order.iter().map(row).collect());
    ways_to_items(id, set, page, language);
    let around = page.put("div", &[("class", "plots")]);
    for system in &looked_at {
        reliability(system, &around, language);
    }
    risk(&looked_at, &around, language);
    for system in &looked_at {
        confusion(system, page, language);
    }
    for system in &looked_at {
        slices(set, system, page, language);
    }
    if !set.gains.is_empty() {
        let gains = part(page, Message::GainsHeading.text(language));
        for gain in &set.gains {
            let values = [("system", gain.system.as_str()), ("other", gain.over.as_str())];
            let heading = Message::GainOver.fill(language, &values);
            differences(&fold(&gains, &heading), &heading, (&set.names, &set.order), &gain.differences, language);
        }
    }
}

fn ways_to_items(id: &str, set: &MeasuredSet, page: &Markup, language: Language) {
    let part = part(page, Message::ItemsHeading.text(language));
    if set.kept.is_empty() {
        part.say("p", "quiet", Message::ItemsNotKept.text(language));
        return;
    }
    let ways = part.put("ul", &[("class", "rows")]);
    for system in &set.kept {
        let wanted = Wanted {
            id: id.to_owned(),
            suite: set.suite.clone(),
            set: set.set.clone(),
            system: system.clone(),
            imperfect: true,
            ..Wanted::default()
        };
        let way = ways.put("li", &[]);
        let words = Message::ItemsOf.fill(language, &[("system", system)]);
        way.link(&Place::EvaluationItems(wanted).hash(), &words).set(&[("data-items", system)]);
        let file = evaluations::items_file(id, &set.suite, &set.set, system);
        let name = format!("{}-{}-{system}.jsonl", set.suite, set.set);
        way.link(&file, Message::DownloadItems.text(language)).set(&[("class", "link"), ("download", &name)]);
    }
}

/// A plot, to which its drawing, note and table are added.
fn plot(page: &Markup, heading: &str) -> Markup {
    let plot = page.put("figure", &[("class", "plot")]);
    plot.say("h2", "", heading);
    plot
}

fn reliability(system: &MeasuredSystem, page: &Markup, language: Language) {
    let Some(of) = &system.reliability else { return };
    let heading = Message::ReliabilityHeading.fill(language, &[("system", &system.system)]);
    let (ece, brier) = (decimals(of.expected_error, language), decimals(of.brier, language));
    let said = Message::ReliabilitySaid.fill(language, &[("ece", &ece), ("brier", &brier)]);
    let plot = plot(page, &heading);
    plots::reliability(&plot, &format!("{heading}. {said}"), of, language);
    plot.say("figcaption", "quiet", &format!("{said} {}", Message::ReliabilityNote.text(language)));
    let rows = of.bins.iter().map(|bin| Row {
        head: Cell::Number(decimals(bin.confidence, language)),
        cells: vec![Cell::Number(decimals(bin.quality, language)), Cell::Number(bin.count.to_string())],
        class: "",
    });
    let heads = texts(&[Message::ColumnConfidence, Message::ColumnShareRight, Message::ColumnCount], language);
    fold(&plot, Message::PlotTable.text(language)).table(&heading, &heads, rows.collect());
}

fn risk(systems: &[&MeasuredSystem], page: &Markup, language: Language) {
    let curves: Vec<&MeasuredSystem> = systems.iter().copied().filter(|of| !of.risk_coverage.is_empty()).collect();
    if curves.is_empty() {
        return;
    }
    let heading = Message::RiskHeading.text(language);
    let plot = plot(page, heading);
    plots::risk(&plot, heading, &curves, language);
    plot.say("figcaption", "quiet", Message::RiskNote.text(language));
    let mut rows = Vec::new();
    for of in curves {
        // A tenth of the points tells the line.
        let points = &of.risk_coverage;
        let (step, last) = (points.len().div_ceil(10).max(1), points.len() - 1);
        for (_, point) in points.iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last) {
            let values = [point.coverage, point.risk, point.confidence];
            rows.push(Row {
                head: Cell::Text(of.system.clone()),
                cells: values.into_iter().map(|value| Cell::Number(decimals(value, language))).collect(),
                class: "",
            });
        }
    }
    let heads = [Message::ColumnSystem, Message::ColumnCoverage, Message::ColumnRisk, Message::ColumnConfidence];
    fold(&plot, Message::PlotTable.text(language)).table(heading, &texts(&heads, language), rows);
}

fn confusion(system: &MeasuredSystem, page: &Markup, language: Language) {
    let Some(of) = &system.confusion else { return };
    let heading = Message::ConfusionHeading.fill(language, &[("system", &system.system)]);
    let rows = of.classes.iter().zip(&of.counts).map(|(class, counts)| Row {
        head: Cell::Text(class.clone()),
        cells: counts.iter().map(|count| Cell::Number(count.to_string())).collect(),
        class: "",
    });
    let heads: Vec<String> =
        std::iter::once(Message::ColumnCases.text(language).to_owned()).chain(of.classes.iter().cloned()).collect();
    let part = part(page, &heading);
    part.say("p", "quiet", Message::ConfusionNote.text(language));
    part.table(&heading, &heads, rows.collect());
}

fn slices(set: &MeasuredSet, system: &MeasuredSystem, page: &Markup, language: Language) {
    let told = |name: &&String| system.slices.iter().any(|slice| slice.figures.contains_key(*name));
    let Some(first) = set.order.iter().find(told) else { return };
    let rows = system.slices.iter().map(|slice| Row {
        head: Cell::Text(format!("{}: {}", named(&set.names, &slice.key, language), slice.value)),
        cells: vec![
            cell(slice.figures.get(first), language),
            Cell::Number(slice.items.to_string()),
            Cell::Number(slice.documents.to_string()),
            Cell::Text(if slice.small { Message::SliceSmall.text(language).to_owned() } else { String::new() }),
        ],
        class: if slice.small { "baseline" } else { "" },
    });
    let heading = Message::SlicesHeading.fill(language, &[("system", &system.system)]);
    let mut heads = vec![Message::ColumnSet.text(language).to_owned(), named(&set.names, first, language)];
    heads.extend(texts(&[Message::ColumnCases, Message::ColumnDocuments], language));
    heads.push(String::new());
    fold(page, &heading).table(&heading, &heads, rows.collect());
}

/// Figures of two on the same cases, with the test of their difference.
pub fn differences(
    page: &Markup,
    caption: &str,
    (names, order): (&BTreeMap<String, Wording>, &[String]),
    differences: &BTreeMap<String, MeasuredDifference>,
    language: Language,
) {
    let row = |name: &String| {
        let of = differences.get(name)?;
        let plus = if of.difference.value > 0.0 { "+" } else { "" };
        Some(Row {
            head: Cell::Text(named(names, name, language)),
            cells: vec![
                Cell::Number(decimals(of.before, language)),
                Cell::Number(decimals(of.after, language)),
                Cell::Number(format!("{plus}{}", figure(&of.difference, language))),
                Cell::Number(decimals(of.p, language)),
            ],
            class: if of.p < 0.05 { "telling" } else { "" },
        })
    };
    let heads = [
        Message::ColumnFigure,
        Message::ColumnBefore,
        Message::ColumnAfter,
        Message::ColumnDifference,
        Message::ColumnP,
    ];
    page.table(caption, &texts(&heads, language), order.iter().filter_map(row).collect());
}

/// Figures of two, and how far apart they are, where nothing tells of their cases.
pub fn unpaired(
    page: &Markup,
    caption: &str,
    (names, order): (&BTreeMap<String, Wording>, &[String]),
    (before, after): (&BTreeMap<String, MeasuredFigure>, &BTreeMap<String, MeasuredFigure>),
    language: Language,
) {
    let row = |name: &String| {
        let (one, other) = (before.get(name)?, after.get(name)?);
        Some(Row {
            head: Cell::Text(named(names, name, language)),
            cells: vec![
                cell(Some(one), language),
                cell(Some(other), language),
                Cell::Number(change(other.value - one.value, language)),
            ],
            class: "",
        })
    };
    let heads = [Message::ColumnFigure, Message::ColumnBefore, Message::ColumnAfter, Message::ColumnChange];
    page.table(caption, &texts(&heads, language), order.iter().filter_map(row).collect());
}
