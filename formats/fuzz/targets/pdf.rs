//! A PDF, and the same bytes taken for what a recogniser found.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Limits, RecognisedLine, extract, from_recognised};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { expanded_bytes: 4 << 20, ..Limits::default() };
    if let Ok(extracted) = extract("a.pdf", bytes, &limits) {
        holds::holds(&extracted);
    }
    let side = |at: usize, chunk: &[u8]| u32::from(chunk.get(at).copied().unwrap_or(0)) * 300;
    let lines = bytes.chunks(24).map(|chunk| RecognisedLine {
        page: u32::from(chunk[0] % 3) + 1,
        left: side(1, chunk),
        top: side(2, chunk),
        right: side(3, chunk),
        bottom: side(4, chunk),
        text: String::from_utf8_lossy(chunk.get(5..).unwrap_or_default()).into_owned(),
        confidence: chunk[0],
    });
    if let Ok(extracted) = from_recognised(lines.collect(), 3) {
        holds::holds(&extracted);
    }
});
