//! Amendments that could not be applied (sửa đổi chưa được áp dụng), for a person to say what they do.
//!
//! Hard because an amending act may be read only in part, may change a text that is not the one in the store, or may not
//! say from which day; and because what a person said of it must hold when the act is imported again. So every
//! instruction has an identifier made of the act's own words, and what a person said of it takes the place of what was
//! read. Source of the rules by which amendments are written: Decree 78/2025/NĐ-CP, Articles 66 and 69-70. Who said it
//! and where it is kept is not known here.

use crate::CorpusDocument;
use jiff::civil::{Date, date};
use rasoat_law::amend::{self, Instruction, State};
use rasoat_law::cite::DocumentReference;
use rasoat_law::effect::{Change, Confidence, EventSource, Operation};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Eid, text};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Why an amendment was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It could not be read, or not be carried out on the stored text.
    Failed(amend::Failure),
    /// The document that it changes is not named so that it can be told from others.
    DocumentUnclear,
    /// Neither it nor its act says from which day.
    NoDate,
}

/// An amendment that was not applied, or of which the program is not sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unapplied {
    /// Its identifier, of the words and the number of its act.
    pub id: String,
    /// The act that orders it.
    pub act: DocNumber,
    /// The provision of the act, where it stands in one.
    pub by_eid: Option<Eid>,
    /// The words that order it.
    pub words: String,
    /// The document that is changed, where it is known.
    pub target: Option<DocNumber>,
    /// Its provision, where it is known.
    pub eid: Option<Eid>,
    /// What is done to it.
    pub operation: Operation,
    /// The day from which, where it is known.
    pub effective: Option<Date>,
    /// Why it was not applied.
    pub why: Why,
}

/// What a person made of an amendment.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// The amendment's identifier.
    pub id: String,
    /// What it does; `None` where it changes nothing here.
    pub change: Option<Change>,
}

/// What a person confirmed, as a fact about effect.
pub fn confirmed(
    (act, by_eid): (DocNumber, Option<Eid>),
    target: DocNumber,
    eids: Vec<Eid>,
    operation: Operation,
    effective: Date,
) -> Change {
    Change {
        target,
        eids,
        operation,
        date: Some(effective),
        by: Some(act),
        by_eid,
        source: EventSource::Person,
        // The act says so and a person has read it.
        confidence: Confidence::Confirmed,
    }
}

/// The instructions of a document, each with its identifier.
pub(crate) fn identified(held: &CorpusDocument) -> Vec<(String, Instruction)> {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let instructions = amend::instructions(&held.document, Register::built_in());
    let identified = instructions.into_iter().map(|instruction| {
        let Instruction { span, operation, target, .. } = &instruction;
        let words = text::squeeze(span.of(&held.document.text));
        let eid = target.eid.as_ref().map(Eid::as_str).unwrap_or_default();
        let sum = sum([held.number.as_str(), &words, eid, &format!("{operation:?} {:?}", target.part)]);
        let again = seen.entry(sum).and_modify(|times| *times += 1).or_insert(0);
        let id = if *again == 0 { format!("{sum:016x}") } else { format!("{sum:016x}-{again}") };
        (id, instruction)
    });
    identified.collect()
}

