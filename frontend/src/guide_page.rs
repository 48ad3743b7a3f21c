//! The guides: the documents of `docs/huong-dan-*.md`, served beside the application and drawn here.
//!
//! They are written once, for whoever reads the repository and for whoever uses the service; so what stands in them is
//! read here, as far as they use it: headings, paragraphs, lists, pictures, links, strong words and keys.

mod markdown;

use crate::fetched::fetched;
use crate::language::Speech;
use crate::markup::{Draw, Markup, drawn};
use crate::place::Place;
use crate::service;
use leptos::prelude::*;
use markdown::{Block, Span, read};
use rasoat_api::messages::{Language, Message};
use std::rc::Rc;

/// A guide: its name in addresses, its file, and what it is called.
const GUIDES: [(&str, &str, Message); 3] = [
    ("reviewer", "huong-dan-nguoi-ra-soat.md", Message::GuideReviewer),
    ("citizen", "huong-dan-nguoi-dan.md", Message::GuideCitizen),
    ("evaluator", "huong-dan-nguoi-danh-gia.md", Message::GuideEvaluator),
];

/// The page of a guide, or their list.
pub fn page(name: &str) -> AnyView {
    let speech = expect_context::<Speech>();
    let guide = GUIDES.into_iter().find(|(known, ..)| *known == name);
    speech.entitle(guide.map_or(Message::GuidesHeading, |(.., title)| title));
    let here = name.to_owned();
    let list: Draw = Rc::new(move |place, language| {
        let nav = place.put("nav", &[("aria-label", Message::GuidesHeading.text(language))]);
        let list = nav.put("ul", &[("class", "guide-list")]);
        for (known, _, title) in GUIDES {
            let link = list.put("li", &[]).link(&Place::Guide(known.to_owned()).hash(), title.text(language));
            if known == here {
                link.set(&[("aria-current", "page")]);
            }
        }
        if language == Language::En {
            place.say("p", "quiet", Message::GuideLanguage.text(language));
        }
        if guide.is_none() {
            place.say("h1", "", Message::GuidesHeading.text(language));
        }
    });
    let text = guide.map(|(_, file, _)| {
        let ask = async move {
            let blocks = read(&service::text(format!("guide/{file}")).await?);
            let draw: Draw = Rc::new(move |place, _| {
                let guide = place.put("article", &[("class", "guide"), ("lang", "vi")]);
                blocks.iter().for_each(|block| draw(block, &guide));
            });
            Ok(draw)
        };
        fetched(Box::pin(ask), "")
    });
    view! { <div class="page narrow guides">{drawn(list, "")} {text}</div> }.into_any()
}

fn draw(block: &Block, guide: &Markup) {
    let list = |name: &str, class: &str, items: &[Vec<Span>]| {
        let list = guide.put(name, &[("class", class)]);
        items.iter().for_each(|spans| inline(spans, &list.put("li", &[])));
    };
    match block {
        Block::Heading(level, spans) => inline(spans, &guide.put(["h1", "h2", "h3"][level.clamp(&1, &3) - 1], &[])),
        Block::Paragraph(spans) => inline(spans, &guide.put("p", &[])),
        Block::List(items) => list("ul", "listed", items),
        Block::Steps(items) => list("ol", "steps", items),
        // Every picture is taken at this size; it keeps its place while it loads.
        Block::Picture { said, file } => drop(guide.put("p", &[]).put(
            "img",
            &[
                ("alt", said),
                ("width", "1280"),
                ("height", "800"),
                ("loading", "lazy"),
                ("src", &format!("guide/{file}")),
            ],
        )),
    }
}

fn inline(spans: &[Span], place: &Markup) {
    for span in spans {
        match span {
            Span::Words(words) => drop(place.text(words).clone()),
            Span::Strong(words) => drop(place.say("b", "", words)),
            Span::Key(words) => drop(place.say("kbd", "", words)),
            Span::Link { words, to } => {
                // A guide links to another by its file, as readers of the repository need it.
                let known = GUIDES.into_iter().find(|(_, file, _)| file == to);
                let to = known.map_or(to.clone(), |(name, ..)| Place::Guide(name.to_owned()).hash());
                place.link(&to, words);
            }
        }
    }
}
