//! A review (rà soát, thẩm định): every check over one draft, findings as they are found.

mod basis;
pub mod compare;
pub mod conflict;
pub mod finding;
pub mod judgement;
mod reference;
mod resolve;
mod terms;
mod validity;

use crate::corpus::{Corpus, Search};
use finding::{Check, Finding};
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

/// Reviews a draft.
///
/// # Errors
/// When it is cancelled or the encoder fails.
pub fn review(draft: &Document, law: &Law<'_>, observer: &mut dyn Observer) -> Result<Outcome, ReviewError> {
    let mut findings = Vec::new();
    let mut keep = |found: Vec<Finding>, observer: &mut dyn Observer| {
        for finding in found {
            observer.found(&finding);
            findings.push(finding);
        }
    };
    observer.progress(Stage::TextChecks, 0, 4)?;
    let citations = cite::citations(&draft.text, law.register);
    let resolved = resolve::resolve(draft, &citations, law);
    keep(validity::check(draft, &resolved, law), observer);
    observer.progress(Stage::TextChecks, 1, 4)?;
    keep(basis::check(draft, &resolved, law), observer);
    observer.progress(Stage::TextChecks, 2, 4)?;
    keep(reference::check(draft, &resolved, law), observer);
    observer.progress(Stage::TextChecks, 3, 4)?;
    keep(terms::check(draft, &resolved, law), observer);
    observer.progress(Stage::TextChecks, 4, 4)?;
    let why_no_conflict = if law.search.is_empty() {
        Some("kho văn bản chưa có quy định nào để đối chiếu".to_owned())
    } else {
        conflict::check(draft, law, observer, &mut |finding, observer| keep(vec![finding], observer))?;
        None
    };
    findings.sort_by_key(|f| (f.span.start, f.span.end, f.check));
    Ok(Outcome { findings, checks: checks(&resolved, law, why_no_conflict) })
}

fn checks(resolved: &[Resolved<'_>], law: &Law<'_>, why_no_conflict: Option<String>) -> Vec<CheckRun> {
    let mut unknown: Vec<String> =
        resolved.iter().flat_map(|r| &r.targets).filter(|t| t.is_unknown()).map(|t| t.name()).collect();
    unknown.sort();
    unknown.dedup();
    let built = Check::ALL.into_iter().map(|check| {
        let mut run = CheckRun { check: check.code(), why_not: None, uncovered: Vec::new() };
        match check {
            Check::ValidityExpired
            | Check::ValidityPartlyExpired
            | Check::ValidityNotYetInForce
            | Check::BasisExpired => {
                run.uncovered = unknown.iter().map(|name| format!("{name}: không có trong sổ hiệu lực")).collect();
            }
            Check::ReferenceDangling => {
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
    let missing = Check::NOT_BUILT.into_iter().map(|check| CheckRun {
        check,
        why_not: Some("phiên bản này chưa có phép kiểm tra này".into()),
        uncovered: Vec::new(),
    });
    built.chain(missing).collect()
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
