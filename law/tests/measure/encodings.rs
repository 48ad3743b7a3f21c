//! Detection and conversion of legacy encodings, on real paragraphs encoded for the purpose; and that no clean one is
//! touched.

use crate::archives;
use rasoat_law::text::legacy::{self, Encoding};
use rasoat_law::text::normalise;

/// The scraped documents, each as its lines.
fn documents() -> Option<Vec<Vec<String>>> {
    let files = archives::tar_zst(archives::folder("vbpl-documents")?.join("vbpl-documents.tar.zst"));
    let texts = files.iter().map(|(_, bytes)| {
        let value = serde_json::from_slice(bytes).unwrap();
        let mut texts = Vec::new();
        strings(&value, &mut texts);
        lines(texts.iter().map(String::as_str))
    });
    Some(texts.collect())
}

/// Every paragraph of the codified law of 2024-08.
fn codified() -> Option<Vec<String>> {
    let articles = archives::json_lines_gz(archives::folder("phapdien")?.join("articles_2024-08.jsonl.gz"));
    Some(lines(articles.iter().filter_map(|article| article["noi_dung"].as_str())))
}

fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn strings(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

/// What became of the lines in one encoding.
#[derive(Default)]
struct Tally {
    encoded: usize,
    /// Recognised as this encoding, line by line.
    found: usize,
    /// Recognised as another.
    mistaken: usize,
    /// Back exactly, each line for itself.
    alone: usize,
    /// Back exactly, the lines of a document together.
    together: usize,
    /// The same but for capitals with a tone, which TCVN3 does not have.
    but_for_case: usize,
}

impl Tally {
    fn count(&mut self, document: &[String], encoding: Encoding) {
        let clean: Vec<String> = document.iter().map(|line| normalise(line)).collect();
        let pairs: Vec<(&String, String)> = clean
            .iter()
            .filter_map(|line| legacy::encode(line, encoding).filter(|raw| raw != line).map(|raw| (line, raw)))
            .collect();
        self.encoded += pairs.len();
        for (line, raw) in &pairs {
            match legacy::detect(raw) {
                Some(detection) if detection.encoding == encoding => self.found += 1,
                Some(_) => self.mistaken += 1,
                None => {}
            }
            self.alone += usize::from(legacy::convert(raw).text == **line);
        }
        let raw: Vec<&str> = pairs.iter().map(|(_, raw)| raw.as_str()).collect();
        let back = legacy::convert(&raw.join("\n")).text;
        for ((line, _), back) in pairs.iter().zip(back.lines()) {
            self.together += usize::from(back == line.as_str());
            self.but_for_case += usize::from(back.to_lowercase() == line.to_lowercase());
        }
    }

    fn say(&self, name: &str) {
        let share = |part: usize| format!("{:.2}%", percent(part, self.encoded));
        archives::say(&format!(
            "{name:<12} {} lines: alone recognised {}, taken for another {}, back exactly {}; in their document {}, but for case {}",
            self.encoded,
            share(self.found),
            share(self.mistaken),
            share(self.alone),
            share(self.together),
            share(self.but_for_case)
        ));
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of paragraphs")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[test]
fn encodings_are_recognised_and_clean_text_is_left_alone() {
    let (Some(documents), Some(codified)) = (documents(), codified()) else { return };
    let clean: Vec<&String> = documents.iter().flatten().chain(&codified).collect();
    let converted = clean.iter().filter(|line| !legacy::convert(line).parts.is_empty()).count();
    archives::say(&format!("{} clean paragraphs, {converted} converted", clean.len()));
    assert_eq!(converted, 0, "clean text is never converted");
    for (encoding, floor) in [(Encoding::Tcvn3, 99.7), (Encoding::Vni, 99.7), (Encoding::Windows1258, 99.7)] {
        let mut tally = Tally::default();
        for document in documents.iter().step_by(16) {
            tally.count(document, encoding);
        }
        tally.say(&format!("{encoding:?}"));
        assert!(percent(tally.but_for_case, tally.encoded) >= floor);
        assert_eq!(tally.mistaken, 0);
    }
}
