//! Accounts: who uses the service, in which role, for which organisation.
//!
//! Hard because everything here is a door. Secrets (of sessions, invitations, tokens) are 256 random bits that only their
//! bearer has; the store keeps their SHA-256. Passwords are kept as Argon2id hashes (RFC 9106) with the crate's defaults,
//! which are OWASP's least. A wrong login name costs as much time as a wrong password. Whoever tries too often waits,
//! by name and by address, across restarts and servers. Nothing here knows HTTP; times are handed in.

pub mod login;
pub mod record;

use crate::failure::{Failure, Kind, Result};
use crate::store::{Cells, LOCAL, Tables, Value};
use rasoat_api::messages::Message;
use rasoat_api::{
    Account, AccountChange, Invitation, InvitationMade, InvitationTaken, Organisation, Role, Scope, Token, TokenMade,
    TokenWanted,
};
use sha2::{Digest, Sha256};

/// How long an invitation may be taken up, in seconds: a week.
const INVITED: i64 = 7 * 24 * 3600;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Read law, ask, report a provision, log in.
    Read,
    /// Manage one's own account.
    Own,
    /// Check drafts, decide findings, answer petitions.
    Review,
    /// Run and read measurements.
    Evaluate,
    /// Keep accounts, the record and the corpus.
    Administer,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The account; none for a citizen, and for the owner of a machine that runs without accounts.
    pub account: Option<Account>,
    /// The role.
    pub role: Role,
    /// The organisation whose drafts are seen.
    pub organisation: String,
    /// What a token allows of it; `None`: everything.
    pub scopes: Option<Vec<Scope>>,
    /// The secret of the session, where one is used.
    pub session: Option<String>,
}

impl Who {
    /// Anyone.
    pub fn citizen() -> Self {
        Self { account: None, role: Role::Citizen, organisation: String::new(), scopes: None, session: None }
    }

    /// The owner of a machine that runs without accounts.
    pub fn owner() -> Self {
        Self { role: Role::Administrator, organisation: LOCAL.to_owned(), ..Self::citizen() }
    }

    /// Somebody with an account.
    pub fn of(account: Account) -> Self {
        let (role, organisation) = (account.role, account.organisation.id.clone());
        Self { account: Some(account), role, organisation, scopes: None, session: None }
    }

    /// Whether it may be done.
    pub fn may(&self, right: Right) -> bool {
        let scoped = |scope| self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope));
        match right {
            Right::Read => true,
            // A program has no password to change, and must not make itself further tokens.
            Right::Own => self.account.is_some() && self.scopes.is_none(),
            Right::Review => matches!(self.role, Role::Reviewer | Role::Administrator) && scoped(Scope::Review),
            Right::Evaluate => matches!(self.role, Role::Evaluator | Role::Administrator) && scoped(Scope::Evaluate),
            Right::Administer => self.role == Role::Administrator && scoped(Scope::Administer),
        }
    }

    /// The identifier of the account.
    pub fn id(&self) -> Option<String> {
        self.account.as_ref().map(|account| account.id.clone())
    }
}

/// A new secret, in hexadecimal.
///
/// # Errors
/// When the system has no random numbers.
pub fn secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom_04::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(hexadecimal(&bytes))
}

