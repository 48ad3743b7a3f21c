//! The queue of amendments that could not be applied, and what people make of them: confirmed facts, kept beside the
//! corpus, that stand in the place of what the program read.
//!
//! Hard because the law that all see follows from it: so every word has who said it and when, is in the record, and can
//! be taken back. What an amendment is and why it waits is `assistant::amendments`; nothing here knows HTTP.

use crate::accounts::{Who, record};
use crate::command::day;
use crate::failure::{Failure, Kind, Result, language};
use crate::library::Library;
use crate::store::{Cells, Tables, Value};
use rasoat_api::messages::Message;
use rasoat_api::{
    Amendment, AmendmentFact, AmendmentOperation, AmendmentRead, AmendmentRuling, AmendmentRulingWanted, AmendmentState,
};
use rasoat_assistant::Corpus;
use rasoat_assistant::amendments::{self, Ruling, Unapplied, Why};
use rasoat_law::effect::Operation;
use rasoat_law::{DocNumber, Eid, amend, text};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Letters of a reason, at most.
const LONGEST: usize = 4000;
/// Provisions that one amendment may be said to change.
const MOST: usize = 200;

/// What waits in a library, read once for as long as that is in use.
#[derive(Default)]
pub struct Queue {
    known: Mutex<Option<Known>>,
}

/// What waits, and in which library.
type Known = (Weak<Library>, Arc<Vec<Unapplied>>);

impl Queue {
    /// What could not be applied of a library's documents.
    pub fn of(&self, library: &Arc<Library>) -> Arc<Vec<Unapplied>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, unapplied)) = known.as_ref()
            && of.upgrade().is_some_and(|of| Arc::ptr_eq(&of, library))
        {
            return Arc::clone(unapplied);
        }
        let held: Vec<_> = library.documents().collect();
        let unapplied = Arc::new(amendments::unapplied(&held));
        *known = Some((Arc::downgrade(library), Arc::clone(&unapplied)));
        unapplied
    }
}

/// What a person said of an amendment, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    id: String,
    act: String,
    act_eid: Option<String>,
    words: String,
    ruling: AmendmentRuling,
}

const KEPT: &str = "SELECT id, act, act_eid, words, document, eids, operation, effective, reason, account, at
    FROM amendments";

/// Everything that people said of amendments, by identifier.
///
/// # Errors
/// When the store cannot be read.
pub fn kept(tables: &mut dyn Tables) -> Result<Vec<Kept>> {
    tables.query(&format!("{KEPT} ORDER BY id"), &[])?.iter().map(kept_of).collect()
}

fn kept_of(row: &Cells) -> Result<Kept> {
    let operation = row.maybe_text(6)?.and_then(|code| AmendmentOperation::from_code(&code));
    let confirmed = match (row.maybe_text(4)?, operation, row.maybe_text(7)?) {
        (Some(document), Some(operation), Some(effective)) => {
            let eids = row.text(5)?.split_whitespace().map(str::to_owned).collect();
            Some(AmendmentFact { document, eids, operation, effective })
        }
        _ => None,
    };
    let dismissed = row.maybe_text(8)?;
    let ruling = AmendmentRuling { confirmed, dismissed, account: row.maybe_text(9)?, at: row.number(10)? };
    Ok(Kept { id: row.text(0)?, act: row.text(1)?, act_eid: row.maybe_text(2)?, words: row.text(3)?, ruling })
}

/// What people said, as the corpus takes it.
///
/// # Errors
/// When the store cannot be read.
pub fn rulings(tables: &mut dyn Tables) -> Result<Vec<Ruling>> {
    let ruling = |kept: Kept| -> Result<Ruling> {
        let fact = |fact: &AmendmentFact| {
            let act = (DocNumber::from_normal(kept.act.clone()), kept.act_eid.clone().map(Eid::new));
            let eids = fact.eids.iter().map(|eid| Eid::new(eid.clone())).collect();
            let (target, from) = (DocNumber::from_normal(fact.document.clone()), day(Some(&fact.effective))?);
            Ok::<_, Failure>(amendments::confirmed(act, target, eids, of_law(fact.operation), from))
        };
        let change = kept.ruling.confirmed.as_ref().map(fact).transpose()?;
        Ok(Ruling { id: kept.id, change })
    };
    kept(tables)?.into_iter().map(ruling).collect()
}

