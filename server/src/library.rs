//! The store's documents and passages in memory, as the assistant's corpus and search.

mod latest;

pub use latest::Latest;
pub use rasoat_assistant::Shelf as Library;

use crate::amendments;
use crate::failure::{Failure, Result};
use crate::import::sha256;
use crate::store::{Store, looking};
use rasoat_assistant::{Corpus, MemoryCorpus};
use rasoat_embeddings::saved::SavedError;
use rasoat_embeddings::{Attributes, DocumentEntry, Keeping, PassageEntry, SearchIndex};
use rasoat_law::DocNumber;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the folders of indexes within the store's begin with.
const INDEX: &str = "index-";
/// Where versions before kept theirs: one, whatever the encoder.
const OLD_INDEXES: [&str; 2] = ["index", "vectors"];

/// Loads the store. The index is read from `folder`, brought up to the store where that is ahead, or built; and saved
/// where the disk allows it.
///
/// # Errors
/// When the store cannot be read.
pub fn load(store: &dyn Store, folder: &Path, encoder: Option<&str>) -> Result<Library> {
    over(corpus(store)?, store, folder, encoder)
}

/// The store's documents alone, for what searches nothing: an index takes longer to load than all else.
///
/// # Errors
/// When the store cannot be read.
pub fn corpus(store: &dyn Store) -> Result<MemoryCorpus> {
    let documents = store.documents()?.into_iter().map(Arc::new);
    Ok(MemoryCorpus::default().ruled(documents, looking(store, amendments::rulings)?))
}

/// The store as it is now; documents that have not changed since `before` was loaded are taken from there.
///
/// # Errors
/// When the store cannot be read.
pub fn renewed(before: &Library, store: &dyn Store, folder: &Path, encoder: Option<&str>) -> Result<Library> {
    let held: HashMap<&str, &str> = before.stamps().collect();
    let mut documents = Vec::new();
    for (number, stamp) in store.stamps(encoder)? {
        let known = held.get(number.as_str()) == Some(&stamp.as_str());
        let key = DocNumber::from_normal(number.clone());
        match before.document(&key).filter(|_| known) {
            Some(document) => documents.push(document),
            None => documents.extend(store.document(&number)?.map(Arc::new)),
        }
    }
    let corpus = before.corpus().ruled(documents, looking(store, amendments::rulings)?);
    over(corpus, store, folder, encoder)
}

fn over(corpus: MemoryCorpus, store: &dyn Store, folder: &Path, encoder: Option<&str>) -> Result<Library> {
    let index = index(store, folder, encoder)?;
    Ok(Library::new(corpus, index, store.passage_spans()?.into_iter().collect()))
}

/// The folder of the index with an encoder's vectors, or of the one without any: each has its own, so that a command that
/// needs no encoder does not take the vectors out of the one that the service and searches load.
fn folder_of(folder: &Path, encoder: Option<&str>) -> PathBuf {
    folder.join(match encoder {
        Some(name) => format!("{INDEX}{}", &sha256(name.as_bytes())[..16]),
        None => format!("{INDEX}words"),
    })
}

/// The index of the store's passages.
fn index(store: &dyn Store, folder: &Path, encoder: Option<&str>) -> Result<SearchIndex> {
    let path = folder_of(folder, encoder);
    // Several processes may have their indexes in one folder: one changes it at a time, the others then find it changed.
    let changing = locked(folder);
    if changing.is_some() {
        clear(folder);
    }
    let stamps = store.stamps(encoder)?;
    match SearchIndex::load(&path, Keeping::default()) {
        Ok(index) if is_of(&index, &stamps) => return Ok(index),
        Ok(index) if index.removed() <= index.len() => match change(store, &path, encoder, index, &stamps) {
            Ok(index) => return Ok(index),
            Err(error) => tracing::warn!(%error, "the index could not be brought up and is built anew"),
        },
        Ok(_) => tracing::debug!("too much of the index was removed: it is built anew"),
        Err(error) if path.exists() => tracing::warn!(%error, "the index cannot be used and is built anew"),
        Err(error) => tracing::debug!(%error, "the index is built"),
    }
    for old in OLD_INDEXES {
        let _ = fs_err::remove_dir_all(folder.join(old));
    }
    let begun = SearchIndex::begin(&path, Keeping::default());
    let is_filed = begun.is_ok();
    let mut index = match begun {
        Ok(index) => index,
        Err(_) => SearchIndex::new(Keeping::default()).map_err(Failure::internal)?,
    };
    for (number, stamp) in &stamps {
        put(store, encoder, &mut index, number, stamp)?;
    }
    index.commit().map_err(Failure::internal)?;
    if is_filed && let Err(error) = index.save(&path) {
        tracing::warn!(%error, "the index could not be saved");
    }
    Ok(index)
}

