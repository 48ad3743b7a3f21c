#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
use super::batch::Padded;
use super::data::{Data, DataFile, Group};
use super::model::{Budget, Model};
use super::network::Network;
use super::objective::{Batching, Objective, Plan};
use super::random::Random;
use super::trainer::{Options, Resources, Trainer};
use crate::adapter::{Adapter, Base, Storage};
use crate::bert::Bert;
use crate::encoder::Pooling;
use crate::noise::{Noise, VOCABULARY, config, numbers};
use candle_core::{DType, Device, Tensor};

fn texts() -> Vec<Vec<u32>> {
    [5, 1, 9, 7, 9, 3]
        .iter()
        .map(|length| (0..*length).map(|at| (at * 11 + length) % VOCABULARY as u32).collect())
        .collect()
}

fn model(dtype: DType, budget: Budget, pooling: Pooling) -> Model {
    let network = Network::load(&config(), &mut Noise { seed: 7 }, dtype, &Device::Cpu).unwrap();
    let parts = Model::parts(&network, 3, &[]);
    Model { network, parts, scale: 1.5, pooling, budget }
}

/// Factors none of which is zero.
fn values(model: &Model) -> Vec<f64> {
    let count = model.parts.iter().map(|part| part.count()).sum();
    numbers("factors", count, 3).into_iter().map(f64::from).collect()
}

/// A made-up loss of pooled states: their products with numbers, summed.
fn loss(model: &Model, values: &Tensor) -> f64 {
    let pooled = model.forward(&model.pairs(values).unwrap(), &texts(), false).unwrap().states;
    (&pooled * direction(&pooled)).unwrap().sum_all().unwrap().to_scalar().unwrap()
}

fn direction(pooled: &Tensor) -> Tensor {
    let numbers: Vec<f64> = numbers("direction", pooled.elem_count(), 5).into_iter().map(f64::from).collect();
    Tensor::from_vec(numbers, pooled.dims(), &Device::Cpu).unwrap().to_dtype(pooled.dtype()).unwrap()
}

fn gradient(model: &Model, values: &Tensor) -> Tensor {
    let pairs = model.pairs(values).unwrap();
    let pooled = model.forward(&pairs, &texts(), true).unwrap();
    let direction = direction(&pooled.states);
    model.backward(&pairs, pooled, &direction).unwrap()
}

const AMPLE: Budget = Budget { run: 1_000, kept: 1_000 };

#[test]
fn the_gradient_is_the_difference_quotient_of_the_loss() {
    for pooling in [Pooling::Mean, Pooling::Cls] {
        let model = model(DType::F64, AMPLE, pooling);
        let values = values(&model);
        let tensor = |values: &[f64]| Tensor::new(values, &Device::Cpu).unwrap();
        let gradient = gradient(&model, &tensor(&values)).to_vec1::<f64>().unwrap();
        let step = 1e-5;
        for part in &model.parts {
            let mut random = Random::new(11, &[part.start as u64]);
            for _ in 0..2 {
                let at = part.start + random.below(part.count());
                let moved = |by: f64| {
                    let mut values = values.clone();
                    values[at] += by;
                    loss(&model, &tensor(&values))
                };
                let quotient = (moved(step) - moved(-step)) / (2.0 * step);
                let apart = (gradient[at] - quotient).abs();
                assert!(apart < 1e-6 * (1.0 + quotient.abs()), "{}: {} and {quotient}", part.name, gradient[at]);
            }
        }
    }
}

#[test]
fn the_gradient_does_not_depend_on_how_much_fits_into_memory() {
    let whole = model(DType::F64, AMPLE, Pooling::Mean);
    let values = Tensor::new(values(&whole), &Device::Cpu).unwrap();
    let expected = gradient(&whole, &values);
    for budget in [Budget { run: 10, kept: 0 }, Budget { run: 18, kept: 20 }, Budget { run: 1, kept: 1_000 }] {
        let apart = (gradient(&model(DType::F64, budget, Pooling::Mean), &values) - &expected).unwrap();
        let apart = apart.abs().unwrap().max(0).unwrap().to_scalar::<f64>().unwrap();
        assert!(apart < 1e-9, "{budget:?}: {apart}");
    }
}

fn data() -> DataFile {
    // Queries and answers share a token that nothing else has; each query's negative shares another.
    let mut texts = Vec::new();
    let mut groups = Vec::new();
    for at in 0..12_u32 {
        let (own, filler) = (3 + at, 20 + at * 7 % 20);
        let first = texts.len() as u32;
        texts.push(vec![0, own, filler, 2]);
        texts.push(vec![0, filler + 3, own, filler + 1, filler + 2, 2]);
        texts.push(vec![0, filler, filler + 1, 2]);
        groups.push(Group { query: first, positives: vec![first + 1], negatives: vec![first + 2] });
    }
    DataFile::new("toy".into(), "none".into(), Data { texts, groups, vocabulary: 0 })
}

