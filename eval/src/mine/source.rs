//! The two dated snapshots of the codified law, and whole documents beside them, as they are read from their files.
//!
//! The files were made by programs that read web pages: numbers carry stray quotes, one number may stand for several
//! documents, an article may stand under two headings. What cannot be told apart is left out here, and counted.

use super::Rejected;
use flate2::read::GzDecoder;
use jiff::civil::Date;
use rasoat_law::{DocNumber, DocumentKind, text};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The name of the older snapshot's files, and the first day of its month: documents are drafts as of then.
pub const FIRST: (&str, Date) = ("2023-10", jiff::civil::date(2023, 10, 1));

/// The name of the newer snapshot's files, and the first day of its month: the day of the review.
pub const SECOND: (&str, Date) = ("2024-08", jiff::civil::date(2024, 8, 1));

/// The data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The disk refused.
    #[error("failed to read {path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not in its shape.
    #[error("{path}, line {line}, is not in the shape of a snapshot: {source}")]
    Shape {
        /// Where.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// An article as it stood at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its document.
    pub document: String,
    /// Its number.
    pub number: String,
    /// Its heading; empty where it has none.
    pub heading: String,
    /// Its words, without the heading.
    pub body: String,
    /// The heading of the codified law it stands under (đề mục), its field; empty for documents outside of it.
    pub field: String,
    /// The chapter it stands in.
    pub chapter: String,
    /// First day of its effect, where that is known.
    pub from: Option<Date>,
    /// What the codified law notes of its amendments.
    pub history: String,
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// The day it was issued.
    pub issued: Option<Date>,
    /// First day of its effect.
    pub effective: Option<Date>,
    /// The kind its metadata name.
    pub kind: DocumentKind,
    /// The headings of the codified law it stands under.
    pub fields: BTreeSet<String>,
}

/// The law at one time: documents and their articles in order.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// By number.
    pub documents: BTreeMap<String, Facts>,
    /// By document, in its order.
    pub articles: BTreeMap<String, Vec<Article>>,
    /// The headings that hold anything.
    pub fields: BTreeSet<String>,
    /// By document and article, the act that repealed the article and since when.
    pub repealed: BTreeMap<(String, String), (String, Option<Date>)>,
}

/// Everything that is mined.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The older snapshot.
    pub first: Snapshot,
    /// The newer one.
    pub second: Snapshot,
    /// Whole documents as they were enacted, by number.
    pub enacted: BTreeMap<String, Vec<Article>>,
    /// By number, the day a document ended that a register of mixed reliability names: used to doubt, never to claim.
    pub doubts: BTreeMap<String, Date>,
}

#[derive(Deserialize)]
struct ArticleLine {
    so_hieu: Option<String>,
    item_id: Option<String>,
    dieu: Option<String>,
    tieu_de: Option<String>,
    de_muc: Option<String>,
    de_muc_ten: Option<String>,
    chuong: Option<String>,
    hieu_luc: Option<String>,
    sua_doi: Option<String>,
    noi_dung: Option<String>,
}

#[derive(Deserialize)]
struct DocumentLine {
    so_hieu: Option<String>,
    loai: Option<String>,
    ten: Option<String>,
    ngay_ban_hanh: Option<String>,
    co_quan: Option<String>,
    hieu_luc: Option<String>,
    #[serde(default)]
    de_muc: Vec<String>,
}

#[derive(Deserialize)]
struct RelationLine {
    dich: RelationEnd,
    bo: RelationEnd,
    tu_ngay: Option<String>,
    #[serde(default)]
    cach: Vec<String>,
}

#[derive(Deserialize)]
struct RelationEnd {
    so_hieu: Option<String>,
    dieu: Option<String>,
}

#[derive(Deserialize)]
struct EnactedFile {
    id: String,
    #[serde(default)]
    chapters: Vec<EnactedChapter>,
}

#[derive(Deserialize)]
struct EnactedChapter {
    #[serde(default)]
    title: String,
    #[serde(default)]
    subtitle: String,
    #[serde(default)]
    articles: Vec<EnactedArticle>,
}

#[derive(Deserialize)]
struct EnactedArticle {
    number: String,
    #[serde(default)]
    heading: String,
    #[serde(default)]
    body: String,
}

/// Reads the snapshots in `folder`, and, where they lie beside it, the enacted documents
/// (`vbpl-documents/vbpl-documents.tar.zst`) and the register (`validity.csv`).
///
/// # Errors
/// When a snapshot is missing or not in its shape; what lies beside it may be missing.
pub fn read(folder: &Path, rejected: &mut Rejected) -> Result<Sources, SourceError> {
    let beside = |name: &str| folder.join("..").join(name);
    Ok(Sources {
        first: snapshot(folder, FIRST.0, rejected)?,
        second: snapshot(folder, SECOND.0, rejected)?,
        enacted: match beside("vbpl-documents/vbpl-documents.tar.zst") {
            path if path.exists() => enacted(&path, rejected)?,
            _ => BTreeMap::new(),
        },
        doubts: match beside("validity.csv") {
            path if path.exists() => doubts(&path)?,
            _ => BTreeMap::new(),
        },
    })
}

