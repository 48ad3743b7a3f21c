//! The product's mind: a draft held against the law in force, findings with the provision that proves each.
//!
//! It reaches the world only through what it is handed: a [`Corpus`] of documents, a [`Search`] over their provisions,
//! and an encoder. It runs the same in the server and in a browser worker; time is an argument, never a clock.

pub mod amendments;
pub mod answer;
pub mod citing;
pub mod consolidation;
pub mod corpus;
pub mod pack;
pub mod review;
pub mod session;
pub mod shelf;
pub mod sweep;
pub mod wire;

pub use corpus::{Corpus, CorpusDocument, Hit, MemoryCorpus, Passage, Query, Search};
pub use review::explain::{Explanation, explain};
pub use review::finding::{Check, Detail, Evidence, EvidenceSource, Finding, Selection, Severity, Suggestion};
pub use review::impact::Impact;
pub use review::{CheckRun, Law, Observer, Outcome, ReviewError, Stage, review, review_selected};
pub use session::{Sitting, Watcher};
pub use shelf::Shelf;
