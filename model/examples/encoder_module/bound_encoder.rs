//! What JavaScript sees of the encoder and the judge, over the instructions that the including module has chosen.

use super::Instructions;
use rasoat_model::browser::file::{Contents, identity};
use rasoat_model::browser::{BrowserEncoder, BrowserJudge};
use rasoat_model::{Encoder, Judge, Mark, Side, TextKind};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A loaded encoder, with the judge over its weights where there is one.
#[wasm_bindgen]
pub struct LoadedEncoder {
    encoder: BrowserEncoder<Instructions>,
    judge: Option<BrowserJudge<Instructions>>,
}

#[wasm_bindgen]
impl LoadedEncoder {
    /// Loads an encoder from the bytes of its file, and a judge from those of its own.
    ///
    /// # Errors
    /// When they are no such files, are of another version, damaged, or do not belong together.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8], judge: Option<Box<[u8]>>) -> Result<Self, JsError> {
        let contents = Contents::from_bytes(file)?;
        let encoder = BrowserEncoder::new(&contents)?;
        let base = (&contents, identity(file).unwrap_or_default());
        let judge = judge.map(|judge| BrowserJudge::beside(&encoder, base, &judge)).transpose()?;
        Ok(Self { encoder, judge })
    }

    /// Name of the model, which vectors of different models are told apart by.
    pub fn name(&self) -> String {
        self.encoder.name().to_owned()
    }

    /// Name of the judge; empty where there is none.
    #[wasm_bindgen(js_name = judgeName)]
    pub fn judge_name(&self) -> String {
        self.judge.as_ref().map(|judge| judge.name().to_owned()).unwrap_or_default()
    }

    /// Length of a vector.
    pub fn dimension(&self) -> usize {
        self.encoder.dimension()
    }

    /// Texts' vectors, one after another.
    ///
    /// # Errors
    /// When a text cannot be encoded.
    pub fn encode(&self, texts: Vec<String>, query: bool) -> Result<Vec<f32>, JsError> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(self.encoder.encode(&texts, kind(query))?.concat())
    }

    /// Four logits for each pair. `texts` are the sides in turn; `marks` has for each how many there are, then of each
    /// start, end and kind.
    ///
    /// # Errors
    /// When there is no judge, or it fails.
    pub fn judge(&self, texts: Vec<String>, marks: &[u32]) -> Result<Vec<f32>, JsError> {
        let judge = self.judge.as_ref().ok_or_else(|| JsError::new("there is no judge"))?;
        let mut rest = marks;
        let marks: Vec<Vec<Mark>> = texts
            .iter()
            .map(|_| {
                let (count, after) = rest.split_first().map_or((0, rest), |(count, after)| (*count as usize, after));
                let (own, others) = after.split_at((count * 3).min(after.len()));
                rest = others;
                let mark = |m: &[u32; 3]| Mark { start: m[0] as usize, end: m[1] as usize, kind: m[2] as u8 };
                own.as_chunks::<3>().0.iter().map(mark).collect()
            })
            .collect();
        let sides: Vec<Side<'_>> = texts.iter().zip(&marks).map(|(text, marks)| Side { text, marks }).collect();
        let pairs: Vec<(Side<'_>, Side<'_>)> = sides.as_chunks::<2>().0.iter().map(|[a, b]| (*a, *b)).collect();
        Ok(judge.judge(&pairs)?.into_iter().flat_map(|judgement| judgement.logits).collect())
    }

    /// A text's ids, cut to what the network takes.
    pub fn ids(&self, text: &str, query: bool) -> Vec<u32> {
        self.encoder.ids(text, kind(query))
    }

    /// The vector of a text that is ids already.
    ///
    /// # Errors
    /// When an id is no piece's or there are too many.
    #[wasm_bindgen(js_name = encodeIds)]
    pub fn encode_ids(&self, ids: &[u32]) -> Result<Vec<f32>, JsError> {
        Ok(self.encoder.encode_ids(&[ids])?.concat())
    }
}

fn kind(query: bool) -> TextKind {
    if query { TextKind::Query } else { TextKind::Passage }
}
