//! Turns at what keeps a core busy and anyone may ask for: searching and answering.
//!
//! As many run at once as there are cores; so many more wait, each a few kilobytes; whoever comes then is asked to come
//! again, rather than that all wait longer and longer. Work in the background that uses the models takes its turns from
//! the one semaphore that reviews use, and gives it back at every step.

use super::Answer;
use super::problem::Problem;
use crate::failure::{Failure, Kind};
use axum::http::StatusCode;
use rasoat_api::messages::Message;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// How many may wait for each that runs.
const WAITING: usize = 64;

/// The turns of this process.
pub struct Turns {
    cores: Semaphore,
    waiting: AtomicUsize,
    most: usize,
}

/// One that waits, counted until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turns {
    /// Turns for so many at once.
    pub fn new(cores: usize) -> Self {
        let cores = cores.max(1);
        Self { cores: Semaphore::new(cores), waiting: AtomicUsize::new(0), most: cores * WAITING }
    }

    /// A turn, given back when it is dropped.
    ///
    /// # Errors
    /// `service.busy` where too many wait already.
    pub async fn take(&self) -> Answer<SemaphorePermit<'_>> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if before >= self.most {
            let (message, hint) = (Message::ServiceBusy, Message::TooManyReviewsHint);
            let failure = Failure::new(Kind::Missing, "service.busy", message, hint, &[]);
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, failure).after(5));
        }
        Ok(self.cores.acquire().await.map_err(Failure::internal)?)
    }
}

/// A turn at the model for a thread, in the order of those who wait for theirs; none where `is_over` says so first.
pub fn turn_at(model: &Arc<Semaphore>, is_over: &dyn Fn() -> bool) -> Option<OwnedSemaphorePermit> {
    let mut turn = std::pin::pin!(Arc::clone(model).acquire_owned());
    // Asked again and again rather than waited for, since the thread must also hear that it is to end; its place among
    // those who wait is kept.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(permit) = std::future::Future::poll(turn.as_mut(), &mut context) {
            return permit.ok();
        }
        if is_over() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[tokio::test]
    async fn whoever_comes_when_too_many_wait_is_asked_to_come_again() {
        let turns = Arc::new(Turns::new(1));
        let running = turns.take().await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..WAITING {
            let turns = Arc::clone(&turns);
            waiting.push(tokio::spawn(async move { turns.take().await.map(drop).is_ok() }));
        }
        while turns.waiting.load(Ordering::SeqCst) < WAITING {
            tokio::task::yield_now().await;
        }
        assert!(turns.take().await.is_err());
        drop(running);
        for one in waiting {
            assert!(one.await.unwrap());
        }
        assert!(turns.take().await.is_ok());
        // One that gives up waiting leaves its place.
        let _running = turns.take().await.unwrap();
        let gone = tokio::time::timeout(std::time::Duration::from_millis(1), turns.take()).await;
        assert!(gone.is_err() && turns.waiting.load(Ordering::SeqCst) == 0);
    }
}
