//! Training the judge: pairs of a draft's norm and a provision, marked, with what the one says of the other.
//!
//! Hard because whoever wrote the pairs shows through: a network soon knows the hand of a contradiction before it compares
//! anything. So pairs come in groups about one provision, a batch holds whole groups, and beside the loss of each pair its
//! contradictions must score above their siblings; marks are left out now and then, so that they are no crutch.

use super::batch::{Padded, runs, wide};
use super::model::{Budget, Model};
use super::network::{Network, Pair};
use super::optimiser::{AdamW, Schedule};
use super::random::Random;
use super::{Resources, StepReport, TrainError, checkpoint};
use crate::adapter::{Adapter, Base, Purpose, RelationHead, hex};
use crate::bert::{Config, Sequence, Weights};
use crate::encoder::Pooling;
use crate::folder::{load_tokenizer, load_weights};
use crate::judge::{KINDS, Mark, Relation, Side, TYPES, Tokens, tokenise, windows};
use candle_core::{D, DType, Device, Result, Tensor, Var};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// One pair as it stands in a file of lines of JSON.
#[derive(Debug, Clone, Deserialize)]
pub struct PairLine {
    /// The draft's norm.
    pub draft: String,
    /// The provision.
    pub law: String,
    /// A code of [`Relation`].
    pub label: String,
    /// Marks of the draft's words: first byte, byte after the last, kind.
    #[serde(default)]
    pub draft_marks: Vec<(usize, usize, u8)>,
    /// Marks of the provision's words.
    #[serde(default)]
    pub law_marks: Vec<(usize, usize, u8)>,
    /// Pairs about one provision share it.
    #[serde(default)]
    pub group: String,
    /// Whether the label says no more than contradiction or not.
    #[serde(default)]
    pub coarse: bool,
    /// The chance with which its group takes part in an epoch.
    #[serde(default = "whole")]
    pub share: f64,
}

fn whole() -> f64 {
    1.0
}

/// A pair, tokenised.
#[derive(Debug, Clone)]
struct Example {
    tokens: Tokens,
    relation: usize,
    coarse: bool,
}

/// Pairs of a file, tokenised, in their groups.
#[derive(Debug, Clone)]
pub struct PairFile {
    /// The file's name without its folder.
    pub name: String,
    /// SHA-256 of the file in hex.
    pub checksum: String,
    /// With the chance to take part.
    groups: Vec<(Vec<Example>, f64)>,
}

impl PairFile {
    /// Reads a file of lines of JSON with the tokenizer of the model in `folder`; a pair has at most `max_tokens`.
    ///
    /// # Errors
    /// Names the line that is no pair.
    pub fn read(folder: &Path, path: &Path, max_tokens: usize) -> std::result::Result<Self, TrainError> {
        let bytes = std::fs::read(path).map_err(|e| TrainError::file(path, &e))?;
        let (tokenizer, _) = load_tokenizer(folder, 4_096)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut groups: BTreeMap<String, (Vec<Example>, f64)> = BTreeMap::new();
        for (at, line) in String::from_utf8_lossy(&bytes).lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let told = |what: String| TrainError::Data(format!("{name}, line {}: {what}", at + 1));
            let line: PairLine = serde_json::from_str(line).map_err(|e| told(e.to_string()))?;
            let relation = Relation::ALL.iter().position(|relation| relation.code() == line.label);
            let relation = relation.ok_or_else(|| told(format!("{} is no relation", line.label)))?;
            let side = |text: &str, marks: &[(usize, usize, u8)], second| {
                let marks: Vec<Mark> =
                    marks.iter().map(|(start, end, kind)| Mark { start: *start, end: *end, kind: *kind }).collect();
                tokenise(&tokenizer, Side { text, marks: &marks }, second)
            };
            let (draft, law) = (side(&line.draft, &line.draft_marks, 0)?, side(&line.law, &line.law_marks, 1)?);
            let tokens = windows(&draft, &law, max_tokens).swap_remove(0);
            let group = if line.group.is_empty() { format!("line {at}") } else { line.group };
            let group = groups.entry(group).or_insert_with(|| (Vec::new(), line.share));
            group.0.push(Example { tokens, relation, coarse: line.coarse });
        }
        Ok(Self { name, checksum: hex(&Sha256::digest(&bytes)), groups: groups.into_values().collect() })
    }

    /// How many pairs.
    pub fn pairs(&self) -> usize {
        self.groups.iter().map(|(pairs, _)| pairs.len()).sum()
    }
}

