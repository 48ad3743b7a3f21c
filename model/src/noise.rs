//! Made-up weights for tests: noise, the same for the same name and shape.

use crate::bert::{Config, Weights, WordEmbeddings};
use candle_core::{Device, Result, Tensor};

/// Tokens of the made-up vocabulary.
pub(crate) const VOCABULARY: usize = 50;

/// A `config.json` of three small layers, of a shape that every kernel can run.
pub(crate) const CONFIG: &[u8] =
    br#"{"model_type":"bert","hidden_size":64,"num_hidden_layers":3,"num_attention_heads":2,
    "intermediate_size":192,"max_position_embeddings":64,"layer_norm_eps":1e-12,"pad_token_id":0}"#;

/// A `tokenizer.json` of a few words.
pub(crate) const TOKENIZER: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
    "normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"},"decoder":null,
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
        {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},
        {"Sequence":{"id":"B","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]},
        "</s>":{"id":"</s>","ids":[2],"tokens":["</s>"]}}},
    "model":{"type":"WordLevel","vocab":{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"luật":4,"điều":5,"khoản":6,"nghị":7,"định":8,
        "query:":9,"passage:":10},"unk_token":"<unk>"}}"#;

/// What [`CONFIG`] says.
pub(crate) fn config() -> Config {
    serde_json::from_slice(CONFIG).unwrap_or_else(|error| panic!("{error}"))
}

/// The weights; another `seed` gives another model.
pub(crate) struct Noise {
    /// Tells models apart.
    pub seed: u32,
}

/// Numbers from -0.3 to 0.3.
pub(crate) fn numbers(name: &str, count: usize, seed: u32) -> Vec<f32> {
    let mut state = name.bytes().fold(seed, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.3
        })
        .collect()
}

impl Weights for Noise {
    fn get(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let shape = if shape.is_empty() { &[2, 64] } else { shape };
        let mut values = numbers(name, shape.iter().product(), self.seed);
        if name.ends_with("LayerNorm.weight") {
            values.iter_mut().for_each(|value| *value += 1.0);
        }
        Tensor::from_vec(values, shape, &Device::Cpu)
    }

    fn word_embeddings(&mut self, hidden: usize) -> Result<WordEmbeddings> {
        Ok(WordEmbeddings::Dense(self.get("words", &[VOCABULARY, hidden])?))
    }
}
