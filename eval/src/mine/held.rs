//! The law that drafts are reviewed beside, as records to import.

use super::draft::assembled;
use super::source::{Article, Facts, Sources};
use jiff::civil::Date;
use rasoat_law::DocumentKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A document as `rasoat import` takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its number.
    pub so_hieu: String,
    /// Its kind, in words.
    pub kind: &'static str,
    /// Its title; empty where it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Who issued it; empty where it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// The day it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// First day of its effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<Date>,
    /// Its text, normalised.
    pub text: String,
}

/// All law at hand by the later date, by number: of each document the newest wording. What has ended by then is among it:
/// the acts that ended others before prove that still.
pub fn records(sources: &Sources) -> Vec<Record> {
    known(sources).into_iter().map(|(number, articles)| record(sources, number, articles)).collect()
}

/// The same of these documents alone.
pub(super) fn of_numbers<'a>(sources: &Sources, numbers: impl Iterator<Item = &'a String>) -> Vec<Record> {
    let known = known(sources);
    numbers.filter_map(|number| Some(record(sources, number, known.get(number.as_str())?))).collect()
}

fn known(sources: &Sources) -> BTreeMap<&str, &[Article]> {
    let mut known: BTreeMap<&str, &[Article]> = BTreeMap::new();
    for articles in [&sources.enacted, &sources.first.articles, &sources.second.articles] {
        known.extend(articles.iter().map(|(number, articles)| (number.as_str(), articles.as_slice())));
    }
    known
}

fn record(sources: &Sources, number: &str, articles: &[Article]) -> Record {
    let facts = [&sources.second, &sources.first].into_iter().find_map(|snapshot| snapshot.documents.get(number));
    let facts = facts.cloned().unwrap_or_else(|| unnamed(number));
    Record {
        so_hieu: number.to_owned(),
        kind: facts.kind.name(),
        text: assembled(&facts, articles).0,
        title: facts.title,
        issuer: facts.issuer,
        issued: facts.issued,
        effective: facts.effective,
    }
}

/// What the number alone tells of a document.
pub(super) fn unnamed(number: &str) -> Facts {
    Facts {
        title: String::new(),
        issuer: String::new(),
        issued: None,
        effective: None,
        kind: DocumentKind::from_number(number, None),
        fields: BTreeSet::new(),
    }
}
