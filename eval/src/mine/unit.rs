//! The smallest norms of an article: its points, its paragraphs without points, or itself, each with the words that
//! lead into it.
//!
//! A point alone says nothing ("b) Bản sao giấy phép"); what it orders stands in the lines above it.

use super::source::Article;
use rasoat_law::structure::{Document, ProvisionKind, parse_fragment};
use rasoat_law::text;

/// A norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identifier in the document.
    pub eid: String,
    /// The words above it, down from the article's; empty where there are none.
    pub lead: String,
    /// Its own words, without its number.
    pub own: String,
}

impl Unit {
    /// The norm as it can be read alone.
    pub fn text(&self) -> String {
        if self.lead.is_empty() { self.own.clone() } else { format!("{}\n{}", self.lead, self.own) }
    }
}

/// The norms of an article; none where it has no words, or gives the words of another document.
pub fn units(article: &Article) -> Vec<Unit> {
    let amends = ["Sửa đổi", "Bổ sung", "Thay thế", "Bãi bỏ"];
    if article.body.is_empty() || amends.iter().any(|verb| article.heading.starts_with(verb)) {
        return Vec::new();
    }
    if article.body.contains("như sau:\n“") || article.body.contains("như sau:\n\"") {
        return Vec::new();
    }
    let document = parse_fragment(&format!("Điều {}. {}\n{}", article.number, article.heading, article.body));
    let mut found = Vec::new();
    for (at, provision) in document.provisions.iter().enumerate() {
        let norm = matches!(provision.kind, ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Point);
        if !norm || document.children(at).next().is_some() {
            continue;
        }
        let own = words(&document, at);
        if own.is_empty() || !provision.eid.as_str().starts_with("art_") {
            continue;
        }
        let mut lead = Vec::new();
        let mut above = provision.parent;
        while let Some(at) = above {
            lead.push(words(&document, at));
            above = document.provisions[at].parent;
        }
        lead.retain(|words| !words.is_empty());
        lead.reverse();
        found.push(Unit { eid: provision.eid.to_string(), lead: lead.join("\n"), own });
    }
    found
}

/// A unit's own words: without its label, its heading and the units below it.
fn words(document: &Document, at: usize) -> String {
    let provision = &document.provisions[at];
    let end = document.children(at).next().map_or(provision.span.end, |(_, child)| child.span.start);
    let span = document.text.get(provision.span.start..end).unwrap_or_default();
    let words = match provision.kind {
        ProvisionKind::Article => span.split_once('\n').map_or("", |(_, rest)| rest),
        _ => span.split_once([')', '.', ' ']).map_or("", |(_, rest)| rest.trim_start_matches([')', '.', '/'])),
    };
    text::squeeze(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[(&str, &str, &str)]) {
        let article = Article {
            document: "1/2020/NĐ-CP".into(),
            number: "5".into(),
            heading: "Cấp phép".into(),
            body: body.into(),
            field: String::new(),
            chapter: String::new(),
            from: None,
            history: String::new(),
        };
        let found: Vec<_> = units(&article).into_iter().map(|u| (u.eid, u.lead, u.own)).collect();
        let expected: Vec<_> = expected.iter().map(|(e, l, o)| (e.to_string(), l.to_string(), o.to_string())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_point_is_read_with_the_words_that_lead_into_it() {
        check(
            "1. Hồ sơ gồm:\na) Đơn đề nghị;\nb) Bản sao giấy phép.\n2. Thời hạn là 10 ngày.",
            &[
                ("art_5__para_1__point_a", "Hồ sơ gồm:", "Đơn đề nghị;"),
                ("art_5__para_1__point_b", "Hồ sơ gồm:", "Bản sao giấy phép."),
                ("art_5__para_2", "", "Thời hạn là 10 ngày."),
            ],
        );
    }

    #[test]
    fn an_article_without_paragraphs_is_one_norm() {
        check("Cơ quan cấp phép là Bộ Công Thương.", &[("art_5", "", "Cơ quan cấp phép là Bộ Công Thương.")]);
    }
}
