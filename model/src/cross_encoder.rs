//! The cross-encoder: a query and a passage read together, one score out.
//!
//! Far better at telling the right provision from its neighbours than two vectors, and far dearer: the network runs once
//! a pair. So it is for the few dozen passages a search has already found. It is the encoder's own network with another
//! adapter and a linear head on the pooled last state; a pair is `<s> query </s></s> passage </s>`, each with the
//! encoder's prefix, the passage cut to fit.

use crate::adapter::{Adapter, Head, Purpose};
use crate::bert::Weights;
use crate::encoder::{
    DenseWeights, Description, EncodeError, GgufWeights, LoadError, Network, Pooling, Precision, Settings, TextKind,
    each, read_config, read_tokenizer, sample_pairs,
};
use std::io::{Read, Seek};
use tokenizers::Tokenizer;

/// Anything that says how well passages answer a query.
pub trait Reranker: Send + Sync {
    /// Name of the model, which scores of different models are told apart by.
    fn name(&self) -> &str;

    /// One score a passage, in the order given; higher is better, and only comparable within one query. Texts are NFC;
    /// what of a passage exceeds the model's window is cut.
    ///
    /// # Errors
    /// When a text cannot be tokenised or the network fails.
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>, EncodeError>;
}

/// A cross-encoder on BERT or XLM-RoBERTa.
pub struct CrossEncoder {
    network: Network,
    tokenizer: Tokenizer,
    settings: Settings,
    head: Head,
    pooling: Pooling,
    max_tokens: usize,
}

impl CrossEncoder {
    /// Loads a cross-encoder from the encoder's GGUF weights and the adapter of `description`.
    ///
    /// # Errors
    /// When a part cannot be read, there is no adapter or it belongs elsewhere.
    pub fn from_gguf<R: Read + Seek>(
        weights: &mut R,
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::from_gguf_in(Precision::Rounded, weights, description, settings)
    }

    /// As [`CrossEncoder::from_gguf`], in the precision asked for.
    ///
    /// # Errors
    /// When a part cannot be read, there is no adapter or it belongs elsewhere.
    pub fn from_gguf_in<R: Read + Seek>(
        precision: Precision,
        weights: &mut R,
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::load(&mut GgufWeights::open(weights)?, precision, description, settings)
    }

    /// Loads a cross-encoder from the encoder's safetensors weights and the adapter of `description`.
    ///
    /// # Errors
    /// When a part cannot be read, there is no adapter or it belongs elsewhere.
    pub fn from_safetensors(
        files: &[Vec<u8>],
        description: Description<'_>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        Self::load(&mut DenseWeights::open(files)?, Precision::Full, description, settings)
    }

    fn load(
        weights: &mut dyn Weights,
        precision: Precision,
        description: Description<'_>,
        mut settings: Settings,
    ) -> Result<Self, LoadError> {
        let file = description.adapter.ok_or_else(|| LoadError::Missing("adapter for a cross-encoder".into()))?;
        let config = read_config(description.config)?;
        let adapter = Adapter::from_bytes(file)?;
        adapter.expect(Purpose::CrossEncoder)?;
        let max_tokens = adapter.max_tokens.min(config.max_tokens());
        let tokenizer = read_tokenizer(description.tokenizer, max_tokens)?;
        settings.name = format!("{}+{}", settings.name, adapter.label(file));
        let samples = samples(&settings, &tokenizer, max_tokens)?;
        let network = Network::load(precision, config.clone(), &mut adapter.merge(weights, &config)?, &samples)?;
        let Some(head) = adapter.head else { return Err(LoadError::Missing("head of the cross-encoder".into())) };
        Ok(Self { network, tokenizer, settings, head, pooling: adapter.pooling, max_tokens })
    }