/// The normal form of a number as these files write it.
pub fn number(written: &str) -> Option<String> {
    let written = written.trim().trim_matches(['\'', '"', ' ']).replace("/ND-", "/NĐ-");
    DocNumber::parse(&written).map(|number| number.to_string())
}

fn snapshot(folder: &Path, name: &str, rejected: &mut Rejected) -> Result<Snapshot, SourceError> {
    let mut snapshot = Snapshot::default();
    let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut doubled: BTreeSet<(String, String)> = BTreeSet::new();
    lines(&folder.join(format!("articles_{name}.jsonl.gz")), |line: ArticleLine| {
        let Some(document) = line.so_hieu.as_deref().and_then(number) else {
            rejected.count("article: the number of its document cannot be read");
            return;
        };
        snapshot.fields.extend(line.de_muc.clone());
        let article = line.dieu.unwrap_or_default().to_lowercase();
        let plain = article.starts_with(|c: char| c.is_ascii_digit()) && article.chars().all(char::is_alphanumeric);
        if !plain {
            rejected.count("article: no number of its own");
            return;
        }
        items.entry(document.clone()).or_default().extend(line.item_id);
        let body = unmarked(&text::normalise(line.noi_dung.as_deref().unwrap_or_default()));
        let key = (document.clone(), article.clone());
        if let Some(before) = seen.get(&key) {
            // One article under two headings is one; two texts under one number are an annex's, or a fault.
            if *before != body {
                doubled.insert(key);
            }
            return;
        }
        seen.insert(key, body.clone());
        snapshot.articles.entry(document.clone()).or_default().push(Article {
            document,
            number: article,
            heading: heading(line.tieu_de.as_deref().unwrap_or_default()),
            body,
            field: line.de_muc_ten.unwrap_or_default(),
            chapter: line.chuong.unwrap_or_default(),
            from: line.hieu_luc.and_then(|day| day.parse().ok()),
            history: line.sua_doi.unwrap_or_default(),
        });
    })?;
    let shared: BTreeSet<String> =
        items.into_iter().filter(|(_, items)| items.len() > 1).map(|(document, _)| document).collect();
    for document in &shared {
        rejected.count("document: several bear its number");
        snapshot.articles.remove(document);
    }
    for articles in snapshot.articles.values_mut() {
        let before = articles.len();
        articles.retain(|a| !doubled.contains(&(a.document.clone(), a.number.clone())));
        rejected.add("article: two texts under one number", before - articles.len());
        articles.sort_by_key(|a| rasoat_law::eid::order(&a.number));
    }
    for line in whole::<DocumentLine>(&folder.join(format!("docs_{name}.json.gz")))? {
        let Some(document) = line.so_hieu.as_deref().and_then(number) else { continue };
        if shared.contains(&document) {
            continue;
        }
        let kind = DocumentKind::from_number(&document, line.loai.as_deref());
        snapshot.documents.insert(
            document,
            Facts {
                title: text::squeeze(&text::normalise(&line.ten.unwrap_or_default())),
                issuer: text::squeeze(&line.co_quan.unwrap_or_default()),
                issued: line.ngay_ban_hanh.and_then(|day| day.parse().ok()),
                effective: line.hieu_luc.and_then(|day| day.parse().ok()),
                kind,
                fields: line.de_muc.into_iter().collect(),
            },
        );
    }
    lines(&folder.join(format!("amend-relations_{name}.jsonl.gz")), |line: RelationLine| {
        let (Some(document), Some(article)) = (line.dich.so_hieu.as_deref().and_then(number), line.dich.dieu) else {
            return;
        };
        let Some(by) = line.bo.so_hieu.as_deref().and_then(number) else { return };
        if line.cach.iter().any(|how| how.contains("bãi bỏ")) {
            let day = line.tu_ngay.and_then(|day| day.parse().ok());
            snapshot.repealed.insert((document, article.to_lowercase()), (by, day));
        }
    })?;
    Ok(snapshot)
}

/// "Điều 36.3.NĐ.2.1. Phạm vi điều chỉnh": the words after the code.
fn heading(title: &str) -> String {
    let title = text::squeeze(&text::normalise(title));
    title.strip_prefix("Điều ").and_then(|rest| rest.split_once(' ')).map_or("", |(_, heading)| heading).to_owned()
}

