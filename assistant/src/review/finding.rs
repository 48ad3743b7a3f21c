//! A finding: what is wrong, where, and the evidence. One without evidence cannot be constructed.

use rasoat_law::{ByteSpan, DocNumber, Effect, Eid};

/// The checks of a review. The names are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// An expired document is cited.
    ValidityExpired,
    /// A provision is cited that was repealed while its document stays in force.
    ValidityPartlyExpired,
    /// A document is cited that has not taken effect.
    ValidityNotYetInForce,
    /// A legal basis has expired.
    BasisExpired,
    /// A legal basis does not rank above the draft.
    BasisLowerRank,
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
    /// A reference points at nothing.
    ReferenceDangling,
}

impl Check {
    /// The checks this version runs.
    pub const ALL: [Self; 12] = [
        Self::ValidityExpired,
        Self::ValidityPartlyExpired,
        Self::ValidityNotYetInForce,
        Self::BasisExpired,
        Self::BasisLowerRank,
        Self::ConflictContradiction,
        Self::ConflictOverlap,
        Self::ConflictDuplicate,
        Self::TermsRenamedBody,
        Self::TermsAbolishedUnit,
        Self::TermsObsoleteTerm,
        Self::ReferenceDangling,
    ];

    /// The checks of the contract that this version does not have yet.
    pub const NOT_BUILT: [&'static str; 10] = [
        "validity.unknown_document",
        "basis.missing",
        "basis.metadata_mismatch",
        "authority.kind",
        "authority.scope",
        "reference.wrong_provision",
        "form.numbering",
        "form.effective_clause",
        "form.definition",
        "form.repeal_clause",
    ];

    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::ValidityExpired => "validity.expired",
            Self::ValidityPartlyExpired => "validity.partly_expired",
            Self::ValidityNotYetInForce => "validity.not_yet_in_force",
            Self::BasisExpired => "basis.expired",
            Self::BasisLowerRank => "basis.lower_rank",
            Self::ConflictContradiction => "conflict.contradiction",
            Self::ConflictOverlap => "conflict.overlap",
            Self::ConflictDuplicate => "conflict.duplicate",
            Self::TermsRenamedBody => "terms.renamed_body",
            Self::TermsAbolishedUnit => "terms.abolished_unit",
            Self::TermsObsoleteTerm => "terms.obsolete_term",
            Self::ReferenceDangling => "reference.dangling",
        }
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
