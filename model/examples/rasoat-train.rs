//! Trains adapters for the encoder and the cross-encoder; see this room's README for the data and the commands.
#![expect(clippy::print_stdout, reason = "its output is what a person or a script reads")]

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use anyhow::{Context, Result, bail};
    use candle_core::Device;
    use clap::{Args, Parser, Subcommand, ValueEnum};
    use rasoat_model::adapter::{Adapter, Purpose, Storage};
    use rasoat_model::encoder::Pooling;
    use rasoat_model::training::{
        Batching, DataFile, JudgeOptions, JudgeTrainer, Objective, Options, PairFile, Preparation, Progress, Resources,
        Trainer, base_checksum, prepare,
    };
    use rasoat_model::{BertEncoder, CrossEncoder, Description, Encoder, Precision, Reranker, Settings, TextKind};
    use serde::Deserialize;
    use std::fs::{File, OpenOptions};
    use std::io::{BufReader, Write};
    use std::path::{Path, PathBuf};
    use std::time::Instant;

    #[derive(Parser)]
    #[command(about = "Trains adapters for the encoder and the cross-encoder")]
    struct Command {
        #[command(subcommand)]
        task: Task,
    }

    #[derive(Subcommand)]
    enum Task {
        /// Prints the checksum an adapter names its base model by.
        Base {
            /// The model's folder.
            #[arg(long)]
            model: PathBuf,
        },
        /// Turns lines of JSON into token files.
        Prepare(Prepare),
        /// Trains the encoder: a query's vector close to those of its answers.
        Contrastive {
            /// What similarities are divided by before the softmax.
            #[arg(long, default_value_t = 0.02)]
            temperature: f64,
            #[command(flatten)]
            training: Training,
        },
        /// Trains the cross-encoder: an answer's score above those of its group's negatives.
        Ranking {
            #[command(flatten)]
            training: Training,
        },
        /// Trains the judge: what a draft's norm says of a provision. Reads lines of JSON as `rasoat judge --marked` writes
        /// them.
        Judgement(Judgement),
        /// Holds the fast network against the reference with an adapter, on lines of JSON, and tells the speed of both.
        Check(Check),
        /// Stores an adapter in another precision.
        Pack {
            /// The adapter.
            #[arg(long)]
            adapter: PathBuf,
            /// Where it goes.
            #[arg(long)]
            out: PathBuf,
            /// How its numbers are stored.
            #[arg(long = "as", value_enum, default_value_t = Kind::Int8)]
            kind: Kind,
        },
    }

    #[derive(Args)]
    struct Prepare {
        /// The model's folder.
        #[arg(long)]
        model: PathBuf,
        /// Where the token files go.
        #[arg(long)]
        out: PathBuf,
        /// The most tokens of a query.
        #[arg(long, default_value_t = 64)]
        query_tokens: usize,
        /// The most tokens of a passage.
        #[arg(long, default_value_t = 256)]
        passage_tokens: usize,
        /// Also writes the model with only the tokens that occur, for training elsewhere.
        #[arg(long)]
        cut_vocabulary: bool,
        /// Files of lines of JSON.
        #[arg(required = true)]
        inputs: Vec<PathBuf>,
    }

    #[derive(Args)]
    struct Check {
        /// The model's folder, with a `model.gguf`.
        #[arg(long)]
        model: PathBuf,
        /// The adapter.
        #[arg(long)]
        adapter: PathBuf,
        /// A file of lines of JSON with texts.
        #[arg(long)]
        data: PathBuf,
        /// How many of its lines.
        #[arg(long, default_value_t = 20)]
        lines: usize,
    }

    #[derive(Args)]
    struct Judgement {
        /// The model's folder.
        #[arg(long)]
        model: PathBuf,
        /// Files of pairs to train on.
        #[arg(long, required = true, num_args = 1..)]
        data: Vec<PathBuf>,
        /// Files of pairs to measure at every checkpoint.
        #[arg(long, num_args = 1..)]
        dev: Vec<PathBuf>,
        /// Folder of the checkpoint, the log and the adapter.
        #[arg(long)]
        out: PathBuf,
        /// An adapter to start from, such as the cross-encoder's.
        #[arg(long)]
        start: Option<PathBuf>,
        /// The adapter's name.
        #[arg(long)]
        name: String,
        /// Goes on from the folder's checkpoint.
        #[arg(long)]
        resume: bool,
        /// Steps of the whole run.
        #[arg(long)]
        steps: usize,
        /// Padded tokens a batch, at the most.
        #[arg(long, default_value_t = 1_536)]
        batch_tokens: usize,
        /// The most tokens of a pair.
        #[arg(long, default_value_t = 224)]
        max_tokens: usize,
        /// Rank of the factors; that of `--start`.
        #[arg(long, default_value_t = 32)]
        rank: usize,
        /// Width of the head's inner layer.
        #[arg(long, default_value_t = 128)]
        width: usize,
        /// The highest learning rate.
        #[arg(long, default_value_t = 2e-4)]
        rate: f64,
        /// How many times that the head learns at.
        #[arg(long, default_value_t = 3.0)]
        head_rate: f64,
        /// Share of batches read without marks.
        #[arg(long, default_value_t = 0.2)]
        unmarked: f64,
        /// All draws follow from it.
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// Steps between checkpoints.
        #[arg(long, default_value_t = 100)]
        every: usize,
        /// How the adapter's numbers are stored.
        #[arg(long = "as", value_enum, default_value_t = Kind::Int8)]
        kind: Kind,
    }

    #[derive(Deserialize)]
    struct Line {
        query: String,
        #[serde(default)]
        positives: Vec<String>,
        #[serde(default)]
        negatives: Vec<String>,
    }

    #[derive(Args)]
    struct Training {
        /// The model's folder.
        #[arg(long)]
        model: PathBuf,
        /// Token files to train on; a batch is of one file.
        #[arg(long, required = true, num_args = 1..)]
        data: Vec<PathBuf>,
        /// Token files to measure at every checkpoint.
        #[arg(long, num_args = 1..)]
        dev: Vec<PathBuf>,
        /// Folder of the checkpoint, the log and the adapter.
        #[arg(long)]
        out: PathBuf,
        /// The adapter's name.
        #[arg(long)]
        name: String,
        /// Goes on from the folder's checkpoint.
        #[arg(long)]
        resume: bool,
        /// Steps of the whole run.
        #[arg(long)]
        steps: usize,
        /// Steps until the learning rate is at its height; a tenth of all by default.
        #[arg(long)]
        warm_up: Option<usize>,
        /// Groups a batch.
        #[arg(long, default_value_t = 64)]
        batch: usize,
        /// Hard negatives of each group, at the most.
        #[arg(long, default_value_t = 1)]
        negatives: usize,
        /// The most tokens of a query (contrastive only).
        #[arg(long, default_value_t = 64)]
        query_tokens: usize,
        /// The most tokens of a passage, or for ranking of a pair.
        #[arg(long, default_value_t = 256)]
        passage_tokens: usize,
        /// Rank of the factors.
        #[arg(long, default_value_t = 32)]
        rank: usize,
        /// What the factors' product is multiplied by.
        #[arg(long, default_value_t = 2.0)]
        scale: f64,
        /// The highest learning rate.
        #[arg(long, default_value_t = 2e-4)]
        rate: f64,
        /// How many times that a cross-encoder's head learns at.
        #[arg(long, default_value_t = 10.0)]
        head_rate: f64,
        /// Weight decay.
        #[arg(long, default_value_t = 0.01)]
        weight_decay: f64,
        /// Longer gradients are shortened to this.
        #[arg(long, default_value_t = 1.0)]
        longest_gradient: f64,
        /// How states are pooled.
        #[arg(long, value_enum, default_value_t = Pool::Mean)]
        pooling: Pool,
        /// All draws follow from it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Steps between checkpoints.
        #[arg(long, default_value_t = 100)]
        every: usize,
        /// How the adapter's numbers are stored.
        #[arg(long = "as", value_enum, default_value_t = Kind::Int8)]
        kind: Kind,
        /// Where it runs: `cpu`, or `cuda` in a build with that feature.
        #[arg(long, default_value = "cpu")]
        device: String,
        /// Computes in bf16 (on a card).
        #[arg(long)]
        half: bool,
        /// Lets a card round f32 products to TF32.
        #[arg(long)]
        tf32: bool,
        /// Padded tokens that go through the network together.
        #[arg(long, default_value_t = 1_024)]
        run_tokens: usize,
        /// Padded tokens whose activations are kept; more than a batch has saves computing it twice.
        #[arg(long, default_value_t = 4_096)]
        kept_tokens: usize,
    }

    #[derive(Clone, Copy, ValueEnum)]
    enum Kind {
        Int8,
        Bf16,
        F32,
    }

    impl From<Kind> for Storage {
        fn from(kind: Kind) -> Self {
            match kind {
                Kind::Int8 => Self::Int8,
                Kind::Bf16 => Self::Bf16,
                Kind::F32 => Self::F32,
            }
        }
    }

    #[derive(Clone, Copy, ValueEnum)]
    enum Pool {
        Mean,
        Cls,
    }

    /// Does what the command line says.
    pub fn main() -> Result<()> {
        match Command::parse().task {
            Task::Base { model } => println!("{}", base_checksum(&model)?),
            Task::Prepare(what) => prepare_data(what)?,
            Task::Contrastive { temperature, training } => train(Objective::Contrastive { temperature }, &training)?,
            Task::Ranking { training } => train(Objective::Ranking, &training)?,
            Task::Judgement(told) => train_judge(&told)?,
            Task::Check(what) => check(&what)?,
            Task::Pack { adapter, out, kind } => {
                let adapter = Adapter::from_bytes(&read(&adapter)?)?;
                std::fs::write(&out, adapter.to_bytes(kind.into())?)?;
            }
        }
        Ok(())
    }

    fn prepare_data(what: Prepare) -> Result<()> {
        let Prepare { model, out, query_tokens, passage_tokens, cut_vocabulary, inputs } = what;
        let what = Preparation { model, inputs, folder: out, query_tokens, passage_tokens, cut_vocabulary };
        for done in prepare(&what)? {
            println!(
                "{}: {} groups, {} texts, {} tokens, {} lines left out",
                done.path.display(),
                done.groups,
                done.texts,
                done.tokens,
                done.left_out
            );
        }
        Ok(())
    }

    fn check(what: &Check) -> Result<()> {
        let adapter = read(&what.adapter)?;
        let (config, tokenizer) = (read(&what.model.join("config.json"))?, read(&what.model.join("tokenizer.json"))?);
        let settings: Settings = serde_json::from_slice(&read(&what.model.join("rasoat.json"))?)?;
        let description = Description { config: &config, tokenizer: &tokenizer, adapter: Some(&adapter) };
        let mut lines: Vec<Line> = Vec::new();
        for line in String::from_utf8(read(&what.data)?)?.lines().take(what.lines) {
            lines.push(serde_json::from_str(line)?);
        }
        let weights = || File::open(what.model.join("model.gguf")).map(BufReader::new);
        let both = [Precision::Full, Precision::Rounded];
        if Adapter::from_bytes(&adapter)?.purpose == Purpose::CrossEncoder {
            let load = |precision| -> Result<CrossEncoder> {
                Ok(CrossEncoder::from_gguf_in(precision, &mut weights()?, description, settings.clone())?)
            };
            let [reference, fast] = [load(both[0])?, load(both[1])?];
            return compare_scores(&reference, &fast, &lines);
        }
        let load = |precision| -> Result<BertEncoder> {
            Ok(BertEncoder::adapted_from_gguf_in(precision, &mut weights()?, description, settings.clone())?)
        };
        compare_vectors(&load(both[0])?, &load(both[1])?, &lines)
    }

    fn compare_scores(reference: &CrossEncoder, fast: &CrossEncoder, lines: &[Line]) -> Result<()> {
        let (mut pairs, mut most, mut same) = (0, 0.0_f32, 0);
        let mut seconds = [0.0; 2];
        for line in lines {
            let passages: Vec<&str> = line.positives.iter().chain(&line.negatives).map(String::as_str).collect();
            let mut timed = |at: usize, encoder: &CrossEncoder| {
                let started = Instant::now();
                let scores = encoder.score(&line.query, &passages);
                seconds[at] += started.elapsed().as_secs_f64();
                scores
            };
            let (exact, rounded) = (timed(0, reference)?, timed(1, fast)?);
            pairs += passages.len();
            most = exact.iter().zip(&rounded).map(|(a, b)| (a - b).abs()).fold(most, f32::max);
            let best = |scores: &[f32]| (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
            same += usize::from(best(&exact) == best(&rounded));
        }
        println!(
            "{}: {pairs} pairs, scores at most {most:.4} apart, same best in {same} of {} lists",
            fast.name(),
            lines.len()
        );
        println!("{:.1} pairs/s, reference {:.1}", pairs as f64 / seconds[1], pairs as f64 / seconds[0]);
        Ok(())
    }

    fn compare_vectors(reference: &BertEncoder, fast: &BertEncoder, lines: &[Line]) -> Result<()> {
        let texts: Vec<&str> =
            lines.iter().flat_map(|line| line.positives.iter().chain(&line.negatives)).map(String::as_str).collect();
        let timed = |encoder: &BertEncoder| {
            let started = Instant::now();
            encoder.encode(&texts, TextKind::Passage).map(|vectors| (vectors, started.elapsed().as_secs_f64()))
        };
        let ((exact, slow), (rounded, quick)) = (timed(reference)?, timed(fast)?);
        let cosines = exact.iter().zip(&rounded).map(|(a, b)| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>());
        let (least, sum) = cosines.fold((1.0_f32, 0.0), |(least, sum), cosine| (least.min(cosine), sum + cosine));
        let count = texts.len() as f64;
        println!(
            "{}: {count} texts, cosine {least:.5} at least, {:.5} in the mean",
            fast.name(),
            f64::from(sum) / count
        );
        println!("{:.1} texts/s, reference {:.1}", count / quick, count / slow);
        Ok(())
    }

    fn train(objective: Objective, told: &Training) -> Result<()> {
        std::fs::create_dir_all(&told.out)?;
        if !told.resume && told.out.join("checkpoint.safetensors").exists() {
            bail!("{} holds a checkpoint: add --resume, or name another folder", told.out.display());
        }
        let files = |paths: &[PathBuf]| paths.iter().map(|path| DataFile::read(path)).collect::<Result<Vec<_>, _>>();
        let (data, dev) = (files(&told.data)?, files(&told.dev)?);
        let resources = Resources {
            device: device(told)?,
            half: told.half,
            run_tokens: told.run_tokens,
            kept_tokens: told.kept_tokens,
        };
        let mut trainer = Trainer::new(&told.model, data, options(objective, told), &resources)?;
        let log_path = told.out.join("log.jsonl");
        let mut log = OpenOptions::new().create(true).append(true).open(&log_path)?;
        let mut last = serde_json::Map::new();
        trainer.run(&told.out, told.every, &dev, |progress| {
            let line = serde_json::to_string(progress).unwrap_or_default();
            println!("{line}");
            // A full disk must not end the run: the checkpoint will say so.
            let _ = writeln!(log, "{line}");
            match progress {
                Progress::Step(report) => drop(last.insert("loss".into(), report.loss.into())),
                Progress::Measured { file, measures, .. } => {
                    drop(last.insert(file.clone(), serde_json::to_value(measures).unwrap_or_default()));
                }
                Progress::Resumed { .. } => {}
            }
        })?;
        let adapter = trainer.adapter(serde_json::Value::Object(last))?.to_bytes(told.kind.into())?;
        let path = told.out.join("adapter.safetensors");
        std::fs::write(&path, &adapter)?;
        println!("{}: {} bytes", path.display(), adapter.len());
        Ok(())
    }

    fn train_judge(told: &Judgement) -> Result<()> {
        std::fs::create_dir_all(&told.out)?;
        if !told.resume && told.out.join("checkpoint.safetensors").exists() {
            bail!("{} holds a checkpoint: add --resume, or name another folder", told.out.display());
        }
        let files = |paths: &[PathBuf]| {
            let read = |path: &PathBuf| PairFile::read(&told.model, path, told.max_tokens);
            paths.iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        let options = JudgeOptions {
            name: told.name.clone(),
            rank: told.rank,
            width: told.width,
            batch_tokens: told.batch_tokens,
            max_tokens: told.max_tokens,
            steps: told.steps,
            warm_up: (told.steps / 20).max(1),
            rate: told.rate,
            head_rate: told.head_rate,
            weight_decay: 0.01,
            longest_gradient: 1.0,
            smoothing: 0.05,
            order: 0.4,
            unmarked: told.unmarked,
            seed: told.seed,
        };
        let resources = Resources { device: Device::Cpu, half: false, run_tokens: 0, kept_tokens: 0 };
        let start = told.start.as_deref().map(read).transpose()?;
        let dev = files(&told.dev)?;
        let mut trainer = JudgeTrainer::new(&told.model, start.as_deref(), files(&told.data)?, options, &resources)?;
        let mut log = OpenOptions::new().create(true).append(true).open(told.out.join("log.jsonl"))?;
        let mut last = serde_json::Map::new();
        trainer.run(&told.out, told.every, &dev, |progress| {
            println!("{progress}");
            // A full disk must not end the run: the checkpoint will say so.
            let _ = writeln!(log, "{progress}");
            if let Some(file) = progress["file"].as_str() {
                last.insert(file.to_owned(), progress["measures"].clone());
            }
        })?;
        let adapter = trainer.adapter(serde_json::Value::Object(last))?.to_bytes(told.kind.into())?;
        let path = told.out.join("adapter.safetensors");
        std::fs::write(&path, &adapter)?;
        println!("{}: {} bytes", path.display(), adapter.len());
        Ok(())
    }

    fn options(objective: Objective, told: &Training) -> Options {
        Options {
            name: told.name.clone(),
            objective,
            batching: Batching {
                groups: told.batch,
                negatives: told.negatives,
                query_tokens: told.query_tokens,
                passage_tokens: told.passage_tokens,
            },
            rank: told.rank,
            scale: told.scale,
            steps: told.steps,
            warm_up: told.warm_up.unwrap_or(told.steps / 10),
            rate: told.rate,
            head_rate: told.head_rate,
            weight_decay: told.weight_decay,
            longest_gradient: told.longest_gradient,
            pooling: match told.pooling {
                Pool::Mean => Pooling::Mean,
                Pool::Cls => Pooling::Cls,
            },
            seed: told.seed,
        }
    }

    fn device(told: &Training) -> Result<Device> {
        candle_core::cuda::set_gemm_reduced_precision_f32(told.tf32);
        match told.device.as_str() {
            "cpu" => Ok(Device::Cpu),
            "cuda" => Device::new_cuda(0).context("no card, or a build without the feature `cuda`"),
            other => bail!("a device {other}? cpu or cuda"),
        }
    }

    fn read(path: &Path) -> Result<Vec<u8>> {
        std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> anyhow::Result<()> {
    native::main()
}

/// Nothing is trained in a browser.
#[cfg(target_arch = "wasm32")]
fn main() {}
