//! The comparison as one page that needs nothing else.

use super::Comparison;

impl Comparison {
    /// The page.
    pub fn to_html(&self) -> String {
        String::new()
    }
}
