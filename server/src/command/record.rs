//! `rasoat record`: what was done, taken out and verified; and `rasoat account`: a way back in for a lost administrator.

use super::{Out, give};
use crate::accounts::{self, Who, record};
use crate::configuration::Configuration;
use crate::failure::{Failure, Kind, Result, language};
use crate::places::Places;
use crate::store::within;
use rasoat_api::messages::Message;
use rasoat_api::{Invitation, Role};
use std::path::Path;

/// Entries that are read at once.
const BATCH: usize = 1000;

/// Writes the record, an entry a line.
///
/// # Errors
/// When the store cannot be read or the file not written.
pub fn export(out: &Out, places: &Places, output: Option<&Path>) -> Result<()> {
    let mut store = places.store.open()?;
    let (mut lines, mut count, mut after) = (Vec::new(), 0_usize, 0);
    loop {
        let batch = within(&mut *store, |tables| record::entries(tables, after, BATCH))?;
        let Some(last) = batch.last() else { break };
        after = last.position;
        for entry in &batch {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        count += batch.len();
    }
    let count = count.to_string();
    give(out, &lines, output, &Message::RecordExported.fill(language(), &[("entries", &count)]))
}

/// Says whether the record is whole: every entry follows from the one before.
///
/// # Errors
/// `record.broken` with the first that does not.
pub fn verify(out: &Out, places: &Places) -> Result<()> {
    let mut store = places.store.open()?;
    let (entries, sum) = within(&mut *store, record::verify)?;
    let count = entries.to_string();
    let summary = serde_json::json!({"entries": entries, "sum": sum});
    out.show(&summary, || Message::RecordWhole.fill(language(), &[("entries", &count), ("sum", &sum)]))
}

/// Makes an invitation and prints its link.
///
/// # Errors
/// When there is no organisation of this name, or the store refuses.
pub fn invite(
    out: &Out,
    places: &Places,
    configuration: &Configuration,
    role: Role,
    organisation: Option<&str>,
) -> Result<()> {
    let mut store = places.store.open()?;
    let now = jiff::Timestamp::now().as_second();
    let made = within(&mut *store, |tables| {
        let organisation = match organisation {
            None => accounts::first_organisation(tables, now)?,
            Some(name) => {
                let known = accounts::organisations(tables)?;
                known.into_iter().find(|known| known.name == name || known.id == name).ok_or_else(|| {
                    let (message, hint) = (Message::UnknownOrganisation, Message::AccountHint);
                    Failure::new(Kind::Input, "organisation.unknown", message, hint, &[("what", name)])
                })?
            }
        };
        let made = accounts::invite(tables, &Invitation { role, organisation: organisation.id.clone() }, now)?;
        record::add(tables, &Who::owner(), "invitation.made", &organisation.id, role.code(), now)?;
        Ok(made)
    })?;
    let base = configuration.accounts.address.clone();
    let base = base.unwrap_or_else(|| format!("http://{}", configuration.serve.listen));
    let link = format!("{base}/#/invitation/{}", made.secret);
    let summary = serde_json::json!({"secret": made.secret, "expires": made.expires, "link": link});
    out.show(&summary, || Message::InvitedLink.fill(language(), &[("link", &link)]))
}
