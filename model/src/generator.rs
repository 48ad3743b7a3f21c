//! The generator: a user's own language model, which goes on with a text one token after another.
//!
//! Hard because nothing that it writes is known to be true: what may be shown of it is decided where law is known, never
//! here. And because its file is anybody's: whatever is wrong with it is one error, found before its weights are used.
//! What a person wrote reaches it as plain text only: the tokens that steer a model have no spelling there.
//!
//! [`GgufGenerator`] runs decoder-only transformers of the families Qwen and Gemma from a GGUF file, natively; a browser
//! has the trait and no model for it.

#[cfg(not(target_arch = "wasm32"))]
mod chat;
#[cfg(not(target_arch = "wasm32"))]
mod decoding;
#[cfg(not(target_arch = "wasm32"))]
mod file;
#[cfg(not(target_arch = "wasm32"))]
mod network;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
#[cfg(not(target_arch = "wasm32"))]
mod vocabulary;

#[cfg(not(target_arch = "wasm32"))]
pub use decoding::GgufGenerator;

/// What a generator is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What it is to do.
    pub instructions: &'a str,
    /// What it is to do it with: data, whatever it says.
    pub text: &'a str,
    /// The most tokens it may write.
    pub most_tokens: usize,
}

/// Why a generator wrote no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It said that it was done.
    Itself,
    /// It wrote as many tokens as it may, or its window was full.
    Bound,
    /// It wrote the same again and again; said once.
    Repetition,
    /// Whoever asked wanted no more.
    Stopped,
}

/// What a generator wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its words.
    pub text: String,
    /// Tokens that were read.
    pub read: usize,
    /// Tokens that were written.
    pub written: usize,
    /// Why it ended.
    pub ended: Ended,
}

/// Nothing could be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The tokenizer refused the text.
    #[error("failed to tokenise a text: {0}")]
    Tokenise(String),
    /// The text leaves no room to answer.
    #[error("the text has {tokens} tokens, the model reads {window}")]
    TooLong {
        /// Tokens of the text.
        tokens: usize,
        /// Tokens of the window.
        window: usize,
    },
    /// The network failed.
    #[error("failed to run the generator: {0}")]
    Network(#[from] candle_core::Error),
}

/// A generator's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// The file cannot be read at all.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It does not begin as GGUF does, or in a version that is not read.
    #[error("not a GGUF file of version 2 or 3")]
    Magic,
    /// It ends early or contradicts itself.
    #[error("the GGUF file is damaged: {0}")]
    Damaged(String),
    /// Its network is of another kind.
    #[error("the architecture `{0}` cannot be run; qwen2, qwen3 and gemma3 can")]
    Architecture(String),
    /// Something in it is of a kind that is not known here.
    #[error("the file has {what} `{found}`, which cannot be used")]
    Unsupported {
        /// What.
        what: &'static str,
        /// Which one.
        found: String,
    },
    /// A part is missing.
    #[error("the file has no {0}")]
    Missing(String),
    /// The weights do not fit together.
    #[error("the weights do not fit together: {}", shown(&.0.to_string()))]
    Weights(#[from] candle_core::Error),
}

/// What of a file's own words an error repeats: one line, not for ever.
fn shown(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Anything that goes on with a text.
pub trait Generator: Send + Sync {
    /// Name of the model.
    fn name(&self) -> &str;

    /// Does what `request` asks. The same request gives the same words. `go_on` is asked before each step; once it says
    /// no, what was written until then is given back.
    ///
    /// # Errors
    /// When the text cannot be tokenised or is too long, or the network fails.
    fn generate(&self, request: &Request<'_>, go_on: &dyn Fn() -> bool) -> Result<Generated, GenerateError>;
}