/// The queue with what people said of it: what waits in the order of the acts, then what was ruled on and is no longer
/// found, since the act went away or can be applied now.
pub fn listed(library: &Library, unapplied: &[Unapplied], kept: Vec<Kept>) -> Vec<Amendment> {
    let mut kept: HashMap<String, Kept> = kept.into_iter().map(|kept| (kept.id.clone(), kept)).collect();
    let waiting = unapplied.iter().map(|item| {
        let ruling = kept.remove(&item.id).map(|kept| kept.ruling);
        Amendment {
            id: item.id.clone(),
            state: state(ruling.as_ref()),
            act: item.act.to_string(),
            act_eid: item.by_eid.as_ref().map(Eid::to_string),
            words: item.words.clone(),
            held: true,
            read: Some(read(library, item)),
            ruling,
        }
    });
    let mut all: Vec<Amendment> = waiting.collect();
    let mut left: Vec<Kept> = kept.into_values().collect();
    left.sort_by(|a, b| (&a.act, &a.id).cmp(&(&b.act, &b.id)));
    all.extend(left.into_iter().map(|kept| {
        let Kept { id, act, act_eid, words, ruling } = kept;
        let held = library.document(&DocNumber::from_normal(act.clone()));
        let held = held.is_some_and(|held| held.document.text.contains(words.trim_end_matches('…')));
        Amendment { id, state: state(Some(&ruling)), act, act_eid, words, held, read: None, ruling: Some(ruling) }
    }));
    all
}

fn state(ruling: Option<&AmendmentRuling>) -> AmendmentState {
    match ruling {
        None => AmendmentState::Open,
        Some(ruling) if ruling.confirmed.is_some() => AmendmentState::Confirmed,
        Some(_) => AmendmentState::Dismissed,
    }
}

fn read(library: &Library, item: &Unapplied) -> AmendmentRead {
    let target = item.target.as_ref().and_then(|target| library.document(target));
    let words = item.eid.as_ref().zip(target).and_then(|(eid, held)| {
        let provision = held.document.get(eid.as_str())?;
        Some(held.document.text_of(provision).to_owned())
    });
    let (why, reason) = reason(&item.why);
    AmendmentRead {
        document: item.target.as_ref().map(DocNumber::to_string),
        eid: item.eid.as_ref().map(Eid::to_string),
        target_words: words,
        operation: of_contract(item.operation),
        effective: item.effective.map(|day| day.to_string()),
        why: why.to_owned(),
        reason,
    }
}

/// Why an amendment waits: its stable name, and for a person.
fn reason(why: &Why) -> (&'static str, String) {
    let unit = |eid: &Eid| eid.label();
    let (code, message, name, value) = match why {
        Why::DocumentUnclear => ("document_unclear", Message::WhyDocumentUnclear, "", String::new()),
        Why::NoDate => ("no_date", Message::AmendmentNoDate, "", String::new()),
        Why::Failed(failure) => match failure {
            amend::Failure::TargetUnclear => ("target_unclear", Message::WhyTargetUnclear, "", String::new()),
            amend::Failure::NoNewText => ("no_new_text", Message::WhyNoNewText, "", String::new()),
            amend::Failure::NewTextUnclear => ("new_text_unclear", Message::WhyNewTextUnclear, "", String::new()),
            amend::Failure::OtherNumber(number) => ("other_number", Message::WhyOtherNumber, "number", number.clone()),
            amend::Failure::SmallerThanPoint => ("smaller_than_point", Message::WhySmallerThanPoint, "", String::new()),
            amend::Failure::NoSuchUnit(eid) => ("no_such_unit", Message::WhyNoSuchUnit, "unit", unit(eid)),
            amend::Failure::Ambiguous(eid) => ("ambiguous", Message::WhyAmbiguous, "unit", unit(eid)),
            amend::Failure::AlreadyThere(eid) => ("already_there", Message::WhyAlreadyThere, "unit", unit(eid)),
            amend::Failure::NoSuchPart(eid) => ("no_such_part", Message::WhyNoSuchPart, "unit", unit(eid)),
            amend::Failure::NoSuchPhrase(words) => ("no_such_phrase", Message::WhyNoSuchPhrase, "words", words.clone()),
        },
    };
    (code, message.fill(language(), &[(name, value.as_str())]))
}

