//! Documents as they are kept and sent: what is known of each beside its text, and the parts of a pack, by which a browser
//! holds the law itself.
//!
//! A pack is a list of parts, one a document, so that what changed can be sent alone. A part has the document's text and
//! its passages with their vectors in 8 bits; the tree is read from the text again, and sent only where it was stored by
//! another version's reading.
//!
//! `RASOATPK`, version (u32), bytes of the JSON (u32), the JSON (`Part`), then of each passage in order the scale of its
//! vector (f32; 0: it has none) and, where it has one, its numbers (i8). All numbers are little-endian.

use crate::CorpusDocument;
use jiff::civil::Date;
use rasoat_law::effect::OwnDates;
use rasoat_law::structure::{Provision, ProvisionKind, parse};
use rasoat_law::{ByteSpan, DocNumber, DocumentKind, Eid, Metadata, text};
use serde::{Deserialize, Serialize};

/// What is known of a document beside its number and its text: its kind, title, name, issuer, place, signer, the days of
/// issue and of effect, and the day its text is consolidated to.
pub type Attributes = [Option<String>; 9];

impl CorpusDocument {
    /// What is known of it beside its number and its text.
    pub fn attributes(&self) -> Attributes {
        let date = |date: Option<Date>| date.map(|d| d.to_string());
        let metadata = &self.document.metadata;
        [
            Some(self.kind.code().to_owned()),
            Some(self.title.clone()),
            metadata.title.clone(),
            self.issuer.clone(),
            metadata.place.clone(),
            metadata.signer.clone(),
            date(self.own_dates.issued),
            date(self.own_dates.effective),
            date(self.consolidated_to),
        ]
    }

    /// The document of a number, its text read anew.
    pub fn kept(number: String, attributes: Attributes, text: &str) -> Self {
        let date = |text: Option<String>| text.and_then(|text| text.parse::<Date>().ok());
        let [kind, title, name, issuer, place, signer, issued, effective, consolidated_to] = attributes;
        let number = DocNumber::from_normal(number);
        let kind = kind.as_deref().and_then(DocumentKind::from_code).unwrap_or(DocumentKind::Other);
        let own_dates = OwnDates { issued: date(issued), effective: date(effective) };
        let mut document = parse(text);
        document.problems.clear();
        document.metadata = Metadata {
            number: Some(number.clone()),
            kind,
            title: name,
            issuer: issuer.clone(),
            place,
            issued: own_dates.issued,
            effective: own_dates.effective,
            signer,
            ..document.metadata
        };
        let (title, consolidated_to) = (title.unwrap_or_default(), date(consolidated_to));
        Self { number, kind, title, issuer, own_dates, consolidated_to, document }
    }

    /// The same with the tree it was kept with.
    #[must_use]
    pub fn with_provisions(mut self, kept: Vec<Provision>) -> Self {
        let read = &mut self.document;
        if read.provisions != kept {
            // Kept by another version's reading, which passages and vectors still follow. Importing the document again
            // brings it up to this one's.
            read.quotations.clear();
            read.provisions = kept;
        }
        self
    }
}

/// A passage of a document in a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedPassage {
    /// The provision.
    pub eid: String,
    /// The article around it.
    pub article: String,
    /// The headings above it.
    pub heading: String,
    /// Its words.
    pub words: String,
    /// Where it stands in the document's text.
    pub span: ByteSpan,
    /// Its vector, `[dimension]`.
    pub vector: Option<Vec<f32>>,
}

/// A part of a pack cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It does not begin as such a part does, or is of another version.
    #[error("not a part of a pack of this version: load the pack again")]
    Foreign,
    /// It ends early, or its parts do not fit.
    #[error("a part of the pack is damaged ({0}): load the pack again")]
    Damaged(String),
}

const MAGIC: &[u8; 8] = b"RASOATPK";
const VERSION: u32 = 1;

/// What of a part is JSON.
#[derive(Serialize, Deserialize)]
struct Part {
    number: String,
    attributes: Attributes,
    text: String,
    /// Where it is not what reading the text gives.
    provisions: Option<Vec<Row>>,
    /// How many numbers a vector has.
    dimension: usize,
    passages: Vec<Cutting>,
}

