//! Which findings are shown, and which one comes next: the filters and the steps of the keyboard.

use crate::decisions::Standing;
use rasoat_api::messages::Message;
use rasoat_api::{Finding, Severity};

/// How sure a finding is, in the steps in which its confidence is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// From 95%.
    VeryHigh,
    /// From 80%.
    High,
    /// From 60%.
    Moderate,
    /// Below.
    Low,
}

impl Band {
    /// All of them, the surest first.
    pub const ALL: [Self; 4] = [Self::VeryHigh, Self::High, Self::Moderate, Self::Low];

    /// That of a confidence.
    pub fn of(confidence: f32) -> Self {
        match confidence {
            c if c >= 0.95 => Self::VeryHigh,
            c if c >= 0.80 => Self::High,
            c if c >= 0.60 => Self::Moderate,
            _ => Self::Low,
        }
    }

    /// Its name in a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::VeryHigh => "95",
            Self::High => "80",
            Self::Moderate => "60",
            Self::Low => "0",
        }
    }

    /// The band of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.code() == code)
    }

    /// What it is called.
    pub fn message(self) -> Message {
        match self {
            Self::VeryHigh => Message::BandVeryHigh,
            Self::High => Message::BandHigh,
            Self::Moderate => Message::BandModerate,
            Self::Low => Message::BandLow,
        }
    }
}

/// What the reader wants to see; nothing chosen means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only findings this grave.
    pub severity: Option<Severity>,
    /// Only findings of this check.
    pub check: Option<String>,
    /// Only findings that stand so with their reviewer.
    pub standing: Option<Standing>,
    /// Only findings this sure.
    pub band: Option<Band>,
    /// Only findings that this account takes care of; nobody, where it is empty.
    pub assignee: Option<String>,
}

impl Filter {
    /// Indexes of the findings shown, in order; `standing` says where each stands, `assignee` who takes care of it.
    pub fn shown(
        &self,
        findings: &[impl AsRef<Finding>],
        standing: impl Fn(&Finding) -> Standing,
        assignee: impl Fn(&Finding) -> String,
    ) -> Vec<usize> {
        let fits = |finding: &Finding| {
            self.severity.is_none_or(|severity| severity == finding.severity)
                && self.check.as_ref().is_none_or(|check| *check == finding.check)
                && self.standing.is_none_or(|wanted| standing(finding) == wanted)
                && self.band.is_none_or(|band| Band::of(finding.confidence) == band)
                && self.assignee.as_ref().is_none_or(|wanted| assignee(finding) == *wanted)
        };
        (0..findings.len()).filter(|&at| fits(findings[at].as_ref())).collect()
    }
}

/// Direction of a step through the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the next finding.
    Next,
    /// To the previous finding.
    Previous,
}

impl Step {
    /// The step a key asks for.
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "j" | "ArrowDown" => Some(Self::Next),
            "k" | "ArrowUp" => Some(Self::Previous),
            _ => None,
        }
    }

    /// The finding one step from `selected` among those shown; it stops at either end. Where the selected one is not
    /// shown, the step leads to the nearest one shown in its direction.
    pub fn from(self, selected: Option<usize>, shown: &[usize]) -> Option<usize> {
        let (first, last) = (*shown.first()?, *shown.last()?);
        Some(match (self, selected) {
            (Self::Next, None) => first,
            (Self::Previous, None) => last,
            (Self::Next, Some(at)) => shown.iter().copied().find(|&other| other > at).unwrap_or(last),
            (Self::Previous, Some(at)) => shown.iter().copied().rev().find(|&other| other < at).unwrap_or(first),
        })
    }
}

/// The finding a click on marked text selects: the gravest, or the one after the selected where several lie there.
pub fn next_under(marked: &[usize], selected: Option<usize>) -> Option<usize> {
    let at = selected.and_then(|selected| marked.iter().position(|&finding| finding == selected));
    match at {
        Some(at) => marked.get((at + 1) % marked.len()).copied(),
        None => marked.first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_step_stops_at_either_end_and_skips_what_is_hidden() {
        let shown = [1, 4, 6];
        let check = |step: Step, selected: Option<usize>, expected: Option<usize>| {
            assert_eq!(step.from(selected, &shown), expected, "{step:?} from {selected:?}");
        };
        check(Step::Next, None, Some(1));
        check(Step::Next, Some(1), Some(4));
        check(Step::Next, Some(2), Some(4));
        check(Step::Next, Some(6), Some(6));
        check(Step::Previous, None, Some(6));
        check(Step::Previous, Some(5), Some(4));
        check(Step::Previous, Some(1), Some(1));
        assert_eq!(Step::Next.from(Some(3), &[]), None);
    }

    #[test]
    fn findings_are_shown_by_how_sure_they_are_and_who_takes_care() {
        let finding = |id: &str, confidence: f32| {
            Arc::new(Finding {
                id: id.into(),
                check: "validity.expired".into(),
                severity: Severity::Error,
                start: 0,
                end: 1,
                eid: None,
                quote: String::new(),
                message: String::new(),
                confidence,
                evidence: Vec::new(),
                suggestion: None,
                detail: None,
            })
        };
        let findings = [finding("f1", 0.97), finding("f2", 0.8), finding("f3", 0.3)];
        let check = |filter: Filter, expected: &[usize]| {
            let assignee = |finding: &Finding| if finding.id == "f2" { "an".to_owned() } else { String::new() };
            assert_eq!(filter.shown(&findings, |_| Standing::Open, assignee), expected, "{filter:?}");
        };
        check(Filter::default(), &[0, 1, 2]);
        check(Filter { band: Some(Band::High), ..Filter::default() }, &[1]);
        check(Filter { band: Band::from_code("0"), ..Filter::default() }, &[2]);
        check(Filter { assignee: Some("an".into()), ..Filter::default() }, &[1]);
        check(Filter { assignee: Some(String::new()), band: Some(Band::VeryHigh), ..Filter::default() }, &[0]);
    }

    #[test]
    fn keys_of_either_habit_step() {
        assert_eq!(Step::of_key("j"), Step::of_key("ArrowDown"));
        assert_eq!(Step::of_key("k"), Step::of_key("ArrowUp"));
        assert_eq!(Step::of_key("x"), None);
    }

    #[test]
    fn clicking_again_reaches_every_finding_under_the_same_words() {
        assert_eq!(next_under(&[3, 1], None), Some(3));
        assert_eq!(next_under(&[3, 1], Some(3)), Some(1));
        assert_eq!(next_under(&[3, 1], Some(1)), Some(3));
        assert_eq!(next_under(&[3, 1], Some(9)), Some(3));
        assert_eq!(next_under(&[], Some(9)), None);
    }
}
