//! States and days of effect on a date, against what their publishers say.
//!
//! Every disagreement must stand in `effect-disagreements.csv` with a verdict: `data-wrong`, `unclear` or `ours-wrong`,
//! and why. Rows of the register compiled from a set prove nothing on it: `independent`
//! counts those that rest on a text.

use crate::archives::{folder, json_lines_gz, say, tar_zst};
use jiff::civil::{Date, date};
use rasoat_law::effect::{self, Change, Operation, Timeline, clause};
use rasoat_law::register::Register;
use rasoat_law::{DocNumber, Effect, Eid, structure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader};

/// What one set says and what we say, with the verdicts on where both differ.
struct Comparison {
    set: &'static str,
    verdicts: HashMap<(String, String), String>,
    compared: usize,
    independent: usize,
    agree: usize,
    sorted: BTreeMap<String, usize>,
    unexplained: Vec<String>,
}

impl Comparison {
    fn new(set: &'static str) -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("effect-disagreements.csv").as_bytes());
        let verdicts = reader
            .records()
            .map(|row| row.unwrap())
            .filter(|row| &row[0] == set)
            .map(|row| ((row[1].to_owned(), row[2].to_owned()), row[5].to_owned()))
            .collect();
        Self { set, verdicts, compared: 0, independent: 0, agree: 0, sorted: BTreeMap::new(), unexplained: Vec::new() }
    }

    fn check(&mut self, document: &str, what: &str, ours: &str, theirs: &str, independent: bool) {
        self.compared += 1;
        self.independent += usize::from(independent);
        if ours == theirs {
            self.agree += 1;
        } else if let Some(verdict) = self.verdicts.get(&(document.to_owned(), what.to_owned())) {
            *self.sorted.entry(verdict.clone()).or_default() += 1;
        } else {
            self.unexplained.push(format!("{},{document},{what},{ours},{theirs},", self.set));
        }
    }

    /// Prints the line of the table and holds it to a floor.
    fn close(self, at_least: usize) {
        let sorted: Vec<String> = self.sorted.iter().map(|(verdict, n)| format!("{verdict} {n}")).collect();
        say(&format!(
            "{:<16} {:>6} compared ({} independent), {:>6} agree ({:.2}%); {}",
            self.set,
            self.compared,
            self.independent,
            self.agree,
            100.0 * self.agree as f64 / self.compared.max(1) as f64,
            sorted.join(", ")
        ));
        assert!(self.unexplained.is_empty(), "unexplained:\n{}", self.unexplained.join("\n"));
        assert!(self.agree >= at_least, "{} agree, {at_least} did", self.agree);
    }
}

fn day(value: &Value) -> Option<Date> {
    value.as_str()?.get(..10)?.parse().ok()
}

fn show(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// In force, with or without parts that ended: what lists of law in force mean.
fn alive(effect: Effect) -> &'static str {
    match effect {
        Effect::InForce | Effect::PartlyExpired => "in force",
        Effect::Expired => "expired",
        Effect::NotYetInForce => "not yet",
        Effect::Suspended => "suspended",
        Effect::Unknown => "unknown",
    }
}

/// Whether a row of the register rests on the law's own text or the gazette, not only on lists such as these sets.
fn read_in_a_text(number: &DocNumber) -> bool {
    let source = Register::built_in().get(number).map_or("", |entry| entry.source.as_str());
    ["own text", "gazette", "repeal clause"].iter().any(|mark| source.contains(mark))
}

#[test]
fn laws_that_vbpl_calls_in_force_in_may_2026() {
    let Some(folder) = folder("laws-docx") else { return };
    let file = std::fs::read_to_string(folder.join("law.json")).unwrap();
    let laws: Value = serde_json::from_str(&file).unwrap();
    let as_of = date(2026, 5, 28);
    let mut found = Comparison::new("vbpl-2026");
    for law in laws["items"].as_array().unwrap() {
        let named = law["docNum"].as_str().unwrap_or_default();
        let Some(number) = DocNumber::parse(named.trim_start_matches("Luật ")) else { continue };
        let status = effect::status(Register::built_in(), &number, None, as_of);
        let independent = read_in_a_text(&number);
        found.check(number.as_str(), "state", alive(status.effect), "in force", independent);
        found.check(number.as_str(), "start", &show(status.from), &show(day(&law["effFrom"])), independent);
    }
    found.close(298);
}