/// A provision: its identifier, kind, number, heading, start, end and parent.
type Row = (String, String, Option<String>, Option<String>, usize, usize, Option<usize>);

#[derive(Serialize, Deserialize)]
struct Cutting {
    eid: String,
    article: String,
    heading: String,
    start: usize,
    end: usize,
    /// Where they are not those of its place, blanks aside.
    words: Option<String>,
}

/// The bytes of a document's part; the same document gives the same bytes.
pub fn pack(held: &CorpusDocument, passages: &[PackedPassage]) -> Vec<u8> {
    let own = &held.document.text;
    let read = CorpusDocument::kept(held.number.to_string(), held.attributes(), own);
    let row = |p: &Provision| {
        let (kind, heading) = (p.kind.code().to_owned(), p.heading.clone());
        (p.eid.to_string(), kind, p.number.clone(), heading, p.span.start, p.span.end, p.parent)
    };
    let provisions = &held.document.provisions;
    let cutting = |passage: &PackedPassage| Cutting {
        eid: passage.eid.clone(),
        article: passage.article.clone(),
        heading: passage.heading.clone(),
        start: passage.span.start,
        end: passage.span.end,
        words: Some(passage.words.clone()).filter(|words| *words != words_at(own, passage.span)),
    };
    let part = Part {
        number: held.number.to_string(),
        attributes: held.attributes(),
        text: own.clone(),
        provisions: (read.document.provisions != *provisions).then(|| provisions.iter().map(row).collect()),
        dimension: passages.iter().find_map(|p| p.vector.as_ref()).map_or(0, Vec::len),
        passages: passages.iter().map(cutting).collect(),
    };
    // These shapes have no maps and no numbers that JSON could not hold.
    let json = serde_json::to_vec(&part).unwrap_or_default();
    let mut bytes = [MAGIC.as_slice(), &VERSION.to_le_bytes(), &(json.len() as u32).to_le_bytes(), &json].concat();
    for passage in passages {
        let vector = passage.vector.as_deref().filter(|vector| vector.len() == part.dimension).unwrap_or_default();
        let scale = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs())) / 127.0;
        bytes.extend(scale.to_le_bytes());
        if scale > 0.0 {
            bytes.extend(vector.iter().map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8 as u8));
        }
    }
    bytes
}

