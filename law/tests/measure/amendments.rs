//! Amending acts applied to their base, against a later state of the text.
//!
//! Base and act are pages of vbpl.vn, cut into articles by whoever gathered them; the later state is the codification's
//! article text at two dates. What differs is sorted into facts beside this file (`differences.tsv`): a difference that
//! is not among them fails the test, so each was looked at.

use super::archives;
use rasoat_law::amend::{self, Failure, Instruction, Operation, State};
use rasoat_law::register::Register;
use rasoat_law::structure::{self, Document, ProvisionKind};
use rasoat_law::{DocNumber, DocumentReference, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Documents by number.
type Documents = BTreeMap<String, Document>;

/// Files whose content is another document than their number says: seen by reading their first lines.
const NOT_WHAT_THEY_SAY: [&str; 2] = ["12/2017/QH14", "03/2022/QH15"];

/// The pages of vbpl.vn, put together from the articles they were cut into.
fn vbpl(folder: &Path) -> Documents {
    let files = archives::tar_zst(folder.join("vbpl-documents.tar.zst"));
    let pages = files.iter().filter(|(name, _)| name.ends_with(".json"));
    let mut documents = Documents::new();
    for (_, bytes) in pages {
        let page: Value = serde_json::from_slice(bytes).unwrap();
        let Some(number) = page["id"].as_str().and_then(DocNumber::parse) else { continue };
        if NOT_WHAT_THEY_SAY.contains(&number.as_str()) {
            continue;
        }
        let mut document = structure::parse(&whole(&page));
        document.metadata.number = Some(number.clone());
        documents.insert(number.to_string(), document);
    }
    documents
}

fn whole(page: &Value) -> String {
    let mut out = String::new();
    for chapter in page["chapters"].as_array().into_iter().flatten() {
        for part in ["title", "subtitle"] {
            // "PHẦN MỞ ĐẦU" is the gatherer's name for articles outside chapters.
            let line = chapter[part].as_str().unwrap_or_default();
            if !line.is_empty() && line != "PHẦN MỞ ĐẦU" {
                out.push_str(line);
                out.push('\n');
            }
        }
        for article in chapter["articles"].as_array().into_iter().flatten() {
            let field = |name: &str| article[name].as_str().unwrap_or_default().trim();
            out.push_str(&rejoined(field("number"), field("heading"), field("body")));
        }
    }
    out
}

/// An article as the page had it. The gatherer cut "Điều 98b." into number and heading "b. …", and took a first
/// paragraph for the heading where an article has none.
fn rejoined(number: &str, heading: &str, body: &str) -> String {
    // The page marks what was changed since.
    let note = |line: &str| line.starts_with("Điều khoản được") && line.chars().count() < 40;
    let body: Vec<String> = body.lines().filter(|line| !note(line.trim())).map(unglued).collect();
    let body = body.join("\n");
    let (before, after) = heading.split_once('.').unwrap_or_default();
    let is_letter = before.chars().count() == 1 && before.chars().all(char::is_lowercase);
    if is_letter {
        return format!("{number}{before}. {}\n{body}\n", after.trim());
    }
    if !before.is_empty() && before.len() < 3 && before.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{number}.\n{heading}\n{body}\n");
    }
    format!("{number}. {heading}\n{body}\n")
}

/// Puts the line break back that was lost before a label: "…;b) …", "….3. …".
fn unglued(line: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        out.push(c);
        if matches!(c, '.' | ';' | ':') && before.is_alphabetic() {
            let rest = &line[at + c.len_utf8()..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let paragraph = (1..=2).contains(&digits) && rest[digits..].starts_with(". ");
            let mut letters = rest.chars();
            let point = letters.next().is_some_and(char::is_lowercase) && letters.as_str().starts_with(") ");
            if paragraph || point {
                out.push('\n');
            }
        }
        before = c;
    }
    out
}

/// An article in its later state.
struct Later {
    words: String,
    title: String,
    /// The acts it says it was amended by.
    by: Vec<String>,
}

/// A codification: the later state of each article, and the day each act took effect.
#[derive(Default)]
struct Codified {
    articles: BTreeMap<String, BTreeMap<String, Vec<Later>>>,
    effective: BTreeMap<String, jiff::civil::Date>,
}

