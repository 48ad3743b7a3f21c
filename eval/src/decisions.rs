//! Reviewers' decisions on the findings of a review, as an outcomes set.
//!
//! What a reviewer accepts or rewords is a finding that was there; what is rejected is a false alarm, kept as such. What
//! nobody decided is left out: silence is no decision. A set made so knows only what the review found, so it measures
//! precision; faults that nobody found are in it only where a reviewer added them.

use crate::outcomes::{Gold, GoldFinding};
use serde::{Deserialize, Serialize};

/// What a reviewer made of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is right.
    Accept,
    /// It is wrong, or nothing to act on.
    Reject,
    /// It is right, and what to write instead is another thing than suggested.
    Edit,
}

/// A decision on one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The review.
    pub review: String,
    /// The finding's identifier within it.
    pub finding: String,
    /// What the reviewer decided.
    #[serde(rename = "decision")]
    pub verdict: Verdict,
}

/// A finding that was shown to a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its identifier within the review.
    pub id: String,
    /// What it says.
    pub finding: GoldFinding,
}

/// The gold of a reviewed draft; `None` where nothing was decided. The last decision on a finding counts.
pub fn gold(review: &str, as_of: &str, shown: &[Shown], decisions: &[Decision]) -> Option<Gold> {
    let mut gold = Gold { as_of: as_of.into(), ..Gold::default() };
    for Shown { id, finding } in shown {
        let decided = decisions.iter().rev().find(|decision| decision.review == review && decision.finding == *id);
        match decided.map(|decision| decision.verdict) {
            Some(Verdict::Accept | Verdict::Edit) => gold.findings.push(finding.clone()),
            Some(Verdict::Reject) => gold.dismissed.push(finding.clone()),
            None => {}
        }
    }
    (!gold.findings.is_empty() || !gold.dismissed.is_empty()).then_some(gold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_or_edited_is_gold_and_what_is_rejected_is_a_false_alarm() {
        let shown = |id: &str, start| Shown {
            id: id.into(),
            finding: GoldFinding {
                check: "basis.expired".into(),
                start,
                end: start + 1,
                document: Some("64/2025/QH15".into()),
                cited: None,
                eid: None,
            },
        };
        let decision = |finding: &str, verdict| Decision { review: "r".into(), finding: finding.into(), verdict };
        let found = [shown("f1", 0), shown("f2", 10), shown("f3", 20), shown("f4", 30)];
        let decisions = [
            decision("f1", Verdict::Accept),
            decision("f2", Verdict::Accept),
            decision("f2", Verdict::Reject),
            decision("f3", Verdict::Edit),
        ];
        let gold = gold("r", "2026-11-21", &found, &decisions);
        let starts = |list: &[GoldFinding]| list.iter().map(|f| f.start).collect::<Vec<_>>();
        let gold = gold.as_ref().map(|gold| (starts(&gold.findings), starts(&gold.dismissed)));
        assert_eq!(gold, Some((vec![0, 20], vec![10])));
        assert_eq!(super::gold("other", "2026-11-21", &found, &decisions), None);
    }
}
