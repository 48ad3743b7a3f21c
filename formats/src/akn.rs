//! Akoma Ntoso (OASIS LegalDocML 1.0, namespace version 3.0): any document as the standard's XML, and back.
//!
//! Hard because the standard wants a tree with identifiers, references and modifications, and a reviewer wants the
//! text to be the very text: what is written here can be read again into the same provisions. Identifiers follow the
//! Akoma Ntoso Naming Convention, as those of `rasoat-law` do. `write` makes the document, `inline` the words with
//! their references and quotations, `meta` what is said about it, `uri` its addresses; `read` is the way back.

mod inline;
mod meta;
mod read;
mod uri;
mod write;

pub(crate) use read::{looks_like_it, read};
pub use write::akoma_ntoso;

use jiff::civil::Date;
use rasoat_law::amend::Instruction;

/// The namespace of version 3.0.
const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

/// What a document's text does not say of its XML.
#[derive(Debug, Clone, Copy)]
pub struct AknOptions<'a> {
    /// The day the XML is made: the date of the manifestation, and of a draft that has none of its own.
    pub generated: Date,
    /// What the document orders to be changed in others (`rasoat_law::amend::instructions`); becomes `textualMod`.
    pub instructions: &'a [Instruction],
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests;
