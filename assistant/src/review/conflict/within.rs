//! Two norms of the draft that cannot both hold.
//!
//! Rests on the principle of Law 64/2025/QH15 that a document agrees with itself and with the legal system. Both norms are
//! the draft's, so neither prevails: a person decides which was meant. Only the nearest norm of another article is looked
//! at, and only what is told surely; two norms that differ because they speak of two cases are the rule in a draft, not
//! the exception.

use super::statement::{Brought, conflicts};
use super::{EVEN, Unit, article, article_heading, trimmed};
use crate::review::Law;
use crate::review::finding::{Check, Detail, Finding, Severity};
use crate::review::grounds::{own_words, shortened};
use crate::review::judgement::{self, weigh};
use rasoat_law::structure::Document;
use rasoat_law::text::{squeeze, words};
use rasoat_model::EncodeError;
use std::collections::BTreeSet;

/// Norms whose vectors are less alike than this speak of two things.
const ALIKE: f32 = 0.9;
/// Contradictions within the draft are told from this probability on.
const THRESHOLD: f32 = 0.8;
/// Values whose words agree so surely stand in one and the same sentence.
const SAME_WORDS: f32 = 0.9;

/// The contradictions among a draft's norms, of which `vectors` are known.
pub(super) fn check(
    draft: &Document,
    units: &[Unit],
    vectors: &[Vec<f32>],
    law: &Law<'_>,
) -> Result<Vec<Finding>, EncodeError> {
    let Some(judge) = law.judge else { return Ok(Vec::new()) };
    let articles: Vec<Option<usize>> = units.iter().map(|unit| article(draft, unit.norm)).collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (at, own) in vectors.iter().enumerate().filter(|(at, _)| !units[*at].fines_a_list) {
        let earlier = (0..at).filter(|other| {
            articles[*other] != articles[at]
                && !units[*other].fines_a_list
                && !are_parallel(draft, units[*other].norm, units[at].norm)
        });
        let likeness = |other: &usize| own.iter().zip(&vectors[*other]).map(|(a, b)| a * b).sum::<f32>();
        let nearest = earlier.map(|other| (other, likeness(&other))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((other, _)) = nearest.filter(|(_, likeness)| *likeness >= ALIKE) {
            pairs.push((at, other));
        }
    }
    let texts: Vec<(&str, &str)> =
        pairs.iter().map(|(at, other)| (units[*at].judged.as_str(), units[*other].judged.as_str())).collect();
    let mut findings = Vec::new();
    for ((at, other), reading) in pairs.into_iter().zip(judgement::read(Some(judge), &texts)?) {
        let (later, earlier) = (&units[at], &units[other]);
        let (found, _) = conflicts(&later.statements, &earlier.statements, Brought::ALONE);
        let surest = found.iter().max_by(|a, b| a.probability.total_cmp(&b.probability));
        // Without a value that differs the judge would speak alone, of two norms that were meant to be different.
        let Some(surest) = surest else { continue };
        let probability = weigh(&reading, Some(surest.probability));
        // Of two sentences that differ in a value alone the judge need only not deny it.
        let alike = surest.probability >= SAME_WORDS && probability >= EVEN;
        if probability < THRESHOLD && !alike {
            continue;
        }
        let (ours, theirs) = (&later.statements[surest.draft].value, &earlier.statements[surest.law].value);
        let (own, said) = (squeeze(ours.span.of(&draft.text)), squeeze(theirs.span.of(&draft.text)));
        let provision = &draft.provisions[earlier.norm];
        let label = provision.eid.label();
        let evidence = own_words(draft, provision.span);
        let place = trimmed(&draft.text, ours.clause, draft.provisions[later.norm].span);
        let message = format!(
            "Hai quy định của chính dự thảo không thống nhất: ở đây {} là “{own}”, ở {label} là “{said}” ({}).",
            ours.dimension.term(),
            shortened(&squeeze(theirs.clause.of(&draft.text)), 240),
        );
        let detail = Detail {
            dimension: ours.dimension.code(),
            draft: own,
            law: said,
            rule: "Văn bản phải thống nhất trong chính nó; cần xác định quy định nào đúng ý định của cơ quan soạn thảo"
                .into(),
        };
        let finding =
            Finding::new(Check::ConflictContradiction, Severity::Warning, place, message, probability, evidence);
        findings.push(finding.detail(detail).suggest(None, Some(format!("Thống nhất với {label} của dự thảo."))));
    }
    Ok(findings)
}

/// Whether two norms stand under headings that differ in a word or two ("khiếu nại lần đầu", "khiếu nại lần hai") or of
/// which each says what the other does not ("Thủ tục đăng ký thường trú", "Hồ sơ, thủ tục đăng ký tạm trú").
fn are_parallel(draft: &Document, one: usize, other: usize) -> bool {
    let [one, other] =
        [one, other].map(|at| words(&article_heading(draft, at)).into_iter().collect::<BTreeSet<String>>());
    let (shared, all) = (one.intersection(&other).count(), one.union(&other).count());
    let each_has_own = shared < one.len() && shared < other.len();
    let of_shorter = shared as f32 / one.len().min(other.len()).max(1) as f32;
    one != other && shared as f32 >= PARALLEL * all as f32 || each_has_own && of_shorter >= PARALLEL
}

/// The share of their words that two headings of parallel articles have in common.
const PARALLEL: f32 = 0.6;
