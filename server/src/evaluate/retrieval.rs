//! The retrieval suite: collections of questions and articles searched as a user would search the store.
//!
//! Hard because encoding a corpus takes long: vectors are appended to a file as they are made (beside the report, or
//! where `--vectors` says), named by encoder and texts, so that a run that was cut off goes on and the next one starts at
//! once. What ranks is the search engine of the store, with its settings; nothing here knows better than it does.

use super::bench::Bench;
use super::sets::Set;
use super::{Gathered, unusable};
use crate::command::write_whole;
use crate::failure::{Failure, Result};
use crate::places::Places;
use rasoat_embeddings::{
    Attributes, Cancelled, Cut, DocumentEntry, Features, Found, Fusion, Grouping, Keeping, Mode, PassageEntry, Query,
    SearchIndex, Settings, passage::windows, rerank,
};
use rasoat_eval::retrieval::{Article, Collection, Run, items, measure};
use rasoat_eval::trec;
use rasoat_law::register::Register;
use rasoat_law::structure::ProvisionKind;
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, name_by_scope, text};
use rasoat_model::{Encoder, Reranker, TextKind};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::time::Instant;

/// Articles a ranking is kept to, in run files and for the measures.
const KEPT: usize = 100;

/// Texts encoded between two writes of their vectors.
const CHUNK: usize = 256;

/// Runs the suite on a collection.
pub fn run(bench: &Bench<'_>, set: &Set) -> Result<Gathered> {
    let collection = Collection::read(&set.path).map_err(|error| unusable(&error))?;
    let (encoder, reranker) = (bench.encoder()?, bench.reranker()?);
    let mut gathered = Gathered::default();
    if reranker.is_some() {
        let en = "the installed cross-encoder was trained, in its last stage, on questions of public collections: \
                  where those are measured, `final` is no figure of unseen questions";
        let vi = "Mô hình xếp lại đã cài được huấn luyện, ở bước cuối, trên câu hỏi của các bộ công khai: với các bộ đó, \
                  `final` không phải số liệu trên câu hỏi chưa thấy.";
        gathered.notes.push((vi.into(), en.into()));
    } else {
        let en = "no reranker is installed: the system `final` is left out";
        gathered.notes.push(("Bộ retrieval: chưa cài mô hình xếp lại, nên không có `final`.".into(), en.into()));
    }
    let corpus = Corpus::of(&collection, &Headings::of(bench.places)?);
    if corpus.headed > 0 {
        let (name, headed) = (&collection.name, corpus.headed);
        let en = format!("{name}: {headed} articles without a heading got the one the store has over them");
        gathered.notes.push((format!("{name}: {headed} điều không có tên được lấy tên điều trong kho."), en));
    }
    let vectors = corpus.vectors(bench, encoder)?;
    let index = corpus.index(&vectors)?;
    let reranker = reranker.map(|reranker| reranker as &dyn Reranker);
    let runs = runs(bench, &collection, &corpus, &index, encoder, reranker)?;
    let report = measure(&collection, &runs);
    let mut attach = |name: String, text: String| gathered.attachments.insert(name, text);
    for run in &runs {
        attach(format!("{}-{}.trec", collection.name, run.system), trec::run(&collection, run));
    }
    attach(format!("{}.qrels", collection.name), trec::qrels(&collection));
    attach(format!("{}.json", collection.name), serde_json::to_string_pretty(&report)?);
    if bench.output.is_some() {
        attach(format!("{}-features.jsonl", collection.name), features(&collection, &index, encoder)?);
    }
    gathered.own = Some((serde_json::to_value(&report)?, report.to_string()));
    gathered.runs = runs.iter().map(|run| items(&collection, run)).collect();
    Ok(gathered)
}

/// A window of an article.
struct Window {
    article: usize,
    words: String,
    /// What is embedded.
    text: String,
}

/// A collection's articles as the index takes them.
struct Corpus {
    /// By article: the document's name and the article's heading.
    names: Vec<(String, String)>,
    windows: Vec<Window>,
    /// Articles whose heading is the store's.
    headed: usize,
}

/// Headings of the articles that the store holds. A collection without headings asks for less than users do: what a
/// store holds has them.
struct Headings(HashMap<(DocNumber, String), String>);

impl Headings {
    fn of(places: &Places) -> Result<Self> {
        let mut known = HashMap::new();
        if places.store.exists() {
            for stored in places.store.open()?.documents()? {
                for provision in stored.document.provisions.iter().filter(|p| p.kind == ProvisionKind::Article) {
                    let words = provision.span.of(&stored.document.text);
                    if let (Some(heading), Some((_, body))) = (&provision.heading, words.split_once('\n')) {
                        known.insert((stored.number.clone(), opening(body)), heading.clone());
                    }
                }
            }
        }
        Ok(Self(known))
    }

    fn over(&self, document: &str, body: &str) -> Option<&String> {
        let (number, _) = DocNumber::read(document)?;
        self.0.get(&(number, opening(body)))
    }
}

