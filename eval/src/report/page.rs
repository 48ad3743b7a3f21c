//! The report as one page that needs nothing else.

use super::Report;

impl Report {
    /// The page.
    pub fn to_html(&self) -> String {
        String::new()
    }
}
