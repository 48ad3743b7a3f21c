//! Measurements on data that is not the project's: each prints its figures and skips where its data is absent.
//!
//! `cargo test -p rasoat-assistant --test measure -- --nocapture`
#![expect(clippy::unwrap_used, reason = "a measurement that cannot read its data has failed")]

#[path = "measure/compared_values.rs"]
mod compared_values;
#[path = "measure/false_alarms.rs"]
mod false_alarms;
#[path = "measure/sweep.rs"]
mod sweep;
