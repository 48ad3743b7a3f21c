//! Finding citations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rasoat_law::cite::citations;
use rasoat_law::register::Register;
use rasoat_law::text::normalise;

fuzz_target!(|text: &str| {
    let text = normalise(text);
    let mut end = 0;
    for citation in citations(&text, Register::built_in()) {
        assert!(!citation.span.of(&text).is_empty());
        assert!(citation.span.start >= end, "citations lie apart");
        assert!(!citation.targets.is_empty());
        end = citation.span.end;
    }
});
