//! Claims: which process works on which review, when several serve one store.
//!
//! Hard because a process may be killed, stopped or cut off at any moment, and nobody else can tell which: so a claim is
//! good until a moment, is renewed while its holder lives, and lapses by itself. A review's end counts only from whoever
//! holds its claim at that moment, which the store decides in the transaction that stores the end; so a review ends once,
//! however many worked on it. Moments are the database's where machines share one, and the machine's in a file. Claims say
//! what runs now, not what is kept: they are copied into no other store.

use super::{Result, StoredReview};
use std::time::Duration;

/// A process that holds claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its name, which no other process ever has.
    pub owner: String,
    /// How long a claim is good after it was made or renewed.
    pub lease: Duration,
}

impl Holder {
    /// A holder with a name of its own.
    pub fn new(lease: Duration) -> Self {
        Self { owner: uuid::Uuid::now_v7().to_string(), lease }
    }
}

/// A review that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The review.
    pub review: StoredReview,
    /// Whether a person asked it to stop before it was claimed.
    pub cancelled: bool,
    /// How often it was taken up before by a process that neither ended it nor left it in order.
    pub interrupted: u32,
}

/// What became of a claim that was to be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is good again for a lease.
    Held,
    /// So it is, and a person asks the review to stop.
    Cancelled,
    /// Another process has it, or the review has ended.
    Lost,
}

/// A claim as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The review's identifier.
    pub review: String,
    /// Who made it.
    pub owner: String,
    /// Whether it has not lapsed.
    pub held: bool,
    /// How far the review is, as JSON; nothing until its holder first says so.
    pub progress: Option<String>,
}

/// What every store does with claims. That a review begins with one, and ends with it, is in [`super::Store`].
pub trait Claims {
    /// Claims the oldest of the running reviews on which nobody has a claim or whose claim has lapsed.
    ///
    /// # Errors
    /// When the store refuses.
    fn claim_review(&mut self, holder: &Holder) -> Result<Option<Claimed>>;

    /// Makes a claim good for another lease and stores how far the review is, where that is given.
    ///
    /// # Errors
    /// When the store refuses.
    fn renew_claim(&mut self, holder: &Holder, id: &str, progress: Option<&str>) -> Result<Kept>;

    /// Lets the claims of a process lapse now, or those of all. A process that leaves its own does so in order, which does
    /// not count as an interruption.
    ///
    /// # Errors
    /// When the store refuses.
    fn lapse_claims(&mut self, owner: Option<&str>) -> Result<()>;

    /// Asks a review to stop: whoever works on it hears of it at the next renewal; one on which nobody works is cancelled
    /// on the spot, and then this says so.
    ///
    /// # Errors
    /// When the store refuses.
    fn cancel_review(&mut self, id: &str) -> Result<bool>;

    /// Every claim.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn claims(&self) -> Result<Vec<Claim>>;
}
