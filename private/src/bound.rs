//! What the worker's script sees, and the models that live in the module beside this one.

use crate::{Desk, Failure, Handed, Loading, Models};
use rasoat_api::messages::Language;
use rasoat_formats::{Interrupt, Limits};
use rasoat_model::{EncodeError, Encoder, Judge, Judgement, Side, TextKind};
use wasm_bindgen::prelude::*;

/// What the script puts in `globalThis.models` before it loads this module.
#[wasm_bindgen]
extern "C" {
    /// Texts' vectors, one after another.
    #[wasm_bindgen(catch, js_namespace = models)]
    fn encode(texts: Vec<String>, query: bool) -> Result<Vec<f32>, JsValue>;
    /// How many tokens a text has.
    #[wasm_bindgen(catch, js_namespace = models)]
    fn count(text: &str) -> Result<usize, JsValue>;
    /// Four logits for each pair. `texts` are the sides in turn; `marks` has for each how many there are, then of each
    /// start, end and kind.
    #[wasm_bindgen(catch, js_namespace = models)]
    fn judge(texts: Vec<String>, marks: Vec<u32>) -> Result<Vec<f32>, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the worker began.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// How long reading a draft may take, in milliseconds: as long as a server gives it where it is not told otherwise.
const READING: f64 = 60_000.0;

fn limits() -> Limits {
    let until = now() + READING;
    Limits { interrupt: Interrupt::when(move || now() > until), ..Limits::default() }
}

fn failed(error: &JsValue) -> EncodeError {
    let message = js_sys::Error::from(error.clone()).message();
    EncodeError::Elsewhere(message.into())
}

struct Elsewhere {
    encoder: String,
    dimension: usize,
    judge: String,
}

impl Encoder for Elsewhere {
    fn name(&self) -> &str {
        &self.encoder
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn encode(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>, EncodeError> {
        let own = texts.iter().map(|text| (*text).to_owned()).collect();
        let vectors = encode(own, kind == TextKind::Query).map_err(|error| failed(&error))?;
        Ok(vectors.chunks_exact(self.dimension.max(1)).map(<[f32]>::to_vec).collect())
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EncodeError> {
        count(text).map_err(|error| failed(&error))
    }
}

impl Judge for Elsewhere {
    fn name(&self) -> &str {
        &self.judge
    }

    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError> {
        let (mut texts, mut marks) = (Vec::with_capacity(pairs.len() * 2), Vec::new());
        for side in pairs.iter().flat_map(|(draft, law)| [draft, law]) {
            texts.push(side.text.to_owned());
            marks.push(side.marks.len() as u32);
            let numbers = |m: &rasoat_model::Mark| [m.start as u32, m.end as u32, u32::from(m.kind)];
            marks.extend(side.marks.iter().flat_map(numbers));
        }
        let logits = judge(texts, marks).map_err(|error| failed(&error))?;
        let (pairs, _) = logits.as_chunks::<4>();
        Ok(pairs.iter().map(|logits| Judgement { logits: *logits }).collect())
    }
}

/// The desk as the script sees it. Failures are thrown as the JSON of an `ErrorBody`.
#[wasm_bindgen]
pub struct PrivateDesk {
    loading: Option<Loading>,
    desk: Option<Desk>,
    models: Elsewhere,
    has: (bool, bool),
}

fn thrown(failure: Failure) -> JsValue {
    told(&failure.0)
}

fn told(value: &impl serde::Serialize) -> JsValue {
    JsValue::from_str(&serde_json::to_string(value).unwrap_or_default())
}

fn language(tag: &str) -> Language {
    Language::from_tag(tag).unwrap_or_default()
}

#[wasm_bindgen]
impl PrivateDesk {
    /// A desk without law yet. Names are those of the models, empty where there is none; failures are worded in the
    /// language of `tag`.
    ///
    /// # Errors
    /// When the index cannot be made.
    #[wasm_bindgen(constructor)]
    pub fn new(encoder: String, dimension: usize, judge: String, tag: &str) -> Result<Self, JsValue> {
        console_error_panic_hook::set_once();
        let has = (!encoder.is_empty(), !judge.is_empty());
        let loading = Loading::new().map_err(|error| thrown(Failure::internal(language(tag), &error)))?;
        Ok(Self { loading: Some(loading), desk: None, models: Elsewhere { encoder, dimension, judge }, has })
    }

    /// Takes a part of the pack.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn add(&mut self, part: &[u8], tag: &str) -> Result<(), JsValue> {
        let Some(loading) = &mut self.loading else { return Ok(()) };
        loading.add(part).map_err(|error| thrown(Failure::internal(language(tag), &error)))
    }

    /// Ends the loading; `checks` are the codes of the checks that run, separated by blanks.
    ///
    /// # Errors
    /// When the index refuses.
    pub fn finish(&mut self, checks: &str, tag: &str) -> Result<(), JsValue> {
        let Some(loading) = self.loading.take() else { return Ok(()) };
        let shelf = loading.finish().map_err(|error| thrown(Failure::internal(language(tag), &error)))?;
        let checks: Vec<String> = checks.split_whitespace().map(str::to_owned).collect();
        self.desk = Some(Desk::new(shelf, &checks, language(tag)).within(limits));
        Ok(())
    }

    fn desk(&mut self, tag: &str) -> Result<&mut Desk, JsValue> {
        let missing = || thrown(Failure::internal(language(tag), &"the law is not loaded"));
        let desk = self.desk.as_mut().ok_or_else(missing)?;
        desk.speak(language(tag));
        Ok(desk)
    }

    /// Reviews a draft; `tell` hears the JSON of each `ReviewEvent`.
    ///
    /// # Errors
    /// When the file is unusable or a model fails.
    pub fn review(
        &mut self,
        id: &str,
        name: &str,
        bytes: &[u8],
        as_of: &str,
        tag: &str,
        tell: &js_sys::Function,
    ) -> Result<(), JsValue> {
        let Elsewhere { encoder, dimension, judge } = &self.models;
        let models = Elsewhere { encoder: encoder.clone(), dimension: *dimension, judge: judge.clone() };
        let (has_encoder, has_judge) = self.has;
        let used = Models {
            encoder: has_encoder.then_some(&models as &dyn Encoder),
            judge: has_judge.then_some(&models as &dyn Judge),
        };
        let mut say = |event: &rasoat_api::ReviewEvent| drop(tell.call1(&JsValue::NULL, &told(event)));
        self.desk(tag)?.review(Handed { id, name, bytes, as_of }, used, &|| now() as u64, &mut say).map_err(thrown)
    }

    /// Takes a finished review back, from the draft's file and the JSON of what came of it.
    ///
    /// # Errors
    /// When either is unusable.
    pub fn restore(&mut self, id: &str, name: &str, bytes: &[u8], result: &str, tag: &str) -> Result<(), JsValue> {
        let review = serde_json::from_str(result).map_err(|error| thrown(Failure::internal(language(tag), &error)))?;
        self.desk(tag)?.restore(id, name, bytes, review).map_err(thrown)
    }

    /// Drops a review and its draft.
    pub fn forget(&mut self, id: &str) {
        if let Some(desk) = &mut self.desk {
            desk.forget(id);
        }
    }

    /// The JSON of a finished review.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn result(&mut self, id: &str, tag: &str) -> Result<JsValue, JsValue> {
        self.desk(tag)?.result(id).map(told).map_err(thrown)
    }

    /// The JSON of a review's draft.
    ///
    /// # Errors
    /// When there is no review of this name.
    pub fn draft(&mut self, id: &str, tag: &str) -> Result<JsValue, JsValue> {
        self.desk(tag)?.draft(id).map(|draft| told(&draft)).map_err(thrown)
    }

    /// The JSON of the documents that a review's draft stands on.
    ///
    /// # Errors
    /// When there is no review of this name.
    pub fn map(&mut self, id: &str, tag: &str) -> Result<JsValue, JsValue> {
        self.desk(tag)?.map(id).map(|map| told(&map)).map_err(thrown)
    }

    /// The JSON of a document's effect, or of a provision's.
    ///
    /// # Errors
    /// When the pack holds the document without that provision.
    pub fn status(&mut self, document: &str, eid: &str, as_of: &str, tag: &str) -> Result<JsValue, JsValue> {
        self.desk(tag)?.status(document, eid, as_of).map(|report| told(&report)).map_err(thrown)
    }

    /// The JSON of a provision in its article.
    ///
    /// # Errors
    /// When the pack does not hold it.
    pub fn provision(&mut self, document: &str, eid: &str, as_of: &str, tag: &str) -> Result<JsValue, JsValue> {
        self.desk(tag)?.provision(document, eid, as_of).map(|view| told(&view)).map_err(thrown)
    }

    /// A review as a file; `decisions` is the JSON of what was decided.
    ///
    /// # Errors
    /// When there is no such review or kind of file, or it cannot be made.
    pub fn file(
        &mut self,
        id: &str,
        format: &str,
        suggest: bool,
        decisions: &str,
        now: &str,
        tag: &str,
    ) -> Result<Vec<u8>, JsValue> {
        let decisions: Vec<rasoat_api::Decision> =
            serde_json::from_str(decisions).map_err(|error| thrown(Failure::internal(language(tag), &error)))?;
        self.desk(tag)?.file(id, (format, suggest), &decisions, now).map_err(thrown)
    }
}