/// The document of a part with its passages.
///
/// # Errors
/// When the bytes are no such part, or damaged.
pub fn unpack(bytes: &[u8]) -> Result<(CorpusDocument, Vec<PackedPassage>), PackError> {
    let early = || PackError::Damaged("it ends early".into());
    let rest = bytes.strip_prefix(MAGIC).ok_or(PackError::Foreign)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(early)?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(PackError::Foreign);
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(early)?;
    let (json, mut rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(early)?;
    let part: Part = serde_json::from_slice(json).map_err(|error| PackError::Damaged(error.to_string()))?;
    let inside = |start: usize, end: usize| {
        let outside = || PackError::Damaged(format!("bytes {start} to {end} are not in its text"));
        part.text.get(start..end).map(|_| ByteSpan::new(start, end)).ok_or_else(outside)
    };
    let mut held = CorpusDocument::kept(part.number, part.attributes, &part.text);
    if held.document.text != part.text {
        return Err(PackError::Damaged("its text is not normal".into()));
    }
    if let Some(rows) = part.provisions {
        let count = rows.len();
        let provisions = rows.into_iter().enumerate().map(|(at, (eid, kind, number, heading, start, end, parent))| {
            if parent.is_some_and(|parent| parent >= at) || at >= count {
                return Err(PackError::Damaged("its tree is none".into()));
            }
            let kind = ProvisionKind::from_code(&kind).unwrap_or(ProvisionKind::Article);
            Ok(Provision { eid: Eid::new(eid), kind, number, heading, span: inside(start, end)?, parent })
        });
        held = held.with_provisions(provisions.collect::<Result<_, _>>()?);
    }
    let mut passages = Vec::with_capacity(part.passages.len());
    for Cutting { eid, article, heading, start, end, words } in part.passages {
        let span = inside(start, end)?;
        let (scale, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
        let scale = f32::from_le_bytes(*scale);
        let (numbers, after) = if scale == 0.0 {
            (None, after)
        } else {
            let (numbers, after) = after.split_at_checked(part.dimension).ok_or_else(early)?;
            (Some(numbers), after)
        };
        rest = after;
        let vector = numbers.map(|numbers| numbers.iter().map(|x| f32::from(*x as i8) * scale).collect());
        let words = words.unwrap_or_else(|| words_at(&part.text, span));
        passages.push(PackedPassage { eid, article, heading, words, span, vector });
    }
    if rest.is_empty() { Ok((held, passages)) } else { Err(PackError::Damaged("something follows its end".into())) }
}

fn words_at(own: &str, span: ByteSpan) -> String {
    own.get(span.start..span.end).map(text::squeeze).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use jiff::civil::date;

    fn document() -> CorpusDocument {
        let text = "Số: 1/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề lưu trữ\nĐiều 1. Thời hạn\n1. Trong 15 ngày phải nộp.\n2. Trường hợp \
                    khác thì 20 ngày.\nĐiều 2. Hiệu lực\nNghị định này có hiệu lực từ ngày 01 tháng 5 năm 2024.";
        let mut held = CorpusDocument::kept("1/2024/NĐ-CP".into(), Attributes::default(), text);
        held.title = "Nghị định số 1/2024/NĐ-CP".into();
        held.own_dates.issued = Some(date(2024, 1, 1));
        held.document.metadata.issued = held.own_dates.issued;
        held
    }

    fn cut(held: &CorpusDocument) -> Vec<PackedPassage> {
        let vector = |at: usize| (at != 1).then(|| (0..64).map(|i| ((i * 7 + at) % 13) as f32 / 50.0 - 0.1).collect());
        let passages = rasoat_embeddings::passages(&held.document, &held.subject()).into_iter().enumerate();
        passages
            .map(|(at, p)| PackedPassage {
                eid: p.eid.to_string(),
                article: p.article.to_string(),
                heading: p.heading(),
                words: p.words,
                span: p.span,
                vector: vector(at),
            })
            .collect()
    }

    #[test]
    fn what_was_packed_is_unpacked_and_vectors_keep_their_direction() {
        let held = document();
        let passages = cut(&held);
        assert!(passages.len() > 2);
        let bytes = pack(&held, &passages);
        let (read, cut) = unpack(&bytes).unwrap();
        assert_eq!(read, held);
        for (own, wanted) in cut.iter().zip(&passages) {
            assert_eq!(PackedPassage { vector: None, ..own.clone() }, PackedPassage { vector: None, ..wanted.clone() });
            let (Some(own), Some(wanted)) = (&own.vector, &wanted.vector) else {
                assert_eq!(own.vector, wanted.vector);
                continue;
            };
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
            assert!(dot(own, wanted) / (dot(own, own) * dot(wanted, wanted)).sqrt() > 0.9999);
        }
        assert_eq!(pack(&read, &cut), bytes, "packed again it is the same");
    }

    #[test]
    fn a_tree_of_another_reading_comes_along() {
        let mut held = document();
        held.document.provisions.pop();
        held.document.quotations.clear();
        let (read, _) = unpack(&pack(&held, &[])).unwrap();
        assert_eq!(read, held);
    }

    #[test]
    fn a_damaged_part_is_refused_or_read_and_never_breaks_the_reader() {
        let held = document();
        let bytes = pack(&held, &cut(&held));
        for length in 0..bytes.len() {
            assert!(unpack(&bytes[..length]).is_err(), "{length} bytes");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x15;
            let _ = unpack(&damaged);
        }
        assert!(matches!(unpack(b"RASOATPK\x09\0\0\0\0\0\0\0"), Err(PackError::Foreign)));
    }
}