/// What a run is told to do; a checkpoint goes on only under the same options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgeOptions {
    /// The adapter's name.
    pub name: String,
    /// Rank of the factors.
    pub rank: usize,
    /// Width of the head's inner layer.
    pub width: usize,
    /// Padded tokens a batch, at the most.
    pub batch_tokens: usize,
    /// The most tokens of a pair.
    pub max_tokens: usize,
    /// Steps of the whole run.
    pub steps: usize,
    /// Steps until the learning rate is at its height.
    pub warm_up: usize,
    /// The highest learning rate.
    pub rate: f64,
    /// How many times that the head and the token types learn at.
    pub head_rate: f64,
    /// Weight decay of AdamW.
    pub weight_decay: f64,
    /// Longer gradients are shortened to this.
    pub longest_gradient: f64,
    /// What of a label's certainty is spread over the other relations.
    pub smoothing: f64,
    /// Weight of the order within a group.
    pub order: f64,
    /// Share of batches that are read without marks.
    pub unmarked: f64,
    /// All draws follow from it.
    pub seed: u64,
}

/// How well contradictions of a file are told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JudgeMeasures {
    /// Pairs.
    pub pairs: usize,
    /// Area under the curve of contradictions against all others (Mann and Whitney, 1947); 0.5 where one kind is absent.
    pub auc: f64,
    /// Mean of the shares told right among contradictions and among others, at a probability of one half.
    pub balanced_accuracy: f64,
}

/// A training run.
pub struct JudgeTrainer {
    options: JudgeOptions,
    model: Model,
    base: String,
    started_from: Option<String>,
    files: Vec<PairFile>,
    optimiser: AdamW,
    schedule: Schedule,
}

/// The head's tensors, `[hidden]` wide.
fn head(hidden: usize, width: usize) -> Vec<(&'static str, Vec<usize>)> {
    vec![
        ("attention.weight", vec![hidden]),
        ("inner.weight", vec![width, 2 * hidden]),
        ("inner.bias", vec![width]),
        ("outer.weight", vec![Relation::ALL.len(), width]),
        ("outer.bias", vec![Relation::ALL.len()]),
        ("types.weight", vec![TYPES, hidden]),
    ]
}

impl JudgeTrainer {
    /// A run on the model in `folder`, at its first step; from `start`'s factors, where another adapter of the same rank
    /// has already learnt to compare.
    ///
    /// # Errors
    /// When the model cannot be read or `start` does not fit it.
    pub fn new(
        folder: &Path,
        start: Option<&[u8]>,
        files: Vec<PairFile>,
        options: JudgeOptions,
        resources: &Resources,
    ) -> std::result::Result<Self, TrainError> {
        let (config, mut weights) = load_weights(folder)?;
        let base = Base::read(weights.as_mut(), &config)?;
        let (checksum, mut weights) = base.restore(weights.as_mut());
        let start =
            start.map(|file| Adapter::from_bytes(file).map(|adapter| (adapter.label(file), adapter))).transpose()?;
        Self::start(&config, &mut weights, checksum, start, files, options, resources)
    }

