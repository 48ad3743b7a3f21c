//! How exact the readers and writers are on real documents: figures, printed and held to a floor.
//!
//! `cargo test -p rasoat-formats --test measure NAME` runs one measurement and prints its table. The documents are not
//! the project's (see [`archives`]); a floor is what was measured when it was written, so that nothing gets worse
//! unseen.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot read its data has failed")]

mod akn;
#[path = "../../../law/tests/measure/archives.rs"]
#[expect(dead_code, reason = "the room of law reads kinds of archives that this one does not")]
mod archives;
mod bombs;
mod docx;
mod encodings;
mod libreoffice;
mod pdf;
mod scraped;
mod web;
