//! Which sets a folder of data holds, by the names of their files.
//!
//! A set in the contract's shape is found wherever it lies; public sets in shapes of their own are known by their file.

use super::{Suite, unusable};
use crate::failure::{Failure, Result};
use crate::places::Places;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders that are looked into below one that is given.
const DEPTH: usize = 4;

/// A data set of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Its name, as files carry it.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// The file or the folder that is read.
    pub path: PathBuf,
    /// Every file it is made of: what its hash is of.
    pub files: Vec<PathBuf>,
}

/// The shape a set comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The contract's.
    Contract,
    /// The road-traffic set.
    Traffic,
    /// ViHallu.
    ViHallu,
    /// The entailment part of the LegalSLM sample.
    LegalSlm,
    /// Published documents in an archive.
    Published,
    /// The six codes of the set-up.
    Codes,
    /// Sentences that the project labelled in public sets.
    Labelled,
    /// What the store holds.
    Store,
}

impl Set {
    /// The name of one of its sides; the set's own where it has none.
    pub fn side(&self, side: Option<&str>) -> String {
        side.map_or_else(|| self.name.clone(), |side| format!("{}-{}", self.name, side.replace(' ', "-")))
    }
}

/// The sides that cases of a set are on, each once, in order.
pub fn sides(of: impl Iterator<Item = Option<String>>) -> Vec<Option<String>> {
    let mut sides: Vec<Option<String>> = of.collect();
    sides.sort();
    sides.dedup();
    sides
}

/// Every file of the paths given, sorted; hidden ones left out.
///
/// # Errors
/// When a path cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        let about = fs_err::metadata(path).map_err(|error| Failure::open(path, &error))?;
        if about.is_dir() {
            below(path, DEPTH, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs_err::read_dir(folder).map_err(|error| Failure::open(folder, &error))? {
        let entry = entry.map_err(|error| Failure::open(folder, &error))?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_file() {
            found.push(path);
        } else if depth > 0 && path.is_dir() {
            below(&path, depth - 1, found)?;
        }
    }
    Ok(())
}

/// The sets of a suite among files, by name.
pub fn of(suite: Suite, files: &[PathBuf], places: &Places, given: &[PathBuf]) -> Vec<Set> {
    let mut sets = match suite {
        Suite::Retrieval => retrieval(files),
        Suite::Outcomes => outcomes(files),
        Suite::Speed => vec![speed(files, given)],
        Suite::Pairs | Suite::Outdated | Suite::Answers | Suite::Structure | Suite::Citations => {
            files.iter().filter_map(|file| single(suite, file, files)).collect()
        }
    };
    if suite == Suite::Structure && given.iter().any(|path| path.is_dir()) {
        sets.extend(codes(places));
    }
    // Sets of one name are told apart by their number.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for set in &mut sets {
        let count = seen.entry(set.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            set.name = format!("{}-{count}", set.name);
        }
    }
    sets
}

fn name_of(path: Option<&Path>) -> String {
    let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    if name.is_empty() { "data".into() } else { name.chars().map(plain).collect() }
}

/// A set that is one file.
fn single(suite: Suite, file: &Path, files: &[PathBuf]) -> Option<Set> {
    let name = file.file_name()?.to_string_lossy().into_owned();
    let folder = file.parent();
    let in_folder = |wanted: &str| folder.and_then(Path::file_name).is_some_and(|name| name == wanted);
    let alone = files.len() == 1 && name.ends_with(".jsonl");
    let below = |folder: Option<&Path>| -> Vec<PathBuf> {
        files.iter().filter(|file| folder.is_some_and(|folder| file.starts_with(folder))).cloned().collect()
    };
    let own = |name: String, shape| Some(Set { name, shape, path: file.to_owned(), files: vec![file.to_owned()] });
    let contract = |wanted: &str| (name == wanted || alone).then(|| own(name_of(folder), Shape::Contract)).flatten();
    match suite {
        Suite::Pairs if name == "train.jsonl" && in_folder("pairs-written") => own("written".into(), Shape::Contract),
        Suite::Pairs if name.ends_with(".csv") && in_folder("vihallu") => own("vihallu".into(), Shape::ViHallu),
        Suite::Pairs => contract("pairs.jsonl"),
        Suite::Outdated if name == "outdated.jsonl" => Some(Set {
            name: name_of(folder),
            shape: Shape::Contract,
            path: file.to_owned(),
            // Texts may lie in files below.
            files: below(folder),
        }),
        Suite::Outdated | Suite::Answers if name == "traffic_qa.csv" => {
            Some(Set { name: "traffic".into(), shape: Shape::Traffic, path: folder?.to_owned(), files: below(folder) })
        }
        Suite::Outdated => contract("outdated.jsonl"),
        Suite::Answers if name == "nli.json" && in_folder("legalslm2025") => own("legalslm".into(), Shape::LegalSlm),
        Suite::Answers => contract("questions.jsonl"),
        Suite::Structure if name == "vbpl-documents.tar.zst" => own("published".into(), Shape::Published),
        Suite::Structure if name == "traffic_qa.csv" => {
            Some(Set { name: "traffic".into(), shape: Shape::Traffic, path: folder?.to_owned(), files: below(folder) })
        }
        Suite::Structure => contract("structure.jsonl"),
        // The labelled sentences stand in several public sets: the folder that holds the first holds them all.
        Suite::Citations if name == "vbpl-documents.tar.zst" && in_folder("vbpl-documents") => Some(Set {
            name: "labelled".into(),
            shape: Shape::Labelled,
            path: folder?.parent()?.to_owned(),
            files: vec![file.to_owned()],
        }),
        Suite::Citations => contract("citations.jsonl"),
        Suite::Retrieval | Suite::Outcomes | Suite::Speed => None,
    }
}

