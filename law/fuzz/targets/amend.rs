//! Reading amending instructions and carrying them out. The text before the first form feed is the base, what follows
//! the amending act.
#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use rasoat_law::amend::{apply, instructions};
use rasoat_law::register::Register;
use rasoat_law::structure::parse;

fuzz_target!(|text: &str| {
    let (base, act) = text.split_once('\u{c}').unwrap_or((text, text));
    let (base, act) = (parse(base), parse(act));
    let as_of = date(2026, 11, 21);
    assert_eq!(apply(&base, &[], as_of).text(), base.text);
    let consolidated = apply(&base, &instructions(&act, Register::built_in()), as_of);
    for change in &consolidated.changes {
        assert!(consolidated.text().get(change.span.start..change.span.end).is_some());
    }
});
