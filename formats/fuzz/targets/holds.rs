//! What must hold for anything that was read.

use rasoat_formats::{Extracted, normalise};

/// The text is in normal form, and places are slices of it, in order and apart.
pub fn holds(extracted: &Extracted) {
    assert_eq!(extracted.text, normalise(&extracted.text));
    let mut reached = 0;
    for place in &extracted.places {
        assert!(place.start >= reached && place.end > place.start);
        assert!(extracted.text.get(place.start..place.end).is_some());
        reached = place.end;
    }
}
