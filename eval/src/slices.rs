//! The slices that cases of every suite are told apart by: rank and year of their document, length of their text.

use rasoat_law::{DocNumber, DocumentKind};
use std::collections::BTreeMap;

/// By slice the value: `rank` (the kind of a document by its number) and `year` (in steps of five) where they are known.
pub fn of_document(number: &str) -> BTreeMap<String, String> {
    let mut slices = BTreeMap::new();
    let Some(number) = DocNumber::parse(number) else { return slices };
    let kind = DocumentKind::from_number(number.as_str(), None);
    if kind != DocumentKind::Other {
        slices.insert("rank".to_owned(), kind.code().to_owned());
    }
    if let Some(year) = number.year() {
        let from = year / 5 * 5;
        slices.insert("year".to_owned(), format!("{from}-{}", from + 4));
    }
    slices
}

/// The bin of a text's length in words: the last of `bounds` that it reaches, as `40-79` or `80+`.
pub fn length(text: &str, bounds: &[usize]) -> String {
    let words = text.split_whitespace().count();
    let at = bounds.iter().rposition(|from| words >= *from);
    let from = at.map_or(0, |at| bounds[at]);
    match bounds.get(at.map_or(0, |at| at + 1)) {
        Some(to) => format!("{from}-{}", to - 1),
        None => format!("{from}+"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_rank_and_year() {
        let slices = of_document("30/2020/NĐ-CP");
        assert_eq!((slices["rank"].as_str(), slices["year"].as_str()), ("nghi_dinh", "2020-2024"));
        assert!(of_document("một văn bản").is_empty());
    }

    #[test]
    fn a_length_falls_into_one_bin() {
        assert_eq!(["a", "a b c", "a b c d e"].map(|text| length(text, &[3, 5])), ["0-2", "3-4", "5+"]);
    }
}
