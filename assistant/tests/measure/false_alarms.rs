//! False alarms of the checks of the text: real documents reviewed as drafts, as of their own days.
//!
//! `RASOAT_DRAFTS=FOLDER cargo test -p rasoat-assistant --test measure -- --nocapture` reads every `.txt` of the folder
//! (what `rasoat parse` calls a document's text), prints how many findings each check made, and writes each with its words
//! to `FOLDER/findings.tsv`, to be judged by a person. The documents are one another's corpus. Without the folder it says so
//! and passes.

use jiff::civil::{Date, date};
use rasoat_assistant::{
    Check, CorpusDocument, Finding, Hit, Law, MemoryCorpus, Observer, Query, Search, Stage, review,
};
use rasoat_embeddings::Cancelled;
use rasoat_law::effect::OwnDates;
use rasoat_law::register::Register;
use rasoat_law::structure::{Document, parse};
use rasoat_law::text::squeeze;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

/// No search, and nobody who watches.
pub struct Nothing;

impl Search for Nothing {
    fn search(&self, _: &Query<'_>) -> Vec<Hit> {
        Vec::new()
    }

    fn idf(&self, _: &str) -> f32 {
        1.0
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Observer for Nothing {
    fn progress(&mut self, _: Stage, _: usize, _: usize) -> Result<(), Cancelled> {
        Ok(())
    }

    fn found(&mut self, _: &Finding) {}
}

/// The day a document is reviewed: when it took effect, was issued, or the end of its year.
fn own_day(document: &Document) -> Date {
    let metadata = &document.metadata;
    let of_number = || {
        let year = metadata.number.as_ref().and_then(rasoat_law::DocNumber::year)?;
        Date::new(i16::try_from(year).ok()?, 12, 31).ok()
    };
    metadata.effective.or(metadata.issued).or_else(of_number).unwrap_or(date(2026, 11, 21))
}

#[test]
fn the_checks_are_counted_on_documents_that_were_enacted() {
    let mut out = std::io::stderr();
    let Ok(folder) = std::env::var("RASOAT_DRAFTS") else {
        writeln!(out, "skipped: RASOAT_DRAFTS names no folder of texts").unwrap();
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let documents: Vec<(String, Document)> = files
        .iter()
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            (name, parse(&std::fs::read_to_string(file).unwrap()))
        })
        .collect();
    let held = documents.iter().filter_map(|(_, document)| {
        let metadata = &document.metadata;
        let number = metadata.number.clone()?;
        Some(CorpusDocument {
            title: Register::built_in().get(&number).map_or_else(|| number.to_string(), |entry| entry.title()),
            kind: metadata.kind,
            issuer: metadata.issuer.clone(),
            own_dates: OwnDates { issued: metadata.issued, effective: metadata.effective },
            consolidated_to: None,
            document: document.clone(),
            number,
        })
    });
    let corpus = MemoryCorpus::new(held);
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut table = String::new();
    for (name, draft) in &documents {
        let law = Law {
            corpus: &corpus,
            search: &Nothing,
            encoder: None,
            judge: None,
            register: Register::built_in(),
            as_of: own_day(draft),
        };
        let outcome = review(draft, &law, &mut Nothing).unwrap();
        let mut seen: Vec<&str> = Vec::new();
        for finding in &outcome.findings {
            let count = counts.entry(finding.check.code()).or_default();
            count.0 += 1;
            if !seen.contains(&finding.check.code()) {
                seen.push(finding.check.code());
                count.1 += 1;
            }
            let words: String = squeeze(finding.span.of(&draft.text)).chars().take(160).collect();
            let proof: String = squeeze(&finding.evidence()[0].quote).chars().take(200).collect();
            let place = draft.at(finding.span.start).map(|p| p.eid.to_string()).unwrap_or_default();
            let (code, severity, message) = (finding.check.code(), finding.severity, &finding.message);
            writeln!(table, "{code}\t{severity:?}\t{name}\t{}\t{place}\t{words}\t{message}\t{proof}", law.as_of)
                .unwrap();
        }
        for impact in &outcome.impact {
            let unit = impact.eid.as_ref().map(ToString::to_string).unwrap_or_default();
            let (operation, document, total) = (impact.operation, &impact.document, impact.total);
            writeln!(table, "impact\t{operation}\t{name}\t{}\t{document}#{unit}\t{total}", law.as_of).unwrap();
        }
    }
    std::fs::write(std::path::Path::new(&folder).join("findings.tsv"), table).unwrap();
    writeln!(out, "{} documents; findings, and documents with some, by check:", documents.len()).unwrap();
    for check in Check::ALL {
        let (findings, with) = counts.get(check.code()).copied().unwrap_or_default();
        writeln!(out, "{:28} {findings:6} {with:5}", check.code()).unwrap();
    }
}
