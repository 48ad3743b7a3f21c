//! Citations of real sentences, against targets labelled by hand.
//!
//! `citations.jsonl` holds facts only: where a sentence stands in the data, and where in it which provision of which
//! document is cited; people labelled each sentence alone, without seeing what the parser makes of it. A target is right
//! when document and provision are, a span when both ends are. What lies within an `ignore` span is not counted.

use crate::archives::{self, say};
use rasoat_law::cite::{self, Citation, DocumentReference, Which};
use rasoat_law::register::Register;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use unicode_normalization::UnicodeNormalization;

/// A labelled sentence.
struct Sentence {
    id: String,
    split: String,
    text: String,
    gold: Vec<Labelled>,
    ignored: Vec<(usize, usize)>,
}

/// A citation as labelled, or as found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Labelled {
    span: (usize, usize),
    role: String,
    targets: Vec<String>,
}

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

#[test]
fn citations_of_labelled_sentences() {
    let Some(sentences) = sentences() else { return };
    let register = Register::built_in();
    let mut counts: BTreeMap<String, [Count; 3]> = BTreeMap::new();
    let mut errors = Vec::new();
    for sentence in &sentences {
        let wrapped = wrapped(&sentence.text);
        for (split, text) in
            [(sentence.split.clone(), &sentence.text), (format!("{} wrapped", sentence.split), &wrapped)]
        {
            let found: Vec<Labelled> = cite::citations(text, register)
                .iter()
                .map(as_label)
                .filter(|c| !sentence.ignored.iter().any(|(start, end)| *start <= c.span.0 && c.span.1 <= *end))
                .collect();
            let targets = compare(&all_targets(&sentence.gold), &all_targets(&found));
            let spans = compare(&all_spans(&sentence.gold), &all_spans(&found));
            let roles = compare(&all_roles(&sentence.gold), &all_roles(&found));
            if targets.right < targets.found.max(targets.gold) || spans.right < spans.found.max(spans.gold) {
                errors.push(format!("{} ({split}): labelled {:?}, found {found:?}", sentence.id, sentence.gold));
            }
            for (sum, one) in counts.entry(split).or_default().iter_mut().zip([targets, spans, roles]) {
                sum.right += one.right;
                sum.found += one.found;
                sum.gold += one.gold;
            }
        }
    }
    say(&format!("citations of {} sentences: right, found, labelled, precision, recall", sentences.len()));
    for (split, sums) in &counts {
        for (sum, what) in sums.iter().zip(["targets", "spans", "spans with roles"]) {
            say(&sum.row(&format!("{split} {what}")));
        }
    }
    errors.iter().for_each(|error| say(error));
    for (split, floors) in FLOORS {
        for (count, floor) in counts[split].iter().zip(floors) {
            let lower = 100.0 * count.precision().min(count.recall());
            assert!(lower >= floor, "{split}: {lower:.2} where {floor} was measured");
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

fn as_label(citation: &Citation) -> Labelled {
    let targets = citation
        .targets
        .iter()
        .map(|target| {
            let document = match &target.document {
                DocumentReference::This => String::new(),
                DocumentReference::Number { number, day, .. } => match day {
                    // A number without its year is told apart by its day.
                    Some(day) if number.year().is_none() => format!("{number}@{day}"),
                    _ => number.to_string(),
                },
                DocumentReference::Name { name, .. } => format!("N:{name}"),
            };
            format!("{document}#{}", target.eid.as_ref().map(ToString::to_string).unwrap_or_default())
        })
        .collect();
    Labelled { span: (citation.span.start, citation.span.end), role: citation.role.code().to_owned(), targets }
}

fn all_targets(citations: &[Labelled]) -> Vec<String> {
    citations.iter().flat_map(|c| c.targets.clone()).collect()
}

fn all_spans(citations: &[Labelled]) -> Vec<String> {
    citations.iter().map(|c| format!("{:?}", c.span)).collect()
}

fn all_roles(citations: &[Labelled]) -> Vec<String> {
    citations.iter().map(|c| format!("{:?} {}", c.span, c.role)).collect()
}

/// Both as bags.
fn compare(gold: &[String], found: &[String]) -> Count {
    let mut left: HashMap<&String, usize> = HashMap::new();
    gold.iter().for_each(|item| *left.entry(item).or_default() += 1);
    let right = found
        .iter()
        .filter(|item| {
            left.get_mut(item).is_some_and(|count| {
                let some = *count > 0;
                *count = count.saturating_sub(1);
                some
            })
        })
        .count();
    Count { right, found: found.len(), gold: gold.len() }
}

/// The labelled sentences with their words; `None` where the data is absent.
fn sentences() -> Option<Vec<Sentence>> {
    let labels: Vec<Value> =
        include_str!("citations.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut places: HashMap<(&str, &str), Vec<&Value>> = HashMap::new();
    for label in &labels {
        places.entry((field(label, "set"), field(label, "file"))).or_default().push(label);
    }
    let mut sources = Sources::default();
    let mut sentences = Vec::new();
    for ((set, file), labels) in places {
        for label in labels {
            let whole: String = sources.text(set, file, field(label, "path"))?.nfc().collect();
            let (start, end) = span(label);
            let text =
                whole.get(start..end).unwrap_or_else(|| panic!("{}: no such place", field(label, "id"))).to_owned();
            sentences.push(Sentence {
                id: field(label, "id").to_owned(),
                split: field(label, "split").to_owned(),
                text,
                gold: label["citations"].as_array().unwrap().iter().map(gold).collect(),
                ignored: label["ignore"].as_array().unwrap().iter().map(span).collect(),
            });
        }
    }
    sentences.sort_by(|a, b| a.id.cmp(&b.id));
    Some(sentences)
}

fn gold(citation: &Value) -> Labelled {
    let targets = citation["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| {
            let name = target["document_name"].as_str().map(|name| format!("N:{}", rasoat_law::text::squeeze(name)));
            let document = name.or_else(|| target["document"].as_str().map(str::to_owned)).unwrap_or_default();
            format!("{document}#{}", target["eid"].as_str().unwrap_or_default())
        })
        .collect();
    Labelled { span: span(citation), role: field(citation, "role").to_owned(), targets }
}

fn span(value: &Value) -> (usize, usize) {
    let at = |name: &str| usize::try_from(value[name].as_u64().unwrap()).unwrap();
    (at("start"), at("end"))
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The data sets, each read once.
#[derive(Default)]
struct Sources {
    archives: HashMap<&'static str, HashMap<String, Vec<u8>>>,
    lines: HashMap<String, Vec<Value>>,
    paragraphs: HashMap<String, Vec<String>>,
}

impl Sources {
    /// The text at a place; `None` where the data is absent.
    fn text(&mut self, set: &str, file: &str, path: &str) -> Option<String> {
        match set {
            "vbpl" => {
                let bytes = self.archive("vbpl-documents", "vbpl-documents.tar.zst")?.get(file).unwrap();
                let document: Value = serde_json::from_slice(bytes).unwrap();
                Some(document.pointer(path).and_then(Value::as_str).unwrap().to_owned())
            }
            "phapdien" | "retrieval" => {
                let (folder, name) = file.rsplit_once('/').unwrap();
                if !self.lines.contains_key(file) {
                    let lines = archives::json_lines_gz(archives::folder(folder)?.join(name));
                    self.lines.insert(file.to_owned(), lines);
                }
                let line: usize = path.split(':').next().unwrap().parse().unwrap();
                let key = if set == "phapdien" { "noi_dung" } else { "text" };
                Some(field(&self.lines[file][line], key).to_owned())
            }
            "traffic" => {
                Some(std::fs::read_to_string(archives::folder("traffic-amendments/data")?.join(file)).unwrap())
            }
            "vlc" => {
                let bytes = self.archive("other-texts", "CP_Vietnamese-VLC.tar.zst")?.get(file).unwrap();
                Some(String::from_utf8(bytes.clone()).unwrap())
            }
            _ => {
                let (folder, archive) = match set {
                    "docx" => ("laws-docx", "laws-docx.tar.zst"),
                    _ => ("other-texts", "VlegalAI_56docx.tar.zst"),
                };
                if !self.paragraphs.contains_key(file) {
                    let bytes = self.archive(folder, archive)?.get(file).unwrap();
                    let paragraphs = word_paragraphs(&unzipped(bytes, "word/document.xml"));
                    self.paragraphs.insert(file.to_owned(), paragraphs);
                }
                let number: usize = path.trim_start_matches("p:").parse().unwrap();
                Some(self.paragraphs[file][number].clone())
            }
        }
    }

    /// An archive's files by their name without folders.
    fn archive(&mut self, folder: &'static str, name: &'static str) -> Option<&HashMap<String, Vec<u8>>> {
        if !self.archives.contains_key(name) {
            let files = archives::tar_zst(archives::folder(folder)?.join(name))
                .into_iter()
                .map(|(name, bytes)| (name.rsplit('/').next().unwrap().nfc().collect(), bytes))
                .collect();
            self.archives.insert(name, files);
        }
        self.archives.get(name)
    }
}

/// One file of a zip archive, found by its central directory.
fn unzipped(zip: &[u8], name: &str) -> String {
    let number =
        |at: usize, bytes: usize| zip[at..at + bytes].iter().rev().fold(0, |sum, b| sum << 8 | usize::from(*b));
    let end = (0..zip.len() - 3).rfind(|at| zip[*at..].starts_with(b"PK\x05\x06")).unwrap();
    let mut at = number(end + 16, 4);
    while zip[at..].starts_with(b"PK\x01\x02") {
        let (packed, length) = (number(at + 20, 4), number(at + 28, 2));
        if &zip[at + 46..at + 46 + length] == name.as_bytes() {
            let local = number(at + 42, 4);
            let from = local + 30 + number(local + 26, 2) + number(local + 28, 2);
            let mut text = String::new();
            flate2::read::DeflateDecoder::new(&zip[from..from + packed]).read_to_string(&mut text).unwrap();
            return text;
        }
        at += 46 + length + number(at + 30, 2) + number(at + 32, 2);
    }
    panic!("no {name} in the archive")
}

/// The text of every `<w:p>` of a Word document, in order.
fn word_paragraphs(xml: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find("<w:p") {
        let tag = &rest[start..];
        if !(tag.starts_with("<w:p>") || tag.starts_with("<w:p ")) {
            rest = &tag[4..];
            continue;
        }
        let Some(end) = tag.find("</w:p>") else { break };
        paragraphs.push(words_of(&tag[..end]));
        rest = &tag[end + 6..];
    }
    paragraphs
}

fn words_of(paragraph: &str) -> String {
    let mut words = String::new();
    for piece in paragraph.split("<w:t").skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        if (tag.is_empty() || tag.starts_with(' ')) && !tag.ends_with('/') {
            words.push_str(text.split('<').next().unwrap_or_default());
        }
    }
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
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
