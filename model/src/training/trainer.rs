//! A training run: steps, checkpoints, measures on other data, and at the end an adapter.

use super::model::{Budget, Model};
use super::network::{Network, Pair};
use super::objective::{Batch, Batching, Objective, normalised, scores};
use super::optimiser::{AdamW, Schedule};
use super::random::Random;
use super::{DataFile, TrainError, checkpoint};
use crate::adapter::{Adapter, Base, Head, Purpose};
use crate::bert::{Config, Weights};
use crate::cross_encoder::{cut, pair};
use crate::encoder::Pooling;
use crate::folder::load_weights;
use candle_core::{DType, Device, Tensor, Var};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// What a run is told to do; a checkpoint goes on only under the same options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The adapter's name.
    pub name: String,
    /// What is trained for.
    pub objective: Objective,
    /// How batches are made.
    pub batching: Batching,
    /// Rank of the factors.
    pub rank: usize,
    /// What their product is multiplied by (alpha over rank).
    pub scale: f64,
    /// Steps of the whole run.
    pub steps: usize,
    /// Steps until the learning rate is at its height.
    pub warm_up: usize,
    /// The highest learning rate.
    pub rate: f64,
    /// How many times that a cross-encoder's head learns at.
    pub head_rate: f64,
    /// Weight decay of AdamW.
    pub weight_decay: f64,
    /// Longer gradients are shortened to this.
    pub longest_gradient: f64,
    /// How states are pooled; as the base model's where vectors are trained.
    pub pooling: Pooling,
    /// All draws follow from it.
    pub seed: u64,
}

/// What a run may take; another amount gives the same adapter up to rounding.
#[derive(Debug, Clone)]
pub struct Resources {
    /// Where it runs.
    pub device: Device,
    /// Whether the frozen network computes in bf16 instead of f32.
    pub half: bool,
    /// Padded tokens that go through the network together.
    pub run_tokens: usize,
    /// Padded tokens whose activations are kept; the rest is computed twice.
    pub kept_tokens: usize,
}

/// One step, as it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StepReport {
    /// Steps made, this one included.
    pub step: usize,
    /// The batch's loss before the step.
    pub loss: f64,
    /// Length of the gradient.
    pub gradient: f64,
    /// The learning rate.
    pub rate: f64,
    /// Texts (contrastive) or pairs (ranking) of the batch.
    pub texts: usize,
    /// Their tokens, padding included.
    pub tokens: usize,
    /// Wall seconds.
    pub seconds: f64,
}

/// How well answers are found among a file's other passages (contrastive) or a group's candidates (ranking).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// Queries.
    pub queries: usize,
    /// Share whose first hit is an answer.
    pub accuracy_at_1: f64,
    /// Mean of one over the first answer's rank, 0 below rank 10.
    pub mrr_at_10: f64,
    /// Share with an answer among the first ten.
    pub accuracy_at_10: f64,
}

/// What is told while a run goes on.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Progress {
    /// A step was made.
    Step(StepReport),
    /// Another file was measured.
    Measured {
        /// Steps made before.
        step: usize,
        /// The file.
        file: String,
        /// The result.
        #[serde(flatten)]
        measures: Measures,
    },
    /// A checkpoint was taken up.
    Resumed {
        /// Steps made before.
        resumed: usize,
    },
}

/// A training run.
pub struct Trainer {
    options: Options,
    model: Model,
    base: String,
    files: Vec<DataFile>,
    optimiser: AdamW,
    schedule: Schedule,
}

/// [`Base::checksum`] of the model in `folder`.
///
/// # Errors
/// When the model cannot be read.
pub fn base_checksum(folder: &Path) -> Result<String, TrainError> {
    let (config, mut weights) = load_weights(folder)?;
    Ok(Base::read(weights.as_mut(), &config)?.checksum)
}

impl Trainer {
    /// A run on the model in `folder` with the data of `files`, at its first step.
    ///
    /// # Errors
    /// When the model cannot be read or the data does not fit it.
    pub fn new(
        folder: &Path,
        files: Vec<DataFile>,
        options: Options,
        resources: &Resources,
    ) -> Result<Self, TrainError> {
        let (config, mut weights) = load_weights(folder)?;
        let base = Base::read(weights.as_mut(), &config)?;
        let (checksum, mut weights) = base.restore(weights.as_mut());
        let vocabulary = read_vocabulary(folder);
        if let Some(file) = files.iter().find(|file| file.data.vocabulary != vocabulary) {
            return Err(TrainError::Data(format!("{} counts in another vocabulary than the model's", file.name)));
        }
        Self::start(&config, &mut weights, checksum, files, options, resources)
    }

