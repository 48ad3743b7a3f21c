//! Real texts saved in the old encodings and in the forms of Unicode, and read again.

use crate::archives::{self, say};
use crate::scraped::{percent, scraped_text};
use rasoat_formats::{Extracted, Limits, Position, extract, normalise};
use rasoat_law::structure::parse;
use rasoat_law::text::legacy::{self, Encoding};

fn documents() -> Option<Vec<String>> {
    let files = archives::tar_zst(archives::folder("vbpl-documents")?.join("vbpl-documents.tar.zst"));
    let texts = files.iter().map(|(_, bytes)| normalise(&scraped_text(&serde_json::from_slice(bytes).unwrap())));
    Some(texts.filter(|text| text.len() > 500).collect())
}

/// Bytes of a text in an old encoding, as a program of the time saved them.
fn saved(text: &str, encoding: Encoding) -> Vec<u8> {
    // Signs the fonts did not have are not part of the test.
    let kept: String = text.chars().filter(|ch| legacy::encode(&ch.to_string(), encoding).is_some()).collect();
    let latin = legacy::encode(&kept, encoding).unwrap();
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(&latin);
    assert!(!lossy);
    bytes.into_owned()
}

/// The text that `saved` kept, letter for letter.
fn kept(text: &str, encoding: Encoding) -> String {
    normalise(&text.chars().filter(|ch| legacy::encode(&ch.to_string(), encoding).is_some()).collect::<String>())
}

fn read(bytes: &[u8]) -> Option<Extracted> {
    extract("van-ban.txt", bytes, &Limits::default()).ok()
}

/// Whether each place holds, in the file, the words it has in the text.
fn places_hold(extracted: &Extracted, bytes: &[u8], encoding: Encoding) -> bool {
    extracted.places.iter().all(|place| {
        let Position::Bytes { from, to } = place.at else { return false };
        let Some(raw) = bytes.get(from..to) else { return false };
        let latin = encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0;
        let words = normalise(&legacy::convert_as(&latin, encoding).0);
        words.to_lowercase() == extracted.text[place.start..place.end].to_lowercase()
    })
}

/// All texts where `RASOAT_MEASURE_ALL` is set, else one in sixteen.
fn sample(documents: &[String]) -> Vec<&String> {
    let step = if std::env::var_os("RASOAT_MEASURE_ALL").is_some() { 1 } else { 16 };
    documents.iter().step_by(step).collect()
}

#[test]
fn old_encodings_read_as_the_text_that_was_saved() {
    let Some(documents) = documents() else { return };
    let documents = sample(&documents);
    say(&format!("{} real texts saved in an old encoding and read:", documents.len()));
    for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Windows1258] {
        let (mut read_at_all, mut exact, mut but_for_case, mut placed, mut lines, mut same_lines) = (0, 0, 0, 0, 0, 0);
        for text in documents.iter().copied() {
            let expected = kept(text, encoding);
            let bytes = saved(text, encoding);
            let Some(extracted) = read(&bytes) else { continue };
            read_at_all += 1;
            exact += usize::from(extracted.text == expected);
            but_for_case += usize::from(extracted.text.to_lowercase() == expected.to_lowercase());
            placed += usize::from(places_hold(&extracted, &bytes, encoding));
            for (ours, theirs) in extracted.text.lines().zip(expected.lines()) {
                lines += 1;
                same_lines += usize::from(ours == theirs);
            }
        }
        let share = |part: usize| percent(part, documents.len());
        say(&format!(
            "{encoding:?}: read {:.2}%, the same text {:.2}%, but for the case of capitals with a tone {:.2}%, same lines {:.2}%, every place right {:.2}%",
            share(read_at_all),
            share(exact),
            share(but_for_case),
            percent(same_lines, lines),
            share(placed)
        ));
        assert_eq!(read_at_all, documents.len());
        assert_eq!(but_for_case, documents.len());
        assert_eq!(placed, documents.len());
    }
}

#[test]
fn every_form_of_unicode_gives_the_same_provisions() {
    use unicode_normalization::UnicodeNormalization;
    let Some(documents) = documents() else { return };
    let (mut all, mut same) = (0, 0);
    for text in documents.iter().step_by(8) {
        let decomposed: String = text.nfd().collect();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let files = [text.as_bytes().to_vec(), decomposed.into_bytes(), wide];
        let trees: Vec<Vec<(String, String)>> = files
            .iter()
            .map(|bytes| {
                let document = parse(&read(bytes).unwrap().text);
                let provisions = document.provisions.iter();
                provisions.map(|p| (p.eid.to_string(), document.text_of(p).to_owned())).collect()
            })
            .collect();
        all += 1;
        same += usize::from(trees[1..].iter().all(|tree| *tree == trees[0]));
    }
    say(&format!("NFC, NFD and UTF-16 without a mark: {same} of {all} real texts give the same provisions"));
    assert_eq!(same, all);
}