    /// The score of a pair with these states, `[tokens, hidden]`.
    fn judge(&self, states: &[f32]) -> f32 {
        let rows = states.chunks_exact(self.head.weight.len());
        let count = match self.pooling {
            Pooling::Mean => rows.len(),
            Pooling::Cls => 1,
        };
        let product = |row: &[f32]| row.iter().zip(&self.head.weight).map(|(x, w)| x * w).sum::<f32>();
        rows.take(count).map(product).sum::<f32>() / count.max(1) as f32 + self.head.bias
    }
}

impl Reranker for CrossEncoder {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>, EncodeError> {
        let ids = |text: &str, kind| self.settings.tokenise(&self.tokenizer, text, kind);
        let query = ids(query, TextKind::Query)?;
        let pairs = each(passages, |passage| {
            Ok::<_, EncodeError>(pair(&query, &ids(passage, TextKind::Passage)?, self.max_tokens))
        })?;
        Ok(self.network.pooled(&pairs, |states| self.judge(states))?)
    }
}

/// What is read while the network is packed: each sample's question with the provision that answers it and with one that
/// does not, for the two look different inside.
fn samples(settings: &Settings, tokenizer: &Tokenizer, limit: usize) -> Result<Vec<Vec<u32>>, LoadError> {
    let samples = sample_pairs(settings, tokenizer)?;
    let next = samples.iter().cycle().skip(1);
    let pairs = samples
        .iter()
        .zip(next)
        .flat_map(|([query, answer], [_, other])| [answer, other].map(|passage| pair(query, passage, limit)));
    Ok(pairs.collect())
}

/// Cuts a text to `limit` tokens; its last special token stays.
pub(crate) fn cut(ids: &[u32], limit: usize) -> Vec<u32> {
    match ids.last() {
        Some(last) if ids.len() > limit => {
            let mut cut = ids[..limit.saturating_sub(1)].to_vec();
            cut.push(*last);
            cut
        }
        _ => ids.to_vec(),
    }
}

