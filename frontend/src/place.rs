//! Where the reader is, kept in the address's hash (`#/`, `#/review/<id>`, `#/law/45/2019/QH14/art_25`), so that
//! reload, back and a copied link all lead to the same page. Each page is one line here, so there is no router.

use crate::address::{escaped, query, unescaped, value_of};
use crate::service::evaluations::Wanted;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A place in the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The start: a new review for who may review, else the counter.
    Start,
    /// The review with this identifier.
    Review(String),
    /// The citizen's counter.
    Ask,
    /// The search for provisions.
    Search {
        /// What is searched for.
        words: String,
        /// The date; empty for today.
        as_of: String,
    },
    /// A document in the reading room.
    Law {
        /// Its number.
        document: String,
        /// The provision looked at; empty for the whole.
        eid: String,
        /// The date; empty for today.
        as_of: String,
    },
    /// What a document read as on two days.
    LawChanges {
        /// Its number.
        document: String,
        /// The earlier day; empty where it is to be chosen.
        from: String,
        /// The later day; empty for today.
        to: String,
    },
    /// Procedures, and the search among them.
    Procedures {
        /// What is searched for.
        words: String,
    },
    /// A procedure.
    Procedure(String),
    /// Reporting a provision.
    Report {
        /// The document's number.
        document: String,
        /// The provision; empty for the whole document.
        eid: String,
    },
    /// Following a petition.
    Petition {
        /// Its number; empty where it is to be typed.
        number: String,
    },
    /// The reviewers' queue of petitions.
    Petitions,
    /// The queue of amendments that could not be applied.
    Amendments,
    /// One of them.
    Amendment(String),
    /// A review against that of the previous version of its draft.
    ReviewAgainst {
        /// The review.
        id: String,
        /// The earlier one.
        other: String,
    },
    /// The recent drafts at a glance.
    Drafts,
    /// The sweeps.
    Sweeps,
    /// A sweep.
    Sweep(String),
    /// The runs of evaluations.
    Evaluations,
    /// A run.
    Evaluation(String),
    /// A set of a run.
    EvaluationSet {
        /// The run.
        id: String,
        /// The suite.
        suite: String,
        /// The set.
        set: String,
    },
    /// Cases of a system on a set.
    EvaluationItems(Wanted),
    /// Two runs side by side.
    RunsCompared {
        /// The later run.
        id: String,
        /// The earlier one.
        other: String,
    },
    /// A set of two runs side by side.
    SetsCompared {
        /// The later run.
        id: String,
        /// The earlier one.
        other: String,
        /// The suite.
        suite: String,
        /// The set.
        set: String,
    },
    /// A guide; empty for their list.
    Guide(String),
    /// Logging in.
    Login {
        /// The hash to go back to; empty for the start.
        back: String,
    },
    /// Taking an invitation up.
    Invitation(String),
    /// One's own account.
    Account,
    /// Accounts, organisations and the record.
    Administration,
    /// An address that names nothing.
    Nowhere,
}

