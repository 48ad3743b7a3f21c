//! Plots as SVG inside a page: bars with intervals, reliability, risk and coverage, latency.
//!
//! They must be read in daylight, at night, on paper and by ear: colours are the page's variables, lines differ in dashes
//! and marks too, every plot has a title and a description, and the page sets a table beside it. No script.

use crate::calibration::Reliability;
use crate::interval::Figure;
use crate::metric::Point;
use std::fmt::Write as _;

/// A bar with its interval.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) figure: Figure,
    /// Hatched: too few cases, or a baseline.
    pub(crate) faint: bool,
}

/// Width of a plot in the units of its text.
const WIDTH: f64 = 680.0;

/// Where bars begin: labels stand left of it.
const LABELS: f64 = 236.0;

/// Characters of a label; the table beside the plot has all of it.
pub(crate) const LONGEST_LABEL: usize = 32;

/// Text as HTML and SVG carry it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Horizontal bars, one below the other.
pub(crate) fn bars(title: &str, description: &str, bars: &[Bar]) -> String {
    let ends =
        bars.iter().flat_map(|bar| [bar.figure.value, bar.figure.low.unwrap_or(0.0), bar.figure.high.unwrap_or(0.0)]);
    let (least, most) = ends.fold((0.0_f64, 0.0_f64), |(least, most), end| (least.min(end), most.max(end)));
    let scale = Scale::of(least, if (0.2..=1.0).contains(&most) { 1.0 } else { most }, LABELS, WIDTH - 150.0);
    let height = 26.0 * bars.len() as f64 + 34.0;
    let mut svg = open(title, description, WIDTH, height);
    for tick in scale.ticks() {
        let x = scale.at(tick);
        put(&mut svg, format_args!(r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="4" y2="{:.1}"/>"#, height - 26.0));
        put(&mut svg, format_args!(r#"<text class="tick" x="{x:.1}" y="{:.1}">{}</text>"#, height - 10.0, plain(tick)));
    }
    for (at, bar) in bars.iter().enumerate() {
        let y = 8.0 + 26.0 * at as f64;
        let (zero, end) = (scale.at(0.0), scale.at(bar.figure.value));
        let class = if bar.faint { "bar faint" } else { "bar" };
        put(
            &mut svg,
            format_args!(
                r#"<text class="label" x="{:.1}" y="{:.1}">{}</text>"#,
                LABELS - 8.0,
                y + 13.0,
                escape(&cut(&bar.label, LONGEST_LABEL))
            ),
        );
        put(
            &mut svg,
            format_args!(
                r#"<rect class="{class}" x="{:.1}" y="{y:.1}" width="{:.1}" height="18"/>"#,
                zero.min(end),
                (end - zero).abs().max(0.5)
            ),
        );
        if let (Some(low), Some(high)) = (bar.figure.low, bar.figure.high) {
            let (low, high, middle) = (scale.at(low), scale.at(high), y + 9.0);
            put(
                &mut svg,
                format_args!(
                    r#"<path class="whisker" d="M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v8M{high:.1} {:.1}v8"/>"#,
                    middle - 4.0,
                    middle - 4.0
                ),
            );
        }
        put(
            &mut svg,
            format_args!(r#"<text class="value" x="{:.1}" y="{:.1}">{}</text>"#, WIDTH - 142.0, y + 13.0, bar.figure),
        );
    }
    svg + "</svg>"
}

/// Confidence against what was right, with how many there are of each.
pub(crate) fn reliability(title: &str, description: &str, of: &Reliability) -> String {
    let (left, top, side) = (64.0, 10.0, 300.0);
    let mut svg = open(title, description, 400.0, 426.0);
    let (x, y) = (|value: f64| left + side * value, |value: f64| top + side * (1.0 - value));
    square(&mut svg, left, top, side);
    put(
        &mut svg,
        format_args!(
            r#"<line class="even" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#,
            x(0.0),
            y(0.0),
            x(1.0),
            y(1.0)
        ),
    );
    let all = of.bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1) as f64;
    for bin in &of.bins {
        let width = side * (bin.high - bin.low) - 2.0;
        put(
            &mut svg,
            format_args!(
                r#"<rect class="bar faint" x="{:.1}" y="{:.1}" width="{width:.1}" height="{:.1}"/>"#,
                x(bin.low) + 1.0,
                y(bin.quality),
                (side * bin.quality).max(0.5)
            ),
        );
        put(
            &mut svg,
            format_args!(r#"<circle class="dot" cx="{:.1}" cy="{:.1}" r="4.5"/>"#, x(bin.confidence), y(bin.quality)),
        );
        let count = 34.0 * bin.count as f64 / all;
        put(
            &mut svg,
            format_args!(
                r#"<rect class="count" x="{:.1}" y="{:.1}" width="{width:.1}" height="{:.1}"/>"#,
                x(bin.low) + 1.0,
                406.0 - count,
                count.max(0.7)
            ),
        );
    }
    names(&mut svg, left, top, side, "độ tin cậy · confidence", "tỷ lệ đúng · share that is right");
    put(&mut svg, format_args!(r#"<text class="tick" x="{:.1}" y="421">số lượng · count</text>"#, left + side / 2.0));
    svg + "</svg>"
}

/// Risk over coverage, a line for each system.
pub(crate) fn risk_coverage(title: &str, description: &str, systems: &[(&str, &[Point])]) -> String {
    let (left, top, side) = (64.0, 10.0, 300.0);
    let mut svg = open(title, description, 580.0, 360.0);
    let most = systems.iter().flat_map(|(_, points)| points.iter().map(|point| point.risk)).fold(0.05, f64::max) * 1.05;
    let scale = Scale::of(0.0, most, 0.0, side);
    frame(&mut svg, left, top, side);
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        put(
            &mut svg,
            format_args!(
                r#"<text class="tick" x="{:.1}" y="{:.1}">{}</text>"#,
                left + side * tick,
                top + side + 16.0,
                plain(tick)
            ),
        );
    }
    for tick in scale.ticks() {
        let y = top + side - scale.at(tick);
        put(
            &mut svg,
            format_args!(r#"<line class="grid" x1="{left:.1}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#, left + side),
        );
        put(
            &mut svg,
            format_args!(r#"<text class="label" x="{:.1}" y="{:.1}">{}</text>"#, left - 6.0, y + 4.0, plain(tick)),
        );
    }
    for (at, (system, points)) in systems.iter().enumerate() {
        let line = at % 6;
        let path: Vec<String> = points
            .iter()
            .map(|point| format!("{:.1} {:.1}", left + side * point.coverage, top + side - scale.at(point.risk)))
            .collect();
        if let [only] = path.as_slice() {
            let (x, y) = only.split_once(' ').unwrap_or(("0", "0"));
            put(&mut svg, format_args!(r#"<circle class="mark{line}" cx="{x}" cy="{y}" r="4"/>"#));
        } else if !path.is_empty() {
            put(&mut svg, format_args!(r#"<path class="line{line}" d="M{}"/>"#, path.join("L")));
        }
        let y = top + 14.0 + 22.0 * at as f64;
        put(&mut svg, format_args!(r#"<path class="line{line}" d="M{:.1} {:.1}h34"/>"#, left + side + 24.0, y - 4.0));
        put(
            &mut svg,
            format_args!(
                r#"<text class="key" x="{:.1}" y="{y:.1}">{}</text>"#,
                left + side + 66.0,
                escape(&cut(system, LONGEST_LABEL))
            ),
        );
    }
    names(&mut svg, left, top, side, "độ phủ · coverage", "rủi ro · risk");
    svg + "</svg>"
}

/// How often cases took how long, on a logarithmic axis, with the median and the 95th in a hundred.
pub(crate) fn latency(title: &str, description: &str, took_ms: &[f64], p50: f64, p95: f64) -> String {
    const BINS: usize = 40;
    let (left, right, top, bottom) = (20.0, WIDTH - 20.0, 22.0, 150.0);
    let mut svg = open(title, description, WIDTH, 190.0);
    let positive = |ms: f64| ms.max(0.001);
    let (least, most) =
        took_ms.iter().fold((f64::INFINITY, 0.0_f64), |(l, m), ms| (l.min(positive(*ms)), m.max(positive(*ms))));
    if took_ms.is_empty() {
        return svg + "</svg>";
    }
    let (from, to) = (least.log10() - 0.05, most.log10() + 0.05);
    let share = |ms: f64| (positive(ms).log10() - from) / (to - from);
    let x = |ms: f64| left + (right - left) * share(ms);
    let mut counts = [0_usize; BINS];
    for ms in took_ms {
        counts[((share(*ms) * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    let fullest = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    put(&mut svg, format_args!(r#"<line class="frame" x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}"/>"#));
    let width = (right - left) / BINS as f64;
    for (at, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = ((bottom - top) * *count as f64 / fullest).max(1.0);
        put(
            &mut svg,
            format_args!(
                r#"<rect class="bar" x="{:.1}" y="{:.1}" width="{:.1}" height="{height:.1}"/>"#,
                left + width * at as f64 + 0.5,
                bottom - height,
                width - 1.0
            ),
        );
    }
    let decades = (from.floor() as i32..=to.ceil() as i32)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
    let mut last = f64::NEG_INFINITY;
    for tick in decades.filter(|tick| (0.0..=1.0).contains(&share(*tick))) {
        if x(tick) - last > 46.0 {
            last = x(tick);
            put(
                &mut svg,
                format_args!(r#"<text class="tick" x="{last:.1}" y="{:.1}">{}</text>"#, bottom + 16.0, plain(tick)),
            );
        }
    }
    let apart = (x(p95) - x(p50)).abs() > 60.0;
    for (name, ms, anchor) in
        [("50 %", p50, if apart { "middle" } else { "end" }), ("95 %", p95, if apart { "middle" } else { "start" })]
    {
        put(
            &mut svg,
            format_args!(r#"<line class="quantile" x1="{:.1}" x2="{:.1}" y1="{top}" y2="{bottom}"/>"#, x(ms), x(ms)),
        );
        put(
            &mut svg,
            format_args!(
                r#"<text class="tick" style="text-anchor:{anchor}" x="{:.1}" y="{:.1}">{name}</text>"#,
                x(ms),
                top - 6.0
            ),
        );
    }
    put(
        &mut svg,
        format_args!(
            r#"<text class="tick" x="{:.1}" y="{:.1}">mili giây · milliseconds (log)</text>"#,
            f64::midpoint(left, right),
            bottom + 34.0
        ),
    );
    svg + "</svg>"
}

fn put(svg: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = svg.write_fmt(what);
}

/// The start of a plot. Assistive technology reads its title and description, and no mark of it.
fn open(title: &str, description: &str, width: f64, height: f64) -> String {
    format!(
        r#"<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{}. {}"><title>{}</title><desc>{}</desc>"#,
        escape(title),
        escape(description),
        escape(title),
        escape(description)
    )
}

fn frame(svg: &mut String, left: f64, top: f64, side: f64) {
    put(svg, format_args!(r#"<path class="frame" d="M{left} {top}v{side}h{side}"/>"#));
}

/// A square from 0 to 1 both ways, with ticks.
fn square(svg: &mut String, left: f64, top: f64, side: f64) {
    frame(svg, left, top, side);
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = (left + side * tick, top + side * (1.0 - tick));
        put(
            svg,
            format_args!(r#"<line class="grid" x1="{left:.1}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#, left + side),
        );
        put(svg, format_args!(r#"<text class="tick" x="{x:.1}" y="{:.1}">{}</text>"#, top + side + 16.0, plain(tick)));
        put(
            svg,
            format_args!(r#"<text class="label" x="{:.1}" y="{:.1}">{}</text>"#, left - 6.0, y + 4.0, plain(tick)),
        );
    }
}

fn names(svg: &mut String, left: f64, top: f64, side: f64, across: &str, up: &str) {
    put(
        svg,
        format_args!(r#"<text class="tick" x="{:.1}" y="{:.1}">{across}</text>"#, left + side / 2.0, top + side + 34.0),
    );
    let middle = top + side / 2.0;
    put(
        svg,
        format_args!(r#"<text class="tick" x="14" y="{middle:.1}" transform="rotate(-90 14 {middle:.1})">{up}</text>"#),
    );
}

/// A linear axis from `from` to `to`, drawn between two places.
struct Scale {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    fn of(least: f64, most: f64, from: f64, to: f64) -> Self {
        Self { least, most: if most > least { most } else { least + 1.0 }, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * (value - self.least) / (self.most - self.least)
    }

    /// Round numbers on the axis, four to eight of them.
    fn ticks(&self) -> Vec<f64> {
        let rough = (self.most - self.least) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|times| times * power)
            .into_iter()
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(rough);
        let first = (self.least / step).ceil() as i64;
        (first..first + 12).map(|at| at as f64 * step).take_while(|tick| *tick <= self.most + step * 1e-6).collect()
    }
}

fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The first characters of a label that is too long.
pub(crate) fn cut(label: &str, longest: usize) -> String {
    if label.chars().count() <= longest {
        return label.to_owned();
    }
    label.chars().take(longest - 1).chain(['…']).collect()
}
