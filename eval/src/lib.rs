//! Benchmarks against known review outcomes.
//!
//! Accuracy that nobody measured is advertising. A suite compares what Rasoat says with what is known, on data nobody
//! tuned on, and says the uncertainty. It has no product code of its own: it is handed what a review gave.

pub mod answers;
pub mod baseline;
pub mod calibration;
pub mod citations;
pub mod compare;
pub mod decisions;
pub mod edits;
pub mod interval;
pub mod item;
pub mod lines;
pub mod metric;
pub mod mine;
pub mod outcomes;
pub mod outdated;
pub mod pairs;
pub mod report;
pub mod retrieval;
pub mod slices;
pub mod structure;
pub mod trec;
