//! Records in JSON, alone, in arrays and by the line.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Limits, documents};

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.json", "a.jsonl"] {
        for (_, read) in documents(name, bytes, &Limits::default()).into_iter().flatten() {
            if let Ok(extracted) = read {
                holds::holds(&extracted);
            }
        }
    }
});
