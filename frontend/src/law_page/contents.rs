//! The contents: divisions with the articles in them, each a link.

use crate::language::Speech;
use crate::place::Place;
use crate::provision_label::provision_label;
use leptos::prelude::*;
use rasoat_api::messages::Message;
use rasoat_api::{DocumentView, ParsedProvision};
use std::sync::Arc;

/// A division and the articles directly below it; articles before any division have none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    division: Option<usize>,
    articles: Vec<usize>,
}

fn groups(provisions: &[ParsedProvision]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, provision) in provisions.iter().enumerate() {
        match provision.kind.as_str() {
            "part" | "chapter" | "section" | "subsection" | "annex" => {
                groups.push(Group { division: Some(at), articles: Vec::new() });
            }
            "article" => match groups.last_mut() {
                Some(group) => group.articles.push(at),
                None => groups.push(Group { division: None, articles: vec![at] }),
            },
            _ => {}
        }
    }
    groups
}

/// The contents of a document.
#[component]
pub fn Contents(held: Arc<DocumentView>, eid: Memo<String>, as_of: Memo<String>) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let provisions = held.provisions.clone();
    let groups = groups(&provisions);
    let many = provisions.iter().filter(|provision| provision.kind == "article").count() > 40;
    let number = held.document.clone();
    let name = move |provision: &ParsedProvision| {
        let label = provision_label(provision.eid.rsplit("__").next().unwrap_or_default(), speech.language());
        match provision.heading.as_deref().filter(|heading| !heading.is_empty()) {
            Some(heading) => format!("{label}. {heading}"),
            None => label,
        }
    };
    let link = {
        let provisions = provisions.clone();
        move |at: usize| {
            let provision = &provisions[at];
            let (own, number) = (provision.eid.clone(), number.clone());
            let place = {
                let own = own.clone();
                move || Place::Law { document: number.clone(), eid: own.clone(), as_of: as_of.get() }.hash()
            };
            view! { <a href=place lang="vi" data-to=own>{name(provision)}</a> }
        }
    };
    let items = groups.into_iter().map(|group| {
        let articles = group.articles.iter().map(|&at| view! { <li>{link(at)}</li> }).collect_view();
        let Some(division) = group.division else {
            return view! { <li><ol>{articles}</ol></li> }.into_any();
        };
        let depth = provisions[division].eid.matches("__").count();
        if group.articles.is_empty() {
            return view! { <li class="division" data-depth=depth.to_string()>{link(division)}</li> }.into_any();
        }
        if !many {
            return view! { <li class="division" data-depth=depth.to_string()>{link(division)} <ol>{articles}</ol></li> }
                .into_any();
        }
        let inside: Vec<String> =
            group.articles.iter().chain([&division]).map(|&at| provisions[at].eid.clone()).collect();
        let open = Memo::new(move |_| {
            let eid = eid.get();
            inside
                .iter()
                .any(|own| eid == *own || eid.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with("__")))
        });
        let title = name(&provisions[division]);
        view! {
            <li class="division" data-depth=depth.to_string()>
                <details open=move || open.get()>
                    <summary lang="vi">{title}</summary>
                    <ol>{articles}</ol>
                </details>
            </li>
        }
        .into_any()
    });
    let items = items.collect_view();
    // Where there is no room beside the text the contents are folded; the style sheet opens them where there is.
    view! {
        <details class="contents-fold" open=wide()>
            <summary>{speech.say(Message::ContentsHeading)}</summary>
            <nav aria-label=speech.say(Message::ContentsHeading)><ol class="contents">{items}</ol></nav>
        </details>
    }
    .into_any()
}

/// Whether there is room beside the text.
fn wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width >= 960.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_stand_under_the_division_before_them() {
        let unit = |eid: &str, kind: &str| ParsedProvision {
            eid: eid.into(),
            kind: kind.into(),
            number: None,
            heading: None,
            start: 0,
            end: 0,
            parent: None,
        };
        let provisions = [
            unit("art_1", "article"),
            unit("part_1", "part"),
            unit("part_1__chp_I", "chapter"),
            unit("art_2", "article"),
            unit("art_2__para_1", "paragraph"),
            unit("art_3", "article"),
        ];
        let group = |division: Option<usize>, articles: &[usize]| Group { division, articles: articles.to_vec() };
        assert_eq!(groups(&provisions), [group(None, &[0]), group(Some(1), &[]), group(Some(2), &[3, 5])]);
    }
}