/// FNV-1a in 64 bits over texts with a zero after each: the same on every machine and in every version.
fn sum(texts: [&str; 4]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A day by which every amendment has come.
const LAST: Date = date(9999, 12, 31);

/// What of `held` orders changes that were not applied to the documents among them, in the order of the acts' numbers
/// and of their texts. Amendments of documents that are not among them are their keeper's and are left out.
pub fn unapplied(held: &[Arc<CorpusDocument>]) -> Vec<Unapplied> {
    let stored: HashMap<&DocNumber, &Arc<CorpusDocument>> = held.iter().map(|held| (&held.number, held)).collect();
    let mut acts: Vec<&Arc<CorpusDocument>> = held.iter().collect();
    acts.sort_by(|a, b| a.number.cmp(&b.number));
    let mut found: Vec<Unapplied> = Vec::new();
    // By the document that is changed: what is tried on its text, and where in `found` a failure belongs.
    let mut trials: BTreeMap<&DocNumber, Vec<(Unapplied, Instruction)>> = BTreeMap::new();
    for act in acts {
        for (id, mut instruction) in identified(act) {
            instruction.effective =
                instruction.effective.or(act.document.metadata.effective).or(act.own_dates.effective);
            let target = instruction.target.document.number().cloned();
            if target.as_ref() == Some(&act.number) {
                continue;
            }
            let base = target.as_ref().and_then(|target| stored.get(target));
            let of = |why| item(act, &id, &instruction, why);
            match (&target, base, &instruction.state) {
                // Its own words tell of no other document: whatever it changes, it is not known to be here.
                (None, ..) if instruction.target.document == DocumentReference::This => {}
                (None, ..) => found.push(of(Why::DocumentUnclear)),
                (Some(_), None, _) => {}
                (Some(_), Some(_), State::Failed(why)) => found.push(of(Why::Failed(why.clone()))),
                (Some(_), Some(_), _) if instruction.effective.is_none() => found.push(of(Why::NoDate)),
                (Some(_), Some(base), _) if !is_worked_in(base, act, instruction.effective) => {
                    let trial = (of(Why::NoDate), instruction.clone());
                    trials.entry(&base.number).or_default().push(trial);
                }
                (Some(_), Some(_), _) => {}
            }
        }
    }
    for (target, trial) in trials {
        let Some(base) = stored.get(target) else { continue };
        let (items, instructions): (Vec<_>, Vec<_>) = trial.into_iter().unzip();
        let outcomes = amend::apply(&base.document, &instructions, LAST).outcomes;
        for (item, outcome) in items.into_iter().zip(outcomes) {
            if let State::Failed(why) = outcome {
                found.push(Unapplied { why: Why::Failed(why), ..item });
            }
        }
    }
    // Stable: of one act and one place, in the order in which they were read.
    let place = |item: &Unapplied| {
        let act = stored.get(&item.act);
        act.and_then(|act| act.document.text.find(item.words.trim_end_matches('…'))).unwrap_or_default()
    };
    found.sort_by_cached_key(|item| (item.act.clone(), place(item)));
    found
}

/// Whether an amendment is in the stored text already: it is consolidated up to a later day, or names the act, which no
/// text does that was issued before it.
fn is_worked_in(base: &CorpusDocument, act: &CorpusDocument, effective: Option<Date>) -> bool {
    let by_day = base.consolidated_to.zip(effective).is_some_and(|(to, from)| from <= to);
    by_day || base.document.text.contains(act.number.as_str())
}

/// Letters of the words that order an amendment which are shown: new annexes run to hundreds of pages.
const SHOWN: usize = 4000;

fn item(act: &CorpusDocument, id: &str, instruction: &Instruction, why: Why) -> Unapplied {
    let words = instruction.span.of(&act.document.text).trim();
    let words = match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    };
    let by_eid = act.document.at(instruction.span.start).map(|provision| provision.eid.clone());
    Unapplied {
        id: id.to_owned(),
        act: act.number.clone(),
        by_eid: by_eid.filter(|eid| eid.article().is_some()),
        words,
        target: instruction.target.document.number().cloned(),
        eid: instruction.target.eid.clone(),
        operation: amend::effect_of(instruction),
        effective: instruction.effective,
        why,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::{Corpus, MemoryCorpus};
    use rasoat_law::effect::OwnDates;
    use rasoat_law::structure::parse;
    use rasoat_law::{Effect, EventKind};

    fn held(text: &str) -> CorpusDocument {
        let document = parse(text);
        let metadata = &document.metadata;
        CorpusDocument {
            number: metadata.number.clone().unwrap(),
            kind: metadata.kind,
            title: String::new(),
            issuer: metadata.issuer.clone(),
            own_dates: OwnDates { issued: metadata.issued, effective: metadata.effective },
            consolidated_to: None,
            document,
        }
    }

    fn base() -> CorpusDocument {
        held(
            "CHÍNH PHỦ\nSố: 901/2024/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2024\nNGHỊ ĐỊNH\nVề A\nĐiều 1. B\n1. C d.\n2. E g.\n\
             Điều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.\nĐiều 3. H\nI k.",
        )
    }

    fn act(orders: &str, since: &str) -> CorpusDocument {
        held(&format!(
            "CHÍNH PHỦ\nSố: 902/2025/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2025\nNGHỊ ĐỊNH\nSửa đổi, bổ sung một số điều của Nghị \
             định số 901/2024/NĐ-CP\nĐiều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n{orders}\n{since}"
        ))
    }

    const SINCE: &str =
        "Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2025.\n";

    /// The provision, and why.
    fn queue(orders: &str, since: &str) -> Vec<(String, Why)> {
        let held = [base(), act(orders, since)].map(Arc::new);
        let eid = |item: &Unapplied| item.eid.as_ref().map(ToString::to_string).unwrap_or_default();
        unapplied(&held).iter().map(|item| (eid(item), item.why.clone())).collect()
    }

    #[test]
    fn what_can_be_carried_out_waits_for_nobody() {
        assert_eq!(queue("1. Sửa đổi, bổ sung khoản 2 Điều 1 như sau:\n“2. Mới.”.\n2. Bãi bỏ Điều 3.", SINCE), []);
    }

    #[test]
    fn what_the_stored_text_does_not_have_waits_for_a_person() {
        let missing = Why::Failed(amend::Failure::NoSuchUnit(Eid::new("art_9")));
        assert_eq!(queue("1. Bãi bỏ Điều 9.\n2. Bãi bỏ Điều 3.", SINCE), [("art_9".to_owned(), missing)]);
        let phrase = Why::Failed(amend::Failure::NoSuchPhrase("X y".into()));
        assert_eq!(
            queue("1. Thay thế cụm từ “X y” bằng cụm từ “C d” tại Điều 1.", SINCE),
            [("art_1".to_owned(), phrase)]
        );
    }

    #[test]
    fn what_has_no_day_waits_for_a_person() {
        assert_eq!(queue("1. Bãi bỏ Điều 3.", ""), [("art_3".to_owned(), Why::NoDate)]);
    }

    #[test]
    fn what_is_worked_into_the_stored_text_waits_for_nobody() {
        let act = act("1. Bãi bỏ Điều 9.", SINCE);
        let mut base = base();
        base.consolidated_to = Some(date(2025, 6, 1));
        assert_eq!(unapplied(&[base.into(), act.into()]), []);
    }

    #[test]
    fn an_amendment_keeps_its_identifier_when_its_act_is_imported_again() {
        let orders = "1. Bãi bỏ Điều 9.\n2. Bãi bỏ Điều 9.\n3. Bãi bỏ Điều 8.";
        let ids = |orders: &str| -> Vec<String> {
            unapplied(&[base(), act(orders, SINCE)].map(Arc::new)).into_iter().map(|item| item.id).collect()
        };
        let first = ids(orders);
        assert_eq!(first.len(), 3);
        assert!(first[0] != first[1] && first[1] != first[2]);
        assert_eq!(ids(&orders.replace('\n', " \n\n")), first, "blanks and empty lines are none of its words");
        assert_eq!(ids("3. Bãi bỏ Điều 8."), first[2..]);
    }

    #[test]
    fn what_a_person_confirms_takes_the_place_of_what_was_read() {
        let (base, act) = (base(), act("1. Bãi bỏ Điều 3.", ""));
        let item = unapplied(&[base.clone().into(), act.clone().into()]).remove(0);
        let corpus = MemoryCorpus::new([base.clone(), act.clone()]);
        let on = |corpus: &MemoryCorpus, day| corpus.status_of(&base.number, &Eid::new("art_3"), day).effect;
        assert_eq!(on(&corpus, date(2026, 1, 1)), Effect::Unknown, "it ended, nobody knows when");
        let from = date(2025, 7, 1);
        let change = confirmed(
            (item.act.clone(), item.by_eid.clone()),
            base.number.clone(),
            vec![Eid::new("art_3")],
            item.operation,
            from,
        );
        let both = || [&base, &act].map(|held| Arc::new(held.clone()));
        let ruled = corpus.ruled(both(), vec![Ruling { id: item.id.clone(), change: Some(change) }]);
        assert_eq!(on(&ruled, date(2025, 6, 30)), Effect::InForce);
        assert_eq!(on(&ruled, from), Effect::Expired);
        let status = ruled.status_of(&base.number, &Eid::new("art_3"), from);
        let end = status.events.iter().find(|event| event.kind == EventKind::Repeals).unwrap();
        assert_eq!((end.source, end.confidence), (EventSource::Person, Confidence::Confirmed));
        // It holds when the act is put in anew, and when it is taken out.
        let again = ruled.renewed(both());
        assert_eq!(on(&again, from), Effect::Expired);
        assert_eq!(on(&ruled.renewed([Arc::new(base.clone())]), from), Effect::Expired);
        let dismissed = again.ruled(both(), vec![Ruling { id: item.id, change: None }]);
        assert_eq!(on(&dismissed, from), Effect::InForce);
    }
}
