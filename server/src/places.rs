//! Where things live on this machine: store, models, corpus.

use crate::failure::{Failure, Kind, Result};
use crate::sealed::Vault;
use crate::store::Place;
use rasoat_api::messages::Message;
use rasoat_model::{
    BertEncoder, CrossEncoder, GgufGenerator, LoadError, PairJudge, load_cross_encoder, load_folder, load_judge,
};
use std::path::{Path, PathBuf};

/// The folders a command works with.
#[derive(Debug, Clone)]
pub struct Places {
    /// The store: one folder to back up, or a PostgreSQL database; and its key.
    pub store: Vault,
    /// What is made from the store on this machine: indexes, and how far sweeps are.
    pub local: PathBuf,
    /// Installed models.
    pub models: PathBuf,
    /// The corpus the set-up installed.
    pub corpus: PathBuf,
    /// A user's own language model, a GGUF file; none by default.
    pub generator: Option<PathBuf>,
}

impl Places {
    /// The places asked for, else those of the platform's data directory.
    pub fn new(store: Option<PathBuf>, models: Option<PathBuf>) -> Self {
        let (data, cache) = directories::ProjectDirs::from("", "", "rasoat").map_or_else(
            || ("rasoat-data".into(), "rasoat-data/cache".into()),
            |dirs| (dirs.data_dir().to_owned(), dirs.cache_dir().to_owned()),
        );
        let store = Place::from(store.unwrap_or_else(|| data.join("store")));
        Self {
            local: store.local(&cache),
            store: store.into(),
            models: models.unwrap_or_else(|| data.join("models")),
            corpus: data.join("corpus"),
            generator: None,
        }
    }

    /// The same with a key for the store.
    pub fn with_key(self, key_file: Option<PathBuf>) -> Self {
        Self { store: self.store.with_key(key_file), ..self }
    }

    /// The same with a user's own language model.
    pub fn with_generator(self, generator: Option<PathBuf>) -> Self {
        Self { generator, ..self }
    }

    /// Loads the user's own language model, where one is configured.
    ///
    /// # Errors
    /// Says in one line why the file cannot be used.
    pub fn load_generator(&self) -> Result<Option<GgufGenerator>> {
        let Some(path) = &self.generator else { return Ok(None) };
        let unusable = |error: rasoat_model::GgufError| {
            let (file, why) = (path.display().to_string(), error.to_string());
            let (message, hint) = (Message::GeneratorUnusable, Message::GeneratorUnusableHint);
            Failure::new(Kind::Usage, "generator.unusable", message, hint, &[("file", &file), ("why", &why)])
        };
        GgufGenerator::open(path).map(Some).map_err(unusable)
    }

    /// The encoder's folder: the models folder itself when it is a user's own Hugging Face folder.
    pub fn encoder(&self) -> PathBuf {
        if self.models.join("config.json").exists() { self.models.clone() } else { self.models.join("encoder") }
    }

    /// Loads the encoder.
    ///
    /// # Errors
    /// Names the command that installs it.
    pub fn load_encoder(&self) -> Result<BertEncoder> {
        let folder = self.encoder();
        load_folder(&folder).map_err(|error| {
            let (folder, why) = (folder.display().to_string(), error.to_string());
            Failure::new(
                Kind::Missing,
                "model.missing",
                Message::EncoderMissing,
                Message::RunSetup,
                &[("folder", &folder), ("why", &why)],
            )
        })
    }

    /// Loads the cross-encoder that reads the best hits of a search, where one is installed for the encoder.
    ///
    /// # Errors
    /// Names the command that installs it anew where it cannot be read.
    pub fn load_reranker(&self) -> Result<Option<CrossEncoder>> {
        self.load_adapted(RERANKER, load_cross_encoder)
    }

    /// Loads the judge of a draft's norm beside a provision, where one is installed for the encoder.
    ///
    /// # Errors
    /// Names the command that installs it anew where it cannot be read.
    pub fn load_judge(&self) -> Result<Option<PairJudge>> {
        self.load_adapted(JUDGE, load_judge)
    }

    fn load_adapted<M>(&self, name: &str, load: Load<M>) -> Result<Option<M>> {
        let folder = self.encoder();
        let path = folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        let adapter = fs_err::read(&path).map_err(|error| Failure::open(&path, &error))?;
        let loaded = load(&folder, &adapter).map_err(|error| {
            let (file, why) = (path.display().to_string(), error.to_string());
            let values = [("folder", file.as_str()), ("why", why.as_str())];
            Failure::new(Kind::Missing, "model.missing", Message::EncoderMissing, Message::RunSetup, &values)
        })?;
        Ok(Some(loaded))
    }

    /// The corpus files the set-up installed.
    ///
    /// # Errors
    /// Names the command that installs them.
    pub fn corpus_files(&self) -> Result<Vec<PathBuf>> {
        let missing = || Failure::new(Kind::Missing, "corpus.missing", Message::NoCorpus, Message::RunSetup, &[]);
        let files = files_below(&self.corpus).map_err(|_| missing())?;
        if files.is_empty() { Err(missing()) } else { Ok(files) }
    }
}

/// How a model is made of an adapter and the weights in a folder.
type Load<M> = fn(&Path, &[u8]) -> std::result::Result<M, LoadError>;

/// The cross-encoder's adapter in the encoder's folder.
pub const RERANKER: &str = "reranker.safetensors";
/// The judge's adapter there.
pub const JUDGE: &str = "judge.safetensors";

/// Every file below a folder, sorted; hidden ones left out.
pub fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // A link to a folder is not followed: it may lead back up.
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
