//! The map of a draft: the draft in the middle, around it the documents it is based on, changes and cites, and those that
//! prove findings, each with its state by colour and by sign, each a way into the reading room.

use crate::desk::Desk;
use crate::effect_badge::effect_code;
use crate::fetched::{asked, unfolded};
use crate::language::written_date;
use crate::markup::{Cell, Markup, Row};
use crate::place::Place;
use crate::service::reviews;
use leptos::prelude::*;
use rasoat_api::messages::{Language, Message, effect_name};
use rasoat_api::{DraftMap, Effect, Finding, MappedDocument};
use std::rc::Rc;
use std::sync::Arc;

/// Documents drawn on a side; the table has all.
const DRAWN: usize = 14;

/// How a document and the draft belong together, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Changed,
    Basis,
    Cited,
    Evidence,
}

impl Relation {
    fn message(self) -> Message {
        match self {
            Self::Changed => Message::MapChanged,
            Self::Basis => Message::MapBasis,
            Self::Cited => Message::MapCited,
            Self::Evidence => Message::MapEvidence,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Changed => "edge changed",
            Self::Basis => "edge basis",
            Self::Cited => "edge cited-by",
            Self::Evidence => "edge proves",
        }
    }
}

/// A document on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    relation: Relation,
    document: String,
    title: String,
    eid: String,
    times: usize,
    effect: Effect,
}

/// The documents by relation: what the draft itself points at, and then what proves findings and is not among it.
fn nodes(map: &DraftMap, findings: &[Arc<Finding>]) -> Vec<Node> {
    let pointed = |of: &MappedDocument| Node {
        relation: match of.role.as_str() {
            "target" => Relation::Changed,
            "basis" => Relation::Basis,
            _ => Relation::Cited,
        },
        document: of.document.clone(),
        title: of.title.clone(),
        eid: of.eid.clone().unwrap_or_default(),
        times: of.times,
        effect: of.effect,
    };
    let mut nodes: Vec<Node> = map.documents.iter().map(pointed).collect();
    let cited = nodes.len();
    for evidence in findings.iter().flat_map(|finding| &finding.evidence) {
        if ["draft", "register"].contains(&evidence.document.as_str()) {
            continue;
        }
        match nodes.iter().position(|node| node.document == evidence.document) {
            Some(at) if at < cited => {}
            Some(at) => nodes[at].times += 1,
            None => nodes.push(Node {
                relation: Relation::Evidence,
                document: evidence.document.clone(),
                title: String::new(),
                eid: evidence.eid.clone().unwrap_or_default(),
                times: 1,
                effect: evidence.effect,
            }),
        }
    }
    // Within a relation in the order of the draft's text; a sort would be large, and there are four.
    let relations = [Relation::Changed, Relation::Basis, Relation::Cited, Relation::Evidence];
    relations.iter().flat_map(|relation| nodes.iter().filter(|node| node.relation == *relation).cloned()).collect()
}

/// The map, fetched when it is opened.
pub fn map_of_draft(desk: Desk) -> AnyView {
    let ask = move || {
        let id = desk.id.get_value();
        let findings = desk.findings.get_untracked();
        let ask = async move {
            let map = reviews::map(&id).await?;
            Ok((nodes(&map, &findings), map.as_of))
        };
        asked(ask, |(nodes, as_of), place, language| draw(nodes, as_of, place, language))
    };
    unfolded("map", Message::MapHeading, Rc::new(ask), "mapped")
}

fn draw(nodes: &[Node], as_of: &str, page: &Markup, language: Language) {
    if nodes.is_empty() {
        page.say("p", "quiet", Message::MapNone.text(language));
        return;
    }
    let summary = Message::MapSummary.fill(language, &[("count", &nodes.len().to_string())]);
    page.say("p", "", &format!("{summary}."));
    let note = Message::MapNote.fill(language, &[("date", &written_date(as_of, language))]);
    page.say("p", "quiet", &note);
    picture(nodes, as_of, page, language);
    let row = |node: &Node| Row {
        head: Cell::Link(place(node, as_of).hash(), node.document.clone()),
        cells: vec![
            Cell::Text(node.relation.message().text(language).to_owned()),
            Cell::Text(effect_name(node.effect, language).to_owned()),
            Cell::Number(node.times.to_string()),
            Cell::Law(node.title.clone()),
        ],
        class: "",
    };
    let heads = [Message::ColumnDocument, Message::ColumnRelation, Message::ColumnEffect, Message::ColumnTimes];
    let mut heads = heads.map(|head| head.text(language).to_owned()).to_vec();
    heads.push(String::new());
    let fold = page.put("details", &[]);
    fold.say("summary", "", Message::MapTable.text(language));
    fold.table(Message::MapHeading.text(language), &heads, nodes.iter().map(row).collect());
}

fn place(node: &Node, as_of: &str) -> Place {
    Place::Law { document: node.document.clone(), eid: node.eid.clone(), as_of: as_of.to_owned() }
}

