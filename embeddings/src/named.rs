//! Documents and provisions that a query names: `Điều 15 Nghị định 30/2020/NĐ-CP`.

use jiff::civil::Date;
use rasoat_law::cite::{self, DocumentReference};
use rasoat_law::register::Register;

/// What a query names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Number of the document.
    pub document: String,
    /// The provision, where one is named.
    pub eid: Option<String>,
}

/// What a normalised query names. A law named without its year is the one in force on `day`.
pub(crate) fn named(query: &str, day: Option<Date>) -> Vec<Named> {
    let register = Register::built_in();
    let mut found = Vec::new();
    for target in cite::citations(query, register).into_iter().flat_map(|citation| citation.targets) {
        let number = match &target.document {
            DocumentReference::This => None,
            DocumentReference::Name { name, number: None, .. } => {
                day.and_then(|day| register.named_on(name, day)).map(|entry| entry.number.clone())
            }
            known => known.number().cloned(),
        };
        if let Some(number) = number {
            let named = Named { document: number.to_string(), eid: target.eid.map(|eid| eid.to_string()) };
            if !found.contains(&named) {
                found.push(named);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(query: &str, wanted: &[(&str, Option<&str>)]) {
        let found = named(query, Some(date(2026, 11, 26)));
        let found: Vec<(&str, Option<&str>)> = found.iter().map(|n| (n.document.as_str(), n.eid.as_deref())).collect();
        assert_eq!(found, wanted, "{query}");
    }

    #[test]
    fn a_provision_of_a_document_is_named() {
        check("Điều 15 Nghị định 30/2020/NĐ-CP quy định gì?", &[("30/2020/NĐ-CP", Some("art_15"))]);
        check("khoản 2 Điều 25 Bộ luật Lao động", &[("45/2019/QH14", Some("art_25__para_2"))]);
        check("Nghị định 30/2020/NĐ-CP", &[("30/2020/NĐ-CP", None)]);
        check("thử việc bao nhiêu ngày", &[]);
    }
}