    pub(crate) fn start(
        config: &Config,
        weights: &mut dyn Weights,
        base: String,
        start: Option<(String, Adapter)>,
        files: Vec<PairFile>,
        options: JudgeOptions,
        resources: &Resources,
    ) -> std::result::Result<Self, TrainError> {
        if files.iter().all(|file| file.groups.is_empty()) {
            return Err(TrainError::Data("there is nothing to train on".into()));
        }
        if options.max_tokens > config.max_tokens() || options.max_tokens > options.batch_tokens {
            return Err(TrainError::Data(format!("the network's window is {} tokens", config.max_tokens())));
        }
        let dtype = if resources.half { DType::BF16 } else { DType::F32 };
        let network = Network::load(config, weights, dtype, &resources.device)?;
        let head = head(config.hidden_size, options.width);
        let parts = Model::parts(&network, options.rank, &head);
        let mut values = Model::initial(&parts, options.seed);
        if let Some((_, adapter)) = &start {
            for part in &parts {
                let Some((layer, side)) = part.name.rsplit_once('.') else { continue };
                let Some(factors) = adapter.factors.get(layer) else { continue };
                let (matrix, scale) = if side == "lora_a" { (&factors.a, 1.0) } else { (&factors.b, adapter.scale) };
                if matrix.dims() != part.shape.as_slice() {
                    return Err(TrainError::Data(format!("{} has the shape {:?}", part.name, matrix.dims())));
                }
                let numbers = matrix.flatten_all()?.to_vec1::<f32>()?;
                let own = values[part.start..part.start + part.count()].iter_mut();
                own.zip(numbers).for_each(|(value, number)| *value = number * scale);
            }
        }
        let names: Vec<&str> = head.iter().map(|(name, _)| *name).collect();
        let rates = parts.iter().flat_map(|part| {
            let rate = if names.contains(&part.name.as_str()) { options.head_rate as f32 } else { 1.0 };
            std::iter::repeat_n(rate, part.count())
        });
        let optimiser = AdamW::new(values, rates.collect(), &resources.device)?;
        let schedule = Schedule {
            rate: options.rate,
            warm_up: options.warm_up,
            steps: options.steps,
            weight_decay: options.weight_decay,
            longest: options.longest_gradient,
        };
        let budget = Budget { run: options.batch_tokens, kept: options.batch_tokens };
        let model = Model { network, parts, scale: 1.0, pooling: Pooling::Mean, budget };
        let started_from = start.map(|(label, _)| label);
        Ok(Self { options, model, base, started_from, files, optimiser, schedule })
    }

    /// Steps made.
    pub fn steps_made(&self) -> usize {
        self.optimiser.step
    }

    /// Makes the next step.
    ///
    /// # Errors
    /// When the network fails or the gradient is no number.
    pub fn step(&mut self) -> std::result::Result<StepReport, TrainError> {
        let started = std::time::Instant::now();
        let rate = self.schedule.rate_at(self.optimiser.step);
        let batch = self.batch(self.optimiser.step);
        let texts = batch.len();
        let (loss, gradient, tokens) = self.gradient(&self.optimiser.values, &batch)?;
        let gradient = self.optimiser.step(&gradient, &self.schedule)?;
        let loss = f64::from(loss.to_dtype(DType::F32)?.to_scalar::<f32>()?);
        let seconds = started.elapsed().as_secs_f64();
        Ok(StepReport { step: self.optimiser.step, loss, gradient, rate, texts, tokens, seconds })
    }

    /// The batch of a step, each pair with the number of its group: groups of similar length, all in a new order every
    /// epoch.
    fn batch(&self, step: usize) -> Vec<(usize, Example)> {
        let mut left = step;
        for epoch in 0_u64.. {
            let mut random = Random::new(self.options.seed, &[epoch, 0]);
            let all = self.files.iter().flat_map(|file| &file.groups);
            let mut groups: Vec<&Vec<Example>> = all
                .filter(|(_, share)| random.below(1_000_000) < (share * 1e6) as usize)
                .map(|(pairs, _)| pairs)
                .collect();
            random.shuffle(&mut groups);
            let mut batches: Vec<Vec<&Vec<Example>>> = Vec::new();
            for some in groups.chunks_mut(200) {
                let longest = |group: &Vec<Example>| group.iter().map(|pair| pair.tokens.ids.len()).max().unwrap_or(0);
                some.sort_by_key(|group| longest(group));
                let first = batches.len();
                let (mut most, mut pairs) = (0, 0);
                for group in some.iter().copied() {
                    let (longer, more) = (most.max(longest(group)), pairs + group.len().min(GROUP));
                    if batches.len() == first || longer * more > self.options.batch_tokens {
                        batches.push(Vec::new());
                        (most, pairs) = (longest(group), group.len().min(GROUP));
                    } else {
                        (most, pairs) = (longer, more);
                    }
                    if let Some(batch) = batches.last_mut() {
                        batch.push(group);
                    }
                }
            }
            random.shuffle(&mut batches);
            if batches.is_empty() && self.files.iter().all(|file| file.groups.iter().all(|(_, share)| *share <= 0.0)) {
                return Vec::new();
            }
            if left < batches.len() {
                let mut random = Random::new(self.options.seed, &[epoch, 1, left as u64]);
                let unmarked = (random.below(1_000_000) as f64) < self.options.unmarked * 1e6;
                let pairs = batches[left].iter().enumerate().flat_map(|(group, pairs)| {
                    let mut pairs = (*pairs).clone();
                    random.shuffle(&mut pairs);
                    pairs.truncate(GROUP);
                    pairs.into_iter().map(move |pair| (group, pair))
                });
                let mut pairs: Vec<(usize, Example)> = pairs.collect();
                if unmarked {
                    let types = pairs.iter_mut().flat_map(|(_, pair)| &mut pair.tokens.types);
                    types.filter(|kind| **kind > 0).for_each(|kind| *kind = 1 + (*kind - 1) / KINDS * KINDS);
                }
                return pairs;
            }
            left -= batches.len();
        }
        Vec::new()
    }

