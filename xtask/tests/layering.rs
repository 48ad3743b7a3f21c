//! The directions in which rooms may depend on one another (ARCHITECTURE.md), held by cargo's own metadata.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the workspace has failed")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};

/// What each room may use of the others. A room that is not listed here does not exist.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("rasoat-api", &[]),
    ("rasoat-law", &[]),
    ("rasoat-formats", &["rasoat-api", "rasoat-law"]),
    ("rasoat-model", &[]),
    ("rasoat-embeddings", &["rasoat-law", "rasoat-model"]),
    ("rasoat-assistant", &["rasoat-api", "rasoat-law", "rasoat-formats", "rasoat-model", "rasoat-embeddings"]),
    ("rasoat-eval", &["rasoat-law", "rasoat-model", "rasoat-embeddings", "rasoat-assistant"]),
    (
        "rasoat-server",
        &[
            "rasoat-api",
            "rasoat-law",
            "rasoat-formats",
            "rasoat-model",
            "rasoat-embeddings",
            "rasoat-assistant",
            "rasoat-eval",
        ],
    ),
    (
        "rasoat-private",
        &["rasoat-api", "rasoat-law", "rasoat-formats", "rasoat-model", "rasoat-embeddings", "rasoat-assistant"],
    ),
    (
        "rasoat-frontend",
        &["rasoat-api", "rasoat-law", "rasoat-formats", "rasoat-model", "rasoat-embeddings", "rasoat-assistant"],
    ),
    ("rasoat-tests", &["rasoat-api"]),
    ("xtask", &[]),
];

/// What `law` may use of the world: text, dates, tables and the words for them. No files, clocks, threads or networks.
const LAW_MAY_USE: [&str; 11] = [
    "aho-corasick",
    "csv",
    "jiff",
    "memchr",
    "regex",
    "regex-lite",
    "serde",
    "smallvec",
    "thiserror",
    "unicode-normalization",
    "unicode-segmentation",
];

/// What belongs to a server and may reach neither the browser's module nor, through another room, its build. (rayon and
/// onig are not here: candle brings the one everywhere, and cargo's metadata cannot tell that tokenizers uses the other
/// natively only. That the rooms build for the browser proves the rest.)
const SERVER_ONLY: [&str; 9] =
    ["axum", "hnsw_rs", "hyper", "mio", "rusqlite", "socket2", "tantivy", "tower-http", "ureq"];

#[test]
fn every_room_has_its_directions_written_down() {
    let metadata = workspace();
    let rooms: BTreeSet<&str> = metadata.workspace_packages().iter().map(|room| room.name.as_str()).collect();
    let listed: BTreeSet<&str> = MAY_USE.iter().map(|(room, _)| *room).collect();
    assert_eq!(rooms, listed);
}

#[test]
fn a_room_uses_only_the_rooms_below_it() {
    let metadata = workspace();
    let mut wrong = Vec::new();
    for room in metadata.workspace_packages() {
        let allowed =
            MAY_USE.iter().find(|(name, _)| *name == room.name.as_str()).map_or(&[][..], |(_, allowed)| *allowed);
        for used in rooms_used_by(room) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", room.name));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn law_knows_nothing_but_text_and_dates() {
    let metadata = workspace();
    let law = metadata.workspace_packages().into_iter().find(|room| room.name.as_str() == "rasoat-law").unwrap();
    let foreign: Vec<&str> = law
        .dependencies
        .iter()
        .filter(|used| used.kind != DependencyKind::Development)
        .map(|used| used.name.as_str())
        .filter(|name| !LAW_MAY_USE.contains(name))
        .collect();
    assert_eq!(foreign, Vec::<&str>::new(), "law is pure functions over text and dates");
}

#[test]
fn law_cannot_read_the_clock() {
    let law =
        workspace().workspace_packages().into_iter().find(|room| room.name.as_str() == "rasoat-law").cloned().unwrap();
    let jiff = law.dependencies.iter().find(|used| used.name == "jiff").unwrap();
    assert!(!jiff.uses_default_features);
    let clock: Vec<_> =
        jiff.features.iter().filter(|feature| feature.starts_with("std") || feature.starts_with("tz")).collect();
    assert!(clock.is_empty(), "time is an argument of law, never a call to a clock: {clock:?}");
}

#[test]
fn nothing_of_the_server_reaches_the_browser() {
    let metadata = MetadataCommand::new()
        .other_options(["--locked", "--filter-platform", "wasm32-unknown-unknown"].map(str::to_owned))
        .exec()
        .unwrap();
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes: BTreeMap<_, _> = metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    for room in ["rasoat-frontend", "rasoat-law", "rasoat-formats", "rasoat-model", "rasoat-assistant", "rasoat-api"] {
        let start = names.iter().find(|(_, name)| **name == room).map(|(id, _)| *id).unwrap();
        let mut seen = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            let used = nodes[id]
                .deps
                .iter()
                .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            open.extend(used.map(|dependency| &dependency.pkg).filter(|id| seen.insert(id)));
        }
        let reached: Vec<&str> = seen.iter().map(|id| names[id]).filter(|name| SERVER_ONLY.contains(name)).collect();
        assert_eq!(reached, Vec::<&str>::new(), "{room} must build for the browser");
    }
}

#[test]
fn the_browser_module_and_its_binder_are_of_one_version() {
    let metadata = MetadataCommand::new().other_options(["--locked".to_owned()]).exec().unwrap();
    let versions = |name: &str| -> BTreeSet<String> {
        let packages = metadata.packages.iter().filter(|package| package.name.as_str() == name);
        packages.map(|package| package.version.to_string()).collect()
    };
    assert_eq!(versions("wasm-bindgen").len(), 1);
    assert_eq!(versions("wasm-bindgen"), versions("wasm-bindgen-cli-support"));
}

fn workspace() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// Other rooms that a room uses in what it ships; tests may use more.
fn rooms_used_by(room: &Package) -> BTreeSet<String> {
    let shipped = room
        .dependencies
        .iter()
        .filter(|used| used.kind != DependencyKind::Development || room.name.as_str() == "rasoat-tests");
    shipped.filter(|used| used.path.is_some()).map(|used| used.name.clone()).collect()
}
