//! Benchmarks against known review outcomes.
//!
//! Accuracy that nobody measured is advertising. A suite compares what Rasoat says with what is known, on data nobody
//! tuned on, and says the uncertainty. It has no product code of its own: it is handed what a review gave.

pub mod interval;
pub mod item;
pub mod mine;
pub mod outcomes;
pub mod retrieval;
