//! Drawings in SVG, put together mark by mark: plots and maps whose words are data and therefore text nodes.
//!
//! A drawing is heard as its title and description, or as its links where it has any; beside each stands a table that
//! says the same.

use crate::language::Speech;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::Language;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

/// A drawing that grows.
#[derive(Clone)]
pub struct Drawing(Element);

impl Drawing {
    /// An empty drawing of a width and height; nothing where the browser has no such thing.
    pub fn new(width: f64, height: f64, title: &str) -> Option<Self> {
        let root = Self(document().create_element_ns(Some(SVG), "svg").ok()?);
        root.set(&[("viewBox", &format!("0 0 {width} {height}")), ("aria-label", title), ("role", "img")]);
        root.set(&[("style", &format!("max-width: {width}px"))]);
        Some(root)
    }

    /// Says of it or one of its parts what it is.
    pub fn set(&self, attributes: &[(&str, &str)]) {
        for (name, value) in attributes {
            // The names are ours and well formed.
            let _ = self.0.set_attribute(name, value);
        }
    }

    /// Puts a mark in; what is returned can hold further ones.
    pub fn put(&self, name: &str, attributes: &[(&str, &str)]) -> Self {
        let made = document().create_element_ns(Some(SVG), name);
        // Where the browser refuses, what is put in lands beside it rather than nowhere.
        let Ok(made) = made.map(Self) else { return self.clone() };
        made.set(attributes);
        let _ = self.0.append_child(&made.0);
        made
    }

    /// A mark of numbers: `line`, `rect` or `circle` with a class.
    pub fn mark(&self, name: &str, class: &str, numbers: &[(&str, f64)]) -> Self {
        let made = self.put(name, &[("class", class)]);
        for (attribute, value) in numbers {
            made.set(&[(attribute, &format!("{value:.1}"))]);
        }
        made
    }

    /// Words at a place.
    pub fn words(&self, class: &str, (x, y): (f64, f64), words: &str) -> Self {
        let made = self.mark("text", class, &[("x", x), ("y", y)]);
        made.0.set_text_content(Some(words));
        made
    }

    /// A line through points.
    pub fn path(&self, class: &str, points: &[(f64, f64)]) {
        let steps: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        self.put("path", &[("class", class), ("d", &format!("M{}", steps.join("L")))]);
    }
}

/// Where a drawing stands; drawn anew in another language.
#[component]
pub fn Drawn(
    /// Draws it.
    draw: Box<dyn Fn(Language) -> Option<Drawing>>,
) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let place = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let language = speech.language();
        let Some(place) = place.get() else { return };
        place.set_text_content(None);
        if let Some(Drawing(root)) = draw(language) {
            let _ = place.append_child(&root);
        }
    });
    view! { <div class="drawing" node_ref=place></div> }.into_any()
}
