//! Opening a PDF from a stranger: what it unpacks to, how many pages it has, whether it is whole.
//!
//! The syntax library unpacks streams without a bound, and some of them (cross-reference and object streams) before
//! anything can be asked of the file. So the raw bytes are looked through first: every deflated stream is run through
//! and counted, not kept (ISO 32000-2, 7.3.8 and 7.4.4). What is unpacked later, after decryption, goes through
//! [`unpack`], which stops at a bound of its own.

use crate::{FormatError, Limits};
use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Filter;
use hayro_syntax::object::Stream;
use hayro_syntax::object::stream::DecodeFailure;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use std::borrow::Cow;

/// What a packed stream may grow to before the ratio counts.
const FREE_BYTES: u64 = 4 << 20;

/// How many times the packings of PDF can grow a stream at the most: deflate 1032, LZW 2730 (4096-byte entries of 12
/// bits), run lengths 64.
const GROWTH: [u64; 3] = [1032, 2731, 64];

/// Streams that a PDF may have for each member that an archive may have.
const STREAMS_AN_ENTRY: usize = 4;

/// How far before its keyword the dictionary of a stream is looked for.
const DICTIONARY_BYTES: usize = 1024;

/// Opens the file, with the empty password where it is encrypted.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Pdf, FormatError> {
    check_streams(bytes, limits)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption) => {
            FormatError::damaged("/Encrypt")
        }
        LoadPdfError::Decryption(_) => FormatError::Encrypted,
        LoadPdfError::Invalid if !is_whole(bytes) => FormatError::Truncated,
        LoadPdfError::Invalid => FormatError::damaged("PDF"),
    })?;
    limits.interrupt.check()?;
    let pages = pdf.pages().len();
    if pages > limits.pages {
        return Err(FormatError::TooManyPages { pages, limit: limits.pages });
    }
    Ok(pdf)
}

/// Whether the mark that ends a PDF stands near its end (7.5.5).
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

/// Unpacks a stream that is no picture, to at most `room` bytes.
///
/// # Errors
/// [`FormatError::Bomb`] where it would be more. `Ok(None)` where it is broken.
pub(super) fn unpack<'a>(stream: &Stream<'a>, room: u64) -> Result<Option<Cow<'a, [u8]>>, FormatError> {
    let packed = stream.raw_data();
    let filters = stream.filters();
    if filters.as_slice().iter().all(|filter| matches!(filter, Filter::FlateDecode))
        && filters.len() == 1
        && !stream.dict().contains_key(b"DecodeParms")
    {
        return inflate(&packed, room).map(|found| found.map(Cow::Owned));
    }
    let mut most = packed.len() as u64;
    for filter in &filters {
        most = most.saturating_mul(match filter {
            Filter::FlateDecode => GROWTH[0],
            Filter::LzwDecode => GROWTH[1],
            Filter::RunLengthDecode => GROWTH[2],
            _ => 1,
        });
    }
    if most > room && packed.len() as u64 > FREE_BYTES / GROWTH[1] {
        // The first step of several can be counted; what several steps make of one is not worth guessing.
        if filters.len() > 1 {
            return Err(bomb("a stream packed several times"));
        }
        if matches!(filters.first(), Some(Filter::FlateDecode)) {
            count_inflated(&packed, room).map_err(|()| bomb("a stream"))?;
        }
    }
    match stream.decoded_data() {
        Ok(plain) if plain.len() as u64 > room => Err(bomb("a stream")),
        Ok(plain) => Ok(Some(plain)),
        Err(DecodeFailure::ImageDecode | DecodeFailure::StreamDecode) => Ok(None),
        Err(_) => Ok(None),
    }
}

fn bomb(what: &str) -> FormatError {
    FormatError::Bomb { what: what.to_owned() }
}

/// Inflates as far as the data goes: a stream cut short still gives its first part.
fn inflate(packed: &[u8], room: u64) -> Result<Option<Vec<u8>>, FormatError> {
    let zlib = has_zlib_header(packed);
    let mut plain = Vec::new();
    let whole = run_inflate(packed, zlib, |chunk| {
        if (plain.len() + chunk.len()) as u64 > room {
            return false;
        }
        plain.extend_from_slice(chunk);
        true
    });
    match whole {
        Inflated::Stopped => Err(bomb("a stream")),
        Inflated::Broken if plain.is_empty() => Ok(None),
        Inflated::Broken | Inflated::Whole => Ok(Some(plain)),
    }
}

