//! A review (rà soát, thẩm định): every check over one draft, findings as they are found.

mod authority;
mod basis;
mod catalogue;
pub mod compare;
pub mod conflict;
pub mod explain;
pub mod finding;
mod form;
mod grounds;
pub mod impact;
pub mod judgement;
pub mod map;
mod reference;
pub(crate) mod resolve;
mod terms;
mod validity;

use crate::corpus::{Corpus, Search};
use finding::{Check, Finding, Selection};
use impact::Impact;
use jiff::civil::Date;
use rasoat_embeddings::{Cancelled, EmbedError};
use rasoat_law::register::Register;
use rasoat_law::{Document, cite};
use rasoat_model::{Encoder, Judge};
use resolve::Resolved;

/// The law a draft is held against.
#[derive(Clone, Copy)]
pub struct Law<'a> {
    /// Documents and their effect.
    pub corpus: &'a dyn Corpus,
    /// Search over their provisions.
    pub search: &'a dyn Search,
    /// The sentence encoder, where one is installed.
    pub encoder: Option<&'a dyn Encoder>,
    /// The judge of a norm beside a provision, where one is installed.
    pub judge: Option<&'a dyn Judge>,
    /// The register of validity.
    pub register: &'a Register,
    /// The day the draft would take effect.
    pub as_of: Date,
}

/// Stages after the draft has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Citations, effect, terms.
    TextChecks,
    /// Searching the law for each norm.
    Retrieve,
    /// Comparing each norm with what was found.
    Judge,
}

/// Who watches a review.
pub trait Observer {
    /// `done` of `total` steps of a stage are done. Answers whether to go on.
    ///
    /// # Errors
    /// [`Cancelled`] stops the review.
    fn progress(&mut self, stage: Stage, done: usize, total: usize) -> Result<(), Cancelled>;

    /// A finding, as soon as it is found.
    fn found(&mut self, finding: &Finding);
}

/// Whether a check ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// The contract's name of the check.
    pub check: &'static str,
    /// Why it did not run; `None` when it ran.
    pub why_not: Option<String>,
    /// What it could not cover though it ran.
    pub uncovered: Vec<String>,
}

/// What a review gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Findings in text order.
    pub findings: Vec<Finding>,
    /// Every check of the contract and whether it ran.
    pub checks: Vec<CheckRun>,
    /// Who cites the provisions that the draft changes.
    pub impact: Vec<Impact>,
}

/// A review could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A person stopped it.
    #[error("the review was cancelled")]
    Cancelled,
    /// The encoder failed.
    #[error(transparent)]
    Encode(#[from] rasoat_model::EncodeError),
}

impl From<Cancelled> for ReviewError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<EmbedError> for ReviewError {
    fn from(error: EmbedError) -> Self {
        match error {
            EmbedError::Encode(error) => Self::Encode(error),
            EmbedError::Cancelled(_) => Self::Cancelled,
        }
    }
}

/// Reviews a draft with every check.
///
/// # Errors
/// When it is cancelled or the encoder fails.
pub fn review(draft: &Document, law: &Law<'_>, observer: &mut dyn Observer) -> Result<Outcome, ReviewError> {
    review_selected(draft, law, &Selection::all(), observer)
}

/// What a check of the text looks at.
struct Looked<'a> {
    draft: &'a Document,
    resolved: &'a [Resolved<'a>],
    law: &'a Law<'a>,
}