fn options(objective: Objective) -> Options {
    Options {
        name: "toy".into(),
        objective,
        batching: Batching { groups: 5, negatives: 1, query_tokens: 8, passage_tokens: 16 },
        rank: 4,
        scale: 2.0,
        steps: 12,
        warm_up: 2,
        rate: 5e-3,
        head_rate: 4.0,
        weight_decay: 0.01,
        longest_gradient: 1.0,
        pooling: Pooling::Mean,
        seed: 9,
    }
}

fn trainer(options: Options) -> Trainer {
    let resources = Resources { device: Device::Cpu, half: false, run_tokens: 24, kept_tokens: 40 };
    let base = Base::read(&mut Noise { seed: 7 }, &config()).unwrap().checksum;
    Trainer::start(&config(), &mut Noise { seed: 7 }, base, vec![data()], options, &resources).unwrap()
}

const CONTRASTIVE: Objective = Objective::Contrastive { temperature: 0.1 };

#[test]
fn training_lowers_the_loss_and_finds_more_answers() {
    for objective in [CONTRASTIVE, Objective::Ranking] {
        let mut trainer = trainer(options(objective));
        let before = trainer.measure(&data()).unwrap();
        let losses: Vec<f64> = (0..12).map(|_| trainer.step().unwrap().loss).collect();
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
        assert!(mean(&losses[9..]) < 0.8 * mean(&losses[..3]), "{objective:?}: {losses:?}");
        let after = trainer.measure(&data()).unwrap();
        assert!(after.mrr_at_10 > before.mrr_at_10, "{objective:?}: {before:?}, {after:?}");
    }
}

#[test]
fn a_run_that_was_cut_off_ends_with_the_weights_of_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    for objective in [CONTRASTIVE, Objective::Ranking] {
        let path = folder.path().join("checkpoint.safetensors");
        let mut whole = trainer(options(objective));
        let mut first = trainer(options(objective));
        (0..5).for_each(|_| assert!(first.step().unwrap().loss.is_finite()));
        first.save(&path).unwrap();
        let mut second = trainer(options(objective));
        second.resume(&path).unwrap();
        assert_eq!(second.steps_made(), 5);
        (0..7).for_each(|_| assert!(second.step().unwrap().loss.is_finite()));
        (0..12).for_each(|_| assert!(whole.step().unwrap().loss.is_finite()));
        let bytes =
            |trainer: &Trainer| trainer.adapter(serde_json::Value::Null).unwrap().to_bytes(Storage::F32).unwrap();
        assert_eq!(bytes(&second), bytes(&whole), "{objective:?}");
    }
}

#[test]
fn a_run_writes_its_checkpoints_and_tells_of_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let told =
        |lines: &mut Vec<String>, progress: &super::Progress| lines.push(serde_json::to_string(progress).unwrap());
    trainer(options(CONTRASTIVE)).run(folder.path(), 5, &[data()], |progress| told(&mut lines, progress)).unwrap();
    assert_eq!(lines.iter().filter(|line| line.contains("\"loss\"")).count(), 12);
    assert_eq!(lines.iter().filter(|line| line.contains("mrr_at_10")).count(), 1 + 3, "first, 5, 10, 12");
    lines.clear();
    trainer(options(CONTRASTIVE)).run(folder.path(), 5, &[], |progress| told(&mut lines, progress)).unwrap();
    assert_eq!(lines, [r#"{"resumed":12}"#], "nothing is left to do");
}

#[test]
fn a_checkpoint_of_another_run_or_half_a_checkpoint_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    trainer(options(CONTRASTIVE)).save(&path).unwrap();
    let refused = |options: Options| trainer(options).resume(&path).unwrap_err().to_string();
    assert!(refused(Options { seed: 10, ..options(CONTRASTIVE) }).contains("seed"));
    assert!(refused(options(Objective::Ranking)).contains("objective"));
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(!refused(options(CONTRASTIVE)).contains('\n'));
}