/// The sign of an effect, as its badge has it.
fn sign(effect: Effect) -> &'static str {
    match effect {
        Effect::InForce => "✓",
        Effect::PartlyExpired => "◐",
        Effect::Expired => "✕",
        Effect::NotYetInForce => "◷",
        Effect::Suspended => "❙❙",
        Effect::Unknown => "?",
    }
}

/// Left what the draft changes and is based on, right what it cites and what proves findings.
fn picture(nodes: &[Node], as_of: &str, page: &Markup, language: Language) {
    let (width, step) = (420.0, 50.0);
    let sides = [[Relation::Changed, Relation::Basis], [Relation::Cited, Relation::Evidence]];
    let of_side = |side: [Relation; 2]| nodes.iter().filter(move |node| side.contains(&node.relation));
    // A row for each document and one for the name of each group.
    let rows = |side: [Relation; 2]| {
        let groups = side.iter().filter(|relation| nodes.iter().any(|node| node.relation == **relation)).count();
        of_side(side).count().min(DRAWN) + groups
    };
    let most = sides.map(rows).into_iter().max().unwrap_or(1).max(3) as f64;
    let height = most * step + 40.0;
    let drawing = page.drawing((width, height), Message::MapHeading.text(language));
    // Its parts are links, which a picture could not have.
    drawing.set(&[("role", "group")]);
    let middle = (width / 2.0, height / 2.0);
    // Lines first, so that they lie below what they join.
    let (lines, marks) = (drawing.put("g", &[("aria-hidden", "true")]), drawing.put("g", &[]));
    for (side, x) in sides.into_iter().zip([72.0, width - 72.0]) {
        let mut y = (height - rows(side) as f64 * step) / 2.0 + step / 2.0;
        let mut group = None;
        for node in of_side(side).take(DRAWN) {
            if group != Some(node.relation) {
                marks.words("tick group", (x, y + 6.0), node.relation.message().text(language));
                group = Some(node.relation);
                y += step;
            }
            lines.path(node.relation.class(), &[(x, y - 8.0), middle]);
            let name = format!(
                "{}, {}, {}",
                node.document,
                node.relation.message().text(language),
                effect_name(node.effect, language)
            );
            let link = marks.put("a", &[("href", &place(node, as_of).hash()), ("aria-label", &name)]);
            let state = link.put("g", &[("class", "state"), ("data-effect", effect_code(node.effect))]);
            state.mark("circle", "disc", &[("cx", x), ("cy", y - 8.0), ("r", 12.0)]);
            state.words("tick sign", (x, y - 3.5), sign(node.effect));
            link.words("tick name", (x, y + 18.0), &short(&node.document));
            y += step;
        }
        let more = of_side(side).count().saturating_sub(DRAWN);
        if more > 0 {
            let words = Message::MapMore.fill(language, &[("count", &more.to_string())]);
            marks.words("tick", (x, height - 4.0), &words);
        }
    }
    let (x, y) = middle;
    marks.mark(
        "rect",
        "draft-node",
        &[("x", x - 77.0), ("y", y - 17.0), ("width", 154.0), ("height", 34.0), ("rx", 6.0)],
    );
    marks.words("tick draft-name", (x, y + 5.0), Message::ThisDraft.text(language));
}

/// A number that fits its place; the link and the table have all of it.
fn short(number: &str) -> String {
    if number.chars().count() <= 16 { number.to_owned() } else { number.chars().take(15).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_api::{Evidence, Severity};

    #[test]
    fn a_document_stands_once_and_evidence_that_the_draft_cites_is_no_node_of_its_own() {
        let pointed = |document: &str, role: &str| MappedDocument {
            document: document.into(),
            title: "t".into(),
            role: role.into(),
            times: 1,
            eid: None,
            start: 0,
            end: 1,
            effect: Effect::InForce,
            held: true,
        };
        let evidence = |document: &str| Evidence {
            document: document.into(),
            eid: Some("art_1".into()),
            quote: String::new(),
            effect: Effect::Expired,
            source: "corpus".into(),
            notes: Vec::new(),
        };
        let finding = Finding {
            id: "f1".into(),
            check: "validity.expired".into(),
            severity: Severity::Error,
            start: 0,
            end: 1,
            eid: None,
            quote: String::new(),
            message: String::new(),
            confidence: 0.9,
            evidence: ["a", "c", "draft", "c", "register"].map(evidence).to_vec(),
            suggestion: None,
            detail: None,
        };
        let map = DraftMap {
            as_of: "2026-12-01".into(),
            documents: vec![pointed("b", "reference"), pointed("a", "basis"), pointed("d", "target")],
        };
        let nodes = nodes(&map, &[Arc::new(finding)]);
        let seen: Vec<(&str, Relation, usize)> =
            nodes.iter().map(|node| (node.document.as_str(), node.relation, node.times)).collect();
        assert_eq!(
            seen,
            [
                ("d", Relation::Changed, 1),
                ("a", Relation::Basis, 1),
                ("b", Relation::Cited, 1),
                ("c", Relation::Evidence, 2)
            ]
        );
    }
}
