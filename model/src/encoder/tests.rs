//! The encoder with the weights of the set-up, on every path that this processor has.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use std::io::{BufReader, Write};
use std::path::PathBuf;

/// The installed encoder; where there is none the reason is said.
fn installed() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    let found =
        data.map(|data| data.join("rasoat/models/encoder")).filter(|folder| folder.join("model.gguf").is_file());
    if found.is_none() {
        // Not a print macro: the test harness swallows what those print when a test passes.
        let _ = writeln!(std::io::stderr(), "skipped: no encoder is installed; `cargo xtask setup` installs it");
    }
    found
}

/// The encoder, adapted or plain, on each path, named, and in floats.
fn encoders(folder: &std::path::Path, adapter: Option<&[u8]>) -> Vec<(String, BertEncoder)> {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut file = BufReader::new(std::fs::File::open(folder.join("model.gguf")).unwrap());
    let settings: Settings = serde_json::from_slice(&read("rasoat.json")).unwrap();
    let (config, tokenizer) = (read("config.json"), read("tokenizer.json"));
    let description = Description { config: &config, tokenizer: &tokenizer, adapter };
    let plain = BertEncoder::adapted_from_gguf_in(Precision::Full, &mut file, description, settings.clone()).unwrap();
    file.rewind().unwrap();
    let config = plain.network.config();
    let samples = samples(&settings, &plain.tokenizer).unwrap();
    let mut weights = GgufWeights::open(&mut file).unwrap();
    let networks = match adapter.map(|file| Adapter::from_bytes(file).unwrap()) {
        Some(adapter) => {
            QuantisedBert::load_all(config, &mut adapter.merge(&mut weights, config).unwrap(), &samples).unwrap()
        }
        None => QuantisedBert::load_all(config, &mut weights, &samples).unwrap(),
    };
    let mut found = Vec::new();
    for (path, network) in networks {
        let (tokenizer, settings) = (plain.tokenizer.clone(), settings.clone());
        found.push((path, BertEncoder { network: Network::Quantised(network), tokenizer, settings }));
    }
    found.push(("floats".into(), plain));
    found
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

#[test]
fn every_path_gives_the_golden_vectors() {
    let golden = include_str!("../../../tests/fixtures/golden-vectors.json");
    check(golden, None);
}

#[test]
fn every_path_gives_the_golden_vectors_of_the_adapted_encoder() {
    let golden = include_str!("../../../tests/fixtures/golden-vectors-adapted.json");
    check(golden, Some(include_bytes!("../../adapters/encoder.safetensors")));
}

fn check(golden: &str, adapter: Option<&[u8]>) {
    let Some(folder) = installed() else { return };
    let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
    let encoders = encoders(&folder, adapter);
    for entry in golden["vectors"].as_array().unwrap() {
        let kind = if entry["kind"] == "query" { TextKind::Query } else { TextKind::Passage };
        let text = entry["text"].as_str().unwrap();
        let wanted: Vec<f32> = entry["vector"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect();
        let vectors: Vec<(&str, Vec<f32>)> = encoders
            .iter()
            .map(|(path, encoder)| (path.as_str(), encoder.encode(&[text], kind).unwrap().remove(0)))
            .collect();
        for (path, vector) in &vectors {
            let golden = cosine(vector, &wanted);
            assert!(golden >= 0.999, "{path}: cosine {golden} for {text}");
            for (other_path, other) in &vectors {
                let paths = cosine(vector, other);
                assert!(paths >= 0.999, "{path} and {other_path}: cosine {paths} for {text}");
            }
        }
    }
}

#[test]
fn a_vector_does_not_depend_on_what_is_encoded_beside_it() {
    let Some(folder) = installed() else { return };
    let (_, encoder) = encoders(&folder, None).remove(0);
    let long = "Người lao động có quyền đơn phương chấm dứt hợp đồng lao động. ".repeat(60);
    let texts: Vec<String> =
        (0..40).map(|at| format!("Điều {at}. Phạm vi điều chỉnh {}", "luật ".repeat(at))).collect();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.push(&long);
    let together = encoder.encode(&texts, TextKind::Passage).unwrap();
    for (text, vector) in texts.iter().zip(&together).step_by(8) {
        assert_eq!(&encoder.encode(&[text], TextKind::Passage).unwrap()[0], vector);
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
    }
}