    pub(crate) fn start(
        config: &Config,
        weights: &mut dyn Weights,
        base: String,
        files: Vec<DataFile>,
        options: Options,
        resources: &Resources,
    ) -> Result<Self, TrainError> {
        let dtype = if resources.half { DType::BF16 } else { DType::F32 };
        let network = Network::load(config, weights, dtype, &resources.device)?;
        for file in &files {
            check_data(file, network.vocabulary())?;
        }
        if files.iter().all(|file| file.data.groups.is_empty()) || options.batching.groups == 0 {
            return Err(TrainError::Data("there is nothing to train on".into()));
        }
        let window = config.max_tokens();
        if options.batching.query_tokens.max(options.batching.passage_tokens) > window {
            return Err(TrainError::Data(format!("the network's window is {window} tokens")));
        }
        let score = [("head.weight", vec![1, config.hidden_size]), ("head.bias", vec![1])];
        let head = if options.objective == Objective::Ranking { score.as_slice() } else { &[] };
        let parts = Model::parts(&network, options.rank, head);
        let values = Model::initial(&parts, options.seed);
        let rates = parts
            .iter()
            .flat_map(|part| {
                let rate = if part.name.starts_with("head.") { options.head_rate as f32 } else { 1.0 };
                std::iter::repeat_n(rate, part.count())
            })
            .collect();
        let optimiser = AdamW::new(values, rates, &resources.device)?;
        let schedule = Schedule {
            rate: options.rate,
            warm_up: options.warm_up,
            steps: options.steps,
            weight_decay: options.weight_decay,
            longest: options.longest_gradient,
        };
        let budget = Budget { run: resources.run_tokens, kept: resources.kept_tokens };
        let model = Model { network, parts, scale: options.scale, pooling: options.pooling, budget };
        Ok(Self { options, model, base, files, optimiser, schedule })
    }

    /// Steps made.
    pub fn steps_made(&self) -> usize {
        self.optimiser.step
    }

    /// Makes the next step.
    ///
    /// # Errors
    /// When the network fails or the gradient is no number.
    pub fn step(&mut self) -> Result<StepReport, TrainError> {
        let started = std::time::Instant::now();
        let rate = self.schedule.rate_at(self.optimiser.step);
        let batch = self.batch(self.optimiser.step);
        let texts = batch.texts.len();
        let (loss, gradient, tokens) = self.gradient(&batch)?;
        let gradient = self.optimiser.step(&gradient, &self.schedule)?;
        // Read last: a card need not be waited for before.
        let loss = f64::from(loss.to_scalar::<f32>()?);
        let seconds = started.elapsed().as_secs_f64();
        Ok(StepReport { step: self.optimiser.step, loss, gradient, rate, texts, tokens, seconds })
    }

    /// The loss of a batch, the gradient of all trained numbers, and the batch's padded tokens.
    fn gradient(&self, batch: &Batch) -> Result<(Tensor, Tensor, usize), TrainError> {
        let values = &self.optimiser.values;
        let pairs = self.model.pairs(values)?;
        let pooled = self.model.forward(&pairs, &batch.texts, true)?;
        let tokens = pooled.tokens;
        let states = Var::from_tensor(&pooled.states)?;
        let head = match self.model.head(values)? {
            Some((weight, bias)) => Some((Var::from_tensor(&weight)?, Var::from_tensor(&bias)?)),
            None => None,
        };
        let head = head.as_ref().map(|(weight, bias)| (weight.as_tensor(), bias.as_tensor()));
        let loss = self.options.objective.loss(&states, head, &batch.plan)?;
        let gradients = loss.backward()?;
        // candle's gradients remember the operations they came from: kept, they would keep every step's activations.
        let given = |tensor: &Tensor| {
            let gradient = gradients.get(tensor).map(Tensor::detach);
            gradient.ok_or_else(|| candle_core::Error::Msg("the loss has no gradient".into()))
        };
        let own = self.model.backward(&pairs, pooled, &given(&states)?)?;
        let gradient = match head {
            Some((weight, bias)) => Tensor::cat(&[&own, &given(weight)?.flatten_all()?, &given(bias)?], 0)?,
            None => own,
        };
        Ok((loss.detach(), gradient, tokens))
    }

