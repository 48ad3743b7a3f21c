//! Who uses the service: roles, accounts, organisations, invitations, tokens, the record of what was done.

use serde::{Deserialize, Serialize};

/// What somebody is to the service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anyone, without an account: reads law, asks, reports a provision.
    #[default]
    Citizen,
    /// Checks drafts of one organisation.
    Reviewer,
    /// Runs and compares measurements.
    Evaluator,
    /// Keeps accounts and the corpus, and may do what the others may, within one organisation.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Citizen, Self::Reviewer, Self::Evaluator, Self::Administrator];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Reviewer => "reviewer",
            Self::Evaluator => "evaluator",
            Self::Administrator => "administrator",
        }
    }

    /// The role of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Who asks, as the service sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The account; `null` for a citizen, and for the owner of a machine that runs without accounts.
    pub account: Option<Account>,
    /// What the one who asks is.
    pub role: Role,
    /// Whether the service keeps accounts; where it does not, whoever is at the machine may do everything.
    pub accounts: bool,
    /// Whether there is no administrator yet: the link that makes the first one stands in the service's log.
    pub vacant: bool,
    /// What the header `x-rasoat-csrf` must say in requests that change something; `null` without a session.
    pub csrf: Option<String>,
    /// The name of the single sign-on, where one is configured.
    pub single_sign_on: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Identifier.
    pub id: String,
    /// What it is logged in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The organisation whose drafts it sees.
    pub organisation: Organisation,
    /// Whether it may log in.
    pub active: bool,
}

/// An organisation: its drafts are seen by its own accounts alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organisation {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Logging in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Login {
    /// Login name.
    pub login: String,
    /// Password.
    pub password: String,
}

/// Whom an administrator invites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The role the account will have.
    pub role: Role,
    /// The organisation it will belong to.
    pub organisation: String,
}

/// An invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationMade {
    /// The secret of its link, shown once: `#/invitation/SECRET`.
    pub secret: String,
    /// When it lapses, in seconds since 1970.
    pub expires: i64,
}

/// An invitation that is taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationTaken {
    /// The secret of the link.
    pub secret: String,
    /// Login name, of letters, digits and `.-_@`.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Password, of at least twelve characters.
    pub password: String,
}

/// What an administrator changes of an account; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountChange {
    /// Role.
    pub role: Option<Role>,
    /// Organisation.
    pub organisation: Option<String>,
    /// Whether it may log in.
    pub active: Option<bool>,
}

/// One's own new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The one so far.
    pub current: String,
    /// The new one, of at least twelve characters.
    pub new: String,
}

/// A new organisation, or another name for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationName {
    /// Name.
    pub name: String,
}

/// What a token may do of what its account may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Drafts, findings, decisions, petitions.
    Review,
    /// Measurements.
    Evaluate,
    /// Accounts and the corpus.
    Administer,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Review, Self::Evaluate, Self::Administer];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Evaluate => "evaluate",
            Self::Administer => "administer",
        }
    }

    /// The scope of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// A token for programs, `Authorization: Bearer SECRET`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// Identifier.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it lapses, in seconds since 1970; `null`: never.
    pub expires: Option<i64>,
}

/// A token that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenWanted {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// For how many days; `null`: until it is taken back.
    pub days: Option<u32>,
}

/// A token that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenMade {
    /// The token.
    pub token: Token,
    /// Its secret, shown once.
    pub secret: String,
}

/// One entry of the record of what was done. It never says what a draft says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its place, from 1.
    pub position: i64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// By which account; `null`: by nobody with one.
    pub account: Option<String>,
    /// Of which organisation.
    pub organisation: Option<String>,
    /// What was done, such as `review.begun`.
    pub act: String,
    /// To what.
    pub object: String,
    /// More, such as the new role.
    pub detail: String,
    /// SHA-256 over the entry before and this one, in hexadecimal.
    pub sum: String,
}
