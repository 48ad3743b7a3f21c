//! `rasoat amendment`: what could not be applied, and what a person says of it.

use super::{Out, library};
use crate::accounts::Who;
use crate::amendments::{self, Queue};
use crate::cli::AmendmentCommand;
use crate::failure::{Result, language};
use crate::library::Library;
use crate::places::Places;
use crate::store::{looking, within};
use rasoat_api::messages::{Message, amendment_operation_name};
use rasoat_api::{
    Amendment, AmendmentConfirmation, AmendmentFact, AmendmentRead, AmendmentRulingWanted, AmendmentState,
};
use rasoat_law::Eid;
use std::sync::Arc;

/// Does what the command line asks for.
///
/// # Errors
/// When the store cannot be read or refuses; when there is none of an identifier, or what it does is not known whole.
pub fn run(out: &Out, places: &Places, what: AmendmentCommand) -> Result<()> {
    match what {
        AmendmentCommand::List { all } => list(out, places, all),
        AmendmentCommand::Confirm { id, document, eid, whole, operation, from } => {
            let eids = (whole || !eid.is_empty()).then_some(eid);
            let confirm = Some(AmendmentConfirmation { document, eids, operation, effective: from });
            rule(out, places, &id, &AmendmentRulingWanted { confirm, dismiss: None })
        }
        AmendmentCommand::Dismiss { id, reason } => {
            rule(out, places, &id, &AmendmentRulingWanted { confirm: None, dismiss: Some(reason) })
        }
        AmendmentCommand::Reopen { id } => reopen(out, places, &id),
    }
}

/// Prints the queue: what is open, or all of it.
fn list(out: &Out, places: &Places, everything: bool) -> Result<()> {
    let (_, mut all) = all(places)?;
    all.retain(|item| everything || item.state == AmendmentState::Open);
    out.show(&all, || {
        if all.is_empty() {
            return Message::AmendmentsNone.text(language()).to_owned();
        }
        all.iter().map(told).collect::<Vec<_>>().join("\n\n")
    })
}

/// Keeps what a person says of an amendment.
fn rule(out: &Out, places: &Places, id: &str, wanted: &AmendmentRulingWanted) -> Result<()> {
    let (library, all) = all(places)?;
    let item = amendments::one(all, id)?;
    let now = jiff::Timestamp::now().as_second();
    let mut store = places.store.open()?;
    let ruling = within(&mut *store, |tables| amendments::rule(tables, &Who::owner(), &library, &item, wanted, now))?;
    let line = match &ruling.confirmed {
        Some(AmendmentFact { document, eids, operation, effective }) => {
            let labels: Vec<String> = eids.iter().map(|eid| Eid::new(eid.clone()).label()).collect();
            let whole = Message::AmendmentWhole.text(language());
            let what = if labels.is_empty() { whole.to_owned() } else { labels.join(", ") };
            let values = [
                ("id", id),
                ("operation", amendment_operation_name(*operation, language())),
                ("what", &what),
                ("document", document),
                ("date", effective),
            ];
            Message::AmendmentConfirmedLine.fill(language(), &values)
        }
        None => Message::AmendmentDismissedLine.fill(language(), &[("id", id)]),
    };
    out.show(&ruling, || line)
}

/// Takes back what was said of an amendment.
fn reopen(out: &Out, places: &Places, id: &str) -> Result<()> {
    let now = jiff::Timestamp::now().as_second();
    let mut store = places.store.open()?;
    within(&mut *store, |tables| amendments::reopen(tables, &Who::owner(), id, now))?;
    out.show(&serde_json::json!({"id": id}), || Message::AmendmentReopenedLine.fill(language(), &[("id", id)]))
}

fn all(places: &Places) -> Result<(Arc<Library>, Vec<Amendment>)> {
    let library = Arc::new(library(places, None)?);
    let kept = looking(&*places.store.open()?, amendments::kept)?;
    let unapplied = Queue::default().of(&library);
    let all = amendments::listed(&library, &unapplied, kept);
    Ok((library, all))
}

/// An amendment for a person at a terminal.
fn told(item: &Amendment) -> String {
    let place = |eid: &Option<String>| eid.as_ref().map(|eid| format!(" {}", Eid::new(eid.clone()).label()));
    let mut lines = vec![format!("{}  {}{}", item.id, item.act, place(&item.act_eid).unwrap_or_default())];
    if let Some(AmendmentRead { document, eid, operation, effective, reason, .. }) = &item.read {
        let unknown = Message::AmendmentUnknownPart.text(language());
        let document = document.as_deref().unwrap_or(unknown);
        let effective = effective.as_deref().unwrap_or(unknown);
        let operation = amendment_operation_name(*operation, language());
        lines.push(format!("  {operation} {document}{} · {effective}", place(eid).unwrap_or_default()));
        lines.push(format!("  {reason}"));
    }
    if item.state != AmendmentState::Open {
        lines.push(format!("  [{}]", item.state.code()));
    }
    lines.extend(item.words.lines().take(4).map(|line| format!("  | {line}")));
    lines.join("\n")
}