fn codified(t: &str) -> Option<Vec<(DocNumber, Value)>> {
    let folder = folder("phapdien")?;
    let file = std::fs::File::open(folder.join(format!("docs_{t}.json.gz"))).unwrap();
    let documents: Vec<Value> = serde_json::from_reader(flate2::read::GzDecoder::new(file)).unwrap();
    let numbered = documents.into_iter().filter_map(|d| Some((DocNumber::parse(d["so_hieu"].as_str()?)?, d.clone())));
    Some(numbered.collect())
}

#[test]
fn documents_that_the_codified_law_holds() {
    let months = [("codified-2023", "2023-10", date(2023, 10, 31)), ("codified-2024", "2024-08", date(2024, 8, 31))];
    let mut sets = Vec::new();
    for (set, t, as_of) in months {
        let Some(documents) = codified(t) else { return };
        let mut found = Comparison::new(set);
        for (number, document) in documents {
            if Register::built_in().get(&number).is_none() {
                continue;
            }
            let status = effect::status(Register::built_in(), &number, None, as_of);
            let independent = read_in_a_text(&number);
            found.check(number.as_str(), "state", alive(status.effect), "in force", independent);
            let theirs = show(day(&document["hieu_luc"]));
            found.check(number.as_str(), "start", &show(status.from), &theirs, independent);
        }
        sets.push(found);
    }
    for found in sets {
        found.close(858);
    }
}

#[test]
fn documents_that_left_the_codified_law() {
    let (Some(before), Some(after)) = (codified("2023-10"), codified("2024-08")) else { return };
    let kept: BTreeSet<&DocNumber> = after.iter().map(|(number, _)| number).collect();
    let headings =
        |d: &Value| -> Vec<String> { d["de_muc"].as_array().unwrap().iter().map(|h| h.to_string()).collect() };
    let filled: BTreeSet<String> = after.iter().flat_map(|(_, d)| headings(d)).collect();
    let mut found = Comparison::new("left-codified");
    let mut gone = 0;
    for (number, document) in &before {
        // A heading emptied as a whole says nothing of its documents.
        if kept.contains(number) || !headings(document).iter().all(|heading| filled.contains(heading)) {
            continue;
        }
        gone += 1;
        if Register::built_in().get(number).is_some() {
            let status = effect::status(Register::built_in(), number, None, date(2024, 8, 31));
            let independent = read_in_a_text(number);
            found.check(number.as_str(), "state", alive(status.effect), "expired", independent);
        }
    }
    say(&format!("{gone} documents left headings that stayed; the others are not in the register"));
    found.close(0);
}

#[test]
fn traffic_documents_with_the_states_of_another_publisher() {
    let Some(folder) = folder("traffic-amendments") else { return };
    // The newest of the files was updated in January 2026.
    let as_of = date(2026, 1, 31);
    let mut found = Comparison::new("traffic");
    for file in std::fs::read_dir(folder.join("data")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let Some(number) = document["docIdentity"].as_str().and_then(DocNumber::parse) else { continue };
        if Register::built_in().get(&number).is_none() {
            continue;
        }
        let status = effect::status(Register::built_in(), &number, None, as_of);
        // That publisher calls a text "partly expired" once any part of it was amended.
        let touched = !status.unapplied(None, as_of).is_empty();
        let ours = match status.effect {
            Effect::InForce | Effect::PartlyExpired if touched => "partly",
            effect => alive(effect),
        };
        let theirs = match document["effectStatus"]["effectStatusId"].as_i64() {
            Some(4) => "in force",
            Some(2) => "partly",
            Some(6) => "not yet",
            _ => "expired",
        };
        found.check(number.as_str(), "state", ours, theirs, true);
        found.check(number.as_str(), "start", &show(status.from), &show(day(&document["effectDate"])), true);
    }
    found.close(0);
}

#[test]
fn points_that_traffic_acts_change() {
    let Some(folder) = folder("traffic-amendments") else { return };
    let register = Register::built_in();
    let mut found = Comparison::new("traffic-points");
    let mut theirs: BTreeSet<(String, String, String)> = BTreeSet::new();
    for file in std::fs::read_dir(folder.join("data/amends")).unwrap() {
        let acts: Value = serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        for fact in acts["amends"].as_array().unwrap() {
            let field = |name: &str| fact[name].as_str().filter(|value| !value.is_empty());
            let Some(article) = field("target_article") else { continue };
            let mut eid = Eid::step("art", article);
            for (name, prefix) in [("target_clause", "para"), ("target_point", "point")] {
                if let Some(number) = field(name) {
                    eid = eid.join(prefix, number);
                }
            }
            let document = |name: &str| field(name).unwrap_or_default().to_owned();
            theirs.insert((document("target_doc_identity"), document("amending_doc_identity"), eid.to_string()));
        }
    }
    let pairs: BTreeSet<(&String, &String)> = theirs.iter().map(|(target, by, _)| (target, by)).collect();
    let mut ours: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (target, by) in pairs {
        let changes = register.changes(&DocNumber::from_normal(target.clone()));
        for change in changes.iter().filter(|c| c.by.as_ref().is_some_and(|number| number.as_str() == by)) {
            ours.extend(change.eids.iter().map(|eid| (target.clone(), by.clone(), eid.to_string())));
        }
    }
    for fact in ours.union(&theirs) {
        let has = |facts: &BTreeSet<_>| if facts.contains(fact) { "changed" } else { "" };
        found.check(&fact.0, &format!("{} by {}", fact.2, fact.1), has(&ours), has(&theirs), true);
    }
    found.close(0);
}