    /// The batch of a step: batches are of one file each, all in a new order every epoch.
    fn batch(&self, step: usize) -> Batch {
        let size = self.options.batching.groups;
        let batches = |file: &DataFile| (file.data.groups.len() / size).max(usize::from(!file.data.groups.is_empty()));
        let each: Vec<usize> = self.files.iter().map(batches).collect();
        let total: usize = each.iter().sum();
        let (epoch, at) = ((step / total) as u64, step % total);
        let mut order: Vec<(usize, usize)> =
            each.iter().enumerate().flat_map(|(file, count)| (0..*count).map(move |batch| (file, batch))).collect();
        Random::new(self.options.seed, &[epoch, 0]).shuffle(&mut order);
        let (file, batch) = order[at];
        let mut groups: Vec<usize> = (0..self.files[file].data.groups.len()).collect();
        Random::new(self.options.seed, &[epoch, 1, file as u64]).shuffle(&mut groups);
        let own = &groups[batch * size..((batch + 1) * size).min(groups.len())];
        let mut random = Random::new(self.options.seed, &[epoch, 2, file as u64, batch as u64]);
        self.options.objective.batch(&self.files[file], own, &self.options.batching, &mut random)
    }

    /// Measures another file's queries with the weights as they are.
    ///
    /// # Errors
    /// When the file does not fit the model or the network fails.
    pub fn measure(&self, file: &DataFile) -> Result<Measures, TrainError> {
        check_data(file, self.model.network.vocabulary())?;
        let pairs = self.model.pairs(&self.optimiser.values)?;
        let ranks = match self.options.objective {
            Objective::Contrastive { .. } => self.ranks_by_vectors(file, &pairs)?,
            Objective::Ranking => self.ranks_by_scores(file, &pairs)?,
        };
        let share = |value: &dyn Fn(usize) -> f64| {
            ranks.iter().map(|rank| value(*rank)).sum::<f64>() / ranks.len().max(1) as f64
        };
        Ok(Measures {
            queries: ranks.len(),
            accuracy_at_1: share(&|rank| f64::from(u8::from(rank == 1))),
            mrr_at_10: share(&|rank| if rank <= 10 { 1.0 / rank as f64 } else { 0.0 }),
            accuracy_at_10: share(&|rank| f64::from(u8::from(rank <= 10))),
        })
    }

    /// The rank of each query's best answer among all passages of the file.
    fn ranks_by_vectors(&self, file: &DataFile, pairs: &[Pair]) -> Result<Vec<usize>, TrainError> {
        let batching = &self.options.batching;
        let queries: BTreeSet<u32> = file.data.groups.iter().map(|group| group.query).collect();
        let passages: BTreeSet<u32> =
            file.data.groups.iter().flat_map(|group| group.positives.iter().chain(&group.negatives)).copied().collect();
        let vectors = |texts: &BTreeSet<u32>, limit: usize| -> candle_core::Result<Tensor> {
            let texts: Vec<Vec<u32>> = texts.iter().map(|at| cut(&file.data.texts[*at as usize], limit)).collect();
            normalised(&self.model.forward(pairs, &texts, false)?.states)
        };
        let own = vectors(&queries, batching.query_tokens)?;
        let found = vectors(&passages, batching.passage_tokens)?;
        let places: HashMap<u32, usize> = passages.iter().enumerate().map(|(at, passage)| (*passage, at)).collect();
        let queries: Vec<u32> = queries.into_iter().collect();
        let mut ranks = Vec::with_capacity(queries.len());
        for (at, block) in queries.chunks(256).enumerate() {
            let similarities = own.narrow(0, at * 256, block.len())?.matmul(&found.t()?)?.to_vec2::<f32>()?;
            for (query, similarities) in block.iter().zip(similarities) {
                let answers: BTreeSet<usize> =
                    file.answers.get(query).into_iter().flatten().map(|answer| places[answer]).collect();
                ranks.push(rank(&similarities, |at| answers.contains(&at)));
            }
        }
        Ok(ranks)
    }

    /// The rank of each group's best answer among its candidates.
    fn ranks_by_scores(&self, file: &DataFile, pairs: &[Pair]) -> Result<Vec<usize>, TrainError> {
        let Some((weight, bias)) = self.model.head(&self.optimiser.values)? else { return Ok(Vec::new()) };
        let mut ranks = Vec::with_capacity(file.data.groups.len());
        for block in file.data.groups.chunks(256) {
            let limit = self.options.batching.passage_tokens;
            let text = |at: u32| &file.data.texts[at as usize];
            let texts: Vec<Vec<u32>> = block
                .iter()
                .flat_map(|group| group.positives.iter().chain(&group.negatives).map(move |at| (group.query, *at)))
                .map(|(query, passage)| pair(text(query), text(passage), limit))
                .collect();
            let states = self.model.forward(pairs, &texts, false)?.states;
            let scores = scores(&states, &weight, &bias)?.to_vec1::<f32>()?;
            let mut rest = scores.as_slice();
            for group in block {
                let (own, after) = rest.split_at(group.positives.len() + group.negatives.len());
                ranks.push(rank(own, |at| at < group.positives.len()));
                rest = after;
            }
        }
        Ok(ranks)
    }

