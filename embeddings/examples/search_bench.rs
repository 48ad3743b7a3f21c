//! How fast search is at several sizes, how much memory and disk it takes, and how much the approximate index misses.
//!
//! Run by `cargo xtask bench search`. Sizes beyond the real texts repeat them with words exchanged between passages and
//! noise on their vectors; so do vectors where none were made beforehand. What is made up is said in the output.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench ends where something is wrong, and prints")]

use rasoat_embeddings::vectors::{Bits, Codes, ExactVectors, GraphOptions, GraphVectors, Originals, VectorIndex};
use rasoat_embeddings::{Attributes, DocumentEntry, Filter, Keeping, Mode, PassageEntry, Query, SearchIndex, Settings};
use rasoat_law::DocumentKind;
use rasoat_model::{Encoder, TextKind, load_folder};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A passage of the corpus.
struct Text {
    document: String,
    article: String,
    title: String,
    heading: String,
    words: String,
}

/// What the environment asks for.
struct Asked {
    /// `corpus.jsonl` and `queries.jsonl`.
    data: PathBuf,
    /// `corpus.f32` and `queries.f32`, `[rows, 384]`, little endian.
    vectors: Option<PathBuf>,
    models: Option<PathBuf>,
    sizes: Vec<usize>,
    scratch: PathBuf,
    dimension: usize,
}

fn main() {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let asked = Asked {
        data: path("BENCH_DATA").unwrap_or_default(),
        vectors: path("BENCH_VECTORS"),
        models: path("BENCH_MODELS"),
        sizes: std::env::var("BENCH_SIZES")
            .unwrap_or("3500,76000".into())
            .split(',')
            .filter_map(|size| size.parse().ok())
            .collect(),
        scratch: path("BENCH_SCRATCH").unwrap_or_else(std::env::temp_dir),
        dimension: 384,
    };
    let Ok(texts) = corpus(&asked.data) else {
        println!("skipped: there is no corpus at {}", asked.data.display());
        return;
    };
    let queries = queries(&asked.data);
    let own = asked.vectors.as_deref().and_then(|folder| floats(&folder.join("corpus.f32")));
    let asks = asked.vectors.as_deref().and_then(|folder| floats(&folder.join("queries.f32")));
    let dimension = asked.dimension;
    let fits = own.as_ref().is_some_and(|v| v.len() == texts.len() * dimension);
    println!(
        "{} texts, {} queries, {} vectors",
        texts.len(),
        queries.len(),
        if fits { "real" } else { "made up (clusters of 20 around random centres)" }
    );
    let own = if fits { own.unwrap() } else { clusters(texts.len(), dimension) };
    let encoder = asked.models.as_deref().and_then(|folder| load_folder(folder).ok());
    let asks = asks
        .filter(|v| fits && v.len() == queries.len() * dimension)
        .or_else(|| encoder.as_ref().filter(|_| fits).map(|encoder| encoded(encoder, &queries)))
        .unwrap_or_else(|| near(&own, dimension, queries.len()));
    if std::env::var_os("BENCH_RECALL").is_some() {
        recall(&own, &asks, dimension);
    }
    for size in &asked.sizes {
        measure(*size, &texts, &queries, &own, &asks, encoder.as_ref().map(|e| e as &dyn Encoder), &asked);
    }
}

