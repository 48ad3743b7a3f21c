//! Training on law: low-rank adapters for the encoder (contrastive) and for the cross-encoder (ranking), in candle.
//!
//! Hard because a laptop must do it in the memory it has, a run must survive being cut off, and a result must be
//! traceable to its data: gradients are cached run by run, checkpoints resume to the very same weights, and an adapter
//! carries the checksums of what it was trained on. Where data comes from is not known here. Native only.

mod activation;
mod batch;
mod checkpoint;
mod data;
mod judgement;
mod model;
mod network;
mod objective;
mod optimiser;
mod prepare;
mod random;
mod trainer;

#[cfg(test)]
mod tests;

pub use data::{Data, DataFile, Group};
pub use judgement::{JudgeMeasures, JudgeOptions, JudgeTrainer, PairFile, PairLine};
pub use objective::{Batching, Objective};
pub use prepare::{Preparation, Prepared, prepare};
pub use trainer::{Measures, Options, Progress, Resources, StepReport, Trainer, base_checksum};

use crate::adapter::AdapterError;
use crate::encoder::{EncodeError, LoadError};
use std::path::Path;

/// Training could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file could not be read or written.
    #[error("failed to use {file}: {what}")]
    File {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// The data is damaged or does not fit.
    #[error("the training data does not fit: {0}")]
    Data(String),
    /// The checkpoint is damaged or of another run.
    #[error("the checkpoint does not fit: {0}")]
    Checkpoint(String),
    /// The base model could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A text could not be tokenised.
    #[error(transparent)]
    Tokenise(#[from] EncodeError),
    /// The adapter could not be made.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The network failed.
    #[error("training failed: {0}")]
    Network(#[from] candle_core::Error),
}

impl TrainError {
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File { file: path.display().to_string(), what: error.to_string() }
    }
}

/// Writes a file so that a crash leaves the old one or the new one, never half of it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), TrainError> {
    let new = path.with_extension("new");
    std::fs::write(&new, bytes).and_then(|()| std::fs::rename(&new, path)).map_err(|e| TrainError::file(path, &e))
}
