//! From texts to training data: lines of JSON are tokenised, each text kept once; where asked, the model's vocabulary is
//! cut to the tokens that occur, so that model and data are small enough to be carried to another machine.
//!
//! A line is `{"query": "…", "positives": ["…"], "negatives": ["…"]}`; `"positive": "…"` may stand for a single one, and
//! a list of ids, special tokens included, for any text.

use super::data::{Data, Group};
use super::{TrainError, write_whole};
use crate::cross_encoder::cut;
use crate::encoder::TextKind;
use crate::folder::load_tokenizer;
use candle_core::quantized::{GgmlDType, QStorage, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// In a model's folder: the mark of its cut vocabulary, which data of the same ids carries too.
pub(super) const VOCABULARY: &str = "vocabulary.mark";

/// What is to be prepared.
#[derive(Debug, Clone)]
pub struct Preparation {
    /// The model's folder.
    pub model: PathBuf,
    /// Files of lines of JSON.
    pub inputs: Vec<PathBuf>,
    /// Where the token files go, and the cut model into `model` below it.
    pub folder: PathBuf,
    /// The most tokens of a query.
    pub query_tokens: usize,
    /// The most tokens of a passage.
    pub passage_tokens: usize,
    /// Whether the vocabulary is cut; only a GGUF model's can be.
    pub cut_vocabulary: bool,
}

/// What came of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The token file.
    pub path: PathBuf,
    /// Its groups.
    pub groups: usize,
    /// Its texts.
    pub texts: usize,
    /// Tokens of all texts.
    pub tokens: usize,
    /// Lines without a positive, left out.
    pub left_out: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    query: Text,
    #[serde(default)]
    positive: Option<Text>,
    #[serde(default)]
    positives: Vec<Text>,
    #[serde(default)]
    negatives: Vec<Text>,
}

#[derive(Deserialize, Clone, PartialEq, Eq, Hash)]
#[serde(untagged)]
enum Text {
    Ids(Vec<u32>),
    Words(String),
}

/// Prepares all inputs; those of one call share a vocabulary.
///
/// # Errors
/// Names the line that is no group, or the file that cannot be used.
pub fn prepare(what: &Preparation) -> Result<Vec<Prepared>, TrainError> {
    std::fs::create_dir_all(&what.folder).map_err(|e| TrainError::file(&what.folder, &e))?;
    let mut tokeniser = Tokeniser::new(what)?;
    let mut read = Vec::new();
    for input in &what.inputs {
        read.push(tokeniser.read(input)?);
    }
    if what.cut_vocabulary {
        let used: BTreeSet<u32> = read.iter().flat_map(|(data, _)| data.texts.iter().flatten()).copied().collect();
        let used: Vec<u32> = used.into_iter().collect();
        let mark = mark(&used);
        let places: HashMap<u32, u32> = used.iter().enumerate().map(|(at, id)| (*id, at as u32)).collect();
        for (data, _) in &mut read {
            data.texts.iter_mut().flatten().for_each(|id| *id = places[id]);
            data.vocabulary = mark;
        }
        cut_model(&what.model, &what.folder.join("model"), &used, mark)?;
    }
    what.inputs
        .iter()
        .zip(read)
        .map(|(input, (data, left_out))| {
            let name = Path::new(input.file_name().unwrap_or_default()).with_extension("tokens");
            let path = what.folder.join(name);
            write_whole(&path, &data.to_bytes())?;
            let (groups, texts) = (data.groups.len(), data.texts.len());
            Ok(Prepared { path, groups, texts, tokens: data.texts.iter().map(Vec::len).sum(), left_out })
        })
        .collect()
}

struct Tokeniser<'a> {
    what: &'a Preparation,
    tokenizer: tokenizers::Tokenizer,
    settings: crate::encoder::Settings,
}

impl<'a> Tokeniser<'a> {
    fn new(what: &'a Preparation) -> Result<Self, TrainError> {
        let (tokenizer, settings) = load_tokenizer(&what.model, what.query_tokens.max(what.passage_tokens))?;
        Ok(Self { what, tokenizer, settings })
    }

    fn ids(&self, text: &Text, kind: TextKind) -> Result<Vec<u32>, TrainError> {
        let limit = match kind {
            TextKind::Query => self.what.query_tokens,
            TextKind::Passage => self.what.passage_tokens,
        };
        match text {
            Text::Ids(ids) => Ok(cut(ids, limit)),
            Text::Words(words) => Ok(cut(&self.settings.tokenise(&self.tokenizer, words, kind)?, limit)),
        }
    }

