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
    for instructions in Instructions::available() {
        let network = QuantisedBert::load_for(instructions, config(), &mut Noise).unwrap();
        let ours = states(&network, &texts, Threads::One);
        let apart = ours.iter().zip(&reference).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
        let cosine = cosine(&ours, &reference);
        println!("{instructions:?}: {apart} {cosine}");
        assert!(cosine > 0.999 && apart < 0.15, "{instructions:?}: {apart} {cosine}");
    }
}