#[test]
fn the_trained_network_and_the_merged_one_give_the_same_states() {
    let mut trainer = trainer(options(CONTRASTIVE));
    (0..3).for_each(|_| assert!(trainer.step().unwrap().loss.is_finite()));
    let adapter = trainer.adapter(serde_json::Value::Null).unwrap();
    let mut base = Noise { seed: 7 };
    let merged = Bert::load(config(), &mut adapter.merge(&mut base, &config()).unwrap()).unwrap();
    let network = Network::load(&config(), &mut Noise { seed: 7 }, DType::F32, &Device::Cpu).unwrap();
    let model =
        Model { parts: Model::parts(&network, 4, &[]), network, scale: 2.0, pooling: Pooling::Mean, budget: AMPLE };
    let flat: Vec<f32> = adapter
        .factors
        .keys()
        .flat_map(|layer| [&adapter.factors[layer].a, &adapter.factors[layer].b])
        .map(|factor| factor.flatten_all().unwrap().to_vec1::<f32>().unwrap())
        .collect::<Vec<_>>()
        .concat();
    // The adapter's layers are in the order of their names, the model's in that of `PARTS`.
    let mut at = 0;
    let mut values = vec![0.0; flat.len()];
    for layer in adapter.factors.keys() {
        for side in ["lora_a", "lora_b"] {
            let part = model.parts.iter().find(|part| part.name == format!("{layer}.{side}")).unwrap();
            values[part.start..part.start + part.count()].copy_from_slice(&flat[at..at + part.count()]);
            at += part.count();
        }
    }
    let values = Tensor::new(values, &Device::Cpu).unwrap();
    let texts = texts();
    let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let batch = Padded::new(&slices, &config(), Pooling::Mean, DType::F32, &Device::Cpu).unwrap();
    let (states, _) = model.network.forward(&model.pairs(&values).unwrap(), None, &batch, false).unwrap();
    let padded = states.reshape((batch.texts, batch.length, 64)).unwrap();
    let plain = Bert::load(config(), &mut Noise { seed: 7 }).unwrap().forward(&slices).unwrap();
    let packed = merged.forward(&slices).unwrap();
    let most = |x: Tensor| x.abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar::<f32>().unwrap();
    let mut start = 0;
    for (at, text) in texts.iter().enumerate() {
        let own = padded.get(at).unwrap().narrow(0, 0, text.len()).unwrap();
        let apart = most((own - packed.narrow(0, start, text.len()).unwrap()).unwrap());
        assert!(apart < 2e-4, "text {at}: {apart}");
        start += text.len();
    }
    assert!(most((packed - plain).unwrap()) > 0.05, "the adapter changes something");
}

#[test]
fn another_answer_to_the_same_query_is_no_negative() {
    let mut file = data();
    // The first query has two answers; the second answer is another query's.
    file.data.groups[0].positives = vec![1, 4];
    let file = DataFile::new(file.name, file.checksum, file.data);
    let batching = Batching { groups: 3, negatives: 1, query_tokens: 8, passage_tokens: 16 };
    let batch = CONTRASTIVE.batch(&file, &[0, 1, 2], &batching, &mut Random::new(1, &[]));
    let Plan::Contrastive { targets, excluded } = &batch.plan else { panic!("{:?}", batch.plan) };
    assert_eq!(excluded[0].len(), usize::from(targets[0] != targets[1]), "{batch:?}");
    let states = Tensor::from_vec(numbers("states", batch.texts.len() * 4, 1), (batch.texts.len(), 4), &Device::Cpu);
    let loss = |states: &Tensor| CONTRASTIVE.loss(states, None, &batch.plan).unwrap().to_scalar::<f32>().unwrap();
    let states = states.unwrap();
    let rows = states.to_vec2::<f32>().unwrap();
    // The same by hand.
    let cosine = |a: &[f32], b: &[f32]| {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    };
    let passages = batch.texts.len() - 3;
    let by_hand: f32 = (0..3)
        .map(|query| {
            let logit = |passage: usize| cosine(&rows[query], &rows[3 + passage]) / 0.1;
            let others = (0..passages).filter(|passage| !excluded[query].contains(passage));
            others.map(|passage| logit(passage).exp()).sum::<f32>().ln() - logit(targets[query])
        })
        .sum::<f32>()
        / 3.0;
    assert!((loss(&states) - by_hand).abs() < 1e-4, "{} and {by_hand}", loss(&states));
}

#[test]
fn data_of_another_vocabulary_is_refused() {
    let mut file = data();
    file.data.texts[4][1] = VOCABULARY as u32;
    let resources = Resources { device: Device::Cpu, half: false, run_tokens: 24, kept_tokens: 40 };
    let refused =
        Trainer::start(&config(), &mut Noise { seed: 7 }, String::new(), vec![file], options(CONTRASTIVE), &resources);
    assert!(refused.err().unwrap().to_string().contains("token 50"));
}

#[test]
fn an_adapter_of_a_run_can_be_read_back() {
    for objective in [CONTRASTIVE, Objective::Ranking] {
        let adapter = trainer(options(objective)).adapter(serde_json::json!({ "loss": 1.0 })).unwrap();
        let read = Adapter::from_bytes(&adapter.to_bytes(Storage::F32).unwrap()).unwrap();
        assert_eq!(read.facts["options"]["seed"], 9);
        assert_eq!(read.head, adapter.head);
        assert_eq!(read.factors.len(), 3 * 6);
    }
}