    /// One input's data, and the lines left out for want of a positive.
    fn read(&mut self, input: &Path) -> Result<(Data, usize), TrainError> {
        let file = File::open(input).map_err(|e| TrainError::file(input, &e))?;
        let mut data = Data::default();
        let mut left_out = 0;
        let mut known: HashMap<(Text, TextKind), u32> = HashMap::new();
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|e| TrainError::file(input, &e))?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line)
                .map_err(|e| TrainError::Data(format!("{}, line {}: {e}", input.display(), at + 1)))?;
            let mut number = |text: Text, kind: TextKind| -> Result<u32, TrainError> {
                if let Some(number) = known.get(&(text.clone(), kind)) {
                    return Ok(*number);
                }
                let number = data.texts.len() as u32;
                data.texts.push(self.ids(&text, kind)?);
                known.insert((text, kind), number);
                Ok(number)
            };
            let positives = line.positive.into_iter().chain(line.positives);
            let positives = positives.map(|text| number(text, TextKind::Passage)).collect::<Result<Vec<_>, _>>()?;
            if positives.is_empty() {
                left_out += 1;
                continue;
            }
            let query = number(line.query, TextKind::Query)?;
            let negatives = line.negatives.into_iter().map(|text| number(text, TextKind::Passage));
            let negatives = negatives.collect::<Result<Vec<_>, _>>()?;
            let negatives = negatives.into_iter().filter(|text| !positives.contains(text)).collect();
            data.groups.push(Group { query, positives, negatives });
        }
        Ok((data, left_out))
    }
}

fn mark(used: &[u32]) -> u64 {
    let mut sum = Sha256::new();
    used.iter().for_each(|id| sum.update(id.to_le_bytes()));
    let digest = sum.finalize();
    digest.iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte))
}

/// Writes the GGUF model in `from` with only the `used` rows of its word embeddings to `to`. Such a model has no
/// tokenizer: it is for training on data prepared with it, and adapters trained on it fit the full one.
fn cut_model(from: &Path, to: &Path, used: &[u32], mark: u64) -> Result<(), TrainError> {
    const WORDS: &str = "embeddings.word_embeddings.weight";
    std::fs::create_dir_all(to).map_err(|e| TrainError::file(to, &e))?;
    let source = from.join("model.gguf");
    let mut file = BufReader::new(File::open(&source).map_err(|e| TrainError::file(&source, &e))?);
    let content = gguf_file::Content::read(&mut file)?;
    let mut tensors = Vec::new();
    for name in content.tensor_infos.keys() {
        let tensor = content.tensor(&mut file, name, &Device::Cpu)?;
        tensors.push((name.clone(), if name == WORDS { rows(&tensor, used)? } else { tensor }));
    }
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let target = to.join("model.gguf");
    let mut out = BufWriter::new(File::create(&target).map_err(|e| TrainError::file(&target, &e))?);
    gguf_file::write(&mut out, &[], &tensors)?;
    let config = std::fs::read(from.join("config.json")).map_err(|e| TrainError::file(from, &e))?;
    write_whole(&to.join("config.json"), &config)?;
    write_whole(&to.join(VOCABULARY), format!("{mark:016x}\n").as_bytes())
}