    /// The loss of a batch, the gradient of all trained numbers, and the batch's padded tokens.
    fn gradient(&self, values: &Tensor, batch: &[(usize, Example)]) -> Result<(Tensor, Tensor, usize)> {
        let (dtype, device) = (self.model.network.dtype(), self.model.network.device());
        let texts: Vec<Sequence<'_>> = batch.iter().map(|(_, pair)| (&pair.tokens).into()).collect();
        let padded = Padded::new(&texts, self.model.network.config(), Pooling::Mean, dtype, device)?;
        let pairs = self.model.pairs(values)?;
        let parts = self.head(values)?;
        let (states, tape) = self.model.network.forward(&pairs, Some(&self.types(&parts)?), &padded, true)?;
        let Some(tape) = tape else { candle_core::bail!("no activations were kept") };
        let states = Var::from_tensor(&states.to_dtype(wide(dtype))?)?;
        let vars = parts[..5].iter().map(Var::from_tensor).collect::<Result<Vec<_>>>()?;
        let tensors: Vec<&Tensor> = vars.iter().map(|var| var.as_tensor()).collect();
        let logits = logits(&states, &tensors, &padded)?;
        let loss = loss(&logits, batch, &self.options)?;
        let gradients = loss.backward()?;
        let given = |tensor: &Tensor| {
            let gradient = gradients.get(tensor).map(Tensor::detach);
            gradient.ok_or_else(|| candle_core::Error::Msg("the loss has no gradient".into()))
        };
        let own = given(&states)?.to_dtype(dtype)?;
        let (factors, inputs) = self.model.network.backward(&pairs, tape, &padded, &own, true)?;
        let Some(inputs) = inputs else { candle_core::bail!("no gradient of the input") };
        // Of each type the sum over its tokens; type 0 is not trained.
        let mut chosen = vec![0.0_f32; padded.types.len() * TYPES];
        for (at, kind) in padded.types.iter().enumerate().filter(|(_, kind)| **kind > 0) {
            chosen[at * TYPES + *kind as usize - 1] = 1.0;
        }
        let chosen = Tensor::from_vec(chosen, (padded.types.len(), TYPES), device)?.to_dtype(wide(dtype))?;
        let types = chosen.t()?.matmul(&inputs.to_dtype(wide(dtype))?)?;
        let mut flat = vec![self.model.flat(factors)?];
        for tensor in &tensors {
            flat.push(given(tensor)?.flatten_all()?);
        }
        flat.push(types.flatten_all()?);
        Ok((loss.detach(), Tensor::cat(&flat, 0)?, padded.texts * padded.length))
    }

    /// The head's tensors, in the order of [`head`].
    fn head(&self, values: &Tensor) -> Result<Vec<Tensor>> {
        self.model.parts[self.model.parts.len() - 6..].iter().map(|part| part.of(values)).collect()
    }

