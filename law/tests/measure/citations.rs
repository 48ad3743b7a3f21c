//! Names of laws in real texts, against the numbers that stand beside them.
//!
//! Citations themselves are measured against labelled sentences by the room `eval` (`eval/tests/measure.rs`).

use crate::archives::{self, say};
use rasoat_law::cite::{self, DocumentReference, Which};
use rasoat_law::register::Register;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many were right, found and there to be found.
#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    found: usize,
    gold: usize,
}

impl Count {
    fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    fn recall(self) -> f64 {
        self.right as f64 / self.gold.max(1) as f64
    }

    fn row(self, what: &str) -> String {
        let (precision, recall) = (100.0 * self.precision(), 100.0 * self.recall());
        format!("{what:<30} {:>5} {:>5} {:>5}   {precision:6.2} {recall:6.2}", self.right, self.found, self.gold)
    }
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// What stands before "số N".
fn name_of(words: &str) -> Option<&str> {
    let at = words.match_indices(" số").map(|(at, _)| at).find(|at| {
        words[at + " số".len()..].trim_start_matches([' ', ':']).starts_with(|c: char| c.is_ascii_digit())
    })?;
    Some(words[..at].trim())
}

/// "Luật X số N" says itself which law it means: the name alone, on the day its citing article took effect, must lead to
/// the same number; so must the name with its year.
#[test]
fn names_lead_to_numbers_by_day() {
    let Some(folder) = archives::folder("phapdien") else { return };
    let register = Register::built_in();
    let mut by_day = Count::default();
    let mut by_year = Count::default();
    let (mut candidates, mut others) = (0, 0);
    let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
    for article in archives::json_lines_gz(folder.join("articles_2024-08.jsonl.gz")) {
        let Ok(day) = field(&article, "hieu_luc").parse::<jiff::civil::Date>() else { continue };
        // Closing articles cite the law that goes, not the one in force.
        let heading = field(&article, "tieu_de").to_lowercase();
        if ["hiệu lực", "chuyển tiếp", "thi hành", "bãi bỏ"].iter().any(|words| heading.contains(words)) {
            continue;
        }
        let text = rasoat_law::text::normalise(field(&article, "noi_dung"));
        if !text.contains("Luật") && !text.contains("Pháp lệnh") {
            continue;
        }
        for citation in cite::citations(&text, register) {
            let Some(DocumentReference::Number { number, kind, .. }) = citation.targets.first().map(|t| &t.document)
            else {
                continue;
            };
            let words = citation.span.of(&text);
            let head = ["Bộ luật ", "Luật ", "Pháp lệnh "].iter().filter_map(|kind| words.find(kind)).min();
            let Some(name) = head.and_then(|head| name_of(&words[head..])) else { continue };
            if !matches!(citation.role, cite::Role::Reference | cite::Role::Basis) {
                continue;
            }
            if !kind.cited_by_name()
                || ["Luật", "Bộ luật", "Pháp lệnh"].contains(&name)
                || register.get(number).is_none()
            {
                continue;
            }
            let entry = register.get(number);
            let in_force = entry.is_some_and(|entry| {
                entry.effective.is_some_and(|from| from <= day) && entry.ended.is_none_or(|ended| day < ended)
            });
            by_year.gold += 1;
            let year = entry.and_then(|entry| entry.issued).map(jiff::civil::Date::year);
            if let Which::Known(found) = cite::named(register, name, year, None, day) {
                by_year.found += 1;
                by_year.right += usize::from(found == *number);
            }
            // A law not yet in force, or no longer, is cited by number because its name would mean another.
            if !in_force {
                others += 1;
                continue;
            }
            by_day.gold += 1;
            match cite::named(register, name, None, None, day) {
                Which::Known(found) => {
                    by_day.found += 1;
                    by_day.right += usize::from(found == *number);
                    if found != *number {
                        *wrong.entry(format!("{name} on {day}: {found}, cited {number}")).or_default() += 1;
                    }
                }
                Which::Among(found) if found.contains(number) => candidates += 1,
                other => *wrong.entry(format!("{name} on {day}: {other:?}, cited {number}")).or_default() += 1,
            }
        }
    }
    say("names of laws whose number stands beside them: right, found, all, precision, recall");
    say(&by_day.row("by day"));
    say(&by_year.row("by year"));
    say(&format!("by day, among candidates: {candidates}; laws not in force on the day, left out: {others}"));
    let mut wrong: Vec<(String, usize)> = wrong.into_iter().collect();
    wrong.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    wrong.iter().take(25).for_each(|(what, count)| say(&format!("{count:>4} {what}")));
    assert!(by_day.precision() >= 0.99 && by_year.precision() >= 0.99);
}