fn retrieval(files: &[PathBuf]) -> Vec<Set> {
    let is_query = |file: &&PathBuf| file.file_name().is_some_and(|name| name == "queries.jsonl");
    let folders = files.iter().filter(is_query).filter_map(|file| file.parent());
    let set = |folder: &Path| Set {
        name: name_of(Some(folder)),
        shape: Shape::Contract,
        path: folder.to_owned(),
        files: ["corpus.jsonl", "corpus.jsonl.gz", "queries.jsonl", "qrels.tsv"]
            .map(|name| folder.join(name))
            .into_iter()
            .filter(|file| file.exists())
            .collect(),
    };
    folders.filter(|folder| rasoat_eval::retrieval::Collection::is_in(folder)).map(set).collect()
}

fn outcomes(files: &[PathBuf]) -> Vec<Set> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.file_name().is_some_and(|name| name == "gold.json")) {
        let Some(case) = file.parent() else { continue };
        let Some(set) = case.parent() else { continue };
        let draft = files
            .iter()
            .filter(|other| other.parent() == Some(case) && other.file_stem().is_some_and(|stem| stem == "draft"));
        let entry = folders.entry(set.to_owned()).or_default();
        entry.push(file.clone());
        entry.extend(draft.cloned());
    }
    let name = |folder: &Path| match name_of(Some(folder)).as_str() {
        "outcomes" => name_of(folder.parent()),
        name => name.to_owned(),
    };
    folders.into_iter().map(|(path, files)| Set { name: name(&path), shape: Shape::Contract, path, files }).collect()
}

/// The store, with the drafts among the files as texts to review.
fn speed(files: &[PathBuf], given: &[PathBuf]) -> Set {
    let is_draft = |file: &&PathBuf| file.file_stem().is_some_and(|stem| stem == "draft");
    Set {
        name: "installed".into(),
        shape: Shape::Store,
        path: given.first().cloned().unwrap_or_default(),
        files: files.iter().filter(is_draft).take(DRAFTS).cloned().collect(),
    }
}

/// Drafts that are timed.
const DRAFTS: usize = 4;

fn codes(places: &Places) -> Option<Set> {
    let files: Vec<PathBuf> =
        places.corpus_files().ok()?.into_iter().filter(|file| file.to_string_lossy().ends_with(".json.gz")).collect();
    let path = files.first()?.parent()?.to_owned();
    let files = files.into_iter().filter(|file| file.parent() == Some(&path)).collect();
    Some(Set { name: "codes".into(), shape: Shape::Codes, path, files })
}

/// A shape that a suite does not read.
pub fn other(set: &Set) -> Failure {
    unusable(&format!("{}: a set of another shape", set.path.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn found(suite: Suite, names: &[&str]) -> Vec<(String, Shape, usize)> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let places = Places::new(Some(folder.path().join("store")), Some(folder.path().join("models")));
        let places = Places { corpus: folder.path().join("none"), ..places };
        let given = [folder.path().to_owned()];
        let files = files(&given).unwrap();
        of(suite, &files, &places, &given).into_iter().map(|set| (set.name, set.shape, set.files.len())).collect()
    }

    #[test]
    fn sets_are_found_where_they_lie() {
        let data = [
            "retrieval/a/queries.jsonl",
            "retrieval/a/qrels.tsv",
            "retrieval/a/corpus.jsonl.gz",
            "pairs-written/train.jsonl",
            "vihallu/test.csv",
            "mined/pairs.jsonl",
            "mined/outdated.jsonl",
            "mined/outcomes/one/gold.json",
            "mined/outcomes/one/draft.txt",
            "traffic/traffic_qa.csv",
            "traffic/data/x.txt",
        ];
        let set = |name: &str, shape, files| (name.to_owned(), shape, files);
        assert_eq!(found(Suite::Retrieval, &data), [set("a", Shape::Contract, 3)]);
        let pairs = found(Suite::Pairs, &data);
        assert_eq!(pairs.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["mined", "written", "vihallu"]);
        assert_eq!(found(Suite::Outcomes, &data), [set("mined", Shape::Contract, 2)]);
        assert_eq!(
            found(Suite::Outdated, &data),
            [set("mined", Shape::Contract, 4), set("traffic", Shape::Traffic, 2)]
        );
        assert_eq!(found(Suite::Citations, &data), []);
    }
}