impl Place {
    /// The place a hash names, with or without its `#`.
    pub fn from_hash(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, asked) = hash.split_once('?').unwrap_or((hash, ""));
        let parts: Vec<String> = path.trim_matches('/').split('/').map(unescaped).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [""] => Self::Start,
            // The identifier goes into the API's addresses as it stands, so it may hold nothing an address gives
            // meaning to.
            ["review", id] if is_plain(id) => Self::Review((*id).to_owned()),
            ["review", id, "against", other] if is_plain(id) && is_plain(other) => {
                Self::ReviewAgainst { id: (*id).to_owned(), other: (*other).to_owned() }
            }
            ["evaluations"] => Self::Evaluations,
            ["evaluations", rest @ ..] if rest.iter().all(|part| !part.is_empty()) => Self::evaluation(rest, asked),
            ["guide"] => Self::Guide(String::new()),
            ["guide", name] if is_plain(name) => Self::Guide((*name).to_owned()),
            ["ask"] => Self::Ask,
            ["search"] => Self::Search { words: value_of(asked, "q"), as_of: value_of(asked, "as_of") },
            ["law", rest @ ..] if !rest.concat().is_empty() => {
                let (document, eid) = document_and_provision(rest);
                Self::Law { document, eid, as_of: value_of(asked, "as_of") }
            }
            ["changes", rest @ ..] if !rest.concat().is_empty() => {
                Self::LawChanges { document: rest.join("/"), from: value_of(asked, "from"), to: value_of(asked, "to") }
            }
            ["procedures"] => Self::Procedures { words: value_of(asked, "q") },
            ["procedure", id] if is_name(id) => Self::Procedure((*id).to_owned()),
            ["drafts"] => Self::Drafts,
            ["sweeps"] => Self::Sweeps,
            ["sweeps", id] if is_name(id) => Self::Sweep((*id).to_owned()),
            ["report", rest @ ..] if !rest.concat().is_empty() => {
                let (document, eid) = document_and_provision(rest);
                Self::Report { document, eid }
            }
            ["petition"] => Self::Petition { number: String::new() },
            ["petition", number] if is_plain(number) => Self::Petition { number: (*number).to_owned() },
            ["petitions"] => Self::Petitions,
            ["amendments"] => Self::Amendments,
            ["amendments", id] if is_plain(id) => Self::Amendment((*id).to_owned()),
            ["login"] => Self::Login { back: value_of(asked, "back") },
            ["invitation", secret] if is_plain(secret) => Self::Invitation((*secret).to_owned()),
            ["account"] => Self::Account,
            ["administration"] => Self::Administration,
            _ => Self::Nowhere,
        }
    }

    fn evaluation(parts: &[&str], asked: &str) -> Self {
        let own = |part: &str| part.to_owned();
        match *parts {
            [id] => Self::Evaluation(own(id)),
            [id, "against", other] => Self::RunsCompared { id: own(id), other: own(other) },
            [id, "against", other, suite, set] => {
                Self::SetsCompared { id: own(id), other: own(other), suite: own(suite), set: own(set) }
            }
            [id, suite, set] => Self::EvaluationSet { id: own(id), suite: own(suite), set: own(set) },
            [id, suite, set, system] => Self::EvaluationItems(Wanted {
                id: own(id),
                suite: own(suite),
                set: own(set),
                system: own(system),
                item: value_of(asked, "item"),
                imperfect: value_of(asked, "only") == "imperfect",
                from: value_of(asked, "from").parse().unwrap_or(0),
            }),
            _ => Self::Nowhere,
        }
    }

    /// The hash that names this place.
    pub fn hash(&self) -> String {
        match self {
            Self::Start | Self::Nowhere => "#/".to_owned(),
            Self::Review(id) => format!("#/review/{id}"),
            Self::Ask => "#/ask".to_owned(),
            Self::Search { words, as_of } => format!("#/search{}", query(&[("q", words), ("as_of", as_of)])),
            Self::Law { document, eid, as_of } => {
                format!("#/law/{}{}", written(document, eid), query(&[("as_of", as_of)]))
            }
            Self::LawChanges { document, from, to } => {
                format!("#/changes/{}{}", written(document, ""), query(&[("from", from), ("to", to)]))
            }
            Self::Procedures { words } => format!("#/procedures{}", query(&[("q", words)])),
            Self::Procedure(id) => format!("#/procedure/{id}"),
            Self::Drafts => "#/drafts".to_owned(),
            Self::Sweeps => "#/sweeps".to_owned(),
            Self::Sweep(id) => format!("#/sweeps/{id}"),
            Self::Report { document, eid } => format!("#/report/{}", written(document, eid)),
            Self::Petition { number } if number.is_empty() => "#/petition".to_owned(),
            Self::Petition { number } => format!("#/petition/{number}"),
            Self::Petitions => "#/petitions".to_owned(),
            Self::Amendments => "#/amendments".to_owned(),
            Self::Amendment(id) => format!("#/amendments/{id}"),
            Self::ReviewAgainst { id, other } => format!("#/review/{id}/against/{other}"),
            Self::Evaluations => "#/evaluations".to_owned(),
            Self::Evaluation(id) => path(&["evaluations", id]),
            Self::EvaluationSet { id, suite, set } => path(&["evaluations", id, suite, set]),
            Self::EvaluationItems(Wanted { id, suite, set, system, item, imperfect, from }) => {
                let only = if *imperfect { "imperfect" } else { "" };
                let from = if *from == 0 { String::new() } else { from.to_string() };
                path(&["evaluations", id, suite, set, system])
                    + &query(&[("item", item), ("only", only), ("from", &from)])
            }
            Self::RunsCompared { id, other } => path(&["evaluations", id, "against", other]),
            Self::SetsCompared { id, other, suite, set } => path(&["evaluations", id, "against", other, suite, set]),
            Self::Guide(name) if name.is_empty() => "#/guide".to_owned(),
            Self::Guide(name) => format!("#/guide/{name}"),
            Self::Login { back } => format!("#/login{}", query(&[("back", back)])),
            Self::Invitation(secret) => format!("#/invitation/{secret}"),
            Self::Account => "#/account".to_owned(),
            Self::Administration => "#/administration".to_owned(),
        }
    }

    /// The page this place is on: two places on one page differ in what it shows, and it is not drawn anew.
    pub fn page(&self) -> Self {
        let none = String::new;
        match self {
            Self::Law { document, .. } => Self::Law { document: document.clone(), eid: none(), as_of: none() },
            Self::Search { .. } => Self::Search { words: none(), as_of: none() },
            other => other.clone(),
        }
    }

    /// Goes there.
    pub fn go(&self) {
        // Setting a hash fails only where there is no document to set it on.
        let _ = window().location().set_hash(&self.hash());
    }
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The name of a file or a code, which leads nowhere else.
fn is_name(part: &str) -> bool {
    !part.is_empty() && !part.starts_with('.') && is_plain(&part.replace('.', "-"))
}