/// What is kept of a secret.
pub fn sum(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const ACCOUNT: &str = "SELECT a.id, a.login, a.name, a.role, a.organisation, o.name, a.active
    FROM accounts a JOIN organisations o ON o.id = a.organisation";

fn account(row: &Cells) -> Result<Account> {
    let role = row.text(3)?;
    Ok(Account {
        id: row.text(0)?,
        login: row.text(1)?,
        name: row.text(2)?,
        role: Role::from_code(&role).ok_or_else(|| Failure::internal(format!("unknown role `{role}`")))?,
        organisation: Organisation { id: row.text(4)?, name: row.text(5)? },
        active: row.number(6)? != 0,
    })
}

/// Every account, by login name.
///
/// # Errors
/// When the store cannot be read.
pub fn accounts(tables: &mut dyn Tables) -> Result<Vec<Account>> {
    tables.query(&format!("{ACCOUNT} ORDER BY a.login"), &[])?.iter().map(account).collect()
}

fn account_by(tables: &mut dyn Tables, id: &str) -> Result<Option<Account>> {
    tables.query(&format!("{ACCOUNT} WHERE a.id = $1"), &[id.into()])?.first().map(account).transpose()
}

/// Whether nobody could administer the service.
///
/// # Errors
/// When the store cannot be read.
pub fn vacant(tables: &mut dyn Tables) -> Result<bool> {
    let sql = "SELECT id FROM accounts WHERE role = 'administrator' AND active = 1 LIMIT 1";
    Ok(tables.query(sql, &[])?.is_empty())
}

/// Every organisation, by name.
///
/// # Errors
/// When the store cannot be read.
pub fn organisations(tables: &mut dyn Tables) -> Result<Vec<Organisation>> {
    let rows = tables.query("SELECT id, name FROM organisations ORDER BY name, id", &[])?;
    rows.iter().map(|row| Ok(Organisation { id: row.text(0)?, name: row.text(1)? })).collect()
}

fn organisation_by(tables: &mut dyn Tables, id: &str) -> Result<Organisation> {
    let rows = tables.query("SELECT id, name FROM organisations WHERE id = $1", &[id.into()])?;
    let row = rows.first().ok_or_else(|| refused("organisation.unknown", Message::UnknownOrganisation, id))?;
    Ok(Organisation { id: row.text(0)?, name: row.text(1)? })
}

/// Makes an organisation.
///
/// # Errors
/// When its name is empty or too long, or the store refuses.
pub fn make_organisation(tables: &mut dyn Tables, name: &str, now: i64) -> Result<Organisation> {
    put_organisation(tables, &uuid::Uuid::now_v7().to_string(), name, now)
}

/// The first organisation, made where there is none, whose drafts are those of the time before there were accounts.
///
/// # Errors
/// When the store refuses.
pub fn first_organisation(tables: &mut dyn Tables, now: i64) -> Result<Organisation> {
    match organisation_by(tables, LOCAL) {
        Ok(known) => Ok(known),
        Err(failure) if failure.code == "organisation.unknown" => {
            put_organisation(tables, LOCAL, "Cơ quan quản trị", now)
        }
        Err(failure) => Err(failure),
    }
}

fn put_organisation(tables: &mut dyn Tables, id: &str, name: &str, now: i64) -> Result<Organisation> {
    let name = named(name)?;
    let values = [id.into(), name.as_str().into(), now.into()];
    tables.execute("INSERT INTO organisations (id, name, made) VALUES ($1, $2, $3)", &values)?;
    Ok(Organisation { id: id.to_owned(), name })
}

/// Gives an organisation another name.
///
/// # Errors
/// When there is none of this identifier, or the name is empty or too long.
pub fn rename_organisation(tables: &mut dyn Tables, id: &str, name: &str) -> Result<Organisation> {
    let name = named(name)?;
    tables.execute("UPDATE organisations SET name = $2 WHERE id = $1", &[id.into(), name.into()])?;
    organisation_by(tables, id)
}

/// A name for people: one line of at most 200 letters.
fn named(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > 200 || name.chars().any(char::is_control) {
        return Err(refused("request.name", Message::BadName, &name.chars().take(40).collect::<String>()));
    }
    Ok(name)
}

/// Makes an invitation.
///
/// # Errors
/// When the role needs no account or the organisation is unknown.
pub fn invite(tables: &mut dyn Tables, wanted: &Invitation, now: i64) -> Result<InvitationMade> {
    if wanted.role == Role::Citizen {
        return Err(refused("request.role", Message::RoleWithoutAccount, wanted.role.code()));
    }
    organisation_by(tables, &wanted.organisation)?;
    let (secret, expires) = (secret()?, now + INVITED);
    tables.execute("DELETE FROM invitations WHERE expires < $1", &[now.into()])?;
    let sql = "INSERT INTO invitations (sum, role, organisation, expires) VALUES ($1, $2, $3, $4)";
    let values = [sum(&secret).into(), wanted.role.code().into(), (&wanted.organisation).into(), expires.into()];
    tables.execute(sql, &values)?;
    Ok(InvitationMade { secret, expires })
}

/// Takes an invitation up: makes its account. `hash` is the password's, from [`login::hash`].
///
/// # Errors
/// When the invitation is unknown, lapsed or taken, or the login name cannot be had.
pub fn take_up(tables: &mut dyn Tables, taken: &InvitationTaken, hash: &str, now: i64) -> Result<Account> {
    let sql = "DELETE FROM invitations WHERE sum = $1 RETURNING role, organisation, expires";
    let rows = tables.query(sql, &[sum(&taken.secret).into()])?;
    let invited = rows.first().filter(|row| row.number(2).is_ok_and(|expires| expires >= now));
    let invited = invited.ok_or_else(|| refused("invitation.unknown", Message::UnknownInvitation, ""))?;
    let (role, organisation) = (invited.text(0)?, invited.text(1)?);
    let login = login_name(&taken.login)?;
    let id = put_account(tables, &login, &taken.name, &role, &organisation, now)?;
    tables.execute("UPDATE accounts SET password = $2 WHERE id = $1", &[(&id).into(), hash.into()])?;
    account_by(tables, &id)?.ok_or_else(|| Failure::internal("an account that was made is not there"))
}

fn put_account(
    tables: &mut dyn Tables,
    login: &str,
    name: &str,
    role: &str,
    organisation: &str,
    now: i64,
) -> Result<String> {
    let (id, name) = (uuid::Uuid::now_v7().to_string(), named(name)?);
    let sql = "INSERT INTO accounts (id, login, name, role, organisation, active, made)
        VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (login) DO NOTHING";
    let values = [(&id).into(), login.into(), name.into(), role.into(), organisation.into(), now.into()];
    if tables.execute(sql, &values)? == 0 {
        return Err(refused("account.taken", Message::LoginTaken, login));
    }
    Ok(id)
}

/// The account of a person whom the single sign-on vouches for, made on the first login with the role it is given.
///
/// # Errors
/// When the store refuses.
pub fn vouched(tables: &mut dyn Tables, subject: &str, name: &str, role: Role, now: i64) -> Result<Account> {
    let known = tables.query(&format!("{ACCOUNT} WHERE a.subject = $1"), &[subject.into()])?;
    if let Some(row) = known.first() {
        return account(row);
    }
    let organisation = first_organisation(tables, now)?;
    // No password, so nobody logs in with this name but through the single sign-on.
    let login = format!("sso-{}", &hexadecimal(&sum(subject))[..16]);
    let id = put_account(tables, &login, name, role.code(), &organisation.id, now)?;
    tables.execute("UPDATE accounts SET subject = $2 WHERE id = $1", &[(&id).into(), subject.into()])?;
    account_by(tables, &id)?.ok_or_else(|| Failure::internal("an account that was made is not there"))
}

/// Changes an account. What it had open is closed, so that the change holds at once.
///
/// # Errors
/// When it is unknown, the organisation is, or nobody would be left to administer the service.
pub fn change(tables: &mut dyn Tables, id: &str, change: &AccountChange) -> Result<Account> {
    tables.alone("accounts")?;
    let known = account_by(tables, id)?.ok_or_else(|| refused("account.unknown", Message::UnknownAccount, id))?;
    if let Some(organisation) = &change.organisation {
        organisation_by(tables, organisation)?;
    }
    let role = change.role.unwrap_or(known.role);
    if role == Role::Citizen {
        return Err(refused("request.role", Message::RoleWithoutAccount, role.code()));
    }
    let values = [
        id.into(),
        role.code().into(),
        change.organisation.as_ref().unwrap_or(&known.organisation.id).into(),
        i64::from(change.active.unwrap_or(known.active)).into(),
    ];
    tables.execute("UPDATE accounts SET role = $2, organisation = $3, active = $4 WHERE id = $1", &values)?;
    if vacant(tables)? {
        return Err(refused("account.last", Message::LastAdministrator, &known.login));
    }
    tables.execute("DELETE FROM sessions WHERE account = $1", &[id.into()])?;
    account_by(tables, id)?.ok_or_else(|| Failure::internal("an account that was changed is not there"))
}

/// The tokens of an account, the newest first.
///
/// # Errors
/// When the store cannot be read.
pub fn tokens(tables: &mut dyn Tables, account: &str) -> Result<Vec<Token>> {
    let sql = "SELECT id, name, scopes, expires FROM tokens WHERE account = $1 ORDER BY id DESC";
    tables.query(sql, &[account.into()])?.iter().map(token).collect()
}

fn token(row: &Cells) -> Result<Token> {
    let scopes = row.text(2)?.split(',').filter_map(Scope::from_code).collect();
    Ok(Token { id: row.text(0)?, name: row.text(1)?, scopes, expires: row.maybe_number(3)? })
}

/// Makes a token.
///
/// # Errors
/// When its name is empty or the store refuses.
pub fn make_token(tables: &mut dyn Tables, account: &str, wanted: &TokenWanted, now: i64) -> Result<TokenMade> {
    let (id, secret, name) = (uuid::Uuid::now_v7().to_string(), secret()?, named(&wanted.name)?);
    let expires = wanted.days.map(|days| now + i64::from(days) * 24 * 3600);
    let scopes = wanted.scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",");
    let sql = "INSERT INTO tokens (id, sum, account, name, scopes, made, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] =
        [(&id).into(), sum(&secret).into(), account.into(), (&name).into(), scopes.into(), now.into(), expires.into()];
    tables.execute(sql, &values)?;
    Ok(TokenMade { token: Token { id, name, scopes: wanted.scopes.clone(), expires }, secret })
}