    /// What is added for each token type: nothing for type 0.
    fn types(&self, head: &[Tensor]) -> Result<Tensor> {
        Tensor::cat(&[&head[5].narrow(0, 0, 1)?.zeros_like()?, &head[5]], 0)
    }

    /// Measures another file with the weights as they are.
    ///
    /// # Errors
    /// When the network fails.
    pub fn measure(&self, file: &PairFile) -> std::result::Result<JudgeMeasures, TrainError> {
        let values = &self.optimiser.values;
        let (pairs, parts) = (self.model.pairs(values)?, self.head(values)?);
        let mut all: Vec<&Example> = file.groups.iter().flat_map(|(pairs, _)| pairs).collect();
        all.sort_by_key(|pair| pair.tokens.ids.len());
        let lengths: Vec<usize> = all.iter().map(|pair| pair.tokens.ids.len()).collect();
        let mut scored: Vec<(f32, bool)> = Vec::new();
        for run in runs(&lengths, self.options.batch_tokens) {
            let own = &all[run];
            scored.extend(
                self.probabilities(&pairs, &parts, own)?.into_iter().zip(own.iter().map(|pair| pair.relation == 0)),
            );
        }
        Ok(measures(&scored))
    }

    /// The probability that each pair is a contradiction.
    fn probabilities(&self, pairs: &[Pair], parts: &[Tensor], own: &[&Example]) -> Result<Vec<f32>> {
        let (dtype, device) = (self.model.network.dtype(), self.model.network.device());
        let texts: Vec<Sequence<'_>> = own.iter().map(|pair| (&pair.tokens).into()).collect();
        let padded = Padded::new(&texts, self.model.network.config(), Pooling::Mean, dtype, device)?;
        let (states, _) = self.model.network.forward(pairs, Some(&self.types(parts)?), &padded, false)?;
        let tensors: Vec<&Tensor> = parts.iter().collect();
        let logits = logits(&states.to_dtype(wide(dtype))?, &tensors, &padded)?;
        log_softmax(&logits)?.narrow(1, 0, 1)?.squeeze(1)?.exp()?.to_dtype(DType::F32)?.to_vec1()
    }

    /// Runs to the last step. In `folder`, `checkpoint.safetensors` is written every `every` steps and taken up where it
    /// is; `others` are measured then and at the end. `told` hears of every step and measure.
    ///
    /// # Errors
    /// When a step fails, or the checkpoint is of another run or cannot be written.
    pub fn run(
        &mut self,
        folder: &Path,
        every: usize,
        others: &[PairFile],
        mut told: impl FnMut(&serde_json::Value),
    ) -> std::result::Result<(), TrainError> {
        let path = folder.join("checkpoint.safetensors");
        if path.exists() {
            let own = self.told();
            checkpoint::load(&path, &mut self.optimiser, &own)?;
            told(&serde_json::json!({ "resumed": self.steps_made() }));
        }
        while self.steps_made() < self.options.steps {
            let report = self.step()?;
            told(&serde_json::to_value(report).unwrap_or_default());
            if report.step.is_multiple_of(every.max(1)) || report.step == self.options.steps {
                checkpoint::save(&path, &self.optimiser, &self.told())?;
                for other in others {
                    let measures = self.measure(other)?;
                    told(&serde_json::json!({ "step": report.step, "file": other.name, "measures": measures }));
                }
            }
        }
        Ok(())
    }

    /// What the run was told to do, and by what data.
    fn told(&self) -> serde_json::Value {
        let files: BTreeMap<&str, &str> =
            self.files.iter().map(|file| (file.name.as_str(), file.checksum.as_str())).collect();
        serde_json::json!({ "options": self.options, "base": self.base, "start": self.started_from, "data": files })
    }