/// A pair as a cross-encoder reads it: `<s> query </s></s> passage </s>`, the passage cut to fit `limit` tokens, the
/// query to half of them.
pub(crate) fn pair(query: &[u32], passage: &[u32], limit: usize) -> Vec<u32> {
    let mut pair = cut(query, limit / 2);
    let Some(separator) = pair.last().copied() else { return cut(passage, limit) };
    let mut passage = cut(passage, limit - pair.len());
    if let Some(first) = passage.first_mut() {
        *first = separator;
    }
    pair.extend(passage);
    pair
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::adapter::{Base, Factors, PARTS, Storage, shape_of};
    use crate::bert::Bert;
    use crate::noise::{CONFIG, Noise, TOKENIZER, config, numbers};
    use candle_core::{Device, Tensor};

    fn adapter(purpose: Purpose, max_tokens: usize) -> Adapter {
        let matrix = |name: &str, rows: usize, columns: usize| {
            Tensor::from_vec(numbers(name, rows * columns, 1), (rows, columns), &Device::Cpu).unwrap()
        };
        let factors = PARTS.iter().map(|part| {
            let (output, input) = shape_of(part, &config());
            (format!("encoder.layer.2.{part}"), Factors { a: matrix(part, 4, input), b: matrix("b", output, 4) })
        });
        Adapter {
            name: "xếp".into(),
            purpose,
            base: Base::read(&mut Noise { seed: 7 }, &config()).unwrap().checksum,
            scale: 0.5,
            pooling: Pooling::Mean,
            max_tokens,
            facts: serde_json::Value::Null,
            factors: factors.collect(),
            head: (purpose == Purpose::CrossEncoder).then(|| Head { weight: numbers("head", 64, 1), bias: -0.25 }),
            relations: None,
        }
    }

    fn load(precision: Precision, adapter: &Adapter) -> Result<CrossEncoder, LoadError> {
        let file = adapter.to_bytes(Storage::F32).unwrap();
        let description = Description { config: CONFIG, tokenizer: TOKENIZER.as_bytes(), adapter: Some(&file) };
        let settings = Settings { name: "e5".into(), query_prefix: "query: ".into(), ..Settings::default() };
        CrossEncoder::load(&mut Noise { seed: 7 }, precision, description, settings)
    }

    const QUERY: &str = "luật nghị định";
    const PASSAGES: [&str; 4] = ["điều khoản", "luật luật điều khoản nghị định", "", "định nghị khoản điều luật"];

    #[test]
    fn the_fastest_network_and_the_reference_agree() {
        let adapter = adapter(Purpose::CrossEncoder, 64);
        let plain = load(Precision::Full, &adapter).unwrap();
        let fast = load(Precision::Rounded, &adapter).unwrap();
        let long = "luật điều ".repeat(40);
        let passages: Vec<&str> = PASSAGES.into_iter().chain([long.as_str()]).collect();
        let mut base = Noise { seed: 7 };
        let reference = Bert::load(config(), &mut adapter.merge(&mut base, &config()).unwrap()).unwrap();
        let head = numbers("head", 64, 1);
        let length = |values: &[f32]| values.iter().map(|x| x * x).sum::<f32>().sqrt();
        let scores = |encoder: &CrossEncoder| encoder.score(QUERY, &passages).unwrap();
        for (passage, (exact, rounded)) in passages.iter().zip(scores(&plain).into_iter().zip(scores(&fast))) {
            let ids = |text: &str, kind| plain.settings.tokenise(&plain.tokenizer, text, kind).unwrap();
            let pair = pair(&ids(QUERY, TextKind::Query), &ids(passage, TextKind::Passage), 64);
            let state = reference.forward(&[&pair]).unwrap().mean(0).unwrap().to_vec1::<f32>().unwrap();
            let by_hand = state.iter().zip(&head).map(|(x, w)| x * w).sum::<f32>() - 0.25;
            assert!((exact - by_hand).abs() < 1e-4, "{exact} and {by_hand}");
            // Eight bits of noise with noise: the vectors come to a cosine of .9999, and of what is apart an eighth falls
            // along the head.
            let tolerance = 0.005 * length(&head) * length(&state);
            assert!((rounded - exact).abs() < tolerance, "{rounded} and {exact}, tolerance {tolerance}");
        }
    }

    #[test]
    fn a_score_depends_on_its_own_pair_alone() {
        let encoder = load(Precision::Full, &adapter(Purpose::CrossEncoder, 12)).unwrap();
        let together = encoder.score(QUERY, &PASSAGES).unwrap();
        for (passage, together) in PASSAGES.iter().zip(together) {
            let alone = encoder.score(QUERY, &[passage]).unwrap()[0];
            assert!((alone - together).abs() < 1e-5, "{alone} and {together}");
        }
        assert!(encoder.score(QUERY, &[]).unwrap().is_empty());
        let (long, longer) = ("luật ".repeat(9), "luật ".repeat(20));
        let scores = encoder.score(QUERY, &[&long, &longer]).unwrap();
        assert_eq!(scores[0], scores[1], "what exceeds the window is cut");
    }

    #[test]
    fn its_name_tells_the_adapter_and_an_encoders_adapter_is_refused() {
        let one = load(Precision::Full, &adapter(Purpose::CrossEncoder, 12)).unwrap();
        let other = load(Precision::Full, &adapter(Purpose::CrossEncoder, 13)).unwrap();
        assert!(one.name().starts_with("e5+xếp-"), "{}", one.name());
        assert_ne!(one.name(), other.name());
        let error = load(Precision::Full, &adapter(Purpose::Encoder, 12)).err().unwrap();
        assert!(error.to_string().contains("is for an encoder, not for a cross-encoder"), "{error}");
    }

    #[test]
    fn a_pair_keeps_the_query_and_cuts_the_passage() {
        let (query, passage) = (vec![0, 5, 6, 2], vec![0, 7, 8, 9, 2]);
        assert_eq!(pair(&query, &passage, 20), [0, 5, 6, 2, 2, 7, 8, 9, 2]);
        assert_eq!(pair(&query, &passage, 8), [0, 5, 6, 2, 2, 7, 8, 2]);
    }
}