/// By document the name that its scope clause gives it.
fn scopes(collection: &Collection) -> HashMap<&str, String> {
    let mut scopes = HashMap::new();
    for article in &collection.articles {
        let (_, _, body) = described(article);
        if let Some(name) = name_by_scope(body) {
            scopes.entry(article.document.as_str()).or_insert(name);
        }
    }
    scopes
}

/// The letters and digits that a text begins with: enough to know an article of a document by, whatever its layout.
fn opening(body: &str) -> String {
    body.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(120).collect()
}

impl Corpus {
    fn of(collection: &Collection, known: &Headings) -> Self {
        let cut = Cut::default();
        let scopes = scopes(collection);
        let (mut names, mut found, mut headed) = (Vec::new(), Vec::new(), 0);
        for (at, article) in collection.articles.iter().enumerate() {
            let (mut title, mut heading, body) = described(article);
            if title.is_empty()
                && let Some(scope) = scopes.get(article.document.as_str())
            {
                title.clone_from(scope);
            }
            if heading.is_empty()
                && let Some(over) = known.over(&article.document, body)
            {
                heading.clone_from(over);
                headed += 1;
            }
            let whole = ByteSpan::new(article.text.len() - body.len(), article.text.len());
            let mut spans = windows(&article.text, whole, cut.window);
            if spans.is_empty() {
                spans.push(whole);
            }
            for span in spans {
                let words = text::squeeze(span.of(&article.text));
                let text = cut.lead.text(&title, &[], Some(&heading), &words);
                found.push(Window { article: at, words, text });
            }
            names.push((title, heading));
        }
        Self { names, windows: found, headed }
    }

