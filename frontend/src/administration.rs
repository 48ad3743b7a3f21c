//! What administrators keep: accounts, invitations, organisations, and the record of what was done.

mod accounts_table;
mod organisations;
mod record;

use crate::language::Speech;
use crate::service::{Failure, accounts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::messages::Message;
use rasoat_api::{Account, Organisation};

/// A list that the server is asked for.
pub type Fetched<T> = RwSignal<Option<Result<Vec<T>, Failure>>>;

/// What every part of the page knows.
#[derive(Debug, Clone, Copy)]
struct Kept {
    accounts: Fetched<Account>,
    organisations: Fetched<Organisation>,
}

impl Kept {
    fn fetch_accounts(self) {
        spawn_local(async move { self.accounts.set(Some(accounts::accounts().await)) });
    }

    fn fetch_organisations(self) {
        spawn_local(async move { self.organisations.set(Some(accounts::organisations().await)) });
    }

    /// The organisations to choose from, tracked.
    fn choices(self) -> Vec<(String, String)> {
        let known = self.organisations.get().and_then(Result::ok).unwrap_or_default();
        known.into_iter().map(|one| (one.id, one.name)).collect()
    }

    /// The login name of an account, tracked; its identifier where it is not known.
    fn login_of(self, id: &str) -> String {
        self.accounts.with(|accounts| {
            let known = accounts.iter().flatten().flatten().find(|account| account.id == id);
            known.map_or_else(|| id.to_owned(), |account| account.login.clone())
        })
    }
}

/// The page.
#[component]
pub fn AdministrationPage() -> impl IntoView {
    let speech = expect_context::<Speech>();
    speech.entitle(Message::AdministrationHeading);
    let kept = Kept { accounts: RwSignal::new(None), organisations: RwSignal::new(None) };
    kept.fetch_accounts();
    kept.fetch_organisations();
    view! {
        <div class="page administration">
            <h1>{speech.say(Message::AdministrationHeading)}</h1>
            <accounts_table::Accounts kept />
            <accounts_table::Invite kept />
            <organisations::Organisations kept />
            <record::Record kept />
        </div>
    }
    .into_any()
}
