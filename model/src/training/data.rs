//! Training data: tokenised texts, each kept once, and groups of a query, what answers it, and what only seems to.
//!
//! Both ways of training read the same files. A text's ids include the special tokens at its ends. A file is binary:
//! `RTOK1` and three zero bytes; u32 width of an id in bytes (2 or 4); u32 texts; u32 groups; u64 vocabulary (the first
//! bytes of its checksum, 0 for a full one); u32 × (texts + 1) offsets in ids; the ids; and for each group u32 query,
//! u32 positives, u32 negatives, then the texts' numbers. All little-endian.

use super::TrainError;
use crate::adapter::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

const MAGIC: &[u8; 8] = b"RTOK1\0\0\0";

/// A query with what answers it and what does not, as numbers of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What somebody looks for.
    pub query: u32,
    /// What answers it; one at least.
    pub positives: Vec<u32>,
    /// What seems to answer it and does not.
    pub negatives: Vec<u32>,
}

/// The content of a file of training data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// The texts' ids, special tokens included.
    pub texts: Vec<Vec<u32>>,
    /// The groups.
    pub groups: Vec<Group>,
    /// First bytes of the checksum of the vocabulary the ids count in; 0 for the model's full one.
    pub vocabulary: u64,
}

/// A file of training data, read.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// The file's name without its folder.
    pub name: String,
    /// SHA-256 of the file in hex.
    pub checksum: String,
    /// Its content.
    pub data: Data,
    /// All positives of each query's text, over all groups.
    pub answers: HashMap<u32, BTreeSet<u32>>,
}

impl DataFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(path).map_err(|e| TrainError::file(path, &e))?;
        let data =
            Data::from_bytes(&bytes).ok_or_else(|| TrainError::Data(format!("{name} is no whole token file")))?;
        Ok(Self::new(name, hex(&Sha256::digest(&bytes)), data))
    }

    pub(crate) fn new(name: String, checksum: String, data: Data) -> Self {
        let mut answers: HashMap<u32, BTreeSet<u32>> = HashMap::new();
        for group in &data.groups {
            answers.entry(group.query).or_default().extend(&group.positives);
        }
        Self { name, checksum, data, answers }
    }
}

impl Data {
    /// The bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let wide = self.texts.iter().flatten().any(|id| *id > u32::from(u16::MAX));
        let mut out = MAGIC.to_vec();
        let word = |out: &mut Vec<u8>, value: usize| out.extend((value as u32).to_le_bytes());
        for value in [if wide { 4 } else { 2 }, self.texts.len(), self.groups.len()] {
            word(&mut out, value);
        }
        out.extend(self.vocabulary.to_le_bytes());
        let mut end = 0;
        word(&mut out, end);
        for text in &self.texts {
            end += text.len();
            word(&mut out, end);
        }
        for id in self.texts.iter().flatten() {
            if wide { out.extend(id.to_le_bytes()) } else { out.extend((*id as u16).to_le_bytes()) }
        }
        for group in &self.groups {
            for value in [group.query as usize, group.positives.len(), group.negatives.len()] {
                word(&mut out, value);
            }
            group.positives.iter().chain(&group.negatives).for_each(|text| word(&mut out, *text as usize));
        }
        out
    }

    /// Reads a file's bytes; nothing when they are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let width = word(&mut rest)?;
        let (texts, groups) = (word(&mut rest)?, word(&mut rest)?);
        let (vocabulary, after) = rest.split_first_chunk::<8>()?;
        rest = after;
        let offsets = words(&mut rest, texts.checked_add(1)?)?;
        let ids = match width {
            2 => take(&mut rest, (*offsets.last()? as usize).checked_mul(2)?)?
                .chunks_exact(2)
                .map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])))
                .collect(),
            4 => words(&mut rest, *offsets.last()? as usize)?,
            _ => return None,
        };
        let texts: Vec<Vec<u32>> = offsets
            .windows(2)
            .map(|ends| ids.get(ends[0] as usize..ends[1] as usize).filter(|ids| ids.len() > 1).map(<[u32]>::to_vec))
            .collect::<Option<_>>()?;
        let known = |list: &[u32]| list.iter().all(|text| (*text as usize) < texts.len());
        let groups = (0..groups)
            .map(|_| {
                let query = word(&mut rest)? as u32;
                let (positives, negatives) = (word(&mut rest)?, word(&mut rest)?);
                let (positives, negatives) = (words(&mut rest, positives)?, words(&mut rest, negatives)?);
                let whole = known(&[query]) && known(&positives) && known(&negatives) && !positives.is_empty();
                whole.then_some(Group { query, positives, negatives })
            })
            .collect::<Option<Vec<_>>>()?;
        let vocabulary = u64::from_le_bytes(*vocabulary);
        rest.is_empty().then_some(Self { texts, groups, vocabulary })
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

fn words(rest: &mut &[u8], count: usize) -> Option<Vec<u32>> {
    let taken = take(rest, count.checked_mul(4)?)?;
    Some(taken.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

fn word(rest: &mut &[u8]) -> Option<usize> {
    words(rest, 1).map(|words| words[0] as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(top: u32) -> Data {
        Data {
            texts: vec![vec![0, 5, 2], vec![0, top, 7, 2], vec![0, 9, 9, 9, 2]],
            groups: vec![
                Group { query: 0, positives: vec![1], negatives: vec![2] },
                Group { query: 0, positives: vec![2, 1], negatives: vec![] },
            ],
            vocabulary: 7,
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_no_part_of_it_is() {
        for top in [8, 90_000] {
            let bytes = data(top).to_bytes();
            assert_eq!(Data::from_bytes(&bytes), Some(data(top)));
            for end in 0..bytes.len() {
                assert_eq!(Data::from_bytes(&bytes[..end]), None, "cut at {end}");
            }
        }
        let mut foreign = data(8);
        foreign.groups[0].negatives = vec![3];
        assert_eq!(Data::from_bytes(&foreign.to_bytes()), None, "a text that is not there");
    }

    #[test]
    fn all_answers_to_a_query_are_known() {
        let file = DataFile::new("x".into(), String::new(), data(8));
        assert_eq!(file.answers[&0].iter().copied().collect::<Vec<_>>(), [1, 2]);
    }
}
