//! The store's documents and passages in memory, as the assistant's corpus and search.

use crate::failure::Result;
use crate::store::{Indexed, Store};
use jiff::civil::Date;
use rasoat_assistant::{Corpus, CorpusDocument, Hit, MemoryCorpus, Query, Search};
use rasoat_embeddings::hnsw::HnswVectors;
use rasoat_embeddings::{PassageKey, SearchIndex, VectorIndex};
use rasoat_law::effect::Change;
use rasoat_law::{DocNumber, Effect};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Documents and search over their provisions.
pub struct Library {
    corpus: MemoryCorpus,
    index: SearchIndex,
    /// The documents in force on the day last asked about.
    in_force: Mutex<Option<(Date, Arc<HashSet<String>>)>>,
}

impl Library {
    /// Loads the store. The vector index is read from `folder` where it fits the store's vectors, else built and saved.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn load(store: &Store, folder: &Path, encoder: Option<&str>) -> Result<Self> {
        let corpus = MemoryCorpus::new(store.documents()?);
        let passages = store.passages(encoder)?;
        let vectors = vectors(&passages, folder, &store.fingerprint()?);
        let keys = passages.iter().map(|p| PassageKey { document: p.document.clone(), eid: p.eid.clone() }).collect();
        let index = SearchIndex::new(keys, passages.iter().map(|p| p.text.as_str()), vectors);
        Ok(Self { corpus, index, in_force: Mutex::new(None) })
    }

    /// Every document, in the order of their numbers.
    pub fn documents(&self) -> impl Iterator<Item = Arc<CorpusDocument>> {
        let mut numbers: Vec<&DocNumber> = self.corpus.numbers().collect();
        numbers.sort();
        numbers.into_iter().filter_map(|number| self.corpus.document(number))
    }

    /// Whether meaning can be searched.
    pub fn has_vectors(&self) -> bool {
        self.index.has_vectors()
    }

    /// Numbers of the documents in force on a day.
    fn in_force(&self, day: Date) -> Arc<HashSet<String>> {
        let mut cached = self.in_force.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*cached {
            Some((of, documents)) if *of == day => Arc::clone(documents),
            _ => {
                let alive = |number: &&DocNumber| {
                    matches!(self.status(number, day).effect, Effect::InForce | Effect::PartlyExpired)
                };
                let documents: Arc<HashSet<String>> =
                    Arc::new(self.corpus.numbers().filter(alive).map(ToString::to_string).collect());
                *cached = Some((day, Arc::clone(&documents)));
                documents
            }
        }
    }
}

/// The vector index, or `None` while a passage has no vector.
fn vectors(passages: &[Indexed], folder: &Path, fingerprint: &str) -> Option<Box<dyn VectorIndex>> {
    let own: Vec<Vec<f32>> = passages.iter().map(|p| p.vector.clone()).collect::<Option<_>>()?;
    let dimension = own.first().map(Vec::len)?;
    let path = folder.join("vectors");
    match HnswVectors::load(&path, dimension, own.len(), fingerprint) {
        Ok(index) => return Some(Box::new(index)),
        Err(error) => tracing::debug!(%error, "the vector index is built anew"),
    }
    let index = HnswVectors::build(&own);
    if let Err(error) = index.save(&path, fingerprint) {
        tracing::warn!(%error, "the vector index could not be saved");
    }
    Some(Box::new(index))
}

impl Corpus for Library {
    fn document(&self, number: &DocNumber) -> Option<Arc<CorpusDocument>> {
        self.corpus.document(number)
    }

    fn changes(&self, number: &DocNumber) -> Vec<Change> {
        self.corpus.changes(number)
    }
}

impl Search for Library {
    fn search(&self, query: &Query<'_>) -> Vec<Hit> {
        let in_force = self.in_force(query.as_of);
        let keep = |key: &PassageKey| in_force.contains(&key.document);
        self.index
            .search(query.words, query.vector, query.mode, query.k, &keep)
            .into_iter()
            .map(|found| Hit {
                document: DocNumber::from_normal(found.key.document),
                eid: found.key.eid,
                score: found.score,
                cosine: found.cosine,
            })
            .collect()
    }

    fn idf(&self, word: &str) -> f32 {
        self.index.lexical().idf(word)
    }

    fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;
    use rasoat_embeddings::Mode;

    fn store(folder: &Path) -> Store {
        let text = |number: &str, day: &str| {
            format!(
                "Số: {number}\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Thử việc\nThời gian thử việc là 60 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày {day}."
            )
        };
        let documents = folder.join("in");
        std::fs::create_dir(&documents).unwrap();
        std::fs::write(documents.join("a.txt"), text("901/2024/NĐ-CP", "01 tháng 5 năm 2024")).unwrap();
        std::fs::write(documents.join("b.txt"), text("902/2027/NĐ-CP", "01 tháng 5 năm 2027")).unwrap();
        let mut store = Store::open(&folder.join("store")).unwrap();
        crate::import::documents(&mut store, &[documents], &mut |_| ()).unwrap();
        store
    }

    #[test]
    fn the_store_conforms_as_a_corpus() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let library = Library::load(&store, folder.path(), None).unwrap();
        let held = store.documents().unwrap();
        assert_eq!(held.len(), 2);
        rasoat_assistant::corpus::assert_corpus_conforms(&library, &held, date(2026, 11, 21));
    }

    #[test]
    fn only_documents_in_force_on_the_day_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::load(&store(folder.path()), folder.path(), None).unwrap();
        let found = |as_of| -> Vec<String> {
            let query = Query { words: "thời gian thử việc", vector: None, mode: Mode::Hybrid, k: 5, as_of };
            let mut numbers: Vec<String> = library.search(&query).into_iter().map(|h| h.document.to_string()).collect();
            numbers.sort();
            numbers.dedup();
            numbers
        };
        assert_eq!(found(date(2026, 11, 21)), ["901/2024/NĐ-CP"]);
        assert_eq!(found(date(2027, 5, 1)), ["901/2024/NĐ-CP", "902/2027/NĐ-CP"]);
        assert!(found(date(2024, 4, 30)).is_empty());
    }
}
