//! Marks put into a page one by one: tables, lists and drawings of what was fetched and does not change.
//!
//! Hard because the module must stay small: every shape of a view that is written with the macro becomes code of its own,
//! while marks are data. So what only shows something is made of marks, and drawn anew in another language; what answers
//! to the reader is a component. Words are text nodes here as everywhere.

use crate::language::Speech;
use leptos::html;
use leptos::prelude::*;
use rasoat_api::messages::Language;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A mark, which can hold further ones.
#[derive(Clone)]
pub struct Markup(Element);

/// Draws into a place.
pub type Draw = Rc<dyn Fn(&Markup, Language)>;

impl Markup {
    /// Says of it what it is.
    pub fn set(&self, attributes: &[(&str, &str)]) {
        for (name, value) in attributes {
            // The names are ours and well formed.
            let _ = self.0.set_attribute(name, value);
        }
    }

    /// Puts a mark in.
    pub fn put(&self, name: &str, attributes: &[(&str, &str)]) -> Self {
        self.made(self.0.namespace_uri().as_deref(), name, attributes)
    }

    fn made(&self, space: Option<&str>, name: &str, attributes: &[(&str, &str)]) -> Self {
        let made = document().create_element_ns(space, name);
        // Where the browser refuses, what is put in lands beside it rather than nowhere.
        let Ok(made) = made.map(Self) else { return self.clone() };
        made.set(attributes);
        let _ = self.0.append_child(&made.0);
        made
    }

    /// Lets it take so large a part of its line.
    pub fn grow(&self, share: usize) {
        if let Some(element) = self.0.dyn_ref::<HtmlElement>() {
            // Not as an attribute, which the policy of the page forbids.
            let _ = element.style().set_property("flex-grow", &share.to_string());
        }
    }

    /// Adds words.
    pub fn text(&self, words: &str) -> &Self {
        let _ = self.0.append_with_str_1(words);
        self
    }

    /// Puts a mark with words in.
    pub fn say(&self, name: &str, class: &str, words: &str) -> Self {
        let made = self.put(name, &[]);
        if !class.is_empty() {
            made.set(&[("class", class)]);
        }
        made.text(words);
        made
    }

    /// Puts words of the law in, in Vietnamese whatever the interface speaks.
    pub fn law(&self, name: &str, class: &str, words: &str) -> Self {
        let made = self.say(name, class, words);
        made.set(&[("lang", "vi")]);
        made
    }

    /// Puts a link in.
    pub fn link(&self, address: &str, words: &str) -> Self {
        let made = self.say("a", "", words);
        made.set(&[("href", address)]);
        made
    }

    /// Puts a drawing of a width and a height in, heard as its title.
    pub fn drawing(&self, (width, height): (f64, f64), title: &str) -> Self {
        let around = self.put("div", &[("class", "drawing")]);
        around.made(
            Some(SVG),
            "svg",
            &[
                ("viewBox", &format!("0 0 {width} {height}")),
                ("width", &width.to_string()),
                ("height", &height.to_string()),
                ("aria-label", title),
                ("role", "img"),
            ],
        )
    }

    /// A mark of numbers in a drawing: `line`, `rect` or `circle` with a class.
    pub fn mark(&self, name: &str, class: &str, numbers: &[(&str, f64)]) -> Self {
        let made = self.put(name, &[("class", class)]);
        for (attribute, value) in numbers {
            made.set(&[(attribute, &format!("{value:.1}"))]);
        }
        made
    }

    /// Words at a place of a drawing.
    pub fn words(&self, class: &str, (x, y): (f64, f64), words: &str) -> Self {
        let made = self.mark("text", class, &[("x", x), ("y", y)]);
        made.text(words);
        made
    }

    /// A line through points of a drawing.
    pub fn path(&self, class: &str, points: &[(f64, f64)]) {
        let steps: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        self.put("path", &[("class", class), ("d", &format!("M{}", steps.join("L")))]);
    }

    /// Puts a table in; its caption is heard, for what stands above says the same to the eye. Wide ones scroll by
    /// themselves, so that the page never does.
    pub fn table(&self, caption: &str, heads: &[String], rows: Vec<Row>) {
        let around =
            self.put("div", &[("class", "wide"), ("tabindex", "0"), ("role", "group"), ("aria-label", caption)]);
        let table = around.put("table", &[]);
        table.say("caption", "unseen", caption);
        let line = table.put("thead", &[]).put("tr", &[]);
        for head in heads {
            line.say("th", "", head).set(&[("scope", "col")]);
        }
        let body = table.put("tbody", &[]);
        for row in rows {
            let line = body.put("tr", &[("class", row.class)]);
            line.put("th", &[("scope", "row")]).cell(&row.head);
            for cell in &row.cells {
                let class = if matches!(cell, Cell::Number(_)) { "number" } else { "" };
                line.put("td", &[("class", class)]).cell(cell);
            }
        }
    }

    fn cell(&self, cell: &Cell) {
        match cell {
            Cell::Text(text) | Cell::Number(text) => drop(self.text(text).clone()),
            Cell::Law(text) => drop(self.law("span", "", text)),
            Cell::Link(address, text) => drop(self.link(address, text)),
        }
    }
}

/// What stands in a cell.
pub enum Cell {
    /// Words of the interface.
    Text(String),
    /// A number, set to the right.
    Number(String),
    /// A link: its address and its words.
    Link(String, String),
    /// Words of the law.
    Law(String),
}

/// A row of a table.
pub struct Row {
    /// Its head.
    pub head: Cell,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// A class that says what kind of row it is; empty for none.
    pub class: &'static str,
}

/// Where something is drawn, and drawn anew in another language.
pub fn drawn(draw: Draw, class: &'static str) -> AnyView {
    let speech = expect_context::<Speech>();
    let place = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let language = speech.language();
        let Some(place) = place.get() else { return };
        place.set_text_content(None);
        let place: &Element = &place;
        draw(&Markup(place.clone()), language);
    });
    view! { <div class=class node_ref=place></div> }.into_any()
}
