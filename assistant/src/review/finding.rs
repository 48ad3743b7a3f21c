//! A finding: what is wrong, where, and the evidence. One without evidence cannot be constructed.

use rasoat_law::{ByteSpan, DocNumber, Effect, Eid};
use std::collections::BTreeSet;

/// The checks of a review. The names are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// An expired document is cited.
    ValidityExpired,
    /// A provision is cited that was repealed while its document stays in force.
    ValidityPartlyExpired,
    /// A document is cited that has not taken effect.
    ValidityNotYetInForce,
    /// A document is cited that nobody here knows.
    ValidityUnknownDocument,
    /// A legal basis that must be there is not.
    BasisMissing,
    /// A legal basis has expired.
    BasisExpired,
    /// A legal basis does not rank above the draft, or is no normative document.
    BasisLowerRank,
    /// Date, issuer, kind or name of a citation do not go with its number.
    BasisMetadataMismatch,
    /// The issuer may not issue a document of this kind.
    AuthorityKind,
    /// A document of this kind may not hold this.
    AuthorityScope,
    /// A norm contradicts a provision in force.
    ConflictContradiction,
    /// A norm governs what a text of the same rank and another issuer governs.
    ConflictOverlap,
    /// A norm copies a provision.
    ConflictDuplicate,
    /// A body acts under a name it no longer has.
    TermsRenamedBody,
    /// A unit acts that was abolished.
    TermsAbolishedUnit,
    /// A word for something that no longer exists.
    TermsObsoleteTerm,
    /// A reference, or an amending instruction, points at nothing.
    ReferenceDangling,
    /// A reference points at another provision than its words say.
    ReferenceWrongProvision,
    /// Units out of sequence, missing or doubled.
    FormNumbering,
    /// The clause on effect is missing, without a day, or too early.
    FormEffectiveClause,
    /// A term explained twice or for nothing; an abbreviation not explained.
    FormDefinition,
    /// Texts are ended that are not named.
    FormRepealClause,
}

impl Check {
    /// The checks this version runs.
    pub const ALL: [Self; 22] = [
        Self::ValidityExpired,
        Self::ValidityPartlyExpired,
        Self::ValidityNotYetInForce,
        Self::ValidityUnknownDocument,
        Self::BasisMissing,
        Self::BasisExpired,
        Self::BasisLowerRank,
        Self::BasisMetadataMismatch,
        Self::AuthorityKind,
        Self::AuthorityScope,
        Self::ConflictContradiction,
        Self::ConflictOverlap,
        Self::ConflictDuplicate,
        Self::TermsRenamedBody,
        Self::TermsAbolishedUnit,
        Self::TermsObsoleteTerm,
        Self::ReferenceDangling,
        Self::ReferenceWrongProvision,
        Self::FormNumbering,
        Self::FormEffectiveClause,
        Self::FormDefinition,
        Self::FormRepealClause,
    ];

    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::ValidityExpired => "validity.expired",
            Self::ValidityPartlyExpired => "validity.partly_expired",
            Self::ValidityNotYetInForce => "validity.not_yet_in_force",
            Self::ValidityUnknownDocument => "validity.unknown_document",
            Self::BasisMissing => "basis.missing",
            Self::BasisExpired => "basis.expired",
            Self::BasisLowerRank => "basis.lower_rank",
            Self::BasisMetadataMismatch => "basis.metadata_mismatch",
            Self::AuthorityKind => "authority.kind",
            Self::AuthorityScope => "authority.scope",
            Self::ConflictContradiction => "conflict.contradiction",
            Self::ConflictOverlap => "conflict.overlap",
            Self::ConflictDuplicate => "conflict.duplicate",
            Self::TermsRenamedBody => "terms.renamed_body",
            Self::TermsAbolishedUnit => "terms.abolished_unit",
            Self::TermsObsoleteTerm => "terms.obsolete_term",
            Self::ReferenceDangling => "reference.dangling",
            Self::ReferenceWrongProvision => "reference.wrong_provision",
            Self::FormNumbering => "form.numbering",
            Self::FormEffectiveClause => "form.effective_clause",
            Self::FormDefinition => "form.definition",
            Self::FormRepealClause => "form.repeal_clause",
        }
    }

    /// The checks that a name means: one by its own name, a family by what stands before the dot (`form`). None where
    /// nothing bears it.
    pub fn named(name: &str) -> Vec<Self> {
        let family = |check: &Self| check.code().split_once('.').is_some_and(|(family, _)| family == name);
        Self::ALL.into_iter().filter(|check| check.code() == name || family(check)).collect()
    }
}