/// One size: build, save, load, search.
fn measure(
    size: usize,
    texts: &[Text],
    queries: &[String],
    own: &[f32],
    asks: &[f32],
    encoder: Option<&dyn Encoder>,
    asked: &Asked,
) {
    let dimension = asked.dimension;
    let folder = asked.scratch.join(format!("index-{size}"));
    let before = memory("VmRSS:");
    let begun = Instant::now();
    let mut inserted = begun.elapsed();
    // A million passages take half an hour to build and seconds to measure: an index that was kept is measured again.
    if !folder.exists() {
        let mut index = SearchIndex::begin(&folder, Keeping::default()).unwrap();
        let mut random = Random(7);
        let mut at = 0;
        while at < size {
            let end = (at + 200).min(size);
            put(&mut index, at..end, texts, own, dimension, &mut random);
            at = end;
        }
        inserted = begun.elapsed();
        index.commit().unwrap();
        index.save(&folder).unwrap();
    }
    let built = begun.elapsed();
    let begun = Instant::now();
    let mut index = SearchIndex::load(&folder, Keeping::default()).unwrap();
    describe(&mut index);
    let loaded = begun.elapsed();
    println!(
        "\n== {size} passages{}: built in {:.1} s (insert {:.1}), loaded in {:.1} s, disk {:.0} MB, memory {:.0} MB (before {:.0}, peak {:.0})",
        if size > texts.len() { " (perturbed)" } else { "" },
        built.as_secs_f64(),
        inserted.as_secs_f64(),
        loaded.as_secs_f64(),
        disk(&folder) as f64 / 1e6,
        memory("VmRSS:"),
        before,
        memory("VmHWM:"),
    );
    let settings = Settings::default();
    let narrow = Filter { kinds: vec![DocumentKind::NghiDinh], ..Filter::default() };
    for (name, mode, filter) in [
        ("lexical", Mode::Lexical, Filter::default()),
        ("dense", Mode::Dense, Filter::default()),
        ("hybrid", Mode::Hybrid, Filter::default()),
        ("hybrid, 5 % by kind", Mode::Hybrid, narrow),
    ] {
        let mut times = Vec::new();
        for (words, vector) in queries.iter().zip(asks.chunks_exact(dimension)).take(200) {
            let query = Query { words, vector: Some(vector), mode, k: 10, filter: filter.clone(), ..Query::default() };
            let begun = Instant::now();
            let found = index.search_with(&query, &settings);
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            assert!(found.len() <= 10);
        }
        println!("{name:>22}: {}", spread(times));
    }
    if let Some(encoder) = encoder {
        let mut times = Vec::new();
        for words in queries.iter().take(60) {
            let begun = Instant::now();
            let vector = encoder.encode(&[words], TextKind::Query).unwrap().remove(0);
            index.search(&Query { words, vector: Some(&vector), k: 10, ..Query::default() });
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        println!("{:>22}: {}", "hybrid with encoding", spread(times));
    }
    drop(index);
    if std::env::var_os("BENCH_KEEP").is_none() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

/// A passage put together: article, what it is made of, words, vector.
type Made<'a> = (String, &'a Text, String, Vec<f32>);

/// Puts passages in, those of a document together; beyond the real texts, perturbed ones.
fn put(
    index: &mut SearchIndex,
    range: std::ops::Range<usize>,
    texts: &[Text],
    own: &[f32],
    dimension: usize,
    random: &mut Random,
) {
    let mut documents: BTreeMap<String, Vec<Made<'_>>> = BTreeMap::new();
    for at in range {
        let (row, round) = (at % texts.len(), at / texts.len());
        let text = &texts[row];
        let vector = &own[row * dimension..][..dimension];
        let (words, vector) = if round == 0 {
            (text.words.clone(), vector.to_vec())
        } else {
            (exchanged(&text.words, texts, random), noisy(vector, random))
        };
        let number = format!("{}~{round}~{}", text.document, at / 200);
        documents.entry(number).or_default().push((format!("{}~{at}", text.article), text, words, vector));
    }
    for (number, passages) in documents {
        let entries: Vec<PassageEntry<'_>> = passages
            .iter()
            .map(|(article, text, words, vector)| PassageEntry {
                eid: article,
                article,
                title: &text.title,
                heading: &text.heading,
                words,
                vector: Some(vector),
            })
            .collect();
        let entry = DocumentEntry { number, stamp: String::new(), attributes: Attributes::default() };
        index.insert(entry, &entries).unwrap();
    }
}

/// A kind for each document: every twentieth a decree.
fn describe(index: &mut SearchIndex) {
    let numbers: Vec<String> = index.documents().map(|(number, _)| number.to_owned()).collect();
    for (at, number) in numbers.iter().enumerate() {
        let kind = if at % 20 == 0 { DocumentKind::NghiDinh } else { DocumentKind::Luat };
        index.describe(number, Attributes::of_kind(kind), &[]);
    }
}

/// Every fifth word from another passage.
fn exchanged(words: &str, texts: &[Text], random: &mut Random) -> String {
    let other: Vec<&str> = texts[random.below(texts.len())].words.split(' ').collect();
    let word = |(at, word)| if at % 5 == 4 { other[random.below(other.len())] } else { word };
    words.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}

fn noisy(vector: &[f32], random: &mut Random) -> Vec<f32> {
    let size = 0.35 / (vector.len() as f32).sqrt();
    unit(vector.iter().map(|v| v + size * random.normal()).collect())
}

/// Recall at 10 of the graph against all vectors in full precision, its parameters, and where it overtakes exact search.
fn recall(own: &[f32], asks: &[f32], dimension: usize) {
    println!("\n== recall at 10 and milliseconds a query, against exact search in f32");
    let mut rows = own.len() / dimension;
    let sizes: Vec<usize> = [8_000, 76_000, 200_000].into_iter().filter(|size| *size <= rows.max(200_000)).collect();
    let mut random = Random(11);
    let mut all = own.to_vec();
    for size in sizes {
        while rows < size {
            let vector = noisy(&own[random.below(own.len() / dimension) * dimension..][..dimension], &mut random);
            all.extend(vector);
            rows += 1;
        }
        let vectors: Vec<&[f32]> = all.chunks_exact(dimension).take(size).collect();
        let exact = index_of(&vectors);
        let asks: Vec<&[f32]> = asks.chunks_exact(dimension).take(100).collect();
        report("exact", &exact, &vectors, &asks, None);
        let begun = Instant::now();
        let mut graph = GraphVectors::build(exact, GraphOptions { exact_below: 0, ..GraphOptions::default() });
        println!("{size}: graph built in {:.1} s", begun.elapsed().as_secs_f64());
        for width in [128, 192, 256, 384] {
            graph.options_mut().search_width = width;
            report(&format!("graph, width {width}"), &graph, &vectors, &asks, None);
        }
        graph.options_mut().search_width = GraphOptions::default().search_width;
        graph.options_mut().exact_below = GraphOptions::default().exact_below;
        for share in [2, 20, 200] {
            let allowed: Bits = (0..size as u32).filter(|at| at.wrapping_mul(2_654_435_761) % share == 0).collect();
            report(&format!("default, 1 in {share}"), &graph, &vectors, &asks, Some(&allowed));
        }
    }
}

fn index_of(vectors: &[&[f32]]) -> ExactVectors {
    let mut index = ExactVectors::of(Codes::default(), Originals::default());
    let numbered: Vec<(u32, &[f32])> = (0..).zip(vectors.iter().copied()).collect();
    index.insert(&numbered);
    index
}

fn report(name: &str, index: &dyn VectorIndex, vectors: &[&[f32]], asks: &[&[f32]], allowed: Option<&Bits>) {
    let (mut found, mut wanted, mut times) = (0, 0, Vec::new());
    for ask in asks {
        let mut ranked: Vec<(u32, f32)> = (0..)
            .zip(vectors)
            .filter(|(at, _)| allowed.is_none_or(|allowed| allowed.contains(*at)))
            .map(|(at, vector)| (at, rasoat_embeddings::vectors::dot(ask, vector)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let begun = Instant::now();
        let hits = index.search(ask, 10, allowed);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        wanted += ranked.len().min(10);
        // The law repeats itself: of texts with one vector, which is found is chance.
        let last = hits.last().map_or(-1.0, |hit| rasoat_embeddings::vectors::dot(ask, vectors[hit.passage as usize]));
        let is_found = |(at, cosine): &&(u32, f32)| *cosine < last + 1e-4 || hits.iter().any(|hit| hit.passage == *at);
        found += ranked.iter().take(10).filter(is_found).count();
    }
    println!("{:>8} {name:>20}: recall {:.4}, {}", vectors.len(), found as f64 / wanted.max(1) as f64, spread(times));
}

fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!("p50 {:.2} ms, p95 {:.2} ms", at(0.5), at(0.95))
}

fn corpus(folder: &Path) -> std::io::Result<Vec<Text>> {
    let lines = match std::fs::File::open(folder.join("corpus.jsonl.gz")) {
        Ok(file) => std::io::read_to_string(flate2::read::GzDecoder::new(file))?,
        Err(_) => std::fs::read_to_string(folder.join("corpus.jsonl"))?,
    };
    let text = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        let field = |name: &str| value.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let words: String = field("text").chars().take(900).collect();
        let (document, article) = (field("document"), field("id"));
        Some(Text { title: document.clone(), document, article, heading: field("title"), words })
    };
    Ok(lines.lines().filter_map(text).collect())
}

fn queries(folder: &Path) -> Vec<String> {
    let lines = std::fs::read_to_string(folder.join("queries.jsonl")).unwrap_or_default();
    let text = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        value.get("text").and_then(|v| v.as_str()).map(str::to_owned)
    };
    lines.lines().filter_map(text).collect()
}