fn codified(folder: &Path, month: &str, bases: &Documents) -> Codified {
    let mut codified = Codified::default();
    for row in archives::json_lines_gz(folder.join(format!("articles_{month}.jsonl.gz"))) {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        if !bases.contains_key(&field("so_hieu")) {
            continue;
        }
        let mut by = Vec::new();
        for source in row["nguon"].as_array().into_iter().flatten().skip(1) {
            let act = source["so_hieu"].as_str().unwrap_or("?").to_owned();
            if let Some(day) = source["hieu_luc"].as_str().and_then(|day| day.parse().ok()) {
                codified.effective.insert(act.clone(), day);
            }
            by.push(act);
        }
        let title = field("tieu_de").split_once(". ").map_or_else(String::new, |(_, title)| title.to_owned());
        let later = Later { words: text::normalise(&field("noi_dung")), title, by };
        codified.articles.entry(field("so_hieu")).or_default().entry(field("dieu")).or_default().push(later);
    }
    codified
}

/// How near a reproduced article is to its later state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// The same but for white space.
    Exact,
    /// The same but for the place of tone marks ("thuỷ", "thủy") and the form of quotation marks.
    Tones,
    /// The same words; capitals or punctuation differ.
    Words,
    Differs,
}

/// Compares `ours`, an article with its label, to its later state. The codification leaves headings apart, and prints
/// repealed units in several ways or not at all: both are left out of the comparison.
fn agreement(ours: &str, later: &Later) -> Agreement {
    let body = ours.split_once('\n').map_or("", |(_, body)| body);
    let unlabelled = ours.split_once('.').map_or("", |(_, rest)| rest);
    let titled = format!("{} {}", later.title, later.words);
    let same = |key: &dyn Fn(&str) -> String| {
        let wanted = [key(&later.words), key(&titled)];
        [key(body), key(unlabelled)].iter().any(|ours| wanted.contains(ours))
    };
    if same(&|words| words_without_repealed(words).split_whitespace().collect()) {
        Agreement::Exact
    } else if same(&|words| tones_settled(&words_without_repealed(words))) {
        Agreement::Tones
    } else if same(&|words| text::words(&words_without_repealed(words)).concat()) {
        Agreement::Words
    } else {
        Agreement::Differs
    }
}

fn words_without_repealed(words: &str) -> String {
    let repealed = |line: &str| {
        let short = line.chars().count() <= 40;
        short && (line.contains("bãi bỏ)") || line.ends_with("bị bãi bỏ") || line.contains("bị bãi bỏ;"))
    };
    words.lines().filter(|line| !repealed(line.trim())).collect::<Vec<_>>().join("\n")
}

/// Tone marks at each word's end, blanks gone, quotation marks alike; capitals and punctuation kept.
fn tones_settled(words: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let folded = text::fold_word(word);
        let mut letters = folded.chars();
        for c in word.drain(..) {
            let letter = letters.next().unwrap_or(c);
            if c.is_uppercase() { out.extend(letter.to_uppercase()) } else { out.push(letter) }
        }
        out.extend(letters);
    };
    for c in words.chars() {
        match c {
            c if c.is_alphabetic() => word.push(c),
            c => {
                flush(&mut word, &mut out);
                match c {
                    '“' | '”' => out.push('"'),
                    c if c.is_whitespace() => {}
                    c => out.push(c),
                }
            }
        }
    }
    flush(&mut word, &mut out);
    out
}

/// The facts: for a base and article, why it differs.
fn known_differences() -> BTreeMap<(String, String), String> {
    include_str!("amendments/differences.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            let mut next = || fields.next().unwrap_or_default();
            ((next(), next()), next())
        })
        .collect()
}

/// Instructions by the number of the document they change.
fn by_target(acts: &Documents, effective: &BTreeMap<String, jiff::civil::Date>) -> BTreeMap<String, Vec<Instruction>> {
    let mut found: BTreeMap<String, Vec<Instruction>> = BTreeMap::new();
    for (number, act) in acts {
        for mut instruction in amend::instructions(act, Register::built_in()) {
            instruction.effective = instruction.effective.or_else(|| effective.get(number).copied());
            if let Some(target) = instruction.target.document.number() {
                found.entry(target.to_string()).or_default().push(instruction);
            }
        }
    }
    found
}

#[derive(Default)]
struct Tally {
    triples: usize,
    bases: usize,
    articles: usize,
    agreed: BTreeMap<&'static str, usize>,
    differ: BTreeMap<String, usize>,
    unexplained: Vec<String>,
}

