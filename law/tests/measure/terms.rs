//! Old names found in real documents, against labels read by a person (`terms.tsv`: set, file, byte, name, verdict).
//!
//! `law`: every mention marked in the laws of 2025 and 2026 on the day each took effect. `codified`: a sample of the
//! mentions marked in every fifth article of the codified law of 2024-08, as of 21 November 2026. `place`, `place-2`:
//! places picked by reading old documents, without the program; those of `place` were used to mend it, and of `place-2`
//! it marked 70 of 72 before the rows that the other two asked for were added. Verdicts: `old` (is
//! out of date there), `right`, `quoted` (in a quotation, so not for marking), `unclear`.

use crate::{archives, docx};
use jiff::civil::{Date, date};
use rasoat_law::structure::{Document, parse};
use rasoat_law::{ByteSpan, terms};
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization;

const TODAY: Date = date(2026, 11, 21);

struct Label {
    set: &'static str,
    file: &'static str,
    offset: usize,
    term: &'static str,
    verdict: &'static str,
}

fn labels(sets: &[&str]) -> Vec<Label> {
    let lines = include_str!("terms.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    lines
        .map(|fields| {
            let [set, file, offset, term, verdict] = fields[..] else { panic!("{fields:?}") };
            Label { set, file, offset: offset.parse().unwrap(), term, verdict }
        })
        .filter(|label| sets.contains(&label.set))
        .collect()
}

/// Laws that took effect on or after 1 March 2025: file, day of effect, document.
fn laws() -> Option<Vec<(String, Date, Document)>> {
    let folder = archives::folder("laws-docx")?;
    let list: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("law.json")).unwrap()).unwrap();
    let items = list["items"].as_array().unwrap().iter();
    let effects: HashMap<String, Date> = items
        .filter_map(|item| {
            let day = item["effFrom"].as_str()?.get(..10)?.parse().ok()?;
            Some((format!("VBPL_{}.docx", item["id"].as_str()?), day))
        })
        .collect();
    let laws = archives::tar_zst(folder.join("laws-docx.tar.zst")).into_iter().filter_map(|(name, bytes)| {
        let name = name.rsplit('/').next()?.to_owned();
        let day = effects.get(&name).copied().filter(|day| *day >= date(2025, 3, 1))?;
        Some((name, day, parse(&docx::text(&bytes)?)))
    });
    Some(laws.collect())
}

fn say(what: &str, verdicts: &BTreeMap<&str, usize>) {
    archives::say(&format!("{what}: {verdicts:?}"));
}

#[test]
fn what_is_marked_in_laws_of_2025_and_2026_is_out_of_date() {
    let Some(laws) = laws() else { return };
    let labels = labels(&["law"]);
    let mut verdicts = BTreeMap::new();
    for (file, day, document) in &laws {
        for mention in terms::mentions(document, terms::built_in(), *day) {
            let label = labels.iter().find(|l| l.file == file && l.offset == mention.span.start);
            if label.is_none() {
                archives::say(&format!("no label: {file} {} {}", mention.span.start, mention.span.of(&document.text)));
            }
            *verdicts.entry(label.map_or("unlabelled", |l| l.verdict)).or_default() += 1;
        }
    }
    say(&format!("marked in {} laws", laws.len()), &verdicts);
    assert_eq!(verdicts.get("right"), None);
    assert!(verdicts.get("old").is_some_and(|old| *old >= 100), "{verdicts:?}");
    assert!(verdicts.get("unlabelled").is_none_or(|new| *new <= 5), "{verdicts:?}");
}

#[test]
fn what_is_marked_in_the_codified_law_is_out_of_date_today() {
    let Some(folder) = archives::folder("phapdien") else { return };
    let articles = archives::json_lines_gz(folder.join("articles_2024-08.jsonl.gz"));
    let mut verdicts = BTreeMap::new();
    for label in labels(&["codified"]) {
        let article = &articles[label.file.parse::<usize>().unwrap()];
        let field = |name: &str| article[name].as_str().unwrap_or_default();
        let title = field("tieu_de").splitn(5, '.').last().unwrap_or_default();
        let document = parse(&format!("Điều {}.{title}\n{}", field("dieu"), field("noi_dung")));
        assert_eq!(&document.text[label.offset..label.offset + label.term.len()], label.term);
        let found = terms::mentions(&document, terms::built_in(), TODAY);
        if found.iter().any(|mention| mention.span.start == label.offset) {
            *verdicts.entry(label.verdict).or_default() += 1;
        }
    }
    say("of a sample of 100 mentions in the codified law, marked", &verdicts);
    assert!(verdicts.get("old").is_some_and(|old| *old >= 99), "{verdicts:?}");
}

#[test]
fn old_names_in_old_documents_are_found() {
    let Some(folder) = archives::folder("vbpl-documents") else { return };
    let files: HashMap<String, Vec<u8>> = archives::tar_zst(folder.join("vbpl-documents.tar.zst"))
        .into_iter()
        .map(|(name, bytes)| (name.rsplit('/').next().unwrap().to_owned(), bytes))
        .collect();
    let mut found: BTreeMap<(&str, &str), [usize; 2]> = BTreeMap::new();
    for label in labels(&["place", "place-2"]) {
        let raw = bodies(&files[label.file]);
        assert_eq!(&raw[label.offset..label.offset + label.term.len()], label.term, "{}", label.file);
        let start = rasoat_law::text::normalise_with_map(&raw).map.to_new(label.offset);
        let place = ByteSpan::new(start, start + label.term.len());
        let marked = terms::mentions(&parse(&raw), terms::built_in(), TODAY).iter().any(|m| m.span.overlaps(place));
        found.entry((label.set, label.verdict)).or_default()[usize::from(marked)] += 1;
    }
    for ((set, verdict), [missed, marked]) in &found {
        archives::say(&format!("{set}, {verdict}: {marked} marked, {missed} not"));
    }
    assert_eq!(found[&("place-2", "old")][0], 0);
    assert!(found[&("place", "old")][0] <= 1);
    assert!(found.iter().all(|((_, verdict), [_, marked])| *verdict != "quoted" || *marked == 0));
}

/// The bodies of a document's articles, one after another, NFC.
fn bodies(json: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap();
    let chapters = value["chapters"].as_array().unwrap().iter();
    let articles = chapters.flat_map(|chapter| chapter["articles"].as_array().into_iter().flatten());
    let bodies: Vec<&str> = articles.filter_map(|article| article["body"].as_str()).collect();
    bodies.join("\n").nfc().collect()
}
