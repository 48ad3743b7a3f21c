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

/// Models, store, and where results and notes go.
pub struct Bench<'a> {
    /// Where notes go.
    pub out: &'a Out,
    /// Where things live.
    pub places: &'a Places,
    /// Where the report goes.
    pub output: Option<&'a Path>,
    /// Where vectors are kept for the next run.
    pub kept: Option<&'a Path>,
    /// Of every draw.
    pub seed: u64,
    encoder: OnceCell<BertEncoder>,
    reranker: OnceCell<Option<CrossEncoder>>,
    judge: OnceCell<Option<PairJudge>>,
    library: OnceCell<Library>,
}

impl<'a> Bench<'a> {
    /// Nothing is loaded yet.
    pub fn new(out: &'a Out, places: &'a Places, data: &'a DataSets) -> Self {
        let output = data.output.as_deref();
        let kept = data.vectors.as_deref().or(output);
        let (encoder, reranker, library) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { out, places, output, kept, seed: data.seed, encoder, reranker, judge: OnceCell::new(), library }
    }

    /// The installed encoder.
    ///
    /// # Errors
    /// Names the command that installs it.
    pub fn encoder(&self) -> Result<&BertEncoder> {
        once(&self.encoder, || self.places.load_encoder())
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
        once(&self.library, || library(self.places, Some(self.encoder()?.name())))
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
                self.out.note(&format!("{}: {failure}", line.name));
            }
        })?;
        let bar = self.bar(0, "documents");
        import::vectors(&mut *store, encoder, &mut |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            go_on()
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
            go_on()
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
        go_on().map_err(|Cancelled| Failure::cancelled())
    }
}

fn go_on() -> std::result::Result<(), Cancelled> {
    if stop::asked() { Err(Cancelled) } else { Ok(()) }
}

fn once<T>(cell: &OnceCell<T>, load: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(loaded) = cell.get() {
        return Ok(loaded);
    }
    let loaded = load()?;
    Ok(cell.get_or_init(|| loaded))
}
