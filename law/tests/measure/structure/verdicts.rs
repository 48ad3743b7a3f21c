//! Every disagreement that was read, with who is wrong: facts only, in `verdicts.csv`.

use crate::archives::say;
use std::collections::BTreeMap;

/// One disagreement: where, and how many units only the gold or only the tree has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    pub document: String,
    pub unit: String,
    pub gold_only: usize,
    pub ours_only: usize,
}

/// What a set was measured to be.
#[derive(Debug, Default)]
pub struct Tally {
    pub units: usize,
    pub disagreements: Vec<Disagreement>,
}

impl Tally {
    /// Notes the difference of two lists of names of units, of one document's part `unit`.
    pub fn compare(&mut self, document: &str, unit: &str, gold: &[String], ours: &[String]) {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        gold.iter().for_each(|name| counts.entry(name).or_default().0 += 1);
        ours.iter().for_each(|name| counts.entry(name).or_default().1 += 1);
        self.units += gold.len().max(ours.len());
        let gold_only = counts.values().map(|(gold, ours)| gold.saturating_sub(*ours)).sum();
        let ours_only = counts.values().map(|(gold, ours)| ours.saturating_sub(*gold)).sum();
        if gold_only + ours_only > 0 {
            let (document, unit) = (document.to_owned(), unit.to_owned());
            self.disagreements.push(Disagreement { document, unit, gold_only, ours_only });
        }
    }

    /// Prints the figures of `set`, says which disagreements nobody has read, and asks that few of the units are ours
    /// to mend.
    pub fn report(&self, set: &str, right: f64) {
        let read = read(set);
        let mut by_verdict: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unread = Vec::new();
        for found in &self.disagreements {
            let size = found.gold_only.max(found.ours_only);
            match read.iter().find(|(known, _)| known == found) {
                Some((_, verdict)) => *by_verdict.entry(verdict).or_default() += size,
                None => unread.push(found),
            }
        }
        let differing: usize = self.disagreements.iter().map(|d| d.gold_only.max(d.ours_only)).sum();
        let share = |units: usize| 1.0 - units as f64 / self.units.max(1) as f64;
        let count = |verdict: &str| by_verdict.get(verdict).copied().unwrap_or(0);
        let ours: usize = count("ours") + unread.iter().map(|d| d.gold_only.max(d.ours_only)).sum::<usize>();
        say(&format!(
            "structure, {set}: {} units, {differing} differ ({:.3} % agree): gold wrong {}, unclear {}, ours wrong {} \
             (of these unread {}) -> {:.3} % right",
            self.units,
            100.0 * share(differing),
            count("gold"),
            count("unclear"),
            ours,
            unread.len(),
            100.0 * share(ours),
        ));
        for found in &unread {
            say(&format!("unread,{set},{},{},{},{}", found.document, found.unit, found.gold_only, found.ours_only));
        }
        assert!(share(ours) >= right, "{set}: {} of {} units are ours to mend", ours, self.units);
    }
}

/// The disagreements of a set that were read, with the verdict: `gold`, `ours` or `unclear`.
fn read(set: &str) -> Vec<(Disagreement, &'static str)> {
    include_str!("verdicts.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split(',');
            let mut next = || fields.next().unwrap_or_default();
            let (of, document, unit) = (next(), next().to_owned(), next().to_owned());
            let (gold_only, ours_only) = (next().parse().ok()?, next().parse().ok()?);
            (of == set).then(|| (Disagreement { document, unit, gold_only, ours_only }, next()))
        })
        .collect()
}