fn enacted(path: &Path, rejected: &mut Rejected) -> Result<BTreeMap<String, Vec<Article>>, SourceError> {
    let file = open(path)?;
    let broken = |what: String| SourceError::Io {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, what),
    };
    let plain =
        ruzstd::decoding::StreamingDecoder::new(BufReader::new(file)).map_err(|error| broken(error.to_string()))?;
    let mut archive = tar::Archive::new(plain);
    let mut documents = BTreeMap::new();
    for entry in archive.entries().map_err(|error| broken(error.to_string()))? {
        let mut entry = entry.map_err(|error| broken(error.to_string()))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let mut text = String::new();
        if entry.read_to_string(&mut text).is_err() {
            continue;
        }
        let Ok(read) = serde_json::from_str::<EnactedFile>(&text) else { continue };
        let Some(document) = number(&read.id) else {
            rejected.count("document: its number cannot be read");
            continue;
        };
        let articles = enacted_articles(&document, read.chapters);
        // What has next to no articles is another text under the document's address.
        if articles.len() < 3 {
            rejected.count("document: too few articles to be whole");
            continue;
        }
        documents.insert(document, articles);
    }
    Ok(documents)
}

fn enacted_articles(document: &str, chapters: Vec<EnactedChapter>) -> Vec<Article> {
    let mut seen = BTreeSet::new();
    let mut articles = Vec::new();
    for chapter in chapters {
        for article in chapter.articles {
            let number = article.number.trim().trim_start_matches("Điều").trim().trim_end_matches('.').to_lowercase();
            let plain = number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(char::is_alphanumeric);
            // Quoted and attached articles bear numbers that the document has already had.
            if !plain || !seen.insert(number.clone()) {
                continue;
            }
            articles.push(Article {
                document: document.to_owned(),
                number,
                heading: text::squeeze(&text::normalise(&article.heading)),
                body: unmarked(&text::normalise(&article.body)),
                field: String::new(),
                chapter: format!("{} {}", chapter.title, chapter.subtitle).trim().to_owned(),
                from: None,
                history: String::new(),
            });
        }
    }
    articles
}

/// Without what the pages carry beside the words: marks of later changes, names of attached files, the signature.
fn unmarked(body: &str) -> String {
    const MARKS: [&str; 5] = [
        "Điều khoản được sửa đổi, bổ sung",
        "Điều khoản được bổ sung",
        "Điều khoản được bãi bỏ",
        "Điều khoản bị bãi bỏ",
        "Điều khoản được thay thế",
    ];
    let mut body = body.to_owned();
    for mark in MARKS {
        body = body.replace(mark, "");
    }
    // Files attached to an article stand among its lines by their names.
    let attached = |line: &str| {
        let line = line.to_lowercase();
        line.starts_with("phu luc") && line.contains(['_', '.'])
            || [".doc", ".docx", ".pdf", ".xls", ".xlsx", ".rar", ".zip"].iter().any(|end| line.ends_with(end))
    };
    let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty() && !attached(line)).collect();
    // What follows the last words of a law is its passage and signature.
    let end = lines
        .iter()
        .position(|line| line.starts_with("Luật này được Quốc hội") || line.starts_with("Luật này đã được Quốc hội"));
    lines[..end.unwrap_or(lines.len())].join("\n")
}

/// The ends that the register names, whatever their source.
fn doubts(path: &Path) -> Result<BTreeMap<String, Date>, SourceError> {
    let broken = |error: csv::Error| SourceError::Io { path: path.to_owned(), source: error.into() };
    let mut reader = csv::Reader::from_reader(open(path)?);
    let header = reader.headers().map_err(broken)?.clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap_or(usize::MAX);
    let (document, ended) = (column("so_hieu"), column("ngay_het_hieu_luc"));
    let mut doubts = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let number = record.get(document).and_then(number);
        let day = record.get(ended).and_then(|day| day.parse().ok());
        doubts.extend(number.zip(day));
    }
    Ok(doubts)
}

fn open(path: &Path) -> Result<File, SourceError> {
    File::open(path).map_err(|source| SourceError::Io { path: path.to_owned(), source })
}

fn whole<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, SourceError> {
    serde_json::from_reader(BufReader::new(GzDecoder::new(open(path)?))).map_err(|source| SourceError::Shape {
        path: path.to_owned(),
        line: source.line(),
        source,
    })
}

fn lines<T: DeserializeOwned>(path: &Path, mut take: impl FnMut(T)) -> Result<(), SourceError> {
    for (at, line) in BufReader::new(GzDecoder::new(open(path)?)).lines().enumerate() {
        let line = line.map_err(|source| SourceError::Io { path: path.to_owned(), source })?;
        if line.trim().is_empty() {
            continue;
        }
        let shape = |source| SourceError::Shape { path: path.to_owned(), line: at + 1, source };
        take(serde_json::from_str(&line).map_err(shape)?);
    }
    Ok(())
}
