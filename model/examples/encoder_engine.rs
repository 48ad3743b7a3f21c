//! The encoder as an engine of `cargo xtask bench encode`: the line protocol is that of `xtask/src/bench/peers.py`.
//!
//! `encoder_engine ENGINE ENCODER TEXTS`; the engine is `rasoat` or `candle` (the same weights in floats),
//! `rasoat-adapted` or `candle-adapted` with what the encoder has learnt of law.
//! `limit` is answered with the products a second that a core makes at the most, in integers and in floats, and
//! `tokens SET` with the tokens of the texts.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::print_stdout, reason = "the protocol is spoken on stdout")]

use rasoat_model::{BertEncoder, Description, Encoder, Precision, TextKind};
use std::collections::HashMap;
use std::error::Error;
use std::io::BufReader;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, folder, texts] = arguments.as_slice() else { return Err("ENGINE ENCODER TEXTS are wanted".into()) };
    let precision = match engine.as_str() {
        "rasoat" | "rasoat-adapted" => Precision::Rounded,
        _ => Precision::Full,
    };
    let texts: HashMap<String, Vec<String>> = serde_json::from_slice(&std::fs::read(texts)?)?;
    let began = Instant::now();
    let encoder = load(precision, engine.ends_with("-adapted"), Path::new(folder))?;
    eprintln!("{engine}: loaded in {:.2} s", began.elapsed().as_secs_f64());
    println!("ready");
    for line in std::io::stdin().lines() {
        let line = line?;
        let mut words = line.split_whitespace();
        let (command, chosen) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let texts: Vec<&str> = texts.get(chosen).into_iter().flatten().map(String::as_str).collect();
        let kind = if chosen == "short" { TextKind::Query } else { TextKind::Passage };
        if command == "limit" {
            println!("{}", limits());
            continue;
        }
        if command == "tokens" {
            let lengths = texts.iter().map(|text| encoder.count_tokens(text)).collect::<Result<Vec<_>, _>>()?;
            println!("{}", lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            continue;
        }
        let began = Instant::now();
        let vectors = if command == "each" {
            let mut all = Vec::new();
            for text in &texts {
                all.extend(encoder.encode(&[text], kind)?);
            }
            all
        } else {
            encoder.encode(&texts, kind)?
        };
        let seconds = began.elapsed().as_secs_f64();
        if let ("save", Some(file)) = (command, words.next()) {
            let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
            std::fs::write(file, bytes)?;
        }
        println!("{seconds}");
    }
    Ok(())
}

/// Nothing where it is not known how to measure them.
fn limits() -> String {
    #[cfg(target_arch = "x86_64")]
    return rasoat_model::limit().map(|limit| format!("{} {}", limit.integers, limit.floats)).unwrap_or_default();
    #[cfg(not(target_arch = "x86_64"))]
    String::new()
}

fn load(precision: Precision, adapted: bool, folder: &Path) -> Result<BertEncoder, Box<dyn Error>> {
    let read = |name: &str| std::fs::read(folder.join(name));
    let mut weights = BufReader::new(std::fs::File::open(folder.join("model.gguf"))?);
    let settings = serde_json::from_slice(&read("rasoat.json")?)?;
    let (config, tokenizer) = (read("config.json")?, read("tokenizer.json")?);
    let adapter = if adapted { Some(read("adapter.safetensors")?) } else { None };
    let description = Description { config: &config, tokenizer: &tokenizer, adapter: adapter.as_deref() };
    Ok(BertEncoder::adapted_from_gguf_in(precision, &mut weights, description, settings)?)
}
