//! What is trained for: batches out of groups, and the loss of their pooled states.
//!
//! Contrastive (InfoNCE, van den Oord et al., 2018): each query must find its own answer among all answers and hard
//! negatives of the batch; another known answer to the same query is no negative. Ranking: a cross-encoder must put the
//! answer first among its group's candidates (softmax over the list, Cao et al., 2007).

use super::batch::wide;
use super::data::DataFile;
use super::random::Random;
use crate::cross_encoder::{cut, pair};
use candle_core::{D, Result, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is trained for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Vectors of queries close to those of their answers.
    Contrastive {
        /// What similarities are divided by before the softmax.
        temperature: f64,
    },
    /// A higher score for an answer than for what only seems to be one.
    Ranking,
}

/// How batches are made of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batching {
    /// Groups a batch.
    pub groups: usize,
    /// Hard negatives of each group, at the most; drawn anew each time.
    pub negatives: usize,
    /// The most tokens of a query (contrastive).
    pub query_tokens: usize,
    /// The most tokens of a passage (contrastive) or of a pair (ranking).
    pub passage_tokens: usize,
}

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// All texts' ids.
    pub texts: Vec<Vec<u32>>,
    /// What is expected of them.
    pub plan: Plan,
}

/// What is expected of a batch's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// The first texts are queries, the rest passages.
    Contrastive {
        /// The answer of each query, counted among the passages.
        targets: Vec<usize>,
        /// For each query the passages that answer it too.
        excluded: Vec<Vec<usize>>,
    },
    /// Pairs, group after group, the answer first in each: how many each group has.
    Ranking(Vec<usize>),
}

impl Objective {
    /// The batch of `groups` of a file; which answer and which negatives are taken is drawn.
    pub(crate) fn batch(&self, file: &DataFile, groups: &[usize], how: &Batching, random: &mut Random) -> Batch {
        match self {
            Self::Contrastive { .. } => contrastive_batch(file, groups, how, random),
            Self::Ranking => ranking_batch(file, groups, how, random),
        }
    }

    /// The loss of pooled states `[texts, hidden]`; `head` is a cross-encoder's weight `[1, hidden]` and bias `[1]`.
    pub(crate) fn loss(&self, pooled: &Tensor, head: Option<(&Tensor, &Tensor)>, plan: &Plan) -> Result<Tensor> {
        match (self, plan, head) {
            (Self::Contrastive { temperature }, Plan::Contrastive { targets, excluded }, _) => {
                contrastive_loss(pooled, targets, excluded, *temperature)
            }
            (Self::Ranking, Plan::Ranking(sizes), Some((weight, bias))) => {
                ranking_loss(&scores(pooled, weight, bias)?, sizes)
            }
            _ => candle_core::bail!("the batch was made for another objective"),
        }
    }
}

/// Up to `most` of `negatives`, drawn.
fn draw(negatives: &[u32], most: usize, random: &mut Random) -> Vec<u32> {
    let mut drawn = negatives.to_vec();
    random.shuffle(&mut drawn);
    drawn.truncate(most);
    drawn
}

fn contrastive_batch(file: &DataFile, groups: &[usize], how: &Batching, random: &mut Random) -> Batch {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut passages: Vec<u32> = Vec::new();
    let mut place = |passage: u32| {
        *places.entry(passage).or_insert_with(|| {
            passages.push(passage);
            passages.len() - 1
        })
    };
    let mut targets = Vec::new();
    for group in groups.iter().map(|at| &file.data.groups[*at]) {
        targets.push(place(group.positives[random.below(group.positives.len())]));
        draw(&group.negatives, how.negatives, random).into_iter().for_each(|passage| {
            place(passage);
        });
    }
    let queries: Vec<u32> = groups.iter().map(|at| file.data.groups[*at].query).collect();
    let excluded = queries
        .iter()
        .zip(&targets)
        .map(|(query, target)| {
            let answers = file.answers.get(query).into_iter().flatten().filter_map(|answer| places.get(answer));
            let mut excluded: Vec<usize> = answers.copied().filter(|place| place != target).collect();
            excluded.sort_unstable();
            excluded
        })
        .collect();
    let text = |at: u32, limit: usize| cut(&file.data.texts[at as usize], limit);
    let mut texts: Vec<Vec<u32>> = queries.iter().map(|query| text(*query, how.query_tokens)).collect();
    texts.extend(passages.iter().map(|passage| text(*passage, how.passage_tokens)));
    Batch { texts, plan: Plan::Contrastive { targets, excluded } }
}

