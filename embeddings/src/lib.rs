//! Provisions to vectors, and finding them again.
//!
//! Hard because a reader asks in other words than the law's, while a number or a term of art must match to the letter:
//! meaning (vectors) and words (BM25) are searched side by side and fused. What a match means in law is not known here.

pub mod analysis;
pub mod explain;
pub mod filter;
pub mod fusion;
pub mod index;
pub mod lexical;
pub mod passage;
pub mod rerank;
#[cfg(not(target_arch = "wasm32"))]
pub mod saved;
pub mod vectors;

mod named;
mod table;

pub use explain::MatchedWord;
pub use filter::{Attributes, Filter, Interval};
pub use fusion::{Features, Fusion};
pub use index::{
    Candidate, DocumentEntry, Found, Grouping, Keeping, Mode, PassageEntry, PassageKey, Query, SearchIndex, Settings,
};
pub use lexical::{LexicalIndex, LexicalWeights, Unit};
pub use passage::{Cut, Lead, Passage, passages, passages_by};
pub use rerank::{RerankError, Reranking, rerank};
pub use vectors::{ExactVectors, VectorIndex};

use rasoat_model::{EncodeError, Encoder, TextKind};

/// Work was stopped by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Embedding failed.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The encoder failed.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A person stopped it.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Texts encoded between two reports of progress: enough for full batches of similar lengths.
const CHUNK: usize = 128;

/// Encodes texts chunk by chunk, calling `progress` with the number done so far; it answers whether to go on.
///
/// # Errors
/// When the encoder fails, or `progress` says to stop.
pub fn embed(
    encoder: &dyn Encoder,
    texts: &[&str],
    kind: TextKind,
    progress: &mut dyn FnMut(usize) -> Result<(), Cancelled>,
) -> Result<Vec<Vec<f32>>, EmbedError> {
    let mut vectors = Vec::with_capacity(texts.len());
    for chunk in texts.chunks(CHUNK) {
        let done = encoder.encode(chunk, kind)?;
        let so_far = vectors.len() + done.len();
        progress(so_far)?;
        vectors.extend(done);
    }
    Ok(vectors)
}
