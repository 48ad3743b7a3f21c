//! Whole drafts, reviewed as a user reviews them, against the findings reviewers made.

use super::bench::Bench;
use super::sets::{Set, sides};
use super::{Gathered, unusable};
use crate::command::{day, read_limited};
use crate::failure::{Failure, Result};
use crate::{session, stop};
use rasoat_api as api;
use rasoat_assistant::{Check, Selection};
use rasoat_embeddings::Cancelled;
use rasoat_eval::outcomes::{self, CaseResult, Found, Gold};
use rasoat_law::cite::{self, Role};
use rasoat_law::register::Register;

/// Runs the suite on a set; a set with sides gives a run for each.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let cases = outcomes::read(&set.path)?;
    let (models, library) = (bench.models()?, bench.library()?);
    let bar = bench.bar(cases.len(), "drafts");
    let mut results = Vec::new();
    let mut baseline = Vec::new();
    for case in cases {
        let name = case.draft.display().to_string();
        let bytes = read_limited(&case.draft)?;
        let draft = session::read(&name, &bytes, &mut |_, _| if stop::asked() { Err(Cancelled) } else { Ok(()) })?;
        let as_of = day(Some(&case.gold.as_of))?;
        let text = &draft.document.text;
        if let Some(gold) = case.gold.findings.iter().find(|gold| text.get(gold.start..gold.end).is_none()) {
            let (start, end) = (gold.start, gold.end);
            return Err(unusable(&format!("{}: gold at {start}..{end} is no place of the draft's text", case.name)));
        }
        if let Some(name) = unknown_check(&case.gold) {
            return Err(unusable(&format!(
                "{}: \"{name}\" in gold.json is no check; see `rasoat review --help`",
                case.name
            )));
        }
        let law = session::law(library, models, as_of);
        let review = session::review_selected(&draft, &law, &asked(&case.gold.checks), &mut Stopping)?;
        let found = review.findings.iter().map(found).collect();
        let result = |found, timing_ms| CaseResult {
            case: case.clone(),
            kind: draft.document.metadata.kind.code(),
            provisions: review.draft.provisions,
            characters: text.chars().count(),
            timing_ms,
            found,
        };
        baseline.push(result(every_citation(text), 0).judged());
        results.push(result(found, review.timing.total_ms).judged());
        bench.step(&bar)?;
    }
    bar.finish_and_clear();
    let mut gathered = Gathered::default();
    for side in sides(results.iter().map(|result| result.case.gold.split.clone())) {
        let of = |results: &[CaseResult]| -> Vec<CaseResult> {
            results.iter().filter(|result| result.case.gold.split == side).cloned().collect()
        };
        let name = set.side(side.as_deref());
        let mut every = outcomes::run(&name, "every-citation", true, &of(&baseline));
        every.items.iter_mut().for_each(|item| item.took_ms = None);
        gathered.runs.push(every);
        gathered.runs.push(outcomes::run(&name, "review", false, &of(&results)));
        let places: Vec<CaseResult> = of(&results).into_iter().map(CaseResult::places).collect();
        gathered.runs.push(outcomes::run(&format!("{name}-places"), "review", false, &places));
        gathered.runs.extend(outcomes::evidence_run(&name, "review", &of(&results)));
    }
    let report = outcomes::score(&results);
    gathered.own = Some((serde_json::to_value(&report)?, report.to_string()));
    Ok(gathered)
}

/// The checks that a gold is of: what others would find is neither right nor wrong, and the judge takes most of the time.
fn asked(checks: &[String]) -> Selection {
    if checks.is_empty() {
        return Selection::all();
    }
    Selection::only(checks.iter().flat_map(|name| Check::named(name)))
}

/// A name in the gold that no check bears: silently, none of its findings would ever be found or left aside.
fn unknown_check(gold: &Gold) -> Option<&str> {
    let of = |name: &str| Check::ALL.iter().any(|check| check.code() == name);
    let named = gold.checks.iter().chain(gold.findings.iter().chain(&gold.dismissed).map(|finding| &finding.check));
    named.map(String::as_str).find(|name| !of(name))
}

fn found(finding: &api::Finding) -> Found {
    Found {
        check: finding.check.clone(),
        start: finding.start,
        end: finding.end,
        evidence: finding.evidence.iter().map(|e| (e.document.clone(), e.eid.clone())).collect(),
        quote: finding.quote.clone(),
        confidence: f64::from(finding.confidence),
    }
}

/// The baseline: every document cited by number has expired, and is its own evidence.
fn every_citation(text: &str) -> Vec<Found> {
    let citations = cite::citations(text, Register::built_in());
    let of = |citation: &cite::Citation| {
        let number = citation.targets.iter().find_map(|target| target.document.number())?;
        let check = match citation.role {
            Role::Basis => "basis.expired",
            Role::Reference => "validity.expired",
            _ => return None,
        };
        Some(Found {
            check: check.into(),
            start: citation.span.start,
            end: citation.span.end,
            evidence: vec![(number.to_string(), None)],
            quote: citation.span.of(text).to_owned(),
            confidence: 0.5,
        })
    };
    citations.iter().filter_map(of).collect()
}

/// Watches for a person's word to stop.
struct Stopping;

impl session::Watcher for Stopping {
    fn progress(&mut self, _: api::Progress) -> std::result::Result<(), Cancelled> {
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    }

    fn found(&mut self, _: api::Finding) {}
}

/// Reviews a draft and says how long each stage took.
///
/// # Errors
/// When the draft is unusable, a model fails, or a person stops it.
pub fn timed(bench: &Bench<'_>, name: &str, bytes: &[u8]) -> Result<api::Review> {
    let draft = session::read(name, bytes, &mut |_, _| if stop::asked() { Err(Cancelled) } else { Ok(()) })?;
    let as_of = day(Some(SAMPLED)).map_err(|_| Failure::date(SAMPLED))?;
    session::review(&draft, bench.library()?, bench.models()?, as_of, &mut Stopping)
}

/// The day the sample drafts are reviewed.
const SAMPLED: &str = "2026-11-21";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_check_in_the_gold_is_no_check() {
        let gold =
            |checks: &[&str]| Gold { checks: checks.iter().map(|&name| name.into()).collect(), ..Gold::default() };
        assert_eq!(unknown_check(&gold(&["basis.expired", "validity.expired"])), None);
        assert_eq!(unknown_check(&gold(&["basis.expired", "validity.expird"])), Some("validity.expird"));
        assert_eq!(unknown_check(&gold(&["validity"])), Some("validity"), "a family is none: findings bear one name");
    }
}