/// How many bytes deflated data unpacks to, as far as it is deflated data; `Err` where it is more than `room`.
fn count_inflated(packed: &[u8], room: u64) -> Result<u64, ()> {
    let mut most = 0;
    // Readers that fail with the header try without it.
    for zlib in [has_zlib_header(packed), false] {
        let mut count = 0;
        let end = run_inflate(packed, zlib, |chunk| {
            count += chunk.len() as u64;
            count <= room
        });
        most = most.max(count);
        match end {
            Inflated::Stopped => return Err(()),
            Inflated::Whole => return Ok(count),
            Inflated::Broken if zlib => {}
            Inflated::Broken => break,
        }
    }
    Ok(most)
}

enum Inflated {
    Whole,
    Broken,
    Stopped,
}

fn run_inflate(packed: &[u8], zlib: bool, mut take: impl FnMut(&[u8]) -> bool) -> Inflated {
    let mut machine = Decompress::new(zlib);
    let mut chunk = vec![0; 32 << 10];
    loop {
        let consumed = usize::try_from(machine.total_in()).unwrap_or(usize::MAX);
        let (before_in, before_out) = (machine.total_in(), machine.total_out());
        let Some(rest) = packed.get(consumed..) else { return Inflated::Broken };
        let status = machine.decompress(rest, &mut chunk, FlushDecompress::None);
        let made = usize::try_from(machine.total_out() - before_out).unwrap_or(0);
        if !take(&chunk[..made]) {
            return Inflated::Stopped;
        }
        match status {
            Ok(Status::StreamEnd) => return Inflated::Whole,
            Ok(_) if made > 0 || machine.total_in() > before_in => {}
            _ => return Inflated::Broken,
        }
    }
}

fn has_zlib_header(packed: &[u8]) -> bool {
    matches!(packed, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// Looks at every stream of the file as it stands in the bytes.
fn check_streams(bytes: &[u8], limits: &Limits) -> Result<(), FormatError> {
    let encrypted = find(bytes, b"/Encrypt").is_some();
    let (mut at, mut total, mut seen, mut end) = (0, 0_u64, 0_usize, 0_usize);
    while let Some(found) = find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + b"stream".len();
        let start = match &bytes[at..] {
            [b'\r', b'\n', ..] => at + 2,
            [b'\r' | b'\n', ..] => at + 1,
            _ => continue,
        };
        let dictionary = dictionary_before(bytes, keyword);
        if !dictionary.trim_ascii_end().ends_with(b">>") || is_plain_picture(dictionary) {
            continue;
        }
        seen += 1;
        if seen > limits.entries.saturating_mul(STREAMS_AN_ENTRY) {
            return Err(bomb("more streams than any document has"));
        }
        if seen.is_multiple_of(64) {
            limits.interrupt.check()?;
        }
        if end < start {
            end = find(&bytes[start..], b"endstream").map_or(bytes.len(), |found| start + found);
        }
        let length = (end - start).max(1) as u64;
        // What cannot be counted here is taken at its worst, where opening alone would unpack it.
        let worst = length.saturating_mul(uncounted_growth(dictionary, encrypted));
        if holds_objects(dictionary) && worst > limits.expanded_bytes {
            return Err(bomb("an object stream"));
        }
        let room = limits.expanded_bytes.saturating_sub(total);
        let grown = count_inflated(&bytes[start..], room).map_err(|()| bomb("the streams of the PDF together"))?;
        total += grown;
        if grown > FREE_BYTES && grown / length > limits.ratio {
            return Err(bomb("a stream of the PDF"));
        }
    }
    Ok(())
}

/// The bytes before a `stream` keyword that hold its dictionary.
fn dictionary_before(bytes: &[u8], keyword: usize) -> &[u8] {
    let window = &bytes[keyword.saturating_sub(DICTIONARY_BYTES)..keyword];
    let start = window.windows(4).rposition(|four| four == b" obj").unwrap_or(0);
    &window[start..]
}

/// A picture's stream is never unpacked here. A `#` may spell any other name, and an object stream has a `/First`.
fn is_plain_picture(dictionary: &[u8]) -> bool {
    find(dictionary, b"/Image").is_some()
        && find(dictionary, b"/Height").is_some()
        && !dictionary.contains(&b'#')
        && !holds_objects(dictionary)
}

fn holds_objects(dictionary: &[u8]) -> bool {
    find(dictionary, b"/First").is_some() || dictionary.contains(&b'#')
}

/// How many times a stream may grow beyond what running its first deflation counts.
fn uncounted_growth(dictionary: &[u8], encrypted: bool) -> u64 {
    let mut growth = if encrypted { GROWTH[0] } else { 1 };
    if find(dictionary, b"LZW").is_some() || dictionary.contains(&b'#') {
        growth *= GROWTH[1];
    }
    if let Some(first) = find(dictionary, b"/Fl")
        && find(&dictionary[first + 1..], b"/Fl").is_some()
    {
        growth *= GROWTH[0];
    }
    growth
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(step) = bytes.get(at..)?.iter().position(|byte| *byte == first) {
        at += step;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}
