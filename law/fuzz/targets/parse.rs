//! Reading a document, printing its tree and reading that again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rasoat_law::Document;
use rasoat_law::structure::{parse, parse_fragment, print};

fuzz_target!(|text: &str| {
    let document = parse(text);
    // That a print reads as the same tree is a law for documents, which a test holds; of any text, that it can be read.
    for document in [&parse(&print(&document)), &document, &parse_fragment(text)] {
        spans_fit(document);
    }
});

fn spans_fit(document: &Document) {
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