#[test]
fn the_list_that_the_register_grew_from() {
    let Some(folder) = folder("traffic-amendments").and_then(|f| f.parent().map(std::path::Path::to_owned)) else {
        return;
    };
    let mut reader = csv::Reader::from_path(folder.join("validity.csv")).unwrap();
    let mut found = Comparison::new("validity");
    for row in reader.records() {
        let row = row.unwrap();
        let number = DocNumber::from_normal(&row[0]);
        let status = effect::status(Register::built_in(), &number, None, date(2026, 11, 21));
        found.check(&row[0], "start", &show(status.from), &row[5], false);
        found.check(&row[0], "end", &show(status.to), &row[6], false);
    }
    found.close(0);
}

/// A stored document of vbpl as text.
fn text_of(document: &Value) -> String {
    let mut text = String::new();
    for chapter in document["chapters"].as_array().unwrap() {
        for part in ["title", "subtitle"] {
            text.push_str(chapter[part].as_str().unwrap_or_default());
            text.push('\n');
        }
        for article in chapter["articles"].as_array().unwrap() {
            let words = |name: &str| article[name].as_str().unwrap_or_default();
            text.push_str(&format!("{}. {}\n{}\n", words("number"), words("heading"), words("body")));
        }
    }
    text
}

#[test]
fn days_of_effect_read_from_the_documents_own_clause() {
    let (Some(folder), Some(t23), Some(t24)) = (folder("vbpl-documents"), codified("2023-10"), codified("2024-08"))
    else {
        return;
    };
    let theirs: HashMap<DocNumber, Value> = t23.into_iter().chain(t24).collect();
    let mut found = Comparison::new("own-clause");
    let (mut read, mut silent, mut parts) = (0, 0, 0);
    for (_, bytes) in tar_zst(folder.join("vbpl-documents.tar.zst")) {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let Some(number) = document["id"].as_str().and_then(DocNumber::parse) else { continue };
        let mut parsed = structure::parse(&text_of(&document));
        let known = theirs.get(&number);
        parsed.metadata.issued = known.and_then(|d| day(&d["ngay_ban_hanh"]));
        parsed.metadata.number = Some(number.clone());
        let changes = clause::own(&parsed, Register::built_in());
        parts += changes.iter().filter(|c| !c.eids.is_empty()).count();
        let start = changes.iter().find(|c| c.eids.is_empty() && c.operation == Operation::Start && c.date.is_some());
        read += usize::from(start.is_some());
        match (known, start) {
            (Some(known), Some(start)) => {
                found.check(number.as_str(), "start", &show(start.date), &show(day(&known["hieu_luc"])), true);
            }
            (Some(_), None) => silent += 1,
            (None, _) => {}
        }
    }
    say(&format!("own clauses read in {read} documents, {parts} of parts; {silent} known documents without one"));
    found.close(0);
}

