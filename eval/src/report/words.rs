//! What the pages say, in Vietnamese and in English. This room uses no other room's catalogue: its words are those of
//! measuring, and no other page has them.

use super::{SetReport, Text};

/// Limits that hold for every report, and those that show in its sets.
pub(super) fn limits(_sets: &[SetReport]) -> Vec<Text> {
    Vec::new()
}
