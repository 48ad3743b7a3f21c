//! The encoder in a real browser, as a page uses it: both modules give the vectors that PyTorch gave for the installed
//! encoder's weights, in a worker, and what goes wrong is said in a line.

use anyhow::Result;
use rasoat_tests::program::with_corpus;
use rasoat_tests::static_files::StaticFiles;
use rasoat_tests::vectors::cosine;
use rasoat_tests::{browser, skip};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How far a cosine to the reference engine's vectors may be from 1.
const MOST_APART: f64 = 1e-3;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn both_modules_give_the_golden_vectors_and_failures_are_said_in_a_line() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let Some(modules) = std::env::var_os("RASOAT_ENCODER_MODULE").map(PathBuf::from).filter(|path| path.is_dir())
    else {
        skip("RASOAT_ENCODER_MODULE names no folder with the encoder's modules; `cargo xtask test` builds them");
        return Ok(());
    };
    let items: Value = serde_json::from_str(&rasoat.run(["doctor", "--json"])?.stdout)?;
    let encoder = items.as_array().unwrap().iter().find(|item| item["what"] == "encoder").unwrap();
    let folder = Path::new(encoder["path"].as_str().unwrap());
    let weights = folder.join("browser.bin");
    if !weights.is_file() {
        skip("there is no browser.bin beside the encoder; `rasoat setup` writes it");
        return Ok(());
    }
    let Some(browser) = browser::start() else { return Ok(()) };
    let browser = browser?;

    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = BTreeMap::from([
        ("page.html".to_owned(), fixtures.join("encoder-page.html")),
        ("golden-vectors.json".to_owned(), fixtures.join("golden-vectors-adapted.json")),
        ("browser.bin".to_owned(), weights),
    ]);
    for entry in fs_err::read_dir(&modules)? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
    }
    let server = StaticFiles::serve(files)?;
    browser.open(&format!("{}/page.html", server.address()))?;
    let answer = browser.wait_for("#answer", PATIENCE)?;
    let answer: Value = serde_json::from_str(&browser.text(&answer)?)?;
    assert_eq!(answer["error"], Value::Null, "{}", browser.log());
    assert_eq!(answer["chosen"], "relaxed_simd", "Chromium has had relaxed-simd since version 114");

    let golden: Value = serde_json::from_str(include_str!("../../fixtures/golden-vectors-adapted.json"))?;
    let golden = golden["vectors"].as_array().unwrap();
    let size = fs_err::metadata(folder.join("browser.bin"))?.len();
    for instructions in ["simd128", "relaxed_simd"] {
        let name = answer["names"][instructions].as_str().unwrap();
        assert!(name.contains("+luat"), "{name} is not adapted to law: `rasoat setup` writes browser.bin anew");
        assert_eq!(answer["progress"][instructions], json!([size, size]), "progress ends with the file");
        let found = answer["vectors"][instructions].as_array().unwrap();
        assert_eq!(found.len(), golden.len());
        for (found, golden) in found.iter().zip(golden) {
            let cosine = cosine(found, &golden["vector"]);
            assert!(1.0 - cosine <= MOST_APART, "{instructions}, {}: cosine {cosine}", golden["text"]);
        }
    }

    let failures = [
        ("closed", "the encoder is closed"),
        ("cancelled", "cancelled"),
        ("missing", "failed to download"),
        ("damaged", "not an encoder's file for the browser"),
        ("old", "this browser is too old"),
    ];
    for (what, said) in failures {
        let message = answer[what].as_str().unwrap();
        assert!(message.contains(said) && !message.contains('\n'), "{what}: {message:?}");
    }
    Ok(())
}
