//! Web pages.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{Limits, extract};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(extracted) = extract("a.html", bytes, &Limits::default()) {
        holds::holds(&extracted);
    }
});
