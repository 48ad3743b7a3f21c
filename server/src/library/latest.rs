//! The library of a service, exchanged for a newer one when another process changes the store.
//!
//! Hard because who asks meanwhile must be answered from one whole state: a library is never changed but made anew beside
//! the one in use, from the same documents where they are the same, and then takes its place; whoever holds the old one
//! finishes with it. A state in which passages still wait for their vectors is passed over while the one in use has them
//! all, since meaning could not be searched in it: so an import is seen once it is through, and a change of model costs
//! nobody an answer: a process with the old model keeps what it has, and those started with the new one take over.

use super::Library;
use crate::failure::Result;
use crate::places::Places;
use crate::stop;
use crate::store::{Counts, Store};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The library in use.
pub struct Latest {
    encoder: Option<String>,
    now: RwLock<Edition>,
    behind: AtomicBool,
}

/// A library, with what the store held when it was made.
#[derive(Clone)]
struct Edition {
    library: Arc<Library>,
    counts: Counts,
    revision: i64,
}

impl Latest {
    /// Loads the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn load(store: &dyn Store, places: &Places, encoder: Option<&str>) -> Result<Self> {
        // Asked first: what changes while it loads is loaded again.
        let revision = store.revision()?;
        let library = Arc::new(super::load(store, &places.local, encoder)?);
        let now = RwLock::new(Edition { library, counts: store.counts()?, revision });
        Ok(Self { encoder: encoder.map(str::to_owned), now, behind: AtomicBool::new(false) })
    }

    /// The library as it is now, to be kept for the whole of one answer.
    pub fn library(&self) -> Arc<Library> {
        self.edition().library
    }

    /// What the store held when the library was made.
    pub fn counts(&self) -> Counts {
        self.edition().counts
    }

    /// Whether the store holds what the library does not yet.
    pub fn is_behind(&self) -> bool {
        self.behind.load(Ordering::SeqCst)
    }

    fn edition(&self) -> Edition {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Brings the library up to the store; says whether it now is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refresh(&self, store: &dyn Store, places: &Places) -> Result<bool> {
        let held = self.edition();
        let revision = store.revision()?;
        if revision == held.revision {
            self.behind.store(false, Ordering::SeqCst);
            return Ok(true);
        }
        self.behind.store(true, Ordering::SeqCst);
        let encoder = self.encoder.as_deref();
        if held.library.has_vectors()
            && let Some(encoder) = encoder
            && store.lacks_vectors(encoder)?
        {
            return Ok(false);
        }
        let library = super::renewed(&held.library, store, &places.local, encoder)?;
        let counts = store.counts()?;
        // What was read while another process wrote need not fit together.
        if store.revision()? != revision {
            return Ok(false);
        }
        let edition = Edition { library: Arc::new(library), counts, revision };
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = edition;
        self.behind.store(false, Ordering::SeqCst);
        tracing::info!(documents = counts.documents, "the library was brought up to the store");
        Ok(true)
    }

    /// Looks after the store every so often, in a thread with a connection of its own, until the service ends.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn follow(self: &Arc<Self>, places: Places, every: Duration) -> std::io::Result<()> {
        let latest = Arc::clone(self);
        let follow = move || {
            let mut store = None;
            let mut pause = every;
            while stop::pause(pause) {
                let begun = Instant::now();
                let opened: Result<Box<dyn Store>> = store.take().map_or_else(|| places.store.open(), Ok);
                let refreshed = opened.and_then(|opened| latest.refresh(&**store.insert(opened), &places));
                if let Err(failure) = refreshed {
                    tracing::warn!(%failure, "the library could not be brought up to the store");
                }
                // Making it takes its time at most a fifth of the time.
                pause = every.max(4 * begun.elapsed());
            }
        };
        std::thread::Builder::new().name("library".into()).spawn(follow).map(drop)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use rasoat_assistant::Corpus;
    use rasoat_law::DocNumber;

    #[test]
    fn an_import_by_another_process_is_seen_once_its_vectors_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::new(Some(folder.path().join("store")), None);
        let (mut writer, reader) = (places.store.open().unwrap(), places.store.open().unwrap());
        let import = |writer: &mut dyn Store, number: u32| {
            let file = folder.path().join(format!("{number}.txt"));
            let text = format!("Số: {number}/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\nC.");
            std::fs::write(&file, text).unwrap();
            crate::import::documents(writer, &[file], &mut |line| drop(line.outcome.unwrap())).unwrap();
        };
        let embed = |writer: &mut dyn Store| {
            let waiting = writer.waiting("e").unwrap();
            let vectors = vec![vec![0.6, 0.8]; waiting.len()];
            writer.put_vectors("e", &waiting, &vectors).unwrap();
        };
        import(&mut *writer, 901);
        let latest = Latest::load(&*reader, &places, Some("e")).unwrap();
        let held = |number: u32| {
            let number = DocNumber::from_normal(format!("{number}/2024/NĐ-CP"));
            latest.library().document(&number).is_some()
        };
        assert!(!latest.library().has_vectors());
        embed(&mut *writer);
        assert!(latest.refresh(&*reader, &places).unwrap());
        assert!(latest.library().has_vectors());
        let old = latest.library();
        import(&mut *writer, 902);
        assert!(!latest.refresh(&*reader, &places).unwrap());
        assert!(latest.is_behind() && !held(902));
        embed(&mut *writer);
        assert!(latest.refresh(&*reader, &places).unwrap());
        assert!(!latest.is_behind() && held(902) && latest.library().has_vectors());
        assert_eq!(latest.counts().documents, 2);
        assert_eq!(old.documents().count(), 1, "who holds the old one finishes with it");
        let same = latest.library();
        assert!(latest.refresh(&*reader, &places).unwrap());
        assert!(Arc::ptr_eq(&same, &latest.library()), "nothing changed, nothing is made");
        // Another model's vectors come: this one's are kept until the process ends.
        let waiting = writer.waiting("another").unwrap();
        writer.put_vectors("another", &waiting[..1], &[vec![1.0]]).unwrap();
        assert!(!latest.refresh(&*reader, &places).unwrap());
        assert!(latest.library().has_vectors());
    }
}