fn reproduce(documents: &Documents, codified: &Codified, as_of: jiff::civil::Date) -> Tally {
    let known = known_differences();
    let all = by_target(documents, &codified.effective);
    let mut tally = Tally::default();
    for (base, articles) in &codified.articles {
        let listed: BTreeSet<&String> = articles.values().flatten().flat_map(|later| &later.by).collect();
        let amended: Vec<(&String, &Later)> = articles
            .iter()
            .filter_map(|(article, states)| Some((article, states.first().filter(|_| states.len() == 1)?)))
            .filter(|(_, later)| !later.by.is_empty() && later.by.iter().all(|act| documents.contains_key(act)))
            .collect();
        if amended.is_empty() {
            continue;
        }
        // The codification lags: only acts that it says it worked in.
        let instructions: Vec<Instruction> = all
            .get(base)
            .into_iter()
            .flatten()
            .filter(|i| i.by.as_ref().is_some_and(|by| listed.contains(&by.to_string())))
            .cloned()
            .collect();
        let consolidated = amend::apply(&documents[base], &instructions, as_of);
        tally.bases += 1;
        tally.triples += amended.iter().flat_map(|(_, later)| &later.by).collect::<BTreeSet<_>>().len();
        let mut row = [0; 4];
        for (article, later) in &amended {
            let unit = consolidated.document.get(&format!("art_{article}"));
            let ours = unit.map_or("", |unit| consolidated.document.text_of(unit));
            let agreement = agreement(ours, later);
            row[agreement as usize] += 1;
            if agreement == Agreement::Differs {
                match known.get(&(base.clone(), (*article).clone())) {
                    Some(reason) => *tally.differ.entry(reason.clone()).or_default() += 1,
                    None => tally.unexplained.push(format!("{base} Điều {article}")),
                }
            }
        }
        tally.articles += amended.len();
        for (name, count) in ["exact", "tones", "words", "differs"].into_iter().zip(row) {
            *tally.agreed.entry(name).or_default() += count;
        }
        archives::say(&format!(
            "{base:<16} amended {:>3}  exact {:>3}  tones {:>3}  words {:>3}  differs {:>3}",
            amended.len(),
            row[0],
            row[1],
            row[2],
            row[3]
        ));
    }
    tally
}

/// Reproduced articles exactly, or but for tone placement, of those whose acts are all at hand.
fn measure_against(month: &str, day: jiff::civil::Date, floors: (usize, usize)) {
    let Some(folder) = archives::folder("vbpl-documents") else { return };
    let Some(codification) = archives::folder("phapdien") else { return };
    let documents = vbpl(&folder);
    let codified = codified(&codification, month, &documents);
    let tally = reproduce(&documents, &codified, day);
    let count = |name: &str| tally.agreed.get(name).copied().unwrap_or_default();
    let share = |count: usize| 100.0 * count as f64 / tally.articles.max(1) as f64;
    let (exact, tones) = (count("exact"), count("exact") + count("tones"));
    archives::say(&format!(
        "amendments against {month}: {} triples of {} bases, {} amended articles: exact {exact} ({:.1} %), with tone \
         placement settled {tones} ({:.1} %), the same words {} ({:.1} %)",
        tally.triples,
        tally.bases,
        tally.articles,
        share(exact),
        share(tones),
        tones + count("words"),
        share(tones + count("words")),
    ));
    for (reason, count) in &tally.differ {
        archives::say(&format!("  differs, {reason}: {count}"));
    }
    assert!(tally.unexplained.is_empty(), "differences nobody has looked at: {:#?}", tally.unexplained);
    assert!(exact >= floors.0 && tones >= floors.1, "{exact} exact and {tones} with tones settled");
}

#[test]
fn amended_articles_are_reproduced_as_the_codification_of_2024_has_them() {
    measure_against("2024-08", jiff::civil::date(2024, 8, 28), (278, 332));
}

#[test]
fn amended_articles_are_reproduced_as_the_codification_of_2023_has_them() {
    measure_against("2023-10", jiff::civil::date(2023, 10, 28), (283, 338));
}

/// Whether a document is an amending act: its first article changes another document.
fn amends(document: &Document) -> bool {
    let first = document.provisions.iter().find(|p| p.kind == ProvisionKind::Article);
    first.is_some_and(|article| {
        let words = document.text_of(article);
        let line = words.split_once('.').map_or("", |(_, rest)| rest).trim_start();
        ["Sửa đổi", "Bổ sung", "Bãi bỏ", "Thay thế", "Nay sửa đổi", "Nay bổ sung"]
            .iter()
            .any(|verb| line.starts_with(verb))
    })
}

