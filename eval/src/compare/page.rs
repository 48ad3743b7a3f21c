//! The comparison as one page that needs nothing else.

use super::{Change, Comparison, SystemComparison, in_words};
use crate::report::page::{differences, open_table, put, shell};
use crate::report::plot::escape;
use crate::report::words::{self, Word, both};

/// Changed cases that are listed of each kind; the JSON has all.
const MOST_CHANGES: usize = 50;

/// Characters that are shown of what a case tells.
const LONGEST_DETAIL: usize = 600;

impl Comparison {
    /// The page.
    pub fn to_html(&self) -> String {
        let mut body = format!("<h1>{}</h1>", words::COMPARISON.html());
        for (side, of) in [("A", &self.before), ("B", &self.after)] {
            let (version, commit) = (escape(&of.version), escape(of.commit.as_deref().unwrap_or_default()));
            put(&mut body, format_args!(r#"<p class="faint">{side}: Rasoat {version} <code>{commit}</code></p>"#));
        }
        if !self.warnings.is_empty() {
            put(&mut body, format_args!(r#"<section class="note"><strong>{}</strong><ul>"#, words::MISMATCHES.html()));
            for warning in &self.warnings {
                put(&mut body, format_args!("<li>{}</li>", both(&warning.vi, &warning.en)));
            }
            body.push_str("</ul></section>");
        }
        if !self.changed.is_empty() {
            put(&mut body, format_args!("<h2>{}</h2><ul>", words::CHANGED.html()));
            for changed in &self.changed {
                put(&mut body, format_args!("<li>{}</li>", both(&changed.vi, &changed.en)));
            }
            body.push_str("</ul>");
        }
        if self.systems.is_empty() {
            put(&mut body, format_args!("<p>{}</p>", words::NOTHING.html()));
        }
        for of in &self.systems {
            of.section(&mut body);
        }
        shell(words::COMPARISON, &body)
    }
}

impl SystemComparison {
    fn section(&self, body: &mut String) {
        let (suite, set, system) = (words::suite(&self.suite), escape(&self.set), escape(&self.system));
        put(body, format_args!("<section><h2>{suite} · {set} · {system}</h2>"));
        let counts = [
            (words::CASES, self.items),
            (words::BETTER, self.better.len()),
            (words::WORSE, self.worse.len()),
            (words::OTHERWISE, self.otherwise.len()),
            (words::SAME, self.same),
        ];
        body.push_str("<dl>");
        for (name, count) in counts {
            put(body, format_args!("<dt>{}</dt><dd>{count}</dd>", name.html()));
        }
        if let Some([before, after]) = self.latency {
            put(
                body,
                format_args!(
                    "<dt>{} (ms)</dt><dd>50 %: {:.1} → {:.1}; 95 %: {:.1} → {:.1}</dd>",
                    words::LATENCY.html(),
                    before.p50_ms,
                    after.p50_ms,
                    before.p95_ms,
                    after.p95_ms
                ),
            );
        }
        body.push_str("</dl>");
        differences(body, words::FIGURES, ["A", "B"], &self.differences);
        put(body, format_args!(r#"<p class="faint">{}</p>"#, words::GAINS_NOTE.html()));
        for (name, changes) in
            [(words::BETTER, &self.better), (words::WORSE, &self.worse), (words::OTHERWISE, &self.otherwise)]
        {
            list(body, name, changes);
        }
        body.push_str("</section>");
    }
}

fn list(body: &mut String, name: Word, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let open = if changes.len() <= MOST_CHANGES / 2 { " open" } else { "" };
    put(body, format_args!("<details{open}><summary>{} ({})</summary>", name.html(), changes.len()));
    open_table(body, name, &[words::CASE.html(), "±".into(), words::CHANGE.html()]);
    for change in changes.iter().take(MOST_CHANGES) {
        put(
            body,
            format_args!(
                r#"<tr><th scope="row">{}<br><code>{}</code></th><td>{:+.3}</td><td class="text">A: {}<br>B: {}{}</td></tr>"#,
                escape(&change.id),
                escape(&change.document),
                change.by,
                escape(&in_words(&change.before)),
                escape(&in_words(&change.after)),
                detail(&change.detail)
            ),
        );
    }
    body.push_str("</tbody></table></div>");
    if changes.len() > MOST_CHANGES {
        put(body, format_args!(r#"<p class="faint">{}</p>"#, words::MORE_CHANGES.html()));
    }
    body.push_str("</details>");
}

fn detail(detail: &serde_json::Value) -> String {
    if detail.is_null() {
        return String::new();
    }
    let text = detail.to_string();
    let short: String = text.chars().take(LONGEST_DETAIL).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("<br><code>{}{more}</code>", escape(&short))
}