fn path(parts: &[&str]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| escaped(part, b"")).collect();
    format!("#/{}", parts.join("/"))
}

fn written(document: &str, eid: &str) -> String {
    let document = escaped(document, b"/@");
    if eid.is_empty() { document } else { format!("{document}/{}", escaped(eid, b"")) }
}

/// A number has slashes of its own; a provision's identifier has a low line or is the preamble, which no part of a
/// number is.
fn document_and_provision(parts: &[&str]) -> (String, String) {
    match parts.split_last() {
        Some((eid, number)) if !number.is_empty() && (eid.contains('_') || *eid == "preamble") => {
            (number.join("/"), (*eid).to_owned())
        }
        _ => (parts.join("/"), String::new()),
    }
}

/// Follows the address for as long as the current owner lives.
pub fn follow_address() -> ReadSignal<Place> {
    let (place, set_place) = signal(here());
    let listener = window_event_listener_untyped("hashchange", move |_| set_place.set(here()));
    on_cleanup(move || listener.remove());
    place
}

/// The place that the address names now.
pub fn here() -> Place {
    Place::from_hash(&window().location().hash().unwrap_or_default())
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
        let law = |document: &str, eid: &str, as_of: &str| Place::Law {
            document: document.into(),
            eid: eid.into(),
            as_of: as_of.into(),
        };
        check("", Place::Start);
        check("#/", Place::Start);
        check("#/review/0192-ab_c", Place::Review("0192-ab_c".into()));
        check("#/review/", Place::Nowhere);
        check("#/review/../about", Place::Nowhere);
        check("#/review/a%2Fb", Place::Nowhere);
        check("#/settings", Place::Nowhere);
        check("#/law/", Place::Nowhere);
        check("#/sweeps/..", Place::Nowhere);
        check("#/law/45/2019/QH14", law("45/2019/QH14", "", ""));
        check("#/law/45%2F2019%2FQH14/art_5?as_of=2026-01-01", law("45/2019/QH14", "art_5", "2026-01-01"));
        check("#/law/30/2020/N%C4%90-CP/preamble", law("30/2020/NĐ-CP", "preamble", ""));
        check("#/invitation/ab12", Place::Invitation("ab12".into()));
        for place in [
            Place::Start,
            Place::Review("x1".into()),
            law("30/2020/NĐ-CP", "art_5__para_2__point_đ", "2026-01-01"),
            law("12/CP@1994-03-18", "", ""),
            Place::Report { document: "30/2020/NĐ-CP".into(), eid: "art_5".into() },
            Place::Search { words: "thử việc? 2".into(), as_of: String::new() },
            Place::Login { back: "#/review/a?b".into() },
            Place::Petition { number: "PA-1".into() },
            Place::ReviewAgainst { id: "x1".into(), other: "x0".into() },
            Place::Evaluation("2026-11-26".into()),
            Place::EvaluationSet { id: "a".into(), suite: "pairs".into(), set: "tập 1/2".into() },
            Place::EvaluationItems(Wanted {
                id: "a".into(),
                suite: "pairs".into(),
                set: "b".into(),
                system: "review".into(),
                item: "x#1".into(),
                imperfect: true,
                from: 30,
            }),
            Place::RunsCompared { id: "b".into(), other: "a".into() },
            Place::SetsCompared { id: "b".into(), other: "a".into(), suite: "pairs".into(), set: "c".into() },
            Place::Guide("reviewer".into()),
            Place::LawChanges { document: "30/2020/NĐ-CP".into(), from: "2024-01-01".into(), to: String::new() },
            Place::Procedures { words: "khai sinh".into() },
            Place::Procedure("1.001193".into()),
            Place::Drafts,
            Place::Amendments,
            Place::Amendment("9f2ba55f61741d41-1".into()),
            Place::Sweep("2026-11-27".into()),
        ] {
            assert_eq!(Place::from_hash(&place.hash()), place);
        }
    }

    #[test]
    fn another_provision_of_a_document_is_the_same_page() {
        let law = |eid: &str| Place::from_hash(&format!("#/law/45/2019/QH14/{eid}")).page();
        assert_eq!(law("art_5"), law("art_6"));
        assert_ne!(law("art_5"), Place::from_hash("#/law/91/2015/QH13/art_5").page());
    }
}
