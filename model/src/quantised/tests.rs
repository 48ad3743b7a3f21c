//! The quantised network against the network in floats, on every path that this processor has.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::bert::Bert;

/// Weights that look like noise, the same for the same name and shape.
struct Noise;

impl Weights for Noise {
    fn get(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let shape = if shape.is_empty() { &[2, 64] } else { shape };
        let mut state = name.bytes().fold(7_u32, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.3
            })
            .collect();
        Tensor::from_vec(values, shape, &Device::Cpu)
    }

    fn word_embeddings(&mut self, hidden: usize) -> Result<WordEmbeddings> {
        Ok(WordEmbeddings::Dense(self.get("words", &[50, hidden])?))
    }
}

fn config() -> Config {
    serde_json::from_value(serde_json::json!({
        "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 192,
        "max_position_embeddings": 130,
    }))
    .unwrap()
}

fn texts() -> Vec<Vec<u32>> {
    [1, 37, 128, 5, 64].map(|length| (0..length).map(|at| at * 7 % 50).collect()).to_vec()
}

fn states(network: &QuantisedBert, texts: &[Vec<u32>], threads: Threads) -> Vec<f32> {
    let texts: Vec<Sequence<'_>> = texts.iter().map(|text| text.as_slice().into()).collect();
    network.forward(&texts, threads).unwrap()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

#[test]
fn every_path_agrees_with_the_network_in_floats() {
    let texts = texts();
    let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let reference = flat(&Bert::load(config(), &mut Noise).unwrap().forward(&slices).unwrap()).unwrap();
    for (path, network) in QuantisedBert::load_all(&config(), &mut Noise, &texts).unwrap() {
        let ours = states(&network, &texts, Threads::One);
        let apart = ours.iter().zip(&reference).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
        let cosine = cosine(&ours, &reference);
        assert!(cosine > 0.9995 && apart < 0.15, "{path}: {apart} {cosine}");
    }
}

#[test]
fn a_text_is_what_it_is_whoever_its_neighbours_and_however_many_threads() {
    let texts = texts();
    for (path, network) in QuantisedBert::load_all(&config(), &mut Noise, &texts).unwrap() {
        let together = states(&network, &texts, Threads::One);
        assert_eq!(together, states(&network, &texts, Threads::All), "{path}");
        let alone: Vec<f32> =
            texts.iter().flat_map(|text| states(&network, std::slice::from_ref(text), Threads::All)).collect();
        assert_eq!(together, alone, "{path}");
    }
}

#[test]
fn token_types_are_told_apart() {
    let network = QuantisedBert::load(config(), &mut Noise, &texts()).unwrap();
    let ids = [1, 2, 3, 4];
    let states = |types| network.forward(&[Sequence { ids: &ids, types }], Threads::One).unwrap();
    assert_eq!(states(&[0; 4]), self::states(&network, &[ids.to_vec()], Threads::One));
    assert_eq!(states(&[0, 0, 1]), states(&[0, 0, 1, 0]), "0 beyond the end");
    assert_ne!(states(&[]), states(&[0, 0, 1, 1]));
    assert_ne!(states(&[0, 1, 1, 1]), states(&[0, 0, 1, 1]));
    assert!(network.forward(&[Sequence { ids: &ids, types: &[9] }], Threads::One).is_err(), "there is no such type");
    let plain = Bert::load(config(), &mut Noise).unwrap();
    let reference = flat(&plain.forward(&[Sequence { ids: &ids, types: &[0, 1, 1, 1] }]).unwrap()).unwrap();
    let apart = reference.iter().zip(states(&[0, 1, 1, 1])).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 0.25, "{apart}");
}

#[test]
fn no_texts_have_no_states() {
    let network = QuantisedBert::load(config(), &mut Noise, &texts()).unwrap();
    assert!(network.forward(&[], Threads::All).unwrap().is_empty());
    let empty: &[u32] = &[];
    assert_eq!(network.forward(&[empty.into(), [1_u32, 2].as_slice().into()], Threads::All).unwrap().len(), 128);
}

#[test]
fn a_text_that_is_too_long_is_an_error() {
    let network = QuantisedBert::load(config(), &mut Noise, &texts()).unwrap();
    assert!(network.forward(&[[1_u32; 131].as_slice().into()], Threads::One).is_err());
}

#[test]
fn a_network_of_another_shape_is_left_to_candle() {
    if Instructions::detect() == Instructions::Portable {
        return;
    }
    let with = |field: &str, value: usize| {
        let mut config = serde_json::json!({
            "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 192,
            "max_position_embeddings": 130,
        });
        config[field] = value.into();
        QuantisedBert::pays(&serde_json::from_value(config).unwrap())
    };
    assert!(with("num_hidden_layers", 2));
    assert!(!with("num_attention_heads", 4), "heads of another width");
    assert!(!with("intermediate_size", 1 << 20), "sums that do not fit");
}
