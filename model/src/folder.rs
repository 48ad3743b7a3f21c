//! Loads an encoder from a folder: the set-up's own layout (`model.gguf`) or a Hugging Face folder (`*.safetensors`).

use crate::encoder::{BertEncoder, LoadError, Pooling, Settings};
use std::path::Path;

/// Loads the encoder in `folder`: `config.json`, `tokenizer.json`, and `model.gguf` or `*.safetensors`.
///
/// A `rasoat.json` in the folder sets name, prefixes and pooling; without one, models called E5 get `query: ` and
/// `passage: `, and sentence-transformers' `1_Pooling/config.json` is honoured.
///
/// # Errors
/// Names the file that is missing or unreadable.
pub fn load_folder(folder: &Path) -> Result<BertEncoder, LoadError> {
    let read = |name: &str| read(&folder.join(name), name);
    let config = read("config.json")?;
    let tokenizer = read("tokenizer.json")?;
    let settings = settings(folder)?;
    let gguf = folder.join("model.gguf");
    if gguf.exists() {
        let file = std::fs::File::open(&gguf).map_err(|e| unreadable("model.gguf", &e))?;
        return BertEncoder::from_gguf(&mut std::io::BufReader::new(file), &config, &tokenizer, settings);
    }
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .map_err(|e| unreadable("folder", &e))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "safetensors"))
        .collect();
    names.sort();
    if names.is_empty() {
        return Err(LoadError::Missing("model.gguf or *.safetensors".into()));
    }
    let files =
        names.iter().map(|path| self::read(path, &path.display().to_string())).collect::<Result<Vec<_>, _>>()?;
    BertEncoder::from_safetensors(&files, &config, &tokenizer, settings)
}

fn settings(folder: &Path) -> Result<Settings, LoadError> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own = folder.join("rasoat.json");
    if own.exists() {
        let mut settings: Settings = serde_json::from_slice(&read(&own, "rasoat.json")?)
            .map_err(|e| LoadError::Unreadable { file: "rasoat.json".into(), what: e.to_string() })?;
        if settings.name.is_empty() {
            settings.name = name;
        }
        return Ok(settings);
    }
    let mut settings = Settings { name, ..Settings::default() };
    if settings.name.to_lowercase().split(['-', '_']).any(|part| part == "e5") {
        settings.query_prefix = "query: ".into();
        settings.passage_prefix = "passage: ".into();
    }
    let pooling = folder.join("1_Pooling").join("config.json");
    if pooling.exists() {
        let value: serde_json::Value = serde_json::from_slice(&read(&pooling, "1_Pooling/config.json")?)
            .map_err(|e| LoadError::Unreadable { file: "1_Pooling/config.json".into(), what: e.to_string() })?;
        if value.get("pooling_mode_cls_token").and_then(serde_json::Value::as_bool) == Some(true) {
            settings.pooling = Pooling::Cls;
        }
    }
    Ok(settings)
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, LoadError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(LoadError::Missing(name.into())),
        Err(e) => Err(unreadable(name, &e)),
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> LoadError {
    LoadError::Unreadable { file: name.into(), what: error.to_string() }
}
