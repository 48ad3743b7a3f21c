//! The installed encoder, its adapter merged, gives the vectors that PyTorch gave for the same weights: a change of
//! tokenizer, pooling, prefix, adapter or arithmetic shows here.

use anyhow::Result;
use rasoat_tests::program::with_corpus;
use rasoat_tests::vectors::cosine;
use serde_json::Value;

/// The reference computes in f32, the kernels in 8 bits.
const LEAST_COSINE: f64 = 0.999;

#[test]
fn the_encoder_agrees_with_the_reference() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let golden: Value = serde_json::from_str(include_str!("../../fixtures/golden-vectors-adapted.json"))?;
    for kind in ["query", "passage"] {
        let wanted: Vec<&Value> =
            golden["vectors"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).collect();
        let texts: String = wanted.iter().map(|entry| format!("{}\n", entry["text"].as_str().unwrap())).collect();
        let found = rasoat.run_with_input(["embed", "--kind", kind], &texts)?.json_lines()?;
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            let cosine = cosine(&found["vector"], &wanted["vector"]);
            assert!(cosine >= LEAST_COSINE, "{}: cosine {cosine}", wanted["text"]);
        }
    }
    Ok(())
}