    /// The vectors of the windows: read from the file of an earlier run as far as it goes, made and appended to it from
    /// there on.
    fn vectors(&self, bench: &Bench<'_>, encoder: &dyn Encoder) -> Result<Vec<Vec<f32>>> {
        let width = encoder.dimension();
        let mut vectors = Vec::with_capacity(self.windows.len());
        let mut file = None;
        if let Some(folder) = bench.kept {
            fs_err::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
            let path = folder.join(format!("vectors-{}.f32", self.digest(encoder.name())));
            let failed = |error: std::io::Error| Failure::write(&path, &error);
            let mut options = fs_err::OpenOptions::new();
            let mut opened = options.read(true).append(true).create(true).open(&path).map_err(failed)?;
            let mut bytes = Vec::new();
            opened.read_to_end(&mut bytes).map_err(failed)?;
            let whole = bytes.len() / (4 * width);
            // What a kill left half-written is cut off.
            opened.set_len((whole * 4 * width) as u64).map_err(failed)?;
            for row in bytes.chunks_exact(4 * width).take(self.windows.len()) {
                let (numbers, _) = row.as_chunks::<4>();
                vectors.push(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
            }
            file = Some((opened, path));
        }
        if let Some((_, path)) = &file {
            write_whole(&path.with_extension("jsonl"), self.lines().as_bytes())?;
        }
        let bar = bench.bar(self.windows.len(), "passages");
        for chunk in self.windows[vectors.len()..].chunks(CHUNK) {
            bar.set_position(vectors.len() as u64);
            let go_on = bench.watch.step(vectors.len(), self.windows.len());
            go_on.map_err(|Cancelled| Failure::cancelled())?;
            let texts: Vec<&str> = chunk.iter().map(|window| window.text.as_str()).collect();
            let made = encoder.encode(&texts, TextKind::Passage).map_err(Failure::internal)?;
            if let Some((file, path)) = &mut file {
                let bytes: Vec<u8> = made.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
                file.write_all(&bytes).map_err(|error| Failure::write(path, &error))?;
            }
            vectors.extend(made);
        }
        bar.finish_and_clear();
        Ok(vectors)
    }

    /// What each row of the vectors is of, a line a window, in the shape of a collection's corpus.
    fn lines(&self) -> String {
        let mut lines = String::new();
        for (at, window) in self.windows.iter().enumerate() {
            let (name, heading) = &self.names[window.article];
            let document = if name.is_empty() { window.article.to_string() } else { name.clone() };
            let line =
                serde_json::json!({"id": at.to_string(), "document": document, "title": heading, "text": window.words});
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        lines
    }

    fn digest(&self, encoder: &str) -> String {
        let mut digest = Sha256::new();
        digest.update(encoder);
        for window in &self.windows {
            digest.update([0]);
            digest.update(&window.text);
        }
        digest.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a reranker reads of a hit: the passage as it is embedded.
    fn text_of(&self, found: &Found) -> String {
        let Ok(article) = found.key.document.parse::<usize>() else { return String::new() };
        let start = self.windows.partition_point(|window| window.article < article);
        self.windows.get(start + found.place as usize).map(|window| window.text.clone()).unwrap_or_default()
    }

    /// Each article is a document of the index, by its number in the collection: identifiers are the collection's own.
    fn index(&self, vectors: &[Vec<f32>]) -> Result<SearchIndex> {
        let mut index = SearchIndex::new(Keeping::default()).map_err(Failure::internal)?;
        for group in self.windows.chunk_by(|a, b| a.article == b.article) {
            let Some(first) = group.first() else { continue };
            let (title, heading) = &self.names[first.article];
            let start = self.windows.partition_point(|window| window.article < first.article);
            let passages: Vec<PassageEntry<'_>> = group
                .iter()
                .enumerate()
                .map(|(at, window)| PassageEntry {
                    eid: "art_1",
                    article: "art_1",
                    title,
                    heading,
                    words: &window.words,
                    vector: vectors.get(start + at).map(Vec::as_slice),
                })
                .collect();
            let document = DocumentEntry {
                number: first.article.to_string(),
                stamp: String::new(),
                attributes: Attributes::of_kind(DocumentKind::Other),
            };
            index.insert(document, &passages).map_err(Failure::internal)?;
        }
        index.commit().map_err(Failure::internal)?;
        Ok(index)
    }
}

/// An article's document name, heading and body.
///
/// Collections differ: the title field is the heading or the document's name, and the heading may be the text's first
/// paragraph. A document that only has a number gets the name that the register has for it.
fn described(article: &Article) -> (String, String, &str) {
    let register = || {
        let (number, _) = DocNumber::read(&article.document)?;
        let entry = Register::built_in().get(&number)?;
        let kind = entry.kind.name();
        Some(if entry.name.starts_with(kind) { entry.name.clone() } else { format!("{kind} {}", entry.name) })
    };
    let is_number = |text: &str| DocNumber::read(text).is_some();
    let first = article.text.split_once("\n\n").filter(|(first, rest)| {
        let labelled = first.split_once(['.', ')']).is_some_and(|(label, _)| label.len() < 4);
        first.chars().count() <= 300 && !first.ends_with(['.', ':', ';', ',']) && !labelled && !rest.trim().is_empty()
    });
    if let Some((heading, body)) = first
        && (is_number(&article.title) || article.title == article.document)
    {
        let title = if is_number(&article.title) { register().unwrap_or_default() } else { article.title.clone() };
        return (title, heading.to_owned(), body.trim_start());
    }
    let heading = if is_number(&article.title) { String::new() } else { article.title.clone() };
    (register().unwrap_or_default(), heading, &article.text)
}

/// Words alone, meaning alone, both, and both with the reranker.
fn runs(
    bench: &Bench<'_>,
    collection: &Collection,
    corpus: &Corpus,
    index: &SearchIndex,
    encoder: &dyn Encoder,
    reranker: Option<&dyn Reranker>,
) -> Result<Vec<Run>> {
    let mut systems = vec![("lexical", Mode::Lexical), ("dense", Mode::Dense), ("hybrid", Mode::Hybrid)];
    systems.extend(reranker.map(|_| ("final", Mode::Hybrid)));
    let bar = bench.bar(systems.len() * collection.questions.len(), "questions");
    let mut runs = Vec::new();
    for (system, mode) in systems {
        let mut run = Run { system: system.into(), rankings: Vec::new(), took_ms: Vec::new() };
        for question in &collection.questions {
            let start = Instant::now();
            let encoded = match mode {
                Mode::Lexical => None,
                _ => encoder.encode(&[&question.text], TextKind::Query).map_err(Failure::internal)?.pop(),
            };
            let query = Query {
                words: &question.text,
                vector: encoded.as_deref(),
                mode,
                k: KEPT,
                grouping: Grouping::Article,
                ..Query::default()
            };
            let mut found = index.search(&query);
            if let Some(reranker) = reranker.filter(|_| system == "final") {
                let read = |found: &Found| corpus.text_of(found);
                found = rerank(&question.text, found, &read, reranker, index.settings.reranking)
                    .map_err(Failure::internal)?;
            }
            run.took_ms.push(start.elapsed().as_secs_f64() * 1e3);
            run.rankings.push(found.iter().filter_map(|f| Some((f.key.document.parse().ok()?, f.score))).collect());
            bench.step(&bar)?;
        }
        runs.push(run);
    }
    bar.finish_and_clear();
    Ok(runs)
}

/// What is known of every candidate of every question, a line each: for those who learn how to fuse.
fn features(collection: &Collection, index: &SearchIndex, encoder: &dyn Encoder) -> Result<String> {
    // A model that weighs fields makes the search tell them.
    let settings = Settings {
        fusion: Fusion::Learned { weights: [1.0; Features::NAMES.len()], constant: 60.0 },
        ..index.settings.clone()
    };
    let mut lines = String::new();
    for question in &collection.questions {
        let encoded = encoder.encode(&[&question.text], TextKind::Query).map_err(Failure::internal)?.pop();
        let query = Query { words: &question.text, vector: encoded.as_deref(), k: KEPT, ..Query::default() };
        for candidate in index.candidates(&query, &settings) {
            let Ok(article) = candidate.key.document.parse::<usize>() else { continue };
            let values = Features::NAMES.into_iter().zip(candidate.features.values(60.0));
            let known: serde_json::Map<_, _> = values.map(|(name, value)| (name.to_owned(), value.into())).collect();
            let line = serde_json::json!({
                "question": question.id,
                "article": collection.articles[article].id,
                "grade": question.relevant.get(&article).copied().unwrap_or(0),
                "features": known,
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
    }
    Ok(lines)
}
