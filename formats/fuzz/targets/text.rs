//! Plain text and Markdown in any encoding.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Limits, Position, extract};

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.md"] {
        let Ok(extracted) = extract(name, bytes, &Limits::default()) else { continue };
        holds::holds(&extracted);
        for place in &extracted.places {
            if let Position::Bytes { from, to } = place.at {
                assert!(from <= to && to <= bytes.len());
            }
        }
    }
});