/// Takes a token of an account back; says whether there was one.
///
/// # Errors
/// When the store refuses.
pub fn drop_token(tables: &mut dyn Tables, account: &str, id: &str) -> Result<bool> {
    Ok(tables.execute("DELETE FROM tokens WHERE account = $1 AND id = $2", &[account.into(), id.into()])? > 0)
}

/// Who bears a token.
///
/// # Errors
/// When the store cannot be read.
pub fn bearer(tables: &mut dyn Tables, secret: &str, now: i64) -> Result<Option<Who>> {
    let sql = "SELECT id, name, scopes, expires, account FROM tokens WHERE sum = $1";
    let rows = tables.query(sql, &[sum(secret).into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let token = token(row)?;
    if token.expires.is_some_and(|expires| expires < now) {
        return Ok(None);
    }
    let account = account_by(tables, &row.text(4)?)?.filter(|account| account.active);
    Ok(account.map(|account| Who { scopes: Some(token.scopes), ..Who::of(account) }))
}

/// A login name as it is kept: lower case, of letters, digits and `.-_@`.
fn login_name(login: &str) -> Result<String> {
    let name = login.trim().to_lowercase();
    let length = name.chars().count();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    // What the single sign-on makes is not to be had otherwise.
    if !(3..=100).contains(&length) || !name.chars().all(allowed) || name.starts_with("sso-") {
        return Err(refused("request.login", Message::BadLogin, &login.chars().take(40).collect::<String>()));
    }
    Ok(name)
}

/// A refusal that names one thing.
fn refused(code: &'static str, message: Message, what: &str) -> Failure {
    let kind = if code.starts_with("request.") { Kind::Usage } else { Kind::Input };
    Failure::new(kind, code, message, Message::AccountHint, &[("what", what)])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::store::{Sqlite, within};
    use tempfile::TempDir;

    fn store() -> (TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        (folder, store)
    }

    fn taken(secret: &str, login: &str) -> InvitationTaken {
        let name = "Nguyễn Văn An".to_owned();
        InvitationTaken { secret: secret.into(), login: login.into(), name, password: String::new() }
    }

    /// An account of a role in the first organisation.
    fn made(store: &mut Sqlite, role: Role, login: &str) -> Account {
        within(store, |tables| {
            let organisation = first_organisation(tables, 0)?.id;
            let invitation = invite(tables, &Invitation { role, organisation }, 0)?;
            take_up(tables, &taken(&invitation.secret, login), "", 0)
        })
        .unwrap()
    }

    fn code<T>(result: Result<T>) -> Option<&'static str> {
        result.err().map(|failure| failure.code)
    }

    #[test]
    fn what_a_role_may_do_and_what_a_token_leaves_of_it() {
        use Right::{Administer, Evaluate, Own, Read, Review};
        let (_folder, mut store) = store();
        let rights = |who: &Who| [Read, Own, Review, Evaluate, Administer].map(|right| who.may(right));
        assert_eq!(rights(&Who::citizen()), [true, false, false, false, false]);
        assert_eq!(rights(&Who::owner()), [true, false, true, true, true]);
        let reviewer = Who::of(made(&mut store, Role::Reviewer, "ra-soat"));
        assert_eq!(rights(&reviewer), [true, true, true, false, false]);
        let evaluator = Who::of(made(&mut store, Role::Evaluator, "danh-gia"));
        assert_eq!(rights(&evaluator), [true, true, false, true, false]);
        let administrator = Who::of(made(&mut store, Role::Administrator, "quan-tri"));
        assert_eq!(rights(&administrator), [true, true, true, true, true]);
        let token = Who { scopes: Some(vec![Scope::Review, Scope::Administer]), ..reviewer };
        assert_eq!(rights(&token), [true, false, true, false, false], "a token has no more than its account");
        let token = Who { scopes: Some(Vec::new()), ..administrator };
        assert_eq!(rights(&token), [true, false, false, false, false]);
    }

    #[test]
    fn an_invitation_is_taken_up_once_and_in_time() {
        let (_folder, mut store) = store();
        let mut invited = |now| {
            let work = |tables: &mut dyn Tables| {
                let organisation = first_organisation(tables, 0)?.id;
                invite(tables, &Invitation { role: Role::Reviewer, organisation }, now)
            };
            within(&mut store, work).unwrap().secret
        };
        let (first, second, third) = (invited(0), invited(0), invited(0));
        let mut take = |secret: &str, login: &str, now| {
            within(&mut store, |tables| take_up(tables, &taken(secret, login), "", now))
        };
        assert_eq!(take(&first, " An@Bo.VN ", INVITED).unwrap().login, "an@bo.vn");
        assert_eq!(code(take(&first, "binh", 0)), Some("invitation.unknown"));
        assert_eq!(code(take("", "binh", 0)), Some("invitation.unknown"));
        assert_eq!(code(take(&second, "AN@bo.vn", 0)), Some("account.taken"));
        for login in ["ab", "có dấu", "a b c", "sso-1234", &"a".repeat(101)] {
            assert_eq!(code(take(&second, login, 0)), Some("request.login"), "{login}");
        }
        assert_eq!(take(&second, "binh", 0).unwrap().login, "binh", "a refusal does not use it up");
        assert_eq!(code(take(&third, "chi", INVITED + 1)), Some("invitation.unknown"));
    }

    #[test]
    fn nobody_takes_the_last_administrator_away() {
        let (_folder, mut store) = store();
        assert!(within(&mut store, vacant).unwrap());
        let first = made(&mut store, Role::Administrator, "mot").id;
        assert!(!within(&mut store, vacant).unwrap());
        let closed = AccountChange { active: Some(false), ..AccountChange::default() };
        let lower = AccountChange { role: Some(Role::Reviewer), ..AccountChange::default() };
        for wanted in [&closed, &lower] {
            assert_eq!(code(within(&mut store, |tables| change(tables, &first, wanted))), Some("account.last"));
        }
        let second = made(&mut store, Role::Administrator, "hai").id;
        assert!(!within(&mut store, |tables| change(tables, &first, &closed)).unwrap().active);
        assert_eq!(code(within(&mut store, |tables| change(tables, &second, &lower))), Some("account.last"));
        let moved = AccountChange { organisation: Some("nowhere".into()), ..AccountChange::default() };
        assert_eq!(code(within(&mut store, |tables| change(tables, &first, &moved))), Some("organisation.unknown"));
        assert_eq!(code(within(&mut store, |tables| change(tables, "none", &lower))), Some("account.unknown"));
    }

    #[test]
    fn a_token_bears_its_account_until_it_lapses_or_is_taken_back_or_the_account_is_closed() {
        let (_folder, mut store) = store();
        let account = made(&mut store, Role::Reviewer, "an-1").id;
        made(&mut store, Role::Administrator, "quan-tri");
        let wanted = TokenWanted { name: "nhập".into(), scopes: vec![Scope::Review], days: Some(1) };
        let made = within(&mut store, |tables| make_token(tables, &account, &wanted, 0)).unwrap();
        let mut at = |now| within(&mut store, |tables| bearer(tables, &made.secret, now)).unwrap();
        assert_eq!(
            at(24 * 3600).map(|who| (who.id(), who.scopes)),
            Some((Some(account.clone()), Some(vec![Scope::Review])))
        );
        assert_eq!(at(24 * 3600 + 1), None);
        assert_eq!(within(&mut store, |tables| bearer(tables, "another", 0)).unwrap(), None);
        let closed = AccountChange { active: Some(false), ..AccountChange::default() };
        within(&mut store, |tables| change(tables, &account, &closed)).unwrap();
        assert_eq!(within(&mut store, |tables| bearer(tables, &made.secret, 0)).unwrap(), None);
        let known = within(&mut store, |tables| tokens(tables, &account)).unwrap();
        assert_eq!(known, std::slice::from_ref(&made.token));
        assert!(!within(&mut store, |tables| drop_token(tables, "another", &made.token.id)).unwrap());
        assert!(within(&mut store, |tables| drop_token(tables, &account, &made.token.id)).unwrap());
        assert_eq!(within(&mut store, |tables| tokens(tables, &account)).unwrap(), []);
    }

    #[test]
    fn whom_the_single_sign_on_vouches_for_is_the_same_account_every_time() {
        let (_folder, mut store) = store();
        let mut come = |subject: &str| {
            within(&mut store, |tables| vouched(tables, subject, "Trần Thị Bình", Role::Reviewer, 0)).unwrap()
        };
        let first = come("https://dang-nhap.vn 1");
        assert_eq!(come("https://dang-nhap.vn 1"), first);
        assert_ne!(come("https://dang-nhap.vn 2").id, first.id);
    }
}