/// The clauses of an amending act that command: the paragraphs of its amending articles, or such an article without
/// paragraphs. Each with whether at least one instruction was read in it, and if not, why.
fn understood(act: &Document) -> Vec<(String, Result<(), String>)> {
    let instructions = amend::instructions(act, Register::built_in());
    let unnamed = instructions.iter().all(|i| i.target.document == DocumentReference::This);
    let nothing =
        if unnamed { "the page does not name the document that is amended" } else { "no instruction was read" };
    let mut found = Vec::new();
    for (at, article) in act.provisions.iter().enumerate().filter(|(_, p)| p.kind == ProvisionKind::Article) {
        let words = act.text_of(article);
        let line = words.split_once('.').map_or("", |(_, rest)| rest).trim_start();
        let verbs = ["Sửa đổi", "Bổ sung", "Bãi bỏ", "Thay", "Bỏ", "Nay sửa đổi", "1. Sửa đổi", "Hủy bỏ", "Huỷ bỏ"];
        if !verbs.iter().any(|verb| line.starts_with(verb)) {
            continue;
        }
        let paragraphs: Vec<_> =
            act.children(at).filter(|(_, p)| p.kind == ProvisionKind::Paragraph).map(|(_, p)| p).collect();
        let units = if paragraphs.is_empty() { vec![article] } else { paragraphs };
        for unit in units {
            let inside: Vec<&Instruction> = instructions
                .iter()
                .filter(|i| unit.span.start <= i.span.start && i.span.start < unit.span.end)
                .collect();
            let cause = match inside.iter().find(|i| !matches!(i.state, State::Failed(_))) {
                Some(_) => Ok(()),
                None => Err(inside.first().map_or(nothing, |i| cause(&i.state)).to_owned()),
            };
            found.push((unit.eid.to_string(), cause));
        }
    }
    found
}

fn cause(state: &State) -> &'static str {
    match state {
        State::Failed(Failure::SmallerThanPoint) => "the target is smaller than a point",
        State::Failed(Failure::NoNewText) => "no new text",
        State::Failed(Failure::NewTextUnclear) => "the new texts cannot be told apart",
        State::Failed(Failure::OtherNumber(_)) => "the new text bears another number",
        _ => "other",
    }
}

#[test]
fn clauses_of_amending_acts_are_understood() {
    let Some(folder) = archives::folder("vbpl-documents") else { return };
    let mut documents = vbpl(&folder);
    documents.extend(traffic().unwrap_or_default());
    let acts: Vec<(&String, &Document)> = documents.iter().filter(|(_, document)| amends(document)).collect();
    let (mut clauses, mut read) = (0, 0);
    let mut causes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, act) in &acts {
        for (eid, result) in understood(act) {
            clauses += 1;
            match result {
                Ok(()) => read += 1,
                Err(cause) => causes.entry(cause).or_default().push(format!("{number}#{eid}")),
            }
        }
    }
    archives::say(&format!(
        "amending acts: {}; amending clauses {clauses}, at least one instruction read in {read} ({:.1} %)",
        acts.len(),
        100.0 * read as f64 / clauses.max(1) as f64
    ));
    for (cause, units) in &causes {
        archives::say(&format!("  {cause}: {} ({})", units.len(), units.join(", ")));
    }
    assert!(read >= 2031, "{read} of {clauses}");
}

/// The traffic documents that come with facts.
fn traffic() -> Option<Documents> {
    let folder = archives::folder("traffic-amendments")?.join("data");
    let mut documents = Documents::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let about: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let number = about["docIdentity"].as_str().and_then(DocNumber::parse).unwrap();
        let mut document = structure::parse(&std::fs::read_to_string(&path).unwrap());
        document.metadata.number = Some(number.clone());
        documents.insert(number.to_string(), document);
    }
    Some(documents)
}

/// Facts that are wrong: an act that inserts point d after point c was taken to add point c.
const WRONG_FACTS: [(&str, &str, &str); 1] = [("123/2021/NĐ-CP", "100/2019/NĐ-CP", "art_5__para_7__point_c")];

