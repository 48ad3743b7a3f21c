//! How exact the readers are on real documents: agreement with independent readings, printed and held to a floor.
//!
//! `cargo test -p rasoat-formats --test measure NAME` runs one measurement and prints its table. The documents are not
//! the project's (see [`archives`]); a floor is what was measured when it was written, so that nothing gets worse unseen.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot read its data has failed")]

mod archives;
mod pdf;
