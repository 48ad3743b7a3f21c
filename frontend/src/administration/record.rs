//! The record of what was done, a page at a time.

use super::{Fetched, Kept};
use crate::failure_notice::FailureNotice;
use crate::language::{Speech, written_moment};
use crate::service::accounts;
use crate::skeleton::Skeleton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::Entry;
use rasoat_api::messages::{Message, act_name};

/// Entries a page.
const PAGE: usize = 25;

#[component]
pub fn Record(kept: Kept) -> impl IntoView {
    let speech = expect_context::<Speech>();
    let entries: Fetched<Entry> = RwSignal::new(None);
    // The positions before the pages that were turned, the present one last.
    let turned = RwSignal::new(vec![0_i64]);
    let fetch = move || {
        let after = turned.with_untracked(|turned| turned.last().copied().unwrap_or(0));
        spawn_local(async move { entries.set(Some(accounts::record(after, PAGE).await)) });
    };
    fetch();
    let last = move || entries.with(|entries| entries.iter().flatten().flatten().last().map(|entry| entry.position));
    let full = move || entries.with(|entries| entries.iter().flatten().map(Vec::len).sum::<usize>() == PAGE);
    let first = move || turned.with(|turned| turned.len() == 1);
    let forward = move |_| {
        if let Some(last) = last().filter(|_| full()) {
            turned.update(|turned| turned.push(last));
            fetch();
        }
    };
    let back = move |_| {
        turned.update(|turned| {
            if turned.len() > 1 {
                turned.pop();
            }
        });
        fetch();
    };
    let row = move |entry: Entry| {
        let language = speech.language();
        let by = match &entry.account {
            Some(id) => kept.login_of(id),
            None => Message::RecordNobody.text(language).to_owned(),
        };
        let object = kept.login_of(&entry.object);
        view! {
            <tr>
                <td class="number">{entry.position}</td>
                <td class="when">{written_moment(entry.at, language)}</td>
                <td>{by}</td>
                <th scope="row">{act_name(&entry.act, language).to_owned()}</th>
                <td class="object">{object} <span class="quiet block">{entry.detail}</span></td>
            </tr>
        }
    };
    let table = move || match entries.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(Err(why)) => view! { <FailureNotice failure=Signal::stored(Some(why)) /> }.into_any(),
        Some(Ok(entries)) if entries.is_empty() => {
            view! { <p class="quiet">{speech.say(Message::RecordEmpty)}</p> }.into_any()
        }
        Some(Ok(entries)) => view! {
            <table class="stacked record">
                <thead>
                    <tr>
                        <th scope="col" class="number">{speech.say(Message::ColumnOrder)}</th>
                        <th scope="col">{speech.say(Message::ColumnWhen)}</th>
                        <th scope="col">{speech.say(Message::ColumnBy)}</th>
                        <th scope="col">{speech.say(Message::ColumnAct)}</th>
                        <th scope="col">{speech.say(Message::ColumnObject)}</th>
                    </tr>
                </thead>
                <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any(),
    };
    view! {
        <section class="part" aria-labelledby="record-heading">
            <h2 id="record-heading">{speech.say(Message::RecordHeading)}</h2>
            <p class="quiet">{speech.say(Message::RecordPurpose)}</p>
            <div aria-live="polite">{table}</div>
            <p class="pager">
                <button type="button" class="button" disabled=first on:click=back>
                    {speech.say(Message::PageBefore)}
                </button>
                <button type="button" class="button" disabled=move || !full() on:click=forward>
                    {speech.say(Message::PageAfter)}
                </button>
            </p>
        </section>
    }
    .into_any()
}
