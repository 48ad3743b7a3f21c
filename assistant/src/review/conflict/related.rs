//! Documents that a draft speaks of: those that it cites, under any date of the same name, and those that its bases rest
//! on.
//!
//! A draft names what it must agree with (Decree 78/2025/NĐ-CP, Article 62: its bases). Another law's provision in like
//! words mostly governs another procedure: complaints about labour have other times than complaints in a lawsuit.

use crate::corpus::CorpusDocument;
use crate::review::Law;
use crate::review::resolve::Resolved;
use rasoat_law::DocNumber;
use rasoat_law::cite::{self, DocumentReference, Role, Target};
use rasoat_law::register::{Entry, Register};
use rasoat_law::structure::{Document, ProvisionKind};
use rasoat_law::text::fold;
use std::collections::BTreeSet;

/// What a draft speaks of.
#[derive(Debug, Default)]
pub(super) struct Related {
    numbers: BTreeSet<DocNumber>,
    names: BTreeSet<String>,
}

impl Related {
    /// What a draft cites, and the bases of the bases that the corpus holds.
    pub fn of(resolved: &[Resolved<'_>], law: &Law<'_>) -> Self {
        let mut related = Self::default();
        let mut bases: BTreeSet<DocNumber> = BTreeSet::new();
        for citation in resolved {
            for (target, read) in citation.targets.iter().zip(&citation.citation.targets).filter(|(t, _)| !t.is_this) {
                related.add(read, target.number.as_ref(), law.register);
                if let Some(held) = target.held.as_ref().filter(|_| citation.citation.role == Role::Basis)
                    && bases.insert(held.number.clone())
                {
                    related.add_bases(&held.document, law.register);
                }
            }
        }
        related
    }

    fn add_bases(&mut self, document: &Document, register: &Register) {
        for basis in document.provisions.iter().filter(|p| p.kind == ProvisionKind::Basis) {
            for citation in cite::citations(document.text_of(basis), register) {
                citation.targets.iter().for_each(|target| self.add(target, None, register));
            }
        }
    }

    fn add(&mut self, target: &Target, resolved: Option<&DocNumber>, register: &Register) {
        let number = match &target.document {
            DocumentReference::This => return,
            DocumentReference::Number { number, .. } => Some(number),
            DocumentReference::Name { name, number, .. } => {
                self.names.insert(fold(name));
                number.as_ref()
            }
        };
        for number in number.into_iter().chain(resolved) {
            self.names.extend(register.get(number).and_then(name));
            self.numbers.insert(number.clone());
        }
    }

    /// Whether the draft speaks of documents and not of this one; one that cites nothing may mean any.
    pub fn is_stranger(&self, held: &CorpusDocument, register: &Register) -> bool {
        let named = || register.get(&held.number).and_then(name).is_some_and(|name| self.names.contains(&name));
        !self.numbers.is_empty() && !self.numbers.contains(&held.number) && !named()
    }
}

/// The folded name of a document that is cited by name.
fn name(entry: &Entry) -> Option<String> {
    entry.kind.cited_by_name().then(|| fold(&format!("{} {}", entry.kind.name(), entry.name)))
}