/// The rows `used` of a table, byte for byte where its blocks do not span rows.
fn rows(table: &QTensor, used: &[u32]) -> Result<QTensor, TrainError> {
    let (count, width) = (table.shape().dims()[0], table.shape().dims()[1]);
    if let Some(id) = used.iter().find(|id| **id as usize >= count) {
        return Err(TrainError::Data(format!("a token {id}; the model has {count}")));
    }
    let dtype = table.dtype();
    if dtype == GgmlDType::F32 || !width.is_multiple_of(dtype.block_size()) {
        let ids = Tensor::new(used, &Device::Cpu)?;
        return Ok(QTensor::quantize(&table.dequantize(&Device::Cpu)?.index_select(&ids, 0)?, GgmlDType::F32)?);
    }
    let bytes = table.data()?;
    let row = width / dtype.block_size() * dtype.type_size();
    let kept: Vec<u8> =
        used.iter().flat_map(|id| &bytes[*id as usize * row..(*id as usize + 1) * row]).copied().collect();
    let storage = QStorage::from_data(Cow::Owned(kept), &Device::Cpu, dtype)?;
    Ok(QTensor::new(storage, (used.len(), width))?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::bert::{Bert, Weights, WordEmbeddings};
    use crate::folder::load_weights;
    use crate::noise::{CONFIG, Noise, TOKENIZER, VOCABULARY, numbers};
    use crate::training::{DataFile, base_checksum};

    /// A folder as the set-up writes it, its word embeddings in 4-bit blocks.
    fn write_model(folder: &Path) {
        let mut tensors = Vec::new();
        let mut add = |name: String, shape: &[usize]| {
            let tensor = Noise { seed: 7 }.get(&name, shape).unwrap();
            tensors.push((name, QTensor::quantize(&tensor, GgmlDType::F32).unwrap()));
        };
        add("embeddings.position_embeddings.weight".into(), &[64, 64]);
        add("embeddings.token_type_embeddings.weight".into(), &[2, 64]);
        let config = crate::noise::config();
        let norms = |at: String| [format!("{at}.weight"), format!("{at}.bias")];
        norms("embeddings.LayerNorm".into()).into_iter().for_each(|name| add(name, &[64]));
        for layer in 0..config.num_hidden_layers {
            for part in crate::adapter::PARTS {
                let (output, input) = crate::adapter::shape_of(part, &config);
                add(format!("encoder.layer.{layer}.{part}.weight"), &[output, input]);
                add(format!("encoder.layer.{layer}.{part}.bias"), &[output]);
            }
            for norm in ["attention.output.LayerNorm", "output.LayerNorm"] {
                norms(format!("encoder.layer.{layer}.{norm}")).into_iter().for_each(|name| add(name, &[64]));
            }
        }
        let words = Tensor::from_vec(numbers("words", VOCABULARY * 64, 7), (VOCABULARY, 64), &Device::Cpu).unwrap();
        let words = QTensor::quantize(&words, GgmlDType::Q4_0).unwrap();
        tensors.push(("embeddings.word_embeddings.weight".into(), words));
        let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let mut out = BufWriter::new(File::create(folder.join("model.gguf")).unwrap());
        gguf_file::write(&mut out, &[], &tensors).unwrap();
        std::fs::write(folder.join("config.json"), CONFIG).unwrap();
        std::fs::write(folder.join("tokenizer.json"), TOKENIZER).unwrap();
        std::fs::write(folder.join("rasoat.json"), r#"{"name":"toy","query_prefix":"query: "}"#).unwrap();
    }

    const LINES: &str = r#"{"query": "luật nghị", "positives": ["điều khoản", "định"], "negatives": ["khoản", "định"]}
{"query": "luật nghị", "positive": [0, 5, 6, 2]}

{"query": "luật", "negatives": ["khoản"]}"#;

    #[test]
    fn lines_become_groups_and_the_cut_model_reads_them_as_the_full_one() {
        let folder = tempfile::tempdir().unwrap();
        write_model(folder.path());
        let input = folder.path().join("lines.jsonl");
        std::fs::write(&input, LINES).unwrap();
        let mut what = Preparation {
            model: folder.path().into(),
            inputs: vec![input],
            folder: folder.path().join("full"),
            query_tokens: 8,
            passage_tokens: 8,
            cut_vocabulary: false,
        };
        let done = prepare(&what).unwrap();
        assert_eq!((done[0].groups, done[0].left_out), (2, 1));
        let full = DataFile::read(&done[0].path).unwrap().data;
        assert_eq!(full.texts[full.groups[0].query as usize], [0, 9, 4, 7, 2], "with the query's prefix");
        assert_eq!(full.groups[0].negatives.len(), 1, "a positive is no negative");
        assert_eq!(full.texts[full.groups[1].positives[0] as usize], [0, 5, 6, 2]);
        what.folder = folder.path().join("cut");
        what.cut_vocabulary = true;
        let cut = DataFile::read(&prepare(&what).unwrap()[0].path).unwrap().data;
        assert_ne!(cut.texts, full.texts);
        assert_ne!(cut.vocabulary, 0);
        let model = what.folder.join("model");
        assert_eq!(base_checksum(&model).unwrap(), base_checksum(folder.path()).unwrap(), "one base, one adapter");
        let states = |folder: &Path, data: &Data| {
            let (config, mut weights) = load_weights(folder).unwrap();
            let network = Bert::load(config, weights.as_mut()).unwrap();
            let texts: Vec<&[u32]> = data.texts.iter().map(Vec::as_slice).collect();
            network.forward(&texts).unwrap().to_vec2::<f32>().unwrap()
        };
        assert_eq!(states(&model, &cut), states(folder.path(), &full));
        let (_, mut weights) = load_weights(&model).unwrap();
        let WordEmbeddings::Quantised(words) = weights.word_embeddings(64).unwrap() else { panic!("not quantised") };
        assert!(words.shape().dims()[0] < VOCABULARY);
    }

    #[test]
    fn a_line_that_is_no_group_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write_model(folder.path());
        let input = folder.path().join("lines.jsonl");
        std::fs::write(&input, format!("{LINES}\n{{\"question\": \"luật\"}}")).unwrap();
        let what = Preparation {
            model: folder.path().into(),
            inputs: vec![input],
            folder: folder.path().join("out"),
            query_tokens: 8,
            passage_tokens: 8,
            cut_vocabulary: false,
        };
        assert!(prepare(&what).unwrap_err().to_string().contains("line 5"));
    }
}
