//! Which documents and provisions may be found: by effect on a date, rank, kind, issuer, field, document.
//!
//! Hard because a filter must not cost recall: what may be found is settled for all passages before anything is
//! ranked, from attributes the index holds. What puts a provision in force is `law`'s and the caller's; here an
//! interval is only compared with a day.

use jiff::civil::Date;
use rasoat_law::{DocumentKind, text};

/// The days from `from` until the day before `until`; open ends are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// First day.
    pub from: Option<Date>,
    /// First day no longer.
    pub until: Option<Date>,
}

impl Interval {
    /// All days.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// What is known of a document for filtering.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Attributes {
    /// Code of its kind ([`DocumentKind::code`]).
    pub kind: String,
    /// Its rank, 1 the highest ([`DocumentKind::rank`]).
    pub rank: Option<u8>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The field of law it belongs to (lĩnh vực).
    pub field: Option<String>,
    /// The days it is in force, in part at least.
    pub effect: Vec<Interval>,
}

impl Attributes {
    /// Those of a kind, always in force.
    pub fn of_kind(kind: DocumentKind) -> Self {
        Self { kind: kind.code().to_owned(), rank: kind.rank(), effect: vec![Interval::ALWAYS], ..Self::default() }
    }
}

/// What may be found; an empty list asks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// In force on this day.
    pub in_force: Option<Date>,
    /// Of one of these kinds.
    pub kinds: Vec<DocumentKind>,
    /// Of one of these ranks.
    pub ranks: Vec<u8>,
    /// By an issuer whose name holds one of these words, marks and case aside.
    pub issuers: Vec<String>,
    /// In a field whose name holds one of these words, marks and case aside.
    pub fields: Vec<String>,
    /// Of one of these documents.
    pub documents: Vec<String>,
}

impl Filter {
    /// Only what is in force on a day.
    pub fn in_force(day: Date) -> Self {
        Self { in_force: Some(day), ..Self::default() }
    }

    /// Whether it asks nothing.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a document may be found, its effect aside.
    pub fn admits(&self, document: &str, attributes: &Attributes) -> bool {
        let named = |wanted: &[String], name: &Option<String>| {
            wanted.is_empty() || name.as_ref().is_some_and(|name| wanted.iter().any(|part| holds(name, part)))
        };
        (self.documents.is_empty() || self.documents.iter().any(|wanted| wanted == document))
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.code() == attributes.kind))
            && (self.ranks.is_empty() || attributes.rank.is_some_and(|rank| self.ranks.contains(&rank)))
            && named(&self.issuers, &attributes.issuer)
            && named(&self.fields, &attributes.field)
    }

    /// Whether something in force on `effect` may be found.
    pub fn admits_effect(&self, effect: &[Interval]) -> bool {
        self.in_force.is_none_or(|day| effect.iter().any(|interval| interval.contains(day)))
    }
}

fn holds(name: &str, part: &str) -> bool {
    let plain = |text: &str| {
        let words = crate::analysis::tokens(&text::normalise(text));
        words.iter().map(|word| format!(" {}", word.plain)).collect::<String>()
    };
    format!("{} ", plain(name)).contains(&format!("{} ", plain(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_interval_ends_the_day_before_it_says() {
        let year = Interval { from: Some(date(2024, 1, 1)), until: Some(date(2025, 1, 1)) };
        assert!(year.contains(date(2024, 1, 1)) && year.contains(date(2024, 12, 31)));
        assert!(!year.contains(date(2025, 1, 1)) && !year.contains(date(2023, 12, 31)));
    }

    #[test]
    fn every_part_of_a_filter_must_hold() {
        let circular = Attributes {
            issuer: Some("Bộ Tài chính".into()),
            field: Some("Thuế".into()),
            ..Attributes::of_kind(DocumentKind::ThongTu)
        };
        let admits = |filter: Filter| filter.admits("1/2024/TT-BTC", &circular);
        assert!(admits(Filter::default()));
        assert!(admits(Filter { kinds: vec![DocumentKind::Luat, DocumentKind::ThongTu], ..Filter::default() }));
        assert!(!admits(Filter { kinds: vec![DocumentKind::Luat], ..Filter::default() }));
        assert!(admits(Filter { issuers: vec!["tai chinh".into()], ..Filter::default() }));
        assert!(!admits(Filter { issuers: vec!["tai chin".into()], ..Filter::default() }), "whole words");
        assert!(!admits(Filter { fields: vec!["Đất đai".into()], ..Filter::default() }));
        assert!(!admits(Filter { documents: vec!["2/2024/TT-BTC".into()], ..Filter::default() }));
        assert!(!admits(Filter { ranks: vec![1], ..Filter::default() }));
    }
}
