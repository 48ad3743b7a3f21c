//! The encoder in WebAssembly, for the test that holds its vectors to the reference engine's (`cargo xtask test`).
#![cfg(target_arch = "wasm32")]

use rasoat_model::{BertEncoder, Encoder, TextKind};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A loaded encoder.
#[wasm_bindgen]
pub struct LoadedEncoder(BertEncoder);

#[wasm_bindgen]
impl LoadedEncoder {
    /// Loads the files of an encoder's folder.
    ///
    /// # Errors
    /// When they do not fit together.
    #[wasm_bindgen(constructor)]
    pub fn new(weights: &[u8], config: &[u8], tokenizer: &[u8], settings: &[u8]) -> Result<Self, JsError> {
        let settings = serde_json::from_slice(settings)?;
        let weights = &mut std::io::Cursor::new(weights);
        Ok(Self(BertEncoder::from_gguf(weights, config, tokenizer, settings)?))
    }

    /// A text's vector.
    ///
    /// # Errors
    /// When the text cannot be encoded.
    pub fn encode(&self, text: &str, query: bool) -> Result<Vec<f32>, JsError> {
        let kind = if query { TextKind::Query } else { TextKind::Passage };
        Ok(self.0.encode(&[text], kind)?.pop().unwrap_or_default())
    }
}
