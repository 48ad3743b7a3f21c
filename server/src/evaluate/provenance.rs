//! What a report is of: hashes of data, models and store, the program, the settings, the machine.

use super::Gathered;
use super::bench::Bench;
use crate::failure::{Failure, Result};
use crate::import::sha256;
use crate::places::files_below;
use rasoat_eval::report::{Circumstances, Provenance};
use rasoat_model::Encoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The SHA-256 of a set: of its files' names within it, each with the SHA-256 of its bytes.
///
/// # Errors
/// When a file cannot be read.
pub fn of_files(files: &[PathBuf]) -> Result<String> {
    let mut common = files.first().and_then(|file| file.parent()).map(std::path::Path::to_owned).unwrap_or_default();
    while !files.iter().all(|file| file.starts_with(&common)) {
        if !common.pop() {
            break;
        }
    }
    let mut digest = Sha256::new();
    let mut files: Vec<&PathBuf> = files.iter().collect();
    files.sort();
    for file in files {
        let bytes = fs_err::read(file).map_err(|error| Failure::open(file, &error))?;
        digest.update(file.strip_prefix(&common).unwrap_or(file).to_string_lossy().as_bytes());
        digest.update([0]);
        digest.update(sha256(&bytes));
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The provenance of everything that was run.
///
/// # Errors
/// When a model or the store cannot be read.
pub fn gather(bench: &Bench<'_>, data: BTreeMap<String, String>, gathered: &Gathered) -> Result<Provenance> {
    let mut models = BTreeMap::new();
    let mut configuration = gathered.configuration.clone();
    let (encoder, library) = bench.used();
    if encoder {
        let folder = bench.places.encoder();
        for file in files_below(&folder).map_err(|error| Failure::open(&folder, &error))? {
            let bytes = fs_err::read(&file).map_err(|error| Failure::open(&file, &error))?;
            let name = file.strip_prefix(&folder).unwrap_or(&file).to_string_lossy().into_owned();
            models.insert(format!("encoder/{name}"), sha256(&bytes));
        }
        configuration.insert("encoder".into(), bench.encoder()?.name().to_owned());
    }
    if library {
        let store = bench.places.store.open()?;
        let mut digest = Sha256::new();
        for (number, stamp) in store.stamps(Some(bench.encoder()?.name()))? {
            digest.update(format!("{number}\t{stamp}\n"));
        }
        models.insert("store".into(), digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        let counts = store.counts()?;
        configuration.insert("store: documents".into(), counts.documents.to_string());
        configuration.insert("store: passages".into(), counts.passages.to_string());
    }
    let mut machine = of_machine();
    machine.extend(gathered.machine.clone());
    Ok(Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("RASOAT_COMMIT").filter(|commit| !commit.is_empty()).map(str::to_owned),
        data,
        models,
        configuration,
        seed: bench.seed,
        circumstances: Circumstances { machine, at: Some(jiff::Timestamp::now().to_string()) },
    })
}

/// Processor, cores, memory and system, as far as the system tells.
fn of_machine() -> BTreeMap<String, String> {
    let mut machine = BTreeMap::new();
    let field = |file: &str, name: &str| {
        let text = fs_err::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let known = [
        ("processor", field("/proc/cpuinfo", "model name")),
        ("cores", std::thread::available_parallelism().ok().map(|cores| cores.to_string())),
        ("memory", field("/proc/meminfo", "MemTotal")),
        ("peak memory of the process", field("/proc/self/status", "VmHWM")),
        ("system", Some(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH))),
        ("profile", Some(if cfg!(debug_assertions) { "development" } else { "release" }.to_owned())),
    ];
    machine.extend(known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    machine
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn a_set_s_hash_is_of_names_and_bytes_not_of_where_it_lies() {
        let of = |name: &str, text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let files = ["a", name].map(|name| folder.path().join(name));
            std::fs::write(&files[0], "same").unwrap();
            std::fs::write(&files[1], text).unwrap();
            of_files(&files).unwrap()
        };
        assert_eq!(of("b", "x"), of("b", "x"));
        assert_ne!(of("b", "x"), of("b", "y"));
        assert_ne!(of("b", "x"), of("c", "x"));
    }
}