    /// Runs to the last step. In `folder`, `checkpoint.safetensors` is written every `every` steps and taken up where it
    /// is; `others` are measured before the first step, then and at the end. `told` hears of everything.
    ///
    /// # Errors
    /// When a step fails, or the checkpoint is of another run or cannot be written.
    pub fn run(
        &mut self,
        folder: &Path,
        every: usize,
        others: &[DataFile],
        mut told: impl FnMut(&Progress),
    ) -> Result<(), TrainError> {
        let path = folder.join("checkpoint.safetensors");
        if path.exists() {
            self.resume(&path)?;
            told(&Progress::Resumed { resumed: self.steps_made() });
        } else {
            self.measure_all(others, &mut told)?;
        }
        while self.steps_made() < self.options.steps {
            told(&Progress::Step(self.step()?));
            let made = self.steps_made();
            if made.is_multiple_of(every.max(1)) || made == self.options.steps {
                self.save(&path)?;
                self.measure_all(others, &mut told)?;
            }
        }
        Ok(())
    }

    fn measure_all(&self, others: &[DataFile], told: &mut impl FnMut(&Progress)) -> Result<(), TrainError> {
        for other in others {
            let measures = self.measure(other)?;
            told(&Progress::Measured { step: self.steps_made(), file: other.name.clone(), measures });
        }
        Ok(())
    }

    /// Writes a checkpoint.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), TrainError> {
        checkpoint::save(path, &self.optimiser, &self.told())
    }

    /// Takes up a checkpoint.
    ///
    /// # Errors
    /// When it is damaged or of another run.
    pub fn resume(&mut self, path: &Path) -> Result<(), TrainError> {
        let told = self.told();
        checkpoint::load(path, &mut self.optimiser, &told)
    }

    /// What the run was told to do, and by what data.
    fn told(&self) -> serde_json::Value {
        let files: BTreeMap<&str, &str> =
            self.files.iter().map(|file| (file.name.as_str(), file.checksum.as_str())).collect();
        serde_json::json!({ "options": self.options, "base": self.base, "data": files })
    }

    /// The adapter as it is now; `results` go into its facts beside what the run was told.
    ///
    /// # Errors
    /// When the device fails.
    pub fn adapter(&self, results: serde_json::Value) -> Result<Adapter, TrainError> {
        let values = self.optimiser.values.to_device(&Device::Cpu)?;
        let factors = self.model.factors(&values)?;
        let head = match self.model.head(&values)? {
            Some((weight, bias)) => Some(Head {
                weight: weight.flatten_all()?.to_vec1()?,
                bias: bias.to_vec1::<f32>()?.first().copied().unwrap_or_default(),
            }),
            None => None,
        };
        let mut facts = self.told();
        facts["steps_made"] = self.steps_made().into();
        facts["results"] = results;
        Ok(Adapter {
            name: self.options.name.clone(),
            purpose: if head.is_some() { Purpose::CrossEncoder } else { Purpose::Encoder },
            base: self.base.clone(),
            scale: self.options.scale as f32,
            pooling: self.options.pooling,
            max_tokens: self.options.batching.passage_tokens,
            facts,
            factors,
            head,
            relations: None,
        })
    }
}

/// The rank of the best entry that `answers`, counted from 1.
fn rank(values: &[f32], answers: impl Fn(usize) -> bool) -> usize {
    let best = values.iter().enumerate().filter(|(at, _)| answers(*at)).map(|(_, v)| *v).fold(f32::MIN, f32::max);
    1 + values.iter().enumerate().filter(|(at, value)| !answers(*at) && **value >= best).count()
}

fn check_data(file: &DataFile, vocabulary: usize) -> Result<(), TrainError> {
    match file.data.texts.iter().flatten().find(|id| **id as usize >= vocabulary) {
        Some(id) => Err(TrainError::Data(format!("{} has a token {id}; the model has {vocabulary}", file.name))),
        None => Ok(()),
    }
}

/// The mark of a model whose vocabulary was cut, 0 for any other.
fn read_vocabulary(folder: &Path) -> u64 {
    std::fs::read_to_string(folder.join(super::prepare::VOCABULARY))
        .ok()
        .and_then(|mark| u64::from_str_radix(mark.trim(), 16).ok())
        .unwrap_or_default()
}
