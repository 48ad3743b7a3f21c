//! A standing review of real documents in memory: how many need action and why, and how long each takes.
//!
//! `RASOAT_SWEEP=FILE RASOAT_AS_OF=DATE cargo test -p rasoat-assistant --test measure sweep -- --nocapture` reads documents,
//! a line of JSON each (`so_hieu`, `kind`, `title`, `issuer`, `issued`, `effective`, `text`), prints the counts, and writes
//! the order with its reasons to `FILE.order.tsv` and the states to `FILE.states.tsv`, to be judged by a person. The
//! documents are one another's corpus. Without the file it says so and passes.

use super::false_alarms::Nothing;
use jiff::civil::Date;
use rasoat_assistant::sweep::{self, Assessment, Surroundings};
use rasoat_assistant::{Check, Corpus, CorpusDocument, Law, MemoryCorpus, Selection, review_selected};
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;
use rasoat_law::text::squeeze;
use rasoat_law::{DocNumber, DocumentKind, Effect, Eid};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

fn held(line: &str) -> Option<CorpusDocument> {
    let record: serde_json::Value = serde_json::from_str(line).unwrap();
    let word = |name: &str| record[name].as_str().map(str::to_owned).filter(|word| !word.is_empty());
    let day = |name: &str| word(name).and_then(|word| word.parse::<Date>().ok());
    let number = DocNumber::parse(&word("so_hieu")?)?;
    let mut document = parse(&word("text")?);
    let entry = Register::built_in().get(&number);
    let kind =
        entry.map_or_else(|| DocumentKind::from_number(number.as_str(), word("kind").as_deref()), |entry| entry.kind);
    document.metadata.number = Some(number.clone());
    document.metadata.kind = kind;
    document.metadata.title = word("title");
    Some(CorpusDocument {
        title: entry.map_or_else(|| format!("{} số {number}", kind.name()), |entry| entry.citation()),
        kind,
        issuer: word("issuer"),
        own_dates: OwnDates { issued: day("issued"), effective: day("effective") },
        consolidated_to: None,
        document,
        number,
    })
}

#[test]
fn a_body_of_law_is_swept() {
    let mut out = std::io::stderr();
    let (Ok(file), Ok(day)) = (std::env::var("RASOAT_SWEEP"), std::env::var("RASOAT_AS_OF")) else {
        writeln!(out, "skipped: RASOAT_SWEEP names no file of documents, or RASOAT_AS_OF no day").unwrap();
        return;
    };
    let (as_of, register): (Date, _) = (day.parse().unwrap(), Register::built_in());
    let start = Instant::now();
    let corpus = MemoryCorpus::new(std::fs::read_to_string(&file).unwrap().lines().filter_map(held));
    let loaded = start.elapsed().as_secs_f64();
    let mut numbers: Vec<&DocNumber> = corpus.numbers().collect();
    numbers.sort();
    let selection = Selection::all().without(Check::named("conflict"));
    let (mut all, mut effects): (Vec<Assessment>, BTreeMap<&str, usize>) = (Vec::new(), BTreeMap::new());
    let (mut states, mut slowest) = (String::new(), (0.0_f64, String::new()));
    let start = Instant::now();
    for number in &numbers {
        let one = Instant::now();
        let held = corpus.document(number).unwrap();
        let around = Surroundings::new(&held, &corpus, register, as_of);
        let status = around.status();
        let mut causes = sweep::causes(&around);
        if status.effect != Effect::Expired {
            let law = Law { corpus: &corpus, search: &Nothing, encoder: None, judge: None, register, as_of };
            let outcome = review_selected(&held.document, &law, &selection, &mut Nothing).unwrap();
            causes.extend(sweep::of_findings(&held.document, &outcome.findings, &around));
        }
        *effects.entry(status.effect.term()).or_default() += 1;
        writeln!(states, "{number}\t{}\t{:?}\t{:?}", status.effect.term(), status.to, status.review).unwrap();
        let weighed = sweep::assess(number, held.kind.rank(), held.own_dates.issued, status.effect, causes);
        all.push(weighed);
        let took = one.elapsed().as_secs_f64();
        if took > slowest.0 {
            slowest = (took, number.to_string());
        }
    }
    let took = start.elapsed().as_secs_f64();
    all.sort_by(|a, b| a.place.cmp(&b.place));
    let mut triggers: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut table = String::new();
    for (weighed, rank) in all.iter().zip(1..) {
        *levels.entry(weighed.place.level().code()).or_default() += 1;
        for part in &weighed.parts {
            let count = triggers.entry(part.trigger.code()).or_default();
            *count = (count.0 + 1, count.1 + part.count);
        }
        for cause in &weighed.causes {
            let (number, score) = (weighed.place.number(), weighed.place.score());
            let (trigger, form) = (cause.trigger.code(), weighed.proposal.form.code());
            let place = cause.eid.as_ref().map(Eid::to_string).unwrap_or_default();
            let proof = cause.evidence.document.as_ref().map(ToString::to_string).unwrap_or_default();
            let unit = cause.evidence.eid.as_ref().map(Eid::to_string).unwrap_or_default();
            let (words, quote) = (squeeze(&cause.quote), squeeze(&cause.evidence.quote));
            writeln!(
                table,
                "{rank}\t{number}\t{score}\t{form}\t{trigger}\t{place}\t{words}\t{}\t{proof}#{unit}\t{quote}",
                cause.message
            )
            .unwrap();
        }
    }
    std::fs::write(format!("{file}.order.tsv"), table).unwrap();
    std::fs::write(format!("{file}.states.tsv"), states).unwrap();
    let each = took / numbers.len().max(1) as f64;
    writeln!(out, "{} documents as of {as_of}; loaded in {loaded:.1} s, swept in {took:.1} s: {each:.3} s each, the slowest {:.2} s ({})", numbers.len(), slowest.0, slowest.1).unwrap();
    writeln!(out, "levels {levels:?}\neffects {effects:?}\ntriggers (documents, things) {triggers:?}").unwrap();
}
