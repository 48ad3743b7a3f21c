//! Loads an encoder from a folder: the set-up's own layout (`model.gguf`) or a Hugging Face folder (`*.safetensors`).

use crate::bert::{Config, Weights};
use crate::cross_encoder::CrossEncoder;
use crate::encoder::{
    BertEncoder, DenseWeights, Description, GgufWeights, LoadError, Pooling, Settings, read_config, read_tokenizer,
};
use crate::judge::PairJudge;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use tokenizers::Tokenizer;

/// Loads the encoder in `folder`: `config.json`, `tokenizer.json`, and `model.gguf` or `*.safetensors`.
///
/// An `adapter.safetensors` beside them is merged into the weights. A `rasoat.json` in the folder sets name, prefixes and
/// pooling; without one, models called E5 get `query: ` and `passage: `, and sentence-transformers'
/// `1_Pooling/config.json` is honoured.
///
/// # Errors
/// Names the file that is missing or unreadable.
pub fn load_folder(folder: &Path) -> Result<BertEncoder, LoadError> {
    let files = Files::read(folder)?;
    let adapter = folder.join(ADAPTER);
    let adapter = if adapter.exists() { Some(read(&adapter, ADAPTER)?) } else { None };
    let description = Description { config: &files.config, tokenizer: &files.tokenizer, adapter: adapter.as_deref() };
    match files.weights {
        WeightFiles::Gguf(mut file) => BertEncoder::adapted_from_gguf(&mut file, description, files.settings),
        WeightFiles::Safetensors(weights) => {
            BertEncoder::adapted_from_safetensors(&weights, description, files.settings)
        }
    }
}

/// Loads the cross-encoder that `adapter`, a file's bytes, makes of the model in `folder`.
///
/// # Errors
/// Names the file that is missing or unreadable, or says that the adapter belongs elsewhere.
pub fn load_cross_encoder(folder: &Path, adapter: &[u8]) -> Result<CrossEncoder, LoadError> {
    let files = Files::read(folder)?;
    let description = Description { config: &files.config, tokenizer: &files.tokenizer, adapter: Some(adapter) };
    match files.weights {
        WeightFiles::Gguf(mut file) => CrossEncoder::from_gguf(&mut file, description, files.settings),
        WeightFiles::Safetensors(weights) => CrossEncoder::from_safetensors(&weights, description, files.settings),
    }
}

/// Loads the judge that `adapter`, a file's bytes, makes of the model in `folder`.
///
/// # Errors
/// Names the file that is missing or unreadable, or says that the adapter belongs elsewhere.
pub fn load_judge(folder: &Path, adapter: &[u8]) -> Result<PairJudge, LoadError> {
    let files = Files::read(folder)?;
    let description = Description { config: &files.config, tokenizer: &files.tokenizer, adapter: Some(adapter) };
    match files.weights {
        WeightFiles::Gguf(mut file) => PairJudge::from_gguf(&mut file, description, &files.settings),
        WeightFiles::Safetensors(weights) => PairJudge::from_safetensors(&weights, description, &files.settings),
    }
}

/// The adapter's name in a model's folder.
const ADAPTER: &str = "adapter.safetensors";

/// A model's files, as far as they are small.
struct Files {
    config: Vec<u8>,
    tokenizer: Vec<u8>,
    settings: Settings,
    weights: WeightFiles,
}

impl Files {
    fn read(folder: &Path) -> Result<Self, LoadError> {
        Ok(Self {
            config: read(&folder.join("config.json"), "config.json")?,
            tokenizer: read(&folder.join("tokenizer.json"), "tokenizer.json")?,
            settings: settings(folder)?,
            weights: WeightFiles::open(folder)?,
        })
    }
}

/// Where a folder's weights lie.
enum WeightFiles {
    Gguf(BufReader<File>),
    Safetensors(Vec<Vec<u8>>),
}

impl WeightFiles {
    fn open(folder: &Path) -> Result<Self, LoadError> {
        let gguf = folder.join("model.gguf");
        if gguf.exists() {
            let file = File::open(&gguf).map_err(|e| unreadable("model.gguf", &e))?;
            return Ok(Self::Gguf(BufReader::new(file)));
        }
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .map_err(|e| unreadable("folder", &e))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "safetensors"))
            .filter(|path| path.file_name().is_some_and(|name| name != ADAPTER))
            .collect();
        names.sort();
        if names.is_empty() {
            return Err(LoadError::Missing("model.gguf or *.safetensors".into()));
        }
        names
            .iter()
            .map(|path| read(path, &path.display().to_string()))
            .collect::<Result<_, _>>()
            .map(Self::Safetensors)
    }
}

/// The configuration and the weights in `folder`, without an adapter: what training starts from.
///
/// # Errors
/// Names the file that is missing or unreadable.
pub(crate) fn load_weights(folder: &Path) -> Result<(Config, Box<dyn Weights>), LoadError> {
    let config = read_config(&read(&folder.join("config.json"), "config.json")?)?;
    let weights: Box<dyn Weights> = match WeightFiles::open(folder)? {
        WeightFiles::Gguf(file) => Box::new(GgufWeights::open(file)?),
        WeightFiles::Safetensors(files) => Box::new(DenseWeights::open(&files)?),
    };
    Ok((config, weights))
}

