//! Real documents written as Akoma Ntoso and read again: the same provisions, and what the schema says of the files.

use crate::archives::{self, say};
use crate::scraped::{percent, scraped_text};
use rasoat_formats::{AknOptions, Format, Limits, akoma_ntoso, extract};
use rasoat_law::Document;
use rasoat_law::amend::instructions;
use rasoat_law::cite::citations;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;

/// Identifiers and texts of the provisions. Blanks do not count: a label typed without one after it gets one.
fn provisions(document: &Document) -> Vec<(String, String)> {
    let squeezed = |words: &str| words.split_whitespace().collect::<String>();
    document.provisions.iter().map(|p| (p.eid.to_string(), squeezed(document.text_of(p)))).collect()
}

/// Texts with a name: the scraped laws, and the DOCX laws.
fn texts() -> Option<Vec<(String, String)>> {
    let files = archives::tar_zst(archives::folder("vbpl-documents")?.join("vbpl-documents.tar.zst"));
    let mut texts: Vec<(String, String)> = files
        .iter()
        .filter_map(|(name, bytes)| Some((name.clone(), scraped_text(&serde_json::from_slice(bytes).ok()?))))
        .collect();
    let laws = archives::folder("laws-docx")?;
    let mut paths: Vec<_> = std::fs::read_dir(&laws).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.to_string_lossy().ends_with(".tar.zst")) {
        for (name, bytes) in archives::tar_zst(path.clone()) {
            if name.ends_with(".docx")
                && let Ok(extracted) = extract(&name, &bytes, &Limits::default())
            {
                texts.push((name, extracted.text));
            }
        }
    }
    Some(texts)
}

#[test]
fn real_documents_come_back_from_akoma_ntoso() {
    let Some(texts) = texts() else { return };
    let register = Register::built_in();
    let out = std::env::var_os("RASOAT_AKN_OUT").map(std::path::PathBuf::from);
    let step = if out.is_some() || std::env::var_os("RASOAT_MEASURE_ALL").is_some() { 1 } else { 8 };
    let generated = jiff::civil::date(2026, 1, 1);
    let (mut all, mut same_tree, mut same_words, mut units, mut same_units) = (0, 0, 0, 0, 0);
    let (mut refs, mut mods) = (0, 0);
    for (index, (name, text)) in texts.iter().enumerate().step_by(step) {
        let document = parse(text);
        let orders = instructions(&document, register);
        let found = citations(&document.text, register);
        let options = AknOptions { generated, instructions: &orders };
        let xml = akoma_ntoso(&document, &found, &options);
        if let Some(out) = &out {
            std::fs::write(out.join(format!("{index:04}.xml")), &xml).unwrap();
        }
        refs += xml.matches("<ref ").count() + xml.matches("<rref ").count();
        mods += xml.matches("<textualMod ").count();
        let back = match extract("a.xml", xml.as_bytes(), &Limits::default()) {
            Ok(back) => back,
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(back.format, Format::AkomaNtoso);
        let again = parse(&back.text);
        let (ours, theirs) = (provisions(&document), provisions(&again));
        let squeeze = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
        all += 1;
        same_words += usize::from(squeeze(&document.text) == squeeze(&back.text));
        let same = ours == theirs;
        same_tree += usize::from(same);
        units += ours.len();
        let theirs: std::collections::HashSet<_> = theirs.into_iter().collect();
        same_units += ours.iter().filter(|unit| theirs.contains(*unit)).count();
        if !same && std::env::var_os("RASOAT_SHOW").is_some() {
            // The innermost unit that differs says most.
            let first = ours.iter().filter(|unit| !theirs.contains(*unit)).min_by_key(|unit| unit.1.len());
            let other = first.and_then(|(eid, _)| theirs.iter().find(|(other, _)| other == eid));
            say(&format!("{index:04} {name}:\n  {first:.400?}\n  {other:.400?}"));
        }
    }
    say(&format!(
        "{all} real documents to Akoma Ntoso and back: same words {:.2}%, same tree {:.2}%, same units {:.3}% of {units}; {refs} references, {mods} modifications",
        percent(same_words, all),
        percent(same_tree, all),
        percent(same_units, units)
    ));
    assert_eq!(same_words, all);
    assert_eq!(same_tree, all);
}