/// The facts of `parts.csv` that were read from amending acts, without those that only the codified law gives.
fn from_acts() -> Vec<(DocNumber, String, DocNumber)> {
    let mut reader = csv::Reader::from_reader(include_str!("../../data/parts.csv").as_bytes());
    let rows = reader.records().map(|row| row.unwrap()).filter(|row| row[7].starts_with("act"));
    rows.flat_map(|row| {
        let (document, by) = (DocNumber::from_normal(&row[0]), DocNumber::from_normal(&row[4]));
        let eids: Vec<Eid> = row[1].split(';').map(Eid::new).collect();
        eids.into_iter()
            .filter_map(|eid| eid.number_of("art").map(str::to_owned))
            .map(move |article| (document.clone(), article, by.clone()))
            .collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn articles_amended_by_acts_against_the_notes_of_the_codified_law() {
    let Some(folder) = folder("phapdien") else { return };
    let mut theirs: BTreeMap<(DocNumber, DocNumber), BTreeSet<String>> = BTreeMap::new();
    for t in ["2023-10", "2024-08"] {
        for relation in json_lines_gz(folder.join(format!("amend-relations_{t}.jsonl.gz"))) {
            let number = |side: &str| relation[side]["so_hieu"].as_str().and_then(DocNumber::parse);
            let (Some(document), Some(by)) = (number("dich"), number("bo")) else { continue };
            let article = relation["dich"]["dieu"].as_str().unwrap_or_default().to_owned();
            theirs.entry((document, by)).or_default().insert(article);
        }
    }
    let mut ours: BTreeMap<(DocNumber, DocNumber), BTreeSet<String>> = BTreeMap::new();
    for (document, article, by) in from_acts() {
        ours.entry((document, by)).or_default().insert(article);
    }
    let (mut both, mut only_ours, mut only_theirs, mut pairs) = (0, 0, 0, 0);
    for (pair, articles) in &ours {
        let Some(noted) = theirs.get(pair) else { continue };
        pairs += 1;
        both += articles.intersection(noted).count();
        only_ours += articles.difference(noted).count();
        only_theirs += noted.difference(articles).count();
    }
    say(&format!(
        "provisions       {pairs} pairs of law and amending act: {both} articles in both, {only_ours} only read from \
         the act, {only_theirs} only noted by the codified law"
    ));
    assert!(both >= 1 && only_theirs < both, "the acts and the notes drifted apart");
}

#[test]
fn articles_that_the_codified_law_prints_are_in_force() {
    let Some(folder) = folder("phapdien") else { return };
    let register = Register::built_in();
    let as_of = date(2024, 8, 31);
    let timelines: HashMap<&str, Timeline> =
        register.entries().iter().map(|e| (e.number.as_str(), Timeline::of(register, &e.number, None))).collect();
    let file = std::fs::File::open(folder.join("articles_2024-08.jsonl.gz")).unwrap();
    let mut found = Comparison::new("articles");
    for line in BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines() {
        let line = line.unwrap();
        // Most lines are of documents not in the register: they are not worth parsing.
        let number = line.split("\"so_hieu\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let Some(timeline) = timelines.get(number.trim_matches(['\'', ' '])) else { continue };
        if timeline.status(as_of).effect == Effect::Expired {
            continue;
        }
        let article: Value = serde_json::from_str(&line).unwrap();
        let Some(label) = article["dieu"].as_str() else { continue };
        let note = article["ghi_chu"].as_str().unwrap_or_default();
        // "có nội dung bị bãi bỏ" is a part; an article without words and note says nothing.
        let repealed = note.contains(", bị bãi bỏ bởi");
        let printed = article["noi_dung"].as_str().is_some_and(|words| !words.trim().is_empty());
        if !printed && !repealed {
            continue;
        }
        let eid = Eid::step("art", label);
        let status = timeline.status_of(&eid, as_of);
        let by_notes = timeline.events().iter().any(|e| e.scope.parts().contains(&eid));
        let theirs = if repealed { "expired" } else { "in force" };
        let what = format!("{eid}");
        found.check(timeline.document().as_str(), &what, alive(status.effect), theirs, !by_notes);
    }
    found.close(0);
}

#[test]
fn a_doubtful_row_never_decides_alone() {
    let register = Register::built_in();
    let mut rows = 0;
    for entry in register.entries() {
        let on = |day: Option<Date>| day.map(|day| effect::status(register, &entry.number, None, day));
        let doubtful = rasoat_law::Confidence::Doubtful;
        if entry.confidence == doubtful
            && let Some(status) = on(entry.effective)
        {
            rows += 1;
            assert_eq!(status.confidence, doubtful, "{}", entry.number);
        }
        if entry.end_confidence == doubtful
            && let Some(status) = on(entry.ended)
        {
            rows += 1;
            assert_eq!((status.effect, status.confidence), (Effect::Expired, doubtful), "{}", entry.number);
        }
        for change in register.changes(&entry.number).iter().filter(|c: &&Change| c.confidence == doubtful) {
            let alone =
                |eid: &Eid| register.changes(&entry.number).iter().filter(|c| c.eids.contains(eid)).count() == 1;
            for eid in change.eids.iter().filter(|eid| alone(eid)) {
                let Some(day) = change.date.and_then(|day| day.yesterday().ok()) else { continue };
                rows += 1;
                let status = effect::provision_status(register, &entry.number, eid, None, day);
                let decided = status.effect == Effect::NotYetInForce || status.effect == Effect::Expired;
                assert!(!decided || status.confidence == doubtful, "{}#{eid}", entry.number);
            }
        }
    }
    say(&format!("{rows} doubtful facts, none of which gives more than a warning"));
}
