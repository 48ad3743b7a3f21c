//! `cargo xtask bench metrics`: figures beside those of ranx and scikit-learn, from the same files.
//!
//! A figure under a known name is believed to be the known figure; whether it is shows only where another program
//! computes it. Both libraries are installed into a virtual environment below `target` and are no part of the product.

use crate::steps::{cargo, program, root, run as run_command, say};
use crate::tools;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// The peers' packages, as they were when the figures in the documentation were measured.
const PACKAGES: [&str; 2] = ["ranx==0.3.21", "scikit-learn==1.9.1"];

/// Options of the benchmark.
#[derive(Args)]
pub struct Options {
    /// A report's folder to measure anew [default: a report of invented runs of every kind]
    #[arg(long)]
    report: Option<PathBuf>,
}

/// Sets the peers up and compares.
pub fn run(options: &Options) -> Result<()> {
    let folder = root().join("target/bench/metrics");
    fs_err::create_dir_all(&folder)?;
    let python = tools::environment(&folder, &PACKAGES)?;
    let report = match &options.report {
        Some(report) => report.clone(),
        None => {
            let report = folder.join("invented");
            say("writing a report of invented runs below target/bench/metrics");
            let mut example = cargo();
            example.args(["run", "--locked", "--quiet", "--package", "rasoat-eval", "--example", "invented_report"]);
            run_command(example.arg("--").arg(&report))?;
            report
        }
    };
    run_command(program(&python).arg(root().join("eval/agreement/agreement.py")).arg(&report))
}
