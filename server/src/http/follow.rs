//! The events of a review for whoever follows it, in whichever process it runs.
//!
//! Where it runs here, its events are told as they come. Where it waits, or another process works on it, the store is asked
//! every second: how far it is, and in the end what was found. It may change from one to the other at any moment.

use super::aside;
use super::jobs::{Jobs, Running};
use crate::failure::{Failure, Result};
use crate::stop;
use axum::response::sse::Event;
use rasoat_api::{Job, JobState, Progress, Review, ReviewEvent};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How often the store is asked.
const ASK: Duration = Duration::from_secs(1);

/// An event as it goes out.
pub type Sent = std::result::Result<Event, Infallible>;

/// Follows a review that there is; `after` is the identifier of the last event that was heard, where one was.
pub fn follow(jobs: Arc<Jobs>, job: Job, after: Option<String>) -> Receiver<Sent> {
    let (sender, receiver) = channel(32);
    tokio::spawn(async move {
        let follower = Follower { jobs, id: job.id.clone(), sender, after, progress: None, found: false };
        // Whoever no longer listens is no longer told.
        let _ = follower.tell(job).await;
    });
    receiver
}

struct Follower {
    jobs: Arc<Jobs>,
    id: String,
    sender: Sender<Sent>,
    after: Option<String>,
    /// What was told last.
    progress: Option<Progress>,
    /// Whether a finding was told.
    found: bool,
}

/// Nobody listens.
struct Gone;

impl Follower {
    async fn tell(mut self, mut job: Job) -> std::result::Result<(), Gone> {
        let mut begun = self.jobs.subscribe();
        // Of one that has ended before, only the end is told.
        let mut waited = false;
        loop {
            if let Some(running) = self.jobs.running(&self.id).filter(|_| job.state != JobState::Erased) {
                if self.tell_running(&running).await? {
                    return Ok(());
                }
            } else if job.state == JobState::Running {
                waited = true;
                if self.progress.as_ref() != Some(&job.progress) {
                    self.send(None, &ReviewEvent::Progress(job.progress.clone())).await?;
                }
            } else {
                if waited && !self.found && job.state == JobState::Done {
                    self.tell_findings().await?;
                }
                return self.send(None, &last(job)).await;
            }
            tokio::select! {
                () = tokio::time::sleep(ASK) => {}
                changed = begun.changed() => if changed.is_err() { return Ok(()) },
                () = stop::heard() => return Err(Gone),
                () = self.sender.closed() => return Err(Gone),
            }
            let (jobs, id) = (Arc::clone(&self.jobs), self.id.clone());
            match aside(move || jobs.job(&id)).await {
                Ok(now) => job = now,
                // Erased meanwhile.
                Err(failure) if failure.code == "review.unknown" => {
                    return self.send(None, &ReviewEvent::Failed(failure.body())).await;
                }
                // A store that is away comes back.
                Err(failure) => tracing::debug!(%failure, "a review that is followed could not be asked for"),
            }
        }
    }

    /// Tells the events of a review that runs here; says whether it ended here.
    async fn tell_running(&mut self, running: &Running) -> std::result::Result<bool, Gone> {
        let mut count = running.subscribe();
        let heard = self.after.take().and_then(|after| {
            let (run, number) = after.split_once('-')?;
            number.parse::<usize>().ok().filter(|_| run == running.run)
        });
        let mut next = heard.map_or(0, |number| number + 1);
        loop {
            count.mark_unchanged();
            let events = running.events_from(next);
            for event in events {
                self.send(Some(format!("{}-{next}", running.run)), &event).await?;
                if event.is_last() {
                    return Ok(true);
                }
                next += 1;
            }
            if running.is_lost() {
                return Ok(false);
            }
            tokio::select! {
                changed = count.changed() => if changed.is_err() { return Ok(false) },
                // The service ends: whoever listens comes again.
                () = stop::heard() => return Err(Gone),
                () = self.sender.closed() => return Err(Gone),
            }
        }
    }

    /// Tells what a review found that ran elsewhere.
    async fn tell_findings(&mut self) -> std::result::Result<(), Gone> {
        let (jobs, id) = (Arc::clone(&self.jobs), self.id.clone());
        let review = aside(move || -> Result<Review> {
            Ok(serde_json::from_str(jobs.parts(&id)?.result.as_deref().unwrap_or_default())?)
        });
        for finding in review.await.map(|review| review.findings).unwrap_or_default() {
            self.send(None, &ReviewEvent::Finding(Box::new(finding))).await?;
        }
        Ok(())
    }

    async fn send(&mut self, id: Option<String>, event: &ReviewEvent) -> std::result::Result<(), Gone> {
        match event {
            ReviewEvent::Progress(progress) => self.progress = Some(progress.clone()),
            ReviewEvent::Finding(_) => self.found = true,
            _ => {}
        }
        let data = serde_json::to_string(event).unwrap_or_default();
        let sent = Event::default().event(event.name()).data(data);
        let sent = id.into_iter().fold(sent, Event::id);
        self.sender.send(Ok(sent)).await.map_err(|_| Gone)
    }
}

/// The last event of a job that ended.
fn last(job: Job) -> ReviewEvent {
    match (job.state, job.error) {
        (JobState::Done, _) => ReviewEvent::Done,
        (JobState::Cancelled, _) => ReviewEvent::Cancelled,
        (_, error) => ReviewEvent::Failed(error.unwrap_or_else(|| Failure::cancelled().body())),
    }
}
