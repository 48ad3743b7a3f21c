//! Who is at the page: the session as the server tells it, and what it lets this person do here. The server decides;
//! the page only leaves out what would be refused.

use crate::place::{self, Place};
use crate::service::{self, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rasoat_api::{Account, Role, Session};

/// The person at the page.
#[derive(Debug, Clone, Copy)]
pub struct Visitor(RwSignal<Option<Result<Session, Failure>>>);

impl Visitor {
    /// Nobody known yet; the server is asked.
    pub fn arriving() -> Self {
        let visitor = Self(RwSignal::new(None));
        service::when_stranger(move || visitor.turned_away());
        visitor.ask_again();
        visitor
    }

    /// Asks the server who this is.
    pub fn ask_again(self) {
        self.0.set(None);
        spawn_local(async move {
            match service::accounts::session().await {
                Ok(session) => self.put(session),
                Err(why) => self.0.set(Some(Err(why))),
            }
        });
    }

    /// Takes a session over.
    pub fn put(self, session: Session) {
        service::bear(session.csrf.clone());
        service::private::belongs_to(session.account.as_ref().map(|account| &*account.id));
        self.0.set(Some(Ok(session)));
    }

    /// Ends the session and goes to the start.
    pub fn log_out(self) {
        spawn_local(async move {
            // Where the server cannot be reached the session stays, and the page with it.
            if service::accounts::log_out().await.is_ok() {
                service::bear(None);
                // The next person in this tab is somebody else.
                service::private::erase_all();
                Place::Start.go();
                self.ask_again();
            }
        });
    }

    /// What is needed was refused: to the login, and from there back. Who was known is so no longer.
    fn turned_away(self) {
        let here = place::here();
        if !matches!(here, Place::Login { .. } | Place::Invitation(_)) {
            self.0.update(|session| {
                if let Some(Ok(session)) = session {
                    session.account = None;
                    session.role = Role::Citizen;
                }
            });
            Place::Login { back: here.hash() }.go();
        }
    }

    /// The session, or why there is none; tracked. `None` while it is on its way.
    pub fn session(self) -> Option<Result<Session, Failure>> {
        self.0.get()
    }

    fn told<T: Default>(self, of: impl Fn(&Session) -> T) -> T {
        self.0.with(|session| session.as_ref().and_then(|told| told.as_ref().ok()).map(of).unwrap_or_default())
    }

    /// The account, tracked.
    pub fn account(self) -> Option<Account> {
        self.told(|session| session.account.clone())
    }

    /// Whether the service keeps accounts, tracked.
    pub fn has_accounts(self) -> bool {
        self.told(|session| session.accounts)
    }

    /// Whether drafts may be reviewed, tracked.
    pub fn may_review(self) -> bool {
        self.told(|session| matches!(session.role, Role::Reviewer | Role::Administrator))
    }

    /// Whether evaluations may be read, tracked.
    pub fn may_evaluate(self) -> bool {
        self.told(|session| matches!(session.role, Role::Evaluator | Role::Administrator))
    }

    /// Whether accounts may be kept, tracked: only where there are any.
    pub fn may_administer(self) -> bool {
        self.told(|session| session.accounts && session.role == Role::Administrator)
    }

    /// Whether law and procedures may be brought in, tracked.
    pub fn may_import(self) -> bool {
        self.told(|session| session.role == Role::Administrator)
    }
}
