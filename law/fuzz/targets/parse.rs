//! Reading a document, printing its tree and reading that again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rasoat_law::structure::{parse, parse_fragment, print};

fuzz_target!(|text: &str| {
    for document in [parse(text), parse_fragment(text)] {
        for (at, provision) in document.provisions.iter().enumerate() {
            assert!(document.text.get(provision.span.start..provision.span.end).is_some());
            if let Some(parent) = provision.parent {
                assert!(parent < at);
                assert!(document.provisions[parent].span.contains(provision.span));
            }
            let children: Vec<_> = document.children(at).map(|(_, child)| child.span).collect();
            assert!(children.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
    let document = parse(text);
    let again = parse(&print(&document));
    let tree = |document: &rasoat_law::Document| -> Vec<_> {
        document.provisions.iter().map(|p| (p.eid.clone(), p.kind, p.heading.clone())).collect()
    };
    assert_eq!(tree(&document), tree(&again));
});
