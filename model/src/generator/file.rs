//! The directory of a GGUF file: its facts and where its tensors lie.
//!
//! candle reads the same, but panics at an alignment of nothing and at shapes whose product overflows, and keeps every
//! list as a list of tagged values. Here every length is held against what is left of the file before it is believed.
//! Layout: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

use super::GgufError;
use candle_core::Device;
use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

/// A fact of the file, as far as such facts are used.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    Number(f64),
    Text(String),
    Numbers(Vec<f32>),
    Texts(Vec<String>),
    Other,
}

/// A file with its directory read.
pub(super) struct GgufFile<R> {
    file: R,
    length: u64,
    facts: HashMap<String, Fact>,
    tensors: HashMap<String, gguf_file::TensorInfo>,
    data: u64,
}

const MAGIC: u32 = 0x4655_4747;
/// Lists may lie in lists; no model has them deeper.
const DEEPEST: usize = 4;
/// Bytes of a name; tensors' have 64 at the most, and no fact that is read has more.
const LONGEST_NAME: usize = 256;

impl<R: Read + Seek> GgufFile<R> {
    /// Reads the directory.
    pub fn open(mut file: R) -> Result<Self, GgufError> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut reader = Reader { file: std::io::BufReader::new(&mut file), at: 0, length };
        if length < 24 || reader.u32()? != MAGIC || !matches!(reader.u32()?, 2 | 3) {
            return Err(GgufError::Magic);
        }
        let (tensor_count, fact_count) = (reader.count(24)?, reader.count(13)?);
        let mut facts = HashMap::new();
        for _ in 0..fact_count {
            let name = reader.name()?;
            let kind = reader.u32()?;
            let fact = reader.fact(kind, 0)?;
            facts.insert(name, fact);
        }
        let mut tensors = HashMap::new();
        for _ in 0..tensor_count {
            let name = reader.name()?;
            let rank = reader.u32()?;
            if rank > 4 {
                return Err(GgufError::Damaged(format!("{name} has {rank} dimensions")));
            }
            let mut shape = Vec::new();
            for _ in 0..rank {
                shape.push(usize::try_from(reader.u64()?).unwrap_or(usize::MAX));
            }
            shape.reverse();
            let elements = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
            // A block of 256 weights in 2 bits is the closest packing there is.
            if elements.is_none_or(|elements| (elements as u64) / 8 > length) {
                return Err(GgufError::Damaged(format!("{name} is larger than the file")));
            }
            let ggml_dtype = dtype(reader.u32()?)?;
            tensors.insert(name, gguf_file::TensorInfo { shape: shape.into(), offset: reader.u64()?, ggml_dtype });
        }
        let alignment = match facts.get("general.alignment") {
            None => 32,
            Some(Fact::Number(number)) if *number >= 1.0 && *number <= 65_536.0 => *number as u64,
            Some(_) => return Err(GgufError::Damaged("its alignment is none".into())),
        };
        let data = reader.at.next_multiple_of(alignment);
        Ok(Self { file, length, facts, tensors, data })
    }

    /// A whole number from 1 to `most`.
    pub fn count(&self, name: &str, most: usize) -> Result<usize, GgufError> {
        let number = self.number(name)?;
        if number >= 1.0 && number <= most as f64 && number.fract() == 0.0 {
            return Ok(number as usize);
        }
        Err(GgufError::Damaged(format!("{name} is {number}")))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<f64, GgufError> {
        match self.facts.get(name) {
            Some(Fact::Number(number)) if number.is_finite() => Ok(*number),
            Some(_) => Err(GgufError::Damaged(format!("{name} is no number"))),
            None => Err(GgufError::Missing(name.into())),
        }
    }

    /// Words.
    pub fn text(&self, name: &str) -> Result<&str, GgufError> {
        match self.facts.get(name) {
            Some(Fact::Text(text)) => Ok(text),
            Some(_) => Err(GgufError::Damaged(format!("{name} is no text"))),
            None => Err(GgufError::Missing(name.into())),
        }
    }

    /// A list, taken out; `None` where there is none.
    pub fn take_texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.facts.remove(name) {
            Some(Fact::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// A list, taken out; `None` where there is none.
    pub fn take_numbers(&mut self, name: &str) -> Option<Vec<f32>> {
        match self.facts.remove(name) {
            Some(Fact::Numbers(numbers)) => Some(numbers),
            _ => None,
        }
    }

    /// Whether a fact is there.
    pub fn has(&self, name: &str) -> bool {
        self.facts.contains_key(name)
    }

    /// Whether a tensor is there.
    pub fn has_tensor(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// A tensor's shape.
    pub fn shape(&self, name: &str) -> Result<&[usize], GgufError> {
        let info = self.tensors.get(name).ok_or_else(|| GgufError::Missing(format!("tensor {name}")))?;
        Ok(info.shape.dims())
    }

    /// A tensor of this shape.
    pub fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, GgufError> {
        let found = self.shape(name)?;
        if found != shape {
            return Err(GgufError::Damaged(format!("{name} has the shape {found:?}, not {shape:?}")));
        }
        let info = &self.tensors[name];
        let last = shape.last().copied().unwrap_or(1);
        if last % info.ggml_dtype.block_size() != 0 {
            return Err(GgufError::Damaged(format!("the rows of {name} are no whole blocks")));
        }
        let bytes = shape.iter().product::<usize>() / info.ggml_dtype.block_size() * info.ggml_dtype.type_size();
        let end = self.data.checked_add(info.offset).and_then(|start| start.checked_add(bytes as u64));
        if end.is_none_or(|end| end > self.length) {
            return Err(GgufError::Damaged(format!("{name} lies beyond its end")));
        }
        Ok(info.read(&mut self.file, self.data, &Device::Cpu)?)
    }
}

struct Reader<R> {
    file: R,
    at: u64,
    length: u64,
}

impl<R: Read> Reader<R> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], GgufError> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).map_err(|_| GgufError::Damaged("it ends early".into()))?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, GgufError> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, GgufError> {
        self.bytes().map(u64::from_le_bytes)
    }

    /// How many follow, each of at least `least` bytes.
    fn count(&mut self, least: u64) -> Result<u64, GgufError> {
        let count = self.u64()?;
        if count.checked_mul(least).is_none_or(|bytes| bytes > self.length - self.at) {
            return Err(GgufError::Damaged("it ends early".into()));
        }
        Ok(count)
    }

    /// A name, which errors repeat.
    fn name(&mut self) -> Result<String, GgufError> {
        let name = self.text()?;
        if name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(GgufError::Damaged(format!("a name has {} bytes, or no letters", name.len())));
        }
        Ok(name)
    }

    fn text(&mut self) -> Result<String, GgufError> {
        let length = self.count(1)?;
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes).map_err(|_| GgufError::Damaged("it ends early".into()))?;
        self.at += length;
        // Pieces of byte-level vocabularies are always UTF-8; what is not becomes a token that no text has.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn fact(&mut self, kind: u32, depth: usize) -> Result<Fact, GgufError> {
        if depth > DEEPEST {
            return Err(GgufError::Damaged("lists in lists".into()));
        }
        Ok(match kind {
            8 => Fact::Text(self.text()?),
            9 => {
                let inner = self.u32()?;
                match inner {
                    8 => {
                        let count = self.count(8)?;
                        Fact::Texts((0..count).map(|_| self.text()).collect::<Result<_, _>>()?)
                    }
                    9 => {
                        for _ in 0..self.count(12)? {
                            self.fact(9, depth + 1)?;
                        }
                        Fact::Other
                    }
                    kind => {
                        let count = self.count(1)?;
                        let numbers = (0..count).map(|_| self.number(kind).map(|number| number as f32));
                        Fact::Numbers(numbers.collect::<Result<_, _>>()?)
                    }
                }
            }
            kind => Fact::Number(self.number(kind)?),
        })
    }

    fn number(&mut self, kind: u32) -> Result<f64, GgufError> {
        Ok(match kind {
            0 | 7 => f64::from(self.bytes::<1>()?[0]),
            1 => f64::from(i8::from_le_bytes(self.bytes()?)),
            2 => f64::from(u16::from_le_bytes(self.bytes()?)),
            3 => f64::from(i16::from_le_bytes(self.bytes()?)),
            4 => f64::from(self.u32()?),
            5 => f64::from(i32::from_le_bytes(self.bytes()?)),
            6 => f64::from(f32::from_le_bytes(self.bytes()?)),
            10 => self.u64()? as f64,
            11 => i64::from_le_bytes(self.bytes()?) as f64,
            12 => f64::from_le_bytes(self.bytes()?),
            other => return Err(GgufError::Damaged(format!("a fact is of the unknown kind {other}"))),
        })
    }
}

fn dtype(number: u32) -> Result<GgmlDType, GgufError> {
    Ok(match number {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        other => return Err(GgufError::Unsupported { what: "weights of the kind", found: other.to_string() }),
    })
}
