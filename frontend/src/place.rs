//! Where the reader is, kept in the address's hash (`#/`, `#/review/<id>`), so that reload, back and a copied link
//! all lead to the same page. There are two pages, so there is no router.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A place in the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The start page.
    Start,
    /// The review with this identifier.
    Review(String),
    /// An address that names nothing.
    Nowhere,
}

impl Place {
    /// The place a hash names, with or without its `#`.
    pub fn from_hash(hash: &str) -> Self {
        let path = hash.strip_prefix('#').unwrap_or(hash).trim_matches('/');
        if path.is_empty() {
            return Self::Start;
        }
        match path.split_once('/') {
            // The identifier goes into the API's addresses as it stands, so it may hold nothing an address gives
            // meaning to.
            Some(("review", id))
                if !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') =>
            {
                Self::Review(id.to_owned())
            }
            _ => Self::Nowhere,
        }
    }

    /// The hash that names this place.
    pub fn hash(&self) -> String {
        match self {
            Self::Start | Self::Nowhere => "#/".to_owned(),
            Self::Review(id) => format!("#/review/{id}"),
        }
    }

    /// Goes there.
    pub fn go(&self) {
        // Setting a hash fails only where there is no document to set it on.
        let _ = window().location().set_hash(&self.hash());
    }
}

/// Follows the address for as long as the current owner lives.
pub fn follow_address() -> ReadSignal<Place> {
    let read = || Place::from_hash(&window().location().hash().unwrap_or_default());
    let (place, set_place) = signal(read());
    let listener = window_event_listener_untyped("hashchange", move |_| set_place.set(read()));
    on_cleanup(move || listener.remove());
    place
}

/// Moves keyboard and screen reader to the page's main content, as a page load would.
pub fn focus_main() {
    if let Some(main) =
        document().get_element_by_id("main").and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = main.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_and_its_place_name_each_other() {
        let check = |hash: &str, place: Place| assert_eq!(Place::from_hash(hash), place, "{hash}");
        check("", Place::Start);
        check("#/", Place::Start);
        check("#/review/0192-ab_c", Place::Review("0192-ab_c".into()));
        check("#/review/", Place::Nowhere);
        check("#/review/../about", Place::Nowhere);
        check("#/review/a?b", Place::Nowhere);
        check("#/settings", Place::Nowhere);
        for place in [Place::Start, Place::Review("x1".into())] {
            assert_eq!(Place::from_hash(&place.hash()), place);
        }
    }
}