/// The folder, locked until this is dropped; nothing where it cannot be written, and so not be changed, or knows no locks.
fn locked(folder: &Path) -> Option<std::fs::File> {
    fs_err::create_dir_all(folder).ok()?;
    let path = folder.join("index.lock");
    let file = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
    let file = file.into_parts().0;
    file.lock().ok()?;
    Some(file)
}

/// Removes what processes left that were killed while they made an index. Only whoever holds the lock may.
fn clear(folder: &Path) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(OLD_INDEXES[0]) && name.contains(".new-") {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}

fn is_of(index: &SearchIndex, stamps: &[(String, String)]) -> bool {
    let held: HashMap<&str, &str> = index.documents().collect();
    held.len() == stamps.len()
        && stamps.iter().all(|(number, stamp)| held.get(number.as_str()) == Some(&stamp.as_str()))
}

/// Brings a loaded index up to the store.
fn change(
    store: &dyn Store,
    path: &Path,
    encoder: Option<&str>,
    mut index: SearchIndex,
    stamps: &[(String, String)],
) -> std::result::Result<SearchIndex, SavedError> {
    index.begin_change(path)?;
    let wanted: HashMap<&str, &str> = stamps.iter().map(|(number, stamp)| (number.as_str(), stamp.as_str())).collect();
    let stale: Vec<String> = index
        .documents()
        .filter(|(number, stamp)| wanted.get(number) != Some(stamp))
        .map(|(number, _)| number.to_owned())
        .collect();
    for number in stale {
        index.remove(&number)?;
    }
    let missing: Vec<&(String, String)> = {
        let held: HashMap<&str, &str> = index.documents().collect();
        stamps.iter().filter(|(number, _)| !held.contains_key(number.as_str())).collect()
    };
    for (number, stamp) in missing {
        put(store, encoder, &mut index, number, stamp)
            .map_err(|failure| SavedError::Unusable { path: path.to_owned(), what: failure.to_string() })?;
    }
    index.commit()?;
    index.save(path)?;
    Ok(index)
}

