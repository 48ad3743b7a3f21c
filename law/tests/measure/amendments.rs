//! Amending acts applied to their base, against a later state of the text.
