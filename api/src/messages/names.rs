//! Names of roles, scopes, acts, events in the life of a document, what amendments do, and where they and petitions stand.

use super::{Language, Message, name_in};
use crate::{AmendmentOperation, AmendmentState, PetitionState, Role, Scope};

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
    ("amendment.confirmed", Message::ActAmendmentConfirmed),
    ("amendment.dismissed", Message::ActAmendmentDismissed),
    ("amendment.reopened", Message::ActAmendmentReopened),
    ("evaluation.begun", Message::ActEvaluationBegun),
    ("evaluation.cancelled", Message::ActEvaluationCancelled),
    ("review.begun", Message::ActReviewBegun),
    ("comment.added", Message::ActCommentAdded),
    ("comment.dropped", Message::ActCommentDropped),
    ("assignee.set", Message::ActAssigneeSet),
    ("assignee.dropped", Message::ActAssigneeDropped),
    ("procedures.taken", Message::ActProceduresTaken),
    ("procedure.dropped", Message::ActProcedureDropped),
];

const EVENTS: &[(&str, Message)] = &[
    ("amends", Message::EventAmends),
    ("replaces", Message::EventReplaces),
    ("repeals", Message::EventRepeals),
    ("suspends", Message::EventSuspends),
    ("resumes", Message::EventResumes),
    ("corrects", Message::EventCorrects),
    ("takes_effect", Message::EventTakesEffect),
];

const ABSTENTIONS: &[(&str, Message)] = &[
    ("out_of_scope", Message::AbstentionScope),
    ("not_in_corpus", Message::AbstentionCorpus),
    ("not_in_force", Message::AbstentionForce),
    ("ambiguous", Message::AbstentionAmbiguous),
    ("dangerous_to_simplify", Message::AbstentionDangerous),
];

/// What happened to a document, such as "Thay thế bởi" for `replaces`.
pub fn event_name(kind: &str, language: Language) -> &str {
    name_in(EVENTS, kind, language)
}

/// Why a question was not answered, as a sentence.
pub fn abstention_name(reason: &str, language: Language) -> &str {
    name_in(ABSTENTIONS, reason, language)
}

/// What is to be said of how sure an event is; nothing of one that is confirmed.
pub fn confidence_of_event(confidence: &str, language: Language) -> Option<&'static str> {
    match confidence {
        "reported" => Some(Message::EventReported.text(language)),
        "doubtful" => Some(Message::EventDoubtful.text(language)),
        _ => None,
    }
}

/// Where a petition stands.
pub fn petition_state_name(state: PetitionState, language: Language) -> &'static str {
    let message = match state {
        PetitionState::Received => Message::PetitionReceived,
        PetitionState::InReview => Message::PetitionInReview,
        PetitionState::Accepted => Message::PetitionAccepted,
        PetitionState::Rejected => Message::PetitionRejected,
        PetitionState::Forwarded => Message::PetitionForwarded,
    };
    message.text(language)
}

/// Name of what an amendment does, such as "bãi bỏ".
pub fn amendment_operation_name(operation: AmendmentOperation, language: Language) -> &'static str {
    let message = match operation {
        AmendmentOperation::Amend => Message::OperationAmend,
        AmendmentOperation::Insert => Message::OperationInsert,
        AmendmentOperation::Repeal => Message::OperationRepeal,
        AmendmentOperation::Replace => Message::OperationReplace,
        AmendmentOperation::Suspend => Message::OperationSuspend,
        AmendmentOperation::Resume => Message::OperationResume,
    };
    message.text(language)
}

/// Name of where an amendment of the queue stands, such as "Chờ xác nhận".
pub fn amendment_state_name(state: AmendmentState, language: Language) -> &'static str {
    let message = match state {
        AmendmentState::Open => Message::AmendmentOpen,
        AmendmentState::Confirmed => Message::AmendmentConfirmed,
        AmendmentState::Dismissed => Message::AmendmentDismissed,
    };
    message.text(language)
}

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