fn floats(path: &Path) -> Option<Vec<f32>> {
    let bytes = std::fs::read(path).ok()?;
    Some(bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
}

fn encoded(encoder: &dyn Encoder, queries: &[String]) -> Vec<f32> {
    let texts: Vec<&str> = queries.iter().map(String::as_str).collect();
    encoder.encode(&texts, TextKind::Query).unwrap().concat()
}

fn clusters(count: usize, dimension: usize) -> Vec<f32> {
    let mut random = Random(3);
    let mut all = Vec::with_capacity(count * dimension);
    let mut centre = Vec::new();
    for at in 0..count {
        if at % 20 == 0 {
            centre = unit((0..dimension).map(|_| random.normal()).collect());
        }
        let size = 0.7 / (dimension as f32).sqrt();
        all.extend(unit(centre.iter().map(|v| v + size * random.normal()).collect()));
    }
    all
}

fn near(own: &[f32], dimension: usize, count: usize) -> Vec<f32> {
    let mut random = Random(5);
    (0..count)
        .flat_map(|_| noisy(&own[random.below(own.len() / dimension) * dimension..][..dimension], &mut random))
        .collect()
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    vector.into_iter().map(|v| v / norm).collect()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    fn below(&mut self, bound: usize) -> usize {
        ((self.next() * bound as f32) as usize).min(bound - 1)
    }

    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.next()).sum::<f32>() - 6.0
    }
}

fn disk(folder: &Path) -> u64 {
    let of = |entry: std::fs::DirEntry| {
        let path = entry.path();
        if path.is_dir() { disk(&path) } else { entry.metadata().map_or(0, |data| data.len()) }
    };
    std::fs::read_dir(folder).unwrap().filter_map(Result::ok).map(of).sum()
}

/// Megabytes of this process, where the platform tells.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|l| l.strip_prefix(line)?.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or(0.0_f64) / 1e3
}