/// Keeps what a person says of an amendment, in the place of what was said before.
///
/// # Errors
/// `amendment.unknown` where the queue has none of this identifier; `amendment.no_document` and `amendment.no_date` where
/// neither the program nor the person knows; when the document or a provision is not in the store, the reason is missing
/// or too long, or the store refuses.
pub fn rule(
    tables: &mut dyn Tables,
    who: &Who,
    library: &Library,
    item: &Amendment,
    wanted: &AmendmentRulingWanted,
    now: i64,
) -> Result<AmendmentRuling> {
    let ruling = match (&wanted.confirm, &wanted.dismiss) {
        (Some(_), None) => AmendmentRuling {
            confirmed: Some(fact(library, item, wanted)?),
            dismissed: None,
            account: who.id(),
            at: now,
        },
        (None, Some(reason)) => {
            let reason = reason.trim();
            if reason.is_empty() {
                return Err(refused("amendment.no_reason", Message::NoReason, Message::AccountHint));
            }
            if reason.chars().count() > LONGEST {
                let (message, hint) = (Message::TooLong, Message::AccountHint);
                let values = [("field", "dismiss"), ("most", &LONGEST.to_string())];
                return Err(Failure::new(Kind::Usage, "text.long", message, hint, &values));
            }
            AmendmentRuling { confirmed: None, dismissed: Some(reason.to_owned()), account: who.id(), at: now }
        }
        _ => return Err(refused("amendment.one_word", Message::AmendmentOneWord, Message::BadRequestHint)),
    };
    let fact = ruling.confirmed.as_ref();
    let values: [Value; 11] = [
        (&item.id).into(),
        (&item.act).into(),
        item.act_eid.clone().into(),
        (&item.words).into(),
        fact.map(|fact| fact.document.clone()).into(),
        fact.map(|fact| fact.eids.join(" ")).unwrap_or_default().into(),
        fact.map(|fact| fact.operation.code()).into(),
        fact.map(|fact| fact.effective.clone()).into(),
        ruling.dismissed.clone().into(),
        who.id().into(),
        now.into(),
    ];
    let sql =
        "INSERT INTO amendments (id, act, act_eid, words, document, eids, operation, effective, reason, account, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO UPDATE SET act = excluded.act, act_eid = excluded.act_eid, words = excluded.words,
            document = excluded.document, eids = excluded.eids, operation = excluded.operation,
            effective = excluded.effective, reason = excluded.reason, account = excluded.account, at = excluded.at";
    tables.execute(sql, &values)?;
    let (act, detail) = match fact {
        Some(AmendmentFact { document, eids, operation, effective }) => {
            let told = format!("{} {document} {} {effective}", operation.code(), eids.join(" "));
            ("amendment.confirmed", text::squeeze(&told))
        }
        None => ("amendment.dismissed", String::new()),
    };
    record::add(tables, who, act, &item.id, &detail, now)?;
    tables.revise()?;
    Ok(ruling)
}

/// Takes back what was said of an amendment.
///
/// # Errors
/// `amendment.open` where nothing was said, or when the store refuses.
pub fn reopen(tables: &mut dyn Tables, who: &Who, id: &str, now: i64) -> Result<()> {
    if tables.execute("DELETE FROM amendments WHERE id = $1", &[id.into()])? == 0 {
        return Err(refused("amendment.open", Message::AmendmentOpenStill, Message::UnknownAmendmentHint));
    }
    record::add(tables, who, "amendment.reopened", id, "", now)?;
    tables.revise()
}