/// A check of the text.
type TextCheck = fn(&Looked<'_>) -> Vec<Finding>;

/// The checks of the text: what each may find, and how. In the order in which findings are told.
const TEXT_CHECKS: [(&[Check], TextCheck); 14] = {
    use Check as C;
    [
        (&[C::ValidityExpired, C::ValidityPartlyExpired, C::ValidityNotYetInForce, C::BasisExpired], |l| {
            validity::check(l.draft, l.resolved, l.law)
        }),
        (&[C::ValidityUnknownDocument], |l| validity::unknown::check(l.draft, l.resolved, l.law)),
        (&[C::BasisLowerRank], |l| basis::check(l.draft, l.resolved, l.law)),
        (&[C::BasisMissing], |l| basis::missing::check(l.draft, l.resolved, l.law)),
        (&[C::BasisMetadataMismatch], |l| basis::metadata::check(l.draft, l.resolved, l.law)),
        (&[C::AuthorityKind], |l| authority::kind::check(l.draft, l.law)),
        (&[C::AuthorityScope], |l| authority::scope::check(l.draft, l.law)),
        (&[C::ReferenceDangling], |l| reference::check(l.draft, l.resolved, l.law)),
        (&[C::ReferenceDangling, C::ValidityExpired], |l| reference::amending::check(l.draft, l.law)),
        (&[C::ReferenceWrongProvision], |l| reference::heading::check(l.draft, l.resolved, l.law)),
        (&[C::TermsRenamedBody, C::TermsAbolishedUnit, C::TermsObsoleteTerm], |l| {
            terms::check(l.draft, l.resolved, l.law)
        }),
        (&[C::FormNumbering], |l| form::numbering::check(l.draft, l.law)),
        (&[C::FormEffectiveClause, C::FormRepealClause], |l| {
            [form::effective::check(l.draft, l.law), form::repeal::check(l.draft, l.law)].concat()
        }),
        (&[C::FormDefinition], |l| form::definition::check(l.draft, l.law)),
    ]
};

/// Reviews a draft with the checks that are selected.
///
/// # Errors
/// When it is cancelled or the encoder fails.
pub fn review_selected(
    draft: &Document,
    law: &Law<'_>,
    selection: &Selection,
    observer: &mut dyn Observer,
) -> Result<Outcome, ReviewError> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut keep = |found: Vec<Finding>, observer: &mut dyn Observer| {
        for finding in found.into_iter().filter(|finding| selection.has(finding.check)) {
            observer.found(&finding);
            findings.push(finding);
        }
    };
    observer.progress(Stage::TextChecks, 0, TEXT_CHECKS.len())?;
    let citations = cite::citations(&draft.text, law.register);
    let resolved = resolve::resolve(draft, &citations, law);
    let looked = Looked { draft, resolved: &resolved, law };
    for (at, (may_find, check)) in TEXT_CHECKS.iter().enumerate() {
        if selection.any(may_find) {
            keep(check(&looked), observer);
        }
        observer.progress(Stage::TextChecks, at + 1, TEXT_CHECKS.len())?;
    }
    let impact =
        impact::impact(draft, law, &mut || observer.progress(Stage::TextChecks, TEXT_CHECKS.len(), TEXT_CHECKS.len()))?;
    let conflicts = Check::named("conflict");
    let why_no_conflict = if law.search.is_empty() {
        Some("kho văn bản chưa có quy định nào để đối chiếu".to_owned())
    } else {
        if selection.any(&conflicts) {
            conflict::check(draft, &resolved, law, observer, &mut |finding, observer| keep(vec![finding], observer))?;
        }
        None
    };
    findings.sort_by_key(|f| (f.span.start, f.span.end, f.check));
    Ok(Outcome { findings, checks: checks(&resolved, law, selection, why_no_conflict), impact })
}

fn checks(
    resolved: &[Resolved<'_>],
    law: &Law<'_>,
    selection: &Selection,
    why_no_conflict: Option<String>,
) -> Vec<CheckRun> {
    let mut unknown: Vec<String> =
        resolved.iter().flat_map(|r| &r.targets).filter(|t| t.is_unknown()).map(|t| t.name()).collect();
    unknown.sort();
    unknown.dedup();
    let built = Check::ALL.into_iter().map(|check| {
        let mut run = CheckRun { check: check.code(), why_not: None, uncovered: Vec::new() };
        if !selection.has(check) {
            run.why_not = Some("đã tắt theo yêu cầu".to_owned());
            return run;
        }
        match check {
            Check::ValidityExpired
            | Check::ValidityPartlyExpired
            | Check::ValidityNotYetInForce
            | Check::BasisExpired => {
                run.uncovered = unknown.iter().map(|name| format!("{name}: không có trong sổ hiệu lực")).collect();
            }
            Check::ReferenceDangling | Check::ReferenceWrongProvision => {
                run.uncovered = outside_corpus(resolved);
            }
            Check::ConflictContradiction => {
                run.why_not.clone_from(&why_no_conflict);
                if law.encoder.is_none() && run.why_not.is_none() {
                    run.uncovered.push("chưa cài mô hình mã hóa câu: chỉ đối chiếu theo từ ngữ".into());
                }
                if law.judge.is_none() && run.why_not.is_none() {
                    run.uncovered
                        .push("chưa cài mô hình đối chiếu: chỉ so các trị số (thời hạn, mức tiền, tỷ lệ…)".into());
                }
            }
            Check::ConflictDuplicate | Check::ConflictOverlap => {
                let no_judge = || "chưa cài mô hình đối chiếu (`rasoat setup`)".to_owned();
                run.why_not = why_no_conflict.clone().or_else(|| law.judge.is_none().then(no_judge));
            }
            _ => {}
        }
        run
    });
    built.collect()
}

/// Documents whose provisions are cited but whose text the corpus does not hold.
fn outside_corpus(resolved: &[Resolved<'_>]) -> Vec<String> {
    let mut names: Vec<String> = resolved
        .iter()
        .flat_map(|r| &r.targets)
        .filter(|t| t.eid.is_some() && !t.is_this && t.held.is_none())
        .map(|t| format!("{}: kho văn bản không có toàn văn", t.name()))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
