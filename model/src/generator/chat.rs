//! How each family is spoken to: its own turns, built in, so that no file's template is run.

use super::Request;

/// The networks that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Qwen2,
    Qwen3,
    Gemma3,
}

impl Family {
    /// By the name that files have for it.
    pub fn of(architecture: &str) -> Option<Self> {
        [Self::Qwen2, Self::Qwen3, Self::Gemma3].into_iter().find(|family| family.name() == architecture)
    }

    /// The name that files have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Gemma3 => "gemma3",
        }
    }

    /// Tokens at which an answer ends, where the vocabulary has them.
    pub fn ends(self) -> &'static [&'static str] {
        match self {
            Self::Qwen2 | Self::Qwen3 => &["<|im_end|>", "<|endoftext|>"],
            Self::Gemma3 => &["<end_of_turn>", "<eos>"],
        }
    }

    /// What goes before any text.
    pub fn start(self) -> &'static [Part<'static>] {
        match self {
            Self::Qwen2 | Self::Qwen3 => &[],
            Self::Gemma3 => &[Part::Control("<bos>")],
        }
    }

    /// A request as the family expects it, up to where its answer begins.
    pub fn turns<'a>(self, request: &Request<'a>) -> Vec<Part<'a>> {
        use Part::{Control, Thought, Words};
        let mut parts = self.start().to_vec();
        match self {
            Self::Qwen2 | Self::Qwen3 => {
                for (who, what) in [("system\n", request.instructions), ("user\n", request.text)] {
                    parts.extend([Control("<|im_start|>"), Words(who, what), Control("<|im_end|>"), Words("\n", "")]);
                }
                parts.extend([Control("<|im_start|>"), Words("assistant\n", "")]);
                if self == Self::Qwen3 {
                    // An empty thought: it is to answer at once.
                    parts.extend([Thought("<think>"), Words("\n\n", ""), Thought("</think>"), Words("\n\n", "")]);
                }
            }
            Self::Gemma3 => {
                parts.push(Control("<start_of_turn>"));
                parts.extend([Words("user\n", request.instructions), Words("\n\n", request.text)]);
                parts.extend([Control("<end_of_turn>"), Words("\n", ""), Control("<start_of_turn>")]);
                parts.push(Words("model\n", ""));
            }
        }
        parts
    }
}

/// A part of what a model is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// A token that steers.
    Control(&'static str),
    /// One that some vocabularies lack; it then goes unsaid.
    Thought(&'static str),
    /// Plain text: the template's own, then what was handed in, tokenised as one.
    Words(&'static str, &'a str),
}