    /// The adapter as it is now; `results` go into its facts beside what the run was told.
    ///
    /// # Errors
    /// When the device fails.
    pub fn adapter(&self, results: serde_json::Value) -> std::result::Result<Adapter, TrainError> {
        let values = self.optimiser.values.to_device(&Device::Cpu)?;
        let parts = self.head(&values)?;
        let parts = parts.iter().map(|part| part.flatten_all()?.to_vec1()).collect::<Result<Vec<Vec<f32>>>>()?;
        let Ok([attention, inner, inner_bias, outer, outer_bias, types]) = <[Vec<f32>; 6]>::try_from(parts) else {
            return Err(TrainError::Data("the judge's head is incomplete".into()));
        };
        let mut facts = self.told();
        facts["steps_made"] = self.steps_made().into();
        facts["results"] = results;
        Ok(Adapter {
            name: self.options.name.clone(),
            purpose: Purpose::Judge,
            base: self.base.clone(),
            scale: 1.0,
            pooling: Pooling::Mean,
            max_tokens: self.options.max_tokens,
            facts,
            factors: self.model.factors(&values)?,
            head: None,
            relations: Some(RelationHead { attention, inner, inner_bias, outer, outer_bias, types }),
        })
    }
}

/// The most pairs of a group in one batch.
const GROUP: usize = 4;

/// The logits `[pairs, relations]` of states `[pairs · length, hidden]`, as [`RelationHead::logits`] says.
fn logits(states: &Tensor, head: &[&Tensor], batch: &Padded) -> Result<Tensor> {
    let [attention, inner, inner_bias, outer, outer_bias, ..] = head else { candle_core::bail!("no head") };
    let hidden = states.dims()[1];
    let mean = batch.pool(states)?;
    let mut scores = states.matmul(&attention.reshape((hidden, 1))?)?.reshape((batch.texts, batch.length))?;
    if let Some(absent) = batch.absent(states.dtype())? {
        scores = (scores + absent)?;
    }
    let weights = log_softmax(&scores)?.exp()?.unsqueeze(1)?;
    let attended = weights.matmul(&states.reshape((batch.texts, batch.length, hidden))?)?.squeeze(1)?;
    let pooled = Tensor::cat(&[mean, attended], 1)?;
    let inner = pooled.matmul(&inner.t()?)?.broadcast_add(inner_bias)?.tanh()?;
    inner.matmul(&outer.t()?)?.broadcast_add(outer_bias)
}

fn log_softmax(logits: &Tensor) -> Result<Tensor> {
    let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

/// log(1 + e^x).
fn softplus(x: &Tensor) -> Result<Tensor> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}

/// The mean loss of a batch: each pair's relation, whether it is a contradiction at all, and the order within groups.
fn loss(logits: &Tensor, batch: &[(usize, Example)], options: &JudgeOptions) -> Result<Tensor> {
    let count = batch.len();
    let like =
        |values: Vec<f64>, shape: &[usize]| Tensor::from_vec(values, shape, logits.device())?.to_dtype(logits.dtype());
    let relations = Relation::ALL.len();
    let logarithms = log_softmax(logits)?;
    // Most of the contradiction's logit over that of all others together.
    let others = logarithms.narrow(1, 1, relations - 1)?;
    let most = others.max_keepdim(D::Minus1)?.detach();
    let others = (others.broadcast_sub(&most)?.exp()?.sum_keepdim(D::Minus1)?.log()? + most)?;
    let scores = (logarithms.narrow(1, 0, 1)? - others)?.squeeze(1)?;
    let mut targets = vec![0.0; count * relations];
    let mut sides = Vec::with_capacity(count);
    for (at, (_, pair)) in batch.iter().enumerate() {
        if !pair.coarse {
            let row = &mut targets[at * relations..(at + 1) * relations];
            row.iter_mut().for_each(|target| *target = RELATION_LOSS * options.smoothing / relations as f64);
            row[pair.relation] += RELATION_LOSS * (1.0 - options.smoothing);
        }
        sides.push(if pair.relation == 0 { 1.0 - options.smoothing } else { options.smoothing / 2.0 });
    }
    let weights = batch.iter().map(|(_, pair)| if pair.coarse { 1.0 } else { SIDE_LOSS }).collect();
    let whole = (logarithms * like(targets, &[count, relations])?)?.sum_all()?.neg()?;
    let side = ((softplus(&scores)? - (&scores * like(sides, &[count])?)?)? * like(weights, &[count])?)?.sum_all()?;
    let mut total = ((whole + side)? / count as f64)?;
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (at, (group, _)) in batch.iter().enumerate().filter(|(_, (_, pair))| pair.relation == 0) {
        for (other, (same, sibling)) in batch.iter().enumerate() {
            if same == group && sibling.relation != 0 {
                above.push(at as u32);
                below.push(other as u32);
            }
        }
    }
    if !above.is_empty() {
        let pick = |places: Vec<u32>| scores.index_select(&Tensor::new(places.as_slice(), logits.device())?, 0);
        let gap = (pick(below)? - pick(above)?)?;
        total = (total + (softplus(&gap)?.mean_all()? * options.order)?)?;
    }
    Ok(total)
}

