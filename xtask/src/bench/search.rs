//! `cargo xtask bench search`: how fast search is, what the index takes, and what its graph misses.
//!
//! The sizes beyond the collection's own are made of it: words exchanged between articles, noise on vectors. Vectors
//! that nobody made beforehand are made up. The bench itself says so.

use crate::steps::{cargo, root, run as run_command};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Options of the benchmark.
#[derive(Args)]
pub struct Options {
    /// A folder with corpus.jsonl (or .jsonl.gz) and queries.jsonl, as the retrieval suite reads
    #[arg(long)]
    data: PathBuf,
    /// A folder with corpus.f32 and queries.f32: 384 numbers a line of the data, little endian
    #[arg(long)]
    vectors: Option<PathBuf>,
    /// The installed encoder, to measure searches with the encoding of their queries
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Numbers of passages
    #[arg(long, default_value = "3500,76000")]
    sizes: String,
    /// Measures what the graph misses, and where it overtakes exact search
    #[arg(long)]
    recall: bool,
    /// Keeps the indexes, and measures those that an earlier run kept
    #[arg(long)]
    keep: bool,
}

/// Builds the bench and runs it.
pub fn run(options: &Options) -> Result<()> {
    let scratch = root().join("target/bench");
    fs_err::create_dir_all(&scratch)?;
    let mut bench = cargo();
    bench.args(["run", "--quiet", "-p", "rasoat-embeddings", "--example", "search_bench"]);
    bench.env("BENCH_DATA", std::path::absolute(&options.data)?);
    bench.env("BENCH_SIZES", &options.sizes).env("BENCH_SCRATCH", scratch);
    if let Some(folder) = &options.vectors {
        bench.env("BENCH_VECTORS", std::path::absolute(folder)?);
    }
    if let Some(folder) = &options.encoder {
        bench.env("BENCH_MODELS", std::path::absolute(folder)?);
    }
    if options.recall {
        bench.env("BENCH_RECALL", "1");
    }
    if options.keep {
        bench.env("BENCH_KEEP", "1");
    }
    run_command(&mut bench)
}