fn put(store: &dyn Store, encoder: Option<&str>, index: &mut SearchIndex, number: &str, stamp: &str) -> Result<()> {
    let passages = store.passages(number, encoder)?;
    let title = store.subject(number)?;
    let entries: Vec<PassageEntry<'_>> = passages
        .iter()
        .map(|passage| PassageEntry {
            eid: &passage.eid,
            article: &passage.article,
            title: &title,
            heading: &passage.heading,
            words: &passage.words,
            vector: passage.vector.as_deref(),
        })
        .collect();
    // Described once all documents are known: what is in force changes with others.
    let entry = DocumentEntry { number: number.to_owned(), stamp: stamp.to_owned(), attributes: Attributes::default() };
    index.insert(entry, &entries).map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::Sqlite;
    use jiff::civil::date;
    use rasoat_assistant::{Query, Search};
    use rasoat_embeddings::{Filter, Mode};
    use rasoat_law::Effect;

    fn store(folder: &Path) -> Sqlite {
        let text = |number: &str, day: &str| {
            format!(
                "Số: {number}\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Thử việc\nThời gian thử việc là 60 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày {day}."
            )
        };
        let documents = folder.join("in");
        std::fs::create_dir(&documents).unwrap();
        std::fs::write(documents.join("a.txt"), text("901/2024/NĐ-CP", "01 tháng 5 năm 2024")).unwrap();
        std::fs::write(documents.join("b.txt"), text("902/2027/NĐ-CP", "01 tháng 5 năm 2027")).unwrap();
        let mut store = Sqlite::open(&folder.join("store")).unwrap();
        crate::import::documents(&mut store, &[documents], &mut |_| ()).unwrap();
        store
    }

    #[test]
    fn the_store_conforms_as_a_corpus() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let library = load(&store, folder.path(), None).unwrap();
        let held = store.documents().unwrap();
        assert_eq!(held.len(), 2);
        rasoat_assistant::corpus::assert_corpus_conforms(&library, &held, date(2026, 11, 21));
    }

    #[test]
    fn only_documents_in_force_on_the_day_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let library = load(&store(folder.path()), folder.path(), None).unwrap();
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

    #[test]
    fn what_is_in_force_on_a_day_is_what_the_corpus_says() {
        let folder = tempfile::tempdir().unwrap();
        let library = load(&store(folder.path()), folder.path(), None).unwrap();
        let mut day = date(2023, 12, 1);
        while day < date(2028, 1, 1) {
            for held in library.documents() {
                let query = rasoat_embeddings::Query {
                    words: "thời gian thử việc",
                    k: 5,
                    filter: Filter { documents: vec![held.number.to_string()], ..Filter::in_force(day) },
                    ..rasoat_embeddings::Query::default()
                };
                let alive = matches!(library.status(&held.number, day).effect, Effect::InForce | Effect::PartlyExpired);
                assert_eq!(!library.find(&query, None).unwrap().is_empty(), alive, "{} on {day}", held.number);
            }
            day = day.checked_add(jiff::Span::new().days(13)).unwrap();
        }
    }

    #[test]
    fn a_library_follows_its_store_and_keeps_what_did_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        let before = load(&store, folder.path(), None).unwrap();
        let file = folder.path().join("c.txt");
        let text = "Số: 903/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Bãi bỏ\nBãi bỏ Nghị định số 901/2024/NĐ-CP.\n\
            Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2026.";
        std::fs::write(&file, text).unwrap();
        // One that has no passages is there all the same.
        let bare = folder.path().join("d.json");
        std::fs::write(&bare, r#"{"so_hieu": "904/2024/NĐ-CP", "text": "NGHỊ ĐỊNH"}"#).unwrap();
        crate::import::documents(&mut store, &[file, bare], &mut |line| drop(line.outcome.unwrap())).unwrap();
        let after = renewed(&before, &store, folder.path(), None).unwrap();
        let anew = load(&store, folder.path(), None).unwrap();
        let number = DocNumber::from_normal("901/2024/NĐ-CP");
        let (kept, again) = (before.document(&number).unwrap(), after.document(&number).unwrap());
        assert!(Arc::ptr_eq(&kept, &again));
        let day = date(2026, 11, 21);
        assert_eq!(before.status(&number, day).effect, Effect::InForce);
        assert_eq!(after.status(&number, day).effect, Effect::Expired);
        assert_eq!(after.documents().count(), 4);
        for held in anew.documents() {
            assert_eq!(after.document(&held.number), Some(Arc::clone(&held)));
            assert_eq!(after.status(&held.number, day), anew.status(&held.number, day));
        }
        let found = |library: &Library| {
            let query = Query { words: "thời gian hiệu lực", vector: None, mode: Mode::Hybrid, k: 9, as_of: day };
            library.search(&query)
        };
        assert_eq!(found(&after), found(&anew));
        assert_ne!(found(&after), found(&before));
    }

    #[test]
    fn a_command_without_an_encoder_leaves_the_index_with_vectors_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        let waiting = store.waiting("e").unwrap();
        store.put_vectors("e", &waiting, &vec![vec![0.6, 0.8]; waiting.len()]).unwrap();
        assert!(load(&store, folder.path(), Some("e")).unwrap().has_vectors());
        let saved = folder_of(folder.path(), Some("e"));
        let written = || std::fs::metadata(saved.join("codes")).unwrap().modified().unwrap();
        let first = written();
        assert!(!load(&store, folder.path(), None).unwrap().has_vectors());
        assert!(load(&store, folder.path(), Some("e")).unwrap().has_vectors());
        assert_eq!(written(), first, "it was loaded, not built anew");
    }

    #[test]
    fn an_index_that_fell_behind_is_brought_up_and_a_damaged_one_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        let first = |store: &Sqlite, words| {
            let library = load(store, folder.path(), None).unwrap();
            let query = Query { words, vector: None, mode: Mode::Lexical, k: 1, as_of: date(2026, 11, 21) };
            library.search(&query).first().map(|hit| hit.document.to_string())
        };
        assert_eq!(first(&store, "đường sắt"), None);
        let file = folder.path().join("c.txt");
        let text = "Số: 903/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. Đường sắt\nToa xe.\nĐiều 2. Hiệu lực\n\
            Nghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.";
        std::fs::write(&file, text).unwrap();
        crate::import::documents(&mut store, std::slice::from_ref(&file), &mut |_| ()).unwrap();
        assert_eq!(first(&store, "đường sắt").as_deref(), Some("903/2024/NĐ-CP"));
        std::fs::write(&file, text.replace("Đường sắt", "Cảng biển")).unwrap();
        crate::import::documents(&mut store, &[file], &mut |_| ()).unwrap();
        assert_eq!(first(&store, "đường sắt"), None);
        assert_eq!(first(&store, "cảng biển").as_deref(), Some("903/2024/NĐ-CP"));
        std::fs::write(folder_of(folder.path(), None).join("codes"), b"damaged").unwrap();
        let left = folder.path().join("index-words.new-4000000");
        std::fs::create_dir(&left).unwrap();
        assert_eq!(first(&store, "cảng biển").as_deref(), Some("903/2024/NĐ-CP"));
        assert!(!left.exists(), "what a killed process left is cleared away");
    }
}
