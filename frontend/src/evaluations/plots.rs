//! Plots of a set: the systems side by side, reliability, risk and coverage. Lines differ in dashes as well as in colour.

use super::decimals;
use crate::markup::Markup;
use rasoat_api::messages::{Language, Message};
use rasoat_api::{MeasuredFigure, MeasuredSystem, Reliability};

/// Lines that differ; a further one begins anew.
const LINES: usize = 6;

/// A figure of each system with its interval, one below the other.
pub fn intervals(place: &Markup, title: &str, systems: &[(&str, bool, MeasuredFigure)], language: Language) {
    let (left, right) = (112.0, 384.0);
    let height = 26.0 * systems.len() as f64 + 30.0;
    let drawing = place.drawing((400.0, height), title);
    let ends = systems.iter().flat_map(|(_, _, of)| [of.value, of.low.unwrap_or(0.0), of.high.unwrap_or(0.0)]);
    let (least, most) = ends.fold((0.0_f64, 0.0_f64), |(least, most), end| (least.min(end), most.max(end)));
    // Shares are held against the whole, unless they are too small to be seen there.
    let most = if (0.2..=1.0).contains(&most) { 1.0 } else { most.max(least + 1e-6) };
    let x = |value: f64| left + (right - left) * (value - least) / (most - least);
    for step in 0..=4 {
        let value = least + (most - least) * f64::from(step) / 4.0;
        drawing.mark("line", "grid", &[("x1", x(value)), ("x2", x(value)), ("y1", 4.0), ("y2", height - 24.0)]);
        drawing.words("tick", (x(value), height - 8.0), &short(value, language));
    }
    for (at, (system, baseline, of)) in systems.iter().enumerate() {
        let y = 17.0 + 26.0 * at as f64;
        drawing.words("label", (left - 8.0, y + 4.0), system);
        if let (Some(low), Some(high)) = (of.low, of.high) {
            drawing.path("whisker", &[(x(low), y), (x(high), y)]);
            for end in [low, high] {
                drawing.path("whisker", &[(x(end), y - 5.0), (x(end), y + 5.0)]);
            }
        }
        let class = if *baseline { "dot hollow" } else { "dot" };
        drawing.mark("circle", class, &[("cx", x(of.value)), ("cy", y), ("r", 5.0)]);
    }
}

/// A square from 0 to 1 across and from 0 to `most` upwards: its places are told by the function returned.
fn square(
    drawing: &Markup,
    most: f64,
    across: Message,
    up: Message,
    language: Language,
) -> impl Fn(f64, f64) -> (f64, f64) + use<> {
    let (left, top, side) = (50.0, 8.0, 270.0);
    let at = move |x: f64, y: f64| (left + side * x, top + side * (1.0 - y / most));
    for step in 0..=4 {
        let part = f64::from(step) / 4.0;
        let (x, y) = at(part, part * most);
        drawing.mark("line", "grid", &[("x1", left), ("x2", left + side), ("y1", y), ("y2", y)]);
        drawing.words("tick", (x, top + side + 16.0), &short(part, language));
        drawing.words("label", (left - 6.0, y + 4.0), &short(part * most, language));
    }
    drawing.words("tick", (left + side / 2.0, top + side + 34.0), across.text(language));
    let middle = top + side / 2.0;
    let words = drawing.words("tick", (12.0, middle), up.text(language));
    words.set(&[("transform", &format!("rotate(-90 12 {middle:.1})"))]);
    at
}

/// Confidence against what was right; the larger a dot, the more there is of it.
pub fn reliability(place: &Markup, title: &str, of: &Reliability, language: Language) {
    let drawing = place.drawing((340.0, 322.0), title);
    let at = square(&drawing, 1.0, Message::ColumnConfidence, Message::ColumnShareRight, language);
    drawing.path("even", &[at(0.0, 0.0), at(1.0, 1.0)]);
    let all = of.bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1) as f64;
    drawing.path("line0", &of.bins.iter().map(|bin| at(bin.confidence, bin.quality)).collect::<Vec<_>>());
    for bin in &of.bins {
        let (x, y) = at(bin.confidence, bin.quality);
        let r = 3.0 + 5.0 * (bin.count as f64 / all).sqrt();
        drawing.mark("circle", "dot", &[("cx", x), ("cy", y), ("r", r)]);
    }
}

/// Risk over coverage, a line for each system.
pub fn risk(place: &Markup, title: &str, systems: &[&MeasuredSystem], language: Language) {
    let key = 22.0 * systems.len() as f64;
    let drawing = place.drawing((340.0, 330.0 + key), title);
    let most = systems.iter().flat_map(|of| of.risk_coverage.iter().map(|point| point.risk)).fold(0.05, f64::max);
    let at = square(&drawing, most * 1.05, Message::ColumnCoverage, Message::ColumnRisk, language);
    for (row, of) in systems.iter().enumerate() {
        let class = format!("line{}", row % LINES);
        let path: Vec<(f64, f64)> = of.risk_coverage.iter().map(|point| at(point.coverage, point.risk)).collect();
        match path.as_slice() {
            [(x, y)] => drop(drawing.mark("circle", "dot", &[("cx", *x), ("cy", *y), ("r", 4.0)])),
            _ => drawing.path(&class, &path),
        }
        let y = 334.0 + 22.0 * row as f64;
        drawing.path(&class, &[(50.0, y), (92.0, y)]);
        drawing.words("key", (100.0, y + 4.0), &of.system);
    }
}

/// As few decimals as tell it.
fn short(value: f64, language: Language) -> String {
    let written = decimals(value, language);
    written.trim_end_matches('0').trim_end_matches([',', '.']).to_owned()
}