/// The tokenizer in `folder`, cutting to `window` tokens, and the settings its prefixes stand in.
///
/// # Errors
/// Names the file that is missing or unreadable.
pub(crate) fn load_tokenizer(folder: &Path, window: usize) -> Result<(Tokenizer, Settings), LoadError> {
    let tokenizer = read_tokenizer(&read(&folder.join("tokenizer.json"), "tokenizer.json")?, window)?;
    Ok((tokenizer, settings(folder)?))
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::{Encoder, TextKind};
    use candle_core::{Device, Tensor};
    use std::collections::HashMap;

    const HIDDEN: usize = 8;
    const INNER: usize = 16;

    /// A Hugging Face folder with one layer of made-up weights, called as XLM-R checkpoints call them.
    fn write(folder: &Path, model_type: &str) {
        let mut seed = 1_u32;
        let mut tensors = HashMap::new();
        let mut add = |name: &str, shape: &[usize]| {
            let values: Vec<f32> = (0..shape.iter().product::<usize>())
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 8) as f32 / (1 << 24) as f32 - 0.5
                })
                .collect();
            tensors.insert(format!("roberta.{name}"), Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
        };
        add("embeddings.word_embeddings.weight", &[6, HIDDEN]);
        add("embeddings.position_embeddings.weight", &[12, HIDDEN]);
        add("embeddings.token_type_embeddings.weight", &[1, HIDDEN]);
        for name in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
            add(&format!("{name}.LayerNorm.weight"), &[HIDDEN]);
            add(&format!("{name}.LayerNorm.bias"), &[HIDDEN]);
        }
        for (name, output, input) in [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", INNER, HIDDEN),
            ("output.dense", HIDDEN, INNER),
        ] {
            add(&format!("encoder.layer.0.{name}.weight"), &[output, input]);
            add(&format!("encoder.layer.0.{name}.bias"), &[output]);
        }
        candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
        let config = format!(
            r#"{{"model_type":"{model_type}","hidden_size":{HIDDEN},"num_hidden_layers":1,"num_attention_heads":2,
                "intermediate_size":{INNER},"max_position_embeddings":12,"layer_norm_eps":1e-5,"pad_token_id":1}}"#
        );
        std::fs::write(folder.join("config.json"), config).unwrap();
        let tokenizer = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
            "pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,
            "model":{"type":"WordLevel","vocab":{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"luật":4,"điều":5},"unk_token":"<unk>"}}"#;
        std::fs::write(folder.join("tokenizer.json"), tokenizer).unwrap();
    }

    #[test]
    fn a_hugging_face_folder_becomes_an_encoder() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "xlm-roberta");
        let encoder = load_folder(folder.path()).unwrap();
        assert_eq!(encoder.dimension(), HIDDEN);
        let long = "luật ".repeat(40);
        let vectors = encoder.encode(&["luật điều", long.as_str(), "điều", "luật điều"], TextKind::Query).unwrap();
        assert_eq!(vectors[0], vectors[3], "a text's vector does not depend on its neighbours");
        assert_ne!(vectors[0], vectors[2]);
        for vector in &vectors {
            assert!((vector.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-5, "{vector:?}");
        }
        assert_eq!(encoder.count_tokens(&long).unwrap(), 10, "XLM-R's first two positions are not for tokens");
        let bert = tempfile::tempdir().unwrap();
        write(bert.path(), "bert");
        let other = load_folder(bert.path()).unwrap().encode(&["luật điều"], TextKind::Query).unwrap();
        assert_ne!(vectors[0], other[0], "BERT counts positions from 0");
    }

    #[test]
    fn what_is_missing_or_foreign_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = |folder: &Path| load_folder(folder).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error(folder.path()).contains("config.json"));
        write(folder.path(), "gpt2");
        assert!(error(folder.path()).contains("gpt2"));
        write(folder.path(), "bert");
        std::fs::remove_file(folder.path().join("model.safetensors")).unwrap();
        assert!(error(folder.path()).contains("safetensors"));
    }

    #[test]
    fn an_adapter_in_the_folder_changes_vectors_and_name() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "bert");
        let plain = load_folder(folder.path()).unwrap();
        let (config, mut weights) = load_weights(folder.path()).unwrap();
        let base = crate::adapter::Base::read(weights.as_mut(), &config).unwrap().checksum;
        let factors = crate::adapter::Factors {
            a: Tensor::ones((2, HIDDEN), candle_core::DType::F32, &Device::Cpu).unwrap(),
            b: Tensor::arange(0.0_f32, 2.0 * INNER as f32, &Device::Cpu).unwrap().reshape((INNER, 2)).unwrap(),
        };
        let adapter = crate::adapter::Adapter {
            name: "luat".into(),
            purpose: crate::adapter::Purpose::Encoder,
            base,
            scale: 1.0,
            pooling: Pooling::Mean,
            max_tokens: 12,
            facts: serde_json::Value::Null,
            factors: [("encoder.layer.0.intermediate.dense".to_owned(), factors)].into(),
            head: None,
            relations: None,
        };
        let file = adapter.to_bytes(crate::adapter::Storage::Int8).unwrap();
        std::fs::write(folder.path().join(ADAPTER), &file).unwrap();
        let adapted = load_folder(folder.path()).unwrap();
        assert_eq!(adapted.name(), format!("{}+{}", plain.name(), adapter.label(&file)));
        let vector = |encoder: &BertEncoder| encoder.encode(&["luật điều"], TextKind::Query).unwrap();
        assert_ne!(vector(&plain), vector(&adapted));
        std::fs::write(folder.path().join(ADAPTER), &file[..file.len() - 9]).unwrap();
        let error = load_folder(folder.path()).err().unwrap().to_string();
        assert!(error.starts_with("the adapter is damaged") && !error.contains('\n'), "{error}");
    }
}
