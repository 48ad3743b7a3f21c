//! How one batch is shared between threads, and the buffers they take turns with.
//!
//! Many batches are best given one to a thread, which then never waits; one batch, or one long text, is halved until
//! every core has a part. The pool is rayon's own, as many threads as cores; the browser has one.

use std::sync::{Mutex, PoisonError};

/// Who works on a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// The thread that asks.
    One,
    /// Every thread of the pool.
    All,
}

impl Threads {
    /// How many there are.
    pub fn count(self) -> usize {
        match self {
            Self::One => 1,
            #[cfg(not(target_arch = "wasm32"))]
            Self::All => rayon::current_num_threads(),
            #[cfg(target_arch = "wasm32")]
            Self::All => 1,
        }
    }

    /// Rows for each thread, in whole tiles.
    pub(super) fn share(self, rows: usize, tile: usize) -> usize {
        rows.div_ceil(self.count()).next_multiple_of(tile).max(tile)
    }

    /// Does both, one on another thread where there is one that has nothing to do.
    pub(super) fn join(self, one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
        match self {
            #[cfg(not(target_arch = "wasm32"))]
            Self::All => {
                rayon::join(one, other);
            }
            _ => {
                one();
                other();
            }
        }
    }
}

/// Buffers that are used again: each task takes one and gives it back.
#[derive(Default)]
pub(super) struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    pub fn take(&self) -> T {
        // A panic while the list was held leaves it as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub fn give(&self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }

    /// Runs `task` with a buffer.
    pub fn with<A>(&self, task: impl FnOnce(&mut T) -> A) -> A {
        let mut value = self.take();
        let answer = task(&mut value);
        self.give(value);
        answer
    }
}