/// Weight of a pair's relation, and of whether it is a contradiction.
const RELATION_LOSS: f64 = 0.6;
const SIDE_LOSS: f64 = 0.7;

fn measures(scored: &[(f32, bool)]) -> JudgeMeasures {
    let mut order: Vec<(f32, bool)> = scored.to_vec();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = order.iter().filter(|(_, gold)| *gold).count();
    let negatives = order.len() - positives;
    let mut ranks = 0.0;
    let mut at = 0;
    while at < order.len() {
        let ties = order[at..].iter().take_while(|(score, _)| *score == order[at].0).count();
        let gold = order[at..at + ties].iter().filter(|(_, gold)| *gold).count();
        ranks += gold as f64 * (at as f64 + (ties as f64 + 1.0) / 2.0);
        at += ties;
    }
    let both = (positives * negatives) as f64;
    let auc = if both > 0.0 { (ranks - (positives * (positives + 1)) as f64 / 2.0) / both } else { 0.5 };
    let share = |gold: bool, count: usize| {
        scored.iter().filter(|(score, own)| *own == gold && (*score > 0.5) == gold).count() as f64 / count.max(1) as f64
    };
    let balanced_accuracy = (share(true, positives) + share(false, negatives)) / 2.0;
    JudgeMeasures { pairs: scored.len(), auc, balanced_accuracy }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::adapter::Storage;
    use crate::noise::{Noise, VOCABULARY, config, numbers};

    fn options() -> JudgeOptions {
        JudgeOptions {
            name: "toy".into(),
            rank: 4,
            width: 8,
            batch_tokens: 96,
            max_tokens: 24,
            steps: 60,
            warm_up: 4,
            rate: 5e-3,
            head_rate: 0.5,
            weight_decay: 0.01,
            longest_gradient: 1.0,
            smoothing: 0.05,
            order: 0.4,
            unmarked: 0.1,
            seed: 9,
        }
    }

    /// Groups of two: a contradiction ends in another word than what agrees, and is marked so.
    fn file() -> PairFile {
        let pair = |at: u32, alike: bool| {
            let (own, last) = (3 + at % 20, if alike { 30 } else { 31 });
            let kind = if alike { 1 } else { 3 };
            let tokens = |ids: Vec<u32>, side: u8| {
                let types = (0..ids.len()).map(|at| 1 + side * KINDS + if at + 1 == ids.len() { kind } else { 0 });
                Tokens { types: types.collect(), ids }
            };
            let pair = windows(&tokens(vec![40, own], 0), &tokens(vec![41, last, last], 1), 24).swap_remove(0);
            Example { tokens: pair, relation: usize::from(alike), coarse: at.is_multiple_of(3) }
        };
        let groups = (0..24).map(|at| (vec![pair(at, true), pair(at, false)], 1.0)).collect();
        const { assert!(VOCABULARY > 45) };
        PairFile { name: "toy".into(), checksum: "none".into(), groups }
    }

    fn trainer(options: JudgeOptions) -> JudgeTrainer {
        let resources = Resources { device: Device::Cpu, half: false, run_tokens: 0, kept_tokens: 0 };
        let base = Base::read(&mut Noise { seed: 7 }, &config()).unwrap().checksum;
        JudgeTrainer::start(&config(), &mut Noise { seed: 7 }, base, None, vec![file()], options, &resources).unwrap()
    }

    #[test]
    fn the_gradient_is_the_difference_quotient_of_the_loss() {
        let mut trainer = trainer(options());
        let network = Network::load(&config(), &mut Noise { seed: 7 }, DType::F64, &Device::Cpu).unwrap();
        trainer.model.network = network;
        let count = trainer.optimiser.values.elem_count();
        let values: Vec<f64> = numbers("all", count, 3).into_iter().map(f64::from).collect();
        let batch = trainer.batch(1);
        let tensor = |values: &[f64]| Tensor::new(values, &Device::Cpu).unwrap();
        let (_, gradient, _) = trainer.gradient(&tensor(&values), &batch).unwrap();
        let gradient = gradient.to_vec1::<f64>().unwrap();
        assert_eq!(gradient.len(), count);
        for part in &trainer.model.parts {
            let mut random = Random::new(11, &[part.start as u64]);
            // Of the token types only some occur: the second side's last token has type 8 or 10.
            let at = match part.name.as_str() {
                "types.weight" => part.start + 7 * 64 + random.below(64),
                _ => part.start + random.below(part.count()),
            };
            let moved = |by: f64| {
                let mut values = values.clone();
                values[at] += by;
                trainer.gradient(&tensor(&values), &batch).unwrap().0.to_scalar::<f64>().unwrap()
            };
            let quotient = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            let apart = (gradient[at] - quotient).abs();
            assert!(apart < 1e-6 * (1.0 + quotient.abs()), "{}: {} and {quotient}", part.name, gradient[at]);
        }
    }

    #[test]
    fn training_tells_contradictions_and_what_ships_judges_as_it_did() {
        let mut trainer = trainer(options());
        let before = trainer.measure(&file()).unwrap();
        (0..60).for_each(|_| assert!(trainer.step().unwrap().loss.is_finite()));
        let after = trainer.measure(&file()).unwrap();
        assert!(after.auc > 0.95 && after.auc > before.auc, "{before:?}, {after:?}");
        let adapter = trainer.adapter(serde_json::Value::Null).unwrap();
        let adapter = Adapter::from_bytes(&adapter.to_bytes(Storage::F32).unwrap()).unwrap();
        let mut base = Noise { seed: 7 };
        let merged = crate::bert::Bert::load(config(), &mut adapter.merge(&mut base, &config()).unwrap()).unwrap();
        let example = &file().groups[3].0[1];
        let states = merged.forward(&[Sequence::from(&example.tokens)]).unwrap();
        let logits = adapter.relations.unwrap().logits(&states.flatten_all().unwrap().to_vec1::<f32>().unwrap());
        let own = crate::judge::Judgement { logits: logits.try_into().unwrap() }.probabilities()[0];
        let values = &trainer.optimiser.values;
        let (pairs, parts) = (trainer.model.pairs(values).unwrap(), trainer.head(values).unwrap());
        let expected = trainer.probabilities(&pairs, &parts, &[example]).unwrap()[0];
        assert!((own - expected).abs() < 1e-4, "{own} and {expected}");
    }

    #[test]
    fn a_run_that_was_cut_off_ends_with_the_weights_of_one_that_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |trainer: &JudgeTrainer| trainer.optimiser.values.to_vec1::<f32>().unwrap();
        let options = || JudgeOptions { steps: 6, ..options() };
        let mut whole = trainer(options());
        (0..6).for_each(|_| assert!(whole.step().unwrap().loss.is_finite()));
        let mut first = trainer(options());
        (0..3).for_each(|_| assert!(first.step().unwrap().loss.is_finite()));
        checkpoint::save(&folder.path().join("checkpoint.safetensors"), &first.optimiser, &first.told()).unwrap();
        let mut second = trainer(options());
        second.run(folder.path(), 2, &[], |_| {}).unwrap();
        assert_eq!(bytes(&second), bytes(&whole));
        let other = trainer(JudgeOptions { order: 0.5, ..options() }).run(folder.path(), 2, &[], |_| {});
        assert!(other.unwrap_err().to_string().contains("another run"));
    }

    #[test]
    fn the_area_under_the_curve_counts_ties_by_half() {
        let told = measures(&[(0.1, false), (0.4, true), (0.4, false), (0.9, true)]);
        assert!((told.auc - 0.875).abs() < 1e-12);
        assert!((told.balanced_accuracy - 0.75).abs() < 1e-12);
        assert_eq!(measures(&[(0.3, false)]).auc, 0.5);
    }
}
