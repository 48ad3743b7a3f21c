//! A GGUF file as a generator: the likeliest token, one after another.

use super::chat::{Family, Part};
use super::file::GgufFile;
use super::network::{Memory, Network};
use super::vocabulary::Vocabulary;
use super::{Ended, GenerateError, Generated, Generator, GgufError, Request, shown};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

/// Tokens that are read between two questions whether to go on; also bounds what attention takes.
const STEP: usize = 64;
/// The longest stretch whose repetition is noticed, in tokens.
const STRETCH: usize = 48;
/// A stretch that is written so often in a row ends the text.
const TIMES: usize = 3;
/// What is repeated must have so many tokens in all: three full stops are no loop.
const LEAST: usize = 12;

/// A user's own language model.
pub struct GgufGenerator {
    name: String,
    family: Family,
    vocabulary: Vocabulary,
    network: Network,
    ends: Vec<u32>,
}

impl GgufGenerator {
    /// Opens a file; the model is called by the name in it, else by the file's.
    ///
    /// # Errors
    /// Says in one line why the file cannot be used.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self::read(BufReader::new(File::open(path)?), &stem)
    }

    /// Reads a file, which is called `name` where it has no name of its own.
    ///
    /// # Errors
    /// Says in one line why the file cannot be used.
    pub fn read<R: Read + Seek>(file: R, name: &str) -> Result<Self, GgufError> {
        let mut file = GgufFile::open(file)?;
        let architecture = file.text("general.architecture")?;
        let family = Family::of(architecture).ok_or_else(|| GgufError::Architecture(shown(architecture)))?;
        let name = file.text("general.name").map_or_else(|_| name.to_owned(), str::to_owned);
        let vocabulary = Vocabulary::read(&mut file)?;
        let network = Network::read(family, &mut file, vocabulary.len())?;
        let ends = family.ends().iter().filter_map(|name| vocabulary.steering(name)).chain(vocabulary.end).collect();
        let generator = Self { name, family, vocabulary, network, ends };
        let request = Request { instructions: "", text: "", most_tokens: 0 };
        // Whether the family's turns can be said at all is known before anybody asks.
        match generator.vocabulary.encode(&family.turns(&request)) {
            Ok(_) => Ok(generator),
            Err(error) => Err(GgufError::Damaged(error.to_string())),
        }
    }

    /// Goes on with a bare text, without a turn to answer it in: what a model that was not taught to answer does.
    ///
    /// # Errors
    /// When the text cannot be tokenised or is too long, or the network fails.
    pub fn go_on_with(
        &self,
        text: &str,
        most_tokens: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Generated, GenerateError> {
        let mut parts = self.family.start().to_vec();
        parts.push(Part::Words("", text));
        self.decode(&parts, most_tokens, go_on)
    }

    fn decode(&self, parts: &[Part<'_>], most: usize, go_on: &dyn Fn() -> bool) -> Result<Generated, GenerateError> {
        let ids = self.vocabulary.encode(parts)?;
        let window = self.network.window();
        if ids.len() >= window {
            return Err(GenerateError::TooLong { tokens: ids.len(), window });
        }
        let mut memory = Memory::default();
        let mut written: Vec<u32> = Vec::new();
        let said = |written: &[u32], read: usize, ended: Ended| Generated {
            text: self.vocabulary.decode(written),
            read,
            written: written.len(),
            ended,
        };
        let mut scores = Vec::new();
        for step in ids.chunks(STEP) {
            if !go_on() {
                return Ok(said(&written, memory.tokens(), Ended::Stopped));
            }
            scores = self.network.forward(step, &mut memory)?;
        }
        let ended = loop {
            if written.len() >= most.min(window - ids.len()) {
                break Ended::Bound;
            }
            // Rows beyond the vocabulary fill it up to a round number and mean nothing.
            let next = likeliest(&scores[..scores.len().min(self.vocabulary.len())]);
            if self.ends.contains(&next) {
                break Ended::Itself;
            }
            written.push(next);
            if let Some(stretch) = repeated(&written) {
                written.truncate(written.len() - (TIMES - 1) * stretch);
                break Ended::Repetition;
            }
            if !go_on() {
                break Ended::Stopped;
            }
            scores = self.network.forward(&[next], &mut memory)?;
        };
        Ok(said(&written, ids.len(), ended))
    }
}

impl Generator for GgufGenerator {
    fn name(&self) -> &str {
        &self.name
    }

    fn generate(&self, request: &Request<'_>, go_on: &dyn Fn() -> bool) -> Result<Generated, GenerateError> {
        self.decode(&self.family.turns(request), request.most_tokens, go_on)
    }
}

/// The first of the highest scores.
fn likeliest(scores: &[f32]) -> u32 {
    let best = (0..scores.len()).reduce(|best, at| if scores[at] > scores[best] { at } else { best });
    best.map_or(0, |at| at as u32)
}

/// The length of the stretch that the tokens end with [`TIMES`] times in a row.
fn repeated(written: &[u32]) -> Option<usize> {
    (1..=STRETCH.min(written.len() / TIMES)).filter(|stretch| stretch * TIMES >= LEAST).find(|stretch| {
        let tail = &written[written.len() - stretch * TIMES..];
        tail[*stretch..].iter().zip(tail).all(|(own, before)| own == before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_that_is_written_again_and_again_is_noticed() {
        assert_eq!(repeated(&[1, 2, 3, 4].repeat(3)), Some(4));
        assert_eq!(repeated(&[9, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]), Some(4));
        assert_eq!(repeated(&[7; 12]), Some(4), "one token twelve times");
        assert_eq!(repeated(&[7; 9]), None, "too little to be a loop");
        assert_eq!(repeated(&[1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 5]), None);
    }

    #[test]
    fn the_first_of_the_highest_is_taken() {
        assert_eq!(likeliest(&[0.0, 2.0, 2.0, 1.0]), 1);
        assert_eq!(likeliest(&[f32::NAN, f32::NAN]), 0);
    }
}
