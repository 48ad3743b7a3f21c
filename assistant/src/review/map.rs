//! Which documents a draft stands on: its bases, what it cites and what it changes, each with its effect on the day.

use crate::corpus::Corpus;
use jiff::civil::Date;
use rasoat_law::cite::{self, Context, Role, Which};
use rasoat_law::register::{Entry, Register};
use rasoat_law::{ByteSpan, DocNumber, Document, Effect, Eid};

/// A document that a draft points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The document.
    pub number: DocNumber,
    /// How it is called; its words in the draft where neither register nor corpus know it.
    pub title: String,
    /// How the draft points at it; where in several ways, as what it changes before as a basis before as cited.
    pub role: Role,
    /// How often.
    pub times: usize,
    /// The provision named, where it is always the same.
    pub eid: Option<Eid>,
    /// Its first citation in the draft.
    pub first: ByteSpan,
    /// Its effect on the day.
    pub effect: Effect,
    /// Whether the corpus holds its text.
    pub held: bool,
}

/// The documents that a draft points at, in the order of its text. Names mean the law of the day.
pub fn map(draft: &Document, corpus: &dyn Corpus, register: &Register, as_of: Date) -> Vec<Mapped> {
    let citations = cite::citations(&draft.text, register);
    let outline = |number: &DocNumber| {
        corpus.document(number).map(|held| held.document.provisions.iter().map(|p| p.eid.clone()).collect())
    };
    let context = Context { document: draft, register, as_of, outline: &outline };
    let mut mapped: Vec<Mapped> = Vec::new();
    for resolved in cite::resolve(&citations, &context) {
        let (role, span) = (resolved.citation.role, resolved.citation.span);
        if !matches!(role, Role::Basis | Role::Reference | Role::Target) {
            continue;
        }
        for place in resolved.places {
            let Which::Known(number) = place.document else { continue };
            // A draft that bears its number in head and annexes does not cite itself.
            if Some(&number) == draft.metadata.number.as_ref() {
                continue;
            }
            if let Some(known) = mapped.iter_mut().find(|known| known.number == number) {
                known.times += 1;
                known.eid = known.eid.take().filter(|eid| place.eid.as_ref() == Some(eid));
                if rank(role) < rank(known.role) {
                    known.role = role;
                }
                continue;
            }
            let held = corpus.document(&number);
            let title = register.get(&number).map(Entry::title);
            let title =
                title.or_else(|| held.as_ref().map(|held| held.title.clone()).filter(|title| !title.is_empty()));
            mapped.push(Mapped {
                title: title.unwrap_or_else(|| span.of(&draft.text).to_owned()),
                role,
                times: 1,
                eid: place.eid,
                first: span,
                effect: corpus.status(&number, as_of).effect,
                held: held.is_some(),
                number,
            });
        }
    }
    mapped
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Target => 0,
        Role::Basis => 1,
        Role::Reference | Role::Amender | Role::Quoted => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryCorpus;
    use jiff::civil::date;
    use rasoat_law::structure;

    #[test]
    fn each_document_stands_once_with_how_it_is_pointed_at_and_its_effect() {
        let text = "BỘ NỘI VỤ\nTHÔNG TƯ\nQuy định thử nghiệm\nCăn cứ Luật Giao dịch điện tử ngày 29 tháng 11 năm 2005;\n\
            Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;\nĐiều 1. Hồ sơ\n\
            1. Hồ sơ theo quy định tại Điều 5 Nghị định số 30/2020/NĐ-CP.\n2. Theo Điều 7 Luật số 45/2019/QH14.\n";
        let draft = structure::parse(text);
        let corpus = MemoryCorpus::new([]);
        let mapped = map(&draft, &corpus, Register::built_in(), date(2026, 12, 1));
        let seen: Vec<(&str, Role, usize)> = mapped.iter().map(|m| (m.number.as_str(), m.role, m.times)).collect();
        assert_eq!(
            seen,
            [("51/2005/QH11", Role::Basis, 1), ("30/2020/NĐ-CP", Role::Basis, 2), ("45/2019/QH14", Role::Reference, 1)]
        );
        assert_eq!(mapped[0].effect, Effect::Expired);
        assert_eq!(mapped[1].eid, None, "it is cited whole as well");
        assert_eq!(mapped[2].eid.as_ref().map(Eid::as_str), Some("art_7"));
        assert!(mapped.iter().all(|m| !m.held && !m.title.is_empty()));
    }
}
