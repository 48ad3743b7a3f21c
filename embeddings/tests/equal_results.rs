//! The small index of the browser and the engine give equal results on real law: the same articles in the same order,
//! by the same scores.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use rasoat_embeddings::{Attributes, DocumentEntry, Keeping, Mode, PassageEntry, Query, SearchIndex, Settings, Unit};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A collection, from `../shared/data` beside the repository, as `law`'s measurements have it.
fn collection(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/retrieval").join(name);
    folder.is_dir().then_some(folder)
}

fn lines(file: &Path) -> Vec<serde_json::Value> {
    let read = std::fs::File::open(file).unwrap();
    let text = if file.extension().is_some_and(|ending| ending == "gz") {
        std::io::read_to_string(flate2::read::GzDecoder::new(read)).unwrap()
    } else {
        std::io::read_to_string(read).unwrap()
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_browser_finds_what_the_engine_finds() {
    let Some(data) = collection("alqac2022") else {
        let _ = writeln!(std::io::stderr(), "skipped: no collection alqac2022 in shared/data beside the repository");
        return;
    };
    let field = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let corpus = lines(&data.join("corpus.jsonl.gz"));
    let indexes = [true, false].map(|engine| {
        let mut index = SearchIndex::new(Keeping { engine, ..Keeping::default() }).unwrap();
        for article in &corpus {
            let [id, title, text] = ["id", "title", "text"].map(|name| field(article, name));
            // Two passages an article, so that articles are gathered.
            let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            let entry =
                |words| PassageEntry { eid: &id, article: &id, title: &title, heading: "", words, vector: None };
            let document =
                DocumentEntry { number: id.clone(), stamp: String::new(), attributes: Attributes::default() };
            index.insert(document, &[entry(&text[..half]), entry(&text[half..])]).unwrap();
        }
        // What was removed must not show in either.
        for article in corpus.iter().step_by(9) {
            index.remove(&field(article, "id")).unwrap();
        }
        index.commit().unwrap();
        index
    });
    let mut compared = 0;
    for unit in [Unit::Article, Unit::Passage] {
        let mut settings = Settings::default();
        settings.lexical.unit = unit;
        for question in lines(&data.join("queries.jsonl")).iter().take(100) {
            let words = field(question, "text");
            let plain = words.to_lowercase().replace('đ', "d");
            for words in [words.as_str(), plain.as_str()] {
                let query = Query { words, mode: Mode::Lexical, k: 20, ..Query::default() };
                let [engine, small] = [0, 1].map(|at| indexes[at].search_with(&query, &settings));
                assert!(!engine.is_empty());
                assert_eq!(engine.len(), small.len());
                for (one, other) in engine.iter().zip(&small) {
                    assert_eq!(one.key, other.key, "{words}");
                    assert!((one.score - other.score).abs() <= 1e-4, "{words}: {} {}", one.score, other.score);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}
