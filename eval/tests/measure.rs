//! How exact citations are read in real sentences, printed and held to a floor.
//!
//! The sentences are not the project's: they are read from `../shared/data` beside the repository, and where that is
//! absent the measurement says so and passes.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot read its data has failed")]

use rasoat_eval::citations::{self, Case, Cited};
use rasoat_eval::item::{Counts, Outcome};
use rasoat_law::cite;
use rasoat_law::register::Register;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

/// Things counted, in the order of the floors.
const KINDS: [&str; 3] = ["target", "span", "span_role"];

/// What was measured, in percent: the lower of precision and recall of targets, of spans and of spans with roles.
///
/// All but those of `unseen` are figures after fixing. The sentences of `test` were first run when nobody had worked on them: `test` then gave
/// targets 98.70 and 98.45 (precision and recall) and spans 98.76 and 99.17, `test hard` targets 96.60 and 97.26 and
/// spans 96.27 and 97.73. Their errors were read and their classes fixed, so they hold what is reached and no longer say
/// how unseen text fares. `fresh` was labelled and run after that: targets 95.27 and 95.62, spans 98.73 and 99.36, three
/// of 152 sentences wrong, mended since. `unseen` (211 sentences) was labelled by somebody who saw no output while the
/// grammar was made more general on other text; it was run once, nothing was changed for it, and its four sentences read
/// wrongly stand as they were found: these are the figures for text nobody has worked on.
const FLOORS: [(&str, [f64; 3]); 10] = [
    ("dev", [100.0, 100.0, 100.0]),
    ("dev wrapped", [99.8, 99.7, 98.0]),
    ("test", [100.0, 100.0, 100.0]),
    ("test wrapped", [100.0, 100.0, 99.5]),
    ("fresh", [100.0, 100.0, 97.4]),
    ("fresh wrapped", [100.0, 100.0, 97.4]),
    ("unseen", [98.9, 97.7, 93.1]),
    ("unseen wrapped", [98.7, 97.2, 92.7]),
    ("test hard", [100.0, 100.0, 100.0]),
    // A page that ends between "Mục IX" and "- Phí" is read as a list.
    ("test hard wrapped", [99.3, 98.4, 98.4]),
];

/// A line for the person who runs the measurement. Not a print macro: the test harness swallows what those print when
/// a test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn citations_of_labelled_sentences() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !data.is_dir() {
        say("skipped: no shared/data beside the repository, so nothing to measure citations on");
        return;
    }
    let sentences = citations::read_labelled(&data).unwrap();
    let mut counts: BTreeMap<String, [Counts; 3]> = BTreeMap::new();
    for sentence in &sentences {
        let split = sentence.split.clone().unwrap_or_default();
        let wrapped = Case { text: wrapped(&sentence.text), ..sentence.clone() };
        for (split, case) in [(split.clone(), sentence.clone()), (format!("{split} wrapped"), wrapped)] {
            let found = cite::citations(&case.text, Register::built_in()).iter().map(Cited::from).collect();
            let run = citations::run("labelled", "cite", false, &[case], &[found], None);
            let Outcome::Detected { counts: of, .. } = &run.items[0].outcome else { continue };
            for (sum, kind) in counts.entry(split).or_default().iter_mut().zip(KINDS) {
                *sum += of[kind];
            }
        }
    }
    say(&format!("citations of {} sentences: matched, found, labelled, precision, recall", sentences.len()));
    for (split, floors) in FLOORS {
        for ((count, kind), floor) in counts[split].iter().zip(KINDS).zip(floors) {
            let share = |of: usize| 100.0 * count.matched as f64 / of.max(1) as f64;
            let (precision, recall) = (share(count.found), share(count.gold));
            let Counts { gold, found, matched } = count;
            say(&format!("{split:<20} {kind:<10} {matched:>5} {found:>5} {gold:>5}   {precision:6.2} {recall:6.2}"));
            assert!(precision.min(recall) >= floor, "{split} {kind}: where {floor} was measured");
        }
    }
}

/// A sentence as a page of print breaks it: at the first blank after seventy bytes of a line.
fn wrapped(text: &str) -> String {
    let mut line = 0;
    text.chars()
        .map(|c| {
            line += c.len_utf8();
            if c == '\n' || c == ' ' && line > 70 {
                line = 0;
                return '\n';
            }
            c
        })
        .collect()
}