#[test]
fn targets_agree_with_the_facts_about_traffic_decrees() {
    let Some(documents) = traffic() else { return };
    let folder = archives::folder("traffic-amendments").unwrap().join("data/amends");
    let (mut facts, mut found, mut ours_only) = (0, 0, 0);
    let mut wrong: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let act = file["doc_identity"].as_str().unwrap();
        let ours: BTreeSet<(String, String)> = amend::instructions(&documents[act], Register::built_in())
            .into_iter()
            .filter(|i| i.operation != Operation::EndDocument)
            .filter_map(|i| Some((i.target.document.number()?.to_string(), i.target.eid?.to_string())))
            .collect();
        let theirs: BTreeSet<(String, String)> = file["amends"].as_array().unwrap().iter().map(fact).collect();
        let about: BTreeSet<&String> = theirs.iter().map(|(document, _)| document).collect();
        facts += theirs.len();
        found += theirs.intersection(&ours).count();
        for (document, eid) in theirs.difference(&ours) {
            let known = WRONG_FACTS.contains(&(act, document.as_str(), eid.as_str()));
            wrong.push(format!("{act} on {document}#{eid}: {}", if known { "the fact is wrong" } else { "not read" }));
        }
        for (document, eid) in ours.difference(&theirs).filter(|(document, _)| about.contains(document)) {
            ours_only += 1;
            wrong.push(format!("{act} on {document}#{eid}: ours alone"));
        }
    }
    archives::say(&format!(
        "facts about traffic decrees: {facts} distinct targets, {found} found ({:.1} %), {ours_only} of ours not among them",
        100.0 * found as f64 / facts.max(1) as f64
    ));
    for line in wrong {
        archives::say(&format!("  {line}"));
    }
    assert!(found >= 465, "{found} of {facts}");
}

/// Target document and identifier of one fact.
fn fact(row: &Value) -> (String, String) {
    let field = |name: &str| row[name].as_str().map(str::to_owned);
    let mut eid = format!("art_{}", field("target_article").unwrap_or_default());
    for (name, prefix) in [("target_clause", "para"), ("target_point", "point")] {
        if let Some(number) = field(name) {
            eid = format!("{eid}__{prefix}_{number}");
        }
    }
    (field("target_doc_identity").unwrap_or_default(), eid)
}

/// A collection of 2021 whose laws are consolidated, without a word on what was worked in.
fn corpus_of_2021(folder: &Path) -> BTreeMap<String, BTreeMap<String, Later>> {
    let mut found: BTreeMap<String, BTreeMap<String, Later>> = BTreeMap::new();
    for row in archives::json_lines_gz(folder.join("zalo2021/corpus.jsonl.gz")) {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let Some(article) = field("eid").strip_prefix("art_").map(str::to_owned) else { continue };
        let later = Later { words: text::normalise(&field("text")), title: field("title"), by: Vec::new() };
        found.entry(field("document")).or_default().insert(article, later);
    }
    found
}

#[test]
fn amended_articles_are_reproduced_as_a_collection_of_2021_has_them() {
    let Some(folder) = archives::folder("vbpl-documents") else { return };
    let Some(retrieval) = archives::folder("retrieval") else { return };
    let documents = vbpl(&folder);
    let later = corpus_of_2021(&retrieval);
    let day = jiff::civil::date(2021, 1, 1);
    let all = by_target(&documents, &BTreeMap::new());
    let (mut counts, mut stale, mut total) = ([0; 4], 0, 0);
    for (base, articles) in &later {
        let (Some(document), Some(instructions)) = (documents.get(base), all.get(base)) else { continue };
        let consolidated = amend::apply(document, instructions, day);
        let changed: BTreeSet<String> = instructions
            .iter()
            .zip(&consolidated.outcomes)
            .filter(|(_, outcome)| **outcome == State::Applied)
            .filter_map(|(instruction, _)| instruction.target.eid.as_ref()?.number_of("art").map(str::to_owned))
            .collect();
        let mut row = [0; 4];
        for article in &changed {
            let Some(state) = articles.get(article) else { continue };
            let words = |document: &Document| {
                document
                    .get(&format!("art_{article}"))
                    .map_or_else(String::new, |unit| document.text_of(unit).to_owned())
            };
            let (old, new) = (words(document), words(&consolidated.document));
            let reached = agreement(&new, state);
            if reached == Agreement::Differs && agreement(&old, state) != Agreement::Differs {
                stale += 1;
                continue;
            }
            total += 1;
            row[reached as usize] += 1;
        }
        if row != [0; 4] {
            archives::say(&format!("{base:<16} {row:?}"));
        }
        for (sum, count) in counts.iter_mut().zip(row) {
            *sum += count;
        }
    }
    let [exact, tones, words, differ] = counts;
    archives::say(&format!(
        "amendments against a collection of 2021, which does not say what it worked in: {total} articles: exact {exact}, \
         tone placement {tones}, the same words {words}, differ {differ}; {stale} more still have the old text"
    ));
    assert!(exact >= 289 && exact + tones >= 350, "{counts:?}");
}
