//! The sign of life by which a process keeps its claims: while one lasts, no other process takes the review over.
//!
//! In a thread and over a connection of its own, so that neither a store that is busy nor requests that wait for it make a
//! process look dead. With it goes how far the review is; and it brings back that a person cancelled it at another process,
//! or that the claim is lost.

use super::{Jobs, Running, lock};
use crate::failure::Result;
use crate::stop;
use crate::store::{Kept, Place, Store};
use rasoat_api::{JobState, Progress};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often progress is stored, at the most.
const TOLD: Duration = Duration::from_secs(1);

impl Jobs {
    /// Renews the claims of this process until the service ends.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn keep_alive(self: &Arc<Self>, place: Place) -> std::io::Result<()> {
        let jobs = Arc::clone(self);
        let keep = move || {
            let third = jobs.holder.lease / 3;
            let mut store = None;
            let mut last = Last::default();
            while stop::pause(TOLD.min(third)) {
                let opened: Result<Box<dyn Store>> = store.take().map_or_else(|| place.open(), Ok);
                let kept = opened.and_then(|opened| {
                    let store = &mut **store.insert(opened);
                    store.serve()?;
                    jobs.renew(store, &mut last, third)
                });
                if let Err(failure) = kept {
                    tracing::warn!(%failure, "the claims on reviews could not be renewed");
                }
            }
        };
        std::thread::Builder::new().name("heartbeat".into()).spawn(keep).map(drop)
    }

    fn renew(&self, store: &mut dyn Store, last: &mut Last, third: Duration) -> Result<()> {
        let open: Vec<Arc<Running>> = lock(&self.running)
            .values()
            .filter(|r| !r.is_lost() && r.job().state == JobState::Running)
            .cloned()
            .collect();
        for running in open {
            let job = running.job();
            let is_told = last.run == running.run && last.progress.as_ref() == Some(&job.progress);
            if is_told && last.renewed.is_some_and(|renewed| renewed.elapsed() < third) {
                continue;
            }
            let progress = serde_json::to_string(&job.progress)?;
            match store.renew_claim(&self.holder, &job.id, Some(&progress))? {
                Kept::Held => {}
                Kept::Cancelled => running.cancel(),
                // Its end takes the claim away as well.
                Kept::Lost if running.job().state == JobState::Running => running.lose(),
                Kept::Lost => {}
            }
            *last = Last { run: running.run.clone(), progress: Some(job.progress), renewed: Some(Instant::now()) };
        }
        Ok(())
    }
}

/// What was last told of the review at work.
#[derive(Default)]
struct Last {
    run: String,
    progress: Option<Progress>,
    renewed: Option<Instant>,
}
