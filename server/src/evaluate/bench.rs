//! What the suites work with: models and store, loaded once and only when a suite needs them.

use crate::cli::DataSets;
use crate::command::{Out, library};
use crate::failure::{Failure, Result};
use crate::library::{self, Library};
use crate::places::Places;
use crate::store::Place;
use crate::{import, session, stop};
use indicatif::ProgressBar;
use rasoat_embeddings::{Cancelled, EmbedError, embed};
use rasoat_model::{BertEncoder, CrossEncoder, Encoder, Judge, PairJudge, TextKind};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who follows a run: told how far it is, and asked at each step whether to go on.
pub trait Watch {
    /// A suite begins on a set.
    fn at(&self, suite: &str, set: &str);

    /// So many steps of so many are done (0: not counted).
    ///
    /// # Errors
    /// When it is to stop.
    fn step(&self, done: usize, total: usize) -> std::result::Result<(), Cancelled>;

    /// Something that a person should know.
    fn note(&self, line: &str);
}

/// A person at a terminal: notes go where the command's go, and Ctrl-C stops it.
impl Watch for Out {
    fn at(&self, suite: &str, set: &str) {
        Self::note(self, &format!("{suite} · {set}"));
    }

    fn step(&self, _done: usize, _total: usize) -> std::result::Result<(), Cancelled> {
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    }

    fn note(&self, line: &str) {
        Self::note(self, line);
    }
}

/// What a process that serves has loaded already.
#[derive(Default, Clone)]
pub struct Loaded {
    /// The encoder.
    pub encoder: Option<Arc<BertEncoder>>,
    /// The store's documents, of that encoder.
    pub library: Option<Arc<Library>>,
}

/// Models, store, and where results and notes go.
pub struct Bench<'a> {
    /// Where bars are drawn.
    out: &'a Out,
    /// Who follows it.
    pub watch: &'a dyn Watch,
    /// Where things live.
    pub places: &'a Places,
    /// Where the report goes.
    pub output: Option<&'a Path>,
    /// Where vectors are kept for the next run.
    pub kept: Option<&'a Path>,
    /// Of every draw.
    pub seed: u64,
    encoder: OnceCell<Arc<BertEncoder>>,
    reranker: OnceCell<Option<CrossEncoder>>,
    judge: OnceCell<Option<PairJudge>>,
    library: OnceCell<Arc<Library>>,
    loaded: Loaded,
}

impl<'a> Bench<'a> {
    /// Nothing is loaded yet.
    pub fn new((out, watch): (&'a Out, &'a dyn Watch), places: &'a Places, data: &'a DataSets, loaded: Loaded) -> Self {
        let output = data.output.as_deref();
        let kept = data.vectors.as_deref().or(output);
        let (encoder, reranker, library) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let (seed, judge) = (data.seed, OnceCell::new());
        Self { out, watch, places, output, kept, seed, encoder, reranker, judge, library, loaded }
    }

    /// The installed encoder.
    ///
    /// # Errors
    /// Names the command that installs it.
    pub fn encoder(&self) -> Result<&BertEncoder> {
        let load = || self.loaded.encoder.clone().map_or_else(|| self.places.load_encoder().map(Arc::new), Ok);
        once(&self.encoder, load).map(|encoder| &**encoder)
    }

    /// The installed cross-encoder, where there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn reranker(&self) -> Result<Option<&CrossEncoder>> {
        once(&self.reranker, || self.places.load_reranker()).map(Option::as_ref)
    }

    /// The installed judge, where there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn judge(&self) -> Result<Option<&PairJudge>> {
        once(&self.judge, || self.places.load_judge()).map(Option::as_ref)
    }

    /// What a review reads with.
    ///
    /// # Errors
    /// When a model cannot be read or the encoder is not installed.
    pub fn models(&self) -> Result<session::Models<'_>> {
        let judge = self.judge()?.map(|judge| judge as &dyn Judge);
        Ok(session::Models { encoder: Some(self.encoder()?), judge })
    }

    /// The store's documents.
    ///
    /// # Errors
    /// When the store cannot be read or the encoder is not installed.
    pub fn library(&self) -> Result<&Library> {
        let load = || match &self.loaded.library {
            Some(library) => Ok(Arc::clone(library)),
            None => library(self.places, Some(self.encoder()?.name())).map(Arc::new),
        };
        once(&self.library, load).map(|library| &**library)
    }

    /// Whether the models and the store were used.
    pub fn used(&self) -> (bool, bool) {
        (self.encoder.get().is_some(), self.library.get().is_some())
    }

    /// The documents of a set that brings its own, in a store where vectors are kept, or in a folder that
    /// goes with `kept`.
    ///
    /// # Errors
    /// When the documents cannot be stored or encoded.
    pub fn library_of(&self, files: &[PathBuf], kept: &mut Option<tempfile::TempDir>) -> Result<Library> {
        let encoder = self.encoder()?;
        let folder = match self.kept {
            Some(folder) => {
                let mut digest = Sha256::new();
                for file in files {
                    digest.update(file.file_name().unwrap_or_default().as_encoded_bytes());
                    digest.update(fs_err::read(file).map_err(|error| Failure::open(file, &error))?);
                }
                let name: String = digest.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
                folder.join(format!("store-{name}"))
            }
            None => kept.insert(tempfile::tempdir().map_err(Failure::internal)?).path().to_owned(),
        };
        let mut store = Place::Folder(folder.clone()).open()?;
        import::documents(&mut *store, files, &mut |line| {
            if let Err(failure) = line.outcome {
                self.watch.note(&format!("{}: {failure}", line.name));
            }
        })?;
        let bar = self.bar(0, "documents");
        import::vectors(&mut *store, encoder, &mut |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            self.watch.step(done, total)
        })?;
        bar.finish_and_clear();
        library::load(&*store, &folder, Some(encoder.name()))
    }

    /// Vectors of texts, with a bar; stops when a person asks.
    ///
    /// # Errors
    /// When the encoder fails or a person stops it.
    pub fn vectors(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>> {
        let bar = self.bar(texts.len(), "texts");
        let made = embed(self.encoder()?, texts, kind, &mut |done| {
            bar.set_position(done as u64);
            self.watch.step(done, texts.len())
        });
        bar.finish_and_clear();
        made.map_err(|error| match error {
            EmbedError::Cancelled(_) => Failure::cancelled(),
            EmbedError::Encode(error) => Failure::internal(error),
        })
    }

    /// A bar for `total` steps.
    pub fn bar(&self, total: usize, what: &'static str) -> ProgressBar {
        self.out.bar(total, what)
    }

    /// One more step is done.
    ///
    /// # Errors
    /// When a person asks to stop.
    pub fn step(&self, bar: &ProgressBar) -> Result<()> {
        bar.inc(1);
        let steps = |steps: u64| usize::try_from(steps).unwrap_or(usize::MAX);
        let (done, total) = (steps(bar.position()), steps(bar.length().unwrap_or_default()));
        self.watch.step(done, total).map_err(|Cancelled| Failure::cancelled())
    }
}

fn once<T>(cell: &OnceCell<T>, load: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(loaded) = cell.get() {
        return Ok(loaded);
    }
    let loaded = load()?;
    Ok(cell.get_or_init(|| loaded))
}
