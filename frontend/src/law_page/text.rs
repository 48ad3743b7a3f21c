//! The document's text, a line a block, each provision with the link to itself.

use crate::draft_text::{self, LineKind};
use crate::language::Speech;
use crate::place::Place;
use crate::provision_label::provision_label;
use leptos::attr::custom::custom_attribute;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use rasoat_api::{DocumentView, Finding, ParsedProvision};
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

/// The provision that each line begins, by its place: the outermost of those that begin there, but for what stands
/// around the whole text.
fn begun(provisions: &[ParsedProvision], lines: &[Range<usize>]) -> Vec<Option<usize>> {
    let mut next = 0;
    let mut begin_at = |line: &Range<usize>| {
        let mut first = None;
        while let Some(provision) = provisions.get(next).filter(|provision| provision.start < line.end) {
            if provision.start >= line.start && provision.kind != "preamble" {
                first.get_or_insert(next);
            }
            next += 1;
        }
        first
    };
    lines.iter().map(&mut begin_at).collect()
}

/// The text; the provision of `eid` is marked and brought into view.
#[component]
pub fn Text(held: Arc<DocumentView>, eid: Memo<String>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let findings: [Arc<Finding>; 0] = [];
    let lines = draft_text::cut(&held.text, &held.provisions, &findings);
    let ranges: Vec<Range<usize>> = lines.iter().map(|line| line.range.clone()).collect();
    let begun = begun(&held.provisions, &ranges);
    let drawn = lines.iter().zip(begun).map(|(line, begun)| {
        let provision = begun.and_then(|at| held.provisions.get(at));
        let (class, level) = match line.kind {
            LineKind::Division => ("line division", Some("2")),
            LineKind::Article => ("line article", Some("3")),
            LineKind::Basis => ("line basis", None),
            LineKind::Paragraph => ("line paragraph", None),
            LineKind::Point => ("line point", None),
            LineKind::Plain => ("line", None),
        };
        let words = held.text.get(line.range.clone()).unwrap_or_default().to_owned();
        let link = provision.map(|provision| {
            // Along the keyboard's way stand the articles; what is in them is reached by reading on.
            let apart = provision.kind != "article" && level.is_none();
            let place =
                Place::Law { document: held.document.clone(), eid: provision.eid.clone(), as_of: String::new() };
            let label = Message::PermalinkLabel
                .fill(speech.language(), &[("provision", &provision_label(&provision.eid, speech.language()))]);
            view! {
                <a class="permalink" href=place.hash() aria-label=label tabindex=apart.then_some("-1")></a>
            }
        });
        let name = provision.map(|provision| provision.eid.clone());
        view! {
            <div class=class role=level.map(|_| "heading") {..custom_attribute("aria-level", level)} data-eid=name>{words} {link}</div>
        }
    });
    let drawn = drawn.collect_view();
    let paper = NodeRef::<html::Div>::new();
    let document = Arc::clone(&held);
    Effect::new(move |marked: Option<Range<usize>>| {
        let (Some(paper), eid) = (paper.get(), eid.get()) else { return 0..0 };
        let provision = document.provisions.iter().find(|provision| provision.eid == eid);
        let chosen = provision.map_or(0..0, |provision| {
            let before = |border: usize| ranges.partition_point(|line| line.start < border);
            let first = ranges.partition_point(|line| line.end <= provision.start);
            first..before(provision.end)
        });
        let line = |at: usize| u32::try_from(at).ok().and_then(|at| paper.children().item(at));
        for at in marked.unwrap_or_default() {
            line(at).iter().for_each(|line| drop(line.class_list().remove_1("chosen")));
        }
        for at in chosen.clone() {
            line(at).iter().for_each(|line| drop(line.class_list().add_1("chosen")));
        }
        if let Some(first) = line(chosen.start).filter(|_| !chosen.is_empty()) {
            request_animation_frame(move || {
                first.scroll_into_view();
                let _ = first.set_attribute("tabindex", "-1");
                let still = FocusOptions::new();
                still.set_prevent_scroll(true);
                if let Ok(first) = first.dyn_into::<HtmlElement>() {
                    let _ = first.focus_with_options(&still);
                }
            });
        }
        chosen
    });
    view! { <div id="law-text" class="law-text paper" lang="vi" node_ref=paper>{drawn}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_links_the_outermost_provision_that_begins_on_it() {
        let unit = |eid: &str, kind: &str, start: usize, end: usize| ParsedProvision {
            eid: eid.into(),
            kind: kind.into(),
            number: None,
            heading: None,
            start,
            end,
            parent: None,
        };
        let provisions = [
            unit("preamble", "preamble", 0, 10),
            unit("chp_I", "chapter", 10, 60),
            unit("art_1", "article", 20, 40),
            unit("art_1__para_1", "paragraph", 25, 40),
            unit("art_2", "article", 40, 60),
        ];
        // "1." stands on the article's own line; the last line begins nothing.
        let lines = [0..9, 10..19, 20..39, 40..49, 50..60];
        assert_eq!(begun(&provisions, &lines), [None, Some(1), Some(2), Some(4), None]);
        assert_eq!(begun(&[], &lines), [None; 5]);
    }
}
