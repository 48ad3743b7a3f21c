//! Names of roles, scopes and acts.

use super::{Language, Message, name_in};
use crate::{Role, Scope};

const ACTS: &[(&str, Message)] = &[
    ("session.begun", Message::ActSessionBegun),
    ("session.refused", Message::ActSessionRefused),
    ("session.ended", Message::ActSessionEnded),
    ("invitation.made", Message::ActInvitationMade),
    ("account.made", Message::ActAccountMade),
    ("account.changed", Message::ActAccountChanged),
    ("account.password", Message::ActAccountPassword),
    ("token.made", Message::ActTokenMade),
    ("token.dropped", Message::ActTokenDropped),
    ("organisation.made", Message::ActOrganisationMade),
    ("organisation.renamed", Message::ActOrganisationRenamed),
    ("review.begun", Message::ActReviewBegun),
];

/// Name of an act of the record, such as "Đăng nhập" for `session.begun`.
pub fn act_name(act: &str, language: Language) -> &str {
    name_in(ACTS, act, language)
}

/// Name of a role.
pub fn role_title(role: Role, language: Language) -> &'static str {
    let message = match role {
        Role::Citizen => Message::RoleCitizen,
        Role::Reviewer => Message::RoleReviewer,
        Role::Evaluator => Message::RoleEvaluator,
        Role::Administrator => Message::RoleAdministrator,
    };
    message.text(language)
}

/// Name of what a token may do.
pub fn scope_name(scope: Scope, language: Language) -> &'static str {
    let message = match scope {
        Scope::Review => Message::ScopeReview,
        Scope::Evaluate => Message::ScopeEvaluate,
        Scope::Administer => Message::ScopeAdminister,
    };
    message.text(language)
}