/// Which checks a review runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection(BTreeSet<Check>);

impl Selection {
    /// Every check.
    pub fn all() -> Self {
        Self(Check::ALL.into_iter().collect())
    }

    /// These alone.
    pub fn only(checks: impl IntoIterator<Item = Check>) -> Self {
        Self(checks.into_iter().collect())
    }

    /// The same without some.
    pub fn without(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        for check in checks {
            self.0.remove(&check);
        }
        self
    }

    /// Whether a check runs.
    pub fn has(&self, check: Check) -> bool {
        self.0.contains(&check)
    }

    /// Whether one of some does.
    pub fn any(&self, checks: &[Check]) -> bool {
        checks.iter().any(|check| self.has(*check))
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::all()
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A reviewer should look.
    Warning,
    /// Unlawful or void if enacted so.
    Error,
}

/// Where evidence was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceSource {
    /// A provision of the corpus, in its own words.
    Corpus,
    /// An entry of the curated register, in ours.
    Register,
    /// The draft itself.
    Draft,
}

impl EvidenceSource {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Corpus => "corpus",
            Self::Register => "register",
            Self::Draft => "draft",
        }
    }
}

/// What proves a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The document; `None` for the draft itself, and for an entry of ours that rests on no single document.
    pub document: Option<DocNumber>,
    /// The provision; `None` for the whole document.
    pub eid: Option<Eid>,
    /// Its words, or the register's entry.
    pub quote: String,
    /// Effect on the review's date.
    pub effect: Effect,
    /// Where it was read.
    pub source: EvidenceSource,
    /// Warnings a reader needs, such as an amendment known but not applied.
    pub notes: Vec<String>,
}

/// What to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Words to put in place of the draft's; `None` where a person must decide.
    pub replace_with: Option<String>,
    /// Why, and what to mind.
    pub note: Option<String>,
}

/// Particulars of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What differs.
    pub dimension: &'static str,
    /// The draft's value, as written.
    pub draft: String,
    /// The law's value, as written.
    pub law: String,
    /// The rule that decides which prevails.
    pub rule: String,
}

/// One finding (phát hiện).
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How grave it is.
    pub severity: Severity,
    /// The draft's words.
    pub span: ByteSpan,
    /// What is wrong, by which provision, since when, in Vietnamese.
    pub message: String,
    /// Probability that a reviewer would agree.
    pub confidence: f32,
    evidence: Vec<Evidence>,
    /// What to write instead.
    pub suggestion: Option<Suggestion>,
    /// Particulars of a conflict.
    pub detail: Option<Detail>,
}

impl Finding {
    /// A finding with the evidence that proves it.
    ///
    /// An `error` that rests only on provisions with a warning (such as an unapplied amendment) is a `warning`.
    pub fn new(
        check: Check,
        severity: Severity,
        span: ByteSpan,
        message: String,
        confidence: f32,
        evidence: Evidence,
    ) -> Self {
        let severity = if evidence.notes.is_empty() { severity } else { severity.min(Severity::Warning) };
        Self { check, severity, span, message, confidence, evidence: vec![evidence], suggestion: None, detail: None }
    }

    /// The same finding with more evidence.
    pub fn and(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// The same finding with a suggestion.
    pub fn suggest(mut self, replace_with: Option<String>, note: Option<String>) -> Self {
        self.suggestion = Some(Suggestion { replace_with, note });
        self
    }

    /// The same finding with a conflict's particulars.
    pub fn detail(mut self, detail: Detail) -> Self {
        self.detail = Some(detail);
        self
    }

    /// What proves it; never empty.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_called_by_its_name_or_by_its_family() {
        assert_eq!(Check::named("basis.expired"), [Check::BasisExpired]);
        assert_eq!(Check::named("form").len(), 4);
        assert!(Check::named("forms").is_empty());
        let selection = Selection::all().without(Check::named("form"));
        assert!(selection.has(Check::BasisExpired) && !selection.any(&Check::named("form")));
    }

    #[test]
    fn a_provision_under_an_unapplied_amendment_never_carries_an_error() {
        let evidence = |notes| Evidence {
            document: None,
            eid: None,
            quote: "x".into(),
            effect: Effect::InForce,
            source: EvidenceSource::Corpus,
            notes,
        };
        let span = ByteSpan::new(0, 1);
        let build = |notes| {
            Finding::new(Check::ConflictContradiction, Severity::Error, span, String::new(), 1.0, evidence(notes))
        };
        assert_eq!(build(vec![]).severity, Severity::Error);
        assert_eq!(build(vec!["đã sửa đổi".into()]).severity, Severity::Warning);
    }
}
