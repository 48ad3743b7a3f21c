//! Archives of anything.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Limits, documents};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { input_bytes: 1 << 20, expanded_bytes: 8 << 20, entries: 200, ..Limits::default() };
    for (_, read) in documents("a.zip", bytes, &limits).into_iter().flatten() {
        if let Ok(extracted) = read {
            holds::holds(&extracted);
        }
    }
});
