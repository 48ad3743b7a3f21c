//! What JavaScript sees of the encoder, over the instructions that the including module has chosen.

use super::Instructions;
use rasoat_model::browser::BrowserEncoder;
use rasoat_model::{Encoder, TextKind};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A loaded encoder.
#[wasm_bindgen]
pub struct LoadedEncoder(BrowserEncoder<Instructions>);

#[wasm_bindgen]
impl LoadedEncoder {
    /// Loads an encoder from the bytes of its file.
    ///
    /// # Errors
    /// When they are no such file, are of another version or damaged.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Self, JsError> {
        Ok(Self(BrowserEncoder::from_bytes(file)?))
    }

    /// Name of the model, which vectors of different models are told apart by.
    pub fn name(&self) -> String {
        self.0.name().to_owned()
    }

    /// Length of a vector.
    pub fn dimension(&self) -> usize {
        self.0.dimension()
    }

    /// Texts' vectors, one after another.
    ///
    /// # Errors
    /// When a text cannot be encoded.
    pub fn encode(&self, texts: Vec<String>, query: bool) -> Result<Vec<f32>, JsError> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(self.0.encode(&texts, kind(query))?.concat())
    }

    /// A text's ids, cut to what the network takes.
    pub fn ids(&self, text: &str, query: bool) -> Vec<u32> {
        self.0.ids(text, kind(query))
    }

    /// The vector of a text that is ids already.
    ///
    /// # Errors
    /// When an id is no piece's or there are too many.
    #[wasm_bindgen(js_name = encodeIds)]
    pub fn encode_ids(&self, ids: &[u32]) -> Result<Vec<f32>, JsError> {
        Ok(self.0.encode_ids(&[ids])?.concat())
    }
}

fn kind(query: bool) -> TextKind {
    if query { TextKind::Query } else { TextKind::Passage }
}
