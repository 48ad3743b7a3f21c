//! The report as one page that needs nothing else: no script, no other file, no network.
//!
//! Hard because two readers share it: one wants a number and where it came from, the other a picture. So every plot has
//! its table beside it, and both languages are in the page, of which its reader sees one.

use super::plot::{self, Bar, escape};
use super::timing::RunTiming;
use super::words::{self, Word, both};
use super::{Report, SetReport, SystemReport};
use crate::interval::{Difference, Figure, decimals};
use crate::metric::{Confusion, is_better_small};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Slices of a key that are drawn; the JSON has all.
const MOST_SLICES: usize = 30;

/// Rows of a table beside a curve.
const MOST_POINTS: usize = 12;

impl Report {
    /// The page.
    pub fn to_html(&self) -> String {
        let mut body = String::new();
        self.head(&mut body);
        if self.sets.is_empty() {
            put(&mut body, format_args!("<p>{}</p>", words::NO_RUNS.html()));
        } else {
            self.summary(&mut body);
        }
        for (at, set) in self.sets.iter().enumerate() {
            self.set(&mut body, at, set);
        }
        put(&mut body, format_args!(r#"<section id="limits"><h2>{}</h2><ul>"#, words::LIMITS.html()));
        for limit in &self.limits {
            put(&mut body, format_args!("<li>{}</li>", both(&limit.vi, &limit.en)));
        }
        body.push_str("</ul></section>");
        self.origin(&mut body);
        shell(words::TITLE, &body)
    }

    fn head(&self, body: &mut String) {
        put(body, format_args!("<h1>{}</h1>", words::TITLE.html()));
        let commit = self.provenance.commit.as_deref().unwrap_or_default();
        let at = self.timing.circumstances.at.as_deref().unwrap_or_default();
        put(
            body,
            format_args!(
                r#"<p class="faint">Rasoat {} <code>{}</code> {}</p>"#,
                escape(&self.provenance.version),
                escape(commit),
                escape(at)
            ),
        );
        put(body, format_args!(r#"<nav aria-label="Nội dung · Contents"><ul>"#));
        for (at, set) in self.sets.iter().enumerate() {
            put(
                body,
                format_args!(
                    r##"<li><a href="#set{at}">{} · {}</a></li>"##,
                    words::suite(&set.suite),
                    escape(&set.set)
                ),
            );
        }
        put(
            body,
            format_args!(
                r##"<li><a href="#limits">{}</a></li><li><a href="#origin">{}</a></li></ul></nav>"##,
                words::LIMITS.html(),
                words::PROVENANCE.html()
            ),
        );
    }

    fn summary(&self, body: &mut String) {
        put(body, format_args!("<section><h2>{}</h2><p>{}</p>", words::SUMMARY.html(), words::SUMMARY_NOTE.html()));
        let heads =
            [words::SUITE, words::SET, words::SYSTEM, words::CASES, words::DOCUMENTS, words::FIGURE, words::VALUE];
        open_table(body, words::SUMMARY, &heads.map(|head| head.html()));
        for set in &self.sets {
            let Some(headline) = set.headline() else { continue };
            for system in &set.systems {
                let class = if system.baseline { r#" class="baseline""# } else { "" };
                put(
                    body,
                    format_args!(
                        r#"<tr{class}><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class="text">{}</td><td>{}</td></tr>"#,
                        words::suite(&set.suite),
                        escape(&set.set),
                        escape(&system.system),
                        system.items,
                        system.documents,
                        figure_name(headline),
                        system.figures.get(headline).map_or_else(|| "–".to_owned(), shown)
                    ),
                );
            }
        }
        body.push_str("</tbody></table></div></section>");
    }

    fn set(&self, body: &mut String, at: usize, set: &SetReport) {
        put(
            body,
            format_args!(r#"<section id="set{at}"><h2>{} · {}</h2>"#, words::suite(&set.suite), escape(&set.set)),
        );
        figures(body, set);
        by_class(body, set);
        gains(body, set);
        confidence(body, set);
        let main = set.systems.iter().rposition(|system| !system.baseline);
        for (at, system) in set.systems.iter().enumerate().filter(|(_, system)| !system.baseline) {
            let mut inside = String::new();
            if let Some(confusion) = &system.confusion {
                confusion_table(&mut inside, confusion);
            }
            slices(&mut inside, system, set.headline());
            if let Some(timing) = self.timing.run(&set.suite, &set.set, &system.system) {
                latency(&mut inside, timing);
            }
            if !inside.is_empty() {
                let open = if Some(at) == main { " open" } else { "" };
                put(
                    body,
                    format_args!("<details{open}><summary>{}</summary>{inside}</details>", escape(&system.system)),
                );
            }
        }
        body.push_str("</section>");
    }

    fn origin(&self, body: &mut String) {
        let of = &self.provenance;
        put(body, format_args!(r#"<section id="origin"><h2>{}</h2><dl>"#, words::PROVENANCE.html()));
        let mut row = |name: Word, value: &str| {
            if !value.is_empty() {
                put(body, format_args!("<dt>{}</dt><dd>{}</dd>", name.html(), escape(value)));
            }
        };
        row(words::VERSION, &of.version);
        row(words::COMMIT, of.commit.as_deref().unwrap_or_default());
        row(words::DATE, self.timing.circumstances.at.as_deref().unwrap_or_default());
        row(words::SEED, &of.seed.to_string());
        body.push_str("</dl>");
        let machine = &self.timing.circumstances.machine;
        let parts = [
            (words::DATA, &of.data),
            (words::MODELS, &of.models),
            (words::CONFIGURATION, &of.configuration),
            (words::MACHINE, machine),
        ];
        for (name, values) in parts.into_iter().filter(|(_, values)| !values.is_empty()) {
            put(body, format_args!("<h3>{}</h3><dl>", name.html()));
            for (name, value) in values {
                put(body, format_args!("<dt>{}</dt><dd><code>{}</code></dd>", escape(name), escape(value)));
            }
            body.push_str("</dl>");
        }
        body.push_str("</section>");
    }
}

/// The page around a body.
pub(crate) fn shell(title: Word, body: &str) -> String {
    format!(
        r##"<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} · {}</title><style>{}</style></head><body>
<a class="skip" href="#main">{}</a>
<fieldset><legend>{}</legend><label><input type="radio" name="language" id="vi" checked> Tiếng Việt</label><label><input type="radio" name="language" id="en"> English</label></fieldset>
<main id="main">{body}</main></body></html>
"##,
        title.vi,
        title.en,
        include_str!("page.css"),
        words::SKIP.html(),
        words::LANGUAGE.html(),
    )
}

/// A table of differences, a row a figure, between two runs by their names.
pub(crate) fn differences(
    body: &mut String,
    caption: Word,
    names: [&str; 2],
    differences: &BTreeMap<String, Difference>,
) {
    let heads = [
        words::FIGURE.html(),
        escape(names[0]),
        escape(names[1]),
        words::DIFFERENCE.html(),
        "p".into(),
        words::EFFECT.html(),
    ];
    open_table(body, caption, &heads);
    for name in sorted(differences.keys()) {
        difference(body, &figure_name(name), is_better_small(name), &differences[name]);
    }
    body.push_str("</tbody></table></div>");
}

/// A row of such a table.
fn difference(body: &mut String, head: &str, is_better_small: bool, of: &Difference) {
    let gained = if is_better_small { -of.difference.value } else { of.difference.value };
    let (class, mark) = match gained {
        _ if of.p >= 0.05 => ("", String::new()),
        gained if gained > 0.0 => ("good", format!("▲ {}", words::BETTER.html())),
        _ => ("bad", format!("▼ {}", words::WORSE.html())),
    };
    let interval = match (of.difference.low, of.difference.high) {
        (Some(low), Some(high)) => format!("<small>[{low:+.3}, {high:+.3}]</small>"),
        _ => String::new(),
    };
    put(
        body,
        format_args!(
            r#"<tr><th scope="row">{head}</th><td>{}</td><td>{}</td><td class="{class}">{:+.3} {mark}{interval}</td><td>{:.4}</td><td>{}</td></tr>"#,
            decimals(of.before),
            decimals(of.after),
            of.difference.value,
            of.p,
            of.effect.map_or_else(|| "–".to_owned(), |effect| format!("{effect:+.2}"))
        ),
    );
}

/// The headline of every comparison, and folded below it the other figures.
fn gains(body: &mut String, set: &SetReport) {
    let Some(headline) = set.headline().filter(|_| !set.gains.is_empty()) else { return };
    put(body, format_args!("<h3>{}</h3>", words::GAINS.html()));
    let heads = [
        figure_name(headline),
        words::BEFORE.html(),
        words::AFTER.html(),
        words::DIFFERENCE.html(),
        "p".into(),
        words::EFFECT.html(),
    ];
    open_table(body, words::GAINS, &heads);
    let name = |gain: &super::Gain| format!("{} {} {}", escape(&gain.system), words::OVER.html(), escape(&gain.over));
    for gain in &set.gains {
        if let Some(of) = gain.differences.get(headline) {
            difference(body, &name(gain), is_better_small(headline), of);
        }
    }
    put(body, format_args!(r#"</tbody></table></div><p class="faint">{}</p>"#, words::GAINS_NOTE.html()));
    put(body, format_args!("<details><summary>{}</summary>", words::ALL_FIGURES.html()));
    for gain in &set.gains {
        put(body, format_args!("<h4>{}</h4>", name(gain)));
        differences(body, words::GAINS, [&gain.over, &gain.system], &gain.differences);
    }
    body.push_str("</details>");
}

/// The start of a table in a frame that scrolls on its own.
pub(crate) fn open_table(body: &mut String, caption: Word, heads: &[String]) {
    put(
        body,
        format_args!(
            r#"<div class="wide" tabindex="0" role="region" aria-label="{} · {}"><table><caption>{}</caption><thead><tr>"#,
            caption.vi,
            caption.en,
            caption.html()
        ),
    );
    for head in heads {
        put(body, format_args!(r#"<th scope="col">{head}</th>"#));
    }
    body.push_str("</tr></thead><tbody>");
}

pub(crate) fn put(body: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = body.write_fmt(what);
}

/// A figure's name for people, and in the JSON.
pub(crate) fn figure_name(name: &str) -> String {
    let word = words::figure(name);
    if word.vi.is_empty() { escape(name) } else { format!("{} <code>{}</code>", word.html(), escape(name)) }
}

fn shown(figure: &Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => {
            format!("{}<small>[{}, {}]</small>", decimals(figure.value), decimals(low), decimals(high))
        }
        _ => decimals(figure.value),
    }
}

/// The names in a reader's order.
fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut names: Vec<&String> = names.collect();
    names.sort_by_key(|name| (words::order(name), *name));
    names
}

/// A row a figure of the whole set, a column a system.
fn figures(body: &mut String, set: &SetReport) {
    let names: BTreeSet<&String> = set.systems.iter().flat_map(|system| system.figures.keys()).collect();
    let heads: Vec<String> = std::iter::once(words::FIGURE.html())
        .chain(set.systems.iter().map(|system| {
            let counts = format!("n = {}, {} {}", system.items, system.documents, words::DOCUMENTS.html());
            let class = if system.baseline { r#" class="baseline""# } else { "" };
            format!("<span{class}>{}</span><br><small class=\"faint\">{counts}</small>", escape(&system.system))
        }))
        .collect();
    put(body, format_args!("<h3>{}</h3>", words::FIGURES.html()));
    open_table(body, words::FIGURES, &heads);
    for name in sorted(names.into_iter().filter(|name| !name.contains(':'))) {
        put(body, format_args!(r#"<tr><th scope="row">{}</th>"#, figure_name(name)));
        for system in &set.systems {
            let class = if system.baseline { r#" class="baseline""# } else { "" };
            put(
                body,
                format_args!("<td{class}>{}</td>", system.figures.get(name).map_or_else(|| "–".to_owned(), shown)),
            );
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table></div>");
    let Some(headline) = set.headline() else { return };
    let bars: Vec<Bar> = set
        .systems
        .iter()
        .filter_map(|system| {
            let figure = *system.figures.get(headline)?;
            Some(Bar { label: system.system.clone(), figure, faint: system.baseline })
        })
        .collect();
    let description = described(&bars);
    let word = words::figure(headline);
    let name = if word.vi.is_empty() { headline.to_owned() } else { format!("{} · {}", word.vi, word.en) };
    put(
        body,
        format_args!(
            r#"<figure class="wide" tabindex="0">{}<figcaption>{}</figcaption></figure>"#,
            plot::bars(&name, &description, &bars),
            figure_name(headline)
        ),
    );
}

/// What bars show, for those who hear it.
fn described(bars: &[Bar]) -> String {
    bars.iter().map(|bar| format!("{}: {}", bar.label, bar.figure)).collect::<Vec<_>>().join("; ")
}

/// A row a class or kind, columns for each system that is no baseline.
fn by_class(body: &mut String, set: &SetReport) {
    for system in set.systems.iter().filter(|system| !system.baseline) {
        let classes: BTreeSet<&str> = system.figures.keys().filter_map(|name| Some(name.split_once(':')?.1)).collect();
        if classes.is_empty() {
            continue;
        }
        let kinds: Vec<&str> = ["precision", "recall", "f1", "auc"]
            .into_iter()
            .filter(|kind| classes.iter().any(|class| system.figures.contains_key(&format!("{kind}:{class}"))))
            .collect();
        put(body, format_args!("<h3>{}: {}</h3>", words::BY_CLASS.html(), escape(&system.system)));
        let heads: Vec<String> =
            std::iter::once(words::CLASS.html()).chain(kinds.iter().map(|kind| class_figure(kind).html())).collect();
        open_table(body, words::BY_CLASS, &heads);
        for class in classes {
            put(body, format_args!(r#"<tr><th scope="row">{}</th>"#, escape(class)));
            for kind in &kinds {
                let figure = system.figures.get(&format!("{kind}:{class}"));
                put(body, format_args!("<td>{}</td>", figure.map_or_else(|| "–".to_owned(), shown)));
            }
            body.push_str("</tr>");
        }
        body.push_str("</tbody></table></div>");
    }
}

/// For one class the area is that of the class against the rest.
fn class_figure(kind: &str) -> Word {
    if kind == "auc" { Word { vi: "AUC", en: "AUC" } } else { words::figure(kind) }
}

/// Reliability and risk-coverage of the systems that say how sure they are.
fn confidence(body: &mut String, set: &SetReport) {
    let systems: Vec<&SystemReport> = set.systems.iter().filter(|system| !system.baseline).collect();
    let curves: Vec<(&str, &[crate::metric::Point])> = systems
        .iter()
        .filter(|system| !system.risk_coverage.is_empty())
        .map(|system| (system.system.as_str(), system.risk_coverage.as_slice()))
        .collect();
    if !curves.is_empty() {
        put(body, format_args!("<h3>{}</h3>", words::RISK_COVERAGE.html()));
        let title = format!("{} · {}", words::RISK_COVERAGE.vi, words::RISK_COVERAGE.en);
        let ends: Vec<String> = curves
            .iter()
            .filter_map(|(system, points)| {
                points.last().map(|last| format!("{system}: {:.3} @ {:.3}", last.risk, last.coverage))
            })
            .collect();
        put(
            body,
            format_args!(
                r#"<div class="plots"><figure class="wide" tabindex="0">{}<figcaption>{}</figcaption></figure>"#,
                plot::risk_coverage(&title, &ends.join("; "), &curves),
                words::RISK_COVERAGE_NOTE.html()
            ),
        );
        let heads = [words::SYSTEM.html(), words::CONFIDENCE.html() + " ≥", words::COVERAGE.html(), words::RISK.html()];
        open_table(body, words::RISK_COVERAGE, &heads);
        for (system, points) in &curves {
            let step = points.len().div_ceil(MOST_POINTS).max(1);
            for (at, point) in points.iter().enumerate().filter(|(at, _)| at % step == 0 || at + 1 == points.len()) {
                let name = if at == 0 { escape(system) } else { String::new() };
                put(
                    body,
                    format_args!(
                        r#"<tr><th scope="row">{name}</th><td>{:.3}</td><td>{:.3}</td><td>{:.3}</td></tr>"#,
                        point.confidence, point.coverage, point.risk
                    ),
                );
            }
        }
        body.push_str("</tbody></table></div></div>");
    }
    for system in systems {
        let Some(reliability) = &system.reliability else { continue };
        put(body, format_args!("<h3>{}: {}</h3>", words::RELIABILITY.html(), escape(&system.system)));
        let title = format!("{} · {}: {}", words::RELIABILITY.vi, words::RELIABILITY.en, system.system);
        let description = format!("ECE {:.3}, Brier {:.3}", reliability.expected_error, reliability.brier);
        put(
            body,
            format_args!(
                r#"<div class="plots"><figure>{}<figcaption>{} {description}.</figcaption></figure>"#,
                plot::reliability(&title, &description, reliability),
                words::RELIABILITY_NOTE.html()
            ),
        );
        open_table(
            body,
            words::RELIABILITY,
            &[words::CONFIDENCE.html(), words::COUNT.html(), words::MEAN.html(), words::SHARE_RIGHT.html()],
        );
        for bin in &reliability.bins {
            put(
                body,
                format_args!(
                    r#"<tr><th scope="row">{:.2}–{:.2}</th><td>{}</td><td>{:.3}</td><td>{:.3}</td></tr>"#,
                    bin.low, bin.high, bin.count, bin.confidence, bin.quality
                ),
            );
        }
        body.push_str("</tbody></table></div></div>");
    }
}

fn confusion_table(body: &mut String, confusion: &Confusion) {
    put(body, format_args!("<h4>{}</h4>", words::CONFUSION.html()));
    let heads: Vec<String> =
        std::iter::once(String::new()).chain(confusion.classes.iter().map(|class| escape(class))).collect();
    open_table(body, words::CONFUSION, &heads);
    for (at, (class, row)) in confusion.classes.iter().zip(&confusion.counts).enumerate() {
        let all = row.iter().sum::<usize>().max(1) as f64;
        put(body, format_args!(r#"<tr><th scope="row">{}</th>"#, escape(class)));
        for (said, count) in row.iter().enumerate() {
            let right = if said == at { " right" } else { "" };
            put(
                body,
                format_args!(
                    r#"<td class="cell{right}" style="--share:{:.3}">{count}<small>{:.0} %</small></td>"#,
                    *count as f64 / all,
                    100.0 * *count as f64 / all
                ),
            );
        }
        body.push_str("</tr>");
    }
    put(body, format_args!(r#"</tbody></table></div><p class="faint">{}</p>"#, words::CONFUSION_NOTE.html()));
}

/// Bars of the headline and a table of the first figures, key by key.
fn slices(body: &mut String, system: &SystemReport, headline: Option<&str>) {
    const COLUMNS: usize = 6;
    let keys: BTreeSet<&String> = system.slices.iter().map(|slice| &slice.key).collect();
    if keys.is_empty() {
        return;
    }
    put(body, format_args!("<h4>{}</h4><p class=\"faint\">{}</p>", words::SLICES.html(), words::SLICES_NOTE.html()));
    for key in keys {
        let mut of_key: Vec<_> = system.slices.iter().filter(|slice| &slice.key == key).collect();
        let all = of_key.len();
        if all > MOST_SLICES {
            of_key.sort_by_key(|slice| std::cmp::Reverse(slice.items));
            of_key.truncate(MOST_SLICES);
        }
        put(body, format_args!("<h4>{}</h4>", words::slice(key)));
        let bars: Vec<Bar> = of_key
            .iter()
            .filter_map(|slice| {
                let figure = *slice.figures.get(headline?)?;
                Some(Bar {
                    label: format!("{} (n = {})", plot::cut(&slice.value, plot::LONGEST_LABEL - 11), slice.items),
                    figure,
                    faint: slice.small,
                })
            })
            .collect();
        if !bars.is_empty() {
            put(
                body,
                format_args!(
                    r#"<figure class="wide" tabindex="0">{}<figcaption>{}</figcaption></figure>"#,
                    plot::bars(&format!("{}: {key}", headline.unwrap_or_default()), &described(&bars), &bars),
                    figure_name(headline.unwrap_or_default())
                ),
            );
        }
        let names: BTreeSet<&String> = of_key.iter().flat_map(|slice| slice.figures.keys()).collect();
        let names: Vec<&String> = sorted(names.into_iter()).into_iter().take(COLUMNS).collect();
        let heads: Vec<String> = [words::VALUE.html(), words::CASES.html(), words::DOCUMENTS.html()]
            .into_iter()
            .chain(names.iter().map(|name| {
                let word = words::figure(name);
                if word.vi.is_empty() { escape(name) } else { word.html() }
            }))
            .collect();
        open_table(body, words::SLICES, &heads);
        for slice in &of_key {
            let class = if slice.small { r#" class="small""# } else { "" };
            put(
                body,
                format_args!(
                    r#"<tr{class}><th scope="row">{}</th><td>{}</td><td>{}</td>"#,
                    escape(&slice.value),
                    slice.items,
                    slice.documents
                ),
            );
            for name in &names {
                put(body, format_args!("<td>{}</td>", slice.figures.get(*name).map_or_else(|| "–".to_owned(), shown)));
            }
            body.push_str("</tr>");
        }
        body.push_str("</tbody></table></div>");
        if all > MOST_SLICES {
            put(body, format_args!(r#"<p class="faint">{}</p>"#, words::MORE_SLICES.html()));
        }
    }
}

fn latency(body: &mut String, timing: &RunTiming) {
    put(body, format_args!("<h4>{}</h4>", words::LATENCY.html()));
    let took: Vec<f64> = timing.took_ms.iter().flatten().copied().collect();
    let all = timing.latency;
    let description =
        format!("n = {}; 50 %: {:.1} ms; 95 %: {:.1} ms; max {:.1} ms", all.count, all.p50_ms, all.p95_ms, all.max_ms);
    let title = format!("{} · {}: {}", words::LATENCY.vi, words::LATENCY.en, timing.system);
    put(
        body,
        format_args!(
            r#"<figure class="wide" tabindex="0">{}<figcaption>{}</figcaption></figure>"#,
            plot::latency(&title, &description, &took, all.p50_ms, all.p95_ms),
            words::LATENCY_NOTE.html()
        ),
    );
    let heads = [
        String::new(),
        words::CASES.html(),
        words::MEAN.html(),
        "50 %".into(),
        "90 %".into(),
        "95 %".into(),
        "99 %".into(),
        words::LONGEST.html(),
    ];
    open_table(body, words::LATENCY, &heads);
    let mut row = |name: &str, of: &super::Latency| {
        put(
            body,
            format_args!(
                r#"<tr><th scope="row">{name}</th><td>{}</td><td>{:.1}</td><td>{:.1}</td><td>{:.1}</td><td>{:.1}</td><td>{:.1}</td><td>{:.1}</td></tr>"#,
                of.count, of.mean_ms, of.p50_ms, of.p90_ms, of.p95_ms, of.p99_ms, of.max_ms
            ),
        );
    };
    row(&escape(&timing.system), &all);
    for (key, values) in &timing.slices {
        for (value, of) in values.iter().take(MOST_SLICES) {
            row(&format!("{}: {}", words::slice(key), escape(value)), of);
        }
    }
    body.push_str("</tbody></table></div>");
}