/// What a person confirms: what they say, else what was read.
fn fact(library: &Library, item: &Amendment, wanted: &AmendmentRulingWanted) -> Result<AmendmentFact> {
    let said = wanted.confirm.clone().unwrap_or_default();
    // What a person confirmed before stands for what was read, where the act has gone.
    let before = item.ruling.as_ref().and_then(|ruling| ruling.confirmed.as_ref()).filter(|_| item.read.is_none());
    let read = item.read.as_ref();
    let document = said.document.clone().or_else(|| read?.document.clone()).or_else(|| Some(before?.document.clone()));
    let document = document.ok_or_else(|| {
        refused("amendment.no_document", Message::AmendmentNoDocument, Message::AmendmentNoDocumentHint)
    })?;
    let number = DocNumber::parse(&document).unwrap_or_else(|| DocNumber::from_normal(text::normalise(&document)));
    let held = library.document(&number).ok_or_else(|| Failure::unknown_document(number.as_str()))?;
    let was_read = read.and_then(|read| read.eid.clone());
    let eids = said.eids.clone().unwrap_or_else(|| match before {
        Some(before) => before.eids.clone(),
        None => was_read.iter().cloned().collect(),
    });
    let operation = said.operation.or_else(|| Some(read?.operation)).or_else(|| Some(before?.operation));
    let operation = operation.unwrap_or(AmendmentOperation::Amend);
    for eid in &eids {
        // One that is put in need not be in the stored text, nor one that the act itself names.
        let may_be_absent = operation == AmendmentOperation::Insert || was_read.as_deref() == Some(eid);
        let is_eid = !eid.is_empty() && eid.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if !is_eid || (!may_be_absent && held.document.get(eid).is_none()) {
            return Err(Failure::unknown_provision(number.as_str(), eid));
        }
    }
    if eids.len() > MOST {
        let (message, hint) = (Message::TooLong, Message::AccountHint);
        let values = [("field", "eids"), ("most", &MOST.to_string())];
        return Err(Failure::new(Kind::Usage, "text.long", message, hint, &values));
    }
    let effective = said.effective.or_else(|| read?.effective.clone()).or_else(|| Some(before?.effective.clone()));
    let effective = effective
        .ok_or_else(|| refused("amendment.no_date", Message::AmendmentNoDate, Message::AmendmentNoDateHint))?;
    Ok(AmendmentFact { document: number.to_string(), eids, operation, effective: day(Some(&effective))?.to_string() })
}

/// The amendment of an identifier.
///
/// # Errors
/// `amendment.unknown` where there is none.
pub fn one(all: Vec<Amendment>, id: &str) -> Result<Amendment> {
    all.into_iter().find(|item| item.id == id).ok_or_else(|| {
        let (message, hint) = (Message::UnknownAmendment, Message::UnknownAmendmentHint);
        Failure::new(Kind::Input, "amendment.unknown", message, hint, &[("what", id)])
    })
}

fn refused(code: &'static str, message: Message, hint: Message) -> Failure {
    Failure::new(Kind::Usage, code, message, hint, &[])
}

fn of_law(operation: AmendmentOperation) -> Operation {
    match operation {
        AmendmentOperation::Amend => Operation::Amend,
        AmendmentOperation::Insert => Operation::Insert,
        AmendmentOperation::Repeal => Operation::Repeal,
        AmendmentOperation::Replace => Operation::Replace,
        AmendmentOperation::Suspend => Operation::Suspend,
        AmendmentOperation::Resume => Operation::Resume,
    }
}

fn of_contract(operation: Operation) -> AmendmentOperation {
    match operation {
        Operation::Insert | Operation::Start => AmendmentOperation::Insert,
        Operation::Repeal | Operation::Expire => AmendmentOperation::Repeal,
        Operation::Replace => AmendmentOperation::Replace,
        Operation::Suspend => AmendmentOperation::Suspend,
        Operation::Resume => AmendmentOperation::Resume,
        Operation::Amend | Operation::Correct => AmendmentOperation::Amend,
    }
}
