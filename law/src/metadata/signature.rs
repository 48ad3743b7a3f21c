//! Who signed, and in what office.
//!
//! Hard because several bodies sign a joint circular one below the other or side by side, and because some write office
//! and name in one line.

use crate::structure::{Line, is_capitals, is_name, split_name};

/// A person who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Name as printed.
    pub name: String,
    /// Office as printed, with whom it stands for: "KT. BỘ TRƯỞNG THỨ TRƯỞNG"; empty where none stands above.
    pub office: String,
}

/// Reads who signed from the lines of the closing part.
pub(super) fn read(lines: &[Line<'_>]) -> Vec<Signer> {
    let mut signers = Vec::new();
    let mut office: Vec<&str> = Vec::new();
    let mut since = 0;
    for line in lines.iter().map(|line| line.text).filter(|line| !line.is_empty()) {
        if signers.len() >= 8 || (since > 12 && !signers.is_empty()) {
            break;
        }
        since += 1;
        let (capitals, words) = split_name(line);
        let one_word_each = words.is_empty() && is_capitals(line);
        if is_name(&words) && (!capitals.is_empty() || !office.is_empty()) {
            office.extend((!capitals.is_empty()).then_some(capitals));
            signers.push(Signer { name: words.join(" "), office: office.join(" ") });
            office.clear();
            since = 0;
        } else if one_word_each && signs(line, &office) {
            office.push(line);
        }
    }
    signers
}

/// Whether a line in capitals is an office, or goes on one.
fn signs(line: &str, office: &[&str]) -> bool {
    !office.is_empty() || crate::structure::is_signature(line)
}
