//! Findings of many documents at a glance: a bar a document, its parts the severities, each a way to the document; the
//! same beneath as a table. Signs and numbers say what the colours do.

use crate::draft_view::severity_sign;
use crate::markup::{Cell, Markup, Row};
use rasoat_api::Severity;
use rasoat_api::messages::{Language, Message, severity_name};

const GRAVEST_FIRST: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// A document's bar.
pub struct Bar {
    /// What the document is called.
    pub name: String,
    /// What else is told of it.
    pub aside: String,
    /// Where it leads.
    pub address: String,
    /// How many errors, warnings and notes.
    pub counts: [usize; 3],
}

/// The chart and its table; `first` heads the column of names.
pub fn draw(page: &Markup, bars: &[Bar], first: Message, language: Language) {
    let sum = |bar: &Bar| bar.counts.iter().sum::<usize>();
    let most = bars.iter().map(sum).max().unwrap_or(0);
    let list = page.put("ul", &[("class", "chart card"), ("aria-label", Message::ChartHeading.text(language))]);
    for bar in bars {
        let row = list.put("li", &[]).put("a", &[("class", "chart-row"), ("href", &bar.address)]);
        let name = row.law("span", "chart-name", &bar.name);
        if !bar.aside.is_empty() {
            name.say("span", "quiet block", &bar.aside);
        }
        let drawn = row.put("span", &[("class", "bar")]);
        for (severity, count) in GRAVEST_FIRST.iter().zip(bar.counts).filter(|(_, count)| *count > 0) {
            let segment = drawn.put("span", &[("class", "segment"), ("data-severity", severity_sign(*severity))]);
            segment.put("span", &[("class", "sign"), ("aria-hidden", "true")]);
            segment.text(&count.to_string()).grow(count);
            segment.say("span", "unseen", &format!(" {}", severity_name(*severity, language)));
        }
        drawn.put("span", &[]).grow(most - sum(bar));
    }
    let mut heads = vec![first.text(language).to_owned()];
    heads.extend(GRAVEST_FIRST.map(|severity| severity_name(severity, language).to_owned()));
    heads.push(Message::ColumnTotal.text(language).to_owned());
    let row = |bar: &Bar| Row {
        head: Cell::Link(bar.address.clone(), bar.name.clone()),
        cells: bar.counts.iter().copied().chain([sum(bar)]).map(|count| Cell::Number(count.to_string())).collect(),
        class: "",
    };
    let fold = page.put("details", &[]);
    fold.say("summary", "", Message::ChartTable.text(language));
    fold.table(Message::ChartHeading.text(language), &heads, bars.iter().map(row).collect());
}
