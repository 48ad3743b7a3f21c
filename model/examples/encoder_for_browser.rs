//! scratch: writes the browser's file. ENCODER_FOLDER OUT [full]
#![expect(clippy::unwrap_used, reason="scratch")]
use rasoat_model::browser::write::{Pruning, Source, contents};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let f = |n: &str| std::fs::read(format!("{}/{n}", a[1])).unwrap();
    let gguf = f("model.gguf");
    let c = contents(Source { weights: &mut std::io::Cursor::new(gguf), config: &f("config.json"), tokenizer: &f("tokenizer.json"), settings: serde_json::from_slice(&f("rasoat.json")).unwrap(), pruning: if a.len() > 3 { Pruning::None } else { Pruning::Legal } }, &|_| None).unwrap();
    eprintln!("pieces {}", c.vocabulary.pieces.len());
    std::fs::write(&a[2], c.to_bytes()).unwrap();
}
