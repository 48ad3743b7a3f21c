//! Which finding of one version is which of the other.
//!
//! Hard because offsets move with every word that is put in before them, and words change where a reviewer reworded them.
//! So findings are matched by what they say: first those of one check with the same words and the same evidence, then with
//! the same words, then with the same evidence and most words the same. Each is matched once, in text order.

use rasoat_api::Finding;

/// Of all words of both, so many must be of both.
const ALIKE: f64 = 0.5;

/// A finding that stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair<'a> {
    /// As it was.
    pub before: &'a Finding,
    /// As it is.
    pub after: &'a Finding,
}

/// What became of the findings, each list in text order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared<'a> {
    /// Those of the earlier version alone.
    pub solved: Vec<&'a Finding>,
    /// Those of the later version alone.
    pub new: Vec<&'a Finding>,
    /// Those of both.
    pub stays: Vec<Pair<'a>>,
}

/// Matches the findings of two versions.
pub fn compare<'a>(before: &'a [Finding], after: &'a [Finding]) -> Compared<'a> {
    let (one, other): (Vec<Said<'_>>, Vec<Said<'_>>) =
        (before.iter().map(Said::of).collect(), after.iter().map(Said::of).collect());
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let rules: [fn(&Said<'_>, &Said<'_>) -> bool; 3] = [
        |a, b| a.words == b.words && a.rests_as(b),
        |a, b| a.words == b.words,
        |a, b| a.rests_as(b) && a.likeness(b) >= ALIKE,
    ];
    for same in rules {
        for (at, said) in other.iter().enumerate() {
            if partner[at].is_some() {
                continue;
            }
            let fits = |then: &usize| !taken[*then] && one[*then].check == said.check && same(&one[*then], said);
            if let Some(then) = (0..before.len()).find(fits) {
                taken[then] = true;
                partner[at] = Some(then);
            }
        }
    }
    let mut compared = Compared::default();
    for (finding, partner) in after.iter().zip(&partner) {
        match partner {
            Some(then) => compared.stays.push(Pair { before: &before[*then], after: finding }),
            None => compared.new.push(finding),
        }
    }
    compared.solved = before.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(finding, _)| finding).collect();
    compared
}

/// What a finding says, wherever it stands.
struct Said<'a> {
    check: &'a str,
    words: Vec<String>,
    evidence: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Said<'a> {
    fn of(finding: &'a Finding) -> Self {
        // What marks a place where something is missing has no words; what it says of the draft is its message.
        let words = if finding.quote.trim().is_empty() { &finding.message } else { &finding.quote };
        let plain = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        Self {
            check: &finding.check,
            words: words.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect(),
            // A place of the draft itself is numbered anew with the draft.
            evidence: finding
                .evidence
                .iter()
                .filter(|evidence| evidence.document != "draft")
                .map(|evidence| (evidence.document.as_str(), evidence.eid.as_deref()))
                .collect(),
        }
    }

    /// Whether both rest on the same, in whatever order.
    fn rests_as(&self, other: &Self) -> bool {
        self.evidence.iter().all(|one| other.evidence.contains(one))
            && other.evidence.iter().all(|one| self.evidence.contains(one))
    }

    /// The share of the words of both that are in both.
    fn likeness(&self, other: &Self) -> f64 {
        let new = |words: &'_ [String], at: usize| !words[..at].contains(&words[at]);
        let (mut all, mut both) = (0_usize, 0_usize);
        for at in (0..self.words.len()).filter(|at| new(&self.words, *at)) {
            all += 1;
            both += usize::from(other.words.contains(&self.words[at]));
        }
        all += (0..other.words.len())
            .filter(|at| new(&other.words, *at) && !self.words.contains(&other.words[*at]))
            .count();
        if all == 0 { 1.0 } else { both as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasoat_api::{Effect, Evidence, Severity};

    fn finding(check: &str, start: usize, quote: &str, evidence: &[&str]) -> Finding {
        let evidence = evidence.iter().map(|document| Evidence {
            document: (*document).into(),
            eid: Some("art_1".into()),
            quote: String::new(),
            effect: Effect::Expired,
            source: "corpus".into(),
            notes: Vec::new(),
        });
        Finding {
            id: format!("f{start}"),
            check: check.into(),
            severity: Severity::Error,
            start,
            end: start + quote.len(),
            eid: None,
            quote: quote.into(),
            message: format!("{check} ở đây"),
            confidence: 0.9,
            evidence: evidence.collect(),
            suggestion: None,
            detail: None,
        }
    }

    /// Where each list's findings begin.
    fn seen(before: &[Finding], after: &[Finding]) -> (Vec<usize>, Vec<usize>, Vec<(usize, usize)>) {
        let compared = compare(before, after);
        let starts = |findings: &[&Finding]| findings.iter().map(|finding| finding.start).collect();
        let pairs = compared.stays.iter().map(|pair| (pair.before.start, pair.after.start)).collect();
        (starts(&compared.solved), starts(&compared.new), pairs)
    }

    #[test]
    fn a_finding_that_moved_stays_and_one_that_went_is_solved() {
        let before = [finding("basis.expired", 10, "Luật A", &["1"]), finding("basis.expired", 50, "Luật B", &["2"])];
        let after =
            [finding("basis.expired", 90, "Luật  A;", &["1"]), finding("terms.renamed_body", 5, "huyện", &["3"])];
        assert_eq!(seen(&before, &after), (vec![50], vec![5], vec![(10, 90)]));
    }

    #[test]
    fn a_reworded_finding_of_the_same_evidence_stays_and_another_of_its_check_does_not() {
        let before = [finding("conflict.contradiction", 1, "Thời hạn trả lời là 10 ngày làm việc", &["1"])];
        let reworded = [finding("conflict.contradiction", 9, "Thời hạn trả lời là 12 ngày làm việc", &["1"])];
        assert_eq!(seen(&before, &reworded), (vec![], vec![], vec![(1, 9)]));
        let another = [finding("conflict.contradiction", 9, "Mức phạt tiền tối đa bằng hai lần", &["1"])];
        assert_eq!(seen(&before, &another), (vec![1], vec![9], vec![]));
        let elsewhere = [finding("conflict.contradiction", 9, "Thời hạn trả lời là 12 ngày làm việc", &["7"])];
        assert_eq!(seen(&before, &elsewhere), (vec![1], vec![9], vec![]));
    }

    #[test]
    fn of_two_with_the_same_words_one_is_solved_when_one_is_left() {
        let twice =
            [finding("terms.renamed_body", 1, "huyện", &["1"]), finding("terms.renamed_body", 9, "huyện", &["1"])];
        assert_eq!(seen(&twice, &twice[..1]), (vec![9], vec![], vec![(1, 1)]));
        assert_eq!(seen(&twice[..1], &twice), (vec![], vec![9], vec![(1, 1)]));
    }

    #[test]
    fn the_same_words_and_evidence_come_before_the_same_words_alone() {
        let before =
            [finding("reference.dangling", 1, "Điều 5", &["1"]), finding("reference.dangling", 9, "Điều 5", &["2"])];
        let after = [finding("reference.dangling", 3, "Điều 5", &["2"])];
        assert_eq!(seen(&before, &after), (vec![1], vec![], vec![(9, 3)]));
    }

    #[test]
    fn what_is_missing_is_told_by_its_message() {
        let before = [finding("form.effective_clause", 100, "", &[])];
        let after = [finding("form.effective_clause", 90, "", &[])];
        assert_eq!(seen(&before, &after), (vec![], vec![], vec![(100, 90)]));
    }
}
