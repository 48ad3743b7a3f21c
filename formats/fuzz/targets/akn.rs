//! Akoma Ntoso read, and any text written as it and read again.
#![no_main]

mod holds;

use libfuzzer_sys::fuzz_target;
use rasoat_formats::{AknOptions, FormatError, Limits, akoma_ntoso, extract};
use rasoat_law::amend::instructions;
use rasoat_law::cite::citations;
use rasoat_law::register::Register;
use rasoat_law::structure::parse;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    if let Ok(extracted) = extract("a.xml", bytes, &limits) {
        holds::holds(&extracted);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let document = parse(text);
    let register = Register::built_in();
    let orders = instructions(&document, register);
    let options = AknOptions { generated: jiff::civil::date(2026, 1, 1), instructions: &orders };
    let xml = akoma_ntoso(&document, &citations(&document.text, register), &options);
    match extract("a.xml", xml.as_bytes(), &limits) {
        Ok(back) => holds::holds(&back),
        Err(FormatError::Empty) => {}
        Err(error) => panic!("what was written is not read: {error}"),
    }
});
