//! Reviews of the application with what reviewers decided on their findings, as an outcomes set.
//!
//! The store keeps each review with its file, and the decisions; others may come in a file. A review whose content was
//! erased has nothing to measure any more and is left out.

use crate::command::{Out, write_whole};
use crate::decisions::{all, for_evaluation};
use crate::failure::{Failure, Result};
use crate::places::Places;
use crate::store::within;
use rasoat_api as api;
use rasoat_eval::decisions::{Decision, Shown, gold};
use rasoat_eval::lines;
use rasoat_eval::outcomes::GoldFinding;
use std::path::Path;

/// Writes a folder for each review that something was decided on: the draft as it was uploaded, and its gold.
///
/// # Errors
/// When decisions or store cannot be read, a review is unknown, or the folder cannot be written.
pub fn export(out: &Out, places: &Places, decisions: Option<&Path>, output: &Path) -> Result<()> {
    let mut store = places.store.open()?;
    let wanted = "{\"review\",\"finding\",\"decision\":\"accept|reject|edit\"}";
    let decided: Vec<Decision> = match decisions {
        Some(file) => lines::json_lines(file, wanted)?.into_iter().map(|(_, decision)| decision).collect(),
        None => for_evaluation(&within(&mut *store, all)?),
    };
    let source = decisions.map_or_else(|| places.store.to_string(), |file| file.display().to_string());
    let mut reviews: Vec<&str> = decided.iter().map(|decision| decision.review.as_str()).collect();
    reviews.sort_unstable();
    reviews.dedup();
    let mut written = 0;
    for id in reviews {
        let unknown = || super::unusable(&format!("{source}: the store has no finished review {id}"));
        let stored = store.review(id)?.ok_or_else(unknown)?;
        if stored.state == "erased" {
            continue;
        }
        let original = store.review_original(id)?.ok_or_else(unknown)?;
        let result = store.review_parts(id)?.and_then(|parts| parts.result).ok_or_else(unknown)?;
        let review: api::Review = serde_json::from_str(&result)?;
        let shown: Vec<Shown> = review.findings.iter().map(shown).collect();
        if let Some(lost) = decided
            .iter()
            .find(|decision| decision.review == id && !shown.iter().any(|shown| shown.id == decision.finding))
        {
            let what = format!("{source}: review {id} has no finding {}", lost.finding);
            return Err(super::unusable(&what));
        }
        let Some(gold) = gold(id, &review.as_of, &shown, &decided) else { continue };
        let folder = output.join(id);
        fs_err::create_dir_all(&folder).map_err(|error| Failure::write(&folder, &error))?;
        let end = Path::new(&stored.file_name).extension().map(|end| end.to_string_lossy().to_lowercase());
        let draft = folder.join(format!("draft.{}", end.as_deref().unwrap_or("txt")));
        write_whole(&draft, &original)?;
        write_whole(&folder.join("gold.json"), &serde_json::to_vec_pretty(&gold)?)?;
        written += 1;
    }
    out.show(&serde_json::json!({"reviews": written}), || format!("{written} reviews → {}", output.display()))
}

fn shown(finding: &api::Finding) -> Shown {
    let evidence =
        finding.evidence.first().filter(|evidence| !["draft", "register"].contains(&evidence.document.as_str()));
    Shown {
        id: finding.id.clone(),
        finding: GoldFinding {
            check: finding.check.clone(),
            start: finding.start,
            end: finding.end,
            document: evidence.map(|evidence| evidence.document.clone()),
            cited: None,
            eid: evidence.and_then(|evidence| evidence.eid.clone()),
        },
    }
}
