//! The judge over an encoder's weights: what it learnt is a file of its own, the base and the tokenizer are shared.

use super::file::{Contents, FileError, JudgeContents};
use super::kernels::Kernels;
use super::{BrowserEncoder, Network, Row};
use crate::adapter::RelationHead;
use crate::encoder::EncodeError;
use crate::judge::{Judge, Judgement, Side, Tokens, is_of_relations, spoken, typed, windows_between};
use crate::unigram::Unigram;
use std::sync::Arc;

/// A judge that computes with the instructions `L`.
pub struct BrowserJudge<L> {
    network: Network<L>,
    tokenizer: Arc<Unigram>,
    name: String,
    head: RelationHead,
    max_tokens: usize,
}

impl<L: Kernels> BrowserJudge<L> {
    /// Loads a judge from the bytes of its file, beside the encoder that was loaded from `contents`.
    ///
    /// # Errors
    /// When they are no such file, are damaged, or belong to another encoder's than the file with this
    /// [`super::file::identity`].
    pub fn beside(
        encoder: &BrowserEncoder<L>,
        (contents, identity): (&Contents, u64),
        bytes: &[u8],
    ) -> Result<Self, FileError> {
        let JudgeContents { base, name, max_tokens, changes, head } =
            JudgeContents::from_bytes(bytes, &contents.shape)?;
        if base != identity {
            return Err(FileError::Foreign);
        }
        if !is_of_relations(&head) {
            return Err(FileError::Damaged("a head of other relations"));
        }
        let positions = Arc::clone(&encoder.network.positions);
        let network =
            Network::new(contents, positions, head.types.clone(), &|layer, part| changes[layer][part].as_ref())?;
        let max_tokens = max_tokens.min(contents.shape.positions);
        Ok(Self { network, tokenizer: Arc::clone(&encoder.tokenizer), name, head, max_tokens })
    }

    fn tokens(&self, side: Side<'_>, second: u8) -> Tokens {
        let pieces = self.tokenizer.tokens(side.text).into_iter().map(|token| (token.id, token.start, token.end));
        typed(pieces, side.marks, second)
    }
}

impl<L: Kernels> Judge for BrowserJudge<L> {
    fn name(&self) -> &str {
        &self.name
    }

    fn judge(&self, pairs: &[(Side<'_>, Side<'_>)]) -> Result<Vec<Judgement>, EncodeError> {
        let specials = self.tokenizer.specials();
        let (mut counts, mut all) = (Vec::new(), Vec::new());
        for (draft, law) in pairs {
            let (draft, law) = (self.tokens(*draft, 0), self.tokens(*law, 1));
            let read = windows_between((specials.begin, specials.end), &draft, &law, self.max_tokens);
            counts.push(read.len());
            all.extend(read);
        }
        let rows: Vec<Row<'_>> = all.iter().map(|pair| Row { ids: &pair.ids, types: &pair.types }).collect();
        let judged = self.network.pooled(&rows, |states| Judgement::of(&self.head, states))?;
        Ok(spoken(&counts, &judged))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::browser::Portable;
    use crate::browser::file::identity;
    use crate::browser::file::tests::{sample, sample_judge};
    use crate::judge::Mark;

    fn judge() -> BrowserJudge<Portable<4>> {
        let contents = sample(true);
        let identity = identity(&contents.to_bytes()).unwrap();
        let encoder = BrowserEncoder::new(&contents).unwrap();
        BrowserJudge::beside(&encoder, (&contents, identity), &sample_judge(identity).to_bytes()).unwrap()
    }

    #[test]
    fn a_judgement_is_of_its_own_pair_and_of_its_marks() {
        let judge = judge();
        let side = |text| Side { text, marks: &[] };
        let long = "luật ".repeat(60);
        let marks = [Mark { start: 0, end: 6, kind: 3 }];
        let pairs = [
            (side("luật"), side("luật luật")),
            (side(&long), side("luật")),
            (Side { text: "luật", marks: &marks }, side("luật luật")),
            (side(""), side("")),
        ];
        let together = judge.judge(&pairs).unwrap();
        for (pair, together) in pairs.iter().zip(&together) {
            assert_eq!(judge.judge(&[*pair]).unwrap()[0], *together);
        }
        assert_ne!(together[0], together[2], "a mark is seen");
        assert!(judge.judge(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_judge_of_another_encoder_is_refused() {
        let contents = sample(true);
        let encoder = BrowserEncoder::<Portable<4>>::new(&contents).unwrap();
        let foreign = BrowserJudge::beside(&encoder, (&contents, 7), &sample_judge(8).to_bytes());
        assert_eq!(foreign.err(), Some(FileError::Foreign));
    }
}