fn ranking_batch(file: &DataFile, groups: &[usize], how: &Batching, random: &mut Random) -> Batch {
    let mut texts = Vec::new();
    let mut sizes = Vec::new();
    for group in groups.iter().map(|at| &file.data.groups[*at]) {
        let query = &file.data.texts[group.query as usize];
        let answer = group.positives[random.below(group.positives.len())];
        let negatives = draw(&group.negatives, how.negatives, random);
        sizes.push(negatives.len() + 1);
        texts.extend(
            std::iter::once(answer)
                .chain(negatives)
                .map(|passage| pair(query, &file.data.texts[passage as usize], how.passage_tokens)),
        );
    }
    Batch { texts, plan: Plan::Ranking(sizes) }
}

/// Vectors of length 1.
pub(crate) fn normalised(pooled: &Tensor) -> Result<Tensor> {
    pooled.broadcast_div(&(pooled.sqr()?.sum_keepdim(D::Minus1)? + 1e-12)?.sqrt()?)
}

/// A cross-encoder's scores of pooled states, `[texts]`.
pub(crate) fn scores(pooled: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    pooled.matmul(&weight.t()?)?.squeeze(1)?.broadcast_add(bias)
}

fn contrastive_loss(pooled: &Tensor, targets: &[usize], excluded: &[Vec<usize>], temperature: f64) -> Result<Tensor> {
    let (queries, passages) = (targets.len(), pooled.dims()[0] - targets.len());
    let vectors = normalised(pooled)?;
    let own = vectors.narrow(0, 0, queries)?;
    let found = vectors.narrow(0, queries, passages)?;
    let logits = (own.matmul(&found.t()?)? / temperature)?;
    let mut absent = vec![0.0; queries * passages];
    for (query, excluded) in excluded.iter().enumerate() {
        excluded.iter().for_each(|passage| absent[query * passages + passage] = NEVER);
    }
    cross_entropy(&(logits + constant(absent, (queries, passages), pooled)?)?, targets)
}

fn ranking_loss(scores: &Tensor, sizes: &[usize]) -> Result<Tensor> {
    let widest = sizes.iter().copied().max().unwrap_or(0);
    let mut places = Vec::new();
    let mut absent = Vec::new();
    let mut start = 0;
    for size in sizes {
        places.extend((0..widest).map(|at| (start + at.min(size - 1)) as u32));
        absent.extend((0..widest).map(|at| if at < *size { 0.0 } else { NEVER }));
        start += size;
    }
    let places = Tensor::from_vec(places, sizes.len() * widest, scores.device())?;
    let lists = scores.index_select(&places, 0)?.reshape((sizes.len(), widest))?;
    cross_entropy(&(lists + constant(absent, (sizes.len(), widest), scores)?)?, &vec![0; sizes.len()])
}

/// Added to a logit, it takes its entry out of the softmax.
const NEVER: f32 = -1e9;

fn constant(values: Vec<f32>, shape: (usize, usize), like: &Tensor) -> Result<Tensor> {
    Tensor::from_vec(values, shape, like.device())?.to_dtype(wide(like.dtype()))
}

/// The mean over rows of `-log softmax(logits)[target]`.
fn cross_entropy(logits: &Tensor, targets: &[usize]) -> Result<Tensor> {
    let (rows, columns) = logits.dims2()?;
    let mut chosen = vec![0.0; rows * columns];
    targets.iter().enumerate().for_each(|(row, target)| chosen[row * columns + target] = 1.0 / rows as f32);
    let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?;
    let logarithms = shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)?;
    (logarithms * constant(chosen, (rows, columns), logits)?)?.sum_all()?.neg()
}
